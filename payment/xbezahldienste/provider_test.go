package xbezahldienste

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// script is a platform whose answers are written down.
type script struct {
	*httptest.Server
	mu       sync.Mutex
	bodies   []string
	headers  []http.Header
	tokens   atomic.Int32
	form     url.Values
	answers  []func(http.ResponseWriter, *http.Request)
	tokenTTL string
}

func newScript(t *testing.T, answers ...func(http.ResponseWriter, *http.Request)) *script {
	t.Helper()
	s := &script{answers: answers, tokenTTL: "300"}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/oauth/token" {
		n := s.tokens.Add(1)
		s.mu.Lock()
		s.form, _ = url.ParseQuery(string(body))
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"bearer","expires_in":%s}`, n, s.tokenTTL)
		return
	}
	s.mu.Lock()
	n := len(s.bodies)
	s.bodies, s.headers = append(s.bodies, string(body)), append(s.headers, r.Header)
	answer := s.answers[min(n, len(s.answers)-1)]
	s.mu.Unlock()
	answer(w, r)
}

func (s *script) calls() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.bodies) }

func reply(status int, contentType, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func problemReply(status int, code string) func(http.ResponseWriter, *http.Request) {
	return reply(status, "application/problem+json",
		fmt.Sprintf(`{"type":"about:blank","status":%d,"title":"Fehler","detail":"Erika Mustermann","functionalCode":%q}`, status, code))
}

func transactionJSON(status, gros string) string {
	return fmt.Sprintf(`{"paymentInformation":{"transactionId":"T1","transactionRedirectUrl":"https://pay.example/1","status":%q,"paymentMethod":"WERO",
		"transactionReference":"KZ 1","transactionTimestamp":"2026-11-23T10:00:00+01:00"},
		"paymentRequest":{"requestId":"R1","currency":"EUR","grosAmount":%s}}`, status, gros)
}

var created = reply(200, "application/json", transactionJSON("INITIAL", "30.70"))

func drop(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

const secret = "ge&heim=ä+"

func (s *script) provider(t *testing.T, o Options) *Provider {
	o.Credentials = &ClientCredentials{TokenURL: s.URL + "/oauth/token", ClientID: "musterstadt", ClientSecret: secret, Scope: "pay"}
	if o.RetryDelay == 0 {
		o.RetryDelay = time.Millisecond
	}
	return newProvider(t, s.URL+"/api/", o)
}

func request() payment.CreateRequest {
	return payment.CreateRequest{
		Claim: testClaim(), RequestID: "R1", RequestedAt: time.Date(2026, 11, 23, 9, 0, 0, 123e6, time.UTC),
		ReturnURL: "https://service.musterstadt.example/zahlung/zurueck?zahlung=RUECKKEHR",
	}
}

func TestWhatIsSent(t *testing.T) {
	s := newScript(t, created)
	p := s.provider(t, Options{SendRequestor: true})
	r := request()
	r.Claim = itemClaim()
	_, err := p.Create(t.Context(), r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"requestId":"R1","requestTimestamp":"2026-11-23T09:00:00.123Z","currency":"EUR","grosAmount":43.80,
		"purpose":"Meldebescheinigung 4711","description":"Gebühr, einfache Auskunft",
		"redirectUrl":"https://service.musterstadt.example/zahlung/zurueck?zahlung=RUECKKEHR",
		"items":[
		{"id":"1","reference":"R-1","description":"Auszug","taxRate":0,"quantity":2,"totalNetAmount":20,"totalTaxAmount":0,
		 "singleNetAmount":10,"singleTaxAmount":0,"bookingData":{"hhst":"1"}},
		{"id":"2","reference":"2","taxRate":19,"quantity":1,"totalNetAmount":20,"totalTaxAmount":3.8,
		 "singleNetAmount":20,"singleTaxAmount":3.8,"bookingData":{"hhst":"2"}}],
		"requestor":{"name":"Mustermann","firstName":"Erika","isOrganization":false,
		 "address":{"addressLine":["Hinterhaus"],"postalCode":"99999","country":"DE"}}}`, s.bodies[0])
	assert.Contains(t, s.bodies[0], `"grosAmount":43.80,`, "two decimals, from cents")
	assert.Equal(t, "Bearer token-1", s.headers[0].Get("Authorization"))
	assert.Equal(t, url.Values{"grant_type": {"client_credentials"}, "client_id": {"musterstadt"}, "client_secret": {secret}, "scope": {"pay"}}, s.form,
		"the form is URL-encoded")

	plain := s.provider(t, Options{})
	_, err = plain.Create(t.Context(), r)
	require.NoError(t, err)
	assert.NotContains(t, s.bodies[1], "requestor", "unless asked for")
	assert.NotContains(t, s.bodies[1], "null")
}

