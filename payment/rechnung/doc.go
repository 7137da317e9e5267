// Package rechnung is a provider for package payment that sends no one to a
// platform: the payer gets an invoice with Kassenzeichen, creditor reference
// (ISO 11649) and GiroCode, and transfers the money later.
//
//	provider, err := rechnung.New(rechnung.Config{
//		BaseURL: "https://service.musterstadt.example", Keys: [][]byte{key}, Zahlungsfrist: 30,
//		Payee: rechnung.Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000"},
//	})
//	service, err := payment.New(store, []payment.Registration{
//		{Key: "rechnung", Version: "1", Provider: provider},
//	}, config)
//	mux.Handle("/rechnung/", provider.Handler(func(ctx context.Context, id string) (*payment.Status, error) { … service.Find … }))
//
// The "pay page" of an attempt is the invoice's own page, whose address nobody
// can guess. The attempt is pending until the bank reports the money: package
// payment/sepa/reconcile (or payment.Service.Record) books it and makes the
// attempt paid. It expires Config.Nachlauf days after the due date; what comes
// later still is booked, as late. Canceling an attempt withdraws the invoice.
//
// # Nothing is stored here
//
// What an invoice says is computed from the claim and the attempt. The
// transaction id holds our request id, the sum, the due date and a keyed check
// (HMAC-SHA-256, 80 bits), so that Query tells its own from others without a memory. A key
// that is replaced stays in Config.Keys, behind the new one, while its invoices
// are open.
//
// # Dates and reminders
//
// The due date is the claim's, or the day of the invoice and Zahlungsfrist days
// (BGB § 187(1), § 188(1)); on a Saturday, Sunday or a day that Config.Holiday
// names, it is the next working day (BGB § 193). A due date that had passed when
// the invoice was made is that day. The date stands in the transaction id and
// stays what it was, whatever is configured later. Reminders (Mahnungen) are data:
// [Provider.Mahnungen] tells which stages have been reached; sending letters and
// booking a fee (payment.KindFee, key [Mahnung.Entry]) is the caller's.
//
// # Errors and concurrency
//
// A claim that makes no invoice (no Kassenzeichen, a text that no GiroCode
// holds) is a *finding.InvalidError of Create and Check. A [Provider] is safe
// for concurrent use.
package rechnung
