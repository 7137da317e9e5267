package forms

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/ids"
)

// check is a rule about the content of an answer. It sees valid answers only.
type check struct {
	tag   string // of validator/v10 or Register
	param string
	code  string // instead of that of the tag
	name  string // of the parameter, with a code
	ok    func(in *instance, s *slot) bool
}

// presenceTags are the rules that say whether a field must or must not be
// answered, depending on others; required alone is ours.
var presenceTags = map[string]bool{
	"required_if": true, "required_unless": true, "required_with": true, "required_with_all": true,
	"required_without": true, "required_without_all": true, "excluded_if": true, "excluded_unless": true,
	"excluded_with": true, "excluded_with_all": true, "excluded_without": true, "excluded_without_all": true,
	"skip_unless": true,
}

// refersTo are the tags whose parameter names another field of the struct:
// 1 = a field, 2 = pairs of field and value, 3 = fields, 4 = a field from the
// top.
var refersTo = map[string]int{
	"eqfield": 1, "nefield": 1, "gtfield": 1, "gtefield": 1, "ltfield": 1, "ltefield": 1,
	"fieldcontains": 1, "fieldexcludes": 1,
	"eqcsfield": 4, "necsfield": 4, "gtcsfield": 4, "gtecsfield": 4, "ltcsfield": 4, "ltecsfield": 4,
	"required_if": 2, "required_unless": 2, "excluded_if": 2, "excluded_unless": 2, "skip_unless": 2,
	"required_with": 3, "required_with_all": 3, "required_without": 3, "required_without_all": 3,
	"excluded_with": 3, "excluded_with_all": 3, "excluded_without": 3, "excluded_without_all": 3,
}

// constraints reads from the validate tag what a definition can say.
func (c *walker) constraints(d *FieldDefinition) {
	for part := range strings.SplitSeq(d.bound.validate, ",") {
		name, param, _ := strings.Cut(part, "=")
		if name == "dive" {
			return
		}
		n, err := strconv.Atoi(param)
		text := err == nil && n >= 0 && isTextual(d.Type)
		switch {
		case name == "required":
			d.Required = true
		case text && (name == "max" || name == "lte"):
			d.MaxLength = n
		case text && (name == "min" || name == "gte"):
			d.MinLength = n
		case text && name == "len":
			d.MinLength, d.MaxLength = n, n
		}
	}
}

// tagRules turns the validate tags into checks: those that we know run without
// validator/v10, the others are left to it. With Options.Register all are.
func (c *compiler) tagRules() {
	if c.typ == nil || !c.newPeer() {
		return
	}
	needed := c.options.Register != nil
	for _, f := range c.form.fields {
		if f.bound == nil {
			continue
		}
		c.presenceOf(f)
		c.try(f)
		if c.options.Register == nil && f.Type != TypeFile {
			c.native(f)
		} else if f.Type != TypeFile {
			c.acrossSteps(f)
			f.peerTags = rewrite(f, f.bound.validate)
		}
		f.Optional = f.Optional && !slices.ContainsFunc(strings.Split(f.bound.validate, ","), func(part string) bool {
			name, _, _ := strings.Cut(part, "=")
			return presenceTags[name]
		})
		needed = needed || f.peerTags != ""
	}
	if needed {
		c.form.peer = c.peer
	}
}

// acrossSteps compiles the rules about a field named from the top.
func (c *compiler) acrossSteps(f *Field) {
	for part := range strings.SplitSeq(f.bound.validate, ",") {
		name, param, _ := strings.Cut(part, "=")
		if refersTo[name] != 4 {
			continue
		}
		if ok := c.crossField(f, 4, name, param); ok != nil {
			f.checks = append(f.checks, check{tag: name, param: param, ok: ok})
		}
	}
}

// presenceOf objects to rules about presence where Go cannot tell it.
func (c *compiler) presenceOf(f *Field) {
	for part := range strings.SplitSeq(f.bound.validate, ",") {
		name, _, _ := strings.Cut(part, "=")
		if name == "dive" {
			return
		}
		if presenceTags[name] && f.bound.goType.Kind() != reflect.String && !f.bound.pointer && f.Type != TypeMulti &&
			(f.Type != TypeBool || f.Widget != WidgetCheckbox) {
			c.objectParams(ruleNeedsPointer, f.element.at, map[string]string{"tag": "validate", "rule": name})
		}
	}
}

