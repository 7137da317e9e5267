package encryption

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// remembering is a key that does not compute the same thing twice.
type remembering struct {
	*rsa.PrivateKey
	mu    sync.Mutex
	known map[string]remembered
}

type remembered struct {
	octets []byte
	err    error
}

func (r *remembering) Decrypt(random io.Reader, message []byte, o crypto.DecrypterOpts) ([]byte, error) {
	id := fmt.Sprintf("%x %#v", message, o)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.known[id]; !ok {
		octets, err := r.PrivateKey.Decrypt(random, message, o)
		r.known[id] = remembered{octets, err}
	}
	return bytes.Clone(r.known[id].octets), r.known[id].err
}

// TestMutations changes every byte of an encrypted message of 2 KB in several ways.
// With GCM each change is refused or leaves the content as it was.
func TestMutations(t *testing.T) {
	root := `<m>` + strings.Repeat("Erika Mustermann, Musterstadt. ", 20) + `</m>`
	doc, err := encrypter(t, EncrypterOptions{KeyReference: BySubjectKeyID}, certA()).EncryptElement([]byte(root), Place{})
	require.NoError(t, err)
	require.Greater(t, len(doc), 2000)
	key := &remembering{PrivateKey: keyA(), known: map[string]remembered{}}
	for _, policy := range []Policy{BSI(), LegacyDecryptOnly()} {
		d := &Decrypter{Keys: []Key{{Decrypter: key, Certificate: certA()}}, Policy: policy}
		same, failed, broken, refused := 0, 0, 0, 0
		for at := range doc {
			for _, change := range []func(byte) byte{
				func(b byte) byte { return b ^ 1 }, func(b byte) byte { return b ^ 0x20 },
				func(b byte) byte { return b ^ 0x80 }, func(byte) byte { return ' ' }, func(byte) byte { return 'A' },
			} {
				changed := bytes.Clone(doc)
				changed[at] = change(changed[at])
				report, err := d.DecryptDocument(changed)
				var unreadable *finding.InvalidError
				switch {
				case err == ErrDecrypt: //nolint:errorlint // the very value
					require.Nil(t, report)
					failed++
				case errors.As(err, &unreadable):
					require.Nil(t, report)
					broken++
				case err != nil:
					require.NoError(t, err, "offset %d", at)
				case report.Verdict == finding.Rejected:
					require.Nil(t, report.Content())
					refused++
				default:
					require.Equal(t, root, string(report.Content()), "offset %d", at)
					same++
				}
			}
		}
		t.Logf("%s, %d bytes: %d ErrDecrypt, %d cannot be read, %d refused, %d unchanged", policy.Name(), len(doc), failed, broken, refused, same)
		require.Equal(t, 5*len(doc), same+failed+broken+refused)
		require.Greater(t, failed, 1000)
		require.Greater(t, broken, 1000)
		require.Positive(t, refused)
		require.Positive(t, same)
	}
}

// TestCutOff decrypts every beginning of an encrypted message.
func TestCutOff(t *testing.T) {
	v := newDraft(t, EncrypterOptions{})
	for n := range len(v.doc) {
		report, err := v.d.DecryptDocument([]byte(v.doc[:n]))
		var unreadable *finding.InvalidError
		require.True(t, errors.As(err, &unreadable), n)
		require.Nil(t, report)
	}
}
