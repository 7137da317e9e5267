package servicekonto_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

func TestParseLevel(t *testing.T) {
	for _, tt := range []struct {
		name string
		want servicekonto.Level
	}{
		{"STORK-QAA-Level-1", servicekonto.Niedrig},
		{"STORK-QAA-Level-2", servicekonto.Niedrig},
		{"STORK-QAA-Level-3", servicekonto.Substanziell},
		{"STORK-QAA-Level-4", servicekonto.Hoch},
		{"http://eidas.europa.eu/LoA/low", servicekonto.Niedrig},
		{"http://eidas.europa.eu/LoA/substantial", servicekonto.Substanziell},
		{"http://eidas.europa.eu/LoA/high", servicekonto.Hoch},
		{"http://bsi.bund.de/eID/LoA/normal", servicekonto.Niedrig},
		{"http://bsi.bund.de/eID/LoA/substantiell", servicekonto.Substanziell},
		{"http://bsi.bund.de/eID/LoA/hoch", servicekonto.Hoch},
		{"niedrig", servicekonto.Niedrig},
		{"Substanziell", servicekonto.Substanziell},
		{"SUBSTANTIELL", servicekonto.Substanziell},
		{"HOCH", servicekonto.Hoch},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := servicekonto.ParseLevel(tt.name)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	for _, unknown := range []string{
		"", " ", "0", "4", "unbekannt", "hoch ", " hoch", "hochx", "stork-qaa-level-4", "STORK-QAA-Level-5", "STORK-QAA-Level-0",
		"STORK-QAA-Level-44", "http://eidas.europa.eu/LoA/HIGH", "https://eidas.europa.eu/LoA/high", "http://eidas.europa.eu/LoA/high/",
		"http://bsi.bund.de/eID/LoA/undefined", "high", "substantial", "ho\u0441h", "H\u00d6CH", "NORMAL",
	} {
		t.Run("unknown "+unknown, func(t *testing.T) {
			got, err := servicekonto.ParseLevel(unknown)
			require.ErrorIs(t, err, servicekonto.ErrUnknownLevel)
			require.Zero(t, got)
			require.False(t, got.Known())
		})
	}
}

func TestLevelNamesRoundTrip(t *testing.T) {
	for _, l := range []servicekonto.Level{servicekonto.Niedrig, servicekonto.Substanziell, servicekonto.Hoch} {
		for _, name := range []string{l.String(), l.STORK(), l.EIDAS()} {
			got, err := servicekonto.ParseLevel(name)
			require.NoError(t, err)
			require.Equal(t, l, got)
		}
		require.True(t, l.Known())
		require.Equal(t, l.String(), l.Trust().String())
	}
	for _, l := range []servicekonto.Level{0, 4, 255} {
		require.Equal(t, "unbekannt", l.String())
		require.Empty(t, l.STORK()+l.EIDAS())
		require.Equal(t, servicekonto.TrustUntergeordnet, l.Trust())
	}
}

func TestParseTrustLevel(t *testing.T) {
	for token, want := range map[string]servicekonto.TrustLevel{
		"UNTERGEORDNET": servicekonto.TrustUntergeordnet, "NORMAL": servicekonto.TrustNiedrig, "Niedrig": servicekonto.TrustNiedrig,
		"SUBSTANTIELL": servicekonto.TrustSubstanziell, "Substanziell": servicekonto.TrustSubstanziell, "HOCH": servicekonto.TrustHoch,
		"": servicekonto.TrustUntergeordnet, "SEHR HOCH": servicekonto.TrustUntergeordnet, "Basisregistrierung": servicekonto.TrustUntergeordnet,
	} {
		require.Equal(t, want, servicekonto.ParseTrustLevel(token), token)
	}
	require.False(t, servicekonto.TrustNiedrig.Verified())
	require.True(t, servicekonto.TrustSubstanziell.Verified())
	require.False(t, servicekonto.TrustLevel(200).Verified())
}

func FuzzParseLevel(f *testing.F) {
	for _, s := range []string{"hoch", "STORK-QAA-Level-3", "http://eidas.europa.eu/LoA/low", "SUBSTANTIELL", "\u212aoch", "undefined"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := servicekonto.ParseLevel(s)
		if err != nil {
			require.ErrorIs(t, err, servicekonto.ErrUnknownLevel)
			require.Zero(t, l)
			return
		}
		require.True(t, l.Known())
		again, err := servicekonto.ParseLevel(l.String())
		require.NoError(t, err)
		require.Equal(t, l, again)
		require.LessOrEqual(t, servicekonto.ParseTrustLevel(s), l.Trust())
	})
}
