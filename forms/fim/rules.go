package fim

import "github.com/bausteine/egov/xoev/finding"

const source = "FIM-XSLT, XDF3_2_XFall 1.01"

// The rules of Decode and DecodeJSON.
var (
	ruleRoot     = rule("FIM-001", "the root element is not the one of this schema and version")
	ruleSpace    = rule("FIM-002", "the element is not in the namespace of FIM data")
	ruleUnknown  = rule("FIM-003", "the schema has no such element here")
	ruleRepeated = rule("FIM-004", "the element may stand here once only")
	ruleText     = rule("FIM-005", "text stands where only elements may stand")
	ruleElement  = rule("FIM-006", "an element stands where only text may stand")
	ruleValue    = rule("FIM-007", "the value is not one of this field")
	ruleAttr     = rule("FIM-008", "the attribute is not one of FIM data")
	ruleHeader   = rule("FIM-009", "the point in time on the root element is not RFC 3339 in UTC")
	ruleBase64   = rule("FIM-010", "the content of the file is not Base64")
	ruleLong     = rule("FIM-011", "the value is longer than the field allows")
	ruleHidden   = rule("FIM-012", "the field or entry must not be there together with the other answers")
	ruleEntries  = rule("FIM-013", "the group has more entries than the form allows")
	ruleComputed = rule("FIM-014", "the value is not the one that the form computes")
	ruleJSONType = finding.Rule{Code: "FIM-015", Source: "FIM-XSLT, XDF3_2_JSON 0.02", Message: "the value has another type of JSON"}
	ruleChars    = finding.Rule{Code: "FIM-016", Source: "XML 1.0, section 2.2", Message: "the text holds a character that XML does not allow"}
)

func rule(code, message string) finding.Rule {
	return finding.Rule{Code: code, Source: source, Message: message}
}

// Rules returns the catalogue of the findings of [Decode] and [DecodeJSON],
// beside those of xmlscan and, of JSON that cannot be read, JSON-001 to JSON-008
// (datenschema.Rules).
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleRoot, ruleSpace, ruleUnknown, ruleRepeated, ruleText, ruleElement, ruleValue, ruleAttr,
		ruleHeader, ruleBase64, ruleLong, ruleHidden, ruleEntries, ruleComputed, ruleJSONType, ruleChars,
	}
}
