package servicekontotest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// Action is what to do on the simulator's page.
type Action string

// What can be done on the simulator's page.
const (
	LogIn  Action = "anmelden"
	Cancel Action = "abbrechen"
	Fail   Action = "fehler"
)

// Visit is a log-in to walk through.
type Visit struct {
	// Citizen is the ID of the simulator's test account.
	Citizen string
	// Level is "niedrig", "substanziell" or "hoch"; "" is the highest the
	// account can.
	Level string
	// Action is what to do; "" is LogIn.
	Action Action
}

// Page is where a walk ended.
type Page struct {
	// URL is the final URL, after redirects.
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte
}

// Client returns an HTTP client with an empty cookie jar, as a browser that has
// never been here.
func Client(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

// Login logs the client in as the test account, at the highest level it can,
// and returns the page that the log-in led to. The client needs a cookie jar.
// The login URL must lead to the simulator: where people can choose among
// accounts, add the parameter konto. The test ends if the log-in fails.
func Login(t testing.TB, client *http.Client, loginURL, citizen string) *Page {
	t.Helper()
	p := Walk(t, client, loginURL, Visit{Citizen: citizen})
	if p.Status >= 400 {
		t.Fatalf("log-in as %s ended with status %d at %s", citizen, p.Status, p.URL.Path)
	}
	return p
}

// Walk goes from the login URL to the simulator, does there what the visit
// says, and returns the page it ends on, whatever its status.
func Walk(t testing.TB, client *http.Client, loginURL string, v Visit) *Page {
	t.Helper()
	p := Get(t, client, loginURL)
	f := p.form(t, "anfrage")
	if f == nil {
		t.Fatalf("%s did not lead to the simulator's log-in page but to %s (status %d)", loginURL, p.URL, p.Status)
	}
	f.choose(t, "konto", v.Citizen)
	if v.Level != "" {
		f.choose(t, "niveau", v.Level)
	}
	action := v.Action
	if action == "" {
		action = LogIn
	}
	f.choose(t, "aktion", string(action))
	return f.submit(t, client)
}

// Get fetches a page, following redirects, and reads it.
func Get(t testing.TB, client *http.Client, u string) *Page {
	t.Helper()
	resp, err := client.Get(u)
	return read(t, resp, err)
}

func read(t testing.TB, resp *http.Response, err error) *Page {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		t.Fatal(err)
	}
	return &Page{URL: resp.Request.URL, Status: resp.StatusCode, Header: resp.Header, Body: body}
}

// form is an HTML form as a browser without script would send it.
type form struct {
	action  *url.URL
	method  string
	values  url.Values
	options map[string][]string // values of radios and submit buttons
}

// form returns the page's first form that has a field of the name, or nil.
func (p *Page) form(t testing.TB, field string) *form {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		f := readForm(t, p.URL, n)
		if _, ok := f.values[field]; ok {
			return f
		}
	}
	return nil
}

func readForm(t testing.TB, base *url.URL, n *html.Node) *form {
	t.Helper()
	action, err := base.Parse(attr(n, "action"))
	if err != nil {
		t.Fatal(err)
	}
	f := &form{action: action, method: strings.ToUpper(attr(n, "method")), values: url.Values{}, options: map[string][]string{}}
	for c := range n.Descendants() {
		if c.Type != html.ElementNode || (c.Data != "input" && c.Data != "button") || attr(c, "name") == "" || has(c, "disabled") {
			continue
		}
		name, value := attr(c, "name"), attr(c, "value")
		switch attr(c, "type") {
		case "radio":
			f.options[name] = append(f.options[name], value)
			if has(c, "checked") {
				f.values.Set(name, value)
			}
		case "submit":
			f.options[name] = append(f.options[name], value)
		default:
			f.values.Add(name, value)
		}
	}
	return f
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// choose picks one of the values that the page offers.
func (f *form) choose(t testing.TB, name, value string) {
	t.Helper()
	for _, o := range f.options[name] {
		if o == value {
			f.values.Set(name, value)
			return
		}
	}
	t.Fatalf("the page offers no %s %q, but %q", name, value, f.options[name])
}

func (f *form) submit(t testing.TB, client *http.Client) *Page {
	t.Helper()
	if f.method != http.MethodPost {
		t.Fatalf("form with method %q", f.method)
	}
	req, err := http.NewRequest(http.MethodPost, f.action.String(), strings.NewReader(f.values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", f.action.Scheme+"://"+f.action.Host)
	resp, err := client.Do(req)
	return read(t, resp, err)
}
