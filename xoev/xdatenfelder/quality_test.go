package xdatenfelder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
)

// qualityVectors each break one rule of quality; where that breaks another one,
// too, both are named.
var qualityVectors = []vector{
	{xdf3, "<xdf:name>Fahrzeugart</xdf:name>", "<xdf:name/>", one1("XDFM-1002"), ""},
	{xdf3, "F99000000003</xdf:id><xdf:version>1.0.0", "F99000000002</xdf:id><xdf:version>1.0.1", one1("XDFM-1003"), ""},
	{xdf3, "urn:example:codeliste:zone</", "zone</", one1("XDFM-1005"), ""},
	{xdf3, `<xdf:bezug link="https://example.org/satzung">§ 1 Mustersatzung~<xdf:bezeichnungEingabe>Zone`, `<xdf:bezug>`, one1("XDFM-1006"), ""},
	{xdf3, "Zone (Eingabe)", "", one1("XDFM-1009"), ""},
	{xdf3, "<xdf:bezeichnungAusgabe>Zone<", "<xdf:bezeichnungAusgabe><", one1("XDFM-1010"), ""},
	{xdf3, "<code>text</code>~<xdf:werte>", "<code>text_latin</code>", one1("XDFM-1011"), ""},
	{xdf3, "<xdf:praezisierung/>~<xdf:werte>", `<xdf:praezisierung maxLength="3"/>`, one1("XDFM-1012"), ""},
	{xdf3, "<code>RNG</code>~<xdf:hilfetextEingabe>Hilfe zu Zone", "<code>ABS</code>", []string{"XDFM-1014", "XDFM-1013"}, ""},
	{xdf3, "<code>RNG</code>~<xdf:hilfetextEingabe>Hilfe zum Ganzen", "<code>ABS</code>", one1("XDFM-1013"), ""},
	{xdf3, "<xdf:praezisierung/>~<xdf:inhalt>false", `<xdf:praezisierung minLength="3"/>`, one1("XDFM-1015"), ""},
	{xdf3, "<xdf:praezisierung/>~<xdf:inhalt>false", `<xdf:praezisierung minValue="3"/>`, one1("XDFM-1016"), ""},
	{xdf3, "<code>select</code>~<xdf:werte>", "<code>hidden</code>", one1("XDFM-1017"), ""},
	{xdf3, "<code>label</code>", "<code>select</code>", one1("XDFM-1018"), ""},
	{xdf3, "<xdf:bezug>§ 4 Mustersatzung", "<xdf:bezug>", one1("XDFM-1022"), ""},
	{"xdf2-0103", "STRUKTUR", "", []string{"XDFM-1023"}, ""},
	{"xdf2-0103", "<xdf:definition>Zum Testen: Regel.", "<xdf:definition>", one1("XDFM-1024"), ""},
	{xdf2, "TWICE", "", one1("XDFM-1025"), ""},
	{xdf3, "<code>6</code>", "<code>10</code>", one1("XDFM-1032"), ""},
	{xdf2, "REFERENZ", "", one1("XDFM-1037"), ""},
	{xdf3, "S99000000001<", "S99000001<", one1("XDFM-1039"), ""},
	{xdf2, "S99000001<", "S99000000001<", one1("XDFM-1039"), ""},
	{xdf3, "urn:example:codeliste:zone</", "</", one1("XDFM-1040"), ""},
	{"xdf3-0103", "ONEPART", "", []string{"XDFM-1106", "XDFM-1043"}, ""},
	{"xdf2-0103", "ONEPART", "", one1("XDFM-1106"), ""},
	{"xdf2-0103", "TWICE", "", one1("XDFM-1004"), ""},
	{xdf3, "<xdf:wert><xdf:code>002</xdf:code><xdf:name>Motorrad</xdf:name></xdf:wert>", "", one1("XDFM-1044"), ""},
	{xdf3, "<xdf:code>002", "<xdf:code>001", one1("XDFM-1045"), ""},
	{xdf3, "<xdf:anzahl>1:3", "<xdf:anzahl>4:3", one1("XDFM-1047"), ""},
	{"xdf3-0101", "Zum Testen.", "", one1("XDFM-1049"), ""},
	{"xdf3-0101", "<xdf:bezeichnung>Antrag", "<xdf:bezeichnung>", one1("XDFM-1050"), ""},
	{xdf3, "Antrag auf einen Parkausweis", "", one1("XDFM-1050"), ""},
	{"xdf3-0101", `<xdf:bezug link="https://example.org/satzung">§ 1 Mustersatzung`, "<xdf:bezug>", one1("XDFM-1052"), ""},
	{xdf3, "<code>file</code>", "<code>bool</code>", []string{"XDFM-1056", "XDFM-1057"}, ""},
	{"xdf3-0104", "</xdf:regel>", "</xdf:regel><xdf:mediaType>a/b</xdf:mediaType>", one1("XDFM-1057"), ""},
	{"xdf3-0104", "<xdf:regel>", "<xdf:codeKey>code</xdf:codeKey><xdf:regel>", one1("XDFM-1058"), ""},
	{"xdf3-0104", `minLength="1"`, `minLength="121"`, one1("XDFM-1061"), ""},
	{xdf3, `minValue="0.5"`, `minValue="x"`, one1("XDFM-1062"), ""},
	{xdf3, `maxValue="12"`, `maxValue="x"`, one1("XDFM-1063"), ""},
	{xdf3, `minValue="0.5" maxValue="12"`, `minValue="13" maxValue="12"`, []string{"XDFM-1064", "XDFM-1072"}, ""},
	{xdf3, `minValue="1" maxValue="3"/>`, `minValue="1.5" maxValue="3"/>`, one1("XDFM-1065"), ""},
	{xdf3, `minValue="1" maxValue="3"/>`, `minValue="1" maxValue="3.5"/>`, one1("XDFM-1066"), ""},
	{xdf3, `minValue="2026-01-01"`, `minValue="01.01.2026"`, one1("XDFM-1067"), ""},
	{xdf3, `maxValue="2030-12-31"`, `maxValue="2030-13-31"`, one1("XDFM-1068"), ""},
	{xdf3, "<xdf:inhalt>4.5", "<xdf:inhalt>4,5", one1("XDFM-1069"), ""},
	{xdf3, "<xdf:inhalt>2<", "<xdf:inhalt>2.0<", one1("XDFM-1070"), ""},
	{xdf3, "<xdf:inhalt>2026-07-01<", "<xdf:inhalt>1. Juli<", one1("XDFM-1071"), ""},
	{xdf3, "<xdf:inhalt>4.5", "<xdf:inhalt>0.45", one1("XDFM-1072"), ""},
	{xdf3, "<xdf:inhalt>2026-07-01<", "<xdf:inhalt>2031-07-01<", one1("XDFM-1073"), ""},
	{"xdf3-0104", `minLength="1" maxLength="120"/>` + "\n<xdf:inhalt>", `minLength="3" maxLength="120"/>` + "\n<xdf:inhalt>äb", one1("XDFM-1074"), ""},
	{"xdf3-0104", `minLength="1" maxLength="120"/>` + "\n<xdf:inhalt>", `minLength="1" maxLength="2"/>` + "\n<xdf:inhalt>äöü", one1("XDFM-1075"), ""},
	{xdf3, "<xdf:inhalt>false", "<xdf:inhalt>nein", one1("XDFM-1077"), ""},
	{xdf2, "STRUKTUR", "", one1("XDFM-1078"), ""},
	{xdf3, `minValue="2026-01-01T00:00:00"`, `minValue="2026-01-01"`, one1("XDFM-1079"), ""},
	{xdf3, `maxValue="2030-12-31T00:00:00"`, `maxValue="2030-12-31"`, one1("XDFM-1080"), ""},
	{xdf3, `minValue="06:00:00"`, `minValue="6 Uhr"`, one1("XDFM-1081"), ""},
	{xdf3, `maxValue="20:00:00"`, `maxValue="20"`, one1("XDFM-1082"), ""},
	{xdf3, "<xdf:inhalt>2026-07-01T08:00:00", "<xdf:inhalt>2026-07-01", one1("XDFM-1083"), ""},
	{xdf3, "<xdf:inhalt>08:00:00", "<xdf:inhalt>8 Uhr", one1("XDFM-1084"), ""},
	{xdf3, "<xdf:inhalt>001", "<xdf:inhalt>003", one1("XDFM-1085"), ""},
	{xdf3, "<code>text</code>~<xdf:inhalt>Bitte lesen", "<code>bool</code>", []string{"XDFM-1090", "XDFM-1077"}, ""},
	{xdf3, "<xdf:inhalt></xdf:inhalt>~<xdf:maxSize>", "<xdf:inhalt>x</xdf:inhalt>", one1("XDFM-1100"), ""},
	{xdf3, "<xdf:inhalt></xdf:inhalt>~<xdf:maxSize>", `<xdf:praezisierung pattern="x"/><xdf:inhalt/>`, one1("XDFM-1120"), ""},
	{xdf3, "<xdf:name>Motorrad", "<xdf:name>PKW", one1("XDFM-1093"), ""},
	{xdf3, "F99000000003<", "F60000000001<", one1("XDFM-1094"), ""},
	{"xdf3-0103", "DEFAULTFIELD", "", []string{"XDFM-1106", "XDFM-1043", "XDFM-1095", "XDFM-1001"}, ""},
	{xdf3, "D99000000002", "D99000000001", one1("XDFM-1097"), ""},
	{xdf3, "DEFAULTD", "", one1("XDFM-1096"), ""},
	{"xdf3-0104", "F99000000001 muss", "F99000000077 muss", one1("XDFM-1001"), ""},
	{"xdf2-0103", "Zum Testen: Regel.", "G99000001 und F99000001 und F99000077", one1("XDFM-1001"), ""},
	{xdf3, "<xdf:id>D99000000002</xdf:id><xdf:version>1.0.0</xdf:version>", "<xdf:id/>", one1("XDFM-1007"), ""},
	{"xdf3-0104", "F99000000001 muss", "F99000000001V1.0.0 muss", one1("XDFM-1019"), ""},
	{"xdf2-0103", "Zum Testen: Regel.", "G99000001V1.0", one1("XDFM-1019"), ""},
	{xdf3, "<xdf:anzahl>1:3", "<xdf:anzahl>0:0", one1("XDFM-1021"), ""},
	{xdf3, "<code>ABL</code>", "<code>XYZ</code>", one1("XDFM-1029"), ""},
	{xdf2, "SAMELIST", "", one1("XDFM-1036"), ""},
	{"xdf3-0104", "F99000000001 muss", "F99000001 muss", one1("XDFM-1041"), ""},
	{xdf3, "urn:example:codeliste:zone</", "urn:example:codeliste:zöne</", one1("XDFM-1048"), ""},
	{xdf3, `<xdf:bezug link="https://example.org/satzung">§ 1 Mustersatzung`, "<xdf:bezug>", one1("XDFM-1051"), ""},
	{"xdf3-0101", "<xdf:istAbstrakt>", link("VKN", "D99000000003") + "<xdf:istAbstrakt>", one1("XDFM-1053"), ""},
	{"xdf3-0101", "<xdf:istAbstrakt>false", link("VKN", "D99000000003") + "<xdf:istAbstrakt>true", one1("XDFM-1054"), ""},
	{"xdf3-0101", "<code>001</code>", "<code>015</code>", one1("XDFM-1055"), ""},
	{"xdf2-0104", `"minLength":"1"`, `"minLength":"eins"`, []string{"XDFM-1059", "XDF2-101", "XDFM-1102"}, ""},
	{"xdf2-0104", `"maxLength":120`, `"maxLength":"0"`, []string{"XDFM-1060", "XDF2-101", "XDFM-1102"}, ""},
	{xdf3, "<xdf:id>S99000000009", "<xdf:id>D99000000009", one1("XDFM-1087"), ""},
	{xdf3, "<xdf:id>S99000000009", "<xdf:id>S9", one1("XDFM-1039"), ""},
	{xdf3, "<code>ABL</code>", "<code>VKN</code>", one1("XDFM-1088"), ""},
	{xdf3, "<xdf:id>S99000000009", "<xdf:id>", one1("XDFM-1091"), ""},
	{xdf3, "<xdf:version>2026-01-01</xdf:version>", "<xdf:version>1</xdf:version>", one1("XDFM-1105"), ""},
	{"xdf3-0104", "<xdf:statusGesetztDurch>Musterstadt</xdf:statusGesetztDurch>", "", one1("XDFM-1117"), ""},
	{xdf3, "D99000000002", "D12000000002", one1("XDFM-1124"), ""},
	{xdf3, "<xdf:versionshinweis/>", "<xdf:veroeffentlichungsdatum>2026-01-15</xdf:veroeffentlichungsdatum>", slices.Repeat(one1("XDFM-1127"), 14), ""},
	{"xdf3-0103", "<xdf:versionshinweis/>", "<xdf:veroeffentlichungsdatum>2026-01-15</xdf:veroeffentlichungsdatum>", slices.Repeat(one1("XDFM-1128"), 2), ""},
	{xdf3, "DRAFT", "F99000000012", one1("XDFM-1129"), ""},
	{"xdf3-0103", "DRAFT", "F99000000002", one1("XDFM-1130"), ""},
	{xdf3, "§ 1 Mustersatzung", "§ 1 und § 2 Mustersatzung", one1("XDFM-1132"), ""},
	{xdf3, `link="https://example.org/satzung"`, `link="satzung.html"`, one1("XDFM-1133"), ""},
	{xdf3, "S99000000001</xdf:id><xdf:version>1.0.0</xdf:version>", "S99000000001</xdf:id>", one1("XDFM-1134"), ""},
	{xdf3, "Parkausweis Musterstadt", strings.Repeat("ä", 256), one1("XDFM-1136"), ""},
	{xdf3, "<xdf:code>002", "<xdf:code>" + strings.Repeat("2", 21), one1("XDFM-1136"), ""},
	{xdf3, `uri="https://example.org/s"`, `uri="https://example.org/` + strings.Repeat("s", 256) + `"`, one1("XDFM-1137"), ""},
	{xdf3, `link="https://example.org/satzung"`, `link="https://example.org/` + strings.Repeat("s", 256) + `"`, one1("XDFM-1138"), ""},
	{xdf3, "Für Musterstadt.", "Antrag auf einen Parkausweis", one1("XDFM-1098"), ""},
	{xdf3, "Für Musterstadt.", "Parkausweis Musterstadt", one1("XDFM-1099"), ""},
	{"xdf3-0104", `<xdf:bezug link="https://example.org/satzung">§ 1 Mustersatzung`, "<xdf:bezug>", one1("XDFM-1101"), ""},
	{"xdf3-0104", ` maxLength="120"`, "", one1("XDFM-1102"), ""},
	{xdf3, `<xdf:praezisierung minValue="0.5" maxValue="12"/>`, "", one1("XDFM-1103"), ""},
	{"xdf3-0101", "Ein Antrag.", "", one1("XDFM-1107"), ""},
	{xdf3, "Bitte lesen Sie die Hinweise.", "", one1("XDFM-1109"), ""},
	{xdf3, "<code>6</code>~<xdf:bezeichnungEingabe>Zone", "<code>7</code>", one1("XDFM-1116"), ""},
	{"xdf3-0103", "<xdf:anzahl>0:1", "<xdf:anzahl>1:1", one1("XDFM-1118"), ""},
	{xdf3, "</xdf:id><xdf:version>1.0.0</xdf:version></xdf:identifikation>\n<xdf:name>Zone", "</xdf:id></xdf:identifikation>\n<xdf:name>Zone", one1("XDFM-1135"), ""},
	{xdf3, "<xdf:anzahl>0:*", "<xdf:anzahl>0:2", one1("XDFM-1139"), ""},
	{"xdf2-0104", "<xdf:fachlicherErsteller>Musterstadt", "<xdf:fachlicherErsteller>FIM-Baustein Datenfelder", one1("XDFM-1140"), ""},
	{xdf3, "<xdf:statusGesetztDurch>Musterstadt", "<xdf:statusGesetztDurch>FIM Baustein Datenfelder", one1("XDFM-1141"), ""},
	{"xdf3-0104", "<xdf:statusGesetztAm>2026-01-15</xdf:statusGesetztAm>", "", one1("XDFM-1142"), ""},
	{xdf3, "<xdf:statusGesetztAm>2026-01-15</xdf:statusGesetztAm>", "", one1("XDFM-1143"), ""},
	{"xdf3-0101", "<xdf:statusGesetztAm>2026-01-15</xdf:statusGesetztAm>", "", one1("XDFM-1144"), ""},
}

