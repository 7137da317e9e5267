// Package sqlstore keeps the logins and sessions of package servicekonto in an
// SQL database, so that they outlive a restart and several processes share them.
//
//	store, err := sqlstore.New(ctx, db)
//	…
//	servicekonto.Config{Store: store}
//
// It works on the caller's *sql.DB, SQLite or PostgreSQL; the caller imports the
// driver. Open SQLite with busy_timeout and _txlock=immediate, so that writers
// wait for each other instead of failing. New brings the tables (prefix servicekonto_) up
// to date. The rows hold hashes and sealed boxes, no names and no tokens.
//
// A Store is safe for concurrent use by any number of processes. Errors are
// those of servicekonto.Store, or the database's.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/servicekonto"
)

// schema returns the statements of each version.
func schema() [][]string {
	return [][]string{{
		`CREATE TABLE servicekonto_login (
			tenant TEXT NOT NULL,
			id TEXT NOT NULL,
			browser TEXT NOT NULL,
			sealed BLOB NOT NULL,
			expires_at INTEGER NOT NULL,
			used INTEGER NOT NULL,
			PRIMARY KEY (tenant, id)
		)`,
		`CREATE INDEX servicekonto_login_expires ON servicekonto_login (expires_at)`,
		`CREATE TABLE servicekonto_session (
			tenant TEXT NOT NULL,
			id TEXT NOT NULL,
			owner TEXT NOT NULL,
			sealed BLOB NOT NULL,
			idle_until INTEGER NOT NULL,
			expires_at INTEGER NOT NULL,
			PRIMARY KEY (tenant, id)
		)`,
		`CREATE INDEX servicekonto_session_owner ON servicekonto_session (tenant, owner)`,
		`CREATE INDEX servicekonto_session_idle ON servicekonto_session (idle_until)`,
	}}
}

// Store is a servicekonto.Store in SQL.
type Store struct{ db *sqldb.DB }

var _ servicekonto.Store = (*Store)(nil)

// New brings the tables up to date and returns the store.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, "servicekonto", schema()...); err != nil {
		return nil, err
	}
	d, err := sqldb.Open(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("servicekonto/sqlstore: %w", err)
	}
	return &Store{db: d}, nil
}

func fromMicro(n int64) time.Time { return time.UnixMicro(n).UTC() }

// SaveLogin implements servicekonto.LoginStore.
func (s *Store) SaveLogin(ctx context.Context, l servicekonto.LoginRecord) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO servicekonto_login (tenant, id, browser, sealed, expires_at, used) VALUES (?, ?, ?, ?, ?, 0)`,
		l.Tenant, l.ID, l.Browser, box(l.Sealed), l.ExpiresAt.UnixMicro())
	if err != nil {
		return fmt.Errorf("servicekonto_login: %w", err)
	}
	return nil
}

// box keeps nil from becoming NULL.
func box(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// TakeLogin implements servicekonto.LoginStore. The UPDATE that asks for
// used = 0 decides who gets the login; a reader that comes between gets nothing.
func (s *Store) TakeLogin(ctx context.Context, tenant, id, browser string, now time.Time) (*servicekonto.LoginRecord, error) {
	l := &servicekonto.LoginRecord{Tenant: tenant, ID: id}
	err := s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		var expires, used int64
		err := tx.QueryRowContext(ctx, `SELECT browser, sealed, expires_at, used FROM servicekonto_login WHERE tenant = ? AND id = ?`,
			tenant, id).Scan(&l.Browser, &l.Sealed, &expires, &used)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return servicekonto.ErrNotFound
		case err != nil:
			return fmt.Errorf("servicekonto_login: %w", err)
		case browser != "" && browser != l.Browser:
			return servicekonto.ErrOtherBrowser
		case used != 0:
			return servicekonto.ErrUsed
		case expires <= now.UnixMicro():
			return servicekonto.ErrExpired
		}
		l.ExpiresAt = fromMicro(expires)
		res, err := tx.ExecContext(ctx, `UPDATE servicekonto_login SET used = 1, sealed = ? WHERE tenant = ? AND id = ? AND used = 0`, []byte{}, tenant, id)
		if err != nil {
			return fmt.Errorf("servicekonto_login: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("servicekonto_login: %w", err)
		} else if n != 1 {
			return servicekonto.ErrUsed
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// CreateSession implements servicekonto.SessionStore.
func (s *Store) CreateSession(ctx context.Context, r servicekonto.SessionRecord) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO servicekonto_session (tenant, id, owner, sealed, idle_until, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		r.Tenant, r.ID, r.Owner, box(r.Sealed), r.IdleUntil.UnixMicro(), r.ExpiresAt.UnixMicro())
	if err != nil {
		return fmt.Errorf("servicekonto_session: %w", err)
	}
	return nil
}

// Session implements servicekonto.SessionStore.
func (s *Store) Session(ctx context.Context, tenant, id string) (*servicekonto.SessionRecord, error) {
	r := &servicekonto.SessionRecord{Tenant: tenant, ID: id}
	var idle, expires int64
	err := s.db.QueryRowContext(ctx, `SELECT owner, sealed, idle_until, expires_at FROM servicekonto_session WHERE tenant = ? AND id = ?`,
		tenant, id).Scan(&r.Owner, &r.Sealed, &idle, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, servicekonto.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("servicekonto_session: %w", err)
	}
	r.IdleUntil, r.ExpiresAt = fromMicro(idle), fromMicro(expires)
	return r, nil
}

// TouchSession implements servicekonto.SessionStore.
func (s *Store) TouchSession(ctx context.Context, tenant, id string, idleUntil time.Time) error {
	return s.exec(ctx, `UPDATE servicekonto_session SET idle_until = ? WHERE tenant = ? AND id = ? AND idle_until < ?`,
		idleUntil.UnixMicro(), tenant, id, idleUntil.UnixMicro())
}

// DeleteSession implements servicekonto.SessionStore.
func (s *Store) DeleteSession(ctx context.Context, tenant, id string) error {
	return s.exec(ctx, `DELETE FROM servicekonto_session WHERE tenant = ? AND id = ?`, tenant, id)
}

func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	if _, err := s.db.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("servicekonto_session: %w", err)
	}
	return nil
}

// DeleteByOwner implements servicekonto.SessionStore.
func (s *Store) DeleteByOwner(ctx context.Context, tenant, owner string) (int, error) {
	return count(s.db.ExecContext(ctx, `DELETE FROM servicekonto_session WHERE tenant = ? AND owner = ?`, tenant, owner))
}

// DeleteExpired implements servicekonto.Store.
func (s *Store) DeleteExpired(ctx context.Context, now time.Time) (int, error) {
	t := now.UnixMicro()
	logins, err := count(s.db.ExecContext(ctx, `DELETE FROM servicekonto_login WHERE expires_at <= ?`, t))
	if err != nil {
		return 0, err
	}
	sessions, err := count(s.db.ExecContext(ctx, `DELETE FROM servicekonto_session WHERE idle_until <= ? OR expires_at <= ?`, t, t))
	return logins + sessions, err
}

func count(res sql.Result, err error) (int, error) {
	if err != nil {
		return 0, fmt.Errorf("servicekonto: deleting: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("servicekonto: deleting: %w", err)
	}
	return int(n), nil
}
