package signature_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

var sha1Methods = []string{"http://www.w3.org/2000/09/xmldsig#rsa-sha1", more2001 + "ecdsa-sha1"}

// plainSignature is r and s of an ECDSA signature.
func plainSignature(t testing.TB, key *ecdsa.PrivateKey, sum []byte) []byte {
	t.Helper()
	der, err := ecdsa.SignASN1(rand.Reader, key, sum)
	require.NoError(t, err)
	var v struct{ R, S *big.Int }
	_, err = asn1.Unmarshal(der, &v)
	require.NoError(t, err)
	size := (key.Curve.Params().N.BitLen() + 7) / 8
	return append(v.R.FillBytes(make([]byte, size)), v.S.FillBytes(make([]byte, size))...)
}

// TestLegacy shows SHA-1 and short keys: refused today and everywhere but under
// the profile for the past, and there until the day they went out of use.
func TestLegacy(t *testing.T) {
	old := template()
	old.NotBefore = time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	weak := issue(key2048(), old, nil)
	ec := p256Key().key.(*ecdsa.PrivateKey)
	der, err := x509.CreateCertificate(rand.Reader, old, old, &ec.PublicKey, ec)
	require.NoError(t, err)
	ecCert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	sha1Shape := func(t testing.TB, uri string) *shape {
		g := enveloping(t)
		g.method = `<SignatureMethod Algorithm="` + uri + `"/>`
		g.key, g.keyInfo, g.verifier.Trust = weak.key, "<KeyInfo>"+x509Data(weak.cert)+"</KeyInfo>", signature.Pinned(weak.cert)
		if uri == sha1Methods[1] {
			g.keyInfo, g.verifier.Trust = "<KeyInfo>"+x509Data(ecCert)+"</KeyInfo>", signature.Pinned(ecCert)
		}
		g.sign = func(t testing.TB, key crypto.Signer, octets []byte) []byte {
			h := crypto.SHA1.New()
			h.Write(octets)
			if uri == sha1Methods[1] {
				return plainSignature(t, ec, h.Sum(nil))
			}
			value, err := key.Sign(rand.Reader, h.Sum(nil), crypto.SHA1)
			require.NoError(t, err)
			return value
		}
		return g
	}
	at := func(year int, month time.Month, day int) func() time.Time {
		return func() time.Time { return time.Date(year, month, day, 12, 0, 0, 0, time.UTC) }
	}
	for _, uri := range sha1Methods {
		for _, tt := range []struct {
			name   string
			policy signature.Policy
			now    func() time.Time
			want   []string
		}{
			{"strict", signature.BSI(), at(2010, 1, 1), []string{"SIG-018"}},
			{"OSCI", signature.OSCI12(), at(2010, 1, 1), []string{"SIG-018"}},
			{"SAML", signature.SAML(), at(2010, 1, 1), []string{"SIG-018"}},
			{"ETSI", signature.ETSI119312(), at(2010, 1, 1), []string{"SIG-018"}},
			{"legacy in time", signature.LegacyVerifyOnly(), at(2012, 7, 31), nil},
			{"legacy too late", signature.LegacyVerifyOnly(), at(2012, 8, 1), []string{"SIG-043"}},
			{"legacy today", signature.LegacyVerifyOnly(), now, []string{"SIG-043"}},
		} {
			t.Run(uri+" "+tt.name, func(t *testing.T) {
				g := sha1Shape(t, uri)
				g.verifier.Policy, g.verifier.Now = tt.policy, tt.now
				report, err := g.verify(t)
				require.NoError(t, err)
				if tt.want == nil {
					require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
					assert.Equal(t, "LegacyVerifyOnly", report.Grounds[0].Policy)
					return
				}
				rejected(t, report, tt.want...)
			})
		}
	}
	for _, p := range []signature.Policy{{}, signature.OSCI12(), signature.SAML(), signature.ETSI119312(), signature.LegacyVerifyOnly()} {
		_, err := signature.NewSignerWith(weak.key, []*x509.Certificate{weak.cert}, &signature.SignerOptions{Algorithm: sha1Methods[0], Policy: p, Now: at(2010, 1, 1)})
		require.ErrorIs(t, err, signature.ErrKey)
	}
	_, err = signature.NewSignerWith(weak.key, []*x509.Certificate{weak.cert}, &signature.SignerOptions{Policy: signature.LegacyVerifyOnly(), Now: at(2010, 1, 1)})
	require.ErrorIs(t, err, signature.ErrKey, "for verification only")
	s, err := signature.NewSignerWith(weak.key, []*x509.Certificate{weak.cert}, &signature.SignerOptions{Policy: signature.OSCI12(), Now: at(2010, 1, 1)})
	require.NoError(t, err, "2048 bits are enough for OSCI 1.2")
	require.Equal(t, signature.RSASHA256, s.Algorithm())
}

