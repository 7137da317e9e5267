package signature

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// parts are the values of a signature that has the structure of its grammar.
type parts struct {
	signedInfo     *element
	canonical      *element // CanonicalizationMethod
	canonPrefixes  []string
	method         *element    // SignatureMethod
	pss            crypto.Hash // digest named in the parameters of RSAPSS
	references     []*reference
	signatureValue *element
	signature      []byte
	certificates   []*element // X509Certificate
	keyInfo        *element
	selectors      []selector
	objects        []*element
}

// reference is one Reference.
type reference struct {
	element      *element
	id, uri, typ string
	transforms   transforms
	digestMethod *element
	digestValue  *element
	digest       []byte
	hash         crypto.Hash // set once the policy has allowed it
}

// grammar says which shapes of signatures are read. The zero value is none;
// see strict and general.
type grammar struct {
	// transforms is the exact list that the one Reference has; nil is for every
	// list that the package can follow.
	transforms []string
	// general allows several references, Object, every kind of KeyInfo.
	general bool
	// anyC14N allows all six canonicalisations of SignedInfo.
	anyC14N bool
}

func strict(transforms ...string) grammar { return grammar{transforms: transforms} }

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
	if len(j.findings) < maxFindings {
		j.findings = append(j.findings, j.finding(rule, e, params))
	}
}

func (j *judge) finding(rule ruleID, e *element, params map[string]string) finding.Finding {
	f := catalogue[rule].At("", 0, 0, params)
	if e != nil {
		f.Path, f.Line, f.Column = j.paths[e], e.pos.Line, e.pos.Column
	}
	return f
}

// structure reads the signature by a grammar. The parts are complete if no
// finding was added.
func (j *judge) structure(root *element, base string, g grammar) *parts {
	j.paths = map[*element]string{root: root.path(base)}
	p := &parts{}
	j.attributes(root, nil, "Id")
	top := j.children(root, child{name: "SignedInfo"}, child{name: "SignatureValue"},
		child{name: "KeyInfo", optional: g.general}, child{name: "Object", optional: true, many: true, refused: !g.general})
	p.signedInfo, p.signatureValue, p.keyInfo, p.objects = only(top[0]), only(top[1]), only(top[2]), top[3]
	if p.signedInfo != nil {
		j.readSignedInfo(p, g)
	}
	if p.signatureValue != nil {
		j.attributes(p.signatureValue, nil, "Id")
		p.signature = j.base64(p.signatureValue, ruleSignatureBase64, true)
	}
	switch {
	case p.keyInfo == nil:
	case g.general:
		j.readAnyKeyInfo(p)
	default:
		j.readKeyInfo(p)
	}
	return p
}

func (j *judge) readSignedInfo(p *parts, g grammar) {
	j.attributes(p.signedInfo, nil, "Id")
	info := j.children(p.signedInfo, child{name: "CanonicalizationMethod"}, child{name: "SignatureMethod"},
		child{name: "Reference", many: g.general})
	if p.canonical = only(info[0]); p.canonical != nil {
		j.attributes(p.canonical, []string{"Algorithm"})
		p.canonPrefixes = j.inclusive(p.canonical)
	}
	if p.method = only(info[1]); p.method != nil {
		j.attributes(p.method, []string{"Algorithm"})
		if p.method.attr("Algorithm") == RSAPSS {
			p.pss = j.readPSS(p.method)
		} else {
			j.sequence(p.method)
		}
	}
	if g.general && len(info[2]) > j.limits.MaxReferences {
		j.add(ruleReferenceCount, info[2][j.limits.MaxReferences], limit(j.limits.MaxReferences))
		return
	}
	for _, e := range info[2] {
		p.references = append(p.references, j.readReference(e, g))
	}
}

