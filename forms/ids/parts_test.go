package ids_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
)

// The examples of ICAO Doc 9303 (TD1: part 5, TD2: part 6, TD3: part 4,
// appendix), and the specimen of the German identity card of 2021.
const (
	icaoTD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	icaoTD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
	icaoTD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)

func TestMRZ(t *testing.T) {
	for _, tt := range []struct{ in, size, code, state, number, nationality, birth, expiry, sex, version, primary, secondary string }{
		{specimen, "TD1", "ID", "D", "L01X00T47", "D", "830812", "310801", "", "2108", "MUSTERMANN", "ERIKA"},
		{icaoTD1, "TD1", "I", "UTO", "D23145890", "UTO", "740812", "120415", "F", "", "ERIKSSON", "ANNA MARIA"},
		{icaoTD2, "TD2", "I", "UTO", "D23145890", "UTO", "740812", "120415", "F", "", "ERIKSSON", "ANNA MARIA"},
		{icaoTD3, "TD3", "P", "UTO", "L898902C3", "UTO", "740812", "120415", "F", "", "ERIKSSON", "ANNA MARIA"},
	} {
		t.Run(tt.size+" "+tt.state, func(t *testing.T) {
			joined := strings.ToLower(strings.ReplaceAll(tt.in, "\n", ""))
			for _, s := range []string{tt.in, joined, strings.ReplaceAll(tt.in, "\n", " \r\n")} {
				m, err := ids.ParseMRZ(s)
				require.NoError(t, err)
				assert.Equal(t, tt.in, string(m))
			}
			m := ids.MRZ(tt.in)
			assert.Equal(t, tt.in, m.Format())
			primary, secondary := m.Names()
			assert.Equal(t, []string{tt.size, tt.code, tt.state, tt.number, tt.nationality, tt.birth, tt.expiry, tt.sex, tt.version, tt.primary, tt.secondary},
				[]string{m.Size(), m.DocumentCode(), m.IssuingState(), m.DocumentNumber(), m.Nationality(), m.DateOfBirth(), m.DateOfExpiry(), m.Sex(), m.Version(), primary, secondary})
		})
	}
	none := ids.MRZ("x")
	primary, secondary := none.Names()
	assert.Empty(t, primary+secondary+none.Size()+none.DocumentCode()+none.IssuingState()+none.DocumentNumber()+
		none.Nationality()+none.DateOfBirth()+none.DateOfExpiry()+none.Sex()+none.Version())
}

// A number of more than nine characters goes on in the optional data.
func TestMRZLongNumber(t *testing.T) {
	m := ids.MRZ("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<")
	require.True(t, m.Valid())
	assert.Equal(t, "D23145890734", m.DocumentNumber())
	wrong := ids.MRZ(strings.Replace(string(m), "7349", "7348", 1))
	_, err := ids.ParseMRZ(string(wrong))
	code, pos := codeOf(t, err)
	assert.Equal(t, ids.Checksum, code)
	assert.Equal(t, 18, pos)
}

// Any single wrong digit in what check digits cover is caught.
func TestMRZWrongDigits(t *testing.T) {
	tried := 0
	for _, m := range []string{specimen, icaoTD1, icaoTD2, icaoTD3} {
		require.True(t, ids.MRZ(m).Valid())
		for i := range len(m) {
			if m[i] < '0' || m[i] > '9' {
				continue
			}
			for c := byte('0'); c <= '9'; c++ {
				if c != m[i] {
					tried++
					assert.False(t, ids.MRZ(m[:i]+string([]byte{c})+m[i+1:]).Valid(), "%s at %d", m, i)
				}
			}
		}
	}
	require.Greater(t, tried, 500)
}

// The personal number of a passport that is empty may have a filler as its
// check digit.
func TestMRZWithoutPersonalNumber(t *testing.T) {
	for _, end := range []string{"<<<<<<<<<<<<<<02", "<<<<<<<<<<<<<<<2"} {
		found := 0
		for c := byte('0'); c <= '9'; c++ {
			s := icaoTD3[:len(icaoTD3)-len(end)] + end[:len(end)-1] + string([]byte{c})
			if ids.MRZ(s).Valid() {
				found++
			}
		}
		assert.Equal(t, 1, found, end)
	}
	assert.False(t, ids.MRZ(strings.Replace(icaoTD3, "B<<<<<10", "B<<<<<<0", 1)).Valid())
	assert.False(t, ids.MRZ(strings.Replace(icaoTD3, "B<<<<<10", "B<<<<<20", 1)).Valid())
}

