// Package server is the platform's side of XBezahldienste 1.0.0: reading and
// checking requests, and an HTTP handler for vendors of payment platforms, who
// bring their own books.
//
//	handler, err := server.New(books, server.Options{
//		Authenticators: []server.Authenticator{server.ClientCertificate(clientOf)},
//		May: func(client string, a server.Account) bool { return accounts[client][a] },
//	})
//	mux.Handle("/xbezahldienste/", http.StripPrefix("/xbezahldienste", handler))
//
// Below its root the handler serves
//
//	POST paymenttransaction/{originatorId}/{endPointId}                  [Backend].Create
//	GET  paymenttransaction/{originatorId}/{endPointId}/{transactionId}  [Backend].Query
//	GET  status/{originatorId}/{endPointId}                              [Backend].Status
//	POST oauth/token                                                     with [Options].Tokens
//
// and answers problems as application/problem+json with the standard's
// functional codes. Requests are read strictly: unknown fields, keys that occur
// twice, numbers as strings, texts outside of the documented alphabets and
// lengths, and sums that do not add up are refused before the backend is asked.
//
// # Sources
//
// There is no official public schema of the standard. Fields, lengths and
// alphabets are those of the documentation at docs.fitko.de/xbezahldienste
// (version 1.0.0), and, for the fields of an item and of a transaction, what
// public clients send and read.
//
// # Authentication
//
// The standard leaves it to the operators. Those known use OAuth2 client
// credentials with the secret in the form ([Tokens]), HTTP Basic ([Basic]) or
// mutual TLS ([ClientCertificate]). Several can be offered at once: the first
// that knows the caller decides.
//
// # Not supported
//
// The standard has no call to refund, cancel or list payments and no callback.
//
// # Errors and concurrency
//
// [ReadRequest] returns a [*Problem]. A [Handler] is safe for concurrent use if
// its backend is.
package server
