package servicekonto_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
)

// spyStore writes down everything that is stored.
type spyStore struct {
	servicekonto.Store
	seen    strings.Builder
	touches int
}

func (s *spyStore) SaveLogin(ctx context.Context, l servicekonto.LoginRecord) error {
	fmt.Fprintf(&s.seen, "%s %s %s %s\n", l.Tenant, l.ID, l.Browser, l.Sealed)
	return s.Store.SaveLogin(ctx, l)
}

func (s *spyStore) CreateSession(ctx context.Context, r servicekonto.SessionRecord) error {
	fmt.Fprintf(&s.seen, "%s %s %s %s\n", r.Tenant, r.ID, r.Owner, r.Sealed)
	return s.Store.CreateSession(ctx, r)
}

func (s *spyStore) TouchSession(ctx context.Context, tenant, id string, until time.Time) error {
	s.touches++
	return s.Store.TouchSession(ctx, tenant, id, until)
}

func TestDefaultLimitsAreThoseOfTR03160(t *testing.T) {
	f, err := os.Open(testenv.Data(t, "servicekonto/session_limits_tr03160.csv"))
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // read only
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	checked := 0
	for _, row := range rows[1:] {
		level, err := servicekonto.ParseLevel(row[0])
		if err != nil {
			continue // the line with BundID's recommendation
		}
		limit, err := time.ParseDuration(strings.Replace(row[1], "min", "m", 1))
		require.NoError(t, err)
		idle, err := time.ParseDuration(strings.Replace(row[2], "min", "m", 1))
		require.NoError(t, err)
		require.Equal(t, servicekonto.Limits{Max: limit, Idle: idle}, servicekonto.DefaultLimits(level))
		checked++
	}
	require.Equal(t, 3, checked)
	require.Zero(t, servicekonto.DefaultLimits(0))
}

func TestSessionLimits(t *testing.T) {
	for _, tt := range []struct {
		level     servicekonto.Level
		max, idle time.Duration
	}{
		{servicekonto.Niedrig, 12 * time.Hour, time.Hour},
		{servicekonto.Substanziell, 2 * time.Hour, 30 * time.Minute},
		{servicekonto.Hoch, 30 * time.Minute, 5 * time.Minute},
	} {
		t.Run(tt.level.String(), func(t *testing.T) {
			e := newEnv(t, nil)
			e.provider.finish = func(servicekonto.CallbackRequest) (*servicekonto.Account, error) { return erika(tt.level), nil }
			in := func(b *browser) bool { return b.get("/parken/antrag").StatusCode == http.StatusOK }

			idle := e.browser()
			idle.login("")
			e.now = e.now.Add(tt.idle - time.Second)
			require.True(t, in(idle))
			e.now = e.now.Add(tt.idle)
			require.False(t, in(idle))
			e.now = e.now.Add(-time.Second)
			require.False(t, in(idle), "the session is gone from the store, not only hidden")

			busy := e.browser()
			busy.login("")
			start := e.now
			for e.now.Before(start.Add(tt.max)) {
				require.True(t, in(busy), "after %s", e.now.Sub(start))
				e.now = e.now.Add(tt.idle / 2)
			}
			require.False(t, in(busy))
		})
	}
}

func TestTouchesAreSpared(t *testing.T) {
	spy := &spyStore{Store: servicekonto.NewMemoryStore()}
	e := newEnv(t, func(c *servicekonto.Config) { c.Store = spy })
	b := e.browser()
	b.login("")
	for range 20 {
		require.Equal(t, http.StatusOK, b.get("/parken/antrag").StatusCode)
		e.now = e.now.Add(time.Second)
	}
	require.Zero(t, spy.touches)
	e.now = e.now.Add(3 * time.Minute)
	require.Equal(t, http.StatusOK, b.get("/parken/antrag").StatusCode)
	require.Equal(t, 1, spy.touches, "two reads of the session in one request touch once")
}

func TestShorterLimits(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) {
		c.Limits = map[servicekonto.Level]servicekonto.Limits{servicekonto.Substanziell: {Max: 10 * time.Minute, Idle: time.Minute}}
	})
	b := e.browser()
	b.login("")
	e.now = e.now.Add(time.Minute)
	require.Equal(t, http.StatusSeeOther, b.get("/parken/antrag").StatusCode)
}

