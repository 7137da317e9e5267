package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/internal/browsertest"
)

// familie has what a struct of flat steps has not: entries, entries in entries,
// groups in groups, one of several, notes, computed, locked and hidden answers,
// amounts, times and a partly known date.
func familie(t testing.TB) *forms.Form {
	t.Helper()
	zeiten := forms.GroupDefinition{Name: "zeiten", Legend: "Betreuungszeiten", Repeat: &forms.Repeat{Max: 2, Entry: "Zeit"}, Elements: []forms.Element{
		forms.FieldDefinition{Name: "von", Type: forms.TypeTime, Label: "Von", Required: true},
		forms.FieldDefinition{Name: "bis", Type: forms.TypeTime, Label: "Bis"},
	}}
	kinder := forms.GroupDefinition{Name: "kinder", Legend: "Kinder", Help: "Für jedes Kind ein Eintrag", Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: "Kind"}, Elements: []forms.Element{
		forms.FieldDefinition{Name: "name", Label: "Name des Kindes", Required: true, MaxLength: 40},
		forms.FieldDefinition{Name: "geburt", Type: forms.TypePartialDate, Label: "Geburtsdatum des Kindes"},
		forms.FieldDefinition{Name: "betreut", Type: forms.TypeChoice, Label: "Wird das Kind betreut?", Required: true, Options: []forms.Option{{Value: "j", Label: "Ja"}, {Value: "n", Label: "Nein"}}},
		forms.FieldDefinition{Name: "stunden", Type: forms.TypeNumber, Label: "Stunden je Woche", Required: true, Min: "1", Max: "60",
			Visible: rule.Equal(rule.Field("familie.kinder.betreut"), rule.Text("j"))},
		forms.GroupDefinition{Name: "kontakt", Legend: "Kontakt zur Einrichtung", Elements: []forms.Element{
			forms.FieldDefinition{Name: "email", Type: forms.TypeEmail, Label: "E-Mail-Adresse der Einrichtung"},
		}},
		zeiten,
		forms.FieldDefinition{Name: "nachweis", Type: forms.TypeFile, Label: "Bescheinigung", Accept: []string{"application/pdf"}},
	}}
	f, err := forms.Compile(forms.Definition{ID: "familie", Version: "1.0", Title: "Betreuung beantragen", Steps: []forms.StepDefinition{
		{ID: "familie", Title: "Ihre Familie", Elements: []forms.Element{
			forms.NoteDefinition{Name: "wozu", Title: "Wozu wir fragen", Text: "Von der Zahl der Kinder hängt der Beitrag ab.\n\nGeben Sie alle Kinder an."},
			kinder,
		}},
		{ID: "geld", Title: "Beitrag", Elements: []forms.Element{
			forms.FieldDefinition{Name: "einkommen", Type: forms.TypeMoney, Label: "Einkommen im Monat", Required: true},
			forms.FieldDefinition{Name: "anteil", Type: forms.TypeDecimal, Label: "Anteil in Prozent", Decimals: 1},
			forms.FieldDefinition{Name: "anzahl", Type: forms.TypeNumber, Label: "Zahl der Kinder", Computed: rule.Count("familie.kinder")},
			forms.FieldDefinition{Name: "ort", Label: "Gemeinde", Locked: true, Default: "Musterstadt"},
			forms.FieldDefinition{Name: "quelle", Type: forms.TypeHidden, Label: "Quelle", Default: "web"},
			forms.GroupDefinition{Name: "weg", Legend: "Wie möchten Sie bezahlen?", Choice: true, Elements: []forms.Element{
				forms.FieldDefinition{Name: "iban", Label: "IBAN", Identifier: "iban", Required: true},
				forms.FieldDefinition{Name: "bar", Label: "Kassenstelle", Required: true},
			}},
		}},
	}, Checks: []forms.Check{{Valid: rule.Greater(rule.Field("geld.einkommen"), rule.Number("0")), Code: "EINKOMMEN", Message: "Das Einkommen muss größer als 0 sein."}}}, nil)
	require.NoError(t, err)
	return f
}

func familieBench(t testing.TB) *bench {
	return newBench(t, func(c *web.Config) { c.Form = familie(t) })
}

func (b *bench) begin() *formstest.Page {
	return formstest.New(b.t, origin, formstest.Transport(b.wizard)).Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
}

var familieUpload = map[string]formstest.Upload{"familie.kinder[1].nachweis": {FileName: "Schein.pdf", Content: pdf.Content}}

