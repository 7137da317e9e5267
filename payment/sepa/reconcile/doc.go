// Package reconcile matches what a bank reports (camt.052, .053, .054) with the
// claims of package payment and books it (Zahlungsabgleich).
//
//	r, err := reconcile.New(reconcile.Config{
//		Tenant: "musterstadt", Accounts: []ids.IBAN{"DE89370400440532013000"},
//		Ledger: service, Formats: []*kassenzeichen.Format{format}, BankProviders: []string{"rechnung"},
//	})
//	summary, err := r.File(ctx, file, func(res *reconcile.Result) error { … show or store it … })
//
// The file is read three times: [camt.Check] judges the whole of it, and only
// if it holds together is anything booked, entry by entry, in constant memory
// but for some fifty bytes per transaction. What banks send as a ZIP (EBICS
// C52, C53, C54) is to be unpacked before: see archive/zip.
//
// # How a claim is found
//
//	step  what                                                         then
//	1     RF reference (ISO 11649), structured or in the text          the claim whose Kassenzeichen it is made of, or that it names
//	2     EndToEndId                                                   [Orders]; the claim or attempt that it names
//	3     Kassenzeichen of a format with check digits, in the text     the claim
//	4     other Kassenzeichen, and an amount that fits                 the claim
//	–     what is left                                                 a suggestion for a person, nothing is booked
//
// Step 4 is for formats without check digits, for numbers of less than eight
// characters, since one in ten numbers of any kind has a fitting check digit,
// and for those of eight digits that read like a day. IBANs in a text are not
// searched.
//
// An amount fits if a payment is exactly what is open, a return exactly what was
// paid, a refund not more than is booked.
//
// The pieces of a text are joined without blanks, since banks cut it anywhere;
// where there is no text, what the bank adds (AddtlTxInf, AddtlNtryInf) is
// searched.
// A step that finds several claims ends the search: [Ambiguous].
//
// # What is booked
//
//	outcome      what it is                                    booked as
//	Matched      exactly what is open                          payment
//	Part         less                                          payment
//	Over         more; the rest is to be paid back             payment, the whole of it
//	Duplicate    nothing was open: paid twice                  nothing: a person decides
//	Settlement   a platform pays out what it has collected     nothing: booked when the attempt was paid
//	Return       a debit came back, or a refund                chargeback of the instructed amount, and the bank's
//	                                                           charges as a fee if Config.ChargeDebtor; payment
//	Refund       the authority paid back                       refund
//	Batch        a sum without (fitting) details               by [Orders], if it knows the batch, the sum fits and
//	                                                           nothing is taken back
//	Ambiguous    several claims                                nothing
//	Unmatched    no claim                                      nothing
//	NotBooked    the bank has not booked it yet                nothing
//
// # Running a file again
//
// The idempotency key of an entry is the account (Provider "bank:" and the
// IBAN), the bank's reference with direction and amount (TransactionID), the
// kind, and the place of the detail in its entry (Sequence). Where the bank
// gives no reference, a hash of what the entry says stands for it, and a
// counter of equal ones. So a file may be run again, and a statement may follow
// the reports of its day: what is booked is passed over and reported as
// Repeated, what is not may find its claim now. A key that is taken by another
// claim is never overwritten: Reason KeyTaken.
//
// What was not booked because of how its claim stood stays so: a transaction is
// judged by what the ledger held without what the bank reported later (further
// down in the file, or with a later value date), and again with it; it is booked
// only if both allow it. So neither a second run nor a file that comes late
// turns a double payment into a payment. A person books such cases, and
// suggestions, with [Result.EntryFor] and payment.Service.Record.
//
// # Errors and concurrency
//
// A file that cannot be read is a *finding.InvalidError, one that does not
// hold together [ErrRejected], one of another account [ErrAccount]; other
// errors are those of the ledger, with what was booked before them standing.
// Run the file again then. A [Reconciler] is safe for concurrent use.
package reconcile
