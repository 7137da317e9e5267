// Package xades signs and verifies XAdES signatures (ETSI EN 319 132-1, namespace
// http://uri.etsi.org/01903/v1.3.2#): XML signatures that say who signed, when and
// what, and that keep their proof when certificates expire.
//
//	signed, err := xades.Sign(ctx, signer, xades.SignRequest{
//		SignRequest: signature.SignRequest{Document: doc},
//		TimeStamper: client, // without it B-B, with it B-T
//	})
//
//	verifier := &xades.Verifier{Trust: signature.Pool(roots), TSATrust: signature.Pool(tsaRoots)}
//	report, err := verifier.Verify(ctx, signature.Request{Document: signed})
//	if err != nil { ... }                                  // could not check, or not XML
//	if report.Indication != xades.TotalPassed { ... }      // report.SubIndication says why
//	content := report.Content()                            // go on with this, never with the input
//
// # Levels
//
// B-B and B-T are made and verified; B-LT is verified, and made of validation data
// that the caller has ([AddValidationData]). Archive time stamps (B-LTA) are neither
// made nor checked: a warning says that they are there, and a signature that
// holds only thanks to them is [Indeterminate].
//
// A signature is judged by the verifier's clock. If it does not hold then, because
// the certificate has expired, was revoked or its algorithms are outdated, it is
// judged at the time of the earliest time stamp that counts
// ([Report].BestSignatureTime). A time stamp counts if it is over this signature's
// value, was signed by a certificate for time stamps only, below authorities that may
// issue such, and TSATrust, TSAPolicy and revocation find nothing against that
// certificate now. Its time is taken as it says; the accuracy is reported. One that is
// older than the signer's certificate contradicts the signature, which is refused.
//
// # What is believed
//
// Exactly one Reference must cover the SignedProperties of this signature, in its
// one QualifyingProperties, whose Target names it. Properties are read from the octets
// that were signed. SigningCertificateV2 (or the older SigningCertificate) must
// name, by its digest, the certificate that the signature was verified with. Of
// unsigned properties nothing is believed: time stamps, revocation lists and OCSP
// responses count by their own signatures, and certificates only help to build
// chains. An OCSP response counts if the certificate's own issuer, or a responder
// that this issuer authorised, has signed it (RFC 6960, 4.2.2.2).
//
// Revocation is checked; without data the outcome is [TryLater]. See
// Verifier.SkipRevocation.
//
// # Not supported
//
// Archive time stamps, time stamps over data objects and over references
// (AllDataObjectsTimeStamp, SigAndRefsTimeStamp): reported, not checked.
// Counter-signatures: verified as signatures of their own, with
// signature.SameDocument. Signature policies: named in [Properties], not applied.
// Certified and signed roles, QualifyingPropertiesReference, XML time stamps,
// XAdES 1.1.1 and 1.2.2, digests of certificates with SHA-1 or SHA-3; time stamps in
// BER that is not DER, but for the outermost wrapper. CRLs within a time-stamp token
// are not used; put them into the validation data. Indirect revocation lists do not
// count.
//
// # Errors
//
// Three outcomes are kept apart: an error says that the check could not be made;
// an error that matches *finding.InvalidError says that the input cannot be read as
// XML; a [Report] holds the judgement in the terms of ETSI EN 319 102-1. Its
// zero value is INDETERMINATE.
//
// Nothing here reaches the network; the client of time stamping authorities is
// package tsa. All types may be used by several goroutines at once.
package xades
