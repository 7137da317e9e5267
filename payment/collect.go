package payment

import "context"

// Collection is what [Service.Collect] found out: what the payer has to do next.
type Collection struct {
	// Paid says that the ledger covers the claim; nothing is left to do.
	Paid bool
	// PayPageURL is where to send the browser with status 303; empty if nothing
	// was started.
	PayPageURL string
	// Pending says that the payer has been on a pay page and no result is known:
	// ask again later.
	Pending bool
	// Review says that a person has to look first (see [Service.Resolve]); the
	// payer must not pay again.
	Review bool
	// Status is what was known about the claim before an attempt was started here.
	Status *Status
}

// Collect does what a service needs between "send" and "paid", in one call that
// may be repeated at will: it opens the claim if it is new, and if it is not
// covered it begins the first attempt to pay it. Later attempts begin only if
// again is set, because the payer asked for it: somebody who has just canceled
// is not dragged back to the pay page.
//
// Errors are those of [Service.Open] and [Service.Start]. A claim that is
// partly paid is not an error here: Pending, since a person has to book the rest.
func (s *Service) Collect(ctx context.Context, c Claim, again bool) (*Collection, error) {
	if _, err := s.Open(ctx, c); err != nil {
		return nil, err
	}
	status, err := s.Status(ctx, c.Tenant, c.ID)
	if err != nil {
		return nil, err
	}
	if open := openAttempt(status.Attempts); open != nil {
		s.ask(ctx, *open)
		if status, err = s.Status(ctx, c.Tenant, c.ID); err != nil {
			return nil, err
		}
	}
	found := &Collection{Status: status, Review: status.State == ClaimReview}
	open := openAttempt(status.Attempts) != nil
	found.Paid = !found.Review && status.Balance.Open.Cents <= 0
	found.Pending = !found.Paid && (open || !status.Balance.Booked.IsZero())
	if found.Paid || found.Review || !status.Balance.Booked.IsZero() || len(status.Attempts) > 0 && !again {
		return found, nil
	}
	attempt, err := s.Start(ctx, c.Tenant, c.ID)
	if err != nil {
		return nil, err
	}
	found.PayPageURL = attempt.PayPageURL
	return found, nil
}

// ask asks the provider about an attempt, for as long as a person waits, and
// returns what is known then. Without an answer nothing has changed, and the
// poller asks again.
func (s *Service) ask(ctx context.Context, a Attempt) Attempt {
	call, cancel := context.WithTimeout(ctx, s.config.ReturnWait)
	defer cancel()
	now, err := s.refresh(call, a, false)
	if err != nil {
		s.log.WarnContext(ctx, "payment: asking while a person waits", "attempt", a, "error", err)
		return a
	}
	return *now
}
