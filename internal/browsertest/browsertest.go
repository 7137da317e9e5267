// Package browsertest drives the library's pages as a citizen's browser does:
// headless Chromium through chromedp, and pa11y with the runners axe and
// htmlcs for accessibility. It is for tests only.
package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/bausteine/egov/internal/testenv"
)

// flags keep Chromium from reaching for anything but the page under test.
func flags() []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
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

// Page is the markup of one page or error state, as the browser showed it.
type Page struct {
	Name string // for the report, unique
	HTML string // outer HTML of the document
	Base string // URL at which relative links of the page resolve
}

//go:embed audit.mjs
var audit string

// Audit has pa11y judge the pages with axe and htmlcs (WCAG 2 AA) and fails
// the test on every error. It returns how many pages were judged.
func Audit(t testing.TB, pages []Page) int {
	t.Helper()
	if len(pages) == 0 {
		t.Fatal("no page to judge")
	}
	modules := os.Getenv("EGOV_PA11Y")
	if modules == "" {
		testenv.Missing(t, "EGOV_PA11Y does not name a folder in which the npm package pa11y is installed")
	}
	node, browser := testenv.Tool(t, "node"), chromium(t)
	server := httptest.NewServer(snapshots(pages))
	defer server.Close()
	script := filepath.Join(t.TempDir(), "audit.mjs")
	if err := os.WriteFile(script, []byte(audit), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{script, modules, browser}
	for i := range pages {
		args = append(args, fmt.Sprintf("%s/%d", server.URL, i))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pa11y: %v\n%s", err, out)
	}
	var results []struct {
		Issues []struct{ Code, Message, Selector, Runner string }
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatalf("pa11y's report: %v\n%s", err, out)
	}
	if len(results) != len(pages) {
		t.Fatalf("pa11y judged %d of %d pages", len(results), len(pages))
	}
	for i, r := range results {
		for _, issue := range r.Issues {
			t.Errorf("%s: %s (%s) at %s: %s", pages[i].Name, issue.Code, issue.Runner, issue.Selector, issue.Message)
		}
	}
	return len(results)
}

// snapshots serves the stored pages. A base element makes their stylesheets
// and links resolve at the server that they came from.
func snapshots(pages []Page) http.Handler {
	mux := http.NewServeMux()
	for i, p := range pages {
		html := strings.Replace(p.HTML, "<head>", `<head><base href="`+p.Base+`">`, 1)
		mux.HandleFunc(fmt.Sprintf("/%d", i), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<!doctype html>" + html))
		})
	}
	return mux
}
