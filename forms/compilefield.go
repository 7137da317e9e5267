package forms

import (
	"cmp"
	"maps"
	"mime"
	"regexp"
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/forms/rule"
)

// defaultMaxSize is the limit of a file that names none.
const defaultMaxSize = 5 << 20

// manyOptions is where a drop-down list replaces radio buttons.
const manyOptions = 7

// field compiles one field.
func (c *compiler) field(parent *element, d *FieldDefinition, step *Step, group *Group) *Field {
	at := ""
	if d.bound != nil {
		at = d.bound.at
	}
	e := c.child(parent, d.Name, at)
	at = e.at
	f := &Field{
		Path: e.path, Type: cmp.Or(d.Type, TypeText), Label: d.Label, Help: d.Help, Autocomplete: d.Autocomplete,
		InputMode: d.InputMode, Options: slices.Clone(d.Options), Required: d.Required, MinLength: d.MinLength, MaxLength: d.MaxLength,
		Min: d.Min, Max: d.Max, Decimals: d.Decimals, Pattern: d.Pattern, Rows: d.Rows, MaxSize: d.MaxSize, Default: d.Default,
		Prefill: d.Prefill, Sensitive: d.Sensitive, Locked: d.Locked, Computed: d.Computed != nil, Step: step, Group: group,
		compiledField: &compiledField{index: len(c.form.fields), element: e, phrase: d.Phrase, bits: 64, tests: slices.Clone(d.Checks), bound: d.bound},
	}
	e.field, e.computed = f, d.Computed
	if f.kind = ruleKinds[f.Type]; f.kind == rule.KindMissing {
		c.object(ruleFieldType, at, "type")
	}
	if f.Label == "" {
		c.object(ruleNoLabel, at, "label")
	}
	if d.bound != nil && f.Type == TypeNumber {
		f.bits = d.bound.goType.Bits()
	}
	f.FIM = c.fim(d.FIM, at)
	c.fimOnce(f, at)
	e.sees(d.Visible, "show")
	f.needs(d.RequiredIf, false)
	f.needs(d.Forbidden, true)
	c.tokens(d, at)
	c.claim(e)
	c.widget(f, d, at)
	c.file(f, d, at)
	c.identifier(f, d.Identifier, at)
	c.lengths(f, at)
	c.limits(f, at)
	c.fieldMessages(f, d.Messages, at)
	c.inputType(f)
	c.form.fields = append(c.form.fields, f)
	c.form.byPath[f.Path] = f
	step.fields = append(step.fields, f)
	return f
}

// sees adds a condition for being shown.
func (e *element) sees(cond rule.Condition, tag string) {
	if cond != nil {
		e.visible = append(e.visible, visibility{cond, tag})
	}
}

// presence says when a field must, or must not, be answered.
type presence struct {
	cond      rule.Condition
	tag       func(in *instance) bool // of a rule of validator/v10, instead
	forbidden bool
}

func (f *Field) needs(cond rule.Condition, forbidden bool) {
	if cond != nil {
		f.presence = append(f.presence, presence{cond: cond, forbidden: forbidden})
	}
}

// takeOptions takes over Options.Choices and checks that every choice has some.
func (c *compiler) takeOptions() {
	for _, path := range slices.Sorted(maps.Keys(c.options.Choices)) {
		f := c.form.byPath[path]
		if f == nil || f.Type != TypeChoice && f.Type != TypeMulti {
			c.objectParams(ruleOptionsPath, c.root, map[string]string{"path": path})
			continue
		}
		f.Options = slices.Clone(c.options.Choices[path])
	}
	for _, f := range c.form.fields {
		c.optionsOf(f)
	}
}

