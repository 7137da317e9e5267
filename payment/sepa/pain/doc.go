// Package pain writes orders for the bank: credit transfers (ISO 20022
// pain.001.001.09), as for refunds, and direct debits (pain.008.001.08).
//
//	totals, err := pain.WriteTransfers(w, pain.TransferFile{
//		Header: pain.Header{MessageID: "ERST-20261123", Created: now, Initiator: "Stadt Musterstadt"},
//		Batches: []pain.TransferBatch{{
//			ID: "ERST-20261123-1", Execute: payment.Date{Year: 2026, Month: 11, Day: 24},
//			Debtor: pain.Party{Name: "Stadt Musterstadt", IBAN: "DE89370400440532013000"},
//			Transfers: pain.All([]pain.Transfer{{
//				EndToEndID: "REFUND-4200000000061-1", Amount: payment.EUR(1000),
//				Creditor: pain.Party{Name: "Erika Mustermann", IBAN: "DE02120300000000202051"}, Text: "Erstattung 4200000000061",
//			}}),
//		}},
//	})
//
// Orders are a sequence that is gone through twice: first everything is checked
// and added up, then it is written, so that a file that breaks a rule has no
// first byte, the control sums stand in front, and memory does not grow with
// the orders. The second time they are checked again; a sequence that adds up to
// something else or breaks a rule then is [ErrChanged].
//
//	what                            rule                                                   source
//	character set                   A-Z a-z 0-9 / - ? : ( ) . , ' + and blank              EPC132-08, EPC130-08, ch. 1.4; DFÜ-Abkommen, annex 3
//	identifiers                     35 characters, no / at an end, no //                   the same
//	names, texts                    70 and 140 characters                                  the same
//	amounts                         0.01 to 999999999.99 euro                              the same
//	addresses                       structured, with town and country, or none             DFÜ-Abkommen, annex 3, since 16 Nov 2026; EPC rulebooks 2025
//	creditor identifier, IBAN, RF   check digits                                           forms/ids
//	remittance                      a text, or an RF reference as SCOR                     EPC rulebooks, AT-T009
//	due date of debits              a business day, the day after Created at the earliest  EPC016-06, EPC222-07, ch. 4.3
//	sequence                        FRST, RCUR, OOFF, FNAL                                 the same, AT-T004
//	mandate                         reference, date of signature, changes                  the same, annex VII
//
// # Lead times of direct debits
//
// The creditor's bank presents a collection, CORE or B2B, to the debtor's bank
// one business day before it is due at the latest, and 14 calendar days before
// at the earliest; banks want the file before an hour of their own on the day
// before. The payer is told amount and date 14 calendar days before, unless
// something else is agreed (pre-notification). A mandate of which no collection
// was made for 36 months has ended. CORE debits can be given back for eight
// weeks, without a mandate for thirteen months; a B2B debit cannot be given
// back once it is paid, but the payer's bank must know the mandate. Since 2016
// a first collection may be RCUR.
//
// # Characters
//
// Nothing is replaced unasked: a text with other characters is refused
// (SEPA-002), and [Transfer.Transliterate] and [Debit.Transliterate] rewrite it
// and report each change. German banks take umlauts: see AllowUmlauts.
//
// # Not supported
//
// Other currencies than EUR, cheques, ultimate parties, reading these files.
// The schemas of the DFÜ-Abkommen are not public; the files are valid by the
// ISO schemas.
//
// # Errors and concurrency
//
// What breaks a rule is a *finding.InvalidError with all findings (at most
// 100); errors of the sequences and of the writer are returned wrapped, and
// what was written is to be thrown away. All functions are safe for concurrent
// use.
package pain
