package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
)

func TestBericht(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run([]string{"-bericht"}, &out, io.Discard))
	var report fim.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	assert.Equal(t, "S99000000001", report.ID)
	assert.Equal(t, []int{4, 1, 1}, []int{report.Count(fim.RuleRead), report.Count(fim.RuleImplicit), report.Count(fim.RuleOpen)})
	assert.Equal(t, "Bei Rettungshunden kann die Steuer auch ganz erlassen werden.", report.Open()[0].Text)

	out.Reset()
	blaueKarte := testenv.Data(t, "xoev/xdatenfelder/ozg-xdf2-samples/BlaueKarte.xml")
	require.NoError(t, run([]string{"-bericht", blaueKarte}, &out, io.Discard))
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	assert.Equal(t, 88, report.Fields)
}

func TestRefused(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.xml")
	require.NoError(t, os.WriteFile(text, []byte("<kein-schema/>"), 0o600))
	for name, args := range map[string][]string{
		"no such file":        {filepath.Join(folder, "fehlt.xml")},
		"no XDatenfelder":     {text},
		"two files":           {text, text},
		"no code lists":       {"-codelisten", t.TempDir()},
		"no genericode":       {"-codelisten", folder},
		"not loopback":        {"-addr", "0.0.0.0:0"},
		"no address":          {"-addr", "hier"},
		"a flag that is none": {"-x"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Error(t, run(args, io.Discard, io.Discard))
		})
	}
}

// start serves a schema.
func start(t *testing.T, name string) (*fim.SchemaForm, *httptest.Server) {
	t.Helper()
	form, schema, err := open(name, "")
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler, err = dienst(form, schema, "http://"+server.Listener.Addr().String(), t.Output())
	require.NoError(t, err)
	server.Start()
	t.Cleanup(server.Close)
	return form, server
}

// TestPrefill: what forms call attributes of an account is what accounts do.
func TestPrefill(t *testing.T) {
	form, _, err := open("", "")
	require.NoError(t, err)
	known := []string{servicekonto.Familienname, servicekonto.Vornamen, servicekonto.Strasse, servicekonto.Hausnummer, servicekonto.Postleitzahl,
		servicekonto.Ort, servicekonto.Telefon, servicekonto.Email}
	var named []string
	for _, f := range neuerLaeufer(t, form.Definition).fields {
		if f.Prefill != "" {
			named = append(named, f.Prefill)
		}
	}
	assert.ElementsMatch(t, known, named)
}

func TestEingang(t *testing.T) {
	_, server := start(t, "")
	page := formstest.New(t, server.URL, nil).Get("/eingang")
	assert.Contains(t, page.Text(), "Noch ist nichts eingegangen.")
	resp, err := http.Get(server.URL + "/eingang/fehlt.xml")
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	assert.Contains(t, formstest.New(t, server.URL, nil).Get("/").Text(), "Anmeldung von Hunden")
}
