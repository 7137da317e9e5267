package encryption

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505 -- key identifiers of RFC 5280, 4.2.1.2
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"software.sslmate.com/src/go-pkcs12"
)

// ErrKey says that a private key cannot decrypt: it is missing, not RSA, or does
// not belong to its certificate.
var ErrKey = errors.New("encryption: key cannot decrypt")

// ErrKeyUnavailable is what a [Key] in an HSM or at a remote service wraps in its
// error if it could not be asked at all. Then the check could not be made, and
// decryption fails with that error and not with [ErrDecrypt], unless another key
// decrypts. It must never depend on what is decrypted.
var ErrKeyUnavailable = errors.New("encryption: the key cannot be reached")

// ErrPKCS12 says that a PKCS#12 file cannot be used: the password is wrong, or it
// does not hold one key with its certificate.
var ErrPKCS12 = errors.New("encryption: PKCS#12 file cannot be used")

// Key is an own private key.
type Key struct {
	// Decrypter is the RSA key: an *rsa.PrivateKey, or a key in an HSM, behind
	// PKCS#11 or at a remote service. It gets an *rsa.OAEPOptions, under
	// [LegacyDecryptOnly] also an *rsa.PKCS1v15DecryptOptions, and must be safe
	// for concurrent use if the [Key] is used by several goroutines. It is never
	// written as JSON, which is how logs would get hold of it.
	Decrypter crypto.Decrypter `json:"-"`
	// Certificate is the certificate of the key, by which KeyInfo may name it;
	// nil if there is none. It may have expired: old messages stay readable.
	Certificate *x509.Certificate `json:"-"`
	// Name is the key's KeyName; may be empty.
	Name string
}

// LogValue gives the length of the key and whether it has a certificate, nothing of
// the key itself.
func (k Key) LogValue() slog.Value {
	bits := 0
	if public, err := k.public(); err == nil {
		bits = public.N.BitLen()
	}
	return slog.GroupValue(slog.Int("bits", bits), slog.Bool("certificate", k.Certificate != nil))
}

// KeyStore is what goxmldsig's X509KeyStore is: a key with its certificate in DER.
type KeyStore interface {
	GetKeyPair() (privateKey *rsa.PrivateKey, cert []byte, err error)
}

// KeyFromStore takes a key from a goxmldsig key store. Errors match [ErrKey] or are
// the store's own.
func KeyFromStore(store KeyStore) (Key, error) {
	if store == nil {
		return Key{}, fmt.Errorf("%w: no key store", ErrKey)
	}
	private, der, err := store.GetKeyPair()
	if err != nil {
		return Key{}, fmt.Errorf("encryption: reading the key store: %w", err)
	}
	if private == nil {
		return Key{}, fmt.Errorf("%w: the key store is empty", ErrKey)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return checked(Key{Decrypter: private, Certificate: cert})
}

// maxPKCS12 is the longest PKCS#12 file that is read, in bytes.
const maxPKCS12 = 4 << 20

// KeyFromPKCS12 reads a PKCS#12 file (RFC 7292) of at most 4 MiB with one key and
// its certificate. Errors match [ErrPKCS12], [ErrKey], or are the reader's own.
func KeyFromPKCS12(r io.Reader, password string) (Key, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPKCS12+1))
	if err != nil {
		return Key{}, fmt.Errorf("encryption: reading the PKCS#12 file: %w", err)
	}
	if len(data) > maxPKCS12 {
		return Key{}, fmt.Errorf("%w: too long", ErrPKCS12)
	}
	private, cert, _, err := pkcs12.DecodeChain(data, password)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrPKCS12, err)
	}
	key, ok := private.(crypto.Decrypter)
	if !ok || cert == nil {
		return Key{}, fmt.Errorf("%w: not an RSA key", ErrKey)
	}
	return checked(Key{Decrypter: key, Certificate: cert})
}

func checked(k Key) (Key, error) {
	if _, err := k.public(); err != nil {
		return Key{}, err
	}
	return k, nil
}

// public returns the public key, having checked that the certificate is its own.
func (k Key) public() (*rsa.PublicKey, error) {
	if k.Decrypter == nil {
		return nil, fmt.Errorf("%w: it is missing", ErrKey)
	}
	if private, ok := k.Decrypter.(*rsa.PrivateKey); ok && private == nil {
		return nil, fmt.Errorf("%w: it is missing", ErrKey)
	}
	public, ok := k.Decrypter.Public().(*rsa.PublicKey)
	if !ok || public == nil || public.N == nil {
		return nil, fmt.Errorf("%w: it is not an RSA key", ErrKey)
	}
	if k.Certificate != nil && !public.Equal(k.Certificate.PublicKey) {
		return nil, fmt.Errorf("%w: the certificate is not the key's", ErrKey)
	}
	return public, nil
}

// match says whether KeyInfo means a key.
type match int8

const (
	matchNo      match = -1
	matchUnknown match = 0
	matchYes     match = 1
)

// named says whether an EncryptedKey is for the key: yes if any part of its
// KeyInfo names the key, no if every part names another one.
func (k Key) named(e *encrypted, public *rsa.PublicKey) match {
	if k.Name != "" && slices.Contains(e.names, k.Name) {
		return matchYes
	}
	result := matchUnknown
	if len(e.selectors) > 0 {
		result = matchNo
	}
	for _, s := range e.selectors {
		if m := k.selected(s, public); m > result {
			result = m
		}
	}
	return result
}

func (k Key) selected(s selector, public *rsa.PublicKey) match {
	switch {
	case s.certificate != nil:
		if k.Certificate != nil && bytes.Equal(k.Certificate.Raw, s.certificate) {
			return matchYes
		}
		cert, err := x509.ParseCertificate(s.certificate)
		if err != nil {
			return matchUnknown
		}
		return said(public.Equal(cert.PublicKey))
	case s.modulus != nil:
		return said(bytes.Equal(public.N.Bytes(), s.modulus))
	case s.ski != nil:
		if k.Certificate != nil && len(k.Certificate.SubjectKeyId) > 0 {
			return said(bytes.Equal(k.Certificate.SubjectKeyId, s.ski))
		}
		sum := sha1.Sum(x509.MarshalPKCS1PublicKey(public)) // #nosec G401 -- an identifier
		if bytes.Equal(sum[:], s.ski) {
			return matchYes
		}
		return matchUnknown
	case k.Certificate != nil:
		return said(k.Certificate.SerialNumber.Cmp(s.serial) == 0)
	}
	return matchUnknown
}

func said(yes bool) match {
	if yes {
		return matchYes
	}
	return matchNo
}
