package sqlstore_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sqlstore"
)

var opened = time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)

func storeOn(t *testing.T, db *sql.DB) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.New(t.Context(), db)
	require.NoError(t, err)
	_, err = s.PutClaim(t.Context(), payment.Claim{
		Tenant: "musterstadt", ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung", OpenedAt: opened,
	})
	require.NoError(t, err)
	return s
}

func execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
}

// TestAckThatRunsAgainForgetsAllOfThem: a deadlock at the end of many events
// undoes the beginning too.
func TestAckThatRunsAgainForgetsAllOfThem(t *testing.T) {
	db := testenv.Postgres(t)
	s := storeOn(t, db)
	const events = 700
	var c payment.Change
	var ids []string
	for n := range events {
		id := fmt.Sprintf("E%04d", n)
		ids = append(ids, id)
		c.Events = append(c.Events, payment.Event{ID: id, Tenant: "musterstadt", ClaimID: "K1", At: opened})
	}
	require.NoError(t, s.Apply(t.Context(), c))
	execute(t, db, // a sequence counts what was rolled back too
		`CREATE SEQUENCE deadlocks`,
		`CREATE FUNCTION deadlock_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('deadlocks') = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
			RETURN OLD; END $$`,
		`CREATE TRIGGER deadlock_once BEFORE DELETE ON payment_events FOR EACH ROW WHEN (OLD.id = 'E0699') EXECUTE FUNCTION deadlock_once()`)
	require.NoError(t, s.Ack(t.Context(), ids...))
	left, err := s.Events(t.Context(), events)
	require.NoError(t, err)
	assert.Zero(t, len(left))
}

// waiting returns when so many sessions wait for others.
func waiting(t *testing.T, db *sql.DB, sessions int) {
	t.Helper()
	for n := -1; n != sessions; runtime.Gosched() {
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND backend_type = 'client backend' AND wait_event_type = 'Lock'`).Scan(&n))
	}
}

// TestAClaimThatGetsIntoReviewIsNotDeleted: not even if it does so at the same
// moment.
func TestAClaimThatGetsIntoReviewIsNotDeleted(t *testing.T) {
	db := testenv.Postgres(t)
	s := storeOn(t, db)
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &payment.Attempt{
		Tenant: "musterstadt", ID: "A1", ClaimID: "K1", Provider: "fake", ConfigVersion: "1", State: payment.StateFailed,
		Amount: payment.EUR(3070), CreatedAt: opened, UpdatedAt: opened, ExpiresAt: opened, FinishedAt: opened,
	}}))
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	_, err = tx.ExecContext(t.Context(), `UPDATE payment_attempts SET state = 'review', revision = revision + 1 WHERE id = 'A1'`)
	require.NoError(t, err)
	type outcome struct {
		deleted int
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		n, err := s.DeleteClaims(t.Context(), "musterstadt", opened.AddDate(5, 0, 0), 10)
		done <- outcome{n, err}
	}()
	waiting(t, db, 1)
	require.NoError(t, tx.Commit())
	require.Equal(t, outcome{0, nil}, <-done)
	r, err := s.Claim(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	assert.Equal(t, payment.StateReview, r.Attempts[0].State)
}

// TestIDsThatNoTableHolds: such IDs name nothing, on either database.
func TestIDsThatNoTableHolds(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *sql.DB{
		"SQLite":     func(t *testing.T) *sql.DB { return open(t, filepath.Join(t.TempDir(), "t.db")) },
		"PostgreSQL": func(t *testing.T) *sql.DB { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s := storeOn(t, open(t))
			require.NoError(t, s.Apply(t.Context(), payment.Change{Events: []payment.Event{{ID: "E1", Tenant: "musterstadt", ClaimID: "K1", At: opened}}}))
			for _, id := range []string{"K\x00", "K\xff"} {
				require.ErrorIs(t, s.ErasePayer(t.Context(), "musterstadt", id), payment.ErrNotFound)
				require.ErrorIs(t, s.ErasePayer(t.Context(), id, "K1"), payment.ErrNotFound)
				n, err := s.DeleteClaims(t.Context(), id, time.Now(), 10)
				require.NoError(t, err)
				require.Zero(t, n)
				require.NoError(t, s.Ack(t.Context(), id, "E1"))
			}
			left, err := s.Events(t.Context(), 10)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// TestLeaseDueRunsAgain: where the database's default isolation is stricter, it
// ends one of two nodes that lease at the same moment.
func TestLeaseDueRunsAgain(t *testing.T) {
	db := testenv.Postgres(t)
	s := storeOn(t, db)
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &payment.Attempt{
		Tenant: "musterstadt", ID: "A1", ClaimID: "K1", Provider: "fake", ConfigVersion: "1", State: payment.StatePending,
		Amount: payment.EUR(3070), CreatedAt: opened, UpdatedAt: opened, ExpiresAt: opened, NextCheck: opened,
	}}))
	execute(t, db,
		`CREATE SEQUENCE conflicts`,
		`CREATE FUNCTION conflict_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('conflicts') = 1 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF;
			RETURN NEW; END $$`,
		`CREATE TRIGGER conflict_once BEFORE UPDATE ON payment_attempts FOR EACH ROW EXECUTE FUNCTION conflict_once()`)
	leased, err := s.LeaseDue(t.Context(), opened, opened.Add(time.Minute), 10)
	require.NoError(t, err)
	require.Len(t, leased, 1)
	stored, err := s.Attempt(t.Context(), "musterstadt", "A1")
	require.NoError(t, err)
	assert.Equal(t, stored, leased[0])
}
