package fim

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// RuleVerdict says what became of a rule of the schema.
type RuleVerdict string

// The verdicts.
const (
	RuleRead      RuleVerdict = "erkannt"    // read by package regel
	RuleSupplied  RuleVerdict = "vorgegeben" // typed rule by the caller
	RuleElsewhere RuleVerdict = "anderswo"   // kept elsewhere, as the caller says
	RuleImplicit  RuleVerdict = "implizit"   // without text: partly known dates
	RuleOpen      RuleVerdict = "ungeklärt"  // for people to decide
)

// Report says what a form made of a data schema keeps of it. It holds texts of the
// schema and nothing else, and marshals to JSON.
type Report struct {
	ID      string `json:"id"` // of the schema
	Version string `json:"version"`
	Title   string `json:"title"`
	XDF     string `json:"xdf"` // version of XDatenfelder

	Steps  int `json:"steps"`  // pages
	Groups int `json:"groups"` // groups on them, those with entries included
	Fields int `json:"fields"` // questions, hidden fields included
	Notes  int `json:"notes"`  // texts

	// Rules are all rules of the schema, once for each place where they stand, in
	// the order of the schema, and then those without text.
	Rules []RuleReport `json:"rules"`
	Hints []Hint       `json:"hints"`
}

// RuleReport is what became of a rule at one place.
type RuleReport struct {
	ID      string      `json:"id"` // FIM id; empty for a rule without text
	Version string      `json:"version"`
	Name    string      `json:"name"`
	Path    string      `json:"path"` // definition path of the element that has it; "" for the form
	Text    string      `json:"text"` // as in the schema
	Verdict RuleVerdict `json:"verdict"`
	// Reading is the typed rule in words, one text for each effect, or where the
	// rule is kept.
	Reading []string `json:"reading,omitempty"`
	// Code and Detail say why a rule is open, see [regel.Open].
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"` // of Code, in German
	Detail string `json:"detail,omitempty"`
}

func (r *RuleReport) open(why regel.Open) {
	r.Verdict, r.Reading, r.Code, r.Detail, r.Reason = RuleOpen, nil, why.Code, why.Detail, regel.Codes()[why.Code]
}

// Hint is something in the schema that the form does not keep, or not exactly.
type Hint struct {
	Code   string `json:"code"`
	Path   string `json:"path"` // definition path; the FIM id where there is none
	Detail string `json:"detail,omitempty"`
}

// Codes of Hint.
const (
	HintList       = "CODELISTE"        // the code list is not known: the field asks for text
	HintListLength = "CODELISTE-LAENGE" // too many entries to choose from: the field asks for the code
	HintListColumn = "CODELISTE-SPALTE" // the column of the names is not marked; this one was taken
	HintLimit      = "PRAEZISIERUNG"    // a limit that the data type does not have, or prose
	HintPattern    = "MUSTER"           // a pattern that RE2 cannot match
	HintType       = "DATENTYP"         // a data type that forms do not have
	HintAnzahl     = "ANZAHL"           // a multiplicity that cannot be kept
	HintPrefill    = "VORBEFUELLUNG"    // to be prefilled, from an attribute that is not known, or mandatorily
	HintLocked     = "GESPERRT"         // to be filled in by the service, which gives no content
	HintDefault    = "INHALT"           // the content cannot be an answer
	HintVersion    = "VERSION"          // this element, and perhaps others, has no version: FIM data cannot name it
	HintHidden     = "AUSGELASSEN"      // left out by Options.Elements although it is mandatory
)

// HintCodes returns what each code of [Hint] means, in German, by code.
func HintCodes() map[string]string {
	return map[string]string{
		HintList:       "Die Codeliste liegt nicht vor; das Feld fragt nach Text.",
		HintListLength: "Die Codeliste ist zu lang zur Auswahl; das Feld fragt nach dem Schlüssel.",
		HintListColumn: "Welche Spalte der Codeliste die Namen enthält, ist nicht angegeben; genommen ist diese.",
		HintLimit:      "Die Präzisierung passt nicht zum Datentyp oder ist Freitext; sie wird nicht geprüft.",
		HintPattern:    "Der reguläre Ausdruck lässt sich nicht übertragen; er wird nicht geprüft.",
		HintType:       "Diesen Datentyp gibt es im Formular nicht.",
		HintAnzahl:     "Die Anzahl lässt sich nicht einhalten.",
		HintPrefill:    "Das Feld soll vorbefüllt werden; das Konto kennt dazu nichts, oder die Angabe wäre verpflichtend.",
		HintLocked:     "Das Feld füllt der Dienst aus; das Schema nennt keinen Inhalt.",
		HintDefault:    "Der Inhalt kann keine Antwort auf dieses Feld sein.",
		HintVersion:    "Dieses Element und vielleicht weitere haben keine Version; in FIM-Daten lassen sie sich nicht benennen.",
		HintHidden:     "Das Element ist ausgelassen, obwohl das Schema es verlangt.",
	}
}

