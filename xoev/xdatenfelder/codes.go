package xdatenfelder

// Feldart is the kind of a field, code list
// urn:xoev-de:fim:codeliste:xdatenfelder.feldart (XDF2: 1.0, XDF3: 2.0).
type Feldart string

// The kinds of fields; XDF2 has the first three.
const (
	FeldartInput  Feldart = "input"
	FeldartSelect Feldart = "select"
	FeldartLabel  Feldart = "label"
	FeldartHidden Feldart = "hidden"
	FeldartLocked Feldart = "locked"
)

// Datentyp is the data type of a field, code list
// urn:xoev-de:fim:codeliste:xdatenfelder.datentyp (XDF2: 1.0, XDF3: 2.0).
type Datentyp string

// The data types; XDF2 lacks the last three.
const (
	DatentypText        Datentyp = "text"
	DatentypDate        Datentyp = "date"
	DatentypBool        Datentyp = "bool"
	DatentypNum         Datentyp = "num"
	DatentypNumInt      Datentyp = "num_int"
	DatentypNumCurrency Datentyp = "num_currency"
	DatentypFile        Datentyp = "file"
	DatentypObj         Datentyp = "obj"
	DatentypTextLatin   Datentyp = "text_latin" // String.Latin+, DIN 91379 type C
	DatentypTime        Datentyp = "time"
	DatentypDatetime    Datentyp = "datetime"
)

// Schemaelementart says how an element is bound, code list
// urn:xoev-de:fim:codeliste:xdatenfelder.schemaelementart 1.0.
type Schemaelementart string

// The kinds of binding.
const (
	Abstrakt           Schemaelementart = "ABS"
	Harmonisiert       Schemaelementart = "HAR"
	Rechtsnormgebunden Schemaelementart = "RNG"
)

// Vorbefuellung says whether a field is prefilled, code list
// urn:xoev-de:fim:codeliste:xdatenfelder.vorbefuellung 1.0.
type Vorbefuellung string

// The kinds of prefilling.
const (
	VorbefuellungKeine         Vorbefuellung = "keine"
	VorbefuellungOptional      Vorbefuellung = "optional"
	VorbefuellungVerpflichtend Vorbefuellung = "verpflichtend"
)

// Regeltyp is the kind of a rule of XDF3, code list
// urn:xoev-de:fim:codeliste:xdatenfelder.regeltyp 1.0.
type Regeltyp string

// The kinds of rules.
const (
	RegelBerechnung     Regeltyp = "B"
	RegelKomplex        Regeltyp = "K"
	RegelMultiplizitaet Regeltyp = "M"
	RegelValidierung    Regeltyp = "V"
)

// codeSpec is what the schema says about a code. Without version its version
// must be given on the element (code type 3); without codes any is accepted.
type codeSpec struct {
	uri, version string
	codes        []string
}

const listPrefix = "urn:xoev-de:fim:codeliste:xdatenfelder."

var (
	specStruktur         = codeSpec{listPrefix + "ableitungsmodifikationenStruktur", "1.0", []string{"0", "1", "2", "3"}}
	specRepraesentation  = codeSpec{listPrefix + "ableitungsmodifikationenRepraesentation", "1.0", []string{"0", "1"}}
	specStatus2          = codeSpec{listPrefix + "status", "1.0", []string{"aktiv", "inaktiv", "inVorbereitung"}}
	specStatus3          = codeSpec{"urn:xoev-de:xprozess:codeliste:status", "", nil}
	specRelation         = codeSpec{"urn:xoev-de:fim-datenfelder:codeliste:relation", "", nil}
	specDokumentart      = codeSpec{"urn:xoev-de:fim-datenfelder:codeliste:dokumentart", "", nil}
	specSchemaelementart = codeSpec{listPrefix + "schemaelementart", "1.0", []string{"ABS", "HAR", "RNG"}}
	specFeldart2         = codeSpec{listPrefix + "feldart", "1.0", []string{"input", "select", "label"}}
	specFeldart3         = codeSpec{listPrefix + "feldart", "2.0", []string{"input", "select", "label", "hidden", "locked"}}
	specDatentyp2        = codeSpec{listPrefix + "datentyp", "1.0", []string{"text", "date", "bool", "num", "num_int", "num_currency", "file", "obj"}}
	specDatentyp3        = codeSpec{listPrefix + "datentyp", "2.0", []string{"text", "text_latin", "date", "bool", "num", "num_int",
		"num_currency", "file", "obj", "time", "datetime"}}
	specVorbefuellung  = codeSpec{listPrefix + "vorbefuellung", "1.0", []string{"keine", "optional", "verpflichtend"}}
	specGruppenart     = codeSpec{"urn:xoev-de:fim:codeliste:datenfelder.gruppenart", "1.0", []string{"X"}}
	specRegeltyp       = codeSpec{listPrefix + "regeltyp", "1.0", []string{"B", "K", "M", "V"}}
	specDatenqualitaet = codeSpec{"urn:xoev-de:fim:codeliste:datenfelder.datenqualitaet", "1.0", []string{"PROD", "TEST"}}
)

var regelParamTypen = []string{"anzahl", "objekt", "selektor", "wert"}
