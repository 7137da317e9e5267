package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// TestPa11y has axe and htmlcs judge the pages of the tour, stylesheet and all;
// of the error pages, which share a template, one without and one with logins.
func TestPa11y(t *testing.T) {
	css, err := os.ReadFile("stil.css")
	require.NoError(t, err)
	link := regexp.MustCompile(`<link rel="stylesheet" href="/parkausweis/stil\.css[^>]*>`)
	_, stops := tour(t)
	server := httptest.NewServer(http.NotFoundHandler()) // the style sheet goes into the pages: nothing else is asked for
	defer server.Close()
	var pages []browsertest.Page
	for _, s := range stops {
		if strings.HasPrefix(s.name, "fehler-") && s.name != "fehler-404" && s.name != "fehler-abgemeldet" {
			continue
		}
		require.Len(t, link.FindAllString(s.page.HTML, -1), 1)
		html := link.ReplaceAllLiteralString(s.page.HTML, "<style>"+string(css)+"</style>")
		pages = append(pages, browsertest.Page{Name: s.name, HTML: html, URL: server.URL})
	}
	require.GreaterOrEqual(t, len(pages), 25)
	require.Equal(t, len(pages), browsertest.Audit(t, pages))
}
