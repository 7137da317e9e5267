package xmlscan

import (
	"hash/maphash"
	"strings"
)

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// name is a distinct name or namespace name of the document, kept once. A
// prefix is a name too.
type name struct {
	raw string
	pfx *name // the prefix; for names without, names.def
	// As a prefix: what it is bound to, and where in names.binds; empty and 0
	// if it is not bound.
	uri string
	// What came next the last time is tried first the next time.
	next *name // after an element: the next element
	attr *name // after an element or attribute: the tag's next attribute

	lastTag uint64 // the last start tag that had it as attribute
	usedTag uint64 // the last start tag that had it as an attribute's prefix
	parent  uint64 // see countSibling
	count   int32
	bind    int32
	local   int32 // where raw's part behind the prefix begins
	hash    uint32
	decl    declKind
	isURI   bool
}

// declKind says whether an attribute of that name declares a namespace.
type declKind uint8

const (
	notDecl declKind = iota
	defaultDecl
	prefixDecl
)

// binding is an entry of the stack of namespace declarations, with what the
// prefix was bound to outside.
type binding struct {
	pfx       *name
	outerURI  string
	outerBind int32
}

// names interns names and holds the stack of namespace declarations.
type names struct {
	seed  maphash.Seed
	slots []*name // hash table, at most half full
	n     int     // entries in it
	pool  []name  // free entries
	chunk []name  // the newest memory of entries, of which pool is the rest
	text  strings.Builder
	last  *name // of the last start tag
	xml   name  // the prefix xml; also the guess of those who know no better
	def   name  // the empty prefix
	binds []binding
}

// reset prepares for another document, using the memory of the last one again
// if that is not much.
func (n *names) reset() {
	if clear(n.slots); len(n.slots) > 2048 {
		n.slots = make([]*name, 64)
	}
	clear(n.chunk[:len(n.chunk)-len(n.pool)])
	if len(n.chunk) > 1024 {
		n.chunk = nil
	}
	n.init()
}

// init prepares for a document; slots and chunk are empty.
func (n *names) init() {
	n.seed = maphash.MakeSeed()
	n.pool = n.chunk
	n.def = name{}
	n.binds = append(n.binds[:0], binding{pfx: &n.def})
	n.xml = name{raw: "xml", pfx: &n.def, next: &n.xml, attr: &n.xml, uri: xmlSpace}
	n.insert(&n.xml, uint32(maphash.String(n.seed, "xml")))
	n.n = 0
	n.last = &n.xml
}

// make returns an entry with a copy of b.
func (n *names) make(b []byte) *name {
	if len(n.pool) == 0 {
		n.chunk = make([]name, max(24, 2*len(n.chunk)))
		n.pool = n.chunk
	}
	e := &n.pool[0]
	n.pool = n.pool[1:]
	if n.text.Cap()-n.text.Len() < len(b) {
		n.text = strings.Builder{}
		n.text.Grow(max(256, len(b)))
	}
	from := n.text.Len()
	n.text.Write(b)
	e.raw = n.text.String()[from:]
	e.pfx, e.next, e.attr = &n.def, &n.xml, &n.xml
	return e
}

// find returns the entry of a name or namespace name, or nil, and its hash.
func (n *names) find(b []byte, uri bool) (*name, uint32) {
	h := uint32(maphash.Bytes(n.seed, b))
	mask := uint32(len(n.slots) - 1)
	for i := h & mask; n.slots[i] != nil; i = (i + 1) & mask {
		if e := n.slots[i]; e.hash == h && e.isURI == uri && e.raw == string(b) {
			return e, h
		}
	}
	return nil, h
}

// insert puts a new entry into the table.
func (n *names) insert(e *name, hash uint32) {
	e.hash = hash
	if n.n*2 >= len(n.slots) {
		old := n.slots
		n.slots = make([]*name, 4*len(old))
		for _, o := range old {
			if o != nil {
				n.place(o)
			}
		}
	}
	n.n++
	n.place(e)
}

func (n *names) place(e *name) {
	mask := uint32(len(n.slots) - 1)
	i := e.hash & mask
	for n.slots[i] != nil {
		i = (i + 1) & mask
	}
	n.slots[i] = e
}

// push puts a declaration in scope.
func (n *names) push(p *name, uri string) {
	n.binds = append(n.binds, binding{p, p.uri, p.bind})
	p.uri, p.bind = uri, int32(len(n.binds)-1)
}

