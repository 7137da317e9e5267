package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/internal/testenv"
)

// both runs a test on a fresh database of each kind. open opens it once more.
func both(t *testing.T, test func(t *testing.T, d sqldb.Dialect, open func(t testing.TB) *sql.DB)) {
	t.Helper()
	opener := func(driver, dsn string) func(t testing.TB) *sql.DB {
		return func(t testing.TB) *sql.DB {
			db, err := sql.Open(driver, dsn)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db
		}
	}
	t.Run("SQLite", func(t *testing.T) {
		dsn := "file:" + filepath.Join(t.TempDir(), "t.db") + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
		test(t, sqldb.SQLite, opener("sqlite", dsn))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, sqldb.PostgreSQL, opener("pgx", testenv.PostgresDSN(t)))
	})
}

var demo = []string{`CREATE TABLE demo_a (tenant TEXT NOT NULL, number INTEGER PRIMARY KEY, n INTEGER NOT NULL, data BLOB, UNIQUE (tenant))`}

func TestBothDialects(t *testing.T) {
	both(t, func(t *testing.T, want sqldb.Dialect, open func(testing.TB) *sql.DB) {
		ctx := context.Background()
		db := open(t)
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo))
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo, []string{`ALTER TABLE demo_a ADD COLUMN more TEXT NOT NULL DEFAULT '?'`}))
		require.ErrorIs(t, sqldb.Migrate(ctx, db, "demo", demo), sqldb.ErrNewer)
		d, err := sqldb.Open(ctx, db)
		require.NoError(t, err)
		require.Equal(t, want, d.Dialect())

		big := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).UnixMicro() // needs 64 bits
		for _, tenant := range []string{"b", "Ä", "a", "B", "_"} {
			_, err := d.ExecContext(ctx, `INSERT INTO demo_a (tenant, n, data) VALUES (?, CAST(? AS BIGINT) + 1, ?)`, tenant, big, []byte{0, 1, 255})
			require.NoError(t, err)
		}
		result, err := d.ExecContext(ctx, `INSERT INTO demo_a (tenant, n) VALUES (?, ?) ON CONFLICT (tenant) DO NOTHING`, "a", 7)
		require.NoError(t, err)
		n, err := result.RowsAffected()
		require.NoError(t, err)
		require.Zero(t, n)

		rows, err := d.QueryContext(ctx, `SELECT tenant, n, data, more FROM demo_a WHERE n > ? AND more = '?' ORDER BY tenant`, 0)
		require.NoError(t, err)
		defer rows.Close()
		var tenants []string
		for rows.Next() {
			var tenant, more string
			var n int64
			var data []byte
			require.NoError(t, rows.Scan(&tenant, &n, &data, &more))
			assert.Equal(t, big+1, n)
			assert.Equal(t, []byte{0, 1, 255}, data)
			tenants = append(tenants, tenant)
		}
		require.NoError(t, rows.Err())
		assert.Equal(t, []string{"B", "_", "a", "b", "Ä"}, tenants, "text is ordered by its bytes on both")
		if want == sqldb.PostgreSQL {
			var collation string
			require.NoError(t, d.QueryRowContext(ctx, `SELECT collation_name FROM information_schema.columns
				WHERE table_name = 'demo_a' AND column_name = ?`, "more").Scan(&collation))
			assert.Equal(t, "C", collation)
		}
		var numbers int
		require.NoError(t, d.QueryRowContext(ctx, `SELECT COUNT(DISTINCT number) FROM demo_a WHERE tenant <> ?`, "b").Scan(&numbers))
		assert.Equal(t, 4, numbers)
	})
}

func TestMigrateFromManyNodesOnBoth(t *testing.T) {
	both(t, func(t *testing.T, _ sqldb.Dialect, open func(testing.TB) *sql.DB) {
		require.NoError(t, open(t).Ping()) // SQLite: switching to WAL does not wait for others
		nodes := make([]*sql.DB, 8)
		for i := range nodes {
			nodes[i] = open(t)
		}
		errs := make(chan error)
		for _, db := range nodes {
			go func() {
				errs <- sqldb.Migrate(context.Background(), db, "demo", demo, []string{`INSERT INTO demo_a (tenant, n) VALUES ('once', 1)`})
			}()
		}
		for range nodes {
			require.NoError(t, <-errs)
		}
	})
}

