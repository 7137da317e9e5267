package payment_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

const base = "https://service.musterstadt.example/online"

// returnURL is where the platform sends the browser.
func (b *bench) returnURL(n int) string { return b.platform.Requests()[n].ReturnURL }

func (b *bench) visit(t *testing.T, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	b.ReturnHandler().ServeHTTP(w, httptest.NewRequest(method, target, nil))
	assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	return w
}

func TestTheReturnAsksThePlatform(t *testing.T) {
	for _, state := range []payment.State{payment.StatePaid, payment.StateFailed, payment.StateCanceled} {
		t.Run(string(state), func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			back := b.returnURL(0)
			assert.True(t, strings.HasPrefix(back, base+"/zahlung/zurueck?zahlung="))
			b.platform.Set(a.TransactionID, state)

			w := b.visit(t, http.MethodGet, back)
			assert.Equal(t, http.StatusSeeOther, w.Code)
			assert.Equal(t, base+"/antrag/K1/"+string(state), w.Header().Get("Location"))
			booked := b.status(t, "K1")

			again := b.visit(t, http.MethodGet, back)
			assert.Equal(t, http.StatusGone, again.Code)
			assert.Contains(t, again.Body.String(), `href="`+base+"/antrag/K1/"+string(state)+`"`)
			now := b.status(t, "K1")
			assert.Equal(t, booked.Entries, now.Entries, "nothing is booked")
			assert.Equal(t, booked.Balance, now.Balance)
			assert.Equal(t, state, now.Attempts[0].State)
		})
	}
}

func TestTheReturnAfterThePollerIsStillGood(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.clock.Add(time.Minute)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, b.visit(t, http.MethodGet, b.returnURL(0)).Code)
	assert.Equal(t, http.StatusGone, b.visit(t, http.MethodGet, b.returnURL(0)).Code)
}

func TestPendingShowsThatItIsBeingChecked(t *testing.T) {
	for _, tt := range []struct {
		name  string
		query func(*payment.Result) (*payment.Result, error)
	}{
		{"the platform says so", nil},
		{"the platform cannot be reached", func(*payment.Result) (*payment.Result, error) { return nil, errLost }},
		{"the platform knows nothing", func(*payment.Result) (*payment.Result, error) { return nil, payment.ErrNotFound }},
		{"the provider panics", func(*payment.Result) (*payment.Result, error) { panic("boom") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			b.platform.OnQuery = tt.query
			for range 2 {
				w := b.visit(t, http.MethodGet, b.returnURL(0))
				assert.Equal(t, http.StatusOK, w.Code)
				assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
				body := w.Body.String()
				assert.Contains(t, body, "Die Zahlung wird geprüft")
				assert.Contains(t, body, "30,70 €")
				assert.Contains(t, body, a.PayPageURL)
				assert.NotContains(t, body, "<script")
				assert.NotContains(t, body, "style=")
			}
			b.platform.OnQuery = nil
			b.platform.Set(a.TransactionID, payment.StatePaid)
			assert.Equal(t, http.StatusSeeOther, b.visit(t, http.MethodGet, b.returnURL(0)).Code)
		})
	}
}

func TestAReturnBringsTheNextCheckForward(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	for range 5 {
		b.clock.Add(3 * time.Minute)
		_, err := b.RefreshDue(t.Context(), 10)
		require.NoError(t, err)
	}
	b.visit(t, http.MethodGet, b.returnURL(0))
	stored, err := b.store.Attempt(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.LessOrEqual(t, stored.NextCheck.Sub(b.clock.Now()), 5*time.Second)
}

func TestAReturnAfterOurDeadlineAsksToo(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.clock.Add(2 * time.Hour)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, payment.StateExpired, b.status(t, "K1").Attempts[0].State)
	b.platform.Set(a.TransactionID, payment.StatePaid)
	w := b.visit(t, http.MethodGet, b.returnURL(0))
	assert.Equal(t, base+"/antrag/K1/paid", w.Header().Get("Location"))
	assert.True(t, b.status(t, "K1").Attempts[0].Late)
}

