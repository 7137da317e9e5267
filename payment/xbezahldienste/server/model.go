package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// Account is an online service (originator) of an authority (end point), each
// 1 to 36 characters of A-Z a-z 0-9 _ -
type Account struct{ OriginatorID, EndPointID string }

// Request is a PaymentRequest that keeps all rules.
type Request struct {
	RequestID   string // 1 to 36 characters of A-Z a-z 0-9 _ -
	RequestedAt time.Time
	Amount      payment.Amount // grosAmount: 0.01 to 999999 EUR
	Purpose     string         // 1 to 27 characters of A-Z a-z 0-9 _ - and blanks
	Description string         // up to 250 characters, with , . and U+00C0 to U+017F too
	RedirectURL string         // absolute, up to 2082 characters
	Items       []Item         // 1 to 99, which add up to Amount
	Requestor   *Requestor     // personal data; nil if not sent
	// Raw is the request as it came, to be given back in answers.
	Raw json.RawMessage
}

// Format hides texts and person, whatever the verb.
func (r Request) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "request "+r.RequestID+" of "+r.Amount.String())
}

// LogValue hides texts and person.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("requestId", r.RequestID), slog.String("amount", r.Amount.String()))
}

// Item is one line of a request: quantity times single amounts are the totals.
type Item struct {
	ID, Reference        string // 1 to 36 characters of A-Z a-z 0-9 _ -
	Description          string
	TaxRate              payment.TaxRate // hundredths of a percent
	Quantity             int64           // 1 to 999999
	TotalNet, TotalTax   payment.Amount
	SingleNet, SingleTax payment.Amount
	BookingData          map[string]string
}

// Requestor is who pays: personal data.
type Requestor struct {
	Name, FirstName  string
	Gender           string // M, F, D or empty
	IsOrganization   bool
	OrganizationName string
	Address          *Address
}

// Format hides the person, whatever the verb.
func (Requestor) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[requestor]") }

// LogValue hides the person.
func (Requestor) LogValue() slog.Value { return slog.StringValue("[requestor]") }

// Address is a payer's address: personal data.
type Address struct {
	Street, HouseNumber string
	AddressLine         []string
	PostalCode, City    string
	Country             string // ISO 3166-1 alpha-2 or empty
}

// Format hides the address, whatever the verb.
func (Address) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[address]") }

// LogValue hides the address.
func (Address) LogValue() slog.Value { return slog.StringValue("[address]") }

// Status is the standard's status of a payment.
type Status string

// The values of XBezahldienste 1.0.0.
const (
	StatusInitial  Status = "INITIAL"
	StatusPayed    Status = "PAYED"
	StatusFailed   Status = "FAILED"
	StatusCanceled Status = "CANCELED"
)

// Transaction is what the platform says of a payment.
type Transaction struct {
	TransactionID string // 1 to 44 characters of A-Z a-z 0-9 _ -
	Status        Status
	StatusDetail  string // up to 99 characters
	// RedirectURL is the pay page; set it only while the payment is INITIAL.
	RedirectURL string
	// TransactionURL is where the payment can be queried; empty lets the handler
	// compute it from Options.BaseURL, if that is given.
	TransactionURL string
	Reference      string    // business reference, up to 36 characters
	PaidAt         time.Time // zero unless paid
	// Method is GIROPAY, PAYDIRECT, CREDITCARD, PAYPAL or OTHER; empty unless
	// paid. The standard has no value for Wero: OTHER, with MethodDetail.
	Method, MethodDetail string
	// Request is [Request].Raw of its creation.
	Request json.RawMessage
}

// Backend is a platform's books. Its errors are a [*Problem], or one of
// ErrExists, ErrNotFound and ErrUnavailable; any other is answered with 500
// and its text goes nowhere but to the log.
type Backend interface {
	// Create stores a payment and returns it with its pay page. A request id
	// that the account has used is ErrExists.
	Create(ctx context.Context, a Account, r *Request) (*Transaction, error)
	// Query returns a payment of the account.
	Query(ctx context.Context, a Account, transactionID string) (*Transaction, error)
	// Status tells whether the account can be used: nil, ErrNotFound if it is
	// not set up, ErrUnavailable if it is out of order.
	Status(ctx context.Context, a Account) error
}

// Errors of a [Backend].
var (
	ErrExists      = errors.New("xbezahldienste/server: the request id exists")
	ErrNotFound    = errors.New("xbezahldienste/server: not found")
	ErrUnavailable = errors.New("xbezahldienste/server: out of order")
)

// Problem is a refusal: an answer of type application/problem+json (RFC 9457).
type Problem struct {
	Status int // 400 to 511
	Code   xbezahldienste.FunctionalCode
	// Title (default: the status text) and Detail keep to the documented
	// alphabets and hold no value of the request.
	Title, Detail string
	// Challenge is the WWW-Authenticate header of an answer 401.
	Challenge string
	// RetryAfter, if above zero, tells when to come back, in whole seconds.
	RetryAfter time.Duration
}

// Error holds status, code and detail.
func (p *Problem) Error() string {
	if p == nil {
		return "xbezahldienste/server: no problem"
	}
	return "xbezahldienste/server: " + http.StatusText(p.Status) + ": " + string(p.Code) + ": " + p.Detail
}

func refuse(status int, code xbezahldienste.FunctionalCode, detail string) *Problem {
	return &Problem{Status: status, Code: code, Detail: detail}
}
