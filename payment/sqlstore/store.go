// Package sqlstore keeps claims, attempts, the ledger and events of package
// payment in the caller's SQL database.
//
//	db, err := sql.Open("sqlite", "file:payment.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
//	store, err := sqlstore.New(ctx, db)
//
// The database is SQLite or PostgreSQL; the caller imports the driver. Tables
// begin with payment_ and hold the tenant in every key. With SQLite use
// _txlock=immediate (or what the driver calls it): without it two writers may
// meet in a deadlock, which SQLite resolves with an error. What is reported
// stored is committed; New refuses a database that does not sync.
//
// Claims are stored as JSON, with the payer in it until ErasePayer. Return
// tokens are stored as hashes.
//
// A [Store] is safe for concurrent use, by several processes too.
package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/payment"
)

// Store is a payment.Store in an SQL database.
type Store struct{ db *sqldb.DB }

var _ payment.Store = (*Store)(nil)

var migrations = [][]string{{
	`CREATE TABLE payment_claims (
		tenant TEXT NOT NULL, id TEXT NOT NULL, opened_at INTEGER NOT NULL, data BLOB NOT NULL,
		PRIMARY KEY (tenant, id))`,
	`CREATE INDEX payment_claims_opened ON payment_claims (tenant, opened_at)`,
	`CREATE TABLE payment_attempts (
		tenant TEXT NOT NULL, id TEXT NOT NULL, claim_id TEXT NOT NULL, provider TEXT NOT NULL, config_version TEXT NOT NULL,
		state TEXT NOT NULL, open INTEGER NOT NULL, reason TEXT NOT NULL, late INTEGER NOT NULL,
		cents INTEGER NOT NULL, currency TEXT NOT NULL, transaction_id TEXT NOT NULL, reference TEXT NOT NULL,
		pay_page_url TEXT NOT NULL, method TEXT NOT NULL, method_detail TEXT NOT NULL,
		created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
		paid_at INTEGER NOT NULL, returned_at INTEGER NOT NULL, next_check INTEGER NOT NULL, leased_until INTEGER NOT NULL,
		checks INTEGER NOT NULL, revision INTEGER NOT NULL,
		PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, claim_id) REFERENCES payment_claims (tenant, id))`,
	`CREATE UNIQUE INDEX payment_attempts_open ON payment_attempts (tenant, claim_id) WHERE open = 1`,
	`CREATE INDEX payment_attempts_claim ON payment_attempts (tenant, claim_id)`,
	`CREATE INDEX payment_attempts_due ON payment_attempts (next_check) WHERE next_check > 0`,
	`CREATE TABLE payment_tokens (
		tenant TEXT NOT NULL, hash BLOB NOT NULL, attempt_id TEXT NOT NULL,
		PRIMARY KEY (tenant, hash), FOREIGN KEY (tenant, attempt_id) REFERENCES payment_attempts (tenant, id))`,
	`CREATE UNIQUE INDEX payment_tokens_hash ON payment_tokens (hash)`,
	`CREATE INDEX payment_tokens_attempt ON payment_tokens (tenant, attempt_id)`,
	`CREATE TABLE payment_entries (
		number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, claim_id TEXT NOT NULL, attempt_id TEXT NOT NULL,
		provider TEXT NOT NULL, transaction_id TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL,
		cents INTEGER NOT NULL, currency TEXT NOT NULL, late INTEGER NOT NULL, actor TEXT NOT NULL,
		booked_at INTEGER NOT NULL, value_at INTEGER NOT NULL,
		UNIQUE (tenant, provider, transaction_id, kind, sequence),
		FOREIGN KEY (tenant, claim_id) REFERENCES payment_claims (tenant, id))`,
	`CREATE INDEX payment_entries_claim ON payment_entries (tenant, claim_id)`,
	`CREATE TABLE payment_events (
		number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, claim_id TEXT NOT NULL, attempt_id TEXT NOT NULL,
		state TEXT NOT NULL, kind TEXT NOT NULL, late INTEGER NOT NULL, at INTEGER NOT NULL,
		UNIQUE (tenant, id))`,
	`CREATE INDEX payment_events_id ON payment_events (id)`,
	`CREATE INDEX payment_events_claim ON payment_events (tenant, claim_id)`,
}, {
	`ALTER TABLE payment_claims ADD COLUMN kassenzeichen TEXT`, // letters and digits only; NULL: see fillKassenzeichen
	`CREATE INDEX payment_claims_kassenzeichen ON payment_claims (tenant, kassenzeichen)`,
	`ALTER TABLE payment_attempts ADD COLUMN transaction_url TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE payment_attempts ADD COLUMN refunds TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX payment_attempts_transaction ON payment_attempts (tenant, transaction_id)`,
	`CREATE INDEX payment_attempts_reference ON payment_attempts (tenant, reference)`,
}}

