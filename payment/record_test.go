package payment_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// bank is an entry as reconciliation makes it.
func bank(claimID, reference string, kind payment.Kind, cents int64) payment.Entry {
	return payment.Entry{
		Tenant: "musterstadt", ClaimID: claimID, Provider: "konto-1", TransactionID: reference, Kind: kind, Amount: payment.EUR(cents),
		ValueAt: time.Date(2026, 11, 20, 0, 0, 0, 123, time.UTC),
	}
}

func TestEveryKindMovesTheBalance(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	var all []payment.Entry
	for n, tt := range []struct {
		kind  payment.Kind
		cents int64
		open  int64
		state payment.ClaimState
	}{
		{payment.KindPayment, 3070, 0, payment.ClaimPaid},
		{payment.KindChargeback, -3070, 3070, payment.ClaimOpen},
		{payment.KindFee, -300, 3370, payment.ClaimPartlyPaid},
		{payment.KindPayment, 3400, -30, payment.ClaimOverpaid},
		{payment.KindRefund, -30, 0, payment.ClaimPaid},
		{payment.KindReversal, -100, 100, payment.ClaimPartlyPaid},
		{payment.KindWriteOff, 100, 0, payment.ClaimPaid},
	} {
		e := bank("K1", string(rune('a'+n)), tt.kind, tt.cents)
		booked, err := b.Record(t.Context(), e)
		require.NoError(t, err)
		require.Equal(t, 1, booked)
		s := b.status(t, "K1")
		assert.Equal(t, payment.EUR(tt.open), s.Balance.Open, tt.kind)
		assert.Equal(t, tt.state, s.State, tt.kind)
		all = append(all, e)
	}
	booked, err := b.Record(t.Context(), all...)
	require.NoError(t, err)
	require.Zero(t, booked, "the same file again")
	require.Len(t, b.status(t, "K1").Entries, len(all))
	events, err := b.Events(t.Context(), 100)
	require.NoError(t, err)
	require.Len(t, events, len(all))
}

func TestRecordRefuses(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.open(t, "K2")
	first := bank("K1", "B1", payment.KindPayment, 3070)
	_, err := b.Record(t.Context(), first)
	require.NoError(t, err)
	for name, change := range map[string]func(*payment.Entry){
		"another claim":      func(e *payment.Entry) { e.ClaimID = "K2" },
		"another amount":     func(e *payment.Entry) { e.Amount.Cents++ },
		"another value date": func(e *payment.Entry) { e.ValueAt = e.ValueAt.Add(time.Hour) },
	} {
		e := first
		change(&e)
		_, err := b.Record(t.Context(), bank("K2", "B2", payment.KindPayment, 1), e)
		require.ErrorIs(t, err, payment.ErrConflict, name)
		_, err = b.Record(t.Context(), bank("K2", "B3", payment.KindPayment, 1), bank("K2", "B3", payment.KindPayment, 2))
		require.ErrorIs(t, err, payment.ErrConflict)
	}
	other := first
	other.Actor, other.BookedAt = "sb-17", time.Now()
	booked, err := b.Record(t.Context(), other)
	require.NoError(t, err, "who wrote it down does not matter")
	require.Zero(t, booked)
	_, err = b.Record(t.Context(), bank("nobody", "B4", payment.KindPayment, 1))
	require.ErrorIs(t, err, payment.ErrNotFound)
	var bad *finding.InvalidError
	for _, e := range []payment.Entry{
		bank("K2", "B5", payment.KindPayment, -1), bank("K2", "B5", payment.KindFee, 1), bank("K2", "B5", "gift", 1),
		bank("K2", "", payment.KindPayment, 1), bank("K2", "B5", payment.KindRefund, 1), bank("K2", "B5", payment.KindPayment, 0),
	} {
		_, err := b.Record(t.Context(), bank("K2", "B6", payment.KindPayment, 1), e)
		require.ErrorAs(t, err, &bad)
		require.True(t, bad.Has("PAY-020"))
	}
	require.Empty(t, b.status(t, "K2").Entries, "all or nothing")
	booked, err = b.Record(t.Context(), bank("K2", "B7", payment.KindPayment, 1), bank("K2", "B7", payment.KindPayment, 1))
	require.NoError(t, err)
	require.Equal(t, 1, booked)
}

func TestRecordInParallelBooksOnce(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	entries := []payment.Entry{bank("K1", "B1", payment.KindPayment, 3000), bank("K1", "B2", payment.KindPayment, 70)}
	var sum atomic.Int64
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			booked, err := b.Record(t.Context(), entries[i%2:]...)
			assert.NoError(t, err)
			sum.Add(int64(booked))
		})
	}
	wg.Wait()
	assert.Equal(t, int64(2), sum.Load())
	assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
}

// TestRecordSettlesAnAttempt: an invoice is paid by what the bank reports.
func TestRecordSettlesAnAttempt(t *testing.T) {
	for _, tt := range []struct {
		name    string
		ended   payment.State
		amounts []int64
		want    payment.State
		late    bool
	}{
		{"in full", payment.StatePending, []int64{3070}, payment.StatePaid, false},
		{"in two parts", payment.StatePending, []int64{3000, 70}, payment.StatePaid, false},
		{"too much", payment.StatePending, []int64{4000}, payment.StatePaid, false},
		{"a part", payment.StatePending, []int64{3000}, payment.StatePending, false},
		{"after it was canceled", payment.StateCanceled, []int64{3070}, payment.StatePaid, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			b.platform.Set(a.TransactionID, tt.ended)
			_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
			require.NoError(t, err)
			var entries []payment.Entry
			for n, cents := range tt.amounts {
				e := bank("K1", "B"+string(rune('1'+n)), payment.KindPayment, cents)
				e.AttemptID = a.ID
				entries = append(entries, e)
			}
			_, err = b.Record(t.Context(), entries...)
			require.NoError(t, err)
			got := b.status(t, "K1").Attempts[0]
			assert.Equal(t, tt.want, got.State)
			assert.Equal(t, tt.late, got.Late)
			last := b.status(t, "K1").Entries[len(entries)-1]
			assert.Equal(t, tt.late, last.Late)
			_, err = b.Refresh(t.Context(), a.Tenant, a.ID)
			require.NoError(t, err)
			assert.Len(t, b.status(t, "K1").Entries, len(entries), "asking again books nothing")
		})
	}
	b := newBench(t)
	b.open(t, "K1")
	e := bank("K1", "B1", payment.KindPayment, 3070)
	e.AttemptID = "nobody"
	_, err := b.Record(t.Context(), e)
	require.ErrorIs(t, err, payment.ErrNotFound)
}

func TestFind(t *testing.T) {
	b := newBench(t)
	c := claim("K1")
	c.Kassenzeichen = "100100-200-1"
	_, err := b.Open(t.Context(), c)
	require.NoError(t, err)
	found, err := b.Find(t.Context(), "musterstadt", "1001002001")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "K1", found[0].Claim.ID)
	found, err = b.Find(t.Context(), "nachbarstadt", "1001002001")
	require.NoError(t, err)
	assert.Empty(t, found)
}
