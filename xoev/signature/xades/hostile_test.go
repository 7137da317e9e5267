package xades_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

// cert is a Cert of SigningCertificateV2 with its digest, and the issuer if given.
func certV2(c *x509.Certificate, issuer string) string {
	h := signatureDigest(c.Raw)
	out := `<xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="` + signature.SHA256 + `"></ds:DigestMethod><ds:DigestValue>` + h + `</ds:DigestValue></xades:CertDigest>`
	if issuer != "" {
		out += "<xades:IssuerSerialV2>" + issuer + "</xades:IssuerSerialV2>"
	}
	return out + "</xades:Cert>"
}

// TestHostileProperties signs properties, with the signer's own key, that are made
// to be read in two ways, or puts them where others should not look.
func TestHostileProperties(t *testing.T) {
	const passed, failed, unknown = xades.TotalPassed, xades.TotalFailed, xades.Indeterminate
	format := regexp.MustCompile(`<xades:DataObjectFormat .*</xades:DataObjectFormat>`)
	certs := regexp.MustCompile(`<xades:Cert>.*</xades:Cert>`)
	manifest := func(r *signature.SignRequest) {
		r.Objects = append(r.Objects, signature.Object{Content: []byte(`<ds:Manifest xmlns:ds="` + signature.NS + `" Id="m"><ds:Reference Id="in-m" URI="urn:x"><ds:DigestMethod Algorithm="` + signature.SHA256 + `"></ds:DigestMethod><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:Manifest>`)})
		r.References = append(r.References, signature.SignReference{ID: "s1-m", URI: "#m"})
	}
	tests := []struct {
		name    string
		edit    func(w *world, q string) string
		request func(*signature.SignRequest)
		want    xades.Indication
		codes   []string
	}{
		{name: "two formats for one reference", edit: func(_ *world, q string) string {
			return format.ReplaceAllString(q, `<xades:DataObjectFormat ObjectReference="#s1-r1"><xades:Description>a</xades:Description></xades:DataObjectFormat>$0`)
		}, want: failed, codes: []string{"XAD-012", "XAD-013"}},
		{name: "two types in one format", edit: func(_ *world, q string) string {
			return strings.Replace(q, "<xades:MimeType>text/xml</xades:MimeType>", "<xades:MimeType>text/xml</xades:MimeType><xades:MimeType>text/html</xades:MimeType>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "format of a reference in a signed manifest", request: manifest, edit: func(_ *world, q string) string {
			return format.ReplaceAllString(q, `$0<xades:DataObjectFormat ObjectReference="#in-m"><xades:MimeType>text/plain</xades:MimeType></xades:DataObjectFormat><xades:DataObjectFormat ObjectReference="#s1-m"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>`)
		}, want: passed, codes: []string{}},
		{name: "format of an element that is no reference", request: manifest, edit: func(_ *world, q string) string {
			return format.ReplaceAllString(q, `$0<xades:DataObjectFormat ObjectReference="#m"><xades:MimeType>text/plain</xades:MimeType></xades:DataObjectFormat>`)
		}, want: failed, codes: []string{"XAD-012", "XAD-013"}},
		{name: "certificate of an issuer beside the signer's", edit: func(w *world, q string) string {
			return certs.ReplaceAllString(q, "$0"+certV2(w.ca.Cert, ""))
		}, want: passed, codes: []string{}},
		{name: "only the issuer's certificate", edit: func(w *world, q string) string {
			return certs.ReplaceAllString(q, certV2(w.ca.Cert, ""))
		}, want: unknown, codes: []string{"XAD-008"}},
		{name: "certificate of an issuer before the signer's", edit: func(w *world, q string) string {
			return certs.ReplaceAllString(q, certV2(w.ca.Cert, "")+"$0")
		}, want: passed, codes: []string{}},
		{name: "only another certificate of the same key", edit: func(w *world, q string) string {
			return certs.ReplaceAllString(q, certV2(w.signerOf.Again("Amt Nebenstadt"), ""))
		}, want: unknown, codes: []string{"XAD-008"}},
		{name: "two digests in one Cert", edit: func(w *world, q string) string {
			return strings.Replace(q, "</xades:CertDigest>", "</xades:CertDigest>"+strings.TrimSuffix(strings.TrimPrefix(certV2(w.ca.Cert, ""), "<xades:Cert>"), "</xades:Cert>"), 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "two issuers in one Cert", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:IssuerSerialV2>", "</xades:IssuerSerialV2><xades:IssuerSerialV2>MAA=</xades:IssuerSerialV2>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "both versions, the older of another certificate", edit: func(w *world, q string) string {
			v1 := "<xades:SigningCertificate>" + strings.Replace(certV2(w.ca.Cert, ""), "</xades:Cert>", "<xades:IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>", 1) + "</xades:SigningCertificate>"
			return strings.Replace(q, "<xades:SigningCertificateV2>", v1+"<xades:SigningCertificateV2>", 1)
		}, want: unknown, codes: []string{"XAD-008"}},
		{name: "both versions, both right", edit: func(w *world, q string) string {
			v1 := "<xades:SigningCertificate>" + strings.Replace(certV2(w.signerOf.Cert, ""), "</xades:Cert>", "<xades:IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>"+w.signerOf.Cert.SerialNumber.String()+"</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>", 1) + "</xades:SigningCertificate>"
			return strings.Replace(q, "<xades:SigningCertificateV2>", v1+"<xades:SigningCertificateV2>", 1)
		}, want: unknown, codes: []string{"XAD-014"}},
		{name: "certificate elsewhere", edit: func(_ *world, q string) string {
			return strings.Replace(q, "<xades:Cert>", `<xades:Cert URI="http://example.org/c">`, 1)
		}, want: unknown, codes: []string{"XAD-014"}},
		{name: "two roles", edit: func(_ *world, q string) string {
			role := "<xades:ClaimedRoles><xades:ClaimedRole>a</xades:ClaimedRole></xades:ClaimedRoles>"
			return strings.Replace(q, "</xades:SignedSignatureProperties>", "<xades:SignerRole>"+role+"</xades:SignerRole><xades:SignerRoleV2>"+role+"</xades:SignerRoleV2></xades:SignedSignatureProperties>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "time stamp among signed properties", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:SignedSignatureProperties>", "<xades:SignatureTimeStamp><xades:EncapsulatedTimeStamp>MAA=</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp></xades:SignedSignatureProperties>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "signed properties in properties of data", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:SignedDataObjectProperties>", "<xades:SigningTime>2020-01-01T00:00:00Z</xades:SigningTime></xades:SignedDataObjectProperties>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "SignedSignatureProperties twice", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:SignedSignatureProperties>", "</xades:SignedSignatureProperties><xades:SignedSignatureProperties><xades:SigningTime>2020-01-01T00:00:00Z</xades:SigningTime></xades:SignedSignatureProperties>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "an element in the signing time", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:SigningTime>", "<xades:x/></xades:SigningTime>", 1)
		}, want: failed, codes: []string{"XAD-005"}},
		{name: "an element in the media type", edit: func(_ *world, q string) string {
			return strings.Replace(q, "text/xml<", "text/x<b>html</b>ml<", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "all objects and some", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:SignedDataObjectProperties>", "<xades:CommitmentTypeIndication><xades:CommitmentTypeId><xades:Identifier>urn:a</xades:Identifier></xades:CommitmentTypeId><xades:ObjectReference>#s1-r1</xades:ObjectReference><xades:AllSignedDataObjects/></xades:CommitmentTypeIndication></xades:SignedDataObjectProperties>", 1)
		}, want: failed, codes: []string{"XAD-004"}},
		{name: "unsigned properties twice", edit: func(_ *world, q string) string {
			return strings.Replace(q, "</xades:QualifyingProperties>", "<xades:UnsignedProperties/><xades:UnsignedProperties/></xades:QualifyingProperties>", 1)
		}, want: failed, codes: []string{"XAD-002"}},
		{name: "Target of another signature", edit: func(_ *world, q string) string { return strings.Replace(q, `Target="#s1"`, `Target="#s2"`, 1) }, want: failed, codes: []string{"XAD-003"}},
		{name: "Target without a fragment", edit: func(_ *world, q string) string { return strings.Replace(q, `Target="#s1"`, `Target=""`, 1) }, want: failed, codes: []string{"XAD-003"}},
		{name: "signed by another of its IDs", edit: func(_ *world, q string) string {
			return strings.Replace(q, `Id="s1-sp"`, `ID="s1-sp" Id="s1-xx"`, 1)
		}, want: failed, codes: []string{"XAD-002"}},
		{name: "a second QualifyingProperties of an older version", request: func(r *signature.SignRequest) {
			r.Objects = append(r.Objects, signature.Object{Content: []byte(`<x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.1.1#" Target="#s1"/>`)})
		}, edit: func(_ *world, q string) string { return q }, want: failed, codes: []string{"XAD-002"}},
		{name: "properties by a reference elsewhere", request: func(r *signature.SignRequest) {
			r.Objects = append(r.Objects, signature.Object{Content: []byte(`<x:QualifyingPropertiesReference xmlns:x="` + xades.NS + `" URI="http://example.org/"/>`)})
		}, edit: func(_ *world, q string) string { return q }, want: failed, codes: []string{"XAD-002"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			doc := w.forge(t, func(q string) string { return tt.edit(w, q) }, tt.request)
			report := verify(t, w.verifier(), []byte(doc))
			assert.Equal(t, tt.want, report.Indication, "%v", report)
			assert.Equal(t, tt.codes, codes(report.Findings))
		})
	}
}

// TestObjectType: what an Object says about itself and what is said about it.
func TestObjectType(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct{ object, format, want string }{
		"same":     {"text/plain", "text/plain", "TOTAL-PASSED"},
		"taken":    {"text/plain", "", "TOTAL-PASSED"},
		"silent":   {"", "text/plain", "TOTAL-PASSED"},
		"another":  {"text/plain", "text/html", "TOTAL-FAILED FORMAT_FAILURE (XAD-004)"},
		"no types": {"", "", "TOTAL-PASSED"},
	} {
		t.Run(name, func(t *testing.T) {
			r := xades.SignRequest{SignRequest: signature.SignRequest{
				Form: signature.Enveloping, References: []signature.SignReference{{URI: "#o1"}},
				Objects: []signature.Object{{ID: "o1", MimeType: tt.object, Content: []byte("text")}},
			}}
			if tt.format != "" {
				r.Properties.Formats = []xades.DataObjectFormat{{MimeType: tt.format}}
			}
			report, err := w.verifier().Verify(context.Background(), signature.Request{Form: signature.Enveloping, Document: w.sign(t, r)})
			require.NoError(t, err)
			require.Equal(t, tt.want, report.String())
		})
	}
}

// TestHostileTokens attaches tokens that say something else than they seem to.
func TestHostileTokens(t *testing.T) {
	serverOnly := func(c *x509.Certificate) { // a certificate authority for web servers
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, caUsage
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	anyCA := func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, caUsage
	}
	tests := []struct {
		name   string
		tsa    func(w *world)
		signer func(c *certificate) // of the signer's certificate
		want   string
		level  xades.Level
		valid  bool
	}{
		{name: "good", want: "TOTAL-PASSED", level: xades.LevelT, valid: true},
		{name: "below an authority for anything", tsa: func(w *world) {
			w.tsa = tsatest.NewTSA(w.tsaCA.Issue("Unterwurzel", anyCA))
		}, want: "TOTAL-PASSED", level: xades.LevelT, valid: true},
		{name: "below an authority for web servers only", tsa: func(w *world) {
			w.tsa = tsatest.NewTSA(w.tsaCA.Issue("Webserver", serverOnly))
		}, want: "TOTAL-PASSED (XAD-020)", level: xades.LevelB},
		{name: "before the signer's certificate", signer: func(c *certificate) {
			c.NotBefore, c.NotAfter = tsatest.Start().AddDate(0, 1, 1), tsatest.Start().AddDate(5, 0, 0)
		}, want: "TOTAL-FAILED NOT_YET_VALID (XAD-026 XAD-027)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			at := w.tsa.Time
			if tt.tsa != nil {
				tt.tsa(w)
			}
			w.tsa.Time = at
			if tt.signer != nil {
				w.signerOf = w.ca.Issue("Amt Musterstadt", tt.signer)
				w.now = w.now.AddDate(0, 0, 2)
				w.signer = signerFor(t, w, w.signerOf.Cert)
			}
			report := verify(t, w.verifier(), w.sign(t, w.request(true)))
			require.Equal(t, tt.want, report.String())
			require.Equal(t, tt.level, report.Level)
			if tt.want == "TOTAL-PASSED" || !tt.valid && tt.level == xades.LevelB {
				require.Equal(t, tt.valid, report.TimeStamps[0].Valid)
			}
		})
	}
}

// TestDecoy puts a certificate with the names of the authority's before it: that
// others can add one does not make a time stamp void.
func TestDecoy(t *testing.T) {
	w := newWorld(t)
	w.tsa.Change = func(ts *timestamp.Timestamp) { ts.AddTSACertificate, ts.Certificates = false, nil }
	signed := w.sign(t, w.request(true))
	for name, certs := range map[string][]*x509.Certificate{
		"real":       {w.tsa.Cert},
		"decoy":      {w.tsaCA.Namesake(w.tsa.Cert)},
		"both":       {w.tsaCA.Namesake(w.tsa.Cert), w.tsa.Cert},
		"both, last": {w.tsa.Cert, w.tsaCA.Namesake(w.tsa.Cert)},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := xades.AddValidationData(context.Background(), signature.Request{Document: signed}, xades.ValidationData{Certificates: certs})
			require.NoError(t, err)
			report := verify(t, w.verifier(), doc)
			require.Equal(t, name != "decoy", report.TimeStamps[0].Valid, "%v", report)
		})
	}
}

// TestClaimedTime compares what the signer claims with what was proven.
func TestClaimedTime(t *testing.T) {
	for name, tt := range map[string]struct {
		claim   time.Duration // after the time stamp
		stamped bool
		want    string
	}{
		"before the time stamp":             {-time.Hour, true, "TOTAL-PASSED"},
		"as far off as clocks are":          {time.Minute, true, "TOTAL-PASSED"},
		"after the time stamp":              {time.Hour, true, "TOTAL-PASSED (XAD-027)"},
		"ahead of the clock":                {time.Hour, false, "TOTAL-PASSED (XAD-027)"},
		"a little ahead, not stamped":       {2 * time.Minute, false, "TOTAL-PASSED"},
		"long ago, which nothing speaks of": {-24 * time.Hour * 365 * 50, false, "TOTAL-PASSED"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := w.request(tt.stamped)
			r.Properties.SigningTime = w.tsa.Time.Add(tt.claim)
			report := verify(t, w.verifier(), w.sign(t, r))
			require.Equal(t, tt.want, report.String())
		})
	}
}

