package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
)

// transaction matches one detail and books it.
func (r *run) transaction(res *Result, sequence int, only bool) error {
	f, err := r.search(res.Detail)
	if err != nil {
		return err
	}
	res.base = r.newEntry(res, "", "", sequence, 0)
	claim := f.one(res, func(s *payment.Status) bool { return r.view(res, s, sequence).fits(res, only) })
	if claim != nil {
		res.By, res.ClaimID, res.Kassenzeichen = f.by, claim.Claim.ID, claim.Claim.Kassenzeichen
	}
	switch {
	case isReturn(res):
		r.judgeReturn(res, claim, sequence, only)
	case claim == nil:
	case res.Debit:
		r.judgeRefund(res, claim, sequence)
	default:
		r.judgePayment(res, claim, sequence)
	}
	if !r.once(res, sequence) {
		res.Repeated = true
	}
	return r.book(res)
}

// one returns the claim if the search came to exactly one, or fills in what a
// person has to know.
func (f *found) one(res *Result, exactly func(*payment.Status) bool) *payment.Status {
	claims := f.claims
	if len(claims) == 0 {
		if len(f.weak) == 1 && exactly(f.weak[0]) {
			return f.weak[0]
		}
		claims = f.weak
	}
	res.suggest(claims...)
	res.suggest(f.near...)
	switch {
	case len(f.claims) == 1:
		res.Suggestions = nil
		return f.claims[0]
	case len(claims) > 1:
		res.Outcome, res.Reason = Ambiguous, SeveralClaims
		sum := int64(0)
		for _, c := range claims {
			sum += max(c.Balance.Open.Cents, 0)
		}
		if sum == res.Amount.Cents {
			res.Reason = SeveralExactly
		}
		return nil
	}
	res.Outcome, res.Reason = Unmatched, NoReference
	switch {
	case len(f.weak) == 1:
		res.Reason = Unchecked
	case len(f.near) > 0:
		res.Reason = CheckDigit
	case f.named:
		res.Reason = UnknownReference
	}
	return nil
}

func (r *Result) suggest(claims ...*payment.Status) {
	for _, c := range claims {
		if len(r.Suggestions) < 20 {
			r.Suggestions = append(r.Suggestions, Suggestion{
				ClaimID: c.Claim.ID, Kassenzeichen: c.Claim.Kassenzeichen, Open: c.Balance.Open, Exact: c.Balance.Open == r.Amount,
			})
		}
	}
}

// isReturn reports whether a bank sent something back: it says so, or takes
// back a booking.
func isReturn(res *Result) bool {
	return res.Detail.Return != nil || takenBack(&res.Entry) || res.Detail.Code.SubFamily == "UPDD"
}

// takenBack reports whether an entry takes back a booking.
func takenBack(e *camt.Entry) bool { return e.Reversal || e.Code.SubFamily == "UPDD" }

// view is how a claim stands for a transaction.
type view struct {
	// repeated says that the transaction is in the ledger.
	repeated bool
	// before are the entries that count: up to the transaction if it is in the
	// ledger, else those that the bank has not reported later.
	before []payment.Entry
	// low and high bound the sum of the ledger: without what was reported later,
	// and with it.
	low, high int64
	claimed   int64
}

func (r *run) view(res *Result, claim *payment.Status, sequence int) view {
	v := view{claimed: claim.Claim.Amount.Cents}
	bank, at := "bank:"+string(r.account), valueAt(res)
	all := int64(0)
	for i, e := range claim.Entries {
		if e.Provider == bank && e.TransactionID == res.Key && e.Sequence == sequence {
			v.repeated = true
			v.low, v.high, v.before = all, all, claim.Entries[:i]
			return v
		}
		all += e.Amount.Cents
		later := false
		if place, here := r.places[r.hash(e.TransactionID, e.Sequence)]; here && e.Provider == bank {
			later = place > r.place
		} else if strings.HasPrefix(e.Provider, "bank:") {
			later = !at.IsZero() && e.ValueAt.After(at)
		}
		if !later {
			v.before = append(v.before, e)
			v.low += e.Amount.Cents
		}
	}
	v.low, v.high = min(v.low, all), max(v.low, all)
	return v
}

