// Package xbezahldienste is a provider for package payment that speaks
// XBezahldienste 1.0.0, the German IT standard between online services and
// payment platforms (create a payment, query it, check the configuration).
//
//	provider, err := xbezahldienste.New("https://payment.example/api", "meldewesen", "09999999", &xbezahldienste.Options{
//		Credentials: &xbezahldienste.ClientCredentials{TokenURL: "https://payment.example/oauth/token", ClientID: id, ClientSecret: secret},
//	})
//
// Everything is checked before it is sent, and nothing is cut, clamped or
// transliterated in silence: the standard's alphabets refuse ordinary municipal
// text such as "Gebühr/Auslagen" or "§ 5", the purpose even umlauts. Check texts
// when a form is configured, with [CheckTexts] or payment.Service.Check, and see
// [TransliterateClaim].
//
// There is no public schema of the standard. Field names, limits and alphabets
// are those of the documentation at docs.fitko.de/xbezahldienste and of what
// operators are known to accept; the rules name their source.
//
// # Not supported
//
// The standard has no callback, no refund, no cancellation and no search by our
// request id: payments must be polled, and a payment whose creation timed out
// is found only where the platform uses our request id as its transaction id.
//
// # Operators
//
// The standard leaves authentication and some details to the operators:
//
//	Options.Profile   operator          authentication                     besides
//	PMPayment         GovConnect        OAuth2 client credentials          tokens at /oauth/token of the host
//	EPayBLKonnektor   e.g. Dataport     mutual TLS (Certificate)
//	Epay21            ekom21            HTTP Basic                         no requestor, no nulls, no empty bookingData;
//	                                                                       the pay page is named after payment too
//
// A profile refuses options that its operator does not take. Without a profile
// any of the three authentications can be used. The platform's side of the
// standard is package server.
//
// # Errors and retries
//
// Refusals are an [*Error] with the platform's functional code, unusable
// answers an [*AnswerError]; both match the errors of package payment. Network
// errors and answers 408, 425, 429 and 5xx without a code that decides are
// repeated up to Options.Retries times, a creation always with the same request
// id; failed verification of TLS and the end of the context are not. Redirects
// are never followed. Errors hold no secrets, texts or personal data.
//
// A [Provider] is safe for concurrent use.
package xbezahldienste
