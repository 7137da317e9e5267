package simulator

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/payment"
)

var errExists = errors.New("simulator: request id exists")

// record is a payment with what only the platform knows.
type record struct {
	Account                  Account
	RequestID, TransactionID string
	PayToken, FormToken      string
	Status                   Status
	Amount                   payment.Amount
	Purpose, Description     string
	RedirectURL              string
	Request                  []byte // as it came
	CreatedAt, PaidAt        time.Time
}

// books keep the payments; settle is compare-and-set.
type books interface {
	add(ctx context.Context, r record) error
	byID(ctx context.Context, transactionID string) (record, error)
	byPayToken(ctx context.Context, token string) (record, error)
	settle(ctx context.Context, transactionID string, from, to Status, at time.Time) (bool, error)
	all(ctx context.Context) ([]record, error)
}

type memoryBooks struct {
	mu      sync.Mutex
	records []*record
}

func newMemoryBooks() *memoryBooks { return &memoryBooks{} }

func (b *memoryBooks) find(match func(*record) bool) *record {
	for _, r := range b.records {
		if match(r) {
			return r
		}
	}
	return nil
}

func (b *memoryBooks) add(_ context.Context, r record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.find(func(have *record) bool {
		return have.Account == r.Account && have.RequestID == r.RequestID || have.TransactionID == r.TransactionID
	}) != nil {
		return errExists
	}
	b.records = append(b.records, &r)
	return nil
}

func (b *memoryBooks) get(match func(*record) bool) (record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.find(match); r != nil {
		return *r, nil
	}
	return record{}, ErrNotFound
}

func (b *memoryBooks) byID(_ context.Context, id string) (record, error) {
	return b.get(func(r *record) bool { return r.TransactionID == id })
}

func (b *memoryBooks) byPayToken(_ context.Context, token string) (record, error) {
	return b.get(func(r *record) bool { return r.PayToken == token })
}

func (b *memoryBooks) settle(_ context.Context, id string, from, to Status, at time.Time) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.find(func(r *record) bool { return r.TransactionID == id })
	if r == nil || r.Status != from {
		return false, nil
	}
	r.Status = to
	if to == StatusPayed {
		r.PaidAt = at.UTC().Truncate(time.Microsecond)
	}
	return true, nil
}

func (b *memoryBooks) all(context.Context) ([]record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []record
	for _, r := range b.records {
		all = append(all, *r)
	}
	return all, nil
}

type sqlBooks struct{ db *sql.DB }

var migrations = [][]string{{
	`CREATE TABLE payment_simulator_transactions (
		originator TEXT NOT NULL, end_point TEXT NOT NULL, request_id TEXT NOT NULL,
		transaction_id TEXT NOT NULL, pay_token TEXT NOT NULL, form_token TEXT NOT NULL, status TEXT NOT NULL,
		cents INTEGER NOT NULL, currency TEXT NOT NULL, purpose TEXT NOT NULL, description TEXT NOT NULL,
		redirect_url TEXT NOT NULL, request BLOB NOT NULL, created_at INTEGER NOT NULL, paid_at INTEGER NOT NULL,
		PRIMARY KEY (originator, end_point, request_id), UNIQUE (transaction_id), UNIQUE (pay_token))`,
}}

const columns = `originator, end_point, request_id, transaction_id, pay_token, form_token, status, cents, currency,
	purpose, description, redirect_url, request, created_at, paid_at`

func newSQLBooks(ctx context.Context, db *sql.DB) (*sqlBooks, error) {
	if err := sqldb.Migrate(ctx, db, "payment_simulator", migrations...); err != nil {
		return nil, err
	}
	return &sqlBooks{db}, nil
}

func (b *sqlBooks) add(ctx context.Context, r record) error {
	result, err := b.db.ExecContext(ctx, `INSERT INTO payment_simulator_transactions (`+columns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		r.Account.OriginatorID, r.Account.EndPointID, r.RequestID, r.TransactionID, r.PayToken, r.FormToken, string(r.Status),
		r.Amount.Cents, r.Amount.Currency, r.Purpose, r.Description, r.RedirectURL, r.Request, r.CreatedAt.UnixMicro())
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
		if err := rows.Scan(&r.Account.OriginatorID, &r.Account.EndPointID, &r.RequestID, &r.TransactionID, &r.PayToken, &r.FormToken,
			&r.Status, &r.Amount.Cents, &r.Amount.Currency, &r.Purpose, &r.Description, &r.RedirectURL, &r.Request, &created, &paid); err != nil {
			return nil, err
		}
		r.CreatedAt = time.UnixMicro(created).UTC()
		if paid != 0 {
			r.PaidAt = time.UnixMicro(paid).UTC()
		}
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

func (b *sqlBooks) settle(ctx context.Context, id string, from, to Status, at time.Time) (bool, error) {
	var paid int64
	if to == StatusPayed {
		paid = at.UnixMicro()
	}
	result, err := b.db.ExecContext(ctx, `UPDATE payment_simulator_transactions SET status = ?, paid_at = ?
		WHERE transaction_id = ? AND status = ?`, string(to), paid, id, string(from))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func (b *sqlBooks) all(ctx context.Context) ([]record, error) {
	return b.read(ctx, `ORDER BY created_at, transaction_id`)
}