// New brings the tables up to date and returns the store. The database stays
// the caller's to close.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, "payment", migrations...); err != nil {
		return nil, err
	}
	d, err := sqldb.Open(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("payment/sqlstore: %w", err)
	}
	s := &Store{db: d}
	if err := s.fillKassenzeichen(ctx); err != nil {
		return nil, fmt.Errorf("payment/sqlstore: bringing claims up to date: %w", err)
	}
	return s, nil
}

// fillKassenzeichen computes the column of claims stored before there was one,
// in small steps; where it is interrupted, the next start goes on.
func (s *Store) fillKassenzeichen(ctx context.Context) error {
	for more := true; more; {
		if err := s.write(ctx, func(tx *sqldb.Tx) error {
			claims, err := readClaims(ctx, tx, `WHERE kassenzeichen IS NULL LIMIT 200`)
			if err != nil {
				return err
			}
			for _, c := range claims {
				if _, err := tx.ExecContext(ctx, `UPDATE payment_claims SET kassenzeichen = ? WHERE tenant = ? AND id = ?`,
					payment.PlainReference(c.Kassenzeichen), c.Tenant, c.ID); err != nil {
					return err
				}
			}
			more = len(claims) > 0
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Ping implements payment.Store.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	if err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM payment_claims WHERE tenant = ''`).Scan(&n); err != nil {
		return fmt.Errorf("payment/sqlstore: %w", err)
	}
	return nil
}

// PutClaim implements payment.Store.
func (s *Store) PutClaim(ctx context.Context, c payment.Claim) (payment.Claim, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return payment.Claim{}, fmt.Errorf("payment/sqlstore: encoding a claim: %w", err)
	}
	stored, err := readClaim(ctx, s.db, c.Tenant, c.ID)
	if !errors.Is(err, payment.ErrNotFound) {
		return stored, wrap("storing a claim", err)
	}
	err = s.write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO payment_claims (tenant, id, opened_at, data, kassenzeichen) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, id) DO NOTHING`, c.Tenant, c.ID, micros(c.OpenedAt), data, payment.PlainReference(c.Kassenzeichen)); err != nil {
			return err
		}
		stored, err = readClaim(ctx, tx, c.Tenant, c.ID)
		return err
	})
	return stored, wrap("storing a claim", err)
}

// write runs f in a transaction; f may run more than once. Nothing here rests on
// more than READ COMMITTED: an attempt changes only on the revision that was
// read, unique indexes keep attempts and entries single, and what is deleted is
// locked first.
func (s *Store) write(ctx context.Context, f func(*sqldb.Tx) error) error {
	return s.db.InTxReadCommitted(ctx, f)
}

// wrap says where an error comes from; nil stays nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("payment/sqlstore: %s: %w", doing, err)
}

func readClaim(ctx context.Context, q querier, tenant, id string) (payment.Claim, error) {
	found, err := readClaims(ctx, q, `WHERE tenant = ? AND id = ?`, tenant, id)
	if err == nil && len(found) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.Claim{}, err
	}
	return found[0], nil
}

