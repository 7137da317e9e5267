package readme

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// names are the exported names of the module: "xoev.Envelope",
// "xoev.Envelope.Autor". Two packages of one name share an entry, which is
// good enough to find a name that exists nowhere.
func names(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, dir := range packages(t) {
		files, err := filepath.Glob(filepath.Join(testenv.Root(t), dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, d := range f.Decls {
				declared(path.Base(dir), d, found)
			}
		}
	}
	return found
}

func declared(pkg string, decl ast.Decl, found map[string]bool) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			name = receiver(d.Recv.List[0].Type) + "." + name
		}
		found[pkg+"."+name] = true
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range s.Names {
					found[pkg+"."+name.Name] = true
				}
			case *ast.TypeSpec:
				found[pkg+"."+s.Name.Name] = true
				if body, ok := s.Type.(*ast.StructType); ok {
					for _, field := range body.Fields.List {
						for _, name := range field.Names {
							found[pkg+"."+s.Name.Name+"."+name.Name] = true
						}
					}
				}
			}
		}
	}
}

func receiver(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

// packages are the module's folders with Go code that others may import or
// run, such as "xoev/finding".
func packages(t *testing.T) []string {
	t.Helper()
	root := testenv.Root(t)
	var dirs []string
	for _, room := range []string{"xoev", "servicekonto", "payment", "forms", "examples"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, room), func(p string, d os.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if d.Name() == "internal" || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			files, err := filepath.Glob(filepath.Join(p, "*.go"))
			if err == nil && len(files) > 0 {
				var rel string
				rel, err = filepath.Rel(root, p)
				dirs = append(dirs, filepath.ToSlash(rel))
			}
			return err
		}))
	}
	require.Greater(t, len(dirs), 15, "hardly any package was found")
	return dirs
}

// TestGlossaryNamesExist: every Go name of the glossary is declared.
func TestGlossaryNamesExist(t *testing.T) {
	glossary, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "glossary.md"))
	require.NoError(t, err)
	declared := names(t)
	goName := regexp.MustCompile("`([a-z0-9]+(?:\\.[A-Z][A-Za-z0-9]*)+)`")
	checked := 0
	for _, m := range goName.FindAllStringSubmatch(string(glossary), -1) {
		require.True(t, declared[m[1]], "docs/glossary.md names %s", m[1])
		checked++
	}
	require.Greater(t, checked, 20)
	require.NotContains(t, string(glossary), "`.", "a name without its package cannot be checked")
	require.False(t, declared["xoev.Envelope.Gibtesnicht"])
}

// TestMapsNameEveryPackage: the map in doc.go and the tree in
// docs/architecture.md name the packages that exist, all of them, and no other.
func TestMapsNameEveryPackage(t *testing.T) {
	root := testenv.Root(t)
	want := packages(t)

	doc, err := os.ReadFile(filepath.Join(root, "doc.go"))
	require.NoError(t, err)
	rooms := regexp.MustCompile(`\b(?:xoev|servicekonto|payment|forms|examples)(?:/[a-z0-9]+)*\b`)
	var mapped []string
	for line := range strings.Lines(string(doc)) {
		if i := strings.LastIndex(line, "  "); strings.HasPrefix(line, "//\t") && i > 0 {
			mapped = append(mapped, rooms.FindAllString(line[i:], -1)...)
		}
	}
	require.ElementsMatch(t, want, mapped, "doc.go")

	architecture, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	require.NoError(t, err)
	tree := regexp.MustCompile("(?s)```\n(.*?)```").FindSubmatch(architecture)
	require.NotNil(t, tree)
	var drawn, above []string
	for _, m := range regexp.MustCompile(`(?m)^( *)([a-z0-9/]+)/?  `).FindAllStringSubmatch(string(tree[1]), -1) {
		above = append(above[:len(m[1])/2], strings.TrimSuffix(m[2], "/"))
		if p := path.Join(above...); p != "examples" && p != "internal" && p != "docs" {
			drawn = append(drawn, p)
		}
	}
	require.ElementsMatch(t, want, drawn, "docs/architecture.md")
}

// TestReadmePackagesExist: what the README's table calls a package is one.
func TestReadmePackagesExist(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(testenv.Root(t), "README.md"))
	require.NoError(t, err)
	exist := map[string]bool{}
	for _, p := range packages(t) {
		exist[p] = true
	}
	checked := 0
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1) {
			require.True(t, exist[m[1]], "README.md names the package %s", m[1])
			checked++
		}
	}
	require.Greater(t, checked, 12)
}
