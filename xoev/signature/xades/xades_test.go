package xades_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

func TestSignAndVerify(t *testing.T) {
	w := newWorld(t)
	properties := xades.Properties{
		SigningTime: w.now.Add(-time.Hour), ClaimedRoles: []string{"Sachbearbeitung <1> & Leitung"},
		Formats:     []xades.DataObjectFormat{{MimeType: "application/xml", Description: "Antrag", Encoding: "urn:example:encoding", Identifier: "urn:example:antrag"}},
		Commitments: []xades.Commitment{{Identifier: xades.ProofOfApproval}, {Identifier: xades.ProofOfOrigin, ReferenceIDs: []string{"s1-r1"}}},
		Place:       &xades.Place{City: "Musterstadt", Street: "Marktplatz 1", State: "Musterland", PostalCode: "00000", Country: "DE"},
	}
	for _, stamped := range []bool{false, true} {
		r := w.request(stamped)
		r.Properties = properties
		report := verify(t, w.verifier(), w.sign(t, r))
		require.Equal(t, xades.TotalPassed, report.Indication, "%v", report)
		require.Empty(t, report.Findings)
		require.Equal(t, message, string(report.Content()))
		want := properties
		want.SigningTime = want.SigningTime.UTC()
		want.Formats = []xades.DataObjectFormat{want.Formats[0]}
		want.Formats[0].ReferenceID = "s1-r1"
		require.Equal(t, want, *report.Properties)
		if !stamped {
			require.Equal(t, xades.LevelB, report.Level)
			require.Equal(t, w.now, report.BestSignatureTime)
			continue
		}
		require.Equal(t, xades.LevelT, report.Level)
		require.Equal(t, w.tsa.Time, report.BestSignatureTime)
		require.Len(t, report.TimeStamps, 1)
		assert.Equal(t, xades.TimeStamp{Valid: true, Time: w.tsa.Time, Accuracy: time.Second, Policy: "1.2.3.4", Certificate: w.tsa.Cert}, report.TimeStamps[0])
	}
}

func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// TestForms signs and stamps every form.
func TestForms(t *testing.T) {
	w := newWorld(t)
	object := []signature.Object{{ID: "o1", Content: []byte(message)}}
	within := []byte(`<w><a Id="a">1</a><b xml:lang="de" Id="b">2</b></w>`)
	files := map[string][]byte{"antrag.bin": {0, 1, 2}, "antrag.xml": []byte(message)}
	tests := []struct {
		name string
		r    signature.SignRequest
		want string
	}{
		{"enveloped", signature.SignRequest{Document: []byte(message)}, message},
		{"enveloped with xml:lang", signature.SignRequest{Document: []byte(`<a xml:lang="de"/>`)}, `<a xml:lang="de"></a>`},
		{"enveloping", signature.SignRequest{Form: signature.Enveloping, Objects: object, References: []signature.SignReference{{URI: "#o1"}}}, ""},
		{"detached", signature.SignRequest{Form: signature.Detached, Files: files, References: []signature.SignReference{
			{URI: "antrag.bin"}, {URI: "antrag.xml", Canonicalization: signature.InclusiveC14N}}}, ""},
		{"same document", signature.SignRequest{Form: signature.SameDocument, Document: within, ID: "x", References: []signature.SignReference{{URI: "#a"}, {URI: "#b"}}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			signed := w.sign(t, xades.SignRequest{SignRequest: tt.r, TimeStamper: w})
			report, err := w.verifier().Verify(context.Background(), signature.Request{Form: tt.r.Form, Document: signed, Files: tt.r.Files, SignatureID: tt.r.ID})
			require.NoError(t, err)
			require.Equal(t, "TOTAL-PASSED", report.String())
			require.Equal(t, xades.LevelT, report.Level)
			large := signature.Request{Form: tt.r.Form, Large: section(signed), LargeFiles: map[string]*io.SectionReader{}, SignatureID: tt.r.ID}
			for uri, f := range tt.r.Files {
				large.LargeFiles[uri] = section(f)
			}
			streamed, err := w.verifier().Verify(context.Background(), large)
			require.NoError(t, err)
			require.Equal(t, report.String(), streamed.String())
			require.Equal(t, report.Properties, streamed.Properties)
			if tt.want != "" {
				require.Equal(t, tt.want, string(report.Content()))
			}
			for _, r := range report.Signature().References {
				if r.URI == "antrag.bin" {
					require.Equal(t, files["antrag.bin"], r.Content())
				}
			}
		})
	}
}

