package simulator

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

var errSealed = errors.New("simulator: not one of ours")

// keys are all derived from Options.Key.
type keys struct {
	aead   cipher.AEAD
	signer jose.Signer
	public jose.JSONWebKeySet
}

func deriveKeys(master []byte) (*keys, error) {
	if len(master) != 32 {
		return nil, errors.New("simulator: Key must have 32 bytes")
	}
	box, err := hkdf.Key(sha256.New, master, nil, "egov simulator codes and tokens", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(box)
	if err != nil {
		return nil, err
	}
	k := &keys{}
	if k.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		return nil, err
	}
	priv, err := deriveSigningKey(master)
	if err != nil {
		return nil, err
	}
	pub := jose.JSONWebKey{Key: priv.Public(), Algorithm: "ES256", Use: "sig"}
	thumb, err := pub.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	pub.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	k.public = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{pub}}
	k.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: priv, KeyID: pub.KeyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	return k, err
}

// deriveSigningKey takes the first derived 32 bytes that are a scalar of P-256;
// nearly always the very first.
func deriveSigningKey(master []byte) (*ecdsa.PrivateKey, error) {
	for i := range 16 {
		d, err := hkdf.Key(sha256.New, master, nil, fmt.Sprintf("egov simulator signing key %d", i), 32)
		if err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("simulator: no signing key from this Key")
}

// seal makes an opaque, self-contained string of v for one use ("code").
func (k *keys) seal(use string, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(k.aead.Seal(nil, nil, plain, []byte(use))), nil
}

func (k *keys) open(use, sealed string, v any) error {
	if len(sealed) > maxBody {
		return errSealed
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return errSealed
	}
	plain, err := k.aead.Open(nil, nil, b, []byte(use))
	if err != nil {
		return errSealed
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errSealed
	}
	return nil
}

// sign returns a JWT of the claims.
func (k *keys) sign(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	jws, err := k.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
