package codelist

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// Text is a text in one language.
type Text struct {
	Value string
	// Lang is a language tag ("de", "en-GB"); empty if the list does not say.
	Lang string
	// Identifier tells texts apart that have the same language; mostly empty.
	Identifier string
}

// Texts is the same text in several languages.
type Texts []Text

// String returns the text without language, else the first; empty if there is
// none.
func (t Texts) String() string { return t.In("") }

// In returns the text in a language: the one with that tag, else one that is
// more special or more general ("de" and "de-DE" answer for each other), else
// the one without language, else the first; empty if there is none. Upper and
// lower case do not count in tags (BCP 47, section 2.1.1).
func (t Texts) In(lang string) string {
	best, rank := "", -1
	for _, x := range t {
		r := 0
		switch {
		case strings.EqualFold(x.Lang, lang):
			r = 3
		case x.Lang == "":
			r = 1
		case lang != "" && strings.EqualFold(primary(x.Lang), primary(lang)):
			r = 2
		}
		if r > rank {
			best, rank = x.Value, r
		}
	}
	return best
}

func primary(tag string) string {
	tag, _, _ = strings.Cut(tag, "-")
	return tag
}

// Date is a day of the calendar without time of day. The zero Date means that
// there is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day that a time has in its own location. For deadlines
// and validity in Germany that location should be Europe/Berlin.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1, 0 or 1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// String returns the form 2026-05-01, empty for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	b := make([]byte, 0, 10)
	b = appendPadded(b, d.Year, 4)
	b = append(b, '-')
	b = appendPadded(b, int(d.Month), 2)
	b = append(b, '-')
	return string(appendPadded(b, d.Day, 2))
}

func appendPadded(b []byte, n, width int) []byte {
	s := strconv.Itoa(n)
	for range width - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}

// parseDate reads an xs:date of the years 0001 to 9999; a time zone may follow
// and is left out.
func parseDate(s string) (Date, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || !isZone(s[10:]) {
		return Date{}, false
	}
	y, okY := number(s[:4])
	m, okM := number(s[5:7])
	d, okD := number(s[8:10])
	if !okY || !okM || !okD || y == 0 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return Date{}, false
	}
	return Date{y, time.Month(m), d}, true
}

// number reads a few decimal digits.
func number(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isZone reports whether s is empty, Z, or an offset up to 14:00 hours.
func isZone(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return false
	}
	h, okH := number(s[1:3])
	m, okM := number(s[4:])
	return okH && okM && m < 60 && (h < 14 || h == 14 && m == 0)
}
