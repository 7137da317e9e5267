package signature_test

import (
	"crypto/x509"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/internal/randxml"
)

// samples are documents with what canonicalisation has to get right.
var samples = []struct{ name, doc string }{
	{"plain", `<?xml version="1.0" encoding="UTF-8"?>
<nachricht xmlns="urn:test:antrag"><name>Erika Mustermann</name></nachricht>`},
	{"empty root", `<a/>`},
	{"empty root with blank and attribute", `<p:a xmlns:p="urn:p" p:x="1" />` + "\n"},
	{"processing instructions outside", "<?before  x?>\n<a>t</a>\n<?after?>\n<!-- c -->"},
	{"comments", `<a><!-- one -->text<!-- two --> more</a>`},
	{"xsi:type", `<a xmlns="urn:d" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:types"><b xsi:type="t:B"/></a>`},
	{"xsi:type without prefix", `<p:a xmlns="urn:d" xmlns:p="urn:p" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="B"/>`},
	{"xsi:type below an undeclared default", `<a xmlns="urn:d" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:p"><p:b xmlns="" xsi:type="B"/></a>`},
	{"names in text", `<a xmlns:q="urn:q" xmlns:r="urn:r"><b>q:name</b><c d="x/r:y"/></a>`},
	{"escapes", "<a b=\"&#9;&#10;&#13;&lt;&amp;&quot;>'\">&#13;&lt;&amp;>\"'<![CDATA[<&>]]>\r\n\ttext</a>"},
	{"attribute order", `<b xmlns:z="urn:1" xmlns:y="urn:2" y:k="1" z:k="2" y:a="3" z:b="4" k="5" xml:lang="de"/>`},
	{"namespaces move", `<a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b><b xmlns="urn:3"><c xmlns=""/></b></a>`},
	{"inner signature element", `<a><b><Signature xmlns="http://www.w3.org/2000/09/xmldsig#">x</Signature></b></a>`},
	{"beyond the basic plane", "<straße ort=\"Köln 𝒳\">Ω𐍈</straße>"},
	{"root with an ID", `<?x?><a xmlns="urn:id" ID="root"><b>q</b></a><?y?>`},
	{"the prefix ds is taken", `<ds:a xmlns:ds="urn:other"><ds:b/></ds:a>`},
}

func accepted(t *testing.T, report *signature.Report, err error) {
	t.Helper()
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
	require.Empty(t, report.Findings)
	require.NotNil(t, report.Content())
	require.NotNil(t, report.Certificate)
	assert.Equal(t, signature.RSASHA256, report.Algorithm)
	assert.Equal(t, signature.SHA256, report.Digest)
	assert.Equal(t, signature.ExclusiveC14N, report.Canonicalization)
	assert.Equal(t, 3072, report.KeyBits)
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s:\n%s", name, strings.Join(args, " "), out)
	return string(out)
}

func TestXmlsec1VerifiesOurs(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	p := signPair()
	_, cert := p.files(t)
	for _, tt := range samples {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			signed, err := p.signer(t).SignEnveloped([]byte(tt.doc), nil)
			require.NoError(t, err)
			write(t, dir, "signed.xml", signed)
			run(t, dir, xmlsec1, "--verify", "--node-xpath", "/*/*[local-name()='Signature']", "--pubkey-cert-pem", cert, "signed.xml")
			run(t, dir, xmlsec1, "--verify", "--enabled-key-data", "x509", "--node-xpath", "/*/*[local-name()='Signature']", "--trusted-pem", cert, "signed.xml")

			if strings.Contains(tt.doc, " ID=") {
				signed, err := p.signer(t).SignEnveloped([]byte(tt.doc), &signature.SignOptions{ByID: true})
				require.NoError(t, err)
				write(t, dir, "byid.xml", signed)
				run(t, dir, xmlsec1, "--verify", "--id-attr:ID", "urn:id:a", "--pubkey-cert-pem", cert, "byid.xml")
			}
			sig, err := p.signer(t).SignDetached([]byte(tt.doc), "antrag.xml", nil)
			require.NoError(t, err)
			write(t, dir, "antrag.xml", []byte(tt.doc))
			write(t, dir, "antrag.xml.sig", sig)
			run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "antrag.xml.sig")
		})
	}
}

func write(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
}

