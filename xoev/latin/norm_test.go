package latin_test

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/latin"
)

// Every entry of the list in every type.
func TestEveryEntry(t *testing.T) {
	list := entries(t)
	judge := oracles(t)
	checked, accepted := 0, map[latin.Type]int{}
	for _, e := range list {
		for _, typ := range allTypes {
			require.Equal(t, e.in[typ], typ.ValidString(e.text), "%U %s", []rune(e.text), typ)
			require.Equal(t, e.in[typ], judge[typ].whole.MatchString(e.text), "%U %s", []rune(e.text), typ)
			checked++
			if e.in[typ] {
				accepted[typ]++
			}
		}
	}
	assert.Equal(t, 930*11, checked)
	assert.Equal(t, wantEntries, accepted)
}

// wantEntries and wantCodePoints are how many entries of the list, and how many
// single code points, each type accepts.
var (
	wantEntries = map[latin.Type]int{latin.A: 667, latin.B: 727, latin.C: 737, latin.D: 844, latin.E: 910,
		latin.SpecA: 664, latin.SpecB: 724, latin.SpecC: 734, latin.SpecD: 839, latin.SpecE: 905, latin.StringLatin11: 490}
	wantCodePoints = map[latin.Type]int{latin.A: 518, latin.B: 578, latin.C: 588, latin.D: 695, latin.E: 761,
		latin.SpecA: 517, latin.SpecB: 577, latin.SpecC: 587, latin.SpecD: 692, latin.SpecE: 758, latin.StringLatin11: 481}
)

// Every code point of Unicode alone. The numbers hold without the data, too.
func TestCodePointCounts(t *testing.T) {
	for _, typ := range allTypes {
		n := 0
		for r := rune(0); r <= utf8.MaxRune; r++ {
			if utf8.ValidRune(r) && typ.ValidString(string(r)) {
				n++
			}
		}
		assert.Equal(t, wantCodePoints[typ], n, "%s", typ)
	}
}

// Every code point of Unicode against the schema's pattern and the list. What
// the pattern says is read from its syntax tree for all, and asked of the
// compiled pattern up to where tables and pattern have long ended, alone and
// between letters.
func TestEveryCodePoint(t *testing.T) {
	judge := oracles(t)
	listed := map[rune]entry{}
	for _, e := range entries(t) {
		if r, size := decode(e.text); size == len(e.text) {
			listed[r] = e
		}
	}
	for _, typ := range allTypes {
		t.Run(typ.String(), func(t *testing.T) {
			checked := 0
			for r := rune(0); r <= utf8.MaxRune; r++ {
				if !utf8.ValidRune(r) {
					continue // a surrogate has no encoding; see TestReason
				}
				checked++
				alone := string(r)
				want := judge[typ].names(r)
				if got := typ.ValidString(alone); got != want || got != listed[r].in[typ] {
					t.Fatalf("%U: got %v, pattern %v, list %v", r, got, want, listed[r].in[typ])
				}
				if r >= 0x3000 {
					continue
				}
				if compiled := judge[typ].whole.MatchString(alone); compiled != want {
					t.Fatalf("%U: compiled pattern %v, syntax tree %v", r, compiled, want)
				}
				between := "C" + alone + "H"
				if got, want := typ.ValidString(between), judge[typ].whole.MatchString(between); got != want {
					t.Fatalf("C %U H: got %v, pattern %v", r, got, want)
				}
			}
			assert.Equal(t, utf8.MaxRune+1-0x800, rune(checked))
		})
	}
}

// Every pair of a listed character and a combining mark, and of two marks.
func TestEveryPair(t *testing.T) {
	judge := oracles(t)
	var letters, marks []string
	for _, e := range entries(t) {
		if e.group == "dc" {
			marks = append(marks, e.text)
		} else {
			letters = append(letters, e.text)
		}
	}
	require.Len(t, marks, 20)
	for _, typ := range []latin.Type{latin.A, latin.E, latin.SpecC, latin.StringLatin11} {
		for _, letter := range letters {
			for _, mark := range marks {
				s := letter + mark
				p, ok := typ.Check(s)
				require.Equal(t, judge[typ].whole.MatchString(s), ok, "%U %s", []rune(s), typ)
				if !ok {
					require.Equal(t, judge[typ].firstBad(s), p.Offset, "%U %s", []rune(s), typ)
				}
			}
		}
	}
}

// Random texts of listed units, then spoilt: verdict and place of the first
// problem against the schema's pattern.
func TestRandomTexts(t *testing.T) {
	judge := oracles(t)
	list := entries(t)
	random := rand.New(rand.NewPCG(91379, 2022))
	spoilt := 0
	for range 30_000 {
		typ := allTypes[random.IntN(len(allTypes))]
		s := randomText(random, list, typ)
		require.True(t, typ.ValidString(s), "%U %s", []rune(s), typ)
		s = spoil(random, list, s)
		want := judge[typ].firstBad(s)
		p, ok := typ.Check(s)
		require.Equal(t, want == len(s), ok, "%q %s", s, typ)
		require.Equal(t, ok, typ.Valid([]byte(s)))
		if !ok {
			spoilt++
			require.Equal(t, want, p.Offset, "%q %s", s, typ)
			require.Equal(t, utf8.RuneCountInString(s[:want]), p.Index)
			r, size := utf8.DecodeRuneInString(s[want:])
			require.Equal(t, r, p.Rune)
			require.Equal(t, size, p.Size)
			require.NotZero(t, p.Reason)
		}
	}
	assert.Greater(t, spoilt, 10_000)
}

func randomText(random *rand.Rand, list []entry, typ latin.Type) string {
	s := ""
	for n := random.IntN(12); n > 0; {
		e := list[random.IntN(len(list))]
		if random.IntN(3) == 0 {
			e = list[random.IntN(60)] // plain letters, so that sequences get neighbours
		}
		if e.in[typ] {
			s += e.text
			n--
		}
	}
	return s
}

// spoil changes a byte or a rune anywhere, puts one in or takes one out.
func spoil(random *rand.Rand, list []entry, s string) string {
	at := random.IntN(len(s) + 1)
	switch random.IntN(5) {
	case 0:
		return s[:at] + string([]byte{byte(random.IntN(256))}) + s[at:]
	case 1:
		if at < len(s) {
			return s[:at] + s[at+1:]
		}
	case 2:
		return s[:at] + string(rune(random.IntN(0x2300))) + s[at:]
	case 3:
		marks := []rune("\u0300\u0301\u0302\u0304\u0306\u0308\u030D\u0328\u031B\u0325\u035F")
		return s[:at] + string(marks[random.IntN(len(marks))]) + s[at:]
	}
	runes := []rune(s)
	at = random.IntN(len(runes) + 1)
	return string(runes[:at]) + list[random.IntN(len(list))].text + string(runes[at:])
}