// native compiles the tags that we know; the others go to validator/v10.
func (c *compiler) native(f *Field) {
	var rest []string
	tag := f.bound.validate
	parts := strings.Split(tag, ",")
	if tag == "" || tag == "-" {
		parts = nil
	}
	hasIdentifier := false
	for i, part := range parts {
		name, param, _ := strings.Cut(part, "=")
		switch {
		case name == "required", name == "omitempty", name == "omitnil", name == "omitzero":
			continue
		case name == "skip_unless":
			f.checks, f.presence = nil, slices.DeleteFunc(f.presence, func(p presence) bool { return p.tag != nil })
			f.peerTags = rewrite(f, tag)
			return
		case name == "dive":
			if !c.nativeDive(f, parts[i+1:]) {
				rest = append(rest, parts[i:]...)
			}
			f.leave(rest)
			return
		}
		hasIdentifier = hasIdentifier || name == f.Identifier
		if presenceTags[name] {
			if p, ok := c.nativePresence(f, name, param); ok {
				f.presence = append(f.presence, p)
				continue
			}
		} else if ok := c.nativeCheck(f, name, param); ok != nil {
			f.checks = append(f.checks, check{tag: name, param: param, ok: ok})
			continue
		}
		rest = append(rest, part)
	}
	if f.Identifier != "" && !hasIdentifier {
		f.checks = append(f.checks, check{tag: f.Identifier, param: f.identifierParam, ok: c.identifierCheck(f.Identifier, f.identifierParam)})
	}
	f.leave(rest)
}

// leave gives tags to validator/v10.
func (f *Field) leave(rest []string) {
	if len(rest) > 0 {
		f.peerTags = rewrite(f, strings.Join(rest, ","))
	}
}

// nativeDive compiles the rules for each option of a multiple choice: only
// those of length matter, since the options are known.
func (c *compiler) nativeDive(f *Field, parts []string) bool {
	var limits []func(string) bool
	for _, part := range parts {
		name, param, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(param)
		if err != nil || f.Type != TypeMulti {
			return false
		}
		switch name {
		case "max", "lte":
			limits = append(limits, func(s string) bool { return utf8.RuneCountInString(s) <= n })
		case "min", "gte":
			limits = append(limits, func(s string) bool { return utf8.RuneCountInString(s) >= n })
		default:
			return false
		}
	}
	if len(limits) == 0 {
		return true
	}
	f.checks = append(f.checks, check{code: CodeChoice, ok: func(_ *instance, s *slot) bool {
		for _, o := range s.v.list {
			for _, ok := range limits {
				if !ok(o) {
					return false
				}
			}
		}
		return true
	}})
	return true
}

// nativeCheck compiles a rule about content; nil if validator/v10 must do it.
func (c *compiler) nativeCheck(f *Field, name, param string) func(*instance, *slot) bool {
	if strings.ContainsRune(name, '|') || strings.ContainsRune(param, '|') {
		return nil
	}
	if how := refersTo[name]; how == 1 || how == 4 {
		return c.crossField(f, how, name, param)
	}
	switch name {
	case "max", "lte", "min", "gte", "gt", "lt", "len", "eq", "ne":
		return compareCheck(f, name, param)
	case "notfuture", "notpast", "minage", "maxage":
		return c.dateCheck(f, name, param)
	case "oneof":
		values, ok := oneOf(param)
		if !ok || f.kindOf() != reflect.String && f.Type != TypeNumber {
			return nil
		}
		return func(_ *instance, s *slot) bool { return slices.Contains(values, s.v.text) }
	}
	if f.kindOf() != reflect.String || f.Type == TypeMulti {
		return nil
	}
	if name == latinTag {
		return latinCheck(param)
	}
	if _, ok := ids.KindOf(name); ok {
		return c.identifierCheck(name, param)
	}
	if ok := textChecks[name]; ok != nil && param == "" {
		return func(_ *instance, s *slot) bool { return ok(s.v.text) }
	}
	return nil
}

// kindOf is the kind of the Go type that holds the answer.
func (f *Field) kindOf() reflect.Kind { return f.bound.goType.Kind() }

