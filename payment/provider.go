package payment

import (
	"context"
	"errors"
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

// Errors that providers return, wrapped; test with errors.Is. Any other error
// of Create means that nobody knows whether the platform took the payment.
var (
	// ErrRejected: the platform has definitely not created the payment.
	ErrRejected = errors.New("payment: rejected by the platform")
	// ErrExists: the platform already has a payment with this request id.
	ErrExists = errors.New("payment: the request id exists at the platform")
	// ErrNotFound: there is no such claim or attempt here, or no such
	// transaction at the platform.
	ErrNotFound = errors.New("payment: not found")
	// ErrDenied: the platform refuses our credentials.
	ErrDenied = errors.New("payment: permission denied by the platform")
	// ErrUnavailable: the platform could not be reached or is out of order;
	// the call can be repeated.
	ErrUnavailable = errors.New("payment: platform unavailable")
	// ErrBadAnswer: the platform's answer cannot be used.
	ErrBadAnswer = errors.New("payment: unusable answer of the platform")
)

// Provider is a payment platform. Implementations are safe for concurrent use,
// have their own timeouts besides the context, and put neither secrets nor
// personal data into errors. They may also implement [Lookuper], [Checker] and
// [HealthChecker].
type Provider interface {
	// Create announces a payment. It may be called again with the same request
	// id and then must not create a second payment.
	Create(ctx context.Context, r CreateRequest) (*Result, error)
	// Query asks for the state of a payment by the platform's transaction id.
	Query(ctx context.Context, transactionID string) (*Result, error)
}

// Lookuper is a provider that can search a payment by our request id.
// ErrNotFound means that it cannot be found that way.
type Lookuper interface {
	Lookup(ctx context.Context, requestID string) (*Result, error)
}

// Checker is a provider that knows, without calling anybody, whether its
// platform takes a claim. Paths are JSON names of [Claim].
type Checker interface {
	Check(c Claim) []finding.Finding
}

// HealthChecker is a provider that can tell whether its platform is there and
// knows us.
type HealthChecker interface {
	Health(ctx context.Context) error
}

// CreateRequest is what a provider needs to announce a payment.
type CreateRequest struct {
	Claim Claim
	// RequestID is the attempt's ID: 26 characters A-Z 2-7, the same when the
	// call is repeated, as is RequestedAt.
	RequestID   string
	RequestedAt time.Time
	// ReturnURL is where the platform sends the browser, whatever happened.
	// It holds a secret token.
	ReturnURL string
}

// Result is what a platform says about a payment.
type Result struct {
	// State is StatePending, StatePaid, StateFailed or StateCanceled. Values
	// that the provider does not know are pending, never failed.
	State State
	// TransactionID is the platform's key.
	TransactionID string
	// RequestID is our own id as the platform repeats it; empty if it does not.
	RequestID string
	// Reference is the platform's business reference; may be empty.
	Reference string
	// PayPageURL is set while the payer can pay.
	PayPageURL string
	// Amount is the sum the platform names; nil if it names none, which is not
	// enough to call a claim paid.
	Amount *Amount
	// Method and MethodDetail are the platform's words for the means of payment.
	Method, MethodDetail string
	// PaidAt is when the platform says the payment succeeded.
	PaidAt time.Time
}

// Registration makes a provider known to a service. In a list, the first one
// that fits a claim takes its new attempts; the others finish those that were
// begun under them, so keep an old registration while it has open attempts.
type Registration struct {
	// Tenant is the one the provider works for; empty means all.
	Tenant string
	// Key and Version name provider and configuration and are stored with each
	// attempt: 1 to 64 characters of A-Z a-z 0-9 . _ : -
	Key, Version string
	Provider     Provider
}

func (s *Service) registration(c Claim) (Registration, error) {
	for _, r := range s.registrations {
		if (r.Tenant == "" || r.Tenant == c.Tenant) && (c.Provider == "" || c.Provider == r.Key) {
			return r, nil
		}
	}
	return Registration{}, ErrNoProvider
}

func (s *Service) providerOf(a Attempt) (Provider, error) {
	for _, r := range s.registrations {
		if (r.Tenant == "" || r.Tenant == a.Tenant) && r.Key == a.Provider && r.Version == a.ConfigVersion {
			return r.Provider, nil
		}
	}
	return nil, ErrNoProvider
}
