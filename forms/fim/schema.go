package fim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// ErrSchema is matched by errors of [FromSchema]: the message is no data schema,
// or the options name what it does not have.
var ErrSchema = errors.New("fim: cannot make a form of the data schema")

// SchemaOptions are the optional parts of [FromSchema]. The zero value makes a
// form of the schema alone.
type SchemaOptions struct {
	// Codelisten gives the code list that a field refers to, or nil if it is not at
	// hand: the field then asks for text, and the report says so. An error ends
	// FromSchema. nil has no list. Package datenschema makes such a function of a
	// store (FromStore).
	Codelisten func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error)
	// Rules are what the caller says about rules of the schema, by their FIM id.
	// They come before what the recogniser reads.
	Rules map[string]SchemaRule
	// Elements change fields, groups and pages, by FIM id (at every place where
	// it stands) or by definition path.
	Elements map[string]SchemaElement
	// Order are the IDs of pages in the order in which they are asked; those not
	// named follow in the order of the schema.
	Order []string
	// Person are the groups, by FIM id or definition path, whose fields are about
	// the person who fills in the form. Only there are names and addresses
	// prefilled from an account and completed by the browser, unless the schema
	// itself says that a field is prefilled.
	Person []string
	// Accept are the media types of files for which the schema names none;
	// default PDF, JPEG and PNG. MaxSize is their size in bytes likewise.
	Accept  []string
	MaxSize int64
	// MaxChoices is the greatest number of entries of a code list that is offered
	// to choose from; default 2,000. Fields with a longer list ask for the code.
	MaxChoices int
}

// SchemaRule is what the caller says about a rule of the schema: its typed
// effects, or where else it is kept. One of both is set.
type SchemaRule struct {
	// Effects returns the typed rule for one place where it stands. path gives
	// the definition path of an element there, by its FIM id; an id that is not
	// there, or at several places, makes FromSchema fail.
	Effects func(path func(id string) string) []regel.Effect
	// Elsewhere says where the rule is kept: "prüft das Fachverfahren".
	Elsewhere string
}

// SchemaElement changes what becomes of an element. Empty parts change nothing.
type SchemaElement struct {
	Label string // label of a field, legend of a group, title of a page
	Help  string
	// Hide leaves the element out of the form. If the schema demands it, the
	// report says so.
	Hide         bool
	Type         forms.Type
	Widget       forms.Widget
	Identifier   string // see [forms.FieldDefinition]
	Autocomplete string
	Prefill      string
	Phrase       string
	Sensitive    bool
}

// SchemaForm is a data schema as a form: compile Definition, show Report.
type SchemaForm struct {
	Definition forms.Definition
	Report     *Report

	root *part
}

// Compile compiles the form. The options may be nil.
func (f *SchemaForm) Compile(o *forms.Options) (*forms.Form, error) {
	return forms.Compile(f.Definition, o)
}

// Paths returns the definition paths of an element by its FIM id without version,
// in the order of the form; nil if the form does not have it.
func (f *SchemaForm) Paths(id string) []string {
	var out []string
	for _, n := range f.root.find(id) {
		out = append(out, n.path)
	}
	return out
}

