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

// makers are the ways in which documents of a sample are filled.
func makers(n int) []*maker {
	list := []*maker{
		{Rand: rand.New(rand.NewPCG(1, 1)), full: true},
		{Rand: rand.New(rand.NewPCG(2, 2)), minimal: true},
	}
	for i := range n {
		list = append(list, &maker{Rand: rand.New(rand.NewPCG(3, uint64(i)))})
	}
	return list
}

// TestValidDocuments: what keeps to a data schema, all fields, as few as may be,
// or random ones, is accepted by libxml2 with the XML Schema, by two validators
// with the JSON Schema, and here.
func TestValidDocuments(t *testing.T) {
	var jobs []peertest.Job
	allSamples(t, func(t *testing.T, s *Schema) {
		compiled := jsonSchema(t, s)
		var xml, json []string
		for _, m := range makers(30) {
			e := m.document(s.top)
			xml, json = append(xml, e.xml(s)), append(json, e.jsonText())
		}
		for i, d := range xml {
			r, err := s.CheckXML(strings.NewReader(d), nil)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, r.Verdict, "%v\n%s", r.Findings, d)
			r, err = s.CheckJSON(strings.NewReader(json[i]), nil)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, r.Verdict, "%v\n%s", r.Findings, json[i])
			require.True(t, compiled(json[i]), json[i])
		}
		t.Run("xmllint", func(t *testing.T) {
			for i, ok := range xmllint(t, s, xml) {
				assert.True(t, ok, xml[i])
			}
		})
		jobs = append(jobs, job(t, s, json))
	})
	t.Run("ajv", func(t *testing.T) {
		for i, verdicts := range peertest.Ajv(t, jobs) {
			for k, ok := range verdicts {
				assert.True(t, ok, "%s", jobs[i].Documents[k])
			}
		}
	})
}

// TestDeterministic: the same schema gives the same bytes.
func TestDeterministic(t *testing.T) {
	for range 3 {
		var a, b, c, d bytes.Buffer
		for _, w := range []struct{ xsd, json *bytes.Buffer }{{&a, &b}, {&c, &d}} {
			s, err := Compile(alles(), nil)
			require.NoError(t, err)
			require.NoError(t, s.WriteXSD(w.xsd))
			require.NoError(t, s.WriteJSONSchema(w.json))
		}
		require.Equal(t, a.String(), c.String())
		require.Equal(t, b.String(), d.String())
	}
}
