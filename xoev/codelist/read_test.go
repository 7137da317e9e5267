package codelist_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// zonen is a small list of our own with everything that a list can have.
const zonen = `<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/" xmlns:xoev-cl-4="http://xoev.de/schemata/genericode/4">
  <Annotation>
    <Description>
      <xoev-cl-4:shortName xml:lang="de">Zonen</xoev-cl-4:shortName>
      <xoev-cl-4:shortName xml:lang="en">Zones</xoev-cl-4:shortName>
      <xoev-cl-4:codelistDescription>Parkzonen der Stadt Musterstadt</xoev-cl-4:codelistDescription>
      <xoev-cl-4:agencyShortName>Musterstadt</xoev-cl-4:agencyShortName>
      <xoev-cl-4:versionDescription>Zwei Zonen &amp; eine alte</xoev-cl-4:versionDescription>
      <xoev-cl-4:validFrom>2026-05-01</xoev-cl-4:validFrom>
      <xoev-cl-4:versionHandbook>1.2</xoev-cl-4:versionHandbook>
      <xoev-cl-4:changes>Zone 03 ist neu.</xoev-cl-4:changes>
      <m:stand xmlns:m="urn:example:mehr" m:von="a">unbekannt<m:x/></m:stand>
    </Description>
    <AppInfo>
      <m:info xmlns:m="urn:example:mehr"/>
    </AppInfo>
  </Annotation>
  <Identification>
    <ShortName>zonen</ShortName>
    <LongName xml:lang="de-DE">Parkzonen</LongName>
    <LongName xml:lang="en-GB">Parking zones</LongName>
    <Version>2026-05-01</Version>
    <CanonicalUri>urn:example:codeliste:zonen</CanonicalUri>
    <CanonicalVersionUri>urn:example:codeliste:zonen_2026-05-01</CanonicalVersionUri>
    <LocationUri>https://example.org/zonen.xml</LocationUri>
    <AlternateFormatLocationUri MimeType="text/csv">https://example.org/zonen.csv</AlternateFormatLocationUri>
    <Agency>
      <ShortName>Musterstadt</ShortName>
      <LongName>Stadt Musterstadt</LongName>
      <Identifier Identifier="ags">16000000</Identifier>
    </Agency>
  </Identification>
  <ColumnSet>
    <Column Id="code" Use="required">
      <ShortName>Code</ShortName>
      <LongName>Schlüssel</LongName>
      <Data Type="string"/>
    </Column>
    <Column Id="name" Use="required">
      <ShortName>name</ShortName>
      <Data Type="string" Lang="de-DE"/>
    </Column>
    <Column Id="plaetze" Use="optional">
      <Annotation><Description><m:hinweis xmlns:m="urn:example:mehr">gezählt</m:hinweis></Description></Annotation>
      <ShortName>plaetze</ShortName>
      <Data Type="integer"><Parameter ShortName="minInclusive">0</Parameter></Data>
    </Column>
    <Column Id="ab" Use="optional">
      <ShortName>ab</ShortName>
      <Data Type="date"/>
    </Column>
    <Key Id="nameKey">
      <ShortName>nameKey</ShortName>
      <ColumnRef Ref="name"/>
    </Key>
    <Key Id="codeKey">
      <Annotation><AppInfo><xoev-cl-4:recommendedKeyColumn/></AppInfo></Annotation>
      <ShortName>codeKey</ShortName>
      <ColumnRef Ref="code"/>
    </Key>
  </ColumnSet>
  <SimpleCodeList>
    <Row>
      <Value ColumnRef="code"><SimpleValue>01</SimpleValue></Value>
      <Value ColumnRef="name"><SimpleValue>Altstadt</SimpleValue></Value>
      <Value ColumnRef="plaetze"><SimpleValue>120</SimpleValue></Value>
      <Value ColumnRef="ab"/>
    </Row>
    <Row>
      <Annotation><Description><m:alt xmlns:m="urn:example:mehr"/></Description></Annotation>
      <Value><SimpleValue>02</SimpleValue></Value>
      <Value><Annotation><AppInfo><m:neu xmlns:m="urn:example:mehr"/></AppInfo></Annotation><SimpleValue>Bahnhof</SimpleValue></Value>
      <Value ColumnRef="ab"><SimpleValue>2025-01-31</SimpleValue></Value>
    </Row>
    <Row>
      <Value ColumnRef="name"><SimpleValue> Süd &lt;neu&gt;
</SimpleValue></Value>
      <Value ColumnRef="code"><SimpleValue>03</SimpleValue></Value>
      <Value ColumnRef="plaetze"><SimpleValue>120</SimpleValue></Value>
    </Row>
  </SimpleCodeList>
</gc:CodeList>
`

func read(t testing.TB, doc string, o *codelist.ReadOptions) *codelist.List {
	t.Helper()
	l, err := codelist.Read(strings.NewReader(doc), o)
	require.NoError(t, err)
	return l
}

func TestRead(t *testing.T) {
	l := read(t, zonen, nil)
	assert.Empty(t, l.Findings())
	m := l.Metadata()
	assert.Equal(t, "zonen", m.ShortName)
	assert.Equal(t, "Parkzonen", m.LongNames.In("de"))
	assert.Equal(t, "Parking zones", m.LongNames.In("EN-US"), "another region of the same language")
	assert.Equal(t, "Parkzonen", m.LongNames.In("fr"), "the first")
	assert.Equal(t, codelist.VersionKennung{Kennung: "urn:example:codeliste:zonen", Version: "2026-05-01"}, l.Kennung())
	assert.Equal(t, "urn:example:codeliste:zonen_2026-05-01", m.CanonicalVersionURI)
	assert.Equal(t, []string{"https://example.org/zonen.xml"}, m.LocationURIs)
	assert.Equal(t, []codelist.AlternateFormat{{URI: "https://example.org/zonen.csv", MIMEType: "text/csv"}}, m.AlternateFormats)
	assert.Equal(t, "Musterstadt", m.Agency.ShortName)
	assert.Equal(t, codelist.Texts{{Value: "16000000", Identifier: "ags"}}, m.Agency.Identifiers)
	d := m.Description
	assert.Equal(t, codelist.NSXOEV4, d.Generation)
	assert.Equal(t, codelist.Texts{{Value: "Zonen", Lang: "de"}, {Value: "Zones", Lang: "en"}}, d.ShortName)
	assert.Equal(t, "Zwei Zonen & eine alte", d.Version.String())
	assert.Equal(t, "Zone 03 ist neu.", d.Changes.String())
	assert.Equal(t, "2026-05-01", l.ValidFrom().String())
	assert.Equal(t, "1.2", d.Handbook)

	columns := l.Columns()
	require.Len(t, columns, 4)
	assert.Equal(t, "de-DE", columns[1].Lang)
	assert.True(t, columns[0].Required)
	assert.False(t, columns[3].Required)
	assert.Equal(t, "date", columns[3].Type)
	c, ok := l.Column("Code")
	assert.True(t, ok)
	assert.Equal(t, "code", c.ID, "found by its short name")
	k, ok := l.Key()
	assert.True(t, ok)
	assert.Equal(t, "codeKey", k.ID, "the marked key, not the first")
	assert.Len(t, l.Keys(), 2)

	require.Equal(t, 3, l.Len())
	_, ok = l.Row(0).Value("ab")
	assert.False(t, ok, "a Value without SimpleValue is null")
	_, ok = l.Row(1).Value("plaetze")
	assert.False(t, ok, "no Value is null")
	name, _ := l.Row(1).Value("name")
	assert.Equal(t, "Bahnhof", name, "the column behind the one before")
	name, _ = l.Row(2).Value("name")
	assert.Equal(t, " Süd <neu>\n", name, "white space is kept")
	assert.Equal(t, "03", l.Row(2).Code())
}

