package simulator

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

type sqlBooks struct{ db *sqldb.DB }

var migrations = [][]string{{
	`CREATE TABLE payment_simulator_transactions (
		originator TEXT NOT NULL, end_point TEXT NOT NULL, request_id TEXT NOT NULL,
		transaction_id TEXT NOT NULL, pay_token TEXT NOT NULL, form_token TEXT NOT NULL, status TEXT NOT NULL,
		cents INTEGER NOT NULL, currency TEXT NOT NULL, purpose TEXT NOT NULL, description TEXT NOT NULL,
		redirect_url TEXT NOT NULL, request BLOB NOT NULL, created_at INTEGER NOT NULL, paid_at INTEGER NOT NULL,
		PRIMARY KEY (originator, end_point, request_id), UNIQUE (transaction_id), UNIQUE (pay_token))`,
}, {
	`ALTER TABLE payment_simulator_transactions ADD COLUMN kassenzeichen TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE payment_simulator_transactions ADD COLUMN method TEXT NOT NULL DEFAULT ''`,
	`CREATE TABLE payment_simulator_movements (
		id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, transaction_id TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL,
		payer TEXT NOT NULL, text TEXT NOT NULL, moved_at INTEGER NOT NULL)`,
	`CREATE INDEX payment_simulator_movements_at ON payment_simulator_movements (moved_at)`,
	`INSERT INTO payment_simulator_movements (id, kind, transaction_id, cents, currency, payer, text, moved_at)
		SELECT transaction_id, 'payment', transaction_id, cents, currency, '', purpose, paid_at
		FROM payment_simulator_transactions WHERE paid_at <> 0`,
}}

const columns = `originator, end_point, request_id, transaction_id, pay_token, form_token, status, cents, currency,
	purpose, description, redirect_url, request, created_at, paid_at, kassenzeichen, method`

func newSQLBooks(ctx context.Context, db *sql.DB) (*sqlBooks, error) {
	if err := sqldb.Migrate(ctx, db, "payment_simulator", migrations...); err != nil {
		return nil, err
	}
	d, err := sqldb.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	return &sqlBooks{d}, nil
}

func (b *sqlBooks) add(ctx context.Context, r record) error {
	result, err := b.db.ExecContext(ctx, `INSERT INTO payment_simulator_transactions (`+columns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '') ON CONFLICT DO NOTHING`,
		r.Account.OriginatorID, r.Account.EndPointID, r.RequestID, r.TransactionID, r.PayToken, r.FormToken, string(r.Status),
		r.Amount.Cents, r.Amount.Currency, r.Purpose, r.Description, r.RedirectURL, r.Request, r.CreatedAt.UnixMicro(), r.Kassenzeichen)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errExists
}

func (b *sqlBooks) read(ctx context.Context, condition string, args ...any) ([]record, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT `+columns+` FROM payment_simulator_transactions `+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []record
	for rows.Next() {
		var r record
		var created, paid int64
		var paidBy string
		if err := rows.Scan(&r.Account.OriginatorID, &r.Account.EndPointID, &r.RequestID, &r.TransactionID, &r.PayToken, &r.FormToken,
			&r.Status, &r.Amount.Cents, &r.Amount.Currency, &r.Purpose, &r.Description, &r.RedirectURL, &r.Request, &created, &paid,
			&r.Kassenzeichen, &paidBy); err != nil {
			return nil, err
		}
		r.CreatedAt = time.UnixMicro(created).UTC()
		if paid != 0 {
			r.PaidAt = time.UnixMicro(paid).UTC()
		}
		r.Method, _ = methodOf(paidBy)
		all = append(all, r)
	}
	return all, rows.Err()
}

func (b *sqlBooks) one(ctx context.Context, condition, arg string) (record, error) {
	found, err := b.read(ctx, condition, arg)
	if err != nil {
		return record{}, fmt.Errorf("simulator: reading the books: %w", err)
	}
	if len(found) == 0 {
		return record{}, ErrNotFound
	}
	return found[0], nil
}

func (b *sqlBooks) byID(ctx context.Context, id string) (record, error) {
	return b.one(ctx, `WHERE transaction_id = ?`, id)
}

func (b *sqlBooks) byPayToken(ctx context.Context, token string) (record, error) {
	return b.one(ctx, `WHERE pay_token = ?`, token)
}

func (b *sqlBooks) settle(ctx context.Context, id string, from, to Status, m method, at time.Time) (bool, error) {
	rec, err := b.byID(ctx, id)
	if err != nil {
		return false, err
	}
	var paid int64
	var paidBy string
	if to == StatusPayed {
		paid, paidBy = at.UnixMicro(), m.Key
	}
	changed := false
	err = b.db.InTx(ctx, func(tx *sqldb.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE payment_simulator_transactions SET status = ?, paid_at = ?, method = ?
			WHERE transaction_id = ? AND status = ?`, string(to), paid, paidBy, id, string(from))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if changed = n == 1; err != nil || !changed || to != StatusPayed {
			return err
		}
		return insertMovement(ctx, tx, received(rec, movedPayment, rec.TransactionID, at))
	})
	return changed && err == nil, err
}

func (b *sqlBooks) all(ctx context.Context) ([]record, error) {
	return b.read(ctx, `ORDER BY created_at, transaction_id`)
}

func (b *sqlBooks) move(ctx context.Context, m movement) error {
	return b.db.InTx(ctx, func(tx *sqldb.Tx) error { return insertMovement(ctx, tx, m) })
}

func (b *sqlBooks) giveBack(ctx context.Context, m movement) (bool, error) {
	left := 0
	err := b.db.InTx(ctx, func(tx *sqldb.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(CASE WHEN kind = ? THEN -1 ELSE 1 END), 0) FROM payment_simulator_movements
			WHERE transaction_id = ?`, string(movedReturn), m.TransactionID).Scan(&left); err != nil || left <= 0 {
			return err
		}
		return insertMovement(ctx, tx, m)
	})
	return left > 0 && err == nil, err
}

func insertMovement(ctx context.Context, tx *sqldb.Tx, m movement) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO payment_simulator_movements (id, kind, transaction_id, cents, currency, payer, text, moved_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, m.ID, string(m.Kind), m.TransactionID, m.Amount.Cents, m.Amount.Currency, m.Payer, m.Text, m.At.UnixMicro())
	return err
}

func (b *sqlBooks) moved(ctx context.Context, from, to time.Time) ([]movement, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT id, kind, transaction_id, cents, currency, payer, text, moved_at
		FROM payment_simulator_movements WHERE moved_at >= ? AND moved_at < ? ORDER BY moved_at, id`, from.UnixMicro(), to.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var found []movement
	for rows.Next() {
		var m movement
		var at int64
		if err := rows.Scan(&m.ID, &m.Kind, &m.TransactionID, &m.Amount.Cents, &m.Amount.Currency, &m.Payer, &m.Text, &at); err != nil {
			return nil, err
		}
		m.At = time.UnixMicro(at).UTC()
		found = append(found, m)
	}
	return found, rows.Err()
}
