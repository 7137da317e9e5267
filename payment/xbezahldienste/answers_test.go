package xbezahldienste

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func TestTransactionURL(t *testing.T) {
	for url, want := range map[string]string{
		"https://pay.example/api/paymenttransaction/a/b/T1": "https://pay.example/api/paymenttransaction/a/b/T1",
		"http://pay.example/T1":                             "", // informs only: dropped, not refused
		"javascript:alert(1)":                               "",
		"https://user:geheim@pay.example/T1":                "",
		"/paymenttransaction/a/b/T1":                        "",
	} {
		body := strings.Replace(transactionJSON("PAYED", "30.70"), `"transactionId"`, fmt.Sprintf(`"transactionUrl":%q,"transactionId"`, url), 1)
		r, err := decodeTransaction([]byte(body), false)
		require.NoError(t, err, url)
		assert.Equal(t, want, r.TransactionURL)
	}
}

// TestKeysThatAreTheSameForGo: encoding/json folds letters as Unicode does, and
// the last key wins.
func TestKeysThatAreTheSameForGo(t *testing.T) {
	for _, key := range []string{"status", "STATUS", "ſtatus", "ſtatuſ"} {
		body := strings.Replace(transactionJSON("INITIAL", "30.70"), `"status"`, fmt.Sprintf(`%q:"PAYED","status"`, key), 1)
		_, err := decodeTransaction([]byte(body), false)
		var unusable *AnswerError
		require.ErrorAs(t, err, &unusable, key)
		assert.Equal(t, "duplicate-key", unusable.Reason)
	}
}

// TestRetryAfter: the platform's hint is kept to; a long one ends the call, the
// service comes back later.
func TestRetryAfter(t *testing.T) {
	busy := func(after string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", after)
			problemReply(503, "UNSPECIFIED")(w, r)
		}
	}
	s := newScript(t, busy("1"), created)
	p := s.provider(t, Options{Retries: 1})
	begun := time.Now()
	_, err := p.Create(t.Context(), request())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begun), time.Second)

	for _, after := range []string{"3600", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		s = newScript(t, busy(after), created)
		begun = time.Now()
		_, err = s.provider(t, Options{Retries: 1}).Create(t.Context(), request())
		require.ErrorIs(t, err, payment.ErrUnavailable, after)
		assert.Equal(t, 1, s.calls(), after)
		assert.Less(t, time.Since(begun), 5*time.Second)
	}
	for _, after := range []string{"-5", "bald", "99999999999999999999", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)} {
		s = newScript(t, busy(after), created)
		_, err = s.provider(t, Options{Retries: 1}).Create(t.Context(), request())
		require.NoError(t, err, "%q is no hint", after)
	}
}

// TestReplacedDefaultTransport: a program may have put its own RoundTripper
// into http.DefaultTransport.
func TestReplacedDefaultTransport(t *testing.T) {
	saved := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = saved })
	http.DefaultTransport = roundTripper{}
	p, err := New("https://pay.example", "a", "b", nil)
	require.NoError(t, err)
	transport, ok := p.client.Transport.(*http.Transport)
	require.True(t, ok)
	assert.NotNil(t, transport.TLSClientConfig)

	http.DefaultTransport = insecure().Transport
	_, err = New("https://pay.example", "a", "b", &Options{HTTPClient: &http.Client{}})
	require.Error(t, err, "a client without transport uses the default one")
}

type roundTripper struct{}

// RoundTrip implements http.RoundTripper.
func (roundTripper) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("not used")
}

func TestOptionsShowNoSecret(t *testing.T) {
	o := Options{Credentials: &ClientCredentials{ClientID: "i", ClientSecret: "streng-geheim"}, Basic: &Basic{User: "u", Password: "streng-geheim"}}
	o2 := Options{Credentials: &ClientCredentials{TokenURL: "https://a.example/t", ClientID: "i", ClientSecret: "streng-geheim"}}
	p, err := New("https://pay.example", "a", "b", &o2)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "o", o, "basics", []Basic{*o.Basic}, "p", p)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "o", o, "basics", []Basic{*o.Basic}, "credentials", []*ClientCredentials{o.Credentials}, "p", p)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{o, &o, p, *o.Basic, *o.Credentials, []Basic{*o.Basic}} {
			fmt.Fprintf(&log, verb+"\n", value)
		}
	}
	assert.NotContains(t, log.String(), "streng-geheim")
	assert.NotContains(t, log.String(), fmt.Sprintf("%x", "streng-geheim"))
}

func TestAddressesWithAnEmptyQuery(t *testing.T) {
	_, err := New("https://pay.example/api?", "a", "b", nil)
	require.Error(t, err)
}

// FuzzProblem: whatever a refusal looks like, it has a status and no control
// characters, and its text is in no error.
func FuzzProblem(f *testing.F) {
	f.Add(400, []byte(`{"type":"about:blank","status":400,"title":"Fehler","detail":"Erika Mustermann","functionalCode":"VALIDATION_ERROR"}`))
	f.Add(503, []byte(`{"functionalCode":"`+strings.Repeat("A", 65)+`"}`))
	f.Add(409, []byte(`{"functionalCode":"PAYMENT_EXISTS","functionalcode":"X"}`))
	f.Add(408, []byte(`{"functionalCode":"VALIDATION_ERROR"}`))
	f.Add(429, []byte(`{"functionalCode":"PAYMENT_EXISTS"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := decodeProblem(opCreate, status, body)
		require.Equal(t, status, e.Status)
		require.Less(t, len(e.Code), 65)
		for _, s := range []string{e.Title, e.Detail} {
			require.False(t, strings.ContainsAny(s, "\x00\r\n\x1b\x7f"))
			require.LessOrEqual(t, len([]rune(s)), 2000)
		}
		require.Equal(t, fmt.Sprintf("xbezahldienste: create: HTTP %d", status), strings.TrimSuffix(e.Error(), " "+string(e.Code)))
		require.False(t, errors.Is(e, payment.ErrExists) && errors.Is(e, payment.ErrRejected))
		require.False(t, errors.Is(e, payment.ErrUnavailable) && errors.Is(e, payment.ErrRejected))
		require.False(t, errors.Is(e, payment.ErrUnavailable) && errors.Is(e, payment.ErrExists))
	})
}
