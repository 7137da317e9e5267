package submission_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

func TestSubmitIsIdempotent(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		o := newOutbox(t, newDB(t, on), nil, newClock())
		first, err := o.Submit(t.Context(), message("a-1"))
		require.NoError(t, err)
		require.Equal(t, submission.StatePending, first.State)
		require.Equal(t, "R-a-1", first.Reference)
		require.Len(t, first.Digest, 64)

		again, err := o.Submit(t.Context(), message("a-1"))
		require.NoError(t, err)
		require.Equal(t, first, again)

		for _, tt := range []struct {
			name   string
			change func(*submission.Message)
		}{
			{"document", func(m *submission.Message) { m.Document = []byte("<other/>") }},
			{"signature", func(m *submission.Message) { m.Signature = nil }},
			{"name", func(m *submission.Message) { m.Name = "other.xml" }},
			{"reference", func(m *submission.Message) { m.Reference = "R-2" }},
			{"kind", func(m *submission.Message) { m.Kind = "other" }},
		} {
			t.Run("another "+tt.name, func(t *testing.T) {
				m := message("a-1")
				tt.change(&m)
				_, err := o.Submit(t.Context(), m)
				require.ErrorIs(t, err, submission.ErrConflict)
			})
		}
		stored, err := o.Message(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, message("a-1"), stored)

		other := message("a-1")
		other.Tenant, other.Document = "beispielstadt", []byte("<other/>")
		_, err = o.Submit(t.Context(), other)
		require.NoError(t, err, "the same id in another tenant is another submission")
	})
}

func TestSubmitRefusesWhatCannotBeSent(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		o, err := submission.NewOutbox(t.Context(), newDB(t, on), nil, &submission.OutboxOptions{MaxBytes: 100})
		require.NoError(t, err)
		_, err = o.Submit(t.Context(), message("ok"))
		require.NoError(t, err, "the neighbour that passes")
		for name, change := range map[string]func(*submission.Message){
			"no tenant":             func(m *submission.Message) { m.Tenant = "" },
			"no id":                 func(m *submission.Message) { m.ID = "" },
			"path in the id":        func(m *submission.Message) { m.ID = "../x" },
			"backslash in the id":   func(m *submission.Message) { m.ID = `a\b` },
			"hidden id":             func(m *submission.Message) { m.ID = ".tmp-1" },
			"dot at the end":        func(m *submission.Message) { m.ID = "a." },
			"a device of Windows":   func(m *submission.Message) { m.ID = "Nul.xml" },
			"a port of Windows":     func(m *submission.Message) { m.ID = "COM1" },
			"a stream of Windows":   func(m *submission.Message) { m.Name = "a.xml:b" },
			"umlaut in the name":    func(m *submission.Message) { m.Name = "anträge.xml" },
			"long id":               func(m *submission.Message) { m.ID = strings.Repeat("a", 101) },
			"name of a signature":   func(m *submission.Message) { m.Name = "a.SIG.xml" },
			"line end in reference": func(m *submission.Message) { m.Reference = "a\nb" },
			"empty document":        func(m *submission.Message) { m.Document = nil },
			"big document":          func(m *submission.Message) { m.Document = make([]byte, 101) },
			"big signature":         func(m *submission.Message) { m.Signature = make([]byte, 101) },
		} {
			t.Run(name, func(t *testing.T) {
				m := message("bad")
				change(&m)
				_, err := o.Submit(t.Context(), m)
				require.ErrorIs(t, err, submission.ErrInvalidMessage)
				_, err = o.SubmitOnce(t.Context(), m.Tenant, m.ID, func() (submission.Message, error) { return m, nil })
				require.ErrorIs(t, err, submission.ErrInvalidMessage)
			})
		}
		c, err := o.Counts(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, 1, c.Pending)
	})
}

func TestSubmitOnceBuildsOnlyWhatIsNew(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		o := newOutbox(t, newDB(t, on), nil, newClock())
		builds := 0
		build := func() (submission.Message, error) {
			builds++
			m := message("")
			m.Tenant, m.Document = "", fmt.Appendf(nil, "<antrag signed='%d'/>", builds)
			return m, nil
		}
		first, err := o.SubmitOnce(t.Context(), tenant, "a-1", build)
		require.NoError(t, err)
		again, err := o.SubmitOnce(t.Context(), tenant, "a-1", build)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, 1, builds)

		broken := errors.New("the HSM is away")
		_, err = o.SubmitOnce(t.Context(), tenant, "a-2", func() (submission.Message, error) { return submission.Message{}, broken })
		require.ErrorIs(t, err, broken)
		_, err = o.Get(t.Context(), tenant, "a-2")
		require.ErrorIs(t, err, submission.ErrNotFound)

		_, err = o.SubmitOnce(t.Context(), tenant, "a-3", func() (submission.Message, error) { return message("a-4"), nil })
		require.ErrorIs(t, err, submission.ErrInvalidMessage)
	})
}

