package payment

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
)

// Claim (Forderung) is a sum that an authority wants from somebody. Tenant and
// ID are its key; once opened it never changes. What has been paid on it is in
// its ledger, what has been tried is in its attempts.
type Claim struct {
	// Tenant names the authority's installation, 1 to 64 characters of
	// A-Z a-z 0-9 . _ : -
	Tenant string `json:"tenant"`
	// ID is the caller's, unique in the tenant; same form as Tenant.
	ID string `json:"id"`
	// Amount is above zero and in EUR. Taxes are included.
	Amount Amount `json:"amount"`
	// Purpose (Verwendungszweck) appears on the payer's statement of account,
	// 1 to 140 characters. Platforms allow less: see [Service.Check].
	Purpose string `json:"purpose"`
	// Description is for the payer on the pay page, up to 250 characters.
	Description string `json:"description,omitempty"`
	// Kassenzeichen is the authority's booking reference, up to 36 characters.
	// Its form differs from authority to authority.
	Kassenzeichen string `json:"kassenzeichen,omitempty"`
	// Due is the last day to pay; the zero date means at once.
	Due Date `json:"due,omitzero"`
	// Items add up to Amount. None stands for one item of the whole amount
	// without tax.
	Items []Item `json:"items,omitempty"`
	// BookingData goes to the booking system with the one item that stands for
	// a claim without Items. Keys are agreed with the platform's operator.
	BookingData map[string]string `json:"bookingData,omitempty"`
	// Payer is personal data; nil where the platform need not know.
	Payer *Payer `json:"payer,omitempty"`
	// Provider is the key of the provider to use; empty means the first one
	// registered for the tenant.
	Provider string `json:"provider,omitempty"`
	// OpenedAt is set by the service.
	OpenedAt time.Time `json:"openedAt,omitzero"`
	// PayerErased says that Payer has been deleted (see [Store].ErasePayer).
	PayerErased bool `json:"payerErased,omitempty"`
}

// Item is one line of a claim: Quantity times a unit price. Tax is rounded per
// unit, so that the lines always add up.
type Item struct {
	// ID is unique in the claim, 1 to 36 characters of A-Z a-z 0-9 _ -
	ID string `json:"id"`
	// Reference is the caller's, up to 36 characters; empty means the ID.
	Reference   string `json:"reference,omitempty"`
	Description string `json:"description,omitempty"` // up to 250 characters
	// Quantity is 1 to 999999.
	Quantity int64 `json:"quantity"`
	// UnitNet and UnitTax are the price and the tax of one unit, not negative.
	UnitNet Amount `json:"unitNet"`
	UnitTax Amount `json:"unitTax"`
	// TaxRate is 0 to 10000 hundredths of a percent; it is passed on, not
	// computed with.
	TaxRate TaxRate `json:"taxRate,omitempty"`
	// BookingData is agreed with the platform's operator.
	BookingData map[string]string `json:"bookingData,omitempty"`
}

