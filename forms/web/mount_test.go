package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

func TestNewRefuses(t *testing.T) {
	b := newBench(t, nil)
	other, err := forms.New("S1", "1.0", antrag{}, nil)
	require.NoError(t, err)
	same, err := forms.New(b.form.ID(), b.form.Version(), antrag{}, nil)
	require.NoError(t, err)
	for name, change := range map[string]func(*web.Config){
		"no tenant":               func(c *web.Config) { c.Tenant = "" },
		"no form":                 func(c *web.Config) { c.Form = nil },
		"no drafts":               func(c *web.Config) { c.Drafts = nil },
		"no completion":           func(c *web.Config) { c.Complete = nil },
		"no base":                 func(c *web.Config) { c.BaseURL = "" },
		"relative base":           func(c *web.Config) { c.BaseURL = "/parkausweis" },
		"http to the world":       func(c *web.Config) { c.BaseURL = "http://service.musterstadt.example" },
		"other scheme":            func(c *web.Config) { c.BaseURL = "ftp://localhost" },
		"query":                   func(c *web.Config) { c.BaseURL = origin + "/?x=1" },
		"user":                    func(c *web.Config) { c.BaseURL = "https://u@service.musterstadt.example" },
		"odd path":                func(c *web.Config) { c.BaseURL = origin + "/a//b" },
		"login without label":     func(c *web.Config) { c.Logins = []web.Login{{URL: func(string) string { return "" }}} },
		"login without URL":       func(c *web.Config) { c.Logins = []web.Login{{Label: "x"}} },
		"required without logins": func(c *web.Config) { c.RequireLogin, c.Logins = true, nil },
		"older form of other ID":  func(c *web.Config) { c.Older = []*forms.Form{other} },
		"version twice":           func(c *web.Config) { c.Older = []*forms.Form{same} },
		"form-action with path":   func(c *web.Config) { c.FormAction = []string{"https://pay.example/x"} },
		"form-action injected":    func(c *web.Config) { c.FormAction = []string{"https://pay.example;script-src *"} },
		"form-action everything":  func(c *web.Config) { c.FormAction = []string{"*"} },
		"bad template":            func(c *web.Config) { c.Templates = fstest.MapFS{"x.html": {Data: []byte("{{")}} },
	} {
		c := b.cfg
		change(&c)
		w, err := web.New(c)
		require.Error(t, err, name)
		require.Nil(t, w, name)
	}
}

// TestMounting serves the wizard below its path, behind a proxy that cuts the
// path, and at the root of a host.
func TestMounting(t *testing.T) {
	for name, c := range map[string]struct {
		base  string
		mount func(http.Handler) http.Handler
		cut   string // what a proxy takes off
	}{
		"path kept":                       {base: "/parkausweis"},
		"path cut":                        {base: "/parkausweis", mount: func(h http.Handler) http.Handler { return http.StripPrefix("/parkausweis", h) }},
		"deep path":                       {base: "/a/b-c/d"},
		"path kept, and like one of ours": {base: "/antrag"},
		"path cut, and like one of ours":  {base: "/antrag", mount: func(h http.Handler) http.Handler { return http.StripPrefix("/antrag", h) }},
		"at the root":                     {base: ""},
		"slash at end":                    {base: "/parkausweis/"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			server := httptest.NewServer(mux)
			defer server.Close()
			b := newBench(t, func(c2 *web.Config) { c2.BaseURL = server.URL + c.base })
			var h http.Handler = b.wizard
			if c.mount != nil {
				h = c.mount(h)
			}
			path := strings.TrimSuffix(c.base, "/")
			mux.Handle(path+"/", h)
			br := formstest.New(t, server.URL, nil)
			p := br.Get(path+"/").Submit("Ohne Anmeldung fortfahren", nil).Submit(weiter, person)
			p = p.Submit(weiter, fahrzeug).SubmitFiles(weiter, nachweis, dateien).Submit(absenden, nil)
			assert.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
			assert.True(t, strings.HasPrefix(p.URL.Path, path+"/antrag/"))
			require.Len(t, br.Cookies(), 1)
			assert.Equal(t, "antrag", br.Cookies()[0].Name, "plain http on loopback: no __Host- cookie")
			css := br.Get(path + "/stil.css")
			assert.Equal(t, http.StatusOK, css.Status)
		})
	}
}

