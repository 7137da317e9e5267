// Package signature signs and verifies XML with XML Signature 1.1 (W3C,
// http://www.w3.org/2000/09/xmldsig#), enveloped and detached.
//
//	signer, err := signature.NewSigner(key, []*x509.Certificate{cert})
//	signed, err := signer.SignEnveloped(doc, nil)
//
//	verifier := &signature.Verifier{Trust: signature.Pinned(cert)}
//	report, err := verifier.VerifyEnveloped(signed)
//	if err != nil { ... }                                // could not check, or not XML
//	if report.Verdict != finding.Accepted { ... }        // report.Findings say why
//	content := report.Content()                          // go on with this, never with the input
//
// The profile is narrow, and everything outside it is refused: RSA keys of at
// least 3000 bits, RSASSA-PKCS1-v1_5 with SHA-256, exclusive canonicalisation
// without comments, one Reference, certificates in KeyInfo/X509Data. An
// enveloped signature is the only Signature child of the root element and covers
// the whole document or, by its ID, the root element. A detached signature is a
// file of its own that names the signed file.
//
// KeyInfo only selects the certificate. Trust comes from the caller ([Pinned],
// [Pool], [CertificateStore]); validity, key usage and key are judged at the
// verifier's clock. Revocation is not checked.
//
// Exclusive canonicalisation drops namespace declarations that no element or
// attribute name uses. Prefixes that stand in values, as in xsi:type, would lose
// their meaning: when signing, they are put into the PrefixList; when verifying, a
// document whose xsi:type prefixes are not covered is refused.
//
// Three outcomes are kept apart: an error such as [ErrNoTrust] says that the
// check could not be made; an error that matches *finding.InvalidError says that
// the input cannot be read as XML (with the codes of package xmlscan); a
// [Report] holds a verdict and findings with the codes of [Rules]. A nil error
// alone never means that a signature is good.
//
// Not supported: RSASSA-PSS, ECDSA, inclusive canonicalisation, XPath transforms,
// several references, Object and XAdES, counter-signatures.
//
// [Verifier] and [Signer] may be used by several goroutines at once.
package signature
