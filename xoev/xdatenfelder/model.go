package xdatenfelder

import (
	"iter"
	"log/slog"
	"strconv"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// Namespaces of the versions that this package reads.
const (
	NS1 = "urn:xoev-de:fim:standard:xdatenfelder_1"
	NS2 = "urn:xoev-de:fim:standard:xdatenfelder_2"
	NS3 = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
)

// Version is a version of XDatenfelder. The zero value is none.
type Version uint8

// The versions that this package reads.
const (
	XDF1 Version = 1 // XDatenfelder 1, which is read only
	XDF2 Version = 2 // XDatenfelder 2.0
	XDF3 Version = 3 // XDatenfelder 3.0.0
)

// String returns "1", "2.0", "3.0.0" or "unknown".
func (v Version) String() string {
	switch v {
	case XDF1:
		return "1"
	case XDF2:
		return "2.0"
	case XDF3:
		return "3.0.0"
	}
	return "unknown"
}

// Nachricht is a message of XDatenfelder: the header and one object, the only
// one of the five fields that is not nil. What occurs several times in the
// message (same id and version) is one value here, to which several pointers
// lead; change it only where that is wanted.
type Nachricht struct {
	Version Version
	Header  Header

	Dokumentsteckbrief *Dokumentsteckbrief // message 0101
	Stammdatenschema   *Stammdatenschema   // message 0102
	Datenfeldgruppe    *Datenfeldgruppe    // message 0103
	Datenfeld          *Datenfeld          // message 0104
	Codeliste          *Codeliste          // message 0105

	// Datenfeldgruppen, Datenfelder and Regeln hold every element of the message
	// once, in the order in which they first end: parts before the whole.
	Datenfeldgruppen []*Datenfeldgruppe
	Datenfelder      []*Datenfeld
	Regeln           []*Regel

	// Findings are warnings: what is wrong and hinders no reader, and with
	// [Options.Quality] the messages of the quality check. At most 1,000.
	Findings []finding.Finding
}

// Strukturen walks the tree of a Stammdatenschema or Datenfeldgruppe in document
// order, each element at every place where it stands, with its depth from 0.
// It yields nothing for other messages.
func (n *Nachricht) Strukturen() iter.Seq2[int, *Struktur] {
	return func(yield func(int, *Struktur) bool) {
		switch {
		case n.Stammdatenschema != nil:
			walk(n.Stammdatenschema.Struktur, 0, yield)
		case n.Datenfeldgruppe != nil:
			walk(n.Datenfeldgruppe.Struktur, 0, yield)
		}
	}
}

func walk(list []Struktur, depth int, yield func(int, *Struktur) bool) bool {
	for i := range list {
		if !yield(depth, &list[i]) {
			return false
		}
		if g := list[i].Datenfeldgruppe; g != nil && !walk(g.Struktur, depth+1, yield) {
			return false
		}
	}
	return true
}

// LogValue gives the version and the numbers of elements.
func (n *Nachricht) LogValue() slog.Value {
	return slog.GroupValue(slog.String("xdatenfelder", n.Version.String()), slog.Int("datenfeldgruppen", len(n.Datenfeldgruppen)),
		slog.Int("datenfelder", len(n.Datenfelder)), slog.Int("regeln", len(n.Regeln)), slog.Int("findings", len(n.Findings)))
}

// Header is the header of a message (element header).
type Header struct {
	// Datum, FimID and FimVersion are the header of XDF1, which has nothing else:
	// the day, and id and version of the schema.
	Datum             Datum
	FimID, FimVersion string

	NachrichtID          string // token
	Erstellungszeitpunkt Zeitpunkt
	ReferenzID           string // token; the message that this one answers, or empty
	Produktbezeichnung   string // XDF3, optional, as are the following
	Produkthersteller    string
	Produktversion       string
	Datenqualitaet       string // PROD or TEST
}

// Identifikation names an element: its id ("F60000227", in XDF3 with eleven
// digits "F60000000227"), never empty, and its version ("1.1", in XDF3
// "1.1.0"), empty for a working copy.
type Identifikation struct {
	ID, Version string
}

// String joins id and version as FIM tools do: "F60000000227V1.1.0".
func (i Identifikation) String() string {
	if i.Version == "" {
		return i.ID
	}
	return i.ID + "V" + i.Version
}

// AllgemeineAngaben (general data) are what all elements have in common. Texts
// are as in the document, white space included, and may be empty.
type AllgemeineAngaben struct {
	Identifikation Identifikation
	Name           string
	// BezeichnungEingabe is the label for people who fill in. Of schemas and
	// Dokumentsteckbriefe of XDF3, and only of them, it is the element bezeichnung.
	BezeichnungEingabe string
	BezeichnungAusgabe string // label for printing, optional
	Beschreibung       string
	Definition         string
	// Bezug holds the legal references, without empty ones. XDF2 has at most
	// one, often several joined with semicolons.
	Bezug []Rechtsbezug
	// Status is in XDF2 aktiv, inaktiv or inVorbereitung; in XDF3 freigabestatus:
	// a code of urn:xoev-de:xprozess:codeliste:status in the version named (1 to
	// 8 in 2020-03-19), which is not looked up.
	Status                  codelist.Code
	StatusGesetztAm         Datum  // XDF3
	StatusGesetztDurch      string // XDF3
	GueltigAb, GueltigBis   Datum
	FachlicherErsteller     string // XDF2; XDF3 has it for rules only
	Versionshinweis         string
	Freigabedatum           Datum // XDF2
	Veroeffentlichungsdatum Datum
	LetzteAenderung         Zeitpunkt   // XDF3
	Relationen              []Relation  // XDF3
	Stichworte              []Stichwort // XDF3
}

// LogValue gives id and version. The rest can name people.
func (a *AllgemeineAngaben) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.Identifikation.ID), slog.String("version", a.Identifikation.Version))
}

