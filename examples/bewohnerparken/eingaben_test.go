package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// ziel is a handler that takes a form, and the fields that it knows.
type ziel struct {
	name, path string
	fields     []string
	api        bool // answers programs, not people
}

// ziele are all addresses that take a POST, for a citizen with an application
// under way and a pay page open.
func ziele(antrag, payPage string) []ziel {
	step := []string{"_token", "_stand", "_aktion"}
	return []ziel{
		{name: "start", path: "/beginnen", fields: []string{"_token"}},
		{name: "resume", path: "/fortsetzen", fields: []string{"_token", "code"}},
		{name: "person", path: antrag + "/schritt/person", fields: append(step, "person.familienname", "person.telefon", "person.geburtsdatum.tag")},
		{name: "vehicle", path: antrag + "/schritt/fahrzeug", fields: append(step, "fahrzeug.kennzeichen", "fahrzeug.halter")},
		{name: "hidden step", path: antrag + "/schritt/halter", fields: append(step, "halter.familienname")},
		{name: "period", path: antrag + "/schritt/zeitraum", fields: append(step, "zeitraum.dauer", "zeitraum.abgleich")},
		{name: "summary", path: antrag + "/zusammenfassung", fields: step},
		{name: "gate", path: antrag + "/abschluss", fields: step},
		{name: "logout", path: "/abmelden", fields: []string{"_token"}},
		{name: "simulated login", path: "/simulator/konto/authorize", fields: []string{"anfrage", "konto", "niveau", "aktion"}},
		{name: "simulated pay page", path: payPage, fields: []string{"formular", "aktion"}},
		{name: "token endpoint of the account", path: "/simulator/konto/token", fields: []string{"grant_type", "code", "client_id"}, api: true},
		{name: "token endpoint of the platform", path: "/simulator/kasse/oauth/token", fields: []string{"grant_type", "client_id"}, api: true},
	}
}

func TestEveryHandlerSurvivesBadForms(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteBezahlen)
	payPage := b.page.url.Path
	antrag := strings.TrimPrefix(b.antrag, b.base)
	require.NotEmpty(t, antrag)

	checked := 0
	for _, z := range ziele(antrag, payPage) {
		known, twice, long, broken := url.Values{}, url.Values{}, url.Values{}, url.Values{}
		for _, f := range z.fields {
			known.Set(f, "1")
			twice[f] = []string{"1", "2"}
			long.Set(f, strings.Repeat("a", 3<<20))
			broken.Set(f, "Stra\xdfe\xff\x00")
		}
		const form = "application/x-www-form-urlencoded"
		for _, tt := range []struct{ name, contentType, body string }{
			{"missing fields", form, ""},
			{"made-up values", form, known.Encode()},
			{"repeated fields", form, twice.Encode()},
			{"oversized fields", form, long.Encode()},
			{"fields that are not UTF-8", form, broken.Encode()},
			{"raw bytes that are not UTF-8", form, "_token=\xff\xfe&=&;%zz&a=%ff"},
			{"ten thousand fields", form, strings.Repeat("a=1&", 10_000)},
			{"a body of another type", "application/json", `{"_token": 1}`},
			{"a broken multipart body", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\xff\"\r\n\r\nb"},
			{"no type", "", "a=1"},
		} {
			t.Run(z.name+"/"+tt.name, func(t *testing.T) {
				err := b.post(b.base+z.path, tt.contentType, strings.NewReader(tt.body))
				if tt.name == "oversized fields" && err != nil {
					// The server may answer and hang up while the body is still on
					// its way; then the answer is lost, and nothing else.
					require.NoError(t, b.get(b.base+"/"))
					return
				}
				require.NoError(t, err)
				require.Less(t, b.page.status, 500, textOf(b.page.doc))
				if z.api {
					require.GreaterOrEqual(t, b.page.status, 400)
					return
				}
				german(t, b.page)
				if b.page.status < 400 { // led elsewhere by a redirect: nothing was taken
					require.NotEqual(t, seiteEingang, b.wo())
				}
			})
			checked++
		}
	}
	require.Equal(t, 130, checked)
	// Logging out is all that came of it: the citizen logs in again and pays.
	require.NoError(t, b.get(b.base+"/"))
	b.bisZum(t, seiteEingang)
}

