package draft_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/internal/testenv"
)

// database is a fresh one that a test may open several times, or have another
// process open.
type database struct {
	driver, dsn string
	path        string // of SQLite's file
}

func sqlite(t testing.TB) database {
	path := filepath.Join(t.TempDir(), "t.db")
	return database{"sqlite", "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate", path}
}

// both runs a test on a database of each kind.
func both(t *testing.T, test func(t *testing.T, on database)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, sqlite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, database{driver: "pgx", dsn: testenv.PostgresDSN(t)}) })
}

// each gives every case of a test databases of its own.
func each[C any](t *testing.T, cases map[string]C, test func(t *testing.T, on database, c C)) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, on database) { test(t, on, c) })
		})
	}
}

func (d database) open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

type env struct {
	*draft.Store
	db    *sql.DB
	sql   *sqldb.DB // db, for statements with ?
	clock *clock
}

func newEnv(t testing.TB, on database, o draft.Options) *env {
	t.Helper()
	e := &env{clock: &clock{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}, db: on.open(t)}
	o.Now = e.clock.now
	var err error
	e.Store, err = draft.NewStore(context.Background(), e.db, []draft.Key{key}, &o)
	require.NoError(t, err)
	e.sql, err = sqldb.Open(context.Background(), e.db)
	require.NoError(t, err)
	return e
}

// blob is a literal of bytes, given in hexadecimal digits.
func (e *env) blob(digits string) string {
	if e.sql.Dialect() == sqldb.PostgreSQL {
		return `'\x` + digits + `'::bytea`
	}
	return "x'" + digits + "'"
}
