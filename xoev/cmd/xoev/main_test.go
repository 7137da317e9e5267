package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// The certificates are valid now, because the command judges by the clock.
var (
	validFrom = time.Now().Add(-time.Hour).UTC()
	validTo   = validFrom.AddDate(1, 0, 0)
)

type pair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

// keys are made once: generating RSA keys takes long.
var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var all [2]*rsa.PrivateKey
	for i := range all {
		key, err := rsa.GenerateKey(rand.Reader, 3072)
		if err != nil {
			panic(err)
		}
		all[i] = key
	}
	return all
})

func certificate(t *testing.T, key *rsa.PrivateKey, name string, ca bool, parent *pair) pair {
	t.Helper()
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: validFrom, NotAfter: validTo,
		KeyUsage: x509.KeyUsageDigitalSignature, IsCA: ca, BasicConstraintsValid: ca,
	}
	if ca {
		tmpl.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	issuer, issuerKey := tmpl, key
	if parent != nil {
		issuer, issuerKey = parent.cert, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, issuer, &key.PublicKey, issuerKey)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return pair{key, cert}
}

// folder is a folder with a message, keys and signatures.
type folder struct {
	t   *testing.T
	dir string
	own pair
}

func newFolder(t *testing.T) *folder {
	f := &folder{t: t, dir: t.TempDir(), own: certificate(t, keys()[0], "Stadt Musterstadt", false, nil)}
	f.write("cert.pem", pemOf(f.own.cert))
	f.write("antrag.xml", sample(t))
	return f
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f *folder) write(name string, content []byte) string {
	require.NoError(f.t, os.WriteFile(f.path(name), content, 0o600))
	return f.path(name)
}

func (f *folder) read(name string) []byte {
	data, err := os.ReadFile(f.path(name))
	require.NoError(f.t, err)
	return data
}

func (f *folder) signer() *signature.Signer {
	s, err := signature.NewSigner(f.own.key, []*x509.Certificate{f.own.cert})
	require.NoError(f.t, err)
	return s
}

// signEnveloped signs antrag.xml into signed.xml.
func (f *folder) signEnveloped() string {
	signed, err := f.signer().SignEnveloped(f.read("antrag.xml"), nil)
	require.NoError(f.t, err)
	return f.write("signed.xml", signed)
}

// signDetached puts a signature beside antrag.xml.
func (f *folder) signDetached() string {
	sig, err := f.signer().SignDetached(f.read("antrag.xml"), "antrag.xml", nil)
	require.NoError(f.t, err)
	f.write("antrag.xml.sig.xml", sig)
	return f.path("antrag.xml")
}

func pemOf(certs ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

func sample(t *testing.T) []byte {
	dvdv := xoev.Code{Code: "DVDV", ListVersionID: "3"}
	m := &xoev.Message{Envelope: xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "m", Local: "probe.antrag.0001", Space: "urn:example:probe:1"},
		Family: xoev.FamilyQualified, FamilyVersion: xoev.Basisnachricht11,
		Standard: "XProbe", Version: "1.0", Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", TestPresent: true,
		Nachricht: xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", Typ: xoev.Code{Code: "0001"}},
		Leser:     xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000000", Name: "Stadt Musterstadt"},
		Autor:     xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000001", Name: "Amt\u009b2J Beispiel"},
	}, BodyXML: []byte("<m:inhalt>Erika Mustermann</m:inhalt>")}
	var out bytes.Buffer
	require.NoError(t, xoev.Write(&out, m, nil))
	return out.Bytes()
}

type result struct {
	status      int
	out, errOut string
}

func call(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var out, errOut bytes.Buffer
	status := run(context.Background(), args, strings.NewReader(stdin), &out, &errOut)
	return result{status, out.String(), errOut.String()}
}

