package codelist_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// vector is a change of the list zonen that breaks one rule, and a neighbour
// that breaks none.
type vector struct {
	code, name     string
	old, bad, good string
	path           string
	at             string // the text at whose beginning the finding stands; empty: no position
	o              *codelist.ReadOptions
}

const (
	cl   = "/gc:CodeList"
	row  = cl + "/SimpleCodeList/Row"
	col  = cl + "/ColumnSet/Column"
	iden = cl + "/Identification"
)

func readVectors() []vector {
	return []vector{
		{"GC-001", "another namespace", "genericode/1.0/", "genericode/1.1/", "genericode/1.0/", cl, "<gc:CodeList ", nil},
		{"GC-002", "child in the namespace of the root", "<Version>2026-05-01</Version>", "<gc:Version>2026-05-01</gc:Version><Version>2026-05-01</Version>", "<Version>2026-05-01</Version>", iden + "/gc:Version", "<gc:Version>", nil},
		{"GC-003", "unknown element", "<Row>", "<Zeile/><Row>", "<!--Zeile--><Row>", cl + "/SimpleCodeList/Zeile", "<Zeile", nil},
		{"GC-003", "wrong order", "<Value><Annotation><AppInfo><m:neu xmlns:m=\"urn:example:mehr\"/></AppInfo></Annotation><SimpleValue>Bahnhof</SimpleValue>", "<Value><SimpleValue>Bahnhof</SimpleValue><Annotation/>", "<Value><Annotation/><SimpleValue>Bahnhof</SimpleValue>", row + "[2]/Value[2]/Annotation", "<Annotation/>", nil},
		{"GC-003", "twice", "<Version>2026-05-01</Version>", "<Version>2026-05-01</Version><Version/>", "<Version>2026-05-01</Version>", iden + "/Version[2]", "<Version/>", nil},
		{"GC-003", "element in a text", "<Version>2026-05-01<", "<Version>2026<Teil/>-05-01<", "<Version>2026<!-- -->-05-01<", iden + "/Version/Teil", "<Teil", nil},
		{"GC-004", "no version", "<Version>2026-05-01</Version>", "", "<Version> 2026-05-01 </Version>", iden, "<Identification>", nil},
		{"GC-004", "row without value", "</SimpleCodeList>", "<Row/></SimpleCodeList>", "</SimpleCodeList>", row + "[4]", "<Row/>", nil},
		{"GC-004", "version URI without URI", "<Data Type=\"date\"/>", "<CanonicalVersionUri>urn:x:ab_1</CanonicalVersionUri><Data Type=\"date\"/>", "<CanonicalUri>urn:x:ab</CanonicalUri><CanonicalVersionUri>urn:x:ab_1</CanonicalVersionUri><Data Type=\"date\"/>", col + "[4]", `<Column Id="ab"`, nil},
		{"GC-005", "text between rows", "</Row>", "</Row>und", "</Row> ", cl + "/SimpleCodeList", "und\n", nil},
		{"GC-006", "no Id", `<Key Id="nameKey">`, "<Key>", `<Key Id="andererKey">`, cl + "/ColumnSet/Key", "<Key>", nil},
		{"GC-006", "no Use", `<Column Id="ab" Use="optional">`, `<Column Id="ab">`, `<Column Id="ab" Use=" optional ">`, col + "[4]", `<Column Id="ab">`, nil},
		{"GC-007", "unknown attribute", "<Row>", `<Row nr="1">`, "<Row >", row, `<Row nr`, nil},
		{"GC-007", "xsi:nil", "<Identification>", `<Identification xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="false">`, `<Identification xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a b.xsd">`, iden, "<Identification xm", nil},
		{"GC-008", "unknown Use", `Id="ab" Use="optional"`, `Id="ab" Use="maybe"`, `Id="ab" Use="optional" `, col + "[4]", `<Column Id="ab"`, nil},
		{"GC-008", "no language", `Lang="de-DE"`, `Lang="Deutsch, natürlich"`, `Lang="gsw"`, col + "[2]/Data", `<Data Type="string" Lang`, nil},
		{"GC-009", "Id with a space", `<Key Id="nameKey">`, `<Key Id="name Key">`, `<Key Id=" näme.Key-1 ">`, cl + "/ColumnSet/Key", `<Key Id=`, nil},
		{"GC-009", "Id twice", `<Key Id="nameKey">`, `<Key Id="name">`, `<Key Id="Name">`, cl + "/ColumnSet/Key", `<Key Id=`, nil},
		{"GC-010", "unknown column", `<Value ColumnRef="ab">`, `<Value ColumnRef="bis">`, `<Value ColumnRef=" ab ">`, row + "[2]/Value[3]", `<Value ColumnRef="bis`, nil},
		{"GC-010", "key of an unknown column", `<ColumnRef Ref="name"/>`, `<ColumnRef Ref="namen"/>`, `<ColumnRef Ref="code"/>`, cl + "/ColumnSet/Key/ColumnRef", "<ColumnRef Ref=", nil},
		{"GC-011", "complex value", "<SimpleValue>Altstadt</SimpleValue>", `<SimpleValue>Altstadt</SimpleValue><ComplexValue/>`, "<SimpleValue>Altstadt</SimpleValue>", row + "/Value[2]/ComplexValue", "<ComplexValue", nil},
		{"GC-011", "key of another document", "</ColumnSet>", `<KeyRef Id="k" ExternalRef="k"><CanonicalVersionUri>urn:x:y</CanonicalVersionUri></KeyRef></ColumnSet>`, "</ColumnSet>", cl + "/ColumnSet/KeyRef", "<KeyRef", nil},
		{"GC-012", "no namespace", "<xoev-cl-4:recommendedKeyColumn/>", "<xoev-cl-4:recommendedKeyColumn/><recommended/>", "<xoev-cl-4:recommendedKeyColumn/><m:x xmlns:m=\"urn:x\"><recommended/></m:x>", cl + "/ColumnSet/Key[2]/Annotation/AppInfo/recommended", "<recommended/>", nil},
		{"GC-013", "no URI", ">https://example.org/zonen.xml<", ">https://example.org/%zonen.xml<", ">https://example.org/%20zonen.xml<", iden + "/LocationUri", "<LocationUri", nil},
		{"GC-014", "no key", zonen[strings.Index(zonen, `<Key Id="nameKey">`):strings.Index(zonen, "</ColumnSet>")], "", `<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key>`, cl, "", nil},
		{"GC-015", "key of an optional column", `<ColumnRef Ref="name"/>`, `<ColumnRef Ref="name"/><ColumnRef Ref="ab"/>`, `<ColumnRef Ref="name"/><ColumnRef Ref="code"/>`, cl + "/ColumnSet/Key/ColumnRef[2]", `<ColumnRef Ref="ab"/>`, nil},
		{"GC-016", "null in a required column", "<SimpleValue>Altstadt</SimpleValue>", "", "<SimpleValue/>", row, "<Row>", nil},
		{"GC-016", "no value for a required column", `<Value ColumnRef="name"><SimpleValue>Altstadt</SimpleValue></Value>`, "", `<Value ColumnRef="name"><SimpleValue></SimpleValue></Value>`, row, "<Row>", nil},
		{"GC-017", "behind the last column", `<Value ColumnRef="ab"/>`, `<Value ColumnRef="ab"/><Value/>`, `<Value/>`, row + "/Value[5]", "<Value/>", nil},
		{"GC-018", "two values", `<Value ColumnRef="ab"/>`, "<Value ColumnRef=\"ab\"/>\n<Value ColumnRef=\"ab\" />", ` <Value ColumnRef="ab"/>`, row + "/Value[5]", `<Value ColumnRef="ab" />`, nil},
		{"GC-019", "no integer", "<SimpleValue>120</SimpleValue>", "<SimpleValue>12.0</SimpleValue>", "<SimpleValue> -0120\n</SimpleValue>", row + "/Value[3]/SimpleValue", "<SimpleValue>12.0", nil},
		{"GC-019", "no date", ">2025-01-31<", ">2025-02-29<", ">2024-02-29+01:00<", row + "[2]/Value[3]/SimpleValue", "<SimpleValue>2025-", nil},
		{"GC-020", "rows", "<Row>", `<Row>`, `<Row>`, row + "[3]", "", &codelist.ReadOptions{MaxRows: 2}},
		{"GC-101", "version URI", "zonen_2026-05-01<", "zonen-2026-05-01<", "zonen_2026-05-01 <", iden, "", nil},
		{"GC-102", "relative URI", "urn:example:codeliste:zonen", "codeliste-zonen", "tag:codeliste:zonen", iden, "", nil},
		{"GC-103", "short name with space", "<ShortName>zonen<", "<ShortName>zo nen<", "<ShortName> zonen <", iden + "/ShortName", "", nil},
		{"GC-104", "no key marked", "<xoev-cl-4:recommendedKeyColumn/>", "<xoev-cl-4:anders/>", "<xoev-cl-4:recommendedKeyColumn >?</xoev-cl-4:recommendedKeyColumn>", cl + "/ColumnSet", "", nil},
		{"GC-105", "two keys marked", `<Key Id="nameKey">`, `<Key Id="nameKey"><Annotation><AppInfo><xoev-cl-4:recommendedKeyColumn/></AppInfo></Annotation>`, `<Key Id="nameKey"><Annotation><AppInfo><m:recommendedKeyColumn xmlns:m="urn:x"/></AppInfo></Annotation>`, cl + "/ColumnSet", "", nil},
		{"GC-106", "no agency", "<xoev-cl-4:agencyShortName>Musterstadt</xoev-cl-4:agencyShortName>", "", "<xoev-cl-4:agencyShortName>M</xoev-cl-4:agencyShortName>", cl + "/Annotation/Description", "", nil},
		{"GC-107", "no date", "validFrom>2026-05-01<", "validFrom>1.5.2026<", "validFrom>2026-05-01Z<", cl + "/Annotation/Description/xoev-cl-4:validFrom", "", nil},
		{"GC-108", "code twice", "<SimpleValue>02</SimpleValue>", "<SimpleValue>01</SimpleValue>", "<SimpleValue>1</SimpleValue>", row + "[2]", "", nil},
		{"GC-109", "unknown type", `<Data Type="date"/>`, `<Data Type="datum"/>`, `<Data Type="token"/>`, col + "[4]", "", nil},
		{"GC-111", "no rows", zonen[strings.Index(zonen, "<SimpleCodeList>"):strings.Index(zonen, "</gc:CodeList>")], "", "<SimpleCodeList/>", cl, "", nil},
		{"GC-112", "key of two columns", zonen[strings.Index(zonen, `<Key Id="nameKey">`):strings.Index(zonen, "</ColumnSet>")], `<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/><ColumnRef Ref="name"/></Key>`, `<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key>`, cl + "/ColumnSet", "", nil},
		{"GC-113", "code with spaces", "<SimpleValue>02</SimpleValue>", "<SimpleValue>02 </SimpleValue>", "<SimpleValue>0 2</SimpleValue>", row + "[2]", "", nil},
	}
}

