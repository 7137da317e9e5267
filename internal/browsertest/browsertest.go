// Package browsertest drives the library's pages as a citizen's browser does:
// headless Chromium through chromedp, and pa11y with the runners axe and
// htmlcs for accessibility. It is for tests only.
package browsertest

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/bausteine/egov/internal/testenv"
)

// flags keep Chromium from reaching for anything but the page under test.
func flags() []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(2*time.Minute),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("blink-settings", "imagesEnabled=true"),
	)
}

// chromium returns the browser's path, or ends the test.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	testenv.Missing(t, "Chromium is not installed (Debian package chromium)")
	return ""
}

// Start opens a headless browser tab of the given size for the test; it is
// closed with the test. The context ends after limit.
func Start(t testing.TB, width, height int, limit time.Duration) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("browsers are left out in -short")
	}
	opts := append(flags(), chromedp.ExecPath(chromium(t)), chromedp.WindowSize(width, height), chromedp.UserDataDir(t.TempDir()))
	ctx, cancelTime := context.WithTimeout(context.Background(), limit)
	ctx, cancelBrowser := chromedp.NewExecAllocator(ctx, opts...)
	ctx, cancelTab := chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has left its profile folder
		cancelTab()
		cancelBrowser()
		cancelTime()
	})
	return ctx
}

// DisableScript switches scripts of pages off, as in a browser without
// JavaScript.
func DisableScript(t testing.TB, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
}
