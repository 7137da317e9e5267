package payment_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func TestTransitions(t *testing.T) {
	states := []payment.State{
		payment.StateCreated, payment.StateUnknown, payment.StatePending, payment.StatePaid, payment.StateFailed,
		payment.StateCanceled, payment.StateExpired, payment.StateOrphaned, payment.StateReview,
	}
	for _, s := range states {
		assert.False(t, s.CanBecome(s), s)
		assert.False(t, s.CanBecome(payment.StateCreated), s)
		assert.False(t, payment.StatePaid.CanBecome(s), s)
		assert.False(t, payment.StateOrphaned.CanBecome(s), s)
		late := s == payment.StateFailed || s == payment.StateCanceled || s == payment.StateExpired
		if s.Final() {
			assert.Equal(t, late, s.CanBecome(payment.StatePaid), s)
		}
		assert.False(t, s.Open() && s.Final(), s)
	}
	assert.False(t, payment.StateReview.Final() || payment.StateReview.Open())
	assert.False(t, payment.State("").Final() || payment.State("").Open())
}

func TestEachResult(t *testing.T) {
	for _, tt := range []struct {
		name     string
		platform payment.State
		want     payment.State
		entries  int
	}{
		{"paid", payment.StatePaid, payment.StatePaid, 1},
		{"failed", payment.StateFailed, payment.StateFailed, 0},
		{"canceled", payment.StateCanceled, payment.StateCanceled, 0},
		{"pending", payment.StatePending, payment.StatePending, 0},
		{"a state nobody knows", "AUTHORISED", payment.StatePending, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			b.platform.Set(a.TransactionID, tt.platform)
			for range 3 {
				got, err := b.Refresh(t.Context(), a.Tenant, a.ID)
				require.NoError(t, err)
				assert.Equal(t, tt.want, got.State)
			}
			assert.Len(t, b.status(t, "K1").Entries, tt.entries)
			assert.False(t, b.status(t, "K1").Attempts[0].Late)
		})
	}
}

func TestLateMoneyIsBookedAndFlagged(t *testing.T) {
	for _, ended := range []payment.State{payment.StateFailed, payment.StateCanceled, payment.StateExpired} {
		t.Run(string(ended), func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			if ended == payment.StateExpired {
				b.clock.Add(time.Hour)
			} else {
				b.platform.Set(a.TransactionID, ended)
			}
			got, err := b.Refresh(t.Context(), a.Tenant, a.ID)
			require.NoError(t, err)
			require.Equal(t, ended, got.State)
			second, err := b.Start(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			require.NotEqual(t, a.ID, second.ID, "a new attempt")

			b.platform.Set(a.TransactionID, payment.StatePaid)
			b.clock.Add(90 * time.Minute)
			report, err := b.RefreshDue(t.Context(), 10)
			require.NoError(t, err)
			require.NotZero(t, report.Checked)
			s := b.status(t, "K1")
			require.Len(t, s.Entries, 1)
			assert.True(t, s.Entries[0].Late)
			assert.Equal(t, payment.ClaimPaid, s.State)
			_, err = b.Start(t.Context(), "musterstadt", "K1")
			assert.ErrorIs(t, err, payment.ErrPaid, "the second pay page is not handed out again")

			b.platform.Set(second.TransactionID, payment.StatePaid)
			_, err = b.Refresh(t.Context(), second.Tenant, second.ID)
			require.NoError(t, err)
			assert.Equal(t, payment.ClaimOverpaid, b.status(t, "K1").State, "money is money")
		})
	}
}

func TestAnEndedAttemptIsAskedAboutBeforeTheNext(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StateCanceled)
	_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	b.platform.Set(a.TransactionID, payment.StatePaid)
	_, err = b.Start(t.Context(), "musterstadt", "K1")
	assert.ErrorIs(t, err, payment.ErrPaid)
	assert.Len(t, b.platform.Requests(), 1)
}

