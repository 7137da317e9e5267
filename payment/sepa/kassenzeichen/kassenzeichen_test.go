package kassenzeichen_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/xoev/finding"
)

func compile(t testing.TB, pattern string, s kassenzeichen.Scheme) *kassenzeichen.Format {
	t.Helper()
	f, err := kassenzeichen.Compile(pattern, s)
	require.NoError(t, err)
	return f
}

// TestKnownNumbers compares the schemes with numbers that others published.
func TestKnownNumbers(t *testing.T) {
	for _, tt := range []struct {
		name, pattern, number string
		scheme                kassenzeichen.Scheme
	}{
		{"Luhn, card number of ISO/IEC 7812 texts", "##########?", "79927398713", kassenzeichen.Luhn()},
		{"GS1, ISBN-13", "############?", "9783161484100", kassenzeichen.Mod10(3, 1)},
		{"mod 11, ISBN-10 with digit", "#########?", "0306406152", kassenzeichen.Mod11(kassenzeichen.TenX, 2, 3, 4, 5, 6, 7, 8, 9, 10)},
		{"mod 11, ISBN-10 with X", "#########?", "080442957X", kassenzeichen.Mod11(kassenzeichen.TenX, 2, 3, 4, 5, 6, 7, 8, 9, 10)},
		{"MOD 11,10, ISO/IEC 7064's example", "####?", "07945", kassenzeichen.ISO7064Mod11x10()},
		{"MOD 11-2, ISO/IEC 7064's example", "####?", "07940", kassenzeichen.ISO7064Mod11x2()},
		{"MOD 11-2, ORCID's example", "###############?", "0000000218250097", kassenzeichen.ISO7064Mod11x2()},
		{"MOD 11-2 with X, ORCID's example", "###############?", "000000021694233X", kassenzeichen.ISO7064Mod11x2()},
		{"MOD 97-10, ISO/IEC 7064's example", "####??", "079444", kassenzeichen.ISO7064Mod97x10()},
		{"MOD 37-2, ISBT 128's example", "@############?", "A999914123456N", kassenzeichen.ISO7064Mod37x2()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := compile(t, tt.pattern, tt.scheme)
			got, err := f.Parse(tt.number)
			require.NoError(t, err)
			require.Equal(t, tt.number, got)
		})
	}
}

func schemes() map[string]kassenzeichen.Scheme {
	return map[string]kassenzeichen.Scheme{
		"Luhn": kassenzeichen.Luhn(), "GS1": kassenzeichen.Mod10(3, 1), "mod11": kassenzeichen.Mod11(kassenzeichen.TenUnused),
		"mod11x": kassenzeichen.Mod11(kassenzeichen.TenX), "11,10": kassenzeichen.ISO7064Mod11x10(),
		"11-2": kassenzeichen.ISO7064Mod11x2(), "37-2": kassenzeichen.ISO7064Mod37x2(), "97-10": kassenzeichen.ISO7064Mod97x10(),
	}
}

// TestSlipsAreCaught: every scheme here finds every single wrong digit of
// numbers of twelve digits at most; those that promise it, every swap.
func TestSlipsAreCaught(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	swaps := map[string]bool{"mod11": true, "mod11x": true, "11-2": true, "37-2": true, "97-10": true}
	for name, s := range schemes() {
		t.Run(name, func(t *testing.T) {
			pattern := "42####" + strings.Repeat("?", s.Width())
			f := compile(t, pattern, s)
			made := 0
			for range 120 {
				kz, err := f.Make(rng.Uint64N(10000))
				if err != nil {
					var invalid *finding.InvalidError
					require.ErrorAs(t, err, &invalid)
					require.True(t, invalid.Has("KZ-004"))
					continue
				}
				made++
				require.True(t, f.Valid(kz))
				for i := 2; i < len(kz); i++ {
					for c := byte('0'); c <= '9'; c++ {
						b := []byte(kz)
						if b[i] == c {
							continue
						}
						b[i] = c
						require.False(t, f.Valid(string(b)), "%s -> %s", kz, b)
						require.Contains(t, append(f.Corrections(string(b)), kz), kz)
					}
					if b := []byte(kz); swaps[name] && i > 2 && b[i] != b[i-1] && b[i] <= '9' && b[i] >= '0' {
						b[i], b[i-1] = b[i-1], b[i]
						require.False(t, f.Valid(string(b)), "%s -> %s", kz, b)
						require.Contains(t, f.Corrections(string(b)), kz)
					}
				}
			}
			require.Greater(t, made, 80)
		})
	}
}

