package codelist

import (
	"slices"

	"github.com/bausteine/egov/xoev/finding"
)

const (
	srcXSD      = "genericode 1.0 (OASIS, 2007), genericode.xsd"
	srcDocument = "genericode 1.0 (OASIS, 2007), rules for documents, "
	srcHandbuch = "Codelisten-Handbuch 1.2, section 1.3"
	srcKey      = "Codelisten-Handbuch 1.2, section 3.1"
	srcLimits   = "limits of this package, ReadOptions"
	srcCode     = "XÖV-Code 1.0 (xoev-code.xsd), Code"
	srcCodeType = "XÖV-Handbuch 3.0.1, NDR-4 (code types 1 to 4)"
	srcInneres  = "XInneres, code list urn:de:xinneres:codeliste:fehlercodes 3, "
)

// Errors of a genericode document: Read returns no list.
var (
	ruleRoot = finding.Rule{Code: "GC-001", Source: srcXSD + ", CodeList",
		Message: "the root element is not CodeList in the namespace of genericode 1.0"}
	ruleNamespace = finding.Rule{Code: "GC-002", Source: srcXSD + " (elementFormDefault)",
		Message: "an element stands in the wrong namespace; below the root, genericode's elements are in none"}
	ruleUnexpected = finding.Rule{Code: "GC-003", Source: srcXSD,
		Message: "an element stands where it may not: unknown, in the wrong order, or too often"}
	ruleMissing = finding.Rule{Code: "GC-004", Source: srcXSD,
		Message: "a mandatory element is missing"}
	ruleText = finding.Rule{Code: "GC-005", Source: srcXSD,
		Message: "text stands where only elements are allowed"}
	ruleAttributeMissing = finding.Rule{Code: "GC-006", Source: srcXSD,
		Message: "a mandatory attribute is missing"}
	ruleAttribute = finding.Rule{Code: "GC-007", Source: srcXSD,
		Message: "an element has an attribute that it may not have"}
	ruleAttributeValue = finding.Rule{Code: "GC-008", Source: srcXSD,
		Message: "an attribute's value does not have the attribute's type"}
	ruleID = finding.Rule{Code: "GC-009", Source: srcXSD + ", IdDefinition",
		Message: "an Id is not an XML name without colon, or is used twice"}
	ruleReference = finding.Rule{Code: "GC-010", Source: srcXSD + ", ColumnReference and KeyColumnRef",
		Message: "a reference names no column of the list"}
	ruleUnsupported = finding.Rule{Code: "GC-011", Source: "package codelist, Read; Codelisten-Handbuch 1.2, section 3.1",
		Message: "a reference to another document or a complex value, which this package does not read"}
	ruleForeign = finding.Rule{Code: "GC-012", Source: srcXSD + ", AnyOtherContent",
		Message: "Description and AppInfo hold only elements of other namespaces than genericode's"}
	ruleURI = finding.Rule{Code: "GC-013", Source: "XML Schema 1.0 Part 2, section 3.2.17",
		Message: "a value is not a URI reference"}
	ruleNoKey = finding.Rule{Code: "GC-014", Source: srcDocument + "R1",
		Message: "a list with rows has no key"}
	ruleKeyOptional = finding.Rule{Code: "GC-015", Source: srcDocument + "R34",
		Message: "a key uses a column that is not required"}
	ruleRequired = finding.Rule{Code: "GC-016", Source: srcDocument + "R37",
		Message: "a row has no value for a required column"}
	ruleNoColumn = finding.Rule{Code: "GC-017", Source: srcDocument + "R38",
		Message: "a value without ColumnRef stands behind the last column"}
	ruleValueTwice = finding.Rule{Code: "GC-018", Source: srcDocument + "R38",
		Message: "a row has two values for the same column"}
	ruleType = finding.Rule{Code: "GC-019", Source: srcDocument + "R41",
		Message: "a value does not have its column's data type"}
	ruleLimit = finding.Rule{Code: "GC-020", Source: srcLimits,
		Message: "the list exceeds a limit"}
)

// Warnings about a genericode document: they stay in List.Findings.
var (
	ruleVersionURI = finding.Rule{Code: "GC-101", Severity: finding.Warning, Source: "Codelisten-Handbuch 1.2, section 1.4",
		Message: "CanonicalVersionUri is not CanonicalUri, an underscore and Version"}
	ruleAbsolute = finding.Rule{Code: "GC-102", Severity: finding.Warning, Source: srcDocument + "R25 and R44",
		Message: "a canonical URI is not absolute"}
	ruleShortName = finding.Rule{Code: "GC-103", Severity: finding.Warning, Source: srcDocument + "R39",
		Message: "a short name is empty or holds white space"}
	ruleUnmarked = finding.Rule{Code: "GC-104", Severity: finding.Warning, Source: srcKey,
		Message: "none of several keys is marked as the one for codes; the first of a single column is taken"}
	ruleMarkedTwice = finding.Rule{Code: "GC-105", Severity: finding.Warning, Source: srcKey,
		Message: "more than one key is marked as the one for codes; the first of them is taken"}
	ruleMetadata = finding.Rule{Code: "GC-106", Severity: finding.Warning, Source: srcHandbuch,
		Message: "metadata of XRepository lacks an element"}
	ruleDate = finding.Rule{Code: "GC-107", Severity: finding.Warning, Source: srcHandbuch,
		Message: "the day from which the list is valid is no date of the form 2026-05-01; it is not used"}
	ruleDuplicate = finding.Rule{Code: "GC-108", Severity: finding.Warning, Source: srcXSD + ", Key",
		Message: "two rows have the same value in a key of a single column; a lookup gives the first"}
	ruleUnknownType = finding.Rule{Code: "GC-109", Severity: finding.Warning, Source: srcDocument + "R41",
		Message: "a column has a data type that this package does not know; its values were not checked"}
	ruleFIM = finding.Rule{Code: "GC-110", Severity: finding.Warning, Source: srcXSD + " (elementFormDefault)",
		Message: "the elements stand in the namespace of genericode, which the schema does not allow"}
	ruleMetadataOnly = finding.Rule{Code: "GC-111", Severity: finding.Warning, Source: srcDocument + "R1",
		Message: "the document describes a list and holds no rows"}
	ruleNoCodeColumn = finding.Rule{Code: "GC-112", Severity: finding.Warning, Source: srcKey,
		Message: "no key has a single column, so no code can be looked up by key"}
	ruleCodeSpace = finding.Rule{Code: "GC-113", Severity: finding.Warning, Source: srcCode + ", code (xs:token)",
		Message: "a code has white space at its ends, or more than one space inside: no message can carry it"}
)

