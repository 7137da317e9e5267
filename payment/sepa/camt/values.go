package camt

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// value returns the text of the element at hand; it is valid until the next
// call.
func (r *Reader) value() []byte {
	if r.err != nil {
		return nil
	}
	b, err := r.s.AppendText(r.buf[:0], maxText)
	r.buf = b[:0]
	if err == nil {
		return b
	}
	var syntax *xmlscan.SyntaxError
	switch {
	case !errors.As(err, &syntax):
		r.err = err
	case syntax.Code() == "XML-051":
		r.fail(ruleLong)
	case syntax.Code() == "XML-050":
		r.fail(ruleOrder)
	default:
		r.err = err
	}
	return nil
}

// text reads an element that may occur once.
func (r *Reader) text(dst *string) {
	if *dst != "" {
		r.fail(ruleRepeated)
		return
	}
	if b := r.value(); r.err == nil {
		*dst = string(b)
	}
}

// code reads a short text of which a file has few different ones.
func (r *Reader) code(dst *string) {
	if *dst != "" {
		r.fail(ruleRepeated)
		return
	}
	b := trim(r.value())
	if r.err != nil {
		return
	}
	if s, ok := r.strings[string(b)]; ok {
		*dst = s
		return
	}
	*dst = string(b)
	if len(r.strings) < maxIntern && len(b) <= 35 {
		r.strings[*dst] = *dst
	}
}

func (r *Reader) number(dst *int64) {
	b := trim(r.value())
	if r.err != nil {
		return
	}
	n, err := strconv.ParseUint(string(b), 10, 63)
	if err != nil || *dst > 0 {
		r.fail(ruleValue)
		return
	}
	*dst = int64(n)
}

// flag reads an xs:boolean.
func (r *Reader) flag(dst *bool) {
	b := trim(r.value())
	if r.err != nil {
		return
	}
	switch string(b) {
	case "true", "1":
		*dst = true
	case "false", "0":
		*dst = false
	default:
		r.fail(ruleValue)
	}
}

// direction is what CdtDbtInd says; its zero value is nothing.
type direction uint8

const (
	credit direction = iota + 1
	debit
)

func (r *Reader) direction(dst *direction) {
	b := trim(r.value())
	if r.err != nil {
		return
	}
	switch {
	case *dst != 0:
		r.fail(ruleRepeated)
	case string(b) == "CRDT":
		*dst = credit
	case string(b) == "DBIT":
		*dst = debit
	default:
		r.fail(ruleValue)
	}
}

// amount reads an element with an attribute Ccy.
func (r *Reader) amount() (a Amount, ok bool) {
	ccy, _ := r.s.Attr("", "Ccy")
	switch {
	case string(ccy) == "EUR":
		a.Currency = "EUR"
	case validCurrency(string(ccy)):
		a.Currency = string(ccy)
	default:
		r.fail(ruleAmount)
		return a, false
	}
	b := r.value()
	if r.err != nil {
		return a, false
	}
	units, rule := parseUnits(b)
	if rule != nil {
		r.fail(*rule)
		return a, false
	}
	a.Units = units
	return a, true
}

func (r *Reader) amountOnce(dst **Amount) {
	if *dst != nil {
		r.fail(ruleRepeated)
		return
	}
	if a, ok := r.amount(); ok {
		*dst = &a
	}
}

// date reads a choice of Dt and DtTm: the day as the bank wrote it.
func (r *Reader) date(dst *payment.Date) {
	depth := r.s.Depth()
	if !dst.IsZero() {
		r.fail(ruleRepeated)
		return
	}
	for r.child(depth) {
		name := r.s.Name().Local
		if name != "Dt" && name != "DtTm" {
			r.fail(ruleOrder)
			return
		}
		b := trim(r.value())
		if name == "DtTm" && len(b) > 10 && b[10] == 'T' || name == "Dt" && len(b) > 10 && (b[10] == 'Z' || b[10] == '+' || b[10] == '-') {
			b = b[:10]
		}
		if r.err != nil {
			return
		}
		d, ok := parseDate(b)
		if !ok || !dst.IsZero() {
			r.fail(ruleValue)
			return
		}
		*dst = d
	}
	if r.err == nil && dst.IsZero() {
		r.failAt(ruleMissing, "Dt")
	}
}

// parseDate reads YYYY-MM-DD without allocating.
func parseDate(b []byte) (payment.Date, bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return payment.Date{}, false
	}
	var n [8]int
	for i, at := range [8]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if b[at] < '0' || b[at] > '9' {
			return payment.Date{}, false
		}
		n[i] = int(b[at] - '0')
	}
	year, month, day := n[0]*1000+n[1]*100+n[2]*10+n[3], n[4]*10+n[5], n[6]*10+n[7]
	if day > 28 || month < 1 || month > 12 || day < 1 || year < 1 {
		d, err := payment.ParseDate(string(b))
		return d, err == nil && year > 0
	}
	return payment.Date{Year: year, Month: time.Month(month), Day: day}, true
}

// iban reads an IBAN; what is none is kept as another account number.
func (r *Reader) iban(iban *ids.IBAN, other *string) {
	b := trim(r.value())
	if r.err != nil {
		return
	}
	if *iban != "" || *other != "" {
		r.fail(ruleRepeated)
		return
	}
	s := string(b)
	if !ids.IBAN(s).Valid() {
		*other = s
		return
	}
	if *iban = ids.IBAN(s); strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
		*iban, _ = ids.ParseIBAN(s) // blanks or small letters; Valid says that it can be read
	}
}
