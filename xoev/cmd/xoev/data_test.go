package main

import (
	"encoding/json"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// dataFiles are all XML files of the reference data.
func dataFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir(testenv.Data(t, "xoev"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".xml") {
			files = append(files, path)
		}
		return err
	}))
	require.Greater(t, len(files), 300)
	return files
}

// TestDataFamilies counts what all XML files of the reference data are, and
// what of the messages among them is refused.
func TestDataFamilies(t *testing.T) {
	files := dataFiles(t)
	r := call(t, "", append([]string{"inspect", "--format", "json"}, files...)...)
	assert.Equal(t, 1, r.status)
	families, refused := map[string]int{}, map[string]int{}
	var messages []string
	for i, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
		var m struct {
			File, Outcome, Family string
			Findings              []struct{ Code string }
		}
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		require.Equal(t, files[i], m.File)
		families[m.Outcome+" "+m.Family]++
		if m.Outcome == "refused" {
			refused[m.Findings[0].Code]++
		}
		if m.Family != "" && m.Family != "unknown" {
			messages = append(messages, m.File)
		}
	}
	assert.Equal(t, map[string]int{"read basisnachricht-qualified": 6, "read basisnachricht-unqualified": 15, "read xdomea": 14,
		"read xdatenfelder": 20, "read xinneres-qualified": 8, "read unknown": len(files) - 64, "refused ": 1}, families)
	assert.Equal(t, map[string]int{"XML-007": 1}, refused, "a code list in ISO-8859-1, which is no message")

	r = call(t, "", append([]string{"lint", "--format", "json"}, messages...)...)
	outcomes := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
		var l struct{ Outcome string }
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		outcomes[l.Outcome]++
	}
	t.Logf("%d messages: %v", len(messages), outcomes)
	assert.Len(t, messages, 63)
	assert.Equal(t, 63, outcomes["accepted"]+outcomes["rejected"])
	assert.Greater(t, outcomes["accepted"], 15)
	assert.Greater(t, outcomes["rejected"], 15)
}

// TestNothingThatXmllintRefuses is called readable.
func TestNothingThatXmllintRefuses(t *testing.T) {
	tool := testenv.Tool(t, "xmllint")
	files := dataFiles(t)
	args := append([]string{"--huge", "--noout"}, files...)
	said, _ := exec.Command(tool, args...).CombinedOutput()
	for _, line := range strings.Split(string(said), "\n") {
		file, _, ok := strings.Cut(line, ".xml:")
		if ok && filepath.IsAbs(file) {
			assert.NotEqual(t, 0, call(t, "", "inspect", file+".xml").status, line)
		}
	}
}
