package xoev_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
)

// TestFamiliesReadBack: read, write, read gives the same, twice the same bytes,
// and the content stays as it was.
func TestFamiliesReadBack(t *testing.T) {
	written := 0
	for _, v := range familyVectors() {
		t.Run(v.name, func(t *testing.T) {
			m, err := xoev.ReadMessage([]byte(v.message), nil)
			require.NoError(t, err)
			if !v.written {
				requireCode(t, xoev.Write(&bytes.Buffer{}, m, nil), "ENV-101")
				return
			}
			first := write(t, m, nil)
			again, err := xoev.ReadMessage(first, nil)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(v.want, &again.Envelope))
			assert.Equal(t, strings.TrimSpace(string(m.BodyXML)), strings.TrimSpace(string(again.BodyXML)))
			assert.Equal(t, string(first), string(write(t, again, nil)))
			written++
		})
	}
	assert.Equal(t, 13, written)
}

// TestFamiliesFillIn: an author gives what is his, the package the rest.
func TestFamiliesFillIn(t *testing.T) {
	m := &xoev.Message{Envelope: xoev.Envelope{
		Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", Nachricht: xoev.Nachricht{Typ: xoev.Code{Code: "0010"}},
		Leser: xoev.Behoerde{Verzeichnisdienst: xoev.Code{Code: "DVDV", ListVersionID: "3"}, Kennung: "psw:16000000", Name: "Stadt Musterstadt"},
		Autor: xoev.Behoerde{Verzeichnisdienst: xoev.Code{Code: "DVDV", ListVersionID: "3"}, Kennung: "psw:16000001", Name: "Amt Beispiel",
			Anschrift:      xoev.Anschrift{Strasse: "Musterstraße", Hausnummer: "1", Postleitzahl: "12345", Ort: "Musterstadt"},
			Erreichbarkeit: []xoev.Erreichbarkeit{{Kanal: xoev.Code{Code: "01", ListVersionID: "3"}, Kennung: "erika@example.org"}}},
	}}
	m.Root.Prefix, m.Root.Local, m.Root.Space = "xirts", "rueckweisung.asynchron.0010", "http://www.osci.de/xinneres/rueckweisung/6"
	e, err := xoev.ReadEnvelope(bytes.NewReader(write(t, m, nil)), nil)
	require.NoError(t, err)
	assert.Equal(t, [...]string{"XInneres-Rueckweisung", "6", "7"}, [...]string{e.Standard, e.Version, e.FamilyVersion})
	assert.Equal(t, xoev.FamilyXInneresG2G, e.Family)
	assert.Equal(t, m.Nachricht.UUID, e.Nachricht.UUID)
	assert.Equal(t, m.Autor, e.Autor)
	assert.Empty(t, e.Findings)

	old := &xoev.Message{Envelope: *wantXInneres()}
	for _, b := range []*xoev.Behoerde{&old.Leser, &old.Autor} {
		b.Behoerdenkennung.Praefix.Code, b.Behoerdenkennung.Kennung.Code = "", ""
	}
	e, err = xoev.ReadEnvelope(bytes.NewReader(write(t, old, nil)), nil)
	require.NoError(t, err)
	assert.Equal(t, wantXInneres().Leser, e.Leser, "psw:16000000 is split into its codes")

	old.Leser.Kennung = "16000000"
	requireCode(t, xoev.Write(&bytes.Buffer{}, old, nil), "ENV-103")
}

// TestAddedStandard: a standard that was added at run time is read and written
// like those that are built in; without the addition it is unknown.
func TestAddedStandard(t *testing.T) {
	const space = "urn:example:xdatenfelder_4"
	table := xoev.KnownStandards().With(xoev.Standard{Namespace: space, Name: "XDatenfelder", Version: "4.0.0",
		Family: xoev.FamilyXDatenfelder, FamilyVersion: "3.0.0"})
	m := &xoev.Message{Envelope: *wantXDatenfelder("3.0.0")}
	m.Root.Space, m.Standard, m.Version, m.Family, m.FamilyVersion = space, "", "", xoev.FamilyUnknown, ""
	requireCode(t, xoev.Write(&bytes.Buffer{}, m, nil), "ENV-101")
	out := write(t, m, &xoev.WriteOptions{Standards: table})

	e, err := xoev.ReadEnvelope(bytes.NewReader(out), &xoev.ReadOptions{Standards: table})
	require.NoError(t, err)
	assert.Equal(t, [...]string{"XDatenfelder", "4.0.0", "xdatenfelder", "3.0.0"}, [...]string{e.Standard, e.Version, e.Family.String(), e.FamilyVersion})
	assert.Equal(t, wantXDatenfelder("3.0.0").Nachricht, e.Nachricht)
	assert.True(t, e.IsTest(), "datenqualitaet says TEST")

	e, err = xoev.ReadEnvelope(bytes.NewReader(out), nil)
	require.NoError(t, err)
	assert.Equal(t, xoev.FamilyUnknown, e.Family)
}

