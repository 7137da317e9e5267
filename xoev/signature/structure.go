package signature

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// parts are the values of a signature that has the structure of the profile.
type parts struct {
	signedInfo     *element
	canonical      *element // CanonicalizationMethod
	canonPrefixes  []string
	method         *element // SignatureMethod
	reference      *element
	uri            string
	prefixes       []string // of the reference's canonicalisation
	digestMethod   *element
	digestValue    *element
	digest         []byte
	signatureValue *element
	signature      []byte
	certificates   []*element // X509Certificate
	keyInfo        *element
}

// judge collects findings about a signature.
type judge struct {
	limits   Limits
	findings []finding.Finding
	paths    map[*element]string
}

func limit(n int) map[string]string { return map[string]string{"max": strconv.Itoa(n)} }

// maxFindings bounds a report on a signature that is made to be broken.
const maxFindings = 100

func (j *judge) add(rule ruleID, e *element, params map[string]string) {
	if len(j.findings) >= maxFindings {
		return
	}
	f := catalogue[rule].At("", 0, 0, params)
	if e != nil {
		f.Path, f.Line, f.Column = j.paths[e], e.pos.Line, e.pos.Column
	}
	j.findings = append(j.findings, f)
}

// structure reads the signature by the grammar of the profile. The parts are
// complete if no finding was added.
func (j *judge) structure(root *element, base string, transforms []string) *parts {
	j.paths = map[*element]string{root: root.path(base)}
	p := &parts{}
	j.attributes(root, nil, "Id")
	top := j.sequence(root, "SignedInfo", "SignatureValue", "KeyInfo")
	p.signedInfo, p.signatureValue, p.keyInfo = top[0], top[1], top[2]
	if p.signedInfo != nil {
		j.readSignedInfo(p, transforms)
	}
	if p.signatureValue != nil {
		j.attributes(p.signatureValue, nil, "Id")
		p.signature = j.base64(p.signatureValue, ruleSignatureBase64, true)
	}
	if p.keyInfo != nil {
		j.readKeyInfo(p)
	}
	return p
}

func (j *judge) readSignedInfo(p *parts, transforms []string) {
	j.attributes(p.signedInfo, nil, "Id")
	info := j.sequence(p.signedInfo, "CanonicalizationMethod", "SignatureMethod", "Reference")
	if p.canonical = info[0]; p.canonical != nil {
		j.attributes(p.canonical, []string{"Algorithm"})
		p.canonPrefixes = j.inclusive(p.canonical)
	}
	if p.method = info[1]; p.method != nil {
		j.attributes(p.method, []string{"Algorithm"})
		j.sequence(p.method)
	}
	if p.reference = info[2]; p.reference != nil {
		j.readReference(p, transforms)
	}
}

func (j *judge) readReference(p *parts, transforms []string) {
	j.attributes(p.reference, []string{"URI"}, "Id")
	p.uri = p.reference.attr("URI")
	ref := j.sequence(p.reference, "Transforms", "DigestMethod", "DigestValue")
	if ref[0] != nil {
		j.readTransforms(p, ref[0], transforms)
	}
	if p.digestMethod = ref[1]; p.digestMethod != nil {
		j.attributes(p.digestMethod, []string{"Algorithm"})
		j.sequence(p.digestMethod)
	}
	if p.digestValue = ref[2]; p.digestValue != nil {
		j.attributes(p.digestValue, nil)
		p.digest = j.base64(p.digestValue, ruleDigestBase64, false)
	}
}

// readTransforms accepts exactly the transforms of the profile, in order; the
// last is the canonicalisation and may name prefixes.
func (j *judge) readTransforms(p *parts, list *element, want []string) {
	j.attributes(list, nil)
	if !blank(list.text) {
		j.add(ruleText, list, nil)
	}
	ok := len(list.children) == len(want)
	for i, t := range list.children {
		j.paths[t] = t.path(j.paths[list])
		ok = ok && t.name.Is(NS, "Transform") && t.attr("Algorithm") == want[i]
	}
	if !ok {
		j.add(ruleTransforms, list, nil)
		return
	}
	for i, t := range list.children {
		j.attributes(t, []string{"Algorithm"})
		if i == len(want)-1 {
			p.prefixes = j.inclusive(t)
		} else {
			j.sequence(t)
		}
	}
}

