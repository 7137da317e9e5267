package xdatenfelder

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"github.com/bausteine/egov/xoev/codelist"
)

func (e *encoder) header() {
	h := &e.n.Header
	e.start("header")
	e.has(e.t.header, "produktbezeichnung", fProdukt, h.Produktbezeichnung != "")
	e.has(e.t.header, "produkthersteller", fHersteller, h.Produkthersteller != "")
	e.has(e.t.header, "produktversion", fProduktversion, h.Produktversion != "")
	e.has(e.t.header, "datenqualitaet", fDatenqualitaet, h.Datenqualitaet != "")
	e.has(e.t.header, "fimId", fFimID, h.FimID != "")
	e.has(e.t.header, "version", fVersion, h.FimVersion != "")
	e.has(e.t.header, "datum", fDatum, h.Datum != "")
	for i := range e.t.header {
		s := &e.t.header[i]
		switch s.id {
		case fNachrichtID:
			e.optToken(s, h.NachrichtID)
		case fZeitpunkt:
			e.zeitpunkt(s, h.Erstellungszeitpunkt)
		case fReferenzID:
			e.optToken(s, h.ReferenzID)
		case fProdukt:
			e.optLatin(s, h.Produktbezeichnung)
		case fHersteller:
			e.optLatin(s, h.Produkthersteller)
		case fProduktversion:
			e.optLatin(s, h.Produktversion)
		case fDatenqualitaet:
			e.coded(s, &specDatenqualitaet, h.Datenqualitaet)
		}
	}
	e.end()
}

// lacks refuses what the version has no place for, in what all have in common.
func (e *encoder) lacks(t []slot, a *AllgemeineAngaben) {
	if !e.checking {
		return
	}
	e.has(t, "bezeichnungEingabe", fBezeichnungEingabe, a.BezeichnungEingabe != "")
	e.has(t, "bezeichnungAusgabe", fBezeichnungAusgabe, a.BezeichnungAusgabe != "")
	e.has(t, "definition", fDefinition, a.Definition != "")
	e.has(t, "status", fStatus, a.Status != (codelist.Code{}))
	e.has(t, "statusGesetztAm", fStatusAm, a.StatusGesetztAm != "")
	e.has(t, "statusGesetztDurch", fStatusDurch, a.StatusGesetztDurch != "")
	e.has(t, "gueltigAb", fGueltigAb, a.GueltigAb != "")
	e.has(t, "gueltigBis", fGueltigBis, a.GueltigBis != "")
	e.has(t, "fachlicherErsteller", fErsteller, a.FachlicherErsteller != "")
	e.has(t, "versionshinweis", fHinweis, a.Versionshinweis != "")
	e.has(t, "freigabedatum", fFreigabedatum, a.Freigabedatum != "")
	e.has(t, "veroeffentlichungsdatum", fVeroeffentlicht, a.Veroeffentlichungsdatum != "")
	e.has(t, "letzteAenderung", fAenderung, a.LetzteAenderung != "")
	e.has(t, "relation", fRelation, len(a.Relationen) > 0)
	e.has(t, "stichwort", fStichwort, len(a.Stichworte) > 0)
	if a.Identifikation.ID == "" {
		e.refuse(ruleNoID, "identifikation", nil)
	}
}

// allgemein writes one of the elements that all have in common.
func (e *encoder) allgemein(a *AllgemeineAngaben, s *slot) {
	switch s.id {
	case fIdentifikation:
		e.identifikation(s.name, a.Identifikation)
	case fName:
		e.optLatin(s, a.Name)
	case fBezeichnungEingabe:
		e.optLatin(s, a.BezeichnungEingabe)
	case fBezeichnungAusgabe:
		e.optLatin(s, a.BezeichnungAusgabe)
	case fBeschreibung:
		e.optLatin(s, a.Beschreibung)
	case fDefinition:
		e.optLatin(s, a.Definition)
	case fBezug:
		e.bezug(a.Bezug)
	case fStatus:
		if e.n.Version == XDF2 {
			e.code(s.name, &specStatus2, a.Status)
		} else {
			e.code(s.name, &specStatus3, a.Status)
		}
	case fStatusDurch:
		e.optLatin(s, a.StatusGesetztDurch)
	case fErsteller:
		e.optLatin(s, a.FachlicherErsteller)
	case fHinweis:
		e.optLatin(s, a.Versionshinweis)
	case fRelation:
		for _, r := range a.Relationen {
			e.start(s.name)
			e.code("praedikat", &specRelation, r.Praedikat)
			e.identifikation("objekt", r.Objekt)
			e.end()
		}
	case fStichwort:
		for _, w := range a.Stichworte {
			e.token(s.name, w.Text, attribute{"uri", w.URI})
		}
	default:
		e.dates(a, s)
	}
}

