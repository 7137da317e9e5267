package latin

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SearchForm returns the form by which names are compared in registers (KoSIT,
// Identifizierungsverfahren; DIN SPEC 91379:2019-03, table 9): every Latin letter
// of the norm becomes one or two letters A to Z, after ICAO Doc 9303 where that
// says something ("René Müller" becomes "RENE MUELLER"). Other characters stay
// as they are, blanks, digits, Greek and Cyrillic letters among them; only "ª"
// and "º" become "A" and "O". The text is composed (NFC) first, and a mark that
// makes no listed sequence with its letter is dropped. The search form of a
// search form is itself. Text that is not UTF-8 is returned as it is.
//
// Different names can have one search form: it finds candidates and proves
// nothing.
func SearchForm(text string) string {
	text, ok := composed(text)
	if !ok {
		return text
	}
	dst := make([]byte, 0, len(text)+len(text)/4+4)
	mapped := false // the character before became letters
	for i := 0; i < len(text); {
		form, size := formAt(text, i)
		switch {
		case form != "":
			dst = append(dst, form...)
			mapped = true
		case mapped && isMark(text[i:i+size]):
			// A mark that the norm does not list with this letter.
		default:
			dst = append(dst, text[i:i+size]...)
			mapped = false
		}
		i += size
	}
	return string(dst)
}

// composed returns the text in NFC. A text of listed units is; a test proves it.
// ok is false for text that is not UTF-8: bytes beside a dropped character could
// join.
func composed(text string) (nfc string, ok bool) {
	switch {
	case E.ValidString(text):
		return text, true
	case !utf8.ValidString(text):
		return text, false
	}
	return norm.NFC.String(text), true
}

func isMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Mn, r)
}

// formAt returns the search form of the unit at i and the unit's size. The form
// is empty if the unit is no Latin letter of the norm.
func formAt(s string, i int) (form string, size int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	switch r {
	case 'ª':
		return "A", size
	case 'º':
		return "O", size
	}
	block := int(r >> 6)
	if block >= len(blockOf) {
		return "", size
	}
	letters := forms[blockOf[block]]
	if letters == "" {
		return "", size
	}
	switch at := int(r&63) * 2; {
	case letters[at] == '.':
		return "", size
	case letters[at+1] == ' ':
		form = letters[at : at+1]
	default:
		form = letters[at : at+2]
	}
	if i+size < len(s) && s[i+size] >= utf8.RuneSelf {
		if longer, whole := sequenceAt(s, i, r, size); whole > 0 {
			return longer, whole
		}
	}
	return form, size
}

// sequenceAt returns the search form and the size of the longest sequence that
// begins at i with the rune first; 0 if there is none.
func sequenceAt(s string, i int, first rune, size int) (form string, whole int) {
	second, secondSize := utf8.DecodeRuneInString(s[i+size:])
	third, thirdSize := utf8.DecodeRuneInString(s[i+size+secondSize:])
	for n := firstSequence(first); n < len(sequences) && sequences[n].first == first; n++ {
		q := &sequences[n]
		if q.second != second {
			continue
		}
		switch q.third {
		case 0:
			form, whole = q.form, size+secondSize
		case third:
			form, whole = q.form, size+secondSize+thirdSize
		}
	}
	return form, whole
}
