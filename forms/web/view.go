package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

// view is what every page gets.
type view struct {
	Title   string // of the page, its h1
	Full    string // for <title>
	Layout  Layout
	User    *User
	Logout  string
	Base    string // path before our addresses
	Style   string
	Token   string // hidden in every form
	Robots  bool   // whether search engines may list the page
	Invalid bool
	// Above the page's heading.
	Problems []problemView
	Notices  []string
}

func (v *view) page() *view { return v }

type pageView interface{ page() *view }

// render writes a page. It is put together before the first byte goes out, so
// that a failing template becomes an error page.
func (q *request) render(status int, name, title string, v pageView) {
	w := q.w
	p := v.page()
	p.Title, p.Layout, p.User, p.Base, p.Style = title, w.cfg.Layout, q.user, w.base.Path, w.path("/stil.css?"+strings.Trim(w.styleTag, `"`))
	// The start page has the service's name as its title: it is said once.
	p.Full = strings.Join(slices.Compact(slices.DeleteFunc([]string{title, w.cfg.Layout.Service, w.cfg.Layout.Authority}, func(s string) bool { return s == "" })), " – ")
	if p.Invalid {
		p.Full = "Fehler: " + p.Full
	}
	if q.user != nil {
		p.Logout = w.cfg.LogoutURL
	}
	if q.secret != (draft.Token{}) {
		p.Token = q.formToken()
	}
	var buf bytes.Buffer
	if err := w.templates.ExecuteTemplate(&buf, name, v); err != nil {
		w.log.ErrorContext(q.Context(), "web: template failed", "template", name, "error", err)
		status = http.StatusInternalServerError
		buf.Reset()
		t := statusText(status)
		fmt.Fprintf(&buf, "<!DOCTYPE html>\n<html lang=\"de\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title></head><body><main><h1>%s</h1><p>%s</p></main></body></html>\n", t.Title, t.Title, t.Text[0])
	}
	h := q.out.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	q.out.WriteHeader(status)
	if q.Method != http.MethodHead {
		q.out.Write(buf.Bytes()) //nolint:errcheck // the browser is gone
	}
}

type loginView struct{ Label, URL string }

// logins lists the ways to log in and come back to a path below BaseURL.
func (q *request) logins(returnTo string) []loginView {
	var list []loginView
	for _, l := range q.w.cfg.Logins {
		list = append(list, loginView{l.Label, l.URL(q.w.path(returnTo))})
	}
	return list
}

// fieldView is one question on a page.
type fieldView struct {
	*forms.Field
	Path        string // instance path
	Help        string
	Optional    bool
	ID          string
	Value       string
	Day         string
	Month       string
	Year        string
	Options     []optionView
	File        *forms.File
	Error       string
	Origin      string // where the answer came from; empty: typed
	Locked      bool
	Shown       string // the answer as text, for locked and computed fields
	DescribedBy string
	Width       string // class of the input
}

type optionView struct {
	ID, Value, Label string
	Checked          bool
}

// problemView is a line of the error summary.
type problemView struct{ Href, Message string }

func (a *application) field(n forms.Node, errs []forms.FieldError) *fieldView {
	f := n.Field
	v := &fieldView{Field: f, Path: n.Path, ID: htmlID(n.Path), Width: width(f), Error: errorOf(n.Path, errs),
		Help: hint(f), Optional: f.Optional && !n.Required}
	answer := n.Value
	v.Value = f.Input(answer)
	if file, ok := answer.File(); ok && file.Blob != "" {
		v.File = &file
	} else if file, ok := a.Answers.Get(n.Path).File(); ok && !answer.Empty() {
		v.File = &file // what was just chosen was refused: this one is still there
	}
	if f.Type == forms.TypeDate || f.Type == forms.TypePartialDate {
		v.Day, v.Month, v.Year = forms.DateParts(answer)
		if v.Day != "" && v.Month != "" && v.Year != "" {
			v.Value = v.Day + "." + v.Month + "." + v.Year
		}
	}
	chosen := answer.List()
	if answer.Text() != "" {
		chosen = append(chosen, answer.Text())
	}
	for i, o := range f.Options {
		v.Options = append(v.Options, optionView{v.ID + "_" + strconv.Itoa(i+1), o.Value, o.Label, slices.Contains(chosen, o.Value)})
	}
	v.Shown = f.Display(answer)
	if origin, ok := a.Origins[n.Path]; ok && origin.holds(answer) {
		v.Locked = origin.Locked
		v.Origin = origin.text()
	}
	var described []string
	if v.Help != "" {
		described = append(described, v.ID+"_hilfe")
	}
	if v.Origin != "" {
		described = append(described, v.ID+"_quelle")
	}
	if f.Widget == forms.WidgetFile {
		described = append(described, v.ID+"_regel")
	}
	if v.Error != "" {
		described = append(described, v.ID+"_fehler")
	}
	v.DescribedBy = strings.Join(described, " ")
	return v
}

