package xoev

// role is the part of the Basisnachricht that an element belongs to; it
// decides its namespace in the qualified flavour.
type role uint8

const (
	roleNone role = iota // children of a code: in no namespace in both flavours
	roleG2G
	roleBehoerde
	roleKommunikation
	roles
)

// kind is what an element may hold.
type kind uint8

const (
	kindGroup kind = iota // elements only
	kindText              // text only
	kindCode              // a code: elements only, attributes listURI and listVersionID
)

// id says where the value of an element goes.
type id uint8

const (
	idKopf id = iota
	idIdentifikation
	idUUID
	idTyp
	idZeitpunkt
	idLeser
	idAutor
	idVerzeichnisdienst
	idKennung
	idName
	idErreichbarkeit
	idKanal
	idKanalKennung
	idZusatz
	idCode
	idCodeName
)

// element is one declaration of the header, in the order of the schema.
type element struct {
	id    id
	local string
	role  role
	kind  kind
	min   int
	max   int // 0 = unbounded
	// mandatory values must not be empty (XInneres S030)
	mandatory bool
	// extensible elements may get more children at their end
	extensible bool
	// fixedList is the list that the schema fixes for a code of type 3
	fixedList string
	children  []*element
}

// maxChildren is the largest number of declared children of one element.
const maxChildren = 4

// The header as the schemas declare it. Source: xoev-basisnachricht-g2g,
// -behoerde, -kommunikation and -unqualified-g2g, versions 1.0 and 1.1, which
// agree in names, order and cardinality.
var (
	elCode     = &element{id: idCode, local: "code", kind: kindText, min: 1, max: 1, mandatory: true}
	elCodeName = &element{id: idCodeName, local: "name", kind: kindText, max: 1}

	elKanal = &element{id: idKanal, local: "kanal", role: roleKommunikation, kind: kindCode, min: 1, max: 1,
		fixedList: ListErreichbarkeit, children: []*element{elCode}}
	elKanalKennung = &element{id: idKanalKennung, local: "kennung", role: roleKommunikation, kind: kindText,
		min: 1, max: 1, mandatory: true}
	elZusatz         = &element{id: idZusatz, local: "zusatz", role: roleKommunikation, kind: kindText, max: 1}
	elErreichbarkeit = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation,
		extensible: true, children: []*element{elKanal, elKanalKennung, elZusatz}}

	elVerzeichnisdienst = &element{id: idVerzeichnisdienst, local: "verzeichnisdienst", role: roleBehoerde,
		kind: kindCode, min: 1, max: 1, fixedList: ListVerzeichnisdienst, children: []*element{elCode}}
	elKennung = &element{id: idKennung, local: "kennung", role: roleBehoerde, kind: kindText,
		min: 1, max: 1, mandatory: true}
	elName = &element{id: idName, local: "name", role: roleBehoerde, kind: kindText,
		min: 1, max: 1, mandatory: true}

	behoerdeChildren = []*element{elVerzeichnisdienst, elKennung, elName, elErreichbarkeit}
	elLeser          = &element{id: idLeser, local: "leser", role: roleG2G, min: 1, max: 1,
		extensible: true, children: behoerdeChildren}
	elAutor = &element{id: idAutor, local: "autor", role: roleG2G, min: 1, max: 1,
		extensible: true, children: behoerdeChildren}

	elUUID = &element{id: idUUID, local: "nachrichtenUUID", role: roleG2G, kind: kindText, min: 1, max: 1}
	elTyp  = &element{id: idTyp, local: "nachrichtentyp", role: roleG2G, kind: kindCode, min: 1, max: 1,
		children: []*element{elCode, elCodeName}}
	elZeitpunkt = &element{id: idZeitpunkt, local: "erstellungszeitpunkt", role: roleG2G, kind: kindText,
		min: 1, max: 1}
	elIdentifikation = &element{id: idIdentifikation, local: "identifikation.nachricht", role: roleG2G,
		min: 1, max: 1, extensible: true, children: []*element{elUUID, elTyp, elZeitpunkt}}

	elKopf = &element{id: idKopf, local: "nachrichtenkopf.g2g", role: roleG2G, min: 1, max: 1,
		extensible: true, children: []*element{elIdentifikation, elLeser, elAutor}}
)

// distinctive are the names that belong to one place of the header. The others
// (code, name, kennung, kanal, zusatz) are too common to be claimed in the
// unqualified flavour.
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