// open is what the claim still wants, at least.
func (v view) open() int64 { return v.claimed - v.high }

// fits reports whether an amount alone supports a claim that was named by a
// number without check digits: a payment of exactly what is open, a return of
// exactly what was paid, a refund out of what is booked, or a transaction that
// is booked already.
func (v view) fits(res *Result, only bool) bool {
	switch {
	case v.repeated:
		return true
	case res.Debit && isReturn(res):
		returned, _, sure := splitReturn(res, v.before, only)
		return sure && slices.ContainsFunc(v.before, func(e payment.Entry) bool {
			return e.Kind == payment.KindPayment && e.Amount.Cents == returned
		})
	case res.Debit:
		return v.low >= res.Amount.Cents
	}
	return v.low == v.high && v.open() == res.Amount.Cents
}

// judgePayment is for money that came in on a claim.
func (r *run) judgePayment(res *Result, claim *payment.Status, sequence int) {
	v := r.view(res, claim, sequence)
	res.Repeated, res.Booked = v.repeated, v.repeated
	open := v.open()
	res.Open = payment.EUR(open)
	if !v.repeated && r.settles(res, claim) {
		res.Outcome = Settlement
		return
	}
	switch amount := res.Amount.Cents; {
	case open <= 0 && !v.repeated:
		res.Outcome, res.Excess = Duplicate, res.Amount
		return
	case amount == open:
		res.Outcome = Matched
	case amount < open:
		res.Outcome = Part
	default:
		res.Outcome, res.Excess = Over, payment.EUR(amount-open)
	}
	e := r.newEntry(res, claim.Claim.ID, payment.KindPayment, sequence, res.Amount.Cents)
	e.AttemptID = r.attempt(claim)
	res.Entries = []payment.Entry{e}
}

// attempt is the last attempt of the claim that a transfer pays.
func (r *run) attempt(claim *payment.Status) string {
	for _, a := range slices.Backward(claim.Attempts) {
		if slices.Contains(r.c.BankProviders, a.Provider) && a.Amount.Cents > 0 && a.State != payment.StateReview && a.State.CanBecome(payment.StatePaid) {
			return a.ID
		}
	}
	return ""
}

// settles reports whether the money was booked when an attempt on a platform
// was paid: it carries the attempt's id, or comes from a platform.
func (r *run) settles(res *Result, claim *payment.Status) bool {
	d := res.Detail
	for _, a := range claim.Attempts {
		if a.State != payment.StatePaid || slices.Contains(r.c.BankProviders, a.Provider) || a.Amount != res.Amount {
			continue
		}
		for _, id := range []string{d.EndToEndID, d.TransactionID, d.InstructionID} {
			if id != "" && (id == a.ID || id == a.TransactionID) {
				return true
			}
		}
		if r.c.Settles != nil && r.c.Settles(&res.Entry, d) {
			return true
		}
	}
	return false
}

// judgeRefund is for money that the authority paid on a claim.
func (r *run) judgeRefund(res *Result, claim *payment.Status, sequence int) {
	v := r.view(res, claim, sequence)
	res.Outcome, res.Repeated, res.Booked = Refund, v.repeated, v.repeated
	res.Open = payment.EUR(v.open())
	for _, e := range claim.Entries {
		if !v.repeated && e.Kind == payment.KindRefund && e.Amount == res.Amount.Neg() && e.Provider != "bank:"+string(r.account) {
			res.Reason = BookedElsewhere
			return
		}
	}
	if v.low < res.Amount.Cents && !v.repeated {
		res.Reason = NothingToReturn
		return
	}
	res.Entries = []payment.Entry{r.newEntry(res, claim.Claim.ID, payment.KindRefund, sequence, -res.Amount.Cents)}
}

