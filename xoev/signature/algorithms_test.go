package signature_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/ProtonMail/go-crypto/brainpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

const (
	more2001 = "http://www.w3.org/2001/04/xmldsig-more#"
	more2007 = "http://www.w3.org/2007/05/xmldsig-more#"
	more2021 = "http://www.w3.org/2021/04/xmldsig-more#"
)

// keyed is a key of any kind with its certificate.
type keyed struct {
	name string
	key  crypto.Signer
	cert *x509.Certificate
}

func selfSigned(name string, key crypto.Signer) keyed {
	tm := template()
	tm.Subject.CommonName = "Test " + name
	der, err := x509.CreateCertificate(rand.Reader, tm, tm, key.Public(), key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return keyed{name, key, cert}
}

func curveKey(name string, curve elliptic.Curve) func() keyed {
	return sync.OnceValue(func() keyed {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			panic(err)
		}
		return selfSigned(name, key)
	})
}

// hsm hides what kind of private key it has.
type hsm struct{ crypto.Signer }

// brainpoolKey makes a certificate that crypto/x509 cannot make: one for a P-256
// key is rewritten and signed anew by an RSA key, which hands the curve's name
// and point in.
func brainpoolKey(name string, curve elliptic.Curve, oid asn1.ObjectIdentifier) func() keyed {
	return sync.OnceValue(func() keyed {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			panic(err)
		}
		size := (curve.Params().BitSize + 7) / 8
		point := append([]byte{4}, key.X.FillBytes(make([]byte, size))...)
		point = append(point, key.Y.FillBytes(make([]byte, size))...)
		cert, err := signature.ParseCertificate(rawCertificate(name, ecKeyInfo(oid, point)))
		if err != nil {
			panic(err)
		}
		return keyed{name, hsm{key}, cert}
	})
}

type rawAlgorithm struct {
	OID        asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

func ecKeyInfo(curve asn1.ObjectIdentifier, point []byte) []byte {
	named, err := asn1.Marshal(curve)
	if err != nil {
		panic(err)
	}
	der, err := asn1.Marshal(struct {
		Algorithm rawAlgorithm
		Key       asn1.BitString
	}{rawAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.RawValue{FullBytes: named}}, asn1.BitString{Bytes: point, BitLength: 8 * len(point)}})
	if err != nil {
		panic(err)
	}
	return der
}

// rawCertificate is a certificate with any key, signed by the RSA key of the
// tests.
func rawCertificate(name string, keyInfo []byte) []byte {
	type validity struct{ From, Until asn1.RawValue }
	when := func(s string) asn1.RawValue {
		return asn1.RawValue{Tag: asn1.TagGeneralizedTime, Bytes: []byte(s)}
	}
	subject, err := asn1.Marshal(pkix.Name{CommonName: "Test " + name}.ToRDNSequence())
	if err != nil {
		panic(err)
	}
	sha256RSA := rawAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.NullRawValue}
	tbs, err := asn1.Marshal(struct {
		Version   int `asn1:"explicit,tag:0"`
		Serial    *big.Int
		Algorithm rawAlgorithm
		Issuer    asn1.RawValue
		Validity  validity
		Subject   asn1.RawValue
		Key       asn1.RawValue
	}{2, big.NewInt(77), sha256RSA, asn1.RawValue{FullBytes: signPair().cert.RawSubject},
		validity{when("20260101000000Z"), when("20500101000000Z")}, asn1.RawValue{FullBytes: subject}, asn1.RawValue{FullBytes: keyInfo}})
	if err != nil {
		panic(err)
	}
	h := crypto.SHA256.New()
	h.Write(tbs)
	value, err := signPair().key.Sign(rand.Reader, h.Sum(nil), crypto.SHA256)
	if err != nil {
		panic(err)
	}
	der, err := asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm rawAlgorithm
		Value     asn1.BitString
	}{asn1.RawValue{FullBytes: tbs}, sha256RSA, asn1.BitString{Bytes: value, BitLength: 8 * len(value)}})
	if err != nil {
		panic(err)
	}
	return der
}

