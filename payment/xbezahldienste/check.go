package xbezahldienste

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

const (
	sourceDocs   = "XBezahldienste 1.0.0, initiate-payment-transaction"
	sourceClient = "XBezahldienste 1.0.0 as operators are known to accept it"
	maxCents     = 999999_00
)

var (
	ruleLength   = finding.Rule{Code: "XBZ-001", Source: sourceDocs, Message: "text is longer than the platform takes"}
	ruleAlphabet = finding.Rule{Code: "XBZ-002", Source: sourceDocs, Message: "character outside the field's alphabet"}
	ruleEmpty    = finding.Rule{Code: "XBZ-003", Source: sourceDocs, Message: "required text is empty"}
	ruleUTF8     = finding.Rule{Code: "XBZ-004", Source: "RFC 8259, 8.1", Message: "text is not UTF-8"}
	ruleAmount   = finding.Rule{Code: "XBZ-005", Source: sourceDocs, Message: "amount out of range"}
	ruleSum      = finding.Rule{Code: "XBZ-006", Source: sourceDocs, Message: "the items do not add up to the gross amount"}
	ruleItems    = finding.Rule{Code: "XBZ-007", Source: sourceDocs, Message: "number of items out of range"}
	ruleQuantity = finding.Rule{Code: "XBZ-008", Source: sourceClient, Message: "quantity or tax rate out of range"}
	ruleCurrency = finding.Rule{Code: "XBZ-009", Source: sourceDocs, Message: "currency other than EUR"}
	ruleURL      = finding.Rule{Code: "XBZ-010", Source: sourceDocs, Message: "redirect URL is not absolute or too long"}
	ruleBooking  = finding.Rule{Code: "XBZ-011", Source: sourceClient, Message: "booking data that the operator wants is missing"}
	ruleCountry  = finding.Rule{Code: "XBZ-012", Source: "ISO 3166-1 alpha-2", Message: "country is not two upper-case letters"}
)

// Rules returns the catalogue of what is checked before sending. Findings about
// a text have the Params "index", the place of the offending character counted
// in characters from 0, and "max", the greatest length.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleLength, ruleAlphabet, ruleEmpty, ruleUTF8, ruleAmount, ruleSum, ruleItems,
		ruleQuantity, ruleCurrency, ruleURL, ruleBooking, ruleCountry,
	}
}

// The lengths are those of sourceDocs, counted in characters.
const (
	maxPurpose     = 27
	maxDescription = 250
	maxID          = 36
	maxText        = 250
	maxHouseNumber = 20
	maxPostalCode  = 5
	maxURL         = 2082
	maxItems       = 99
	maxLines       = 9
)

// isWord is \w.
func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}

// isSpace is what \s means in every regexp engine; they differ in other blanks.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r' }

// isID is [\w\d-].
func isID(r rune) bool { return isWord(r) || r == '-' }

// isPurpose is [\w\d\s-].
func isPurpose(r rune) bool { return isID(r) || isSpace(r) }

// isDescription is [\w\d\s-,\.\u00C0-\u017F].
func isDescription(r rune) bool {
	return isPurpose(r) || r == ',' || r == '.' || r >= 0xC0 && r <= 0x17F
}

// isText is what a field without a pattern may hold: no control characters.
func isText(r rune) bool { return r >= 0x20 && r != 0x7F }

// CheckTexts tells whether the platform takes a purpose (required, up to 27
// characters of A-Z a-z 0-9 _ - and blanks) and a description (up to 250, with
// comma, point and the letters U+00C0 to U+017F too). Use it when a form is
// configured, with the longest texts that placeholders can expand to.
func CheckTexts(purpose, description string) []finding.Finding {
	var c checker
	c.text("purpose", purpose, maxPurpose, true, isPurpose)
	c.text("description", description, maxDescription, false, isDescription)
	return c.findings
}

type checker struct{ findings []finding.Finding }

func (c *checker) add(r finding.Rule, path string, params map[string]string) {
	c.findings = append(c.findings, r.At(path, 0, 0, params))
}

// text reports the first offending place of a text.
func (c *checker) text(path, s string, limit int, required bool, allowed func(rune) bool) {
	max := strconv.Itoa(limit)
	switch {
	case s == "" && required:
		c.add(ruleEmpty, path, map[string]string{"max": max})
		return
	case !utf8.ValidString(s):
		c.add(ruleUTF8, path, nil)
		return
	}
	if utf8.RuneCountInString(s) > limit {
		c.add(ruleLength, path, map[string]string{"max": max, "index": max})
	}
	index := 0
	for _, r := range s {
		if !allowed(r) {
			c.add(ruleAlphabet, path, map[string]string{"max": max, "index": strconv.Itoa(index)})
			return
		}
		index++
	}
}

