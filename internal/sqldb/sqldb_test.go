package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/sqldb"
)

func open(t *testing.T, options string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "test.db")+options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestStorable(t *testing.T) {
	assert.True(t, sqldb.Storable())
	assert.True(t, sqldb.Storable("", "K-1", "Grüße \u2028 \uFFFD\n"))
	for _, bad := range []string{"\x00", "a\x00b", "\xff", "K1\xc3", "\xed\xa0\x80"} {
		assert.False(t, sqldb.Storable(bad), "%q", bad)
		assert.False(t, sqldb.Storable("a", bad, "b"), "%q", bad)
	}
}

func TestMigrateAppliesEachVersionOnce(t *testing.T) {
	ctx := context.Background()
	db := open(t, "")
	first := []string{`CREATE TABLE demo_a (x INTEGER)`, `INSERT INTO demo_a VALUES (1)`}
	second := []string{`INSERT INTO demo_a VALUES (2)`}
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", first))
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", first, second))
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", first, second))
	require.NoError(t, sqldb.Migrate(ctx, db, "other", []string{`CREATE TABLE other_a (x INTEGER)`}))
	var n int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM demo_a`).Scan(&n))
	require.Equal(t, 2, n)
}

func TestMigrateRollsBackAFailedVersion(t *testing.T) {
	ctx := context.Background()
	db := open(t, "")
	require.Error(t, sqldb.Migrate(ctx, db, "demo", []string{`CREATE TABLE demo_a (x INTEGER)`, `no such statement`}))
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", []string{`CREATE TABLE demo_a (x INTEGER)`}))
}

func TestMigrateRefusesWeakDurability(t *testing.T) {
	for pragma, safe := range map[string]bool{
		"synchronous(OFF)": false, "synchronous(NORMAL)": false, "synchronous(FULL)": true, "synchronous(EXTRA)": true,
		"journal_mode(OFF)": false, "journal_mode(MEMORY)": false, "journal_mode(DELETE)": true, "journal_mode(TRUNCATE)": true,
		"journal_mode(PERSIST)": true, "journal_mode(WAL)": true,
	} {
		err := sqldb.Migrate(context.Background(), open(t, "?_pragma="+pragma), "demo")
		if safe {
			require.NoError(t, err, pragma)
		} else {
			require.ErrorIs(t, err, sqldb.ErrUnsafeDurability, pragma)
		}
	}
	memory, err := sql.Open("sqlite", "file:sqldb_test?mode=memory&cache=shared")
	require.NoError(t, err)
	require.NoError(t, errors.Join(sqldb.Migrate(context.Background(), memory, "demo"), memory.Close()), "whoever keeps it in memory knows")
}

func TestMigrateRefusesLaterTables(t *testing.T) {
	ctx := context.Background()
	db := open(t, "")
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", []string{`CREATE TABLE demo_a (x INTEGER)`}, nil))
	require.ErrorIs(t, sqldb.Migrate(ctx, db, "demo", []string{`CREATE TABLE demo_a (x INTEGER)`}), sqldb.ErrNewer)
}

// TestMigrateFromManyNodes lets several nodes start on one fresh database.
func TestMigrateFromManyNodes(t *testing.T) {
	for range 10 {
		file := filepath.Join(t.TempDir(), "test.db")
		fresh, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)") // switching it does not wait for others
		require.NoError(t, err)
		require.NoError(t, errors.Join(fresh.Ping(), fresh.Close()))
		errs := make(chan error)
		for range 8 {
			go func() {
				db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
				if err == nil {
					err = errors.Join(sqldb.Migrate(context.Background(), db, "demo",
						[]string{`CREATE TABLE demo_a (x INTEGER)`}, []string{`INSERT INTO demo_a VALUES (1)`}), db.Close())
				}
				errs <- err
			}()
		}
		for range 8 {
			require.NoError(t, <-errs)
		}
	}
}

func TestInTx(t *testing.T) {
	ctx := context.Background()
	db := open(t, "")
	require.NoError(t, sqldb.Migrate(ctx, db, "demo", []string{`CREATE TABLE demo_a (x INTEGER)`}))
	insert := func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO demo_a VALUES (1)`)
		return err
	}
	require.NoError(t, sqldb.InTx(ctx, db, insert))
	boom := errors.New("boom")
	require.ErrorIs(t, sqldb.InTx(ctx, db, func(tx *sql.Tx) error {
		if err := insert(tx); err != nil {
			return err
		}
		return boom
	}), boom)
	var n int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM demo_a`).Scan(&n))
	require.Equal(t, 1, n)
}
