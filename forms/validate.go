package forms

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// Validate checks the answers of the named steps, or of all steps if none is
// named, and returns what is wrong in the order of the pages, at most one
// error for each field; nil if nothing is. Hidden fields are never wrong, and
// count as not answered for the rules of others. An ID that names no step
// makes it check all steps, so that a slip hides no error.
func (f *Form) Validate(a Answers, stepIDs ...string) []FieldError {
	t := f.rules.targets.Get().(*target)
	defer f.rules.targets.Put(t)
	defer t.reset()
	t.visible = f.visible(a, t.visible)
	return f.judge(t, a, stepIDs)
}

// ValidateField checks an answer by itself, as if its field were shown and all
// others were left blank, and returns what is wrong with it. It is meant for
// an answer from elsewhere, such as an account, before anything else is known.
// A path that the form does not have gives [CodeInvalid].
func (f *Form) ValidateField(path string, v Value) (problem FieldError, wrong bool) {
	field := f.byPath[path]
	if field == nil {
		return FieldError{Path: path, Code: CodeInvalid}, true
	}
	t := f.rules.targets.Get().(*target)
	defer f.rules.targets.Put(t)
	defer t.reset()
	clear(t.visible)
	t.visible[field.index] = true
	errs := f.judge(t, Answers{map[string]Value{path: v}}, nil)
	if len(errs) == 0 {
		return FieldError{}, false
	}
	return errs[0], true
}

// judge checks the answers to the fields that the target has as visible.
func (f *Form) judge(t *target, a Answers, stepIDs []string) []FieldError {
	for i, field := range f.fields {
		if !t.visible[i] {
			continue
		}
		v, ok := a.m[field.Path]
		if !ok || !v.Answered() {
			t.state[i] = fieldBlank
			continue
		}
		if code := t.set(i, field, v); code != "" {
			t.codes[i] = code
			t.failed = true
			continue
		}
		t.state[i] = fieldAnswered
	}
	err := f.rules.validate.Struct(t.ptr)
	missing := false
	for i, field := range f.fields {
		if t.visible[i] && field.Required && (t.state[i] == fieldBlank || t.unchecked(i, field)) {
			t.codes[i] = CodeRequired
			missing = true
		}
	}
	if err == nil && !missing && !t.failed {
		return nil
	}
	return f.collect(t, err, a, stepIDs)
}

