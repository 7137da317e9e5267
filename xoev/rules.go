package xoev

import "github.com/bausteine/egov/xoev/finding"

const (
	srcG2G       = "XÖV-Basisnachricht G2G 1.0 and 1.1"
	srcXInneres  = "XInneres, xinneres-basisnachricht.xsd 4, 5 and 7"
	srcXJustiz   = "XJustiz 3.6, Type.GDS.Nachrichtenkopf"
	srcOwn       = "xdomea 2.3 to 3.0, NkBasisType; XDatenfelder 2.0 and 3.0.0, Header; " + srcXJustiz
	srcNachricht = srcG2G + ", Nachricht.G2GType; " + srcXInneres + ", Nachricht.G2G"
	srcKopf      = srcG2G + ", Nachrichtenkopf.G2GType; " + srcXInneres + ", Nachrichtenkopf.G2G; " + srcOwn
	srcIdent     = srcG2G + ", Identifikation.NachrichtType; " + srcXInneres + ", Identifikation.Nachricht"
	srcUUID      = srcG2G + ", UUID; " + srcXInneres + ", UUID; xdomea, stringUUIDType"
	srcTypes     = srcG2G + ", Code.VerzeichnisdienstType and Code.Kommunikation.KanalType; " +
		"XInneres, Code.Praefix, Code.Behoerdenkennung and Code.Erreichbarkeit; XDatenfelder 3.0.0, Code.Datenqualitaet; " +
		"xdomea 2.3 to 3.0, NachrichtentypCodeType"
	srcValue = "XInneres up to 9, Code.Erreichbarkeit (writing); xinneres-meldeanschrift.xsd 4 and 5, Meldeanschrift.Hausnummer, " +
		"Meldeanschrift.HausnummerBuchstabeZusatzziffer and Meldeanschrift.Postleitzahl; XDatenfelder 3.0.0, Code.Datenqualitaet"
	srcXML      = "XML 1.0 (Fifth Edition), section 2.2"
	srcXMLNS    = "Namespaces in XML 1.0 (Third Edition), sections 3 and 5"
	srcHandbuch = "XÖV-Handbuch 3.0.1, NDR-11, NDR-13 and NDR-24"
	srcXSD      = "XML Schema 1.0 Part 1, section 3.4.2"
	srcCode     = "XÖV-Code 1.0 (xoev-code.xsd), Code"
	srcEmpty    = "XInneres, code list urn:de:xinneres:codeliste:fehlercodes 3, S030"
	srcLimits   = "limits of this package, ReadOptions"
)

// Rules of reading. An Error means that the header cannot be relied on:
// ReadEnvelope returns no envelope. A Warning stays in Envelope.Findings.
var (
	ruleRootAttribute = finding.Rule{Code: "ENV-001", Source: srcNachricht,
		Message: "the root element lacks a mandatory attribute"}
	ruleFamily = finding.Rule{Code: "ENV-002", Severity: finding.Warning, Source: srcNachricht,
		Message: "the first child of the root is no header of a known family; only the root was read"}
	ruleNamespace = finding.Rule{Code: "ENV-003", Source: srcKopf,
		Message: "a header element stands in the wrong namespace"}
	ruleMissing = finding.Rule{Code: "ENV-004", Source: srcKopf,
		Message: "a mandatory header element is missing"}
	ruleRepeated = finding.Rule{Code: "ENV-005", Source: srcKopf,
		Message: "a header element occurs too often"}
	ruleMisplaced = finding.Rule{Code: "ENV-006", Source: srcKopf + "; " + srcXSD + " (extensions come last)",
		Message: "a header element stands in the wrong place"}
	ruleUnexpected = finding.Rule{Code: "ENV-007", Source: srcKopf + "; " + srcCode,
		Message: "an element stands where none may be added"}
	ruleText = finding.Rule{Code: "ENV-008", Source: srcKopf,
		Message: "text stands where only elements are allowed"}
	ruleUUID = finding.Rule{Code: "ENV-009", Source: srcUUID,
		Message: "an identifier is not of the form 8-4-4-4-12 hexadecimal digits"}
	ruleTime = finding.Rule{Code: "ENV-010", Source: srcIdent + "; XML Schema 1.0 Part 2, section 3.2.7",
		Message: "erstellungszeitpunkt is not an xs:dateTime"}
	ruleTimeExact = finding.Rule{Code: "ENV-011", Severity: finding.Warning, Source: srcIdent + " (documentation of erstellungszeitpunkt)",
		Message: "erstellungszeitpunkt lacks milliseconds or the time zone"}
	ruleListVersion = finding.Rule{Code: "ENV-012", Source: srcTypes,
		Message: "a code lacks the mandatory attribute listVersionID"}
	ruleListURI = finding.Rule{Code: "ENV-013", Source: srcTypes,
		Message: "listURI or listVersionID differ from the value that the schema fixes"}
	ruleEmpty = finding.Rule{Code: "ENV-014", Severity: finding.Warning, Source: srcEmpty,
		Message: "a mandatory value is empty"}
	ruleTyp = finding.Rule{Code: "ENV-015", Severity: finding.Warning, Source: srcHandbuch,
		Message: "the code of nachrichtentyp is not the number in the name of the root element"}
	ruleLimit = finding.Rule{Code: "ENV-016", Source: srcLimits,
		Message: "the header exceeds a limit"}
	ruleAttribute = finding.Rule{Code: "ENV-017", Severity: finding.Warning, Source: srcKopf,
		Message: "a header element has an attribute that the header has no place for (also xsi:type and xsi:nil); it is not kept"}
	ruleKopfAttribute = finding.Rule{Code: "ENV-018", Source: "XInneres, Code.Behoerdenkennung; " + srcXJustiz,
		Message: "a header element lacks a mandatory attribute"}
	ruleStandard = finding.Rule{Code: "ENV-019", Severity: finding.Warning, Source: srcNachricht,
		Message: "standard or version differ from what the schema of the root's namespace fixes"}
	ruleValue = finding.Rule{Code: "ENV-020", Severity: finding.Warning, Source: srcValue,
		Message: "a value is none that its schema lists, is too long or has a character that the schema does not allow there"}
)

