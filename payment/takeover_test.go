package payment_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// node is another service on the bench's store and platform.
func (b *bench) node(t *testing.T, store payment.Store, change func(*payment.Config)) *payment.Service {
	t.Helper()
	c := config(b.clock)
	if change != nil {
		change(&c)
	}
	s, err := payment.New(store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
	require.NoError(t, err)
	return s
}

func TestATransferRecordedWhileAPaymentStartsOpensNoPayPage(t *testing.T) {
	for name, tt := range map[string]struct {
		cents int64
		want  error
	}{
		"of all":    {3070, payment.ErrPaid},
		"of a part": {1000, payment.ErrPartlyPaid},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.open(t, "K1")
			slow := b.slowNode(t, func() {
				_, err := b.Record(t.Context(), bank("K1", "B1", payment.KindPayment, tt.cents))
				require.NoError(t, err)
			})
			_, err := slow.Start(t.Context(), "musterstadt", "K1")
			require.ErrorIs(t, err, tt.want)
			assert.Empty(t, b.platform.Requests(), "the platform does not hear of it")
			all := b.attempts(t, "K1")
			require.Len(t, all, 1)
			assert.Equal(t, payment.StateOrphaned, all[0].State)
			assert.Equal(t, payment.ReasonNeverCreated, all[0].Reason)
			assert.Zero(t, all[0].NextCheck)
		})
	}
}

func TestATransferRecordedDuringTheCreateCallHandsOutNoPayPage(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.BeforeCreate = func(payment.CreateRequest) error {
		_, err := b.Record(context.Background(), bank("K1", "B1", payment.KindPayment, 3070))
		return err
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrPaid)
	a := b.attempts(t, "K1")[0]
	assert.Equal(t, payment.StatePending, a.State, "the platform has a pay page, which nobody sees")
	assert.NotZero(t, a.NextCheck, "it is followed all the same")
}

func TestWhoeverCollectsWhileATransferIsRecordedHearsOfIt(t *testing.T) {
	for name, tt := range map[string]struct {
		cents int64
		paid  bool
	}{
		"of all":    {3070, true},
		"of a part": {1000, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			slow := b.slowNode(t, func() {
				_, err := b.Record(t.Context(), bank("K1", "B1", payment.KindPayment, tt.cents))
				require.NoError(t, err)
			})
			found, err := slow.Collect(t.Context(), claim("K1"), nil)
			require.NoError(t, err)
			assert.Equal(t, tt.paid, found.Paid)
			assert.Equal(t, !tt.paid, found.Pending, "a person books the rest")
			assert.Empty(t, found.PayPageURL)
			assert.Equal(t, payment.EUR(tt.cents), found.Status.Balance.Booked)
		})
	}
}

func TestOneRefundAskedForTwiceAtOnceIsOne(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	var first *payment.Attempt
	begin := func() {
		var err error
		first, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(70), "1")
		require.NoError(t, err)
	}
	second, err := b.slowNode(t, begin).Refund(t.Context(), a.Tenant, a.ID, payment.EUR(70), "1")
	require.NoError(t, err)
	assert.Equal(t, first.ID, second.ID)
	assert.Equal(t, payment.StatePaid, second.State)
	assert.Equal(t, int64(70), b.platform.Refunded())

	begin = func() {
		_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(10), "2")
		require.NoError(t, err)
	}
	_, err = b.slowNode(t, begin).Refund(t.Context(), a.Tenant, a.ID, payment.EUR(20), "2")
	require.ErrorIs(t, err, payment.ErrConflict)
}

// paused is a store that lets something happen before one of its reads.
type paused struct {
	payment.Store
	reads  atomic.Int32
	before func(read int32)
}

func (p *paused) Claim(ctx context.Context, tenant, id string) (*payment.Record, error) {
	p.before(p.reads.Add(1))
	return p.Store.Claim(ctx, tenant, id)
}

// TestARefundThatAnotherNodeMadeIsNotWithdrawn: the node that stored it stood
// still before its call.
func TestARefundThatAnotherNodeMadeIsNotWithdrawn(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	b.platform.OnRefund = func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
		r.State = payment.StatePending
		return r, nil
	}
	slow := b.node(t, &paused{Store: b.store, before: func(read int32) {
		if read != 2 { // the look after it was stored
			return
		}
		b.clock.Add(10 * time.Second)
		report, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 1, report.Changed)
		_, err = b.Record(t.Context(), bank("K1", "R1", payment.KindChargeback, -3070))
		require.NoError(t, err)
	}}, nil)
	refund, err := slow.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, refund.State, "the money is on its way back")
	refund, err = b.Refresh(t.Context(), refund.Tenant, refund.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, refund.State)
	assert.Equal(t, payment.EUR(-3070), b.status(t, "K1").Balance.Booked, "it is booked")
}

// TestACallThatFailsLateLeavesTheOtherNodesLease: one node takes over from a
// node that stood still; when that one's call fails, no third node begins.
func TestACallThatFailsLateLeavesTheOtherNodesLease(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	patient := func(c *payment.Config) { c.AttemptTTL, c.CreateTTL, c.StartWait = 24*time.Hour, 24*time.Hour, -1 }
	stands := b.node(t, b.store, func(c *payment.Config) { patient(c); c.Lease = time.Hour }) // it does not renew it in this test
	other, third := b.node(t, b.store, patient), b.node(t, b.store, patient)
	var calls atomic.Int32
	under, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	b.platform.BeforeCreate = func(payment.CreateRequest) error {
		switch calls.Add(1) {
		case 1:
			b.clock.Add(2 * time.Hour)
			go func() {
				_, err := other.RefreshDue(context.Background(), 1)
				done <- err
			}()
			<-under
			return errLost
		case 2:
			close(under)
			<-release
		}
		return nil
	}
	_, err := stands.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	_, err = third.Start(t.Context(), "musterstadt", "K1")
	assert.ErrorIs(t, err, payment.ErrBusy)
	assert.Equal(t, int32(2), calls.Load())
	close(release)
	require.NoError(t, <-done)
	assert.Equal(t, payment.StatePending, b.attempts(t, "K1")[0].State)
}

// failing is a store of which one change fails.
type failing struct {
	payment.Store
	changes atomic.Int32
	fails   int32
}

func (f *failing) Apply(ctx context.Context, c payment.Change) error {
	if f.changes.Add(1) == f.fails {
		return errors.New("the database is away for a moment")
	}
	return f.Store.Apply(ctx, c)
}

func TestALeaseOutlivesOneFailedRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := realTime(t, nil)
		b.open(t, "K1")
		b.platform.BeforeCreate = func(payment.CreateRequest) error { return sleepFor(8 * time.Second) }
		slow := b.node(t, &failing{Store: b.store, fails: 2}, func(c *payment.Config) { c.Now = nil }) // the first renewal
		done := make(chan error, 1)
		go func() {
			_, err := slow.Start(context.Background(), "musterstadt", "K1")
			done <- err
		}()
		time.Sleep(6 * time.Second)
		report, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
		assert.Zero(t, report.Checked, "the call is under way")
		require.NoError(t, <-done)
		assert.Len(t, b.platform.Requests(), 1)
	})
}

func sleepFor(d time.Duration) error {
	time.Sleep(d)
	return nil
}
