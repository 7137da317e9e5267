package signature_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// vector is one broken signature and the one rule it breaks.
type vector struct {
	code, name string
	change     func(t testing.TB, f *forgery, v *signature.Verifier)
	detached   bool
}

func content(from, to string) func(testing.TB, *forgery, *signature.Verifier) {
	return func(t testing.TB, f *forgery, _ *signature.Verifier) { f.content = swap(t, from, to) }
}

func sig(from, to string) func(testing.TB, *forgery, *signature.Verifier) {
	return func(t testing.TB, f *forgery, _ *signature.Verifier) { f.sig = swap(t, from, to) }
}

func document(from, to string) func(testing.TB, *forgery, *signature.Verifier) {
	return func(t testing.TB, f *forgery, _ *signature.Verifier) { f.document = swap(t, from, to) }
}

func method(uri string) func(testing.TB, *forgery, *signature.Verifier) {
	return content("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", uri)
}

func transforms(list string) func(testing.TB, *forgery, *signature.Verifier) {
	return func(_ testing.TB, f *forgery, _ *signature.Verifier) { f.transforms = list }
}

func uri(u string) func(testing.TB, *forgery, *signature.Verifier) {
	return func(_ testing.TB, f *forgery, _ *signature.Verifier) { f.uri = u }
}

// certificate signs with another certificate, which the verifier trusts.
func certificate(make func() (*rsa.PrivateKey, *x509.Certificate)) func(testing.TB, *forgery, *signature.Verifier) {
	return func(_ testing.TB, f *forgery, v *signature.Verifier) {
		key, cert := make()
		f.certs = []*x509.Certificate{cert}
		if key != nil {
			f.key = key
		}
		v.Trust = signature.Pinned(cert)
	}
}

func changed(change func(*x509.Certificate)) func() (*rsa.PrivateKey, *x509.Certificate) {
	return func() (*rsa.PrivateKey, *x509.Certificate) {
		tm := template()
		change(tm)
		p := issue(key3072(), tm, nil)
		return p.key, p.cert
	}
}

// foreign is a certificate of a public key whose private key nobody has.
func foreign(public any) func() (*rsa.PrivateKey, *x509.Certificate) {
	return func() (*rsa.PrivateKey, *x509.Certificate) {
		p := signPair()
		tm := template()
		tm.Subject.CommonName = "Test"
		der, err := x509.CreateCertificate(rand.Reader, tm, p.cert, public, p.key)
		if err != nil {
			panic(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			panic(err)
		}
		return nil, cert
	}
}

func oddNumber(bits uint) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return n.Add(n, big.NewInt(1))
}

func ecKey() any {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return &key.PublicKey
}

const sigEnd = "</KeyInfo></Signature>"

