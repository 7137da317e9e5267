// Package epaybl is a provider for package payment that speaks the SOAP
// interface of ePayBL, the payment platform of federal and state authorities,
// in its generations 2.x and 3.x.
//
// It is built from what two public clients send and read. The WSDL is not
// public, and this package has not been tried on a real system yet: test it
// with the operator before money depends on it. Most applications meet ePayBL
// through the ePayBL-Konnektor instead, which speaks XBezahldienste (package
// payment/xbezahldienste): prefer that where it is offered.
//
//	provider, err := epaybl.New(epaybl.Config{
//		ServiceURL: "https://epaybl.example/soap/servlet/rpcrouter", PayPageURL: "https://epaybl.example/paypage/login.do",
//		Mandant: "1610000000", Bewirtschafter: "42", Haushaltsstelle: "1234567890", Version: epaybl.Version3,
//	}, &epaybl.Options{Certificate: &certificate, RootCAs: pool})
//
// # How a payment goes
//
// Create asks whether the payment exists already (lesenTransaktion with our
// request id as EShopTransaktionsNr), makes a customer for this payment alone
// (anlegenKunde), books the claim (anlegenKassenzeichen), deletes the customer
// (loeschenKunde, whose failure is ignored) and returns the address of the pay
// page. Query reads the account of the Kassenzeichen (lesenKassenzeichenInfo)
// and judges by its sums alone; the state of the pay page proves no payment:
//
//	balance <= 0 and receipts left after reversals   paid
//	all claims reversed, no receipts                 canceled
//	anything else                                    pending
//
// ePayBL knows no failed payments: they stay pending until the service's own
// deadline. An account whose customer is not of this package's making belongs
// to another payment; the service takes it into review.
//
// A claim with a Kassenzeichen of its own is booked under it. A second attempt
// on the claim then needs the platform to take the same Kassenzeichen twice,
// which it may refuse; leave it empty where the platform issues numbers. A
// process that dies between anlegenKunde and loeschenKunde leaves a customer
// behind, with the payer's name if Config.SendPayer is set.
//
// # Booking lines
//
// A claim without items is one Buchung. With items, Config.PerPayment decides:
// one Buchung for each item (the split is kept), or one for the whole payment.
// BookingData may hold, for each item or for the claim: "haushaltsstelle",
// "objektnummer", "buchungstext", "belegNr" and "href" (the Rucksack record).
// Without a "buchungstext" the item's description is used, or the purpose.
// ePayBL takes booking texts in A-Z 0-9 , . : / + & - * $ % Ä Ö Ü ß and blanks
// only; nothing is changed in silence, see [Buchungstext].
//
// # Not supported
//
// Refunds, cancellation, SEPA mandates, invoices of ePayBL, temporary
// Kassenzeichen of payment service providers, the REST interface, whose
// description is not public.
//
// # Errors
//
// Refusals are an [*Error] with the platform's result code; unusable answers
// match payment.ErrBadAnswer, an unreachable platform payment.ErrUnavailable.
// Errors hold neither the platform's texts, which may repeat what was sent,
// nor personal data. Calls are not repeated here: the service does that, with
// the same request id.
//
// A [Provider] is safe for concurrent use.
package epaybl
