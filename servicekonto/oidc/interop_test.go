package oidc_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
)

// TestAnotherProvider logs in at a provider that we did not write: the npm
// package oidc-provider, installed in the folder that EGOV_NODE_PEERS names.
func TestAnotherProvider(t *testing.T) {
	testenv.NodePackages(t, "oidc-provider")
	node := testenv.Tool(t, "node")
	for _, userinfo := range []string{"json", "jwt"} {
		t.Run(userinfo, func(t *testing.T) {
			srv := httptest.NewServer(nil)
			defer srv.Close()
			back := srv.URL + "/anmelden/zurueck/konto"

			cmd := exec.CommandContext(t.Context(), node, "testdata/op.mjs", back, userinfo)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			cmd.Stderr = os.Stderr
			require.NoError(t, cmd.Start())
			defer cmd.Wait()         //nolint:errcheck // killed
			defer cmd.Process.Kill() //nolint:errcheck // may be gone
			issuer, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)

			login, err := oidc.New(oidc.Config{Issuer: strings.TrimSpace(issuer), ClientID: "parken", ClientSecret: "geheim-geheim-geheim-geheim-geheim"})
			require.NoError(t, err)
			konto, err := servicekonto.New(servicekonto.Config{BaseURL: srv.URL, Store: servicekonto.NewMemoryStore(),
				Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: login}}})
			require.NoError(t, err)
			require.Equal(t, back, konto.CallbackURL("konto"))
			mux := http.NewServeMux()
			mux.Handle("/anmelden", konto.Handler())
			mux.Handle("/anmelden/", konto.Handler())
			mux.Handle("/antrag", konto.Require(servicekonto.Hoch, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s, _ := konto.Session(r)
				p := s.Account.Prefill()
				fmt.Fprintln(w, s.Account.ID, s.Account.DisplayName(), p[servicekonto.Anschriftzeile].Value, p[servicekonto.Familienname].Trust)
			})))
			srv.Config.Handler = mux

			p := servicekontotest.Get(t, servicekontotest.Client(t), srv.URL+"/antrag")
			require.Equal(t, http.StatusOK, p.Status, string(p.Body))
			require.Equal(t, "erika-1 Erika Mustermann Musterstraße 12a hoch (Online-Ausweis)\n", string(p.Body))
		})
	}
}
