package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

func TestNoStepIsSkipped(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	base := prefix + "/antrag/" + id(p)
	for _, path := range []string{"/schritt/fahrzeug", "/schritt/nachweis", "/schritt/halter", "/zusammenfassung", "/abschluss", "/eingang", ""} {
		p = br.Get(base + path)
		assert.Equal(t, "Angaben zu Ihrer Person", p.Heading(), path)
	}
	assert.Equal(t, http.StatusNotFound, br.Get(base+"/schritt/gibtsnicht").Status)
	assert.Equal(t, http.StatusNotFound, br.Get(base+"/gibtsnicht").Status)
	p = br.Get(base).Submit(weiter, person)
	p = p.Submit("Speichern und später fortsetzen", map[string]string{"fahrzeug.kennzeichen": "unsinn"})
	assert.Equal(t, "Ihr Antrag ist gespeichert", p.Heading())
	p = p.Click("Jetzt weitermachen")
	assert.Equal(t, "Angaben zum Fahrzeug", p.Heading(), "pausing does not complete a step")
	assert.Equal(t, "UNSINN", strings.ToUpper(p.Value("fahrzeug.kennzeichen")), "but it keeps what was typed")
	assert.Equal(t, "Angaben zum Fahrzeug", br.Get(base+"/schritt/nachweis").Heading())

	// A forged POST to a later step, with a good token, stores nothing.
	v := url.Values{"_token": {p.Value("_token")}, "nachweis.wahr": {"true"}}
	p = p.Post(base+"/schritt/nachweis", "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	assert.Equal(t, "Angaben zum Fahrzeug", p.Heading())
	v = url.Values{"_token": {p.Value("_token")}}
	p = p.Post(base+"/zusammenfassung", "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	assert.Equal(t, "Angaben zum Fahrzeug", p.Heading())
	assert.Empty(t, b.done)
}

func TestChangeReturnsToTheSummaryThroughNewSteps(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := b.toSummary(br)
	p = p.Click("Ändern: Angaben zum Fahrzeug")
	assert.Contains(t, p.Text(), "Schritt 2 von 4")
	p = p.Submit(weiter, map[string]string{"fahrzeug.halter": "02"})
	assert.Equal(t, "Angaben zum Fahrzeug", p.Heading(), "a question on the same page became visible")
	assert.Equal(t, http.StatusOK, p.Status)
	assert.Empty(t, p.Errors(), "nobody is blamed for a question not yet asked")
	assert.Contains(t, p.Text(), "weitere Angaben")
	assert.Contains(t, p.Text(), "Schritt 2 von 5")
	assert.Equal(t, "Angaben zum Fahrzeug", br.Get(prefix+"/antrag/"+id(p)+"/zusammenfassung").Heading())
	p = p.Submit(weiter, nil)
	assert.Equal(t, []string{"f_fahrzeug_grund"}, p.ErrorLinks())
	p = p.Submit(weiter, map[string]string{"fahrzeug.grund": "Ich pflege meine Mutter."})
	assert.Equal(t, "Halterin oder Halter", p.Heading(), "a step became visible")
	p = p.Submit(weiter, map[string]string{"halter.name": "Max Mustermann"})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	assert.Contains(t, p.Text(), "Max Mustermann")

	p = p.Click("Ändern: Angaben zum Fahrzeug").Submit(weiter, map[string]string{"fahrzeug.halter": "01"})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	assert.NotContains(t, p.Text(), "Max Mustermann")
	p = p.Submit(absenden, nil)
	require.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
	assert.False(t, b.last.Answers.Has("halter.name"), "hidden answers are not handed over")
	assert.False(t, b.last.Answers.Has("fahrzeug.grund"))
}

func TestLockedAnswersCannotBeForged(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	b.login(br, erika())
	p := br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	require.Equal(t, "Angaben zu Ihrer Person", p.Heading())
	assert.NotContains(t, p.Names(), "person.familienname")
	assert.NotContains(t, p.Names(), "person.geburtsdatum.tag")
	assert.Contains(t, p.Text(), "Bestätigt durch: Servicekonto, Vertrauensniveau hoch (Online-Ausweis)")
	assert.Contains(t, p.Text(), "12.8.1964")
	assert.Equal(t, "erika@musterstadt.example", p.Value("person.email"))
	assert.Contains(t, p.Text(), "Übernommen aus: Servicekonto")

	v := url.Values{"_token": {p.Value("_token")}, "_stand": {p.Value("_stand")}}
	for k, s := range person {
		v.Set(k, s)
	}
	v.Set("person.email", "neu@musterstadt.example")
	v.Set("person.familienname", "Gefälscht")
	v.Set("person.geburtsdatum", "1900-01-01")
	v.Set("person.geburtsdatum.tag", "1")
	p = p.Post("", "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	require.Equal(t, "Angaben zum Fahrzeug", p.Heading())
	p = p.Submit(weiter, fahrzeug).SubmitFiles(weiter, nachweis, dateien)
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	assert.Contains(t, p.Text(), "Mustermann bestätigt durch Servicekonto")
	assert.NotContains(t, p.Text(), "Gefälscht")
	p = p.Submit(absenden, nil)
	require.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
	assert.Equal(t, "Mustermann", b.last.Answers.Get("person.familienname").Text())
	assert.Equal(t, "1964-08-12", b.last.Answers.Get("person.geburtsdatum").Text())
	assert.Equal(t, "konto-erika", b.last.UserID)
	assert.True(t, b.last.Origins["person.familienname"].Locked)
	_, ok := b.last.Origins["person.email"]
	assert.False(t, ok, "a changed answer no longer comes from the account")
	p = br.Get(prefix + "/")
	assert.Contains(t, p.Text(), "eingegangen am 23.11.2026, 10:00 Uhr")
	assert.Equal(t, "Status Ihres Antrags", p.Click("Antrag MST-").Heading())
}

func TestVerifiedValueThatTheFormRefusesIsNotLocked(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	u := erika()
	u.Prefill["familienname"] = web.Prefilled{Value: strings.Repeat("x", 121), Locked: true}
	u.Prefill["geburtsdatum"] = web.Prefilled{Value: "12.8.", Locked: true}
	b.login(br, u)
	p := br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	assert.Contains(t, p.Names(), "person.familienname")
	assert.Contains(t, p.Names(), "person.geburtsdatum.tag")
	assert.NotContains(t, p.Names(), "person.vornamen")
}

func TestDraftsOfOthersDoNotExist(t *testing.T) {
	b := newBench(t, nil)
	mine := b.browser()
	b.login(mine, erika())
	owned := prefix + "/antrag/" + id(mine.Get(prefix+"/").Submit("Antrag beginnen", nil))
	guest := b.browser()
	guests := prefix + "/antrag/" + id(guest.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil))
	other := b.browser()
	other.Get(prefix + "/")
	max := b.browser()
	max.Get(prefix + "/")
	b.login(max, &web.User{ID: "konto-max", Name: "Max Mustermann"})
	unknown := prefix + "/antrag/00000000-0000-4000-8000-000000000000"

	for _, path := range []string{"", "/schritt/person", "/zusammenfassung", "/abschluss", "/eingang", "/status", "/pause", "/uebernehmen", "/verwerfen"} {
		assert.Equal(t, http.StatusNotFound, other.Get(guests+path).Status, path)
		p := other.Get(owned + path)
		assert.Equal(t, http.StatusForbidden, p.Status, path)
		assert.Contains(t, p.HTML, "/anmelden?ziel="+owned+path, "the login leads back")
		assert.NotContains(t, p.HTML, "Mustermann")
		foreign, none := max.Get(owned+path), max.Get(unknown+path)
		assert.Equal(t, http.StatusNotFound, foreign.Status, path)
		assert.Equal(t, none.HTML, foreign.HTML, "no difference between not yours and not there")
		assert.Equal(t, http.StatusNotFound, max.Get(guests+path).Status, path)
	}
	assert.Equal(t, http.StatusOK, mine.Get(owned).Status)
	b.users["konto-erika"] = nil // the session ends
	p := mine.Get(owned + "/schritt/person")
	assert.Equal(t, http.StatusForbidden, p.Status)
	assert.Equal(t, "Bitte melden Sie sich an", p.Heading())
}

func TestSessionEndsWhileAPageIsOpen(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	b.login(br, erika())
	p := br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	b.users["konto-erika"] = nil
	q := p.Submit(weiter, map[string]string{"person.anschrift.ort": "Musterstadt"})
	assert.Equal(t, http.StatusForbidden, q.Status)
	assert.Contains(t, q.HTML, "/anmelden?ziel="+prefix+"/antrag/"+id(p)+`">`, "back to the application, not to a POST")
}

func TestGuestLogsInMidway(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	typed := map[string]string{}
	for k, v := range person {
		typed[k] = v
	}
	typed["person.familienname"], typed["person.email"] = "Tippfehler", "selbst@musterstadt.example"
	p = p.Submit(weiter, typed)
	link := p.Submit("Speichern und später fortsetzen", nil).Click("Jetzt weitermachen") // makes the resume link
	base := prefix + "/antrag/" + id(link)

	b.login(br, erika())
	p = br.Get(base)
	require.Equal(t, "Antrag mit Ihrem Nutzerkonto fortsetzen", p.Heading())
	assert.Contains(t, p.Text(), "Familienname (bestätigt, ersetzt Ihre Eingabe)")
	assert.NotContains(t, p.Text(), "E-Mail", "what was typed stays")
	p = p.Submit("Mit Nutzerkonto fortsetzen", nil)
	require.Equal(t, "Angaben zum Fahrzeug", p.Heading())
	p = p.Click("Zurück")
	assert.NotContains(t, p.Names(), "person.familienname")
	assert.Contains(t, p.Text(), "Mustermann")
	assert.Equal(t, "selbst@musterstadt.example", p.Value("person.email"))

	b.users["konto-erika"] = nil // logged out: the cookie alone no longer opens it
	assert.Equal(t, http.StatusForbidden, br.Get(base).Status)
}

func TestResumeLink(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil).Submit(weiter, person)
	p = p.Submit("Speichern und später fortsetzen", nil)
	link := linkOf(t, p)
	assert.Equal(t, link, linkOf(t, br.Get(p.URL.Path)), "the link stays the same")

	elsewhere := b.browser()
	q := elsewhere.Get(link)
	assert.Equal(t, "Angefangenen Antrag fortsetzen", q.Heading())
	assert.NotContains(t, q.HTML, "Mustermann", "the link alone shows nothing personal")
	assert.Equal(t, http.StatusNotFound, elsewhere.Get(prefix+"/antrag/"+id(p)).Status, "a GET lets nobody in")
	q = q.Submit("Meinen Antrag fortsetzen", nil)
	require.Equal(t, "Angaben zum Fahrzeug", q.Heading())
	assert.Equal(t, "Mustermann", q.Click("Zurück").Value("person.familienname"))
	assert.Equal(t, http.StatusOK, br.Get(prefix+"/antrag/"+id(p)).Status, "the first browser still works")

	byHand := b.browser().Get(prefix + "/").Click("angefangenen Antrag")
	assert.Equal(t, []string{"code"}, byHand.Submit("Fortsetzen", nil).ErrorLinks())
	assert.Equal(t, "Angaben zum Fahrzeug", byHand.Submit("Fortsetzen", map[string]string{"code": " " + link + " "}).Heading())
	code := link[strings.Index(link, "=")+1:]
	assert.Equal(t, "Angaben zum Fahrzeug", byHand.Submit("Fortsetzen", map[string]string{"code": code}).Heading())
	wrong := byHand.Submit("Fortsetzen", map[string]string{"code": draft.NewToken().Reveal()})
	assert.Equal(t, http.StatusNotFound, wrong.Status)
	assert.Equal(t, "Wir haben keinen Antrag zu diesem Link gefunden", wrong.Heading())
	assert.Equal(t, http.StatusNotFound, byHand.Submit("Fortsetzen", map[string]string{"code": "kurz"}).Status)
}

func linkOf(t testing.TB, p *formstest.Page) string {
	t.Helper()
	i := strings.Index(p.HTML, origin+prefix+"/fortsetzen?code=")
	require.Positive(t, i, "no link on the page")
	return p.HTML[i : i+len(origin+prefix+"/fortsetzen?code=")+43]
}

func TestTwoTabsOnOneStep(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	one := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	two := br.Get(one.URL.Path)
	one.Submit(weiter, person)
	again := one.Submit(weiter, person)
	assert.Equal(t, "Angaben zum Fahrzeug", again.Heading(), "the same once more is no conflict")

	changed := map[string]string{}
	for k, v := range person {
		changed[k] = v
	}
	changed["person.vornamen"] = "Erika Maria"
	conflict := two.Submit(weiter, changed)
	assert.Equal(t, http.StatusConflict, conflict.Status)
	assert.Contains(t, conflict.Text(), "in einem anderen Fenster geändert")
	assert.Equal(t, "Erika Maria", conflict.Value("person.vornamen"))
	assert.Equal(t, "Erika", br.Get(one.URL.Path).Value("person.vornamen"), "nothing was overwritten")
	assert.Equal(t, "Angaben zum Fahrzeug", conflict.Submit(weiter, nil).Heading())
	assert.Equal(t, "Erika Maria", br.Get(one.URL.Path).Value("person.vornamen"))
}

func TestTwoTabsAtTheSummary(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	stale := b.toSummary(br)
	fresh := br.Get(stale.URL.Path).Click("Ändern: Angaben zu Ihrer Person").Submit(weiter, map[string]string{"person.vornamen": "Erika Maria"})
	p := stale.Submit(absenden, nil)
	assert.Equal(t, http.StatusConflict, p.Status)
	assert.Contains(t, p.Text(), "Erika Maria")
	assert.Empty(t, b.done, "nobody submits what they have not seen")
	p = p.Submit(absenden, nil)
	assert.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
	assert.Equal(t, "Ihr Antrag ist eingegangen", fresh.Submit(absenden, nil).Heading(), "submitting again leads to the receipt")
	assert.Equal(t, map[string]int{id(p): 1}, b.done)
}

func TestStatusAndReceiptOfAGuestFromElsewhere(t *testing.T) {
	b := newBench(t, func(c *web.Config) {
		c.Status = func(_ context.Context, a web.Application) ([]web.StatusLine, error) {
			return []web.StatusLine{{Label: "Gebühr", Value: "bezahlt", At: a.ConfirmedAt}, {Label: "Versand", Value: "noch nicht gesendet"}}, nil
		}
	})
	p := b.toSummary(b.browser()).Submit(absenden, nil)
	assert.Contains(t, p.Text(), "bezahlt")
	q := b.browser().Get(linkOf(t, p)).Submit("Meinen Antrag fortsetzen", nil)
	assert.Equal(t, "Status Ihres Antrags", q.Heading())
	assert.Contains(t, q.Text(), "Gebühr bezahlt 23.11.2026, 10:00 Uhr")
	assert.Contains(t, q.Text(), "Versand noch nicht gesendet")
	assert.Equal(t, "Ihr Antrag ist eingegangen", q.Click("Eingangsbestätigung").Heading())
}

func TestStatusFailsSoftly(t *testing.T) {
	b := newBench(t, func(c *web.Config) {
		c.Status = func(context.Context, web.Application) ([]web.StatusLine, error) { return nil, errors.New("boom") }
	})
	p := b.toSummary(b.browser()).Submit(absenden, nil)
	assert.Equal(t, http.StatusOK, p.Status)
	assert.Contains(t, p.Text(), "nicht abrufbar")
}

func TestDiscard(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := b.toSummary(br)
	gone := p.Click("Antrag verwerfen").Submit("Antrag löschen", nil)
	assert.Equal(t, "Der Antrag wurde gelöscht", gone.Heading())
	assert.Equal(t, http.StatusNotFound, br.Get(prefix+"/antrag/"+id(p)).Status)
	for _, table := range []string{"draft_drafts", "draft_blobs", "draft_tokens"} {
		var n int
		require.NoError(t, b.db.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&n))
		assert.Zero(t, n, table)
	}
}