var (
	rsaKey  = func() keyed { return keyed{"RSA 3072", signPair().key, signPair().cert} }
	p256Key = curveKey("P-256", elliptic.P256())
	p384Key = curveKey("P-384", elliptic.P384())
	p521Key = curveKey("P-521", elliptic.P521())
	bp256   = brainpoolKey("brainpoolP256r1", brainpool.P256r1(), asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7})
	bp384   = brainpoolKey("brainpoolP384r1", brainpool.P384r1(), asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 11})
	bp512   = brainpoolKey("brainpoolP512r1", brainpool.P512r1(), asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 13})
	edKey   = sync.OnceValue(func() keyed {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		return selfSigned("Ed25519", key)
	})
)

// ed25519Allowed allows what the strict policy does not list.
func ed25519Allowed() signature.Policy {
	return signature.BSI().Allow(signature.PolicyRule{Algorithm: signature.Ed25519, MinBits: 256, Source: "RFC 9231, 2.3.12"})
}

// algorithmTable is the table of the package documentation.
var algorithmTable = []struct {
	uri    string
	pss    crypto.Hash
	keys   []func() keyed
	policy func() signature.Policy
	strict bool // allowed by the zero policy
	osci   bool
	saml   bool
	etsi   bool
}{
	{uri: more2001 + "rsa-sha256", keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2001 + "rsa-sha384", keys: []func() keyed{rsaKey}, strict: true, etsi: true},
	{uri: more2001 + "rsa-sha512", keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2007 + "sha256-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2007 + "sha384-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, saml: true, etsi: true},
	{uri: more2007 + "sha512-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2007 + "sha3-256-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, osci: true, etsi: true},
	{uri: more2007 + "sha3-384-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, osci: true, etsi: true},
	{uri: more2007 + "sha3-512-rsa-MGF1", keys: []func() keyed{rsaKey}, strict: true, osci: true, etsi: true},
	{uri: more2007 + "rsa-pss", pss: crypto.SHA256, keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2007 + "rsa-pss", pss: crypto.SHA512, keys: []func() keyed{rsaKey}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2007 + "rsa-pss", pss: crypto.SHA3_256, keys: []func() keyed{rsaKey}, strict: true, osci: true, etsi: true},
	{uri: more2001 + "ecdsa-sha256", keys: []func() keyed{p256Key, p384Key, p521Key, bp256, bp384, bp512}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2001 + "ecdsa-sha384", keys: []func() keyed{p256Key, p384Key, p521Key, bp256, bp384, bp512}, strict: true, saml: true, etsi: true},
	{uri: more2001 + "ecdsa-sha512", keys: []func() keyed{p256Key, p384Key, p521Key, bp256, bp384, bp512}, strict: true, osci: true, saml: true, etsi: true},
	{uri: more2021 + "ecdsa-sha3-256", keys: []func() keyed{p256Key, p384Key, p521Key, bp256}, strict: true, etsi: true},
	{uri: more2021 + "ecdsa-sha3-384", keys: []func() keyed{p384Key}, strict: true, etsi: true},
	{uri: more2021 + "ecdsa-sha3-512", keys: []func() keyed{p521Key}, strict: true, etsi: true},
	{uri: more2021 + "eddsa-ed25519", keys: []func() keyed{edKey}, policy: ed25519Allowed},
}

var digestTable = []string{
	"http://www.w3.org/2001/04/xmlenc#sha256", more2001 + "sha384", "http://www.w3.org/2001/04/xmlenc#sha512",
	more2007 + "sha3-256", more2007 + "sha3-384", more2007 + "sha3-512",
}

func (k keyed) signer(t testing.TB, o signature.SignerOptions) *signature.Signer {
	t.Helper()
	o.Now = now
	s, err := signature.NewSignerWith(k.key, []*x509.Certificate{k.cert}, &o)
	require.NoError(t, err)
	return s
}

func (k keyed) verifier(p signature.Policy) *signature.Verifier {
	return &signature.Verifier{Trust: signature.Pinned(k.cert), Now: now, Policy: p}
}

// TestAlgorithmTable signs and verifies with every algorithm and kind of key, in
// the strict forms and over octets, and asks every policy about it.
func TestAlgorithmTable(t *testing.T) {
	combinations := 0
	for _, row := range algorithmTable {
		for _, make := range row.keys {
			k := make()
			t.Run(row.uri+" "+row.pss.String()+" "+k.name, func(t *testing.T) {
				combinations++
				allowed := signature.Policy{}
				if row.policy != nil {
					allowed = row.policy()
				}
				s := k.signer(t, signature.SignerOptions{Algorithm: row.uri, PSSHash: row.pss, Policy: allowed})
				assert.Equal(t, row.uri, s.Algorithm())
				signed, err := s.SignEnveloped([]byte(message), nil)
				require.NoError(t, err)
				report, err := k.verifier(allowed).VerifyEnveloped(signed)
				require.NoError(t, err)
				require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
				assert.Equal(t, row.uri, report.Algorithm)
				assert.GreaterOrEqual(t, len(report.Grounds), 2)

				for name, p := range map[string]struct {
					policy signature.Policy
					want   bool
				}{
					"BSI": {signature.BSI(), row.strict}, "OSCI12": {signature.OSCI12(), row.osci},
					"SAML": {signature.SAML(), row.saml}, "ETSI119312": {signature.ETSI119312(), row.etsi},
				} {
					report, err := k.verifier(p.policy).VerifyEnveloped(signed)
					require.NoError(t, err)
					assert.Equal(t, p.want, report.Verdict == finding.Accepted, "%s: %v", name, report)
				}

				if row.pss != 0 {
					return // over octets nothing holds the parameters
				}
				value, err := s.SignBytes([]byte("SAMLRequest=x"))
				require.NoError(t, err)
				report, err = k.verifier(allowed).VerifyBytes(context.Background(), row.uri, []byte("SAMLRequest=x"), value, k.cert)
				require.NoError(t, err)
				require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
				value[len(value)-1] ^= 1
				report, err = k.verifier(allowed).VerifyBytes(context.Background(), row.uri, []byte("SAMLRequest=x"), value, k.cert)
				require.NoError(t, err)
				assert.Equal(t, []string{"SIG-033"}, codes(report.Findings))
			})
		}
	}
	require.Equal(t, 37, combinations)
}

func TestDigestTable(t *testing.T) {
	for _, uri := range digestTable {
		s := rsaKey().signer(t, signature.SignerOptions{Digest: uri})
		signed, err := s.SignEnveloped([]byte(message), nil)
		require.NoError(t, err)
		report, err := rsaKey().verifier(signature.Policy{}).VerifyEnveloped(signed)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict, "%s %v", uri, report)
		assert.Equal(t, uri, report.Digest)
	}
}

// TestDocumentedAlgorithms holds the table of the package documentation against
// the one that is tested.
func TestDocumentedAlgorithms(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "//")
		if fields := strings.Fields(line); len(fields) >= 3 && strings.Contains(fields[0], "/xmldsig") {
			rows[fields[0]] = strings.Join(fields[1:], " ")
		}
	}
	mark := map[bool]string{true: "yes", false: "no"}
	want := map[string]string{}
	for _, row := range algorithmTable {
		name := strings.TrimPrefix(row.uri, "http://www.w3.org/")
		if row.pss != crypto.SHA3_256 { // with SHA-3, rsa-pss is where SHA-3 is
			want[name] = "sign verify " + mark[row.strict] + " " + mark[row.osci] + " " + mark[row.saml] + " " + mark[row.etsi]
		}
	}
	for _, uri := range sha1Methods { // see TestLegacy
		want[strings.TrimPrefix(uri, "http://www.w3.org/")] = "refuse verify no no no no"
	}
	for name, w := range want {
		assert.Equal(t, w, rows[name], name)
	}
	assert.Len(t, rows, len(want))
}
