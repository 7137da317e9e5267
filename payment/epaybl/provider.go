package epaybl

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// Provider is an ePayBL platform, for one Mandant and one Bewirtschafter. See
// payment.Provider.
type Provider struct {
	config  Config
	options Options
	client  http.Client

	mu   sync.Mutex
	busy map[string]chan struct{} // by request id, closed when its Create ends
}

var (
	_ payment.Provider      = (*Provider)(nil)
	_ payment.Lookuper      = (*Provider)(nil)
	_ payment.Checker       = (*Provider)(nil)
	_ payment.HealthChecker = (*Provider)(nil)
)

// New returns a provider. It calls nobody.
func New(c Config, o *Options) (*Provider, error) {
	p := &Provider{config: c, options: o.withDefaults(), busy: map[string]chan struct{}{}}
	if err := c.validate(p.options.InsecureAllowHTTP); err != nil {
		return nil, err
	}
	client, err := p.options.client()
	if err != nil {
		return nil, err
	}
	p.client = client
	return p, nil
}

// String names platform, Mandant and Bewirtschafter.
func (p *Provider) String() string {
	return "epaybl(" + p.config.ServiceURL + ", " + p.config.Mandant + ", " + p.config.Bewirtschafter + ")"
}

// Create implements payment.Provider. A claim that the platform cannot take is
// a *finding.InvalidError, and nothing is sent. A request id that was booked
// before is not booked again: the result is that of the first booking.
func (p *Provider) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	c := checker{findings: p.Check(r.Claim)}
	c.request(r)
	if len(c.findings) > 0 {
		return nil, &finding.InvalidError{Findings: c.findings}
	}
	done, err := p.alone(ctx, r.RequestID)
	if err != nil {
		return nil, err
	}
	defer done()
	kassenzeichen, err := p.booked(ctx, r.RequestID)
	customer := ""
	if err == nil && kassenzeichen == "" {
		kassenzeichen, customer, err = p.book(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	a, err := p.account(ctx, kassenzeichen)
	if err != nil {
		return nil, err
	}
	a.customer = cmp.Or(a.customer, customer)
	result := a.result()
	if result.State == payment.StatePending {
		if a.customer == "" {
			return nil, answerError(opAccount, http.StatusOK, "EShopKundenNr")
		}
		result.PayPageURL = p.payPage(a, r.ReturnURL)
	}
	return result, nil
}

// alone waits until no other Create for the request id is under way here:
// whether the platform refuses a repeated EShopTransaktionsNr is not known.
// Several processes are kept apart by the service's leases.
func (p *Provider) alone(ctx context.Context, requestID string) (done func(), err error) {
	for {
		p.mu.Lock()
		other, taken := p.busy[requestID]
		if !taken {
			mine := make(chan struct{})
			p.busy[requestID] = mine
			p.mu.Unlock()
			return func() {
				p.mu.Lock()
				delete(p.busy, requestID)
				p.mu.Unlock()
				close(mine)
			}, nil
		}
		p.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, transportError(opTransaction, ctx.Err())
		}
	}
}

// Query implements payment.Provider. The transaction id is the Kassenzeichen.
func (p *Provider) Query(ctx context.Context, transactionID string) (*payment.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, transportError(opAccount, err)
	}
	if !validKassenzeichen(transactionID) {
		return nil, fmt.Errorf("epaybl: %s: no Kassenzeichen has such a form: %w", opAccount, payment.ErrNotFound)
	}
	a, err := p.account(ctx, transactionID)
	if err != nil {
		return nil, err
	}
	return a.result(), nil
}

// Lookup implements payment.Lookuper by lesenTransaktion.
func (p *Provider) Lookup(ctx context.Context, requestID string) (*payment.Result, error) {
	kassenzeichen, err := p.booked(ctx, requestID)
	if err != nil {
		return nil, err
	}
	if kassenzeichen == "" {
		return nil, fmt.Errorf("epaybl: %s: %w", opTransaction, payment.ErrNotFound)
	}
	return p.Query(ctx, kassenzeichen)
}

// Health implements payment.HealthChecker by isAlive.
func (p *Provider) Health(ctx context.Context) error {
	_, err := p.call(ctx, opAlive, text("mandantNr", p.config.Mandant))
	return err
}

