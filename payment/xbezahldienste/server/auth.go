package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/payment/xbezahldienste"
)

// Authenticator finds out who calls. Implementations are safe for concurrent
// use.
type Authenticator interface {
	// Authenticate returns the caller's name; ok is false if the request holds no
	// proof of this kind or a wrong one.
	Authenticate(r *http.Request) (client string, ok bool)
	// Challenge is a value for WWW-Authenticate, empty if there is none.
	Challenge() string
}

// ClientCertificate trusts the certificate of a TLS connection that the server
// has verified (tls.RequireAndVerifyClientCert, or VerifyClientCertIfGiven next
// to other authenticators). Name tells whose it is.
func ClientCertificate(name func(*x509.Certificate) (client string, ok bool)) Authenticator {
	return certificates(name)
}

type certificates func(*x509.Certificate) (string, bool)

func (c certificates) Authenticate(r *http.Request) (string, bool) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 || len(r.TLS.VerifiedChains[0]) == 0 {
		return "", false
	}
	return c(r.TLS.VerifiedChains[0][0])
}

func (certificates) Challenge() string { return "" }

// Basic asks for user and password (RFC 7617). Secrets maps users, who are the
// callers' names, to passwords.
func Basic(secrets map[string]string) Authenticator { return basic(hashed(secrets)) }

type basic map[string][sha256.Size]byte

func (b basic) Authenticate(r *http.Request) (string, bool) {
	user, password, ok := r.BasicAuth()
	return user, ok && matches(b, user, password)
}

func (basic) Challenge() string { return `Basic realm="XBezahldienste", charset="UTF-8"` }

// hashed keeps hashes, so that comparing takes the same time for each length.
func hashed(secrets map[string]string) map[string][sha256.Size]byte {
	m := make(map[string][sha256.Size]byte, len(secrets))
	for name, secret := range secrets {
		m[name] = sha256.Sum256([]byte(secret))
	}
	return m
}

func matches(secrets map[string][sha256.Size]byte, name, secret string) bool {
	want, known := secrets[name]
	got := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && known
}

// Tokens are OAuth2 client credentials (RFC 6749, 4.4) with id and secret in
// the form (2.3.1), and the bearer tokens given for them, kept in memory. Make
// one with [NewTokens].
type Tokens struct {
	secrets map[string][sha256.Size]byte
	ttl     time.Duration
	now     func() time.Time

	mu     sync.Mutex
	grants map[[sha256.Size]byte]grant
}

type grant struct {
	client  string
	expires time.Time
}

// NewTokens returns the tokens of clients with secrets. Tokens are good for ttl
// (default 5 minutes); now is the clock, nil is time.Now.
func NewTokens(secrets map[string]string, ttl time.Duration, now func() time.Time) *Tokens {
	if ttl <= 0 {
		ttl = 5 * time.Minute
	}
	if now == nil {
		now = time.Now
	}
	return &Tokens{secrets: hashed(secrets), ttl: ttl, now: now, grants: map[[sha256.Size]byte]grant{}}
}

// Authenticate implements [Authenticator].
func (t *Tokens) Authenticate(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g, known := t.grants[sha256.Sum256([]byte(token))]
	return g.client, known && t.now().Before(g.expires)
}

// Challenge implements [Authenticator].
func (t *Tokens) Challenge() string { return "Bearer" }

// Forget makes all tokens invalid.
func (t *Tokens) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.grants)
}

// issue answers a token request.
func (t *Tokens) issue(r *http.Request, body []byte) (status int, answer any) {
	fail := func(status int, code string) (int, any) { return status, map[string]string{"error": code} }
	form, ok := readForm(r, body)
	if !ok {
		return fail(http.StatusBadRequest, "invalid_request")
	}
	if form.Get("grant_type") != "client_credentials" {
		return fail(http.StatusBadRequest, "unsupported_grant_type")
	}
	client := form.Get("client_id")
	if !matches(t.secrets, client, form.Get("client_secret")) {
		return fail(http.StatusUnauthorized, "invalid_client")
	}
	token, now := rand.Text(), t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for hash, g := range t.grants {
		if !now.Before(g.expires) {
			delete(t.grants, hash)
		}
	}
	t.grants[sha256.Sum256([]byte(token))] = grant{client, now.Add(t.ttl)}
	return http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(t.ttl / time.Second)}
}

// readForm reads an urlencoded form in which each field stands once.
func readForm(r *http.Request, body []byte) (url.Values, bool) {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || t != "application/x-www-form-urlencoded" {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, false
	}
	for key, values := range form {
		if len(values) != 1 || !utf8.ValidString(key) || !utf8.ValidString(values[0]) {
			return nil, false
		}
	}
	return form, true
}

// authenticate returns the caller, or a problem with the challenges.
func (h *Handler) authenticate(r *http.Request) (string, *Problem) {
	var challenges []string
	for _, a := range h.options.Authenticators {
		if client, ok := a.Authenticate(r); ok {
			return client, nil
		}
		if c := a.Challenge(); c != "" {
			challenges = append(challenges, c)
		}
	}
	p := refuse(http.StatusUnauthorized, xbezahldienste.CodeForbidden, "Anmeldung fehlt, ist falsch oder abgelaufen")
	p.Challenge = strings.Join(challenges, ", ")
	return "", p
}
