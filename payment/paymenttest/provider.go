package paymenttest

import (
	"context"
	"sync"

	"github.com/bausteine/egov/payment"
)

// Provider is a payment platform in memory. The zero value works: it takes
// every payment and leaves it pending until [Provider.Set]. Set the hooks
// before use. It is safe for concurrent use.
type Provider struct {
	// OnCreate runs after a payment was created (or found to exist); its
	// answer replaces the result. With an error the payment exists all the
	// same, as after a lost answer.
	OnCreate func(payment.CreateRequest, *payment.Result) (*payment.Result, error)
	// OnQuery is the same for Query and Lookup.
	OnQuery func(*payment.Result) (*payment.Result, error)
	// BeforeCreate runs before anything is created; its error is returned.
	BeforeCreate func(payment.CreateRequest) error
	// NoLookup makes Lookup find nothing.
	NoLookup bool

	mu       sync.Mutex
	payments map[string]*payment.Result // by transaction id
	requests []payment.CreateRequest
	queries  int
}

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

// Set gives a payment a state. It does nothing if there is no such payment.
func (p *Provider) Set(transactionID string, state payment.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
	_ payment.Provider = (*Provider)(nil)
	_ payment.Lookuper = (*Provider)(nil)
)
