package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/internal/browsertest"
)

// TestChromium walks the form in a real browser: the error summary takes the
// focus without a script, its links lead to the controls, and the policy
// form-action lets the redirect after the summary reach the pay page only if
// the page's origin is configured.
func TestChromium(t *testing.T) {
	for name, allowed := range map[string]bool{"pay page allowed": true, "pay page forgotten": false} {
		t.Run(name, func(t *testing.T) {
			pay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, err := w.Write([]byte("<!DOCTYPE html><title>Bezahlseite</title><h1>Bezahlseite</h1>"))
				assert.NoError(t, err)
			}))
			defer pay.Close()
			mux := http.NewServeMux()
			server := httptest.NewServer(mux)
			defer server.Close()
			b := newBench(t, func(c *web.Config) {
				c.BaseURL, c.FormAction = server.URL+prefix, nil
				if allowed {
					c.FormAction = []string{pay.URL}
				}
			})
			b.gate = func(web.Application) (web.GateResult, error) { return web.RedirectTo(pay.URL + "/"), nil }
			b.cfg.Gates = []web.Gate{b}
			var err error
			b.wizard, err = web.New(b.cfg)
			require.NoError(t, err)
			mux.Handle(prefix+"/", b.wizard)
			shown := walk(t, server.URL+prefix+"/")
			if allowed {
				assert.Equal(t, "Bezahlseite", shown)
			} else {
				assert.Equal(t, "Prüfen Sie Ihre Angaben", shown, "Chromium follows no redirect out of the policy")
			}
		})
	}
}

// walk fills in the form and returns the heading of the page after the summary.
func walk(t *testing.T, start string) string {
	t.Helper()
	ctx := browsertest.Start(t, 1280, 1000, 4*time.Minute)
	ask := func(expression string) string {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		require.NoError(t, err)
		return v
	}
	focused := func(id, message string) { // a page has it not before it is drawn
		require.Eventually(t, func() bool {
			has, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.activeElement.id`))
			return err == nil && has == id
		}, time.Minute, 20*time.Millisecond, message)
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) { require.NoError(t, chromedp.Do(ctx, steps...)) }
	do(chromedp.Navigate(start),
		click(`.weg form button`), appears(`#f_person_familienname`),
		click(`button[type=submit]`), appears(`#fehler`))
	assert.Contains(t, ask(`document.title`), "Fehler: ")
	focused("fehler", "the summary has the focus")
	do(click(`#fehler a[href="#f_person_geburtsdatum_tag"]`))
	focused("f_person_geburtsdatum_tag", "its link leads to the first control of the group")

	for k, v := range person {
		do(chromedp.SetValue(chromedp.CSS(`[name="`+k+`"]`), v))
	}
	do(click(`button[type=submit]`), appears(`#f_fahrzeug_kennzeichen`),
		chromedp.SetValue(chromedp.CSS(`#f_fahrzeug_kennzeichen`), "J-EN 123"), click(`#f_fahrzeug_halter_1`),
		chromedp.SetValue(chromedp.CSS(`#f_fahrzeug_zone`), "b"),
		click(`button[type=submit]`), appears(`#f_nachweis_ausweis`))
	upload := filepath.Join(t.TempDir(), "Schein.pdf")
	require.NoError(t, os.WriteFile(upload, pdf.Content, 0o600))
	do(chromedp.SetUploadFiles(chromedp.CSS(`#f_nachweis_ausweis`), []string{upload}), click(`#f_nachweis_wahr`),
		click(`button[type=submit]`), appears(`.abschnitt`))
	ask(`document.addEventListener("securitypolicyviolation", e => { document.title = "verboten: " + e.effectiveDirective }), ""`)
	do(click(`button[type=submit]`))
	shown := ""
	require.Eventually(t, func() bool { // in between there is no document
		v, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[document.title, document.querySelector("h1").textContent]`))
		if err != nil || len(v) != 2 {
			return false
		}
		shown = v[1]
		return v[0] == "verboten: form-action" || v[0] == "Bezahlseite"
	}, time.Minute, 50*time.Millisecond, "neither the pay page nor a refusal")
	return shown
}

func click(css string) chromedp.Action[chromedp.Void] { return chromedp.Click(chromedp.CSS(css)) }
func appears(css string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(css))
}
