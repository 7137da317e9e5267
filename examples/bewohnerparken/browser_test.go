package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// fenster is a citizen's browser window, and every page she has seen in it.
type fenster struct {
	t     *testing.T
	ctx   context.Context
	base  string
	pages []browsertest.Page
	shots string // folder for screenshots; empty: none
}

func (f *fenster) do(actions ...chromedp.Action[chromedp.Void]) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.ctx, time.Minute)
	defer cancel()
	require.NoError(f.t, chromedp.Do(ctx, actions...))
}

// seen keeps the page as it stands, for the judgement at the end.
func (f *fenster) seen(name string) {
	f.t.Helper()
	markup, err := chromedp.Run(f.ctx, chromedp.OuterHTML("html"))
	require.NoError(f.t, err)
	at, err := chromedp.Run(f.ctx, chromedp.Location())
	require.NoError(f.t, err)
	f.pages = append(f.pages, browsertest.Page{Name: name, HTML: markup, URL: at})
	if f.shots == "" {
		return
	}
	png, err := chromedp.Run(f.ctx, chromedp.FullScreenshot(100))
	require.NoError(f.t, err)
	require.NoError(f.t, os.WriteFile(filepath.Join(f.shots, fmt.Sprintf("%02d-%s.png", len(f.pages), strings.ReplaceAll(name, " ", "-"))), png, 0o600))
}

func (f *fenster) title() string {
	f.t.Helper()
	title, err := chromedp.Run(f.ctx, chromedp.Title())
	require.NoError(f.t, err)
	return title
}

func (f *fenster) path() string {
	f.t.Helper()
	at, err := chromedp.Run(f.ctx, chromedp.Location())
	require.NoError(f.t, err)
	u, err := url.Parse(at)
	require.NoError(f.t, err)
	return u.Path
}

// click presses a button or follows a link and waits for the next document.
func (f *fenster) click(text string) {
	f.t.Helper()
	before := f.stamp()
	f.do(chromedp.Click(chromedp.Search(fmt.Sprintf(`//button[contains(normalize-space(.), %[1]q)] | //a[contains(normalize-space(.), %[1]q)]`, text))))
	require.Eventually(f.t, func() bool { return f.stamp() != before && f.ready() }, time.Minute, 20*time.Millisecond, "clicking %q led nowhere", text)
}

// stamp tells one document from the next: the moment its loading began.
func (f *fenster) stamp() float64 {
	v, err := chromedp.Run(f.ctx, chromedp.Evaluate[float64]("performance.timeOrigin"))
	if err != nil {
		return 0 // between two documents
	}
	return v
}

func (f *fenster) ready() bool {
	v, err := chromedp.Run(f.ctx, chromedp.Evaluate[string]("document.readyState"))
	return err == nil && v == "complete"
}

// fill types into the fields by name, and picks radios, boxes and options.
func (f *fenster) fill(values url.Values) {
	f.t.Helper()
	for name, list := range values {
		for _, v := range list {
			f.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				kind, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(fillField, name, v)))
				if err != nil || kind != "text" {
					return err
				}
				_, err = chromedp.Run(ctx, chromedp.KeyEvent(v)) // typed key by key
				return err
			}))
		}
	}
}

// fillField is the test's own hand in the page, not a script of it: it picks an
// option, or puts the cursor into a text field, whose content it selects.
const fillField = `(() => {
	const name = %q, value = %q;
	const fields = [...document.getElementsByName(name)];
	const option = fields.find(f => (f.type === "radio" || f.type === "checkbox") && f.value === value);
	if (option) { option.click(); return "option"; }
	const field = fields[0];
	field.scrollIntoView(); field.focus();
	if (field.tagName === "SELECT") { field.value = value; return "select"; }
	field.select();
	return "text";
})()`

// focused waits until the element with the id has the focus: a page has it not
// before it is drawn.
func (f *fenster) focused(id, message string) {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		has, err := chromedp.Run(f.ctx, chromedp.Evaluate[string](`document.activeElement.id`))
		return err == nil && has == id
	}, time.Minute, 20*time.Millisecond, message)
}

// TestInTheBrowser goes through the whole service in Chromium, on a phone with
// and on a desktop without JavaScript, mistakes included. Then pa11y (axe and
// htmlcs) judges every page and every error state.
func TestInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser run is left out in -short")
	}
	for _, tt := range []struct {
		name          string
		width, height int
		script        bool
	}{
		{"phone-with-script", 360, 740, true},
		{"desktop-without-script", 1280, 900, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := starte(t, ordner(t))
			f := &fenster{t: t, ctx: browsertest.Start(t, tt.width, tt.height, 10*time.Minute), base: l.server.URL}
			if folder := os.Getenv("EGOV_SCREENSHOTS"); folder != "" {
				f.shots = filepath.Join(folder, tt.name)
				require.NoError(t, os.MkdirAll(f.shots, 0o700))
			}
			if !tt.script {
				browsertest.DisableScript(t, f.ctx)
			}
			f.do(chromedp.EmulateViewport(int64(tt.width), int64(tt.height)))
			f.anmelden()
			f.ausfuellen()
			f.bezahlen()
			f.eingang(l)
			f.fehlerseiten()
			require.GreaterOrEqual(t, browsertest.Audit(t, f.pages), 20)
		})
	}
}

