package decimal

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "+0.0": "0", "007": "7", "-12.50": "-12.5", ".5": "0.5", "5.": "5", "-.25": "-0.25", "100": "100",
	} {
		d, ok := Parse(in)
		require.True(t, ok, in)
		assert.Equal(t, want, d.String(), in)
	}
	for _, in := range []string{"", "+", "-", ".", "1,5", "1e3", " 1", "1 ", "--1", "1.2.3", "NaN", "INF", "٣", strings.Repeat("1", 1001)} {
		_, ok := Parse(in)
		assert.False(t, ok, in)
	}
	for in, want := range map[string]string{
		"1e3": "1000", "1.25E+1": "12.5", "125e-3": "0.125", "-1e-1": "-0.1", "1.5e0": "1.5", "0e999": "0", "1e0002": "100", "12.3456e2": "1234.56",
	} {
		d, ok := ParseJSON(in)
		require.True(t, ok, in)
		assert.Equal(t, want, d.String(), in)
	}
	for _, in := range []string{"1e1000", "1e-1000", "1e99999999999999999999", "e1", "0e", "1e+", "1e+-2"} {
		_, ok := ParseJSON(in)
		assert.False(t, ok, in)
	}
}

func TestFixed(t *testing.T) {
	for in, want := range map[string]string{"12": "12.00", "12.5": "12.50", "12.345": "12.345", "-0.1": "-0.10"} {
		d, _ := Parse(in)
		assert.Equal(t, want, d.Fixed(2))
	}
	d, _ := Parse("12.0")
	assert.Equal(t, "12", d.Fixed(0))
	assert.True(t, d.IsInteger())
	assert.Zero(t, d.Decimals())
}

// FuzzParse compares with big.Rat.
func FuzzParse(f *testing.F) {
	f.Add("12.50", "-3e2")
	f.Add(".5", "0")
	f.Add("-0.0", "1e-9")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, ok1 := ParseJSON(a)
		y, ok2 := ParseJSON(b)
		if !ok1 || !ok2 {
			return
		}
		r, ok := new(big.Rat).SetString(a)
		require.True(t, ok, a)
		s, ok := new(big.Rat).SetString(b)
		require.True(t, ok, b)
		require.Equal(t, r.Cmp(s), x.Compare(y), "%s %s", a, b)
		again, ok := new(big.Rat).SetString(x.String())
		require.True(t, ok)
		require.Zero(t, r.Cmp(again))
		require.Equal(t, r.IsInt(), x.IsInteger())
	})
}
