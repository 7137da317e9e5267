// Package simulator is a payment platform for trying things out: a stateful
// server of XBezahldienste 1.0.0 with a token endpoint and a German pay page.
// No money moves, and every page says so.
//
//	platform, err := simulator.New(ctx, simulator.Options{
//		BaseURL: "http://127.0.0.1:8080/bezahlplattform",
//		Clients: []simulator.Client{{ID: "musterstadt", Secret: "geheim"}},
//	})
//	mux.Handle("/bezahlplattform/", platform)
//
// Below BaseURL are oauth/token, paymenttransaction/…, status/… (served by
// package payment/xbezahldienste/server) and the pay pages, where a person may
// pay by card, PayPal or Wero (OTHER in the standard), cancel, let the payment
// fail, close the window and leave it open, and then still pay late or a second
// time. Requests are checked strictly against the documented fields, lengths and
// alphabets, each refusal with its functional code. OAuth2 client credentials,
// HTTP Basic and mutual TLS are taken; Options.Profile limits that, and the
// rest, to an operator's ways. With Options.DB the books survive the end of the
// program.
//
// # Admin API
//
// Below verwaltung/, in JSON:
//
//	GET  zahlungen                                    all payments
//	POST zahlungen/{transactionId}                    {"status": "PAYED", "method": "wero"}: settle, also late
//	POST ueberweisungen                               {"amount": 12.50, "text": "…", "payer": "…"}: money past the platform, as for an invoice
//	POST ruecklastschriften                           {"transactionId": "…"}: the payer's bank takes a payment back
//	GET, PUT uhr                                      {"now": "2026-04-03T12:00:00Z"}: the clock, which goes on from there
//	PUT  stoerungen                                   {"operation": "query", "calls": 1, "fault": {"status": 503}}: see [Fault]
//	GET  kontoauszug?tag=2026-04-03                   the day's statement of account, camt.053.001.08
//
// So payment and reconciliation can be tried end to end. The program
// payment/simulator/cmd/bezahlplattform serves it all without further code.
//
// It answers 403 unless the connection's local address is a loopback address
// and the request names that, or the host of BaseURL
// (Options.InsecureAllowNetwork). Faults for tests are chosen by Options.Fault.
//
// There is no official public schema of the standard: the simulator follows the
// documentation, and in a profile what is publicly known of an operator.
// A [Simulator] is safe for concurrent use, on one DB by several processes too.
package simulator
