package payment_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/xoev/finding"
)

var errLost = fmt.Errorf("the answer got lost: %w", payment.ErrUnavailable)

// lose makes the platform take payments and the answers get lost, while on.
func (b *bench) lose(on *bool) {
	b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		if *on {
			return nil, errLost
		}
		return r, nil
	}
}

func (b *bench) attempts(t *testing.T, id string) []payment.Attempt {
	t.Helper()
	return b.status(t, id).Attempts
}

func TestALostAnswerIsAskedForWithTheSameRequestID(t *testing.T) {
	for _, tt := range []struct {
		name     string
		noLookup bool
		requests int
		states   []payment.State
	}{
		{"the platform finds it", false, 2, []payment.State{payment.StatePending}},
		{"the platform cannot find it", true, 3, []payment.State{payment.StateOrphaned, payment.StatePending}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			lost := true
			b.lose(&lost)
			b.platform.NoLookup = tt.noLookup
			b.open(t, "K1")
			_, err := b.Start(t.Context(), "musterstadt", "K1")
			require.ErrorIs(t, err, payment.ErrUnavailable)
			require.Equal(t, payment.StateUnknown, b.attempts(t, "K1")[0].State)
			require.Equal(t, payment.ClaimPending, b.status(t, "K1").State)

			lost = false
			b.clock.Add(time.Minute)
			a, err := b.Start(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			assert.NotEmpty(t, a.PayPageURL)
			var states []payment.State
			for _, a := range b.attempts(t, "K1") {
				states = append(states, a.State)
			}
			assert.ElementsMatch(t, tt.states, states)
			requests := b.platform.Requests()
			require.Len(t, requests, tt.requests)
			assert.Equal(t, requests[0].RequestID, requests[1].RequestID)
			assert.Equal(t, requests[0].RequestedAt, requests[1].RequestedAt)
		})
	}
}

// crash makes the process die at the call: nothing after it happens.
func (b *bench) crash(t *testing.T, id string, afterAccept bool) {
	t.Helper()
	dead := make(chan struct{})
	hang := func() { close(dead); select {} }
	if afterAccept {
		b.platform.OnCreate = func(payment.CreateRequest, *payment.Result) (*payment.Result, error) { hang(); return nil, nil }
	} else {
		b.platform.BeforeCreate = func(payment.CreateRequest) error { hang(); return nil }
	}
	go b.Start(context.Background(), "musterstadt", id) //nolint:errcheck // it never returns
	<-dead
	b.platform.OnCreate, b.platform.BeforeCreate = nil, nil
}

func TestAKillBetweenStoringAndCalling(t *testing.T) {
	for _, tt := range []struct {
		name        string
		afterAccept bool
		poller      bool
	}{
		{"before the platform hears of it, then a click", false, false},
		{"before the platform hears of it, then the poller", false, true},
		{"after the platform took it, then a click", true, false},
		{"after the platform took it, then the poller", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.open(t, "K1")
			b.crash(t, "K1", tt.afterAccept)
			require.Equal(t, payment.StateCreated, b.attempts(t, "K1")[0].State)
			first := b.attempts(t, "K1")[0]

			b.Service = b.restart(t)
			report, err := b.RefreshDue(t.Context(), 10)
			require.NoError(t, err)
			require.Zero(t, report.Checked, "leased until the dead call would have ended")
			b.clock.Add(30 * time.Second)
			if tt.poller {
				report, err := b.RefreshDue(t.Context(), 10)
				require.NoError(t, err)
				require.Equal(t, payment.DueReport{Checked: 1, Changed: 1}, report)
			}
			a, err := b.Start(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			assert.Equal(t, first.ID, a.ID, "the same attempt, with the same request id")
			b.platform.Set(a.TransactionID, payment.StatePaid)
			_, err = b.Refresh(t.Context(), a.Tenant, a.ID)
			require.NoError(t, err)
			assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
		})
	}
}

func TestACallerWaitsForAnotherProcess(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.crash(t, "K1", false)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := b.Start(ctx, "musterstadt", "K1")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Empty(t, b.platform.Requests())
}

