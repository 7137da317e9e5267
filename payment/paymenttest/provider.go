package paymenttest

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// Provider is a payment platform in memory, which can do all that a platform
// can. The zero value works: it takes every payment and leaves it pending until
// [Provider.Set]. Set the hooks before use. It is safe for concurrent use.
type Provider struct {
	// OnCreate runs after a payment was created (or found to exist); its
	// answer replaces the result. With an error the payment exists all the
	// same, as after a lost answer.
	OnCreate func(payment.CreateRequest, *payment.Result) (*payment.Result, error)
	// OnQuery is the same for Query and Lookup.
	OnQuery func(*payment.Result) (*payment.Result, error)
	// BeforeCreate runs before anything is created; its error is returned.
	BeforeCreate func(payment.CreateRequest) error
	// OnRefund runs after a refund was made (or found to exist), as OnCreate.
	OnRefund func(payment.RefundRequest, *payment.Result) (*payment.Result, error)
	// OnHealth answers Health.
	OnHealth func() error
	// NoLookup makes Lookup find nothing.
	NoLookup bool
	// Limits is what Capabilities says, and what Create holds to.
	Limits payment.Capabilities

	mu       sync.Mutex
	payments map[string]*payment.Result // by transaction id
	refunds  map[string]*payment.Result // by transaction id
	requests []payment.CreateRequest
	queries  int
}

// String hides what the platform knows.
func (p *Provider) String() string { return "paymenttest.Provider" }

// TransactionID is the id that the platform gives to a request.
func TransactionID(requestID string) string { return "T-" + requestID }

// Create implements payment.Provider. A repeated request id is
// payment.ErrExists.
func (p *Provider) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	if p.BeforeCreate != nil {
		if err := p.BeforeCreate(r); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.Claim.Validate(); err != nil {
		return nil, err
	}
	if broken := p.Limits.Check(r.Claim); len(broken) > 0 {
		return nil, &finding.InvalidError{Findings: broken}
	}
	p.mu.Lock()
	p.requests = append(p.requests, r)
	if p.payments == nil {
		p.payments = make(map[string]*payment.Result)
	}
	id := TransactionID(r.RequestID)
	if p.payments[id] != nil {
		p.mu.Unlock()
		return nil, payment.ErrExists
	}
	amount := r.Claim.Amount
	result := payment.Result{
		State: payment.StatePending, TransactionID: id, RequestID: r.RequestID, Amount: &amount,
		PayPageURL: "https://pay.example/" + id,
	}
	p.payments[id] = &result
	p.mu.Unlock()
	answer := result
	if p.OnCreate != nil {
		return p.OnCreate(r, &answer)
	}
	return &answer, nil
}

// Query implements payment.Provider.
func (p *Provider) Query(ctx context.Context, transactionID string) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.queries++
	have, ok := p.payments[transactionID]
	if !ok {
		p.mu.Unlock()
		return nil, payment.ErrNotFound
	}
	answer := *have
	p.mu.Unlock()
	if p.OnQuery != nil {
		return p.OnQuery(&answer)
	}
	return &answer, nil
}

// Lookup implements payment.Lookuper.
func (p *Provider) Lookup(ctx context.Context, requestID string) (*payment.Result, error) {
	if p.NoLookup {
		return nil, payment.ErrNotFound
	}
	return p.Query(ctx, TransactionID(requestID))
}

// Cancel implements payment.Canceler.
func (p *Provider) Cancel(ctx context.Context, transactionID string) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.payments[transactionID]
	if r == nil {
		return nil, payment.ErrNotFound
	}
	if r.State == payment.StatePending {
		r.State, r.PayPageURL = payment.StateCanceled, ""
	}
	answer := *r
	return &answer, nil
}

// Refund implements payment.Refunder: it pays back at once.
func (p *Provider) Refund(ctx context.Context, r payment.RefundRequest) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	paid := p.payments[r.TransactionID]
	id := TransactionID(r.RequestID)
	result := p.refunds[id]
	if result == nil {
		if paid == nil || paid.State != payment.StatePaid || r.Amount.Cents <= 0 || r.Amount.Cents > paid.Amount.Cents {
			p.mu.Unlock()
			return nil, payment.ErrRejected
		}
		if p.refunds == nil {
			p.refunds = make(map[string]*payment.Result)
		}
		amount := r.Amount.Neg()
		result = &payment.Result{State: payment.StatePaid, TransactionID: id, RequestID: r.RequestID, Amount: &amount}
		p.refunds[id] = result
	}
	answer := *result
	p.mu.Unlock()
	if p.OnRefund != nil {
		return p.OnRefund(r, &answer)
	}
	return &answer, nil
}

// QueryRefund implements payment.Refunder.
func (p *Provider) QueryRefund(ctx context.Context, transactionID string) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.refunds[transactionID]
	if r == nil {
		return nil, payment.ErrNotFound
	}
	answer := *r
	return &answer, nil
}

// Refunded is the sum of what was paid back, as a positive number of cents.
func (p *Provider) Refunded() (cents int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.refunds {
		if r.State == payment.StatePaid {
			cents -= r.Amount.Cents
		}
	}
	return cents
}

// Notification implements payment.Notifier: the transaction id is in the
// parameter "transaction".
func (p *Provider) Notification(r *http.Request) (transactionID, requestID string, err error) {
	if err := r.ParseForm(); err != nil {
		return "", "", payment.ErrBadAnswer
	}
	return r.Form.Get("transaction"), "", nil
}

// Capabilities implements payment.Describer.
func (p *Provider) Capabilities() payment.Capabilities { return p.Limits }

// Health implements payment.HealthChecker.
func (p *Provider) Health(ctx context.Context) error {
	if p.OnHealth != nil {
		return errors.Join(ctx.Err(), p.OnHealth())
	}
	return ctx.Err()
}

// Set gives a payment, or a refund, a state. It does nothing if there is none.
func (p *Provider) Set(transactionID string, state payment.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.refunds[transactionID]; r != nil {
		r.State = state
	}
	if r := p.payments[transactionID]; r != nil {
		r.State = state
		if state != payment.StatePending {
			r.PayPageURL = ""
		}
	}
}

// Requests returns the create calls so far.
func (p *Provider) Requests() []payment.CreateRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]payment.CreateRequest(nil), p.requests...)
}

// Count returns how many payments there are.
func (p *Provider) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.payments)
}

// Queries counts the calls of Query and Lookup.
func (p *Provider) Queries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queries
}

var (
	_ payment.Provider      = (*Provider)(nil)
	_ payment.Lookuper      = (*Provider)(nil)
	_ payment.Canceler      = (*Provider)(nil)
	_ payment.Refunder      = (*Provider)(nil)
	_ payment.Notifier      = (*Provider)(nil)
	_ payment.Describer     = (*Provider)(nil)
	_ payment.HealthChecker = (*Provider)(nil)
)
