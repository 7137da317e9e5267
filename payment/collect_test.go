package payment_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func (b *bench) collect(t *testing.T, again bool) *payment.Collection {
	t.Helper()
	c, err := b.Collect(t.Context(), claim("K1"), again)
	require.NoError(t, err)
	return c
}

// transaction is the platform's id of the last attempt.
func (b *bench) transaction(t *testing.T) string {
	t.Helper()
	attempts := b.status(t, "K1").Attempts
	return attempts[len(attempts)-1].TransactionID
}

func TestCollectStartsOnceByItself(t *testing.T) {
	b := newBench(t)
	first := b.collect(t, false)
	require.NotEmpty(t, first.PayPageURL)
	require.False(t, first.Paid)

	second := b.collect(t, false) // came back without a result
	require.Empty(t, second.PayPageURL)
	require.True(t, second.Pending)

	third := b.collect(t, true) // wants to go on paying
	require.Equal(t, first.PayPageURL, third.PayPageURL, "a second pay page was opened")
	require.Equal(t, 1, b.platform.Count())
}

func TestCollectAsksAboutAPayerWhoNeverCameBack(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	for _, again := range []bool{true, false} {
		c := b.collect(t, again)
		require.True(t, c.Paid)
		require.Empty(t, c.PayPageURL, "whoever has paid was sent to pay again")
	}
	require.Len(t, b.status(t, "K1").Entries, 1)
}

func TestCollectAfterCancelingStartsOnRequestOnly(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StateCanceled)
	c := b.collect(t, false)
	require.Equal(t, payment.Collection{Status: c.Status}, *c)
	require.NotEmpty(t, b.collect(t, true).PayPageURL)
	require.Equal(t, 2, b.platform.Count())
}

func TestCollectLeavesReviewToAPerson(t *testing.T) {
	b := newBench(t)
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) {
		other := payment.EUR(1)
		r.Amount = &other
		return r, nil
	}
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	c := b.collect(t, true)
	require.True(t, c.Review)
	require.False(t, c.Paid)
	require.Empty(t, c.PayPageURL)
}

func TestCollectGoesOnWhileThePlatformIsAway(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, payment.ErrUnavailable }
	require.True(t, b.collect(t, false).Pending)
}

func TestCollectRefusesAnotherAmountUnderTheSameID(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	other := claim("K1")
	other.Amount = payment.EUR(6140)
	_, err := b.Collect(t.Context(), other, false)
	require.ErrorIs(t, err, payment.ErrConflict)
}

func TestCollectInParallelOpensOnePayPage(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := b.Collect(t.Context(), claim("K1"), true)
			require.NoError(t, err)
		})
	}
	wg.Wait()
	require.Equal(t, 1, b.platform.Count())
}
