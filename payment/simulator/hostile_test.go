package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// do sends a request with a Host header.
func (v *town) do(t *testing.T, method, path, host string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, v.server.URL+prefix+path, nil)
	require.NoError(t, err)
	if host != "" {
		r.Host = host
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(body)
}

// TestNamesOfOthers: a page of another site whose name is made to resolve to
// 127.0.0.1 (DNS rebinding) is of the same origin for a browser; the name in
// the request gives it away.
func TestNamesOfOthers(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	port := v.server.URL[strings.LastIndexByte(v.server.URL, ':'):]
	payPage := strings.TrimPrefix(a.PayPageURL, v.server.URL+prefix)
	for _, path := range []string{"/verwaltung/zahlungen", "/", payPage, "/oauth/token"} {
		for _, host := range []string{"boese.example", "boese.example" + port, "127.0.0.1.boese.example", "localhost.boese.example", "[::2]" + port, "10.0.0.1"} {
			answer, body := v.do(t, http.MethodGet, path, host)
			assert.Equal(t, http.StatusForbidden, answer.StatusCode, "%s at %s", path, host)
			assert.NotContains(t, body, "bezahlseite/")
		}
		for _, host := range []string{"localhost", "LOCALHOST" + port, "127.0.0.1", "127.8.8.8:1", "[::1]" + port, "[::1]"} {
			answer, _ := v.do(t, http.MethodGet, path, host)
			assert.NotEqual(t, http.StatusForbidden, answer.StatusCode, "%s at %s", path, host)
		}
	}
}

// TestAReverseProxyKeepsTheName: the name in BaseURL is ours.
func TestAReverseProxyKeepsTheName(t *testing.T) {
	platform, err := simulator.New(t.Context(), simulator.Options{BaseURL: "https://Pay.Musterstadt.example/sim", Clients: []simulator.Client{{ID: "a", Secret: "b"}}})
	require.NoError(t, err)
	server := httptest.NewServer(platform)
	t.Cleanup(server.Close)
	for host, want := range map[string]int{"pay.musterstadt.example": 200, "pay.musterstadt.example:443": 200, "boese.example": 403} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/sim/", nil)
		require.NoError(t, err)
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, want, answer.StatusCode, host)
	}
}

// TestARedirectURLWritesNoPolicy: Go's url package takes hosts with signs that
// part directives.
func TestARedirectURLWritesNoPolicy(t *testing.T) {
	for _, target := range []string{"https://x.example;sandbox/", "https://x.example,default-src/", "https://x.example'*/", "https://*/", "https://x.example:*/"} {
		t.Run(target, func(t *testing.T) {
			v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
			r, err := v.provider.Create(t.Context(), payment.CreateRequest{
				Claim:     payment.Claim{Tenant: "a", ID: "b", Amount: payment.EUR(100), Purpose: "Test"},
				RequestID: "R1", RequestedAt: time.Now(), ReturnURL: target,
			})
			if err != nil {
				return // refused is as good
			}
			answer, _ := v.do(t, http.MethodGet, strings.TrimPrefix(r.PayPageURL, v.server.URL+prefix), "")
			policy := answer.Header.Get("Content-Security-Policy")
			assert.Equal(t, "form-action 'self'", policy[strings.Index(policy, "form-action"):])
		})
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	o := simulator.Options{BaseURL: "http://127.0.0.1:1", Clients: []simulator.Client{{ID: "musterstadt", Secret: "streng-geheim"}}}
	platform, err := simulator.New(t.Context(), o)
	require.NoError(t, err)
	var log bytes.Buffer
	l := slog.New(slog.NewJSONHandler(&log, nil))
	l.Info("x", "client", o.Clients[0], "platform", platform)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "clients", o.Clients, "options", o, "platform", platform)
	encoded, err := json.Marshal(o.Clients)
	require.NoError(t, err)
	log.Write(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{o, &o, o.Clients, o.Clients[0], platform} {
			fmt.Fprintf(&log, verb+"\n", value)
		}
	}
	assert.NotContains(t, log.String(), "streng-geheim")
	assert.Contains(t, log.String(), "musterstadt")
}

