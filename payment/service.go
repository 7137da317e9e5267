package payment

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/bausteine/egov/internal/loopback"
	"github.com/bausteine/egov/xoev/finding"
)

// Errors of [Service]; test with errors.Is.
var (
	// ErrNoProvider: no registered provider fits the claim or the attempt.
	ErrNoProvider = errors.New("payment: no provider registered")
	// ErrPaid: the ledger already covers the claim.
	ErrPaid = errors.New("payment: the claim is paid")
	// ErrPartlyPaid: something is booked on the claim; platforms take whole
	// claims only.
	ErrPartlyPaid = errors.New("payment: the claim is partly paid")
	// ErrReview: an attempt on the claim waits for a person.
	ErrReview = errors.New("payment: an attempt on the claim is in review")
	// ErrBusy: another process is calling the platform for this claim, or died
	// while it did. Ask again in some seconds.
	ErrBusy = errors.New("payment: another call for the claim is under way")
	// ErrUnsupported: the provider cannot do this.
	ErrUnsupported = errors.New("payment: the provider cannot do this")
	// ErrState: the attempt is not in a state that allows this.
	ErrState = errors.New("payment: not possible in this state")
)

// Config holds what a [Service] needs besides store and providers. Zero
// durations mean the defaults.
type Config struct {
	// BaseURL is the public address of the application, with or without a
	// path: https, or http on a loopback host for tests. The return page is
	// at BaseURL + "/zahlung/zurueck".
	BaseURL string
	// Target says where the browser goes when an attempt has a result: a path
	// below BaseURL that begins with "/", such as "/antrag/4711/zahlung".
	// Nothing from the request goes into it. Required.
	Target func(Claim, State) string
	// Targets are the paths that Target may name: "/danke" is that path alone,
	// "/antrag/" all below it. Others are not followed. Empty allows every
	// path below BaseURL.
	Targets []string
	// AttemptTTL is how long a payer has to pay before another attempt may
	// begin (default 1 hour).
	AttemptTTL time.Duration
	// CreateTTL is how long a create call without answer is repeated (default
	// 15 minutes).
	CreateTTL time.Duration
	// LateWindow is how long attempts that failed, were canceled or expired
	// are watched for late money (default 14 days; twice that while the
	// platform does not answer).
	LateWindow time.Duration
	// CallTimeout bounds one question to a provider with all its retries
	// (default 15 seconds).
	CallTimeout time.Duration
	// ReturnWait bounds the question on the return page (default 8 seconds).
	ReturnWait time.Duration
	// StartWait is how long Start waits while another process calls the platform
	// for the claim (default ReturnWait; negative: not at all).
	StartWait time.Duration
	// Lease is how long a claim stays with a process that died while it called
	// a platform (default 5 seconds); one that lives renews it. Clocks of the
	// nodes may differ by a part of it.
	Lease time.Duration
	// Workers is how many attempts RefreshDue asks about at once (default 4).
	Workers int
	// Stylesheet is the URL of a style sheet of the same origin for the pages;
	// empty means the built-in one at BaseURL + "/zahlung/stil.css".
	Stylesheet string
	// Template renders the pages from a [Page]; nil is the built-in one.
	Template *template.Template
	Logger   *slog.Logger     // nil discards
	Now      func() time.Time // nil is time.Now
	Rand     io.Reader        // nil is crypto/rand
}

// Service opens claims, starts and follows attempts and keeps the ledger. Its
// state is in the store only, so any number of services, in one process or
// many, may work on one store. It is safe for concurrent use.
type Service struct {
	store         Store
	registrations []Registration
	config        Config
	base          *url.URL
	log           *slog.Logger
}

