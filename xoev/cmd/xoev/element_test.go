package main

import (
	"crypto"
	"crypto/x509"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
)

const people = `<?xml version="1.0"?>
<antrag xmlns="urn:example:antrag"><person Id="p1"><name>Erika Mustermann</name></person><person Id="p2"><name>Max Mustermann</name></person></antrag>
`

// TestElement signs and verifies one element of a document: only it is handed out.
func TestElement(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	f.write("people.xml", []byte(people))
	sign := func(args ...string) result {
		return call(t, "", append([]string{"sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--out", f.path("signed.xml"), f.path("people.xml")}, args...)...)
	}
	verify := func(args ...string) result {
		_ = os.Remove(f.path("out"))
		return call(t, "", append([]string{"verify", "--trust", f.path("ec8.pem"), "--out", f.path("out"), f.path("signed.xml")}, args...)...)
	}
	for _, level := range [][]string{nil, {"--xades", "B-B"}} {
		r := sign(append(level, "--element", "p1")...)
		require.Equal(t, 0, r.status, r.errOut)
		r = verify("--element", "p1")
		require.Equal(t, 0, r.status, r.out+r.errOut)
		assert.Equal(t, `<person xmlns="urn:example:antrag" Id="p1"><name>Erika Mustermann</name></person>`, string(f.read("out")))
		for name, args := range map[string][]string{
			"another element":      {"--element", "p2"},
			"no such element":      {"--element", "p3"},
			"the document":         nil,
			"no such signature":    {"--element", "p1", "--signature-id", "s9"},
			"signature of another": {"--signature-id", "p1"},
		} {
			r = verify(args...)
			assert.Equal(t, 1, r.status, "%s: %s%s", name, r.out, r.errOut)
			assert.NoFileExists(t, f.path("out"), name)
		}
		forged := strings.Replace(string(f.read("signed.xml")), "Max Mustermann", "Mallory", 1)
		f.write("signed.xml", []byte(forged))
		r = verify("--element", "p1")
		require.Equal(t, 0, r.status, "what is not signed may change, and is not handed out")
		assert.NotContains(t, string(f.read("out")), "Mallory")
		f.write("signed.xml", []byte(strings.Replace(forged, "Erika", "Eve", 1)))
		require.Equal(t, 1, verify("--element", "p1").status)
	}
	require.Equal(t, 1, sign("--element", "p9").status, "no such element")
	for _, args := range [][]string{{"--element", "p1", "--detached"}, {"--detached", "--enveloping"}, {"--bytes"}, {"--policy", "x", "--profile", "bsi"}} {
		require.Equal(t, 2, sign(args...).status, args)
	}
	require.Equal(t, 2, verify("--element", "p1", "--signature", f.path("x")).status)
	require.Equal(t, 2, verify("--policy", "x", "--profile", "bsi").status)
}

// TestElementEnveloped: the signature is a child of the element that it covers, as
// SAML has it.
func TestElementEnveloped(t *testing.T) {
	f := newFolder(t)
	signer, err := signature.NewSigner(f.own.key, []*x509.Certificate{f.own.cert})
	require.NoError(t, err)
	signed, err := signer.SignEnveloped([]byte(`<person xmlns="urn:example:antrag" ID="p1"><name>Erika Mustermann</name></person>`), &signature.SignOptions{ByID: true})
	require.NoError(t, err)
	f.write("signed.xml", []byte(`<antrag xmlns="urn:example:antrag"><person>Mallory</person>`+string(signed)+`</antrag>`))
	verify := func(args ...string) int {
		return call(t, "", append([]string{"verify", "--trust", f.path("own.pem"), "--out", f.path("out"), f.path("signed.xml")}, args...)...).status
	}
	f.write("own.pem", pemOf(f.own.cert))
	require.Equal(t, 1, verify(), "the document has no signature")
	require.Equal(t, 0, verify("--element", "p1"))
	assert.Equal(t, `<person xmlns="urn:example:antrag" ID="p1"><name>Erika Mustermann</name></person>`, string(f.read("out")))
	f.write("signed.xml", []byte(strings.Replace(string(f.read("signed.xml")), `<person>Mallory`, `<person ID="p1">Mallory`, 1)))
	require.Equal(t, 1, verify("--element", "p1"), "two elements with the ID")
}

// TestSignatureID chooses one of two signatures in one document.
func TestSignatureID(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	f.write("people.xml", []byte(people))
	from := f.path("people.xml")
	for i, id := range []string{"p1", "p2"} {
		out := f.path("signed" + string(rune('1'+i)) + ".xml")
		r := call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--element", id, "--xades", "B-B", "--out", out, from)
		require.Equal(t, 0, r.status, r.errOut)
		from = out
	}
	doc := string(f.read("signed2.xml"))
	first := between(doc, `<ds:Signature`, `Id="`, `"`)
	second := between(doc[strings.Index(doc, "</ds:Signature>"):], `<ds:Signature`, `Id="`, `"`)
	require.NotEqual(t, first, second)
	verify := func(args ...string) int {
		return call(t, "", append([]string{"verify", "--trust", f.path("ec8.pem"), from}, args...)...).status
	}
	assert.Equal(t, 1, verify("--element", "p1"), "there are two")
	assert.Equal(t, 0, verify("--element", "p1", "--signature-id", first))
	assert.Equal(t, 0, verify("--element", "p2", "--signature-id", second))
	assert.Equal(t, 1, verify("--element", "p1", "--signature-id", second))
}

