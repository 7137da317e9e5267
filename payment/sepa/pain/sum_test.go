package pain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// TestSumsOutOfRange: a control sum has 18 digits, a number of orders 15. Files
// that large would take hours, so the sums are handed in.
func TestSumsOutOfRange(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start Totals
		cents int64
		ok    bool
	}{
		{"18 digits", Totals{1, payment.EUR(maxSum - 1)}, 1, true},
		{"19 digits", Totals{1, payment.EUR(maxSum)}, 1, false},
		{"15 digits", Totals{maxCount - 1, payment.EUR(1)}, 1, true},
		{"16 digits", Totals{maxCount, payment.EUR(1)}, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			order, batch := lint{}, lint{}
			total := tt.start
			order.order("x", "E", payment.EUR(tt.cents), "", "", "", &total)
			require.Equal(t, !tt.ok, finding.Has(order.findings, "PAIN-006"))
			total = tt.start
			batch.plus(&total, Totals{1, payment.EUR(tt.cents)})
			require.Equal(t, !tt.ok, finding.Has(batch.findings, "PAIN-006"))
		})
	}
}
