package payment

import "github.com/bausteine/egov/xoev/finding"

const (
	sourceJSON = "RFC 8259, 6"
	sourceFIT  = "FIT-Connect metadata 2.1.0, paymentInformation"
	sourceOurs = "package payment"
)

var (
	ruleNumber           = finding.Rule{Code: "PAY-001", Source: sourceJSON, Message: "not a decimal number"}
	ruleDecimals         = finding.Rule{Code: "PAY-002", Source: sourceOurs, Message: "more than two decimals"}
	ruleTooLarge         = finding.Rule{Code: "PAY-003", Source: sourceOurs, Message: "amount or rate out of range"}
	ruleCurrency         = finding.Rule{Code: "PAY-004", Source: "ISO 4217", Message: "currency is not three upper-case letters, or differs"}
	ruleDate             = finding.Rule{Code: "PAY-005", Source: "ISO 8601", Message: "not a date of the form YYYY-MM-DD"}
	ruleKey              = finding.Rule{Code: "PAY-010", Source: sourceOurs, Message: "identifier is empty, too long or holds other characters than A-Z a-z 0-9 . _ : -"}
	rulePositive         = finding.Rule{Code: "PAY-011", Source: sourceOurs, Message: "a claim's amount must be above zero"}
	ruleEUR              = finding.Rule{Code: "PAY-012", Source: sourceOurs, Message: "claims are in EUR"}
	ruleSum              = finding.Rule{Code: "PAY-013", Source: sourceOurs, Message: "the items do not add up to the claim's amount"}
	ruleText             = finding.Rule{Code: "PAY-014", Source: sourceOurs, Message: "text is too long, not UTF-8 or holds control characters"}
	ruleRequired         = finding.Rule{Code: "PAY-015", Source: sourceOurs, Message: "text must not be empty"}
	ruleQuantity         = finding.Rule{Code: "PAY-016", Source: sourceOurs, Message: "quantity, unit price or tax rate out of range"}
	ruleItemID           = finding.Rule{Code: "PAY-017", Source: sourceOurs, Message: "two items have the same ID"}
	rulePlatformCurrency = finding.Rule{Code: "PAY-030", Source: sourceOurs, Message: "the platform does not take this currency"}
	rulePlatformAmount   = finding.Rule{Code: "PAY-031", Source: sourceOurs, Message: "the platform does not take so small or so large an amount"}
	rulePlatformItems    = finding.Rule{Code: "PAY-032", Source: sourceOurs, Message: "the platform does not take so many items"}
	rulePlatformLength   = finding.Rule{Code: "PAY-033", Source: sourceOurs, Message: "text is too long for the platform"}
	rulePlatformAlphabet = finding.Rule{Code: "PAY-034", Source: sourceOurs, Message: "text holds a character that the platform does not take"}
	rulePlatformBooking  = finding.Rule{Code: "PAY-035", Source: sourceOurs, Message: "booking data that the platform's operator asks for is missing"}

	ruleFITNone    = finding.Rule{Code: "PAY-040", Source: sourceFIT, Message: "the platform has no transaction for the attempt"}
	ruleFITID      = finding.Rule{Code: "PAY-041", Source: sourceFIT, Message: "the transaction id does not fit FIT-Connect: 1 to 36 characters of A-Z a-z 0-9 _ -"}
	ruleFITAttempt = finding.Rule{Code: "PAY-042", Source: sourceOurs, Message: "the attempt is no payment of this claim"}

	ruleEntry = finding.Rule{Code: "PAY-020", Source: sourceOurs, Message: "the ledger entry's kind and sign do not go together, or it lacks its key"}
)

// Rules returns the catalogue of this package's findings.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleNumber, ruleDecimals, ruleTooLarge, ruleCurrency, ruleDate, ruleKey, rulePositive,
		ruleEUR, ruleSum, ruleText, ruleRequired, ruleQuantity, ruleItemID, ruleEntry,
		rulePlatformCurrency, rulePlatformAmount, rulePlatformItems, rulePlatformLength, rulePlatformAlphabet, rulePlatformBooking,
		ruleFITNone, ruleFITID, ruleFITAttempt,
	}
}
