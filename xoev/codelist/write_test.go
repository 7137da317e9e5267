package codelist_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

func written(t testing.TB, l *codelist.List) string {
	t.Helper()
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.String()
}

// requireEqual compares all that a list holds.
func requireEqual(t testing.TB, want, got *codelist.List) {
	t.Helper()
	require.Equal(t, want.Metadata(), got.Metadata())
	require.Equal(t, want.Columns(), got.Columns())
	require.Equal(t, want.Keys(), got.Keys())
	wantKey, wantOK := want.Key()
	gotKey, gotOK := got.Key()
	require.Equal(t, wantKey, gotKey)
	require.Equal(t, wantOK, gotOK)
	require.Equal(t, want.MetadataOnly(), got.MetadataOnly())
	require.Equal(t, want.Len(), got.Len())
	for i := range want.Len() {
		for c := range want.Columns() {
			w, wOK := want.Row(i).At(c)
			g, gOK := got.Row(i).At(c)
			if w != g || wOK != gOK {
				require.Fail(t, "a cell differs", "row %d, column %d", i, c)
			}
		}
	}
}

// requireRoundTrip writes a list, reads it and writes it again.
func requireRoundTrip(t testing.TB, l *codelist.List) string {
	t.Helper()
	doc := written(t, l)
	again := read(t, doc, nil)
	requireEqual(t, l, again)
	require.Equal(t, doc, written(t, again), "the same bytes")
	return doc
}

func TestWriteGolden(t *testing.T) {
	doc := requireRoundTrip(t, read(t, zonen, nil))
	golden := filepath.Join("testdata", "zonen.golden.xml")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(doc), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), doc)
	for _, kept := range []string{`<m:stand xmlns:m="urn:example:mehr" m:von="a">unbekannt<m:x/></m:stand>`, `<m:info xmlns:m`, `<m:hinweis xmlns:m`,
		`<m:alt xmlns:m`, `<m:neu xmlns:m`, `<Parameter ShortName="minInclusive">0</Parameter>`, `<xoev-cl-4:shortName xml:lang="en">Zones<`} {
		assert.Contains(t, doc, kept)
	}
}

// TestRoundTripAll writes every public list and shows the outcome to xmllint.
func TestRoundTripAll(t *testing.T) {
	docs := map[string]string{}
	for name, doc := range dataLists(t) {
		docs[name] = requireRoundTrip(t, read(t, string(doc), &codelist.ReadOptions{AllowFIM: true}))
	}
	require.Len(t, docs, 255)
	assert.Empty(t, schemaErrors(t, docs))
}

// TestNamespacesOfAnnotations writes lists whose foreign elements use prefixes
// declared in different places.
func TestNamespacesOfAnnotations(t *testing.T) {
	docs := map[string]string{}
	for name, change := range map[string][2]string{
		"default namespace":            {"<Description>", `<Description><x xmlns="urn:vorgabe">1</x>`},
		"rebound prefix":               {"<Description>", `<Description xmlns:xoev-cl-4="urn:anders">`},
		"prefix from the root":         {"xmlns:xoev-cl-4", `xmlns:w="urn:w" xmlns:xoev-cl-4`},
		"prefix in a value":            {"<Description>", `<Description xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="urn:q"><q:a><q:b q:typ="q:name">]]&gt;<![CDATA[<&]]></q:b></q:a>`},
		"attributes with odd values":   {"<Description>", `<Description xml:lang="de"><q:a xmlns:q="urn:q" b="&lt;&quot;&#10;&amp;"/>`},
		"comment and instruction kept": {"<Description>", `<Description><q:a xmlns:q="urn:q"><!-- c --><?p i?></q:a>`},
	} {
		t.Run(name, func(t *testing.T) {
			doc := strings.Replace(zonen, change[0], change[1], 1)
			docs[name] = requireRoundTrip(t, read(t, doc, nil))
		})
	}
	for name, doc := range map[string]string{
		"root in the default namespace": strings.NewReplacer("gc:CodeList", "CodeList", "xmlns:gc", "xmlns").Replace(zonen),
		"gc is another namespace":       strings.NewReplacer("gc:CodeList", "g:CodeList", "xmlns:gc", `xmlns:gc="urn:gc" xmlns:g`).Replace(zonen),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "root in the default namespace" {
				doc = strings.NewReplacer("<Annotation>\n    <D", `<Annotation xmlns=""><D`, "<Identification>", `<Identification xmlns="">`,
					"<ColumnSet>", `<ColumnSet xmlns="">`, "<SimpleCodeList>", `<SimpleCodeList xmlns="">`).Replace(doc)
			}
			l := read(t, doc, nil)
			docs[name] = written(t, l)
			requireEqual(t, read(t, docs[name], nil), read(t, written(t, read(t, docs[name], nil)), nil))
			assert.Equal(t, l.Metadata(), read(t, docs[name], nil).Metadata())
		})
	}
	require.Len(t, docs, 8)
	assert.Empty(t, schemaErrors(t, docs))
}

