package servicekonto_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

func TestLoginSetsOneHardCookie(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	resp := b.get(b.begin("?ziel=/parken/antrag"))
	require.Equal(t, "/parken/antrag", resp.Header.Get("Location"))
	require.Equal(t, "no-referrer", resp.Header.Get("Referrer-Policy"))
	require.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
	require.Len(t, resp.Cookies(), 1)
	c := resp.Cookies()[0]
	require.Equal(t, "__Host-servicekonto", c.Name)
	require.True(t, c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" && c.Domain == "" && c.MaxAge == 0)
	require.Equal(t, "Erika Mustermann", body(t, b.get("/parken/antrag")))
	require.Equal(t, base+"/anmelden/zurueck/konto", e.provider.last.CallbackURL)
	require.Equal(t, servicekonto.Niedrig, e.provider.last.MinLevel)
}

func TestProviderGetsItsStateBack(t *testing.T) {
	e := newEnv(t, nil)
	e.provider.finish = func(req servicekonto.CallbackRequest) (*servicekonto.Account, error) {
		require.Equal(t, "secret of "+e.provider.last.Handle, string(req.State))
		require.Equal(t, "abc", req.Params.Get("code"))
		require.Equal(t, "musterstadt", req.Tenant)
		return erika(servicekonto.Hoch), nil
	}
	b := e.browser()
	b.login("")
	require.NotEmpty(t, b.cookies["__Host-servicekonto"])
}

func TestReplayedCallbackLogsNobodyIn(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	callback := b.begin("")
	require.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode)
	before := b.cookies["__Host-servicekonto"]
	resp := b.get(callback)
	requirePage(t, resp, http.StatusGone)
	require.Empty(t, resp.Cookies())
	require.Equal(t, before, b.cookies["__Host-servicekonto"])
	thief := e.browser()
	requirePage(t, thief.get(callback), http.StatusForbidden)
	require.Empty(t, thief.cookies)
	require.Contains(t, e.log.String(), "replayed")
}

func TestAnswerInAnotherBrowser(t *testing.T) {
	e := newEnv(t, nil)
	victim, attacker := e.browser(), e.browser()
	callback := attacker.begin("")
	requirePage(t, victim.get(callback), http.StatusForbidden)
	victim.begin("") // now with a login cookie of its own
	requirePage(t, victim.get(callback), http.StatusForbidden)
	require.Empty(t, victim.cookies["__Host-servicekonto"])
	require.Equal(t, http.StatusSeeOther, attacker.get(callback).StatusCode, "the refusal used nothing up")
}

func TestTabsLogInSideBySide(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	one, two := b.begin("?ziel=/parken/eins"), b.begin("?ziel=/parken/zwei")
	require.Equal(t, "/parken/zwei", b.get(two).Header.Get("Location"))
	first := b.cookies["__Host-servicekonto"]
	require.Equal(t, "/parken/eins", b.get(one).Header.Get("Location"))
	require.NotEqual(t, first, b.cookies["__Host-servicekonto"])
	n, err := e.svc.DeleteAccount(t.Context(), "konto", "id-of-erika")
	require.NoError(t, err)
	require.Equal(t, 1, n, "the second login ended the first one's session")
}

func TestOneCallbackManyTimesAtOnce(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	callback := b.begin("")
	var wg sync.WaitGroup
	codes := make(chan int, 8)
	for range 8 {
		clone := e.browser()
		for k, v := range b.cookies {
			clone.cookies[k] = v
		}
		wg.Go(func() { codes <- clone.get(callback).StatusCode })
	}
	wg.Wait()
	close(codes)
	in := 0
	for c := range codes {
		if c == http.StatusSeeOther {
			in++
		} else {
			require.Equal(t, http.StatusGone, c)
		}
	}
	require.Equal(t, 1, in)
}

func TestLoginExpires(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	callback := b.begin("")
	e.now = e.now.Add(10*time.Minute - time.Microsecond)
	require.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode)
	callback = b.begin("?konto=konto")
	e.now = e.now.Add(10 * time.Minute)
	requirePage(t, b.get(callback), http.StatusGone)
	n, err := e.svc.DeleteExpired(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n)
	requirePage(t, b.get(callback), http.StatusGone)
}

