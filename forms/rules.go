package forms

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-playground/validator/v10"
)

// rules is the compiled validation of a form.
type rules struct {
	validate *validator.Validate
	byGoPath map[string]*Field
	targets  sync.Pool
}

// presence are the tags that say whether a field must or must not be
// answered, depending on others; ours is required alone.
var presence = map[string]bool{
	"required_if": true, "required_unless": true, "required_with": true, "required_with_all": true,
	"required_without": true, "required_without_all": true, "excluded_if": true, "excluded_unless": true,
	"excluded_with": true, "excluded_with_all": true, "excluded_without": true, "excluded_without_all": true,
	"skip_unless": true,
}

// refersTo are the tags whose parameter names another field of the struct:
// 1 = a field, 2 = pairs of field and value, 3 = fields.
var refersTo = map[string]int{
	"eqfield": 1, "nefield": 1, "gtfield": 1, "gtefield": 1, "ltfield": 1, "ltefield": 1,
	"fieldcontains": 1, "fieldexcludes": 1,
	"eqcsfield": 4, "necsfield": 4, "gtcsfield": 4, "gtecsfield": 4, "ltcsfield": 4, "ltecsfield": 4,
	"required_if": 2, "required_unless": 2, "excluded_if": 2, "excluded_unless": 2, "skip_unless": 2,
	"required_with": 3, "required_with_all": 3, "required_without": 3, "required_without_all": 3,
	"excluded_with": 3, "excluded_with_all": 3, "excluded_without": 3, "excluded_without_all": 3,
}

// constraints reads what pages need to know from the validate tag.
func (c *compiler) constraints(field *Field, tag, at string) {
	conditional := false
	for part := range strings.SplitSeq(tag, ",") {
		name, param, _ := strings.Cut(part, "=")
		if name == "dive" {
			break
		}
		n, err := strconv.Atoi(param)
		text := err == nil && n >= 0 && isTextual(field.Type)
		switch {
		case name == "required":
			field.Required = true
		case presence[name]:
			conditional = true
			if field.kind != reflect.String && !field.pointer && field.Type != TypeMulti &&
				(field.Type != TypeBool || field.Widget != WidgetCheckbox) {
				c.objectParams(ruleNeedsPointer, at, map[string]string{"tag": "validate", "rule": name})
			}
		case text && (name == "max" || name == "lte"):
			field.MaxLength = n
		case text && (name == "min" || name == "gte"):
			field.MinLength = n
		case text && name == "len":
			field.MinLength, field.MaxLength = n, n
		}
	}
	field.Optional = !field.Required && !conditional
	if field.MaxLength > 0 && field.MinLength > field.MaxLength {
		c.object(ruleConstraint, at, "validate")
	}
}

func isTextual(t Type) bool { return t == TypeText || t == TypeMultiline || t == TypeEmail }

// rules builds the validator. validator/v10 knows no presence: required is
// ours, so the tags are rewritten (required dropped, omitempty put before the
// rules about content) and given to it as rules of the struct's type.
func (c *compiler) rules() {
	r := &rules{validate: validator.New(validator.WithRequiredStructEnabled()), byGoPath: map[string]*Field{}}
	c.form.rules = r
	now := c.form.now
	if now == nil {
		now = time.Now
	}
	err := registerTags(r.validate, now, c.form.allowTest)
	if err == nil && c.options.Register != nil {
		err = c.options.Register(r.validate)
	}
	if err != nil {
		c.objectParams(ruleRegister, c.root, map[string]string{"error": err.Error()})
		return
	}
	byType := map[reflect.Type]map[string]string{}
	for _, field := range c.form.fields {
		r.byGoPath[field.goPath] = field
		parent := c.form.typ.FieldByIndex(field.goIndex[:len(field.goIndex)-1]).Type
		sf := c.form.typ.FieldByIndex(field.goIndex)
		if byType[parent] == nil {
			byType[parent] = map[string]string{}
		}
		rewritten := rewrite(field, sf.Tag.Get("validate"))
		byType[parent][sf.Name] = rewritten
		c.try(field, parent, rewritten)
	}
	if len(c.problems) > 0 {
		return
	}
	for typ, rules := range byType {
		r.validate.RegisterStructValidationMapRules(rules, reflect.Zero(typ).Interface())
	}
	r.targets.New = func() any { return newTarget(c.form) }
	c.dryRun(r)
	c.problemTexts()
}