// TestNegativeWeights: a weight counts by its modulus, -1 as 9 or 10.
func TestNegativeWeights(t *testing.T) {
	for _, tt := range []struct{ negative, same kassenzeichen.Scheme }{
		{kassenzeichen.Mod10(3, -1), kassenzeichen.Mod10(3, 9)},
		{kassenzeichen.Mod11(kassenzeichen.TenX, 2, -1), kassenzeichen.Mod11(kassenzeichen.TenX, 2, 10)},
	} {
		a, b := compile(t, "####?", tt.negative), compile(t, "####?", tt.same)
		for n := range uint64(10000) {
			got, err := a.Make(n)
			require.NoError(t, err)
			want, err := b.Make(n)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}

// TestMod97Range: the check digits are 02 to 98, as in an IBAN.
func TestMod97Range(t *testing.T) {
	f := compile(t, "####??", kassenzeichen.ISO7064Mod97x10())
	seen := map[string]bool{}
	for n := range uint64(10000) {
		kz, err := f.Make(n)
		require.NoError(t, err)
		seen[kz[4:]] = true
	}
	require.Len(t, seen, 97)
	for _, never := range []string{"00", "01", "99"} {
		require.False(t, seen[never])
	}
}

// TestMod97IsThatOfReferences: the scheme agrees with forms/ids.
func TestMod97IsThatOfReferences(t *testing.T) {
	f := compile(t, "***********RF??", kassenzeichen.ISO7064Mod97x10())
	for _, ref := range []string{"RF18539007547034"} {
		require.True(t, ids.CreditorReference(ref).Valid())
		body := ref[4:]
		require.Equal(t, 12, len(body))
		g := compile(t, strings.Repeat("#", 12)+"RF??", kassenzeichen.ISO7064Mod97x10())
		require.True(t, g.Valid(body+"RF"+ref[2:4]))
	}
	require.True(t, f.Checked())
}

func TestPatterns(t *testing.T) {
	f := compile(t, "01 ########## 01 000", kassenzeichen.None())
	kz, err := f.Make(123456789)
	require.NoError(t, err)
	require.Equal(t, "01012345678901000", kz)
	require.Equal(t, "01 0123456789 01 000", f.Format(kz))
	require.False(t, f.Checked())
	require.Nil(t, f.Corrections(kz))
	require.Equal(t, "no number", f.Format("no number"))
	require.Equal(t, "01 ########## 01 000 (none)", f.String())
	_, err = f.Make(12345678901)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.True(t, invalid.Has("KZ-003"))

	front := compile(t, "?#####", kassenzeichen.Luhn()) // check digit in front
	kz, err = front.Make(7)
	require.NoError(t, err)
	require.Equal(t, "500007", kz)
	require.True(t, front.Valid("500007"))

	for name, bad := range map[string]struct {
		pattern string
		scheme  kassenzeichen.Scheme
	}{
		"empty": {"", kassenzeichen.None()}, "short": {"###", kassenzeichen.None()}, "long": {strings.Repeat("#", 37), kassenzeichen.None()},
		"umlaut": {"Ä####", kassenzeichen.None()}, "small letter": {"a####", kassenzeichen.None()}, "letters for digits": {"A###?", kassenzeichen.Luhn()},
		"no place": {"#####", kassenzeichen.Luhn()}, "two places": {"###??", kassenzeichen.Luhn()}, "apart": {"?###?", kassenzeichen.ISO7064Mod97x10()},
		"place without scheme": {"####?", kassenzeichen.None()}, "no function": {"####?", kassenzeichen.Custom("x", 1, false, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := kassenzeichen.Compile(bad.pattern, bad.scheme)
			require.Nil(t, f)
			require.ErrorIs(t, err, kassenzeichen.ErrPattern)
		})
	}
	for _, s := range []string{"", "4", "421234567890123", "42x", "43000000006"} {
		_, err := compile(t, "42########?", kassenzeichen.Luhn()).Parse(s)
		require.ErrorAs(t, err, &invalid)
	}
	require.Len(t, kassenzeichen.Rules(), 4)
}

func TestFind(t *testing.T) {
	f := compile(t, "42##########?", kassenzeichen.Luhn())
	kz, err := f.Make(6)
	require.NoError(t, err)
	require.Equal(t, "4200000000069", kz)
	other, err := f.Make(7)
	require.NoError(t, err)
	for _, tt := range []struct {
		name   string
		pieces []string
		valid  []string
		wrong  []string
	}{
		{"alone", []string{kz}, []string{kz}, nil},
		{"points", []string{"Kassenzeichen 42.0000.0000.069 Hund"}, []string{kz}, nil},
		{"over a seam", []string{"KZ 42000000", "00069 Hundesteuer"}, []string{kz}, nil},
		{"over two seams", []string{"KZ 4200", "000000", "069"}, []string{kz}, nil},
		{"seam and blank", []string{"KZ 42000000 ", " 00069"}, []string{kz}, nil},
		{"a seam ends it", []string{kz, "2026 Bescheid"}, []string{kz}, nil},
		{"a seam begins it", []string{"Bescheid 2026", kz}, []string{kz}, nil},
		{"letters beside it", []string{"KZ" + kz + "Hund"}, []string{kz}, nil},
		{"text behind a slash", []string{kz + "/BUEC"}, []string{kz}, nil},
		{"part of a longer number", []string{"1" + kz, kz + "1"}, nil, nil},
		{"twice is once", []string{kz + " " + kz}, []string{kz}, nil},
		{"two", []string{kz + " und " + other}, []string{kz, other}, nil},
		{"wrong check digit", []string{"4200000000068"}, nil, []string{"4200000000068"}},
		{"wrong and right", []string{"4200000000068, " + kz}, []string{kz}, []string{"4200000000068"}},
		{"too many separators", []string{"42...0000.0000.069"}, nil, nil},
		{"other prefix", []string{"4300000000067"}, nil, nil},
		{"cut off", []string{"42000000000"}, nil, nil},
		{"nothing", nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var valid, wrong []string
			for _, h := range kassenzeichen.Find(tt.pieces, f) {
				require.Equal(t, f, h.Format)
				if h.Valid {
					valid = append(valid, h.Kassenzeichen)
				} else {
					wrong = append(wrong, h.Kassenzeichen)
				}
			}
			require.Equal(t, tt.valid, valid)
			require.Equal(t, tt.wrong, wrong)
		})
	}
	for _, at := range []int{0, 16<<10 - 1, 16<<10 - len(kz), 16 << 10} { // where the search ends
		text := strings.Repeat("x", at) + kz
		require.Len(t, kassenzeichen.Find([]string{text}, f), map[bool]int{true: 1}[at < 16<<10], "at %d", at)
		require.Empty(t, kassenzeichen.Find([]string{text + "1"}, f), "a longer number at %d", at)
	}
	letters := compile(t, "K@###", kassenzeichen.None())
	require.Len(t, kassenzeichen.Find([]string{"Zahlung ka123"}, letters), 1)
	require.Empty(t, kassenzeichen.Find([]string{"Xka123"}, letters))
}

// TestFindIsFoundHoweverCut: a property: whatever the bank cuts and whatever
// the payer separates, a number between words is found.
func TestFindIsFoundHoweverCut(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for name, s := range schemes() {
		pattern := "42######" + strings.Repeat("?", s.Width())
		f := compile(t, pattern, s)
		for range 300 {
			kz, err := f.Make(rng.Uint64N(1000000))
			if err != nil {
				continue
			}
			var b strings.Builder
			for i := range len(kz) {
				if i > 0 && rng.IntN(3) == 0 {
					b.WriteByte(" .-/"[rng.IntN(4)])
				}
				b.WriteByte(kz[i])
			}
			text := "Gebuehr KZ " + b.String() + " Erika M"
			cut := 1 + rng.IntN(len(text)-1)
			pieces := []string{text[:cut], text[cut:]}
			var found []string
			for _, h := range kassenzeichen.Find(pieces, f) {
				if h.Valid {
					found = append(found, h.Kassenzeichen)
				}
			}
			require.Contains(t, found, kz, "%s: %q", name, pieces)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Kassenzeichen 42.0000.0000.067 Mel", "debescheinigung")
	f.Add("4200000000068", "")
	luhn, err := kassenzeichen.Compile("42##########?", kassenzeichen.Luhn())
	require.NoError(f, err)
	iso, err := kassenzeichen.Compile("*@##-??", kassenzeichen.ISO7064Mod97x10())
	require.NoError(f, err)
	none, err := kassenzeichen.Compile("#### ####", kassenzeichen.None())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, a, b string) {
		hits := kassenzeichen.Find([]string{a, b}, luhn, iso, none)
		require.LessOrEqual(t, len(hits), 20)
		for _, h := range hits {
			require.Equal(t, h.Valid, h.Format.Valid(h.Kassenzeichen))
			if !h.Valid {
				for _, c := range h.Format.Corrections(h.Kassenzeichen) {
					require.True(t, h.Format.Valid(c))
				}
			}
		}
		for _, g := range []*kassenzeichen.Format{luhn, iso, none} {
			normal, err := g.Parse(a)
			var invalid *finding.InvalidError
			if err != nil {
				require.Empty(t, normal)
				require.True(t, errors.As(err, &invalid))
				continue
			}
			again, err := g.Parse(g.Format(normal))
			require.NoError(t, err)
			require.Equal(t, normal, again)
		}
	})
}

func ExampleFormat_Make() {
	format, err := kassenzeichen.Compile("42.####.####.##?", kassenzeichen.Luhn())
	if err != nil {
		panic(err)
	}
	kz, err := format.Make(6)
	fmt.Println(kz, format.Format(kz), err)
	// Output: 4200000000069 42.0000.0000.069 <nil>
}

func ExampleFind() {
	format, err := kassenzeichen.Compile("42.####.####.##?", kassenzeichen.Luhn())
	if err != nil {
		panic(err)
	}
	for _, hit := range kassenzeichen.Find([]string{"KZ 42.0000.00", "00.069 Hundesteuer"}, format) {
		fmt.Println(hit.Kassenzeichen, hit.Valid)
	}
	// Output: 4200000000069 true
}
