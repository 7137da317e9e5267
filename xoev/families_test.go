package xoev_test

import (
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Messages of every family, all invented, each with all that its header can hold.

const rootG2G = ` produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" produktversion="2.1" standard="XProbe" test="ja" version="1.0">`

const identifikation = `<identifikation.nachricht>
      <nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</nachrichtenUUID>
      <nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code><name>Antrag</name></nachrichtentyp>
      <erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</erstellungszeitpunkt>
    </identifikation.nachricht>`

const gebaeude = `<gebaeude><hausnummer>1</hausnummer><hausnummerBuchstabeZusatzziffer>a</hausnummerBuchstabeZusatzziffer>` +
	`<postleitzahl>12345</postleitzahl><stockwerkswohnungsnummer>2OG</stockwerkswohnungsnummer><strasse>Musterstraße</strasse>` +
	`<wohnort>Musterstadt</wohnort><zusatzangaben>Hinterhaus</zusatzangaben>` +
	`<hausnummern.bis><hausnummer.bis>3</hausnummer.bis></hausnummern.bis></gebaeude>`

// xinneres is a message with the header of XInneres up to 9.
const xinneres = `<m:probe.antrag.0001 xmlns:m="urn:example:probe:1"` + rootG2G + `
  <nachrichtenkopf>
    ` + identifikation + `
    <leser>
      <behoerdenkennung>
        <praefix listURI="urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix" listVersionID="51"><code>psw</code><name>Personalausweisbehörde</name></praefix>
        <kennung listURI="urn:example:codeliste:behoerden" listVersionID="2026-01"><code>16000000</code></kennung>
      </behoerdenkennung>
      <anschrift><postfach><postfach>12 34</postfach><wohnort>Musterstadt</wohnort><postleitzahl>12345</postleitzahl></postfach></anschrift>
      <behoerdenname>Stadt Musterstadt</behoerdenname>
    </leser>
    <autor>
      <behoerdenkennung>
        <praefix listVersionID="51"><code>psw</code></praefix>
        <kennung listURI="urn:example:codeliste:behoerden" listVersionID="2026-01"><code>16000001</code><name>Amt Beispiel</name></kennung>
      </behoerdenkennung>
      <erreichbarkeit><kanal listURI="urn:de:xoev:codeliste:erreichbarkeit" listVersionID="1"><code>01</code><name>E-Mail</name></kanal><kennung>erika@example.org</kennung><zusatz>Erika Mustermann</zusatz></erreichbarkeit>
      <erreichbarkeit><kanal><code>02</code></kanal><kennung>+49 30 23125000</kennung></erreichbarkeit>
      <anschrift>` + gebaeude + `</anschrift>
      <behoerdenname>Amt Beispiel</behoerdenname>
    </autor>
  </nachrichtenkopf>
  <m:inhalt>Bitte um Prüfung</m:inhalt>
</m:probe.antrag.0001>
`

// xinneresQualified is the copy that XGewerbeanzeige has.
var xinneresQualified = strings.NewReplacer(
	"<nachrichtenkopf>", "<m:nachrichtenkopf>", "</nachrichtenkopf>", "</m:nachrichtenkopf>",
	"<identifikation.", "<m:identifikation.", "</identifikation.", "</m:identifikation.",
	"<nachrichtenUUID>", "<m:nachrichtenUUID>", "</nachrichtenUUID>", "</m:nachrichtenUUID>",
	"<nachrichtentyp", "<m:nachrichtentyp", "</nachrichtentyp>", "</m:nachrichtentyp>",
	"<erstellungs", "<m:erstellungs", "</erstellungs", "</m:erstellungs",
	"<leser>", "<m:leser>", "</leser>", "</m:leser>", "<autor>", "<m:autor>", "</autor>", "</m:autor>",
	"<behoerden", "<m:behoerden", "</behoerden", "</m:behoerden", "<praefix", "<m:praefix", "</praefix", "</m:praefix",
	"<kennung", "<m:kennung", "</kennung", "</m:kennung", "<kanal", "<m:kanal", "</kanal", "</m:kanal",
	"<zusatz>", "<m:zusatz>", "</zusatz>", "</m:zusatz>", "<erreichbarkeit>", "<m:erreichbarkeit>", "</erreichbarkeit>", "</m:erreichbarkeit>",
	`listVersionID="1"><code>01`, `listVersionID="3"><code>01`,
	"<anschrift><postfach><postfach>12 34</postfach><wohnort>Musterstadt</wohnort><postleitzahl>12345</postleitzahl></postfach></anschrift>", "",
	"<anschrift>"+gebaeude+"</anschrift>", "<m:anschrift><m:strasse>Musterstraße</m:strasse><m:hausNr>1</m:hausNr><m:ort>Musterstadt</m:ort><m:plz>12345</m:plz></m:anschrift>",
).Replace(xinneres)

// xinneresG2G is a message with the header of XInneres 26.11, of a namespace
// that is not in the table.
var xinneresG2G = strings.NewReplacer(
	"\n    <referenzUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78</referenzUUID>\n    <dienst>probe &amp; mehr</dienst>", "",
	"</nachrichtenkopf.g2g>", `</nachrichtenkopf.g2g>
  <!-- behind the header -->
  <anschrift.leser><postfach><postfach>12 34</postfach><wohnort>Musterstadt</wohnort><postleitzahl>12345</postleitzahl></postfach></anschrift.leser>
  <anschrift.autor>`+gebaeude+`</anschrift.autor>`,
).Replace(unqualified)

// xdomea returns a message of xdomea up to 3.0.
func xdomea(version string) string {
	schluessel := "Kennung"
	if version == "3.0.0" {
		schluessel = "Behoerdenschluessel"
	}
	return strings.NewReplacer("VERSION", version, "KENNUNG", schluessel).Replace(`<x:Aktenplan.EmpfangBestaetigen.0302 xmlns:x="urn:xoev-de:xdomea:schema:VERSION">
  <x:Kopf>
    <x:ProzessID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79</x:ProzessID>
    <x:Nachrichtentyp><code>0302</code></x:Nachrichtentyp>
    <x:Erstellungszeitpunkt>2026-11-23T09:15:00</x:Erstellungszeitpunkt>
    <x:Absender>
      <x:Behoerdenkennung>
        <x:KENNUNG listURI="urn:example:codeliste:behoerden" listVersionID="2026-01"><code>16000001</code></x:KENNUNG>
        <x:Praefix listURI="urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix" listVersionID="51"><code>psw</code><name>Personalausweisbehörde</name></x:Praefix>
      </x:Behoerdenkennung>
      <x:Institution><x:Name>Amt Beispiel</x:Name><x:Kurzbezeichnung>AB</x:Kurzbezeichnung></x:Institution>
      <x:Organisationseinheit><x:Name>Schriftgut</x:Name></x:Organisationseinheit>
      <x:Taetigkeit>Sachbearbeitung</x:Taetigkeit>
    </x:Absender>
    <x:Empfaenger>
      <x:Institution><x:Name>Stadt Musterstadt</x:Name></x:Institution>
    </x:Empfaenger>
    <x:SendendesSystem><x:InstanzID>probe-1</x:InstanzID><x:Produktname>Onlinedienst</x:Produktname><x:Version>2.1</x:Version></x:SendendesSystem>
    <x:Hinweis>Probe &amp; mehr</x:Hinweis>
  </x:Kopf>
</x:Aktenplan.EmpfangBestaetigen.0302>
`)
}

// xdomea4 is a message of xdomea 4.0: qualified and unqualified elements mixed.
const xdomea4 = `<x:Aussonderung.Aussonderung.0503 xmlns:x="urn:xoev-de:xdomea:schema:4.0.0" produkt="Onlinedienst" produkthersteller="Stadt Musterstadt" standard="xdomea" version="4.0.0" test="">
  <x:nachrichtenkopf>
    <x:identifikation.nachricht>
      <nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</nachrichtenUUID>
      <nachrichtentyp listURI="urn:xoev-de:xdomea:codeliste:nachrichtentyp" listVersionID="3.0"><code>0503</code></nachrichtentyp>
      <erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</erstellungszeitpunkt>
    </x:identifikation.nachricht>
    <x:leser><x:NameInstitution><x:Name>Stadt Musterstadt</x:Name></x:NameInstitution></x:leser>
    <x:autor><x:NameInstitution><x:Name>Amt Beispiel</x:Name></x:NameInstitution></x:autor>
    <x:ProzessID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79</x:ProzessID>
  </x:nachrichtenkopf>
  <x:Importbestaetigung>1</x:Importbestaetigung>
</x:Aussonderung.Aussonderung.0503>
`

const xdatenfelder2 = `<xdf:verzeichnis.datenfeldbaukasten.0201 xmlns:xdf="urn:xoev-de:fim:standard:xdatenfelder_2">
  <xdf:header>
    <xdf:nachrichtID>79118DBD6E4B0000</xdf:nachrichtID>
    <xdf:erstellungszeitpunkt>2026-11-23T09:15:00Z</xdf:erstellungszeitpunkt>
    <xdf:referenzID>79118DBD6E4B0001</xdf:referenzID>
  </xdf:header>
</xdf:verzeichnis.datenfeldbaukasten.0201>
`

const xdatenfelder3 = `<xdf:verzeichnis.datenfeldbaukasten.0201 xmlns:xdf="urn:xoev-de:fim:standard:xdatenfelder_3.0.0">
  <xdf:header>
    <xdf:nachrichtID>79118DBD6E4B0000</xdf:nachrichtID>
    <xdf:erstellungszeitpunkt>2026-11-23T09:15:00Z</xdf:erstellungszeitpunkt>
    <xdf:referenzID>79118DBD6E4B0001</xdf:referenzID>
    <xdf:produktbezeichnung>Onlinedienst</xdf:produktbezeichnung>
    <xdf:produkthersteller>Stadt Musterstadt</xdf:produkthersteller>
    <xdf:produktversion>2.1</xdf:produktversion>
    <xdf:datenqualitaet listURI="urn:xoev-de:fim:codeliste:datenfelder.datenqualitaet" listVersionID="1.0"><code>TEST</code></xdf:datenqualitaet>
  </xdf:header>
</xdf:verzeichnis.datenfeldbaukasten.0201>
`

const xjustiz36 = `<tns:nachricht.probe.0005006 xmlns:tns="http://www.xjustiz.de">
  <tns:nachrichtenkopf xjustizVersion="3.6.2">
    <tns:erstellungszeitpunkt>2026-11-23T09:15:00+01:00</tns:erstellungszeitpunkt>
    <tns:absender>
      <tns:informationen>
        <tns:auswahl_kommunikationspartner><tns:sonstige>Stadt Musterstadt</tns:sonstige></tns:auswahl_kommunikationspartner>
        <tns:routingInformationAusSafeverzeichnis>safe-1</tns:routingInformationAusSafeverzeichnis>
      </tns:informationen>
      <tns:aktenzeichen>7 B 1/26</tns:aktenzeichen>
      <tns:eigeneNachrichtenID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</tns:eigeneNachrichtenID>
    </tns:absender>
    <tns:empfaenger>
      <tns:informationen>
        <tns:auswahl_kommunikationspartner><tns:gericht listURI="urn:example:codeliste:gerichte" listVersionID="3.6"><code>X0000</code></tns:gericht></tns:auswahl_kommunikationspartner>
      </tns:informationen>
      <tns:auswahl_aktenzeichen><tns:aktenzeichen.neu>true</tns:aktenzeichen.neu></tns:auswahl_aktenzeichen>
      <tns:fremdeNachrichtenID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78</tns:fremdeNachrichtenID>
    </tns:empfaenger>
    <tns:nachrichtenuebergreifenderProzess>
      <tns:prozessID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79</tns:prozessID>
      <tns:nachrichtenNummer>1</tns:nachrichtenNummer>
      <tns:nachrichtenAnzahl>2</tns:nachrichtenAnzahl>
    </tns:nachrichtenuebergreifenderProzess>
    <tns:ereignis listVersionID="3.7"><code>044</code></tns:ereignis>
    <tns:ereignis listVersionID="3.7"><code>045</code></tns:ereignis>
    <tns:herstellerinformation><tns:nameDesProdukts>Onlinedienst</tns:nameDesProdukts><tns:herstellerDesProdukts>Stadt Musterstadt</tns:herstellerDesProdukts><tns:version>2.1</tns:version></tns:herstellerinformation>
    <tns:sendungsprioritaet listVersionID="1.0"><code>002</code></tns:sendungsprioritaet>
  </tns:nachrichtenkopf>
  <tns:grunddaten/>
</tns:nachricht.probe.0005006>
`

const xjustiz35 = `<tns:nachricht.probe.0005006 xmlns:tns="http://www.xjustiz.de">
  <tns:nachrichtenkopf xjustizVersion="3.5.1">
    <tns:aktenzeichen.absender>7 B 1/26</tns:aktenzeichen.absender>
    <tns:aktenzeichen.absender>7 B 2/26</tns:aktenzeichen.absender>
    <tns:aktenzeichen.empfaenger>unbekannt</tns:aktenzeichen.empfaenger>
    <tns:erstellungszeitpunkt>2026-11-23T09:15:00+01:00</tns:erstellungszeitpunkt>
    <tns:auswahl_absender><tns:absender.sonstige>Stadt Musterstadt</tns:absender.sonstige></tns:auswahl_absender>
    <tns:auswahl_empfaenger><tns:empfaenger.gericht listVersionID="3.5"><code>X0000</code></tns:empfaenger.gericht></tns:auswahl_empfaenger>
    <tns:eigeneNachrichtenID>probe-1</tns:eigeneNachrichtenID>
    <tns:ereignis listVersionID="1.5"><code>002</code></tns:ereignis>
    <tns:herstellerinformation><tns:nameDesProdukts>Onlinedienst</tns:nameDesProdukts><tns:herstellerDesProdukts>Stadt Musterstadt</tns:herstellerDesProdukts><tns:version>2.1</tns:version></tns:herstellerinformation>
  </tns:nachrichtenkopf>
</tns:nachricht.probe.0005006>
`

const xzufi = `<z:probe.030104 xmlns:z="http://xoev.de/schemata/xzufi/2_2_0" produktbezeichnung="Onlinedienst" produkthersteller="Stadt Musterstadt" produktversion="2.1" xzufiVersion="2.2.0" weiteres="x">
  <z:nachrichtenkopf>
    <z:nachrichtUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</z:nachrichtUUID>
    <z:erstelltDatumZeit>2026-11-23T09:15:00Z</z:erstelltDatumZeit>
    <z:empfaenger>Stadt Musterstadt</z:empfaenger>
    <z:sender>Amt Beispiel</z:sender>
    <z:weiteres>x</z:weiteres>
  </z:nachrichtenkopf>
</z:probe.030104>
`

func simpleExtension(prefix, local, space, text string) xoev.Extension {
	return xoev.Extension{Name: xmlscan.Name{Prefix: prefix, Local: local, Space: space}, Text: text,
		XML: "<" + prefix + ":" + local + " xmlns:" + prefix + `="` + space + `">` + text + "</" + prefix + ":" + local + ">"}
}

func plainExtension(local, text string) xoev.Extension {
	return xoev.Extension{Name: xmlscan.Name{Local: local}, Text: text, XML: "<" + local + ">" + text + "</" + local + ">"}
}

// The parts that most of these messages have in common.
var (
	testPraefix   = xoev.Code{Code: "psw", ListURI: xoev.ListDVDVPraefix, ListVersionID: "51"}
	testBehoerden = "urn:example:codeliste:behoerden"
	testGebaeude  = xoev.Anschrift{Strasse: "Musterstraße", Hausnummer: "1", HausnummerZusatz: "a", Postleitzahl: "12345", Ort: "Musterstadt",
		Zusatz: "Hinterhaus", Extensions: []xoev.Extension{plainExtension("stockwerkswohnungsnummer", "2OG"),
			{Name: xmlscan.Name{Local: "hausnummern.bis"}, XML: "<hausnummern.bis><hausnummer.bis>3</hausnummer.bis></hausnummern.bis>"}}}
	testPostfach = xoev.Anschrift{Postfach: "12 34", Postleitzahl: "12345", Ort: "Musterstadt"}
)

// wantXInneres is what xinneres says.
func wantXInneres() *xoev.Envelope {
	e := wantEnvelope(xoev.FamilyXInneres)
	e.Extensions = nil
	name := func(c xoev.Code, name string) xoev.Code { c.Name = name; return c }
	kennung := xoev.Code{Code: "16000000", ListURI: testBehoerden, ListVersionID: "2026-01"}
	e.Leser = xoev.Behoerde{Kennung: "psw:16000000", Name: "Stadt Musterstadt", Anschrift: testPostfach,
		Behoerdenkennung: xoev.Behoerdenkennung{Praefix: name(testPraefix, "Personalausweisbehörde"), Kennung: kennung}}
	kennung.Code, kennung.Name = "16000001", "Amt Beispiel"
	praefix := testPraefix
	praefix.ListURI = ""
	e.Autor = xoev.Behoerde{Kennung: "psw:16000001", Name: "Amt Beispiel", Anschrift: testGebaeude,
		Behoerdenkennung: xoev.Behoerdenkennung{Praefix: praefix, Kennung: kennung},
		Erreichbarkeit: []xoev.Erreichbarkeit{
			{Kanal: xoev.Code{Code: "01", Name: "E-Mail", ListURI: xoev.ListErreichbarkeit, ListVersionID: "1"}, Kennung: "erika@example.org", Zusatz: "Erika Mustermann"},
			{Kanal: xoev.Code{Code: "02"}, Kennung: "+49 30 23125000"},
		}}
	return e
}

func wantXInneresQualified() *xoev.Envelope {
	e := wantXInneres()
	e.Family = xoev.FamilyXInneresQualified
	e.Leser.Anschrift = xoev.Anschrift{}
	e.Autor.Anschrift = xoev.Anschrift{Strasse: "Musterstraße", Hausnummer: "1", Postleitzahl: "12345", Ort: "Musterstadt"}
	e.Autor.Erreichbarkeit[0].Kanal.ListVersionID = "3"
	return e
}

func wantXInneresG2G() *xoev.Envelope {
	e := wantEnvelope(xoev.FamilyXInneresG2G)
	e.Extensions = nil
	e.Leser.Anschrift, e.Autor.Anschrift = testPostfach, testGebaeude
	return e
}

// wantXdomea is what xdomea says.
func wantXdomea(version string) *xoev.Envelope {
	space := "urn:xoev-de:xdomea:schema:" + version
	e := &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "x", Local: "Aktenplan.EmpfangBestaetigen.0302", Space: space},
		Family: xoev.FamilyXdomea, FamilyVersion: version, Standard: "xdomea", Version: version,
		Produkt: "Onlinedienst", Produktversion: "2.1",
		Nachricht: xoev.Nachricht{ProzessID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79", Typ: xoev.Code{Code: "0302"},
			Erstellungszeitpunkt: "2026-11-23T09:15:00"},
		Leser: xoev.Behoerde{Name: "Stadt Musterstadt"},
		Autor: xoev.Behoerde{Kennung: "psw:16000001", Name: "Amt Beispiel", Kurzname: "AB",
			Behoerdenkennung: xoev.Behoerdenkennung{
				Praefix: xoev.Code{Code: "psw", Name: "Personalausweisbehörde", ListURI: xoev.ListDVDVPraefix, ListVersionID: "51"},
				Kennung: xoev.Code{Code: "16000001", ListURI: testBehoerden, ListVersionID: "2026-01"}},
			Extensions: []xoev.Extension{
				{Name: xmlscan.Name{Prefix: "x", Local: "Organisationseinheit", Space: space},
					XML: `<x:Organisationseinheit xmlns:x="` + space + `"><x:Name>Schriftgut</x:Name></x:Organisationseinheit>`},
				simpleExtension("x", "Taetigkeit", space, "Sachbearbeitung"),
			}},
		Extensions: []xoev.Extension{
			simpleExtension("x", "InstanzID", space, "probe-1"),
			simpleExtension("x", "Hinweis", space, "Probe &amp; mehr"),
		},
	}
	e.Extensions[1].Text = "Probe & mehr"
	return e
}

