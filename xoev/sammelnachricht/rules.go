package sammelnachricht

import "github.com/bausteine/egov/xoev/finding"

const (
	srcLimits = "limits of this package, Options"
	srcShape  = "XÖV-Handbuch 3.0.1, NDR-24; the Selector of the caller"
	srcBase64 = "XML Schema 1.0 Part 2 (Second Edition), section 3.2.16"
)

var (
	ruleRecordBytes = finding.Rule{Code: "SAM-001", Source: srcLimits,
		Message: "a record is longer than allowed"}
	ruleRecords = finding.Rule{Code: "SAM-002", Source: srcLimits,
		Message: "the message has more records than allowed"}
	ruleBeside = finding.Rule{Code: "SAM-003", Severity: finding.Warning, Source: srcShape,
		Message: "an element stands beside the records; it was read over"}
	ruleText = finding.Rule{Code: "SAM-004", Severity: finding.Warning, Source: srcShape,
		Message: "text stands between the records; it was read over"}
	ruleNone = finding.Rule{Code: "SAM-005", Source: srcShape,
		Message: "the message has no record"}
	ruleDecode = finding.Rule{Code: "SAM-006", Source: "the Go type of the caller",
		Message: "the content does not fit into the Go type"}

	ruleAlphabet = finding.Rule{Code: "SAM-010", Source: srcBase64,
		Message: "base64 content holds a character that is neither base64 nor white space"}
	rulePadding = finding.Rule{Code: "SAM-011", Source: srcBase64,
		Message: "base64 content ends inside a group of four, or its padding is in the wrong place"}
	ruleAfterPadding = finding.Rule{Code: "SAM-012", Source: srcBase64,
		Message: "base64 content goes on after its padding"}
	ruleTrailingBits = finding.Rule{Code: "SAM-013", Source: srcBase64,
		Message: "the unused bits of the last base64 character are not zero"}
	ruleChild = finding.Rule{Code: "SAM-014", Source: "XML Schema 1.0 Part 1, section 3.4.4 (simple content)",
		Message: "an element that must hold text only has a child element"}
	ruleLength = finding.Rule{Code: "SAM-015", Source: "the limit that the caller gave",
		Message: "the content of an element is longer than allowed"}
)

// Rules returns the catalogue of everything that this package can find beside
// what packages xoev (header), xmlscan (XML) and latin (characters) find, in
// order of the codes.
// The slice is the caller's own.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleRecordBytes, ruleRecords, ruleBeside, ruleText, ruleNone, ruleDecode,
		ruleAlphabet, rulePadding, ruleAfterPadding, ruleTrailingBits, ruleChild, ruleLength,
	}
}
