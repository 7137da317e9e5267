package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const schemas = "../../xdatenfelder/testdata/valid/"

// TestInspectSchema: the report says what is in a data schema.
func TestInspectSchema(t *testing.T) {
	r := call(t, "", "inspect", "--lang", "de", schemas+"xdf3-0102.xml")
	assert.Equal(t, 0, r.status, r.errOut)
	assert.Contains(t, r.out, "S99000000001 V1.0.0  Parkausweis Musterstadt")
	assert.Contains(t, r.out, "12 Datenfelder, 2 Datenfeldgruppen, 1 Regel, 1 Codeliste")
	assert.Contains(t, r.out, "15 Stellen, Tiefe 2")
	r = call(t, "", "inspect", "--format", "json", schemas+"xdf1-0102.xml", schemas+"xdf2-0102.xml", schemas+"xdf2-0105.xml", "testdata/families/xdatenfelder-3.xml")
	assert.Equal(t, 0, r.status, r.errOut)
	var ids []string
	for _, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
		var m struct{ Schema *dataSchema }
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		if m.Schema == nil {
			ids = append(ids, "none")
			continue
		}
		ids = append(ids, m.Schema.Kind+" "+m.Schema.ID)
	}
	assert.Equal(t, []string{"stammdatenschema S99000001", "stammdatenschema S99000001", "codeliste C99000001", "none"}, ids)
}

// TestLintSchema: a data schema is checked to its end, from a file and from
// standard input.
func TestLintSchema(t *testing.T) {
	b, err := os.ReadFile(schemas + "xdf2-0102.xml")
	require.NoError(t, err)
	doc := string(b)
	write := func(t *testing.T, old, new string) string {
		require.Contains(t, doc, old)
		name := filepath.Join(t.TempDir(), "schema.xml")
		require.NoError(t, os.WriteFile(name, []byte(strings.Replace(doc, old, new, 1)), 0o600))
		return name
	}
	t.Run("valid", func(t *testing.T) {
		r := call(t, "", "lint", schemas+"xdf2-0102.xml", schemas+"xdf3-0102.xml", schemas+"xdf1-0102.xml")
		assert.Equal(t, 0, r.status, r.out)
		assert.NotContains(t, r.out, "XDF")
		assert.Equal(t, 3, strings.Count(r.out, "accepted"))
	})
	t.Run("broken", func(t *testing.T) {
		r := call(t, "", "lint", "--lang", "de", write(t, "<code>aktiv</code>", "<code>gut</code>"))
		assert.Equal(t, 1, r.status)
		assert.Contains(t, r.out, "Fehler XDF2-021: ein Code ist keiner von denen, die das Schema aufzählt")
		r = call(t, "", "lint", "--allow", "XDF2-021", write(t, "<code>aktiv</code>", "<code>gut</code>"))
		assert.Equal(t, 0, r.status, r.out)
		r = call(t, "", "inspect", "--lang", "de", write(t, "<code>aktiv</code>", "<code>gut</code>"))
		assert.Equal(t, 0, r.status)
		assert.Contains(t, r.out, "1 Fehler); xoev lint sagt, wie")
	})
	t.Run("quality", func(t *testing.T) {
		r := call(t, "", "lint", "--lang", "de", write(t, "<xdf:anzahl>0:2", "<xdf:anzahl>3:2"))
		assert.Equal(t, 0, r.status, r.out)
		assert.Contains(t, r.out, "Warnung XDFM-1047: in einer Multiplizität ist das Minimum größer als das Maximum")
	})
	t.Run("standard input", func(t *testing.T) {
		r := call(t, strings.Replace(doc, "<xdf:anzahl>0:2", "<xdf:anzahl>2", 1), "lint", "--format", "json", "-")
		assert.Equal(t, 1, r.status)
		assert.Contains(t, r.out, `"XDF2-020"`)
		assert.NotContains(t, r.out, `"grund"`)
	})
	t.Run("not well-formed", func(t *testing.T) {
		r := call(t, "", "lint", write(t, "</xdf:stammdatenschema>", ""))
		assert.Equal(t, 1, r.status)
		assert.Equal(t, 1, strings.Count(r.out, "XML-"), r.out)
	})
	t.Run("unseen", func(t *testing.T) { // what was not checked is not accepted
		r := call(t, "", "lint", "--lang", "de", write(t, "<xdf:xdatenfelder.stammdatenschema.0102", "<!--"+strings.Repeat(" ", 70_000)+"-->\n<xdf:xdatenfelder.stammdatenschema.0102"))
		assert.Equal(t, 2, r.status)
		assert.Contains(t, r.out, "konnte nicht geprüft werden: das Datenschema ist größer als 64 MiB oder")
	})
	t.Run("a catalogue is not refused", func(t *testing.T) {
		r := call(t, "", "lint", "testdata/families/xdatenfelder-3.xml")
		assert.Contains(t, r.out, "warning XDF-003")
	})
	t.Run("not of XDatenfelder", func(t *testing.T) {
		assert.False(t, isXDF([]byte(`<a><!-- urn:xoev-de:fim:standard:xdatenfelder_2 --></a>`)))
		assert.False(t, isXDF([]byte(`<a urn:xoev-de:fim:standard:xdatenfelder_2`)))
		assert.False(t, isXDF(nil))
		assert.True(t, isXDF([]byte(`<a xmlns="urn:xoev-de:fim:standard:xdatenfelder_2"><b`)))
	})
}