// Rechtsbezug is a reference to the law or norm behind an element.
type Rechtsbezug struct {
	Text string
	Link string // XDF3, optional; any text, not checked
}

// Stichwort is a keyword with the URI of its source.
type Stichwort struct {
	Text, URI string
}

// Relation leads to another element. Praedikat is a code of
// urn:xoev-de:fim-datenfelder:codeliste:relation (ABL, ERS, EQU, VKN), not looked up.
type Relation struct {
	Praedikat codelist.Code
	Objekt    Identifikation
}

// Dokumentsteckbrief is the profile of a kind of document.
type Dokumentsteckbrief struct {
	AllgemeineAngaben
	IstAbstrakt bool          // XDF2: isReferenz
	Dokumentart codelist.Code // XDF2: free text in Code
	Hilfetext   string
}

// Stammdatenschema is a data schema: the fields of one application form.
type Stammdatenschema struct {
	AllgemeineAngaben
	Hilfetext string
	// AbleitungsmodifikationenStruktur says how derived schemas may change the
	// structure: 0 not, 1 only restrict, 2 only extend, 3 all.
	AbleitungsmodifikationenStruktur string
	// AbleitungsmodifikationenRepraesentation is 0 (labels are fixed) or 1.
	AbleitungsmodifikationenRepraesentation string
	Dokumentsteckbrief                      Identifikation // XDF3
	Regeln                                  []*Regel
	Struktur                                []Struktur
}

// Datenfeldgruppe is a group of fields and groups.
type Datenfeldgruppe struct {
	AllgemeineAngaben
	Schemaelementart Schemaelementart
	HilfetextEingabe string
	HilfetextAusgabe string
	Auswahlgruppe    bool // XDF3: art is X, only one of the parts is filled in
	Regeln           []*Regel
	Struktur         []Struktur
}

// Datenfeld is a field.
type Datenfeld struct {
	AllgemeineAngaben
	Schemaelementart  Schemaelementart
	HilfetextEingabe  string
	HilfetextAusgabe  string
	Feldart           Feldart
	Datentyp          Datentyp
	Praezisierung     Praezisierung
	Inhalt            string             // content: preset, or the text of a label
	Vorbefuellung     Vorbefuellung      // XDF3
	Werte             []Wert             // XDF3: the choices, inline
	CodelisteReferenz *CodelisteReferenz // nil if there is none
	CodeKey           string             // XDF3: column of the list with the codes
	NameKey           string             // XDF3: column with the names
	HelpKey           string             // XDF3: column with the help texts
	Regeln            []*Regel
	MaxSize           int64    // XDF3: of a file, in bytes; 0 = not given
	MediaTypes        []string // XDF3: of a file, "application/pdf"
	// Codeliste is what XDF1 says about a code list within the field; its
	// reference is CodelisteReferenz, too. nil in other versions.
	Codeliste *Codeliste
}