// generations are lists with XRepository's metadata as it was over the years.
var generations = map[string]string{
	codelist.NSXOEVOldest: `<beschreibung>Zonen</beschreibung><datumgueltigkeitab>2010-04-01</datumgueltigkeitab>|<xoev-code/>`,
	codelist.NSXOEV1:      `<beschreibung>Zonen</beschreibung><datumgueltigkeitab>2010-04-01</datumgueltigkeitab>|<xoev-code/>`,
	codelist.NSXOEV2: `<nameKurz>Z</nameKurz><beschreibung-codeliste>Zonen</beschreibung-codeliste><herausgebernameKurz>M</herausgebernameKurz>` +
		`<beschreibung-versionCodeliste>V</beschreibung-versionCodeliste><datumGueltigkeitAb>2010-04-01</datumGueltigkeitAb><versionXOEVHandbuch>2.1</versionXOEVHandbuch>` +
		`<aenderungZurVorversion>keine</aenderungZurVorversion>|<xoev-code/>`,
	codelist.NSXOEV3: `<nameKurz>Z</nameKurz><beschreibung-codeliste>Zonen</beschreibung-codeliste><herausgebernameKurz>M</herausgebernameKurz>` +
		`<beschreibung-versionCodeliste>V</beschreibung-versionCodeliste><datumGueltigkeitAb>2010-04-01Z</datumGueltigkeitAb><versionCodelistenHandbuch>2.1</versionCodelistenHandbuch>` +
		`<aenderungZurVorversion>keine</aenderungZurVorversion>|<empfohleneCodeSpalte/>`,
	codelist.NSXOEV4: `<shortName>Z</shortName><codelistDescription>Zonen</codelistDescription><agencyShortName>M</agencyShortName>` +
		`<versionDescription>V</versionDescription><validFrom> 2010-04-01 </validFrom><versionHandbook>2.1</versionHandbook><changes>keine</changes>|<recommendedKeyColumn/>`,
}

// generationList makes a list with the metadata of a namespace, whose second
// key is marked.
func generationList(space string) string {
	qualify := strings.NewReplacer("</", "</x:", "<", "<x:")
	elements, mark, _ := strings.Cut(qualify.Replace(generations[space]), "|")
	description := `<Description xmlns:x="` + space + `">` + elements + `</Description>`
	return smallList(description, strings.Replace(mark, "/>", ` xmlns:x="`+space+`"/>`, 1))
}

// smallList is a list without XML declaration, with two keys.
func smallList(description, marker string) string {
	return `<gc:CodeList xmlns:gc="` + codelist.NSGenericode + `"><Annotation>` + description + `</Annotation>` +
		`<Identification><ShortName>z</ShortName><Version>1</Version><CanonicalUri>urn:x:z</CanonicalUri><CanonicalVersionUri>urn:x:z_1</CanonicalVersionUri></Identification>` +
		`<ColumnSet><Column Id="name" Use="required"><ShortName>n</ShortName><Data Type="string"/></Column>` +
		`<Column Id="code" Use="required"><ShortName>c</ShortName><Data Type="string"/></Column>` +
		`<Key Id="n"><ShortName>n</ShortName><ColumnRef Ref="name"/></Key>` +
		`<Key Id="c"><Annotation><AppInfo>` + marker + `</AppInfo></Annotation><ShortName>c</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>` +
		`<SimpleCodeList><Row><Value><SimpleValue>eins</SimpleValue></Value><Value><SimpleValue>1</SimpleValue></Value></Row></SimpleCodeList></gc:CodeList>`
}

func TestGenerations(t *testing.T) {
	for space := range generations {
		t.Run(space, func(t *testing.T) {
			l := read(t, generationList(space), nil)
			assert.Empty(t, l.Findings())
			d := l.Metadata().Description
			assert.Equal(t, space, d.Generation)
			assert.Equal(t, "Zonen", d.Codelist.String())
			assert.Equal(t, codelist.Date{Year: 2010, Month: 4, Day: 1}, d.ValidFrom)
			if space != codelist.NSXOEVOldest && space != codelist.NSXOEV1 {
				assert.Equal(t, "Z", d.ShortName.String())
				assert.Equal(t, "M", d.AgencyShortName.String())
				assert.Equal(t, "V", d.Version.String())
				assert.Equal(t, "keine", d.Changes.String())
				assert.Equal(t, "2.1", d.Handbook)
			}
			k, ok := l.Key()
			assert.True(t, ok)
			assert.Equal(t, "c", k.ID, "the marked key")
		})
	}
}

func TestTwoGenerations(t *testing.T) {
	old := `<Description xmlns:x="` + codelist.NSXOEV3 + `"><x:nameKurz>alt</x:nameKurz><x:datumGueltigkeitAb>2020-01-01</x:datumGueltigkeitAb><x:aenderungZurVorversion>nur alt</x:aenderungZurVorversion></Description>`
	young := `<Description xmlns:x="` + codelist.NSXOEV4 + `"><x:shortName>neu</x:shortName><x:validFrom>2021-01-01</x:validFrom></Description>`
	for name, doc := range map[string]string{"older first": old + young, "newer first": young + old} {
		t.Run(name, func(t *testing.T) {
			d := read(t, smallList(doc, ""), nil).Metadata().Description
			assert.Equal(t, codelist.NSXOEV4, d.Generation)
			assert.Equal(t, codelist.Texts{{Value: "neu"}}, d.ShortName)
			assert.Equal(t, 2021, d.ValidFrom.Year)
			assert.Equal(t, "nur alt", d.Changes.String(), "what only the older one has")
		})
	}
}

