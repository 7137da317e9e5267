package xoev

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// extensionWriter writes one element from the scanner's tokens so that it is
// well formed on its own. Declarations inside are kept where they stand; of
// those around it, the ones are put on its start tag whose prefix occurs in it
// (in names, and in values such as xsi:type="xs:token").
type extensionWriter struct {
	depth int
	total int // bytes of all extensions so far
	limit int

	name   xmlscan.Name
	scope  []xmlscan.NSDecl
	attrs  bytes.Buffer // attributes of the outermost start tag
	inner  bytes.Buffer
	text   bytes.Buffer
	nested bool
	open   bool // the last start tag lacks its ">"
	names  []xmlscan.Name
}

func (x *extensionWriter) begin(s *xmlscan.Scanner, limit int) {
	x.depth, x.limit, x.nested, x.open = 1, limit, false, false
	x.name = s.Name()
	x.scope = s.InScope(x.scope[:0])
	x.attrs.Reset()
	x.inner.Reset()
	x.text.Reset()
	x.names = x.names[:0]
	writeAttrs(&x.attrs, s.Attrs())
}

// start, end and chars report false when the element grows too big.

func (x *extensionWriter) start(s *xmlscan.Scanner) bool {
	x.closeTag()
	x.nested = true
	x.depth++
	name := s.Name()
	x.names = append(x.names, name)
	x.inner.WriteByte('<')
	writeName(&x.inner, name)
	for _, d := range s.Namespaces() {
		writeDecl(&x.inner, d)
	}
	writeAttrs(&x.inner, s.Attrs())
	x.open = true
	return x.fits()
}

func (x *extensionWriter) end(*xmlscan.Scanner) bool {
	x.depth--
	if x.depth == 0 {
		return true
	}
	name := x.names[len(x.names)-1]
	x.names = x.names[:len(x.names)-1]
	if x.open {
		x.inner.WriteString("/>")
		x.open = false
	} else {
		x.inner.WriteString("</")
		writeName(&x.inner, name)
		x.inner.WriteByte('>')
	}
	return x.fits()
}

func (x *extensionWriter) chars(s *xmlscan.Scanner) bool {
	text := s.Text()
	if len(text) == 0 {
		return true
	}
	x.closeTag()
	escape(&x.inner, string(text), false)
	if !x.nested {
		x.text.Write(text)
	}
	return x.fits()
}

func (x *extensionWriter) closeTag() {
	if x.open {
		x.inner.WriteByte('>')
		x.open = false
	}
}

func (x *extensionWriter) fits() bool { return x.attrs.Len()+x.inner.Len() <= x.limit }

// finish returns the element after its end tag.
func (x *extensionWriter) finish() Extension {
	slices.SortFunc(x.scope, func(a, b xmlscan.NSDecl) int { return strings.Compare(a.Prefix, b.Prefix) })
	var b strings.Builder
	b.WriteByte('<')
	writeName(&b, x.name)
	for _, d := range x.scope {
		if x.uses(d) {
			writeDecl(&b, d)
		}
	}
	b.Write(x.attrs.Bytes())
	if x.inner.Len() == 0 {
		b.WriteString("/>")
	} else {
		b.WriteByte('>')
		b.Write(x.inner.Bytes())
		b.WriteString("</")
		writeName(&b, x.name)
		b.WriteByte('>')
	}
	ext := Extension{Name: x.name, XML: b.String()}
	if !x.nested {
		ext.Text = x.text.String()
	}
	x.total += len(ext.XML)
	return ext
}

// uses reports whether the prefix may occur; too often is harmless.
func (x *extensionWriter) uses(d xmlscan.NSDecl) bool {
	switch {
	case d.URI == "" || d.Prefix == "xml":
		return false
	case d.Prefix == "":
		// an element without prefix is in this namespace unless it says otherwise,
		// and so is a name in a value (xsi:type="token")
		return x.name.Prefix == "" || x.nested || x.attrs.Len() > 0
	case d.Prefix == x.name.Prefix:
		return true
	}
	mark := []byte(d.Prefix + ":")
	return bytes.Contains(x.attrs.Bytes(), mark) || bytes.Contains(x.inner.Bytes(), mark)
}
