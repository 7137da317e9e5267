package ids_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
)

// promises says where the check digits of a kind catch any single wrong digit:
// wherever the mask has a dot. Under an x they do not cover the place, or
// another digit there makes it another kind of number.
var promises = []struct {
	tag, value string
	mask       string
}{
	{"steuerid", "86095742719", "..........."},
	{"steuernummer", "4098081508157", "xxxxx........"}, // the prefix decides the Land, the fifth is fixed
	{"steuernummer", "5400081508159", "x............"},
	{"steuernummer", "9198081508152", "x............"},
	{"steuernummer", "2388081508158", "xx..........."},
	{"steuernummer", "2653081508158", "xx..........."},
	{"steuernummer", "2799081508152", "xx..........."},
	{"wirtschaftsid", "DE123456788", "xx........."},
	{"iban", "DE89370400440532013000", "xx...................."},
	{"iban", "NL91ABNA0417164300", "xx..xxxx.........."},
	{"glaeubigerid", "DE98ZZZ09999999999", "xx..xxx..........."},
	{"rfreferenz", "RF18539007547034", "xx.............."},
	{"rvnr", "15070649C103", "....x...x..."}, // weight 7: some digits have the same digit sum
	{"kvnr", "A123456780", "x........."},
	{"ik", "260326822", "xx......."},
	{"ausweisnummer", "1220001518", ".........."},
	{"leitwegid", "991-03730-19", "...x.....x.."},
	{"lei", "529900T8BM49AURSDO55", "......x.xx..xxxxxx.."},
	{"gln", "4012345000009", "............."},
}

func TestEverySingleWrongDigitIsCaught(t *testing.T) {
	for _, tt := range promises {
		t.Run(tt.tag+" "+tt.value, func(t *testing.T) {
			k := kindOf(t, tt.tag)
			require.True(t, k.Valid(tt.value))
			require.Len(t, tt.mask, len(tt.value))
			tried := 0
			for i := range len(tt.value) {
				if tt.mask[i] == 'x' {
					continue
				}
				for c := byte('0'); c <= '9'; c++ {
					wrong := []byte(tt.value)
					if wrong[i] == c || wrong[i] < '0' || wrong[i] > '9' {
						continue
					}
					wrong[i] = c
					tried++
					assert.False(t, k.Valid(string(wrong)), "offset %d", i)
				}
			}
			require.Greater(t, tried, 20)
		})
	}
}

// What the algorithms do not promise, so that nobody relies on it: these
// wrong digits pass.
func TestWrongDigitsThatPass(t *testing.T) {
	for _, tt := range [][3]string{
		{"rvnr", "15070649C103", "15074649C103"},           // digit weighted 7: 0 and 4
		{"ik", "260326822", "190326822"},                   // not covered
		{"steuernummer", "1113019300001", "1113049300001"}, // the district decides the way in Berlin
		{"betriebsnummer", "09912342", "09912347"},
	} {
		k := kindOf(t, tt[0])
		assert.True(t, k.Valid(tt[1]), tt[1])
		assert.True(t, k.Valid(tt[2]), tt[2])
	}
}

// Every neighbouring pair that is swapped is caught by MOD 97-10; of MOD 11,10
// this is not promised.
func TestSwappedNeighboursAreCaught(t *testing.T) {
	for _, tt := range [][2]string{
		{"iban", "NO9386011117947"}, {"rfreferenz", "RF18539007547034"}, {"lei", "529900T8BM49AURSDO55"},
	} {
		k := kindOf(t, tt[0])
		tried := 0
		for i := 4; i+1 < len(tt[1]); i++ {
			swapped := []byte(tt[1])
			if swapped[i] == swapped[i+1] {
				continue
			}
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			tried++
			assert.False(t, k.Valid(string(swapped)), "offset %d", i)
		}
		require.Greater(t, tried, 5)
	}
}

// For identifiers with one check digit there is exactly one among ten, and at
// most one where a remainder of ten is not given out.
func TestOneCheckDigit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	digits := func(n int) string {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte('0' + random.IntN(10))
		}
		return string(out)
	}
	letter := func() string { return string([]byte{byte('A' + random.IntN(26))}) }
	for _, tt := range []struct {
		tag  string
		want int // 0: one at most
		make func() string
	}{
		{"kvnr", 1, func() string { return letter() + digits(8) }},
		{"rvnr", 1, func() string { return "65" + digits(6) + letter() + digits(2) }},
		{"ik", 1, digitsOf(digits, "", 8)},
		{"gln", 1, digitsOf(digits, "", 12)},
		{"wirtschaftsid", 1, digitsOf(digits, "DE1", 7)},
		{"betriebsnummer", 2, digitsOf(digits, "123", 4)},
		{"steuernummer", 0, digitsOf(digits, "419801", 6)},
		{"steuernummer", 1, digitsOf(digits, "266301", 6)},
		{"steuernummer", 1, digitsOf(digits, "279901", 6)},
		{"steuernummer", 0, digitsOf(digits, "530001", 6)},
	} {
		k := kindOf(t, tt.tag)
		total := 0
		for range 500 {
			front := tt.make()
			found := 0
			for c := range 10 {
				if s := fmt.Sprint(front, c); k.Valid(s) {
					found++
					got, err := k.Parse(k.Format(s))
					require.NoError(t, err)
					require.Equal(t, s, got)
				}
			}
			if tt.want > 0 {
				require.Equal(t, tt.want, found, "%s %s", tt.tag, front)
			}
			require.LessOrEqual(t, found, max(tt.want, 1))
			total += found
		}
		require.Greater(t, total, 300, tt.tag)
	}
}

