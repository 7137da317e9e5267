package latin_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/latin"
)

func addSeeds(f *testing.F) {
	for _, text := range append([]string{"Erika Mustermann", "René Müller", "„Straβe – ŉ“", "Ωμέγα Щука", strings.Repeat("e\u0301", 40),
		"e" + strings.Repeat("\u0301\u0323", 40) + "\u034F", "1" + strings.Repeat("\u0301\u034F", 40), "a\u00AD" + strings.Repeat("\uFE0F\u0300", 70),
		"\xC2\u00AD\xAD", "\xC8ь\xA8"}, awkward...) {
		f.Add(text, uint8(0), uint16(0x7F))
		f.Add(text+"x"+text, uint8(4), uint16(3))
	}
}

// Check, CheckAll, Valid and the check in pieces agree with each other.
func FuzzCheck(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, n uint8, cut uint16) {
		typ := allTypes[int(n)%len(allTypes)]
		p, ok := typ.Check(text)
		all, total := typ.CheckAll(text, len(text)+1)
		require.Equal(t, ok, typ.Valid([]byte(text)))
		require.Equal(t, ok, total == 0)
		require.Len(t, all, total)
		if !ok {
			require.Equal(t, p, all[0])
			require.True(t, typ.ValidString(text[:p.Offset]))
			require.Equal(t, utf8.RuneCountInString(text[:p.Offset]), p.Index)
			require.NotEmpty(t, p.Finding("", 0, 0).Code)
		}
		c := latin.Checker{Type: typ, Limit: len(text) + 1}
		for rest := text; rest != ""; {
			size := min(len(rest), 1+int(cut)%70)
			_, _ = c.WriteString(rest[:size])
			rest = rest[size:]
			cut = cut>>3 | cut<<13
		}
		require.NoError(t, c.Close())
		got, gotTotal := c.Problems()
		require.Equal(t, total, gotTotal)
		require.Equal(t, all, got)
	})
}

func FuzzRepair(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, n uint8, repairs uint16) {
		checkRepair(t, allTypes[int(n)%len(allTypes)], text, latin.Repairs(repairs)&allRepairs)
	})
}

// A search form is its own search form; what it and the transliteration leave
// are no Latin letters of the norm other than A to Z.
func FuzzSearchForm(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, _ uint8, _ uint16) {
		form := latin.SearchForm(text)
		require.Equal(t, form, latin.SearchForm(form))
		plain := latin.Transliterate(text)
		require.Equal(t, plain, latin.Transliterate(plain))
		mrz, _ := latin.MRZ(text)
		for _, r := range mrz {
			require.True(t, r == '<' || r >= 'A' && r <= 'Z')
		}
		require.NotContains(t, mrz, "<<")
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(form))
			require.True(t, utf8.ValidString(plain))
		} else {
			require.Equal(t, text, form)
			require.Equal(t, text, plain)
		}
	})
}