func TestNoAnswerForTooLongOrphansTheAttempt(t *testing.T) {
	b := newBench(t)
	lost := true
	b.lose(&lost)
	b.platform.NoLookup = true
	b.platform.BeforeCreate = func(payment.CreateRequest) error { return errLost }
	b.open(t, "K1")
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.Error(t, err)
	for range 12 {
		b.clock.Add(2 * time.Minute)
		_, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
	}
	got := b.attempts(t, "K1")
	require.Len(t, got, 1)
	assert.Equal(t, payment.StateOrphaned, got[0].State)
	assert.Equal(t, payment.ReasonNeverCreated, got[0].Reason)
	b.platform.BeforeCreate, lost = nil, false
	a, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	assert.NotEqual(t, got[0].ID, a.ID)
}

type coded struct{ error }

func (c coded) Unwrap() error { return c.error }

func (coded) PaymentCode() string { return "FORBIDDEN" }

func TestARefusalEndsTheAttempt(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want payment.Reason
	}{
		{"refused", payment.ErrRejected, payment.ReasonRejected},
		{"refused with a code", coded{payment.ErrRejected}, payment.ReasonRejected + ":FORBIDDEN"},
		{"not sent", &finding.InvalidError{Findings: []finding.Finding{{Code: "X"}}}, payment.ReasonInvalidRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.open(t, "K1")
			b.platform.BeforeCreate = func(payment.CreateRequest) error { return fmt.Errorf("wrapped: %w", tt.err) }
			_, err := b.Start(t.Context(), "musterstadt", "K1")
			require.Error(t, err)
			got := b.attempts(t, "K1")
			require.Len(t, got, 1)
			assert.Equal(t, payment.StateFailed, got[0].State)
			assert.Equal(t, tt.want, got[0].Reason)
			assert.True(t, got[0].NextCheck.IsZero(), "nothing to watch")
			b.platform.BeforeCreate = nil
			_, err = b.Start(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
		})
	}
}

func TestAPlatformThatNeverGivesAPayPageEndsStart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state payment.State
	}{{"failed at once", payment.StateFailed}, {"canceled at once", payment.StateCanceled}} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.open(t, "K1")
			b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
				r.State = tt.state
				b.platform.Set(r.TransactionID, tt.state)
				return r, nil
			}
			_, err := b.Start(t.Context(), "musterstadt", "K1")
			require.ErrorIs(t, err, payment.ErrBadAnswer)
			assert.Len(t, b.platform.Requests(), 2)
		})
	}
}

func TestAMissingPayPageIsNoPayment(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		r.PayPageURL = ""
		return r, nil
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrBadAnswer)
	assert.Equal(t, payment.StateUnknown, b.attempts(t, "K1")[0].State)
}

func TestAnEndedContextDoesNotLoseTheAnswer(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	ctx, cancel := context.WithCancel(t.Context())
	b.platform.BeforeCreate = func(payment.CreateRequest) error { cancel(); return nil }
	a, err := b.Start(ctx, "musterstadt", "K1")
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, a.State)
	_, err = b.Start(ctx, "musterstadt", "K1")
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAPanickingProviderIsAnError(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.BeforeCreate = func(payment.CreateRequest) error { panic("boom") }
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrBadAnswer)
	assert.Equal(t, payment.StateUnknown, b.attempts(t, "K1")[0].State)
}