func (c *checker) amount(path string, a payment.Amount) {
	if a.Cents < 0 || a.Cents > maxCents {
		c.add(ruleAmount, path, map[string]string{"min": "0", "max": "999999"})
	}
	if a.Currency != "EUR" && a != (payment.Amount{}) {
		c.add(ruleCurrency, path+".currency", nil)
	}
}

// Check implements payment.Checker: all that is known about a claim without
// calling the platform.
func (p *Provider) Check(claim payment.Claim) []finding.Finding {
	var c checker
	c.text("purpose", claim.Purpose, maxPurpose, true, isPurpose)
	c.text("description", claim.Description, maxDescription, false, isDescription)
	c.amount("amount", claim.Amount)
	if claim.Amount.Cents == 0 {
		c.add(ruleAmount, "amount", map[string]string{"min": "0.01", "max": "999999"})
	}
	if len(claim.Items) == 0 {
		c.text("kassenzeichen", claim.Kassenzeichen, maxID, false, isID)
		c.booking("bookingData", claim.BookingData, p.options.BookingDataKeys)
	} else {
		c.items(claim, p.options.BookingDataKeys)
	}
	if claim.Payer != nil && p.options.SendRequestor {
		c.requestor(claim.Payer)
	}
	return c.findings
}

func (c *checker) items(claim payment.Claim, keys []string) {
	if len(claim.Items) > maxItems {
		c.add(ruleItems, "items", map[string]string{"min": "1", "max": strconv.Itoa(maxItems)})
		return
	}
	sum, sound := payment.EUR(0), true
	for n, i := range claim.Items {
		path := "items[" + strconv.Itoa(n) + "]"
		c.text(path+".id", i.ID, maxID, true, isID)
		c.text(path+".reference", i.Reference, maxID, false, isID)
		c.text(path+".description", i.Description, maxDescription, false, isDescription)
		if i.Quantity < 1 || i.Quantity > 999999 || i.TaxRate < 0 || i.TaxRate > 10000 {
			c.add(ruleQuantity, path, map[string]string{"max": "999999"})
		}
		c.amount(path+".unitNet", i.UnitNet)
		c.amount(path+".unitTax", i.UnitTax)
		gross, err := i.Gross()
		if err == nil {
			c.amount(path, gross)
			sum, err = sum.Add(gross)
		}
		sound = sound && err == nil
		c.booking(path+".bookingData", i.BookingData, keys)
	}
	if !sound || sum != claim.Amount {
		c.add(ruleSum, "items", nil)
	}
}

func (c *checker) booking(path string, m map[string]string, keys []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		c.text(path, k, maxText, true, isText)
		c.text(path, m[k], maxText, false, isText)
	}
	for _, k := range keys {
		if m[k] == "" {
			c.add(ruleBooking, path, map[string]string{"key": k})
		}
	}
}

func (c *checker) requestor(p *payment.Payer) {
	c.text("payer.name", p.Name, maxText, false, isText)
	c.text("payer.firstName", p.FirstName, maxText, false, isText)
	c.text("payer.organization", p.Organization, maxText, false, isText)
	c.text("payer.street", p.Street, maxText, false, isText)
	c.text("payer.houseNumber", p.HouseNumber, maxHouseNumber, false, isText)
	c.text("payer.postalCode", p.PostalCode, maxPostalCode, false, isText)
	c.text("payer.city", p.City, maxText, false, isText)
	if len(p.AddressLines) > maxLines {
		c.add(ruleLength, "payer.addressLines", map[string]string{"max": strconv.Itoa(maxLines)})
	}
	for n, line := range p.AddressLines {
		c.text("payer.addressLines["+strconv.Itoa(n)+"]", line, maxText, false, isText)
	}
	if k := p.Country; k != "" && (len(k) != 2 || k[0] < 'A' || k[0] > 'Z' || k[1] < 'A' || k[1] > 'Z') {
		c.add(ruleCountry, "payer.country", nil)
	}
}

// request checks what comes with the attempt.
func (c *checker) request(r payment.CreateRequest) {
	c.text("requestId", r.RequestID, maxID, true, isID)
	u, err := url.Parse(r.ReturnURL)
	if err != nil || len(r.ReturnURL) > maxURL || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		c.add(ruleURL, "redirectUrl", map[string]string{"max": strconv.Itoa(maxURL)})
	}
}

// Capabilities implements payment.Describer.
func (p *Provider) Capabilities() payment.Capabilities {
	description := payment.TextLimit{Max: maxDescription, Alphabet: `[\w\s\-,.\x{00C0}-\x{017F}]`}
	return payment.Capabilities{
		Currencies: []string{"EUR"}, MinCents: 1, MaxCents: maxCents, MaxItems: maxItems, BookingDataKeys: p.options.BookingDataKeys,
		Texts: map[string]payment.TextLimit{
			"purpose":     {Max: maxPurpose, Alphabet: `[\w\s\-]`},
			"description": description, "items.description": description,
			"kassenzeichen": {Max: maxID, Alphabet: `[\w\-]`},
		},
	}
}
