package xdatenfelder

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// rule is a rule in both versions, or in one if only is set.
type rule struct {
	number   string
	severity finding.Severity
	source   string // section of the schema, or a whole source if it has a space
	message  string
	only     Version
	written  bool // can only be broken by a message that is to be written
}

// in returns the rule for a version.
func (r *rule) in(v Version) finding.Rule {
	source := r.source
	if !strings.Contains(source, " ") {
		source = "XDatenfelder " + v.String() + ", xdatenfelder-baukasten.xsd, " + source
	}
	return finding.Rule{Code: "XDF" + string('0'+rune(v)) + "-" + r.number, Severity: r.severity, Source: source, Message: r.message}
}

// Rules of the root, before the version is known.
var (
	ruleRoot = finding.Rule{Code: "XDF-001", Source: "XDatenfelder 2.0 and 3.0.0, xdatenfelder.xsd",
		Message: "the root element is not in a namespace of XDatenfelder"}
	ruleReadOnly = finding.Rule{Code: "XDF-004", Source: "package xdatenfelder, Write",
		Message: "the message is in no version of XDatenfelder that this package writes"}
	ruleOneObject = finding.Rule{Code: "XDF-005", Source: "XDatenfelder 2.0 and 3.0.0, xdatenfelder.xsd",
		Message: "a message to be written does not have exactly one object"}
	ruleNoConversion = finding.Rule{Code: "XDF-006", Source: "package xdatenfelder, Convert",
		Message: "the message cannot be converted: it is in the version asked for, or in none of XDatenfelder 2 and 3, or it is a code list"}
	ruleVersion = finding.Rule{Code: "XDF-002", Source: "package xdatenfelder, Read",
		Message: "the root element is in the namespace of a version of XDatenfelder that this package does not read"}
	ruleMessage = finding.Rule{Code: "XDF-003", Source: "XDatenfelder 2.0 and 3.0.0, xdatenfelder.xsd",
		Message: "the root element is no message of XDatenfelder that this package reads"}
)

const (
	srcNorm1  = "XML Schema 1.0 Part 1, section 3.4.4"
	srcNorm2  = "XML Schema 1.0 Part 1, section 3.2.6 (attributes of xsi)"
	srcModel  = "XDatenfelder, identification of elements by id and version; package xdatenfelder, Read"
	srcLimits = "limits of this package, Options"
)

// Rules of what lies below the root.
var (
	ruleNamespace = &rule{number: "010", source: srcNorm1 + " (elementFormDefault)",
		message: "an element stands in the wrong namespace; only the child code of codes is in none"}
	ruleUnknown = &rule{number: "011", source: srcNorm1,
		message: "the schema does not know an element of this name here"}
	ruleOrder = &rule{number: "012", source: srcNorm1,
		message: "an element stands in the wrong order"}
	ruleTwice = &rule{number: "013", source: srcNorm1,
		message: "an element stands too often"}
	ruleMissing = &rule{number: "014", source: srcNorm1,
		message: "a mandatory element is missing"}
	ruleText = &rule{number: "015", source: srcNorm1,
		message: "text stands where only elements are allowed"}
	ruleChild = &rule{number: "016", source: srcNorm1,
		message: "an element stands where only text is allowed"}
	ruleAttribute = &rule{number: "017", source: srcNorm2,
		message: "an element has an attribute that it may not have"}
	ruleAttributeMissing = &rule{number: "018", source: srcNorm1,
		message: "a mandatory attribute is missing", only: XDF3}
	ruleValue = &rule{number: "020", source: "XML Schema 1.0 Part 2, sections 3 and 4.3",
		message: "a value does not have its type"}
	ruleCode = &rule{number: "021", source: "XML Schema 1.0 Part 2, section 4.3.5",
		message: "a code is none of those that the schema lists"}
	ruleList = &rule{number: "022", source: "XÖV-Code 1.0 (xoev-code.xsd); XÖV-Handbuch 3.0.1, NDR-4",
		message: "listURI or listVersionID is not the value that the schema fixes"}
	ruleLatin = &rule{number: "023", source: "String.Latin 1.1.1 (latinchars.xsd)",
		message: "a text has a character or sequence outside of String.Latin"}
	ruleDiffers = &rule{number: "030", source: srcModel,
		message: "an element has the id and version of an earlier one and differs from it"}
	ruleCycle = &rule{number: "031", source: srcModel,
		message: "an element stands within an element of the same id and version"}
	ruleNoID = &rule{number: "032", source: srcModel,
		message: "an element's id is empty"}
	ruleLimit = &rule{number: "040", source: srcLimits,
		message: "the document exceeds a limit"}
	ruleCannotHold = &rule{number: "050", source: srcNorm1 + " (package xdatenfelder, Write)",
		message: "the version has no place for a value", written: true}
	ruleContradiction = &rule{number: "051", source: "XDatenfelder 2.0, xdatenfelder-baukasten.xsd, Datenfeld, praezisierung",
		message: "the text of the praezisierung does not say what its limits say", only: XDF2, written: true}
	ruleNotJSON = &rule{number: "101", severity: finding.Warning, source: "XDatenfelder 2.0, xdatenfelder-baukasten.xsd, Datenfeld, praezisierung",
		message: "the praezisierung is not a JSON object with the known limits; it is kept as text", only: XDF2}
	ruleAnyCharacter = &rule{number: "102", severity: finding.Warning, source: "String.Latin 1.1.1 (latinchars.xsd); Options.AllowAnyCharacter",
		message: "a text has a character or sequence outside of String.Latin, which is allowed here"}
)

var rules = []*rule{
	ruleNamespace, ruleUnknown, ruleOrder, ruleTwice, ruleMissing, ruleText, ruleChild, ruleAttribute, ruleAttributeMissing,
	ruleValue, ruleCode, ruleList, ruleLatin, ruleDiffers, ruleCycle, ruleNoID, ruleLimit, ruleCannotHold, ruleContradiction, ruleNotJSON, ruleAnyCharacter,
}

// Rules returns the catalogue: every rule that a finding of this package can
// name (apart from XML-… of the scanner and GC-… of code lists), by code. The
// slice is the caller's.
func Rules() []finding.Rule {
	list := []finding.Rule{ruleRoot, ruleVersion, ruleMessage, ruleReadOnly, ruleOneObject, ruleNoConversion}
	for _, v := range []Version{XDF1, XDF2, XDF3} {
		for _, r := range rules {
			if (r.only == 0 || r.only == v) && !(r.written && v == XDF1) {
				list = append(list, r.in(v))
			}
		}
	}
	for _, q := range qualityRules {
		list = append(list, q.rule())
	}
	slices.SortFunc(list, func(a, b finding.Rule) int { return strings.Compare(a.Code, b.Code) })
	return list
}
