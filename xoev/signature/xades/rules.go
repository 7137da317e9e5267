package xades

import "github.com/bausteine/egov/xoev/finding"

// ruleID is an index into the catalogue.
type ruleID int

const (
	ruleReference ruleID = iota
	ruleQualifying
	ruleTarget
	ruleStructure
	ruleSigningTime
	ruleNoSigningTime
	ruleNoCertificate
	ruleCertificateDigest
	ruleIssuerSerial
	ruleCertificateMethod
	ruleVersion1
	ruleObjectReference
	ruleNoFormat
	ruleLevel
	rulePolicy
	ruleValidationData
	ruleToken
	ruleTokenImprint
	ruleTokenSignature
	ruleTokenTrust
	ruleTokenUsage
	ruleTokenTime
	ruleTokenRevocation
	ruleUnchecked
	ruleSize
	ruleOlder
	ruleClaimed
)

const (
	en      = "ETSI EN 319 132-1 v1.3.1, "
	en102   = "ETSI EN 319 102-1 v1.4.1, "
	tsp     = "RFC 3161, "
	profile = "profile of this package: "
)

// catalogue holds every rule in the order of its ruleID. It is never changed.
var catalogue = [...]finding.Rule{
	ruleReference:         {Code: "XAD-001", Source: en + "4.4.2", Message: "not exactly one Reference covers SignedProperties and says so in its Type"},
	ruleQualifying:        {Code: "XAD-002", Source: en + "4.4.1, 4.3.1", Message: "not exactly one QualifyingProperties of XAdES 1.3.2 is in the signature, or it holds not exactly the SignedProperties that are signed"},
	ruleTarget:            {Code: "XAD-003", Source: en + "4.3.1", Message: "QualifyingProperties does not name its signature in Target"},
	ruleStructure:         {Code: "XAD-004", Source: en + "4.3, 5", Message: "a property stands where it may not, more often than it may, or without what it needs"},
	ruleSigningTime:       {Code: "XAD-005", Source: en + "5.2.1", Message: "SigningTime is not a date and time with a time zone"},
	ruleNoSigningTime:     {Code: "XAD-006", Severity: finding.Warning, Source: en + "6.3", Message: "SigningTime is missing, which the baseline levels need"},
	ruleNoCertificate:     {Code: "XAD-007", Source: en + "5.2.2, 6.3; " + en102 + "5.2.3", Message: "SigningCertificateV2 is missing, so that another certificate may have been put in its place"},
	ruleCertificateDigest: {Code: "XAD-008", Source: en + "5.2.2; " + en102 + "5.2.3", Message: "the signing certificate is not the one that the signer named"},
	ruleIssuerSerial:      {Code: "XAD-009", Source: en + "5.2.2; " + en102 + "5.2.3", Message: "issuer and serial number are not those of the signing certificate"},
	ruleCertificateMethod: {Code: "XAD-010", Source: en + "5.2.2; ETSI TS 119 312, 5.2", Message: "the digest method of the reference to the signing certificate is not allowed"},
	ruleVersion1:          {Code: "XAD-011", Severity: finding.Warning, Source: en + "D.1", Message: "SigningCertificate is of the old form, which says nothing that is checked about the issuer"},
	ruleObjectReference:   {Code: "XAD-012", Source: en + "5.2.3, 5.2.4", Message: "ObjectReference names no Reference of the signature"},
	ruleNoFormat:          {Code: "XAD-013", Severity: finding.Warning, Source: en + "5.2.4, 6.3", Message: "a signed data object has no DataObjectFormat with MimeType, which the baseline levels need"},
	ruleLevel:             {Code: "XAD-014", Source: en + "6; " + profile + "MinLevel", Message: "the signature has not proven the level that is asked for"},
	rulePolicy:            {Code: "XAD-015", Severity: finding.Warning, Source: en + "5.2.9", Message: "the signature policy that the signer names was not applied"},
	ruleValidationData:    {Code: "XAD-016", Severity: finding.Warning, Source: en + "5.4", Message: "validation data cannot be read and was passed over"},
	ruleToken:             {Code: "XAD-017", Severity: finding.Warning, Source: en + "5.3; " + tsp + "2.4.2", Message: "a time stamp cannot be read and does not count"},
	ruleTokenImprint:      {Code: "XAD-018", Severity: finding.Warning, Source: en + "5.3; " + tsp + "2.4.2", Message: "a time stamp is for another signature and does not count"},
	ruleTokenSignature:    {Code: "XAD-019", Severity: finding.Warning, Source: "RFC 5652, 5.4 and 11; RFC 5816, 2.2", Message: "the signature of a time stamp does not fit; it does not count"},
	ruleTokenTrust:        {Code: "XAD-020", Severity: finding.Warning, Source: en102 + "5.4", Message: "the authority of a time stamp is not trusted, or its certificate cannot be used now; the time stamp does not count"},
	ruleTokenUsage:        {Code: "XAD-021", Severity: finding.Warning, Source: tsp + "2.3", Message: "the certificate of a time stamp is not for time stamps only; it does not count"},
	ruleTokenTime:         {Code: "XAD-022", Severity: finding.Warning, Source: tsp + "2.4.2; " + en102 + "5.4", Message: "the time of a time stamp is outside its certificate's validity or ahead of the clock; it does not count"},
	ruleTokenRevocation:   {Code: "XAD-023", Severity: finding.Warning, Source: en102 + "5.4", Message: "nothing is known about the revocation of a time stamp's certificate; it does not count"},
	ruleUnchecked:         {Code: "XAD-024", Severity: finding.Warning, Source: profile + "what is not checked", Message: "archive time stamps and time stamps over data objects were not checked and count for nothing"},
	ruleSize:              {Code: "XAD-025", Source: profile + "limits", Message: "the properties of the signature are too large or too many"},
	ruleOlder:             {Code: "XAD-026", Source: en102 + "5.5.4", Message: "a time stamp that counts is older than the signer's certificate, whose digest is signed"},
	ruleClaimed:           {Code: "XAD-027", Severity: finding.Warning, Source: en + "5.2.1; profile of this package", Message: "the time of signing that the signer claims is later than the signature is proven to be"},
}

// Rules returns the catalogue of this package. A [Report] also holds the codes
// of package signature; a document that is not well-formed is refused earlier,
// with the codes of package xmlscan.
func Rules() []finding.Rule { return append([]finding.Rule(nil), catalogue[:]...) }
