package xoev

import "unicode"

// Code lists that the header of XInneres fixes.
const (
	// ListDVDVPraefix names the categories of authorities in the DVDV ("psw");
	// it is the list of the code praefix up to XInneres 9, and of the part
	// before the colon in a kennung from 26.11 on.
	ListDVDVPraefix = "urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix"
	// fixedErreichbarkeit is the version that XInneres up to 9 fixes.
	fixedErreichbarkeit = "1"
)

// The header of XInneres up to version 9. Source: xinneres-basisnachricht.xsd
// and xinneres-behoerde.xsd 4 and 5, xinneres-kommunikation.xsd and
// xinneres-postanschrift.xsd 3 and 4, which agree in names, order and
// cardinality. The roles make one table serve both forms: in no namespace, and
// in that of the root.
var (
	elXIKanal = &element{id: idKanal, local: "kanal", role: roleKommunikation, kind: kindCode, min: 1, max: 1,
		code: codeType{typ: 1, list: ListErreichbarkeit, version: fixedErreichbarkeit,
			values: []string{"01", "02", "03", "04", "05", "06", "07"}}, children: codeAndName}
	elXIErreichbarkeit = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation,
		extensible: true, children: []*element{elXIKanal, elKanalKennung, elZusatz}}
	elXIErreichbar = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation, min: 1,
		extensible: true, children: elXIErreichbarkeit.children}

	elXIPraefix = &element{id: idPraefix, local: "praefix", role: roleBehoerde, kind: kindCode, min: 1, max: 1,
		code: codeType{typ: 3, list: ListDVDVPraefix}, children: codeAndName}
	elXISchluessel = &element{id: idSchluessel, local: "kennung", role: roleBehoerde, kind: kindCode, min: 1, max: 1,
		code: codeType{typ: 4}, children: codeAndName}
	elXIBehoerdenkennung = &element{id: idBehoerdenkennung, local: "behoerdenkennung", role: roleBehoerde, min: 1, max: 1,
		children: []*element{elXIPraefix, elXISchluessel}}
	elXIName = &element{id: idName, local: "behoerdenname", role: roleBehoerde, kind: kindText, min: 1, max: 1,
		mandatory: true}

	gebaeude = &element{local: "gebaeude", min: 1, max: 1, children: []*element{
		addressPart(idHausnummer, "hausnummer", 0, 4, digits),
		addressPart(idHausnummerZusatz, "hausnummerBuchstabeZusatzziffer", 0, 4, lettersAndDigits),
		addressPart(idPostleitzahl, "postleitzahl", 1, 5, digits),
		{local: "stockwerkswohnungsnummer", kind: kindOpaque, max: 1},
		addressPart(idStrasse, "strasse", 1, 0, nil),
		{local: "teilnummerDerHausnummer", kind: kindOpaque, max: 1},
		addressPart(idOrt, "wohnort", 1, 0, nil),
		{local: "wohnortFruehererGemeindename", kind: kindOpaque, max: 1},
		{local: "wohnungsinhaber", kind: kindOpaque, max: 1},
		addressPart(idAnschriftZusatz, "zusatzangaben", 0, 0, nil),
		{local: "hausnummern.bis", kind: kindOpaque, max: 1},
	}}
	postfach = &element{local: "postfach", min: 1, max: 1, children: []*element{
		addressPart(idPostfach, "postfach", 0, 0, nil),
		addressPart(idOrt, "wohnort", 1, 0, nil),
		addressPart(idPostleitzahl, "postleitzahl", 1, 5, digits),
	}}
	anschriftChildren = []*element{gebaeude, postfach}

	elXIAnschrift = &element{id: idAnschrift, local: "anschrift", role: roleBehoerde, kind: kindChoice, max: 1,
		children: anschriftChildren}
	elXIAnschriftDue = &element{id: idAnschrift, local: "anschrift", role: roleBehoerde, kind: kindChoice, min: 1, max: 1,
		children: anschriftChildren}

	elXILeser = &element{id: idLeser, local: "leser", role: roleG2G, min: 1, max: 1, extensible: true,
		children: []*element{elXIBehoerdenkennung, elXIErreichbarkeit, elXIAnschrift, elXIName}}
	elXIAutor = &element{id: idAutor, local: "autor", role: roleG2G, min: 1, max: 1, extensible: true,
		children: []*element{elXIBehoerdenkennung, elXIErreichbar, elXIAnschriftDue, elXIName}}
	elXIIdentifikation = &element{id: idIdentifikation, local: "identifikation.nachricht", role: roleG2G,
		min: 1, max: 1, extensible: true, children: elIdentifikation.children}
	elXIKopf = &element{local: "nachrichtenkopf", role: roleG2G, min: 1, max: 1, extensible: true,
		children: []*element{elXIIdentifikation, elXILeser, elXIAutor}}
)

