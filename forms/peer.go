package forms

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// peer is validator/v10 with the rules of a struct that are left to it.
type peer struct {
	validate *validator.Validate
	typ      reflect.Type
	byGo     map[string]*element // by Go names without the type, joined by dots
}

// brokenTag is a rule that validator/v10 found broken.
type brokenTag struct{ tag, param string }

// newPeer makes the validator for the struct.
func (c *compiler) newPeer() bool {
	now := c.form.now
	if now == nil {
		now = time.Now
	}
	p := &peer{validate: validator.New(validator.WithRequiredStructEnabled()), typ: c.typ, byGo: map[string]*element{}}
	err := registerTags(p.validate, now, c.form.allowTest)
	if err == nil && c.options.Register != nil {
		err = c.options.Register(p.validate)
	}
	if err != nil {
		c.objectParams(ruleRegister, c.root, map[string]string{"error": err.Error()})
		return false
	}
	for at, path := range c.paths {
		if e := c.form.elements[path]; e != nil && e.at == at {
			p.byGo[strings.TrimPrefix(at, c.typ.Name()+".")] = e
		}
	}
	c.peer = p
	return true
}

// rewrite makes the rules for validator/v10, which knows no presence: required
// is ours, and omitempty goes before the rules about content; "" where nothing
// is left. Rules such as eqcsfield are ours too: against its documentation,
// validator/v10 (v10.30.6) looks for the other field in the struct around the
// field, not in the top one, and so never finds one on another step.
func rewrite(f *Field, tag string) string {
	var before, after []string
	has, dive := false, false
	if tag != "" && tag != "-" {
		for part := range strings.SplitSeq(tag, ",") {
			name, _, _ := strings.Cut(part, "=")
			switch {
			case dive:
				after = append(after, part)
			case name == "required", name == "omitempty", name == "omitnil", name == "omitzero", refersTo[name] == 4:
			case presenceTags[name]:
				before = append(before, part)
			default:
				dive = name == "dive"
				after = append(after, part)
			}
			has = has || name == f.Identifier
		}
	}
	if f.Identifier != "" && !has && tag == f.bound.validate {
		after = append(after, f.Identifier)
	}
	if len(before)+len(after) == 0 || f.Type == TypeFile {
		return ""
	}
	kind := f.kindOf()
	if len(after) > 0 && (f.bound.pointer || kind == reflect.String || f.Type == TypeDate || f.Type == TypeMulti) {
		before = append(before, "omitempty")
	}
	return strings.Join(append(before, after...), ",")
}

// try runs each rule of a field on a sample, since validator/v10 panics on
// unknown tags and bad parameters only when it meets them.
func (c *compiler) try(f *Field) {
	for part := range strings.SplitSeq(f.bound.validate, ",") {
		name, param, _ := strings.Cut(part, "=")
		if refersTo[name] == 4 && c.crossField(f, 4, name, param) == nil {
			c.objectParams(ruleValidateRef, f.element.at, map[string]string{"tag": "validate", "rule": part})
		}
	}
	tag := rewrite(f, f.bound.validate)
	if tag == "" {
		return
	}
	sample := sampleOf(f)
	for part := range strings.SplitSeq(tag, ",") {
		name, param, _ := strings.Cut(part, "=")
		if name == "dive" {
			sample = "1"
			if f.Type != TypeMulti {
				c.objectParams(ruleValidate, f.element.at, map[string]string{"tag": "validate", "rule": part})
				return
			}
			continue
		}
		if how := refersTo[name]; how > 0 {
			if !c.refers(f, how, param) {
				c.objectParams(ruleValidateRef, f.element.at, map[string]string{"tag": "validate", "rule": part})
			}
			continue
		}
		if problem := dry(func() { _ = c.peer.validate.Var(sample, part) }); problem != "" {
			c.objectParams(ruleValidate, f.element.at, map[string]string{"tag": "validate", "rule": part})
			continue
		}
		if c.hidesRequired(sample, part) {
			c.objectParams(ruleAlias, f.element.at, map[string]string{"tag": "validate", "rule": part})
		}
	}
}

// hidesRequired reports whether the rule is an alias with required in it,
// which would be skipped for a blank field.
func (c *compiler) hidesRequired(sample any, part string) (hides bool) {
	dry(func() {
		zero := reflect.Zero(reflect.TypeOf(sample)).Interface()
		var broken validator.ValidationErrors
		if errors.As(c.peer.validate.Var(zero, part), &broken) {
			hides = broken[0].ActualTag() == "required"
		}
	})
	return hides
}

// refers reports whether the fields named by a cross-field rule exist and have
// one answer seen from the field.
func (c *compiler) refers(f *Field, how int, param string) bool {
	names := strings.Fields(param)
	switch how {
	case 1, 4:
		names = []string{param}
	case 2:
		if len(names) == 0 || len(names)%2 != 0 && !strings.Contains(param, "'") {
			return false
		}
		names = names[:1]
	}
	for _, name := range names {
		if c.refer(f, how, name) == nil {
			return false
		}
	}
	return len(names) > 0
}

