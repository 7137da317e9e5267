package xoev_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// readVector is a message that breaks one rule: a valid one with old replaced
// by new, and a neighbour (old replaced by fine) that does not.
type readVector struct {
	name, code     string
	base           string
	old, new, fine string
	path           string
	at             string // where the finding must point: this text in the message
}

const (
	pathKopf  = "/probe.antrag.0001/nachrichtenkopf.g2g"
	pathIdent = pathKopf + "/identifikation.nachricht"
	// pathXInneres is the header of the family XInneres.
	pathXInneres = "/probe.antrag.0001/nachrichtenkopf"
	leserCode    = `<code>DVDV</code></bn-beh:verzeichnisdienst>
      <bn-beh:kennung>psw:16000000`
)

func readVectors() []readVector {
	return []readVector{
		{"root attribute", "ENV-001", qualified, ` standard="XProbe"`, "", ` standard='XProbe'`, "/probe.antrag.0001", "<m:probe"},
		{"root attribute in a namespace", "ENV-001", qualified, ` standard=`, " m:standard=", "  standard=", "/probe.antrag.0001", "<m:probe"},
		{"no header", "ENV-002", qualified, "bn-g2g:nachrichtenkopf.g2g", "m:kopf", "bn-g2g:nachrichtenkopf.g2g", "/probe.antrag.0001", "<m:kopf>"},
		{"header behind the content", "ENV-002", unqualified, "<nachrichtenkopf.g2g>", "<m:inhalt/><nachrichtenkopf.g2g>", "<!-- x --><nachrichtenkopf.g2g>",
			"/probe.antrag.0001", "<m:inhalt/>"},
		{"header in the standard's namespace", "ENV-003", qualified, "bn-g2g:nachrichtenkopf.g2g", "m:nachrichtenkopf.g2g", "bn-g2g:nachrichtenkopf.g2g",
			"/probe.antrag.0001", "<m:nachrichtenkopf.g2g>"},
		{"unqualified header under a default namespace", "ENV-003", unqualified, "<nachrichtenkopf.g2g>", `<nachrichtenkopf.g2g xmlns="urn:example:probe:1">`,
			`<nachrichtenkopf.g2g xmlns="">`, "/probe.antrag.0001", "<nachrichtenkopf.g2g "},
		{"leser in no namespace", "ENV-003", qualified, "bn-g2g:leser>", "leser>", "bn-g2g:leser>", pathKopf + "/leser", "<leser>"},
		{"leser in the namespace of its children", "ENV-003", qualified, "bn-g2g:leser>", "bn-beh:leser>", "bn-g2g:leser>", pathKopf + "/leser", "<bn-beh:leser>"},
		{"two versions of the Basisnachricht", "ENV-003", qualified, "<bn-g2g:autor>\n", `<bn-g2g:autor xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_0">` + "\n",
			`<bn-g2g:autor xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1">` + "\n", pathKopf + "/autor", "<bn-g2g:autor "},
		{"prefix bound to something else", "ENV-003", qualified, "<bn-g2g:nachrichtentyp ", `<bn-g2g:nachrichtentyp xmlns:bn-g2g="urn:x" `,
			`<bn-g2g:nachrichtentyp xmlns:x="urn:x" `, pathIdent + "/nachrichtentyp", "<bn-g2g:nachrichtentyp "},
		{"code in a namespace", "ENV-003", qualified, "<code>0001</code>", "<bn-g2g:code>0001</bn-g2g:code>", "<code >0001</code>",
			pathIdent + "/nachrichtentyp/code", "<bn-g2g:code>"},
		{"unqualified header, qualified leser", "ENV-003", unqualified, "leser>", "m:leser>", "leser>", pathKopf + "/leser", "<m:leser>"},
		{"no UUID", "ENV-004", qualified, "<bn-g2g:nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</bn-g2g:nachrichtenUUID>", "",
			"<bn-g2g:nachrichtenUUID>3F0A6A52-4B0E-4C6E-9D2B-0F6D3A1C5E77</bn-g2g:nachrichtenUUID>", pathIdent, "<bn-g2g:identifikation.nachricht>"},
		{"no kennung of the second erreichbarkeit", "ENV-004", qualified, "<bn-kom:kennung>+49 30 23125000</bn-kom:kennung>", "",
			"<bn-kom:kennung>+49 30 23125001</bn-kom:kennung>", pathKopf + "/autor/erreichbarkeit[2]", "<bn-kom:erreichbarkeit>\n        <bn-kom:kanal listVersionID"},
		{"no code", "ENV-004", qualified, leserCode, strings.TrimPrefix(leserCode, "<code>DVDV</code>"), leserCode,
			pathKopf + "/leser/verzeichnisdienst", "<bn-beh:verzeichnisdienst listURI"},
		{"two UUIDs", "ENV-005", qualified, "<bn-g2g:nachrichtentyp ", "<bn-g2g:nachrichtenUUID>x</bn-g2g:nachrichtenUUID><bn-g2g:nachrichtentyp ",
			"<bn-g2g:nachrichtentyp ", pathIdent + "/nachrichtenUUID", "<bn-g2g:nachrichtenUUID>x"},
		{"two autoren", "ENV-005", unqualified, "<referenzUUID>", "<autor/><referenzUUID>", "<referenzUUID>", pathKopf + "/autor", "<autor/>"},
		{"two codes", "ENV-005", qualified, "<code>0001</code>", "<code>0001</code><code>0002</code>", "<code>0001</code>", pathIdent + "/nachrichtentyp/code", "<code>0002"},
		{"name before kennung", "ENV-006", unqualified, "<kennung>psw:16000000</kennung>\n      <name>Stadt Musterstadt</name>",
			"<name>Stadt Musterstadt</name>\n<kennung>psw:16000000</kennung>", "<kennung>psw:16000000</kennung>\n<name>Stadt Musterstadt</name>",
			pathKopf + "/leser/kennung", "<kennung>psw:16000000"},
		{"addition before the autor", "ENV-006", unqualified, "<autor>", "<dienst/><autor>", "<autor>", pathKopf + "/autor", "<autor>"},
		{"leser inside identifikation", "ENV-006", unqualified, "</identifikation.nachricht>", "<leser/></identifikation.nachricht>",
			"<mehr/></identifikation.nachricht>", pathIdent + "/leser", "<leser/>"},
		{"unknown element of the Basisnachricht", "ENV-006", qualified, "</bn-g2g:autor>", "</bn-g2g:autor><bn-g2g:bote/>", "</bn-g2g:autor><m:bote/>",
			pathKopf + "/bote", "<bn-g2g:bote/>"},
		{"element inside a text", "ENV-007", qualified, "psw:16000000", "psw<b/>:16000000", "psw<!-- b -->:16000000", pathKopf + "/leser/kennung/b", "<b/>"},
		{"name of a code that allows none", "ENV-007", qualified, leserCode, strings.Replace(leserCode, "</code>", "</code><name>DVDV</name>", 1), leserCode,
			pathKopf + "/leser/verzeichnisdienst/name", "<name>DVDV"},
		{"text between elements", "ENV-008", qualified, "</bn-g2g:autor>", "</bn-g2g:autor>Erika", "</bn-g2g:autor> ", pathKopf, "<bn-g2g:nachrichtenkopf.g2g>"},
		{"text in a code", "ENV-008", qualified, "<code>0001</code>", "0001<code>0001</code>", " <code>0001</code>", pathIdent + "/nachrichtentyp", "<bn-g2g:nachrichtentyp "},
		{"UUID as URN", "ENV-009", qualified, "3f0a6a52-4b0e", "urn:uuid:3f0a6a52-4b0e", "00000000-4b0e", pathIdent + "/nachrichtenUUID", "<bn-g2g:nachrichtenUUID>"},
		{"UUID with white space", "ENV-009", qualified, "3f0a6a52-4b0e", " 3f0a6a52-4b0e", "3f0a6a52-<!-- -->4b0e", pathIdent + "/nachrichtenUUID", "<bn-g2g:nachrichtenUUID>"},
		{"a date only", "ENV-010", qualified, "2026-11-23T09:15:00.250+01:00", "2026-11-23", " 2026-11-23T09:15:00.250+01:00\n",
			pathIdent + "/erstellungszeitpunkt", "<bn-g2g:erstellungszeitpunkt>"},
		{"no zone", "ENV-011", qualified, "00.250+01:00", "00.250", "00.250Z", pathIdent + "/erstellungszeitpunkt", "<bn-g2g:erstellungszeitpunkt>"},
		{"no milliseconds", "ENV-011", qualified, "00.250+01:00", "00.25+01:00", "00.2500+01:00", pathIdent + "/erstellungszeitpunkt", "<bn-g2g:erstellungszeitpunkt>"},
		{"no list version", "ENV-012", qualified, `<bn-kom:kanal listVersionID="3">`, "<bn-kom:kanal>", `<bn-kom:kanal listVersionID="4.1">`,
			pathKopf + "/autor/erreichbarkeit[2]/kanal", "<bn-kom:kanal>"},
		{"other list", "ENV-013", qualified, `"urn:de:xoev:codeliste:erreichbarkeit"`, `"urn:de:xoev:codeliste:anderes"`, `" urn:de:xoev:codeliste:erreichbarkeit "`,
			pathKopf + "/autor/erreichbarkeit[1]/kanal", "<bn-kom:kanal listURI"},
		{"empty kennung", "ENV-014", qualified, "psw:16000001", " ", "psw:1", pathKopf + "/autor/kennung", "<bn-beh:kennung> <"},
		{"empty list version", "ENV-014", qualified, `<bn-beh:verzeichnisdienst listVersionID="3">`, `<bn-beh:verzeichnisdienst listVersionID="">`,
			`<bn-beh:verzeichnisdienst listVersionID="0">`, pathKopf + "/autor/verzeichnisdienst", `<bn-beh:verzeichnisdienst listVersionID`},
		{"empty root attribute", "ENV-014", qualified, `produkt="Onlinedienst"`, `produkt=""`, `produkt="O"`, "/probe.antrag.0001", "<m:probe"},
		{"type is not the number", "ENV-015", qualified, "<code>0001</code>", "<code>0002</code>", "<code> 0001\n</code>", "/probe.antrag.0001", "<m:probe"},
		{"header without end", "ENV-016", qualified, "Stadt Musterstadt</bn-beh:name>", strings.Repeat("Musterstadt ", 30000) + "</bn-beh:name>",
			strings.Repeat("Musterstadt ", 10000) + "</bn-beh:name>", pathKopf + "/leser/name", ""},
		{"unknown attribute", "ENV-017", qualified, "<bn-g2g:leser>", `<bn-g2g:leser id="1">`,
			`<bn-g2g:leser xmlns:id="urn:id">`, pathKopf + "/leser", "<bn-g2g:leser "},
		{"xsi:type, which is not kept", "ENV-017", qualified, "<bn-g2g:leser>", `<bn-g2g:leser xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x">`,
			`<bn-g2g:leser xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`, pathKopf + "/leser", "<bn-g2g:leser "},
		{"no list of the kennung", "ENV-018", xinneres, `<kennung listURI="urn:example:codeliste:behoerden" `, "<kennung ", `<kennung listURI="urn:example:andere" `,
			pathXInneres + "/leser/behoerdenkennung/kennung", `<kennung listVersionID`},
		{"no version of XJustiz", "ENV-018", xjustiz36, ` xjustizVersion="3.6.2"`, "", ` xjustizVersion="3.7.0"`,
			"/nachricht.probe.0005006/nachrichtenkopf", "<tns:nachrichtenkopf>"},
		{"version of another schema", "ENV-019", inXWasser, `version="1.0.0"`, `version="1.1.0"`, `version='1.0.0'`, "/probe.antrag.0001", "<m:probe"},
		{"no list version of the praefix", "ENV-012", xinneres, `<praefix listVersionID="51">`, "<praefix>", `<praefix listVersionID="52">`,
			pathXInneres + "/autor/behoerdenkennung/praefix", "<praefix><code>psw"},
		{"list version that is fixed", "ENV-013", xinneres, `erreichbarkeit" listVersionID="1"`, `erreichbarkeit" listVersionID="3"`, `erreichbarkeit"`,
			pathXInneres + "/autor/erreichbarkeit[1]/kanal", `<kanal listURI`},
		{"datenqualitaet of another list", "ENV-013", xdatenfelder3, `"1.0"`, `"1.1"`, `"1.0"`,
			"/verzeichnis.datenfeldbaukasten.0201/header/datenqualitaet", "<xdf:datenqualitaet"},
		{"empty list of the kennung", "ENV-014", xinneres, `<kennung listURI="urn:example:codeliste:behoerden"`, `<kennung listURI=""`, `<kennung listURI="urn:x"`,
			pathXInneres + "/leser/behoerdenkennung/kennung", `<kennung listURI`},
		{"ProzessID", "ENV-009", xdomea("3.0.0"), "3f0a6a52-", "3f0a6a5-", "3F0A6A52-", "/Aktenplan.EmpfangBestaetigen.0302/Kopf/ProzessID", "<x:ProzessID>"},
		{"time of xdomea", "ENV-010", xdomea("2.3.0"), "2026-11-23T09:15:00", "23.11.2026", "2026-11-23T09:15:00Z", "/Aktenplan.EmpfangBestaetigen.0302/Kopf/Erstellungszeitpunkt", "<x:Erst"},
		{"addition in the header of XDatenfelder", "ENV-007", xdatenfelder2, "</xdf:header>", "<xdf:mehr/></xdf:header>", " </xdf:header>",
			"/verzeichnis.datenfeldbaukasten.0201/header/mehr", "<xdf:mehr/>"},
		{"order of xdomea", "ENV-006", xdomea("3.0.0"), "</x:Empfaenger>", "</x:Empfaenger><x:Hinweis>vor dem System</x:Hinweis>", "</x:Empfaenger><!-- x -->",
			"/Aktenplan.EmpfangBestaetigen.0302/Kopf/SendendesSystem", "<x:SendendesSystem>"},
		{"wrong order behind the header", "ENV-004", xinneresG2G, "<anschrift.autor>", "<anschrift.autor2>", "<anschrift.autor >", "/probe.antrag.0001", ""},
		{"text before the header", "ENV-008", unqualified, "<nachrichtenkopf.g2g>", "eilig<nachrichtenkopf.g2g>", "\n<!-- eilig --><?eilig?><nachrichtenkopf.g2g>", "/probe.antrag.0001", "<m:probe"},
		{"text before an address", "ENV-008", xinneresG2G, "<anschrift.leser>", "eilig<anschrift.leser>", "<!-- eilig --><anschrift.leser>", "/probe.antrag.0001", "<m:probe"},
		{"address again", "ENV-005", xinneresG2G, "<m:inhalt", "<anschrift.autor>" + gebaeude + "</anschrift.autor><m:inhalt", "<m:anschrift.autor/><m:inhalt",
			"/probe.antrag.0001/anschrift.autor", "<anschrift.autor>" + gebaeude + "</anschrift.autor><m:inhalt"},
		{"address too late", "ENV-006", xinneresG2G, "<m:inhalt", "<anschrift.leser>" + gebaeude + "</anschrift.leser><m:inhalt", "<m:anschrift.leser/><m:inhalt",
			"/probe.antrag.0001/anschrift.leser", "<anschrift.leser>" + gebaeude},
		{"list of the types of xdomea", "ENV-013", xdomea("3.0.0"), "<x:Nachrichtentyp>", `<x:Nachrichtentyp listVersionID="1.0">`, `<x:Nachrichtentyp listVersionID="2.0">`,
			"/Aktenplan.EmpfangBestaetigen.0302/Kopf/Nachrichtentyp", "<x:Nachrichtentyp"},
		{"datenqualitaet that the schema does not list", "ENV-020", xdatenfelder3, "<code>TEST</code>", "<code>Test</code>", "<code>PROD</code>",
			"/verzeichnis.datenfeldbaukasten.0201/header/datenqualitaet", "<xdf:datenqualitaet"},
		{"house number with a letter", "ENV-020", xinneresG2G, "<hausnummer>1<", "<hausnummer>1a<", "<hausnummer>1 12<",
			"/probe.antrag.0001/anschrift.autor/gebaeude/hausnummer", "<hausnummer>1a"},
		{"supplement that is too long", "ENV-020", xinneresG2G, "Zusatzziffer>a<", "Zusatzziffer>1/234<", "Zusatzziffer>ß./9<",
			"/probe.antrag.0001/anschrift.autor/gebaeude/hausnummerBuchstabeZusatzziffer", "<hausnummerBuchstabeZusatzziffer>"},
	}
}

