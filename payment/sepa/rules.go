package sepa

import "github.com/bausteine/egov/xoev/finding"

var (
	ruleReferenceLength = finding.Rule{Code: "SEPA-001", Source: "ISO 11649:2009", Message: "a creditor reference is made of 1 to 21 letters A to Z and digits"}
	ruleCharset         = finding.Rule{Code: "SEPA-002", Source: "EPC217-08; DFÜ-Abkommen, annex 3, character set", Message: "the text holds a character that SEPA orders cannot carry"}
	ruleTextLength      = finding.Rule{Code: "SEPA-003", Source: "ISO 20022, Max35Text, Max70Text, Max140Text", Message: "the text is empty or too long"}
	ruleSlash           = finding.Rule{Code: "SEPA-004", Source: "EPC132-08, EPC130-08, ch. 1.4", Message: "an identifier begins or ends with a slash or holds two in a row"}
	ruleBlank           = finding.Rule{Code: "SEPA-005", Source: "ISO 20022", Message: "the text begins or ends with a blank"}
)

// Rules returns the catalogue of this package's findings.
func Rules() []finding.Rule {
	return []finding.Rule{ruleReferenceLength, ruleCharset, ruleTextLength, ruleSlash, ruleBlank}
}

func invalid(r finding.Rule, path string, params map[string]string) error {
	return &finding.InvalidError{Findings: []finding.Finding{r.At(path, 0, 0, params)}}
}
