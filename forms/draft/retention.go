package draft

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

// Grant lets a token open a draft. Past the limit of tokens the oldest is
// dropped. Granting a token again changes nothing.
func (s *Store) Grant(ctx context.Context, tenant, id string, t Token) error {
	err := s.db.InTx(ctx, func(tx *sqldb.Tx) error { return s.grant(ctx, tx, tenant, id, t) })
	if err != nil {
		return wrap("grant", err)
	}
	return nil
}

func (s *Store) grant(ctx context.Context, tx *sqldb.Tx, tenant, id string, t Token) error {
	switch {
	case t == (Token{}):
		return errors.New("draft: the zero token opens nothing")
	case !sqldb.Storable(tenant, id):
		return ErrNotFound
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO draft_tokens (tenant, hash, draft, created)
		SELECT tenant, ?, id, ? FROM draft_drafts WHERE tenant = ? AND id = ?
		ON CONFLICT (tenant, hash) DO UPDATE SET created = excluded.created WHERE draft_tokens.draft = excluded.draft`,
		t.hash(), micros(s.now()), tenant, id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrNotFound
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM draft_tokens WHERE tenant = ? AND draft = ? AND hash NOT IN
		(SELECT hash FROM draft_tokens WHERE tenant = ? AND draft = ? ORDER BY created DESC, hash LIMIT ?)`,
		tenant, id, tenant, id, s.o.MaxTokens)
	return err
}

// Opens reports whether a token opens the draft, without loading it.
func (s *Store) Opens(ctx context.Context, tenant, id string, t Token) (bool, error) {
	if !sqldb.Storable(tenant, id) {
		return false, nil
	}
	var n int
	err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM draft_tokens WHERE tenant = ? AND hash = ? AND draft = ?`, tenant, t.hash(), id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("draft: token: %w", err)
	}
	return n > 0 && t != Token{}, nil
}

// Revoke withdraws all tokens of a draft, for example once it belongs to an
// account.
func (s *Store) Revoke(ctx context.Context, tenant, id string) error {
	if !sqldb.Storable(tenant, id) {
		return nil
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM draft_tokens WHERE tenant = ? AND draft = ?`, tenant, id); err != nil {
		return fmt.Errorf("draft: revoke: %w", err)
	}
	return nil
}

