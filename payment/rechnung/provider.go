package rechnung

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/loopback"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
	"github.com/bausteine/egov/xoev/finding"
)

// Payee is the account that the money goes to.
type Payee struct {
	// Name is exactly the account holder's: since October 2025 the payer's bank
	// compares name and IBAN and warns if they differ. Up to 70 characters.
	Name string
	IBAN ids.IBAN
	// Bank is the bank's name for the page; may be empty.
	Bank string
}

// Config is what an authority decides on.
type Config struct {
	// BaseURL is the public address of the application: https, or http on a
	// loopback host. Invoices are at BaseURL + "/rechnung/" + transaction id.
	BaseURL string
	// Keys are secrets of at least 32 bytes that make transaction ids. The first
	// one signs, all are accepted.
	Keys  [][]byte
	Payee Payee
	// Zahlungsfrist is how many days a payer has if the claim has no due date:
	// 1 to 365, default 30.
	Zahlungsfrist int
	// Nachlauf is how many days after the due date money is still expected on
	// the invoice (1 to 3650, default 90): time for reminders and late
	// transfers. Then the attempt expires.
	Nachlauf int
	// Stufen are the stages of reminders in order; none means no reminders.
	Stufen []Stufe
	// Holiday names days besides Saturday and Sunday on which nothing falls due:
	// the public holidays of the authority's Land. Nil means none.
	Holiday func(payment.Date) bool
	// Structured puts the RF reference instead of the Kassenzeichen into the
	// GiroCode. Many banking apps put it into the wrong field.
	Structured bool
	// Stylesheet is the URL of a style sheet of the same origin for the pages;
	// empty means the built-in one.
	Stylesheet string
	// Location is the time zone of due dates; nil is Europe/Berlin, or UTC where
	// the machine does not know it.
	Location *time.Location
	Logger   *slog.Logger     // of the pages; nil discards
	Now      func() time.Time // nil is time.Now
}

// Format hides the keys, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.name()) }

// LogValue hides the keys.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.name()) }

func (c Config) name() string { return "configuration of rechnung(" + c.BaseURL + ")" }

// Provider makes invoices. See payment.Provider.
type Provider struct {
	config Config
	base   string
}

var (
	_ payment.Provider = (*Provider)(nil)
	_ payment.Canceler = (*Provider)(nil)
	_ payment.Checker  = (*Provider)(nil)
)

var (
	ruleKassenzeichen = finding.Rule{Code: "RNG-001", Source: "package rechnung", Message: "an invoice needs a Kassenzeichen of letters, digits and - / . of which a creditor reference can be made"}
	ruleAmount        = finding.Rule{Code: "RNG-002", Source: "EPC069-12, AT-04", Message: "amount is not between 0.01 and 999,999,999.99 EUR"}
	ruleRequest       = finding.Rule{Code: "RNG-003", Source: "package rechnung", Message: "request id is not 1 to 36 characters of A-Z a-z 0-9 _ -"}
)

// Rules returns the catalogue of this package's findings. Those about the
// GiroCode are package epcqr's.
func Rules() []finding.Rule { return []finding.Rule{ruleKassenzeichen, ruleAmount, ruleRequest} }

// New returns a provider.
func New(c Config) (*Provider, error) {
	u, err := url.Parse(strings.TrimSuffix(c.BaseURL, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("rechnung: Config.BaseURL is not an absolute URL without query")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname())) {
		return nil, errors.New("rechnung: Config.BaseURL must be https (http only on a loopback host)")
	}
	if len(c.Keys) == 0 {
		return nil, errors.New("rechnung: Config.Keys is empty")
	}
	for _, k := range c.Keys {
		if len(k) < 32 {
			return nil, errors.New("rechnung: a key has less than 32 bytes")
		}
	}
	if c.Zahlungsfrist == 0 {
		c.Zahlungsfrist = 30
	}
	if c.Zahlungsfrist < 1 || c.Zahlungsfrist > 365 {
		return nil, errors.New("rechnung: Config.Zahlungsfrist is not 1 to 365 days")
	}
	if c.Nachlauf == 0 {
		c.Nachlauf = 90
	}
	if c.Nachlauf < 0 || c.Nachlauf > 3650 {
		return nil, errors.New("rechnung: Config.Nachlauf is not 1 to 3650 days")
	}
	if err := checkStufen(c.Stufen); err != nil {
		return nil, err
	}
	if c.Location == nil {
		if c.Location, err = time.LoadLocation("Europe/Berlin"); err != nil {
			c.Location = time.UTC
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Keys = slices.Clone(c.Keys)
	p := &Provider{config: c, base: u.String()}
	code, err := p.code("1", payment.EUR(1))
	if err == nil {
		_, err = code.Payload()
	}
	if err != nil {
		return nil, fmt.Errorf("rechnung: the payee makes no GiroCode: %w", err)
	}
	return p, nil
}

// String names the page's address only: the account is not for logs.
func (p *Provider) String() string { return "rechnung(" + p.base + ")" }

// Format writes what String does, whatever the verb: inside are the keys.
func (p *Provider) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.String()) }

