package forms

// Visible reports whether what has the instance path is shown with these
// answers: a step by its ID, a group, an entry of a repeated one, a field or a
// note. A step, group or entry is shown if something in it is; notes count only
// where there is nothing else.
// What is in a repeated group has a path for each entry, and the group itself
// is shown if it may have entries. Unknown paths are not visible.
func (f *Form) Visible(path string, a Answers) bool {
	el, indexes, entry, ok := f.parsePath(path)
	if !ok {
		return false
	}
	st := f.evaluate(a)
	defer st.done()
	def := el.scope
	if entry {
		def = el.inner
	}
	in := st.entry(indexes, def)
	switch {
	case in == nil:
		return false
	case entry:
		return in.shows(el.children)
	}
	return in.visible(el)
}

// visible reports whether an element is shown.
func (in *instance) visible(el *element) bool {
	switch {
	case !in.slots[el.slot].visible:
		return false
	case el.field != nil || el.note != nil || el.inner != nil:
		return true
	}
	return in.shows(el.children)
}

// shows reports whether one of the elements is shown. Notes count only where
// there is nothing else, and hidden fields never.
func (in *instance) shows(list []*element) bool {
	notes, others := false, false
	for _, c := range list {
		switch {
		case c.note != nil:
			notes = notes || in.visible(c)
		case c.field != nil && c.field.Type == TypeHidden:
		case in.visible(c):
			return true
		default:
			others = true
		}
	}
	return notes && !others
}

// VisibleSteps returns the steps that have something to show with these
// answers, in order.
func (f *Form) VisibleSteps(a Answers) []*Step {
	st := f.evaluate(a)
	defer st.done()
	var steps []*Step
	for _, step := range f.steps {
		if st.root.visible(step.element) {
			steps = append(steps, step)
		}
	}
	return steps
}

// VisibleFields returns the fields that are shown with these answers, in the
// order of the pages; those in a repeated group once, if they are shown in one
// of its entries.
func (f *Form) VisibleFields(a Answers) []*Field {
	st := f.evaluate(a)
	defer st.done()
	fields := make([]*Field, 0, len(f.fields))
	for _, field := range f.fields {
		el := field.element
		for _, in := range st.all[el.scope.index] {
			if in.slots[el.slot].visible {
				fields = append(fields, field)
				break
			}
		}
	}
	return fields
}

// Clean returns the answers as they count: without those of hidden fields, of
// entries that do not exist and of fields that the form does not have, with
// those that are computed, and with the number of entries of every repeated
// group. What is sent, bound or shown is always clean; a draft may keep the
// rest, so that an answer comes back when its field does.
func (f *Form) Clean(a Answers) Answers {
	st := f.evaluate(a)
	defer st.done()
	m := make(map[string]Value, len(a.m))
	st.each(func(in *instance, el *element) {
		switch {
		case el.field != nil:
			if s := in.load(el); !s.v.Absent() && s.v.state != stateEntries {
				m[in.path(el)] = s.v
			}
		case el.inner != nil:
			m[in.path(el)] = Entries(len(in.entries[el.inner.repeated]))
		}
	})
	return Answers{m}
}

// each calls f for every element that is shown, in the order of the pages.
func (st *state) each(f func(in *instance, el *element)) {
	for _, step := range st.form.steps {
		st.root.each(step.element, f)
	}
}

func (in *instance) each(el *element, f func(in *instance, el *element)) {
	if !in.slots[el.slot].visible {
		return
	}
	f(in, el)
	for _, at := range in.inside(el) {
		for _, c := range el.children {
			at.each(c, f)
		}
	}
}

// Instances returns the instance paths of the fields that are shown with these
// answers, in the order of the pages, with their fields: those in a repeated
// group once for each entry.
func (f *Form) Instances(a Answers) []Instance {
	st := f.evaluate(a)
	defer st.done()
	list := make([]Instance, 0, len(f.fields))
	st.each(func(in *instance, el *element) {
		if el.field != nil {
			list = append(list, Instance{in.path(el), el.field})
		}
	})
	return list
}

// Instance is a field in one place.
type Instance struct {
	Path  string // instance path
	Field *Field
}