// TestHostileEvidence puts revocation data beside a signature as an attacker would
// who wants a revoked certificate to hold.
func TestHostileEvidence(t *testing.T) {
	tests := []struct {
		name string
		data func(w *world) xades.ValidationData
		want string
	}{
		{"nothing", func(*world) xades.ValidationData { return xades.ValidationData{} }, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"good", func(w *world) xades.ValidationData {
			return xades.ValidationData{OCSPs: [][]byte{w.ca.OCSP(w.signerOf, w.now)}}
		}, "TOTAL-PASSED"},
		{"about another certificate", func(w *world) xades.ValidationData {
			return xades.ValidationData{OCSPs: [][]byte{w.ca.OCSP(w.ca.Issue("x", nil), w.now)}}
		}, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"by the signer itself", func(w *world) xades.ValidationData {
			return xades.ValidationData{OCSPs: [][]byte{w.signerOf.OCSP(w.signerOf, w.now)}, CRLs: [][]byte{w.tsaCA.CRL(w.now, nil)}}
		}, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"by an authority that it brought along", func(w *world) xades.ValidationData {
			namesake := tsatest.NewCA("Wurzel Musterstadt")
			return xades.ValidationData{Certificates: []*x509.Certificate{namesake.Cert}, OCSPs: [][]byte{namesake.OCSP(w.signerOf, w.now)}, CRLs: [][]byte{namesake.CRL(w.now, nil)}}
		}, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"old", func(w *world) xades.ValidationData {
			return xades.ValidationData{CRLs: [][]byte{w.ca.CRL(w.now.AddDate(0, 0, -2), nil)}}
		}, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"of the future", func(w *world) xades.ValidationData {
			return xades.ValidationData{CRLs: [][]byte{w.ca.CRL(time.Now().AddDate(0, 0, 2), nil)}}
		}, "INDETERMINATE TRY_LATER (SIG-056)"},
		{"good once, revoked in another", func(w *world) xades.ValidationData {
			return xades.ValidationData{OCSPs: [][]byte{w.ca.OCSP(w.signerOf, w.now)}, CRLs: [][]byte{w.ca.CRL(w.now, map[*tsatest.Entity]time.Time{w.signerOf: w.now.Add(-time.Hour)})}}
		}, "INDETERMINATE REVOKED_NO_POE (SIG-055)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			v := w.verifier()
			v.SkipRevocation = false
			signed := w.sign(t, w.request(false))
			extended, err := xades.AddValidationData(context.Background(), signature.Request{Document: signed}, tt.data(w))
			require.NoError(t, err)
			require.Equal(t, tt.want, verify(t, v, extended).String())
		})
	}
}