// TestNever tries to allow by policy what is never allowed.
func TestNever(t *testing.T) {
	for _, uri := range []string{
		more2001 + "hmac-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1", "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
		"http://www.w3.org/2009/xmldsig11#dsa-sha256", more2001 + "rsa-md5", more2001 + "hmac-md5",
	} {
		g := enveloping(t)
		g.method = `<SignatureMethod Algorithm="` + uri + `"/>`
		g.verifier.Policy = signature.BSI().Allow(signature.PolicyRule{Algorithm: uri, Source: "nobody"})
		report, err := g.verify(t)
		require.NoError(t, err)
		rejected(t, report, "SIG-042")
	}
}

func TestPolicy(t *testing.T) {
	assert.Equal(t, []string{"BSI", "BSI", "OSCI12", "SAML", "ETSI119312", "LegacyVerifyOnly", "BSI+"}, []string{
		signature.Policy{}.Name(), signature.BSI().Name(), signature.OSCI12().Name(), signature.SAML().Name(),
		signature.ETSI119312().Name(), signature.LegacyVerifyOnly().Name(), ed25519Allowed().Name(),
	})
	for _, p := range []signature.Policy{{}, signature.OSCI12(), signature.SAML(), signature.ETSI119312(), signature.LegacyVerifyOnly()} {
		for _, r := range p.Rules() {
			assert.NotEmpty(t, r.Source, r.Algorithm)
		}
	}
	rules := signature.BSI().Rules()
	rules[0].MinBits = 1
	assert.Equal(t, 3000, signature.BSI().Rules()[0].MinBits, "a copy")

	_, ok := signature.BSI().Allows(signature.RSASHA256, key2048().Public(), clock)
	assert.False(t, ok)
	grounds, ok := signature.BSI().Allows(signature.RSASHA256, key3072().Public(), clock)
	assert.True(t, ok)
	require.Len(t, grounds, 2)
	assert.Equal(t, 3072, grounds[0].KeyBits)
	assert.Equal(t, signature.SHA256, grounds[1].Algorithm)
	_, ok = signature.Policy{MinRSABits: 4096}.Allows(signature.RSAPSSSHA256, key3072().Public(), clock)
	assert.False(t, ok)
	_, ok = signature.BSI().Allows(signature.RSAPSS, key3072().Public(), clock)
	assert.False(t, ok, "no parameters")
	_, ok = signature.BSI().Allows(signature.ECDSASHA256, key3072().Public(), clock)
	assert.False(t, ok, "another kind of key")
	for name, key := range map[string]crypto.PublicKey{
		"short curve": mustEC(elliptic.P224()), "no curve": &ecdsa.PublicKey{}, "nothing": nil,
	} {
		_, ok = signature.BSI().Allows(signature.ECDSASHA256, key, clock)
		assert.False(t, ok, name)
	}
	later := signature.BSI().Allow(signature.PolicyRule{Algorithm: signature.Ed25519, From: clock.Add(time.Hour), Source: "a test"})
	_, ok = later.Allows(signature.Ed25519, edKey().key.Public(), clock)
	assert.False(t, ok, "not allowed yet")
	_, ok = later.Allows(signature.Ed25519, edKey().key.Public(), clock.Add(time.Hour))
	assert.True(t, ok)
}

func mustEC(c elliptic.Curve) *ecdsa.PublicKey {
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return &key.PublicKey
}

