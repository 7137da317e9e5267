package web_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

// antrag has every widget, a group, conditions within and between steps.
type antrag struct {
	Person struct {
		Familienname string      `label:"Familienname" validate:"required,max=120" autocomplete:"family-name" prefill:"familienname" help:"Wie im Ausweis angegeben"`
		Vornamen     string      `label:"Vornamen" validate:"required,max=120" autocomplete:"given-name" prefill:"vornamen"`
		Geburtsdatum *forms.Date `label:"Geburtsdatum" validate:"required,notfuture" autocomplete:"bday" prefill:"geburtsdatum" help:"Zum Beispiel 12 8 1964"`
		Email        string      `label:"E-Mail-Adresse" validate:"omitempty,email,max=120" autocomplete:"email" prefill:"email"`
		Anschrift    struct {
			Strasse string `label:"Straße und Hausnummer" validate:"required,max=80" autocomplete:"address-line1" prefill:"strasse"`
			PLZ     string `label:"Postleitzahl" validate:"required,plz" inputmode:"numeric" autocomplete:"postal-code" prefill:"plz"`
			Ort     string `label:"Ort" validate:"required,max=80" autocomplete:"address-level2" prefill:"ort"`
		} `legend:"Anschrift" help:"Ihre Hauptwohnung"`
	} `step:"person" title:"Angaben zu Ihrer Person" intro:"Diese Angaben brauchen wir, um Ihren Antrag zuzuordnen."`
	Fahrzeug struct {
		Kennzeichen string   `label:"Amtliches Kennzeichen" help:"Zum Beispiel J-EN 123" validate:"required,kfzkennzeichen"`
		Halter      string   `label:"Wer ist Halterin oder Halter?" options:"01=Ich selbst|02=Eine andere Person" validate:"required"`
		Grund       string   `label:"Warum nutzen Sie das Fahrzeug?" widget:"textarea" validate:"required,max=500" show:"fahrzeug.halter=02"`
		Zone        string   `label:"Bewohnerparkzone" widget:"select" options:"a=Altstadt|b=Bahnhof|c=Neustadt" validate:"required"`
		Zeiten      []string `label:"Wann parken Sie?" options:"tag=Tagsüber|nacht=Nachts|we=Am Wochenende"`
	} `step:"fahrzeug" title:"Angaben zum Fahrzeug"`
	Halter struct {
		Name string `label:"Name der Halterin oder des Halters" validate:"required,max=120"`
	} `step:"halter" title:"Halterin oder Halter" show:"fahrzeug.halter=02"`
	Nachweis struct {
		Ausweis forms.File `label:"Kopie der Zulassungsbescheinigung" validate:"required" accept:"application/pdf,image/jpeg,image/png" maxsize:"1MB"`
		Foto    forms.File `label:"Foto" accept:"image/png" maxsize:"1MB"`
		Wahr    bool       `label:"Ich versichere, dass meine Angaben richtig und vollständig sind." validate:"required"`
	} `step:"nachweis" title:"Nachweise"`
}

const (
	origin = "https://service.musterstadt.example"
	prefix = "/parkausweis"
)

type bench struct {
	t       testing.TB
	db      *sql.DB
	drafts  *draft.Store
	form    *forms.Form
	cfg     web.Config
	wizard  *web.Wizard
	clock   time.Time
	users   map[string]*web.User // by the value of the cookie "konto"
	log     bytes.Buffer
	mu      sync.Mutex
	done    map[string]int // Complete calls by ID
	answers map[string]forms.Answers
	last    web.Application
	fail    error // of Complete
	gate    func(web.Application) (web.GateResult, error)
}

