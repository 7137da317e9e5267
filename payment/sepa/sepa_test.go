package sepa_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
	"github.com/bausteine/egov/xoev/finding"
)

func TestTransliterate(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		changes        int
	}{
		{"nothing to do", "Meldebescheinigung 42/7 (2026)", "Meldebescheinigung 42/7 (2026)", 0},
		{"umlauts", "Gebühr & Auslagen für Müller", "Gebuehr + Auslagen fuer Mueller", 4},
		{"capitals", "MÜLLSTRAẞE Ärger ÖL", "MUELLSTRASSE Aerger OEL", 4},
		{"decomposed", "Mu\u0308ller", "Mueller", 1},
		{"beyond Latin-1", "Ștefan Łukasz", "Stefan Lukasz", 2},
		{"signs", "§ 5 Abs. 2 – 100 %", "Par. 5 Abs. 2 - 100 .", 3},
		{"no letters of ours", "市", ".", 1},
		{"line end", "a\nb", "a b", 1},
		{"not UTF-8", "a\xffb", "a.b", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, changes := sepa.Transliterate(tt.in)
			require.Equal(t, tt.want, got)
			require.Len(t, changes, tt.changes)
			require.True(t, sepa.Valid(got))
		})
	}
}

func FuzzTransliterate(f *testing.F) {
	f.Add("Gebühr § 5\u200b")
	f.Fuzz(func(t *testing.T, s string) {
		got, changes := sepa.Transliterate(s)
		require.True(t, sepa.Valid(got))
		if sepa.Valid(s) {
			require.Equal(t, s, got)
			require.Empty(t, changes)
		}
		again, none := sepa.Transliterate(got)
		require.Equal(t, got, again)
		require.Empty(t, none)
	})
}

func TestNewReference(t *testing.T) {
	for own, want := range map[string]ids.CreditorReference{
		"539007547034":          "RF18539007547034", // the guideline EPC069-12's example
		"5390-0754.7034":        "RF18539007547034",
		"4200000000061":         "RF594200000000061",
		"kz1":                   "",
		"123456789012345678901": "",
	} {
		got, err := sepa.NewReference(own)
		require.NoError(t, err)
		require.True(t, got.Valid())
		if want != "" {
			require.Equal(t, want, got)
		}
	}
	for _, bad := range []string{"", "--", "1234567890123456789012", "42_1", "Gebühr"} {
		_, err := sepa.NewReference(bad)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.True(t, invalid.Has("SEPA-001"))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for range 2000 {
		var b strings.Builder
		for range 1 + rng.IntN(21) {
			b.WriteByte(alphabet[rng.IntN(36)])
		}
		ref, err := sepa.NewReference(b.String())
		require.NoError(t, err)
		parsed, err := ids.ParseCreditorReference(string(ref))
		require.NoError(t, err)
		require.Equal(t, ref, parsed)
	}
}

func TestChecksOfTexts(t *testing.T) {
	codes := func(ff []finding.Finding) (out []string) {
		for _, f := range ff {
			require.Equal(t, "x", f.Path)
			out = append(out, f.Code)
		}
		return out
	}
	require.Empty(t, sepa.CheckText("x", "Stadt Musterstadt", 70))
	require.Equal(t, []string{"SEPA-003"}, codes(sepa.CheckText("x", "", 70)))
	require.Equal(t, []string{"SEPA-003"}, codes(sepa.CheckText("x", strings.Repeat("a", 71), 70)))
	require.Equal(t, []string{"SEPA-002"}, codes(sepa.CheckText("x", "Gebühr", 70)))
	require.Equal(t, []string{"SEPA-005"}, codes(sepa.CheckText("x", " a", 70)))
	require.Empty(t, sepa.CheckIdentifier("x", "A/B"))
	for _, bad := range []string{"/A", "A/", "A//B"} {
		require.Equal(t, []string{"SEPA-004"}, codes(sepa.CheckIdentifier("x", bad)))
	}
	seen := map[string]bool{}
	for _, r := range sepa.Rules() {
		require.False(t, seen[r.Code])
		seen[r.Code] = true
		require.NotEmpty(t, r.Source)
	}
	require.Len(t, seen, 5)
}

func TestBusinessDays(t *testing.T) {
	date := func(s string) payment.Date {
		d, err := payment.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	for _, closed := range []string{"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-12-26", "2026-11-21", "2026-11-22", "2027-03-26", "2027-03-29", "2025-04-18", "2025-04-21", "2024-03-29"} {
		require.False(t, sepa.BusinessDay(date(closed)), closed)
	}
	for _, open := range []string{"2026-11-23", "2026-04-02", "2026-04-07", "2026-05-14", "2026-12-24", "2026-10-03"[:8] + "05"} {
		require.True(t, sepa.BusinessDay(date(open)), open)
	}
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-23", 0, "2026-11-23"}, {"2026-11-21", 0, "2026-11-23"}, {"2026-11-20", 1, "2026-11-23"},
		{"2026-11-21", 1, "2026-11-23"}, {"2026-04-02", 1, "2026-04-07"}, {"2026-12-24", 2, "2026-12-29"}, {"2026-11-21", 2, "2026-11-24"},
	} {
		require.Equal(t, date(tt.want), sepa.AddBusinessDays(date(tt.from), tt.n), "%s + %d", tt.from, tt.n)
	}
	require.Equal(t, date("2026-11-24"), sepa.EarliestCollection(date("2026-11-23")))
	for n := range 3000 { // property: monotone, and business days only
		d := time.Date(2020, 1, 1+n, 0, 0, 0, 0, time.UTC)
		from := payment.Date{Year: d.Year(), Month: d.Month(), Day: d.Day()}
		next := sepa.AddBusinessDays(from, 1)
		require.True(t, sepa.BusinessDay(next))
		require.Less(t, from.String(), next.String())
	}
}

func ExampleTransliterate() {
	text, changes := sepa.Transliterate("Gebühr & Auslagen")
	fmt.Println(text)
	for _, c := range changes {
		fmt.Printf("%d: %c -> %s\n", c.Index, c.From, c.To)
	}
	// Output:
	// Gebuehr + Auslagen
	// 3: ü -> ue
	// 7: & -> +
}

func ExampleNewReference() {
	ref, err := sepa.NewReference("539007547034")
	fmt.Println(ref.Format(), err)
	// Output: RF18 5390 0754 7034 <nil>
}
