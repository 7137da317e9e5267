package lint

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// Claim is what is remembered of a message that came in.
type Claim struct {
	// Tenant is whose messages these are: two tenants may get the same message.
	Tenant string
	// UUID is the message's nachrichtenUUID in lower case.
	UUID string
	// Digest is the SHA-256 of the message's bytes.
	Digest [sha256.Size]byte
	// At is when it came in.
	At time.Time
}

// Outcome is what a [Seen] says about a claim.
type Outcome uint8

const (
	// Unclaimed is the zero value: nothing was asked.
	Unclaimed Outcome = iota
	// First means that the UUID was not known; now it is.
	First
	// Repeat means that the same bytes came in before: the message was sent
	// again. The first delivery may have been lost in a crash after the claim,
	// so whoever drops a repeat asks his own books whether it was processed.
	Repeat
	// Duplicate means that another message came in with this UUID before.
	Duplicate
)

// String returns "unclaimed", "first", "repeat" or "duplicate".
func (o Outcome) String() string {
	switch o {
	case First:
		return "first"
	case Repeat:
		return "repeat"
	case Duplicate:
		return "duplicate"
	default:
		return "unclaimed"
	}
}

// MarshalText writes the outcome as its [Outcome.String], for JSON reports.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Seen remembers which messages came in. Of any number of claims of one UUID
// made at the same time, one is First. [Memory] is one; package sqlstore has
// another for SQLite and PostgreSQL.
type Seen interface {
	// Claim remembers a message, or says what is known of its UUID. What it
	// remembers is stored when it returns nil.
	Claim(ctx context.Context, c Claim) (Outcome, error)
}

// ErrFull is returned by a [Memory] that may hold no more.
var ErrFull = errors.New("lint: the store of seen messages is full")

// defaultSeen is about 20 MB.
const defaultSeen = 100_000

// Memory is a [Seen] that forgets everything with the process: for tests and
// for checks of a batch. It is safe for concurrent use; the zero value is
// ready.
type Memory struct {
	// Max is how many messages it holds; default 100,000.
	Max int

	mu   sync.Mutex
	seen map[memoryKey]Claim
}

type memoryKey struct{ tenant, uuid string }

// Claim implements [Seen]. The error is ErrFull or that of the context.
func (m *Memory) Claim(ctx context.Context, c Claim) (Outcome, error) {
	if err := ctx.Err(); err != nil {
		return Unclaimed, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := memoryKey{c.Tenant, c.UUID}
	if known, ok := m.seen[key]; ok {
		if known.Digest == c.Digest {
			return Repeat, nil
		}
		return Duplicate, nil
	}
	limit := m.Max
	if limit <= 0 {
		limit = defaultSeen
	}
	if len(m.seen) >= limit {
		return Unclaimed, ErrFull
	}
	if m.seen == nil {
		m.seen = map[memoryKey]Claim{}
	}
	m.seen[key] = c
	return First, nil
}

// DeleteBefore forgets what came in before a time, and says how many messages
// that were. A forgotten message that comes in again counts as First.
func (m *Memory) DeleteBefore(ctx context.Context, before time.Time) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := int64(0)
	for key, c := range m.seen {
		if c.At.Before(before) {
			delete(m.seen, key)
			n++
		}
	}
	return n, nil
}
