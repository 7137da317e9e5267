package servicekonto_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

func TestParseReturnPath(t *testing.T) {
	for _, good := range []string{
		"/", "/antrag", "/antrag/", "/antrag/schritt?nr=2", "/a?b=https://example.org/", "/a%20b", "/a%2fb", "/%C3%BC", "/ü", "/a?x=%2F%2F", "/a.b/..c",
	} {
		t.Run(good, func(t *testing.T) {
			got, err := servicekonto.ParseReturnPath(good)
			require.NoError(t, err)
			require.Equal(t, good, got)
		})
	}
	for _, bad := range hostileTargets() {
		t.Run(bad, func(t *testing.T) {
			got, err := servicekonto.ParseReturnPath(bad)
			require.ErrorIs(t, err, servicekonto.ErrReturnPath)
			require.Empty(t, got)
		})
	}
}

// hostileTargets are known ways of leaving the host.
func hostileTargets() []string {
	return []string{
		"", "antrag", "https://boese.example", "HTTPS://boese.example", "https:boese.example", "https:/boese.example", "//boese.example",
		"///boese.example", "/\\boese.example", "\\\\boese.example", "/%5cboese.example", "/%5Cboese.example", "/%2f%2fboese.example", "/%2f", "/%2F", "//", "/%2fboese.example",
		"/\t/boese.example", "/\n/boese.example", "/ /boese.example", " /antrag", "/%09/boese.example", "/%0d%0aSet-Cookie:x", "/a\r\nSet-Cookie:x",
		"javascript:alert(1)", "data:text/html,x", "/../a", "/a/..", "/a/../..//boese.example", "/./a", "/.//boese.example", "/a//b", "/a/%2e%2e/%2e%2e/b",
		"/;@boese.example/\\", "@boese.example", "/a#b", "/\u0085", "/\x00", "/%00", "/\xff", "/%ff", "/%zz", "/a?%zz", "/a?b=\\c", "/a?b=\xff", "/a?b;c", "?a=b", "#a",
		"http:///a", "/" + strings.Repeat("a", 2048), "/\u2028//boese.example\\",
	}
}

func TestNoOpenRedirect(t *testing.T) {
	e := newEnv(t, nil)
	for _, target := range hostileTargets()[1:] {
		b := e.browser()
		resp := b.get("/parken/anmelden?" + url.Values{"ziel": {target}}.Encode())
		requirePage(t, resp, http.StatusBadRequest)
	}
}

func TestFixedTargets(t *testing.T) {
	e := newEnv(t, func(c *servicekonto.Config) { c.Targets = []string{"/parken/antrag", "/parken/status/"} })
	for target, status := range map[string]int{
		"": 303, "/parken/antrag": 303, "/parken/antrag?nr=1": 303, "/parken/status/": 303, "/parken/status/7": 303, "/parken/": 303,
		"/parken/antrag/tiefer": 400, "/parken/antragx": 400, "/parken/status": 400, "/": 400, "/andere": 400, "/parken/status/../geheim": 400,
	} {
		t.Run(target, func(t *testing.T) {
			require.Equal(t, status, e.browser().get("/parken/anmelden?"+url.Values{"ziel": {target}}.Encode()).StatusCode)
		})
	}
}

func FuzzParseReturnPath(f *testing.F) {
	for _, s := range hostileTargets() {
		f.Add(s)
	}
	f.Add("/antrag/schritt?nr=2")
	base, err := url.Parse("https://dienste.musterstadt.example/parken/anmelden")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := servicekonto.ParseReturnPath(s)
		if err != nil {
			require.ErrorIs(t, err, servicekonto.ErrReturnPath)
			require.Empty(t, p)
			return
		}
		// As a browser resolves it: backslashes are slashes, tabs and line ends vanish.
		seen := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(p)
		u, err := base.Parse(seen)
		require.NoError(t, err)
		require.Equal(t, "https", u.Scheme)
		require.Equal(t, base.Host, u.Host)
		require.Nil(t, u.User)
		require.False(t, strings.HasPrefix(seen, "//"))
		require.NotContains(t, u.Path, "//")
	})
}
