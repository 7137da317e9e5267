package forms

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/ids"
)

var (
	dateType  = reflect.TypeFor[Date]()
	fileType  = reflect.TypeFor[File]()
	moneyType = reflect.TypeFor[Money]()
)

// field makes the definition of a field; nil if its type cannot be used.
func (c *walker) field(sf reflect.StructField, path, at string) *FieldDefinition {
	tags := c.tagsOf(sf, at, onField)
	d := &FieldDefinition{
		Name: cmp.Or(tags["name"], slug(sf.Name)), Label: tags["label"], Help: tags["help"], Phrase: tags["phrase"],
		Autocomplete: tags["autocomplete"], InputMode: tags["inputmode"], Prefill: tags["prefill"], FIM: tags["fim"],
		Default: tags["default"], Min: tags["min"], Max: tags["max"], Pattern: tags["pattern"], Widget: Widget(tags["widget"]),
		bound: &boundField{at: at, parent: at[:max(strings.LastIndexByte(at, '.'), 0)], validate: tags["validate"], goType: sf.Type},
	}
	path = join(path, d.Name)
	if tags == nil {
		d.Label = "?"
	}
	if sf.Type.Kind() == reflect.Pointer {
		d.bound.goType, d.bound.pointer = sf.Type.Elem(), true
	}
	if !c.kind(d, tags, path) {
		c.object(ruleFieldType, at, "")
		return nil
	}
	if w, ok := tags["widget"]; ok && w == "" {
		c.object(ruleWidget, at, "widget")
	}
	d.Options = c.parseOptions(tags)
	d.Rows = c.positive(tags, "rows", at)
	d.Decimals = c.positive(tags, "decimals", at)
	d.Sensitive = c.yes(tags, "sensitive", at)
	d.Locked = c.yes(tags, "locked", at)
	d.Visible = c.show(tags, at)
	d.MaxSize = c.size(tags, at)
	if accept, ok := tags["accept"]; ok {
		d.Accept = strings.Split(accept, ",")
	}
	for key, text := range tags {
		if code, ok := strings.CutPrefix(key, "msg-"); ok {
			if d.Messages == nil {
				d.Messages = map[string]string{}
			}
			d.Messages[strings.ToUpper(strings.ReplaceAll(code, "-", "_"))] = text
		}
	}
	if isTextual(d.Type) && d.Type != TypeEmail {
		d.Identifier = identifierIn(d.bound.goType, d.bound.validate)
	}
	c.constraints(d)
	c.paths[at] = path
	return d
}

// typesOfStrings are those that the tag type can give a string.
var typesOfStrings = []Type{
	TypeText, TypeMultiline, TypeEmail, TypeDecimal, TypeMoney, TypePartialDate, TypeTime, TypeDateTime, TypeHidden, TypeChoice,
}

// kind finds the type of the field from the Go type and its tags.
func (c *walker) kind(d *FieldDefinition, tags map[string]string, path string) bool {
	typ := d.bound.goType
	_, hasOptions := tags["options"]
	hasOptions = hasOptions || c.options.Choices[path] != nil
	named, hasType := tags["type"]
	switch {
	case typ == dateType:
		d.Type = TypeDate
	case typ == moneyType:
		d.Type = TypeMoney
	case typ == fileType:
		d.Type = TypeFile
		return !d.bound.pointer && !hasType
	case typ.Kind() == reflect.String && hasType:
		d.Type = Type(named)
		return slices.Contains(typesOfStrings, d.Type)
	case typ.Kind() == reflect.String && (hasOptions || d.Widget == WidgetRadio || d.Widget == WidgetSelect):
		d.Type = TypeChoice
	case typ.Kind() == reflect.String && d.Widget == WidgetTextarea:
		d.Type = TypeMultiline
	case typ == reflect.TypeFor[ids.TeilbekanntesDatum]():
		d.Type = TypePartialDate
	case typ.Kind() == reflect.String:
		d.Type = TypeText
		if slices.Contains(strings.Split(tags["validate"], ","), "email") {
			d.Type = TypeEmail
		}
	case typ.Kind() >= reflect.Int && typ.Kind() <= reflect.Int64:
		d.Type = TypeNumber
	case typ.Kind() == reflect.Bool:
		d.Type = TypeBool
	case typ == reflect.TypeFor[[]string]():
		d.Type = TypeMulti
		return !d.bound.pointer && !hasType
	default:
		return false
	}
	return !hasType
}

// parseOptions reads "value=label|value=label".
func (c *walker) parseOptions(tags map[string]string) []Option {
	text, ok := tags["options"]
	if !ok {
		return nil
	}
	var options []Option
	for part := range strings.SplitSeq(text, "|") {
		value, label, _ := strings.Cut(part, "=")
		options = append(options, Option{strings.TrimSpace(value), strings.TrimSpace(label)})
	}
	return options
}

// identifierIn returns the identifier of a field as a definition names it.
func identifierIn(typ reflect.Type, validate string) string {
	tag, param := identifierOf(typ, validate)
	if param != "" {
		return tag + "=" + param
	}
	return tag
}