var structureVectors = []vector{
	{code: "SIG-001", name: "unsigned", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(string) string { return "" }
	}},
	{code: "SIG-001", name: "Signature below a child", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return "<c>" + s + "</c>" }
	}},
	{code: "SIG-001", name: "Signature in another namespace", change: sig(`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">`, `<Signature xmlns="urn:x">`)},
	{code: "SIG-002", name: "two signatures", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return s + s }
	}},
	{code: "SIG-002", name: "three signatures, the first empty", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return `<Signature ` + dsNS + `/>` + s + s }
	}},
	{code: "SIG-003", name: "signature file is something else", detached: true, change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return "<x>" + s + "</x>" }
	}},
	{code: "SIG-004", name: "no KeyInfo", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return s[:strings.Index(s, "<KeyInfo>")] + "</Signature>" }
	}},
	{code: "SIG-004", name: "no X509Certificate", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) { f.certs = nil }},
	{code: "SIG-004", name: "no Transforms", change: content("<Transforms>"+tEnv+tExc+"</Transforms>", "")},
	{code: "SIG-004", name: "no DigestMethod", change: content(algDigest, "")},
	{code: "SIG-004", name: "no SignatureMethod", change: content(algMethod, "")},
	{code: "SIG-004", name: "no CanonicalizationMethod", change: content(algC14N, "")},
	{code: "SIG-005", name: "unknown element in Signature", change: sig(sigEnd, "</KeyInfo><x/></Signature>")},
	{code: "SIG-005", name: "unknown element in SignedInfo", change: content(algMethod, algMethod+`<x xmlns="urn:x"/>`)},
	{code: "SIG-005", name: "HMACOutputLength", change: content(algMethod, strings.Replace(algMethod, "/>", "><HMACOutputLength>0</HMACOutputLength></SignatureMethod>", 1))},
	{code: "SIG-005", name: "RSAKeyValue beside the certificate", change: sig("<KeyInfo>", "<KeyInfo><KeyValue/>")},
	{code: "SIG-005", name: "X509SubjectName", change: sig("<X509Data>", "<X509Data><X509SubjectName/>")},
	{code: "SIG-005", name: "something else than InclusiveNamespaces", change: transforms(tEnv + strings.Replace(tExc, "/>", "><XPath/></Transform>", 1))},
	{code: "SIG-005", name: "child of the enveloped transform", change: transforms(strings.Replace(tEnv, "/>", "><XPath/></Transform>", 1) + tExc)},
	{code: "SIG-006", name: "two SignedInfo", change: sig("<SignatureValue>", "<SignedInfo/><SignatureValue>")},
	{code: "SIG-006", name: "two SignatureMethod", change: content(algMethod, algMethod+algMethod)},
	{code: "SIG-006", name: "two CanonicalizationMethod", change: content(algC14N, algC14N+algC14N)},
	{code: "SIG-006", name: "two SignatureValue", change: sig("<KeyInfo>", "<SignatureValue>AAAA</SignatureValue><KeyInfo>")},
	{code: "SIG-006", name: "two KeyInfo", change: sig("</KeyInfo>", "</KeyInfo><KeyInfo/>")},
	{code: "SIG-006", name: "two DigestValue", change: content("</DigestValue>", "</DigestValue><DigestValue>AAAA</DigestValue>")},
	{code: "SIG-006", name: "two X509Data", change: sig("</X509Data>", "</X509Data><X509Data/>")},
	{code: "SIG-006", name: "two Transforms", change: content("</Transforms>", "</Transforms><Transforms/>")},
	{code: "SIG-007", name: "Object", change: sig(sigEnd, "</KeyInfo><Object/></Signature>")},
	{code: "SIG-007", name: "Object first", change: sig("<SignedInfo>", "<Object><x/></Object><SignedInfo>")},
	{code: "SIG-008", name: "Type on Reference", change: content(`URI=""`, `URI="" Type="http://www.w3.org/2000/09/xmldsig#Manifest"`)},
	{code: "SIG-008", name: "no URI", change: content(` URI=""`, ``)},
	{code: "SIG-008", name: "no Algorithm", change: content(algMethod, "<SignatureMethod/>")},
	{code: "SIG-008", name: "Algorithm with a prefix", change: content(algDigest, strings.Replace(algDigest, "Algorithm", `xmlns:x="urn:x" x:Algorithm`, 1))},
	{code: "SIG-008", name: "attribute on DigestValue", change: content("<DigestValue>", `<DigestValue Encoding="x">`)},
	{code: "SIG-008", name: "attribute on Signature", change: sig("<Signature xmlns", `<Signature x="" xmlns`)},
	{code: "SIG-009", name: "text in Signature", change: sig("<KeyInfo>", "x<KeyInfo>")},
	{code: "SIG-009", name: "text in SignedInfo", change: content(algMethod, algMethod+"x")},
	{code: "SIG-009", name: "text in Transforms", change: transforms(tEnv + "x" + tExc)},
	{code: "SIG-009", name: "text in SignatureMethod", change: content(algMethod, strings.Replace(algMethod, "/>", ">x</SignatureMethod>", 1))},
	{code: "SIG-009", name: "text in X509Data", change: sig("</X509Data>", "x</X509Data>")},
	{code: "SIG-009", name: "text in the canonicalisation transform", change: transforms(tEnv + strings.Replace(tExc, "/>", ">x</Transform>", 1))},
	{code: "SIG-010", name: "comment in DigestValue", change: content("<DigestValue>", "<DigestValue><!-- x -->")},
	{code: "SIG-010", name: "other digest in a comment", change: content("</DigestValue>", "<!--"+strings.Repeat("A", 43)+"=--></DigestValue>")},
	{code: "SIG-010", name: "processing instruction in SignatureValue", change: sig("<SignatureValue>", "<SignatureValue><?x?>")},
	{code: "SIG-010", name: "comment between elements", change: sig("<KeyInfo>", "<!-- x --><KeyInfo>")},
	{code: "SIG-010", name: "comment in X509Certificate", change: sig("<X509Certificate>", "<X509Certificate><!---->")},
}