// Findings about a code in a message.
var (
	ruleCodeEmpty = finding.Rule{Code: "COD-001", Source: srcInneres + "S011",
		Message: "the code is empty"}
	ruleCodeURI = finding.Rule{Code: "COD-002", Source: srcCodeType,
		Message: "listURI differs from the value that the code type fixes"}
	ruleCodeVersion = finding.Rule{Code: "COD-003", Source: srcCodeType,
		Message: "listVersionID differs from the value that the code type fixes"}
	ruleCodeNoURI = finding.Rule{Code: "COD-004", Source: srcCodeType,
		Message: "the mandatory listURI is missing or empty"}
	ruleCodeNoVersion = finding.Rule{Code: "COD-005", Source: srcCodeType,
		Message: "the mandatory listVersionID is missing or empty"}
	ruleCodeName = finding.Rule{Code: "COD-006", Source: srcCode,
		Message: "the code has a name, which its type does not allow"}
	ruleCodeEnum = finding.Rule{Code: "COD-007", Source: srcCodeType,
		Message: "the code is none of those that the schema lists"}
	ruleCodeType = finding.Rule{Code: "COD-008", Source: "package codelist, Spec",
		Message: "the Spec does not say which code type it describes, or lacks a list that the type fixes"}
	ruleCodeUnresolved = finding.Rule{Code: "COD-009", Source: srcInneres + "S010",
		Message: "neither the code nor its type says which list in which version applies, or there is no such list with its rows"}
	ruleCodeOtherList = finding.Rule{Code: "COD-010", Source: srcInneres + "S010",
		Message: "the code belongs to another list or version than the one at hand"}
	ruleCodeUnknown = finding.Rule{Code: "COD-011", Source: srcInneres + "S011",
		Message: "the code is not in the list"}
	ruleCodeOtherName = finding.Rule{Code: "COD-012", Severity: finding.Warning, Source: srcCode,
		Message: "the name beside the code is nowhere in the code's row of the list"}
	ruleCodeNoColumn = finding.Rule{Code: "COD-013", Source: "XÖV-Profil, genutzteCodeSpalte",
		Message: "the list has no column of codes with the name that the type gives"}
	ruleCodeElement = finding.Rule{Code: "COD-014", Source: srcCode,
		Message: "an element stands in a code where it may not: unknown, in a namespace, in the wrong order, or too often"}
	ruleCodeMissing = finding.Rule{Code: "COD-015", Source: srcCode,
		Message: "the element code is missing"}
	ruleCodeText = finding.Rule{Code: "COD-016", Source: srcCode,
		Message: "text stands in a code where only elements are allowed"}
	ruleCodeAttribute = finding.Rule{Code: "COD-017", Source: srcCode,
		Message: "a code has an attribute that it may not have"}
	ruleCodeLimit = finding.Rule{Code: "COD-018", Source: "limits of this package, ReadCode",
		Message: "a part of the code is too long"}
)

func codeRules() []finding.Rule {
	return []finding.Rule{
		ruleCodeEmpty, ruleCodeURI, ruleCodeVersion, ruleCodeNoURI, ruleCodeNoVersion, ruleCodeName, ruleCodeEnum,
		ruleCodeType, ruleCodeUnresolved, ruleCodeOtherList, ruleCodeUnknown, ruleCodeOtherName, ruleCodeNoColumn,
		ruleCodeElement, ruleCodeMissing, ruleCodeText, ruleCodeAttribute, ruleCodeLimit,
	}
}

func genericodeRules() []finding.Rule {
	return []finding.Rule{
		ruleRoot, ruleNamespace, ruleUnexpected, ruleMissing, ruleText, ruleAttributeMissing, ruleAttribute,
		ruleAttributeValue, ruleID, ruleReference, ruleUnsupported, ruleForeign, ruleURI, ruleNoKey, ruleKeyOptional,
		ruleRequired, ruleNoColumn, ruleValueTwice, ruleType, ruleLimit,
		ruleVersionURI, ruleAbsolute, ruleShortName, ruleUnmarked, ruleMarkedTwice, ruleMetadata, ruleDate,
		ruleDuplicate, ruleUnknownType, ruleFIM, ruleMetadataOnly, ruleNoCodeColumn, ruleCodeSpace,
	}
}

// Rules returns the catalogue of what can be found in codes (COD-…), genericode
// documents (GC-001 and up: errors, GC-101 and up: warnings), lock files
// (LOCK-…), pinned lists (PIN-…) and ZIP archives (ZIP-…), ordered by code. The
// slice is the caller's own.
func Rules() []finding.Rule { return slices.Concat(codeRules(), genericodeRules(), storeRules()) }
