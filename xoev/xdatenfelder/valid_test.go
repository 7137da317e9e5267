package xdatenfelder

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// valid returns a fictional document that breaks no rule.
func valid(t testing.TB, name string) string {
	b, err := os.ReadFile(filepath.Join("testdata/valid", name+".xml"))
	require.NoError(t, err)
	return string(b)
}

// TestReadValid: every kind of message in both versions, without any finding,
// those of quality included. These are the passing neighbours of all rules.
func TestReadValid(t *testing.T) {
	files, err := filepath.Glob("testdata/valid/*.xml")
	require.NoError(t, err)
	require.Len(t, files, 10)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			n, err := Read(bytes.NewReader(b), &Options{Quality: true})
			require.NoError(t, err)
			assert.Empty(t, n.Findings)
		})
	}
}
