package forms

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/finding"
)

// Kind implements [rule.Model].
func (c *compiler) Kind(path string) (rule.Kind, bool) {
	e := c.form.elements[path]
	if e == nil || e.note != nil {
		return rule.KindMissing, false
	}
	if e.field == nil {
		return rule.KindMissing, true
	}
	return e.field.kind, true
}

// Repeated implements [rule.Model].
func (c *compiler) Repeated(path string) []string {
	e := c.form.elements[path]
	switch {
	case e == nil:
		return nil
	case e.inner != nil:
		return e.inner.repeatedPaths()
	}
	return e.scope.repeatedPaths()
}

// Knows implements [rule.Model].
func (c *compiler) Knows(path, value string) bool {
	e := c.form.elements[path]
	return e == nil || e.field == nil || e.field.known == nil || e.field.known[value]
}

// rules checks all rules against the form and finds the order in which they
// are evaluated.
func (c *compiler) rules() {
	c.takeRules()
	c.form.checks = append(c.form.checks, c.d.Checks...)
	c.tests(c.form.checks, c.root, nil)
	for _, path := range c.inOrder() {
		c.rulesOf(c.form.elements[path])
	}
	for _, f := range c.form.fields {
		f.Optional = !f.Required && !slices.ContainsFunc(f.presence, func(p presence) bool { return !p.forbidden })
	}
	if len(c.list) == 0 {
		c.sort()
	}
}

// inOrder are the paths of all elements in the order of the pages.
func (c *compiler) inOrder() []string {
	var paths []string
	var walk func(e *element)
	walk = func(e *element) {
		if c.form.elements[e.path] == e {
			paths = append(paths, e.path)
		}
		for _, child := range e.children {
			walk(child)
		}
	}
	for _, s := range c.form.steps {
		walk(s.element)
	}
	return paths
}

func (c *compiler) rulesOf(e *element) {
	within := e.scope.repeatedPaths()
	for _, v := range e.visible {
		c.rule(v.cond, e.at, v.tag, within)
	}
	e.conditional = len(e.visible) > 0 || e.parent != nil && e.parent.scope == e.scope && e.parent.conditional
	somewhere := e.conditional
	for p := e.parent; p != nil && !somewhere; p = p.parent {
		somewhere = p.conditional
	}
	if e.count != nil {
		if kind := c.rule(e.count, e.at, "count", within); kind != rule.KindNumber && kind != rule.KindMissing {
			c.object(ruleComputed, e.at, "count")
		}
	}
	if g := e.group; g != nil {
		g.Conditional = somewhere
		entry := within
		if e.inner != nil {
			entry = e.inner.repeatedPaths()
		}
		c.tests(g.checks, e.at, entry)
	}
	f := e.field
	if f == nil {
		return
	}
	f.Conditional = somewhere
	for _, p := range f.presence {
		c.rule(p.cond, e.at, "", within)
	}
	c.tests(f.tests, e.at, within)
	if e.computed != nil {
		c.computed(f, within)
	}
}

// computed checks that the result of a rule can be an answer.
func (c *compiler) computed(f *Field, within []string) {
	e := f.element
	kind := c.rule(e.computed, e.at, "computed", within)
	fits := kind == f.kind || kind == rule.KindMissing || f.kind == rule.KindTime && kind == rule.KindText
	if kind == rule.KindNumber && f.kind == rule.KindText && f.Type != TypeChoice {
		fits = true
	}
	if f.Type == TypeMulti || f.Type == TypeFile || !fits {
		c.object(ruleComputed, e.at, "computed")
	}
}

// tests checks the checks of a form, group or field.
func (c *compiler) tests(list []Check, at string, within []string) {
	for i := range list {
		if list[i].Valid == nil || strings.Trim(list[i].Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
			c.object(ruleCheck, at, "check")
			continue
		}
		if list[i].Code == "" {
			list[i].Code = CodeCheck
		}
		c.rule(list[i].Valid, at, "check", within)
	}
}

