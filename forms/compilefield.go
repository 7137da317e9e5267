package forms

import (
	"cmp"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

var (
	dateType = reflect.TypeFor[Date]()
	fileType = reflect.TypeFor[File]()
)

// defaultMaxSize is the limit of a file without the tag maxsize.
const defaultMaxSize = 5 << 20

// manyOptions is where a drop-down list replaces radio buttons.
const manyOptions = 7

// field compiles one field; nil if its type cannot be used.
func (c *compiler) field(step *Step, group *Group, sf reflect.StructField, at string, index []int) *Field {
	tags := c.tagsOf(sf, at, onField)
	parent := step.ID
	if group != nil {
		parent = group.Path
	}
	field := &Field{
		Path: parent + "." + c.name(tags, sf, at), Label: tags["label"], Help: tags["help"],
		Autocomplete: tags["autocomplete"], InputMode: tags["inputmode"], Prefill: tags["prefill"],
		Step: step, Group: group, index: len(c.form.fields), goPath: at, goIndex: index, phrase: tags["phrase"],
	}
	if field.Label == "" && tags != nil {
		c.object(ruleNoLabel, at, "label")
	}
	if !c.kind(field, sf, tags) {
		c.object(ruleFieldType, at, "")
		return nil
	}
	field.FIM = c.fim(tags["fim"], at)
	c.fimOnce(field, at)
	field.Options = c.parseOptions(tags, at)
	field.Rows = c.positive(tags, "rows", at)
	c.sensitive(field, tags, at)
	c.tokens(tags, at)
	field.show = c.show(tags, at)
	c.claim(field.Path, at)
	c.widget(field, tags, at)
	c.file(field, tags, at)
	c.ownMessages(field, tags, at)
	c.constraints(field, tags["validate"], at)
	c.inputType(field)
	c.form.fields = append(c.form.fields, field)
	c.form.byPath[field.Path] = field
	step.fields = append(step.fields, field)
	return field
}

// kind finds the type of the field from the Go type and its tags.
func (c *compiler) kind(field *Field, sf reflect.StructField, tags map[string]string) bool {
	typ := sf.Type
	if typ.Kind() == reflect.Pointer {
		field.pointer = true
		typ = typ.Elem()
	}
	field.kind, field.goType = typ.Kind(), typ
	_, hasOptions := tags["options"]
	hasOptions = hasOptions || c.options.Choices[field.Path] != nil
	widget := Widget(tags["widget"])
	switch {
	case typ == dateType:
		field.Type = TypeDate
	case typ == fileType:
		field.Type = TypeFile
		return !field.pointer
	case typ.Kind() == reflect.String && (hasOptions || widget == WidgetRadio || widget == WidgetSelect):
		field.Type = TypeChoice
	case typ.Kind() == reflect.String && widget == WidgetTextarea:
		field.Type = TypeMultiline
		field.Identifier, field.identifierParam = identifierOf(typ, tags["validate"])
	case typ.Kind() == reflect.String:
		field.Type = TypeText
		if slices.Contains(strings.Split(tags["validate"], ","), "email") {
			field.Type = TypeEmail
		}
		field.Identifier, field.identifierParam = identifierOf(typ, tags["validate"])
	case typ.Kind() >= reflect.Int && typ.Kind() <= reflect.Int64:
		field.Type = TypeNumber
	case typ.Kind() == reflect.Bool:
		field.Type = TypeBool
	case typ == reflect.TypeFor[[]string]():
		field.Type = TypeMulti
		return !field.pointer
	default:
		return false
	}
	return true
}

func (c *compiler) fimOnce(field *Field, at string) {
	if field.FIM == "" {
		return
	}
	ref := strings.Join(field.FIMPath(), "/")
	if c.fims == nil {
		c.fims = map[string]bool{}
	}
	if c.fims[ref] {
		c.object(ruleFIMTwice, at, "fim")
	}
	c.fims[ref] = true
}

// parseOptions reads "value=label|value=label".
func (c *compiler) parseOptions(tags map[string]string, at string) []Option {
	text, ok := tags["options"]
	if !ok {
		return nil
	}
	var options []Option
	for part := range strings.SplitSeq(text, "|") {
		value, label, _ := strings.Cut(part, "=")
		options = append(options, Option{strings.TrimSpace(value), strings.TrimSpace(label)})
	}
	if !validOptions(options) {
		c.object(ruleOptions, at, "options")
	}
	return options
}

func validOptions(options []Option) bool {
	seen := map[string]bool{}
	for _, o := range options {
		if o.Value == "" || o.Label == "" || seen[o.Value] || strings.ContainsAny(o.Value, "\x00\r\n") {
			return false
		}
		seen[o.Value] = true
	}
	return len(options) > 0
}

// takeOptions takes over Options.Choices and checks that every choice has some.
func (c *compiler) takeOptions() {
	for path, options := range c.options.Choices {
		field := c.form.byPath[path]
		if field == nil || field.Type != TypeChoice && field.Type != TypeMulti {
			c.objectParams(ruleOptionsPath, c.root, map[string]string{"path": path})
			continue
		}
		if !validOptions(options) {
			c.object(ruleOptions, field.goPath, "options")
		}
		field.Options = slices.Clone(options)
	}
	for _, field := range c.form.fields {
		switch field.Type {
		case TypeBool:
			c.boolOptions(field)
		case TypeChoice, TypeMulti:
			if len(field.Options) == 0 {
				c.object(ruleNoOptions, field.goPath, "options")
			}
		default:
			if len(field.Options) > 0 {
				c.object(ruleTagPlace, field.goPath, "options")
			}
			continue
		}
		if field.Type == TypeChoice && field.Widget == "" {
			field.Widget = WidgetRadio
			if len(field.Options) > manyOptions {
				field.Widget = WidgetSelect
			}
		}
		field.known = make(map[string]bool, len(field.Options))
		for _, o := range field.Options {
			field.known[o.Value] = true
		}
	}
}

// boolOptions names the two answers; the tag options may replace the labels.
func (c *compiler) boolOptions(field *Field) {
	if field.Options == nil {
		field.Options = []Option{{"true", "Ja"}, {"false", "Nein"}}
		return
	}
	values := []string{}
	for _, o := range field.Options {
		values = append(values, o.Value)
	}
	slices.Sort(values)
	if !slices.Equal(values, []string{"false", "true"}) {
		c.object(ruleOptions, field.goPath, "options")
	}
}

// widgets are those that fit a type; the first is the default. A choice
// decides by the number of options.
var widgets = map[Type][]Widget{
	TypeText:      {WidgetText},
	TypeMultiline: {WidgetTextarea},
	TypeEmail:     {WidgetText},
	TypeNumber:    {WidgetText},
	TypeDate:      {WidgetDate, WidgetText},
	TypeBool:      {WidgetCheckbox, WidgetRadio},
	TypeChoice:    {"", WidgetRadio, WidgetSelect},
	TypeMulti:     {WidgetCheckboxes},
	TypeFile:      {WidgetFile},
}

func (c *compiler) widget(field *Field, tags map[string]string, at string) {
	fit := widgets[field.Type]
	field.Widget = fit[0]
	if field.Type == TypeBool && field.pointer {
		field.Widget = WidgetRadio
	}
	if name, ok := tags["widget"]; ok {
		if name == "" || !slices.Contains(fit, Widget(name)) {
			c.object(ruleWidget, at, "widget")
			return
		}
		field.Widget = Widget(name)
	}
	if field.Rows == 0 && field.Widget == WidgetTextarea {
		field.Rows = 5
	}
	if tags["rows"] != "" && field.Widget != WidgetTextarea {
		c.object(ruleTagPlace, at, "rows")
	}
}

func (c *compiler) sensitive(field *Field, tags map[string]string, at string) {
	if text, ok := tags["sensitive"]; ok {
		yes, err := strconv.ParseBool(text)
		if err != nil {
			c.object(ruleTagSyntax, at, "sensitive")
		}
		field.Sensitive = yes
	}
}

// file reads the tags of a file field and refuses them elsewhere.
func (c *compiler) file(field *Field, tags map[string]string, at string) {
	if field.Type != TypeFile {
		for _, key := range []string{"accept", "maxsize"} {
			if _, ok := tags[key]; ok {
				c.object(ruleTagPlace, at, key)
			}
		}
		return
	}
	for part := range strings.SplitSeq(tags["accept"], ",") {
		mediaType, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || len(params) > 0 || !strings.Contains(mediaType, "/") || strings.Contains(mediaType, "*") {
			c.object(ruleAccept, at, "accept")
			break
		}
		field.Accept = append(field.Accept, mediaType)
	}
	field.MaxSize = cmp.Or(c.size(tags, at), defaultMaxSize)
}

// size reads maxsize: bytes, or with the unit KB or MB (1024-based).
func (c *compiler) size(tags map[string]string, at string) int64 {
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

// digitsOnly are the identifiers that can be typed on a keyboard of digits.
var digitsOnly = []string{"steuerid", "steuernummer", "ik", "betriebsnummer", "ags", "ars", "plz", "gln", "transponder"}

// inputType derives the HTML input type and keyboard.
func (c *compiler) inputType(field *Field) {
	field.InputType = "text"
	mode := ""
	switch {
	case field.Type == TypeEmail:
		field.InputType, mode = "email", "email"
	case field.Type == TypeFile:
		field.InputType = "file"
	case field.Autocomplete == "tel" || strings.HasSuffix(field.Autocomplete, " tel"), field.Identifier == "telefon":
		field.InputType, mode = "tel", "tel"
	case field.Type == TypeNumber, field.Type == TypeDate && field.Widget == WidgetDate,
		slices.Contains(digitsOnly, field.Identifier):
		mode = "numeric"
	}
	field.InputMode = cmp.Or(field.InputMode, mode)
}
