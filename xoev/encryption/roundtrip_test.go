package encryption

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

func TestRoundTrip(t *testing.T) {
	d := &Decrypter{Keys: []Key{ownA()}}
	e := encrypter(t, EncrypterOptions{}, certB(), certA())
	for name, encrypt := range map[string]func() ([]byte, error){
		"root":  func() ([]byte, error) { return e.EncryptElement([]byte(message), Place{}) },
		"by ID": func() ([]byte, error) { return e.EncryptElement([]byte(message), Place{ID: "p1"}) },
		"by offset": func() ([]byte, error) {
			return e.EncryptElement([]byte(message), place(t, []byte(message), "urn:test:vorgabe", "kopf"))
		},
		"content":     func() ([]byte, error) { return e.EncryptContent([]byte(message), Place{}) },
		"one content": func() ([]byte, error) { return e.EncryptContent([]byte(message), Place{ID: "p1"}) },
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := encrypt()
			require.NoError(t, err)
			require.NotContains(t, string(doc), "xmlns:xenc11=\"\"")
			report, err := d.DecryptDocument(doc)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
			assert.Equal(t, canonical(t, []byte(message)), canonical(t, report.Content()))
			require.Len(t, report.Decrypted, 1)
			assert.Equal(t, AES256GCM, report.Decrypted[0].Algorithm)
			assert.Len(t, report.Decrypted[0].Grounds, 4)
		})
	}
}
