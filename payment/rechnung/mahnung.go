package rechnung

import (
	"errors"
	"time"

	"github.com/bausteine/egov/payment"
)

// Stufe is a stage of reminders.
type Stufe struct {
	Name string // "Zahlungserinnerung", "Mahnung"
	// After is how many days after the due date it is reached; each stage later
	// than the one before, at least 1.
	After int
	// Fee is what the stage costs; zero is nothing. What may be asked is the law
	// of the Land.
	Fee payment.Amount
}

// Mahnung is a stage that an invoice has reached.
type Mahnung struct {
	Stufe
	Number int          // 1 for the first stage
	Since  payment.Date // the day on which it was reached
	claim  payment.Claim
	id     string
}

// Entry is the ledger entry of the stage's fee, for payment.Service.Record:
// booked once however often it is recorded. It reports false if the stage costs
// nothing.
func (m Mahnung) Entry() (payment.Entry, bool) {
	if m.Fee.Cents <= 0 {
		return payment.Entry{}, false
	}
	at := time.Date(m.Since.Year, m.Since.Month, m.Since.Day, 0, 0, 0, 0, time.UTC)
	return payment.Entry{
		Tenant: m.claim.Tenant, ClaimID: m.claim.ID, Provider: "mahnung", TransactionID: m.id,
		Kind: payment.KindFee, Sequence: m.Number, Amount: m.Fee.Neg(), ValueAt: at,
	}, true
}

// Mahnungen returns the stages that an attempt's invoice has reached, in order;
// none if nothing is open any more, or if the invoice was withdrawn. An invoice
// that was paid has none either: if the money went back, by a chargeback or a
// refund, what is owed since when is for a person to say. Which letters have
// been sent is the caller's to remember; fees are booked once by
// [Mahnung.Entry].
func (p *Provider) Mahnungen(s *payment.Status, a payment.Attempt) []Mahnung {
	if s == nil || s.Balance.Open.Cents <= 0 || a.State != payment.StatePending && a.State != payment.StateExpired {
		return nil
	}
	due, today := p.dueOf(s.Claim, a), p.day(p.config.Now())
	var reached []Mahnung
	for n, stage := range p.config.Stufen {
		if daysBetween(due, today) < stage.After {
			break
		}
		reached = append(reached, Mahnung{Stufe: stage, Number: n + 1, Since: addDays(due, stage.After), claim: s.Claim, id: a.TransactionID})
	}
	return reached
}

func checkStufen(stages []Stufe) error {
	last := 0
	for _, s := range stages {
		if s.Name == "" || s.After <= last || s.Fee.Cents < 0 || s.Fee.Cents > 0 && s.Fee.Currency != "EUR" {
			return errors.New("rechnung: a stage of reminders has no name, no later day than the one before, or a fee that is not in EUR")
		}
		last = s.After
	}
	return nil
}