// Struktur puts an element into a schema or group: one of Datenfeld and
// Datenfeldgruppe is not nil.
type Struktur struct {
	Anzahl          Anzahl
	Bezug           []Rechtsbezug
	Datenfeld       *Datenfeld
	Datenfeldgruppe *Datenfeldgruppe
}

// Unbegrenzt is [Anzahl].Max where there is no limit ("*").
const Unbegrenzt = -1

// Anzahl is a multiplicity ("0:*"): how often an element may occur. That Min
// does not exceed Max is not sure: it is a rule of the quality check (XDFM-1047).
type Anzahl struct {
	Min, Max int // 0 to 2147483647; Max can be Unbegrenzt
}

// String returns the multiplicity as XDatenfelder writes it.
func (a Anzahl) String() string {
	if a.Max == Unbegrenzt {
		return strconv.Itoa(a.Min) + ":*"
	}
	return strconv.Itoa(a.Min) + ":" + strconv.Itoa(a.Max)
}

// Praezisierung limits what can be entered. In XDF2 it is read from JSON in the
// element's text; if that is something else, only Text is set (XDF2-101).
type Praezisierung struct {
	Text                 string // text of the element as it stands
	MinLength, MaxLength int    // characters, 0 to 2147483647; 0 = not given
	MinValue, MaxValue   string // number or date; empty = not given
	Pattern              string // regular expression of XML Schema, not checked; XDF2 has prose there, too
}

// Wert is a choice of a field.
type Wert struct {
	Code  string // token
	Name  string
	Hilfe string // optional
}

// CodelisteReferenz refers to a code list. In XDF3 each text can be empty.
type CodelisteReferenz struct {
	Identifikation          Identifikation // XDF2: the list as an element of FIM ("C60000016")
	CanonicalIdentification string         // kennung without version
	Version                 string
	CanonicalVersionURI     string // kennung with version
}

// Codeliste is the code list of message 0105. In XDF3 only Listen is set.
type Codeliste struct {
	AllgemeineAngaben
	Referenz CodelisteReferenz // without Identifikation
	Langname string
	Listen   []*codelist.List // genericode; may be empty
}

// Regel is a rule, kept verbatim: rules are prose for people, and scripts are
// not portable.
type Regel struct {
	AllgemeineAngaben
	FreitextRegel string // XDF3; see [Regel.Text]
	Typ           Regeltyp
	Parameter     []RegelParameter
	Ziele         []RegelZiel
	Skript        string
	Fehler        []Fehlermeldung
}

// Text returns the rule as prose: freitextRegel, which XDF2 does not have, else
// the definition, where XDF2 puts it.
func (r *Regel) Text() string {
	if r.FreitextRegel != "" {
		return r.FreitextRegel
	}
	return r.Definition
}

// RegelParameter is an input of a rule's script. Typ is anzahl, objekt, selektor
// or wert.
type RegelParameter struct {
	Element, Name, Typ string
}

// RegelZiel is an output of a rule's script.
type RegelZiel struct {
	Element, Name string
}

// Fehlermeldung is what people read when a rule is broken.
type Fehlermeldung struct {
	Code int // of 32 bits
	Text string
}

// Objekt returns the name of the element that holds the one object of a message
// ("stammdatenschema"), and what it has in common with all others; the latter is
// nil if there is no object, or a code list of XDF3, of which nothing is said.
func (n *Nachricht) Objekt() (name string, a *AllgemeineAngaben) {
	switch {
	case n.Dokumentsteckbrief != nil:
		return "dokumentsteckbrief", &n.Dokumentsteckbrief.AllgemeineAngaben
	case n.Stammdatenschema != nil:
		return "stammdatenschema", &n.Stammdatenschema.AllgemeineAngaben
	case n.Datenfeldgruppe != nil:
		return "datenfeldgruppe", &n.Datenfeldgruppe.AllgemeineAngaben
	case n.Datenfeld != nil:
		return "datenfeld", &n.Datenfeld.AllgemeineAngaben
	case n.Codeliste != nil && n.Version == XDF3:
		return "genericode", nil
	case n.Codeliste != nil:
		return "codeliste", &n.Codeliste.AllgemeineAngaben
	}
	return "", nil
}
