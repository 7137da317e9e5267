// Package layering holds the test that keeps the house in order: who may
// import whom, and how far third-party modules reach. The rules are those of
// docs/architecture.md.
package layering

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

const module = "github.com/bausteine/egov"

// pkg is what `go list -json` says of one package of the module. Paths inside
// the module are shortened: "xoev/finding".
type pkg struct {
	ImportPath   string
	Name         string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// load lists the module's packages as a child process. The test cache cannot
// see what that child reads: run this test with -count=1.
func load(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Name,GoFiles,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = testenv.Root(t)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var pkgs []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		p.ImportPath = short(p.ImportPath)
		for _, list := range [][]string{p.Imports, p.TestImports, p.XTestImports, p.Deps} {
			for i := range list {
				list[i] = short(list[i])
			}
		}
		pkgs = append(pkgs, p)
	}
	require.Greater(t, len(pkgs), 15, "go list found hardly any package: the test would check nothing")
	return pkgs
}

// short drops the module path; the root package becomes ".".
func short(path string) string {
	if path == module {
		return "."
	}
	if rest, ok := strings.CutPrefix(path, module+"/"); ok {
		return "./" + rest
	}
	return path
}

func own(path string) bool { return path == "." || strings.HasPrefix(path, "./") }

// thirdParty reports an import from another module: its first element has a dot.
func thirdParty(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !own(path) && strings.Contains(first, ".")
}

func within(path string, rooms ...string) bool {
	for _, r := range rooms {
		if path == r || strings.HasPrefix(path, r+"/") {
			return true
		}
	}
	return false
}

var leaves = []string{"./xoev/finding", "./xoev/xmlscan", "./xoev/latin", "./forms/ids"}

// adapters speak for one product or service each; none imports another one.
var adapters = []string{
	"./servicekonto/oidc", "./servicekonto/bundid", "./servicekonto/bayernid", "./servicekonto/muk",
	"./payment/xbezahldienste", "./payment/epaybl", "./payment/rechnung", "./xoev/fitconnect",
}

// may reports whether a package of ours may import another one of ours, and
// names the rule it would break.
func may(from, to string) (rule string, ok bool) {
	switch {
	case within(from, "./examples"):
		return "", true
	case within(to, "./examples"):
		return "nothing imports examples", false
	case within(to, "./internal"), from == to:
		return "", true
	case within(from, "./internal"):
		return "internal packages import leaves only", slices.Contains(leaves, to)
	case slices.Contains(leaves, from):
		return "leaves import the standard library and xoev/finding only", to == "./xoev/finding"
	case from == "./forms/rule":
		return "rules import leaves only", slices.Contains(leaves, to)
	case slices.Contains(leaves, to):
		return "", true
	case slices.Contains(adapters, from) && slices.Contains(adapters, to):
		return "an adapter never imports another adapter", false
	case to == "./xoev" && within(from, "./xoev"):
		return "only what handles whole messages imports xoev's root package", within(from, "./xoev/submission", "./xoev/fitconnect", "./xoev/cmd",
			"./xoev/lint", "./xoev/rueckweisung", "./xoev/sammelnachricht")
	case from == "./xoev":
		return "xoev's root package imports leaves and codelist only", to == "./xoev/codelist"
	case from == "./xoev/codelist":
		return "codelist imports leaves only", false
	}
	domain := func(p string) string { return strings.SplitN(strings.TrimPrefix(p, "./"), "/", 2)[0] }
	if domain(to) == "xoev" || domain(from) == domain(to) {
		return "", true
	}
	return "domains never import each other", false
}

func TestImportsBetweenOurPackages(t *testing.T) {
	checked := 0
	for _, p := range load(t) {
		for _, to := range p.Imports {
			if !own(to) {
				continue
			}
			checked++
			if rule, ok := may(p.ImportPath, to); !ok {
				t.Errorf("%s imports %s: %s", p.ImportPath, to, rule)
			}
		}
	}
	require.Greater(t, checked, 20, "hardly any import was checked")
}

// TestPackagesForTests: packages that import testing are imported by tests
// only, and code that ships never reaches package testing.
func TestPackagesForTests(t *testing.T) {
	forTests := func(p string) bool {
		return own(p) && (strings.HasSuffix(p, "test") || p == "./internal/testenv")
	}
	found := 0
	for _, p := range load(t) {
		if forTests(p.ImportPath) {
			found++
			continue
		}
		for _, to := range p.Imports {
			if forTests(to) {
				t.Errorf("%s imports %s outside its tests", p.ImportPath, to)
			}
		}
		if slices.Contains(p.Deps, "testing") {
			t.Errorf("%s reaches package testing outside its tests", p.ImportPath)
		}
	}
	require.Positive(t, found)
}

