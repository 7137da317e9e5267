package ids_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/testenv"
)

// identifier puts the four types under one table.
type identifier struct {
	name   string
	parse  func(string) (string, error)
	valid  func(string) bool
	format func(string) string
}

func of[T interface {
	~string
	Valid() bool
	Format() string
}](name string, parse func(string) (T, error)) identifier {
	return identifier{
		name:   name,
		parse:  func(s string) (string, error) { v, err := parse(s); return string(v), err },
		valid:  func(s string) bool { return T(s).Valid() },
		format: func(s string) string { return T(s).Format() },
	}
}

var (
	iban     = of("IBAN", ids.ParseIBAN)
	steuerID = of("Steuer-IdNr", ids.ParseSteuerID)
	plz      = of("PLZ", ids.ParsePLZ)
	kfz      = of("Kfz-Kennzeichen", ids.ParseKfzKennzeichen)
	all      = []identifier{iban, steuerID, plz, kfz}
)

func codeOf(t *testing.T, err error) (string, int) {
	t.Helper()
	var e *ids.Error
	require.True(t, errors.As(err, &e), "error %v", err)
	return e.Code, e.Pos
}

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		id               identifier
		in, want, format string
	}{
		{iban, "DE89370400440532013000", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
		{iban, " de89 3704-0044 0532 0130 00 ", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
		{iban, "DE89\u00a03704\u00a00044 0532 0130 00", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"},
		{iban, "FR1420041010050500013M02606", "FR1420041010050500013M02606", "FR14 2004 1010 0505 0001 3M02 606"},
		{steuerID, "86 095 742 719", "86095742719", "86 095 742 719"},
		{steuerID, "86095/742.719", "86095742719", "86 095 742 719"},
		{plz, "07743", "07743", "07743"},
		{plz, " D-07743 ", "07743", "07743"},
		{plz, "de 07 743", "07743", "07743"},
		{kfz, "B AB 1234", "B-AB 1234", "B-AB 1234"},
		{kfz, "ka-ef 12h", "KA-EF 12H", "KA-EF 12H"},
		{kfz, "MIL E 1234", "MIL-E 1234", "MIL-E 1234"},
		{kfz, "j-en123", "J-EN 123", "J-EN 123"},
		{kfz, "J - EN - 123", "J-EN 123", "J-EN 123"},
		{kfz, "mür-a 1", "MÜR-A 1", "MÜR-A 1"},
		{kfz, "HH-XY 999E", "HH-XY 999E", "HH-XY 999E"},
		{kfz, "J-EN 123 04/10", "J-EN 123 04/10", "J-EN 123 04/10"},
		{kfz, "J-EN 12H 11-02", "J-EN 12H 11/02", "J-EN 12H 11/02"},
		{kfz, "KA 1234", "KA 1234", "KA 1234"},
		{kfz, "Y-123456", "Y 123456", "Y 123456"},
		{kfz, "BD 16-123", "BD 16-123", "BD 16-123"},
		{kfz, "THW 81234", "THW 81234", "THW 81234"},
	} {
		t.Run(tt.id.name+"/"+tt.in, func(t *testing.T) {
			got, err := tt.id.parse(tt.in)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.True(t, tt.id.valid(tt.in))
			assert.Equal(t, tt.format, tt.id.format(got))
			again, err := tt.id.parse(tt.format)
			require.NoError(t, err)
			assert.Equal(t, got, again)
		})
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		id   identifier
		in   string
		code string
		pos  int
	}{
		{iban, "", ids.Empty, -1},
		{iban, " - ", ids.Empty, -1},
		{iban, "DE8937040044053201300", ids.Length, -1},
		{iban, "DE893704004405320130000", ids.Length, -1},
		{iban, "DE8", ids.Length, -1},
		{iban, "DE89370400440532013000DE89370400440532013000", ids.Length, 34},
		{iban, "D€89370400440532013000", ids.Charset, 1},
		{iban, "DE89 3704 0044 0532 0130 0ö", ids.Charset, 26},
		{iban, "89DE370400440532013000", ids.Structure, 0},
		{iban, "DEX9370400440532013000", ids.Structure, 2},
		{iban, "DE8937040044053201300A", ids.Structure, 21},
		{iban, "ZZ89370400440532013000", ids.Country, 0},
		{iban, "DE89370400440532013001", ids.Checksum, 2},
		{steuerID, "8609574271", ids.Length, -1},
		{steuerID, "8609574271A", ids.Charset, 10},
		{steuerID, "86095742718", ids.Checksum, 10},
		{steuerID, "02476291358", ids.TestOnly, 0},
		{steuerID, "11112345678", ids.Repeats, -1},
		{steuerID, "65299970480", ids.Repeats, -1},
		{steuerID, "37505648067", ids.Repeats, -1},
		{steuerID, "12345678903", ids.Repeats, -1},
		{plz, "0774", ids.Length, -1},
		{plz, "077433", ids.Length, -1},
		{plz, "0774O", ids.Charset, 4},
		{plz, "01066", ids.Range, -1},
		{plz, "99999", ids.Range, -1},
		{plz, "00000", ids.Range, -1},
		{plz, "A-1010", ids.Charset, 0},
		{kfz, "", ids.Empty, -1},
		{kfz, "JEN123", ids.Ambiguous, 3},
		{kfz, "JEN-", ids.Structure, -1},
		{kfz, "ABCD 12", ids.Ambiguous, 3},
		{kfz, "J-EN", ids.Structure, -1},
		{kfz, "J-ENX 12", ids.Structure, 4},
		{kfz, "J-EN 012", ids.Structure, 5},
		{kfz, "J-EN 12345", ids.Length, 5},
		{kfz, "HVL-AB 1234", ids.Length, -1},
		{kfz, "HH-AB 1234H", ids.Length, -1},
		{kfz, "J-ÄN 12", ids.Charset, 2},
		{kfz, "123 AB", ids.Structure, 0},
		{kfz, "J-EN 123 04/04", ids.Season, 9},
		{kfz, "J-EN 123 01/12", ids.Season, 9},
		{kfz, "J-EN 123 04/13", ids.Season, 9},
		{kfz, "J-EN 123 X", ids.Structure, 9},
		{kfz, "J-EN 12_3", ids.Charset, 7},
		{kfz, "Y-1234567", ids.Length, -1},
	} {
		t.Run(tt.id.name+"/"+tt.in, func(t *testing.T) {
			got, err := tt.id.parse(tt.in)
			code, pos := codeOf(t, err)
			assert.Equal(t, tt.code, code)
			assert.Equal(t, tt.pos, pos)
			assert.Empty(t, got)
			assert.False(t, tt.id.valid(tt.in))
			if tt.code != ids.TestOnly {
				assert.Equal(t, tt.in, tt.id.format(tt.in))
			}
		})
	}
}

func TestErrorsHoldNoInput(t *testing.T) {
	for _, id := range all {
		_, err := id.parse("XQZ-geheim")
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "geheim")
	}
}

func TestParts(t *testing.T) {
	account := ids.IBAN("DE89370400440532013000")
	assert.Equal(t, "DE", account.Country())
	assert.Equal(t, "37040044", account.BLZ())
	assert.Equal(t, "0532013000", account.Konto())
	typed := ids.IBAN(" de89 3704 0044 0532 0130 00")
	assert.Equal(t, []string{"DE", "37040044", "0532013000"}, []string{typed.Country(), typed.BLZ(), typed.Konto()})
	assert.Empty(t, ids.IBAN("AT611904300234573201").BLZ()+ids.IBAN("AT611904300234573201").Konto())
	assert.Empty(t, ids.IBAN("DE00370400440532013000").Country())
	assert.Equal(t, "J", ids.KfzKennzeichen("J-EN 123").Unterscheidungszeichen())
	assert.Equal(t, "MÜR", ids.KfzKennzeichen("mür a 1").Unterscheidungszeichen())
	assert.True(t, ids.KfzKennzeichen("KA 1234").Behoerde())
	assert.False(t, ids.KfzKennzeichen("KA-A 1234").Behoerde())
	for plate, want := range map[ids.KfzKennzeichen][2]string{
		"J-EN 123": {"J-EN 12", "3"}, "mür a 1": {"MÜR-A", "1"}, "J-EN 12H": {"J-EN 1", "2"}, "KA 1234": {}, "J-EN 12 04/10": {}, "x": {},
	} {
		common, own := plate.Wechselteile()
		assert.Equal(t, want, [2]string{common, own}, plate)
	}
	assert.True(t, ids.SteuerID("02476291358").IsTest())
	assert.False(t, ids.SteuerID("86095742719").IsTest())
}

func TestTestNumbers(t *testing.T) {
	id, err := ids.ParseTestSteuerID("02 476 291 358")
	require.NoError(t, err)
	assert.Equal(t, ids.SteuerID("02476291358"), id)
	_, err = ids.ParseTestSteuerID("02476291359")
	code, _ := codeOf(t, err)
	assert.Equal(t, ids.Checksum, code)
}

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(testenv.Data(t, name)))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, v))
}

