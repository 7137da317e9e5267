package forms

import (
	"strconv"
	"time"

	"github.com/bausteine/egov/forms/rule"
)

// slot is an element in an instance of its scope.
type slot struct {
	v       Value
	num     int64  // a whole number, cents, day (YYYYMMDD) or yes (1)
	code    string // why the answer is none of the field's type
	visible bool
	loaded  bool
	parsed  bool
	count   int // entries of a repeated group
}

// instance is the form, or an entry of a repeated group, with answers. It is
// the scope in which rules are evaluated.
type instance struct {
	st      *state
	def     *scopeDef
	parent  *instance
	index   int
	prefix  string // "kinder.kind[0]"; empty for the form
	slots   []slot
	entries [][]*instance // by number of the repeated group
}

// state is a form with answers, evaluated: what is shown, computed, and how
// many entries there are. It belongs to one goroutine.
type state struct {
	form   *Form
	a      Answers
	root   instance
	all    [][]*instance // by index of the scope
	budget int           // entries that may still be made
	over   []*slot       // repeated groups that were cut short
	today  string
	number int // today as YYYYMMDD
	broken map[*slot]brokenTag
}

func newState(c *compiled) *state {
	st := &state{all: make([][]*instance, len(c.scopes))}
	def := c.scopes[0]
	st.root = instance{st: st, def: def, slots: make([]slot, len(def.elements)), entries: make([][]*instance, len(def.groups))}
	st.all[0] = []*instance{&st.root}
	return st
}

// evaluate decides everything about the answers. The state must be given back
// with done.
func (f *Form) evaluate(a Answers) *state {
	st := f.states.Get().(*state)
	st.form, st.a, st.budget = f, a, f.limits.TotalEntries
	copy(st.root.slots, f.scopes[0].template)
	for _, n := range f.order {
		for _, in := range st.all[n.el.scope.index] {
			st.decide(n, in)
		}
	}
	return st
}

func (st *state) done() {
	f := st.form
	st.form, st.a, st.today, st.number, st.over, st.broken = nil, Answers{}, "", 0, nil, nil
	for i := range st.all[1:] {
		st.all[i+1] = nil
	}
	clear(st.root.entries)
	clear(st.root.slots)
	f.states.Put(st)
}

func (st *state) decide(n node, in *instance) {
	el := n.el
	s := &in.slots[el.slot]
	switch n.what {
	case nodeVisible:
		s.visible = el.parent == nil || el.parent.scope != el.scope || el.parent.inner != nil || in.slots[el.parent.slot].visible
		for i := range el.visible {
			s.visible = s.visible && rule.Holds(el.visible[i].cond, in)
		}
	case nodeValue:
		s.loaded = true
		if s.visible {
			s.v = el.field.answerOf(rule.Evaluate(el.computed, in))
		}
	case nodeCount:
		s.count = st.countOf(el, in, s)
		st.expand(el, in, s)
	}
}

// countOf is the number of entries that a repeated group has.
func (st *state) countOf(el *element, in *instance, s *slot) int {
	r := el.group.Repeat
	if !s.visible {
		return 0
	}
	if el.count == nil {
		n, ok := st.a.m[in.path(el)].entries()
		if !ok {
			return r.Min
		}
		return min(n, r.Max+1) // one too many is enough to be an error
	}
	v := rule.Evaluate(el.count, in)
	if v.Missing() {
		return r.Min
	}
	if n, ok := v.Whole(); ok {
		return min(max(n, r.Min), r.Max)
	}
	// A fraction, or larger than anything.
	if c, ok := v.Compare(rule.Number(strconv.Itoa(r.Max))); ok && c > 0 {
		return r.Max
	}
	return r.Min
}

// expand makes the entries of a repeated group.
func (st *state) expand(el *element, in *instance, s *slot) {
	n := min(s.count, el.group.Repeat.Max)
	if n > st.budget {
		n = st.budget
		st.over = append(st.over, s)
	}
	st.budget -= n
	if n == 0 {
		return
	}
	def := el.inner
	base := in.path(el)
	list := make([]*instance, n)
	made := make([]instance, n)
	slots := make([]slot, n*len(def.elements))
	for i := range n {
		e := &made[i]
		*e = instance{st: st, def: def, parent: in, index: i, prefix: base + "[" + strconv.Itoa(i) + "]",
			slots: slots[i*len(def.elements) : (i+1)*len(def.elements)]}
		if len(def.groups) > 0 {
			e.entries = make([][]*instance, len(def.groups))
		}
		copy(e.slots, def.template)
		list[i] = e
	}
	in.entries[def.repeated] = list
	st.all[def.index] = append(st.all[def.index], list...)
}

// path is the instance path of an element of this instance.
func (in *instance) path(el *element) string {
	if in.def.group == nil {
		return el.path
	}
	return in.prefix + el.path[len(in.def.group.path):]
}

// at finds the instance that holds the element: this one or one around it.
func (in *instance) at(el *element) *instance {
	for ; in != nil; in = in.parent {
		if in.def == el.scope {
			return in
		}
	}
	return nil
}

// load returns the slot of a field with its answer.
func (in *instance) load(el *element) *slot {
	s := &in.slots[el.slot]
	if !s.loaded {
		s.v, s.loaded = in.st.a.m[in.path(el)], true
		if s.v.state == stateAbsent {
			s.v = el.preset
		}
	}
	return s
}

// read returns the slot of a field with its answer taken apart.
func (in *instance) read(el *element) *slot {
	s := in.load(el)
	if !s.parsed {
		s.parsed = true
		if s.v.Answered() {
			s.code = s.read(el.field)
		}
	}
	return s
}

// answered reports whether the field is shown and answered.
func (s *slot) answered() bool { return s.visible && s.v.Answered() }

// used reports whether the field is answered by more than a box left unticked.
func (s *slot) used(f *Field) bool {
	return s.answered() && (f.Type != TypeBool || f.Widget != WidgetCheckbox || s.v.text != "false")
}

// uses reports whether something in the element is answered.
func (in *instance) uses(el *element) bool {
	if el.note != nil || !in.slots[el.slot].visible {
		return false
	}
	if el.field != nil {
		return in.load(el).used(el.field)
	}
	for _, at := range in.inside(el) {
		for _, c := range el.children {
			if at.uses(c) {
				return true
			}
		}
	}
	return false
}

// inside are the instances that hold the children of a group or step: its
// entries, or the instance itself.
func (in *instance) inside(el *element) []*instance {
	if el.inner != nil {
		return in.entries[el.inner.repeated]
	}
	return []*instance{in}
}

// day is today as YYYYMMDD.
func (st *state) day() int {
	if st.number == 0 {
		st.number = Today(st.form.clock()).number()
	}
	return st.number
}

// clock is the time.
func (c *compiled) clock() time.Time {
	if c.now != nil {
		return c.now()
	}
	return time.Now()
}

// entry is the instance that an instance path names by its numbers; nil if
// there is none.
func (st *state) entry(indexes []int, def *scopeDef) *instance {
	if def.parent == nil {
		return &st.root
	}
	around := st.entry(indexes[:len(indexes)-1], def.parent)
	i := indexes[len(indexes)-1]
	if around == nil || i >= len(around.entries[def.repeated]) {
		return nil
	}
	return around.entries[def.repeated][i]
}
