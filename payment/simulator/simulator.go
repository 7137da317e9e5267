package simulator

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bausteine/egov/payment"
)

// Options configure a [Simulator].
type Options struct {
	// BaseURL is the public address of the simulator with its path prefix:
	// http or https, without query. Required.
	BaseURL string
	// Clients may use the platform. At least one.
	Clients []Client
	// DB keeps the books in tables with the prefix payment_simulator_; nil
	// keeps them in memory. See internal/sqldb for what is asked of it.
	DB *sql.DB
	// BookingDataKeys must be present in every item of a request.
	BookingDataKeys []string
	// RequestIDAsTransactionID makes the request id the transaction id, as some
	// platforms do; a payment can then be found after a lost answer.
	RequestIDAsTransactionID bool
	// TokenTTL is how long access tokens are good (default 5 minutes).
	TokenTTL time.Duration
	// Fault is asked before each call of the API; nil means no faults.
	Fault func(Call) Fault
	// InsecureAllowNetwork answers on addresses other than loopback: anybody
	// who can reach the server can then mark payments as paid.
	InsecureAllowNetwork bool
	Logger               *slog.Logger     // nil discards
	Now                  func() time.Time // nil is time.Now
}

// Client is a client of the platform. Without Accounts it may use all.
type Client struct {
	ID, Secret string
	Accounts   []Account
}

// Account is an online service (originator) of an authority (end point).
type Account struct{ OriginatorID, EndPointID string }

// Status is the standard's status of a payment.
type Status string

// The values of XBezahldienste 1.0.0.
const (
	StatusInitial  Status = "INITIAL"
	StatusPayed    Status = "PAYED"
	StatusFailed   Status = "FAILED"
	StatusCanceled Status = "CANCELED"
)

// Transaction is a payment in the simulator's books.
type Transaction struct {
	Account       Account
	TransactionID string
	RequestID     string
	Status        Status
	Amount        payment.Amount
	Purpose       string
	PayPageURL    string
	CreatedAt     time.Time
	PaidAt        time.Time // zero unless paid
}

// Errors of [Simulator.Settle].
var (
	ErrNotFound = errors.New("simulator: no such transaction")
	ErrStatus   = errors.New("simulator: the transaction cannot get this status")
)

// Simulator is an http.Handler. See the package documentation.
type Simulator struct {
	options Options
	base    string // without a slash at the end
	prefix  string // its path
	books   books
	pages   *template.Template
	log     *slog.Logger

	mu     sync.Mutex
	tokens map[string]grant
}

type grant struct {
	client  int // index in Options.Clients
	expires time.Time
}

// New returns a simulator; with Options.DB it brings its tables up to date.
func New(ctx context.Context, o Options) (*Simulator, error) {
	u, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("simulator: Options.BaseURL is not an absolute http or https URL without query")
	}
	if len(o.Clients) == 0 {
		return nil, errors.New("simulator: Options.Clients is empty")
	}
	for _, c := range o.Clients {
		if c.ID == "" || c.Secret == "" {
			return nil, errors.New("simulator: a client without id or secret")
		}
	}
	if o.TokenTTL <= 0 {
		o.TokenTTL = 5 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Simulator{options: o, base: u.String(), prefix: u.Path, log: o.Logger, tokens: make(map[string]grant)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.pages, err = template.ParseFS(pageFiles, "pages/*.html"); err != nil {
		return nil, fmt.Errorf("simulator: pages: %w", err)
	}
	s.books = newMemoryBooks()
	if o.DB != nil {
		if s.books, err = newSQLBooks(ctx, o.DB); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ServeHTTP implements http.Handler. The handler may be mounted with or
// without http.StripPrefix.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.options.InsecureAllowNetwork && !local(r) {
		s.page(w, r, http.StatusForbidden, view{Title: "Nur auf diesem Rechner erreichbar", Paragraphs: []string{
			"Dieser Simulator antwortet nur auf Verbindungen über die Loopback-Adresse (127.0.0.1 oder ::1).",
		}})
		return
	}
	path := r.URL.Path
	if rest, ok := strings.CutPrefix(path, s.prefix); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case parts[0] == "oauth" && len(parts) == 2 && parts[1] == "token":
		s.api(w, r, Call{Operation: OperationToken}, http.MethodPost, s.token)
	case parts[0] == "status" && len(parts) == 3:
		s.api(w, r, Call{Operation: OperationStatus, Account: Account{parts[1], parts[2]}}, http.MethodGet, s.status)
	case parts[0] == "paymenttransaction" && len(parts) == 3:
		s.api(w, r, Call{Operation: OperationCreate, Account: Account{parts[1], parts[2]}}, http.MethodPost, s.create)
	case parts[0] == "paymenttransaction" && len(parts) == 4:
		s.api(w, r, Call{Operation: OperationQuery, Account: Account{parts[1], parts[2]}, TransactionID: parts[3]}, http.MethodGet, s.query)
	default:
		s.people(w, r, parts)
	}
}

// local tells whether the connection came in on a loopback address.
func local(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	a, err := netip.ParseAddrPort(addr.String())
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// Transactions returns all payments, oldest first.
func (s *Simulator) Transactions(ctx context.Context) ([]Transaction, error) {
	records, err := s.books.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("simulator: reading the books: %w", err)
	}
	all := make([]Transaction, 0, len(records))
	for _, r := range records {
		all = append(all, s.public(r))
	}
	return all, nil
}

// Paid returns number and sum of the paid payments, to compare with a ledger.
func (s *Simulator) Paid(ctx context.Context) (count int, sum payment.Amount, err error) {
	all, err := s.Transactions(ctx)
	if err != nil {
		return 0, payment.Amount{}, err
	}
	sum = payment.EUR(0)
	for _, t := range all {
		if t.Status != StatusPayed {
			continue
		}
		count++
		if sum, err = sum.Add(t.Amount); err != nil {
			return 0, payment.Amount{}, err
		}
	}
	return count, sum, nil
}

// Settle gives a payment a result without the pay page. Besides what a payer
// can do it lets a failed or canceled payment be paid late. Other changes of a
// payment that has a result are ErrStatus.
func (s *Simulator) Settle(ctx context.Context, transactionID string, to Status) error {
	from := []Status{StatusInitial}
	switch to {
	case StatusPayed:
		from = append(from, StatusFailed, StatusCanceled)
	case StatusFailed, StatusCanceled:
	default:
		return ErrStatus
	}
	record, err := s.books.byID(ctx, transactionID)
	if err != nil {
		return err
	}
	for _, f := range from {
		changed, err := s.books.settle(ctx, record.TransactionID, f, to, s.options.Now())
		if err != nil {
			return fmt.Errorf("simulator: settling: %w", err)
		}
		if changed {
			return nil
		}
	}
	return ErrStatus
}

func (s *Simulator) public(r record) Transaction {
	return Transaction{
		Account: r.Account, TransactionID: r.TransactionID, RequestID: r.RequestID, Status: r.Status, Amount: r.Amount,
		Purpose: r.Purpose, PayPageURL: s.payPage(r), CreatedAt: r.CreatedAt, PaidAt: r.PaidAt,
	}
}

func (s *Simulator) payPage(r record) string { return s.base + "/bezahlseite/" + r.PayToken }

// newSecret returns 26 characters with 130 random bits.
func newSecret() string { return rand.Text() }