func TestQualityVectors(t *testing.T) {
	broken := map[string]bool{}
	for i, v := range qualityVectors {
		for _, c := range v.codes {
			broken[c] = true
		}
		t.Run(v.codes[0], func(t *testing.T) {
			findings := judge(t, v, &Options{Quality: true})
			got := codes(findings)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(v.codes))
			require.Equal(t, want, got, "vector %d", i)
			for _, f := range findings {
				assert.NotEmpty(t, f.Path)
				assert.Positive(t, f.Line)
			}
		})
		t.Run(v.codes[0]+" is not asked for", func(t *testing.T) {
			for _, f := range judge(t, v, nil) {
				assert.False(t, strings.HasPrefix(f.Code, "XDFM-"), f.Code)
			}
		})
	}
	for _, q := range qualityRules {
		assert.True(t, broken["XDFM-"+q.number] || slices.Contains(listVectors, "XDFM-"+q.number), q.number)
	}
}

// link is a relation.
func link(kind, id string) string {
	return `<xdf:relation><xdf:praedikat listVersionID="1"><code>` + kind + `</code></xdf:praedikat><xdf:objekt><xdf:id>` + id + `</xdf:id></xdf:objekt></xdf:relation>`
}

// listVectors are the messages that TestQualityListe shows.
var listVectors = []string{"XDFM-1076", "XDFM-1122"}