// fimList is what FIM tools write beside XDatenfelder 2.
const fimList = `<CodeList xmlns="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"><Identification><ShortName>j</ShortName><LongName>Ja</LongName><Version>1</Version>` +
	`<CanonicalUri>urn:x:ja</CanonicalUri><CanonicalVersionUri>urn:x:ja_1</CanonicalVersionUri></Identification><ColumnSet><Column Id="code" Use="required"><ShortName>c</ShortName>` +
	`<Data Type="string"/></Column><Column Id="name"><ShortName>n</ShortName><Data Type="string"/></Column><Key Id="codeKey"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key>` +
	`</ColumnSet><SimpleCodeList><Row><Value ColumnRef="code"><SimpleValue>1</SimpleValue></Value><Value ColumnRef="name"><SimpleValue>ja</SimpleValue></Value></Row></SimpleCodeList></CodeList>`

// findings reads a list and returns all that was found.
func findings(t *testing.T, doc string, o *codelist.ReadOptions) []finding.Finding {
	t.Helper()
	l, err := codelist.Read(strings.NewReader(doc), o)
	if err == nil {
		return l.Findings()
	}
	assert.Nil(t, l)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	return invalid.Findings
}

func TestReadRules(t *testing.T) {
	for _, v := range readVectors() {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			require.Contains(t, zonen, v.old)
			n := 1
			if v.code == "GC-102" {
				n = -1 // both URIs
			}
			assert.Empty(t, findings(t, strings.Replace(zonen, v.old, v.good, n), nil), "the neighbour")
			doc := strings.Replace(zonen, v.old, v.bad, n)
			found := findings(t, doc, v.o)
			require.Len(t, found, 1)
			assert.Equal(t, v.code, found[0].Code)
			assert.Equal(t, v.path, found[0].Path)
			if v.at != "" {
				assert.Equal(t, position(doc, v.at, 0), [2]int{found[0].Line, found[0].Column})
			}
			warning := v.code >= "GC-1"
			assert.Equal(t, warning, found[0].Severity == finding.Warning)
		})
	}
	t.Run("GC-110", func(t *testing.T) {
		found := findings(t, fimList, &codelist.ReadOptions{AllowFIM: true})
		require.Len(t, found, 1)
		assert.Equal(t, "GC-110", found[0].Code)
		assert.True(t, finding.Has(findings(t, fimList, nil), "GC-002"), "strict without the option")
		assert.Empty(t, findings(t, zonen, &codelist.ReadOptions{AllowFIM: true}), "the option changes nothing for others")
		mixed := strings.Replace(fimList, "<LongName>Ja</LongName>", `<LongName xmlns="">Ja</LongName>`, 1)
		assert.True(t, finding.Has(findings(t, mixed, &codelist.ReadOptions{AllowFIM: true}), "GC-002"), "one of the two, not both")
	})
}

