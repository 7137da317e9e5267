package forms

import "github.com/bausteine/egov/forms/rule"

// Value implements [rule.Scope].
func (in *instance) Value(path string) rule.Value {
	el := in.st.form.elements[path]
	if el == nil || el.field == nil {
		return rule.Value{}
	}
	at := in.at(el)
	if at == nil {
		return rule.Value{}
	}
	return at.operand(el)
}

// operand is the answer to a field as rules see it.
func (in *instance) operand(el *element) rule.Value {
	if !in.slots[el.slot].visible {
		return rule.Value{}
	}
	s := in.read(el)
	if !s.answered() || s.code != "" {
		return rule.Value{}
	}
	return el.field.operand(s)
}

// Answered implements [rule.Scope].
func (in *instance) Answered(path string) bool {
	el := in.st.form.elements[path]
	if el == nil {
		return false
	}
	for _, at := range in.reach(el.scope) {
		if at.uses(el) {
			return true
		}
	}
	return false
}

// reach are the instances of a scope seen from this one: the one that this is
// in, else all in the ones around it.
func (in *instance) reach(def *scopeDef) []*instance {
	for at := in; at != nil; at = at.parent {
		if at.def == def {
			return []*instance{at}
		}
	}
	return in.entriesIn(def)
}

// entriesIn are the entries of a repeated group.
func (in *instance) entriesIn(def *scopeDef) []*instance {
	if def.parent == nil {
		return []*instance{&in.st.root}
	}
	around := in.reach(def.parent)
	if len(around) == 1 {
		return around[0].entries[def.repeated]
	}
	var list []*instance
	for _, at := range around {
		list = append(list, at.entries[def.repeated]...)
	}
	return list
}

// Entries implements [rule.Scope].
func (in *instance) Entries(group string) []rule.Scope {
	el := in.st.form.elements[group]
	if el == nil || el.inner == nil {
		return nil
	}
	list := in.entriesIn(el.inner)
	scopes := make([]rule.Scope, len(list))
	for i, e := range list {
		scopes[i] = e
	}
	return scopes
}

// Values implements [rule.Scope].
func (in *instance) Values(path string) []rule.Value {
	el := in.st.form.elements[path]
	if el == nil || el.field == nil {
		return nil
	}
	var values []rule.Value
	for _, e := range in.entriesIn(el.scope) {
		if v := e.operand(el); !v.Missing() {
			values = append(values, v)
		}
	}
	return values
}

// Count implements [rule.Scope].
func (in *instance) Count(path string) int {
	el := in.st.form.elements[path]
	if el == nil {
		return 0
	}
	if el.inner != nil {
		return len(in.entriesIn(el.inner))
	}
	n := 0
	single := in.at(el) != nil
	for _, at := range in.reach(el.scope) {
		n += at.tally(el, single)
	}
	return n
}

// tally counts the answered fields in an element; the options of a multiple
// choice if it is asked for itself.
func (in *instance) tally(el *element, single bool) int {
	if el.note != nil || !in.slots[el.slot].visible {
		return 0
	}
	if el.field != nil {
		s := in.load(el)
		switch {
		case !s.used(el.field):
			return 0
		case single && el.field.Type == TypeMulti:
			return len(s.v.list)
		}
		return 1
	}
	n := 0
	for _, at := range in.inside(el) {
		for _, c := range el.children {
			n += at.tally(c, false)
		}
	}
	return n
}

// Today implements [rule.Scope].
func (in *instance) Today() string {
	if in.st.today == "" {
		in.st.today = dateOfNumber(in.st.day()).String()
	}
	return in.st.today
}
