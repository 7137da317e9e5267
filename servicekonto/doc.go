// Package servicekonto logs people and organisations into an online service
// with an account of public administration (Nutzerkonto, Servicekonto: BundID,
// Mein Unternehmenskonto, the accounts of the Länder) and keeps their sessions
// by the limits of BSI TR-03160-1.
//
//	login, err := oidc.New(oidc.Config{Issuer: issuer, ClientID: id, ClientSecret: secret})
//	…
//	konto, err := servicekonto.New(servicekonto.Config{
//		BaseURL: "https://dienste.musterstadt.example/parken",
//		Choices: []servicekonto.Choice{{ID: "servicekonto", Label: "Servicekonto", Provider: login}},
//		Store:   servicekonto.NewMemoryStore(),
//	})
//	…
//	mux.Handle("/parken/anmelden/", konto.Handler())
//	mux.Handle("/parken/anmelden", konto.Handler())
//	mux.Handle("/parken/abmelden", konto.Handler())
//	mux.Handle("/parken/abmelden/", konto.Handler())
//	mux.Handle("/parken/antrag/", konto.Require(servicekonto.Substanziell, antrag))
//
// An [Account] has a stable ID and [Attribute]s, each with its own trust and
// source. A [Provider] speaks a protocol: package oidc speaks OpenID Connect.
// The [Service] does what is the same for all of them: it keeps a login under
// way in the [Store], gives it out once, only to the browser that began it and
// only for ten minutes; it refuses levels below the one asked for; it starts a
// session under a new token; it ends it at logout, on the server.
//
// What the store holds of a session or a login is encrypted under a key that
// only the browser's cookie or the answer's handle yields, and found by their
// hash: a copy of the database opens no session and tells no name.
//
// People see German pages without script. A login that fails shows the same
// page whichever check failed; the log gets a [*LoginError] with the reason.
// Nothing of this package prints or logs values of attributes, account IDs,
// tokens or handles.
//
// Anybody can start logins, and each is a record until it expires: call
// [Service.DeleteExpired] every few minutes, and limit the rate of requests in
// front of the handler.
//
// Not here yet: SAML (BundID, BayernID, Mein Unternehmenskonto) and mailboxes.
//
// All types are safe for concurrent use, and any number of processes may share
// one SQL store.
package servicekonto
