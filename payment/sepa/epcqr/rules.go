package epcqr

import "github.com/bausteine/egov/xoev/finding"

var (
	ruleHeader    = finding.Rule{Code: "EPC-001", Source: "EPC069-12, service tag and identification code", Message: "not an EPC QR code: it begins with BCD, version, character set and SCT"}
	ruleVersion   = finding.Rule{Code: "EPC-002", Source: "EPC069-12, version", Message: "the version is neither 001 nor 002"}
	ruleCharset   = finding.Rule{Code: "EPC-003", Source: "EPC069-12, character set", Message: "the character set is not 1 to 8, or the text is not in it"}
	ruleLines     = finding.Rule{Code: "EPC-004", Source: "EPC069-12, element separator", Message: "wrong number of lines, mixed line ends, or a line end behind the last line"}
	ruleSize      = finding.Rule{Code: "EPC-005", Source: "EPC069-12, maximum QR version 13 at level M", Message: "the payload is too long"}
	ruleText      = finding.Rule{Code: "EPC-006", Source: "EPC069-12, AT-21, AT-05, information", Message: "the text is too short or too long, has blanks at an end or holds characters that are not seen"}
	ruleIBAN      = finding.Rule{Code: "EPC-007", Source: "EPC069-12, AT-20; ISO 13616", Message: "not an IBAN in its normal form"}
	ruleBIC       = finding.Rule{Code: "EPC-008", Source: "EPC069-12, AT-23; ISO 9362", Message: "not a BIC, or none in version 001"}
	ruleAmount    = finding.Rule{Code: "EPC-009", Source: "EPC069-12, AT-04", Message: "the amount is not EUR0.01 to EUR999999999.99 with at most two decimals"}
	rulePurpose   = finding.Rule{Code: "EPC-010", Source: "EPC069-12, AT-44", Message: "the purpose is not up to four capital letters and digits"}
	ruleReference = finding.Rule{Code: "EPC-011", Source: "EPC069-12, AT-05; ISO 11649", Message: "not a structured creditor reference in its normal form"}
	ruleBoth      = finding.Rule{Code: "EPC-012", Source: "EPC069-12, AT-05", Message: "a structured reference and a text exclude each other"}
)

// Rules returns the catalogue of this package's findings.
func Rules() []finding.Rule {
	return []finding.Rule{ruleHeader, ruleVersion, ruleCharset, ruleLines, ruleSize, ruleText, ruleIBAN, ruleBIC, ruleAmount, rulePurpose, ruleReference, ruleBoth}
}
