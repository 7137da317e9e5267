package xdatenfelder

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// vector changes one place of a valid document so that it breaks one rule.
type vector struct {
	base, old, new string
	codes          []string // all findings
	path           string   // end of the path of the first, without prefixes
}

func one1(code string) []string { return []string{code} }

const (
	xdf3 = "xdf3-0102"
	xdf2 = "xdf2-0102"
	xdf1 = "xdf1-0102"
	am3  = "<xdf:letzteAenderung>2026-01-15T10:00:00.000Z</xdf:letzteAenderung>\n<xdf:relation>"
)

var vectors = []vector{
	{xdf3, `xdatenfelder_3.0.0"`, `xdatenfelder_3.0.0/x"`, one1("XDF-002"), "/xdatenfelder.stammdatenschema.0102"},
	{xdf3, `urn:xoev-de:fim:standard:xdatenfelder_3.0.0"`, `urn:example:x"`, one1("XDF-001"), "/xdatenfelder.stammdatenschema.0102"},

	{xdf3, "<xdf:name>Parkausweis Musterstadt</xdf:name>", "<name>Parkausweis Musterstadt</name>", one1("XDF3-010"), "/stammdatenschema/name"},
	{xdf3, "<code>3</code>", "<xdf:code>3</xdf:code>", one1("XDF3-010"), "/ableitungsmodifikationenStruktur/code"},
	{xdf2, "<xdf:name>Parkausweis</xdf:name>", "<name>Parkausweis</name>", one1("XDF2-010"), "/stammdatenschema/name"},
	{xdf3, "<xdf:hilfetext>", "<xdf:fremd/><xdf:hilfetext>", one1("XDF3-011"), "/stammdatenschema/fremd"},
	{xdf3, "<xdf:hilfetext>", "<xdf:struktur2/><xdf:hilfetext>", one1("XDF3-011"), "/stammdatenschema/struktur2"},
	{xdf2, "<xdf:hilfetext>", "<xdf:stichwort/><xdf:hilfetext>", one1("XDF2-011"), "/stammdatenschema/stichwort"},
	{xdf3, "<xdf:beschreibung>Frei erfunden.</xdf:beschreibung>\n<xdf:definition>Zum Testen.</xdf:definition>",
		"<xdf:definition>Zum Testen.</xdf:definition>\n<xdf:beschreibung>Frei erfunden.</xdf:beschreibung>", one1("XDF3-012"), "/stammdatenschema/beschreibung"},
	{xdf2, "<xdf:anzahl>1:1</xdf:anzahl>\n<xdf:bezug>§ 2 Mustersatzung</xdf:bezug>", "<xdf:bezug/><xdf:anzahl>1:1</xdf:anzahl>", one1("XDF2-012"), "/struktur/anzahl"},
	{xdf3, "<xdf:hilfetext>", "<xdf:hilfetext/><xdf:hilfetext>", one1("XDF3-013"), "/stammdatenschema/hilfetext[2]"},
	{"xdf3-0104", "<xdf:name>Familienname</xdf:name>", "<xdf:name>A</xdf:name><xdf:name>B</xdf:name>", one1("XDF3-013"), "/datenfeld/name[2]"},
	{xdf2, "<xdf:hilfetext>", "<xdf:hilfetext/><xdf:hilfetext>", one1("XDF2-013"), "/stammdatenschema/hilfetext[2]"},
	{xdf3, "<xdf:name>Parkausweis Musterstadt</xdf:name>", "", one1("XDF3-014"), "/stammdatenschema"},
	{xdf2, "<xdf:name>Parkausweis</xdf:name>", "", one1("XDF2-014"), "/stammdatenschema"},
	{xdf3, "<code>3</code>", "", one1("XDF3-014"), "/ableitungsmodifikationenStruktur"},
	{xdf3, "<xdf:stammdatenschema>\n", "<xdf:stammdatenschema>\nText", one1("XDF3-015"), "/stammdatenschema"},
	{xdf2, "<xdf:stammdatenschema>\n", "<xdf:stammdatenschema>\nText", one1("XDF2-015"), "/stammdatenschema"},
	{"xdf3-0105", "<xdf:genericode>", "<xdf:genericode>Text", one1("XDF3-015"), "/genericode"},
	{xdf3, "Parkausweis Musterstadt", "Park<xdf:b/>ausweis", one1("XDF3-016"), "/stammdatenschema/name/b"},
	{xdf2, "<xdf:name>Parkausweis", "<xdf:name>Park<xdf:b>a</xdf:b>", one1("XDF2-016"), "/stammdatenschema/name/b"},
	{xdf3, "<xdf:hilfetext>", `<xdf:hilfetext lang="de">`, one1("XDF3-017"), "/stammdatenschema/hilfetext"},
	{xdf3, "<xdf:hilfetext>", `<xdf:hilfetext xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="false">`, one1("XDF3-017"), "/stammdatenschema/hilfetext"},
	{xdf2, "<xdf:hilfetext>", `<xdf:hilfetext lang="de">`, one1("XDF2-017"), "/stammdatenschema/hilfetext"},
	{xdf3, ` listVersionID="2020-03-19"`, "", one1("XDF3-018"), "/stammdatenschema/freigabestatus"},
	{xdf3, ` uri="https://example.org/s"`, "", one1("XDF3-018"), "/stammdatenschema/stichwort"},
	{xdf3, ` code="1"`, "", one1("XDF3-018"), "/regel/fehler"},

	{xdf3, "<xdf:statusGesetztAm>2026-01-15", "<xdf:statusGesetztAm>2026-02-29", one1("XDF3-020"), "/stammdatenschema/statusGesetztAm"},
	{xdf3, "10:00:00.000Z</xdf:erst", "25:00:00Z</xdf:erst", one1("XDF3-020"), "/header/erstellungszeitpunkt"},
	{xdf3, "<xdf:version>1.0.0</xdf:version>", "<xdf:version>1.0</xdf:version>", one1("XDF3-020"), "/identifikation/version"},
	{xdf3, "<xdf:anzahl>1:1</xdf:anzahl>", "<xdf:anzahl> 1:1</xdf:anzahl>", one1("XDF3-020"), "/stammdatenschema/struktur/anzahl"},
	{xdf3, "<xdf:typ>wert", "<xdf:typ>werte", one1("XDF3-020"), "/param/typ"},
	{xdf3, "application/pdf", "pdf", one1("XDF3-020"), "/datenfeld/mediaType"},
	{xdf3, `maxLength="120"`, `maxLength="0"`, one1("XDF3-020"), "/datenfeld/praezisierung"},
	{xdf3, `code="1"`, `code="x"`, one1("XDF3-020"), "/regel/fehler"},
	{"xdf3-0101", "<xdf:istAbstrakt>false", "<xdf:istAbstrakt>nein", one1("XDF3-020"), "/dokumentsteckbrief/istAbstrakt"},
	{xdf2, "<xdf:freigabedatum>2026-01-15", "<xdf:freigabedatum>15.01.2026", one1("XDF2-020"), "/stammdatenschema/freigabedatum"},
	{xdf2, "<xdf:anzahl>1:1", "<xdf:anzahl>1", one1("XDF2-020"), "/struktur/anzahl"},
	{xdf3, "<code>3</code>", "<code>4</code>", one1("XDF3-021"), "/ableitungsmodifikationenStruktur/code"},
	{xdf2, "<code>3</code>", "<code>4</code>", one1("XDF2-021"), "/ableitungsmodifikationenStruktur/code"},
	{xdf2, "<code>num_int</code>", "<code>time</code>", one1("XDF2-021"), "/datentyp/code"},
	{xdf3, `listURI="urn:xoev-de:xprozess:codeliste:status"`, `listURI="urn:example:status"`, one1("XDF3-022"), "/stammdatenschema/freigabestatus"},
	{xdf2, `status" listVersionID="1.0"`, `status" listVersionID="1.1"`, one1("XDF2-022"), "/stammdatenschema/status"},
	{xdf3, "Parkausweis Musterstadt", "Parkausweis – Musterstadt", one1("XDF3-023"), "/stammdatenschema/name"},
	{xdf2, "<xdf:name>Parkausweis", "<xdf:name>„Parkausweis“", one1("XDF2-023"), "/stammdatenschema/name"},

	{xdf3, "<xdf:anzahl>0:1</xdf:anzahl>\n<xdf:bezug>§ 2 Mustersatzung</xdf:bezug>\n<xdf:enthaelt>\n<xdf:datenfeld>\n<xdf:identifikation><xdf:id>F99000000009",
		"<xdf:anzahl>0:1</xdf:anzahl>\n<xdf:bezug>§ 2 Mustersatzung</xdf:bezug>\n<xdf:enthaelt>\n<xdf:datenfeld>\n<xdf:identifikation><xdf:id>F99000000002", one1("XDF3-030"), "/struktur[7]/enthaelt/datenfeld"},
	{xdf2, "<xdf:id>F99000003</xdf:id>", "<xdf:id>F99000002</xdf:id>", one1("XDF2-030"), "/struktur[3]/enthaelt/datenfeld"},
	{xdf3, "<xdf:id>S99000000001</xdf:id>", "<xdf:id> </xdf:id>", one1("XDF3-032"), "/stammdatenschema/identifikation"},
	{xdf2, "<xdf:id>S99000001</xdf:id>", "<xdf:id/>", one1("XDF2-032"), "/stammdatenschema/identifikation"},
	{xdf3, "<xdf:anzahl>1:3", "<xdf:anzahl>1:99999999999", one1("XDF3-040"), "/struktur[2]/anzahl"},
	{xdf3, `maxLength="120"`, `maxLength="99999999999"`, one1("XDF3-040"), "/datenfeld/praezisierung"},
	{xdf3, "<xdf:maxSize>1", "<xdf:maxSize>9999999999", one1("XDF3-040"), "/datenfeld/maxSize"},
	{xdf3, "<xdf:maxSize>1", "<xdf:maxSize>-9999999999", one1("XDF3-020"), "/datenfeld/maxSize"},
	{xdf2, "<xdf:anzahl>0:2", "<xdf:anzahl>0:99999999999", one1("XDF2-040"), "/struktur[2]/anzahl"},
	{"xdf2-0104", `{"minLength":"1","maxLength":120,"pattern":"\\S.*"}`, "1..31", one1("XDF2-101"), "/datenfeld"},
	{"xdf2-0104", `"minLength":"1"`, `"minLaenge":"1"`, one1("XDF2-101"), "/datenfeld"},
	{"xdf2-0104", `"minLength":"1"`, `"minLength":null`, one1("XDF2-101"), "/datenfeld"},
	{"xdf3-0105", "<Version>1</Version>", "", one1("GC-004"), "/genericode/CodeList/Identification"},
}

