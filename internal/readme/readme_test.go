// Package readme keeps the README honest: its Go snippets stand here, where
// they are compiled and run, and a test compares the two.
package readme

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

func addLogin(mux *http.ServeMux, issuer, secret string, store servicekonto.Store, antrag http.Handler) error {
	login, err := oidc.New(oidc.Config{Issuer: issuer, ClientID: "parken", ClientSecret: secret})
	if err != nil {
		return err
	}
	konto, err := servicekonto.New(servicekonto.Config{
		BaseURL: "https://dienste.musterstadt.example",
		Choices: []servicekonto.Choice{{ID: "servicekonto", Label: "Servicekonto", Provider: login}},
		Store:   store, // in SQL: servicekonto/sqlstore
	})
	if err != nil {
		return err
	}
	mux.Handle("/anmelden/", konto.Handler())
	mux.Handle("/antrag/", konto.Require(servicekonto.Substanziell, antrag)) // logs in first
	return nil
}

func verify(message []byte, authority *x509.Certificate) (*xoev.Envelope, error) {
	verifier := &signature.Verifier{Trust: signature.Pinned(authority)}
	report, err := verifier.VerifyEnveloped(message)
	if err != nil {
		return nil, err // could not check, or not XML
	}
	if report.Verdict != finding.Accepted {
		return nil, errors.New(report.String()) // codes, no personal data
	}
	return xoev.ReadEnvelope(bytes.NewReader(report.Content()), nil) // only what was signed
}

type Meldung struct {
	Person struct {
		Name     string      `label:"Name" validate:"required,max=120" autocomplete:"name"`
		Geburt   *forms.Date `label:"Geburtsdatum" validate:"required,notfuture"`
		SteuerID string      `label:"Steuer-Identifikationsnummer" validate:"omitempty,steuerid"`
	} `title:"Angaben zu Ihrer Person"`
}

func validate(posted url.Values) ([]forms.FieldError, error) {
	form, err := forms.New("hundesteuer", "1.0", Meldung{}, nil)
	if err != nil {
		return nil, err
	}
	answers, err := form.Decode("person", posted, forms.Answers{})
	if err != nil {
		return nil, err // a request that no citizen sends: 400 or 413
	}
	return form.Validate(answers, "person"), nil // path, code and a German message each
}

func TestSnippetsWork(t *testing.T) {
	mux := http.NewServeMux()
	require.NoError(t, addLogin(mux, "https://konto.example", "geheim", servicekonto.NewMemoryStore(), http.NotFoundHandler()))
	_, err := verify([]byte("<a/>"), &x509.Certificate{})
	require.ErrorContains(t, err, "SIG-")
	problems, err := validate(url.Values{"person.name": {""}, "person.geburt": {"31.2.1980"}, "person.steuerid": {"47036892815"}})
	require.NoError(t, err)
	require.Len(t, problems, 3)
	slog.New(slog.DiscardHandler).Info(fmt.Sprint(problems))
}

// TestReadmeShowsWhatIsCompiled: every Go block of the README stands in this
// file, letter for letter.
func TestReadmeShowsWhatIsCompiled(t *testing.T) {
	root := testenv.Root(t)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	self, err := os.ReadFile(filepath.Join(root, "internal", "readme", "readme_test.go"))
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	require.Len(t, blocks, 3)
	for _, b := range blocks {
		require.Contains(t, string(self), string(b[1]))
	}
}

var documents = []string{
	"README.md", "CHANGELOG.md", "SECURITY.md",
	"docs/architecture.md", "docs/benchmarks.md", "docs/contributing.md", "docs/dependencies.md", "docs/glossary.md",
	"examples/bewohnerparken/README.md", "examples/empfang/README.md",
}

// TestReadmeLinks: every relative link of the documents leads to a file.
func TestReadmeLinks(t *testing.T) {
	root := testenv.Root(t)
	checked := 0
	for _, doc := range documents {
		text, err := os.ReadFile(filepath.Join(root, doc))
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(root, filepath.Dir(doc), m[1]))
			require.NoError(t, err, "%s links to %s", doc, m[1])
			checked++
		}
	}
	require.Greater(t, checked, 10)
}