func TestRoundTrip(t *testing.T) {
	p := signPair()
	for _, tt := range samples {
		t.Run(tt.name, func(t *testing.T) {
			signed, err := p.signer(t).SignEnveloped([]byte(tt.doc), nil)
			require.NoError(t, err)
			report, err := p.verifier().VerifyEnveloped(signed)
			accepted(t, report, err)
			signed2, err := signature.IsSigned(signed)
			require.NoError(t, err)
			assert.True(t, signed2)

			sig, err := p.signer(t).SignDetached([]byte(tt.doc), "antrag.xml", nil)
			require.NoError(t, err)
			detached, err := p.verifier().VerifyDetached([]byte(tt.doc), sig, "antrag.xml")
			accepted(t, detached, err)
			assert.Equal(t, string(detached.Content()), string(report.Content()))
		})
	}
}

const (
	dsNS      = `xmlns="http://www.w3.org/2000/09/xmldsig#"`
	algC14N   = `<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
	algMethod = `<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>`
	algDigest = `<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>`
	tEnv      = `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`
	tExc      = `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
)

func tList(prefixes string) string {
	return `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + prefixes + `"/></Transform>`
}

// tmpl is a signature template for xmlsec1.
func tmpl(uri, transforms string) string {
	return `<Signature ` + dsNS + `>
  <SignedInfo>
    ` + algC14N + `
    ` + algMethod + `
    <Reference URI="` + uri + `">
      <Transforms>` + transforms + `</Transforms>
      ` + algDigest + `
      <DigestValue/>
    </Reference>
  </SignedInfo>
  <SignatureValue/>
  <KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>
</Signature>`
}

// xmlsec1Signs fills a template.
func xmlsec1Signs(t *testing.T, dir, file, content string, p pair, more ...string) []byte {
	t.Helper()
	key, cert := p.files(t)
	write(t, dir, file, []byte(content))
	args := append([]string{"--sign", "--privkey-pem", key + "," + cert, "--output", "out.xml"}, more...)
	run(t, dir, testenv.Tool(t, "xmlsec1"), append(args, file)...)
	out, err := os.ReadFile(filepath.Join(dir, "out.xml"))
	require.NoError(t, err)
	return out
}

func TestOursVerifiesXmlsec1(t *testing.T) {
	p := signPair()
	const open, body = `<?xml version="1.0"?>
<?outside?>
<a xmlns="urn:d" xmlns:t="urn:types" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="root">`,
		`<b xsi:type="t:B">text <!-- comment --> &#13;</b>`
	for _, tt := range []struct {
		name, doc string
		want      string
	}{
		{
			"whole document with signature last", open + body + tmpl("", tEnv+tList("t")) + `</a>`,
			"<?outside?>\n" + `<a xmlns="urn:d" xmlns:t="urn:types" ID="root"><b xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:B">text  &#xD;</b></a>`,
		},
		{
			"whole document with signature first", open + tmpl("", tEnv+tList("#default t xsi nobody")) + body + `</a>`,
			"<?outside?>\n" + `<a xmlns="urn:d" xmlns:t="urn:types" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="root"><b xsi:type="t:B">text  &#xD;</b></a>`,
		},
		{
			"root by ID", open + body + tmpl("#root", tEnv+tList("t")) + `</a>`,
			`<a xmlns="urn:d" xmlns:t="urn:types" ID="root"><b xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:B">text  &#xD;</b></a>`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signed := xmlsec1Signs(t, t.TempDir(), "in.xml", tt.doc, p, "--id-attr:ID", "a")
			report, err := p.verifier().VerifyEnveloped(signed)
			accepted(t, report, err)
			assert.Equal(t, tt.want, string(report.Content()))
		})
	}
	t.Run("detached", func(t *testing.T) {
		dir := t.TempDir()
		doc := []byte(open + body + `</a>`)
		write(t, dir, "antrag.xml", doc)
		sig := xmlsec1Signs(t, dir, "sig.xml", tmpl("antrag.xml", tList("t")), p)
		report, err := p.verifier().VerifyDetached(doc, sig, "antrag.xml")
		accepted(t, report, err)
	})
	t.Run("uncovered xsi:type", func(t *testing.T) {
		signed := xmlsec1Signs(t, t.TempDir(), "in.xml", open+body+tmpl("", tEnv+tExc)+`</a>`, p)
		report, err := p.verifier().VerifyEnveloped(signed)
		require.NoError(t, err)
		assert.Equal(t, []string{"SIG-035"}, codes(report.Findings))
		assert.Nil(t, report.Content())
	})
}

