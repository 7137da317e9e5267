package web_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

// stop is one page of the tour.
type stop struct {
	name string
	page *formstest.Page
}

// guide collects the stops of a tour. Its state is what the gate answers.
type guide struct {
	*bench
	stops []stop
	state string
}

func (g *guide) see(name string, p *formstest.Page) *formstest.Page {
	g.stops = append(g.stops, stop{name, p})
	return p
}

// tour visits every kind of page and error state. The browser checks each page
// on its way.
func tour(t testing.TB) (*bench, []stop) {
	t.Helper()
	g := &guide{bench: newBench(t, nil)}
	g.gate = func(web.Application) (web.GateResult, error) {
		switch g.state {
		case "wait":
			return web.GateResult{}, nil
		case "canceled":
			r := web.Wait("Die Zahlung wurde abgebrochen", "Es wurde nichts abgebucht. Ihre Angaben sind gespeichert.")
			r.Button, r.Changeable = "Erneut bezahlen", true
			return r, nil
		case "broken":
			return web.GateResult{}, errors.New("boom")
		}
		return web.Pass(), nil
	}
	g.cfg.Gates = []web.Gate{g}
	var err error
	g.wizard, err = web.New(g.cfg)
	require.NoError(t, err)
	guest := g.browser()
	g.finish(guest, g.fill(guest))
	g.account()
	return g.bench, g.stops
}

// fill goes from the start to the summary, with every mistake on the way.
func (g *guide) fill(guest *formstest.Browser) *formstest.Page {
	const form = "application/x-www-form-urlencoded"
	p := g.see("start", guest.Get(prefix+"/"))
	p = g.see("schritt-leer", p.Submit("Ohne Anmeldung fortfahren", nil))
	base := prefix + "/antrag/" + id(p)
	g.see("schritt-fehler", p.Submit(weiter, map[string]string{"person.familienname": "Mustermann", "person.geburtsdatum.tag": "31", "person.geburtsdatum.monat": "2", "person.email": "keine"}))
	g.see("fehler-400", p.Post("", form, strings.NewReader("_token="+p.Value("_token")+"&person.familienname=%ff")))
	g.see("fehler-403", p.Post("", form, strings.NewReader("_token=x")))
	g.see("fehler-404", guest.Get(prefix+"/gibtsnicht"))
	g.see("fehler-405", guest.Get(prefix+"/beginnen"))
	g.see("fehler-413", p.Post("", form, strings.NewReader(strings.Repeat("x", 2<<20))))
	p = p.Submit(weiter, person)
	g.see("schritt-konflikt", conflict(g.t, guest, base))
	g.see("schritt-fahrzeug-fehler", p.Submit(weiter, map[string]string{"fahrzeug.kennzeichen": "unsinn"}))
	p = g.see("schritt-neu", p.Submit(weiter, map[string]string{"fahrzeug.kennzeichen": "J-EN 123", "fahrzeug.halter": "02", "fahrzeug.zone": "b", "fahrzeug.zeiten": "tag|we"}))
	p = g.see("schritt-halter", p.Submit(weiter, map[string]string{"fahrzeug.grund": "Ich pflege meine Mutter."}))
	p = g.see("schritt-nachweis", p.Submit(weiter, map[string]string{"halter.name": "Max Mustermann"}))
	p = g.see("schritt-nachweis-fehler", p.SubmitFiles(weiter, nil, map[string]formstest.Upload{"nachweis.ausweis": pdf, "nachweis.foto": pdf}))
	p = g.see("pause", p.Submit("Speichern und später fortsetzen", nil))
	link := linkOf(g.t, p)
	g.see("fortsetzen", g.browser().Get(link))
	g.see("fortsetzen-code", g.browser().Get(prefix+"/fortsetzen"))
	g.see("fortsetzen-fehler", g.browser().Get(prefix+"/fortsetzen").Submit("Fortsetzen", nil))
	g.see("fortsetzen-404", g.browser().Get(prefix+"/fortsetzen?code=x"))
	p = g.see("zusammenfassung", guest.Get(base).Submit(weiter, nachweis))
	require.Equal(g.t, "Prüfen Sie Ihre Angaben", p.Heading(), p.Errors())
	g.see("verwerfen", p.Click("Antrag verwerfen"))
	g.see("verworfen", guest.Get(prefix+"/verworfen"))
	return p
}

