package xoev

import (
	"bytes"
	"strconv"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Limits that readers set if they are not told otherwise (xmlscan.Options).
// What is written here must be readable there.
const (
	proofDepth      = 256
	proofAttrs      = 256
	proofTagBytes   = 1 << 20
	proofNames      = 10_000
	proofNameLen    = 1 << 10
	proofNamespaces = 1 << 10
)

// proof judges, while a message is written, what a look at the finished message
// would find: namespace names that readers refuse, and the limits of readers.
type proof struct {
	names  map[[2]string]struct{} // prefix and local name
	spaces map[string]struct{}    // namespace names that are absolute URIs
}

func newProof() *proof {
	return &proof{names: map[[2]string]struct{}{}, spaces: map[string]struct{}{}}
}

// tag judges the start tag that is about to be written; its element is on the
// stack and what it declares is in scope.
func (p *proof) tag(e *Encoder, names []xmlscan.Name, attrs []Attribute) {
	f := &e.stack[len(e.stack)-1]
	declared := e.scope[f.scope:]
	size := len(f.prefix) + len(f.local)
	p.name(e, f.prefix, f.local)
	for _, d := range declared {
		size += len(d.Prefix) + 6*len(d.URI) // the longest reference
		p.name(e, "xmlns", d.Prefix)
		p.space(e, d.URI)
	}
	for i, n := range names {
		size += len(n.Prefix) + len(n.Local) + 6*len(attrs[i].Value)
		p.name(e, n.Prefix, n.Local)
	}
	size += 16 * (1 + len(declared) + len(names)) // markup
	switch {
	case len(e.stack) > proofDepth:
		p.limit(e, "depth", proofDepth)
	case len(declared)+len(names) > proofAttrs:
		p.limit(e, "attributes", proofAttrs)
	case len(e.scope) > proofNamespaces:
		p.limit(e, "namespaces", proofNamespaces)
	case size > proofTagBytes && tagLen(f, declared, names, attrs) > proofTagBytes:
		p.limit(e, "tagBytes", proofTagBytes)
	}
}

// tagLen is the length of a start tag as it will be written.
func tagLen(f *encFrame, declared []xmlscan.NSDecl, names []xmlscan.Name, attrs []Attribute) int {
	var e Encoder
	e.buf.WriteByte('<')
	writeName(&e.buf, xmlscan.Name{Prefix: f.prefix, Local: f.local})
	for _, d := range declared {
		writeDecl(&e.buf, d)
	}
	for i, a := range attrs {
		writeAttr(&e.buf, names[i], a.Value)
	}
	return e.buf.Len() + len("/>")
}

// name counts a name as readers do, which keep prefix and whole name.
func (p *proof) name(e *Encoder, prefix, local string) {
	key := [2]string{prefix, local}
	if _, ok := p.names[key]; ok {
		return
	}
	if len(prefix)+1+len(local) > proofNameLen {
		p.limit(e, "nameLength", proofNameLen)
		return
	}
	p.names[key] = struct{}{}
	if prefix != "" {
		p.names[[2]string{"", prefix}] = struct{}{}
	}
	p.count(e)
}

func (p *proof) space(e *Encoder, uri string) {
	if _, ok := p.spaces[uri]; ok {
		return
	}
	// The scanner is the judge of what a namespace name is.
	s := xmlscan.NewFragment([]byte("<x/>"), []xmlscan.NSDecl{{Prefix: "x", URI: uri}}, nil)
	for s.Next() {
	}
	if s.Err() != nil {
		e.fail(ruleWriteXML, nil)
		return
	}
	p.spaces[uri] = struct{}{}
	p.count(e)
}

func (p *proof) count(e *Encoder) {
	if len(p.names)+len(p.spaces) > proofNames {
		p.limit(e, "names", proofNames)
	}
}

func (p *proof) limit(e *Encoder, what string, limit int) {
	e.fail(ruleWriteLimit, map[string]string{what: strconv.Itoa(limit)})
}

// scanRaw judges XML that was handed over; with a name, it must be one element
// of that name. It is wrapped into an element that declares what is in scope:
// an end tag that gets out of the wrapper makes two roots or a wrong nesting,
// which the scan refuses.
func (e *Encoder) scanRaw(xml []byte, name *xmlscan.Name) bool {
	e.wrapped.Reset()
	e.wrapped.WriteString("<x")
	for _, d := range e.inScope() {
		writeDecl(&e.wrapped, d)
	}
	e.wrapped.WriteByte('>')
	e.wrapped.Write(xml)
	e.wrapped.WriteString("</x>")
	if e.judge == nil {
		e.judge = xmlscan.NewBytes(nil, &xmlscan.Options{MaxDepth: proofDepth + 1})
	}
	e.judge.ResetBytes(e.wrapped.Bytes())
	ok := e.judgeRaw(name)
	if e.wrapped.Cap() > 2*pieceSize {
		e.wrapped = bytes.Buffer{}
		e.judge = nil // it holds the bytes
	}
	if !ok {
		e.fail(ruleWriteXML, nil)
	}
	return e.err == nil
}

func (e *Encoder) judgeRaw(name *xmlscan.Name) bool {
	s, elements := e.judge, 0
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.Text:
			if name != nil && s.Depth() == 1 && !blankBytes(s.Text()) {
				return false
			}
			continue
		case s.Kind() != xmlscan.StartElement || s.Depth() == 1:
			continue
		case s.Depth() == 2:
			elements++
			if name != nil && (elements > 1 || !s.Name().Is(name.Space, name.Local)) {
				return false
			}
		}
		if len(e.stack)+s.Depth()-1 > proofDepth {
			return false
		}
		if e.proof != nil {
			e.proof.raw(e, s)
		}
	}
	return s.Err() == nil && (name == nil || elements == 1)
}

// raw counts the names of a start tag that was handed over.
func (p *proof) raw(e *Encoder, s *xmlscan.Scanner) {
	n := s.Name()
	p.name(e, n.Prefix, n.Local)
	for _, d := range s.Namespaces() {
		p.name(e, "xmlns", d.Prefix)
		p.space(e, d.URI)
	}
	attrs := s.Attrs()
	for i := range attrs {
		p.name(e, attrs[i].Prefix, attrs[i].Local)
	}
}
