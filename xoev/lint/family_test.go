package lint_test

import (
	"context"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// inneres is a message of an invented standard with the header of XInneres up
// to version 9.
const inneres = `<m:probe.antrag.0001 xmlns:m="urn:example:probe:1" produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" standard="XProbe" version="1.0">
  <nachrichtenkopf>
    <identifikation.nachricht>
      <nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</nachrichtenUUID>
      <nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code></nachrichtentyp>
      <erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</erstellungszeitpunkt>
    </identifikation.nachricht>
    <leser>
      <behoerdenkennung><praefix listVersionID="51"><code>psw</code></praefix><kennung listURI="urn:example:codeliste:amt" listVersionID="1"><code>16000000</code></kennung></behoerdenkennung>
      <behoerdenname>Stadt Musterstadt</behoerdenname>
    </leser>
    <autor>
      <behoerdenkennung><praefix listVersionID="51"><code>psw</code></praefix><kennung listURI="urn:example:codeliste:amt" listVersionID="1"><code>16000001</code></kennung></behoerdenkennung>
      <erreichbarkeit><kanal><code>01</code></kanal><kennung>post@amt.example</kennung></erreichbarkeit>
      <anschrift><gebaeude><postleitzahl>12345</postleitzahl><strasse>Hauptweg</strasse><wohnort>Musterstadt</wohnort></gebaeude></anschrift>
      <behoerdenname>Amt Beispiel</behoerdenname>
    </autor>
  </nachrichtenkopf>
  <m:inhalt/>
</m:probe.antrag.0001>
`

// TestXInneres: the rules hold in the older header too, where identifiers are
// codes.
func TestXInneres(t *testing.T) {
	report := check(t, inneres, lint.Options{})
	require.Empty(t, report.Findings)
	require.Equal(t, xoev.FamilyXInneres, report.Envelope.Family)
	for name, tc := range map[string]struct {
		old, bad string
		code     string
		line     int
	}{
		"type":      {"<code>0001</code>", "<code>0002</code>", "LINT-001", 1},
		"time":      {".250+01:00", "", "LINT-002", 6},
		"prefix":    {"<code>psw</code></praefix><kennung listURI=\"urn:example:codeliste:amt\" listVersionID=\"1\"><code>16000001", "<code>xyz</code></praefix><kennung listURI=\"urn:example:codeliste:amt\" listVersionID=\"1\"><code>16000001", "LINT-005", 13},
		"empty":     {"Amt Beispiel", "", "LINT-007", 16},
		"channel":   {"<code>01</code>", "<code>08</code>", "LINT-013", 14},
		"version":   {"<kanal>", `<kanal listVersionID="3">`, "LINT-011", 14},
		"contact":   {"post@amt.example", "030 123", "LINT-014", 14},
		"test":      {`version="1.0"`, `version="1.0" test=""`, "LINT-017", 1},
		"namespace": {"<behoerdenname>Stadt Musterstadt</behoerdenname>", "<m:behoerdenname>Stadt Musterstadt</m:behoerdenname>", "LINT-012", 10},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, inneres, tc.old)
			report := check(t, strings.Replace(inneres, tc.old, tc.bad, 1), lint.Options{})
			require.Equal(t, []string{tc.code}, codes(report.Findings))
			assert.Equal(t, tc.line, report.Findings[0].Line)
			assert.NotEmpty(t, report.Findings[0].Path)
		})
	}
	store := new(lint.Memory)
	assert.Equal(t, lint.First, check(t, inneres, lint.Options{Seen: store}).Outcome)
	assert.Equal(t, lint.Duplicate, check(t, message, lint.Options{Seen: store}).Outcome)
}

// TestProcessesAreNoMessages: what identifies a process in xdomea occurs in
// several messages and is never claimed.
func TestProcessesAreNoMessages(t *testing.T) {
	store := new(lint.Memory)
	report := check(t, `<x:Aussonderung.Anbieteverzeichnis.0501 xmlns:x="urn:xoev-de:xdomea:schema:3.0.0"><x:Kopf/></x:Aussonderung.Anbieteverzeichnis.0501>`, lint.Options{Seen: store})
	assert.Equal(t, lint.Unclaimed, report.Outcome)
}

// TestHeaderCodes: the table of elements holds for header elements as well, so
// that the list of message types can be fixed.
func TestHeaderCodes(t *testing.T) {
	typ := lint.Element{Name: xmlscan.Name{Local: "nachrichtentyp", Space: xoev.NSG2G11},
		Code: &codelist.Spec{Type: codelist.Type1, ListURI: "urn:example:codeliste:typ", ListVersionID: "1", Codes: []string{"0001"}}}
	o := lint.Options{Body: []lint.Element{typ}}
	assert.Empty(t, check(t, message, o).Findings)
	report := check(t, strings.Replace(message, `"urn:example:codeliste:typ"`, `"urn:example:codeliste:andere"`, 1), o)
	assert.Equal(t, []string{"COD-002"}, codes(report.Findings))
	assert.Equal(t, 6, report.Findings[0].Line)
}

// large is a message with n records in between.
func large(n int) io.Reader {
	head, tail, _ := strings.Cut(message, "<m:inhalt>")
	readers := []io.Reader{strings.NewReader(head)}
	record := strings.Repeat("<m:satz><m:grund>Umzug</m:grund><m:art><code>a</code></m:art></m:satz>\n", 1000)
	for range n {
		readers = append(readers, strings.NewReader(record))
	}
	return io.MultiReader(append(readers, strings.NewReader("<m:inhalt>"+tail))...)
}

// TestMemoryIsIndependentOfSize checks 21 MB, with a table of elements.
func TestMemoryIsIndependentOfSize(t *testing.T) {
	o := &lint.Options{Now: clock, Body: []lint.Element{{Name: el("art"), Code: art("urn:example:art")}, {Name: el("grund"), Mandatory: true}}}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	report, err := lint.Check(context.Background(), large(300), o)
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Equal(t, finding.Accepted, report.Verdict)
	assert.Greater(t, report.Size, int64(20<<20))
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(1<<20))
	runtime.KeepAlive(report)
}

func BenchmarkCheck(b *testing.B) {
	for name, o := range map[string]*lint.Options{
		"header": {Now: clock},
		"body":   {Now: clock, Body: []lint.Element{{Name: el("art"), Code: art("urn:example:art")}, {Name: el("grund"), Mandatory: true}}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				report, err := lint.Check(context.Background(), large(20), o)
				if err != nil || report.Verdict != finding.Accepted {
					b.Fatal(err, report)
				}
				b.SetBytes(report.Size)
			}
		})
	}
}
