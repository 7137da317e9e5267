package signature_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

func chainOf(pairs ...pair) []*x509.Certificate {
	var chain []*x509.Certificate
	for _, p := range pairs {
		chain = append(chain, p.cert)
	}
	return chain
}

func authority(key *rsa.PrivateKey, name string, parent *pair) pair {
	tm := template()
	tm.Subject.CommonName = name
	tm.KeyUsage = x509.KeyUsageCertSign
	tm.IsCA, tm.BasicConstraintsValid = true, true
	return issue(key, tm, parent)
}

func leaf(name string, parent *pair) pair {
	tm := template()
	tm.SerialNumber = big.NewInt(7)
	tm.Subject.CommonName = name
	return issue(key3072(), tm, parent)
}

func TestPool(t *testing.T) {
	root := authority(other(), "Test Root", nil)
	middle := authority(other(), "Test Middle", &root)
	weak := authority(key2048(), "Test Weak", &root)
	late := template()
	late.Subject.CommonName, late.KeyUsage = "Test Late", x509.KeyUsageCertSign
	late.IsCA, late.BasicConstraintsValid, late.NotBefore = true, true, clock.Add(time.Hour)
	future := issue(other(), late, &root)
	notCA := issue(other(), template(), &root)

	roots := x509.NewCertPool()
	roots.AddCert(root.cert)
	for _, tt := range []struct {
		name  string
		chain []*x509.Certificate
		want  []string
	}{
		{"issued by the root", chainOf(leaf("Test A", &root)), nil},
		{"root in KeyInfo", chainOf(leaf("Test A", &root), root), nil},
		{"by way of an intermediate", chainOf(leaf("Test A", &middle), middle), nil},
		{"any order", chainOf(middle, leaf("Test A", &middle)), nil},
		{"intermediate missing", chainOf(leaf("Test A", &middle)), []string{"SIG-024"}},
		{"intermediate with a short key", chainOf(leaf("Test A", &weak), weak), []string{"SIG-024"}},
		{"intermediate not yet valid", chainOf(leaf("Test A", &future), future), []string{"SIG-024"}},
		{"intermediate is no authority", chainOf(leaf("Test A", &notCA), notCA), []string{"SIG-024"}},
		{"nobody knows the issuer", chainOf(leaf("Test A", nil)), []string{"SIG-024"}},
		{"intermediate of another chain", chainOf(leaf("Test A", &root), middle), []string{"SIG-023"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := forge()
			f.certs = tt.chain
			v := &signature.Verifier{Trust: signature.Pool(roots), Now: now}
			report, err := f.verify(t, v, false)
			require.NoError(t, err)
			if tt.want != nil {
				rejected(t, report, tt.want...)
				return
			}
			accepted(t, report, err)
			assert.Equal(t, "Test A", report.Certificate.Subject.CommonName)
		})
	}
}

type store struct {
	certs []*x509.Certificate
	err   error
}

func (s store) Certificates() ([]*x509.Certificate, error) { return s.certs, s.err }

var _ dsig.X509CertificateStore = store{}

var errStore = errors.New("the store is away")

func TestCouldNotCheck(t *testing.T) {
	doc := forge().enveloped(t)
	for _, tt := range []struct {
		name  string
		trust signature.Trust
		want  error
	}{
		{"no trust", nil, signature.ErrNoTrust},
		{"nothing pinned", signature.Pinned(), signature.ErrNoTrust},
		{"no pool", signature.Pool(nil), signature.ErrNoTrust},
		{"no store", signature.CertificateStore(nil), signature.ErrNoTrust},
		{"empty store", signature.CertificateStore(store{}), signature.ErrNoTrust},
		{"store fails", signature.CertificateStore(store{err: errStore}), errStore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report, err := (&signature.Verifier{Trust: tt.trust, Now: now}).VerifyEnveloped(doc)
			require.ErrorIs(t, err, tt.want)
			require.Nil(t, report)
			var invalid *finding.InvalidError
			require.False(t, errors.As(err, &invalid))
		})
	}
	var v *signature.Verifier
	_, err := v.VerifyDetached(doc, doc, "a.xml")
	require.ErrorIs(t, err, signature.ErrNoTrust)
	_, err = (&signature.Verifier{Trust: signature.Pinned(nil)}).VerifyEnveloped(doc)
	require.NoError(t, err)
}

// TestClock shows that the real clock judges where none is given.
func TestClock(t *testing.T) {
	tm := template()
	tm.NotBefore, tm.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	p := issue(key3072(), tm, nil)
	f := forge()
	f.certs = chainOf(p)
	report, err := f.verify(t, &signature.Verifier{Trust: signature.Pinned(p.cert)}, false)
	require.NoError(t, err)
	rejected(t, report, "SIG-025")
	s, err := signature.NewSigner(p.key, chainOf(p))
	require.NoError(t, err)
	_, err = s.SignEnveloped([]byte("<a/>"), nil)
	require.ErrorIs(t, err, signature.ErrKey)
}