// inXWasser is the unqualified message in a namespace that the table knows.
var inXWasser = strings.NewReplacer("urn:example:probe:1", "https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0",
	`"XProbe"`, `"XWasser"`, `version="1.0">`, `version="1.0.0">`).Replace(unqualified)

func TestReadRules(t *testing.T) {
	for _, v := range readVectors() {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			require.Contains(t, v.base, v.old)
			findings := func(replacement string) (string, []finding.Finding) {
				n := 1
				if strings.HasSuffix(v.old, ".g2g") || strings.HasSuffix(v.old, "leser>") {
					n = 2 // start and end tag
				}
				message := strings.Replace(v.base, v.old, replacement, n)
				e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
				if err == nil {
					return message, e.Findings
				}
				require.Nil(t, e)
				var invalid *finding.InvalidError
				require.ErrorAs(t, err, &invalid)
				return message, invalid.Findings
			}
			_, fine := findings(v.fine)
			assert.Empty(t, fine, "the neighbour")

			message, found := findings(v.new)
			require.Len(t, found, 1)
			assert.Equal(t, v.code, found[0].Code)
			assert.Equal(t, v.path, found[0].Path)
			assert.NotEmpty(t, found[0].Source)
			if v.at != "" {
				line, column := place(t, message, v.at)
				assert.Equal(t, [2]int{line, column}, [2]int{found[0].Line, found[0].Column}, "line and column")
			}
			assert.Positive(t, found[0].Line)
			for _, secret := range []string{"Erika", "Musterstadt", "psw", "16000000", "3f0a6a52"} {
				assert.NotContains(t, found[0].String(), secret)
			}
		})
	}
}

