package epaybl

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Replacement says that one character was replaced.
type Replacement struct {
	Index int // counted in characters of the original in NFC, from 0
	From  rune
	To    string
}

// replacements are tried before letters are stripped of their marks.
var replacements = map[rune]string{
	'ẞ': "SS", 'Æ': "AE", 'Ø': "OE", 'Œ': "OE", 'Þ': "TH", 'Ð': "D", 'Đ': "D", 'Ł': "L",
	'§': "PAR.", '€': "EUR", '(': "-", ')': "-", '_': "-", ';': ",", '–': "-", '—': "-", '?': ".", '!': ".",
	'\'': "", '"': "", '„': "", '“': "", '”': "", '‚': "", '‘': "", '’': "", '\u00a0': " ",
}

// Buchungstext rewrites a text with the characters that ePayBL takes in a
// booking text (A-Z 0-9 , . : / + & - * $ % Ä Ö Ü ß and blanks) and says what it
// changed besides the case of letters, so that a person can agree: nothing in
// this package calls it. Letters become upper case and lose marks that the
// alphabet does not know. The text may become longer than the platform's 120
// characters; it is not cut.
func Buchungstext(s string) (string, []Replacement) {
	var b strings.Builder
	var done []Replacement
	index := 0
	for _, r := range norm.NFC.String(s) {
		upper := unicode.ToUpper(r)
		if r == 'ß' {
			upper = r
		}
		if isBuchungstext(upper) {
			b.WriteRune(upper)
		} else {
			to := replace(upper)
			b.WriteString(to)
			done = append(done, Replacement{Index: index, From: r, To: to})
		}
		index++
	}
	return b.String(), done
}

func replace(r rune) string {
	if to, ok := replacements[r]; ok {
		return to
	}
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		if part = unicode.ToUpper(part); isBuchungstext(part) {
			b.WriteRune(part)
		} else if !unicode.Is(unicode.Mn, part) {
			b.WriteByte('-')
		}
	}
	return b.String()
}
