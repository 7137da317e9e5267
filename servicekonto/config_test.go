package servicekonto_test

import (
	"html/template"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*servicekonto.Config)
	}{
		{"no base URL", func(c *servicekonto.Config) { c.BaseURL = "" }},
		{"relative base URL", func(c *servicekonto.Config) { c.BaseURL = "/parken" }},
		{"plain http in the network", func(c *servicekonto.Config) { c.BaseURL = "http://dienste.musterstadt.example" }},
		{"plain http on a private address", func(c *servicekonto.Config) { c.BaseURL = "http://192.168.0.1" }},
		{"host that begins like localhost", func(c *servicekonto.Config) { c.BaseURL = "http://localhost.boese.example" }},
		{"another scheme", func(c *servicekonto.Config) { c.BaseURL = "ftp://127.0.0.1" }},
		{"base URL with query", func(c *servicekonto.Config) { c.BaseURL += "?a=b" }},
		{"base URL with user", func(c *servicekonto.Config) { c.BaseURL = "https://a@b.example" }},
		{"base URL with dots", func(c *servicekonto.Config) { c.BaseURL += "/../x" }},
		{"no choice", func(c *servicekonto.Config) { c.Choices = nil }},
		{"choice without provider", func(c *servicekonto.Config) { c.Choices[0].Provider = nil }},
		{"choice without label", func(c *servicekonto.Config) { c.Choices[0].Label = "" }},
		{"choice with odd ID", func(c *servicekonto.Config) { c.Choices[0].ID = "Konto/1" }},
		{"choice twice", func(c *servicekonto.Config) { c.Choices = append(c.Choices, c.Choices[0]) }},
		{"no store", func(c *servicekonto.Config) { c.Store = nil }},
		{"home elsewhere", func(c *servicekonto.Config) { c.Home = "https://www.musterstadt.example/" }},
		{"target elsewhere", func(c *servicekonto.Config) { c.Targets = []string{"//boese.example"} }},
		{"unknown level", func(c *servicekonto.Config) { c.MinLevel = 7 }},
		{"login timeout too short", func(c *servicekonto.Config) { c.LoginTimeout = time.Second }},
		{"login timeout too long", func(c *servicekonto.Config) { c.LoginTimeout = 2 * time.Hour }},
		{"limits longer than TR-03160-1", func(c *servicekonto.Config) {
			c.Limits = map[servicekonto.Level]servicekonto.Limits{servicekonto.Hoch: {Max: time.Hour, Idle: time.Minute}}
		}},
		{"limits of nothing", func(c *servicekonto.Config) {
			c.Limits = map[servicekonto.Level]servicekonto.Limits{servicekonto.Hoch: {}}
		}},
		{"limits of an unknown level", func(c *servicekonto.Config) {
			c.Limits = map[servicekonto.Level]servicekonto.Limits{9: {Max: time.Minute, Idle: time.Minute}}
		}},
		{"style sheet over http", func(c *servicekonto.Config) { c.Stylesheet = "http://x.example/a.css" }},
		{"style sheet that breaks the policy", func(c *servicekonto.Config) { c.Stylesheet = "https://x.example; script-src *" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := servicekonto.Config{BaseURL: base, Store: servicekonto.NewMemoryStore(),
				Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: &fakeProvider{}}}}
			_, err := servicekonto.New(cfg)
			require.NoError(t, err, "the configuration is good before the change")
			tt.change(&cfg)
			svc, err := servicekonto.New(cfg)
			require.Error(t, err)
			require.Nil(t, svc)
		})
	}
}

func TestLoopbackBaseURLs(t *testing.T) {
	for _, u := range []string{"http://localhost:8080", "http://127.0.0.1/x", "http://127.5.5.5:1", "http://[::1]:8080/a/b", "https://a.example/", "https://a.example/b/"} {
		_, err := servicekonto.New(servicekonto.Config{BaseURL: u, Store: servicekonto.NewMemoryStore(),
			Choices: []servicekonto.Choice{{ID: "konto", Label: "Servicekonto", Provider: &fakeProvider{}}}})
		require.NoError(t, err, u)
	}
}

func TestURLs(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) { c.BaseURL = base + "/" })
	require.Equal(t, "/parken/anmelden", e.svc.LoginURL(""))
	require.Equal(t, "/parken/anmelden?ziel=%2Fparken%2Fantrag%3Fa%3Db", e.svc.LoginURL("/parken/antrag?a=b"))
	require.Equal(t, "/parken/abmelden", e.svc.LogoutURL())
	require.Equal(t, base+"/anmelden/zurueck/konto", e.svc.CallbackURL("konto"))
}

func TestOwnTemplateAndStylesheet(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) {
		c.Stylesheet = "https://design.musterstadt.example/stil.css"
		c.Template = template.Must(template.New("x").Parse(`{{.Name}} {{.Reason}} {{.Title}}`))
	})
	resp := e.browser().get("/parken/anmelden?ziel=x")
	require.Equal(t, "meldung malformed Die Anfrage ist nicht lesbar", body(t, resp))
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "style-src https://design.musterstadt.example;")
	broken := newEnv(t, func(c *servicekonto.Config) { c.Template = template.Must(template.New("x").Parse(`{{.Nothing}}`)) })
	failed := broken.browser().get("/parken/abmelden")
	require.Equal(t, http.StatusInternalServerError, failed.StatusCode)
	require.Equal(t, "no-store", failed.Header.Get("Cache-Control"))
}

func TestStylesheet(t *testing.T) {
	resp := newEnv(t, nil).browser().get("/parken/anmelden/stil.css")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "text/css; charset=utf-8", resp.Header.Get("Content-Type"))
	require.Contains(t, body(t, resp), "focus-visible")
}
