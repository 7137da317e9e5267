package xoev

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// rootKind is what attributes the root of a form has.
type rootKind uint8

const (
	rootPlain rootKind = iota // none that this package knows
	rootG2G                   // produkt, produkthersteller, produktversion, standard, test, version
	rootXZuFi                 // produktbezeichnung, produkthersteller, produktversion, xzufiVersion
)

// form is a header as it stands in messages of one family and version.
type form struct {
	family  Family
	version string // "" where the wire does not tell it
	root    rootKind
	kopf    *element
	after   []*element // behind the header, in the root
	// kopfVersion is an attribute of the header that holds the version of the
	// standard; "" = none
	kopfVersion string
	// exact: the source asks for milliseconds and time zone
	exact bool
	// readOnly: its source does not carry writing
	readOnly bool
	source   string
}

var (
	formQualified10 = &form{family: FamilyQualified, version: Basisnachricht10, root: rootG2G, kopf: elKopf, exact: true,
		source: "XÖV-Basisnachricht G2G 1.0, Nachrichtenkopf.G2GType"}
	formQualified11 = &form{family: FamilyQualified, version: Basisnachricht11, root: rootG2G, kopf: elKopf, exact: true,
		source: "XÖV-Basisnachricht G2G 1.1, Nachrichtenkopf.G2GType"}
	formUnqualified = &form{family: FamilyUnqualified, root: rootG2G, kopf: elKopf, exact: true,
		source: "XÖV-Basisnachricht G2G 1.0 and 1.1, unqualified, Nachrichtenkopf.G2GType"}
	formXInneresG2G = &form{family: FamilyXInneresG2G, root: rootG2G, kopf: elX7Kopf, after: x7Addresses, exact: true,
		source: "XInneres 26.11, xinneres-basisnachricht.xsd 7, Nachricht.G2G"}
	formXInneres = &form{family: FamilyXInneres, root: rootG2G, kopf: elXIKopf, exact: true,
		source: "XInneres, xinneres-basisnachricht.xsd 4 and 5, Nachrichtenkopf.G2G"}
	formXInneresOwn = &form{family: FamilyXInneresQualified, root: rootG2G, kopf: elXGKopf, exact: true,
		source: "XInneres, Nachrichtenkopf.G2G; published messages of XGewerbeanzeige 2.0 to 2.2"}
	formXJustiz = &form{family: FamilyXJustiz, version: xjustizFrom36, kopf: elXJ36Kopf, kopfVersion: "xjustizVersion",
		source: srcXJustiz}
	formXJustizOld = &form{family: FamilyXJustiz, version: xjustizBefore36, kopf: elXJKopf, kopfVersion: "xjustizVersion", readOnly: true,
		source: "XJustiz before 3.6, nachrichtenkopf"}

	forms = [...]*form{
		formQualified11, formQualified10, formUnqualified, formXInneresG2G, formXInneres, formXInneresOwn,
		{family: FamilyXdomea, version: "2.3.0", kopf: elXdomea2Kopf, source: "xdomea 2.3.0, NkBasisType"},
		{family: FamilyXdomea, version: "2.4.0", kopf: elXdomea2Kopf, source: "xdomea 2.4.0, NkBasisType"},
		{family: FamilyXdomea, version: "3.0.0", kopf: elXdomea3Kopf, source: "xdomea 3.0.0, NkBasisType"},
		{family: FamilyXdomea, version: xdomea40, root: rootG2G, kopf: elXdomea4Kopf, exact: true,
			source: "xdomea 4.0.0, nachrichtenkopf of a published message"},
		{family: FamilyXDatenfelder, version: xdatenfelder2, kopf: elXdf2Header, source: "XDatenfelder 2.0, Header"},
		{family: FamilyXDatenfelder, version: xdatenfelder3, kopf: elXdf3Header, source: "XDatenfelder 3.0.0, Header"},
		formXJustiz, formXJustizOld,
		{family: FamilyXZuFi, root: rootXZuFi, kopf: elXZuFiKopf, readOnly: true,
			source: "XZuFi 2.1 and 2.2, nachrichtenkopf"},
	}
)

