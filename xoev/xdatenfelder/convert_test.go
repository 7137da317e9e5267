package xdatenfelder

import (
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

func other(v Version) Version { return XDF2 + XDF3 - v }

func convert(t testing.TB, n *Nachricht, o *ConvertOptions) (*Nachricht, *Conversion) {
	before := write(t, n, &WriteOptions{AllowAnyCharacter: true})
	m, report, err := Convert(n, other(n.Version), o)
	require.NoError(t, err)
	require.NotNil(t, report)
	require.Equal(t, string(before), string(write(t, n, &WriteOptions{AllowAnyCharacter: true})), "the message stays as it is")
	return m, report
}

// TestConvertSamples converts every sample that is valid, and every kind of
// message, there and back: each result is valid by the schema and reads back
// equal, and all that both versions have is the same in the end.
func TestConvertSamples(t *testing.T) {
	docs := map[Version][][]byte{}
	names := map[Version][]string{}
	add := func(name string, n *Nachricht) {
		t.Run(name, func(t *testing.T) {
			m, _ := convert(t, n, nil)
			docs[m.Version], names[m.Version] = append(docs[m.Version], again(t, m)), append(names[m.Version], name)
			back, _ := convert(t, m, nil)
			again(t, back)
			require.Equal(t, n.Version, back.Version)
			assert.Equal(t, skeleton(n), skeleton(back))
			assert.Equal(t, len(n.Datenfelder), len(back.Datenfelder))
			assert.Equal(t, len(n.Datenfeldgruppen), len(back.Datenfeldgruppen))
			assert.Equal(t, len(n.Regeln), len(back.Regeln))
		})
	}
	files, err := filepath.Glob("testdata/valid/xdf[23]-010[1-4].xml")
	require.NoError(t, err)
	require.Len(t, files, 8)
	for _, f := range files {
		add(filepath.Base(f), readFile(t, f, nil))
	}
	dir := testenv.Data(t, "xoev/xdatenfelder")
	for _, f := range []string{gewerbe, bewohner, blau, "flxbe-xmlstruct/xdf3.xml"} {
		add(filepath.Base(f), readFile(t, filepath.Join(dir, f), nil))
	}
	for v, n := range map[Version]int{XDF3: 7, XDF2: 5} {
		require.Len(t, docs[v], n)
		for i, ok := range xmllint(t, v, docs[v]) {
			assert.True(t, ok, "%s is not valid", names[v][i])
		}
	}
}

// skeleton is what a message keeps on its way through the other version: the
// tree, ids, versions, multiplicities, limits, labels and the text of rules.
func skeleton(n *Nachricht) (lines []string) {
	for depth, s := range n.Strukturen() {
		line := strings.Repeat(" ", depth) + s.Anzahl.String() + " "
		a, art := s.angaben()
		line += a.Identifikation.String() + " " + a.Name + " " + a.BezeichnungEingabe + " " + a.BezeichnungAusgabe + " " + a.Definition + " " + string(art) + " " +
			string(a.GueltigAb+a.GueltigBis) + a.Versionshinweis
		var rules []*Regel
		if d := s.Datenfeld; d != nil {
			rules = d.Regeln
			p := d.Praezisierung
			if _, ok := parsePraezisierung(p.Text); ok {
				p.Text = ""
			}
			line += d.HilfetextEingabe + d.HilfetextAusgabe + d.Inhalt + p.JSON()
			if r := d.CodelisteReferenz; r != nil && !strings.HasPrefix(r.CanonicalIdentification, listURN) {
				line += r.CanonicalIdentification
			}
		} else {
			rules = s.Datenfeldgruppe.Regeln
			line += s.Datenfeldgruppe.HilfetextEingabe + s.Datenfeldgruppe.HilfetextAusgabe
		}
		for _, r := range rules {
			line += " " + r.Identifikation.String() + " " + r.Text()
		}
		lines = append(lines, line)
	}
	return lines
}

// TestConvertIdentifikation: ids and versions by the rules of the FIM converters
// (XDF2_2_XDF3 0.14 and XDF3_2_XDF2 0.04, template identifikation).
func TestConvertIdentifikation(t *testing.T) {
	to3 := &converter{to: XDF3, o: ConvertOptions{Unternummernkreis: "000"}}
	to2 := &converter{to: XDF2}
	for two, three := range map[string]string{"F60000227V1.2": "F60000000227V1.2.0", "G17000010": "G17000000010", "S05000058V1.0": "S05000000058V1.0.0",
		"F1V10.20": "F1V10.20.0", "F60000227V1.002003": "F60000000227V1.2.3", "F60000227V1.010100": "F60000000227V1.10.100",
		"F60000227V2.1000001": "F60000000227V2.1000.1"} {
		i, v, _ := strings.Cut(two, "V")
		j, w, _ := strings.Cut(three, "V")
		assert.Equal(t, Identifikation{i, v}, to2.identifikation(Identifikation{j, w}), three)
		if strings.HasSuffix(three, ".0") || v == "" {
			assert.Equal(t, Identifikation{j, w}, to3.identifikation(Identifikation{i, v}), two)
		}
	}
	const text = "F60000227 oder G60000083, nicht F6000022, F600002271 und R60000001."
	assert.Equal(t, "F60000000227 oder G60000000083, nicht F6000022, F600002271 und R60000001.", to3.ruleText(text))
	assert.Equal(t, text, to2.ruleText(to3.ruleText(text)))
	to3.o.KeepRuleText = true
	assert.Equal(t, text, to3.ruleText(text))
}

// TestConvertStatus: the status by the rules of the converters.
func TestConvertStatus(t *testing.T) {
	version := Identifikation{"F60000001", "1.0"}
	tests := []struct {
		name string
		a    AllgemeineAngaben
		want string
	}{
		{"working copy", AllgemeineAngaben{Identifikation: Identifikation{ID: "F60000001"}, Freigabedatum: "2026-01-01"}, "2"},
		{"version", AllgemeineAngaben{Identifikation: version}, "2"},
		{"released", AllgemeineAngaben{Identifikation: version, Freigabedatum: "2026-01-01"}, "6"},
		{"inactive", AllgemeineAngaben{Identifikation: version, Freigabedatum: "2026-01-01", Status: codelist.Code{Code: "inaktiv"}}, "7"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, status3(&test.a), test.name)
	}
	for code, want := range map[string]string{"1": "aktiv", "6": "aktiv", "7": "inaktiv", "8": "aktiv"} {
		assert.Equal(t, want, status2(&AllgemeineAngaben{Status: codelist.Code{Code: code}}), code)
	}
}

// TestConvertListen: the code lists of FIM that lie beside a schema become
// values, and values become lists, which hold the same.
func TestConvertListen(t *testing.T) {
	dir := filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), filepath.Dir(bewohner))
	n := readFile(t, filepath.Join(dir, filepath.Base(bewohner)), nil)
	asked := map[string]bool{}
	m, report := convert(t, n, &ConvertOptions{Liste: func(r CodelisteReferenz) *codelist.List {
		asked[r.Identifikation.ID] = true
		f, err := os.Open(filepath.Join(dir, r.Identifikation.ID+"_genericode.xml"))
		require.NoError(t, err)
		defer f.Close()
		l, err := codelist.Read(f, &codelist.ReadOptions{AllowFIM: true})
		require.NoError(t, err)
		return l
	}})
	fields, values := 0, 0
	for _, d := range m.Datenfelder {
		if len(d.Werte) > 0 {
			assert.Nil(t, d.CodelisteReferenz)
			fields++
			values += len(d.Werte)
			for _, w := range d.Werte {
				assert.NotEmpty(t, w.Code)
				assert.NotEmpty(t, w.Name)
			}
		}
	}
	assert.Len(t, asked, 5)
	assert.Equal(t, 5, fields)
	assert.Equal(t, 5, count(report, "XDFK-041"))
	t.Log(values, "values")
	back, report := convert(t, m, nil)
	require.Len(t, report.Listen, 5)
	rows := 0
	for _, l := range report.Listen {
		rows += l.Len()
		assert.True(t, strings.HasPrefix(l.Metadata().CanonicalURI, listURN))
	}
	assert.Equal(t, values, rows)
	again(t, m)
	again(t, back)

	_, report = convert(t, n, nil)
	assert.Equal(t, 5, count(report, "XDFK-042"), "nobody has the lists")
}

