package fim

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/regel"
	logic "github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// definition makes the form of the tree and the effects of the rules.
func (b *schemaBuilder) definition() forms.Definition {
	d := forms.Definition{ID: b.ID, Version: b.Version, Title: b.Title}
	if d.Version == "" {
		d.Version = "0"
	}
	taken := map[string]int{}
	for _, n := range b.ordered() {
		if b.hidden(n) {
			continue
		}
		s := forms.StepDefinition{ID: n.path, Title: b.stepTitle(n), Elements: b.elements(n, b.isPerson(n, false))}
		if len(s.Elements) == 0 {
			continue
		}
		if taken[s.Title]++; taken[s.Title] > 1 {
			s.Title += " (" + strconv.Itoa(taken[s.Title]) + ")"
		}
		if n.kind == nodeStep {
			s.Intro, s.FIM = paragraphs(n.group.HilfetextEingabe), b.fim(&n.group.AllgemeineAngaben)
			s.Visible = b.visible(n)
			b.checks = append(b.checks, b.groupChecks(n)...)
		}
		d.Steps = append(d.Steps, s)
	}
	d.Checks = append(b.checks, b.validAt("")...)
	return d
}

// ordered are the pages in the order of Options.Order.
func (b *schemaBuilder) ordered() []*part {
	place := func(n *part) int {
		if i := slices.Index(b.Order, n.name); i >= 0 {
			return i
		}
		return len(b.Order)
	}
	out := slices.Clone(b.root.children)
	slices.SortStableFunc(out, func(x, y *part) int { return place(x) - place(y) })
	return out
}

func (b *schemaBuilder) stepTitle(n *part) string {
	if label := b.override(n).Label; label != "" {
		return label
	}
	switch {
	case n.kind == nodeStep:
		return n.title()
	case n.only() != nil:
		return b.label(n.only())
	case n == b.root.children[0]:
		return "Allgemeine Angaben"
	}
	return "Weitere Angaben"
}

func (b *schemaBuilder) label(n *part) string {
	if label := b.override(n).Label; label != "" {
		return label
	}
	return n.title()
}

// hidden reports whether the caller leaves an element out.
func (b *schemaBuilder) hidden(n *part) bool {
	if !b.override(n).Hide {
		return false
	}
	if n.anzahl.Min > 0 || n.kind == nodePage {
		b.hint(HintHidden, n, n.title())
	}
	return true
}

// isPerson reports whether the fields of a node are about the person who fills
// in.
func (b *schemaBuilder) isPerson(n *part, outer bool) bool {
	return outer || slices.Contains(b.Person, n.path) || n.id != "" && slices.Contains(b.Person, n.id)
}

// elements makes what is in a page or group.
func (b *schemaBuilder) elements(n *part, person bool) []forms.Element {
	var out []forms.Element
	for _, c := range n.children {
		switch {
		case b.hidden(c):
		case c.kind == nodeGroup:
			if g := b.group(c, b.isPerson(c, person)); len(g.Elements) > 0 {
				out = append(out, g)
			}
		case !c.asks():
			if n.choice {
				continue // see group
			}
			if note, ok := b.note(c); ok {
				note.Visible = b.visible(c)
				out = append(out, note)
			}
		default:
			out = append(out, b.asked(c, b.isPerson(c, person)))
		}
	}
	return out
}

// asked makes a field, or a group with entries around one that may occur several
// times.
func (b *schemaBuilder) asked(n *part, person bool) forms.Element {
	f := b.fieldDefinition(n, person)
	f.Checks = b.listed(n)
	if !n.entries() {
		f.Visible = b.visible(n)
		b.mandatory(n, &f)
		return f
	}
	g := forms.GroupDefinition{Name: n.name, Legend: f.Label, Help: f.Help, Visible: b.visible(n), Repeat: b.repeat(n), Elements: []forms.Element{}}
	f.Name, f.Help, f.Required = entryName, "", true
	g.Elements = append(g.Elements, f)
	g.Checks = b.validAt(n.path)
	return g
}

// mandatory says when a field must be answered.
func (b *schemaBuilder) mandatory(n *part, f *forms.FieldDefinition) {
	if f.Type == forms.TypeHidden || f.Locked && f.Default == "" {
		return
	}
	if n.anzahl.Min > 0 || n.chosen() {
		need := b.needed(n.parent)
		f.Required, f.RequiredIf = need == nil, need
	}
	need := b.required(n)
	if need == nil || f.Required {
		return
	}
	if f.RequiredIf = or(f.RequiredIf, need); f.Visible != nil && f.Visible.String() == need.String() {
		f.Required, f.RequiredIf = true, nil // it is shown only while it is mandatory
	}
}

// needed says when a group that is asked without entries must be filled in; nil
// if always, or whenever it has an entry.
func (b *schemaBuilder) needed(n *part) logic.Condition {
	for ; n != nil; n = n.parent {
		if n.inline {
			need := b.required(n)
			if shown := b.visible(n); shown != nil && need != nil && shown.String() == need.String() {
				continue // it is shown only while it must be filled in
			}
			if outer := b.needed(n.parent); outer != nil {
				need = and(outer, need)
			}
			return or(logic.Answered(n.path), need)
		}
		if n.entries() || n.chosen() {
			return nil
		}
	}
	return nil
}

