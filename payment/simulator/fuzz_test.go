package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// fuzzed is a platform with one payment that anybody may call.
func fuzzed(t testing.TB) (*Simulator, record) {
	s, err := New(t.Context(), Options{
		BaseURL: "http://127.0.0.1:1/x", Clients: []Client{{ID: "a", Secret: "b"}}, InsecureAllowNetwork: true,
		Now: func() time.Time { return time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC) },
	})
	require.NoError(t, err)
	rec := record{
		Account: Account{OriginatorID: "o", EndPointID: "e"}, RequestID: "R", TransactionID: "T", PayToken: "P", FormToken: "F",
		Status: StatusInitial, Amount: payment.EUR(100), Purpose: "Test", RedirectURL: "https://service.musterstadt.example/", Request: []byte("{}"),
	}
	require.NoError(t, s.books.add(t.Context(), rec))
	return s, rec
}

// FuzzPayPage posts anything to a pay page: no panic, no 500, and the payment
// changes only by a form with the page's token.
func FuzzPayPage(f *testing.F) {
	const form = "application/x-www-form-urlencoded"
	f.Add(form, "formular=F&aktion=bezahlen&bezahlart=wero")
	f.Add(form, "formular=F&aktion=abbrechen")
	f.Add(form, "formular=F&formular=G&aktion=bezahlen")
	f.Add(form+"; charset=utf-8", "formular=%46&aktion=nochmal;x=1")
	f.Add("application/json", `{"formular":"F"}`)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		s, rec := fuzzed(t)
		r := httptest.NewRequest(http.MethodPost, "/x/bezahlseite/P", strings.NewReader(body))
		r.Header["Content-Type"] = []string{contentType}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		require.Contains(t, []int{303, 400, 403, 409, 413}, w.Code)
		after, err := s.books.byID(t.Context(), rec.TransactionID)
		require.NoError(t, err)
		require.Equal(t, w.Code == http.StatusSeeOther, after.Status != StatusInitial)
		if w.Code == http.StatusSeeOther {
			require.Equal(t, rec.RedirectURL, w.Header().Get("Location"))
			require.Contains(t, body, "F")
		}
	})
}

// FuzzAdmin sends anything to the admin API: no panic, no 500, and a statement
// can be written afterwards.
func FuzzAdmin(f *testing.F) {
	for call, body := range map[string]string{
		"POST zahlungen/T": `{"status":"PAYED","method":"wero"}`, "POST ueberweisungen": `{"amount":12.50,"text":"x","payer":"y"}`,
		"POST ruecklastschriften": `{"transactionId":"T"}`, "PUT uhr": `{"now":"2026-04-03T12:00:00Z"}`,
		"PUT stoerungen": `{"operation":"query","calls":1,"fault":{"status":503,"body":"PGh0bWw+"}}`, "GET kontoauszug": ``,
	} {
		method, path, _ := strings.Cut(call, " ")
		f.Add(method, path, body)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if strings.ContainsAny(path, " ?#%\x00\r\n\x7f") || strings.TrimFunc(method, func(r rune) bool { return r >= 'A' && r <= 'Z' }) != "" || method == "" {
			t.Skip("not a request that net/http hands on")
		}
		s, _ := fuzzed(t)
		r := httptest.NewRequest(method, "/x/verwaltung/", strings.NewReader(body))
		r.URL.Path = "/x/verwaltung/" + path
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		require.Less(t, w.Code, 500)
		var statement strings.Builder
		year, month, day := s.now().UTC().Date()
		require.NoError(t, s.Statement(t.Context(), &statement, payment.Date{Year: year, Month: month, Day: day}))
	})
}
