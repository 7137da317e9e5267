package signature

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestContentLimit: a document may be longer than an int holds sixteen times,
// and the limit must not turn into none.
func TestContentLimit(t *testing.T) {
	require.Equal(t, 1<<20, Limits{}.content(0))
	require.Equal(t, 1<<20+32, Limits{}.content(2))
	require.Equal(t, 1<<20+4, Limits{}.unproven(2))
	require.Equal(t, 7, Limits{MaxContentBytes: 7}.content(1<<62))
	for _, n := range []int64{math.MaxInt, math.MaxInt / 8, math.MaxInt64} {
		require.Equal(t, math.MaxInt, Limits{}.content(n))
		require.Positive(t, Limits{}.unproven(n))
	}
}