func (e *encoder) dates(a *AllgemeineAngaben, s *slot) {
	switch s.id {
	case fStatusAm:
		e.datum(s, a.StatusGesetztAm)
	case fGueltigAb:
		e.datum(s, a.GueltigAb)
	case fGueltigBis:
		e.datum(s, a.GueltigBis)
	case fFreigabedatum:
		e.datum(s, a.Freigabedatum)
	case fVeroeffentlicht:
		e.datum(s, a.Veroeffentlichungsdatum)
	case fAenderung:
		e.zeitpunkt(s, a.LetzteAenderung)
	}
}

func (e *encoder) steckbrief(d *Dokumentsteckbrief) {
	e.lacks(e.t.steckbrief, &d.AllgemeineAngaben)
	if e.n.Version == XDF2 && (d.Dokumentart.ListURI != "" || d.Dokumentart.ListVersionID != "" || d.Dokumentart.Name != "") {
		e.cannot("dokumentart/@listURI")
	}
	for i := range e.t.steckbrief {
		s := &e.t.steckbrief[i]
		switch s.id {
		case fAbstrakt:
			e.text(s.name, strconv.FormatBool(d.IstAbstrakt))
		case fDokumentart:
			if e.n.Version == XDF2 {
				e.text(s.name, d.Dokumentart.Code)
			} else {
				e.code(s.name, &specDokumentart, d.Dokumentart)
			}
		case fHilfetext:
			e.optLatin(s, d.Hilfetext)
		default:
			e.allgemein(&d.AllgemeineAngaben, s)
		}
	}
}

func (e *encoder) schema(d *Stammdatenschema) {
	e.lacks(e.t.schema, &d.AllgemeineAngaben)
	e.has(e.t.schema, "dokumentsteckbrief", fSteckbrief, d.Dokumentsteckbrief != (Identifikation{}))
	for i := range e.t.schema {
		s := &e.t.schema[i]
		switch s.id {
		case fHilfetext:
			e.optLatin(s, d.Hilfetext)
		case fModStruktur:
			e.coded(s, &specStruktur, d.AbleitungsmodifikationenStruktur)
		case fModRepraesentation:
			e.coded(s, &specRepraesentation, d.AbleitungsmodifikationenRepraesentation)
		case fSteckbrief:
			e.identifikation(s.name, d.Dokumentsteckbrief)
		case fRegel:
			e.rules(d.Regeln)
		case fStruktur:
			e.parts(s, d.Struktur)
		default:
			e.allgemein(&d.AllgemeineAngaben, s)
		}
	}
}

// parts writes the parts of a schema or group, of which XDF3 demands at least one.
func (e *encoder) parts(s *slot, list []Struktur) {
	if s.required && len(list) == 0 {
		e.missing(s.name)
	}
	for i := range list {
		part := &list[i]
		e.start(s.name)
		e.anzahl(part.Anzahl)
		e.bezug(part.Bezug)
		e.start("enthaelt")
		switch {
		case part.Datenfeld != nil && part.Datenfeldgruppe != nil:
			if e.checking {
				e.refuse(ruleTwice, "datenfeldgruppe", nil)
			}
		case part.Datenfeld != nil:
			e.start("datenfeld")
			e.feld(part.Datenfeld)
			e.end()
		case part.Datenfeldgruppe != nil:
			e.start("datenfeldgruppe")
			e.gruppe(part.Datenfeldgruppe)
			e.end()
		default:
			e.missing("datenfeld or datenfeldgruppe")
		}
		e.end()
		e.end()
	}
}

func (e *encoder) anzahl(a Anzahl) {
	const end = math.MaxInt32
	e.check("anzahl", "AnzahlString", a.Min >= 0 && a.Min < end && (a.Max >= 0 && a.Max < end || a.Max == Unbegrenzt))
	e.text("anzahl", a.String())
}

func (e *encoder) rules(list []*Regel) {
	for _, r := range list {
		e.start("regel")
		e.regel(r)
		e.end()
	}
}

