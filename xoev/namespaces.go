package xoev

// Namespaces of the XÖV-Basisnachricht, qualified flavour: every element of
// the header stands in one of these three, and all three have the same
// version. Source: XÖV-Bibliothek, xoev-basisnachricht-g2g.xsd (1.0) and
// xoev-basisnachricht-g2g_1.1.xsd (1.1) with the files that they import.
const (
	NSG2G10           = "http://xoev.de/schemata/basisnachricht/g2g/1_0"
	NSBehoerde10      = "http://xoev.de/schemata/basisnachricht/behoerde/1_0"
	NSKommunikation10 = "http://xoev.de/schemata/basisnachricht/kommunikation/1_0"
	NSG2G11           = "http://xoev.de/schemata/basisnachricht/g2g/1_1"
	NSBehoerde11      = "http://xoev.de/schemata/basisnachricht/behoerde/1_1"
	NSKommunikation11 = "http://xoev.de/schemata/basisnachricht/kommunikation/1_1"
)

// Versions of the XÖV-Basisnachricht. 1.0 builds on datatypeC of DIN SPEC
// 91379:2019-03, 1.1 on datatypeC of DIN 91379:2022-08; nothing else differs.
const (
	Basisnachricht10 = "1.0"
	Basisnachricht11 = "1.1"
)

// Code lists that the XÖV-Basisnachricht itself fixes. Both are used as code
// type 3: the list is fixed, the version travels in listVersionID.
const (
	// ListVerzeichnisdienst names directories of authorities ("DVDV").
	ListVerzeichnisdienst = "urn:xoev-de:kosit:codeliste:verzeichnisdienst"
	// ListErreichbarkeit names channels of communication (telephone, e-mail).
	ListErreichbarkeit = "urn:de:xoev:codeliste:erreichbarkeit"
)

const (
	nsBasisnachrichtPrefix = "http://xoev.de/schemata/basisnachricht/"
	nsXSI                  = "http://www.w3.org/2001/XMLSchema-instance"
	nsXML                  = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS                = "http://www.w3.org/2000/xmlns/"
)
