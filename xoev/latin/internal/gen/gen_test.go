package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// The tables are what this command makes of the lists.
func TestTablesAreCurrent(t *testing.T) {
	out := filepath.Join(t.TempDir(), "tables.go")
	require.NoError(t, run(testenv.Data(t, "xoev/din91379"), out))
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join("..", "..", "tables.go"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate in xoev/latin")
}

func TestLists(t *testing.T) {
	l, err := readLists(testenv.Data(t, "xoev/din91379"))
	require.NoError(t, err)
	assert.Len(t, l.units, 930)
	assert.Len(t, l.deprecated, 7)
	letters, sequences := 0, 0
	for _, u := range l.units {
		if u.form != "" {
			letters++
		}
		if len(u.runes) > 1 {
			sequences++
		}
	}
	assert.Equal(t, 649, letters)
	assert.Equal(t, 149, sequences)
}

func TestMissingLists(t *testing.T) {
	assert.ErrorIs(t, run(t.TempDir(), filepath.Join(t.TempDir(), "tables.go")), os.ErrNotExist)
}

func TestUnknownClass(t *testing.T) {
	l := &lists{units: []unit{{group: "bll", runes: []rune{'a'}, members: 0x05}}}
	_, err := l.source()
	assert.Error(t, err)
}
