package submission

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

// State says how far an entry of the outbox has come.
type State string

const (
	// StatePending: to be sent, now or at NextAttempt.
	StatePending State = "pending"
	// StateSent: the sender took it. A receipt has not come yet.
	StateSent State = "sent"
	// StateConfirmed: the receiver's receipt says accepted.
	StateConfirmed State = "confirmed"
	// StateRejected: the receiver's receipt says rejected. A person must look;
	// [Outbox.Retry] makes it pending again.
	StateRejected State = "rejected"
	// StateRefused: the sender will never take it as it is. A person must look;
	// [Outbox.Retry] makes it pending again.
	StateRefused State = "refused"
)

// Entry is what the outbox knows of a message, without its bytes. Times are
// UTC in whole microseconds; the zero time means "not yet".
type Entry struct {
	Tenant, ID, Kind, Name, Reference string

	State State
	// Digest is the SHA-256 of the document, 64 lower-case hexadecimal digits.
	Digest string
	// Size is the document's length in bytes.
	Size int64
	// CreatedAt is when the message was stored.
	CreatedAt time.Time
	// NextAttempt is when it is due; set while pending.
	NextAttempt time.Time
	// Attempts counts how often it was handed to the sender.
	Attempts int
	// LastError is what the sender last said, at most 500 bytes; empty after
	// success.
	LastError string
	// SentAt is when the sender took it.
	SentAt time.Time
	// RemoteID is what the other side calls it ([Delivery]); may be empty.
	RemoteID string
	// ReceivedAt and ReceiptReference are the receiver's words, from its receipt.
	ReceivedAt       time.Time
	ReceiptReference string
}

// LogValue leaves out LastError, whose text is the sender's.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", e.Tenant), slog.String("id", e.ID), slog.String("reference", e.Reference),
		slog.String("state", string(e.State)), slog.Int("attempts", e.Attempts), slog.Time("created", e.CreatedAt))
}

// OutboxOptions are the outbox's settings; nil and the zero value are safe.
type OutboxOptions struct {
	// Now is the clock; nil means time.Now. The clocks of nodes that share a
	// database must agree within SendTimeout.
	Now func() time.Time
	// SendTimeout ends the context of one Send; 0 means one minute. An entry is
	// leased for twice as long: after a crash it is due again then.
	SendTimeout time.Duration
	// Backoff holds the waits after the first, second ... failed attempt; the
	// last one repeats. Empty means 5 s, 15 s, 1 min, 5 min, 15 min, 1 h.
	Backoff []time.Duration
	// MaxBytes limits the document and the signature, each; 0 means
	// [DefaultMaxBytes].
	MaxBytes int64
	// ReceiptVerifier checks the signatures of receipts. Nil takes receipts as
	// they come: then whoever can write to their source can confirm an entry.
	ReceiptVerifier Verifier
	// ReceiptVerifierOf gives the verifier of a tenant's receipts, where the
	// receivers differ between tenants, so that the authority of one cannot
	// confirm what another one waits for; nil means that the tenant gets no
	// receipts. It replaces ReceiptVerifier.
	ReceiptVerifierOf func(tenant string) Verifier
	// Logger gets one line for each attempt; nil means none. It gets ids and
	// references, never content.
	Logger *slog.Logger
}

// Outbox keeps messages in the caller's database until they are sent and
// confirmed. It is safe for concurrent use, also by several processes on one
// database.
type Outbox struct {
	db     *sqldb.DB
	sender Sender
	opt    OutboxOptions
	log    *slog.Logger
	hook   func(step string) // for crash tests; never nil
}

var defaultBackoff = [...]time.Duration{
	5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
}

// NewOutbox brings the outbox's tables up to date and opens it. The sender may
// be nil in a process that only submits; SendDue then fails.
//
// The database is SQLite or PostgreSQL and must keep what it has committed (an
// error otherwise): SQLite with PRAGMA synchronous FULL or EXTRA, PostgreSQL
// with fsync and synchronous_commit. SQLite should have a busy_timeout, since
// several writers wait for each other.
func NewOutbox(ctx context.Context, db *sql.DB, sender Sender, options *OutboxOptions) (*Outbox, error) {
	if db == nil {
		return nil, errors.New("submission: the outbox needs a database")
	}
	d, err := migrate(ctx, db)
	if err != nil {
		return nil, err
	}
	o := &Outbox{db: d, sender: sender, log: slog.New(slog.DiscardHandler), hook: func(string) {}}
	if options != nil {
		o.opt = *options
	}
	if o.opt.Now == nil {
		o.opt.Now = time.Now
	}
	if o.opt.SendTimeout <= 0 {
		o.opt.SendTimeout = time.Minute
	}
	if len(o.opt.Backoff) == 0 {
		o.opt.Backoff = defaultBackoff[:]
	}
	if o.opt.MaxBytes <= 0 {
		o.opt.MaxBytes = DefaultMaxBytes
	}
	if o.opt.Logger != nil {
		o.log = o.opt.Logger
	}
	return o, nil
}

