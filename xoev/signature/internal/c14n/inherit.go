package c14n

import (
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// XMLAttr is an attribute in the namespace of the prefix xml.
type XMLAttr struct{ Local, Value string }

// Ancestors keeps the xml: attributes of the open elements: those that an
// element cut out of its document inherits. The zero value is ready.
type Ancestors struct {
	attrs []XMLAttr
	depth []int // of the element with the attribute
}

// Token looks at the current token of s; it must see every start and end tag.
func (a *Ancestors) Token(s *xmlscan.Scanner) {
	switch s.Kind() {
	case xmlscan.StartElement:
		attrs := s.Attrs()
		for i := range attrs {
			if attrs[i].Prefix == "xml" {
				a.attrs = append(a.attrs, XMLAttr{attrs[i].Local, string(attrs[i].Value)})
				a.depth = append(a.depth, s.Depth())
			}
		}
	case xmlscan.EndElement:
		for n := len(a.depth) - 1; n >= 0 && a.depth[n] == s.Depth(); n-- {
			a.attrs, a.depth = a.attrs[:n], a.depth[:n]
		}
	}
}

// Attrs returns a copy of the attributes of the elements that are open,
// outermost first. To get those of an element's ancestors, call it before
// Token has seen the element.
func (a *Ancestors) Attrs() []XMLAttr { return append([]XMLAttr(nil), a.attrs...) }

// inherit adds to the attributes of the first element those that it inherits:
// in 1.0 every xml: attribute (Canonical XML 1.0, 2.4); in 1.1 only xml:lang and
// xml:space, while xml:base is joined and xml:id and others stay away (Canonical
// XML 1.1, 2.4).
func (w *Writer) inherit(own []xmlscan.Attr) []xmlscan.Attr {
	all := append([]xmlscan.Attr(nil), own...)
	if w.mode.Kind == Inclusive11 {
		all = w.joinBase(all)
	}
	for i := len(w.context) - 1; i >= 0; i-- { // the nearest counts
		c := w.context[i]
		if w.mode.Kind == Inclusive11 && c.Local != "lang" && c.Local != "space" {
			continue
		}
		if find(all, c.Local) < 0 {
			all = append(all, xmlAttr(c.Local, c.Value))
		}
	}
	return all
}

func xmlAttr(local, value string) xmlscan.Attr {
	return xmlscan.Attr{Name: xmlscan.Name{Prefix: "xml", Local: local, Space: NSXML}, Value: []byte(value)}
}

func find(attrs []xmlscan.Attr, local string) int {
	for i := range attrs {
		if attrs[i].Prefix == "xml" && attrs[i].Local == local {
			return i
		}
	}
	return -1
}

// joinBase gives the element the xml:base that its ancestors and it make
// together.
func (w *Writer) joinBase(all []xmlscan.Attr) []xmlscan.Attr {
	base, found := "", false
	for _, c := range w.context {
		if c.Local != "base" {
			continue
		}
		if base, found = joinURI(base, c.Value, found), true; base == "" {
			found = false
		}
	}
	if !found {
		return all
	}
	i := find(all, "base")
	if i >= 0 {
		base = joinURI(base, string(all[i].Value), true)
		all = append(all[:i], all[i+1:]...)
	}
	if base == "" {
		return all
	}
	return append(all, xmlAttr("base", base))
}

// uri holds the parts of a URI reference (RFC 3986, appendix B), each with its
// delimiter; an absent part is "".
type uri struct{ scheme, authority, path, query string }

func parseURI(s string) (u uri) {
	s, _, _ = strings.Cut(s, "#")
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, u.query = s[:i], s[i:]
	}
	if i := strings.IndexAny(s, ":/"); i > 0 && s[i] == ':' {
		u.scheme, s = s[:i+1], s[i+1:]
	}
	if strings.HasPrefix(s, "//") {
		end := strings.IndexByte(s[2:], '/')
		if end < 0 {
			end = len(s) - 2
		}
		u.authority, s = s[:end+2], s[end+2:]
	}
	u.path = s
	return u
}

// joinURI is the function join-URI-References of Canonical XML 1.1, 2.4: RFC
// 3986, 5.2, but the base may be relative, ".." at the start of a relative path
// stays, and the fragment is dropped.
func joinURI(base, reference string, hasBase bool) string {
	if !hasBase {
		return reference
	}
	b, r := parseURI(base), parseURI(reference)
	switch {
	case r.scheme != "":
		r.path = removeDots(r.path)
	case r.authority != "":
		r.scheme, r.path = b.scheme, removeDots(r.path)
	case r.path == "":
		if r.query == "" {
			r.query = b.query
		}
		r.scheme, r.authority, r.path = b.scheme, b.authority, removeDots(b.path)
	default:
		if !strings.HasPrefix(r.path, "/") {
			r.path = merge(b, r.path)
		}
		r.scheme, r.authority, r.path = b.scheme, b.authority, removeDots(r.path)
	}
	return r.scheme + r.authority + r.path + r.query
}

// merge is RFC 3986, 5.2.3; a base path that ends in ".." is a folder.
func merge(b uri, path string) string {
	if b.authority != "" && b.path == "" {
		return "/" + path
	}
	if b.path == ".." || strings.HasSuffix(b.path, "/..") {
		return b.path + "/" + path
	}
	return b.path[:strings.LastIndexByte(b.path, '/')+1] + path
}

// removeDots takes "." and ".." out of a path as far as that can be done, and
// empty segments with them (Canonical XML 1.1, 2.4 and appendix A).
func removeDots(path string) string {
	rooted := strings.HasPrefix(path, "/")
	var out []string
	segments := strings.Split(path, "/")
	folder := false // the path ends in a slash
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s == "" || s == ".":
			folder = last && len(out) > 0
		case s != "..":
			out = append(out, s)
		case len(out) > 0 && out[len(out)-1] != "..":
			out = out[:len(out)-1]
			folder = last && len(out) > 0
		case !rooted:
			out = append(out, s)
			folder = last
		}
	}
	joined := strings.Join(out, "/")
	if folder {
		joined += "/"
	}
	if rooted {
		joined = "/" + joined
	}
	return joined
}
