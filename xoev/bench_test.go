package xoev_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// message5K is a message of 5 KB: about half header, half content.
func message5K(tb testing.TB) []byte {
	filler := strings.Repeat("<m:zeile>Antrag auf Bewohnerparken, Musterstraße 1</m:zeile>", 50)
	message := strings.Replace(qualified, "<m:inhalt>", filler+"<m:inhalt>", 1)
	message = message[:strings.LastIndex(message, "</m:probe")] // pad to the size
	message += strings.Repeat(" ", max(0, 5<<10-len(message)-22)) + "</m:probe.antrag.0001>"
	require.InDelta(tb, 5<<10, len(message), 1024)
	return []byte(message)
}

// The same header as structs for encoding/xml.
type xmlCode struct {
	ListURI       string `xml:"listURI,attr"`
	ListVersionID string `xml:"listVersionID,attr"`
	Code          string `xml:"code"`
	Name          string `xml:"name"`
}

type xmlBehoerde struct {
	Verzeichnisdienst xmlCode `xml:"http://xoev.de/schemata/basisnachricht/behoerde/1_1 verzeichnisdienst"`
	Kennung           string  `xml:"http://xoev.de/schemata/basisnachricht/behoerde/1_1 kennung"`
	Name              string  `xml:"http://xoev.de/schemata/basisnachricht/behoerde/1_1 name"`
	Erreichbarkeit    []struct {
		Kanal   xmlCode `xml:"http://xoev.de/schemata/basisnachricht/kommunikation/1_1 kanal"`
		Kennung string  `xml:"http://xoev.de/schemata/basisnachricht/kommunikation/1_1 kennung"`
		Zusatz  string  `xml:"http://xoev.de/schemata/basisnachricht/kommunikation/1_1 zusatz"`
	} `xml:"http://xoev.de/schemata/basisnachricht/kommunikation/1_1 erreichbarkeit"`
}

type xmlMessage struct {
	XMLName           xml.Name
	Produkt           string `xml:"produkt,attr"`
	Produkthersteller string `xml:"produkthersteller,attr"`
	Produktversion    string `xml:"produktversion,attr"`
	Standard          string `xml:"standard,attr"`
	Test              string `xml:"test,attr"`
	Version           string `xml:"version,attr"`
	Kopf              struct {
		Identifikation struct {
			UUID      string  `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 nachrichtenUUID"`
			Typ       xmlCode `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 nachrichtentyp"`
			Zeitpunkt string  `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 erstellungszeitpunkt"`
		} `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 identifikation.nachricht"`
		Leser xmlBehoerde `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 leser"`
		Autor xmlBehoerde `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 autor"`
	} `xml:"http://xoev.de/schemata/basisnachricht/g2g/1_1 nachrichtenkopf.g2g"`
}

func BenchmarkReadEnvelope(b *testing.B) {
	message := message5K(b)
	b.Run("egov", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(message)))
		for b.Loop() {
			if _, err := xoev.ReadEnvelope(bytes.NewReader(message), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("egov in memory", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(message)))
		for b.Loop() {
			c := xoev.NewCollector(nil)
			s := xmlscan.NewBytes(message, nil)
			for s.Next() && c.Token(s) == nil {
			}
			if _, err := c.Envelope(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-xml whole message", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(message)))
		for b.Loop() {
			var m xmlMessage
			if err := xml.Unmarshal(message, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-xml header only", func(b *testing.B) {
		end := bytes.Index(message, []byte("<m:zeile>"))
		header := append(bytes.Clone(message[:end]), "</m:probe.antrag.0001>"...)
		b.ReportAllocs()
		b.SetBytes(int64(len(message)))
		for b.Loop() {
			var m xmlMessage
			if err := xml.Unmarshal(header, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	m := newMessage(xoev.FamilyQualified)
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := xoev.Write(&out, m, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEncodingXMLTraps keeps two reasons for reading headers ourselves.
func TestEncodingXMLTraps(t *testing.T) {
	var m xmlMessage
	require.NoError(t, xml.Unmarshal(message5K(t), &m))
	require.Equal(t, "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", m.Kopf.Identifikation.UUID)

	twice := strings.Replace(qualified, "<bn-g2g:nachrichtentyp ", "<bn-g2g:nachrichtenUUID>x</bn-g2g:nachrichtenUUID><bn-g2g:nachrichtentyp ", 1)
	require.NoError(t, xml.Unmarshal([]byte(twice), &m))
	require.Equal(t, "x", m.Kopf.Identifikation.UUID, "the last of two wins")
	_, err := xoev.ReadEnvelope(strings.NewReader(twice), nil)
	requireCode(t, err, "ENV-005")

	var loose struct {
		Kopf *struct{} `xml:"nachrichtenkopf.g2g"`
	}
	foreign := strings.ReplaceAll(qualified, "bn-g2g:nachrichtenkopf.g2g", "m:nachrichtenkopf.g2g")
	require.NoError(t, xml.Unmarshal([]byte(foreign), &loose))
	require.NotNil(t, loose.Kopf, "any namespace will do")
	_, err = xoev.ReadEnvelope(strings.NewReader(foreign), nil)
	requireCode(t, err, "ENV-003")
}
