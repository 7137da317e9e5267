package servicekonto_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

const base = "https://dienste.musterstadt.example/parken"

// fakeProvider sends people to a fixed URL and lets the test decide what the
// answer is worth.
type fakeProvider struct {
	method  string // of the redirect; "" is GET
	param   string // handle parameter; "" is "state"
	startFn func(servicekonto.StartRequest) error
	finish  func(servicekonto.CallbackRequest) (*servicekonto.Account, error)
	last    servicekonto.StartRequest
}

func (f *fakeProvider) HandleParam() string {
	if f.param == "" {
		return "state"
	}
	return f.param
}

func (f *fakeProvider) Start(_ context.Context, req servicekonto.StartRequest) (*servicekonto.Redirect, error) {
	f.last = req
	if f.startFn != nil {
		if err := f.startFn(req); err != nil {
			return nil, err
		}
	}
	r := &servicekonto.Redirect{Method: f.method, URL: "https://konto.example/login", State: []byte("secret of " + req.Handle)}
	if f.method == "" {
		r.Method = http.MethodGet
	}
	if f.method == http.MethodPost {
		r.Form = url.Values{"SAMLRequest": {"<\">"}, f.HandleParam(): {req.Handle}}
	} else {
		r.URL += "?" + f.HandleParam() + "=" + req.Handle
	}
	return r, nil
}

func (f *fakeProvider) Finish(_ context.Context, req servicekonto.CallbackRequest) (*servicekonto.Account, error) {
	if f.finish != nil {
		return f.finish(req)
	}
	return erika(servicekonto.Substanziell), nil
}

func erika(level servicekonto.Level) *servicekonto.Account {
	return &servicekonto.Account{ID: "id-of-erika", Kind: servicekonto.Person, Level: level, Method: "ELSTER", Attributes: []servicekonto.Attribute{
		{Name: servicekonto.Familienname, Values: []string{"Mustermann"}, Trust: level.Trust(), Source: "ELSTER"},
		{Name: servicekonto.Vornamen, Values: []string{"Erika"}, Trust: level.Trust(), Source: "ELSTER"},
		{Name: servicekonto.Email, Values: []string{"erika.mustermann@example.org"}},
	}}
}

// env is a service with its clock, log and store.
type env struct {
	t        *testing.T
	svc      *servicekonto.Service
	store    servicekonto.Store
	provider *fakeProvider
	now      time.Time
	log      *bytes.Buffer
	handler  http.Handler
}

func newEnv(t *testing.T, change func(*servicekonto.Config)) *env {
	t.Helper()
	e := &env{t: t, store: servicekonto.NewMemoryStore(), provider: &fakeProvider{}, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	cfg := servicekonto.Config{
		BaseURL: base, Tenant: "musterstadt", Store: e.store, ServiceName: "Bewohnerparken – Musterstadt",
		Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: e.provider}},
		Logger:  slog.New(slog.NewTextHandler(e.log, nil)), Now: func() time.Time { return e.now },
	}
	if change != nil {
		change(&cfg)
	}
	e.store = cfg.Store
	svc, err := servicekonto.New(cfg)
	require.NoError(t, err)
	e.svc = svc
	mux := http.NewServeMux()
	mux.Handle("/parken/", svc.Handler())
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := svc.Session(r)
		_, _ = io.WriteString(w, s.Account.DisplayName())
	})
	mux.Handle("/parken/antrag", svc.Require(servicekonto.Niedrig, ok))
	mux.Handle("/parken/hoch", svc.Require(servicekonto.Hoch, ok))
	e.handler = mux
	return e
}

// browser keeps cookies as a browser does for one host.
type browser struct {
	e       *env
	cookies map[string]string
}

func (e *env) browser() *browser { return &browser{e: e, cookies: map[string]string{}} }

func (b *browser) do(method, target, body string, header ...string) *http.Response {
	b.e.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for n, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: n, Value: v})
	}
	w := httptest.NewRecorder()
	b.e.handler.ServeHTTP(w, r)
	resp := w.Result()
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return resp
}

func (b *browser) get(target string) *http.Response { return b.do(http.MethodGet, target, "") }

// begin starts a login and returns the callback path that would finish it.
func (b *browser) begin(query string) string {
	b.e.t.Helper()
	resp := b.get("/parken/anmelden" + query)
	require.Equal(b.e.t, http.StatusSeeOther, resp.StatusCode)
	u, err := resp.Location()
	require.NoError(b.e.t, err)
	require.Equal(b.e.t, "konto.example", u.Host)
	return "/parken/anmelden/zurueck/konto?code=abc&state=" + u.Query().Get("state")
}

// login logs in.
func (b *browser) login(query string) {
	b.e.t.Helper()
	resp := b.get(b.begin(query))
	require.Equal(b.e.t, http.StatusSeeOther, resp.StatusCode)
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(b)
}

// requirePage checks what every page of the package has.
func requirePage(t *testing.T, resp *http.Response, status int) string {
	t.Helper()
	b := body(t, resp)
	require.Equal(t, status, resp.StatusCode, b)
	h := resp.Header
	require.Equal(t, "text/html; charset=utf-8", h.Get("Content-Type"))
	require.Equal(t, "no-store", h.Get("Cache-Control"))
	referrer := "no-referrer"
	if strings.Contains(b, "Jetzt abmelden") {
		referrer = "same-origin"
	}
	require.Equal(t, referrer, h.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	csp := h.Get("Content-Security-Policy")
	require.Contains(t, csp, "default-src 'none'")
	require.Contains(t, csp, "frame-ancestors 'none'")
	require.NotContains(t, csp, "unsafe")
	require.Contains(t, b, `<html lang="de">`)
	require.Contains(t, b, "<title>")
	require.Contains(t, b, "<main>")
	require.Equal(t, 1, strings.Count(b, "<h1>"))
	require.NotContains(t, b, "<script")
	require.NotContains(t, b, "style=")
	return b
}

// brokenStore cannot be asked.
type brokenStore struct{ servicekonto.Store }

var errBroken = errors.New("database is gone")

func (brokenStore) SaveLogin(context.Context, servicekonto.LoginRecord) error { return errBroken }
func (brokenStore) TakeLogin(context.Context, string, string, string, time.Time) (*servicekonto.LoginRecord, error) {
	return nil, errBroken
}
func (brokenStore) Session(context.Context, string, string) (*servicekonto.SessionRecord, error) {
	return nil, errBroken
}
func (brokenStore) DeleteSession(context.Context, string, string) error { return errBroken }
