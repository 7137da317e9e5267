package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// wire is a good request as JSON values, to be changed.
func wire() map[string]any {
	return map[string]any{
		"requestId": "R1", "requestTimestamp": "2026-04-03T12:00:00.000Z", "currency": "EUR", "grosAmount": json.Number("30.70"),
		"purpose": "Meldebescheinigung", "description": "Gebühr, einfach", "redirectUrl": "https://service.musterstadt.example/zurueck",
		"items": []any{wireLine("1", "25.80", "4.90", 1), wireLine("2", "0", "0", 3)},
	}
}

func wireLine(id, net, tax string, quantity int) map[string]any {
	return map[string]any{
		"id": id, "reference": "4711", "description": "Auskunft", "taxRate": json.Number("19"), "quantity": quantity,
		"totalNetAmount": json.Number(net), "totalTaxAmount": json.Number(tax), "singleNetAmount": json.Number(net), "singleTaxAmount": json.Number(tax),
		"bookingData": map[string]any{"hhst": "1"},
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

func TestReadRequest(t *testing.T) {
	body := encode(t, wire())
	r, problem := ReadRequest(body, Rules{BookingDataKeys: []string{"hhst"}, RefuseNull: true})
	require.Nil(t, problem)
	assert.Equal(t, payment.EUR(3070), r.Amount)
	assert.Equal(t, "R1", r.RequestID)
	assert.Len(t, r.Items, 2)
	assert.Equal(t, payment.TaxRate(1900), r.Items[0].TaxRate)
	assert.JSONEq(t, string(body), string(r.Raw))
	assert.Equal(t, time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC), r.RequestedAt)
}

func TestReadRequestOfAPerson(t *testing.T) {
	w := wire()
	w["requestor"] = map[string]any{"name": "Mustermann", "firstName": "Erika", "gender": "F", "address": map[string]any{"postalCode": "99999", "country": "DE"}}
	r, problem := ReadRequest(encode(t, w), Rules{})
	require.Nil(t, problem)
	assert.Equal(t, "Mustermann", r.Requestor.Name)
	assert.Equal(t, "DE", r.Requestor.Address.Country)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "request", *r, "requestor", *r.Requestor, "address", *r.Requestor.Address)
	assert.NotContains(t, log.String(), "Mustermann")
	assert.NotContains(t, log.String(), "99999")
}

