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

// tour visits every kind of page and error state. The browser checks each page
// on its way.
func tour(t testing.TB) (*bench, []stop) {
	t.Helper()
	var state string
	b := newBench(t, nil)
	b.gate = func(web.Application) (web.GateResult, error) {
		switch state {
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
	b.cfg.Gates = []web.Gate{b}
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	var stops []stop
	see := func(name string, p *formstest.Page) *formstest.Page {
		stops = append(stops, stop{name, p})
		return p
	}
	guest := b.browser()
	p := see("start", guest.Get(prefix+"/"))
	p = see("schritt-leer", p.Submit("Ohne Anmeldung fortfahren", nil))
	base := prefix + "/antrag/" + id(p)
	see("schritt-fehler", p.Submit(weiter, map[string]string{"person.familienname": "Mustermann", "person.geburtsdatum.tag": "31", "person.geburtsdatum.monat": "2", "person.email": "keine"}))
	see("fehler-400", p.Post("", "application/x-www-form-urlencoded", strings.NewReader("_token="+p.Value("_token")+"&person.familienname=%ff")))
	see("fehler-403", p.Post("", "application/x-www-form-urlencoded", strings.NewReader("_token=x")))
	see("fehler-404", guest.Get(prefix+"/gibtsnicht"))
	see("fehler-405", guest.Get(prefix+"/beginnen"))
	see("fehler-413", p.Post("", "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("x", 2<<20))))
	p = p.Submit(weiter, person)
	see("schritt-konflikt", conflict(t, guest, base))
	see("schritt-fahrzeug-fehler", p.Submit(weiter, map[string]string{"fahrzeug.kennzeichen": "unsinn"}))
	q := see("schritt-neu", p.Submit(weiter, map[string]string{"fahrzeug.kennzeichen": "J-EN 123", "fahrzeug.halter": "02", "fahrzeug.zone": "b", "fahrzeug.zeiten": "tag|we"}))
	q = see("schritt-halter", q.Submit(weiter, map[string]string{"fahrzeug.grund": "Ich pflege meine Mutter."}))
	q = see("schritt-nachweis", q.Submit(weiter, map[string]string{"halter.name": "Max Mustermann"}))
	q = see("schritt-nachweis-fehler", q.SubmitFiles(weiter, nil, map[string]formstest.Upload{"nachweis.ausweis": pdf, "nachweis.foto": pdf}))
	see("pause", q.Submit("Speichern und später fortsetzen", nil))
	link := linkOf(t, guest.Get(base+"/pause"))
	see("fortsetzen", b.browser().Get(link))
	see("fortsetzen-code", b.browser().Get(prefix+"/fortsetzen"))
	see("fortsetzen-fehler", b.browser().Get(prefix+"/fortsetzen").Submit("Fortsetzen", nil))
	see("fortsetzen-404", b.browser().Get(prefix+"/fortsetzen?code=x"))
	p = see("zusammenfassung", guest.Get(base).Submit(weiter, nachweis))
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), p.Errors())
	see("verwerfen", p.Click("Antrag verwerfen"))
	see("verworfen", guest.Get(prefix+"/verworfen"))
	state = "wait"
	see("warten", p.Submit(absenden, nil))
	state = "canceled"
	see("abgebrochen", guest.Get(base))
	see("status-offen", guest.Get(base+"/status"))
	state = "broken"
	see("fehler-503", guest.Get(base))
	state = ""
	see("eingang", guest.Get(base))
	see("status", guest.Get(base+"/status"))

	erikas := b.browser()
	p = erikas.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	b.login(erikas, erika())
	p = see("uebernehmen", erikas.Get(p.URL.Path))
	p = see("schritt-bestaetigt", p.Submit("Mit Nutzerkonto fortsetzen", nil))
	see("start-konto", erikas.Get(prefix+"/"))
	b.users["konto-erika"] = nil
	see("fehler-abgemeldet", erikas.Get(p.URL.Path))
	b.users["konto-erika"] = erika()
	b.clock = b.clock.Add(31 * 24 * time.Hour)
	see("fehler-410", erikas.Get(p.URL.Path))
	_, err = b.db.Exec(`ALTER TABLE draft_drafts RENAME TO elsewhere`)
	require.NoError(t, err)
	see("fehler-500", erikas.Get(p.URL.Path))
	return b, stops
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
