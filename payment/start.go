package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

const (
	storeTimeout = 10 * time.Second       // for writes that must not be lost
	waitStep     = 20 * time.Millisecond  // while another process calls the platform,
	waitStepMax  = 200 * time.Millisecond // slower and slower
	recheckAfter = 10 * time.Second       // age at which a pay page is asked about again
)

// Start returns an attempt with a pay page (PayPageURL) to send the browser to
// with status 303. A claim has one open attempt: a second click gets the same
// page. The attempt is stored before the platform is called; the call is
// carried through even if ctx ends. The claim is looked at again before the call
// and after it, so that no pay page is handed out for one that was paid
// meanwhile.
//
// While another process has the call under way Start waits for it, at most
// Config.StartWait; one that died keeps its claim for Config.Lease.
//
// Errors: ErrNotFound, ErrPaid, ErrPartlyPaid, ErrReview, ErrNoProvider;
// ErrBusy; ErrOpenAttempt while money is being paid back; a
// *finding.InvalidError if the platform cannot take the claim (nothing was
// sent); ErrRejected if the platform refused (the next Start is a new
// attempt); otherwise, as with ErrUnavailable, nobody knows, and the next Start
// or RefreshDue repeats the call with the same request id.
func (s *Service) Start(ctx context.Context, tenant, claimID string) (*Attempt, error) {
	deadline, step := time.Now().Add(s.config.StartWait), waitStep
	rechecked := make(map[string]bool)
	for begun := 0; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		record, err := s.store.Claim(ctx, tenant, claimID)
		if err != nil {
			return nil, fmt.Errorf("payment: starting: %w", err)
		}
		if err := startable(record); err != nil {
			return nil, err
		}
		open := openAttempt(record.Attempts)
		if open == nil {
			if s.recheckEnded(ctx, record.Attempts, rechecked) {
				continue
			}
			if begun++; begun > 2 {
				return nil, fmt.Errorf("payment: no attempt gets a pay page: %w", ErrBadAnswer)
			}
			a, err := s.begin(ctx, record.Claim)
			if a, done, err := s.started(ctx, a, err); done {
				return a, err
			}
		} else if open.Refunds != "" {
			return nil, fmt.Errorf("payment: money is being paid back: %w", ErrOpenAttempt)
		} else if open.State == StatePending {
			if s.now().Sub(open.UpdatedAt) < recheckAfter && s.now().Before(open.ExpiresAt) || rechecked[open.ID] {
				return open, nil
			}
			rechecked[open.ID] = true
			if _, err := s.refresh(ctx, *open, false); err != nil {
				s.log.WarnContext(ctx, "payment: asking again before reuse of a pay page", "attempt", *open, "error", err)
			}
		} else if open.LeasedUntil.After(s.now()) {
			if time.Now().After(deadline) {
				return nil, fmt.Errorf("payment: starting: %w (%w)", ErrBusy, ErrUnavailable)
			}
			if err := sleep(ctx, step); err != nil {
				return nil, err
			}
			step = min(2*step, waitStepMax)
		} else {
			a, err := s.createAgain(ctx, *open, record.Claim)
			if a, done, err := s.started(ctx, a, err); done {
				return a, err
			}
		}
	}
}

// started tells whether the outcome of a create call ends Start, and how.
func (s *Service) started(ctx context.Context, a *Attempt, err error) (*Attempt, bool, error) {
	switch {
	case errors.Is(err, ErrOpenAttempt), errors.Is(err, ErrConflict):
		return nil, false, nil // somebody else was faster: look again
	case err != nil:
		return nil, true, err
	case a.State != StatePending:
		return nil, false, nil // orphaned, paid, review: look again
	}
	if err := s.owed(ctx, *a); err != nil {
		return nil, true, err
	}
	return a, true, nil
}

// owed looks again whether an attempt's claim is still to be paid: money may
// have been recorded since the claim was read. It goes on when ctx ends, as the
// call does that it belongs to.
func (s *Service) owed(ctx context.Context, a Attempt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	record, err := s.store.Claim(ctx, a.Tenant, a.ClaimID)
	if err != nil {
		return fmt.Errorf("payment: starting: %w", err)
	}
	return startable(record)
}

func startable(r *Record) error {
	status, err := statusOf(r)
	if err != nil {
		return err
	}
	switch {
	case status.State == ClaimReview:
		return ErrReview
	case status.Balance.Open.Cents <= 0:
		return ErrPaid
	case !status.Balance.Booked.IsZero():
		return ErrPartlyPaid
	}
	return nil
}

