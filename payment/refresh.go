package payment

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"
)

// How long to wait between two looks: while the payer is paying, and when an
// attempt that ended without money is only watched.
var (
	pendingDelays = []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
	watchDelays   = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}
)

// What a platform can say about time, and no more.
const (
	lastYears = 20                  // of Result.ExpiresAt
	maxQuiet  = 31 * 24 * time.Hour // of Result.NextCheck
)

// Refresh asks the provider about an attempt and stores the result: the one
// way by which the return page, the poller and everybody else learn of money.
// It may run any number of times and in parallel; a payment is booked once.
// Attempts without answer to their create call have it repeated; attempts that
// are paid, orphaned or in review are returned as they are.
//
// On an error (ErrNotFound, ErrUnavailable, ...) the attempt is unchanged but
// for the time of its next check.
func (s *Service) Refresh(ctx context.Context, tenant, attemptID string) (*Attempt, error) {
	a, err := s.store.Attempt(ctx, tenant, attemptID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	return s.refresh(ctx, a, false)
}

// refresh is Refresh for an attempt at hand; poll says that it is leased by
// the poller, and the next look is planned.
func (s *Service) refresh(ctx context.Context, a Attempt, poll bool) (*Attempt, error) {
	switch {
	case a.State == StatePaid || a.State == StateOrphaned || a.State == StateReview:
		return &a, nil
	case a.State == StateCreated || a.State == StateUnknown:
		if !poll && a.LeasedUntil.After(s.now()) {
			return &a, nil // somebody is calling
		}
		r, err := s.store.Claim(ctx, a.Tenant, a.ClaimID)
		if err != nil {
			return nil, s.unanswered(ctx, a, fmt.Errorf("payment: reading a claim: %w", err), poll)
		}
		return s.createAgain(ctx, a, r.Claim)
	case a.TransactionID == "":
		return &a, nil // refused: the platform has nothing
	}
	r, err := s.registrationOf(a)
	if err != nil {
		return nil, s.unanswered(ctx, a, err, poll)
	}
	result, err := s.query(ctx, r, &a, poll)
	if err != nil {
		return nil, s.unanswered(ctx, a, err, poll)
	}
	now := s.now()
	return s.update(ctx, a, func(a Attempt) (Attempt, *Entry) { return s.judge(a, *result, now, poll) })
}

// query asks the provider; the lease of the poller is renewed meanwhile.
func (s *Service) query(ctx context.Context, r Registration, a *Attempt, poll bool) (result *Result, err error) {
	ask := func(call context.Context) {
		result, err = guard(func() (*Result, error) {
			if a.Refunds == "" {
				return r.Provider.Query(call, a.TransactionID)
			}
			refunder, ok := r.Provider.(Refunder)
			if !ok {
				return nil, ErrUnsupported
			}
			return refunder.QueryRefund(call, a.TransactionID)
		})
		if err == nil {
			result, err = r.check(result)
		}
	}
	if poll {
		s.hold(ctx, a, ask)
		return result, err
	}
	call, cancel := context.WithTimeout(ctx, s.config.CallTimeout)
	defer cancel()
	ask(call)
	return result, err
}

func (s *Service) unanswered(ctx context.Context, a Attempt, cause error, poll bool) error {
	if poll || errors.Is(cause, ErrNotFound) || errors.Is(cause, ErrNoProvider) {
		return s.postpone(ctx, a, cause)
	}
	return cause
}

// DueReport counts what [Service.RefreshDue] did.
type DueReport struct {
	Checked int // attempts asked about
	Changed int // attempts with a new state
	Failed  int // attempts whose provider or store failed; they come again later
}

// RefreshDue asks about attempts whose time has come, at most limit. It is
// safe to call from any number of goroutines and processes: each attempt is
// leased to one of them. What fails is put off with growing delay and stops
// nothing else; the error is the store's or the context's.
//
// Call it every few seconds.
func (s *Service) RefreshDue(ctx context.Context, limit int) (DueReport, error) {
	run := dueRun{service: s, left: limit}
	first, err := run.lease(ctx, min(s.config.Workers, limit))
	if err != nil || len(first) == 0 {
		return run.report, err
	}
	var wg sync.WaitGroup
	for _, a := range first {
		wg.Go(func() { run.work(ctx, a) })
	}
	wg.Wait()
	return run.report, run.err
}

// dueRun is one call of RefreshDue.
type dueRun struct {
	service *Service
	mu      sync.Mutex
	left    int // attempts that may still be leased
	report  DueReport
	err     error
}

// lease takes up to n attempts; none if the run is over.
func (d *dueRun) lease(ctx context.Context, n int) ([]Attempt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n = min(n, d.left)
	if d.err == nil {
		d.err = ctx.Err()
	}
	if d.err != nil || n <= 0 {
		return nil, d.err
	}
	now := d.service.now()
	leased, err := d.service.store.LeaseDue(ctx, now, now.Add(d.service.config.Lease), n)
	if err != nil {
		d.err = fmt.Errorf("payment: leasing due attempts: %w", err)
		return nil, d.err
	}
	d.left -= len(leased)
	return leased, nil
}

// work asks about an attempt, and then about one after the other: a slow
// platform holds up one worker, not all.
func (d *dueRun) work(ctx context.Context, a Attempt) {
	for {
		now, err := d.service.refresh(ctx, a, true)
		d.mu.Lock()
		d.report.Checked++
		if err != nil {
			d.report.Failed++
		} else if now.State != a.State {
			d.report.Changed++
		}
		d.mu.Unlock()
		next, err := d.lease(ctx, 1)
		if err != nil || len(next) == 0 {
			return
		}
		a = next[0]
	}
}

// judge draws the next version of an attempt, and the entry to book, from what
// the platform says. It is pure.
func (s *Service) judge(a Attempt, r Result, now time.Time, poll bool) (Attempt, *Entry) {
	if a.Refunds != "" && a.State == StateFailed && a.TransactionID == "" && r.State == StatePending {
		a.TransactionID = r.TransactionID // refused, but an earlier call was taken: money may go back
		return end(a, StateReview, ReasonTransactionMismatch, now), nil
	}
	if a.State == StateReview || !a.State.Open() && (r.State != StatePaid || !a.State.CanBecome(StatePaid)) {
		return s.plan(a, now, poll), nil
	}
	if why := mismatch(a, r); why != "" {
		if a.TransactionID == "" && why != ReasonRequestMismatch {
			a.TransactionID = r.TransactionID
		}
		return end(a, StateReview, why, now), nil
	}
	a.TransactionID = r.TransactionID
	a.Reference, a.TransactionURL = keep(r.Reference, a.Reference), keep(r.TransactionURL, a.TransactionURL)
	if !r.ExpiresAt.IsZero() {
		a.ExpiresAt = earlier(r.ExpiresAt, now.AddDate(lastYears, 0, 0))
	}
	a.Method, a.MethodDetail = keep(r.Method, a.Method), keep(r.MethodDetail, a.MethodDetail)
	switch r.State {
	case StatePaid:
		return paid(a, r, now)
	case StateFailed, StateCanceled:
		return s.plan(end(a, r.State, "", now), now, true), nil
	}
	if a.State != StatePending {
		a.State, a.Checks, a.UpdatedAt, a.LeasedUntil, a.Reason = StatePending, 0, now, time.Time{}, ""
		poll = true
	} else if !now.Before(a.ExpiresAt) {
		return s.expire(a, now), nil
	}
	a.PayPageURL = keep(r.PayPageURL, a.PayPageURL)
	a = s.plan(a, now, poll)
	if later := earlier(r.NextCheck, now.Add(maxQuiet)); poll && later.After(a.NextCheck) && now.Before(a.ExpiresAt) {
		a.NextCheck = earlier(later, a.ExpiresAt)
	}
	return a, nil
}

// expire ends an attempt whose time is over; where a refund stays without
// result, a person has to look.
func (s *Service) expire(a Attempt, now time.Time) Attempt {
	if a.Refunds != "" {
		return end(a, StateReview, ReasonDeadline, now)
	}
	return s.plan(end(a, StateExpired, ReasonDeadline, now), now, true)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// paid ends an attempt with money.
func paid(a Attempt, r Result, now time.Time) (Attempt, *Entry) {
	late := !a.State.Open()
	a = end(a, StatePaid, "", now)
	a.Late, a.PaidAt = late, micro(r.PaidAt)
	return a, &Entry{
		Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: a.Provider, TransactionID: a.TransactionID,
		Kind: a.kind(), Amount: a.Amount, Late: late, BookedAt: now, ValueAt: a.PaidAt,
	}
}

// mismatch compares the platform's answer with what was asked.
func mismatch(a Attempt, r Result) Reason {
	switch {
	case r.TransactionID == "" || a.TransactionID != "" && r.TransactionID != a.TransactionID:
		return ReasonTransactionMismatch
	case r.RequestID != "" && r.RequestID != a.ID:
		return ReasonRequestMismatch
	case r.Amount != nil && *r.Amount != a.Amount:
		return ReasonAmountMismatch
	case r.Amount == nil && r.State == StatePaid:
		return ReasonAmountMissing
	}
	return ""
}

// end gives an attempt a result. Nothing is planned afterwards.
func end(a Attempt, s State, why Reason, now time.Time) Attempt {
	if !a.State.CanBecome(s) {
		return a
	}
	a.State, a.Reason, a.PayPageURL, a.Checks = s, why, "", 0
	a.UpdatedAt, a.FinishedAt, a.NextCheck, a.LeasedUntil = now, now, time.Time{}, time.Time{}
	return a
}

// plan sets the next look if the poller asked, and gives the lease back.
func (s *Service) plan(a Attempt, now time.Time, poll bool) Attempt {
	if !poll {
		return a
	}
	a.LeasedUntil = time.Time{}
	switch {
	case a.State.Open():
		deadline := a.ExpiresAt
		if a.State != StatePending {
			deadline = a.CreatedAt.Add(s.config.CreateTTL)
		}
		a.NextCheck = until(now, now.Add(delay(pendingDelays, a)), deadline)
	case s.watched(a) && now.Before(a.FinishedAt.Add(s.config.LateWindow)):
		a.NextCheck = until(now, now.Add(delay(watchDelays, a)), a.FinishedAt.Add(s.config.LateWindow))
	default:
		a.NextCheck = time.Time{}
	}
	a.Checks++
	return a
}

// watched tells whether money may still come on an attempt that has ended.
func (s *Service) watched(a Attempt) bool {
	return a.TransactionID != "" && a.Refunds == "" && a.State.Final() && a.State.CanBecome(StatePaid)
}

// until puts a time off no further than to a deadline that is still ahead.
func until(now, next, deadline time.Time) time.Time {
	if now.Before(deadline) && next.After(deadline) {
		return deadline
	}
	return next
}

// delay picks from a row of delays by the number of looks, up to a quarter
// longer so that attempts do not march in step.
func delay(row []time.Duration, a Attempt) time.Duration {
	d := row[min(a.Checks, len(row)-1)]
	h := fnv.New32a()
	h.Write([]byte(a.ID))
	return d + time.Duration(int64(d)/4*int64(h.Sum32()%1000)/1000).Truncate(time.Microsecond)
}

// afterError plans the next look after an error. Errors change no state,
// except that a create call without answer is now unknown, and that a deadline
// passes even if the platform knows nothing of the payment.
func (s *Service) afterError(a Attempt, cause error, now time.Time) Attempt {
	switch {
	case a.State == StateCreated:
		a.State, a.UpdatedAt = StateUnknown, now
	case a.State == StatePending && !now.Before(a.ExpiresAt) && (errors.Is(cause, ErrNotFound) || errors.Is(cause, ErrNoProvider)):
		return s.expire(a, now)
	}
	next := s.plan(a, now, true)
	if late := a.FinishedAt.Add(2 * s.config.LateWindow); next.NextCheck.IsZero() && s.watched(a) && now.Before(late) {
		next.NextCheck = until(now, now.Add(delay(watchDelays, a)), late) // the last look must be answered
	}
	return next
}

// update stores what f makes of an attempt, again from the stored version if
// somebody else was faster. It goes on when ctx ends: what the platform said
// must not be lost.
func (s *Service) update(ctx context.Context, a Attempt, f func(Attempt) (Attempt, *Entry)) (*Attempt, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	for {
		next, entry := f(a)
		if next == a && entry == nil {
			return &a, nil
		}
		c, err := s.changeOf(a, next, entry)
		if err != nil {
			return nil, err
		}
		switch err := s.store.Apply(ctx, c); {
		case err == nil:
			if next.State != a.State {
				s.log.InfoContext(ctx, "payment: attempt changed", "attempt", next, "late", next.Late)
			}
			next.Revision++
			return &next, nil
		case errors.Is(err, ErrDuplicateEntry):
			was, now := f, s.now()
			f = func(a Attempt) (Attempt, *Entry) {
				if to, entry := was(a); entry == nil {
					return to, nil
				}
				return end(a, StateReview, ReasonDuplicateTransaction, now), nil
			}
		case errors.Is(err, ErrConflict):
			if a, err = s.store.Attempt(ctx, a.Tenant, a.ID); err != nil {
				return nil, fmt.Errorf("payment: reading an attempt again: %w", err)
			}
		default:
			return nil, fmt.Errorf("payment: storing an attempt: %w", err)
		}
	}
}

func (s *Service) changeOf(a, next Attempt, entry *Entry) (Change, error) {
	c := Change{Attempt: &next}
	if entry != nil {
		c.Entries = []Entry{*entry}
	}
	if next.State == a.State || next.State == StateUnknown || next.State == StatePending {
		return c, nil
	}
	id, err := s.newID()
	if err != nil {
		return Change{}, err
	}
	event := Event{ID: id, Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, State: next.State, Late: next.Late, At: next.UpdatedAt}
	if entry != nil {
		event.Kind = entry.Kind
	}
	c.Events = []Event{event}
	return c, nil
}

func keep(fresh, old string) string {
	if fresh != "" {
		return fresh
	}
	return old
}
