package xoev

import (
	"log/slog"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Family says which kind of header a message has.
type Family uint8

const (
	// FamilyUnknown is a message whose header this package does not read:
	// XInneres up to version 9, XJustiz, XDOMEA, XDatenfelder, XZuFi, or no
	// XÖV message at all. Only the root is known.
	FamilyUnknown Family = iota
	// FamilyQualified is the XÖV-Basisnachricht whose header elements stand in
	// the namespaces g2g, behoerde and kommunikation (XBeteiligung, XBau-Kernmodul).
	FamilyQualified
	// FamilyUnqualified is the XÖV-Basisnachricht whose header elements are in
	// no namespace (XWasser, XInneres from 26.11).
	FamilyUnqualified
)

// String returns "unknown", "basisnachricht-qualified" or
// "basisnachricht-unqualified".
func (f Family) String() string {
	switch f {
	case FamilyQualified:
		return "basisnachricht-qualified"
	case FamilyUnqualified:
		return "basisnachricht-unqualified"
	default:
		return "unknown"
	}
}

// MarshalText writes the family as its [Family.String], for JSON reports.
func (f Family) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

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
	// FamilyVersion is "1.0" or "1.1" in FamilyQualified, whose namespaces
	// tell. It is empty in FamilyUnqualified: the wire does not tell.
	FamilyVersion string

	// Standard is the name of the standard ("XWasser") and Version its version
	// ("1.0.0"). In FamilyUnknown they and the next three are filled only if
	// the root has all four mandatory attributes of an XÖV message (produkt,
	// produkthersteller, standard, version).
	Standard, Version string
	// Produkt is the software that made the message, Produkthersteller who
	// answers for it, Produktversion its optional version.
	Produkt, Produkthersteller, Produktversion string
	// Test is the attribute "test" as it stands, any string. Its presence
	// alone marks a test message: ask IsTest.
	Test string
	// TestPresent reports that the attribute stands there, though maybe empty.
	TestPresent bool
	// Attributes are the other attributes of the root in document order (all
	// of them where the fields above are not filled).
	Attributes []Attribute

	Nachricht Nachricht
	// Leser is the authority that is to process the message, Autor the one
	// that made it.
	Leser, Autor Behoerde
	// Extensions are elements that a standard adds at the end of the header
	// (XWasser: referenzUUID, dvdvDienstkennung).
	Extensions []Extension

	// Findings are the warnings of reading; writing ignores them.
	Findings []finding.Finding
}

// Nachricht identifies the message (identifikation.nachricht).
type Nachricht struct {
	// UUID is new for every new or corrected message; sending the same message
	// again keeps it. Form 8-4-4-4-12 hexadecimal digits, either case.
	UUID string
	// Typ is the type of the message; its code is the number at the end of the
	// name of the root element.
	Typ Code
	// Erstellungszeitpunkt is when the message was made (not when it was sent).
	Erstellungszeitpunkt Zeitpunkt
	Extensions           []Extension
}

// Code is a value of a code list as messages carry it.
type Code = codelist.Code

// Behoerde is an authority or other public body (BehoerdeType).
type Behoerde struct {
	// Verzeichnisdienst is the directory in which the authority is registered,
	// a code of ListVerzeichnisdienst, usually "DVDV".
	Verzeichnisdienst Code
	// Kennung is its identifier there; in DVDV "psw:01003110".
	Kennung string
	Name    string
	// Erreichbarkeit are ways to reach it; may be empty.
	Erreichbarkeit []Erreichbarkeit
	Extensions     []Extension
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

// Extension is a header element that the Basisnachricht does not know.
type Extension struct {
	Name xmlscan.Name
	// Text is the text of an element without child elements, else empty.
	Text string
	// XML is the element, well formed on its own: it declares every namespace
	// prefix it uses. Comments and processing instructions are left out.
	XML string
}

// IsTest reports that the author calls this a test message, which must not be
// processed in production. The attribute's presence decides, not its value:
// test="false" is a test message.
func (e *Envelope) IsTest() bool { return e.TestPresent || e.Test != "" }

// Number returns the number at the end of the root element's name ("2010" of
// "vorgang.transportieren.2010"), or "" if there is none.
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
