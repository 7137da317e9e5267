package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
)

// ownCertificate makes a self-signed certificate for any key.
func ownCertificate(t testing.TB, key crypto.Signer) *x509.Certificate {
	t.Helper()
	return certificateOf(t, key, validFrom, validTo)
}

func certificateOf(t testing.TB, key crypto.Signer, from, to time.Time) *x509.Certificate {
	t.Helper()
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Stadt Musterstadt"}, NotBefore: from, NotAfter: to, KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func pkcs8(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

// keyFiles puts keys of every kind into the folder, with certificates of the same
// name.
func (f *folder) keyFiles() {
	f.t.Helper()
	own := keys()[0]
	p256 := ecKey(f.t, elliptic.P256())
	sec1, err := x509.MarshalECPrivateKey(p256)
	require.NoError(f.t, err)
	for name, k := range map[string]struct {
		key crypto.Signer
		pem []byte
	}{
		"rsa8": {own, pkcs8(f.t, own)},
		"rsa1": {own, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(own)})},
		"ec8":  {p256, pkcs8(f.t, p256)},
		"ec1": {p256, append([]byte("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"),
			pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})...)},
	} {
		f.write(name+".key", k.pem)
		f.write(name+".pem", pemOf(ownCertificate(f.t, k.key)))
	}
	cert := ownCertificate(f.t, own)
	p12, err := pkcs12.Modern.Encode(own, cert, nil, "geheim")
	require.NoError(f.t, err)
	f.write("p12.key", p12)
	f.write("p12.pem", pemOf(cert))
	f.write("password", []byte("geheim\r\nnoch eine Zeile\n"))
}

// TestSignThenVerify: what sign writes, verify accepts, with keys of every kind.
func TestSignThenVerify(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	f.write("anlage.bin", []byte{0, 1, 2, '<', 0xff})
	signed := 0
	for _, key := range []string{"rsa8", "rsa1", "ec8", "ec1", "p12"} {
		for name, args := range map[string][]string{
			"enveloped": {"--out", f.path("signed.xml"), f.path("antrag.xml")},
			"detached":  {"--detached", "--out", f.path("antrag.xml.sig.xml"), f.path("antrag.xml")},
			"bytes":     {"--detached", "--bytes", "--out", f.path("anlage.bin.sig.xml"), f.path("anlage.bin")},
		} {
			t.Run(key+" "+name, func(t *testing.T) {
				with := []string{"sign", "--key", f.path(key + ".key")}
				if key == "p12" {
					with = append(with, "--password-file", f.path("password"))
				} else {
					with = append(with, "--cert", f.path(key+".pem"))
				}
				r := call(t, "", append(with, args...)...)
				require.Equal(t, 0, r.status, r.errOut)
				assert.Empty(t, r.out+r.errOut)
				info, err := os.Stat(args[len(args)-2])
				require.NoError(t, err)
				if runtime.GOOS != "windows" {
					assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
				}
				file := args[len(args)-1]
				if name == "enveloped" {
					file = f.path("signed.xml")
				}
				r = call(t, "", "verify", "--trust", f.path(key+".pem"), "--out", f.path("out"), file)
				assert.Equal(t, 0, r.status, r.out+r.errOut)
				if name == "bytes" {
					assert.Equal(t, f.read("anlage.bin"), f.read("out"))
				} else {
					assert.Contains(t, string(f.read("out")), "Erika Mustermann")
				}
				signed++
			})
		}
	}
	assert.Equal(t, 15, signed)
}

func TestSignToStandardOutput(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	doc := string(f.read("antrag.xml"))
	r := call(t, doc, "sign", "--key", f.path("rsa8.key"), "--cert", f.path("rsa8.pem"), "--algorithm", "sha256-rsa-MGF1", "-")
	require.Equal(t, 0, r.status, r.errOut)
	assert.Contains(t, r.out, signature.RSAPSSSHA256)
	at := strings.Index(r.out, "<ds:Signature")
	end := strings.Index(r.out, "</ds:Signature>") + len("</ds:Signature>")
	require.Positive(t, at)
	assert.Equal(t, doc, r.out[:at]+r.out[end:], "every other byte stays")

	v := call(t, r.out, "verify", "--trust", f.path("rsa8.pem"), "-")
	assert.Equal(t, 0, v.status, v.out)
	assert.Contains(t, v.out, "sha256-rsa-MGF1")

	again := call(t, r.out, "sign", "--key", f.path("rsa8.key"), "--cert", f.path("rsa8.pem"), "-")
	assert.Equal(t, 1, again.status)
	assert.Empty(t, again.out, "signed already")
}

