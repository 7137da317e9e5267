package signature_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// xmlsec1Methods are what Debian's xmlsec1 1.2.37 knows: no RSASSA-PSS, no SHA-3
// in signatures, no Ed25519.
var xmlsec1Methods = []struct {
	uri  string
	keys []func() keyed
}{
	{more2001 + "rsa-sha256", []func() keyed{rsaKey}},
	{more2001 + "rsa-sha384", []func() keyed{rsaKey}},
	{more2001 + "rsa-sha512", []func() keyed{rsaKey}},
	{more2001 + "ecdsa-sha256", []func() keyed{p256Key, p384Key, p521Key, bp256, bp384, bp512}},
	{more2001 + "ecdsa-sha384", []func() keyed{p256Key, p384Key, p521Key, bp384}},
	{more2001 + "ecdsa-sha512", []func() keyed{p256Key, p384Key, p521Key, bp512}},
}

// pemKey writes the private key as xmlsec1 reads it.
func (k keyed) pemKey(t testing.TB, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "key.pem")
	key := k.key
	if hidden, ok := key.(hsm); ok {
		key = hidden.Signer
	}
	if ec, ok := key.(*ecdsa.PrivateKey); ok && strings.HasPrefix(k.name, "brainpool") {
		writePEM(t, file, "EC PRIVATE KEY", brainpoolPrivate(t, k, ec))
		return file
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	writePEM(t, file, "PRIVATE KEY", der)
	return file
}

// TestXmlsec1Algorithms exchanges signatures with xmlsec1, both ways, with every
// method and curve that it has.
func TestXmlsec1Algorithms(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	ours, theirs := 0, 0
	for _, row := range xmlsec1Methods {
		for _, make := range row.keys {
			k := make()
			t.Run(row.uri[len(more2001):]+" "+k.name, func(t *testing.T) {
				dir := t.TempDir()
				cert := filepath.Join(dir, "cert.pem")
				writePEM(t, cert, "CERTIFICATE", k.cert.Raw)
				signed, err := k.signer(t, signature.SignerOptions{Algorithm: row.uri}).SignEnveloped([]byte(message), nil)
				require.NoError(t, err)
				write(t, dir, "ours.xml", signed)
				run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "ours.xml")
				ours++

				template := strings.Replace(message, "</antrag>", strings.Replace(tmpl("", tEnv+tList("t")), more2001+"rsa-sha256", row.uri, 1)+"</antrag>", 1)
				write(t, dir, "template.xml", []byte(template))
				run(t, dir, xmlsec1, "--sign", "--privkey-pem", k.pemKey(t, dir)+","+cert, "--output", "theirs.xml", "template.xml")
				doc, err := os.ReadFile(filepath.Join(dir, "theirs.xml"))
				require.NoError(t, err)
				report, err := k.verifier(signature.Policy{}).VerifyEnveloped(doc)
				require.NoError(t, err)
				require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
				theirs++
			})
		}
	}
	t.Logf("xmlsec1 verified %d of ours, we %d of its signatures", ours, theirs)
	require.Equal(t, 17, ours)
	require.Equal(t, 17, theirs)
}

// TestXmlsec1Forms exchanges every form with every canonicalisation.
func TestXmlsec1Forms(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	k := p256Key()
	verified := 0
	for _, method := range c14nMethods {
		s := k.signer(t, signature.SignerOptions{})
		for _, r := range formRequests(method) {
			dir := t.TempDir()
			signed, err := s.Sign(r)
			require.NoError(t, err)
			write(t, dir, "signed.xml", signed)
			cert := filepath.Join(dir, "cert.pem")
			writePEM(t, cert, "CERTIFICATE", k.cert.Raw)
			for uri, data := range r.Files {
				write(t, dir, uri, data)
			}
			run(t, dir, xmlsec1, "--verify", "--id-attr:Id", "Object", "--id-attr:Id", "urn:p:b", "--id-attr:ID", "urn:a:a", "--pubkey-cert-pem", cert, "signed.xml")
			verified++
		}
	}
	t.Logf("xmlsec1 verified %d", verified)
	require.Equal(t, 30, verified)

	verified = 0
	for _, method := range c14nMethods {
		canon := func(s string) string { return strings.ReplaceAll(s, signature.ExclusiveC14N, method) }
		for _, tt := range []struct {
			form    signature.Form
			doc     string
			content string
		}{
			{signature.Enveloped, `<a xmlns="urn:a" xmlns:p="urn:p" xml:lang="de"><b x="1">t<!-- c --></b>` + canon(tmpl("", tEnv+tExc)) + `</a>`, ""},
			{signature.SameDocument, `<a xmlns="urn:a" xmlns:p="urn:p" xml:lang="de"><b Id="b" x="1">t<!-- c --></b>` + canon(tmpl("#b", tExc)) + `</a>`, ""},
			{signature.Enveloping, strings.Replace(canon(tmpl("#o", tExc)), "</Signature>", `<Object Id="o"><x xmlns="urn:x">y</x></Object></Signature>`, 1), ""},
			{signature.Enveloping, strings.Replace(tmpl("#o", tB64), "</Signature>", `<Object Id="o"> QUJD </Object></Signature>`, 1), "ABC"},
			{signature.Detached, canon(tmpl("antrag.xml", tExc)), ""},
			{signature.Detached, strings.Replace(tmpl("antrag.xml", ""), "<Transforms></Transforms>", "", 1), message},
		} {
			dir := t.TempDir()
			write(t, dir, "antrag.xml", []byte(message))
			write(t, dir, "template.xml", []byte(strings.Replace(tt.doc, more2001+"rsa-sha256", signature.ECDSASHA256, 1)))
			cert := filepath.Join(dir, "cert.pem")
			writePEM(t, cert, "CERTIFICATE", k.cert.Raw)
			run(t, dir, xmlsec1, "--sign", "--id-attr:Id", "Object", "--id-attr:Id", "urn:a:b", "--privkey-pem", k.pemKey(t, dir)+","+cert, "--output", "out.xml", "template.xml")
			doc, err := os.ReadFile(filepath.Join(dir, "out.xml"))
			require.NoError(t, err)
			request := signature.Request{Form: tt.form, Document: doc}
			if tt.form == signature.Detached {
				request.Files = map[string][]byte{"antrag.xml": []byte(message)}
			}
			report, err := k.verifier(signature.Policy{}).Verify(context.Background(), request)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%s %v: %v", method, tt.form, report.Findings)
			if tt.content != "" {
				assert.Equal(t, tt.content, string(report.Content()))
			}
			verified++
		}
	}
	t.Logf("we verified %d of its signatures", verified)
	require.Equal(t, 36, verified)
}

// brainpoolPrivate is a private key as in SEC 1, C.4.
func brainpoolPrivate(t testing.TB, k keyed, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	size := (key.Curve.Params().BitSize + 7) / 8
	var info struct {
		Algorithm rawAlgorithm
		Key       asn1.BitString
	}
	_, err := asn1.Unmarshal(k.cert.RawSubjectPublicKeyInfo, &info)
	require.NoError(t, err)
	var curve asn1.ObjectIdentifier
	_, err = asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &curve)
	require.NoError(t, err)
	//lint:ignore SA1019 the standard library has nothing else for curves that it does not know
	secret := key.D.FillBytes(make([]byte, size))
	der, err := asn1.Marshal(struct {
		Version int
		Key     []byte
		Curve   asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
		Point   asn1.BitString        `asn1:"explicit,tag:1"`
	}{1, secret, curve, info.Key})
	require.NoError(t, err)
	return der
}
