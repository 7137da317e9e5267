package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// on makes a fault of the first n calls of an operation.
func on(op simulator.Operation, n int32, f simulator.Fault) func(simulator.Call) simulator.Fault {
	var calls atomic.Int32
	return func(c simulator.Call) simulator.Fault {
		if c.Operation == op && calls.Add(1) <= n {
			return f
		}
		return simulator.Fault{}
	}
}

func TestAnAnswerDroppedAfterAccepting(t *testing.T) {
	for _, tt := range []struct {
		name         string
		options      simulator.Options
		transactions int
		states       []payment.State
	}{
		{"found by the request id", simulator.Options{RequestIDAsTransactionID: true}, 1, []payment.State{payment.StatePending}},
		{"not found: orphaned, and a new attempt", simulator.Options{}, 2, []payment.State{payment.StateOrphaned, payment.StatePending}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.Fault = on(simulator.OperationCreate, 1, simulator.Fault{Drop: true})
			v := newTown(t, tt.options, xbezahldienste.Options{})
			a := v.start(t, "K1")
			all, err := v.platform.Transactions(t.Context())
			require.NoError(t, err)
			assert.Len(t, all, tt.transactions)
			s, err := v.Status(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			var states []payment.State
			for _, a := range s.Attempts {
				states = append(states, a.State)
			}
			assert.ElementsMatch(t, tt.states, states)
			status, body := v.press(t, a.PayPageURL, "bezahlen")
			assert.Equal(t, 200, status)
			assert.Equal(t, "/online/antrag/K1/paid", body)
			count, sum, err := v.platform.Paid(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 1, count)
			b, err := v.Balance(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			assert.Equal(t, sum, b.Booked)
		})
	}
}

func TestFaultsOnTheWayBack(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault simulator.Fault
		want  payment.State
		page  string
	}{
		{"503", simulator.Fault{Status: 503}, payment.StatePending, "Die Zahlung wird geprüft"},
		{"dropped", simulator.Fault{Drop: true}, payment.StatePending, "Die Zahlung wird geprüft"},
		{"slow", simulator.Fault{Delay: time.Minute}, payment.StatePending, "Die Zahlung wird geprüft"},
		{"an unknown status", simulator.Fault{PaymentStatus: "AUTHORISED"}, payment.StatePending, "Die Zahlung wird geprüft"},
		{"nonsense", simulator.Fault{Body: []byte("<html>"), ContentType: "text/html"}, payment.StatePending, "Die Zahlung wird geprüft"},
		{"another sum", simulator.Fault{GrosAmount: "0.01"}, payment.StateReview, "Ihre Zahlung wird von uns geprüft"},
		{"a sum that is none", simulator.Fault{GrosAmount: "30.705"}, payment.StateReview, "Ihre Zahlung wird von uns geprüft"},
		{"the pay page is still named", simulator.Fault{KeepRedirectURL: true}, payment.StatePaid, "/online/antrag/K1/paid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			timeout := 20 * time.Second // a busy machine is no fault
			if tt.fault.Delay > 0 {
				timeout = 3 * time.Second // the calls before it are to be in time
			}
			v := newTown(t, simulator.Options{Fault: on(simulator.OperationQuery, 1000, tt.fault)},
				xbezahldienste.Options{Timeout: timeout, Retries: -1})
			a := v.start(t, "K1")
			status, body := v.press(t, a.PayPageURL, "bezahlen")
			assert.Equal(t, 200, status)
			assert.Contains(t, body, tt.page)
			got, err := v.store.Attempt(t.Context(), "musterstadt", a.ID)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.State)
		})
	}
}

func TestTokensOfAnEarlierRun(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	v.start(t, "K1")
	v.platform.ForgetTokens()
	v.start(t, "K2")
}

func TestLatePayment(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	v.press(t, a.PayPageURL, "abbrechen")
	assert.ErrorIs(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusFailed), simulator.ErrStatus)
	assert.ErrorIs(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusInitial), simulator.ErrStatus)
	assert.ErrorIs(t, v.platform.Settle(t.Context(), "X", simulator.StatusPayed), simulator.ErrNotFound)
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	got, err := v.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.True(t, got.Late)
}

