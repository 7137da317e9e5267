package submission

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/xoev/finding"
)

// ReceiptSource is where receipts come from; [ReceiptDirectory] is one.
type ReceiptSource interface {
	// Receipts gives the receipts that wait, each with a key of the source's
	// own. An error of the iterator ends it or stands for one receipt that
	// cannot be fetched now.
	Receipts(ctx context.Context) iter.Seq2[ReceiptFile, error]
	// Done says that the receipt is durable here and need not be given again.
	Done(ctx context.Context, key string) error
}

// ReceiptFile is a receipt as it came.
type ReceiptFile struct {
	// Key names it in its source.
	Key string
	XML []byte
}

// ReceiptError names the receipt that CollectReceipts could not use. Its cause
// is [ErrNotFound] if no entry has its tenant and id, [ErrConflict] if the
// digest is not that of the document that was sent or the state does not allow
// it, a *[finding.InvalidError] if it cannot be read or its signature is
// rejected.
type ReceiptError struct {
	Key string
	Err error
}

// Error names the receipt and the cause.
func (e *ReceiptError) Error() string {
	return fmt.Sprintf("submission: receipt %q: %v", e.Key, e.Err)
}

// Unwrap returns the cause.
func (e *ReceiptError) Unwrap() error { return e.Err }

// CollectReceipts takes the receipts that wait in the source and returns how
// many were noted. An entry becomes [StateConfirmed] or [StateRejected] if the
// receipt has its tenant, its id and the digest of its document; a receipt also
// proves that an entry still pending was delivered. A confirmed entry never
// becomes rejected.
//
// With [OutboxOptions].ReceiptVerifier or ReceiptVerifierOf a receipt needs a
// signature. Receipts that cannot be used stay in the source; each is a
// [*ReceiptError] in the returned (joined) error and does not stop the others.
// Any other error means that the database or the source failed. It is
// idempotent and safe for concurrent use.
func (o *Outbox) CollectReceipts(ctx context.Context, source ReceiptSource) (int, error) {
	n := 0
	var failures []error
	for file, err := range source.Receipts(ctx) {
		if err != nil {
			failures = append(failures, fmt.Errorf("submission: fetching a receipt: %w", err))
			continue
		}
		receipt, err := o.readReceipt(file.XML)
		if err == nil {
			err = o.confirm(ctx, receipt, file.XML)
		}
		if err != nil {
			failures = append(failures, &ReceiptError{Key: file.Key, Err: err})
			if cerr := ctx.Err(); cerr != nil {
				break
			}
			continue
		}
		n++
		o.hook("confirmed")
		if err := done(ctx, source, file); err != nil {
			failures = append(failures, fmt.Errorf("submission: removing a receipt: %w", err))
		}
	}
	return n, errors.Join(failures...)
}

// done lets a source that can see that another receipt has come under the key
// keep that one.
func done(ctx context.Context, source ReceiptSource, file ReceiptFile) error {
	if s, ok := source.(interface{ doneWith(file ReceiptFile) error }); ok {
		return s.doneWith(file)
	}
	return source.Done(ctx, file.Key)
}

func (o *Outbox) readReceipt(b []byte) (*Receipt, error) {
	verifier := o.opt.ReceiptVerifier
	claimed := ""
	if o.opt.ReceiptVerifierOf != nil {
		unverified, err := ParseReceipt(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		claimed = unverified.Tenant
		if verifier = o.opt.ReceiptVerifierOf(claimed); verifier == nil {
			return nil, fmt.Errorf("%w: no receipts are expected for the tenant", ErrNotFound)
		}
	}
	if verifier == nil {
		return ParseReceipt(bytes.NewReader(b))
	}
	report, err := verifier.VerifyEnveloped(b)
	if err != nil {
		return nil, err
	}
	content := report.Content() // nil unless accepted
	switch {
	case content != nil:
	case report != nil && finding.Judge(report.Findings) == finding.Rejected:
		return nil, &finding.InvalidError{Findings: report.Findings}
	default:
		return nil, errors.New("the verifier came to no verdict")
	}
	receipt, err := ParseReceipt(bytes.NewReader(content))
	if err == nil && claimed != "" && receipt.Tenant != claimed {
		return nil, ErrConflict
	}
	return receipt, err
}

// sameReceipt finds out whether this very receipt was noted at an entry.
const sameReceipt = `SELECT 1 FROM submission_outbox_content WHERE tenant = ? AND id = ? AND receipt = ?`

// confirm notes a receipt at its entry.
func (o *Outbox) confirm(ctx context.Context, r *Receipt, file []byte) error {
	state := StateConfirmed
	from := []any{StatePending, StateSent, StateRefused, StateRejected}
	if r.Verdict != finding.Accepted {
		state = StateRejected
		from = []any{StatePending, StateSent, StateRefused, StateRefused}
	}
	return o.db.InTx(ctx, func(tx *sqldb.Tx) error {
		args := append([]any{state, micros(r.ReceivedAt), r.Reference, micros(o.opt.Now()), r.Tenant, r.ID, r.Digest}, from...)
		res, err := tx.ExecContext(ctx, `UPDATE submission_outbox SET state = ?, received_at = ?, receipt_reference = ?,
			sent_at = CASE sent_at WHEN 0 THEN ? ELSE sent_at END, lease = '', last_error = ''
			WHERE tenant = ? AND id = ? AND digest = ? AND state IN (?, ?, ?, ?) AND NOT EXISTS (`+sameReceipt+`)`,
			append(args, r.Tenant, r.ID, file)...)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if n == 1 {
			_, err = tx.ExecContext(ctx, `UPDATE submission_outbox_content SET receipt = ? WHERE tenant = ? AND id = ?`,
				file, r.Tenant, r.ID)
			return err
		}
		var one int
		err = tx.QueryRowContext(ctx, sameReceipt, r.Tenant, r.ID, file).Scan(&one)
		if !errors.Is(err, sql.ErrNoRows) {
			return err // nil: it came before, and undoes no Retry since
		}
		e, err := loadEntry(ctx, tx, r.Tenant, r.ID)
		if err == nil && (e.Digest != r.Digest || e.State != state) {
			err = ErrConflict
		}
		return err // nil: one that says the same came before
	})
}

// ReceiptXML returns the receipt that was collected for an entry, as it came;
// [ErrNotFound] if there is none.
func (o *Outbox) ReceiptXML(ctx context.Context, tenant, id string) ([]byte, error) {
	if !sqldb.Storable(tenant, id) {
		return nil, fmt.Errorf("submission: receipt of %q/%q: %w", tenant, id, ErrNotFound)
	}
	var b []byte
	err := o.db.QueryRowContext(ctx, `SELECT receipt FROM submission_outbox_content
		WHERE tenant = ? AND id = ? AND receipt IS NOT NULL`, tenant, id).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("submission: receipt of %s/%s: %w", tenant, id, err)
	}
	return b, nil
}
