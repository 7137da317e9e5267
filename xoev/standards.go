package xoev

const (
	kennungXBau         = "urn:xoev-de:bmk:standard:xbau"
	kennungXBauKern     = "urn:xoev-de:bmk:standard:xbau-kernmodul"
	kennungXDatenfelder = "urn:xoev-de:fim:standard:xdatenfelder"
	kennungXdomea       = "urn:xoev-de:xdomea:kosit:standard:xdomea"
	kennungXInneres     = "urn:xoev-de:kosit:standard:xinneres.basismodul"
	kennungXMeld        = "urn:xoev-de:kosit:standard:xinneres.xmeld"
	kennungXAuslaender  = "urn:xoev-de:kosit:standard:xinneres.xauslaender"
	standardXBauKern    = "XBau-Kernmodul"
	standardXGewerbe    = "XGewerbeanzeige"
	standardXdomea      = "xdomea"
	standardXDatenf     = "XDatenfelder"
	standardXZuFi       = "XZuFi"
	standardXJustiz     = "XJustiz"
	xinneres7           = "4" // version of the schema basisnachricht of XInneres 7
	xinneres26          = "7" // version of the schema basisnachricht of XInneres 26.11
	xjustizBefore36     = "3.0"
	xjustizFrom36       = "3.6"
	xdomea40            = "4.0.0"
	xdatenfelder2       = "2.0"
	xdatenfelder3       = "3.0.0"
	datenqualitaetTest  = "TEST"
	datenqualitaetProd  = "PROD"
	prefixXdomea        = "urn:xoev-de:xdomea:schema:"
	partnerWithoutCode  = "sonstige"
	prefixXBauKernmodul = "http://www.xleitstelle.de/xbau/kernmodul/"
	kennungXBeteiligung = "urn:xoev-de:xleitstelle:standard:xbeteiligung"
	kennungXWasser      = "urn:xoev-de:lgl:standard:xwasser"
	standardXBau        = "XBau"
)