var referenceVectors = []vector{
	{code: "SIG-011", name: "two references", change: content("</Reference>", `</Reference><Reference URI="#body"/>`)},
	{code: "SIG-012", name: "another element", change: uri("#body")},
	{code: "SIG-012", name: "no such ID", change: uri("#nobody")},
	{code: "SIG-012", name: "xpointer to the root", change: uri("#xpointer(/)")},
	{code: "SIG-012", name: "xpointer to the root's ID", change: uri("#xpointer(id('root'))")},
	{code: "SIG-012", name: "ID that looks like an xpointer", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc, f.uri = `<a ID="xpointer(/)">@</a>`, "#xpointer(/)"
	}},
	{code: "SIG-012", name: "empty fragment", change: uri("#")},
	{code: "SIG-012", name: "external file", change: uri("antrag.xml")},
	{code: "SIG-012", name: "file of the system", change: uri("file:///etc/passwd")},
	{code: "SIG-012", name: "ID with a blank", change: uri(" #root")},
	{code: "SIG-013", name: "signature of another file", detached: true, change: uri("anderer-antrag.xml")},
	{code: "SIG-013", name: "other spelling of the file", detached: true, change: uri("./antrag.xml")},
	{code: "SIG-013", name: "escaped needlessly", detached: true, change: uri("%61ntrag.xml")},
	{code: "SIG-013", name: "whole document", detached: true, change: uri("")},
	{code: "SIG-013", name: "with fragment", detached: true, change: uri("antrag.xml#root")},
	{code: "SIG-014", name: "ID of the root twice", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc, f.uri = `<a ID="root"><b Id="root"/>@</a>`, "#root"
	}},
	{code: "SIG-014", name: "other IDs twice", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc = `<a><b xml:id="x"/><c xmlns:w="urn:w" w:Id="x"/>@</a>`
	}},
	{code: "SIG-014", name: "ID in the signature", change: sig("<KeyInfo>", `<KeyInfo Id="body">`)},
	{code: "SIG-014", name: "in the detached signature", detached: true, change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string {
			return strings.NewReplacer("<KeyInfo>", `<KeyInfo Id="x">`, "<SignatureValue>", `<SignatureValue Id="x">`).Replace(s)
		}
	}},
	{code: "SIG-014", name: "in the document", detached: true, change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc = `<a ID="x"><b ID="x"/></a>`
	}},
	{code: "SIG-015", name: "no enveloped transform", change: transforms(tExc)},
	{code: "SIG-015", name: "no canonicalisation", change: transforms(tEnv)},
	{code: "SIG-015", name: "no transform", change: transforms("")},
	{code: "SIG-015", name: "wrong order", change: transforms(tExc + tEnv)},
	{code: "SIG-015", name: "canonicalisation twice", change: transforms(tEnv + tExc + tExc)},
	{code: "SIG-015", name: "enveloped twice", change: transforms(tEnv + tEnv + tExc)},
	{code: "SIG-015", name: "with comments", change: transforms(tEnv + strings.Replace(tExc, "exc-c14n#", "exc-c14n#WithComments", 1))},
	{code: "SIG-015", name: "inclusive", change: transforms(tEnv + `<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`)},
	{code: "SIG-046", name: "XPath", change: transforms(tEnv + `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>self::b</XPath></Transform>` + tExc)},
	{code: "SIG-046", name: "XSLT", change: transforms(tEnv + `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>` + tExc)},
	{code: "SIG-015", name: "base64", change: transforms(tEnv + tExc + `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>`)},
	{code: "SIG-015", name: "foreign element", change: transforms(tEnv + strings.Replace(tExc, "<Transform ", `<Transform xmlns="urn:x" `, 1))},
	{code: "SIG-015", name: "enveloped in a detached signature", detached: true, change: transforms(tEnv + tExc)},
	{code: "SIG-015", name: "none in a detached signature", detached: true, change: transforms("")},
	{code: "SIG-016", name: "colon", change: transforms(tEnv + tList("a:b"))},
	{code: "SIG-016", name: "number", change: transforms(tEnv + tList("a 1b"))},
	{code: "SIG-016", name: "unknown keyword", change: transforms(tEnv + tList("#all"))},
}

