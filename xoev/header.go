package xoev

import (
	"strings"
	"unicode/utf8"
)

// role is the namespace that an element stands in; a form says which it is.
type role uint8

const (
	roleNone role = iota // in no namespace in every form
	roleG2G
	roleBehoerde
	roleKommunikation
	roleRoot // the namespace of the root element
	roles
)

// kind is what an element may hold.
type kind uint8

const (
	kindGroup  kind = iota // elements only
	kindChoice             // exactly one of its elements
	kindText               // text only
	kindCode               // a code: elements only, attributes listURI and listVersionID
	kindOpaque             // anything; kept as an Extension
)

// id says where the value of an element goes.
type id uint8

const (
	idNone id = iota // a group that stands for nothing of its own
	idIdentifikation
	idUUID
	idReferenz
	idProzess
	idTyp
	idZeitpunkt
	idDatenqualitaet
	idProdukt
	idProdukthersteller
	idProduktversion
	idLeser
	idAutor
	idVerzeichnisdienst
	idKennung
	idName
	idKurzname
	idBehoerdenkennung
	idPraefix
	idSchluessel
	idPartner // text: a party without code
	idPartnerCode
	idAktenzeichen
	idAktenzeichenAutor // outside the party that it belongs to
	idAktenzeichenLeser
	idAutorName
	idLeserName
	idErreichbarkeit
	idKanal
	idKanalKennung
	idZusatz
	idAnschrift
	idAnschriftLeser // behind the header
	idAnschriftAutor
	idStrasse
	idHausnummer
	idHausnummerZusatz
	idPostleitzahl
	idOrt
	idPostfach
	idAnschriftZusatz
	idCode
	idCodeName
	ids
)

// codeType is the kind of a code: the XÖV code type 1 to 4 (0 = the message
// decides) and what the schema fixes.
type codeType struct {
	typ           uint8
	list, version string
	values        []string // the codes that the schema lists; nil = any
}

// facet is what a schema allows in a text.
type facet struct {
	maxLength int // in characters
	allowed   func(rune) bool
	old       *facet // where the header of XInneres has version 4; nil = the same
}

// in is the facet in a version of the header.
func (f *facet) in(version string) *facet {
	if version == xinneres7 && f.old != nil {
		return f.old
	}
	return f
}

func (f *facet) fits(s string) bool {
	return utf8.RuneCountInString(s) <= f.maxLength && strings.IndexFunc(s, func(r rune) bool { return !f.allowed(r) }) < 0
}

// element is one declaration of a header, in the order of its schema.
type element struct {
	id    id
	local string
	role  role
	kind  kind
	min   int
	max   int // 0 = unbounded
	// mandatory values must not be empty (XInneres S030)
	mandatory bool
	// uuid values must have the form of one
	uuid bool
	// extensible elements may get more children at their end
	extensible bool
	// open elements may have more children anywhere, in any order: there is no
	// schema to judge by
	open     bool
	code     codeType
	facet    *facet // of a text; nil = any
	children []*element
}

// maxChildren is the largest number of declared children of one element.
const maxChildren = 12

// The Basisnachricht as the schemas declare it. Source: xoev-basisnachricht-g2g,
// -behoerde, -kommunikation and -unqualified-g2g, versions 1.0 and 1.1, which
// agree in names, order and cardinality.
var (
	elCode     = &element{id: idCode, local: "code", kind: kindText, min: 1, max: 1, mandatory: true}
	elCodeName = &element{id: idCodeName, local: "name", kind: kindText, max: 1}

	onlyCode    = []*element{elCode}
	codeAndName = []*element{elCode, elCodeName}

	elKanal = &element{id: idKanal, local: "kanal", role: roleKommunikation, kind: kindCode, min: 1, max: 1,
		code: codeType{typ: 3, list: ListErreichbarkeit}, children: onlyCode}
	elKanalKennung = &element{id: idKanalKennung, local: "kennung", role: roleKommunikation, kind: kindText,
		min: 1, max: 1, mandatory: true}
	elZusatz         = &element{id: idZusatz, local: "zusatz", role: roleKommunikation, kind: kindText, max: 1}
	elErreichbarkeit = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation,
		extensible: true, children: []*element{elKanal, elKanalKennung, elZusatz}}

	elVerzeichnisdienst = &element{id: idVerzeichnisdienst, local: "verzeichnisdienst", role: roleBehoerde,
		kind: kindCode, min: 1, max: 1, code: codeType{typ: 3, list: ListVerzeichnisdienst}, children: onlyCode}
	elKennung = &element{id: idKennung, local: "kennung", role: roleBehoerde, kind: kindText,
		min: 1, max: 1, mandatory: true}
	elName = &element{id: idName, local: "name", role: roleBehoerde, kind: kindText,
		min: 1, max: 1, mandatory: true}

	behoerdeChildren = []*element{elVerzeichnisdienst, elKennung, elName, elErreichbarkeit}
	elLeser          = &element{id: idLeser, local: "leser", role: roleG2G, min: 1, max: 1,
		extensible: true, children: behoerdeChildren}
	elAutor = &element{id: idAutor, local: "autor", role: roleG2G, min: 1, max: 1,
		extensible: true, children: behoerdeChildren}

	elUUID = &element{id: idUUID, local: "nachrichtenUUID", role: roleG2G, kind: kindText, min: 1, max: 1, uuid: true}
	elTyp  = &element{id: idTyp, local: "nachrichtentyp", role: roleG2G, kind: kindCode, min: 1, max: 1,
		children: codeAndName}
	elZeitpunkt = &element{id: idZeitpunkt, local: "erstellungszeitpunkt", role: roleG2G, kind: kindText,
		min: 1, max: 1}
	elIdentifikation = &element{id: idIdentifikation, local: "identifikation.nachricht", role: roleG2G,
		min: 1, max: 1, extensible: true, children: []*element{elUUID, elTyp, elZeitpunkt}}

	elKopf = &element{local: "nachrichtenkopf.g2g", role: roleG2G, min: 1, max: 1,
		extensible: true, children: []*element{elIdentifikation, elLeser, elAutor}}
)

// distinctive are the names that belong to one place of the Basisnachricht or
// the header of XInneres. The others (code, name, kennung, kanal, zusatz) are
// too common to be claimed where elements are in no namespace.
func distinctive(local string) bool {
	switch local {
	case elKopf.local, elIdentifikation.local, elUUID.local, elTyp.local, elZeitpunkt.local,
		elLeser.local, elAutor.local, elVerzeichnisdienst.local, elErreichbarkeit.local:
		return true
	}
	return false
}

// child finds a declared child by its local name.
func (e *element) child(local string) (int, *element) {
	for i, c := range e.children {
		if c.local == local {
			return i, c
		}
	}
	return -1, nil
}

// has reports whether a value of this id is declared in e or below it.
func (e *element) has(i id) bool {
	if e.id == i {
		return true
	}
	for _, c := range e.children {
		if c.has(i) {
			return true
		}
	}
	return false
}

// part finds the element of an id in e or below it, or nil.
func (e *element) part(i id) *element {
	if e.id == i {
		return e
	}
	for _, c := range e.children {
		if found := c.part(i); found != nil {
			return found
		}
	}
	return nil
}
