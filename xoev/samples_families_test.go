package xoev_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
)

// outcome is what became of a file of the shared data.
type outcome struct {
	file, result string // result: family and version, or the code of the first finding
	message      []byte
	warnings     map[string]bool
}

// readAll reads the header of every XML file below xoev.
func readAll(t *testing.T) []outcome {
	t.Helper()
	root := testenv.Data(t, "xoev")
	var all []outcome
	for _, file := range messageFiles(t, "xoev") {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		rel, err := filepath.Rel(root, file)
		require.NoError(t, err)
		o := outcome{file: rel, message: b, warnings: map[string]bool{}}
		e, err := xoev.ReadEnvelope(bytes.NewReader(b), nil)
		switch {
		case err != nil:
			o.result = "refused " + codes(t, err)
		case e.Family == xoev.FamilyUnknown:
			o.result = "unknown, " + unknownKind(e)
		default:
			o.result = strings.TrimSpace(e.Family.String() + " " + e.FamilyVersion)
			for _, f := range e.Findings {
				o.warnings[f.Code] = true
			}
		}
		all = append(all, o)
	}
	return all
}

// unknownKind says what a file is that has no header.
func unknownKind(e *xoev.Envelope) string {
	switch {
	case e.Root.Local == "CodeList":
		return "a code list"
	case strings.HasPrefix(e.Root.Space, "urn:xoev-de:fim:standard:xdatenfelder_"):
		return "XDatenfelder of another version"
	}
	return e.Root.Local
}

// codes are the codes of an error, each once.
func codes(t *testing.T, err error) string {
	seen := map[string]bool{}
	var list []string
	for _, f := range invalidError(t, err).Findings {
		if !seen[f.Code] && f.Severity.String() == "error" {
			seen[f.Code] = true
			list = append(list, f.Code)
		}
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

// TestSharedDataCounts says what became of every file, and fails when that
// changes.
func TestSharedDataCounts(t *testing.T) {
	counts, example, warnings := map[string]int{}, map[string]string{}, map[string]int{}
	for _, o := range readAll(t) {
		counts[o.result]++
		for code := range o.warnings {
			if code != "ENV-002" {
				warnings[o.result+" "+code]++
			}
		}
		example[o.result] = o.file
	}
	for result, n := range counts {
		t.Logf("%4d %s (as %s)", n, result, example[result])
	}
	assert.Equal(t, map[string]int{
		"basisnachricht-qualified 1.1":   6,  // XBeteiligung
		"basisnachricht-unqualified 1.1": 15, // XWasser
		"xinneres-qualified":             8,  // XGewerbeanzeige 2.0 to 2.2, invalid ones among them
		"xdomea 2.3.0":                   4,
		"xdomea 2.4.0":                   4,
		"xdomea 3.0.0":                   5,
		"xdomea 4.0.0":                   1,
		"xdatenfelder 2.0":               12,
		"xdatenfelder 3.0.0":             8,

		"unknown, a code list":                     254,
		"unknown, XDatenfelder of another version": 3, // 1, and two of an invented one
		"unknown, DatML-RAW-D":                     3, // XGewerbeanzeige 1.3: the format of Destatis
		"unknown, characterSet":                    1,
		"unknown, scenarios":                       1,
		"unknown, xy":                              1,
		"refused XML-007":                          1, // a code list in ISO-8859-1
	}, counts)
	assert.Equal(t, map[string]int{
		"basisnachricht-qualified 1.1 ENV-015":   3,  // the type is not the root's number
		"basisnachricht-unqualified 1.1 ENV-011": 15, // no milliseconds, no zone
		"basisnachricht-unqualified 1.1 ENV-014": 15, // empty codes
		"basisnachricht-unqualified 1.1 ENV-015": 6,
		"xdomea 2.3.0 ENV-015":                   2, // copied from another pattern
		"xdomea 2.4.0 ENV-015":                   2,
		"xdomea 3.0.0 ENV-015":                   2,
		"xinneres-qualified ENV-011":             8,
	}, warnings, "number of messages with a warning")
}

// TestSharedDataWellFormed: what is read is well formed for xmllint too, which
// says nothing about namespaces either. Files whose end is broken would show
// here; there are none.
func TestSharedDataWellFormed(t *testing.T) {
	tool := testenv.Tool(t, "xmllint")
	root := testenv.Data(t, "xoev")
	read := 0
	for _, o := range readAll(t) {
		if strings.HasPrefix(o.result, "refused") {
			continue
		}
		out, err := exec.Command(tool, "--huge", "--noout", "--nonet", filepath.Join(root, o.file)).CombinedOutput()
		assert.NoError(t, err, o.file)
		assert.Empty(t, string(out), o.file)
		read++
	}
	assert.Positive(t, read)
}

// TestSharedDataRoundTrip reads every message whose family is written, writes it
// and compares canonical forms.
func TestSharedDataRoundTrip(t *testing.T) {
	dir := t.TempDir()
	counts := map[string]int{}
	for _, o := range readAll(t) {
		if strings.HasPrefix(o.result, "refused") || strings.HasPrefix(o.result, "unknown") {
			continue
		}
		m, err := xoev.ReadMessage(o.message, nil)
		if !assert.NoError(t, err, o.file) {
			continue
		}
		var out bytes.Buffer
		if !assert.NoError(t, xoev.Write(&out, m, &xoev.WriteOptions{AllowWarnings: true}), o.file) {
			continue
		}
		want := normalized(t, dir, o.message)
		got := normalized(t, dir, out.Bytes())
		if want != got {
			i := 0
			for i < len(want) && i < len(got) && want[i] == got[i] {
				i++
			}
			t.Errorf("%s differs\nwant %.200s\ngot  %.200s", o.file, want[max(0, i-60):], got[max(0, i-60):])
			continue
		}
		counts[o.result]++
	}
	assert.Equal(t, map[string]int{
		"basisnachricht-qualified 1.1": 6, "basisnachricht-unqualified 1.1": 15, "xinneres-qualified": 8,
		"xdomea 2.3.0": 4, "xdomea 2.4.0": 4, "xdomea 3.0.0": 5, "xdomea 4.0.0": 1,
		"xdatenfelder 2.0": 12, "xdatenfelder 3.0.0": 8,
	}, counts)
}
