package draft

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/bausteine/egov/internal/sqldb"
)

// Options change the store's limits. The zero value is ready for use.
type Options struct {
	OpenFor       time.Duration // an open draft expires this long after its last change; 0: 30 days
	SubmittingFor time.Duration // a confirmed one that never gets submitted; 0: 180 days
	SubmittedFor  time.Duration // a submitted one, counted from its submission; 0: 90 days

	MaxAnswers   int   // bytes of answers; 0: 1 MiB
	MaxBlob      int64 // bytes of one file; 0: 10 MiB
	MaxBlobs     int   // files of one draft; 0: 20
	MaxBlobBytes int64 // bytes of all files of one draft; 0: 50 MiB
	MaxTokens    int   // tokens of one draft, the oldest are dropped; 0: 20

	Now func() time.Time // nil: time.Now
}

// Store keeps drafts in a database. Make one with [NewStore].
type Store struct {
	db   *sqldb.DB
	keys *keyring
	o    Options
}

var schema = []string{
	`CREATE TABLE draft_drafts (
		tenant TEXT NOT NULL, id TEXT NOT NULL,
		form TEXT NOT NULL, form_version TEXT NOT NULL,
		state TEXT NOT NULL, revision INTEGER NOT NULL,
		owner BLOB, key_id TEXT NOT NULL, sealed BLOB NOT NULL,
		created INTEGER NOT NULL, updated INTEGER NOT NULL, expires INTEGER NOT NULL, checked INTEGER NOT NULL,
		PRIMARY KEY (tenant, id))`,
	`CREATE INDEX draft_drafts_owner ON draft_drafts (tenant, owner)`,
	`CREATE INDEX draft_drafts_expires ON draft_drafts (expires)`,
	`CREATE INDEX draft_drafts_state ON draft_drafts (tenant, form, state, checked)`,
	`CREATE TABLE draft_blobs (
		tenant TEXT NOT NULL, draft TEXT NOT NULL, id TEXT NOT NULL,
		key_id TEXT NOT NULL, size INTEGER NOT NULL, meta BLOB NOT NULL, data BLOB NOT NULL,
		PRIMARY KEY (tenant, draft, id))`,
	`CREATE TABLE draft_tokens (
		tenant TEXT NOT NULL, hash BLOB NOT NULL, draft TEXT NOT NULL, created INTEGER NOT NULL,
		PRIMARY KEY (tenant, hash))`,
	`CREATE INDEX draft_tokens_draft ON draft_tokens (tenant, draft, created)`,
}

// NewStore brings the tables (prefix draft_) up to date and returns a store. The
// first key seals, all keys open; see [Store.Reseal] for retiring one. The
// database, SQLite or PostgreSQL, stays the caller's. SQLite is opened with
// busy_timeout and _txlock=immediate, so that writers wait for each other
// instead of failing.
func NewStore(ctx context.Context, db *sql.DB, keys []Key, o *Options) (*Store, error) {
	ring, err := newKeyring(keys)
	if err != nil {
		return nil, err
	}
	s := &Store{keys: ring}
	if o != nil {
		s.o = *o
	}
	const day = 24 * time.Hour
	orDefault(&s.o.OpenFor, 30*day)
	orDefault(&s.o.SubmittingFor, 180*day)
	orDefault(&s.o.SubmittedFor, 90*day)
	orDefault(&s.o.MaxAnswers, 1<<20)
	orDefault(&s.o.MaxBlob, 10<<20)
	orDefault(&s.o.MaxBlobs, 20)
	orDefault(&s.o.MaxBlobBytes, 50<<20)
	orDefault(&s.o.MaxTokens, 20)
	if s.o.Now == nil {
		s.o.Now = time.Now
	}
	if err := sqldb.Migrate(ctx, db, "draft", schema); err != nil {
		return nil, err
	}
	if s.db, err = sqldb.Open(ctx, db); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	return s, nil
}

