package rule

import (
	"cmp"
	"log/slog"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what a [Value] is.
type Kind uint8

// The kinds of values. The zero Kind is that of a missing value.
const (
	KindMissing Kind = iota
	KindText         // text, the value of a single choice
	KindNumber       // an exact decimal number
	KindDate         // a day of the calendar
	KindBool         // yes or no
	KindTime         // a time of the day, or a day with one; compares with text
	KindList         // the values of a multiple choice
	KindOther        // something that cannot be compared, such as a file
)

// String names the kind in English.
func (k Kind) String() string {
	return [...]string{"missing", "text", "number", "date", "bool", "time", "list", "other"}[min(k, KindOther)]
}

// Value is what an operand gives. Its zero value is missing. Values never
// change. A Value is an [Operand] itself: the literal.
type Value struct {
	kind Kind
	text string // as in answers; the literal's text
	list []string
	num  decimal
	day  int // days since 1970-01-01
	bad  bool
}

// Text is a text.
func Text(s string) Value { return Value{kind: KindText, text: s} }

// maxDigits bounds numbers, so that no answer makes arithmetic expensive.
const maxDigits = 40

// Number is a number of at most 40 digits, such as "12.50" or "-3". What is
// none gives a missing value, which [Check] reports if it is written in a rule.
func Number(s string) Value {
	d, ok := parseDecimal(s)
	if !ok {
		return Value{text: s, bad: true}
	}
	return Value{kind: KindNumber, text: d.String(), num: d}
}

// Bool is yes or no.
func Bool(b bool) Value { return Value{kind: KindBool, text: strconv.FormatBool(b)} }

// Date is a day, ISO 8601: "2026-04-03". What is none gives a missing value,
// which [Check] reports if it is written in a rule.
func Date(iso string) Value {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil || len(iso) != len(time.DateOnly) {
		return Value{text: iso, bad: true}
	}
	return dateOf(t)
}

// Time is a time of the day ("08:30"), or a day with one
// ("2026-04-03T08:30"), in the form of answers, in which text order is order
// of time. Seconds that are not there are 0.
func Time(s string) Value { return Value{kind: KindTime, text: s} }

// List is what was chosen of several options.
func List(values ...string) Value { return Value{kind: KindList, list: slices.Clone(values)} }

// Other is an answer that cannot be compared, such as a file.
func Other() Value { return Value{kind: KindOther} }

func dateOf(t time.Time) Value {
	return Value{kind: KindDate, text: t.Format(time.DateOnly), day: int(t.Unix() / 86400)}
}

func (v Value) time() time.Time { return time.Unix(int64(v.day)*86400, 0).UTC() }

// Kind says what the value is.
func (v Value) Kind() Kind { return v.kind }

// Missing reports whether there is no value.
func (v Value) Missing() bool { return v.kind == KindMissing }

// Answer is the value as it stands in answers: "12.5", "2026-04-03", "true".
// It is empty for a missing one, a list, and what cannot be compared.
func (v Value) Answer() string {
	if v.kind == KindMissing || v.kind == KindList || v.kind == KindOther {
		return ""
	}
	return v.text
}

// Whole returns the number if it is a whole one that an int holds.
func (v Value) Whole() (int, bool) {
	if v.kind != KindNumber || v.num.scale > 0 || !v.num.n.IsInt64() {
		return 0, false
	}
	n := v.num.n.Int64()
	return int(n), int64(int(n)) == n
}

// Compare compares two values: -1, 0 or +1. It reports false if one is missing
// or their kinds cannot be compared.
func (v Value) Compare(w Value) (int, bool) {
	switch {
	case v.kind == KindMissing || w.kind == KindMissing:
		return 0, false
	case v.kind == KindNumber && w.kind == KindNumber:
		return v.num.cmp(w.num), true
	case v.kind == KindDate && w.kind == KindDate:
		return cmp.Compare(v.day, w.day), true
	case v.kind == KindTime && (w.kind == KindTime || w.kind == KindText), v.kind == KindText && w.kind == KindTime:
		return strings.Compare(withSeconds(v.text), withSeconds(w.text)), true
	case v.kind == w.kind && (v.kind == KindText || v.kind == KindBool):
		return strings.Compare(v.text, w.text), true
	}
	return 0, false
}

// is reports whether the value is, or contains, what the text says.
func (v Value) is(s string) bool {
	switch v.kind {
	case KindList:
		return slices.Contains(v.list, s)
	case KindNumber:
		d, ok := parseDecimal(s)
		return ok && v.num.cmp(d) == 0
	case KindTime:
		return withSeconds(v.text) == withSeconds(s)
	case KindText, KindBool, KindDate:
		return v.text == s
	}
	return false
}

// withSeconds writes a time that has none with seconds.
func withSeconds(s string) string {
	if strings.Count(s, ":") == 1 {
		return s + ":00"
	}
	return s
}

// fits reports whether a literal text can be a value of the kind.
func fits(kind Kind, s string) bool {
	switch kind {
	case KindNumber:
		return !Number(s).bad
	case KindDate:
		return !Date(s).bad
	case KindBool:
		return s == "true" || s == "false"
	case KindTime:
		for _, layout := range []string{"15:04", "15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
			if _, err := time.Parse(layout, s); err == nil && len(s) == len(layout) {
				return true
			}
		}
		return false
	}
	return true
}

// LogValue says what kind of value it is, never the value: it may be a
// citizen's answer.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.kind.String()) }

// decimal is n / 10^scale, without trailing zeros.
type decimal struct {
	n     *big.Int
	scale int
}

var ten = big.NewInt(10)

func parseDecimal(s string) (decimal, bool) {
	digits, sign := s, ""
	if strings.HasPrefix(s, "-") {
		digits, sign = s[1:], "-"
	}
	whole, frac, point := strings.Cut(digits, ".")
	if whole == "" || point && frac == "" || len(digits) > maxDigits+1 {
		return decimal{}, false
	}
	for i := 0; i < len(digits); i++ {
		if c := digits[i]; (c < '0' || c > '9') && (c != '.' || i != len(whole)) {
			return decimal{}, false
		}
	}
	frac = strings.TrimRight(frac, "0")
	n, ok := new(big.Int).SetString(sign+whole+frac, 10)
	return decimal{n, len(frac)}, ok
}

func (d decimal) normal() decimal {
	if d.scale == 0 {
		return d
	}
	n, rest := new(big.Int).Set(d.n), new(big.Int)
	for d.scale > 0 {
		q := new(big.Int)
		q.QuoRem(n, ten, rest)
		if rest.Sign() != 0 {
			break
		}
		n, d.scale = q, d.scale-1
	}
	return decimal{n, d.scale}
}

// to brings d to a scale that is not smaller.
func (d decimal) to(scale int) *big.Int {
	if scale == d.scale {
		return d.n
	}
	f := new(big.Int).Exp(ten, big.NewInt(int64(scale-d.scale)), nil)
	return f.Mul(f, d.n)
}

func (d decimal) cmp(e decimal) int {
	scale := max(d.scale, e.scale)
	return d.to(scale).Cmp(e.to(scale))
}

func (d decimal) calculate(op string, e decimal) decimal {
	if op == "·" {
		return decimal{new(big.Int).Mul(d.n, e.n), d.scale + e.scale}.normal()
	}
	scale := max(d.scale, e.scale)
	n := new(big.Int)
	if op == "+" {
		n.Add(d.to(scale), e.to(scale))
	} else {
		n.Sub(d.to(scale), e.to(scale))
	}
	return decimal{n, scale}.normal()
}

func (d decimal) String() string {
	s := new(big.Int).Abs(d.n).String()
	if d.scale > 0 {
		if len(s) <= d.scale {
			s = strings.Repeat("0", d.scale-len(s)+1) + s
		}
		s = s[:len(s)-d.scale] + "." + s[len(s)-d.scale:]
	}
	if d.n.Sign() < 0 {
		return "-" + s
	}
	return s
}

// most bounds what arithmetic gives: a result of more digits is missing.
const (
	mostDigits = 120
	mostBits   = 400
)

func number(d decimal) Value {
	if d.n.BitLen() > mostBits || d.scale > mostDigits {
		return Value{}
	}
	return Value{kind: KindNumber, text: d.String(), num: d}
}

func wholeNumber(n int) Value {
	return Value{kind: KindNumber, text: strconv.Itoa(n), num: decimal{big.NewInt(int64(n)), 0}}
}