func TestLimits(t *testing.T) {
	for name, o := range map[string]*codelist.ReadOptions{"columns": {MaxColumns: 3}, "keys": {MaxColumns: 1}} {
		t.Run(name, func(t *testing.T) {
			assert.True(t, finding.Has(findings(t, zonen, o), "GC-020"))
		})
	}
	t.Run("bytes", func(t *testing.T) {
		_, err := codelist.Read(strings.NewReader(zonen), &codelist.ReadOptions{MaxBytes: int64(len(zonen)) - 1})
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Regexp(t, "^XML-04", invalid.Findings[0].Code)
		read(t, zonen, &codelist.ReadOptions{MaxBytes: int64(len(zonen))})
	})
	t.Run("text", func(t *testing.T) {
		long := strings.Replace(zonen, ">Parkzonen<", ">"+strings.Repeat("P", 1<<20+1)+"<", 1)
		assert.True(t, finding.Has(findings(t, long, nil), "GC-020"))
	})
	t.Run("many columns, empty rows", func(t *testing.T) {
		var b strings.Builder
		b.WriteString(fimList[:strings.Index(fimList, `<Column Id="name"`)])
		for i := range 254 {
			b.WriteString(`<Column Id="c` + strings.Repeat("x", i) + `"><ShortName>c</ShortName><Data Type="string"/></Column>`)
		}
		b.WriteString(`<Key Id="codeKey"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet><SimpleCodeList>`)
		b.WriteString(strings.Repeat("<Row><Value><SimpleValue>1</SimpleValue></Value></Row>", 70_000))
		b.WriteString("</SimpleCodeList></CodeList>")
		assert.True(t, finding.Has(findings(t, b.String(), &codelist.ReadOptions{AllowFIM: true}), "GC-020"))
	})
}

