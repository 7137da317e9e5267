package payment

import (
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// Amount is a sum of money: whole hundredths of a currency, never a floating
// point number. Its JSON form is {"cents":3070,"currency":"EUR"}; for the
// decimal JSON number that payment platforms use see [Amount.JSONNumber].
type Amount struct {
	// Cents counts hundredths; negative amounts are sums paid back.
	Cents int64 `json:"cents"`
	// Currency is three upper-case letters (ISO 4217). Claims are in EUR.
	Currency string `json:"currency"`
}

// EUR returns an amount in euro.
func EUR(cents int64) Amount { return Amount{Cents: cents, Currency: "EUR"} }

// amountMax bounds the text of an amount; longer ones are refused unread.
const amountMax = 64

// ParseAmount reads a decimal number with a point, as JSON writes it
// ("30.70", "30.7", "3.07e1"), into an amount. Nothing is rounded: a third
// decimal that is not zero is an error, as is a sum over 2^63-1 cents. The
// error is a *finding.InvalidError with PAY-001 to PAY-004.
func ParseAmount(number, currency string) (Amount, error) {
	if !validCurrency(currency) {
		return Amount{}, invalid(ruleCurrency.At("", 0, 0, nil))
	}
	cents, rule := parseCents(number)
	if rule != nil {
		return Amount{}, invalid(rule.At("", 0, 0, nil))
	}
	return Amount{Cents: cents, Currency: currency}, nil
}

// ParseGermanAmount reads an amount in euro as people write it in German:
// "30,70", "30,70 €", "1.234,56 EUR", "1234". There are no or two decimals;
// points may only part groups of three digits, so "30.70" is an error
// (a *finding.InvalidError with PAY-001 or PAY-003).
func ParseGermanAmount(text string) (Amount, error) {
	bad := invalid(ruleNumber.At("", 0, 0, nil))
	if len(text) > amountMax {
		return Amount{}, bad
	}
	s := strings.ReplaceAll(strings.TrimSpace(text), "\u00a0", " ")
	for _, unit := range []string{"€", "EUR"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			s = strings.TrimRight(rest, " ")
			break
		}
	}
	whole, fraction, comma := strings.Cut(s, ",")
	if comma && len(fraction) != 2 {
		return Amount{}, bad
	}
	digits := strings.TrimPrefix(whole, "-")
	if groups := strings.Split(digits, "."); len(groups) > 1 {
		if n := len(groups[0]); n < 1 || n > 3 {
			return Amount{}, bad
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return Amount{}, bad
			}
		}
		digits = strings.Join(groups, "")
	}
	if digits == "" || !allDigits(digits) || !allDigits(fraction) {
		return Amount{}, bad
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		digits = "0"
	}
	if strings.HasPrefix(whole, "-") {
		digits = "-" + digits
	}
	if comma {
		digits += "." + fraction
	}
	return ParseAmount(digits, "EUR")
}

// AmountFromJSON is [ParseAmount] for a number read with json.Number.
func AmountFromJSON(n json.Number, currency string) (Amount, error) {
	return ParseAmount(string(n), currency)
}

// JSONNumber writes the amount as a JSON number with two decimals (30.70),
// computed from the cents.
func (a Amount) JSONNumber() json.Number { return json.Number(a.decimal('.', false)) }

// String writes the amount for logs and tests: "30.70 EUR".
func (a Amount) String() string { return a.decimal('.', false) + " " + a.Currency }

// German writes the amount for people: "30,70 €", "-1.234,56 €". Other
// currencies than EUR keep their code: "30,70 CHF". Between number and unit is
// an ordinary blank.
func (a Amount) German() string {
	unit := a.Currency
	if unit == "EUR" {
		unit = "€"
	}
	return a.decimal(',', true) + " " + unit
}

// IsZero reports whether the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.Cents == 0 }

