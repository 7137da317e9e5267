package forms

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ErrBind is matched by the errors of [Form.Bind] and [Form.AnswersOf].
var ErrBind = errors.New("forms: cannot bind")

// Bind puts the answers into dst, a pointer to the struct type that the form
// was made of, and overwrites it wholly. Hidden fields stay zero. A pointer
// field is nil if the answer is absent; an empty answer to a *string is "",
// to any other pointer nil too. Bind needs valid answers: the error names the
// first field whose answer cannot be converted.
func (f *Form) Bind(a Answers, dst any) error {
	ptr := reflect.ValueOf(dst)
	if ptr.Kind() != reflect.Pointer || ptr.IsNil() || ptr.Elem().Type() != f.typ {
		return fmt.Errorf("%w: the destination is not a pointer to %s", ErrBind, f.typ)
	}
	visible := f.visible(a, nil)
	out := reflect.New(f.typ).Elem()
	for i, field := range f.fields {
		v := a.m[field.Path]
		if !visible[i] || v.Absent() {
			continue
		}
		place := out.FieldByIndex(field.goIndex)
		if v.Empty() {
			bindEmpty(place, field, v)
			continue
		}
		if field.pointer {
			place.Set(reflect.New(place.Type().Elem()))
			place = place.Elem()
		}
		if code := put(place, field, v); code != "" {
			return fmt.Errorf("%w: %s: %s", ErrBind, field.Path, code)
		}
		if field.Type == TypeMulti {
			place.Set(reflect.ValueOf(slices.Clone(v.list)))
		}
	}
	ptr.Elem().Set(out)
	return nil
}

func bindEmpty(place reflect.Value, field *Field, v Value) {
	switch {
	case field.pointer && field.kind == reflect.String:
		place.Set(reflect.New(place.Type().Elem()))
	case field.Type == TypeMulti && v.state == stateList:
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
	if v.Kind() != reflect.Struct || v.Type() != f.typ {
		return Answers{}, fmt.Errorf("%w: the source is not a %s", ErrBind, f.typ)
	}
	m := map[string]Value{}
	for _, field := range f.fields {
		place := v.FieldByIndex(field.goIndex)
		if field.pointer {
			if place.IsNil() {
				continue
			}
			place = place.Elem()
		}
		switch field.Type {
		case TypeDate:
			if d := place.Interface().(Date); !d.IsZero() {
				m[field.Path] = Text(d.String())
			}
		case TypeFile:
			if file := place.Interface().(File); file != (File{}) {
				m[field.Path] = FileValue(file)
			}
		case TypeMulti:
			if !place.IsNil() {
				m[field.Path] = List(place.Interface().([]string)...)
			}
		case TypeNumber:
			m[field.Path] = Text(strconv.FormatInt(place.Int(), 10))
		case TypeBool:
			m[field.Path] = Text(strconv.FormatBool(place.Bool()))
		default:
			m[field.Path] = Text(place.String())
		}
	}
	return Answers{m}, nil
}

// Display returns the answer as a citizen reads it on a summary page: dates
// as 3.4.2026, the labels of options, "Ja" and "Nein", identifiers in groups,
// files by name and size. Several values are joined by line breaks. It is ""
// for an absent, empty or unknown field, and what was typed for an answer
// that is not valid. It does not look at conditions: see [Form.Visible].
func (f *Form) Display(path string, a Answers) string {
	field := f.byPath[path]
	v := a.m[path]
	if field == nil || !v.Answered() {
		return ""
	}
	if file, ok := v.File(); ok {
		return file.Name + " (" + formatSize(file.Size) + ")"
	}
	switch field.Type {
	case TypeMulti:
		labels := make([]string, len(v.list))
		for i, s := range v.list {
			labels[i] = field.labelOf(s)
		}
		return strings.Join(labels, "\n")
	case TypeChoice, TypeBool:
		return field.labelOf(v.text)
	case TypeDate:
		if d, err := ParseDate(v.text); err == nil {
			return d.Format()
		}
	case TypeText:
		return displayIdentifier(field.Identifier, v.text)
	}
	return v.text
}

func (f *Field) labelOf(value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