func TestEntries(t *testing.T) {
	b := familieBench(t)
	p := b.begin()
	assert.Contains(t, p.Text(), "Wozu wir fragen")
	assert.Contains(t, p.Names(), "familie.kinder[0].name", "the first entry is there, since one is needed")
	assert.NotContains(t, p.Text(), "Kind 1 entfernen", "the only entry that is needed cannot be taken away")

	p = p.Submit("Kind hinzufügen", map[string]string{"familie.kinder[0].name": "Erika"})
	assert.Equal(t, "Erika", p.Value("familie.kinder[0].name"), "what was typed is kept")
	assert.Equal(t, "f_familie_kinder_1", p.URL.Fragment, "the page goes on at the new entry")
	p = p.Submit("Kind hinzufügen", nil)
	assert.NotContains(t, p.Text(), "Kind hinzufügen", "three are the most")
	p = p.Submit("Weiter", map[string]string{"familie.kinder[0].betreut": "n", "familie.kinder[2].betreut": "j"})
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Contains(t, p.ErrorLinks(), "f_familie_kinder_1_name")
	assert.Contains(t, p.ErrorLinks(), "f_familie_kinder_1_betreut_1")
	assert.Contains(t, p.ErrorLinks(), "f_familie_kinder_2_name")

	p = p.Submit("Kind 2 entfernen", map[string]string{"familie.kinder[2].name": "Max"})
	assert.Equal(t, "Max", p.Value("familie.kinder[1].name"), "the third moves up")
	assert.NotContains(t, p.Names(), "familie.kinder[2].name")
	assert.Equal(t, "f_familie_kinder", p.URL.Fragment)

	assert.Contains(t, p.Text(), "Zeit hinzufügen: Kind 2", "no two buttons have one name")
	p = p.SubmitFiles("Zeit hinzufügen: Kind 1", nil, nil)
	assert.Contains(t, p.Text(), "Zeit 1 entfernen: Kind 1")
	p = p.SubmitFiles("Weiter", map[string]string{"familie.kinder[0].zeiten[0].von": "8.30", "familie.kinder[1].geburt.jahr": "2024"}, familieUpload)
	assert.Equal(t, "Ihre Familie", p.Heading(), "the hours of the second child are asked now")
	assert.Contains(t, p.Names(), "familie.kinder[1].stunden")
	p = p.Submit("Weiter", map[string]string{"familie.kinder[1].stunden": "20"})
	require.Equal(t, "Beitrag", p.Heading(), "%v", p.Errors())

	assert.Contains(t, p.Text(), "Musterstadt")
	assert.NotContains(t, p.Names(), "geld.quelle")
	assert.NotContains(t, p.Names(), "geld.anzahl")
	assert.NotContains(t, p.Names(), "geld.ort")
	p = p.Submit("Weiter", map[string]string{"geld.einkommen": "1.234,5", "geld.weg.iban": "DE89370400440532013000", "geld.weg.bar": "Rathaus"})
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status, "one of two is to be used")
	p = p.Submit("Weiter", map[string]string{"geld.weg.bar": ""})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "%v", p.Errors())
	for _, want := range []string{"Kind 1", "Kind 2", "Kind 1 – Zeit 1", "08:30", "2024", "1.234,50", "Schein.pdf", "Musterstadt"} {
		assert.Contains(t, p.Text(), want)
	}
	assert.NotContains(t, p.Text(), "Kind 3")
	p = p.Submit("Verbindlich absenden", nil)
	require.Equal(t, http.StatusOK, p.Status)
	got := b.last.Answers
	assert.Equal(t, "2", got.Get("geld.anzahl").Text())
	assert.Equal(t, "web", got.Get("geld.quelle").Text())
	assert.Equal(t, "Musterstadt", got.Get("geld.ort").Text())
	file, ok := got.Get("familie.kinder[1].nachweis").File()
	require.True(t, ok)
	content, err := b.last.Content(t.Context(), file)
	require.NoError(t, err)
	assert.Equal(t, pdf.Content, content)
}

// TestFileOfARemovedEntry: the file goes with its entry, and the other stays.
func TestFileOfARemovedEntry(t *testing.T) {
	b := familieBench(t)
	p := b.begin().Submit("Kind hinzufügen", nil)
	p = p.SubmitFiles("Kind hinzufügen", nil, map[string]formstest.Upload{
		"familie.kinder[0].nachweis": {FileName: "eins.pdf", Content: pdf.Content}, "familie.kinder[1].nachweis": {FileName: "zwei.pdf", Content: pdf.Content},
	})
	blobs := func() (n int) {
		require.NoError(t, b.db.QueryRow(`SELECT COUNT(*) FROM draft_blobs`).Scan(&n))
		return n
	}
	require.Equal(t, 2, blobs())
	p = p.Submit("Kind 1 entfernen", nil)
	assert.Equal(t, 1, blobs())
	assert.Contains(t, p.Text(), "zwei.pdf")
	assert.NotContains(t, p.Text(), "eins.pdf")
}

