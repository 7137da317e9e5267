package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bausteine/egov/forms/draft"
)

// asApplication is what gates and Complete see of a confirmed draft.
func (w *Wizard) asApplication(a *application, t Trigger) Application {
	app := Application{
		ID: a.d.ID, Tenant: a.d.Tenant, UserID: a.d.Owner, Form: a.form, Answers: a.Answers,
		ConfirmedAt: a.Confirmed, Reference: a.d.Reference, Origins: map[string]Prefilled{}, Trigger: t, drafts: w.cfg.Drafts,
	}
	for path, p := range a.Origins {
		if p.holds(a.Answers.Get(path)) {
			app.Origins[path] = p
		}
	}
	return app
}

// finish carries a confirmed application as far as it goes: to a gate that does
// not let it through, or to its receipt. It may be called at any time and any
// number of times. The result is nil once the application is submitted. Each
// time it is loaded anew, load says whether that is still allowed.
func (w *Wizard) finish(ctx context.Context, id string, t Trigger, load loader) (*GateResult, error) {
	unlock, err := w.finishing.lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var a *application
	for range 5 {
		if a, err = w.reload(ctx, id, load); err != nil || a == nil {
			return nil, err
		}
		if r, err := w.ask(ctx, a, t); err != nil || !r.Pass {
			return r, err
		}
		// From here on nobody who saw a gate closed can reopen the answers.
		held, err := w.cfg.Drafts.Hold(ctx, a.d)
		if changedMeanwhile(err) || errors.Is(err, draft.ErrNotFound) {
			continue // another process was faster
		}
		if err != nil {
			return nil, w.later(a, fmt.Errorf("hold: %w", err))
		}
		a.d = held
		receipt, err := w.cfg.Complete(ctx, w.asApplication(a, t))
		if err != nil {
			return nil, w.later(a, fmt.Errorf("complete: %w", err))
		}
		return nil, w.store(ctx, a, receipt)
	}
	return nil, w.later(a, errors.New("the application keeps changing"))
}

// ask asks the gates in order, up to the first that does not let pass.
func (w *Wizard) ask(ctx context.Context, a *application, t Trigger) (*GateResult, error) {
	for i, g := range w.cfg.Gates {
		r, err := g.Check(ctx, w.asApplication(a, t))
		if err != nil {
			return nil, w.later(a, fmt.Errorf("gate %d: %w", i+1, err))
		}
		if !r.Pass {
			return &r, nil
		}
	}
	return &GateResult{Pass: true}, nil
}

// loader returns a draft as it is now, or the page that says why not.
type loader func(ctx context.Context, id string) (*draft.Draft, error)

// reopened ends the finishing of an application that somebody has reopened.
var reopened = &pageError{status: http.StatusConflict, err: draft.ErrState}

// reload returns a confirmed application, nil if it is submitted already.
func (w *Wizard) reload(ctx context.Context, id string, load loader) (*application, error) {
	d, err := load(ctx, id)
	if err != nil {
		return nil, err
	}
	switch d.State {
	case draft.Submitted:
		return nil, nil
	case draft.Open:
		return nil, reopened
	}
	return w.open(d)
}

// store keeps the receipt. Another process may hold or hand over the same
// application at any moment; it gets the same receipt.
func (w *Wizard) store(ctx context.Context, a *application, receipt Receipt) error {
	d := a.d
	for range 5 {
		_, err := w.cfg.Drafts.Finish(ctx, d, receipt.Reference)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, draft.ErrConflict):
			return w.later(a, fmt.Errorf("receipt: %w", err))
		case d.State == draft.Submitted:
			return w.later(a, errors.New("the application was handed over twice, with different receipts"))
		}
		if d, err = w.cfg.Drafts.Load(ctx, d.Tenant, d.ID); err != nil {
			return draftError(err)
		}
	}
	return w.later(a, errors.New("receipt: the application keeps changing"))
}

// later is the page for an application that is safe but not handed over.
func (w *Wizard) later(a *application, err error) error {
	return &pageError{status: http.StatusServiceUnavailable, kind: notSubmitted, back: "/antrag/" + a.d.ID + "/abschluss", err: err}
}

// FinishDue carries on with applications that were confirmed but left by their
// browser, for instance on the way back from the pay page: at most limit of
// them, none that was touched within the last minute. It returns how many were
// submitted. Call it every minute or so; many processes may.
func (w *Wizard) FinishDue(ctx context.Context, limit int) (int, error) {
	ids, err := w.cfg.Drafts.Due(ctx, w.cfg.Tenant, w.cfg.Form.ID(), time.Minute, limit)
	if err != nil {
		return 0, err
	}
	n := 0
	var errs []error
	for _, id := range ids {
		r, err := w.finish(ctx, id, Background, w.load)
		switch {
		case errors.Is(err, reopened), errors.Is(err, notFound): // or deleted, since it was due
		case err != nil:
			errs = append(errs, fmt.Errorf("application %s: %w", id, err))
		case r == nil:
			n++
		}
	}
	return n, errors.Join(errs...)
}

type gateView struct {
	view
	Text       []string
	Button     string
	Again      string
	Changeable bool
	Link       string // to come back later; guests only
}

