package xoev

import "slices"

// Family says which kind of header a message has.
type Family uint8

const (
	// FamilyUnknown is a message whose header this package does not read, or no
	// XÖV message at all. Only the root is known.
	FamilyUnknown Family = iota
	// FamilyQualified is the XÖV-Basisnachricht whose header elements stand in
	// the namespaces g2g, behoerde and kommunikation (XBeteiligung).
	FamilyQualified
	// FamilyUnqualified is the XÖV-Basisnachricht whose header elements are in
	// no namespace (XWasser, XBau 2.6, XBau-Kernmodul from 1.2).
	FamilyUnqualified
	// FamilyXInneresG2G is the header of XInneres from 26.11 (XMeld,
	// XAusländer): FamilyUnqualified with anschrift.leser and anschrift.autor
	// behind it.
	FamilyXInneresG2G
	// FamilyXInneres is the header of XInneres up to version 9: nachrichtenkopf,
	// its elements in no namespace (XBau 2.0 and 2.1, XBau-Kernmodul 1.0 and 1.1 too).
	FamilyXInneres
	// FamilyXInneresQualified is the header of XInneres copied into the
	// namespace of a standard (XGewerbeanzeige 2.0 to 2.2).
	FamilyXInneresQualified
	// FamilyXdomea is the header of xdomea: Kopf up to 3.0, nachrichtenkopf in 4.0.
	FamilyXdomea
	// FamilyXDatenfelder is the header of XDatenfelder 2 and 3.
	FamilyXDatenfelder
	// FamilyXJustiz is the nachrichtenkopf of XJustiz.
	FamilyXJustiz
	// FamilyXZuFi is the nachrichtenkopf of XZuFi.
	FamilyXZuFi
)

var familyNames = [...]string{
	FamilyUnknown:           "unknown",
	FamilyQualified:         "basisnachricht-qualified",
	FamilyUnqualified:       "basisnachricht-unqualified",
	FamilyXInneresG2G:       "xinneres-g2g",
	FamilyXInneres:          "xinneres",
	FamilyXInneresQualified: "xinneres-qualified",
	FamilyXdomea:            "xdomea",
	FamilyXDatenfelder:      "xdatenfelder",
	FamilyXJustiz:           "xjustiz",
	FamilyXZuFi:             "xzufi",
}

// String returns a name in lower case, "basisnachricht-qualified" or "xdomea";
// "unknown" for FamilyUnknown and for numbers that are no family.
func (f Family) String() string {
	if int(f) >= len(familyNames) {
		f = FamilyUnknown
	}
	return familyNames[f]
}

// MarshalText writes the family as its [Family.String], for JSON reports.
func (f Family) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Standard is what a namespace tells about a message: the standard and version
// that its root element belongs to, and the header that they have.
type Standard struct {
	// Namespace is the namespace of the root element.
	Namespace string
	// Name is the name as the attribute "standard" has it, where the standard
	// has that attribute ("XMeld"). Version likewise ("26.11"); empty where the
	// namespace does not tell.
	Name, Version string
	// Kennung identifies the standard in the XRepository, without version
	// ("urn:xoev-de:kosit:standard:xinneres.xmeld"); empty if not known.
	Kennung string
	// Family and FamilyVersion are the header of its messages. FamilyUnknown
	// leaves it to the message.
	Family        Family
	FamilyVersion string
	// Varies says that the schema does not fix the attributes standard and
	// version, or is not known: messages that state other ones are no fault
	// (ENV-019, ENV-115).
	Varies bool
}

// Standards is a table of standards by namespace. It is a value: [Standards.With]
// returns another one. Nil stands for [KnownStandards] in [ReadOptions] and
// [WriteOptions].
type Standards []Standard

// KnownStandards returns the built-in table, a copy: standards whose namespace
// is known from their published schema or from a published message.
func KnownStandards() Standards { return slices.Clone(knownStandards) }

// With returns a table with more entries, which count before those of s.
//
//	o := &xoev.ReadOptions{Standards: xoev.KnownStandards().With(xoev.Standard{
//		Namespace: "urn:example:probe:2", Name: "XProbe", Version: "2.0",
//		Family: xoev.FamilyUnqualified, FamilyVersion: xoev.Basisnachricht11,
//	})}
func (s Standards) With(more ...Standard) Standards {
	return slices.Concat(Standards(more), s)
}

// Lookup returns the entry of a namespace, and false if there is none.
func (s Standards) Lookup(namespace string) (Standard, bool) {
	if e := s.find(namespace); e != nil {
		return *e, true
	}
	return Standard{}, false
}

func (s Standards) find(namespace string) *Standard {
	if s == nil {
		s = knownStandards
	}
	for i := range s {
		if s[i].Namespace == namespace {
			return &s[i]
		}
	}
	return nil
}
