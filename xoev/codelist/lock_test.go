package codelist

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

const zeroHash = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

func lockText(lines ...string) string {
	return lockHead + "\n" + strings.Join(lines, "")
}

func lockLine(fields ...string) string { return strings.Join(fields, "\t") + "\n" }

func findings(err error) []finding.Finding {
	var invalid *finding.InvalidError
	if !errors.As(err, &invalid) {
		return nil
	}
	return invalid.Findings
}

func codes(err error) []string {
	var out []string
	for _, f := range findings(err) {
		out = append(out, f.Code)
	}
	return out
}

func TestParseLock(t *testing.T) {
	good := lockLine("urn:a", "1", zeroHash, "a.xml", "-")
	next := lockLine("urn:a", "2", zeroHash, "b/c d.xml", "2026-11-23T10:00:00Z")
	cases := []struct {
		name, text string
		codes      []string
		line, col  int
	}{
		{"no list", lockText(), nil, 0, 0},
		{"two lists", lockText(good, next), nil, 0, 0},
		{"a kennung that is no URN", lockText(lockLine("Art des Antrags (kurz)", "1.0", zeroHash, "a.xml", "-")), nil, 0, 0},
		{"empty", "", []string{"LOCK-001"}, 1, 1},
		{"another format", "egov-codelist-lock 2\n", []string{"LOCK-001"}, 1, 1},
		{"head without line end", lockHead, []string{"LOCK-002"}, 1, 21},
		{"line ends of Windows", strings.ReplaceAll(lockText(good), "\n", "\r\n"), []string{"LOCK-002", "LOCK-002"}, 1, 21},
		{"last line not ended", strings.TrimSuffix(lockText(good), "\n"), []string{"LOCK-002"}, 2, 88},
		{"empty line", lockText("\n"), []string{"LOCK-004"}, 2, 1},
		{"four fields", lockText(lockLine("urn:a", "1", zeroHash, "a.xml")), []string{"LOCK-004"}, 2, 1},
		{"six fields", lockText(lockLine("urn:a", "1", zeroHash, "a.xml", "-", "")), []string{"LOCK-004"}, 2, 1},
		{"empty kennung", lockText(lockLine("", "1", zeroHash, "a.xml", "-")), []string{"LOCK-005"}, 2, 1},
		{"version with space", lockText(lockLine("urn:a", " 1", zeroHash, "a.xml", "-")), []string{"LOCK-005"}, 2, 7},
		{"kennung not UTF-8", lockText(lockLine("urn:\xff", "1", zeroHash, "a.xml", "-")), []string{"LOCK-005"}, 2, 1},
		{"hash of capitals", lockText(lockLine("urn:a", "1", strings.Replace(zeroHash, "0", "A", 1), "a.xml", "-")), []string{"LOCK-006"}, 2, 9},
		{"hash too short", lockText(lockLine("urn:a", "1", zeroHash[:70], "a.xml", "-")), []string{"LOCK-006"}, 2, 9},
		{"hash of another kind", lockText(lockLine("urn:a", "1", "sha512:"+zeroHash[7:], "a.xml", "-")), []string{"LOCK-006"}, 2, 9},
		{"time with offset", lockText(lockLine("urn:a", "1", zeroHash, "a.xml", "2026-11-23T10:00:00+01:00")), []string{"LOCK-007"}, 2, 87},
		{"no such day", lockText(lockLine("urn:a", "1", zeroHash, "a.xml", "2026-02-30T10:00:00Z")), []string{"LOCK-007"}, 2, 87},
		{"file outside", lockText(lockLine("urn:a", "1", zeroHash, "../a.xml", "-")), []string{"LOCK-008"}, 2, 81},
		{"absolute file", lockText(lockLine("urn:a", "1", zeroHash, "/a.xml", "-")), []string{"LOCK-008"}, 2, 81},
		{"file with backslash", lockText(lockLine("urn:a", "1", zeroHash, `a\b.xml`, "-")), []string{"LOCK-008"}, 2, 81},
		{"pinned twice", lockText(good, good), []string{"LOCK-009"}, 3, 1},
		{"wrong order", lockText(next, good), []string{"LOCK-010"}, 3, 1},
		{"all findings", lockText(good, "x\n", lockLine("urn:b", "", "-", ".", "now")), []string{"LOCK-004", "LOCK-005", "LOCK-006", "LOCK-008", "LOCK-007"}, 3, 1},
	}
	broken := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l, err := ParseLock([]byte(c.text))
			if c.codes == nil {
				require.NoError(t, err)
				out, err := l.MarshalText()
				require.NoError(t, err)
				assert.Equal(t, c.text, string(out))
				return
			}
			require.Error(t, err)
			assert.Nil(t, l)
			assert.Equal(t, c.codes, codes(err))
			for _, code := range c.codes {
				broken[code] = true
			}
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, [2]int{c.line, c.col}, [2]int{invalid.Findings[0].Line, invalid.Findings[0].Column})
		})
	}
	t.Run("too long", func(t *testing.T) {
		_, err := ParseLock(make([]byte, maxLock+1))
		assert.Equal(t, []string{"LOCK-003"}, codes(err))
		broken["LOCK-003"] = true
	})
	for _, r := range Rules() {
		if strings.HasPrefix(r.Code, "LOCK-") {
			assert.True(t, broken[r.Code], "%s has no failing vector", r.Code)
		}
	}
}

