package encryption

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// allURIs are all algorithms of the package, and one that it does not know.
func allURIs() []string {
	all := []string{"urn:unknown", RSAOAEP, RSAOAEPMGF1P, RSA15}
	all = append(all, digests...)
	all = append(all, mgfs...)
	for _, s := range suites {
		all = append(all, s.uri)
	}
	return all
}

// TestAlgorithmsInForeignPlaces puts every algorithm where only another kind may
// stand, under policies that allow all of them: what is no digest is no digest.
func TestAlgorithmsInForeignPlaces(t *testing.T) {
	var every []PolicyRule
	for _, uri := range allURIs() {
		every = append(every, PolicyRule{Algorithm: uri, Source: "test"})
	}
	refused := 0
	for _, policy := range []Policy{BSI(), SAML(), OSCI12(), LegacyDecryptOnly(), BSI().Allow(every...)} {
		for _, uri := range allURIs() {
			_, isDigest := digestOf(uri)
			_, isMGF := mgfOf(uri)
			_, isSuite := suiteOf(uri)
			for _, tt := range []struct {
				own  bool
				old  string
				code string
				o    EncrypterOptions
			}{
				{isSuite, AES256GCM, "ENC-030", EncrypterOptions{Algorithm: uri}},
				{transportOf(uri), RSAOAEP, "ENC-031", EncrypterOptions{KeyTransport: uri}},
				{isDigest, SHA256, "ENC-032", EncrypterOptions{Digest: uri}},
				{isMGF, MGF1SHA256, "ENC-033", EncrypterOptions{MGF: uri}},
			} {
				if tt.own {
					continue
				}
				doc := string(forge(AES256GCM, RSAOAEP).build(t))
				require.Equal(t, 1, strings.Count(doc, `"`+tt.old+`"`))
				doc = strings.Replace(doc, `"`+tt.old+`"`, `"`+uri+`"`, 1)
				d := &Decrypter{Keys: []Key{ownA()}, Policy: policy}
				d.count = func(string) { t.Fatal("a key was used") }
				report, err := d.DecryptDocument([]byte(doc))
				require.NoError(t, err, uri)
				require.Equal(t, finding.Rejected, report.Verdict, "%s for %s", uri, tt.old)
				require.True(t, finding.Has(report.Findings, tt.code), "%s for %s: %v", uri, tt.old, report)
				tt.o.Policy, tt.o.Now = policy, now
				_, err = NewEncrypter([]*x509.Certificate{certA()}, &tt.o)
				require.ErrorIs(t, err, ErrAlgorithm, "%s for %s", uri, tt.old)
				refused++
			}
		}
	}
	require.Equal(t, 5*(4*len(allURIs())-len(suites)-3-len(digests)-len(mgfs)), refused)
}
