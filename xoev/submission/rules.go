package submission

import "github.com/bausteine/egov/xoev/finding"

const (
	sourcePackage = "package submission, the package format 1.0, "
	sourceReceipt = "package submission, the receipt format 1.0"
	sourceG2G     = "XÖV-Basisnachricht 1.1 (xoev-basisnachricht-g2g_1.1.xsd), "
)

var (
	ruleNames      = finding.Rule{Code: "SUB-001", Source: sourcePackage + "1", Message: "tenant or id is no plain name"}
	ruleFiles      = finding.Rule{Code: "SUB-002", Source: sourcePackage + "2", Message: "the package is not one document with at most one signature file"}
	ruleSize       = finding.Rule{Code: "SUB-003", Source: sourcePackage + "3", Message: "a file is empty or bigger than the limit"}
	ruleTenant     = finding.Rule{Code: "SUB-004", Source: sourcePackage + "4", Message: "nobody may submit for this tenant here"}
	ruleKind       = finding.Rule{Code: "SUB-010", Source: sourcePackage + "5", Message: "this kind of document is not accepted"}
	ruleEnvelope   = finding.Rule{Code: "SUB-011", Source: sourceG2G + "Nachricht.G2G", Message: "the message has no header that is known"}
	ruleStandard   = finding.Rule{Code: "SUB-012", Source: sourceG2G + "attributes standard and version", Message: "the message is of another standard or version than its namespace"}
	ruleTest       = finding.Rule{Code: "SUB-013", Source: sourceG2G + "attribute test", Message: "a test message must not be processed in production"}
	ruleUnbound    = finding.Rule{Code: "SUB-020", Source: sourcePackage + "6", Message: "the signed content does not name the submission's id"}
	ruleOtherID    = finding.Rule{Code: "SUB-021", Source: sourcePackage + "6", Message: "the signed content names another id than the package"}
	ruleTaken      = finding.Rule{Code: "SUB-030", Source: sourcePackage + "7", Message: "the id was used for other content"}
	ruleReplay     = finding.Rule{Code: "SUB-031", Source: sourcePackage + "7", Message: "the content was submitted before under another tenant or id"}
	ruleReceipt    = finding.Rule{Code: "SUB-101", Source: sourceReceipt, Message: "the document is no receipt of this version"}
	ruleReceiptOrd = finding.Rule{Code: "SUB-102", Source: sourceReceipt, Message: "an element of the receipt is missing, unknown or out of order"}
	ruleReceiptVal = finding.Rule{Code: "SUB-103", Source: sourceReceipt, Message: "a value of the receipt does not have its format"}
)

// Rules returns the catalogue of this package: every code of its own that a
// [Result] or [ParseReceipt] can give, in order. A Result also holds codes of
// xmlscan, signature, xoev and of the caller's [Kind]. The slice is the
// caller's.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleNames, ruleFiles, ruleSize, ruleTenant, ruleKind, ruleEnvelope, ruleStandard, ruleTest,
		ruleUnbound, ruleOtherID, ruleTaken, ruleReplay, ruleReceipt, ruleReceiptOrd, ruleReceiptVal,
	}
}
