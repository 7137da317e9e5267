package formstest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
)

// recorder takes the failures that a test would report.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

func (r *recorder) run(f func()) (failures []string) {
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
		failures = r.failures
	}()
	f()
	return r.failures
}

const page = `<!DOCTYPE html>
<html lang="de"><head><meta name="viewport" content="width=device-width"><title>Seite</title></head>
<body><a href="#m">Zum Inhalt</a><main id="m"><h1>Seite</h1>
<form method="post" novalidate><input type="hidden" name="_token" value="gut">
<label for="n">Name</label><input type="text" id="n" name="n" value="vorher">
<fieldset><legend>Auswahl</legend><input type="checkbox" id="a" name="c" value="1" checked><label for="a">A</label><input type="checkbox" id="b" name="c" value="2"><label for="b">B</label></fieldset>
<label for="s">Liste</label><select id="s" name="s"><option value="">x</option><option value="2" selected>y</option></select>
<button type="submit" name="knopf" value="ja">Weiter</button></form><p><a href="/anders">Andere Seite</a></p></main></body></html>`

// service answers like a careful one; its fields make it careless.
type service struct {
	body, policy, cache string
	redirect            string
	lax                 bool // accepts any POST
	crash               bool // answers bad requests with 500
	code                int  // of redirects after a POST
	got                 map[string][]string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", s.cache)
	if r.Method != http.MethodGet {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		bad := r.ParseForm() != nil || r.Method != http.MethodPost || r.Header.Get("Sec-Fetch-Site") != "same-origin" ||
			len(r.PostForm["_token"]) != 1 || r.PostForm.Get("_token") != "gut" || len(r.PostForm["n"]) > 1
		s.got = r.PostForm
		switch {
		case bad && s.crash:
			w.WriteHeader(http.StatusInternalServerError)
		case bad && !s.lax:
			w.WriteHeader(http.StatusBadRequest)
		default:
			h.Set("Location", s.redirect)
			w.WriteHeader(s.code)
			return
		}
	}
	_, _ = w.Write([]byte(s.body))
}

func careful() *service {
	return &service{body: page, cache: "no-store", redirect: "/fertig", code: http.StatusSeeOther,
		policy: "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"}
}

const origin = "https://service.musterstadt.example"

func TestBrowserFillsInForms(t *testing.T) {
	s := careful()
	b := formstest.New(t, origin, formstest.Transport(s))
	p := b.Get("/")
	assert.Equal(t, "Seite", p.Heading())
	assert.Equal(t, []string{"n", "c", "s"}, p.Names())
	assert.Equal(t, "/fertig", p.Submit("Weiter", nil).URL.Path)
	assert.Equal(t, map[string][]string{"_token": {"gut"}, "n": {"vorher"}, "c": {"1"}, "s": {"2"}, "knopf": {"ja"}}, s.got)
	p.Submit("Weiter", map[string]string{"n": "nachher", "c": "1|2", "s": ""})
	assert.Equal(t, map[string][]string{"_token": {"gut"}, "n": {"nachher"}, "c": {"1", "2"}, "s": {""}, "knopf": {"ja"}}, s.got)
	p.Submit("Weiter", map[string]string{"c": ""})
	assert.NotContains(t, s.got, "c")
	assert.Equal(t, "/anders", p.Click("Andere").URL.Path)
	assert.Len(t, b.Pages(), 1, "the same page at three addresses")
	assert.Greater(t, p.Attack(), 15)
}

// TestBrowserFails proves that each check can fail.
func TestBrowserFails(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*service)
		act    func(*formstest.Page)
		want   string
	}{
		"page with a fault":      {change: func(s *service) { s.body = strings.Replace(page, ` lang="de"`, "", 1) }, want: "LANG"},
		"cached":                 {change: func(s *service) { s.cache = "public" }, want: "Cache-Control"},
		"wide policy":            {change: func(s *service) { s.policy += "; script-src 'unsafe-inline'" }, want: "too wide"},
		"no policy":              {change: func(s *service) { s.policy = "" }, want: "Content-Security-Policy"},
		"POST answered by 302":   {change: func(s *service) { s.code = http.StatusFound }, act: weiter, want: "not with 303"},
		"form leads elsewhere":   {change: func(s *service) { s.redirect = "https://pay.example/" }, act: weiter, want: "form-action"},
		"no such button":         {act: func(p *formstest.Page) { p.Submit("Zurück", nil) }, want: "no button"},
		"no such control":        {act: func(p *formstest.Page) { p.Submit("Weiter", map[string]string{"x": "y"}) }, want: "no control"},
		"no such link":           {act: func(p *formstest.Page) { p.Click("Hilfe") }, want: "no link"},
		"files where none go":    {act: func(p *formstest.Page) { p.SubmitFiles("Weiter", nil, map[string]formstest.Upload{"n": {}}) }, want: "takes no files"},
		"hostile posts accepted": {change: func(s *service) { s.lax = true }, act: func(p *formstest.Page) { p.Attack() }, want: "attack"},
		"hostile posts crash it": {change: func(s *service) { s.crash = true }, act: func(p *formstest.Page) { p.Attack() }, want: "500"},
		"nothing to attack":      {change: func(s *service) { s.body = strings.Replace(page, `method="post"`, "", 1) }, act: func(p *formstest.Page) { p.Attack() }, want: "no form"},
	} {
		t.Run(name, func(t *testing.T) {
			s := careful()
			if c.change != nil {
				c.change(s)
			}
			r := &recorder{TB: t}
			failures := r.run(func() {
				p := formstest.New(r, origin, formstest.Transport(s)).Get("/")
				if c.act != nil {
					c.act(p)
				}
			})
			require.NotEmpty(t, failures)
			assert.Contains(t, strings.Join(failures, "\n"), c.want)
		})
	}
}

func weiter(p *formstest.Page) { p.Submit("Weiter", nil) }
