package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/forms/web"
)

// hostileBench serves a form of one step "s".
func hostileBench(t testing.TB, elements ...forms.Element) *bench {
	t.Helper()
	f, err := forms.Compile(forms.Definition{ID: "F1", Version: "1", Steps: []forms.StepDefinition{{ID: "s", Title: "Angaben", Elements: elements}}}, nil)
	require.NoError(t, err)
	return newBench(t, func(c *web.Config) { c.Form = f })
}

// post sends what no page offers.
func (b *bench) post(p *formstest.Page, fields map[string]string) *formstest.Page {
	form := url.Values{"_token": {p.Value("_token")}, "_stand": {p.Value("_stand")}}
	for name, value := range fields {
		form.Set(name, value)
	}
	return p.Post(p.URL.String(), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

var jaNein = []forms.Option{{Value: "ja", Label: "Ja"}, {Value: "nein", Label: "Nein"}}

// An error about an entry as a whole is said at the entry, and the summary of
// errors leads there.
func TestErrorsOfEntries(t *testing.T) {
	b := hostileBench(t,
		forms.GroupDefinition{Name: "zeit", Legend: "Zeiten", Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: "Zeit"},
			Checks: []forms.Check{{Valid: rule.Less(rule.Field("s.zeit.von"), rule.Field("s.zeit.bis")), Message: "Die Zeit muss nach ihrem Anfang enden."}},
			Elements: []forms.Element{
				forms.FieldDefinition{Name: "von", Type: forms.TypeTime, Label: "Von", Required: true},
				forms.FieldDefinition{Name: "bis", Type: forms.TypeTime, Label: "Bis", Required: true},
			}},
		forms.GroupDefinition{Name: "weg", Legend: "Wege", Choice: true, Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: "Weg"}, Elements: []forms.Element{
			forms.FieldDefinition{Name: "bus", Label: "Bus"}, forms.FieldDefinition{Name: "bahn", Label: "Bahn"}}},
	)
	p := b.begin().Submit("Weiter", map[string]string{"s.zeit[0].von": "10:00", "s.zeit[0].bis": "9:00"})
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Contains(t, p.Text(), "Die Zeit muss nach ihrem Anfang enden.")
	assert.Equal(t, []string{"f_s_zeit_0", "f_s_weg_0"}, p.ErrorLinks())
}

// What is chosen for an entry that goes at once is not kept.
func TestUploadIntoAnEntryThatIsRemoved(t *testing.T) {
	b := familieBench(t)
	p := b.begin().Submit("Kind hinzufügen", nil)
	p = p.SubmitFiles("Kind 2 entfernen", nil, familieUpload)
	require.Equal(t, http.StatusOK, p.Status)
	n := 0
	require.NoError(t, b.db.QueryRow(`SELECT COUNT(*) FROM draft_blobs`).Scan(&n))
	assert.Zero(t, n)
}

// The same file twice is two files.
func TestSameFileInTwoEntries(t *testing.T) {
	b := familieBench(t)
	p := b.begin().Submit("Kind hinzufügen", nil)
	same := formstest.Upload{FileName: "Schein.pdf", Content: pdf.Content}
	p = p.SubmitFiles("Kind hinzufügen", nil, map[string]formstest.Upload{"familie.kinder[0].nachweis": same, "familie.kinder[1].nachweis": same})
	n := 0
	require.NoError(t, b.db.QueryRow(`SELECT COUNT(*) FROM draft_blobs`).Scan(&n))
	require.Equal(t, 2, n)
	p = p.Submit("Kind 2 entfernen", nil)
	require.NoError(t, b.db.QueryRow(`SELECT COUNT(*) FROM draft_blobs`).Scan(&n))
	assert.Equal(t, 1, n)
	assert.Contains(t, p.Text(), "Schein.pdf")
}

