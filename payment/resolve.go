package payment

import (
	"context"
	"errors"
	"fmt"
)

// Resolve ends an attempt in review by a person's decision. Received is the
// sum that really came, booked as the payment (for a refund, the negative sum
// that really went back); zero means that nothing came: the attempt has failed,
// and is watched for late money. Actor is an opaque identifier of who decided.
// It fails with ErrState if the attempt is not in review, and with ErrConflict
// if it changes meanwhile. Where another attempt has booked the transaction
// already, the entry's TransactionID is the attempt's ID.
func (s *Service) Resolve(ctx context.Context, tenant, attemptID string, received Amount, actor string) (*Attempt, error) {
	a, err := s.store.Attempt(ctx, tenant, attemptID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	if a.State != StateReview {
		return nil, ErrState
	}
	now := s.now()
	if received.IsZero() {
		return s.resolved(ctx, a, s.plan(end(a, StateFailed, ReasonResolved, now), now, true), nil)
	}
	entry := &Entry{
		Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: a.Provider, TransactionID: keep(a.TransactionID, a.ID),
		Kind: a.kind(), Amount: received, Actor: actor, BookedAt: now,
	}
	if err := entry.Validate(); err != nil {
		return nil, err
	}
	next := end(a, StatePaid, ReasonResolved, now)
	resolved, err := s.resolved(ctx, a, next, entry)
	if errors.Is(err, ErrDuplicateEntry) && entry.TransactionID != a.ID {
		entry.TransactionID = a.ID
		return s.resolved(ctx, a, next, entry)
	}
	return resolved, err
}

func (s *Service) resolved(ctx context.Context, a, next Attempt, entry *Entry) (*Attempt, error) {
	c, err := s.changeOf(a, next, entry)
	if err != nil {
		return nil, err
	}
	if err := s.store.Apply(ctx, c); err != nil {
		return nil, fmt.Errorf("payment: resolving: %w", err)
	}
	next.Revision++
	return &next, nil
}