// headerSpaces holds the namespace of each role.
type headerSpaces [roles]string

// spaces are the namespaces of the form in a message with this root.
func (f *form) spaces(root string) headerSpaces {
	switch f.family {
	case FamilyQualified:
		if f.version == Basisnachricht10 {
			return headerSpaces{"", NSG2G10, NSBehoerde10, NSKommunikation10, root}
		}
		return headerSpaces{"", NSG2G11, NSBehoerde11, NSKommunikation11, root}
	case FamilyXInneresQualified:
		return headerSpaces{"", root, root, root, root}
	}
	return headerSpaces{roleRoot: root}
}

// kopfSpace is the namespace of the header element itself.
func (f *form) kopfSpace(root string) string { return f.spaces(root)[f.kopf.role] }

// formToWrite returns the form of a family and version, or nil if it cannot be
// written. A version that the wire does not show may be missing.
func formToWrite(family Family, version string) *form {
	for _, f := range forms {
		if f.family != family || f.readOnly {
			continue
		}
		if f.version == version || f.version == "" && family.knows(version) {
			return f
		}
	}
	return nil
}

// knows reports whether a family, whose version does not show, has this one.
func (f Family) knows(version string) bool {
	switch f {
	case FamilyUnqualified:
		return version == "" || version == Basisnachricht10 || version == Basisnachricht11
	case FamilyXInneres:
		return version == "" || version == "4" || version == "5"
	case FamilyXInneresG2G:
		return version == "" || version == xinneres26
	}
	return version == ""
}

type fit uint8

const (
	fitUnknown fit = iota // another header than this package reads
	fitForeign            // a known header in the wrong namespace
	fitKnown
)

// formFor decides by the first child of the root which header a message has.
// std is what the table says of the root's namespace, or nil. uniform says that
// the root has the attributes of a G2G message.
func formFor(s *xmlscan.Scanner, root xmlscan.Name, std *Standard, uniform bool) (*form, fit) {
	name := s.Name()
	if std == nil || std.Family == FamilyUnknown {
		return guessForm(name, root, uniform)
	}
	result := fitUnknown
	for _, f := range forms {
		switch {
		case f.family != std.Family || f.kopf.local != name.Local:
		case f.version != "" && std.FamilyVersion != "" && f.version != std.FamilyVersion:
		case f.kopfSpace(root.Space) != name.Space:
			result = fitForeign
		case f.family == FamilyXJustiz:
			return xjustizForm(s), fitKnown
		default:
			return f, fitKnown
		}
	}
	return nil, result
}

// guessForm is formFor where the table says nothing.
func guessForm(name, root xmlscan.Name, uniform bool) (*form, fit) {
	switch name.Local {
	case elKopf.local:
		switch name.Space {
		case NSG2G10:
			return formQualified10, fitKnown
		case NSG2G11:
			return formQualified11, fitKnown
		case "":
			return formUnqualified, fitKnown
		}
		if isBasisnachricht(name.Space) { // a version that came later
			return nil, fitUnknown
		}
		return nil, fitForeign
	case elXIKopf.local:
		switch {
		case !uniform, strings.HasPrefix(root.Space, prefixXdomea): // many headers have this name
			return nil, fitUnknown
		case name.Space == "":
			return formXInneres, fitKnown
		case name.Space == root.Space:
			return formXInneresOwn, fitKnown
		}
		return nil, fitForeign
	}
	return nil, fitUnknown
}

func isBasisnachricht(space string) bool {
	return len(space) > len(nsBasisnachrichtPrefix) && strings.HasPrefix(space, nsBasisnachrichtPrefix)
}

// xjustizForm chooses by the version that the header states.
func xjustizForm(s *xmlscan.Scanner) *form {
	version, ok := s.Attr("", formXJustiz.kopfVersion)
	if ok && xjustizBefore(collapse(string(version))) {
		return formXJustizOld
	}
	return formXJustiz
}

// xjustizBefore reports whether a version is older than 3.6.
func xjustizBefore(version string) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	minor, err2 := strconv.Atoi(second)
	return err == nil && (major < 3 || major == 3 && err2 == nil && minor < 6)
}
