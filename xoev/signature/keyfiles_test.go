package signature_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"crypto/ecdsa"
	"github.com/ProtonMail/go-crypto/brainpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

func TestPKCS12(t *testing.T) {
	root := authority(other(), "Test Root", nil)
	l := leaf("Test A", &root)
	stranger := leaf("Test B", nil)
	for name, encoder := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern, "legacy RC2": pkcs12.LegacyRC2, "legacy 3DES": pkcs12.LegacyDES} {
		data, err := encoder.Encode(l.key, l.cert, []*x509.Certificate{stranger.cert, root.cert}, "geheim")
		require.NoError(t, err, name)
		s, err := signature.SignerFromPKCS12(bytes.NewReader(data), "geheim", &signature.SignerOptions{Now: now, Algorithm: signature.RSAPSSSHA256})
		require.NoError(t, err, name)
		require.Len(t, s.Certificates(), 2, "the chain without strangers")
		signed, err := s.SignEnveloped([]byte(message), nil)
		require.NoError(t, err)
		report, err := l.verifier().VerifyEnveloped(signed)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		_, err = signature.SignerFromPKCS12(bytes.NewReader(data), "falsch", nil)
		require.ErrorIs(t, err, signature.ErrPKCS12)
	}
	errRead := errors.New("the reader is away")
	_, err := signature.SignerFromPKCS12(iotest.ErrReader(errRead), "", nil)
	require.ErrorIs(t, err, errRead)
	_, err = signature.SignerFromPKCS12(strings.NewReader(strings.Repeat("x", 5<<20)), "", nil)
	require.ErrorIs(t, err, signature.ErrPKCS12)
	weak := issue(key2048(), template(), nil)
	data, err := pkcs12.Modern.Encode(weak.key, weak.cert, nil, "x")
	require.NoError(t, err)
	_, err = signature.SignerFromPKCS12(bytes.NewReader(data), "x", nil)
	require.ErrorIs(t, err, signature.ErrKey)
}

// TestPKCS12Iterations: a file cannot keep us busy for hours with any of its
// counts of iterations.
func TestPKCS12Iterations(t *testing.T) {
	p := signPair()
	for name, encoder := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern2023, "legacy": pkcs12.LegacyDES} {
		const count, huge = "\x02\x03\x01\x11\x70", "\x02\x03\x7f\xff\xff"
		data, err := encoder.WithIterations(70_000).Encode(p.key, p.cert, nil, "x")
		require.NoError(t, err)
		_, err = signature.SignerFromPKCS12(bytes.NewReader(data), "x", &signature.SignerOptions{Now: now})
		require.NoError(t, err, name)
		n := strings.Count(string(data), count)
		require.GreaterOrEqual(t, n, 2, name)
		for i := range n {
			parts := strings.SplitN(string(data), count, i+2)
			file := strings.Join(parts[:i+1], count) + huge + parts[i+1]
			_, err := signature.SignerFromPKCS12(strings.NewReader(file), "x", &signature.SignerOptions{Now: now})
			require.ErrorIs(t, err, signature.ErrPKCS12)
			require.NotErrorIs(t, err, pkcs12.ErrIncorrectPassword, "%s: it was hashed", name)
		}
	}
}

// TestOSCIKeyFiles opens the key files of the OSCI test suite, which are
// encrypted with RC2 and triple DES. The curves are given by explicit parameters,
// which nobody should believe.
func TestOSCIKeyFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Data(t, "transport/osci/certs"), "*.p12"))
	require.NoError(t, err)
	at := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	signers, refused := 0, 0
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		s, err := signature.SignerFromPKCS12(f, "123456", &signature.SignerOptions{Now: at, Policy: signature.OSCI12()})
		require.NoError(t, f.Close())
		if err != nil {
			refused++
			t.Log(filepath.Base(file), err)
			continue
		}
		signed, err := s.SignEnveloped([]byte(message), nil)
		if errors.Is(err, signature.ErrKey) {
			refused++
			t.Log(filepath.Base(file), err)
			continue
		}
		require.NoError(t, err, file)
		report, err := (&signature.Verifier{Trust: signature.Pinned(s.Certificates()[0]), Now: at, Policy: signature.OSCI12()}).VerifyEnveloped(signed)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		signers++
	}
	t.Logf("%d sign, %d refused", signers, refused)
	require.Equal(t, len(files), signers+refused)
	require.GreaterOrEqual(t, signers, 7)
	require.GreaterOrEqual(t, refused, 3, "at least the three ECDSA files")
}

