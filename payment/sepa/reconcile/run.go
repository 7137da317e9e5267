package reconcile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
)

// run is one file on its way.
type run struct {
	*Reconciler
	ctx     context.Context // lives for one call
	each    func(*Result) error
	sum     *Summary
	account ids.IBAN
	seen    map[uint64]bool
	equal   map[[32]byte]int
	// places numbers the transactions in the order of the file; place is that
	// of the one at hand.
	places map[uint64]int
	place  int
}

// survey numbers the transactions of the file, so that what comes later in it
// can be told from what came before, however often it is run.
func (r *run) survey(reader *camt.Reader) error {
	for reader.NextStatement() {
		r.account = reader.Statement().Account.IBAN
		for reader.NextEntry() {
			details, total := r.details(reader)
			e := reader.Entry()
			key := r.key(e, details)
			if !e.Booked() || total > r.c.MaxDetails {
				continue
			}
			for i := range max(len(details), 1) {
				h := r.hash(key, i)
				if _, known := r.places[h]; !known {
					r.places[h] = len(r.places)
				}
			}
		}
	}
	r.equal = map[[32]byte]int{}
	if err := reader.Err(); err != nil {
		return fmt.Errorf("reconcile: reading the statement: %w", err)
	}
	return nil
}

// details reads the details of an entry, and counts them all.
func (r *run) details(reader *camt.Reader) (details []camt.Detail, total int) {
	for reader.NextDetail() {
		if total++; total <= r.c.MaxDetails {
			details = append(details, *reader.Detail())
		}
	}
	return details, total
}

// hash names a transaction within the run.
func (r *run) hash(key string, sequence int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%d", r.account, key, sequence)
	return h.Sum64()
}

// entry matches what the reader has just begun.
func (r *run) entry(reader *camt.Reader) error {
	details, total := r.details(reader)
	if err := reader.Err(); err != nil {
		return fmt.Errorf("reconcile: reading the statement: %w", err)
	}
	e := *reader.Entry()
	key := r.key(&e, details)
	whole := &Result{Entry: e, Debit: e.Debit, Key: key}
	cents := amountOf(e.Amount, &whole.Amount)
	switch {
	case !e.Booked():
		whole.Outcome, whole.Reason = NotBooked, cents
		return r.report(whole)
	case cents != "":
		whole.Outcome, whole.Reason, whole.Repeated = Unmatched, cents, !r.once(whole, 0)
		return r.report(whole)
	case total > r.c.MaxDetails:
		whole.Outcome, whole.Reason, whole.Repeated = Batch, TooManyDetails, !r.once(whole, 0)
		return r.report(whole)
	case total == 0 && isBatch(&e):
		return r.batch(whole)
	case total == 0:
		details = []camt.Detail{{Debit: e.Debit, Pos: e.Pos}}
	}
	for i := range details {
		withoutText(&details[i], &e, len(details) == 1)
	}
	amounts, ok := detailAmounts(&e, details)
	if !ok {
		whole.Outcome, whole.Reason, whole.Repeated = Batch, DetailsDiffer, !r.once(whole, 0)
		return r.report(whole)
	}
	for i := range details {
		r.place = r.places[r.hash(key, i)]
		res := &Result{Entry: e, Detail: &details[i], Debit: details[i].Debit, Amount: amounts[i], Key: key}
		if err := r.transaction(res, i, len(details) == 1); err != nil {
			return err
		}
	}
	return nil
}

// withoutText gives a detail without remittance information what the bank says
// elsewhere.
func withoutText(d *camt.Detail, e *camt.Entry, only bool) {
	if len(d.Text)+len(d.References) > 0 {
		return
	}
	if d.Info != "" {
		d.Text = append(d.Text, d.Info)
	} else if only && e.Info != "" {
		d.Text = append(d.Text, e.Info)
	}
}

// isBatch reports whether an entry without details stands for several
// transactions.
func isBatch(e *camt.Entry) bool {
	return slices.ContainsFunc(e.Batches, func(b camt.Batch) bool { return b.Transactions != 1 || b.PaymentInfoID != "" })
}

// several reports whether the bank counts more than one transaction in an entry.
func several(e *camt.Entry) bool {
	one := false
	for _, b := range e.Batches {
		if b.Transactions > 1 || one && b.Transactions == 1 {
			return true
		}
		one = one || b.Transactions == 1
	}
	return false
}

// amountOf converts an amount, or says why that cannot be.
func amountOf(a camt.Amount, dst *payment.Amount) Reason {
	if a.Currency != "EUR" {
		return NotEuro
	}
	m, err := a.Money()
	if err != nil {
		return NotCents
	}
	*dst = m
	return ""
}