func TestMethods(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	payPage := strings.TrimPrefix(a.PayPageURL, v.server.URL+prefix)
	for _, c := range []struct{ path, allow string }{
		{"/", "GET, HEAD"}, {"/stil.css", "GET, HEAD"}, {payPage, "GET, HEAD, POST"}, {payPage + "/geschlossen", "GET, HEAD"},
		{"/verwaltung/zahlungen", "GET, HEAD"}, {"/verwaltung/uhr", "GET, HEAD, PUT"}, {"/verwaltung/stoerungen", "PUT"},
		{"/verwaltung/kontoauszug", "GET, HEAD"}, {"/status/meldewesen/09999999", "GET, HEAD"},
		{"/paymenttransaction/meldewesen/09999999", "POST"}, {"/oauth/token", "POST"},
	} {
		answer, _ := v.do(t, http.MethodDelete, c.path, "")
		assert.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode, c.path)
		assert.Equal(t, c.allow, answer.Header.Get("Allow"), c.path)
		if strings.Contains(c.allow, "HEAD") {
			got, _ := v.do(t, http.MethodGet, c.path, "")
			head, body := v.do(t, http.MethodHead, c.path, "")
			assert.Equal(t, got.StatusCode, head.StatusCode, c.path)
			assert.Equal(t, got.Header.Get("Content-Type"), head.Header.Get("Content-Type"), c.path)
			assert.Empty(t, body, c.path)
		}
	}
}

// TestStatementOfEachKindOfDay is read by the ISO schema.
func TestStatementOfEachKindOfDay(t *testing.T) {
	long := strings.Repeat("Ü€<", 46) + "Öß" // 140 characters
	clock := time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)
	v := newTown(t, simulator.Options{Now: func() time.Time { return clock }, Payee: strings.Repeat("Ä", 140), IBAN: "DE89 3704 0044 0532 0130 00"}, xbezahldienste.Options{})
	var documents []string
	add := func(wants ...string) {
		t.Helper()
		body := string(v.statement(t))
		for _, want := range wants {
			assert.Contains(t, body, want)
		}
		documents = append(documents, body)
	}
	add("<CdtDbtInd>CRDT", ">0.00<") // empty, before anything happened
	a := v.start(t, "K1")
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	status, _ := v.admin(t, "POST", "ueberweisungen", map[string]any{"amount": json.Number("999999999.99"), "text": long, "payer": long})
	require.Equal(t, 201, status)
	add("1000000030.69")
	clock = clock.AddDate(0, 0, 1)
	status, _ = v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
	require.Equal(t, 201, status)
	add("<RvslInd>true<", ">33.70<") // returns only
	valid(t, documents...)

	w := newTown(t, simulator.Options{Now: func() time.Time { return clock }}, xbezahldienste.Options{})
	b := w.start(t, "K1")
	require.NoError(t, w.platform.Settle(t.Context(), b.TransactionID, simulator.StatusPayed))
	status, _ = w.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": b.TransactionID})
	require.Equal(t, 201, status)
	clock = clock.AddDate(0, 0, 1)
	negative := w.statement(t)
	assert.Equal(t, 2, strings.Count(string(negative), "<CdtDbtInd>DBIT"), "the charge is left, on both balances")
	assert.Contains(t, string(negative), ">3.00<")
	valid(t, string(negative))
}

