package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	stateEntries
)

// Text is the answer to a field with one value; Text("") is an empty answer.
func Text(s string) Value { return Value{state: stateText, text: s} }

// List is the answer to a multiple choice; List() is an empty answer.
func List(values ...string) Value {
	return Value{state: stateList, list: slices.Clone(values)}
}

// FileValue is the answer to a file field.
func FileValue(file File) Value { return Value{state: stateFile, file: &file} }

// maxEntries bounds what [Entries] says.
const maxEntries = 999999

// Entries is the number of entries of a repeated group, under the group's
// path: what was added and not removed, zero included. Without it the group
// has its minimum.
func Entries(n int) Value {
	return Value{state: stateEntries, text: strconv.Itoa(min(max(n, 0), maxEntries))}
}

// entries returns the number of entries, if it is one.
func (v Value) entries() (int, bool) {
	if v.state != stateEntries {
		return 0, false
	}
	n, err := strconv.Atoi(v.text)
	return n, err == nil
}

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
	case stateEntries:
		return v.text == "0"
	default:
		return false
	}
}

// Answered reports whether there is something in the answer: neither absent
// nor empty. "0" and "false" are something.
func (v Value) Answered() bool { return v.state != stateAbsent && !v.Empty() }

// Text returns the single value, "" if there is none.
func (v Value) Text() string {
	if v.state != stateText {
		return ""
	}
	return v.text
}

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

// MarshalJSON writes a string, an array of strings, an object for a file, and
// {"entries":2} for the number of entries of a repeated group.
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
	case stateEntries:
		return []byte(`{"entries":` + v.text + `}`), nil
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
		var object struct {
			File
			Entries *uint32 `json:"entries"`
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		err = dec.Decode(&object)
		switch {
		case object.Entries == nil:
			out.state, out.file = stateFile, &object.File
		case object.File != File{} || *object.Entries > maxEntries:
			return fmt.Errorf("forms: an answer is neither a file nor a number of entries")
		default:
			out = Entries(int(*object.Entries))
		}
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

// Answers are what a citizen has answered so far, by the instance path of the
// field: "person.name", "kinder.kind[0].name". Under the path of a repeated
// group they hold the number of its entries. The zero value has no answers. Answers never change: With and Without
// return copies, so they may be shared between goroutines.
type Answers struct {
	m map[string]Value
}

// Get returns the answer, an absent one if there is none.
func (a Answers) Get(path string) Value { return a.m[path] }

// Entries returns the number of entries of a repeated group that the answers
// know of, and whether they do; see [Form.Entries] for the number that the
// group has in a form.
func (a Answers) Entries(path string) (int, bool) { return a.m[path].entries() }

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
// An answer in an entry that the group does not have yet gives it as many:
// "kinder.kind[1].name" means that there are at least two.
func (a Answers) With(path string, v Value) Answers {
	if v.Absent() {
		return a.Without(path)
	}
	m := make(map[string]Value, len(a.m)+1)
	maps.Copy(m, a.m)
	m[path] = v
	grow(m, path)
	return Answers{m}
}

// grow sees to it that the entries in the path are counted.
func grow(m map[string]Value, path string) {
	for i := 0; i < len(path); i++ {
		if path[i] != '[' {
			continue
		}
		end := strings.IndexByte(path[i:], ']')
		if end < 0 {
			return
		}
		index, ok := parseIndex(path[i+1 : i+end])
		if n, _ := m[path[:i]].entries(); ok && n <= index {
			m[path[:i]] = Entries(index + 1)
		}
	}
}

// withoutEntry returns a copy without the entry of a repeated group: those
// behind it move down by one.
func (a Answers) withoutEntry(group string, index, n int) Answers {
	m := make(map[string]Value, len(a.m))
	for path, v := range a.m {
		if i, ok := indexIn(path, group); ok && i == index {
			continue
		} else if ok && i > index {
			_, tail, _ := strings.Cut(path[len(group):], "]")
			path = entryPath(group, i-1) + tail
		}
		m[path] = v
	}
	m[group] = Entries(n - 1)
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