// TestDefaultNamespace: a message whose root has no prefix stays as it is, with
// elements in no namespace inside.
func TestDefaultNamespace(t *testing.T) {
	testenv.Tool(t, "xmllint")
	dir := t.TempDir()
	count := 0
	for _, v := range familyVectors() {
		prefix, _, _ := strings.Cut(v.message[strings.LastIndex(v.message, "</")+2:], ":")
		bare := strings.NewReplacer("<"+prefix+":", "<", "</"+prefix+":", "</", "xmlns:"+prefix+"=", "xmlns=",
			"<code>", `<code xmlns="">`, "<name>", `<name xmlns="">`).Replace(v.message)
		for _, local := range []string{"nachrichtenkopf.g2g", "nachrichtenkopf", "anschrift.leser", "anschrift.autor", "nachrichtenUUID", "nachrichtentyp", "erstellungszeitpunkt"} {
			if strings.Contains(v.message, "<"+local+">") || strings.Contains(v.message, "<"+local+" ") {
				bare = regexp.MustCompile("<"+regexp.QuoteMeta(local)+"([ >])").ReplaceAllString(bare, "<"+local+` xmlns=""$1`)
			}
		}
		t.Run(v.name, func(t *testing.T) {
			m, err := xoev.ReadMessage([]byte(bare), nil)
			require.NoError(t, err)
			want := *v.want
			assert.Equal(t, want.Nachricht.UUID, m.Nachricht.UUID)
			assert.Equal(t, want.Leser.Kennung, m.Leser.Kennung)
			if !v.written {
				return
			}
			written := write(t, m, nil)
			assert.NotContains(t, string(written), "xmlns:ns")
			assert.Equal(t, undeclared(normalized(t, dir, []byte(bare))), undeclared(normalized(t, dir, written)))
			again, err := xoev.ReadMessage(written, nil)
			require.NoError(t, err)
			again.BodyXML, m.BodyXML = nil, nil
			require.Empty(t, cmp.Diff(m, again, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".XML" }, cmp.Ignore())))
			m.Body = func(*xoev.Encoder) error { return nil }
			requireCode(t, xoev.Write(&bytes.Buffer{}, m, nil), "ENV-109")
			count++
		})
	}
	assert.Equal(t, 13, count)
}

// undeclared takes out where the default namespace is undeclared: the same
// elements are in no namespace, or the messages would not read the same.
func undeclared(s string) string { return strings.ReplaceAll(s, ` xmlns=""`, "") }

