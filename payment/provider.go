package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
// personal data into errors. What else a provider can do it says by also
// implementing [Lookuper], [Canceler], [Refunder], [Notifier], [HealthChecker],
// [Describer] and [Checker].
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

// Canceler is a provider that can end a payment that nobody has made yet.
type Canceler interface {
	// Cancel returns how the payment stands afterwards: canceled, or paid if
	// the payer was faster. Canceling again is no error.
	Cancel(ctx context.Context, transactionID string) (*Result, error)
}

// Refunder is a provider that can pay money back.
type Refunder interface {
	// Refund pays back a part or all of a payment. It may be called again with
	// the same request id and then must not pay back twice, but say how the
	// first one stands. In the Result, Amount is negative, TransactionID is the
	// refund's, StatePaid means that the money is on its way and StatePending
	// that the platform still decides. Errors are those of Create but ErrExists.
	Refund(ctx context.Context, r RefundRequest) (*Result, error)
	// QueryRefund asks for the state of a refund by its transaction id.
	QueryRefund(ctx context.Context, transactionID string) (*Result, error)
}

// RefundRequest is what a provider needs to pay money back.
type RefundRequest struct {
	// TransactionID is the payment's.
	TransactionID string
	// RequestID (26 characters A-Z 2-7) and RequestedAt are the same when the
	// call is repeated.
	RequestID   string
	RequestedAt time.Time
	// Amount is above zero and at most what was paid.
	Amount Amount
}

// Notifier is a provider whose platform reports to one address for all
// payments: BaseURL + "/zahlung/meldung/" + tenant + "/" + key + "/" + version
// of its registration. A platform that takes an address for each payment gets
// [CreateRequest].NotifyURL instead and needs no Notifier.
type Notifier interface {
	// Notification reads a report and says which payment it is about, by the
	// platform's transaction id or by our request id. Nothing else in it
	// counts: the platform is asked. The body is limited to 64 KiB. A report
	// that cannot be read, or whose signature is wrong, is an error.
	Notification(r *http.Request) (transactionID, requestID string, err error)
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
	// NotifyURL is where the platform's server may tell that something has
	// happened to the payment, by GET or POST, with whatever in the body: it is
	// then asked. It holds the same token.
	NotifyURL string
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
	// TransactionURL is where the platform's interface has the payment; may be
	// empty.
	TransactionURL string
	// PayPageURL is set while the payer can pay.
	PayPageURL string
	// Amount is the sum the platform names; nil if it names none, which is not
	// enough to call a claim paid.
	Amount *Amount
	// Method and MethodDetail are the platform's words for the means of payment.
	Method, MethodDetail string
	// PaidAt is when the platform says the payment succeeded.
	PaidAt time.Time
	// ExpiresAt is until when the payer can pay; zero means
	// [Config].AttemptTTL, and more than 20 years counts as 20. An invoice gives
	// weeks, a pay page minutes.
	ExpiresAt time.Time
	// NextCheck, while pending, is before when asking again makes no sense. It
	// is asked at least every 31 days all the same.
	NextCheck time.Time
}

// Format hides the claim's texts and the token, whatever the verb.
func (r CreateRequest) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "create request %s %s", r.RequestID, r.Claim)
}

// LogValue shows what [CreateRequest.Format] shows.
func (r CreateRequest) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// Format leaves out the pay page, which would let a reader of the log pay,
// whatever the verb.
func (r Result) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "result %s %q request %q", r.State, r.TransactionID, r.RequestID)
}

// LogValue shows what [Result.Format] shows.
func (r Result) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

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
	// AttemptTTL is how long a payer has to pay with this provider; 0 means
	// Config.AttemptTTL, a Result's ExpiresAt comes before both.
	AttemptTTL time.Duration
	// PayPages are the origins of the pay pages to which a browser may be sent,
	// such as "https://pay.example"; an answer with another one is unusable
	// (ErrBadAnswer). Empty allows what the provider allows.
	PayPages []string
}

const (
	transactionMax = 200  // characters of a transaction id, as of an Entry
	textMax        = 500  // bytes of other texts of a platform that are kept
	urlMax         = 8192 // bytes
)

// check makes an answer usable, whatever the platform says: a state that
// package payment does not know is pending, times that no calendar has count as
// not given, texts are stored as far as every database takes them. It refuses a
// transaction id that cannot be stored as it is, and a pay page elsewhere.
func (r Registration) check(answer *Result) (*Result, error) {
	clean := *answer
	result := &clean
	if result.State != StatePaid && result.State != StateFailed && result.State != StateCanceled {
		result.State = StatePending
	}
	result.PaidAt, result.ExpiresAt, result.NextCheck = micro(result.PaidAt), micro(result.ExpiresAt), micro(result.NextCheck)
	for _, text := range []*string{&result.Reference, &result.Method, &result.MethodDetail} {
		*text = cleanText(*text)
	}
	if len(result.TransactionURL) > urlMax || !printable(result.TransactionURL) {
		result.TransactionURL = ""
	}
	if utf8.RuneCountInString(result.TransactionID) > transactionMax || !printable(result.TransactionID) {
		return nil, fmt.Errorf("payment: the transaction id cannot be stored: %w", ErrBadAnswer)
	}
	if len(result.PayPageURL) > urlMax || !printable(result.PayPageURL) {
		return nil, fmt.Errorf("payment: the pay page is no address: %w", ErrBadAnswer)
	}
	if result.PayPageURL == "" || len(r.PayPages) == 0 {
		return result, nil
	}
	u, err := url.Parse(result.PayPageURL)
	if err != nil || u.User != nil || !slices.Contains(r.PayPages, u.Scheme+"://"+u.Host) {
		return nil, fmt.Errorf("payment: the pay page is not one of Registration.PayPages: %w", ErrBadAnswer)
	}
	return result, nil
}

// printable tells whether a text is UTF-8 without control characters.
func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// cleanText leaves out what is not printable and cuts what is too long.
func cleanText(s string) string {
	if len(s) > textMax {
		s = s[:textMax]
	}
	if printable(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

func (s *Service) registration(c Claim) (Registration, error) {
	for _, r := range s.registrations {
		if (r.Tenant == "" || r.Tenant == c.Tenant) && (c.Provider == "" || c.Provider == r.Key) {
			return r, nil
		}
	}
	return Registration{}, ErrNoProvider
}

func (s *Service) registrationOf(a Attempt) (Registration, error) {
	return s.registered(a.Tenant, a.Provider, a.ConfigVersion)
}

func (s *Service) registered(tenant, key, version string) (Registration, error) {
	for _, r := range s.registrations {
		if (r.Tenant == "" || r.Tenant == tenant) && r.Key == key && r.Version == version {
			return r, nil
		}
	}
	return Registration{}, ErrNoProvider
}
