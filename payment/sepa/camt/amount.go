package camt

import (
	"math"
	"strconv"
	"strings"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// unit is how many units of an Amount make one of its currency.
const unit = 100000

// Amount is an amount as ISO 20022 allows it, exact and without a sign: up to
// five decimals.
type Amount struct {
	// Units counts hundred-thousandths of the currency; at most 2^63-1, which
	// is more than 92 trillion.
	Units int64
	// Currency is three capital letters (ISO 4217).
	Currency string
}

// Money returns the amount in cents. It fails with a *finding.InvalidError
// (CAMT-006) if a decimal behind the second is not zero: nothing is rounded.
func (a Amount) Money() (payment.Amount, error) {
	if a.Units%(unit/100) != 0 {
		return payment.Amount{}, &finding.InvalidError{Findings: []finding.Finding{ruleAmount.At("", 0, 0, map[string]string{"decimals": "2"})}}
	}
	return payment.Amount{Cents: a.Units / (unit / 100), Currency: a.Currency}, nil
}

// String writes the amount for logs and tests: "30.70 EUR".
func (a Amount) String() string {
	n, sign := a.Units, ""
	if n < 0 {
		n, sign = -n, "-"
	}
	whole, part := strconv.FormatInt(n/unit, 10), strconv.FormatInt(unit+n%unit, 10)[1:]
	for len(part) > 2 && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	return sign + whole + "." + part + " " + a.Currency
}

// plus adds units and says whether that fits.
func plus(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (b >= 0) == (sum >= a)
}

// parseUnits reads an xs:decimal of at least 0 with at most five decimals and
// 18 digits into hundred-thousandths. White space around it is collapsed.
func parseUnits(b []byte) (int64, *finding.Rule) {
	s := trim(b)
	if len(s) > 0 && s[0] == '+' {
		s = s[1:]
	}
	var value uint64
	digits, decimals, point := 0, 0, false
	for _, c := range s {
		switch {
		case c == '.' && !point:
			point = true
			continue
		case c < '0' || c > '9':
			return 0, &ruleAmount
		}
		digits++
		if point {
			if decimals++; decimals > 5 {
				if c != '0' {
					return 0, &ruleAmount
				}
				continue
			}
		}
		if value > math.MaxInt64/10 {
			return 0, &ruleLarge
		}
		value = value*10 + uint64(c-'0')
	}
	if digits == 0 {
		return 0, &ruleAmount
	}
	for range 5 - min(decimals, 5) {
		if value > math.MaxInt64/10 {
			return 0, &ruleLarge
		}
		value *= 10
	}
	if value > math.MaxInt64 {
		return 0, &ruleLarge
	}
	return int64(value), nil
}

func trim(b []byte) []byte {
	for len(b) > 0 && strings.IndexByte(" \t\r\n", b[0]) >= 0 {
		b = b[1:]
	}
	for len(b) > 0 && strings.IndexByte(" \t\r\n", b[len(b)-1]) >= 0 {
		b = b[:len(b)-1]
	}
	return b
}

func validCurrency(s string) bool {
	return len(s) == 3 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s[2] >= 'A' && s[2] <= 'Z'
}
