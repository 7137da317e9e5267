package forms

import (
	"slices"
	"strings"
)

// condition decides whether an element is shown: every one of its terms must
// hold. The empty condition always holds.
type condition []term

// term holds if the field is visible and answered with (or, negated, with
// something other than) one of the values.
type term struct {
	path   string
	values []string
	negate bool
	field  *Field
}

// parseCondition reads "path=value|value", several joined by "&"; "!=" for
// the opposite.
func parseCondition(s string) (condition, bool) {
	var c condition
	for part := range strings.SplitSeq(s, "&") {
		path, values, ok := strings.Cut(part, "=")
		if !ok {
			return nil, false
		}
		path, negate := strings.CutSuffix(strings.TrimSpace(path), "!")
		t := term{path: strings.TrimSpace(path), negate: negate}
		for value := range strings.SplitSeq(values, "|") {
			value = strings.TrimSpace(value)
			if value == "" {
				return nil, false
			}
			t.values = append(t.values, value)
		}
		if t.path == "" {
			return nil, false
		}
		c = append(c, t)
	}
	return c, true
}

func (c condition) holds(a Answers, visible []bool) bool {
	for i := range c {
		t := &c[i]
		v := a.m[t.field.Path]
		if !visible[t.field.index] || !v.Answered() {
			return false
		}
		if slices.ContainsFunc(t.values, v.has) == t.negate {
			return false
		}
	}
	return true
}

// conditions returns those that decide about the field: its step's, its
// group's and its own.
func (f *Field) conditions() [3]condition {
	c := [3]condition{0: f.Step.show, 2: f.show}
	if f.Group != nil {
		c[1] = f.Group.show
	}
	return c
}

// visible says for every field by index whether it is shown. f.order has
// fields after those they depend on, so one pass is the fixed point: a
// hidden field counts as not answered for the conditions that name it.
func (f *Form) visible(a Answers, dst []bool) []bool {
	if cap(dst) < len(f.fields) {
		dst = make([]bool, len(f.fields))
	}
	dst = dst[:len(f.fields)]
	for _, field := range f.order {
		shown := true
		if field.Conditional {
			for _, c := range field.conditions() {
				shown = shown && c.holds(a, dst)
			}
		}
		dst[field.index] = shown
	}
	return dst
}

// Visible reports whether what has the path is shown with these answers: a
// step by its ID, a group or a field. A group or step whose fields are all
// hidden is hidden. Unknown paths are not visible.
func (f *Form) Visible(path string, a Answers) bool {
	visible := f.visible(a, nil)
	if field := f.byPath[path]; field != nil {
		return visible[field.index]
	}
	if step := f.byStep[path]; step != nil {
		return anyVisible(step.fields, visible)
	}
	for _, step := range f.steps {
		for _, item := range step.Items {
			if item.Group != nil && item.Group.Path == path {
				return anyVisible(item.Group.Fields, visible)
			}
		}
	}
	return false
}

func anyVisible(fields []*Field, visible []bool) bool {
	return slices.ContainsFunc(fields, func(field *Field) bool { return visible[field.index] })
}

// VisibleSteps returns the steps that have something to show with these
// answers, in order.
func (f *Form) VisibleSteps(a Answers) []*Step {
	visible := f.visible(a, nil)
	var steps []*Step
	for _, step := range f.steps {
		if anyVisible(step.fields, visible) {
			steps = append(steps, step)
		}
	}
	return steps
}

// VisibleFields returns the fields that are shown with these answers, in the
// order of the pages.
func (f *Form) VisibleFields(a Answers) []*Field {
	visible := f.visible(a, nil)
	fields := make([]*Field, 0, len(f.fields))
	for _, field := range f.fields {
		if visible[field.index] {
			fields = append(fields, field)
		}
	}
	return fields
}

// Clean returns the answers without those of hidden fields and of fields that
// the form does not have. What is sent, bound or shown is always clean; a
// draft may keep the rest, so that an answer comes back when its field does.
func (f *Form) Clean(a Answers) Answers {
	visible := f.visible(a, nil)
	m := make(map[string]Value, len(a.m))
	for path, v := range a.m {
		if field := f.byPath[path]; field != nil && visible[field.index] {
			m[path] = v
		}
	}
	return Answers{m}
}