var algorithmVectors = []vector{
	{code: "SIG-017", name: "inclusive", change: content(algC14N, `<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`)},
	{code: "SIG-017", name: "with comments", change: content(algC14N, `<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"/>`)},
	{code: "SIG-017", name: "unknown", change: content(algC14N, `<CanonicalizationMethod Algorithm="urn:none"/>`)},
	{code: "SIG-017", name: "empty", change: content(algC14N, `<CanonicalizationMethod Algorithm=""/>`)},
	{code: "SIG-018", name: "RSA with SHA-1", change: method("http://www.w3.org/2000/09/xmldsig#rsa-sha1")},
	{code: "SIG-042", name: "RSA with MD5", change: method("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")},
	{code: "SIG-042", name: "HMAC with SHA-256", change: method("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")},
	{code: "SIG-042", name: "HMAC with SHA-1", change: method("http://www.w3.org/2000/09/xmldsig#hmac-sha1")},
	{code: "SIG-042", name: "DSA", change: method("http://www.w3.org/2000/09/xmldsig#dsa-sha1")},
	{code: "SIG-042", name: "DSA with SHA-256", change: method("http://www.w3.org/2009/xmldsig11#dsa-sha256")},
	{code: "SIG-018", name: "empty", change: method("")},
	{code: "SIG-018", name: "blank around", change: method(" http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")},
	{code: "SIG-019", name: "SHA-1", change: content("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1")},
	{code: "SIG-042", name: "MD5", change: content("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5")},
	{code: "SIG-019", name: "none", change: content("http://www.w3.org/2001/04/xmlenc#sha256", "")},
	{code: "SIG-020", name: "empty", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return cut(s, "<SignatureValue>", "</SignatureValue>", "") }
	}},
	{code: "SIG-020", name: "other alphabet", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return cut(s, "<SignatureValue>", "</SignatureValue>", "_-AA") }
	}},
	{code: "SIG-020", name: "unused bits", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string { return cut(s, "<SignatureValue>", "</SignatureValue>", "AAB=") }
	}},
	{code: "SIG-020", name: "more after the padding", change: sig("</SignatureValue>", "AAAA====</SignatureValue>")},
	{code: "SIG-020", name: "element inside", change: sig("</SignatureValue>", "<x/></SignatureValue>")},
	{code: "SIG-021", name: "blank before", change: content("<DigestValue>", "<DigestValue> ")},
	{code: "SIG-021", name: "line feed after", change: content("</DigestValue>", "\n</DigestValue>")},
	{code: "SIG-021", name: "carriage return after", change: content("</DigestValue>", "&#13;</DigestValue>")},
	{code: "SIG-021", name: "empty", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.content = func(s string) string { return cut(s, "<DigestValue>", "</DigestValue>", "") }
	}},
	{code: "SIG-021", name: "twenty bytes", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.content = func(s string) string {
			return cut(s, "<DigestValue>", "</DigestValue>", strings.Repeat("A", 27)+"=")
		}
	}},
	{code: "SIG-021", name: "twice the length", change: content("<DigestValue>", "<DigestValue>"+strings.Repeat("A", 44))},
	{code: "SIG-021", name: "element inside", change: content("</DigestValue>", "<x/></DigestValue>")},
}

// cut replaces what stands between two marks.
func cut(s, from, to, with string) string {
	i := strings.Index(s, from) + len(from)
	j := i + strings.Index(s[i:], to)
	return s[:i] + with + s[j:]
}

