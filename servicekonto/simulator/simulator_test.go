package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/bausteine/egov/servicekonto/simulator"
)

const redirectURI = "https://dienste.musterstadt.example/zurueck"

// op is a running simulator and a browser in front of it.
type op struct {
	t    *testing.T
	sim  atomic.Pointer[simulator.Simulator] // restarted while it is asked, from another process too
	base string
	opts simulator.Options
	now  time.Time
	http *http.Client
}

func newOP(t *testing.T, change func(*simulator.Options)) *op {
	t.Helper()
	o := &op{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.sim.Load().ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	o.base = srv.URL + "/simulator"
	o.opts = simulator.Options{
		Issuer: o.base, Key: []byte(strings.Repeat("k", 32)), Now: func() time.Time { return o.now },
		Clients: []simulator.Client{
			{ID: "parken", Secret: "geheim+/=", RedirectURIs: []string{redirectURI, redirectURI + "?a=b"}, PostLogoutRedirectURIs: []string{"https://dienste.musterstadt.example/fertig"}},
			{ID: "andere", Secret: "auch", RedirectURIs: []string{"https://andere.example/"}},
		},
	}
	if change != nil {
		change(&o.opts)
	}
	o.restart()
	return o
}

func (o *op) restart() {
	o.t.Helper()
	sim, err := simulator.New(o.opts)
	require.NoError(o.t, err)
	o.sim.Store(sim)
}

func (o *op) get(path string) *http.Response {
	o.t.Helper()
	resp, err := o.http.Get(o.base + path)
	require.NoError(o.t, err)
	o.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func (o *op) post(path string, form url.Values, header ...string) *http.Response {
	o.t.Helper()
	req, err := http.NewRequest(http.MethodPost, o.base+path, strings.NewReader(form.Encode()))
	require.NoError(o.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := o.http.Do(req)
	require.NoError(o.t, err)
	o.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func text(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(b)
}

func answer(t *testing.T, resp *http.Response) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text(t, resp)), &m))
	return m
}

const verifier = "verifier-verifier-verifier-verifier-verifier"

func request() url.Values {
	return url.Values{"response_type": {"code"}, "client_id": {"parken"}, "redirect_uri": {redirectURI}, "scope": {"openid profile address email organisation"},
		"state": {"st"}, "nonce": {"no"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}}
}

// sealed returns the hidden field of a log-in page.
func sealed(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`name="anfrage" value="([^"]+)"`).FindStringSubmatch(page)
	require.NotNil(t, m, page)
	return m[1]
}

// decide logs in and returns the parameters of the redirect back.
func (o *op) decide(q url.Values, citizen, level, action string) url.Values {
	o.t.Helper()
	resp := o.get("/authorize?" + q.Encode())
	require.Equal(o.t, http.StatusOK, resp.StatusCode)
	resp = o.post("/anmelden", url.Values{"anfrage": {sealed(o.t, text(o.t, resp))}, "konto": {citizen}, "niveau": {level}, "aktion": {action}})
	require.Equal(o.t, http.StatusSeeOther, resp.StatusCode)
	u, err := resp.Location()
	require.NoError(o.t, err)
	require.Equal(o.t, "dienste.musterstadt.example", u.Host)
	return u.Query()
}

func redeem(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}, "code_verifier": {verifier},
		"client_id": {"parken"}, "client_secret": {"geheim+/="}}
}

func TestWholeFlow(t *testing.T) {
	o := newOP(t, nil)
	q := o.decide(request(), "dang", "hoechstes", "anmelden")
	require.Equal(t, "st", q.Get("state"))
	require.Equal(t, o.base, q.Get("iss"))
	resp := o.post("/token", redeem(q.Get("code")))
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
	token := answer(t, resp)
	require.Equal(t, "Bearer", token["token_type"])
	resp = o.post("/userinfo", nil, "Authorization", "Bearer "+token["access_token"].(string))
	info := answer(t, resp)
	require.Equal(t, "Đặng-Großmann", info["family_name"])
	require.Equal(t, "7 ½", info["address"].(map[string]any)["house_number"])
	require.NotContains(t, info, "organisation")
	require.NotEmpty(t, info["sub"])
}

func TestScopesReleaseOnlyTheirClaims(t *testing.T) {
	o := newOP(t, nil)
	r := request()
	r.Set("scope", "openid email")
	token := answer(t, o.post("/token", redeem(o.decide(r, "muster-gmbh", "hoch", "anmelden").Get("code"))))
	info := answer(t, o.post("/userinfo", nil, "Authorization", "Bearer "+token["access_token"].(string)))
	require.Len(t, info, 3)
	require.Equal(t, "post@muster-gmbh.example", info["email"])
}

