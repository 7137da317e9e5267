package xoev_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
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
	"github.com/bausteine/egov/xoev/xmlscan"
)

const library = "xoev/xoev-bibliothek"

// lint is xmllint with the schemas of the XÖV-Bibliothek, and no network.
type lint struct {
	tool, dir, catalog string
}

func newLint(t *testing.T) *lint {
	l := &lint{tool: testenv.Tool(t, "xmllint"), dir: t.TempDir()}
	raw, err := os.ReadFile(testenv.Data(t, library+"/catalog.json"))
	require.NoError(t, err)
	var entries map[string]struct{ File string }
	require.NoError(t, json.Unmarshal(raw, &entries))
	require.GreaterOrEqual(t, len(entries), 8)
	var b strings.Builder
	b.WriteString(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">`)
	for address, e := range entries {
		file := fileURL(testenv.Data(t, library+"/"+e.File))
		fmt.Fprintf(&b, `<system systemId="%s" uri="%s"/><uri name="%s" uri="%s"/>`, address, file, address, file)
	}
	b.WriteString(`</catalog>`)
	l.catalog = l.write(t, "catalog.xml", b.String())
	return l
}

func fileURL(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

func (l *lint) write(t *testing.T, name, content string) string {
	path := filepath.Join(l.dir, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// valid reports xmllint's verdict. Its exit status alone is not enough: it
// says 0 to some documents that break the namespace rules.
func (l *lint) valid(t *testing.T, schema string, message []byte) (bool, string) {
	file := l.write(t, "message.xml", string(message))
	cmd := exec.Command(l.tool, "--noout", "--nonet", "--schema", schema, file)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+fileURL(l.catalog))
	out, err := cmd.CombinedOutput()
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		// libxml2 reads each namespace once; that says nothing about the message.
		if !strings.Contains(line, "Skipping import of schema located") {
			lines = append(lines, line)
		}
	}
	said := strings.Join(lines, "\n")
	return err == nil && said == file+" validates", said
}

// driver writes a small schema of our own with one message, as a standard
// would: it extends the Basisnachricht of a family and version.
func (l *lint) driver(t *testing.T, family xoev.Family, version string) string {
	suffix := map[string]string{"1.0": ".xsd", "1.1": "_1.1.xsd"}[version]
	name, space := "xoev-basisnachricht-g2g", "http://xoev.de/schemata/basisnachricht/g2g/"
	if family == xoev.FamilyUnqualified {
		name, space = "xoev-basisnachricht-unqualified-g2g", "http://xoev.de/schemata/basisnachricht/unqualified/g2g/"
	}
	space += strings.ReplaceAll(version, ".", "_")
	schema := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:example:probe:1" xmlns:b="` + space + `"
  xmlns:c="http://xoev.de/schemata/code/1_0" targetNamespace="urn:example:probe:1" elementFormDefault="qualified">
  <xs:import namespace="` + space + `" schemaLocation="` + fileURL(testenv.Data(t, library+"/"+name+suffix)) + `"/>
  <xs:import namespace="http://xoev.de/schemata/code/1_0"/>
  <xs:element name="probe.antrag.0001"><xs:complexType><xs:complexContent><xs:extension base="b:Nachricht.G2GType">
    <xs:sequence><xs:element name="inhalt" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="frei" type="xs:string" form="unqualified"/><xs:element name="auswahl" type="c:Code"/>
    </xs:sequence></xs:complexType></xs:element></xs:sequence>
  </xs:extension></xs:complexContent></xs:complexType></xs:element>
</xs:schema>`
	return l.write(t, name+suffix, schema)
}

// TestSchemaAcceptsWhatWeWrite lets xmllint judge our messages by the schemas
// of the XÖV-Bibliothek in both flavours and versions.
func TestSchemaAcceptsWhatWeWrite(t *testing.T) {
	l := newLint(t)
	messages := 0
	for _, family := range []xoev.Family{xoev.FamilyQualified, xoev.FamilyUnqualified} {
		for _, version := range []string{xoev.Basisnachricht10, xoev.Basisnachricht11} {
			schema := l.driver(t, family, version)
			for name, change := range map[string]func(*xoev.Message){
				"everything": func(*xoev.Message) {},
				"only the due": func(m *xoev.Message) {
					m.Autor.Erreichbarkeit, m.Produktversion, m.Test, m.TestPresent = nil, "", "", false
				},
				"fresh":      func(m *xoev.Message) { m.Nachricht.UUID, m.Nachricht.Erstellungszeitpunkt = "", "" },
				"empty test": func(m *xoev.Message) { m.Test = "" },
				"list fixed by the schema": func(m *xoev.Message) {
					m.Leser.Verzeichnisdienst.ListURI, m.Autor.Erreichbarkeit[0].Kanal.ListURI = "", ""
				},
				"body as XML": func(m *xoev.Message) {
					m.BodyXML = []byte(`<inhalt xmlns="urn:example:probe:1"><frei xmlns="">x</frei><auswahl><code xmlns="">1</code></auswahl></inhalt>`)
				},
			} {
				t.Run(family.String()+" "+version+" "+name, func(t *testing.T) {
					m := newMessage(family)
					m.Extensions = nil // the library's own header has none
					m.FamilyVersion = version
					change(m)
					ok, said := l.valid(t, schema, write(t, m, nil))
					assert.True(t, ok, said)
					messages++
				})
			}
			t.Run(family.String()+" "+version+" refuses", func(t *testing.T) {
				m := newMessage(family)
				m.FamilyVersion, m.Extensions = version, nil
				message := write(t, m, nil)
				for _, broken := range []string{"<code>0001</code>", "psw:16000000</bn-beh:kennung><bn-beh:name>", "psw:16000000</kennung><name>"} {
					if bytes.Contains(message, []byte(broken)) {
						ok, _ := l.valid(t, schema, bytes.Replace(message, []byte(broken), nil, 1))
						assert.False(t, ok, "the oracle must be able to say no")
					}
				}
				// The other flavour is invalid: the header's form matters.
				m.Family = xoev.FamilyQualified + xoev.FamilyUnqualified - family
				ok, _ := l.valid(t, schema, write(t, m, nil))
				assert.False(t, ok)
			})
		}
	}
	assert.Equal(t, 24, messages)
}

// TestRewriteRealMessages puts our header before the content of real messages
// and lets the schema of their standard judge both. Reading what was written
// gives the same envelope.
func TestRewriteRealMessages(t *testing.T) {
	l := newLint(t)
	for _, tc := range []struct {
		folder, schema string
		count, valid   int
	}{
		{"xoev/xbeteiligung/samples", "xoev/xbeteiligung/xbeteiligung.xsd", 6, 6},
		{"xoev/xwasser/samples", "xoev/xwasser/xwasser.xsd", 15, 13}, // the content of two is invalid as published
	} {
		t.Run(tc.schema, func(t *testing.T) {
			schema := testenv.Data(t, tc.schema)
			rewritten, valid := 0, 0
			for _, file := range messageFiles(t, tc.folder) {
				original, err := os.ReadFile(file)
				require.NoError(t, err)
				e, err := xoev.ReadEnvelope(bytes.NewReader(original), nil)
				require.NoError(t, err)
				m := &xoev.Message{Envelope: *e}
				m.Findings = nil
				m.Nachricht.Erstellungszeitpunkt = "2026-11-23T09:15:00.250+01:00"
				m.Nachricht.Typ.Code = m.Number() // the samples contradict their own root
				m.Namespaces, m.BodyXML = content(t, original)
				message := write(t, m, &xoev.WriteOptions{AllowEmpty: true})

				got, err := xoev.ReadEnvelope(bytes.NewReader(message), nil)
				require.NoError(t, err)
				got.Findings = nil
				assert.Equal(t, &m.Envelope, got, file)

				before, saidBefore := l.valid(t, schema, original)
				after, said := l.valid(t, schema, message)
				assert.Equal(t, before, after, "%s\nbefore: %s\nafter: %s", file, saidBefore, said)
				rewritten++
				if after {
					valid++
				}
			}
			assert.Equal(t, tc.count, rewritten)
			assert.Equal(t, tc.valid, valid)
		})
	}
}

// content returns the namespaces of the root and what stands behind the header.
func content(t *testing.T, message []byte) (scope []xmlscan.NSDecl, xml []byte) {
	t.Helper()
	s := xmlscan.NewBytes(message, nil)
	var from, to int64
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.StartElement && s.Depth() == 1:
			scope = s.InScope(nil)
		case s.Kind() == xmlscan.EndElement && s.Depth() == 2 && s.Name().Local == "nachrichtenkopf.g2g":
			from = s.End()
		case s.Kind() == xmlscan.EndElement && s.Depth() == 1:
			to = s.Pos().Offset
		}
	}
	require.NoError(t, s.Err())
	require.Greater(t, to, from)
	return scope, message[from:to]
}

// TestEncodingXMLWouldBeInvalid keeps the reason for our own writer: the same
// content through encoding/xml is refused by the schema.
func TestEncodingXMLWouldBeInvalid(t *testing.T) {
	l := newLint(t)
	type auswahl struct {
		Code string `xml:"code"`
	}
	type inhalt struct {
		XMLName xml.Name `xml:"urn:example:probe:1 inhalt"`
		Frei    string   `xml:"frei"`
		Auswahl auswahl  `xml:"urn:example:probe:1 auswahl"`
	}
	body, err := xml.Marshal(inhalt{Frei: "x", Auswahl: auswahl{"06"}})
	require.NoError(t, err)
	schema := l.driver(t, xoev.FamilyQualified, xoev.Basisnachricht11)
	m := newMessage(xoev.FamilyQualified)
	ok, said := l.valid(t, schema, write(t, m, nil))
	require.True(t, ok, said)
	m.Body, m.BodyXML = nil, body
	ok, _ = l.valid(t, schema, write(t, m, nil))
	assert.False(t, ok)
}