// TestSignRefuses: documents and keys that are not good enough leave nothing
// behind, and no message holds a password or a key.
func TestSignRefuses(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	f.write("weak.key", pkcs8(t, weak))
	f.write("weak.pem", pemOf(ownCertificate(t, weak)))
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	f.write("ed.key", pkcs8(t, edwards))
	f.write("ed.pem", pemOf(ownCertificate(t, edwards)))
	p224 := ecKey(t, elliptic.P224())
	f.write("p224.key", pkcs8(t, p224))
	f.write("p224.pem", pemOf(ownCertificate(t, p224)))
	f.write("two.key", append(f.read("rsa8.key"), f.read("ec8.key")...))
	f.write("encrypted.key", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{0x30, 0}}))
	f.write("wrong", []byte("verraten"))
	f.write("broken.xml", []byte("<a>"))
	f.write("twice.xml", []byte(`<a><b Id="x"/><c Id="x"/></a>`))
	with := func(key, cert string, more ...string) []string {
		return append([]string{"--key", f.path(key), "--cert", f.path(cert), "--out", f.path("result")}, more...)
	}
	doc := f.path("antrag.xml")
	for name, tc := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"short RSA key":           {with("weak.key", "weak.pem", doc), 1, "zu kurz"},
		"Ed25519":                 {with("ed.key", "ed.pem", doc), 1, "kann nicht signieren"},
		"P-224":                   {with("p224.key", "p224.pem", doc), 1, "kann nicht signieren"},
		"another's certificate":   {with("rsa8.key", "ec8.pem", doc), 1, "kann nicht signieren"},
		"algorithm of other keys": {with("rsa8.key", "rsa8.pem", "--algorithm", "ecdsa-sha256", doc), 1, "kann nicht signieren"},
		"two keys":                {with("two.key", "rsa8.pem", doc), 1, "privater Schlüssel"},
		"no key":                  {with("rsa8.pem", "rsa8.pem", doc), 1, "privater Schlüssel"},
		"not PEM, not PKCS #12":   {with("antrag.xml", "rsa8.pem", doc), 1, "privater Schlüssel"},
		"no XML":                  {with("rsa8.key", "rsa8.pem", f.path("anlage")), 2, "nicht gefunden"},
		"broken XML":              {with("rsa8.key", "rsa8.pem", f.path("broken.xml")), 1, "XML-0"},
		"broken XML, detached":    {with("rsa8.key", "rsa8.pem", "--detached", f.path("broken.xml")), 1, "XML-0"},
		"an ID twice":             {with("rsa8.key", "rsa8.pem", f.path("twice.xml")), 1, "SIG-014"},
		"encrypted key":           {with("encrypted.key", "rsa8.pem", doc), 2, "verschlüsselt"},
		"certificate is missing":  {[]string{"--key", f.path("rsa8.key"), "--out", f.path("result"), doc}, 2, "--cert fehlt"},
		"PKCS #12 and --cert":     {with("p12.key", "p12.pem", doc), 2, "--cert"},
		"no password":             {[]string{"--key", f.path("p12.key"), "--out", f.path("result"), doc}, 2, "--password-file fehlt"},
		"wrong password":          {[]string{"--key", f.path("p12.key"), "--password-file", f.path("wrong"), "--out", f.path("result"), doc}, 2, "Passwort"},
		"no key file":             {with("none", "rsa8.pem", doc), 2, "nicht gefunden"},
		"no certificate":          {with("rsa8.key", "rsa8.key", doc), 2, "kein Zertifikat"},
		"over the key":            {with("rsa8.key", "rsa8.pem", "--out", f.path("rsa8.key"), doc), 2, "überschreiben"},
		"over the document":       {with("rsa8.key", "rsa8.pem", "--out", doc, doc), 2, "überschreiben"},
		"no --key":                {[]string{doc}, 2, "--key fehlt"},
		"unknown profile":         {with("rsa8.key", "rsa8.pem", "--profile", "BSIG", doc), 2, "bsi, osci12"},
		"profile of the past":     {with("rsa8.key", "rsa8.pem", "--profile", "legacy", doc), 2, "legacy"},
		"unknown algorithm":       {with("rsa8.key", "rsa8.pem", "--algorithm", "rsa-sha1", doc), 2, "sha256-rsa-MGF1"},
		"name, not detached":      {with("rsa8.key", "rsa8.pem", "--name", "x", doc), 2, "--detached"},
		"name with a folder":      {with("rsa8.key", "rsa8.pem", "--detached", "--name", "a/b", doc), 2, "Name"},
		"nowhere":                 {with("rsa8.key", "rsa8.pem", "--out", f.path("none/x"), doc), 2, ""},
		"two files":               {with("rsa8.key", "rsa8.pem", doc, doc), 2, "genau eine"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", append([]string{"--lang", "de", "sign"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.errOut)
			assert.Contains(t, r.errOut, tc.says)
			assert.Empty(t, r.out)
			assert.NoFileExists(t, f.path("result"))
			assert.NotContains(t, r.errOut, "verraten")
			assert.NotContains(t, r.errOut, "BEGIN")
		})
	}
	r := call(t, "", "sign", "--key", f.path("weak.key"), "--cert", f.path("weak.pem"), "--profile", "osci12", doc)
	assert.Equal(t, 0, r.status, "the profile of a transport that allows it")
}