func TestAUsedReturnOfACanceledPaymentIsCheckedSoon(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StateCanceled)
	require.Equal(t, http.StatusSeeOther, b.visit(t, http.MethodGet, b.returnURL(0)).Code)
	b.platform.Set(a.TransactionID, payment.StatePaid) // back to the pay page, and paid after all
	require.Equal(t, http.StatusGone, b.visit(t, http.MethodGet, b.returnURL(0)).Code)
	require.Empty(t, b.status(t, "K1").Entries, "a used return books nothing")
	b.clock.Add(5 * time.Second)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
}

func TestReviewIsExplained(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) { r.Amount = nil; return r, nil }
	for range 2 {
		w := b.visit(t, http.MethodGet, b.returnURL(0))
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Contains(t, w.Body.String(), "Ihre Zahlung wird von uns geprüft")
	}
}

func TestMalformedReturns(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	good, err := url.Parse(b.returnURL(0))
	require.NoError(t, err)
	token := good.Query().Get("zahlung")
	require.Len(t, token, 43)
	for _, tt := range []struct {
		name, method, target string
		want                 int
	}{
		{"no parameter", "GET", "/zahlung/zurueck", 400},
		{"empty", "GET", "/zahlung/zurueck?zahlung=", 400},
		{"twice", "GET", "/zahlung/zurueck?zahlung=" + token + "&zahlung=" + token, 400},
		{"twice, different", "GET", "/zahlung/zurueck?zahlung=" + token + "&zahlung=x", 400},
		{"too long", "GET", "/zahlung/zurueck?zahlung=" + token + "A", 400},
		{"much too long", "GET", "/zahlung/zurueck?x=" + strings.Repeat("x", 5000) + "&zahlung=" + token, 414},
		{"not UTF-8", "GET", "/zahlung/zurueck?zahlung=" + token[:42] + "%ff", 400},
		{"a bad escape", "GET", "/zahlung/zurueck?zahlung=%zz", 400},
		{"unknown", "GET", "/zahlung/zurueck?zahlung=" + strings.Repeat("A", 43), 404},
		{"another case", "GET", "/zahlung/zurueck?zahlung=" + swapCase(token), 404},
		{"another page", "GET", "/zahlung/anders", 404},
		{"post", "POST", "/zahlung/zurueck?zahlung=" + token, 405},
		{"head", "HEAD", "/zahlung/zurueck?zahlung=" + token, 405},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := b.platform.Queries()
			w := b.visit(t, tt.method, tt.target)
			assert.Equal(t, tt.want, w.Code)
			assert.Contains(t, w.Body.String(), `<html lang="de">`)
			assert.NotContains(t, w.Body.String(), token[:20])
			assert.Equal(t, before, b.platform.Queries(), "nobody was asked")
		})
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 32
		case r >= 'A' && r <= 'Z':
			return r + 32
		}
		return r
	}, s)
}

func TestOtherParametersCountForNothing(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	w := b.visit(t, http.MethodGet, b.returnURL(0)+"&status=PAYED&ziel=https://example.org&transactionId=1")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), "Die Zahlung wird geprüft")
	assert.NotContains(t, w.Body.String(), "example.org")
	assert.Empty(t, b.status(t, "K1").Entries)
}

func TestTargetsStayInTheApplication(t *testing.T) {
	for _, target := range []string{
		"", "antrag", "//example.org", "///example.org", "https://example.org/", "/\\example.org", "/a\r\nX: y", "/%zz", "javascript:alert(1)",
	} {
		t.Run(target, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			b.platform.Set(a.TransactionID, payment.StatePaid)
			c := config(b.clock)
			c.Target = func(payment.Claim, payment.State) string { return target }
			var err error
			b.Service, err = payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
			require.NoError(t, err)
			w := b.visit(t, http.MethodGet, b.returnURL(0))
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Contains(t, w.Body.String(), "Ihre Zahlung ist eingegangen")
			assert.Empty(t, w.Header().Get("Location"))
		})
	}
}

func TestTheStyleSheetAndAPrefix(t *testing.T) {
	b := newBench(t)
	w := b.visit(t, http.MethodGet, "/online/zahlung/stil.css")
	assert.Equal(t, 200, w.Code)
	assert.Equal(t, "text/css; charset=utf-8", w.Header().Get("Content-Type"))
	assert.Equal(t, 405, b.visit(t, http.MethodPost, "/online/zahlung/stil.css").Code)
	stripped := httptest.NewRecorder()
	http.StripPrefix("/online/zahlung", b.ReturnHandler()).ServeHTTP(stripped, httptest.NewRequest("GET", "/online/zahlung/stil.css", nil))
	assert.Equal(t, 200, stripped.Code)
}

