// Package signature signs and verifies XML with XML Signature 1.1 (W3C,
// http://www.w3.org/2000/09/xmldsig#).
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
// # Forms
//
// [Verifier.VerifyEnveloped] and [Verifier.VerifyDetached] are narrow: exclusive
// canonicalisation without comments, one Reference, certificates in
// KeyInfo/X509Data. An enveloped signature is the only Signature child of the
// root element and covers the whole document or, by its ID, the root element. A
// detached signature is a file of its own that names the signed file. Their
// Reader kinds take documents of any size, as far as [Limits] lets them: 1 GiB
// unless Limits.Scan says more. So does Verify, with Request.Large.
//
// [Verifier.Verify] and [Signer.Sign] take every [Form] that XML Signature has:
// enveloped, enveloping (data in Object), detached over files of any kind, and
// over other elements of the same document; several references, all of them
// checked, each bound to exactly one thing; all six canonicalisations; base64;
// XPath-Filter-2 where it subtracts every signature (as EU DSS writes it) or the
// signature itself. The caller says which form is expected. A Manifest is data:
// what it lists is never fetched or checked. XPath and XSLT are refused, because
// what they select cannot be judged; so are XPath-Filter-2 with intersect or union,
// which sign some nodes by the path they have and leave a hole where the others were,
// and external references that the caller has not given.
//
// # Algorithms
//
// The names stand for http://www.w3.org/ and what follows. The last columns say
// which policy allows them now; RSA keys have 3000 bits, in OSCI12 2048 and in
// ETSI119312 1900 or more, curves are P-256, P-384, P-521, brainpoolP256r1,
// brainpoolP384r1 and brainpoolP512r1.
//
//	name                                     sign verify BSI OSCI12 SAML ETSI119312
//	2001/04/xmldsig-more#rsa-sha256          sign verify yes yes yes yes
//	2001/04/xmldsig-more#rsa-sha384          sign verify yes no no yes
//	2001/04/xmldsig-more#rsa-sha512          sign verify yes yes yes yes
//	2007/05/xmldsig-more#sha256-rsa-MGF1     sign verify yes yes yes yes
//	2007/05/xmldsig-more#sha384-rsa-MGF1     sign verify yes no yes yes
//	2007/05/xmldsig-more#sha512-rsa-MGF1     sign verify yes yes yes yes
//	2007/05/xmldsig-more#sha3-256-rsa-MGF1   sign verify yes yes no yes
//	2007/05/xmldsig-more#sha3-384-rsa-MGF1   sign verify yes yes no yes
//	2007/05/xmldsig-more#sha3-512-rsa-MGF1   sign verify yes yes no yes
//	2007/05/xmldsig-more#rsa-pss             sign verify yes yes yes yes
//	2001/04/xmldsig-more#ecdsa-sha256        sign verify yes yes yes yes
//	2001/04/xmldsig-more#ecdsa-sha384        sign verify yes no yes yes
//	2001/04/xmldsig-more#ecdsa-sha512        sign verify yes yes yes yes
//	2021/04/xmldsig-more#ecdsa-sha3-256      sign verify yes no no yes
//	2021/04/xmldsig-more#ecdsa-sha3-384      sign verify yes no no yes
//	2021/04/xmldsig-more#ecdsa-sha3-512      sign verify yes no no yes
//	2021/04/xmldsig-more#eddsa-ed25519       sign verify no no no no
//	2000/09/xmldsig#rsa-sha1                 refuse verify no no no no
//	2001/04/xmldsig-more#ecdsa-sha1          refuse verify no no no no
//
// Digests are SHA-256, -384, -512 and SHA3-256, -384, -512. Ed25519 is in none of
// the four catalogues; [Policy.Allow] lets it in. SHA-1 and shorter keys are
// allowed only by [LegacyVerifyOnly], up to the day they went out of use, or by a
// policy that the caller dates. rsa-pss is taken with one digest, MGF1 over the
// same and a salt of its length; ECDSA values are r and s of exactly the curve's
// width. Keys whose certificate is for RSASSA-PSS only (RFC 4055) are used with
// nothing else; see [ParseCertificate]. Keys on Brainpool curves sign in an HSM
// only. HMAC is refused under every
// policy, because who can verify could sign; DSA and MD5, because they are weak.
//
// # Policy, trust, revocation
//
// A [Policy] says which algorithms and keys are good enough at the verifier's
// clock; [Report.Grounds] names the rules, with their source, under which a
// signature was accepted. The zero value is strict.
//
// KeyInfo only selects the certificate; KeyValue means nothing. Trust comes from
// the caller ([Pinned], [Pool], [CertificateStore]); validity, key usage and key
// are judged at the verifier's clock. With [Verifier].Revocation set, the
// certificate and its issuers are asked for, and what is not known to be good
// leaves the verdict undetermined; without it, revocation is not checked.
//
// Keys sign through crypto.Signer, so that they may stay in an HSM, behind PKCS#11
// or at a remote service.
//
// # What is handed out
//
// [Report.Content] and [Reference.Content] are the octets that the digests were
// made of. Exclusive canonicalisation drops namespace declarations that no element
// or attribute name uses. Prefixes that stand in values, as in xsi:type, would
// lose their meaning: when signing, they are put into the PrefixList; when
// verifying, a document whose xsi:type prefixes are not covered is refused.
//
// # Errors
//
// Three outcomes are kept apart: an error such as [ErrNoTrust] says that the
// check could not be made; an error that matches *finding.InvalidError says that
// the input cannot be read as XML (with the codes of package xmlscan); a
// [Report] holds a verdict and findings with the codes of [Rules]. A nil error
// alone never means that a signature is good.
//
// [Verifier] and [Signer] may be used by several goroutines at once.
package signature