// Payer is who pays: personal data. It never appears in errors or logs.
type Payer struct {
	Name         string   `json:"name,omitempty"` // family name
	FirstName    string   `json:"firstName,omitempty"`
	Organization string   `json:"organization,omitempty"` // name of a company or body
	Street       string   `json:"street,omitempty"`
	HouseNumber  string   `json:"houseNumber,omitempty"`
	AddressLines []string `json:"addressLines,omitempty"`
	PostalCode   string   `json:"postalCode,omitempty"`
	City         string   `json:"city,omitempty"`
	Country      string   `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// LogValue hides the person.
func (Payer) LogValue() slog.Value { return slog.StringValue("[payer]") }

// Format hides the person, whatever the verb.
func (Payer) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[payer]") }

// LogValue shows the key and the amount only: texts may name people.
func (c Claim) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", c.Tenant), slog.String("id", c.ID), slog.String("amount", c.Amount.String()))
}

// Format shows what [Claim.LogValue] shows, whatever the verb.
func (c Claim) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "claim %s/%s %s", c.Tenant, c.ID, c.Amount)
}

// Gross returns what the item costs in all.
func (i Item) Gross() (Amount, error) {
	unit, err := i.UnitNet.Add(i.UnitTax)
	if err != nil {
		return Amount{}, err
	}
	return unit.Times(i.Quantity)
}

// Validate checks the claim against the rules of this package (PAY-010 to
// PAY-017). The platform's own, narrower rules are checked by
// [Service.Check]. It returns nil or a *finding.InvalidError with all
// findings; their paths are the JSON names.
func (c Claim) Validate() error {
	var l lint
	l.key("tenant", c.Tenant)
	l.key("id", c.ID)
	if c.Provider != "" {
		l.key("provider", c.Provider)
	}
	if c.Amount.Cents <= 0 {
		l.add(rulePositive, "amount", nil)
	}
	if c.Amount.Currency != "EUR" {
		l.add(ruleEUR, "amount.currency", nil)
	}
	l.text("purpose", c.Purpose, 140)
	if strings.TrimSpace(c.Purpose) == "" {
		l.add(ruleRequired, "purpose", nil)
	}
	l.text("description", c.Description, 250)
	l.text("kassenzeichen", c.Kassenzeichen, 36)
	l.bookingData("bookingData", c.BookingData)
	if len(c.Items) > 0 {
		l.items(c)
	}
	if c.Payer != nil {
		l.payer(c.Payer)
	}
	if len(l.findings) > 0 {
		return invalid(l.findings...)
	}
	return nil
}

type lint struct{ findings []finding.Finding }

func (l *lint) add(r finding.Rule, path string, params map[string]string) {
	l.findings = append(l.findings, r.At(path, 0, 0, params))
}

func (l *lint) key(path, s string) {
	if !validKey(s) {
		l.add(ruleKey, path, map[string]string{"max": "64"})
	}
}

func (l *lint) text(path, s string, limit int) {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit || strings.IndexFunc(s, unicode.IsControl) >= 0 {
		l.add(ruleText, path, map[string]string{"max": strconv.Itoa(limit)})
	}
}

func (l *lint) bookingData(path string, m map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		l.text(path, k, 250)
		l.text(path, m[k], 250)
	}
}

func (l *lint) items(c Claim) {
	sum, fits := EUR(0), true
	seen := make(map[string]bool, len(c.Items))
	for n, i := range c.Items {
		path := "items[" + strconv.Itoa(n) + "]"
		if len(i.ID) > 36 || !validKey(i.ID) {
			l.add(ruleKey, path+".id", map[string]string{"max": "36"})
		}
		if seen[i.ID] {
			l.add(ruleItemID, path+".id", nil)
		}
		seen[i.ID] = true
		l.text(path+".reference", i.Reference, 36)
		l.text(path+".description", i.Description, 250)
		l.bookingData(path+".bookingData", i.BookingData)
		if i.Quantity < 1 || i.Quantity > 999999 || i.UnitNet.Cents < 0 || i.UnitTax.Cents < 0 || i.TaxRate < 0 || i.TaxRate > 10000 {
			l.add(ruleQuantity, path, map[string]string{"max": "999999"})
		}
		gross, err := i.Gross()
		if err == nil {
			sum, err = sum.Add(gross)
		}
		fits = fits && err == nil
	}
	if !fits || sum != c.Amount {
		l.add(ruleSum, "items", nil)
	}
}

func (l *lint) payer(p *Payer) {
	for _, f := range []struct {
		path, value string
	}{
		{"name", p.Name}, {"firstName", p.FirstName}, {"organization", p.Organization}, {"street", p.Street},
		{"houseNumber", p.HouseNumber}, {"postalCode", p.PostalCode}, {"city", p.City}, {"country", p.Country},
	} {
		l.text("payer."+f.path, f.value, 250)
	}
	for n, line := range p.AddressLines {
		l.text("payer.addressLines["+strconv.Itoa(n)+"]", line, 250)
	}
}

// clone returns a copy that shares nothing with c.
func (c Claim) clone() Claim {
	c.Items = slices.Clone(c.Items)
	for i := range c.Items {
		c.Items[i].BookingData = maps.Clone(c.Items[i].BookingData)
	}
	c.BookingData = maps.Clone(c.BookingData)
	if c.Payer != nil {
		p := *c.Payer
		p.AddressLines = slices.Clone(p.AddressLines)
		c.Payer = &p
	}
	return c
}

func validKey(s string) bool {
	return len(s) >= 1 && len(s) <= 64 && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._:-", r)
	}) < 0
}

// Date is a day without a time.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD; the error is a *finding.InvalidError (PAY-005).
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, invalid(ruleDate.At("", 0, 0, nil))
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// IsZero reports whether no day is given.
func (d Date) IsZero() bool { return d == Date{} }

// String writes YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// German writes DD.MM.YYYY.
func (d Date) German() string { return fmt.Sprintf("%02d.%02d.%04d", d.Day, int(d.Month), d.Year) }

// MarshalText writes [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
