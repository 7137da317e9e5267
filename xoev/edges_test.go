package xoev_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// changed replaces parts of a message, each of which must occur.
func changed(t *testing.T, message string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, message, pairs[i])
		message = strings.ReplaceAll(message, pairs[i], pairs[i+1])
	}
	return message
}

// TestVersionsToCome: a version that the table does not know is unknown, not
// broken: the header of another standard is no measure for it.
func TestVersionsToCome(t *testing.T) {
	for name, message := range map[string]string{
		"xdomea 5":             changed(t, xdomea4, "schema:4.0.0", "schema:5.0.0", `version="4.0.0"`, `version="5.0.0"`),
		"xdomea 3.1":           changed(t, xdomea("3.0.0"), "schema:3.0.0", "schema:3.1.0"),
		"XDatenfelder 4":       changed(t, xdatenfelder3, "xdatenfelder_3.0.0", "xdatenfelder_4.0.0"),
		"XZuFi 2.3":            changed(t, xzufi, "2_2_0", "2_3_0"),
		"Basisnachricht 1.2":   changed(t, qualified, "/1_1", "/1_2"),
		"XWasser, old header":  changed(t, xinneres, "urn:example:probe:1", "https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0"),
		"XMeld 26.11, old one": changed(t, xinneres, "urn:example:probe:1", "http://www.osci.de/xmeld2611"),
	} {
		t.Run(name, func(t *testing.T) {
			e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
			require.NoError(t, err)
			assert.Equal(t, xoev.FamilyUnknown, e.Family)
			require.Len(t, e.Findings, 1)
			assert.Equal(t, "ENV-002", e.Findings[0].Code)
			assert.Equal(t, xoev.Behoerde{}, e.Autor)
		})
	}
	// The caller may know better.
	table := xoev.KnownStandards().With(xoev.Standard{Namespace: "urn:xoev-de:xdomea:schema:5.0.0", Name: "xdomea", Version: "5.0.0",
		Family: xoev.FamilyXdomea, FamilyVersion: "4.0.0"})
	e, err := xoev.ReadEnvelope(strings.NewReader(changed(t, xdomea4, "schema:4.0.0", "schema:5.0.0", `version="4.0.0"`, `version="5.0.0"`)), &xoev.ReadOptions{Standards: table})
	require.NoError(t, err)
	assert.Equal(t, xoev.FamilyXdomea, e.Family)
	assert.Equal(t, "Amt Beispiel", e.Autor.Name)
	assert.Empty(t, e.Findings)
}

// TestDatenqualitaet: only PROD is production.
func TestDatenqualitaet(t *testing.T) {
	for code, test := range map[string]bool{"PROD": false, "TEST": true, "test": true, "Produktion": true, "": false} {
		e := xoev.Envelope{Datenqualitaet: xoev.Code{Code: code}}
		assert.Equal(t, test, e.IsTest(), code)
	}
}

// TestEnvelopeTwice: asking early does not change what comes later.
func TestEnvelopeTwice(t *testing.T) {
	c := xoev.NewCollector(nil)
	s := xmlscan.NewBytes([]byte(qualified), nil)
	for range 8 {
		require.True(t, s.Next())
		require.NoError(t, c.Token(s))
	}
	for range 3 {
		_, err := c.Envelope()
		require.Len(t, invalidError(t, err).Findings, 1)
		requireCode(t, err, "ENV-004")
	}
	for s.Next() && !c.Done() {
		_ = c.Token(s)
	}
	e, err := c.Envelope()
	require.NoError(t, err)
	assert.Equal(t, wantEnvelope(xoev.FamilyQualified), e)
}

// TestAddressesEndTheMessage: nothing need follow the addresses, and a root
// that is broken behind them is not the header's matter.
func TestAddressesEndTheMessage(t *testing.T) {
	at := strings.Index(xinneresG2G, "</anschrift.autor>") + len("</anschrift.autor>")
	for name, rest := range map[string]string{"end": "</m:probe.antrag.0001>", "broken": "</m:x>", "cut off": "", "text": "eilig</m:probe.antrag.0001>"} {
		e, err := xoev.ReadEnvelope(strings.NewReader(xinneresG2G[:at]+rest), nil)
		require.NoError(t, err, name)
		assert.Equal(t, wantXInneresG2G(), e, name)
	}
	long := xinneresG2G[:at] + strings.Repeat(" ", 1<<20) + "<m:inhalt/></m:probe.antrag.0001>"
	e, err := xoev.ReadEnvelope(strings.NewReader(long), nil)
	require.NoError(t, err)
	assert.Equal(t, wantXInneresG2G(), e)
	m, err := xoev.ReadMessage([]byte(xinneresG2G[:at]+"eilig</m:probe.antrag.0001>"), nil)
	require.NoError(t, err)
	assert.Equal(t, "eilig", string(m.BodyXML), "text behind the header is content")
}