func (f *fenster) anmelden() {
	f.do(chromedp.Navigate(f.base + "/"))
	f.seen("start")
	f.click("Mit dem Servicekonto anmelden")
	f.seen("simulator konto")
	f.click("Abbrechen")
	f.seen("anmeldung abgebrochen")
	f.do(chromedp.Navigate(f.base + "/"))
	f.click("Mit dem Servicekonto anmelden")
	f.fill(url.Values{"konto": {"erika"}, "niveau": {"hoch"}})
	f.click("Anmelden")
	f.seen("start angemeldet")
	f.click("Antrag beginnen")
}

// ausfuellen makes each mistake once and then answers everything.
func (f *fenster) ausfuellen() {
	t := f.t
	f.seen("person")
	f.click("Weiter")
	require.True(t, strings.HasPrefix(f.title(), "Fehler:"), f.title())
	f.focused("fehler", "the error summary has no focus")
	f.seen("person mit fehlern")
	require.Contains(t, f.text(), "Bestätigt durch: Servicekonto", "what the account has verified is not shown")
	f.fill(url.Values{"person.telefon": {"(030) 23125123"}, "person.anschrift.land": {"000"}})
	f.click("Weiter")

	f.fill(url.Values{"fahrzeug.kennzeichen": {"12345"}, "fahrzeug.fin": {"abc"}})
	f.click("Weiter")
	require.True(t, strings.HasPrefix(f.title(), "Fehler:"), f.title())
	value, err := chromedp.Run(f.ctx, chromedp.Evaluate[string](`document.querySelector('[name="fahrzeug.kennzeichen"]').value`))
	require.NoError(t, err)
	require.Equal(t, "12345", value, "what was typed is gone")
	f.seen("fahrzeug mit fehlern")
	f.fill(url.Values{"fahrzeug.kennzeichen": {"MU-ST 123"}, "fahrzeug.fin": {"123456"}, "fahrzeug.halter": {"02"}})
	f.click("Weiter")

	f.seen("halter")
	f.click("Weiter")
	f.seen("halter mit fehlern")
	f.click("Zurück")
	f.fill(url.Values{"fahrzeug.halter": {"01"}})
	f.seen("fahrzeug")
	f.click("Weiter")

	f.seen("zeitraum")
	f.click("Weiter")
	f.seen("zeitraum mit fehlern")
	f.fill(url.Values{"zeitraum.dauer": {"1"}, "zeitraum.art": {"01"}, "zeitraum.abgleich": {"01"}, "zeitraum.daten": {"01"}})
	f.click("Weiter")
	f.seen("zusammenfassung")
	require.True(t, strings.HasSuffix(f.path(), "/"+seiteSumme), f.path())
}

func (f *fenster) bezahlen() {
	f.click("Absenden und bezahlen")
	f.seen("bezahlseite")
	f.click("Zahlung abbrechen")
	f.seen("zahlung abgebrochen")
	f.click("Jetzt bezahlen")
	pay := f.path()
	at, err := chromedp.Run(f.ctx, chromedp.Location())
	require.NoError(f.t, err)
	require.Contains(f.t, pay, "/simulator/kasse/")
	f.click("Jetzt bezahlen")
	require.True(f.t, strings.HasSuffix(f.path(), "/"+seiteEingang), f.path())
	receipt := f.path()
	f.do(chromedp.Navigate(at)) // the pay page once more, from the browser's history
	f.seen("bezahlseite danach")
	f.do(chromedp.Navigate(f.base + receipt))
}

func (f *fenster) eingang(l *laufend) {
	f.seen("eingang")
	require.NoError(f.t, l.erledige(context.Background()))
	f.do(chromedp.Navigate(f.base + strings.TrimSuffix(f.path(), seiteEingang) + "status"))
	f.seen("status")
	require.Contains(f.t, f.text(), "30,70")
	require.Contains(f.t, f.text(), "an die Behörde übermittelt")
}

func (f *fenster) text() string {
	f.t.Helper()
	text, err := chromedp.Run(f.ctx, chromedp.Text("main"))
	require.NoError(f.t, err)
	return text
}

func (f *fenster) fehlerseiten() {
	for _, path := range []string{"/antrag/unbekannt/status", "/gibt-es-nicht", "/zahlung/zurueck?v=falsch", "/anmelden/zurueck/servicekonto?state=falsch&code=falsch", "/fortsetzen", "/hinweise"} {
		f.do(chromedp.Navigate(f.base + path))
		f.seen("seite " + strings.Trim(strings.NewReplacer("/", " ", "?", " ", "&", " ", "=", " ").Replace(path), " "))
	}
}
