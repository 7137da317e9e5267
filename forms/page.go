package forms

// Node is an element of a step in one place, as a page or a document shows it.
// Exactly one of Field, Group and Note is set.
type Node struct {
	Path  string // instance path
	Field *Field
	Group *Group
	Note  *Note
	// Of a field: its answer, computed ones included, and whether it must be
	// answered with these answers.
	Value    Value
	Required bool
	// Nodes are what is in a group that is there once; Entries those of a
	// repeated one, which may be empty.
	Nodes   []Node
	Entries []Entry
	// Of a repeated group: whether [Form.AddEntry] and [Form.RemoveEntry] would
	// do something.
	CanAdd, CanRemove bool
}

// Entry is one entry of a repeated group.
type Entry struct {
	Path  string // instance path, "kinder.kind[0]"
	Title string // "Kind 1"
	Nodes []Node
}

// Page returns what is shown on a step with these answers, in order: fields,
// notes, groups with something in them, and repeated groups even without
// entries. It is nil for an unknown step.
func (f *Form) Page(stepID string, a Answers) []Node {
	step := f.byStep[stepID]
	if step == nil {
		return nil
	}
	st := f.evaluate(a)
	defer st.done()
	total := 0
	for _, list := range st.all[1:] {
		total += len(list)
	}
	p := pager{room: f.limits.TotalEntries - total}
	return p.nodes(&st.root, step.element, true)
}

type pager struct{ room int } // for entries

func (p pager) nodes(in *instance, el *element, required bool) []Node {
	var list []Node
	choice := el.group != nil && el.group.Choice
	for _, c := range el.children {
		if !in.visible(c) || c.field != nil && c.field.Type == TypeHidden {
			continue
		}
		n := Node{Path: in.path(c), Field: c.field, Group: c.group, Note: c.note}
		must := required && (!choice || in.uses(c))
		switch {
		case c.field != nil:
			n.Value = in.load(c).v
			n.Required = must && c.field.required(in)
		case c.inner != nil:
			n.Entries = p.entries(in, c, must)
			count := len(n.Entries)
			n.CanAdd = c.count == nil && count < c.group.Repeat.Max && c.inner.least() <= p.room
			n.CanRemove = c.count == nil && count > c.group.Repeat.Min
		case c.group != nil:
			n.Nodes = p.nodes(in, c, must)
		}
		list = append(list, n)
	}
	return list
}

func (p pager) entries(in *instance, el *element, required bool) []Entry {
	var list []Entry
	for _, at := range in.entries[el.inner.repeated] {
		list = append(list, Entry{
			Path: at.prefix, Title: el.group.Repeat.Entry + " " + itoa(at.index+1), Nodes: p.nodes(at, el, required),
		})
	}
	return list
}

// required reports whether the field must be answered now.
func (f *Field) required(in *instance) bool {
	missing := f.Required
	for i := 0; i < len(f.presence) && !missing; i++ {
		missing = !f.presence[i].forbidden && f.presence[i].holds(in)
	}
	return missing
}
