package xoev

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Envelope is what a message says about itself before its content begins: the
// attributes of the root element and the header (Nachrichtenkopf).
//
// Names, kennungen and contact data may be personal data. Envelope and its
// parts implement [slog.LogValuer] and redact them; do not print them with %v.
type Envelope struct {
	// Root is the name of the root element, "vorgang.transportieren.2010" in
	// the namespace of the standard.
	Root xmlscan.Name
	// Family is the kind of header. Where it is FamilyUnknown, Nachricht,
	// Leser, Autor and Extensions are empty.
	Family Family
	// FamilyVersion is the version of the header: "1.0" or "1.1" of the
	// Basisnachricht, "4", "5" and (FamilyXInneresG2G) "7" of the schema
	// xinneres-basisnachricht, that of the standard in xdomea and XDatenfelder,
	// "3.0" (up to 3.5) or "3.6" in XJustiz. Where the wire does not tell it (all
	// that is in no namespace) it comes from the table of standards; empty if
	// the namespace is not in it.
	FamilyVersion string

	// Standard is the name of the standard ("XWasser") and Version its version
	// ("1.0.0") as the root states them. Where a family has no such attributes
	// they come from the table of standards, and the version of XJustiz from its
	// header. In FamilyUnknown they are filled if the root has all mandatory
	// attributes (produkt, produkthersteller, standard, version), else from the
	// table; empty if that fails too.
	Standard, Version string
	// Produkt is the software that made the message, Produkthersteller who
	// answers for it, Produktversion its optional version. Some families state
	// them in the header, and some not.
	Produkt, Produkthersteller, Produktversion string
	// Test is the attribute "test" as it stands, any string. Its presence
	// alone marks a test message: ask IsTest.
	Test string
	// TestPresent reports that the attribute stands there, though maybe empty.
	TestPresent bool
	// Datenqualitaet is "PROD" or "TEST" in XDatenfelder 3, optional; TEST marks
	// a test message.
	Datenqualitaet Code
	// Attributes are the other attributes of the root in document order (all
	// of them where the fields above are not filled).
	Attributes []Attribute

	Nachricht Nachricht
	// Leser is the authority that is to process the message, Autor the one
	// that made it.
	Leser, Autor Behoerde
	// Extensions are all other elements of the header: what a standard adds at
	// its end (XWasser: referenzUUID, dvdvDienstkennung), and what has no field
	// of its own (XJustiz: ereignis, sendungsprioritaet).
	Extensions []Extension

	// Findings are the warnings of reading; writing ignores them.
	Findings []finding.Finding
}

// Nachricht identifies the message.
type Nachricht struct {
	// UUID is new for every new or corrected message; sending the same message
	// again keeps it. Form 8-4-4-4-12 hexadecimal digits, either case; in
	// XDatenfelder (nachrichtID), XJustiz before 3.6 and XZuFi any text. xdomea
	// up to 3.0 has none.
	UUID string
	// Referenz is the id of the message that this one answers: referenzID of
	// XDatenfelder, fremdeNachrichtenID of XJustiz. Optional.
	Referenz string
	// ProzessID identifies the process that several messages belong to
	// (xdomea, XJustiz).
	ProzessID string
	// Typ is the type of the message; its code is the number at the end of the
	// name of the root element. XDatenfelder, XJustiz and XZuFi have none: see
	// [Envelope.Number].
	Typ Code
	// Erstellungszeitpunkt is when the message was made (not when it was sent).
	Erstellungszeitpunkt Zeitpunkt
	Extensions           []Extension
}

// Code is a value of a code list as messages carry it.
type Code = codelist.Code

// Behoerde is an authority, court or other party.
type Behoerde struct {
	// Art is the kind of party as XJustiz names it ("gericht", "sonstige"); only there.
	Art string
	// Verzeichnisdienst is the directory in which the authority is registered,
	// a code of ListVerzeichnisdienst, usually "DVDV". Only the Basisnachricht
	// states it.
	Verzeichnisdienst Code
	// Kennung is its identifier; in DVDV "psw:01003110". Where the header keeps
	// the category apart (XInneres up to 9, xdomea) the two are joined by a
	// colon; in XJustiz it is the code of a court or authority.
	Kennung string
	// Behoerdenkennung are the codes that Kennung was made of, where the header
	// has codes. Writing takes category and identifier from Kennung if the codes
	// are empty, and the lists and their versions from here.
	Behoerdenkennung Behoerdenkennung
	Name             string
	// Kurzname is the Kurzbezeichnung of xdomea; optional.
	Kurzname string
	// Erreichbarkeit are ways to reach it; may be empty.
	Erreichbarkeit []Erreichbarkeit
	// Anschrift is the postal address in the families of XInneres; else it is
	// among the Extensions, if there is one.
	Anschrift Anschrift
	// Aktenzeichen are the party's file numbers (XJustiz).
	Aktenzeichen []string
	Extensions   []Extension
}

// Behoerdenkennung is an identifier as a pair of codes.
type Behoerdenkennung struct {
	// Praefix is the category, a code of ListDVDVPraefix; Kennung the
	// identifier, whose list depends on the category.
	Praefix, Kennung Code
}

// Anschrift is a postal address in Germany: of a building, or of a post-office
// box if Strasse, Hausnummer, HausnummerZusatz, Zusatz and Extensions are empty.
type Anschrift struct {
	Strasse, Hausnummer string
	// HausnummerZusatz are letters and digits behind the number ("a").
	HausnummerZusatz string
	// Postleitzahl has five digits.
	Postleitzahl, Ort string
	// Postfach is the number of a post-office box; such an address has no street.
	Postfach string
	// Zusatz is a remark such as "Hinterhaus" (zusatzangaben).
	Zusatz     string
	Extensions []Extension
}

