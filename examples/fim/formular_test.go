package main

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/internal/browsertest"
	"github.com/bausteine/egov/internal/testenv"
)

// sende goes through a form from its first page to the receipt.
func sende(t *testing.T, l *laeufer, b *formstest.Browser) {
	t.Helper()
	p := l.gehe(b.Get("/antrag/").Submit("Antrag beginnen", nil))
	p = p.Submit("Absenden", nil)
	require.Equal(t, http.StatusOK, p.Status)
	require.Contains(t, p.Text(), "Ihre Angaben stehen jetzt im Eingang")
}

// eingegangen are the documents of the only application.
func eingegangen(t *testing.T, server *httptest.Server) (json, xml []byte) {
	t.Helper()
	page := formstest.New(t, server.URL, nil).Get("/eingang")
	links := regexp.MustCompile(`href="(/eingang/[^"]+\.(?:json|xml))"`).FindAllStringSubmatch(page.HTML, -1)
	require.Len(t, links, 2)
	var docs [2][]byte
	for i, l := range links {
		resp, err := http.Get(server.URL + l[1])
		require.NoError(t, err)
		docs[i], err = io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	return docs[0], docs[1]
}

// TestFormulare fills in real schemas and our own page by page, each group with
// entries once at least, and sends them. The crawler checks the markup of every
// page; the documents were checked against the data schema before they were
// taken in.
func TestFormulare(t *testing.T) {
	for _, c := range []struct {
		name, path string
		asked      int // fields that were filled in
	}{
		{"Hunde", "", 25},
		{"BlaueKarte", "ozg-xdf2-samples/BlaueKarte.xml", 88},
		{"Gewerbeanmeldung", "xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml", 127},
		{"Bewohnerparkausweis", "xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml", 33},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.path
			if path != "" {
				path = testenv.Data(t, "xoev/xdatenfelder/"+path)
			}
			form, server := start(t, path)
			l := neuerLaeufer(t, form.Definition)
			sende(t, l, formstest.New(t, server.URL, nil))
			assert.Len(t, l.asked, c.asked)
			asJSON, asXML := eingegangen(t, server)
			assert.True(t, json.Valid(asJSON))
			var root struct{ XMLName xml.Name }
			require.NoError(t, xml.Unmarshal(asXML, &root))
			assert.Equal(t, form.Report.ID, root.XMLName.Local[:len(form.Report.ID)])
		})
	}
}

// TestGast: an attacker's requests to every page are answered with pages.
func TestGast(t *testing.T) {
	_, server := start(t, "")
	p := formstest.New(t, server.URL, nil).Get("/antrag/")
	p.Attack()
	p.Submit("Antrag beginnen", nil).Attack()
}

// TestPa11y has axe and htmlcs judge every page of the form that a citizen can
// see, mistakes included.
func TestPa11y(t *testing.T) {
	if testing.Short() {
		t.Skip("the browser run is left out in -short")
	}
	form, server := start(t, "")
	b := formstest.New(t, server.URL, nil)
	l := neuerLaeufer(t, form.Definition)
	l.slips = true
	sende(t, l, b)
	b.Get("/eingang")
	var pages []browsertest.Page
	for i, p := range b.Pages() {
		pages = append(pages, browsertest.Page{Name: p.Title() + " " + string(rune('a'+i)), HTML: p.HTML, URL: p.URL.String()})
	}
	require.GreaterOrEqual(t, len(pages), 15)
	require.Equal(t, len(pages), browsertest.Audit(t, pages))
}
