package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/payment/sqlstore"
)

func sqliteDSN(path string) string {
	return "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
}

func open(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", sqliteDSN(path))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestPostgres(t *testing.T) {
	testenv.Postgres(t) // where it is missing, the test ends here
	paymenttest.RunStore(t, func(t *testing.T) payment.Store {
		s, err := sqlstore.New(context.Background(), testenv.Postgres(t))
		require.NoError(t, err)
		return s
	})
}

func TestSQLite(t *testing.T) {
	paymenttest.RunStore(t, func(t *testing.T) payment.Store {
		s, err := sqlstore.New(context.Background(), open(t, filepath.Join(t.TempDir(), "t.db")))
		require.NoError(t, err)
		return s
	})
}

func BenchmarkPostgres(b *testing.B) {
	s, err := sqlstore.New(context.Background(), testenv.Postgres(b))
	require.NoError(b, err)
	paymenttest.BenchmarkStore(b, s)
}

func BenchmarkSQLite(b *testing.B) {
	s, err := sqlstore.New(context.Background(), open(b, filepath.Join(b.TempDir(), "t.db")))
	require.NoError(b, err)
	paymenttest.BenchmarkStore(b, s)
}
