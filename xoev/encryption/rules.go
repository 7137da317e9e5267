package encryption

import (
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
)

// ruleID is an index into the catalogue.
type ruleID int

const (
	ruleNone ruleID = iota
	ruleStructure
	ruleAttribute
	ruleText
	ruleNoMethod
	ruleParameter
	ruleNoCipher
	ruleReference
	ruleBase64
	ruleLength
	ruleType
	ruleRetrieval
	ruleRetrievalTarget
	ruleReferenceList
	ruleDuplicate
	ruleElement
	ruleContent
	ruleResult
	ruleDataCount
	ruleKeyCount
	ruleOperations
	ruleNesting
	ruleSize
	ruleSelectors
	ruleAlgorithm
	ruleTransport
	ruleDigest
	ruleMGF
	ruleKeyShort
	ruleIV
	ruleAgreement
	ruleNoKey
	ruleNotOurs
	ruleWrapped
	ruleCount
)

const (
	xmlenc  = "XML Encryption 1.1, "
	profile = "profile of this package, "
)

// catalogue is never changed.
var catalogue = [ruleCount]finding.Rule{
	ruleNone:            {Code: "ENC-001", Source: xmlenc + "3.4", Message: "there is not exactly one EncryptedData where one was expected"},
	ruleStructure:       {Code: "ENC-002", Source: xmlenc + "3.1, 3.4, 3.5.1, schema", Message: "an element is missing, repeated, unknown or not in its place"},
	ruleAttribute:       {Code: "ENC-003", Source: xmlenc + "3.1, 3.2, 3.5.1, schema", Message: "an attribute is missing or unknown"},
	ruleText:            {Code: "ENC-004", Source: xmlenc + "schema", Message: "there is text where only elements may stand, or an element where only text may stand"},
	ruleNoMethod:        {Code: "ENC-005", Source: xmlenc + "3.2; " + profile + "algorithms are never guessed", Message: "EncryptionMethod is missing"},
	ruleParameter:       {Code: "ENC-006", Source: xmlenc + "3.2, 5.5.2", Message: "a parameter of EncryptionMethod is unknown or contradicts the algorithm"},
	ruleNoCipher:        {Code: "ENC-007", Source: xmlenc + "3.3", Message: "CipherData has not exactly one CipherValue"},
	ruleReference:       {Code: "ENC-008", Source: xmlenc + "3.3.1; " + profile + "nothing is fetched", Message: "CipherReference is not followed"},
	ruleBase64:          {Code: "ENC-009", Source: xmlenc + "3.3; RFC 4648, 4", Message: "not base64"},
	ruleLength:          {Code: "ENC-010", Source: xmlenc + "5.2, 5.5", Message: "the encrypted octets are too few, too many or not whole blocks"},
	ruleType:            {Code: "ENC-011", Source: xmlenc + "3.1", Message: "Type is not what was expected, or is missing where it is needed"},
	ruleRetrieval:       {Code: "ENC-012", Source: xmlenc + "3.5.3; " + profile + "nothing is fetched, nothing transformed", Message: "RetrievalMethod does not simply name an EncryptedKey of the same document"},
	ruleRetrievalTarget: {Code: "ENC-013", Source: xmlenc + "3.5.3", Message: "the EncryptedKey that RetrievalMethod names is not in the document exactly once"},
	ruleReferenceList:   {Code: "ENC-014", Source: xmlenc + "3.6", Message: "ReferenceList is not one of this document, or leaves out the EncryptedData that the key stands in"},
	ruleDuplicate:       {Code: "ENC-015", Source: xmlenc + "3.1", Message: "an ID that something refers to is not unique"},
	ruleElement:         {Code: "ENC-016", Source: xmlenc + "3.1, 4.4", Message: "what was encrypted is not exactly one element"},
	ruleContent:         {Code: "ENC-017", Source: xmlenc + "3.1, 4.4", Message: "what was encrypted is not the content of an element"},
	ruleResult:          {Code: "ENC-018", Source: xmlenc + "4.4", Message: "with what was encrypted in its place the document cannot be read"},
	ruleDataCount:       {Code: "ENC-019", Source: profile + "limits", Message: "too many EncryptedData"},
	ruleKeyCount:        {Code: "ENC-020", Source: profile + "limits", Message: "too many EncryptedKey"},
	ruleOperations:      {Code: "ENC-021", Source: profile + "limits", Message: "private keys would have to be used too often"},
	ruleNesting:         {Code: "ENC-022", Source: profile + "limits; " + xmlenc + "3.4", Message: "EncryptedData is encrypted in EncryptedData too deep"},
	ruleSize:            {Code: "ENC-023", Source: profile + "limits", Message: "the document is too long"},
	ruleSelectors:       {Code: "ENC-024", Source: profile + "limits", Message: "KeyInfo names keys in too many ways"},
	ruleAlgorithm:       {Code: "ENC-030", Source: xmlenc + "5.2; the policy", Message: "the algorithm for content is not allowed"},
	ruleTransport:       {Code: "ENC-031", Source: xmlenc + "5.5; the policy", Message: "the algorithm for the key is not allowed"},
	ruleDigest:          {Code: "ENC-032", Source: xmlenc + "5.5.2; the policy", Message: "the digest of RSA-OAEP is not allowed"},
	ruleMGF:             {Code: "ENC-033", Source: xmlenc + "5.5.2; the policy", Message: "the mask generation function of RSA-OAEP is not allowed"},
	ruleKeyShort:        {Code: "ENC-034", Source: "BSI TR-02102-1, asymmetric encryption; the policy", Message: "the RSA key is too short"},
	ruleIV:              {Code: "ENC-035", Source: xmlenc + "5.2.4; OSCI-Transport 1.2, correction 6; the policy", Message: "the length of the initialisation vector is not allowed"},
	ruleAgreement:       {Code: "ENC-036", Source: xmlenc + "5.6; " + profile + "no key agreement", Message: "key agreement and derived keys are not supported"},
	ruleNoKey:           {Code: "ENC-037", Source: xmlenc + "3.5; " + profile + "keys of recipients only", Message: "no EncryptedKey belongs to the EncryptedData"},
	ruleNotOurs:         {Code: "ENC-038", Source: xmlenc + "3.5.1", Message: "no EncryptedKey is for one of the keys at hand"},
	ruleWrapped:         {Code: "ENC-039", Source: xmlenc + "3.5.1; " + profile + "one hop", Message: "the EncryptedKey is encrypted for a key that is itself in the document"},
}

// Rules returns the catalogue of this package, ordered by code: ENC-001 to ENC-024
// say that a document cannot be read and come in a *finding.InvalidError, ENC-030
// and above say that it must not be decrypted and come in a [Report]. A document
// that is not well-formed is refused earlier, with the codes of
// [github.com/bausteine/egov/xoev/xmlscan.Rules].
func Rules() []finding.Rule { return append([]finding.Rule(nil), catalogue[:]...) }

func limit(n int) map[string]string { return map[string]string{"max": strconv.Itoa(n)} }

// invalid makes the error of a document that cannot be read; nil if there are no
// findings.
func invalid(findings ...finding.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	return &finding.InvalidError{Findings: findings}
}
