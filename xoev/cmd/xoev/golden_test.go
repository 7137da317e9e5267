package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a report with testdata/golden/NAME.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test -update and look at the difference")
}

// Texts of rules belong to other packages; codes and paths are held still here.
var texts = []struct{ find, put string }{
	{`("(source|message|text|Error)":)"([^"\\]|\\.)*"`, `$1"…"`},
	{`(?m)((rule|Regel): ).*$`, `$1…`},
	{`(?m)(\b[A-Z]+-\d+( \[\w+\])?: ).*$`, `$1…`},
}

func scrub(s string) string {
	for _, r := range texts {
		s = regexp.MustCompile(r.find).ReplaceAllString(s, r.put)
	}
	return s
}

// families are the messages of every header family.
func families(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/families/*.xml")
	require.NoError(t, err)
	require.Len(t, files, 13)
	for i := range files {
		files[i] = filepath.ToSlash(files[i])
	}
	return files
}

// TestGolden holds the reports still: their JSON is an interface.
func TestGolden(t *testing.T) {
	all := families(t)
	broken := "testdata/broken.xml"
	store := []string{"--store", "testdata/store"}
	for name, tc := range map[string]struct {
		status int
		args   []string
	}{
		"inspect.txt":       {1, append([]string{"inspect", broken}, all...)},
		"inspect.de.txt":    {1, append([]string{"inspect", "--lang", "de", broken}, all...)},
		"inspect.json":      {1, append([]string{"inspect", "--format", "json", broken}, all...)},
		"lint.txt":          {2, append([]string{"lint", broken}, all...)},
		"lint.de.txt":       {2, append([]string{"lint", "--lang", "de", broken}, all...)},
		"lint.json":         {1, []string{"lint", "--format", "json", "--latin", "A", "--codelists", "testdata/store", broken, "testdata/codes.xml"}},
		"lint.sarif":        {2, []string{"lint", "--format", "sarif", "--codelists", "testdata/store", broken, "testdata/codes.xml", "testdata/none.xml", "testdata/families/unknown.xml"}},
		"lint.de.sarif":     {1, []string{"--lang", "de", "lint", "--format", "sarif", broken}},
		"show.txt":          {0, append([]string{"codelist", "show", "urn:de:musterstadt:codeliste:farbe_2"}, store...)},
		"show.de.txt":       {0, []string{"codelist", "show", "--lang", "de", "testdata/store/farbe-1.xml"}},
		"show.json":         {0, append([]string{"codelist", "show", "--format", "json", "urn:de:musterstadt:codeliste:farbe"}, store...)},
		"show.csv":          {0, []string{"codelist", "show", "--format", "csv", "testdata/store/farbe-2.xml"}},
		"find.txt":          {0, append([]string{"codelist", "find", "gruen"}, store...)},
		"find.json":         {0, append([]string{"codelist", "find", "--format", "json", "ROT"}, store...)},
		"diff.txt":          {0, append([]string{"codelist", "diff", "urn:de:musterstadt:codeliste:farbe_1", "urn:de:musterstadt:codeliste:farbe_2"}, store...)},
		"diff.de.txt":       {1, []string{"codelist", "diff", "--exit-code", "--lang=de", "testdata/store/farbe-1.xml", "testdata/store/farbe-2.xml"}},
		"diff.json":         {0, append([]string{"codelist", "diff", "--format", "json", "testdata/store/farbe-1.xml", "urn:de:musterstadt:codeliste:farbe_2"}, store...)},
		"lock.txt":          {0, []string{"codelist", "lock", "testdata/store"}},
		"lock.json":         {0, []string{"codelist", "lock", "--format", "json", "testdata/store"}},
		"help.txt":          {0, []string{"help"}},
		"help-lint.de.txt":  {0, []string{"help", "lint", "--lang", "de"}},
		"inspect-parts.txt": {0, []string{"inspect", "testdata/codes.xml"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", tc.args...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			golden(t, name, scrub(r.out))
			if strings.HasPrefix(name, "lint") || strings.HasPrefix(name, "inspect.") {
				for _, content := range []string{"Bitte um Pr", "GEHEIM"} {
					assert.NotContains(t, r.out, content, "content of a message")
				}
			}
			if strings.HasPrefix(name, "lint") {
				assert.NotContains(t, r.out, "Mustermann", "findings quote nothing")
				assert.NotContains(t, r.out, "Musterstadt\"")
			}
		})
	}
}