// rewrite makes the rules for validator/v10; "-" where nothing is left.
func rewrite(field *Field, tag string) string {
	var before, after []string
	has := false
	dive := false
	if tag != "" && tag != "-" {
		for part := range strings.SplitSeq(tag, ",") {
			name, _, _ := strings.Cut(part, "=")
			switch {
			case dive:
				after = append(after, part)
			case name == "required", name == "omitempty", name == "omitnil", name == "omitzero":
			case presence[name]:
				before = append(before, part)
			default:
				dive = name == "dive"
				after = append(after, part)
			}
			has = has || name == field.Identifier
		}
	}
	if field.Identifier != "" && !has {
		after = append(after, field.Identifier)
	}
	if len(before)+len(after) == 0 || field.Type == TypeFile {
		return "-"
	}
	if len(after) > 0 && (field.pointer || field.kind == reflect.String || field.Type == TypeDate || field.Type == TypeMulti) {
		before = append(before, "omitempty")
	}
	return strings.Join(append(before, after...), ",")
}

// try runs each rule of a field on a sample, since validator/v10 panics on
// unknown tags and bad parameters only when it meets them.
func (c *compiler) try(field *Field, parent reflect.Type, tag string) {
	if tag == "-" {
		return
	}
	sample := sampleOf(field)
	for part := range strings.SplitSeq(tag, ",") {
		name, param, _ := strings.Cut(part, "=")
		if name == "dive" {
			sample = "1"
			continue
		}
		if how := refersTo[name]; how > 0 {
			if !c.refers(parent, how, param) {
				c.objectParams(ruleValidateRef, field.goPath, map[string]string{"tag": "validate", "rule": part})
			}
			continue
		}
		if problem := dry(func() { _ = c.form.rules.validate.Var(sample, part) }); problem != "" {
			c.objectParams(ruleValidate, field.goPath, map[string]string{"tag": "validate", "rule": part})
			continue
		}
		if c.hidesRequired(sample, part) {
			c.objectParams(ruleAlias, field.goPath, map[string]string{"tag": "validate", "rule": part})
		}
	}
}

// hidesRequired reports whether the rule is an alias with required in it,
// which would be skipped for a blank field.
func (c *compiler) hidesRequired(sample any, part string) (hides bool) {
	dry(func() {
		zero := reflect.Zero(reflect.TypeOf(sample)).Interface()
		var broken validator.ValidationErrors
		if errors.As(c.form.rules.validate.Var(zero, part), &broken) {
			hides = broken[0].ActualTag() == "required"
		}
	})
	return hides
}

// refers reports whether the fields named by a cross-field rule exist.
func (c *compiler) refers(parent reflect.Type, how int, param string) bool {
	names := strings.Fields(param)
	switch how {
	case 1:
		names = []string{param}
	case 2:
		if len(names) == 0 || len(names)%2 != 0 && !strings.Contains(param, "'") {
			return false
		}
		names = names[:1]
	case 4:
		parent, names = c.form.typ, []string{param}
	}
	for _, name := range names {
		typ := parent
		for part := range strings.SplitSeq(name, ".") {
			if typ.Kind() != reflect.Struct {
				return false
			}
			sf, ok := typ.FieldByName(part)
			if !ok || !sf.IsExported() {
				return false
			}
			typ = sf.Type
		}
	}
	return len(names) > 0
}

