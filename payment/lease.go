package payment

import (
	"context"
	"time"
)

// hold makes a call for an attempt leased by us and renews the lease meanwhile;
// a gets the new revision. If another process has taken the attempt over,
// because this one stood still for too long, the lease is not renewed; what
// comes of the call is then compared with what the other one stored.
func (s *Service) hold(ctx context.Context, a *Attempt, call func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, s.config.CallTimeout)
	defer cancel()
	done, ended := make(chan struct{}), make(chan struct{})
	held := *a
	go func() {
		defer close(ended)
		for tick := time.NewTicker(s.config.Lease / 3); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
			held.LeasedUntil = s.now().Add(s.config.Lease)
			held.NextCheck = held.LeasedUntil
			if err := s.store.Apply(ctx, Change{Attempt: &held}); err != nil {
				s.log.WarnContext(ctx, "payment: renewing a lease", "attempt", held, "error", err)
				tick.Stop()
				return
			}
			held.Revision++
		}
	}()
	call(ctx)
	close(done)
	<-ended
	*a = held
}
