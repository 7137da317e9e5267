// Package encryption encrypts and decrypts XML with XML Encryption 1.1 (W3C
// Recommendation of 11 April 2013, http://www.w3.org/2001/04/xmlenc#).
//
//	d := &encryption.Decrypter{Keys: []encryption.Key{key}, Policy: encryption.SAML()}
//	report, err := d.DecryptDocument(doc)
//	if err != nil { ... }                                // encryption.ErrDecrypt, or not readable
//	if report.Verdict != finding.Accepted { ... }        // report.Findings say why
//	content := report.Content()
//
//	e, err := encryption.NewEncrypter([]*x509.Certificate{cert}, nil)
//	encrypted, err := e.EncryptElement(doc, encryption.Place{ID: "p1"})
//
// Encryption hides; it does not prove who wrote something. Anybody can encrypt for
// a certificate: verify the signature of what was decrypted (package signature).
//
// # Algorithms
//
// The names stand for http://www.w3.org/ and what follows. The last columns say
// which policy allows them; RSA keys have 3000 bits or more, in OSCI12 and
// LegacyDecryptOnly (Legacy) 2048.
//
//	name                              encrypt decrypt BSI SAML OSCI12 Legacy
//	2009/xmlenc11#aes128-gcm          encrypt decrypt yes yes yes yes
//	2009/xmlenc11#aes192-gcm          encrypt decrypt yes yes yes yes
//	2009/xmlenc11#aes256-gcm          encrypt decrypt yes yes yes yes
//	2001/04/xmlenc#aes128-cbc         refuse decrypt no no no yes
//	2001/04/xmlenc#aes192-cbc         refuse decrypt no no no yes
//	2001/04/xmlenc#aes256-cbc         refuse decrypt no no no yes
//	2001/04/xmlenc#tripledes-cbc      refuse decrypt no no no yes
//	2009/xmlenc11#rsa-oaep            encrypt decrypt yes yes yes yes
//	2001/04/xmlenc#rsa-oaep-mgf1p     encrypt decrypt no yes yes yes
//	2001/04/xmlenc#rsa-1_5            refuse decrypt no no no yes
//	2000/09/xmldsig#sha1              encrypt decrypt no yes yes yes
//	2001/04/xmlenc#sha256             encrypt decrypt yes yes yes yes
//	2001/04/xmldsig-more#sha384       encrypt decrypt yes yes yes yes
//	2001/04/xmlenc#sha512             encrypt decrypt yes yes yes yes
//	2009/xmlenc11#mgf1sha1            encrypt decrypt no yes yes yes
//	2009/xmlenc11#mgf1sha256          encrypt decrypt yes yes yes yes
//	2009/xmlenc11#mgf1sha384          encrypt decrypt yes yes yes yes
//	2009/xmlenc11#mgf1sha512          encrypt decrypt yes yes yes yes
//	2001/04/xmlenc#kw-aes128          refuse refuse no no no no
//	2001/04/xmlenc#kw-aes192          refuse refuse no no no no
//	2001/04/xmlenc#kw-aes256          refuse refuse no no no no
//	2001/04/xmlenc#kw-tripledes       refuse refuse no no no no
//	2009/xmlenc11#ECDH-ES             refuse refuse no no no no
//	2001/04/xmlenc#dh                 refuse refuse no no no no
//	2007/05/xmldsig-more#camellia256-cbc refuse refuse no no no no
//
// The digests and mask generation functions are those inside RSA-OAEP. The
// initialisation vector of GCM has 12 bytes; OSCI12 and LegacyDecryptOnly also
// decrypt 16, which old OSCI libraries write: as osci128:IvLength says or, without
// it, whichever of the two the tag confirms.
//
// # Keys
//
// The key of the content may stand in KeyInfo, or anywhere in the document: named by
// RetrievalMethod, ReferenceList or CarriedKeyName, or beside EncryptedData. Which own
// key it is for, X509Certificate, X509IssuerSerial, X509SKI, RSAKeyValue or KeyName
// say; where they say nothing every own key is tried, always all of them. Own keys are
// used through crypto.Decrypter, so that they may stay in an HSM.
//
// # What is not supported
//
// Keys that are not encrypted for an RSA key: shared keys, wrapped keys and key
// agreement (no peer at hand to test ECDH-ES with). CipherReference, a
// RetrievalMethod to elsewhere or with transforms, and two hops are refused, so that
// nothing is ever fetched. EncryptionProperties are data that nobody protects.
//
// # What can fail
//
// Three outcomes are kept apart. An error says that nothing came of it: [ErrDecrypt]
// for every cryptographic failure; *finding.InvalidError, with the codes of [Rules],
// for a document whose encrypted parts cannot be read; [ErrKey] for a mistake in the
// configuration. A [Report] says what must not be decrypted. Only a report with the
// verdict Accepted has content.
//
// A failure tells nothing more: a key that cannot be decrypted is replaced by a random
// one and the content is tried with that. Under LegacyDecryptOnly bad padding and
// content that cannot be read are the same failure after the same operations. How
// long it takes to find that content is not XML still depends on the content: see
// there.
//
// Decrypter and Encrypter may be used by several goroutines at once.
package encryption
