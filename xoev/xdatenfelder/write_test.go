package xdatenfelder

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// writable are the samples that are valid in versions 2 and 3.
var writable = []string{gewerbe, bewohner, blau, "flxbe/tests/v2-data/label.xml", "flxbe/tests/v2-data/rule.xml",
	"flxbe/tests/v2-data/data-group-rule.xml", "flxbe-xmlstruct/xdf3.xml"}

func write(t testing.TB, n *Nachricht, o *WriteOptions) []byte {
	var b bytes.Buffer
	require.NoError(t, Write(&b, n, o))
	return b.Bytes()
}

// lists takes the code lists out, which hold a seed of their own, as bytes.
func lists(t testing.TB, n *Nachricht) (docs []string) {
	if n.Codeliste == nil {
		return nil
	}
	for _, l := range n.Codeliste.Listen {
		var b bytes.Buffer
		_, err := l.WriteTo(&b)
		require.NoError(t, err)
		docs = append(docs, b.String())
	}
	n.Codeliste.Listen = nil
	return docs
}

// again writes a message and reads it: that must give the same message, and
// writing that the same bytes.
func again(t testing.TB, n *Nachricht) []byte {
	doc := write(t, n, nil)
	m, err := Read(bytes.NewReader(doc), nil)
	require.NoError(t, err)
	require.Equal(t, string(doc), string(write(t, m, nil)))
	a, b := *n, *m
	a.Findings, b.Findings = nil, nil
	if n.Codeliste != nil {
		x, y := *n.Codeliste, *m.Codeliste
		a.Codeliste, b.Codeliste = &x, &y
	}
	require.Equal(t, lists(t, &a), lists(t, &b))
	require.Equal(t, a, b)
	return doc
}

// TestWriteSamples: read, write, read is the same for every sample and every
// kind of message, and what is written is valid by the published schemas.
func TestWriteSamples(t *testing.T) {
	docs := map[Version][][]byte{}
	add := func(name string, n *Nachricht) {
		t.Run(name, func(t *testing.T) { docs[n.Version] = append(docs[n.Version], again(t, n)) })
	}
	files, err := filepath.Glob("testdata/valid/xdf[23]*.xml")
	require.NoError(t, err)
	require.Len(t, files, 10)
	for _, f := range files {
		add(filepath.Base(f), readFile(t, f, nil))
	}
	dir := testenv.Data(t, "xoev/xdatenfelder")
	for _, f := range writable {
		add(filepath.Base(f), readFile(t, filepath.Join(dir, f), nil))
	}
	for v, n := range map[Version]int{XDF2: 11, XDF3: 6} {
		require.Len(t, docs[v], n)
		for i, ok := range xmllint(t, v, docs[v]) {
			assert.True(t, ok, "%v document %d is not valid:\n%.2000s", v, i, docs[v][i])
		}
	}
}