func wantXdomea4() *xoev.Envelope {
	return &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "x", Local: "Aussonderung.Aussonderung.0503", Space: "urn:xoev-de:xdomea:schema:4.0.0"},
		Family: xoev.FamilyXdomea, FamilyVersion: "4.0.0", Standard: "xdomea", Version: "4.0.0",
		Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", TestPresent: true,
		Nachricht: xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", ProzessID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79",
			Typ:                  xoev.Code{Code: "0503", ListURI: "urn:xoev-de:xdomea:codeliste:nachrichtentyp", ListVersionID: "3.0"},
			Erstellungszeitpunkt: "2026-11-23T09:15:00.250+01:00"},
		Leser: xoev.Behoerde{Name: "Stadt Musterstadt"},
		Autor: xoev.Behoerde{Name: "Amt Beispiel"},
	}
}

func wantXDatenfelder(version string) *xoev.Envelope {
	e := &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "xdf", Local: "verzeichnis.datenfeldbaukasten.0201", Space: "urn:xoev-de:fim:standard:xdatenfelder_2"},
		Family: xoev.FamilyXDatenfelder, FamilyVersion: version, Standard: "XDatenfelder", Version: version,
		Nachricht: xoev.Nachricht{UUID: "79118DBD6E4B0000", Referenz: "79118DBD6E4B0001", Erstellungszeitpunkt: "2026-11-23T09:15:00Z"},
	}
	if version == "3.0.0" {
		e.Root.Space = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
		e.Produkt, e.Produkthersteller, e.Produktversion = "Onlinedienst", "Stadt Musterstadt", "2.1"
		e.Datenqualitaet = xoev.Code{Code: "TEST", ListURI: "urn:xoev-de:fim:codeliste:datenfelder.datenqualitaet", ListVersionID: "1.0"}
	}
	return e
}