// addressPart is a text of an address; its facets are those of
// xinneres-meldeanschrift.xsd 4 and 5; before, supplements were shorter.
func addressPart(i id, local string, least, maxLength int, allowed func(rune) bool) *element {
	e := &element{id: i, local: local, kind: kindText, min: least, max: 1, mandatory: least > 0}
	if allowed != nil {
		e.facet = &facet{maxLength: maxLength, allowed: allowed}
	}
	if i == idHausnummerZusatz {
		e.facet.old = &facet{maxLength: 2, allowed: func(r rune) bool { return allowed(r) && r != '/' }}
	}
	return e
}

func digits(r rune) bool { return r >= '0' && r <= '9' || r == ' ' }

func lettersAndDigits(r rune) bool { return digits(r) || r == '.' || r == '/' || unicode.IsLetter(r) }

// The copy that XGewerbeanzeige 2.0 to 2.2 has in its own namespace. Source: its
// published test messages; a schema is not public, so what the messages do not
// show is kept, wherever it stands.
var (
	elXGKanal = &element{id: idKanal, local: "kanal", role: roleKommunikation, kind: kindCode, min: 1, max: 1,
		code: codeType{list: ListErreichbarkeit}, children: codeAndName}
	elXGErreichbarkeit = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation, open: true,
		children: []*element{elXGKanal, elKanalKennung, elZusatz}}
	elXGAnschrift = &element{id: idAnschrift, local: "anschrift", role: roleBehoerde, max: 1, open: true,
		children: []*element{
			{id: idStrasse, local: "strasse", role: roleBehoerde, kind: kindText, max: 1},
			{id: idHausnummer, local: "hausNr", role: roleBehoerde, kind: kindText, max: 1},
			{id: idOrt, local: "ort", role: roleBehoerde, kind: kindText, max: 1},
			{id: idPostleitzahl, local: "plz", role: roleBehoerde, kind: kindText, max: 1},
		}}
	xgBehoerde = []*element{elXIBehoerdenkennung, elXGErreichbarkeit, elXGAnschrift, elXIName}
	elXGKopf   = &element{local: "nachrichtenkopf", role: roleG2G, min: 1, max: 1, open: true,
		children: []*element{
			{id: idIdentifikation, local: "identifikation.nachricht", role: roleG2G, min: 1, max: 1, open: true,
				children: elIdentifikation.children},
			{id: idLeser, local: "leser", role: roleG2G, min: 1, max: 1, open: true, children: xgBehoerde},
			{id: idAutor, local: "autor", role: roleG2G, min: 1, max: 1, open: true, children: xgBehoerde},
		}}
)

// The header of XInneres 26.11. Source: xinneres-basisnachricht.xsd 7,
// xinneres-behoerde.xsd 7 and xinneres-postanschrift.xsd 5, which restrict the
// Basisnachricht 1.1 (the author can be reached) and add two addresses behind it.
var (
	elX7Erreichbar = &element{id: idErreichbarkeit, local: "erreichbarkeit", role: roleKommunikation, min: 1,
		extensible: true, children: elErreichbarkeit.children}
	elX7Kopf = &element{local: elKopf.local, role: roleG2G, min: 1, max: 1, extensible: true, children: []*element{
		elIdentifikation,
		elLeser,
		{id: idAutor, local: "autor", role: roleG2G, min: 1, max: 1, extensible: true,
			children: []*element{elVerzeichnisdienst, elKennung, elName, elX7Erreichbar}},
	}}
	x7Addresses = []*element{
		{id: idAnschriftLeser, local: "anschrift.leser", kind: kindChoice, max: 1, children: anschriftChildren},
		{id: idAnschriftAutor, local: "anschrift.autor", kind: kindChoice, min: 1, max: 1, children: anschriftChildren},
	}
)