// TestExtensionsAreWritten: an extension comes out in its own namespace,
// however the caller gives it, whatever the default namespace is.
func TestExtensionsAreWritten(t *testing.T) {
	none := func(local string) xmlscan.Name { return xmlscan.Name{Local: local} }
	for name, tc := range map[string]struct {
		ext  xoev.Extension
		want xoev.Extension
	}{
		"name and text":          {xoev.Extension{Name: none("a"), Text: "<&>"}, xoev.Extension{Name: none("a"), Text: "<&>"}},
		"namespace and text":     {xoev.Extension{Name: el("a"), Text: "x"}, xoev.Extension{Name: el("a"), Text: "x"}},
		"XML":                    {xoev.Extension{Name: none("a"), XML: "<a/>"}, xoev.Extension{Name: none("a")}},
		"XML without a name":     {xoev.Extension{XML: "<a/>"}, xoev.Extension{Name: none("a")}},
		"comment before":         {xoev.Extension{Name: none("a"), XML: "<!-- x --><a>1</a>"}, xoev.Extension{Name: none("a"), Text: "1"}},
		"space around":           {xoev.Extension{Name: none("a"), XML: "\n <a>1</a> "}, xoev.Extension{Name: none("a"), Text: "1"}},
		"angle in a value":       {xoev.Extension{Name: none("a"), XML: `<a b="a>b">1</a>`}, xoev.Extension{Name: none("a"), Text: "1"}},
		"own default namespace":  {xoev.Extension{Name: xmlscan.Name{Local: "a", Space: "urn:q"}, XML: "<a\nb='>' xmlns='urn:q'>1</a>"}, xoev.Extension{Name: xmlscan.Name{Local: "a", Space: "urn:q"}, Text: "1"}},
		"default namespace late": {xoev.Extension{Name: el("a"), XML: `<m:a><b/><c xmlns="urn:q"/></m:a>`}, xoev.Extension{Name: el("a")}},
		"value with a prefix":    {xoev.Extension{Name: none("a"), XML: `<a b="m:x">1</a>`}, xoev.Extension{Name: none("a"), Text: "1"}},
	} {
		for _, family := range []xoev.Family{xoev.FamilyQualified, xoev.FamilyUnqualified} {
			for _, space := range []string{"", "urn:example:probe:1", "urn:example:default"} {
				t.Run(name+" "+family.String()+" "+space, func(t *testing.T) {
					m := newMessage(family)
					m.Extensions, m.Body = []xoev.Extension{tc.ext}, nil
					if space != "" {
						m.Namespaces = []xmlscan.NSDecl{{URI: space}}
					}
					message := write(t, m, nil)
					e, err := xoev.ReadEnvelope(bytes.NewReader(message), nil)
					require.NoError(t, err)
					require.Len(t, e.Extensions, 1)
					got := e.Extensions[0]
					assert.True(t, got.Name.Is(tc.want.Name.Space, tc.want.Name.Local), "%s", message)
					assert.Equal(t, tc.want.Text, got.Text)
					if strings.HasPrefix(name, "default namespace late") {
						assert.Equal(t, []string{"", "urn:q"}, childSpaces(t, got.XML))
					}
					assert.Equal(t, string(message), string(write(t, m, nil)))
				})
			}
		}
	}
}

// childSpaces are the namespaces of the children of an element.
func childSpaces(t *testing.T, xml string) (spaces []string) {
	t.Helper()
	s := xmlscan.NewBytes([]byte(xml), nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Depth() == 2 {
			spaces = append(spaces, s.Name().Space)
		}
	}
	require.NoError(t, s.Err())
	return spaces
}

// TestExtensionNamesInValues: a name without prefix in a value needs the
// default namespace that it was read under.
func TestExtensionNamesInValues(t *testing.T) {
	const xsi = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
	message := changed(t, unqualified, "</nachrichtenkopf.g2g>",
		`<m:x xmlns="http://www.w3.org/2001/XMLSchema" `+xsi+` xsi:type="token">1</m:x></nachrichtenkopf.g2g>`)
	m, err := xoev.ReadMessage([]byte(message), nil)
	require.NoError(t, err)
	last := m.Extensions[len(m.Extensions)-1]
	assert.Contains(t, last.XML, `xmlns="http://www.w3.org/2001/XMLSchema"`)
	assert.Contains(t, last.XML, xsi)
	assert.Contains(t, string(write(t, m, nil)), last.XML)
}

// TestZeitpunktFiner: digits that are cut off count all the same.
func TestZeitpunktFiner(t *testing.T) {
	for z, ok := range map[xoev.Zeitpunkt]bool{
		"2026-11-23T24:00:00.0000000000Z": true, "2026-11-23T24:00:00.0000000001Z": false,
		"2026-06-30T23:59:60.000Z": false, "0000-01-01T00:00:00.000Z": false, "-2026-01-01T00:00:00.000Z": false, "9999-12-31T23:59:59.999Z": true,
		"12026-01-01T00:00:00.000Z": false, "2026-11-23T09:15:00.250-00:00": true, "2026-11-23T09:15:00.250+14:00": true, "2026-11-23T09:15:00.250+14:01": false,
		"2026-11-23T09:15:00,250Z": false, "2026-11-23t09:15:00.250Z": false, "2026-11-23T09:15:00.250z": false, "٢٠٢٦-11-23T09:15:00.250Z": false,
	} {
		assert.Equal(t, ok, z.Exact(), z)
	}
}

