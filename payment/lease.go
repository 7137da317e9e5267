package payment

import (
	"context"
	"errors"
	"time"
)

// hold makes a call for an attempt leased by us and renews the lease meanwhile;
// a gets the new revision. A renewal that fails is tried again with the next
// tick, for which a lease has time. If another process has taken the attempt over,
// because this one stood still for too long, the lease is not renewed; what
// comes of the call is then compared with what the other one stored.
func (s *Service) hold(ctx context.Context, a *Attempt, call func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, s.config.CallTimeout)
	defer cancel()
	done, ended := make(chan struct{}), make(chan struct{})
	held := *a
	go func() {
		defer close(ended)
		tick := time.NewTicker(s.config.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done(): // no store would take it
				return
			case <-tick.C:
			}
			held.LeasedUntil = s.now().Add(s.config.Lease)
			held.NextCheck = held.LeasedUntil
			switch err := s.store.Apply(ctx, Change{Attempt: &held}); {
			case err == nil:
				held.Revision++
			case errors.Is(err, ErrConflict):
				s.log.WarnContext(ctx, "payment: a lease was lost", "attempt", held, "error", err)
				return
			default:
				s.log.WarnContext(ctx, "payment: renewing a lease", "attempt", held, "error", err)
			}
		}
	}()
	call(ctx)
	close(done)
	<-ended
	*a = held
}