func count(c *Conversion, code string) (n int) {
	for _, x := range c.Changes {
		if x.Code == code {
			n++
		}
	}
	return n
}

// convertVectors each make one kind of change happen that a conversion of the
// document does not report otherwise.
var convertVectors = []struct {
	code, base string
	change     func(n *Nachricht, o *ConvertOptions)
}{
	{"XDFK-001", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-002", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Identifikation.ID = "F1" }},
	{"XDFK-002", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Identifikation.ID = "F99000001" }},
	{"XDFK-003", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Identifikation.ID = "F99001000001" }},
	{"XDFK-004", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Status.Code = "inVorbereitung" }},
	{"XDFK-004", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Status.Code = "4" }},
	{"XDFK-005", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Freigabedatum = "" }},
	{"XDFK-006", xdf2, func(n *Nachricht, _ *ConvertOptions) {
		n.Datenfelder[0].Freigabedatum = ""
		n.Datenfeldgruppen[0].Freigabedatum = "2020-01-01"
	}},
	{"XDFK-007", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Bezug = []Rechtsbezug{{Text: "§ 1; § 2"}} }},
	{"XDFK-007", xdf3, func(n *Nachricht, _ *ConvertOptions) {
		n.Stammdatenschema.Bezug = []Rechtsbezug{{Text: "§ 1"}, {Text: "§ 2"}}
	}},
	{"XDFK-008", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Name = "„x“ – y" }},
	{"XDFK-009", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Stammdatenschema.BezeichnungAusgabe = "x" }},
	{"XDFK-010", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Stammdatenschema.Struktur = nil }},
	{"XDFK-011", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Status.Code = "5" }},
	{"XDFK-012", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].LetzteAenderung = "2020-01-01T00:00:00" }},
	{"XDFK-013", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-014", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-015", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-016", "xdf2-0101", func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-016", "xdf3-0101", func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-020", xdf2, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-021", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Regeln[0].Skript = "a=1" }},
	{"XDFK-021", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Regeln[0].Skript = "a=1" }},
	{"XDFK-022", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-023", xdf2, func(n *Nachricht, _ *ConvertOptions) { n.Regeln[0].Definition = "F99000001 muss befüllt sein." }},
	{"XDFK-023", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-030", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Feldart = FeldartLocked }},
	{"XDFK-031", xdf3, func(n *Nachricht, o *ConvertOptions) {
		n.Datenfelder[1].Feldart = FeldartHidden
		o.DropHidden = true
	}},
	{"XDFK-032", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-033", xdf3, func(n *Nachricht, _ *ConvertOptions) { n.Datenfelder[0].Vorbefuellung = VorbefuellungOptional }},
	{"XDFK-034", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-035", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-036", xdf3, func(n *Nachricht, _ *ConvertOptions) { limited(n).Praezisierung.Text = "wie im Ausweis" }},
	{"XDFK-037", xdf3, func(n *Nachricht, _ *ConvertOptions) {
		limited(n).Praezisierung = Praezisierung{Text: "wie im Ausweis"}
	}},
	{"XDFK-037", xdf2, func(n *Nachricht, _ *ConvertOptions) {
		limited(n).Praezisierung = Praezisierung{Text: "wie im Ausweis"}
	}},
	{"XDFK-040", xdf2, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-041", xdf2, func(n *Nachricht, o *ConvertOptions) {
		withList(n).CodelisteReferenz.CanonicalIdentification = "urn:de:fim:codeliste:zone"
		o.Liste = func(r CodelisteReferenz) *codelist.List {
			l, err := valueList([]Wert{{"1", "eins", ""}, {"2", "zwei", "Hilfe"}}, "Zonen", r)
			if err != nil {
				panic(err)
			}
			return l
		}
	}},
	{"XDFK-042", xdf2, func(n *Nachricht, _ *ConvertOptions) {
		withList(n).CodelisteReferenz.CanonicalIdentification = "urn:de:fim:codeliste:zone"
	}},
	{"XDFK-043", xdf3, func(*Nachricht, *ConvertOptions) {}},
	{"XDFK-044", xdf3, func(n *Nachricht, _ *ConvertOptions) { withList(n).Werte = []Wert{{"1", "eins", ""}} }},
	{"XDFK-045", xdf3, func(n *Nachricht, _ *ConvertOptions) { withList(n).CodelisteReferenz.Version = "" }},
	{"XDFK-050", xdf3, func(n *Nachricht, _ *ConvertOptions) {
		n.Datenfelder[0].Beschreibung = "x\nOriginalwerte der XDF2-Datei:\nID: F1"
	}},
	{"XDFK-046", xdf3, func(n *Nachricht, _ *ConvertOptions) { withList(n).CodeKey = "code" }},
}

// TestConvertVectors: every change of the catalogue happens and is told, the
// result can be written, and without originals it has none.
func TestConvertVectors(t *testing.T) {
	seen := map[string]bool{}
	docs := map[Version][][]byte{}
	for _, v := range convertVectors {
		t.Run(v.code+" "+v.base, func(t *testing.T) {
			n := readFile(t, "testdata/valid/"+v.base+".xml", nil)
			var o ConvertOptions
			v.change(n, &o)
			m, report := convert(t, n, &o)
			assert.Positive(t, count(report, v.code), report.Changes)
			seen[v.code] = true
			doc := write(t, m, nil)
			docs[m.Version] = append(docs[m.Version], doc)
			assert.Contains(t, string(doc), "Originalwerte der")
			o.SkipOriginals = true
			m, _ = convert(t, n, &o)
			assert.NotContains(t, string(write(t, m, nil)), "Originalwerte der")
		})
	}
	for v, list := range docs {
		for i, ok := range xmllint(t, v, list) {
			assert.True(t, ok, "%v %d: %.3000s", v, i, list[i])
		}
	}
	rules := ConvertRules()
	for i, r := range rules {
		assert.True(t, seen[r.Code], "no vector for %s", r.Code)
		assert.NotEmpty(t, r.Message)
		assert.True(t, i == 0 || rules[i-1].Code < r.Code)
	}
	assert.Equal(t, 36, len(rules))
}

// TestConvertNothing: what the other version can hold is not reported. This is
// the passing neighbour of the vectors.
func TestConvertNothing(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf2-0104.xml", nil)
	d := n.Datenfeld
	d.Regeln, d.CodelisteReferenz = nil, nil
	m, report := convert(t, n, &ConvertOptions{SkipOriginals: true})
	assert.Empty(t, report.Changes)
	back, report := convert(t, m, &ConvertOptions{SkipOriginals: true})
	assert.Empty(t, report.Changes)
	d.Praezisierung.Text = back.Datenfeld.Praezisierung.Text
	assert.Equal(t, d, back.Datenfeld)
}

// TestConvertRefused: what cannot be converted is refused with a reason.
func TestConvertRefused(t *testing.T) {
	tests := []struct {
		name   string
		base   string
		to     Version
		change func(n *Nachricht)
		want   string
	}{
		{"same version", xdf2, XDF2, nil, "XDF-006"},
		{"to version 1", xdf2, XDF1, nil, "XDF-006"},
		{"a code list", "xdf2-0105", XDF3, nil, "XDF-006"},
		{"from version 1", xdf1, XDF2, nil, "XDF-004"},
		{"broken", xdf2, XDF3, func(n *Nachricht) { n.Datenfelder[0].Feldart = "" }, "XDF2-021"},
		{"two elements become one", xdf3, XDF2, func(n *Nachricht) {
			other := *n.Datenfelder[0]
			other.Identifikation.ID = "F99001000001"
			other.Name = "anders"
			n.Datenfelder[0].Identifikation.ID = "F99000000001"
			g := n.Datenfeldgruppen[0]
			g.Struktur = append(g.Struktur, Struktur{Datenfeld: &other})
		}, "XDF2-030"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := readFile(t, "testdata/valid/"+test.base+".xml", nil)
			if test.change != nil {
				test.change(n)
			}
			m, report, err := Convert(n, test.to, nil)
			assert.Nil(t, m)
			assert.Nil(t, report)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, test.want, invalid.Findings[0].Code)
		})
	}
	_, _, err := Convert(readFile(t, "testdata/valid/xdf2-0104.xml", nil), XDF3, &ConvertOptions{Unternummernkreis: "1"})
	require.Error(t, err)
	_, _, err = Convert(nil, XDF3, nil)
	require.Error(t, err)
}

