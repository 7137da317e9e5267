package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

type summaryView struct {
	view
	Sections []sectionView
	Number   int
	State    string // revision that the page shows
	Broken   []brokenView
	Back     string
	Discard  string
}

// brokenView is a check of the form as a whole that the answers break.
type brokenView struct{ ID, Message string }

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
		s.add(a, "", a.form.Page(step.ID, answers))
		list = append(list, s)
	}
	return list
}

// add lists what is below a legend. Groups in groups, and entries, have a
// heading of their own, "Kind 2 – Anschrift".
func (s *sectionView) add(a *application, legend string, nodes []forms.Node) {
	below := func(title string) string {
		if legend == "" {
			return title
		}
		return legend + " – " + title
	}
	for _, n := range nodes {
		switch {
		case n.Field != nil && n.Field.Type != forms.TypeHidden:
			if k := len(s.Groups); k == 0 || s.Groups[k-1].Legend != legend {
				s.Groups = append(s.Groups, groupView{Legend: legend})
			}
			g := &s.Groups[len(s.Groups)-1]
			g.Lines = append(g.Lines, a.line(n))
		case n.Group != nil && n.Group.Repeat == nil:
			s.add(a, below(n.Group.Legend), n.Nodes)
		case n.Group != nil:
			if len(n.Entries) == 0 {
				s.Groups = append(s.Groups, groupView{Legend: below(n.Group.Legend), Lines: []lineView{{Label: n.Group.Legend, Value: "keine Angabe", Blank: true}}})
			}
			for _, e := range n.Entries {
				s.add(a, below(e.Title), e.Nodes)
			}
		}
	}
}

func (a *application) line(n forms.Node) lineView {
	f, v := n.Field, n.Value
	l := lineView{Label: f.Label, Value: f.Display(v), Blank: !v.Answered()}
	if file, ok := v.File(); ok {
		l.Value = file.Name + " (" + formatSize(file.Size) + ")"
	}
	if origin, ok := a.Origins[n.Path]; ok && origin.holds(v) {
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

// showSummary shows the summary, with the checks of the form as a whole that
// the answers break.
func (w *Wizard) showSummary(q *request, a *application, status int, notices []string, broken ...forms.FieldError) {
	steps := a.form.VisibleSteps(a.Answers)
	v := &summaryView{
		Sections: w.sections(a, true), Number: len(steps) + 1, State: strconv.FormatInt(a.d.Revision, 10),
		Discard: w.path("/antrag/" + a.d.ID + "/verwerfen"), Back: w.path("/"),
	}
	v.Notices = notices
	for i, e := range broken {
		id := "pruefung_" + strconv.Itoa(i+1)
		v.Broken = append(v.Broken, brokenView{id, e.Message})
		v.Problems = append(v.Problems, problemView{"#" + id, e.Message})
	}
	v.Invalid = len(broken) > 0
	if len(steps) > 0 {
		v.Back = w.path("/antrag/" + a.d.ID + "/schritt/" + steps[len(steps)-1].ID)
	}
	q.render(status, "zusammenfassung", "Prüfen Sie Ihre Angaben", v)
}

// submit freezes what the summary showed and goes on to the gates. Submitting
// twice is the same as once: what another window has done meanwhile is met
// again, as it is now.
func (w *Wizard) submit(q *request, a *application) error {
	if _, err := q.checkPost(w.cfg.MaxBody); err != nil {
		return err
	}
	shown, err := q.one(stateField)
	if err != nil {
		return err
	}
	err = w.confirm(q, a, shown)
	if !changedMeanwhile(err) {
		return err
	}
	return w.with(a.d.ID, func(q *request, a *application) error { return w.confirm(q, a, shown) })(q)
}

// confirm is submit for the revision that the summary showed.
func (w *Wizard) confirm(q *request, a *application, shown string) error {
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
	if broken := slices.DeleteFunc(a.form.Validate(a.Answers), func(e forms.FieldError) bool { return e.Path != "" }); len(broken) > 0 {
		w.showSummary(q, a, http.StatusUnprocessableEntity, nil, broken...)
		return nil
	}
	n := *a
	n.Answers = a.form.Clean(a.Answers)
	n.Confirmed = w.now().UTC()
	c := draft.Change{Remove: unused(a.Answers, n.Answers)}
	var err error
	if c.Answers, err = n.encode(); err != nil {
		return err
	}
	if _, err = w.cfg.Drafts.Freeze(q.Context(), a.d, c); err != nil {
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