// identifierCheck is nil for a parameter without meaning: try has objected.
func (c *compiler) identifierCheck(name, param string) func(*instance, *slot) bool {
	kind, ok := ids.KindOf(name)
	test := c.form.allowTest
	if !ok || dry(func() { acceptsIdentifier(kind, param, kind.Example, test) }) != "" {
		return nil
	}
	return func(_ *instance, s *slot) bool { return acceptsIdentifier(kind, param, s.v.text, test) }
}

// textChecks are rules about text that take no parameter.
var textChecks = map[string]func(string) bool{
	"email":   isEmail,
	"number":  func(s string) bool { return onlyRunes(s, "") },
	"numeric": isNumeric,
	"alpha":   func(s string) bool { return onlyBytes(s, isASCIILetter) },
	"alphanum": func(s string) bool {
		return onlyBytes(s, func(b byte) bool { return isASCIILetter(b) || isDigit(b) })
	},
}

func isASCIILetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

func onlyBytes(s string, ok func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !ok(s[i]) {
			return false
		}
	}
	return s != ""
}

// isNumeric is the expression [-+]?[0-9]+(\.[0-9]+)?
func isNumeric(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole, frac, point := strings.Cut(s, ".")
	return onlyRunes(whole, "") && (!point || onlyRunes(frac, ""))
}

// oneOf splits the parameter of oneof; quoted values are left to validator/v10.
func oneOf(param string) ([]string, bool) {
	return strings.Fields(param), param != "" && !strings.ContainsAny(param, "'")
}

// sizeCheck is the rule min or max about a length, from a definition.
func sizeCheck(f *Field, tag string, n int) check {
	return check{tag: tag, param: strconv.Itoa(n), ok: func(_ *instance, s *slot) bool {
		size := len(s.v.list)
		if f.Type != TypeMulti {
			size = utf8.RuneCountInString(s.v.text)
		}
		if tag == "min" {
			return size >= n
		}
		return size <= n
	}}
}

// compareCheck compiles a rule about a length, count or number.
func compareCheck(f *Field, name, param string) func(*instance, *slot) bool {
	kind := f.kindOf()
	if kind == reflect.String && (name == "eq" || name == "ne") {
		return func(_ *instance, s *slot) bool { return (s.v.text == param) == (name == "eq") }
	}
	n, err := strconv.ParseInt(param, 0, 64)
	if err != nil {
		return nil
	}
	var size func(s *slot) int64
	switch {
	case f.Type == TypeMulti:
		size = func(s *slot) int64 { return int64(len(s.v.list)) }
	case kind == reflect.String:
		size = func(s *slot) int64 { return int64(utf8.RuneCountInString(s.v.text)) }
	case f.Type == TypeNumber, f.Type == TypeMoney:
		size = func(s *slot) int64 { return s.num }
	default:
		return nil
	}
	switch name {
	case "max", "lte":
		return func(_ *instance, s *slot) bool { return size(s) <= n }
	case "min", "gte":
		return func(_ *instance, s *slot) bool { return size(s) >= n }
	case "gt":
		return func(_ *instance, s *slot) bool { return size(s) > n }
	case "lt":
		return func(_ *instance, s *slot) bool { return size(s) < n }
	case "ne":
		return func(_ *instance, s *slot) bool { return size(s) != n }
	}
	return func(_ *instance, s *slot) bool { return size(s) == n } // len, eq
}

// dateCheck compiles our rules about days; the clock is read once for each
// evaluation.
func (c *compiler) dateCheck(f *Field, name, param string) func(*instance, *slot) bool {
	if f.Type != TypeDate {
		return nil
	}
	n := 0
	if name == "minage" || name == "maxage" {
		if dry(func() { n = years(param) }) != "" {
			return nil
		}
	}
	switch name {
	case "notfuture":
		return func(in *instance, s *slot) bool { return int(s.num) <= in.st.day() }
	case "notpast":
		return func(in *instance, s *slot) bool { return int(s.num) >= in.st.day() }
	case "minage":
		return func(in *instance, s *slot) bool { return (in.st.day()-int(s.num))/10000 >= n }
	}
	return func(in *instance, s *slot) bool { return (in.st.day()-int(s.num))/10000 <= n }
}

