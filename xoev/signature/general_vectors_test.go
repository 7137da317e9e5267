package signature_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// shape makes signatures of any form that are right in everything but what a
// test changes: SignedInfo is really signed.
type shape struct {
	request    signature.Request
	doc        string // "@" is where the signature goes
	canon      string // CanonicalizationMethod
	method     string // SignatureMethod
	references string
	keyInfo    string
	objects    string
	attrs      string // of Signature
	after      func(string) string
	verifier   *signature.Verifier
	key        crypto.Signer
	sign       func(t testing.TB, key crypto.Signer, octets []byte) []byte
}

func x509Data(certs ...*x509.Certificate) string {
	out := `<X509Data>`
	for _, c := range certs {
		out += `<X509Certificate>` + base64.StdEncoding.EncodeToString(c.Raw) + `</X509Certificate>`
	}
	return out + `</X509Data>`
}

func signPKCS1(t testing.TB, key crypto.Signer, octets []byte) []byte {
	h := crypto.SHA256.New()
	h.Write(octets)
	value, err := key.Sign(rand.Reader, h.Sum(nil), crypto.SHA256)
	require.NoError(t, err)
	return value
}

func newShape(form signature.Form) *shape {
	p := signPair()
	return &shape{
		request: signature.Request{Form: form}, doc: "@", canon: algC14N, method: algMethod,
		keyInfo: "<KeyInfo>" + x509Data(p.cert) + "</KeyInfo>", verifier: p.verifier(), key: p.key, sign: signPKCS1,
	}
}

// ref is one Reference.
func ref(attrs, transforms, digest string) string {
	if transforms != "" {
		transforms = "<Transforms>" + transforms + "</Transforms>"
	}
	return `<Reference ` + attrs + `>` + transforms + algDigest + `<DigestValue>` + digest + `</DigestValue></Reference>`
}

// exc is the digest of an element in exclusive canonical form.
func exc(t testing.TB, element string) string {
	t.Helper()
	return digestOf(canonicalForm(t, xmlscan.NewFragment([]byte(element), []xmlscan.NSDecl{{URI: signature.NS}}, nil), nil))
}

func (g *shape) build(t testing.TB) []byte {
	t.Helper()
	info := `<SignedInfo>` + g.canon + g.method + g.references + `</SignedInfo>`
	octets := canonicalForm(t, xmlscan.NewFragment([]byte(info), []xmlscan.NSDecl{{URI: signature.NS}}, nil), nil)
	value := g.sign(t, g.key, octets)
	sig := `<Signature ` + dsNS + g.attrs + `>` + info + `<SignatureValue>` + base64.StdEncoding.EncodeToString(value) +
		`</SignatureValue>` + g.keyInfo + g.objects + `</Signature>`
	doc := strings.Replace(g.doc, "@", sig, 1)
	if g.after != nil {
		doc = g.after(doc)
	}
	return []byte(doc)
}

func (g *shape) verify(t testing.TB) (*signature.Report, error) {
	t.Helper()
	g.request.Document = g.build(t)
	return both(t, g.verifier, g.request)
}

const object = `<Object Id="o"><d xmlns="urn:d">data</d></Object>`

// enveloping, sameDocument, detachedFile and envelopedShape are right.
func enveloping(t testing.TB) *shape {
	g := newShape(signature.Enveloping)
	g.objects = object
	g.references = ref(`URI="#o"`, tExc, exc(t, object))
	return g
}

func sameDocument(t testing.TB) *shape {
	g := newShape(signature.SameDocument)
	g.doc = `<a ID="root" xmlns="urn:a"><b ID="b">text</b>@<c ID="c"/></a>`
	g.references = ref(`URI="#b"`, tExc, exc(t, `<b xmlns="urn:a" ID="b">text</b>`))
	return g
}

func detachedFile(t testing.TB) *shape {
	g := newShape(signature.Detached)
	g.request.Files = map[string][]byte{"bild.png": []byte("\x89PNG not XML")}
	g.references = ref(`URI="bild.png"`, "", digestOf([]byte("\x89PNG not XML")))
	return g
}

func envelopedShape(t testing.TB) *shape {
	g := newShape(signature.Enveloped)
	g.doc = `<a ID="root"><b ID="b">text</b>@</a>`
	g.references = ref(`URI=""`, tEnv+tExc, exc(t, `<a xmlns="" ID="root"><b ID="b">text</b></a>`))
	return g
}