func TestReadRequestRefuses(t *testing.T) {
	line := func(key string, value any) func(map[string]any) {
		return func(w map[string]any) { w["items"].([]any)[0].(map[string]any)[key] = value }
	}
	set := func(key string, value any) func(map[string]any) { return func(w map[string]any) { w[key] = value } }
	requestor := func(r map[string]any) func(map[string]any) { return set("requestor", r) }
	address := func(key string, value any) func(map[string]any) {
		return requestor(map[string]any{"address": map[string]any{key: value}})
	}
	long := strings.Repeat("x", 251)
	invalid, sum, booking := xbezahldienste.CodeValidationError, xbezahldienste.CodeCalculationError, xbezahldienste.CodeBookingDataMissing
	for _, c := range []struct {
		name   string
		code   xbezahldienste.FunctionalCode
		detail string // what the problem names
		rules  Rules
		change func(map[string]any)
	}{
		{"request id", invalid, "requestId", Rules{}, set("requestId", "a b")},
		{"no request id", invalid, "requestId", Rules{}, set("requestId", "")},
		{"long request id", invalid, "requestId", Rules{}, set("requestId", strings.Repeat("a", 37))},
		{"time", invalid, "requestTimestamp", Rules{}, set("requestTimestamp", "03.04.2026")},
		{"currency", invalid, "currency", Rules{}, set("currency", "USD")},
		{"nothing to pay", invalid, "grosAmount", Rules{}, set("grosAmount", 0)},
		{"negative", invalid, "grosAmount", Rules{}, set("grosAmount", -1)},
		{"too much", invalid, "grosAmount", Rules{}, set("grosAmount", json.Number("999999.01"))},
		{"amount as text", invalid, "Anfrage", Rules{}, set("grosAmount", "30.70")},
		{"three decimals", invalid, "grosAmount", Rules{}, set("grosAmount", json.Number("30.701"))},
		{"umlaut in purpose", invalid, "purpose", Rules{}, set("purpose", "Gebühr")},
		{"long purpose", invalid, "purpose", Rules{}, set("purpose", strings.Repeat("x", 28))},
		{"description", invalid, "description", Rules{}, set("description", "§ 5")},
		{"relative redirect", invalid, "redirectUrl", Rules{}, set("redirectUrl", "/zurueck")},
		{"script redirect", invalid, "redirectUrl", Rules{}, set("redirectUrl", "javascript:alert(1)")},
		{"no items", invalid, "items", Rules{}, set("items", []any{})},
		{"a hundred items", invalid, "items", Rules{}, set("items", make([]any, 100))},
		{"unknown field", invalid, "Anfrage", Rules{}, set("x", 1)},
		{"item id", invalid, "items.id", Rules{}, line("id", "a.b")},
		{"item reference", invalid, "items.reference", Rules{}, line("reference", "")},
		{"item description", invalid, "items.description", Rules{}, line("description", "a/b")},
		{"tax rate", invalid, "items.taxRate", Rules{}, line("taxRate", 101)},
		{"quantity", invalid, "items.quantity", Rules{}, line("quantity", 0)},
		{"item amount", invalid, "items.amount", Rules{}, line("totalTaxAmount", -1)},
		{"booking data", invalid, "items.bookingData", Rules{}, line("bookingData", map[string]string{"a": long})},
		{"line is not quantity times price", sum, "Einzelpreis", Rules{}, line("quantity", 2)},
		{"sum", sum, "grosAmount", Rules{}, set("grosAmount", json.Number("30.71"))},
		{"missing booking data", booking, "Buchungsdaten", Rules{BookingDataKeys: []string{"kst"}}, func(map[string]any) {}},
		{"gender", invalid, "gender", Rules{}, requestor(map[string]any{"gender": "X"})},
		{"long name", invalid, "requestor", Rules{}, requestor(map[string]any{"name": long})},
		{"house number", invalid, "houseNumber", Rules{}, address("houseNumber", strings.Repeat("1", 21))},
		{"postal code", invalid, "postalCode", Rules{}, address("postalCode", "123456")},
		{"country", invalid, "country", Rules{}, address("country", "de")},
		{"address lines", invalid, "addressLine", Rules{}, address("addressLine", make([]string, 10))},
		{"epay21 refuses null", invalid, "leer", Rules{RefuseNull: true}, set("description", nil)},
		{"epay21 refuses a requestor", invalid, "requestor", Rules{RefuseNull: true}, requestor(map[string]any{"name": "M"})},
		{"epay21 refuses empty booking data", invalid, "bookingData", Rules{RefuseNull: true}, line("bookingData", map[string]string{})},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := wire()
			c.change(w)
			r, problem := ReadRequest(encode(t, w), c.rules)
			require.NotNil(t, problem)
			assert.Nil(t, r)
			assert.Equal(t, c.code, problem.Code)
			assert.Equal(t, 400, problem.Status)
			assert.Contains(t, problem.Error(), c.detail)
		})
	}
	for name, body := range map[string]string{
		"empty": "", "not JSON": "{", "two values": string(encode(t, wire())) + "1", "null": "null", "not UTF-8": "{\"requestId\":\"\xff\"}",
		"the same key twice":         strings.Replace(string(encode(t, wire())), `"currency"`, `"currency":"EUR","currency"`, 1),
		"the same key in other case": strings.Replace(string(encode(t, wire())), `"currency"`, `"Currency":"EUR","currency"`, 1),
		"twice in an item":           strings.Replace(string(encode(t, wire())), `"quantity"`, `"quantity":9,"quantity"`, 1),
		"deep":                       strings.Repeat("[", 100000),
	} {
		t.Run(name, func(t *testing.T) {
			_, problem := ReadRequest([]byte(body), Rules{})
			require.NotNil(t, problem)
			assert.Equal(t, invalid, problem.Code)
		})
	}
}

// books are a backend of a map.
type books struct {
	accounts map[Account]error
	payments map[string]*Transaction
	fail     error
}

func (b *books) Status(_ context.Context, a Account) error {
	err, ok := b.accounts[a]
	if !ok {
		return ErrNotFound
	}
	return err
}

func (b *books) Create(_ context.Context, _ Account, r *Request) (*Transaction, error) {
	if b.fail != nil {
		return nil, b.fail
	}
	if b.payments[r.RequestID] != nil {
		return nil, ErrExists
	}
	t := &Transaction{TransactionID: r.RequestID, Status: StatusInitial, RedirectURL: "https://pay.example/1", Request: r.Raw}
	b.payments[r.RequestID] = t
	return t, nil
}

func (b *books) Query(_ context.Context, _ Account, id string) (*Transaction, error) {
	if t := b.payments[id]; t != nil {
		return t, nil
	}
	return nil, ErrNotFound
}

var town = Account{OriginatorID: "meldewesen", EndPointID: "09999999"}

func newBooks() *books {
	return &books{payments: map[string]*Transaction{}, accounts: map[Account]error{
		town: nil, {"gestoert", "1"}: ErrUnavailable, {"kaputt", "1"}: errors.New("disk of Erika Mustermann"),
	}}
}