// Submit stores the message; when it returns nil the message is durable and
// will be sent. It is idempotent by (Tenant, ID): the same message again
// returns the entry as it stands, another message under the same id is
// [ErrConflict]. A message that breaks the rules of [Message] is
// [ErrInvalidMessage].
//
// Making a message anew need not give the same bytes: ECDSA and RSA-PSS
// signatures differ each time. Use [Outbox.SubmitOnce] when a message is signed
// on the way.
func (o *Outbox) Submit(ctx context.Context, m Message) (Entry, error) {
	if err := m.check(o.opt.MaxBytes); err != nil {
		return Entry{}, err
	}
	return o.insert(ctx, m, func(stored Message) error {
		if !m.equal(stored) {
			return ErrConflict
		}
		return nil
	})
}

// SubmitOnce stores the message that build makes, unless (tenant, id) is
// stored already: then it returns that entry and does not call build. When two
// callers meet, both may build, one message is stored, and both get its entry.
// An error of build is returned and nothing is stored.
//
// The id must stand for what is submitted: whoever changes the answers after
// SubmitOnce needs a new id. Tenant and ID of what build returns may be empty;
// otherwise they must be those given.
func (o *Outbox) SubmitOnce(ctx context.Context, tenant, id string, build func() (Message, error)) (Entry, error) {
	if !plainName(tenant) || !plainName(id) {
		return Entry{}, fmt.Errorf("%w: Tenant or ID is no plain name", ErrInvalidMessage)
	}
	e, err := o.Get(ctx, tenant, id)
	if !errors.Is(err, ErrNotFound) {
		return e, err
	}
	m, err := build()
	if err != nil {
		return Entry{}, fmt.Errorf("submission: building %s/%s: %w", tenant, id, err)
	}
	if m.Tenant == "" && m.ID == "" {
		m.Tenant, m.ID = tenant, id
	}
	if m.Tenant != tenant || m.ID != id {
		return Entry{}, fmt.Errorf("%w: Tenant and ID are not those asked for", ErrInvalidMessage)
	}
	if err := m.check(o.opt.MaxBytes); err != nil {
		return Entry{}, err
	}
	o.hook("built")
	return o.insert(ctx, m, func(Message) error { return nil })
}

// insert stores m or, if the id is taken, asks judge about what is stored.
func (o *Outbox) insert(ctx context.Context, m Message, judge func(stored Message) error) (Entry, error) {
	var e Entry
	err := o.db.InTx(ctx, func(tx *sqldb.Tx) error {
		now := micros(o.opt.Now())
		// The write comes first, so that the transaction never has to turn a read
		// lock into a write lock.
		res, err := tx.ExecContext(ctx, `INSERT INTO submission_outbox
			(tenant, id, kind, name, reference, digest, size, state, created_at, due_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO NOTHING`,
			m.Tenant, m.ID, m.Kind, m.Name, m.Reference, digestOf(m.Document), len(m.Document), StatePending, now, now)
		if err != nil {
			return err
		}
		fresh, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if fresh == 1 {
			_, err = tx.ExecContext(ctx, `INSERT INTO submission_outbox_content (tenant, id, document, signature, signature_digest)
				VALUES (?, ?, ?, ?, ?)`, m.Tenant, m.ID, m.Document, notNil(m.Signature), digestOf(m.Signature))
		} else {
			var stored Message
			if stored, err = loadMessage(ctx, tx, m.Tenant, m.ID); err == nil {
				err = judge(stored)
			}
		}
		if err != nil {
			return err
		}
		e, err = loadEntry(ctx, tx, m.Tenant, m.ID)
		o.hook("inserted")
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("submission: storing %s/%s: %w", m.Tenant, m.ID, err)
	}
	o.hook("stored")
	return e, nil
}

func newLease() string { return rand.Text() }

func micros(t time.Time) int64 { return t.UnixMicro() }

// fromMicros keeps 0 as the zero time.
func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