func TestLockIsStable(t *testing.T) {
	at := time.Date(2026, 11, 23, 11, 0, 0, 999, time.FixedZone("", 3600))
	a := Pin{VersionKennung{"urn:a", "10"}, sha256.Sum256([]byte("a")), "a.xml", at}
	b := Pin{VersionKennung{"urn:a", "9"}, sha256.Sum256([]byte("b")), "b.xml", time.Time{}}
	one, err := (&Lock{Pins: []Pin{a, b}}).MarshalText()
	require.NoError(t, err)
	two, err := (&Lock{Pins: []Pin{b, a}}).MarshalText()
	require.NoError(t, err)
	assert.Equal(t, string(one), string(two))
	assert.Contains(t, string(one), "2026-11-23T10:00:00Z\n")
	back, err := ParseLock(one)
	require.NoError(t, err)
	pin, ok := back.Find("urn:a", "9")
	assert.True(t, ok)
	assert.Equal(t, b, pin)
	_, ok = back.Find("urn:a", "11")
	assert.False(t, ok)
	js, err := json.Marshal(back.Pins)
	require.NoError(t, err)
	assert.Contains(t, string(js), `{"kennung":"urn:a","version":"10","sha256":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","file":"a.xml","retrieved":"2026-11-23T10:00:00Z"}`)
}

func TestLockRefusesToWrite(t *testing.T) {
	ok := Pin{VersionKennung: VersionKennung{"urn:a", "1"}, File: "a.xml"}
	for name, change := range map[string]func(*Pin){
		"tab in kennung":   func(p *Pin) { p.Kennung = "a\tb" },
		"line in version":  func(p *Pin) { p.Version = "1\n2" },
		"file outside":     func(p *Pin) { p.File = "../a" },
		"no file":          func(p *Pin) { p.File = "" },
		"year of six":      func(p *Pin) { p.Retrieved = time.Date(123456, 1, 1, 0, 0, 0, 0, time.UTC) },
		"kennung too long": func(p *Pin) { p.Kennung = strings.Repeat("a", maxKennung+1) },
	} {
		p := ok
		change(&p)
		_, err := (&Lock{Pins: []Pin{p}}).MarshalText()
		assert.ErrorIs(t, err, ErrBadPin, name)
	}
	_, err := (&Lock{Pins: []Pin{ok, ok}}).MarshalText()
	assert.ErrorIs(t, err, ErrBadPin)
}

func TestParseVersionKennung(t *testing.T) {
	cases := map[string]*VersionKennung{
		"urn:de:xoev:codeliste:erreichbarkeit_4.1": {"urn:de:xoev:codeliste:erreichbarkeit", "4.1"},
		"urn:a_b_20240925-0":                       {"urn:a_b", "20240925-0"},
		"Art des Antrags (kurz)_1.0":               {"Art des Antrags (kurz)", "1.0"},
		"urn:a":                                    nil, "_1": nil, "urn:a_": nil, "": nil, "urn:a\n_1": nil, "urn:\xff_1": nil, " urn:a_1": nil,
	}
	for in, want := range cases {
		got, ok := ParseVersionKennung(in)
		if assert.Equal(t, want != nil, ok, in) && want != nil {
			assert.Equal(t, *want, got)
			assert.Equal(t, in, got.String())
		}
	}
}

func TestCompareVersions(t *testing.T) {
	ordered := []string{"", "-", "a", "fehlerhaft", "01", "1", "1.0", "1.00", "1.1", "1.9", "1.10", "2", "10", "2010-04-01", "2022-08-01", "2022-08-01a", "2022-08-02", "20240925", "20240925-0", "99999999999999999999999999", "100000000000000000000000000"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := compareVersions(a, b)
			want := i - j
			assert.Equal(t, want < 0, got < 0, "%q %q", a, b)
			assert.Equal(t, want > 0, got > 0, "%q %q", a, b)
		}
	}
	assert.True(t, isFaulty("fehlerhaft"))
	assert.True(t, isFaulty("2.0_Fehlerhaft"))
	assert.False(t, isFaulty("20240925-0"))
}

func FuzzParseLock(f *testing.F) {
	f.Add([]byte(lockText()))
	f.Add([]byte(lockText(lockLine("urn:a", "1", zeroHash, "a.xml", "-"), lockLine("urn:b", "1", zeroHash, "b.xml", "2026-11-23T10:00:00Z"))))
	f.Add([]byte(lockText(lockLine("urn:a", "1", zeroHash, "../a.xml", "0000-00-00T00:00:00Z"), "\r\n", "\t\t\t\t\n")))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ParseLock(b)
		if err != nil {
			require.Nil(t, l)
			require.NotEmpty(t, codes(err))
			return
		}
		out, err := l.MarshalText()
		require.NoError(t, err)
		require.Equal(t, string(b), string(out))
	})
}

func FuzzParseVersionKennung(f *testing.F) {
	f.Add("urn:de:xoev:codeliste:erreichbarkeit_4.1", "9")
	f.Add("urn:a_b_20240925-0", "fehlerhaft")
	f.Fuzz(func(t *testing.T, s, other string) {
		v, ok := ParseVersionKennung(s)
		if !ok {
			require.Zero(t, v)
			return
		}
		require.Equal(t, s, v.String())
		require.NotContains(t, v.Version, "_")
		require.Equal(t, compareVersions(v.Version, other) < 0, compareVersions(other, v.Version) > 0)
		require.Equal(t, v.Version == other, compareVersions(v.Version, other) == 0)
	})
}

// TestMaxBytesHasABound: positions of values have 32 bits, whatever the caller
// allows.
func TestMaxBytesHasABound(t *testing.T) {
	for given, want := range map[int64]int64{0: 64 << 20, -1: 64 << 20, 5: 5, 1<<32 - 1: 1<<32 - 1, 1 << 32: 1<<32 - 1, 1 << 62: 1<<32 - 1} {
		assert.Equal(t, want, (&ReadOptions{MaxBytes: given}).withDefaults().MaxBytes)
	}
}