func TestOfficialSteuerIDs(t *testing.T) {
	var data struct {
		Official []string          `json:"official_examples"`
		Invalid  map[string]string `json:"invalid"`
	}
	readJSON(t, "forms/ids/steuer/idnr.json", &data)
	require.GreaterOrEqual(t, len(data.Official), 6)
	require.GreaterOrEqual(t, len(data.Invalid), 4)
	for _, s := range data.Official {
		_, err := ids.ParseTestSteuerID(s)
		assert.NoError(t, err, s)
		assert.Equal(t, s[0] != '0', ids.SteuerID(s).Valid(), s)
	}
	for s := range data.Invalid {
		_, err := ids.ParseTestSteuerID(s)
		assert.Error(t, err, s)
	}
}

func TestListedIBANs(t *testing.T) {
	var data struct {
		IBAN map[string]bool `json:"iban"`
	}
	readJSON(t, "forms/ids/misc-vectors.json", &data)
	require.GreaterOrEqual(t, len(data.IBAN), 6)
	for s, valid := range data.IBAN {
		assert.Equal(t, valid, ids.IBAN(s).Valid(), s)
	}
}

// The example of each country in the IBAN registry.
func TestRegistryIBANs(t *testing.T) {
	countries := map[string]bool{}
	for _, s := range registryIBANs {
		assert.True(t, ids.IBAN(s).Valid(), s)
		assert.False(t, ids.IBAN(s+"0").Valid(), s)
		assert.False(t, ids.IBAN(s[:len(s)-1]).Valid(), s)
		countries[s[:2]] = true
	}
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			country := string(a) + string(b)
			_, err := ids.ParseIBAN(country + "00")
			if code, _ := codeOf(t, err); code == ids.Country {
				continue
			}
			known++
			assert.True(t, countries[country], "%s has no example", country)
		}
	}
	assert.Equal(t, len(registryIBANs), known)
}