// judgeReturn is for a debit of ours that the debtor's bank sent back, and for
// a refund of ours that came back.
func (r *run) judgeReturn(res *Result, claim *payment.Status, sequence int, only bool) {
	res.Outcome = Return
	if res.Detail.Return != nil {
		res.ReturnCode = res.Detail.Return.Reason
	}
	var v view
	if claim != nil {
		v = r.view(res, claim, sequence)
	}
	returned, charges, sure := splitReturn(res, v.before, only)
	res.Returned, res.Charges = payment.EUR(returned), payment.EUR(charges)
	if claim == nil {
		return
	}
	res.Repeated, res.Booked = v.repeated, v.repeated
	res.Open = payment.EUR(v.open())
	if !sure {
		res.Reason = ChargesUnclear
		return
	}
	if !res.Debit {
		refunded := int64(0)
		for _, e := range v.before {
			if e.Kind == payment.KindRefund {
				refunded -= e.Amount.Cents
			}
		}
		if refunded < res.Amount.Cents && !v.repeated {
			res.Reason = NothingToReturn
			return
		}
		res.Entries = []payment.Entry{r.newEntry(res, claim.Claim.ID, payment.KindPayment, sequence, res.Amount.Cents)}
		return
	}
	if v.low < returned && !v.repeated {
		res.Reason = NothingToReturn
		return
	}
	res.Entries = []payment.Entry{r.newEntry(res, claim.Claim.ID, payment.KindChargeback, sequence, -returned)}
	if r.c.ChargeDebtor && charges > 0 {
		res.Entries = append(res.Entries, r.newEntry(res, claim.Claim.ID, payment.KindFee, sequence, -charges))
	}
}

// splitReturn parts what went back into the instructed amount and charges. It
// is sure if they add up to what moved, or if a payment of the claim shows
// which part is which.
func splitReturn(res *Result, before []payment.Entry, only bool) (returned, charges int64, sure bool) {
	total := res.Amount.Cents
	instructed, charged := res.Detail.Instructed, res.Detail.Charges.Sum()
	if only && instructed == nil {
		instructed = res.Entry.Instructed
	}
	if only && charged == nil {
		charged = res.Entry.Charges.Sum()
	}
	cents := func(a *camt.Amount) (int64, bool) {
		var m payment.Amount
		if a == nil || amountOf(*a, &m) != "" {
			return 0, false
		}
		return m.Cents, true
	}
	original, hasOriginal := cents(instructed)
	fee, hasFee := cents(charged)
	switch {
	case !res.Debit || !hasOriginal && (!hasFee || fee == 0):
		return total, 0, true
	case hasOriginal:
		rest := total - original
		return original, max(rest, 0), rest == 0 || rest > 0 && (!hasFee || fee == rest)
	}
	paid := func(n int64) bool {
		return slices.ContainsFunc(before, func(e payment.Entry) bool {
			return e.Kind == payment.KindPayment && e.Amount.Cents == n
		})
	}
	if with, without := paid(total), paid(total-fee); with != without {
		if with {
			return total, 0, true // the charges are booked apart
		}
		return total - fee, fee, true
	}
	return total - fee, fee, false
}

// batch is for a sum without details: the orders may know what is in it, debits
// that were collected or refunds that were paid. What a bank takes back in one
// sum is for a person.
func (r *run) batch(res *Result) error {
	res.Outcome, res.Reason = Batch, NoDetails
	if !r.once(res, 0) {
		res.Repeated = true
	}
	if r.c.Orders == nil || takenBack(&res.Entry) || len(res.Entry.Batches) != 1 || res.Entry.Batches[0].PaymentInfoID == "" {
		return r.report(res)
	}
	orders, err := r.c.Orders.Batch(r.ctx, r.c.Tenant, res.Entry.Batches[0].PaymentInfoID)
	if err != nil {
		return fmt.Errorf("reconcile: finding a batch: %w", err)
	}
	kind, sign := payment.KindPayment, int64(1)
	if res.Debit {
		kind, sign = payment.KindRefund, -1
	}
	sum := payment.EUR(0)
	for i, o := range orders {
		if sum, err = sum.Add(o.Amount); err != nil || o.Amount.Cents <= 0 {
			res.Entries = nil
			return r.report(res)
		}
		res.Entries = append(res.Entries, r.newEntry(res, o.ClaimID, kind, i, sign*o.Amount.Cents))
	}
	if n := res.Entry.Batches[0].Transactions; len(orders) == 0 || sum != res.Amount || n != 0 && n != int64(len(orders)) {
		res.Entries = nil
		return r.report(res)
	}
	res.By, res.Reason = ByBatch, ""
	return r.book(res)
}