func orDefault[T ~int | ~int64](p *T, v T) {
	if *p <= 0 {
		*p = v
	}
}

// Create stores a new open draft under a random ID.
func (s *Store) Create(ctx context.Context, n New) (*Draft, error) {
	if n.Tenant == "" || len(n.Tenant) > 200 || n.Form == "" || len(n.Form) > 200 || len(n.FormVersion) > 200 || len(n.Owner) > 1000 {
		return nil, errors.New("draft: tenant and form are required; tenant, form and version have at most 200 bytes, an owner 1000")
	}
	if len(n.Answers) > s.o.MaxAnswers {
		return nil, ErrTooLarge
	}
	now := s.now()
	d := &Draft{
		Tenant: n.Tenant, ID: uuid.NewString(), Form: n.Form, FormVersion: n.FormVersion, Owner: n.Owner,
		State: Open, Revision: 1, Answers: n.Answers, Created: now, Updated: now, Expires: now.Add(s.o.OpenFor),
	}
	sealed, mac, err := s.sealDraft(d)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO draft_drafts
			(tenant, id, form, form_version, state, revision, owner, key_id, sealed, created, updated, expires, checked)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			d.Tenant, d.ID, d.Form, d.FormVersion, string(d.State), d.Revision, mac, s.keys.current(), sealed,
			micros(d.Created), micros(d.Updated), micros(d.Expires))
		if err != nil {
			return err
		}
		for _, t := range n.Tokens {
			if err := s.grant(ctx, tx, d.Tenant, d.ID, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("draft: create: %w", err)
	}
	return d, nil
}

const columns = `tenant, id, form, form_version, state, revision, owner, key_id, sealed, created, updated, expires`

// Load returns a draft. Whether the person asking may see it is the caller's
// business: compare [Draft.Owner], or use [Store.LoadByToken].
func (s *Store) Load(ctx context.Context, tenant, id string) (*Draft, error) {
	if !sqldb.Storable(tenant, id) {
		return nil, ErrNotFound
	}
	return s.load(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM draft_drafts WHERE tenant = ? AND id = ?`, tenant, id))
}

// LoadByToken returns the draft that a token opens.
func (s *Store) LoadByToken(ctx context.Context, tenant string, t Token) (*Draft, error) {
	if t == (Token{}) || !sqldb.Storable(tenant) {
		return nil, ErrNotFound
	}
	return s.load(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM draft_drafts WHERE tenant = ? AND id =
		(SELECT draft FROM draft_tokens WHERE tenant = ? AND hash = ?)`, tenant, tenant, t.hash()))
}

// List returns an account's drafts that have not expired, the latest change
// first, at most limit.
func (s *Store) List(ctx context.Context, tenant, owner string, limit int) ([]*Draft, error) {
	return s.list(ctx, tenant, owner, "", limit)
}

// ListForm is [Store.List] for the drafts of one form.
func (s *Store) ListForm(ctx context.Context, tenant, owner, form string, limit int) ([]*Draft, error) {
	if form == "" {
		return nil, nil
	}
	return s.list(ctx, tenant, owner, form, limit)
}

