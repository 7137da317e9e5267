package encryption

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// encrypted is an EncryptedData or EncryptedKey as it stands in a document.
type encrypted struct {
	isKey      bool
	path       string
	pos        xmlscan.Position
	start, end int64
	parent     int // number of the element around
	scope      []xmlscan.NSDecl

	id, typ, recipient string
	method             method
	cipher             []byte

	keyInfo    bool
	inline     []*encrypted // EncryptedKey in KeyInfo
	retrieval  []string     // IDs that RetrievalMethod names
	names      []string     // KeyName
	selectors  []selector
	agreement  bool // AgreementMethod or DerivedKey
	wrapped    bool // the key of this key is in the document
	listed     bool // has ReferenceList
	references []string
	carried    string

	broken []finding.Finding
}

// method is EncryptionMethod. Digest, mgf and ivLength are zero where the document
// does not name them.
type method struct {
	uri, digest, mgf     string
	label                []byte
	keySize, ivLength    int
	labelled, named, gen bool
}

// parser finds what is encrypted in a document, in one pass.
type parser struct {
	s      *xmlscan.Scanner
	doc    []byte
	limits Limits
	// wrapped says that an element was put around the document: see balanced.
	wrapped bool

	base    []xmlscan.NSDecl
	frames  []frame
	serials []int
	serial  int

	data, keys []*encrypted
	ids        map[string]int    // how many elements have an ID; see withID
	broken     []finding.Finding // of the document as a whole
}

// frame is a namespace declaration with the depth of its element.
type frame struct {
	depth int
	decl  xmlscan.NSDecl
}

// parse reads a document, or a fragment if scope is not nil. The error is the
// scanner's.
func parse(doc []byte, scope []xmlscan.NSDecl, limits Limits, wrapped bool) (*parser, error) {
	p := &parser{doc: doc, limits: limits, base: scope, wrapped: wrapped}
	p.s = p.scanner()
	for p.next() {
		if p.s.Kind() == xmlscan.StartElement && p.s.Name().Space == NS {
			switch p.s.Name().Local {
			case "EncryptedData":
				p.encrypted(false)
			case "EncryptedKey":
				p.encrypted(true)
			}
		}
		if len(p.broken) > 0 {
			return p, nil // a limit: the rest does not matter
		}
	}
	return p, p.s.Err()
}

// scanner starts at the beginning.
func (p *parser) scanner() *xmlscan.Scanner {
	if p.base != nil {
		return xmlscan.NewFragment(p.doc, p.base, p.limits.Scan)
	}
	return xmlscan.NewBytes(p.doc, p.limits.Scan)
}

// next moves on and keeps the books on namespaces and parents.
func (p *parser) next() bool {
	if !p.s.Next() {
		return false
	}
	if p.s.Kind() != xmlscan.StartElement {
		return true
	}
	depth := p.s.Depth()
	for len(p.frames) > 0 && p.frames[len(p.frames)-1].depth >= depth {
		p.frames = p.frames[:len(p.frames)-1]
	}
	for _, d := range p.s.Namespaces() {
		p.frames = append(p.frames, frame{depth, d})
	}
	p.serial++
	p.serials = append(p.serials[:min(depth-1, len(p.serials))], p.serial)
	return true
}

// outerScope returns the declarations in scope around the current element, which
// is where its content will stand once it is decrypted.
func (p *parser) outerScope() []xmlscan.NSDecl {
	depth := p.s.Depth()
	scope := make([]xmlscan.NSDecl, 0, len(p.base)+4)
	set := func(d xmlscan.NSDecl) {
		for i := range scope {
			if scope[i].Prefix == d.Prefix {
				scope[i].URI = d.URI
				return
			}
		}
		scope = append(scope, d)
	}
	for _, d := range p.base {
		set(d)
	}
	for _, f := range p.frames {
		if f.depth < depth {
			set(f.decl)
		}
	}
	bound := scope[:0]
	for _, d := range scope {
		if d.URI != "" {
			bound = append(bound, d)
		}
	}
	return bound
}

