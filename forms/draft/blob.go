package draft

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/bausteine/egov/internal/sqldb"
)

// storeBlobs adds and removes files in the transaction of a change.
func (s *Store) storeBlobs(ctx context.Context, tx *sqldb.Tx, d *Draft, c Change) error {
	for _, id := range c.Remove {
		if _, err := tx.ExecContext(ctx, `DELETE FROM draft_blobs WHERE tenant = ? AND draft = ? AND id = ?`, d.Tenant, d.ID, id); err != nil {
			return err
		}
	}
	for _, b := range c.Add {
		if err := s.putBlob(ctx, tx, d, b); err != nil {
			return err
		}
	}
	if len(c.Add) == 0 {
		return nil
	}
	var count int
	var size int64
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM draft_blobs WHERE tenant = ? AND draft = ?`, d.Tenant, d.ID).Scan(&count, &size)
	if err != nil {
		return err
	}
	if count > s.o.MaxBlobs || size > s.o.MaxBlobBytes {
		return ErrTooLarge
	}
	return nil
}

func (s *Store) putBlob(ctx context.Context, tx *sqldb.Tx, d *Draft, b Blob) error {
	if b.ID == "" || len(b.ID) > 100 {
		return errors.New("draft: a file needs an ID of 1 to 100 bytes")
	}
	if int64(len(b.Data)) > s.o.MaxBlob || len(b.Name) > 1000 || len(b.Type) > 200 {
		return ErrTooLarge
	}
	keyID, size := s.keys.current(), int64(len(b.Data))
	meta, err := s.keys.seal(keyID, d.Tenant, d.ID, bind(b.Name, b.Type), blobAAD("meta", d.Tenant, d.ID, b.ID, keyID, size))
	if err != nil {
		return err
	}
	data, err := s.keys.seal(keyID, d.Tenant, d.ID, b.Data, blobAAD("data", d.Tenant, d.ID, b.ID, keyID, size))
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO draft_blobs (tenant, draft, id, key_id, size, meta, data) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (tenant, draft, id) DO NOTHING`, d.Tenant, d.ID, b.ID, keyID, size, meta, data)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrConflict
	}
	return nil
}

func blobAAD(purpose, tenant, draft, id, keyID string, size int64) []byte {
	return bind("blob", purpose, tenant, draft, id, keyID, strconv.FormatInt(size, 10))
}

// Blob returns a file of a draft with its data.
func (s *Store) Blob(ctx context.Context, tenant, draftID, id string) (*Blob, error) {
	if !sqldb.Storable(tenant, draftID, id) {
		return nil, ErrNotFound
	}
	return s.blob(ctx, s.db, tenant, draftID, id)
}

// rower is a database or a transaction.
type rower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) blob(ctx context.Context, from rower, tenant, draftID, id string) (*Blob, error) {
	var keyID string
	var meta, data []byte
	b := Blob{ID: id}
	err := from.QueryRowContext(ctx, `SELECT key_id, size, meta, data FROM draft_blobs WHERE tenant = ? AND draft = ? AND id = ?`, tenant, draftID, id).
		Scan(&keyID, &b.Size, &meta, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("draft: file: %w", err)
	}
	if err := s.openMeta(&b, tenant, draftID, keyID, meta); err != nil {
		return nil, err
	}
	if b.Data, err = s.keys.open(keyID, tenant, draftID, data, blobAAD("data", tenant, draftID, id, keyID, b.Size)); err != nil {
		return nil, err
	}
	return &b, nil
}

// Blobs lists the files of a draft, ordered by ID, without their data.
func (s *Store) Blobs(ctx context.Context, tenant, draftID string) ([]Blob, error) {
	if !sqldb.Storable(tenant, draftID) {
		return nil, nil
	}
	rows, err := s.db.QueryContext(ctx, `SELECT id, key_id, size, meta FROM draft_blobs WHERE tenant = ? AND draft = ? ORDER BY id`, tenant, draftID)
	if err != nil {
		return nil, fmt.Errorf("draft: files: %w", err)
	}
	defer rows.Close()
	var list []Blob
	for rows.Next() {
		var b Blob
		var keyID string
		var meta []byte
		if err := rows.Scan(&b.ID, &keyID, &b.Size, &meta); err != nil {
			return nil, fmt.Errorf("draft: files: %w", err)
		}
		if err := s.openMeta(&b, tenant, draftID, keyID, meta); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

func (s *Store) openMeta(b *Blob, tenant, draftID, keyID string, meta []byte) error {
	plain, err := s.keys.open(keyID, tenant, draftID, meta, blobAAD("meta", tenant, draftID, b.ID, keyID, b.Size))
	if err != nil {
		return err
	}
	parts, ok := unbind(plain, 2)
	if !ok {
		return ErrSealBroken
	}
	b.Name, b.Type = parts[0], parts[1]
	return nil
}