// TestHostileEntries: no index makes the service allocate or fail.
func TestHostileEntries(t *testing.T) {
	b := familieBench(t)
	p := b.begin()
	for _, name := range []string{
		"familie.kinder[999999999].name", "familie.kinder[3].name", "familie.kinder[-1].name", "familie.kinder[01].name", "familie.kinder[0x1].name",
		"familie.kinder[].name", "familie.kinder[0][0].name", "familie.kinder[99999999999999999999].name", "familie.kinder.name", "familie.kinder[0]",
	} {
		form := url.Values{"_token": {p.Value("_token")}, "_stand": {p.Value("_stand")}, name: {"x"}}
		got := p.Post(p.URL.String(), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		assert.Less(t, got.Status, 500, name)
		assert.NotContains(t, got.Names(), "familie.kinder[3].name")
	}
	for _, action := range []string{"hinzufuegen:", "hinzufuegen:geld.weg", "hinzufuegen:familie.kinder[7]", "entfernen:familie.kinder[0]", "entfernen:familie", "entfernen:", "entfernen:familie.kinder[99]", "hinzufuegen:../x"} {
		form := url.Values{"_token": {p.Value("_token")}, "_stand": {p.Value("_stand")}, "_aktion": {action}, "familie.kinder[0].name": {"x"}}
		got := p.Post(p.URL.String(), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		assert.Equal(t, http.StatusUnprocessableEntity, got.Status, "an action that cannot be done is as pressing Weiter: %s", action)
	}
	assert.Positive(t, p.Attack())
}

// TestFormCheckOnTheSummary: a check of the form as a whole is said where
// everything stands together.
func TestFormCheckOnTheSummary(t *testing.T) {
	b := familieBench(t)
	p := b.begin().Submit("Weiter", map[string]string{"familie.kinder[0].name": "Erika", "familie.kinder[0].betreut": "n"})
	p = p.Submit("Weiter", map[string]string{"geld.einkommen": "0", "geld.weg.bar": "Rathaus"})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "%v", p.Errors())
	p = p.Submit("Verbindlich absenden", nil)
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Contains(t, p.Text(), "größer als 0")
	assert.Empty(t, b.done)
}

// familiePages are the pages of a walk, for the judges of accessibility.
func familiePages(t *testing.T) []*formstest.Page {
	b := familieBench(t)
	one := b.begin()
	two := one.Submit("Kind hinzufügen", nil)
	three := two.Submit("Zeit hinzufügen: Kind 1", nil)
	wrong := three.Submit("Weiter", nil)
	done := wrong.Submit("Weiter", map[string]string{"familie.kinder[0].name": "Erika", "familie.kinder[0].betreut": "n", "familie.kinder[1].name": "Max",
		"familie.kinder[1].betreut": "n", "familie.kinder[0].zeiten[0].von": "8:00"})
	require.Equal(t, "Beitrag", done.Heading(), "%v", done.Errors())
	geld := done.Submit("Weiter", map[string]string{"geld.einkommen": "viel", "geld.weg.bar": "Rathaus", "geld.weg.iban": "DE00"})
	require.Equal(t, http.StatusUnprocessableEntity, geld.Status)
	sum := geld.Submit("Weiter", map[string]string{"geld.einkommen": "12", "geld.weg.iban": ""})
	require.Equal(t, "Prüfen Sie Ihre Angaben", sum.Heading())
	return []*formstest.Page{one, two, three, wrong, done, geld, sum}
}

func TestEntriesPa11y(t *testing.T) {
	css, err := os.ReadFile("stil.css")
	require.NoError(t, err)
	link := regexp.MustCompile(`<link rel="stylesheet" href="/parkausweis/stil\.css[^>]*>`)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	var pages []browsertest.Page
	for i, p := range familiePages(t) {
		html := link.ReplaceAllLiteralString(p.HTML, "<style>"+string(css)+"</style>")
		pages = append(pages, browsertest.Page{Name: "familie-" + string(rune('0'+i)), HTML: html, URL: server.URL})
	}
	require.Equal(t, len(pages), browsertest.Audit(t, pages))
}

// TestEntriesInChromium: the Enter key goes on and removes nothing, with and
// without scripts; a new entry is where the page goes on.
func TestEntriesInChromium(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			server := httptest.NewServer(mux)
			defer server.Close()
			b := newBench(t, func(c *web.Config) { c.Form, c.BaseURL = familie(t), server.URL+prefix })
			mux.Handle(prefix+"/", b.wizard)
			ctx := browsertest.Start(t, 1280, 1000, 4*time.Minute)
			if !scripts {
				browsertest.DisableScript(t, ctx)
			}
			do := func(steps ...chromedp.Action[chromedp.Void]) { require.NoError(t, chromedp.Do(ctx, steps...)) }
			do(chromedp.Navigate(server.URL+prefix+"/"), click(`.weg form button`), appears(`#f_familie_kinder_0_name`),
				click(`button[value="hinzufuegen:familie.kinder"]`), appears(`#f_familie_kinder_1_name`),
				chromedp.SendKeys(chromedp.CSS(`#f_familie_kinder_1_name`), "Max\r"), appears(`#fehler`), appears(`#f_familie_kinder_1_name`))
		})
	}
}
