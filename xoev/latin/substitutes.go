package latin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Characters that a repair replaces. The names of the sets follow the Unicode
// character names and general categories (Unicode 15).
var (
	dashes = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x2010, Hi: 0x2015, Stride: 1}, // HYPHEN to HORIZONTAL BAR
		{Lo: 0x2043, Hi: 0x2043, Stride: 1}, // HYPHEN BULLET
		{Lo: 0x2212, Hi: 0x2212, Stride: 1}, // MINUS SIGN
		{Lo: 0xFE58, Hi: 0xFE58, Stride: 1}, // SMALL EM DASH
		{Lo: 0xFE63, Hi: 0xFE63, Stride: 1}, // SMALL HYPHEN-MINUS
		{Lo: 0xFF0D, Hi: 0xFF0D, Stride: 1}, // FULLWIDTH HYPHEN-MINUS
	}}
	singleQuotes = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x02BB, Hi: 0x02BD, Stride: 1}, // MODIFIER LETTER TURNED COMMA, APOSTROPHE, REVERSED COMMA
		{Lo: 0x2018, Hi: 0x201B, Stride: 1}, // LEFT SINGLE QUOTATION MARK to SINGLE HIGH-REVERSED-9
		{Lo: 0x2032, Hi: 0x2032, Stride: 1}, // PRIME
		{Lo: 0x2035, Hi: 0x2035, Stride: 1}, // REVERSED PRIME
		{Lo: 0x2039, Hi: 0x203A, Stride: 1}, // SINGLE ANGLE QUOTATION MARKS
		{Lo: 0xFF07, Hi: 0xFF07, Stride: 1}, // FULLWIDTH APOSTROPHE
	}}
	doubleQuotes = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x00AB, Hi: 0x00AB, Stride: 1}, // LEFT-POINTING DOUBLE ANGLE QUOTATION MARK
		{Lo: 0x00BB, Hi: 0x00BB, Stride: 1}, // RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK
		{Lo: 0x201C, Hi: 0x201F, Stride: 1}, // LEFT DOUBLE QUOTATION MARK to DOUBLE HIGH-REVERSED-9
		{Lo: 0x2033, Hi: 0x2033, Stride: 1}, // DOUBLE PRIME
		{Lo: 0x2036, Hi: 0x2036, Stride: 1}, // REVERSED DOUBLE PRIME
		{Lo: 0x301D, Hi: 0x301F, Stride: 1}, // DOUBLE PRIME QUOTATION MARKS
		{Lo: 0xFF02, Hi: 0xFF02, Stride: 1}, // FULLWIDTH QUOTATION MARK
	}, LatinOffset: 2}
	invisible = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, // SOFT HYPHEN
		{Lo: 0x061C, Hi: 0x061C, Stride: 1}, // ARABIC LETTER MARK
		{Lo: 0x180E, Hi: 0x180E, Stride: 1}, // MONGOLIAN VOWEL SEPARATOR
		{Lo: 0x200B, Hi: 0x200F, Stride: 1}, // ZERO WIDTH SPACE to RIGHT-TO-LEFT MARK
		{Lo: 0x202A, Hi: 0x202E, Stride: 1}, // directional embeddings and overrides
		{Lo: 0x2060, Hi: 0x2064, Stride: 1}, // WORD JOINER to INVISIBLE PLUS
		{Lo: 0x2066, Hi: 0x2069, Stride: 1}, // directional isolates
		{Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, // variation selectors
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, // ZERO WIDTH NO-BREAK SPACE, the byte order mark
	}, LatinOffset: 1}
	// compatible are characters for which Unicode names plain ones (NFKC).
	compatible = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x017F, Hi: 0x017F, Stride: 1}, // LATIN SMALL LETTER LONG S
		{Lo: 0x01C4, Hi: 0x01CC, Stride: 1}, // letters DŽ, LJ, NJ
		{Lo: 0x01F1, Hi: 0x01F3, Stride: 1}, // letter DZ
		{Lo: 0x2024, Hi: 0x2026, Stride: 1}, // leaders and ellipsis
		{Lo: 0x2160, Hi: 0x217F, Stride: 1}, // Roman numerals
		{Lo: 0xFB00, Hi: 0xFB06, Stride: 1}, // ligatures ff to st
		{Lo: 0xFF01, Hi: 0xFF5E, Stride: 1}, // full-width ASCII
	}}
)

// Foreign letters and the Latin ones that look like them, in pairs.
const (
	likeCyrillic = "АAВBЕEІIЈJКKМMНHОOРPСCТTУYХXЅSаaеeіiјjоoрpсcуyхxѕs"
	likeGreek    = "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoβß"
	likeOther    = "ƉĐǝə⁄/∕/"
)

// lookAlike returns the listed character that r looks like, or "".
func lookAlike(r rune) string {
	for _, pairs := range [...]string{likeCyrillic, likeGreek, likeOther} {
		for rest := pairs; rest != ""; {
			from, size := utf8.DecodeRuneInString(rest)
			_, toSize := utf8.DecodeRuneInString(rest[size:])
			if from == r {
				return rest[size : size+toSize]
			}
			rest = rest[size+toSize:]
		}
	}
	return ""
}

// foreignWords finds words in which foreign letters pose as Latin ones. It is
// asked in the order of the text and remembers the last word.
type foreignWords struct {
	text       string
	start, end int
	yes        bool
}

// disguised tells whether the word around the offset has Latin letters, and
// foreign ones that all have a look-alike.
func (f *foreignWords) disguised(at int) bool {
	if at >= f.start && at < f.end {
		return f.yes
	}
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }
	notInWord := func(r rune) bool { return !inWord(r) }
	f.start = 0
	if n := strings.LastIndexFunc(f.text[:at], notInWord); n >= 0 {
		_, size := utf8.DecodeRuneInString(f.text[n:])
		f.start = n + size
	}
	f.end = len(f.text)
	if n := strings.IndexFunc(f.text[at:], notInWord); n >= 0 {
		f.end = at + n
	}
	hasLatin, all := false, true
	for _, r := range f.text[f.start:f.end] {
		switch {
		case unicode.Is(unicode.Latin, r):
			hasLatin = true
		case unicode.IsLetter(r) && lookAlike(r) == "":
			all = false
		}
	}
	f.yes = hasLatin && all
	return f.yes
}
