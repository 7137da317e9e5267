package xdatenfelder

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
)

const (
	gewerbe  = "xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml"
	bewohner = "xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml"
	waffen   = "ozg-xdf2-samples/WaBeKa.xml"
	blau     = "ozg-xdf2-samples/BlaueKarte.xml"
)

// TestReadSamples reads all samples that are valid, and counts what they hold:
// the numbers come from counting tags and distinct ids with another parser.
func TestReadSamples(t *testing.T) {
	dir := testenv.Data(t, "xoev/xdatenfelder")
	tests := []struct {
		file                  string
		version               Version
		felder, gruppen       int // distinct
		alleFelder, alleGrupp int // at all places
		regeln                int
		notJSON               int
	}{
		{waffen, XDF1, 35, 17, 46, 18, 0, 0},
		{gewerbe, XDF2, 53, 26, 132, 54, 0, 3},
		{bewohner, XDF2, 31, 8, 33, 8, 2, 0},
		{blau, XDF2, 71, 23, 88, 29, 3, 0},
		{"flxbe/tests/v2-data/label.xml", XDF2, 1, 0, 1, 0, 0, 0},
		{"flxbe/tests/v2-data/rule.xml", XDF2, 0, 0, 0, 0, 1, 0},
		{"flxbe/tests/v2-data/data-group-rule.xml", XDF2, 0, 1, 0, 1, 1, 0},
		{"flxbe-xmlstruct/xdf3.xml", XDF3, 1, 1, 1, 1, 1, 0},
	}
	for _, test := range tests {
		t.Run(filepath.Base(test.file), func(t *testing.T) {
			n := readFile(t, filepath.Join(dir, test.file), nil)
			felder, gruppen := 0, 0
			for _, s := range n.Strukturen() {
				if s.Datenfeld != nil {
					felder++
				} else {
					gruppen++
				}
			}
			notJSON := 0
			for _, f := range n.Findings {
				if f.Code == "XDF2-101" {
					notJSON++
				}
			}
			assert.Equal(t, test.version, n.Version)
			assert.NotNil(t, n.Stammdatenschema)
			assert.Equal(t, []int{test.felder, test.gruppen, test.alleFelder, test.alleGrupp, test.regeln, test.notJSON},
				[]int{len(n.Datenfelder), len(n.Datenfeldgruppen), felder, gruppen, len(n.Regeln), notJSON})
		})
	}
}

func readFile(t testing.TB, path string, o *Options) *Nachricht {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	n, err := Read(f, o)
	require.NoError(t, err)
	return n
}

