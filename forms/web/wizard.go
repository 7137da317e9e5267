package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed stil.css
var stylesheet []byte

// Wizard serves one form as an online service. Make one with [New].
type Wizard struct {
	cfg       Config
	base      *url.URL
	secure    bool
	forms     map[string]*forms.Form // by version
	templates *template.Template
	csrf      *http.CrossOriginProtection
	policy    string // Content-Security-Policy
	styleTag  string // ETag of the stylesheet
	log       *slog.Logger
	now       func() time.Time
	finishing locks // by application
}

// New checks the configuration and returns the handler.
func New(cfg Config) (*Wizard, error) {
	base, err := cfg.check()
	if err != nil {
		return nil, err
	}
	w := &Wizard{cfg: cfg, base: base, secure: base.Scheme == "https", log: cfg.Logger, now: cfg.Now, forms: map[string]*forms.Form{}}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	if w.now == nil {
		w.now = time.Now
	}
	if w.cfg.MaxBody <= 0 {
		w.cfg.MaxBody = 1 << 20
	}
	if w.cfg.Layout.Service == "" {
		w.cfg.Layout.Service = cfg.Form.Title()
	}
	if w.cfg.Layout.Submit == "" {
		w.cfg.Layout.Submit = "Verbindlich absenden"
	}
	for _, f := range append([]*forms.Form{cfg.Form}, cfg.Older...) {
		if _, dup := w.forms[f.Version()]; dup {
			return nil, errors.New("web: two forms have version " + strconv.Quote(f.Version()))
		}
		w.forms[f.Version()] = f
	}
	if w.templates, err = parseTemplates(cfg.Templates); err != nil {
		return nil, err
	}
	w.csrf = http.NewCrossOriginProtection()
	if err := w.csrf.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, errors.New("web: BaseURL is not an origin")
	}
	w.policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " +
		strings.Join(append([]string{"'self'"}, cfg.FormAction...), " ")
	sum := sha256.Sum256(stylesheet)
	w.styleTag = `"` + hex.EncodeToString(sum[:8]) + `"`
	return w, nil
}

// URL returns the address of an application: it leads to where it goes on. A
// pay page returns to it.
func (w *Wizard) URL(applicationID string) string {
	return w.base.Scheme + "://" + w.base.Host + w.path("/antrag/"+applicationID)
}

// path returns the absolute path below BaseURL.
func (w *Wizard) path(p string) string { return w.base.Path + p }

// below returns the part of a request's path below BaseURL, whether or not the
// path of BaseURL was removed on the way.
func (w *Wizard) below(p string) string {
	rest, ok := strings.CutPrefix(p, w.base.Path)
	if !ok || rest != "" && rest[0] != '/' {
		return p
	}
	// Where BaseURL ends in /antrag, "/antrag/{id}" has lost its prefix already.
	if id, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/"); w.base.Path == "/antrag" && isID(id) {
		return p
	}
	return rest
}

// isID reports whether s looks like the ID of a draft.
func isID(s string) bool { return len(s) == 36 && strings.Trim(s, "0123456789abcdef-") == "" }

// request is what a handler works with.
type request struct {
	*http.Request
	w      *Wizard
	out    http.ResponseWriter
	user   *User
	secret draft.Token // the browser's; zero if it has none
	post   url.Values  // of a POST, decoded
	goesOn string      // below BaseURL: where to go on after an error; empty: the start page
}

// ServeHTTP answers a request with a page. It never panics.
func (w *Wizard) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	h := out.Header()
	h.Set("Content-Security-Policy", w.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	q := &request{Request: r, w: w, out: out}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			// A panic's value may quote an answer: only its type is logged.
			w.log.ErrorContext(r.Context(), "web: panic", "type", typeName(p), "stack", string(debug.Stack()))
			q.fail(&pageError{status: http.StatusInternalServerError})
		}
	}()
	p := w.below(r.URL.Path)
	if p == "/stil.css" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		w.style(q)
		return
	}
	if err := w.route(q, p); err != nil {
		q.fail(err)
	}
}

type handler func(*request) error

// route finds the page and checks the method.
func (w *Wizard) route(q *request, p string) error {
	switch p {
	case "", "/":
		return q.allow(w.start, nil)
	case "/beginnen":
		return q.allow(nil, w.begin)
	case "/fortsetzen":
		return q.allow(w.resumePage, w.resume)
	case "/verworfen":
		return q.allow(w.discarded, nil)
	case "/stil.css":
		q.out.Header().Set("Allow", "GET, HEAD")
		return &pageError{status: http.StatusMethodNotAllowed}
	}
	rest, ok := strings.CutPrefix(p, "/antrag/")
	if !ok {
		return notFound
	}
	id, rest, _ := strings.Cut(rest, "/")
	if !isID(id) {
		return notFound
	}
	if step, ok := strings.CutPrefix(rest, "schritt/"); ok {
		return q.allow(w.with(id, func(q *request, a *application) error { return w.step(q, a, step) }),
			w.with(id, func(q *request, a *application) error { return w.saveStep(q, a, step) }))
	}
	switch rest {
	case "":
		return q.allow(w.with(id, w.entry), nil)
	case "zusammenfassung":
		return q.allow(w.with(id, w.summary), w.with(id, w.submit))
	case "abschluss":
		return q.allow(w.with(id, w.finishPage), w.with(id, w.finishPressed))
	case "eingang":
		return q.allow(w.with(id, w.receipt), nil)
	case "status":
		return q.allow(w.with(id, w.status), nil)
	case "pause":
		return q.allow(w.with(id, w.pause), nil)
	case "uebernehmen":
		return q.allow(w.with(id, w.adoptPage), w.with(id, w.adopt))
	case "verwerfen":
		return q.allow(w.with(id, w.discardPage), w.with(id, w.discard))
	}
	return notFound
}

// allow calls the handler of the method, after reading what every handler
// needs: user, cookie and, for a POST, the checked form values.
func (q *request) allow(get, post handler) error {
	h := get
	switch {
	case q.Method == http.MethodPost && post != nil:
		h = post
	case (q.Method == http.MethodGet || q.Method == http.MethodHead) && get != nil:
	default:
		var methods []string
		if get != nil {
			methods = append(methods, http.MethodGet, http.MethodHead)
		}
		if post != nil {
			methods = append(methods, http.MethodPost)
		}
		q.out.Header().Set("Allow", strings.Join(methods, ", "))
		return &pageError{status: http.StatusMethodNotAllowed}
	}
	q.secret = q.w.browserSecret(q.Request)
	if q.w.cfg.User != nil {
		if u := q.w.cfg.User(q.Request); u != nil && u.ID != "" {
			q.user = u
		}
	}
	return h(q)
}

// style serves the stylesheet, the one thing that may be cached.
func (w *Wizard) style(q *request) {
	h := q.out.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("ETag", w.styleTag)
	http.ServeContent(q.out, q.Request, "", time.Time{}, bytes.NewReader(stylesheet))
}

// redirect answers with 303 See Other to a path below BaseURL.
func (q *request) redirect(p string) error {
	q.out.Header().Set("Location", q.w.path(p))
	q.out.WriteHeader(http.StatusSeeOther)
	return nil
}

// detached returns a context that outlives the request but not for ever: what a
// citizen has confirmed is carried through even if the browser is gone.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
}
