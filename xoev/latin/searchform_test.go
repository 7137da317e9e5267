package latin_test

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/latin"
)

func readFile(t testing.TB, path string) string {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func TestSearchForm(t *testing.T) {
	for text, want := range map[string]string{
		// Examples of KoSIT, identverfahren.
		"René Müller":                  "RENE MUELLER",
		"Rene Mueller":                 "RENE MUELLER",
		"Nœl Schmidt-Strauß":           "NOEL SCHMIDT-STRAUSS",
		"Noël Schmidt-Strauß":          "NOEL SCHMIDT-STRAUSS",
		"Karl-Bröger Straße 17":        "KARL-BROEGER STRASSE 17",
		"Karl-Broeger Strasse 17":      "KARL-BROEGER STRASSE 17",
		"":                             "",
		"Mu\u0308ller":                 "MUELLER",
		"K\u035FhC\u0328\u0306Ạ\u0308": "KHCAE",
		"b\u0301\u0302a":               "BA",
		"1ª Nº":                        "1A NO",
		"Ωμέγα Иван":                   "Ωμέγα Иван",
		"1\u0301":                      "1\u0301",
		"a\xFFb":                       "a\xFFb",
		"Łódź, Đorđe; ĳ":               "LODZ, DORDE; IJ",
	} {
		assert.Equal(t, want, latin.SearchForm(text), "%q", text)
		assert.Equal(t, want, latin.SearchForm(want), "again: %q", text)
	}
}

// Every letter of the list has the search form of the list, composed or not,
// and keeps it beside others.
func TestSearchFormOfEveryLetter(t *testing.T) {
	rows := fieldsOf(t, "xoev/din91379/string-latin/latin_list_search_form_1.3.txt")
	require.Len(t, rows, 649)
	for _, row := range rows {
		letter, want := codePoints(t, row[2]), codePoints(t, row[5])
		for _, test := range [][2]string{{letter, want}, {norm.NFD.String(letter), want}, {"b" + letter + "c", "B" + want + "C"}, {letter + letter, want + want}} {
			require.Equal(t, test[1], latin.SearchForm(test[0]), "%U", []rune(test[0]))
		}
		require.Equal(t, want, strings.ToUpper(latin.Transliterate(letter)), "%U", []rune(letter))
		mrz, ok := latin.MRZ(letter)
		require.True(t, ok)
		require.Equal(t, want, mrz)
	}
}

// Every other entry has the search form of KoSIT's list, or stays as it is.
func TestSearchFormOfOtherEntries(t *testing.T) {
	var list struct {
		Chars []struct {
			Code     string `xml:"cp"`
			Group    string `xml:"group,attr"`
			Mappings []struct {
				Name string   `xml:"internal-mapping,attr"`
				Type string   `xml:"type,attr"`
				Dest []string `xml:"dest"`
			} `xml:"mapping"`
		} `xml:"char"`
	}
	require.NoError(t, xml.Unmarshal([]byte(readFile(t, testenv.Data(t, "xoev/din91379/latinchars/latinchars.xml"))), &list))
	checked := 0
	for _, char := range list.Chars {
		letter := codePoints(t, char.Code)
		want := letter
		for _, m := range char.Mappings {
			if m.Type == "mapped" {
				want = codePoints(t, strings.Join(m.Dest, " "))
			}
			checked++
		}
		if char.Group == "bll" && len(char.Mappings) == 0 || char.Group == "dc" {
			continue
		}
		assert.Equal(t, want, latin.SearchForm(letter), "%U", []rune(letter))
	}
	assert.Greater(t, checked, 500)
}

func TestTransliterate(t *testing.T) {
	for text, want := range map[string]string{
		"Łukasz Großmüller":     "Lukasz Grossmueller",
		"Ärger ÄRGER Ä":         "Aerger AERGER Ae",
		"GROß GROßMANN Großer":  "GROSS GROSSMANN Grosser",
		"Þór ÞÓR":               "Thor THOR",
		"Ĳsland ĳs":             "IJsland ijs",
		"K\u035Fhan K\u035FHAN": "Khan KHAN",
		"Straße 17, 3 €":        "Strasse 17, 3 €",
		"Mu\u0308ller b\u0301":  "Mueller b",
		"Ünal-Öz":               "Uenal-Oez",
		// Cyrillic, ICAO Doc 9303-3, 6 B.
		"Щербаков Юлия ЖИВКО Ъ": "Shterbakov Iuliia ZHIVKO Ie",
		"Цветан Хр. Шопов Ѝ":    "Tsvetan Khr. Shopov I",
		"Петьо":                 "Peto",
		"Эы":                    "Эы", // not letters of the norm
		// Greek, ISO 843 type 2.
		"Παύλος Ευαγγελία Ευθύμιος": "Pavlos Evangelia Efthymios",
		"Μπαμπης Λάμπρος Γουλιμης":  "Bampis Lampros Goulimis",
		"Άγχος Σφίγξ ΨΥΧΗ Ψυχή":     "Anchos Sfinx PSYCHI Psychi",
		"Αϋ Άυ ταύ Θεός":            "Ay Ay taf Theos",
		"ᾳ":                         "ᾳ", // not a letter of the norm
	} {
		assert.Equal(t, want, latin.Transliterate(text), "%q", text)
	}
}

// Every letter of type E becomes letters A to Z; no other entry changes.
func TestTransliterateEveryEntry(t *testing.T) {
	letters := 0
	for _, e := range entries(t) {
		got := latin.Transliterate(e.text)
		switch {
		case e.group == "dc":
		case e.group == "bll" || e.group == "gl" || e.group == "cl":
			letters++
			for _, r := range got {
				require.True(t, r < unicode.MaxASCII && unicode.IsLetter(r), "%U", []rune(e.text))
			}
			if strings.EqualFold(e.text, "ь") {
				assert.Empty(t, got)
			} else {
				require.NotEmpty(t, got)
			}
		case e.text != "ª" && e.text != "º":
			require.Equal(t, e.text, got)
		}
	}
	assert.Equal(t, 649+69+62, letters)
}

func TestMRZ(t *testing.T) {
	for text, want := range map[string]string{
		"Müller-Lüdenscheidt":   "MUELLER<LUEDENSCHEIDT",
		"D’Angelo O'Connor":     "DANGELO<OCONNOR",
		"  von  der -- Tann ":   "VON<DER<TANN",
		"Mustermann, Erika":     "MUSTERMANN<ERIKA",
		"Dr. med.":              "DR<MED",
		"Großmann":              "GROSSMANN",
		"Ibn\u02BFAbd":          "IBNABD",
		"Щука":                  "SHTUKA",
		"":                      "",
		"Åse Ñandú Ðorðe Þ Œ ẞ": "AASE<NANDU<DORDE<TH<OE<SS",
	} {
		got, ok := latin.MRZ(text)
		assert.True(t, ok, "%q", text)
		assert.Equal(t, want, got, "%q", text)
	}
	for text, want := range map[string]string{"Max 2": "MAX", "Max 王": "MAX", "€": "", "Эва": "VA", "Meſner": "MENER"} {
		got, ok := latin.MRZ(text)
		assert.False(t, ok, "%q", text)
		assert.Equal(t, want, got, "%q", text)
	}
}
