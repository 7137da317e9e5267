package regel

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// Recognise reads the text of a rule that stands at the scope. It gives effects
// only if the whole text is of known shapes, every element exists there exactly
// once and is called what the schema calls it, and every value is in the code
// list of its field. Everything else is open, with the reason.
func Recognise(text string, s Scope) Result {
	tokens, open := tokens(text)
	if open != nil {
		return Result{Open: open}
	}
	sentences, ok := parse(tokens)
	if !ok {
		return Result{Open: &Open{Code: whyNot(tokens)}}
	}
	b := &binder{scope: s}
	for _, sentence := range sentences {
		if open := b.bind(sentence); open != nil {
			return Result{Open: open}
		}
	}
	if len(sentences) > 1 && !b.compatible() {
		return Result{Open: &Open{Code: CodeSentences}}
	}
	return Result{Effects: b.effects(), Reading: b.reading()}
}

// bound is a sentence whose ids are looked up.
type bound struct {
	satz
	targets []Element
	wenn    *boundCondition
	value   *boundValue // of atLeastOne
	number  Element     // of countOf
}

// boundCondition is a condition whose field and value are looked up.
type boundCondition struct {
	or    bool
	subs  []boundCondition
	field Element
	how   comparison
	op    string
	value boundValue
}

// boundValue is a value in the form of its field.
type boundValue struct {
	operand rule.Operand
	key     string // tells values of a field apart
	words   string
}

type binder struct {
	scope Scope
	bound []bound
}

func (b *binder) bind(s satz) *Open {
	out := bound{satz: s}
	for _, r := range s.refs {
		e, open := b.element(r)
		if open != nil {
			return open
		}
		if slices.ContainsFunc(out.targets, func(t Element) bool { return within(t.Path, e.Path) || within(e.Path, t.Path) }) {
			return &Open{CodeAmbiguous, r.id}
		}
		if e.Text && s.what != onlyIf && s.what != hideIf {
			return &Open{CodeType, r.id}
		}
		out.targets = append(out.targets, e)
	}
	if open := b.condition(s.wenn, &out); open != nil {
		return open
	}
	var open *Open
	switch s.what {
	case exactlyOne, atLeastOne:
		open = b.check(&out)
	case countOf:
		open = b.count(&out)
	}
	b.bound = append(b.bound, out)
	return open
}

// condition binds the condition of a sentence, if it has one.
func (b *binder) condition(c *condition, out *bound) *Open {
	if c == nil {
		return nil
	}
	bc, open := b.bindCondition(*c)
	if open != nil {
		return open
	}
	for _, atom := range bc.atoms() {
		for _, t := range out.targets {
			if open := related(atom, t); open != nil {
				return open
			}
		}
	}
	out.wenn = &bc
	return nil
}

// related checks that a condition can decide about a target.
func related(atom boundCondition, target Element) *Open {
	f := atom.field
	if within(f.Path, target.Path) {
		return &Open{CodeSelf, f.ID}
	}
	for _, r := range f.beyond(target) {
		if r.Max != 1 {
			return &Open{CodeRepeat, f.ID}
		}
	}
	if atom.op == "<>" && f.Optional != "" && (f.Optional == f.Path || !within(target.Path, f.Optional)) {
		return &Open{CodeUnanswered, f.ID}
	}
	return nil
}

// beyond are the groups with entries that an element lies in and the target
// does not.
func (e *Element) beyond(target Element) []Repeat {
	n := 0
	for n < len(e.Repeats) && n < len(target.Repeats) && e.Repeats[n] == target.Repeats[n] {
		n++
	}
	return e.Repeats[n:]
}

// within reports whether a path is that of the group or lies in it.
func within(path, group string) bool {
	return path == group || strings.HasPrefix(path, group+".")
}

// element looks up an element, which must be called what the schema calls it.
func (b *binder) element(r ref) (Element, *Open) {
	found := b.scope.Elements(r.id)
	switch {
	case len(found) == 0:
		return Element{}, &Open{CodeUnknown, r.id}
	case len(found) > 1:
		return Element{}, &Open{CodeAmbiguous, r.id}
	}
	e := found[0]
	if r.name != "" && !named(e, r.name) {
		return Element{}, &Open{CodeName, r.id + " „" + r.name + "“"}
	}
	return e, nil
}

func named(e Element, name string) bool {
	return slices.ContainsFunc(e.Names, func(n string) bool { return collapse(n) == name })
}