func codes(findings []finding.Finding) []string {
	list := make([]string, len(findings))
	for i, f := range findings {
		list[i] = f.Code
	}
	return list
}

// TestNamesOfFiles signs detached with file names that a URI has to escape, and
// lets xmlsec1 find the files.
func TestNamesOfFiles(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	p := signPair()
	_, cert := p.files(t)
	for _, name := range []string{"antrag.xml", "Antrag Müller (2).xml", "a+b&c=d,e.xml", "100%.xml", "a#b?c.xml", "..x", "it's.xml"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			doc := []byte(`<a/>`)
			sig, err := p.signer(t).SignDetached(doc, name, nil)
			require.NoError(t, err)
			report, err := p.verifier().VerifyDetached(doc, sig, name)
			accepted(t, report, err)
			write(t, dir, name, doc)
			write(t, dir, "sig.xml", sig)
			run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "sig.xml")
		})
	}
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "c:d", "a\nb", "\xff", "http://x", "a\u0085b", strings.Repeat("x", 256)} {
		_, err := p.signer(t).SignDetached([]byte(`<a/>`), name, nil)
		require.ErrorIs(t, err, signature.ErrName, "%q", name)
		_, err = p.verifier().VerifyDetached([]byte(`<a/>`), []byte(`<a/>`), name)
		require.ErrorIs(t, err, signature.ErrName, "%q", name)
	}
}

// TestGeneratedWithXmlsec1 lets xmlsec1 verify signatures over random documents:
// the subtree without the signature, and the PrefixList.
func TestGeneratedWithXmlsec1(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	p := signPair()
	_, cert := p.files(t)
	dir := t.TempDir()
	const n = 30
	for seed := range uint64(n) {
		doc := randxml.Generate(rand.New(rand.NewPCG(seed, 3)))
		signed, err := p.signer(t).SignEnveloped(doc, &signature.SignOptions{PrefixList: []string{"q"}})
		require.NoError(t, err)
		report, err := p.verifier().VerifyEnveloped(signed)
		accepted(t, report, err)
		write(t, dir, "e.xml", signed)
		run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "e.xml")

		sig, err := p.signer(t).SignDetached(doc, "d.xml", nil)
		require.NoError(t, err)
		report, err = p.verifier().VerifyDetached(doc, sig, "d.xml")
		accepted(t, report, err)
		write(t, dir, "d.xml", doc)
		write(t, dir, "d.sig", sig)
		run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "d.sig")
	}
}

// TestGoxmldsig exchanges signatures with goxmldsig where it can.
func TestGoxmldsig(t *testing.T) {
	p := signPair()
	store := dsig.TLSCertKeyStore{Certificate: [][]byte{p.cert.Raw}, PrivateKey: p.key}
	const doc = `<p:a xmlns:p="urn:p" ID="x"><b c="2" a="1">text</b></p:a>`
	t.Run("verifies ours", func(t *testing.T) {
		signer, err := signature.SignerFromKeyStore(store)
		require.NoError(t, err)
		signer.Now = now
		for _, o := range []*signature.SignOptions{nil, {ByID: true}, {ByID: true, PrefixList: []string{"p"}}} {
			signed, err := signer.SignEnveloped([]byte(doc), o)
			require.NoError(t, err)
			tree := etree.NewDocument()
			require.NoError(t, tree.ReadFromBytes(signed))
			ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{p.cert}})
			ctx.Clock = dsig.NewFakeClockAt(clock)
			_, err = ctx.Validate(tree.Root())
			require.NoError(t, err)
		}
	})
	t.Run("is verified by us", func(t *testing.T) {
		ctx := dsig.NewDefaultSigningContext(store)
		ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
		tree := etree.NewDocument()
		require.NoError(t, tree.ReadFromString(doc))
		root, err := ctx.SignEnveloped(tree.Root())
		require.NoError(t, err)
		tree.SetRoot(root)
		signed, err := tree.WriteToBytes()
		require.NoError(t, err)
		v := &signature.Verifier{Now: now, Trust: signature.CertificateStore(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{p.cert}})}
		report, err := v.VerifyEnveloped(signed)
		accepted(t, report, err)
	})
}
