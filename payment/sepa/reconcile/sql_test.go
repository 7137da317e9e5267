package reconcile_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/reconcile"
	"github.com/bausteine/egov/payment/sqlstore"
)

// TestOnDatabases runs the synthetic file over the stores that installations
// use.
func TestOnDatabases(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *sql.DB{
		"SQLite": func(t *testing.T) *sql.DB {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db
		},
		"PostgreSQL": func(t *testing.T) *sql.DB { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			store, err := sqlstore.New(t.Context(), open(t))
			require.NoError(t, err)
			o := newOffice(t)
			o.service, err = payment.New(store, []payment.Registration{{Key: "rechnung", Version: "1", Provider: platform{payment.StatePending}}},
				payment.Config{BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" }})
			require.NoError(t, err)
			o.config.Ledger = o.service
			o.claim("meldung", "42.0000.0000.061", 1200, "")
			o.claim("gewerbe", "5390-0754-7034", 5000, "")
			o.claim("invoice", "4200000000087", 5000, "")
			_ = o.start("invoice")
			results, sum := o.run(sample(t))
			require.Equal(t, 4, sum.Booked)
			require.Equal(t, reconcile.Matched, results[0].Outcome)
			require.Equal(t, reconcile.Part, results[1].Outcome)
			require.Equal(t, payment.StatePaid, o.status("invoice").Attempts[0].State)
			before := o.status("meldung")
			_, sum = o.run(sample(t))
			require.Zero(t, sum.Booked)
			require.Equal(t, before, o.status("meldung"))
		})
	}
}
