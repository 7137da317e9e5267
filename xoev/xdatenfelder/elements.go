package xdatenfelder

import (
	"math"
	"strconv"

	"github.com/bausteine/egov/xoev/xmlscan"
)

func (p *reader) header() {
	p.attributes(nil)
	h := &p.n.Header
	p.sequence(p.t.header, func(f field) {
		switch f {
		case fNachrichtID:
			h.NachrichtID = p.token()
		case fZeitpunkt:
			h.Erstellungszeitpunkt = p.zeitpunkt()
		case fReferenzID:
			h.ReferenzID = p.token()
		case fProdukt:
			h.Produktbezeichnung = p.latin()
		case fHersteller:
			h.Produkthersteller = p.latin()
		case fProduktversion:
			h.Produktversion = p.latin()
		case fDatenqualitaet:
			h.Datenqualitaet = p.code(&specDatenqualitaet).Code
		case fDatum:
			h.Datum = p.datum()
		case fFimID:
			h.FimID = p.token()
		case fVersion:
			h.FimVersion = p.token()
		}
	})
}

// element is the state of reading an element with an id.
type element struct {
	pos      xmlscan.Position
	errors   int // how many there were before
	warnings int
	pushed   bool
}

// begin counts an element; ok is false if there are too many, and the element
// has been skipped.
func (p *reader) begin() (e element, ok bool) {
	p.elements++
	if p.elements > p.opts.MaxElements {
		if p.elements == p.opts.MaxElements+1 {
			p.find(ruleLimit, map[string]string{"elements": strconv.Itoa(p.opts.MaxElements)})
		}
		_ = p.s.Skip()
		return element{}, false
	}
	p.attributes(nil)
	return element{pos: p.s.Pos(), errors: len(p.errors), warnings: len(p.warnings)}, true
}

// identify reads the identification of the element around, and looks whether
// the element stands within itself.
func (p *reader) identify(e *element, kind string) Identifikation {
	pos := p.s.Pos()
	var id Identifikation
	if p.n.Version == XDF1 {
		id.ID = p.token()
	} else {
		id = p.identifikation()
	}
	if id.ID == "" {
		if e.errors == len(p.errors) {
			p.findAt(ruleNoID, place{p.s.Path(), pos}, nil)
		}
		return id
	}
	for _, o := range p.open {
		if o.kind == kind && o.id == id {
			p.findAt(ruleCycle, place{p.s.Path(), pos}, nil)
		}
	}
	p.open = append(p.open, openElement{kind, id})
	e.pushed = true
	return id
}

// end reports whether the element was read whole and without errors.
func (p *reader) end(e *element) bool {
	if e.pushed {
		p.open = p.open[:len(p.open)-1]
	}
	return p.s.Kind() == xmlscan.EndElement && e.errors == len(p.errors)
}

// once returns the element that stands for all of the same identification.
func once[T any](p *reader, e *element, seen map[Identifikation]*T, list *[]*T, id Identifikation, v *T, equal func(a, b *T) bool) (_ *T, first bool) {
	if !p.end(e) {
		return v, false
	}
	if earlier, ok := seen[id]; ok {
		if !equal(earlier, v) {
			p.findAt(ruleDiffers, place{p.s.Path(), e.pos}, nil)
		}
		p.warnings = p.warnings[:e.warnings] // they stand at the earlier one
		return earlier, false
	}
	seen[id] = v
	*list = append(*list, v)
	return v, true
}

func (p *reader) identifikation() (id Identifikation) {
	p.attributes(nil)
	p.sequence(tableIdentifikation, func(f field) {
		if f == fID {
			id.ID = p.token()
			return
		}
		id.Version = p.version()
	})
	return id
}

// version reads a VersionString, which white space does not surround.
func (p *reader) version() string {
	pos := p.s.Pos()
	p.attributes(nil)
	b, ok := p.raw()
	if ok && !validVersion(b, int(p.n.Version)) {
		p.findAt(ruleValue, place{p.s.Path(), pos}, map[string]string{"type": "VersionString"})
	}
	return p.intern(b)
}

// allgemein reads one of the elements that all have in common.
func (p *reader) allgemein(a *AllgemeineAngaben, e *element, kind string, f field) {
	switch f {
	case fIdentifikation:
		a.Identifikation = p.identify(e, kind)
	case fName:
		a.Name = p.latin()
	case fBezeichnungEingabe:
		a.BezeichnungEingabe = p.latin()
	case fBezeichnungAusgabe:
		a.BezeichnungAusgabe = p.latin()
	case fBeschreibung:
		a.Beschreibung = p.latin()
	case fDefinition:
		a.Definition = p.latin()
	case fBezug:
		a.Bezug = p.bezug(a.Bezug)
	case fStatus:
		if p.n.Version != XDF3 {
			a.Status = p.code(&specStatus2)
		} else {
			a.Status = p.code(&specStatus3)
		}
	case fStatusDurch:
		a.StatusGesetztDurch = p.latin()
	case fErsteller:
		a.FachlicherErsteller = p.latin()
	case fHinweis:
		a.Versionshinweis = p.latin()
	case fRelation:
		a.Relationen = append(a.Relationen, p.relation())
	case fStichwort:
		a.Stichworte = append(a.Stichworte, p.stichwort())
	default:
		p.dates(a, f)
	}
}

