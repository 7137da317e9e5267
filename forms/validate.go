package forms

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/rule"
)

// Validate checks the answers of the named steps, or of all steps if none is
// named, and returns what is wrong in the order of the pages, at most one
// error for each field; nil if nothing is. Hidden fields are never wrong, and
// count as not answered for the rules of others. An ID that names no step
// makes it check all steps, so that a slip hides no error. The checks of the
// form as a whole come last, and only with all steps.
func (f *Form) Validate(a Answers, stepIDs ...string) []FieldError {
	st := f.evaluate(a)
	defer st.done()
	if f.peer != nil {
		st.askPeer()
	}
	if slices.ContainsFunc(stepIDs, func(id string) bool { return f.byStep[id] == nil }) {
		stepIDs = nil
	}
	j := judge{st: st}
	for _, step := range f.steps {
		if len(stepIDs) == 0 || slices.Contains(stepIDs, step.ID) {
			j.children(&st.root, step.element, true)
		}
	}
	if len(stepIDs) == 0 && len(f.checks) > 0 {
		j.whole(f.checks)
	}
	return j.errs
}

// ValidateField checks an answer by itself, as if its field were shown and all
// others were left blank, and returns what is wrong with it. It is meant for
// an answer from elsewhere, such as an account, before anything else is known.
// The path is a definition path or an instance path. A path that the form does
// not have gives [CodeInvalid].
func (f *Form) ValidateField(path string, v Value) (problem FieldError, wrong bool) {
	el := f.elements[withoutIndexes(path)]
	if el == nil || el.field == nil {
		return FieldError{Path: path, Code: CodeInvalid}, true
	}
	st := f.evaluate(Answers{})
	defer st.done()
	in := st.alone(el.scope)
	in.slots[el.slot] = slot{v: v, visible: true, loaded: true}
	j := judge{st: st, alone: f.peer != nil}
	j.field(in, el, true)
	if len(j.errs) == 0 {
		return FieldError{}, false
	}
	j.errs[0].Path = path
	return j.errs[0], true
}

// alone is an instance of a scope in which nothing is shown.
func (st *state) alone(def *scopeDef) *instance {
	in := &st.root
	if def.parent != nil {
		in = &instance{st: st, def: def, parent: st.alone(def.parent), prefix: def.group.path, slots: make([]slot, len(def.elements)), entries: make([][]*instance, len(def.groups))}
	}
	for i := range in.slots {
		in.slots[i] = slot{}
	}
	clear(in.entries)
	return in
}

// judge collects what is wrong with answers.
type judge struct {
	st    *state
	errs  []FieldError
	alone bool // one field without a struct around it
}

// children checks what is in a step, group or entry. Where required is not
// set, nothing has to be answered.
func (j *judge) children(in *instance, el *element, required bool) {
	for _, c := range el.children {
		if in.slots[c.slot].visible {
			j.element(in, c, required)
		}
	}
}

func (j *judge) element(in *instance, el *element, required bool) {
	switch {
	case el.field != nil:
		j.field(in, el, required)
	case el.group != nil:
		j.group(in, el, required)
	}
}

// group checks a group: how many entries, what is in each, and its checks.
func (j *judge) group(in *instance, el *element, required bool) {
	g := el.group
	wrong := false
	if el.inner != nil {
		wrong = j.count(in, el, required)
	}
	for _, at := range in.inside(el) {
		before := len(j.errs)
		if g.Choice {
			j.choice(at, el, required)
		} else {
			j.children(at, el, required)
		}
		if len(g.checks) > 0 && !wrong && len(j.errs) == before && at.shows(el.children) {
			j.checks(at, el, g.checks)
		}
	}
}

// count checks the number of entries.
func (j *judge) count(in *instance, el *element, required bool) bool {
	s, r := &in.slots[el.slot], el.group.Repeat
	switch {
	case s.count > r.Max || slices.Contains(j.st.over, s):
		j.add(in, el, CodeMaxEntries, "max", itoa(r.Max))
	case s.count < r.Min && required:
		j.add(in, el, CodeMinEntries, "min", itoa(r.Min))
	default:
		return false
	}
	return true
}