// Entries returns the number of entries that a repeated group has with these
// answers, by its instance path: the computed number, the one in the answers,
// or the minimum; 0 for a hidden group and an unknown path.
func (f *Form) Entries(group string, a Answers) int {
	el, indexes, entry, ok := f.parsePath(group)
	if !ok || entry || el.inner == nil {
		return 0
	}
	st := f.evaluate(a)
	defer st.done()
	in := st.entry(indexes, el.scope)
	if in == nil {
		return 0
	}
	return len(in.entries[el.inner.repeated])
}

// AddEntry returns the answers with one more entry at the end of a repeated
// group, with the defaults of its fields. It reports false, and changes
// nothing, if the group or the form has its maximum, or the group is computed,
// hidden or unknown.
func (f *Form) AddEntry(group string, a Answers) (Answers, bool) {
	el, _, entry, ok := f.parsePath(group)
	if !ok || entry || el.inner == nil || el.count != nil || !f.Visible(group, a) {
		return a, false
	}
	n := f.Entries(group, a)
	if n >= el.group.Repeat.Max || f.total(a)+el.inner.least() > f.limits.TotalEntries {
		return a, false
	}
	// What was left of an entry that does not exist any more is not the new one.
	m := make(map[string]Value, len(a.m)+1)
	for path, v := range a.m {
		if i, ok := indexIn(path, group); !ok || i < n {
			m[path] = v
		}
	}
	m[group] = Entries(n + 1)
	f.preset(el, group, n, m)
	return Answers{m}, true
}

// total is the number of entries of all repeated groups.
func (f *Form) total(a Answers) int {
	st := f.evaluate(a)
	defer st.done()
	n := 0
	for _, list := range st.all[1:] {
		n += len(list)
	}
	return n
}

// RemoveEntry returns the answers without an entry, by its instance path
// ("kinder.kind[1]"); those behind it move down by one. It reports false, and
// changes nothing, if there is no such entry, the group has its minimum, or its
// number is computed.
func (f *Form) RemoveEntry(path string, a Answers) (Answers, bool) {
	el, indexes, entry, ok := f.parsePath(path)
	if !ok || !entry || el.count != nil {
		return a, false
	}
	group := path[:lastBracket(path)]
	n, index := f.Entries(group, a), indexes[len(indexes)-1]
	if index >= n || n <= el.group.Repeat.Min {
		return a, false
	}
	kept, _ := a.Entries(group) // may be more than the group can show
	return a.withoutEntry(group, index, max(n, kept)), true
}

// least is how many entries come with one more of this group: itself, and what
// the groups in it have at least.
func (d *scopeDef) least() int {
	n := 1
	for _, g := range d.groups {
		n = min(n+g.group.Repeat.Min*g.inner.least(), 1<<20)
	}
	return n
}

func lastBracket(path string) int {
	i := len(path) - 1
	for path[i] != '[' {
		i--
	}
	return i
}

// Initial returns the answers of a new form: the defaults of its fields, and
// the entries that repeated groups have at least.
func (f *Form) Initial() Answers {
	m := map[string]Value{}
	budget := f.limits.TotalEntries
	for _, step := range f.steps {
		f.presets(step.element, "", "", m, &budget)
	}
	return Answers{m}
}

// preset puts the defaults of one entry into m.
func (f *Form) preset(el *element, group string, index int, m map[string]Value) {
	budget := f.limits.TotalEntries
	f.presets(el, el.path, entryPath(group, index), m, &budget)
}

// presets puts the defaults of the children of an element into m.
func (f *Form) presets(el *element, group, prefix string, m map[string]Value, budget *int) {
	for _, c := range el.children {
		path := prefix + c.path[len(group):]
		switch {
		case c.field != nil:
			if v := f.defaultOf(c.field); !v.Absent() {
				m[path] = v
			}
		case c.inner != nil && c.count == nil:
			n := min(c.group.Repeat.Min, *budget)
			*budget -= n
			if n > 0 {
				m[path] = Entries(n)
			}
			for i := range n {
				f.presets(c, c.path, entryPath(path, i), m, budget)
			}
		case c.group != nil && c.inner == nil:
			f.presets(c, group, prefix, m, budget)
		}
	}
}
