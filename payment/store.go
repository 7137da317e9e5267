package payment

import (
	"context"
	"errors"
	"time"
)

// Errors of stores; test with errors.Is.
var (
	// ErrConflict: the attempt has changed since it was read, or a claim's ID
	// is taken by a claim with other content.
	ErrConflict = errors.New("payment: conflict")
	// ErrOpenAttempt: the claim already has an open attempt.
	ErrOpenAttempt = errors.New("payment: the claim has an open attempt")
	// ErrDuplicateEntry: the ledger has an entry with this key.
	ErrDuplicateEntry = errors.New("payment: the entry is already booked")
)

// Store keeps claims, attempts, the ledger and the events. It is safe for
// concurrent use, also by several processes if it is a database. Every value
// given or returned is a copy. What is reported stored survives a crash (the
// memory store: of nothing). paymenttest.RunStore is its conformance suite.
type Store interface {
	// PutClaim stores a claim. If the key is taken, the stored claim is
	// returned as it is, and the caller compares.
	PutClaim(ctx context.Context, c Claim) (stored Claim, err error)
	// Claim returns a claim, its attempts (oldest first) and its entries (in
	// the order of booking) as they were at one moment, or ErrNotFound.
	Claim(ctx context.Context, tenant, id string) (*Record, error)
	// Attempt returns an attempt or ErrNotFound.
	Attempt(ctx context.Context, tenant, id string) (Attempt, error)
	// AttemptByToken finds the attempt of a return token by the token's
	// SHA-256, or ErrNotFound.
	AttemptByToken(ctx context.Context, hash []byte) (Attempt, error)
	// Apply makes one change, all of it or nothing: ErrConflict if the stored
	// attempt's Revision is not the given one, ErrOpenAttempt if the change
	// would give a claim two open attempts, ErrDuplicateEntry if an entry's
	// key is taken, ErrNotFound if the claim is not there.
	Apply(ctx context.Context, c Change) error
	// LeaseDue takes up to limit attempts whose NextCheck is not after now and
	// whose lease has ended, most overdue first, sets their LeasedUntil and
	// NextCheck to until, and returns them. No attempt is given to two callers
	// at once, and one whose work fails goes to the end of the row.
	LeaseDue(ctx context.Context, now, until time.Time, limit int) ([]Attempt, error)
	// Entry returns the ledger entry with a key, or ErrNotFound.
	Entry(ctx context.Context, key EntryKey) (Entry, error)
	// Find returns the IDs of a tenant's claims that a reference names, in
	// order, at most limit: those whose Kassenzeichen it is (only letters and
	// digits count, in either case), and those with an attempt whose ID,
	// TransactionID or Reference it is. The empty reference names none, nor does
	// one that is not UTF-8 or holds a zero byte; the other methods answer
	// ErrNotFound for such IDs.
	Find(ctx context.Context, tenant, reference string, limit int) ([]string, error)
	// Events returns the oldest events that are not acknowledged.
	Events(ctx context.Context, limit int) ([]Event, error)
	// Ack forgets events by ID; unknown IDs are no error.
	Ack(ctx context.Context, ids ...string) error
	// ErasePayer deletes the payer of a claim for good.
	ErasePayer(ctx context.Context, tenant, claimID string) error
	// DeleteClaims deletes claims opened before a time with their attempts,
	// tokens and entries, oldest first, at most limit, and says how many. It
	// spares claims with attempts that are open, in review or still watched
	// (NextCheck set), and those with events not acknowledged.
	DeleteClaims(ctx context.Context, tenant string, before time.Time, limit int) (int, error)
	// Ping reports whether the store works.
	Ping(ctx context.Context) error
}

// Record is a claim with all that belongs to it.
type Record struct {
	Claim    Claim
	Attempts []Attempt
	Entries  []Entry
}

// Change is what [Store].Apply does in one transaction.
type Change struct {
	// Attempt is inserted if its Revision is 0, else replaces the stored one
	// of the same Revision. It is stored with Revision+1. Nil changes none.
	Attempt *Attempt
	// TokenHash is the SHA-256 of another return token of Attempt.
	TokenHash []byte
	// Entries are added to the ledger, Events to the outbox. Several events may
	// tell of one change.
	Entries []Entry
	Events  []Event
}

// Event says that something happened to a claim. It is stored in the same
// transaction as what it tells of and handed out until it is acknowledged, at
// least once: consumers drop repeats by ID.
type Event struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	// ClaimID and AttemptID say what it is about; AttemptID may be empty.
	ClaimID   string `json:"claimId"`
	AttemptID string `json:"attemptId,omitempty"`
	// State is the attempt's new state; empty for an entry booked by hand.
	State State `json:"state,omitempty"`
	// Kind is set if an entry was booked.
	Kind Kind `json:"kind,omitempty"`
	// Late says that the money came after the attempt had ended otherwise.
	Late bool      `json:"late,omitempty"`
	At   time.Time `json:"at"`
}
