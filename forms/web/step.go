package web

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

type stepView struct {
	view
	Step      *forms.Step
	Number    int
	Count     int
	Nodes     []nodeView
	State     string
	Return    bool // to the summary, not to the next step
	Multipart bool
	Entries   bool // there are buttons before the one that goes on
	Locked    bool // some answers are confirmed and cannot be changed
	Back      string
	Discard   string
	Boxes     []string // paths of those that can be ticked, and ""
}

const toSummary = "zusammenfassung"

// pick returns the step of a page, or where to go instead: no step is shown
// while one before it is incomplete.
func (a *application) pick(id string) (step *forms.Step, elsewhere string, err error) {
	step = a.form.Step(id)
	if step == nil {
		return nil, "", notFound
	}
	if a.d.State != draft.Open {
		return nil, a.goesOn(), nil
	}
	if !a.form.Visible(id, a.Answers) {
		return nil, a.goesOn(), nil
	}
	if first := a.firstIncomplete(step); first != nil {
		return nil, "/antrag/" + a.d.ID + "/schritt/" + first.ID, nil
	}
	return step, "", nil
}

// mustAdopt reports whether the draft has to be bound to the user first.
func (q *request) mustAdopt(a *application) bool {
	return q.user != nil && a.d.Owner == "" && a.d.State == draft.Open
}

// step shows the page of a step.
func (w *Wizard) step(q *request, a *application, id string) error {
	if q.mustAdopt(a) {
		return q.redirect("/antrag/" + a.d.ID + "/uebernehmen")
	}
	step, elsewhere, err := a.pick(id)
	if err != nil {
		return err
	}
	if step == nil {
		return q.redirect(elsewhere)
	}
	query := q.URL.Query()
	v := w.stepPage(a, step, a.Answers, nil, query.Get("zurueck") == toSummary)
	if query.Has("neu") {
		v.Notices = append(v.Notices, "Wegen Ihrer Antwort gibt es auf dieser Seite weitere Angaben. Bitte sehen Sie die Seite noch einmal durch.")
	}
	q.ensureSecret()
	q.render(http.StatusOK, "schritt", step.Title, v)
	return nil
}

func (w *Wizard) stepPage(a *application, step *forms.Step, answers forms.Answers, errs []forms.FieldError, toSum bool) *stepView {
	v := &stepView{Step: step, State: a.stepState(step), Nodes: a.nodes(step, answers, errs), Return: toSum, Discard: w.path("/antrag/" + a.d.ID + "/verwerfen")}
	v.Problems = problems(v.Nodes)
	for _, e := range errs { // about what no page shows, such as a hidden field
		if !slices.ContainsFunc(v.Problems, func(p problemView) bool { return p.Message == e.Message }) {
			v.Notices = append(v.Notices, "Diese Seite lässt sich noch nicht abschließen: "+e.Message)
		}
	}
	fields(v.Nodes, func(f *fieldView) {
		v.Locked = v.Locked || f.Locked
		v.Multipart = v.Multipart || f.Type == forms.TypeFile
	})
	v.Entries = hasEntries(v.Nodes)
	v.Boxes = append(boxes(v.Nodes), "")
	v.Invalid = len(v.Problems) > 0
	steps := a.form.VisibleSteps(answers)
	v.Count = len(steps) + 1 // the summary
	for i, s := range steps {
		if s == step {
			v.Number = i + 1
			if i > 0 {
				v.Back = w.path("/antrag/" + a.d.ID + "/schritt/" + steps[i-1].ID)
			}
		}
	}
	switch {
	case toSum && a.firstIncomplete(nil) == nil:
		v.Back = w.path("/antrag/" + a.d.ID + "/" + toSummary)
	case v.Back == "":
		v.Back = w.path("/")
	}
	return v
}

// posted is what a step's page sent.
type posted struct {
	files  *multipart.Form
	action string // button
	state  string
	back   string
	shown  []string // boxes, and ""; nil if the page does not say
}

func (q *request) readStep(a *application, id string) (*posted, error) {
	limit := q.w.cfg.MaxBody
	if step := a.form.Step(id); step != nil {
		for _, f := range step.Fields() {
			if f.Type == forms.TypeFile {
				limit += f.MaxSize
			}
		}
	}
	p := &posted{}
	var err error
	if p.files, err = q.checkPost(limit); err != nil {
		return nil, err
	}
	for name, into := range map[string]*string{actionField: &p.action, stateField: &p.state, backField: &p.back} {
		if *into, err = q.one(name); err != nil {
			return nil, err
		}
	}
	p.shown = q.post[shownField]
	for name := range q.post {
		if strings.HasPrefix(name, "_") {
			delete(q.post, name)
		}
	}
	return p, nil
}

// saveStep stores what was entered on a page and leads on. Two windows may save
// at once: what one of them could not store is tried again on what the other
// has stored.
func (w *Wizard) saveStep(q *request, a *application, id string) error {
	p, err := q.readStep(a, id)
	if err != nil {
		return err
	}
	if p.files != nil {
		defer p.files.RemoveAll() //nolint:errcheck // temporary files
	}
	for range 5 {
		err = w.tryStep(q, a, id, p)
		if !changedMeanwhile(err) {
			return err
		}
		d, loadErr := q.load(q.Context(), a.d.ID)
		if loadErr != nil {
			return loadErr
		}
		if a, loadErr = w.open(d); loadErr != nil {
			return loadErr
		}
	}
	return draftError(err)
}

