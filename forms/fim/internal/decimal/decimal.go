// Package decimal holds decimal numbers of any size as FIM data has them:
// xs:decimal in XML, numbers in JSON. They are exact, and cheap to read
// whatever their exponent.
package decimal

import (
	"cmp"
	"strings"
)

// Number is a number without leading and trailing zeros. The zero value is 0.
type Number struct {
	negative       bool
	whole, decimal string
}

// maxDigits bounds a number; libxml2 stops at 24 digits and JSON has no limit.
const maxDigits = 1000

// Decimals is the number of digits behind the point.
func (d Number) Decimals() int { return len(d.decimal) }

// Fixed writes the number with at least n digits behind the point: "12.50".
func (d Number) Fixed(n int) string {
	s := d.String()
	if n > 0 && d.decimal == "" {
		s += "."
	}
	return s + strings.Repeat("0", max(n-len(d.decimal), 0))
}

// Parse reads the form of xs:decimal: sign, digits, point, digits.
func Parse(s string) (d Number, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	whole, rest, _ := strings.Cut(s, ".")
	if len(s) > maxDigits || whole == "" && rest == "" || !digits(whole) || !digits(rest) {
		return Number{}, false
	}
	return d.of(whole, rest), true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (d Number) of(whole, rest string) Number {
	d.whole, d.decimal = strings.TrimLeft(whole, "0"), strings.TrimRight(rest, "0")
	if d.whole == "" && d.decimal == "" {
		d.negative = false
	}
	return d
}

// ParseJSON reads a number of JSON, exponents included.
func ParseJSON(s string) (Number, bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return Parse(s)
	}
	d, ok := Parse(s[:i])
	exponent := s[i+1:]
	back := strings.HasPrefix(exponent, "-")
	if back || strings.HasPrefix(exponent, "+") {
		exponent = exponent[1:]
	}
	if !ok || exponent == "" || !digits(exponent) {
		return Number{}, false
	}
	exponent = strings.TrimLeft(exponent, "0")
	if len(exponent) > 3 {
		return Number{}, false
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

// IsInteger reports whether the value is whole.
func (d Number) IsInteger() bool { return d.decimal == "" }

// String writes the number in the one form that XML Schema, JSON and the form
// model have in common: "-0.5", "12", "0".
func (d Number) String() string {
	s := cmp.Or(d.whole, "0")
	if d.negative {
		s = "-" + s
	}
	if d.decimal != "" {
		s += "." + d.decimal
	}
	return s
}

// Compare returns -1, 0 or 1.
func (d Number) Compare(e Number) int {
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