// TestConvertOriginals: what changed stands in the description, and goes again.
func TestConvertOriginals(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf2-0104.xml", nil)
	n.Datenfeld.Beschreibung = "Eine Beschreibung."
	m, _ := convert(t, n, nil)
	assert.True(t, strings.HasPrefix(m.Datenfeld.Beschreibung, "Eine Beschreibung.\nOriginalwerte der XDF2-Datei:\nID: F"), m.Datenfeld.Beschreibung)
	back, _ := convert(t, m, nil)
	assert.True(t, strings.HasPrefix(back.Datenfeld.Beschreibung, "Eine Beschreibung.\nOriginalwerte der XDF3-Datei:\nID: F"))
	assert.NotContains(t, back.Datenfeld.Beschreibung, "XDF2-Datei")
	n = readFile(t, "testdata/valid/xdf2-0103.xml", nil)
	n.Regeln[0].Skript = strings.Repeat("ä", maxText)[:maxText]
	m, report := convert(t, n, nil)
	again(t, m)
	assert.LessOrEqual(t, len(m.Regeln[0].Beschreibung), maxText)
	assert.Equal(t, 1, count(report, "XDFK-021"))
	assert.NotEmpty(t, report.Lost())
	assert.Less(t, len(report.Lost()), len(report.Changes)+1)
}