func TestFailedLogins(t *testing.T) {
	secret := "Mustermann-1964"
	for _, tt := range []struct {
		name   string
		result func() (*servicekonto.Account, error)
		status int
	}{
		{"cancelled", func() (*servicekonto.Account, error) {
			return nil, &servicekonto.LoginError{Reason: servicekonto.Cancelled, Detail: "d"}
		}, http.StatusOK},
		{"refused", func() (*servicekonto.Account, error) {
			return nil, &servicekonto.LoginError{Reason: servicekonto.Refused, Detail: "d", Err: errors.New(secret)}
		}, http.StatusForbidden},
		{"provider failed", func() (*servicekonto.Account, error) {
			return nil, &servicekonto.LoginError{Reason: servicekonto.ProviderFailed, StatusDetail: "server_error"}
		}, http.StatusBadGateway},
		{"plain error", func() (*servicekonto.Account, error) { return nil, errors.New(secret) }, http.StatusServiceUnavailable},
		{"no account", func() (*servicekonto.Account, error) { return nil, nil }, http.StatusForbidden},
		{"no ID", func() (*servicekonto.Account, error) { a := erika(3); a.ID = ""; return a, nil }, http.StatusForbidden},
		{"ID too long", func() (*servicekonto.Account, error) {
			a := erika(3)
			a.ID = strings.Repeat("x", 256)
			return a, nil
		}, http.StatusForbidden},
		{"ID with control character", func() (*servicekonto.Account, error) { a := erika(3); a.ID = "a\nb"; return a, nil }, http.StatusForbidden},
		{"no kind", func() (*servicekonto.Account, error) { a := erika(3); a.Kind = 0; return a, nil }, http.StatusForbidden},
		{"unknown level", func() (*servicekonto.Account, error) { return erika(0), nil }, http.StatusForbidden},
		{"level from nowhere", func() (*servicekonto.Account, error) { return erika(9), nil }, http.StatusForbidden},
		{"level too low", func() (*servicekonto.Account, error) { return erika(servicekonto.Niedrig), nil }, http.StatusForbidden},
		{"attribute twice", func() (*servicekonto.Account, error) {
			a := erika(3)
			a.Attributes = append(a.Attributes, a.Attributes[0])
			return a, nil
		}, http.StatusForbidden},
		{"attribute without value", func() (*servicekonto.Account, error) {
			a := erika(3)
			a.Attributes[0].Values = nil
			return a, nil
		}, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEnv(t, nil)
			e.provider.finish = func(servicekonto.CallbackRequest) (*servicekonto.Account, error) { return tt.result() }
			b := e.browser()
			page := requirePage(t, b.get(b.begin("?niveau=substanziell&ziel=/parken/antrag")), tt.status)
			require.Empty(t, b.cookies["__Host-servicekonto"])
			require.Contains(t, page, "/parken/anmelden?ziel=%2Fparken%2Fantrag", "the page offers to try again")
			require.NotContains(t, page+e.log.String(), secret)
			require.NotContains(t, e.log.String(), "id-of-erika")
			require.Contains(t, e.log.String(), "reason=")
		})
	}
}

func TestStartFails(t *testing.T) {
	e := newEnv(t, nil)
	e.provider.startFn = func(servicekonto.StartRequest) error { return errors.New("no route") }
	b := e.browser()
	requirePage(t, b.get("/parken/anmelden"), http.StatusServiceUnavailable)
	e.provider.startFn = nil
	e.provider.method = http.MethodPut
	requirePage(t, b.get("/parken/anmelden"), http.StatusServiceUnavailable)
}

func TestStoreThatCannotBeAsked(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) { c.Store = brokenStore{} })
	token := strings.Repeat("A", 43)
	b := e.browser()
	resp := b.get("/parken/anmelden")
	requirePage(t, resp, http.StatusServiceUnavailable)
	require.NotEmpty(t, resp.Header.Get("Retry-After"))
	b.cookies["__Host-servicekonto"], b.cookies["__Host-anmeldung"] = token, token
	requirePage(t, b.get("/parken/anmelden"), http.StatusServiceUnavailable)
	requirePage(t, b.get("/parken/antrag"), http.StatusServiceUnavailable)
	requirePage(t, b.get("/parken/anmelden/zurueck/konto?state="+token), http.StatusServiceUnavailable)
	requirePage(t, b.do(http.MethodPost, "/parken/abmelden", ""), http.StatusServiceUnavailable)
	require.Equal(t, token, b.cookies["__Host-servicekonto"], "a logout that failed does not pretend")
}

