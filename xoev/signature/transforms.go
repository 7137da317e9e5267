package signature

import (
	"crypto"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Transforms beside the canonicalisations and [EnvelopedSignature].
const (
	// Base64Transform decodes base64 (XML Signature 1.1, 6.6.2).
	Base64Transform = NS + "base64"
	// XPathFilter2 is the XML-Signature XPath Filter 2.0 (W3C Recommendation of
	// 8 November 2002), of which the package knows two expressions; both subtract
	// signatures.
	XPathFilter2 = "http://www.w3.org/2002/06/xmldsig-filter2"

	xpathTransform = "http://www.w3.org/TR/1999/REC-xpath-19991116"
	xsltTransform  = "http://www.w3.org/TR/1999/REC-xslt-19991116"
)

// transforms is what the Transforms of one Reference do.
type transforms struct {
	uris      []string // as they stand there
	enveloped bool     // leaves the signature itself out
	subtract  bool     // leaves every Signature out
	base64    bool     // decodes the text
	canonical string   // canonicalisation method; "" if none is named
	prefixes  []string
}

// omits reports whether the signature itself is left out.
func (t transforms) omits() bool { return t.enveloped || t.subtract }

// wrongTransform is the rule that a list of transforms breaks which is not
// the profile's.
func wrongTransform(list *element) ruleID {
	for _, c := range list.children {
		switch c.attr("Algorithm") {
		case xpathTransform, xsltTransform, XPathFilter2:
			return ruleForbiddenTransform
		}
	}
	return ruleTransforms
}

// readAnyTransforms accepts: leaving out the signature, or every signature; then
// one canonicalisation or base64. Nothing may follow what makes octets.
func (j *judge) readAnyTransforms(list *element) (t transforms) {
	j.attributes(list, nil)
	if !blank(list.text) {
		j.add(ruleText, list, nil)
	}
	if len(list.children) == 0 {
		j.add(ruleMissing, list, map[string]string{"element": "Transform"})
	}
	for _, c := range list.children {
		j.paths[c] = c.path(j.paths[list])
		if !c.name.Is(NS, "Transform") {
			j.add(ruleUnexpected, c, nil)
			return t
		}
		j.attributes(c, []string{"Algorithm"})
		if !j.readTransform(c, &t) {
			return t
		}
	}
	return t
}

// readTransform adds one transform; false means that the list is refused.
func (j *judge) readTransform(c *element, t *transforms) bool {
	uri := c.attr("Algorithm")
	octets := t.base64 || t.canonical != ""
	_, canonical := canonicalMode(uri)
	switch {
	case uri == xpathTransform || uri == xsltTransform:
		j.add(ruleForbiddenTransform, c, nil)
		return false
	case octets || t.omits() && (uri == EnvelopedSignature || uri == XPathFilter2):
		j.add(ruleTransforms, c, nil)
		return false
	case uri == EnvelopedSignature:
		t.enveloped = true
		j.readEnveloped(c)
	case uri == XPathFilter2:
		return j.readFilter(c, t)
	case uri == Base64Transform:
		t.base64 = true
		j.sequence(c)
	case canonical:
		t.canonical = uri
		t.prefixes = j.canonicalPrefixes(c)
	default:
		j.add(ruleTransforms, c, nil)
		return false
	}
	t.uris = append(t.uris, uri)
	return true
}

// canonicalPrefixes reads the PrefixList, which only the exclusive methods have.
func (j *judge) canonicalPrefixes(c *element) []string {
	switch c.attr("Algorithm") {
	case ExclusiveC14N, ExclusiveC14NWithComments:
		return j.inclusive(c)
	}
	j.sequence(c)
	return nil
}

// readEnveloped lets pass what xml-crypto (npm, up to version 6 at least) writes
// into the transform: a PrefixList in the transform's own name as namespace. It
// has no meaning.
func (j *judge) readEnveloped(c *element) {
	if len(c.children) == 1 && c.children[0].name.Is(EnvelopedSignature, "InclusiveNamespaces") && blank(c.text) {
		return
	}
	j.sequence(c)
}

// readFilter reads the two expressions that are known: subtract all signatures,
// as EU DSS writes it, or the signature itself (XPath Filter 2.0, 4).
func (j *judge) readFilter(c *element, t *transforms) bool {
	if !blank(c.text) || len(c.children) != 1 || !c.children[0].name.Is(XPathFilter2, "XPath") {
		j.add(ruleForbiddenTransform, c, nil)
		return false
	}
	x := c.children[0]
	j.paths[x] = x.path(j.paths[c])
	if len(x.attrs) != 1 || x.attr("Filter") != "subtract" || len(x.children) > 0 {
		j.add(ruleForbiddenTransform, x, nil)
		return false
	}
	switch x.subtracts {
	case filterAll:
		t.subtract = true
	case filterOwn:
		t.enveloped = true
	default:
		j.add(ruleForbiddenTransform, x, nil)
		return false
	}
	t.uris = append(t.uris, XPathFilter2)
	return true
}

func between(s, before, after string) (string, bool) {
	s, ok := strings.CutPrefix(s, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(s, after)
}

// filter is what an XPath expression selects. The zero value is unknown.
type filter uint8

const (
	filterAll filter = iota + 1 // every signature
	filterOwn                   // the signature that the expression stands in
)

// filterOf reads an expression at the end tag of its element, where the prefix
// must mean XML Signature.
func filterOf(text string, s *xmlscan.Scanner) filter {
	expr := strings.Trim(text, " \t\r\n")
	f := filterAll
	prefix, ok := between(expr, "/descendant::", ":Signature")
	if !ok {
		f = filterOwn
		prefix, ok = between(expr, "here()/ancestor::", ":Signature[1]")
	}
	if uri, bound := s.Lookup(prefix); !ok || prefix == "" || !bound || uri != NS {
		return 0
	}
	return f
}

// readPSS reads RSAPSSParams: a digest, MGF1 with the same digest, a salt of its
// length, and the trailer 0xBC (RFC 9231, 2.3.9). Everything else is refused. What
// is left out is SHA-256, and what belongs to the digest, as the JDK writes it; no
// other reading would verify.
func (j *judge) readPSS(m *element) crypto.Hash {
	if blank(m.text) && len(m.children) == 0 {
		return crypto.SHA256
	}
	if !blank(m.text) || len(m.children) != 1 || !m.children[0].name.Is(pssNS, "RSAPSSParams") {
		j.add(rulePSS, m, nil)
		return 0
	}
	params := m.children[0]
	j.paths[params] = params.path(j.paths[m])
	hash, ok := crypto.SHA256, len(params.attrs) == 0 && blank(params.text)
	mgf, salt, seen := "", "", map[string]bool{}
	for _, c := range params.children {
		name := c.name.Local
		ok = ok && (c.name.Space == pssNS || c.name.Is(NS, "DigestMethod")) && !seen[name]
		seen[name] = true
		switch text := strings.TrimSpace(string(c.text)); name {
		case "DigestMethod":
			h, known := digestOf(c.attr("Algorithm"))
			hash, ok = h, ok && known && len(c.children) == 0
		case "MaskGenerationFunction":
			mgf = maskDigest(c)
			ok = ok && mgf != ""
		case "SaltLength":
			salt = text
		case "TrailerField":
			ok = ok && text == "1"
		default:
			ok = false
		}
	}
	if !ok || mgf != "" && mgf != digestURI(hash) || salt != "" && salt != strconv.Itoa(hash.Size()) {
		j.add(rulePSS, params, nil)
		return 0
	}
	return hash
}

// pssNS is the namespace of RSAPSSParams.
const pssNS = more2007

// maskDigest is the digest of MGF1, or "" for other functions.
func maskDigest(c *element) string {
	if c.attr("Algorithm") != more2007+"MGF1" || !blank(c.text) {
		return ""
	}
	switch {
	case len(c.children) == 0:
		return SHA256
	case len(c.children) == 1 && c.children[0].name.Is(NS, "DigestMethod"):
		return c.children[0].attr("Algorithm")
	}
	return ""
}