func TestSubjectsArePairwise(t *testing.T) {
	o := newOP(t, nil)
	sub := func(q, t url.Values) any {
		tok := answer(o.t, o.post("/token", t))
		require.Contains(o.t, tok, "access_token", "%v", q)
		return answer(o.t, o.post("/userinfo", nil, "Authorization", "Bearer "+tok["access_token"].(string)))["sub"]
	}
	one := o.decide(request(), "max", "niedrig", "anmelden")
	two := o.decide(request(), "max", "substanziell", "anmelden")
	require.Equal(t, sub(one, redeem(one.Get("code"))), sub(two, redeem(two.Get("code"))))
}

func TestCancelAndFail(t *testing.T) {
	o := newOP(t, nil)
	require.Equal(t, "access_denied", o.decide(request(), "erika", "hoch", "abbrechen").Get("error"))
	q := o.decide(request(), "", "", "fehler")
	require.Equal(t, "server_error", q.Get("error"))
	require.Equal(t, "st", q.Get("state"))
	require.Equal(t, o.base, q.Get("iss"))
	require.Empty(t, q.Get("code"))
}

func TestAuthorizeErrors(t *testing.T) {
	o := newOP(t, nil)
	for _, tt := range []struct {
		name, key, value string
		want             string // error code; "" is a page with status 400
	}{
		{"unknown client", "client_id", "nein", ""},
		{"no client", "client_id", "", ""},
		{"redirect URI not registered", "redirect_uri", redirectURI + "/", ""},
		{"redirect URI of another client", "redirect_uri", "https://andere.example/", ""},
		{"no redirect URI", "redirect_uri", "", ""},
		{"redirect URI in other case", "redirect_uri", strings.ToUpper(redirectURI), ""},
		{"no response type", "response_type", "", "invalid_request"},
		{"implicit flow", "response_type", "id_token", "unsupported_response_type"},
		{"hybrid flow", "response_type", "code id_token", "unsupported_response_type"},
		{"response mode", "response_mode", "fragment", "invalid_request"},
		{"no openid", "scope", "profile", "invalid_scope"},
		{"no challenge", "code_challenge", "", "invalid_request"},
		{"challenge too short", "code_challenge", "abc", "invalid_request"},
		{"plain challenge", "code_challenge_method", "plain", "invalid_request"},
		{"no challenge method", "code_challenge_method", "", "invalid_request"},
		{"prompt none", "prompt", "none", "login_required"},
		{"prompt none and login", "prompt", "none login", "invalid_request"},
		{"unknown prompt", "prompt", "bitte", "invalid_request"},
		{"max_age", "max_age", "-1", "invalid_request"},
		{"request object", "request", "x", "request_not_supported"},
		{"request URI", "request_uri", "https://x.example", "request_uri_not_supported"},
		{"long state", "state", strings.Repeat("x", 1025), "invalid_request"},
		{"not UTF-8", "nonce", "\xff", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := request()
			q.Set(tt.key, tt.value)
			resp := o.get("/authorize?" + q.Encode())
			if tt.want == "" {
				requirePage(t, resp, http.StatusBadRequest)
				return
			}
			require.Equal(t, http.StatusSeeOther, resp.StatusCode)
			u, err := resp.Location()
			require.NoError(t, err)
			require.Equal(t, tt.want, u.Query().Get("error"))
			require.Equal(t, q.Get("state"), u.Query().Get("state"))
			require.Equal(t, o.base, u.Query().Get("iss"))
		})
	}
	t.Run("repeated", func(t *testing.T) {
		requirePage(t, o.get("/authorize?"+request().Encode()+"&state=x"), http.StatusBadRequest)
	})
	t.Run("too long", func(t *testing.T) {
		requirePage(t, o.get("/authorize?"+request().Encode()+"&x="+strings.Repeat("x", 9000)), http.StatusRequestURITooLong)
	})
	t.Run("query of the redirect URI is kept", func(t *testing.T) {
		q := request()
		q.Set("redirect_uri", redirectURI+"?a=b")
		require.Equal(t, "b", o.decide(q, "erika", "hoch", "anmelden").Get("a"))
	})
}

func requirePage(t *testing.T, resp *http.Response, status int) string {
	t.Helper()
	b := text(t, resp)
	require.Equal(t, status, resp.StatusCode, b)
	require.NotEmpty(t, resp.Header.Get("X-Simulator"))
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'")
	require.Contains(t, b, `<html lang="de">`)
	require.Contains(t, b, "<strong>Simulator</strong>")
	require.NotContains(t, b, "<script")
	return b
}