// brokenStore is a store whose reads fail.
type brokenStore struct{ payment.Store }

func (brokenStore) AttemptByToken(context.Context, []byte) (payment.Attempt, error) {
	return payment.Attempt{}, errors.New("disk on fire")
}

func (brokenStore) Ping(context.Context) error { return errors.New("disk on fire") }

func TestAStoreThatIsAway(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	s, err := payment.New(brokenStore{b.store}, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, config(b.clock))
	require.NoError(t, err)
	b.Service = s
	w := b.visit(t, http.MethodGet, b.returnURL(0))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
	assert.NotContains(t, w.Body.String(), "fire")
	assert.Error(t, s.Health(t.Context()))
	assert.NoError(t, b.restart(t).Health(t.Context()))
}

func TestTokensAreStoredAsHashesOnly(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	u, err := url.Parse(b.returnURL(0))
	require.NoError(t, err)
	_, err = b.store.AttemptByToken(t.Context(), []byte(u.Query().Get("zahlung")))
	assert.ErrorIs(t, err, payment.ErrNotFound)
}

func TestLogsHoldNoPersonAndNoSecret(t *testing.T) {
	b := newBench(t)
	var log strings.Builder
	c := config(b.clock)
	c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
	require.NoError(t, err)
	b.Service = s
	k := claim("K1")
	k.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika"}
	_, err = b.Open(t.Context(), k)
	require.NoError(t, err)
	a, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	c.Logger.Info("claim", "claim", k, "payer", k.Payer, "attempt", a)
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, errLost }
	b.visit(t, http.MethodGet, b.returnURL(0))
	b.clock.Add(time.Minute)
	_, err = b.RefreshDue(t.Context(), 1)
	require.NoError(t, err)
	require.Contains(t, log.String(), a.ID, "something was logged")
	u, err := url.Parse(b.returnURL(0))
	require.NoError(t, err)
	for _, secret := range []string{"Mustermann", "Erika", "Meldebescheinigung", u.Query().Get("zahlung"), a.PayPageURL} {
		assert.NotContains(t, log.String(), secret)
	}
}

func TestConfigIsChecked(t *testing.T) {
	target := func(payment.Claim, payment.State) string { return "/" }
	for _, tt := range []struct {
		name string
		c    payment.Config
		ok   bool
	}{
		{"https", payment.Config{BaseURL: base, Target: target}, true},
		{"http on loopback", payment.Config{BaseURL: "http://127.0.0.1:8080", Target: target}, true},
		{"http on ::1", payment.Config{BaseURL: "http://[::1]:8080/x/", Target: target}, true},
		{"http on localhost", payment.Config{BaseURL: "http://localhost", Target: target}, true},
		{"http elsewhere", payment.Config{BaseURL: "http://service.example", Target: target}, false},
		{"no host", payment.Config{BaseURL: "/online", Target: target}, false},
		{"a query", payment.Config{BaseURL: base + "?x", Target: target}, false},
		{"a user", payment.Config{BaseURL: "https://a:b@service.example", Target: target}, false},
		{"no target", payment.Config{BaseURL: base}, false},
		{"a negative duration", payment.Config{BaseURL: base, Target: target, AttemptTTL: -1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			one := []payment.Registration{{Key: "p", Version: "1", Provider: answers{}}}
			_, err := payment.New(payment.NewMemoryStore(), one, tt.c)
			assert.Equal(t, tt.ok, err == nil)
		})
	}
	good := payment.Config{BaseURL: base, Target: target}
	for name, list := range map[string][]payment.Registration{
		"none":    nil,
		"no key":  {{Version: "1", Provider: answers{}}},
		"nothing": {{Key: "p", Version: "1"}},
		"twice":   {{Key: "p", Version: "1", Provider: answers{}}, {Key: "p", Version: "1", Provider: answers{}}},
	} {
		_, err := payment.New(payment.NewMemoryStore(), list, good)
		assert.Error(t, err, name)
	}
}