// accessToken fetches a token as a client.
func (v *town) accessToken(t *testing.T, id, secret string) string {
	t.Helper()
	r, err := http.PostForm(v.server.URL+prefix+"/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}})
	require.NoError(t, err)
	_, body := read(t, r)
	var answer struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	return answer.Token
}

const good = `{"requestId":"R1","requestTimestamp":"2026-11-23T09:00:00.000Z","currency":"EUR","grosAmount":23.80,"purpose":"Meldebescheinigung",
"description":"Gebühr","redirectUrl":"https://a.example/","items":[{"id":"1","reference":"1","taxRate":19,"quantity":2,"totalNetAmount":20,"totalTaxAmount":3.8,
"singleNetAmount":10,"singleTaxAmount":1.9,"bookingData":{"hhst":"1"}}]}`

func TestEachFunctionalCode(t *testing.T) {
	v := newTown(t, simulator.Options{BookingDataKeys: []string{"hhst"}}, xbezahldienste.Options{})
	mine, other := v.accessToken(t, "musterstadt", "geheim&=ä"), v.accessToken(t, "andere", "geheim")
	change := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	long := strings.Repeat("a", 300)
	for _, tt := range []struct {
		name, path, token, body string
		status                  int
		code                    string
	}{
		{"good", "", mine, good, 200, ""},
		{"the same again", "", mine, good, 409, "PAYMENT_EXISTS"},
		{"no token", "", "", good, 401, "FORBIDDEN"},
		{"another's account", "", other, good, 403, "FORBIDDEN"},
		{"no such account", "/paymenttransaction/meldewesen/1", mine, good, 400, "NO_VALID_ORIGINATOR_OR_ENDPOINT"},
		{"malformed account", "/paymenttransaction/a.b/1", mine, good, 400, "NO_VALID_ORIGINATOR_OR_ENDPOINT"},
		{"sum", "", mine, change("23.80", "23.81"), 400, "CALCULATION_ERROR"},
		{"item's sum", "", mine, change(`"totalNetAmount":20`, `"totalNetAmount":21`), 400, "CALCULATION_ERROR"},
		{"booking data", "", mine, change("hhst", "x"), 400, "BOOKING_DATA_MISSING"},
		{"requestId", "", mine, change("R1", "R 1"), 400, "VALIDATION_ERROR"},
		{"timestamp", "", mine, change("2026-11-23T", ""), 400, "VALIDATION_ERROR"},
		{"currency", "", mine, change("EUR", "CHF"), 400, "VALIDATION_ERROR"},
		{"three decimals", "", mine, change("23.80", "23.805"), 400, "VALIDATION_ERROR"},
		{"text as number", "", mine, change("23.80", `"23.80"`), 400, "VALIDATION_ERROR"},
		{"too much", "", mine, change("23.80", "999999.01"), 400, "VALIDATION_ERROR"},
		{"less than nothing", "", mine, change("23.80", "-1"), 400, "VALIDATION_ERROR"},
		{"purpose", "", mine, change("Meldebescheinigung", "Gebühr"), 400, "VALIDATION_ERROR"},
		{"description", "", mine, change("Gebühr", "§"), 400, "VALIDATION_ERROR"},
		{"redirectUrl", "", mine, change("https://a.example/", "javascript:a"), 400, "VALIDATION_ERROR"},
		{"no items", "", mine, good[:strings.Index(good, `,"items"`)] + "}", 400, "VALIDATION_ERROR"},
		{"quantity", "", mine, change(`"quantity":2`, `"quantity":0`), 400, "VALIDATION_ERROR"},
		{"tax rate", "", mine, change(`"taxRate":19`, `"taxRate":101`), 400, "VALIDATION_ERROR"},
		{"item id", "", mine, change(`"id":"1"`, `"id":""`), 400, "VALIDATION_ERROR"},
		{"item reference", "", mine, change(`"reference":"1"`, `"reference":"`+long+`"`), 400, "VALIDATION_ERROR"},
		{"booking text", "", mine, change(`"hhst":"1"`, `"hhst":"`+long+`"`), 400, "VALIDATION_ERROR"},
		{"unknown field", "", mine, change(`"currency"`, `"waehrung":"EUR","currency"`), 400, "VALIDATION_ERROR"},
		{"gender", "", mine, change(`"items"`, `"requestor":{"gender":"X"},"items"`), 400, "VALIDATION_ERROR"},
		{"postcode", "", mine, change(`"items"`, `"requestor":{"address":{"postalCode":"123456"}},"items"`), 400, "VALIDATION_ERROR"},
		{"not JSON", "", mine, "{", 400, "VALIDATION_ERROR"},
		{"not UTF-8", "", mine, change("Gebühr", "\xff"), 400, "VALIDATION_ERROR"},
		{"too long", "", mine, strings.Repeat(" ", 1<<20) + good, 413, "VALIDATION_ERROR"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.path == "" {
				tt.path = "/paymenttransaction/meldewesen/09999999"
			}
			r, err := http.NewRequest(http.MethodPost, v.server.URL+prefix+tt.path, strings.NewReader(tt.body))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			if tt.token != "" {
				r.Header.Set("Authorization", "Bearer "+tt.token)
			}
			response, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			status, body := read(t, response)
			assert.Equal(t, tt.status, status)
			var problem struct{ FunctionalCode string }
			require.NoError(t, json.Unmarshal([]byte(body), &problem))
			assert.Equal(t, tt.code, problem.FunctionalCode)
			if tt.code != "" {
				assert.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
			}
		})
	}
	all, err := v.platform.Transactions(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 1)
	require.NoError(t, v.provider.Health(t.Context()))
	away, err := xbezahldienste.New(v.server.URL+prefix, "meldewesen", "1", &xbezahldienste.Options{
		Credentials: &xbezahldienste.ClientCredentials{TokenURL: v.server.URL + prefix + "/oauth/token", ClientID: "musterstadt", ClientSecret: "geheim&=ä"},
	})
	require.NoError(t, err)
	assert.ErrorIs(t, away.Health(t.Context()), payment.ErrDenied)
}