func TestUsage(t *testing.T) {
	for name, tc := range map[string]struct {
		args   []string
		status int
		out    string
		errOut string
	}{
		"nothing":                {nil, 2, "", "xoev inspect FILE..."},
		"help":                   {[]string{"help"}, 0, "xoev verify --trust", ""},
		"--help":                 {[]string{"--help"}, 0, "Exit status", ""},
		"help inspect":           {[]string{"help", "inspect"}, 0, "--format json", ""},
		"verify --help":          {[]string{"verify", "--help"}, 0, "--trust CERT.pem", ""},
		"unknown command":        {[]string{"fly\x1b[2J"}, 2, "", `no command fly\u001b[2J`},
		"unknown flag":           {[]string{"inspect", "--fly"}, 2, "", "xoev help inspect"},
		"inspect without file":   {[]string{"inspect"}, 2, "", "no FILE"},
		"unknown format":         {[]string{"inspect", "--format", "xml", "x"}, 2, "", "text or json"},
		"verify without trust":   {[]string{"verify", "x.xml"}, 2, "", "--trust is missing"},
		"verify without file":    {[]string{"verify", "--trust", "c.pem"}, 2, "", "exactly one FILE"},
		"verify with two files":  {[]string{"verify", "--trust", "c.pem", "a", "b"}, 2, "", "exactly one FILE"},
		"verify at nonsense":     {[]string{"verify", "--trust", "c.pem", "--at", "now", "a"}, 2, "", "--at needs"},
		"name without signature": {[]string{"verify", "--trust", "c.pem", "--name", "n", "a"}, 2, "", "--name is for"},
		"stdin twice":            {[]string{"verify", "--trust", "c.pem", "--signature", "-", "-"}, 2, "", "two things at once"},
		"stdin for trust too":    {[]string{"verify", "--trust", "-", "-"}, 2, "", "two things at once"},
		"stdin without name":     {[]string{"verify", "--trust", "c.pem", "--signature", "s", "-"}, 2, "", "--name is needed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", tc.args...)
			assert.Equal(t, tc.status, r.status)
			assert.Contains(t, r.out, tc.out)
			assert.Contains(t, r.errOut, tc.errOut)
			if tc.status == 0 {
				assert.Empty(t, r.errOut)
			} else {
				assert.Empty(t, r.out)
			}
		})
	}
}