func TestPartsOfIdentifiers(t *testing.T) {
	for name, tt := range map[string][2]string{
		"VAT country":        {ids.UStID("GR123456789").Country(), "EL"},
		"VAT none":           {ids.UStID("x").Country(), ""},
		"BIC country":        {ids.BIC("genodef1jev").Country(), "DE"},
		"BIC none":           {ids.BIC("x").Country(), ""},
		"creditor code":      {ids.GlaeubigerID("DE98AB109999999999").Geschaeftsbereich(), "AB1"},
		"creditor none":      {ids.GlaeubigerID("x").Geschaeftsbereich(), ""},
		"KVNR person":        {string(ids.KVNR("A1234567801042125058").Person()), "A123456780"},
		"KVNR fund":          {string(ids.KVNR("A1234567801042125058").Kasse()), "104212505"},
		"KVNR short fund":    {string(ids.KVNR("A123456780").Kasse()), ""},
		"KVNR member":        {string(ids.KVNR("A123456780104212505C0005000210").Mitglied()), "C000500021"},
		"KVNR own":           {string(ids.KVNR("A1234567801042125058").Mitglied()), ""},
		"AGS county":         {ids.AGS("05315000").Kreis(), "05315"},
		"AGS state":          {string(ids.AGS("05315000").Land()), "NW"},
		"AGS none":           {ids.AGS("x").Kreis() + string(ids.AGS("x").Land()), ""},
		"ARS to AGS":         {string(ids.ARS("05 3 15 0000 000").AGS()), "05315000"},
		"ARS association":    {ids.ARS("160615051097").Verband(), "160615051"},
		"ARS none":           {string(ids.ARS("x").AGS()) + ids.ARS("x").Verband(), ""},
		"card check digit":   {ids.Ausweisnummer("L01X00T47").Pruefziffer(), "1"},
		"pass check digit":   {ids.Passnummer("C01X00T47").Pruefziffer(), "8"},
		"no check digit":     {ids.Passnummer("x").Pruefziffer() + ids.Ausweisnummer("x").Pruefziffer(), ""},
		"telephone country":  {ids.Telefonnummer("0211 123456").Country(), "49"},
		"telephone none":     {ids.Telefonnummer("x").Country(), ""},
		"Gemarkung":          {ids.Flurstueckskennzeichen("152450008007460284__").Gemarkung(), "152450"},
		"Gemarkung none":     {ids.Flurstueckskennzeichen("x").Gemarkung(), ""},
		"Flur":               {ids.Flurstueckskennzeichen("152450008007460284__").Flur(), "8"},
		"Flur missing":       {ids.Flurstueckskennzeichen("152450___00746______").Flur(), ""},
		"Zaehler":            {ids.Flurstueckskennzeichen("152450008007460284__").Zaehler(), "746"},
		"Nenner":             {ids.Flurstueckskennzeichen("152450008007460284__").Nenner(), "284"},
		"Folge":              {ids.Flurstueckskennzeichen("152450___00746000201").Folge(), "1"},
		"register":           {ids.Registernummer("AG Jena HRB 12 J").Art(), "HRB"},
		"register number":    {ids.Registernummer("AG Jena HRB 12 J").Nummer(), "12 J"},
		"register court":     {ids.Registernummer("AG  Bad  Homburg v.d. Höhe HRB 12 J").Gericht(), "Bad Homburg v.d. Höhe"},
		"register none":      {ids.Registernummer("x").Gericht() + ids.Registernummer("x").Art() + ids.Registernummer("x").Nummer(), ""},
		"register plain":     {ids.Registernummer("VR 7").Nummer(), "7"},
		"register no court":  {ids.Registernummer("VR 7").Gericht(), ""},
		"Uder's association": {string(ids.ARS("160615051097").AGS().Land()), "TH"},
	} {
		assert.Equal(t, tt[1], tt[0], name)
	}
	year, month, day := ids.TeilbekanntesDatum("00.05.1980").Parts()
	assert.Equal(t, [3]int{1980, 5, 0}, [3]int{year, month, day})
	year, month, day = ids.TeilbekanntesDatum("x").Parts()
	assert.Zero(t, year+month+day)
}

func TestLegalFormFitsRegister(t *testing.T) {
	for form, art := range map[string]string{
		"e.K.": "HRA", "OHG": "HRA", "KG": "HRA", "GmbH & Co. KG": "HRA", "UG (haftungsbeschränkt) & Co. KG": "HRA", "EWIV": "HRA",
		"GmbH": "HRB", "gGmbH": "HRB", "UG (haftungsbeschränkt)": "HRB", "AG": "HRB", "SE": "HRB", "KGaA": "HRB", "GmbH & Co. KGaA": "HRB",
		"VVaG": "HRB", "eG": "GnR", "SCE": "GnR", "PartG mbB": "PR", "e. V.": "VR", "e.V.": "VR", "eGbR": "GsR", "GbR": "", "Limited": "",
	} {
		if art == "" {
			_, known := ids.Registernummer("HRA 1").Fits(form)
			assert.False(t, known, form)
			continue
		}
		for _, other := range []string{"HRA", "HRB", "GnR", "PR", "VR", "GsR"} {
			fits, known := ids.Registernummer(other + " 1").Fits(form)
			assert.True(t, known, form)
			assert.Equal(t, art == other, fits, "%s %s", form, other)
		}
	}
	fits, known := ids.Registernummer("x").Fits("GmbH")
	assert.True(t, known && !fits)
}

