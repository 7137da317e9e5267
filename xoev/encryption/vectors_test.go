package encryption

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// canonical is the exclusive canonical form of a document.
func canonical(t testing.TB, doc []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, signature.Canonicalize(&out, bytes.NewReader(doc), signature.ExclusiveC14N, nil))
	return out.String()
}

// place finds the start of the first element with a name.
func place(t testing.TB, doc []byte, space, local string) Place {
	t.Helper()
	s := xmlscan.NewBytes(doc, nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Name().Is(space, local) {
			return Place{Offset: s.Pos().Offset}
		}
	}
	require.Fail(t, "no such element", local)
	return Place{}
}

// TestSAMLVectors decrypts the messages made like those of the federal account.
func TestSAMLVectors(t *testing.T) {
	dir, key := bundid(t)
	type outcome struct {
		bsi, saml string // code of the refusal, or empty
	}
	want := map[string]outcome{
		"pss_aes256gcm_oaep11-sha256-mgf1sha256":    {"", ""},
		"pss_aes128gcm_oaepmgf1p-sha1":              {"ENC-031", ""},
		"pss_aes256gcm_oaepmgf1p-digest-sha256":     {"ENC-031", ""},
		"rsasha256_aes128cbc_oaepmgf1p-sha1_legacy": {"ENC-030", "ENC-030"},
		"rsasha256_aes256gcm_rsa15_MUST_REJECT":     {"ENC-031", "ENC-031"},
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.assertion.xml"))
	require.NoError(t, err)
	require.Len(t, files, len(want))
	decrypted, refused := 0, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".assertion.xml")
		assertion, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, kind := range []string{".response.xml", ".response-signed.xml"} {
			doc, err := os.ReadFile(filepath.Join(dir, name+kind))
			require.NoError(t, err)
			if !bytes.Contains(doc, []byte("EncryptedData")) {
				t.Fatalf("%s%s is not encrypted", name, kind)
			}
			o, ok := want[name]
			require.True(t, ok, name)
			for _, tt := range []struct {
				policy Policy
				code   string
			}{{Policy{}, o.bsi}, {BSI(), o.bsi}, {SAML(), o.saml}, {LegacyDecryptOnly(), ""}} {
				d := &Decrypter{Keys: []Key{key}, Policy: tt.policy}
				report, err := d.Decrypt(Request{Document: doc, Place: place(t, doc, NS, "EncryptedData"), Kind: Element})
				require.NoError(t, err, name)
				whole, err := d.DecryptDocument(doc)
				require.NoError(t, err, name)
				if tt.code != "" {
					refused++
					require.Equal(t, finding.Rejected, report.Verdict)
					require.Equal(t, finding.Rejected, whole.Verdict)
					require.True(t, finding.Has(report.Findings, tt.code), "%s %s: %v", name, tt.policy.Name(), report)
					require.Nil(t, report.Content())
					require.Nil(t, whole.Content())
					continue
				}
				decrypted++
				require.Equal(t, finding.Accepted, report.Verdict, "%s %s: %v", name, tt.policy.Name(), report)
				assert.Equal(t, canonical(t, assertion), canonical(t, report.Content()), name)
				inDoc := place(t, whole.Content(), "urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
				assert.True(t, bytes.HasPrefix(whole.Content()[inDoc.Offset:], report.Content()))
			}
		}
	}
	t.Logf("%d decrypted, %d refused", decrypted, refused)
	require.Equal(t, 20, decrypted)
	require.Equal(t, 20, refused)
}
