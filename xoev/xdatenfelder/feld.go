package xdatenfelder

import (
	"errors"
	"math"
	"strconv"
)

func (p *reader) feld() *Datenfeld {
	e, ok := p.begin()
	d := &Datenfeld{}
	if !ok {
		return d
	}
	p.sequence(p.t.feld, func(f field) {
		switch f {
		case fArt:
			d.Schemaelementart = Schemaelementart(p.code(&specSchemaelementart).Code)
		case fHilfeEingabe:
			d.HilfetextEingabe = p.latin()
		case fHilfeAusgabe:
			d.HilfetextAusgabe = p.latin()
		case fFeldart:
			d.Feldart = Feldart(p.code(specOf(p.n.Version, &specFeldart2, &specFeldart3)).Code)
		case fDatentyp:
			d.Datentyp = Datentyp(p.code(specOf(p.n.Version, &specDatentyp2, &specDatentyp3)).Code)
		case fRegel:
			d.Regeln = append(d.Regeln, p.regel())
		case fPraezisierung, fInhalt, fVorbefuellung, fWerte, fReferenz, fCodeliste, fCodeKey, fNameKey, fHelpKey, fMaxSize, fMediaType:
			p.content(d, f)
		default:
			p.allgemein(&d.AllgemeineAngaben, &e, "datenfeld", f)
		}
	})
	d, first := once(p, &e, p.felder, &p.n.Datenfelder, d.Identifikation, d, equalFeld)
	if first && p.n.Version == XDF2 && d.Praezisierung.Text != "" && !p.json[d.Praezisierung.Text].ok {
		p.findAt(ruleNotJSON, place{p.s.Path(), e.pos}, nil)
	}
	if first && p.opts.Quality {
		p.qualityFeld(d, place{p.s.Path(), e.pos})
	}
	return d
}

// content reads what a field may hold.
func (p *reader) content(d *Datenfeld, f field) {
	switch f {
	case fPraezisierung:
		d.Praezisierung = p.praezisierung()
	case fInhalt:
		d.Inhalt = p.latin()
	case fVorbefuellung:
		d.Vorbefuellung = Vorbefuellung(p.code(&specVorbefuellung).Code)
	case fWerte:
		d.Werte = p.werte()
	case fReferenz:
		d.CodelisteReferenz = p.referenz()
	case fCodeliste:
		d.Codeliste = p.codeliste1()
		r := d.Codeliste.Referenz
		r.Identifikation = d.Codeliste.Identifikation
		d.CodelisteReferenz = &r
	case fCodeKey:
		d.CodeKey = p.token()
	case fNameKey:
		d.NameKey = p.token()
	case fHelpKey:
		d.HelpKey = p.token()
	case fMaxSize:
		pos := p.s.Pos()
		p.attributes(nil)
		if b, ok := p.raw(); ok {
			d.MaxSize = p.size(collapse(b), place{p.s.Path(), pos})
		}
	case fMediaType:
		d.MediaTypes = append(d.MediaTypes, p.value("PatternString", validMediaType))
	}
}

// size checks a number of bytes, which must fit into 64 bits.
func (p *reader) size(b []byte, at place) int64 {
	n, err := strconv.ParseInt(string(b), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && b[0] != '-':
		p.findAt(ruleLimit, at, map[string]string{"max": strconv.Itoa(math.MaxInt64)})
	case err != nil || n < 1:
		p.findAt(ruleValue, at, map[string]string{"type": "xs:positiveInteger"})
	}
	return n
}

// integer checks an integer of at least lower, which must fit into 32 bits.
func (p *reader) integer(b []byte, lower int, typ string, at place) int {
	n, small, ok := parseInteger(b, lower)
	switch {
	case !ok:
		p.findAt(ruleValue, at, map[string]string{"type": typ})
	case !small:
		p.findAt(ruleLimit, at, map[string]string{"max": strconv.Itoa(math.MaxInt32 - 1)})
	}
	return n
}

func (p *reader) werte() (list []Wert) {
	p.attributes(nil)
	p.sequence(p.t.werte, func(field) {
		var w Wert
		p.attributes(nil)
		p.sequence(p.t.wert, func(f field) {
			switch f {
			case fCode:
				w.Code = p.token()
			case fName:
				w.Name = p.text()
			case fHilfe:
				w.Hilfe = p.text()
			}
		})
		list = append(list, w)
	})
	return list
}

// referenz reads a reference to a code list, which XDF2 wraps once more.
func (p *reader) referenz() *CodelisteReferenz {
	r := &CodelisteReferenz{}
	if p.n.Version == XDF3 {
		p.genericodeID(r)
		return r
	}
	p.attributes(nil)
	p.sequence(p.t.referenz, func(f field) {
		if f == fIdentifikation {
			r.Identifikation = p.identifikation()
			return
		}
		p.genericodeID(r)
	})
	return r
}

func (p *reader) genericodeID(r *CodelisteReferenz) {
	p.attributes(nil)
	p.sequence(p.t.genericodeID, func(f field) {
		switch f {
		case fCanonical:
			r.CanonicalIdentification = p.token()
		case fVersion:
			r.Version = p.token()
		case fCanonicalVersion:
			r.CanonicalVersionURI = p.token()
		}
	})
}