// New returns a service. It fails if the configuration cannot work; it calls
// nobody.
func New(store Store, providers []Registration, config Config) (*Service, error) {
	base, err := parseBase(config.BaseURL)
	if err != nil {
		return nil, err
	}
	if store == nil || config.Target == nil {
		return nil, errors.New("payment: store and Config.Target are required")
	}
	if len(providers) == 0 {
		return nil, ErrNoProvider
	}
	seen := make(map[[3]string]bool)
	for _, r := range providers {
		id := [3]string{r.Tenant, r.Key, r.Version}
		if !validOrigins(r.PayPages) || r.AttemptTTL < 0 {
			return nil, fmt.Errorf("payment: registration %q %q: PayPages are not origins, or AttemptTTL is negative", r.Key, r.Version)
		}
		if r.Provider == nil || !validKey(r.Key) || !validKey(r.Version) || r.Tenant != "" && !validKey(r.Tenant) || seen[id] {
			return nil, fmt.Errorf("payment: registration %q %q: provider missing, key malformed or registered twice", r.Key, r.Version)
		}
		seen[id] = true
	}
	for _, d := range []struct {
		field    *time.Duration
		fallback time.Duration
	}{
		{&config.AttemptTTL, time.Hour}, {&config.CreateTTL, 15 * time.Minute}, {&config.LateWindow, 14 * 24 * time.Hour},
		{&config.CallTimeout, 15 * time.Second}, {&config.ReturnWait, 8 * time.Second}, {&config.Lease, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.fallback
		}
		if *d.field < 0 {
			return nil, errors.New("payment: negative duration in Config")
		}
	}
	if config.StartWait == 0 {
		config.StartWait = config.ReturnWait
	}
	if config.Workers <= 0 {
		config.Workers = 4
	}
	s := &Service{store: store, registrations: append([]Registration(nil), providers...), config: config, base: base, log: config.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

// parseBase accepts https, or http on a loopback host.
func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return nil, errors.New("payment: Config.BaseURL is not an absolute URL without query")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname())) {
		return nil, errors.New("payment: Config.BaseURL must be https (http only on a loopback host)")
	}
	return u, nil
}

// validOrigins tells whether all are scheme and host, without anything else.
func validOrigins(origins []string) bool {
	for _, o := range origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || o != u.Scheme+"://"+u.Host {
			return false
		}
	}
	return true
}

// Open stores a claim. It is idempotent by (Tenant, ID): opening the same
// claim again returns the stored one, other content under the same key is
// ErrConflict. A claim that breaks a rule is a *finding.InvalidError.
func (s *Service) Open(ctx context.Context, c Claim) (*Claim, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.clone()
	c.OpenedAt, c.PayerErased = s.now(), false
	stored, err := s.store.PutClaim(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("payment: opening a claim: %w", err)
	}
	if !sameClaim(stored, c) {
		return nil, ErrConflict
	}
	return &stored, nil
}

// sameClaim compares what the caller gave; an erased payer is like any.
func sameClaim(a, b Claim) bool {
	if a.PayerErased || b.PayerErased {
		a.Payer, b.Payer = nil, nil
	}
	a.OpenedAt, b.OpenedAt = time.Time{}, time.Time{}
	a.PayerErased, b.PayerErased = false, false
	return reflect.DeepEqual(normal(a), normal(b))
}

// normal makes empty and nil collections alike, as JSON does.
func normal(c Claim) Claim {
	c = c.clone()
	if len(c.Items) == 0 {
		c.Items = nil
	}
	if len(c.BookingData) == 0 {
		c.BookingData = nil
	}
	for i := range c.Items {
		if len(c.Items[i].BookingData) == 0 {
			c.Items[i].BookingData = nil
		}
	}
	if c.Payer != nil && len(c.Payer.AddressLines) == 0 {
		c.Payer.AddressLines = nil
	}
	return c
}

// Check tells whether the claim can be opened and its platform will take it:
// call it when a form is configured, with the longest texts that placeholders
// can expand to. It calls nobody. No findings means that nothing is wrong.
func (s *Service) Check(c Claim) ([]finding.Finding, error) {
	var all []finding.Finding
	if err := c.Validate(); err != nil {
		var bad *finding.InvalidError
		if !errors.As(err, &bad) {
			return nil, err
		}
		all = bad.Findings
	}
	r, err := s.registration(c)
	if err != nil {
		return nil, err
	}
	return append(all, checkClaim(r.Provider, c)...), nil
}