func (j *judge) readReference(e *element, g grammar) *reference {
	r := &reference{element: e, uri: e.attr("URI"), id: e.attr("Id"), typ: e.attr("Type")}
	optional := []string{"Id"}
	if g.general {
		optional = append(optional, "Type")
	}
	j.attributes(e, []string{"URI"}, optional...)
	ref := j.children(e, child{name: "Transforms", optional: g.general}, child{name: "DigestMethod"}, child{name: "DigestValue"})
	if list := only(ref[0]); list != nil {
		if g.general {
			r.transforms = j.readAnyTransforms(list)
		} else {
			r.transforms = j.readTransforms(list, g.transforms)
		}
	}
	if r.digestMethod = only(ref[1]); r.digestMethod != nil {
		j.attributes(r.digestMethod, []string{"Algorithm"})
		j.sequence(r.digestMethod)
	}
	if r.digestValue = only(ref[2]); r.digestValue != nil {
		j.attributes(r.digestValue, nil)
		r.digest = j.base64(r.digestValue, ruleDigestBase64, g.general)
	}
	return r
}

// readTransforms accepts exactly the transforms of the profile, in order; the
// last is the canonicalisation and may name prefixes.
func (j *judge) readTransforms(list *element, want []string) transforms {
	t := transforms{}
	j.attributes(list, nil)
	if !blank(list.text) {
		j.add(ruleText, list, nil)
	}
	ok := len(list.children) == len(want)
	for i, c := range list.children {
		j.paths[c] = c.path(j.paths[list])
		ok = ok && c.name.Is(NS, "Transform") && c.attr("Algorithm") == want[i]
	}
	if !ok {
		j.add(wrongTransform(list), list, nil)
		return t
	}
	for i, c := range list.children {
		j.attributes(c, []string{"Algorithm"})
		t.uris = append(t.uris, want[i])
		if i == len(want)-1 {
			t.canonical, t.prefixes = want[i], j.inclusive(c)
		} else {
			t.enveloped = true
			j.sequence(c)
		}
	}
	return t
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

// child is a child element of NS in a grammar.
type child struct {
	name     string
	optional bool
	many     bool
	refused  bool // known, but not allowed here
}

func only(list []*element) *element {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// sequence checks that the children of e are exactly the named elements of NS,
// once each and in order, with nothing but white space between. It returns them
// in the order of names; missing ones are nil.
func (j *judge) sequence(e *element, names ...string) []*element {
	list := make([]child, len(names))
	for i, n := range names {
		list[i].name = n
	}
	got := j.children(e, list...)
	out := make([]*element, len(names))
	for i := range got {
		out[i] = only(got[i])
	}
	return out
}

// children checks that the children of e are the listed elements of NS, in
// order, with nothing but white space between. It returns them in the order of
// the list.
func (j *judge) children(e *element, list ...child) [][]*element {
	got := make([][]*element, len(list))
	if !blank(e.text) {
		j.add(ruleText, e, nil)
	}
	last := -1
	for _, c := range e.children {
		j.paths[c] = c.path(j.paths[e])
		i := slices.IndexFunc(list, func(k child) bool { return c.name.Is(NS, k.name) })
		switch {
		case c.name.Is(NS, "Object") && (i < 0 || list[i].refused):
			j.add(ruleObject, c, nil)
		case i < 0 || len(got[i]) == 0 && i < last:
			j.add(ruleUnexpected, c, nil)
		case len(got[i]) > 0 && !list[i].many && list[i].name == "Reference":
			j.add(ruleReferences, c, limit(1))
		case len(got[i]) > 0 && !list[i].many:
			j.add(ruleRepeated, c, nil)
		case i < last:
			j.add(ruleUnexpected, c, nil)
		default:
			got[i], last = append(got[i], c), i
		}
	}
	for i, k := range list {
		if len(got[i]) == 0 && !k.optional {
			j.add(ruleMissing, e, map[string]string{"element": k.name})
		}
	}
	return got
}

// attributes checks that e has the required attributes and no others than those
// and the optional ones.
func (j *judge) attributes(e *element, required []string, optional ...string) {
	seen := 0
	for _, a := range e.attrs {
		switch {
		case a.name.Space == "" && slices.Contains(required, a.name.Local):
			seen++
		case a.name.Space == "" && slices.Contains(optional, a.name.Local):
		default:
			j.add(ruleAttribute, e, nil)
			return
		}
	}
	if seen != len(required) {
		j.add(ruleAttribute, e, nil)
	}
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
