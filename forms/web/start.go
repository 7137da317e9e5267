package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

type startView struct {
	view
	Logins       []loginView
	Guest        bool
	Applications []applicationLine
}

// applicationLine is one of the user's applications on the start page.
type applicationLine struct {
	URL   string
	What  string
	When  string
	State draft.State
}

// start shows what the service is, and the ways into it.
func (w *Wizard) start(q *request) error {
	q.ensureSecret()
	v := &startView{Guest: !w.cfg.RequireLogin}
	v.Robots = true
	if q.user == nil {
		v.Logins = q.logins("/")
	} else {
		list, err := w.cfg.Drafts.ListForm(q.Context(), w.cfg.Tenant, q.user.ID, w.cfg.Form.ID(), 20)
		if err != nil {
			return err
		}
		for _, d := range list {
			v.Applications = append(v.Applications, w.line(d))
		}
	}
	q.render(http.StatusOK, "start", w.cfg.Layout.Service, v)
	return nil
}

func (w *Wizard) line(d *draft.Draft) applicationLine {
	l := applicationLine{URL: w.path("/antrag/" + d.ID), State: d.State}
	switch d.State {
	case draft.Submitted:
		l.What, l.When = "Antrag "+d.Reference, "eingegangen am "+formatTime(d.Updated)
	case draft.Submitting:
		l.What, l.When = "Antrag, noch nicht abgeschlossen", "bestätigt am "+formatTime(d.Updated)
	default:
		l.What, l.When = "Entwurf", "zuletzt gespeichert am "+formatTime(d.Updated)
	}
	return l
}

// begin creates a draft and leads to its first step.
func (w *Wizard) begin(q *request) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	if q.user == nil && w.cfg.RequireLogin {
		return &pageError{status: http.StatusForbidden, kind: loggedOut, back: "/"}
	}
	c := content{Version: w.cfg.Form.Version(), Answers: w.cfg.Form.Initial()}
	n := draft.New{Tenant: w.cfg.Tenant, Form: w.cfg.Form.ID(), FormVersion: c.Version}
	if q.user != nil {
		n.Owner = q.user.ID
		c = prefill(w.cfg.Form, c, q.user)
	}
	var err error
	if n.Answers, err = c.encode(); err != nil {
		return err
	}
	d, err := w.cfg.Drafts.Create(q.Context(), n)
	if err != nil {
		return err
	}
	if q.user == nil {
		if err := w.cfg.Drafts.Grant(q.Context(), w.cfg.Tenant, d.ID, q.accessToken(d.ID)); err != nil {
			return err
		}
	}
	return q.redirect("/antrag/" + d.ID)
}

// prefill puts what the account knows into the form: verified answers replace
// what was typed, others fill what is open. A verified value that the form's
// own rules refuse is not locked, since nobody could mend it.
func prefill(f *forms.Form, c content, u *User) content {
	origins := map[string]Prefilled{}
	for _, field := range f.Fields() {
		p, ok := u.Prefill[field.Prefill]
		if !ok || field.Prefill == "" || repeated(field) || strings.TrimSpace(p.Value) == "" || field.Type == forms.TypeFile || field.Type == forms.TypeMulti {
			continue
		}
		if c.Answers.Get(field.Path).Answered() && !p.Locked {
			continue
		}
		v := f.Parse(field, p.Value)
		// Judged alone, so that no typed answer can undo a lock.
		if _, wrong := f.ValidateField(field.Path, v); wrong {
			p.Locked = false
			if c.Answers.Get(field.Path).Answered() || len(field.Options) > 0 {
				continue // an option that is not there could not be shown
			}
		}
		p.Value = v.Text()
		c.Answers = c.Answers.With(field.Path, v)
		origins[field.Path] = p
	}
	c.Origins = origins
	return c
}

// repeated reports whether a field has a place in each entry of a group: an
// account knows one citizen, not which entry that is.
func repeated(f *forms.Field) bool {
	for g := f.Group; g != nil; g = g.Parent {
		if g.Repeat != nil {
			return true
		}
	}
	return false
}

type resumeView struct {
	view
	Code    string
	Started string
	Problem string
}

// resumePage asks before it opens somebody's draft: a link alone changes
// nothing, and nobody is led unaware into a draft that somebody else can read.
func (w *Wizard) resumePage(q *request) error {
	q.ensureSecret()
	v := &resumeView{}
	codes := q.URL.Query()[codeField]
	if len(codes) != 1 {
		q.render(http.StatusOK, "fortsetzen", "Angefangenen Antrag fortsetzen", v)
		return nil
	}
	d, err := w.byCode(q, codes[0])
	if err != nil {
		return err
	}
	v.Code, v.Started = codes[0], formatTime(d.Created)
	q.render(http.StatusOK, "fortsetzen", "Angefangenen Antrag fortsetzen", v)
	return nil
}

// resume lets the browser into the draft that the code opens.
func (w *Wizard) resume(q *request) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	code, err := q.one(codeField)
	if err != nil {
		return err
	}
	code = strings.TrimSpace(code)
	if u, err := url.Parse(code); err == nil && u.Query().Get(codeField) != "" {
		code = u.Query().Get(codeField) // the whole link was entered
	}
	if code == "" {
		v := &resumeView{Problem: "Geben Sie den Link oder den Code ein, den Sie sich notiert haben."}
		v.Invalid = true
		q.render(http.StatusUnprocessableEntity, "fortsetzen", "Angefangenen Antrag fortsetzen", v)
		return nil
	}
	d, err := w.byCode(q, code)
	if err != nil {
		return err
	}
	if err := w.cfg.Drafts.Grant(q.Context(), w.cfg.Tenant, d.ID, q.accessToken(d.ID)); err != nil {
		return draftError(err)
	}
	return q.redirect("/antrag/" + d.ID)
}