// TestParsePolicy loads the catalogue of ETSI and compares it with the profile
// that was made of it.
func TestParsePolicy(t *testing.T) {
	file, err := os.Open(filepath.Join(testenv.Data(t, "xmldsig/dss/policy"), "19312MachineReadable.xml"))
	require.NoError(t, err)
	defer file.Close()
	loaded, err := signature.ParsePolicy(file)
	require.NoError(t, err)
	assert.Equal(t, "ETSI ESI Cryptographic Suites", loaded.Name())
	assert.Contains(t, loaded.Rules()[0].Source, "2024-10-13")
	type key struct {
		algorithm string
		bits      int
	}
	until := map[key]time.Time{}
	for _, r := range loaded.Rules() {
		until[key{r.Algorithm, r.MinBits}] = r.Until
	}
	profile := signature.ETSI119312().Rules()
	for _, r := range profile {
		end, ok := until[key{r.Algorithm, r.MinBits}]
		if !assert.True(t, ok, "%s %d", r.Algorithm, r.MinBits) {
			continue
		}
		if r.Until.IsZero() {
			assert.Zero(t, end, r.Algorithm)
		} else {
			assert.WithinDuration(t, r.Until, end, 2*time.Hour, r.Algorithm)
		}
	}
	assert.Equal(t, 26, len(loaded.Rules()), "with every RSA rule for PKCS#1 v1.5 twice, for 1900 and 3000 bits, and no others")

	signed, err := signPair().signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	v := signPair().verifier()
	v.Policy = loaded
	report, err := v.VerifyEnveloped(signed)
	accepted(t, report, err)
	assert.Equal(t, "ETSI ESI Cryptographic Suites", report.Grounds[0].Policy)
	v.Now = func() time.Time { return time.Date(2029, 1, 1, 12, 0, 0, 0, time.UTC) }
	report, err = v.VerifyEnveloped(signed)
	require.NoError(t, err)
	rejected(t, report, "SIG-043")
}

// TestCurveWithoutName: a rule without a name does not allow what has none.
func TestCurveWithoutName(t *testing.T) {
	p := signature.BSI().Allow(signature.PolicyRule{Source: "a mistake"}, signature.PolicyRule{Algorithm: signature.ECDSASHA256, Source: "test"})
	_, ok := p.Allows(signature.ECDSASHA256, mustEC(elliptic.P224()), clock)
	assert.False(t, ok)
	_, ok = p.Allows(signature.ECDSASHA256, mustEC(elliptic.P256()), clock)
	assert.True(t, ok)
}