func place(t *testing.T, message, text string) (line, column int) {
	t.Helper()
	i := strings.Index(message, text)
	require.GreaterOrEqual(t, i, 0, "the message does not contain %q", text)
	before := message[:i]
	return strings.Count(before, "\n") + 1, i - strings.LastIndexByte(before, '\n')
}

// writeVector is a message that breaks one rule of writing.
type writeVector struct {
	name, code string
	change     func(*xoev.Message)
	fine       func(*xoev.Message)
	path       string
}

func el(local string) xmlscan.Name {
	return xmlscan.Name{Prefix: "m", Local: local, Space: "urn:example:probe:1"}
}

func writeVectors() []writeVector {
	type m = *xoev.Message
	decl := func(prefix, uri string) func(m) {
		return func(m m) { m.Namespaces = append(m.Namespaces, xmlscan.NSDecl{Prefix: prefix, URI: uri}) }
	}
	body := func(f func(e *xoev.Encoder)) func(m) {
		return func(m m) { m.Body = func(e *xoev.Encoder) error { f(e); return nil } }
	}
	xbeteiligung := func(m m) {
		m.Root.Space = "https://www.xleitstelle.de/xbeteiligung/12"
		m.Standard, m.Version = "XBeteiligung", "1.2"
	}
	weiterleitung := func(m m) { // of XInneres 26.11
		m.Envelope = *wantXInneresG2G()
		m.Root.Space, m.Standard, m.Version = "http://www.osci.de/xinneres/weiterleitung/7", "XInneres-Weiterleitung", "7"
	}
	xml := func(s string) func(m) { return func(m m) { m.BodyXML = []byte(s) } }
	const root, leser = "/probe.antrag.0001", pathKopf + "/leser"
	return []writeVector{
		{"no family", "ENV-101", func(m m) { m.Family = xoev.FamilyUnknown }, nil, root},
		{"no version", "ENV-101", func(m m) { m.FamilyVersion = "" }, func(m m) { m.FamilyVersion = "1.0" }, root},
		{"root without namespace", "ENV-102", func(m m) { m.Root.Space = ""; m.Root.Prefix = "" }, func(m m) { m.Root.Prefix = "" }, root},
		{"empty kennung", "ENV-103", func(m m) { m.Leser.Kennung = " " }, func(m m) { m.Leser.Kennung = "x" }, leser + "/kennung"},
		{"empty standard", "ENV-103", func(m m) { m.Standard = "" }, func(m m) { m.Standard = "X" }, root + "/@standard"},
		{"empty code", "ENV-103", func(m m) { m.Nachricht.Typ.Code = "" }, nil, pathIdent + "/nachrichtentyp/code"},
		{"empty list version", "ENV-103", func(m m) { m.Autor.Erreichbarkeit[1].Kanal.ListVersionID = "" }, nil,
			pathKopf + "/autor/erreichbarkeit[2]/kanal/@listVersionID"},
		{"control character", "ENV-104", func(m m) { m.Leser.Name = "A\x01" }, func(m m) { m.Leser.Name = "A\tB\nC\rD <&>\"'" }, leser + "/name"},
		{"not UTF-8", "ENV-104", func(m m) { m.Produkt = "A\xff" }, func(m m) { m.Produkt = "A\tB\nC\rD <&>\"'" }, root + "/@produkt"},
		{"U+FFFE", "ENV-104", func(m m) { m.Test = "A\uFFFE" }, func(m m) { m.Test = "A\uFFFD𝔄" }, root + "/@test"},
		{"code with white space", "ENV-104", func(m m) { m.Autor.Verzeichnisdienst.Code = " DVDV" }, nil, pathKopf + "/autor/verzeichnisdienst"},
		{"name of a code with a line feed", "ENV-104", func(m m) { m.Nachricht.Typ.Name = "A\nB" }, func(m m) { m.Nachricht.Typ.Name = " A  B " }, pathIdent + "/nachrichtentyp"},
		{"UUID", "ENV-105", func(m m) { m.Nachricht.UUID = "{3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77}" },
			func(m m) { m.Nachricht.UUID = "3F0A6A52-4b0e-4c6e-9d2b-0f6d3a1c5e77" }, pathIdent + "/nachrichtenUUID"},
		{"time without milliseconds", "ENV-106", func(m m) { m.Nachricht.Erstellungszeitpunkt = "2026-11-23T09:15:00+01:00" },
			func(m m) { m.Nachricht.Erstellungszeitpunkt = "2026-11-23T09:15:00.000+01:00" }, pathIdent + "/erstellungszeitpunkt"},
		{"time without zone", "ENV-106", func(m m) { m.Nachricht.Erstellungszeitpunkt = "2026-11-23T09:15:00.000" }, nil, pathIdent + "/erstellungszeitpunkt"},
		{"other list", "ENV-107", func(m m) { m.Leser.Verzeichnisdienst.ListURI = "urn:x" }, func(m m) { m.Leser.Verzeichnisdienst.ListURI = "" }, leser + "/verzeichnisdienst"},
		{"name where none may stand", "ENV-107", func(m m) { m.Leser.Verzeichnisdienst.Name = "DVDV" }, nil, leser + "/verzeichnisdienst"},
		{"type is not the number", "ENV-108", func(m m) { m.Nachricht.Typ.Code = "0002" }, func(m m) { m.Nachricht.Typ.Code = "7"; m.Root.Local = "probe.7" }, pathIdent + "/nachrichtentyp"},
		{"default namespace around a body", "ENV-109", func(m m) { decl("", "urn:x")(m); m.Body = func(*xoev.Encoder) error { return nil } }, decl("x", "urn:x"), root},
		{"prefix taken by the header", "ENV-109", decl("bn-beh", "urn:x"), decl("bn-beh", xoev.NSBehoerde11), root},
		{"prefix declared twice", "ENV-109", func(m m) { decl("x", "urn:x")(m); decl("x", "urn:y")(m) }, func(m m) { decl("x", "urn:x")(m); decl("x", "urn:x")(m) }, root},
		{"prefix xml", "ENV-109", decl("xml", "urn:x"), decl("axml", "urn:x"), root},
		{"root takes the header's prefix", "ENV-109", func(m m) { m.Root.Prefix = "bn-kom" }, func(m m) { m.Root.Prefix = "bn" }, root},
		{"attribute that is a field", "ENV-110", func(m m) { m.Attributes = []xoev.Attribute{{Name: xmlscan.Name{Local: "test"}}} },
			func(m m) { m.Attributes = []xoev.Attribute{{Name: xmlscan.Name{Local: "Test"}}} }, root},
		{"attribute twice", "ENV-110", func(m m) { m.Attributes = []xoev.Attribute{{Name: el("a")}, {Name: el("a")}} },
			func(m m) { m.Attributes = []xoev.Attribute{{Name: el("a")}, {Name: xmlscan.Name{Local: "a"}}} }, root},
		{"element name", "ENV-110", body(func(e *xoev.Encoder) { e.Element(el("a b"), "") }), body(func(e *xoev.Encoder) { e.Element(el("ä·b"), "") }), root + "/a b"},
		{"attribute xmlns", "ENV-110", body(func(e *xoev.Encoder) { e.Element(el("a"), "", xoev.Attribute{Name: xmlscan.Name{Local: "xmlns"}}) }),
			body(func(e *xoev.Encoder) { e.Element(el("a"), "", xoev.Attribute{Name: xmlscan.Name{Local: "xml"}}) }), root + "/a"},
		{"body is not well formed", "ENV-111", xml("<m:a>"), xml("<m:a/>Text<!-- x --><m:b/>"), root},
		{"body gets out of the root", "ENV-111", xml("</m:probe.antrag.0001><m:probe.antrag.0001>"), xml(""), root},
		{"body gets out of the wrapper", "ENV-111", xml("</x><x>"), xml("<x></x><x/>"), root},
		{"body with a prefix that is not bound", "ENV-111", xml("<z:a/>"), xml(`<z:a xmlns:z="urn:z"/>`), root},
		{"body with a document type", "ENV-111", xml("<!DOCTYPE a><a/>"), xml("<a/>"), root},
		{"body with an XML declaration", "ENV-111", xml(`<?xml version="1.0"?><a/>`), xml("<?x?><a/>"), root},
		{"extension that is a header element", "ENV-111", func(m m) { m.Extensions = []xoev.Extension{{XML: "<bn-g2g:leser/>"}} },
			func(m m) { m.Extensions = []xoev.Extension{{XML: "<m:bote/>"}} }, ""},
		{"relative namespace", "ENV-111", body(func(e *xoev.Encoder) { e.Element(xmlscan.Name{Local: "a", Space: "relative"}, "") }),
			body(func(e *xoev.Encoder) { e.Element(xmlscan.Name{Local: "a", Space: "urn:a"}, "") }), ""},
		{"body leaves an element open", "ENV-112", body(func(e *xoev.Encoder) { e.Start(el("a")) }), body(func(e *xoev.Encoder) { e.Start(el("a")); e.End() }), root + "/a"},
		{"body ends the root", "ENV-112", body(func(e *xoev.Encoder) { e.End() }), body(func(*xoev.Encoder) {}), root},
		{"address where there is no place", "ENV-114", func(m m) { m.Autor.Anschrift.Ort = "Musterstadt" }, nil, root},
		{"test where it cannot be said", "ENV-114", func(m m) { m.Envelope = *wantXJustiz36(); m.Test = "ja" }, func(m m) { m.Envelope = *wantXJustiz36() }, "/nachricht.probe.0005006"},
		{"version of another schema", "ENV-115", func(m m) { weiterleitung(m); m.Version = "6" }, weiterleitung, root},
		{"kennung and its codes", "ENV-116", func(m m) { m.Envelope = *wantXInneres(); m.Leser.Kennung = "psw:16000002" },
			func(m m) { m.Envelope = *wantXInneres() }, pathXInneres + "/leser"},
		{"channel that the schema does not list", "ENV-117", func(m m) { m.Envelope = *wantXInneres(); m.Autor.Erreichbarkeit[1].Kanal.Code = "08" },
			func(m m) { m.Envelope = *wantXInneres(); m.Autor.Erreichbarkeit[1].Kanal.Code = "07" }, pathXInneres + "/autor/erreichbarkeit[2]/kanal/code"},
		{"postal code with a country", "ENV-117", func(m m) { m.Envelope = *wantXInneresG2G(); m.Leser.Anschrift.Postleitzahl = "D-123" },
			func(m m) { m.Envelope = *wantXInneresG2G(); m.Leser.Anschrift.Postleitzahl = "01234" }, root + "/anschrift.leser/postfach/postleitzahl"},
		{"long postal code", "ENV-117", func(m m) { m.Envelope = *wantXInneresG2G(); m.Autor.Anschrift.Postleitzahl = "123456" }, nil,
			root + "/anschrift.autor/gebaeude/postleitzahl"},
		{"datenqualitaet that the schema does not list", "ENV-117", func(m m) { m.Envelope = *wantXDatenfelder("3.0.0"); m.Datenqualitaet.Code = "prod" },
			func(m m) { m.Envelope = *wantXDatenfelder("3.0.0"); m.Datenqualitaet.Code = "PROD" }, "/verzeichnis.datenfeldbaukasten.0201/header/datenqualitaet/code"},
		{"list of the types of xdomea", "ENV-107", func(m m) { m.Envelope = *wantXdomea("2.4.0"); m.Nachricht.Typ.ListURI = "urn:x" },
			func(m m) { m.Envelope = *wantXdomea("2.4.0"); m.Nachricht.Typ.ListVersionID = "1.0" }, "/Aktenplan.EmpfangBestaetigen.0302/Kopf/Nachrichtentyp"},
		{"extension of another name", "ENV-111", func(m m) { m.Extensions = []xoev.Extension{{Name: el("bote"), XML: "<m:eile/>"}} },
			func(m m) { m.Extensions = []xoev.Extension{{Name: el("bote"), XML: "<!-- x --> <m:bote/>"}} }, root + "/nachrichtenkopf.g2g"},
		{"extension of two elements", "ENV-111", func(m m) { m.Extensions = []xoev.Extension{{Name: el("bote"), XML: "<m:bote/><m:bote/>"}} }, nil, root + "/nachrichtenkopf.g2g"},
		{"extension of nothing", "ENV-110", func(m m) { m.Extensions = []xoev.Extension{{}} }, func(m m) { m.Extensions = []xoev.Extension{{Name: el("bote")}} },
			root + "/nachrichtenkopf.g2g/"},
		{"header of another family", "ENV-101", func(m m) { xbeteiligung(m); m.Family = xoev.FamilyUnqualified }, xbeteiligung, root},
		{"header of another version", "ENV-101", func(m m) { xbeteiligung(m); m.FamilyVersion = "1.0" }, xbeteiligung, root},
		{"header that is only read", "ENV-101", func(m m) { m.Envelope = *wantXZuFi() }, nil, "/probe.030104"},
		{"XJustiz before 3.6", "ENV-101", func(m m) { m.Envelope = *wantXJustiz35() }, func(m m) { m.Envelope = *wantXJustiz36() }, "/nachricht.probe.0005006"},
		{"too long", "ENV-113", xml("<a>" + strings.Repeat("x", 1<<20) + "</a>"), xml("<a>" + strings.Repeat("x", 1<<19) + "</a>"), root},
		{"body too long", "ENV-113", body(func(e *xoev.Encoder) { e.Text(strings.Repeat("&", 1<<19)) }), body(func(e *xoev.Encoder) { e.Text(strings.Repeat("&", 1<<17)) }), root},
	}
}