// generalVector breaks one rule by changing one right shape.
type generalVector struct {
	code, name string
	base       func(testing.TB) *shape
	change     func(t testing.TB, g *shape)
}

const (
	xp2      = "http://www.w3.org/2002/06/xmldsig-filter2"
	tB64     = `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>`
	pssParam = `<RSAPSSParams xmlns="http://www.w3.org/2007/05/xmldsig-more#">`
)

func filter2(mode, expr string) string {
	return `<Transform Algorithm="` + xp2 + `"><XPath xmlns="` + xp2 + `" xmlns:ds="` + signature.NS + `" Filter="` + mode + `">` + expr + `</XPath></Transform>`
}

// pss changes the method to rsa-pss with these children.
func pss(children string) func(testing.TB, *shape) {
	return func(_ testing.TB, g *shape) {
		g.method = `<SignatureMethod Algorithm="` + more2007 + `rsa-pss">` + children + `</SignatureMethod>`
		g.sign = func(t testing.TB, key crypto.Signer, octets []byte) []byte {
			h := crypto.SHA256.New()
			h.Write(octets)
			value, err := key.Sign(rand.Reader, h.Sum(nil), &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256})
			require.NoError(t, err)
			return value
		}
	}
}

func references(list string) func(testing.TB, *shape) {
	return func(_ testing.TB, g *shape) { g.references = list }
}

func after(from, to string) func(testing.TB, *shape) {
	return func(t testing.TB, g *shape) { g.after = swap(t, from, to) }
}

// limitedPolicy knows ECDSA on P-256 with SHA-256 only.
const limitedPolicy = `<SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc"><PolicyName><Name>Test</Name></PolicyName>
<Algorithm><AlgorithmIdentifier><Name>e</Name><URI>http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256</URI></AlgorithmIdentifier><Evaluation/></Algorithm>
<Algorithm><AlgorithmIdentifier><Name>h</Name><URI>http://www.w3.org/2001/04/xmlenc#sha256</URI></AlgorithmIdentifier><Evaluation/></Algorithm>
<Algorithm><AlgorithmIdentifier><Name>P-256</Name><ObjectIdentifier>1.2.840.10045.3.1.7</ObjectIdentifier></AlgorithmIdentifier><Evaluation/></Algorithm>
</SecuritySuitabilityPolicy>`