func sampleOf(f *Field) any {
	switch f.Type {
	case TypeDate:
		return Date{2026, time.April, 3}
	case TypeMulti:
		return []string{"1"}
	case TypeBool:
		return true
	case TypeNumber, TypeMoney:
		if f.kindOf() != reflect.String {
			return int64(1)
		}
	}
	return "1"
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

// registerPeer gives validator/v10 the rules that are left to it, for each
// struct type of the form.
func (c *compiler) registerPeer() {
	byType := map[reflect.Type]map[string]string{}
	var walk func(typ reflect.Type, at string)
	walk = func(typ reflect.Type, at string) {
		if byType[typ] == nil {
			byType[typ] = map[string]string{}
		}
		for i := range typ.NumField() {
			sf := typ.Field(i)
			e := c.peer.byGo[join(at, sf.Name)]
			switch {
			case e == nil || e.note != nil:
				byType[typ][sf.Name] = "-"
			case e.field != nil:
				byType[typ][sf.Name] = "-"
				if e.field.peerTags != "" {
					byType[typ][sf.Name] = e.field.peerTags
				}
			case e.inner != nil:
				byType[typ][sf.Name] = "omitempty,dive"
				walk(sf.Type.Elem(), join(at, sf.Name))
			default:
				walk(sf.Type, join(at, sf.Name))
			}
		}
	}
	walk(c.typ, "")
	for typ, rules := range byType {
		c.peer.validate.RegisterStructValidationMapRules(rules, reflect.Zero(typ).Interface())
	}
}

// dryRun validates the whole struct once empty and once filled, for what only
// shows there.
func (c *compiler) dryRun() {
	if c.form.peer == nil {
		return
	}
	full := Answers{}
	for _, f := range c.form.fields {
		if f.element.scope.group == nil {
			full = full.With(f.Path, sampleValue(f))
		}
	}
	form := c.form.in(c.form.own)
	for _, a := range []Answers{{}, full} {
		if problem := dry(func() { form.Validate(a) }); problem != "" {
			c.object(ruleValidate, c.root, "validate")
			return
		}
	}
}

func sampleValue(f *Field) Value {
	switch {
	case f.Type == TypeDate:
		return Text("2026-04-03")
	case f.Type == TypeMulti:
		return List(f.Options[0].Value)
	case len(f.Options) > 0:
		return Text(f.Options[0].Value)
	case f.Type == TypeFile:
		return FileValue(File{Name: "x"})
	default:
		return Text("1")
	}
}

// askPeer lets validator/v10 check the struct with the answers.
func (st *state) askPeer() {
	p := st.form.peer
	dst := reflect.New(p.typ)
	st.form.plan.fill(dst.Elem(), &st.root, lenient)
	err := p.validate.Struct(dst.Interface())
	var broken validator.ValidationErrors
	if err == nil || !errors.As(err, &broken) {
		return
	}
	st.broken = map[*slot]brokenTag{}
	for _, fe := range broken {
		in, e, option := st.located(strings.TrimPrefix(fe.StructNamespace(), p.typ.Name()+"."))
		if e == nil || e.field == nil {
			continue
		}
		s := &in.slots[e.slot]
		if _, twice := st.broken[s]; twice {
			continue
		}
		b := brokenTag{fe.Tag(), fe.Param()}
		if option {
			b = brokenTag{tag: "oneof"} // a rule after dive, about one option
		}
		st.broken[s] = b
	}
}

// located finds the field of a namespace such as "Person.Kinder[0].Name", and
// whether it ends with the number of an option.
func (st *state) located(ns string) (in *instance, e *element, option bool) {
	var plain strings.Builder
	var indexes []int
	for i := 0; i < len(ns); i++ {
		if ns[i] != '[' {
			plain.WriteByte(ns[i])
			continue
		}
		end := strings.IndexByte(ns[i:], ']')
		n, err := strconv.Atoi(ns[i+1 : i+max(end, 1)])
		if err != nil {
			return nil, nil, false
		}
		indexes = append(indexes, n)
		i += end
	}
	if e = st.form.peer.byGo[plain.String()]; e == nil {
		return nil, nil, false
	}
	depth := e.scope.depth
	if len(indexes) < depth {
		return nil, nil, false
	}
	option = len(indexes) > depth
	if in = st.entry(indexes[:depth], e.scope); in == nil {
		return nil, nil, false
	}
	return in, e, option
}

// unordered reports whether a rule about the order of two answers broke only
// because the other one is blank: validator/v10 takes it as zero.
func (j *judge) unordered(in *instance, f *Field, b brokenTag) bool {
	switch b.tag {
	case "gtfield", "gtefield", "ltfield", "ltefield":
	default:
		return false
	}
	at := strings.TrimPrefix(strings.TrimPrefix(f.bound.parent, j.st.form.peer.typ.Name()), ".")
	other := j.st.form.peer.byGo[join(at, b.param)]
	if other == nil || other.field == nil {
		return false
	}
	holder := in.at(other)
	if holder == nil {
		return false
	}
	s := holder.read(other)
	return !s.answered() || s.code != ""
}

// peerAlone lets validator/v10 check one answer whose rules name no other.
func (j *judge) peerAlone(in *instance, el *element, s *slot) bool {
	f := el.field
	var parts []string
	for part := range strings.SplitSeq(f.peerTags, ",") {
		name, _, _ := strings.Cut(part, "=")
		if refersTo[name] == 0 {
			parts = append(parts, part)
		}
	}
	value := reflect.New(f.bound.goType).Elem()
	p := planField{e: el}
	if len(parts) == 0 || p.put(value, in, lenient) != nil {
		return false
	}
	var err error
	if dry(func() { err = j.st.form.peer.validate.Var(value.Interface(), strings.Join(parts, ",")) }) != "" {
		return false // a rule that needs the struct around it
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return false
	}
	j.tag(in, el, s, broken[0].Tag(), broken[0].Param())
	return true
}
