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
	ctx := browsertest.Start(t, 1024, 768, 10*time.Minute)
	browsertest.DisableScript(t, ctx)

	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, steps...))
	}
	shows := func(want, selector string) { // in between there is no document
		t.Helper()
		require.Eventually(t, func() bool {
			got, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("`+selector+`").innerText.trim()`))
			return err == nil && got == want
		}, time.Minute, 20*time.Millisecond, want)
	}
	do(chromedp.Navigate(base+"/parken/antrag"), chromedp.Click(`button[value=abbrechen]`), chromedp.WaitNotPresent(`button[value=abbrechen]`))
	shows("Anmeldung abgebrochen", `h1`)
	do(chromedp.Navigate(base+"/parken/antrag"), chromedp.Click(`label[for=konto-dang]`), chromedp.Click(`label[for=niveau-hoch]`),
		chromedp.Click(`button[value=anmelden]`), chromedp.WaitNotPresent(`button[value=anmelden]`))
	shows("person hoch Thị Ľubica Željka Đặng-Großmann", `body`)
	do(chromedp.Navigate(base+"/parken/abmelden"), chromedp.Click(`button[type=submit]`), chromedp.WaitNotPresent(`button[type=submit]`))
	shows("Sie sind abgemeldet", `h1`)
	do(chromedp.Navigate(base + "/parken/antrag"))
	shows("Anmelden im Simulator", `h1`)
}