// TestQualityListe: with the code list at hand, a field is checked against it.
func TestQualityListe(t *testing.T) {
	doc := valid(t, xdf3)
	const reference = "<xdf:codelisteReferenz>"
	judge := func(werte []Wert, content, key string) []string {
		i, j := strings.Index(doc, reference), strings.Index(doc, "<xdf:codeKey>")
		k := strings.Index(doc, "</xdf:helpKey>") + len("</xdf:helpKey>")
		before := strings.LastIndex(doc[:i], "<xdf:inhalt></xdf:inhalt>")
		after := before + len("<xdf:inhalt></xdf:inhalt>")
		d := doc[:before] + content + doc[after:j] + key + doc[k:]
		n, err := Read(strings.NewReader(d), &Options{Quality: true, Liste: func(r CodelisteReferenz) *codelist.List {
			if werte == nil {
				return nil
			}
			l, err := valueList(werte, "Zone", r)
			require.NoError(t, err)
			return l
		}})
		require.NoError(t, err)
		return codes(n.Findings)
	}
	two := []Wert{{"1", "eins", ""}, {"2", "zwei", ""}}
	const one, three = "<xdf:inhalt>1</xdf:inhalt>", "<xdf:inhalt>3</xdf:inhalt>"
	assert.Empty(t, judge(nil, three, "<xdf:codeKey>x</xdf:codeKey>"), "no list")
	assert.Empty(t, judge(two, one, ""))
	assert.Empty(t, judge(two, one, "<xdf:codeKey>code</xdf:codeKey><xdf:nameKey>name</xdf:nameKey><xdf:helpKey>hilfe</xdf:helpKey>"))
	assert.Equal(t, []string{"XDFM-1076"}, judge(two, three, ""))
	assert.Empty(t, judge(two, "<xdf:inhalt>eins</xdf:inhalt>", "<xdf:codeKey>name</xdf:codeKey>"))
	assert.Equal(t, []string{"XDFM-1122"}, judge(two, one, "<xdf:helpKey>x</xdf:helpKey>"))
	assert.Equal(t, []string{"XDFM-1044"}, judge(two[:1], one, ""))
	assert.Equal(t, []string{"XDFM-1045"}, judge([]Wert{{"1", "eins", ""}, {"1", "zwei", ""}}, one, ""))
	assert.Equal(t, []string{"XDFM-1093"}, judge([]Wert{{"1", "eins", ""}, {"2", "eins", ""}}, one, ""))
}

// TestQualityRules compares the rules with the official list: each number is
// there, with that weight, and active.
func TestQualityRules(t *testing.T) {
	f, err := os.Open(filepath.Join(testenv.Data(t, "forms/xdf"), "fim-xslt/Meldungen.xml"))
	require.NoError(t, err)
	defer f.Close()
	list, err := codelist.Read(f, nil)
	require.NoError(t, err)
	for _, q := range qualityRules {
		row, ok := list.Lookup(q.number)
		require.True(t, ok, q.number)
		typ, _ := row.Value("Typ")
		assert.Equal(t, q.typ, typ, q.number)
	}
}

// TestQualitySamples: real schemas get messages, never errors.
func TestQualitySamples(t *testing.T) {
	dir := testenv.Data(t, "xoev/xdatenfelder")
	for file, want := range map[string]int{gewerbe: 1, bewohner: 1, blau: 1} {
		n := readFile(t, filepath.Join(dir, file), &Options{Quality: true})
		assert.GreaterOrEqual(t, len(n.Findings), want)
		count := map[string]int{}
		for _, f := range n.Findings {
			count[f.Code]++
		}
		t.Log(filepath.Base(file), len(n.Findings), strings.Trim(strings.Join(strings.Fields(fmt.Sprint(count)), " "), "map[]"))
	}
}