// TestNothingInvalidIsWritten puts strange values into every field of messages
// of every family whose schema is at hand: what is written in spite of it is
// valid. Characters outside DIN 91379 are not among them.
func TestNothingInvalidIsWritten(t *testing.T) {
	sets := familySchemas()
	for _, family := range []xoev.Family{xoev.FamilyQualified, xoev.FamilyUnqualified} {
		for _, version := range []string{xoev.Basisnachricht10, xoev.Basisnachricht11} {
			m := newMessage(family)
			m.Extensions, m.FamilyVersion = nil, version
			sets = append(sets, familySchema{name: family.String() + " " + version, message: string(write(t, m, nil)), version: version,
				schema: func(t *testing.T, l *lint) string { return l.driver(t, family, version) }})
		}
	}
	for _, s := range sets {
		t.Run(s.name, func(t *testing.T) {
			l := newLint(t)
			if s.folders != nil {
				l.catalogOf(t, s.folders...)
			}
			schema := s.schema(t, l)
			m, err := xoev.ReadMessage([]byte(s.message), nil)
			require.NoError(t, err)
			if s.version != "" {
				m.FamilyVersion = s.version
			}
			var files, what []string
			tried := 0
			eachText(reflect.ValueOf(&m.Envelope).Elem(), "", func(path string, field reflect.Value) {
				if s.narrow && strings.HasPrefix(path, ".Nachricht.Typ") {
					return
				}
				before := field.String()
				for _, value := range []string{"", " ", "x", "a  b", " a", "A1 ß", "a/b", "123456789", "a\nb", "TEST"} {
					field.SetString(value)
					var out bytes.Buffer
					tried++
					if xoev.Write(&out, m, nil) == nil {
						files = append(files, l.write(t, fmt.Sprintf("%d.xml", len(files)), out.String()))
						what = append(what, fmt.Sprintf("%s=%q", path, value))
					}
				}
				field.SetString(before)
			})
			require.Greater(t, tried, 400)
			require.Greater(t, len(files), 60)
			cmd := exec.Command(l.tool, append([]string{"--noout", "--nonet", "--schema", schema}, files...)...)
			cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+fileURL(l.catalog))
			said, _ := cmd.CombinedOutput()
			for i, file := range files {
				assert.Contains(t, string(said), file+" validates\n", what[i])
			}
		})
	}
}

// eachText visits every text of an envelope but for what says which family it is.
func eachText(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "Root", "Findings", "Extensions", "Attributes", "FamilyVersion":
			default:
				eachText(v.Field(i), path+"."+name, visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.String:
		visit(path, v)
	}
}

// TestSchemaAgreesOnValues: what writing refuses of addresses and codes, the
// schema of XInneres refuses too, and takes the neighbour.
func TestSchemaAgreesOnValues(t *testing.T) {
	const x9 = "xoev/xinneres/basismodul-9_from-xbau-kernmodul-1.1"
	l := newLint(t)
	l.catalogOf(t, x9)
	schema := l.write(t, "driver.xsd", xinneresDriver(t, x9, "5"))
	channel := func(code string) func(*xoev.Message) {
		return func(m *xoev.Message) { m.Autor.Erreichbarkeit[0].Kanal.Code = code }
	}
	number := func(s string) func(*xoev.Message) {
		return func(m *xoev.Message) { m.Autor.Anschrift.Hausnummer = s }
	}
	supplement := func(s string) func(*xoev.Message) {
		return func(m *xoev.Message) { m.Autor.Anschrift.HausnummerZusatz = s }
	}
	plz := func(s string) func(*xoev.Message) {
		return func(m *xoev.Message) { m.Autor.Anschrift.Postleitzahl = s }
	}
	for name, tc := range map[string]struct {
		change func(*xoev.Message)
		valid  bool
	}{
		"channel 00": {channel("00"), false}, "channel 01": {channel("01"), true}, "channel 07": {channel("07"), true}, "channel 08": {channel("08"), false}, "channel 1": {channel("1"), false},
		"number": {number("1 12"), true}, "long number": {number("12345"), false}, "number with a letter": {number("1a"), false},
		"supplement": {supplement("Ǟ./9"), true}, "combined": {supplement("a b"), true}, "long supplement": {supplement("1/234"), false}, "hyphen": {supplement("a-b"), false},
		"PLZ": {plz("1 234"), true}, "foreign PLZ": {plz("D1234"), false}, "long PLZ": {plz("123456"), false},
	} {
		t.Run(name, func(t *testing.T) {
			m := &xoev.Message{Envelope: *wantXInneres(), BodyXML: []byte("<m:inhalt>x</m:inhalt>")}
			tc.change(m)
			ok, said := l.valid(t, schema, write(t, m, &xoev.WriteOptions{AllowWarnings: true}))
			require.Equal(t, tc.valid, ok, said)
			err := xoev.Write(&bytes.Buffer{}, m, nil)
			if tc.valid {
				assert.NoError(t, err)
			} else {
				requireCode(t, err, "ENV-117")
			}
		})
	}
}