func TestNewTokenAfterEveryLogin(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	planted := strings.Repeat("A", 43)
	b.cookies["__Host-servicekonto"] = planted
	b.login("")
	first := b.cookies["__Host-servicekonto"]
	require.NotEqual(t, planted, first)
	b.login("?konto=konto")
	second := b.cookies["__Host-servicekonto"]
	require.NotEqual(t, first, second)
	stale := e.browser()
	stale.cookies["__Host-servicekonto"] = first
	require.Equal(t, http.StatusSeeOther, stale.get("/parken/antrag").StatusCode, "the old session ended")
}

func TestLogout(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	b.login("")
	old := b.cookies["__Host-servicekonto"]
	requirePage(t, b.get("/parken/abmelden"), http.StatusOK)
	require.Equal(t, http.StatusOK, b.get("/parken/antrag").StatusCode, "looking at the page logs nobody out")
	requirePage(t, b.do(http.MethodPost, "/parken/abmelden", "", "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	require.Equal(t, http.StatusOK, b.get("/parken/antrag").StatusCode)
	requirePage(t, b.do(http.MethodPost, "/parken/abmelden", "", "Origin", "https://boese.example"), http.StatusForbidden)
	// A browser without Sec-Fetch-Site, behind a proxy that changes the host.
	resp := b.do(http.MethodPost, "/parken/abmelden", "", "Origin", "https://dienste.musterstadt.example")
	require.Equal(t, "/parken/abmelden/fertig?konto=konto", resp.Header.Get("Location"))
	require.Empty(t, b.cookies["__Host-servicekonto"])
	requirePage(t, b.get("/parken/abmelden/fertig?konto=konto"), http.StatusOK)
	thief := e.browser()
	thief.cookies["__Host-servicekonto"] = old
	require.Equal(t, http.StatusSeeOther, thief.get("/parken/antrag").StatusCode, "logout ends the session on the server")
	require.Equal(t, http.StatusSeeOther, b.do(http.MethodPost, "/parken/abmelden", "").StatusCode, "twice does no harm")
}

func TestStepUp(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	b.login("")
	resp := b.get("/parken/hoch?nr=2")
	require.Equal(t, "/parken/anmelden?niveau=hoch&ziel=%2Fparken%2Fhoch%3Fnr%3D2", resp.Header.Get("Location"))
	callback := b.begin("?niveau=hoch&ziel=%2Fparken%2Fhoch%3Fnr%3D2")
	require.True(t, e.provider.last.Force)
	require.Equal(t, servicekonto.Hoch, e.provider.last.MinLevel)

	e.provider.finish = func(servicekonto.CallbackRequest) (*servicekonto.Account, error) {
		a := erika(servicekonto.Hoch)
		a.ID = "id-of-max"
		return a, nil
	}
	requirePage(t, b.get(callback), http.StatusForbidden)
	require.Equal(t, http.StatusOK, b.get("/parken/antrag").StatusCode, "the session from before goes on")

	e.provider.finish = func(servicekonto.CallbackRequest) (*servicekonto.Account, error) {
		return erika(servicekonto.Hoch), nil
	}
	require.Equal(t, "/parken/hoch?nr=2", b.get(b.begin("?niveau=hoch&ziel=%2Fparken%2Fhoch%3Fnr%3D2")).Header.Get("Location"))
	require.Equal(t, "Erika Mustermann", body(t, b.get("/parken/hoch")))
}

func TestLoggedInPeopleAreSentOn(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	b.login("")
	require.Equal(t, "/parken/antrag", b.get("/parken/anmelden?ziel=/parken/antrag").Header.Get("Location"))
}

func TestRequireAnswersPostsWithAPage(t *testing.T) {
	e := newEnv(t, nil)
	page := requirePage(t, e.browser().do(http.MethodPost, "/parken/antrag", "a=b"), http.StatusForbidden)
	require.Contains(t, page, "/parken/anmelden?ziel=%2Fparken%2Fantrag")
	require.Panics(t, func() { e.svc.Require(0, http.NotFoundHandler()) })
}

func TestCookiesThatAreNotOurs(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	b.login("")
	good := b.cookies["__Host-servicekonto"]
	for name, header := range map[string]string{
		"empty":    "__Host-servicekonto=",
		"garbage":  "__Host-servicekonto=%%%",
		"long":     "__Host-servicekonto=" + strings.Repeat("A", 10000),
		"twice":    "__Host-servicekonto=" + good + "; __Host-servicekonto=" + good,
		"unknown":  "__Host-servicekonto=" + strings.Repeat("A", 43),
		"no host":  "servicekonto=" + good,
		"tampered": "__Host-servicekonto=" + good[:42] + "_",
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/parken/antrag", nil)
			r.Header.Set("Cookie", header)
			s, ok := e.svc.Session(r)
			require.False(t, ok)
			require.Nil(t, s)
			_, err := e.svc.Lookup(r)
			require.ErrorIs(t, err, servicekonto.ErrNoSession)
		})
	}
}

