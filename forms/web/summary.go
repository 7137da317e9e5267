package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

type summaryView struct {
	view
	Sections []sectionView
	Number   int
	State    string // revision that the page shows
	Back     string
	Discard  string
}

// sectionView is a step on the summary.
type sectionView struct {
	ID     string
	Title  string
	Change string // where its answers are changed; empty: they are frozen
	Groups []groupView
}

type groupView struct {
	Legend string
	Lines  []lineView
}

type lineView struct {
	Label  string
	Value  string
	Blank  bool
	Origin string
	Change string // of this answer; empty if it is locked
}

// sections lists all visible answers.
func (w *Wizard) sections(a *application, changeable bool) []sectionView {
	var list []sectionView
	answers := a.form.Clean(a.Answers)
	for _, step := range a.form.VisibleSteps(answers) {
		s := sectionView{ID: "s_" + step.ID, Title: step.Title}
		if changeable {
			s.Change = w.path("/antrag/" + a.d.ID + "/schritt/" + step.ID + "?zurueck=" + toSummary)
		}
		for _, item := range step.Items {
			var g groupView
			fields := []*forms.Field{item.Field}
			if item.Group != nil {
				g.Legend, fields = item.Group.Legend, item.Group.Fields
			}
			for _, f := range fields {
				if a.form.Visible(f.Path, answers) {
					g.Lines = append(g.Lines, a.line(f, answers))
				}
			}
			if n := len(s.Groups); g.Legend == "" && n > 0 && s.Groups[n-1].Legend == "" {
				s.Groups[n-1].Lines = append(s.Groups[n-1].Lines, g.Lines...)
			} else if len(g.Lines) > 0 {
				s.Groups = append(s.Groups, g)
			}
		}
		list = append(list, s)
	}
	return list
}

func (a *application) line(f *forms.Field, answers forms.Answers) lineView {
	v := answers.Get(f.Path)
	l := lineView{Label: f.Label, Value: a.form.Display(f.Path, answers), Blank: !v.Answered()}
	if file, ok := v.File(); ok {
		l.Value = file.Name + " (" + formatSize(file.Size) + ")"
	}
	if origin, ok := a.Origins[f.Path]; ok && origin.holds(v) {
		l.Origin = origin.short()
	}
	return l
}

// summary shows all answers before they are submitted.
func (w *Wizard) summary(q *request, a *application) error {
	if q.mustAdopt(a) {
		return q.redirect("/antrag/" + a.d.ID + "/uebernehmen")
	}
	if a.d.State != draft.Open || a.firstIncomplete(nil) != nil {
		return q.redirect(a.goesOn())
	}
	q.ensureSecret()
	w.showSummary(q, a, http.StatusOK, nil)
	return nil
}

func (w *Wizard) showSummary(q *request, a *application, status int, notices []string) {
	steps := a.form.VisibleSteps(a.Answers)
	v := &summaryView{
		Sections: w.sections(a, true), Number: len(steps) + 1, State: strconv.FormatInt(a.d.Revision, 10),
		Discard: w.path("/antrag/" + a.d.ID + "/verwerfen"), Back: w.path("/"),
	}
	v.Notices = notices
	if len(steps) > 0 {
		v.Back = w.path("/antrag/" + a.d.ID + "/schritt/" + steps[len(steps)-1].ID)
	}
	q.render(status, "zusammenfassung", "Prüfen Sie Ihre Angaben", v)
}

// submit freezes what the summary showed and goes on to the gates. Submitting
// twice is the same as once.
func (w *Wizard) submit(q *request, a *application) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	shown, err := q.one(stateField)
	if err != nil {
		return err
	}
	if q.mustAdopt(a) {
		return q.redirect("/antrag/" + a.d.ID + "/uebernehmen")
	}
	if a.d.State != draft.Open {
		return q.redirect("/antrag/" + a.d.ID + "/abschluss")
	}
	if a.firstIncomplete(nil) != nil {
		return q.redirect(a.goesOn())
	}
	if shown != strconv.FormatInt(a.d.Revision, 10) {
		w.showSummary(q, a, http.StatusConflict, []string{"Ihre Angaben wurden inzwischen in einem anderen Fenster geändert. Hier sehen Sie den neuen Stand. Prüfen Sie ihn und senden Sie den Antrag dann ab."})
		return nil
	}
	n := *a
	n.Answers = a.form.Clean(a.Answers)
	n.Confirmed = w.now().UTC()
	c := draft.Change{Remove: unused(a.Answers, n.Answers)}
	if c.Answers, err = n.encode(); err != nil {
		return err
	}
	_, err = w.cfg.Drafts.Freeze(q.Context(), a.d, c)
	// A double click or another window is no error: whatever holds now decides.
	if err != nil && !errors.Is(err, draft.ErrConflict) && !errors.Is(err, draft.ErrState) {
		return draftError(err)
	}
	return q.redirect("/antrag/" + a.d.ID + "/abschluss")
}

// unused lists the files that the old answers name and the new ones do not.
func unused(old, now forms.Answers) []string {
	keep := map[string]bool{}
	for _, v := range now.All() {
		if f, ok := v.File(); ok {
			keep[f.Blob] = true
		}
	}
	var gone []string
	for _, v := range old.All() {
		if f, ok := v.File(); ok && !keep[f.Blob] {
			gone = append(gone, f.Blob)
		}
	}
	return gone
}
