package xdatenfelder

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Lexical forms of XML Schema 1.0 Part 2, sections 3.2.7 to 3.2.9.
func TestDates(t *testing.T) {
	for s, want := range map[string]bool{
		"2026-02-28": true, "2024-02-29": true, "2026-02-29": false, "2000-02-29": true, "1900-02-29": false,
		"2026-13-01": false, "2026-00-01": false, "2026-01-00": false, "2026-04-31": false, "26-01-01": false, "": false,
		"2026-01-01Z": true, "2026-01-01+14:00": true, "2026-01-01-14:01": false, "2026-01-01+1:00": false, "2026-1-1": false,
		"0000-01-01": false, "-0001-01-01": true, "12026-01-01": true, "02026-01-01": false, "2026-01-01T": false, "2026-01-01 ": false,
	} {
		assert.Equal(t, want, validDate([]byte(s)), s)
	}
	for s, want := range map[string]bool{
		"2026-01-01T00:00:00": true, "2026-01-01T00:00:00Z": true, "2026-01-01T23:59:59.999+01:00": true, "2026-01-01T24:00:00": true,
		"2026-01-01T24:00:01": false, "2026-01-01T24:00:00.5": false, "2026-01-01T25:00:00": false, "2026-01-01T00:60:00": false,
		"2026-01-01T00:00:60": false, "2026-01-01T00:00": false, "2026-01-01T00:00:00.": false, "2026-01-01": false, "2026-01-01t00:00:00": false,
		"2026-01-01T0": false, "2026-01-01T00": false, "2026-01-01T00:0": false, "2026-01-01T00:00:0": false, "": false,
	} {
		assert.Equal(t, want, validDateTime([]byte(s)), s)
	}
}

func TestTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for s, want := range map[Zeitpunkt]string{
		"2026-07-01T08:00:00.5":     "2026-07-01T08:00:00.5+02:00",
		"2026-07-01T08:00:00Z":      "2026-07-01T08:00:00Z",
		"2026-07-01T08:00:00-05:00": "2026-07-01T08:00:00-05:00",
		"2026-12-31T24:00:00":       "2027-01-01T00:00:00+01:00",
	} {
		got, err := s.Time(berlin)
		require.NoError(t, err, s)
		assert.Equal(t, want, got.Format(time.RFC3339Nano))
	}
	day, err := Datum("2026-07-01").Time()
	require.NoError(t, err)
	assert.Equal(t, "2026-07-01T00:00:00Z", day.Format(time.RFC3339))
	day, err = Datum("2026-07-01+02:00").Time()
	require.NoError(t, err)
	assert.Equal(t, "2026-07-01T00:00:00+02:00", day.Format(time.RFC3339))
	for _, d := range []Datum{"", "2026", "-0001-01-01", "12026-01-01"} {
		_, err := d.Time()
		assert.Error(t, err, d)
	}
	for _, z := range []Zeitpunkt{"", "2026", "12026-01-01T00:00:00"} {
		_, err := z.Time(time.UTC)
		assert.Error(t, err, z)
	}
}

func TestAnzahl(t *testing.T) {
	for s, want := range map[string]Anzahl{"0:*": {0, Unbegrenzt}, "1:1": {1, 1}, "2:5": {2, 5}, "007:010": {7, 10}, "0:0": {0, 0}} {
		a, small, ok := parseAnzahl([]byte(s))
		assert.True(t, ok && small, s)
		assert.Equal(t, want, a, s)
	}
	for _, s := range []string{"", ":", "1", "1:", ":1", "*:*", "*:1", "1:1 ", " 1:1", "1:-1", "1:**", "1:1:1", "1.0:2", "+1:2"} {
		_, _, ok := parseAnzahl([]byte(s))
		assert.False(t, ok, s)
	}
	assert.Equal(t, "0:*", Anzahl{0, Unbegrenzt}.String())
	assert.Equal(t, "2:5", Anzahl{2, 5}.String())
}

func TestIntegers(t *testing.T) {
	for s, want := range map[string]int{"0": 0, "+7": 7, "-0": 0, "0012": 12, "2147483646": math.MaxInt32 - 1} {
		n, small, ok := parseInteger([]byte(s), 0)
		assert.True(t, ok && small, s)
		assert.Equal(t, want, n)
	}
	for _, s := range []string{"", "-1", "+", "-", "+-1", "-+1", "1.0", "1e3", "0x1", " 1"} {
		_, _, ok := parseInteger([]byte(s), 0)
		assert.False(t, ok, s)
	}
	_, small, ok := parseInteger([]byte("99999999999999999999999"), 0)
	assert.True(t, ok && !small)
}

func TestPraezisierung(t *testing.T) {
	for text, want := range map[string]Praezisierung{
		"":                                   {},
		"{}":                                 {},
		`{"minLength":"1","maxLength":"50"}`: {MinLength: 1, MaxLength: 50},
		`{"minValue":"01.01.2026","maxValue":12}`: {MinValue: "01.01.2026", MaxValue: "12"},
		`{"minLength":"","pattern":"a\\d"}`:       {Pattern: `a\d`},
	} {
		got, ok := parsePraezisierung(text)
		assert.True(t, ok, text)
		want.Text = text
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"5", "1..31", "null", "[]", `{"minLength":"x"}`, `{"minLength":1.5}`, `{"maxLength":"0"}`, `{"a":"b"}`,
		`{"pattern":1}`, `{"minValue":null}`, `{} {}`, `{"minLength":"99999999999"}`, `{"minValue":["1"]}`} {
		got, ok := parsePraezisierung(text)
		assert.False(t, ok, text)
		assert.Equal(t, Praezisierung{Text: text}, got)
	}
}

func TestMediaType(t *testing.T) {
	for s, want := range map[string]bool{"application/pdf": true, "image/svg+xml": true, "text/plain;charset=utf-8": false, "a/b/c": false,
		"/b": false, "a/": false, "": false, "x-a/b": false, "a/x-b": true, "a b/c": false} {
		assert.Equal(t, want, validMediaType([]byte(s)), s)
	}
}