// Rules of writing.
var (
	ruleWriteFamily = finding.Rule{Code: "ENV-101", Source: srcKopf,
		Message: "family and version of the header are not ones that can be written, or not those of the root's namespace"}
	ruleWriteRoot = finding.Rule{Code: "ENV-102", Source: srcHandbuch + "; " + srcXMLNS,
		Message: "the root element needs an XML name and a namespace"}
	ruleWriteEmpty = finding.Rule{Code: "ENV-103", Source: srcKopf + "; " + srcEmpty,
		Message: "a mandatory value is empty"}
	ruleWriteChar = finding.Rule{Code: "ENV-104", Source: srcXML + "; DIN 91379 datatypeC and XML Schema 1.0 Part 2, section 4.3.6",
		Message: "a value holds a character that cannot be transmitted, or white space that would not survive"}
	ruleWriteUUID = finding.Rule{Code: "ENV-105", Source: srcUUID,
		Message: "an identifier is not of the form 8-4-4-4-12 hexadecimal digits"}
	ruleWriteTime = finding.Rule{Code: "ENV-106", Source: srcIdent + " (documentation of erstellungszeitpunkt)",
		Message: "erstellungszeitpunkt is not an xs:dateTime with milliseconds and time zone"}
	ruleWriteCode = finding.Rule{Code: "ENV-107", Source: srcTypes,
		Message: "a code names another list or version than the schema fixes, or has a name where none may stand"}
	ruleWriteTyp = finding.Rule{Code: "ENV-108", Source: srcHandbuch,
		Message: "the code of nachrichtentyp is not the number in the name of the root element"}
	ruleWriteNamespace = finding.Rule{Code: "ENV-109", Source: srcXMLNS,
		Message: "a namespace declaration is reserved, repeated or contradicts another"}
	ruleWriteName = finding.Rule{Code: "ENV-110", Source: srcXMLNS,
		Message: "an element or attribute needs a valid, unrepeated XML name"}
	ruleWriteXML = finding.Rule{Code: "ENV-111", Source: srcXML + "; " + srcXMLNS,
		Message: "XML that was handed over is not well formed or not complete in itself"}
	ruleWriteNesting = finding.Rule{Code: "ENV-112", Source: "XML 1.0 (Fifth Edition), section 3",
		Message: "start and end of the elements of the body do not match"}
	ruleWriteLimit = finding.Rule{Code: "ENV-113", Source: "limits of this package, WriteOptions",
		Message: "the message exceeds a limit"}
	ruleWritePlace = finding.Rule{Code: "ENV-114", Source: srcKopf,
		Message: "the header of this family has no place for a value; it would be lost"}
	ruleWriteStandard = finding.Rule{Code: "ENV-115", Source: srcNachricht,
		Message: "standard or version differ from what the schema of the root's namespace fixes"}
	ruleWriteKennung = finding.Rule{Code: "ENV-116", Source: "XInneres, Behoerdenkennung; xdomea, BehoerdenkennungType",
		Message: "kennung and behoerdenkennung contradict each other"}
	ruleWriteValue = finding.Rule{Code: "ENV-117", Source: srcValue,
		Message: "a value is none that its schema lists, is too long or has a character that the schema does not allow there"}
)

// Rules returns the catalogue of everything that this package can find, in
// order of the codes: ENV-001 and up for reading, ENV-101 and up for writing.
// The slice is the caller's own.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleRootAttribute, ruleFamily, ruleNamespace, ruleMissing, ruleRepeated, ruleMisplaced,
		ruleUnexpected, ruleText, ruleUUID, ruleTime, ruleTimeExact, ruleListVersion, ruleListURI,
		ruleEmpty, ruleTyp, ruleLimit, ruleAttribute, ruleKopfAttribute, ruleStandard, ruleValue,
		ruleWriteFamily, ruleWriteRoot, ruleWriteEmpty, ruleWriteChar, ruleWriteUUID, ruleWriteTime,
		ruleWriteCode, ruleWriteTyp, ruleWriteNamespace, ruleWriteName, ruleWriteXML, ruleWriteNesting,
		ruleWriteLimit, ruleWritePlace, ruleWriteStandard, ruleWriteKennung, ruleWriteValue,
	}
}
