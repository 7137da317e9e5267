package xoev_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// newMessage is a message to be written, as a caller would fill it in.
func newMessage(family xoev.Family) *xoev.Message {
	m := &xoev.Message{Envelope: *wantEnvelope(family)}
	m.Body = func(e *xoev.Encoder) error {
		e.Start(el("inhalt"))
		e.Element(xmlscan.Name{Local: "frei"}, "Straße <5> & mehr")
		e.Code(el("auswahl"), xoev.Code{Code: "06"})
		e.End()
		return nil
	}
	return m
}

func write(t *testing.T, m *xoev.Message, o *xoev.WriteOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, xoev.Write(&out, m, o))
	return out.Bytes()
}

func TestWriteIsExact(t *testing.T) {
	const start = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<m:probe.antrag.0001 xmlns:m="urn:example:probe:1"`
	const attributes = ` produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" produktversion="2.1" standard="XProbe" test="ja" version="1.0">`
	const body = `<m:inhalt><frei>Straße &lt;5&gt; &amp; mehr</frei><m:auswahl><code>06</code></m:auswahl></m:inhalt></m:probe.antrag.0001>`

	got := string(write(t, newMessage(xoev.FamilyQualified), nil))
	assert.Equal(t, start+
		` xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1"`+
		` xmlns:bn-beh="http://xoev.de/schemata/basisnachricht/behoerde/1_1"`+
		` xmlns:bn-kom="http://xoev.de/schemata/basisnachricht/kommunikation/1_1"`+attributes+
		`<bn-g2g:nachrichtenkopf.g2g><bn-g2g:identifikation.nachricht>`+
		`<bn-g2g:nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</bn-g2g:nachrichtenUUID>`+
		`<bn-g2g:nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code><name>Antrag</name></bn-g2g:nachrichtentyp>`+
		`<bn-g2g:erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</bn-g2g:erstellungszeitpunkt></bn-g2g:identifikation.nachricht>`+
		`<bn-g2g:leser><bn-beh:verzeichnisdienst listURI="urn:xoev-de:kosit:codeliste:verzeichnisdienst" listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>`+
		`<bn-beh:kennung>psw:16000000</bn-beh:kennung><bn-beh:name>Stadt Musterstadt</bn-beh:name></bn-g2g:leser>`+
		`<bn-g2g:autor><bn-beh:verzeichnisdienst listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>`+
		`<bn-beh:kennung>psw:16000001</bn-beh:kennung><bn-beh:name>Amt Beispiel</bn-beh:name>`+
		`<bn-kom:erreichbarkeit><bn-kom:kanal listURI="urn:de:xoev:codeliste:erreichbarkeit" listVersionID="3"><code>01</code></bn-kom:kanal>`+
		`<bn-kom:kennung>erika@example.org</bn-kom:kennung><bn-kom:zusatz>Erika Mustermann</bn-kom:zusatz></bn-kom:erreichbarkeit>`+
		`<bn-kom:erreichbarkeit><bn-kom:kanal listVersionID="3"><code>02</code></bn-kom:kanal><bn-kom:kennung>+49 30 23125000</bn-kom:kennung></bn-kom:erreichbarkeit>`+
		`</bn-g2g:autor></bn-g2g:nachrichtenkopf.g2g>`+body, got)

	got = string(write(t, newMessage(xoev.FamilyUnqualified), nil))
	assert.True(t, strings.HasPrefix(got, start+attributes+`<nachrichtenkopf.g2g><identifikation.nachricht><nachrichtenUUID>`), got)
	assert.True(t, strings.HasSuffix(got, `</autor><referenzUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78</referenzUUID><dienst>probe &amp; mehr</dienst></nachrichtenkopf.g2g>`+body), got)
}