// notGiven are the messages of the list that this package does not give, by the
// reason that the package documentation names.
var notGiven = map[string][]string{
	"refused":     {"1026", "1027", "1028", "1030", "1031", "1033", "1034", "1038", "1042", "1046", "1092", "1131"},
	"network":     {"1115", "1121", "1123", "1125", "1126"},
	"Deaktiviert": {"1089", "1104", "1108", "1110", "1111", "1112", "1113", "1114", "1119"},
	"other":       {"1008", "1035"},
}

// TestQualityWhole: every message of the official list is given, or there is a
// reason why it is not; the documentation says how many.
func TestQualityWhole(t *testing.T) {
	f, err := os.Open(filepath.Join(testenv.Data(t, "forms/xdf"), "fim-xslt/Meldungen.xml"))
	require.NoError(t, err)
	defer f.Close()
	list, err := codelist.Read(f, nil)
	require.NoError(t, err)
	why := map[string]string{}
	for _, q := range qualityRules {
		why[q.number] = "given"
	}
	for reason, numbers := range notGiven {
		for _, n := range numbers {
			require.Empty(t, why[n], n)
			why[n] = reason
		}
	}
	for row := range list.Rows() {
		assert.NotEmpty(t, why[row.Code()], row.Code())
		typ, _ := row.Value("Typ")
		assert.Equal(t, typ == "Deaktiviert", why[row.Code()] == "Deaktiviert", row.Code())
		delete(why, row.Code())
	}
	assert.Empty(t, why)
	assert.Equal(t, 142, list.Len())
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	assert.Contains(t, string(doc), fmt.Sprintf("given: %d, ", len(qualityRules)))
}
