package oidc_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
)

func start(p *oidc.Provider) error {
	_, err := p.Start(context.Background(), servicekonto.StartRequest{Handle: "h", CallbackURL: callbackURL, MinLevel: servicekonto.Hoch})
	return err
}

func TestNewRefuses(t *testing.T) {
	for name, cfg := range map[string]oidc.Config{
		"no issuer":       {ClientID: "a"},
		"no client":       {Issuer: "https://konto.example"},
		"plain http":      {Issuer: "http://konto.example", ClientID: "a"},
		"user in issuer":  {Issuer: "https://a@konto.example", ClientID: "a"},
		"fragment":        {Issuer: "https://konto.example#a", ClientID: "a"},
		"alg none":        {Issuer: "https://konto.example", ClientID: "a", Algorithms: []string{"none"}},
		"alg HS256":       {Issuer: "https://konto.example", ClientID: "a", Algorithms: []string{"RS256", "HS256"}},
		"unknown ACR":     {Issuer: "https://konto.example", ClientID: "a", ACR: map[string]servicekonto.Level{"x": 0}},
		"not a URL":       {Issuer: "://", ClientID: "a"},
		"file":            {Issuer: "file:///etc/passwd", ClientID: "a"},
		"localhost alike": {Issuer: "http://localhost.boese.example", ClientID: "a"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := oidc.New(cfg)
			require.Error(t, err)
			require.Nil(t, p)
		})
	}
}

