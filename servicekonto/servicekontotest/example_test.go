package servicekontotest_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/simulator"
)

// A service and the simulated account service in one process: what an example
// program or a test needs.
func Example() {
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	defer srv.Close()

	login, err := oidc.New(oidc.Config{Issuer: srv.URL + "/simulator", ClientID: "parken", ClientSecret: "geheim"})
	check(err)
	konto, err := servicekonto.New(servicekonto.Config{
		BaseURL: srv.URL + "/parken", Tenant: "musterstadt", ServiceName: "Bewohnerparken – Musterstadt",
		Choices: []servicekonto.Choice{{ID: "servicekonto", Label: "Servicekonto", Provider: login}},
		Store:   servicekonto.NewMemoryStore(),
	})
	check(err)
	sim, err := simulator.New(simulator.Options{
		Issuer:  srv.URL + "/simulator",
		Clients: []simulator.Client{{ID: "parken", Secret: "geheim", RedirectURIs: []string{konto.CallbackURL("servicekonto")}}},
	})
	check(err)
	mux.Handle("/simulator/", sim)
	mux.Handle("/parken/", konto.Handler())
	mux.Handle("/parken/antrag", konto.Require(servicekonto.Substanziell, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, ok := konto.Session(r)
		if !ok {
			http.Error(w, "Bitte melden Sie sich an.", http.StatusForbidden)
			return
		}
		p := s.Account.Prefill()[servicekonto.Familienname]
		fmt.Fprintf(w, "%s, %s: %s", p.Value, p.Source, p.Trust)
	})))

	jar, err := cookiejar.New(nil)
	check(err)
	page := servicekontotest.Login(&testing.T{}, &http.Client{Jar: jar}, srv.URL+"/parken/antrag", "erika")
	fmt.Println(string(page.Body))
	// Output: Mustermann, Servicekonto: hoch (Online-Ausweis)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