// Status returns a claim with its balance, attempts and entries, or
// ErrNotFound.
func (s *Service) Status(ctx context.Context, tenant, claimID string) (*Status, error) {
	r, err := s.store.Claim(ctx, tenant, claimID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading a claim: %w", err)
	}
	return statusOf(r)
}

// Attempt returns an attempt as it is stored, or ErrNotFound. It asks nobody;
// see [Service.Refresh].
func (s *Service) Attempt(ctx context.Context, tenant, attemptID string) (*Attempt, error) {
	a, err := s.store.Attempt(ctx, tenant, attemptID)
	if err != nil {
		return nil, fmt.Errorf("payment: reading an attempt: %w", err)
	}
	return &a, nil
}

// Balance returns the sum of a claim's ledger.
func (s *Service) Balance(ctx context.Context, tenant, claimID string) (Balance, error) {
	status, err := s.Status(ctx, tenant, claimID)
	if err != nil {
		return Balance{}, err
	}
	return status.Balance, nil
}

// Book adds an entry by hand: a refund, a chargeback, money that came another
// way. BookedAt is set here. A repeated key is ErrDuplicateEntry, an entry that
// breaks a rule a *finding.InvalidError.
func (s *Service) Book(ctx context.Context, e Entry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	e.BookedAt, e.ValueAt = s.now(), micro(e.ValueAt)
	id, err := s.newID()
	if err != nil {
		return err
	}
	ev := Event{ID: id, Tenant: e.Tenant, ClaimID: e.ClaimID, AttemptID: e.AttemptID, Kind: e.Kind, Late: e.Late, At: e.BookedAt}
	if err := s.store.Apply(ctx, Change{Entries: []Entry{e}, Events: []Event{ev}}); err != nil {
		return fmt.Errorf("payment: booking: %w", err)
	}
	return nil
}

// Events returns the oldest events that are not acknowledged. An event is
// handed out until then, so do the work first, with the event's ID as its
// idempotency key, and acknowledge afterwards. One that cannot be dealt with
// comes first again and again, and limit of them hide all later ones: after
// some tries put it aside (into a table of yours, with an alarm) and
// acknowledge it too.
func (s *Service) Events(ctx context.Context, limit int) ([]Event, error) {
	return s.store.Events(ctx, limit)
}

// Ack forgets events that have been dealt with.
func (s *Service) Ack(ctx context.Context, ids ...string) error { return s.store.Ack(ctx, ids...) }

// Health asks the store and every provider that can tell. The errors are
// joined.
func (s *Service) Health(ctx context.Context) error {
	errs := []error{s.store.Ping(ctx)}
	for _, r := range s.registrations {
		h, ok := r.Provider.(HealthChecker)
		if !ok {
			continue
		}
		if err := h.Health(ctx); err != nil {
			errs = append(errs, fmt.Errorf("provider %s %s: %w", r.Key, r.Version, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) now() time.Time {
	if s.config.Now != nil {
		return micro(s.config.Now())
	}
	return micro(time.Now())
}

// micro is the form of all stored times. One that has no year of four digits is
// none: JSON cannot write it.
func micro(t time.Time) time.Time {
	if y := t.UTC().Year(); t.IsZero() || y < 1 || y > 9999 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

func (s *Service) random(n int) ([]byte, error) {
	source := s.config.Rand
	if source == nil {
		source = rand.Reader
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(source, b); err != nil {
		return nil, fmt.Errorf("payment: randomness: %w", err)
	}
	return b, nil
}

// newID returns 26 characters with 130 bits of the source.
func (s *Service) newID() (string, error) {
	b, err := s.random(17)
	if err != nil {
		return "", err
	}
	return base32.StdEncoding.EncodeToString(b)[:26], nil
}

// newToken returns a return token of 256 bits and its hash.
func (s *Service) newToken() (token string, hash []byte, err error) {
	b, err := s.random(32)
	if err != nil {
		return "", nil, err
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token), nil
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
