package xbezahldienste

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/payment"
)

// Field is a text field with an alphabet of its own.
type Field uint8

// The fields that [Transliterate] knows.
const (
	Purpose     Field = iota // A-Z a-z 0-9 _ - and blanks
	Description              // also comma, point and U+00C0 to U+017F
)

// Replacement says that one character was replaced. Letters written as a base
// with combining marks are one character (NFC).
type Replacement struct {
	Index int // counted in characters of the original in NFC, from 0
	From  rune
	To    string
}

// replacements are tried before letters are stripped of their marks.
var replacements = map[rune]string{
	'Ä': "Ae", 'Ö': "Oe", 'Ü': "Ue", 'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'ẞ': "SS",
	'Æ': "Ae", 'æ': "ae", 'Ø': "Oe", 'ø': "oe", 'Œ': "Oe", 'œ': "oe", 'Þ': "Th", 'þ': "th",
	'Ð': "D", 'ð': "d", 'Đ': "D", 'đ': "d", 'Ł': "L", 'ł': "l", 'ı': "i",
	'§': "Par", '&': "und", '€': "EUR", '+': "plus", '%': "Prozent",
	'(': "-", ')': "-", '/': "-", ':': "-", ';': "-", '.': " ", ',': " ", '–': "-", '—': "-",
	'\'': "", '"': "", '„': "", '“': "", '”': "", '‚': "", '‘': "", '’': "", '\u00a0': " ",
}

// Transliterate rewrites a text with the characters that a field takes, and
// says what it changed so that a person can agree: nothing in this package
// calls it. Letters lose their marks (ä becomes ae), signs become words or "-".
// The text may become longer than the field takes; it is not cut.
func Transliterate(s string, f Field) (string, []Replacement) {
	allowed := isPurpose
	if f == Description {
		allowed = isDescription
	}
	var b strings.Builder
	var done []Replacement
	index := 0
	for _, r := range norm.NFC.String(s) {
		if allowed(r) {
			b.WriteRune(r)
		} else {
			to := replace(r, allowed)
			b.WriteString(to)
			done = append(done, Replacement{Index: index, From: r, To: to})
		}
		index++
	}
	return b.String(), done
}

func replace(r rune, allowed func(rune) bool) string {
	if to, ok := replacements[r]; ok {
		return to
	}
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		if to, ok := replacements[part]; ok && !allowed(part) {
			b.WriteString(to)
		} else if allowed(part) {
			b.WriteRune(part)
		} else if !unicode.Is(unicode.Mn, part) {
			b.WriteByte('-')
		}
	}
	return b.String()
}

// Change says what [TransliterateClaim] replaced in one text of a claim.
type Change struct {
	Path         string // JSON name, such as "items[0].description"
	Replacements []Replacement
}

// TransliterateClaim rewrites the texts that go to the platform (purpose,
// description and those of the items), and reports each change: show it to the
// person who configures the service, or keep it with the claim. Nothing is cut;
// check the result with [Provider.Check].
func TransliterateClaim(c payment.Claim) (payment.Claim, []Change) {
	var changes []Change
	rewrite := func(path string, s *string, f Field) {
		to, done := Transliterate(*s, f)
		if len(done) > 0 {
			changes = append(changes, Change{path, done})
		}
		*s = to
	}
	rewrite("purpose", &c.Purpose, Purpose)
	rewrite("description", &c.Description, Description)
	c.Items = slices.Clone(c.Items)
	for n := range c.Items {
		rewrite("items["+strconv.Itoa(n)+"].description", &c.Items[n].Description, Description)
	}
	return c, changes
}