func TestWriteReadsBack(t *testing.T) {
	for name, change := range map[string]func(*xoev.Message){
		"as it is":                func(*xoev.Message) {},
		"no test":                 func(m *xoev.Message) { m.Test, m.TestPresent = "", false },
		"empty test":              func(m *xoev.Message) { m.Test = "" },
		"strange values":          func(m *xoev.Message) { m.Leser.Name, m.Produkt = " a\r\n\tb ]]> <&\"' ", "\r\n\t<&>\"'" },
		"composed and decomposed": func(m *xoev.Message) { m.Leser.Name, m.Autor.Name = "Bu\u0308ro C\u0328\u0306 \u0152\u0153", "Büro" },
		"attributes": func(m *xoev.Message) {
			m.Attributes = []xoev.Attribute{{Name: xmlscan.Name{Prefix: "xsi", Local: "schemaLocation", Space: "http://www.w3.org/2001/XMLSchema-instance"}, Value: "urn:x x.xsd"},
				{Name: xmlscan.Name{Prefix: "xml", Local: "lang", Space: "http://www.w3.org/XML/1998/namespace"}, Value: "de"}}
		},
		"extensions everywhere": func(m *xoev.Message) {
			x := func(local string) []xoev.Extension {
				return []xoev.Extension{{Name: xmlscan.Name{Prefix: "p", Local: local, Space: "urn:p"}, Text: "p:q",
					XML: `<p:` + local + ` xmlns:p="urn:p">p:q</p:` + local + `>`}}
			}
			m.Nachricht.Extensions, m.Leser.Extensions, m.Autor.Erreichbarkeit[1].Extensions = x("a"), x("b"), x("c")
			m.Extensions = append(m.Extensions, x("d")...)
		},
	} {
		for _, family := range []xoev.Family{xoev.FamilyQualified, xoev.FamilyUnqualified} {
			t.Run(name+" "+family.String(), func(t *testing.T) {
				m := newMessage(family)
				change(m)
				m.TestPresent = m.IsTest() || name == "empty test"
				first := write(t, m, nil)
				got, err := xoev.ReadEnvelope(bytes.NewReader(first), nil)
				require.NoError(t, err)
				assert.Equal(t, &m.Envelope, got)
				assert.Equal(t, string(first), string(write(t, m, nil)), "equal messages, equal bytes")
			})
		}
	}
}

func TestWriteFillsIn(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	o := &xoev.WriteOptions{
		Now:  func() time.Time { return time.Date(2026, 11, 23, 9, 15, 0, 250_999_999, berlin) },
		Rand: bytes.NewReader(bytes.Repeat([]byte{0xAB}, 16)),
	}
	m := newMessage(xoev.FamilyQualified)
	m.Nachricht.UUID, m.Nachricht.Erstellungszeitpunkt = "", ""
	first := write(t, m, o)
	assert.Equal(t, "abababab-abab-4bab-abab-abababababab", m.Nachricht.UUID)
	assert.Equal(t, xoev.Zeitpunkt("2026-11-23T09:15:00.250+01:00"), m.Nachricht.Erstellungszeitpunkt)
	assert.Equal(t, string(first), string(write(t, m, nil)), "written again it is the same message")

	m.Nachricht.UUID = ""
	require.Error(t, xoev.Write(&bytes.Buffer{}, m, o), "the source of randomness is used up")
	assert.Empty(t, m.Nachricht.UUID)

	seen := map[string]bool{}
	for range 100 {
		m.Nachricht.UUID = ""
		write(t, m, nil)
		seen[m.Nachricht.UUID] = true
	}
	assert.Len(t, seen, 100)
}

