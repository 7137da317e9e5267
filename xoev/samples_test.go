package xoev_test

import (
	"strings"

	"github.com/bausteine/egov/xoev"
)

// qualified and unqualified are complete messages of an invented standard.
const qualified = `<?xml version="1.0" encoding="UTF-8"?>
<m:probe.antrag.0001 xmlns:m="urn:example:probe:1" xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1" xmlns:bn-beh="http://xoev.de/schemata/basisnachricht/behoerde/1_1" xmlns:bn-kom="http://xoev.de/schemata/basisnachricht/kommunikation/1_1" produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" produktversion="2.1" standard="XProbe" test="ja" version="1.0">
  <bn-g2g:nachrichtenkopf.g2g>
    <bn-g2g:identifikation.nachricht>
      <bn-g2g:nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</bn-g2g:nachrichtenUUID>
      <bn-g2g:nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code><name>Antrag</name></bn-g2g:nachrichtentyp>
      <bn-g2g:erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</bn-g2g:erstellungszeitpunkt>
    </bn-g2g:identifikation.nachricht>
    <bn-g2g:leser>
      <bn-beh:verzeichnisdienst listURI="urn:xoev-de:kosit:codeliste:verzeichnisdienst" listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>
      <bn-beh:kennung>psw:16000000</bn-beh:kennung>
      <bn-beh:name>Stadt Musterstadt</bn-beh:name>
    </bn-g2g:leser>
    <bn-g2g:autor>
      <bn-beh:verzeichnisdienst listVersionID="3"><code>DVDV</code></bn-beh:verzeichnisdienst>
      <bn-beh:kennung>psw:16000001</bn-beh:kennung>
      <bn-beh:name>Amt Beispiel</bn-beh:name>
      <bn-kom:erreichbarkeit>
        <bn-kom:kanal listURI="urn:de:xoev:codeliste:erreichbarkeit" listVersionID="3"><code>01</code></bn-kom:kanal>
        <bn-kom:kennung>erika@example.org</bn-kom:kennung>
        <bn-kom:zusatz>Erika Mustermann</bn-kom:zusatz>
      </bn-kom:erreichbarkeit>
      <bn-kom:erreichbarkeit>
        <bn-kom:kanal listVersionID="3"><code>02</code></bn-kom:kanal>
        <bn-kom:kennung>+49 30 23125000</bn-kom:kennung>
      </bn-kom:erreichbarkeit>
    </bn-g2g:autor>
  </bn-g2g:nachrichtenkopf.g2g>
  <m:inhalt>Bitte um Prüfung</m:inhalt>
</m:probe.antrag.0001>
`

// unqualified is the same message with the other header and two additions.
var unqualified = strings.NewReplacer(
	"bn-g2g:", "", "bn-beh:", "", "bn-kom:", "",
	` xmlns:bn-g2g="http://xoev.de/schemata/basisnachricht/g2g/1_1"`, "",
	` xmlns:bn-beh="http://xoev.de/schemata/basisnachricht/behoerde/1_1"`, "",
	` xmlns:bn-kom="http://xoev.de/schemata/basisnachricht/kommunikation/1_1"`, "",
	"</bn-g2g:autor>\n", "</autor>\n    <referenzUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78</referenzUUID>\n    <dienst>probe &amp; mehr</dienst>\n",
).Replace(qualified)

// wantEnvelope is what both say.
func wantEnvelope(family xoev.Family) *xoev.Envelope {
	dvdv := xoev.Code{Code: "DVDV", ListVersionID: "3"}
	withURI := dvdv
	withURI.ListURI = xoev.ListVerzeichnisdienst
	e := &xoev.Envelope{
		Family:            family,
		Standard:          "XProbe",
		Version:           "1.0",
		Produkt:           "Onlinedienst",
		Produkthersteller: "Stadt Musterstadt",
		Produktversion:    "2.1",
		Test:              "ja",
		TestPresent:       true,
		Nachricht: xoev.Nachricht{
			UUID:                 "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77",
			Typ:                  xoev.Code{Code: "0001", Name: "Antrag", ListURI: "urn:example:codeliste:typ", ListVersionID: "1"},
			Erstellungszeitpunkt: "2026-11-23T09:15:00.250+01:00",
		},
		Leser: xoev.Behoerde{Verzeichnisdienst: withURI, Kennung: "psw:16000000", Name: "Stadt Musterstadt"},
		Autor: xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000001", Name: "Amt Beispiel",
			Erreichbarkeit: []xoev.Erreichbarkeit{
				{Kanal: xoev.Code{Code: "01", ListURI: xoev.ListErreichbarkeit, ListVersionID: "3"},
					Kennung: "erika@example.org", Zusatz: "Erika Mustermann"},
				{Kanal: xoev.Code{Code: "02", ListVersionID: "3"}, Kennung: "+49 30 23125000"},
			}},
	}
	e.Root.Prefix, e.Root.Local, e.Root.Space = "m", "probe.antrag.0001", "urn:example:probe:1"
	if family == xoev.FamilyQualified {
		e.FamilyVersion = xoev.Basisnachricht11
		return e
	}
	ref := xoev.Extension{Text: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78"}
	ref.Name.Local = "referenzUUID"
	ref.XML = "<referenzUUID>" + ref.Text + "</referenzUUID>"
	dienst := xoev.Extension{Text: "probe & mehr", XML: "<dienst>probe &amp; mehr</dienst>"}
	dienst.Name.Local = "dienst"
	e.Extensions = []xoev.Extension{ref, dienst}
	return e
}