func openAttempt(attempts []Attempt) *Attempt {
	for i := range attempts {
		if attempts[i].State.Open() {
			return &attempts[i]
		}
	}
	return nil
}

// recheckEnded asks once about attempts that ended without money but are still
// watched, lest the payer pays twice. It reports whether one changed.
func (s *Service) recheckEnded(ctx context.Context, attempts []Attempt, done map[string]bool) bool {
	for _, a := range attempts {
		if a.NextCheck.IsZero() || a.State.Open() || done[a.ID] {
			continue
		}
		done[a.ID] = true
		now, err := s.refresh(ctx, a, false)
		if err != nil {
			s.log.WarnContext(ctx, "payment: asking about an ended attempt", "attempt", a, "error", err)
		} else if now.State != a.State {
			return true
		}
	}
	return false
}

// begin stores a new attempt and calls the platform.
func (s *Service) begin(ctx context.Context, c Claim) (*Attempt, error) {
	r, err := s.registration(c)
	if err != nil {
		return nil, err
	}
	if findings := checkClaim(r.Provider, c); finding.Judge(findings) == finding.Rejected {
		return nil, invalid(findings...)
	}
	id, err := s.newID()
	if err != nil {
		return nil, err
	}
	token, hash, err := s.newToken()
	if err != nil {
		return nil, err
	}
	now := s.now()
	a := Attempt{
		Tenant: c.Tenant, ID: id, ClaimID: c.ID, Provider: r.Key, ConfigVersion: r.Version,
		State: StateCreated, Amount: c.Amount, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(s.config.AttemptTTL),
		NextCheck: now.Add(s.config.Lease), LeasedUntil: now.Add(s.config.Lease),
	}
	if err := s.store.Apply(ctx, Change{Attempt: &a, TokenHash: hash}); err != nil {
		return nil, fmt.Errorf("payment: storing an attempt: %w", err)
	}
	a.Revision++
	// Who records money from now on does so beside an open attempt.
	switch err := s.owed(ctx, a); {
	case errors.Is(err, ErrPaid), errors.Is(err, ErrPartlyPaid), errors.Is(err, ErrReview):
		_, bad := s.withdraw(ctx, a, StateOrphaned, ReasonNeverCreated)
		return nil, errors.Join(err, bad)
	case err != nil:
		return nil, s.postpone(ctx, a, err)
	}
	return s.create(ctx, r, a, c, token)
}

// withdraw ends an attempt that the platform has not taken, unless another
// process has taken it over meanwhile: that one goes on.
func (s *Service) withdraw(ctx context.Context, a Attempt, to State, why Reason) (*Attempt, error) {
	now := s.now()
	return s.update(ctx, a, func(stored Attempt) (Attempt, *Entry) {
		if stored.Revision != a.Revision {
			return stored, nil
		}
		return end(stored, to, why, now), nil
	})
}

// createAgain repeats the create call of an attempt that nobody is calling
// for, with the same request id and a further return token. If another process
// was faster, it returns what that one has stored.
func (s *Service) createAgain(ctx context.Context, a Attempt, c Claim) (*Attempt, error) {
	now := s.now()
	if now.Sub(a.CreatedAt) >= s.config.CreateTTL {
		to := StateOrphaned
		if a.Refunds != "" {
			to = StateReview // the money may have gone back
		}
		return s.withdraw(ctx, a, to, ReasonNeverCreated)
	}
	r, err := s.registrationOf(a)
	if err != nil {
		return nil, s.postpone(ctx, a, err)
	}
	var token string
	var hash []byte
	if a.Refunds != "" {
		covered, err := s.covered(ctx, a)
		if err != nil {
			return nil, s.postpone(ctx, a, err)
		}
		if !covered { // the call may have been made, and the money gone
			return s.withdraw(ctx, a, StateReview, ReasonRefundExceeds)
		}
	} else if token, hash, err = s.newToken(); err != nil {
		return nil, err
	}
	a.LeasedUntil = now.Add(s.config.Lease)
	a.NextCheck = a.LeasedUntil
	switch err := s.store.Apply(ctx, Change{Attempt: &a, TokenHash: hash}); {
	case errors.Is(err, ErrConflict):
		return s.Attempt(ctx, a.Tenant, a.ID)
	case err != nil:
		return nil, fmt.Errorf("payment: storing an attempt: %w", err)
	}
	a.Revision++
	return s.create(ctx, r, a, c, token)
}

