package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/payment"
)

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

const attemptColumns = `tenant, id, claim_id, provider, config_version, state, reason, late, cents, currency, transaction_id,
	reference, transaction_url, refunds, pay_page_url, method, method_detail, created_at, updated_at, expires_at, finished_at,
	paid_at, returned_at, next_check, leased_until, checks, revision`

func readAttempts(ctx context.Context, q querier, condition string, args ...any) ([]payment.Attempt, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+attemptColumns+` FROM payment_attempts `+condition, args...)
	if err != nil {
		return nil, err
	}
	return scanAttempts(rows)
}

func scanAttempts(rows *sql.Rows) ([]payment.Attempt, error) {
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []payment.Attempt
	for rows.Next() {
		var a payment.Attempt
		var created, updated, expires, finished, paid, returned, next, leased int64
		if err := rows.Scan(&a.Tenant, &a.ID, &a.ClaimID, &a.Provider, &a.ConfigVersion, &a.State, &a.Reason, &a.Late,
			&a.Amount.Cents, &a.Amount.Currency, &a.TransactionID, &a.Reference,
			&a.TransactionURL, &a.Refunds, &a.PayPageURL, &a.Method, &a.MethodDetail,
			&created, &updated, &expires, &finished, &paid, &returned, &next, &leased, &a.Checks, &a.Revision); err != nil {
			return nil, err
		}
		a.CreatedAt, a.UpdatedAt, a.ExpiresAt, a.FinishedAt = fromMicros(created), fromMicros(updated), fromMicros(expires), fromMicros(finished)
		a.PaidAt, a.ReturnedAt, a.NextCheck, a.LeasedUntil = fromMicros(paid), fromMicros(returned), fromMicros(next), fromMicros(leased)
		all = append(all, a)
	}
	return all, rows.Err()
}

// Apply implements payment.Store.
func (s *Store) Apply(ctx context.Context, c payment.Change) error {
	err := s.write(ctx, func(tx *sqldb.Tx) error {
		if c.Attempt != nil {
			if err := putAttempt(ctx, tx, c); err != nil {
				return err
			}
		}
		for _, e := range c.Entries {
			if err := addEntry(ctx, tx, e); err != nil {
				return err
			}
		}
		for _, e := range c.Events {
			if _, err := tx.ExecContext(ctx, `INSERT INTO payment_events (tenant, id, claim_id, attempt_id, state, kind, late, at)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, e.Tenant, e.ID, e.ClaimID, e.AttemptID, e.State, e.Kind, flag(e.Late), micros(e.At)); err != nil {
				return err
			}
		}
		return nil
	})
	if coded := interface{ SQLState() string }(nil); errors.As(err, &coded) && coded.SQLState() == "23503" {
		err = payment.ErrNotFound // foreign key: the claim was deleted at the same moment
	}
	if err != nil {
		return fmt.Errorf("payment/sqlstore: %w", err)
	}
	return nil
}

// The statements that change attempts do nothing where they must not: without
// the claim, beside another open attempt, or on another revision. Why is asked
// afterwards.
const (
	attemptValues = `claim_id, provider, config_version, state, open, reason, late, cents, currency, transaction_id, reference,
		transaction_url, refunds, pay_page_url, method, method_detail, created_at, updated_at, expires_at, finished_at, paid_at,
		returned_at, next_check, leased_until, checks`
	noOtherOpen = ` AND (CAST(? AS BIGINT) = 0 OR NOT EXISTS (SELECT 1 FROM payment_attempts other
		WHERE other.tenant = ? AND other.claim_id = ? AND other.open = 1 AND other.id <> ?))`
	insertAttempt = `INSERT INTO payment_attempts (` + attemptValues + `, tenant, id, revision)
		SELECT ?, ?, ?, ?, CAST(? AS BIGINT), ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, ?, ?, ?, ?, ?,
			CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT),
			CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), c.tenant, ?, CAST(? AS BIGINT) + 1
		FROM payment_claims c WHERE c.tenant = ? AND c.id = ?` + noOtherOpen + ` ON CONFLICT DO NOTHING`
	updateAttempt = `UPDATE payment_attempts SET (` + attemptValues + `, revision) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
			?, ?, ?, ?, ?, ?, ?, ?, ?, revision + 1) WHERE tenant = ? AND id = ? AND revision = ?` + noOtherOpen
)

func putAttempt(ctx context.Context, tx *sqldb.Tx, c payment.Change) error {
	a := *c.Attempt
	args := []any{
		a.ClaimID, a.Provider, a.ConfigVersion, string(a.State), flag(a.State.Open()), string(a.Reason), flag(a.Late), a.Amount.Cents,
		a.Amount.Currency, a.TransactionID, a.Reference, a.TransactionURL, a.Refunds, a.PayPageURL, a.Method, a.MethodDetail,
		micros(a.CreatedAt), micros(a.UpdatedAt), micros(a.ExpiresAt), micros(a.FinishedAt), micros(a.PaidAt), micros(a.ReturnedAt),
		micros(a.NextCheck), micros(a.LeasedUntil), a.Checks,
	}
	statement := updateAttempt
	if a.Revision > 0 {
		args = append(args, a.Tenant, a.ID, a.Revision)
	} else {
		statement = insertAttempt
		args = append(args, a.ID, a.Revision, a.Tenant, a.ClaimID)
	}
	changed, err := affected(tx.ExecContext(ctx, statement, append(args, flag(a.State.Open()), a.Tenant, a.ClaimID, a.ID)...))
	if err != nil {
		return err
	}
	if changed == 0 {
		return whyNot(ctx, tx, a)
	}
	if len(c.TokenHash) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO payment_tokens (tenant, hash, attempt_id) VALUES (?, ?, ?)`, a.Tenant, c.TokenHash, a.ID)
	return err
}