func newHandler(t *testing.T, b Backend, o Options) *Handler {
	t.Helper()
	o.BaseURL = "https://pay.example/api/"
	if o.Authenticators == nil && o.Tokens == nil {
		o.Authenticators = []Authenticator{Basic(map[string]string{"musterstadt": "geheim", "andere": "auch"})}
	}
	o.May = func(client string, a Account) bool { return client == "musterstadt" }
	h, err := New(b, o)
	require.NoError(t, err)
	return h
}

// ask calls with a user's password and reads the answer.
func ask(t *testing.T, h http.Handler, method, path string, body []byte, header http.Header) (*http.Response, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth("musterstadt", "geheim")
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	return w.Result(), answer
}

func basicHeader(user, password string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}}
}

func TestHandler(t *testing.T) {
	b := newBooks()
	h := newHandler(t, b, Options{})
	response, answer := ask(t, h, "POST", "/paymenttransaction/meldewesen/09999999", encode(t, wire()), nil)
	require.Equal(t, 200, response.StatusCode)
	info := answer["paymentInformation"].(map[string]any)
	assert.Equal(t, "INITIAL", info["status"])
	assert.Equal(t, "https://pay.example/api/paymenttransaction/meldewesen/09999999/R1", info["transactionUrl"])
	assert.NotContains(t, info, "transactionTimestamp")
	assert.Equal(t, "R1", answer["paymentRequest"].(map[string]any)["requestId"])
	b.payments["R1"].PaidAt = time.Date(2026, 4, 3, 14, 0, 0, 0, time.FixedZone("", 7200))
	b.payments["R1"].Status, b.payments["R1"].RedirectURL = StatusPayed, ""
	_, answer = ask(t, h, "GET", "/paymenttransaction/meldewesen/09999999/R1", nil, nil)
	info = answer["paymentInformation"].(map[string]any)
	assert.Equal(t, "2026-04-03T12:00:00Z", info["transactionTimestamp"])
	assert.NotContains(t, info, "transactionRedirectUrl")

	secret := &Problem{Status: 403, Code: xbezahldienste.CodeForbidden, Detail: "gesperrt"}
	for _, c := range []struct {
		name, method, path string
		body               []byte
		header             http.Header
		fail               error
		status             int
		code               xbezahldienste.FunctionalCode
	}{
		{"ready", "GET", "/status/meldewesen/09999999", nil, nil, nil, 200, xbezahldienste.CodeUnspecified},
		{"not set up", "GET", "/status/fremd/1", nil, nil, nil, 403, xbezahldienste.CodeNoValidOriginatorOrEndpoint},
		{"out of order", "GET", "/status/gestoert/1", nil, nil, nil, 503, xbezahldienste.CodeUnspecified},
		{"broken", "GET", "/status/kaputt/1", nil, nil, nil, 500, xbezahldienste.CodeUnspecified},
		{"somebody else's", "GET", "/status/meldewesen/09999999", nil, basicHeader("andere", "auch"), nil, 403, xbezahldienste.CodeForbidden},
		{"wrong password", "GET", "/status/meldewesen/09999999", nil, basicHeader("musterstadt", "auch"), nil, 401, xbezahldienste.CodeForbidden},
		{"unknown user without password", "GET", "/status/meldewesen/09999999", nil, basicHeader("niemand", ""), nil, 401, xbezahldienste.CodeForbidden},
		{"bad account", "GET", "/paymenttransaction/a.b/1/R1", nil, nil, nil, 400, xbezahldienste.CodeNoValidOriginatorOrEndpoint},
		{"unknown account", "POST", "/paymenttransaction/fremd/1", encode(t, wire()), nil, nil, 400, xbezahldienste.CodeNoValidOriginatorOrEndpoint},
		{"unknown payment", "GET", "/paymenttransaction/meldewesen/09999999/R2", nil, nil, nil, 404, xbezahldienste.CodeUnspecified},
		{"payment id of a wrong form", "GET", "/paymenttransaction/meldewesen/09999999/a.b", nil, nil, nil, 404, xbezahldienste.CodeUnspecified},
		{"the same request", "POST", "/paymenttransaction/meldewesen/09999999", encode(t, wire()), nil, nil, 409, xbezahldienste.CodePaymentExists},
		{"not JSON", "POST", "/paymenttransaction/meldewesen/09999999", encode(t, wire()), http.Header{"Content-Type": {"text/plain"}}, nil, 415, xbezahldienste.CodeValidationError},
		{"too long", "POST", "/paymenttransaction/meldewesen/09999999", make([]byte, 2<<20), nil, nil, 413, xbezahldienste.CodeValidationError},
		{"backend's own problem", "POST", "/paymenttransaction/meldewesen/09999999", encode(t, wire()), nil, secret, 403, xbezahldienste.CodeForbidden},
		{"method", "DELETE", "/paymenttransaction/meldewesen/09999999", nil, nil, nil, 405, xbezahldienste.CodeUnspecified},
		{"no such call", "GET", "/x", nil, nil, nil, 404, xbezahldienste.CodeUnspecified},
		{"no tokens here", "POST", "/oauth/token", nil, nil, nil, 404, xbezahldienste.CodeUnspecified},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.fail = c.fail
			response, answer := ask(t, h, c.method, c.path, c.body, c.header)
			assert.Equal(t, c.status, response.StatusCode)
			assert.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
			assert.Equal(t, string(c.code), answer["functionalCode"])
			assert.NotContains(t, answer["detail"], "Erika")
			assert.True(t, descriptionPattern.MatchString(answer["detail"].(string)), "the documented alphabet of detail: %s", answer["detail"])
			assert.Equal(t, c.status == 401, response.Header.Get("WWW-Authenticate") != "")
		})
	}
}

