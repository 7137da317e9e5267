package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

// Names of the controls that are ours. A form's paths cannot begin with "_".
const (
	tokenField  = "_token"  // against requests from other sites
	actionField = "_aktion" // which button was pressed
	stateField  = "_stand"  // what the page showed
	backField   = "_zurueck"
	shownField  = "_gezeigt" // boxes that the page showed, and an empty one
	codeField   = "code"
)

// cookieName follows the rule of all our handlers: __Host- wherever the
// browser can take it.
func (w *Wizard) cookieName() string {
	if w.secure {
		return "__Host-antrag"
	}
	return "antrag"
}

// browserSecret returns the secret in the browser's cookie, zero if there is
// none or several.
func (w *Wizard) browserSecret(r *http.Request) draft.Token {
	if c := r.CookiesNamed(w.cookieName()); len(c) == 1 {
		if t, err := draft.ParseToken(c[0].Value); err == nil {
			return t
		}
	}
	return draft.Token{}
}

// ensureSecret gives the browser a secret if it has none. The cookie ends with
// the browser session.
func (q *request) ensureSecret() {
	if q.secret != (draft.Token{}) {
		return
	}
	q.secret = draft.NewToken()
	http.SetCookie(q.out, &http.Cookie{
		Name: q.w.cookieName(), Value: q.secret.Reveal(), Path: "/",
		Secure: q.w.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// derive makes a token for one purpose and draft from the browser's secret, so
// that it need not be stored in clear to be shown again.
func derive(secret draft.Token, purpose, id string) draft.Token {
	m := hmac.New(sha256.New, secret[:])
	m.Write([]byte(purpose + "\x00" + id)) //nolint:errcheck // never fails
	return draft.Token(m.Sum(nil))
}

// accessToken opens a guest's draft in this browser, resumeToken from anywhere.
func (q *request) accessToken(id string) draft.Token { return derive(q.secret, "zugang", id) }
func (q *request) resumeToken(id string) draft.Token { return derive(q.secret, "fortsetzen", id) }

func (q *request) formToken() string { return derive(q.secret, "formular", "").Reveal() }

// checkPost reads a POST and makes sure that it comes from one of our pages.
// A multipart body is returned, else q.post is set from it. limit bounds the
// body's bytes.
func (q *request) checkPost(limit int64) (*multipart.Form, error) {
	if err := q.w.csrf.Check(q.Request); err != nil {
		return nil, &pageError{status: http.StatusForbidden, err: errors.New("cross-origin request")}
	}
	// Beyond the limit the body is read on, unkept, up to spill: a browser that
	// is cut off while it sends shows a network error instead of our page.
	outer := http.MaxBytesReader(q.out, q.Body, limit+spill)
	body := &limited{r: outer, left: limit}
	mediaType, params, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	var files *multipart.Form
	switch {
	case err == nil && mediaType == "application/x-www-form-urlencoded":
		var raw []byte
		if raw, err = io.ReadAll(body); err == nil {
			q.post, err = url.ParseQuery(string(raw))
		}
	case err == nil && mediaType == "multipart/form-data":
		if files, err = multipart.NewReader(body, params["boundary"]).ReadForm(limit); err == nil {
			q.post = files.Value
		}
	default:
		return nil, &pageError{status: http.StatusBadRequest, err: errors.New("content type")}
	}
	if err != nil {
		if body.left < 0 {
			io.Copy(io.Discard, outer) //nolint:errcheck // the answer is the same
		}
		return nil, bodyError(err)
	}
	token, err := q.one(tokenField)
	if err != nil {
		return nil, err
	}
	if q.secret == (draft.Token{}) || subtle.ConstantTimeCompare([]byte(token), []byte(q.formToken())) != 1 {
		return nil, &pageError{status: http.StatusForbidden, kind: noCookie, err: errors.New("form token")}
	}
	return files, nil
}

// spill is how much more than its limit of a body is read before the connection
// is cut: the size of a few photographs.
const spill = 64 << 20

// limited fails once more than its bytes were read.
type limited struct {
	r    io.Reader
	left int64 // negative: exceeded
}

// Read fails with an *http.MaxBytesError beyond the limit.
func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, &http.MaxBytesError{}
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, &http.MaxBytesError{}
	}
	return n, err
}

// bodyError turns what reading a body can give into a page. The error's text may
// quote the body and is dropped.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return &pageError{status: http.StatusRequestEntityTooLarge, err: errors.New("body too large")}
	}
	return &pageError{status: http.StatusBadRequest, err: errors.New("unreadable body")}
}

// one returns the value of one of our own controls; "" if it is missing.
func (q *request) one(name string) (string, error) {
	values := q.post[name]
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) > 1 || len(values[0]) > 4096 || !utf8.ValidString(values[0]):
		return "", &pageError{status: http.StatusBadRequest, err: fmt.Errorf("field %s", name)}
	}
	return values[0], nil
}

// application is a draft that the request may see, with its content.
type application struct {
	d *draft.Draft
	content
	form *forms.Form
}

