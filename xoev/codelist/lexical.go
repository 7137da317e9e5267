package codelist

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isNCName reports whether s is an XML name without colon. Source: XML 1.0
// (Fifth Edition), production 4; Namespaces in XML 1.0, production 4.
func isNCName(s string) bool {
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			return false
		case unicode.Is(nameStart, r):
		case i > 0 && (r == '-' || r == '.' || '0' <= r && r <= '9' || r == 0xB7 || 0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040):
		default:
			return false
		}
	}
	return s != ""
}

var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 'A', Hi: 'Z', Stride: 1}, {Lo: '_', Hi: '_', Stride: 1}, {Lo: 'a', Hi: 'z', Stride: 1},
		{Lo: 0xC0, Hi: 0xD6, Stride: 1}, {Lo: 0xD8, Hi: 0xF6, Stride: 1}, {Lo: 0xF8, Hi: 0x2FF, Stride: 1},
		{Lo: 0x370, Hi: 0x37D, Stride: 1}, {Lo: 0x37F, Hi: 0x1FFF, Stride: 1}, {Lo: 0x200C, Hi: 0x200D, Stride: 1},
		{Lo: 0x2070, Hi: 0x218F, Stride: 1}, {Lo: 0x2C00, Hi: 0x2FEF, Stride: 1}, {Lo: 0x3001, Hi: 0xD7FF, Stride: 1},
		{Lo: 0xF900, Hi: 0xFDCF, Stride: 1}, {Lo: 0xFDF0, Hi: 0xFFFD, Stride: 1},
	},
	R32:         []unicode.Range32{{Lo: 0x10000, Hi: 0xEFFFF, Stride: 1}},
	LatinOffset: 5,
}

// isLanguage reports whether s is an xs:language. Source: XML Schema 1.0 Part 2,
// section 3.3.3.
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for _, c := range []byte(part) {
			letter := c|0x20 >= 'a' && c|0x20 <= 'z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return false
			}
		}
	}
	return true
}

// isURI reports whether s can be an xs:anyURI. The type takes nearly everything;
// refused is what escaping cannot turn into a URI reference. Source: XML Schema 1.0
// Part 2, section 3.2.17; RFC 2396 and 2732.
func isURI(s string) bool {
	for i := range len(s) {
		if s[i] == '%' && (len(s) < i+3 || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	first := s
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		first = s[:i]
	}
	return !strings.ContainsAny(s, "[]\\^`{}|<>\"") && strings.Count(s, "#") <= 1 &&
		(isAbsolute(first) || !strings.Contains(first, ":")) && hasPlainAuthority(s)
}

// hasPlainAuthority reports whether the authority, if there is one, has at most
// one user and behind its host nothing but a port.
func hasPlainAuthority(s string) bool {
	scheme, rest, ok := strings.Cut(s, "//")
	if !ok || scheme != "" && (!isAbsolute(scheme) || strings.IndexByte(scheme, ':') != len(scheme)-1) {
		return true
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if _, host, ok := strings.Cut(rest, "@"); ok {
		rest = host
	}
	if strings.Contains(rest, "@") {
		return false
	}
	_, port, ok := strings.Cut(rest, ":")
	_, digits := number(port)
	return !ok || digits && len(port) <= 5
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isAbsolute reports whether a URI begins with a scheme. Source: RFC 3986,
// section 3.1.
func isAbsolute(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}
