package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/internal/loopback"
)

// Config says what a [Wizard] asks, for whom, and what becomes of the answers.
type Config struct {
	// BaseURL is where citizens reach the wizard, with path ("https://
	// service.musterstadt.example/parkausweis"). It must be https, or http on a
	// loopback host. Required.
	BaseURL string
	// Tenant is the municipality's key in the draft store. Required.
	Tenant string
	// Form is what is asked. Required.
	Form *forms.Form
	// Older are earlier versions of the form in which drafts may still be
	// under way. Drafts of a version that is not listed are continued in Form,
	// every step being shown again; confirmed ones cannot be finished.
	Older []*forms.Form
	// Drafts keeps the answers. Required.
	Drafts *draft.Store

	// User returns who is logged in, nil for nobody. It must be cheap. Nil
	// means that there are guests only.
	User func(*http.Request) *User
	// Logins are the ways to log in that are offered.
	Logins []Login
	// LogoutURL is where a logged-in user logs out; empty: not offered.
	LogoutURL string
	// RequireLogin turns guests away.
	RequireLogin bool

	// Gates stand between the summary and Complete, in this order.
	Gates []Gate
	// Complete hands the application over. It is called at least once, with the
	// same ID and the same answers each time, until it returns a receipt; it
	// must do its work once per ID and return the same receipt for it. It is
	// never cut short because a browser has gone, but after a minute. Its error
	// goes to the log: keep answers out of it. Required.
	Complete func(context.Context, Application) (Receipt, error)
	// Status returns what is known about an application that was submitted,
	// such as paid, sent, confirmed. Its error goes to the log, like those of
	// gates. Nil: nothing but its receipt.
	Status func(context.Context, Application) ([]StatusLine, error)

	Layout Layout
	// Templates override blocks: every *.html file at its root is parsed after
	// ours, and a {{define}} of the same name replaces ours. See [Blocks].
	Templates fs.FS
	// FormAction are further origins ("https://pay.example") that a submitted
	// form may lead to. Chromium applies the policy form-action to redirects
	// after a POST, so the pay page's origin belongs here.
	FormAction []string

	Logger *slog.Logger     // nil: discard
	Now    func() time.Time // nil: time.Now
	// MaxBody bounds the bytes of a posted page without its files. 0: 1 MiB. What
	// a browser sends beyond that is read, without being kept, for 64 MiB more, so
	// that it shows the error page; bound the time with http.Server.ReadTimeout.
	MaxBody int64
}

// Layout is what the pages say about the service. Plain text throughout.
type Layout struct {
	Service    string   // name of the service; empty: the form's title
	Authority  string   // whose service it is: "Stadt Musterstadt"
	Notice     string   // shown on top of every page: "Demonstration: …"; empty: nothing
	Intro      []string // paragraphs of the start page
	Needs      []string // what to have at hand, listed on the start page
	Links      []Link   // in the footer: Impressum, Datenschutz, Barrierefreiheit
	Confirm    string   // above the button that submits
	Submit     string   // that button; empty: "Verbindlich absenden"
	Next       []string // what happens next, on the receipt
	Stylesheet string   // URL of a further stylesheet, of the same origin; empty: none
}

// Link is a link in the footer.
type Link struct{ Label, URL string }

// Login is a way to log in.
type Login struct {
	Label string // "Mit dem Servicekonto anmelden"
	// URL returns where logging in starts; afterwards the browser must come
	// back to returnTo, an absolute path with query on the BaseURL's host.
	URL func(returnTo string) string
}

// User is a logged-in person, in plain values.
type User struct {
	ID   string // stable identifier of the account, unique within the tenant
	Name string // shown on the pages
	// Prefill holds what the account knows, by the form's prefill names.
	Prefill map[string]Prefilled
}

// LogValue redacts the user.
func (u User) LogValue() slog.Value { return slog.StringValue("[web.User]") }

// Prefilled is an answer that came from an account.
type Prefilled struct {
	// Value is the answer as somebody could type it; it is read by
	// [forms.Form.Parse]. For a choice it is the option's value. In an
	// [Application] it is as package forms keeps it: a date is "1980-01-31".
	Value string `json:"v"`
	// Locked answers are shown and cannot be changed in the form, unless its
	// rules refuse them.
	Locked bool   `json:"l,omitempty"`
	Source string `json:"s,omitempty"` // "Servicekonto"
	Trust  string `json:"t,omitempty"` // "hoch (Online-Ausweis)"; may be empty
}

// LogValue redacts the value.
func (p Prefilled) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("locked", p.Locked), slog.String("source", p.Source))
}

// Application is what a citizen has confirmed. It never changes: whenever a
// gate or Complete sees it again, it holds the same answers.
type Application struct {
	ID          string // random UUID, the key for everything that must happen once
	Tenant      string
	UserID      string // empty: a guest's
	Form        *forms.Form
	Answers     forms.Answers // complete, valid and without hidden fields
	ConfirmedAt time.Time     // when the citizen confirmed, UTC
	Reference   string        // of the receipt; empty before completion
	// Origins tells which answers stand as an account delivered them.
	Origins map[string]Prefilled
	// Trigger says why a gate is asked. Complete and Status may ignore it.
	Trigger Trigger

	drafts *draft.Store
}

