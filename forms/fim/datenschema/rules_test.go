package datenschema

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim/internal/strictjson"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// klein is a small data schema: a group with a choice, and fields of each kind.
func klein(t testing.TB) *Schema {
	t.Helper()
	b := &builder{}
	n := b.schema(
		b.feld("1:1", "Name", xdatenfelder.DatentypText, xdatenfelder.Praezisierung{MinLength: 2, MaxLength: 4}),     // F…1
		b.feld("0:1", "Zahl", xdatenfelder.DatentypNumInt, xdatenfelder.Praezisierung{MinValue: "1", MaxValue: "9"}), // F…2
		b.feld("0:2", "Zeichen", xdatenfelder.DatentypText, xdatenfelder.Praezisierung{Pattern: "[A-Z]*"}),           // F…3
		b.auswahl("0:1", "Farbe", "01", "02"), // F…4
		b.gruppe("0:1", "Wahl", true, b.feld("0:1", "A", xdatenfelder.DatentypBool, xdatenfelder.Praezisierung{}), // G…7
			b.feld("0:1", "B", xdatenfelder.DatentypDate, xdatenfelder.Praezisierung{MinValue: "2000-01-01"})),
		b.feld("0:1", "Anlage", xdatenfelder.DatentypFile, xdatenfelder.Praezisierung{}), // F…8
	)
	n.Stammdatenschema.Identifikation = xdatenfelder.Identifikation{ID: "S", Version: "1.0"}
	short(n.Stammdatenschema.Struktur)
	s, err := Compile(n, &Options{OhneVersion: true, Namespace: "urn:x", RootAttributes: []string{"id"}})
	require.NoError(t, err)
	return s
}

// short shortens "F99000000001" to "F1".
func short(list []xdatenfelder.Struktur) {
	for _, s := range list {
		if f := s.Datenfeld; f != nil {
			f.Identifikation.ID = "F" + strings.TrimLeft(f.Identifikation.ID[3:], "0")
		} else {
			s.Datenfeldgruppe.Identifikation.ID = "G" + strings.TrimLeft(s.Datenfeldgruppe.Identifikation.ID[3:], "0")
			short(s.Datenfeldgruppe.Struktur)
		}
	}
}

// checks are documents with one fault each, after the valid neighbour. What
// stands between the root's tags is written; JSON is what the braces hold.
var checks = []struct {
	name, code, path string
	xml              string
	json             string // empty: JSON has no such fault
}{
	{name: "valid", xml: `<F1>ab</F1>`, json: `"F1":"ab"`},
	{name: "valid, more", xml: ` <F1>äöü</F1> <F2> 7 </F2><F3>A</F3><F3/><F4>01</F4> <G7><F6>2000-01-01</F6></G7><F8>x</F8>`,
		json: `"F8":"x","F1":"äöü","F2":7.0e0,"F3":["A",""],"F4":"01","G7":{"F6":"2000-01-01"}`},
	{"unknown", "DAT-002", "/SV1.0", `<F1>ab</F1><F9/>`, `"F1":"ab","F9":[1,{}]`},
	{"unknown in a group", "DAT-002", "/SV1.0/G7", `<F1>ab</F1><G7><F5>1</F5><F1/></G7>`, `"F1":"ab","G7":{"F1":{},"F5":true}`},
	{"another namespace", "DAT-002", "/SV1.0", `<F1>ab</F1><F2 xmlns="urn:y">1</F2>`, ``},
	{"order", "DAT-003", "/SV1.0/F2", `<F1>ab</F1><F3/><F2>1</F2>`, ``},
	{"too many", "DAT-004", "/SV1.0/F3[3]", `<F1>ab</F1><F3/><F3/><F3/>`, `"F1":"ab","F3":["","",""]`},
	{"too many of one", "DAT-004", "/SV1.0/F1[2]", `<F1>ab</F1><F1>ab</F1>`, ``},
	{"missing", "DAT-005", "/SV1.0/F1", `<F2>1</F2>`, `"F2":1`},
	{"two of a choice", "DAT-006", "/SV1.0/G7/F6", `<F1>ab</F1><G7><F5>1</F5><F6>2001-01-01</F6></G7>`, `"F1":"ab","G7":{"F5":true,"F6":"2001-01-01"}`},
	{"none of a choice", "DAT-007", "/SV1.0/G7", `<F1>ab</F1><G7> </G7>`, `"F1":"ab","G7":{}`},
	{"text in a group", "DAT-008", "/SV1.0", `<F1>ab</F1>x`, ``},
	{"an element in a text", "DAT-009", "/SV1.0/F1", `<F1>a<b><c/></b>b</F1>`, ``},
	{"an attribute", "DAT-010", "/SV1.0/F1", `<F1 a="b">ab</F1>`, ``},
	{"another type", "DAT-010", "/SV1.0/F1", `<F1 xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="x">ab</F1>`, ``},
	{"too long for the check", "DAT-011", "/SV1.0/F8", `<F1>ab</F1><F8>12345678901</F8>`, `"F1":"ab","F8":"12345678901"`},
	{"no number", "DAT-020", "/SV1.0/F2", `<F1>ab</F1><F2>1,5</F2>`, `"F1":"ab","F2":1.5`},
	{"too short", "DAT-021", "/SV1.0/F1", `<F1>ä</F1>`, `"F1":"ä"`},
	{"too long", "DAT-022", "/SV1.0/F1", `<F1>äöüß1</F1>`, `"F1":"äöüß1"`},
	{"too small", "DAT-023", "/SV1.0/F2", `<F1>ab</F1><F2>0</F2>`, `"F1":"ab","F2":0`},
	{"too early", "DAT-023", "/SV1.0/G7/F6", `<F1>ab</F1><G7><F6>1999-12-31</F6></G7>`, `"F1":"ab","G7":{"F6":"1999-12-31"}`},
	{"too big", "DAT-024", "/SV1.0/F2", `<F1>ab</F1><F2>10</F2>`, `"F1":"ab","F2":1e1`},
	{"pattern", "DAT-025", "/SV1.0/F3[2]", `<F1>ab</F1><F3>A</F3><F3>a</F3>`, `"F1":"ab","F3":["A","a"]`},
	{"code", "DAT-026", "/SV1.0/F4", `<F1>ab</F1><F4>03</F4>`, `"F1":"ab","F4":"03"`},
	{"a number as text", "DAT-030", "/SV1.0/F2", ``, `"F1":"ab","F2":"1"`},
	{"one as many", "DAT-030", "/SV1.0/F3", ``, `"F1":"ab","F3":"A"`},
	{"many as one", "DAT-030", "/SV1.0/F1", ``, `"F1":["ab"]`},
	{"null", "DAT-030", "/SV1.0/G7", ``, `"F1":"ab","G7":null`},
	{"a character", "DAT-031", "/SV1.0/F1", ``, `"F1":"a\u0000"`},
	{"a key twice", "JSON-004", "", ``, `"F1":"ab","F1":"ab"`},
}