// TestBrainpoolKeys refuses what would leak and what is no key.
func TestBrainpoolKeys(t *testing.T) {
	k := bp256()
	_, err := signature.NewSigner(k.key.(hsm).Signer, []*x509.Certificate{k.cert})
	require.ErrorIs(t, err, signature.ErrKey)
	assert.Equal(t, x509.ECDSA, k.cert.PublicKeyAlgorithm)
	assert.Equal(t, "CN=Test brainpoolP256r1", k.cert.Subject.String())
	require.NoError(t, k.cert.CheckSignatureFrom(&x509.Certificate{
		PublicKeyAlgorithm: x509.RSA, PublicKey: signPair().cert.PublicKey, Version: 3, BasicConstraintsValid: true, IsCA: true,
	}), "the issuer's signature is over the original bytes")

	oid := asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}
	good := k.cert.RawSubjectPublicKeyInfo
	point := good[len(good)-65:]
	change := func(f func(p []byte) []byte) []byte {
		return rawCertificate("x", ecKeyInfo(oid, f(bytes.Clone(point))))
	}
	for name, der := range map[string][]byte{
		"not on the curve": change(func(p []byte) []byte { p[64] ^= 1; return p }),
		"compressed":       change(func(p []byte) []byte { p[0] = 2; return p[:33] }),
		"infinity":         change(func([]byte) []byte { return []byte{0} }),
		"too long":         change(func(p []byte) []byte { return append(p, 0) }),
		"coordinate beyond the field": change(func(p []byte) []byte {
			for i := range 32 {
				p[1+i] = 0xff
			}
			return p
		}),
		"another curve": rawCertificate("x", ecKeyInfo(asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 9}, point)),
		"empty":         {},
		"cut off":       k.cert.Raw[:len(k.cert.Raw)-1],
		"more":          append(bytes.Clone(k.cert.Raw), 0),
	} {
		cert, err := signature.ParseCertificate(der)
		require.Error(t, err, name)
		require.Nil(t, cert, name)
	}
	same, err := signature.ParseCertificate(signPair().cert.Raw)
	require.NoError(t, err)
	assert.True(t, same.Equal(signPair().cert))
}

// TestBrainpoolChain trusts a certificate through an authority on a Brainpool
// curve.
func TestBrainpoolChain(t *testing.T) {
	key, err := ecdsa.GenerateKey(brainpool.P384r1(), rand.Reader)
	require.NoError(t, err)
	_ = key
	k := bp384()
	roots := x509.NewCertPool()
	roots.AddCert(k.cert) // no authority by its extensions, so nothing it issues counts
	f := forge()
	v := &signature.Verifier{Trust: signature.Pool(roots), Now: now}
	report, err := f.verify(t, v, false)
	require.NoError(t, err)
	rejected(t, report, "SIG-024")

	signed, err := k.signer(t, signature.SignerOptions{}).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	issuer := x509.NewCertPool()
	ca := *signPair().cert
	issuer.AddCert(&ca)
	report, err = (&signature.Verifier{Trust: signature.Pool(roots), Now: now}).VerifyEnveloped(signed)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "a root in the pool is trusted itself: %v", report)
}