// here returns the scanner's place in what the caller, or whoever encrypted it,
// wrote.
func (p *parser) here() (path string, pos xmlscan.Position) {
	path, pos = p.s.Path(), p.s.Pos()
	if p.wrapped {
		_, path, _ = strings.Cut(path[1:], "/")
		path = "/" + path
		if pos.Line == 1 {
			pos.Column -= len(wrapStart)
		}
	}
	return path, pos
}

// add notes a broken rule at the scanner's place.
func (p *parser) add(e *encrypted, rule ruleID, params map[string]string) {
	if len(e.broken) < 20 {
		path, pos := p.here()
		e.broken = append(e.broken, catalogue[rule].At(path, pos.Line, pos.Column, params))
	}
}

// at makes a finding at the element.
func (e *encrypted) at(v violation) finding.Finding {
	return catalogue[v.rule].At(e.path, e.pos.Line, e.pos.Column, v.params)
}

// children calls each at the start of every child of the current element and ends
// at the element's end. Each may leave the scanner anywhere in the child.
func (p *parser) children(e *encrypted, each func(name xmlscan.Name)) {
	depth := p.s.Depth()
	for p.next() {
		switch p.s.Kind() {
		case xmlscan.StartElement:
			each(p.s.Name())
			p.leave(depth + 1)
		case xmlscan.EndElement:
			return
		case xmlscan.Text:
			if len(bytes.Trim(p.s.Text(), " \t\r\n")) > 0 {
				p.add(e, ruleText, nil)
			}
		}
	}
}

// leave moves to the end of the element at that depth.
func (p *parser) leave(depth int) {
	for p.s.Kind() != xmlscan.EndElement || p.s.Depth() != depth {
		if !p.next() {
			return
		}
	}
}

// attributes reads the attributes of the current element; those that are not
// named are broken rules.
func (p *parser) attributes(e *encrypted, set map[string]*string) {
	for _, a := range p.s.Attrs() {
		target, ok := set[a.Local]
		if a.Space != "" || !ok {
			p.add(e, ruleAttribute, nil)
			continue
		}
		if target != nil {
			*target = string(a.Value)
		}
	}
}

// encrypted reads EncryptedData or EncryptedKey.
func (p *parser) encrypted(isKey bool) *encrypted {
	e := &encrypted{isKey: isKey, start: p.s.Pos().Offset}
	e.path, e.pos = p.here()
	if d := p.s.Depth(); d > 1 {
		e.parent = p.serials[d-2]
	}
	if !p.count(e) {
		return e
	}
	known := map[string]*string{"Id": &e.id, "Type": &e.typ, "MimeType": nil, "Encoding": nil}
	if isKey {
		known["Recipient"] = &e.recipient
	} else {
		e.scope = p.outerScope()
	}
	p.attributes(e, known)
	stage := 0
	var seen [stageCarried + 1]bool
	p.children(e, func(name xmlscan.Name) {
		step := stageOf(name, isKey)
		seen[step] = true
		if step == 0 || step <= stage {
			p.add(e, ruleStructure, nil)
			return
		}
		stage = step
		switch step {
		case stageMethod:
			p.method(e)
		case stageKeyInfo:
			p.keyInfo(e)
		case stageCipher:
			p.cipherData(e)
		case stageReferences:
			p.referenceList(e)
		case stageCarried:
			e.carried = p.text(e)
		}
	})
	e.end = p.s.End()
	p.complete(e, seen[stageMethod], seen[stageCipher])
	return e
}

// complete notes what is missing.
func (p *parser) complete(e *encrypted, method, cipher bool) {
	missing := func(rule ruleID) { e.broken = append(e.broken, e.at(violation{rule: rule})) }
	if !cipher {
		missing(ruleNoCipher)
	}
	if !method {
		missing(ruleNoMethod)
	}
	if n := len(e.cipher); e.isKey && cipher && len(e.broken) == 0 && (n == 0 || n > maxWrapped) {
		missing(ruleLength)
	}
}