// TestWriteRefused changes one value of a valid message: it is refused with rule
// and place, and nothing is written.
func TestWriteRefused(t *testing.T) {
	long := strings.Repeat("x", maxText+1)
	tests := []struct {
		name, base string
		change     func(n *Nachricht)
		want       string // code and end of the path
	}{
		{"version 1", xdf2, func(n *Nachricht) { n.Version = XDF1 }, "XDF-004 /"},
		{"no version", xdf2, func(n *Nachricht) { n.Version = 0 }, "XDF-004 /"},
		{"no object", xdf2, func(n *Nachricht) { n.Stammdatenschema = nil }, "XDF-005 /"},
		{"two objects", xdf2, func(n *Nachricht) { n.Datenfeld = n.Datenfelder[0] }, "XDF-005 /"},
		{"relation in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].Relationen = []Relation{{}} }, "XDF2-050 /xdf:datenfeld"},
		{"stichwort in XDF2", xdf2, func(n *Nachricht) { n.Stammdatenschema.Stichworte = []Stichwort{{}} }, "XDF2-050 /xdf:stammdatenschema"},
		{"last change in XDF2", xdf2, func(n *Nachricht) { n.Regeln[0].LetzteAenderung = "2026-01-01T00:00:00" }, "XDF2-050 /xdf:regel"},
		{"choice in XDF2", xdf2, func(n *Nachricht) { n.Datenfeldgruppen[0].Auswahlgruppe = true }, "XDF2-050 /xdf:datenfeldgruppe"},
		{"prefilling in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].Vorbefuellung = VorbefuellungKeine }, "XDF2-050 /xdf:datenfeld"},
		{"values in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].Werte = []Wert{{}} }, "XDF2-050 /xdf:datenfeld"},
		{"size in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].MaxSize = 1 }, "XDF2-050 /xdf:datenfeld"},
		{"link in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].Bezug = []Rechtsbezug{{"§ 1", "x"}} }, "XDF2-050 /xdf:datenfeld"},
		{"two references in XDF2", xdf2, func(n *Nachricht) { n.Datenfelder[0].Bezug = []Rechtsbezug{{Text: "§ 1"}, {Text: "§ 2"}} }, "XDF2-050 /xdf:datenfeld"},
		{"type of rule in XDF2", xdf2, func(n *Nachricht) { n.Regeln[0].Typ = RegelKomplex }, "XDF2-050 /xdf:regel"},
		{"product in XDF2", xdf2, func(n *Nachricht) { n.Header.Produktbezeichnung = "x" }, "XDF2-050 /xdf:header"},
		{"header of XDF1", xdf2, func(n *Nachricht) { n.Header.FimID = "x" }, "XDF2-050 /xdf:header"},
		{"author in XDF3", xdf3, func(n *Nachricht) { n.Datenfelder[0].FachlicherErsteller = "x" }, "XDF3-050 /xdf:datenfeld"},
		{"release in XDF3", xdf3, func(n *Nachricht) { n.Datenfelder[0].Freigabedatum = "2026-01-01" }, "XDF3-050 /xdf:datenfeld"},
		{"label for output of a schema", xdf3, func(n *Nachricht) { n.Stammdatenschema.BezeichnungAusgabe = "x" }, "XDF3-050 /xdf:stammdatenschema"},
		{"status of a rule", xdf3, func(n *Nachricht) { n.Regeln[0].Status.Code = "6" }, "XDF3-050 /xdf:regel"},
		{"definition of a rule", xdf3, func(n *Nachricht) { n.Regeln[0].Definition = "x" }, "XDF3-050 /xdf:regel"},
		{"id of a list", xdf3, func(n *Nachricht) { withList(n).CodelisteReferenz.Identifikation.ID = "C1" }, "XDF3-050 /xdf:codelisteReferenz"},
		{"name of a code", xdf3, func(n *Nachricht) { n.Datenfelder[0].Status.Name = "x" }, "XDF3-050 /xdf:freigabestatus"},
		{"list of XDF1", xdf3, func(n *Nachricht) { n.Datenfelder[0].Codeliste = &Codeliste{} }, "XDF3-050 /xdf:datenfeld"},
		{"contradiction", xdf2, func(n *Nachricht) { limited(n).Praezisierung.MaxLength++ }, "XDF2-051 /xdf:praezisierung"},
		{"limits and prose", xdf2, func(n *Nachricht) { limited(n).Praezisierung.Text = "prose" }, "XDF2-051 /xdf:praezisierung"},
		{"no id", xdf3, func(n *Nachricht) { n.Datenfelder[0].Identifikation.ID = "" }, "XDF3-032 /xdf:identifikation"},
		{"id with spaces", xdf3, func(n *Nachricht) { n.Datenfelder[0].Identifikation.ID = "F 1 " }, "XDF3-020 /xdf:id"},
		{"version", xdf3, func(n *Nachricht) { n.Datenfelder[0].Identifikation.Version = "1.0" }, "XDF3-020 /xdf:version"},
		{"status", xdf2, func(n *Nachricht) { n.Datenfelder[0].Status.Code = "6" }, "XDF2-021 /xdf:status"},
		{"another list", xdf2, func(n *Nachricht) { n.Datenfelder[0].Status.ListURI = "urn:x" }, "XDF2-022 /xdf:status"},
		{"another version of a list", xdf2, func(n *Nachricht) { n.Datenfelder[0].Status.ListVersionID = "9" }, "XDF2-022 /xdf:status"},
		{"kind of field", xdf2, func(n *Nachricht) { n.Datenfelder[0].Feldart = FeldartHidden }, "XDF2-021 /xdf:feldart"},
		{"type of field", xdf2, func(n *Nachricht) { n.Datenfelder[0].Datentyp = DatentypTime }, "XDF2-021 /xdf:datentyp"},
		{"date", xdf3, func(n *Nachricht) { n.Datenfelder[0].GueltigAb = "1.1.2026" }, "XDF3-020 /xdf:gueltigAb"},
		{"no last change", xdf3, func(n *Nachricht) { n.Datenfelder[0].LetzteAenderung = "" }, "XDF3-014 /xdf:datenfeld"},
		{"no time", xdf3, func(n *Nachricht) { n.Header.Erstellungszeitpunkt = "" }, "XDF3-014 /xdf:header"},
		{"no parts", xdf3, func(n *Nachricht) { n.Stammdatenschema.Struktur = nil }, "XDF3-014 /xdf:stammdatenschema"},
		{"no part", xdf3, func(n *Nachricht) { n.Stammdatenschema.Struktur[1] = Struktur{} }, "XDF3-014 /xdf:struktur[2]/xdf:enthaelt"},
		{"no rule", xdf3, func(n *Nachricht) { n.Stammdatenschema.Regeln[0] = nil }, "XDF3-014 /xdf:regel"},
		{"two parts", xdf3, func(n *Nachricht) { n.Stammdatenschema.Struktur[0].Datenfeld = n.Datenfelder[0] }, "XDF3-013 /xdf:datenfeldgruppe"},
		{"multiplicity", xdf3, func(n *Nachricht) { n.Stammdatenschema.Struktur[0].Anzahl.Max = -2 }, "XDF3-020 /xdf:anzahl"},
		{"characters", xdf3, func(n *Nachricht) { n.Datenfelder[0].Name = "„x“" }, "XDF3-023 /xdf:name"},
		{"control character", xdf3, func(n *Nachricht) { n.Regeln[0].Skript = "\x00" }, "XDF3-020 /xdf:skript"},
		{"no UTF-8", xdf3, func(n *Nachricht) { n.Datenfelder[0].Name = "\xff" }, "XDF3-020 /xdf:name"},
		{"attribute", xdf3, func(n *Nachricht) { n.Datenfelder[0].Bezug = []Rechtsbezug{{"x", "\x01"}} }, "XDF3-020 /xdf:bezug"},
		{"long attribute", xdf3, func(n *Nachricht) { n.Datenfelder[0].Bezug = []Rechtsbezug{{"x", long}} }, "XDF3-040 /xdf:bezug"},
		{"long text", xdf3, func(n *Nachricht) { n.Datenfelder[0].Name = long }, "XDF3-040 /xdf:name"},
		{"long id", xdf3, func(n *Nachricht) { n.Datenfelder[0].Identifikation.ID = long }, "XDF3-040 /xdf:id"},
		{"media type", xdf3, func(n *Nachricht) { n.Datenfelder[0].MediaTypes = []string{"pdf"} }, "XDF3-020 /xdf:mediaType"},
		{"kind of parameter", xdf3, func(n *Nachricht) { n.Regeln[0].Parameter[0].Typ = "x" }, "XDF3-020 /xdf:typ"},
		{"negative size", xdf3, func(n *Nachricht) { n.Datenfelder[0].MaxSize = -1 }, "XDF3-020 /xdf:maxSize"},
		{"same id, not the same", xdf3, func(n *Nachricht) {
			other := *n.Stammdatenschema.Struktur[0].Datenfeldgruppe
			other.Name = "anders"
			n.Stammdatenschema.Struktur = append(n.Stammdatenschema.Struktur, Struktur{Datenfeldgruppe: &other})
		}, "XDF3-030 /xdf:datenfeldgruppe"},
		{"within itself", xdf3, func(n *Nachricht) {
			g := n.Stammdatenschema.Struktur[0].Datenfeldgruppe
			g.Struktur = append(g.Struktur, Struktur{Datenfeldgruppe: g})
		}, "XDF3-031 /xdf:datenfeldgruppe"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n, err := Read(strings.NewReader(valid(t, test.base)), nil)
			require.NoError(t, err)
			test.change(n)
			var out bytes.Buffer
			err = Write(&out, n, nil)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Zero(t, out.Len())
			f := invalid.Findings[0]
			code, path, _ := strings.Cut(test.want, " ")
			assert.Equal(t, code, f.Code)
			assert.True(t, strings.HasSuffix(f.Path, path), f.Path)
		})
	}
}

// withList returns a field with a reference to a code list.
func withList(n *Nachricht) *Datenfeld {
	for _, d := range n.Datenfelder {
		if d.CodelisteReferenz != nil {
			return d
		}
	}
	return nil
}

// limited returns a field with a maximum length.
func limited(n *Nachricht) *Datenfeld {
	for _, d := range n.Datenfelder {
		if d.Praezisierung.MaxLength > 0 {
			return d
		}
	}
	return nil
}

// TestWriteCodeliste: what XDF3 does not say about a list is refused there.
func TestWriteCodeliste(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0105.xml", nil)
	n.Codeliste.Langname = "x"
	assert.Equal(t, []string{"XDF3-050"}, refusedToWrite(t, n, nil))
	n = readFile(t, "testdata/valid/xdf2-0105.xml", nil)
	n.Codeliste.Referenz.Identifikation.ID = "x"
	assert.Equal(t, []string{"XDF2-050"}, refusedToWrite(t, n, nil))
	n = readFile(t, "testdata/valid/xdf2-0101.xml", nil)
	n.Dokumentsteckbrief.Dokumentart = codelist.Code{Code: "x", ListURI: "urn:x"}
	assert.Equal(t, []string{"XDF2-050"}, refusedToWrite(t, n, nil))
}

func refusedToWrite(t testing.TB, n *Nachricht, o *WriteOptions) []string {
	var out bytes.Buffer
	err := Write(&out, n, o)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Zero(t, out.Len())
	return codes(invalid.Findings)
}

// TestWriteBombs: a small model can stand for a document without end. It is
// refused at once.
func TestWriteBombs(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	base := *n.Stammdatenschema.Struktur[0].Datenfeldgruppe
	base.Regeln = nil
	chain := func(levels, width int) *Datenfeldgruppe {
		g := base
		for i := range levels {
			outer := base
			outer.Identifikation.ID = "G" + strings.Repeat("1", i+1)
			inner := g
			outer.Struktur = nil
			for range width {
				outer.Struktur = append(outer.Struktur, Struktur{Datenfeldgruppe: &inner})
			}
			g = outer
		}
		return &g
	}
	n.Stammdatenschema.Struktur = []Struktur{{Datenfeldgruppe: chain(60, 8)}}
	assert.Equal(t, []string{"XDF3-040"}, refusedToWrite(t, n, nil), "8 to the power of 60 groups")
	n.Stammdatenschema.Struktur = []Struktur{{Datenfeldgruppe: chain(5000, 1)}}
	assert.Equal(t, []string{"XDF3-040"}, refusedToWrite(t, n, nil), "depth")
	n.Stammdatenschema.Struktur = []Struktur{{Datenfeldgruppe: chain(60, 1)}}
	again2 := write(t, n, nil)
	_, err := Read(bytes.NewReader(again2), nil)
	require.NoError(t, err, "what is written can be read")
	assert.Equal(t, []string{"XDF3-040"}, refusedToWrite(t, n, &WriteOptions{MaxElements: 10}))
}

// TestWriteAllowAnyCharacter: what was read leniently can be written again.
func TestWriteAllowAnyCharacter(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	n.Datenfelder[0].Name = "„x“"
	doc := write(t, n, &WriteOptions{AllowAnyCharacter: true})
	m, err := Read(bytes.NewReader(doc), &Options{AllowAnyCharacter: true})
	require.NoError(t, err)
	assert.Equal(t, "„x“", m.Datenfelder[0].Name)
}

type failing struct{ after int }

var errFull = errors.New("no space")

func (f *failing) Write(b []byte) (int, error) {
	if f.after -= len(b); f.after < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestWriteFails: the error of the writer is kept, early and late.
func TestWriteFails(t *testing.T) {
	n := readFile(t, filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), gewerbe), nil)
	for _, after := range []int{0, 40_000, len(write(t, n, nil)) - 1} {
		require.ErrorIs(t, Write(&failing{after}, n, nil), errFull)
	}
	before, err := os.ReadFile(filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), gewerbe))
	require.NoError(t, err)
	assert.InDelta(t, len(before), len(write(t, n, nil)), float64(len(before))/2)
}

// TestPraezisierungJSON: the JSON is read as it was meant.
func TestPraezisierungJSON(t *testing.T) {
	for _, p := range []Praezisierung{
		{}, {MinLength: 1}, {MaxLength: 250}, {MinValue: "0,5", MaxValue: "3"}, {Pattern: `[A-Z]{2}\d <&> "x"`},
		{MinLength: 1, MaxLength: 2, MinValue: "1", MaxValue: "2", Pattern: "ä"},
	} {
		text := p.JSON()
		got, ok := parsePraezisierung(text)
		require.True(t, ok)
		got.Text = ""
		assert.Equal(t, p, got, text)
	}
	assert.Equal(t, `{"minLength":"1","maxLength":"2"}`, Praezisierung{MinLength: 1, MaxLength: 2}.JSON())
	assert.Equal(t, "prose", Praezisierung{Text: "prose"}.JSON())
}
