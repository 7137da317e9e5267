package xbezahldienste

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

const (
	opCreate = "create"
	opQuery  = "query"
	opStatus = "status"
	opToken  = "token"
)

// Options loosens and tunes a [Provider]; nil and the zero value are strict.
type Options struct {
	// Profile is the operator's way of speaking the standard.
	Profile Profile
	// Credentials are for OAuth2 client credentials, Basic for HTTP Basic; not
	// both. With neither, a certificate authenticates us.
	Credentials *ClientCredentials
	Basic       *Basic
	// Certificate is for mutual TLS, RootCAs are trusted; nil are the system's.
	// They are not used with HTTPClient.
	Certificate *tls.Certificate
	RootCAs     *x509.CertPool
	// HTTPClient is copied; its redirect policy, cookies and timeout are not
	// used. Nil is a client of our own. A *http.Transport that does not verify
	// TLS is refused; what a RoundTripper of your own does is yours to know.
	HTTPClient *http.Client
	// Timeout is for one HTTP exchange (default 5 seconds).
	Timeout time.Duration
	// MaxResponse is the greatest size of an answer in bytes (default 1 MiB).
	MaxResponse int64
	// Retries is how often a call is repeated after network errors and answers
	// 429 and 5xx (default 2; negative: never), RetryDelay the first pause
	// (default 500 ms, then twice that). A longer Retry-After of the platform is
	// waited for up to Timeout; beyond that the call is not repeated.
	Retries    int
	RetryDelay time.Duration
	// BookingDataKeys must be present in every item, as agreed with the
	// operator.
	BookingDataKeys []string
	// SendRequestor sends the claim's payer, personal data that platforms
	// rarely need. Some operators (epay21) refuse it.
	SendRequestor bool
	// InsecureAllowHTTP allows http to hosts other than loopback: secrets,
	// amounts and pay pages then travel readable and changeable.
	InsecureAllowHTTP bool
	Now               func() time.Time // nil is time.Now
}

// Provider is a payment platform that speaks XBezahldienste, for one online
// service (originator) and one authority (end point). See payment.Provider.
type Provider struct {
	base                     string
	originatorID, endPointID string
	client                   http.Client
	tokens                   *tokenSource
	options                  Options
}

var (
	_ payment.Provider      = (*Provider)(nil)
	_ payment.Lookuper      = (*Provider)(nil)
	_ payment.Checker       = (*Provider)(nil)
	_ payment.HealthChecker = (*Provider)(nil)
)

// New returns a provider for the platform at baseURL. OriginatorID names the
// online service, endPointID the authority (such as its AGS); both are 1 to 36
// characters of A-Z a-z 0-9 _ - and come from the operator. It calls nobody.
func New(baseURL, originatorID, endPointID string, o *Options) (*Provider, error) {
	p := &Provider{originatorID: originatorID, endPointID: endPointID}
	if o != nil {
		p.options = *o
	}
	p.defaults()
	u, err := p.checkURL(baseURL)
	if err != nil {
		return nil, fmt.Errorf("xbezahldienste: base URL: %w", err)
	}
	p.base = strings.TrimSuffix(u.String(), "/")
	if !validID(originatorID, maxID) || !validID(endPointID, maxID) {
		return nil, errors.New("xbezahldienste: originatorId and endPointId are 1 to 36 characters of A-Z a-z 0-9 _ -")
	}
	if err := p.fit(); err != nil {
		return nil, err
	}
	if p.options.HTTPClient != nil {
		p.client = *p.options.HTTPClient
	} else {
		p.client.Transport = p.options.transport()
	}
	transport := p.client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	if t, ok := transport.(*http.Transport); ok && t.TLSClientConfig != nil && t.TLSClientConfig.InsecureSkipVerify {
		return nil, errors.New("xbezahldienste: the HTTP client does not verify TLS")
	}
	p.client.Timeout, p.client.Jar = 0, nil
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c := p.options.Credentials; c != nil {
		u, err := p.checkURL(c.TokenURL)
		if err != nil {
			return nil, fmt.Errorf("xbezahldienste: token URL: %w", err)
		}
		if c.ClientID == "" || c.ClientSecret == "" {
			return nil, errors.New("xbezahldienste: client id and secret are required")
		}
		p.tokens = newTokenSource(*c, u.String(), p)
	}
	return p, nil
}

func (p *Provider) defaults() {
	o := &p.options
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.MaxResponse <= 0 {
		o.MaxResponse = 1 << 20
	}
	if o.Retries == 0 {
		o.Retries = 2
	}
	if o.RetryDelay <= 0 {
		o.RetryDelay = 500 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

func (p *Provider) checkURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("not an absolute URL without query and user")
	}
	if !secureURL(u, p.options.InsecureAllowHTTP) {
		return nil, errors.New("not https (http only on a loopback host)")
	}
	return u, nil
}

// Create implements payment.Provider. A claim that the platform cannot take is
// a *finding.InvalidError, and nothing is sent.
func (p *Provider) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	c := checker{findings: p.Check(r.Claim)}
	c.request(r)
	if len(c.findings) > 0 {
		return nil, &finding.InvalidError{Findings: c.findings}
	}
	body, err := encode(r, p.options.SendRequestor)
	if err != nil {
		return nil, fmt.Errorf("xbezahldienste: %s: %w", opCreate, err)
	}
	return p.transaction(ctx, opCreate, http.MethodPost, p.path("paymenttransaction"), body)
}

