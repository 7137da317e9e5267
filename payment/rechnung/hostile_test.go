package rechnung

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func TestKeysDoNotShow(t *testing.T) {
	c := config(&clock{start})
	c.Keys = [][]byte{[]byte(strings.Repeat("k", 32))}
	p, err := New(c)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "provider", p)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "configs", []Config{c}, "provider", p)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{c, &c, []Config{c}, p} {
			fmt.Fprintf(&log, verb+"\n", value)
		}
	}
	for _, hidden := range []string{"kkkk", "107 107", "0x6b, 0x6b", "6b6b6b", "a2tra2"} {
		assert.NotContains(t, log.String(), hidden)
	}
}

// TestDueDateStaysAsItWasIssued: the date on the invoice is that of the day it
// was made, whatever is configured later.
func TestDueDateStaysAsItWasIssued(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	before, err := b.provider.Invoice(b.status(t), *a)
	require.NoError(t, err)
	b.provider.config.Zahlungsfrist = 7
	after, err := b.provider.Invoice(b.status(t), *a)
	require.NoError(t, err)
	assert.Equal(t, before.Due, after.Due)
	b.clock.at = start.AddDate(0, 0, 20)
	assert.Empty(t, b.provider.Mahnungen(b.status(t), *a), "no reminder before the date on the invoice")
}

func TestDueEdges(t *testing.T) {
	c := config(&clock{start})
	p, err := New(c)
	require.NoError(t, err)
	past := claim()
	past.Due = payment.Date{Year: 2026, Month: 1, Day: 5}
	assert.Equal(t, "2026-04-03", p.Due(past, start).String(), "who gets an invoice after its due date has the day of the invoice")
	r, err := p.Create(t.Context(), payment.CreateRequest{Claim: past, RequestID: "R1", RequestedAt: start.AddDate(1, 0, 0)})
	require.NoError(t, err)
	assert.True(t, r.ExpiresAt.After(start.AddDate(1, 0, 80)), "a new invoice is not born expired")

	c.Holiday = func(payment.Date) bool { return true }
	p, err = New(c)
	require.NoError(t, err)
	done := make(chan payment.Date, 1)
	go func() { done <- p.Due(claim(), start) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("a calendar without working days never ends")
	}

	for _, d := range []struct {
		issued time.Time
		days   int
		want   string
	}{
		{time.Date(2028, 1, 30, 12, 0, 0, 0, time.UTC), 30, "2028-02-29"},    // a leap day
		{time.Date(2027, 1, 29, 12, 0, 0, 0, time.UTC), 30, "2027-03-01"},    // 28 February is a Sunday
		{time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC), 1, "2026-03-30"},    // 29 March in Berlin, before summer time
		{time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC), 1, "2026-03-31"},    // 30 March in Berlin, after it began
		{time.Date(2026, 10, 24, 22, 30, 0, 0, time.UTC), 2, "2026-10-27"},   // 25 October in Berlin, a day of 25 hours
		{time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC), 365, "2028-01-03"}, // 1 January 2027 in Berlin; 1 January 2028 is a Saturday
	} {
		p.config.Holiday, p.config.Zahlungsfrist = nil, d.days
		assert.Equal(t, d.want, p.Due(claim(), d.issued).String(), d.issued)
	}
}

// TestRemindersOnlyOfWhatIsOwed: a withdrawn invoice is not dunned, nor is a
// paid one whose money went back: the fee of a stage that nobody has seen would
// be wrong.
func TestRemindersOnlyOfWhatIsOwed(t *testing.T) {
	t.Run("withdrawn", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		canceled, err := b.Cancel(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StateCanceled, canceled.State)
		b.clock.at = start.AddDate(1, 0, 0)
		assert.Empty(t, b.provider.Mahnungen(b.status(t), *canceled))
	})
	t.Run("paid, then taken back", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		_, err := b.Record(t.Context(), transfer(a, 3070))
		require.NoError(t, err)
		back := transfer(a, -3070)
		back.Kind, back.TransactionID = payment.KindChargeback, "BANK-2"
		_, err = b.Record(t.Context(), back)
		require.NoError(t, err)
		b.clock.at = start.AddDate(1, 0, 0)
		s := b.status(t)
		require.Equal(t, payment.EUR(3070), s.Balance.Open)
		assert.Empty(t, b.provider.Mahnungen(s, s.Attempts[0]))
	})
	t.Run("nothing known", func(t *testing.T) {
		assert.Empty(t, newBench(t).provider.Mahnungen(nil, payment.Attempt{}))
	})
}