// content is what a draft stores.
type content struct {
	Version string        `json:"version"` // of the form
	Answers forms.Answers `json:"answers"`
	// Seen lists, for each step that was completed, the fields it showed.
	Seen map[string][]string `json:"seen,omitempty"`
	// Origins are the answers that came from an account, by path.
	Origins   map[string]Prefilled `json:"origins,omitempty"`
	Confirmed time.Time            `json:"confirmed,omitzero"`
}

func (c content) encode() ([]byte, error) { return json.Marshal(c) }

// open decodes a draft and picks the form of its version.
func (w *Wizard) open(d *draft.Draft) (*application, error) {
	if d.Form != w.cfg.Form.ID() {
		return nil, notFound
	}
	a := &application{d: d}
	if err := json.Unmarshal(d.Answers, &a.content); err != nil {
		return nil, errors.New("web: the draft's content cannot be read")
	}
	a.form = w.forms[a.Version]
	if a.form == nil {
		if d.State != draft.Open {
			return nil, fmt.Errorf("web: confirmed in version %q of the form, which is not configured", a.Version)
		}
		a.form, a.Version, a.Seen = w.cfg.Form, w.cfg.Form.Version(), nil
		a.begin()
		a.unlockRefused()
	}
	if a.Seen == nil {
		a.Seen = map[string][]string{}
	}
	return a, nil
}

// begin gives answers of another version of the form the defaults of the
// questions that it did not have.
func (a *application) begin() {
	for path, v := range a.form.Initial().All() {
		if !a.Answers.Has(path) {
			a.Answers = a.Answers.With(path, v)
		}
	}
}

// unlockRefused opens verified answers that the rules of another version of the
// form refuse, since nobody could mend them otherwise.
func (a *application) unlockRefused() {
	for path, origin := range a.Origins {
		if _, wrong := a.form.ValidateField(path, a.Answers.Get(path)); wrong && origin.Locked {
			origin.Locked = false
			a.Origins[path] = origin
		}
	}
}

// with loads the draft for a handler, if the request may see it.
func (w *Wizard) with(id string, h func(*request, *application) error) handler {
	return func(q *request) error {
		d, err := q.load(q.Context(), id)
		if err != nil {
			return err
		}
		a, err := w.open(d)
		if err != nil {
			return err
		}
		q.goesOn = "/antrag/" + id
		return h(q, a)
	}
}

// load returns a draft, if the request may see it. Whoever may can change with
// every revision: an account can take over a guest's draft, and withdraws its
// tokens then. So they are asked for first, and what is loaded decides.
func (q *request) load(ctx context.Context, id string) (*draft.Draft, error) {
	opens, err := q.w.cfg.Drafts.Opens(ctx, q.w.cfg.Tenant, id, q.accessToken(id))
	if err != nil {
		return nil, err
	}
	d, err := q.w.load(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case d.Owner == "" && (!opens || q.secret == (draft.Token{})):
		return nil, notFound
	case d.Owner != "" && q.user == nil:
		return nil, &pageError{status: http.StatusForbidden, kind: loggedOut, back: q.returnPath(id)}
	case d.Owner != "" && q.user.ID != d.Owner:
		return nil, notFound
	}
	return d, nil
}

// load returns a draft, whoever may see it.
func (w *Wizard) load(ctx context.Context, id string) (*draft.Draft, error) {
	d, err := w.cfg.Drafts.Load(ctx, w.cfg.Tenant, id)
	if err != nil {
		return nil, draftError(err)
	}
	return d, nil
}

// returnPath is where a login leads back to: the page asked for, or where the
// application goes on if that was a POST.
func (q *request) returnPath(id string) string {
	if q.Method == http.MethodPost {
		return "/antrag/" + id
	}
	return q.w.below(q.URL.Path)
}

// save stores the content of an open draft.
func (w *Wizard) save(q *request, a *application, c draft.Change) (*application, error) {
	var err error
	if c.Answers, err = a.encode(); err != nil {
		return nil, err
	}
	d, err := w.cfg.Drafts.Save(q.Context(), a.d, c)
	if err != nil {
		return nil, err
	}
	n := *a
	n.d = d
	return &n, nil
}

// complete reports whether a step was completed and is still in order: no
// errors, and no field that it did not show then.
func (a *application) complete(step *forms.Step) bool {
	seen, ok := a.Seen[step.ID]
	if !ok {
		return false
	}
	for _, path := range shownPaths(a.form, step, a.Answers) {
		if !slices.Contains(seen, path) {
			return false
		}
	}
	return len(a.form.Validate(a.Answers, step.ID)) == 0
}

// firstIncomplete returns the first step in need of answers before the one
// given (nil: at all), nil if there is none.
func (a *application) firstIncomplete(before *forms.Step) *forms.Step {
	for _, s := range a.form.VisibleSteps(a.Answers) {
		if s == before {
			return nil
		}
		if !a.complete(s) {
			return s
		}
	}
	return nil
}
