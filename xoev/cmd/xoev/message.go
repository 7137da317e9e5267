package main

import (
	"strings"

	"github.com/bausteine/egov/xoev"
)

// message is what the envelope says; the JSON form is part of inspection.
type message struct {
	Family         xoev.Family `json:"family"`
	FamilyVersion  string      `json:"familyVersion,omitempty"`
	Root           string      `json:"root"`
	Namespace      string      `json:"namespace,omitempty"`
	Standard       string      `json:"standard,omitempty"`
	Version        string      `json:"version,omitempty"`
	Test           bool        `json:"test"`
	TestValue      string      `json:"testValue,omitempty"`
	Datenqualitaet string      `json:"datenqualitaet,omitempty"`
	Produkt        string      `json:"produkt,omitempty"`
	Hersteller     string      `json:"produkthersteller,omitempty"`
	Produktversion string      `json:"produktversion,omitempty"`
	UUID           string      `json:"nachrichtenUUID,omitempty"`
	Referenz       string      `json:"referenz,omitempty"`
	ProzessID      string      `json:"prozessID,omitempty"`
	Nummer         string      `json:"nummer,omitempty"`
	Typ            *code       `json:"nachrichtentyp,omitempty"`
	Zeitpunkt      string      `json:"erstellungszeitpunkt,omitempty"`
	Autor          *behoerde   `json:"autor,omitempty"`
	Leser          *behoerde   `json:"leser,omitempty"`
	Extensions     []string    `json:"extensions,omitempty"`
}

type code struct {
	Code          string `json:"code"`
	Name          string `json:"name,omitempty"`
	ListURI       string `json:"listURI,omitempty"`
	ListVersionID string `json:"listVersionID,omitempty"`
}

type behoerde struct {
	Art               string    `json:"art,omitempty"`
	Verzeichnisdienst string    `json:"verzeichnisdienst,omitempty"`
	Kennung           string    `json:"kennung"`
	Name              string    `json:"name"`
	Aktenzeichen      []string  `json:"aktenzeichen,omitempty"`
	Erreichbarkeit    []contact `json:"erreichbarkeit,omitempty"`
}

type contact struct {
	Kanal   string `json:"kanal"`
	Kennung string `json:"kennung"`
	Zusatz  string `json:"zusatz,omitempty"`
}

func newMessage(e *xoev.Envelope) *message {
	m := &message{
		Family: e.Family, FamilyVersion: e.FamilyVersion, Root: e.Root.Local, Namespace: e.Root.Space,
		Standard: e.Standard, Version: e.Version, Test: e.IsTest(), TestValue: e.Test, Datenqualitaet: e.Datenqualitaet.Code,
		Produkt: e.Produkt, Hersteller: e.Produkthersteller, Produktversion: e.Produktversion, Nummer: e.Number(),
	}
	if e.Family == xoev.FamilyUnknown {
		return m
	}
	n := &e.Nachricht
	m.UUID, m.Referenz, m.ProzessID, m.Zeitpunkt = n.UUID, n.Referenz, n.ProzessID, string(n.Erstellungszeitpunkt)
	if n.Typ != (xoev.Code{}) {
		m.Typ = &code{n.Typ.Code, n.Typ.Name, n.Typ.ListURI, n.Typ.ListVersionID}
	}
	if e.Family != xoev.FamilyXDatenfelder { // it names no parties
		m.Autor, m.Leser = newBehoerde(&e.Autor), newBehoerde(&e.Leser)
	}
	for _, x := range e.Extensions {
		m.Extensions = append(m.Extensions, x.Name.Local)
	}
	return m
}

func newBehoerde(b *xoev.Behoerde) *behoerde {
	r := &behoerde{Art: b.Art, Verzeichnisdienst: b.Verzeichnisdienst.Code, Kennung: b.Kennung, Name: b.Name, Aktenzeichen: b.Aktenzeichen}
	for _, e := range b.Erreichbarkeit {
		r.Erreichbarkeit = append(r.Erreichbarkeit, contact{e.Kanal.Code, e.Kennung, e.Zusatz})
	}
	return r
}