// TestFirstAndLastMoment takes the ends of the validity as valid (RFC 5280,
// 4.1.2.5).
func TestFirstAndLastMoment(t *testing.T) {
	p := signPair()
	for _, at := range []time.Time{p.cert.NotBefore, p.cert.NotAfter} {
		v := p.verifier()
		v.Now = func() time.Time { return at }
		report, err := forge().verify(t, v, false)
		accepted(t, report, err)
	}
}

func TestKeyUsages(t *testing.T) {
	for _, usage := range []x509.KeyUsage{0, x509.KeyUsageContentCommitment, x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment} {
		tm := template()
		tm.KeyUsage = usage
		p := issue(key3072(), tm, nil)
		f := forge()
		f.certs = chainOf(p)
		report, err := f.verify(t, p.verifier(), false)
		accepted(t, report, err)
	}
}

// broken is a key that signs something else, like a faulty HSM.
type broken struct{ *rsa.PrivateKey }

func (b broken) Sign(r io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	wrong := bytes.Clone(digest)
	wrong[0] ^= 1
	return b.PrivateKey.Sign(r, wrong, o)
}

type failing struct{ *rsa.PrivateKey }

func (failing) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, errStore }

// TestNoSigner: a signer that nobody made is an error, not a panic.
func TestNoSigner(t *testing.T) {
	for _, s := range []*signature.Signer{nil, {}, {Now: now}} {
		_, err := s.SignEnveloped([]byte("<a/>"), nil)
		require.ErrorIs(t, err, signature.ErrKey)
		_, err = s.SignDetached([]byte("<a/>"), "a.xml", nil)
		require.ErrorIs(t, err, signature.ErrKey)
		_, err = s.Sign(signature.SignRequest{})
		require.ErrorIs(t, err, signature.ErrKey)
		_, err = s.SignBytes(nil)
		require.ErrorIs(t, err, signature.ErrKey)
	}
}

func TestNewSigner(t *testing.T) {
	p := signPair()
	ec, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	_, ecCert := foreign(&ec.PublicKey)()
	weak := issue(key2048(), template(), nil)
	stranger := leaf("Test A", nil)
	for _, tt := range []struct {
		name  string
		key   crypto.Signer
		chain []*x509.Certificate
	}{
		{"no key", nil, chainOf(p)},
		{"no certificate", p.key, nil},
		{"nil certificate", p.key, []*x509.Certificate{p.cert, nil}},
		{"certificate of another key", other(), chainOf(p)},
		{"short key", weak.key, chainOf(weak)},
		{"short elliptic curve", ec, []*x509.Certificate{ecCert}},
		{"stranger in the chain", p.key, chainOf(p, stranger)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := signature.NewSigner(tt.key, tt.chain)
			require.ErrorIs(t, err, signature.ErrKey)
			require.Nil(t, s)
		})
	}
	for _, tt := range []struct {
		name string
		key  crypto.Signer
		want error
	}{
		{"wrong signature", broken{p.key}, signature.ErrKey},
		{"failing key", failing{p.key}, errStore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := signature.NewSigner(tt.key, chainOf(p))
			require.NoError(t, err)
			s.Now = now
			out, err := s.SignEnveloped([]byte("<a/>"), nil)
			require.ErrorIs(t, err, tt.want)
			require.Nil(t, out)
			out, err = s.SignDetached([]byte("<a/>"), "a.xml", nil)
			require.ErrorIs(t, err, tt.want)
			require.Nil(t, out)
		})
	}
}

func TestKeyStores(t *testing.T) {
	p := signPair()
	root := authority(other(), "Test Root", nil)
	child := leaf("Test A", &root)
	_, err := signature.SignerFromKeyStore(nil)
	require.ErrorIs(t, err, signature.ErrKey)
	_, err = signature.SignerFromKeyStore(dsig.RandomKeyStoreForTest())
	require.ErrorIs(t, err, signature.ErrKey, "1024 bits")
	_, err = signature.SignerFromKeyStore(dsig.TLSCertKeyStore{})
	require.ErrorIs(t, err, dsig.ErrNonRSAKey)
	_, err = signature.SignerFromKeyStore(dsig.TLSCertKeyStore{PrivateKey: p.key, Certificate: [][]byte{{1}}})
	require.ErrorIs(t, err, signature.ErrKey)

	s, err := signature.SignerFromKeyStore(dsig.TLSCertKeyStore{PrivateKey: child.key, Certificate: [][]byte{child.cert.Raw, root.cert.Raw}})
	require.NoError(t, err)
	s.Now = now
	signed, err := s.SignEnveloped([]byte("<a/>"), nil)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(signed), "<ds:X509Certificate>"), "the chain of the store")
	report, err := child.verifier().VerifyEnveloped(signed)
	accepted(t, report, err)
}

