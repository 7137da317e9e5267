package xdatenfelder

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/codelist"
)

// statusNames are the codes of urn:xoev-de:xprozess:codeliste:status 2020-03-19.
var statusNames = map[string]string{"1": "in Planung", "2": "in Bearbeitung", "3": "Entwurf", "4": "methodisch freigegeben",
	"5": "fachlich freigegeben (silber)", "6": "fachlich freigegeben (gold)", "7": "inaktiv", "8": "vorgesehen zum Löschen"}

// notes3 are the values of XDF3 that XDF2 has no place for.
func notes3(a *AllgemeineAngaben) (n notes) {
	n.add("ID", a.Identifikation.ID)
	n.add("Version", a.Identifikation.Version)
	status := statusNames[a.Status.Code]
	if status == "" {
		status = a.Status.Code
	}
	n.add("Status", status)
	n.add("Status gesetzt am", string(a.StatusGesetztAm))
	n.add("Letzte Änderung", string(a.LetzteAenderung))
	var words, relations []string
	for _, w := range a.Stichworte {
		if w.URI != "" {
			w.Text += " (" + w.URI + ")"
		}
		words = append(words, w.Text)
	}
	for _, r := range a.Relationen {
		relations = append(relations, r.Objekt.String()+" ("+r.Praedikat.Code+")")
	}
	n.add("Stichwörter", strings.Join(words, ", "))
	n.add("Relationen", strings.Join(relations, ", "))
	return n
}

func status2(a *AllgemeineAngaben) string {
	if a.Status.Code == "7" {
		return "inaktiv"
	}
	return "aktiv"
}

func code2(code string) codelist.Code {
	return codelist.Code{Code: code, ListURI: specStatus2.uri, ListVersionID: specStatus2.version}
}

func (c *converter) allgemein2(a *AllgemeineAngaben, element string, n notes) AllgemeineAngaben {
	id := a.Identifikation
	out := AllgemeineAngaben{
		Identifikation: c.identified(element, id), Name: a.Name, BezeichnungEingabe: a.BezeichnungEingabe, BezeichnungAusgabe: a.BezeichnungAusgabe,
		Definition: a.Definition, Bezug: joined(a.Bezug), Status: code2(status2(a)), GueltigAb: a.GueltigAb, GueltigBis: a.GueltigBis,
		FachlicherErsteller: a.StatusGesetztDurch, Versionshinweis: a.Versionshinweis, Veroeffentlichungsdatum: a.Veroeffentlichungsdatum,
		Beschreibung: c.description(a.Beschreibung, n, element, id),
	}
	if a.Status.Code == "6" {
		out.Freigabedatum = a.StatusGesetztAm
	}
	c.changeIf(a.Status.Code != "6" && a.Status.Code != "7", changeStatus, element, id)
	c.changeIf(out.Freigabedatum != a.StatusGesetztAm, changeDates, element, id)
	c.changeIf(a.LetzteAenderung != c.src.Header.Erstellungszeitpunkt, changeLastChange, element, id)
	c.lostLists(a, element)
	return out
}

// lostLists tells about what XDF2 does not have at all, and about references.
func (c *converter) lostLists(a *AllgemeineAngaben, element string) {
	c.changeIf(len(a.Stichworte) > 0, changeStichworte, element, a.Identifikation)
	c.changeIf(len(a.Relationen) > 0, changeRelationen, element, a.Identifikation)
	c.changeIf(len(a.Bezug) > 1 || len(a.Bezug) == 1 && a.Bezug[0].Link != "", changeBezug, element, a.Identifikation)
}