// IsZero reports that there is no address.
func (a *Anschrift) IsZero() bool {
	return a.Postfach == "" && a.Postleitzahl == "" && a.Ort == "" && !a.isBuilding()
}

func (a *Anschrift) isBuilding() bool {
	return a.Strasse != "" || a.Hausnummer != "" || a.HausnummerZusatz != "" || a.Zusatz != "" || len(a.Extensions) > 0
}

// Erreichbarkeit is a way to reach someone (KommunikationType).
type Erreichbarkeit struct {
	// Kanal is the channel, a code of ListErreichbarkeit.
	Kanal Code
	// Kennung is the number or address in this channel.
	Kennung string
	// Zusatz is an optional remark.
	Zusatz     string
	Extensions []Extension
}

// Attribute is an attribute of an element. Namespace declarations are none.
type Attribute struct {
	Name  xmlscan.Name
	Value string
}

// Extension is a header element that has no field of its own.
type Extension struct {
	Name xmlscan.Name
	// Text is the text of an element without child elements, else empty.
	Text string
	// XML is the element, well formed on its own: it declares every namespace
	// prefix it uses. Comments and processing instructions are left out. Writing
	// takes it as it is, and Name and Text only where it is empty; it must be one
	// element of that name (ENV-111).
	XML string
}

// IsTest reports that the author calls this a test message, which must not be
// processed in production. The attribute's presence decides, not its value:
// test="false" is a test message. In XDatenfelder 3 datenqualitaet decides:
// every value but PROD marks a test message.
// xdomea up to 3.0, XDatenfelder 2, XJustiz and XZuFi cannot say it: false
// means nothing there.
func (e *Envelope) IsTest() bool {
	if q := e.Datenqualitaet.Code; q != "" && q != datenqualitaetProd {
		return true
	}
	return e.TestPresent || e.Test != "" || e.Family == FamilyUnknown && slices.ContainsFunc(e.Attributes, func(a Attribute) bool {
		return a.Name.Is("", "test")
	})
}

// Number returns the number at the end of the root element's name ("2010" of
// "vorgang.transportieren.2010"), which is the type of the message in every
// family, or "" if there is none.
func (e *Envelope) Number() string { return rootNumber(e.Root.Local) }

func rootNumber(local string) string {
	number := local[strings.LastIndexByte(local, '.')+1:]
	if len(number) == len(local) || number == "" {
		return ""
	}
	for i := 0; i < len(number); i++ {
		if number[i] < '0' || number[i] > '9' {
			return ""
		}
	}
	return number
}

// Praefix splits a kennung of the DVDV at the first colon: "psw:01003110" is
// category "psw" and identifier "01003110". ok is false if there is no colon
// or nothing before or after it.
func (b *Behoerde) Praefix() (praefix, kennung string, ok bool) {
	praefix, kennung, ok = strings.Cut(b.Kennung, ":")
	if !ok || praefix == "" || kennung == "" {
		return "", "", false
	}
	return praefix, kennung, true
}

// maxLogged bounds what a foreign document can put into a log line.
const maxLogged = 100

func logged(s string) string {
	if len(s) > maxLogged {
		return strings.ToValidUTF8(s[:maxLogged], "") + "…"
	}
	return s
}

// LogValue shows what message this is and hides names, kennungen and contact data.
func (e Envelope) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("root", logged(e.Root.Local)),
		slog.String("family", e.Family.String()),
		slog.String("standard", logged(e.Standard)),
		slog.String("version", logged(e.Version)),
		slog.Bool("test", e.IsTest()),
		slog.Any("nachricht", e.Nachricht),
		slog.Any("leser", e.Leser),
		slog.Any("autor", e.Autor),
		slog.Int("extensions", len(e.Extensions)),
		slog.Int("findings", len(e.Findings)),
	)
}

// LogValue shows UUID, type and time.
func (n Nachricht) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("uuid", logged(n.UUID)),
		slog.String("typ", logged(n.Typ.Code)),
		slog.String("erstellungszeitpunkt", logged(string(n.Erstellungszeitpunkt))),
	)
}

// LogValue shows the DVDV category and hides kennung, name and contact data.
func (b Behoerde) LogValue() slog.Value {
	shown := ""
	if praefix, _, ok := b.Praefix(); ok && isCategory(praefix) {
		shown = praefix + ":…"
	}
	return slog.GroupValue(
		slog.String("kennung", shown),
		slog.Int("erreichbarkeit", len(b.Erreichbarkeit)),
	)
}

// isCategory keeps a mailto: or a phone number from passing as a DVDV category.
func isCategory(s string) bool {
	if len(s) > 5 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

// LogValue shows the lists and hides the identifier.
func (k Behoerdenkennung) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("praefix", k.Praefix), slog.Any("kennung", k.Kennung))
}

// LogValue hides the address.
func (a Anschrift) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("present", !a.IsZero()))
}

// LogValue hides everything but the channel.
func (e Erreichbarkeit) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kanal", logged(e.Kanal.Code)))
}

// LogValue hides everything but the name of the element.
func (x Extension) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", logged(x.Name.Local)))
}

// LogValue hides the value.
func (a Attribute) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", logged(a.Name.Local)))
}