// whyNot tells why an attempt was not stored: the claim is gone, the attempt has
// another revision, or else another attempt is open, or was when the statement
// ran: PostgreSQL may show it closed a moment later.
func whyNot(ctx context.Context, tx *sqldb.Tx, a payment.Attempt) error {
	if err := exists(ctx, tx, a.Tenant, a.ClaimID); err != nil {
		return err
	}
	var revision int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(revision), 0) FROM payment_attempts WHERE tenant = ? AND id = ?`,
		a.Tenant, a.ID).Scan(&revision); err != nil {
		return err
	}
	if revision == a.Revision {
		return payment.ErrOpenAttempt
	}
	return payment.ErrConflict
}

func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func addEntry(ctx context.Context, tx *sqldb.Tx, e payment.Entry) error {
	added, err := affected(tx.ExecContext(ctx, `INSERT INTO payment_entries (tenant, claim_id, attempt_id, provider, transaction_id, kind, sequence,
		cents, currency, late, actor, booked_at, value_at)
		SELECT c.tenant, c.id, ?, ?, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, CAST(? AS BIGINT), ?, CAST(? AS BIGINT), CAST(? AS BIGINT)
		FROM payment_claims c WHERE c.tenant = ? AND c.id = ? ON CONFLICT DO NOTHING`,
		e.AttemptID, e.Provider, e.TransactionID, string(e.Kind), e.Sequence, e.Amount.Cents, e.Amount.Currency, flag(e.Late),
		e.Actor, micros(e.BookedAt), micros(e.ValueAt), e.Tenant, e.ClaimID))
	if err != nil {
		return err
	}
	if added == 0 {
		if err := exists(ctx, tx, e.Tenant, e.ClaimID); err != nil {
			return err
		}
		return payment.ErrDuplicateEntry
	}
	return nil
}

// flag is a bool as every database takes it in an INTEGER column.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// exists is ErrNotFound if a claim is not there.
func exists(ctx context.Context, tx *sqldb.Tx, tenant, claimID string) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM payment_claims WHERE tenant = ? AND id = ?`, tenant, claimID).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return payment.ErrNotFound
	}
	return nil
}

// Entry implements payment.Store.
func (s *Store) Entry(ctx context.Context, k payment.EntryKey) (payment.Entry, error) {
	if !sqldb.Storable(k.Tenant, k.Provider, k.TransactionID) {
		return payment.Entry{}, wrap("reading an entry", payment.ErrNotFound)
	}
	found, err := readEntries(ctx, s.db, `WHERE tenant = ? AND provider = ? AND transaction_id = ? AND kind = ? AND sequence = ?`,
		k.Tenant, k.Provider, k.TransactionID, k.Kind, k.Sequence)
	if err == nil && len(found) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.Entry{}, fmt.Errorf("payment/sqlstore: reading an entry: %w", err)
	}
	return found[0], nil
}

func readEntries(ctx context.Context, q querier, condition string, args ...any) ([]payment.Entry, error) {
	rows, err := q.QueryContext(ctx, `SELECT tenant, claim_id, attempt_id, provider, transaction_id, kind, sequence, cents, currency,
		late, actor, booked_at, value_at FROM payment_entries `+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []payment.Entry
	for rows.Next() {
		var e payment.Entry
		var booked, value int64
		if err := rows.Scan(&e.Tenant, &e.ClaimID, &e.AttemptID, &e.Provider, &e.TransactionID, &e.Kind, &e.Sequence,
			&e.Amount.Cents, &e.Amount.Currency, &e.Late, &e.Actor, &booked, &value); err != nil {
			return nil, err
		}
		e.BookedAt, e.ValueAt = fromMicros(booked), fromMicros(value)
		all = append(all, e)
	}
	return all, rows.Err()
}

// Events implements payment.Store.
func (s *Store) Events(ctx context.Context, limit int) ([]payment.Event, error) {
	all, err := s.events(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("payment/sqlstore: reading events: %w", err)
	}
	return all, nil
}

func (s *Store) events(ctx context.Context, limit int) ([]payment.Event, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT tenant, id, claim_id, attempt_id, state, kind, late, at FROM payment_events
		ORDER BY number LIMIT ?`, max(limit, 0))
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []payment.Event
	for rows.Next() {
		var e payment.Event
		var at int64
		if err := rows.Scan(&e.Tenant, &e.ID, &e.ClaimID, &e.AttemptID, &e.State, &e.Kind, &e.Late, &at); err != nil {
			return nil, err
		}
		e.At = fromMicros(at)
		all = append(all, e)
	}
	return all, rows.Err()
}

// Ack implements payment.Store.
func (s *Store) Ack(ctx context.Context, ids ...string) error {
	const chunk = 500 // SQLite takes 32766 parameters, others fewer
	var known []any
	for _, id := range ids {
		if sqldb.Storable(id) {
			known = append(known, id)
		}
	}
	err := s.write(ctx, func(tx *sqldb.Tx) error {
		for args := range slices.Chunk(known, chunk) {
			marks := strings.TrimSuffix(strings.Repeat("?,", len(args)), ",")
			if _, err := tx.ExecContext(ctx, `DELETE FROM payment_events WHERE id IN (`+marks+`)`, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("payment/sqlstore: acknowledging events: %w", err)
	}
	return nil
}