func TestMoneyThatNoAccountHas(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	for _, amount := range []string{"1000000000", "92233720368547758.07", "0", "-1", "0.001", "1e400"} {
		status, _ := v.admin(t, "POST", "ueberweisungen", map[string]any{"amount": json.Number(amount), "text": "x"})
		assert.Equal(t, 400, status, amount)
	}
	a := v.start(t, "K1")
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	for _, want := range []int{201, 409} { // a payment comes back once
		status, _ := v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
		assert.Equal(t, want, status)
	}
	v.press2(t, a.PayPageURL, "nochmal") // a second payment comes back once more
	for _, want := range []int{201, 409} {
		status, _ := v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
		assert.Equal(t, want, status)
	}
}

// press2 presses a button of a page about a payment that is over.
func (v *town) press2(t *testing.T, payPage, button string) {
	t.Helper()
	status, body := v.get(t, payPage)
	require.Equal(t, http.StatusGone, status)
	m := formToken.FindStringSubmatch(body)
	require.NotNil(t, m)
	_, _ = v.post(t, payPage, url.Values{"formular": {m[1]}, "aktion": {button}})
}

func TestOptionsThatCannotWork(t *testing.T) {
	good := simulator.Options{BaseURL: "http://127.0.0.1:1", Clients: []simulator.Client{{ID: "a", Secret: "b"}}}
	for name, change := range map[string]func(*simulator.Options){
		"two clients of one id": func(o *simulator.Options) { o.Clients = append(o.Clients, simulator.Client{ID: "a", Secret: "c"}) },
		"long payee":            func(o *simulator.Options) { o.Payee = strings.Repeat("x", 141) },
		"wrong IBAN":            func(o *simulator.Options) { o.IBAN = "DE88370400440532013000" },
		"profile":               func(o *simulator.Options) { o.Profile = "anders" },
		"empty query":           func(o *simulator.Options) { o.BaseURL += "/?" },
	} {
		o := good
		change(&o)
		_, err := simulator.New(t.Context(), o)
		assert.Error(t, err, name)
	}
}

// TestAFaultWithAnImpossibleStatus does not panic.
func TestAFaultWithAnImpossibleStatus(t *testing.T) {
	v := newTown(t, simulator.Options{Fault: on(simulator.OperationStatus, 1, simulator.Fault{Status: 42})}, xbezahldienste.Options{})
	answer, _ := v.do(t, http.MethodGet, "/status/meldewesen/09999999", "")
	assert.Equal(t, http.StatusInternalServerError, answer.StatusCode)
}

// TestTheBooksInPostgreSQL: what is so in SQLite is so there.
func TestTheBooksInPostgreSQL(t *testing.T) {
	db := testenv.Postgres(t)
	now := func() time.Time { return time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC) }
	v := newTown(t, simulator.Options{DB: db, Now: now}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusFailed))
	require.ErrorIs(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusCanceled), simulator.ErrStatus)
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	require.ErrorIs(t, v.platform.Settle(t.Context(), "GIBTESNICHT", simulator.StatusPayed), simulator.ErrNotFound)
	v.press2(t, a.PayPageURL, "nochmal")
	status, _ := v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
	require.Equal(t, 201, status)
	status, _ = v.admin(t, "POST", "ueberweisungen", map[string]any{"amount": json.Number("12.50"), "text": "Müller & Söhne", "payer": "Erika Mustermann"})
	require.Equal(t, 201, status)
	body := v.statement(t)
	again := newTown(t, simulator.Options{DB: db, Now: now}, xbezahldienste.Options{})
	assert.Equal(t, body, again.statement(t))
	assert.Contains(t, string(body), ">40.20<") // 30.70 twice, less 33.70, and 12.50
	n, sum, err := again.platform.Paid(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, payment.EUR(3070), sum)
	_, err = v.provider.Create(t.Context(), payment.CreateRequest{
		Claim:     payment.Claim{Tenant: "a", ID: "b", Amount: payment.EUR(100), Purpose: "Test"},
		RequestID: a.ID, RequestedAt: now(), ReturnURL: "https://service.musterstadt.example/",
	})
	require.ErrorIs(t, err, payment.ErrExists)
	valid(t, string(body))
}