// vectors1 are those of XDF1.
var vectors1 = []vector{
	{xdf1, "<xdf:name>Parkausweis</xdf:name>", "<name>Parkausweis</name>", one1("XDF1-010"), "/stammdatenschema/name"},
	{xdf1, "<xdf:hilfetext>", "<xdf:stichwort/><xdf:hilfetext>", one1("XDF1-011"), "/stammdatenschema/stichwort"},
	{xdf1, "<xdf:anzahl>1:1</xdf:anzahl>\n<xdf:bezug>§ 2 Mustersatzung</xdf:bezug>", "<xdf:bezug/><xdf:anzahl>1:1</xdf:anzahl>", one1("XDF1-012"), "/struktur/anzahl"},
	{xdf1, "<xdf:hilfetext>", "<xdf:hilfetext/><xdf:hilfetext>", one1("XDF1-013"), "/stammdatenschema/hilfetext[2]"},
	{xdf1, "<xdf:name>Parkausweis</xdf:name>", "", one1("XDF1-014"), "/stammdatenschema"},
	{xdf1, "<xdf:stammdatenschema>\n", "<xdf:stammdatenschema>\nText", one1("XDF1-015"), "/stammdatenschema"},
	{xdf1, "<xdf:name>Parkausweis", "<xdf:name>Park<xdf:b>a</xdf:b>", one1("XDF1-016"), "/stammdatenschema/name/b"},
	{xdf1, "<xdf:hilfetext>", `<xdf:hilfetext lang="de">`, one1("XDF1-017"), "/stammdatenschema/hilfetext"},
	{xdf1, "<xdf:freigabedatum>2026-01-15", "<xdf:freigabedatum>15.01.2026", one1("XDF1-020"), "/stammdatenschema/freigabedatum"},
	{xdf1, "<xdf:anzahl>1:1", "<xdf:anzahl>1", one1("XDF1-020"), "/struktur/anzahl"},
	{xdf1, "<code>3</code>", "<code>4</code>", one1("XDF1-021"), "/ableitungsmodifikationenStruktur/code"},
	{xdf1, "<code>num_int</code>", "<code>time</code>", one1("XDF1-021"), "/datentyp/code"},
	{xdf1, `status" listVersionID="1.0"`, `status" listVersionID="1.1"`, one1("XDF1-022"), "/stammdatenschema/status"},
	{xdf1, "<xdf:name>Parkausweis", "<xdf:name>„Parkausweis“", one1("XDF1-023"), "/stammdatenschema/name"},
	{xdf1, "<xdf:id>F99000003</xdf:id>", "<xdf:id>F99000002</xdf:id>", one1("XDF1-030"), "/struktur[3]/enthaelt/datenfeld"},
	{xdf1, "<xdf:id>S99000001</xdf:id>", "<xdf:id/>", one1("XDF1-032"), "/stammdatenschema/id"},
	{xdf1, "<xdf:anzahl>0:2", "<xdf:anzahl>0:99999999999", one1("XDF1-040"), "/struktur[2]/anzahl"},
}

