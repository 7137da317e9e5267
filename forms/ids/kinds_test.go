package ids_test

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
)

func kindOf(t testing.TB, tag string) ids.Kind {
	t.Helper()
	k, ok := ids.KindOf(tag)
	require.True(t, ok, tag)
	return k
}

func TestKinds(t *testing.T) {
	kinds := ids.Kinds()
	require.Len(t, kinds, 29)
	tags, names := map[string]bool{}, map[string]bool{}
	for _, k := range kinds {
		assert.Regexp(t, "^[a-z]+$", k.Tag)
		assert.False(t, tags[k.Tag] || names[k.Name], k.Tag)
		tags[k.Tag], names[k.Name] = true, true
		assert.NotEmpty(t, k.Source, k.Tag)
		got, err := k.Parse(k.Example)
		require.NoError(t, err, k.Tag)
		assert.Equal(t, k.Example, got, "the example is in its normal form")
		_, err = k.Parse("")
		code, pos := codeOf(t, err)
		assert.Equal(t, ids.Empty, code, k.Tag)
		assert.Equal(t, -1, pos, k.Tag)
	}
	kinds[0].Tag = "x"
	assert.Equal(t, "steuerid", ids.Kinds()[0].Tag, "Kinds returns a copy")
	_, ok := ids.KindOf("x")
	assert.False(t, ok)
}