func newBench(t testing.TB, change func(*web.Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), users: map[string]*web.User{}, done: map[string]int{}, answers: map[string]forms.Answers{}}
	now := func() time.Time { return b.clock }
	var err error
	b.db, err = sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.db.Close()) })
	b.drafts, err = draft.NewStore(context.Background(), b.db, []draft.Key{{ID: "k", Secret: bytes.Repeat([]byte{7}, 32)}}, &draft.Options{Now: now})
	require.NoError(t, err)
	b.form, err = forms.New("S05000058", "1.0", antrag{}, &forms.Options{Title: "Bewohnerparkausweis beantragen", Now: now})
	require.NoError(t, err)
	b.cfg = web.Config{
		BaseURL: origin + prefix, Tenant: "musterstadt", Form: b.form, Drafts: b.drafts, Now: now,
		User: func(r *http.Request) *web.User {
			if c, err := r.Cookie("konto"); err == nil {
				return b.users[c.Value]
			}
			return nil
		},
		Logins:     []web.Login{{Label: "Mit dem Servicekonto anmelden", URL: func(to string) string { return "/anmelden?ziel=" + to }}},
		LogoutURL:  "/abmelden",
		Complete:   b.complete,
		FormAction: []string{"https://pay.example"},
		Logger:     slog.New(slog.NewTextHandler(&b.log, nil)),
		Layout: web.Layout{
			Authority: "Stadt Musterstadt", Notice: "Demonstration: Hier wird nichts wirklich beantragt.",
			Intro:   []string{"Mit dem Bewohnerparkausweis parken Sie in Ihrer Zone ohne Parkschein."},
			Needs:   []string{"Ihre Zulassungsbescheinigung Teil I", "etwa 10 Minuten Zeit"},
			Links:   []web.Link{{Label: "Impressum", URL: "/impressum"}, {Label: "Datenschutz", URL: "/datenschutz"}, {Label: "Barrierefreiheit", URL: "/barrierefreiheit"}},
			Confirm: "Mit dem Absenden beantragen Sie einen Bewohnerparkausweis. Die Gebühr beträgt 30,70 Euro.",
			Next:    []string{"Wir prüfen Ihren Antrag.", "Der Parkausweis kommt mit der Post."},
		},
	}
	if change != nil {
		change(&b.cfg)
	}
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	return b
}

func (b *bench) complete(_ context.Context, a web.Application) (web.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done[a.ID]++
	if before, again := b.answers[a.ID]; again && !before.Equal(a.Answers) {
		return web.Receipt{}, errors.New("other answers under the same ID")
	}
	b.answers[a.ID], b.last = a.Answers, a
	if b.fail != nil {
		return web.Receipt{}, b.fail
	}
	return web.Receipt{Reference: "MST-" + strings.ToUpper(a.ID[:8])}, nil
}

// Check makes the bench a gate.
func (b *bench) Check(_ context.Context, a web.Application) (web.GateResult, error) { return b.gate(a) }

func (b *bench) browser() *formstest.Browser {
	return formstest.New(b.t, origin, formstest.Transport(b.wizard))
}

// login gives the browser the session of a user.
func (b *bench) login(br *formstest.Browser, u *web.User) {
	b.users[u.ID] = u
	br.SetCookie(&http.Cookie{Name: "konto", Value: u.ID, Path: "/"})
}

func erika() *web.User {
	return &web.User{ID: "konto-erika", Name: "Erika Mustermann", Prefill: map[string]web.Prefilled{
		"familienname": {Value: "Mustermann", Locked: true, Source: "Servicekonto", Trust: "hoch (Online-Ausweis)"},
		"vornamen":     {Value: "Erika", Locked: true, Source: "Servicekonto", Trust: "hoch (Online-Ausweis)"},
		"geburtsdatum": {Value: "1964-08-12", Locked: true, Source: "Servicekonto", Trust: "hoch (Online-Ausweis)"},
		"email":        {Value: "erika@musterstadt.example", Source: "Servicekonto"},
		"unbekannt":    {Value: "x"},
	}}
}

var (
	person = map[string]string{
		"person.familienname": "Mustermann", "person.vornamen": "Erika",
		"person.geburtsdatum.tag": "12", "person.geburtsdatum.monat": "8", "person.geburtsdatum.jahr": "1964",
		"person.anschrift.strasse": "Heidestraße 17", "person.anschrift.plz": "01067", "person.anschrift.ort": "Musterstadt",
	}
	fahrzeug = map[string]string{"fahrzeug.kennzeichen": "J-EN 123", "fahrzeug.halter": "01", "fahrzeug.zone": "b", "fahrzeug.zeiten": "tag|we"}
	nachweis = map[string]string{"nachweis.wahr": "true"}
	pdf      = formstest.Upload{FileName: "Schein.pdf", Content: []byte("%PDF-1.7\n1 0 obj\n")}
	dateien  = map[string]formstest.Upload{"nachweis.ausweis": pdf}
)

const (
	weiter   = "Weiter"
	absenden = "Verbindlich absenden"
)