// create calls the platform for an attempt leased by us and stores what came
// of it.
func (s *Service) create(ctx context.Context, r Registration, a Attempt, c Claim, token string) (*Attempt, error) {
	var result *Result
	var err error
	exists := false
	s.hold(context.WithoutCancel(ctx), &a, func(call context.Context) {
		if a.Refunds != "" {
			if result, err = s.refund(call, r.Provider, a); err == nil {
				result, err = r.check(result)
			}
			return
		}
		request := CreateRequest{
			Claim: c.clone(), RequestID: a.ID, RequestedAt: a.CreatedAt,
			ReturnURL: s.tokenURL(returnPath, token), NotifyURL: s.tokenURL(notifyPath, token),
		}
		result, err = guard(func() (*Result, error) { return r.Provider.Create(call, request) })
		if exists = errors.Is(err, ErrExists); exists {
			result, err = guard(func() (*Result, error) { return lookup(call, r.Provider, a.ID) })
		}
		if err == nil {
			result, err = r.check(result)
		}
	})
	var bad *finding.InvalidError
	now := s.now()
	switch {
	case err == nil && a.Refunds == "" && result.State == StatePending && result.PayPageURL == "":
		err = fmt.Errorf("payment: no pay page: %w", ErrBadAnswer)
	case err == nil:
		return s.update(ctx, a, func(a Attempt) (Attempt, *Entry) { return s.judge(a, *result, now, true) })
	case exists && errors.Is(err, ErrNotFound):
		return s.update(ctx, a, func(a Attempt) (Attempt, *Entry) { return end(a, StateOrphaned, ReasonExistsElsewhere, now), nil })
	case errors.As(err, &bad):
		return s.refused(ctx, a, ReasonInvalidRequest, err)
	case errors.Is(err, ErrRejected):
		return s.refused(ctx, a, reasonOf(err), err)
	}
	return nil, s.postpone(ctx, a, err)
}

// refused ends an attempt that the platform has definitely not taken. Another
// process that has taken it over meanwhile, repeating a call that took longer
// than its lease, goes on; then what that one has stored is returned.
func (s *Service) refused(ctx context.Context, a Attempt, why Reason, cause error) (*Attempt, error) {
	s.log.WarnContext(ctx, "payment: refused", "attempt", a, "error", cause)
	stored, err := s.withdraw(ctx, a, StateFailed, why)
	if err != nil || stored.State != StateFailed {
		return stored, err
	}
	return nil, fmt.Errorf("payment: starting: %w", cause)
}

// postpone stores when to look again after an error and returns the error.
// Another process that has taken the attempt over meanwhile keeps its lease.
func (s *Service) postpone(ctx context.Context, a Attempt, cause error) error {
	now := s.now()
	s.log.WarnContext(ctx, "payment: platform not asked", "attempt", a, "error", cause)
	if _, err := s.update(ctx, a, func(stored Attempt) (Attempt, *Entry) {
		if stored.Revision != a.Revision && stored.LeasedUntil.After(now) {
			return stored, nil
		}
		return s.afterError(stored, cause, now), nil
	}); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

func lookup(ctx context.Context, p Provider, requestID string) (*Result, error) {
	l, ok := p.(Lookuper)
	if !ok {
		return nil, ErrNotFound
	}
	return l.Lookup(ctx, requestID)
}

// reasonOf adds the platform's code, if the error has one.
func reasonOf(err error) Reason {
	var coded interface{ PaymentCode() string }
	if errors.As(err, &coded) && coded.PaymentCode() != "" {
		return ReasonRejected + ":" + Reason(coded.PaymentCode())
	}
	return ReasonRejected
}

// guard turns a provider's panic and a missing result into errors.
func guard(call func() (*Result, error)) (r *Result, err error) {
	defer func() {
		if recover() != nil {
			r, err = nil, fmt.Errorf("payment: the provider panicked: %w", ErrBadAnswer)
		}
	}()
	r, err = call()
	if err == nil && r == nil {
		err = fmt.Errorf("payment: the provider returned nothing: %w", ErrBadAnswer)
	}
	return r, err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (s *Service) tokenURL(path, token string) string {
	return s.base.String() + path + "?" + returnParam + "=" + token
}