// between is what stands between two texts, behind a third.
func between(s, behind, from, to string) string {
	s = s[strings.Index(s, behind):]
	s = s[strings.Index(s, from)+len(from):]
	return s[:strings.Index(s, to)]
}

// TestEnveloping puts documents and files of any kind into a signature.
func TestEnveloping(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	binary := []byte{0, 1, 2, '<', 0xff}
	f.write("anlage.bin", binary)
	f.write("plain.xml", []byte(people))
	f.write("own.xml", []byte(strings.Replace(people, "<antrag ", `<antrag ID="a1" `, 1)))
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"bytes":   {[]string{"--bytes", f.path("anlage.bin")}, string(binary)},
		"element": {[]string{f.path("plain.xml")}, "<ds:Object"},
		"root":    {[]string{f.path("own.xml")}, `<antrag xmlns="urn:example:antrag" ID="a1"><person`},
	} {
		for _, level := range [][]string{nil, {"--xades", "B-B"}} {
			t.Run(name+" "+strings.Join(level, " "), func(t *testing.T) {
				args := append([]string{"sign", "--enveloping", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--out", f.path("sig.xml")}, level...)
				r := call(t, "", append(args, tt.args...)...)
				require.Equal(t, 0, r.status, r.errOut)
				r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--out", f.path("out"), f.path("sig.xml"))
				require.Equal(t, 0, r.status, r.out+r.errOut)
				require.True(t, strings.HasPrefix(string(f.read("out")), tt.want), "%s", f.read("out"))
				if name == "bytes" {
					require.Equal(t, binary, f.read("out"))
				}
			})
		}
	}
}

// TestPolicyFile judges by the catalogue of a file.
func TestPolicyFile(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	file := testenv.Data(t, "xmldsig/dss/policy/19312MachineReadable.xml")
	signed := f.path("signed.xml")
	r := call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--policy", file, "--out", signed, f.path("antrag.xml"))
	require.Equal(t, 0, r.status, r.errOut)
	r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--policy", file, "--format", "json", signed)
	require.Equal(t, 0, r.status, r.out+r.errOut)
	assert.NotContains(t, r.out, `"profile":"BSI"`)
	old := call(t, "", "verify", "--trust", f.path("ec8.pem"), "--policy", file, "--at", "2199-01-01T00:00:00Z", signed)
	assert.Equal(t, 1, old.status)
	f.write("empty.xml", []byte("<a/>"))
	for _, bad := range []string{f.path("empty.xml"), f.path("ec8.pem"), f.path("none")} {
		r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--policy", bad, signed)
		assert.Equal(t, 2, r.status, r.out)
		assert.Contains(t, r.errOut, "--policy")
		assert.NotEqual(t, 0, call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--policy", bad, f.path("antrag.xml")).status)
	}
}

// TestOCSPFile takes OCSP responses from files.
func TestOCSPFile(t *testing.T) {
	f := newFolder(t)
	ca := certificate(t, keys()[1], "Test-CA", true, nil)
	f.own = certificate(t, keys()[0], "Stadt Musterstadt", false, &ca)
	f.write("ca.pem", pemOf(ca.cert))
	answer := func(status int, this time.Time) []byte {
		der, err := ocsp.CreateResponse(ca.cert, ca.cert, ocsp.Response{
			Status: status, SerialNumber: f.own.cert.SerialNumber, ThisUpdate: this, NextUpdate: this.AddDate(0, 0, 1), RevokedAt: validFrom, IssuerHash: crypto.SHA256,
		}, ca.key)
		require.NoError(t, err)
		return der
	}
	now := time.Now().Add(-time.Hour)
	f.write("good.ocsp", answer(ocsp.Good, now))
	f.write("bad.ocsp", answer(ocsp.Revoked, now))
	f.write("old.ocsp", answer(ocsp.Good, now.AddDate(0, 0, -3)))
	signed := f.signEnveloped()
	for file, want := range map[string]int{"good.ocsp": 0, "bad.ocsp": 1, "old.ocsp": 2, "ca.pem": 2, "antrag.xml": 2, "none": 2} {
		r := call(t, "", "verify", "--trust", f.path("ca.pem"), "--ocsp", f.path(file), signed)
		assert.Equal(t, want, r.status, "%s: %s%s", file, r.out, r.errOut)
	}
}
