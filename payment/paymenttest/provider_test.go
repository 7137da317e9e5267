package paymenttest_test

import (
	"testing"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

func TestTheProviderInMemoryConforms(t *testing.T) {
	paymenttest.RunProvider(t, func(*testing.T) paymenttest.Harness {
		p := new(paymenttest.Provider)
		return paymenttest.Harness{
			Provider: p, Count: func(*testing.T) int { return p.Count() },
			Settle: func(_ *testing.T, id string, s payment.State) { p.Set(id, s) },
		}
	})
}
