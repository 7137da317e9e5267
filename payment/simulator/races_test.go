package simulator_test

import (
	"runtime"
	"slices"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// TestTwoReturnsAtOnceOfOnePayment: it comes back once. Both are held up before
// they write.
func TestTwoReturnsAtOnceOfOnePayment(t *testing.T) {
	db := testenv.Postgres(t)
	v := newTown(t, simulator.Options{DB: db}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	hold, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer hold.Rollback() //nolint:errcheck // after Commit it has nothing to do
	_, err = hold.ExecContext(t.Context(), `LOCK TABLE payment_simulator_movements IN EXCLUSIVE MODE`)
	require.NoError(t, err)
	answers := make(chan int, 2)
	for range cap(answers) {
		go func() {
			status := 0
			defer func() { answers <- status }()
			status, _ = v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
		}()
	}
	for n := -1; n != cap(answers) && !t.Failed(); runtime.Gosched() {
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND backend_type = 'client backend' AND wait_event_type = 'Lock'`).Scan(&n))
	}
	require.NoError(t, hold.Commit())
	got := []int{<-answers, <-answers}
	slices.Sort(got)
	assert.Equal(t, []int{201, 409}, got)
}
