package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// TestInTheBrowser looks at the page on a phone and on a desktop, without
// JavaScript, runs the statement again by its button, and has pa11y (axe and
// htmlcs) judge every page.
func TestInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser run is left out in -short")
	}
	for _, size := range []struct{ width, height int }{{320, 640}, {1280, 900}} {
		t.Run(fmt.Sprintf("%d", size.width), func(t *testing.T) {
			server := httptest.NewServer(offen(t).handler(musterAuszug))
			t.Cleanup(server.Close)
			ctx := browsertest.Start(t, size.width, size.height, 10*time.Minute)
			browsertest.DisableScript(t, ctx)
			var pages []browsertest.Page
			seen := func(name string) {
				markup, err := chromedp.Run(ctx, chromedp.OuterHTML("html"))
				require.NoError(t, err)
				at, err := chromedp.Run(ctx, chromedp.Location())
				require.NoError(t, err)
				pages = append(pages, browsertest.Page{Name: name, HTML: markup, URL: at})
				if folder := os.Getenv("EGOV_SCREENSHOTS"); folder != "" {
					png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("kasse-%d-%s.png", size.width, name)), png, 0o600))
				}
			}
			do := func(actions ...chromedp.Action[chromedp.Void]) {
				limit, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				require.NoError(t, chromedp.Do(limit, actions...))
			}
			text := func() string {
				s, err := chromedp.Run(ctx, chromedp.Text("main"))
				require.NoError(t, err)
				return s
			}
			do(chromedp.EmulateViewport(int64(size.width), int64(size.height)), chromedp.Navigate(server.URL+"/"))
			require.Contains(t, text(), "Lauf 1: 8 neue Buchungen")
			seen("ergebnis")
			width, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth"))
			require.NoError(t, err)
			require.LessOrEqual(t, width, size.width, "the page itself scrolls sideways")
			do(chromedp.Click("button"))
			require.Eventually(t, func() bool { // in between there is no document
				s, err := chromedp.Run(ctx, chromedp.Text("main"))
				return err == nil && strings.Contains(s, "Lauf 2: 0 neue Buchungen")
			}, time.Minute, 20*time.Millisecond)
			seen("noch-einmal")
			do(chromedp.Navigate(server.URL + "/gibt-es-nicht"))
			seen("fehlt")

			broken := offen(t)
			require.NoError(t, broken.laufe(t.Context(), bytes.NewReader(bytes.Replace(musterAuszug, []byte("2500.00"), []byte("2501.00"), 1))))
			other := httptest.NewServer(broken.handler(musterAuszug))
			t.Cleanup(other.Close)
			do(chromedp.Navigate(other.URL + "/"))
			require.Contains(t, text(), "geht nicht auf")
			seen("abgelehnt")
			require.Equal(t, 4, browsertest.Audit(t, pages))
		})
	}
}