// TestConvertCharacters: what one version may hold and the other not is spelled
// otherwise, so that a valid message stays valid.
func TestConvertCharacters(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	n.Stammdatenschema.Bezug[0].Link = "https://example.org/–/ä"
	limited(n).Praezisierung.Pattern = "[„😀]"
	n.Regeln[0].Skript = "a = „😀“ – ä"
	m, _ := convert(t, n, nil)
	again(t, m)
	assert.Contains(t, m.Stammdatenschema.Bezug[0].Text, "(https://example.org/%E2%80%93/ä)")
	assert.Contains(t, limited(m).Praezisierung.Text, `"pattern":"[\u201e\ud83d\ude00]"`)
	assert.Equal(t, "[„😀]", limited(m).Praezisierung.Pattern)
	assert.Contains(t, m.Regeln[0].Beschreibung, "a = '?' - ä")

	n = readFile(t, "testdata/valid/xdf2-0102.xml", nil)
	n.Regeln[0].Skript = "a = „😀“"
	m, _ = convert(t, n, nil)
	again(t, m)
}

// TestConvertLimits: limits hold, and a list that is nil is refused.
func TestConvertLimits(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	_, _, err := Convert(n, XDF2, &ConvertOptions{MaxElements: 3})
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, []string{"XDF3-040"}, codes(invalid.Findings))
	n = readFile(t, "testdata/valid/xdf3-0105.xml", nil)
	n.Codeliste.Listen = []*codelist.List{nil}
	assert.Equal(t, []string{"XDF3-014"}, refusedToWrite(t, n, nil))
	c := Change{Code: "XDFK-001", Element: "header"}
	assert.Contains(t, c.LogValue().String(), "XDFK-001")
	n = readFile(t, "testdata/valid/xdf3-0102.xml", nil)
	withList(n).Identifikation.ID = "äö"
	m, _ := convert(t, n, nil)
	for _, d := range m.Datenfelder {
		if d.Identifikation.ID == "äö" {
			assert.Equal(t, "Cö", d.CodelisteReferenz.Identifikation.ID)
			return
		}
	}
	t.Fatal("the field is gone")
}