func TestSubmitOnceManyAtOnce(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		db := newDB(t, on)
		c := newClock()
		const callers = 8
		outboxes := []*submission.Outbox{newOutbox(t, db, nil, c), newOutbox(t, db, nil, c)}
		var n atomic.Int64
		digests := make([]string, callers)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				e, err := outboxes[i%2].SubmitOnce(t.Context(), tenant, "a-1", func() (submission.Message, error) {
					m := message("a-1")
					m.Document = fmt.Appendf(nil, "<antrag signed='%d'/>", n.Add(1))
					return m, nil
				})
				assert.NoError(t, err)
				digests[i] = e.Digest
			})
		}
		wg.Wait()
		for _, d := range digests {
			require.Equal(t, digests[0], d)
		}
		list, err := outboxes[0].List(t.Context(), submission.Filter{})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestSendDueMarksAndBacksOff(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		down := errors.New("no route")
		r := &recorder{fail: func(m submission.Message) error {
			if m.ID == "bad" {
				return down
			}
			return nil
		}}
		o := newOutbox(t, newDB(t, on), r, c)
		for _, id := range []string{"bad", "good"} {
			_, err := o.Submit(t.Context(), message(id))
			require.NoError(t, err)
		}
		n, err := o.SendDue(t.Context(), 10)
		require.Equal(t, 1, n, "the failing message does not stop the other")
		var failed *submission.SendError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "bad", failed.ID)
		require.ErrorIs(t, err, down)

		good, err := o.Get(t.Context(), tenant, "good")
		require.NoError(t, err)
		require.Equal(t, submission.StateSent, good.State)
		require.Equal(t, c.Now(), good.SentAt)
		require.Equal(t, "remote-good", good.RemoteID)

		waits := []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour}
		for i, wait := range waits {
			bad, err := o.Get(t.Context(), tenant, "bad")
			require.NoError(t, err)
			require.Equal(t, submission.StatePending, bad.State)
			require.Equal(t, i+1, bad.Attempts)
			require.Equal(t, c.Now().Add(wait), bad.NextAttempt, "attempt %d", i+1)
			require.Equal(t, "no route", bad.LastError)
			c.Add(wait - time.Second)
			n, err := o.SendDue(t.Context(), 10)
			require.NoError(t, err, "not due yet")
			require.Zero(t, n)
			c.Add(time.Second)
			_, err = o.SendDue(t.Context(), 10)
			require.ErrorIs(t, err, down)
		}
		r.fail = nil
		c.Add(time.Hour)
		n, err = o.SendDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		bad, err := o.Get(t.Context(), tenant, "bad")
		require.NoError(t, err)
		require.Equal(t, submission.StateSent, bad.State)
		require.Empty(t, bad.LastError)
		require.Equal(t, []string{"good", "bad"}, r.ids())
	})
}

func TestRefusedStaysVisible(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		r := &recorder{fail: func(submission.Message) error {
			return fmt.Errorf("posting: %w", &submission.RefusedError{Reason: "unknown service"})
		}}
		o := newOutbox(t, newDB(t, on), r, c)
		_, err := o.Submit(t.Context(), message("a-1"))
		require.NoError(t, err)
		_, err = o.SendDue(t.Context(), 10)
		var refused *submission.RefusedError
		require.ErrorAs(t, err, &refused)
		c.Add(1000 * time.Hour)
		_, err = o.SendDue(t.Context(), 10)
		require.NoError(t, err, "it is not tried again")
		n, err := o.DeleteSentBefore(t.Context(), "", c.Now())
		require.NoError(t, err)
		require.Zero(t, n)
		list, err := o.List(t.Context(), submission.Filter{State: submission.StateRefused})
		require.NoError(t, err)
		require.Len(t, list, 1)

		r.fail = nil
		require.NoError(t, o.Retry(t.Context(), tenant, "a-1"))
		n, err = o.SendDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, []submission.Message{message("a-1")}, r.sent)
		require.ErrorIs(t, o.Retry(t.Context(), tenant, "a-1"), submission.ErrConflict)
		require.ErrorIs(t, o.Retry(t.Context(), tenant, "a-9"), submission.ErrNotFound)
	})
}

