package regel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind uint8

const (
	word     kind = iota + 1 // letters, "Pflichtangabe"
	elementI                 // id of an element, "F60000000231"
	number                   // digits, "001", "2.5"
	quoted                   // text in quotation marks, without them
	operator                 // "=", "<>", "<", ">", "<=", ">="
	comma
	period
	other // anything else; no sentence has a place for it
)

// token is a piece of a rule. text is the piece itself, for words as written
// and for quoted ones with white space collapsed.
type token struct {
	kind kind
	text string
}

// is reports whether the token is one of the words, in whatever case.
func (t token) is(words ...string) bool {
	if t.kind != word {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// closers are the quotation marks that end a text, by the one that begins it.
// Editors mix them, so that each begins with several ends.
var closers = map[rune]string{
	'"': "\"“”", '„': "“”\"", '“': "”“\"", '”': "”", '»': "«", '«': "»",
	'\'': "'", '‚': "‘’'", '‘': "’", '’': "’",
}

// operators are the spellings of comparisons, the longest first.
var operators = []struct{ text, op string }{
	{"===", "="}, {"!==", "<>"}, {"==", "="}, {"<>", "<>"}, {"!=", "<>"}, {"≠", "<>"},
	{"<=", "<="}, {"≤", "<="}, {">=", ">="}, {"≥", ">="}, {"=", "="}, {"<", "<"}, {">", ">"},
}

// lex takes a rule apart. It cannot fail: what belongs nowhere is a token of
// kind other.
func lex(text string) []token {
	var out []token
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case unicode.IsSpace(r):
			text = text[size:]
		case closers[r] != "":
			t, rest := lexQuoted(text, r, size)
			out, text = append(out, t), rest
		case unicode.IsLetter(r):
			end := scan(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' })
			out, text = append(out, lexWord(text[:end])), text[end:]
		case r >= '0' && r <= '9':
			t, rest := lexNumber(text)
			out, text = append(out, t), rest
		case r == ',':
			out, text = append(out, token{comma, ","}), text[size:]
		case r == '.':
			out, text = append(out, token{period, "."}), text[size:]
		default:
			t, rest := lexOperator(text, size)
			out, text = append(out, t), rest
		}
	}
	return out
}

// scan returns how many bytes of text belong to its first runes that fit.
func scan(text string, fits func(rune) bool) int {
	for i, r := range text {
		if !fits(r) {
			return i
		}
	}
	return len(text)
}

func lexWord(s string) token {
	if isID(s) {
		return token{elementI, s}
	}
	return token{word, s}
}

// isID reports whether s has the form of an element's id: F or G and the digits
// of XDatenfelder 2 (8) or 3 (11).
func isID(s string) bool {
	if len(s) != 9 && len(s) != 12 || s[0] != 'F' && s[0] != 'G' {
		return false
	}
	return scan(s[1:], isDigit) == len(s)-1
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// lexNumber takes digits. A period or comma belongs to them only if a digit
// follows; letters directly behind make it no number.
func lexNumber(text string) (token, string) {
	end := scan(text, isDigit)
	if end+1 < len(text) && (text[end] == '.' || text[end] == ',') && isDigit(rune(text[end+1])) {
		end += 1 + scan(text[end+1:], isDigit)
	}
	if r, _ := utf8.DecodeRuneInString(text[end:]); unicode.IsLetter(r) || r == '-' {
		end += scan(text[end:], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' })
		return token{other, text[:end]}, text[end:]
	}
	return token{number, text[:end]}, text[end:]
}

// lexQuoted takes a text in quotation marks. An apostrophe within a word ends
// nothing.
func lexQuoted(text string, open rune, size int) (token, string) {
	for i, r := range text[size:] {
		if !strings.ContainsRune(closers[open], r) {
			continue
		}
		end := size + i
		rest := text[end+utf8.RuneLen(r):]
		if next, _ := utf8.DecodeRuneInString(rest); (r == '\'' || r == '’') && unicode.IsLetter(next) {
			continue
		}
		return token{quoted, collapse(text[size:end])}, rest
	}
	return token{other, text[:size]}, text[size:]
}

func lexOperator(text string, size int) (token, string) {
	for _, o := range operators {
		if strings.HasPrefix(text, o.text) {
			return token{operator, o.op}, text[len(o.text):]
		}
	}
	return token{other, text[:size]}, text[size:]
}

// collapse replaces white space by single blanks and removes it at both ends.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