// toSummary fills in everything as a guest.
func (b *bench) toSummary(br *formstest.Browser) *formstest.Page {
	b.t.Helper()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	p = p.Submit(weiter, person)
	require.Equal(b.t, "Angaben zum Fahrzeug", p.Heading(), p.Errors())
	p = p.Submit(weiter, fahrzeug)
	require.Equal(b.t, "Nachweise", p.Heading(), p.Errors())
	p = p.SubmitFiles(weiter, nachweis, dateien)
	require.Equal(b.t, "Prüfen Sie Ihre Angaben", p.Heading(), p.Errors())
	return p
}

// id is the application's ID in a page's address.
func id(p *formstest.Page) string {
	return strings.Split(strings.TrimPrefix(p.URL.Path, prefix), "/")[2]
}

func TestGuestWalksThrough(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix + "/")
	assert.Equal(t, "Bewohnerparkausweis beantragen", p.Heading())
	assert.NotContains(t, p.HTML, "noindex")
	assert.Equal(t, "Bewohnerparkausweis beantragen – Stadt Musterstadt", p.Title(), "the service is named once")
	p = b.toSummary(br)
	assert.Equal(t, "Prüfen Sie Ihre Angaben – Bewohnerparkausweis beantragen – Stadt Musterstadt", p.Title())
	assert.Contains(t, p.HTML, "noindex")
	for _, shown := range []string{"Mustermann", "12.8.1964", "Heidestraße 17", "J-EN 123", "Bahnhof", "Ich selbst", "Schein.pdf (17 Byte)", "Ja", "Tagsüber"} {
		assert.Contains(t, p.Text(), shown)
	}
	assert.NotContains(t, p.Text(), "Halterin oder Halter Ändern")
	p = p.Submit(absenden, nil)
	require.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
	assert.Contains(t, p.Text(), "MST-"+strings.ToUpper(id(p)[:8]))
	assert.Contains(t, p.Text(), "12.8.1964")
	assert.Equal(t, map[string]int{id(p): 1}, b.done)

	var got antrag
	require.NoError(t, b.last.Bind(&got))
	assert.Equal(t, "Mustermann", got.Person.Familienname)
	content, err := b.last.Content(context.Background(), got.Nachweis.Ausweis)
	require.NoError(t, err)
	assert.Equal(t, pdf.Content, content)
	assert.Equal(t, b.clock, b.last.ConfirmedAt)

	for _, path := range []string{"", "/schritt/person", "/zusammenfassung", "/abschluss", "/eingang", "/status", "/verwerfen", "/uebernehmen", "/pause"} {
		p = br.Get(prefix + "/antrag/" + id(p) + path)
		assert.Equal(t, http.StatusOK, p.Status)
		assert.Contains(t, []string{"Ihr Antrag ist eingegangen", "Status Ihres Antrags"}, p.Heading(), path)
	}
	assert.Equal(t, 1, b.done[id(p)])
}

func TestErrorsKeepInput(t *testing.T) {
	b := newBench(t, nil)
	p := b.browser().Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	p = p.Submit(weiter, map[string]string{
		"person.familienname": "Mustermann", "person.geburtsdatum.tag": "31", "person.geburtsdatum.monat": "2", "person.geburtsdatum.jahr": "1964",
		"person.anschrift.plz": "1234", "person.email": "keine",
	})
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.True(t, strings.HasPrefix(p.Title(), "Fehler: Angaben zu Ihrer Person"), p.Title())
	assert.Equal(t, []string{"f_person_vornamen", "f_person_geburtsdatum_tag", "f_person_email", "f_person_anschrift_strasse", "f_person_anschrift_plz", "f_person_anschrift_ort"}, p.ErrorLinks())
	for name, want := range map[string]string{"person.familienname": "Mustermann", "person.geburtsdatum.tag": "31", "person.geburtsdatum.monat": "2", "person.geburtsdatum.jahr": "1964", "person.anschrift.plz": "1234", "person.email": "keine"} {
		assert.Equal(t, want, p.Value(name), name)
	}
	p = p.Submit(weiter, map[string]string{"person.vornamen": "Erika", "person.geburtsdatum.tag": "28", "person.email": "", "person.anschrift.plz": "01067", "person.anschrift.strasse": "Heidestraße 17", "person.anschrift.ort": "Musterstadt"})
	assert.Equal(t, http.StatusOK, p.Status)
	assert.Equal(t, "Angaben zum Fahrzeug", p.Heading())
	assert.Contains(t, p.Text(), "Schritt 2 von 4")
	p = p.Click("Zurück")
	assert.Equal(t, "Mustermann", p.Value("person.familienname"))
	assert.Equal(t, "28", p.Value("person.geburtsdatum.tag"))
}
