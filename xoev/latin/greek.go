package latin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// greekLetters are the letters from Α (U+0391) to Ω; U+03A2 is no letter. Source
// of the letters and of the rules for pairs: ISO 843:1997, type 2, which is ELOT
// 743 as Greek passports use it.
var greekLetters = [25]string{
	"A", "V", "G", "D", "E", "Z", "I", "TH", "I", "K", "L", "M",
	"N", "X", "O", "P", "R", "", "S", "T", "Y", "F", "CH", "PS", "O",
}

// greekLetter is a letter without case and accents.
type greekLetter struct {
	capital      rune
	latin        string
	tonos, trema bool
	size         int
}

func greekLetterAt(s string, i int) greekLetter {
	r, size := utf8.DecodeRuneInString(s[i:])
	if !unicode.Is(unicode.Greek, r) {
		return greekLetter{}
	}
	g := greekLetter{size: size}
	for _, part := range norm.NFD.String(string(r)) {
		switch part {
		case '\u0301':
			g.tonos = true
		case '\u0308':
			g.trema = true
		default:
			g.capital = unicode.ToUpper(part)
		}
	}
	if n := int(g.capital - 'Α'); n >= 0 && n < len(greekLetters) {
		g.latin = greekLetters[n]
	}
	return g
}

// greekAt returns the capital letters for the Greek letter or pair at i.
func greekAt(s string, i int) (letters string, size int, ok bool) {
	first := greekLetterAt(s, i)
	if first.latin == "" || lookup(firstRune(s[i:])) == 0 {
		return "", max(first.size, 1), false
	}
	second := greekLetterAt(s, i+first.size)
	both := first.size + second.size
	switch pair := string(first.capital) + string(second.capital); {
	case second.latin == "":
	case pair == "ΟΥ" && !first.tonos && !second.trema:
		return "OU", both, true
	case (pair == "ΑΥ" || pair == "ΕΥ" || pair == "ΗΥ") && !first.tonos && !second.trema:
		after := greekLetterAt(s, i+both)
		if after.latin != "" && strings.ContainsRune("ΑΕΗΙΟΥΩΒΓΔΖΛΜΝΡ", after.capital) {
			return first.latin + "V", both, true
		}
		return first.latin + "F", both, true
	case pair == "ΓΓ":
		return "NG", both, true
	case pair == "ΓΞ":
		return "NX", both, true
	case pair == "ΓΧ":
		return "NCH", both, true
	case pair == "ΜΠ":
		if !letterBefore(s, i) || !unicode.IsLetter(firstRune(s[i+both:])) {
			return "B", both, true
		}
	}
	return first.latin, first.size, true
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func letterBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r)
}
