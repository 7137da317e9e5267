package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	"github.com/bausteine/egov/servicekonto/servicekontotest"
	"github.com/bausteine/egov/servicekonto/simulator"
	"github.com/bausteine/egov/servicekonto/sqlstore"
)

// restartTransport starts the whole program anew before every request that the
// browser sends.
type restartTransport struct {
	restart func()
	n       int
}

func (r *restartTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	r.n++
	r.restart()
	return http.DefaultTransport.RoundTrip(req)
}

// TestLoginSurvivesRestarts: nothing that a login or a session needs lives in
// the memory of the service, nor of a simulator with a key.
func TestLoginSurvivesRestarts(t *testing.T) {
	both(t, func(t *testing.T, fresh func(*testing.T) database) { loginSurvivesRestarts(t, fresh(t)) })
}

func loginSurvivesRestarts(t *testing.T, on database) {
	var handler http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer srv.Close()
	restart := func() {
		store, err := sqlstore.New(context.Background(), on.open(t))
		require.NoError(t, err)
		login, err := oidc.New(oidc.Config{Issuer: srv.URL + "/simulator", ClientID: "parken", ClientSecret: "geheim"})
		require.NoError(t, err)
		konto, err := servicekonto.New(servicekonto.Config{BaseURL: srv.URL, Tenant: "musterstadt", Store: store,
			Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: login}}})
		require.NoError(t, err)
		sim, err := simulator.New(simulator.Options{Issuer: srv.URL + "/simulator", Key: bytes.Repeat([]byte("k"), 32),
			Clients: []simulator.Client{{ID: "parken", Secret: "geheim", RedirectURIs: []string{konto.CallbackURL("konto")}}}})
		require.NoError(t, err)
		mux := http.NewServeMux()
		mux.Handle("/simulator/", sim)
		mux.Handle("/", konto.Handler())
		mux.Handle("/antrag", konto.Require(servicekonto.Hoch, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s, _ := konto.Session(r)
			_, _ = io.WriteString(w, s.Account.DisplayName())
		})))
		handler = mux
	}
	client := servicekontotest.Client(t)
	transport := &restartTransport{restart: restart}
	client.Transport = transport
	page := servicekontotest.Login(t, client, srv.URL+"/antrag", "erika")
	require.Equal(t, "Erika Mustermann", string(page.Body))
	require.Equal(t, "Erika Mustermann", string(servicekontotest.Get(t, client, srv.URL+"/antrag").Body))
	require.GreaterOrEqual(t, transport.n, 6)

	// Whoever reads the files of the database finds nobody in them.
	places := []string{on.path, on.path + "-wal"}
	if on.driver == "pgx" {
		host, _, _ := strings.Cut(strings.TrimPrefix(on.dsn, "host="), " ")
		places = []string{filepath.Join(host, "log"), filepath.Join(host, "data", "base"), filepath.Join(host, "data", "pg_wal")}
		_, err := on.open(t).Exec(`CHECKPOINT`)
		require.NoError(t, err)
	}
	tables := 0
	for _, place := range places {
		require.NoError(t, filepath.WalkDir(place, func(path string, f fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && !f.Type().IsRegular() {
				return nil
			}
			raw, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) { // the server has put it away
				return nil
			}
			tables += bytes.Count(raw, []byte("servicekonto_session"))
			require.False(t, bytes.Contains(raw, []byte("Mustermann")) || bytes.Contains(raw, []byte("Erika")), filepath.Base(path))
			return err
		}))
	}
	require.NotZero(t, tables, "the test looked where sessions are written")
}
