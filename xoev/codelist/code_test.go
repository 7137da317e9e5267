package codelist_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	zonenURI     = "urn:example:codeliste:zonen"
	zonenVersion = "2026-05-01"
)

var (
	spec1 = codelist.Spec{Type: codelist.Type1, ListURI: zonenURI, ListVersionID: zonenVersion, Codes: []string{"01", "02"}}
	spec2 = codelist.Spec{Type: codelist.Type2, ListURI: zonenURI, ListVersionID: zonenVersion}
	spec3 = codelist.Spec{Type: codelist.Type3, ListURI: zonenURI, AllowName: true}
	spec4 = codelist.Spec{Type: codelist.Type4}
)

// codeVector is a code that breaks one rule, and a neighbour that breaks none.
type codeVector struct {
	code, name string
	spec       codelist.Spec
	bad, good  codelist.Code
	path       string
	resolve    bool // against the list zonen
}

func codeVectors() []codeVector {
	with := func(s codelist.Spec, change func(*codelist.Spec)) codelist.Spec { change(&s); return s }
	full := codelist.Code{Code: "02", ListURI: zonenURI, ListVersionID: zonenVersion}
	edit := func(change func(*codelist.Code)) codelist.Code { c := full; change(&c); return c }
	return []codeVector{
		{"COD-001", "empty", spec2, codelist.Code{Code: " \t"}, codelist.Code{Code: "0"}, "code", false},
		{"COD-002", "type 1, other list", spec1, edit(func(c *codelist.Code) { c.ListURI += "2" }), full, "@listURI", false},
		{"COD-002", "type 3, other list", spec3, edit(func(c *codelist.Code) { c.ListURI = "urn:x" }), edit(func(c *codelist.Code) { c.ListURI = "" }), "@listURI", false},
		{"COD-003", "type 1, other version", spec1, edit(func(c *codelist.Code) { c.ListVersionID = "1" }), edit(func(c *codelist.Code) { c.ListVersionID = "" }), "@listVersionID", false},
		{"COD-003", "type 2, version with a space", spec2, edit(func(c *codelist.Code) { c.ListVersionID += " " }), full, "@listVersionID", false},
		{"COD-004", "type 4 without list", spec4, edit(func(c *codelist.Code) { c.ListURI = "" }), edit(func(c *codelist.Code) { c.ListURI = "urn:x" }), "@listURI", false},
		{"COD-005", "type 3 without version", spec3, edit(func(c *codelist.Code) { c.ListVersionID = "" }), edit(func(c *codelist.Code) { c.ListVersionID = "7" }), "@listVersionID", false},
		{"COD-005", "type 4 without version", spec4, edit(func(c *codelist.Code) { c.ListVersionID = "" }), full, "@listVersionID", false},
		{"COD-006", "name", spec2, edit(func(c *codelist.Code) { c.Name = "Bahnhof" }), full, "name", false},
		{"COD-007", "not in the schema", spec1, edit(func(c *codelist.Code) { c.Code = "2" }), edit(func(c *codelist.Code) { c.Code = "\n02 " }), "code", false},
		{"COD-008", "no type", codelist.Spec{}, full, full, "", false},
		{"COD-008", "type 3 without list", with(spec3, func(s *codelist.Spec) { s.ListURI = "" }), full, full, "", false},
		{"COD-009", "no version", with(spec2, func(s *codelist.Spec) { s.Type, s.ListVersionID = codelist.Type4, "" }), full, full, "", true},
		{"COD-010", "other version", spec3, edit(func(c *codelist.Code) { c.ListVersionID = "2025-05-01" }), full, "", true},
		{"COD-011", "not in the list", spec2, edit(func(c *codelist.Code) { c.Code = "2" }), codelist.Code{Code: " 02"}, "code", true},
		{"COD-012", "other name", spec3, edit(func(c *codelist.Code) { c.Name = "Altstadt" }), edit(func(c *codelist.Code) { c.Name = "Bahnhof" }), "name", true},
		{"COD-013", "no such column", with(spec2, func(s *codelist.Spec) { s.Column = "nr" }), full, full, "", true},
	}
}

