package submission_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// What a sender says cannot keep an outcome from being noted, whatever bytes
// are in it.
func TestOutcomesAreNotedWhateverTheSenderSays(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		const odd = "a\x00b\xffc"
		o := newOutbox(t, newDB(t, on), &recorder{fail: func(m submission.Message) error {
			if strings.HasPrefix(m.ID, "bad") {
				return errors.New(odd)
			}
			return nil
		}}, newClock())
		for _, id := range []string{"bad-1", "a-1"} {
			_, err := o.Submit(t.Context(), message(id))
			require.NoError(t, err)
		}
		n, err := o.SendDue(t.Context(), 5)
		var failed *submission.SendError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, 1, n)
		e, err := o.Get(t.Context(), tenant, "bad-1")
		require.NoError(t, err)
		require.Equal(t, "abc", e.LastError)
		require.False(t, e.NextAttempt.IsZero())
	})
}

// oddSender gives what it takes a name that is no text.
type oddSender struct{}

func (oddSender) Send(context.Context, submission.Message) (submission.Delivery, error) {
	return submission.Delivery{RemoteID: "a\x00b\xffc"}, nil
}

func TestRemoteIDIsText(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		o := newOutbox(t, newDB(t, on), oddSender{}, newClock())
		_, err := o.Submit(t.Context(), message("a-1"))
		require.NoError(t, err)
		n, err := o.SendDue(t.Context(), 5)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		e, err := o.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, submission.StateSent, e.State)
		require.Equal(t, "abc", e.RemoteID)
	})
}

// FuzzKeys asks both databases for what cannot be there.
func FuzzKeys(f *testing.F) {
	c := newClock()
	var outboxes []*submission.Outbox
	var inboxes []submission.Inbox
	for _, on := range []kind{sqlite, {"pgx"}} {
		db := newDB(f, on)
		outboxes = append(outboxes, newOutbox(f, db, nil, c))
		inbox, err := submission.NewSQLInbox(f.Context(), db)
		require.NoError(f, err)
		inboxes = append(inboxes, inbox)
	}
	for _, s := range []string{"", "x", "\x00", "a\x00b", "\xff", "ä", "'; --", "?1", "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, o := range outboxes {
			_, err := o.Get(t.Context(), tenant, s)
			require.ErrorIs(t, err, submission.ErrNotFound)
			_, err = o.Message(t.Context(), s, s)
			require.ErrorIs(t, err, submission.ErrNotFound)
			_, err = o.ReceiptXML(t.Context(), tenant, s)
			require.ErrorIs(t, err, submission.ErrNotFound)
			require.ErrorIs(t, o.Retry(t.Context(), tenant, s), submission.ErrNotFound)
			require.ErrorIs(t, o.Delete(t.Context(), tenant, s), submission.ErrNotFound)
			list, err := o.List(t.Context(), submission.Filter{Tenant: s, Reference: s, State: submission.State(s)})
			require.NoError(t, err)
			require.Empty(t, list)
			counts, err := o.Counts(t.Context(), s)
			require.NoError(t, err)
			require.Zero(t, counts)
			n, err := o.DeleteSentBefore(t.Context(), s, time.Now())
			require.NoError(t, err)
			require.Zero(t, n)
			r, err := inboxes[i].ByID(t.Context(), tenant, s)
			require.NoError(t, err)
			require.Nil(t, r)
			r, err = inboxes[i].ByContent(t.Context(), s)
			require.NoError(t, err)
			require.Nil(t, r)
		}
	})
}