var registryIBANs = []string{
	"AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741",
	"AT611904300234573201", "AZ21NABZ00000000137010001944", "BA391290079401028494", "BE68539007547034",
	"BG80BNBG96611020345678", "BH67BMAG00001299123456", "BI4210000100010000332045181",
	"BR1800360305000010009795493C1", "BY13NBRB3600900000002Z00AB00", "CH9300762011623852957",
	"CR05015202001026284066", "CY17002001280000001200527600", "CZ6508000000192000145399",
	"DE89370400440532013000", "DJ2100010000000154000100186", "DK5000400440116243",
	"DO28BAGR00000001212453611324", "EE382200221020145685", "EG380019000500000000263180002",
	"ES9121000418450200051332", "FI2112345600000785", "FK88SC123456789012", "FO6264600001631634",
	"FR1420041010050500013M02606", "GB29NWBK60161331926819", "GE29NB0000000101904917", "GI75NWBK000000007099453",
	"GL8964710001000206", "GR1601101250000000012300695", "GT82TRAJ01020000001210029690",
	"HN88CABF00000000000250005469", "HR1210010051863000160", "HU42117730161111101800000000",
	"IE29AIBK93115212345678", "IL620108000000099999999", "IQ98NBIQ850123456789012", "IS140159260076545510730339",
	"IT60X0542811101000000123456", "JO94CBJO0010000000000131000302", "KW81CBKU0000000000001234560101",
	"KZ86125KZT5004100100", "LB62099900000001001901229114", "LC55HEMM000100010012001200023015",
	"LI21088100002324013AA", "LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001",
	"LY83002048000020100120361", "MC5811222000010123456789030", "MD24AG000225100013104168",
	"ME25505000012345678951", "MK07250120000058984", "MN121234123456789123", "MR1300020001010000123456753",
	"MT84MALT011000012345MTLCAST001S", "MU17BOMM0101101030300200000MUR", "NI45BAPR00000013000003558124",
	"NL91ABNA0417164300", "NO9386011117947", "OM810180000001299123456", "PK36SCBL0000001123456702",
	"PL61109010140000071219812874", "PS92PALS000000000400123456702", "PT50000201231234567890154",
	"QA58DOHB00001234567890ABCDEFG", "RO49AAAA1B31007593840000", "RS35260005601001611379",
	"RU0304452522540817810538091310419", "SA0380000000608010167519", "SC18SSCB11010000000000001497USD",
	"SD2129010501234001", "SE4550000000058398257466", "SI56263300012039086", "SK3112000000198742637541",
	"SM86U0322509800000000270100", "SO211000001001000100141", "ST23000100010051845310146",
	"SV62CENR00000000000000700025", "TL380080012345678910157", "TN5910006035183598478831",
	"TR330006100519786457841326", "UA213223130000026007233566001", "VA59001123000012345678",
	"VG96VPVG0000012345678901", "XK051212012345678906", "YE15CBYE0001018861234567891234",
}

