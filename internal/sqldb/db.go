package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// DB runs statements that are written for SQLite on either database. It is
// safe for concurrent use.
type DB struct {
	db *sql.DB
	statements
}

// Open asks the database what it is. The database stays the caller's to close.
func Open(ctx context.Context, db *sql.DB) (*DB, error) {
	d, err := Detect(ctx, db)
	if err != nil {
		return nil, err
	}
	return &DB{db: db, statements: statements{dialect: d, cache: new(cache)}}, nil
}

// Dialect returns what the database is.
func (d *DB) Dialect() Dialect { return d.dialect }

// ExecContext is [sql.DB.ExecContext]. A statement that PostgreSQL has ended
// because others got in its way runs again.
func (d *DB) ExecContext(ctx context.Context, query string, args ...any) (result sql.Result, err error) {
	err = d.repeat(ctx, func() error {
		result, err = d.db.ExecContext(ctx, d.sql(query), args...)
		return err
	})
	return result, err
}

// QueryContext is [sql.DB.QueryContext].
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return d.db.QueryContext(ctx, d.sql(query), args...)
}

// QueryRowContext is [sql.DB.QueryRowContext].
func (d *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return d.db.QueryRowContext(ctx, d.sql(query), args...)
}

// Tx is a transaction of a [DB].
type Tx struct {
	tx *sql.Tx
	statements
}

// ExecContext is [sql.Tx.ExecContext].
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, t.sql(query), args...)
}

// QueryContext is [sql.Tx.QueryContext].
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, t.sql(query), args...)
}

// QueryRowContext is [sql.Tx.QueryRowContext].
func (t *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, t.sql(query), args...)
}

// attempts is how often a transaction is tried that others got in the way of.
const attempts = 20

// InTx runs f in a transaction and commits it if f returns nil; an error or a
// panic rolls it back. Transactions behave as if one ran after the other. In
// SQLite they do, if the database is opened with _txlock=immediate. PostgreSQL
// runs them side by side (SERIALIZABLE) and ends one of two that got in each
// other's way: f then runs again, so it must leave nothing behind but what it
// did in the transaction, and set again what it hands out.
func (d *DB) InTx(ctx context.Context, f func(*Tx) error) error {
	return d.inTx(ctx, sql.LevelSerializable, f)
}

// InTxReadCommitted is [DB.InTx] for a function that would be right beside any
// other, because its statements change only what they find unchanged. On
// PostgreSQL it runs on READ COMMITTED, where transactions about different rows
// do not end each other because of their index pages; it may still run again
// after a deadlock.
func (d *DB) InTxReadCommitted(ctx context.Context, f func(*Tx) error) error {
	return d.inTx(ctx, sql.LevelReadCommitted, f)
}

func (d *DB) inTx(ctx context.Context, level sql.IsolationLevel, f func(*Tx) error) error {
	run := func(tx *sql.Tx) error { return f(&Tx{tx: tx, statements: d.statements}) }
	if d.dialect != PostgreSQL {
		return inTx(ctx, d.db, nil, run)
	}
	return d.repeat(ctx, func() error {
		return inTx(ctx, d.db, &sql.TxOptions{Isolation: level}, run)
	})
}

// Read runs f in a transaction that only reads, on one state of the database,
// and waits for no writer. It runs once.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	o := &sql.TxOptions{ReadOnly: true}
	if d.dialect == PostgreSQL {
		o.Isolation = sql.LevelRepeatableRead
	}
	return inTx(ctx, d.db, o, func(tx *sql.Tx) error { return f(&Tx{tx: tx, statements: d.statements}) })
}

func (d *DB) repeat(ctx context.Context, f func() error) error {
	var err error
	for i := range attempts {
		if err = f(); !repeatable(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Millisecond << min(i, 8)))
		select {
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-pause.C:
		}
	}
	return err
}

// repeatable reports that a transaction failed because of others running at
// the same time: serialization_failure or deadlock_detected (PostgreSQL,
// appendix "Error Codes"). Drivers give the code by this method.
func repeatable(err error) bool {
	var coded interface{ SQLState() string }
	if !errors.As(err, &coded) {
		return false
	}
	code := coded.SQLState()
	return code == "40001" || code == "40P01"
}

// statements rewrites statements and remembers them.
type statements struct {
	dialect Dialect
	cache   *cache
}

// maxCached bounds the cache, should someone assemble statements from input.
const maxCached = 1000

type cache struct {
	known sync.Map // string to string
	size  atomic.Int64
}

func (s statements) sql(query string) string {
	if s.dialect != PostgreSQL {
		return query
	}
	if known, ok := s.cache.known.Load(query); ok {
		return known.(string)
	}
	rewritten := Rewrite(query)
	if s.cache.size.Load() < maxCached {
		if _, loaded := s.cache.known.LoadOrStore(query, rewritten); !loaded {
			s.cache.size.Add(1)
		}
	}
	return rewritten
}
