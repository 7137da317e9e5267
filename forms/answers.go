package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"unicode/utf8"
)

// Value is the answer to one field. Its zero value is absent: the field was
// never answered. An empty answer ("the citizen left it blank") and a zero
// ("0", "false") are different things. Values never change.
type Value struct {
	state valueState
	text  string
	list  []string
	file  *File
}

type valueState uint8

const (
	stateAbsent valueState = iota
	stateText
	stateList
	stateFile
)

// Text is the answer to a field with one value; Text("") is an empty answer.
func Text(s string) Value { return Value{state: stateText, text: s} }

// List is the answer to a multiple choice; List() is an empty answer.
func List(values ...string) Value {
	return Value{state: stateList, list: slices.Clone(values)}
}

// FileValue is the answer to a file field.
func FileValue(file File) Value { return Value{state: stateFile, file: &file} }

// Absent reports whether the field was never answered.
func (v Value) Absent() bool { return v.state == stateAbsent }

// Empty reports whether there is an answer with nothing in it. It is false
// for an absent one.
func (v Value) Empty() bool {
	switch v.state {
	case stateText:
		return v.text == ""
	case stateList:
		return len(v.list) == 0
	case stateFile:
		return *v.file == File{}
	default:
		return false
	}
}

// Answered reports whether there is something in the answer: neither absent
// nor empty. "0" and "false" are something.
func (v Value) Answered() bool { return v.state != stateAbsent && !v.Empty() }

// Text returns the single value, "" if there is none.
func (v Value) Text() string { return v.text }

// List returns a copy of the chosen values.
func (v Value) List() []string { return slices.Clone(v.list) }

// File returns the file and whether there is one.
func (v Value) File() (File, bool) {
	if v.state != stateFile || v.Empty() {
		return File{}, false
	}
	return *v.file, true
}

// Equal reports whether both are the same answer; absent, empty and zero are
// three different ones.
func (v Value) Equal(w Value) bool {
	if v.state != w.state || v.text != w.text || !slices.Equal(v.list, w.list) {
		return false
	}
	return v.file == nil || *v.file == *w.file
}

// has reports whether the answer is, or contains, the value.
func (v Value) has(value string) bool {
	if v.state == stateList {
		return slices.Contains(v.list, value)
	}
	return v.state == stateText && v.text == value
}

// String says what kind of answer it is, never what was answered.
func (v Value) String() string {
	switch {
	case v.Absent():
		return "absent"
	case v.Empty():
		return "empty"
	default:
		return "answered"
	}
}

// GoString redacts like [Value.String].
func (v Value) GoString() string { return "forms.Value(" + v.String() + ")" }

// LogValue redacts like [Value.String].
func (v Value) LogValue() slog.Value { return slog.StringValue(v.String()) }

// MarshalJSON writes a string, an array of strings, or an object for a file.
// An absent value has no JSON of its own and is written as null.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.state {
	case stateText:
		return json.Marshal(v.text)
	case stateList:
		if v.list == nil {
			return []byte("[]"), nil
		}
		return json.Marshal(v.list)
	case stateFile:
		return json.Marshal(v.file)
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	if !utf8.Valid(b) {
		return fmt.Errorf("forms: an answer is not UTF-8")
	}
	var out Value
	var err error
	switch b = bytes.TrimSpace(b); {
	case bytes.Equal(b, []byte("null")):
	case len(b) > 0 && b[0] == '"':
		out.state = stateText
		err = json.Unmarshal(b, &out.text)
	case len(b) > 0 && b[0] == '[':
		out.state = stateList
		var list []*string
		if err = json.Unmarshal(b, &list); err == nil {
			for _, s := range list {
				if s == nil {
					return fmt.Errorf("forms: a list of answers holds null")
				}
				out.list = append(out.list, *s)
			}
		}
	case len(b) > 0 && b[0] == '{':
		out.state, out.file = stateFile, new(File)
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		err = dec.Decode(out.file)
	default:
		return fmt.Errorf("forms: an answer is neither text, list nor file")
	}
	if err != nil {
		// The decoder's own text may quote the answer.
		return fmt.Errorf("forms: an answer cannot be read")
	}
	*v = out
	return nil
}

// Answers are what a citizen has answered so far, by the path of the field.
// The zero value has no answers. Answers never change: With and Without
// return copies, so they may be shared between goroutines.
type Answers struct {
	m map[string]Value
}

// Get returns the answer, an absent one if there is none.
func (a Answers) Get(path string) Value { return a.m[path] }

// Has reports whether there is an answer, be it empty.
func (a Answers) Has(path string) bool { return !a.m[path].Absent() }

// Len returns the number of answers, empty ones included.
func (a Answers) Len() int { return len(a.m) }

// All yields the answers in the order of their paths.
func (a Answers) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, path := range slices.Sorted(maps.Keys(a.m)) {
			if !yield(path, a.m[path]) {
				return
			}
		}
	}
}

// With returns a copy with one answer set. Setting an absent value removes it.
func (a Answers) With(path string, v Value) Answers {
	if v.Absent() {
		return a.Without(path)
	}
	m := make(map[string]Value, len(a.m)+1)
	maps.Copy(m, a.m)
	m[path] = v
	return Answers{m}
}

// Without returns a copy in which the fields are absent.
func (a Answers) Without(paths ...string) Answers {
	m := maps.Clone(a.m)
	for _, path := range paths {
		delete(m, path)
	}
	return Answers{m}
}

// Equal reports whether both hold the same answers.
func (a Answers) Equal(b Answers) bool { return maps.EqualFunc(a.m, b.m, Value.Equal) }

// String says how many answers there are, never what was answered.
func (a Answers) String() string { return fmt.Sprintf("%d answers", len(a.m)) }

// GoString redacts like [Answers.String].
func (a Answers) GoString() string { return "forms.Answers(" + a.String() + ")" }

// LogValue redacts like [Answers.String].
func (a Answers) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalJSON writes an object whose keys are the paths, in order. The bytes
// are the same for the same answers.
func (a Answers) MarshalJSON() ([]byte, error) {
	if a.m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(a.m)
}

// UnmarshalJSON reads what [Answers.MarshalJSON] writes. Its error never
// quotes an answer. The fields need not belong to any form; what a form does
// not know is ignored by it.
func (a *Answers) UnmarshalJSON(b []byte) error {
	var m map[string]Value
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("forms: the answers cannot be read")
	}
	for path, v := range m {
		if v.Absent() {
			delete(m, path)
		}
	}
	*a = Answers{m}
	return nil
}