func TestTheTokenEndpoint(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"good", form, "grant_type=client_credentials&client_id=andere&client_secret=geheim", 200},
		{"wrong secret", form, "grant_type=client_credentials&client_id=andere&client_secret=falsch", 401},
		{"unknown client", form, "grant_type=client_credentials&client_id=x&client_secret=geheim", 401},
		{"repeated field", form, "grant_type=client_credentials&client_id=andere&client_id=andere&client_secret=geheim", 400},
		{"another grant", form, "grant_type=password", 400},
		{"nothing", form, "", 400},
		{"not UTF-8", form, "grant_type=client_credentials&client_id=%ff", 400},
		{"JSON", "application/json", `{"grant_type":"client_credentials"}`, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.Post(v.server.URL+prefix+"/oauth/token", tt.contentType, strings.NewReader(tt.body))
			require.NoError(t, err)
			status, _ := read(t, r)
			assert.Equal(t, tt.status, status)
		})
	}
	r, err := http.Get(v.server.URL + prefix + "/oauth/token")
	require.NoError(t, err)
	status, _ := read(t, r)
	assert.Equal(t, 405, status)
}

func TestThePayPageRefuses(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	_, page := v.get(t, a.PayPageURL)
	token := formToken.FindStringSubmatch(page)[1]
	assert.Contains(t, page, "Simulation")
	assert.Contains(t, page, "30,70 €")
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"no form token", form, "aktion=bezahlen", 403},
		{"another form token", form, "aktion=bezahlen&formular=x", 403},
		{"no action", form, "formular=" + token, 400},
		{"an unknown action", form, "aktion=schenken&formular=" + token, 400},
		{"two actions", form, "aktion=bezahlen&aktion=abbrechen&formular=" + token, 400},
		{"not UTF-8", form, "aktion=bezahlen&x=%ff&formular=" + token, 400},
		{"too long", form, "aktion=bezahlen&x=" + strings.Repeat("x", 5000) + "&formular=" + token, 413},
		{"another type", "text/plain", "aktion=bezahlen&formular=" + token, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := v.browser.Post(a.PayPageURL, tt.contentType, strings.NewReader(tt.body))
			require.NoError(t, err)
			status, body := read(t, r)
			assert.Equal(t, tt.status, status)
			assert.Contains(t, body, `<html lang="de">`)
			assert.Contains(t, body, "Simulation")
		})
	}
	count, _, err := v.platform.Paid(t.Context())
	require.NoError(t, err)
	require.Zero(t, count)

	status, _ := v.press(t, a.PayPageURL, "bezahlen")
	require.Equal(t, 200, status)
	status, body := v.post(t, a.PayPageURL, url.Values{"formular": {token}, "aktion": {"bezahlen"}})
	assert.Equal(t, 409, status, "paid twice")
	assert.Contains(t, body, "bereits abgeschlossen")
	status, _ = v.get(t, a.PayPageURL)
	assert.Equal(t, 410, status)
	for path, want := range map[string]int{
		"/": 200, "/stil.css": 200, "/bezahlseite/x": 404, "/anders": 404, "/bezahlseite/x/y/z": 404, "/bezahlseite": 404,
	} {
		status, _ := v.get(t, v.server.URL+prefix+path)
		assert.Equal(t, want, status, path)
	}
}

func TestOnlyOnLoopback(t *testing.T) {
	for _, open := range []bool{false, true} {
		s, err := simulator.New(t.Context(), simulator.Options{
			BaseURL: "http://simulator.example/x", Clients: []simulator.Client{{ID: "a", Secret: "b"}}, InsecureAllowNetwork: open,
		})
		require.NoError(t, err)
		for _, path := range []string{"/x/", "/x/oauth/token", "/x/bezahlseite/a", "/x/status/a/b"} {
			w := httptest.NewRecorder() // a request without a local address
			s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			assert.Equal(t, open, w.Code != http.StatusForbidden, path)
			if !open {
				assert.Contains(t, w.Body.String(), "Simulation")
			}
		}
	}
	for _, bad := range []simulator.Options{
		{}, {BaseURL: "http://a.example"}, {BaseURL: "ftp://a", Clients: []simulator.Client{{ID: "a", Secret: "b"}}},
		{BaseURL: "http://a.example", Clients: []simulator.Client{{ID: "a"}}},
	} {
		_, err := simulator.New(t.Context(), bad)
		assert.Error(t, err)
	}
}