func TestVectors(t *testing.T) {
	for i, v := range slices.Concat(vectors, vectors1) {
		name := "none"
		if len(v.codes) > 0 {
			name = v.codes[0]
		}
		t.Run(name, func(t *testing.T) {
			findings := judge(t, v, &Options{})
			require.Equal(t, v.codes, codes(findings), "vector %d", i)
			if v.path != "" {
				assert.True(t, strings.HasSuffix(plain(findings[0].Path), v.path), findings[0].Path)
				assert.Positive(t, findings[0].Line)
				assert.Positive(t, findings[0].Column)
			}
		})
	}
}

// judge reads a changed document and returns all findings.
func judge(t *testing.T, v vector, o *Options) []finding.Finding {
	n, err := Read(strings.NewReader(change(t, valid(t, v.base), v)), o)
	if err == nil {
		return n.Findings
	}
	require.Nil(t, n)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	return invalid.Findings
}

// change replaces the first old by new; where old is "a~b", the last a before
// the first b. Some changes have names.
func change(t *testing.T, doc string, v vector) string {
	const begin, end = "<xdf:struktur>", "</xdf:struktur>\n"
	first, last := strings.Index(doc, begin), strings.LastIndex(doc, end)+len(end)
	switch v.old {
	case "STRUKTUR": // no parts
		return doc[:first] + doc[last:]
	case "ONEPART":
		return doc[:strings.Index(doc, end)+len(end)] + doc[last:]
	case "TWICE": // the last part
		return doc[:last] + doc[strings.LastIndex(doc, begin):last] + doc[last:]
	case "DEFAULTFIELD":
		doc = doc[:strings.Index(doc, end)+len(end)] + doc[last:]
		return strings.Replace(doc, "F99000000001<", "F60000000001<", 1)
	case "DEFAULTD":
		return strings.Replace(strings.Replace(doc, "D99000000002", "D99000000001", 1), "<code>6</code>", "<code>2</code>", 1)
	case "DRAFT": // all is published, one element is not yet a draft
		doc = strings.ReplaceAll(doc, "<xdf:versionshinweis/>", "<xdf:veroeffentlichungsdatum>2026-01-15</xdf:veroeffentlichungsdatum>")
		i := strings.Index(doc, v.new)
		return doc[:i] + strings.Replace(doc[i:], "<code>6</code>", "<code>2</code>", 1)
	case "SAMELIST": // one more field, with the same code list under another id
		i := strings.LastIndex(doc[:strings.Index(doc, "F99000002")], begin)
		part := doc[i : i+strings.Index(doc[i:], end)+len(end)]
		part = strings.Replace(part, "F99000002", "F99000009", 1)
		return doc[:last] + strings.Replace(part, "C99000001", "C99000009", 1) + doc[last:]
	case "REFERENZ": // one more field, with another version of the code list
		i := strings.LastIndex(doc[:strings.Index(doc, "F99000002")], begin)
		part := doc[i : i+strings.Index(doc[i:], end)+len(end)]
		part = strings.Replace(part, "F99000002", "F99000009", 1)
		part = strings.Replace(part, "<xdf:version>2026-01-01</xdf:version>", "<xdf:version>2026-02-01</xdf:version>", 1)
		return doc[:last] + part + doc[last:]
	}
	a, b, near := strings.Cut(v.old, "~")
	i := strings.Index(doc, a)
	if near {
		require.Contains(t, doc, b)
		i = strings.LastIndex(doc[:strings.Index(doc, b)], a)
	}
	require.GreaterOrEqual(t, i, 0, v.old)
	return doc[:i] + v.new + doc[i+len(a):]
}