func TestEveryPageSurvivesBadQueries(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteFahrzeug)
	antrag := strings.TrimPrefix(b.page.url.Path, b.base)
	for _, path := range []string{
		"/", antrag, "/antrag/%ff/status", "/antrag/" + strings.Repeat("a", 5000) + "/status", "/fortsetzen",
		"/anmelden", "/anmelden/zurueck/servicekonto", "/anmelden/zurueck/%ff", "/anmelden/weiter", "/abmelden", "/zahlung/zurueck", "/zahlung/x",
		"/simulator/konto/authorize", "/simulator/kasse/bezahlseite/x", "/simulator/konto/x", "/hinweise",
	} {
		for name, query := range map[string]string{
			"nothing": "", "made-up": "code=1&state=2&v=3&ziel=4&iss=5", "repeated": "code=1&code=2&state=1&state=2&v=1&v=2&ziel=/a&ziel=/b",
			"not UTF-8": "code=%ff&state=%fe&v=%ff&ziel=%ff", "oversized": "code=" + strings.Repeat("a", 30_000), "elsewhere": "ziel=https://example.org/&ziel=//example.org",
			"broken": "%zz&;=&&",
		} {
			t.Run(path[:min(len(path), 40)]+"/"+name, func(t *testing.T) {
				require.NoError(t, b.get(b.base+path+"?"+query))
				require.Less(t, b.page.status, 500, textOf(b.page.doc))
				require.Equal(t, b.base, b.page.url.Scheme+"://"+b.page.url.Host, "led to another host")
				if b.page.status != http.StatusNotFound || strings.Contains(string(b.page.body), "<html") {
					german(t, b.page)
				}
			})
		}
	}
}

// german demands a German page with a heading.
func german(t *testing.T, p *seite) {
	t.Helper()
	require.Contains(t, string(p.body), `<html lang="de">`, "status %d at %s", p.status, p.url.Path)
	require.NotEmpty(t, p.heading())
}

// TestReplayedPaymentReturn: the address that the pay page leads back to works
// once; afterwards it is refused and books nothing.
func TestReplayedPaymentReturn(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteBezahlen)
	var back string
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/zahlung/zurueck" {
			back = r.URL.String()
		}
		return nil
	}
	b.bisZum(t, seiteEingang)
	require.NotEmpty(t, back)
	for range 2 {
		require.NoError(t, b.get(back))
		require.Equal(t, http.StatusGone, b.page.status)
		german(t, b.page)
	}
	stranger := neuerBuerger(l.server.URL)
	require.NoError(t, stranger.get(back))
	require.Equal(t, http.StatusGone, stranger.page.status)
	require.NotContains(t, textOf(stranger.page.doc), "Mustermann")
	require.NoError(t, l.erledige(context.Background()))
	id := b.antrag[strings.LastIndexByte(b.antrag, '/')+1:]
	balance, err := l.kasse.Balance(context.Background(), mandant, id+".1online")
	require.NoError(t, err)
	require.Equal(t, payment.EUR(3070), balance.Booked)
}

// TestReplayedLoginReturn: the address that the account leads back to logs in
// one browser, once.
func TestReplayedLoginReturn(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteAnmelden)
	var back string
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/anmelden/zurueck/") {
			back = r.URL.String()
		}
		return nil
	}
	require.NoError(t, b.weiter())
	require.NotEmpty(t, back)
	for _, who := range []*buerger{b, neuerBuerger(l.server.URL)} {
		require.NoError(t, who.get(back))
		require.GreaterOrEqual(t, who.page.status, 400)
		require.Less(t, who.page.status, 500)
		german(t, who.page)
	}
}

// TestForgedAnswerToALockedField: what the account has verified cannot be
// changed by sending the field all the same.
func TestForgedAnswerToALockedField(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seitePerson)
	e := b.antworten()
	e.values.Set("person.familienname", "Gefaelscht")
	require.NoError(t, b.press("Weiter", e))
	b.bisZum(t, seiteSumme)
	require.NotContains(t, string(b.page.body), "Gefaelscht")
	require.Contains(t, string(b.page.body), "Mustermann")
}

// TestNoSkipping: later pages lead back to the first that is not complete.
func TestNoSkipping(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seitePerson)
	antrag := b.base + strings.TrimSuffix(b.page.url.Path, "/schritt/person")
	for _, page := range []string{"/schritt/zeitraum", "/zusammenfassung", "/abschluss", "/eingang"} {
		require.NoError(t, b.get(antrag+page))
		require.Equal(t, seitePerson, b.wo(), page)
	}
}
