package forms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cleanText brings typed text into the form in which it is kept: Unicode NFC,
// line ends as LF (as spaces where only one line is asked for), every kind of
// space as a plain one, no control and no invisible characters (soft hyphen,
// zero-width and bidirectional marks, byte order mark), trimmed. The text must
// be valid UTF-8.
func cleanText(s string, multiline bool) string {
	if isPlain(s, multiline) {
		return strings.TrimSpace(s)
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			if multiline {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
		case r == '\t', unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), isNoncharacter(r):
		case r == '\u2800', unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
			// What shows nothing though it is a letter, mark or sign: fillers,
			// the combining grapheme joiner, variation selectors, the empty
			// Braille cell.
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(norm.NFC.String(b.String()))
}

// isPlain reports whether the text needs no more than trimming.
func isPlain(s string, multiline bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c == 0x7F || c < ' ' && (c != '\n' || !multiline) {
			return false
		}
	}
	return true
}

func isNoncharacter(r rune) bool {
	return r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}