func TestWriteErrorsOfOthers(t *testing.T) {
	boom := errors.New("boom")
	m := newMessage(xoev.FamilyQualified)
	m.Nachricht.UUID = ""
	m.Body = func(*xoev.Encoder) error { return boom }
	var out bytes.Buffer
	require.ErrorIs(t, xoev.Write(&out, m, nil), boom)
	assert.Zero(t, out.Len())
	assert.Empty(t, m.Nachricht.UUID, "a message that was not written has no UUID")

	m.Body = nil
	require.ErrorIs(t, xoev.Write(&out, m, &xoev.WriteOptions{Rand: iotest.ErrReader(boom)}), boom)
	require.ErrorIs(t, xoev.Write(failing{boom}, m, nil), boom)
	assert.Empty(t, m.Nachricht.UUID)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAllowEmpty(t *testing.T) {
	m := newMessage(xoev.FamilyUnqualified)
	m.Leser = xoev.Behoerde{}
	m.Autor = xoev.Behoerde{}
	require.Error(t, xoev.Write(&bytes.Buffer{}, m, nil))
	e, err := xoev.ReadEnvelope(bytes.NewReader(write(t, m, &xoev.WriteOptions{AllowEmpty: true})), nil)
	require.NoError(t, err)
	assert.Equal(t, m.Leser, e.Leser)
	assert.True(t, finding.Has(e.Findings, "ENV-014"))
}

func TestEncoderNamespaces(t *testing.T) {
	name := func(prefix, local, space string) xmlscan.Name {
		return xmlscan.Name{Prefix: prefix, Local: local, Space: space}
	}
	for label, tc := range map[string]struct {
		body func(e *xoev.Encoder)
		want string
	}{
		"no namespace inside one": {func(e *xoev.Encoder) { e.Start(el("a")); e.Element(name("", "b", ""), ""); e.End() }, `<m:a><b/></m:a>`},
		"prefix in scope":         {func(e *xoev.Encoder) { e.Element(name("other", "a", "urn:example:probe:1"), "") }, `<m:a/>`},
		"new namespace":           {func(e *xoev.Encoder) { e.Element(name("p", "a", "urn:p"), "") }, `<p:a xmlns:p="urn:p"/>`},
		"no prefix given":         {func(e *xoev.Encoder) { e.Element(name("", "a", "urn:p"), "") }, `<ns1:a xmlns:ns1="urn:p"/>`},
		"prefix taken":            {func(e *xoev.Encoder) { e.Element(name("m", "a", "urn:p"), "") }, `<ns1:a xmlns:ns1="urn:p"/>`},
		"reserved prefix":         {func(e *xoev.Encoder) { e.Element(name("xmlx", "a", "urn:p"), "") }, `<ns1:a xmlns:ns1="urn:p"/>`},
		"ends with its element": {func(e *xoev.Encoder) { e.Element(name("p", "a", "urn:p"), ""); e.Element(name("p", "b", "urn:q"), "") },
			`<p:a xmlns:p="urn:p"/><p:b xmlns:p="urn:q"/>`},
		"attributes": {func(e *xoev.Encoder) {
			e.Element(name("", "a", ""), "", xoev.Attribute{Name: name("", "b", ""), Value: "\"\n"}, xoev.Attribute{Name: name("p", "b", "urn:p"), Value: "<"},
				xoev.Attribute{Name: name("", "lang", "http://www.w3.org/XML/1998/namespace"), Value: "de"})
		}, `<a xmlns:p="urn:p" b="&quot;&#xA;" p:b="&lt;" xml:lang="de"/>`},
		"raw uses the scope": {func(e *xoev.Encoder) { e.Start(name("p", "a", "urn:p")); e.Raw([]byte("<p:b/>")); e.End() }, `<p:a xmlns:p="urn:p"><p:b/></p:a>`},
		"mixed text":         {func(e *xoev.Encoder) { e.Start(el("a")); e.Text("x\r"); e.Element(el("b"), "y"); e.Text("z"); e.End() }, "<m:a>x&#xD;<m:b>y</m:b>z</m:a>"},
		"code with everything": {func(e *xoev.Encoder) {
			e.Code(el("c"), xoev.Code{Code: "1", Name: "n", ListURI: "u", ListVersionID: "2"})
		}, `<m:c listURI="u" listVersionID="2"><code>1</code><name>n</name></m:c>`},
	} {
		t.Run(label, func(t *testing.T) {
			m := newMessage(xoev.FamilyUnqualified)
			m.Body = func(e *xoev.Encoder) error { tc.body(e); return e.Err() }
			got := string(write(t, m, nil))
			_, content, ok := strings.Cut(got, "</nachrichtenkopf.g2g>")
			require.True(t, ok)
			assert.Equal(t, tc.want+"</m:probe.antrag.0001>", content)
		})
	}

	m := newMessage(xoev.FamilyUnqualified)
	m.Body = func(e *xoev.Encoder) error {
		e.Element(name("", "a", "http://www.w3.org/2000/xmlns/"), "")
		require.Error(t, e.Err())
		e.Start(el("later"))
		e.Text("calls do nothing")
		e.Raw([]byte("<"))
		e.End()
		return nil
	}
	requireCode(t, xoev.Write(&bytes.Buffer{}, m, nil), "ENV-109")
}

func TestZeitpunkt(t *testing.T) {
	for text, want := range map[xoev.Zeitpunkt]struct {
		utc   string
		zone  bool
		exact bool
	}{
		"2024-05-24T11:27:50.141+02:00":   {"2024-05-24T09:27:50.141", true, true},
		"2025-02-20T16:41:19.880Z":        {"2025-02-20T16:41:19.88", true, true},
		"2024-05-28T09:00:00":             {"2024-05-28T09:00:00", false, false},
		"2024-05-28T09:00:00.5Z":          {"2024-05-28T09:00:00.5", true, false},
		"2024-05-28T09:00:00.123456789Z":  {"2024-05-28T09:00:00.123456789", true, true},
		"2024-05-28T09:00:00.1234567899Z": {"2024-05-28T09:00:00.123456789", true, true},
		"2024-12-31T24:00:00.000Z":        {"2025-01-01T00:00:00", true, true},
		"2024-02-29T00:00:00.000-14:00":   {"2024-02-29T14:00:00", true, true},
	} {
		got, zone, err := text.Time()
		require.NoError(t, err, text)
		assert.Equal(t, want.utc, got.UTC().Format("2006-01-02T15:04:05.999999999"), text)
		assert.Equal(t, want.zone, zone, text)
		assert.Equal(t, want.exact, text.Exact(), text)
	}
	for _, text := range []xoev.Zeitpunkt{
		"", "2024-05-24", "24-05-24T11:27:50", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
		"2024-01-01T25:00:00Z", "2024-01-01T24:00:01Z", "2024-01-01T23:60:00Z", "2024-01-01T23:59:60Z", "2024-01-01T00:00:00.Z",
		"2024-01-01T00:00:00+14:01", "2024-01-01T00:00:00+1:00", "2024-01-01T00:00:00+01:60", "2024-01-01T00:00:00 Z", "2024-01-01 00:00:00Z",
		"0000-01-01T00:00:00Z", "-2024-01-01T00:00:00Z", "2024-01-01T00:00:00z", "2024-01-01T00:00:00ZZ", "２024-01-01T00:00:00Z",
	} {
		_, _, err := text.Time()
		require.ErrorIs(t, err, xoev.ErrZeitpunkt, string(text))
		assert.False(t, text.Exact(), text)
	}
	for _, tc := range []struct {
		t    time.Time
		want xoev.Zeitpunkt
	}{
		{time.Date(2026, 1, 2, 3, 4, 5, 999_999_999, time.UTC), "2026-01-02T03:04:05.999Z"},
		{time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("LMT", 3208)), "2026-01-02T02:10:37.000Z"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), ""},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), "0001-01-01T00:00:00.000+01:00"},
		{time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), ""},
	} {
		assert.Equal(t, tc.want, xoev.FormatZeitpunkt(tc.t))
	}
}

func TestPraefixAndNumber(t *testing.T) {
	for kennung, want := range map[string][3]string{
		"psw:01003110": {"psw", "01003110", "ok"}, "a:b:c": {"a", "b:c", "ok"}, "psw": {}, ":1": {}, "psw:": {}, "": {},
	} {
		b := xoev.Behoerde{Kennung: kennung}
		praefix, rest, ok := b.Praefix()
		assert.Equal(t, want[:2], []string{praefix, rest}, kennung)
		assert.Equal(t, want[2] == "ok", ok, kennung)
	}
	for local, want := range map[string]string{"a.b.0010": "0010", "0010": "", "a": "", "a.": "", "a.1b": "", "x.0005005": "0005005"} {
		e := xoev.Envelope{Root: xmlscan.Name{Local: local}}
		assert.Equal(t, want, e.Number(), local)
	}
}
