package codelist

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func listOf(t testing.TB, m Metadata, columns []Column, key string, rows ...[]Value) *List {
	t.Helper()
	m.ShortName, m.CanonicalURI, m.CanonicalVersionURI = "farbe", farbe, farbe+"_"+m.Version
	var keys []Key
	if key != "" {
		keys = []Key{{ID: "k", ShortName: "k", Columns: []string{key}}}
	}
	l, err := New(m, columns, keys, rows)
	require.NoError(t, err)
	return l
}

func row(values ...string) []Value {
	out := make([]Value, len(values))
	for i, v := range values {
		out[i] = Value{Text: v, Null: v == "-"}
	}
	return out
}

func TestDiffLists(t *testing.T) {
	required := func(id string) Column { return Column{ID: id, ShortName: id, Required: true, Type: "string"} }
	optional := func(id string) Column { return Column{ID: id, ShortName: id, Type: "string"} }
	old := listOf(t, Metadata{Version: "1", Description: Description{ValidFrom: Date{2024, 1, 1}}},
		[]Column{required("SCHLUESSEL"), optional("name"), optional("alt")}, "SCHLUESSEL",
		row("1", "rot", "x"), row("2", "blau", "-"), row("3", "-", "-"), row("4", "", "y"), row("9", "weg", "z"))
	typed := optional("name")
	typed.Lang = "de"
	new := listOf(t, Metadata{Version: "2", LongNames: Texts{{Value: "Farben"}}, Description: Description{ValidFrom: Date{2025, 1, 1}}},
		[]Column{required("code"), typed, optional("neu")}, "code",
		row("4", "-", "-"), row("2", "hell\u0085blau", "n"), row("1", "rot", "-"), row("10", "grün", "-"), row("3", "-", "m"))
	d, err := DiffLists(old, new)
	require.NoError(t, err)
	assert.False(t, d.Empty())
	var text bytes.Buffer
	_, err = d.WriteTo(&text)
	require.NoError(t, err)
	assert.Equal(t, `urn:de:musterstadt:codeliste:farbe_1 -> urn:de:musterstadt:codeliste:farbe_2
~ metadata longName: - -> "Farben"
~ metadata description.validFrom: "2024-01-01" -> "2025-01-01"
~ key column: "SCHLUESSEL" -> "code"
- column "SCHLUESSEL"
- column "alt"
+ column "code"
+ column "neu"
~ column name.lang: - -> "de"
- "9" name: "weg", alt: "z"
+ "10" name: "grün"
~ "4" name: "" -> -
~ "2" name: "blau" -> "hell\u0085blau"
rows: 1 added, 1 removed, 2 changed, 2 unchanged
`, text.String())
	js, err := json.Marshal(d)
	require.NoError(t, err)
	assert.Contains(t, string(js), `"changed":[{"code":"4","cells":[{"field":"name","old":"","new":null}]}`)

	same, err := DiffLists(old, old)
	require.NoError(t, err)
	assert.True(t, same.Empty())
	js, err = json.Marshal(same)
	require.NoError(t, err)
	assert.Equal(t, `{"old":{"kennung":"`+farbe+`","version":"1"},"new":{"kennung":"`+farbe+`","version":"1"},"key":"SCHLUESSEL","unchanged":5}`, string(js))
	_, err = d.WriteTo(failingWriter{})
	assert.ErrorIs(t, err, errWrite)
}

// TestDiffOfSwappedKey: the column that was the key stays as another column.
func TestDiffOfSwappedKey(t *testing.T) {
	columns := []Column{{ID: "a", ShortName: "a", Required: true}, {ID: "b", ShortName: "b", Required: true}}
	old := listOf(t, Metadata{Version: "1"}, columns, "a", row("1", "x"), row("2", "z"))
	new := listOf(t, Metadata{Version: "2"}, columns, "b", row("x", "1"), row("y", "3"))
	d, err := DiffLists(old, new)
	require.NoError(t, err)
	assert.Equal(t, [2]string{"a", "b"}, [2]string{d.OldKey, d.Key})
	assert.Equal(t, 1, d.Unchanged, "codes are matched, whatever their column is called")
	require.Len(t, d.Added, 1)
	require.Len(t, d.Removed, 1)
	assert.Equal(t, "3", d.Added[0].Code)
	assert.Equal(t, "y", *d.Added[0].Cells[0].New)
	assert.Equal(t, "z", *d.Removed[0].Cells[0].Old)
	assert.False(t, d.Empty())
}

func TestDiffWithoutKey(t *testing.T) {
	columns := []Column{{ID: "a", ShortName: "a", Required: true}, {ID: "b", ShortName: "b", Required: true}}
	keyed := listOf(t, Metadata{Version: "1"}, columns, "a", row("1", "x"))
	// a key of two columns is no column of codes
	m := Metadata{ShortName: "farbe", Version: "2", CanonicalURI: farbe, CanonicalVersionURI: farbe + "_2"}
	both, err := New(m, columns, []Key{{ID: "k", ShortName: "k", Columns: []string{"a", "b"}}}, [][]Value{row("1", "x")})
	require.NoError(t, err)
	for _, pair := range [][2]*List{{keyed, both}, {both, keyed}} {
		d, err := DiffLists(pair[0], pair[1])
		assert.ErrorIs(t, err, ErrNoKey)
		assert.Nil(t, d)
	}
	empty, err := New(m, columns, []Key{{ID: "k", ShortName: "k", Columns: []string{"a", "b"}}}, nil)
	require.NoError(t, err)
	d, err := DiffLists(empty, keyed)
	require.NoError(t, err)
	assert.Len(t, d.Added, 1)
}

var errWrite = errors.New("no space")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWrite }
