package simulator

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
	"github.com/bausteine/egov/payment/xbezahldienste/server"
)

// serveAPI mounts the platform's side of the standard over the books.
func (s *Simulator) serveAPI() error {
	secrets, byID := map[string]string{}, map[string]Client{}
	for _, c := range s.options.Clients {
		if c.Secret != "" {
			secrets[c.ID] = c.Secret
		}
		byID[c.ID] = c
	}
	o := server.Options{
		BaseURL: s.base, Logger: s.log,
		Rules: server.Rules{BookingDataKeys: s.options.BookingDataKeys, RefuseNull: s.options.Profile == xbezahldienste.Epay21},
		May: func(client string, a Account) bool {
			accounts := byID[client].Accounts
			return len(accounts) == 0 || slices.Contains(accounts, a)
		},
	}
	certificate := server.ClientCertificate(s.clientOf)
	switch s.options.Profile {
	case xbezahldienste.PMPayment:
		s.tokens = server.NewTokens(secrets, s.options.TokenTTL, s.now)
	case xbezahldienste.EPayBLKonnektor:
		o.Authenticators = []server.Authenticator{certificate}
	case xbezahldienste.Epay21:
		o.Authenticators = []server.Authenticator{server.Basic(secrets)}
	case "":
		s.tokens = server.NewTokens(secrets, s.options.TokenTTL, s.now)
		o.Authenticators = []server.Authenticator{server.Basic(secrets), certificate}
	default:
		return errors.New("simulator: unknown profile")
	}
	o.Tokens = s.tokens
	api, err := server.New(backend{s}, o)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	s.api = api
	return nil
}

func (s *Simulator) clientOf(c *x509.Certificate) (string, bool) {
	for _, client := range s.options.Clients {
		if client.Certificate != nil && bytes.Equal(client.Certificate.Raw, c.Raw) {
			return client.ID, true
		}
	}
	return "", false
}

// ForgetTokens makes all access tokens invalid, as a restart does.
func (s *Simulator) ForgetTokens() {
	if s.tokens != nil {
		s.tokens.Forget()
	}
}

// now is the simulator's clock.
func (s *Simulator) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options.Now().Add(s.ahead)
}

// SetClock sets the simulator's clock, which goes on from there.
func (s *Simulator) SetClock(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = t.Sub(s.options.Now())
}

// backend are the books as the platform's side of the standard sees them.
type backend struct{ s *Simulator }

// Status implements server.Backend: an account is set up if a client names it.
func (b backend) Status(_ context.Context, a Account) error {
	for _, c := range b.s.options.Clients {
		if len(c.Accounts) == 0 || slices.Contains(c.Accounts, a) {
			return nil
		}
	}
	return server.ErrNotFound
}

// Create implements server.Backend.
func (b backend) Create(ctx context.Context, a Account, r *server.Request) (*server.Transaction, error) {
	s := b.s
	rec := record{
		Account: a, RequestID: r.RequestID, TransactionID: newSecret(), PayToken: newSecret(), FormToken: newSecret(),
		Status: StatusInitial, Amount: r.Amount, Purpose: r.Purpose, Description: r.Description,
		RedirectURL: r.RedirectURL, Request: r.Raw, CreatedAt: s.now().UTC().Truncate(time.Microsecond),
	}
	for _, i := range r.Items { // the authority's reference, for the statement of account
		if rec.Kassenzeichen == "" && i.Reference != i.ID {
			rec.Kassenzeichen = i.Reference
		}
	}
	if s.options.RequestIDAsTransactionID {
		rec.TransactionID = r.RequestID
	}
	switch err := s.books.add(ctx, rec); {
	case errors.Is(err, errExists):
		return nil, server.ErrExists
	case err != nil:
		return nil, fmt.Errorf("storing a payment: %w", err)
	}
	return s.describe(ctx, rec), nil
}

// Query implements server.Backend.
func (b backend) Query(ctx context.Context, a Account, id string) (*server.Transaction, error) {
	rec, err := b.s.books.byID(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && rec.Account != a:
		return nil, server.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("reading a payment: %w", err)
	}
	return b.s.describe(ctx, rec), nil
}

// describe is what the platform says of a record, with the call's faults.
func (s *Simulator) describe(ctx context.Context, rec record) *server.Transaction {
	f := faultOf(ctx)
	t := &server.Transaction{TransactionID: rec.TransactionID, Status: rec.Status, Request: rec.Request}
	switch rec.Status {
	case StatusInitial:
		t.RedirectURL = s.payPage(rec)
	case StatusPayed:
		t.Reference = "SIM-" + rec.TransactionID[:min(10, len(rec.TransactionID))]
		t.PaidAt, t.Method, t.MethodDetail = rec.PaidAt, rec.Method.Name, rec.Method.Detail
	}
	if f.KeepRedirectURL || s.options.Profile == xbezahldienste.Epay21 {
		t.RedirectURL = s.payPage(rec)
	}
	if f.PaymentStatus != "" {
		t.Status = Status(f.PaymentStatus)
	}
	if f.AmountOff != 0 {
		f.GrosAmount = payment.EUR(rec.Amount.Cents + f.AmountOff).JSONNumber().String()
	}
	if f.GrosAmount != "" {
		var fields map[string]json.RawMessage
		if json.Unmarshal(rec.Request, &fields) == nil {
			fields["grosAmount"] = json.RawMessage(f.GrosAmount)
			t.Request, _ = json.Marshal(fields) // a number that is none makes an answer 500
			if t.Request == nil {
				t.Request = json.RawMessage("{")
			}
		}
	}
	return t
}
