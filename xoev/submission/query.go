package submission

import (
	"context"
	"fmt"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

// Get returns an entry, or [ErrNotFound].
func (o *Outbox) Get(ctx context.Context, tenant, id string) (Entry, error) {
	e, err := loadEntry(ctx, o.db, tenant, id)
	if err != nil {
		return Entry{}, fmt.Errorf("submission: entry %s/%s: %w", tenant, id, err)
	}
	return e, nil
}

// Message returns the stored bytes, or [ErrNotFound]; [ErrDamaged] if they are
// not the bytes that were submitted.
func (o *Outbox) Message(ctx context.Context, tenant, id string) (Message, error) {
	m, err := loadMessage(ctx, o.db, tenant, id)
	if err != nil {
		return Message{}, fmt.Errorf("submission: message %s/%s: %w", tenant, id, err)
	}
	return m, nil
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Tenant    string
	State     State
	Reference string
	// Limit is the size of a page; 0 means 100.
	Limit int
	// After is the last entry of the page before; nil means from the start.
	After *Entry
}

// List returns entries, oldest first.
func (o *Outbox) List(ctx context.Context, f Filter) ([]Entry, error) {
	if !sqldb.Storable(f.Tenant, string(f.State), f.Reference) {
		return nil, nil
	}
	query := `SELECT ` + entryColumns + ` FROM submission_outbox WHERE 1 = 1`
	var args []any
	where := func(condition string, values ...any) {
		query += " AND " + condition
		args = append(args, values...)
	}
	if f.Tenant != "" {
		where("tenant = ?", f.Tenant)
	}
	if f.State != "" {
		where("state = ?", f.State)
	}
	if f.Reference != "" {
		where("reference = ?", f.Reference)
	}
	if f.After != nil {
		where("(created_at, tenant, id) > (?, ?, ?)", micros(f.After.CreatedAt), f.After.Tenant, f.After.ID)
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	rows, err := o.db.QueryContext(ctx, query+` ORDER BY created_at, tenant, id LIMIT ?`, append(args, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("submission: listing: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	var list []Entry
	for rows.Next() {
		e, err := scanEntry(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("submission: listing: %w", err)
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("submission: listing: %w", err)
	}
	return list, nil
}

// Counts is how many entries are in each state: what a health page shows.
type Counts struct {
	Pending, Sent, Confirmed, Rejected, Refused int
	// OldestPending is when the oldest pending entry was stored; zero if none is
	// pending. An old one means that nothing goes out.
	OldestPending time.Time
	// OldestSent is when the entry that has waited longest for its receipt was
	// sent; zero if none waits.
	OldestSent time.Time
}

// Counts counts the entries of a tenant, or of all tenants if it is empty.
func (o *Outbox) Counts(ctx context.Context, tenant string) (Counts, error) {
	if !sqldb.Storable(tenant) {
		return Counts{}, nil
	}
	rows, err := o.db.QueryContext(ctx, `SELECT state, COUNT(*), MIN(created_at), MIN(sent_at) FROM submission_outbox
		WHERE ? = '' OR tenant = ? GROUP BY state`, tenant, tenant)
	if err != nil {
		return Counts{}, fmt.Errorf("submission: counting: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	var c Counts
	for rows.Next() {
		var state State
		var n int
		var created, sent int64
		if err := rows.Scan(&state, &n, &created, &sent); err != nil {
			return Counts{}, fmt.Errorf("submission: counting: %w", err)
		}
		switch state {
		case StatePending:
			c.Pending, c.OldestPending = n, fromMicros(created)
		case StateSent:
			c.Sent, c.OldestSent = n, fromMicros(sent)
		case StateConfirmed:
			c.Confirmed = n
		case StateRejected:
			c.Rejected = n
		case StateRefused:
			c.Refused = n
		}
	}
	if err := rows.Err(); err != nil {
		return Counts{}, fmt.Errorf("submission: counting: %w", err)
	}
	return c, nil
}

// Retry makes a refused, rejected or pending entry due at once, with the same
// bytes. Any other state is [ErrConflict], an unknown entry [ErrNotFound].
// Beside a Send under way it may send twice.
func (o *Outbox) Retry(ctx context.Context, tenant, id string) error {
	if !sqldb.Storable(tenant, id) {
		return fmt.Errorf("submission: retrying %q/%q: %w", tenant, id, ErrNotFound)
	}
	res, err := o.db.ExecContext(ctx, `UPDATE submission_outbox SET state = ?, due_at = ?, lease = ''
		WHERE tenant = ? AND id = ? AND state IN (?, ?, ?)`,
		StatePending, micros(o.opt.Now()), tenant, id, StatePending, StateRefused, StateRejected)
	if err != nil {
		return fmt.Errorf("submission: retrying %s/%s: %w", tenant, id, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	e, err := o.Get(ctx, tenant, id)
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: %s/%s is %s", ErrConflict, tenant, id, e.State)
}

// Delete removes an entry with its bytes, in whatever state, for example when
// a person asks for it; a pending one is then never sent. [ErrNotFound] if
// there is none. The same id may be submitted anew afterwards; the receiver
// still knows it. (SQLite overwrites deleted bytes only with PRAGMA
// secure_delete.)
func (o *Outbox) Delete(ctx context.Context, tenant, id string) error {
	var n int
	var err error
	if sqldb.Storable(tenant, id) {
		n, err = o.remove(ctx, "tenant = ? AND id = ?", tenant, id)
	}
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("submission: deleting %s/%s: %w", tenant, id, err)
	}
	return nil
}

// DeleteSentBefore removes the entries of a tenant (of all tenants if it is
// empty) that were sent before the time, and returns how many. Pending, refused
// and rejected entries stay, however old they are: a person must see them.
func (o *Outbox) DeleteSentBefore(ctx context.Context, tenant string, before time.Time) (int, error) {
	if !sqldb.Storable(tenant) {
		return 0, nil
	}
	n, err := o.remove(ctx, "(? = '' OR tenant = ?) AND state IN (?, ?) AND sent_at < ?",
		tenant, tenant, StateSent, StateConfirmed, micros(before))
	if err != nil {
		return 0, fmt.Errorf("submission: deleting what was sent: %w", err)
	}
	return n, nil
}

func (o *Outbox) remove(ctx context.Context, where string, args ...any) (int, error) {
	var n int64
	err := o.db.InTx(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM submission_outbox_content WHERE (tenant, id) IN
			(SELECT tenant, id FROM submission_outbox WHERE `+where+`)`, args...); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `DELETE FROM submission_outbox WHERE `+where, args...)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}
