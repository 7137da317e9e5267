package signature_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// swelling is a document whose canonical form is about ten times as long,
// because each of the small elements gets the declaration of its prefix.
func swelling(n int) []byte {
	return []byte(`<r xmlns:p="urn:` + strings.Repeat("x", 40) + `">` + strings.Repeat("<p:a/>", n/6) + `</r>`)
}

// TestSwellingDocument: only who is trusted may make the verifier hold a
// canonical form that is much longer than the document.
func TestSwellingDocument(t *testing.T) {
	own := signPair()
	doc := swelling(2 << 20)
	signed, err := own.signer(t).SignEnveloped(doc, nil)
	require.NoError(t, err)
	report, err := own.verifier().VerifyEnveloped(signed)
	accepted(t, report, err)
	require.Greater(t, len(report.Content()), 5*len(doc))
	sig, err := own.signer(t).SignDetached(doc, "a.xml", nil)
	require.NoError(t, err)
	report, err = own.verifier().VerifyDetached(doc, sig, "a.xml")
	accepted(t, report, err)
	require.Greater(t, len(report.Content()), 5*len(doc))

	for name, tc := range map[string]struct {
		detached bool
		doc, sig string
		code     string
	}{
		"no signature":           {false, string(doc), "", "SIG-001"},
		"another SignedInfo":     {false, strings.Replace(string(signed), `URI=""`, `URI="" `, 1), "", ""},
		"wrong signature":        {false, breakValue(t, string(signed)), "", "SIG-033"},
		"wrong signature, apart": {true, string(doc), breakValue(t, string(sig)), "SIG-033"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			v := own.verifier()
			report, err := v.VerifyEnveloped([]byte(tc.doc))
			if tc.detached {
				report, err = v.VerifyDetached([]byte(tc.doc), []byte(tc.sig), "a.xml")
			}
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			if tc.code == "" { // white space in a tag changes nothing
				require.Equal(t, finding.Accepted, report.Verdict)
				return
			}
			require.True(t, finding.Has(report.Findings, tc.code), "%v", report)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(40*len(doc)))
		})
	}
}

// breakValue changes one digit of SignatureValue.
func breakValue(t *testing.T, s string) string {
	t.Helper()
	const tag = "<ds:SignatureValue>"
	i := strings.Index(s, tag)
	require.Positive(t, i)
	i += len(tag)
	digit := "A"
	if s[i] == 'A' {
		digit = "B"
	}
	return s[:i] + digit + s[i+1:]
}