func (e *encoder) gruppe(g *Datenfeldgruppe) {
	visit(e, g, func() {
		e.lacks(e.t.gruppe, &g.AllgemeineAngaben)
		e.has(e.t.gruppe, "art", fGruppenart, g.Auswahlgruppe)
		for i := range e.t.gruppe {
			s := &e.t.gruppe[i]
			switch s.id {
			case fArt:
				e.coded(s, &specSchemaelementart, string(g.Schemaelementart))
			case fHilfeEingabe:
				e.optLatin(s, g.HilfetextEingabe)
			case fHilfeAusgabe:
				e.optLatin(s, g.HilfetextAusgabe)
			case fGruppenart:
				if g.Auswahlgruppe {
					e.coded(s, &specGruppenart, "X")
				}
			case fRegel:
				e.rules(g.Regeln)
			case fStruktur:
				e.parts(s, g.Struktur)
			default:
				e.allgemein(&g.AllgemeineAngaben, s)
			}
		}
	}, func() (canonical any, same bool) {
		c := *g
		c.Regeln = canonicals(e, g.Regeln)
		c.Struktur = make([]Struktur, len(g.Struktur))
		for i, s := range g.Struktur {
			c.Struktur[i] = Struktur{s.Anzahl, s.Bezug, canonical1(e, s.Datenfeld), canonical1(e, s.Datenfeldgruppe)}
		}
		return first(e.gruppen, g.Identifikation, &c, equalGruppe)
	})
}

func (e *encoder) feld(d *Datenfeld) {
	visit(e, d, func() {
		e.lacks(e.t.feld, &d.AllgemeineAngaben)
		e.lacksFeld(d)
		for i := range e.t.feld {
			s := &e.t.feld[i]
			switch s.id {
			case fArt:
				e.coded(s, &specSchemaelementart, string(d.Schemaelementart))
			case fHilfeEingabe:
				e.optLatin(s, d.HilfetextEingabe)
			case fHilfeAusgabe:
				e.optLatin(s, d.HilfetextAusgabe)
			case fFeldart:
				e.coded(s, specOf(e.n.Version, &specFeldart2, &specFeldart3), string(d.Feldart))
			case fDatentyp:
				e.coded(s, specOf(e.n.Version, &specDatentyp2, &specDatentyp3), string(d.Datentyp))
			case fRegel:
				e.rules(d.Regeln)
			case fPraezisierung, fInhalt, fVorbefuellung, fWerte, fReferenz, fCodeKey, fNameKey, fHelpKey, fMaxSize, fMediaType:
				e.content(d, s)
			default:
				e.allgemein(&d.AllgemeineAngaben, s)
			}
		}
	}, func() (canonical any, same bool) {
		c := *d
		c.Regeln = canonicals(e, d.Regeln)
		return first(e.felder, d.Identifikation, &c, equalFeld)
	})
}

func (e *encoder) lacksFeld(d *Datenfeld) {
	t := e.t.feld
	e.has(t, "vorbefuellung", fVorbefuellung, d.Vorbefuellung != "")
	e.has(t, "werte", fWerte, len(d.Werte) > 0)
	e.has(t, "codeKey", fCodeKey, d.CodeKey != "")
	e.has(t, "nameKey", fNameKey, d.NameKey != "")
	e.has(t, "helpKey", fHelpKey, d.HelpKey != "")
	e.has(t, "maxSize", fMaxSize, d.MaxSize != 0)
	e.has(t, "mediaType", fMediaType, len(d.MediaTypes) > 0)
	e.has(t, "codeliste", fCodeliste, d.Codeliste != nil)
}

// content writes what a field may hold.
func (e *encoder) content(d *Datenfeld, s *slot) {
	switch s.id {
	case fPraezisierung:
		e.praezisierung(s, d.Praezisierung)
	case fInhalt:
		e.optLatin(s, d.Inhalt)
	case fVorbefuellung:
		e.coded(s, &specVorbefuellung, string(d.Vorbefuellung))
	case fWerte:
		e.werte(s, d.Werte)
	case fReferenz:
		if d.CodelisteReferenz != nil {
			e.referenz(s, d.CodelisteReferenz)
		}
	case fCodeKey:
		e.optToken(s, d.CodeKey)
	case fNameKey:
		e.optToken(s, d.NameKey)
	case fHelpKey:
		e.optToken(s, d.HelpKey)
	case fMaxSize:
		e.check(s.name, "xs:positiveInteger", d.MaxSize >= 0)
		if d.MaxSize > 0 {
			e.text(s.name, strconv.FormatInt(d.MaxSize, 10))
		}
	case fMediaType:
		for _, m := range d.MediaTypes {
			e.check(s.name, "PatternString", validMediaType([]byte(m)))
			e.text(s.name, m)
		}
	}
}

func (e *encoder) werte(s *slot, list []Wert) {
	if len(list) == 0 {
		return
	}
	e.start(s.name)
	for _, w := range list {
		e.start("wert")
		e.token("code", w.Code)
		e.text("name", w.Name)
		if w.Hilfe != "" {
			e.text("hilfe", w.Hilfe)
		}
		e.end()
	}
	e.end()
}