// schemaSets are where the schemas of the headers are, and how they name what
// they import.
func (l *lint) catalogOf(t *testing.T, folders ...string) {
	var b strings.Builder
	b.WriteString(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">`)
	seen := map[string]bool{}
	target := regexp.MustCompile(`targetNamespace="([^"]*)"`)
	location := regexp.MustCompile(`schemaLocation="([^"]*)"`)
	files := map[string]string{} // base name to file
	for _, folder := range folders {
		list, err := filepath.Glob(filepath.Join(testenv.Data(t, folder), "*.xsd"))
		require.NoError(t, err)
		require.NotEmpty(t, list)
		for _, file := range list {
			if files[filepath.Base(file)] == "" {
				files[filepath.Base(file)] = file
			}
		}
	}
	for _, file := range files {
		schema, err := os.ReadFile(file)
		require.NoError(t, err)
		if m := target.FindSubmatch(schema); m != nil && !seen[string(m[1])] {
			seen[string(m[1])] = true
			b.WriteString(`<uri name="` + string(m[1]) + `" uri="` + fileURL(file) + `"/>`)
		}
		for _, m := range location.FindAllSubmatch(schema, -1) {
			address := string(m[1])
			to := files[filepath.Base(address)]
			if to == "" || seen[address] {
				continue
			}
			seen[address] = true
			b.WriteString(`<system systemId="` + address + `" uri="` + fileURL(to) + `"/><uri name="` + address + `" uri="` + fileURL(to) + `"/>`)
		}
	}
	b.WriteString(`</catalog>`)
	l.catalog = l.write(t, "catalog.xml", b.String())
}

// xinneresDriver is a schema of our own that makes a message of the abstract
// types of XInneres up to 9, as the modules of XInneres do.
func xinneresDriver(t *testing.T, folder, version string) string {
	at := func(file string) string { return fileURL(filepath.Join(testenv.Data(t, folder), file)) }
	return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:example:probe:1" targetNamespace="urn:example:probe:1"
  xmlns:xink="http://www.osci.de/xinneres/basisnachricht/` + version + `" xmlns:xib="http://www.osci.de/xinneres/behoerde/` + version + `" elementFormDefault="qualified">
  <xs:import namespace="http://www.osci.de/xinneres/basisnachricht/` + version + `" schemaLocation="` + at("xinneres-basisnachricht.xsd") + `"/>
  <xs:import namespace="http://www.osci.de/xinneres/behoerde/` + version + `" schemaLocation="` + at("xinneres-behoerde.xsd") + `"/>
  <xs:complexType name="Kopf"><xs:complexContent><xs:restriction base="xink:Nachrichtenkopf.G2G"><xs:sequence>
    <xs:element name="identifikation.nachricht" type="xink:Identifikation.Nachricht" form="unqualified"/>
    <xs:element name="leser" type="xib:Behoerde" form="unqualified"/><xs:element name="autor" type="xib:Behoerde.Erreichbar" form="unqualified"/>
  </xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
  <xs:complexType name="Nachricht"><xs:complexContent><xs:restriction base="xink:Nachricht.G2G"><xs:sequence>
    <xs:element name="nachrichtenkopf" type="m:Kopf" form="unqualified"/>
  </xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
  <xs:element name="probe.antrag.0001"><xs:complexType><xs:complexContent><xs:extension base="m:Nachricht"><xs:sequence>
    <xs:element name="inhalt" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
</xs:schema>`
}

// xinneres26Driver declares what XInneres 26.11 adds to the Basisnachricht 1.1,
// with the addresses of XInneres 9: those of 26.11 have the same elements, but
// their schema is not at hand.
func xinneres26Driver(t *testing.T, addresses string) string {
	return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:probe:1"
  xmlns:b="http://xoev.de/schemata/basisnachricht/unqualified/g2g/1_1" xmlns:xipa="http://www.osci.de/xinneres/postanschrift/4" elementFormDefault="qualified">
  <xs:import namespace="http://xoev.de/schemata/basisnachricht/unqualified/g2g/1_1" schemaLocation="` +
		fileURL(testenv.Data(t, library+"/xoev-basisnachricht-unqualified-g2g_1.1.xsd")) + `"/>
  <xs:import namespace="http://www.osci.de/xinneres/postanschrift/4" schemaLocation="` +
		fileURL(testenv.Data(t, addresses+"/xinneres-postanschrift.xsd")) + `"/>
  <xs:element name="probe.antrag.0001"><xs:complexType><xs:complexContent><xs:extension base="b:Nachricht.G2GType"><xs:sequence>
    <xs:element name="anschrift.leser" type="xipa:PostalischeInlandsanschrift" form="unqualified" minOccurs="0"/>
    <xs:element name="anschrift.autor" type="xipa:PostalischeInlandsanschrift" form="unqualified"/>
    <xs:element name="inhalt" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
</xs:schema>`
}

// familySchema is a message and the schema that it is valid by.
type familySchema struct {
	name, message string
	version       string // of the header, where the message does not tell it
	folders       []string
	schema        func(*testing.T, *lint) string
	narrow        bool // the standard has a code type of its own for nachrichtentyp
}

func familySchemas() []familySchema {
	const x9, x7 = "xoev/xinneres/basismodul-9_from-xbau-kernmodul-1.1", "xoev/xinneres/from-xbau-2.2"
	const xdf = "xoev/xdatenfelder/xsd-glykon/xdatenfelder/"
	own := func(schema func(*testing.T) string) func(*testing.T, *lint) string {
		return func(t *testing.T, l *lint) string { return l.write(t, "driver.xsd", schema(t)) }
	}
	real := func(file string) func(*testing.T, *lint) string {
		return func(t *testing.T, _ *lint) string { return testenv.Data(t, file) }
	}
	kernmodul := strings.NewReplacer("urn:example:probe:1", "http://www.xleitstelle.de/xbau/kernmodul/1/3/0", "probe.antrag.0001", "prozessnachrichten.aktenzeichen.1121",
		"<code>0001</code><name>Antrag</name>", "<code>1121</code>", ` listURI="urn:example:codeliste:typ" listVersionID="1"`, "",
		`"XProbe"`, `"XBau-Kernmodul"`, `version="1.0">`, `version="1.3.0">`, "<m:inhalt>Bitte um Prüfung</m:inhalt>", "<bezug><vorgang>1</vorgang></bezug>",
		"<referenzUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78</referenzUUID>", "", "<dienst>probe &amp; mehr</dienst>", "").Replace(unqualified)
	return []familySchema{
		{"XInneres 9", xinneres, "5", []string{x9}, own(func(t *testing.T) string { return xinneresDriver(t, x9, "5") }), false},
		{"XInneres 7", xinneres, "4", []string{x7}, own(func(t *testing.T) string { return xinneresDriver(t, x7, "4") }), false},
		{"XInneres 26.11", xinneresG2G, "", []string{library, x9}, own(func(t *testing.T) string { return xinneres26Driver(t, x9) }), false},
		{"xdomea 2.3.0", xdomea("2.3.0"), "", []string{"xoev/xdomea/schemes/xdomea_2.3.0", "xoev/xdomea/schemes/xoev/code/1_0", "xoev/xdomea/schemes/xoev/latinchars/1_1/datatypes"},
			real("xoev/xdomea/schemes/xdomea_2.3.0/xdomea-Nachrichten-AktenplanAustauschen.xsd"), false},
		{"xdomea 2.4.0", xdomea("2.4.0"), "", []string{"xoev/xdomea/schemes/xdomea_2.4.0", "xoev/xdomea/schemes/xoev/code/1_0", "xoev/xdomea/schemes/xoev/latinchars/1_1/datatypes"},
			real("xoev/xdomea/schemes/xdomea_2.4.0/xdomea-Nachrichten-AktenplanAustauschen.xsd"), false},
		{"xdomea 3.0.0", xdomea("3.0.0"), "", []string{"xoev/xdomea/schemes/xdomea_3.0.0", "xoev/xdomea/schemes/xoev/code/1_0", "xoev/xdomea/schemes/xoev/latinchars/1_1/datatypes"},
			real("xoev/xdomea/schemes/xdomea_3.0.0/xdomea-Nachrichten-AktenplanAustauschen.xsd"), false},
		{"XDatenfelder 2.0", xdatenfelder2, "", []string{xdf + "2.0"}, real(xdf + "2.0/xdatenfelder_verzeichnis.xsd"), false},
		{"XDatenfelder 3.0.0", xdatenfelder3, "", []string{xdf + "3.0.0"}, real(xdf + "3.0.0/xdatenfelder_verzeichnis.xsd"), false},
		{"XBau-Kernmodul 1.3.0", kernmodul, "", []string{"xoev/xbau/kernmodul-1.3.0/xsd", library}, real("xoev/xbau/kernmodul-1.3.0/xsd/xbau-kernmodul-prozessnachrichten.xsd"), true},
	}
}

// TestFamiliesSchemas lets xmllint judge messages of our own by the schemas of
// their standards: the vectors that are read, and what is written from them.
func TestFamiliesSchemas(t *testing.T) {
	for _, s := range familySchemas() {
		t.Run(s.name, func(t *testing.T) {
			l := newLint(t)
			l.catalogOf(t, s.folders...)
			schema := s.schema(t, l)
			ok, said := l.valid(t, schema, []byte(s.message))
			require.True(t, ok, "the vector: %s", said)

			m, err := xoev.ReadMessage([]byte(s.message), nil)
			require.NoError(t, err)
			require.Empty(t, m.Findings)
			ok, said = l.valid(t, schema, write(t, m, nil))
			assert.True(t, ok, said)

			m.Nachricht.Erstellungszeitpunkt = ""
			if m.Nachricht.UUID != "" {
				m.Nachricht.UUID = ""
			}
			ok, said = l.valid(t, schema, write(t, m, nil))
			assert.True(t, ok, "fresh: %s", said)

			due := onlyTheDue(m)
			ok, said = l.valid(t, schema, write(t, due, nil))
			assert.True(t, ok, "only what is mandatory: %s", said)

			broken := bytes.Replace(write(t, m, nil), []byte("2026"), []byte("26"), 1)
			broken = regexp.MustCompile(`<([a-z]+:)?([eE]rstellungszeitpunkt)>[^<]*</`).ReplaceAll(broken, []byte(`<$1$2>x</`))
			ok, _ = l.valid(t, schema, broken)
			assert.False(t, ok, "the oracle must be able to say no")
		})
	}
}

// onlyTheDue takes out all that its family does not demand.
func onlyTheDue(m *xoev.Message) *xoev.Message {
	due := *m
	due.Produktversion, due.Test, due.TestPresent, due.Datenqualitaet, due.Extensions = "", "", false, xoev.Code{}, nil
	due.Nachricht.Referenz = ""
	if due.Family == xoev.FamilyXDatenfelder {
		due.Produkt, due.Produkthersteller = "", ""
	}
	if due.Family == xoev.FamilyXdomea {
		due.Produkt = ""
		due.Autor = xoev.Behoerde{}
	}
	due.Leser.Anschrift, due.Leser.Erreichbarkeit = xoev.Anschrift{}, nil
	if due.Autor.Anschrift.Strasse != "" {
		due.Autor.Anschrift = testPostfach
		due.Autor.Erreichbarkeit = due.Autor.Erreichbarkeit[:1]
	}
	return &due
}

// c14n is the canonical form of a document by xmllint, which keeps comments.
func c14n(t *testing.T, dir string, message []byte) string {
	t.Helper()
	file := filepath.Join(dir, "c14n.xml")
	require.NoError(t, os.WriteFile(file, message, 0o600))
	out, err := exec.Command(testenv.Tool(t, "xmllint"), "--huge", "--nonet", "--c14n", file).Output()
	require.NoError(t, err)
	return string(out)
}

var (
	comment   = regexp.MustCompile(`(?s)<!--.*?-->`)
	emptyList = regexp.MustCompile(` (listURI|listVersionID)=""`)
	blankNode = regexp.MustCompile(`>\s+<`)
	declared  = regexp.MustCompile(` xmlns:[^=]+="[^"]*"`)
	headEnd   = regexp.MustCompile(`</([^:<>]+:)?(nachrichtenkopf|nachrichtenkopf\.g2g|Kopf|header)>((\s|<!--[^>]*-->)*<anschrift\.(?s:.*)</anschrift\.autor>)?`)
)

// normalized is the canonical form of a message with what ReadMessage says is
// not kept taken out of the header and what stands before it: white space between
// elements, comments, empty attributes of codes, declarations below the root.
func normalized(t *testing.T, dir string, message []byte) string {
	canonical := c14n(t, dir, message)
	at := headEnd.FindStringIndex(canonical)
	require.NotNil(t, at)
	head := comment.ReplaceAllString(canonical[:at[1]], "")
	head = strings.TrimSpace(blankNode.ReplaceAllString(emptyList.ReplaceAllString(head, ""), "><"))
	root := strings.IndexByte(head, '>')
	return head[:root] + declared.ReplaceAllString(head[root:], "") + canonical[at[1]:]
}

// A message is passed on under a new author: the content stays as it is.
func ExampleReadMessage() {
	m, err := xoev.ReadMessage([]byte(xinneresG2G), nil)
	if err != nil {
		log.Fatal(err)
	}
	m.Leser, m.Autor = m.Autor, m.Leser
	m.Autor.Erreichbarkeit = m.Leser.Erreichbarkeit
	m.Nachricht.UUID, m.Nachricht.Erstellungszeitpunkt = "", "" // it is a new message
	var out strings.Builder
	if err := xoev.Write(&out, m, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Autor.Kennung, "to", m.Leser.Kennung, "in", m.Leser.Anschrift.Ort)
	_, content, _ := strings.Cut(out.String(), "</anschrift.autor>")
	fmt.Print(strings.TrimSpace(content))
	// Output:
	// psw:16000000 to psw:16000001 in Musterstadt
	// <m:inhalt>Bitte um Prüfung</m:inhalt>
	// </m:probe.antrag.0001>
}
