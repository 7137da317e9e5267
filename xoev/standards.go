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
	xinneres26          = "7" // version of the schema basisnachricht of XInneres 26.11
	xjustizBefore36     = "3.0"
	xjustizFrom36       = "3.6"
	xdomea40            = "4.0.0"
	xdatenfelder2       = "2.0"
	xdatenfelder3       = "3.0.0"
	datenqualitaetTest  = "TEST"
	partnerWithoutCode  = "sonstige"
	prefixXBauKernmodul = "http://www.xleitstelle.de/xbau/kernmodul/"
)

// knownStandards is never changed. Each entry is in a published schema, or in
// a published message where that is said. Names and versions are those that the
// schema fixes for the attributes of the root, else those of its appinfo.
var knownStandards = Standards{
	{"https://www.xleitstelle.de/xbeteiligung/12", "XBeteiligung", "1.2", "", FamilyQualified, Basisnachricht11},
	{"https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0", "XWasser", "1.0.0", "", FamilyUnqualified, Basisnachricht11},

	{"http://www.xleitstelle.de/xbau/2/6", "XBau-Hochbau", "2.6", kennungXBau, FamilyUnqualified, Basisnachricht11},
	{"http://www.xleitstelle.de/xbau/schema/2/1/", "XBau", "2.1", kennungXBau, FamilyXInneres, "4"},
	{prefixXBauKernmodul + "1/3/0", standardXBauKern, "1.3.0", kennungXBauKern, FamilyUnqualified, Basisnachricht11},
	{prefixXBauKernmodul + "1/2/1", standardXBauKern, "1.2.1", kennungXBauKern, FamilyUnqualified, Basisnachricht11},
	{prefixXBauKernmodul + "1/1", standardXBauKern, "1.1", kennungXBauKern, FamilyXInneres, "5"},
	{prefixXBauKernmodul + "1/0", standardXBauKern, "1.0", kennungXBauKern, FamilyXInneres, "4"},

	{"http://www.osci.de/xmeld2611", "XMeld", "26.11", kennungXMeld, FamilyXInneresG2G, xinneres26},
	{"http://www.osci.de/xmeld2511a", "XMeld", "25.11a", kennungXMeld, FamilyXInneresG2G, xinneres26},
	{"http://www.osci.de/xauslaender2611", "XAusländer", "26.11", kennungXAuslaender, FamilyXInneresG2G, xinneres26},
	{"http://www.osci.de/xinneres/rueckweisung/6", "XInneres-Rueckweisung", "6", kennungXInneres, FamilyXInneresG2G, xinneres26},
	{"http://www.osci.de/xinneres/quittung/5", "XInneres-QuittungVonSachverhalten", "5", kennungXInneres, FamilyXInneresG2G, xinneres26},
	{"http://www.osci.de/xinneres/weiterleitung/7", "XInneres-Weiterleitung", "7", kennungXInneres, FamilyXInneresG2G, xinneres26},

	// from published messages, no schema
	{"http://www.xgewerbeanzeige.de/spezifikation/2.0", standardXGewerbe, "2.0", "", FamilyXInneresQualified, ""},
	{"http://www.xgewerbeanzeige.de/spezifikation/2.1", standardXGewerbe, "2.1", "", FamilyXInneresQualified, ""},
	{"http://www.xgewerbeanzeige.de/spezifikation/2.2", standardXGewerbe, "2.2", "", FamilyXInneresQualified, ""},

	{"urn:xoev-de:xdomea:schema:2.3.0", standardXdomea, "2.3.0", kennungXdomea, FamilyXdomea, "2.3.0"},
	{"urn:xoev-de:xdomea:schema:2.4.0", standardXdomea, "2.4.0", kennungXdomea, FamilyXdomea, "2.4.0"},
	{"urn:xoev-de:xdomea:schema:3.0.0", standardXdomea, "3.0.0", kennungXdomea, FamilyXdomea, "3.0.0"},
	{"urn:xoev-de:xdomea:schema:4.0.0", standardXdomea, xdomea40, kennungXdomea, FamilyXdomea, xdomea40}, // from a published message

	{"urn:xoev-de:fim:standard:xdatenfelder_2", standardXDatenf, xdatenfelder2, kennungXDatenfelder, FamilyXDatenfelder, xdatenfelder2},
	{"urn:xoev-de:fim:standard:xdatenfelder_3.0.0", standardXDatenf, xdatenfelder3, kennungXDatenfelder, FamilyXDatenfelder, xdatenfelder3},

	// from programs that read or write them, no schema
	{"http://xoev.de/schemata/xzufi/2_1_0", standardXZuFi, "2.1.0", "", FamilyXZuFi, ""},
	{"http://xoev.de/schemata/xzufi/2_2_0", standardXZuFi, "2.2.0", "", FamilyXZuFi, ""},
	{"http://www.xjustiz.de", standardXJustiz, "", "", FamilyXJustiz, ""},
}
