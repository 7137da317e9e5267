package servicekontotest_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// TestInABrowser logs in and out with a real browser, whose rules for cookies
// and content security policies (form-action also holds for the redirects after
// a form) no HTTP client has.
func TestInABrowser(t *testing.T) {
	base := newServer(t)
	ctx := browsertest.Start(t, 1024, 768, 90*time.Second)
	browsertest.DisableScript(t, ctx)

	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, steps...))
	}
	text := func(selector string) string {
		t.Helper()
		s, err := chromedp.Run(ctx, chromedp.Text(selector))
		require.NoError(t, err)
		return s
	}
	do(chromedp.Navigate(base+"/parken/antrag"), chromedp.Click(`button[value=abbrechen]`), chromedp.WaitNotPresent(`button[value=abbrechen]`))
	require.Equal(t, "Anmeldung abgebrochen", text(`h1`))
	do(chromedp.Navigate(base+"/parken/antrag"), chromedp.Click(`label[for=konto-dang]`), chromedp.Click(`label[for=niveau-hoch]`),
		chromedp.Click(`button[value=anmelden]`), chromedp.WaitNotPresent(`button[value=anmelden]`))
	require.Equal(t, "person hoch Thị Ľubica Željka Đặng-Großmann", text(`body`))
	do(chromedp.Navigate(base+"/parken/abmelden"), chromedp.Click(`button[type=submit]`), chromedp.WaitNotPresent(`button[type=submit]`))
	require.Equal(t, "Sie sind abgemeldet", text(`h1`))
	do(chromedp.Navigate(base + "/parken/antrag"))
	require.Equal(t, "Anmelden im Simulator", text(`h1`))
}