func TestMismatchGoesToReview(t *testing.T) {
	euro := func(cents int64) *payment.Amount { a := payment.EUR(cents); return &a }
	for _, tt := range []struct {
		name   string
		change func(*payment.Result)
		want   payment.Reason
	}{
		{"a cent more", func(r *payment.Result) { r.Amount = euro(3071) }, payment.ReasonAmountMismatch},
		{"a cent less", func(r *payment.Result) { r.Amount = euro(3069) }, payment.ReasonAmountMismatch},
		{"another currency", func(r *payment.Result) { r.Amount = &payment.Amount{Cents: 3070, Currency: "CHF"} }, payment.ReasonAmountMismatch},
		{"no amount", func(r *payment.Result) { r.Amount = nil }, payment.ReasonAmountMissing},
		{"another request", func(r *payment.Result) { r.RequestID = "X" }, payment.ReasonRequestMismatch},
		{"another transaction", func(r *payment.Result) { r.TransactionID = "X" }, payment.ReasonTransactionMismatch},
		{"no transaction", func(r *payment.Result) { r.TransactionID = "" }, payment.ReasonTransactionMismatch},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			b.platform.Set(a.TransactionID, payment.StatePaid)
			b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) { tt.change(r); return r, nil }
			for range 2 {
				got, err := b.Refresh(t.Context(), a.Tenant, a.ID)
				require.NoError(t, err)
				assert.Equal(t, payment.StateReview, got.State)
				assert.Equal(t, tt.want, got.Reason)
			}
			s := b.status(t, "K1")
			assert.Empty(t, s.Entries)
			assert.Equal(t, payment.ClaimReview, s.State)
			_, err := b.Start(t.Context(), "musterstadt", "K1")
			assert.ErrorIs(t, err, payment.ErrReview)

			got, err := b.Resolve(t.Context(), a.Tenant, a.ID, payment.EUR(3000), "sb-17")
			require.NoError(t, err)
			assert.Equal(t, payment.StatePaid, got.State)
			assert.Equal(t, payment.EUR(70), b.status(t, "K1").Balance.Open)
			_, err = b.Resolve(t.Context(), a.Tenant, a.ID, payment.EUR(3000), "sb-17")
			assert.ErrorIs(t, err, payment.ErrState)
		})
	}
}

func TestAReviewCanEndWithoutMoney(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		amount := payment.EUR(999999)
		r.Amount = &amount
		return r, nil
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrReview, "nobody is sent to a pay page with another sum")
	a := b.attempts(t, "K1")[0]
	_, err = b.Resolve(t.Context(), a.Tenant, a.ID, payment.Amount{}, "sb-17")
	require.NoError(t, err)
	b.platform.OnCreate = nil
	_, err = b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
}

func TestOneTransactionIsNotBookedForTwoClaims(t *testing.T) {
	b := newBench(t)
	same := func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		r.TransactionID = "SAME"
		return r, nil
	}
	b.platform.OnCreate = same
	first, second := b.start(t, "K1"), b.start(t, "K2")
	paid := payment.Result{State: payment.StatePaid, TransactionID: "SAME", Amount: &first.Amount}
	s := serviceWith(t, b, answers{paid})
	_, err := s.Refresh(t.Context(), first.Tenant, first.ID)
	require.NoError(t, err)
	got, err := s.Refresh(t.Context(), second.Tenant, second.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StateReview, got.State)
	assert.Equal(t, payment.ReasonDuplicateTransaction, got.Reason)
	assert.Empty(t, b.status(t, "K2").Entries)
}

// answers is a provider with one answer to every query.
type answers struct{ payment.Result }

func (a answers) Create(context.Context, payment.CreateRequest) (*payment.Result, error) {
	return &a.Result, nil
}

func (a answers) Query(context.Context, string) (*payment.Result, error) { return &a.Result, nil }

func serviceWith(t *testing.T, b *bench, p payment.Provider) *payment.Service {
	t.Helper()
	s, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: p}}, config(b.clock))
	require.NoError(t, err)
	return s
}

func TestErrorsOnlyDelay(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	away := true
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) {
		if away {
			return nil, errLost
		}
		return r, nil
	}
	var gaps []time.Duration
	last := b.clock.Now()
	for range 30 {
		stored, err := b.store.Attempt(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		require.Equal(t, payment.StatePending, stored.State, "also after our deadline")
		b.clock.Add(stored.NextCheck.Sub(b.clock.Now()))
		gaps = append(gaps, stored.NextCheck.Sub(last))
		last = stored.NextCheck
		report, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, payment.DueReport{Checked: 1, Failed: 1}, report)
	}
	assert.GreaterOrEqual(t, gaps[0], 5*time.Second)
	assert.Less(t, gaps[0], 7*time.Second)
	assert.GreaterOrEqual(t, gaps[29], time.Hour)
	assert.Less(t, gaps[29], 80*time.Minute, "the delay stops growing")
	away = false
	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.clock.Add(2 * time.Hour)
	report, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.DueReport{Checked: 1, Changed: 1}, report)
}

