package xades

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// TestMeaning gives every rule of both packages one sub-indication: those here, or
// the failure of the format.
func TestMeaning(t *testing.T) {
	known := map[string]bool{}
	for _, r := range append(signature.Rules(), Rules()...) {
		known[r.Code] = true
		sub := subIndication([]finding.Finding{r.At("", 0, 0, nil)})
		if r.Severity == finding.Warning {
			assert.Empty(t, sub, r.Code)
			continue
		}
		want, ok := meaning[r.Code]
		if !ok {
			want = FormatFailure
		}
		assert.Equal(t, want, sub, r.Code)
	}
	for code := range meaning {
		assert.True(t, known[code], code)
	}
	digest, untrusted := finding.Finding{Code: "SIG-034"}, finding.Finding{Code: "SIG-024"}
	require.Equal(t, HashFailure, subIndication([]finding.Finding{untrusted, digest}))
	require.Equal(t, NoCertificateChainFound, subIndication([]finding.Finding{untrusted, {Code: "SIG-025"}}))
}
