package paymenttest

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// Harness is a provider with a platform behind it that a test can steer.
type Harness struct {
	Provider payment.Provider
	// Settle makes a payment paid, failed or canceled at the platform.
	Settle func(t *testing.T, transactionID string, state payment.State)
	// Count says how many payments the platform has.
	Count func(t *testing.T) int
	// MaxCents is the greatest sum the platform takes; 0 is no limit.
	MaxCents int64
	// Secrets must not show in errors.
	Secrets []string
}

// RunProvider checks a provider against what payment.Provider promises. Make
// returns a fresh platform for each case.
func RunProvider(t *testing.T, make func(t *testing.T) Harness) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"create and query", createAndQuery},
		{"each result", eachResult},
		{"the same request twice makes one payment", sameRequestTwice},
		{"an unknown transaction is not found", unknownTransaction},
		{"the smallest and the greatest sum, nothing beyond", sums},
		{"one and many items", items},
		{"an ended context ends the call", endedCall},
		{"a claim is paid through the service", throughTheService},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, make(t)) })
	}
}

func requestOf(id string, cents int64) payment.CreateRequest {
	return payment.CreateRequest{
		Claim:     payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(cents), Purpose: "Meldebescheinigung"},
		RequestID: "R-" + id, RequestedAt: start, ReturnURL: "https://service.musterstadt.example/zahlung/zurueck?zahlung=" + id,
	}
}

func createAndQuery(t *testing.T, h Harness) {
	r := requestOf("1", 3070)
	got, err := h.Provider.Create(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, got.State)
	assert.NotEmpty(t, got.TransactionID)
	assert.NotEmpty(t, got.PayPageURL)
	require.NotNil(t, got.Amount)
	assert.Equal(t, r.Claim.Amount, *got.Amount)
	if got.RequestID != "" {
		assert.Equal(t, r.RequestID, got.RequestID)
	}
	again, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, got.TransactionID, again.TransactionID)
	assert.Equal(t, payment.StatePending, again.State)
}

func eachResult(t *testing.T, h Harness) {
	for n, state := range []payment.State{payment.StatePaid, payment.StateFailed, payment.StateCanceled} {
		got, err := h.Provider.Create(t.Context(), requestOf(strconv.Itoa(n), 3070))
		require.NoError(t, err)
		h.Settle(t, got.TransactionID, state)
		again, err := h.Provider.Query(t.Context(), got.TransactionID)
		require.NoError(t, err)
		assert.Equal(t, state, again.State)
		assert.Empty(t, again.PayPageURL, "a pay page only while pending")
		require.NotNil(t, again.Amount)
		assert.Equal(t, payment.EUR(3070), *again.Amount)
	}
}

func sameRequestTwice(t *testing.T, h Harness) {
	r := requestOf("1", 3070)
	first, err := h.Provider.Create(t.Context(), r)
	require.NoError(t, err)
	second, err := h.Provider.Create(t.Context(), r)
	if err != nil {
		require.ErrorIs(t, err, payment.ErrExists)
		assert.NotErrorIs(t, err, payment.ErrRejected)
	} else {
		assert.Equal(t, first.TransactionID, second.TransactionID)
	}
	assert.Equal(t, 1, h.Count(t))
	l, ok := h.Provider.(payment.Lookuper)
	if !ok {
		return
	}
	found, err := l.Lookup(t.Context(), r.RequestID)
	if err != nil {
		assert.ErrorIs(t, err, payment.ErrNotFound)
		return
	}
	assert.Equal(t, first.TransactionID, found.TransactionID)
}

func unknownTransaction(t *testing.T, h Harness) {
	for _, id := range []string{"UNKNOWN", "", "../status", "Ä"} {
		r, err := h.Provider.Query(t.Context(), id)
		require.ErrorIs(t, err, payment.ErrNotFound)
		assert.Nil(t, r)
		for _, secret := range h.Secrets {
			assert.NotContains(t, err.Error(), secret)
		}
	}
}

func sums(t *testing.T, h Harness) {
	for n, cents := range []int64{1, max(h.MaxCents, 1)} {
		got, err := h.Provider.Create(t.Context(), requestOf(strconv.Itoa(n), cents))
		require.NoError(t, err)
		assert.Equal(t, payment.EUR(cents), *got.Amount)
	}
	beyond := []int64{0, -1}
	if h.MaxCents > 0 {
		beyond = append(beyond, h.MaxCents+1)
	}
	for n, cents := range beyond {
		_, err := h.Provider.Create(t.Context(), requestOf("x"+strconv.Itoa(n), cents))
		var bad *finding.InvalidError
		require.ErrorAs(t, err, &bad, "refused, not clamped")
	}
	assert.Equal(t, 2, h.Count(t))
}

func items(t *testing.T, h Harness) {
	for _, n := range []int{1, 99} {
		r := requestOf(strconv.Itoa(n), 0)
		for i := range n {
			r.Claim.Items = append(r.Claim.Items, payment.Item{
				ID: strconv.Itoa(i + 1), Quantity: 3, UnitNet: payment.EUR(10), UnitTax: payment.EUR(2), TaxRate: 1900,
			})
		}
		r.Claim.Amount = payment.EUR(int64(n) * 36)
		got, err := h.Provider.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, r.Claim.Amount, *got.Amount)
	}
}

func endedCall(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := time.Now()
	_, err := h.Provider.Create(ctx, requestOf("1", 3070))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, payment.ErrRejected)
	_, err = h.Provider.Query(ctx, "T")
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, time.Since(before), 5*time.Second)
}

func throughTheService(t *testing.T, h Harness) {
	s := serviceOn(t, payment.NewMemoryStore(), h.Provider)
	_, err := s.Open(t.Context(), payment.Claim{Tenant: tenant, ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"})
	require.NoError(t, err)
	a, err := s.Start(t.Context(), tenant, "K1")
	require.NoError(t, err)
	h.Settle(t, a.TransactionID, payment.StatePaid)
	got, err := s.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	b, err := s.Balance(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(3070), b.Booked)
}
