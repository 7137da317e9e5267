package fim

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/internal/pattern"
	logic "github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// Widgets and numbers of lines that the length of lists and texts decides.
const (
	radioUpTo     = 7   // entries of a list that are shown as radio buttons
	multiUpTo     = 12  // entries of a list that are shown as boxes
	multilineFrom = 251 // characters
)

// fieldType gives a field its type and what goes with it.
func (b *schemaBuilder) fieldType(n *part, f *forms.FieldDefinition) {
	d := n.field
	switch {
	case d.Feldart == xdatenfelder.FeldartHidden:
		f.Type = forms.TypeHidden
		return
	case isSelect(d):
		b.choice(n, f)
		return
	}
	switch d.Datentyp {
	case xdatenfelder.DatentypText:
		f.Type = forms.TypeText
	case xdatenfelder.DatentypTextLatin:
		f.Type, f.Identifier = forms.TypeText, "latin"
	case xdatenfelder.DatentypDate:
		f.Type = forms.TypeDate
	case xdatenfelder.DatentypBool:
		f.Type, f.Widget = forms.TypeBool, forms.WidgetRadio
	case xdatenfelder.DatentypNum:
		f.Type = forms.TypeDecimal
	case xdatenfelder.DatentypNumInt:
		f.Type = forms.TypeNumber
	case xdatenfelder.DatentypNumCurrency:
		f.Type = forms.TypeMoney
	case xdatenfelder.DatentypTime:
		f.Type = forms.TypeTime
	case xdatenfelder.DatentypDatetime:
		f.Type = forms.TypeDateTime
	case xdatenfelder.DatentypFile:
		b.file(n, f)
	default: // obj, and what the schema leaves out
		b.hint(HintType, n, string(d.Datentyp))
		b.file(n, f)
	}
}

func isSelect(d *xdatenfelder.Datenfeld) bool {
	return d.Feldart == xdatenfelder.FeldartSelect ||
		d.Feldart != xdatenfelder.FeldartLabel && (len(d.Werte) > 0 || d.CodelisteReferenz != nil)
}

func (b *schemaBuilder) file(n *part, f *forms.FieldDefinition) {
	f.Type, f.Accept, f.MaxSize = forms.TypeFile, n.field.MediaTypes, n.field.MaxSize
	if len(f.Accept) == 0 {
		f.Accept = b.Accept
	}
	if f.MaxSize == 0 {
		f.MaxSize = b.MaxSize
	}
}

// choice makes a field with a code list, or one for text if the list is not
// known.
func (b *schemaBuilder) choice(n *part, f *forms.FieldDefinition) {
	options := b.lists[n.field]
	switch {
	case len(options) == 0:
		f.Type = forms.TypeText
		return
	case n.multi:
		f.Type = forms.TypeMulti
		f.MinLength = n.anzahl.Min
		if n.anzahl.Max > 0 {
			f.MaxLength = n.anzahl.Max
		}
	default:
		f.Type, f.Widget = forms.TypeChoice, forms.WidgetRadio
		if len(options) > radioUpTo {
			f.Widget = forms.WidgetSelect
		}
	}
	f.Options = options
	if len(options) > multiUpTo {
		return
	}
	for _, w := range n.field.Werte { // options have no help of their own
		if help := collapse(w.Hilfe); help != "" {
			f.Help = strings.TrimSpace(f.Help + "\n\n" + collapse(w.Name) + ": " + help)
		}
	}
}