func TestOneFailingAttemptStopsNoOther(t *testing.T) {
	b := newBench(t)
	var all []*payment.Attempt
	for n := range 20 {
		all = append(all, b.start(t, fmt.Sprint("K", n)))
	}
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) {
		switch r.TransactionID {
		case all[0].TransactionID:
			return nil, errLost
		case all[1].TransactionID:
			panic("boom")
		case all[2].TransactionID:
			return nil, nil
		}
		return r, nil
	}
	for _, a := range all {
		b.platform.Set(a.TransactionID, payment.StatePaid)
	}
	b.clock.Add(10 * time.Second)
	report, err := b.RefreshDue(t.Context(), 100)
	require.NoError(t, err)
	assert.Equal(t, payment.DueReport{Checked: 20, Changed: 17, Failed: 3}, report)
}

func TestRefreshDueInParallelBooksOnce(t *testing.T) {
	b := newBench(t)
	const claims = 30
	for n := range claims {
		b.platform.Set(b.start(t, fmt.Sprint("K", n)).TransactionID, payment.StatePaid)
	}
	b.clock.Add(10 * time.Second)
	before := b.platform.Queries()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var sum payment.DueReport
	for range 8 {
		wg.Go(func() {
			report, err := b.restart(t).RefreshDue(t.Context(), 100)
			assert.NoError(t, err)
			mu.Lock()
			defer mu.Unlock()
			sum.Checked, sum.Changed = sum.Checked+report.Checked, sum.Changed+report.Changed
		})
	}
	wg.Wait()
	assert.Equal(t, payment.DueReport{Checked: claims, Changed: claims}, sum)
	assert.Equal(t, claims, b.platform.Queries()-before, "each was asked about by one of them")
	for n := range claims {
		assert.Len(t, b.status(t, fmt.Sprint("K", n)).Entries, 1)
	}
}

func TestRefreshDueKeepsToLimitAndContext(t *testing.T) {
	b := newBench(t)
	for n := range 5 {
		b.start(t, fmt.Sprint("K", n))
	}
	b.clock.Add(10 * time.Second)
	report, err := b.RefreshDue(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, 3, report.Checked)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = b.RefreshDue(ctx, 3)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWatchingEnds(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StateCanceled)
	_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	checks := 0
	for range 24 * 20 {
		b.clock.Add(time.Hour)
		report, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		checks += report.Checked
	}
	assert.Greater(t, checks, 8)
	assert.Less(t, checks, 20)
	stored, err := b.store.Attempt(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.True(t, stored.NextCheck.IsZero())
	n, err := b.store.DeleteClaims(t.Context(), "musterstadt", b.clock.Now(), 10)
	require.NoError(t, err)
	assert.Zero(t, n, "an event is not acknowledged")
	events, err := b.Events(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.NoError(t, b.Ack(t.Context(), events[0].ID))
	n, err = b.store.DeleteClaims(t.Context(), "musterstadt", b.clock.Now(), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}

// TestTheLastLookIsAnswered: money that comes late on the last day is seen, also
// where the platform is away on that day.
func TestTheLastLookIsAnswered(t *testing.T) {
	for _, away := range []bool{false, true} {
		b := newBench(t)
		a := b.start(t, "K1")
		b.platform.Set(a.TransactionID, payment.StateCanceled)
		_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		end := b.clock.Now().Add(14 * 24 * time.Hour)
		for b.clock.Now().Before(end.Add(-time.Hour)) {
			b.clock.Add(time.Hour - time.Second)
			_, err := b.RefreshDue(t.Context(), 10)
			require.NoError(t, err)
		}
		b.platform.Set(a.TransactionID, payment.StatePaid)
		if away {
			b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, errLost }
		}
		b.clock.Add(2 * time.Hour)
		report, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 1, report.Checked)
		b.platform.OnQuery = nil
		b.clock.Add(2 * 24 * time.Hour)
		_, err = b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
	}
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StateCanceled)
	_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, errLost }
	for range 40 {
		b.clock.Add(24 * time.Hour)
		_, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
	}
	assert.True(t, b.attempts(t, "K1")[0].NextCheck.IsZero(), "at last nobody looks any more")
}