func (r *Report) hint(code string, n *part, detail string) {
	path := n.path
	if path == "" {
		path = n.id
	}
	r.Hints = append(r.Hints, Hint{code, path, collapse(detail)})
}

// head takes over what the schema says about itself.
func (r *Report) head(n *xdatenfelder.Nachricht, a *xdatenfelder.AllgemeineAngaben) {
	r.ID, r.Version, r.XDF = a.Identifikation.ID, a.Identifikation.Version, n.Version.String()
	if r.Title = collapse(a.BezeichnungEingabe); r.Title == "" {
		r.Title = collapse(a.Name)
	}
}

// count counts what the form has.
func (r *Report) count(d forms.Definition) {
	r.Steps = len(d.Steps)
	var walk func([]forms.Element)
	walk = func(list []forms.Element) {
		for _, e := range list {
			switch e := e.(type) {
			case forms.FieldDefinition:
				r.Fields++
			case forms.NoteDefinition:
				r.Notes++
			case forms.GroupDefinition:
				r.Groups++
				walk(e.Elements)
			}
		}
	}
	for _, s := range d.Steps {
		walk(s.Elements)
	}
}

// Count returns how many rules have the verdict.
func (r *Report) Count(v RuleVerdict) int {
	n := 0
	for _, rule := range r.Rules {
		if rule.Verdict == v {
			n++
		}
	}
	return n
}

// Open returns the rules that are left to people.
func (r *Report) Open() []RuleReport {
	var out []RuleReport
	for _, rule := range r.Rules {
		if rule.Verdict == RuleOpen {
			out = append(out, rule)
		}
	}
	return out
}

// WriteTo writes the report as German text: the schema, each rule with its text
// and what it was read as or why it is open, and the hints.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var s bytes.Buffer
	version := r.Version
	if version == "" {
		version = "ohne Version"
	}
	fmt.Fprintf(&s, "%s %s „%s“ (XDatenfelder %s)\n", r.ID, version, r.Title, r.XDF)
	fmt.Fprintf(&s, "%d Seiten, %d Gruppen, %d Felder, %d Texte\n\n", r.Steps, r.Groups, r.Fields, r.Notes)
	fmt.Fprintf(&s, "Regeln: %d, davon", len(r.Rules))
	for i, v := range []RuleVerdict{RuleRead, RuleSupplied, RuleElsewhere, RuleImplicit, RuleOpen} {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, " %d %s", r.Count(v), v)
	}
	s.WriteString("\n")
	for _, rule := range r.Rules {
		rule.print(&s)
	}
	if len(r.Hints) > 0 {
		fmt.Fprintf(&s, "\nHinweise: %d\n", len(r.Hints))
	}
	means := HintCodes()
	for _, h := range r.Hints {
		fmt.Fprintf(&s, "  %s %s: %s", h.Code, h.Path, means[h.Code])
		if h.Detail != "" {
			fmt.Fprintf(&s, " (%s)", h.Detail)
		}
		s.WriteByte('\n')
	}
	return s.WriteTo(w)
}

func (r *RuleReport) print(s *bytes.Buffer) {
	fmt.Fprintf(s, "\n  [%s] %s\n", r.Verdict, strings.TrimSpace(strings.Join([]string{r.ID, r.Name, at(r.Path)}, " ")))
	if text := collapse(r.Text); text != "" {
		fmt.Fprintf(s, "    Text:   %s\n", text)
	}
	for _, reading := range r.Reading {
		fmt.Fprintf(s, "    Regel:  %s\n", reading)
	}
	if r.Code != "" {
		fmt.Fprintf(s, "    Grund:  %s: %s", r.Code, r.Reason)
		if r.Detail != "" {
			fmt.Fprintf(s, " (%s)", r.Detail)
		}
		s.WriteByte('\n')
	}
}

func at(path string) string {
	if path == "" {
		return ""
	}
	return "bei " + path
}
