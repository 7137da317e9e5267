package submission_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/submission"
)

const tenant = "musterstadt"

// kind is a kind of database.
type kind struct{ driver string }

// database is one that a test may open several times, or have another process
// open.
type database struct{ driver, dsn string }

var sqlite = kind{"sqlite"}

// both runs a test on each kind of database.
func both(t *testing.T, test func(t *testing.T, on kind)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, sqlite) })
	t.Run("PostgreSQL", func(t *testing.T) {
		postgres(t) // where it is missing, the test ends here
		test(t, kind{"pgx"})
	})
}

// server is the PostgreSQL of this test binary; each test has a schema of its
// own in one database, which is made quicker than a database.
var server struct {
	once    sync.Once
	dsn     string
	schemas atomic.Int64
}

func postgres(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		server.dsn = regexp.MustCompile(`dbname=\w+`).ReplaceAllString(testenv.PostgresDSN(t), "dbname=postgres")
	})
	if server.dsn == "" {
		testenv.PostgresDSN(t) // says why there is none
	}
	return server.dsn
}

// fresh is a new database.
func (k kind) fresh(t testing.TB) database {
	t.Helper()
	if k.driver == "pgx" {
		d := database{k.driver, postgres(t)}
		schema := fmt.Sprint("test", server.schemas.Add(1))
		db, err := sql.Open(d.driver, d.dsn)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
		require.NoError(t, errors.Join(err, db.Close()))
		d.dsn += " search_path=" + schema
		return d
	}
	return database{k.driver, "file:" + filepath.Join(t.TempDir(), "t.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"}
}

// modes are how a database may be opened besides.
func (k kind) modes() []string {
	if k.driver == "pgx" {
		return []string{"", " default_transaction_isolation=serializable"}
	}
	return []string{"&_txlock=immediate", ""}
}

func (d database) open(t testing.TB) *sql.DB {
	t.Helper()
	if d.driver == "sqlite" {
		d.dsn += "&_txlock=immediate"
	}
	return d.openMode(t, "")
}

func (d database) openMode(t testing.TB, mode string) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn+mode)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func newDB(t testing.TB, on kind) *sql.DB {
	t.Helper()
	return on.fresh(t).open(t)
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newOutbox(t testing.TB, db *sql.DB, s submission.Sender, c *clock) *submission.Outbox {
	t.Helper()
	o, err := submission.NewOutbox(t.Context(), db, s, &submission.OutboxOptions{Now: c.Now})
	require.NoError(t, err)
	return o
}

func message(id string) submission.Message {
	return submission.Message{
		Tenant: tenant, ID: id, Kind: "S05000058", Name: "antrag.xml", Reference: "R-" + id,
		Document: []byte("<antrag id='" + id + "'/>"), Signature: []byte("<signature/>"),
	}
}

// recorder is a sender that remembers and fails as told.
type recorder struct {
	mu   sync.Mutex
	sent []submission.Message
	fail func(m submission.Message) error
}

func (r *recorder) Send(_ context.Context, m submission.Message) (submission.Delivery, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		if err := r.fail(m); err != nil {
			return submission.Delivery{}, err
		}
	}
	r.sent = append(r.sent, m)
	return submission.Delivery{RemoteID: "remote-" + m.ID}, nil
}

func (r *recorder) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]string, len(r.sent))
	for i, m := range r.sent {
		ids[i] = m.ID
	}
	return ids
}
