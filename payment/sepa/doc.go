// Package sepa holds what the packages of the Single Euro Payments Area share:
// the character set of orders, creditor references (ISO 11649) and the days on
// which money moves.
//
//	text, changes := sepa.Transliterate("Gebühr & Auslagen") // "Gebuehr + Auslagen", two changes
//	ref, err := sepa.NewReference("4200000000061")           // RF594200000000061
//
// The work is done in the packages below:
//
//	package        job                                                  standard
//	epcqr          the QR code of an invoice (GiroCode): write, draw,   EPC069-12, versions 001 and 002
//	               parse
//	camt           read statements, reports and notifications of        ISO 20022 camt.052, .053, .054
//	               account while streaming                              .001.02 and .001.08
//	pain           write credit transfers (refunds) and direct debits   ISO 20022 pain.001.001.09,
//	               while streaming                                      pain.008.001.08
//	kassenzeichen  make and check an authority's booking references,    each authority's own; ISO/IEC 7064
//	               find them in what payers write
//	reconcile      book what the bank reports on the claims             –
//
// # Sources of the rules
//
//	rule                              source
//	character set, conversion         EPC217-08; Deutsche Kreditwirtschaft (DK), DFÜ-Abkommen, annex 3, ch. 2 (character set)
//	slashes in identifiers            EPC rulebooks' implementation guidelines (EPC132-08, EPC130-08), ch. 1.4
//	RF reference                      ISO 11649; check digits ISO/IEC 7064 MOD 97-10
//	business days                     European Central Bank: TARGET closing days since 2002
//
// # Not supported
//
// Currencies other than EUR in orders; reading payment status reports
// (pain.002); EBICS, the way to the bank.
//
// # Concurrency
//
// All functions are safe for concurrent use.
package sepa
