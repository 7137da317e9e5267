package servicekontotest_test

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/simulator"
)

// newServer starts a service and its simulator in one process, both below a
// path prefix.
func newServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	base := "http://" + l.Addr().String()
	login, err := oidc.New(oidc.Config{Issuer: base + "/simulator", ClientID: "parken", ClientSecret: "test", Scopes: []string{"profile", "organisation"}})
	require.NoError(t, err)
	konto, err := servicekonto.New(servicekonto.Config{
		BaseURL: base + "/parken", Store: servicekonto.NewMemoryStore(),
		Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: login}},
	})
	require.NoError(t, err)
	sim, err := simulator.New(simulator.Options{
		Issuer: base + "/simulator", Clients: []simulator.Client{{ID: "parken", Secret: "test", RedirectURIs: []string{konto.CallbackURL("konto")}, PostLogoutRedirectURIs: []string{konto.LoggedOutURL()}}},
	})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/simulator/", sim)
	mux.Handle("/parken/", konto.Handler())
	mux.Handle("/parken/antrag", konto.Require(servicekonto.Niedrig, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := konto.Session(r)
		fmt.Fprintf(w, "%s %s %s", s.Account.Kind, s.Account.Level, s.Account.DisplayName())
	})))
	srv := httptest.NewUnstartedServer(mux)
	srv.Listener.Close() //nolint:errcheck // replaced
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	return base
}

func TestLogin(t *testing.T) {
	base := newServer(t)
	for _, tt := range []struct {
		visit servicekontotest.Visit
		want  string
	}{
		{servicekontotest.Visit{Citizen: "erika"}, "person hoch Erika Mustermann"},
		{servicekontotest.Visit{Citizen: "erika", Level: "niedrig"}, "person niedrig Erika Mustermann"},
		{servicekontotest.Visit{Citizen: "max"}, "person substanziell Max Mustermann"},
		{servicekontotest.Visit{Citizen: "dang"}, "person hoch Thị Ľubica Željka Đặng-Großmann"},
		{servicekontotest.Visit{Citizen: "muster-gmbh"}, "organisation hoch Muster GmbH"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			p := servicekontotest.Walk(t, servicekontotest.Client(t), base+"/parken/antrag", tt.visit)
			require.Equal(t, http.StatusOK, p.Status)
			require.Equal(t, "/parken/antrag", p.URL.Path)
			require.Equal(t, tt.want, string(p.Body))
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		c := servicekontotest.Client(t)
		p := servicekontotest.Walk(t, c, base+"/parken/antrag", servicekontotest.Visit{Citizen: "erika", Action: servicekontotest.Cancel})
		require.Equal(t, http.StatusOK, p.Status)
		require.True(t, strings.HasPrefix(p.URL.Path, "/parken/anmelden/zurueck/"))
		require.NotNil(t, servicekontotest.Walk(t, c, base+"/parken/antrag", servicekontotest.Visit{Citizen: "max"}))
	})
	t.Run("failed", func(t *testing.T) {
		p := servicekontotest.Walk(t, servicekontotest.Client(t), base+"/parken/antrag", servicekontotest.Visit{Citizen: "erika", Action: servicekontotest.Fail})
		require.Equal(t, http.StatusBadGateway, p.Status)
	})
	t.Run("Login", func(t *testing.T) {
		p := servicekontotest.Login(t, servicekontotest.Client(t), base+"/parken/anmelden?ziel=/parken/antrag", "beispiel-ek")
		require.Equal(t, "organisation substanziell Bäckerei Beispiel", string(p.Body))
	})
}

func TestLogoutAtTheAccountServiceToo(t *testing.T) {
	base := newServer(t)
	c := servicekontotest.Client(t)
	servicekontotest.Login(t, c, base+"/parken/antrag", "erika")
	resp, err := c.PostForm(base+"/parken/abmelden", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "/parken/abmelden/fertig", resp.Request.URL.Path)
	page := servicekontotest.Get(t, c, resp.Request.URL.String())
	link := regexp.MustCompile(`href="([^"]*end_session[^"]*)"`).FindSubmatch(page.Body)
	require.NotNil(t, link, "%s", page.Body)
	back := servicekontotest.Get(t, c, html.UnescapeString(string(link[1])))
	require.Equal(t, http.StatusOK, back.Status)
	require.Equal(t, base+"/parken/abmelden/fertig", back.URL.String())
	require.Contains(t, servicekontotest.Get(t, c, base+"/parken/antrag").URL.Path, "/simulator/", "the session is over: the page asks for a login")
}

func TestMemoryStore(t *testing.T) {
	servicekontotest.RunStore(t, func(*testing.T) servicekonto.Store { return servicekonto.NewMemoryStore() })
}