// detailAmounts returns the amounts of the details in cents if they add up to
// the entry's. The only detail may lack its own, unless the bank says that it is
// not the only one.
func detailAmounts(e *camt.Entry, details []camt.Detail) ([]payment.Amount, bool) {
	var out []payment.Amount
	sum, want := int64(0), e.Amount.Units/1000
	for _, d := range details {
		a := d.Amount
		if len(details) == 1 && !several(e) && (a == nil || a.Currency != e.Amount.Currency) {
			a = &e.Amount
		}
		if a == nil {
			return nil, false
		}
		var m payment.Amount
		if amountOf(*a, &m) != "" {
			return nil, false
		}
		if d.Debit != e.Debit {
			m.Cents = -m.Cents
		}
		next := sum + m.Cents
		if (m.Cents >= 0) != (next >= sum) {
			return nil, false // more than can be added up
		}
		sum, m.Cents = next, max(m.Cents, -m.Cents)
		out = append(out, m)
	}
	return out, sum == want
}

// key is the transaction id of an entry: the bank's reference with direction
// and amount, or a hash of what the entry says with a counter of equal ones.
func (r *run) key(e *camt.Entry, details []camt.Detail) string {
	ref := reference(e.ServicerRef)
	if ref == "" && len(details) == 1 {
		ref = reference(details[0].ServicerRef)
	}
	side := "C"
	if e.Debit {
		side = "D"
	}
	amount := side + strconv.FormatInt(e.Amount.Units, 10)
	if ref != "" {
		return ref + "/" + amount
	}
	h := sha256.New()
	put := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
	}
	put(string(r.account), amount, e.Amount.Currency, e.BookingDate.String(), e.Code.Domain, e.Code.Family, e.Code.SubFamily, e.Info)
	for _, d := range details {
		put(d.EndToEndID, d.TransactionID, d.MandateID, d.Debtor.Name, string(d.Debtor.IBAN), string(d.Creditor.IBAN), d.JoinedText())
		put(d.References...)
		if d.Amount != nil {
			put(d.Amount.String())
		}
	}
	var sum [32]byte
	h.Sum(sum[:0])
	n := 0
	if e.Booked() {
		n = r.equal[sum]
		r.equal[sum]++
	}
	return "#" + hex.EncodeToString(sum[:16]) + "-" + strconv.Itoa(n)
}

// reference returns a bank's reference if it names something: the schema allows
// 35 characters.
func reference(s string) string {
	s = strings.TrimSpace(s)
	if s == "NONREF" || s == "NOTPROVIDED" || len(s) > 140 || strings.ContainsFunc(s, unicode.IsControl) {
		return ""
	}
	return s
}

// report hands a result out and adds it up.
func (r *run) report(res *Result) error {
	totals := r.sum.Outcomes
	if res.Repeated {
		totals = r.sum.Repeated
	}
	t := totals[res.Outcome]
	t.Count++
	dst := &t.Credit
	if res.Debit {
		dst = &t.Debit
	}
	var err error
	if *dst, err = dst.Add(res.Amount); err != nil {
		return fmt.Errorf("reconcile: adding up: %w", err)
	}
	totals[res.Outcome] = t
	if r.each == nil {
		return nil
	}
	return r.each(res)
}

// once reports whether a transaction with this key and place came before in
// the file.
func (r *run) once(res *Result, sequence int) bool {
	h := r.hash(res.Key, sequence)
	first := !r.seen[h]
	r.seen[h] = true
	return first
}

// newEntry is an entry of the ledger for a result.
func (r *run) newEntry(res *Result, claimID string, kind payment.Kind, sequence int, cents int64) payment.Entry {
	e := payment.Entry{
		Tenant: r.c.Tenant, ClaimID: claimID, Provider: "bank:" + string(r.account), TransactionID: res.Key, Kind: kind,
		Sequence: sequence, Amount: payment.EUR(cents), Actor: r.c.Actor,
	}
	e.ValueAt = valueAt(res)
	return e
}

// valueAt is the value date, or else the booking date, at midnight UTC.
func valueAt(res *Result) time.Time {
	on := res.Entry.ValueDate
	if on.IsZero() {
		on = res.Entry.BookingDate
	}
	if on.IsZero() {
		return time.Time{}
	}
	return time.Date(on.Year, on.Month, on.Day, 0, 0, 0, 0, time.UTC)
}

// book records the entries of a result and reports it.
func (r *run) book(res *Result) error {
	if len(res.Entries) > 0 && !r.c.Preview && !res.Repeated {
		n, err := r.c.Ledger.Record(r.ctx, res.Entries...)
		switch {
		case errors.Is(err, payment.ErrConflict):
			res.Reason = KeyTaken
		case errors.Is(err, payment.ErrNotFound):
			res.Reason = UnknownReference
		case err != nil:
			return fmt.Errorf("reconcile: booking: %w", err)
		default:
			res.Booked, res.Repeated = true, n == 0
			r.sum.Booked += n
		}
	}
	return r.report(res)
}
