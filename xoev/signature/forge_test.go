package signature_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// forgery makes signatures that are right in everything but what a test
// changes: the changed SignedInfo is really signed, and digests are right.
type forgery struct {
	doc        string // "@" is where an enveloped signature goes
	uri        string
	transforms string
	prefixes   []string
	key        *rsa.PrivateKey
	certs      []*x509.Certificate
	content    func(string) string // changes the content of SignedInfo, before signing
	sig        func(string) string // changes Signature, after signing
	document   func(string) string // changes the whole document, after signing
}

func forge() *forgery {
	p := signPair()
	return &forgery{
		doc:        `<a ID="root"><b Id="body">text</b>@</a>`,
		transforms: tEnv + tExc,
		key:        p.key,
		certs:      []*x509.Certificate{p.cert},
	}
}

func detachedForgery() *forgery {
	f := forge()
	f.uri, f.transforms = "antrag.xml", tExc
	return f
}

func canonicalForm(t testing.TB, s *xmlscan.Scanner, prefixes []string) []byte {
	t.Helper()
	w := c14n.New(nil, prefixes)
	require.NoError(t, xmlscan.Run(s, w))
	return w.Bytes()
}

func (f *forgery) plain() string { return strings.ReplaceAll(f.doc, "@", "") }

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// signature makes the Signature element.
func (f *forgery) signature(t testing.TB) string {
	t.Helper()
	digest := digestOf(canonicalForm(t, xmlscan.NewBytes([]byte(f.plain()), nil), f.prefixes))
	content := algC14N + algMethod + `<Reference URI="` + f.uri + `"><Transforms>` + f.transforms + `</Transforms>` +
		algDigest + `<DigestValue>` + digest + `</DigestValue></Reference>`
	if f.content != nil {
		content = f.content(content)
	}
	info := `<SignedInfo>` + content + `</SignedInfo>`
	scope := []xmlscan.NSDecl{{URI: signature.NS}}
	sum := sha256.Sum256(canonicalForm(t, xmlscan.NewFragment([]byte(info), scope, nil), nil))
	value, err := rsa.SignPKCS1v15(rand.Reader, f.key, crypto.SHA256, sum[:])
	require.NoError(t, err)
	sig := `<Signature ` + dsNS + `>` + info + `<SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</SignatureValue><KeyInfo><X509Data>`
	for _, c := range f.certs {
		sig += `<X509Certificate>` + base64.StdEncoding.EncodeToString(c.Raw) + `</X509Certificate>`
	}
	sig += `</X509Data></KeyInfo></Signature>`
	if f.sig != nil {
		sig = f.sig(sig)
	}
	return sig
}

// enveloped is the whole signed document.
func (f *forgery) enveloped(t testing.TB) []byte {
	t.Helper()
	doc := strings.Replace(f.doc, "@", f.signature(t), 1)
	if f.document != nil {
		doc = f.document(doc)
	}
	return []byte(doc)
}

// swap replaces exactly one occurrence, or the test is wrong.
func swap(t testing.TB, from, to string) func(string) string {
	return func(s string) string {
		require.Equal(t, 1, strings.Count(s, from), "%q must occur once", from)
		return strings.Replace(s, from, to, 1)
	}
}