var certificateVectors = []vector{
	{code: "SIG-022", name: "not base64", change: sig("<X509Certificate>", "<X509Certificate>!")},
	{code: "SIG-022", name: "empty", change: sig("<X509Data>", "<X509Data><X509Certificate/>")},
	{code: "SIG-022", name: "bytes after the certificate", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.certs = []*x509.Certificate{{Raw: append(append([]byte(nil), f.certs[0].Raw...), 0)}}
	}},
	{code: "SIG-022", name: "not a certificate", change: sig("<X509Data>", "<X509Data><X509Certificate>AAAA</X509Certificate>")},
	{code: "SIG-023", name: "two signers", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		tm := template()
		tm.Subject.CommonName = "Test Beispielstadt"
		f.certs = append(f.certs, issue(other(), tm, nil).cert)
	}},
	{code: "SIG-023", name: "the certificate twice", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) { f.certs = append(f.certs, f.certs[0]) }},
	{code: "SIG-024", name: "somebody else", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		p := issue(other(), template(), nil)
		f.key, f.certs = p.key, []*x509.Certificate{p.cert}
	}},
	{code: "SIG-024", name: "issued by the pinned certificate", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		parent := signPair()
		tm := template()
		tm.Subject.CommonName = "Test Beispielstadt"
		p := issue(other(), tm, &parent)
		f.key, f.certs = p.key, []*x509.Certificate{p.cert, parent.cert}
	}},
	{code: "SIG-024", name: "same key, other certificate", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		tm := template()
		tm.SerialNumber = big.NewInt(2)
		f.certs = []*x509.Certificate{issue(f.key, tm, nil).cert}
	}},
	{code: "SIG-024", name: "not in the pool", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) {
		v.Trust = signature.Pool(x509.NewCertPool())
	}},
	{code: "SIG-025", name: "expired", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) {
		v.Now = func() time.Time { return signPair().cert.NotAfter.Add(time.Second) }
	}},
	{code: "SIG-026", name: "not yet valid", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) {
		v.Now = func() time.Time { return signPair().cert.NotBefore.Add(-time.Second) }
	}},
	{code: "SIG-027", name: "key encipherment", change: certificate(changed(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }))},
	{code: "SIG-027", name: "certificate signing", change: certificate(changed(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }))},
	{code: "SIG-028", name: "unknown critical extension", change: certificate(changed(func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
	}))},
	{code: "SIG-029", name: "elliptic curve", change: certificate(foreign(ecKey()))},
	{code: "SIG-030", name: "RSA 2048", change: certificate(func() (*rsa.PrivateKey, *x509.Certificate) {
		p := issue(key2048(), template(), nil)
		return p.key, p.cert
	})},
	{code: "SIG-030", name: "RSA 2999", change: certificate(foreign(&rsa.PublicKey{N: oddNumber(2999), E: 65537}))},
	{code: "SIG-030", name: "caller wants 4096", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) { v.Policy.MinRSABits = 4096 }},
	{code: "SIG-031", name: "RSA 8193", change: certificate(foreign(&rsa.PublicKey{N: oddNumber(8193), E: 65537}))},
	{code: "SIG-032", name: "exponent 3", change: certificate(foreign(&rsa.PublicKey{N: oddNumber(3072), E: 3}))},
	{code: "SIG-033", name: "certificate of somebody else", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) { f.key = other() }},
	{code: "SIG-033", name: "SignedInfo changed", change: sig(`URI=""`, `URI="#root"`)},
	{code: "SIG-033", name: "one byte shorter", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string {
			return cut(s, "<SignatureValue>", "</SignatureValue>", strings.Repeat("AAAA", 127))
		}
	}},
	{code: "SIG-033", name: "zero", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.sig = func(s string) string {
			return cut(s, "<SignatureValue>", "</SignatureValue>", strings.Repeat("AAAA", 128))
		}
	}},
	{code: "SIG-034", name: "text changed", change: document(">text<", ">Text<")},
	{code: "SIG-034", name: "attribute added", change: document("<b ", `<b x="" `)},
	{code: "SIG-034", name: "blank added", change: document("</a>", " </a>")},
	{code: "SIG-034", name: "processing instruction after the root", change: document("</a>", "</a><?x?>")},
	{code: "SIG-034", name: "namespace changed", change: document("<b ", `<b xmlns="urn:x" `)},
	{code: "SIG-034", name: "detached document changed", detached: true, change: document(">text<", ">Text<")},
	{code: "SIG-035", name: "xsi:type", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc = `<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:t"><b xsi:type="t:B"/>@</a>`
	}},
	{code: "SIG-035", name: "xsi:type detached", detached: true, change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		f.doc = `<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:t"><b xsi:type="t:B"/></a>`
	}},
	{code: "SIG-036", name: "too many bytes", change: sig("<KeyInfo>", strings.Repeat(" ", 128<<10)+"<KeyInfo>")},
	{code: "SIG-036", name: "too many bytes detached", detached: true, change: sig("<KeyInfo>", strings.Repeat(" ", 128<<10)+"<KeyInfo>")},
	{code: "SIG-036", name: "lower limit", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) { v.Limits.MaxSignatureBytes = 100 }},
	{code: "SIG-037", name: "too many bytes", change: sig("<KeyInfo>", "<KeyInfo>"+strings.Repeat("\n", 64<<10))},
	{code: "SIG-038", name: "nine certificates", change: func(_ testing.TB, f *forgery, _ *signature.Verifier) {
		for len(f.certs) < 9 {
			f.certs = append(f.certs, f.certs[0])
		}
	}},
	{code: "SIG-039", name: "129 prefixes", change: transforms(tEnv + tList(strings.Repeat("p ", 129)))},
	{code: "SIG-040", name: "deep nesting", change: sig("<X509Data>", strings.Repeat("<x>", 20)+strings.Repeat("</x>", 20)+"<X509Data>")},
	{code: "SIG-041", name: "namespace declarations repeated", change: amplify},
	{code: "SIG-041", name: "namespace declarations repeated, detached", detached: true, change: amplify},
	{code: "SIG-041", name: "lower limit", change: func(_ testing.TB, _ *forgery, v *signature.Verifier) { v.Limits.MaxContentBytes = 10 }},
}

