package forms

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/finding"
)

// maxDepth is how deep groups nest.
const maxDepth = 16

// Compile makes a form of a definition. Options may be nil. The error is a
// [*CompileError] with everything that is wrong; its places are definition
// paths. The definition is not kept and may be changed afterwards.
func Compile(d Definition, o *Options) (*Form, error) {
	if o == nil {
		o = &Options{}
	}
	return newCompiler(&d, o).compile()
}

// problems collects what is wrong.
type problems struct{ list []finding.Finding }

func (p *problems) object(r finding.Rule, at, tag string) {
	p.objectParams(r, at, map[string]string{"tag": tag})
}

func (p *problems) objectParams(r finding.Rule, at string, params map[string]string) {
	if params["tag"] == "" {
		delete(params, "tag")
	}
	p.list = append(p.list, r.At(at, 0, 0, params))
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

type compiler struct {
	problems
	d       *Definition
	form    *compiled
	options *Options
	fims    map[string]bool

	// Of a form made by New.
	typ   reflect.Type
	peer  *peer
	root  string
	paths map[string]string // definition paths by places in the struct
}

func newCompiler(d *Definition, o *Options) *compiler {
	return &compiler{d: d, options: o, root: d.ID, fims: map[string]bool{}, form: &compiled{
		id: d.ID, version: d.Version, title: cmp.Or(o.Title, d.Title, d.ID),
		byPath: map[string]*Field{}, byStep: map[string]*Step{}, elements: map[string]*element{}, scopes: []*scopeDef{{}},
		limits: o.Limits.withDefaults(), now: o.Now, allowTest: o.AllowTestSteuerID, own: cmp.Or(o.Language, German),
	}}
}

func (c *compiler) compile() (*Form, error) {
	if c.d.ID == "" || c.d.Version == "" {
		c.object(ruleID, c.root, "")
	}
	if len(c.d.Steps) == 0 && c.typ == nil {
		c.object(ruleNoFields, c.root, "")
	}
	for i := range c.d.Steps {
		c.step(&c.d.Steps[i], i)
	}
	c.takeOptions()
	c.catalogues()
	c.rules()
	c.tagRules()
	if len(c.list) > 0 {
		return nil, &CompileError{c.list}
	}
	c.templates()
	c.prepare()
	c.defaults()
	c.bindings()
	if len(c.list) == 0 {
		c.dryRun()
	}
	if len(c.list) > 0 {
		return nil, &CompileError{c.list}
	}
	return c.form.in(c.form.own), nil
}

// claim registers an element under its path and objects if the path is taken.
func (c *compiler) claim(e *element) {
	if c.form.elements[e.path] != nil {
		c.object(rulePathTwice, e.at, "")
		return
	}
	c.form.elements[e.path] = e
	e.slot = len(e.scope.elements)
	e.scope.elements = append(e.scope.elements, e)
}

// name checks the last part of a path.
func (c *compiler) name(name, at, tag string) {
	if !isSlug(name) {
		c.object(ruleSlug, at, tag)
	}
}

func isSlug(s string) bool {
	if s == "" || s[0] < 'a' || s[0] > 'z' || s[len(s)-1] == '-' {
		return false
	}
	for _, b := range []byte(s) {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return true
}

func (c *compiler) step(d *StepDefinition, i int) {
	at := cmp.Or(d.at, d.ID, "steps["+strconv.Itoa(i)+"]")
	step := &Step{ID: d.ID, Title: d.Title, Intro: d.Intro, FIM: c.fim(d.FIM, at)}
	e := &element{path: d.ID, at: at, scope: c.form.scopes[0], step: step}
	step.element = e
	c.name(d.ID, at, "step")
	if d.Title == "" {
		c.object(ruleNoLabel, at, "title")
	}
	if len(d.Elements) == 0 && c.typ == nil {
		c.object(ruleNoFields, at, "")
	}
	e.sees(d.Visible, "show")
	c.claim(e)
	c.form.steps = append(c.form.steps, step)
	c.form.byStep[step.ID] = step
	c.elements(e, d.Elements, step, nil, 1)
}

// elements compiles what stands on a step or in a group.
func (c *compiler) elements(parent *element, list []Element, step *Step, group *Group, depth int) {
	for i, d := range list {
		var item Item
		switch d := d.(type) {
		case FieldDefinition:
			item.Field = c.field(parent, &d, step, group)
		case GroupDefinition:
			item.Group = c.group(parent, &d, step, group, depth)
		case NoteDefinition:
			item.Note = c.note(parent, &d, step, group)
		default:
			c.object(ruleEmpty, join(parent.path, "elements["+strconv.Itoa(i)+"]"), "")
			continue
		}
		if group == nil {
			step.Items = append(step.Items, item)
			continue
		}
		group.Items = append(group.Items, item)
		if item.Field != nil {
			group.Fields = append(group.Fields, item.Field)
		}
	}
}

// child makes an element under its parent.
func (c *compiler) child(parent *element, name, at string) *element {
	e := &element{path: parent.path + "." + name, parent: parent, scope: parent.scope}
	if parent.inner != nil {
		e.scope = parent.inner
	}
	e.at = cmp.Or(at, e.path)
	c.name(name, e.at, "name")
	parent.children = append(parent.children, e)
	return e
}

func (c *compiler) note(parent *element, d *NoteDefinition, step *Step, group *Group) *Note {
	e := c.child(parent, d.Name, d.at)
	e.note = &Note{Path: e.path, Title: d.Title, Text: d.Text, FIM: d.FIM, Step: step, Group: group, element: e}
	if d.Text == "" {
		c.object(ruleEmpty, e.at, "note")
	}
	e.sees(d.Visible, "show")
	c.claim(e)
	return e.note
}

func (c *compiler) group(parent *element, d *GroupDefinition, step *Step, group *Group, depth int) *Group {
	e := c.child(parent, d.Name, d.at)
	g := &Group{
		Path: e.path, Legend: d.Legend, Help: d.Help, FIM: c.fim(d.FIM, e.at), Choice: d.Choice,
		Step: step, Parent: group, element: e, checks: slices.Clone(d.Checks),
	}
	e.group = g
	if d.Legend == "" {
		c.object(ruleNoLabel, e.at, "legend")
	}
	if len(d.Elements) == 0 && c.typ == nil {
		c.object(ruleNoFields, e.at, "")
	}
	e.sees(d.Visible, "show")
	c.claim(e)
	if depth > maxDepth {
		c.object(ruleNesting, e.at, "")
		return g
	}
	if d.Repeat != nil {
		c.repeat(e, d.Repeat)
	}
	if d.Choice {
		c.choiceGroup(e, d)
	}
	c.elements(e, d.Elements, step, g, depth+1)
	return g
}

// repeat makes the scope of a repeated group's entries.
func (c *compiler) repeat(e *element, d *Repeat) {
	r := *d
	r.Max = cmp.Or(r.Max, max(c.form.limits.Entries, r.Min))
	r.Entry = cmp.Or(r.Entry, e.group.Legend)
	if r.Min < 0 || r.Max < r.Min || r.Max > c.form.limits.TotalEntries {
		c.objectParams(ruleRepeat, e.at, map[string]string{"tag": "repeat", "limit": strconv.Itoa(c.form.limits.TotalEntries)})
	}
	e.group.Repeat, e.count = &r, r.Count
	e.inner = &scopeDef{index: len(c.form.scopes), group: e, parent: e.scope, repeated: len(e.scope.groups), depth: e.scope.depth + 1}
	e.scope.groups = append(e.scope.groups, e)
	c.form.scopes = append(c.form.scopes, e.inner)
}

func (c *compiler) choiceGroup(e *element, d *GroupDefinition) {
	notes := slices.ContainsFunc(d.Elements, func(child Element) bool {
		_, ok := child.(NoteDefinition)
		return ok
	})
	if notes || len(d.Elements) < 2 {
		c.object(ruleChoiceGroup, e.at, "choice")
	}
}

// fim checks a FIM reference: elements with version, joined by "/". Ids are
// not checked further: real schemas hold ids such as
// "F00-4cb0dd14-629c-4661-9435-4e9eadc43e07".
func (c *compiler) fim(ref, at string) string {
	if ref == "" {
		return ""
	}
	for part := range strings.SplitSeq(ref, "/") {
		id, version, ok := strings.Cut(part, "V")
		if !ok || len(id) < 2 || !strings.ContainsRune("FG", rune(id[0])) || !onlyRunes(id[1:], "-abcdef") || !onlyRunes(version, ".") {
			c.object(ruleFIM, at, "fim")
			return ""
		}
	}
	return ref
}

func (c *compiler) fimOnce(field *Field, at string) {
	if field.FIM == "" {
		return
	}
	ref := strings.Join(field.FIMPath(), "/")
	if c.fims[ref] {
		c.object(ruleFIMTwice, at, "fim")
	}
	c.fims[ref] = true
}

// onlyRunes reports whether s is not empty and made of digits and the others.
func onlyRunes(s, others string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return s != ""
}

// templates lays out the slots of each scope, with everything shown that has
// no condition.
func (c *compiler) templates() {
	for _, def := range c.form.scopes {
		def.template = make([]slot, len(def.elements))
		for i, e := range def.elements {
			def.template[i].visible = !e.conditional
			def.template[i].loaded = e.computed != nil || e.field == nil
		}
	}
	c.form.states.New = func() any { return newState(c.form) }
}

// takeRules adds what Options.Rules says to the elements.
func (c *compiler) takeRules() {
	for _, path := range slices.Sorted(maps.Keys(c.options.Rules)) {
		r := c.options.Rules[path]
		e := c.form.elements[path]
		if path == "" {
			c.form.checks = append(c.form.checks, r.Checks...)
			r.Checks, e = nil, &element{}
		}
		switch {
		case e == nil, path == "" && r.Visible != nil,
			e.field == nil && (r.Required != nil || r.Forbidden != nil || r.Computed != nil),
			e.inner == nil && r.Count != nil, e.field == nil && e.group == nil && r.Checks != nil:
			c.objectParams(ruleOptionsPath, c.root, map[string]string{"path": path})
			continue
		}
		e.sees(r.Visible, "")
		if r.Count != nil {
			e.count = r.Count
			e.group.Repeat.Count = r.Count
		}
		if e.group != nil {
			e.group.checks = append(e.group.checks, r.Checks...)
		}
		if e.field != nil {
			e.field.take(r)
		}
	}
}

func (f *Field) take(r Rules) {
	f.tests = append(f.tests, r.Checks...)
	f.needs(r.Required, false)
	f.needs(r.Forbidden, true)
	if r.Computed != nil {
		f.element.computed, f.Computed = r.Computed, true
	}
}

// defaults checks that defaults are answers.
func (c *compiler) defaults() {
	form := c.form.in(c.form.own)
	for _, f := range c.form.fields {
		if f.Default == "" {
			continue
		}
		v := form.defaultOf(f)
		if f.Type == TypeFile || f.Computed || !v.Answered() || f.Check(v) != "" || f.Type != TypeMulti && form.Parse(f, f.Input(v)).text != v.text {
			c.object(ruleDefault, f.element.at, "default")
		}
		if f.Locked || f.Type == TypeHidden || slices.ContainsFunc(scopesOf(f.element.scope), func(d *scopeDef) bool { return d.group != nil && d.group.count != nil }) {
			f.element.preset = v
		}
	}
}

// defaultOf is the answer in a new form or entry. That to a multiple choice
// has its options separated by "|".
func (c *compiled) defaultOf(f *Field) Value {
	switch {
	case f.Default == "" || f.Type == TypeFile:
		return Value{}
	case f.Type == TypeMulti:
		return List(strings.Split(f.Default, "|")...)
	}
	return Text(f.Default)
}

var _ rule.Model = (*compiler)(nil)
