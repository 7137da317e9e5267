package lint_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// message breaks no rule.
const message = `<?xml version="1.0" encoding="UTF-8"?>
<m:probe.antrag.0001 xmlns:m="urn:example:probe:1" xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1" xmlns:bn-beh="http://xoev.de/schemata/basisnachricht/behoerde/1_1" xmlns:bn-kom="http://xoev.de/schemata/basisnachricht/kommunikation/1_1" produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" standard="XProbe" version="1.0">
  <bn-g2g:nachrichtenkopf.g2g>
    <bn-g2g:identifikation.nachricht>
      <bn-g2g:nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</bn-g2g:nachrichtenUUID>
      <bn-g2g:nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code></bn-g2g:nachrichtentyp>
      <bn-g2g:erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</bn-g2g:erstellungszeitpunkt>
    </bn-g2g:identifikation.nachricht>
    <bn-g2g:leser>
      <bn-beh:verzeichnisdienst listURI="urn:xoev-de:kosit:codeliste:verzeichnisdienst" listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>
      <bn-beh:kennung>psw:16000000</bn-beh:kennung>
      <bn-beh:name>Stadt Musterstadt</bn-beh:name>
    </bn-g2g:leser>
    <bn-g2g:autor>
      <bn-beh:verzeichnisdienst listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>
      <bn-beh:kennung>psw:16000001</bn-beh:kennung>
      <bn-beh:name>Amt Beispiel</bn-beh:name>
      <bn-kom:erreichbarkeit>
        <bn-kom:kanal listURI="urn:de:xoev:codeliste:erreichbarkeit" listVersionID="3"><code>01</code></bn-kom:kanal>
        <bn-kom:kennung>erika@example.org</bn-kom:kennung>
      </bn-kom:erreichbarkeit>
      <bn-kom:erreichbarkeit>
        <bn-kom:kanal listVersionID="3"><code>02</code></bn-kom:kanal>
        <bn-kom:kennung>+49 30 23125000</bn-kom:kennung>
      </bn-kom:erreichbarkeit>
    </bn-g2g:autor>
  </bn-g2g:nachrichtenkopf.g2g>
  <m:inhalt><m:grund>Umzug</m:grund><m:art listURI="urn:example:art" listVersionID="1"><code>a</code></m:art></m:inhalt>
</m:probe.antrag.0001>
`

var now = time.Date(2026, 11, 23, 8, 20, 0, 0, time.UTC) // 5 minutes after the message

func clock() time.Time { return now }

// prefixes is a list of the DVDV that a caller brings.
type prefixes []string

func (p prefixes) Contains(s string) bool { return slices.Contains(p, s) }

// vector is one change of the message that breaks one rule, and the change
// next to it that does not.
type vector struct {
	name      string
	code      string
	old       string // what of the message is replaced; all of it once
	bad, good string
	path      string // where the finding is
	line      int
	options   lint.Options
	seen      []string // messages that came in before, for the bad case; the good case has them too
}

func el(local string) xmlscan.Name { return xmlscan.Name{Local: local, Space: "urn:example:probe:1"} }

const (
	kopf  = "/probe.antrag.0001/nachrichtenkopf.g2g"
	ident = kopf + "/identifikation.nachricht"
)

