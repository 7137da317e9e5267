package xbezahldienste

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ClientCredentials are for OAuth2 client credentials (RFC 6749, 4.4) with the
// secret in the form body (2.3.1), as pmPayment wants it.
type ClientCredentials struct {
	TokenURL     string // absolute, https
	ClientID     string
	ClientSecret string
	Scope        string // may be empty
}

// String hides the secret.
func (c ClientCredentials) String() string { return "client credentials of " + c.ClientID }

// Format hides the secret, whatever the verb.
func (c ClientCredentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// MarshalText hides the secret from JSON.
func (c ClientCredentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// LogValue hides the secret.
func (c ClientCredentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// skew is how long before its end a token is no longer used.
const skew = 10 * time.Second

type tokenSource struct {
	url    string
	form   []byte
	caller *Provider
	busy   chan struct{} // holds one value while a token is fetched

	mu      sync.Mutex
	current string
	expires time.Time
}

func newTokenSource(c ClientCredentials, target string, caller *Provider) *tokenSource {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}}
	if c.Scope != "" {
		form.Set("scope", c.Scope)
	}
	return &tokenSource{url: target, form: []byte(form.Encode()), caller: caller, busy: make(chan struct{}, 1)}
}

func (s *tokenSource) cached() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != "" && s.caller.options.Now().Before(s.expires) {
		return s.current
	}
	return ""
}

// forget drops a token that the platform refused.
func (s *tokenSource) forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == token {
		s.current = ""
	}
}

// token returns a token that is still good; callers wait for one fetch.
func (s *tokenSource) token(ctx context.Context) (string, error) {
	if t := s.cached(); t != "" {
		return t, nil
	}
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	case <-ctx.Done():
		return "", transportError(opToken, ctx.Err())
	}
	if t := s.cached(); t != "" {
		return t, nil
	}
	return s.fetch(ctx)
}

func (s *tokenSource) fetch(ctx context.Context) (string, error) {
	asked := s.caller.options.Now()
	body, err := s.caller.send(ctx, opToken, http.MethodPost, s.url, "application/x-www-form-urlencoded", s.form, "")
	var refused *Error
	if errors.As(err, &refused) {
		refused.Title, refused.Detail = "", ""
	}
	if err != nil {
		return "", err
	}
	var answer struct {
		AccessToken string      `json:"access_token"`
		TokenType   string      `json:"token_type"`
		ExpiresIn   json.Number `json:"expires_in"`
	}
	unusable := &AnswerError{Op: opToken, Status: http.StatusOK, Reason: "token"}
	if decodeJSON(body, &answer) != "" || !strings.EqualFold(answer.TokenType, "bearer") || !visible(answer.AccessToken) {
		return "", unusable
	}
	seconds := int64(60) // RFC 6749, 5.1 only recommends expires_in
	if answer.ExpiresIn != "" {
		if seconds, err = answer.ExpiresIn.Int64(); err != nil || seconds < 0 {
			return "", unusable
		}
	}
	life := time.Duration(min(seconds, 24*3600)) * time.Second
	if life > 2*skew {
		life -= skew
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.expires = answer.AccessToken, asked.Add(life)
	return s.current, nil
}

// visible tells whether a token can stand in a header (RFC 6749, appendix A.12).
func visible(s string) bool {
	return s != "" && len(s) <= 16<<10 && strings.IndexFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e }) < 0
}