// finishPage goes on with a confirmed application. It is a GET because pay
// pages come back with one; it does nothing that was not confirmed before.
func (w *Wizard) finishPage(q *request, a *application) error {
	return w.goOn(q, a, Visited)
}

// finishPressed answers the buttons of a gate's page.
func (w *Wizard) finishPressed(q *request, a *application) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	action, err := q.one(actionField)
	if err != nil {
		return err
	}
	if action == "aendern" {
		return w.reopen(q, a)
	}
	return w.goOn(q, a, Pressed)
}

func (w *Wizard) goOn(q *request, a *application, t Trigger) error {
	if a.d.State == draft.Open {
		return q.redirect(a.goesOn())
	}
	ctx, cancel := detached(q.Context())
	defer cancel()
	r, err := w.finish(ctx, a.d.ID, t, q.load)
	if errors.Is(err, reopened) {
		return q.redirect("/antrag/" + a.d.ID)
	}
	if err != nil {
		return err
	}
	if r == nil {
		return q.redirect("/antrag/" + a.d.ID + "/eingang")
	}
	if r.Redirect != "" {
		if !safeRedirect(r.Redirect) {
			return errors.New("web: a gate redirects to what is neither a path nor an http(s) URL")
		}
		q.out.Header().Set("Location", r.Redirect)
		q.out.WriteHeader(http.StatusSeeOther)
		return nil
	}
	v := &gateView{Text: r.Text, Button: r.Button, Changeable: r.Changeable, Again: w.path("/antrag/" + a.d.ID + "/abschluss")}
	if v.Link, err = w.resumeLink(q, a); err != nil {
		return err
	}
	title := r.Title
	if title == "" {
		title = "Ihr Antrag ist noch nicht abgeschlossen"
	}
	if len(v.Text) == 0 {
		v.Text = []string{"Wir warten noch auf eine Bestätigung. Ihre Angaben sind gespeichert. Sobald die Bestätigung da ist, wird Ihr Antrag von selbst übermittelt, auch wenn Sie diese Seite schließen."}
	}
	q.ensureSecret()
	q.render(http.StatusOK, "warten", title, v)
	return nil
}

// safeRedirect reports whether a gate's address is an absolute http(s) URL or
// an absolute path.
func safeRedirect(s string) bool {
	u, err := url.Parse(s)
	if err != nil || strings.ContainsAny(s, "\\\r\n") {
		return false
	}
	if u.Scheme == "" && u.Host == "" {
		return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// reopen lets a confirmed application be changed, if the gate it stands at says
// so right now.
func (w *Wizard) reopen(q *request, a *application) error {
	if a.d.State != draft.Submitting {
		return q.redirect(a.goesOn())
	}
	unlock, err := w.finishing.lock(q.Context(), a.d.ID)
	if err != nil {
		return err
	}
	defer unlock()
	r, err := w.ask(q.Context(), a, Background)
	if err != nil {
		return err
	}
	if r.Pass || !r.Changeable {
		return q.redirect("/antrag/" + a.d.ID)
	}
	if _, err := w.cfg.Drafts.Reopen(q.Context(), a.d); err != nil && !changedMeanwhile(err) {
		return draftError(err)
	}
	return q.redirect("/antrag/" + a.d.ID)
}

type receiptView struct {
	view
	Reference string
	Received  time.Time
	Confirmed time.Time
	Sections  []sectionView
	Lines     []StatusLine
	LinesLate bool // the status could not be found out
	Link      string
	Status    string
	Receipt   string
	Submitted bool
	Continue  string
}

func (w *Wizard) receiptView(q *request, a *application) (*receiptView, error) {
	v := &receiptView{
		Reference: a.d.Reference, Received: a.d.Updated, Confirmed: a.Confirmed, Submitted: a.d.State == draft.Submitted,
		Status: w.path("/antrag/" + a.d.ID + "/status"), Receipt: w.path("/antrag/" + a.d.ID + "/eingang"), Continue: w.path(a.goesOn()),
	}
	var err error
	if v.Link, err = w.resumeLink(q, a); err != nil {
		return nil, err
	}
	if w.cfg.Status != nil && a.d.State != draft.Open {
		v.Lines, err = w.cfg.Status(q.Context(), w.asApplication(a, Visited))
		if err != nil { // the receipt is shown all the same
			w.log.ErrorContext(q.Context(), "web: status failed", "error", err)
			v.Lines, v.LinesLate = nil, true
		}
	}
	return v, nil
}

// receipt shows the reference and all answers, for printing.
func (w *Wizard) receipt(q *request, a *application) error {
	if a.d.State != draft.Submitted {
		return q.redirect(a.goesOn())
	}
	v, err := w.receiptView(q, a)
	if err != nil {
		return err
	}
	v.Sections = w.sections(a, false)
	q.render(http.StatusOK, "eingang", "Ihr Antrag ist eingegangen", v)
	return nil
}

// status shows how an application stands, without its answers.
func (w *Wizard) status(q *request, a *application) error {
	v, err := w.receiptView(q, a)
	if err != nil {
		return err
	}
	q.render(http.StatusOK, "status", "Status Ihres Antrags", v)
	return nil
}
