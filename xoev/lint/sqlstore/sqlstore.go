// Package sqlstore remembers in SQL which messages came in: a [lint.Seen] for
// SQLite and PostgreSQL that several processes share.
//
//	store, err := sqlstore.New(ctx, db)
//	report, err := lint.Check(ctx, r, &lint.Options{Seen: store, Tenant: "musterstadt"})
//
// It keeps tenant, UUID, digest and time, no content. Nothing is deleted until
// [Store.DeleteBefore] is called.
//
// # What can fail
//
// New fails with an error of the database, or because the database may lose
// what it has committed, or because its tables are of a later version of this
// library. Everything else fails only with the database's errors.
//
// # Concurrency
//
// A Store is safe for concurrent use, and any number of processes may use one
// database.
package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/xoev/lint"
)

// Store is a [lint.Seen] in a database.
type Store struct{ db *sqldb.DB }

var _ lint.Seen = (*Store)(nil)

var migrations = [][]string{{
	`CREATE TABLE lint_seen (
		tenant TEXT NOT NULL,
		uuid TEXT NOT NULL,
		digest BLOB NOT NULL,
		seen_at INTEGER NOT NULL,
		PRIMARY KEY (tenant, uuid))`,
	`CREATE INDEX lint_seen_at ON lint_seen (seen_at)`,
}}

// New brings the table up to date and returns the store. The database stays
// the caller's to close. SQLite is opened with busy_timeout.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, "lint", migrations...); err != nil {
		return nil, err
	}
	d, err := sqldb.Open(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("lint/sqlstore: %w", err)
	}
	return &Store{db: d}, nil
}

// vanished bounds how often a claim is tried again because retention deleted
// the row that it met.
const vanished = 5

// Claim implements [lint.Seen].
func (s *Store) Claim(ctx context.Context, c lint.Claim) (lint.Outcome, error) {
	for range vanished {
		outcome, err := s.claim(ctx, c)
		if !errors.Is(err, sql.ErrNoRows) {
			return outcome, err
		}
	}
	return lint.Unclaimed, errors.New("lint/sqlstore: claiming a message: it is deleted again and again")
}

func (s *Store) claim(ctx context.Context, c lint.Claim) (lint.Outcome, error) {
	result, err := s.db.ExecContext(ctx, `INSERT INTO lint_seen (tenant, uuid, digest, seen_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (tenant, uuid) DO NOTHING`, c.Tenant, c.UUID, c.Digest[:], c.At.UnixMicro())
	if err != nil {
		return lint.Unclaimed, fmt.Errorf("lint/sqlstore: claiming a message: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return lint.Unclaimed, fmt.Errorf("lint/sqlstore: claiming a message: %w", err)
	}
	if n == 1 {
		return lint.First, nil
	}
	var digest []byte
	err = s.db.QueryRowContext(ctx, `SELECT digest FROM lint_seen WHERE tenant = ? AND uuid = ?`, c.Tenant, c.UUID).Scan(&digest)
	if err != nil {
		return lint.Unclaimed, fmt.Errorf("lint/sqlstore: reading a claim: %w", err)
	}
	if bytes.Equal(digest, c.Digest[:]) {
		return lint.Repeat, nil
	}
	return lint.Duplicate, nil
}

// DeleteBefore forgets what came in before a time, of all tenants, and says how
// many messages that were. A forgotten message that comes in again counts as
// [lint.First]: keep claims for as long as messages are sent again.
func (s *Store) DeleteBefore(ctx context.Context, before time.Time) (int64, error) {
	result, err := s.db.ExecContext(ctx, `DELETE FROM lint_seen WHERE seen_at < ?`, before.UnixMicro())
	if err != nil {
		return 0, fmt.Errorf("lint/sqlstore: deleting: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("lint/sqlstore: deleting: %w", err)
	}
	return n, nil
}