// accepted lists kind, text, normal form and the way people write it.
var accepted = [][4]string{
	{"ustid", "DE136695976", "DE136695976", "DE 136 695 976"},
	{"ustid", "de 136.695.976", "DE136695976", "DE 136 695 976"},
	{"ustid", "ATU12345678", "ATU12345678", "AT U12345678"},
	{"ustid", "GR123456789", "EL123456789", "EL 123456789"},
	{"ustid", "IE1A23456B", "IE1A23456B", "IE 1A23456B"},
	{"ustid", "IE1234567AB", "IE1234567AB", "IE 1234567AB"},
	{"ustid", "NL123456789B01", "NL123456789B01", "NL 123456789B01"},
	{"ustid", "RO12", "RO12", "RO 12"},
	{"ustid", "XIGD123", "XIGD123", "XI GD123"},
	{"ustid", "DE136695978", "DE136695978", "DE 136 695 978"}, // warned of
	{"wirtschaftsid", "DE 123456788-00001", "DE123456788-00001", "DE123456788-00001"},
	{"wirtschaftsid", "de23044 7822", "DE230447822", "DE230447822"},
	{"wirtschaftsid", "DE123456788-00002", "DE123456788-00002", "DE123456788-00002"}, // warned of
	{"bic", "genodef1jev", "GENODEF1JEV", "GENODEF1JEV"},
	{"bic", "MARK DE F1 100", "MARKDEF1100", "MARKDEF1100"},
	{"bic", "MARKDEFF", "MARKDEFF", "MARKDEFF"},
	{"glaeubigerid", "DE98 ZZZ 0999 9999 999", "DE98ZZZ09999999999", "DE98ZZZ09999999999"},
	{"glaeubigerid", "DE98AB109999999999", "DE98AB109999999999", "DE98AB109999999999"},
	{"glaeubigerid", "AT61ZZZ01234567890", "AT61ZZZ01234567890", "AT61ZZZ01234567890"},
	{"rfreferenz", "rf18 5390 0754 7034", "RF18539007547034", "RF18 5390 0754 7034"},
	{"rvnr", "15 070649 c 103", "15070649C103", "15 070649 C 103"},
	{"rvnr", "65180539W001", "65180539W001", "65 180539 W 001"},
	{"kvnr", "a 123 456 780", "A123456780", "A123456780"},
	{"kvnr", "A1234567801042125058", "A1234567801042125058", "A123456780 104212505 8"},
	{"kvnr", "A123456780104212505C0005000210", "A123456780104212505C0005000210", "A123456780 104212505 C000500021 0"},
	{"ik", "26 03 26 822", "260326822", "260 326 822"},
	{"ik", "108018007", "108018007", "108 018 007"},
	{"betriebsnummer", "0991 2347", "09912347", "09912347"},
	{"ausweisnummer", "l01x00t471", "L01X00T47", "L01X00T47"},
	{"ausweisnummer", "L01X00T47", "L01X00T47", "L01X00T47"},
	{"ausweisnummer", "T220001293", "T22000129", "T22000129"},
	{"ausweisnummer", "1220001518D", "122000151", "122000151"},
	{"ausweisnummer", "b1234567", "B1234567", "B1234567"},
	{"passnummer", "E 1234567", "E1234567", "E1234567"},
	{"passnummer", "C01X 00T47 8", "C01X00T47", "C01X00T47"},
	{"passnummer", "C01X0006H1", "C01X0006H", "C01X0006H"},
	{"ags", "05 3 15 000", "05315000", "05 3 15 000"},
	{"ars", "05-315-0000-000", "053150000000", "05 3 15 0000 000"},
	{"registernummer", "hrb 12345", "HRB 12345", "HRB 12345"},
	{"registernummer", "Aachen HRA 11223", "Aachen HRA 11223", "Aachen HRA 11223"},
	{"registernummer", "Amtsgericht  München, HRB12345 b", "München HRB 12345 B", "München HRB 12345 B"},
	{"registernummer", "HR B 7, Amtsgericht Frankfurt (Oder)", "Frankfurt (Oder) HRB 7", "Frankfurt (Oder) HRB 7"},
	{"registernummer", "AG Weiden i.d. OPf. gnr Nr. 12", "Weiden i.d. OPf. GnR 12", "Weiden i.d. OPf. GnR 12"},
	{"registernummer", "Musterstadt GsR 1", "Musterstadt GsR 1", "Musterstadt GsR 1"},
	{"leitwegid", "04011000-1234512345-06", "04011000-1234512345-06", "04011000-1234512345-06"},
	{"leitwegid", " 04011000-900x999-08", "04011000-900X999-08", "04011000-900X999-08"},
	{"leitwegid", "991-03730-19", "991-03730-19", "991-03730-19"},
	{"eori", "DE 1234567", "DE1234567", "DE1234567"},
	{"eori", "DE123456789012345", "DE123456789012345", "DE123456789012345"},
	{"eori", "XI123456789000", "XI123456789000", "XI123456789000"},
	{"lei", "5299 00T8 BM49 AURS DO55", "529900T8BM49AURSDO55", "529900T8BM49AURSDO55"},
	{"gln", "40 12345 00000 9", "4012345000009", "4012345000009"},
	{"gln", "4399902421386", "4399902421386", "4399902421386"},
	{"vin", "wvwzzz1jz3w386752", "WVWZZZ1JZ3W386752", "WVWZZZ1JZ3W386752"},
	{"vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"},
	{"transponder", "276 0981 0034 5727", "276098100345727", "276 098100345727"},
	{"transponder", "0276098100345727", "276098100345727", "276 098100345727"},
	{"transponder", "968000004531234", "968000004531234", "968 000004531234"},
	{"flurstueck", "152450008007460284__", "152450008007460284__", "152450-8-746/284"},
	{"flurstueck", "152450008007460284", "152450008007460284__", "152450-8-746/284"},
	{"flurstueck", "152450-008-00746/0284", "152450008007460284__", "152450-8-746/284"},
	{"flurstueck", "152450-8-746", "15245000800746______", "152450-8-746"},
	{"flurstueck", "152450___00746______", "152450___00746______", "152450--746"},
	{"flurstueck", "152450--746/2.1", "152450___00746000201", "152450--746/2.1"},
	{"teildatum", "1.5.1980", "1980-05-01", "01.05.1980"},
	{"teildatum", "00.05.1980", "1980-05", "05.1980"},
	{"teildatum", "00.00.1980", "1980", "1980"},
	{"teildatum", "1980-05-01", "1980-05-01", "01.05.1980"},
	{"teildatum", "1980-05", "1980-05", "05.1980"},
	{"teildatum", "05.1980", "1980-05", "05.1980"},
	{"teildatum", " 29. 2. 2000 ", "2000-02-29", "29.02.2000"},
	{"telefon", "+49 30 12345-67", "+49301234567", "+49 30 1234567"},
	{"telefon", "(0211) 1234567", "+492111234567", "+49 2111234567"},
	{"telefon", "0049 (0)30/123 45 67", "+49301234567", "+49 30 1234567"},
	{"telefon", "0171-1234567", "+491711234567", "+49 171 1234567"},
	{"telefon", "+43 1 12345", "+43112345", "+43 112345"},
	{"telefon", "+352 12345", "+35212345", "+352 12345"},
	{"telefon", "+1 (212) 555-0100", "+12125550100", "+1 2125550100"},
	{"telefon", "(+49) 30 1234567", "+49301234567", "+49 30 1234567"},
	{"telefon", "(0049) 30 1234567", "+49301234567", "+49 30 1234567"},
	{"telefon", "+49 (030) 1234567", "+49301234567", "+49 30 1234567"},
	{"telefon", "+49 0171 1234567", "+491711234567", "+49 171 1234567"},
	{"telefon", "+39 06 1234567", "+39061234567", "+39 061234567"}, // the zero belongs to Italian numbers
	{"telefon", "030 – 123 4567", "+49301234567", "+49 30 1234567"},
	{"telefon", "\u202a+49 30 1234567\u202c", "+49301234567", "+49 30 1234567"},
	{"iban", "DE89\u202f3704\u20090044–0532\u200b0130\u201100", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
	{"leitwegid", "991–03730–19", "991-03730-19", "991-03730-19"},
	{"flurstueck", "152450–8–746/284", "152450008007460284__", "152450-8-746/284"},
	{"teildatum", "1.\u00a05.\u00a01980", "1980-05-01", "01.05.1980"},
	{"registernummer", "HRB\u00a012345", "HRB 12345", "HRB 12345"},
	{"registernummer", "HRB 12345 Amtsgericht Jena", "Jena HRB 12345", "Jena HRB 12345"},
	{"registernummer", "Registergericht: Amtsgericht Jena, HRB 12345", "Jena HRB 12345", "Jena HRB 12345"},
	{"registernummer", "Baden–Baden\u2009HRB 12345", "Baden-Baden HRB 12345", "Baden-Baden HRB 12345"},
	{"registernummer", "HRB-Nr. 12345", "HRB 12345", "HRB 12345"},
	{"registernummer", "HR  B\u00a012345", "HRB 12345", "HRB 12345"},
	{"registernummer", "AG Amtsgericht AG AG Jena HRB 1", "Jena HRB 1", "Jena HRB 1"},
	{"registernummer", "HRB 1,\u2009AG Jena\u2009, ", "Jena HRB 1", "Jena HRB 1"},
	{"registernummer", "Amtsgericht\u00a0Jena, HRB\u00a012345\u00a0B", "Jena HRB 12345 B", "Jena HRB 12345 B"},
	{"kfzkennzeichen", "J–EN 123", "J-EN 123", "J-EN 123"},
	{"kfzkennzeichen", "J-EN 123 h", "J-EN 123H", "J-EN 123H"},
	{"kfzkennzeichen", "J-EN 12 E 4/10", "J-EN 12E 04/10", "J-EN 12E 04/10"},
	{"kfzkennzeichen", "Y-123 456", "Y 123456", "Y 123456"},
	{"ustid", "NL12345678AB01", "NL12345678AB01", "NL 12345678AB01"},
	{"steuernummer", "4198081508152", "4198081508152", "4198081508152"},
	{"steuernummer", "419881508152", "4198081508152", "4198081508152"},
}

func TestKindsAccept(t *testing.T) {
	covered := map[string]bool{"steuerid": true, "iban": true, "plz": true, "kfzkennzeichen": true, "mrz": true}
	for _, tt := range accepted {
		t.Run(tt[0]+"/"+tt[1], func(t *testing.T) {
			k := kindOf(t, tt[0])
			covered[k.Tag] = true
			got, err := k.Parse(tt[1])
			require.NoError(t, err)
			assert.Equal(t, tt[2], got)
			assert.True(t, k.Valid(tt[1]))
			assert.Equal(t, tt[3], k.Format(got))
			again, err := k.Parse(tt[3])
			require.NoError(t, err)
			assert.Equal(t, got, again)
		})
	}
	for _, k := range ids.Kinds() {
		assert.True(t, covered[k.Tag], "%s is not in the table", k.Tag)
	}
}

// refused lists kind, text, code and byte offset.
var refused = []struct {
	tag, in, code string
	pos           int
}{
	{"ustid", "136695976", ids.Structure, 0},
	{"ustid", "US136695976", ids.Country, 0},
	{"ustid", "DE13669597", ids.Length, -1},
	{"ustid", "DE1366959A6", ids.Structure, 9},
	{"ustid", "DE036695976", ids.Range, 2},
	{"ustid", "AT12345678", ids.Length, -1},
	{"ustid", "AT123456789", ids.Structure, 2},
	{"ustid", "NL123456789A01", ids.Structure, 11},
	{"ustid", "DE13669597*", ids.Charset, 10},
	{"wirtschaftsid", "DE103810001", ids.Checksum, 10},
	{"wirtschaftsid", "DE123456788-00000", ids.Range, 12},
	{"wirtschaftsid", "DE123456788-0001", ids.Length, -1},
	{"wirtschaftsid", "AT123456788", ids.Structure, 0},
	{"bic", "GENODEF", ids.Length, -1},
	{"bic", "GENO1EF1", ids.Structure, 4},
	{"bic", "GENOZZF1", ids.Country, 4},
	{"bic", "GENOÖEF1", ids.Charset, 4},
	{"glaeubigerid", "DE97ZZZ09999999999", ids.Checksum, 2},
	{"glaeubigerid", "DE98ZZZ0999999999", ids.Length, -1},
	{"glaeubigerid", "DE98ZZZ19999999999", ids.Structure, 7},
	{"glaeubigerid", "DE98ZZZ0999999999A", ids.Structure, 17},
	{"glaeubigerid", "ZZ98ZZZ09999999999", ids.Country, 0},
	{"rfreferenz", "RF19539007547034", ids.Checksum, 2},
	{"rfreferenz", "RX18539007547034", ids.Structure, 1},
	{"rfreferenz", "RF18", ids.Length, -1},
	{"rfreferenz", "RF185390075470345390075470", ids.Length, 25},
	{"rvnr", "15070649C102", ids.Checksum, 11},
	{"rvnr", "05070649C103", ids.Range, 0},
	{"rvnr", "15070649103", ids.Length, -1},
	{"rvnr", "150706490103", ids.Structure, 8},
	{"kvnr", "A123456787", ids.Checksum, 9},
	{"kvnr", "A12345678", ids.Length, -1},
	{"kvnr", "1123456780", ids.Structure, 0},
	{"kvnr", "A123456780104212505C0005000225", ids.Checksum, 28},
	{"kvnr", "Ä123456780", ids.Charset, 0},
	{"ik", "260326821", ids.Checksum, 8},
	{"ik", "26032682", ids.Length, -1},
	{"ik", "26032682A", ids.Charset, 8},
	{"betriebsnummer", "09912343", ids.Checksum, 7},
	{"betriebsnummer", "00912342", ids.Range, 0},
	{"betriebsnummer", "10012342", ids.Range, 0},
	{"ausweisnummer", "LO1X00T47", ids.Charset, 1},
	{"ausweisnummer", "L01X00T472", ids.Checksum, 9},
	{"ausweisnummer", "L01X00T4", ids.Length, -1},
	{"passnummer", "C01X00T471", ids.Checksum, 9},
	{"passnummer", "S01X00T47", ids.Charset, 0},
	{"mrz", "IDD<<L01X00T471", ids.Length, -1},
	{"mrz", strings.Replace(specimen, "IDD", "XDD", 1), ids.Structure, 0},
	{"mrz", strings.Replace(specimen, "MUSTERMANN", "MU5TERMANN", 1), ids.Structure, 64},
	{"mrz", strings.Replace(specimen, "T471", "T472", 1), ids.Checksum, 14},
	{"mrz", strings.Replace(specimen, "8308126", "8308127", 1), ids.Checksum, 37},
	{"mrz", strings.Replace(specimen, "8308126", "8313126", 1), ids.NoDate, 33},
	{"mrz", strings.Replace(specimen, "8308126", "8308326", 1), ids.NoDate, 35},
	{"mrz", strings.Replace(specimen, "2108", "2109", 1), ids.Checksum, 60},
	{"mrz", strings.Replace(specimen, "L01X00T47", "L01X€0T47", 1), ids.Charset, 9},
	{"ags", "00315000", ids.OtherLand, 0},
	{"ags", "17315000", ids.OtherLand, 0},
	{"ags", "5315000", ids.Length, -1},
	{"ars", "05315000", ids.Length, -1},
	{"ars", "05315000000A", ids.Charset, 11},
	{"registernummer", "HRC 12345", ids.Structure, -1},
	{"registernummer", "HRB", ids.Structure, -1},
	{"registernummer", "HRB B", ids.Structure, 4},
	{"registernummer", "HRB 1234567", ids.Length, 4},
	{"registernummer", "HRB 000", ids.Range, 4},
	{"registernummer", "HRB 12 ABCD", ids.Length, 7},
	{"registernummer", "HRB 12/34", ids.Structure, 6},
	{"registernummer", "K0ln HRB 12", ids.Charset, 1},
	{"leitwegid", "991-03730-18", ids.Checksum, 10},
	{"leitwegid", "9910373019", ids.Structure, -1},
	{"leitwegid", "0401-03730-19", ids.Structure, 4},
	{"leitwegid", "17011000-03730-19", ids.OtherLand, 0},
	{"leitwegid", "99A-03730-19", ids.Structure, 2},
	{"leitwegid", "991-03-730-19", ids.Structure, 6},
	{"leitwegid", "991--19", ids.Length, 3},
	{"eori", "DE12345678", ids.Length, -1},
	{"eori", "ZZ1234567", ids.Country, 0},
	{"eori", "DE123456A", ids.Structure, 8},
	{"eori", "1E1234567", ids.Structure, 0},
	{"lei", "529900T8BM49AURSDO56", ids.Checksum, 18},
	{"lei", "529900MUSTER00000200", ids.Checksum, 18}, // 00, 01 and 99 are congruent, but never made
	{"lei", "529900MUSTER00003401", ids.Checksum, 18},
	{"lei", "529900MUSTER00006699", ids.Checksum, 18},
	{"leitwegid", "991-00018-00", ids.Checksum, 10},
	{"leitwegid", "991-00050-01", ids.Checksum, 10},
	{"leitwegid", "991-00082-99", ids.Checksum, 10},
	{"lei", "529900T8BM49AURSDO5", ids.Length, -1},
	{"lei", "529900T8BM49AURSDO5A", ids.Structure, 19},
	{"gln", "4012345000008", ids.Checksum, 12},
	{"gln", "401234500000", ids.Length, -1},
	{"vin", "WVWZZZ1JZ3W38675O", ids.Charset, 16},
	{"vin", "WVWZZZ1JZ3W38675", ids.Length, -1},
	{"transponder", "000098100345727", ids.Range, 0},
	{"transponder", "276999999999999", ids.Range, 3},
	{"transponder", "1276098100345727", ids.Length, -1},
	{"transponder", "27609810034572", ids.Length, -1},
	{"flurstueck", "1524500080074602840", ids.Length, -1},
	{"flurstueck", "172450008007460284__", ids.OtherLand, 0},
	{"flurstueck", "1524500_8007460284__", ids.Structure, 7},
	{"flurstueck", "152450008000000284__", ids.Range, 9},
	{"flurstueck", "15245-8-746", ids.Structure, 0},
	{"flurstueck", "152450-8-", ids.Structure, 8},
	{"flurstueck", "152450-8-746/", ids.Structure, 12},
	{"flurstueck", "152450-8", ids.Structure, 7},
	{"flurstueck", "152450008A07460284__", ids.Charset, 9},
	{"teildatum", "01.00.1980", ids.Structure, 3},
	{"teildatum", "31.02.1980", ids.NoDate, 0},
	{"teildatum", "29.02.1900", ids.NoDate, 0},
	{"teildatum", "1980-13", ids.NoDate, 5},
	{"teildatum", "0000", ids.NoDate, 0},
	{"teildatum", "80", ids.Structure, 0},
	{"teildatum", "1.5.80", ids.Structure, 4},
	{"teildatum", "1980-5-1", ids.Structure, 7},
	{"teildatum", "1.", ids.Structure, 1},
	{"teildatum", "1980-", ids.Structure, 4},
	{"teildatum", "1..1980", ids.Structure, 2},
	{"teildatum", "Mai 1980", ids.Charset, 0},
	{"teildatum", "1.5.1980.1", ids.Structure, 8},
	{"telefon", "12345", ids.Structure, 0},
	{"telefon", "+49 0030 123456", ids.Structure, 5},
	{"telefon", "0 030 123456", ids.Structure, 2},
	{"telefon", "+39 06 1", ids.Length, -1},
	{"registernummer", "HRB 12345 Amtsgericht", ids.Length, 10},
	{"registernummer", "Jena HRB 12345 Amtsgericht Gera", ids.Structure, 14},
	{"registernummer", "HRA1,HRA", ids.Structure, 4},
	{"registernummer", "HRB 1, Jena VR", ids.Structure, 5},
	{"registernummer", "HR B HRA 1", ids.Structure, 5},
	{"registernummer", "HRB- 12€", ids.Structure, 7},
	{"telefon", "+0 123456", ids.Structure, 1},
	{"telefon", "030 1", ids.Length, -1},
	{"telefon", "+49 30 1234567890123", ids.Length, 18},
	{"telefon", "030 12a34", ids.Charset, 6},
	{"telefon", "+49+30123", ids.Structure, 3},
	{"telefon", "115", ids.Structure, 0},
	{"steuernummer", "198/815/08152", ids.Ambiguous, -1},
	{"steuernummer", "4198181508152", ids.Structure, 4},
	{"steuernummer", "4298081508152", ids.OtherLand, 0},
	{"steuernummer", "4198081508153", ids.Checksum, 12},
	{"steuernummer", "4198000008152", ids.Range, 5},
	{"steuernummer", "4198009908152", ids.Range, 5},
	{"steuernummer", "419808150", ids.Length, -1},
	{"steuernummer", "419808150815A", ids.Charset, 12},
}

const specimen = "IDD<<L01X00T471<<<<<<<<<<<<<<<\n8308126<3108011D<<2108<<<<<<<7\nMUSTERMANN<<ERIKA<<<<<<<<<<<<<"

func TestKindsRefuse(t *testing.T) {
	covered := map[string]bool{"steuerid": true, "iban": true, "plz": true, "kfzkennzeichen": true}
	for _, tt := range refused {
		t.Run(tt.tag+"/"+tt.in, func(t *testing.T) {
			k := kindOf(t, tt.tag)
			covered[k.Tag] = true
			got, err := k.Parse(tt.in)
			code, pos := codeOf(t, err)
			assert.Equal(t, tt.code, code)
			assert.Equal(t, tt.pos, pos)
			assert.Empty(t, got)
			assert.False(t, k.Valid(tt.in))
			assert.Equal(t, tt.in, k.Format(tt.in))
			assert.NoError(t, k.Warning(tt.in))
			_, err = k.ParseStrict(tt.in)
			assert.Error(t, err)
		})
	}
	for _, k := range ids.Kinds() {
		assert.True(t, covered[k.Tag], "%s is not in the table", k.Tag)
	}
}

func TestWarnings(t *testing.T) {
	warned := map[string]bool{}
	for _, tt := range []struct {
		tag, quiet, doubtful, code string
		pos                        int
	}{
		{"ustid", "DE136695976", "DE 136695978", ids.Checksum, 11},
		{"ustid", "ATU12345678", "DE123456789", ids.Checksum, 10},
		{"wirtschaftsid", "DE123456788-00001", "DE123456788-00002", ids.Range, 12},
		{"wirtschaftsid", "DE123456788", "DE123456788 65000", ids.Range, 12},
		{"bic", "GENODEF1JEV", "GENODEF0JEV", ids.TestOnly, 7},
		{"glaeubigerid", "AT61ZZZ01234567890", "DE98AB109999999999", ids.TestOnly, 7},
		{"rvnr", "15070649C103", "65000000W005", ids.NoDate, 2},
		{"kvnr", "A1234567801042125058", "A1234567801042125059", ids.Checksum, 19},
		{"ausweisnummer", "L01X00T47", "C01X00T47", ids.Structure, 0},
		{"ausweisnummer", "122000129", "K01X00T47", ids.Structure, 0},
		{"passnummer", "C01X00T47", "L01X00T47", ids.Structure, 0},
		{"passnummer", "C01X00T47", "E1234567", ids.Length, -1},
		{"ausweisnummer", "L01X00T47", "B1234567", ids.Length, -1},
		{"eori", "XI123456789000", "CH1234567", ids.Country, 0},
		{"transponder", "276098100345727", "999000000000001", ids.TestOnly, 0},
	} {
		t.Run(tt.tag+"/"+tt.doubtful, func(t *testing.T) {
			k := kindOf(t, tt.tag)
			warned[tt.tag] = true
			require.True(t, k.Valid(tt.quiet))
			require.NoError(t, k.Warning(tt.quiet))
			_, err := k.ParseStrict(tt.quiet)
			require.NoError(t, err)
			require.True(t, k.Valid(tt.doubtful))
			code, pos := codeOf(t, k.Warning(tt.doubtful))
			assert.Equal(t, tt.code, code)
			assert.Equal(t, tt.pos, pos)
			got, err := k.ParseStrict(tt.doubtful)
			assert.Equal(t, k.Warning(tt.doubtful), err)
			assert.Empty(t, got)
		})
	}
	assert.Len(t, warned, 10)
}

// Whoever keeps what was typed, after Valid, keeps one line.
func TestNoLineBreaks(t *testing.T) {
	for _, k := range ids.Kinds() {
		for _, end := range []string{"\n", "\r\n", "\u0085", "\u2028", "\v"} {
			accepted := k.Tag == "mrz" && strings.Trim(end, "\r\n") == ""
			assert.Equal(t, accepted, k.Valid(k.Example+end), "%s %q", k.Tag, end)
			assert.Equal(t, accepted, k.Valid(end+k.Example), "%s %q", k.Tag, end)
		}
	}
}

func TestTestMode(t *testing.T) {
	k := kindOf(t, "steuerid")
	got, err := k.ParseTest("02 476 291 358")
	require.NoError(t, err)
	assert.Equal(t, "02476291358", got)
	_, err = k.Parse("02476291358")
	code, _ := codeOf(t, err)
	assert.Equal(t, ids.TestOnly, code)
	for _, k := range ids.Kinds() {
		got, err := k.ParseTest(k.Example)
		require.NoError(t, err)
		assert.Equal(t, k.Example, got)
	}
}

// The position is given in bytes and in characters, and no error holds what
// was typed.
func TestErrors(t *testing.T) {
	_, err := ids.ParseRegisternummer("Müßiggang HRB 12/3")
	var e *ids.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 18, e.Pos)
	assert.Equal(t, 16, e.Rune)
	for _, k := range ids.Kinds() {
		_, err := k.Parse("XQZ-geheim-7")
		require.Error(t, err, k.Tag)
		assert.NotContains(t, err.Error(), "geheim")
		require.ErrorAs(t, err, &e)
		assert.Equal(t, k.Name, e.ID)
	}
}

