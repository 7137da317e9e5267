package web_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
)

// TestPa11y has axe and htmlcs judge every page of the tour, stylesheet and all.
func TestPa11y(t *testing.T) {
	css, err := os.ReadFile("stil.css")
	require.NoError(t, err)
	link := regexp.MustCompile(`<link rel="stylesheet" href="/parkausweis/stil\.css[^>]*>`)
	_, stops := tour(t)
	var pages []browsertest.Page
	for _, s := range stops {
		require.Len(t, link.FindAllString(s.page.HTML, -1), 1)
		html := link.ReplaceAllLiteralString(s.page.HTML, "<style>"+string(css)+"</style>")
		pages = append(pages, browsertest.Page{Name: s.name, HTML: html, Base: ""})
	}
	require.Equal(t, len(stops), browsertest.Audit(t, pages))
}