// crossField compiles a comparison with another field. An order is judged only
// if both are answered: validator/v10 would take a blank field as zero.
func (c *compiler) crossField(f *Field, how int, name, param string) func(*instance, *slot) bool {
	other := c.refer(f, how, param)
	if other == nil || other.field == nil || other.field.bound == nil || f.kindOf() != other.field.kindOf() || f.Type == TypeMulti || f.Type == TypeFile {
		return nil
	}
	text := f.kindOf() == reflect.String
	if !text && f.bound.goType != other.field.bound.goType {
		return nil
	}
	equal := func(s, o *slot) bool {
		if text {
			return s.v.text == o.v.text
		}
		return s.num == o.num
	}
	op := strings.TrimSuffix(strings.TrimSuffix(name, "csfield"), "field")
	if op != "eq" && op != "ne" && text {
		return nil // validator/v10 compares lengths
	}
	return func(in *instance, s *slot) bool {
		at := in.at(other)
		o := at.read(other)
		if !o.answered() || o.code != "" {
			return op != "eq"
		}
		switch op {
		case "eq":
			return equal(s, o)
		case "ne":
			return !equal(s, o)
		case "gt":
			return s.num > o.num
		case "gte":
			return s.num >= o.num
		case "lt":
			return s.num < o.num
		}
		return s.num <= o.num
	}
}

// refer finds the element that a tag names by Go names; nil if there is none
// that has one answer seen from the field.
func (c *compiler) refer(f *Field, how int, name string) *element {
	at := f.bound.parent
	if how == 4 {
		at = c.typ.Name()
	}
	e := c.form.elements[c.paths[join(at, name)]]
	if e == nil || e.field != nil && !slices.Contains(scopesOf(f.element.scope), e.scope) {
		return nil
	}
	return e
}

func scopesOf(d *scopeDef) []*scopeDef {
	var list []*scopeDef
	for ; d != nil; d = d.parent {
		list = append(list, d)
	}
	return list
}

// nativePresence compiles required_if and its kin.
func (c *compiler) nativePresence(f *Field, name, param string) (presence, bool) {
	params, ok := oneOf(param)
	if !ok {
		return presence{}, false
	}
	p := presence{forbidden: strings.HasPrefix(name, "excluded")}
	_, how, _ := strings.Cut(name, "_")
	if how == "if" || how == "unless" {
		p.tag = c.presenceValues(f, how, params)
	} else {
		p.tag = c.presenceOthers(f, how, params)
	}
	return p, p.tag != nil
}

// presenceValues compiles "if" (all pairs match) and "unless" (none does).
func (c *compiler) presenceValues(f *Field, how string, params []string) func(*instance) bool {
	if len(params) == 0 || len(params)%2 != 0 {
		return nil
	}
	var others []*element
	for i := 0; i < len(params); i += 2 {
		e := c.refer(f, 2, params[i])
		if e == nil || e.field == nil || e.field.bound == nil || e.field.Type == TypeMulti || e.field.kindOf() == reflect.Struct ||
			slices.Contains(others, e) {
			return nil
		}
		others = append(others, e)
	}
	return func(in *instance) bool {
		for i, e := range others {
			s := in.at(e).read(e)
			is := s.answered() && s.code == "" && s.v.text == params[2*i+1]
			if !s.answered() && e.field.Type == TypeBool && !e.field.bound.pointer {
				is = params[2*i+1] != "true"
			}
			if is != (how == "if") {
				return false
			}
		}
		return true
	}
}

// presenceOthers compiles "with", "with_all", "without" and "without_all".
func (c *compiler) presenceOthers(f *Field, how string, params []string) func(*instance) bool {
	var others []*element
	for _, name := range params {
		e := c.refer(f, 3, name)
		if e == nil || e.field == nil {
			return nil
		}
		others = append(others, e)
	}
	present := how == "with" || how == "with_all"
	all := strings.HasSuffix(how, "_all")
	return func(in *instance) bool {
		for _, e := range others {
			if at := in.at(e); (at.slots[e.slot].visible && at.load(e).used(e.field) == present || !at.slots[e.slot].visible && !present) != all {
				return !all
			}
		}
		return all
	}
}