// joined joins references to the law, with their links in brackets.
func joined(list []Rechtsbezug) []Rechtsbezug {
	var parts []string
	for _, r := range list {
		text := string(collapse([]byte(r.Text)))
		if r.Link != "" {
			text = strings.TrimSpace(text + " (" + onlyLatin(r.Link, percent) + ")")
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []Rechtsbezug{{Text: strings.Join(parts, "; ")}}
}

// percent encodes a character as links do.
func percent(r rune) string {
	var b strings.Builder
	for _, c := range []byte(string(r)) {
		const hex = "0123456789ABCDEF"
		b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
	}
	return b.String()
}

func (c *converter) steckbrief2(d *Dokumentsteckbrief) *Dokumentsteckbrief {
	const element = "dokumentsteckbrief"
	n := notes3(&d.AllgemeineAngaben)
	art := ""
	if c.o.Dokumentart != nil {
		art = c.o.Dokumentart(d.Dokumentart.Code)
	}
	if art == "" {
		art = "unbestimmt"
		n.add("Dokumentart", d.Dokumentart.Code)
		c.change(changeDokumentart, element, d.Identifikation)
	}
	return &Dokumentsteckbrief{AllgemeineAngaben: c.allgemein(&d.AllgemeineAngaben, element, inherited{}, n), IstAbstrakt: d.IstAbstrakt,
		Dokumentart: codelist.Code{Code: art}, Hilfetext: d.Hilfetext}
}

func (c *converter) schema2(s *Stammdatenschema) *Stammdatenschema {
	const element = "stammdatenschema"
	id := s.Identifikation
	n := notes3(&s.AllgemeineAngaben)
	n.add("Dokumentsteckbrief", s.Dokumentsteckbrief.String())
	c.changeIf(s.Dokumentsteckbrief != c.o.Dokumentsteckbrief, changeSteckbrief, element, id)
	out := &Stammdatenschema{AllgemeineAngaben: c.allgemein(&s.AllgemeineAngaben, element, inherited{}, n), Hilfetext: s.Hilfetext,
		AbleitungsmodifikationenStruktur:        s.AbleitungsmodifikationenStruktur,
		AbleitungsmodifikationenRepraesentation: s.AbleitungsmodifikationenRepraesentation}
	out.Regeln = c.rules(s.Regeln, &s.AllgemeineAngaben)
	out.Struktur = c.parts(s.Struktur, element, id, inherited{})
	return out
}

func (c *converter) regel2(r *Regel, around *AllgemeineAngaben) *Regel {
	const element = "regel"
	id := r.Identifikation
	n := notes3(&r.AllgemeineAngaben)
	n.add("Typ", string(r.Typ))
	if !isStub(r.Skript) {
		n.add("Skript", r.Skript)
		c.change(changeSkript, element, id)
	}
	out := &Regel{AllgemeineAngaben: AllgemeineAngaben{Identifikation: c.identified(element, id), Name: r.Name, Definition: c.ruleText(r.FreitextRegel),
		Beschreibung: c.description(r.Beschreibung, n, element, id), Bezug: joined(r.Bezug), Status: code2("aktiv"), FachlicherErsteller: r.FachlicherErsteller},
		Skript: "function script() {\n}"}
	if around != nil {
		out.Status = code2(status2(around))
	}
	c.changeIf(out.Definition != r.FreitextRegel, changeRegeltext, element, id)
	c.changeIf(r.Typ != RegelKomplex || len(r.Parameter)+len(r.Ziele)+len(r.Fehler) > 0, changeRegelteile, element, id)
	c.changeIf(r.LetzteAenderung != c.src.Header.Erstellungszeitpunkt, changeLastChange, element, id)
	c.lostLists(&r.AllgemeineAngaben, element)
	return out
}

// feld2 converts a field, or returns nil if it is left out.
func (c *converter) feld2(d *Datenfeld) *Datenfeld {
	const element = "datenfeld"
	id := d.Identifikation
	if d.Feldart == FeldartHidden && c.o.DropHidden && d != c.src.Datenfeld {
		c.change(changeHidden, element, id)
		return nil
	}
	out := &Datenfeld{Schemaelementart: d.Schemaelementart, HilfetextEingabe: d.HilfetextEingabe, HilfetextAusgabe: d.HilfetextAusgabe,
		Feldart: d.Feldart, Datentyp: d.Datentyp, Praezisierung: d.Praezisierung, Inhalt: d.Inhalt}
	n := notes3(&d.AllgemeineAngaben)
	if d.Feldart == FeldartHidden || d.Feldart == FeldartLocked {
		n.add("Feldart", string(d.Feldart))
		out.Feldart = FeldartLabel
		c.change(changeFeldart, element, id)
	}
	if d.Datentyp == DatentypTextLatin || d.Datentyp == DatentypTime || d.Datentyp == DatentypDatetime {
		n.add("Datentyp", string(d.Datentyp))
		out.Datentyp = DatentypText
		c.change(changeDatentyp, element, id)
	}
	n.add("Vorbefüllung", string(d.Vorbefuellung))
	c.changeIf(d.Vorbefuellung != VorbefuellungKeine, changeVorbefuellung, element, id)
	if d.MaxSize > 0 {
		n.add("Maximale Dateigröße in Bytes", strconv.FormatInt(d.MaxSize, 10))
	}
	n.add("Erlaubte Dateitypen", strings.Join(d.MediaTypes, "; "))
	c.changeIf(d.MaxSize > 0 || len(d.MediaTypes) > 0, changeDatei, element, id)
	c.limits2(&out.Praezisierung, &n, id)
	out.Identifikation = c.identifikation(id) // names the list
	c.reference2(out, d, &n)
	out.AllgemeineAngaben = c.allgemein(&d.AllgemeineAngaben, element, inherited{}, n)
	out.Regeln = c.rules(d.Regeln, &d.AllgemeineAngaben)
	return out
}

// limits2 writes limits as JSON.
func (c *converter) limits2(p *Praezisierung, n *notes, id Identifikation) {
	plain := *p
	plain.Text = ""
	switch {
	case p.Text == "" || plain == (Praezisierung{}):
		c.changeIf(p.Text != "", changeProsa, "datenfeld", id)
	default:
		n.add("Präzisierung", p.Text)
		c.change(changePraezisierung, "datenfeld", id)
		*p = plain
	}
	p.Text = p.JSON()
	if read, _ := parsePraezisierung(p.Text); read != *p { // prose that reads like JSON
		*p = read
	}
}

// reference2 gives a field a reference to a code list, which it also makes of
// inline values.
func (c *converter) reference2(out, d *Datenfeld, n *notes) {
	const element = "datenfeld"
	id := d.Identifikation
	if d.CodeKey+d.NameKey+d.HelpKey != "" {
		n.add("Spalten der Codeliste", strings.Join([]string{d.CodeKey, d.NameKey, d.HelpKey}, ", "))
		c.change(changeSpalten, element, id)
	}
	own := out.Identifikation
	_, first := utf8.DecodeRuneInString(own.ID)
	own.ID = "C" + own.ID[first:]
	if r := d.CodelisteReferenz; r != nil {
		ref := *r
		ref.Identifikation = own
		if ref.Version == "" {
			ref.Version = day(d.LetzteAenderung)
			c.change(changeListenversion, element, id)
		}
		if ref.CanonicalVersionURI == "" {
			ref.CanonicalVersionURI = ref.CanonicalIdentification + "_" + ref.Version
		}
		out.CodelisteReferenz = &ref
		c.changeIf(len(d.Werte) > 0, changeWerteZuviel, element, id)
		return
	}
	if len(d.Werte) == 0 {
		return
	}
	kennung := listURN + letters(d.Name) + "_" + d.Identifikation.String()
	ref := CodelisteReferenz{Identifikation: own, CanonicalIdentification: kennung, Version: day(d.LetzteAenderung)}
	ref.CanonicalVersionURI = kennung + "_" + ref.Version
	out.CodelisteReferenz = &ref
	list, err := valueList(d.Werte, letters(d.Name), ref)
	if err != nil { // two values with one code, say: no list can hold them
		out.CodelisteReferenz = nil
		c.change(changeWerteZuviel, element, id)
		return
	}
	c.report.Listen = append(c.report.Listen, list)
	c.change(changeWerteliste, element, id)
}

// listURN begins the kennung of a list that was made of values.
const listURN = "urn:de:fim:codeliste:"

func day(z Zeitpunkt) string {
	day, _, _ := strings.Cut(string(z), "T")
	return day
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss")

// letters keeps the letters of a name for a URN.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, umlauts.Replace(name))
}

// valueList makes a code list of the values of a field.
func valueList(werte []Wert, name string, ref CodelisteReferenz) (*codelist.List, error) {
	if name == "" {
		name = ref.Identifikation.ID
	}
	columns := []codelist.Column{{ID: "code", ShortName: "code", Required: true}, {ID: "name", ShortName: "name", Required: true}, {ID: "hilfe", ShortName: "hilfe"}}
	keys := []codelist.Key{{ID: "codeKey", ShortName: "codeKey", Columns: []string{"code"}, Marked: true}}
	rows := make([][]codelist.Value, len(werte))
	for i, w := range werte {
		rows[i] = []codelist.Value{{Text: w.Code}, {Text: w.Name}, {Text: w.Hilfe, Null: w.Hilfe == ""}}
	}
	return codelist.New(codelist.Metadata{ShortName: name, Version: ref.Version, CanonicalURI: ref.CanonicalIdentification,
		CanonicalVersionURI: ref.CanonicalVersionURI}, columns, keys, rows)
}
