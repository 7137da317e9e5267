package rueckweisung_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/rueckweisung"
)

// oracle is xmllint with the published schemas, and no network.
type oracle struct{ tool, dir, catalog string }

func newOracle(t *testing.T) *oracle {
	o := &oracle{tool: testenv.Tool(t, "xmllint"), dir: t.TempDir()}
	const library = "xoev/xoev-bibliothek/"
	raw, err := os.ReadFile(testenv.Data(t, library+"catalog.json"))
	require.NoError(t, err)
	var entries map[string]struct{ File string }
	require.NoError(t, json.Unmarshal(raw, &entries))
	require.GreaterOrEqual(t, len(entries), 8)
	var b strings.Builder
	b.WriteString(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">`)
	for address, e := range entries {
		file := fileURL(testenv.Data(t, library+e.File))
		fmt.Fprintf(&b, `<system systemId="%s" uri="%s"/><uri name="%s" uri="%s"/>`, address, file, address, file)
	}
	b.WriteString(`</catalog>`)
	o.catalog = o.write(t, "catalog.xml", b.String())
	return o
}

func fileURL(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

func (o *oracle) write(t *testing.T, name, content string) string {
	path := filepath.Join(o.dir, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// valid reports xmllint's verdict. Its exit status alone is not enough: it
// says 0 to some documents that break the namespace rules.
func (o *oracle) valid(t *testing.T, schema, message string) (bool, string) {
	file := o.write(t, "message.xml", message)
	cmd := exec.Command(o.tool, "--noout", "--nonet", "--schema", schema, file)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+fileURL(o.catalog))
	out, err := cmd.CombinedOutput()
	said := strings.TrimSpace(string(out))
	return err == nil && said == file+" validates", said
}

// inneres is what the rejection of XInneres 26.11 is made of, as a schema of
// our own, because that standard's schemas cannot be kept here: names, order,
// number and form of its elements, on top of the published unqualified
// Basisnachricht 1.1.
const inneres = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:r="http://www.osci.de/xinneres/rueckweisung/6"
  xmlns:b="http://xoev.de/schemata/basisnachricht/unqualified/g2g/1_1" xmlns:c="http://xoev.de/schemata/code/1_0"
  xmlns:d="urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08" targetNamespace="http://www.osci.de/xinneres/rueckweisung/6">
  <xs:import namespace="http://xoev.de/schemata/basisnachricht/unqualified/g2g/1_1" schemaLocation="http://xoev.de/schemata/basisnachricht/unqualified/g2g/1_1/xoev-basisnachricht-unqualified-g2g_1.1.xsd"/>
  <xs:import namespace="http://xoev.de/schemata/code/1_0" schemaLocation="http://xoev.de/schemata/code/1_0/xoev-code.xsd"/>
  <xs:import namespace="urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08" schemaLocation="https://xoev.de/schemata/din/91379/2022-08/din-norm-91379-datatypes.xsd"/>
  <xs:complexType name="grund"><xs:sequence>
    <xs:element name="grund"><xs:complexType><xs:sequence><xs:element name="code"><xs:simpleType><xs:restriction base="xs:token"><xs:pattern value="[STVX][0-9]{3}"/></xs:restriction></xs:simpleType></xs:element></xs:sequence>
      <xs:attribute name="listURI" type="xs:anyURI" fixed="urn:de:xinneres:codeliste:fehlercodes"/><xs:attribute name="listVersionID" type="xs:normalizedString" fixed="3"/></xs:complexType></xs:element>
    <xs:element name="grundSpezifisch" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="fehlercode" type="c:Code" minOccurs="0"/><xs:element name="fehlerbeschreibung" type="d:datatypeC" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType>
  <xs:complexType name="anschrift"><xs:choice>
    <xs:element name="gebaeude"><xs:complexType><xs:sequence><xs:any processContents="skip" minOccurs="3" maxOccurs="20"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="postfach"><xs:complexType><xs:sequence><xs:any processContents="skip" minOccurs="2" maxOccurs="20"/></xs:sequence></xs:complexType></xs:element>
  </xs:choice></xs:complexType>
  <xs:element name="rueckweisung.asynchron.0010"><xs:complexType><xs:complexContent><xs:extension base="b:Nachricht.G2GType"><xs:sequence>
    <xs:element name="anschrift.leser" type="r:anschrift" minOccurs="0"/>
    <xs:element name="anschrift.autor" type="r:anschrift"/>
    <xs:element name="rueckweisung"><xs:complexType><xs:sequence>
      <xs:element name="rueckweisendeStelle" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="pruefinstanz" type="d:datatypeC"/><xs:element name="anschrift" type="r:anschrift"/>
        <xs:element name="erreichbarkeit" type="b:KommunikationType" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
      <xs:element name="rueckweisungsgrund" type="r:grund" maxOccurs="unbounded"/>
      <xs:element name="transportinformationen" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="nachrichtenId" type="d:datatypeC" minOccurs="0"/><xs:element name="betreff" type="d:datatypeC" minOccurs="0"/>
        <xs:element name="sendezeitpunkt" type="xs:dateTime" minOccurs="0"/><xs:element name="ergaenzendeHinweise" type="d:datatypeC" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
      <xs:element name="idNachricht" type="b:Identifikation.NachrichtType" minOccurs="0"/>
      <xs:element name="nachricht" type="xs:base64Binary"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
</xs:schema>`

// TestSchemasAcceptWhatWeWrite lets xmllint judge the forms whose schemas are
// published, and XInneres by a schema of our own.
func TestSchemasAcceptWhatWeWrite(t *testing.T) {
	o := newOracle(t)
	checked := 0
	for name, tc := range map[string]struct {
		form   rueckweisung.Form
		schema string
		space  string
	}{
		"XInneres":       {rueckweisung.XInneres, o.write(t, "inneres.xsd", inneres), xmeld},
		"XWasser":        {rueckweisung.XWasser, testenv.Data(t, "xoev/xwasser/xwasser-administration.xsd"), xwasser},
		"XBau-Kernmodul": {rueckweisung.XBauKernmodul, testenv.Data(t, "xoev/xbau/2.6/xsd_dev/xbau-kernmodul-prozessnachrichten.xsd"), "urn:example:probe:1"},
	} {
		for change, f := range changes() {
			t.Run(name+" "+change, func(t *testing.T) {
				r := rejection(t, tc.form, original("probe.antrag.0001", tc.space))
				f(r)
				message := write(t, r)
				ok, said := o.valid(t, tc.schema, message)
				assert.True(t, ok, said)
				checked++
				if change == "plain" {
					ok, _ = o.valid(t, tc.schema, strings.Replace(message, ">psw:16000001<", "><x/><", 1))
					assert.False(t, ok, "the oracle must be able to say no")
				}
			})
		}
	}
	assert.Equal(t, 27, checked)
}

// changes are what a rejection may hold.
func changes() map[string]func(r *rueckweisung.Rueckweisung) {
	return map[string]func(r *rueckweisung.Rueckweisung){
		"plain": func(*rueckweisung.Rueckweisung) {},
		"every reason": func(r *rueckweisung.Rueckweisung) {
			var f []finding.Finding
			for _, code := range all {
				f = append(f, finding.Finding{Code: string(code)}, finding.Finding{Code: string(code), Line: 3})
			}
			r.Gruende = rueckweisung.Gruende(f)
		},
		"reason without finding": func(r *rueckweisung.Rueckweisung) { r.Gruende = []rueckweisung.Grund{{Code: rueckweisung.S999}} },
		"every text": func(r *rueckweisung.Rueckweisung) {
			var f []finding.Finding
			for _, rule := range rules() {
				f = append(f, finding.Finding{Code: rule.Code, Line: 1, Column: 2})
			}
			r.Gruende = rueckweisung.Gruende(f)
		},
		"transport": func(r *rueckweisung.Rueckweisung) {
			r.Transport = rueckweisung.Transport{NachrichtenID: "1", Betreff: "Größe", Sendezeitpunkt: "2026-11-23T10:00:00Z", Hinweise: "x"}
		},
		"clearing-house": func(r *rueckweisung.Rueckweisung) {
			r.Stelle = &rueckweisung.Stelle{Pruefinstanz: "Clearingstelle", Erreichbarkeit: us().Erreichbarkeit,
				Anschrift: []byte("<anschrift><gebaeude><postleitzahl>12345</postleitzahl><strasse>Weg</strasse><wohnort>Musterstadt</wohnort></gebaeude></anschrift>")}
		},
		"unreadable": func(r *rueckweisung.Rueckweisung) {
			if r.Form != rueckweisung.XBauKernmodul {
				r.Envelope, r.Leser = nil, them()
			}
		},
		"other reader": func(r *rueckweisung.Rueckweisung) { r.Leser = them() },
		"old header": func(r *rueckweisung.Rueckweisung) {
			r.Envelope.Autor.Verzeichnisdienst, r.Envelope.Family = xoev.Code{}, xoev.FamilyXInneres
		},
	}
}
