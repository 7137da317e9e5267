package finding_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

func TestZeroValuesAreStrict(t *testing.T) {
	var f finding.Finding
	require.Equal(t, finding.Error, f.Severity)
	var v finding.Verdict
	require.Equal(t, finding.Undetermined, v)
	require.NotEqual(t, finding.Accepted, v)
}

func TestJudge(t *testing.T) {
	warning := finding.Finding{Code: "W", Severity: finding.Warning}
	for _, tt := range []struct {
		name string
		in   []finding.Finding
		want finding.Verdict
	}{
		{"nothing found", nil, finding.Accepted},
		{"warnings only", []finding.Finding{warning}, finding.Accepted},
		{"an error after a warning", []finding.Finding{warning, {Code: "E"}}, finding.Rejected},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, finding.Judge(tt.in)) })
	}
}

func TestInvalidErrorNamesTheFirstFinding(t *testing.T) {
	rule := finding.Rule{Code: "XML-001", Source: "XML 1.0, 2.1", Message: "no root element"}
	var err error = &finding.InvalidError{Findings: []finding.Finding{rule.At("/a", 3, 14, nil), {Code: "XML-002"}}}
	wrapped := fmt.Errorf("reading: %w", err)
	var invalid *finding.InvalidError
	require.True(t, errors.As(wrapped, &invalid))
	require.True(t, invalid.Has("XML-002"))
	require.False(t, invalid.Has("XML-003"))
	require.Equal(t, "3:14: /a: XML-001: no root element (and 1 more)", err.Error())
	require.Equal(t, "invalid document", (&finding.InvalidError{}).Error())
}

func ExampleFinding() {
	rule := finding.Rule{Code: "S030", Source: "XInneres, fehlercodes 3", Message: "mandatory text is empty"}
	out, err := json.Marshal(rule.At("/nachricht/name", 7, 5, map[string]string{"min": "1"}))
	if err != nil {
		panic(err)
	}
	fmt.Println(string(out))
	// Output: {"code":"S030","severity":"error","path":"/nachricht/name","line":7,"column":5,"source":"XInneres, fehlercodes 3","message":"mandatory text is empty","params":{"min":"1"}}
}