// Add returns the sum. It fails (PAY-003, PAY-004) if the currencies differ or
// the sum does not fit. The zero Amount{} adds nothing to any currency.
func (a Amount) Add(b Amount) (Amount, error) {
	switch (Amount{}) {
	case a:
		return b, nil
	case b:
		return a, nil
	}
	if a.Currency != b.Currency {
		return Amount{}, invalid(ruleCurrency.At("", 0, 0, nil))
	}
	sum := a.Cents + b.Cents
	if (b.Cents > 0) != (sum > a.Cents) && b.Cents != 0 {
		return Amount{}, invalid(ruleTooLarge.At("", 0, 0, nil))
	}
	return Amount{Cents: sum, Currency: a.Currency}, nil
}

// Times returns n times the amount; it fails (PAY-003) if that does not fit.
func (a Amount) Times(n int64) (Amount, error) {
	hi, lo := bits.Mul64(magnitude(a.Cents), magnitude(n))
	if hi != 0 || lo > math.MaxInt64 {
		return Amount{}, invalid(ruleTooLarge.At("", 0, 0, nil))
	}
	cents := int64(lo)
	if (a.Cents < 0) != (n < 0) {
		cents = -cents
	}
	return Amount{Cents: cents, Currency: a.Currency}, nil
}

// Neg returns the amount with the other sign.
func (a Amount) Neg() Amount { return Amount{Cents: -a.Cents, Currency: a.Currency} }

// TaxRate is a rate in hundredths of a percent: 1900 is 19 %.
type TaxRate int64

// SplitTax parts a gross amount into net and tax at a rate. The tax is rounded
// half up to a cent; net and tax always add up to the gross amount. The amount
// must not be negative nor above 10^12 cents, the rate 0 to 100 %.
func SplitTax(gross Amount, rate TaxRate) (net, tax Amount, err error) {
	if gross.Cents < 0 || gross.Cents > 1e12 || rate < 0 || rate > 10000 {
		return Amount{}, Amount{}, invalid(ruleTooLarge.At("", 0, 0, nil))
	}
	base := 10000 + int64(rate)
	cents := (gross.Cents*int64(rate)*2 + base) / (2 * base)
	return Amount{gross.Cents - cents, gross.Currency}, Amount{cents, gross.Currency}, nil
}

func (a Amount) decimal(point byte, group bool) string {
	m := magnitude(a.Cents)
	whole := strconv.FormatUint(m/100, 10)
	var b strings.Builder
	if a.Cents < 0 {
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if group && i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(whole[i])
	}
	b.WriteByte(point)
	b.WriteByte('0' + byte(m%100/10))
	b.WriteByte('0' + byte(m%10))
	return b.String()
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func validCurrency(c string) bool {
	return len(c) == 3 && strings.IndexFunc(c, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// parseCents reads a number of the JSON grammar (RFC 8259, 6) into hundredths.
func parseCents(s string) (int64, *finding.Rule) {
	if len(s) > amountMax {
		return 0, &ruleNumber
	}
	rest, negative := strings.CutPrefix(s, "-")
	mantissa, exponent, ok := splitExponent(rest)
	if !ok {
		return 0, &ruleNumber
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if whole == "" || !allDigits(whole) || !allDigits(fraction) ||
		point && fraction == "" || len(whole) > 1 && whole[0] == '0' {
		return 0, &ruleNumber
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	scale := len(fraction) - exponent // number of decimals
	for scale > 2 && strings.HasSuffix(digits, "0") {
		digits, scale = digits[:len(digits)-1], scale-1
	}
	if digits == "" {
		return 0, nil
	}
	if scale > 2 {
		return 0, &ruleDecimals
	}
	if len(digits)+2-scale > 19 {
		return 0, &ruleTooLarge
	}
	value, err := strconv.ParseInt(digits+strings.Repeat("0", 2-scale), 10, 64)
	if err != nil {
		return 0, &ruleTooLarge
	}
	if negative {
		value = -value
	}
	return value, nil
}

func splitExponent(s string) (mantissa string, exponent int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, true
	}
	e := s[i+1:]
	unsigned := strings.TrimLeft(e, "+-")
	if len(e)-len(unsigned) > 1 || unsigned == "" || len(unsigned) > 3 || !allDigits(unsigned) {
		return "", 0, false
	}
	exponent, err := strconv.Atoi(e)
	return s[:i], exponent, err == nil
}

func invalid(f ...finding.Finding) *finding.InvalidError {
	return &finding.InvalidError{Findings: f}
}
