package lint_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// TestBrokenXMLCannotBeAllowed: what was not read to its end is not accepted.
func TestBrokenXMLCannotBeAllowed(t *testing.T) {
	for code, text := range map[string]string{
		"XML-002": strings.TrimSuffix(message, "</m:probe.antrag.0001>\n"),
		"XML-026": strings.Replace(message, "</m:grund>", "</m:art>", 1),
		"XML-001": "",
	} {
		report := check(t, text, lint.Options{Allow: []string{code}, Seen: new(lint.Memory)})
		assert.Equal(t, []string{code}, codes(report.Findings))
		assert.Equal(t, finding.Error, report.Findings[0].Severity)
		assert.Equal(t, finding.Rejected, report.Verdict)
		assert.Equal(t, lint.Unclaimed, report.Outcome)
	}
}

// TestSyntaxErrorOfAConsumer: what another consumer could not read is no fault
// of the message.
func TestSyntaxErrorOfAConsumer(t *testing.T) {
	inner := xmlscan.NewBytes([]byte("<a"), nil)
	for inner.Next() {
	}
	var syntax *xmlscan.SyntaxError
	require.ErrorAs(t, inner.Err(), &syntax)
	report, err := lint.Check(context.Background(), strings.NewReader(message), &lint.Options{
		With: []xmlscan.Consumer{xmlscan.ConsumerFunc(func(*xmlscan.Scanner) error { return inner.Err() })}})
	require.ErrorIs(t, err, inner.Err())
	assert.Nil(t, report)
}

// TestBodyCodesHidden: a code that a schema processor sees as another one.
func TestBodyCodesHidden(t *testing.T) {
	blank := strings.Repeat(" ", 9000)
	for name, tc := range map[string]struct {
		art  string
		want []string
	}{
		"two codes":          {`<m:art><code>b</code><code>a</code></m:art>`, []string{"COD-014"}},
		"two codes, one bad": {`<m:art><code>a</code><code/></m:art>`, []string{"COD-014"}},
		"two names":          {`<m:art><code>a</code><name/><name/></m:art>`, []string{"COD-014"}},
		"behind white space": {`<m:art><code>a` + blank + `b</code></m:art>`, []string{"COD-018"}},
		"in pieces":          {`<m:art><code>a` + strings.Repeat(blank[:4000]+"<!-- -->", 2) + `b</code></m:art>`, []string{"COD-018"}},
		"long list":          {`<m:art listURI="urn:example:art` + blank + `x"><code>a</code></m:art>`, []string{"COD-018"}},
		"long version":       {`<m:art listVersionID="1` + blank + `x"><code>a</code></m:art>`, []string{"COD-018"}},
		"not so long":        {`<m:art><code>a` + blank[:4000] + `</code></m:art>`, nil},
		"child in code":      {`<m:art><code>a<x/></code></m:art>`, []string{"COD-001"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(message, `<m:art listURI="urn:example:art" listVersionID="1"><code>a</code></m:art>`, tc.art, 1)
			require.NotEqual(t, message, text)
			report := check(t, text, lint.Options{Body: []lint.Element{{Name: el("art"), Code: art("urn:example:art")}}})
			assert.Equal(t, tc.want, codes(report.Findings))
		})
	}
}

// TestBodyElementsInElements: an element that is checked does not hide those
// inside it.
func TestBodyElementsInElements(t *testing.T) {
	o := lint.Options{Body: []lint.Element{{Name: el("inhalt"), Mandatory: true}, {Name: el("grund"), Mandatory: true},
		{Name: el("art"), Mandatory: true, Code: art("urn:example:art")}}}
	assert.Empty(t, check(t, message, o).Findings)
	report := check(t, strings.NewReplacer("Umzug", "", "<code>a<", "<code>b<").Replace(message), o)
	assert.Equal(t, []string{"LINT-007", "COD-007"}, codes(report.Findings))
	assert.Equal(t, "/m:probe.antrag.0001/m:inhalt/m:grund", report.Findings[0].Path)
	report = check(t, strings.Replace(message, "<m:grund>Umzug</m:grund>", "<m:grund>\n<m:grund><m:x/></m:grund></m:grund>", 1), o)
	assert.Equal(t, []string{"LINT-007", "LINT-007"}, codes(report.Findings), "the inner one ends first")
	assert.Equal(t, 29, report.Findings[0].Line)
	assert.Equal(t, 28, report.Findings[1].Line)
}

// TestIncompleteSpec: a mistake of the caller must not reject messages.
func TestIncompleteSpec(t *testing.T) {
	for _, spec := range []*codelist.Spec{{}, {Type: codelist.Type3}, {Type: codelist.Type1, ListURI: "urn:x", ListVersionID: "1"}} {
		report, err := lint.Check(context.Background(), strings.NewReader(message), &lint.Options{Body: []lint.Element{{Name: el("nirgends"), Code: spec}}})
		require.Error(t, err)
		assert.Nil(t, report)
	}
}

// TestDeepHeader: remembering places costs little, however the header is made.
func TestDeepHeader(t *testing.T) {
	name := "x" + strings.Repeat("n", 1000)
	deep := strings.Repeat("<"+name+">", 120) + strings.Repeat("<"+name+"/>", 120)
	text := strings.Replace(message, "<code>DVDV</code>", deep, 1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report := check(t, text, lint.Options{})
	runtime.ReadMemStats(&after)
	assert.Equal(t, finding.Rejected, report.Verdict)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
}

// TestContextEndsInside: the context ends between two reads.
func TestContextEndsInside(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	r := io.MultiReader(strings.NewReader(message[:300]), readFunc(func([]byte) (int, error) { cancel(errors.New("x")); return 0, nil }),
		strings.NewReader(message[300:]))
	report, err := lint.Check(ctx, r, nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, report)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
