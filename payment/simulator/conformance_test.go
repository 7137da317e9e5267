package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

func TestXBezahldiensteConforms(t *testing.T) {
	status := map[payment.State]simulator.Status{
		payment.StatePaid: simulator.StatusPayed, payment.StateFailed: simulator.StatusFailed, payment.StateCanceled: simulator.StatusCanceled,
	}
	for name, o := range map[string]simulator.Options{
		"own transaction ids": {}, "request id as transaction id": {RequestIDAsTransactionID: true},
	} {
		t.Run(name, func(t *testing.T) {
			paymenttest.RunProvider(t, func(t *testing.T) paymenttest.Harness {
				v := newTown(t, o, xbezahldienste.Options{})
				return paymenttest.Harness{
					Provider: v.provider, MaxCents: 999999_00, Secrets: []string{"geheim"},
					Settle: func(t *testing.T, id string, s payment.State) {
						require.NoError(t, v.platform.Settle(t.Context(), id, status[s]))
					},
					Count: func(t *testing.T) int {
						all, err := v.platform.Transactions(t.Context())
						require.NoError(t, err)
						return len(all)
					},
				}
			})
		})
	}
}