// Pressing the button twice, or in two windows, does it once.
func TestButtonsOfEntriesPressedTwice(t *testing.T) {
	b := hostileBench(t, forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 9, Entry: "Ding"}, Elements: []forms.Element{
		forms.FieldDefinition{Name: "art", Label: "Art", Type: forms.TypeChoice, Options: jaNein}}})
	first := b.begin()
	first.Submit("Ding hinzufügen", nil)
	p := first.Submit("Ding hinzufügen", nil)
	assert.Contains(t, p.Text(), "Ding 1")
	assert.NotContains(t, p.Text(), "Ding 2", "the second press came from a page without the first entry")
	p = p.Submit("Ding hinzufügen", nil).Submit("Ding hinzufügen", nil)
	stale := p
	p.Submit("Ding 2 entfernen", nil)
	p = stale.Submit("Ding 2 entfernen", nil)
	assert.Contains(t, p.Text(), "Ding 2", "the third entry is the second one now, and stays")
	assert.NotContains(t, p.Text(), "Ding 3")
}

// No name that a form gives makes two elements with one ID.
func TestNamesThatLookLikeParts(t *testing.T) {
	var parts []forms.Element
	for _, name := range []string{"hilfe", "wahl", "fehler", "tag", "regel", "quelle", "entfernen"} {
		parts = append(parts, forms.FieldDefinition{Name: name, Label: name, Help: "Hilfe", Required: true})
	}
	b := hostileBench(t,
		forms.GroupDefinition{Name: "g", Legend: "G", Help: "Hilfe", Elements: parts},
		forms.GroupDefinition{Name: "h", Legend: "H", Help: "Hilfe", Choice: true, Elements: parts},
		forms.GroupDefinition{Name: "i", Legend: "I", Help: "Hilfe", Repeat: &forms.Repeat{Min: 1, Max: 2}, Elements: parts},
	)
	p := b.begin().Submit("Weiter", nil) // the browser objects to IDs that are there twice
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Contains(t, p.ErrorLinks(), "f_s_g_hilfe")
	assert.Contains(t, p.ErrorLinks(), "f_s_i_0_fehler")
}

// Who goes back and forth loses no tick, and nobody can tick for a page that
// did not ask.
func TestBoxesThatAPageDidNotShow(t *testing.T) {
	ja := rule.Equal(rule.Field("s.mehr"), rule.Text("ja"))
	b := hostileBench(t,
		forms.FieldDefinition{Name: "mehr", Label: "Mehr?", Type: forms.TypeChoice, Options: jaNein, Required: true},
		forms.FieldDefinition{Name: "wahr", Label: "Wahr", Type: forms.TypeBool, Visible: ja},
		forms.FieldDefinition{Name: "tage", Label: "Tage", Type: forms.TypeMulti, Options: jaNein, Visible: ja},
		forms.FieldDefinition{Name: "zahl", Label: "Zahl", Type: forms.TypeNumber},
	)
	browser := formstest.New(t, origin, formstest.Transport(b.wizard))
	p := browser.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil).Submit("Weiter", map[string]string{"s.mehr": "ja"})
	require.Contains(t, p.Names(), "s.wahr")
	step := p.URL.Path
	p = p.Submit("Weiter", map[string]string{"s.wahr": "true", "s.tage": "nein"})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	p = browser.Get(step).Submit("Weiter", map[string]string{"s.mehr": "nein"})
	require.NotContains(t, p.Text(), "Wahr")
	p = browser.Get(step)
	require.NotContains(t, p.Names(), "s.wahr")
	p.Submit("Weiter", map[string]string{"s.zahl": "7"})
	p = browser.Get(step).Submit("Weiter", map[string]string{"s.mehr": "ja"})
	assert.Equal(t, "Angaben", p.Heading(), "what is shown again is looked at again")
	assert.Equal(t, "true", p.Value("s.wahr"), "what the page did not show is as it was")
	assert.Equal(t, "nein", p.Value("s.tage"))

	p.Submit("Weiter", map[string]string{"s.mehr": "nein"})
	p = browser.Get(step).Submit("Weiter", map[string]string{"s.mehr": "ja", "s.zahl": "x"})
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	require.Contains(t, p.Names(), "s.wahr", "the page with the error shows them already")
	p = p.Submit("Weiter", map[string]string{"s.wahr": "", "s.tage": "", "s.zahl": "7"})
	require.Equal(t, "Angaben", p.Heading())
	assert.Empty(t, p.Value("s.wahr"), "and takes them back")
	assert.Empty(t, p.Value("s.tage"))
}

