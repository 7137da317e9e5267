package payment_test

import (
	"testing"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

func TestMemoryStore(t *testing.T) {
	paymenttest.RunStore(t, func(*testing.T) payment.Store { return payment.NewMemoryStore() })
}

func BenchmarkMemoryStore(b *testing.B) {
	paymenttest.BenchmarkStore(b, payment.NewMemoryStore())
}