// collect puts our findings and the validator's in order.
func (f *Form) collect(t *target, err error, a Answers, stepIDs []string) []FieldError {
	var broken validator.ValidationErrors
	if err != nil {
		errors.As(err, &broken)
	}
	for _, fe := range broken {
		field := f.rules.byGoPath[withoutIndex(fe.StructNamespace())]
		switch {
		case field == nil || t.codes[field.index] != "" || t.broken[field.index] != nil:
		case field.Type == TypeMulti && strings.HasSuffix(fe.StructNamespace(), "]"):
			t.codes[field.index] = CodeChoice // a rule after dive, about one option
		default:
			t.broken[field.index] = fe
		}
	}
	if slices.ContainsFunc(stepIDs, func(id string) bool { return f.byStep[id] == nil }) {
		stepIDs = nil
	}
	out := make([]FieldError, 0, 8)
	for i, field := range f.fields {
		if !t.visible[i] || len(stepIDs) > 0 && !slices.Contains(stepIDs, field.Step.ID) {
			continue
		}
		switch fe := t.broken[i]; {
		case t.codes[i] != "":
			out = append(out, field.own[t.codes[i]])
		case fe == nil, t.state[i] == fieldBlank && !aboutPresence(fe.Tag()):
		default:
			out = append(out, f.broken(field, fe.Tag(), fe.Param(), a.m[field.Path]))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func aboutPresence(tag string) bool {
	return strings.HasPrefix(tag, "required") || strings.HasPrefix(tag, "excluded")
}

// withoutIndex takes the "[0]" off the path of an element of a list.
func withoutIndex(path string) string {
	if strings.HasSuffix(path, "]") {
		return path[:strings.LastIndexByte(path, '[')]
	}
	return path
}

// broken makes the error of a validator rule.
func (f *Form) broken(field *Field, tag, param string, v Value) FieldError {
	if tag == field.Identifier {
		return field.own[f.identifierCode(tag, param, v.text)]
	}
	if made, ok := field.problems[tag]; ok {
		return made
	}
	return f.ruleError(field, tag, param)
}

// ownError makes the error of one of our checks.
func (f *Form) ownError(field *Field, code string) FieldError {
	var params map[string]string
	switch code {
	case CodeFileSize:
		params = map[string]string{"max": formatSize(field.MaxSize)}
	case CodeFileType:
		params = map[string]string{"types": formatTypes(field.Accept)}
	}
	return f.fieldError(field, code, params)
}

type fieldState uint8

const (
	fieldHidden fieldState = iota
	fieldBlank
	fieldAnswered
)

// target is a struct of the form's type that answers are put into for
// validation. It is used again and again, and emptied in between.
type target struct {
	ptr     any
	root    reflect.Value
	fields  []reflect.Value
	state   []fieldState
	codes   []string
	visible []bool
	broken  []validator.FieldError
	failed  bool
}

func newTarget(f *Form) *target {
	ptr := reflect.New(f.typ)
	t := &target{ptr: ptr.Interface(), root: ptr.Elem()}
	t.fields = make([]reflect.Value, len(f.fields))
	t.state = make([]fieldState, len(f.fields))
	t.codes = make([]string, len(f.fields))
	t.visible = make([]bool, len(f.fields))
	t.broken = make([]validator.FieldError, len(f.fields))
	for i, field := range f.fields {
		t.fields[i] = t.root.FieldByIndex(field.goIndex)
	}
	return t
}

func (t *target) reset() {
	t.root.SetZero()
	clear(t.state)
	clear(t.codes)
	clear(t.broken)
	t.failed = false
}

// unchecked reports whether a box that must be ticked is not.
func (t *target) unchecked(i int, field *Field) bool {
	if field.Type != TypeBool || field.Widget != WidgetCheckbox || t.state[i] != fieldAnswered {
		return false
	}
	v := t.fields[i]
	if field.pointer {
		return v.IsNil() || !v.Elem().Bool()
	}
	return !v.Bool()
}

// set puts an answer into the struct; the code says why it cannot.
func (t *target) set(i int, field *Field, v Value) (code string) {
	dst := t.fields[i]
	if field.pointer {
		p := reflect.New(dst.Type().Elem())
		if code := put(p.Elem(), field, v); code != "" {
			return code
		}
		dst.Set(p)
		return ""
	}
	return put(dst, field, v)
}

// put converts an answer that is neither absent nor empty.
func put(dst reflect.Value, field *Field, v Value) (code string) {
	switch field.Type {
	case TypeMulti:
		if v.state != stateList {
			return CodeKind
		}
		for _, s := range v.list {
			if !field.known[s] {
				return CodeChoice
			}
		}
		*dst.Addr().Interface().(*[]string) = v.list
		return ""
	case TypeFile:
		if v.state != stateFile {
			return CodeKind
		}
		if code := field.checkFile(*v.file); code != "" {
			return code
		}
		dst.Set(reflect.ValueOf(*v.file))
		return ""
	}
	if v.state != stateText {
		return CodeKind
	}
	switch field.Type {
	case TypeDate:
		d, ok := parseISODate(v.text)
		if !ok {
			var err error
			if d, err = ParseDate(v.text); err != nil {
				return dateCode(err)
			}
		}
		*dst.Addr().Interface().(*Date) = d
	case TypeNumber:
		n, err := strconv.ParseInt(v.text, 10, 64)
		if err != nil || dst.OverflowInt(n) {
			return CodeNumber
		}
		dst.SetInt(n)
	case TypeBool:
		if v.text != "true" && v.text != "false" {
			return CodeBool
		}
		dst.SetBool(v.text == "true")
	case TypeChoice:
		if !field.known[v.text] {
			return CodeChoice
		}
		dst.SetString(v.text)
	default:
		dst.SetString(v.text)
	}
	return ""
}

func dateCode(err error) string {
	if errors.Is(err, ErrDateUnreal) {
		return CodeDateUnreal
	}
	return CodeDate
}

// checkFile judges the description of a file.
func (f *Field) checkFile(file File) string {
	switch {
	case file.Size <= 0:
		return CodeFileEmpty
	case file.Size > f.MaxSize:
		return CodeFileSize
	case !f.fits(file):
		return CodeFileType
	}
	return ""
}