func TestLogInPage(t *testing.T) {
	o := newOP(t, nil)
	q := request()
	q.Set("acr_values", "http://eidas.europa.eu/LoA/high http://eidas.europa.eu/LoA/substantial unknown")
	q.Set("login_hint", "max")
	resp := o.get("/authorize?" + q.Encode())
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "form-action 'self' https://dienste.musterstadt.example;")
	page := requirePage(t, resp, http.StatusOK)
	require.Contains(t, page, `value="max" checked`)
	require.Contains(t, page, "substanziell <small>(vom Dienst mindestens verlangt)")
	box := sealed(t, page)
	for _, tt := range []struct {
		name   string
		form   url.Values
		status int
	}{
		{"nothing", url.Values{}, http.StatusBadRequest},
		{"foreign box", url.Values{"anfrage": {"AAAA"}, "aktion": {"anmelden"}}, http.StatusBadRequest},
		{"box changed", url.Values{"anfrage": {box[:len(box)-2] + "AA"}, "aktion": {"anmelden"}}, http.StatusBadRequest},
		{"box not base64", url.Values{"anfrage": {"%%%"}, "aktion": {"anmelden"}}, http.StatusBadRequest},
		{"repeated", url.Values{"anfrage": {box, box}}, http.StatusBadRequest},
		{"not UTF-8", url.Values{"anfrage": {box}, "konto": {"\xff"}}, http.StatusBadRequest},
		{"too large", url.Values{"anfrage": {box}, "konto": {strings.Repeat("x", 70000)}}, http.StatusRequestEntityTooLarge},
		{"no action", url.Values{"anfrage": {box}, "konto": {"erika"}, "niveau": {"hoch"}}, http.StatusUnprocessableEntity},
		{"no account", url.Values{"anfrage": {box}, "niveau": {"hoch"}, "aktion": {"anmelden"}}, http.StatusUnprocessableEntity},
		{"unknown account", url.Values{"anfrage": {box}, "konto": {"otto"}, "niveau": {"hoch"}, "aktion": {"anmelden"}}, http.StatusUnprocessableEntity},
		{"no level", url.Values{"anfrage": {box}, "konto": {"erika"}, "aktion": {"anmelden"}}, http.StatusUnprocessableEntity},
		{"level the account has not", url.Values{"anfrage": {box}, "konto": {"max"}, "niveau": {"hoch"}, "aktion": {"anmelden"}}, http.StatusUnprocessableEntity},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := requirePage(t, o.post("/anmelden", tt.form), tt.status)
			if tt.status == http.StatusUnprocessableEntity {
				require.Contains(t, b, "<title>Fehler: ")
				require.NotEmpty(t, sealed(t, b), "the log-in goes on")
			}
		})
	}
	t.Run("not a form", func(t *testing.T) {
		requirePage(t, o.post("/anmelden", nil, "Content-Type", "text/plain"), http.StatusUnsupportedMediaType)
	})
	t.Run("too late", func(t *testing.T) {
		o.now = o.now.Add(15 * time.Minute)
		requirePage(t, o.post("/anmelden", url.Values{"anfrage": {box}, "konto": {"max"}, "niveau": {"niedrig"}, "aktion": {"anmelden"}}), http.StatusGone)
	})
}

func TestRestart(t *testing.T) {
	o := newOP(t, nil)
	page := text(t, o.get("/authorize?"+request().Encode()))
	keys := text(t, o.get("/jwks"))
	o.restart()
	require.Equal(t, keys, text(t, o.get("/jwks")))
	resp := o.post("/anmelden", url.Values{"anfrage": {sealed(t, page)}, "konto": {"erika"}, "niveau": {"hoch"}, "aktion": {"anmelden"}})
	u, err := resp.Location()
	require.NoError(t, err)
	o.restart()
	token := answer(t, o.post("/token", redeem(u.Query().Get("code"))))
	o.restart()
	resp = o.post("/userinfo", nil, "Authorization", "Bearer "+token["access_token"].(string))
	require.Equal(t, "Mustermann", answer(t, resp)["family_name"])
	o.opts.Key = nil
	o.restart()
	require.NotEqual(t, keys, text(t, o.get("/jwks")))
	resp = o.post("/userinfo", nil, "Authorization", "Bearer "+token["access_token"].(string))
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
}

func TestUserInfoRefuses(t *testing.T) {
	o := newOP(t, nil)
	token := answer(t, o.post("/token", redeem(o.decide(request(), "erika", "hoch", "anmelden").Get("code"))))["access_token"].(string)
	for _, header := range []string{"", "Basic abc", "Bearer", "Bearer abc", "Bearer " + token + "x", "bearer  " + token} {
		resp := o.post("/userinfo", url.Values{"access_token": {token}}, "Authorization", header)
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode, header)
		require.NotEmpty(t, resp.Header.Get("WWW-Authenticate"))
	}
	code := o.decide(request(), "erika", "hoch", "anmelden").Get("code")
	require.Equal(t, http.StatusUnauthorized, o.post("/userinfo", nil, "Authorization", "Bearer "+code).StatusCode, "a code is no access token")
	o.now = o.now.Add(5 * time.Minute)
	require.Equal(t, http.StatusUnauthorized, o.post("/userinfo", nil, "Authorization", "Bearer "+token).StatusCode)
}