func TestExpiredDraft(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	b.clock = b.clock.Add(31 * 24 * time.Hour)
	gone := br.Get(p.URL.Path)
	assert.Equal(t, http.StatusGone, gone.Status)
	assert.Equal(t, "Dieser Antrag ist abgelaufen", gone.Heading())
	assert.Equal(t, http.StatusGone, p.Submit(weiter, person).Status)
}

// schwierig has what a value from an account can run into.
type schwierig struct {
	Person struct {
		Art     string      `label:"Wer beantragt?" options:"p=Privatperson|f=Firma" validate:"required"`
		Firma   string      `label:"Firma" show:"person.art=f" validate:"required,max=10" prefill:"firma"`
		Gebaut  *forms.Date `label:"Geburtsdatum" validate:"required" prefill:"geburtsdatum"`
		PLZ     string      `label:"Postleitzahl" validate:"required,plz" prefill:"plz"`
		Anrede  string      `label:"Anrede" options:"f=Frau|h=Herr|k=keine" prefill:"anrede"`
		Newsrun *bool       `label:"Nachricht per E-Mail?" widget:"radio" prefill:"nachricht"`
	} `step:"person" title:"Person"`
}

func TestPrefilledValuesAreReadLikeTypedOnes(t *testing.T) {
	form, err := forms.New("S1", "1", schwierig{}, &forms.Options{Title: "Antrag"})
	require.NoError(t, err)
	b := newBench(t, func(c *web.Config) { c.Form = form })
	br := b.browser()
	b.login(br, &web.User{ID: "u", Prefill: map[string]web.Prefilled{
		"firma":        {Value: "Eine viel zu lange Firma", Locked: true},
		"geburtsdatum": {Value: "12.8.1964", Locked: true},
		"plz":          {Value: " D-01067\u200b ", Locked: true},
		"anrede":       {Value: "Frau Dr.", Locked: true},
		"nachricht":    {Value: "Ja", Locked: true},
	}})
	p := br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	for _, locked := range []string{"person.gebaut.tag", "person.plz", "person.newsrun"} {
		assert.NotContains(t, p.Names(), locked)
	}
	assert.Contains(t, p.Text(), "12.8.1964")
	assert.Contains(t, p.Text(), "01067")
	p = p.Submit(weiter, map[string]string{"person.art": "f"})
	assert.Equal(t, "Prüfen Sie Ihre Angaben", p.Submit(weiter, map[string]string{"person.firma": "Kurz"}).Heading(),
		"a refused value can be mended though its field was hidden at first; an option that is not there is not taken over")
}