// The check digits promise that any single wrong character is caught, and any
// two neighbours swapped in an IBAN.
func TestEverySingleErrorIsCaught(t *testing.T) {
	for _, tt := range []struct {
		id    identifier
		value string
		from  int
	}{
		{iban, "DE89370400440532013000", 2},
		{iban, "NO9386011117947", 2},
		{steuerID, "86095742719", 0},
		{steuerID, "65929970489", 0},
	} {
		require.True(t, tt.id.valid(tt.value))
		for i := tt.from; i < len(tt.value); i++ {
			for c := byte('0'); c <= '9'; c++ {
				wrong := []byte(tt.value)
				if wrong[i] == c {
					continue
				}
				wrong[i] = c
				assert.False(t, tt.id.valid(string(wrong)), "%s at %d", wrong, i)
			}
		}
	}
	value := "DE89370400440532013000"
	for i := 2; i+1 < len(value); i++ {
		if value[i] != value[i+1] {
			swapped := []byte(value)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			assert.False(t, ids.IBAN(swapped).Valid(), "%s at %d", swapped, i)
		}
	}
}

// 00, 01 and 99 leave the same remainder as 97, 98 and 02.
func TestCheckDigitsThatAreNeverGivenOut(t *testing.T) {
	found := 0
	for account := range 300 {
		for _, pair := range [][2]string{{"97", "00"}, {"98", "01"}, {"02", "99"}} {
			s := fmt.Sprintf("NO%s8601111%04d", pair[0], account)
			if ids.IBAN(s).Valid() {
				found++
				assert.False(t, ids.IBAN("NO"+pair[1]+s[4:]).Valid(), s)
			}
		}
	}
	require.Positive(t, found)
}

func TestValidAllocatesNothing(t *testing.T) {
	for _, tt := range samples {
		for _, s := range []string{tt.value, tt.typed, "falsch", ""} {
			assert.Zero(t, testing.AllocsPerRun(100, func() { tt.id.valid(s) }), "%s %q", tt.id.name, s)
		}
	}
}

var samples = []struct {
	id           identifier
	value, typed string
}{
	{iban, "DE89370400440532013000", "de89 3704 0044 0532 0130 00"},
	{steuerID, "86095742719", "86 095 742 719"},
	{plz, "07743", "D-07743"},
	{kfz, "MÜR-EN 123", "mür - en 123"},
}

func BenchmarkValid(b *testing.B) {
	for _, tt := range samples {
		b.Run(tt.id.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !tt.id.valid(tt.typed) {
					b.Fatal("not valid")
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, tt := range samples {
		f.Add(tt.value)
		f.Add(tt.typed)
	}
	for _, s := range []string{"", " ", "J-EN 123 04/10", "BD 16-123", "\xc3", "MÜ", "JEN123", "\xc2\xa0", "02476291358"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, id := range all {
			got, err := id.parse(s)
			if (err == nil) != id.valid(s) {
				t.Fatalf("%s: Parse and Valid disagree", id.name)
			}
			if err != nil {
				code, pos := codeOf(t, err)
				if got != "" || code == "" || pos >= max(len(s), 1) {
					t.Fatalf("%s: %q with error %s at %d", id.name, got, code, pos)
				}
				continue
			}
			if again, err := id.parse(got); err != nil || again != got {
				t.Fatalf("%s: %q is not its own normal form", id.name, got)
			}
			if again, err := id.parse(id.format(got)); err != nil || again != got {
				t.Fatalf("%s: %q does not survive Format", id.name, got)
			}
		}
	})
}

func ExampleParseIBAN() {
	iban, err := ids.ParseIBAN("de89 3704 0044 0532 0130 00")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(iban))
	fmt.Println(iban.Format())
	fmt.Println(iban.BLZ())

	_, err = ids.ParseIBAN("DE89 3704 0044 0532 0130 01")
	fmt.Println(err)
	// Output:
	// DE89370400440532013000
	// DE89 3704 0044 0532 0130 00
	// 37040044
	// ids: IBAN: CHECKSUM at byte 2
}

func ExampleParseKfzKennzeichen() {
	for _, s := range []string{"j en 123", "ka-ef 12h", "JEN123"} {
		plate, err := ids.ParseKfzKennzeichen(s)
		fmt.Println(plate, err)
	}
	// Output:
	// J-EN 123 <nil>
	// KA-EF 12H <nil>
	//  ids: Kfz-Kennzeichen: AMBIGUOUS at byte 3
}

func ExampleSteuerID_Format() {
	id, err := ids.ParseSteuerID("86095742719")
	if err != nil {
		panic(err)
	}
	fmt.Println(id.Format())
	// Output: 86 095 742 719
}