func TestCodeRules(t *testing.T) {
	zonen := read(t, zonen, nil)
	judge := func(v codeVector, s codelist.Spec, c codelist.Code, l *codelist.List) []finding.Finding {
		if !v.resolve {
			return s.Check(c)
		}
		row, f := s.Resolve(c, l)
		assert.Equal(t, f == nil || v.code == "COD-012", row != codelist.Row{})
		return f
	}
	for _, v := range codeVectors() {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			good, list := v.spec, zonen
			switch v.code { // where the Spec or the list is at fault, not the code
			case "COD-008":
				good = spec3
			case "COD-009":
				list = nil
			case "COD-013":
				good.Column = "Code"
			}
			assert.Empty(t, judge(v, good, v.good, zonen), "the neighbour")
			found := judge(v, v.spec, v.bad, list)
			require.Len(t, found, 1)
			assert.Equal(t, v.code, found[0].Code)
			assert.Equal(t, v.path, found[0].Path)
			assert.Equal(t, v.code == "COD-012", found[0].Severity == finding.Warning)
		})
	}
}

func TestSpecList(t *testing.T) {
	fixed := codelist.VersionKennung{Kennung: zonenURI, Version: zonenVersion}
	for name, v := range map[string]struct {
		spec codelist.Spec
		code codelist.Code
		want codelist.VersionKennung
		ok   bool
	}{
		"type 1, from the schema":          {spec1, codelist.Code{Code: "1"}, fixed, true},
		"type 2, from the schema":          {spec2, codelist.Code{Code: "1"}, fixed, true},
		"type 3, version from the code":    {spec3, codelist.Code{ListVersionID: "7"}, codelist.VersionKennung{Kennung: zonenURI, Version: "7"}, true},
		"type 3, no version":               {spec3, codelist.Code{}, codelist.VersionKennung{Kennung: zonenURI}, false},
		"type 4, both from the code":       {spec4, codelist.Code{ListURI: " urn:x\n", ListVersionID: "7"}, codelist.VersionKennung{Kennung: "urn:x", Version: "7"}, true},
		"type 4, nothing":                  {spec4, codelist.Code{}, codelist.VersionKennung{}, false},
		"type 2, the code contradicts":     {spec2, codelist.Code{ListURI: "urn:x"}, codelist.VersionKennung{Kennung: "urn:x", Version: zonenVersion}, true},
		"no Spec, the code says all of it": {codelist.Spec{}, codelist.Code{ListURI: "urn:x", ListVersionID: "1"}, codelist.VersionKennung{Kennung: "urn:x", Version: "1"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := v.spec.List(v.code)
			assert.Equal(t, v.want, got)
			assert.Equal(t, v.ok, ok)
		})
	}
}

func TestResolve(t *testing.T) {
	l := read(t, zonen, nil)
	row, found := spec2.Resolve(codelist.Code{Code: "02"}, l)
	assert.Empty(t, found)
	name, _ := row.Value("name")
	assert.Equal(t, "Bahnhof", name)

	s := spec2
	s.Column = "name"
	row, found = s.Resolve(codelist.Code{Code: "Altstadt"}, l)
	assert.Empty(t, found)
	assert.Equal(t, "01", row.Code(), "another column holds the codes")

	_, found = spec2.Resolve(codelist.Code{}, l)
	assert.Equal(t, []string{"COD-001"}, codes(found), "empty, and not also unknown")
}

func codes(found []finding.Finding) []string {
	var c []string
	for _, f := range found {
		c = append(c, f.Code)
	}
	return c
}

func TestNormalized(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " ": "", "a": "a", " a": "a", "a\n": "a", "a  b": "a b", "a\tb": "a b", "\r\n a b\t": "a b",
		"a\u00a0b": "a\u00a0b", " \u2003a": "\u2003a", "007": "007",
	} {
		c := codelist.Code{Code: in, ListURI: in, Name: "a\t b", ListVersionID: " 1\n"}.Normalized()
		assert.Equal(t, codelist.Code{Code: want, ListURI: want, Name: "a  b", ListVersionID: " 1 "}, c, "%q", in)
	}
	c := codelist.Code{Code: "DVDV", ListURI: "urn:x", Name: "a b", ListVersionID: "3"}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = c.Normalized() }))
}

func TestCodeIsNotLogged(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("x", "code", codelist.Code{Code: "geheim", Name: "Geheimnis", ListURI: "urn:x:religion", ListVersionID: "3"})
	assert.Contains(t, b.String(), "urn:x:religion")
	assert.NotContains(t, strings.ToLower(b.String()), "geheim")
}