func TestTokens(t *testing.T) {
	now := time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)
	tokens := NewTokens(map[string]string{"musterstadt": "geheim&=ä"}, time.Minute, func() time.Time { return now })
	h := newHandler(t, newBooks(), Options{Tokens: tokens})
	form := func(v url.Values) (int, map[string]any) {
		response, answer := ask(t, h, "POST", "/oauth/token", []byte(v.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
		return response.StatusCode, answer
	}
	good := url.Values{"grant_type": {"client_credentials"}, "client_id": {"musterstadt"}, "client_secret": {"geheim&=ä"}}
	status, answer := form(good)
	require.Equal(t, 200, status)
	bearer := http.Header{"Authorization": {"Bearer " + answer["access_token"].(string)}}
	ready := func() int {
		response, _ := ask(t, h, "GET", "/status/meldewesen/09999999", nil, bearer)
		return response.StatusCode
	}
	assert.Equal(t, 200, ready())
	now = now.Add(time.Minute)
	assert.Equal(t, 401, ready(), "a token ends")
	now = now.Add(-time.Second)
	assert.Equal(t, 200, ready())
	tokens.Forget()
	assert.Equal(t, 401, ready())
	for name, change := range map[string]func(url.Values){
		"secret": func(v url.Values) { v.Set("client_secret", "x") }, "client": func(v url.Values) { v.Set("client_id", "x") },
		"grant": func(v url.Values) { v.Set("grant_type", "password") }, "twice": func(v url.Values) { v.Add("client_id", "musterstadt") },
		"nothing": func(v url.Values) { clear(v) },
	} {
		v := url.Values{}
		maps.Copy(v, good)
		change(v)
		status, answer := form(v)
		assert.GreaterOrEqual(t, status, 400, name)
		assert.NotEmpty(t, answer["error"], name)
	}
}

func TestClientCertificate(t *testing.T) {
	known := &x509.Certificate{Raw: []byte("a")}
	a := ClientCertificate(func(c *x509.Certificate) (string, bool) { return "musterstadt", c == known })
	r := httptest.NewRequest("GET", "/", nil)
	_, ok := a.Authenticate(r)
	assert.False(t, ok, "no TLS")
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{known}}
	_, ok = a.Authenticate(r)
	assert.False(t, ok, "a certificate that was not verified")
	r.TLS.VerifiedChains = [][]*x509.Certificate{{known}}
	client, ok := a.Authenticate(r)
	assert.True(t, ok)
	assert.Equal(t, "musterstadt", client)
}

func TestNewRefuses(t *testing.T) {
	_, err := New(newBooks(), Options{})
	require.Error(t, err)
	_, err = New(nil, Options{Authenticators: []Authenticator{Basic(nil)}})
	require.Error(t, err)
}

func FuzzReadRequest(f *testing.F) {
	f.Add(encode(f, wire()), true)
	f.Add([]byte(`{"requestId":"R1","items":[{"bookingData":{"a":null}}]}`), false)
	f.Add([]byte(`{"a":{"b":[1,{"c":2}]},"A":1}`), true)
	f.Fuzz(func(t *testing.T, body []byte, strict bool) {
		r, problem := ReadRequest(body, Rules{RefuseNull: strict})
		if problem != nil {
			require.Nil(t, r)
			require.GreaterOrEqual(t, problem.Status, 400)
			return
		}
		sum := payment.EUR(0)
		for _, i := range r.Items {
			total, err := i.TotalNet.Add(i.TotalTax)
			require.NoError(t, err)
			sum, err = sum.Add(total)
			require.NoError(t, err)
		}
		require.Equal(t, r.Amount, sum)
	})
}
