package rechnung

import (
	"time"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
	"github.com/bausteine/egov/payment/sepa/epcqr"
)

// Invoice is what the payer has to know.
type Invoice struct {
	TransactionID string
	Kassenzeichen string
	// Reference is the Kassenzeichen as a creditor reference (ISO 11649).
	Reference ids.CreditorReference
	Purpose   string
	Items     []payment.Item
	// Total is the claim's sum, Open what is still to pay: fees added, payments
	// taken off. Nothing is open if it is zero or below.
	Total, Open payment.Amount
	Issued, Due payment.Date
	Payee       Payee
	// Code is the GiroCode for Open; it is not to be drawn if nothing is open.
	Code epcqr.Code
}

// Invoice makes the invoice of an attempt. The error says that the claim makes
// none; see [Provider.Check].
func (p *Provider) Invoice(s *payment.Status, a payment.Attempt) (*Invoice, error) {
	reference, err := sepa.NewReference(s.Claim.Kassenzeichen)
	if err != nil {
		return nil, err
	}
	code, err := p.code(s.Claim.Kassenzeichen, s.Balance.Open)
	if err != nil {
		return nil, err
	}
	return &Invoice{
		TransactionID: a.TransactionID, Kassenzeichen: s.Claim.Kassenzeichen, Reference: reference,
		Purpose: s.Claim.Purpose, Items: s.Claim.Items, Total: s.Claim.Amount, Open: s.Balance.Open,
		Issued: p.day(a.CreatedAt), Due: p.dueOf(s.Claim, a), Payee: p.config.Payee, Code: code,
	}, nil
}

// code puts the Kassenzeichen where most banking apps read it: into the text.
func (p *Provider) code(kassenzeichen string, open payment.Amount) (epcqr.Code, error) {
	c := epcqr.Code{Name: p.config.Payee.Name, IBAN: p.config.Payee.IBAN, Amount: open, Text: kassenzeichen}
	if p.config.Structured {
		return c.WithReference(kassenzeichen)
	}
	return c, nil
}

// Due returns the last day to pay: the claim's, but not before the day of the
// invoice, or that day and the Zahlungsfrist, moved to a working day. An
// invoice keeps the date it was made with: [Invoice].Due.
func (p *Provider) Due(c payment.Claim, issued time.Time) payment.Date {
	d, first := c.Due, p.day(issued)
	if d.IsZero() {
		d = addDays(first, p.config.Zahlungsfrist)
	}
	if daysBetween(d, first) > 0 {
		d = first
	}
	for range maxRest {
		if !p.rests(d) {
			break
		}
		d = addDays(d, 1)
	}
	return d
}

// maxRest ends the search in a calendar without working days.
const maxRest = 31

// dueOf is the date that an invoice was made with.
func (p *Provider) dueOf(c payment.Claim, a payment.Attempt) payment.Date {
	if t, ok := p.open(a.TransactionID); ok {
		return t.due
	}
	return p.Due(c, a.CreatedAt)
}

func (p *Provider) rests(d payment.Date) bool {
	weekday := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
	return weekday == time.Saturday || weekday == time.Sunday || p.config.Holiday != nil && p.config.Holiday(d)
}

func (p *Provider) day(t time.Time) payment.Date {
	year, month, day := t.In(p.config.Location).Date()
	return payment.Date{Year: year, Month: month, Day: day}
}

func addDays(d payment.Date, n int) payment.Date {
	year, month, day := time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC).Date()
	return payment.Date{Year: year, Month: month, Day: day}
}

func daysBetween(from, to payment.Date) int {
	at := func(d payment.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
	return int(at(to).Sub(at(from)) / (24 * time.Hour))
}
