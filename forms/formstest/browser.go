package formstest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Browser keeps cookies and checks every page that it sees; a fault fails the
// test. Make one with [New]: each is a person of their own.
type Browser struct {
	t     testing.TB
	base  *url.URL
	jar   http.CookieJar
	rt    http.RoundTripper
	pages map[string]*Page
}

// New returns a browser without cookies. base is the service's origin
// ("https://service.musterstadt.example"); rt carries the requests, nil means
// [http.DefaultTransport].
func New(t testing.TB, base string, rt http.RoundTripper) *Browser {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		t.Fatalf("formstest: %q is not an origin", base)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if rt == nil {
		rt = http.DefaultTransport
	}
	return &Browser{t: t, base: u, jar: jar, rt: rt, pages: map[string]*Page{}}
}

// Transport carries requests to a handler in the same process.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ h http.Handler }

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.Host = r.URL.Host
	in.RemoteAddr = "192.0.2.1:1234"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	t.h.ServeHTTP(rec, in)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// Page is what the browser shows.
type Page struct {
	Status int
	Header http.Header
	URL    *url.URL
	HTML   string
	// Elsewhere is set if the browser was sent to another origin, which it
	// does not visit.
	Elsewhere string

	b   *Browser
	doc *html.Node
}

// Pages returns one page for each title, status and set of controls that the
// browser has seen, for further checks such as pa11y.
func (b *Browser) Pages() []*Page {
	list := make([]*Page, 0, len(b.pages))
	for _, p := range b.pages {
		list = append(list, p)
	}
	slices.SortFunc(list, func(p, q *Page) int { return strings.Compare(p.key(), q.key()) })
	return list
}

func (p *Page) key() string {
	key := fmt.Sprintf("%s %d", p.Title(), p.Status)
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && (isControl(n) || hasClass(n, "kern-error") || hasClass(n, "kern-alert")) {
			key += " " + value(n, "id")
		}
	}
	return key
}

// Cookies returns the browser's cookies for the service.
func (b *Browser) Cookies() []*http.Cookie { return b.jar.Cookies(b.base) }

// SetCookie gives the browser a cookie.
func (b *Browser) SetCookie(c *http.Cookie) { b.jar.SetCookies(b.base, []*http.Cookie{c}) }

// Get opens an address: absolute, or a path on the service.
func (b *Browser) Get(address string) *Page {
	b.t.Helper()
	u, err := b.base.Parse(address)
	if err != nil {
		b.t.Fatalf("formstest: %q: %v", address, err)
	}
	r, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "none")
	return b.do(r, nil)
}

