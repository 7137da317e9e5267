package xdatenfelder

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
)

// inherited are dates of the element around, which XDF3 wants where XDF2 leaves
// them out.
type inherited struct{ freigabe, veroeffentlicht Datum }

const statusVersion3 = "2020-03-19"

// allgemein converts what all have in common, for both directions. n are notes
// for the description.
func (c *converter) allgemein(a *AllgemeineAngaben, element string, from inherited, n notes) AllgemeineAngaben {
	if c.to == XDF2 {
		return c.allgemein2(a, element, n)
	}
	return c.allgemein3(a, element, from, n)
}

// notes2 are the values of XDF2 that are spelled otherwise in XDF3.
func notes2(a *AllgemeineAngaben) (n notes) {
	n.add("ID", a.Identifikation.ID)
	n.add("Version", a.Identifikation.Version)
	n.add("Status", a.Status.Code)
	return n
}

func (c *converter) allgemein3(a *AllgemeineAngaben, element string, from inherited, n notes) AllgemeineAngaben {
	id := a.Identifikation
	out := AllgemeineAngaben{
		Identifikation: c.identified(element, id), Name: a.Name, BezeichnungEingabe: a.BezeichnungEingabe, BezeichnungAusgabe: a.BezeichnungAusgabe,
		Definition: a.Definition, Status: codelist.Code{Code: status3(a), ListURI: specStatus3.uri, ListVersionID: statusVersion3},
		StatusGesetztAm: a.Freigabedatum, StatusGesetztDurch: a.FachlicherErsteller, GueltigAb: a.GueltigAb, GueltigBis: a.GueltigBis,
		Versionshinweis: a.Versionshinweis, Veroeffentlichungsdatum: a.Veroeffentlichungsdatum, LetzteAenderung: c.src.Header.Erstellungszeitpunkt,
	}
	c.changeIf(a.Status.Code == "inVorbereitung", changeStatus, element, id)
	text := a.Beschreibung
	c.cleanAll(element, id, &text, &out.Name, &out.BezeichnungEingabe, &out.BezeichnungAusgabe, &out.Definition, &out.StatusGesetztDurch,
		&out.Versionshinweis)
	out.Beschreibung = c.description(text, n, element, id)
	out.Bezug = c.split(a.Bezug)
	c.changeIf(len(out.Bezug) > 1, changeBezug, element, id)
	if out.StatusGesetztAm == "" {
		out.StatusGesetztAm = from.freigabe
	}
	if out.Veroeffentlichungsdatum == "" {
		out.Veroeffentlichungsdatum = from.veroeffentlicht
	}
	c.changeIf(out.StatusGesetztAm != a.Freigabedatum || out.Veroeffentlichungsdatum != a.Veroeffentlichungsdatum, changeInherited, element, id)
	return out
}

// status3 draws the status: inactive, or released in gold, or being worked on.
func status3(a *AllgemeineAngaben) string {
	switch {
	case a.Status.Code == "inaktiv":
		return "7"
	case a.Identifikation.Version == "" || a.Freigabedatum == "":
		return "2"
	}
	return "6"
}

// split splits references to the law at semicolons.
func (c *converter) split(list []Rechtsbezug) (out []Rechtsbezug) {
	for _, r := range list {
		parts := []string{r.Text}
		if !c.o.KeepBezug {
			parts = strings.Split(r.Text, ";")
		}
		for _, p := range parts {
			if p = string(collapse([]byte(c.clean(p)))); p != "" {
				out = append(out, Rechtsbezug{Text: p})
			}
		}
	}
	return out
}

func (c *converter) steckbrief(d *Dokumentsteckbrief) *Dokumentsteckbrief {
	const element = "dokumentsteckbrief"
	if c.to == XDF2 {
		return c.steckbrief2(d)
	}
	id := d.Identifikation
	n, art := notes2(&d.AllgemeineAngaben), ""
	if c.o.Dokumentart != nil {
		art = c.o.Dokumentart(d.Dokumentart.Code)
	}
	if art == "" {
		art = "999"
		n.add("Dokumentart", d.Dokumentart.Code)
		c.change(changeDokumentart, element, id)
	}
	out := &Dokumentsteckbrief{AllgemeineAngaben: c.allgemein(&d.AllgemeineAngaben, element, inherited{}, n), IstAbstrakt: d.IstAbstrakt,
		Dokumentart: codelist.Code{Code: art, ListURI: specDokumentart.uri, ListVersionID: "2022-01-01"}, Hilfetext: d.Hilfetext}
	c.changeIf(out.BezeichnungAusgabe != "", changeAusgabe, element, id)
	out.BezeichnungAusgabe = ""
	c.cleanAll(element, id, &out.Hilfetext)
	return out
}

