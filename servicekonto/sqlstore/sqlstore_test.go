package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/sqlstore"
)

// database is a fresh one that a test may open several times.
type database struct {
	driver, dsn string
	path        string // of SQLite's file
}

// both runs a test on a database of each kind.
func both(t *testing.T, test func(t *testing.T, fresh func(t *testing.T) database)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(t *testing.T) database {
			path := filepath.Join(t.TempDir(), "t.db")
			return database{"sqlite", "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate", path}
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		testenv.Postgres(t) // where it is missing, the test ends here
		test(t, func(t *testing.T) database { return database{driver: "pgx", dsn: testenv.PostgresDSN(t)} })
	})
}

func (d database) open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestStore(t *testing.T) {
	both(t, func(t *testing.T, fresh func(*testing.T) database) {
		servicekontotest.RunStore(t, func(t *testing.T) servicekonto.Store {
			s, err := sqlstore.New(context.Background(), fresh(t).open(t))
			require.NoError(t, err)
			return s
		})
	})
}

// Two processes share a database: here two pools.
func TestTwoPoolsShareTheStore(t *testing.T) {
	both(t, func(t *testing.T, fresh func(*testing.T) database) {
		ctx, now, on := context.Background(), time.Now(), fresh(t)
		a, err := sqlstore.New(ctx, on.open(t))
		require.NoError(t, err)
		b, err := sqlstore.New(ctx, on.open(t))
		require.NoError(t, err)
		require.NoError(t, a.SaveLogin(ctx, servicekonto.LoginRecord{Tenant: "t", ID: "1", Browser: "x", ExpiresAt: now.Add(time.Minute)}))
		_, err = b.TakeLogin(ctx, "t", "1", "x", now)
		require.NoError(t, err)
		_, err = a.TakeLogin(ctx, "t", "1", "x", now)
		require.ErrorIs(t, err, servicekonto.ErrUsed)
	})
}

func TestNewRefusesADatabaseThatForgets(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=synchronous(OFF)")
	require.NoError(t, err)
	defer db.Close() //nolint:errcheck // test
	s, err := sqlstore.New(context.Background(), db)
	require.Error(t, err)
	require.Nil(t, s)
}

// A database that is gone is an error of its own, never "nobody logged in".
func TestAClosedDatabaseIsNotNotFound(t *testing.T) {
	both(t, func(t *testing.T, fresh func(*testing.T) database) {
		ctx, now := context.Background(), time.Now()
		db := fresh(t).open(t)
		s, err := sqlstore.New(ctx, db)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		_, err = s.Session(ctx, "t", "1")
		require.Error(t, err)
		require.NotErrorIs(t, err, servicekonto.ErrNotFound)
		_, err = s.TakeLogin(ctx, "t", "1", "", now)
		require.Error(t, err)
		require.NotErrorIs(t, err, servicekonto.ErrNotFound)
		require.Error(t, s.SaveLogin(ctx, servicekonto.LoginRecord{}))
		require.Error(t, s.CreateSession(ctx, servicekonto.SessionRecord{}))
		require.Error(t, s.TouchSession(ctx, "t", "1", now))
		require.Error(t, s.DeleteSession(ctx, "t", "1"))
		_, err = s.DeleteByOwner(ctx, "t", "1")
		require.Error(t, err)
		_, err = s.DeleteExpired(ctx, now)
		require.Error(t, err)
	})
}