// Query implements payment.Provider.
func (p *Provider) Query(ctx context.Context, transactionID string) (*payment.Result, error) {
	if !validID(transactionID, 44) {
		return nil, fmt.Errorf("xbezahldienste: %s: no transaction has such an id: %w", opQuery, payment.ErrNotFound)
	}
	return p.transaction(ctx, opQuery, http.MethodGet, p.path("paymenttransaction")+"/"+transactionID, nil)
}

// Lookup implements payment.Lookuper. The standard has no search, but some
// platforms use our request id as their transaction id.
func (p *Provider) Lookup(ctx context.Context, requestID string) (*payment.Result, error) {
	r, err := p.Query(ctx, requestID)
	var refused *Error
	switch {
	case errors.As(err, &refused) && refused.Status < 500 && !refused.again() &&
		refused.Status != http.StatusUnauthorized && refused.Status != http.StatusForbidden:
		return nil, fmt.Errorf("%w: %w", payment.ErrNotFound, err)
	case err != nil:
		return nil, err
	case r.TransactionID != requestID && r.RequestID != requestID, r.RequestID != "" && r.RequestID != requestID:
		return nil, fmt.Errorf("xbezahldienste: %s: another payment: %w", opQuery, payment.ErrNotFound)
	}
	return r, nil
}

// Health implements payment.HealthChecker: it asks the platform whether
// originator and end point are configured (payment.ErrDenied if not) and in
// order (payment.ErrUnavailable if not).
func (p *Provider) Health(ctx context.Context) error {
	_, err := p.call(ctx, opStatus, http.MethodGet, p.path("status"), nil)
	return err
}

func (p *Provider) path(resource string) string {
	return p.base + "/" + resource + "/" + p.originatorID + "/" + p.endPointID
}

func (p *Provider) transaction(ctx context.Context, op, method, target string, body []byte) (*payment.Result, error) {
	answer, err := p.call(ctx, op, method, target, body)
	if err != nil {
		return nil, err
	}
	r, err := decodeTransaction(answer, p.options.InsecureAllowHTTP)
	var unusable *AnswerError
	if errors.As(err, &unusable) {
		unusable.Op, unusable.Status = op, http.StatusOK
	}
	return r, err
}

// call sends a request until there is an answer that is not worth repeating.
// The body is the same each time, and with it the request id.
func (p *Provider) call(ctx context.Context, op, method, target string, body []byte) ([]byte, error) {
	for try := 0; ; try++ {
		answer, err := p.authorized(ctx, op, method, target, body)
		if err == nil {
			return answer, nil
		}
		if try >= p.options.Retries || ctx.Err() != nil || trustError(err) || !errors.Is(err, payment.ErrUnavailable) {
			return nil, err
		}
		delay := p.options.RetryDelay << min(try, 6)
		var refused *Error
		if errors.As(err, &refused) && refused.wait > delay {
			delay = refused.wait
		}
		if delay > max(p.options.Timeout, p.options.RetryDelay<<6) || !pause(ctx, delay) {
			return nil, err
		}
	}
}

// authorized sends once, with a new token if the old one is refused.
func (p *Provider) authorized(ctx context.Context, op, method, target string, body []byte) ([]byte, error) {
	if p.tokens == nil {
		return p.send(ctx, op, method, target, "application/json", body, "")
	}
	token, err := p.tokens.token(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := p.send(ctx, op, method, target, "application/json", body, token)
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		return answer, err
	}
	p.tokens.forget(token)
	if token, err = p.tokens.token(ctx); err != nil {
		return nil, err
	}
	return p.send(ctx, op, method, target, "application/json", body, token)
}

// send makes one exchange and returns the body of an answer 200 or 201.
func (p *Provider) send(ctx context.Context, op, method, target, contentType string, body []byte, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(string(body)))
	if err != nil {
		return nil, transportError(op, err)
	}
	request.Header.Set("Accept", "application/json, application/problem+json")
	if body != nil {
		request.Header.Set("Content-Type", contentType)
	}
	if b := p.options.Basic; b != nil {
		request.SetBasicAuth(b.User, b.Password)
	} else if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, transportError(op, err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing left to read
	answer, err := io.ReadAll(io.LimitReader(response.Body, p.options.MaxResponse+1))
	if err != nil {
		return nil, transportError(op, err)
	}
	status := response.StatusCode
	large, isJSON := int64(len(answer)) > p.options.MaxResponse, jsonType(response.Header.Get("Content-Type"))
	switch {
	case status >= 400:
		refused := &Error{Op: op, Status: status}
		if isJSON && !large {
			refused = decodeProblem(op, status, answer)
		}
		refused.wait = retryAfter(response.Header.Get("Retry-After"), p.options.Now())
		return nil, refused
	case status != http.StatusOK && status != http.StatusCreated:
		return nil, &AnswerError{Op: op, Status: status, Reason: "redirect"}
	case large:
		return nil, &AnswerError{Op: op, Status: status, Reason: "too-large"}
	case !isJSON:
		return nil, &AnswerError{Op: op, Status: status, Reason: "content-type"}
	}
	return answer, nil
}

func jsonType(header string) bool {
	t, _, err := mime.ParseMediaType(header)
	return err == nil && (t == "application/json" || strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json"))
}

// pause waits; false means that the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// String names platform, originator and end point.
func (p *Provider) String() string {
	return "xbezahldienste(" + p.base + ", " + strconv.Quote(p.originatorID) + ", " + strconv.Quote(p.endPointID) + ")"
}