// elementVector is the change of a code's element.
type elementVector struct {
	code, name, old, bad, good, path string
}

const codeElement = `<r><zone listURI="urn:example:codeliste:zonen" listVersionID="2026-05-01">
<code>02</code>
<name>Bahnhof</name>
</zone><x/></r>`

func elementVectors() []elementVector {
	return []elementVector{
		{"COD-002", "list there and empty", `listURI="urn:example:codeliste:zonen"`, `listURI=""`, ``, "/r/zone/@listURI"},
		{"COD-005", "version there and empty", `"2026-05-01"`, `""`, `"7"`, "/r/zone/@listVersionID"},
		{"COD-001", "empty", ">02<", "> <", "> 02 <", "/r/zone/code"},
		{"COD-014", "unknown element", "<name>", "<titel/><name>", "<!--titel--><name>", "/r/zone/titel"},
		{"COD-014", "in a namespace", "<name>", `<x:name xmlns:x="urn:x"/><name>`, "<name >", "/r/zone/x:name"},
		{"COD-014", "code twice", "<name>", "<code>03</code><name>", "<name>", "/r/zone/code"},
		{"COD-014", "element in the code", ">02<", ">0<b/>2<", ">0<!-- -->2<", "/r/zone/code"},
		{"COD-014", "name first", "<code>02</code>\n<name>Bahnhof</name>", "<name>Bahnhof</name><code>02</code><name/>", "<code>02</code>", "/r/zone/name"},
		{"COD-015", "no code", "<code>02</code>\n<name>Bahnhof</name>", "", "<code>02</code>", "/r/zone"},
		{"COD-016", "text", "<code>", "Zone <code>", "\t<code>", "/r/zone"},
		{"COD-017", "attribute", "<zone ", `<zone art="1" `, `<zone xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x" `, "/r/zone"},
		{"COD-017", "attribute of the code", "<code>", `<code art="1">`, `<code >`, "/r/zone/code"},
		{"COD-018", "long code", ">02<", ">" + strings.Repeat("2", 64<<10+1) + "<", ">" + strings.Repeat("2", 64<<10) + "<", "/r/zone/code"},
		{"COD-018", "long", "Bahnhof", strings.Repeat("B", 64<<10+1), strings.Repeat("B", 64<<10), "/r/zone/name"},
	}
}

// readCode reads the code in a document and checks where the scanner is left.
func readCode(t *testing.T, doc string) (codelist.Code, []finding.Finding) {
	t.Helper()
	s := xmlscan.NewBytes([]byte(doc), nil)
	require.True(t, s.Next(), s.Err())
	require.True(t, s.Next(), s.Err())
	require.Equal(t, "zone", s.Name().Local)
	c, found, err := codelist.ReadCode(s, &spec3)
	require.NoError(t, err)
	require.Equal(t, xmlscan.EndElement, s.Kind())
	require.Equal(t, "zone", s.Name().Local)
	require.True(t, s.Next())
	require.Equal(t, "x", s.Name().Local)
	return c, found
}

func TestReadCode(t *testing.T) {
	c, found := readCode(t, codeElement)
	assert.Empty(t, found)
	assert.Equal(t, codelist.Code{Code: "02", Name: "Bahnhof", ListURI: zonenURI, ListVersionID: zonenVersion}, c)
	for _, v := range elementVectors() {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			require.Contains(t, codeElement, v.old)
			_, found := readCode(t, strings.Replace(codeElement, v.old, v.good, 1))
			assert.Empty(t, found, "the neighbour")
			_, found = readCode(t, strings.Replace(codeElement, v.old, v.bad, 1))
			assert.Equal(t, []string{v.code}, slices.Compact(codes(found)), "nothing else is found")
			i := slices.IndexFunc(found, func(f finding.Finding) bool { return f.Code == v.code })
			require.GreaterOrEqual(t, i, 0, codes(found))
			assert.Equal(t, v.path, found[i].Path)
			assert.Positive(t, found[i].Line)
			assert.Positive(t, found[i].Column)
		})
	}
}

func TestReadCodeFails(t *testing.T) {
	s := xmlscan.NewBytes([]byte("<zone><code>1</zone>"), nil)
	_, _, err := codelist.ReadCode(s, nil)
	require.ErrorIs(t, err, xmlscan.ErrNoElement)
	require.True(t, s.Next())
	_, found, err := codelist.ReadCode(s, nil)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Nil(t, found)
}
