package signature_test

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

var (
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// pssCertificate is a certificate whose key is for RSASSA-PSS only.
func pssCertificate(t testing.TB, parameters []byte) *x509.Certificate {
	t.Helper()
	bits := x509.MarshalPKCS1PublicKey(&key3072().PublicKey)
	info, err := asn1.Marshal(struct {
		Algorithm rawAlgorithm
		Key       asn1.BitString
	}{rawAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}, asn1.RawValue{FullBytes: parameters}}, asn1.BitString{Bytes: bits, BitLength: 8 * len(bits)}})
	require.NoError(t, err)
	cert, err := signature.ParseCertificate(rawCertificate("PSS", info))
	require.NoError(t, err)
	return cert
}

func pssParameters(t testing.TB, hash, mask, mgf asn1.ObjectIdentifier, salt int) []byte {
	t.Helper()
	inner, err := asn1.Marshal(pkix.AlgorithmIdentifier{Algorithm: mask})
	require.NoError(t, err)
	der, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		MGF  pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt int                      `asn1:"explicit,tag:2"`
	}{pkix.AlgorithmIdentifier{Algorithm: hash}, pkix.AlgorithmIdentifier{Algorithm: mgf, Parameters: asn1.RawValue{FullBytes: inner}}, salt})
	require.NoError(t, err)
	return der
}

// TestPSSKeys: a key for RSASSA-PSS only signs and verifies with that, and with
// the digest that the certificate names.
func TestPSSKeys(t *testing.T) {
	mgf1 := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	for name, tt := range map[string]struct {
		parameters []byte
		sha256     bool
		sha512     bool
	}{
		"no parameters": {nil, true, true},
		"SHA-256":       {pssParameters(t, oidSHA256, oidSHA256, mgf1, 32), true, false},
		"SHA-512":       {pssParameters(t, oidSHA512, oidSHA512, mgf1, 64), false, true},
		"another mask":  {pssParameters(t, oidSHA256, oidSHA512, mgf1, 32), false, false},
		"not MGF1":      {pssParameters(t, oidSHA256, oidSHA256, oidSHA256, 32), false, false},
		"longer salt":   {pssParameters(t, oidSHA256, oidSHA256, mgf1, 33), false, false},
		"only defaults": {[]byte{0x30, 0}, false, false}, // SHA-1
	} {
		t.Run(name, func(t *testing.T) {
			cert := pssCertificate(t, tt.parameters)
			require.Equal(t, x509.RSA, cert.PublicKeyAlgorithm)
			k := keyed{"PSS", key3072(), cert}
			for uri, want := range map[string]bool{signature.RSAPSSSHA256: tt.sha256, more2007 + "sha512-rsa-MGF1": tt.sha512, signature.RSASHA256: false} {
				s, err := signature.NewSignerWith(k.key, []*x509.Certificate{cert}, &signature.SignerOptions{Algorithm: uri, Now: now})
				if !want {
					require.ErrorIs(t, err, signature.ErrKey)
				} else {
					require.NoError(t, err)
				}
				g := enveloping(t)
				g.method = `<SignatureMethod Algorithm="` + uri + `"/>`
				g.keyInfo, g.verifier = "<KeyInfo>"+x509Data(cert)+"</KeyInfo>", k.verifier(signature.Policy{})
				unrestricted := rsaKey().signer(t, signature.SignerOptions{Algorithm: uri})
				g.sign = func(t testing.TB, _ crypto.Signer, octets []byte) []byte {
					value, err := unrestricted.SignBytes(octets)
					require.NoError(t, err)
					return value
				}
				report, err := g.verify(t)
				require.NoError(t, err)
				if !want {
					rejected(t, report, "SIG-029")
					continue
				}
				require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
				plain, err := x509.ParseCertificate(cert.Raw)
				require.NoError(t, err)
				require.Nil(t, plain.PublicKey, "what crypto/x509 makes of it")
				value, err := s.SignBytes([]byte("x"))
				require.NoError(t, err)
				report, err = k.verifier(signature.Policy{}).VerifyBytes(t.Context(), uri, []byte("x"), value, plain)
				require.NoError(t, err)
				assert.Equal(t, finding.Accepted, report.Verdict)
			}
		})
	}
}