// popTo takes declarations out of scope until length are left.
func (n *names) popTo(length int) {
	for i := len(n.binds) - 1; i >= length; i-- {
		b := &n.binds[i]
		b.pfx.uri, b.pfx.bind = b.outerURI, b.outerBind
	}
	n.binds = n.binds[:length]
}

// guess reports whether the name at b[i] is n.
func guess(b []byte, i int, n *name) bool {
	end := i + len(n.raw)
	return end < len(b) && same(b[i:end], n.raw) && class[b[end]]&cName == 0
}

// same reports whether b, which has the length of s, is s. Most names are
// short, so that a call costs more than comparing words.
func same(b []byte, s string) bool {
	return string(b) == s
}

// readName reads the name at b[i]. It returns the name's entry and the index
// behind it. If the window ends first, or the scan has failed, the entry is nil.
func (s *Scanner) readName(b []byte, i int) (*name, int, status) {
	end := i
	for end < len(b) && class[b[end]]&cName != 0 {
		end++
	}
	if end == len(b) {
		return nil, end, short
	}
	if n := s.name(b[i:end], s.tok+i); n != nil {
		return n, end, done
	}
	return nil, end, failed
}

// name returns the entry of a name as written. If it is not a QName or too
// much, it fails the scan and returns nil; at is the name's index in the
// window.
func (s *Scanner) name(b []byte, at int) *name {
	e, hash := s.names.find(b, false)
	if e != nil {
		return e
	}
	colon, bad, r := checkName(b)
	if bad >= 0 {
		s.fail(r, at+bad)
		return nil
	}
	if !s.countName(b, at) {
		return nil
	}
	e = s.names.make(b)
	s.names.insert(e, hash)
	if colon >= 0 {
		e.local = int32(colon + 1)
		if e.pfx = s.name(b[:colon], at); e.pfx == nil {
			return nil
		}
	}
	switch {
	case e.raw == "xmlns":
		e.decl = defaultDecl
	case e.pfx.raw == "xmlns":
		e.decl = prefixDecl
	}
	return e
}

// countName checks the limits of a new name or namespace name.
func (s *Scanner) countName(b []byte, at int) bool {
	switch {
	case len(b) > s.opt.MaxNameLen:
		return s.fail(ruleMaxNameLen, at)
	case s.names.n >= s.opt.MaxNames:
		return s.fail(ruleMaxNames, at)
	}
	return true
}

// uri interns a namespace name and checks it.
func (s *Scanner) uri(b []byte, at int) (string, bool) {
	if len(b) == 0 {
		return "", true
	}
	e, hash := s.names.find(b, true)
	if e == nil {
		if !isAbsoluteURI(string(b)) {
			return "", s.fail(ruleNamespaceURI, at)
		}
		if !s.countName(b, at) {
			return "", false
		}
		e = s.names.make(b)
		e.isURI = true
		s.names.insert(e, hash)
	}
	return e.raw, true
}

// declare puts a namespace declaration in scope and records it. prefix is nil
// for the default namespace; at is the declaration's index in the window.
func (s *Scanner) declare(prefix []byte, value []byte, at int) bool {
	uri, ok := s.uri(value, at)
	if !ok {
		return false
	}
	switch {
	case string(prefix) == "xmlns", uri == xmlnsSpace:
		return s.fail(ruleXmlnsReserved, at)
	case (string(prefix) == "xml") != (uri == xmlSpace):
		return s.fail(ruleXMLReserved, at)
	case len(prefix) > 0 && uri == "":
		return s.fail(rulePrefixUndeclared, at)
	case len(s.names.binds) > s.opt.MaxNamespaces:
		return s.fail(ruleMaxNamespaces, at)
	}
	p := &s.names.def
	if len(prefix) > 0 {
		if p = s.name(prefix, at); p == nil {
			return false
		}
	}
	s.names.push(p, uri)
	s.decls = append(s.decls, NSDecl{p.raw, uri})
	return true
}

// declareScope puts an inherited declaration in scope. Errors are at the start
// of the input, as it stands nowhere in it.
func (s *Scanner) declareScope(d NSDecl) {
	if d.Prefix != "" {
		colon, bad, r := checkName([]byte(d.Prefix))
		if colon >= 0 {
			bad, r = colon, ruleQName
		}
		if bad >= 0 {
			s.fail(r, 0)
			return
		}
	}
	s.declare([]byte(d.Prefix), []byte(d.URI), 0)
	s.decls = s.decls[:0]
}
