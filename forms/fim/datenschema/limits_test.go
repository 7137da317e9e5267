package datenschema

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLimitPatterns compares the patterns of limits with the order of dates.
func TestLimitPatterns(t *testing.T) {
	dates := []string{"0001-01-01", "1899-12-31", "1900-01-01", "1909-10-10", "1999-12-31", "2000-01-01", "2019-05-09", "2019-05-10", "2019-05-11",
		"2019-06-01", "2019-10-01", "2020-02-29", "2026-09-30", "9999-12-31"}
	for _, limit := range dates {
		low := (&fieldType{kind: kindDate, minValue: limit}).patterns()
		high := (&fieldType{kind: kindDate, maxValue: limit}).patterns()
		require.Len(t, low, 2)
		require.Len(t, high, 2)
		for _, d := range dates {
			assert.Equal(t, d >= limit, regexp.MustCompile(low[1]).MatchString(d), "%s from %s", d, limit)
			assert.Equal(t, d <= limit, regexp.MustCompile(high[1]).MatchString(d), "%s to %s", d, limit)
		}
	}
}
