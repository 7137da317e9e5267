package xoev

import (
	"strings"
	"unicode/utf8"
)

// White space facets of XML Schema 1.0 Part 2, section 4.3.6.

// collapse is for xs:token, xs:anyURI and xs:dateTime.
func collapse(s string) string {
	if !strings.ContainsAny(s, "\t\n\r ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, isXMLSpace), " ")
}

// replaceSpace is for xs:normalizedString.
func replaceSpace(s string) string {
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(s)
}

func isXMLSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

func blankBytes(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

func blank(s string) bool { return strings.TrimLeft(s, "\t\n\r ") == "" }

// isUUID checks the pattern that the Basisnachricht gives for its UUID.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// legalXML reports whether s is UTF-8 of characters that XML 1.0 allows.
func legalXML(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !legalRune(r) {
			return false
		}
		i += n
	}
	return true
}

func legalRune(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r < 0x20, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true // DecodeRune yields no surrogates and nothing above U+10FFFF
}

// isNCName reports whether s is a name without colon (Namespaces in XML 1.0,
// production 4, with the name characters of XML 1.0 Fifth Edition).
func isNCName(s string) bool {
	if s == "" {
		return false
	}
	for i, r := range s {
		if r == utf8.RuneError {
			return false
		}
		if !nameStart(r) && (i == 0 || !nameRest(r)) {
			return false
		}
	}
	return true
}

func nameStart(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
	case r == 0xD7 || r == 0xF7 || r < 0xC0, r == 0x37E, r >= 0x300 && r <= 0x36F:
		return false
	case r <= 0x1FFF, r == 0x200C, r == 0x200D:
		return true
	case r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF, r >= 0x3001 && r <= 0xD7FF:
		return true
	case r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD, r >= 0x10000 && r <= 0xEFFFF:
		return true
	}
	return false
}

func nameRest(r rune) bool {
	return r == '-' || r == '.' || r >= '0' && r <= '9' || r == 0xB7 ||
		r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}