// TestSelection: KeyInfo may name a trusted certificate, or be missing; it never
// brings trust.
func TestSelection(t *testing.T) {
	p := signPair()
	withSKI := template()
	withSKI.SubjectKeyId, withSKI.SerialNumber = []byte{1, 2, 3, 4}, p.cert.SerialNumber
	twin := issue(other(), withSKI, nil) // the same serial number, another key
	base := enveloping(t)
	for name, tt := range map[string]struct {
		keyInfo string
		trust   signature.Trust
		want    string
	}{
		"no KeyInfo":                        {"", signature.Pinned(p.cert), ""},
		"no KeyInfo, two keys":              {"", signature.Pinned(twin.cert, p.cert), ""},
		"no KeyInfo, another key":           {"", signature.Pinned(twin.cert), "SIG-033"},
		"serial number":                     {serialInfo(p.cert.SerialNumber.String()), signature.Pinned(p.cert), ""},
		"serial number of two":              {serialInfo(p.cert.SerialNumber.String()), signature.Pinned(twin.cert, p.cert), ""},
		"serial number of another":          {serialInfo("4711"), signature.Pinned(p.cert), "SIG-053"},
		"subject key identifier of another": {"<KeyInfo><X509Data><X509SKI>AQIDBA==</X509SKI></X509Data></KeyInfo>", signature.Pinned(twin.cert, p.cert), "SIG-033"},
		"KeyName":                           {"<KeyInfo><KeyName>x</KeyName></KeyInfo>", signature.CertificateStore(store{certs: []*x509.Certificate{nil, p.cert}}), ""},
		"certificate that nobody trusts":    {"<KeyInfo>" + x509Data(p.cert) + "</KeyInfo>", signature.Pinned(twin.cert), "SIG-024"},
	} {
		t.Run(name, func(t *testing.T) {
			g := base
			g.keyInfo, g.verifier = tt.keyInfo, &signature.Verifier{Trust: tt.trust, Now: now}
			report, err := g.verify(t)
			require.NoError(t, err)
			if tt.want != "" {
				rejected(t, report, tt.want)
				return
			}
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
			assert.True(t, report.Certificate.Equal(p.cert))
		})
	}
	g := base
	g.keyInfo, g.verifier = "", &signature.Verifier{Trust: signature.CertificateStore(store{err: errStore}), Now: now}
	_, err := g.verifier.Verify(context.Background(), signature.Request{Form: signature.Enveloping, Document: g.build(t)})
	require.ErrorIs(t, err, errStore)
}

// TestPoolWith shows key usages and intermediates of the caller.
func TestPoolWith(t *testing.T) {
	root := authority(other(), "Test Root", nil)
	middle := authority(other(), "Test Middle", &root)
	tm := template()
	tm.Subject.CommonName, tm.ExtKeyUsage = "Test A", []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	l := issue(key3072(), tm, &middle)
	tm.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	anyUse := issue(key3072(), tm, &middle).cert
	weak := authority(key2048(), "Test Weak", &root)
	byWeak := leaf("Test B", &weak)
	roots := x509.NewCertPool()
	roots.AddCert(root.cert)
	between := []*x509.Certificate{middle.cert, nil, weak.cert}
	for name, tt := range map[string]struct {
		cert *x509.Certificate
		o    *signature.PoolOptions
		want bool
	}{
		"intermediate missing": {l.cert, nil, false},
		"intermediate given":   {l.cert, &signature.PoolOptions{Intermediates: between}, true},
		"the usage wanted":     {l.cert, &signature.PoolOptions{Intermediates: between, ExtKeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}, true},
		"another usage wanted": {l.cert, &signature.PoolOptions{Intermediates: between, ExtKeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}, false},
		"a usage wanted, has none": {leaf("Test C", &middle).cert, &signature.PoolOptions{
			Intermediates: between, ExtKeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		}, false},
		"a usage wanted, has any": {anyUse, &signature.PoolOptions{
			Intermediates: between, ExtKeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		}, true},
		"any usage wanted, has none": {leaf("Test C", &middle).cert, &signature.PoolOptions{
			Intermediates: between, ExtKeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		}, true},
		"weak intermediate":      {byWeak.cert, &signature.PoolOptions{Intermediates: between}, false},
		"weak, but allowed here": {byWeak.cert, &signature.PoolOptions{Intermediates: between, Policy: signature.OSCI12()}, true},
	} {
		ok, err := signature.PoolWith(roots, tt.o).Trusted(context.Background(), tt.cert, nil, clock)
		require.NoError(t, err)
		assert.Equal(t, tt.want, ok, name)
	}
}

// FuzzParseCertificate reads anything.
func FuzzParseCertificate(f *testing.F) {
	f.Add(signPair().cert.Raw)
	f.Add(bp256().cert.Raw)
	f.Add(bp512().cert.Raw)
	f.Fuzz(func(t *testing.T, der []byte) {
		cert, err := signature.ParseCertificate(der)
		if err != nil {
			require.Nil(t, cert)
			return
		}
		require.Equal(t, der, cert.Raw)
	})
}
