package paymenttest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

func TestFaultsInMemory(t *testing.T) {
	for seed := range uint64(4) {
		var reports []paymenttest.FaultReport
		for range 2 {
			store := payment.NewMemoryStore()
			reports = append(reports, paymenttest.RunFaults(t, paymenttest.Faults{
				Claims: 500, Seed: seed, Open: func(*testing.T) payment.Store { return store },
			}))
		}
		assert.Equal(t, reports[0], reports[1], "the same seed is the same run")
		t.Log(reports[0])
	}
}

func TestFaultsInMemoryAtOnce(t *testing.T) {
	store := payment.NewMemoryStore()
	t.Log(paymenttest.RunFaults(t, paymenttest.Faults{
		Claims: 500, Seed: 7, AtOnce: true, Open: func(*testing.T) payment.Store { return store },
	}))
}
