package encryption

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

	"github.com/bausteine/egov/internal/testenv"
)

// clock is the time of all tests.
var clock = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func now() time.Time { return clock }

// keyOf makes each test key once.
func keyOf(bits int) func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return key
	})
}

var (
	keyA    = keyOf(3072)
	keyB    = keyOf(3072)
	keyWeak = keyOf(2048)
)

// certify makes a certificate for a key.
func certify(key *rsa.PrivateKey, serial int64, change func(*x509.Certificate)) *x509.Certificate {
	tm := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "Test Recipient"},
		NotBefore: clock.Add(-time.Hour), NotAfter: clock.Add(time.Hour),
		KeyUsage: x509.KeyUsageKeyEncipherment, SubjectKeyId: big.NewInt(serial * 7919).Bytes(),
	}
	if change != nil {
		change(tm)
	}
	der, err := x509.CreateCertificate(rand.Reader, tm, tm, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}

var (
	certA    = sync.OnceValue(func() *x509.Certificate { return certify(keyA(), 4711, nil) })
	certB    = sync.OnceValue(func() *x509.Certificate { return certify(keyB(), 4712, nil) })
	certWeak = sync.OnceValue(func() *x509.Certificate { return certify(keyWeak(), 4713, nil) })
)

func ownA() Key    { return Key{Decrypter: keyA(), Certificate: certA()} }
func ownB() Key    { return Key{Decrypter: keyB(), Certificate: certB()} }
func ownWeak() Key { return Key{Decrypter: keyWeak(), Certificate: certWeak()} }

// encrypter makes one for recipients.
func encrypter(t testing.TB, o EncrypterOptions, certs ...*x509.Certificate) *Encrypter {
	t.Helper()
	o.Now = now
	e, err := NewEncrypter(certs, &o)
	require.NoError(t, err)
	return e
}

// bundid reads the key with which the SAML vectors are encrypted.
func bundid(t testing.TB) (dir string, key Key) {
	t.Helper()
	dir = testenv.Data(t, "servicekonto/bundid-like")
	private, err := x509.ParsePKCS8PrivateKey(pemBlock(t, filepath.Join(dir, "sp_key.pem")))
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(pemBlock(t, filepath.Join(dir, "sp_cert.pem")))
	require.NoError(t, err)
	return dir, Key{Decrypter: private.(*rsa.PrivateKey), Certificate: cert}
}

func pemBlock(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	block, _ := pem.Decode(data)
	require.NotNil(t, block, file)
	return block.Bytes
}

const message = `<?xml version="1.0" encoding="UTF-8"?>
<n:nachricht xmlns:n="urn:test:nachricht" xmlns="urn:test:vorgabe" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><kopf id="k1">Musterstadt</kopf><n:person id="p1" xsi:type="n:Person"><name>Erika Mustermann</name><!-- bleibt --><n:ort>Musterstadt &amp; Umland</n:ort></n:person></n:nachricht>
`
