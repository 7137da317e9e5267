package lint_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// TestBrokenXML: what is not well-formed is judged, not an error.
func TestBrokenXML(t *testing.T) {
	for name, tc := range map[string]struct {
		message string
		codes   []string
	}{
		"empty":             {"", []string{"XML-001"}},
		"no XML":            {"Sehr geehrte Damen und Herren", []string{"XML-003"}},
		"not UTF-8":         {strings.Replace(message, "Umzug", "M\xfcller", 1), []string{"XML-005"}},
		"other encoding":    {strings.Replace(message, "UTF-8", "ISO-8859-1", 1), []string{"XML-007"}},
		"cut off":           {message[:len(message)-30], []string{"XML-002"}},
		"cut in the header": {message[:1500], []string{"XML-002"}},
		"two roots":         {message + "<a/>", []string{"XML-004"}},
		"document type":     {"<!DOCTYPE a>" + message[39:], []string{"XML-010"}},
	} {
		t.Run(name, func(t *testing.T) {
			store := new(lint.Memory)
			report := check(t, tc.message, lint.Options{Seen: store})
			assert.Equal(t, tc.codes, codes(report.Findings))
			assert.Equal(t, finding.Rejected, report.Verdict)
			assert.Zero(t, report.Digest)
			assert.Zero(t, report.Size)
			assert.Equal(t, lint.Unclaimed, report.Outcome)
			assert.Equal(t, lint.First, check(t, message, lint.Options{Seen: store}).Outcome, "what is rejected leaves no trace")
		})
	}
}

func TestUnknownHeader(t *testing.T) {
	report := check(t, `<a xmlns="urn:example:a"><b/></a>`, lint.Options{})
	assert.Equal(t, finding.Undetermined, report.Verdict)
	assert.Equal(t, []string{"ENV-002"}, codes(report.Findings))
	report = check(t, strings.Replace(message, "</bn-g2g:leser>", "</bn-g2g:leser><bn-g2g:leser/>", 1), lint.Options{})
	assert.Equal(t, finding.Rejected, report.Verdict)
	assert.Equal(t, []string{"ENV-005"}, codes(report.Findings))
	assert.Nil(t, report.Envelope)
}

func TestAllow(t *testing.T) {
	bad := strings.Replace(message, "00.250+01:00", "00", 1)
	assert.Equal(t, finding.Rejected, check(t, bad, lint.Options{}).Verdict)
	report := check(t, bad, lint.Options{Allow: []string{"LINT-001", "LINT-002"}})
	assert.Equal(t, finding.Accepted, report.Verdict)
	require.Equal(t, []string{"LINT-002"}, codes(report.Findings))
	assert.Equal(t, finding.Warning, report.Findings[0].Severity)
}

func TestOutcomes(t *testing.T) {
	store := new(lint.Memory)
	upper := strings.ToUpper("3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77")
	for i, tc := range []struct {
		tenant, message string
		outcome         lint.Outcome
		verdict         finding.Verdict
	}{
		{"musterstadt", message, lint.First, finding.Accepted},
		{"musterstadt", message, lint.Repeat, finding.Accepted},
		{"musterstadt", message + "\n", lint.Duplicate, finding.Rejected},
		{"musterstadt", strings.Replace(message, strings.ToLower(upper), upper, 1), lint.Duplicate, finding.Rejected},
		{"beispielstadt", message + "\n", lint.First, finding.Accepted},
	} {
		report := check(t, tc.message, lint.Options{Seen: store, Tenant: tc.tenant})
		assert.Equal(t, tc.outcome, report.Outcome, i)
		assert.Equal(t, tc.verdict, report.Verdict, i)
		assert.Equal(t, sha256.Sum256([]byte(tc.message)), report.Digest, i)
	}
	full := &lint.Memory{Max: 1}
	check(t, message, lint.Options{Seen: full})
	_, err := lint.Check(context.Background(), strings.NewReader(message), &lint.Options{Seen: full, Tenant: "x", Now: clock})
	require.ErrorIs(t, err, lint.ErrFull)
}

