package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

const good = `<html lang="de"><head><title>Probe</title></head><body><main><h1>Probe</h1><label for="a">Name</label><input id="a" type="text"></main></body></html>`
const bad = `<html lang="de"><head><title>Probe</title></head><body><main><h1>Probe</h1><input id="a" type="text"></main></body></html>`

func TestStartShowsAPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!doctype html>" + good))
	}))
	defer server.Close()
	ctx := browsertest.Start(t, 360, 640, 5*time.Minute)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(server.URL)))
	title, err := chromedp.Run(ctx, chromedp.Title())
	require.NoError(t, err)
	require.Equal(t, "Probe", title)
}

func TestDisableScript(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><title>off</title><script>document.title = "on"</script>`))
	}))
	defer server.Close()
	for _, want := range []string{"on", "off"} {
		ctx := browsertest.Start(t, 360, 640, 5*time.Minute)
		if want == "off" {
			browsertest.DisableScript(t, ctx)
		}
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(server.URL)))
		title, err := chromedp.Run(ctx, chromedp.Title())
		require.NoError(t, err)
		require.Equal(t, want, title)
	}
}

// failures counts what Audit reports, so that the auditor itself is tested.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Errorf(string, ...any) { f.n++ }

func TestAuditSeesAMissingLabel(t *testing.T) {
	f := &failures{TB: t}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	n := browsertest.Audit(f, []browsertest.Page{{Name: "good", HTML: good, URL: server.URL}, {Name: "bad", HTML: bad, URL: server.URL}})
	require.Equal(t, 2, n)
	require.Positive(t, f.n, "a field without label was not reported")
	f = &failures{TB: t}
	browsertest.Audit(f, []browsertest.Page{{Name: "good", HTML: good, URL: server.URL}})
	require.Zero(t, f.n)
}

// TestAuditSeesTheStyleSheet: contrast is judged with the style sheet of the
// page's own server, although that forbids others to load it.
func TestAuditSeesTheStyleSheet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		_, _ = w.Write([]byte("label { color: #ddd; background: #fff }"))
	}))
	defer server.Close()
	faint := strings.Replace(good, "</title>", `</title><link rel="stylesheet" href="/stil.css">`, 1)
	f := &failures{TB: t}
	browsertest.Audit(f, []browsertest.Page{{Name: "faint", HTML: faint, URL: server.URL + "/seite"}})
	require.Positive(t, f.n, "faint text was not reported")
}