// hint is the help of a field, or what its type needs to be said.
func hint(f *forms.Field) string {
	switch {
	case f.Help != "" || f.Computed || f.Locked:
		return f.Help
	case f.Type == forms.TypeMoney:
		return "In Euro, zum Beispiel 12,50"
	case f.Type == forms.TypePartialDate:
		return "Lassen Sie leer, was Sie nicht wissen."
	case f.Type == forms.TypeTime:
		return "Zum Beispiel 14:30"
	case f.Type == forms.TypeDateTime:
		return "Zum Beispiel 3.4.2026 14:30"
	}
	return ""
}

// Fixed reports whether the answer is shown but not asked.
func (v *fieldView) Fixed() bool { return v.Locked || v.Field.Locked || v.Computed }

// width hints at the length of what is expected.
func width(f *forms.Field) string {
	switch {
	case f.Type == forms.TypeNumber, f.Type == forms.TypeTime, f.Identifier == "plz", f.MaxLength > 0 && f.MaxLength <= 8:
		return "eingabe-kurz"
	case f.Type == forms.TypeMoney, f.Type == forms.TypeDecimal, f.Type == forms.TypeDateTime, f.Identifier == "kfzkennzeichen", f.Identifier == "steuerid", f.MaxLength > 0 && f.MaxLength <= 20:
		return "eingabe-mittel"
	}
	return ""
}

// first is where a link in the error summary leads.
func (v *fieldView) first() string {
	switch {
	case v.Fixed():
		return v.ID
	case v.Widget == forms.WidgetDate:
		return v.ID + "_tag"
	case (v.Widget == forms.WidgetRadio || v.Widget == forms.WidgetCheckboxes) && len(v.Options) > 0:
		return v.Options[0].ID
	}
	return v.ID
}

// Legend reports whether the field has several controls under one question.
func (v *fieldView) Legend() bool {
	return v.Widget == forms.WidgetDate || v.Widget == forms.WidgetRadio || v.Widget == forms.WidgetCheckboxes
}

// Birthday is the autocomplete token of one input of a date of birth ("day",
// "month", "year"), with what qualifies it ("section-halter"); else empty.
func (v *fieldView) Birthday(part string) string {
	if v.Autocomplete == "bday" || strings.HasSuffix(v.Autocomplete, " bday") {
		return v.Autocomplete + "-" + part
	}
	return ""
}

// Types names the media types that a file may have.
func (v *fieldView) Types() string {
	names := map[string]string{"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WebP", "text/plain": "Text"}
	var list []string
	for _, t := range v.Accept {
		if n, ok := names[t]; ok {
			t = n
		}
		list = append(list, t)
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " oder " + list[n-1]
	}
	return strings.Join(list, "")
}

// AcceptList is the accept attribute.
func (v *fieldView) AcceptList() string { return strings.Join(v.Accept, ",") }

// holds reports whether the answer is still the delivered one.
func (p Prefilled) holds(v forms.Value) bool { return v.Answered() && v.Text() == p.Value }

// text tells a citizen where an answer came from.
func (p Prefilled) text() string {
	source := p.Source
	if source == "" {
		source = "Nutzerkonto"
	}
	switch {
	case !p.Locked:
		return "Übernommen aus: " + source + ". Sie können die Angabe ändern."
	case p.Trust == "":
		return "Bestätigt durch: " + source
	}
	return "Bestätigt durch: " + source + ", Vertrauensniveau " + p.Trust
}

// short is the same for the summary.
func (p Prefilled) short() string {
	source := p.Source
	if source == "" {
		source = "Nutzerkonto"
	}
	if p.Locked {
		return "bestätigt durch " + source
	}
	return "übernommen aus " + source
}

// stepState identifies what a step's page shows, to notice a change made in
// another window.
func (a *application) stepState(step *forms.Step) string {
	h := sha256.New()
	for path, v := range a.Answers.All() {
		if !inStep(step, path) {
			continue
		}
		b, err := v.MarshalJSON()
		if err != nil {
			b = nil
		}
		fmt.Fprintf(h, "%s=%d:%s\n", path, len(b), b)
	}
	for _, f := range step.Fields() { // what is missing is a state too
		if !a.Answers.Has(f.Path) {
			fmt.Fprintf(h, "%s\n", f.Path)
		}
	}
	fmt.Fprint(h, a.d.ID)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// berlin returns the time as clocks in Germany show it (Directive 2000/84/EC:
// summer time from the last Sunday of March to the last of October, 01:00 UTC).
func berlin(t time.Time) time.Time {
	t = t.UTC()
	change := func(month time.Month) time.Time {
		last := time.Date(t.Year(), month, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	if !t.Before(change(time.March)) && t.Before(change(time.October)) {
		return t.In(time.FixedZone("MESZ", 2*3600))
	}
	return t.In(time.FixedZone("MEZ", 3600))
}

func formatDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return berlin(t).Format("2.1.2006")
}

func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return berlin(t).Format("2.1.2006, 15:04 Uhr")
}

// formatSize writes bytes as the messages of package forms do.
func formatSize(n int64) string {
	decimal := func(unit int64) string {
		s := strconv.FormatFloat(float64(n)/float64(unit), 'f', 1, 64)
		return strings.Replace(strings.TrimSuffix(s, ".0"), ".", ",", 1)
	}
	switch {
	case n >= 1<<20:
		return decimal(1<<20) + " MB"
	case n >= 1<<10:
		return decimal(1<<10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " Byte"
}