func (w *Wizard) tryStep(q *request, a *application, id string, p *posted) error {
	step, elsewhere, err := a.pick(id)
	if err != nil {
		return err
	}
	if step == nil {
		return q.redirect(elsewhere)
	}
	answers, uploads, err := a.decode(q, step, p)
	if err != nil {
		return err
	}
	if changed(step, a.Answers, answers) && p.state != a.stepState(step) {
		return w.conflictingStep(q, a, step, answers, p)
	}
	if strings.HasPrefix(p.action, addAction) || strings.HasPrefix(p.action, removeAction) {
		if p.state != a.stepState(step) { // pressed twice, or in two windows
			return q.redirect(a.again(step, p))
		}
	}
	if p.action == "pause" {
		return w.keepStep(q, a, step, answers, uploads, "/antrag/"+a.d.ID+"/pause")
	}
	if next, at, ok := a.entries(step, answers, p.action); ok {
		return w.keepStep(q, a, step, next, uploads, a.again(step, p)+"#"+htmlID(at))
	}

	before, after := shownPaths(a.form, step, a.Answers), shownPaths(a.form, step, answers)
	isNew := func(path string) bool { return !slices.Contains(before, path) && slices.Contains(after, path) }
	errs := a.form.Validate(answers, step.ID)
	old := slices.DeleteFunc(slices.Clone(errs), func(e forms.FieldError) bool { return isNew(e.Path) })
	if len(old) > 0 {
		return w.invalidStep(q, a, step, answers, uploads, old, p)
	}
	n := *a
	n.Answers = answers
	n.Seen = cloneSeen(a.Seen)
	asked := slices.ContainsFunc(after, isNew) // even if it need not be answered
	if asked {
		delete(n.Seen, step.ID)
	} else {
		n.Seen[step.ID] = after
	}
	if _, err := w.save(q, &n, fileChange(a, step, answers, uploads)); err != nil {
		return tooLargeOr(err)
	}
	return q.redirect(n.next(step, p.back == toSummary, asked))
}

// changed reports whether an answer of the step is another one.
func changed(step *forms.Step, old, now forms.Answers) bool {
	for _, pair := range [2][2]forms.Answers{{old, now}, {now, old}} {
		for path, v := range pair[0].All() {
			if inStep(step, path) && !v.Equal(pair[1].Get(path)) {
				return true
			}
		}
		for _, f := range step.Fields() {
			if pair[0].Has(f.Path) != pair[1].Has(f.Path) {
				return true
			}
		}
	}
	return false
}

// entries adds or removes an entry of a repeated group, if that is what the
// button says, and tells where the page goes on.
func (a *application) entries(step *forms.Step, answers forms.Answers, action string) (next forms.Answers, at string, ok bool) {
	if group, add := strings.CutPrefix(action, addAction); add && inStep(step, group) {
		next, ok = a.form.AddEntry(group, answers)
		return next, group + "[" + strconv.Itoa(a.form.Entries(group, answers)) + "]", ok
	}
	if entry, remove := strings.CutPrefix(action, removeAction); remove && inStep(step, entry) {
		next, ok = a.form.RemoveEntry(entry, answers)
		return next, entry[:max(0, strings.LastIndexByte(entry, '['))], ok
	}
	return answers, "", false
}

// again is the address of the same page.
func (a *application) again(step *forms.Step, p *posted) string {
	address := "/antrag/" + a.d.ID + "/schritt/" + step.ID
	if p.back == toSummary {
		address += "?zurueck=" + toSummary
	}
	return address
}

func cloneSeen(seen map[string][]string) map[string][]string {
	n := make(map[string][]string, len(seen)+1)
	for k, v := range seen {
		n[k] = v
	}
	return n
}

// next is the page after a step.
func (a *application) next(step *forms.Step, toSum, again bool) string {
	p := "/antrag/" + a.d.ID
	suffix := ""
	if toSum {
		suffix = "?zurueck=" + toSummary
	}
	if again {
		if suffix == "" {
			return p + "/schritt/" + step.ID + "?neu=1"
		}
		return p + "/schritt/" + step.ID + suffix + "&neu=1"
	}
	if toSum {
		if s := a.firstIncomplete(nil); s != nil {
			return p + "/schritt/" + s.ID + suffix
		}
		return p + "/" + toSummary
	}
	steps := a.form.VisibleSteps(a.Answers)
	for i, s := range steps {
		if s == step && i+1 < len(steps) {
			return p + "/schritt/" + steps[i+1].ID
		}
	}
	return p + "/" + toSummary
}

