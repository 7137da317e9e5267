package epaybl

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// instead answers an operation with a result in place of the platform.
func (p *platform) instead(op, result string) {
	p.answer = func(got string, done bool, w http.ResponseWriter) bool {
		if got != op || done {
			return false
		}
		p.write(w, http.StatusOK, p.respond(op, result))
		return true
	}
}

// TestAmbiguousAnswers: an answer that two readers can read in two ways is
// unusable.
func TestAmbiguousAnswers(t *testing.T) {
	const rest = `<betragHauptforderungen>30.70</betragHauptforderungen><betragZahlungseingaenge>30.70</betragZahlungseingaenge>`
	const ok = `<ergebnis><istOk>true</istOk></ergebnis>`
	for _, c := range []struct{ name, result string }{
		{"a sum twice", ok + rest + `<saldo>0.00</saldo><saldo>30.70</saldo>`},
		{"a verdict twice", `<ergebnis><istOk>true</istOk><istOk>false</istOk></ergebnis>` + rest + `<saldo>0.00</saldo>`},
		{"results twice", ok + `<ergebnis><istOk>false</istOk></ergebnis>` + rest + `<saldo>0.00</saldo>`},
		{"a sum that refers to nothing", ok + rest + `<saldo>0.00</saldo><betragStornos href="#nichts"/>`},
		{"a sum that refers to a reference", ok + rest + `<saldo>0.00</saldo><betragStornos href="#id1"/></return></ep:lesenKassenzeichenInfoResponse><multiRef id="id1" href="#id2"/><multiRef id="id2">30.70</multiRef><ep:x xmlns:ep="x"><return>`},
		{"a sum with elements", ok + rest + `<saldo>0<x/>.00</saldo>`},
		{"two targets of one name", ok + rest + `<saldo href="#id1"/></return></ep:lesenKassenzeichenInfoResponse><multiRef id="id1">30.70</multiRef><multiRef id="id1">0</multiRef><ep:x xmlns:ep="x"><return>`},
		{"claims below zero", ok + `<saldo>-30.70</saldo><betragHauptforderungen>-1.00</betragHauptforderungen><betragZahlungseingaenge>30.70</betragZahlungseingaenge>`},
		{"receipts below zero", ok + `<saldo>0</saldo><betragHauptforderungen>30.70</betragHauptforderungen><betragZahlungseingaenge>-30.70</betragZahlungseingaenge><betragStornos>-61.40</betragStornos>`},
		{"a sum that no account can have", ok + `<saldo>0</saldo><betragHauptforderungen>30.70</betragHauptforderungen><betragZahlungseingaenge>0</betragZahlungseingaenge><betragStornos>92233720368547758.07</betragStornos>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			platform := newPlatform(t, Version3)
			p := platform.provider(t)
			platform.answer = func(_ string, _ bool, w http.ResponseWriter) bool {
				body := `<ep:lesenKassenzeichenInfoResponse xmlns:ep="` + nsEpaybl + `"><return>` + c.result
				if end := `<ep:x xmlns:ep="x"><return>`; strings.HasSuffix(body, end) {
					body = strings.TrimSuffix(body, end)
				} else {
					body += `</return></ep:lesenKassenzeichenInfoResponse>`
				}
				platform.write(w, http.StatusOK, body)
				return true
			}
			r, err := p.Query(t.Context(), "4200000000061")
			require.ErrorIs(t, err, payment.ErrBadAnswer)
			assert.Nil(t, r)
		})
	}
}

// TestACommentDoesNotCutASum: a comment parts no number.
func TestACommentDoesNotCutASum(t *testing.T) {
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	platform.instead(opAccount, `<ergebnis><istOk>true</istOk></ergebnis><saldo>0<!-- -->.00</saldo><betragHauptforderungen>30.<!-- -->70</betragHauptforderungen><betragZahlungseingaenge>30.70</betragZahlungseingaenge>`)
	r, err := p.Query(t.Context(), "4200000000061")
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(3070), *r.Amount)
	assert.Equal(t, payment.StatePaid, r.State)
}

// TestSignsOfReversals: the facts known do not tell the sign of what was taken
// back; neither makes money.
func TestSignsOfReversals(t *testing.T) {
	for _, sign := range []string{"", "-"} {
		platform := newPlatform(t, Version3)
		p := platform.provider(t)
		platform.instead(opAccount, fmt.Sprintf(`<ergebnis><istOk>true</istOk></ergebnis><saldo>0.00</saldo><betragHauptforderungen>30.70</betragHauptforderungen>`+
			`<betragZahlungseingaenge>30.70</betragZahlungseingaenge><betragRuecklastschriften>%s30.70</betragRuecklastschriften>`, sign))
		r, err := p.Query(t.Context(), "4200000000061")
		require.NoError(t, err)
		assert.Equal(t, payment.StatePending, r.State, "sign %q", sign)
	}
	a := account{claims: 1, receipts: 1, reversals: math.MaxInt64 / 2, returns: math.MaxInt64 / 2}
	assert.Zero(t, a.received())
}

// TestTransactionOfSomebodyElse: what lesenTransaktion says of another
// transaction is no answer, and a transaction without Kassenzeichen is not
// booked a second time.
func TestTransactionOfSomebodyElse(t *testing.T) {
	for name, result := range map[string]string{
		"another transaction":         `<ergebnis><istOk>true</istOk></ergebnis><buchungsListe><EShopTransaktionsNr>ANDERE</EShopTransaktionsNr><kassenzeichen>4200000000061</kassenzeichen></buchungsListe>`,
		"booked, without its number":  `<ergebnis><istOk>true</istOk></ergebnis><buchungsListe><EShopTransaktionsNr>ABCDEFGHIJKLMNOPQRSTUVWX1</EShopTransaktionsNr></buchungsListe>`,
		"no form of a Kassenzeichen":  `<ergebnis><istOk>true</istOk></ergebnis><buchungsListe><kassenzeichen>&lt;</kassenzeichen></buchungsListe>`,
		"two Kassenzeichen, in parts": `<ergebnis><istOk>true</istOk></ergebnis><kassenzeichen>4200000000062</kassenzeichen><buchungsListe><kassenzeichen>4200000000061</kassenzeichen></buchungsListe>`,
	} {
		t.Run(name, func(t *testing.T) {
			platform := newPlatform(t, Version3)
			p := platform.provider(t)
			platform.instead(opTransaction, result)
			_, err := p.Create(t.Context(), requestFor("1", 3070))
			require.ErrorIs(t, err, payment.ErrBadAnswer)
			assert.Zero(t, platform.count(), "nothing was booked")
		})
	}
	t.Run("the number stands in the result itself", func(t *testing.T) {
		platform := newPlatform(t, Version3)
		p := platform.provider(t)
		first, err := p.Create(t.Context(), requestFor("1", 3070))
		require.NoError(t, err)
		platform.instead(opTransaction, `<ergebnis><istOk>true</istOk></ergebnis><kassenzeichen>`+first.TransactionID+`</kassenzeichen>`)
		again, err := p.Create(t.Context(), requestFor("1", 3070))
		require.NoError(t, err)
		assert.Equal(t, first.TransactionID, again.TransactionID)
		assert.Equal(t, 1, platform.count())
	})
}

// TestAMisconfiguredPlatformKnowsNothing: that the platform will not talk to
// us does not mean that a transaction or a Kassenzeichen is unknown.
func TestAMisconfiguredPlatformKnowsNothing(t *testing.T) {
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	platform.answer = func(op string, done bool, w http.ResponseWriter) bool {
		if done || op != opTransaction && op != opAccount {
			return false
		}
		platform.write(w, http.StatusOK, platform.refuse(op, codeConfiguration))
		return true
	}
	_, err := p.Create(t.Context(), requestFor("1", 3070))
	require.ErrorIs(t, err, payment.ErrDenied)
	require.NotErrorIs(t, err, payment.ErrRejected)
	assert.Zero(t, platform.count())
	_, err = p.Query(t.Context(), "4200000000061")
	require.ErrorIs(t, err, payment.ErrDenied)
	require.NotErrorIs(t, err, payment.ErrNotFound, "an attempt must not expire by it")
	_, err = p.Lookup(t.Context(), "ABC")
	require.NotErrorIs(t, err, payment.ErrNotFound)
}

// TestRefusedBecauseItIsBooked: a first call that we thought lost may be
// booked between lesenTransaktion and the second; the platform then refuses
// the number, and the first booking is the payment.
func TestRefusedBecauseItIsBooked(t *testing.T) {
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	platform.answer = func(op string, done bool, w http.ResponseWriter) bool {
		if op != opBook || !done {
			return false
		}
		platform.write(w, http.StatusOK, platform.refuse(op, -999)) // booked, and refused
		return true
	}
	r, err := p.Create(t.Context(), requestFor("1", 3070))
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, r.State)
	assert.Equal(t, 1, platform.count())

	platform.answer = func(op string, done bool, w http.ResponseWriter) bool {
		if op != opBook || done {
			return false
		}
		platform.write(w, http.StatusOK, platform.refuse(op, -506))
		return true
	}
	_, err = p.Create(t.Context(), requestFor("2", 3070))
	require.ErrorIs(t, err, payment.ErrRejected, "refused and not booked")
}

// TestAccountWithoutCustomer: the customer is deleted before the account is
// read; a platform that no longer names it gets a whole pay page all the same.
func TestAccountWithoutCustomer(t *testing.T) {
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	nameless := `<ergebnis><istOk>true</istOk></ergebnis><saldo>30.70</saldo><betragHauptforderungen>30.70</betragHauptforderungen><betragZahlungseingaenge>0</betragZahlungseingaenge>`
	platform.instead(opAccount, nameless)
	r, err := p.Create(t.Context(), requestFor("1", 3070))
	require.NoError(t, err)
	page, err := url.Parse(r.PayPageURL)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(page.Query().Get("EShopKundenNr"), "ABCDEFGHIJKLMNOPQRSTUVWX1_"))

	_, err = p.Create(t.Context(), requestFor("1", 3070)) // after a crash nobody knows the number
	require.ErrorIs(t, err, payment.ErrBadAnswer, "a pay page without customer would be none")

	platform.instead(opAccount, nameless+`<EShopKundenNr>fremd</EShopKundenNr>`)
	r, err = p.Query(t.Context(), "4200000000061")
	require.NoError(t, err)
	assert.NotEmpty(t, r.RequestID, "a customer that is not ours is another payment: review")
}

// TestReplacedDefaultTransport: a program may have put its own RoundTripper
// into http.DefaultTransport.
func TestReplacedDefaultTransport(t *testing.T) {
	saved := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = saved })
	http.DefaultTransport = roundTripper{}
	p, err := New((&platform{server: newPlatform(t, Version3).server}).config(), nil)
	require.NoError(t, err)
	transport, ok := p.client.Transport.(*http.Transport)
	require.True(t, ok)
	assert.NotNil(t, transport.Proxy)
}

type roundTripper struct{}

// RoundTrip implements http.RoundTripper.
func (roundTripper) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, http.ErrNotSupported
}
