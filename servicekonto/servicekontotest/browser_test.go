package servicekontotest_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// TestInABrowser logs in and out with a real browser, whose rules for cookies
// and content security policies (form-action also holds for the redirects after
// a form) no HTTP client has.
func TestInABrowser(t *testing.T) {
	chromium := testenv.Tool(t, "chromium")
	base := newServer(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("blink-settings", "scriptEnabled=false"))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	timeout := time.AfterFunc(90*time.Second, cancel)
	defer timeout.Stop()

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