func TestManySendersDeliverEachMessageOnce(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		for _, mode := range on.modes() {
			t.Run("transactions"+mode, func(t *testing.T) { manySenders(t, on.fresh(t), mode) })
		}
	})
}

func manySenders(t *testing.T, on database, mode string) {
	c := newClock()
	r := &recorder{}
	const messages, nodes = 60, 4
	outboxes := make([]*submission.Outbox, nodes)
	for i := range outboxes {
		outboxes[i] = newOutbox(t, on.openMode(t, mode), r, c)
	}
	for i := range messages {
		_, err := outboxes[0].Submit(t.Context(), message(fmt.Sprintf("a-%02d", i)))
		require.NoError(t, err)
	}
	var sent atomic.Int64
	var wg sync.WaitGroup
	for i := range 2 * nodes {
		wg.Go(func() {
			n, err := outboxes[i%nodes].SendDue(t.Context(), messages)
			assert.NoError(t, err)
			sent.Add(int64(n))
		})
	}
	wg.Wait()
	require.EqualValues(t, messages, sent.Load())
	seen := map[string]bool{}
	for _, id := range r.ids() {
		require.False(t, seen[id], "%s was sent twice", id)
		seen[id] = true
	}
	require.Len(t, seen, messages)
	counts, err := outboxes[0].Counts(t.Context(), tenant)
	require.NoError(t, err)
	require.Equal(t, submission.Counts{Sent: messages, OldestSent: c.Now()}, counts)
}

// A sender that outlives its lease: another node sends too, and neither
// outcome spoils the other.
func TestLeaseRunsOutWhileSending(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		for _, tt := range []struct {
			name string
			slow error
		}{{"the slow one succeeds", nil}, {"the slow one fails", errors.New("timeout")}, {"the slow one is refused", &submission.RefusedError{Reason: "late"}}} {
			t.Run(tt.name, func(t *testing.T) {
				c := newClock()
				db := newDB(t, on)
				fast := &recorder{}
				other := newOutbox(t, db, fast, c)
				slow := &recorder{fail: func(submission.Message) error {
					c.Add(2 * time.Minute) // the lease
					n, err := other.SendDue(t.Context(), 10)
					assert.NoError(t, err)
					assert.Equal(t, 1, n)
					return tt.slow
				}}
				o := newOutbox(t, db, slow, c)
				_, err := o.Submit(t.Context(), message("a-1"))
				require.NoError(t, err)
				_, err = o.SendDue(t.Context(), 10)
				if tt.slow != nil {
					require.ErrorIs(t, err, tt.slow)
				} else {
					require.NoError(t, err)
				}
				e, err := o.Get(t.Context(), tenant, "a-1")
				require.NoError(t, err)
				require.Equal(t, submission.StateSent, e.State)
				require.Empty(t, e.LastError)
				require.Equal(t, []submission.Message{message("a-1")}, fast.sent)
			})
		}
	})
}

func TestStoppedSenderIsNoFailure(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		ctx, cancel := context.WithCancel(t.Context())
		r := &recorder{fail: func(submission.Message) error { cancel(); return ctx.Err() }}
		o := newOutbox(t, newDB(t, on), r, c)
		_, err := o.Submit(ctx, message("a-1"))
		require.NoError(t, err)
		_, err = o.SendDue(ctx, 10)
		require.ErrorIs(t, err, context.Canceled)
		e, err := o.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, c.Now(), e.NextAttempt, "due at once, not after the lease")
	})
}

func TestSendHasATimeout(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		db := newDB(t, on)
		o, err := submission.NewOutbox(t.Context(), db, senderFunc(func(ctx context.Context, _ submission.Message) error {
			<-ctx.Done()
			return ctx.Err()
		}), &submission.OutboxOptions{SendTimeout: 20 * time.Millisecond})
		require.NoError(t, err)
		_, err = o.Submit(t.Context(), message("a-1"))
		require.NoError(t, err)
		_, err = o.SendDue(t.Context(), 1)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

type senderFunc func(context.Context, submission.Message) error

func (f senderFunc) Send(ctx context.Context, m submission.Message) (submission.Delivery, error) {
	return submission.Delivery{}, f(ctx, m)
}

func TestDamagedBytesAreNotSent(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		db := newDB(t, on)
		r := &recorder{}
		o := newOutbox(t, db, r, newClock())
		for _, id := range []string{"a-1", "a-2"} {
			_, err := o.Submit(t.Context(), message(id))
			require.NoError(t, err)
		}
		_, err := db.Exec(`UPDATE submission_outbox_content SET signature = document WHERE id = 'a-1'`)
		require.NoError(t, err)
		n, err := o.SendDue(t.Context(), 10)
		require.ErrorIs(t, err, submission.ErrDamaged)
		require.Equal(t, 1, n)
		require.Equal(t, []string{"a-2"}, r.ids())
		e, err := o.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, submission.StateRefused, e.State)
		_, err = o.Message(t.Context(), tenant, "a-1")
		require.ErrorIs(t, err, submission.ErrDamaged)
	})
}

