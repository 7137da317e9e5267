package datenschema

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

func seeds(f *testing.F) *Schema {
	s, err := Compile(alles(), nil)
	require.NoError(f, err)
	return s
}

func judged(t *testing.T, r *Report, err error) {
	if err != nil {
		var invalid *finding.InvalidError
		require.True(t, errors.As(err, &invalid), "%v", err)
		require.NotEmpty(t, invalid.Findings)
		require.Nil(t, r)
		return
	}
	require.Equal(t, finding.Judge(r.Findings), r.Verdict)
	require.LessOrEqual(t, len(r.Findings), maxReported)
}

func FuzzCheckXML(f *testing.F) {
	s := seeds(f)
	for i := range uint64(8) {
		m := &maker{Rand: rand.New(rand.NewPCG(6, i)), full: i == 0, minimal: i == 1}
		e := m.document(s.top)
		if i > 3 {
			m.mutate(e)
		}
		f.Add(e.xml(s))
	}
	for _, inner := range []string{`<F99000000005V1.0.0>a<b/></F99000000005V1.0.0>x`, `<F99000000015V1.0.0>1</F99000000015V1.0.0>`,
		`<G99000000022V1.0.0><F99000000020V1.0.0>abc</F99000000020V1.0.0></G99000000022V1.0.0>`} {
		f.Add(`<S99000000028V1.0.0 xmlns="` + Namespace + `">` + inner + `</S99000000028V1.0.0>`)
	}
	f.Fuzz(func(t *testing.T, document string) {
		r, err := s.CheckXML(strings.NewReader(document), nil)
		judged(t, r, err)
	})
}

// FuzzCheckJSON compares with the JSON Schema, too: what it accepts and this
// package does not breaks one of the rules that it does not have.
func FuzzCheckJSON(f *testing.F) {
	s := seeds(f)
	compiled := jsonSchema(f, s)
	for i := range uint64(8) {
		m := &maker{Rand: rand.New(rand.NewPCG(7, i)), full: i == 0, minimal: i == 1}
		e := m.document(s.top)
		if i > 3 {
			m.mutate(e)
		}
		f.Add(e.jsonText())
	}
	f.Add(`{"F99000000005V1.0.0":1e-999,"G99000000026V1.0.0":[{}]}`)
	beyond := []string{ruleMinValue.Code, ruleMaxValue.Code, rulePattern.Code, ruleChars.Code, ruleLong.Code, ruleType.Code}
	f.Fuzz(func(t *testing.T, document string) {
		r, err := s.CheckJSON(strings.NewReader(document), nil)
		judged(t, r, err)
		if err != nil {
			return
		}
		if ok := compiled(document); ok != (r.Verdict == finding.Accepted) {
			require.True(t, ok && onlyCodes(r.Findings, beyond), "%v", r.Findings)
		}
	})
}