func TestSignRefuses(t *testing.T) {
	s := signPair().signer(t)
	signed, err := s.SignEnveloped([]byte(`<a ID="x"/>`), &signature.SignOptions{ByID: true})
	require.NoError(t, err)
	_, err = s.SignEnveloped(signed, nil)
	require.ErrorIs(t, err, signature.ErrAlreadySigned)
	sig, err := s.SignDetached([]byte(`<a/>`), "a.xml", nil)
	require.NoError(t, err)
	_, err = s.SignEnveloped(sig, nil)
	require.ErrorIs(t, err, signature.ErrAlreadySigned)
	for _, doc := range []string{`<a/>`, `<a ID=""/>`, `<a ID="x(y)"/>`, `<a ID="a b"/>`, `<a><b ID="x"/></a>`} {
		_, err = s.SignEnveloped([]byte(doc), &signature.SignOptions{ByID: true})
		require.ErrorIs(t, err, signature.ErrNoID, doc)
	}
	_, err = s.SignDetached([]byte(`<a ID="x"/>`), "a.xml", &signature.SignOptions{ByID: true})
	require.ErrorIs(t, err, signature.ErrNoID)

	var invalid *finding.InvalidError
	_, err = s.SignEnveloped([]byte(`<a Id="1"><b Id="1"/></a>`), nil)
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"SIG-014"}, codes(invalid.Findings))
	_, err = s.SignEnveloped([]byte(`<a/>`), &signature.SignOptions{PrefixList: []string{"a b:c"}})
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"SIG-016"}, codes(invalid.Findings))
	var many []string
	for i := range 129 {
		many = append(many, "p"+strings.Repeat("x", i))
	}
	_, err = s.SignEnveloped([]byte(`<a/>`), &signature.SignOptions{PrefixList: many})
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"SIG-039"}, codes(invalid.Findings))
}

// TestCoveredPrefixes shows which prefixes signing keeps bound.
func TestCoveredPrefixes(t *testing.T) {
	const ns = ` xmlns:p="urn:p" xmlns:q="urn:q" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
	for _, tt := range []struct{ name, doc, want string }{
		{"nothing", `<a` + ns + `>12:30 http://x unbound:y xml:lang</a>`, ``},
		{"xsi:type", `<a` + ns + ` xsi:type="p:T"/>`, `p`},
		{"list of names", `<a` + ns + ` list="p:a q:b"/>`, `p q`},
		{"path", `<a` + ns + ` path="/p:a/@q:b"/>`, `p q`},
		{"text", `<a` + ns + `><b>p:a</b></a>`, `p`},
		{"text in pieces", `<a` + ns + `><b><![CDATA[p]]>:<!-- x -->a</b></a>`, `p`},
		{"text by references", `<a` + ns + `><b>&#112;&#58;a</b></a>`, `p`},
		{"not across elements", `<a` + ns + `>p<b/>:x</a>`, ``},
		{"longer name", `<a` + ns + `>xp:a</a>`, ``},
		{"after a minus and a number", `<a` + ns + `>1-p:a</a>`, `p`},
		{"default namespace", `<p:a` + ns + ` xmlns="urn:d" xsi:type="T"/>`, `#default`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signed, err := signPair().signer(t).SignEnveloped([]byte(tt.doc), nil)
			require.NoError(t, err)
			_, list, found := strings.Cut(string(signed), `PrefixList="`)
			list, _, _ = strings.Cut(list, `"`)
			assert.Equal(t, tt.want != "", found)
			if found {
				assert.Equal(t, tt.want, list)
			}
			report, err := signPair().verifier().VerifyEnveloped(signed)
			accepted(t, report, err)
		})
	}
}

// TestContext shows that prefixes in values mean the same in the verified
// content as in the input.
func TestContext(t *testing.T) {
	signed, err := signPair().signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	report, err := signPair().verifier().VerifyEnveloped(signed)
	accepted(t, report, err)
	bound := false
	for s := report.Scanner(nil); s.Next(); {
		if value, ok := s.Attr("http://www.w3.org/2001/XMLSchema-instance", "type"); ok {
			require.Equal(t, "t:Person", string(value))
			uri, ok := s.Lookup("t")
			bound = ok && uri == "urn:example:typen"
		}
	}
	assert.True(t, bound)
	tree, err := report.Document(nil)
	require.NoError(t, err)
	assert.Equal(t, "Erika Mustermann", tree.FindElement("//name").Text())
	assert.Equal(t, "urn:example:typen", tree.Root().SelectAttrValue("xmlns:t", ""))
	assert.Nil(t, tree.FindElement("//Signature"))
}

