package signature

import "github.com/bausteine/egov/xoev/finding"

// ruleID is an index into the catalogue.
type ruleID int

const (
	ruleUnsigned ruleID = iota
	ruleSeveral
	ruleNotSignature
	ruleMissing
	ruleUnexpected
	ruleRepeated
	ruleObject
	ruleAttribute
	ruleText
	ruleComment
	ruleReferences
	ruleReferenceRoot
	ruleReferenceName
	ruleDuplicateID
	ruleTransforms
	rulePrefixList
	ruleCanonicalization
	ruleMethod
	ruleDigestMethod
	ruleSignatureBase64
	ruleDigestBase64
	ruleCertificateData
	ruleCertificateChain
	ruleUntrusted
	ruleExpired
	ruleNotYetValid
	ruleKeyUsage
	ruleCritical
	ruleKeyType
	ruleKeyShort
	ruleKeyLong
	ruleExponent
	ruleSignatureValue
	ruleDigestValue
	ruleQName
	ruleSignatureSize
	ruleKeyInfoSize
	ruleCertificates
	rulePrefixes
	ruleNesting
	ruleContentSize
	ruleNever
	ruleOutdated
	ruleCurve
	rulePSS
	ruleForbiddenTransform
	ruleTarget
	ruleReferenceID
	ruleReferenceCount
	ruleContains
	ruleForm
	ruleSelection
	ruleNoKey
	rulePolicyDocument
	ruleRevoked
	ruleRevocation
	ruleContentBase64
)

const (
	xmldsig = "XML Signature 1.1 (W3C, 11 April 2013), "
	excC14N = "Exclusive XML Canonicalization 1.0 (W3C, 18 July 2002), "
	rfc5280 = "RFC 5280, "
	tr02102 = "BSI TR-02102-1, "
	profile = "profile of this package: "
)