func TestPersonalIdentifiersHideInLogs(t *testing.T) {
	hidden := 0
	for _, v := range []any{
		ids.SteuerID("1"), ids.Steuernummer("1"), ids.UStID("1"), ids.WirtschaftsID("1"), ids.IBAN("1"), ids.CreditorReference("1"),
		ids.RVNR("1"), ids.KVNR("1"), ids.Ausweisnummer("1"), ids.Passnummer("1"), ids.MRZ("1"), ids.KfzKennzeichen("1"),
		ids.EORI("1"), ids.VIN("1"), ids.Transponder("1"), ids.Flurstueckskennzeichen("1"), ids.TeilbekanntesDatum("1"), ids.Telefonnummer("1"),
	} {
		valuer, ok := v.(slog.LogValuer)
		require.True(t, ok, "%T", v)
		assert.NotContains(t, valuer.LogValue().String(), "1", reflect.TypeOf(v).Name())
		hidden++
	}
	require.Equal(t, 18, hidden)
}

func TestKindsAllocateNothing(t *testing.T) {
	for _, k := range ids.Kinds() {
		for _, s := range []string{k.Example, k.Format(k.Example), "falsch", ""} {
			assert.Zero(t, testing.AllocsPerRun(100, func() { k.Valid(s) }), "%s %q", k.Tag, s)
		}
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() { ids.Steuernummer("198/815/08152").ValidIn("TH") }))
}
