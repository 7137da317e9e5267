package xmlscan

import (
	"hash/maphash"
	"strings"
)

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// name is a distinct name of the document as written, kept once.
type name struct {
	raw, prefix, local string
	hash               uint64
	pfx                *prefix // never nil
	decl               declKind
	lastTag            uint64 // the last start tag that had it as attribute
	// What came next the last time is tried first the next time.
	next *name // after an element: the next element
	attr *name // after an element or attribute: the tag's next attribute
	// sibling counting
	parent uint64
	count  int32
}

// declKind says whether an attribute of that name declares a namespace.
type declKind uint8

const (
	notDecl declKind = iota
	defaultDecl
	prefixDecl
)

// prefix is a distinct namespace prefix, and what it is bound to: the index in
// names.binds, or 0 if it is not bound.
type prefix struct {
	name string
	bind int32
	// lastTag is the last start tag with an attribute of that prefix.
	lastTag uint64
}

// binding is an entry of the stack of namespace declarations.
type binding struct {
	pfx  *prefix
	uri  string
	prev int32
}

// names interns names, prefixes and namespace names, and holds the stack of
// namespace declarations.
type names struct {
	seed     maphash.Seed
	slots    []*name
	last     *name // of the last start tag
	none     name  // a guess that is never right
	n        int
	def      prefix
	prefixes map[string]*prefix
	uris     map[string]string
	binds    []binding
}

func (n *names) init() {
	n.seed = maphash.MakeSeed()
	n.slots = make([]*name, 64)
	n.none.raw = "<"
	n.none.next = &n.none
	n.last = &n.none
	n.binds = make([]binding, 1, 16)
	n.binds[0].pfx = &n.def
	n.prefixes = map[string]*prefix{"": &n.def}
	n.uris = map[string]string{"": "", xmlSpace: xmlSpace}
	n.bind(n.prefix("xml"), xmlSpace)
}

// prefix returns the entry of a prefix.
func (n *names) prefix(p string) *prefix {
	if e, ok := n.prefixes[p]; ok {
		return e
	}
	e := &prefix{name: p}
	n.prefixes[p] = e
	return e
}

// bind pushes a declaration.
func (n *names) bind(p *prefix, uri string) {
	n.binds = append(n.binds, binding{p, uri, p.bind})
	p.bind = int32(len(n.binds) - 1)
}

// unbind pops declarations until length are left.
func (n *names) unbind(length int) {
	for i := len(n.binds) - 1; i >= length; i-- {
		n.binds[i].pfx.bind = n.binds[i].prev
	}
	n.binds = n.binds[:length]
}

// space returns what a prefix is bound to; empty if it is not bound.
func (n *names) space(p *prefix) string { return n.binds[p.bind].uri }

// guess reports whether the name at b[i] is n.
func guess(b []byte, i int, n *name) bool {
	end := i + len(n.raw)
	return end < len(b) && string(b[i:end]) == n.raw && class[b[end]]&cName == 0
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
	n := &s.names
	h := maphash.Bytes(n.seed, b)
	mask := uint64(len(n.slots) - 1)
	i := h & mask
	for ; n.slots[i] != nil; i = (i + 1) & mask {
		if e := n.slots[i]; e.hash == h && e.raw == string(b) {
			return e
		}
	}
	e := s.newName(b, at)
	if e != nil {
		e.hash = h
		n.slots[i] = e
		if n.n*2 > len(n.slots) {
			n.grow()
		}
	}
	return e
}

// newName checks a name that is not yet known.
func (s *Scanner) newName(b []byte, at int) *name {
	colon, bad, r := checkName(b)
	if bad >= 0 {
		s.fail(r, at+bad)
		return nil
	}
	if len(b) > s.opt.MaxNameLen {
		s.fail(ruleMaxNameLen, at)
		return nil
	}
	if !s.countName(at) {
		return nil
	}
	e := &name{raw: string(b), pfx: &s.names.def, next: &s.names.none, attr: &s.names.none}
	e.local = e.raw
	if colon >= 0 {
		e.prefix, e.local = e.raw[:colon], e.raw[colon+1:]
		e.pfx = s.names.prefix(e.prefix)
	}
	switch {
	case e.raw == "xmlns":
		e.decl = defaultDecl
	case e.prefix == "xmlns":
		e.decl = prefixDecl
	}
	return e
}

// countName counts a new name or namespace name.
func (s *Scanner) countName(at int) bool {
	if s.names.n >= s.opt.MaxNames {
		return s.fail(ruleMaxNames, at)
	}
	s.names.n++
	return true
}

func (n *names) grow() {
	old := n.slots
	n.slots = make([]*name, 2*len(old))
	mask := uint64(len(n.slots) - 1)
	for _, e := range old {
		if e == nil {
			continue
		}
		i := e.hash & mask
		for n.slots[i] != nil {
			i = (i + 1) & mask
		}
		n.slots[i] = e
	}
}

// uri interns a namespace name and checks it.
func (s *Scanner) uri(b []byte, at int) (string, bool) {
	if u, ok := s.names.uris[string(b)]; ok {
		return u, true
	}
	u := string(b)
	switch {
	case len(b) > s.opt.MaxNameLen:
		return "", s.fail(ruleMaxNameLen, at)
	case !isAbsoluteURI(u):
		return "", s.fail(ruleNamespaceURI, at)
	case !s.countName(at):
		return "", false
	}
	s.names.uris[u] = u
	return u, true
}

// declare puts a namespace declaration in scope and records it; at is its
// index in the window.
func (s *Scanner) declare(prefix string, value []byte, at int) bool {
	uri, ok := s.uri(value, at)
	if !ok {
		return false
	}
	switch {
	case prefix == "xmlns", uri == xmlnsSpace:
		return s.fail(ruleXmlnsReserved, at)
	case (prefix == "xml") != (uri == xmlSpace):
		return s.fail(ruleXMLReserved, at)
	case prefix != "" && uri == "":
		return s.fail(rulePrefixUndeclared, at)
	case len(s.names.binds)-2 >= s.opt.MaxNamespaces:
		return s.fail(ruleMaxNamespaces, at)
	}
	p := s.names.prefix(prefix)
	s.names.bind(p, uri)
	s.decls = append(s.decls, NSDecl{p.name, uri})
	return true
}

// declareScope puts an inherited declaration in scope.
func (s *Scanner) declareScope(d NSDecl) {
	if d.Prefix != "" {
		if colon, bad, r := checkName([]byte(d.Prefix)); bad >= 0 {
			s.fail(r, 0)
			return
		} else if colon >= 0 {
			s.fail(ruleQName, 0)
			return
		}
	}
	s.declare(strings.Clone(d.Prefix), []byte(d.URI), 0)
	s.decls = s.decls[:0]
}

// isAbsoluteURI reports whether u is a URI with a scheme (RFC 3986, 3).
func isAbsoluteURI(u string) bool {
	colon := strings.IndexByte(u, ':')
	if colon <= 0 {
		return false
	}
	for i := range colon {
		c := u[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	fragment := false
	for i := colon + 1; i < len(u); i++ {
		switch c := u[i]; {
		case c == '%':
			if i+2 >= len(u) || !isHex(u[i+1]) || !isHex(u[i+2]) {
				return false
			}
		case c == '#':
			if fragment {
				return false
			}
			fragment = true
		case c <= ' ', c >= 0x7f, strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