func TestPageSaysWhyNothingIsToPay(t *testing.T) {
	page := func(b *bench, a *payment.Attempt) (int, string) {
		status, body, _ := b.get(t, http.MethodGet, "/dienst/rechnung/"+a.TransactionID)
		assert.Equal(t, 1, strings.Count(body, "<h1>"))
		return status, body
	}
	t.Run("written off", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		off := transfer(a, 3070)
		off.Kind = payment.KindWriteOff
		_, err := b.Record(t.Context(), off)
		require.NoError(t, err)
		status, body := page(b, a)
		assert.Equal(t, 200, status)
		assert.NotContains(t, body, "bezahlt", "nobody has paid")
		assert.Contains(t, body, "nichts")
		assert.NotContains(t, body, "<svg")
	})
	t.Run("charged back", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		_, err := b.Record(t.Context(), transfer(a, 3070))
		require.NoError(t, err)
		back := transfer(a, -3070)
		back.Kind, back.TransactionID = payment.KindChargeback, "BANK-2"
		_, err = b.Record(t.Context(), back)
		require.NoError(t, err)
		status, body := page(b, a)
		assert.Equal(t, 200, status)
		assert.Contains(t, body, "zurückgebucht")
		assert.Contains(t, body, "<svg")
	})
	t.Run("refunded", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		_, err := b.Record(t.Context(), transfer(a, 3070))
		require.NoError(t, err)
		back := transfer(a, -3070)
		back.Kind, back.TransactionID = payment.KindRefund, "BANK-2"
		_, err = b.Record(t.Context(), back)
		require.NoError(t, err)
		_, body := page(b, a)
		assert.Contains(t, body, "erstattet")
		assert.NotContains(t, body, "<svg", "who got money back is not asked for it again")
	})
	t.Run("canceled", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		_, err := b.Cancel(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		status, body := page(b, a)
		assert.Equal(t, http.StatusGone, status)
		assert.Contains(t, body, "gilt nicht mehr")
	})
	t.Run("lapsed", func(t *testing.T) {
		b := newBench(t)
		a := b.begin(t)
		b.clock.at = start.AddDate(0, 0, 200)
		_, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		status, body := page(b, a)
		assert.Equal(t, http.StatusGone, status)
		assert.NotContains(t, body, "überweisen Sie auf diese Rechnung nichts", "the debt is still there")
	})
}

// TestStoreAway: the reason is in the log, not on the page, and the browser is
// told when to come back.
func TestStoreAway(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	var log bytes.Buffer
	b.provider.config.Logger = slog.New(slog.NewTextHandler(&log, nil))
	h := b.provider.Handler(func(context.Context, string) (*payment.Status, error) { return nil, errors.New("database is away") })
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/rechnung/"+a.TransactionID, nil))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
	assert.NotContains(t, w.Body.String(), "database")
	assert.Contains(t, log.String(), "database is away")
	assert.NotContains(t, log.String(), a.TransactionID, "who has the id sees the invoice")
}

// TestStructuredIsNotReplacedInSilence: a code without the reference that was
// asked for would be another one.
func TestStructuredIsNotReplacedInSilence(t *testing.T) {
	b := newBench(t)
	b.provider.config.Structured = true
	_, err := b.provider.code(strings.Repeat("9", 22), payment.EUR(1))
	require.Error(t, err)
}