func get(t testing.TB, h http.Handler, method, path string, header http.Header) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, origin+prefix+path, nil)
	for k, v := range header {
		r.Header[k] = v
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

func TestHeaders(t *testing.T) {
	b := newBench(t, nil)
	resp := get(t, b.wizard, http.MethodGet, "/", nil)
	assert.Equal(t, "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https://pay.example", resp.Header.Get("Content-Security-Policy"))
	assert.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
	assert.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
	assert.Equal(t, "same-origin", resp.Header.Get("Referrer-Policy"), "no-referrer would make the Origin of our own forms null")
	assert.Equal(t, "DENY", resp.Header.Get("X-Frame-Options"))
	require.Len(t, resp.Cookies(), 1)
	c := resp.Cookies()[0]
	assert.Equal(t, "__Host-antrag", c.Name)
	assert.True(t, c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" && c.Domain == "" && c.MaxAge == 0)
	assert.Len(t, c.Value, 43)

	head := get(t, b.wizard, http.MethodHead, "/", nil)
	body, err := io.ReadAll(head.Body)
	require.NoError(t, err)
	assert.Empty(t, body)
	assert.Equal(t, resp.ContentLength, head.ContentLength)

	resp = get(t, b.wizard, http.MethodGet, "/stil.css", nil)
	etag := resp.Header.Get("ETag")
	assert.NotEmpty(t, etag)
	assert.Equal(t, "public, max-age=3600", resp.Header.Get("Cache-Control"))
	assert.Equal(t, "text/css; charset=utf-8", resp.Header.Get("Content-Type"))
	assert.Equal(t, http.StatusNotModified, get(t, b.wizard, http.MethodGet, "/stil.css", http.Header{"If-None-Match": {etag}}).StatusCode)
	resp = get(t, b.wizard, http.MethodPost, "/stil.css", nil)
	assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	assert.Equal(t, "GET, HEAD", resp.Header.Get("Allow"))
	assert.Equal(t, "POST", get(t, b.wizard, http.MethodGet, "/beginnen", nil).Header.Get("Allow"))
	for _, path := range []string{"/antrag/", "/antrag/x", "/antrag/../x", "/antrag/00000000-0000-4000-8000-00000000000G", "/schritt", "//", "/fortsetzen/"} {
		assert.Equal(t, http.StatusNotFound, get(t, b.wizard, http.MethodGet, path, nil).StatusCode, path)
	}
}

func TestCookies(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	secret := br.Cookies()[0].Value
	path := strings.TrimPrefix(p.URL.Path, prefix)
	for name, cookie := range map[string][]string{
		"none": nil, "another": {"__Host-antrag=" + strings.Repeat("A", 43)}, "short": {"__Host-antrag=x"},
		"without prefix": {"antrag=" + secret}, "twice": {"__Host-antrag=" + secret + "; __Host-antrag=" + secret},
	} {
		assert.Equal(t, http.StatusNotFound, get(t, b.wizard, http.MethodGet, path, http.Header{"Cookie": cookie}).StatusCode, name)
	}
	assert.Equal(t, http.StatusOK, get(t, b.wizard, http.MethodGet, path, http.Header{"Cookie": {"__Host-antrag=" + secret}}).StatusCode)

	// Without cookies a form cannot be sent, and the page says why.
	r := httptest.NewRequest(http.MethodPost, origin+prefix+"/beginnen", strings.NewReader("_token="+p.Value("_token")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	b.wizard.ServeHTTP(rec, r)
	assert.Equal(t, http.StatusForbidden, rec.Code)
	assert.Contains(t, rec.Body.String(), "Cookie")
}

// TestCrossOrigin sends what browsers send for a form on another site, old ones
// (Origin only) and new ones.
func TestCrossOrigin(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix + "/")
	for name, c := range map[string]struct {
		header http.Header
		status int
	}{
		"same origin":            {http.Header{"Sec-Fetch-Site": {"same-origin"}}, http.StatusSeeOther},
		"our origin":             {http.Header{"Origin": {origin}}, http.StatusSeeOther},
		"our origin, other Host": {http.Header{"Origin": {origin}, "X-Test-Host": {"intern:8080"}}, http.StatusSeeOther},
		"cross-site":             {http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		"same site":              {http.Header{"Sec-Fetch-Site": {"same-site"}}, http.StatusForbidden},
		"foreign origin":         {http.Header{"Origin": {"https://anderswo.example"}}, http.StatusForbidden},
		"null origin":            {http.Header{"Origin": {"null"}}, http.StatusForbidden},
	} {
		r := httptest.NewRequest(http.MethodPost, origin+prefix+"/beginnen", strings.NewReader(url.Values{"_token": {p.Value("_token")}}.Encode()))
		r.Header = c.header
		if h := r.Header.Get("X-Test-Host"); h != "" {
			r.Host = h
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(br.Cookies()[0])
		rec := httptest.NewRecorder()
		b.wizard.ServeHTTP(rec, r)
		assert.Equal(t, c.status, rec.Code, name)
	}
}

func TestOverriddenBlocks(t *testing.T) {
	fs := fstest.MapFS{}
	for _, name := range web.Blocks() {
		fs[name+".html"] = &fstest.MapFile{Data: []byte(`{{define "` + name + `"}}<div class="eigen">eigener Block ` + name + ` {{.Layout.Authority}}</div>{{end}}`)}
	}
	b := newBench(t, func(c *web.Config) { c.Templates = fs; c.Layout.Stylesheet = "/eigen.css" })
	br := b.browser()
	all := br.Get(prefix + "/").HTML
	p := b.toSummary(br)
	all += p.HTML + p.Submit(absenden, nil).HTML
	for _, name := range web.Blocks() {
		assert.Contains(t, all, "eigener Block "+name+" Stadt Musterstadt")
	}
	assert.Contains(t, all, `<link rel="stylesheet" href="/eigen.css">`)
}

func TestBrokenTemplateGivesAnErrorPage(t *testing.T) {
	b := newBench(t, func(c *web.Config) {
		c.Templates = fstest.MapFS{"x.html": {Data: []byte(`{{define "erklaerung"}}{{.GibtEsNicht}}{{end}}`)}}
	})
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil).Submit(weiter, person).Submit(weiter, fahrzeug)
	resp := get(t, b.wizard, http.MethodGet, strings.TrimPrefix(p.URL.Path, prefix), nil)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	r := httptest.NewRequest(http.MethodGet, origin+prefix+"/antrag/"+id(p)+"/zusammenfassung", nil)
	r.AddCookie(br.Cookies()[0])
	p.SubmitFiles(weiter, nachweis, dateien)
	rec := httptest.NewRecorder()
	b.wizard.ServeHTTP(rec, r)
	assert.Equal(t, http.StatusInternalServerError, rec.Code)
	assert.Contains(t, rec.Body.String(), "<h1>Es ist ein Fehler aufgetreten</h1>")
	assert.NotContains(t, b.log.String(), "Mustermann")
}

func TestPanicBecomesAPage(t *testing.T) {
	b := newBench(t, func(c *web.Config) {
		c.Complete = func(context.Context, web.Application) (web.Receipt, error) { panic("Mustermann") }
	})
	br := b.browser()
	p := b.toSummary(br).Submit(absenden, nil)
	assert.Equal(t, http.StatusInternalServerError, p.Status)
	assert.Contains(t, b.log.String(), "panic")
	assert.NotContains(t, b.log.String(), "Mustermann")
	b.cfg.Complete = b.complete
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	next := formstest.New(t, origin, formstest.Transport(b.wizard))
	next.SetCookie(&http.Cookie{Name: "__Host-antrag", Value: br.Cookies()[0].Value, Path: "/", Secure: true})
	assert.Equal(t, "Ihr Antrag ist eingegangen", next.Get(prefix+"/antrag/"+id(p)).Heading(), "and the application goes on")
}

func TestRequireLogin(t *testing.T) {
	b := newBench(t, func(c *web.Config) { c.RequireLogin = true })
	br := b.browser()
	p := br.Get(prefix + "/")
	assert.NotContains(t, p.Text(), "Ohne Anmeldung")
	r := p.Post(prefix+"/beginnen", "application/x-www-form-urlencoded", strings.NewReader("_token="+p.Value("_token")))
	assert.Equal(t, http.StatusForbidden, r.Status, "without token")
	b.login(br, erika())
	p = br.Get(prefix + "/")
	token := p.Value("_token")
	b.users["konto-erika"] = nil
	r = p.Post(prefix+"/beginnen", "application/x-www-form-urlencoded", strings.NewReader("_token="+token))
	assert.Equal(t, http.StatusForbidden, r.Status)
	assert.Equal(t, "Bitte melden Sie sich an", r.Heading())
	b.users["konto-erika"] = erika()
	assert.Equal(t, "Angaben zu Ihrer Person", p.Submit("Antrag beginnen", nil).Heading())
}

func TestFormVersions(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	confirmed := b.toSummary(br)
	b.fail = fmt.Errorf("boom")
	confirmed.Submit(absenden, nil)
	b.fail = nil
	open := b.toSummary(b.browser())

	next, err := forms.New(b.form.ID(), "2.0", antrag{}, &forms.Options{Title: "Bewohnerparkausweis beantragen"})
	require.NoError(t, err)
	old := b.wizard
	start := func(older ...*forms.Form) {
		b.cfg.Form, b.cfg.Older = next, older
		b.wizard, err = web.New(b.cfg)
		require.NoError(t, err)
	}
	visit := func(br *formstest.Page, path string) *formstest.Page {
		nb := formstest.New(t, origin, formstest.Transport(b.wizard))
		nb.SetCookie(&http.Cookie{Name: "__Host-antrag", Value: br.Cookies()[0].Value, Path: "/", Secure: true})
		return nb.Get(prefix + "/antrag/" + id(br) + path)
	}
	start()
	p := visit(open, "")
	assert.Equal(t, "Angaben zu Ihrer Person", p.Heading(), "another version: every step is shown again")
	assert.Equal(t, "Mustermann", p.Value("person.familienname"), "with what was answered")
	assert.Equal(t, http.StatusInternalServerError, visit(confirmed, "").Status, "a confirmed application is not bent into another form")
	start(b.form)
	assert.Equal(t, "Prüfen Sie Ihre Angaben", visit(open, "").Heading(), "an older version that is configured goes on")
	assert.Equal(t, "Ihr Antrag ist eingegangen", visit(confirmed, "").Heading())
	assert.Equal(t, "1.0", b.last.Form.Version())
	require.NotNil(t, old)
}

// A verified answer that the next version of the form refuses must not lock its
// owner out.
func TestNextVersionUnlocksWhatItRefuses(t *testing.T) {
	type weit struct {
		Person struct {
			Name string      `label:"Name" validate:"required,max=120" prefill:"familienname"`
			Tag  *forms.Date `label:"Geburtsdatum" validate:"required" prefill:"geburtsdatum" autocomplete:"section-halter bday"`
		} `step:"person" title:"Person"`
	}
	type eng struct {
		Person struct {
			Name string      `label:"Name" validate:"required,max=5" prefill:"familienname"`
			Tag  *forms.Date `label:"Geburtsdatum" validate:"required" prefill:"geburtsdatum" autocomplete:"section-halter bday"`
		} `step:"person" title:"Person"`
	}
	form, err := forms.New("S1", "1", weit{}, &forms.Options{Title: "Antrag"})
	require.NoError(t, err)
	next, err := forms.New("S1", "2", eng{}, &forms.Options{Title: "Antrag"})
	require.NoError(t, err)
	b := newBench(t, func(c *web.Config) { c.Form = form })
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	assert.Contains(t, p.HTML, `autocomplete="section-halter bday-month"`)
	b.login(br, erika())
	p = br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	require.Empty(t, p.Names(), "both are locked")

	b.cfg.Form = next
	wizard, err := web.New(b.cfg)
	require.NoError(t, err)
	again := formstest.New(t, origin, formstest.Transport(wizard))
	again.SetCookie(&http.Cookie{Name: "konto", Value: "konto-erika", Path: "/"})
	p = again.Get(p.URL.Path)
	require.Equal(t, []string{"person.name"}, p.Names(), "what is still in order stays locked")
	assert.Equal(t, "Prüfen Sie Ihre Angaben", p.Submit(weiter, map[string]string{"person.name": "Muste"}).Heading())
}
