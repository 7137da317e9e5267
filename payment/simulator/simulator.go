package simulator

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/loopback"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
	"github.com/bausteine/egov/payment/xbezahldienste/server"
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
	// Profile makes the platform behave like an operator's; see there. The zero
	// value takes all three authentications and keeps to the documentation.
	Profile xbezahldienste.Profile
	// BookingDataKeys must be present in every item of a request.
	BookingDataKeys []string
	// RequestIDAsTransactionID makes the request id the transaction id, as some
	// platforms do; a payment can then be found after a lost answer.
	RequestIDAsTransactionID bool
	// TokenTTL is how long access tokens are good (default 5 minutes).
	TokenTTL time.Duration
	// Payee and IBAN are the authority's account for the statement of account
	// (default "Stadt Musterstadt Stadtkasse", DE89370400440532013000).
	Payee string
	IBAN  ids.IBAN
	// Fault is asked before each call of the API; nil means no faults.
	Fault func(Call) Fault
	// InsecureAllowNetwork answers on addresses other than loopback: anybody
	// who can reach the server can then mark payments as paid.
	InsecureAllowNetwork bool
	Logger               *slog.Logger     // nil discards
	Now                  func() time.Time // nil is time.Now; see also Simulator.SetClock
}

// Client is a client of the platform. Without Accounts it may use all.
type Client struct {
	// ID, unique, and Secret are for OAuth2 and HTTP Basic.
	ID, Secret string
	// Certificate is for mutual TLS, which the server that the simulator is
	// mounted in has to offer (tls.RequireAndVerifyClientCert); nil is none.
	Certificate *x509.Certificate
	Accounts    []Account
}

// Format hides the secret, whatever the verb.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.name()) }

// LogValue hides the secret.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.name()) }

// MarshalText hides the secret from JSON.
func (c Client) MarshalText() ([]byte, error) { return []byte(c.name()), nil }

func (c Client) name() string { return "client " + c.ID }

// Account is an online service (originator) of an authority (end point).
type Account = server.Account

// Status is the standard's status of a payment.
type Status = server.Status

// The values of XBezahldienste 1.0.0.
const (
	StatusInitial  = server.StatusInitial
	StatusPayed    = server.StatusPayed
	StatusFailed   = server.StatusFailed
	StatusCanceled = server.StatusCanceled
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
	// Method and MethodDetail are the standard's words for how it was paid.
	Method, MethodDetail string
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
	host    string // its host, in lower case
	books   books
	api     *server.Handler
	tokens  *server.Tokens
	pages   *template.Template
	log     *slog.Logger

	mu      sync.Mutex
	ahead   time.Duration       // of Options.Now
	ordered map[Operation]order // faults of the admin API
}

// New returns a simulator; with Options.DB it brings its tables up to date.
func New(ctx context.Context, o Options) (*Simulator, error) {
	u, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil {
		return nil, errors.New("simulator: Options.BaseURL is not an absolute http or https URL without query")
	}
	if err := checkClients(o.Clients); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Payee, o.IBAN = cmp.Or(o.Payee, "Stadt Musterstadt Stadtkasse"), cmp.Or(o.IBAN, "DE89370400440532013000")
	if o.IBAN, err = ids.ParseIBAN(string(o.IBAN)); err != nil || utf8.RuneCountInString(o.Payee) > 140 {
		return nil, errors.New("simulator: Options.IBAN is none, or Options.Payee is longer than 140 characters")
	}
	s := &Simulator{options: o, base: u.String(), prefix: u.Path, host: strings.ToLower(u.Hostname()), log: o.Logger, ordered: map[Operation]order{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.serveAPI(); err != nil {
		return nil, err
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

func checkClients(all []Client) error {
	if len(all) == 0 {
		return errors.New("simulator: Options.Clients is empty")
	}
	known := map[string]bool{}
	for _, c := range all {
		if c.ID == "" || known[c.ID] || c.Secret == "" && c.Certificate == nil {
			return errors.New("simulator: a client without an id of its own, or with neither secret nor certificate")
		}
		known[c.ID] = true
	}
	return nil
}

// Format writes the address: what is inside holds secrets.
func (s *Simulator) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "simulator("+s.base+")") }

// LogValue is the address.
func (s *Simulator) LogValue() slog.Value { return slog.StringValue("simulator(" + s.base + ")") }

// ServeHTTP implements http.Handler. The handler may be mounted with or
// without http.StripPrefix.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.options.InsecureAllowNetwork && (!local(r) || !s.named(r)) {
		s.page(w, r, http.StatusForbidden, view{Title: "Nur auf diesem Rechner erreichbar", Paragraphs: []string{
			"Dieser Simulator antwortet nur auf Verbindungen über die Loopback-Adresse (127.0.0.1 oder ::1), und nur unter ihrem oder seinem eigenen Namen.",
		}})
		return
	}
	path := r.URL.Path
	if rest, ok := strings.CutPrefix(path, s.prefix); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if call, ok := callOf(parts); ok {
		s.call(w, r, "/"+strings.Join(parts, "/"), call)
		return
	}
	if parts[0] == "verwaltung" {
		s.admin(w, r, parts[1:])
		return
	}
	s.people(w, r, parts)
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

// named tells whether a request names us: by the host of BaseURL or by that of
// a loopback address. A name of somebody else's that leads here (DNS rebinding)
// would let that site's scripts read the books.
func (s *Simulator) named(r *http.Request) bool {
	host := strings.ToLower((&url.URL{Host: r.Host}).Hostname())
	return host != "" && (host == s.host || loopback.Host(host))
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

// Settle gives a payment a result without the pay page, paid by credit card.
// Besides what a payer can do at first it lets a failed or canceled payment be
// paid late. Other changes of a payment that has a result are ErrStatus.
func (s *Simulator) Settle(ctx context.Context, transactionID string, to Status) error {
	return s.settle(ctx, transactionID, to, methods[0])
}

func (s *Simulator) settle(ctx context.Context, transactionID string, to Status, m method) error {
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
		changed, err := s.books.settle(ctx, record.TransactionID, f, to, m, s.now())
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
		Method: r.Method.Name, MethodDetail: r.Method.Detail,
	}
}

func (s *Simulator) payPage(r record) string { return s.base + "/bezahlseite/" + r.PayToken }

// newSecret returns 26 characters with 130 random bits.
func newSecret() string { return rand.Text() }
