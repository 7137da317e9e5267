package reconcile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/xoev/finding"
)

// Errors of [Reconciler.File]; test with errors.Is.
var (
	// ErrRejected: the file can be read but does not hold together (see
	// Summary.Check). Nothing was booked.
	ErrRejected = errors.New("reconcile: the statement does not add up")
	// ErrAccount: the file tells of an account that is not in Config.Accounts.
	// Nothing was booked.
	ErrAccount = errors.New("reconcile: a statement of another account")
)

// Ledger is what reconciliation needs of the books. *payment.Service is one.
type Ledger interface {
	// Find returns the claims that a reference names: a Kassenzeichen, or an
	// attempt's id, transaction id or reference. None is no error.
	Find(ctx context.Context, tenant, reference string) ([]*payment.Status, error)
	// Status returns a claim, or payment.ErrNotFound.
	Status(ctx context.Context, tenant, claimID string) (*payment.Status, error)
	// Record books what is not booked yet, all of it or nothing, and returns how
	// many entries are new; payment.ErrConflict if a key is taken by something
	// else.
	Record(ctx context.Context, entries ...payment.Entry) (booked int, err error)
}

// Orders knows the orders (pain.001, pain.008) that were sent to the bank.
type Orders interface {
	// EndToEnd returns the claim that an order was for, or "".
	EndToEnd(ctx context.Context, tenant, endToEndID string) (claimID string, err error)
	// Batch returns the orders of a PmtInf, in their order; none if unknown.
	Batch(ctx context.Context, tenant, paymentInfoID string) ([]Order, error)
}

// Order is one order of a batch.
type Order struct {
	ClaimID string
	Amount  payment.Amount
}

// Config says whose statements are matched with what.
type Config struct {
	Tenant string
	// Accounts are the authority's; statements of others are refused. At least
	// one.
	Accounts []ids.IBAN
	Ledger   Ledger
	// Formats are the Kassenzeichen to look for in texts.
	Formats []*kassenzeichen.Format
	// Orders may be nil.
	Orders Orders
	// BankProviders are the keys of providers whose attempts are paid by a
	// transfer, such as that of package payment/rechnung: a payment that covers
	// the claim makes them paid.
	BankProviders []string
	// Settles says that a credit is what a payment platform pays out, for
	// platforms whose references are not those of the attempts; nil is never.
	Settles func(e *camt.Entry, d *camt.Detail) bool
	// ChargeDebtor books the bank's charges for a returned debit as a fee, which
	// raises what is open. Whether the debtor has to bear them is a question of
	// law and of what the authority has decided; by default they are only
	// reported.
	ChargeDebtor bool
	// Preview books nothing and says what would be booked. Entries of one file
	// do not see each other then.
	Preview bool
	// SkipBalance books a file whose balances or totals do not add up. Such a
	// file may lack entries or hold foreign ones: ask the bank first.
	SkipBalance bool
	// Actor is put into the ledger's entries (an opaque identifier).
	Actor string
	// MaxDetails is how many details of one entry are held in memory (default
	// 10,000); an entry with more is reported as a Batch and not booked.
	MaxDetails int
	// Check holds the limits of reading and the last numbers of the statements.
	Check camt.CheckOptions
}

// Reconciler matches statements with claims; make one with [New].
type Reconciler struct{ c Config }

// New returns a reconciler. It fails if the configuration cannot work.
func New(c Config) (*Reconciler, error) {
	switch {
	case c.Ledger == nil:
		return nil, errors.New("reconcile: no ledger")
	case c.Tenant == "":
		return nil, errors.New("reconcile: no tenant")
	case len(c.Accounts) == 0:
		return nil, errors.New("reconcile: no account")
	}
	for _, a := range c.Accounts {
		if parsed, err := ids.ParseIBAN(string(a)); err != nil || parsed != a {
			return nil, errors.New("reconcile: an account is no IBAN in its normal form")
		}
	}
	if slices.Contains(c.Formats, nil) {
		return nil, errors.New("reconcile: a format is nil")
	}
	if c.MaxDetails <= 0 {
		c.MaxDetails = 10000
	}
	return &Reconciler{c: c}, nil
}

// Summary is what a file added up to.
type Summary struct {
	// Check is what the first reading found; its Last is to be kept for the next
	// file.
	Check *camt.CheckReport
	// Outcomes sums up the results that are not Repeated, Repeated the others.
	Outcomes map[Outcome]Total
	Repeated map[Outcome]Total
	// Booked counts the new entries of the ledger.
	Booked int
}

// Total adds up results. Amounts that are no whole cents of euro are counted
// only.
type Total struct {
	Count         int
	Credit, Debit payment.Amount
}

// File reads a file from its beginning, more than once, judges it, matches each transaction and books it.
// Each is called with every result in the order of the file; an error of it
// ends the run and is returned. The summary is not nil with [ErrRejected] and
// [ErrAccount], and with errors after the check.
func (r *Reconciler) File(ctx context.Context, f io.ReadSeeker, each func(*Result) error) (*Summary, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reconcile: %w", err)
	}
	report, err := camt.Check(contextReader{ctx, f}, &r.c.Check)
	if err != nil {
		return nil, fmt.Errorf("reconcile: reading the statement: %w", err)
	}
	run := &run{
		Reconciler: r, ctx: ctx, each: each, seen: map[uint64]bool{}, equal: map[[32]byte]int{}, places: map[uint64]int{},
		sum: &Summary{Check: report, Outcomes: map[Outcome]Total{}, Repeated: map[Outcome]Total{}},
	}
	for _, s := range report.Statements {
		if !slices.Contains(r.c.Accounts, ids.IBAN(s.Account)) {
			return run.sum, ErrAccount
		}
	}
	if report.Verdict != finding.Accepted && !r.c.SkipBalance {
		return run.sum, ErrRejected
	}
	for _, work := range []func(*camt.Reader) error{run.survey, run.statements} {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return run.sum, fmt.Errorf("reconcile: %w", err)
		}
		if err := work(camt.NewReader(contextReader{ctx, f}, &r.c.Check.Options)); err != nil {
			return run.sum, err
		}
	}
	return run.sum, nil
}

// statements matches and books.
func (r *run) statements(reader *camt.Reader) error {
	for reader.NextStatement() {
		if r.account = reader.Statement().Account.IBAN; !slices.Contains(r.c.Accounts, r.account) {
			return ErrAccount // the file has changed since it was checked
		}
		for reader.NextEntry() {
			if err := r.entry(reader); err != nil {
				return err
			}
		}
	}
	if err := reader.Err(); err != nil {
		return fmt.Errorf("reconcile: reading the statement: %w", err)
	}
	return nil
}

// contextReader fails when the context ends.
type contextReader struct {
	ctx context.Context // lives for one call
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
