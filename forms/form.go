package forms

import (
	"strings"
	"sync"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/bausteine/egov/forms/rule"
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
	WidgetText       Widget = "text"       // <input>; text, e-mail, numbers, times, dates
	WidgetTextarea   Widget = "textarea"   // <textarea>; multi-line text
	WidgetDate       Widget = "date"       // three inputs for day, month and year, see [DayPart]
	WidgetRadio      Widget = "radio"      // radio buttons; single choice, yes or no
	WidgetSelect     Widget = "select"     // drop-down list; single choice with many options
	WidgetCheckbox   Widget = "checkbox"   // one box; a confirmation
	WidgetCheckboxes Widget = "checkboxes" // several boxes; multiple choice
	WidgetFile       Widget = "file"       // file upload
	WidgetHidden     Widget = "hidden"     // nothing on the page
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
	// Path is the definition path: step, groups and field joined by dots. It
	// names the field in rules and options, and in answers, errors and HTML
	// controls too unless the field is in a repeated group, where each entry
	// has its own instance path ("kinder.kind[0].name").
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
	MinLength int // runes, for a multiple choice options; 0 = no minimum
	MaxLength int // runes, for a multiple choice options; 0 = no maximum
	// Min and Max are the limits of a value, "" = none: a decimal number, a day
	// in ISO 8601, a time.
	Min, Max string
	Decimals int    // digits after the point that a decimal number may have; 0 = any number
	Pattern  string // RE2, for the whole value
	Rows     int    // lines of a textarea
	// Accept are the media types allowed for a file; never empty for a file.
	Accept    []string
	MaxSize   int64  // bytes of a file
	Default   string // the answer in a new form or entry
	Prefill   string // name of the account attribute that may fill this field
	FIM       string // FIM id with version, groups before it joined by "/"
	Sensitive bool   // not to be shown in lists or kept longer than needed
	// Locked is set if the citizen sees the answer but cannot change it;
	// Computed if it is computed from others. What is posted for either, and
	// for a field of [TypeHidden], is ignored.
	Locked, Computed bool
	// Identifier is the tag of the identifier in this field ("iban"), or empty.
	Identifier string
	Step       *Step
	Group      *Group // the innermost group; nil for a field directly on its step
	// Conditional is set if the field, a group of it or its step has a condition.
	Conditional bool

	*compiledField
}

// compiledField is what the form knows of a field beyond its description.
type compiledField struct {
	index           int
	element         *element
	identifierParam string // of the identifier's tag
	phrase          string
	messages        map[string]string
	known           map[string]bool
	bits            int // of a whole number
	kind            rule.Kind
	presence        []presence
	checks          []check
	tests           []Check
	peerTags        string // what validator/v10 has to check
	bound           *boundField
}

// FIMPath returns the FIM references of step, groups and field, outermost
// first and each with its version; nil for a field without one.
func (f *Field) FIMPath() []string {
	if f.FIM == "" {
		return nil
	}
	joined := f.FIM
	for g := f.Group; g != nil; g = g.Parent {
		joined = g.FIM + "/" + joined
	}
	return strings.FieldsFunc(f.Step.FIM+"/"+joined, func(r rune) bool { return r == '/' })
}

// Check reports whether an answer can be one to this field, leaving its rules
// aside: a real date, a number, a known option, a file of an allowed type. It
// returns the code of the error, "" if the answer is possible, absent or
// empty.
func (f *Field) Check(v Value) (code string) {
	if !v.Answered() {
		return ""
	}
	s := slot{v: v}
	return s.read(f)
}

// Group is a set of elements of one step that belong together, shown as a
// fieldset with a legend, such as an address.
type Group struct {
	Path   string // definition path
	Legend string
	Help   string
	FIM    string
	// Repeat says how often the group may occur; nil for a group that is there
	// once. Its Max and Entry are never empty.
	Repeat *Repeat
	Choice bool     // exactly one of the items is to be used
	Items  []Item   // in the order of the page
	Fields []*Field // those of the items that are fields
	Step   *Step
	Parent *Group // nil for a group directly on its step
	// Conditional is set if the group, one that it is in or its step has a
	// condition.
	Conditional bool

	element *element
	checks  []Check
}