func (w *Wizard) byCode(q *request, code string) (*draft.Draft, error) {
	t, err := draft.ParseToken(code)
	if err != nil {
		return nil, &pageError{status: http.StatusNotFound, kind: noSuchCode, back: "/fortsetzen"}
	}
	d, err := w.cfg.Drafts.LoadByToken(q.Context(), w.cfg.Tenant, t)
	// An account's draft has a token only while it is being taken over, or where
	// that was interrupted.
	if errors.Is(err, draft.ErrNotFound) || err == nil && (d.Form != w.cfg.Form.ID() || d.Owner != "") {
		return nil, &pageError{status: http.StatusNotFound, kind: noSuchCode, back: "/fortsetzen"}
	}
	if err != nil {
		return nil, draftError(err)
	}
	return d, nil
}

// entry leads to where an application goes on.
func (w *Wizard) entry(q *request, a *application) error {
	return q.redirect(a.goesOn())
}

// goesOn is the page, below BaseURL, on which the application goes on.
func (a *application) goesOn() string {
	p := "/antrag/" + a.d.ID
	switch {
	case a.d.State == draft.Submitted:
		return p + "/status"
	case a.d.State == draft.Submitting:
		return p + "/abschluss"
	}
	if s := a.firstIncomplete(nil); s != nil {
		return p + "/schritt/" + s.ID
	}
	return p + "/zusammenfassung"
}

type pauseView struct {
	view
	Link    string // to continue with; empty where an account does
	Expires string
	Next    string
}

// pause tells how to continue later.
func (w *Wizard) pause(q *request, a *application) error {
	if a.d.State != draft.Open {
		return q.redirect(a.goesOn())
	}
	v := &pauseView{Expires: formatDate(a.d.Expires), Next: w.path(a.goesOn())}
	var err error
	if v.Link, err = w.resumeLink(q, a); err != nil {
		return err
	}
	q.render(http.StatusOK, "pause", "Ihr Antrag ist gespeichert", v)
	return nil
}

// resumeLink returns the link that opens a guest's draft from any browser.
func (w *Wizard) resumeLink(q *request, a *application) (string, error) {
	if a.d.Owner != "" {
		return "", nil
	}
	t := q.resumeToken(a.d.ID)
	if err := w.cfg.Drafts.Grant(q.Context(), w.cfg.Tenant, a.d.ID, t); err != nil {
		return "", draftError(err)
	}
	return w.base.Scheme + "://" + w.base.Host + w.path("/fortsetzen?"+codeField+"="+t.Reveal()), nil
}

type adoptView struct {
	view
	Taken []adoptLine
	Back  string
}

type adoptLine struct {
	Label  string
	Locked bool
}

// adoptPage asks a guest who has logged in whether the draft shall belong to
// the account, and says what the account fills in.
func (w *Wizard) adoptPage(q *request, a *application) error {
	if q.user == nil || a.d.Owner != "" || a.d.State != draft.Open {
		return q.redirect(a.goesOn())
	}
	v := &adoptView{Back: w.path("/")}
	filled := prefill(a.form, a.content, q.user)
	for _, f := range a.form.Fields() {
		if p, ok := filled.Origins[f.Path]; ok {
			v.Taken = append(v.Taken, adoptLine{f.Label, p.Locked})
		}
	}
	q.render(http.StatusOK, "uebernehmen", "Antrag mit Ihrem Nutzerkonto fortsetzen", v)
	return nil
}

// adopt binds the draft to the account. From then on no token opens it.
func (w *Wizard) adopt(q *request, a *application) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	if q.user == nil {
		return &pageError{status: http.StatusForbidden, kind: loggedOut, back: "/antrag/" + a.d.ID + "/uebernehmen"}
	}
	if a.d.Owner != "" || a.d.State != draft.Open {
		return q.redirect(a.goesOn())
	}
	a.content = prefill(a.form, a.content, q.user)
	n, err := w.save(q, a, draft.Change{Owner: q.user.ID})
	if changedMeanwhile(err) { // a double click, or another window
		return q.redirect("/antrag/" + a.d.ID)
	}
	if err != nil {
		return draftError(err)
	}
	if err := w.cfg.Drafts.Revoke(q.Context(), w.cfg.Tenant, a.d.ID); err != nil {
		return err
	}
	return q.redirect(n.goesOn())
}

type discardView struct {
	view
	Back string
}

// discardPage asks before a draft is deleted.
func (w *Wizard) discardPage(q *request, a *application) error {
	if a.d.State != draft.Open {
		return q.redirect(a.goesOn())
	}
	q.render(http.StatusOK, "verwerfen", "Antrag verwerfen", &discardView{Back: w.path(a.goesOn())})
	return nil
}

// discard deletes a draft with its files.
func (w *Wizard) discard(q *request, a *application) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	if a.d.State != draft.Open {
		return q.redirect(a.goesOn())
	}
	// Another window may have confirmed it since: that one stays.
	if err := w.cfg.Drafts.Discard(q.Context(), a.d); err != nil && !errors.Is(err, draft.ErrNotFound) {
		return draftError(err)
	}
	return q.redirect("/verworfen")
}

func (w *Wizard) discarded(q *request) error {
	q.render(http.StatusOK, "verworfen", "Der Antrag wurde gelöscht", &discardView{Back: w.path("/")})
	return nil
}