func plain(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "xdf:", ""), "gc:", "")
}

// Vectors that change more than one place.
func TestMoreVectors(t *testing.T) {
	read := func(t *testing.T, doc string) []finding.Finding {
		_, err := Read(strings.NewReader(doc), nil)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		return invalid.Findings
	}
	t.Run("translation", func(t *testing.T) {
		doc := strings.ReplaceAll(valid(t, "xdf3-0101"), "xdatenfelder.dokumentsteckbrief.0101", "xdatenfelder.uebersetzung.0106")
		assert.Equal(t, []string{"XDF-003"}, codes(read(t, doc)))
	})
	for name, base := range map[string]string{"XDF2-031": "xdf2-0103", "XDF3-031": "xdf3-0103"} {
		t.Run(name, func(t *testing.T) {
			doc := valid(t, base)
			group := doc[strings.Index(doc, "<xdf:datenfeldgruppe>"):strings.LastIndex(doc, "</xdf:xdatenfelder")]
			inner := "<xdf:struktur><xdf:anzahl>1:1</xdf:anzahl><xdf:bezug/><xdf:enthaelt>" + group + "</xdf:enthaelt></xdf:struktur>"
			findings := read(t, strings.Replace(doc, "<xdf:struktur>", inner+"<xdf:struktur>", 1))
			assert.Equal(t, []string{name}, codes(findings))
			assert.True(t, strings.HasSuffix(plain(findings[0].Path), "/struktur/enthaelt/datenfeldgruppe/identifikation"))
		})
	}
	t.Run("XDF1-031", func(t *testing.T) {
		doc := valid(t, xdf1)
		i := strings.LastIndex(doc[:strings.Index(doc, "G99000001")], "<xdf:struktur>")
		j := strings.Index(doc, "</xdf:datenfeldgruppe>") + len("</xdf:datenfeldgruppe>\n</xdf:enthaelt>\n</xdf:struktur>\n")
		k := strings.Index(doc[i+1:], "<xdf:struktur>") + i + 1
		assert.Equal(t, []string{"XDF1-031"}, codes(read(t, doc[:k]+doc[i:j]+doc[k:])))
	})
	t.Run("version 1 has schemas only", func(t *testing.T) {
		doc := strings.ReplaceAll(valid(t, xdf1), "stammdatenschema.0102001", "stammdatenschema.0102")
		assert.Equal(t, []string{"XDF-003"}, codes(read(t, doc)))
	})
	for name, base := range map[string]string{"XDF1-102": xdf1, "XDF2-102": xdf2, "XDF3-102": xdf3} {
		t.Run(name, func(t *testing.T) {
			doc := strings.Replace(valid(t, base), "<xdf:name>Parkausweis", "<xdf:name>„Parkausweis“", 1)
			n, err := Read(strings.NewReader(doc), &Options{AllowAnyCharacter: true})
			require.NoError(t, err)
			assert.Equal(t, []string{name}, codes(n.Findings))
			assert.Contains(t, n.Stammdatenschema.Name, "„")
		})
	}
	t.Run("XDF2-018", func(t *testing.T) { // XDF2 has no mandatory attribute
		assert.False(t, slices.ContainsFunc(Rules(), func(r finding.Rule) bool { return r.Code == "XDF2-018" }))
	})
	t.Run("rule that differs", func(t *testing.T) {
		doc := valid(t, xdf3)
		i := strings.LastIndex(doc, "<xdf:name>Eine Angabe</xdf:name>")
		assert.Equal(t, []string{"XDF3-030"}, codes(read(t, doc[:i]+strings.Replace(doc[i:], "Eine Angabe", "Keine Angabe", 1))))
	})
	t.Run("choice", func(t *testing.T) {
		doc := valid(t, "xdf2-0103")
		i, j := strings.Index(doc, "<xdf:datenfeld>"), strings.Index(doc, "</xdf:datenfeld>")+len("</xdf:datenfeld>")
		assert.Equal(t, []string{"XDF2-014"}, codes(read(t, doc[:i]+doc[j:])), "none")
		assert.Equal(t, []string{"XDF2-013"}, codes(read(t, doc[:j]+doc[i:j]+doc[j:])), "two")
	})
	t.Run("reader fails", func(t *testing.T) {
		broken := errors.New("broken")
		n, err := Read(iotest.ErrReader(broken), nil)
		assert.Nil(t, n)
		assert.ErrorIs(t, err, broken)
	})
}

