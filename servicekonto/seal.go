package servicekonto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

var errBox = errors.New("servicekonto: stored state cannot be opened")

// Purposes keep hashes and keys of different things apart.
const (
	forHandle  = "servicekonto login handle"
	forBrowser = "servicekonto login browser"
	forSession = "servicekonto session token"
	forOwner   = "servicekonto account owner"
)

// newToken returns 32 random bytes in base64url (43 characters). crypto/rand
// does not fail: it ends the process instead.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// isToken reports whether s has the shape of newToken's result.
func isToken(s string) bool {
	if len(s) != 43 {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 32
}

// fingerprint is what stores know of a secret. The secrets are random, so a
// plain hash cannot be reversed; an owner's hash is a pseudonym.
func fingerprint(purpose, secret string) string {
	sum := sha256.Sum256([]byte(purpose + "\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// boxCipher derives the cipher of a record from the secret that only the
// browser holds.
func boxCipher(purpose, secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, purpose+" box", 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts v (AES-256-GCM) under the secret, bound to tenant and purpose.
func seal(purpose, tenant, secret string, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	aead, err := boxCipher(purpose, secret)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, plain, []byte(tenant)), nil
}

// open reverses seal.
func open(purpose, tenant, secret string, box []byte, v any) error {
	aead, err := boxCipher(purpose, secret)
	if err != nil {
		return err
	}
	plain, err := aead.Open(nil, nil, box, []byte(tenant))
	if err != nil {
		return errBox
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errBox
	}
	return nil
}
