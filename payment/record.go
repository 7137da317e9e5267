package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Record books entries that come from elsewhere, such as a statement of
// account, and may come again: what is booked already is passed over, the rest
// is booked in one transaction with an event for each entry. It returns how
// many entries are new. BookedAt is set here.
//
// The key is ([Entry].Key): Provider names the source ("konto-1"),
// TransactionID is the source's own id of the movement, Sequence tells several
// entries of a kind on it apart. The same key with another claim, amount or
// value date is ErrConflict, an entry that breaks a rule a
// *finding.InvalidError, a claim that is not there ErrNotFound; nothing is
// booked then.
//
// A payment that names an attempt (AttemptID) and covers the claim, together
// with what was booked before, makes that attempt paid in the same
// transaction: so an invoice is settled by what the bank reports. Where entries
// name several attempts, those after the first follow in transactions of their
// own; if that fails, the error says so although all is booked, and calling
// again with the same entries goes on. Leave
// AttemptID empty for money that came past an attempt, such as a transfer
// while a pay page was open.
func (s *Service) Record(ctx context.Context, entries ...Entry) (booked int, err error) {
	for _, e := range entries {
		if err := e.Validate(); err != nil {
			return 0, err
		}
	}
	for {
		c, err := s.recordChange(ctx, entries)
		if err != nil {
			return 0, err
		}
		if len(c.Entries) == 0 {
			return 0, s.settleOthers(ctx, entries, nil)
		}
		switch err := s.store.Apply(ctx, c); {
		case err == nil:
			return len(c.Entries), s.settleOthers(ctx, entries, c.Attempt)
		case !errors.Is(err, ErrDuplicateEntry) && !errors.Is(err, ErrConflict):
			return 0, fmt.Errorf("payment: recording: %w", err)
		}
		// Somebody else booked one of them, or changed the attempt: look again.
	}
}

// recordChange is what of the entries is not booked yet.
func (s *Service) recordChange(ctx context.Context, entries []Entry) (Change, error) {
	var c Change
	now := s.now()
	for i, e := range entries {
		if twin := slices.IndexFunc(entries[:i], func(o Entry) bool { return o.Key() == e.Key() }); twin >= 0 {
			if !e.same(entries[twin]) {
				return Change{}, fmt.Errorf("payment: recording: two entries have one key: %w", ErrConflict)
			}
			continue
		}
		have, err := s.store.Entry(ctx, e.Key())
		switch {
		case err == nil && e.same(have):
			continue
		case err == nil:
			return Change{}, fmt.Errorf("payment: recording: the key is taken by another entry: %w", ErrConflict)
		case !errors.Is(err, ErrNotFound):
			return Change{}, fmt.Errorf("payment: recording: %w", err)
		}
		id, err := s.newID()
		if err != nil {
			return Change{}, err
		}
		e.BookedAt, e.ValueAt = now, micro(e.ValueAt)
		event := Event{ID: id, Tenant: e.Tenant, ClaimID: e.ClaimID, AttemptID: e.AttemptID, Kind: e.Kind, At: now}
		if err := s.settle(ctx, &c, &e, &event); err != nil {
			return Change{}, err
		}
		event.Late = e.Late
		c.Entries, c.Events = append(c.Entries, e), append(c.Events, event)
	}
	return c, nil
}

// settle adds to a change that an entry's attempt is paid, if it is. An attempt
// that it does not pay is put in unchanged: of two parts that are recorded at
// the same moment, the second one then finds the first. One change holds one
// attempt; see settleOthers.
func (s *Service) settle(ctx context.Context, c *Change, e *Entry, event *Event) error {
	if e.AttemptID == "" || e.Kind != KindPayment {
		return nil
	}
	if c.Attempt != nil && (c.Attempt.Tenant != e.Tenant || c.Attempt.ID != e.AttemptID || c.Attempt.State == StatePaid) {
		return nil
	}
	r, err := s.store.Claim(ctx, e.Tenant, e.ClaimID)
	if err != nil {
		return fmt.Errorf("payment: recording: %w", err)
	}
	for _, a := range r.Attempts {
		if a.ID != e.AttemptID {
			continue
		}
		booked := append(r.Entries, *e)
		for _, other := range c.Entries {
			if other.Tenant == e.Tenant && other.ClaimID == e.ClaimID {
				booked = append(booked, other)
			}
		}
		b, err := balance(r.Claim, booked)
		if err != nil {
			return err
		}
		if !settleable(a) {
			return nil
		}
		if b.Open.Cents > 0 {
			c.Attempt = &a
			return nil
		}
		next := end(a, StatePaid, ReasonRecorded, e.BookedAt)
		next.Late, next.PaidAt = !a.State.Open(), e.ValueAt
		c.Attempt, e.Late = &next, next.Late
		event.State = StatePaid
		return nil
	}
	return fmt.Errorf("payment: recording: the claim has no such attempt: %w", ErrNotFound)
}

// settleable tells whether what the bank reports may make an attempt paid.
func settleable(a Attempt) bool { return a.State != StateReview && a.State.CanBecome(StatePaid) }

// settleOthers makes those attempts paid that booked entries name and cover,
// besides the one that the change has made paid: another process may have
// booked another part meanwhile, beside another attempt.
func (s *Service) settleOthers(ctx context.Context, entries []Entry, done *Attempt) error {
	for i, e := range entries {
		if e.AttemptID == "" || e.Kind != KindPayment ||
			done != nil && done.State == StatePaid && done.Tenant == e.Tenant && done.ID == e.AttemptID ||
			slices.ContainsFunc(entries[i+1:], func(o Entry) bool {
				return o.Tenant == e.Tenant && o.AttemptID == e.AttemptID && o.Kind == KindPayment
			}) {
			continue
		}
		r, err := s.store.Claim(ctx, e.Tenant, e.ClaimID)
		if err != nil {
			return fmt.Errorf("payment: recording: %w", err)
		}
		b, err := balance(r.Claim, r.Entries)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.ID == e.AttemptID })
		if n < 0 || b.Open.Cents > 0 || !settleable(r.Attempts[n]) {
			continue
		}
		now := s.now()
		if _, err := s.update(ctx, r.Attempts[n], func(a Attempt) (Attempt, *Entry) {
			if !settleable(a) {
				return a, nil
			}
			next := end(a, StatePaid, ReasonRecorded, now)
			next.Late, next.PaidAt = !a.State.Open(), micro(e.ValueAt)
			return next, nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// findMax bounds what [Service.Find] returns: a reference that names more
// claims tells nothing.
const findMax = 20

// Find returns the claims of a tenant that a reference names, such as one found
// in a statement of account, at most 20: those whose Kassenzeichen it is (only
// letters and digits count, in either case), and those with an attempt whose
// ID, TransactionID or Reference it is. None is no error.
func (s *Service) Find(ctx context.Context, tenant, reference string) ([]*Status, error) {
	ids, err := s.store.Find(ctx, tenant, reference, findMax)
	if err != nil {
		return nil, fmt.Errorf("payment: finding claims: %w", err)
	}
	var found []*Status
	for _, id := range ids {
		status, err := s.Status(ctx, tenant, id)
		if errors.Is(err, ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		found = append(found, status)
	}
	return found, nil
}

// PlainReference is what [Service.Find] compares of a Kassenzeichen: its
// letters A-Z (in upper case) and digits.
func PlainReference(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, s)
}