// do sends a request, follows redirects within the service and checks the
// page. formAction, if not nil, is the policy that governs where a submitted
// form may lead, redirects included, as Chromium applies it.
func (b *Browser) do(r *http.Request, formAction []string) *Page {
	b.t.Helper()
	for range 10 {
		if formAction != nil && !b.allowed(formAction, r.URL) {
			b.t.Errorf("formstest: the policy form-action of the page does not allow the form to lead to %s://%s", r.URL.Scheme, r.URL.Host)
		}
		if r.URL.Host != b.base.Host || r.URL.Scheme != b.base.Scheme {
			return &Page{b: b, URL: r.URL, Elsewhere: r.URL.String(), doc: &html.Node{Type: html.DocumentNode}}
		}
		resp, body := b.send(r)
		location := resp.Header.Get("Location")
		if resp.StatusCode < 300 || resp.StatusCode >= 400 || location == "" {
			return b.show(r, resp, body)
		}
		if r.Method == http.MethodPost && resp.StatusCode != http.StatusSeeOther {
			b.t.Errorf("formstest: a POST is answered with %d, not with 303", resp.StatusCode)
		}
		next, err := r.URL.Parse(location)
		if err != nil {
			b.t.Fatalf("formstest: Location: %v", err)
		}
		site := r.Header.Get("Sec-Fetch-Site")
		if r, err = http.NewRequest(http.MethodGet, next.String(), nil); err != nil {
			b.t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", site)
	}
	b.t.Fatalf("formstest: more than ten redirects, last to %s", r.URL.Path)
	return nil
}

func (b *Browser) allowed(formAction []string, u *url.URL) bool {
	for _, source := range formAction {
		if source == "'self'" && u.Host == b.base.Host && u.Scheme == b.base.Scheme || source == u.Scheme+"://"+u.Host {
			return true
		}
	}
	return false
}

func (b *Browser) send(r *http.Request) (*http.Response, []byte) {
	b.t.Helper()
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	resp, err := b.rt.RoundTrip(r)
	if err != nil {
		b.t.Fatalf("formstest: %v", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatalf("formstest: %v", err)
	}
	b.jar.SetCookies(r.URL, resp.Cookies())
	return resp, body
}

// show parses and checks a page.
func (b *Browser) show(r *http.Request, resp *http.Response, body []byte) *Page {
	b.t.Helper()
	p := &Page{Status: resp.StatusCode, Header: resp.Header, URL: r.URL, HTML: string(body), b: b}
	var err error
	if p.doc, err = html.Parse(bytes.NewReader(body)); err != nil {
		b.t.Fatalf("formstest: %s: %v", r.URL.Path, err)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return p
	}
	for _, problem := range check(p.doc) {
		b.t.Errorf("formstest: %s (%d): %s", r.URL.Path, resp.StatusCode, problem)
	}
	for _, problem := range checkHeader(resp.Header) {
		b.t.Errorf("formstest: %s (%d): header %s", r.URL.Path, resp.StatusCode, problem)
	}
	b.pages[p.key()] = p
	return p
}

// checkHeader returns the headers that do not protect a personal page.
func checkHeader(h http.Header) []string {
	var bad []string
	policy := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action "} {
		if !strings.Contains(policy, part) {
			bad = append(bad, "Content-Security-Policy without "+part)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") || strings.Contains(policy, "*") {
		bad = append(bad, "Content-Security-Policy too wide")
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		bad = append(bad, "X-Content-Type-Options")
	}
	if h.Get("Cache-Control") != "no-store" {
		bad = append(bad, "Cache-Control")
	}
	if h.Get("Referrer-Policy") == "" {
		bad = append(bad, "Referrer-Policy")
	}
	return bad
}

// Title returns the page's title.
func (p *Page) Title() string { return p.first(atom.Title) }

// Heading returns the text of the h1.
func (p *Page) Heading() string { return p.first(atom.H1) }

// Text returns the text of the page's main part.
func (p *Page) Text() string { return p.first(atom.Main) }

func (p *Page) first(tag atom.Atom) string {
	for n := range p.doc.Descendants() {
		if n.DataAtom == tag {
			return text(n)
		}
	}
	return ""
}

// Errors returns the lines of the error summary.
func (p *Page) Errors() []string {
	var list []string
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && value(n, "id") == "fehler" {
			for a := range n.Descendants() {
				if a.DataAtom == atom.A {
					list = append(list, text(a))
				}
			}
		}
	}
	return list
}

// ErrorLinks returns the targets of the error summary's links, without "#".
func (p *Page) ErrorLinks() []string {
	var list []string
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && value(n, "id") == "fehler" {
			for a := range n.Descendants() {
				if a.DataAtom == atom.A {
					list = append(list, strings.TrimPrefix(value(a, "href"), "#"))
				}
			}
		}
	}
	return list
}

// Names returns the names of the controls that a person can fill in, in order
// and once each.
func (p *Page) Names() []string {
	var names []string
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && isControl(n) && !slices.Contains(names, value(n, "name")) {
			names = append(names, value(n, "name"))
		}
	}
	return names
}

// Value returns what a control holds: its value, for radio buttons and boxes
// that of the chosen one.
func (p *Page) Value(name string) string {
	for _, form := range p.forms() {
		if v := formValues(form); v.Has(name) {
			return v.Get(name)
		}
	}
	return ""
}

// Click follows the first link whose text contains label.
func (p *Page) Click(label string) *Page {
	p.b.t.Helper()
	for n := range p.doc.Descendants() {
		if n.DataAtom == atom.A && strings.Contains(text(n), label) {
			u, err := p.URL.Parse(value(n, "href"))
			if err != nil {
				p.b.t.Fatalf("formstest: link %q: %v", label, err)
			}
			return p.b.Get(u.String())
		}
	}
	p.b.t.Fatalf("formstest: no link %q on %q", label, p.Title())
	return nil
}

// Post sends a body from this page, as a form on it would.
func (p *Page) Post(address, contentType string, body io.Reader) *Page {
	p.b.t.Helper()
	u, err := p.URL.Parse(address)
	if err != nil {
		p.b.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, u.String(), body)
	if err != nil {
		p.b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", p.URL.Scheme+"://"+p.URL.Host)
	return p.b.do(r, p.formAction())
}

func (p *Page) formAction() []string {
	for directive := range strings.SplitSeq(p.Header.Get("Content-Security-Policy"), ";") {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(directive), "form-action "); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}

// Cookies returns the cookies of the page's browser.
func (p *Page) Cookies() []*http.Cookie { return p.b.Cookies() }
