package browsertest_test

import (
	"net/http"
	"net/http/httptest"
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
	ctx := browsertest.Start(t, 360, 640, time.Minute)
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
		ctx := browsertest.Start(t, 360, 640, time.Minute)
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
	n := browsertest.Audit(f, []browsertest.Page{{Name: "good", HTML: good}, {Name: "bad", HTML: bad}})
	require.Equal(t, 2, n)
	require.Positive(t, f.n, "a field without label was not reported")
	f = &failures{TB: t}
	browsertest.Audit(f, []browsertest.Page{{Name: "good", HTML: good}})
	require.Zero(t, f.n)
}
