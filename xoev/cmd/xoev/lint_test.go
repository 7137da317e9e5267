package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// codesOf are the codes in a JSON report, with their reasons and places.
func codesOf(t *testing.T, out string) (codes []string, r linted) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(out), &struct {
		*linted
		Findings []struct{ Code string } `json:"findings"`
	}{linted: &r}))
	var f struct {
		Findings []struct {
			Code, Severity, Path string
			Line, Column         int
			Grund                string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &f))
	for _, n := range f.Findings {
		codes = append(codes, n.Severity+" "+n.Code)
		assert.Equal(t, n.Severity == "error", n.Grund != "", n.Code)
	}
	return codes, r
}

func TestLint(t *testing.T) {
	f := newFolder(t)
	codes := string(sampleFixed(t))
	change := func(name, old, new string) string {
		changed := strings.Replace(codes, old, new, 1)
		require.NotEqual(t, codes, changed, name)
		return f.write(name, []byte(changed))
	}
	fine := f.write("fein.xml", []byte(codes))
	test := change("test.xml", ` produkt="Onlinedienst"`, ` produkt="Onlinedienst" test=""`)
	typ := change("typ.xml", "<code>0001</code>", "<code>0002</code>")
	clock := change("zeit.xml", ".250+01:00", "")
	decomposed := change("nfc.xml", "Erika Müßtermann", "Erika Mu\u0308stermann")
	ending := change("ende.xml", "Amt Beispiel", "Amt Beispiela\u0338")
	cyrillic := change("kyrillisch.xml", "Erika Müßtermann", "Ерика")
	cdata := change("cdata.xml", "Erika Müßtermann", "<![CDATA[Erika]]> &#x2013; <!-- – -->x")
	known := f.write("bekannt.xml", []byte(strings.NewReplacer(`"urn:example:codeliste:typ" listVersionID="1"`, `"`+farbe+`" listVersionID="2"`, "<code>0001</code>", "<code>1</code>",
		`<verzeichnisdienst listVersionID="3">`, `<verzeichnisdienst>`, "<code>9</code>", "<code>2</code>", "<name>GEHEIM</name>", "", `listURI="GEHEIM keine Kennung"`, `listURI="`+farbe+`"`).Replace(codes)))
	for name, tc := range map[string]struct {
		args   []string
		status int
		codes  []string
	}{
		"fine":                 {[]string{fine}, 0, nil},
		"type":                 {[]string{typ}, 1, []string{"error LINT-001"}},
		"type allowed":         {[]string{"--allow", "LINT-001", typ}, 0, []string{"warning LINT-001"}},
		"another allowed":      {[]string{"--allow", "LINT-002", typ}, 1, []string{"error LINT-001"}},
		"clock":                {[]string{clock}, 1, []string{"error LINT-002"}},
		"two allowed":          {[]string{"--allow", "LINT-002", "--allow", "LINT-001", clock}, 0, []string{"warning LINT-002"}},
		"test":                 {[]string{test}, 0, []string{"warning LINT-017"}},
		"test in production":   {[]string{"--production", test}, 1, []string{"error LINT-018"}},
		"production":           {[]string{"--production", fine}, 0, nil},
		"latin C":              {[]string{"--latin", "C", fine}, 1, []string{"error LATIN-002"}},
		"latin D":              {[]string{"--latin", "d", fine}, 1, []string{"error LATIN-002"}},
		"latin allowed":        {[]string{"--latin", "C", "--allow", "LATIN-002", fine}, 0, []string{"warning LATIN-002"}},
		"latin NFC":            {[]string{"--latin", "C", decomposed}, 1, []string{"error LATIN-002", "error LATIN-005"}},
		"latin, last mark":     {[]string{"--latin", "C", ending}, 1, []string{"error LATIN-004", "error LATIN-002"}},
		"latin Cyrillic":       {[]string{"--latin", "E", "--allow", "LATIN-002", cyrillic}, 0, []string{"warning LATIN-002"}},
		"latin, not comments":  {[]string{"--latin", "E", cdata}, 1, []string{"error LATIN-002", "error LATIN-002"}},
		"spec":                 {[]string{"--latin", "spec-C", "--allow", "LATIN-002", fine}, 0, []string{"warning LATIN-002"}},
		"codes":                {[]string{"--codelists", "testdata/store", known}, 0, nil},
		"codes, other message": {[]string{"--codelists", "testdata/store", "--allow", "COD-009", fine}, 1, []string{"warning COD-009", "warning COD-009", "warning COD-009", "error COD-011", "warning COD-012", "warning COD-009"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "codes" {
				r := call(t, "", append([]string{"lint", "--format", "json"}, tc.args...)...)
				got, _ := codesOf(t, r.out)
				assert.NotContains(t, strings.Join(got, " "), "COD-", "every code that names a list is in it")
				assert.Contains(t, r.out, `"codes":{"checked":6,"unknown":3}`)
				return
			}
			r := call(t, "", append([]string{"lint", "--format", "json"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			got, report := codesOf(t, r.out)
			assert.Equal(t, tc.codes, got, r.out)
			assert.Equal(t, "XProbe", report.Standard)
			assert.NotContains(t, r.out, "GEHEIM")
		})
	}
}

// TestLintPlaces: characters are found where they stand.
func TestLintPlaces(t *testing.T) {
	r := call(t, "<a xml:lang='–' x='a–'>\n  <b>ab–</b> –<c/>\n</a>", "lint", "--latin", "E", "-")
	assert.Equal(t, 1, r.status)
	for _, place := range []string{"-:1:19: error LATIN-002", "    /a/@x\n", "-:2:8: error LATIN-002", "    /a/b\n", "-:2:16: error LATIN-002", "    /a\n"} {
		assert.Contains(t, r.out, place)
	}
	assert.Equal(t, 3, strings.Count(r.out, "error LATIN-"))
}

func TestLintUsage(t *testing.T) {
	f := newFolder(t)
	doc := f.path("antrag.xml")
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"no file":         {nil, "no FILE"},
		"twice stdin":     {[]string{"-", "-"}, "only once"},
		"format":          {[]string{"--format", "xml", doc}, "text, json or sarif"},
		"latin":           {[]string{"--latin", "F", doc}, "--latin"},
		"no such rule":    {[]string{"--allow", "LINT-999", doc}, "no rule"},
		"not well-formed": {[]string{"--allow", "XML-005", doc}, "well-formed"},
		"no store":        {[]string{"--codelists", f.path("none"), doc}, "no"},
		"store unlocked":  {[]string{"--codelists", f.dir, doc}, "codelist lock --write"},
		"no store, file":  {[]string{"--codelists", doc, doc}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", append([]string{"lint"}, tc.args...)...)
			assert.Equal(t, 2, r.status)
			assert.Contains(t, r.errOut, tc.says)
			assert.Empty(t, r.out)
		})
	}
}

// TestLintStoreRefused: a list that is not what was pinned judges nothing.
func TestLintStoreRefused(t *testing.T) {
	f := newFolder(t)
	store := f.write("s.zip", archive(t, "codelist.lock", text(t, "testdata/store/codelist.lock"),
		"farbe-2.xml", strings.Replace(text(t, "testdata/store/farbe-2.xml"), "rot", "rosa", 1)))
	r := call(t, "", "lint", "--codelists", store, "testdata/codes.xml")
	assert.Equal(t, 2, r.status)
	assert.Contains(t, r.out, "PIN-001")
	assert.Contains(t, r.out, "could not be checked")
}

// TestFlood: a message of nothing but faults gives a bounded report that is
// still a refusal.
func TestFlood(t *testing.T) {
	flood := "<a>" + strings.Repeat("<b>–</b>", 50_000) + "</a>"
	r := call(t, flood, "lint", "--latin", "C", "--format", "json", "-")
	assert.Equal(t, 1, r.status)
	assert.Less(t, len(r.out), 1<<20)
	assert.Equal(t, maxFindings, strings.Count(r.out, `"LATIN-002"`))
}