// count registers an element; it returns false at the limit.
func (p *parser) count(e *encrypted) bool {
	list, most, rule := &p.data, p.limits.MaxEncryptedData, ruleDataCount
	if e.isKey {
		list, most, rule = &p.keys, p.limits.MaxEncryptedKeys, ruleKeyCount
	}
	if len(*list) >= most {
		p.broken = append(p.broken, e.at(violation{rule, limit(most)}))
		return false
	}
	*list = append(*list, e)
	return true
}

// The children of EncryptedData and EncryptedKey, in their order.
const (
	stageMethod = iota + 1
	stageKeyInfo
	stageCipher
	stageProperties
	stageReferences
	stageCarried
)

func stageOf(name xmlscan.Name, isKey bool) int {
	if name.Is(nsDS, "KeyInfo") {
		return stageKeyInfo
	}
	if name.Space != NS {
		return 0
	}
	switch name.Local {
	case "EncryptionMethod":
		return stageMethod
	case "CipherData":
		return stageCipher
	case "EncryptionProperties":
		return stageProperties
	case "ReferenceList":
		if isKey {
			return stageReferences
		}
	case "CarriedKeyName":
		if isKey {
			return stageCarried
		}
	}
	return 0
}

func (p *parser) cipherData(e *encrypted) {
	p.attributes(e, nil)
	n := 0
	p.children(e, func(name xmlscan.Name) {
		n++
		switch {
		case n > 1:
		case name.Is(NS, "CipherValue"):
			p.attributes(e, nil)
			e.cipher = p.octets(e, len(p.doc))
		case name.Is(NS, "CipherReference"):
			p.add(e, ruleReference, nil)
		default:
			p.add(e, ruleStructure, nil)
		}
	})
	if n != 1 {
		p.add(e, ruleNoCipher, nil)
	}
}

func (p *parser) referenceList(e *encrypted) {
	e.listed = true
	p.attributes(e, nil)
	p.children(e, func(name xmlscan.Name) {
		if name.Space != NS || name.Local != "DataReference" && name.Local != "KeyReference" {
			p.add(e, ruleStructure, nil)
			return
		}
		var uri string
		p.attributes(e, map[string]*string{"URI": &uri})
		id, ok := fragmentID(uri)
		if !ok {
			p.add(e, ruleReferenceList, nil)
			return
		}
		if name.Local == "DataReference" && len(e.references) < p.limits.MaxEncryptedData {
			e.references = append(e.references, id)
		}
	})
}

// fragmentID returns the ID that a reference within the document names.
func fragmentID(uri string) (string, bool) {
	if len(uri) < 2 || uri[0] != '#' || bytes.ContainsAny([]byte(uri), "()%") {
		return "", false
	}
	return uri[1:], true
}

// text reads the text of a small element.
func (p *parser) text(e *encrypted) string {
	text, err := p.s.ElementText(maxText)
	if err != nil && p.s.Err() == nil {
		p.add(e, ruleText, nil)
		return ""
	}
	return text
}

// octets decodes the base64 text of an element.
func (p *parser) octets(e *encrypted, most int) []byte {
	depth := p.s.Depth()
	var text []byte
	for p.next() {
		switch p.s.Kind() {
		case xmlscan.StartElement:
			p.add(e, ruleText, nil)
			return nil
		case xmlscan.EndElement:
			if p.s.Depth() != depth {
				continue
			}
			n, err := base64.StdEncoding.Strict().Decode(text, text)
			if err != nil {
				p.add(e, ruleBase64, nil)
				return nil
			}
			if n > most {
				p.add(e, ruleLength, limit(most))
				return nil
			}
			return text[:n:n]
		case xmlscan.Text:
			chunk := p.s.Text()
			if text == nil {
				text = make([]byte, 0, len(chunk))
			}
			if len(text)+len(chunk) > 2*most+64 {
				p.add(e, ruleLength, limit(most))
				return nil
			}
			text = appendVisible(text, chunk)
		}
	}
	return nil
}

// appendVisible appends chunk without its white space.
func appendVisible(dst, chunk []byte) []byte {
	from := 0
	for i, c := range chunk {
		if c <= ' ' && (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			dst = append(dst, chunk[from:i]...)
			from = i + 1
		}
	}
	return append(dst, chunk[from:]...)
}
