package signature_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
)

// clock is the time of all tests, so that certificates are valid.
var clock = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return clock }

type pair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

// Keys are made once for each test binary; their sizes are the limits of the
// profile and what lies beyond.
var (
	key3072  = keyOnce(3072)
	other    = keyOnce(3072)
	key2048  = keyOnce(2048)
	signPair = sync.OnceValue(func() pair { return issue(key3072(), template(), nil) })
)

func keyOnce(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return key
	})
}

func template() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "Test Musterstadt"},
		NotBefore:    clock.Add(-time.Hour),
		NotAfter:     clock.AddDate(30, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

// issue makes a certificate for key, self-signed or signed by parent.
func issue(key *rsa.PrivateKey, tmpl *x509.Certificate, parent *pair) pair {
	issuer, issuerKey := tmpl, key
	if parent != nil {
		issuer, issuerKey = parent.cert, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return pair{key, cert}
}

func (p pair) signer(t testing.TB) *signature.Signer {
	t.Helper()
	s, err := signature.NewSigner(p.key, []*x509.Certificate{p.cert})
	require.NoError(t, err)
	s.Now = now
	return s
}

func (p pair) verifier() *signature.Verifier {
	return &signature.Verifier{Trust: signature.Pinned(p.cert), Now: now}
}

// files writes key and certificate as PEM for xmlsec1.
func (p pair) files(t testing.TB) (keyFile, certFile string) {
	t.Helper()
	dir := t.TempDir()
	keyFile, certFile = filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	require.NoError(t, err)
	writePEM(t, keyFile, "PRIVATE KEY", der)
	writePEM(t, certFile, "CERTIFICATE", p.cert.Raw)
	return keyFile, certFile
}

func writePEM(t testing.TB, file, kind string, der []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}