func TestInspect(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	detached := f.signDetached()
	unknown := f.write("fremd.xml", []byte(`<tns:nachricht.x.0005005 xmlns:tns="urn:example:fremd"><tns:nachrichtenkopf/></tns:nachricht.x.0005005>`))
	broken := f.write("broken.xml", bytes.Replace(sample(t), []byte("<bn-g2g:nachrichtenUUID>3"), []byte("<bn-g2g:nachrichtenUUID>x"), 1))
	tail := f.write("tail.xml", append(sample(t), "<more/>"...))
	for name, tc := range map[string]struct {
		args     []string
		stdin    string
		status   int
		contains []string
		lacks    []string
	}{
		"signed inside": {[]string{signed}, "", 0, []string{"XProbe 1.0", "probe.antrag.0001", "XÖV-Basisnachricht 1.1", "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77",
			"From (autor)  DVDV psw:16000001", "To (leser)    DVDV psw:16000000  Stadt Musterstadt", `YES, a test message`, "Onlinedienst (Stadt Musterstadt)",
			"inside the document; not checked", `Amt\u009b2J`}, []string{"\u009b", "Erika"}},
		"signed beside":   {[]string{detached}, "", 0, []string{"antrag.xml.sig.xml; not checked"}, nil},
		"standard input":  {[]string{"-"}, string(sample(t)), 0, []string{"XProbe 1.0", "Signature     none"}, nil},
		"unknown family":  {[]string{unknown}, "", 0, []string{"nachricht.x.0005005", "unknown family", "ENV-002"}, []string{"From", "UUID", "Test "}},
		"broken header":   {[]string{broken}, "", 1, []string{"REFUSED", "ENV-009", "rule:"}, []string{"From"}},
		"broken behind":   {[]string{tail}, "", 1, []string{"REFUSED", "XML-0"}, nil},
		"not XML":         {[]string{"-"}, "%PDF-1.7", 1, []string{"REFUSED", "XML-0"}, nil},
		"empty":           {[]string{"-"}, "", 1, []string{"REFUSED"}, nil},
		"missing file":    {[]string{f.path("none.xml")}, "", 2, []string{"Not readable", "no such file"}, nil},
		"a folder":        {[]string{f.dir}, "", 2, []string{"Not readable"}, nil},
		"several, 1 bad":  {[]string{signed, broken}, "", 1, []string{"XProbe 1.0", "REFUSED"}, nil},
		"several, 1 lost": {[]string{broken, "none.xml", signed}, "", 2, []string{"XProbe 1.0", "REFUSED", "Not readable"}, nil},
		"flag behind":     {[]string{signed, "--format", "text"}, "", 0, []string{"XProbe 1.0"}, nil},
		"dash dash":       {[]string{"--", "--format"}, "", 2, []string{"--format\n  Not readable"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, tc.stdin, append([]string{"inspect"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			for _, s := range tc.contains {
				assert.Contains(t, r.out, s)
			}
			for _, s := range tc.lacks {
				assert.NotContains(t, r.out, s)
			}
			assert.Empty(t, r.errOut)
		})
	}
}

func TestInspectJSON(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	r := call(t, "<x", "inspect", "--format=json", signed, "-", f.path("none.xml"))
	assert.Equal(t, 2, r.status)
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	require.Len(t, lines, 3, "one line for each file")
	var got [3]map[string]any
	for i, line := range lines {
		require.NoError(t, json.Unmarshal([]byte(line), &got[i]))
	}
	assert.Equal(t, "read", got[0]["outcome"])
	assert.Equal(t, "enveloped", got[0]["signed"])
	assert.Equal(t, "basisnachricht-qualified", got[0]["family"])
	assert.Equal(t, "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", got[0]["nachrichtenUUID"])
	assert.Equal(t, true, got[0]["test"])
	assert.Equal(t, "psw:16000000", got[0]["leser"].(map[string]any)["kennung"])
	assert.NotContains(t, got[0], "findings")
	assert.Equal(t, "refused", got[1]["outcome"])
	assert.NotEmpty(t, got[1]["findings"])
	assert.NotContains(t, got[1], "family")
	assert.Equal(t, "failed", got[2]["outcome"])
	assert.Equal(t, "no such file or directory", got[2]["error"])
}

// TestInspectRealMessages shows every real message without a refusal.
func TestInspectRealMessages(t *testing.T) {
	var files []string
	for _, pattern := range []string{"xoev/xwasser/samples/*.xml", "xoev/xbeteiligung/samples/*.xml", "xoev/xbeteiligung/samples/xmlv14/*.xml"} {
		some, err := filepath.Glob(filepath.Join(testenv.Data(t, filepath.Dir(pattern)), "*.xml"))
		require.NoError(t, err)
		files = append(files, some...)
	}
	require.Len(t, files, 21)
	r := call(t, "", append([]string{"inspect", "--format", "json"}, files...)...)
	assert.Equal(t, 0, r.status)
	assert.Equal(t, 21, strings.Count(r.out, `"outcome":"read"`))
	assert.Equal(t, 1, strings.Count(r.out, `"signed":"enveloped"`))
}

func TestVerify(t *testing.T) {
	f := newFolder(t)
	signed, detached := f.signEnveloped(), f.signDetached()
	cert := f.path("cert.pem")
	other := certificate(t, keys()[1], "Andere", false, nil)
	f.write("other.pem", pemOf(other.cert))
	f.write("both.pem", append(pemOf(other.cert), pemOf(f.own.cert)...))
	f.write("none.pem", []byte("no certificate"))
	f.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(keys()[1])}))
	forged := f.write("forged.xml", bytes.Replace(f.read("signed.xml"), []byte("Erika"), []byte("Erich"), 1))
	unsigned := f.write("unsigned.xml", sample(t))
	f.write("renamed.xml", f.read("antrag.xml"))
	f.write("renamed.xml.sig.xml", f.read("antrag.xml.sig.xml"))
	before := validFrom.Add(-time.Hour).Format(time.RFC3339)
	sig := f.path("antrag.xml.sig.xml")

	for name, tc := range map[string]struct {
		args     []string
		stdin    string
		status   int
		contains string
	}{
		"enveloped":                    {[]string{"--trust", cert, signed}, "", 0, "inside the document"},
		"detached, found beside":       {[]string{"--trust", cert, detached}, "", 0, "antrag.xml.sig.xml"},
		"detached, named":              {[]string{"--trust", cert, "--signature", sig, detached}, "", 0, "antrag.xml.sig.xml"},
		"detached, document from pipe": {[]string{"--trust", cert, "--signature", sig, "--name", "antrag.xml", "-"}, string(f.read("antrag.xml")), 0, "ACCEPTED"},
		"detached, signature from pipe": {[]string{"--trust", cert, "--signature", "-", detached},
			string(f.read("antrag.xml.sig.xml")), 0, "ACCEPTED"},
		"enveloped from pipe":      {[]string{"--trust", cert, "-"}, string(f.read("signed.xml")), 0, "ACCEPTED"},
		"flags behind":             {[]string{signed, "--trust", cert}, "", 0, "CN=Stadt Musterstadt"},
		"second of the trusted":    {[]string{"--trust", f.path("other.pem"), "--trust", cert, signed}, "", 0, "ACCEPTED"},
		"two in one file":          {[]string{"--trust", f.path("both.pem"), signed}, "", 0, "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77"},
		"now":                      {[]string{"--trust", cert, "--at", time.Now().Format(time.RFC3339), signed}, "", 0, "test message"},
		"before it was valid":      {[]string{"--trust", cert, "--at", before, signed}, "", 1, "REFUSED"},
		"somebody else":            {[]string{"--trust", f.path("other.pem"), signed}, "", 1, "REFUSED"},
		"changed":                  {[]string{"--trust", cert, forged}, "", 1, "REFUSED"},
		"unsigned":                 {[]string{"--trust", cert, unsigned}, "", 1, "REFUSED"},
		"under another name":       {[]string{"--trust", cert, f.path("renamed.xml")}, "", 1, "REFUSED"},
		"its old name given":       {[]string{"--trust", cert, "--name", "antrag.xml", f.path("renamed.xml")}, "", 0, "ACCEPTED"},
		"not XML":                  {[]string{"--trust", cert, "-"}, "Guten Tag", 1, "XML-0"},
		"signature is not XML":     {[]string{"--trust", cert, "--signature", cert, detached}, "", 1, "REFUSED"},
		"signature of another":     {[]string{"--trust", cert, "--signature", sig, "--name", "antrag.xml", unsigned}, "", 1, "REFUSED"},
		"missing file":             {[]string{"--trust", cert, f.path("none.xml")}, "", 2, ""},
		"missing signature":        {[]string{"--trust", cert, "--signature", f.path("none.sig"), detached}, "", 2, ""},
		"missing certificate":      {[]string{"--trust", f.path("none"), signed}, "", 2, ""},
		"not a certificate":        {[]string{"--trust", f.path("none.pem"), signed}, "", 2, ""},
		"a key, not a certificate": {[]string{"--trust", f.path("key.pem"), signed}, "", 2, ""},
		"out over input":           {[]string{"--trust", cert, "--out", signed, signed}, "", 2, ""},
		"out into nowhere":         {[]string{"--trust", cert, "--out", f.path("none/out.xml"), signed}, "", 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, tc.stdin, append([]string{"verify"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			assert.Contains(t, r.out, tc.contains)
			if tc.status == 2 {
				assert.Empty(t, r.out)
				assert.NotEmpty(t, r.errOut)
			} else {
				assert.Empty(t, r.errOut)
			}
			assert.NotContains(t, r.out+r.errOut, "Erika")
		})
	}
}