func (b *binder) bindCondition(c condition) (boundCondition, *Open) {
	if len(c.subs) > 0 {
		out := boundCondition{or: c.or}
		for _, sub := range c.subs {
			bs, open := b.bindCondition(sub)
			if open != nil {
				return boundCondition{}, open
			}
			for _, before := range out.subs {
				if contrary(&before, &bs, c.or) {
					return boundCondition{}, &Open{CodeMixed, bs.field.ID}
				}
			}
			out.subs = append(out.subs, bs)
		}
		return out, nil
	}
	e, open := b.element(c.field)
	if open != nil {
		return boundCondition{}, open
	}
	if e.Text {
		return boundCondition{}, &Open{CodeType, e.ID}
	}
	out := boundCondition{field: e, how: c.how, op: c.op}
	if c.how != compare {
		return out, nil
	}
	if e.Group {
		return boundCondition{}, &Open{CodeType, e.ID}
	}
	if e.Max != 1 {
		return boundCondition{}, &Open{CodeRepeat, e.ID}
	}
	if c.field.name == "" && c.value.code == "" && named(e, c.value.name) { // is it the name or the value?
		return boundCondition{}, &Open{CodeValue, c.value.name}
	}
	if c.beside && !e.Select && e.Datentyp != xdatenfelder.DatentypBool { // any text could be either
		return boundCondition{}, &Open{CodeValue, c.value.name}
	}
	out.value, open = resolve(e, c.op, c.value)
	return out, open
}

// check binds "entweder … oder" and "mindestens eines".
func (b *binder) check(out *bound) *Open {
	for i, t := range out.targets {
		if i > 0 && !slices.Equal(t.Repeats, out.targets[0].Repeats) {
			return &Open{CodeRepeat, t.ID}
		}
		if out.what == exactlyOne && t.Min > 0 {
			return &Open{CodeMandatory, t.ID}
		}
		if out.satz.value == nil {
			continue
		}
		if t.Group || t.Max != 1 {
			return &Open{CodeType, t.ID}
		}
		v, open := resolve(t, "=", *out.satz.value)
		if open != nil {
			return open
		}
		if out.value != nil && out.value.key != v.key {
			return &Open{CodeValue, t.ID}
		}
		out.value = &v
	}
	return nil
}

// count binds "gibt an, wie oft".
func (b *binder) count(out *bound) *Open {
	n, open := b.element(out.satz.number)
	if open != nil {
		return open
	}
	g := out.targets[0]
	switch {
	case n.Group || n.Datentyp != xdatenfelder.DatentypNumInt && n.Datentyp != xdatenfelder.DatentypNum:
		return &Open{CodeType, n.ID}
	case !g.Group || g.Max == 1:
		return &Open{CodeMandatory, g.ID}
	case n.Max != 1 || !slices.Equal(n.Repeats, g.Repeats):
		return &Open{CodeRepeat, n.ID}
	case within(n.Path, g.Path):
		return &Open{CodeSelf, n.ID}
	}
	out.number = n
	return nil
}

// compatible reports whether no sentence can contradict another one: whatever
// must be filled in must never be hidden at the same time.
func (b *binder) compatible() bool {
	for _, s := range b.bound {
		if s.what != requireIf && s.what != hideIf && s.what != onlyIf {
			return false
		}
		if s.what != requireIf {
			continue
		}
		for _, h := range b.bound {
			if h.what == requireIf || !overlap(s.targets, h.targets) {
				continue
			}
			if h.what == hideIf && !disjoint(s.wenn, h.wenn) || h.what == onlyIf && s.wenn.key() != h.wenn.key() {
				return false
			}
		}
	}
	return true
}

func overlap(a, b []Element) bool {
	return slices.ContainsFunc(a, func(x Element) bool {
		return slices.ContainsFunc(b, func(y Element) bool { return within(x.Path, y.Path) || within(y.Path, x.Path) })
	})
}

// contrary reports whether two comparisons of one field hold always, if joined by
// "oder", or never, if by "und": who wrote that meant the other word.
func contrary(a, b *boundCondition, or bool) bool {
	if !or {
		return disjoint(a, b)
	}
	return disjoint(a.opposite(), b.opposite())
}

// opposite turns a comparison round; one that has no opposite stays.
func (c *boundCondition) opposite() *boundCondition {
	out := *c
	switch {
	case c.how == answered:
		out.how = empty
	case c.how == empty:
		out.how = answered
	case c.op == "=":
		out.op = "<>"
	case c.op == "<>":
		out.op = "="
	default:
		out.op = ""
	}
	return &out
}

// disjoint reports whether two comparisons of one field never hold together.
func disjoint(a, b *boundCondition) bool {
	if len(a.subs) > 0 || len(b.subs) > 0 || a.field.Path != b.field.Path {
		return false
	}
	if a.how != compare || b.how != compare {
		return a.how == answered && b.how == empty || a.how == empty && b.how == answered
	}
	same := a.value.key == b.value.key
	return a.op == "=" && b.op == "=" && !same || same && (a.op == "=" && b.op == "<>" || a.op == "<>" && b.op == "=")
}
