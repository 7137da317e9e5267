package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/payment"
)

// txn is a transaction that writes. Its statements are written for SQLite.
type txn interface {
	querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// write runs f in a transaction; f may run more than once.
//
// SQLite has one writer at a time. In PostgreSQL the isolation is READ
// COMMITTED, since nothing here rests on more: an attempt changes only on the
// revision that was read, unique indexes keep attempts and entries single, and
// what is deleted is locked first. SERIALIZABLE would end transactions about
// different claims because of each other's index pages.
func (s *Store) write(ctx context.Context, f func(txn) error) error {
	if s.db.Dialect() != sqldb.PostgreSQL {
		return s.db.InTx(ctx, func(tx *sqldb.Tx) error { return f(tx) })
	}
	const tries = 10
	for i := 1; ; i++ {
		err := s.writeOnce(ctx, f)
		if i == tries || !again(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(time.Millisecond << i)):
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, f func(txn) error) error {
	tx, err := s.raw.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := f(postgresTx{tx, s}); err != nil {
		return err
	}
	return tx.Commit()
}

// again reports a deadlock with another transaction, or that the two could not
// be put in an order (PostgreSQL, appendix "Error Codes").
func again(err error) bool {
	var coded interface{ SQLState() string }
	return errors.As(err, &coded) && (coded.SQLState() == "40P01" || coded.SQLState() == "40001")
}

// postgresTx rewrites statements.
type postgresTx struct {
	tx    *sql.Tx
	store *Store
}

func (t postgresTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, t.store.rewrite(query), args...)
}

func (t postgresTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, t.store.rewrite(query), args...)
}

func (t postgresTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, t.store.rewrite(query), args...)
}

// rewrite remembers what it has rewritten; the statements are constants, but
// for the number of events acknowledged at once.
func (s *Store) rewrite(query string) string {
	if known, ok := s.rewritten.Load(query); ok {
		return known.(string)
	}
	made := sqldb.Rewrite(query)
	s.rewritten.Store(query, made)
	return made
}

// deletable are the conditions under which a claim c may go.
const deletable = ` NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.tenant = c.tenant AND a.claim_id = c.id
		AND (a.open = 1 OR a.state = 'review' OR a.next_check > 0))
	AND NOT EXISTS (SELECT 1 FROM payment_events e WHERE e.tenant = c.tenant AND e.claim_id = c.id)`

// oldClaims picks claims to delete. In PostgreSQL it locks them, so that no
// attempt or entry can be added, and then looks again at what came before.
func (s *Store) oldClaims(ctx context.Context, tx txn, tenant string, before time.Time, limit int) ([]string, error) {
	query := `SELECT c.id FROM payment_claims c WHERE c.tenant = ? AND c.opened_at < ? AND ` + deletable + ` ORDER BY c.opened_at, c.id LIMIT ?`
	if s.db.Dialect() == sqldb.PostgreSQL {
		query += ` FOR UPDATE OF c SKIP LOCKED`
	}
	rows, err := tx.QueryContext(ctx, query, tenant, micros(before), max(limit, 0))
	if err != nil {
		return nil, err
	}
	found, err := scanStrings(rows)
	if err != nil || s.db.Dialect() != sqldb.PostgreSQL {
		return found, err
	}
	var ids []string
	for _, id := range found {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM payment_claims c WHERE c.tenant = ? AND c.id = ? AND `+deletable,
			tenant, id).Scan(&n); err != nil {
			return nil, err
		}
		if n == 1 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

var _ payment.Store = (*Store)(nil)
