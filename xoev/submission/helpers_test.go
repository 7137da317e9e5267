package submission_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/xoev/submission"
)

const tenant = "musterstadt"

func openDB(t testing.TB, path string) *sql.DB { return openDBMode(t, path, "&_txlock=immediate") }

func openDBMode(t testing.TB, path, mode string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+mode)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func newDB(t testing.TB) *sql.DB { return openDB(t, filepath.Join(t.TempDir(), "t.db")) }

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
