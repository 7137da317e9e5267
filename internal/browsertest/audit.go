package browsertest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bausteine/egov/internal/testenv"
)

// Page is the markup of one page or error state, as the browser showed it.
type Page struct {
	Name string // for the report, unique
	HTML string // outer HTML of the document
	URL  string // where it came from; the server must still be there
}

//go:embed audit.mjs
var audit string

// Audit has pa11y judge the pages with axe and htmlcs (WCAG 2 AA) and fails
// the test on every error. It returns how many pages were judged.
func Audit(t testing.TB, pages []Page) int {
	t.Helper()
	if len(pages) == 0 {
		t.Fatal("no page to judge")
	}
	if testing.Short() {
		t.Skip("browsers are left out in -short")
	}
	folder := testenv.NodePackages(t, "pa11y")
	node, browser := testenv.Tool(t, "node"), chromium(t)
	script := filepath.Join(t.TempDir(), "audit.mjs")
	if err := os.WriteFile(script, []byte(audit), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{script, folder, browser}
	mirrors := map[string]*mirror{}
	for i, p := range pages {
		m := mirrorOf(t, mirrors, p)
		args = append(args, m.add(i, p))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pa11y: %v\n%s", err, out)
	}
	for origin, m := range mirrors {
		if m.styled && m.sheets.Load() == 0 {
			t.Fatalf("no style sheet of %s was loaded: contrast would not have been judged", origin)
		}
	}
	return report(t, pages, out)
}

// report fails the test for each issue that pa11y found.
func report(t testing.TB, pages []Page, out []byte) int {
	t.Helper()
	var results []struct {
		Issues []struct{ Code, Message, Selector, Runner string }
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatalf("pa11y's report: %v\n%s", err, out)
	}
	if len(results) != len(pages) {
		t.Fatalf("pa11y judged %d of %d pages", len(results), len(pages))
	}
	for i, r := range results {
		for _, issue := range r.Issues {
			t.Errorf("%s: %s (%s) at %s: %s", pages[i].Name, issue.Code, issue.Runner, issue.Selector, issue.Message)
		}
	}
	return len(results)
}

// mirror serves stored pages of one origin, and everything else, such as style
// sheets, from that origin itself.
type mirror struct {
	server *httptest.Server
	mu     sync.Mutex // the requests come by way of another process
	pages  map[string][]byte
	styled bool
	sheets atomic.Int32 // style sheets passed on
}

func mirrorOf(t testing.TB, mirrors map[string]*mirror, p Page) *mirror {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" {
		t.Fatalf("page %s has no URL", p.Name)
	}
	origin := url.URL{Scheme: u.Scheme, Host: u.Host}
	if m := mirrors[origin.String()]; m != nil {
		return m
	}
	m := &mirror{pages: map[string][]byte{}}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&origin) },
		ModifyResponse: func(r *http.Response) error {
			if r.StatusCode == http.StatusOK && strings.HasPrefix(r.Header.Get("Content-Type"), "text/css") {
				m.sheets.Add(1)
			}
			return nil
		},
	}
	m.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		page, ok := m.pages[r.URL.Path]
		m.mu.Unlock()
		if ok {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(page)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(m.server.Close)
	mirrors[origin.String()] = m
	return m
}

// add stores a page and returns its address. The base element makes relative
// links resolve as they did.
func (m *mirror) add(i int, p Page) string {
	u, _ := url.Parse(p.URL) // parsed before
	base := `<head><base href="` + m.server.URL + u.EscapedPath() + `">`
	own := strings.ReplaceAll(p.HTML, u.Scheme+"://"+u.Host+"/", m.server.URL+"/") // absolute links come here, too
	html := strings.Replace(own, "<head>", base, 1)
	if len(html) < 2 || !strings.EqualFold(html[:2], "<!") {
		html = "<!doctype html>" + html
	}
	m.styled = m.styled || bytes.Contains([]byte(html), []byte(`rel="stylesheet"`))
	path := fmt.Sprintf("/gespeicherte-seite/%d", i)
	m.mu.Lock()
	m.pages[path] = []byte(html)
	m.mu.Unlock()
	return m.server.URL + path
}
