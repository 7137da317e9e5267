package submission_test

import (
	"context"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/submission"
)

// retryOnce makes a rejected entry go out once more.
func (l *line) retryOnce(id string) {
	l.t.Helper()
	require.NoError(l.t, l.outbox.Retry(l.t.Context(), tenant, id))
	n, err := l.outbox.SendDue(l.t.Context(), 1)
	require.NoError(l.t, err)
	require.Equal(l.t, 1, n)
}

// reject sends a package that the receiver rejects.
func (l *line) reject(id string) {
	l.t.Helper()
	l.submit(l.enveloped(id, form(id, "<falsch/>")))
	_, err := l.outbox.SendDue(l.t.Context(), 1)
	require.NoError(l.t, err)
}

// settle lets both sides work until nothing moves, and returns the state.
func (l *line) settle(id string) submission.State {
	l.t.Helper()
	l.clock.Add(time.Hour)
	_, err := l.ReceiveDirectory(l.t.Context(), l.packages, l.receipts)
	require.NoError(l.t, err)
	_, err = l.outbox.CollectReceipts(l.t.Context(), l.receipts)
	require.NoError(l.t, err)
	require.Empty(l.t, files(l.t, filepath.Join(l.dir, "quittungen")))
	return l.state(id)
}

// TestRetryBeforeThePackageIsTakenAway: the rejection is known to the sender
// while the rejected package still lies there, and the same bytes go again. They
// get a judgement of their own.
func TestRetryBeforeThePackageIsTakenAway(t *testing.T) {
	for _, at := range []string{"receipt", "judged"} {
		t.Run(at, func(t *testing.T) {
			l := newLine(t, sqlite, nil, nil)
			l.reject("a-1")
			first := true
			again := func(step string) {
				if step != at || !first {
					return
				}
				first = false
				_, err := l.outbox.CollectReceipts(t.Context(), l.receipts)
				require.NoError(t, err)
				require.Equal(t, submission.StateRejected, l.state("a-1"))
				l.retryOnce("a-1")
			}
			l.SetHook(again)
			l.packages.SetHook(again)
			_, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
			require.NoError(t, err)
			require.False(t, first)
			require.Equal(t, submission.StateSent, l.state("a-1"))
			require.Equal(t, submission.StateRejected, l.settle("a-1"))
		})
	}
}

// TestRetryBeforeTheReceiptIsTakenAway: a second rejection takes the place of the
// first one between its being noted and its being removed.
func TestRetryBeforeTheReceiptIsTakenAway(t *testing.T) {
	l := newLine(t, sqlite, nil, nil)
	l.reject("a-1")
	_, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
	require.NoError(t, err)
	first := true
	l.outbox.SetHook(func(step string) {
		if step != "confirmed" || !first {
			return
		}
		first = false
		l.clock.Add(time.Hour)
		l.retryOnce("a-1")
		_, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
	})
	_, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
	require.NoError(t, err)
	require.Equal(t, submission.StateSent, l.state("a-1"))
	require.Equal(t, submission.StateRejected, l.settle("a-1"))
}

// TestReceiptComesTwice: a rejection that was noted, but not removed, undoes no
// Retry.
func TestReceiptComesTwice(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		l.reject("a-1")
		_, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		_, err = l.outbox.CollectReceipts(t.Context(), staying{l.receipts})
		require.NoError(t, err)
		require.Equal(t, submission.StateRejected, l.state("a-1"))
		require.NoError(t, l.outbox.Retry(t.Context(), tenant, "a-1"))
		_, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
		require.NoError(t, err)
		require.Empty(t, files(t, filepath.Join(l.dir, "quittungen")))
		require.Equal(t, submission.StatePending, l.state("a-1"))
	})
}

// staying is a source whose process dies before it removes a receipt.
type staying struct{ from *submission.ReceiptDirectory }

func (s staying) Receipts(ctx context.Context) iter.Seq2[submission.ReceiptFile, error] {
	return s.from.Receipts(ctx)
}
func (staying) Done(context.Context, string) error { return nil }

// TestRejectedAndRetriedDuringSend: the receiver is done with a package before
// Send is, and a person has sent it on its way again. That Send was the first
// one and does not count for the second.
func TestRejectedAndRetriedDuringSend(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		l.submit(l.enveloped("a-1", form("a-1", "<falsch/>")))
		first := true
		l.outbox.SetHook(func(step string) {
			if step != "delivered" || !first {
				return
			}
			first = false
			_, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
			require.NoError(t, err)
			_, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
			require.NoError(t, err)
			require.NoError(t, l.outbox.Retry(t.Context(), tenant, "a-1"))
		})
		_, err := l.outbox.SendDue(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, submission.StatePending, l.state("a-1"))
		_, err = l.outbox.SendDue(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, submission.StateRejected, l.settle("a-1"))
	})
}

// forgetful is an inbox whose record retention deletes just after it was met.
type forgetful struct {
	*submission.MemoryInbox
	met bool
}

func (b *forgetful) Reserve(ctx context.Context, r submission.InboxRecord) (bool, error) {
	if !b.met {
		b.met = true
		return false, nil
	}
	return b.MemoryInbox.Reserve(ctx, r)
}

// TestRecordIsForgottenMeanwhile: what is in nobody's books any more is no
// replay.
func TestRecordIsForgottenMeanwhile(t *testing.T) {
	d := newDesk(t, &forgetful{MemoryInbox: submission.NewMemoryInbox()}, nil)
	r := d.receive(d.good("a-1"))
	require.Equal(t, finding.Accepted, r.Verdict, "%v", codes(r))
	require.Len(t, d.taken, 1)
}

// TestOneMessageUnderTwoSpellingsAtOnce: a message has one receipt, and so one
// of two packages whose ids differ in case only is a replay, whichever node is
// faster.
func TestOneMessageUnderTwoSpellingsAtOnce(t *testing.T) {
	d := newDesk(t, submission.NewMemoryInbox(), nil)
	lower := d.enveloped(uuid, wasser(t, func(*xoev.Message) {}))
	upper := lower
	upper.ID = strings.ToUpper(uuid)
	first := true
	d.SetHook(func(step string) {
		if step == "reserved" && first {
			first = false
			require.Equal(t, finding.Accepted, d.receive(lower).Verdict)
		}
	})
	r := d.receive(upper)
	require.Equal(t, upper.ID, r.Receipt.ID, "a receipt of its own")
	require.Equal(t, finding.Rejected, r.Verdict)
	require.Contains(t, codes(r), "SUB-031")
	for _, s := range d.taken {
		require.Equal(t, uuid, s.ID, "Take knows both by one id")
	}
}