// LogValue keeps the answers out of logs.
func (a Application) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", a.Tenant), slog.String("id", a.ID))
}

// Bind fills the struct that the form was made of; see [forms.Form.Bind].
func (a Application) Bind(dst any) error { return a.Form.Bind(a.Answers, dst) }

// Content returns the bytes of an uploaded file.
func (a Application) Content(ctx context.Context, f forms.File) ([]byte, error) {
	b, err := a.drafts.Blob(ctx, a.Tenant, a.ID, f.Blob)
	if err != nil {
		return nil, err
	}
	return b.Data, nil
}

// Trigger says why a gate is asked.
type Trigger int

const (
	// Visited means that a browser waits for the page.
	Visited Trigger = iota
	// Pressed means that the person pressed the button of the gate's page.
	Pressed
	// Background means that nobody waits: the gate looks, but starts nothing.
	Background
)

// Gate decides whether a confirmed application may be handed over, such as
// once its fee is paid. It is asked again and again until it passes.
type Gate interface {
	Check(context.Context, Application) (GateResult, error)
}

// GateFunc is a function used as a [Gate].
type GateFunc func(context.Context, Application) (GateResult, error)

// Check calls the function.
func (f GateFunc) Check(ctx context.Context, a Application) (GateResult, error) { return f(ctx, a) }

// GateResult is a gate's answer; make one with [Pass], [RedirectTo] or
// [Wait]. The zero value waits.
type GateResult struct {
	Pass     bool
	Redirect string // absolute URL or path that the browser is sent to
	// Otherwise a page is shown, with a link that asks again.
	Title string   // "Wir warten auf Ihre Zahlung"
	Text  []string // what is going on and what happens meanwhile
	// Button, if not empty, is a button that asks the gate again as [Pressed]:
	// "Erneut bezahlen".
	Button string
	// Changeable offers to change the answers: nothing was paid or sent.
	Changeable bool
}

// Pass lets the application through.
func Pass() GateResult { return GateResult{Pass: true} }

// RedirectTo sends the browser elsewhere, such as to a pay page. It comes back
// to the application's URL, see [Wizard.URL].
func RedirectTo(url string) GateResult { return GateResult{Redirect: url} }

// Wait shows a page.
func Wait(title string, text ...string) GateResult { return GateResult{Title: title, Text: text} }

// Receipt is what the citizen gets for an application.
type Receipt struct {
	Reference string // human-friendly reference number; required, at most 200 bytes
}

// StatusLine is one line of an application's status.
type StatusLine struct {
	Label string    // "Gebühr"
	Value string    // "bezahlt"
	At    time.Time // zero: no time
	// URL makes the value a link, such as to an invoice; empty: no link.
	URL string
}

func (c *Config) check() (*url.URL, error) {
	if c.Tenant == "" || c.Form == nil || c.Drafts == nil || c.Complete == nil {
		return nil, errors.New("web: Tenant, Form, Drafts and Complete are required")
	}
	if c.RequireLogin && (c.User == nil || len(c.Logins) == 0) {
		return nil, errors.New("web: RequireLogin needs User and Logins")
	}
	for _, l := range c.Logins {
		if l.Label == "" || l.URL == nil {
			return nil, errors.New("web: a Login needs Label and URL")
		}
	}
	for _, f := range c.Older {
		if f.ID() != c.Form.ID() {
			return nil, fmt.Errorf("web: older form %q has another ID than %q", f.ID(), c.Form.ID())
		}
	}
	for _, origin := range c.FormAction {
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || origin != u.Scheme+"://"+u.Host || strings.ContainsAny(origin, " ;,'\"") {
			return nil, fmt.Errorf("web: FormAction %q is not an origin", origin)
		}
	}
	return parseBase(c.BaseURL)
}

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return nil, errors.New("web: BaseURL must be an absolute URL without query")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname())) {
		return nil, errors.New("web: BaseURL must be https, or http on a loopback host")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	if u.RawPath != "" || strings.Contains(u.Path, "//") || strings.Contains(u.Path, "..") {
		return nil, errors.New("web: BaseURL has an unusual path")
	}
	return u, nil
}

// Blocks are the templates that [Config.Templates] may override. They get the
// page: .Layout, .Title, .User (or nil) and what the block shows.
//
//	kopf      banner with authority and service
//	fuss      footer
//	hinweis   the notice on top
//	einfuehrung  text of the start page
//	erklaerung   text above the button that submits
//	weiteres     what happens next, on the receipt
func Blocks() []string {
	return []string{"kopf", "fuss", "hinweis", "einfuehrung", "erklaerung", "weiteres"}
}

func parseTemplates(overrides fs.FS) (*template.Template, error) {
	t, err := template.New("web").Funcs(template.FuncMap{"datum": formatDate, "zeit": formatTime, "groesse": formatSize}).ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	if overrides == nil {
		return t, nil
	}
	if t, err = t.ParseFS(overrides, "*.html"); err != nil {
		return nil, fmt.Errorf("web: overriding templates: %w", err)
	}
	return t, nil
}