func TestParsePolicyRefuses(t *testing.T) {
	errRead := errors.New("the reader is away")
	_, err := signature.ParsePolicy(iotest.ErrReader(errRead))
	require.ErrorIs(t, err, errRead)
	var invalid *finding.InvalidError
	_, err = signature.ParsePolicy(strings.NewReader("<!DOCTYPE x>" + limitedPolicy))
	require.ErrorAs(t, err, &invalid)
	const plength = `<Evaluation><Parameter name="plength">`
	for name, evaluation := range map[string]string{
		"unknown parameter":   `<Evaluation><Parameter name="x"><Min>1</Min></Parameter></Evaluation>`,
		"maximum":             plength + `<Max>1</Max></Parameter></Evaluation>`,
		"maximum and minimum": plength + `<Min>1</Min><Max>1</Max></Parameter></Evaluation>`,
		"range":               plength + `<Range><Min>512</Min><Max>521</Max></Range></Parameter></Evaluation>`,
		"two minima":          plength + `<Min>1</Min><Min>2</Min></Parameter></Evaluation>`,
		"no minimum":          plength + `</Parameter></Evaluation>`,
		"something else":      plength + `<x xmlns="urn:x">512</x></Parameter></Evaluation>`,
		"two validities":      `<Evaluation><Validity><End>2020-01-01</End></Validity><Validity/></Evaluation>`,
		"two ends":            `<Evaluation><Validity><End>2020-01-01</End><End>2030-01-01</End></Validity></Evaluation>`,
		"two starts":          `<Evaluation><Validity><Start>2030-01-01</Start><Start>2020-01-01</Start></Validity></Evaluation>`,
	} {
		p, err := signature.ParsePolicy(strings.NewReader(strings.Replace(limitedPolicy, "<Evaluation/>", evaluation, 1)))
		require.NoError(t, err, name)
		_, ok := p.Allows(signature.ECDSASHA256, p256Key().key.Public(), clock)
		assert.False(t, ok, "%s: what is not understood allows nothing", name)
	}
	rsa := strings.Replace(limitedPolicy, "ecdsa-sha256", "rsa-sha256", 1)
	for evaluation, want := range map[string]bool{
		`<Evaluation/>`: false, // no key is too short
		`<Evaluation><Parameter name="moduluslength"><Min>3000</Min></Parameter></Evaluation>`: true,
		`<Evaluation><Parameter name="moduluslength"><Min>4000</Min></Parameter></Evaluation>`: false,
	} {
		p, err := signature.ParsePolicy(strings.NewReader(strings.Replace(rsa, "<Evaluation/>", evaluation, 1)))
		require.NoError(t, err)
		_, ok := p.Allows(signature.RSASHA256, key3072().Public(), clock)
		assert.Equal(t, want, ok, evaluation)
	}
	p, err := signature.ParsePolicy(strings.NewReader(strings.Replace(limitedPolicy, "<Evaluation/>", `<Evaluation><Parameter name="plength"><Min>256</Min></Parameter><Validity><Start>2020-01-01</Start><End>2026-06-01</End></Validity></Evaluation>`, 1)))
	require.NoError(t, err)
	for day, want := range map[string]bool{"2019-12-31": false, "2020-01-01": true, "2026-06-01": true, "2026-06-02": false} {
		at, err := time.Parse("2006-01-02", day)
		require.NoError(t, err)
		_, ok := p.Allows(signature.ECDSASHA256, p256Key().key.Public(), at.Add(12*time.Hour))
		assert.Equal(t, want, ok, day)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(limitedPolicy))
	f.Add([]byte(`<SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc"><Algorithm><Evaluation><Parameter><Min>x</Min></Parameter></Evaluation></Algorithm></SecuritySuitabilityPolicy>`))
	f.Add([]byte(`<x xmlns="urn:ietf:params:xml:ns:dssc"><Algorithm><Evaluation><Validity><End>2020-01-01</End></Validity></Evaluation></Algorithm></x>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := signature.ParsePolicy(bytes.NewReader(doc))
		if err != nil {
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, signature.Policy{}, p)
			return
		}
		require.NotEmpty(t, p.Rules())
	})
}

// TestVerifyBytesRefuses shows the seam for signatures over raw octets.
func TestVerifyBytesRefuses(t *testing.T) {
	p, ctx := signPair(), context.Background()
	octets := []byte("SAMLRequest=abc&SigAlg=x")
	value, err := p.signer(t).SignBytes(octets)
	require.NoError(t, err)
	for _, tt := range []struct {
		name, algorithm string
		cert            *x509.Certificate
		change          func(*signature.Verifier)
		want            string
	}{
		{"HMAC", more2001 + "hmac-sha256", p.cert, nil, "SIG-042"},
		{"SHA-1", sha1Methods[0], p.cert, nil, "SIG-018"},
		{"parameters missing", signature.RSAPSS, p.cert, nil, "SIG-018"},
		{"nothing", "", p.cert, nil, "SIG-018"},
		{"another method", signature.RSAPSSSHA256, p.cert, nil, "SIG-033"},
		{"another kind of key", signature.ECDSASHA256, p.cert, nil, "SIG-029"},
		{"no certificate", signature.RSASHA256, nil, nil, "SIG-053"},
		{"another certificate", signature.RSASHA256, leaf("Test A", nil).cert, nil, "SIG-024"},
		{"expired", signature.RSASHA256, p.cert, func(v *signature.Verifier) { v.Now = func() time.Time { return p.cert.NotAfter.Add(time.Hour) } }, "SIG-025"},
		{"longer key wanted", signature.RSASHA256, p.cert, func(v *signature.Verifier) { v.Policy.MinRSABits = 4096 }, "SIG-030"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := p.verifier()
			if tt.change != nil {
				tt.change(v)
			}
			report, err := v.VerifyBytes(ctx, tt.algorithm, octets, value, tt.cert)
			require.NoError(t, err)
			rejected(t, report, tt.want)
		})
	}
	report, err := p.verifier().VerifyBytes(ctx, signature.RSASHA256, octets, value, p.cert)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	assert.Equal(t, octets, report.Content())
	_, err = (&signature.Verifier{}).VerifyBytes(ctx, signature.RSASHA256, octets, value, p.cert)
	require.ErrorIs(t, err, signature.ErrNoTrust)
}

// TestSignerGoesOutOfDate: a signer judges its algorithms whenever it signs.
func TestSignerGoesOutOfDate(t *testing.T) {
	at := clock
	s, err := signature.NewSignerWith(key3072(), []*x509.Certificate{signPair().cert}, &signature.SignerOptions{
		Policy: signature.ETSI119312(), Now: func() time.Time { return at },
	})
	require.NoError(t, err)
	_, err = s.SignEnveloped([]byte("<a/>"), nil)
	require.NoError(t, err)
	at = time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err = s.SignEnveloped([]byte("<a/>"), nil)
	require.ErrorIs(t, err, signature.ErrKey)
	_, err = s.SignBytes([]byte("x"))
	require.ErrorIs(t, err, signature.ErrKey)
}