// limits applies the Präzisierung to types that have such limits.
func (b *schemaBuilder) limits(n *part, f *forms.FieldDefinition) {
	p := n.field.Praezisierung
	if p.MinLength == 0 && p.MaxLength == 0 && p.MinValue == "" && p.MaxValue == "" && p.Pattern == "" {
		text := collapse(p.Text)
		from, to, isRange := strings.Cut(text, "..")
		switch {
		case isRange && (f.Type == forms.TypeNumber || f.Type == forms.TypeDecimal):
			f.Min, f.Max = b.bound(n, f.Type, from), b.bound(n, f.Type, to)
		case text != "" && text != "{}":
			b.hint(HintLimit, n, text)
		}
		return
	}
	switch f.Type {
	case forms.TypeText, forms.TypeEmail:
		f.MinLength, f.MaxLength = p.MinLength, p.MaxLength
		if f.Type == forms.TypeText && f.MaxLength >= multilineFrom {
			f.Type, f.Rows = forms.TypeMultiline, 5
		}
		if p.Pattern != "" {
			var ok bool
			if f.Pattern, ok = formPattern(p.Pattern); !ok {
				b.hint(HintPattern, n, p.Pattern)
			}
		}
		if p.MinValue != "" || p.MaxValue != "" {
			b.hint(HintLimit, n, p.MinValue+".."+p.MaxValue)
		}
		return
	case forms.TypeNumber, forms.TypeDecimal, forms.TypeMoney, forms.TypeDate:
		f.Min, f.Max = b.bound(n, f.Type, p.MinValue), b.bound(n, f.Type, p.MaxValue)
	default:
		if f.Type == forms.TypeChoice || f.Type == forms.TypeMulti {
			return // the list says what is possible
		}
		if p.MinValue != "" || p.MaxValue != "" {
			b.hint(HintLimit, n, p.MinValue+".."+p.MaxValue)
		}
	}
	if p.MinLength > 1 || p.MaxLength > 0 || p.Pattern != "" {
		b.hint(HintLimit, n, "Länge "+strconv.Itoa(p.MinLength)+".."+strconv.Itoa(p.MaxLength)+" "+p.Pattern)
	}
}

// formPattern is a pattern of XML Schema for a field of a form. Answers have no
// white space around them, so that around the pattern does not count. It reports
// false for what package pattern refuses, and for prose, which would match itself
// alone.
func formPattern(s string) (string, bool) {
	p, err := pattern.Parse(strings.TrimSpace(s))
	if err != nil || p.Literal {
		return "", false
	}
	return p.RE2, true
}

// agree drops limits that no answer can meet.
func (b *schemaBuilder) agree(n *part, f *forms.FieldDefinition) {
	if f.MaxLength > 0 && f.MinLength > f.MaxLength && f.Type != forms.TypeMulti {
		b.hint(HintLimit, n, "Länge "+strconv.Itoa(f.MinLength)+".."+strconv.Itoa(f.MaxLength))
		f.MinLength, f.MaxLength = 0, 0
	}
	low, high := logic.Number(f.Min), logic.Number(f.Max)
	if f.Type == forms.TypeDate {
		low, high = logic.Date(f.Min), logic.Date(f.Max)
	}
	if order, ok := low.Compare(high); ok && order > 0 {
		b.hint(HintLimit, n, f.Min+".."+f.Max)
		f.Min, f.Max = "", ""
	}
}

// bound is the smallest or greatest value of a type, "" if it is none.
func (b *schemaBuilder) bound(n *part, t forms.Type, s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if t == forms.TypeDate {
		if _, err := forms.ParseDate(s); err == nil && len(s) == len("2026-01-02") && s[4] == '-' {
			return s
		}
	} else if v := logic.Number(strings.Replace(s, ",", ".", 1)); !v.Missing() {
		if _, whole := v.Whole(); t != forms.TypeNumber || whole {
			return v.Answer()
		}
	}
	b.hint(HintLimit, n, s)
	return ""
}

// content makes the content of a field its preset.
func (b *schemaBuilder) content(n *part, f *forms.FieldDefinition) {
	content := strings.TrimSpace(n.field.Inhalt)
	if content == "" {
		if n.field.Feldart == xdatenfelder.FeldartLocked || n.field.Feldart == xdatenfelder.FeldartHidden {
			b.hint(HintLocked, n, string(n.field.Feldart))
		}
		return
	}
	switch f.Type {
	case forms.TypeNumber, forms.TypeDecimal, forms.TypeMoney: // a point there, a comma in forms
		content = strings.Replace(logic.Number(strings.Replace(content, ",", ".", 1)).Answer(), ".", ",", 1)
	case forms.TypeFile, forms.TypeMulti:
		content = ""
	}
	var ok bool
	if f.Default, ok = preset(*f, content); !ok {
		b.hint(HintDefault, n, n.field.Inhalt)
	}
}