var vectors = []vector{
	{name: "type", code: "LINT-001", old: "<code>0001</code>", bad: "<code>0002</code>", good: "<code> 0001 </code>", path: "/probe.antrag.0001", line: 2},
	{name: "type in the root's name", code: "LINT-001", old: "probe.antrag.0001", bad: "probe.antrag.0100", good: "probe.antrag", path: "/probe.antrag.0100", line: 2},
	{name: "no milliseconds", code: "LINT-002", old: "00.250+01:00", bad: "00+01:00", good: "00.2500+01:00", path: ident + "/erstellungszeitpunkt", line: 7},
	{name: "no zone", code: "LINT-002", old: ".250+01:00", bad: ".250", good: ".250Z", path: ident + "/erstellungszeitpunkt", line: 7,
		options: lint.Options{MaxSkew: 2 * time.Hour}},
	{name: "future", code: "LINT-003", old: "09:15:00.250", bad: "09:25:00.001", good: "09:25:00.000", path: ident + "/erstellungszeitpunkt", line: 7},
	{name: "skew", code: "LINT-003", old: "09:15:00.250", bad: "09:20:01.001", good: "09:20:01.000", path: ident + "/erstellungszeitpunkt", line: 7,
		options: lint.Options{MaxSkew: time.Second}},
	{name: "identifier", code: "LINT-004", old: "psw:16000000", bad: "16000000", good: "psw:1", path: kopf + "/leser/kennung", line: 11},
	{name: "identifier without an identifier", code: "LINT-004", old: "psw:16000000", bad: "psw: ", good: "psw:16000000", path: kopf + "/leser/kennung", line: 11},
	{name: "identifier in an unnamed directory", code: "LINT-004", old: "<code>DVDV</code></bn-beh:verzeichnisdienst>\n      <bn-beh:kennung>psw:16000001",
		bad:  "<code>DVDV</code></bn-beh:verzeichnisdienst>\n      <bn-beh:kennung>16000001",
		good: "<code>AndereListe</code></bn-beh:verzeichnisdienst>\n      <bn-beh:kennung>16000001", path: kopf + "/autor/kennung", line: 16},
	{name: "prefix", code: "LINT-005", old: "psw:16000001", bad: "xyz:16000001", good: "töj:16000001", path: kopf + "/autor/kennung", line: 16},
	{name: "prefix in a list that is given", code: "LINT-006", old: "psw:16000000", bad: "ags:16000000", good: "psw:16000000",
		path: kopf + "/leser/kennung", line: 11, options: lint.Options{Prefixes: prefixes{"psw"}}},
	{name: "empty name", code: "LINT-007", old: "<bn-beh:name>Amt Beispiel</bn-beh:name>", bad: "<bn-beh:name/>", good: "<bn-beh:name>-</bn-beh:name>",
		path: kopf + "/autor/name", line: 17},
	{name: "empty attribute", code: "LINT-007", old: `produkt="Onlinedienst"`, bad: `produkt=" "`, good: `produkt="x"`, path: "/probe.antrag.0001", line: 2},
	{name: "empty content", code: "LINT-007", old: "<m:grund>Umzug</m:grund>", bad: "<m:grund> <!-- Umzug --></m:grund>", good: "<m:grund><![CDATA[Umzug]]></m:grund>",
		path: "/m:probe.antrag.0001/m:inhalt/m:grund", line: 28, options: lint.Options{Body: []lint.Element{{Name: el("grund"), Mandatory: true}}}},
	{name: "empty code", code: "LINT-008", old: "<code>02</code>", bad: "<code> </code>", good: "<code>03</code>", path: kopf + "/autor/erreichbarkeit[2]/kanal/code", line: 23},
	{name: "empty version", code: "LINT-009", old: `<bn-kom:kanal listVersionID="3">`, bad: `<bn-kom:kanal listVersionID="">`, good: `<bn-kom:kanal listVersionID="2">`,
		path: kopf + "/autor/erreichbarkeit[2]/kanal", line: 23},
	{name: "no version", code: "LINT-010", old: `<bn-kom:kanal listVersionID="3">`, bad: `<bn-kom:kanal>`, good: `<bn-kom:kanal listVersionID="99">`,
		path: kopf + "/autor/erreichbarkeit[2]/kanal", line: 23},
	{name: "other list", code: "LINT-011", old: `"urn:de:xoev:codeliste:erreichbarkeit"`, bad: `"urn:de:xoev:codeliste:erreichbarkeit_3"`, good: `" urn:de:xoev:codeliste:erreichbarkeit "`,
		path: kopf + "/autor/erreichbarkeit[1]/kanal", line: 19},
	{name: "element in another namespace", code: "LINT-012", old: "<bn-beh:kennung>psw:16000000</bn-beh:kennung>", bad: "<bn-kom:kennung>psw:16000000</bn-kom:kennung>",
		good: `<b:kennung xmlns:b="http://xoev.de/schemata/basisnachricht/behoerde/1_1">psw:16000000</b:kennung>`, path: kopf + "/leser/kennung", line: 11},
	{name: "header in another namespace", code: "LINT-012", old: `xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1"`,
		bad: `xmlns:bn-g2g="urn:example:g2g"`, good: `xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1" xmlns:x="urn:x"`, path: "/probe.antrag.0001", line: 3},
	{name: "channel", code: "LINT-013", old: `listVersionID="3"><code>02</code>`, bad: `listVersionID="3"><code>10</code>`, good: `listVersionID="4"><code>12</code>`,
		path: kopf + "/autor/erreichbarkeit[2]/kanal", line: 23},
	{name: "mail in a telephone", code: "LINT-014", old: "+49 30 23125000", bad: "erika@example.org", good: "(030) 2312-5000 App. 3", path: kopf + "/autor/erreichbarkeit[2]/kennung", line: 24},
	{name: "telephone in a mail", code: "LINT-014", old: "erika@example.org", bad: "030 23125000", good: "mailto:erika@example.org", path: kopf + "/autor/erreichbarkeit[1]/kennung", line: 20},
	{name: "other message with this UUID", code: "LINT-015", old: "Umzug", bad: "Geburt", good: "Umzug", path: ident + "/nachrichtenUUID", line: 5,
		options: lint.Options{Allow: []string{"LINT-016"}}, seen: []string{strings.Replace(message, "Umzug", "Heirat", 1)}},
	{name: "same message again", code: "LINT-016", old: "Umzug", bad: "Geburt", good: "Umzug", path: ident + "/nachrichtenUUID", line: 5,
		seen: []string{strings.Replace(message, "Umzug", "Geburt", 1)}},
	{name: "test message", code: "LINT-017", old: ` version="1.0">`, bad: ` test="false" version="1.0">`, good: ` m:test="ja" version="1.0">`, path: "/probe.antrag.0001", line: 2},
	{name: "test message in production", code: "LINT-018", old: ` version="1.0">`, bad: ` test="" version="1.0">`, good: ` produktversion="Test" version="1.0">`,
		path: "/probe.antrag.0001", line: 2, options: lint.Options{Production: true}},
	{name: "version", code: "LINT-019", old: ` version="1.0">`, bad: ` version="1.1">`, good: ` version="1.0" m:version="1.1">`, path: "/probe.antrag.0001", line: 2,
		options: lint.Options{Supports: func(standard, version string) bool { return standard == "XProbe" && version == "1.0" }}},
}