// FromSchema makes a form of a data schema (Stammdatenschema, message 0102) or of
// a group of fields (Datenfeldgruppe, 0103) of XDatenfelder 1, 2 or 3.
//
// Each group at the top is a page; fields beside them are gathered to pages where
// they stand. Elements are named by their FIM id in lower case, so that paths
// tell which element they mean: "g00000630.f00000013". Pages of loose fields are
// "angaben", "angaben-2", …; that of a group which may be left out or occur several
// times is "seite-" and the name of the group. In a group made of a field that may
// occur several times the field is "wert". [SchemaForm.Paths] finds them all.
//
//   - Multiplicity: 1:1 is mandatory, 0:1 of a field is not. A group that may be
//     left out, and everything that may occur several times, becomes a group
//     with entries; a choice that may be made several times becomes a multiple
//     choice. A group that a rule makes mandatory is asked without entries: what
//     it demands is demanded once something in it is filled in.
//   - Lengths, ranges and patterns (Präzisierung) are kept where the data type
//     has them. A pattern is one of XML Schema; what RE2 cannot match, what can
//     mean two things (^a|b$) and prose is left out.
//   - Code lists, inline or found by Options.Codelisten, become choices.
//   - Content is a preset; that of a label becomes a text.
//   - Rules: Options.Rules, else what package regel reads. An id means the element
//     in the group that has the rule, or in the nearest one around it. Where one
//     rule hides what another one makes mandatory, it is hidden. That a day of
//     birth needs its month (partly known dates) is a rule without text.
//
// Whatever the form cannot keep stands in the report, and every rule of the
// schema does. An error matches [ErrSchema], or is one of Options.Codelisten.
func FromSchema(n *xdatenfelder.Nachricht, o *SchemaOptions) (*SchemaForm, error) {
	b := &schemaBuilder{Report: &Report{}, lists: map[*xdatenfelder.Datenfeld][]forms.Option{}, long: map[*xdatenfelder.Datenfeld][]forms.Option{}}
	if o != nil {
		b.SchemaOptions = *o
	}
	if b.MaxChoices <= 0 {
		b.MaxChoices = 2000
	}
	if len(b.Accept) == 0 {
		b.Accept = []string{"application/pdf", "image/jpeg", "image/png"}
	}
	root, err := b.tree(n)
	if err != nil {
		return nil, err
	}
	b.root, b.byPath = root, map[string]*part{}
	for n := range root.all() {
		b.byPath[n.path] = n
	}
	if err := b.checkOptions(); err != nil {
		return nil, err
	}
	b.markChoices()
	if err := b.loadLists(root); err != nil {
		return nil, err
	}
	if err := b.rules(); err != nil {
		return nil, err
	}
	def := b.definition()
	b.Report.count(def)
	return &SchemaForm{Definition: def, Report: b.Report, root: root}, nil
}

// entryName is the name of the field in a group made of a field that may occur
// several times.
const entryName = "wert"

// schemaBuilder makes one form.
type schemaBuilder struct {
	SchemaOptions
	*Report

	root        *part
	byPath      map[string]*part
	unversioned bool                                       // an element without version was found
	lists       map[*xdatenfelder.Datenfeld][]forms.Option // to choose from
	long        map[*xdatenfelder.Datenfeld][]forms.Option // too long for that
	checks      []forms.Check                              // of the form
	effects     []placed                                   // of all rules

}

// checkOptions refuses options that name what the schema does not have: a slip
// there would change nothing, and nobody would notice.
func (b *schemaBuilder) checkOptions() error {
	var unknown []string
	known := func(key string) bool { return len(b.root.find(key)) > 0 || b.byPath[key] != nil }
	for key := range b.Elements {
		if !known(key) {
			unknown = append(unknown, key)
		}
	}
	for _, key := range b.Person {
		if !known(key) {
			unknown = append(unknown, key)
		}
	}
	for _, id := range b.Order {
		if !slices.ContainsFunc(b.root.children, func(n *part) bool { return n.name == id }) {
			unknown = append(unknown, id)
		}
	}
	ruleIDs := map[string]bool{}
	for _, h := range b.root.holders() {
		for _, r := range h.rules() {
			ruleIDs[r.Identifikation.ID] = true
		}
	}
	for id, r := range b.SchemaOptions.Rules {
		if !ruleIDs[id] {
			unknown = append(unknown, id)
		}
		if (r.Effects == nil) == (r.Elsewhere == "") {
			return fmt.Errorf("%w: rule %s needs either Effects or Elsewhere", ErrSchema, id)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("%w: options name what it does not have: %s", ErrSchema, strings.Join(unknown, ", "))
	}
	return nil
}

// override is what the caller says about an element.
func (b *schemaBuilder) override(n *part) SchemaElement {
	if e, ok := b.Elements[n.path]; ok {
		return e
	}
	return b.Elements[n.id]
}
