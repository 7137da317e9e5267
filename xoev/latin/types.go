package latin

// Type is a data type: a set of characters and sequences of which a text may
// consist. Every type accepts the empty text; that a mandatory element must not
// be empty is a rule of the message (XInneres, S030).
//
// The zero value is [A], the strictest. A value that is none of the constants
// accepts the empty text only.
type Type uint8

// Data types of DIN 91379:2022-08, in the schemas of the XÖV-Bibliothek
// datatypeA to datatypeE of [NS2022]. B holds A; C and D hold B; E holds all.
const (
	// A is for names of natural persons: Latin letters and the characters of
	// names, no digits.
	A Type = iota
	// B is for other names, such as places and streets with house number.
	B
	// C holds all normative characters, line breaks and tabulator among them.
	C
	// D is for names of legal persons and products: B with Greek letters and
	// more characters, but without line breaks, tabulator and no-break space.
	D
	// E holds everything that the norm lists: C and D and Cyrillic letters, those
	// of Bulgarian.
	E
)

// Data types of DIN SPEC 91379:2019-03, datatypeA to datatypeE of [NS2019].
// They lack three letters and two signs of the norm.
const (
	SpecA Type = iota + 5
	SpecB
	SpecC
	SpecD
	SpecE
)

// StringLatin11 is String.Latin of "Lateinische Zeichen in Unicode" 1.1, the
// type of [NSLatin11], which older standards use.
const StringLatin11 Type = 10

// Namespaces of the schemas that declare the types (XÖV-Bibliothek:
// din-norm-91379-datatypes.xsd, din-91379-datatypes.xsd, latinchars.xsd).
const (
	NS2022    = "urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08"
	NS2019    = "urn:xoev-de:kosit:xoev:datentyp:din-spec-91379_2019-03"
	NSLatin11 = "http://xoev.de/latinchars/1_1/datatypes"
)

var typeNames = [...]struct{ namespace, name, title string }{
	A:             {NS2022, "datatypeA", "DIN 91379:2022 A"},
	B:             {NS2022, "datatypeB", "DIN 91379:2022 B"},
	C:             {NS2022, "datatypeC", "DIN 91379:2022 C"},
	D:             {NS2022, "datatypeD", "DIN 91379:2022 D"},
	E:             {NS2022, "datatypeE", "DIN 91379:2022 E"},
	SpecA:         {NS2019, "datatypeA", "DIN SPEC 91379:2019 A"},
	SpecB:         {NS2019, "datatypeB", "DIN SPEC 91379:2019 B"},
	SpecC:         {NS2019, "datatypeC", "DIN SPEC 91379:2019 C"},
	SpecD:         {NS2019, "datatypeD", "DIN SPEC 91379:2019 D"},
	SpecE:         {NS2019, "datatypeE", "DIN SPEC 91379:2019 E"},
	StringLatin11: {NSLatin11, "String.Latin", "String.Latin 1.1"},
}

// TypeOf returns the type that a schema calls name in namespace, such as
// "datatypeC" in [NS2022].
func TypeOf(namespace, name string) (Type, bool) {
	for t, known := range typeNames {
		if known.namespace == namespace && known.name == name {
			return Type(t), true
		}
	}
	return 0, false
}

// String returns norm and letter, such as "DIN 91379:2022 C".
func (t Type) String() string {
	if int(t) >= len(typeNames) {
		return "unknown data type"
	}
	return typeNames[t].title
}

// mask is a set of types: bit n is set if the type with the value n is in it.
type mask uint16

// Sets of types. Groups of characters come in with a type and stay in all that
// follow, but for two: N4 (line breaks) is in C and E, Cyrillic in E only.
const (
	from2022A  mask = 1<<A | from2022B
	from2022B  mask = 1<<B | from2022C
	from2022C  mask = 1<<C | from2022D
	from2022D  mask = 1<<D | only2022E
	only2022CE mask = 1<<C | only2022E
	only2022E  mask = 1 << E
	from2019A  mask = from2022A << SpecA
	from2019B  mask = from2022B << SpecA
	from2019C  mask = from2022C << SpecA
	from2019D  mask = from2022D << SpecA
	only2019CE mask = only2022CE << SpecA
	only2019E  mask = only2022E << SpecA
	latin11    mask = 1 << StringLatin11

	// mark is not a type: it tells the combining diacritics of the norm, which
	// are in no type alone.
	mark mask = 1 << 15
)

// bit returns the set that holds t only; it is empty for an unknown type.
func (t Type) bit() mask {
	if int(t) >= len(typeNames) {
		return 0
	}
	return 1 << t
}