func TestWhatCannotStart(t *testing.T) {
	b := newBench(t)
	_, err := b.Start(t.Context(), "musterstadt", "nobody")
	assert.ErrorIs(t, err, payment.ErrNotFound)

	c := claim("K1")
	c.Provider = "other"
	_, err = b.Open(t.Context(), c)
	require.NoError(t, err)
	_, err = b.Start(t.Context(), "musterstadt", "K1")
	assert.ErrorIs(t, err, payment.ErrNoProvider)

	b.open(t, "K2")
	entry := payment.Entry{
		Tenant: "musterstadt", ClaimID: "K2", Provider: "kasse", TransactionID: "Beleg-1", Kind: payment.KindPayment, Amount: payment.EUR(70),
	}
	require.NoError(t, b.Book(t.Context(), entry))
	assert.ErrorIs(t, b.Book(t.Context(), entry), payment.ErrDuplicateEntry)
	assert.Equal(t, payment.ClaimPartlyPaid, b.status(t, "K2").State)
	_, err = b.Start(t.Context(), "musterstadt", "K2")
	assert.ErrorIs(t, err, payment.ErrPartlyPaid)
	entry.TransactionID, entry.Amount = "Beleg-2", payment.EUR(3001)
	require.NoError(t, b.Book(t.Context(), entry))
	assert.Equal(t, payment.ClaimOverpaid, b.status(t, "K2").State)
	assert.Equal(t, payment.EUR(-1), b.status(t, "K2").Balance.Open)
	_, err = b.Start(t.Context(), "musterstadt", "K2")
	assert.ErrorIs(t, err, payment.ErrPaid)
	entry.Kind = payment.KindRefund
	var bad *finding.InvalidError
	require.ErrorAs(t, b.Book(t.Context(), entry), &bad)
	assert.True(t, bad.Has("PAY-020"))
}

func TestOpenIsIdempotentByContent(t *testing.T) {
	b := newBench(t)
	c := claim("K1")
	c.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika", AddressLines: []string{}}
	c.Items = []payment.Item{{ID: "1", Quantity: 1, UnitNet: payment.EUR(3070)}}
	first, err := b.Open(t.Context(), c)
	require.NoError(t, err)
	b.clock.Add(time.Hour)
	second, err := b.Open(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, first.OpenedAt, second.OpenedAt)
	other := c
	other.Purpose = "Fischereischein"
	_, err = b.Open(t.Context(), other)
	assert.ErrorIs(t, err, payment.ErrConflict)
	other = c
	other.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Max"}
	_, err = b.Open(t.Context(), other)
	assert.ErrorIs(t, err, payment.ErrConflict)
	require.NoError(t, b.store.ErasePayer(t.Context(), "musterstadt", "K1"))
	_, err = b.Open(t.Context(), c)
	assert.NoError(t, err, "the payer is gone and no longer compared")
}

func TestAnotherProviderDoesNotFinishOldAttempts(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	next := new(paymenttest.Provider)
	s, err := payment.New(b.store, []payment.Registration{
		{Key: "fake", Version: "2", Provider: next}, {Key: "fake", Version: "1", Provider: b.platform},
	}, config(b.clock))
	require.NoError(t, err)
	b.platform.Set(a.TransactionID, payment.StatePaid)
	got, err := s.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.Zero(t, next.Queries())
	b.open(t, "K2")
	second, err := s.Start(t.Context(), "musterstadt", "K2")
	require.NoError(t, err)
	assert.Equal(t, "2", second.ConfigVersion)

	alone, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "3", Provider: next}}, config(b.clock))
	require.NoError(t, err)
	_, err = alone.Refresh(t.Context(), second.Tenant, second.ID)
	assert.ErrorIs(t, err, payment.ErrNoProvider)
	b.clock.Add(2 * time.Hour)
	_, err = alone.Refresh(t.Context(), second.Tenant, second.ID)
	assert.ErrorIs(t, err, payment.ErrNoProvider)
	stored, err := b.store.Attempt(t.Context(), second.Tenant, second.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StateExpired, stored.State, "nobody can ask; another attempt may begin")
}

// TestARefusalThatComesTooLate: a process stalls in its call for longer than its
// lease, another one repeats the call and has a pay page, and then the first is
// refused. The payer is on the pay page: her money must not be lost sight of.
func TestARefusalThatComesTooLate(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	var other *payment.Attempt
	calls := 0
	b.platform.BeforeCreate = func(payment.CreateRequest) error {
		if calls++; calls > 1 {
			return nil
		}
		b.clock.Add(time.Minute)
		var err error
		other, err = b.restart(t).Start(t.Context(), "musterstadt", "K1")
		require.NoError(t, err)
		return payment.ErrRejected
	}
	a, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	require.Equal(t, other.PayPageURL, a.PayPageURL)
	require.Equal(t, payment.StatePending, a.State)

	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.clock.Add(time.Minute)
	_, err = b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
}
