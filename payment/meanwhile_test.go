package payment_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// lostRefund is a refund whose call got no answer, on a claim that is paid.
func (b *bench) lostRefund(t *testing.T, cents int64) (paid *payment.Attempt) {
	t.Helper()
	paid = b.paid(t, "K1")
	b.platform.OnRefund = func(payment.RefundRequest, *payment.Result) (*payment.Result, error) { return nil, errLost }
	_, err := b.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(cents), "1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	b.platform.OnRefund = nil
	b.clock.Add(10 * time.Second)
	return paid
}

// TestWhoeverAsksAgainWhileAnotherNodeDoesTheWorkGetsItsResult: that is no
// conflict, which for a refund would mean that its key is taken.
func TestWhoeverAsksAgainWhileAnotherNodeDoesTheWorkGetsItsResult(t *testing.T) {
	for name, ask := range map[string]func(s *payment.Service, paid *payment.Attempt, refund payment.Attempt) (*payment.Attempt, error){
		"refund": func(s *payment.Service, paid *payment.Attempt, _ payment.Attempt) (*payment.Attempt, error) {
			return s.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(70), "1")
		},
		"refresh": func(s *payment.Service, _ *payment.Attempt, refund payment.Attempt) (*payment.Attempt, error) {
			return s.Refresh(t.Context(), refund.Tenant, refund.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			paid := b.lostRefund(t, 70)
			slow := b.slowNode(t, func() {
				report, err := b.RefreshDue(t.Context(), 10)
				require.NoError(t, err)
				require.Equal(t, 1, report.Changed)
			})
			refund, err := ask(slow, paid, b.attempts(t, "K1")[1])
			require.NoError(t, err)
			assert.Equal(t, payment.StatePaid, refund.State)
			assert.Equal(t, int64(70), b.platform.Refunded())
		})
	}
}

// TestARefusalLeavesTheCallOfAnotherNode: the node that stood still is refused
// while the one that took over is calling.
func TestARefusalLeavesTheCallOfAnotherNode(t *testing.T) {
	b := newBench(t)
	paid := b.paid(t, "K1")
	stands := b.node(t, b.store, func(c *payment.Config) { c.Lease = time.Minute }) // it does not renew it in this test
	var calls atomic.Int32
	under, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	b.platform.OnRefund = func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
		if calls.Add(1) == 1 {
			b.clock.Add(2 * time.Minute)
			go func() {
				_, err := b.RefreshDue(context.Background(), 1)
				done <- err
			}()
			<-under
			return nil, payment.ErrRejected
		}
		close(under)
		<-release
		r.State = payment.StatePending
		return r, nil
	}
	refund, err := stands.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(70), "1")
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, err, "another node goes on")
	assert.True(t, refund.State.Open())
	refund, err = b.Refresh(t.Context(), refund.Tenant, refund.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, refund.State)
	assert.Equal(t, payment.EUR(3000), b.status(t, "K1").Balance.Booked, "what went back is booked")
}

// TestARefundTakenAfterARefusalIsForAPerson: the node that took over was
// refused, and the platform takes the call of the one that stood still.
func TestARefundTakenAfterARefusalIsForAPerson(t *testing.T) {
	b := newBench(t)
	paid := b.paid(t, "K1")
	stands := b.node(t, b.store, func(c *payment.Config) { c.Lease = time.Minute }) // it does not renew it in this test
	var calls atomic.Int32
	b.platform.OnRefund = func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
		if calls.Add(1) > 1 {
			return nil, payment.ErrRejected
		}
		b.clock.Add(2 * time.Minute)
		_, err := b.RefreshDue(t.Context(), 1)
		require.NoError(t, err)
		r.State = payment.StatePending
		return r, nil
	}
	refund, err := stands.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(70), "1")
	require.NoError(t, err)
	assert.Equal(t, payment.StateReview, refund.State)
	assert.NotEmpty(t, refund.TransactionID, "where to look")
	_, err = b.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(3070), "2")
	require.ErrorIs(t, err, payment.ErrState, "a part of it is on its way back")
}

// TestAPartBesideAnotherAttemptSettles: one node records a part together with
// what pays another attempt, a second node the rest.
func TestAPartBesideAnotherAttemptSettles(t *testing.T) {
	b := newBench(t)
	first, second := b.start(t, "K1"), b.start(t, "K2")
	slow := b.slowNode(t, func() {
		_, err := b.Record(t.Context(), part("K1", first.ID, "B1", 3070), part("K2", second.ID, "B2", 1500))
		require.NoError(t, err)
	})
	n, err := slow.Record(t.Context(), part("K2", second.ID, "B3", 1570))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, payment.StatePaid, b.status(t, "K2").Attempts[0].State)
	b.oneEvent(t, second.ID, payment.StatePaid)
}

// TestARefundThatAnotherNodeIsMakingIsNotForAPerson: the money goes away by a
// chargeback while that one is calling; whoever asks again leaves it alone.
func TestARefundThatAnotherNodeIsMakingIsNotForAPerson(t *testing.T) {
	b := newBench(t)
	paid := b.lostRefund(t, 3070)
	under, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	b.platform.OnRefund = func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
		close(under)
		<-release
		return r, nil
	}
	slow := b.node(t, &paused{Store: b.store, before: func(read int32) {
		if read != 2 { // when the refund was found
			return
		}
		go func() {
			_, err := b.RefreshDue(context.Background(), 10)
			done <- err
		}()
		<-under
		_, err := b.Record(t.Context(), bank("K1", "R1", payment.KindChargeback, -3070))
		require.NoError(t, err)
	}}, nil)
	_, err := slow.Refund(t.Context(), paid.Tenant, paid.ID, payment.EUR(3070), "1")
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, b.attempts(t, "K1")[1].State)
	assert.Equal(t, payment.EUR(-3070), b.status(t, "K1").Balance.Booked, "it is booked")
}