func TestDiscoveryThatIsRefused(t *testing.T) {
	r, e := testKeys(t)
	for _, tt := range []struct {
		name   string
		change func(*hostileOP)
	}{
		{"another issuer", func(op *hostileOP) { op.discovery = func(d map[string]any) { d["issuer"] = "https://boese.example" } }},
		{"token endpoint over http", func(op *hostileOP) {
			op.discovery = func(d map[string]any) { d["token_endpoint"] = "http://konto.example/token" }
		}},
		{"UserInfo over http", func(op *hostileOP) {
			op.discovery = func(d map[string]any) { d["userinfo_endpoint"] = "http://169.254.169.254/" }
		}},
		{"no key set", func(op *hostileOP) { op.discovery = func(d map[string]any) { delete(d, "jwks_uri") } }},
		{"script as authorization endpoint", func(op *hostileOP) {
			op.discovery = func(d map[string]any) { d["authorization_endpoint"] = "javascript:alert(1)" }
		}},
		{"error", func(op *hostileOP) {
			op.serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
		}},
		{"redirect", func(op *hostileOP) {
			op.serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RawQuery == "" {
					http.Redirect(w, r, r.URL.Path+"?x", http.StatusFound)
					return
				}
				op.doDiscovery(w, r)
			}
		}},
		{"too large", func(op *hostileOP) {
			op.serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"issuer":"` + op.srv.URL + `","x":"` + strings.Repeat("x", 1<<20) + `"}`))
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := newOP(t, r, e)
			tt.change(op)
			require.Equal(t, servicekonto.Unavailable, reason(t, start(op.provider(t, nil))))
		})
	}
}

// An issuer in the network is not believed when it names our own host.
func TestIssuerOverTLSMustNotNameLoopback(t *testing.T) {
	var srv *httptest.Server
	tokenEndpoint := ""
	srv = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"issuer": srv.URL, "authorization_endpoint": srv.URL + "/a", "token_endpoint": tokenEndpoint, "jwks_uri": srv.URL + "/k"})
	}))
	defer srv.Close()
	for endpoint, want := range map[string]bool{"http://127.0.0.1:9/token": false, "http://localhost/token": false, srv.URL + "/token": true} {
		tokenEndpoint = endpoint
		p, err := oidc.New(oidc.Config{Issuer: srv.URL, ClientID: "a", Client: srv.Client()})
		require.NoError(t, err)
		if err := start(p); want {
			require.NoError(t, err)
		} else {
			require.Equal(t, servicekonto.Unavailable, reason(t, err))
		}
	}
}

// The log says why an issuer could not be reached.
func TestCauseInTheLog(t *testing.T) {
	p, err := oidc.New(oidc.Config{Issuer: "http://127.0.0.1:1", ClientID: "a"})
	require.NoError(t, err)
	var le *servicekonto.LoginError
	require.ErrorAs(t, start(p), &le)
	require.Contains(t, le.LogValue().String(), "connection refused")
}

func TestIssuerMayStartLater(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	asked, down := 0, true
	op.serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		asked++
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		op.doDiscovery(w, r)
	}
	p := op.provider(t, nil)
	require.Zero(t, asked, "New asks nobody")
	require.Equal(t, servicekonto.Unavailable, reason(t, start(p)))
	down = false
	require.Equal(t, servicekonto.Unavailable, reason(t, start(p)), "for a second the failure is remembered")
	require.Equal(t, 1, asked)
	op.now = op.now.Add(time.Second)
	require.NoError(t, start(p))
	require.NoError(t, start(p))
	require.Equal(t, 2, asked)
	op.now, down = op.now.Add(24*time.Hour), true
	require.NoError(t, start(p), "a discovery that fails later leaves the old one")
	require.NoError(t, start(p))
	require.Equal(t, 3, asked)
	op.now, down = op.now.Add(2*time.Minute), false
	require.NoError(t, start(p))
	require.Equal(t, 4, asked)
}

func TestSlowIssuer(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	p, err := oidc.New(oidc.Config{Issuer: srv.URL, ClientID: "a", Timeout: 50 * time.Millisecond})
	require.NoError(t, err)
	require.Equal(t, servicekonto.Unavailable, reason(t, start(p)))
}

// An issuer that rolls its keys over is followed; tokens of unknown keys do not
// make us fetch keys without end.
func TestKeyRollover(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	p := op.provider(t, nil)
	_, err := op.run(t, p, false, nil)
	require.NoError(t, err)
	op.rsa, _ = testKeys(t)
	op.sign = func(c map[string]any) string { return op.jwt(jose.RS256, op.rsa, "rsa", c) }
	// A request may still get the answer of the fetch before it: try a few times.
	for range 20 {
		if _, err = op.run(t, p, false, nil); err == nil {
			break
		}
	}
	require.NoError(t, err)
	require.EqualValues(t, 2, op.keyHits.Load())
	foreign, _ := testKeys(t)
	op.sign = func(c map[string]any) string { return op.jwt(jose.RS256, foreign, "unknown", c) }
	for range 20 {
		_, err = op.run(t, p, false, nil)
		require.Equal(t, servicekonto.Refused, reason(t, err))
	}
	require.EqualValues(t, 5, op.keyHits.Load())
	op.now = op.now.Add(20 * time.Second)
	for range 20 { // as above
		_, err = op.run(t, p, false, nil)
		require.Equal(t, servicekonto.Refused, reason(t, err))
	}
	require.EqualValues(t, 6, op.keyHits.Load())
}

func TestOversizedAnswers(t *testing.T) {
	r, e := testKeys(t)
	for _, path := range []string{"/token", "/jwks", "/userinfo"} {
		t.Run(path, func(t *testing.T) {
			op := newOP(t, r, e)
			op.serve[path] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"x":"` + strings.Repeat("x", 2<<20) + `"}`))
			}
			a, err := op.run(t, op.provider(t, nil), false, nil)
			require.Nil(t, a)
			reason(t, err)
		})
	}
}

func TestLogoutURL(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	u, err := op.provider(t, nil).LogoutURL(t.Context(), "https://dienste.musterstadt.example/abmelden/fertig")
	require.NoError(t, err)
	require.Equal(t, op.srv.URL+"/end?client_id=parken&post_logout_redirect_uri=https%3A%2F%2Fdienste.musterstadt.example%2Fabmelden%2Ffertig&x=1", u)
	op.discovery = func(d map[string]any) { delete(d, "end_session_endpoint") }
	u, err = op.provider(t, nil).LogoutURL(t.Context(), "https://x.example")
	require.NoError(t, err)
	require.Empty(t, u)
}