// booked returns the Kassenzeichen of a request id, empty if there is none.
func (p *Provider) booked(ctx context.Context, requestID string) (string, error) {
	answer, err := p.call(ctx, opTransaction, text("mandantNr", p.config.Mandant), text("eShopTransaktionsNr", requestID))
	switch {
	case unknown(err):
		return "", nil
	case err != nil:
		return "", err
	}
	list := answer.at("buchungsListe")
	kassenzeichen, whose := answer.text("kassenzeichen"), cmp.Or(list.text("EShopTransaktionsNr"), answer.text("EShopTransaktionsNr"))
	if inList := list.text("kassenzeichen"); kassenzeichen == "" {
		kassenzeichen = inList
	} else if inList != "" && inList != kassenzeichen {
		return "", answerError(opTransaction, http.StatusOK, "kassenzeichen")
	}
	switch {
	case whose != "" && whose != requestID:
		return "", answerError(opTransaction, http.StatusOK, "EShopTransaktionsNr")
	case kassenzeichen != "" && !validKassenzeichen(kassenzeichen), kassenzeichen == "" && whose != "":
		return "", answerError(opTransaction, http.StatusOK, "kassenzeichen")
	}
	return kassenzeichen, nil
}

// book makes the customer and the Kassenzeichen. If the platform refuses that
// because a call thought lost has meanwhile been booked, it is that booking.
func (p *Provider) book(ctx context.Context, r payment.CreateRequest) (kassenzeichen, customer string, err error) {
	number, err := p.customerNumber(r.RequestID)
	if err != nil {
		return "", "", err
	}
	last, first := p.customer(r.Claim)
	_, err = p.call(ctx, opCustomer, text("mandantNr", p.config.Mandant), text("bewirtschafterNr", p.config.Bewirtschafter),
		kunde(number, last, first))
	if err != nil {
		return "", "", err
	}
	defer p.forget(context.WithoutCancel(ctx), number)
	op, parts := p.booking(r, number)
	answer, err := p.call(ctx, op, parts...)
	if errors.Is(err, payment.ErrRejected) {
		earlier, lookupErr := p.booked(ctx, r.RequestID)
		if lookupErr != nil {
			return "", "", fmt.Errorf("epaybl: %s: refused, and perhaps booked before: %w", op, lookupErr)
		}
		if earlier != "" {
			return earlier, "", nil
		}
	}
	if err != nil {
		return "", "", err
	}
	list := answer.at("buchungsListe")
	if kassenzeichen = cmp.Or(list.text("kassenzeichen"), answer.text("kassenzeichen")); !validKassenzeichen(kassenzeichen) {
		return "", "", answerError(op, http.StatusOK, "kassenzeichen")
	}
	if whose := list.text("EShopTransaktionsNr"); whose != "" && whose != r.RequestID {
		return "", "", answerError(op, http.StatusOK, "EShopTransaktionsNr")
	}
	return kassenzeichen, number, nil
}

// forget deletes the customer; the booking stands without it.
func (p *Provider) forget(ctx context.Context, number string) {
	_, _ = p.call(ctx, opForget, text("mandantNr", p.config.Mandant), text("bewirtschafterNr", p.config.Bewirtschafter),
		text("EShopKundenNr", number)) // what is left is an empty customer: not worth an error
}

// customerNumber begins with the request id, so that the account tells whose
// it is, and differs each time: a customer from a broken call may exist.
func (p *Provider) customerNumber(requestID string) (string, error) {
	var salt [5]byte
	if _, err := io.ReadFull(p.options.Rand, salt[:]); err != nil {
		return "", fmt.Errorf("epaybl: randomness: %w", err)
	}
	return requestID + "_" + hex.EncodeToString(salt[:]), nil
}

func (p *Provider) account(ctx context.Context, kassenzeichen string) (*account, error) {
	answer, err := p.call(ctx, opAccount, text("mandantNr", p.config.Mandant), text("kassenzeichen", kassenzeichen))
	switch {
	case unknown(err):
		return nil, fmt.Errorf("%w: %w", err, payment.ErrNotFound)
	case err != nil:
		return nil, err
	}
	return readAccount(answer, kassenzeichen)
}

// payPage is where the browser goes. The platform sends it back to the same
// address whatever happened: the way back proves nothing.
func (p *Provider) payPage(a *account, back string) string {
	q := url.Values{
		"mandant": {p.config.Mandant}, "EShopKundenNr": {a.customer}, "kassenzeichen": {a.kassenzeichen},
		"backlinkSuccess": {back}, "backlinkAbort": {back},
	}
	return p.config.PayPageURL + "?" + q.Encode()
}

func validKassenzeichen(s string) bool {
	return len(s) >= 2 && len(s) <= maxKassenzeichen && each(s, isKey)
}

// requestOf takes the request id out of a customer number of ours. Another
// one is returned as it is: it equals no request id, and the payment is not
// taken for ours.
func requestOf(customer string) string {
	if i := strings.LastIndexByte(customer, '_'); i > 0 {
		return customer[:i]
	}
	return customer
}
