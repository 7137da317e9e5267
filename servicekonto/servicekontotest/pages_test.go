package servicekontotest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
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
func collect(t *testing.T) []browsertest.Page {
	t.Helper()
	var pages []browsertest.Page
	keep := func(name string, p *servicekontotest.Page, status int) {
		require.Equal(t, status, p.Status, name)
		require.Contains(t, p.Header.Get("Content-Type"), "text/html", name)
		pages = append(pages, browsertest.Page{Name: name, HTML: string(p.Body), URL: p.URL.String()})
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
	require.Equal(t, len(pages), browsertest.Audit(t, pages))
}
