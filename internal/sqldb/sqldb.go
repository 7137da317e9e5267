// Package sqldb is what the library's SQL stores share: bringing their tables
// up to date and running a function in a transaction. It imports no driver;
// the stores work on the caller's *sql.DB.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
)

// ErrUnsafeDurability is returned for an SQLite database that may lose what it
// has committed.
var ErrUnsafeDurability = errors.New("sqlite: PRAGMA synchronous must be FULL (2) or EXTRA (3)")

// Migrate brings the tables of one package up to date. The name is the prefix
// of that package's tables and of its version table ("payment" keeps
// "payment_migrations"); versions[i] holds the statements of version i+1 and is
// never edited once released. Each version runs in one transaction.
//
// Today the dialect is SQLite. The database must keep what it has committed
// (PRAGMA synchronous FULL, SQLite's default), else ErrUnsafeDurability.
func Migrate(ctx context.Context, db *sql.DB, name string, versions ...[]string) error {
	var level int
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&level); err != nil {
		return fmt.Errorf("%s: not a usable SQLite database: %w", name, err)
	}
	if level < 2 {
		return fmt.Errorf("%s: %w", name, ErrUnsafeDurability)
	}
	migrations := make([]*goose.Migration, len(versions))
	for i, statements := range versions {
		run := func(ctx context.Context, tx *sql.Tx) error {
			for _, s := range statements {
				if _, err := tx.ExecContext(ctx, s); err != nil {
					return err
				}
			}
			return nil
		}
		migrations[i] = goose.NewGoMigration(int64(i+1), &goose.GoFunc{RunTx: run}, nil)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, nil,
		goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true), goose.WithTableName(name+"_migrations"))
	if err != nil {
		return fmt.Errorf("%s: migrations: %w", name, err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("%s: migrating: %w", name, err)
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