// knownStandards is never changed. Each namespace is that of a published
// schema, or of a published message or program where that is said. Names and
// versions are those that the schema fixes for the attributes of the root, else
// those of its appinfo. Where messages of one namespace have several headers
// (XBau 2.2 has one in its own namespace) the family is left open.
var knownStandards = Standards{
	{"https://www.xleitstelle.de/xbeteiligung/12", "XBeteiligung", "1.2", kennungXBeteiligung, FamilyQualified, Basisnachricht11, true},
	{"https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0", "XWasser", "1.0.0", kennungXWasser, FamilyUnqualified, Basisnachricht11, false},

	{"http://www.xleitstelle.de/xbau/2/6", "XBau-Hochbau", "2.6", kennungXBau, FamilyUnqualified, Basisnachricht11, false},
	{"http://www.xleitstelle.de/xbau/2/5", standardXBau, "2.5", kennungXBau, FamilyUnknown, "", true},
	{"http://www.xleitstelle.de/xbau/2/4", standardXBau, "2.4", kennungXBau, FamilyUnknown, "", true},
	{"http://www.xleitstelle.de/xbau/2/3/1", standardXBau, "2.3.1", kennungXBau, FamilyUnknown, "", true},
	{"http://www.xleitstelle.de/xbau/2/2", standardXBau, "2.2", kennungXBau, FamilyUnknown, "", true},
	{"http://www.xleitstelle.de/xbau/schema/2/1/", standardXBau, "2.1", kennungXBau, FamilyUnknown, "", true},
	{"http://www.is-argebau.de/xbau/2", standardXBau, "2.0", kennungXBau, FamilyUnknown, "", true},
	{prefixXBauKernmodul + "1/3/0", standardXBauKern, "1.3.0", kennungXBauKern, FamilyUnqualified, Basisnachricht11, false},
	{prefixXBauKernmodul + "1/2/2", standardXBauKern, "1.2.2", kennungXBauKern, FamilyUnknown, "", true},
	{prefixXBauKernmodul + "1/2/1", standardXBauKern, "1.2.1", kennungXBauKern, FamilyUnqualified, Basisnachricht11, false},
	{prefixXBauKernmodul + "1/2", standardXBauKern, "1.2", kennungXBauKern, FamilyUnknown, "", true},
	{prefixXBauKernmodul + "1/1", standardXBauKern, "1.1", kennungXBauKern, FamilyXInneres, "5", false},
	{prefixXBauKernmodul + "1/0", standardXBauKern, "1.0", kennungXBauKern, FamilyXInneres, "4", true},

	{"http://www.osci.de/xmeld2611", "XMeld", "26.11", kennungXMeld, FamilyXInneresG2G, xinneres26, false},
	{"http://www.osci.de/xmeld2511a", "XMeld", "25.11a", kennungXMeld, FamilyXInneresG2G, xinneres26, true}, // from a program
	{"http://www.osci.de/xauslaender2611", "XAusländer", "26.11", kennungXAuslaender, FamilyXInneresG2G, xinneres26, false},
	{"http://www.osci.de/xinneres/rueckweisung/6", "XInneres-Rueckweisung", "6", kennungXInneres, FamilyXInneresG2G, xinneres26, false},
	{"http://www.osci.de/xinneres/quittung/5", "XInneres-QuittungVonSachverhalten", "5", kennungXInneres, FamilyXInneresG2G, xinneres26, false},
	{"http://www.osci.de/xinneres/weiterleitung/7", "XInneres-Weiterleitung", "7", kennungXInneres, FamilyXInneresG2G, xinneres26, false},

	// from published messages
	{"http://www.xgewerbeanzeige.de/spezifikation/2.0", standardXGewerbe, "2.0", "", FamilyXInneresQualified, "", true},
	{"http://www.xgewerbeanzeige.de/spezifikation/2.1", standardXGewerbe, "2.1", "", FamilyXInneresQualified, "", true},
	{"http://www.xgewerbeanzeige.de/spezifikation/2.2", standardXGewerbe, "2.2", "", FamilyXInneresQualified, "", true},
	{"http://www.destatis.de/schema/datml-raw/2.0/de", "DatML/RAW-D", "2.0", "", FamilyUnknown, "", true}, // XGewerbeanzeige 1.3

	{"urn:xoev-de:xdomea:schema:2.3.0", standardXdomea, "2.3.0", kennungXdomea, FamilyXdomea, "2.3.0", false},
	{"urn:xoev-de:xdomea:schema:2.4.0", standardXdomea, "2.4.0", kennungXdomea, FamilyXdomea, "2.4.0", false},
	{"urn:xoev-de:xdomea:schema:3.0.0", standardXdomea, "3.0.0", kennungXdomea, FamilyXdomea, "3.0.0", false},
	{"urn:xoev-de:xdomea:schema:4.0.0", standardXdomea, xdomea40, kennungXdomea, FamilyXdomea, xdomea40, true}, // from a message

	{"urn:xoev-de:fim:standard:xdatenfelder_1", standardXDatenf, "1.0", kennungXDatenfelder, FamilyUnknown, "", true}, // from a message
	{"urn:xoev-de:fim:standard:xdatenfelder_2", standardXDatenf, xdatenfelder2, kennungXDatenfelder, FamilyXDatenfelder, xdatenfelder2, false},
	{"urn:xoev-de:fim:standard:xdatenfelder_3.0.0", standardXDatenf, xdatenfelder3, kennungXDatenfelder, FamilyXDatenfelder, xdatenfelder3, false},

	// from programs that read or write them
	{"http://xoev.de/schemata/xzufi/2_1_0", standardXZuFi, "2.1.0", "", FamilyXZuFi, "", true},
	{"http://xoev.de/schemata/xzufi/2_2_0", standardXZuFi, "2.2.0", "", FamilyXZuFi, "", true},
	{"http://www.xjustiz.de", standardXJustiz, "", "", FamilyXJustiz, "", true},
}
