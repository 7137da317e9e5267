package forms

import (
	"reflect"

	"github.com/bausteine/egov/forms/rule"
)

// Definition is a form as data, to be made by composite literals, by [New]
// from a struct, or by package fim from a FIM data schema. [Compile] makes the
// form of it.
//
// Names are URL-safe slugs (lower-case letters, digits, hyphens, a letter
// first). Joined by dots they are the definition path of an element,
// "kinder.kind.name", by which rules, options and messages refer to it. An
// element in a repeated group has an instance path for each entry too,
// "kinder.kind[0].name", by which answers and errors refer to it.
type Definition struct {
	ID, Version string // needed: such as the id and version of a FIM data schema
	Title       string // what the form is called towards the citizen; default is the ID
	Steps       []StepDefinition
	Checks      []Check // about several steps; their errors have the path ""
}

// StepDefinition is one page.
type StepDefinition struct {
	ID      string // needed: URL-safe slug
	Title   string // needed: heading
	Intro   string
	FIM     string // FIM id with version "G05000496V1.0", or empty
	Visible rule.Condition
	// Elements are the fields, groups and notes in the order of the page; at
	// least one.
	Elements []Element

	at string // place in the struct
}

// Element is a [FieldDefinition], [GroupDefinition] or [NoteDefinition].
type Element interface{ element() }

// GroupDefinition is a set of elements that belong together, shown under a
// legend. Groups nest to a depth of 16.
type GroupDefinition struct {
	Name    string // needed: URL-safe slug
	Legend  string // needed
	Help    string
	FIM     string
	Visible rule.Condition
	// Repeat makes the group one with entries; nil for a group that is there
	// once.
	Repeat *Repeat
	// Choice means that exactly one of the elements is used (in XDatenfelder 3
	// an Auswahlgruppe). What an element requires is required only if it is
	// the one that is used.
	Choice   bool
	Elements []Element
	Checks   []Check

	at string // place in the struct
}

// Repeat says how often a group may occur. A group that may be left out as a
// whole has Min 0 and Max 1.
type Repeat struct {
	Min, Max int // Max 0 = Limits.Entries of the form
	// Entry is what one entry is called, "Kind": for headings ("Kind 2"),
	// buttons and messages. Default is the legend.
	Entry string
	// Count computes how many entries there are, or is nil if the citizen adds
	// and removes them. Its result is brought between Min and Max; while it is
	// missing there are Min. In entries that come this way an answer that was
	// never given is the default of its field.
	Count rule.Operand
}

// FieldDefinition is one question.
type FieldDefinition struct {
	Name         string // needed: URL-safe slug
	Type         Type   // default is [TypeText]
	Widget       Widget // default is the first that fits the type
	Label        string // needed
	Help         string // between label and control
	Phrase       string // the label in the accusative for messages: "Ihren Familiennamen"
	Autocomplete string // token for WCAG 1.3.5: "family-name", "bday"
	InputMode    string // HTML inputmode; default fits the type
	Options      []Option

	Required   bool           // must be answered whenever the field is visible
	Visible    rule.Condition // nil: always
	RequiredIf rule.Condition // must be answered while this holds
	Forbidden  rule.Condition // must be left blank while this holds
	Computed   rule.Operand   // the answer is computed; what is posted is ignored

	MinLength, MaxLength int    // runes of a text; number of choices of a multiple choice; 0 = none
	Min, Max             string // smallest and largest value: a decimal number, or a day in ISO 8601
	Decimals             int    // digits after the point of a decimal number; 0 = any number
	Pattern              string // RE2, matches the whole value
	// Identifier is the tag of an identifier of package ids ("iban"), with a
	// parameter if it has one ("steuernummer=TH"), or "latin" and "latin=A" to
	// "latin=E" for the characters of DIN 91379 (latin alone is type C).
	Identifier string

	// Default is the answer in a new form or a new entry, in its normal form. A
	// locked or hidden field has it whenever it has no other answer.
	Default   string
	Prefill   string // name of the account attribute that may fill the field
	FIM       string // FIM id with version "F05000059V1.0"; groups that the form does not have before it, joined by "/"
	Locked    bool   // shown, but not to be changed by the citizen: what is posted is ignored
	Sensitive bool   // not to be shown in lists or kept longer than needed
	Rows      int    // lines of a textarea
	Accept    []string
	MaxSize   int64 // bytes of a file; default 5 MiB
	Checks    []Check
	Messages  map[string]string // messages instead of the catalogue's, by code

	bound *boundField // set by New: what the struct says beyond this
}

// boundField is what a field of a struct says beyond its definition.
type boundField struct {
	at       string // place in the struct: "Antrag.Person.Name"
	parent   string // that of the struct around it
	validate string // tag
	goType   reflect.Type
	pointer  bool
}

// NoteDefinition is a text among the questions.
type NoteDefinition struct {
	Name    string // needed: URL-safe slug
	Title   string
	Text    string // needed; paragraphs are separated by blank lines
	Visible rule.Condition
	FIM     string

	at string // place in the struct
}

// Check is a rule about answers. It is broken if Valid is false and none of
// the operands that it compares is missing (see [rule.Present]).
type Check struct {
	Valid   rule.Condition
	Code    string // stable, upper case; default is [CodeCheck]
	Message string // German; default is the text of the code in the catalogue
}

func (FieldDefinition) element() {}
func (GroupDefinition) element() {}
func (NoteDefinition) element()  {}
