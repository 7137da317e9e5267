package payment

import (
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

// Kind is what an entry of the ledger is about.
type Kind string

// The kinds of entries. In brackets the sign of their amount: positive amounts
// lessen what is open, negative ones raise it.
const (
	KindPayment    Kind = "payment"    // (+) money received
	KindReversal   Kind = "reversal"   // (-) a payment entry taken back by the authority
	KindRefund     Kind = "refund"     // (-) money paid back to the payer
	KindChargeback Kind = "chargeback" // (-) money taken back by the payer's bank
	KindFee        Kind = "fee"        // (-) a charge added to the claim, as for a returned debit
	KindWriteOff   Kind = "write-off"  // (+) what the authority no longer asks for
)

// Entry is one line of the ledger. Entries are only ever added. The key is
// (Tenant, Provider, TransactionID, Kind, Sequence): a repeated booking is
// refused by the store.
type Entry struct {
	Tenant  string `json:"tenant"`
	ClaimID string `json:"claimId"`
	// AttemptID is empty for entries that no attempt led to.
	AttemptID string `json:"attemptId,omitempty"`
	// Provider and TransactionID say where the money moved: a provider's key
	// and its transaction; for entries from a statement of account, a name of
	// the account and the bank's reference; for entries by hand, any name and
	// the caller's voucher number. Not empty, at most 64 and 200 characters.
	Provider      string `json:"provider"`
	TransactionID string `json:"transactionId"`
	Kind          Kind   `json:"kind"`
	// Sequence tells several entries of a kind on one transaction apart, from 0.
	Sequence int    `json:"sequence"`
	Amount   Amount `json:"amount"`
	// Late marks a payment on an attempt that had already ended otherwise.
	Late bool `json:"late,omitempty"`
	// Actor is who booked by hand (an opaque identifier); empty for the service.
	Actor string `json:"actor,omitempty"`
	// BookedAt is when the entry was made, ValueAt when the money moved.
	BookedAt time.Time `json:"bookedAt"`
	ValueAt  time.Time `json:"valueAt,omitzero"`
}

// EntryKey names an entry: no two of the ledger have the same.
type EntryKey struct {
	Tenant, Provider, TransactionID string
	Kind                            Kind
	Sequence                        int
}

// Key returns what names the entry.
func (e Entry) Key() EntryKey {
	return EntryKey{e.Tenant, e.Provider, e.TransactionID, e.Kind, e.Sequence}
}

// same reports whether two entries tell of the same money: all but who wrote
// it down, and when.
func (e Entry) same(o Entry) bool {
	e.Actor, e.BookedAt, e.AttemptID, e.Late = o.Actor, o.BookedAt, o.AttemptID, o.Late
	e.ValueAt, o.ValueAt = micro(e.ValueAt), micro(o.ValueAt)
	return e == o
}

// Validate checks key, kind and sign (PAY-010, PAY-012, PAY-020).
func (e Entry) Validate() error {
	var l lint
	l.key("tenant", e.Tenant)
	l.key("claimId", e.ClaimID)
	l.key("provider", e.Provider)
	l.text("transactionId", e.TransactionID, 200)
	l.text("actor", e.Actor, 64)
	if e.Amount.Currency != "EUR" {
		l.add(ruleEUR, "amount.currency", nil)
	}
	positive := e.Kind == KindPayment || e.Kind == KindWriteOff
	negative := e.Kind == KindReversal || e.Kind == KindRefund || e.Kind == KindChargeback || e.Kind == KindFee
	if e.TransactionID == "" || e.Sequence < 0 || !(positive && e.Amount.Cents > 0 || negative && e.Amount.Cents < 0) {
		l.add(ruleEntry, "", nil)
	}
	if len(l.findings) > 0 {
		return &finding.InvalidError{Findings: l.findings}
	}
	return nil
}

// Balance is what a claim's ledger adds up to.
type Balance struct {
	Claimed Amount `json:"claimed"`
	// Booked is the sum of the ledger.
	Booked Amount `json:"booked"`
	// Open is Claimed less Booked; negative if too much was paid.
	Open Amount `json:"open"`
}

func balance(c Claim, entries []Entry) (Balance, error) {
	sum := Amount{Currency: c.Amount.Currency}
	for _, e := range entries {
		var err error
		if sum, err = sum.Add(e.Amount); err != nil {
			return Balance{}, err
		}
	}
	open, err := c.Amount.Add(sum.Neg())
	if err != nil {
		return Balance{}, err
	}
	return Balance{Claimed: c.Amount, Booked: sum, Open: open}, nil
}

// ClaimState sums up where a claim stands.
type ClaimState string

// The states of a claim, as [Service.Status] computes them; nothing is stored.
const (
	ClaimOpen       ClaimState = "open"        // nothing booked, nothing on its way
	ClaimPending    ClaimState = "pending"     // an attempt is on its way
	ClaimPartlyPaid ClaimState = "partly-paid" // something is booked, not all
	ClaimPaid       ClaimState = "paid"        // the ledger covers the claim
	ClaimOverpaid   ClaimState = "overpaid"    // the ledger holds more than the claim
	ClaimReview     ClaimState = "review"      // an attempt waits for a person
)

// Status is a claim with all that happened to it.
type Status struct {
	Claim    Claim
	State    ClaimState
	Balance  Balance
	Attempts []Attempt // oldest first
	Entries  []Entry   // in the order of booking
}

func statusOf(r *Record) (*Status, error) {
	b, err := balance(r.Claim, r.Entries)
	if err != nil {
		return nil, err
	}
	s := &Status{Claim: r.Claim, Balance: b, Attempts: r.Attempts, Entries: r.Entries, State: ClaimOpen}
	open, review := false, false
	for _, a := range r.Attempts {
		open = open || a.State.Open()
		review = review || a.State == StateReview
	}
	switch {
	case review:
		s.State = ClaimReview
	case b.Open.Cents < 0:
		s.State = ClaimOverpaid
	case b.Open.Cents == 0:
		s.State = ClaimPaid
	case open:
		s.State = ClaimPending
	case b.Booked.Cents != 0:
		s.State = ClaimPartlyPaid
	}
	return s, nil
}
