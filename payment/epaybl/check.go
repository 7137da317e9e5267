package epaybl

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

const source = "ePayBL SOAP interface 2.x/3.x, as public clients use it"

var (
	ruleLength   = finding.Rule{Code: "EPB-001", Source: source, Message: "text is longer than the platform takes"}
	ruleAlphabet = finding.Rule{Code: "EPB-002", Source: source, Message: "character outside the field's alphabet"}
	ruleEmpty    = finding.Rule{Code: "EPB-003", Source: source, Message: "required text is empty"}
	ruleAmount   = finding.Rule{Code: "EPB-004", Source: source, Message: "amount is not above zero and below 10,000,000,000,000 EUR"}
	ruleUnknown  = finding.Rule{Code: "EPB-005", Source: source, Message: "booking data that the interface has no field for"}
	ruleURL      = finding.Rule{Code: "EPB-006", Source: source, Message: "return address is not absolute"}
	ruleRequest  = finding.Rule{Code: "EPB-007", Source: source, Message: "request id is not 1 to 30 characters of A-Z a-z 0-9 -"}
	ruleSum      = finding.Rule{Code: "EPB-009", Source: source, Message: "the items do not add up to the claim's amount"}
	ruleText     = finding.Rule{Code: "EPB-008", Source: "XML 1.0, 2.2", Message: "text is not UTF-8 or holds control characters"}
)

// Rules returns the catalogue of what is checked before anything is sent.
// Findings about a text have the Params "max", the greatest length, and
// "index", the place of the offending character counted in characters from 0.
func Rules() []finding.Rule {
	return []finding.Rule{ruleLength, ruleAlphabet, ruleEmpty, ruleAmount, ruleUnknown, ruleURL, ruleRequest, ruleText, ruleSum}
}

// Lengths in characters.
const (
	maxHaushaltsstelle = 10
	maxObjektnummer    = 10
	maxBuchungstext    = 120
	maxHref            = 100
	maxKassenzeichen   = 30
	maxTransaktion     = 30
	maxName            = 27
	maxAmountCents     = 1_000_000_000_000_000 // 15 digits, 2 of them decimals
)

// Keys of booking data.
const (
	keyHaushaltsstelle = "haushaltsstelle"
	keyObjektnummer    = "objektnummer"
	keyBuchungstext    = "buchungstext"
	keyBelegNr         = "belegNr"
	keyHref            = "href"
)

func isKey(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
}

// isBuchungstext is the alphabet of a booking text.
func isBuchungstext(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(",.:/+& -*$%ÄÖÜß", r)
}

func isText(r rune) bool { return r >= 0x20 && r != 0x7F && r != 0xFFFE && r != 0xFFFF }

func each(s string, allowed func(rune) bool) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !allowed(r) }) < 0
}

type checker struct{ findings []finding.Finding }

func (c *checker) add(r finding.Rule, path string, params map[string]string) {
	c.findings = append(c.findings, r.At(path, 0, 0, params))
}

// text reports the first offending place of a text.
func (c *checker) text(path, s string, limit int, required bool, allowed func(rune) bool) {
	most := strconv.Itoa(limit)
	switch {
	case s == "" && required:
		c.add(ruleEmpty, path, map[string]string{"max": most})
		return
	case !utf8.ValidString(s) || !each(s, isText):
		c.add(ruleText, path, nil)
		return
	case utf8.RuneCountInString(s) > limit:
		c.add(ruleLength, path, map[string]string{"max": most, "index": most})
	}
	index := 0
	for _, r := range s {
		if !allowed(r) {
			c.add(ruleAlphabet, path, map[string]string{"max": most, "index": strconv.Itoa(index)})
			return
		}
		index++
	}
}

// Check implements payment.Checker: all that is known about a claim without
// calling the platform.
func (p *Provider) Check(claim payment.Claim) []finding.Finding {
	var c checker
	if claim.Amount.Cents <= 0 || claim.Amount.Cents >= maxAmountCents || claim.Amount.Currency != "EUR" {
		c.add(ruleAmount, "amount", nil)
	}
	c.text("kassenzeichen", claim.Kassenzeichen, maxKassenzeichen, false, isKey)
	for _, line := range p.lines(claim) {
		c.line(line)
	}
	if len(claim.Items) > 0 && !addsUp(claim) {
		c.add(ruleSum, "items", nil)
	}
	for n, i := range claim.Items {
		c.known("items["+strconv.Itoa(n)+"].bookingData", i.BookingData)
	}
	c.known("bookingData", claim.BookingData)
	if p.config.SendPayer && claim.Payer != nil {
		last, first := p.customer(claim)
		c.text("payer.name", last, maxName, true, isText)
		c.text("payer.firstName", first, maxName, false, isText)
	}
	return c.findings
}

func addsUp(claim payment.Claim) bool {
	sum := payment.EUR(0)
	for _, i := range claim.Items {
		gross, err := i.Gross()
		if err == nil {
			sum, err = sum.Add(gross)
		}
		if err != nil {
			return false
		}
	}
	return sum == claim.Amount
}

func (c *checker) line(l line) {
	c.text(l.path+keyHaushaltsstelle, l.haushaltsstelle, maxHaushaltsstelle, true, isKey)
	c.text(l.path+keyObjektnummer, l.objektnummer, maxObjektnummer, false, isKey)
	c.text(l.path+keyBuchungstext, l.text, maxBuchungstext, true, isBuchungstext)
	c.text(l.path+keyBelegNr, l.belegNr, 8, false, func(r rune) bool { return r >= '0' && r <= '9' })
	c.text(l.path+keyHref, l.href, maxHref, false, isText)
	if !l.fits || l.amount.Cents <= 0 {
		c.add(ruleAmount, strings.TrimSuffix(l.path, "bookingData."), nil)
	}
}

func (c *checker) known(path string, m map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch k {
		case keyHaushaltsstelle, keyObjektnummer, keyBuchungstext, keyBelegNr, keyHref:
		default:
			c.add(ruleUnknown, path, nil)
		}
	}
}

// request checks what comes with the attempt.
func (c *checker) request(r payment.CreateRequest) {
	if r.RequestID == "" || len(r.RequestID) > maxTransaktion || !each(r.RequestID, func(r rune) bool { return isKey(r) || r == '-' }) {
		c.add(ruleRequest, "requestId", nil)
	}
	if checkReturn(r.ReturnURL) != nil {
		c.add(ruleURL, "redirectUrl", nil)
	}
}

// Capabilities implements payment.Describer. ePayBL knows no limit to the
// number of items.
func (p *Provider) Capabilities() payment.Capabilities {
	text := payment.TextLimit{Max: maxBuchungstext, Alphabet: `[A-Z0-9,.:/+& \-*$%ÄÖÜß]`}
	return payment.Capabilities{
		Currencies: []string{"EUR"}, MinCents: 1, MaxCents: maxAmountCents - 1,
		Texts: map[string]payment.TextLimit{
			"purpose": text, "items.description": text, "kassenzeichen": {Max: maxKassenzeichen, Alphabet: `[A-Za-z0-9]`},
		},
	}
}
