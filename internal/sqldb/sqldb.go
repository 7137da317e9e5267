// Package sqldb is what the library's SQL stores share, on SQLite and on
// PostgreSQL: bringing their tables up to date, running a function in a
// transaction, and statements that are written once for both. It imports no
// driver; the stores work on the caller's *sql.DB.
//
// A store calls [Migrate], then [Open], and keeps the *DB:
//
//	if err := sqldb.Migrate(ctx, db, "demo", schema...); err != nil { ... }
//	d, err := sqldb.Open(ctx, db)
//	row := d.QueryRowContext(ctx, `SELECT n FROM demo_counts WHERE tenant = ?`, tenant)
//
// # Portable statements
//
// Placeholders are ?. Column types are TEXT, INTEGER (64 bits) and BLOB,
// written in capitals; INTEGER PRIMARY KEY numbers rows by itself. Conflicts
// are met with ON CONFLICT, never caught as errors, because an error ends the
// transaction in PostgreSQL. Go values are string, int64 (or int) and []byte:
// PostgreSQL takes no bool for a number, and no NUL character in a text.
// Arithmetic on a placeholder names its type: CAST(? AS BIGINT) + 1.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"
)

// ErrNewer is returned for tables that a later version of the library has
// brought up to date: going on could spoil what they hold.
var ErrNewer = errors.New("the tables are of a later version of this library")

// Migrate brings the tables of one package up to date. The name is the prefix
// of that package's tables and of its version table ("payment" keeps
// "payment_migrations"); it is a constant of the caller, never input.
// versions[i] holds the statements of version i+1 and is never edited once
// released. Statements are written for SQLite; on PostgreSQL the column types
// INTEGER, BLOB and TEXT become BIGINT, BYTEA and TEXT COLLATE "C".
//
// All of it happens in one transaction that takes a lock first (SQLite: the
// write lock; PostgreSQL: an advisory lock of the name), so any number of
// processes may start on a fresh database at the same time: one of them
// migrates, the others wait for it.
//
// The database must keep what it has committed, else ErrUnsafeDurability. In
// SQLite that is PRAGMA synchronous FULL, its default, and a journal_mode other
// than OFF and MEMORY; it must also wait for other writers (busy_timeout). In
// PostgreSQL neither fsync nor synchronous_commit may be off. ErrDialect stands
// for any other database.
func Migrate(ctx context.Context, db *sql.DB, name string, versions ...[]string) error {
	d, err := Detect(ctx, db)
	if err == nil {
		err = checkDurability(ctx, db, d)
	}
	if err != nil {
		return fmt.Errorf("%s: not a usable database: %w", name, err)
	}
	m := migration{dialect: d, table: name + "_migrations", versions: versions}
	switch d {
	case PostgreSQL:
		err = m.postgres(ctx, db)
	default:
		err = m.sqlite(ctx, db)
	}
	if err != nil {
		return fmt.Errorf("%s: migrating: %w", name, err)
	}
	return nil
}

type migration struct {
	dialect  Dialect
	table    string
	versions [][]string
}

func (m migration) create() string {
	return "CREATE TABLE IF NOT EXISTS " + m.table + " (version INTEGER NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (version))"
}

// sqlite creates the version table before the transaction: writing to it then
// takes the write lock, and what is read afterwards stays true.
func (m migration) sqlite(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, m.create()); err != nil {
		return err
	}
	return InTx(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+m.table+" (version, applied_at) VALUES (0, 0) ON CONFLICT DO NOTHING"); err != nil {
			return err
		}
		return m.apply(ctx, tx)
	})
}

// postgres reads committed: a snapshot from before the lock would not show
// what the node before has done.
func (m migration) postgres(ctx context.Context, db *sql.DB) error {
	return inTx(ctx, db, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, func(tx *sql.Tx) error {
		h := fnv.New64a()
		h.Write([]byte("github.com/bausteine/egov/internal/sqldb/" + m.table))
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(h.Sum64())); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, rewrite(m.create(), types)); err != nil {
			return err
		}
		return m.apply(ctx, tx)
	})
}

func (m migration) apply(ctx context.Context, tx *sql.Tx) error {
	var current int
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM "+m.table).Scan(&current); err != nil {
		return err
	}
	if current > len(m.versions) {
		return ErrNewer
	}
	for i, statements := range m.versions[current:] {
		for _, s := range statements {
			if m.dialect == PostgreSQL {
				s = rewrite(s, types)
			}
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("version %d: %w", current+i+1, err)
			}
		}
		insert := fmt.Sprintf("INSERT INTO %s (version, applied_at) VALUES (%d, %d)", m.table, current+i+1, time.Now().UnixMicro())
		if _, err := tx.ExecContext(ctx, insert); err != nil {
			return err
		}
	}
	return nil
}

// InTx runs f once in a transaction and commits it if f returns nil. A panic or
// an error rolls it back. The isolation is the database's default: enough in
// SQLite, which has one writer at a time. A function that reads before it
// writes needs [DB.InTx] on PostgreSQL.
func InTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	return inTx(ctx, db, nil, f)
}

func inTx(ctx context.Context, db *sql.DB, o *sql.TxOptions, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
