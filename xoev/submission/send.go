package submission

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Sender hands a message to the other side. Send may be called again with the
// same tenant and id, always with identical bytes: after a failure, after a
// crash, and at the same time from two nodes when a Send outlived its context.
// A repetition must do no harm.
//
// An error means "not sent, try later", unless it is or wraps a
// [*RefusedError]. Its text is stored and returned, so it must hold no personal
// data. Send must be safe for concurrent use and end with its context.
type Sender interface {
	Send(ctx context.Context, m Message) (Delivery, error)
}

// Delivery is what a sender learns when the other side takes a message.
type Delivery struct {
	// RemoteID is what the other side calls the message, in UTF-8; may be empty.
	RemoteID string
}

// RefusedError is returned by a [Sender] for a message that will never be taken
// as it is. The entry becomes [StateRefused].
type RefusedError struct {
	// Reason says why, without personal data.
	Reason string
	// Err is the cause; may be nil.
	Err error
}

// Error gives the reason and the cause.
func (e *RefusedError) Error() string {
	s := "refused: " + e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// SendError names the message that SendDue could not send.
type SendError struct {
	Tenant, ID string
	Err        error
}

// Error names the message and the cause.
func (e *SendError) Error() string {
	return "submission: sending " + e.Tenant + "/" + e.ID + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// SendDue sends up to limit messages that are due, the longest due first, and
// returns how many the sender took. Each message is leased in the database
// before it is sent, so any number of goroutines and nodes may call SendDue at
// once. A message that fails waits for its next attempt and does not stop the
// others; its failure is a [*SendError] in the returned (joined) error. Any
// other error means that the database failed or ctx ended; what was sent until
// then is counted.
//
// A message is sent at least once: if the process dies after sending and before
// noting it, the message is sent again, identical, when the lease has run out.
// SendDue sends one message after the other; call it from several goroutines to
// send in parallel.
func (o *Outbox) SendDue(ctx context.Context, limit int) (int, error) {
	if o.sender == nil {
		return 0, errors.New("submission: this outbox has no sender")
	}
	sent := 0
	var failures []error
	for range limit {
		if err := ctx.Err(); err != nil {
			return sent, errors.Join(append(failures, err)...)
		}
		l, err := o.claim(ctx)
		if err != nil {
			return sent, errors.Join(append(failures, err)...)
		}
		if l == nil {
			break
		}
		o.hook("claimed")
		sendErr, err := o.deliver(ctx, l)
		if sendErr != nil {
			failures = append(failures, &SendError{Tenant: l.tenant, ID: l.id, Err: sendErr})
		} else if err == nil {
			sent++
		}
		if err != nil {
			return sent, errors.Join(append(failures, err)...)
		}
	}
	return sent, errors.Join(failures...)
}

// deliver sends a leased message and notes the outcome. The first error is the
// message's, the second the database's or the context's.
func (o *Outbox) deliver(ctx context.Context, l *lease) (sendErr, err error) {
	var d Delivery
	if sendErr = l.damaged; sendErr == nil {
		sendCtx, cancel := context.WithTimeout(ctx, o.opt.SendTimeout)
		d, sendErr = o.sender.Send(sendCtx, l.message)
		cancel()
		o.hook("delivered")
	}
	// The outcome is noted even if ctx has ended meanwhile.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.opt.SendTimeout)
	defer cancel()
	var refused *RefusedError
	log := o.log.With("tenant", l.tenant, "id", l.id, "attempt", l.attempt)
	switch {
	case sendErr == nil:
		if err = o.markSent(note, l, d); err == nil {
			log.Info("message sent")
		}
	case errors.As(sendErr, &refused), errors.Is(sendErr, ErrDamaged):
		err = o.markFailed(note, l, StateRefused, 0, sendErr)
		log.Error("message refused")
	case ctx.Err() != nil:
		// The caller stopped us; that is no failure of the message.
		err = errors.Join(o.markFailed(note, l, StatePending, 0, sendErr), ctx.Err())
	default:
		wait := o.opt.Backoff[min(l.attempt, len(o.opt.Backoff))-1]
		err = o.markFailed(note, l, StatePending, wait, sendErr)
		log.Warn("message not sent", "next", wait)
	}
	o.hook("noted")
	if err != nil {
		err = fmt.Errorf("submission: noting the outcome of %s/%s: %w", l.tenant, l.id, err)
	}
	return sendErr, err
}

// markSent needs no lease: sent is sent, even if the lease ran out meanwhile.
// But an entry that was deleted and submitted anew meanwhile is another one, and
// one whose receipt came meanwhile is pending only because of a Retry after it.
func (o *Outbox) markSent(ctx context.Context, l *lease, d Delivery) error {
	_, err := o.db.ExecContext(ctx, `UPDATE submission_outbox SET state = ?, sent_at = ?, remote_id = ?, lease = '', last_error = ''
		WHERE tenant = ? AND id = ? AND state = ? AND digest = ? AND created_at = ? AND received_at = ?`,
		StateSent, micros(o.opt.Now()), storable(d.RemoteID), l.tenant, l.id, StatePending, l.digest, l.createdAt, l.receivedAt)
	return err
}

// markFailed does nothing if the lease is no longer ours: whoever has it now
// decides.
func (o *Outbox) markFailed(ctx context.Context, l *lease, state State, wait time.Duration, cause error) error {
	_, err := o.db.ExecContext(ctx, `UPDATE submission_outbox SET state = ?, due_at = ?, last_error = ?, lease = ''
		WHERE tenant = ? AND id = ? AND state = ? AND lease = ?`,
		state, micros(o.opt.Now().Add(wait)), clip(cause.Error()), l.tenant, l.id, StatePending, l.token)
	return err
}

// clip shortens an error's text to what the table keeps.
func clip(s string) string {
	const limit = 500
	if len(s) > limit {
		s = s[:limit]
	}
	return storable(s)
}

// storable drops what no text in the database can have ([sqldb.Storable]). A sender's words must not keep its success from being noted.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
