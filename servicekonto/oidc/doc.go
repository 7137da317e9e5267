// Package oidc logs in with accounts that speak OpenID Connect Core 1.0, by the
// authorization code flow: the account services of some Länder, brokers in
// front of others, and package simulator.
//
//	p, err := oidc.New(oidc.Config{
//		Issuer:   "https://konto.example/oidc",
//		ClientID: "parken", ClientSecret: secret,
//	})
//	…
//	servicekonto.Choice{ID: "servicekonto", Label: "Servicekonto", Provider: p}
//
// It sends state, nonce and a PKCE challenge (RFC 7636, S256) and checks, beside
// what go-oidc checks (signature by a key of the issuer, algorithm from a list
// of asymmetric ones, issuer, audience, expiry): iss of the answer (RFC 9207),
// nonce, that the token is for this client alone, azp, at_hash, iat, auth_time
// where a fresh login was asked for, acr against a table whose unknown values
// are refused, and that UserInfo speaks of the same sub. A UserInfo answer may
// be JSON or a signed JWT.
//
// An account is that of an organisation if the claim account_type says so or, where
// an issuer does not have it, if there is a claim organisation.
//
// The issuer is asked when the first person logs in, not before, so that it may
// start later than the service. Answers are limited in size and time, redirects
// are not followed, plain http is refused but for loopback hosts.
//
// Unsupported: implicit and hybrid flow, encrypted tokens, private_key_jwt,
// back-channel logout, distributed claims.
//
// A [Provider] is safe for concurrent use. Every failure is a
// [*servicekonto.LoginError].
package oidc