// group makes a group.
func (b *schemaBuilder) group(n *part, person bool) forms.GroupDefinition {
	g := forms.GroupDefinition{Name: n.name, Legend: b.label(n), Help: paragraphs(n.group.HilfetextEingabe), FIM: b.fim(&n.group.AllgemeineAngaben),
		Visible: b.visible(n), Choice: n.choice, Elements: b.elements(n, person)}
	if help := b.override(n).Help; help != "" {
		g.Help = help
	}
	for _, c := range n.children { // a text is no part to choose: it goes on top
		if note, ok := b.note(c); n.choice && ok && !b.hidden(c) {
			g.Help = strings.TrimSpace(g.Help + "\n\n" + note.Text)
		}
	}
	if n.entries() {
		g.Repeat = b.repeat(n)
	}
	g.Checks = b.groupChecks(n)
	return g
}

// groupChecks are the checks of a group: those of rules, and that a mandatory
// group of optional fields has something in it.
func (b *schemaBuilder) groupChecks(n *part) []forms.Check {
	checks := b.validAt(n.path)
	need := b.required(n)
	if n.several() || need == nil {
		return checks
	}
	for c := range n.all() {
		if c.asks() && c.anzahl.Min > 0 {
			return checks
		}
	}
	return append(checks, forms.Check{Valid: logic.Or(logic.Not(need), logic.Answered(n.path)),
		Code: CodeGroupRequired, Message: "Machen Sie Angaben zu „" + b.label(n) + "“."})
}

// CodeGroupRequired is the code of the error that a group which a rule makes
// mandatory has nothing in it.
const CodeGroupRequired = "GROUP_REQUIRED"

// fim is the reference of an element. Without a version, as in XDatenfelder 1 and in
// working copies, there is none.
func (b *schemaBuilder) fim(a *xdatenfelder.AllgemeineAngaben) string {
	if a.Identifikation.Version != "" {
		return a.Identifikation.String()
	}
	if !b.unversioned {
		b.unversioned = true
		b.hint(HintVersion, &part{id: a.Identifikation.ID}, "")
	}
	return ""
}

// repeat says how often a node may occur.
func (b *schemaBuilder) repeat(n *part) *forms.Repeat {
	r := &forms.Repeat{Min: n.anzahl.Min, Max: max(n.anzahl.Max, 0), Entry: b.label(n)}
	for _, e := range b.effects {
		if e.Kind == regel.Count && e.Path == n.path {
			r.Count = e.Times
		}
	}
	return r
}

// visible is when an element is shown: while all rules allow it.
func (b *schemaBuilder) visible(n *part) logic.Condition {
	var out logic.Condition
	for _, e := range b.effects {
		if e.Kind == regel.Show && e.Path == n.path {
			out = and(out, e.If)
		}
	}
	return out
}

// required is when rules demand an element: while one does.
func (b *schemaBuilder) required(n *part) logic.Condition {
	var out logic.Condition
	for _, e := range b.effects {
		if e.Kind == regel.Require && e.Path == n.path {
			out = or(out, e.If)
		}
	}
	return out
}

// validAt are the checks that rules put on a group, and the demands for entries
// of the groups directly in it.
func (b *schemaBuilder) validAt(path string) []forms.Check {
	var out []forms.Check
	used := b.used(b.byPath[path])
	add := func(valid logic.Condition, code, message string) {
		if used != nil {
			valid = logic.Or(logic.Not(used), valid)
		}
		out = append(out, forms.Check{Valid: valid, Code: strings.ToUpper(code), Message: message})
	}
	for _, e := range b.effects {
		id := b.Report.Rules[e.report].ID
		switch n := b.byPath[e.Path]; {
		case e.Kind == regel.Valid && e.Path == path:
			add(e.If, id, e.Message)
		case e.Kind == regel.Require && n != nil && n.several() && !n.multi && n.parent.path == path && n.anzahl.Min == 0:
			add(logic.Or(logic.Not(e.If), logic.Answered(n.path)), id, "Machen Sie mindestens eine Angabe zu „"+b.label(n)+"“.")
		}
	}
	return out
}

// used is when a group counts, beyond being shown and having an entry: a part of
// a choice only if it is the one that is filled in, one that may be left out only
// if it is begun or mandatory, a page only while it is shown. nil is always.
func (b *schemaBuilder) used(n *part) logic.Condition {
	var out logic.Condition
	for ; n != nil && !n.entries(); n = n.parent {
		switch {
		case n.chosen():
			out = and(out, logic.Answered(n.path))
		case n.inline:
			out = and(out, or(logic.Answered(n.path), b.required(n)))
		case n.kind == nodeStep:
			out = and(out, b.visible(n))
		}
	}
	return out
}

// and joins conditions of which either may be nil, which then holds.
func and(a, b logic.Condition) logic.Condition {
	switch {
	case a == nil:
		return b
	case b == nil || a.String() == b.String():
		return a
	}
	return logic.And(a, b)
}

// or joins conditions of which either may be nil, which then does not hold.
func or(a, b logic.Condition) logic.Condition {
	switch {
	case a == nil:
		return b
	case b == nil || a.String() == b.String():
		return a
	}
	return logic.Or(a, b)
}
