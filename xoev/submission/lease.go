package submission

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bausteine/egov/internal/sqldb"
)

// lease is the right to send one entry until it runs out.
type lease struct {
	tenant, id, token string
	digest            string
	createdAt         int64
	receivedAt        int64 // of the last receipt before this attempt
	attempt           int
	message           Message
	damaged           error
}

const (
	leaseSet = `lease = ?, due_at = ?, attempts = attempts + 1`
	leaseDue = `SELECT tenant, id FROM submission_outbox WHERE state = ? AND due_at <= ? ORDER BY due_at, tenant, id LIMIT 1`
)

// claim takes the entry that has been due for longest; nil if none is due.
// While leased, due_at is the end of the lease.
func (o *Outbox) claim(ctx context.Context) (*lease, error) {
	take := o.claimOneWriter
	if o.db.Dialect() == sqldb.PostgreSQL {
		take = o.claimSkipLocked
	}
	now := o.opt.Now()
	l, err := take(ctx, micros(now), micros(now.Add(2*o.opt.SendTimeout)))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("submission: leasing a message: %w", err)
	}
	return l, nil
}

// claimOneWriter is for databases in which transactions that write follow each
// other.
func (o *Outbox) claimOneWriter(ctx context.Context, now, until int64) (*lease, error) {
	l := &lease{token: newLease()}
	err := o.db.InTx(ctx, func(tx *sqldb.Tx) error {
		err := tx.QueryRowContext(ctx, `UPDATE submission_outbox SET `+leaseSet+` WHERE (tenant, id) = (`+leaseDue+`)
			AND state = ? AND due_at <= ? RETURNING tenant, id, attempts, digest, created_at, received_at`,
			l.token, until, StatePending, now, StatePending, now).
			Scan(&l.tenant, &l.id, &l.attempt, &l.digest, &l.createdAt, &l.receivedAt)
		if err != nil {
			return err
		}
		return l.load(ctx, tx)
	})
	return l, err
}

// claimSkipLocked passes over entries that another node is leasing at this
// moment: nobody waits, and no two transactions get in each other's way.
func (o *Outbox) claimSkipLocked(ctx context.Context, now, until int64) (*lease, error) {
	for {
		l := &lease{token: newLease()}
		res, err := o.db.ExecContext(ctx, `WITH due AS (`+leaseDue+` FOR UPDATE SKIP LOCKED)
			UPDATE submission_outbox o SET `+leaseSet+` FROM due WHERE o.tenant = due.tenant AND o.id = due.id`,
			StatePending, now, l.token, until)
		if err != nil {
			return nil, err
		}
		if n, err := res.RowsAffected(); err != nil {
			return nil, err
		} else if n == 0 {
			return nil, sql.ErrNoRows
		}
		err = o.db.Read(ctx, func(tx *sqldb.Tx) error {
			err := tx.QueryRowContext(ctx, `SELECT tenant, id, attempts, digest, created_at, received_at FROM submission_outbox
				WHERE state = ? AND due_at = ? AND lease = ?`, StatePending, until, l.token).
				Scan(&l.tenant, &l.id, &l.attempt, &l.digest, &l.createdAt, &l.receivedAt)
			if err != nil {
				return err
			}
			return l.load(ctx, tx)
		})
		if !errors.Is(err, sql.ErrNoRows) { // else it was confirmed or deleted at once
			return l, err
		}
	}
}

// load reads the bytes that are to be sent.
func (l *lease) load(ctx context.Context, q querier) (err error) {
	l.message, err = loadMessage(ctx, q, l.tenant, l.id)
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNotFound) {
		l.damaged, err = ErrDamaged, nil
	}
	return err
}