func TestEachStatus(t *testing.T) {
	for _, tt := range []struct {
		status string
		want   payment.State
	}{
		{"INITIAL", payment.StatePending}, {"PAYED", payment.StatePaid}, {"FAILED", payment.StateFailed}, {"CANCELED", payment.StateCanceled},
		{"AUTHORISED", payment.StatePending}, {"payed", payment.StatePending}, {"PAID", payment.StatePending},
	} {
		t.Run(tt.status, func(t *testing.T) {
			p := newScript(t, reply(201, "application/json;charset=UTF-8", transactionJSON(tt.status, "30.7"))).provider(t, Options{})
			r, err := p.Query(t.Context(), "T1")
			require.NoError(t, err)
			assert.Equal(t, tt.want, r.State)
			assert.Equal(t, "WERO", r.Method, "an unknown method is kept")
			assert.Equal(t, payment.EUR(3070), *r.Amount)
			assert.Equal(t, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), r.PaidAt.UTC())
			assert.Equal(t, tt.want == payment.StatePending, r.PayPageURL != "", "a pay page only while pending")
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		status int
		code   string
		is     []error
		not    []error
		calls  int
	}{
		{400, "VALIDATION_ERROR", []error{payment.ErrRejected}, []error{payment.ErrExists, payment.ErrUnavailable}, 1},
		{500, "CALCULATION_ERROR", []error{payment.ErrRejected}, []error{payment.ErrUnavailable}, 1},
		{403, "FORBIDDEN", []error{payment.ErrRejected, payment.ErrDenied}, nil, 1},
		{404, "NO_VALID_ORIGINATOR_OR_ENDPOINT", []error{payment.ErrRejected}, nil, 1},
		{409, "PAYMENT_EXISTS", []error{payment.ErrExists}, []error{payment.ErrRejected, payment.ErrUnavailable}, 1},
		{500, "PAYMENT_EXISTS", []error{payment.ErrExists}, []error{payment.ErrRejected, payment.ErrUnavailable}, 1},
		{409, "UNSPECIFIED", nil, []error{payment.ErrRejected, payment.ErrExists}, 1},
		{500, "UNSPECIFIED", []error{payment.ErrUnavailable}, []error{payment.ErrRejected}, 3},
		{503, "", []error{payment.ErrUnavailable}, []error{payment.ErrRejected}, 3},
		{429, "", []error{payment.ErrUnavailable}, []error{payment.ErrRejected}, 3},
		{408, "", []error{payment.ErrUnavailable}, []error{payment.ErrRejected}, 3},
		{408, "VALIDATION_ERROR", []error{payment.ErrRejected}, []error{payment.ErrUnavailable}, 1},
		{429, "PAYMENT_EXISTS", []error{payment.ErrExists}, []error{payment.ErrRejected, payment.ErrUnavailable}, 1},
	} {
		t.Run(fmt.Sprint(tt.status, tt.code), func(t *testing.T) {
			s := newScript(t, problemReply(tt.status, tt.code))
			_, err := s.provider(t, Options{}).Create(t.Context(), request())
			var refused *Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, FunctionalCode(tt.code), refused.Code)
			assert.Equal(t, tt.code, refused.PaymentCode())
			assert.Equal(t, "Erika Mustermann", refused.Detail)
			for _, want := range tt.is {
				assert.ErrorIs(t, err, want)
			}
			for _, want := range tt.not {
				assert.NotErrorIs(t, err, want)
			}
			assert.Equal(t, tt.calls, s.calls())
			for _, body := range s.bodies {
				assert.Equal(t, s.bodies[0], body, "repeated with the same request id, byte for byte")
			}
			assert.NotContains(t, err.Error(), "Mustermann")
		})
	}
	p := newScript(t, problemReply(404, "UNSPECIFIED")).provider(t, Options{})
	_, err := p.Query(t.Context(), "T1")
	assert.ErrorIs(t, err, payment.ErrNotFound)
	assert.NotErrorIs(t, err, payment.ErrRejected)
	_, err = p.Query(t.Context(), "../status")
	assert.ErrorIs(t, err, payment.ErrNotFound, "not an id, not sent")
	p = newScript(t, problemReply(403, "x y<script>")).provider(t, Options{})
	err = p.Health(t.Context())
	assert.ErrorIs(t, err, payment.ErrDenied)
	assert.NotContains(t, err.Error(), "script")
}