func TestCouldNotCheck(t *testing.T) {
	boom := errors.New("boom")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, tc := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		o    *lint.Options
		want error
	}{
		"reader":   {context.Background(), io.MultiReader(strings.NewReader(message[:900]), iotest.ErrReader(boom)), nil, boom},
		"context":  {ctx, strings.NewReader(message), nil, context.Canceled},
		"consumer": {context.Background(), strings.NewReader(message), &lint.Options{With: []xmlscan.Consumer{xmlscan.ConsumerFunc(func(*xmlscan.Scanner) error { return boom })}}, boom},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := lint.Check(tc.ctx, tc.r, tc.o)
			require.ErrorIs(t, err, tc.want)
			assert.Nil(t, report)
		})
	}
}

func TestWith(t *testing.T) {
	elements := 0
	count := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		if s.Kind() == xmlscan.StartElement {
			elements++
		}
		return nil
	})
	check(t, message, lint.Options{With: []xmlscan.Consumer{count}})
	assert.Equal(t, strings.Count(message, "</"), elements)
}

func TestLimits(t *testing.T) {
	flood := strings.Replace(message, "<m:inhalt>", "<m:inhalt>"+strings.Repeat("<m:leer/>", 5000), 1)
	report := check(t, flood, lint.Options{MaxFindings: 10, Body: []lint.Element{{Name: el("leer"), Mandatory: true}}})
	assert.Len(t, report.Findings, 10)
	report = check(t, flood, lint.Options{MaxFindings: 10, Body: []lint.Element{{Name: el("leer"), Mandatory: true}}, Allow: []string{"LINT-007"}, Production: true})
	assert.Equal(t, finding.Accepted, report.Verdict)
	report = check(t, message, lint.Options{Read: &xoev.ReadOptions{Scan: &xmlscan.Options{MaxBytes: 1000}}})
	assert.Equal(t, []string{"XML-040"}, codes(report.Findings))
	report = check(t, message, lint.Options{Read: &xoev.ReadOptions{MaxHeaderBytes: 100}})
	assert.Equal(t, []string{"ENV-016"}, codes(report.Findings))
}

// TestNoValues: what goes into logs and error reports holds nothing of the
// message.
func TestNoValues(t *testing.T) {
	secret := strings.NewReplacer("erika@example.org", "erika.geheim", "psw:16000001", "geheim:1", "Umzug", "geheim",
		"<code>a</code>", "<code>geheim</code>").Replace(message)
	report := check(t, secret, lint.Options{Body: []lint.Element{{Name: el("art"), Code: art("urn:example:other")}}})
	require.Len(t, report.Findings, 4)
	b, err := json.Marshal(report)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "geheim")
	assert.Contains(t, string(b), `"verdict":"rejected"`)
	assert.Contains(t, string(b), `"outcome":"unclaimed"`)
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(message))
	for _, v := range vectors {
		f.Add([]byte(strings.ReplaceAll(message, v.old, v.bad)))
	}
	f.Add([]byte(""))
	f.Add([]byte("<a"))
	store := new(lint.Memory)
	f.Fuzz(func(t *testing.T, b []byte) {
		report, err := lint.Check(context.Background(), bytes.NewReader(b), &lint.Options{Now: clock, Seen: store,
			Body: []lint.Element{{Name: el("art"), Mandatory: true, Code: art("urn:example:art")}}})
		if errors.Is(err, lint.ErrFull) {
			return
		}
		require.NoError(t, err)
		if report.Verdict == finding.Accepted {
			require.NotNil(t, report.Envelope)
			require.EqualValues(t, len(b), report.Size)
			require.Equal(t, sha256.Sum256(b), report.Digest)
		}
		for _, f := range report.Findings {
			require.NotEmpty(t, f.Code)
		}
	})
}