// rule checks an expression. What a tag of a struct says is reported with our
// own codes.
func (c *compiler) rule(e rule.Expr, at, tag string, within []string) rule.Kind {
	if e == nil {
		return rule.KindMissing
	}
	kind, found := rule.Check(e, c, within)
	for _, p := range found {
		p.Path = at
		if tag != "" {
			p.Params["tag"] = tag
		}
		if own, ok := showRules[p.Code]; ok && tag == "show" && c.typ != nil {
			p = own.At(at, 0, 0, p.Params)
		}
		c.list = append(c.list, p)
	}
	return kind
}

// showRules are the codes for the tag show.
var showRules = map[string]finding.Rule{"RULE-001": ruleShowPath, "RULE-003": ruleShowValue}

// sort orders what the evaluation decides, each after what it depends on, and
// objects to what depends on itself.
func (c *compiler) sort() {
	s := &sorter{form: c.form, state: map[node]int{}}
	for _, path := range c.inOrder() {
		e := c.form.elements[path]
		for _, what := range []nodeKind{nodeVisible, nodeValue, nodeCount} {
			if cycle := s.visit(node{what, e}); cycle != nil {
				first := cycle[0]
				names := make([]string, len(cycle))
				for i, n := range cycle {
					names[i] = n.el.path
				}
				c.objectParams(ruleShowCycle, first.el.at, map[string]string{"tag": "show", "cycle": strings.Join(slices.Compact(names), " → ")})
				return
			}
		}
	}
	c.form.order = s.order
}

type sorter struct {
	form  *compiled
	state map[node]int
	stack []node
	order []node
}

// real reports whether there is something to decide.
func (n node) real() bool {
	switch n.what {
	case nodeVisible:
		return n.el.conditional
	case nodeValue:
		return n.el.computed != nil
	default:
		return n.el.inner != nil
	}
}

// visit returns the cycle that it runs into, in order, the first element again
// at the end.
func (s *sorter) visit(n node) []node {
	const open, done = 1, 2
	switch s.state[n] {
	case done:
		return nil
	case open:
		i := slices.Index(s.stack, n)
		return append(slices.Clone(s.stack[i:]), n)
	}
	s.state[n] = open
	s.stack = append(s.stack, n)
	for _, on := range s.needs(n) {
		if cycle := s.visit(on); cycle != nil {
			return cycle
		}
	}
	s.stack = s.stack[:len(s.stack)-1]
	s.state[n] = done
	if n.real() {
		s.order = append(s.order, n)
	}
	return nil
}

// needs lists what must be decided before.
func (s *sorter) needs(n node) []node {
	e := n.el
	var on []node
	switch n.what {
	case nodeVisible:
		if e.parent != nil {
			on = append(on, node{nodeVisible, e.parent})
			if e.parent.inner != nil {
				on = append(on, node{nodeCount, e.parent})
			}
		}
		for _, v := range e.visible {
			on = s.reads(on, v.cond)
		}
	case nodeValue:
		on = append(on, node{nodeVisible, e})
		on = s.reads(on, e.computed)
	case nodeCount:
		if e.inner == nil {
			return nil
		}
		on = append(on, node{nodeVisible, e})
		on = s.reads(on, e.count)
	}
	return on
}

// reads adds what an expression reads.
func (s *sorter) reads(on []node, e rule.Expr) []node {
	if e == nil {
		return on
	}
	for _, r := range rule.References(e) {
		el := s.form.elements[r.Path]
		if r.Entries && el.inner != nil {
			on = append(on, node{nodeVisible, el}, node{nodeCount, el})
		} else {
			on = s.content(on, el)
		}
	}
	return on
}

// content adds an element and everything in it.
func (s *sorter) content(on []node, e *element) []node {
	on = append(on, node{nodeVisible, e}, node{nodeCount, e})
	if e.computed != nil {
		on = append(on, node{nodeValue, e})
	}
	for _, child := range e.children {
		on = s.content(on, child)
	}
	return on
}