func digitsOf(digits func(int) string, front string, n int) func() string {
	return func() string { return front + digits(n) }
}

func TestAllPostcodes(t *testing.T) {
	valid := 0
	for n := range 100000 {
		if ids.PLZ(fmt.Sprintf("%05d", n)).Valid() {
			valid++
		}
	}
	assert.Equal(t, 99998-1067+1, valid)
}

func TestAllAreasOfThePensionInsurance(t *testing.T) {
	want := map[int]bool{}
	for _, r := range [][2]int{{2, 4}, {8, 21}, {23, 26}, {28, 29}, {38, 40}, {42, 44}, {48, 61}, {63, 66}, {68, 69}, {78, 82}, {89, 89}} {
		for n := r[0]; n <= r[1]; n++ {
			want[n] = true
		}
	}
	for area := range 100 {
		known := false
		for c := range 10 {
			_, err := ids.ParseRVNR(fmt.Sprintf("%02d070649C10%d", area, c))
			known = known || err == nil
		}
		assert.Equal(t, want[area], known, area)
	}
}

func TestAllAreasOfBetriebsnummern(t *testing.T) {
	for area := range 1000 {
		known := false
		for c := range 10 {
			known = known || ids.Betriebsnummer(fmt.Sprintf("%03d1234%d", area, c)).Valid()
		}
		assert.Equal(t, area >= 10 && area <= 99 || area >= 110, known, area)
	}
}

func TestAllTransponderPrefixes(t *testing.T) {
	for n := range 1000 {
		assert.Equal(t, n > 0, ids.Transponder(fmt.Sprintf("%03d000000000001", n)).Valid(), n)
	}
}

// The member states of the European Union, with Greece under both codes, and
// Northern Ireland.
func TestAllCountriesOfVATNumbers(t *testing.T) {
	states := ""
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			_, err := ids.ParseUStID(string(a) + string(b))
			if code, _ := codeOf(t, err); code != ids.Country {
				states += string(a) + string(b) + " "
			}
		}
	}
	assert.Equal(t, "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI ", states)
}

// Each state's example of the form, with one character too few and too many.
func TestFormsOfVATNumbers(t *testing.T) {
	for _, s := range []string{
		"ATU12345678", "BE0123456789", "BE1123456789", "CY12345678L", "DE123456788", "DK12345678", "EE123456789", "EL123456789",
		"ESX1234567X", "ES12345678Z", "FI12345678", "FRXX123456789", "FR12123456789", "HR12345678901", "HU12345678", "IT12345678901",
		"LU12345678", "LV12345678901", "MT12345678", "NL123456789B01", "PL1234567890", "PT123456789", "SE123456789012", "SI12345678",
		"SK1234567890", "XI123456789", "XI123456789012", "XIGD123", "XIHA123", "LT123456789", "LT123456789012",
	} {
		assert.True(t, ids.UStID(s).Valid(), s)
		assert.False(t, ids.UStID(s+"1").Valid(), s)
		assert.False(t, ids.UStID(s[:len(s)-1]).Valid(), s)
	}
	for _, s := range []string{"BG123456789", "BG1234567890", "CZ12345678", "CZ123456789", "CZ1234567890", "IE1A23456B", "IE1234567B", "IE1234567WI", "RO12", "RO1234567890"} {
		assert.True(t, ids.UStID(s).Valid(), s)
	}
	for _, s := range []string{"BG12345678", "CZ1234567", "IE12345678", "IE123456WI", "RO1", "RO12345678901", "XIAB123"} {
		assert.False(t, ids.UStID(s).Valid(), s)
	}
}

func TestAllLandKeys(t *testing.T) {
	for n := range 100 {
		assert.Equal(t, n >= 1 && n <= 16, ids.AGS(fmt.Sprintf("%02d000000", n)).Valid(), n)
		assert.Equal(t, n >= 1 && n <= 16, ids.ARS(fmt.Sprintf("%02d0000000000", n)).Valid(), n)
	}
}

func TestAllDays(t *testing.T) {
	days := 0
	for _, year := range []int{1900, 1999, 2000, 2024} {
		for month := range 14 {
			for day := range 33 {
				if ids.TeilbekanntesDatum(fmt.Sprintf("%04d-%02d-%02d", year, month, day)).Valid() && day > 0 {
					days++
				}
			}
		}
	}
	assert.Equal(t, 365+365+366+366, days)
}

func TestEveryLetterOfSerialNumbers(t *testing.T) {
	valid := ""
	for c := byte('0'); c <= 'Z'; c++ {
		if ids.Ausweisnummer("L01X00T4" + string([]byte{c})).Valid() {
			valid += string([]byte{c})
		}
	}
	assert.Equal(t, "0123456789CFGHJKLMNPRTVWXYZ", valid)
}
