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
// Below BaseURL are oauth/token, paymenttransaction/…, status/… and the pay
// pages, where a person may pay, cancel, let the payment fail, or close the
// window and leave it open. Requests are checked strictly against the
// documented fields, lengths and alphabets, each refusal with its functional
// code. With Options.DB the books survive the end of the program.
//
// It answers 403 unless the connection's local address is a loopback address
// (Options.InsecureAllowNetwork). Faults for tests are chosen by Options.Fault.
//
// There is no official public schema of the standard: the simulator follows the
// documentation, not any operator. HTTP Basic and mutual TLS are not offered.
// A [Simulator] is safe for concurrent use, on one DB by several processes too.
package simulator
