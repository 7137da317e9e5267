package submission

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

// Inbox remembers what was received, so that repetitions are known. It holds
// digests and receipts, no content. [NewSQLInbox] and [NewMemoryInbox] make
// one. It must be safe for concurrent use.
type Inbox interface {
	// ByID returns the record with this key, or nil.
	ByID(ctx context.Context, tenant, id string) (*InboxRecord, error)
	// ByContent returns the record of this content, of whatever tenant, or nil.
	ByContent(ctx context.Context, digest string) (*InboxRecord, error)
	// Reserve stores the record without a receipt, durably. It returns false and
	// stores nothing if there is a record with its tenant and id, or with its
	// ContentDigest.
	Reserve(ctx context.Context, r InboxRecord) (bool, error)
	// Complete stores the receipt of a reserved record, durably, unless it has
	// one, and returns the receipt that it has now. An unknown record is
	// [ErrNotFound].
	Complete(ctx context.Context, tenant, id string, receipt []byte) ([]byte, error)
}

// InboxRecord is one submission in an [Inbox].
type InboxRecord struct {
	// Tenant and ID are the key: those of the package, the nachrichtenUUID of an
	// XÖV message in lower case.
	Tenant, ID string
	// ContentDigest stands for the signed content, PackageDigest for all bytes
	// that came.
	ContentDigest, PackageDigest string
	// ReservedAt is when it came first.
	ReservedAt time.Time
	// Receipt is the receipt's XML; nil until the submission is taken.
	Receipt []byte
}

// MemoryInbox is an [Inbox] for tests: it forgets everything with the process.
type MemoryInbox struct {
	mu   sync.Mutex
	byID map[[2]string]*InboxRecord
}

// NewMemoryInbox returns an empty inbox.
func NewMemoryInbox() *MemoryInbox {
	return &MemoryInbox{byID: map[[2]string]*InboxRecord{}}
}

// ByID implements [Inbox].
func (b *MemoryInbox) ByID(_ context.Context, tenant, id string) (*InboxRecord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byID[[2]string{tenant, id}].copy(), nil
}

// ByContent implements [Inbox].
func (b *MemoryInbox) ByContent(_ context.Context, digest string) (*InboxRecord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.content(digest).copy(), nil
}

func (b *MemoryInbox) content(digest string) *InboxRecord {
	for _, r := range b.byID {
		if r.ContentDigest == digest {
			return r
		}
	}
	return nil
}

// Reserve implements [Inbox].
func (b *MemoryInbox) Reserve(_ context.Context, r InboxRecord) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := [2]string{r.Tenant, r.ID}
	if b.byID[key] != nil || b.content(r.ContentDigest) != nil {
		return false, nil
	}
	r.Receipt = nil
	b.byID[key] = &r
	return true, nil
}

// Complete implements [Inbox].
func (b *MemoryInbox) Complete(_ context.Context, tenant, id string, receipt []byte) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.byID[[2]string{tenant, id}]
	if r == nil {
		return nil, ErrNotFound
	}
	if r.Receipt == nil {
		r.Receipt = receipt
	}
	return r.Receipt, nil
}

func (r *InboxRecord) copy() *InboxRecord {
	if r == nil {
		return nil
	}
	c := *r
	return &c
}

// SQLInbox is an [Inbox] in the caller's database.
type SQLInbox struct{ db *sqldb.DB }

// NewSQLInbox brings the tables up to date and opens the inbox. It asks of the
// database what [NewOutbox] asks.
func NewSQLInbox(ctx context.Context, db *sql.DB) (*SQLInbox, error) {
	if db == nil {
		return nil, errors.New("submission: the inbox needs a database")
	}
	d, err := migrate(ctx, db)
	if err != nil {
		return nil, err
	}
	return &SQLInbox{db: d}, nil
}

// ByID implements [Inbox].
func (b *SQLInbox) ByID(ctx context.Context, tenant, id string) (*InboxRecord, error) {
	if !sqldb.Storable(tenant, id) {
		return nil, nil
	}
	return b.load(ctx, "tenant = ? AND id = ?", tenant, id)
}

// ByContent implements [Inbox].
func (b *SQLInbox) ByContent(ctx context.Context, digest string) (*InboxRecord, error) {
	if !sqldb.Storable(digest) {
		return nil, nil
	}
	return b.load(ctx, "content_digest = ?", digest)
}

func (b *SQLInbox) load(ctx context.Context, where string, args ...any) (*InboxRecord, error) {
	var r InboxRecord
	var at int64
	err := b.db.QueryRowContext(ctx, `SELECT tenant, id, content_digest, package_digest, reserved_at, receipt
		FROM submission_inbox WHERE `+where, args...).
		Scan(&r.Tenant, &r.ID, &r.ContentDigest, &r.PackageDigest, &at, &r.Receipt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("submission: inbox: %w", err)
	}
	r.ReservedAt = fromMicros(at)
	return &r, nil
}

// Reserve implements [Inbox].
func (b *SQLInbox) Reserve(ctx context.Context, r InboxRecord) (bool, error) {
	res, err := b.db.ExecContext(ctx, `INSERT INTO submission_inbox (tenant, id, content_digest, package_digest, reserved_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, r.Tenant, r.ID, r.ContentDigest, r.PackageDigest, micros(r.ReservedAt))
	if err != nil {
		return false, fmt.Errorf("submission: inbox: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("submission: inbox: %w", err)
	}
	return n == 1, nil
}

// Complete implements [Inbox].
func (b *SQLInbox) Complete(ctx context.Context, tenant, id string, receipt []byte) ([]byte, error) {
	var stored []byte
	err := b.db.InTx(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE submission_inbox SET receipt = ?
			WHERE tenant = ? AND id = ? AND receipt IS NULL`, receipt, tenant, id)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT receipt FROM submission_inbox WHERE tenant = ? AND id = ?`, tenant, id).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("submission: inbox: %w", err)
	}
	return stored, nil
}

// DeleteBefore forgets what came before the time and returns how many records
// that were. What is forgotten can be submitted again, by the sender and by
// whoever has a copy: keep records for as long as the senders' certificates are
// valid.
func (b *SQLInbox) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	res, err := b.db.ExecContext(ctx, `DELETE FROM submission_inbox WHERE reserved_at < ?`, micros(before))
	if err != nil {
		return 0, fmt.Errorf("submission: inbox: %w", err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}