// TestFloods attaches much to a good signature: time and memory stay small.
func TestFloods(t *testing.T) {
	w := newWorld(t)
	r := w.request(true)
	r.Document = []byte(`<antrag xmlns="urn:example:antrag">` + strings.Repeat("<name>Erika Mustermann</name>", 40_000) + "</antrag>")
	signed := string(w.sign(t, r))
	stamp := regexp.MustCompile(`<xades:SignatureTimeStamp.*</xades:SignatureTimeStamp>`).FindString(signed)
	var many []*tsatest.Entity
	for range 20 {
		many = append(many, w.tsaCA.Issue("x", nil))
	}
	revoked := map[*tsatest.Entity]time.Time{}
	for _, e := range many {
		revoked[e] = w.now
	}
	base, lists, same := w.tsaCA.CRL(w.now, revoked), "", ""
	for i := range 64 {
		list := "<xades:EncapsulatedCRLValue>" + base64.StdEncoding.EncodeToString(append(base[:len(base):len(base)], bytes.Repeat([]byte{byte(i)}, 600_000)...)) + "</xades:EncapsulatedCRLValue>"
		lists += list
		same += "<xades:EncapsulatedCRLValue>" + base64.StdEncoding.EncodeToString(base) + "</xades:EncapsulatedCRLValue>"
	}
	floods := map[string]struct {
		text string
		code string
	}{
		"sixteen stamps":    {strings.Repeat(stamp, 15), ""},
		"a thousand stamps": {strings.Repeat(stamp, 1000), "XAD-025"},
		"a thousand certificates": {"<xades:CertificateValues>" + strings.Repeat("<xades:EncapsulatedX509Certificate>"+base64.StdEncoding.EncodeToString(w.tsa.Cert.Raw)+"</xades:EncapsulatedX509Certificate>", 1000) +
			"</xades:CertificateValues>", "XAD-025"},
		"lists without end":    {"<xades:RevocationValues><xades:CRLValues>" + lists + "</xades:CRLValues></xades:RevocationValues>", "XAD-025"},
		"one list, many times": {"<xades:RevocationValues><xades:CRLValues>" + same + same + "</xades:CRLValues></xades:RevocationValues>", ""},
	}
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			doc := insertBefore("</xades:UnsignedSignatureProperties>", flood.text)(signed)
			v := w.verifier()
			v.SkipRevocation = false
			began := time.Now()
			report, err := v.Verify(context.Background(), signature.Request{Document: []byte(doc)})
			require.NoError(t, err)
			took := time.Since(began)
			t.Logf("%d bytes: %v, %v", len(doc), took, report)
			require.Less(t, took, 3*time.Minute) // under the race detector on a busy machine it is half a minute
			require.Equal(t, flood.code != "", finding.Has(report.Findings, "XAD-025"))
		})
	}
}