var generalVectors = []generalVector{
	{"SIG-001", "no signature", envelopedShape, func(_ testing.TB, g *shape) { g.doc = "<a/>" }},
	{"SIG-001", "signature too deep", envelopedShape, func(t testing.TB, g *shape) { g.doc = `<a ID="root"><b ID="b">text</b><x>@</x></a>` }},
	{"SIG-002", "two signatures", envelopedShape, func(_ testing.TB, g *shape) {
		g.after = func(s string) string { return strings.Replace(s, "</a>", "<Signature "+dsNS+"/></a>", 1) }
	}},
	{"SIG-003", "no signature file", enveloping, func(_ testing.TB, g *shape) { g.doc = "<x>@</x>" }},
	{"SIG-003", "no detached signature file", detachedFile, func(_ testing.TB, g *shape) { g.doc = "<x>@</x>" }},
	{"SIG-005", "Object before KeyInfo", enveloping, func(_ testing.TB, g *shape) {
		g.after = func(s string) string { return strings.Replace(s, "<KeyInfo>", "<Object/><KeyInfo>", 1) }
	}},
	{"SIG-005", "PrefixList of inclusive canonicalisation", enveloping, references(ref(`URI="#o"`, strings.Replace(tList("p"), "http://www.w3.org/2001/10/xml-exc-c14n#\"><", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"><", 1), "AAAA"))},
	{"SIG-006", "two SignedInfo", enveloping, after("<SignatureValue>", "<SignedInfo/><SignatureValue>")},
	{"SIG-008", "no URI", enveloping, references(ref(``, tExc, "AAAA"))},
	{"SIG-010", "comment in DigestValue", enveloping, func(_ testing.TB, g *shape) {
		g.references = strings.Replace(g.references, "<DigestValue>", "<DigestValue><!---->", 1)
	}},
	{"SIG-013", "file that was not given", detachedFile, func(_ testing.TB, g *shape) {
		g.request.Files = map[string][]byte{"anderes.png": []byte("\x89PNG not XML")}
	}},
	{"SIG-013", "file that is not signed", detachedFile, func(_ testing.TB, g *shape) { g.request.Files["mehr.png"] = []byte("x") }},
	{"SIG-013", "external reference", sameDocument, func(t testing.TB, g *shape) {
		g.references += ref(`URI="http://example.org/x"`, "", digestOf(nil))
	}},
	{"SIG-014", "the signed ID twice", sameDocument, func(_ testing.TB, g *shape) { g.doc = strings.Replace(g.doc, `"c"`, `"b"`, 1) }},
	{"SIG-014", "the signed ID once more in Object", enveloping, func(_ testing.TB, g *shape) { g.objects += `<Object><x Id="o"/></Object>` }},
	{"SIG-015", "enveloped twice", envelopedShape, references(ref(`URI=""`, tEnv+tEnv+tExc, "AAAA"))},
	{"SIG-015", "canonicalisation twice", enveloping, references(ref(`URI="#o"`, tExc+tExc, "AAAA"))},
	{"SIG-015", "canonicalisation before the signature is left out", envelopedShape, references(ref(`URI=""`, tExc+tEnv, "AAAA"))},
	{"SIG-015", "base64 and canonicalisation", enveloping, references(ref(`URI="#o"`, tB64+tExc, "AAAA"))},
	{"SIG-015", "unknown transform", enveloping, references(ref(`URI="#o"`, `<Transform Algorithm="urn:x"/>`, "AAAA"))},
	{"SIG-017", "unknown canonicalisation", enveloping, func(_ testing.TB, g *shape) { g.canon = `<CanonicalizationMethod Algorithm="urn:x"/>` }},
	{"SIG-033", "KeyValue of somebody else is nothing", enveloping, func(_ testing.TB, g *shape) {
		g.key = other()
		g.keyInfo = strings.Replace(g.keyInfo, "<KeyInfo>", "<KeyInfo><KeyValue><RSAKeyValue><Modulus>"+
			base64.StdEncoding.EncodeToString(other().N.Bytes())+"</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>", 1)
	}},
	{"SIG-033", "SignedInfo changed", enveloping, after(`URI="#o"`, `URI="#p"`)},
	{"SIG-034", "object changed", enveloping, after(">data<", ">Data<")},
	{"SIG-034", "element changed", sameDocument, after(">text<", ">Text<")},
	{"SIG-034", "document changed", envelopedShape, after(">text<", ">Text<")},
	{"SIG-034", "file changed", detachedFile, func(_ testing.TB, g *shape) { g.request.Files["bild.png"] = []byte("x") }},
	{"SIG-034", "second of two references", sameDocument, func(t testing.TB, g *shape) { g.references += ref(`URI="#c"`, tExc, digestOf(nil)) }},
	{"SIG-035", "xsi:type", sameDocument, func(t testing.TB, g *shape) {
		b := `<b xmlns="urn:a" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="b" xsi:type="t:B"></b>`
		g.doc = `<a xmlns="urn:a" xmlns:t="urn:t">` + b + `@</a>`
		g.references = ref(`URI="#b"`, tExc, digestOf([]byte(b)))
	}},
	{"SIG-036", "too many bytes beside Object", enveloping, func(_ testing.TB, g *shape) { g.keyInfo += strings.Repeat(" ", 129<<10) }},
	{"SIG-038", "too many selectors", enveloping, func(_ testing.TB, g *shape) {
		g.keyInfo = "<KeyInfo><X509Data>" + strings.Repeat("<X509SKI>AAAA</X509SKI>", 9) + "</X509Data></KeyInfo>"
	}},
	{"SIG-041", "canonical form too large", sameDocument, func(t testing.TB, g *shape) {
		g.verifier.Limits.MaxContentBytes = 10
	}},
	{"SIG-042", "HMAC", enveloping, func(_ testing.TB, g *shape) {
		g.method = `<SignatureMethod Algorithm="` + more2001 + `hmac-sha256"/>`
	}},
	{"SIG-043", "RSA after 2028", enveloping, func(_ testing.TB, g *shape) {
		g.verifier.Policy = signature.ETSI119312()
		g.verifier.Now = func() time.Time { return time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC) }
	}},
	{"SIG-044", "curve of no rule", enveloping, func(t testing.TB, g *shape) {
		k := p384Key()
		policy, err := signature.ParsePolicy(strings.NewReader(limitedPolicy))
		require.NoError(t, err)
		g.verifier = k.verifier(policy)
		g.key, g.keyInfo = k.key, "<KeyInfo>"+x509Data(k.cert)+"</KeyInfo>"
		g.method = `<SignatureMethod Algorithm="` + signature.ECDSASHA256 + `"/>`
	}},
	{"SIG-045", "text", enveloping, pss("x")},
	{"SIG-045", "element of another namespace", enveloping, pss("<RSAPSSParams/>")},
	{"SIG-045", "MGF1 with the SHA-1 of old defaults", enveloping, pss(pssParam + `<MaskGenerationFunction Algorithm="` + more2007 + `MGF1"><DigestMethod ` + dsNS + ` Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></MaskGenerationFunction></RSAPSSParams>`)},
	{"SIG-045", "another mask function", enveloping, pss(pssParam + `<MaskGenerationFunction Algorithm="urn:x"/></RSAPSSParams>`)},
	{"SIG-045", "short salt", enveloping, pss(pssParam + `<SaltLength>20</SaltLength></RSAPSSParams>`)},
	{"SIG-045", "no salt", enveloping, pss(pssParam + `<SaltLength>0</SaltLength></RSAPSSParams>`)},
	{"SIG-045", "trailer", enveloping, pss(pssParam + `<TrailerField>2</TrailerField></RSAPSSParams>`)},
	{"SIG-045", "parameter twice", enveloping, pss(pssParam + `<SaltLength>32</SaltLength><SaltLength>32</SaltLength></RSAPSSParams>`)},
	{"SIG-045", "something else", enveloping, pss(pssParam + `<X/></RSAPSSParams>`)},
	{"SIG-045", "unknown digest", enveloping, pss(pssParam + `<DigestMethod ` + dsNS + ` Algorithm="urn:x"/></RSAPSSParams>`)},
	{"SIG-046", "XPath", envelopedShape, references(ref(`URI=""`, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(ancestor-or-self::Signature)</XPath></Transform>`, "AAAA"))},
	{"SIG-046", "XSLT", enveloping, references(ref(`URI="#o"`, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>`, "AAAA"))},
	{"SIG-046", "filter intersects", envelopedShape, references(ref(`URI=""`, filter2("intersect", "/descendant::ds:Signature"), "AAAA"))},
	{"SIG-046", "filter subtracts something else", envelopedShape, references(ref(`URI=""`, filter2("subtract", "/descendant::b"), "AAAA"))},
	{"SIG-046", "filter with a prefix of another namespace", envelopedShape, references(ref(`URI=""`, strings.Replace(filter2("subtract", "/descendant::ds:Signature"), "xmlns:ds=\""+signature.NS, "xmlns:ds=\"urn:x", 1), "AAAA"))},
	{"SIG-046", "two filters", envelopedShape, references(ref(`URI=""`, strings.Replace(filter2("subtract", "/descendant::ds:Signature"), "</Transform>", `<XPath xmlns="`+xp2+`" Filter="union">/</XPath></Transform>`, 1), "AAAA"))},
	{"SIG-047", "object moved into another", enveloping, func(_ testing.TB, g *shape) { g.objects = "<Object><wrapper>" + object + "</wrapper></Object>" }},
	{"SIG-047", "object moved out of the signature", sameDocument, func(t testing.TB, g *shape) {
		g.doc = `<a>` + strings.Replace(object, "<Object", "<Object "+dsNS, 1) + `@</a>`
		g.references = ref(`URI="#o"`, tExc, exc(t, object))
	}},
	{"SIG-047", "Type says Object, but it is an element", sameDocument, func(_ testing.TB, g *shape) {
		g.references = strings.Replace(g.references, `URI="#b"`, `Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#b"`, 1)
	}},
	{"SIG-047", "Type says Manifest, but it is Object", enveloping, func(_ testing.TB, g *shape) {
		g.references = strings.Replace(g.references, `URI="#o"`, `Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI="#o"`, 1)
	}},
	{"SIG-047", "Type says SignedProperties", enveloping, func(_ testing.TB, g *shape) {
		g.references = strings.Replace(g.references, `URI="#o"`, `Type="http://uri.etsi.org/01903#SignedProperties" URI="#o"`, 1)
	}},
	{"SIG-047", "SignedProperties in the wrong place", enveloping, func(t testing.TB, g *shape) {
		g.objects = `<Object><SignedProperties xmlns="http://uri.etsi.org/01903/v1.3.2#" Id="o"/></Object>`
		g.references = ref(`URI="#o"`, tExc, digestOf([]byte(`<SignedProperties xmlns="http://uri.etsi.org/01903/v1.3.2#" Id="o"></SignedProperties>`)))
	}},
	{"SIG-047", "the signature itself", enveloping, func(_ testing.TB, g *shape) {
		g.attrs, g.references = ` Id="s"`, ref(`URI="#s"`, tExc, digestOf(nil))
	}},
	{"SIG-047", "SignedInfo", enveloping, func(_ testing.TB, g *shape) {
		g.references = ref(`URI="#s" Id="s"`, tExc, digestOf(nil))
	}},
	{"SIG-048", "nobody has the ID", enveloping, references(ref(`URI="#x"`, tExc, digestOf(nil)))},
	{"SIG-048", "xpointer", enveloping, references(ref(`URI="#xpointer(id('o'))"`, tExc, digestOf(nil)))},
	{"SIG-048", "empty fragment", enveloping, references(ref(`URI="#"`, tExc, digestOf(nil)))},
	{"SIG-048", "whole document, which is the signature", enveloping, references(ref(`URI=""`, tEnv+tExc, digestOf(nil)))},
	{"SIG-048", "whole document of a fragment", envelopedShape, func(_ testing.TB, g *shape) { g.request.Scope = []xmlscan.NSDecl{} }},
	{"SIG-049", "too many references", enveloping, func(_ testing.TB, g *shape) { g.references = strings.Repeat(g.references, 101) }},
	{"SIG-050", "root with the signature in it", sameDocument, references(ref(`URI="#root"`, tExc, digestOf(nil)))},
	{"SIG-050", "document with the signature in it", envelopedShape, references(ref(`URI=""`, tExc, digestOf(nil)))},
	{"SIG-050", "element without the signature", sameDocument, references(ref(`URI="#b"`, tEnv+tExc, digestOf(nil)))},
	{"SIG-050", "file without the signature", detachedFile, references(ref(`URI="bild.png"`, tEnv, digestOf(nil)))},
	{"SIG-051", "enveloped signature of a child only", envelopedShape, func(t testing.TB, g *shape) {
		g.references = ref(`URI="#b"`, tExc, exc(t, `<b xmlns="" ID="b">text</b>`))
	}},
	{"SIG-051", "enveloped signature of what base64 in the document stands for", envelopedShape, func(_ testing.TB, g *shape) {
		g.doc = `<a><b>QUJD</b>@</a>`
		g.references = ref(`URI=""`, tEnv+`<Transform Algorithm="`+signature.Base64Transform+`"/>`, digestOf([]byte("ABC")))
	}},
	{"SIG-051", "enveloped signature of KeyInfo only", envelopedShape, keyInfoOnly},
	{"SIG-051", "enveloping signature of KeyInfo only", enveloping, keyInfoOnly},
	{"SIG-051", "no file", detachedFile, func(t testing.TB, g *shape) {
		g.request.Files = nil
		keyInfoOnly(t, g)
	}},
	{"SIG-051", "whole document instead of the element asked for", envelopedShape, func(t testing.TB, g *shape) {
		g.doc = `<x><a ID="root"><b ID="b">text</b>@</a></x>`
		g.request.ParentID = "root"
		g.references = ref(`URI=""`, tEnv+tExc, digestOf([]byte(`<x><a ID="root"><b ID="b">text</b></a></x>`)))
	}},
	{"SIG-052", "no element with the ID", envelopedShape, func(_ testing.TB, g *shape) { g.request.ParentID = "nobody" }},
	{"SIG-052", "element without signature", envelopedShape, func(_ testing.TB, g *shape) { g.request.ParentID = "b" }},
	{"SIG-052", "no signature with the Id", sameDocument, func(_ testing.TB, g *shape) { g.request.SignatureID = "s" }},
	{"SIG-052", "Id in a namespace", sameDocument, func(_ testing.TB, g *shape) {
		g.request.SignatureID, g.attrs = "s", ` xmlns:x="urn:x" x:Id="s"`
	}},
	{"SIG-053", "no KeyInfo, and trust that cannot list", enveloping, func(_ testing.TB, g *shape) {
		pool := x509.NewCertPool()
		pool.AddCert(signPair().cert)
		g.verifier.Trust, g.keyInfo = signature.Pool(pool), ""
	}},
	{"SIG-053", "serial number of nobody", enveloping, func(_ testing.TB, g *shape) { g.keyInfo = serialInfo("99") }},
	{"SIG-055", "revoked", enveloping, func(t testing.TB, g *shape) { revocable(t, g, signature.RevocationRevoked) }},
	{"SIG-057", "text that is no base64", enveloping, func(t testing.TB, g *shape) {
		g.references = ref(`URI="#o"`, tB64, digestOf([]byte("data")))
		g.objects = `<Object Id="o">!</Object>`
	}},
}