// Note is a text among the questions. A struct given to [New] has one where a
// field is of this type.
type Note struct {
	Path  string // definition path
	Title string // may be empty
	Text  string // paragraphs are separated by blank lines
	FIM   string
	Step  *Step
	Group *Group // nil for a note directly on its step

	element *element
}

// Item is what stands on a step or in a group. Exactly one is set.
type Item struct {
	Field *Field
	Group *Group
	Note  *Note
}

// Step is one page of the form.
type Step struct {
	ID    string // URL-safe slug
	Title string
	Intro string
	FIM   string
	Items []Item // in the order of the page

	fields  []*Field
	element *element
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
	// Entries is the maximum of repeated groups that have none; default 100.
	Entries int
	// TotalEntries bounds the entries of all repeated groups together; default
	// 1000.
	TotalEntries int
}

// Options are the optional parts of a form.
type Options struct {
	// Title is what the form is called towards the citizen; default is that of
	// the definition, else the ID.
	Title string
	// Language is that of the form's messages; default is [German]. See
	// [Form.In] for another one in one call.
	Language Language
	// Messages replace entries of the catalogue in the form's language: one
	// entry, or all of them for a language of your own.
	Messages Catalogue
	// Translations replace entries of the catalogues of other languages.
	Translations map[Language]Catalogue
	// FieldMessages replace messages of one field in the form's language, by
	// definition path and code.
	FieldMessages map[string]Catalogue
	// Choices are the options of fields whose list is too long for a tag, by
	// definition path.
	Choices map[string][]Option
	// Rules add rules to steps, groups and fields, by definition path; those
	// under "" belong to the form and may have Checks only.
	Rules map[string]Rules
	// Limits bound what is decoded.
	Limits Limits
	// Now is the clock for rules such as notfuture; nil means time.Now.
	Now func() time.Time
	// AllowTestSteuerID accepts the tax IDs with a leading zero that ELSTER
	// keeps for tests. In production they belong to nobody.
	AllowTestSteuerID bool
	// Register adds the caller's own tags and struct validations to the
	// validator of a form made by [New]. It is called once. Give the text of a
	// tag's error in Messages under its name in upper case, which is then its
	// code. With Register set, all rules of tags are checked by validator/v10
	// itself, which is slower.
	Register func(*validator.Validate) error
}

// Rules are rules for one element beyond those of its definition. They come on
// top: it is visible if both conditions hold, required or forbidden if either
// does.
type Rules struct {
	Visible   rule.Condition
	Required  rule.Condition // fields
	Forbidden rule.Condition // fields
	Computed  rule.Operand   // fields; instead of the definition's
	Count     rule.Operand   // repeated groups; instead of the definition's
	Checks    []Check        // not for steps
}

// Form is a compiled form, with its messages in one language. It never changes
// after [Compile] or [New]: all methods are safe for concurrent use.
type Form struct {
	*compiled
	language Language
	ready    []fieldTexts // by index of the field
}

// compiled is what a form is in every language.
type compiled struct {
	id, version, title string
	root               string // name of the struct
	steps              []*Step
	fields             []*Field
	byPath             map[string]*Field
	byStep             map[string]*Step
	elements           map[string]*element
	scopes             []*scopeDef // the first is the form itself
	order              []node
	checks             []Check
	own                Language
	texts              map[Language]Catalogue
	ready              map[Language]func() []fieldTexts
	limits             Limits
	now                func() time.Time
	allowTest          bool
	plan               *plan    // of the struct given to New
	plans              sync.Map // of other structs, by type
	peer               *peer    // nil if nothing is left to validator/v10
	states             sync.Pool
}

// ID returns the identifier of the form, such as a FIM schema id.
func (f *Form) ID() string { return f.id }

// Version returns the version of the form.
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