func (p *reader) dates(a *AllgemeineAngaben, f field) {
	switch f {
	case fStatusAm:
		a.StatusGesetztAm = p.datum()
	case fGueltigAb:
		a.GueltigAb = p.datum()
	case fGueltigBis:
		a.GueltigBis = p.datum()
	case fFreigabedatum:
		a.Freigabedatum = p.datum()
	case fVeroeffentlicht:
		a.Veroeffentlichungsdatum = p.datum()
	case fAenderung:
		a.LetzteAenderung = p.zeitpunkt()
	}
}

var (
	bezugAttributes     = []string{"link"}
	stichwortAttributes = []string{"uri"}
	fehlerAttributes    = []string{"code"}
	regelAttributes     = []string{"element", "name"}
)

// attribute returns an attribute in no namespace.
func (p *reader) attribute(name string, required bool) (value string) {
	b, ok := p.s.Attr("", name)
	if !ok && required {
		p.find(ruleAttributeMissing, map[string]string{"attribute": name})
	}
	return p.intern(b)
}

// bezug appends a reference, unless it is empty.
func (p *reader) bezug(list []Rechtsbezug) []Rechtsbezug {
	var r Rechtsbezug
	if p.n.Version != XDF3 {
		r.Text = p.latin()
	} else {
		p.attributes(bezugAttributes)
		r.Link = p.attribute("link", false)
		r.Text = p.latinText()
	}
	if r == (Rechtsbezug{}) {
		return list
	}
	return append(list, r)
}

func (p *reader) stichwort() (w Stichwort) {
	p.attributes(stichwortAttributes)
	w.URI = p.attribute("uri", true)
	b, _ := p.raw()
	w.Text = p.intern(collapse(b))
	return w
}

func (p *reader) relation() (r Relation) {
	p.attributes(nil)
	p.sequence(p.t.relation, func(f field) {
		if f == fPraedikat {
			r.Praedikat = p.code(&specRelation)
			return
		}
		r.Objekt = p.identifikation()
	})
	return r
}

func (p *reader) boolean() bool {
	s := p.value("xs:boolean", validBoolean)
	return s == "true" || s == "1"
}

func (p *reader) steckbrief() *Dokumentsteckbrief {
	e, ok := p.begin()
	d := &Dokumentsteckbrief{}
	if !ok {
		return d
	}
	p.sequence(p.t.steckbrief, func(f field) {
		switch f {
		case fAbstrakt:
			d.IstAbstrakt = p.boolean()
		case fDokumentart:
			if p.n.Version == XDF2 {
				d.Dokumentart.Code = p.text()
			} else {
				d.Dokumentart = p.code(&specDokumentart)
			}
		case fHilfetext:
			d.Hilfetext = p.latin()
		default:
			p.allgemein(&d.AllgemeineAngaben, &e, "dokumentsteckbrief", f)
		}
	})
	if p.end(&e) && p.opts.Quality {
		p.qualitySteckbrief(d, place{p.s.Path(), e.pos})
	}
	return d
}

func (p *reader) schema() *Stammdatenschema {
	e, ok := p.begin()
	s := &Stammdatenschema{}
	if !ok {
		return s
	}
	p.quality.root, p.quality.rootKind = &s.AllgemeineAngaben, "S"
	p.sequence(p.t.schema, func(f field) {
		switch f {
		case fHilfetext:
			s.Hilfetext = p.latin()
		case fModStruktur:
			s.AbleitungsmodifikationenStruktur = p.code(&specStruktur).Code
		case fModRepraesentation:
			s.AbleitungsmodifikationenRepraesentation = p.code(&specRepraesentation).Code
		case fSteckbrief:
			s.Dokumentsteckbrief = p.identifikation()
		case fRegel:
			s.Regeln = append(s.Regeln, p.regel())
		case fStruktur:
			s.Struktur = append(s.Struktur, p.struktur())
		default:
			p.allgemein(&s.AllgemeineAngaben, &e, "stammdatenschema", f)
		}
	})
	if p.end(&e) && p.opts.Quality {
		p.qualitySchema(s, place{p.s.Path(), e.pos})
	}
	return s
}

func (p *reader) gruppe() *Datenfeldgruppe {
	e, ok := p.begin()
	g := &Datenfeldgruppe{}
	if !ok {
		return g
	}
	if p.quality.root == nil {
		p.quality.root, p.quality.rootKind = &g.AllgemeineAngaben, "G"
	}
	p.sequence(p.t.gruppe, func(f field) {
		switch f {
		case fArt:
			g.Schemaelementart = Schemaelementart(p.code(&specSchemaelementart).Code)
		case fHilfeEingabe:
			g.HilfetextEingabe = p.latin()
		case fHilfeAusgabe:
			g.HilfetextAusgabe = p.latin()
		case fGruppenart:
			g.Auswahlgruppe = p.code(&specGruppenart).Code == "X"
		case fRegel:
			g.Regeln = append(g.Regeln, p.regel())
		case fStruktur:
			g.Struktur = append(g.Struktur, p.struktur())
		default:
			p.allgemein(&g.AllgemeineAngaben, &e, "datenfeldgruppe", f)
		}
	})
	g, first := once(p, &e, p.gruppen, &p.n.Datenfeldgruppen, g.Identifikation, g, equalGruppe)
	if first && p.opts.Quality {
		p.qualityGruppe(g, place{p.s.Path(), e.pos})
	}
	return g
}

