package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/sqlstore"
)

func openDB(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestStore(t *testing.T) {
	servicekontotest.RunStore(t, func(t *testing.T) servicekonto.Store {
		s, err := sqlstore.New(context.Background(), openDB(t, filepath.Join(t.TempDir(), "t.db")))
		require.NoError(t, err)
		return s
	})
}

// Two processes share a file: here two pools on the same database.
func TestTwoPoolsShareTheStore(t *testing.T) {
	ctx, path, now := context.Background(), filepath.Join(t.TempDir(), "t.db"), time.Now()
	a, err := sqlstore.New(ctx, openDB(t, path))
	require.NoError(t, err)
	b, err := sqlstore.New(ctx, openDB(t, path))
	require.NoError(t, err)
	require.NoError(t, a.SaveLogin(ctx, servicekonto.LoginRecord{Tenant: "t", ID: "1", Browser: "x", ExpiresAt: now.Add(time.Minute)}))
	_, err = b.TakeLogin(ctx, "t", "1", "x", now)
	require.NoError(t, err)
	_, err = a.TakeLogin(ctx, "t", "1", "x", now)
	require.ErrorIs(t, err, servicekonto.ErrUsed)
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
	ctx, now := context.Background(), time.Now()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db"))
	require.NoError(t, err)
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
}