func keyInfoOnly(t testing.TB, g *shape) {
	g.keyInfo = strings.Replace(g.keyInfo, "<KeyInfo>", `<KeyInfo Id="k">`, 1)
	g.references = ref(`URI="#k"`, tExc, exc(t, g.keyInfo))
}

func serialInfo(serial string) string {
	return `<KeyInfo><X509Data><X509IssuerSerial><X509IssuerName>CN=x</X509IssuerName><X509SerialNumber>` + serial +
		`</X509SerialNumber></X509IssuerSerial></X509Data></KeyInfo>`
}

// revocationSays answers the same to everything.
type revocationSays struct {
	status signature.RevocationStatus
	err    error
}

func (r revocationSays) Status(context.Context, *x509.Certificate, *x509.Certificate, time.Time) (signature.RevocationStatus, error) {
	return r.status, r.err
}

// revocable signs with a certificate of an authority.
func revocable(_ testing.TB, g *shape, status signature.RevocationStatus) {
	root := authority(other(), "Test Root", nil)
	l := leaf("Test A", &root)
	roots := x509.NewCertPool()
	roots.AddCert(root.cert)
	g.key, g.keyInfo = l.key, "<KeyInfo>"+x509Data(l.cert)+"</KeyInfo>"
	g.verifier = &signature.Verifier{Trust: signature.Pool(roots), Now: now, Revocation: revocationSays{status: status}}
}

