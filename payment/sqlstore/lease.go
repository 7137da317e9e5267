package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/payment"
)

// LeaseDue implements payment.Store.
func (s *Store) LeaseDue(ctx context.Context, now, until time.Time, limit int) ([]payment.Attempt, error) {
	lease := s.leaseOneWriter
	if s.db.Dialect() == sqldb.PostgreSQL {
		lease = s.leaseSkipLocked
	}
	leased, err := lease(ctx, micros(now), micros(until), max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("payment/sqlstore: leasing attempts: %w", err)
	}
	for i := range leased {
		leased[i].LeasedUntil, leased[i].NextCheck = until, until
		leased[i].Revision++
	}
	return leased, nil
}

const due = `WHERE next_check > 0 AND next_check <= ? AND leased_until <= ? ORDER BY next_check, id LIMIT ?`

// leaseOneWriter is for databases in which transactions that write follow each
// other.
func (s *Store) leaseOneWriter(ctx context.Context, now, until int64, limit int) ([]payment.Attempt, error) {
	found, err := readAttempts(ctx, s.db, due, now, now, min(limit, 1))
	if err != nil || len(found) == 0 {
		return nil, err // mostly: who only looks keeps no writer waiting
	}
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) (err error) {
		if found, err = readAttempts(ctx, tx, due, now, now, limit); err != nil {
			return err
		}
		for _, a := range found {
			if _, err := tx.ExecContext(ctx, `UPDATE payment_attempts SET leased_until = ?, next_check = ?, revision = revision + 1
				WHERE tenant = ? AND id = ? AND revision = ?`, until, until, a.Tenant, a.ID, a.Revision); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// leaseSkipLocked is one statement that passes over rows which another node is
// leasing, or changing, at this moment. It returns the attempts as they were.
// Its transaction says how strict it has to be, whatever the database's default.
func (s *Store) leaseSkipLocked(ctx context.Context, now, until int64, limit int) (found []payment.Attempt, err error) {
	err = s.write(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.QueryContext(ctx, `WITH due AS (SELECT * FROM payment_attempts `+due+` FOR UPDATE SKIP LOCKED),
			leased AS (UPDATE payment_attempts a SET leased_until = ?, next_check = ?, revision = a.revision + 1 FROM due
				WHERE a.tenant = due.tenant AND a.id = due.id)
			SELECT `+attemptColumns+` FROM due ORDER BY next_check, id`, now, now, limit, until, until)
		if err != nil {
			return err
		}
		found, err = scanAttempts(rows)
		return err
	})
	return found, err
}
