// Package simulator is an account service for development and tests: an OpenID
// Connect 1.0 provider (authorization code flow with PKCE) whose log-in page
// lets one choose among fictional citizens and companies instead of asking for
// a password or an ID card.
//
//	sim, err := simulator.New(simulator.Options{
//		Issuer:  "http://127.0.0.1:8080/simulator",
//		Clients: []simulator.Client{{ID: "parken", Secret: secret, RedirectURIs: []string{callback}}},
//	})
//	…
//	mux.Handle("/simulator/", sim)
//
// It is as strict as a real one: exact redirect URIs, PKCE S256 required, client
// authentication (basic or post), codes once and for one minute, errors as RFC
// 6749 and OpenID Connect Core 1.0 want them. ID tokens are signed with ES256.
// A person may also cancel, or let the log-in fail.
//
// Anyone who reaches it is logged in as anybody. Therefore it answers 403 unless
// the connection's local address is loopback, and every page and the header
// X-Simulator say what it is.
//
// The claims, by scope:
//
//	openid        sub (pairwise), acr (eIDAS URI), amr (pwd, elster, eid), auth_time, account_type (person, organisation)
//	profile       given_name, family_name, birth_family_name, birthdate
//	address       address: street, house_number, street_address, postal_code, locality, country
//	email         email, email_verified
//	organisation  organisation: name, legal_form, register_number, register_court
//
// street and house_number are additions to the standard's address; organisation
// is absent for accounts of people.
//
// Unsupported: single sign-on (each log-in asks again, as BundID does), refresh
// tokens, dynamic registration, request objects, encryption.
//
// With Options.Key, codes, tokens and the signing key outlive a restart; only
// the memory of used codes does not. A Simulator is safe for concurrent use.
package simulator