// decode reads the step's answers. Locked ones stay what they are, whatever was
// posted.
func (a *application) decode(q *request, step *forms.Step, p *posted) (forms.Answers, []forms.Upload, error) {
	values := q.post
	var answers forms.Answers
	var uploads []forms.Upload
	var err error
	if p.files != nil {
		answers, uploads, err = a.form.DecodeMultipart(step.ID, &multipart.Form{Value: values, File: p.files.File}, a.Answers)
	} else {
		answers, err = a.form.Decode(step.ID, values, a.Answers)
	}
	if err != nil {
		return forms.Answers{}, nil, err
	}
	for i := range uploads { // the same file may be there twice
		uploads[i].File.Blob = uuid.NewString()
		answers = answers.With(uploads[i].Path, forms.FileValue(uploads[i].File))
	}
	if p.shown != nil {
		answers = a.untold(values, answers, p.shown)
	}
	for path, origin := range a.Origins {
		if origin.Locked && inStep(step, path) {
			answers = answers.With(path, a.Answers.Get(path))
		}
	}
	return answers, uploads, nil
}

// untold leaves boxes as they were that the page did not show, so that nothing
// says whether they are ticked.
func (a *application) untold(posted url.Values, answers forms.Answers, shown []string) forms.Answers {
	told := make(map[string]bool, len(shown))
	for _, path := range shown {
		told[path] = true
	}
	for _, at := range a.form.Instances(answers) {
		if isBox(at.Field) && !told[at.Path] && !posted.Has(at.Path) && !answers.Get(at.Path).Equal(a.Answers.Get(at.Path)) {
			answers = answers.With(at.Path, a.Answers.Get(at.Path))
		}
	}
	return answers
}

// fileChange lists the files to be stored and to be removed so that the draft
// holds those that its answers name.
func fileChange(a *application, step *forms.Step, answers forms.Answers, uploads []forms.Upload) draft.Change {
	var c draft.Change
	keep := map[string]bool{}
	for _, v := range answers.All() {
		if f, ok := v.File(); ok {
			keep[f.Blob] = true
		}
	}
	for path, v := range a.Answers.All() {
		if old, ok := v.File(); ok && inStep(step, path) && !keep[old.Blob] {
			c.Remove = append(c.Remove, old.Blob)
		}
	}
	for _, u := range uploads {
		if !keep[u.File.Blob] {
			continue // its entry was removed with the same button
		}
		c.Add = append(c.Add, draft.Blob{ID: u.File.Blob, Name: u.File.Name, Type: u.File.MediaType, Data: u.Content})
	}
	return c
}

// invalidStep shows the page again with what was entered. Files that are in
// order are stored already, so that nobody has to choose them twice.
func (w *Wizard) invalidStep(q *request, a *application, step *forms.Step, answers forms.Answers, uploads []forms.Upload, errs []forms.FieldError, p *posted) error {
	n := *a
	for _, u := range uploads {
		n.Answers = n.Answers.With(u.Path, forms.FileValue(u.File))
	}
	if len(uploads) > 0 {
		saved, err := w.save(q, &n, fileChange(a, step, n.Answers, uploads))
		if err != nil {
			return tooLargeOr(err)
		}
		n = *saved
	}
	v := w.stepPage(&n, step, answers, errs, p.back == toSummary)
	q.render(http.StatusUnprocessableEntity, "schritt", step.Title, v)
	return nil
}

// conflictingStep shows what was entered next to the news that the stored
// answers are others. Sending it once more stores it.
func (w *Wizard) conflictingStep(q *request, a *application, step *forms.Step, answers forms.Answers, p *posted) error {
	for path, v := range answers.All() { // files are taken from what is stored
		if _, ok := v.File(); ok && inStep(step, path) {
			answers = answers.With(path, a.Answers.Get(path))
		}
	}
	for path, v := range a.Answers.All() {
		if _, ok := v.File(); ok && inStep(step, path) && !answers.Has(path) {
			answers = answers.With(path, v)
		}
	}
	v := w.stepPage(a, step, answers, nil, p.back == toSummary)
	v.Notices = []string{"Diese Seite wurde inzwischen in einem anderen Fenster geändert. Unten steht, was Sie hier eingegeben haben; gespeichert ist es noch nicht. Prüfen Sie Ihre Angaben und senden Sie die Seite noch einmal ab."}
	q.render(http.StatusConflict, "schritt", step.Title, v)
	return nil
}

// keepStep stores what was entered as it is and goes on to an address. The step
// stays incomplete.
func (w *Wizard) keepStep(q *request, a *application, step *forms.Step, answers forms.Answers, uploads []forms.Upload, to string) error {
	n := *a
	for path, v := range answers.All() { // a file that was refused is not kept
		if file, ok := v.File(); ok && file.Blob == "" && inStep(step, path) {
			answers = answers.With(path, a.Answers.Get(path))
		}
	}
	n.Answers = answers
	n.Seen = cloneSeen(a.Seen)
	delete(n.Seen, step.ID)
	if _, err := w.save(q, &n, fileChange(a, step, answers, uploads)); err != nil {
		return tooLargeOr(err)
	}
	return q.redirect(to)
}

// tooLargeOr leaves conflicts to be tried again.
func tooLargeOr(err error) error {
	if changedMeanwhile(err) {
		return err
	}
	return draftError(err)
}
