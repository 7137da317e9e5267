package paymenttest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bausteine/egov/payment"
)

// platform is the payment platform of a fault run: its books are true,
// whatever its answers say.
type platform struct {
	mu       sync.Mutex
	payments map[string]*platformPayment // by request id
	order    []*platformPayment
	refunds  map[string]*platformRefund // by request id
	lookup   bool
}

type platformPayment struct {
	requestID, transactionID, claimID string
	amount                            payment.Amount
	state, before                     payment.State // before the last change
	returnURL, notifyURL              string
	shown                             bool // a payer has seen the pay page
}

type platformRefund struct {
	transactionID string
	payment       *platformPayment
	amount        payment.Amount
}

func newPlatform(lookup bool) *platform {
	return &platform{payments: make(map[string]*platformPayment), refunds: make(map[string]*platformRefund), lookup: lookup}
}

// create takes a payment; off is by how many cents the platform gets it wrong.
func (p *platform) create(r payment.CreateRequest, off int64) (*payment.Result, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if have := p.payments[r.RequestID]; have != nil {
		have.returnURL, have.notifyURL = r.ReturnURL, r.NotifyURL
		return nil, payment.ErrExists
	}
	one := &platformPayment{
		requestID: r.RequestID, transactionID: fmt.Sprintf("T%06d", len(p.order)+1), claimID: r.Claim.ID, amount: payment.EUR(r.Claim.Amount.Cents + off),
		state: payment.StatePending, before: payment.StatePending, returnURL: r.ReturnURL, notifyURL: r.NotifyURL,
	}
	p.payments[r.RequestID] = one
	p.order = append(p.order, one)
	return one.result(one.state), nil
}

func (p *platform) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.order)
}

func (one *platformPayment) result(s payment.State) *payment.Result {
	amount := one.amount
	r := &payment.Result{State: s, TransactionID: one.transactionID, RequestID: one.requestID, Amount: &amount, Method: "OTHER"}
	if s == payment.StatePending {
		r.PayPageURL = "https://pay.example/" + one.transactionID
	}
	return r
}

// byTransaction finds a payment; transaction ids are numbers in order.
func (p *platform) byTransaction(id string) *platformPayment {
	n := 0
	if _, err := fmt.Sscanf(id, "T%d", &n); err != nil || n < 1 || n > len(p.order) {
		return nil
	}
	return p.order[n-1]
}

// settle is a payer at the pay page; late money comes after the rest.
func (p *platform) settle(one *platformPayment, s payment.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one.state != payment.StatePaid && one.state != s {
		one.before, one.state = one.state, s
	}
}

func (p *platform) refund(r payment.RefundRequest) (*payment.Result, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	have := p.refunds[r.RequestID]
	if have == nil {
		paid := p.byTransaction(r.TransactionID)
		if paid == nil || paid.state != payment.StatePaid {
			return nil, payment.ErrRejected
		}
		have = &platformRefund{transactionID: "R-" + r.RequestID, payment: paid, amount: r.Amount}
		p.refunds[r.RequestID] = have
	}
	amount := have.amount.Neg()
	return &payment.Result{State: payment.StatePaid, TransactionID: have.transactionID, RequestID: r.RequestID, Amount: &amount}, nil
}

// faultyProvider is the platform over a network that fails, for one process.
type faultyProvider struct {
	*process
}

// String hides the platform.
func (f faultyProvider) String() string { return "paymenttest.faultyProvider" }

var errNetwork = errors.New("the network failed")

// call lets a call reach the platform or not, and the answer come back or not.
func (f faultyProvider) call(ask func() (*payment.Result, error)) (*payment.Result, error) {
	if err := f.step("before a call"); err != nil {
		return nil, err
	}
	fault := f.world.fault(
		"", "lost before", "lost after", "503", "bad answer", "wrong amount", "no amount", "wrong request", "wrong transaction",
		"unknown state", "nothing", "panic", "not found")
	switch fault {
	case "lost before", "503":
		return nil, fmt.Errorf("%w: %w", errNetwork, payment.ErrUnavailable)
	case "not found":
		return nil, payment.ErrNotFound
	case "panic":
		panic("the adapter has a bug")
	}
	r, err := ask()
	if err := f.step("after a call"); err != nil {
		return nil, err
	}
	if err != nil || r == nil {
		return nil, err
	}
	if n := f.world.platform.count(); fault == "wrong transaction" && n > 0 {
		r.TransactionID = fmt.Sprintf("T%06d", 1+f.world.intN(n)) // somebody else's
	}
	return spoil(fault, r)
}

// spoil makes a wrong answer of a right one.
func spoil(fault string, r *payment.Result) (*payment.Result, error) {
	switch fault {
	case "lost after":
		return nil, fmt.Errorf("%w: %w", errNetwork, context.DeadlineExceeded)
	case "bad answer":
		return nil, payment.ErrBadAnswer
	case "wrong amount":
		other := payment.EUR(r.Amount.Cents - 1)
		r.Amount = &other
	case "no amount":
		r.Amount = nil
	case "wrong request":
		r.RequestID = "SOMEBODY-ELSE"
	case "unknown state":
		r.State = payment.StatePending // what a provider makes of what it does not know
	case "nothing":
		return nil, nil
	}
	return r, nil
}

func (f faultyProvider) Create(_ context.Context, r payment.CreateRequest) (*payment.Result, error) {
	if f.world.chance(0.01) && f.world.rough() {
		return nil, payment.ErrRejected
	}
	off := int64(0)
	if f.world.chance(0.02) && f.world.rough() {
		off = int64(f.world.intN(3)) - 1
	}
	return f.call(func() (*payment.Result, error) { return f.world.platform.create(r, off) })
}

func (f faultyProvider) Query(_ context.Context, id string) (*payment.Result, error) {
	stale := f.world.chance(0.05) && f.world.rough()
	return f.call(func() (*payment.Result, error) {
		p := f.world.platform
		p.mu.Lock()
		defer p.mu.Unlock()
		one := p.byTransaction(id)
		if one == nil {
			return nil, payment.ErrNotFound
		}
		if stale && one.state != payment.StatePaid {
			return one.result(one.before), nil
		}
		return one.result(one.state), nil
	})
}

func (f faultyProvider) Lookup(_ context.Context, requestID string) (*payment.Result, error) {
	return f.call(func() (*payment.Result, error) {
		p := f.world.platform
		p.mu.Lock()
		defer p.mu.Unlock()
		one := p.payments[requestID]
		if one == nil || !p.lookup {
			return nil, payment.ErrNotFound
		}
		return one.result(one.state), nil
	})
}

func (f faultyProvider) Refund(_ context.Context, r payment.RefundRequest) (*payment.Result, error) {
	return f.call(func() (*payment.Result, error) { return f.world.platform.refund(r) })
}

func (f faultyProvider) QueryRefund(_ context.Context, id string) (*payment.Result, error) {
	return f.call(func() (*payment.Result, error) {
		p := f.world.platform
		p.mu.Lock()
		defer p.mu.Unlock()
		for requestID, r := range p.refunds {
			if r.transactionID == id {
				amount := r.amount.Neg()
				return &payment.Result{State: payment.StatePaid, TransactionID: id, RequestID: requestID, Amount: &amount}, nil
			}
		}
		return nil, payment.ErrNotFound
	})
}
