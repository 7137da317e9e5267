package camt

import "github.com/bausteine/egov/xoev/finding"

const (
	sourceSchema = "ISO 20022, schema camt.052, .053, .054 .001.02, .001.08"
	sourceMDR    = "ISO 20022, Message Definition Report Bank-to-Customer Cash Management"
)

var (
	ruleMessage  = finding.Rule{Code: "CAMT-001", Source: sourceSchema, Message: "not a camt.052, camt.053 or camt.054 of version .001.02 or .001.08"}
	ruleMissing  = finding.Rule{Code: "CAMT-002", Source: sourceSchema, Message: "a required element is missing"}
	ruleRepeated = finding.Rule{Code: "CAMT-003", Source: sourceSchema, Message: "an element occurs more often than it may"}
	ruleOrder    = finding.Rule{Code: "CAMT-004", Source: sourceSchema, Message: "an element does not belong here"}
	ruleValue    = finding.Rule{Code: "CAMT-005", Source: sourceSchema, Message: "a date, number or indicator is not in its form"}
	ruleAmount   = finding.Rule{Code: "CAMT-006", Source: sourceSchema, Message: "an amount is not a decimal number of at most five decimals with a currency"}
	ruleLarge    = finding.Rule{Code: "CAMT-007", Source: "package camt", Message: "an amount is out of range"}
	ruleLong     = finding.Rule{Code: "CAMT-008", Source: "package camt", Message: "a text is too long, or there are too many"}
	ruleMixed    = finding.Rule{Code: "CAMT-009", Source: sourceSchema, Message: "text or an element of another namespace stands where elements of the message belong"}

	ruleBalance   = finding.Rule{Code: "CAMT-020", Source: sourceMDR, Message: "the opening balance and the booked entries do not add up to the closing balance"}
	ruleUnbounded = finding.Rule{Code: "CAMT-021", Severity: finding.Warning, Source: sourceMDR, Message: "there is no opening or no closing balance of the day, so the entries cannot be checked against it"}
	ruleGap       = finding.Rule{Code: "CAMT-022", Severity: finding.Warning, Source: sourceMDR, Message: "statements are missing between this one and the one before"}
	ruleBackward  = finding.Rule{Code: "CAMT-023", Severity: finding.Warning, Source: sourceMDR, Message: "the statement's number is not above that of the one before: a repeated statement, or another series"}
	ruleTotals    = finding.Rule{Code: "CAMT-024", Source: sourceMDR, Message: "the entries are not those that the summary counts or adds up"}
	ruleDetails   = finding.Rule{Code: "CAMT-025", Severity: finding.Warning, Source: sourceMDR, Message: "the details do not add up to the entry"}
	ruleTwice     = finding.Rule{Code: "CAMT-026", Severity: finding.Warning, Source: sourceMDR, Message: "two entries of the account have the same reference of the bank, direction and amount"}
	ruleCurrency  = finding.Rule{Code: "CAMT-027", Severity: finding.Warning, Source: sourceMDR, Message: "an entry has another currency than the account or its balance"}
	rulePage      = finding.Rule{Code: "CAMT-028", Severity: finding.Warning, Source: sourceMDR, Message: "the message goes on in another file"}
	ruleManyRefs  = finding.Rule{Code: "CAMT-029", Severity: finding.Warning, Source: "package camt", Message: "too many entries to look for repeated ones"}
)

// Rules returns the catalogue of this package's findings.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleMessage, ruleMissing, ruleRepeated, ruleOrder, ruleValue, ruleAmount, ruleLarge, ruleLong, ruleMixed,
		ruleBalance, ruleUnbounded, ruleGap, ruleBackward, ruleTotals, ruleDetails, ruleTwice, ruleCurrency, rulePage, ruleManyRefs,
	}
}