// brokenInGeneral runs the vectors of the general forms and the two rules that
// are broken elsewhere; it counts what was broken.
func brokenInGeneral(t *testing.T, broken map[string]int) {
	for _, tt := range generalVectors {
		t.Run(tt.code+" general, "+tt.name, func(t *testing.T) {
			g := tt.base(t)
			report, err := g.verify(t)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)

			tt.change(t, g)
			report, err = g.verify(t)
			require.NoError(t, err)
			rejected(t, report, tt.code)
			require.Empty(t, report.References)
			broken[tt.code]++
		})
	}
	t.Run("SIG-056", func(t *testing.T) {
		g := enveloping(t)
		revocable(t, g, signature.RevocationUnknown)
		report, err := g.verify(t)
		require.NoError(t, err)
		require.Equal(t, finding.Undetermined, report.Verdict)
		require.Equal(t, []string{"SIG-056"}, codes(report.Findings))
		require.True(t, report.Content() == nil && report.Certificate == nil)
		revocable(t, g, signature.RevocationGood)
		report, err = g.verify(t)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		broken["SIG-056"]++
	})
	t.Run("SIG-054", func(t *testing.T) {
		for _, doc := range []string{"<x/>", strings.Replace(limitedPolicy, "<Evaluation/>", "", 3), strings.Replace(limitedPolicy, "<Evaluation/>", "<Evaluation><Validity><End>soon</End></Validity></Evaluation>", 1)} {
			_, err := signature.ParsePolicy(strings.NewReader(doc))
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, []string{"SIG-054"}, codes(invalid.Findings))
		}
		_, err := signature.ParsePolicy(strings.NewReader(limitedPolicy))
		require.NoError(t, err)
		broken["SIG-054"]++
	})
}
