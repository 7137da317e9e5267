package datenschema

import (
	"cmp"
	"strings"
)

// decimal is a number in decimal notation, exact, without leading and
// trailing zeros.
type decimal struct {
	negative       bool
	whole, decimal string
}

// maxDigits bounds a number; libxml2 stops at 24 digits and JSON has no limit.
const maxDigits = 1000

// parseDecimal reads the form of xs:decimal: sign, digits, point, digits.
func parseDecimal(s string) (d decimal, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	whole, rest, _ := strings.Cut(s, ".")
	if len(s) > maxDigits || whole == "" && rest == "" || !digits(whole) || !digits(rest) {
		return decimal{}, false
	}
	return d.of(whole, rest), true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (d decimal) of(whole, rest string) decimal {
	d.whole, d.decimal = strings.TrimLeft(whole, "0"), strings.TrimRight(rest, "0")
	if d.whole == "" && d.decimal == "" {
		d.negative = false
	}
	return d
}

// parseNumber reads a number of JSON, exponents included.
func parseNumber(s string) (decimal, bool) {
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	d, ok := parseDecimal(mantissa)
	if !ok || exponent == "" {
		return d, ok
	}
	back := exponent[0] == '-'
	exponent = strings.TrimLeft(strings.TrimLeft(exponent, "+-"), "0")
	if len(exponent) > 3 || !digits(exponent) {
		return decimal{}, false
	}
	n := 0
	for _, c := range exponent {
		n = n*10 + int(c-'0')
	}
	if back {
		whole := strings.Repeat("0", n) + d.whole
		return d.of(whole[:len(whole)-n], whole[len(whole)-n:]+d.decimal), true
	}
	rest := d.decimal + strings.Repeat("0", n)
	return d.of(d.whole+rest[:n], rest[n:]), true
}

// isInteger reports whether the value is whole.
func (d decimal) isInteger() bool { return d.decimal == "" }

// String writes the number in the one form that XML Schema, JSON and the form
// model have in common: "-0.5", "12", "0".
func (d decimal) String() string {
	s := cmp.Or(d.whole, "0")
	if d.negative {
		s = "-" + s
	}
	if d.decimal != "" {
		s += "." + d.decimal
	}
	return s
}

func (d decimal) compare(e decimal) int {
	switch {
	case d.negative != e.negative && d.negative:
		return -1
	case d.negative != e.negative:
		return 1
	}
	c := cmp.Or(cmp.Compare(len(d.whole), len(e.whole)), cmp.Compare(d.whole, e.whole), cmp.Compare(d.decimal, e.decimal))
	if d.negative {
		return -c
	}
	return c
}
