package forms

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// New compiles the struct into a form. The model is a value, or a pointer to
// one, of a struct type; its content does not matter. Options may be nil. The
// error is a [*CompileError] with everything that is wrong with the struct.
func New(id, version string, model any, o *Options) (*Form, error) {
	if o == nil {
		o = &Options{}
	}
	c := &compiler{options: o, form: &Form{
		id: id, version: version, title: cmp.Or(o.Title, id),
		byPath: map[string]*Field{}, byStep: map[string]*Step{},
		texts: germanCatalogue(), limits: o.Limits.withDefaults(), now: o.Now, allowTest: o.AllowTestSteuerID,
	}}
	typ := reflect.TypeOf(model)
	for typ != nil && typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ == nil || typ.Kind() != reflect.Struct {
		c.object(ruleNotStruct, "", "")
		return nil, &CompileError{c.problems}
	}
	c.form.typ = typ
	c.root = typ.Name()
	if id == "" || version == "" {
		c.object(ruleID, c.root, "")
	}
	c.steps()
	c.takeOptions()
	c.messages()
	c.shows()
	c.rules()
	if len(c.problems) > 0 {
		return nil, &CompileError{c.problems}
	}
	return c.form, nil
}

type compiler struct {
	form     *Form
	options  *Options
	root     string
	paths    map[string]bool
	fims     map[string]bool
	elements []shown
	problems []finding.Finding
}

// shown is an element with a condition, for the checks after the walk.
type shown struct {
	at   string
	show condition
}

func (c *compiler) object(r finding.Rule, at, tag string) {
	c.objectParams(r, at, map[string]string{"tag": tag})
}

func (c *compiler) objectParams(r finding.Rule, at string, params map[string]string) {
	if params["tag"] == "" {
		delete(params, "tag")
	}
	c.problems = append(c.problems, r.At(at, 0, 0, params))
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// exportedFields yields the fields that the walk looks at.
func (c *compiler) exportedFields(typ reflect.Type, at string) []reflect.StructField {
	var fields []reflect.StructField
	for i := range typ.NumField() {
		sf := typ.Field(i)
		switch {
		case sf.Anonymous:
			c.object(ruleEmbedded, join(at, sf.Name), "")
		case sf.IsExported():
			fields = append(fields, sf)
		}
	}
	if len(fields) == 0 {
		c.object(ruleNoFields, at, "")
	}
	return fields
}

// claim registers a path and objects if it is taken.
func (c *compiler) claim(path, at string) {
	if c.paths == nil {
		c.paths = map[string]bool{}
	}
	if c.paths[path] {
		c.object(rulePathTwice, at, "")
	}
	c.paths[path] = true
}

func (c *compiler) steps() {
	for _, sf := range c.exportedFields(c.form.typ, c.root) {
		at := join(c.root, sf.Name)
		if sf.Type.Kind() != reflect.Struct || sf.Type == dateType || sf.Type == fileType {
			c.object(ruleNotStruct, at, "")
			continue
		}
		tags := c.tagsOf(sf, at, onStep)
		step := &Step{
			ID: cmp.Or(tags["step"], slug(sf.Name)), Title: tags["title"], Intro: tags["intro"],
			FIM: c.fim(tags["fim"], at), index: len(c.form.steps),
		}
		if !isSlug(step.ID) {
			c.object(ruleSlug, at, "step")
		}
		if step.Title == "" && tags != nil {
			c.object(ruleNoLabel, at, "title")
		}
		step.show = c.show(tags, at)
		c.claim(step.ID, at)
		c.form.steps = append(c.form.steps, step)
		c.form.byStep[step.ID] = step
		for _, item := range c.exportedFields(sf.Type, at) {
			index := append(slices.Clone(sf.Index), item.Index...)
			c.item(step, item, join(at, item.Name), index)
		}
	}
}

// item compiles what stands on a step: a field or a group.
func (c *compiler) item(step *Step, sf reflect.StructField, at string, index []int) {
	if sf.Type.Kind() != reflect.Struct || sf.Type == dateType || sf.Type == fileType {
		if field := c.field(step, nil, sf, at, index); field != nil {
			step.Items = append(step.Items, Item{Field: field})
		}
		return
	}
	tags := c.tagsOf(sf, at, onGroup)
	group := &Group{
		Path: step.ID + "." + c.name(tags, sf, at), Legend: tags["legend"], Help: tags["help"],
		FIM: c.fim(tags["fim"], at), Step: step,
	}
	if group.Legend == "" && tags != nil {
		c.object(ruleNoLabel, at, "legend")
	}
	group.show = c.show(tags, at)
	c.claim(group.Path, at)
	for _, item := range c.exportedFields(sf.Type, at) {
		if item.Type.Kind() == reflect.Struct && item.Type != dateType && item.Type != fileType {
			c.object(ruleNesting, join(at, item.Name), "")
			continue
		}
		index := append(slices.Clone(index), item.Index...)
		if field := c.field(step, group, item, join(at, item.Name), index); field != nil {
			group.Fields = append(group.Fields, field)
		}
	}
	step.Items = append(step.Items, Item{Group: group})
}

func (c *compiler) name(tags map[string]string, sf reflect.StructField, at string) string {
	name := cmp.Or(tags["name"], slug(sf.Name))
	if !isSlug(name) {
		c.object(ruleSlug, at, "name")
	}
	return name
}

func (c *compiler) show(tags map[string]string, at string) condition {
	text, ok := tags["show"]
	if !ok {
		return nil
	}
	cond, ok := parseCondition(text)
	if !ok {
		c.object(ruleShow, at, "show")
		return nil
	}
	c.elements = append(c.elements, shown{at, cond})
	return cond
}

// slug makes a path element of a Go name: lower case, ä as ae.
func slug(name string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(name))
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

// onlyRunes reports whether s is not empty and made of digits and the others.
func onlyRunes(s, others string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && !strings.ContainsRune(others, r)
	}) < 0
}

// positive reads a number tag.
func (c *compiler) positive(tags map[string]string, key, at string) int {
	text, ok := tags[key]
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		c.object(ruleNumber, at, key)
		return 0
	}
	return n
}

// shows resolves the conditions, checks their values, and orders the fields
// so that each comes after those it depends on.
func (c *compiler) shows() {
	for _, e := range c.elements {
		for i := range e.show {
			t := &e.show[i]
			t.field = c.form.byPath[t.path]
			if t.field == nil {
				c.objectParams(ruleShowPath, e.at, map[string]string{"tag": "show", "path": t.path})
				continue
			}
			for _, value := range t.values {
				if t.field.known != nil && !t.field.known[value] {
					c.objectParams(ruleShowValue, e.at, map[string]string{"tag": "show", "path": t.path, "value": value})
				}
			}
		}
	}
	const visiting, done = 1, 2
	state := make([]int, len(c.form.fields))
	var visit func(*Field) bool
	visit = func(field *Field) bool {
		if state[field.index] != 0 {
			return state[field.index] == done
		}
		state[field.index] = visiting
		for _, cond := range field.conditions() {
			for _, t := range cond {
				field.Conditional = true
				if t.field != nil && !visit(t.field) {
					return false
				}
			}
		}
		state[field.index] = done
		c.form.order = append(c.form.order, field)
		return true
	}
	for _, field := range c.form.fields {
		if state[field.index] == 0 && !visit(field) {
			c.object(ruleShowCycle, field.goPath, "show")
			return
		}
	}
}