func TestSessionOfAnotherTenant(t *testing.T) {
	store := servicekonto.NewMemoryStore()
	a := newEnv(t, func(c *servicekonto.Config) { c.Store = store })
	other := newEnv(t, func(c *servicekonto.Config) { c.Store, c.Tenant = store, "beispielstadt" })
	b := a.browser()
	b.login("")
	foreign := other.browser()
	foreign.cookies = b.cookies
	require.Equal(t, http.StatusSeeOther, foreign.get("/parken/antrag").StatusCode)
}

func TestDeleteAccount(t *testing.T) {
	e := newEnv(t, nil)
	one, two := e.browser(), e.browser()
	one.login("")
	two.login("")
	n, err := e.svc.DeleteAccount(t.Context(), "konto", "somebody else")
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = e.svc.DeleteAccount(t.Context(), "konto", "id-of-erika")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, http.StatusSeeOther, one.get("/parken/antrag").StatusCode)
}

// TestBehindAProxyThatStripsThePrefix: paths on pages keep the prefix.
func TestBehindAProxyThatStripsThePrefix(t *testing.T) {
	e := newEnv(t, nil)
	inner := e.handler
	e.handler = http.StripPrefix("/parken", e.svc.Handler())
	b := e.browser()
	b.login("?ziel=/parken/antrag")
	require.Contains(t, requirePage(t, b.get("/parken/abmelden"), http.StatusOK), `action="/parken/abmelden"`)
	e.handler = inner
	require.Equal(t, "Erika Mustermann", body(t, b.get("/parken/antrag")))
	stripped := http.StripPrefix("/parken", e.svc.Require(servicekonto.Hoch, http.NotFoundHandler()))
	w := httptest.NewRecorder()
	stripped.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/parken/hoch?x=1", nil))
	require.Equal(t, "/parken/anmelden?niveau=hoch&ziel=%2Fparken%2Fhoch%3Fx%3D1", w.Header().Get("Location"))
}

func TestPlainHTTPOnLoopback(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) { c.BaseURL = "http://127.0.0.1:8080/parken" })
	b := e.browser()
	resp := b.get(b.begin(""))
	require.Len(t, resp.Cookies(), 1)
	c := resp.Cookies()[0]
	require.Equal(t, "servicekonto", c.Name)
	require.True(t, !c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode)
}

// TestBaseURLThatEndsInAnmelden: whether or not the prefix is removed.
func TestBaseURLThatEndsInAnmelden(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) { c.BaseURL = "https://dienste.musterstadt.example/anmelden" })
	for name, h := range map[string]http.Handler{"kept": e.svc.Handler(), "removed": http.StripPrefix("/anmelden", e.svc.Handler())} {
		e.handler = h
		b := e.browser()
		require.Equal(t, http.StatusSeeOther, b.get("/anmelden/anmelden").StatusCode, name)
		require.Equal(t, http.StatusOK, b.get("/anmelden/anmelden/stil.css").StatusCode, name)
		require.Equal(t, http.StatusOK, b.get("/anmelden/abmelden").StatusCode, name)
		require.Equal(t, http.StatusBadRequest, b.get("/anmelden/anmelden/weiter").StatusCode, name)
	}
}
