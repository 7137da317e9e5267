package ids_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
)

func muster(t testing.TB, pattern string) *ids.AktenzeichenMuster {
	t.Helper()
	m, err := ids.CompileAktenzeichen(pattern)
	require.NoError(t, err, pattern)
	return m
}

func TestAktenzeichen(t *testing.T) {
	for _, tt := range [][3]string{
		{"##.@{2,3}-#{1,5}/####", "61.BA-123/2026", "61.BA-123/2026"},
		{"##.@{2,3}-#{1,5}/####", "61 bau - 7 / 2026", "61.BAU-7/2026"},
		{"##.@{2,3}-#{1,5}/####", "61BA/123-2026", "61.BA-123/2026"},
		{"#{1,3} C #{1,4}/##", "12 c 123/26", "12 C 123/26"},
		{"#{1,3} #{1,3}", "1 23", "1 23"},
		{"#{1,3} #{1,3}", "12 3", "12 3"},
		{"BAU-####-**", "bau 1234 a1", "BAU-1234-A1"},
		{"##.@{2,3}-#{1,5}/####", "61 ba 123 2026", "61.BA-123/2026"},
		{"#{17}", "1234 5678 9012 3456 7", "12345678901234567"},
		{"A9#", "a95", "A95"},
		{"(##) #", "12 3", "(12) 3"},
		{"#{0,1}# #{0,1}*", "1-2A", "1 2A"},
		{"*{1,9}*{1,9}*{1,9}*{1,9}*{1,9}-#", strings.Repeat("A", 44) + "/1", strings.Repeat("A", 44) + "-1"},
	} {
		t.Run(tt[0]+" "+tt[1], func(t *testing.T) {
			m := muster(t, tt[0])
			got, err := m.Parse(tt[1])
			require.NoError(t, err)
			assert.Equal(t, tt[2], got)
			assert.True(t, m.Valid(tt[1]))
			again, err := m.Parse(got)
			require.NoError(t, err)
			assert.Equal(t, got, again)
		})
	}
	for _, tt := range []struct {
		pattern, in, code string
		pos               int
	}{
		{"##-##", "", ids.Empty, -1},
		{"##-##", "12-3", ids.Length, -1},
		{"##-##", "12-3A", ids.Structure, 4},
		{"##-##", "12-345", ids.Structure, 5},
		{"##-##", "12-ä5", ids.Charset, 3},
		{"#{1,2}-##", "123", ids.Structure, 2},
		{"##-##", strings.Repeat("1", 200), ids.Length, 128},
	} {
		got, err := muster(t, tt.pattern).Parse(tt.in)
		code, pos := codeOf(t, err)
		assert.Equal(t, tt.code, code, tt.in)
		assert.Equal(t, tt.pos, pos, tt.in)
		assert.Empty(t, got)
	}
	var none ids.AktenzeichenMuster
	assert.False(t, none.Valid("1"))
}

func TestMusterRefused(t *testing.T) {
	for _, pattern := range []string{"", "a", "ä", "#{", "#{2", "#{0}", "#{3,2}", "#{65}", "{2}", "#}", "\t", "#{33}#{32}", " #", "#{1,2} ", "#{0,2} #", "# #{0,2}"} {
		m, err := ids.CompileAktenzeichen(pattern)
		assert.ErrorIs(t, err, ids.ErrMuster, pattern)
		assert.Nil(t, m)
	}
}

func TestGrundsteuerAktenzeichen(t *testing.T) {
	for _, tt := range []struct {
		land  ids.Land
		in    string
		valid bool
	}{
		{"TH", "12345678901234567", true}, {"TH", "1234567890123456", false},
		{"NW", "123456 3 123456", true}, {"NW", "1234564123456", false},
		{"BE", "1234567890", true}, {"HB", "1234567890", true}, {"SH", "12345678901", false},
	} {
		assert.Equal(t, tt.valid, ids.GrundsteuerAktenzeichen(tt.land).Valid(tt.in), tt)
	}
}

func TestAktenzeichenAllocateNothing(t *testing.T) {
	m := muster(t, "##.@{2,3}-#{1,5}/####")
	for _, s := range []string{"61.BA-123/2026", "falsch", ""} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { m.Valid(s) }), s)
	}
}

func FuzzAktenzeichen(f *testing.F) {
	f.Add("##.@{2,3}-#{1,5}/####", "61.BA-123/2026")
	f.Add("#{1,3} C #{1,4}/##", "12 c 123/26")
	f.Add("*{1,9}*{1,9}*{1,9}*{1,9}*{1,9}-", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("(##) -#", "12 - 3")
	f.Add("#{0,1} 0100000!", "0100000")
	f.Add("#{0,1}# #{0,1}*", "1-2A")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		m, err := ids.CompileAktenzeichen(pattern)
		if err != nil {
			if m != nil {
				t.Fatal("a pattern with an error")
			}
			return
		}
		got, err := m.Parse(s)
		if (err == nil) != m.Valid(s) {
			t.Fatal("Parse and Valid disagree")
		}
		if err != nil {
			if code, pos := codeOf(t, err); got != "" || code == "" || pos >= max(len(s), 1) {
				t.Fatalf("%q with error %s at %d", got, code, pos)
			}
			return
		}
		if again, err := m.Parse(got); err != nil || again != got {
			t.Fatalf("%q is not its own normal form: %q", got, again)
		}
	})
}

func ExampleCompileAktenzeichen() {
	m, err := ids.CompileAktenzeichen("##.@{2,3}-#{1,5}/####")
	if err != nil {
		panic(err)
	}
	fmt.Println(m.Parse("61 ba - 123 / 2026"))
	// Output: 61.BA-123/2026 <nil>
}