func TestEndSession(t *testing.T) {
	o := newOP(t, nil)
	resp := o.get("/end_session?client_id=parken&state=x&post_logout_redirect_uri=https%3A%2F%2Fdienste.musterstadt.example%2Ffertig")
	require.Equal(t, "https://dienste.musterstadt.example/fertig?state=x", resp.Header.Get("Location"))
	requirePage(t, o.get("/end_session"), http.StatusOK)
	requirePage(t, o.get("/end_session?client_id=parken&post_logout_redirect_uri=https%3A%2F%2Fboese.example"), http.StatusBadRequest)
	requirePage(t, o.get("/end_session?post_logout_redirect_uri=https%3A%2F%2Fdienste.musterstadt.example%2Ffertig"), http.StatusBadRequest)
	requirePage(t, o.get("/end_session?state=a&state=b"), http.StatusBadRequest)
}

func TestOnlyLoopback(t *testing.T) {
	o := newOP(t, nil)
	// A recorder has no connection, so no local address either.
	for _, path := range []string{"/", "/authorize", "/token", "/jwks", "/.well-known/openid-configuration", "/stil.css", "/nirgends"} {
		w := httptest.NewRecorder()
		o.sim.Load().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/simulator"+path, nil))
		requirePage(t, w.Result(), http.StatusForbidden)
	}
	o.opts.InsecureAllowNetwork = true
	o.restart()
	w := httptest.NewRecorder()
	o.sim.Load().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/simulator/jwks", nil))
	require.Equal(t, http.StatusOK, w.Code)
}

func TestPages(t *testing.T) {
	o := newOP(t, nil)
	requirePage(t, o.get("/"), http.StatusOK)
	requirePage(t, o.get("/nirgends"), http.StatusNotFound)
	resp := o.get("/token")
	require.Equal(t, "POST", resp.Header.Get("Allow"))
	requirePage(t, resp, http.StatusMethodNotAllowed)
	require.Equal(t, "text/css; charset=utf-8", o.get("/stil.css").Header.Get("Content-Type"))
}

func TestDiscovery(t *testing.T) {
	o := newOP(t, nil)
	doc := answer(t, o.get("/.well-known/openid-configuration"))
	require.Equal(t, o.base, doc["issuer"])
	for _, k := range []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"} {
		require.True(t, strings.HasPrefix(doc[k].(string), o.base+"/"), k)
	}
	keys := answer(t, o.get("/jwks"))["keys"].([]any)
	require.Len(t, keys, 1)
	require.NotContains(t, keys[0], "d", "the private key stays here")
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*simulator.Options){
		"no issuer":               func(o *simulator.Options) { o.Issuer = "" },
		"issuer with slash":       func(o *simulator.Options) { o.Issuer += "/" },
		"issuer with query":       func(o *simulator.Options) { o.Issuer += "?a" },
		"no client":               func(o *simulator.Options) { o.Clients = nil },
		"client without secret":   func(o *simulator.Options) { o.Clients[0].Secret = "" },
		"client without URI":      func(o *simulator.Options) { o.Clients[0].RedirectURIs = nil },
		"client twice":            func(o *simulator.Options) { o.Clients = append(o.Clients, o.Clients[0]) },
		"relative redirect URI":   func(o *simulator.Options) { o.Clients[0].RedirectURIs = []string{"/zurueck"} },
		"short key":               func(o *simulator.Options) { o.Key = []byte("kurz") },
		"citizen without level":   func(o *simulator.Options) { o.Citizens = []simulator.Citizen{{ID: "a", FamilyName: "A"}} },
		"citizen twice":           func(o *simulator.Options) { o.Citizens = append(simulator.Citizens(), simulator.Citizens()[0]) },
		"levels that do not rise": func(o *simulator.Options) { o.Citizens = simulator.Citizens(); o.Citizens[0].Levels[1] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			o := simulator.Options{Issuer: "http://127.0.0.1/s", Clients: []simulator.Client{{ID: "a", Secret: "b", RedirectURIs: []string{redirectURI}}}}
			_, err := simulator.New(o)
			require.NoError(t, err)
			change(&o)
			s, err := simulator.New(o)
			require.Error(t, err)
			require.Nil(t, s)
		})
	}
}

func TestBuiltInCitizens(t *testing.T) {
	letters := ""
	organisations := 0
	for _, c := range simulator.Citizens() {
		letters += c.GivenNames + c.FamilyName + c.BirthName
		if c.Organisation != nil {
			organisations++
		}
	}
	require.GreaterOrEqual(t, organisations, 2)
	require.Contains(t, letters, "Đặng")
	require.Contains(t, letters, "M\u0302", "a letter of DIN 91379 that has no code point of its own")
}
