package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wild is a backend that answers with what it is given.
type wild struct {
	transaction *Transaction
	err         error
}

func (wild) Status(context.Context, Account) error { return nil }

func (b wild) Create(context.Context, Account, *Request) (*Transaction, error) {
	return b.transaction, b.err
}

func (b wild) Query(context.Context, Account, string) (*Transaction, error) {
	return b.transaction, b.err
}

// TestABackendThatIsWrong: what a backend should not answer is 500, no panic.
func TestABackendThatIsWrong(t *testing.T) {
	var none *Problem
	for name, b := range map[string]wild{
		"nothing at all":           {},
		"a problem without status": {err: &Problem{Detail: "x"}},
		"an impossible status":     {err: &Problem{Status: 42}},
		"a status of success":      {err: &Problem{Status: 200}},
		"no problem as error":      {err: none},
		"no JSON as request":       {transaction: &Transaction{TransactionID: "T", Status: StatusInitial, Request: []byte("{")}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHandler(t, b, Options{})
			for method, path := range map[string]string{"GET": "/paymenttransaction/meldewesen/09999999/T", "POST": "/paymenttransaction/meldewesen/09999999"} {
				r := httptest.NewRequest(method, path, bytes.NewReader(encode(t, wire())))
				r.Header.Set("Content-Type", "application/json")
				r.SetBasicAuth("musterstadt", "geheim")
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				assert.Equal(t, http.StatusInternalServerError, w.Code, method)
				assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	h := newHandler(t, wild{err: &Problem{Status: 503, RetryAfter: 90 * time.Second}}, Options{})
	response, _ := ask(t, h, "GET", "/paymenttransaction/meldewesen/09999999/T", nil, nil)
	assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	assert.Equal(t, "90", response.Header.Get("Retry-After"))
}

// TestBearerInAnyCase: RFC 9110, 11.1.
func TestBearerInAnyCase(t *testing.T) {
	tokens := NewTokens(map[string]string{"musterstadt": "geheim"}, 0, nil)
	h := newHandler(t, newBooks(), Options{Tokens: tokens})
	_, answer := ask(t, h, "POST", "/oauth/token", []byte("grant_type=client_credentials&client_id=musterstadt&client_secret=geheim"), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
		response, _ := ask(t, h, "GET", "/status/meldewesen/09999999", nil, http.Header{"Authorization": {fmt.Sprintf("%s %s", scheme, answer["access_token"])}})
		assert.Equal(t, 200, response.StatusCode, scheme)
	}
}

func TestKeysThatAreTheSameForGo(t *testing.T) {
	body := strings.Replace(string(encode(t, wire())), `"grosAmount"`, `"groſAmount":1,"grosAmount"`, 1)
	_, p := ReadRequest([]byte(body), Rules{})
	require.NotNil(t, p)
}

func TestPersonsDoNotShow(t *testing.T) {
	r := Request{RequestID: "R1", Purpose: "Erika", Requestor: &Requestor{Name: "Erika", Address: &Address{City: "Erika"}}}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "r", r, "all", []Request{r}, "q", r.Requestor)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{r, &r, *r.Requestor, r.Requestor, *r.Requestor.Address, []Request{r}} {
			fmt.Fprintf(&log, verb+"\n", value)
		}
	}
	assert.NotContains(t, log.String(), "Erika")
	assert.NotContains(t, log.String(), fmt.Sprintf("%x", "Erika"))
	assert.Contains(t, log.String(), "R1")
}
