// Package draft keeps what a citizen has typed into a form until it is
// submitted, and for a while after: encrypted, on the server, in SQL.
//
//	store, err := draft.NewStore(ctx, db, []draft.Key{{ID: "2026", Secret: secret}}, nil)
//	d, err := store.Create(ctx, draft.New{Tenant: "musterstadt", Form: "S05000058", Answers: answers})
//	d, err = store.Save(ctx, d, draft.Change{Answers: more})   // compare and set
//	d, err = store.Freeze(ctx, d, draft.Change{Answers: all})  // open → submitting
//	d, err = store.Finish(ctx, d, "MST-2026-0001")             // submitting → submitted
//
// A draft is one row, its files are rows of their own. Answers and files are
// opaque bytes here. What is stored is sealed with AES-256-GCM under a key
// derived for each draft (HKDF-SHA-256); the seal also covers the clear columns
// beside it, so that a row moved to another draft, or given another state,
// owner or time, no longer opens. Clear in the database are the tenant, the
// random identifiers, the form's name and version, state, revision, times and
// sizes. Accounts are found by a keyed hash, tokens by their SHA-256.
//
// # Guarantees
//
// The database is SQLite or PostgreSQL. Any number of processes may share it.
// What Create, Save, Freeze and Finish have reported is committed. Answers and
// the files that belong to them change in one transaction. Two writers that
// start from the same revision: one wins, the other gets [ErrConflict]. Answers
// cannot be changed once a draft has left [Open].
//
// # Not covered
//
// Whoever can write to the database can delete rows or put back an older copy
// of a whole row; neither can be told from a loss or a restored backup.
// Deleted rows may linger, sealed, in free pages and backups: destroying the
// key destroys them.
//
// # Errors
//
// [ErrNotFound], [ErrExpired], [ErrConflict], [ErrState], [ErrTooLarge],
// [ErrUnknownKey] and [ErrSealBroken] are told apart with errors.Is; all others
// come from the database. No error holds an answer, a file name, an owner or a
// token. A [Store] is safe for concurrent use.
package draft

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"time"
)

// What a caller can test for with errors.Is.
var (
	// ErrNotFound means that there is no such draft, file or token, or no longer.
	ErrNotFound = errors.New("draft: not found")
	// ErrExpired means that the draft is past its time and waits for deletion.
	ErrExpired = errors.New("draft: expired")
	// ErrConflict means that the draft was changed since it was loaded, or that
	// it already has another owner or another reference.
	ErrConflict = errors.New("draft: changed in the meantime")
	// ErrState means that the draft's state does not allow the step.
	ErrState = errors.New("draft: not allowed in this state")
	// ErrTooLarge means that answers or files exceed the limits in [Options].
	ErrTooLarge = errors.New("draft: too large")
	// ErrUnknownKey means that a row was sealed under a key that was not given.
	ErrUnknownKey = errors.New("draft: sealed under an unknown key")
	// ErrSealBroken means that a row does not open: wrong key bytes, or the row
	// was altered or moved.
	ErrSealBroken = errors.New("draft: seal broken")
)

// State is where a draft stands.
type State string

// The states in their order. There is no way back but [Store.Reopen].
const (
	// Open drafts can be changed.
	Open State = "open"
	// Submitting drafts are frozen and confirmed by their author, but not yet
	// known to be submitted.
	Submitting State = "submitting"
	// Submitted drafts are frozen and have a reference.
	Submitted State = "submitted"
)

// Draft is one draft as it was loaded. It is a snapshot: the methods of
// [Store] return a new one for every change.
type Draft struct {
	Tenant      string
	ID          string // random UUID, lower case, 36 characters
	Form        string
	FormVersion string
	Owner       string // account that the draft is bound to; empty: a guest's
	State       State
	Revision    int64 // grows by one with every change
	Answers     []byte
	Reference   string // of the receipt; empty until submitted
	Created     time.Time
	Updated     time.Time
	Expires     time.Time
}

// LogValue redacts everything but state and revision.
func (d Draft) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", d.Tenant), slog.String("id", d.ID),
		slog.String("state", string(d.State)), slog.Int64("revision", d.Revision))
}

// New describes a draft to be created.
type New struct {
	Tenant      string // required, at most 200 bytes
	Form        string // required
	FormVersion string
	Owner       string  // account, at most 1000 bytes; empty: a guest's
	Answers     []byte  // may be empty
	Tokens      []Token // each opens the draft through [Store.LoadByToken]
}

// LogValue redacts the new draft.
func (n New) LogValue() slog.Value { return slog.StringValue("[draft.New]") }

// Change is what a writer wants to store.
type Change struct {
	Answers []byte
	Owner   string   // binds a guest's draft to an account; empty: unchanged
	Add     []Blob   // files to be added; an ID that exists is [ErrConflict]
	Remove  []string // IDs of files to be removed; missing ones are ignored
}

// LogValue redacts the change.
func (c Change) LogValue() slog.Value { return slog.StringValue("[draft.Change]") }

// Blob is a file that belongs to a draft.
type Blob struct {
	ID   string // chosen by the caller, unique within the draft; at most 100 bytes
	Name string // file name as the author gave it; sealed
	Type string // media type; sealed
	Data []byte // nil in lists
	Size int64  // bytes of Data; set by the store
}

// LogValue redacts the file's name and content.
func (b Blob) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", b.ID), slog.Int64("size", b.Size))
}

// Token is a 256 bit secret that opens one draft: kept in a cookie or sent as
// a link. The store keeps its SHA-256 only. The zero Token opens nothing.
type Token [32]byte

// NewToken returns a random token.
func NewToken() Token {
	var t Token
	rand.Read(t[:]) //nolint:errcheck // documented never to fail
	return t
}

// ParseToken reads the form that [Token.Reveal] returns: 43 characters of unpadded
// base64url. Anything else is [ErrNotFound], like a token that nobody has.
func ParseToken(s string) (Token, error) {
	var t Token
	if len(s) != base64.RawURLEncoding.EncodedLen(len(t)) {
		return Token{}, ErrNotFound
	}
	// The decoder skips line feeds: comparing finds them.
	if _, err := base64.RawURLEncoding.Strict().Decode(t[:], []byte(s)); err != nil || t.Reveal() != s {
		return Token{}, ErrNotFound
	}
	return t, nil
}

// Reveal returns the token's text, for a cookie or a link.
func (t Token) Reveal() string { return base64.RawURLEncoding.EncodeToString(t[:]) }

// String returns a constant, so that a token printed by accident stays secret.
func (Token) String() string { return "[draft.Token]" }

// GoString returns a constant, like [Token.String].
func (Token) GoString() string { return "[draft.Token]" }

// LogValue returns a constant, like [Token.String].
func (Token) LogValue() slog.Value { return slog.StringValue("[draft.Token]") }

func (t Token) hash() []byte {
	h := sha256.Sum256(t[:])
	return h[:]
}