// inclusive reads the optional InclusiveNamespaces child.
func (j *judge) inclusive(e *element) []string {
	if !blank(e.text) {
		j.add(ruleText, e, nil)
	}
	if len(e.children) == 0 {
		return nil
	}
	child := e.children[0]
	j.paths[child] = child.path(j.paths[e])
	if len(e.children) > 1 || !child.name.Is(ExclusiveC14N, "InclusiveNamespaces") {
		j.add(ruleUnexpected, e, nil)
		return nil
	}
	j.attributes(child, []string{"PrefixList"})
	j.sequence(child)
	list := strings.FieldsFunc(child.attr("PrefixList"), func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) })
	for _, prefix := range list {
		if prefix != defaultPrefix && !plainPrefix(prefix) {
			j.add(rulePrefixList, child, nil)
			return nil
		}
	}
	if len(list) > j.limits.MaxPrefixes {
		j.add(rulePrefixes, child, limit(j.limits.MaxPrefixes))
		return nil
	}
	return list
}

// plainPrefix refuses what can be no prefix; whether it is bound does not
// matter (Exclusive XML Canonicalization 1.0, section 3).
func plainPrefix(s string) bool {
	return s != "" && !strings.ContainsAny(s, ":#,;/\"'<>&()[]{}=+*!?") && !strings.ContainsAny(s[:1], "-.0123456789")
}

func (j *judge) readKeyInfo(p *parts) {
	j.attributes(p.keyInfo, nil, "Id")
	if size := p.keyInfo.end - p.keyInfo.start; size > int64(j.limits.MaxKeyInfoBytes) {
		j.add(ruleKeyInfoSize, p.keyInfo, limit(j.limits.MaxKeyInfoBytes))
		return
	}
	data := j.sequence(p.keyInfo, "X509Data")[0]
	if data == nil {
		return
	}
	j.attributes(data, nil)
	if !blank(data.text) {
		j.add(ruleText, data, nil)
	}
	for _, c := range data.children {
		j.paths[c] = c.path(j.paths[data])
		if !c.name.Is(NS, "X509Certificate") {
			j.add(ruleUnexpected, c, nil)
			continue
		}
		j.attributes(c, nil)
		p.certificates = append(p.certificates, c)
	}
	switch {
	case len(p.certificates) == 0:
		j.add(ruleMissing, data, map[string]string{"element": "X509Certificate"})
	case len(p.certificates) > j.limits.MaxCertificates:
		j.add(ruleCertificates, data, limit(j.limits.MaxCertificates))
	}
}

// sequence checks that the children of e are exactly the named elements of NS,
// once each and in order, with nothing but white space between. It returns them
// in the order of names; missing ones are nil.
func (j *judge) sequence(e *element, names ...string) []*element {
	got := make([]*element, len(names))
	if !blank(e.text) {
		j.add(ruleText, e, nil)
	}
	last := -1
	for _, c := range e.children {
		j.paths[c] = c.path(j.paths[e])
		i := indexOf(names, c.name)
		switch {
		case c.name.Is(NS, "Object"):
			j.add(ruleObject, c, nil)
		case i < 0 || (got[i] == nil && i < last):
			j.add(ruleUnexpected, c, nil)
		case got[i] != nil && names[i] == "Reference":
			j.add(ruleReferences, c, limit(1))
		case got[i] != nil:
			j.add(ruleRepeated, c, nil)
		default:
			got[i], last = c, i
		}
	}
	for i, c := range got {
		if c == nil {
			j.add(ruleMissing, e, map[string]string{"element": names[i]})
		}
	}
	return got
}

func indexOf(names []string, n xmlscan.Name) int {
	for i, name := range names {
		if n.Is(NS, name) {
			return i
		}
	}
	return -1
}

// attributes checks that e has the required attributes and no others than those
// and the optional ones.
func (j *judge) attributes(e *element, required []string, optional ...string) {
	seen := 0
	for _, a := range e.attrs {
		switch {
		case a.name.Space == "" && contains(required, a.name.Local):
			seen++
		case a.name.Space == "" && contains(optional, a.name.Local):
		default:
			j.add(ruleAttribute, e, nil)
			return
		}
	}
	if seen != len(required) {
		j.add(ruleAttribute, e, nil)
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.name.Space == "" && a.name.Local == name {
			return a.value
		}
	}
	return ""
}

// base64 decodes the text of e. White space may stand between the digits where
// lines is true; nothing else may, and unused bits must be zero.
func (j *judge) base64(e *element, rule ruleID, lines bool) []byte {
	text := e.text
	if lines {
		text = dropSpace(text)
	}
	out, ok := decodeBase64(text)
	if !ok || len(e.children) > 0 {
		j.add(rule, e, nil)
		return nil
	}
	return out
}

func decodeBase64(text []byte) ([]byte, bool) {
	if len(text) == 0 || bytes.ContainsAny(text, " \t\r\n") {
		return nil, false
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(out, text)
	return out[:n], err == nil
}

func dropSpace(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, b := range text {
		if !isSpace(b) {
			out = append(out, b)
		}
	}
	return out
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func blank(text []byte) bool {
	for _, b := range text {
		if !isSpace(b) {
			return false
		}
	}
	return true
}