// What is not asked cannot be answered, be it posted a hundred times.
func TestPostedWithoutBeingAsked(t *testing.T) {
	b := hostileBench(t,
		forms.FieldDefinition{Name: "ort", Label: "Ort", Locked: true, Default: "Musterstadt"},
		forms.FieldDefinition{Name: "herkunft", Label: "Herkunft", Type: forms.TypeHidden, Default: "web"},
		forms.FieldDefinition{Name: "zahl", Label: "Zahl", Type: forms.TypeNumber, Computed: rule.Count("s.g")},
		forms.FieldDefinition{Name: "geheim", Label: "Geheim", Visible: rule.Never()},
		forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: "Ding"}, Elements: []forms.Element{
			forms.FieldDefinition{Name: "fest", Label: "Fest", Locked: true, Default: "A"},
			forms.FieldDefinition{Name: "still", Label: "Still", Type: forms.TypeHidden, Default: "B"},
			forms.FieldDefinition{Name: "doppelt", Label: "Doppelt", Type: forms.TypeNumber, Computed: rule.Multiply(rule.Field("s.g.n"), rule.Number("2"))},
			forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber},
			forms.FieldDefinition{Name: "geheim", Label: "Geheim", Visible: rule.Equal(rule.Field("s.g.n"), rule.Number("99"))},
		}},
		forms.GroupDefinition{Name: "aus", Legend: "Aus", Visible: rule.Never(), Repeat: &forms.Repeat{Max: 3}, Elements: []forms.Element{forms.FieldDefinition{Name: "x", Label: "X"}}},
	)
	p := b.begin().Submit("Ding hinzufügen", map[string]string{"s.g[0].n": "1"})
	p = b.post(p, map[string]string{
		"s.ort": "Berlin", "s.herkunft": "x", "s.zahl": "99", "s.geheim": "x", "s.g[0].n": "2", "s.g[1].n": "3", "s.aus[0].x": "x",
		"s.g[0].fest": "Z", "s.g[0].still": "Z", "s.g[0].doppelt": "99", "s.g[0].geheim": "x", "s.g[1].fest": "Z", "s.g[1].still": "Z", "s.g[1].doppelt": "99", "s.g[1].geheim": "x",
	})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "%v", p.Errors())
	assert.NotContains(t, p.Text(), "Geheim")
	p.Submit("Verbindlich absenden", nil)
	got := map[string]string{}
	for path, v := range b.last.Answers.All() {
		got[path] = v.Text()
	}
	assert.Equal(t, map[string]string{"s.ort": "Musterstadt", "s.herkunft": "web", "s.zahl": "2", "s.g": "", "s.g[0].fest": "A", "s.g[0].still": "B", "s.g[0].doppelt": "4", "s.g[0].n": "2",
		"s.g[1].fest": "A", "s.g[1].still": "B", "s.g[1].doppelt": "6", "s.g[1].n": "3"}, got)
}