func TestMigrateRollsBackOnBoth(t *testing.T) {
	both(t, func(t *testing.T, _ sqldb.Dialect, open func(testing.TB) *sql.DB) {
		ctx := context.Background()
		db := open(t)
		require.Error(t, sqldb.Migrate(ctx, db, "demo", []string{demo[0], `no such statement`}))
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo))
	})
}

// TestInTxIsSerial lets many transactions read and then write the same row:
// none may be lost, though some have to run again.
func TestInTxIsSerial(t *testing.T) {
	both(t, func(t *testing.T, dialect sqldb.Dialect, open func(testing.TB) *sql.DB) {
		ctx := context.Background()
		db := open(t)
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo, []string{`INSERT INTO demo_a (tenant, n) VALUES ('t', 0)`}))
		d, err := sqldb.Open(ctx, db)
		require.NoError(t, err)
		const workers, rounds = 4, 10
		var wg sync.WaitGroup
		errs := make([]error, workers)
		for w := range workers {
			wg.Go(func() {
				for range rounds {
					errs[w] = errors.Join(errs[w], d.InTx(ctx, func(tx *sqldb.Tx) error {
						var n int64
						if err := tx.QueryRowContext(ctx, `SELECT n FROM demo_a WHERE tenant = ?`, "t").Scan(&n); err != nil {
							return err
						}
						_, err := tx.ExecContext(ctx, `UPDATE demo_a SET n = ? WHERE tenant = ?`, n+1, "t")
						return err
					}))
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		var n int
		require.NoError(t, d.QueryRowContext(ctx, `SELECT n FROM demo_a`).Scan(&n))
		require.Equal(t, workers*rounds, n)

		boom := errors.New("boom")
		require.ErrorIs(t, d.InTx(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE demo_a SET n = 0`)
			return errors.Join(err, boom)
		}), boom)
		require.Panics(t, func() {
			_ = d.InTx(ctx, func(tx *sqldb.Tx) error {
				_, err := tx.ExecContext(ctx, `UPDATE demo_a SET n = 0`)
				require.NoError(t, err)
				panic("boom")
			})
		})
		require.NoError(t, d.QueryRowContext(ctx, `SELECT n FROM demo_a`).Scan(&n))
		require.Equal(t, workers*rounds, n)
		if dialect == sqldb.PostgreSQL {
			wrote, err := d.QueryContext(ctx, `SELECT n FROM demo_a WHERE n = ?`, n)
			require.NoError(t, err)
			require.NoError(t, wrote.Close())
		}
	})
}

// TestRead reads one state of the database while others write.
func TestRead(t *testing.T) {
	both(t, func(t *testing.T, _ sqldb.Dialect, open func(testing.TB) *sql.DB) {
		ctx := context.Background()
		db := open(t)
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo, []string{`INSERT INTO demo_a (tenant, n) VALUES ('t', 0)`}))
		d, err := sqldb.Open(ctx, db)
		require.NoError(t, err)
		require.NoError(t, d.Read(ctx, func(tx *sqldb.Tx) error {
			var before, after int
			require.NoError(t, tx.QueryRowContext(ctx, `SELECT n FROM demo_a WHERE tenant = ?`, "t").Scan(&before))
			_, err := d.ExecContext(ctx, `UPDATE demo_a SET n = n + 1`)
			require.NoError(t, err, "a reader does not stop a writer")
			rows, err := tx.QueryContext(ctx, `SELECT n FROM demo_a WHERE tenant = ?`, "t")
			require.NoError(t, err)
			defer rows.Close()
			require.True(t, rows.Next())
			require.NoError(t, rows.Scan(&after))
			require.Equal(t, before, after)
			return nil
		}))
	})
}

func TestPostgresWeakDurability(t *testing.T) {
	dsn := testenv.PostgresDSN(t)
	for setting, want := range map[string]error{"off": sqldb.ErrUnsafeDurability, "local": nil, "on": nil} {
		t.Run(setting, func(t *testing.T) {
			db, err := sql.Open("pgx", dsn+" synchronous_commit="+setting)
			require.NoError(t, err)
			defer db.Close()
			require.ErrorIs(t, sqldb.Migrate(context.Background(), db, "demo"), want)
		})
	}
}

// TestMigrateDespiteStricterDefault: a snapshot from before the lock would
// show an empty database.
func TestMigrateDespiteStricterDefault(t *testing.T) {
	dsn := testenv.PostgresDSN(t) + " default_transaction_isolation=serializable"
	errs := make(chan error)
	for range 6 {
		go func() {
			db, err := sql.Open("pgx", dsn)
			if err == nil {
				err = errors.Join(sqldb.Migrate(context.Background(), db, "demo", demo), db.Close())
			}
			errs <- err
		}()
	}
	for range 6 {
		require.NoError(t, <-errs)
	}
}

func TestDetectNothingThere(t *testing.T) {
	db, err := sql.Open("pgx", "host="+t.TempDir()+" user=x dbname=x")
	require.NoError(t, err)
	defer db.Close()
	_, err = sqldb.Detect(context.Background(), db)
	require.Error(t, err)
	require.NotErrorIs(t, err, sqldb.ErrDialect)
	require.Error(t, sqldb.Migrate(context.Background(), db, "demo"))
	_, err = sqldb.Open(context.Background(), db)
	require.Error(t, err)
}

// TestInTxReadCommitted: the isolation is what the name says, two that wait for
// each other both end well, and an error rolls back.
func TestInTxReadCommitted(t *testing.T) {
	both(t, func(t *testing.T, dialect sqldb.Dialect, open func(testing.TB) *sql.DB) {
		ctx := context.Background()
		db := open(t)
		require.NoError(t, sqldb.Migrate(ctx, db, "demo", demo, []string{`INSERT INTO demo_a (tenant, n) VALUES ('a', 0)`, `INSERT INTO demo_a (tenant, n) VALUES ('b', 0)`}))
		d, err := sqldb.Open(ctx, db)
		require.NoError(t, err)
		if dialect == sqldb.PostgreSQL {
			var level string
			require.NoError(t, d.InTxReadCommitted(ctx, func(tx *sqldb.Tx) error {
				return tx.QueryRowContext(ctx, `SHOW transaction_isolation`).Scan(&level)
			}))
			require.Equal(t, "read committed", level)
		}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for w, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
			wg.Go(func() {
				for range 20 {
					errs[w] = errors.Join(errs[w], d.InTxReadCommitted(ctx, func(tx *sqldb.Tx) error {
						for _, tenant := range order {
							if _, err := tx.ExecContext(ctx, `UPDATE demo_a SET n = n + 1 WHERE tenant = ?`, tenant); err != nil {
								return err
							}
						}
						return nil
					}))
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		boom := errors.New("boom")
		require.ErrorIs(t, d.InTxReadCommitted(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE demo_a SET n = 0`)
			return errors.Join(err, boom)
		}), boom)
		var n int
		require.NoError(t, d.QueryRowContext(ctx, `SELECT SUM(n) FROM demo_a`).Scan(&n))
		require.Equal(t, 80, n)
	})
}

func TestInTxEndsWithItsContext(t *testing.T) {
	both(t, func(t *testing.T, _ sqldb.Dialect, open func(testing.TB) *sql.DB) {
		d, err := sqldb.Open(context.Background(), open(t))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		require.ErrorIs(t, d.InTx(ctx, func(*sqldb.Tx) error { return nil }), context.Canceled)
	})
}

func ExampleRewrite() {
	fmt.Println(sqldb.Rewrite(`SELECT id FROM a WHERE tenant = ? AND note = 'why?' -- who?
		AND id = ?`))
	// Output:
	// SELECT id FROM a WHERE tenant = $1 AND note = 'why?' -- who?
	// 		AND id = $2
}
