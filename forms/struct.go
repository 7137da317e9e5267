package forms

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/rule"
)

// New compiles a struct with tags into a form: it makes the [Definition] and
// compiles that. The model is a value, or a pointer to one, of a struct type;
// its content does not matter. Options may be nil. The error is a
// [*CompileError] with everything that is wrong with the struct.
func New(id, version string, model any, o *Options) (*Form, error) {
	if o == nil {
		o = &Options{}
	}
	w := &walker{options: o, paths: map[string]string{}}
	typ := reflect.TypeOf(model)
	for typ != nil && typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ == nil || typ.Kind() != reflect.Struct {
		w.object(ruleNotStruct, "", "")
		return nil, &CompileError{w.list}
	}
	d := Definition{ID: id, Version: version}
	d.Steps = w.steps(typ, typ.Name())
	c := newCompiler(&d, o)
	c.typ, c.root, c.paths, c.list = typ, typ.Name(), w.paths, w.list
	c.form.root = c.root
	return c.compile()
}

// walker makes the definition of a struct.
type walker struct {
	problems
	options *Options
	paths   map[string]string // definition paths by places in the struct
	stack   []reflect.Type
}

// noteType marks a field of a struct as a note.
var noteType = reflect.TypeFor[Note]()

// exportedFields yields the fields that the walk looks at.
func (c *walker) exportedFields(typ reflect.Type, at string) []reflect.StructField {
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

func (c *walker) steps(typ reflect.Type, root string) []StepDefinition {
	var steps []StepDefinition
	for _, sf := range c.exportedFields(typ, root) {
		at := join(root, sf.Name)
		if !isGroupType(sf.Type) {
			c.object(ruleNotStruct, at, "")
			continue
		}
		tags := c.tagsOf(sf, at, onStep)
		step := StepDefinition{
			ID: cmp.Or(tags["step"], slug(sf.Name)), Title: tags["title"], Intro: tags["intro"], FIM: tags["fim"], at: at,
		}
		if tags == nil {
			step.Title = "?" // what is wrong with the tags was said
		}
		step.Visible = c.show(tags, at)
		c.paths[at] = step.ID
		step.Elements = c.elements(sf.Type, step.ID, at)
		steps = append(steps, step)
	}
	return steps
}

func isGroupType(typ reflect.Type) bool {
	return typ.Kind() == reflect.Struct && typ != dateType && typ != fileType && typ != noteType
}

// elements makes what stands on a step or in a group.
func (c *walker) elements(typ reflect.Type, path, at string) []Element {
	var elements []Element
	if slices.Contains(c.stack, typ) && typ.Name() != "" || len(c.stack) > maxDepth {
		c.object(ruleNesting, at, "")
		return nil
	}
	c.stack = append(c.stack, typ)
	for _, sf := range c.exportedFields(typ, at) {
		place := join(at, sf.Name)
		switch t := sf.Type; {
		case t == noteType:
			elements = append(elements, c.note(sf, path, place))
		case isGroupType(t):
			elements = append(elements, c.group(sf, t, path, place))
		case t.Kind() == reflect.Slice && isGroupType(t.Elem()):
			elements = append(elements, c.group(sf, t.Elem(), path, place))
		case t.Kind() == reflect.Pointer && isGroupType(t.Elem()), t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Pointer:
			c.object(ruleNesting, place, "")
		default:
			if d := c.field(sf, path, place); d != nil {
				elements = append(elements, *d)
			}
		}
	}
	c.stack = c.stack[:len(c.stack)-1]
	return elements
}

func (c *walker) note(sf reflect.StructField, path, at string) Element {
	tags := c.tagsOf(sf, at, onNote)
	name := cmp.Or(tags["name"], slug(sf.Name))
	d := NoteDefinition{Name: name, Title: tags["title"], Text: tags["note"], FIM: tags["fim"], at: at}
	if tags == nil {
		d.Text = "?"
	}
	d.Visible = c.show(tags, at)
	c.paths[at] = join(path, name)
	return d
}

func (c *walker) group(sf reflect.StructField, typ reflect.Type, path, at string) Element {
	tags := c.tagsOf(sf, at, onGroup)
	name := cmp.Or(tags["name"], slug(sf.Name))
	g := GroupDefinition{Name: name, Legend: tags["legend"], Help: tags["help"], FIM: tags["fim"], at: at}
	if tags == nil {
		g.Legend = "?"
	}
	g.Visible = c.show(tags, at)
	g.Choice = c.yes(tags, "choice", at)
	if sf.Type.Kind() == reflect.Slice {
		g.Repeat = c.repeat(tags, at)
	} else {
		for _, key := range []string{"repeat", "entry"} {
			if _, ok := tags[key]; ok {
				c.object(ruleTagPlace, at, key)
			}
		}
	}
	c.paths[at] = join(path, name)
	g.Elements = c.elements(typ, join(path, name), at)
	return g
}

// repeat reads "min,max"; either may be left out.
func (c *walker) repeat(tags map[string]string, at string) *Repeat {
	r := &Repeat{Entry: tags["entry"]}
	least, most, _ := strings.Cut(tags["repeat"], ",")
	for text, n := range map[string]*int{least: &r.Min, most: &r.Max} {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		number, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			c.object(ruleRepeat, at, "repeat")
			return r
		}
		*n = int(number)
	}
	return r
}

// yes reads a tag that is "true" or "false".
func (c *walker) yes(tags map[string]string, key, at string) bool {
	text, ok := tags[key]
	if !ok {
		return false
	}
	yes, err := strconv.ParseBool(text)
	if err != nil {
		c.object(ruleTagSyntax, at, key)
	}
	return yes
}

// positive reads a number tag.
func (c *walker) positive(tags map[string]string, key, at string) int {
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

// size reads maxsize: bytes, or with the unit KB or MB (1024-based).
func (c *walker) size(tags map[string]string, at string) int64 {
	text, ok := tags["maxsize"]
	if !ok {
		return 0
	}
	unit := int64(1)
	for suffix, n := range map[string]int64{"KB": 1 << 10, "MB": 1 << 20} {
		if number, found := strings.CutSuffix(text, suffix); found {
			text, unit = strings.TrimSpace(number), n
		}
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		c.object(ruleNumber, at, "maxsize")
		return 0
	}
	return n * unit
}

// show reads the tag show: "path=value|value", "!=" for any other answer,
// several joined by "&".
func (c *walker) show(tags map[string]string, at string) rule.Condition {
	text, ok := tags["show"]
	if !ok {
		return nil
	}
	var terms []rule.Condition
	for part := range strings.SplitSeq(text, "&") {
		path, list, ok := strings.Cut(part, "=")
		path, negate := strings.CutSuffix(strings.TrimSpace(path), "!")
		path = strings.TrimSpace(path)
		values := strings.Split(list, "|")
		for i := range values {
			values[i] = strings.TrimSpace(values[i])
			ok = ok && values[i] != ""
		}
		if !ok || path == "" {
			c.object(ruleShow, at, "show")
			return nil
		}
		if negate {
			terms = append(terms, rule.NotIn(rule.Field(path), values...))
		} else {
			terms = append(terms, rule.In(rule.Field(path), values...))
		}
	}
	return rule.And(terms...)
}

// slug makes a path element of a Go name: lower case, ä as ae.
func slug(name string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(name))
}
