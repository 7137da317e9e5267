package rechnung

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

func TestRechnungConforms(t *testing.T) {
	paymenttest.RunProvider(t, func(t *testing.T) paymenttest.Harness {
		c := config(&clock{})
		c.Now = nil
		p, err := New(c)
		require.NoError(t, err)
		return paymenttest.Harness{
			Provider: p, Offline: true, MaxCents: 999_999_999_99,
			Prepare: func(c *payment.Claim) { c.Kassenzeichen = "4200000000061" },
		}
	})
}