func TestListPages(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		o := newOutbox(t, newDB(t, on), nil, c)
		for i := range 5 {
			_, err := o.Submit(t.Context(), message(fmt.Sprint("a-", i)))
			require.NoError(t, err)
			c.Add(time.Duration(i%2) * time.Second)
		}
		var ids []string
		f := submission.Filter{Tenant: tenant, Limit: 2}
		for {
			page, err := o.List(t.Context(), f)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				ids = append(ids, e.ID)
			}
			f.After = &page[len(page)-1]
		}
		require.Equal(t, []string{"a-0", "a-1", "a-2", "a-3", "a-4"}, ids)
		byReference, err := o.List(t.Context(), submission.Filter{Reference: "R-a-3"})
		require.NoError(t, err)
		require.Len(t, byReference, 1)
		require.Equal(t, "a-3", byReference[0].ID)
	})
}

func TestRetention(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		db := newDB(t, on)
		o := newOutbox(t, db, &recorder{}, c)
		for _, id := range []string{"old", "new"} {
			_, err := o.Submit(t.Context(), message(id))
			require.NoError(t, err)
			_, err = o.SendDue(t.Context(), 1)
			require.NoError(t, err)
			c.Add(time.Hour)
		}
		_, err := o.Submit(t.Context(), message("pending"))
		require.NoError(t, err)
		n, err := o.DeleteSentBefore(t.Context(), "beispielstadt", c.Now())
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = o.DeleteSentBefore(t.Context(), tenant, c.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, o.Delete(t.Context(), tenant, "pending"))
		require.ErrorIs(t, o.Delete(t.Context(), tenant, "pending"), submission.ErrNotFound)
		var rows int
		require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM submission_outbox_content`).Scan(&rows))
		require.Equal(t, 1, rows, "the bytes are gone too")
	})
}

func TestContentStaysOutOfTextAndLogs(t *testing.T) {
	m := message("a-1")
	m.Document = []byte("Erika Mustermann")
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(format, m), "Erika")
	}
	require.NotContains(t, m.LogValue().String(), "Erika")
}

func discard(context.Context, submission.Message) error { return nil }

// TestLateSuccessIsNotAnotherMessages: while a slow Send is on its way, the entry
// is deleted and its id submitted anew. What was sent is not what is stored now.
func TestLateSuccessIsNotAnotherMessages(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		for _, tt := range []struct {
			name   string
			change func(*submission.Message, *clock)
		}{
			{"other bytes", func(m *submission.Message, _ *clock) { m.Document = []byte("<other/>") }},
			{"other signature, later", func(m *submission.Message, c *clock) { m.Signature = []byte("<s2/>"); c.Add(time.Second) }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				c := newClock()
				var o *submission.Outbox
				anew := message("a-1")
				r := &recorder{}
				r.fail = func(submission.Message) error {
					r.fail = nil
					assert.NoError(t, o.Delete(t.Context(), tenant, "a-1"))
					tt.change(&anew, c)
					_, err := o.Submit(t.Context(), anew)
					assert.NoError(t, err)
					return nil
				}
				o = newOutbox(t, newDB(t, on), r, c)
				_, err := o.Submit(t.Context(), message("a-1"))
				require.NoError(t, err)
				_, err = o.SendDue(t.Context(), 1)
				require.NoError(t, err)
				e, err := o.Get(t.Context(), tenant, "a-1")
				require.NoError(t, err)
				require.Equal(t, submission.StatePending, e.State, "it was never sent")
				_, err = o.SendDue(t.Context(), 1)
				require.NoError(t, err)
				require.Equal(t, []submission.Message{message("a-1"), anew}, r.sent)
			})
		}
	})
}