// amplify makes a document whose canonical form is 150 times as long.
func amplify(_ testing.TB, f *forgery, _ *signature.Verifier) {
	f.doc = `<a ID="root" xmlns:p="urn:` + strings.Repeat("x", 1000) + `">` + strings.Repeat("<p:b/>", 20_000) + "@</a>"
}

func vectors() []vector {
	return append(append(append(append([]vector(nil), structureVectors...), referenceVectors...), algorithmVectors...), certificateVectors...)
}

// verify runs the profile that the vector is for.
func (f *forgery) verify(t testing.TB, v *signature.Verifier, detached bool) (*signature.Report, error) {
	t.Helper()
	if !detached {
		return verifyEnveloped(t, v, f.enveloped(t))
	}
	sig := f.signature(t)
	doc := f.plain()
	if f.document != nil {
		doc = f.document(doc)
	}
	return verifyDetached(t, v, []byte(doc), []byte(sig))
}

// rejected also checks that nothing of the document is handed out.
func rejected(t *testing.T, report *signature.Report, want ...string) {
	t.Helper()
	assert.Equal(t, want, codes(report.Findings))
	assert.Equal(t, finding.Rejected, report.Verdict)
	assert.True(t, report.Content() == nil && report.Certificate == nil && report.Scanner(nil) == nil)
	tree, err := report.Document(nil)
	require.ErrorIs(t, err, signature.ErrNotAccepted)
	assert.True(t, tree == nil)
}

// TestCatalogue breaks every rule of the catalogue, one at a time. The
// neighbour that breaks none is accepted.
func TestCatalogue(t *testing.T) {
	broken := map[string]int{}
	for _, tt := range vectors() {
		t.Run(tt.code+" "+tt.name, func(t *testing.T) {
			f := forge()
			if tt.detached {
				f = detachedForgery()
			}
			v := signPair().verifier()
			report, err := f.verify(t, v, tt.detached)
			accepted(t, report, err)

			tt.change(t, f, v)
			report, err = f.verify(t, v, tt.detached)
			require.NoError(t, err)
			rejected(t, report, tt.code)
			broken[tt.code]++
		})
	}
	brokenInGeneral(t, broken)
	rules := signature.Rules()
	require.Len(t, rules, 57)
	seen := map[string]bool{}
	for _, r := range rules {
		assert.False(t, seen[r.Code], "code %s twice", r.Code)
		seen[r.Code] = true
		assert.NotZero(t, broken[r.Code], "no vector breaks %s", r.Code)
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		assert.Equal(t, finding.Error, r.Severity)
	}
	t.Logf("%d vectors break %d rules", len(vectors())+len(generalVectors)+2, len(rules))
}
