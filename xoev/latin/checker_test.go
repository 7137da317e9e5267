package latin_test

import (
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/latin"
)

var _ interface {
	io.WriteCloser
	io.StringWriter
} = (*latin.Checker)(nil)

func decode(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// awkward texts have everything that a piece can tear apart.
var awkward = []string{
	"", "a", "Müller", "Mu\u0308ller", "C\u0328\u0306", "C\u0328x", "C\u0328", "K\u035FH", "K\u035Fh\u0304", "H\u035FH\u035FH", "xK\u035FH\u035FHK\u035F",
	"L\u0325\u0304\u0304", "a\u0309", "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301x", "\u0301\u0301\u0301\u0301", "\xE1\xBA", "\xE1\xBAx", "\xF0\x9F\x98\x80", "\xF0\x9F\x98",
	"\xED\xA0\x80", "\x80\x80\x80\x80", "1ẞ\u0301", "Ạ\u0308\u0308", "S\u031B\u0304", "S\u031B", "😀\u0301", "A\U0001E8D0\U0001E8D0\U0001E8D0\u0301", "h\u0304", "KH\u0304",
}

// In every type, cut at every two places, written as bytes and as string.
func TestCheckerInThreePieces(t *testing.T) {
	compared := 0
	for _, a := range awkward {
		for _, b := range awkward {
			text := a + b
			for _, typ := range []latin.Type{latin.A, latin.D, latin.StringLatin11} {
				want, wantTotal := typ.CheckAll(text, 5)
				for i := 0; i <= len(text); i++ {
					for j := i; j <= len(text); j++ {
						c := latin.Checker{Type: typ, Limit: 5}
						first, _ := c.Write([]byte(text[:i]))
						second, _ := c.WriteString(text[i:j])
						third, _ := c.Write([]byte(text[j:]))
						_ = c.Close()
						if first+second+third != len(text) {
							t.Fatalf("%q cut at %d and %d: not all was taken", text, i, j)
						}
						got, total := c.Problems()
						if wantTotal != total || !slices.Equal(want, got) || c.Valid() != (total == 0) {
							t.Fatalf("%q cut at %d and %d, %s: %v, want %v", text, i, j, typ, got, want)
						}
						compared++
					}
				}
			}
		}
	}
	assert.Greater(t, compared, 50_000)
}

// Long texts in pieces of random length.
func TestCheckerRandomPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	for range 2000 {
		text := ""
		for len(text) < 300 {
			text += awkward[random.IntN(len(awkward))]
		}
		typ := allTypes[random.IntN(len(allTypes))]
		want, wantTotal := typ.CheckAll(text, 0)
		c := latin.NewChecker(typ)
		for rest := text; rest != ""; {
			n := min(len(rest), random.IntN(90))
			_, _ = c.WriteString(rest[:n])
			rest = rest[n:]
		}
		require.NoError(t, c.Close())
		got, total := c.Problems()
		require.Equal(t, wantTotal, total)
		require.Equal(t, want, got)
	}
}

// The first problem of CheckAll is that of Check, and Check is that of the
// pieces: one letter each.
func TestCheckerByteByByte(t *testing.T) {
	for _, text := range awkward {
		c := latin.NewChecker(latin.A)
		for n := range len(text) {
			_, _ = c.WriteString(text[n : n+1])
		}
		require.NoError(t, c.Close())
		p, ok := latin.A.Check(text)
		got, _ := c.Problems()
		require.Equal(t, ok, c.Valid(), "%q", text)
		if !ok {
			require.Equal(t, p, got[0], "%q", text)
		}
	}
}

func TestCheckerReset(t *testing.T) {
	c := latin.NewChecker(latin.A)
	c.Limit = 3
	_, _ = c.WriteString("123456 C\u0328")
	require.NoError(t, c.Close())
	before, total := c.Problems()
	require.Len(t, before, 3)
	require.Equal(t, 7, total)
	first := before[0]

	c.Reset(latin.B)
	assert.Equal(t, 3, c.Limit)
	_, _ = c.WriteString("123 α")
	require.NoError(t, c.Close())
	after, total := c.Problems()
	require.Len(t, after, 1)
	assert.Equal(t, 1, total)
	assert.Equal(t, 4, after[0].Offset)
	assert.Equal(t, first, before[0], "problems given out stay as they are")
}