func TestWriteRules(t *testing.T) {
	for _, v := range writeVectors() {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			write := func(change func(*xoev.Message)) error {
				m := &xoev.Message{Envelope: *wantEnvelope(xoev.FamilyQualified)}
				if change != nil {
					change(m)
				}
				var out strings.Builder
				err := xoev.Write(&out, m, &xoev.WriteOptions{MaxBytes: 1 << 20})
				if err != nil {
					assert.Empty(t, out.String(), "nothing is written")
				}
				return err
			}
			require.NoError(t, write(v.fine), "the neighbour")
			err := write(v.change)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, v.code, invalid.Findings[0].Code)
			assert.Equal(t, v.path, invalid.Findings[0].Path)
			for _, f := range invalid.Findings[1:] {
				assert.Equal(t, "ENV-111", v.code, "only the proofreader gives reasons, not %s", f.Code)
			}
		})
	}
}

// TestCatalogue fails if a rule has no vector, or a code is used twice.
func TestCatalogue(t *testing.T) {
	vectors := map[string]int{}
	for _, v := range readVectors() {
		vectors[v.code]++
	}
	for _, v := range writeVectors() {
		vectors[v.code]++
	}
	last := ""
	for _, r := range xoev.Rules() {
		assert.Positive(t, vectors[r.Code], "%s has no vector", r.Code)
		assert.Greater(t, r.Code, last, "unique and in order")
		assert.NotEmpty(t, r.Source, r.Code)
		assert.NotEmpty(t, r.Message, r.Code)
		last = r.Code
		delete(vectors, r.Code)
	}
	assert.Empty(t, vectors, "vectors of rules that do not exist")
	assert.Len(t, xoev.Rules(), 37)

	xoev.Rules()[0].Code = "changed"
	assert.Equal(t, "ENV-001", xoev.Rules()[0].Code)
}

func TestSeveralFindingsAtOnce(t *testing.T) {
	broken := strings.NewReplacer(` standard="XProbe"`, "", "3f0a6a52", "x", "<bn-g2g:leser>", "<bn-g2g:leser>x", "psw:16000001", "").Replace(qualified)
	_, err := xoev.ReadEnvelope(strings.NewReader(broken), nil)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	codes := make([]string, 0, 4)
	for _, f := range invalid.Findings {
		codes = append(codes, f.Code)
	}
	assert.Equal(t, []string{"ENV-001", "ENV-009", "ENV-008", "ENV-014"}, codes)

	err = xoev.Write(io.Discard, &xoev.Message{}, nil)
	require.ErrorAs(t, err, &invalid)
	assert.Greater(t, len(invalid.Findings), 5)

	flood := strings.Replace(qualified, "</bn-g2g:leser>", strings.Repeat("<leser/>", 5000)+"</bn-g2g:leser>", 1)
	_, err = xoev.ReadEnvelope(strings.NewReader(strings.ReplaceAll(flood, "<leser/>", "<bn-g2g:x/>")), nil)
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Findings, 100, "findings are bounded")
}