// TestReadBrokenSamples reads the samples that are broken, most of them on
// purpose, and names why and where each is refused.
func TestReadBrokenSamples(t *testing.T) {
	dir := testenv.Data(t, "xoev/xdatenfelder")
	tests := map[string][]string{ // code, line and last steps of the path
		"flxbe/tests/v2-data/unknown-namespace.xml":        {"XDF-001 2"},
		"flxbe/tests/v3-data/unknown-namespace.xml":        {"XDF-001 2"},
		"flxbe/tests/v2-data/data-field-rule.xml":          {"XDF2-014 34 datenfeld praezisierung", "XDF2-014 34 datenfeld inhalt"},
		"flxbe/tests/v2-data/select.xml":                   {"XDF2-014 34 datenfeld praezisierung", "XDF2-014 34 datenfeld inhalt"},
		"flxbe/tests/v2-data/duplicate-optional-value.xml": {"XDF2-013 15 beschreibung[2]"},
		"flxbe/tests/v2-data/duplicate-required-value.xml": {"XDF2-013 13 name[2]"},
		"flxbe/tests/v2-data/minimal.xml":                  {"XDF2-020 22 freigabedatum", "XDF2-020 23 veroeffentlichungsdatum"},
		"flxbe/tests/v2-data/simple.xml": {"XDF2-012 24 gueltigAb", "XDF2-012 25 gueltigBis", "XDF2-012 72 gueltigAb",
			"XDF2-012 73 gueltigBis", "XDF2-012 100 gueltigAb", "XDF2-012 101 gueltigBis"},
		"flxbe/tests/v3-data/duplicate-id-node.xml":      {"XDF3-013 11 id[2]", "XDF3-014 8 datenfeldgruppe struktur"},
		"flxbe/tests/v3-data/empty-id-node.xml":          {"XDF3-032 9 identifikation", "XDF3-014 8 datenfeldgruppe struktur"},
		"flxbe/tests/v3-data/missing-id-node.xml":        {"XDF3-014 9 identifikation id", "XDF3-014 8 datenfeldgruppe struktur"},
		"flxbe/tests/v3-data/unexpected-node.xml":        {"XDF3-011 11 unknown", "XDF3-014 8 datenfeldgruppe struktur"},
		"flxbe/tests/v3-data/invalid-freigabestatus.xml": {"XDF3-014 8 datenfeldgruppe struktur"},
		"flxbe/tests/v3-data/input.xml": {"XDF3-012 57 inhalt", "XDF3-012 58 vorbefuellung", "XDF3-012 61 praezisierung",
			"XDF3-013 64 inhalt[2]"},
		"flxbe/tests/v3-data/simple.xml": {"XDF3-012 26 gueltigAb", "XDF3-012 27 gueltigBis", "XDF3-012 37 stichwort",
			"XDF3-012 40 relation", "XDF3-018 41 praedikat", "XDF3-012 68 stichwort", "XDF3-012 164 stichwort"},
	}
	for file, want := range tests {
		t.Run(file, func(t *testing.T) {
			findings := refused(t, filepath.Join(dir, file), nil)
			require.Len(t, findings, len(want))
			for i, f := range findings {
				w := strings.Fields(want[i])
				assert.Equal(t, w[:2], []string{f.Code, strconv.Itoa(f.Line)})
				assert.Positive(t, f.Column)
				if len(w) > 2 {
					assert.True(t, strings.HasSuffix(f.Path, ":"+w[2]), f.Path)
				}
				if len(w) > 3 {
					assert.Equal(t, w[3], f.Params["element"])
				}
			}
		})
	}
	t.Run("every sample is in a table", func(t *testing.T) {
		files, err := filepath.Glob(filepath.Join(dir, "flxbe/tests/v*-data/*.xml"))
		require.NoError(t, err)
		require.Len(t, files, 18)
		valid := 0
		for _, f := range files {
			rel, _ := filepath.Rel(dir, f)
			if _, broken := tests[filepath.ToSlash(rel)]; !broken {
				valid++
				readFile(t, f, nil)
			}
		}
		assert.Equal(t, 3, valid)
	})
	t.Run("an unknown status is a message of quality", func(t *testing.T) {
		findings := refused(t, filepath.Join(dir, "flxbe/tests/v3-data/invalid-freigabestatus.xml"), &Options{Quality: true})
		assert.Equal(t, []string{"XDF3-014"}, codes(findings), "only whole elements are judged")
	})
}

// TestSamplesTwice: the samples that lie in forms/xdf, too, are the same, so that
// the tables above are about all there are.
func TestSamplesTwice(t *testing.T) {
	count := func(data string) map[string]string {
		dir, files := testenv.Data(t, data), map[string]string{}
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
				return err
			}
			b, err := os.ReadFile(path)
			if strings.Contains(string(b), "xdatenfelder_") || strings.Contains(path, "unknown-namespace") {
				files[filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)] = string(b)
			}
			return err
		}))
		return files
	}
	all, twice := count("xoev/xdatenfelder"), count("forms/xdf")
	assert.Len(t, all, 23)
	assert.Len(t, twice, 21)
	for name, doc := range twice {
		other, ok := all[name]
		if !ok {
			other = all["ozg-xdf2-samples/"+filepath.Base(name)]
		}
		assert.Equal(t, len(other), len(doc), name)
		assert.True(t, other == doc, name)
	}
}

func refused(t testing.TB, path string, o *Options) []finding.Finding {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	n, err := Read(f, o)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Nil(t, n)
	return invalid.Findings
}

func codes(findings []finding.Finding) (list []string) {
	for _, f := range findings {
		list = append(list, f.Code)
	}
	return list
}
