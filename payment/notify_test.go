package payment_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func (b *bench) notify(method, target, body string) int {
	w := httptest.NewRecorder()
	b.ReturnHandler().ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	return w.Code
}

func TestNotificationsAreHintsOnly(t *testing.T) {
	const common = base + "/zahlung/meldung/musterstadt/fake/1?transaction="
	for _, tt := range []struct {
		name   string
		target func(*bench, *payment.Attempt) string
	}{
		{"at the payment's own address", func(b *bench, _ *payment.Attempt) string { return b.platform.Requests()[0].NotifyURL + "&status=PAYED" }},
		{"at the common address", func(_ *bench, a *payment.Attempt) string { return common + a.TransactionID }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			a := b.start(t, "K1")
			target := tt.target(b, a)
			for range 2 {
				assert.Equal(t, http.StatusNoContent, b.notify(http.MethodPost, target, `{"status":"PAYED"}`))
			}
			assert.Equal(t, payment.ClaimPending, b.status(t, "K1").State, "the platform says something else")
			b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, errLost }
			assert.Equal(t, http.StatusServiceUnavailable, b.notify(http.MethodGet, target, ""), "it shall come again")
			b.platform.OnQuery = nil
			b.platform.Set(a.TransactionID, payment.StatePaid)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { assert.Equal(t, http.StatusNoContent, b.notify(http.MethodPost, target, "")) })
			}
			wg.Wait()
			require.Len(t, b.status(t, "K1").Entries, 1)
			b.platform.Set(a.TransactionID, payment.StateFailed) // out of order
			assert.Equal(t, http.StatusNoContent, b.notify(http.MethodPost, target, ""))
			assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
		})
	}
}

func TestNotificationsThatAreNone(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	own := b.platform.Requests()[0].NotifyURL
	for _, tt := range []struct {
		name, method, target string
		status               int
	}{
		{"no token", http.MethodPost, base + "/zahlung/meldung", 400},
		{"two tokens", http.MethodPost, own + "&zahlung=x", 400},
		{"a token of nobody", http.MethodPost, base + "/zahlung/meldung?zahlung=" + strings.Repeat("a", 43), 404},
		{"another method", http.MethodDelete, own, 405},
		{"no such tenant", http.MethodPost, base + "/zahlung/meldung/nachbarstadt/fake/1?transaction=x", 404},
		{"no such provider", http.MethodPost, base + "/zahlung/meldung/musterstadt/other/1?transaction=x", 404},
		{"no such version", http.MethodPost, base + "/zahlung/meldung/musterstadt/fake/2?transaction=x", 404},
		{"no such payment", http.MethodPost, base + "/zahlung/meldung/musterstadt/fake/1?transaction=x", 404},
		{"no payment", http.MethodPost, base + "/zahlung/meldung/musterstadt/fake/1", 404},
		{"too few parts", http.MethodPost, base + "/zahlung/meldung/musterstadt", 404},
		{"not readable", http.MethodPost, base + "/zahlung/meldung/musterstadt/fake/1?transaction=%zz", 400},
		{"too long", http.MethodPost, own + "&x=" + strings.Repeat("x", 3000), 414},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, base+"/", nil)
			path, query, _ := strings.Cut(strings.TrimPrefix(tt.target, "https://service.musterstadt.example"), "?")
			r.URL.Path, r.URL.RawQuery = path, query
			w := httptest.NewRecorder()
			b.ReturnHandler().ServeHTTP(w, r)
			assert.Equal(t, tt.status, w.Code)
		})
	}
	long := httptest.NewRequest(http.MethodPost, base+"/zahlung/meldung/musterstadt/fake/1", io.LimitReader(zeros{}, 1<<20))
	long.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.ReturnHandler().ServeHTTP(w, long)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	require.Zero(t, b.platform.Queries())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