func TestLimits(t *testing.T) {
	doc := valid(t, xdf3)
	for name, o := range map[string]*Options{"elements": {MaxElements: 5}, "bytes": {MaxBytes: 5000}} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(doc), o)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Len(t, invalid.Findings, 1)
		})
	}
	t.Run("elements that suffice", func(t *testing.T) {
		_, err := Read(strings.NewReader(valid(t, "xdf3-0104")), &Options{MaxElements: 2})
		assert.NoError(t, err)
	})
	t.Run("long text", func(t *testing.T) {
		_, err := Read(strings.NewReader(strings.Replace(doc, "Parkausweis Musterstadt", strings.Repeat("a", maxText+1), 1)), nil)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Equal(t, []string{"XDF3-040"}, codes(invalid.Findings))
	})
	t.Run("many findings", func(t *testing.T) {
		_, err := Read(strings.NewReader(strings.Replace(doc, "<xdf:hilfetext>", strings.Repeat("<xdf:x/>", 1000)+"<xdf:hilfetext>", 1)), nil)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Len(t, invalid.Findings, maxErrors)
	})
}

// TestRules walks the catalogue: every rule has a source, a message and a
// vector that breaks it, and only it; the passing neighbours are the documents
// that the vectors change.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range []string{"XDF-003", "XDF1-031", "XDF2-031", "XDF3-031", "XDF1-102", "XDF2-102", "XDF3-102", // TestMoreVectors
		"XDF2-101", "XDF-004", "XDF-005", "XDF-006", "XDF2-050", "XDF3-050", "XDF2-051"} { // TestWriteRefused, TestConvertRefused
		seen[code] = true
	}
	for _, v := range slices.Concat(vectors, vectors1) {
		seen[v.codes[0]] = true
	}
	for _, c := range listVectors {
		seen[c] = true
	}
	for _, v := range qualityVectors { // some never stand alone
		for _, c := range v.codes {
			seen[c] = true
		}
	}
	list := Rules()
	for i, r := range list {
		assert.True(t, seen[r.Code], "no vector for %s", r.Code)
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		assert.True(t, i == 0 || list[i-1].Code < r.Code, r.Code)
	}
	assert.Equal(t, 62+len(qualityRules), len(list))
}