func TestLatin1(t *testing.T) {
	for name, declaration := range map[string]string{
		"plain":  `<?xml version="1.0" encoding="ISO-8859-1"?>`,
		"quotes": `<?xml version='1.0'  encoding = 'iso-8859-1' standalone='yes' ?>`,
	} {
		t.Run(name, func(t *testing.T) {
			utf8 := strings.Replace(zonen, `<?xml version="1.0" encoding="UTF-8"?>`, declaration, 1)
			latin1 := make([]byte, 0, len(utf8))
			for _, r := range utf8 {
				require.Less(t, r, rune(256))
				latin1 = append(latin1, byte(r))
			}
			for _, r := range []io.Reader{strings.NewReader(string(latin1)), iotest.OneByteReader(strings.NewReader(string(latin1)))} {
				l, err := codelist.Read(r, nil)
				require.NoError(t, err)
				name, _ := l.Row(2).Value("name")
				assert.Equal(t, " Süd <neu>\n", name)
			}
			_, err := codelist.Read(strings.NewReader(strings.Replace(string(latin1), "<Row>", "<Row><x/>", 1)), nil)
			want := position(utf8, "<Row>", len("<Row>"))
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, want, [2]int{invalid.Findings[0].Line, invalid.Findings[0].Column})
		})
	}
	t.Run("not what the declaration says", func(t *testing.T) {
		_, err := codelist.Read(strings.NewReader(strings.Replace(zonen, "Süd", "S\xfcd", 1)), nil)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Regexp(t, "^XML-", invalid.Findings[0].Code)
	})
}

// position gives line and column of a text, plus an offset.
func position(doc, text string, plus int) [2]int {
	i := strings.Index(doc, text) + plus
	return [2]int{1 + strings.Count(doc[:i], "\n"), i - strings.LastIndexByte(doc[:i], '\n')}
}

func TestReadFails(t *testing.T) {
	broken := errors.New("broken pipe")
	for name, n := range map[string]int{"at once": 0, "in the head": 300, "in the rows": 3500} {
		t.Run(name, func(t *testing.T) {
			l, err := codelist.Read(io.MultiReader(strings.NewReader(zonen[:n]), iotest.ErrReader(broken)), nil)
			assert.Nil(t, l)
			require.ErrorIs(t, err, broken)
			var invalid *finding.InvalidError
			assert.NotErrorAs(t, err, &invalid, "could not check is not the same as invalid")
		})
	}
}

func TestAllFindings(t *testing.T) {
	doc := strings.Replace(zonen, `Use="required"`, `Use="maybe"`, 1)
	doc = strings.Replace(doc, ">120<", ">viele<", 1)
	doc = strings.Replace(doc, "</SimpleCodeList>", "", 1)
	l, err := codelist.Read(strings.NewReader(doc), nil)
	assert.Nil(t, l)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"GC-008", "GC-015", "GC-019"} {
		assert.True(t, invalid.Has(code), code)
	}
	assert.Regexp(t, "^XML-", invalid.Findings[len(invalid.Findings)-1].Code, "and the end that is not well formed")
	flood := strings.Replace(zonen, "<Row>", strings.Repeat("<y/>", 1000)+"<Row>", 1)
	_, err = codelist.Read(strings.NewReader(flood), nil)
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings, 100)
}

// TestWhiteSpaceBetweenElements puts a character at every place of a text of
// ten bytes.
func TestWhiteSpaceBetweenElements(t *testing.T) {
	for _, c := range []string{" ", "\t", "\n", "\r", "!", "0", "?", "@", "A", "~", "\u007f", "\u0080", "\u00a0", "ä", "\u2003", "𝄞"} {
		for i := range 10 {
			doc := strings.Replace(zonen, "<Row>", "\n\t       "[:i%9]+c+"          "[i:]+"<Row>", 1)
			found := findings(t, doc, nil)
			if strings.Trim(c, " \t\r\n") == "" {
				require.Empty(t, found, "%q", c)
				continue
			}
			require.Len(t, found, 1, "%q", c)
			require.Equal(t, "GC-005", found[0].Code)
		}
	}
}