func readClaims(ctx context.Context, q querier, condition string, args ...any) ([]payment.Claim, error) {
	rows, err := q.QueryContext(ctx, `SELECT data FROM payment_claims `+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []payment.Claim
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		var c payment.Claim
		if err := json.Unmarshal(data, &c); err != nil {
			return nil, errors.New("stored claim cannot be read") // the cause may quote it
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// Claim implements payment.Store.
func (s *Store) Claim(ctx context.Context, tenant, id string) (*payment.Record, error) {
	if !sqldb.Storable(tenant, id) {
		return nil, wrap("reading a claim", payment.ErrNotFound)
	}
	r, err := s.record(ctx, tenant, id)
	return r, wrap("reading a claim", err)
}

// record reads in one read-only transaction, which waits for no writer.
func (s *Store) record(ctx context.Context, tenant, id string) (*payment.Record, error) {
	var r payment.Record
	err := s.db.Read(ctx, func(tx *sqldb.Tx) (err error) {
		if r.Claim, err = readClaim(ctx, tx, tenant, id); err != nil {
			return err
		}
		if r.Attempts, err = readAttempts(ctx, tx, `WHERE tenant = ? AND claim_id = ? ORDER BY created_at, id`, tenant, id); err != nil {
			return err
		}
		r.Entries, err = readEntries(ctx, tx, `WHERE tenant = ? AND claim_id = ? ORDER BY number`, tenant, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// Find implements payment.Store.
func (s *Store) Find(ctx context.Context, tenant, reference string, limit int) ([]string, error) {
	if reference == "" || !sqldb.Storable(tenant, reference) {
		return nil, nil
	}
	plain := payment.PlainReference(reference)
	if plain == "" {
		plain = "-" // no claim has this
	}
	rows, err := s.db.QueryContext(ctx, `SELECT id FROM payment_claims WHERE tenant = ? AND kassenzeichen = ?
		UNION SELECT claim_id FROM payment_attempts WHERE tenant = ? AND id = ?
		UNION SELECT claim_id FROM payment_attempts WHERE tenant = ? AND transaction_id = ?
		UNION SELECT claim_id FROM payment_attempts WHERE tenant = ? AND reference = ?
		ORDER BY 1 LIMIT ?`, tenant, plain, tenant, reference, tenant, reference, tenant, reference, max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("payment/sqlstore: finding claims: %w", err)
	}
	ids, err := scanStrings(rows)
	if err != nil {
		return nil, fmt.Errorf("payment/sqlstore: finding claims: %w", err)
	}
	return ids, nil
}

// Attempt implements payment.Store.
func (s *Store) Attempt(ctx context.Context, tenant, id string) (payment.Attempt, error) {
	if !sqldb.Storable(tenant, id) {
		return payment.Attempt{}, wrap("reading an attempt", payment.ErrNotFound)
	}
	return s.oneAttempt(ctx, `WHERE tenant = ? AND id = ?`, tenant, id)
}

// AttemptByToken implements payment.Store.
func (s *Store) AttemptByToken(ctx context.Context, hash []byte) (payment.Attempt, error) {
	return s.oneAttempt(ctx, `WHERE (tenant, id) = (SELECT tenant, attempt_id FROM payment_tokens WHERE hash = ?)`, hash)
}

func (s *Store) oneAttempt(ctx context.Context, condition string, args ...any) (payment.Attempt, error) {
	found, err := readAttempts(ctx, s.db, condition, args...)
	if err == nil && len(found) == 0 {
		err = payment.ErrNotFound
	}
	if err != nil {
		return payment.Attempt{}, fmt.Errorf("payment/sqlstore: reading an attempt: %w", err)
	}
	return found[0], nil
}

// ErasePayer implements payment.Store.
func (s *Store) ErasePayer(ctx context.Context, tenant, claimID string) error {
	if !sqldb.Storable(tenant, claimID) {
		return wrap("erasing a payer", payment.ErrNotFound)
	}
	err := s.write(ctx, func(tx *sqldb.Tx) error {
		c, err := readClaim(ctx, tx, tenant, claimID)
		if err != nil {
			return err
		}
		c.Payer, c.PayerErased = nil, true
		data, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE payment_claims SET data = ? WHERE tenant = ? AND id = ?`, data, tenant, claimID)
		return err
	})
	return wrap("erasing a payer", err)
}

// DeleteClaims implements payment.Store.
func (s *Store) DeleteClaims(ctx context.Context, tenant string, before time.Time, limit int) (int, error) {
	if !sqldb.Storable(tenant) {
		return 0, nil
	}
	var ids []string
	err := s.write(ctx, func(tx *sqldb.Tx) error {
		var err error
		if ids, err = s.oldClaims(ctx, tx, tenant, before, limit); err != nil {
			return err
		}
		for _, id := range ids {
			for _, statement := range []string{
				`DELETE FROM payment_tokens WHERE tenant = ? AND attempt_id IN
					(SELECT id FROM payment_attempts WHERE tenant = payment_tokens.tenant AND claim_id = ?)`,
				`DELETE FROM payment_entries WHERE tenant = ? AND claim_id = ?`,
				`DELETE FROM payment_attempts WHERE tenant = ? AND claim_id = ?`,
				`DELETE FROM payment_claims WHERE tenant = ? AND id = ?`,
			} {
				if _, err := tx.ExecContext(ctx, statement, tenant, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("payment/sqlstore: deleting claims: %w", err)
	}
	return len(ids), nil
}

func scanStrings(rows *sql.Rows) ([]string, error) {
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// micros is a time as Unix microseconds; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