// preset is a text in the normal form of a field's answers, if it can be one.
func preset(f forms.FieldDefinition, text string) (string, bool) {
	f.Locked = false
	form, err := forms.Compile(forms.Definition{ID: "x", Version: "1", Steps: []forms.StepDefinition{{ID: "x", Title: "x", Elements: []forms.Element{f}}}}, nil)
	if err != nil || text == "" {
		return "", false
	}
	field := form.Fields()[0]
	v := form.Parse(field, text)
	if _, wrong := form.ValidateField(field.Path, v); wrong || v.Text() == "" {
		return "", false
	}
	return v.Text(), true
}

// field makes the definition of a field, without what its place demands.
func (b *schemaBuilder) fieldDefinition(n *part, person bool) forms.FieldDefinition {
	f := forms.FieldDefinition{Name: n.name, Label: n.title(), Help: paragraphs(n.field.HilfetextEingabe), FIM: b.fim(&n.field.AllgemeineAngaben)}
	b.fieldType(n, &f)
	known, ok := knownFields[shortID(n.id)]
	if ok && f.Type == forms.TypeText {
		if known.typ != "" {
			f.Type = known.typ
		}
		if known.identifier != "" {
			f.Identifier = known.identifier
		}
		f.InputMode = known.inputMode
	}
	b.limits(n, &f)
	b.agree(n, &f)
	b.content(n, &f)
	f.Locked = n.field.Feldart == xdatenfelder.FeldartLocked
	b.prefill(n, &f, known, person)
	change := b.override(n)
	for _, text := range []struct {
		to   *string
		from string
	}{{&f.Label, change.Label}, {&f.Help, change.Help}, {&f.Identifier, change.Identifier}, {&f.Autocomplete, change.Autocomplete},
		{&f.Prefill, change.Prefill}, {&f.Phrase, change.Phrase}, {(*string)(&f.Type), string(change.Type)}, {(*string)(&f.Widget), string(change.Widget)}} {
		if text.from != "" {
			*text.to = text.from
		}
	}
	f.Sensitive = change.Sensitive
	return f
}

// prefill names the account's attribute for a field, if the schema says that the
// field is prefilled or the group is about the person who fills in.
func (b *schemaBuilder) prefill(n *part, f *forms.FieldDefinition, known knownField, person bool) {
	demanded := n.field.Vorbefuellung == xdatenfelder.VorbefuellungOptional || n.field.Vorbefuellung == xdatenfelder.VorbefuellungVerpflichtend
	if person || demanded {
		f.Autocomplete = known.autocomplete
	}
	if demanded || person && n.field.Vorbefuellung != xdatenfelder.VorbefuellungKeine {
		f.Prefill = known.prefill
	}
	if demanded && f.Prefill == "" && b.override(n).Prefill == "" || n.field.Vorbefuellung == xdatenfelder.VorbefuellungVerpflichtend {
		b.hint(HintPrefill, n, string(n.field.Vorbefuellung))
	}
}

// note makes a text of a label.
func (b *schemaBuilder) note(n *part) (forms.NoteDefinition, bool) {
	if n.field == nil || n.asks() {
		return forms.NoteDefinition{}, false
	}
	d := forms.NoteDefinition{Name: n.name, Title: n.title(), Text: paragraphs(n.field.Inhalt), FIM: b.fim(&n.field.AllgemeineAngaben)}
	if d.Text == "" {
		d.Text = paragraphs(n.field.HilfetextEingabe)
	}
	if change := b.override(n); change.Label != "" || change.Help != "" {
		if change.Label != "" {
			d.Title = change.Label
		}
		if change.Help != "" {
			d.Text = change.Help
		}
	}
	if collapse(d.Text) == d.Title || d.Text == "" {
		d.Title, d.Text = "", d.Title
	}
	return d, d.Text != ""
}

// paragraphs keeps the blank lines of a text and joins the lines between them.
func paragraphs(s string) string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(s, "\r", ""), "\n") {
		p = collapse(p)
		if n := len(out); p != "" && n > 0 && out[n-1] != "" {
			out[n-1] += " " + p
		} else if p != "" || n > 0 && out[n-1] != "" {
			out = append(out, p)
		}
	}
	var text []string
	for _, p := range out {
		if p != "" {
			text = append(text, p)
		}
	}
	return strings.Join(text, "\n\n")
}