// TestSignTakesNoPassword: no flag takes the password itself.
func TestSignTakesNoPassword(t *testing.T) {
	r := call(t, "", "sign", "--password", "geheim", "--key", "k", "x")
	assert.Equal(t, 2, r.status)
	assert.NotContains(t, r.errOut, "geheim")
}

// TestXMLSec1VerifiesWhatSignWrote, and verify what xmlsec1 signed with the same
// key.
func TestXMLSec1VerifiesWhatSignWrote(t *testing.T) {
	tool := testenv.Tool(t, "xmlsec1")
	f := newFolder(t)
	f.keyFiles()
	checked := 0
	for key, algorithms := range map[string][]string{
		"rsa8": {"rsa-sha256", "rsa-sha384", "rsa-sha512"}, "ec1": {"ecdsa-sha256"}} {
		for _, algorithm := range algorithms {
			sign := []string{"sign", "--key", f.path(key + ".key"), "--cert", f.path(key + ".pem"), "--algorithm", algorithm}
			for _, detached := range []bool{false, true} {
				args, file := append(sign, "--out", f.path("x.xml"), f.path("antrag.xml")), "x.xml"
				if detached {
					args, file = append(sign, "--detached", "--out", f.path("x.sig.xml"), f.path("antrag.xml")), "x.sig.xml"
				}
				r := call(t, "", args...)
				require.Equal(t, 0, r.status, r.errOut)
				verify := func() ([]byte, error) {
					cmd := exec.Command(tool, "--verify", "--trusted-pem", key+".pem", "--enabled-key-data", "x509", file)
					cmd.Dir = f.dir
					return cmd.CombinedOutput()
				}
				said, err := verify()
				require.NoError(t, err, "%s %v: %s", algorithm, detached, said)
				checked++

				signed, name := "x.xml", "Erika"
				if detached {
					signed = "antrag.xml"
				}
				before := f.read(signed)
				f.write(signed, bytes.Replace(before, []byte(name), []byte("Erich"), 1))
				_, err = verify()
				assert.Error(t, err, "changed")
				f.write(signed, before)
			}
		}
	}
	assert.Equal(t, 8, checked)
}

