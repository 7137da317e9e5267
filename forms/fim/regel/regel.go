package regel

import (
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// Element is a field or group of the schema at one place of its tree.
type Element struct {
	ID   string // without version
	Path string // definition path in the form
	// Label is what citizens call it; it stands in the messages of checks.
	Label string
	// Names are the names that a rule may call it by: name, and the labels for
	// input and output.
	Names []string
	Group bool
	// Text is set for what asks nothing, a label or a group of labels: it can be
	// shown or not, and nothing else.
	Text bool
	// Min is the least number of times it occurs, Max the greatest
	// ([xdatenfelder.Unbegrenzt]: any).
	Min, Max int
	// Repeats are the groups around it that have entries, outermost first.
	Repeats []Repeat
	// Optional is the path of the innermost element, itself included, that may
	// be left out; "" if it is there in every application.
	Optional string
	// Datentyp, Select and Values are those of a field. A field with a code list
	// that is not known has Select and no values.
	Datentyp xdatenfelder.Datentyp
	Select   bool
	Values   []Value
}

// Repeat is a group with entries: one that may occur several times, or, with Max
// 1, one that may be left out.
type Repeat struct {
	Path string
	Max  int
}

// Value is an entry of a field's code list.
type Value struct{ Code, Name string }

// Scope is where a rule stands: it gives the elements that an id means there.
// More than one place is ambiguous, none unknown.
type Scope interface {
	Elements(id string) []Element
}

// Kind is what an effect does.
type Kind string

// The kinds of effects.
const (
	Show    Kind = "zeigen"   // Path is asked only if If holds
	Require Kind = "pflicht"  // Path must be filled in if If holds
	Valid   Kind = "pruefung" // If must hold for the group at Path, or the whole form if it is ""
	Count   Kind = "anzahl"   // the group at Path occurs Times times
)

// Effect is a typed rule: what a rule of the schema does to the form.
type Effect struct {
	Kind Kind
	Path string // definition path of the field or group
	If   rule.Condition
	// Times is how often the group occurs; for Count only.
	Times rule.Operand
	// Message is what a citizen reads if If does not hold; for Valid only.
	Message string
	// Needs are the paths of fields whose answer If takes for granted: it says
	// nothing about what holds while they have none.
	Needs []string
}

// Result is what became of a rule: either effects, and what they say in words,
// or the reason why it is open.
type Result struct {
	Effects []Effect
	// Reading says in German, a sentence for each effect, how the rule was read.
	Reading []string
	// Open is the reason why the rule is ungeklärt; nil if it was read.
	Open *Open
}

// Open says why a rule is left to people (ungeklärt).
type Open struct {
	Code string // see [Codes]
	// Detail is the id, name or value at which it failed, from the rule's text;
	// it may be empty.
	Detail string
}

// Codes of Open.
const (
	CodeEmpty      = "LEER"         // there is no text
	CodeLength     = "LAENGE"       // the text is longer than any sentence of a known shape
	CodeShape      = "SATZFORM"     // no sentence of a known shape, as a whole
	CodeMixed      = "VERKNUEPFUNG" // "und" and "oder" without brackets, or one where only the other makes sense
	CodeNegation   = "VERNEINUNG"   // a negation where no known shape has one
	CodeElse       = "SONST"        // says when something is shown, not whether it is hidden otherwise
	CodeSentences  = "SAETZE"       // several sentences that could contradict each other
	CodeUnknown    = "ID"           // no such element where the rule stands
	CodeAmbiguous  = "MEHRDEUTIG"   // the element occurs at several places
	CodeName       = "NAME"         // the schema calls the element otherwise
	CodeValue      = "WERT"         // not one value of the field's code list
	CodeList       = "CODELISTE"    // the field's code list is not known
	CodeType       = "DATENTYP"     // a comparison that the field's type does not have
	CodeRepeat     = "WIEDERHOLUNG" // does not say which of several entries it means
	CodeUnanswered = "LEERFALL"     // does not say what holds while a field has no answer
	CodeSelf       = "SELBST"       // the condition depends on what it decides about
	CodeCycle      = "ZYKLUS"       // several rules decide about each other in a circle
	CodeMandatory  = "PFLICHT"      // contradicts the multiplicity of the element
)

// Codes returns what each code of [Open] means, in German, by code.
func Codes() map[string]string {
	return map[string]string{
		CodeEmpty:      "Die Regel hat keinen Text.",
		CodeLength:     "Der Text ist zu lang für eine bekannte Satzform.",
		CodeShape:      "Der Text hat als Ganzes keine bekannte Satzform.",
		CodeMixed:      "„und“ und „oder“ stehen ohne Klammern nebeneinander oder sind vertauscht.",
		CodeNegation:   "Eine Verneinung steht an einer Stelle, die keine bekannte Satzform kennt.",
		CodeElse:       "Der Text sagt, wann etwas erscheint, aber nicht, ob es sonst verborgen ist.",
		CodeSentences:  "Der Text hat mehrere Sätze, die einander widersprechen können.",
		CodeUnknown:    "Das Element gibt es an dieser Stelle des Schemas nicht.",
		CodeAmbiguous:  "Das Element kommt mehrfach vor; welches gemeint ist, steht nicht da.",
		CodeName:       "Das Schema nennt das Element anders als der Text.",
		CodeValue:      "Der Wert ist kein eindeutiger Eintrag der Codeliste des Feldes.",
		CodeList:       "Die Codeliste des Feldes liegt nicht vor.",
		CodeType:       "Der Datentyp des Feldes kennt diesen Vergleich nicht.",
		CodeRepeat:     "Welcher von mehreren Einträgen gemeint ist, steht nicht da.",
		CodeUnanswered: "Was gilt, solange das Feld keine Antwort hat, steht nicht da.",
		CodeSelf:       "Die Bedingung hängt von dem ab, worüber sie entscheidet.",
		CodeCycle:      "Mehrere Regeln entscheiden im Kreis übereinander.",
		CodeMandatory:  "Der Text widerspricht der Anzahl, die das Schema vorschreibt.",
	}
}

// MaxRunes is the length of the longest text that is read.
const MaxRunes = 4000
