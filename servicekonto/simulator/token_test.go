package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTokenErrors(t *testing.T) {
	o := newOP(t, nil)
	for _, tt := range []struct {
		name   string
		change func(url.Values)
		status int
		want   string
	}{
		{"no secret", func(f url.Values) { f.Del("client_secret") }, 401, "invalid_client"},
		{"wrong secret", func(f url.Values) { f.Set("client_secret", "x") }, 401, "invalid_client"},
		{"unknown client", func(f url.Values) { f.Set("client_id", "x") }, 401, "invalid_client"},
		{"another client's code", func(f url.Values) { f.Set("client_id", "andere"); f.Set("client_secret", "auch") }, 400, "invalid_grant"},
		{"no grant type", func(f url.Values) { f.Del("grant_type") }, 400, "invalid_request"},
		{"another grant type", func(f url.Values) { f.Set("grant_type", "client_credentials") }, 400, "unsupported_grant_type"},
		{"no code", func(f url.Values) { f.Del("code") }, 400, "invalid_grant"},
		{"made-up code", func(f url.Values) { f.Set("code", "AAAA") }, 400, "invalid_grant"},
		{"another redirect URI", func(f url.Values) { f.Set("redirect_uri", redirectURI+"?a=b") }, 400, "invalid_grant"},
		{"no redirect URI", func(f url.Values) { f.Del("redirect_uri") }, 400, "invalid_grant"},
		{"no verifier", func(f url.Values) { f.Del("code_verifier") }, 400, "invalid_grant"},
		{"wrong verifier", func(f url.Values) { f.Set("code_verifier", verifier+"x") }, 400, "invalid_grant"},
		{"repeated", func(f url.Values) { f.Add("code", "x") }, 400, "invalid_request"},
		{"not UTF-8", func(f url.Values) { f.Set("x", "\xff") }, 400, "invalid_request"},
		{"too large", func(f url.Values) { f.Set("x", strings.Repeat("x", 70000)) }, 413, "invalid_request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := redeem(o.decide(request(), "erika", "hoch", "anmelden").Get("code"))
			tt.change(f)
			resp := o.post("/token", f)
			require.Equal(t, tt.status, resp.StatusCode)
			require.Equal(t, tt.want, answer(t, resp)["error"])
			if tt.status == 401 {
				require.NotEmpty(t, resp.Header.Get("WWW-Authenticate"))
			}
		})
	}
	t.Run("two ways of authentication", func(t *testing.T) {
		f := redeem("x")
		resp := o.post("/token", f, "Authorization", "Basic cGFya2VuOmdlaGVpbQ==")
		require.Equal(t, "invalid_client", answer(t, resp)["error"])
	})
	t.Run("basic with escapes", func(t *testing.T) {
		f := redeem(o.decide(request(), "erika", "hoch", "anmelden").Get("code"))
		f.Del("client_id")
		f.Del("client_secret")
		req, err := http.NewRequest(http.MethodPost, o.base+"/token", strings.NewReader(f.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth("parken", url.QueryEscape("geheim+/="))
		resp, err := o.http.Do(req)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
	})
}

func TestCodesWorkOnceAndForAMinute(t *testing.T) {
	o := newOP(t, nil)
	code := o.decide(request(), "erika", "hoch", "anmelden").Get("code")
	var wg sync.WaitGroup
	results := make(chan int, 6)
	for range 6 {
		wg.Go(func() { results <- o.post("/token", redeem(code)).StatusCode })
	}
	wg.Wait()
	close(results)
	ok := 0
	for s := range results {
		if s == http.StatusOK {
			ok++
		}
	}
	require.Equal(t, 1, ok)

	code = o.decide(request(), "erika", "hoch", "anmelden").Get("code")
	bad := redeem(code)
	bad.Set("code_verifier", strings.Repeat("x", 43))
	require.Equal(t, http.StatusBadRequest, o.post("/token", bad).StatusCode)
	require.Equal(t, http.StatusBadRequest, o.post("/token", redeem(code)).StatusCode, "a wrong attempt uses the code up")

	code = o.decide(request(), "erika", "hoch", "anmelden").Get("code")
	o.now = o.now.Add(time.Minute)
	require.Equal(t, http.StatusBadRequest, o.post("/token", redeem(code)).StatusCode)
}
