package submission_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// The Global Release Identifier of the music industry uses the same check
// system; this is the example of its standard.
func TestCheckCharacterPublishedExample(t *testing.T) {
	require.Equal(t, "M", submission.CheckCharacter("A12425GABC1234002"))
}

func TestReferenceIsStableAndParses(t *testing.T) {
	seen := map[string]bool{}
	for i := range 2000 {
		ref, err := submission.NewReference("PARKEN", tenant, fmt.Sprint("a-", i))
		require.NoError(t, err)
		again, err := submission.NewReference("PARKEN", tenant, fmt.Sprint("a-", i))
		require.NoError(t, err)
		require.Equal(t, ref, again)
		require.False(t, seen[ref])
		seen[ref] = true
		require.False(t, strings.ContainsAny(strings.TrimPrefix(ref, "PARKEN-"), "0OQ1IL2Z5S8BUV"), ref)
		parsed, err := submission.ParseReference(" " + strings.ToLower(strings.ReplaceAll(ref, "-", "– ")))
		require.NoError(t, err)
		require.Equal(t, ref, parsed)
	}
	a, err := submission.NewReference("P", "a", "bc")
	require.NoError(t, err)
	b, err := submission.NewReference("P", "ab", "c")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
	r1, err := submission.RandomReference("P")
	require.NoError(t, err)
	r2, err := submission.RandomReference("P")
	require.NoError(t, err)
	require.NotEqual(t, r1, r2)
}

// Every wrong character is found, and nearly every swap of neighbours.
func TestReferenceFindsTypingErrors(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	wrong, swapped, missed := 0, 0, 0
	for i := range 50 {
		ref, err := submission.NewReference("BPA7", tenant, fmt.Sprint(i))
		require.NoError(t, err)
		bare := strings.ReplaceAll(ref, "-", "")
		for at := range bare {
			for _, c := range alphabet {
				if byte(c) == bare[at] {
					continue
				}
				_, err := submission.ParseReference(bare[:at] + string(c) + bare[at+1:])
				require.ErrorIs(t, err, submission.ErrReferenceCheck)
				wrong++
			}
			if at > 0 && bare[at-1] != bare[at] {
				_, err := submission.ParseReference(bare[:at-1] + string(bare[at]) + string(bare[at-1]) + bare[at+1:])
				if err == nil {
					missed++
				}
				swapped++
			}
		}
	}
	require.Equal(t, 50*19*35, wrong)
	require.Greater(t, swapped, 700)
	require.Less(t, missed, swapped/20)
	t.Logf("%d of %d swaps missed", missed, swapped)
}

func TestReferenceFormat(t *testing.T) {
	for _, s := range []string{"", "-", "PARKEN", "XTRHC4WPDG9K7M3", "PARKEN-XTRHC-4WPDG-9K7M?", "NEUNZEHNX-XTRHC-4WPDG-9K7M3",
		"ÄMTER-XTRHC-4WPDG-9K7M3", strings.Repeat("A", 1000), "P\xff-XTRHC-4WPDG-9K7M3"} {
		_, err := submission.ParseReference(s)
		require.ErrorIs(t, err, submission.ErrReferenceFormat, "%q", s)
	}
	for _, prefix := range []string{"", "klein", "P-", "NEUNZEHNX"} {
		_, err := submission.NewReference(prefix, tenant, "1")
		require.ErrorIs(t, err, submission.ErrReferenceFormat, "%q", prefix)
	}
	_, err := submission.NewReference("P", tenant, "")
	require.ErrorIs(t, err, submission.ErrReferenceFormat)
}

func FuzzParseReference(f *testing.F) {
	ref, err := submission.NewReference("PARKEN", tenant, "1")
	require.NoError(f, err)
	for _, s := range []string{ref, strings.ToLower(ref), "", "P", ref[:10], "\xff" + ref, "–" + ref} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := submission.ParseReference(s)
		if err != nil {
			require.Empty(t, out)
			return
		}
		again, err := submission.ParseReference(out)
		require.NoError(t, err)
		require.Equal(t, out, again)
	})
}