// Texts of the form and answers are text, wherever they stand.
func TestTextsAreText(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror='x'>{{.}}`
	one := []forms.Option{{Value: evil, Label: evil}, {Value: "b", Label: "B"}}
	b := hostileBench(t,
		forms.NoteDefinition{Name: "n", Title: evil, Text: evil + "\n\n" + evil},
		forms.FieldDefinition{Name: "t", Label: "T" + evil, Help: evil, Checks: []forms.Check{{Valid: rule.Never(), Message: evil}}},
		forms.FieldDefinition{Name: "m", Label: evil, Type: forms.TypeMultiline},
		forms.FieldDefinition{Name: "l", Label: evil, Locked: true, Default: evil},
		forms.FieldDefinition{Name: "c", Label: evil, Type: forms.TypeChoice, Options: one},
		forms.FieldDefinition{Name: "s", Label: evil, Type: forms.TypeChoice, Widget: forms.WidgetSelect, Options: one},
		forms.FieldDefinition{Name: "v", Label: evil, Type: forms.TypeMulti, Options: one},
		forms.GroupDefinition{Name: "g", Legend: evil, Help: evil, Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: evil}, Elements: []forms.Element{
			forms.FieldDefinition{Name: "x", Label: evil}}},
	)
	p := b.begin()
	safe := func(p *formstest.Page) {
		t.Helper()
		assert.NotContains(t, p.HTML, "<script")
		assert.NotContains(t, p.HTML, "<img")
	}
	safe(p)
	p = p.Submit("Weiter", map[string]string{"s.t": evil, "s.m": evil, "s.c": evil, "s.s": evil, "s.v": evil, "s.g[0].x": evil})
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	safe(p)
	assert.Equal(t, evil, p.Value("s.t"))
	p = p.Submit("Weiter", map[string]string{"s.t": ""})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "%v", p.Errors())
	safe(p)
	assert.Contains(t, p.Text(), "<script>alert(1)</script>")
}

// A draft of an older version, with fewer and with more entries, goes on in the
// new one: what is new has its defaults, what is too much is not lost unasked.
func TestDraftOfAnOlderVersion(t *testing.T) {
	version := func(v string, most int, more ...forms.Element) *forms.Form {
		f, err := forms.Compile(forms.Definition{ID: "F1", Version: v, Steps: []forms.StepDefinition{{ID: "s", Title: "Angaben", Elements: []forms.Element{
			forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: most, Entry: "Ding"}, Elements: append([]forms.Element{
				forms.FieldDefinition{Name: "n", Label: "N", Required: true}}, more...)},
		}}}}, nil)
		require.NoError(t, err)
		return f
	}
	b := newBench(t, func(c *web.Config) { c.Form = version("1", 4) })
	browser := formstest.New(t, origin, formstest.Transport(b.wizard))
	p := browser.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	for _, name := range []string{"s.g[0].n", "s.g[1].n", "s.g[2].n"} {
		p = p.Submit("Ding hinzufügen", nil)
		require.Contains(t, p.Names(), name)
	}
	p = p.Submit("Speichern und später fortsetzen", map[string]string{"s.g[0].n": "eins", "s.g[1].n": "zwei", "s.g[2].n": "drei"})
	step := strings.TrimSuffix(p.URL.Path, "/pause") + "/schritt/s"

	b.cfg.Form = version("2", 2, forms.FieldDefinition{Name: "fest", Label: "Fest", Locked: true, Required: true, Default: "A"})
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	next := formstest.New(t, origin, formstest.Transport(b.wizard))
	for _, c := range browser.Cookies() {
		next.SetCookie(c)
	}
	p = next.Get(step).Submit("Weiter", nil)
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Equal(t, []string{"f_s_g"}, p.ErrorLinks(), "there is one too many")
	p = p.Submit("Ding 1 entfernen", nil)
	assert.Equal(t, "drei", p.Value("s.g[1].n"))
	p = p.Submit("Weiter", nil)
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "%v", p.Errors())
	p.Submit("Verbindlich absenden", nil)
	assert.Equal(t, "A", b.last.Answers.Get("s.g[0].fest").Text())
	assert.Equal(t, "zwei", b.last.Answers.Get("s.g[0].n").Text())
	assert.Equal(t, 2, b.cfg.Form.Entries("s.g", b.last.Answers))
}

// A page never comes back without saying why.
func TestErrorsOfWhatNoPageShows(t *testing.T) {
	b := hostileBench(t, forms.FieldDefinition{Name: "x", Label: "X"}, forms.FieldDefinition{Name: "y", Label: "Kennung", Type: forms.TypeHidden, Required: true})
	p := b.begin().Submit("Weiter", nil)
	assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
	assert.Contains(t, p.Text(), "Kennung")
}
