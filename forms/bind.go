package forms

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// ErrBind is matched by the errors of [Form.Bind] and [Form.AnswersOf].
var ErrBind = errors.New("forms: cannot bind")

// Money is an amount of euro in cents, as the type of a struct's field.
type Money int64

// String writes the amount in the normal form of answers, "12.34".
func (m Money) String() string { return formatCents(int64(m)) }

// plan says which element of a form each field of a struct holds.
type plan struct {
	typ    reflect.Type
	fields []planField
}

type planField struct {
	index   int
	e       *element
	pointer bool
	inner   *plan // of a step or group
}

// bindings makes the plan of the form's own struct.
func (c *compiler) bindings() {
	if c.typ == nil {
		return
	}
	p, err := c.form.planOf(c.typ)
	if err != nil { // what New compiles it can bind
		c.objectParams(ruleFieldType, c.root, map[string]string{"error": err.Error()})
		return
	}
	c.form.plan = p
	if c.form.peer != nil {
		c.registerPeer()
	}
}

// planOf matches the steps of the form with the fields of a struct type.
func (c *compiled) planOf(typ reflect.Type) (*plan, error) {
	if typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%w: %s is no struct", ErrBind, typ)
	}
	p := &plan{typ: typ}
	for i := range typ.NumField() {
		sf := typ.Field(i)
		if !sf.IsExported() {
			continue
		}
		name, _ := sf.Tag.Lookup("step")
		if name == "" {
			name = slug(sf.Name)
		}
		e := c.elements[name]
		if e == nil || e.step == nil || !isGroupType(sf.Type) {
			return nil, fmt.Errorf("%w: the form has no step for %s.%s", ErrBind, typ, sf.Name)
		}
		inner, err := c.planIn(sf.Type, e, maxDepth)
		if err != nil {
			return nil, err
		}
		p.fields = append(p.fields, planField{index: i, e: e, inner: inner})
	}
	if len(p.fields) == 0 {
		return nil, fmt.Errorf("%w: %s has no field for a step", ErrBind, typ)
	}
	return p, nil
}

// planIn matches the children of an element with the fields of a struct type.
func (c *compiled) planIn(typ reflect.Type, parent *element, depth int) (*plan, error) {
	p := &plan{typ: typ}
	for i := range typ.NumField() {
		sf := typ.Field(i)
		if !sf.IsExported() || sf.Type == noteType {
			continue
		}
		name, _ := sf.Tag.Lookup("name")
		if name == "" {
			name = slug(sf.Name)
		}
		f := planField{index: i, e: c.elements[parent.path+"."+name]}
		fail := func(what string) (*plan, error) {
			return nil, fmt.Errorf("%w: %s.%s: %s", ErrBind, typ, sf.Name, what)
		}
		if f.e == nil || f.e.note != nil {
			return fail("the form has no such field or group")
		}
		if f.e.group != nil {
			t := sf.Type
			if f.e.inner != nil {
				if t.Kind() != reflect.Slice {
					return fail("a repeated group needs a slice of structs")
				}
				t = t.Elem()
			}
			if !isGroupType(t) || depth == 0 {
				return fail("a group needs a struct")
			}
			var err error
			if f.inner, err = c.planIn(t, f.e, depth-1); err != nil {
				return nil, err
			}
		} else {
			t := sf.Type
			if t.Kind() == reflect.Pointer {
				f.pointer, t = true, t.Elem()
			}
			if !f.e.field.holds(t) {
				return fail("this type cannot hold the answer")
			}
		}
		p.fields = append(p.fields, f)
	}
	return p, nil
}

// holds reports whether a Go type can hold the answer to the field.
func (f *Field) holds(t reflect.Type) bool {
	switch f.Type {
	case TypeMulti:
		return t == reflect.TypeFor[[]string]()
	case TypeFile:
		return t == fileType
	case TypeDate:
		return t == dateType || t.Kind() == reflect.String
	case TypeMoney:
		return t == moneyType || t.Kind() == reflect.String
	case TypeNumber:
		return t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64 && t != moneyType || t.Kind() == reflect.String
	case TypeBool:
		return t.Kind() == reflect.Bool
	}
	return t.Kind() == reflect.String
}

// Bind puts the answers into dst, a pointer to a struct, and overwrites it
// wholly: the struct that the form was made of, or any other whose fields have
// the names of steps, groups and fields (their slugs, or the tags step and
// name) and types that hold their answers: a struct for a group, a slice of
// structs for a repeated one. What a struct lacks is left out; a field that
// the form lacks is an error.
//
// Hidden fields stay zero. A pointer field is nil if the answer is absent; an
// empty answer to a *string is "", to any other pointer nil too. Bind needs
// valid answers: the error names the first field whose answer cannot be
// converted.
func (f *Form) Bind(a Answers, dst any) error {
	ptr := reflect.ValueOf(dst)
	if ptr.Kind() != reflect.Pointer || ptr.IsNil() {
		return fmt.Errorf("%w: the destination is no pointer to a struct", ErrBind)
	}
	p, err := f.cachedPlan(ptr.Type().Elem())
	if err != nil {
		return err
	}
	st := f.evaluate(a)
	defer st.done()
	out := reflect.New(p.typ).Elem()
	if err := p.fill(out, &st.root, strict); err != nil {
		return err
	}
	ptr.Elem().Set(out)
	return nil
}

