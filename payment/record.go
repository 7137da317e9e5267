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
// transaction: so an invoice is settled by what the bank reports. Leave
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
		if err != nil || len(c.Entries) == 0 {
			return 0, err
		}
		switch err := s.store.Apply(ctx, c); {
		case err == nil:
			return len(c.Entries), nil
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

// settle adds to a change that an entry's attempt is paid, if it is. One change
// holds one attempt.
func (s *Service) settle(ctx context.Context, c *Change, e *Entry, event *Event) error {
	if e.AttemptID == "" || e.Kind != KindPayment || c.Attempt != nil {
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
		if b.Open.Cents > 0 || a.State == StateReview || !a.State.CanBecome(StatePaid) {
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