func TestVerifyCA(t *testing.T) {
	f := newFolder(t)
	ca := certificate(t, keys()[1], "Test-CA", true, nil)
	f.own = certificate(t, keys()[0], "Stadt Musterstadt", false, &ca)
	f.write("ca.pem", pemOf(ca.cert))
	r := call(t, "", "verify", "--trust", f.path("ca.pem"), f.signEnveloped())
	assert.Equal(t, 0, r.status, r.out+r.errOut)
	assert.Contains(t, r.out, "Issued by     CN=Test-CA")

	r = call(t, "", "verify", "--trust", f.path("cert.pem"), f.path("signed.xml"))
	assert.Equal(t, 1, r.status, "a certificate that is no CA counts only itself")
}

func TestVerifyOut(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	verifier := signature.Verifier{Trust: signature.Pinned(f.own.cert)}
	report, err := verifier.VerifyEnveloped(f.read("signed.xml"))
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)

	f.write("out.xml", []byte("old"))
	r := call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("out.xml"), signed)
	require.Equal(t, 0, r.status, r.errOut)
	assert.Equal(t, report.Content(), f.read("out.xml"), "exactly the verified content")
	assert.NotContains(t, string(f.read("out.xml")), "Signature")
	info, err := os.Stat(f.path("out.xml"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	r = call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", "-", signed)
	assert.Equal(t, 0, r.status)
	assert.Equal(t, string(report.Content()), r.out)
	assert.Contains(t, r.errOut, "ACCEPTED")

	// What is refused leaves nothing behind, and keeps what was there.
	f.write("out.xml", []byte("old"))
	forged := f.write("forged.xml", bytes.Replace(f.read("signed.xml"), []byte("Erika"), []byte("Erich"), 1))
	r = call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("out.xml"), forged)
	assert.Equal(t, 1, r.status)
	assert.Equal(t, "old", string(f.read("out.xml")))
	r = call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", "-", forged)
	assert.Equal(t, 1, r.status)
	assert.Empty(t, r.out)

	// A folder cannot be replaced: no temporary file stays behind.
	require.NoError(t, os.Mkdir(f.path("full"), 0o700))
	require.NoError(t, os.WriteFile(f.path("full/x"), nil, 0o600))
	r = call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("full"), signed)
	assert.Equal(t, 2, r.status)
	left, err := filepath.Glob(f.path(".full.*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestOutputLost(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	for _, args := range [][]string{
		{"inspect", signed}, {"verify", "--trust", f.path("cert.pem"), signed}, {"verify", "--trust", f.path("cert.pem"), "--out", "-", signed}, {"inspect", "--help"},
	} {
		assert.Equal(t, 2, run(context.Background(), args, nil, failing{}, io.Discard), args)
	}
	var errOut bytes.Buffer
	assert.Equal(t, 2, run(context.Background(), []string{"inspect", "-"}, iotest.ErrReader(errors.New("boom")), io.Discard, &errOut))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.Equal(t, 2, run(ctx, []string{"inspect", signed}, nil, io.Discard, io.Discard), "interrupted")
	assert.Equal(t, 2, run(ctx, []string{"verify", "--trust", f.path("cert.pem"), signed}, nil, io.Discard, io.Discard), "interrupted")
}

