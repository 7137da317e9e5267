package signature

import (
	"bytes"
	"slices"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// nameFinder collects prefixes that stand in attribute values and text the way
// qualified names do. Exclusive canonicalisation drops their declarations
// unless the PrefixList names them; too many names in the list do no harm.
type nameFinder struct {
	found      []string
	tail       []byte // a name that the next chunk of text may go on with
	hasDefault bool   // a default namespace was declared
}

// maxFound is when to stop looking: it is more than a PrefixList may have, so that
// signing fails.
const maxFound = 256

// maxPrefix is the longest prefix that is looked for, in bytes.
const maxPrefix = 128

func (f *nameFinder) token(s *xmlscan.Scanner) {
	switch s.Kind() {
	case xmlscan.StartElement:
		f.tail = f.tail[:0]
		for _, d := range s.Namespaces() {
			f.hasDefault = f.hasDefault || d.Prefix == "" && d.URI != ""
		}
		for _, a := range s.Attrs() {
			f.search(s, a.Value)
			if a.Is(c14n.NSXSI, "type") && f.hasDefault && c14n.TypePrefix(string(a.Value)) == "" {
				f.add(defaultPrefix)
			}
		}
	case xmlscan.EndElement:
		f.tail = f.tail[:0]
	case xmlscan.Text:
		text := s.Text()
		if len(f.tail) > 0 {
			text = append(f.tail, text...)
		}
		f.search(s, text)
		f.tail = append(f.tail[:0], lastName(text)...)
	}
}

// search looks at every colon of value.
func (f *nameFinder) search(s *xmlscan.Scanner, value []byte) {
	for len(f.found) < maxFound {
		colon := bytes.IndexByte(value, ':')
		if colon < 0 {
			return
		}
		name := lastName(value[:colon])
		for len(name) > 0 && (name[0] == '-' || name[0] == '.' || name[0] >= '0' && name[0] <= '9') {
			name = name[1:]
		}
		if prefix := string(name); prefix != "" && prefix != "xml" && prefix != "xmlns" {
			if _, ok := s.Lookup(prefix); ok {
				f.add(prefix)
			}
		}
		value = value[colon+1:]
	}
}

func (f *nameFinder) add(prefix string) {
	if !slices.Contains(f.found, prefix) {
		f.found = append(f.found, prefix)
	}
}

// lastName is the longest run of name bytes at the end of b, up to maxPrefix.
func lastName(b []byte) []byte {
	i := len(b)
	for i > 0 && len(b)-i < maxPrefix && nameByte(b[i-1]) {
		i--
	}
	return b[i:]
}

func nameByte(b byte) bool {
	return b >= 0x80 || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' ||
		b == '_' || b == '-' || b == '.'
}