func (c *compiler) optionsOf(f *Field) {
	at := f.element.at
	takes := f.Type == TypeBool || f.Type == TypeChoice || f.Type == TypeMulti
	switch {
	case !takes && f.Options != nil:
		c.object(ruleTagPlace, at, "options")
		return
	case !takes:
		return
	case f.Options != nil && !validOptions(f.Options):
		c.object(ruleOptions, at, "options")
	case f.Type == TypeBool && f.Options == nil:
		f.Options = []Option{{"true", "Ja"}, {"false", "Nein"}}
	case f.Type == TypeBool:
		if len(f.Options) != 2 || f.Options[0].Value != "true" && f.Options[1].Value != "true" || f.Options[0].Value != "false" && f.Options[1].Value != "false" {
			c.object(ruleOptions, at, "options")
		}
	case f.Options == nil:
		c.object(ruleNoOptions, at, "options")
	}
	if f.Type == TypeChoice && f.Widget == "" {
		f.Widget = WidgetRadio
		if len(f.Options) > manyOptions {
			f.Widget = WidgetSelect
		}
	}
	f.known = make(map[string]bool, len(f.Options))
	for _, o := range f.Options {
		f.known[o.Value] = true
	}
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

// widgets are those that fit a type; the first is the default. A choice
// decides by the number of options.
var widgets = map[Type][]Widget{
	TypeText:        {WidgetText},
	TypeMultiline:   {WidgetTextarea},
	TypeEmail:       {WidgetText},
	TypeNumber:      {WidgetText},
	TypeDecimal:     {WidgetText},
	TypeMoney:       {WidgetText},
	TypeDate:        {WidgetDate, WidgetText},
	TypePartialDate: {WidgetDate, WidgetText},
	TypeTime:        {WidgetText},
	TypeDateTime:    {WidgetText},
	TypeBool:        {WidgetCheckbox, WidgetRadio},
	TypeChoice:      {"", WidgetRadio, WidgetSelect},
	TypeMulti:       {WidgetCheckboxes},
	TypeFile:        {WidgetFile},
	TypeHidden:      {WidgetHidden},
}

func (c *compiler) widget(f *Field, d *FieldDefinition, at string) {
	fit := widgets[f.Type]
	if fit == nil {
		return
	}
	f.Widget = fit[0]
	if f.Type == TypeBool && d.bound != nil && d.bound.pointer {
		f.Widget = WidgetRadio
	}
	if d.Widget != "" {
		if !slices.Contains(fit, d.Widget) {
			c.object(ruleWidget, at, "widget")
			return
		}
		f.Widget = d.Widget
	}
	if f.Rows != 0 && f.Widget != WidgetTextarea {
		c.object(ruleTagPlace, at, "rows")
	}
	if f.Rows == 0 && f.Widget == WidgetTextarea {
		f.Rows = 5
	}
}

// file checks what a file field needs, and refuses it elsewhere.
func (c *compiler) file(f *Field, d *FieldDefinition, at string) {
	if f.Type != TypeFile {
		if d.Accept != nil {
			c.object(ruleTagPlace, at, "accept")
		}
		if d.MaxSize != 0 {
			c.object(ruleTagPlace, at, "maxsize")
		}
		return
	}
	for _, part := range d.Accept {
		mediaType, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || len(params) > 0 || !strings.Contains(mediaType, "/") || strings.Contains(mediaType, "*") {
			c.object(ruleAccept, at, "accept")
			return
		}
		f.Accept = append(f.Accept, mediaType)
	}
	if len(f.Accept) == 0 {
		c.object(ruleAccept, at, "accept")
	}
	f.MaxSize = cmp.Or(f.MaxSize, defaultMaxSize)
}

func isTextual(t Type) bool { return t == TypeText || t == TypeMultiline || t == TypeEmail }

// identifier takes over the tag of an identifier.
func (c *compiler) identifier(f *Field, tag, at string) {
	if f.Type == TypePartialDate {
		f.Identifier = "teildatum"
		return
	}
	name, param, _ := strings.Cut(tag, "=")
	switch {
	case tag == "":
		return
	case !isTextual(f.Type) && f.Type != TypeHidden || f.Type == TypeEmail:
		c.object(ruleIdentifier, at, "identifier")
		return
	case name == latinTag:
		c.latin(f, param, at)
		return
	}
	kind, ok := ids.KindOf(name)
	if !ok {
		c.object(ruleIdentifier, at, "identifier")
		return
	}
	f.Identifier, f.identifierParam = name, param
	if f.bound != nil {
		return // the tags of the struct say when it is checked
	}
	test := c.form.allowTest
	valid := func(s string) bool { return acceptsIdentifier(kind, param, s, test) }
	if dry(func() { valid(kind.Example) }) != "" {
		c.object(ruleIdentifier, at, "identifier")
		return
	}
	f.checks = append(f.checks, check{tag: name, param: param, ok: func(_ *instance, s *slot) bool { return valid(s.v.text) }})
}

// lengths checks the limits of length, and those of a definition become checks.
func (c *compiler) lengths(f *Field, at string) {
	if f.MaxLength > 0 && f.MinLength > f.MaxLength || f.MinLength < 0 || f.MaxLength < 0 {
		c.object(ruleConstraint, at, "validate")
	}
	if f.bound != nil {
		return
	}
	if (f.MinLength != 0 || f.MaxLength != 0) && !isTextual(f.Type) && f.Type != TypeHidden && f.Type != TypeMulti {
		c.object(ruleLimit, at, "maxlength")
		return
	}
	if f.MinLength > 0 {
		f.checks = append(f.checks, sizeCheck(f, "min", f.MinLength))
	}
	if f.MaxLength > 0 {
		f.checks = append(f.checks, sizeCheck(f, "max", f.MaxLength))
	}
	if f.Type == TypeEmail {
		f.checks = append(f.checks, check{tag: "email", ok: func(_ *instance, s *slot) bool { return isEmail(s.v.text) }})
	}
}

// limits makes checks of the smallest and largest value and the pattern.
func (c *compiler) limits(f *Field, at string) {
	if f.Decimals != 0 && (f.Type != TypeDecimal || f.Decimals < 0) {
		c.object(ruleLimit, at, "decimals")
	}
	least := c.limit(f, f.Min, "min", at)
	most := c.limit(f, f.Max, "max", at)
	if n, ok := least.Compare(most); ok && n > 0 {
		c.object(ruleConstraint, at, "max")
	}
	if f.Pattern == "" {
		return
	}
	_, alone := regexp.Compile(f.Pattern) // brackets within the pattern only
	re, err := regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
	if alone != nil || err != nil || !isTextual(f.Type) && f.Type != TypeHidden {
		c.object(rulePattern, at, "pattern")
		return
	}
	f.checks = append(f.checks, check{code: CodePattern, ok: func(_ *instance, s *slot) bool { return re.MatchString(s.v.text) }})
}

// limit makes a check of a smallest or largest value.
func (c *compiler) limit(f *Field, text, tag, at string) rule.Value {
	if text == "" {
		return rule.Value{}
	}
	var v rule.Value
	code := map[string]string{"min": CodeMin, "max": CodeMax}[tag]
	switch {
	case f.kind == rule.KindNumber:
		v = rule.Number(text)
	case f.kind == rule.KindDate:
		code = map[string]string{"min": CodeDateMin, "max": CodeDateMax}[tag]
		if d, ok := parseISODate(text); ok {
			v = rule.Date(d.String())
		}
	case f.Type == TypeTime && isTime(text):
		v = rule.Time(text)
	case f.Type == TypeDateTime:
		if _, ok := parseDateTime(text); ok {
			v = rule.Time(text)
		}
	}
	if v.Missing() {
		c.object(ruleLimit, at, tag)
		return v
	}
	sign := map[string]int{"min": 1, "max": -1}[tag]
	f.checks = append(f.checks, check{code: code, name: tag, param: text, ok: func(_ *instance, s *slot) bool {
		n, ok := f.operand(s).Compare(v)
		return !ok || n*sign >= 0
	}})
	return v
}

// digitsOnly are the identifiers that can be typed on a keyboard of digits.
var digitsOnly = []string{"steuerid", "steuernummer", "ik", "betriebsnummer", "ags", "ars", "plz", "gln", "transponder"}

// inputType derives the HTML input type and keyboard.
func (c *compiler) inputType(f *Field) {
	f.InputType = "text"
	mode := ""
	switch {
	case f.Type == TypeEmail:
		f.InputType, mode = "email", "email"
	case f.Type == TypeFile:
		f.InputType = "file"
	case f.Autocomplete == "tel" || strings.HasSuffix(f.Autocomplete, " tel"), f.Identifier == "telefon":
		f.InputType, mode = "tel", "tel"
	case f.Type == TypeNumber, f.Widget == WidgetDate, slices.Contains(digitsOnly, f.Identifier):
		mode = "numeric"
	case f.Type == TypeDecimal, f.Type == TypeMoney:
		mode = "decimal"
	}
	f.InputMode = cmp.Or(f.InputMode, mode)
}