// LogValue is what String writes.
func (p *Provider) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Check implements payment.Checker.
func (p *Provider) Check(claim payment.Claim) []finding.Finding {
	var found []finding.Finding
	var bad *finding.InvalidError
	if errors.As(claim.Validate(), &bad) {
		return bad.Findings
	}
	if _, err := sepa.NewReference(claim.Kassenzeichen); err != nil {
		return append(found, ruleKassenzeichen.At("kassenzeichen", 0, 0, nil))
	}
	if claim.Amount.Cents <= 0 || claim.Amount.Cents > 999_999_999_99 || claim.Amount.Currency != "EUR" {
		return append(found, ruleAmount.At("amount", 0, 0, nil))
	}
	code, err := p.code(claim.Kassenzeichen, claim.Amount)
	if err == nil {
		_, err = code.Payload()
	}
	if errors.As(err, &bad) {
		found = append(found, bad.Findings...)
	}
	return found
}

// Create implements payment.Provider. The same request gives the same invoice.
func (p *Provider) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("rechnung: create: %w", err)
	}
	found := p.Check(r.Claim)
	if !validRequest(r.RequestID) {
		found = append(found, ruleRequest.At("requestId", 0, 0, nil))
	}
	if len(found) > 0 {
		return nil, &finding.InvalidError{Findings: found}
	}
	t := ticket{r.RequestID, r.Claim.Amount.Cents, p.Due(r.Claim, r.RequestedAt)}
	result := p.pending(p.sign(p.config.Keys[0], t), t)
	result.Reference = r.Claim.Kassenzeichen
	return result, nil
}

// Query implements payment.Provider. An invoice is always pending here: what
// the bank reports goes into the ledger.
func (p *Provider) Query(ctx context.Context, transactionID string) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("rechnung: query: %w", err)
	}
	t, ok := p.open(transactionID)
	if !ok {
		return nil, fmt.Errorf("rechnung: query: %w", payment.ErrNotFound)
	}
	return p.pending(transactionID, t), nil
}

// Cancel implements payment.Canceler: nobody is at a pay page, so an invoice
// can always be withdrawn. Money that comes all the same is booked as late.
func (p *Provider) Cancel(ctx context.Context, transactionID string) (*payment.Result, error) {
	r, err := p.Query(ctx, transactionID)
	if err != nil {
		return nil, err
	}
	r.State, r.PayPageURL = payment.StateCanceled, ""
	return r, nil
}

// pending is the answer to every question. Asking again makes no sense before
// the invoice has lapsed: the bank tells.
func (p *Provider) pending(id string, t ticket) *payment.Result {
	amount := payment.EUR(t.cents)
	lapses := addDays(t.due, p.config.Nachlauf+1)
	end := time.Date(lapses.Year, lapses.Month, lapses.Day, 0, 0, 0, 0, p.config.Location)
	return &payment.Result{
		State: payment.StatePending, TransactionID: id, RequestID: t.request, Amount: &amount,
		PayPageURL: p.base + pagePath + id, Method: "RECHNUNG", ExpiresAt: end, NextCheck: end,
	}
}

// ticket is what a transaction id holds.
type ticket struct {
	request string
	cents   int64
	due     payment.Date
}

// sign makes a transaction id: request id, sum, due date and check, joined by
// points.
func (p *Provider) sign(key []byte, t ticket) string {
	body := t.request + "." + strconv.FormatInt(t.cents, 10) + "." + strings.ReplaceAll(t.due.String(), "-", "")
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("egov payment/rechnung 1\x00" + body))
	return body + "." + base32.StdEncoding.EncodeToString(mac.Sum(nil)[:10])
}

// open takes a transaction id of ours apart.
func (p *Provider) open(id string) (ticket, bool) {
	parts := strings.Split(id, ".")
	if len(id) > 100 || len(parts) != 4 || !validRequest(parts[0]) {
		return ticket{}, false
	}
	cents, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return ticket{}, false
	}
	due, err := time.Parse("20060102", parts[2])
	if err != nil {
		return ticket{}, false
	}
	t := ticket{parts[0], cents, payment.Date{Year: due.Year(), Month: due.Month(), Day: due.Day()}}
	for _, key := range p.config.Keys {
		if hmac.Equal([]byte(p.sign(key, t)), []byte(id)) {
			return t, true
		}
	}
	return ticket{}, false
}

func validRequest(s string) bool {
	return len(s) >= 1 && len(s) <= 36 && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) < 0
}

// Capabilities implements payment.Describer.
func (p *Provider) Capabilities() payment.Capabilities {
	return payment.Capabilities{Currencies: []string{"EUR"}, MinCents: 1, MaxCents: 999_999_999_99,
		Texts: map[string]payment.TextLimit{"kassenzeichen": {Max: 36, Alphabet: `[A-Za-z0-9 .\-/]`}}}
}