// referenz writes a reference to a code list, which XDF2 wraps once more.
func (e *encoder) referenz(s *slot, r *CodelisteReferenz) {
	e.start(s.name)
	if e.n.Version == XDF2 {
		e.identifikation("identifikation", r.Identifikation)
		e.start("genericodeIdentification")
		e.genericodeID(r)
		e.end()
	} else {
		if r.Identifikation != (Identifikation{}) {
			e.cannot("identifikation")
		}
		e.genericodeID(r)
	}
	e.end()
}

func (e *encoder) genericodeID(r *CodelisteReferenz) {
	for i := range e.t.genericodeID {
		s := &e.t.genericodeID[i]
		switch s.id {
		case fCanonical:
			e.optToken(s, r.CanonicalIdentification)
		case fVersion:
			e.optToken(s, r.Version)
		case fCanonicalVersion:
			e.optToken(s, r.CanonicalVersionURI)
		}
	}
}

func (e *encoder) regel(r *Regel) {
	if r == nil {
		e.missing("identifikation")
		return
	}
	visit(e, r, func() {
		t := e.t.regel
		e.lacks(t, &r.AllgemeineAngaben)
		e.has(t, "freitextRegel", fFreitext, r.FreitextRegel != "")
		e.has(t, "typ", fTyp, r.Typ != "")
		e.has(t, "param", fParam, len(r.Parameter) > 0)
		e.has(t, "ziel", fZiel, len(r.Ziele) > 0)
		e.has(t, "fehler", fFehler, len(r.Fehler) > 0)
		for i := range t {
			e.regelPart(r, &t[i])
		}
	}, func() (canonical any, same bool) { return first(e.regeln, r.Identifikation, r, equalRegel) })
}

func (e *encoder) regelPart(r *Regel, s *slot) {
	switch s.id {
	case fFreitext:
		e.optLatin(s, r.FreitextRegel)
	case fTyp:
		e.coded(s, &specRegeltyp, string(r.Typ))
	case fParam:
		for _, p := range r.Parameter {
			e.start(s.name, attribute{"element", p.Element}, attribute{"name", p.Name})
			e.check("typ", "RegelParamTyp", contains(regelParamTypen, p.Typ))
			e.text("typ", p.Typ)
			e.end()
		}
	case fZiel:
		for _, z := range r.Ziele {
			e.start(s.name, attribute{"element", z.Element}, attribute{"name", z.Name})
			e.end()
		}
	case fSkript:
		if s.required || r.Skript != "" {
			e.text(s.name, r.Skript)
		}
	case fFehler:
		for _, f := range r.Fehler {
			e.check(s.name, "xs:int", f.Code >= math.MinInt32 && f.Code <= math.MaxInt32)
			e.text(s.name, f.Text, attribute{"code", strconv.Itoa(f.Code)})
		}
	default:
		e.allgemein(&r.AllgemeineAngaben, s)
	}
}

// codeliste writes message 0105: XDF2 says more about the list than XDF3, where
// it is all there is.
func (e *encoder) codeliste(c *Codeliste) {
	if e.n.Version == XDF3 {
		a := &c.AllgemeineAngaben
		if !equalAllgemein(a, &AllgemeineAngaben{}) || c.Langname != "" || c.Referenz != (CodelisteReferenz{}) {
			e.cannot("codeliste")
		}
		e.lists(c.Listen)
		return
	}
	e.lacks(e.t.codeliste, &c.AllgemeineAngaben)
	if c.Referenz.Identifikation != (Identifikation{}) {
		e.cannot("genericodeIdentification/xdf:identifikation")
	}
	for i := range e.t.codeliste {
		s := &e.t.codeliste[i]
		switch s.id {
		case fGenericodeID:
			e.start(s.name)
			e.genericodeID(&c.Referenz)
			e.end()
		case fLangname:
			e.optLatin(s, c.Langname)
		case fGenericode:
			e.start(s.name)
			e.lists(c.Listen)
			e.end()
		default:
			e.allgemein(&c.AllgemeineAngaben, s)
		}
	}
}

// lists writes code lists, each without its XML declaration.
func (e *encoder) lists(lists []*codelist.List) {
	if e.checking {
		if slices.Contains(lists, nil) {
			e.missing("CodeList")
		}
		return
	}
	for _, l := range lists {
		var b bytes.Buffer
		if _, err := l.WriteTo(&b); err != nil && e.err == nil {
			e.err = err
		}
		doc := b.Bytes()
		if i := bytes.Index(doc, []byte("?>")); bytes.HasPrefix(doc, []byte("<?xml")) && i > 0 {
			doc = bytes.TrimLeft(doc[i+2:], "\r\n")
		}
		_ = e.w.WriteByte('\n')
		_, _ = e.w.Write(bytes.TrimRight(doc, "\n"))
		e.stack[len(e.stack)-1].inner = true
	}
}