func TestTelefonDIN5008(t *testing.T) {
	for in, want := range map[string]string{
		"(0211) 12345-678":     "+49 211 12345-678",
		"030/123 45 67":        "+49 30 1234567",
		"030 12345-67":         "+49 30 12345-67",
		"+49 3641 123-0":       "+49 3641 123-0",
		"+49-3641-123-45":      "+49 3641 123-45",
		"0171-1234567":         "+49 171 1234567",
		"01711234567":          "+49 171 1234567",
		"015112345678":         "+49 1511 2345678",
		"03641123456":          "+49 3641123456",
		"0049 (0) 3641 123456": "+49 3641 123456",
		"+43 1 234 56":         "+43 1 23456",
		"0800 123 4567":        "+49 800 1234567",
	} {
		got, err := ids.TelefonDIN5008(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got, in)
		a, err := ids.ParseTelefonnummer(in)
		require.NoError(t, err)
		b, err := ids.ParseTelefonnummer(got)
		require.NoError(t, err)
		assert.Equal(t, a, b, in)
	}
	_, err := ids.TelefonDIN5008("12345")
	code, _ := codeOf(t, err)
	assert.Equal(t, ids.Structure, code)
}

func FuzzTelefonDIN5008(f *testing.F) {
	for _, s := range []string{"(0211) 12345-678", "030/123 45 67", "+49-3641-123-45", "0049 (0) 3641 123456", "0171-1234567", "+352 1-2-3-4-5", "0 - 1 2 3 4 - 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		number, err := ids.ParseTelefonnummer(s)
		written, err2 := ids.TelefonDIN5008(s)
		if (err == nil) != (err2 == nil) {
			t.Fatal("the two disagree")
		}
		if err != nil {
			return
		}
		if again, err := ids.ParseTelefonnummer(written); err != nil || again != number {
			t.Fatalf("%q became %q, which is another number", number, written)
		}
		if again, err := ids.TelefonDIN5008(written); err != nil || again != written {
			t.Fatalf("%q is not its own normal form: %q", written, again)
		}
	})
}

// Country codes of ITU-T E.164 with one, two and three digits.
func TestTelefonCountries(t *testing.T) {
	for in, want := range map[string]string{
		"+1 2125550100": "1", "+7 4951234567": "7", "+20 21234567": "20", "+27 21234567": "27", "+211 1234567": "211",
		"+30 2101234567": "30", "+352 123456": "352", "+377 123456": "377", "+380 441234567": "380", "+420 123456789": "420",
		"+421 123456789": "421", "+44 2012345678": "44", "+500 12345": "500", "+51 11234567": "51", "+599 1234567": "599",
		"+61 212345678": "61", "+670 1234567": "670", "+81 312345678": "81", "+852 12345678": "852", "+90 2121234567": "90",
		"+98 2112345678": "98", "+972 21234567": "972",
	} {
		n, err := ids.ParseTelefonnummer(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, n.Country(), in)
		assert.True(t, strings.HasPrefix(n.Format(), "+"+want+" "))
	}
}

func ExampleParseARS() {
	region, err := ids.ParseARS("05 3 15 0000 000")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(region), string(region.AGS()), region.AGS().Land().Name())
	// Output: 053150000000 05315000 Nordrhein-Westfalen
}

func ExampleMRZ() {
	zone, err := ids.ParseMRZ("IDD<<L01X00T471<<<<<<<<<<<<<<< 8308126<3108011D<<2108<<<<<<<7 MUSTERMANN<<ERIKA<<<<<<<<<<<<<")
	if err != nil {
		panic(err)
	}
	family, given := zone.Names()
	fmt.Println(zone.DocumentCode(), zone.IssuingState(), zone.DocumentNumber(), zone.DateOfBirth(), zone.Version(), family, given)
	// Output: ID D L01X00T47 830812 2108 MUSTERMANN ERIKA
}

func ExampleUStID_Warning() {
	vat, err := ids.ParseUStID("DE 123 456 789")
	fmt.Println(vat.Format(), err)
	fmt.Println(vat.Warning())
	// Output:
	// DE 123 456 789 <nil>
	// ids: USt-IdNr: CHECKSUM at byte 10
}

func ExampleTelefonDIN5008() {
	typed := "(0211) 12345-678"
	number, err := ids.ParseTelefonnummer(typed)
	if err != nil {
		panic(err)
	}
	written, err := ids.TelefonDIN5008(typed)
	fmt.Println(string(number), "|", written, err)
	// Output: +4921112345678 | +49 211 12345-678 <nil>
}

func ExampleRegisternummer_Fits() {
	entry, err := ids.ParseRegisternummer("Amtsgericht Jena, HRB 12345")
	if err != nil {
		panic(err)
	}
	fits, _ := entry.Fits("GmbH & Co. KG")
	fmt.Println(entry.Gericht(), entry.Art(), entry.Nummer(), fits)
	// Output: Jena HRB 12345 false
}