// choice checks that exactly one of the elements is used; what is in the
// others need not be answered.
func (j *judge) choice(in *instance, el *element, required bool) {
	used := 0
	for _, c := range el.children {
		if in.uses(c) {
			used++
		}
	}
	code := ""
	switch {
	case used == 0 && required && in.shows(el.children):
		code = CodeChoiceNone
	case used > 1:
		code = CodeChoiceSeveral
	}
	if code != "" {
		if el.inner != nil {
			j.entry(in, el, code)
		} else {
			j.add(in, el, code, "", "")
		}
	}
	for _, c := range el.children {
		if in.slots[c.slot].visible {
			j.element(in, c, required && used > 0 && in.uses(c))
		}
	}
}

// checks judges the checks of a group or entry.
func (j *judge) checks(in *instance, el *element, list []Check) {
	for i := range list {
		if list[i].broken(in) {
			if el.inner != nil {
				j.put(j.st.form.checkError(in, el, &list[i], in.prefix))
			} else {
				j.put(j.st.form.checkError(in, el, &list[i], in.path(el)))
			}
			return
		}
	}
}

// whole judges the checks of the form.
func (j *judge) whole(list []Check) {
	for i := range list {
		if list[i].broken(&j.st.root) {
			j.put(j.st.form.checkError(&j.st.root, nil, &list[i], ""))
		}
	}
}

// broken reports whether the check is broken.
func (c *Check) broken(in *instance) bool {
	return !rule.Holds(c.Valid, in) && rule.Present(c.Valid, in)
}

// field checks the answer to a field.
func (j *judge) field(in *instance, el *element, required bool) {
	f := el.field
	s := in.read(el)
	var b brokenTag
	if j.st.broken != nil {
		b = j.st.broken[s]
	}
	if !s.v.Answered() || s.num == 0 && f.Type == TypeBool && f.Widget == WidgetCheckbox && s.code == "" {
		if required && (f.required(in) || strings.HasPrefix(b.tag, "required") && !s.v.Answered()) {
			j.add(in, el, CodeRequired, "", "")
			return
		}
		if !s.v.Answered() {
			return
		}
	}
	j.content(in, el, s, b)
}

// holds reports whether the rule says something now.
func (p *presence) holds(in *instance) bool {
	if p.tag != nil {
		return p.tag(in)
	}
	return rule.Holds(p.cond, in)
}

// content checks an answer that is there.
func (j *judge) content(in *instance, el *element, s *slot, b brokenTag) {
	f := el.field
	for i := range f.presence {
		if f.presence[i].forbidden && s.used(f) && f.presence[i].holds(in) {
			j.add(in, el, CodeExcluded, "", "")
			return
		}
	}
	if s.code != "" {
		code := s.code
		if f.Identifier != "" && f.Type == TypePartialDate {
			code = j.st.form.identifierCode(f.Identifier, f.identifierParam, s.v.text)
		}
		j.add(in, el, code, "", "")
		return
	}
	for i := range f.checks {
		c := &f.checks[i]
		if c.ok(in, s) {
			continue
		}
		switch ready := j.st.form.ready[f.index].checks; {
		case len(ready) > 0 && ready[i].Code != "":
			j.put(ready[i])
		case c.code == "":
			j.tag(in, el, s, c.tag, c.param)
		default:
			j.add(in, el, c.code, c.name, c.param)
		}
		return
	}
	if b.tag != "" && !j.unordered(in, f, b) {
		j.tag(in, el, s, b.tag, b.param)
		return
	}
	if j.alone && f.peerTags != "" && j.peerAlone(in, el, s) {
		return
	}
	for i := range f.tests {
		if f.tests[i].broken(in) {
			j.put(j.st.form.checkError(in, el, &f.tests[i], in.path(el)))
			return
		}
	}
}

// tag adds the error of a broken tag.
func (j *judge) tag(in *instance, el *element, s *slot, tag, param string) {
	f := el.field
	if tag == f.Identifier {
		j.add(in, el, j.st.form.identifierCode(tag, param, s.v.text), "", "")
		return
	}
	j.put(j.st.form.tagError(in, f, tag, param))
}

// add adds the error of one of our checks, with one parameter or none.
func (j *judge) add(in *instance, el *element, code, name, value string) {
	j.put(j.st.form.errorOf(in, el, code, name, value))
}

func (j *judge) put(e FieldError) {
	if j.errs == nil {
		j.errs = make([]FieldError, 0, 8)
	}
	j.errs = append(j.errs, e)
}

// entry adds the error of an entry as a whole.
func (j *judge) entry(in *instance, el *element, code string) {
	e := j.st.form.errorOf(in, el, code, "", "")
	e.Path = in.prefix
	j.put(e)
}