func TestStartPageListsThisForm(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	b.login(br, erika())
	br.Get(prefix+"/").Submit("Antrag beginnen", nil)
	for range 25 { // later ones, of other services of the same municipality
		_, err := b.drafts.Create(context.Background(), draft.New{Tenant: "musterstadt", Form: "S2", FormVersion: "1", Owner: "konto-erika"})
		require.NoError(t, err)
	}
	b.clock = b.clock.Add(time.Hour)
	_, err := b.drafts.Create(context.Background(), draft.New{Tenant: "musterstadt", Form: "S2", FormVersion: "1", Owner: "konto-erika"})
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(br.Get(prefix+"/").Text(), "zuletzt gespeichert am"))
}

func TestErrorsLeadBackToTheApplication(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	app := prefix + "/antrag/" + id(p)
	long := p.Submit(weiter, map[string]string{"person.familienname": strings.Repeat("x", 70<<10)})
	assert.Equal(t, http.StatusRequestEntityTooLarge, long.Status)
	assert.Equal(t, p.URL.Path, long.Click("Zurück zum Antrag").URL.Path)

	discard := br.Get(app + "/verwerfen")
	d, err := b.drafts.Load(context.Background(), "musterstadt", id(p))
	require.NoError(t, err)
	body := readerFunc(func([]byte) (int, error) { // another window saves while this one discards
		_, err := b.drafts.Save(context.Background(), d, draft.Change{Answers: d.Answers})
		require.NoError(t, err)
		return 0, io.EOF
	})
	form := url.Values{"_token": {discard.Value("_token")}}.Encode()
	gone := discard.Post("", "application/x-www-form-urlencoded", io.MultiReader(body, strings.NewReader(form)))
	assert.Equal(t, http.StatusConflict, gone.Status)
	assert.Equal(t, p.URL.Path, gone.Click("Zurück zum Antrag").URL.Path)
	assert.Equal(t, "Diese Seite gibt es nicht", br.Get(app+"/schritt/x").Heading())
	assert.NotContains(t, br.Get(app+"/schritt/x").HTML, "Zurück zum Antrag")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestAdoptedWhileAnotherBrowserSaves: a browser that the draft's link let in
// sends a step while the draft is bound to an account. It learns nothing of what
// the account filled in, and changes nothing any more.
func TestAdoptedWhileAnotherBrowserSaves(t *testing.T) {
	for name, typed := range map[string]map[string]string{
		"what the account fills in": {"person.anschrift.ort": "Beispielstadt"},
		"something else":            {"fahrzeug.kennzeichen": "BE-IS 1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			br := b.browser()
			p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
			app := prefix + "/antrag/" + id(p)
			if name == "something else" {
				p = p.Submit(weiter, person)
			}
			elsewhere := b.browser().Get(linkOf(t, br.Get(app+"/pause"))).Submit("Meinen Antrag fortsetzen", nil)
			require.Equal(t, p.Heading(), elsewhere.Heading())

			b.login(br, erika())
			adopted := false
			body := readerFunc(func([]byte) (int, error) {
				if !adopted {
					adopted = true
					br.Get(app).Submit("Mit Nutzerkonto fortsetzen", nil)
				}
				return 0, io.EOF
			})
			form := url.Values{"_token": {elsewhere.Value("_token")}, "_stand": {elsewhere.Value("_stand")}, "_aktion": {"pause"}}
			for k, v := range typed {
				form.Set(k, v)
			}
			late := elsewhere.Post("", "application/x-www-form-urlencoded", io.MultiReader(body, strings.NewReader(form.Encode())))
			require.True(t, adopted)
			assert.Equal(t, http.StatusForbidden, late.Status)
			assert.NotContains(t, late.HTML, "erika@musterstadt.example")
			d, err := b.drafts.Load(context.Background(), "musterstadt", id(elsewhere))
			require.NoError(t, err)
			assert.Equal(t, "konto-erika", d.Owner)
			for _, v := range typed {
				assert.NotContains(t, string(d.Answers), v)
			}
		})
	}
}
