package datenschema

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim/internal/peertest"
	"github.com/bausteine/egov/xoev/finding"
)

// nasty are values that are valid for some types and not for others, many of
// them at the edge of what a type allows.
var nasty = []string{"", " ", "0", "1", "-1", "true", "false", " true ", "TRUE", "01", " 01", "x", "2024-02-29", "2023-02-29", "0000-01-01",
	"2024-02-29Z", " 2024-02-29\n", "2024-2-9", "12024-01-01", "-2024-01-01", "24:00:00", "23:59:59", "23:59:60", "12:00", "12:00:00Z",
	"12:00:00.5", "12:00:00.", "2024-02-29T12:00:00", "2024-02-29T12:00:00+14:00", "2024-02-29T12:00:00+14:01", "2024-02-29 12:00:00",
	"1950-01-01T00:00:00Z", "1949-12-31T10:00:00Z", "1950-01-01T14:00:00Z", "2024-02-29T12:00:00-00:30",
	"1.0", "1.", ".5", "+3", "-0", "1e3", "INF", "NaN", "0x1F", "1,5", "99999.99", "99999.990", "100000", "-20.5", "-20.51", "200.0", "3000",
	"2999", "1900-01-01", "1899-12-31", "2026-02-28", "2026-03-01", "06:00:00", "05:59:59", "22:00:00", "22:00:01", "2024-01-01",
	strings.Repeat("9", 24), strings.Repeat("ä", 55), strings.Repeat("ä", 56), strings.Repeat("😀", 9), strings.Repeat("😀", 10), "01234", "00123", "AB.1", "A.1", "\t", "a\u00a0b",
}

// mutate changes one thing of a document at random. It may still be valid.
func (m *maker) mutate(root *element) {
	all := root.all()
	e := all[m.IntN(len(all))]
	name := func() string { return all[m.IntN(len(all))].name }
	switch k := m.IntN(10); {
	case e.field != nil && k < 7:
		e.text = nasty[m.IntN(len(nasty))]
	case k == 7 || e.field != nil: // another element in its place
		e.name = name()
	case len(e.children) == 0:
		e.children = append(e.children, &element{node: e.node, name: name()})
	case k < 2: // one less
		i := m.IntN(len(e.children))
		e.children = append(e.children[:i:i], e.children[i+1:]...)
	case k < 4: // one more
		i := m.IntN(len(e.children))
		e.children = append(e.children[:i+1:i+1], e.children[i:]...)
	case k < 6: // two change places
		i, j := m.IntN(len(e.children)), m.IntN(len(e.children))
		e.children[i], e.children[j] = e.children[j], e.children[i]
	case k == 6: // one from elsewhere
		other := all[m.IntN(len(all))].clone()
		e.children = append(e.children, other)
	case k == 8: // text
		e.text = "Text"
	default: // the children of another
		e.children = all[m.IntN(len(all))].clone().children
	}
}

// TestMutations: documents with one to three changes get the verdict of
// libxml2 with the XML Schema.
func TestMutations(t *testing.T) {
	allSamples(t, func(t *testing.T, s *Schema) {
		var documents []string
		want := map[bool]int{}
		var own []bool
		for i := range 160 {
			m := &maker{Rand: rand.New(rand.NewPCG(4, uint64(i))), full: i%4 == 0, minimal: i%4 == 1}
			e := m.document(s.top)
			for range 1 + m.IntN(3) {
				m.mutate(e)
			}
			d := e.xml(s)
			if e.name != s.root {
				continue // the root is another test
			}
			r, err := s.CheckXML(strings.NewReader(d), nil)
			require.NoError(t, err, d)
			documents, own = append(documents, d), append(own, r.Verdict == finding.Accepted)
			want[r.Verdict == finding.Accepted]++
			for _, f := range r.Findings {
				assert.NotEmpty(t, f.Path)
				assert.Positive(t, f.Line)
			}
		}
		for i, ok := range xmllint(t, s, documents) {
			require.Equal(t, ok, own[i], "%v\n%s", ok, documents[i])
		}
		require.Greater(t, min(want[true], want[false]), 10, "a test of one verdict only: %v", want)
	})
}

// TestJSONMutations: documents with changes get the verdict of two validators
// with the JSON Schema, apart from what it cannot say.
func TestJSONMutations(t *testing.T) {
	literals := []string{"null", "0", "1", "1.0", "1.5", "-0", "1e2", "true", "false", `""`, `"x"`, "[]", "{}", `["x"]`, `[{}]`,
		`"2023-02-29"`, "1e400", "99999.991", "-20.5", "200.1", "0.1e-3", "99999999999999999999"}
	beyond := []string{ruleMinValue.Code, ruleMaxValue.Code, rulePattern.Code, ruleChars.Code}
	var jobs []peertest.Job
	var wants [][]bool
	allSamples(t, func(t *testing.T, s *Schema) {
		compiled := jsonSchema(t, s)
		want := map[bool]int{}
		var documents []string
		var own []bool
		for i := range 120 {
			m := &maker{Rand: rand.New(rand.NewPCG(5, uint64(i))), full: i%4 == 0, minimal: i%4 == 1}
			e := m.document(s.top)
			for range 1 + m.IntN(3) {
				all := e.all()
				if at := all[m.IntN(len(all))]; m.IntN(3) == 0 && at != e {
					at.literal = literals[m.IntN(len(literals))]
				} else {
					m.mutate(e)
				}
			}
			d := e.jsonText()
			r, err := s.CheckJSON(strings.NewReader(d), nil)
			require.NoError(t, err, d)
			ok := r.Verdict == finding.Accepted
			other := compiled(d)
			if ok != other && other && onlyCodes(r.Findings, beyond) {
				continue // limits of times, patterns of numbers
			}
			require.Equal(t, other, ok, "%v\n%s", r.Findings, d)
			want[ok]++
			documents, own = append(documents, d), append(own, ok)
		}
		require.Greater(t, min(want[true], want[false]), 10, "%v", want)
		jobs, wants = append(jobs, job(t, s, documents)), append(wants, own)
	})
	t.Run("ajv", func(t *testing.T) {
		for i, verdicts := range peertest.Ajv(t, jobs) {
			for k, ok := range verdicts {
				if bytes.Contains(jobs[i].Documents[k], []byte("1e400")) {
					continue // infinite in JavaScript
				}
				require.Equal(t, ok, wants[i][k], "%s", jobs[i].Documents[k])
			}
		}
	})
}

func onlyCodes(findings []finding.Finding, codes []string) bool {
	for _, f := range findings {
		found := false
		for _, c := range codes {
			found = found || f.Code == c
		}
		if !found {
			return false
		}
	}
	return len(findings) > 0
}