// TestNetworkReach holds which rooms know no network: what reads messages,
// lists and signatures never asks anybody.
func TestNetworkReach(t *testing.T) {
	offline := []string{"./xoev", "./xoev/codelist", "./xoev/lint", "./xoev/rueckweisung", "./xoev/sammelnachricht", "./xoev/signature",
		"./xoev/signature/xades", "./xoev/encryption", "./xoev/xdatenfelder", "./xoev/submission", "./xoev/latin", "./xoev/xmlscan", "./forms/ids", "./forms/rule", "./forms/fim/datenschema"}
	checked := 0
	for _, p := range load(t) {
		if !slices.Contains(offline, p.ImportPath) {
			continue
		}
		checked++
		if slices.Contains(p.Deps, "net/http") {
			t.Errorf("%s reaches net/http", p.ImportPath)
		}
	}
	require.Len(t, offline, checked)
}

// TestThirdPartyReach holds how far modules that we did not write reach.
func TestThirdPartyReach(t *testing.T) {
	reaches := func(p pkg, prefix string) bool {
		return slices.ContainsFunc(p.Deps, func(d string) bool { return within(d, prefix) })
	}
	for _, p := range load(t) {
		path := p.ImportPath
		forTests := strings.HasSuffix(path, "test") || within(path, "./internal/testenv")
		if slices.Contains(leaves, path) && path != "./xoev/latin" {
			for _, d := range p.Deps {
				if thirdParty(d) {
					t.Errorf("%s, a leaf, reaches %s", path, d)
				}
			}
		}
		for _, driver := range []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5"} {
			if reaches(p, driver) && !within(path, "./examples") {
				t.Errorf("%s reaches the database driver %s", path, driver)
			}
		}
		if within(path, "./payment", "./forms") && reaches(p, "github.com/russellhaering/goxmldsig") {
			t.Errorf("%s reaches XML signatures", path)
		}
		if !within(path, "./servicekonto", "./examples", "./payment/xbezahldienste") && (reaches(p, "github.com/coreos/go-oidc/v3") || reaches(p, "golang.org/x/oauth2")) {
			t.Errorf("%s reaches OpenID Connect", path)
		}
		if !within(path, "./forms", "./examples") && reaches(p, "github.com/go-playground/validator/v10") {
			t.Errorf("%s reaches the struct validator", path)
		}
		if !within(path, "./payment/sepa/epcqr", "./payment/rechnung", "./examples") && reaches(p, "github.com/boombuler/barcode") {
			t.Errorf("%s reaches QR codes", path)
		}
		if !within(path, "./examples/river") && reaches(p, "github.com/riverqueue/river") {
			t.Errorf("%s reaches a job queue", path)
		}
		for _, tool := range []string{"github.com/stretchr/testify", "github.com/google/go-cmp", "github.com/chromedp/chromedp",
			"github.com/makiuchi-d/gozxing", "github.com/santhosh-tekuri/jsonschema/v6"} {
			if reaches(p, tool) && !forTests {
				t.Errorf("%s reaches %s outside its tests", path, tool)
			}
		}
	}
}

func TestRootHoldsTheMapOnly(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Root(t), "*.go"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "doc.go", filepath.Base(files[0]))
}

// TestDirectDependenciesAreExplained: every direct requirement of go.mod has a
// line in docs/dependencies.md.
func TestDirectDependenciesAreExplained(t *testing.T) {
	root := testenv.Root(t)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	explained, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(mod)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || !thirdParty(fields[0]) {
			continue
		}
		n++
		if !strings.Contains(string(explained), "`"+fields[0]+"`") {
			t.Errorf("docs/dependencies.md has no line for %s", fields[0])
		}
	}
	require.Greater(t, n, 5)
}

// TestTheRulesRefuse proves that the table refuses what it is there to refuse.
func TestTheRulesRefuse(t *testing.T) {
	for _, tt := range []struct{ from, to string }{
		{"./payment", "./forms"},
		{"./forms/web", "./servicekonto"},
		{"./servicekonto/oidc", "./servicekonto/bundid"},
		{"./xoev/signature", "./xoev"},
		{"./xoev", "./xoev/signature"},
		{"./forms/ids", "./forms"},
		{"./forms/rule", "./forms"},
		{"./payment/rechnung", "./payment/xbezahldienste"},
		{"./xoev/submission", "./payment"},
		{"./payment", "./examples/bewohnerparken"},
	} {
		rule, ok := may(tt.from, tt.to)
		require.False(t, ok, "%s -> %s", tt.from, tt.to)
		require.NotEmpty(t, rule)
	}
}