// TestEveryRuleHasVectors fails if a rule of the catalogue is never shown.
func TestEveryRuleHasVectors(t *testing.T) {
	shown := map[string]bool{"GC-110": true}
	for _, v := range readVectors() {
		shown[v.code] = true
	}
	for _, v := range codeVectors() {
		shown[v.code] = true
	}
	for _, v := range elementVectors() {
		shown[v.code] = true
	}
	last := ""
	for _, r := range codelist.Rules() {
		switch family, _, _ := strings.Cut(r.Code, "-"); family {
		case "COD", "GC":
			assert.True(t, shown[r.Code], "no vector for %s", r.Code)
		case "LOCK", "PIN", "ZIP": // TestParseLock, TestPinRules, TestOpenZIPRefuses
		default:
			t.Errorf("%s: unknown family", r.Code)
		}
		assert.Less(t, last, r.Code, "ordered, each once")
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		last = r.Code
		delete(shown, r.Code)
	}
	assert.Empty(t, shown, "vectors of rules that are not in the catalogue")
}

// schemaErrors asks xmllint which documents follow genericode's schema.
func schemaErrors(t *testing.T, docs map[string]string) map[string]bool {
	t.Helper()
	lint := testenv.Tool(t, "xmllint")
	xsd := filepath.Join(testenv.Data(t, "xoev/genericode"), "genericode.xsd")
	dir := t.TempDir()
	args := []string{"--noout", "--nonet", "--schema", xsd}
	names := map[string]string{}
	for name, doc := range docs {
		file := filepath.Join(dir, strings.Map(func(r rune) rune {
			if r == '/' || r == ' ' || r == ':' || r == ',' {
				return '_'
			}
			return r
		}, name)+".xml")
		require.NotContains(t, names, file)
		names[file] = name
		require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
		args = append(args, file)
	}
	out, err := exec.Command(lint, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	bad, judged := map[string]bool{}, 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if file, ok := strings.CutSuffix(line, " validates"); ok {
			require.Contains(t, names, file)
			judged++
			continue
		}
		for file, name := range names {
			if strings.HasPrefix(line, file) {
				if !bad[name] {
					judged++
					t.Log(line)
				}
				bad[name] = true
			}
		}
	}
	require.Equal(t, len(docs), judged, "every document was judged: %s", out)
	return bad
}

// TestVectorsAgainstSchema holds the vectors against xmllint: neighbours are
// valid, and what breaks a rule of the schema is not.
func TestVectorsAgainstSchema(t *testing.T) {
	docs := map[string]string{}
	for _, v := range readVectors() {
		docs["good "+v.code+" "+v.name] = strings.Replace(zonen, v.old, v.good, 1)
		docs["bad "+v.code+" "+v.name] = strings.Replace(zonen, v.old, v.bad, 1)
	}
	for name := range schemaErrors(t, docs) {
		assert.NotRegexp(t, "^good", name)
		delete(docs, name)
	}
	for name := range docs {
		// What xmllint accepts and we refuse: rules for documents, and limits.
		code, _, _ := strings.Cut(strings.TrimPrefix(name, "bad "), " ")
		switch code {
		case "GC-010", "GC-011", "GC-014", "GC-015", "GC-016", "GC-017", "GC-018", "GC-019", "GC-020":
			continue
		}
		assert.False(t, strings.HasPrefix(name, "bad GC-0"), "xmllint accepts %s", name)
	}
}