func TestBadRequests(t *testing.T) {
	token := strings.Repeat("A", 43)
	long := strings.Repeat("x", 9000)
	const back = "/parken/anmelden/zurueck/konto"
	for _, tt := range []struct {
		name, method, target, body string
		status                     int
	}{
		{"start: repeated", "GET", "/parken/anmelden?ziel=/a&ziel=/b", "", 400},
		{"start: not UTF-8", "GET", "/parken/anmelden?ziel=/%ff", "", 400},
		{"start: not form-encoded", "GET", "/parken/anmelden?ziel=%zz", "", 400},
		{"start: semicolon", "GET", "/parken/anmelden?a;b", "", 400},
		{"start: too long", "GET", "/parken/anmelden?x=" + long, "", 414},
		{"start: too many", "GET", "/parken/anmelden?a" + manyParams(), "", 400},
		{"start: unknown choice", "GET", "/parken/anmelden?konto=nein", "", 400},
		{"start: unknown level", "GET", "/parken/anmelden?niveau=sehr+hoch", "", 400},
		{"start: foreign host", "GET", "/parken/anmelden?ziel=https://boese.example/", "", 400},
		{"start: scheme-relative", "GET", "/parken/anmelden?ziel=//boese.example/", "", 400},
		{"start: posted", "POST", "/parken/anmelden", "", 405},
		{"callback: nothing", "GET", back, "", 400},
		{"callback: foreign state", "GET", back + "?state=abc", "", 400},
		{"callback: unknown state", "GET", back + "?code=a&state=" + token, "", 403},
		{"callback: repeated", "GET", back + "?state=" + token + "&state=" + token, "", 400},
		{"callback: repeated code", "GET", back + "?state=" + token + "&code=a&code=b", "", 400},
		{"callback: not UTF-8", "GET", back + "?state=" + token + "&code=%c3%28", "", 400},
		{"callback: too long", "GET", back + "?code=" + long, "", 414},
		{"callback: unknown choice", "GET", "/parken/anmelden/zurueck/nein?state=" + token, "", 404},
		{"callback: below", "GET", back + "/tiefer?state=" + token, "", 404},
		{"callback: HEAD uses nothing up", "HEAD", back + "?state=" + token, "", 405},
		{"posted: nothing", "POST", back, "", 400},
		{"posted: repeated", "POST", back, "state=" + token + "&state=" + token, 400},
		{"posted: not UTF-8", "POST", back, "state=" + token + "&SAMLResponse=%ff", 400},
		{"posted: unknown", "POST", back, "state=" + token, 410},
		{"posted: too large", "POST", back, "state=" + token + "&x=" + strings.Repeat("x", 512<<10), 413},
		{"resume: nothing", "GET", "/parken/anmelden/weiter", "", 400},
		{"resume: unknown", "GET", "/parken/anmelden/weiter?h=" + token, "", 403},
		{"resume: repeated", "GET", "/parken/anmelden/weiter?h=" + token + "&h=" + token, "", 400},
		{"logout: repeated", "GET", "/parken/abmelden?a=1&a=2", "", 400},
		{"logout: PUT", "PUT", "/parken/abmelden", "", 405},
		{"logged out: not UTF-8", "GET", "/parken/abmelden/fertig?konto=%ff", "", 400},
		{"logged out: unknown choice", "GET", "/parken/abmelden/fertig?konto=nein", "", 200},
		{"nowhere", "GET", "/parken/nirgends", "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEnv(t, nil)
			b := e.browser()
			resp := b.do(tt.method, tt.target, tt.body)
			require.Empty(t, b.cookies["__Host-servicekonto"])
			requirePage(t, resp, tt.status)
			if tt.status == http.StatusMethodNotAllowed {
				require.NotEmpty(t, resp.Header.Get("Allow"))
			}
		})
	}
	t.Run("posted: not a form", func(t *testing.T) {
		b := newEnv(t, nil).browser()
		requirePage(t, b.do("POST", back, "{}", "Content-Type", "application/json"), http.StatusUnsupportedMediaType)
	})
}

func manyParams() string {
	var s strings.Builder
	for i := range 70 {
		s.WriteString("&a" + strings.Repeat("b", i+1) + "=1")
	}
	return s.String()
}

func TestChoices(t *testing.T) {
	second := &fakeProvider{}
	e := newEnv(t, func(c *servicekonto.Config) {
		c.Choices = append(c.Choices, servicekonto.Choice{ID: "muk", Label: "Mein Unternehmenskonto", Hint: "Für Unternehmen.", Provider: second})
	})
	b := e.browser()
	page := requirePage(t, b.get("/parken/anmelden?ziel=/parken/antrag&niveau=hoch"), http.StatusOK)
	require.Contains(t, page, `href="/parken/anmelden?niveau=hoch&amp;ziel=%2Fparken%2Fantrag&amp;konto=muk"`)
	require.Contains(t, page, "Für Unternehmen.")
	resp := b.get("/parken/anmelden?konto=muk")
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.NotEmpty(t, second.last.Handle)

	t.Run("an answer does not fit another choice", func(t *testing.T) {
		requirePage(t, b.get("/parken/anmelden/zurueck/konto?code=a&state="+second.last.Handle), http.StatusForbidden)
		requirePage(t, b.get("/parken/anmelden/zurueck/muk?code=a&state="+second.last.Handle), http.StatusGone)
		require.Empty(t, b.cookies["__Host-servicekonto"])
	})
}