// finish goes from the summary to the receipt.
func (g *guide) finish(guest *formstest.Browser, p *formstest.Page) {
	base := prefix + "/antrag/" + id(p)
	g.state = "wait"
	g.see("warten", p.Submit(absenden, nil))
	g.state = "canceled"
	g.see("abgebrochen", guest.Get(base))
	g.see("status-offen", guest.Get(base+"/status"))
	g.state = "broken"
	g.see("fehler-503", guest.Get(base))
	g.state = ""
	g.see("eingang", guest.Get(base))
	g.see("status", guest.Get(base+"/status"))
}

// account sees the pages of somebody who is, was, or is no longer logged in.
func (g *guide) account() {
	erikas := g.browser()
	p := erikas.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	g.login(erikas, erika())
	p = g.see("uebernehmen", erikas.Get(p.URL.Path))
	p = g.see("schritt-bestaetigt", p.Submit("Mit Nutzerkonto fortsetzen", nil))
	g.see("start-konto", erikas.Get(prefix+"/"))
	g.users["konto-erika"] = nil
	g.see("fehler-abgemeldet", erikas.Get(p.URL.Path))
	g.users["konto-erika"] = erika()
	g.clock = g.clock.Add(31 * 24 * time.Hour)
	g.see("fehler-410", erikas.Get(p.URL.Path))
	_, err := g.db.Exec(`ALTER TABLE draft_drafts RENAME TO elsewhere`)
	require.NoError(g.t, err)
	g.see("fehler-500", erikas.Get(p.URL.Path))
}

func conflict(t testing.TB, br *formstest.Browser, base string) *formstest.Page {
	t.Helper()
	one, two := br.Get(base+"/schritt/person"), br.Get(base+"/schritt/person")
	one.Submit(weiter, map[string]string{"person.vornamen": "Erika Maria"})
	return two.Submit(weiter, map[string]string{"person.vornamen": "Maria"})
}

func TestEveryPageIsAccessible(t *testing.T) {
	_, stops := tour(t)
	want := map[string]int{
		"schritt-fehler": 422, "fehler-400": 400, "fehler-403": 403, "fehler-404": 404, "fehler-405": 405, "fehler-413": 413,
		"schritt-konflikt": 409, "schritt-fahrzeug-fehler": 422, "schritt-nachweis-fehler": 422, "fortsetzen-fehler": 422,
		"fortsetzen-404": 404, "fehler-503": 503, "fehler-abgemeldet": 403, "fehler-410": 410, "fehler-500": 500,
	}
	for _, s := range stops {
		status := http.StatusOK
		if want[s.name] != 0 {
			status = want[s.name]
		}
		assert.Equal(t, status, s.page.Status, s.name)
		problems, err := formstest.CheckPage(bytes.NewBufferString(s.page.HTML))
		require.NoError(t, err)
		assert.Empty(t, problems, s.name)
		assert.Contains(t, s.page.HTML, "Demonstration:", s.name)
		assert.Contains(t, s.page.HTML, "/barrierefreiheit", s.name)
	}
	require.Len(t, stops, 34)
}

func TestHostileRequests(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	n := br.Get(prefix + "/").Attack()
	n += br.Get(prefix + "/fortsetzen").Attack()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	n += p.Attack()
	p = p.Submit(weiter, person)
	n += p.Attack()
	p = p.Submit(weiter, fahrzeug)
	n += p.Attack()
	p = p.SubmitFiles(weiter, nachweis, dateien)
	n += p.Click("Antrag verwerfen").Attack()
	assert.GreaterOrEqual(t, n, 6*18)
	assert.NotContains(t, b.log.String(), "panic")
}