func (s *Store) list(ctx context.Context, tenant, owner, form string, limit int) ([]*Draft, error) {
	if owner == "" {
		return nil, nil
	}
	where, args := s.ownerClause(tenant, owner)
	if form != "" {
		where, args = where+` AND form = ?`, append(args, form)
	}
	args = append(args, micros(s.now()), atMost(limit))
	rows, err := s.db.QueryContext(ctx, `SELECT `+columns+` FROM draft_drafts WHERE `+where+
		` AND expires > ? ORDER BY updated DESC, id LIMIT ?`, args...)
	if err != nil {
		return nil, fmt.Errorf("draft: list: %w", err)
	}
	defer rows.Close()
	var list []*Draft
	for rows.Next() {
		d, err := s.load(rows)
		if errors.Is(err, ErrExpired) {
			continue // since the database was asked
		}
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Save stores new answers and files of an open draft, if it is still at the
// revision of d, and extends its life.
func (s *Store) Save(ctx context.Context, d *Draft, c Change) (*Draft, error) {
	return s.change(ctx, d, Open, func(n *Draft) error {
		n.Answers = c.Answers
		n.Expires = n.Updated.Add(s.o.OpenFor)
		return bindOwner(n, c.Owner)
	}, c)
}

// Freeze is a last [Store.Save] that makes the draft [Submitting]: its author
// has confirmed these answers. A crash after it leaves a draft that [Store.Due]
// finds.
func (s *Store) Freeze(ctx context.Context, d *Draft, c Change) (*Draft, error) {
	return s.change(ctx, d, Open, func(n *Draft) error {
		n.Answers, n.State = c.Answers, Submitting
		n.Expires = n.Updated.Add(s.o.SubmittingFor)
		return bindOwner(n, c.Owner)
	}, c)
}

// Reopen takes a [Submitting] draft back to [Open]. The caller makes sure that
// nothing was sent or paid.
func (s *Store) Reopen(ctx context.Context, d *Draft) (*Draft, error) {
	return s.change(ctx, d, Submitting, func(n *Draft) error {
		n.State = Open
		n.Expires = n.Updated.Add(s.o.OpenFor)
		return nil
	}, Change{})
}

// Hold moves a [Submitting] draft to its next revision before it is handed over:
// whoever loaded it earlier can no longer [Store.Reopen] it.
func (s *Store) Hold(ctx context.Context, d *Draft) (*Draft, error) {
	return s.change(ctx, d, Submitting, func(n *Draft) error {
		n.Expires = n.Updated.Add(s.o.SubmittingFor)
		return nil
	}, Change{})
}

// Finish makes a [Submitting] draft [Submitted] under the reference of its
// receipt. Repeating it with the same reference changes nothing; another
// reference is [ErrConflict].
func (s *Store) Finish(ctx context.Context, d *Draft, reference string) (*Draft, error) {
	if reference == "" || len(reference) > 200 {
		return nil, errors.New("draft: a reference of 1 to 200 bytes is required")
	}
	n, err := s.change(ctx, d, Submitting, func(n *Draft) error {
		n.State, n.Reference = Submitted, reference
		n.Expires = n.Updated.Add(s.o.SubmittedFor)
		return nil
	}, Change{})
	if !errors.Is(err, ErrState) && !errors.Is(err, ErrConflict) {
		return n, err
	}
	n, loadErr := s.Load(ctx, d.Tenant, d.ID)
	switch {
	case loadErr != nil:
		return nil, loadErr
	case n.State != Submitted:
		return nil, err
	case n.Reference != reference:
		return nil, ErrConflict
	}
	return n, nil
}

// change is the one way in which a stored draft changes.
func (s *Store) change(ctx context.Context, d *Draft, from State, mutate func(*Draft) error, c Change) (*Draft, error) {
	if d.State != from {
		return nil, ErrState
	}
	n := *d
	n.Revision++
	n.Updated = s.now()
	if !n.Updated.Before(d.Expires) {
		return nil, ErrExpired
	}
	if err := mutate(&n); err != nil {
		return nil, err
	}
	if len(n.Answers) > s.o.MaxAnswers {
		return nil, ErrTooLarge
	}
	sealed, mac, err := s.sealDraft(&n)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *sqldb.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE draft_drafts SET state = ?, revision = ?, owner = ?, key_id = ?, sealed = ?, updated = ?, expires = ?
			WHERE tenant = ? AND id = ? AND revision = ? AND state = ?`,
			string(n.State), n.Revision, mac, s.keys.current(), sealed, micros(n.Updated), micros(n.Expires),
			d.Tenant, d.ID, d.Revision, string(from))
		if err != nil {
			return err
		}
		if count, err := res.RowsAffected(); err != nil {
			return err
		} else if count != 1 {
			return whyUnchanged(ctx, tx, d, from)
		}
		return s.storeBlobs(ctx, tx, &n, c)
	})
	if err != nil {
		return nil, wrap("change", err)
	}
	return &n, nil
}

// whyUnchanged explains an update that met no row.
func whyUnchanged(ctx context.Context, tx *sqldb.Tx, d *Draft, from State) error {
	var state string
	err := tx.QueryRowContext(ctx, `SELECT state FROM draft_drafts WHERE tenant = ? AND id = ?`, d.Tenant, d.ID).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil:
		return err
	case State(state) != from:
		return ErrState
	default:
		return ErrConflict
	}
}

func bindOwner(d *Draft, owner string) error {
	switch {
	case owner == "" || owner == d.Owner:
		return nil
	case len(owner) > 1000:
		return errors.New("draft: an owner has at most 1000 bytes")
	case d.Owner != "":
		return ErrConflict
	}
	d.Owner = owner
	return nil
}

// aad lists what is clear in a draft's row and must not be changed.
func (d *Draft) aad(keyID string, mac []byte) []byte {
	return bind("answers", d.Tenant, d.ID, d.Form, d.FormVersion, string(d.State), strconv.FormatInt(d.Revision, 10), keyID, string(mac),
		strconv.FormatInt(micros(d.Created), 10), strconv.FormatInt(micros(d.Updated), 10), strconv.FormatInt(micros(d.Expires), 10))
}

func (s *Store) sealDraft(d *Draft) (sealed, mac []byte, err error) {
	if !utf8.ValidString(d.Tenant) || !utf8.ValidString(d.Owner) {
		return nil, nil, errors.New("draft: tenant and owner must be UTF-8")
	}
	keyID := s.keys.current()
	mac = s.keys.ownerMAC(keyID, d.Tenant, d.Owner)
	sealed, err = s.keys.seal(keyID, d.Tenant, d.ID, bind(d.Owner, d.Reference, string(d.Answers)), d.aad(keyID, mac))
	return sealed, mac, err
}

// load reads and opens one row of columns.
func (s *Store) load(row interface{ Scan(...any) error }) (*Draft, error) {
	var (
		d                         Draft
		state, keyID              string
		mac, sealed               []byte
		created, updated, expires int64
	)
	err := row.Scan(&d.Tenant, &d.ID, &d.Form, &d.FormVersion, &state, &d.Revision, &mac, &keyID, &sealed, &created, &updated, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("draft: load: %w", err)
	}
	d.State = State(state)
	d.Created, d.Updated, d.Expires = fromMicros(created), fromMicros(updated), fromMicros(expires)
	if !s.now().Before(d.Expires) {
		return nil, ErrExpired
	}
	plain, err := s.keys.open(keyID, d.Tenant, d.ID, sealed, d.aad(keyID, mac))
	if err != nil {
		return nil, err
	}
	parts, ok := unbind(plain, 3)
	if !ok {
		return nil, ErrSealBroken
	}
	d.Owner, d.Reference, d.Answers = parts[0], parts[1], []byte(parts[2])
	return &d, nil
}

// atMost is a LIMIT: in SQLite a negative one means all, in PostgreSQL an error.
func atMost(limit int) int64 {
	if limit < 0 {
		return math.MaxInt64
	}
	return int64(limit)
}

func (s *Store) now() time.Time { return s.o.Now().UTC().Truncate(time.Microsecond) }

func micros(t time.Time) int64     { return t.UnixMicro() }
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// wrap names the operation unless the error is one of ours.
func wrap(op string, err error) error {
	for _, known := range []error{ErrNotFound, ErrExpired, ErrConflict, ErrState, ErrTooLarge, ErrUnknownKey, ErrSealBroken} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("draft: %s: %w", op, err)
}
