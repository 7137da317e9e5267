package payment

import (
	"context"
	"errors"
	"fmt"
)

// CollectOptions say how far [Service.Collect] goes; nil is the zero value,
// which begins the first attempt, until it has a pay page, and no other.
type CollectOptions struct {
	// Again begins another attempt after those that ended without money: the
	// payer asked for it. Somebody who has just canceled is otherwise not
	// dragged back to the pay page.
	Again bool
	// LookOnly begins nothing and asks no platform: for work that no payer waits
	// for. What RefreshDue finds out is seen.
	LookOnly bool
	// Replaces are the IDs of other claims of the tenant on the same matter, such
	// as the fee before the answers were changed. Their pay pages may still be
	// open somewhere. IDs that no claim has, and the claim's own, are skipped.
	Replaces []string
}

// Collection is what [Service.Collect] found out: what the payer has to do next.
type Collection struct {
	// Paid says that the ledger covers the claim; nothing is left to do.
	Paid bool
	// PayPageURL is where to send the browser with status 303; empty if nothing
	// was started.
	PayPageURL string
	// Pending says that no result is known: the payer has been on a pay page, or
	// opening one takes longer than a person waits. Ask again later.
	Pending bool
	// Review says that a person has to look first: at an attempt in review (see
	// [Service.Resolve]), or at money Elsewhere. The payer must not pay again.
	Review bool
	// Elsewhere is what is booked on the claims that this one replaces. Until a
	// person has moved it ([Service.Book]: a reversal there, a payment here), no
	// attempt is begun.
	Elsewhere Amount
	// Status is what was known about the claim before an attempt was started here.
	Status *Status
}

// Format leaves out the pay page, whatever the verb.
func (c Collection) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "collection paid=%t pending=%t review=%t", c.Paid, c.Pending, c.Review)
}

// Collect does what a service needs between "send" and "paid", in one call that
// may be repeated at will: it opens the claim if it is new, and if it is not
// covered it begins an attempt to pay it, as the options say.
//
// A claim is opened once. If its ID is taken by a claim of the same amount,
// that one counts, whatever its texts say: a new release may word them
// differently while people pay. Another amount is ErrConflict: when a fee
// rises, compute it from the day of the application, or whoever has paid the
// old one is stuck.
//
// Errors are those of [Service.Open] and [Service.Start], but for ErrPaid,
// ErrPartlyPaid and ErrReview, which the Collection says. A claim that is partly
// paid is Pending, since a person has to book the rest.
func (s *Service) Collect(ctx context.Context, c Claim, o *CollectOptions) (*Collection, error) {
	if o == nil {
		o = new(CollectOptions)
	}
	status, err := s.collectable(ctx, c)
	if err != nil {
		return nil, err
	}
	if status, err = s.askOpen(ctx, status, o); err != nil {
		return nil, err
	}
	open := openAttempt(status.Attempts)
	unseen := open != nil && open.State != StatePending // no pay page yet, so nobody was on one
	found := &Collection{Status: status, Elsewhere: Amount{Currency: c.Amount.Currency}, Paid: status.Balance.Open.Cents <= 0}
	begin := !found.Paid && !o.LookOnly && status.Balance.Booked.IsZero() && (o.Again || unseen || len(status.Attempts) == 0)
	busy, err := s.elsewhere(ctx, c, o, begin, found)
	if err != nil {
		return nil, err
	}
	found.Review = !found.Paid && (status.State == ClaimReview || found.Review || !found.Elsewhere.IsZero())
	found.Pending = !found.Paid && (open != nil || busy || !status.Balance.Booked.IsZero())
	if !begin || busy || found.Review {
		return found, nil
	}
	switch err := s.startWaiting(ctx, c, found); {
	case errors.Is(err, ErrPaid), errors.Is(err, ErrPartlyPaid), errors.Is(err, ErrReview):
		// That has come about since the claim was read.
		return s.Collect(ctx, c, &CollectOptions{LookOnly: true, Replaces: o.Replaces})
	case err != nil:
		return nil, err
	}
	return found, nil
}

// startWaiting is Start for somebody who waits for the page: no longer than
// Config.ReturnWait. A call that another node, or a process that died, has
// under way may take longer; then the payer asks again.
func (s *Service) startWaiting(ctx context.Context, c Claim, found *Collection) error {
	call, cancel := context.WithTimeout(ctx, s.config.ReturnWait)
	defer cancel()
	attempt, err := s.Start(call, c.Tenant, c.ID)
	if err != nil && (call.Err() != nil || errors.Is(err, ErrBusy)) && ctx.Err() == nil {
		s.log.WarnContext(ctx, "payment: starting takes longer than a person waits", "tenant", c.Tenant, "claim", c.ID, "error", err)
		found.Pending = true
		return nil
	}
	if err != nil {
		return err
	}
	found.PayPageURL = attempt.PayPageURL
	return nil
}

// collectable opens the claim or finds it open with the same amount.
func (s *Service) collectable(ctx context.Context, c Claim) (*Status, error) {
	_, conflict := s.Open(ctx, c)
	if conflict != nil && !errors.Is(conflict, ErrConflict) {
		return nil, conflict
	}
	status, err := s.Status(ctx, c.Tenant, c.ID)
	if err != nil {
		return nil, err
	}
	if conflict != nil {
		if status.Claim.Amount != c.Amount {
			return nil, conflict
		}
		s.log.InfoContext(ctx, "payment: the claim was opened with other texts, which stay", "claim", status.Claim)
	}
	return status, nil
}

// askOpen asks about a claim's open attempt, unless only looking. An attempt
// that has no pay page yet is Start's.
func (s *Service) askOpen(ctx context.Context, status *Status, o *CollectOptions) (*Status, error) {
	open := openAttempt(status.Attempts)
	if open == nil || open.State != StatePending || o.LookOnly {
		return status, nil
	}
	s.ask(ctx, *open)
	return s.Status(ctx, status.Claim.Tenant, status.Claim.ID)
}

// elsewhere adds up what is booked on the claims that c replaces, and reports
// whether somebody may be paying one of them right now. Before an attempt is
// begun, those that ended but are still watched are asked about too.
func (s *Service) elsewhere(ctx context.Context, c Claim, o *CollectOptions, begin bool, found *Collection) (busy bool, err error) {
	for _, id := range o.Replaces {
		if id == c.ID {
			continue
		}
		status, err := s.Status(ctx, c.Tenant, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if status, err = s.askOpen(ctx, status, o); err != nil {
			return false, err
		}
		if begin && s.recheckEnded(ctx, status.Attempts, make(map[string]bool)) {
			if status, err = s.Status(ctx, c.Tenant, id); err != nil {
				return false, err
			}
		}
		if found.Elsewhere, err = found.Elsewhere.Add(status.Balance.Booked); err != nil {
			return false, err
		}
		busy = busy || openAttempt(status.Attempts) != nil
		found.Review = found.Review || status.State == ClaimReview
	}
	return busy, nil
}

// ask asks the provider about an attempt, for as long as a person waits, and
// returns what is known then. Without an answer nothing has changed, and the
// poller asks again.
func (s *Service) ask(ctx context.Context, a Attempt) Attempt {
	now, err := s.refreshWaiting(ctx, a)
	if err != nil {
		s.log.WarnContext(ctx, "payment: asking while a person waits", "attempt", a, "error", err)
		return a
	}
	return *now
}

func (s *Service) refreshWaiting(ctx context.Context, a Attempt) (*Attempt, error) {
	call, cancel := context.WithTimeout(ctx, s.config.ReturnWait)
	defer cancel()
	return s.refresh(call, a, false)
}
