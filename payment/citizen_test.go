package payment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func (b *bench) lines(t *testing.T, id string, replaces ...string) []payment.Line {
	t.Helper()
	l, err := b.Lines(t.Context(), "musterstadt", id, replaces...)
	require.NoError(t, err)
	return l
}

func TestLines(t *testing.T) {
	b := newBench(t)
	require.Equal(t, []payment.Line{{Label: "Gebühr", Value: "noch nicht bezahlt"}}, b.lines(t, "K1"))
	a := b.start(t, "K1")
	require.Equal(t, "noch nicht bezahlt", b.lines(t, "K1")[0].Value)
	b.platform.Set(a.TransactionID, payment.StatePaid)
	_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	paid := b.lines(t, "K1", "K1", "K2")
	require.Len(t, paid, 1)
	require.Equal(t, "30,70 € bezahlt", paid[0].Value)
	require.Equal(t, b.clock.Now(), paid[0].At)
}

// TestLinesShowMoneyOnAReplacedClaim: what was paid for an earlier choice is
// never hidden.
func TestLinesShowMoneyOnAReplacedClaim(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StatePaid)
	_, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	lines := b.lines(t, "K2", "K1")
	require.Len(t, lines, 2)
	require.Equal(t, "noch nicht bezahlt", lines[0].Value)
	require.Contains(t, lines[1].Value, "30,70 €")
}

func TestNotice(t *testing.T) {
	for _, tt := range []struct {
		name       string
		in         payment.Collection
		button     bool
		changeable bool
	}{
		{"canceled", payment.Collection{}, true, true},
		{"perhaps still paying", payment.Collection{Pending: true}, true, false},
		{"in review", payment.Collection{Review: true}, false, false},
		{"partly paid", payment.Collection{Pending: true, Status: &payment.Status{Balance: payment.Balance{Booked: payment.EUR(1)}}}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := tt.in.Notice()
			require.NotEmpty(t, n.Title)
			require.NotEmpty(t, n.Text)
			require.Equal(t, tt.button, n.Button != "")
			require.Equal(t, tt.changeable, n.Changeable)
		})
	}
}
