package reconcile

import (
	"fmt"
	"log/slog"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
)

// Outcome is what a transaction of the account is for the claims.
type Outcome string

// The outcomes; see the package documentation for what is booked.
const (
	Matched    Outcome = "matched"
	Part       Outcome = "part"
	Over       Outcome = "over"
	Duplicate  Outcome = "duplicate"
	Settlement Outcome = "settlement"
	Return     Outcome = "return"
	Refund     Outcome = "refund"
	Batch      Outcome = "batch"
	Ambiguous  Outcome = "ambiguous"
	Unmatched  Outcome = "unmatched"
	NotBooked  Outcome = "not-booked"
)

// Match is how a claim was found.
type Match string

// The ways in which a claim is found.
const (
	ByReference     Match = "rf"
	ByEndToEndID    Match = "end-to-end"
	ByKassenzeichen Match = "kassenzeichen"
	ByBatch         Match = "batch"
)

// Reason says why a result needs a person, or why nothing was booked; empty if
// there is nothing to say.
type Reason string

// The reasons.
const (
	NoReference      Reason = "no-reference"      // nothing that could name a claim
	UnknownReference Reason = "unknown-reference" // a reference, but no claim that it names
	CheckDigit       Reason = "check-digit"       // a Kassenzeichen whose check digits do not fit
	Unchecked        Reason = "unchecked"         // a Kassenzeichen without check digits, and not what is open
	SeveralClaims    Reason = "several-claims"    // several claims are named
	SeveralExactly   Reason = "several-exactly"   // several claims are named, and together they are exactly what came
	NothingToReturn  Reason = "nothing-to-return" // less is booked on the claim than went back
	ChargesUnclear   Reason = "charges-unclear"   // amount, instructed amount and charges do not fit together
	BookedElsewhere  Reason = "booked-elsewhere"  // another entry of the claim tells of the same money
	KeyTaken         Reason = "key-taken"         // the ledger has an entry with this key that tells something else
	NoDetails        Reason = "no-details"        // the bank gives a sum only
	DetailsDiffer    Reason = "details-differ"    // the details do not add up to the entry, or lack amounts
	TooManyDetails   Reason = "too-many-details"  // more than Config.MaxDetails
	NotCents         Reason = "not-cents"         // the amount is not a whole number of cents
	NotEuro          Reason = "not-euro"          // the amount is not in euro
)

// Result is what became of one transaction.
type Result struct {
	Outcome Outcome
	Reason  Reason
	By      Match
	// ClaimID is empty if no claim, or more than one, was found.
	ClaimID       string
	Kassenzeichen string // of the claim
	// Amount is what moved, without a sign; Debit tells money that left the
	// account. Amount is zero for NotCents and NotEuro.
	Amount payment.Amount
	Debit  bool
	// Open is what the claim still wanted before this, Excess what came too
	// much (Over, Duplicate).
	Open, Excess payment.Amount
	// Returned is what went back and Charges what the banks took (Return).
	Returned, Charges payment.Amount
	ReturnCode        string
	// Entries are those of the ledger that this leads to, or would in a preview.
	Entries []payment.Entry
	// Booked says that Entries are in the ledger, Repeated that they, or an equal
	// transaction of the file, were there before.
	Booked, Repeated bool
	// Suggestions are claims for a person to look at.
	Suggestions []Suggestion
	// Key is the bank's reference or what stands for it.
	Key string
	// Entry and Detail are what the bank reported; Detail is nil for an entry
	// without details.
	Entry  camt.Entry
	Detail *camt.Detail

	base payment.Entry // with the key that the transaction has in the ledger
}

// EntryFor returns the entry that books the whole of a transaction on a claim
// that a person has chosen, such as a suggestion, or that of a Duplicate: for
// payment.Service.Record, under the key by which a later run of the file knows
// it on that claim. Money that came in is a payment, money that went out a
// chargeback of Returned (without the banks' charges) if a bank sent it back,
// else a refund. It reports false for what cannot be booked so: not booked by
// the bank yet, not in whole cents of euro, or a sum without details.
func (r *Result) EntryFor(claimID string) (payment.Entry, bool) {
	if r.base.Provider == "" || r.Amount.Cents == 0 {
		return payment.Entry{}, false
	}
	e := r.base
	e.ClaimID, e.Kind, e.Amount = claimID, payment.KindPayment, r.Amount
	if r.Debit {
		if e.Kind, e.Amount = payment.KindRefund, r.Amount.Neg(); r.Outcome == Return {
			e.Kind, e.Amount = payment.KindChargeback, r.Returned.Neg()
		}
	}
	return e, true
}

// Suggestion is a claim that a transaction may be for.
type Suggestion struct {
	ClaimID, Kassenzeichen string
	Open                   payment.Amount
	// Exact says that Open is the amount that came.
	Exact bool
}

// LogValue shows neither names nor texts.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(slog.String("outcome", string(r.Outcome)), slog.String("reason", string(r.Reason)),
		slog.String("claim", r.ClaimID), slog.String("amount", r.Amount.String()), slog.Bool("debit", r.Debit))
}

// Format shows what [Result.LogValue] shows, whatever the verb.
func (r Result) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "result %s", r.LogValue()) }
