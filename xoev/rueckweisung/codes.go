package rueckweisung

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// Code is a reason for rejection: a code of the list
// urn:de:xinneres:codeliste:fehlercodes, version 3.
type Code string

// The reasons of XInneres. T is about transport and trust, X about XML, V about
// versions, S about the rest of the specification.
const (
	S001 Code = "S001" // not encoded in UTF-8
	S010 Code = "S010" // a code list that is not valid here
	S011 Code = "S011" // a code that is not in its list
	S020 Code = "S020" // single cases of a collective message are faulty
	S030 Code = "S030" // a mandatory text is empty
	S100 Code = "S100" // delivered again although it was processed
	S999 Code = "S999" // other reasons; needs an explanation
	T000 Code = "T000" // certificate expired
	T001 Code = "T001" // certificate revoked
	T002 Code = "T002" // certificate not valid
	T003 Code = "T003" // certificate missing
	T010 Code = "T010" // signature missing or not of the level demanded
	T011 Code = "T011" // signature not valid
	T020 Code = "T020" // cannot be decrypted
	T070 Code = "T070" // the sender may not use this service
	T080 Code = "T080" // delivered to the wrong reader
	T099 Code = "T099" // other breaches of the transport profile
	V000 Code = "V000" // version not supported
	X000 Code = "X000" // not well-formed
	X001 Code = "X001" // not valid by its schema
)

// priority is the order of reasons: in that in which a receiver comes to them.
// What cannot be decrypted has no signature to check, what is not well-formed
// no version, what is of an unknown version no schema.
var priority = [...]Code{T020, T003, T000, T001, T002, T010, T011, T070, T080, T099,
	S001, X000, V000, X001, S100, S010, S011, S030, S020, S999}

// byFinding maps findings whose code alone tells the reason.
var byFinding = map[string]Code{
	// LINT-015 is S999: S100 would tell the author of another message with a
	// known UUID that it was processed.

	"XML-005": S001, "XML-007": S001,
	"XML-009": S999, "XML-010": S999, "XML-035": S999, // well-formed, and refused all the same
	"XML-040": S999, "XML-041": S999, "XML-042": S999, "XML-043": S999, "XML-044": S999, "XML-045": S999, "XML-046": S999,
	"XML-050": X001, "XML-051": S999,

	"ENV-011": S999, "ENV-013": S010, "ENV-014": S030, "ENV-015": S999, "ENV-016": S999,

	"LINT-005": S011, "LINT-006": S011, "LINT-007": S030, "LINT-008": S011, "LINT-009": S010, "LINT-010": X001,
	"LINT-011": S010, "LINT-012": X001, "LINT-013": S011, "LINT-016": S100, "LINT-019": V000,

	"COD-001": S011, "COD-002": S010, "COD-003": S010, "COD-007": S011, "COD-008": S999, "COD-009": S010, "COD-010": S010,
	"COD-011": S011, "COD-012": S011, "COD-013": S010, "COD-018": S999,

	"SAM-010": X001, "SAM-011": X001, "SAM-012": X001, "SAM-013": X001, "SAM-014": X001,

	"LATIN-001": S001,

	"SIG-001": T010, "SIG-017": T010, "SIG-018": T010, "SIG-019": T010, "SIG-030": T010, "SIG-042": T010, "SIG-043": T010,
	"SIG-044": T010, "SIG-045": T010, "SIG-051": T010, "SIG-052": T010,
	"SIG-022": T002, "SIG-023": T002, "SIG-024": T002, "SIG-025": T000, "SIG-026": T002, "SIG-027": T002, "SIG-028": T002,
	"SIG-029": T002, "SIG-053": T003, "SIG-055": T001, "SIG-056": T002,
}

// byPackage maps the findings of a package that are not in byFinding.
var byPackage = map[string]Code{
	"XML": X000, "ENV": X001, "COD": X001, "SIG": T011, "XSD": X001, "LATIN": X001, "ENC": T020,
}

// CodeOf returns the reason that a finding is. Findings of packages xmlscan,
// xoev, lint, codelist, sammelnachricht, latin, signature and encryption are
// known; a finding whose code is one of XInneres stands for itself; all others
// are S999.
func CodeOf(f finding.Finding) Code {
	if code, ok := byFinding[f.Code]; ok {
		return code
	}
	if slices.Contains(priority[:], Code(f.Code)) {
		return Code(f.Code)
	}
	family, _, _ := strings.Cut(f.Code, "-")
	if code, ok := byPackage[family]; ok {
		return code
	}
	return S999
}

// Grund is a reason with what was found.
type Grund struct {
	Code     Code
	Findings []finding.Finding
}

// Gruende returns the reasons for rejection that findings are: each code once,
// the one that a receiver comes to first before the others, with its findings
// in the order given. Warnings are no reason. A caller who rejects for a warning
// raises it to an error first.
func Gruende(findings []finding.Finding) []Grund {
	var all []Grund
	for _, f := range findings {
		if f.Severity != finding.Error {
			continue
		}
		code := CodeOf(f)
		i := slices.IndexFunc(all, func(g Grund) bool { return g.Code == code })
		if i < 0 {
			i = len(all)
			all = append(all, Grund{Code: code})
		}
		all[i].Findings = append(all[i].Findings, f)
	}
	slices.SortStableFunc(all, func(a, b Grund) int {
		return slices.Index(priority[:], a.Code) - slices.Index(priority[:], b.Code)
	})
	return all
}
