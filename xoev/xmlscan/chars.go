package xmlscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Classes of bytes.
const (
	cName    = 1 << iota // may be in a name, or begins a non-ASCII character
	cSpace               // white space
	cText                // ends a run of ordinary text
	cAttr                // ends a run of ordinary attribute value
	cComment             // ends a run of ordinary comment or instruction
	cForbid              // control character that XML forbids
	cStart               // may begin a name; ASCII, not the colon
)

var class = makeClasses()

func makeClasses() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= 0x80:
			t[c] = cName | cText | cAttr | cComment
		case c < 0x20:
			t[c] = cForbid | cText | cAttr | cComment
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			t[c] = cName
			if c > '9' {
				t[c] |= cStart
			}
		}
	}
	for _, c := range []byte("-._:") {
		t[c] = cName
	}
	t['_'] |= cStart
	t['\t'] = cSpace | cAttr
	t['\n'] = cSpace | cAttr
	t['\r'] = cSpace | cAttr | cText | cComment
	t[' '] = cSpace
	t['<'] = cText | cAttr
	t['&'] = cText | cAttr
	t[']'] = cText
	t['"'] = cAttr
	t['\''] = cAttr
	return t
}

func isSpace(c byte) bool { return class[c]&cSpace != 0 }

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// textRun returns the index, from i on, of the first byte of b that is not
// ordinary text, or len(b). It looks at eight bytes at a time.
func textRun(b []byte, i int) int {
	for i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i : i+8 : i+8])
		// A byte's high bit is set in m if it is below 0x20 but not a line
		// feed, above 0x7f, or one of < & ]: subtracting 1 from 0 sets it, and
		// where subtracting 1 leaves it set, the byte is above 0x7f itself.
		// Borrows can spoil only bytes above the first hit.
		low := ((w ^ ones*'\n') + (highs - ones)) &^ ((w | highs) - ones*0x20)
		lt, amp, sq := (w^ones*'<')-ones, (w^ones*'&')-ones, (w^ones*']')-ones
		m := lt | amp | sq | low | w
		if m &= highs; m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) >> 3
		if b[i] != '\t' { // the only hit that is ordinary
			return i
		}
		i++
	}
	for i < len(b) && class[b[i]]&cText == 0 {
		i++
	}
	return i
}

// attrRun returns the index, from i on, of the first byte of b that is not an
// ordinary part of an attribute value, or len(b).
func attrRun(b []byte, i int) int {
	for i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i : i+8 : i+8])
		// As in textRun, for bytes below 0x20, above 0x7f, and < & " and the
		// apostrophe (as & but for the lowest bit).
		lt, quot, amp := (w^ones*'<')-ones, (w^ones*'"')-ones, (w&^ones^ones*'&')-ones
		m := lt | quot | amp | (w - ones*0x20) | w
		if m &= highs; m == 0 {
			i += 8
			continue
		}
		return i + bits.TrailingZeros64(m)>>3
	}
	for i < len(b) && class[b[i]]&cAttr == 0 {
		i++
	}
	return i
}

// nonASCII checks the character that begins with the byte b[i] >= 0x80. It
// returns its length; or 0 and the broken rule; or 0 and ruleEnd if b ends
// inside a character that is well-formed so far.
func nonASCII(b []byte, i int) (int, rule) {
	if i+1 < len(b) && b[i] >= 0xc2 && b[i] <= 0xdf && b[i+1]&0xc0 == 0x80 {
		return 2, 0
	}
	r, n := utf8.DecodeRune(b[i:])
	if r == utf8.RuneError && n <= 1 {
		if !utf8.FullRune(b[i:]) {
			return 0, ruleEnd
		}
		return 0, ruleUTF8
	}
	if r == 0xfffe || r == 0xffff {
		return 0, ruleChar
	}
	return n, 0
}

// isChar reports whether r is a Char of XML 1.0, 2.2 [2].
func isChar(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r <= 0xd7ff:
		return true
	case r < 0xe000, r == 0xfffe, r == 0xffff:
		return false
	}
	return r <= 0x10ffff
}

// isNameStart is NameStartChar of XML 1.0, 2.3 [4] without the colon.
func isNameStart(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
	case r < 0x370:
		return r >= 0xc0 && r != 0xd7 && r != 0xf7 && r < 0x300
	case r < 0x2000:
		return r != 0x37e
	case r < 0x3001:
		return r == 0x200c || r == 0x200d || r >= 0x2070 && r <= 0x218f || r >= 0x2c00 && r <= 0x2fef
	case r <= 0xd7ff:
		return true
	case r < 0x10000:
		return r >= 0xf900 && r <= 0xfdcf || r >= 0xfdf0 && r <= 0xfffd
	}
	return r <= 0xeffff
}

// isNameChar is NameChar of XML 1.0, 2.3 [4a] without the colon.
func isNameChar(r rune) bool {
	if isNameStart(r) {
		return true
	}
	switch {
	case r < 0x80:
		return r >= '0' && r <= '9' || r == '-' || r == '.'
	case r < 0x370:
		return r == 0xb7 || r >= 0x300
	}
	return r == 0x203f || r == 0x2040
}

// plainName reports whether b is a QName in ASCII, and where its colon is.
func plainName(b []byte) (colon int, ok bool) {
	colon = -1
	want := uint8(cStart)
	for i, c := range b {
		switch {
		case c == ':' && colon < 0 && i > 0:
			colon, want = i, cStart
		case class[c]&want == 0 || c == ':' || c >= 0x80:
			return -1, false
		default:
			want = cName
		}
	}
	return colon, want == cName
}

// checkName checks a QName (Namespaces, 4 [7]). It returns the index of the
// colon, or -1; and where the name is wrong (at >= 0) the broken rule.
func checkName(b []byte) (colon, at int, broken rule) {
	if colon, ok := plainName(b); ok {
		return colon, -1, 0
	}
	return checkRunes(b)
}

// checkRunes is checkName for all names.
func checkRunes(b []byte) (colon, at int, broken rule) {
	colon = -1
	if len(b) == 0 {
		return colon, 0, ruleName
	}
	start := true
	for i := 0; i < len(b); {
		if b[i] == ':' {
			if start || colon >= 0 || i+1 == len(b) {
				return colon, i, ruleQName
			}
			colon, start = i, true
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			return colon, i, ruleUTF8
		case start && !isNameStart(r):
			if colon >= 0 && isNameChar(r) {
				return colon, i, ruleQName
			}
			return colon, i, ruleName
		case !isNameChar(r):
			return colon, i, ruleName
		}
		start = false
		i += n
	}
	return colon, -1, 0
}
