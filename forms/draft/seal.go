package draft

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

// Key is a secret that drafts are sealed under.
type Key struct {
	ID     string // names the key in the database; 1 to 50 bytes, never reused
	Secret []byte // exactly 32 random bytes
}

// LogValue redacts the secret.
func (k Key) LogValue() slog.Value { return slog.StringValue("draft key " + k.ID) }

// String redacts the secret.
func (k Key) String() string { return "draft key " + k.ID }

// GoString redacts the secret.
func (k Key) GoString() string { return k.String() }

// keyring holds the keys; the first seals, all open.
type keyring struct {
	ids     []string
	secrets map[string][]byte
	owners  map[string][]byte // derived keys for finding drafts by owner
}

func newKeyring(keys []Key) (*keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("draft: no key")
	}
	r := &keyring{secrets: map[string][]byte{}, owners: map[string][]byte{}}
	for _, k := range keys {
		if k.ID == "" || len(k.ID) > 50 || len(k.Secret) != 32 {
			return nil, fmt.Errorf("draft: key %q: need an ID of 1 to 50 bytes and a secret of 32 bytes", k.ID)
		}
		if _, dup := r.secrets[k.ID]; dup {
			return nil, fmt.Errorf("draft: key %q given twice", k.ID)
		}
		owner, err := hkdf.Key(sha256.New, k.Secret, nil, "bausteine/egov draft v1 owner", 32)
		if err != nil {
			return nil, err
		}
		r.ids = append(r.ids, k.ID)
		r.secrets[k.ID] = append([]byte(nil), k.Secret...)
		r.owners[k.ID] = owner
	}
	return r, nil
}

func (r *keyring) current() string { return r.ids[0] }

// aead returns the cipher of one draft: AES-256-GCM with random nonces, under a
// key of its own, so that the number of drafts is no limit on the main key.
func (r *keyring) aead(keyID, tenant, id string) (cipher.AEAD, error) {
	secret, ok := r.secrets[keyID]
	if !ok {
		return nil, ErrUnknownKey
	}
	info := string(bind("bausteine/egov draft v1 seal", tenant, id))
	key, err := hkdf.Key(sha256.New, secret, nil, info, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (r *keyring) seal(keyID, tenant, id string, plain, aad []byte) ([]byte, error) {
	a, err := r.aead(keyID, tenant, id)
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nil, plain, aad), nil
}

func (r *keyring) open(keyID, tenant, id string, sealed, aad []byte) ([]byte, error) {
	a, err := r.aead(keyID, tenant, id)
	if err != nil {
		return nil, err
	}
	plain, err := a.Open(nil, nil, sealed, aad)
	if err != nil {
		return nil, ErrSealBroken
	}
	return plain, nil
}

// ownerMAC is what a draft's owner is found by; nil for a guest.
func (r *keyring) ownerMAC(keyID, tenant, owner string) []byte {
	if owner == "" {
		return nil
	}
	m := hmac.New(sha256.New, r.owners[keyID])
	m.Write(bind("owner", tenant, owner))
	return m.Sum(nil)
}

// bind joins parts so that no two lists of parts give the same bytes.
func bind(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// unbind is the inverse of bind; ok is false on anything that bind did not make.
func unbind(b []byte, n int) (parts []string, ok bool) {
	for range n {
		l, w := binary.Uvarint(b)
		if w <= 0 || l > uint64(len(b)-w) {
			return nil, false
		}
		parts = append(parts, string(b[w:w+int(l)]))
		b = b[w+int(l):]
	}
	return parts, len(b) == 0
}
