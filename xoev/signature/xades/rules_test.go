package xades_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

var qualifying = regexp.MustCompile(`(?s)<xades:QualifyingProperties.*</xades:QualifyingProperties>`)

// forge signs what a dishonest or careless signer would: the properties as edit
// leaves them.
func (w *world) forge(t testing.TB, edit func(q string) string, change func(r *signature.SignRequest)) string {
	t.Helper()
	q := qualifying.FindString(string(w.sign(t, w.request(false))))
	require.NotEmpty(t, q)
	edited := edit(q)
	r := signature.SignRequest{
		Document: []byte(message), ID: "s1", Objects: []signature.Object{{Content: []byte(edited)}},
		References: []signature.SignReference{{ID: "s1-r1"}, {URI: "#s1-sp", Type: signature.SignedPropertiesType}},
	}
	if change != nil {
		change(&r)
	} else {
		require.NotEqual(t, q, edited)
	}
	signed, err := w.signer.Sign(r)
	require.NoError(t, err)
	return string(signed)
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

func drop(from, to string) func(string) string {
	return func(s string) string {
		a := strings.Index(s, from)
		b := a + strings.Index(s[a:], to) + len(to)
		return s[:a] + s[b:]
	}
}

func insertBefore(at, what string) func(string) string { return replace(at, what+at) }

func same(s string) string { return s }

// vectors break one rule each.
var vectors = []struct {
	name    string
	code    string
	edit    func(string) string           // of the properties, before signing
	request func(*signature.SignRequest)  // before signing
	stamped bool                          // instead of both: B-T
	after   func(*world, string) string   // of the document
	tsa     func(*world)                  // before the time stamp
	verify  func(*world, *xades.Verifier) // of the verifier
	want    xades.Indication
	sub     xades.SubIndication
	more    []string // further codes
}{
	{name: "no reference to the properties", code: "XAD-001", edit: same, request: func(r *signature.SignRequest) { r.References = r.References[:1] }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "reference without Type", code: "XAD-001", edit: same, request: func(r *signature.SignRequest) { r.References[1].Type = "" }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "two references to the properties", code: "XAD-001", edit: same, request: func(r *signature.SignRequest) { r.References = append(r.References, r.References[1]) }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "two QualifyingProperties", code: "XAD-002", edit: same, request: func(r *signature.SignRequest) {
		second := strings.ReplaceAll(string(r.Objects[0].Content), "s1-sp", "other")
		r.Objects = append(r.Objects, signature.Object{Content: []byte(second)})
	}, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "second QualifyingProperties put in", code: "XAD-002", stamped: true, after: func(_ *world, s string) string {
		q := strings.ReplaceAll(qualifying.FindString(s), "s1-sp", "other")
		return strings.Replace(s, "</ds:Signature>", "<ds:Object>"+q+"</ds:Object></ds:Signature>", 1)
	}, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "another version of XAdES", code: "XAD-002", edit: func(q string) string { return strings.ReplaceAll(q, "v1.3.2#", "v1.1.1#") }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "Target put right by somebody else", code: "XAD-003", stamped: true, after: func(_ *world, s string) string { return replace(`Target="#s1"`, `Target="#s2"`)(s) }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "signature without Id", code: "XAD-003", edit: same, request: func(r *signature.SignRequest) { r.ID = "" }, want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "two SigningTime", code: "XAD-004", edit: insertBefore("<xades:SigningTime>", "<xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "two SigningCertificateV2", code: "XAD-004", edit: insertBefore("<xades:SigningCertificateV2>", "<xades:SigningCertificateV2></xades:SigningCertificateV2>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "unknown property", code: "XAD-004", edit: insertBefore("<xades:SigningTime>", "<xades:SigningPlace/>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "commitment to nothing", code: "XAD-004", edit: insertBefore("</xades:SignedDataObjectProperties>", "<xades:CommitmentTypeIndication><xades:CommitmentTypeId><xades:Identifier>urn:a</xades:Identifier></xades:CommitmentTypeId></xades:CommitmentTypeIndication>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "no certificate digest", code: "XAD-004", edit: drop("<xades:CertDigest>", "</xades:CertDigest>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "time without zone", code: "XAD-005", edit: replace("Z</xades:SigningTime>", "</xades:SigningTime>"), want: xades.TotalFailed, sub: xades.FormatFailure},
	{name: "no SigningTime", code: "XAD-006", edit: drop("<xades:SigningTime>", "</xades:SigningTime>"), sub: xades.SigConstraintsFailure, more: []string{"XAD-014"}},
	{name: "no SigningCertificateV2", code: "XAD-007", edit: drop("<xades:SigningCertificateV2>", "</xades:SigningCertificateV2>"), sub: xades.NoSigningCertificateFound},
	{name: "wrong digest", code: "XAD-008", edit: func(q string) string {
		return regexp.MustCompile(`<ds:DigestValue>[^<]*`).ReplaceAllString(q, "<ds:DigestValue>"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	}, sub: xades.NoSigningCertificateFound},
	{name: "certificate swapped for another of the same key", code: "XAD-008", stamped: true, after: func(w *world, s string) string {
		return regexp.MustCompile(`<ds:X509Certificate>[^<]*`).ReplaceAllString(s, "<ds:X509Certificate>"+base64.StdEncoding.EncodeToString(w.signerOf.Again("Amt Nebenstadt").Raw))
	}, sub: xades.NoSigningCertificateFound},
	{name: "wrong issuer", code: "XAD-009", edit: func(q string) string {
		return regexp.MustCompile(`<xades:IssuerSerialV2>[^<]*`).ReplaceAllString(q, "<xades:IssuerSerialV2>MAA=")
	}, sub: xades.NoSigningCertificateFound},
	{name: "SHA-1", code: "XAD-010", edit: replace(signature.SHA256, "http://www.w3.org/2000/09/xmldsig#sha1"), sub: xades.CryptoConstraintsFailure},
	{name: "old form", code: "XAD-011", edit: nil, want: xades.TotalPassed},
	{name: "ObjectReference to nothing", code: "XAD-012", edit: replace(`ObjectReference="#s1-r1"`, `ObjectReference="#s1"`), want: xades.TotalFailed, sub: xades.FormatFailure, more: []string{"XAD-013"}},
	{name: "no DataObjectFormat", code: "XAD-013", edit: drop("<xades:DataObjectFormat", "</xades:DataObjectFormat>"), sub: xades.SigConstraintsFailure, more: []string{"XAD-014"}},
	{name: "no DataObjectFormat, no baseline", code: "XAD-013", edit: drop("<xades:DataObjectFormat", "</xades:DataObjectFormat>"), verify: func(_ *world, v *xades.Verifier) { v.MinLevel = xades.LevelExtended }, want: xades.TotalPassed},
	{name: "level", code: "XAD-014", edit: same, request: func(*signature.SignRequest) {}, verify: func(_ *world, v *xades.Verifier) { v.MinLevel = xades.LevelT }, sub: xades.SigConstraintsFailure},
	{name: "policy", code: "XAD-015", edit: replace("</xades:SigningCertificateV2>", "</xades:SigningCertificateV2><xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/></xades:SignaturePolicyIdentifier>"), want: xades.TotalPassed},
	{name: "damaged certificate", code: "XAD-016", stamped: true, after: func(_ *world, s string) string {
		return insertBefore("</xades:UnsignedSignatureProperties>", "<xades:CertificateValues><xades:EncapsulatedX509Certificate>MAA=</xades:EncapsulatedX509Certificate></xades:CertificateValues>")(s)
	}, want: xades.TotalPassed},
	{name: "token cut off", code: "XAD-017", stamped: true, after: func(_ *world, s string) string {
		return regexp.MustCompile(`<xades:EncapsulatedTimeStamp>.{400}`).ReplaceAllString(s, "<xades:EncapsulatedTimeStamp>")
	}, want: xades.TotalPassed},
	{name: "time stamp of another signature", code: "XAD-018", stamped: true, after: func(w *world, s string) string {
		other := newRequest(w, `<antrag xmlns="urn:example:antrag"><name>Max Mustermann</name></antrag>`)
		token := regexp.MustCompile(`<xades:EncapsulatedTimeStamp>[^<]*`)
		return token.ReplaceAllString(s, token.FindString(other))
	}, want: xades.TotalPassed},
	{name: "altered time", code: "XAD-019", stamped: true, after: func(_ *world, s string) string { return alterToken(s, "20260201", "20260101") }, want: xades.TotalPassed},
	{name: "altered signature of the token", code: "XAD-019", stamped: true, after: func(_ *world, s string) string { return alterToken(s, "", "") }, want: xades.TotalPassed},
	{name: "unknown authority", code: "XAD-020", stamped: true, verify: func(w *world, v *xades.Verifier) { v.TSATrust = roots(w.ca.Cert) }, want: xades.TotalPassed},
	{name: "no trust in authorities", code: "XAD-020", stamped: true, verify: func(_ *world, v *xades.Verifier) { v.TSATrust = nil }, want: xades.TotalPassed},
	{name: "not for time stamps", code: "XAD-021", stamped: true, tsa: func(w *world) { w.tsa.Entity = w.tsaCA.Issue("TSA", nil) }, want: xades.TotalPassed},
	{name: "usage not critical", code: "XAD-021", stamped: true, tsa: func(w *world) { w.tsa.Entity = w.tsaCA.Issue("TSA", tsatest.Usage(false, tsatest.TimeStamping())) }, want: xades.TotalPassed},
	{name: "for more than time stamps", code: "XAD-021", stamped: true, tsa: func(w *world) {
		w.tsa.Entity = w.tsaCA.Issue("TSA", tsatest.Usage(true, tsatest.TimeStamping(), []int{1, 3, 6, 1, 5, 5, 7, 3, 3}))
	}, want: xades.TotalPassed},
	{name: "before the authority was", code: "XAD-022", stamped: true, tsa: func(w *world) { w.tsa.Time = tsatest.Start().Add(-time.Second) }, want: xades.TotalPassed},
	{name: "from the future", code: "XAD-022", stamped: true, tsa: func(w *world) { w.tsa.Time = w.now.Add(time.Hour) }, want: xades.TotalPassed},
	{name: "nothing known about the authority", code: "XAD-023", stamped: true, verify: func(w *world, v *xades.Verifier) {
		v.SkipRevocation, v.Revocation = false, &signature.RevocationData{CRLs: [][]byte{w.ca.CRL(w.now, nil)}}
	}, want: xades.TotalPassed},
	{name: "archive time stamp", code: "XAD-024", stamped: true, after: func(_ *world, s string) string {
		return insertBefore("</xades:UnsignedSignatureProperties>", `<x:ArchiveTimeStamp xmlns:x="`+xades.NS141+`"/>`)(s)
	}, want: xades.TotalPassed},
	{name: "seventeen time stamps", code: "XAD-025", stamped: true, after: func(_ *world, s string) string {
		stamp := regexp.MustCompile(`<xades:SignatureTimeStamp.*</xades:SignatureTimeStamp>`).FindString(s)
		return strings.Replace(s, stamp, strings.Repeat(stamp, 17), 1)
	}, sub: xades.SigConstraintsFailure},
	{name: "older than the certificate", code: "XAD-026", stamped: true, tsa: func(w *world) {
		w.signerOf = w.ca.Issue("Amt Musterstadt", func(c *certificate) {
			c.NotBefore, c.NotAfter = tsatest.Start().AddDate(0, 1, 1), tsatest.Start().AddDate(5, 0, 0)
		})
		w.now = w.now.AddDate(0, 0, 2)
		signer, err := signature.NewSignerWith(w.signerOf.Key, []*certificate{w.signerOf.Cert}, &signature.SignerOptions{Now: func() time.Time { return w.now }})
		if err != nil {
			panic(err)
		}
		w.signer = signer
	}, want: xades.TotalFailed, sub: xades.NotYetValid, more: []string{"XAD-027"}},
	{name: "claimed time", code: "XAD-027", edit: func(q string) string {
		return regexp.MustCompile(`<xades:SigningTime>[^<]*`).ReplaceAllString(q, "<xades:SigningTime>2040-01-01T00:00:00Z")
	}, want: xades.TotalPassed},
	{name: "too large", code: "XAD-025", stamped: true, verify: func(_ *world, v *xades.Verifier) { v.MaxPropertiesBytes = 100 }, sub: xades.SigConstraintsFailure},
}

func newRequest(w *world, doc string) string {
	signed, err := xades.Sign(context.Background(), w.signer, xades.SignRequest{SignRequest: signature.SignRequest{Document: []byte(doc), ID: "s1"}, TimeStamper: w})
	if err != nil {
		panic(err)
	}
	return string(signed)
}

// alterToken changes bytes of the time stamp; without old its last one, which is
// of the signature value.
func alterToken(s, old, new string) string {
	m := regexp.MustCompile(`<xades:EncapsulatedTimeStamp>([^<]*)`).FindStringSubmatch(s)
	der, err := base64.StdEncoding.DecodeString(m[1])
	if err != nil {
		panic(err)
	}
	if old == "" {
		der[len(der)-1] ^= 1
	} else if !strings.Contains(string(der), old) {
		panic("not in the token")
	}
	if old != "" {
		der = []byte(strings.ReplaceAll(string(der), old, new))
	}
	return strings.Replace(s, m[1], base64.StdEncoding.EncodeToString(der), 1)
}

// TestVectors breaks every rule of the catalogue.
func TestVectors(t *testing.T) {
	broken := map[string]bool{}
	for _, tt := range vectors {
		t.Run(tt.code+" "+tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.tsa != nil {
				tt.tsa(w)
			}
			edit := tt.edit
			if tt.code == "XAD-011" {
				edit = func(q string) string {
					q = strings.ReplaceAll(q, "SigningCertificateV2", "SigningCertificate")
					return regexp.MustCompile(`<xades:IssuerSerialV2>.*</xades:IssuerSerialV2>`).ReplaceAllString(q,
						"<xades:IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>"+w.signerOf.Cert.SerialNumber.String()+"</ds:X509SerialNumber></xades:IssuerSerial>")
				}
			}
			var doc string
			if tt.stamped {
				doc = string(w.sign(t, w.request(true)))
			} else {
				doc = w.forge(t, edit, tt.request)
			}
			v := w.verifier()
			if tt.tsa == nil && tt.stamped {
				good := verify(t, v, []byte(doc))
				require.Equal(t, "TOTAL-PASSED", good.String(), "the passing neighbour")
			}
			if tt.after != nil {
				changed := tt.after(w, doc)
				require.NotEqual(t, doc, changed)
				doc = changed
			}
			if tt.verify != nil {
				tt.verify(w, v)
			}
			report := verify(t, v, []byte(doc))
			require.Equal(t, append([]string{tt.code}, tt.more...), codes(report.Findings))
			assert.Equal(t, tt.want, report.Indication, "%v", report)
			assert.Equal(t, tt.sub, report.SubIndication)
			if tt.want == xades.TotalPassed {
				assert.Equal(t, message, string(report.Content()))
			}
			if tt.stamped && tt.want == xades.TotalPassed && tt.code != "XAD-016" && tt.code != "XAD-024" {
				assert.Equal(t, xades.LevelB, report.Level)
				assert.False(t, report.TimeStamps[0].Valid)
				assert.Equal(t, w.now, report.BestSignatureTime)
			}
			broken[tt.code] = true
		})
	}
	seen := map[string]bool{}
	for _, rule := range xades.Rules() {
		assert.True(t, broken[rule.Code], "%s has no failing vector", rule.Code)
		assert.False(t, seen[rule.Code])
		assert.NotEmpty(t, rule.Source)
		assert.NotEmpty(t, rule.Message)
		seen[rule.Code] = true
	}
	require.Len(t, seen, 27)
}

// TestMoved moves signed parts to where nobody should look for them.
func TestMoved(t *testing.T) {
	w := newWorld(t)
	signed := string(w.sign(t, w.request(true)))
	props := regexp.MustCompile(`<xades:SignedProperties.*</xades:SignedProperties>`).FindString(signed)
	other := strings.Replace(props, "s1-sp", "s1-other", 1)
	ns := ` xmlns:xades="` + xades.NS + `" xmlns:ds="` + signature.NS + `"`
	declared := strings.Replace(props, "<xades:SignedProperties", "<xades:SignedProperties"+ns, 1)
	tests := []struct {
		name string
		doc  string
	}{
		{"out of QualifyingProperties", strings.Replace(strings.Replace(signed, props, other, 1), "</ds:Signature>", "<ds:Object>"+declared+"</ds:Object></ds:Signature>", 1)},
		{"into another Object's element", strings.Replace(strings.Replace(signed, props, other, 1), "</ds:Signature>", "<ds:Object><x>"+declared+"</x></ds:Object></ds:Signature>", 1)},
		{"into unsigned properties", strings.Replace(strings.Replace(signed, props, other, 1), "</xades:UnsignedSignatureProperties>", declared+"</xades:UnsignedSignatureProperties>", 1)},
		{"two in QualifyingProperties", strings.Replace(signed, props, other+props, 1)},
		{"into the document", strings.Replace(strings.Replace(signed, props, other, 1), "<name", declared+"<name", 1)},
		{"gone", strings.Replace(signed, props, "", 1)},
		{"altered", strings.Replace(signed, "text/xml", "text/css", 1)},
		{"twice", strings.Replace(signed, props, props+props, 1)},
		{"document altered", strings.Replace(signed, "Erika", "Frieda", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.NotEqual(t, signed, tt.doc)
			report := verify(t, w.verifier(), []byte(tt.doc))
			require.NotEqual(t, xades.TotalPassed, report.Indication)
		})
	}
}

// TestFlips changes every byte in turn: nothing that is accepted says something
// else.
func TestFlips(t *testing.T) {
	w := newWorld(t)
	signed := w.sign(t, w.request(true))
	good := verify(t, w.verifier(), signed)
	accepted, refused := 0, 0
	token := bytes.Index(signed, []byte("<xades:EncapsulatedTimeStamp>"))
	for i := range signed {
		if i > token && i%7 != 0 && signed[i] != '<' { // base64 of the token; see package rfc3161
			continue
		}
		doc := append([]byte(nil), signed...)
		doc[i] ^= 4
		report, err := w.verifier().Verify(context.Background(), signature.Request{Document: doc})
		if err != nil {
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			refused++
			continue
		}
		if report.Indication != xades.TotalPassed {
			refused++
			continue
		}
		accepted++
		require.Equal(t, good.Content(), report.Content())
		require.Equal(t, good.Properties, report.Properties)
		for _, s := range report.TimeStamps {
			if s.Valid {
				require.Equal(t, good.TimeStamps[0], s)
			}
		}
	}
	require.Greater(t, refused, 1000)
	t.Logf("%d refused, %d accepted with the same content (unsigned properties)", refused, accepted)
}

// TestZero has nothing to say for what nobody filled in.
func TestZero(t *testing.T) {
	require.Equal(t, "INDETERMINATE", (&xades.Report{}).String())
	require.Equal(t, "INDETERMINATE", (*xades.Report)(nil).String())
	require.Equal(t, finding.Undetermined, (&xades.Report{}).Verdict)
	require.Equal(t, finding.Undetermined, xades.Indication(0).Verdict())
	require.Nil(t, (&xades.Report{}).Content())
	require.Nil(t, (&xades.Report{Indication: xades.TotalPassed}).Content())
	require.Nil(t, (*xades.Report)(nil).Signature())
}

// TestBombs reads properties that are made to take time and memory.
func TestBombs(t *testing.T) {
	w := newWorld(t)
	signed := string(w.sign(t, w.request(true)))
	name := strings.Repeat("n", 1000)
	bombs := map[string]string{
		"references in text": "<xades:CertificateValues><xades:EncapsulatedX509Certificate>" + strings.Repeat("&#65;", 800_000) + "</xades:EncapsulatedX509Certificate></xades:CertificateValues>",
		"deep, long names":   strings.Repeat("<"+name+">", 200) + strings.Repeat("<a/>", 15_000) + strings.Repeat("</"+name+">", 200),
		"many elements":      strings.Repeat("<a/>", 30_000),
	}
	for label, bomb := range bombs {
		t.Run(label, func(t *testing.T) {
			doc := insertBefore("</xades:UnsignedSignatureProperties>", bomb)(signed)
			began := time.Now()
			report := verify(t, w.verifier(), []byte(doc))
			require.Less(t, time.Since(began), 3*time.Minute) // what is quadratic takes many
			require.Equal(t, label == "many elements", finding.Has(report.Findings, "XAD-025"))
		})
	}
}

// TestPlaces names the element that breaks a rule.
func TestPlaces(t *testing.T) {
	w := newWorld(t)
	doc := w.forge(t, replace("Z</xades:SigningTime>", "</xades:SigningTime>"), nil)
	report := verify(t, w.verifier(), []byte(doc))
	require.Len(t, report.Findings, 1)
	require.Equal(t, "/SignedProperties/SignedSignatureProperties/SigningTime", report.Findings[0].Path)
}

// TestLogs writes neither names nor content.
func TestLogs(t *testing.T) {
	w := newWorld(t)
	r := w.request(true)
	r.Properties.ClaimedRoles = []string{"Max Mustermann"}
	report := verify(t, w.verifier(), w.sign(t, r))
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("verified", "report", report, "properties", *report.Properties)
	require.Contains(t, out.String(), `"indication":"TOTAL-PASSED"`)
	require.NotContains(t, out.String(), "Mustermann")
	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.NotContains(t, string(text), "Mustermann")
	require.Contains(t, string(text), `"verdict":"accepted","indication":"TOTAL-PASSED","level":"XAdES-B-T"`)
}
