package ids_test

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/testenv"
)

func TestListedValues(t *testing.T) {
	var data map[string]any
	readJSON(t, "forms/ids/misc-vectors.json", &data)
	checked := 0
	for key, tag := range map[string]string{
		"iban": "iban", "glaeubiger_id": "glaeubigerid", "rvnr": "rvnr", "kvnr": "kvnr", "ik": "ik", "leitweg": "leitwegid",
		"betriebsnummer": "betriebsnummer", "lei": "lei", "gln": "gln",
	} {
		k := kindOf(t, tag)
		require.NotEmpty(t, data[key], key)
		for s, valid := range data[key].(map[string]any) {
			assert.Equal(t, valid, k.Valid(s), s)
			checked++
		}
	}
	for s, valid := range data["ustid"].(map[string]any) {
		require.True(t, ids.UStID(s).Valid(), s)
		assert.Equal(t, valid, ids.UStID(s).Warning() == nil, s)
		checked++
	}
	for s := range data["vin_us_check"].(map[string]any) {
		assert.True(t, ids.VIN(s).Valid(), s)
		checked++
	}
	for s, digit := range data["ausweis_check_digit"].(map[string]any) {
		assert.EqualValues(t, digit, ids.Ausweisnummer(s).Pruefziffer()[0]-'0', s)
		assert.EqualValues(t, digit, ids.Passnummer(s).Pruefziffer()[0]-'0', s)
		checked++
	}
	require.Greater(t, checked, 40)

	var w struct {
		Valid   []string          `json:"valid"`
		Invalid map[string]string `json:"invalid"`
	}
	readJSON(t, "forms/ids/steuer/widnr.json", &w)
	require.NotEmpty(t, w.Valid)
	require.NotEmpty(t, w.Invalid)
	for _, s := range w.Valid {
		assert.True(t, ids.WirtschaftsID(s).Valid(), s)
	}
	for s := range w.Invalid {
		assert.False(t, ids.WirtschaftsID(s).Valid(), s)
	}
}

// keys reads the first column of a genericode list.
func keys(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(testenv.Data(t, name))
	require.NoError(t, err)
	var list struct {
		Rows []struct {
			Values []string `xml:"Value>SimpleValue"`
		} `xml:"SimpleCodeList>Row"`
	}
	require.NoError(t, xml.Unmarshal(b, &list))
	var out []string
	for _, row := range list.Rows {
		if len(row.Values) > 0 {
			out = append(out, row.Values[0])
		}
	}
	require.Greater(t, len(out), 1000)
	return out
}

// Every key that the Statistisches Bundesamt lists is accepted, and a regional
// key gives the municipality key of the same list's date.
func TestListedKeys(t *testing.T) {
	municipalities := map[string]bool{}
	for _, s := range keys(t, "xoev/xwasser/genericode/AGS_2026-04-30.xml") {
		if len(s) != 8 {
			continue
		}
		a, err := ids.ParseAGS(s)
		require.NoError(t, err, s)
		assert.True(t, a.Land().Valid())
		assert.True(t, strings.HasPrefix(s, a.Kreis()) && len(a.Kreis()) == 5)
		municipalities[s] = true
	}
	require.Greater(t, len(municipalities), 10000)
	regions := 0
	var others []string
	for _, s := range keys(t, "xoev/xwasser/genericode/Regionalschlüssel_2026-04-30.xml") {
		if len(s) != 12 {
			continue
		}
		a, err := ids.ParseARS(s)
		require.NoError(t, err, s)
		regions++
		if !municipalities[string(a.AGS())] {
			others = append(others, s)
		}
		assert.True(t, strings.HasPrefix(s, a.Verband()) && len(a.Verband()) == 9)
	}
	require.Greater(t, regions, 10000)
	assert.Equal(t, []string{"160615051097"}, others, "Uder has a new key in one of the two lists only")
}

// Every court of the code list can stand in front of and behind an entry.
func TestListedCourts(t *testing.T) {
	var list struct {
		Items []struct{ Name string } `json:"items"`
	}
	readJSON(t, "forms/codelists/registergerichte.json", &list)
	require.Greater(t, len(list.Items), 150)
	for _, item := range list.Items {
		item.Name = strings.TrimSuffix(item.Name, "_") // a slip in the list
		want := strings.TrimPrefix(item.Name, "Amtsgericht ")
		for _, s := range []string{item.Name + " HRB 12345", "HRB 12345, " + item.Name} {
			n, err := ids.ParseRegisternummer(s)
			require.NoError(t, err, s)
			assert.Equal(t, want, n.Gericht())
			assert.Equal(t, want+" HRB 12345", n.Format())
		}
	}
}
