package encryption

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// TestTable holds the table of the package documentation true, by doing what it
// says.
func TestTable(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	rows := 0
	names := map[string]bool{}
	for line := range strings.Lines(string(source)) {
		f := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(f) != 7 || !strings.HasPrefix(f[0], "20") {
			continue
		}
		rows++
		uri := "http://www.w3.org/" + f[0]
		require.False(t, names[uri], uri)
		names[uri] = true
		encrypts, decrypts := "refuse", "refuse"
		for i, policy := range []Policy{BSI(), SAML(), OSCI12(), LegacyDecryptOnly()} {
			yes := "no"
			if tableDecrypts(t, uri, policy) {
				yes, decrypts = "yes", "decrypt"
			}
			assert.Equal(t, f[3+i], yes, "%s under %s", uri, policy.Name())
			if tableEncrypts(t, uri, policy) {
				encrypts = "encrypt"
			}
		}
		assert.Equal(t, f[1], encrypts, uri)
		assert.Equal(t, f[2], decrypts, uri)
	}
	require.Equal(t, 25, rows)
	for _, s := range suites {
		require.True(t, names[s.uri], s.uri)
	}
	for _, p := range []Policy{BSI(), SAML(), OSCI12(), LegacyDecryptOnly()} {
		for _, r := range p.Rules() {
			require.True(t, names[r.Algorithm], "%s of %s is not in the table", r.Algorithm, p.Name())
			require.NotEmpty(t, r.Source)
		}
	}
}

// tableOptions are options that use an algorithm.
func tableOptions(uri string, p Policy) EncrypterOptions {
	o := EncrypterOptions{Policy: p, Now: now}
	_, isDigest := digestOf(uri)
	_, isMGF := mgfOf(uri)
	switch {
	case isDigest:
		o.Digest = uri
	case isMGF:
		o.MGF = uri
	case transportOf(uri) || strings.Contains(uri, "#kw-") || strings.HasSuffix(uri, "#ECDH-ES") || strings.HasSuffix(uri, "#dh"):
		o.KeyTransport = uri
	default:
		o.Algorithm = uri
	}
	return o
}

func tableEncrypts(t *testing.T, uri string, p Policy) bool {
	t.Helper()
	o := tableOptions(uri, p)
	e, err := NewEncrypter([]*x509.Certificate{certA()}, &o)
	if err != nil {
		require.ErrorIs(t, err, ErrAlgorithm)
		return false
	}
	doc, err := e.EncryptElement([]byte(plain), Place{})
	require.NoError(t, err)
	require.Contains(t, string(doc), `"`+uri+`"`)
	return true
}

// tableDecrypts makes a document with the algorithm and lets a policy decrypt it.
func tableDecrypts(t *testing.T, uri string, p Policy) bool {
	t.Helper()
	algorithm, transport := AES256GCM, RSAOAEP
	_, isSuite := suiteOf(uri)
	o := tableOptions(uri, SAML())
	var doc []byte
	switch {
	case isSuite:
		algorithm = uri
		doc = forge(algorithm, transport).build(t)
	case o.KeyTransport == RSA15:
		doc = forge(algorithm, RSA15).build(t)
	default:
		if e, err := NewEncrypter([]*x509.Certificate{certA()}, &o); err == nil {
			doc, err = e.EncryptElement([]byte(plain), Place{})
			require.NoError(t, err)
			break
		}
		// What nobody here can write: its name is enough to be refused.
		old := RSAOAEP
		if o.Algorithm != "" {
			old = AES256GCM
		}
		text := string(forge(algorithm, transport).build(t))
		require.Contains(t, text, old)
		doc = []byte(strings.Replace(text, old, uri, 1))
	}
	report, err := (&Decrypter{Keys: []Key{ownA()}, Policy: p}).DecryptDocument(doc)
	require.NoError(t, err, uri)
	return report.Verdict == finding.Accepted
}