// cachedPlan finds the plan of a struct type. Types are few.
func (f *Form) cachedPlan(typ reflect.Type) (*plan, error) {
	if f.plan != nil && f.plan.typ == typ {
		return f.plan, nil
	}
	if p, ok := f.plans.Load(typ); ok {
		return p.(*plan), nil
	}
	p, err := f.planOf(typ)
	if err != nil {
		return nil, err
	}
	f.plans.Store(typ, p)
	return p, nil
}

type fillMode bool

const (
	strict  fillMode = false
	lenient fillMode = true // what is not valid stays zero
)

// fill puts the answers of an instance into a struct.
func (p *plan) fill(dst reflect.Value, in *instance, mode fillMode) error {
	for i := range p.fields {
		f := &p.fields[i]
		place := dst.Field(f.index)
		if f.e.field != nil {
			if err := f.put(place, in, mode); err != nil {
				return err
			}
			continue
		}
		if f.e.inner == nil {
			if err := f.inner.fill(place, in, mode); err != nil {
				return err
			}
			continue
		}
		entries := in.entries[f.e.inner.repeated]
		if len(entries) == 0 {
			continue
		}
		list := reflect.MakeSlice(place.Type(), len(entries), len(entries))
		for i, entry := range entries {
			if err := f.inner.fill(list.Index(i), entry, mode); err != nil {
				return err
			}
		}
		place.Set(list)
	}
	return nil
}

// put converts one answer.
func (f *planField) put(place reflect.Value, in *instance, mode fillMode) error {
	if !in.slots[f.e.slot].visible {
		return nil
	}
	s := in.read(f.e)
	switch {
	case s.v.Absent():
		return nil
	case s.v.Empty():
		if mode == strict {
			bindEmpty(place, f, s.v)
		}
		return nil
	case s.code != "":
		if mode == lenient {
			return nil
		}
		return fmt.Errorf("%w: %s: %s", ErrBind, in.path(f.e), s.code)
	}
	if f.pointer {
		place.Set(reflect.New(place.Type().Elem()))
		place = place.Elem()
	}
	switch {
	case f.e.field.Type == TypeMulti:
		place.Set(reflect.ValueOf(slices.Clone(s.v.list)))
	case f.e.field.Type == TypeFile:
		place.Set(reflect.ValueOf(*s.v.file))
	case place.Type() == dateType:
		place.Set(reflect.ValueOf(dateOfNumber(int(s.num))))
	case place.Kind() == reflect.Bool:
		place.SetBool(s.num == 1)
	case place.CanInt():
		if place.OverflowInt(s.num) {
			return fmt.Errorf("%w: %s: %s", ErrBind, in.path(f.e), CodeNumber)
		}
		place.SetInt(s.num)
	case f.e.field.Type == TypeDate:
		place.SetString(dateOfNumber(int(s.num)).String())
	default:
		place.SetString(s.v.text)
	}
	return nil
}

func bindEmpty(place reflect.Value, f *planField, v Value) {
	switch {
	case f.pointer && place.Type().Elem().Kind() == reflect.String:
		place.Set(reflect.New(place.Type().Elem()))
	case f.e.field.Type == TypeMulti && v.state == stateList:
		if f.pointer {
			place.Set(reflect.ValueOf(&[]string{}))
			return
		}
		place.Set(reflect.ValueOf([]string{}))
	}
}

// AnswersOf is the reverse of [Form.Bind]: the answers in a struct. A nil
// pointer or slice and a zero [Date] or [File] are absent; other zero values
// are answers ("0", "false", "").
func (f *Form) AnswersOf(src any) (Answers, error) {
	v := reflect.ValueOf(src)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return Answers{}, fmt.Errorf("%w: the source is no struct", ErrBind)
	}
	p, err := f.cachedPlan(v.Type())
	if err != nil {
		return Answers{}, err
	}
	m := map[string]Value{}
	p.collect(v, nil, "", m)
	return Answers{m}, nil
}

// collect reads the answers out of a struct; prefix is the instance path of
// the entry of group.
func (p *plan) collect(src reflect.Value, group *element, prefix string, m map[string]Value) {
	path := func(e *element) string {
		if group == nil {
			return e.path
		}
		return prefix + e.path[len(group.path):]
	}
	for i := range p.fields {
		f := &p.fields[i]
		place := src.Field(f.index)
		switch {
		case f.e.field != nil:
			if v := f.take(place); !v.Absent() {
				m[path(f.e)] = v
			}
		case f.e.inner == nil:
			f.inner.collect(place, group, prefix, m)
		case !place.IsNil():
			base := path(f.e)
			m[base] = Entries(place.Len())
			for i := range place.Len() {
				f.inner.collect(place.Index(i), f.e, base+"["+strconv.Itoa(i)+"]", m)
			}
		}
	}
}

// take reads one answer.
func (f *planField) take(place reflect.Value) Value {
	if f.pointer {
		if place.IsNil() {
			return Value{}
		}
		place = place.Elem()
	}
	switch v := place.Interface().(type) {
	case Date:
		if v.IsZero() {
			return Value{}
		}
		return Text(v.String())
	case File:
		if v == (File{}) {
			return Value{}
		}
		return FileValue(v)
	case []string:
		if v == nil {
			return Value{}
		}
		return List(v...)
	case Money:
		return Text(v.String())
	case bool:
		return Text(strconv.FormatBool(v))
	}
	if place.CanInt() {
		return Text(strconv.FormatInt(place.Int(), 10))
	}
	if place.Kind() == reflect.Bool {
		return Text(strconv.FormatBool(place.Bool()))
	}
	return Text(place.String())
}