// messages makes the two messages; the good case of the UUID rules is another
// message, so it has another UUID.
func (v *vector) messages(t *testing.T) (bad, good string) {
	t.Helper()
	require.Contains(t, message, v.old)
	bad, good = strings.ReplaceAll(message, v.old, v.bad), strings.ReplaceAll(message, v.old, v.good)
	if len(v.seen) > 0 {
		good = strings.ReplaceAll(good, "0f6d3a1c5e77", "0f6d3a1c5e78")
	}
	return bad, good
}

func check(t testing.TB, message string, o lint.Options) *lint.Report {
	t.Helper()
	if o.Now == nil {
		o.Now = clock
	}
	report, err := lint.Check(context.Background(), strings.NewReader(message), &o)
	require.NoError(t, err)
	return report
}

func codes(findings []finding.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Code)
	}
	return all
}

func TestVectors(t *testing.T) {
	require.Empty(t, check(t, message, lint.Options{}).Findings)
	for _, v := range vectors {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			o := v.options
			if v.seen != nil {
				o.Seen = new(lint.Memory)
				for _, before := range v.seen {
					require.Equal(t, lint.First, check(t, before, o).Outcome)
				}
			}
			bad, good := v.messages(t)
			report := check(t, bad, o)
			require.Equal(t, []string{v.code}, codes(report.Findings))
			f := report.Findings[0]
			assert.Equal(t, v.path, f.Path)
			assert.Equal(t, v.line, f.Line)
			assert.NotEmpty(t, f.Source)
			assert.Equal(t, finding.Judge(report.Findings), report.Verdict)
			assert.Empty(t, check(t, good, o).Findings)
		})
	}
}

// TestEveryRuleHasVectors: a rule without a vector is a rule that nobody has
// seen at work.
func TestEveryRuleHasVectors(t *testing.T) {
	seen := map[string]int{}
	for _, v := range vectors {
		seen[v.code]++
	}
	rules := lint.Rules()
	require.Len(t, rules, 19)
	for i, r := range rules {
		assert.Positive(t, seen[r.Code], r.Code)
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		if i > 0 {
			assert.Less(t, rules[i-1].Code, r.Code, "in order, and each once")
		}
		delete(seen, r.Code)
	}
	assert.Empty(t, seen, "vectors of rules that do not exist")
}

