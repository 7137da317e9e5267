package payment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// paid is an attempt that is paid.
func (b *bench) paid(t *testing.T, id string) *payment.Attempt {
	t.Helper()
	a := b.start(t, id)
	b.platform.Set(a.TransactionID, payment.StatePaid)
	a, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	return a
}

func TestMoneyIsPaidBackOnce(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	for range 3 {
		r, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(1000), "erstattung-1")
		require.NoError(t, err)
		assert.Equal(t, payment.StatePaid, r.State)
		assert.Equal(t, a.ID, r.Refunds)
	}
	_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(1001), "erstattung-1")
	require.ErrorIs(t, err, payment.ErrConflict)
	_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(2071), "erstattung-2")
	require.ErrorIs(t, err, payment.ErrState, "more than is left")
	_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(2070), "erstattung-2")
	require.NoError(t, err)
	assert.Equal(t, int64(3070), b.platform.Refunded())
	s := b.status(t, "K1")
	assert.Equal(t, payment.EUR(0), s.Balance.Booked)
	require.Len(t, s.Entries, 3)
	assert.Equal(t, payment.KindRefund, s.Entries[1].Kind)
	assert.Equal(t, payment.EUR(-1000), s.Entries[1].Amount)
	_, err = b.Refund(t.Context(), a.Tenant, s.Attempts[1].ID, payment.EUR(1), "x")
	require.ErrorIs(t, err, payment.ErrState, "a refund is not paid back")
}

func TestARefundWithoutAnswerIsRepeatedWithTheSameID(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	lost := true
	var ids []string
	b.platform.OnRefund = func(r payment.RefundRequest, result *payment.Result) (*payment.Result, error) {
		ids = append(ids, r.RequestID)
		if lost {
			return nil, errLost
		}
		return result, nil
	}
	_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	assert.Equal(t, payment.EUR(3070), b.status(t, "K1").Balance.Booked)
	_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(1), "2")
	require.ErrorIs(t, err, payment.ErrState, "the first one may have gone through")
	lost = false
	b.clock.Add(10 * time.Second)
	report, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, report.Changed)
	assert.Len(t, ids, 2)
	assert.Equal(t, ids[0], ids[1])
	assert.Equal(t, int64(3070), b.platform.Refunded())
	assert.Equal(t, payment.EUR(0), b.status(t, "K1").Balance.Booked)
}

func TestARefundThatThePlatformStillDecides(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	b.platform.OnRefund = func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
		b.platform.Set(r.TransactionID, payment.StatePending)
		r.State = payment.StatePending
		return r, nil
	}
	r, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
	require.NoError(t, err)
	require.Equal(t, payment.StatePending, r.State)
	b.platform.Set(r.TransactionID, payment.StatePaid)
	b.clock.Add(time.Minute)
	_, err = b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(0), b.status(t, "K1").Balance.Booked)
}

func TestARefundWithoutResultIsForAPerson(t *testing.T) {
	for name, on := range map[string]func(payment.RefundRequest, *payment.Result) (*payment.Result, error){
		"no answer": func(payment.RefundRequest, *payment.Result) (*payment.Result, error) { return nil, errLost },
		"another sum": func(_ payment.RefundRequest, r *payment.Result) (*payment.Result, error) {
			other := payment.EUR(-1)
			r.Amount = &other
			return r, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			a := b.paid(t, "K1")
			b.platform.OnRefund = on
			_, _ = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
			for range 20 {
				b.clock.Add(time.Minute)
				_, err := b.RefreshDue(t.Context(), 10)
				require.NoError(t, err)
			}
			r := b.attempts(t, "K1")[1]
			require.Equal(t, payment.StateReview, r.State)
			_, err := b.Resolve(t.Context(), r.Tenant, r.ID, payment.EUR(3070), "sb-17")
			require.Error(t, err, "a refund takes money away")
			_, err = b.Resolve(t.Context(), r.Tenant, r.ID, payment.EUR(-3070), "sb-17")
			require.NoError(t, err)
			assert.Equal(t, payment.EUR(0), b.status(t, "K1").Balance.Booked)
		})
	}
}

func TestWhatCannotBeRefunded(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(1), "1")
	require.ErrorIs(t, err, payment.ErrState, "not paid")
	_, err = b.Refund(t.Context(), a.Tenant, "nobody", payment.EUR(1), "1")
	require.ErrorIs(t, err, payment.ErrNotFound)
	for _, cents := range []int64{0, -1} {
		_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(cents), "1")
		require.ErrorIs(t, err, payment.ErrState)
	}
	_, err = serviceWith(t, b, plain{b.platform}).Refund(t.Context(), a.Tenant, a.ID, payment.EUR(1), "1")
	require.ErrorIs(t, err, payment.ErrUnsupported)
	p := b.paid(t, "K2")
	b.platform.OnRefund = func(payment.RefundRequest, *payment.Result) (*payment.Result, error) { return nil, payment.ErrRejected }
	_, err = b.Refund(t.Context(), p.Tenant, p.ID, payment.EUR(1), "1")
	require.ErrorIs(t, err, payment.ErrRejected)
	assert.Equal(t, payment.StateFailed, b.attempts(t, "K2")[1].State)
	assert.Equal(t, payment.ClaimPaid, b.status(t, "K2").State)
}

func TestCancel(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	for range 2 {
		got, err := b.Cancel(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.StateCanceled, got.State)
	}
	fast := b.start(t, "K2")
	b.platform.Set(fast.TransactionID, payment.StatePaid)
	got, err := b.Cancel(t.Context(), fast.Tenant, fast.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State, "the payer was faster")
	assert.Equal(t, payment.ClaimPaid, b.status(t, "K2").State)
	_, err = b.Cancel(t.Context(), fast.Tenant, fast.ID)
	require.ErrorIs(t, err, payment.ErrState)
	open := b.start(t, "K3")
	_, err = serviceWith(t, b, plain{b.platform}).Cancel(t.Context(), open.Tenant, open.ID)
	require.ErrorIs(t, err, payment.ErrUnsupported)
	_, err = b.Cancel(t.Context(), open.Tenant, "nobody")
	require.ErrorIs(t, err, payment.ErrNotFound)
}
