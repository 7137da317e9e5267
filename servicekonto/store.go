package servicekonto

import (
	"context"
	"errors"
	"time"
)

// What a [Store] returns for a login or session that it does not hand out.
var (
	// ErrNotFound: there is no such login or session.
	ErrNotFound = errors.New("servicekonto: not found")
	// ErrExpired: the login's time is over.
	ErrExpired = errors.New("servicekonto: login expired")
	// ErrUsed: the login has been taken before.
	ErrUsed = errors.New("servicekonto: login already used")
	// ErrOtherBrowser: the login belongs to another browser.
	ErrOtherBrowser = errors.New("servicekonto: login of another browser")
)

// LoginRecord is a login under way, as a [Store] keeps it. It holds hashes and
// a sealed box only: without the handle from the browser it cannot be opened.
type LoginRecord struct {
	Tenant string
	// ID is the hash of the handle, hexadecimal.
	ID string
	// Browser is the hash of the browser's login cookie, hexadecimal.
	Browser string
	// Sealed is at most 1 MiB.
	Sealed    []byte
	ExpiresAt time.Time
}

// SessionRecord is a session as a [Store] keeps it. It holds hashes and a
// sealed box only: without the token from the browser's cookie the account's
// attributes cannot be read.
type SessionRecord struct {
	Tenant string
	// ID is the hash of the token, hexadecimal.
	ID string
	// Owner is the hash of the account's key, hexadecimal.
	Owner  string
	Sealed []byte
	// IdleUntil moves on with each use, ExpiresAt does not.
	IdleUntil time.Time
	ExpiresAt time.Time
}

// LoginStore keeps logins between start and answer. Times are kept to the
// microsecond. Implementations are safe for concurrent use by many processes.
type LoginStore interface {
	// SaveLogin stores a new login. The same tenant and ID twice is an error.
	SaveLogin(ctx context.Context, l LoginRecord) error
	// TakeLogin hands out a login exactly once, however many ask at the same
	// time. Browser must match; "" matches any, for the first half of a posted
	// answer, which carries no cookie. Errors, in this order: ErrNotFound,
	// ErrOtherBrowser (the login stays usable), ErrUsed, ErrExpired (ExpiresAt
	// is not after now). What was taken stays known, without its box, until
	// DeleteExpired removes it, so that a replay is told from a bad handle.
	TakeLogin(ctx context.Context, tenant, id, browser string, now time.Time) (*LoginRecord, error)
}

// SessionStore keeps sessions. Times are kept to the microsecond.
// Implementations are safe for concurrent use by many processes.
type SessionStore interface {
	// CreateSession stores a new session. The same tenant and ID twice is an error.
	CreateSession(ctx context.Context, s SessionRecord) error
	// Session returns the session, also if its time is over, or ErrNotFound.
	Session(ctx context.Context, tenant, id string) (*SessionRecord, error)
	// TouchSession moves IdleUntil forward, never back. A session that is gone
	// stays gone; that is not an error.
	TouchSession(ctx context.Context, tenant, id string, idleUntil time.Time) error
	// DeleteSession removes one session; none is not an error.
	DeleteSession(ctx context.Context, tenant, id string) error
	// DeleteByOwner removes all sessions of an account and returns how many.
	DeleteByOwner(ctx context.Context, tenant, owner string) (int, error)
}

// Store is what a [Service] keeps its state in. [NewMemoryStore] is one;
// package sqlstore has another.
type Store interface {
	LoginStore
	SessionStore
	// DeleteExpired removes, for all tenants, logins whose ExpiresAt and
	// sessions whose IdleUntil or ExpiresAt is not after now, and returns how many.
	DeleteExpired(ctx context.Context, now time.Time) (int, error)
}
