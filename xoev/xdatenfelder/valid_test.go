package xdatenfelder

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
)

// valid returns a fictional document that breaks no rule.
func valid(t testing.TB, name string) string {
	b, err := os.ReadFile(filepath.Join("testdata/valid", name+".xml"))
	require.NoError(t, err)
	return string(b)
}

// TestReadValid: every kind of message in both versions, without any finding,
// those of quality included. These are the passing neighbours of all rules.
func TestReadValid(t *testing.T) {
	files, err := filepath.Glob("testdata/valid/*.xml")
	require.NoError(t, err)
	require.Len(t, files, 11)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			n, err := Read(bytes.NewReader(b), &Options{Quality: true})
			require.NoError(t, err)
			assert.Empty(t, n.Findings)
		})
	}
}

// TestModel looks at what only one of the versions has.
func TestModel(t *testing.T) {
	n, err := Read(strings.NewReader(valid(t, xdf3)), nil)
	require.NoError(t, err)
	s := n.Stammdatenschema
	assert.Equal(t, Header{NachrichtID: "fiktiv-1", Erstellungszeitpunkt: "2026-01-15T10:00:00.000Z", ReferenzID: "fiktiv-0",
		Produktbezeichnung: "Test", Produkthersteller: "Test", Produktversion: "1", Datenqualitaet: "TEST"}, n.Header)
	assert.Equal(t, Identifikation{"D99000000002", "1.0.0"}, s.Dokumentsteckbrief)
	assert.Equal(t, codelist.Code{Code: "6", ListURI: "urn:xoev-de:xprozess:codeliste:status", ListVersionID: "2020-03-19"}, s.Status)
	assert.Equal(t, []Rechtsbezug{{"§ 1 Mustersatzung", "https://example.org/satzung"}}, s.Bezug)
	assert.Equal(t, []Stichwort{{"Parken", "https://example.org/s"}}, s.Stichworte)
	assert.Equal(t, "ABL", s.Relationen[0].Praedikat.Code)
	assert.Equal(t, "3 1", s.AbleitungsmodifikationenStruktur+" "+s.AbleitungsmodifikationenRepraesentation)
	r := n.Regeln[0]
	assert.Equal(t, []RegelParameter{{"F99000000001", "a", "wert"}}, r.Parameter)
	assert.Equal(t, []RegelZiel{{"F99000000002", "b"}}, r.Ziele)
	assert.Equal(t, 1, r.Fehler[0].Code)
	assert.Same(t, r, s.Regeln[0])
	assert.Same(t, s.Struktur[0].Datenfeldgruppe.Struktur[0].Datenfeld, s.Struktur[1].Datenfeldgruppe.Struktur[10].Datenfeld, "one value")
	assert.True(t, s.Struktur[0].Datenfeldgruppe.Auswahlgruppe)
	assert.Equal(t, Anzahl{1, 3}, s.Struktur[1].Anzahl)
	fields := s.Struktur[1].Datenfeldgruppe.Struktur
	assert.Equal(t, []Wert{{"001", "PKW", "bis 3,5 t"}, {"002", "Motorrad", ""}}, fields[0].Datenfeld.Werte)
	assert.Equal(t, CodelisteReferenz{CanonicalIdentification: "urn:example:codeliste:zone", Version: "2026-01-01",
		CanonicalVersionURI: "urn:example:codeliste:zone_2026-01-01"}, *fields[1].Datenfeld.CodelisteReferenz)
	assert.Equal(t, "code name hilfe", fields[1].Datenfeld.CodeKey+" "+fields[1].Datenfeld.NameKey+" "+fields[1].Datenfeld.HelpKey)
	assert.Equal(t, int64(10_000_000_000), fields[2].Datenfeld.MaxSize)
	assert.Equal(t, []string{"application/pdf", "image/svg+xml"}, fields[2].Datenfeld.MediaTypes)
	assert.Equal(t, Praezisierung{MinValue: "1", MaxValue: "3"}, fields[3].Datenfeld.Praezisierung)

	for _, name := range []string{"xdf2-0105", "xdf3-0105"} {
		n, err := Read(strings.NewReader(valid(t, name)), nil)
		require.NoError(t, err)
		require.Len(t, n.Codeliste.Listen, 1)
		_, ok := n.Codeliste.Listen[0].Lookup("B")
		assert.True(t, ok)
	}
	n, err = Read(strings.NewReader(valid(t, "xdf2-0101")), nil)
	require.NoError(t, err)
	assert.True(t, n.Dokumentsteckbrief.IstAbstrakt)
	assert.Equal(t, "Antrag", n.Dokumentsteckbrief.Dokumentart.Code)
}

// TestLog: who wrote a schema stays out of logs.
func TestLog(t *testing.T) {
	n, err := Read(strings.NewReader(strings.ReplaceAll(valid(t, xdf2), "Musterstadt</xdf:fach", "Erika Mustermann</xdf:fach")), nil)
	require.NoError(t, err)
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	log.Info("read", "n", n, "feld", n.Datenfelder[0], "gruppe", n.Datenfeldgruppen[0], "regel", n.Regeln[0], "schema", n.Stammdatenschema)
	assert.Contains(t, b.String(), "F99000001")
	assert.NotContains(t, b.String(), "Mustermann")
}

// TestPrefix: names are namespaces, whatever the prefix.
func TestPrefix(t *testing.T) {
	doc := strings.NewReplacer("<xdf:", "<ns0:", "</xdf:", "</ns0:", "xmlns:xdf", "xmlns:ns0").Replace(valid(t, xdf3))
	a, err := Read(strings.NewReader(doc), nil)
	require.NoError(t, err)
	b, err := Read(strings.NewReader(valid(t, xdf3)), nil)
	require.NoError(t, err)
	assert.Equal(t, b, a)
}

// TestXDF1 looks at what is different in version 1.
func TestXDF1(t *testing.T) {
	n, err := Read(strings.NewReader(valid(t, xdf1)), &Options{Quality: true})
	require.NoError(t, err)
	assert.Equal(t, XDF1, n.Version)
	assert.Equal(t, "1", n.Version.String())
	assert.Equal(t, Header{Datum: "2019-04-23", FimID: "S99000001", FimVersion: "0.0"}, n.Header)
	assert.Equal(t, Identifikation{ID: "S99000001"}, n.Stammdatenschema.Identifikation)
	assert.Equal(t, Praezisierung{Text: `{"minLength":"1","maxLength":120,"pattern":"\\S.*"}`, MinLength: 1, MaxLength: 120, Pattern: `\S.*`}, n.Datenfelder[0].Praezisierung)
	zone := n.Datenfelder[1]
	assert.Equal(t, Praezisierung{Text: "Zonen der Stadt"}, zone.Praezisierung, "prose")
	assert.Equal(t, &CodelisteReferenz{Identifikation: Identifikation{ID: "C99000001"},
		CanonicalIdentification: "urn:example:codeliste:zone", Version: "2026-01-01"}, zone.CodelisteReferenz)
	assert.Equal(t, "Zonen von Musterstadt", zone.Codeliste.Langname)
	assert.Equal(t, "Zonen", zone.Codeliste.Name)
	other := *zone
	liste := *zone.Codeliste
	other.Codeliste = &liste
	assert.True(t, equalFeld(zone, &other))
	liste.Langname = ""
	assert.False(t, equalFeld(zone, &other), "the list is compared")
}
