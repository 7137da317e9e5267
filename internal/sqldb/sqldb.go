// Package sqldb is what the library's SQL stores share: bringing their tables
// up to date and running a function in a transaction. It imports no driver;
// the stores work on the caller's *sql.DB.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrUnsafeDurability is returned for an SQLite database that may lose what it
// has committed.
var ErrUnsafeDurability = errors.New("sqlite: PRAGMA synchronous must be FULL (2) or EXTRA (3)")

// ErrNewer is returned for tables that a later version of the library has
// brought up to date: going on could spoil what they hold.
var ErrNewer = errors.New("the tables are of a later version of this library")

// Migrate brings the tables of one package up to date. The name is the prefix
// of that package's tables and of its version table ("payment" keeps
// "payment_migrations"); it is a constant of the caller, never input.
// versions[i] holds the statements of version i+1 and is never edited once
// released.
//
// All of it happens in one transaction that takes the write lock first, so any
// number of processes may start on a fresh database at the same time: one of
// them migrates, the others wait for it.
//
// Today the dialect is SQLite. The database must keep what it has committed
// (PRAGMA synchronous FULL, SQLite's default), else ErrUnsafeDurability, and
// wait for other writers (busy_timeout).
func Migrate(ctx context.Context, db *sql.DB, name string, versions ...[]string) error {
	var level int
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&level); err != nil {
		return fmt.Errorf("%s: not a usable SQLite database: %w", name, err)
	}
	if level < 2 {
		return fmt.Errorf("%s: %w", name, ErrUnsafeDurability)
	}
	table := name + "_migrations"
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+table+" (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)"); err != nil {
		return fmt.Errorf("%s: migrating: %w", name, err)
	}
	err := InTx(ctx, db, func(tx *sql.Tx) error { return migrate(ctx, tx, table, versions) })
	if err != nil {
		return fmt.Errorf("%s: migrating: %w", name, err)
	}
	return nil
}

func migrate(ctx context.Context, tx *sql.Tx, table string, versions [][]string) error {
	// Writing first takes the write lock: what is read afterwards stays true.
	if _, err := tx.ExecContext(ctx, "INSERT INTO "+table+" (version, applied_at) VALUES (0, 0) ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	var current int
	if err := tx.QueryRowContext(ctx, "SELECT MAX(version) FROM "+table).Scan(&current); err != nil {
		return err
	}
	if current > len(versions) {
		return ErrNewer
	}
	for i, statements := range versions[current:] {
		for _, s := range statements {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("version %d: %w", current+i+1, err)
			}
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+table+" (version, applied_at) VALUES (?, ?)", current+i+1, time.Now().UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// InTx runs f in a transaction and commits it if f returns nil. A panic or an
// error rolls it back.
func InTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