// TestTimes asks on which day of a certificate's life a signature holds, with and
// without time stamp.
func TestTimes(t *testing.T) {
	day := func(n int) time.Time { return tsatest.Start().AddDate(0, 0, n) }
	tests := []struct {
		name    string
		stamp   int // day of the time stamp; 0 for none
		revoked int // day
		tsaEnds int // day
		ca      bool
		at      int
		want    xades.Indication
		sub     xades.SubIndication
		level   xades.Level
	}{
		{name: "valid", at: 20, want: xades.TotalPassed, level: xades.LevelB},
		{name: "expired", at: 120, sub: xades.OutOfBoundsNoPOE},
		{name: "expired, stamped before", stamp: 10, at: 120, want: xades.TotalPassed, level: xades.LevelT},
		{name: "expired, stamped after", stamp: 110, at: 120, sub: xades.OutOfBoundsNoPOE},
		{name: "not yet valid, stamped", stamp: 2, at: 120, want: xades.TotalFailed, sub: xades.NotYetValid},
		{name: "expired, the authority's certificate too", stamp: 10, tsaEnds: 100, at: 120, sub: xades.OutOfBoundsNoPOE},
		{name: "revoked", revoked: 15, at: 20, sub: xades.RevokedNoPOE},
		{name: "revoked after the stamp", stamp: 10, revoked: 15, at: 20, want: xades.TotalPassed, level: xades.LevelT},
		{name: "revoked before the stamp", stamp: 17, revoked: 15, at: 20, sub: xades.RevokedNoPOE},
		{name: "revoked at the second of the stamp", stamp: 15, revoked: 15, at: 20, sub: xades.RevokedNoPOE},
		{name: "issuer revoked", revoked: 15, ca: true, at: 20, sub: xades.RevokedCANoPOE},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			root := w.ca
			if tt.ca {
				w.ca = root.Issue("Zwischenstelle", func(c *certificate) {
					c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, caUsage
				})
			}
			w.signerOf = w.ca.Issue("Amt Musterstadt", func(c *certificate) { c.NotBefore, c.NotAfter = day(5), day(100) })
			if tt.tsaEnds > 0 {
				w.tsa.Entity = w.tsaCA.Issue("TSA", func(c *certificate) {
					tsatest.Usage(true, tsatest.TimeStamping())(c)
					c.NotBefore, c.NotAfter = day(0), day(tt.tsaEnds)
				})
			}
			w.now, w.tsa.Time = day(6), day(tt.stamp)
			s, err := signature.NewSignerWith(w.signerOf.Key, chainOf(w), &signature.SignerOptions{Now: func() time.Time { return day(6) }})
			require.NoError(t, err)
			signed, err := xades.Sign(context.Background(), s, w.request(tt.stamp > 0))
			require.NoError(t, err)
			w.now = day(tt.at)
			v := w.verifier()
			v.Trust = roots(root.Cert)
			if tt.revoked > 0 {
				v.SkipRevocation = false
				victim := w.signerOf
				if tt.ca {
					victim = w.ca
				}
				lists := [][]byte{w.tsaCA.CRL(w.now, nil), root.CRL(w.now, nil), w.ca.CRL(w.now, nil)}
				lists = append(lists, root.CRL(w.now, map[*tsatest.Entity]time.Time{victim: day(tt.revoked)}))
				if !tt.ca {
					lists = [][]byte{w.tsaCA.CRL(w.now, nil), w.ca.CRL(w.now, map[*tsatest.Entity]time.Time{victim: day(tt.revoked)})}
				}
				v.Revocation = &signature.RevocationData{CRLs: lists}
			}
			report := verify(t, v, signed)
			require.Equal(t, tt.want, report.Indication, "%v", report)
			require.Equal(t, tt.sub, report.SubIndication, "%v", report)
			require.Equal(t, tt.level, report.Level)
		})
	}
}