func TestNew(t *testing.T) {
	from := read(t, zonen, nil)
	var rows [][]codelist.Value
	for r := range from.Rows() {
		var row []codelist.Value
		for i := range from.Columns() {
			text, ok := r.At(i)
			row = append(row, codelist.Value{Text: text, Null: !ok})
		}
		rows = append(rows, row)
	}
	l, err := codelist.New(from.Metadata(), from.Columns(), from.Keys(), rows)
	require.NoError(t, err)
	assert.Empty(t, l.Findings())
	assert.Equal(t, from.Metadata(), l.Metadata())
	assert.Equal(t, 3, l.Len())
	k, _ := l.Key()
	assert.Equal(t, "codeKey", k.ID)
	row, ok := l.Lookup("03")
	require.True(t, ok)
	name, _ := row.Value("name")
	assert.Equal(t, " Süd <neu>\n", name)
	_, ok = row.Value("ab")
	assert.False(t, ok)
	docs := map[string]string{"copy": requireRoundTrip(t, l)}

	columns := []codelist.Column{{ID: "a", ShortName: "a", Required: true}, {ID: "b", ShortName: "b", Type: "integer"}}
	keys := []codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"a"}}}
	m := codelist.Metadata{ShortName: "x", Version: "1", CanonicalURI: "urn:x", CanonicalVersionURI: "urn:x_1"}
	l, err = codelist.New(m, columns, keys, [][]codelist.Value{{{Text: "1"}}, {{Text: "<&\r\n>"}, {Text: "7"}}})
	require.NoError(t, err)
	docs["plain"] = requireRoundTrip(t, l)
	assert.Equal(t, "<&\r\n>", l.Row(1).Code())
	assert.Empty(t, schemaErrors(t, docs))

	for name, v := range map[string]struct {
		rows  [][]codelist.Value
		code  string
		path  string
		other codelist.Metadata
	}{
		"not an integer":       {[][]codelist.Value{{{Text: "1"}, {Text: "x"}}}, "GC-019", "/gc:CodeList/SimpleCodeList/Row/Value[2]/SimpleValue", m},
		"null in a required":   {[][]codelist.Value{{{Text: "1"}}, {{Null: true}}}, "GC-016", "/gc:CodeList/SimpleCodeList/Row[2]", m},
		"too many values":      {[][]codelist.Value{{{}, {Text: "1"}, {}}}, "GC-017", "/gc:CodeList/SimpleCodeList/Row", m},
		"not a character":      {[][]codelist.Value{{{Text: "\x01"}}}, "XML-", "", m},
		"not UTF-8":            {[][]codelist.Value{{{Text: "\xff"}}}, "XML-", "", m},
		"a URI that is not so": {nil, "GC-013", "/gc:CodeList/Identification/CanonicalUri", codelist.Metadata{CanonicalURI: "%"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := codelist.New(v.other, columns, keys, v.rows)
			assert.Nil(t, l)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.True(t, strings.HasPrefix(invalid.Findings[0].Code, v.code), invalid.Findings[0].Code)
			assert.Equal(t, v.path, invalid.Findings[0].Path)
		})
	}
}

func TestWriteFails(t *testing.T) {
	l := read(t, zonen, nil)
	full := errors.New("disk full")
	n, err := l.WriteTo(failingWriter{full})
	require.ErrorIs(t, err, full)
	assert.Zero(t, n)
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// TestURIs holds what we take for an xs:anyURI against xmllint.
func TestURIs(t *testing.T) {
	docs := map[string]string{}
	uris := []string{"", "urn:x:a b", "urn:x:ä€", "Parkgenehmigung (Dauer)", "a:b:c", "http://example.org:8080/a?b=c#d", "http://[::1]/", "http://e.org:port/",
		"a#b#c", "%4", "%zz", "%41", ":a", "1:a", "urn:x:{a}", "urn:x:a|b", "urn:x:<a>", `urn:x:a\b`, "urn:x:^`", "//h/a", "/a/b", "../a", "urn:x:a\"b", "http://a@b:1/", "http://a@b:x@c/",
		"mailto:a@example.org", "http://user:pw@example.org:99999/", "http:///a", "?", "#", "x?y?z", "urn:x:a'b", "http://e.org:123456/", "http://e.org:/", "a//b:c", "urn://x:y"}
	// And any short strings of the characters that matter.
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var u strings.Builder
		for range 1 + random.IntN(12) {
			u.WriteString([]string{":", ":", "/", "//", "@", "?", "#", "%", "%41", "a", "b", "1", "ä", " ", "-", ".", "+", "~", "(", "'", "&amp;", ";", "$", "!", "=", ",", "*", "_", "http:", "urn:"}[random.IntN(30)])
		}
		uris = append(uris, u.String())
	}
	accepted := 0
	const chunk = 100
	for from := 0; from < len(uris); from += chunk {
		var locations strings.Builder
		for _, u := range uris[from:min(from+chunk, len(uris))] {
			element := "<LocationUri>" + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(u) + "</LocationUri>\n"
			_, err := codelist.Read(strings.NewReader(strings.Replace(zonen, "<LocationUri>", element+"<LocationUri>", 1)), nil)
			if err == nil {
				accepted++
				locations.WriteString(element)
			}
		}
		docs[strconv.Itoa(from)] = strings.Replace(zonen, "<LocationUri>", locations.String()+"<LocationUri>", 1)
	}
	assert.Greater(t, accepted, 500)
	t.Logf("%d of %d accepted", accepted, len(uris))
	assert.Empty(t, schemaErrors(t, docs), "what we accept the schema accepts")
}