const nsXJustiz = "http://www.xjustiz.de"

func wantXJustiz36() *xoev.Envelope {
	x := func(local, text string) xoev.Extension { return simpleExtension("tns", local, nsXJustiz, text) }
	code := func(local, version, code string) xoev.Extension {
		return xoev.Extension{Name: xmlscan.Name{Prefix: "tns", Local: local, Space: nsXJustiz},
			XML: "<tns:" + local + ` xmlns:tns="` + nsXJustiz + `" listVersionID="` + version + `"><code>` + code + "</code></tns:" + local + ">"}
	}
	gericht := xoev.Code{Code: "X0000", ListURI: "urn:example:codeliste:gerichte", ListVersionID: "3.6"}
	return &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "tns", Local: "nachricht.probe.0005006", Space: nsXJustiz},
		Family: xoev.FamilyXJustiz, FamilyVersion: "3.6", Standard: "XJustiz", Version: "3.6.2",
		Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", Produktversion: "2.1",
		Nachricht: xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", Referenz: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78",
			ProzessID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e79", Erstellungszeitpunkt: "2026-11-23T09:15:00+01:00"},
		Autor: xoev.Behoerde{Art: "sonstige", Name: "Stadt Musterstadt", Aktenzeichen: []string{"7 B 1/26"},
			Extensions: []xoev.Extension{x("routingInformationAusSafeverzeichnis", "safe-1")}},
		Leser: xoev.Behoerde{Art: "gericht", Kennung: "X0000", Behoerdenkennung: xoev.Behoerdenkennung{Kennung: gericht},
			Extensions: []xoev.Extension{x("aktenzeichen.neu", "true")}},
		Extensions: []xoev.Extension{x("nachrichtenNummer", "1"), x("nachrichtenAnzahl", "2"),
			code("ereignis", "3.7", "044"), code("ereignis", "3.7", "045"), code("sendungsprioritaet", "1.0", "002")},
	}
}

func wantXJustiz35() *xoev.Envelope {
	return &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "tns", Local: "nachricht.probe.0005006", Space: nsXJustiz},
		Family: xoev.FamilyXJustiz, FamilyVersion: "3.0", Standard: "XJustiz", Version: "3.5.1",
		Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", Produktversion: "2.1",
		Nachricht: xoev.Nachricht{UUID: "probe-1", Erstellungszeitpunkt: "2026-11-23T09:15:00+01:00"},
		Autor:     xoev.Behoerde{Art: "sonstige", Name: "Stadt Musterstadt", Aktenzeichen: []string{"7 B 1/26", "7 B 2/26"}},
		Leser: xoev.Behoerde{Art: "gericht", Kennung: "X0000", Aktenzeichen: []string{"unbekannt"},
			Behoerdenkennung: xoev.Behoerdenkennung{Kennung: xoev.Code{Code: "X0000", ListVersionID: "3.5"}}},
		Extensions: []xoev.Extension{{Name: xmlscan.Name{Prefix: "tns", Local: "ereignis", Space: nsXJustiz},
			XML: `<tns:ereignis xmlns:tns="http://www.xjustiz.de" listVersionID="1.5"><code>002</code></tns:ereignis>`}},
	}
}

func wantXZuFi() *xoev.Envelope {
	const space = "http://xoev.de/schemata/xzufi/2_2_0"
	return &xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "z", Local: "probe.030104", Space: space},
		Family: xoev.FamilyXZuFi, Standard: "XZuFi", Version: "2.2.0",
		Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt", Produktversion: "2.1",
		Attributes: []xoev.Attribute{{Name: xmlscan.Name{Local: "weiteres"}, Value: "x"}},
		Nachricht:  xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", Erstellungszeitpunkt: "2026-11-23T09:15:00Z"},
		Leser:      xoev.Behoerde{Name: "Stadt Musterstadt"},
		Autor:      xoev.Behoerde{Name: "Amt Beispiel"},
		Extensions: []xoev.Extension{simpleExtension("z", "weiteres", space, "x")},
	}
}