func TestIsSigned(t *testing.T) {
	p := signPair()
	sig, err := p.signer(t).SignDetached([]byte(`<a/>`), "a.xml", nil)
	require.NoError(t, err)
	for doc, want := range map[string]bool{
		string(sig):                              true,
		string(forge().enveloped(t)):             true,
		`<a><Signature/></a>`:                    false,
		`<a><b>` + string(sig[39:]) + `</b></a>`: false,
	} {
		got, err := signature.IsSigned([]byte(doc))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// TestReportIsDiscreet looks for personal data in logs, JSON and text.
func TestReportIsDiscreet(t *testing.T) {
	tm := template()
	tm.Subject.CommonName = "Erika Mustermann"
	p := issue(key3072(), tm, nil)
	signed, err := p.signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	good, err := p.verifier().VerifyEnveloped(signed)
	accepted(t, good, err)
	bad, err := p.verifier().VerifyEnveloped(bytes.Replace(signed, []byte("Erika"), []byte("Erich"), 1))
	require.NoError(t, err)
	for _, r := range []*signature.Report{good, bad, {}, nil} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("geprüft", "report", r)
		js, err := json.Marshal(r)
		require.NoError(t, err)
		for _, out := range []string{log.String(), string(js), r.String()} {
			assert.NotContains(t, out, "Mustermann")
			assert.NotEmpty(t, out)
		}
		if r != good {
			assert.Nil(t, r.Content())
		}
	}
	assert.Equal(t, "accepted", good.String())
	assert.Equal(t, "rejected (SIG-034)", bad.String())
	good.Verdict = finding.Undetermined
	assert.Nil(t, good.Content())
}

func TestConcurrent(t *testing.T) {
	p := signPair()
	s, v := p.signer(t), p.verifier()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			signed, err := s.SignEnveloped([]byte(message), nil)
			if !assert.NoError(t, err) {
				return
			}
			report, err := v.VerifyEnveloped(signed)
			assert.NoError(t, err)
			assert.Equal(t, finding.Accepted, report.Verdict)
		})
	}
	wg.Wait()
}

// TestPlaces looks at path and position of findings.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		name     string
		detached bool
		change   func(f *forgery)
		path     string
		line     int
	}{
		{"digest", false, func(f *forgery) { f.document = swap(t, ">text<", ">Text<") }, "/a/Signature/SignedInfo/Reference/DigestValue", 3},
		{"method", false, func(f *forgery) { f.content = swap(t, "rsa-sha256", "rsa-md5") }, "/a/Signature/SignedInfo/SignatureMethod", 3},
		{"certificate", false, func(f *forgery) { f.certs = chainOf(leaf("Test A", nil)) }, "/a/Signature/KeyInfo/X509Data/X509Certificate", 3},
		{"comment", false, func(f *forgery) { f.sig = swap(t, "<X509Data>", "\n<X509Data><!---->") }, "/a/Signature/KeyInfo/X509Data", 4},
		{"name", true, func(f *forgery) { f.uri = "b.xml" }, "/Signature/SignedInfo/Reference", 1},
		{"unsigned", false, func(f *forgery) { f.sig = func(string) string { return "" } }, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := forge()
			if tt.detached {
				f = detachedForgery()
			} else {
				f.doc = "<a>\n<b>text</b>\n@</a>"
			}
			tt.change(f)
			report, err := f.verify(t, signPair().verifier(), tt.detached)
			require.NoError(t, err)
			require.Len(t, report.Findings, 1)
			assert.Equal(t, tt.path, report.Findings[0].Path)
			assert.Equal(t, tt.line, report.Findings[0].Line)
			assert.Equal(t, tt.line > 0, report.Findings[0].Column > 0)
		})
	}
}

// TestSignTwice signs an enveloped signed document once more, detached: the
// first signature is content of the second.
func TestSignTwice(t *testing.T) {
	p := signPair()
	signed, err := p.signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	sig, err := p.signer(t).SignDetached(signed, "antrag.xml", nil)
	require.NoError(t, err)
	report, err := p.verifier().VerifyDetached(signed, sig, "antrag.xml")
	accepted(t, report, err)
	again, err := p.verifier().VerifyEnveloped(report.Content())
	accepted(t, again, err)
	report, err = p.verifier().VerifyDetached([]byte(message), sig, "antrag.xml")
	require.NoError(t, err)
	rejected(t, report, "SIG-034")
}

// TestFindingsAreBounded makes thousands of mistakes in one signature.
func TestFindingsAreBounded(t *testing.T) {
	f := forge()
	f.sig = swap(t, "<KeyInfo>", strings.Repeat("<x/>", 20_000)+"<KeyInfo>")
	report, err := f.verify(t, signPair().verifier(), false)
	require.NoError(t, err)
	assert.Equal(t, finding.Rejected, report.Verdict)
	assert.Len(t, report.Findings, 100)
}
