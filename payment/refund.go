package payment

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
)

// kind is what an attempt books.
func (a Attempt) kind() Kind {
	if a.Refunds != "" {
		return KindRefund
	}
	return KindPayment
}

// Cancel asks the platform to end a pending attempt and stores what it says:
// canceled, or paid if the payer was faster. It may be repeated. Errors:
// ErrNotFound, ErrState (not pending), ErrUnsupported, and those of the
// provider, with which the attempt is unchanged.
func (s *Service) Cancel(ctx context.Context, tenant, attemptID string) (*Attempt, error) {
	a, err := s.store.Attempt(ctx, tenant, attemptID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	if a.State == StateCanceled {
		return &a, nil
	}
	if a.State != StatePending || a.Refunds != "" {
		return nil, ErrState
	}
	r, err := s.registrationOf(a)
	if err != nil {
		return nil, err
	}
	canceler, ok := r.Provider.(Canceler)
	if !ok {
		return nil, ErrUnsupported
	}
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.CallTimeout)
	defer cancel()
	result, err := guard(func() (*Result, error) { return canceler.Cancel(call, a.TransactionID) })
	if err == nil {
		result, err = r.check(result)
	}
	if err != nil {
		return nil, fmt.Errorf("payment: canceling: %w", err)
	}
	now := s.now()
	return s.update(ctx, a, func(a Attempt) (Attempt, *Entry) { return s.judge(a, *result, now, false) })
}

// Refund pays money back through the platform that took it: a part or all of
// what an attempt has paid, less what was paid back on it before. The refund is
// an attempt of its own with a negative amount, stored before the platform is
// called, repeated with the same request id, and booked once when the platform
// says that the money is on its way. Key is the caller's name of the refund (1
// to 64 characters of A-Z a-z 0-9 . _ : -): the same attempt, key and amount
// again give the same refund. What the ledger says has left the claim otherwise
// (reversals, chargebacks, refunds by transfer) is not paid back.
//
// Errors: ErrNotFound; ErrUnsupported; ErrState (not paid, or more than is
// left); ErrOpenAttempt (another one is on its way); ErrConflict (the key is
// taken by another sum); ErrRejected; otherwise, as with ErrUnavailable,
// nobody knows, and RefreshDue goes on.
func (s *Service) Refund(ctx context.Context, tenant, attemptID string, amount Amount, key string) (*Attempt, error) {
	if !validKey(key) || amount.Cents <= 0 {
		return nil, ErrState
	}
	paid, err := s.store.Attempt(ctx, tenant, attemptID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	r, err := s.registrationOf(paid)
	if err != nil {
		return nil, err
	}
	if _, ok := r.Provider.(Refunder); !ok {
		return nil, ErrUnsupported
	}
	record, err := s.store.Claim(ctx, tenant, paid.ClaimID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading a claim: %w", err)
	}
	now := s.now()
	a := Attempt{
		Tenant: tenant, ID: refundID(attemptID, key), ClaimID: paid.ClaimID, Provider: paid.Provider, ConfigVersion: paid.ConfigVersion,
		State: StateCreated, Amount: amount.Neg(), Refunds: attemptID, CreatedAt: now, UpdatedAt: now,
		ExpiresAt: now.Add(s.config.LateWindow), NextCheck: now.Add(s.config.Lease), LeasedUntil: now.Add(s.config.Lease),
	}
	for _, have := range record.Attempts {
		if have.ID == a.ID {
			return s.refundAgain(ctx, have, a.Amount)
		}
	}
	if left, err := refundable(record, paid); err != nil || amount.Currency != paid.Amount.Currency || amount.Cents > left {
		return nil, errors.Join(ErrState, err)
	}
	if err := s.store.Apply(ctx, Change{Attempt: &a}); err != nil {
		if errors.Is(err, ErrConflict) { // stored by somebody else since the claim was read
			have, err := s.store.Attempt(ctx, tenant, a.ID)
			if err != nil {
				return nil, fmt.Errorf("payment: reading a refund: %w", err)
			}
			return s.refundAgain(ctx, have, a.Amount)
		}
		return nil, fmt.Errorf("payment: storing a refund: %w", err)
	}
	a.Revision++
	// Another refund may have come and gone since the claim was read. From now
	// on this one is open, and no other can begin.
	covered, err := s.covered(ctx, a)
	if err == nil && !covered {
		stored, err := s.withdraw(ctx, a, StateFailed, ReasonRefundExceeds)
		if err != nil || stored.State == StateFailed {
			return nil, errors.Join(ErrState, err)
		}
		return stored, nil
	}
	if err != nil {
		return nil, s.postpone(ctx, a, err)
	}
	return s.create(ctx, r, a, record.Claim, "")
}

// refundAgain is Refund for a key that there is a refund of.
func (s *Service) refundAgain(ctx context.Context, have Attempt, amount Amount) (*Attempt, error) {
	if have.Amount != amount {
		return nil, ErrConflict
	}
	return s.refresh(ctx, have, false)
}

// covered tells whether a stored refund that is open goes out of money that is
// still there.
func (s *Service) covered(ctx context.Context, refund Attempt) (bool, error) {
	record, err := s.store.Claim(ctx, refund.Tenant, refund.ClaimID)
	if err != nil {
		return false, fmt.Errorf("payment: reading a claim: %w", err)
	}
	for _, a := range record.Attempts {
		if a.ID == refund.Refunds {
			left, err := refundable(record, a)
			return left >= 0, err
		}
	}
	return false, ErrNotFound
}

// refundable is what has been paid on an attempt and not paid back, at most
// what the claim still holds: the bank may have taken money back, or a transfer
// may have paid it back, without naming an attempt.
func refundable(r *Record, paid Attempt) (cents int64, err error) {
	if paid.State != StatePaid || paid.Refunds != "" {
		return 0, ErrState
	}
	left := Amount{Currency: paid.Amount.Currency}
	held := left
	refunds := make(map[string]bool)
	for _, a := range r.Attempts {
		refunds[a.ID] = a.Refunds == paid.ID
		if a.Refunds == "" || !a.State.Open() && a.State != StateReview {
			continue
		}
		if held, err = held.Add(a.Amount); err != nil {
			return 0, err
		}
		if a.Refunds == paid.ID {
			if left, err = left.Add(a.Amount); err != nil {
				return 0, err
			}
		}
	}
	for _, e := range r.Entries {
		if e.Kind != KindFee && e.Kind != KindWriteOff { // those move no money
			if held, err = held.Add(e.Amount); err != nil {
				return 0, err
			}
		}
		if e.AttemptID != paid.ID && !refunds[e.AttemptID] {
			continue
		}
		if left, err = left.Add(e.Amount); err != nil {
			return 0, err
		}
	}
	return min(left.Cents, held.Cents), nil
}

// refundID is the request id of a refund: the same for the same attempt and key.
func refundID(attemptID, key string) string {
	sum := sha256.Sum256([]byte("refund\x00" + attemptID + "\x00" + key))
	return base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// refund calls the platform.
func (s *Service) refund(ctx context.Context, p Provider, a Attempt) (*Result, error) {
	refunder, ok := p.(Refunder)
	if !ok {
		return nil, ErrUnsupported
	}
	paid, err := s.store.Attempt(ctx, a.Tenant, a.Refunds)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	request := RefundRequest{
		TransactionID: paid.TransactionID, RequestID: a.ID, RequestedAt: a.CreatedAt, Amount: a.Amount.Neg(),
	}
	return guard(func() (*Result, error) { return refunder.Refund(ctx, request) })
}