func TestChecks(t *testing.T) {
	s := klein(t)
	seen := map[string]bool{}
	for _, test := range checks {
		check := func(t *testing.T, r *Report, err error) {
			var findings []finding.Finding
			var invalid *finding.InvalidError
			if errors.As(err, &invalid) {
				require.Nil(t, r)
				findings = invalid.Findings
			} else {
				require.NoError(t, err)
				findings = r.Findings
				assert.Equal(t, map[bool]finding.Verdict{true: finding.Accepted, false: finding.Rejected}[test.code == ""], r.Verdict)
			}
			if test.code == "" {
				assert.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			seen[test.code] = true
			assert.Equal(t, []string{test.code, test.path}, []string{findings[0].Code, findings[0].Path})
			assert.Equal(t, 2, findings[0].Line, "root and its children stand in line 2")
			assert.Positive(t, findings[0].Column)
		}
		o := &CheckOptions{MaxFile: 10}
		if test.xml != "" {
			t.Run("XML "+test.name, func(t *testing.T) {
				r, err := s.CheckXML(strings.NewReader("<?xml version='1.0'?>\n<SV1.0 xmlns='urn:x' id='1'>"+test.xml+"</SV1.0>"), o)
				check(t, r, err)
			})
		}
		if test.json != "" {
			t.Run("JSON "+test.name, func(t *testing.T) {
				r, err := s.CheckJSON(strings.NewReader("\n{"+test.json+"}"), o)
				check(t, r, err)
			})
		}
	}
	t.Run("roots", func(t *testing.T) {
		for _, root := range []string{`<x xmlns="urn:x"><F1>ab</F1></x>`, `<SV1.0><F1>ab</F1></SV1.0>`, `<F1 xmlns="urn:x">ab</F1>`} {
			r, err := s.CheckXML(strings.NewReader(root), nil)
			require.NoError(t, err)
			require.Len(t, r.Findings, 1)
			assert.Equal(t, "DAT-001", r.Findings[0].Code)
		}
		seen["DAT-001"] = true
		r, err := s.CheckJSON(strings.NewReader(`[]`), nil)
		require.NoError(t, err)
		assert.True(t, finding.Has(r.Findings, "DAT-030"))
	})
	t.Run("not readable", func(t *testing.T) {
		_, err := s.CheckXML(strings.NewReader("<a>"), nil)
		var invalid *finding.InvalidError
		assert.ErrorAs(t, err, &invalid)
		_, err = s.CheckXML(strings.NewReader("<SV1.0 xmlns='urn:x'><F1>ab"), &CheckOptions{MaxBytes: 10})
		assert.ErrorAs(t, err, &invalid)
		broken := errors.New("broken")
		_, err = s.CheckXML(iotest.ErrReader(broken), nil)
		assert.ErrorIs(t, err, broken)
		_, err = s.CheckJSON(iotest.ErrReader(broken), nil)
		assert.ErrorIs(t, err, broken)
		_, err = s.CheckJSON(strings.NewReader(`{"F1":"ab"}`), &CheckOptions{MaxBytes: 10})
		assert.ErrorAs(t, err, &invalid)
	})
	for _, r := range schemas(t) {
		seen[r] = true
	}
	for _, r := range strictjson.Rules() {
		seen[r.Code] = true // its own tests
	}
	var codes []string
	for _, r := range Rules() {
		codes = append(codes, r.Code)
		assert.True(t, seen[r.Code], "no document breaks %s", r.Code)
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
	}
	assert.True(t, slices.IsSorted(codes))
	assert.Len(t, slices.Compact(codes), len(Rules()))
}

// schemas breaks the rules of schemas, one each, and returns their codes.
func schemas(t *testing.T) (codes []string) {
	type limits = xdatenfelder.Praezisierung
	b := &builder{}
	one := func(typ xdatenfelder.Datentyp, l limits) xdatenfelder.Struktur { return b.feld("0:1", "Feld", typ, l) }
	file := one(xdatenfelder.DatentypFile, limits{})
	file.Datenfeld.MaxSize = 1
	list := b.auswahl("0:1", "Liste")
	list.Datenfeld.CodelisteReferenz = &xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:leer"}
	number := b.auswahl("0:1", "Zahl", "1")
	number.Datenfeld.Datentyp = xdatenfelder.DatentypNumInt
	twice := one(xdatenfelder.DatentypText, limits{})
	bad := one(xdatenfelder.DatentypText, limits{})
	bad.Datenfeld.Identifikation.ID = "1 x"
	loop := b.gruppe("0:1", "Kreis", false)
	loop.Datenfeldgruppe.Struktur = []xdatenfelder.Struktur{{Datenfeldgruppe: &xdatenfelder.Datenfeldgruppe{
		AllgemeineAngaben: b.angaben("G", "Innen"), Struktur: []xdatenfelder.Struktur{loop}}}}
	field, group := one(xdatenfelder.DatentypText, limits{}), b.gruppe("0:1", "G", false)
	group.Datenfeldgruppe.Identifikation = field.Datenfeld.Identifikation
	empty, err := codelist.New(codelist.Metadata{ShortName: "leer", Version: "1", CanonicalURI: "urn:leer", CanonicalVersionURI: "urn:leer_1"},
		[]codelist.Column{{ID: "code", ShortName: "code", Required: true, Type: "string"}},
		[]codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"code"}}}, nil)
	require.NoError(t, err)
	for _, test := range []struct {
		code  string
		parts []xdatenfelder.Struktur
		list  *codelist.List
	}{
		{"DAT-101", []xdatenfelder.Struktur{list}, nil},
		{"DAT-102", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{Pattern: "(?=a)"})}, nil},
		{"DAT-102", []xdatenfelder.Struktur{one(xdatenfelder.DatentypBool, limits{Pattern: "a.*"})}, nil},
		{"DAT-103", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{Pattern: "Mehrfachauswahl"})}, nil},
		{"DAT-104", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{Pattern: "^[0-9]+$"})}, nil},
		{"DAT-105", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{Text: "1..31"})}, nil},
		{"DAT-106", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{MinLength: 3, MaxLength: 2})}, nil},
		{"DAT-106", []xdatenfelder.Struktur{one(xdatenfelder.DatentypDate, limits{MaxLength: 2})}, nil},
		{"DAT-107", []xdatenfelder.Struktur{one(xdatenfelder.DatentypText, limits{MinValue: "1"})}, nil},
		{"DAT-107", []xdatenfelder.Struktur{one(xdatenfelder.DatentypNumInt, limits{MinValue: "1.5"})}, nil},
		{"DAT-107", []xdatenfelder.Struktur{one(xdatenfelder.DatentypNum, limits{MinValue: "2", MaxValue: "1"})}, nil},
		{"DAT-108", []xdatenfelder.Struktur{file}, nil},
		{"DAT-109", []xdatenfelder.Struktur{one(xdatenfelder.DatentypTime, limits{MaxValue: "12:00:00"})}, nil},
		{"DAT-110", []xdatenfelder.Struktur{one(xdatenfelder.DatentypNum, limits{Pattern: "1.*"})}, nil},
		{"DAT-111", []xdatenfelder.Struktur{list}, empty},
		{"DAT-112", []xdatenfelder.Struktur{number}, nil},
		{"DAT-120", []xdatenfelder.Struktur{bad}, nil},
		{"DAT-121", []xdatenfelder.Struktur{twice, twice}, nil},
		{"DAT-121", []xdatenfelder.Struktur{b.gruppe("1:1", "A", false, field), group}, nil},
		{"DAT-121", []xdatenfelder.Struktur{b.gruppe("1:1", "A", false, group), field}, nil},
		{"DAT-122", []xdatenfelder.Struktur{b.feld("2:1", "Feld", xdatenfelder.DatentypText, limits{})}, nil},
		{"DAT-123", []xdatenfelder.Struktur{loop}, nil},
	} {
		codes = append(codes, test.code)
		t.Run(test.code, func(t *testing.T) {
			s, err := Compile(b.schema(test.parts...), &Options{Codelisten: func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
				return test.list, nil
			}})
			var invalid *finding.InvalidError
			var findings []finding.Finding
			if errors.As(err, &invalid) {
				require.Nil(t, s)
				findings = invalid.Findings
			} else {
				require.NoError(t, err)
				findings = s.Findings()
			}
			require.Len(t, findings, 1)
			f := findings[0]
			assert.Equal(t, test.code, f.Code)
			assert.Equal(t, cmp.Compare(test.code, "DAT-120") < 0, f.Severity == finding.Warning)
			assert.Contains(t, f.Path, "/S99")
		})
	}
	return codes
}

