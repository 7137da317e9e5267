package signature_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
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
