package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// fenster is a citizen's browser window without JavaScript.
type fenster struct {
	t   *testing.T
	ctx context.Context
}

func (f *fenster) do(actions ...chromedp.Action[chromedp.Void]) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.ctx, time.Minute)
	defer cancel()
	require.NoError(f.t, chromedp.Do(ctx, actions...))
}

func evaluate[T any](f *fenster, script string) T {
	f.t.Helper()
	v, err := chromedp.Run(f.ctx, chromedp.Evaluate[T](script))
	require.NoError(f.t, err)
	return v
}

// click presses a button and waits for the next document.
func (f *fenster) click(text string) {
	f.t.Helper()
	origin := func() float64 {
		v, err := chromedp.Run(f.ctx, chromedp.Evaluate[float64](`document.readyState === "complete" ? performance.timeOrigin : 0`))
		if err != nil {
			return 0 // between two documents
		}
		return v
	}
	before := origin()
	f.do(chromedp.Click(chromedp.Search(fmt.Sprintf(`//button[not(@aria-hidden) and normalize-space(.)=%[1]q] | //a[normalize-space(.)=%[1]q]`, text))))
	require.Eventually(f.t, func() bool { now := origin(); return now != 0 && now != before }, time.Minute, 20*time.Millisecond, "clicking %q led nowhere", text)
}

// fill types into fields by name, and picks radio buttons and boxes.
func (f *fenster) fill(values map[string]string) {
	f.t.Helper()
	for name, value := range values {
		ok := evaluate[bool](f, fmt.Sprintf(`(() => {
			const fields = [...document.getElementsByName(%q)], value = %q;
			const option = fields.find(f => (f.type === "radio" || f.type === "checkbox") && f.value === value);
			if (option) option.click(); else if (fields.length) fields[0].value = value;
			return fields.length > 0;
		})()`, name, value))
		require.True(f.t, ok, name)
	}
}

func (f *fenster) text() string {
	return evaluate[string](f, `document.querySelector("main").innerText`)
}

// TestImBrowser sends the form of the dogs from Chromium: a choice, entries that a
// number decides, a group that is added, rules, and mistakes.
func TestImBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser run is left out in -short")
	}
	_, server := start(t, "")
	f := &fenster{t, browsertest.Start(t, 360, 740, 10*time.Minute)}
	browsertest.DisableScript(t, f.ctx)
	f.do(chromedp.Navigate(server.URL))
	f.click("Antrag beginnen")

	const person, address = "g99000000001.", "g99000000001.g99000000002.g60000000086."
	f.click("Weiter")
	require.Contains(t, evaluate[string](f, "document.title"), "Fehler:")
	f.fill(map[string]string{person + "f60000000227": "Mustermann", person + "f60000000228": "Erika", person + "f60000000242": "erika@mustermann.example",
		person + "g60000000083.f60000000231": "12", person + "g60000000083.f60000000233": "1980",
		address + "f60000000243": "Marktplatz", address + "f60000000246": "99084", address + "f60000000247": "Musterstadt"})
	f.click("Weiter")
	require.Equal(t, []any{"#f_g99000000001_g60000000083_f60000000232"}, evaluate[[]any](f, `[...document.querySelectorAll("#fehler a")].map(a => decodeURIComponent(a.getAttribute("href")))`),
		"a day needs its month")
	f.fill(map[string]string{person + "g60000000083.f60000000232": "8"})
	f.click("Weiter")

	require.Contains(t, f.text(), "Melden Sie jeden Hund an")
	f.fill(map[string]string{"angaben.f99000000011": "2"})
	f.click("Weiter")

	require.Contains(t, f.text(), "Hund 2")
	require.NotContains(t, f.text(), "Hund 3")
	for i, name := range []string{"Bello", "Wau"} {
		dog := fmt.Sprintf("seite-g99000000003.g99000000003[%d].f990000000", i)
		f.fill(map[string]string{dog + "20": name, dog + "21": "001", dog + "23": []string{"true", "false"}[i], dog + "25": "s"})
	}
	f.click("Weiter")
	require.Contains(t, f.text(), "Chipnummer", "the dog with a chip needs its number")
	f.fill(map[string]string{"seite-g99000000003.g99000000003[0].f99000000024": "276098800345727"})
	f.click("Weiter")

	f.fill(map[string]string{"g99000000004.f99000000030": "001"})
	f.click("Weiter")
	f.click("Lastschrift hinzufügen")
	bank := "seite-g99000000005.g99000000005[0]."
	f.fill(map[string]string{bank + "f99000000040": "Erika Mustermann", bank + "f00000000106": "DE02 1203 0000 0000 2020 52"})
	f.click("Weiter")
	require.Contains(t, evaluate[string](f, "document.title"), "Fehler:", "a wrong digit")
	f.fill(map[string]string{bank + "f00000000106": "DE02 1203 0000 0000 2020 51"})
	f.click("Weiter")
	f.fill(map[string]string{"angaben-2.f99000000052": "true"})
	f.click("Weiter")
	require.Contains(t, f.text(), "DE02 1203 0000 0000 2020 51")
	require.Contains(t, f.text(), "Wau")
	f.click("Absenden")
	require.Contains(t, f.text(), "Ihre Angaben stehen jetzt im Eingang")

	asJSON, asXML := eingegangen(t, server)
	require.Contains(t, string(asJSON), `"DE02120300000000202051"`)
	require.Contains(t, string(asXML), "<F99000000020V1.0.0>Wau</F99000000020V1.0.0>")
	require.Contains(t, string(asXML), "<F99000000051V1.0.0>2026-1</F99000000051V1.0.0>", "the hidden field is sent")
}
