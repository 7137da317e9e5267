package datenschema

import (
	"slices"
	"strconv"

	"github.com/bausteine/egov/forms/fim/internal/strictjson"
	"github.com/bausteine/egov/xoev/finding"
)

const (
	sourceXFall = "FIM-XSLT, XDF3_2_XFall 1.01"
	sourceXDF   = "XDatenfelder 3.0.0"
	sourceXSD   = "XML Schema Part 2"
)

// The rules of a document.
var (
	ruleRoot      = rule("DAT-001", sourceXFall, "the root element is not the one of this schema and version, in its namespace")
	ruleUnknown   = rule("DAT-002", sourceXFall, "the schema has no such element here")
	ruleOrder     = rule("DAT-003", sourceXFall, "the element stands behind others that it must precede")
	ruleTooMany   = rule("DAT-004", sourceXDF+", anzahl", "the element occurs too often")
	ruleMissing   = rule("DAT-005", sourceXDF+", anzahl", "the element is missing or does not occur often enough")
	ruleChoice    = rule("DAT-006", sourceXDF+", gruppenart X", "only one of these elements may occur")
	ruleNoChoice  = rule("DAT-007", sourceXDF+", gruppenart X", "one of these elements must occur")
	ruleText      = rule("DAT-008", sourceXFall, "text stands where only elements may stand")
	ruleElement   = rule("DAT-009", sourceXFall, "an element stands where only text may stand")
	ruleAttribute = rule("DAT-010", sourceXFall, "the attribute is not one of FIM data")
	ruleLong      = rule("DAT-011", "this library", "the value is longer than the limit of the check")
	ruleType      = rule("DAT-020", sourceXDF+", datentyp", "the value is not one of this type")
	ruleMinLength = rule("DAT-021", sourceXDF+", praezisierung", "the value is too short")
	ruleMaxLength = rule("DAT-022", sourceXDF+", praezisierung", "the value is too long")
	ruleMinValue  = rule("DAT-023", sourceXDF+", praezisierung", "the value is too small or too early")
	ruleMaxValue  = rule("DAT-024", sourceXDF+", praezisierung", "the value is too big or too late")
	rulePattern   = rule("DAT-025", sourceXDF+", praezisierung", "the value does not match the pattern")
	ruleCode      = rule("DAT-026", sourceXDF+", werte, codelisteReferenz", "the code is not in the list")
	ruleJSONType  = rule("DAT-030", "FIM-XSLT, XDF3_2_JSON 0.02", "the value has another type of JSON")
	ruleChars     = rule("DAT-031", "XML 1.0, section 2.2", "the text holds a character that XML does not allow")
)

// The rules of a schema. Warnings: the generated schemas check less than the
// data schema says.
var (
	noteNoList     = note("DAT-101", sourceXDF+", codelisteReferenz", "the code list is not at hand: any text is accepted")
	notePattern    = note("DAT-102", sourceXSD+", appendix F", "the pattern is no regular expression that XML Schema, JSON Schema and Go have in common: left out")
	noteProse      = note("DAT-103", sourceXSD+", appendix F", "the pattern has ordinary characters only, so it is prose: left out")
	noteMended     = note("DAT-104", sourceXSD+", appendix F", "the pattern is written in another dialect and was rewritten")
	noteText       = note("DAT-105", sourceXDF+", praezisierung", "the praezisierung is free text: left out")
	noteLength     = note("DAT-106", sourceXDF+", praezisierung", "the limit of length does not fit the type, or the least exceeds the most: left out")
	noteRange      = note("DAT-107", sourceXDF+", praezisierung", "the limit of values does not fit the type or is none of its values, or the least exceeds the most: left out")
	noteFile       = note("DAT-108", sourceXDF+", maxSize, mediaType", "size and media types of a file are not checked: its content is any text")
	noteJSONRange  = note("DAT-109", "JSON Schema Validation 2020-12, section 6.2", "JSON Schema has no limits for times: left out there")
	noteJSONNumber = note("DAT-110", "JSON Schema Validation 2020-12, section 6.3", "JSON Schema has no pattern for numbers: left out there")
	noteEmpty      = note("DAT-111", sourceXDF+", codelisteReferenz", "the code list has no codes: any text is accepted")
	noteBoolCode   = note("DAT-112", sourceXDF+", feldart", "a list of codes makes the values text, whatever their type")

	ruleName  = rule("DAT-120", "Namespaces in XML 1.0, section 4", "id and version are not the name of an element")
	ruleTwice = rule("DAT-121", sourceXDF+", struktur", "the element stands twice in its group, or has the name of another one")
	ruleRange = rule("DAT-122", sourceXDF+", anzahl", "the least number exceeds the most")
	ruleDeep  = rule("DAT-123", sourceXDF+", struktur", "the groups are nested too deep, or in themselves")
)

func rule(code, source, message string) finding.Rule {
	return finding.Rule{Code: code, Source: source, Message: message}
}

func note(code, source, message string) finding.Rule {
	return finding.Rule{Code: code, Source: source, Message: message, Severity: finding.Warning}
}

// Rules returns the catalogue, ordered by code: what can be found in documents
// (DAT-001 and up, and JSON-…, beside XML-… of the scanner) and in schemas
// (warnings DAT-101 and up, errors DAT-120 and up). The slice is the caller's.
func Rules() []finding.Rule {
	return slices.Concat([]finding.Rule{
		ruleRoot, ruleUnknown, ruleOrder, ruleTooMany, ruleMissing, ruleChoice, ruleNoChoice, ruleText, ruleElement,
		ruleAttribute, ruleLong, ruleType, ruleMinLength, ruleMaxLength, ruleMinValue, ruleMaxValue, rulePattern,
		ruleCode, ruleJSONType, ruleChars,
		noteNoList, notePattern, noteProse, noteMended, noteText, noteLength, noteRange, noteFile, noteJSONRange,
		noteJSONNumber, noteEmpty, noteBoolCode,
		ruleName, ruleTwice, ruleRange, ruleDeep,
	}, strictjson.Rules())
}

func limit(name string, n int) map[string]string { return map[string]string{name: strconv.Itoa(n)} }