// catalogue holds every rule in the order of its ruleID. It is never changed.
var catalogue = [...]finding.Rule{
	ruleUnsigned:           {Code: "SIG-001", Source: profile + "enveloped signature", Message: "no Signature element is a child of the root element"},
	ruleSeveral:            {Code: "SIG-002", Source: profile + "enveloped signature", Message: "more than one Signature element is a child of the root element"},
	ruleNotSignature:       {Code: "SIG-003", Source: profile + "detached signature", Message: "the root element of the signature file is not Signature"},
	ruleMissing:            {Code: "SIG-004", Source: xmldsig + "4.2", Message: "a required element of the signature is missing"},
	ruleUnexpected:         {Code: "SIG-005", Source: xmldsig + "4.2", Message: "an element is not allowed here in a signature, or out of order"},
	ruleRepeated:           {Code: "SIG-006", Source: xmldsig + "4.2; CVE-2025-29774", Message: "an element of the signature appears more than once"},
	ruleObject:             {Code: "SIG-007", Source: xmldsig + "4.6; " + profile + "no Object", Message: "Object is not allowed in a signature"},
	ruleAttribute:          {Code: "SIG-008", Source: xmldsig + "4.2", Message: "an attribute is missing or not allowed in a signature"},
	ruleText:               {Code: "SIG-009", Source: xmldsig + "4.2", Message: "text between the elements of a signature"},
	ruleComment:            {Code: "SIG-010", Source: profile + "no comments in a signature; CVE-2025-29775", Message: "comment or processing instruction inside a signature"},
	ruleReferences:         {Code: "SIG-011", Source: xmldsig + "4.4.3; " + profile + "one reference", Message: "more than one Reference"},
	ruleReferenceRoot:      {Code: "SIG-012", Source: xmldsig + "4.4.3.3; " + profile + "enveloped signature", Message: "the Reference names neither the whole document nor the ID of the root element"},
	ruleReferenceName:      {Code: "SIG-013", Source: xmldsig + "4.4.3.1; " + profile + "detached signature", Message: "the Reference does not name the document that is checked"},
	ruleDuplicateID:        {Code: "SIG-014", Source: "xml:id 1.0 (W3C, 9 September 2005), 4", Message: "an ID appears more than once"},
	ruleTransforms:         {Code: "SIG-015", Source: xmldsig + "4.4.3.4, 8.1; " + profile + "transforms", Message: "the transforms are not those of the profile"},
	rulePrefixList:         {Code: "SIG-016", Source: excC14N + "4", Message: "InclusiveNamespaces does not hold a list of prefixes"},
	ruleCanonicalization:   {Code: "SIG-017", Source: xmldsig + "4.4.1; " + profile + "canonicalisation", Message: "the canonicalisation method is not allowed"},
	ruleMethod:             {Code: "SIG-018", Source: xmldsig + "4.4.2; " + tr02102 + "signature schemes", Message: "the signature method is not allowed"},
	ruleDigestMethod:       {Code: "SIG-019", Source: xmldsig + "4.4.3.5; " + tr02102 + "hash functions", Message: "the digest method is not allowed"},
	ruleSignatureBase64:    {Code: "SIG-020", Source: xmldsig + "4.3", Message: "SignatureValue is not base64"},
	ruleDigestBase64:       {Code: "SIG-021", Source: xmldsig + "4.4.3.6", Message: "DigestValue is not the base64 of one digest without white space"},
	ruleCertificateData:    {Code: "SIG-022", Source: xmldsig + "4.5.4", Message: "X509Certificate is not the base64 of one certificate"},
	ruleCertificateChain:   {Code: "SIG-023", Source: xmldsig + "4.5.4", Message: "the certificates in KeyInfo are not one chain of one signer"},
	ruleUntrusted:          {Code: "SIG-024", Source: xmldsig + "4.5; " + profile + "trust comes from the caller", Message: "the certificate is not trusted"},
	ruleExpired:            {Code: "SIG-025", Source: rfc5280 + "4.1.2.5", Message: "the certificate has expired"},
	ruleNotYetValid:        {Code: "SIG-026", Source: rfc5280 + "4.1.2.5", Message: "the certificate is not valid yet"},
	ruleKeyUsage:           {Code: "SIG-027", Source: rfc5280 + "4.2.1.3", Message: "the certificate's key usage does not allow signatures"},
	ruleCritical:           {Code: "SIG-028", Source: rfc5280 + "4.2", Message: "the certificate has a critical extension that is not understood"},
	ruleKeyType:            {Code: "SIG-029", Source: xmldsig + "6.4", Message: "the certificate's key does not fit the signature method"},
	ruleKeyShort:           {Code: "SIG-030", Source: tr02102 + "signature schemes, RSA", Message: "the key is too short"},
	ruleKeyLong:            {Code: "SIG-031", Source: profile + "limits", Message: "the key is too long"},
	ruleExponent:           {Code: "SIG-032", Source: tr02102 + "signature schemes, RSA", Message: "the public exponent is too small"},
	ruleSignatureValue:     {Code: "SIG-033", Source: xmldsig + "3.2.2", Message: "the signature value does not fit SignedInfo and certificate"},
	ruleDigestValue:        {Code: "SIG-034", Source: xmldsig + "3.2.1", Message: "the digest does not fit the document"},
	ruleQName:              {Code: "SIG-035", Source: excC14N + "1.3; " + xmldsig + "8.1.1", Message: "the prefix of an xsi:type value is not covered by the signature"},
	ruleSignatureSize:      {Code: "SIG-036", Source: profile + "limits", Message: "the signature is too large"},
	ruleKeyInfoSize:        {Code: "SIG-037", Source: profile + "limits", Message: "KeyInfo is too large"},
	ruleCertificates:       {Code: "SIG-038", Source: profile + "limits", Message: "too many certificates in KeyInfo"},
	rulePrefixes:           {Code: "SIG-039", Source: profile + "limits", Message: "too many prefixes in InclusiveNamespaces"},
	ruleNesting:            {Code: "SIG-040", Source: profile + "limits", Message: "the elements of the signature are nested too deep"},
	ruleContentSize:        {Code: "SIG-041", Source: profile + "limits", Message: "the canonical form of the document is too large"},
	ruleNever:              {Code: "SIG-042", Source: profile + "HMAC, DSA, MD5", Message: "HMAC, DSA and MD5 are allowed under no policy"},
	ruleOutdated:           {Code: "SIG-043", Source: "ETSI TS 119 312, suites and end dates; the policy", Message: "the algorithm was no longer allowed at the time of the check"},
	ruleCurve:              {Code: "SIG-044", Source: tr02102 + "elliptic curves; the policy", Message: "the elliptic curve is not allowed"},
	rulePSS:                {Code: "SIG-045", Source: "RFC 9231, 2.3.9", Message: "the parameters of RSASSA-PSS are not one digest with MGF1 over the same and a salt of its length"},
	ruleForbiddenTransform: {Code: "SIG-046", Source: xmldsig + "6.6.3, 6.6.5, 8.1; " + profile + "XPath, XSLT", Message: "a transform with XPath or XSLT is not allowed"},
	ruleTarget:             {Code: "SIG-047", Source: xmldsig + "4.4.3.3; " + profile + "wrapping", Message: "the Reference names an element of the signature at a place where its content means nothing"},
	ruleReferenceID:        {Code: "SIG-048", Source: xmldsig + "4.4.3.2", Message: "the Reference does not name exactly one element"},
	ruleReferenceCount:     {Code: "SIG-049", Source: profile + "limits", Message: "too many References"},
	ruleContains:           {Code: "SIG-050", Source: xmldsig + "6.6.4", Message: "the Reference covers the signature itself and does not leave it out, or leaves it out and does not cover it"},
	ruleForm:               {Code: "SIG-051", Source: profile + "forms", Message: "the signature does not cover what a signature of this form must"},
	ruleSelection:          {Code: "SIG-052", Source: profile + "forms", Message: "the signature that was asked for is not in the document exactly once"},
	ruleNoKey:              {Code: "SIG-053", Source: xmldsig + "4.5; " + profile + "trust comes from the caller", Message: "KeyInfo selects no trusted certificate"},
	rulePolicyDocument:     {Code: "SIG-054", Source: "ETSI TS 119 322; RFC 5698, 2", Message: "not an algorithm catalogue that can be used"},
	ruleRevoked:            {Code: "SIG-055", Source: rfc5280 + "5; RFC 6960, 2.2", Message: "the certificate or one that issued it was revoked"},
	ruleRevocation:         {Code: "SIG-056", Source: rfc5280 + "6.3; RFC 6960, 2.2", Message: "nothing is known about the revocation of the certificate or one that issued it"},
	ruleContentBase64:      {Code: "SIG-057", Source: xmldsig + "6.6.2", Message: "what the base64 transform has to decode is not base64"},
}

// Rules returns the catalogue of this package: every code that a [Report] can
// hold, with the source of the rule. A document that is not well-formed is
// refused earlier, with the codes of [github.com/bausteine/egov/xoev/xmlscan.Rules].
func Rules() []finding.Rule {
	return append([]finding.Rule(nil), catalogue[:]...)
}