func (c *converter) schema(s *Stammdatenschema) *Stammdatenschema {
	const element = "stammdatenschema"
	if c.to == XDF2 {
		return c.schema2(s)
	}
	id := s.Identifikation
	out := &Stammdatenschema{AllgemeineAngaben: c.allgemein(&s.AllgemeineAngaben, element, inherited{}, notes2(&s.AllgemeineAngaben)),
		Hilfetext: s.Hilfetext, AbleitungsmodifikationenStruktur: s.AbleitungsmodifikationenStruktur,
		AbleitungsmodifikationenRepraesentation: s.AbleitungsmodifikationenRepraesentation, Dokumentsteckbrief: c.o.Dokumentsteckbrief}
	c.changeIf(out.BezeichnungAusgabe != "", changeAusgabe, element, id)
	out.BezeichnungAusgabe = ""
	c.cleanAll(element, id, &out.Hilfetext)
	out.Regeln = c.rules(s.Regeln, nil)
	out.Struktur = c.parts(s.Struktur, element, id, inherited{out.StatusGesetztAm, out.Veroeffentlichungsdatum})
	return out
}

// parts converts the parts of a schema or group.
func (c *converter) parts(list []Struktur, element string, id Identifikation, from inherited) []Struktur {
	out := make([]Struktur, 0, len(list))
	for _, s := range list {
		p := Struktur{Anzahl: s.Anzahl}
		if c.to == XDF3 {
			p.Bezug = c.split(s.Bezug)
		} else {
			p.Bezug = joined(s.Bezug)
		}
		if s.Datenfeldgruppe != nil {
			p.Datenfeldgruppe = c.gruppe(s.Datenfeldgruppe, from)
		} else if p.Datenfeld = c.feld(s.Datenfeld, from); p.Datenfeld == nil {
			continue // hidden
		}
		out = append(out, p)
	}
	if len(out) == 0 && c.to == XDF3 {
		c.change(changeDefaultField, element, id)
		out = append(out, Struktur{Anzahl: Anzahl{1, 1}, Datenfeld: c.defaultField()})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// defaultField is the field that FIM puts where there is none yet. What the
// catalogue says about it beyond that is left out, and with it the version.
func (c *converter) defaultField() *Datenfeld {
	for _, d := range c.dst.Datenfelder {
		if d.Identifikation.ID == defaultF {
			return d
		}
	}
	d := &Datenfeld{AllgemeineAngaben: AllgemeineAngaben{Identifikation: Identifikation{ID: defaultF}, Name: "Default-Datenfeld",
		BezeichnungEingabe: "Default-Datenfeld", BezeichnungAusgabe: "Default-Datenfeld", LetzteAenderung: c.src.Header.Erstellungszeitpunkt,
		Status: codelist.Code{Code: "2", ListURI: specStatus3.uri, ListVersionID: statusVersion3}},
		Schemaelementart: Harmonisiert, Feldart: FeldartHidden, Datentyp: DatentypText, Vorbefuellung: VorbefuellungKeine}
	c.dst.Datenfelder = append(c.dst.Datenfelder, d)
	return d
}

func (c *converter) gruppe(g *Datenfeldgruppe, from inherited) *Datenfeldgruppe {
	const element = "datenfeldgruppe"
	if known, ok := c.gruppen[g]; ok {
		c.sameDates(&g.AllgemeineAngaben, &known.AllgemeineAngaben, element, from)
		return known
	}
	id := g.Identifikation
	n := notes2(&g.AllgemeineAngaben)
	if c.to == XDF2 {
		n = notes3(&g.AllgemeineAngaben)
		if g.Auswahlgruppe {
			n.add("Gruppenart", "Auswahlgruppe")
		}
		c.changeIf(g.Auswahlgruppe, changeAuswahlgruppe, element, id)
	}
	out := &Datenfeldgruppe{AllgemeineAngaben: c.allgemein(&g.AllgemeineAngaben, element, from, n), Schemaelementart: g.Schemaelementart,
		HilfetextEingabe: g.HilfetextEingabe, HilfetextAusgabe: g.HilfetextAusgabe}
	c.cleanAll(element, id, &out.HilfetextEingabe, &out.HilfetextAusgabe)
	out.Regeln = c.rules(g.Regeln, &g.AllgemeineAngaben)
	if c.to == XDF3 {
		from = inherited{out.StatusGesetztAm, out.Veroeffentlichungsdatum}
	}
	out.Struktur = c.parts(g.Struktur, element, id, from)
	c.gruppen[g] = out
	c.dst.Datenfeldgruppen = append(c.dst.Datenfeldgruppen, out)
	return out
}

// sameDates tells when an element would inherit something else at another place.
func (c *converter) sameDates(a, known *AllgemeineAngaben, element string, from inherited) {
	if c.to != XDF3 {
		return
	}
	differs := a.Freigabedatum == "" && known.StatusGesetztAm != from.freigabe ||
		a.Veroeffentlichungsdatum == "" && known.Veroeffentlichungsdatum != from.veroeffentlicht
	c.ambiguous(differs, element, a.Identifikation)
}

// ambiguous notes once that an element inherits differently.
func (c *converter) ambiguous(differs bool, element string, id Identifikation) {
	if differs && !slices.ContainsFunc(c.report.Changes, func(x Change) bool {
		return x.Code == changeAmbiguous.code && x.Element == element && x.Identifikation == id
	}) {
		c.change(changeAmbiguous, element, id)
	}
}

func (c *converter) feld(d *Datenfeld, from inherited) *Datenfeld {
	const element = "datenfeld"
	if known, ok := c.felder[d]; ok {
		if known != nil {
			c.sameDates(&d.AllgemeineAngaben, &known.AllgemeineAngaben, element, from)
		}
		return known
	}
	var out *Datenfeld
	if c.to == XDF2 {
		out = c.feld2(d)
	} else {
		out = c.feld3(d, from)
	}
	c.felder[d] = out
	if out != nil {
		c.dst.Datenfelder = append(c.dst.Datenfelder, out)
	}
	return out
}

func (c *converter) feld3(d *Datenfeld, from inherited) *Datenfeld {
	const element = "datenfeld"
	id := d.Identifikation
	n := notes2(&d.AllgemeineAngaben)
	var list *codelist.List
	if r := d.CodelisteReferenz; r != nil {
		n.add("Codeliste", r.Identifikation.ID)
		if ofFIM(r.CanonicalIdentification) {
			if c.o.Liste != nil {
				list = c.o.Liste(*r)
			}
			if list != nil {
				n.add("Kurzname", list.Metadata().ShortName)
			}
		}
		n.add("Codeliste-Canonical-Identification", r.CanonicalIdentification)
		n.add("Codeliste-Version", r.Version)
		c.changeIf(r.Identifikation.ID != "", changeListe, element, id)
	}
	out := &Datenfeld{AllgemeineAngaben: c.allgemein(&d.AllgemeineAngaben, element, from, n), Schemaelementart: d.Schemaelementart,
		HilfetextEingabe: d.HilfetextEingabe, HilfetextAusgabe: d.HilfetextAusgabe, Feldart: d.Feldart, Datentyp: d.Datentyp,
		Praezisierung: d.Praezisierung, Inhalt: d.Inhalt, Vorbefuellung: VorbefuellungKeine}
	c.cleanAll(element, id, &out.HilfetextEingabe, &out.HilfetextAusgabe, &out.Inhalt)
	p := &out.Praezisierung
	if _, ok := parsePraezisierung(p.Text); ok {
		p.Text = ""
	} else {
		p.Text = c.clean(p.Text)
		c.change(changeProsa, element, id)
	}
	p.MinValue, p.MaxValue = string(collapse([]byte(p.MinValue))), string(collapse([]byte(p.MaxValue)))
	c.reference3(out, d.CodelisteReferenz, list, id)
	out.Regeln = c.rules(d.Regeln, &d.AllgemeineAngaben)
	return out
}

// ofFIM reports whether a code list belongs to FIM, so that nobody else has it:
// XRepository has URNs only, and FIM has some of its own.
func ofFIM(kennung string) bool {
	return !strings.HasPrefix(kennung, "urn:") || strings.Contains(kennung, "urn:de:fim:") || strings.Contains(kennung, "urn:xoev-de:fim:")
}

// reference3 gives a field its values, or a reference to a code list.
func (c *converter) reference3(out *Datenfeld, r *CodelisteReferenz, list *codelist.List, id Identifikation) {
	const element = "datenfeld"
	if r == nil {
		return
	}
	if list != nil {
		out.Werte = values(list)
	}
	if len(out.Werte) > 0 {
		c.change(changeWerte, element, id)
		return
	}
	c.changeIf(ofFIM(r.CanonicalIdentification), changeListeFehlt, element, id)
	out.CodelisteReferenz = &CodelisteReferenz{CanonicalIdentification: r.CanonicalIdentification, Version: r.Version,
		CanonicalVersionURI: r.CanonicalVersionURI}
}

// values makes choices of a code list: by its keys codeKey and codenameKey, else
// by the key for codes and the next column; the first column besides is help.
func values(l *codelist.List) (list []Wert) {
	columns := l.Columns()
	column := func(key string) string {
		for _, k := range l.Keys() {
			if k.ID == key && len(k.Columns) == 1 {
				return k.Columns[0]
			}
		}
		return ""
	}
	code, name, help := column("codeKey"), column("codenameKey"), ""
	if k, ok := l.Key(); ok && code == "" {
		code = k.Columns[0]
	}
	for _, k := range columns {
		switch {
		case k.ID == code || k.ID == name:
		case name == "":
			name = k.ID
		case help == "":
			help = k.ID
		}
	}
	for row := range l.Rows() {
		w := Wert{}
		w.Code, _ = row.Value(code)
		w.Code = string(collapse([]byte(w.Code)))
		if w.Name = w.Code; name != "" {
			w.Name, _ = row.Value(name)
		}
		if help != "" {
			w.Hilfe, _ = row.Value(help)
		}
		list = append(list, w)
	}
	return list
}

// rules converts rules. around is the element whose status rules of XDF2 get.
func (c *converter) rules(list []*Regel, around *AllgemeineAngaben) (out []*Regel) {
	for _, r := range list {
		known, ok := c.regeln[r]
		if !ok {
			if c.to == XDF2 {
				known = c.regel2(r, around)
			} else {
				known = c.regel3(r)
			}
			c.regeln[r] = known
			c.dst.Regeln = append(c.dst.Regeln, known)
		} else if c.to == XDF2 && around != nil {
			c.ambiguous(known.Status.Code != status2(around), "regel", r.Identifikation)
		}
		out = append(out, known)
	}
	return out
}

func (c *converter) regel3(r *Regel) *Regel {
	const element = "regel"
	id := r.Identifikation
	n := notes2(&r.AllgemeineAngaben)
	if !isStub(r.Skript) {
		n.add("Skript", r.Skript)
		c.change(changeSkript, element, id)
	}
	out := &Regel{AllgemeineAngaben: AllgemeineAngaben{Identifikation: c.identified(element, id), Name: r.Name,
		FachlicherErsteller: r.FachlicherErsteller, LetzteAenderung: c.src.Header.Erstellungszeitpunkt}, FreitextRegel: c.ruleText(r.Definition),
		Typ: RegelKomplex}
	c.changeIf(out.FreitextRegel != r.Definition, changeRegeltext, element, id)
	c.changeIf(r.BezeichnungEingabe+r.BezeichnungAusgabe+r.Versionshinweis+string(r.GueltigAb+r.GueltigBis+r.Freigabedatum+r.Veroeffentlichungsdatum) != "" || r.Status.Code != "aktiv",
		changeRegel, element, id)
	text := r.Beschreibung
	c.cleanAll(element, id, &text, &out.Name, &out.FreitextRegel, &out.FachlicherErsteller)
	out.Beschreibung = c.description(text, n, element, id)
	out.Bezug = c.split(r.Bezug)
	c.changeIf(len(out.Bezug) > 1, changeBezug, element, id)
	return out
}

// isStub reports whether a script says nothing: editors write an empty function.
func isStub(script string) bool {
	s := strings.Join(strings.Fields(script), "")
	return s == "" || s == "functionscript(){}"
}