// header names the kind of header for people.
func (c *command) header(m *message) string {
	kind, ok := map[xoev.Family][2]string{
		xoev.FamilyQualified:         {"XÖV-Basisnachricht", c.t(", elements in its namespaces (qualified)", ", Elemente in ihren Namensräumen (qualifiziert)")},
		xoev.FamilyUnqualified:       {"XÖV-Basisnachricht", c.t(", elements in no namespace (unqualified)", ", Elemente in keinem Namensraum (unqualifiziert)")},
		xoev.FamilyXInneresG2G:       {"XInneres-Basisnachricht", c.t(" (from XInneres 26.11)", " (ab XInneres 26.11)")},
		xoev.FamilyXInneres:          {"XInneres-Basisnachricht", c.t(" (up to XInneres 9)", " (bis XInneres 9)")},
		xoev.FamilyXInneresQualified: {"XInneres-Basisnachricht", c.t(", copied into the namespace of the standard", ", in den Namensraum des Standards übernommen")},
		xoev.FamilyXdomea:            {"xdomea"},
		xoev.FamilyXDatenfelder:      {"XDatenfelder"},
		xoev.FamilyXJustiz:           {"XJustiz"},
		xoev.FamilyXZuFi:             {"XZuFi"},
	}[m.Family]
	if !ok {
		return c.t("unknown family; only the root element was read", "unbekannte Art; nur das Wurzelelement wurde gelesen")
	}
	return strings.TrimSpace(kind[0]+" "+m.FamilyVersion) + kind[1]
}

func (s *sheet) message(m *message) {
	t := s.c.t
	s.line("Standard", strings.TrimSpace(m.Standard+" "+m.Version))
	s.line(t("Message", "Nachricht"), m.Root)
	s.line(t("Namespace", "Namensraum"), m.Namespace)
	s.line(t("Header", "Kopf"), s.c.header(m))
	switch {
	case m.Typ != nil:
		s.line(t("Type", "Art"), s.c.codeText(m.Typ))
	case m.Nummer != "":
		s.line(t("Type", "Art"), m.Nummer+t(" (from the name of the root)", " (aus dem Namen der Wurzel)"))
	}
	s.line("UUID", m.UUID)
	s.line(t("Answers", "Antwort auf"), m.Referenz)
	s.line(t("Process", "Prozess"), m.ProzessID)
	s.line(t("Created", "Erstellt"), m.Zeitpunkt)
	s.behoerde(t("From (autor)", "Von (autor)"), m.Autor)
	s.behoerde(t("To (leser)", "An (leser)"), m.Leser)
	s.test(m)
	if m.Produkt != "" || m.Hersteller != "" {
		text := strings.TrimSpace(m.Produkt + " " + m.Produktversion)
		if m.Hersteller != "" {
			text = strings.TrimSpace(text + " (" + m.Hersteller + ")")
		}
		s.line(t("Made with", "Programm"), text)
	}
	s.line(t("Additions", "Zusätze"), strings.Join(m.Extensions, ", "))
}

// test says whether the message calls itself a test message.
func (s *sheet) test(m *message) {
	t := s.c.t
	value := `test="` + m.TestValue + `"`
	if m.Datenqualitaet != "" {
		value = "datenqualitaet " + m.Datenqualitaet
	}
	switch {
	case m.Test:
		s.mark(yellow, "Test", t("YES, a test message (", "JA, eine Testnachricht (")+value+t("): not for production", "): nicht für den Echtbetrieb"))
	case silentOnTest(m):
		s.line("Test", t("this header cannot say it", "dieser Kopf kann es nicht sagen"))
	case m.Standard != "":
		s.line("Test", t("no", "nein"))
	}
}

// silentOnTest reports that the header has no place to say it.
func silentOnTest(m *message) bool {
	switch m.Family {
	case xoev.FamilyXJustiz, xoev.FamilyXZuFi:
		return true
	case xoev.FamilyXDatenfelder:
		return strings.HasPrefix(m.FamilyVersion, "2")
	case xoev.FamilyXdomea:
		return !strings.HasPrefix(m.FamilyVersion, "4")
	}
	return false
}

func (c *command) codeText(d *code) string {
	text := d.Code
	if d.Name != "" {
		text += " " + d.Name
	}
	if d.ListURI != "" {
		text += c.t(" (list ", " (Liste ") + strings.TrimSpace(d.ListURI+" "+d.ListVersionID) + ")"
	}
	return text
}

func (s *sheet) behoerde(label string, b *behoerde) {
	if b == nil {
		return
	}
	text := strings.TrimSpace(b.Kennung + "  " + b.Name)
	for _, before := range []string{b.Verzeichnisdienst, b.Art} {
		if before != "" {
			text = strings.TrimSpace(before + " " + text)
		}
	}
	if text == "" {
		text = s.c.t("(empty)", "(leer)")
	}
	s.line(label, text)
	for _, az := range b.Aktenzeichen {
		s.line("", s.c.t("  file number ", "  Aktenzeichen ")+az)
	}
	for _, e := range b.Erreichbarkeit {
		s.line("", strings.TrimRight(s.c.t("  channel ", "  Kanal ")+e.Kanal+": "+e.Kennung+"  "+e.Zusatz, " "))
	}
}