// art is a code type of the content: type 1 with one code.
func art(list string) *codelist.Spec {
	return &codelist.Spec{Type: codelist.Type1, ListURI: list, ListVersionID: "1", Codes: []string{"a"}}
}

func TestBodyCodes(t *testing.T) {
	for name, tc := range map[string]struct {
		art  string
		want []string
	}{
		"fine":            {`<m:art listURI="urn:example:art" listVersionID="1"><code> a </code></m:art>`, nil},
		"left to schema":  {`<m:art><code>a</code></m:art>`, nil},
		"other list":      {`<m:art listURI="urn:example:other"><code>a</code></m:art>`, []string{"COD-002"}},
		"other version":   {`<m:art listVersionID="2"><code>a</code></m:art>`, []string{"COD-003"}},
		"empty list":      {`<m:art listURI=""><code>a</code></m:art>`, []string{"LINT-011"}},
		"empty version":   {`<m:art listVersionID=" "><code>a</code></m:art>`, []string{"LINT-009"}},
		"other code":      {`<m:art listURI="urn:example:art"><code>b</code></m:art>`, []string{"COD-007"}},
		"name":            {`<m:art><code>a</code><name>x</name></m:art>`, []string{"COD-006"}},
		"code elsewhere":  {`<m:art><x><code>a</code></x></m:art>`, []string{"COD-001"}},
		"qualified code":  {`<m:art><m:code>a</m:code></m:art>`, []string{"COD-001"}},
		"other namespace": {`<art listURI="urn:example:other"><code>a</code></art>`, nil},
		"two":             {`<m:art/><m:art/>`, []string{"COD-001", "COD-001"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(message, `<m:art listURI="urn:example:art" listVersionID="1"><code>a</code></m:art>`, tc.art, 1)
			require.NotEqual(t, message, text)
			report := check(t, text, lint.Options{Body: []lint.Element{{Name: el("art"), Code: art("urn:example:art")}}})
			assert.Equal(t, tc.want, codes(report.Findings))
			for _, f := range report.Findings {
				assert.Contains(t, f.Path, "/m:probe.antrag.0001/m:inhalt/m:art")
				assert.Equal(t, 28, f.Line)
			}
		})
	}
}

// TestBodyCodesInLists looks codes up in a list.
func TestBodyCodesInLists(t *testing.T) {
	list, err := codelist.New(codelist.Metadata{ShortName: "art", LongNames: codelist.Texts{{Value: "Art"}}, Version: "1",
		CanonicalURI: "urn:example:art", CanonicalVersionURI: "urn:example:art_1"},
		[]codelist.Column{{ID: "code", ShortName: "code", LongNames: codelist.Texts{{Value: "Code"}}, Required: true}},
		[]codelist.Key{{ID: "key", ShortName: "key", Columns: []string{"code"}}}, [][]codelist.Value{{{Text: "a"}}})
	require.NoError(t, err)
	spec := &codelist.Spec{Type: codelist.Type4}
	for code, want := range map[string][]string{"a": nil, "b": {"COD-011"}} {
		o := lint.Options{Body: []lint.Element{{Name: el("art"), Code: spec}}, Lists: func(v codelist.VersionKennung) *codelist.List {
			assert.Equal(t, codelist.VersionKennung{Kennung: "urn:example:art", Version: "1"}, v)
			return list
		}}
		assert.Equal(t, want, codes(check(t, strings.Replace(message, "<code>a</code>", "<code>"+code+"</code>", 1), o).Findings))
		o.Lists = func(codelist.VersionKennung) *codelist.List { return nil }
		assert.Equal(t, []string{"COD-009"}, codes(check(t, message, o).Findings), "no such list")
	}
}

func TestEnvelopeOfAReport(t *testing.T) {
	report := check(t, message, lint.Options{})
	assert.Equal(t, finding.Accepted, report.Verdict)
	assert.Equal(t, xoev.FamilyQualified, report.Envelope.Family)
	assert.EqualValues(t, len(message), report.Size)
	assert.Equal(t, lint.Unclaimed, report.Outcome)
}