// TestPraezisierungTwice: JSON that names a limit twice says nothing for sure.
func TestPraezisierungTwice(t *testing.T) {
	for _, text := range []string{`{"minLength":"1","minLength":"2"}`, `{"minLength":["1"]}`, `{"minLength":{"a":"1"}}`, `[]`, `{`, `{"minLength":"1"`, `{} {}`, `null`, `{"pattern":1}`} {
		v, ok := parsePraezisierung(text)
		assert.False(t, ok, text)
		assert.Equal(t, Praezisierung{Text: text}, v, text)
	}
}

// TestConvertEmpty: the default field stands wherever there are no parts, as one
// value, and is the one of the message if that has it.
func TestConvertEmpty(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf2-0102.xml", nil)
	empty := *n.Datenfeldgruppen[0]
	empty.Identifikation.ID = "G99000009"
	empty.Struktur = nil
	other := empty
	other.Identifikation.ID = "G99000010"
	n.Stammdatenschema.Struktur = []Struktur{{Datenfeldgruppe: &empty, Anzahl: Anzahl{1, 1}}, {Datenfeldgruppe: &other, Anzahl: Anzahl{1, 1}}}
	m, report := convert(t, n, nil)
	assert.Equal(t, 2, count(report, "XDFK-010"))
	s := m.Stammdatenschema.Struktur
	assert.Same(t, s[0].Datenfeldgruppe.Struktur[0].Datenfeld, s[1].Datenfeldgruppe.Struktur[0].Datenfeld)
	assert.Equal(t, defaultF, s[0].Datenfeldgruppe.Struktur[0].Datenfeld.Identifikation.ID)
	docs := [][]byte{again(t, m)}
	assert.Equal(t, []bool{true}, xmllint(t, XDF3, docs))
}

// TestConvertHidden: a group whose only field is left out is empty, which XDF2
// allows.
func TestConvertHidden(t *testing.T) {
	n := readFile(t, "testdata/valid/xdf3-0103.xml", nil)
	for _, d := range n.Datenfelder {
		d.Feldart = FeldartHidden
	}
	m, report := convert(t, n, &ConvertOptions{DropHidden: true})
	assert.Equal(t, len(n.Datenfelder), count(report, "XDFK-031"))
	assert.Empty(t, m.Datenfeldgruppe.Struktur)
	assert.Empty(t, m.Datenfelder)
	again(t, m)
	m, report = convert(t, n, nil)
	assert.Equal(t, len(n.Datenfelder), count(report, "XDFK-030"))
	assert.Equal(t, FeldartLabel, m.Datenfelder[0].Feldart)
}
