package payment

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
)

// Capabilities say what a platform takes and can do, so that a form can be
// checked when it is configured and staff can be shown what is possible. Zero
// values mean no limit besides those of [Claim].
type Capabilities struct {
	Currencies []string `json:"currencies"` // ISO 4217
	// MinCents and MaxCents bound the amount of a claim.
	MinCents int64 `json:"minCents,omitempty"`
	MaxCents int64 `json:"maxCents,omitempty"`
	MaxItems int   `json:"maxItems,omitempty"`
	// Texts by the JSON name of the [Claim] field: "purpose", "description",
	// "kassenzeichen", "items.description".
	Texts map[string]TextLimit `json:"texts,omitempty"`
	// BookingDataKeys must be present in every item.
	BookingDataKeys []string `json:"bookingDataKeys,omitempty"`

	// What follows is set by [Service.Capabilities], from the interfaces that
	// the provider implements.
	Cancel       bool `json:"cancel"`
	Refund       bool `json:"refund"`
	Lookup       bool `json:"lookup"` // of a payment by our request id
	Notification bool `json:"notification"`
	Health       bool `json:"health"`
}

// TextLimit bounds a text.
type TextLimit struct {
	// Max is the greatest number of characters; 0 is no limit.
	Max int `json:"max,omitempty"`
	// Alphabet is an RE2 character class of the characters allowed, such as
	// `[0-9A-Za-z \-]`; empty allows all.
	Alphabet string `json:"alphabet,omitempty"`
}

// Describer is a provider that tells what its platform takes. Claims that go
// beyond it are refused before an attempt is begun. The interfaces need not be
// described.
type Describer interface{ Capabilities() Capabilities }

// Capabilities tells what the provider can do that takes a tenant's claims;
// provider is its key, empty for the first one. It calls nobody. The error is
// ErrNoProvider.
func (s *Service) Capabilities(tenant, provider string) (Capabilities, error) {
	r, err := s.registration(Claim{Tenant: tenant, Provider: provider})
	if err != nil {
		return Capabilities{}, err
	}
	var c Capabilities
	if d, ok := r.Provider.(Describer); ok {
		c = d.Capabilities()
	}
	if len(c.Currencies) == 0 {
		c.Currencies = []string{"EUR"}
	}
	_, c.Cancel = r.Provider.(Canceler)
	_, c.Refund = r.Provider.(Refunder)
	_, c.Lookup = r.Provider.(Lookuper)
	_, c.Notification = r.Provider.(Notifier)
	_, c.Health = r.Provider.(HealthChecker)
	return c, nil
}

// Check tells which limits a claim breaks (PAY-030 to PAY-035).
func (c Capabilities) Check(claim Claim) []finding.Finding {
	var l lint
	if len(c.Currencies) > 0 && !slices.Contains(c.Currencies, claim.Amount.Currency) {
		l.add(rulePlatformCurrency, "amount.currency", nil)
	}
	if claim.Amount.Cents < c.MinCents || c.MaxCents > 0 && claim.Amount.Cents > c.MaxCents {
		l.add(rulePlatformAmount, "amount", map[string]string{"min": strconv.FormatInt(c.MinCents, 10), "max": strconv.FormatInt(c.MaxCents, 10)})
	}
	if c.MaxItems > 0 && len(claim.Items) > c.MaxItems {
		l.add(rulePlatformItems, "items", map[string]string{"max": strconv.Itoa(c.MaxItems)})
	}
	l.limit("purpose", claim.Purpose, c.Texts["purpose"])
	l.limit("description", claim.Description, c.Texts["description"])
	l.limit("kassenzeichen", claim.Kassenzeichen, c.Texts["kassenzeichen"])
	for n, i := range claim.Items {
		l.limit(fmt.Sprintf("items[%d].description", n), i.Description, c.Texts["items.description"])
	}
	l.bookingKeys(claim, c.BookingDataKeys)
	return l.findings
}

func (l *lint) limit(path, text string, t TextLimit) {
	if t.Max > 0 && utf8.RuneCountInString(text) > t.Max {
		l.add(rulePlatformLength, path, map[string]string{"max": strconv.Itoa(t.Max)})
	}
	if t.Alphabet == "" || text == "" {
		return
	}
	allowed, err := regexp.Compile("^(?:" + t.Alphabet + ")*$")
	if err != nil || !allowed.MatchString(text) {
		l.add(rulePlatformAlphabet, path, map[string]string{"alphabet": t.Alphabet})
	}
}

func (l *lint) bookingKeys(c Claim, keys []string) {
	for _, key := range keys {
		if len(c.Items) == 0 && c.BookingData[key] == "" {
			l.add(rulePlatformBooking, "bookingData", map[string]string{"key": key})
		}
		for n, i := range c.Items {
			if i.BookingData[key] == "" {
				l.add(rulePlatformBooking, fmt.Sprintf("items[%d].bookingData", n), map[string]string{"key": key})
			}
		}
	}
}

// checkClaim asks a provider, as far as it can tell, whether it takes a claim.
func checkClaim(p Provider, c Claim) []finding.Finding {
	if checker, ok := p.(Checker); ok {
		return checker.Check(c)
	}
	if d, ok := p.(Describer); ok {
		return d.Capabilities().Check(c)
	}
	return nil
}