func TestPostedAnswer(t *testing.T) {
	e := newEnv(t, nil)
	e.provider.method, e.provider.param = http.MethodPost, "RelayState"
	e.provider.finish = func(req servicekonto.CallbackRequest) (*servicekonto.Account, error) {
		require.Equal(t, "signed", req.Params.Get("SAMLResponse"))
		return erika(servicekonto.Hoch), nil
	}
	b := e.browser()
	resp := b.get("/parken/anmelden?ziel=/parken/antrag")
	page := requirePage(t, resp, http.StatusOK)
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "form-action https://konto.example;")
	require.Contains(t, page, `action="https://konto.example/login"`)
	require.Contains(t, page, `name="SAMLRequest" value="&lt;&#34;&gt;"`)
	answer := url.Values{"SAMLResponse": {"signed"}, "RelayState": {e.provider.last.Handle}}.Encode()

	crossSite := e.browser() // a cross-site POST carries no Lax cookie
	resp = crossSite.do(http.MethodPost, "/parken/anmelden/zurueck/konto", answer, "Origin", "https://konto.example", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	next := resp.Header.Get("Location")
	require.Empty(t, resp.Cookies())
	requirePage(t, crossSite.get(next), http.StatusForbidden)
	requirePage(t, b.get("/parken/anmelden/zurueck/konto?RelayState="+mustQuery(t, next).Get("h")), http.StatusForbidden)
}

func TestPostedAnswerLogsIn(t *testing.T) {
	e := newEnv(t, nil)
	e.provider.method, e.provider.param = http.MethodPost, "RelayState"
	b := e.browser()
	requirePage(t, b.get("/parken/anmelden?ziel=/parken/antrag"), http.StatusOK)
	answer := url.Values{"SAMLResponse": {"signed"}, "RelayState": {e.provider.last.Handle}}.Encode()
	resp := e.browser().do(http.MethodPost, "/parken/anmelden/zurueck/konto", answer)
	next := resp.Header.Get("Location")
	requirePage(t, e.browser().do(http.MethodPost, "/parken/anmelden/zurueck/konto", answer), http.StatusGone)
	require.Equal(t, "/parken/antrag", b.get(next).Header.Get("Location"))
	require.Equal(t, "Erika Mustermann", body(t, b.get("/parken/antrag")))
	requirePage(t, b.get(next), http.StatusGone)
}

func TestResumeNeedsAPostedAnswer(t *testing.T) {
	e := newEnv(t, nil)
	b := e.browser()
	b.begin("")
	requirePage(t, b.get("/parken/anmelden/weiter?h="+e.provider.last.Handle), http.StatusForbidden)
	require.Empty(t, b.cookies["__Host-servicekonto"])
}

func mustQuery(t *testing.T, raw string) url.Values {
	t.Helper()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u.Query()
}

// What the store holds opens nothing and names nobody.
func TestStoreHoldsNoSecrets(t *testing.T) {
	spy := &spyStore{Store: servicekonto.NewMemoryStore()}
	e := newEnv(t, func(c *servicekonto.Config) { c.Store = spy })
	b := e.browser()
	b.login("")
	seen := spy.seen.String()
	require.NotEmpty(t, seen)
	for _, secret := range []string{"Mustermann", "Erika", "id-of-erika", e.provider.last.Handle, "secret of", b.cookies["__Host-servicekonto"], b.cookies["__Host-anmeldung"]} {
		require.NotContains(t, seen, secret)
		require.NotContains(t, e.log.String(), secret)
	}
}

// TestAChoiceThatANodeDoesNotHave: while a new configuration is rolled out, a
// posted answer may be taken up by a node without the choice it is for.
func TestAChoiceThatANodeDoesNotHave(t *testing.T) {
	e := newEnv(t, nil)
	e.provider.method, e.provider.param = http.MethodPost, "RelayState"
	b := e.browser()
	requirePage(t, b.get("/parken/anmelden?ziel=/parken/antrag"), http.StatusOK)
	answer := url.Values{"SAMLResponse": {"signed"}, "RelayState": {e.provider.last.Handle}}.Encode()
	next := e.browser().do(http.MethodPost, "/parken/anmelden/zurueck/konto", answer).Header.Get("Location")

	other := newEnv(t, func(c *servicekonto.Config) {
		c.Store = e.store
		c.Choices = []servicekonto.Choice{{ID: "anderes", Label: "Anderes Konto", Provider: &fakeProvider{}}}
	})
	b.e = other
	requirePage(t, b.get(next), http.StatusForbidden)
	require.Empty(t, b.cookies["__Host-servicekonto"])
}
