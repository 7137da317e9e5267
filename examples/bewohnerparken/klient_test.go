package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// klient is a browser without script: it follows redirects, keeps cookies and
// sends forms as they stand on the page.
type klient struct {
	http *http.Client
	page *seite
	// hop is called after each HTTP exchange, redirects included.
	hop func()
}

// seite is a page as the klient got it.
type seite struct {
	url    *url.URL
	status int
	body   []byte
	doc    *html.Node
}

func newKlient() *klient {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	k := &klient{hop: func() {}}
	k.http = &http.Client{Jar: jar, Timeout: time.Minute, Transport: k, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 15 {
			return fmt.Errorf("too many redirects")
		}
		return nil
	}}
	return k
}

// RoundTrip makes one exchange on a connection of its own, so that a killed
// server leaves nothing half-open behind.
func (k *klient) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Close = true
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	k.hop()
	return resp, nil
}

func (k *klient) get(address string) error {
	resp, err := k.http.Get(address)
	return k.read(resp, err)
}

func (k *klient) read(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return err
	}
	k.page = &seite{url: resp.Request.URL, status: resp.StatusCode, body: body, doc: doc}
	return nil
}

// follow goes where the first link with the text leads.
func (k *klient) follow(text string) error {
	for n := range k.page.doc.Descendants() {
		if n.Data == "a" && strings.Contains(textOf(n), text) {
			target, err := k.page.url.Parse(attribute(n, "href"))
			if err != nil {
				return err
			}
			return k.get(target.String())
		}
	}
	return fmt.Errorf("no link %q on %s", text, k.page.url.Path)
}

// datei is a file chosen in a form.
type datei struct {
	name, mediaType string
	content         []byte
}

// eingabe is what is filled in: values by field name, and files.
type eingabe struct {
	values url.Values
	files  map[string]datei
}

// press sends the form that holds the button with the text, filled in. Fields
// that are not named keep what the page put into them.
func (k *klient) press(button string, e eingabe) error {
	form, pressed := k.page.button(button)
	if form == nil {
		return fmt.Errorf("no button %q on %s", button, k.page.url.Path)
	}
	values := formValues(form)
	for name, v := range e.values {
		values[name] = v
	}
	if name := attribute(pressed, "name"); name != "" {
		values.Set(name, attribute(pressed, "value"))
	}
	target, err := k.page.url.Parse(attribute(form, "action"))
	if err != nil {
		return err
	}
	body, contentType := strings.NewReader(values.Encode()), "application/x-www-form-urlencoded"
	if attribute(form, "enctype") == "multipart/form-data" {
		if body, contentType, err = multipartBody(values, e.files); err != nil {
			return err
		}
	}
	return k.post(target.String(), contentType, body)
}

func (k *klient) post(address, contentType string, body io.Reader) error {
	r, err := http.NewRequest(http.MethodPost, address, body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	resp, err := k.http.Do(r)
	return k.read(resp, err)
}

func multipartBody(values url.Values, files map[string]datei) (*strings.Reader, string, error) {
	var b strings.Builder
	w := multipart.NewWriter(&b)
	for name, list := range values {
		for _, v := range list {
			if err := w.WriteField(name, v); err != nil {
				return nil, "", err
			}
		}
	}
	for name, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, name, f.name)}, "Content-Type": {f.mediaType},
		})
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(f.content); err != nil {
			return nil, "", err
		}
	}
	err := w.Close()
	return strings.NewReader(b.String()), w.FormDataContentType(), err
}

// button finds a submit button by its text, and the form around it.
func (s *seite) button(text string) (form, button *html.Node) {
	for n := range s.doc.Descendants() {
		if n.Data != "form" {
			continue
		}
		for c := range n.Descendants() {
			if c.Data == "button" && strings.Contains(textOf(c), text) {
				return n, c
			}
		}
	}
	return nil, nil
}

// heading is the page's h1.
func (s *seite) heading() string {
	for n := range s.doc.Descendants() {
		if n.Data == "h1" {
			return textOf(n)
		}
	}
	return ""
}

// link is the first link whose path begins with the prefix, or "".
func (s *seite) link(prefix string) string {
	for n := range s.doc.Descendants() {
		if href := attribute(n, "href"); n.Data == "a" && strings.HasPrefix(href, prefix) {
			target, err := s.url.Parse(href)
			if err == nil {
				return target.String()
			}
		}
	}
	return ""
}

func (s *seite) hasLink(text string) bool {
	for n := range s.doc.Descendants() {
		if n.Data == "a" && strings.Contains(textOf(n), text) {
			return true
		}
	}
	return false
}

// formValues are the fields of a form as a browser would send them untouched.
func formValues(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if name == "" {
			continue
		}
		switch n.Data {
		case "input":
			switch attribute(n, "type") {
			case "radio", "checkbox":
				if hasAttribute(n, "checked") {
					values.Add(name, attribute(n, "value"))
				}
			case "file", "submit":
			default:
				values.Add(name, attribute(n, "value"))
			}
		case "textarea":
			values.Add(name, textOf(n))
		case "select":
			for o := range n.Descendants() {
				if o.Data == "option" && hasAttribute(o, "selected") {
					values.Add(name, attribute(o, "value"))
				}
			}
		}
	}
	return values
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
