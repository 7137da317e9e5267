package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Dialect is the SQL that a database speaks.
type Dialect uint8

const (
	// SQLite is SQLite 3.35 or later.
	SQLite Dialect = iota + 1
	// PostgreSQL is PostgreSQL 12 or later.
	PostgreSQL
)

// String returns "SQLite" or "PostgreSQL".
func (d Dialect) String() string {
	switch d {
	case SQLite:
		return "SQLite"
	case PostgreSQL:
		return "PostgreSQL"
	default:
		return "unknown"
	}
}

// ErrDialect is returned for a database that is neither SQLite nor PostgreSQL.
var ErrDialect = errors.New("neither SQLite nor PostgreSQL")

// Detect asks the database what it is. It does not look at the driver, which
// may be wrapped (for tracing, for example): SELECT version() is answered by
// PostgreSQL with its name and is unknown to SQLite, sqlite_version() is known
// to SQLite only.
func Detect(ctx context.Context, db *sql.DB) (Dialect, error) {
	var version string
	errVersion := db.QueryRowContext(ctx, "SELECT version()").Scan(&version)
	if errVersion == nil {
		if strings.HasPrefix(version, "PostgreSQL ") {
			return PostgreSQL, nil
		}
		return 0, ErrDialect
	}
	errSQLite := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	if errSQLite == nil {
		return SQLite, nil
	}
	return 0, fmt.Errorf("asking the database what it is: %w", errors.Join(errVersion, errSQLite))
}

// ErrUnsafeDurability is returned for a database that may lose what it has
// committed.
var ErrUnsafeDurability = errors.New("the database may lose what it has committed")

// checkDurability refuses settings under which a committed transaction can be
// lost in a crash. Sources: SQLite, PRAGMA synchronous and journal_mode (OFF
// cannot roll back either); PostgreSQL, chapter
// "Write Ahead Log", fsync and synchronous_commit ("local" and stronger values
// wait for the local disk).
func checkDurability(ctx context.Context, db *sql.DB, d Dialect) error {
	if d == SQLite {
		var level int
		var file, journal string
		for query, dst := range map[string]any{"PRAGMA synchronous": &level, "PRAGMA journal_mode": &journal,
			"SELECT file FROM pragma_database_list WHERE name = 'main'": &file} {
			if err := db.QueryRowContext(ctx, query).Scan(dst); err != nil {
				return err
			}
		}
		switch {
		case level < 2:
			return fmt.Errorf("%w: PRAGMA synchronous must be FULL (2) or EXTRA (3)", ErrUnsafeDurability)
		case journal == "off", journal == "memory" && file != "": // a database in memory has no other
			return fmt.Errorf("%w: PRAGMA journal_mode must not be OFF or MEMORY", ErrUnsafeDurability)
		}
		return nil
	}
	var fsync, commit string
	err := db.QueryRowContext(ctx, "SELECT current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commit)
	switch {
	case err != nil:
		return err
	case fsync == "off":
		return fmt.Errorf("%w: fsync must be on", ErrUnsafeDurability)
	case commit == "off":
		return fmt.Errorf("%w: synchronous_commit must not be off", ErrUnsafeDurability)
	}
	return nil
}

// Storable reports whether texts can be in a table at all. PostgreSQL takes no
// others than UTF-8 without NUL, not even to look for, and they may come from an
// address.
func Storable(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return false
		}
	}
	return true
}