// Due leases up to limit drafts of a form in state [Submitting] that nobody has
// leased or changed for the given time, those that waited longest first, so
// that work which a browser has left can be finished. Many nodes may call it at
// once. It returns the drafts' IDs.
func (s *Store) Due(ctx context.Context, tenant, form string, after time.Duration, limit int) ([]string, error) {
	now := s.now()
	before := micros(now.Add(-after))
	var ids []string
	err := s.db.InTx(ctx, func(tx *sqldb.Tx) (err error) {
		ids, err = texts(tx.QueryContext(ctx, `UPDATE draft_drafts SET checked = ? WHERE tenant = ? AND form = ? AND state = ? AND checked <= ? AND updated <= ? AND id IN
			(SELECT id FROM draft_drafts WHERE tenant = ? AND form = ? AND state = ? AND checked <= ? AND updated <= ? AND expires > ? ORDER BY checked, updated LIMIT ?)
			RETURNING id`, micros(now), tenant, form, string(Submitting), before, before,
			tenant, form, string(Submitting), before, before, micros(now), atMost(limit)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("draft: due: %w", err)
	}
	return ids, nil
}

// texts reads rows of one text.
func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Delete removes a draft with its files and tokens. Deleting what is not there
// is no error.
func (s *Store) Delete(ctx context.Context, tenant, id string) error {
	if !sqldb.Storable(tenant, id) {
		return nil
	}
	_, err := s.deleteWhere(ctx, `tenant = ? AND id = ?`, tenant, id)
	return err
}

// Discard removes an [Open] draft with its files and tokens, if it is still at
// the revision of d: what was confirmed or changed meanwhile stays.
func (s *Store) Discard(ctx context.Context, d *Draft) error {
	const where = `tenant = ? AND id = ? AND revision = ? AND state = ?`
	n, err := s.deleteWhere(ctx, where, d.Tenant, d.ID, d.Revision, string(Open))
	if err != nil || n == 1 {
		return err
	}
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) error { return whyUnchanged(ctx, tx, d, Open) })
	return wrap("discard", err)
}

// DeleteByOwner removes all drafts of an account and returns how many.
func (s *Store) DeleteByOwner(ctx context.Context, tenant, owner string) (int, error) {
	if owner == "" {
		return 0, nil
	}
	where, args := s.ownerClause(tenant, owner)
	return s.deleteWhere(ctx, where, args...)
}

// DeleteBefore removes the drafts of a tenant that were last changed before t,
// whatever their state, and returns how many.
func (s *Store) DeleteBefore(ctx context.Context, tenant string, t time.Time) (int, error) {
	return s.deleteWhere(ctx, `tenant = ? AND updated < ?`, tenant, micros(t))
}

// DeleteExpired removes up to limit expired drafts of all tenants and returns
// how many. Call it at least daily.
func (s *Store) DeleteExpired(ctx context.Context, limit int) (int, error) {
	return s.deleteWhere(ctx, `(tenant, id) IN (SELECT tenant, id FROM draft_drafts WHERE expires <= ? ORDER BY expires, tenant, id LIMIT ?)`, micros(s.now()), atMost(limit))
}

// deleteWhere deletes the drafts that a condition selects, files and tokens
// first, in one transaction.
func (s *Store) deleteWhere(ctx context.Context, where string, args ...any) (int, error) {
	var count int64
	err := s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		for _, table := range []string{"draft_blobs", "draft_tokens"} {
			_, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE (tenant, draft) IN (SELECT tenant, id FROM draft_drafts WHERE `+where+`)`, args...)
			if err != nil {
				return err
			}
		}
		res, err := tx.ExecContext(ctx, `DELETE FROM draft_drafts WHERE `+where, args...)
		if err != nil {
			return err
		}
		count, err = res.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("draft: delete: %w", err)
	}
	return int(count), nil
}

// ownerClause selects an account's drafts, under whichever key they were sealed.
func (s *Store) ownerClause(tenant, owner string) (where string, args []any) {
	args = append(args, tenant)
	for _, keyID := range s.keys.ids {
		args = append(args, s.keys.ownerMAC(keyID, tenant, owner))
	}
	return `tenant = ? AND owner IN (?` + strings.Repeat(`, ?`, len(s.keys.ids)-1) + `)`, args
}

// Reseal seals up to limit drafts and files again that are not under the first
// key, and returns how many. Once it returns 0 the other keys can be dropped.
func (s *Store) Reseal(ctx context.Context, limit int) (int, error) {
	if limit < 0 {
		limit = math.MaxInt
	}
	n, err := again(ctx, limit, s.resealDrafts)
	if err != nil || n >= limit {
		return n, err
	}
	m, err := again(ctx, limit-n, s.resealBlobs)
	return n + m, err
}

// again repeats a step whose choice other nodes have sealed, changed or deleted
// before it could: nothing done must mean that nothing is left.
func again(ctx context.Context, limit int, step func(ctx context.Context, limit int) (chosen, done int, err error)) (int, error) {
	for {
		chosen, done, err := step(ctx, limit)
		if chosen == 0 || done > 0 || err != nil {
			return done, err
		}
	}
}

func (s *Store) resealDrafts(ctx context.Context, limit int) (chosen, done int, err error) {
	keyIDs, err := s.pairs(ctx, `SELECT tenant, id, '' FROM draft_drafts WHERE key_id <> ? AND expires > ? LIMIT ?`, s.keys.current(), micros(s.now()), atMost(limit))
	if err != nil {
		return 0, 0, err
	}
	for _, k := range keyIDs {
		d, err := s.Load(ctx, k[0], k[1])
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrExpired) {
			continue
		}
		if err != nil {
			return len(keyIDs), done, err
		}
		sealed, mac, err := s.sealDraft(d)
		if err != nil {
			return len(keyIDs), done, err
		}
		res, err := s.db.ExecContext(ctx, `UPDATE draft_drafts SET key_id = ?, owner = ?, sealed = ? WHERE tenant = ? AND id = ? AND revision = ? AND key_id <> ?`,
			s.keys.current(), mac, sealed, d.Tenant, d.ID, d.Revision, s.keys.current())
		if err != nil {
			return len(keyIDs), done, fmt.Errorf("draft: reseal: %w", err)
		}
		if n, err := res.RowsAffected(); err == nil && n == 1 {
			done++
		}
	}
	return len(keyIDs), done, nil
}

func (s *Store) resealBlobs(ctx context.Context, limit int) (chosen, done int, err error) {
	keyIDs, err := s.pairs(ctx, `SELECT b.tenant, b.draft, b.id FROM draft_blobs b JOIN draft_drafts d ON d.tenant = b.tenant AND d.id = b.draft
		WHERE b.key_id <> ? AND d.expires > ? LIMIT ?`, s.keys.current(), micros(s.now()), atMost(limit))
	if err != nil {
		return 0, 0, err
	}
	for _, k := range keyIDs {
		fresh := false
		err := s.db.InTx(ctx, func(tx *sqldb.Tx) error {
			fresh = false
			// The draft may have dropped or replaced the file since it was chosen.
			b, err := s.blob(ctx, tx, k[0], k[1], k[2])
			if errors.Is(err, ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			res, err := tx.ExecContext(ctx, `DELETE FROM draft_blobs WHERE tenant = ? AND draft = ? AND id = ? AND key_id <> ?`, k[0], k[1], k[2], s.keys.current())
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err
			}
			fresh = true
			return s.putBlob(ctx, tx, &Draft{Tenant: k[0], ID: k[1]}, *b)
		})
		if err != nil {
			return len(keyIDs), done, wrap("reseal", err)
		}
		if fresh {
			done++
		}
	}
	return len(keyIDs), done, nil
}

func (s *Store) pairs(ctx context.Context, query string, args ...any) (list [][3]string, err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("draft: reseal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p [3]string
		if err := rows.Scan(&p[0], &p[1], &p[2]); err != nil {
			return nil, fmt.Errorf("draft: reseal: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}
