package lint

import "github.com/bausteine/egov/xoev/finding"

const (
	srcNachricht = "XÖV-Basisnachricht G2G 1.0 and 1.1, Identifikation.NachrichtType"
	srcBehoerde  = "XÖV-Basisnachricht Behoerde 1.0 and 1.1, BehoerdeType, kennung"
	srcKanal     = "code list urn:de:xoev:codeliste:erreichbarkeit 1 to 4.1; XÖV-Basisnachricht Kommunikation 1.0 and 1.1, KommunikationType"
	srcFehler    = "code list urn:de:xinneres:codeliste:fehlercodes 3, "
	srcCodeType  = "XÖV-Code 1.0 (xoev-code.xsd); XÖV-Handbuch 3.0.1, NDR-4"
)

var (
	ruleTyp = finding.Rule{Code: "LINT-001", Source: "XÖV-Handbuch 3.0.1, NDR-13 and NDR-24",
		Message: "the code of nachrichtentyp is not the number in the name of the root element"}
	ruleTimeForm = finding.Rule{Code: "LINT-002", Source: srcNachricht + " (documentation of erstellungszeitpunkt)",
		Message: "erstellungszeitpunkt lacks milliseconds or the time zone"}
	ruleFuture = finding.Rule{Code: "LINT-003", Severity: finding.Warning, Source: srcNachricht + " (documentation of erstellungszeitpunkt)",
		Message: "erstellungszeitpunkt lies in the future"}
	ruleKennung = finding.Rule{Code: "LINT-004", Source: srcBehoerde,
		Message: "an identifier of the DVDV is not prefix, colon and identifier"}
	rulePrefix = finding.Rule{Code: "LINT-005", Severity: finding.Warning, Source: srcBehoerde + "; code list " + PrefixList,
		Message: "the prefix of an identifier is not in the version of the DVDV's list that this library knows"}
	rulePrefixGiven = finding.Rule{Code: "LINT-006", Source: srcBehoerde + "; the caller's version of the code list dvdv.praefix",
		Message: "the prefix of an identifier is not in the list of the DVDV"}
	ruleEmpty = finding.Rule{Code: "LINT-007", Source: srcFehler + "S030",
		Message: "a mandatory value is empty"}
	ruleEmptyCode = finding.Rule{Code: "LINT-008", Source: srcFehler + "S011; " + srcCodeType,
		Message: "a code is empty"}
	ruleEmptyVersion = finding.Rule{Code: "LINT-009", Source: srcFehler + "S010; " + srcCodeType,
		Message: "the version of a code list is empty"}
	ruleNoVersion = finding.Rule{Code: "LINT-010", Source: srcCodeType,
		Message: "a code does not name the version of its list, which its type demands"}
	ruleOtherList = finding.Rule{Code: "LINT-011", Source: srcFehler + "S010; " + srcCodeType,
		Message: "a code names another list, or another version of it, than its type fixes"}
	ruleNamespace = finding.Rule{Code: "LINT-012", Source: "XÖV-Basisnachricht G2G 1.0 and 1.1, Nachrichtenkopf.G2GType; XÖV-Handbuch 3.0.1, NDR-31",
		Message: "the header or an element of it stands in the wrong namespace"}
	ruleChannel = finding.Rule{Code: "LINT-013", Source: srcFehler + "S011; " + srcKanal,
		Message: "the channel of communication is not in the version of the list that the message names"}
	ruleContact = finding.Rule{Code: "LINT-014", Severity: finding.Warning, Source: srcKanal,
		Message: "the number or address does not fit its channel of communication"}
	ruleDuplicate = finding.Rule{Code: "LINT-015", Source: srcNachricht + " (documentation of nachrichtenUUID)",
		Message: "another message came in with this nachrichtenUUID before"}
	ruleRepeat = finding.Rule{Code: "LINT-016", Severity: finding.Warning, Source: srcFehler + "S100; " + srcNachricht + " (documentation of nachrichtenUUID)",
		Message: "the same message came in before"}
	ruleTest = finding.Rule{Code: "LINT-017", Severity: finding.Warning, Source: "XÖV-Basisnachricht G2G 1.0 and 1.1, Nachricht.G2GType (documentation of test)",
		Message: "its author calls this a test message"}
	ruleTestInProduction = finding.Rule{Code: "LINT-018", Source: "XÖV-Basisnachricht G2G 1.0 and 1.1, Nachricht.G2GType (documentation of test)",
		Message: "a test message must not be processed in production"}
	ruleVersion = finding.Rule{Code: "LINT-019", Source: srcFehler + "V000",
		Message: "the standard or its version is not supported here"}
)

// Rules returns the catalogue of what this package finds itself, in order of
// the codes. A report also holds findings of packages xmlscan (XML-…), xoev
// (ENV-…) and codelist. The slice is the caller's own.
func Rules() []finding.Rule {
	return []finding.Rule{ruleTyp, ruleTimeForm, ruleFuture, ruleKennung, rulePrefix, rulePrefixGiven, ruleEmpty, ruleEmptyCode,
		ruleEmptyVersion, ruleNoVersion, ruleOtherList, ruleNamespace, ruleChannel, ruleContact, ruleDuplicate, ruleRepeat,
		ruleTest, ruleTestInProduction, ruleVersion}
}

// ours is the rule that takes over what reading the envelope noticed, because
// it weighs more here or has its own place in the catalogue.
func ours(f finding.Finding) (finding.Rule, bool) {
	switch f.Code {
	case "ENV-003":
		return ruleNamespace, true
	case "ENV-011":
		return ruleTimeForm, true
	case "ENV-012":
		return ruleNoVersion, true
	case "ENV-013":
		return ruleOtherList, true
	case "ENV-014":
		return emptyRule(f), true
	case "ENV-015":
		return ruleTyp, true
	}
	return finding.Rule{}, false
}
