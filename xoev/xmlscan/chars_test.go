package xmlscan

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestRuns(t *testing.T) {
	for _, tt := range []struct {
		name     string
		ordinary func(c byte) bool
		run      func(b []byte, i int) int
	}{
		{"text", func(c byte) bool {
			return c >= 0x20 && c < 0x80 && c != '<' && c != '&' && c != ']' || c == '\t' || c == '\n'
		}, textRun},
		{"attribute", func(c byte) bool {
			return c >= 0x20 && c < 0x80 && c != '<' && c != '&' && c != '"' && c != '\''
		}, attrRun},
	} {
		t.Run(tt.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 3))
			tail := []byte("abc\n\t <&]\r\x00\x1f\x7f\x80\x81\xff=;'\"#%\\^]>?!")
			stops := 0
			for range 200_000 {
				b := make([]byte, random.IntN(40))
				for i := range b {
					switch random.IntN(12) {
					case 0:
						b[i] = tail[random.IntN(len(tail))]
					case 1:
						b[i] = byte(random.IntN(256))
					case 2:
						b[i] = '\n'
					default:
						b[i] = byte('a' + random.IntN(26))
					}
				}
				from := random.IntN(len(b) + 1)
				want := from
				for want < len(b) && tt.ordinary(b[want]) {
					want++
				}
				if got := tt.run(b, from); got != want {
					t.Fatalf("%d instead of %d: %q from %d", got, want, b, from)
				}
				if want < len(b) {
					stops++
				}
			}
			require.Greater(t, stops, 50_000)
		})
	}
}

// TestRunsOfTwoBytes: what one byte does to the next is right for all pairs.
func TestRunsOfTwoBytes(t *testing.T) {
	b := []byte("--------")
	for c := range 1 << 16 {
		b[3], b[4] = byte(c), byte(c>>8)
		wantText, wantAttr := 0, 0
		for wantText < 8 && class[b[wantText]]&cText == 0 {
			wantText++
		}
		for wantAttr < 8 && class[b[wantAttr]]&cAttr == 0 {
			wantAttr++
		}
		if textRun(b, 0) != wantText || attrRun(b, 0) != wantAttr {
			t.Fatalf("%q", b)
		}
	}
}

// TestCharacters compares the checks of characters with the productions of
// XML 1.0 as they are printed.
func TestCharacters(t *testing.T) {
	in := func(r rune, ranges ...[2]rune) bool {
		for _, x := range ranges {
			if r >= x[0] && r <= x[1] {
				return true
			}
		}
		return false
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		char := in(r, [2]rune{0x9, 0xa}, [2]rune{0xd, 0xd}, [2]rune{0x20, 0xd7ff}, [2]rune{0xe000, 0xfffd}, [2]rune{0x10000, 0x10ffff})
		start := in(r, [2]rune{'A', 'Z'}, [2]rune{'_', '_'}, [2]rune{'a', 'z'}, [2]rune{0xc0, 0xd6}, [2]rune{0xd8, 0xf6}, [2]rune{0xf8, 0x2ff}, [2]rune{0x370, 0x37d}, [2]rune{0x37f, 0x1fff}, [2]rune{0x200c, 0x200d}, [2]rune{0x2070, 0x218f}, [2]rune{0x2c00, 0x2fef}, [2]rune{0x3001, 0xd7ff}, [2]rune{0xf900, 0xfdcf}, [2]rune{0xfdf0, 0xfffd}, [2]rune{0x10000, 0xeffff})
		name := start || in(r, [2]rune{'-', '.'}, [2]rune{'0', '9'}, [2]rune{0xb7, 0xb7}, [2]rune{0x300, 0x36f}, [2]rune{0x203f, 0x2040})
		if isChar(r) != char || isNameStart(r) != start || isNameChar(r) != name {
			t.Fatalf("U+%04X: char %t, start %t, name %t", r, isChar(r), isNameStart(r), isNameChar(r))
		}
		if r >= 0x80 && utf8.ValidRune(r) {
			n, _ := nonASCII([]byte(string(r)), 0)
			if (n == utf8.RuneLen(r)) != char {
				t.Fatalf("U+%04X in text: length %d", r, n)
			}
		}
	}
}

func TestPlainNameAgreesWithTheGrammar(t *testing.T) {
	const chars = "aZ_0.-: é<"
	runes, n := []rune(chars), 0
	var try func(name string, left int)
	try = func(name string, left int) {
		colon, ok := plainName([]byte(name))
		wantColon, wantAt, _ := checkRunes([]byte(name))
		if ok {
			n++
			require.Negative(t, wantAt, "%q", name)
			require.Equal(t, wantColon, colon, "%q", name)
		} else {
			require.True(t, wantAt >= 0 || strings.ContainsRune(name, 'é'), "%q", name)
		}
		for _, r := range runes {
			if left > 0 {
				try(name+string(r), left-1)
			}
		}
	}
	try("", 5)
	require.Greater(t, n, 1000)
}