func TestCompileErrors(t *testing.T) {
	for _, n := range []*xdatenfelder.Nachricht{nil, {Version: xdatenfelder.XDF3, Datenfeld: &xdatenfelder.Datenfeld{}}} {
		_, err := Compile(n, nil)
		assert.ErrorIs(t, err, ErrNachricht)
	}
	b := &builder{}
	list := b.auswahl("0:1", "Liste")
	list.Datenfeld.CodelisteReferenz = &xdatenfelder.CodelisteReferenz{}
	broken := errors.New("broken")
	s, err := Compile(b.schema(list), &Options{Codelisten: func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) { return nil, broken }})
	assert.ErrorIs(t, err, broken)
	assert.Nil(t, s)
}

// TestFromStore finds lists by version, by the version's kennung, and by day.
func TestFromStore(t *testing.T) {
	gc, err := codelist.New(codelist.Metadata{ShortName: "farbe", Version: "1", CanonicalURI: "urn:farbe", CanonicalVersionURI: "urn:farbe_1",
		Description: codelist.Description{ValidFrom: codelist.Date{Year: 2020, Month: 1, Day: 1}}},
		[]codelist.Column{{ID: "schluessel", ShortName: "s", Required: true, Type: "string"}, {ID: "wert", ShortName: "w", Required: true, Type: "string"},
			{ID: "neu", ShortName: "n", Type: "string"}},
		[]codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"schluessel"}}},
		[][]codelist.Value{{{Text: "1"}, {Text: "rot"}, {Text: "A"}}, {{Text: "2"}, {Text: "rot"}}, {{Text: "1"}, {Text: "noch einmal"}}})
	require.NoError(t, err)
	var xml strings.Builder
	_, err = gc.WriteTo(&xml)
	require.NoError(t, err)
	folder := fstest.MapFS{"farbe.xml": {Data: []byte(xml.String())}}
	lock, _, err := codelist.LockFiles(t.Context(), folder, nil, nil)
	require.NoError(t, err)
	text, err := lock.MarshalText()
	require.NoError(t, err)
	folder[codelist.LockName] = &fstest.MapFile{Data: text}
	store, err := codelist.Open(folder, nil)
	require.NoError(t, err)
	day := codelist.Date{Year: 2026, Month: 1, Day: 1}
	for name, test := range map[string]struct {
		r         xdatenfelder.CodelisteReferenz
		day       codelist.Date
		key, name string
		want      []code
	}{
		"by version":         {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe", Version: "1"}, want: []code{{"1", "rot"}, {"2", "rot"}}},
		"by its kennung":     {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe", CanonicalVersionURI: "urn:farbe_1"}, key: "neu", want: []code{{"A", "1"}}},
		"by day":             {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe"}, day: day, name: "neu", want: []code{{"1", "A"}, {"2", ""}}},
		"no day":             {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe"}},
		"another version":    {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe", Version: "2"}},
		"before it is valid": {r: xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:farbe"}, day: codelist.Date{Year: 2019, Month: 1, Day: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := &builder{}
			f := b.auswahl("1:1", "Farbe")
			f.Datenfeld.CodelisteReferenz, f.Datenfeld.CodeKey, f.Datenfeld.NameKey = &test.r, test.key, test.name
			s, err := Compile(b.schema(f), &Options{Codelisten: FromStore(store, test.day)})
			require.NoError(t, err)
			assert.Equal(t, test.want, s.top.parts[0].field.codes)
			assert.Equal(t, test.want == nil, finding.Has(s.Findings(), "DAT-101"))
		})
	}
}
