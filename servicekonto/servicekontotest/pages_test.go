package servicekontotest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/simulator"
)

// reasonProvider fails every login for the reason it is asked for, and sends
// people on by POST.
type reasonProvider struct{ reason servicekonto.Reason }

func (reasonProvider) HandleParam() string { return "RelayState" }

func (reasonProvider) Start(context.Context, servicekonto.StartRequest) (*servicekonto.Redirect, error) {
	return &servicekonto.Redirect{Method: http.MethodPost, URL: "https://konto.example/", Form: url.Values{"SAMLRequest": {"x"}}}, nil
}

func (p reasonProvider) Finish(context.Context, servicekonto.CallbackRequest) (*servicekonto.Account, error) {
	return nil, &servicekonto.LoginError{Reason: p.reason}
}

// collect returns every page of the service and of the simulator, by name.
func collect(t *testing.T) map[string][]byte {
	t.Helper()
	pages := map[string][]byte{}
	keep := func(name string, p *servicekontotest.Page, status int) {
		require.Equal(t, status, p.Status, name)
		require.Contains(t, p.Header.Get("Content-Type"), "text/html", name)
		pages[name] = p.Body
	}
	base := newServer(t)
	c := servicekontotest.Client(t)
	keep("simulator", servicekontotest.Get(t, c, base+"/simulator/"), http.StatusOK)
	keep("simulator-login", servicekontotest.Get(t, c, base+"/parken/antrag"), http.StatusOK)
	keep("simulator-fehler", servicekontotest.Walk(t, c, base+"/parken/antrag", servicekontotest.Visit{Citizen: "max", Level: "hoch"}), http.StatusUnprocessableEntity)
	keep("simulator-anfrage", servicekontotest.Get(t, c, base+"/simulator/authorize"), http.StatusBadRequest)
	keep("abgebrochen", servicekontotest.Walk(t, c, base+"/parken/antrag", servicekontotest.Visit{Citizen: "max", Action: servicekontotest.Cancel}), http.StatusOK)
	servicekontotest.Login(t, c, base+"/parken/antrag", "erika")
	keep("abmelden", servicekontotest.Get(t, c, base+"/parken/abmelden"), http.StatusOK)
	keep("abgemeldet", servicekontotest.Get(t, c, base+"/parken/abmelden/fertig?konto=konto"), http.StatusOK)
	keep("nicht-gefunden", servicekontotest.Get(t, c, base+"/parken/x"), http.StatusNotFound)
	keep("unlesbar", servicekontotest.Get(t, c, base+"/parken/anmelden?ziel=x"), http.StatusBadRequest)

	var svc *servicekonto.Service
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { svc.Handler().ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	var choices []servicekonto.Choice
	reasons := []servicekonto.Reason{servicekonto.Refused, servicekonto.ProviderFailed, servicekonto.Unavailable, servicekonto.LevelTooLow, servicekonto.OtherAccount,
		servicekonto.Replayed, servicekonto.Expired, servicekonto.OtherBrowser}
	for i, r := range reasons {
		choices = append(choices, servicekonto.Choice{ID: fmt.Sprintf("c%d", i), Label: string(r), Hint: "Für Personen.", Provider: reasonProvider{r}})
	}
	var err error
	svc, err = servicekonto.New(servicekonto.Config{BaseURL: srv.URL, Store: servicekonto.NewMemoryStore(), Choices: choices, ServiceName: "Bewohnerparken – Musterstadt"})
	require.NoError(t, err)
	keep("auswahl", servicekontotest.Get(t, c, srv.URL+"/anmelden?niveau=hoch"), http.StatusOK)
	keep("weiter", servicekontotest.Get(t, c, srv.URL+"/anmelden?konto=c0"), http.StatusOK)
	keep("anderer-browser", servicekontotest.Get(t, servicekontotest.Client(t), srv.URL+"/anmelden/zurueck/c0?RelayState="+strings.Repeat("A", 43)), http.StatusForbidden)
	return pages
}

// TestPagesAreAccessible runs two engines (axe and HTML CodeSniffer, WCAG 2 AA)
// over every page in a browser.
func TestPagesAreAccessible(t *testing.T) {
	pages := collect(t)
	require.GreaterOrEqual(t, len(pages), 12)
	pa11y, chromium := testenv.Tool(t, "pa11y"), testenv.Tool(t, "chromium")
	srv := httptest.NewServer(nil)
	t.Cleanup(srv.Close)
	sim, err := simulator.New(simulator.Options{Issuer: srv.URL + "/simulator", Clients: []simulator.Client{{ID: "a", Secret: "b", RedirectURIs: []string{"https://x.example/"}}}})
	require.NoError(t, err)
	svc, err := servicekonto.New(servicekonto.Config{BaseURL: srv.URL, Store: servicekonto.NewMemoryStore(), Choices: []servicekonto.Choice{{ID: "a", Label: "A", Provider: reasonProvider{}}}})
	require.NoError(t, err)
	sheet := regexp.MustCompile(`href="[^"]*/(simulator|anmelden)/stil\.css"`)
	srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[strings.TrimPrefix(r.URL.Path, "/seite/")]
		switch {
		case ok:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(sheet.ReplaceAll(page, []byte(`href="/$1/stil.css"`)))
		case strings.HasPrefix(r.URL.Path, "/simulator/"):
			sim.ServeHTTP(w, r)
		default:
			svc.Handler().ServeHTTP(w, r)
		}
	})
	for name := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			config, err := json.Marshal(map[string]any{"runners": []string{"axe", "htmlcs"}, "standard": "WCAG2AA", "timeout": 60000,
				"chromeLaunchConfig": map[string]any{"executablePath": chromium, "args": []string{"--no-sandbox", "--disable-gpu", "--no-first-run",
					"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + filepath.Join(dir, "profile")}}})
			require.NoError(t, err)
			file := filepath.Join(dir, "pa11y.json")
			require.NoError(t, os.WriteFile(file, config, 0o600))
			ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
			defer cancel()
			out, err := exec.CommandContext(ctx, pa11y, "--config", file, srv.URL+"/seite/"+name).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Contains(t, string(out), "No issues found!")
		})
	}
}
