package paymenttest

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// BenchmarkStore measures how many payments a store takes from claim to ledger
// (open, start, refresh to paid) with a platform in memory, one
// after the other.
func BenchmarkStore(b *testing.B, store payment.Store) {
	platform := new(Provider)
	service, err := payment.New(store, []payment.Registration{{Key: "fake", Version: "1", Provider: platform}}, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
	})
	require.NoError(b, err)
	n := 0
	for b.Loop() {
		n++
		id := strconv.Itoa(n)
		_, err := service.Open(b.Context(), payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"})
		require.NoError(b, err)
		a, err := service.Start(b.Context(), tenant, id)
		require.NoError(b, err)
		platform.Set(a.TransactionID, payment.StatePaid)
		a, err = service.Refresh(b.Context(), tenant, a.ID)
		require.NoError(b, err)
		require.Equal(b, payment.StatePaid, a.State)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "payments/s")
}
