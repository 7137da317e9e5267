package xdatenfelder

// XDatenfelder 1 has elements of XDatenfelder 2 without versions, with other
// names in the header, and code lists that are described within the field. Its
// schema is not published any more: the sequences come from the schemas of the
// FIM portal in that version and, where those show nothing, from XDatenfelder 2.

const rootSchema1 = "xdatenfelder.stammdatenschema.0102001"

var allgemein1 = []slot{
	one("id", fIdentifikation), one("name", fName), one("bezeichnungEingabe", fBezeichnungEingabe),
	opt("bezeichnungAusgabe", fBezeichnungAusgabe), one("beschreibung", fBeschreibung), one("definition", fDefinition),
	one("bezug", fBezug), one("status", fStatus), opt("gueltigAb", fGueltigAb), opt("gueltigBis", fGueltigBis),
	opt("fachlicherErsteller", fErsteller), opt("versionshinweis", fHinweis), opt("freigabedatum", fFreigabedatum),
	opt("veroeffentlichungsdatum", fVeroeffentlicht),
}

var schemaelement1 = join(allgemein1, one("schemaelementart", fArt), one("hilfetextEingabe", fHilfeEingabe),
	one("hilfetextAusgabe", fHilfeAusgabe))

var tables1 = tables{
	header: []slot{one("datum", fDatum), one("fimId", fFimID), one("version", fVersion)},
	schema: join(allgemein1, opt("hilfetext", fHilfetext), one("ableitungsmodifikationenStruktur", fModStruktur),
		one("ableitungsmodifikationenRepraesentation", fModRepraesentation), any0("regel", fRegel), any0("struktur", fStruktur)),
	gruppe: join(schemaelement1, any0("regel", fRegel), any0("struktur", fStruktur)),
	feld: join(schemaelement1, one("feldart", fFeldart), one("datentyp", fDatentyp), one("praezisierung", fPraezisierung),
		one("inhalt", fInhalt), opt("codeliste", fCodeliste), any0("regel", fRegel)),
	regel:     join(allgemein1, one("script", fSkript)),
	struktur:  tables2.struktur,
	codeliste: join(allgemein1, one("kennung", fKennung), one("version", fVersion), one("langname", fLangname)),
}

// message1 is message for XDF1, which has schemas only.
func (p *reader) message1(root string) (object string, read func()) {
	if root != rootSchema1 {
		return "", nil
	}
	return "stammdatenschema", func() { p.n.Stammdatenschema = p.schema() }
}

// codeliste1 reads what XDF1 says about a code list.
func (p *reader) codeliste1() *Codeliste {
	e, ok := p.begin()
	c := &Codeliste{}
	if !ok {
		return c
	}
	p.sequence(p.t.codeliste, func(f field) {
		switch f {
		case fKennung:
			c.Referenz.CanonicalIdentification = p.token()
		case fVersion:
			c.Referenz.Version = p.token()
		case fLangname:
			c.Langname = p.latin()
		default:
			p.allgemein(&c.AllgemeineAngaben, &e, "codeliste", f)
		}
	})
	p.end(&e)
	return c
}
