package submission

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bausteine/egov/internal/sqldb"
)

// migrate brings all tables of the package up to date and opens them. The bytes are in a table
// of their own, because an UPDATE rewrites a row with everything in it.
func migrate(ctx context.Context, db *sql.DB) (*sqldb.DB, error) {
	err := sqldb.Migrate(ctx, db, "submission", []string{
		`CREATE TABLE submission_outbox (
			tenant TEXT NOT NULL,
			id TEXT NOT NULL,
			kind TEXT NOT NULL,
			name TEXT NOT NULL,
			reference TEXT NOT NULL,
			digest TEXT NOT NULL,
			size INTEGER NOT NULL,
			state TEXT NOT NULL,
			created_at INTEGER NOT NULL,
			due_at INTEGER NOT NULL,
			lease TEXT NOT NULL DEFAULT '',
			attempts INTEGER NOT NULL DEFAULT 0,
			last_error TEXT NOT NULL DEFAULT '',
			sent_at INTEGER NOT NULL DEFAULT 0,
			remote_id TEXT NOT NULL DEFAULT '',
			received_at INTEGER NOT NULL DEFAULT 0,
			receipt_reference TEXT NOT NULL DEFAULT '',
			PRIMARY KEY (tenant, id))`,
		`CREATE TABLE submission_outbox_content (
			tenant TEXT NOT NULL,
			id TEXT NOT NULL,
			document BLOB NOT NULL,
			signature BLOB NOT NULL,
			signature_digest TEXT NOT NULL,
			receipt BLOB,
			PRIMARY KEY (tenant, id))`,
		`CREATE INDEX submission_outbox_due ON submission_outbox (state, due_at)`,
		`CREATE INDEX submission_outbox_created ON submission_outbox (created_at, tenant, id)`,
		`CREATE TABLE submission_inbox (
			tenant TEXT NOT NULL,
			id TEXT NOT NULL,
			content_digest TEXT NOT NULL UNIQUE,
			package_digest TEXT NOT NULL,
			reserved_at INTEGER NOT NULL,
			receipt BLOB,
			PRIMARY KEY (tenant, id))`,
	})
	if err != nil {
		return nil, err
	}
	d, err := sqldb.Open(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("submission: %w", err)
	}
	return d, nil
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const entryColumns = `tenant, id, kind, name, reference, state, digest, size, created_at, due_at,
	attempts, last_error, sent_at, remote_id, received_at, receipt_reference`

func scanEntry(scan func(...any) error) (Entry, error) {
	var e Entry
	var created, due, sent, received int64
	err := scan(&e.Tenant, &e.ID, &e.Kind, &e.Name, &e.Reference, &e.State, &e.Digest, &e.Size, &created, &due,
		&e.Attempts, &e.LastError, &sent, &e.RemoteID, &received, &e.ReceiptReference)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Entry{}, err
	}
	e.CreatedAt, e.SentAt, e.ReceivedAt = fromMicros(created), fromMicros(sent), fromMicros(received)
	if e.State == StatePending {
		e.NextAttempt = fromMicros(due)
	}
	return e, nil
}

func loadEntry(ctx context.Context, q querier, tenant, id string) (Entry, error) {
	if !sqldb.Storable(tenant, id) {
		return Entry{}, ErrNotFound
	}
	return scanEntry(q.QueryRowContext(ctx,
		`SELECT `+entryColumns+` FROM submission_outbox WHERE tenant = ? AND id = ?`, tenant, id).Scan)
}

// loadMessage reads a message with its bytes and proves that they are those
// which were stored.
func loadMessage(ctx context.Context, q querier, tenant, id string) (Message, error) {
	if !sqldb.Storable(tenant, id) {
		return Message{}, ErrNotFound
	}
	m := Message{Tenant: tenant, ID: id}
	var digest, signatureDigest string
	err := q.QueryRowContext(ctx, `SELECT o.kind, o.name, o.reference, o.digest, c.document, c.signature, c.signature_digest
		FROM submission_outbox o JOIN submission_outbox_content c ON c.tenant = o.tenant AND c.id = o.id
		WHERE o.tenant = ? AND o.id = ?`, tenant, id).
		Scan(&m.Kind, &m.Name, &m.Reference, &digest, &m.Document, &m.Signature, &signatureDigest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Message{}, ErrNotFound
	case err != nil:
		return Message{}, err
	case digestOf(m.Document) != digest || digestOf(m.Signature) != signatureDigest:
		return Message{}, ErrDamaged
	}
	if len(m.Signature) == 0 {
		m.Signature = nil
	}
	return m, nil
}
