package paymenttest

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// BenchmarkStore measures how many payments a store takes from claim to ledger
// (open, start, refresh to paid) with a platform in memory: one after the
// other, and by 16 callers at once.
func BenchmarkStore(b *testing.B, store payment.Store) {
	platform := new(Provider)
	service, err := payment.New(store, []payment.Registration{{Key: "fake", Version: "1", Provider: platform}}, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
	})
	require.NoError(b, err)
	var n atomic.Int64
	b.Run("one", func(b *testing.B) {
		count := 0
		for b.Loop() {
			count++
			require.NoError(b, onePayment(b.Context(), service, platform, strconv.FormatInt(n.Add(1), 10)))
		}
		b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "payments/s")
	})
	b.Run("sixteen at once", func(b *testing.B) {
		b.SetParallelism(8) // of each of two processors
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := onePayment(b.Context(), service, platform, strconv.FormatInt(n.Add(1), 10)); err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
	})
}

func onePayment(ctx context.Context, service *payment.Service, platform *Provider, id string) error {
	if _, err := service.Open(ctx, payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"}); err != nil {
		return err
	}
	a, err := service.Start(ctx, tenant, id)
	if err != nil {
		return err
	}
	platform.Set(a.TransactionID, payment.StatePaid)
	if a, err = service.Refresh(ctx, tenant, a.ID); err != nil {
		return err
	}
	if a.State != payment.StatePaid {
		return fmt.Errorf("the attempt is %s", a.State)
	}
	return nil
}