// familyVectors are the messages of all families with what they say.
func familyVectors() []familyVector {
	qualified10 := wantEnvelope(xoev.FamilyQualified)
	qualified10.FamilyVersion = xoev.Basisnachricht10
	return []familyVector{
		{"Basisnachricht 1.1, qualified", qualified, wantEnvelope(xoev.FamilyQualified), true},
		{"Basisnachricht 1.0, qualified", strings.ReplaceAll(qualified, "/1_1", "/1_0"), qualified10, true},
		{"Basisnachricht, unqualified", unqualified, wantEnvelope(xoev.FamilyUnqualified), true},
		{"XInneres 26.11", xinneresG2G, wantXInneresG2G(), true},
		{"XInneres up to 9", xinneres, wantXInneres(), true},
		{"XInneres, own namespace", xinneresQualified, wantXInneresQualified(), true},
		{"xdomea 2.3.0", xdomea("2.3.0"), wantXdomea("2.3.0"), true},
		{"xdomea 2.4.0", xdomea("2.4.0"), wantXdomea("2.4.0"), true},
		{"xdomea 3.0.0", xdomea("3.0.0"), wantXdomea("3.0.0"), true},
		{"xdomea 4.0.0", xdomea4, wantXdomea4(), true},
		{"XDatenfelder 2.0", xdatenfelder2, wantXDatenfelder("2.0"), true},
		{"XDatenfelder 3.0.0", xdatenfelder3, wantXDatenfelder("3.0.0"), true},
		{"XJustiz 3.6", xjustiz36, wantXJustiz36(), true},
		{"XJustiz 3.5", xjustiz35, wantXJustiz35(), false},
		{"XZuFi", xzufi, wantXZuFi(), false},
	}
}

type familyVector struct {
	name, message string
	want          *xoev.Envelope
	written       bool
}
