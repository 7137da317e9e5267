package forms

import (
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// Type says what kind of value a field holds.
type Type string

// The types of a field. What an answer looks like in [Answers] stands behind
// each; every answer is text until [Form.Bind] puts it into the struct.
const (
	TypeText        Type = "text"        // one line of text
	TypeMultiline   Type = "multiline"   // text with line breaks (LF)
	TypeEmail       Type = "email"       // an e-mail address
	TypeNumber      Type = "number"      // a whole number, decimal digits, "-" allowed: "0", "-12"
	TypeDecimal     Type = "decimal"     // a decimal number: "12.5", "-0.25"
	TypeMoney       Type = "money"       // an amount in euro, always with two decimals: "12.34"
	TypeDate        Type = "date"        // a day: "2026-04-03", or what was typed if it is no date
	TypePartialDate Type = "partialdate" // a day of which parts may be unknown: "1980-05-01", "1980-05", "1980"
	TypeTime        Type = "time"        // a time of the day: "08:30" or "08:30:15"
	TypeDateTime    Type = "datetime"    // a day and a time: "2026-04-03T08:30"
	TypeBool        Type = "bool"        // "true" or "false"
	TypeChoice      Type = "choice"      // the value of one option
	TypeMulti       Type = "multi"       // a list of option values
	TypeFile        Type = "file"        // a [File]
	TypeHidden      Type = "hidden"      // a text that the citizen neither sees nor sends
)

// Widget says how a field is asked for on a page.
type Widget string

// The widgets. A field has the first one that fits its type, unless the tag
// widget names another.
const (
	WidgetText       Widget = "text"       // <input>; text, e-mail, number, date
	WidgetTextarea   Widget = "textarea"   // <textarea>; multi-line text
	WidgetDate       Widget = "date"       // three inputs for day, month and year, see [DayPart]
	WidgetRadio      Widget = "radio"      // radio buttons; single choice, yes or no
	WidgetSelect     Widget = "select"     // drop-down list; single choice with many options
	WidgetCheckbox   Widget = "checkbox"   // one box; a confirmation
	WidgetCheckboxes Widget = "checkboxes" // several boxes; multiple choice
	WidgetFile       Widget = "file"       // file upload
)

// What a page appends to the path of a field whose answer has several
// controls. A date in three inputs is posted as path+[DayPart],
// path+[MonthPart] and path+[YearPart]; a file is taken back by posting any
// value as path+[RemovePart].
const (
	DayPart    = ".tag"
	MonthPart  = ".monat"
	YearPart   = ".jahr"
	RemovePart = ".entfernen"
)

// Option is one answer that can be chosen.
type Option struct {
	Value string // what is stored and sent: a code such as "02"
	Label string // what the citizen reads
}

// Field describes one question. Fields belong to the [Form] and must not be
// changed.
type Field struct {
	// Path names the field in answers, errors, conditions and as the name of
	// the HTML control: step, group if any, and field, joined by dots.
	Path   string
	Type   Type
	Widget Widget
	Label  string // never empty
	Help   string // shown between label and control; may be empty
	// Autocomplete is a token of the HTML autofill vocabulary for WCAG 1.3.5
	// ("family-name"), or empty. For a date in three inputs it is "bday".
	Autocomplete string
	InputMode    string // HTML inputmode ("numeric"), or empty
	InputType    string // HTML type of an <input>: "text", "email", "tel", "url" or "file"
	Options      []Option
	// Required is set if an answer must be given whenever the field is visible.
	Required bool
	// Optional is set if the field may always be left out; pages mark it
	// "(freiwillig)". Neither is set where a rule such as required_if decides.
	Optional  bool
	MinLength int // runes, 0 = no minimum
	MaxLength int // runes, 0 = no maximum
	Rows      int // lines of a textarea
	// Accept are the media types allowed for a file; never empty for a file.
	Accept    []string
	MaxSize   int64  // bytes of a file
	Prefill   string // name of the account attribute that may fill this field
	FIM       string // FIM id with version, groups before it joined by "/"
	Sensitive bool   // not to be shown in lists or kept longer than needed
	// Identifier is the tag of the identifier in this field ("iban"), or empty.
	Identifier string
	Step       *Step
	Group      *Group // nil for a field directly on its step
	// Conditional is set if the field, its group or its step has a condition.
	Conditional bool

	index           int
	identifierParam string // of the identifier's tag
	goPath          string
	goIndex         []int
	kind            reflect.Kind
	goType          reflect.Type // without the pointer
	pointer         bool
	phrase          string
	show            condition
	messages        map[string]string
	known           map[string]bool
	own             map[string]FieldError // by our codes
	problems        map[string]FieldError // by tags of validator/v10
}

// FIMPath returns the FIM references of step, group and field, outermost
// first and each with its version; nil for a field without one.
func (f *Field) FIMPath() []string {
	if f.FIM == "" {
		return nil
	}
	refs := []string{f.Step.FIM}
	if f.Group != nil {
		refs = append(refs, f.Group.FIM)
	}
	joined := strings.Join(append(refs, f.FIM), "/")
	return strings.FieldsFunc(joined, func(r rune) bool { return r == '/' })
}

// Check reports whether an answer can be one to this field, leaving its rules
// aside: a real date, a whole number, a known option, a file of an allowed
// type. It returns the code of the error, "" if the answer is possible, absent
// or empty.
func (f *Field) Check(v Value) (code string) {
	if !v.Answered() {
		return ""
	}
	return put(reflect.New(f.goType).Elem(), f, v)
}

// Group is a set of fields of one step that belong together, shown as a
// fieldset with a legend, such as an address.
type Group struct {
	Path   string
	Legend string
	Help   string
	FIM    string
	Fields []*Field
	Step   *Step

	show condition
}

// Item is what stands on a step: a field or a group. Exactly one is set.
type Item struct {
	Field *Field
	Group *Group
}

// Step is one page of the form.
type Step struct {
	ID    string // URL-safe slug
	Title string
	Intro string
	FIM   string
	Items []Item // in the order of the page

	index  int
	fields []*Field
	show   condition
}

// Fields returns all fields of the step in the order of the page, those in
// groups included. The slice must not be changed.
func (s *Step) Fields() []*Field { return s.fields }

// Limits bound what [Form.Decode] reads. Zero values mean the defaults.
type Limits struct {
	Fields     int   // posted fields, known or not; default 500
	ValueBytes int   // bytes of one value; default 64 KiB
	TotalBytes int   // bytes of all names and values; default 1 MiB
	FileBytes  int64 // bytes of one file whatever the field says; default 10 MiB
}

// Options are the optional parts of a form.
type Options struct {
	// Title is what the form is called towards the citizen; default is the ID.
	Title string
	// Messages replace entries of the German [Catalogue] for this form: one
	// entry, or all of them for another language.
	Messages Catalogue
	// FieldMessages replace messages of one field, by path and code.
	FieldMessages map[string]Catalogue
	// Choices are the options of fields whose list is too long for a tag, by
	// path.
	Choices map[string][]Option
	// Limits bound what is decoded.
	Limits Limits
	// Now is the clock for rules such as notfuture; nil means time.Now.
	Now func() time.Time
	// AllowTestSteuerID accepts the tax IDs with a leading zero that ELSTER
	// keeps for tests. In production they belong to nobody.
	AllowTestSteuerID bool
	// Register adds the caller's own tags and struct validations to the
	// form's validator. It is called once, by New. Give the text of a tag's
	// error in Messages under its name in upper case, which is then its code.
	Register func(*validator.Validate) error
}

// Form is a compiled form. It never changes after [New]: all methods are safe
// for concurrent use.
type Form struct {
	id, version, title string
	steps              []*Step
	fields             []*Field
	byPath             map[string]*Field
	byStep             map[string]*Step
	typ                reflect.Type
	order              []*Field
	texts              Catalogue
	limits             Limits
	now                func() time.Time
	allowTest          bool
	rules              *rules
}

// ID returns the identifier given to [New], such as a FIM schema id.
func (f *Form) ID() string { return f.id }

// Version returns the version given to [New].
func (f *Form) Version() string { return f.version }

// Title returns what the form is called towards the citizen.
func (f *Form) Title() string { return f.title }

// Steps returns all steps in order, hidden ones included. The slice must not
// be changed.
func (f *Form) Steps() []*Step { return f.steps }

// Step returns the step with the ID, or nil.
func (f *Form) Step(id string) *Step { return f.byStep[id] }

// Fields returns all fields in the order of the pages. The slice must not be
// changed.
func (f *Form) Fields() []*Field { return f.fields }

// Field returns the field with the path, or nil.
func (f *Form) Field(path string) *Field { return f.byPath[path] }