func sampleOf(field *Field) any {
	switch field.Type {
	case TypeDate:
		return Date{2026, time.April, 3}
	case TypeMulti:
		return []string{"1"}
	case TypeBool:
		return true
	case TypeNumber:
		return int64(1)
	default:
		return "1"
	}
}

// dry runs f and returns the text of a panic.
func dry(f func()) (problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// dryRun validates the whole struct once empty and once filled, for what only
// shows there.
func (c *compiler) dryRun(r *rules) {
	for _, filled := range []bool{false, true} {
		t := newTarget(c.form)
		if filled {
			for i, field := range c.form.fields {
				t.set(i, field, sampleValue(field))
			}
		}
		if problem := dry(func() { _ = r.validate.Struct(t.ptr) }); problem != "" {
			c.object(ruleValidate, c.root, "validate")
			return
		}
	}
}

func sampleValue(field *Field) Value {
	switch {
	case field.Type == TypeDate:
		return Text("2026-04-03")
	case field.Type == TypeMulti:
		return List(field.Options[0].Value)
	case len(field.Options) > 0:
		return Text(field.Options[0].Value)
	case field.Type == TypeFile:
		return FileValue(File{Name: "x"})
	default:
		return Text("1")
	}
}

// problemTexts makes the errors that a field can have ahead of time.
func (c *compiler) problemTexts() {
	for _, field := range c.form.fields {
		field.problems = map[string]FieldError{}
		c.ownTexts(field)
		tag := c.form.typ.FieldByIndex(field.goIndex).Tag.Get("validate")
		for part := range strings.SplitSeq(tag, ",") {
			name, param, _ := strings.Cut(part, "=")
			if name == "" || name == "required" {
				continue
			}
			if _, ok := field.problems[name]; !ok {
				field.problems[name] = c.form.ruleError(field, name, param)
			}
		}
	}
}

// ownCodes are the codes that our own checks find in a field, by type.
var ownCodes = map[Type][]string{
	TypeNumber: {CodeNumber},
	TypeDate:   {CodeDate, CodeDateUnreal},
	TypeBool:   {CodeBool},
	TypeChoice: {CodeChoice},
	TypeMulti:  {CodeChoice},
	TypeFile:   {CodeFileEmpty, CodeFileSize, CodeFileType},
}

// ownTexts makes the errors of our own checks and of identifiers.
func (c *compiler) ownTexts(field *Field) {
	field.own = map[string]FieldError{}
	for _, code := range append([]string{CodeRequired, CodeKind}, ownCodes[field.Type]...) {
		field.own[code] = c.form.ownError(field, code)
	}
	if field.Identifier != "" {
		prefix := strings.ToUpper(field.Identifier)
		for code := range german {
			if strings.HasPrefix(code, prefix) {
				field.own[code] = c.form.fieldError(field, code, nil)
			}
		}
	}
}

// ruleError is the error of a broken validator rule.
func (f *Form) ruleError(field *Field, tag, param string) FieldError {
	code, name := codeOf(field, tag)
	if own := strings.ToUpper(tag); code == CodeInvalid && f.texts[own] != "" {
		code = own
	}
	params := map[string]string{}
	switch {
	case name != "" && param != "":
		params[name] = param
	case code == CodeInvalid:
		params["rule"] = tag
	}
	if refersTo[tag] == 1 || refersTo[tag] == 4 {
		params["other"] = f.labelOf(field, refersTo[tag], param)
	}
	return f.fieldError(field, code, params)
}

// labelOf returns the label of the field that a cross-field rule names.
func (f *Form) labelOf(field *Field, how int, name string) string {
	at := field.goPath[:strings.LastIndexByte(field.goPath, '.')]
	if how == 4 {
		at = cmp.Or(f.typ.Name(), "")
	}
	i := slices.IndexFunc(f.fields, func(other *Field) bool { return other.goPath == join(at, name) })
	if i < 0 {
		return ""
	}
	return quotable(f.fields[i].Label)
}
