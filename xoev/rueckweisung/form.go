package rueckweisung

import (
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Form is a message with which a standard rejects messages.
type Form uint8

const (
	// XInneres is rueckweisung.asynchron.0010 of XInneres 26.11 (namespace
	// rueckweisung/6), by which XMeld and XAusländer reject too. Its author
	// states an Anschrift and ways to reach him.
	XInneres Form = iota
	// XWasser is administration.rueckweisung.0010 of XWasser 1.0.0.
	XWasser
	// XBauKernmodul is prozessnachrichten.rueckweisung.G2G.1100 of
	// XBau-Kernmodul 1.3.0. It names the rejected message, so that message's
	// header must have been readable.
	XBauKernmodul
	// XMeldRtS is administration.returntosender.0900 of XMeld 26.11, by which
	// messages between private parties and authorities are returned. It needs
	// Rueckweisung.RtS, and holds one reason; others become remarks.
	XMeldRtS
	// XMeldRtSSynchron is administration.returntosender.0910 of XMeld 26.11,
	// the answer in synchronous communication. It names the rejected message and
	// does not hold it.
	XMeldRtSSynchron
)

const (
	listFehlercodes     = "urn:de:xinneres:codeliste:fehlercodes"
	versionFehlercodes  = "3"
	prefixXInneres      = "http://www.osci.de/xinneres/"
	nsRueckweisung      = prefixXInneres + "rueckweisung/6"
	nsXMeld             = "http://www.osci.de/xmeld2611"
	nsXAuslaender       = "http://www.osci.de/xauslaender2611"
	nsXWasser           = "https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0"
	nsXBauKernmodul     = "http://www.xleitstelle.de/xbau/kernmodul/1/3/0"
	prefixXBau          = "http://www.xleitstelle.de/xbau/"
	listXMeldNachricht  = "urn:de:xmeld:schluesseltabelle:xmeld.nachrichten"
	versionXMeld        = "26.11"
	versionVerzeichnis  = "3"
	verzeichnisdienst   = "DVDV"
	versionBasismodul   = "7"
	attributeFassung    = "2026-01-31"
	elementRueckweisung = "rueckweisung"
)

// kind is what a form looks like. Source: the schemas named at the forms.
type kind struct {
	root              xmlscan.Name
	family            xoev.Family
	familyVersion     string
	standard, version string
	typ               xoev.Code
	// reasons is the list of its reasons, and codes are those that have another
	// name there than in XInneres; "" has none.
	reasons xoev.Code
	codes   map[Code]string
}

var kinds = [...]kind{
	XInneres: {
		root:   xmlscan.Name{Prefix: "xirts", Local: "rueckweisung.asynchron.0010", Space: nsRueckweisung},
		family: xoev.FamilyXInneresG2G, familyVersion: versionBasismodul,
		standard: "XInneres-Rueckweisung", version: "6",
		typ:     xoev.Code{Code: "0010", ListURI: "urn:de:xinneres:codeliste:nachrichtentyp", ListVersionID: "4"},
		reasons: xoev.Code{ListURI: listFehlercodes, ListVersionID: versionFehlercodes},
	},
	XWasser: {
		root:   xmlscan.Name{Prefix: "xwas", Local: "administration.rueckweisung.0010", Space: nsXWasser},
		family: xoev.FamilyUnqualified, familyVersion: xoev.Basisnachricht11,
		standard: "XWasser", version: "1.0.0",
		typ:     xoev.Code{Code: "0010", ListURI: "urn:xoev-de:xwasser:codeliste:nachrichtentyp", ListVersionID: "1"},
		reasons: xoev.Code{ListURI: "urn:xoev-de:xgewerbeordnung:codeliste:rueckweisungsgruende", ListVersionID: "1"},
		codes:   map[Code]string{S030: ""},
	},
	XBauKernmodul: {
		root:   xmlscan.Name{Prefix: "xbauk", Local: "prozessnachrichten.rueckweisung.G2G.1100", Space: nsXBauKernmodul},
		family: xoev.FamilyUnqualified, familyVersion: xoev.Basisnachricht11,
		standard: "XBau-Kernmodul", version: "1.3.0",
		typ:     xoev.Code{Code: "1100", ListURI: "urn:xoev-de:xbau-kernmodul:codeliste:xbau-kernmodul-nachrichten", ListVersionID: "3.0"},
		reasons: xoev.Code{ListURI: "urn:xoev-de:xbau:codeliste:xbau-fehlerkennzahlen", ListVersionID: "2.2"},
		codes:   map[Code]string{S001: "", S010: "X010", S011: "X011", S020: "", S030: "", S100: "S050"},
	},
	XMeldRtS: {
		root:     xmlscan.Name{Prefix: "xmeld", Local: "administration.returntosender.0900", Space: nsXMeld},
		standard: "XMeld", version: versionXMeld,
		typ:     xoev.Code{Code: "0900"},
		reasons: xoev.Code{ListURI: "urn:de:xmeld:schluesseltabelle:ruecksendung.einer.nachricht", ListVersionID: "5"},
		codes:   map[Code]string{S001: "", S010: "X010", S011: "X011", S020: ""},
	},
	XMeldRtSSynchron: {
		root:   xmlscan.Name{Prefix: "xmeld", Local: "administration.returntosender.0910", Space: nsXMeld},
		family: xoev.FamilyXInneresG2G, familyVersion: versionBasismodul,
		standard: "XMeld", version: versionXMeld,
		typ:     xoev.Code{Code: "0910", ListURI: listXMeldNachricht, ListVersionID: versionXMeld},
		reasons: xoev.Code{ListURI: "urn:de:xmeld:schluesseltabelle:ruecksendung.einer.nachricht", ListVersionID: "5"},
		codes:   map[Code]string{S001: "", S010: "X010", S011: "X011", S020: ""},
	},
}

// FormFor returns the form by which a message is rejected asynchronously, by
// the namespace of its root. ok is false if its standard has none that is known
// here.
func FormFor(e *xoev.Envelope) (f Form, ok bool) {
	switch space := e.Root.Space; {
	case space == nsXWasser:
		return XWasser, true
	case strings.HasPrefix(space, prefixXBau):
		return XBauKernmodul, true
	case space == nsXMeld, space == nsXAuslaender, strings.HasPrefix(space, prefixXInneres):
		return XInneres, true
	}
	return 0, false
}

// reason returns the code that stands for a reason in the form's list, and
// whether it is another one: the reason itself is then worth stating.
func (k *kind) reason(c Code) (code xoev.Code, coarser bool) {
	code = k.reasons
	own, renamed := k.codes[c]
	switch {
	case !renamed:
		code.Code = string(c)
	case own == "":
		code.Code, coarser = string(S999), true
	default:
		code.Code = own
	}
	return code, coarser
}

// isRejection reports that a message rejects another one. Rejecting it in turn
// would make two programs answer each other without end (XBau-Kernmodul 1.3.0,
// prozessnachrichten.rueckweisung.G2G.1100, forbids it).
func isRejection(root string) bool {
	root = strings.ReplaceAll(strings.ToLower(root), "zurueckweisung", "") // a decision on a case
	return strings.Contains(root, "rueckweisung") || strings.Contains(root, "returntosender")
}