func (p *reader) struktur() (s Struktur) {
	p.attributes(nil)
	pos := p.s.Pos()
	p.sequence(p.t.struktur, func(f field) {
		switch f {
		case fAnzahl:
			s.Anzahl = p.anzahl()
		case fBezug:
			s.Bezug = p.bezug(s.Bezug)
		case fEnthaelt:
			p.enthaelt(&s)
		}
	})
	if p.opts.Quality && p.s.Kind() == xmlscan.EndElement {
		p.qualityStruktur(&s, place{p.s.Path(), pos})
	}
	return s
}

func (p *reader) anzahl() Anzahl {
	pos := p.s.Pos()
	p.attributes(nil)
	b, ok := p.raw()
	if !ok {
		return Anzahl{}
	}
	a, small, ok := parseAnzahl(b)
	switch {
	case !ok:
		p.findAt(ruleValue, place{p.s.Path(), pos}, map[string]string{"type": "AnzahlString"})
	case !small:
		p.findAt(ruleLimit, place{p.s.Path(), pos}, map[string]string{"max": strconv.Itoa(math.MaxInt32 - 1)})
	}
	return a
}

// enthaelt reads the choice between a field and a group.
func (p *reader) enthaelt(s *Struktur) {
	p.attributes(nil)
	pos := p.s.Pos()
	n := 0
	p.sequence(tableEnthaelt, func(f field) {
		if n++; n > 1 {
			p.find(ruleTwice, nil)
			_ = p.s.Skip()
			return
		}
		if f == fDatenfeld {
			s.Datenfeld = p.feld()
			return
		}
		s.Datenfeldgruppe = p.gruppe()
	})
	if n == 0 && p.s.Kind() == xmlscan.EndElement {
		p.findAt(ruleMissing, place{p.s.Path(), pos}, map[string]string{"element": "datenfeld or datenfeldgruppe"})
	}
}

func (p *reader) regel() *Regel {
	e, ok := p.begin()
	r := &Regel{}
	if !ok {
		return r
	}
	p.sequence(p.t.regel, func(f field) {
		switch f {
		case fFreitext:
			r.FreitextRegel = p.latin()
		case fTyp:
			r.Typ = Regeltyp(p.code(&specRegeltyp).Code)
		case fParam:
			r.Parameter = append(r.Parameter, p.parameter())
		case fZiel:
			p.attributes(regelAttributes)
			r.Ziele = append(r.Ziele, RegelZiel{p.attribute("element", true), p.attribute("name", true)})
			p.sequence(nil, nil)
		case fSkript:
			r.Skript = p.text()
		case fFehler:
			r.Fehler = append(r.Fehler, p.fehler())
		default:
			p.allgemein(&r.AllgemeineAngaben, &e, "regel", f)
		}
	})
	r, first := once(p, &e, p.regeln, &p.n.Regeln, r.Identifikation, r, equalRegel)
	if first && p.opts.Quality {
		p.qualityRegel(r, place{p.s.Path(), e.pos})
	}
	return r
}

func (p *reader) parameter() (v RegelParameter) {
	p.attributes(regelAttributes)
	v.Element, v.Name = p.attribute("element", true), p.attribute("name", true)
	p.sequence(p.t.param, func(field) {
		v.Typ = p.value("RegelParamTyp", func(b []byte) bool { return contains(regelParamTypen, string(b)) })
	})
	return v
}

func (p *reader) fehler() (m Fehlermeldung) {
	at := p.s.Pos()
	p.attributes(fehlerAttributes)
	if b, ok := p.s.Attr("", "code"); !ok {
		p.find(ruleAttributeMissing, map[string]string{"attribute": "code"})
	} else if n, ok := parseInt32(collapse(b)); ok {
		m.Code = n
	} else {
		p.findAt(ruleValue, place{p.s.Path(), at}, map[string]string{"attribute": "code", "type": "xs:int"})
	}
	b, _ := p.raw()
	m.Text = p.intern(b)
	return m
}

func (p *reader) codeliste() *Codeliste {
	e, ok := p.begin()
	c := &Codeliste{}
	if !ok {
		return c
	}
	p.sequence(p.t.codeliste, func(f field) {
		switch f {
		case fGenericodeID:
			p.genericodeID(&c.Referenz)
		case fLangname:
			c.Langname = p.latin()
		case fGenericode:
			c.Listen = p.genericode()
		default:
			p.allgemein(&c.AllgemeineAngaben, &e, "codeliste", f)
		}
	})
	p.end(&e)
	return c
}
