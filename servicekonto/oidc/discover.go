package oidc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/bausteine/egov/internal/loopback"
)

// maxAnswer is what an answer of the issuer may hold.
const maxAnswer = 1 << 20

var (
	errTooLarge = errors.New("oidc: answer larger than 1 MiB")
	errTooOften = errors.New("oidc: keys fetched too often")
	errInsecure = errors.New("not an https URL, nor http on a loopback host")
)

// checkURL accepts absolute https URLs and, if plain, http on loopback hosts.
func checkURL(raw string, plain bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errInsecure
	}
	if u.Scheme == "https" || (plain && u.Scheme == "http" && loopback.Host(u.Hostname())) {
		return nil
	}
	return errInsecure
}

// boundedClient copies the client and bounds it: time, size, no redirects.
func boundedClient(c *http.Client, timeout time.Duration) *http.Client {
	out := &http.Client{}
	if c != nil {
		*out = *c
	}
	if timeout <= 0 {
		timeout = 10 * time.Second
	}
	if out.Timeout == 0 {
		out.Timeout = timeout
	}
	out.Jar = nil
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	next := out.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = &boundedTransport{next: next}
	return out
}

type boundedTransport struct{ next http.RoundTripper }

// RoundTrip limits the body of the answer.
func (t *boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

// Read fails once the answer turns out larger than allowed; it never cuts it
// short silently.
func (b *boundedBody) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// refetchLimit lets the keys be fetched five times at once and then every
// twenty seconds: enough for a rollover, too little to make us hammer the issuer
// with tokens of unknown keys.
type refetchLimit struct {
	next http.RoundTripper
	now  func() time.Time

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

const (
	refetchBurst = 5
	refetchEvery = 20 * time.Second
)

// RoundTrip passes on what the limit allows.
func (l *refetchLimit) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	now := l.now()
	if l.last.IsZero() {
		l.tokens = refetchBurst
	} else if d := now.Sub(l.last); d > 0 {
		l.tokens = min(refetchBurst, l.tokens+float64(d)/float64(refetchEvery))
	}
	l.last = now
	ok := l.tokens >= 1
	if ok {
		l.tokens--
	}
	l.mu.Unlock()
	if !ok {
		return nil, errTooOften
	}
	return l.next.RoundTrip(r)
}

// discover returns the issuer's metadata and fetches it where needed. Requests
// that come meanwhile wait for the same answer.
func (p *Provider) discover(ctx context.Context) (*metadata, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.meta != nil && p.now().Sub(p.meta.fetched) < rediscover {
		return p.meta, nil
	}
	if p.failure != nil && p.now().Sub(p.failedAt).Abs() < retryDiscovery {
		return nil, p.failure
	}
	// One person closing the browser must not end what others wait for.
	m, err := p.fetch(context.WithoutCancel(ctx))
	if err == nil {
		p.meta, p.failure = m, nil
	} else if p.meta != nil {
		p.meta.fetched = p.now().Add(time.Minute - rediscover) // again in a minute
		return p.meta, nil
	} else {
		p.failure, p.failedAt = err, p.now()
	}
	return m, err
}

func (p *Provider) fetch(ctx context.Context) (*metadata, error) {
	op, err := gooidc.NewProvider(gooidc.ClientContext(ctx, p.client), p.cfg.Issuer)
	if err != nil {
		return nil, unavailable("discovery", err)
	}
	var doc struct {
		JWKS       string `json:"jwks_uri"`
		UserInfo   string `json:"userinfo_endpoint"`
		EndSession string `json:"end_session_endpoint"`
		IssParam   bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := op.Claims(&doc); err != nil {
		return nil, unavailable("discovery", err)
	}
	endpoint := op.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.cfg.SecretInBody || p.cfg.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	required := []string{endpoint.AuthURL, endpoint.TokenURL, doc.JWKS}
	for _, optional := range []string{doc.UserInfo, doc.EndSession} {
		if optional != "" {
			required = append(required, optional)
		}
	}
	// An issuer in the network must not send us to services of our own host.
	loopback := strings.HasPrefix(p.cfg.Issuer, "http://")
	for _, u := range required {
		if err := checkURL(u, loopback); err != nil {
			return nil, unavailable("discovery names an endpoint that is missing or not https", err)
		}
	}
	keyClient := *p.client
	keyClient.Transport = &refetchLimit{next: p.client.Transport, now: p.now}
	m := &metadata{
		oauth: oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: endpoint, Scopes: append([]string{gooidc.ScopeOpenID}, p.cfg.Scopes...)},
		keys:  gooidc.NewRemoteKeySet(gooidc.ClientContext(context.Background(), &keyClient), doc.JWKS), userInfo: doc.UserInfo, endSession: doc.EndSession,
		issParam: doc.IssParam, fetched: p.now(),
	}
	m.verifier = gooidc.NewVerifier(p.cfg.Issuer, m.keys, &gooidc.Config{ClientID: p.cfg.ClientID, SupportedSigningAlgs: p.algs, Now: p.now})
	return m, nil
}
