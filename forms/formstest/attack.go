package formstest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Attack posts to every form of the page what no browser sends: nothing,
// everything twice, bytes that are not UTF-8, much too much, other methods and
// content types, a request from another site, and one without token. Each must
// be answered with a page of status 400 to 499 that passes all checks (posting
// nothing but the token may also show the page again or lead on). It returns
// how many requests it made, and fails the test if there was no form.
//
// Where a form has repeated groups (controls named "path[0]…", or buttons named
// "_aktion" whose value is "hinzufuegen:" and a group's path or "entfernen:" and
// an entry's), it also posts entries that are not there (huge, negative and
// missing numbers, with leading zeros, gaps, twice, very many) and actions on
// them. These may be answered with any page or redirect below status 500; but
// no answer may grow with the numbers, and afterwards the page, asked for anew,
// must have the entries that it had. An unknown action may be taken for the
// button that leads on: then the answers that the page shows are stored.
//
// The name of the hidden control with the token against requests from other
// sites is "_token".
func (p *Page) Attack() int {
	p.b.t.Helper()
	n := 0
	for _, form := range p.forms() {
		if strings.EqualFold(value(form, "method"), "post") {
			n += p.attack(form)
		}
	}
	if n == 0 {
		p.b.t.Fatalf("formstest: no form to attack on %q", p.Title())
	}
	return n
}

const urlencoded = "application/x-www-form-urlencoded"

func (p *Page) attack(form *html.Node) int {
	p.b.t.Helper()
	action := p.URL
	if a := value(form, "action"); a != "" {
		var err error
		if action, err = p.URL.Parse(a); err != nil {
			p.b.t.Fatal(err)
		}
	}
	good := formValues(form)
	with := func(change func(url.Values)) string {
		v := url.Values{}
		for k, list := range good {
			v[k] = append([]string(nil), list...)
		}
		change(v)
		return v.Encode()
	}
	cases := []struct {
		name, method, contentType, body, site string
		lenient                               bool
	}{
		{name: "nothing", body: ""},
		{name: "token only", body: url.Values{"_token": good["_token"]}.Encode(), lenient: true},
		{name: "no token", body: with(func(v url.Values) { v.Del("_token") })},
		{name: "wrong token", body: with(func(v url.Values) { v.Set("_token", strings.Repeat("A", 43)) })},
		{name: "token twice", body: with(func(v url.Values) { v.Add("_token", v.Get("_token")) })},
		{name: "everything twice", body: with(func(v url.Values) {
			for k := range v {
				v[k] = append(v[k], v[k]...)
			}
		})},
		{name: "not UTF-8", body: with(func(v url.Values) {
			for k := range v {
				v.Set(k, "\xff\xfe")
			}
		})},
		{name: "names not UTF-8", body: "\xff\xfe=1&%ff=2"},
		{name: "broken escapes", body: "a=%zz&%"},
		{name: "much too much", body: with(func(v url.Values) { v.Set("x", strings.Repeat("x", 30<<20)) })},
		{name: "JSON", contentType: "application/json", body: `{"_token":"x"}`},
		{name: "no content type", contentType: "-", body: with(func(url.Values) {})},
		{name: "multipart without boundary", contentType: "multipart/form-data", body: "x"},
		{name: "broken multipart", contentType: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"},
		{name: "another site", site: "cross-site", body: with(func(url.Values) {})},
		{name: "PUT", method: http.MethodPut, body: with(func(url.Values) {})},
		{name: "DELETE", method: http.MethodDelete},
	}
	for _, c := range cases {
		p.request(action, c.name, c.method, c.contentType, c.site, strings.NewReader(c.body), c.lenient)
	}
	p.request(action, "multipart everything twice", "", "multipart/form-data; boundary=b", "", p.twice(good), false)
	return len(cases) + 1 + p.attackEntries(form, action, with)
}

// twice is a multipart body with every field twice.
func (p *Page) twice(v url.Values) io.Reader {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	err := w.SetBoundary("b")
	for k, list := range v {
		for range 2 {
			for _, s := range list {
				if err == nil {
					err = w.WriteField(k, s)
				}
			}
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
	return &buf
}

func (p *Page) request(u *url.URL, name, method, contentType, site string, body io.Reader, lenient bool) {
	p.b.t.Helper()
	if method == "" {
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, u.String(), body)
	if err != nil {
		p.b.t.Fatal(err)
	}
	switch contentType {
	case "":
		r.Header.Set("Content-Type", urlencoded)
	case "-":
	default:
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if site != "" {
		r.Header.Set("Sec-Fetch-Site", site)
		r.Header.Set("Origin", "https://anderswo.example")
	}
	resp, answer := p.b.send(r)
	ok := resp.StatusCode >= 400 && resp.StatusCode < 500
	if lenient {
		ok = resp.StatusCode < 500
	}
	what := fmt.Sprintf("attack %q on %s", name, u.Path)
	if !ok {
		p.b.t.Errorf("formstest: %s is answered with %d", what, resp.StatusCode)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return
	}
	shown := p.b.show(r, resp, answer)
	if shown.Heading() == "" {
		p.b.t.Errorf("formstest: %s is not answered with a page", what)
	}
}