func TestLookup(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		found  bool
		is     error
	}{
		{"found", reply(200, "application/json", strings.ReplaceAll(transactionJSON("INITIAL", "1"), "T1", "R1")), true, nil},
		{"found under another id", created, true, nil},
		{"somebody else's", reply(200, "application/json", strings.ReplaceAll(transactionJSON("INITIAL", "1"), "R1", "R2")), false, payment.ErrNotFound},
		{"not found", problemReply(404, ""), false, payment.ErrNotFound},
		{"not an id of theirs", problemReply(400, "VALIDATION_ERROR"), false, payment.ErrNotFound},
		{"away", problemReply(503, ""), false, payment.ErrUnavailable},
		{"denied", problemReply(403, ""), false, payment.ErrDenied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newScript(t, tt.answer).provider(t, Options{})
			r, err := p.Lookup(t.Context(), "R1")
			assert.Equal(t, tt.found, r != nil)
			assert.ErrorIs(t, err, tt.is)
			if tt.is != payment.ErrNotFound && err != nil {
				assert.NotErrorIs(t, err, payment.ErrNotFound)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	unauthorized := problemReply(401, "FORBIDDEN")
	t.Run("one token for many calls", func(t *testing.T) {
		s := newScript(t, created)
		p := s.provider(t, Options{})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { _, err := p.Query(t.Context(), "T1"); assert.NoError(t, err) })
		}
		wg.Wait()
		assert.Equal(t, int32(1), s.tokens.Load())
	})
	t.Run("a new one when it ends", func(t *testing.T) {
		s := newScript(t, created)
		now := time.Now()
		p := s.provider(t, Options{Now: func() time.Time { return now }})
		for range 2 {
			_, err := p.Query(t.Context(), "T1")
			require.NoError(t, err)
			now = now.Add(5 * time.Minute)
		}
		assert.Equal(t, int32(2), s.tokens.Load())
	})
	t.Run("401 is repeated once with a new token", func(t *testing.T) {
		s := newScript(t, unauthorized, created)
		r, err := s.provider(t, Options{}).Create(t.Context(), request())
		require.NoError(t, err)
		assert.Equal(t, "T1", r.TransactionID)
		assert.Equal(t, "Bearer token-2", s.headers[1].Get("Authorization"))
		assert.Equal(t, s.bodies[0], s.bodies[1])
	})
	t.Run("401 again is an error", func(t *testing.T) {
		s := newScript(t, unauthorized)
		_, err := s.provider(t, Options{}).Create(t.Context(), request())
		require.ErrorIs(t, err, payment.ErrDenied)
		assert.ErrorIs(t, err, payment.ErrRejected)
		assert.Equal(t, 2, s.calls())
	})
}

func TestBadTokenAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		status   int
		body     string
		rejected bool
	}{
		"refused":         {400, `{"error":"invalid_client","error_description":"` + "ge&heim" + `"}`, true},
		"no token":        {200, `{"token_type":"bearer"}`, false},
		"another type":    {200, `{"access_token":"a","token_type":"mac"}`, false},
		"a line break":    {200, `{"access_token":"a\r\nX: y","token_type":"bearer"}`, false},
		"negative expiry": {200, `{"access_token":"a","token_type":"bearer","expires_in":-1}`, false},
		"not JSON":        {200, `access_token=a`, false},
		"away":            {503, `{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(reply(tt.status, "application/json", tt.body)))
			defer server.Close()
			p := newProvider(t, server.URL, Options{RetryDelay: time.Millisecond,
				Credentials: &ClientCredentials{TokenURL: server.URL, ClientID: "i", ClientSecret: secret}})
			_, err := p.Create(t.Context(), request())
			require.Error(t, err)
			assert.Equal(t, tt.rejected, isAll(err, payment.ErrRejected, payment.ErrDenied))
			assert.NotContains(t, err.Error(), "heim")
		})
	}
}

func TestNetworkErrors(t *testing.T) {
	t.Run("a dropped answer is asked for again", func(t *testing.T) {
		s := newScript(t, drop, drop, created)
		_, err := s.provider(t, Options{}).Create(t.Context(), request())
		require.NoError(t, err)
		assert.Equal(t, 3, s.calls())
	})
	t.Run("but not for ever", func(t *testing.T) {
		s := newScript(t, drop)
		_, err := s.provider(t, Options{}).Create(t.Context(), request())
		require.ErrorIs(t, err, payment.ErrUnavailable)
		assert.Equal(t, 3, s.calls())
		_, err = s.provider(t, Options{Retries: -1}).Create(t.Context(), request())
		require.ErrorIs(t, err, payment.ErrUnavailable)
		assert.Equal(t, 4, s.calls())
	})
	t.Run("a slow platform", func(t *testing.T) {
		s := newScript(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err := s.provider(t, Options{Timeout: 2 * time.Second, Retries: 1}).Query(t.Context(), "T1")
		require.ErrorIs(t, err, payment.ErrUnavailable)
		assert.Equal(t, 2, s.calls())
	})
	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newScript(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
		_, err := s.provider(t, Options{}).Query(ctx, "T1")
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, s.calls())
	})
	t.Run("a certificate that nobody trusts", func(t *testing.T) {
		var calls atomic.Int32
		server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
		defer server.Close()
		p := newProvider(t, server.URL, Options{RetryDelay: time.Hour})
		_, err := p.Query(t.Context(), "T1") // an hour's delay: a second try would be noticed
		require.ErrorIs(t, err, payment.ErrUnavailable)
		assert.Zero(t, calls.Load())
	})
}

func TestHostileAnswers(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		name, reason string
		answer       func(http.ResponseWriter, *http.Request)
	}{
		{"a huge body", "too-large", reply(200, "application/json", `{"x":"`+long+`"}`)},
		{"a page", "content-type", reply(200, "text/html", transactionJSON("PAYED", "30.70"))},
		{"no type", "content-type", reply(200, "", transactionJSON("PAYED", "30.70"))},
		{"nothing", "not-json", reply(200, "application/json", "")},
		{"NaN", "not-json", reply(200, "application/json", transactionJSON("PAYED", "NaN"))},
		{"a second value", "not-json", reply(200, "application/json", transactionJSON("PAYED", "1")+"{}")},
		{"an array", "not-json", reply(200, "application/json", "[]")},
		{"null", "transaction-id", reply(200, "application/json", "null")},
		{"not UTF-8", "not-json", reply(200, "application/json", "{\"a\":\"\xff\"}")},
		{"deep", "not-json", reply(200, "application/json", strings.Repeat(`{"a":`, 500)+"1"+strings.Repeat("}", 500))},
		{"two states", "duplicate-key", reply(200, "application/json", `{"paymentInformation":{"transactionId":"T1","status":"FAILED","Status":"PAYED"}}`)},
		{"no id", "transaction-id", reply(200, "application/json", `{"paymentInformation":{"status":"PAYED"}}`)},
		{"an id with a path", "transaction-id", reply(200, "application/json", `{"paymentInformation":{"transactionId":"../x","status":"PAYED"}}`)},
		{"no state", "status", reply(200, "application/json", `{"paymentInformation":{"transactionId":"T1"}}`)},
		{"a script as pay page", "redirect-url", reply(200, "application/json", strings.ReplaceAll(transactionJSON("INITIAL", "1"), "https://pay.example/1", "javascript:alert(1)"))},
		{"http as pay page", "redirect-url", reply(200, "application/json", strings.ReplaceAll(transactionJSON("INITIAL", "1"), "https://", "http://"))},
		{"a redirect", "redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}},
		{"accepted", "redirect", reply(202, "application/json", transactionJSON("PAYED", "30.70"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, tt.answer)
			r, err := s.provider(t, Options{MaxResponse: 4000}).Query(t.Context(), "T1")
			var unusable *AnswerError
			require.ErrorAs(t, err, &unusable)
			require.ErrorIs(t, err, payment.ErrBadAnswer)
			assert.Equal(t, tt.reason, unusable.Reason)
			assert.Nil(t, r)
			assert.Equal(t, 1, s.calls(), "not repeated, redirects not followed")
			_, err = s.provider(t, Options{MaxResponse: 4000}).Create(t.Context(), request())
			assert.NotErrorIs(t, err, payment.ErrRejected, "nobody knows whether it was created")
		})
	}
}

func TestAmountsInAnswers(t *testing.T) {
	for _, tt := range []struct {
		gros string
		want *payment.Amount
	}{
		{"30.70", &payment.Amount{Cents: 3070, Currency: "EUR"}},
		{"3.07E+1", &payment.Amount{Cents: 3070, Currency: "EUR"}},
		{"30.7000000000000001", &payment.Amount{}}, // a float would not see it
		{"30.705", &payment.Amount{}},
		{"1e400", &payment.Amount{}},
		{"null", nil},
	} {
		r, err := decodeTransaction([]byte(transactionJSON("PAYED", tt.gros)), false)
		require.NoError(t, err, tt.gros)
		assert.Equal(t, tt.want, r.Amount, tt.gros)
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	s := newScript(t, drop)
	p := s.provider(t, Options{Retries: -1})
	_, err := p.Create(t.Context(), request())
	require.Error(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "error", err, "credentials", p.options.Credentials, "provider", p)
	out := log.String() + fmt.Sprintf("%v %+v %#v %s", err, err, *p.options.Credentials, p)
	for _, hidden := range []string{"heim", "token-1", "RUECKKEHR", "Meldebescheinigung"} {
		assert.NotContains(t, out, hidden)
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	credentials := &ClientCredentials{TokenURL: "https://a.example/token", ClientID: "i", ClientSecret: "s"}
	for _, tt := range []struct {
		name, base, originator, endPoint string
		o                                *Options
		ok                               bool
	}{
		{"good", "https://a.example/x", "o", "e", &Options{Credentials: credentials}, true},
		{"no options", "https://a.example", "o", "e", nil, true},
		{"http", "http://a.example", "o", "e", nil, false},
		{"http allowed", "http://a.example", "o", "e", &Options{InsecureAllowHTTP: true}, true},
		{"http on loopback", "http://127.0.0.1:1", "o", "e", nil, true},
		{"a user", "https://u:p@a.example", "o", "e", nil, false},
		{"a query", "https://a.example?x", "o", "e", nil, false},
		{"originator", "https://a.example", "o/x", "e", nil, false},
		{"long end point", "https://a.example", "o", strings.Repeat("e", 37), nil, false},
		{"token over http", "https://a.example", "o", "e", &Options{Credentials: &ClientCredentials{TokenURL: "http://a.example", ClientID: "i", ClientSecret: "s"}}, false},
		{"no secret", "https://a.example", "o", "e", &Options{Credentials: &ClientCredentials{TokenURL: "https://a.example", ClientID: "i"}}, false},
		{"TLS unverified", "https://a.example", "o", "e", &Options{HTTPClient: insecure()}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.base, tt.originator, tt.endPoint, tt.o)
			assert.Equal(t, tt.ok, err == nil)
			if err != nil {
				assert.NotContains(t, err.Error(), "u:p")
			}
		})
	}
}

// FuzzDecode feeds answers to both decoders.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		transactionJSON("PAYED", "30.70"), transactionJSON("INITIAL", "1e400"), transactionJSON("X", "NaN"), "null", "[]", `{"a":1,"A":2}`,
		`{"functionalCode":"PAYMENT_EXISTS","title":"x","detail":"y"}`, "{\"a\":\"\xff\"}", strings.Repeat("[", 100),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeTransaction(b, false)
		if (r == nil) != (err != nil) {
			t.Fatalf("result %v, error %v", r, err)
		}
		if err != nil {
			if _, ok := err.(*AnswerError); !ok {
				t.Fatalf("error %T", err)
			}
		} else if !validID(r.TransactionID, 44) || r.State == "" || r.PayPageURL != "" && !payPageURL(r.PayPageURL, false) {
			t.Fatalf("unchecked result %+v", r)
		}
		e := decodeProblem(opCreate, 400, b)
		if len(e.Error()) > 200 || len([]rune(e.Detail)) > 2000 {
			t.Fatalf("problem out of bounds: %d", len(e.Error()))
		}
		if json.Valid(b) != (decodeJSON(b, new(any)) == "") && decodeJSON(b, new(any)) == "" {
			t.Fatal("accepted what is no JSON")
		}
	})
}