// TestXMLSec1 verifies what xmlsec1 has signed, inside and beside the document.
func TestXMLSec1(t *testing.T) {
	tool := testenv.Tool(t, "xmlsec1")
	f := newFolder(t)
	f.write("signer.pem", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(f.own.key)}))
	template := func(uri, transform string) string {
		return `<ds:Signature xmlns:ds="` + signature.NS + `"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="` + signature.ExclusiveC14N +
			`"/><ds:SignatureMethod Algorithm="` + signature.RSASHA256 + `"/><ds:Reference URI="` + uri + `"><ds:Transforms>` + transform +
			`<ds:Transform Algorithm="` + signature.ExclusiveC14N + `"/></ds:Transforms><ds:DigestMethod Algorithm="` + signature.SHA256 +
			`"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>`
	}
	sign := func(in, out string) {
		cmd := exec.Command(tool, "--sign", "--privkey-pem", "signer.pem,cert.pem", "--output", out, in)
		cmd.Dir = f.dir
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	enveloped := strings.Replace(string(sample(t)), "</m:probe.antrag.0001>",
		template("", `<ds:Transform Algorithm="`+signature.EnvelopedSignature+`"/>`)+"</m:probe.antrag.0001>", 1)
	f.write("enveloped.tmpl", []byte(enveloped))
	sign("enveloped.tmpl", "enveloped.xml")
	f.write("detached.tmpl", []byte(template("antrag.xml", "")))
	sign("detached.tmpl", "antrag.xml.sig.xml")

	for _, file := range []string{"enveloped.xml", "antrag.xml"} {
		r := call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("out.xml"), f.path(file))
		assert.Equal(t, 0, r.status, r.out+r.errOut)
		assert.Contains(t, r.out, "XProbe 1.0 probe.antrag.0001")
		assert.Contains(t, string(f.read("out.xml")), "Erika Mustermann")

		changed := bytes.Replace(f.read(file), []byte("Erika"), []byte("Erich"), 1)
		require.NotEqual(t, changed, f.read(file))
		f.write(file, changed)
		r = call(t, "", "verify", "--trust", f.path("cert.pem"), f.path(file))
		assert.Equal(t, 1, r.status)
	}
}

// TestBinary builds the command and runs it once as a process.
func TestBinary(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "xoev")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.Command(binary, "inspect", "-")
	cmd.Stdin = bytes.NewReader(sample(t))
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "XProbe 1.0")

	err = exec.Command(binary, "inspect", filepath.Join(t.TempDir(), "none")).Run()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 2, exit.ExitCode())
}