// TestVerifyForms: other forms than the strict ones, which need the general
// verifier, and what --out can write of them.
func TestVerifyForms(t *testing.T) {
	f := newFolder(t)
	s := f.signer()
	cert := f.path("cert.pem")
	sign := func(name string, r signature.SignRequest) string {
		t.Helper()
		signed, err := s.Sign(r)
		require.NoError(t, err)
		return f.write(name, signed)
	}
	enveloping := sign("enveloping.xml", signature.SignRequest{Form: signature.Enveloping,
		Objects:    []signature.Object{{ID: "o", Content: []byte(`<a xmlns="urn:x">Erika</a>`)}},
		References: []signature.SignReference{{URI: "#o"}}})
	inclusive := sign("inclusive.xml", signature.SignRequest{Document: f.read("antrag.xml"), Canonicalization: signature.InclusiveC14N,
		References: []signature.SignReference{{Canonicalization: signature.InclusiveC14N11WithComments}}})
	several := sign("antrag.xml.sig.xml", signature.SignRequest{Form: signature.Detached,
		Files: map[string][]byte{"antrag.xml": f.read("antrag.xml")}, Objects: []signature.Object{{ID: "o", Content: []byte(`<a xmlns="">1</a>`)}},
		References: []signature.SignReference{{URI: "antrag.xml"}, {URI: "#o"}}})

	for file, form := range map[string]string{enveloping: "enveloping", inclusive: "enveloped"} {
		r := call(t, "", "verify", "--trust", cert, "--format", "json", "--out", f.path("out"), file)
		require.Equal(t, 0, r.status, r.out+r.errOut)
		var got struct{ Form, Outcome string }
		require.NoError(t, json.Unmarshal([]byte(r.out), &got))
		assert.Equal(t, form, got.Form)
		assert.Equal(t, "accepted", got.Outcome)
		assert.Contains(t, string(f.read("out")), "Erika")
		changed := bytes.Replace(f.read(filepath.Base(file)), []byte("Erika"), []byte("Erich"), 1)
		assert.Equal(t, 1, call(t, string(changed), "verify", "--trust", cert, "-").status)
	}
	r := call(t, "", "verify", "--trust", cert, "--signature", several, f.path("antrag.xml"))
	assert.Equal(t, 0, r.status, r.out+r.errOut)
	assert.Contains(t, r.out, "the file antrag.xml, sha256")
	assert.Contains(t, r.out, "an object in the signature #o, sha256")
	r = call(t, "", "verify", "--trust", cert, "--out", f.path("several"), f.path("antrag.xml"))
	assert.Equal(t, 2, r.status, "two things do not go into one file")
	assert.NoFileExists(t, f.path("several"))
}

// TestVerifyJSON holds the names of the report still.
func TestVerifyJSON(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	f.write("forged.xml", bytes.Replace(f.read("signed.xml"), []byte("Erika"), []byte("Erich"), 1))
	at := validFrom.Add(time.Hour).Truncate(time.Second).Format(time.RFC3339)
	read := func(status int, args ...string) map[string]any {
		t.Helper()
		r := call(t, "", append([]string{"verify", "--format", "json"}, args...)...)
		require.Equal(t, status, r.status, r.out+r.errOut)
		assert.Equal(t, 1, strings.Count(r.out, "\n"))
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(r.out), &got))
		return got
	}
	got := read(0, "--trust", f.path("cert.pem"), "--at", at, "--out", f.path("out"), signed)
	assert.Equal(t, "accepted", got["outcome"])
	assert.Equal(t, "enveloped", got["form"])
	assert.Equal(t, "BSI", got["profile"])
	assert.Equal(t, at, got["at"])
	assert.Equal(t, "CN=Stadt Musterstadt", got["signer"].(map[string]any)["subject"])
	assert.Equal(t, "XProbe", got["message"].(map[string]any)["standard"])
	assert.EqualValues(t, len(f.read("out")), got["outBytes"])
	report := got["report"].(map[string]any)
	assert.Equal(t, "accepted", report["verdict"])
	assert.Equal(t, signature.RSASHA256, report["algorithm"])
	assert.NotEmpty(t, report["grounds"])
	assert.Len(t, report["references"], 1)

	got = read(1, "--trust", f.path("cert.pem"), "--lang", "de", f.path("forged.xml"))
	assert.Equal(t, "refused", got["outcome"])
	assert.NotContains(t, got, "signer")
	assert.NotContains(t, got, "message")
	assert.Contains(t, fmt.Sprint(got["report"]), "der Hashwert passt nicht")

	got = read(2, "--trust", f.path("cert.pem"), f.path("none.xml"))
	assert.Equal(t, "failed", got["outcome"])
	assert.NotEmpty(t, got["error"])
	assert.NotContains(t, got, "report")
}

