package sepa

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
)

// inSet reports whether every bank in SEPA takes the character.
func inSet(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
		r < 0x80 && r > 0 && strings.IndexByte("/-?:().,'+ ", byte(r)) >= 0
}

// Valid reports whether the text is made of the characters that every bank in
// SEPA takes: A-Z a-z 0-9 / - ? : ( ) . , ' + and the blank. German banks also
// take umlauts and some signs, and may replace them.
func Valid(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return !inSet(r) }) < 0 }

// Change says that one character was replaced. Index counts the characters of
// the original in NFC, from 0. To is empty for what was left out.
type Change struct {
	Index int
	From  rune
	To    string
}

// signs are what stands for a sign of another set. The first four are those of
// the DFÜ-Abkommen; where it has none, what looks or reads alike.
var signs = map[rune]string{
	'&': "+", '*': ".", '$': ".", '%': ".",
	'§': "Par.", '€': "EUR", '@': "(at)", '_': "-", '–': "-", '—': "-", '‐': "-", '‑': "-", '=': "-", '~': "-",
	';': ",", '"': "'", '„': "'", '“': "'", '”': "'", '‚': "'", '‘': "'", '’': "'", '`': "'", '´': "'", '«': "'", '»': "'",
	'[': "(", ']': ")", '{': "(", '}': ")", '<': "(", '>': ")", '\\': "/", '|': "/", '…': "...",
}

// Transliterate rewrites a text with the characters of [Valid] and says what it
// changed, so that a person can agree: nothing in these packages calls it
// unasked. Letters become what DIN 91379 writes for them (ä becomes ae, Ș
// becomes S), other characters what stands for them, else a full stop; line
// ends and tabs become blanks. The text may become longer than a field takes;
// it is not cut.
func Transliterate(s string) (string, []Change) {
	text := []rune(norm.NFC.String(s))
	var b strings.Builder
	var changes []Change
	for i, r := range text {
		if inSet(r) {
			b.WriteRune(r)
			continue
		}
		to := replace(text, i)
		b.WriteString(to)
		changes = append(changes, Change{Index: i, From: r, To: to})
	}
	return b.String(), changes
}

func replace(text []rune, i int) string {
	r := text[i]
	if to, ok := signs[r]; ok {
		return to
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
		return ""
	}
	if unicode.IsSpace(r) {
		return " "
	}
	to := latin.Transliterate(string(r))
	if !Valid(to) || to == "" {
		to = ""
		for _, part := range norm.NFKD.String(string(r)) {
			if inSet(part) {
				to += string(part)
			}
		}
		if to == "" {
			return "."
		}
	}
	if len(to) > 1 && unicode.IsUpper(r) && amongCapitals(text, i) {
		to = strings.ToUpper(to)
	}
	return to
}

// amongCapitals reports whether a letter stands in a word of capitals.
func amongCapitals(text []rune, i int) bool {
	if i+1 < len(text) && unicode.IsLetter(text[i+1]) {
		return unicode.IsUpper(text[i+1])
	}
	return i > 0 && unicode.IsUpper(text[i-1])
}

// CheckText checks a text of an order: 1 to limit characters of the set of
// [Valid], no blank at either end (SEPA-002, SEPA-003, SEPA-005). It returns
// all findings, with the given path.
func CheckText(path, s string, limit int) []finding.Finding {
	var out []finding.Finding
	if s == "" || len([]rune(s)) > limit {
		out = append(out, ruleTextLength.At(path, 0, 0, map[string]string{"max": strconv.Itoa(limit)}))
	}
	if !Valid(s) {
		out = append(out, ruleCharset.At(path, 0, 0, nil))
	}
	if strings.TrimSpace(s) != s {
		out = append(out, ruleBlank.At(path, 0, 0, nil))
	}
	return out
}

// CheckIdentifier checks an identifier of an order (message, payment, end to
// end, mandate): a text of at most 35 characters that neither begins nor ends
// with a slash nor holds two in a row (SEPA-004).
func CheckIdentifier(path, s string) []finding.Finding {
	out := CheckText(path, s, 35)
	if strings.HasPrefix(s, "/") || strings.HasSuffix(s, "/") || strings.Contains(s, "//") {
		out = append(out, ruleSlash.At(path, 0, 0, nil))
	}
	return out
}
