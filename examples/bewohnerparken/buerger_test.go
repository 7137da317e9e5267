package main

import (
	"fmt"
	"net/url"
	"strings"
)

// buerger is Erika Mustermann at her browser: she looks at the page that she is
// shown and does what it asks, until she has a receipt. Whatever happens in
// between, she goes on from the page that she gets.
type buerger struct {
	*klient
	base string
	gast bool
	// fremdesFahrzeug: the car is registered to somebody else.
	fremdesFahrzeug bool
	antrag          string // the application's address, once there is one
}

// seiten names what a citizen sees, in the order of the service.
const (
	seiteStart     = "start"
	seiteAnmelden  = "anmelden"
	seitePerson    = "person"
	seiteFahrzeug  = "fahrzeug"
	seiteHalter    = "halter"
	seiteZeitraum  = "zeitraum"
	seiteSumme     = "zusammenfassung"
	seiteBezahlen  = "bezahlen"
	seiteZurueck   = "zahlung-zurueck"
	seiteAbschluss = "abschluss"
	seiteEingang   = "eingang"
	seiteStatus    = "status"
)

// wo says which page it is.
func (b *buerger) wo() string {
	path := b.page.url.Path
	switch {
	case strings.HasPrefix(path, "/simulator/konto/"):
		return seiteAnmelden
	case strings.HasPrefix(path, "/simulator/kasse/"):
		return seiteBezahlen
	case path == "/zahlung/zurueck":
		return seiteZurueck
	case strings.HasPrefix(path, "/antrag/"):
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	return seiteStart
}

// weiter does what the page asks for.
func (b *buerger) weiter() error {
	if path := b.page.url.Path; strings.HasPrefix(path, "/antrag/") {
		b.antrag = b.base + path[:strings.LastIndexByte(path, '/')]
	}
	switch b.wo() {
	case seiteStart:
		return b.beginnen()
	case seiteAnmelden:
		return b.press("Anmelden", eingabe{values: url.Values{"konto": {"erika"}, "niveau": {"hoch"}}})
	case seitePerson, seiteFahrzeug, seiteHalter, seiteZeitraum:
		return b.press("Weiter", b.antworten())
	case seiteSumme:
		return b.press("Absenden und bezahlen", eingabe{})
	case seiteBezahlen:
		if form, _ := b.page.button("Jetzt bezahlen"); form == nil { // already settled: back to the service
			return b.get(b.base + "/")
		}
		return b.press("Jetzt bezahlen", eingabe{})
	case seiteAbschluss:
		if form, _ := b.page.button("Jetzt bezahlen"); form != nil {
			return b.press("Jetzt bezahlen", eingabe{})
		}
		return b.get(b.page.url.String())
	case seiteStatus:
		return b.get(b.antrag + "/" + seiteEingang)
	case seiteZurueck:
		return b.get(b.base + "/")
	}
	return fmt.Errorf("nothing to do on %s: %s", b.page.url.Path, b.page.heading())
}

// beginnen logs in, takes up the application under way, or begins one.
func (b *buerger) beginnen() error {
	switch {
	case b.gast && b.antrag != "":
		return b.get(b.antrag) // a guest finds the page in the browser's history
	case b.gast:
		return b.press("Ohne Anmeldung fortfahren", eingabe{})
	case b.page.hasLink("Mit dem Servicekonto anmelden"):
		return b.follow("Mit dem Servicekonto anmelden")
	case b.page.link("/antrag/") != "":
		return b.get(b.page.link("/antrag/"))
	}
	return b.press("Antrag beginnen", eingabe{})
}

// antworten are the answers for the page; what the account has verified is not
// asked for and not sent.
func (b *buerger) antworten() eingabe {
	halter := "01"
	if b.fremdesFahrzeug {
		halter = "02"
	}
	all := map[string]url.Values{
		seitePerson: {
			"person.familienname": {"Mustermann"}, "person.vornamen": {"Erika"},
			"person.geburtsdatum.tag": {"12"}, "person.geburtsdatum.monat": {"8"}, "person.geburtsdatum.jahr": {"1964"},
			"person.email": {"erika.mustermann@example.org"}, "person.anschrift.strasse": {"Heidestraße"}, "person.anschrift.hausnummer": {"17"},
			"person.anschrift.plz": {"12345"}, "person.anschrift.ort": {"Musterstadt"}, "person.anschrift.land": {"000"},
		},
		seiteFahrzeug: {"fahrzeug.kennzeichen": {"mu-st 123"}, "fahrzeug.fin": {"123456"}, "fahrzeug.halter": {halter}},
		seiteHalter: {
			"halter.familienname": {"Mustermann"}, "halter.vornamen": {"Max"}, "halter.strasse": {"Heidestraße"}, "halter.hausnummer": {"18"},
			"halter.plz": {"12345"}, "halter.ort": {"Musterstadt"}, "halter.land": {"000"}, "halter.email": {"max.mustermann@example.org"},
		},
		seiteZeitraum: {"zeitraum.dauer": {"1"}, "zeitraum.art": {"01"}, "zeitraum.abgleich": {"01"}, "zeitraum.daten": {"01"}},
	}
	e := eingabe{values: url.Values{}}
	form, _ := b.page.button("Weiter")
	asked := map[string]bool{}
	for n := range form.Descendants() {
		asked[attribute(n, "name")] = true
	}
	for name, v := range all[b.wo()] {
		if asked[name] {
			e.values[name] = v
		}
	}
	if b.wo() == seiteHalter {
		pdf := datei{name: "nachweis.pdf", mediaType: "application/pdf", content: []byte("%PDF-1.4\n% Muster\n%%EOF\n")}
		e.files = map[string]datei{"halter.ueberlassung": pdf, "halter.fahrzeugschein": pdf}
	}
	return e
}