// TestVerifyProfile: the strict profile refuses what others accept, and says so.
func TestVerifyProfile(t *testing.T) {
	f := newFolder(t)
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // a profile allows such keys until the end of 2028
	cert := certificateOf(t, weak, at.Add(-time.Hour), at.AddDate(1, 0, 0))
	f.write("weak.pem", pemOf(cert))
	s, err := signature.NewSignerWith(weak, []*x509.Certificate{cert}, &signature.SignerOptions{Policy: signature.OSCI12()})
	require.NoError(t, err)
	s.Now = func() time.Time { return at }
	signed, err := s.SignEnveloped(sample(t), nil)
	require.NoError(t, err)
	file := f.write("weak.xml", signed)
	for profile, status := range map[string]int{"": 1, "bsi": 1, "saml": 1, "osci12": 0, "etsi119312": 0, "legacy": 0, "BSI": 2} {
		args := []string{"verify", "--trust", f.path("weak.pem"), "--at", at.Format(time.RFC3339), file}
		if profile != "" {
			args = append(args, "--profile", profile)
		}
		r := call(t, "", args...)
		assert.Equal(t, status, r.status, profile+r.out+r.errOut)
		if status == 0 {
			assert.Contains(t, r.out, "key of 2048 bits (at least ", profile)
		}
		if status == 1 {
			assert.Contains(t, r.out, "SIG-030", profile)
		}
	}
}

// TestVerifyWhatXMLSec1Signed in forms that need the general verifier: inclusive
// canonicalisation by default, an ECDSA key, and KeyInfo without a certificate.
func TestVerifyWhatXMLSec1Signed(t *testing.T) {
	tool := testenv.Tool(t, "xmlsec1")
	f := newFolder(t)
	f.keyFiles()
	checked := 0
	for name, keyInfo := range map[string]string{"certificate": "<ds:X509Data/>", "none": ""} {
		for _, c14n := range []string{signature.InclusiveC14N, signature.InclusiveC14N11, signature.ExclusiveC14N} {
			if keyInfo != "" {
				keyInfo = "<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>"
			}
			template := `<ds:Signature xmlns:ds="` + signature.NS + `"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="` + c14n +
				`"/><ds:SignatureMethod Algorithm="` + signature.ECDSASHA256 + `"/><ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="` +
				signature.EnvelopedSignature + `"/></ds:Transforms><ds:DigestMethod Algorithm="` + signature.SHA256 +
				`"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>` + keyInfo + `</ds:Signature>`
			f.write("t.xml", []byte(strings.Replace(string(sample(t)), "</m:probe.antrag.0001>", template+"</m:probe.antrag.0001>", 1)))
			cmd := exec.Command(tool, "--sign", "--privkey-pem", "ec8.key,ec8.pem", "--output", "x.xml", "t.xml")
			cmd.Dir = f.dir
			said, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s %s: %s", name, c14n, said)
			r := call(t, "", "verify", "--trust", f.path("ec8.pem"), "--out", f.path("out"), f.path("x.xml"))
			assert.Equal(t, 0, r.status, "%s %s: %s%s", name, c14n, r.out, r.errOut)
			forged := bytes.Replace(f.read("x.xml"), []byte("Erika"), []byte("Erich"), 1)
			assert.Equal(t, 1, call(t, string(forged), "verify", "--trust", f.path("ec8.pem"), "-").status)
			checked++
		}
	}
	assert.Equal(t, 6, checked)
}
