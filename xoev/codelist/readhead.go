package codelist

import (
	"slices"

	"github.com/bausteine/egov/xoev/xmlscan"
)

func (p *reader) document() {
	for p.s.Next() && p.s.Kind() != xmlscan.StartElement {
	}
	if p.s.Err() != nil || p.s.Kind() != xmlscan.StartElement {
		return
	}
	if !p.s.Name().Is(NSGenericode, "CodeList") {
		p.find(ruleRoot, nil)
		p.rest()
		return
	}
	p.root = p.s.Path()
	k := &p.list.kept
	k.prefix = p.s.Name().Prefix
	for _, d := range p.s.Namespaces() {
		if d.Prefix != "" && d.Prefix != k.prefix {
			k.scope = append(k.scope, d)
			p.rootDeclares[d] = true
		}
	}
	p.attributes("xml:base")
	k.base = p.base()
	p.sequence([]particle{{"Annotation", 0, false}, {"Identification", 1, false}, {"ColumnSet", 1, false}, {"SimpleCodeList", 0, false}}, func(i int) {
		switch i {
		case 0:
			k.annotation = p.annotation(p.describe)
		case 1:
			p.identification()
		case 2:
			p.columnSet()
		case 3:
			p.simpleCodeList()
		}
	})
	if p.values == nil {
		k.metadataOnly = true
		p.finishRows()
	}
	p.rest()
}

// rest reads to the end of the document, so that it is checked as a whole.
func (p *reader) rest() {
	for p.s.Next() {
	}
}

func (p *reader) base() string {
	v, ok := p.s.Attr(nsXML, "base")
	if ok && !isURI(collapse(string(v))) {
		p.find(ruleAttributeValue, map[string]string{"attribute": "xml:base"})
	}
	return collapse(string(v))
}

func (p *reader) identification() {
	m := &p.list.meta
	p.attributes()
	p.sequence([]particle{
		{"ShortName", 1, false}, {"LongName", 0, true}, {"Version", 1, false}, {"CanonicalUri", 1, false},
		{"CanonicalVersionUri", 1, false}, {"LocationUri", 0, true}, {"AlternateFormatLocationUri", 0, true}, {"Agency", 0, false},
	}, func(i int) {
		switch i {
		case 0:
			m.ShortName, m.shortLang = p.shortName()
		case 1:
			m.LongNames = append(m.LongNames, p.longName())
		case 2:
			p.attributes()
			m.Version = collapse(p.text())
		case 3:
			m.CanonicalURI = p.uri()
		case 4:
			m.CanonicalVersionURI = p.uri()
		case 5:
			m.LocationURIs = append(m.LocationURIs, p.uri())
		case 6:
			m.AlternateFormats = append(m.AlternateFormats, p.alternate())
		case 7:
			p.agency()
		}
	})
}

func (p *reader) alternate() AlternateFormat {
	p.attributes("MimeType")
	mime, _ := p.s.Attr("", "MimeType")
	f := AlternateFormat{MIMEType: replaceSpace(string(mime))}
	pos, path := p.s.Pos(), p.s.Path()
	if f.URI = collapse(p.text()); !isURI(f.URI) {
		p.findAt(ruleURI, path, pos.Line, pos.Column, nil)
	}
	return f
}

func (p *reader) agency() {
	a := &p.list.meta.Agency
	a.present = true
	p.attributes()
	p.sequence([]particle{{"ShortName", 0, false}, {"LongName", 0, true}, {"Identifier", 0, true}}, func(i int) {
		switch i {
		case 0:
			a.ShortName, a.shortLang = p.shortName()
		case 1:
			a.LongNames = append(a.LongNames, p.longName())
		case 2:
			a.Identifiers = append(a.Identifiers, p.longName())
		}
	})
}

func (p *reader) shortName() (name, lang string) {
	p.attributes("xml:lang")
	lang = p.language(nsXML, "lang")
	return collapse(p.text()), lang
}

// longName reads a LongName or Identifier, which have the same type.
func (p *reader) longName() Text {
	p.attributes("xml:lang", "Identifier")
	id, _ := p.s.Attr("", "Identifier")
	t := Text{Lang: p.language(nsXML, "lang"), Identifier: replaceSpace(string(id))}
	t.Value = replaceSpace(p.text())
	return t
}

func (p *reader) columnSet() {
	p.attributes("DatatypeLibrary", "xml:base")
	p.list.kept.columnSetBase = p.base()
	p.list.kept.library = p.library()
	p.sequence([]particle{{"Column", 0, true}, {"Key", 0, true}}, func(i int) {
		n := len(p.list.columns)
		if i == 1 {
			n = len(p.list.keys)
		}
		switch {
		case n >= p.opts.MaxColumns:
			p.find(ruleLimit, limit(p.opts.MaxColumns))
			p.skip()
		case i == 0:
			p.readColumn()
		default:
			p.readKey()
		}
	})
	for _, ref := range p.references {
		i := slices.IndexFunc(p.list.columns, func(c Column) bool { return c.ID == ref.id })
		switch {
		case i < 0:
			p.findAt(ruleReference, ref.path, ref.line, ref.column, nil)
		case !p.list.columns[i].Required && p.qualified:
			p.list.columns[i].Required = true
		case !p.list.columns[i].Required:
			p.findAt(ruleKeyOptional, ref.path, ref.line, ref.column, nil)
		}
	}
	p.chooseKey()
}

func (p *reader) library() string {
	v, ok := p.attribute("DatatypeLibrary")
	if ok && !isURI(v) {
		p.find(ruleAttributeValue, map[string]string{"attribute": "DatatypeLibrary"})
	}
	return v
}

// id reads the attribute Id, which is unique in the document.
func (p *reader) id() string {
	id := p.mandatory("Id")
	if _, ok := p.s.Attr("", "Id"); ok && (!isNCName(id) || p.ids[id]) {
		p.find(ruleID, nil)
	}
	p.ids[id] = true
	return id
}

func (p *reader) readColumn() {
	p.attributes("Id", "Use")
	c := Column{ID: p.id()}
	switch use, ok := p.attribute("Use"); {
	case !ok && p.qualified:
	case !ok:
		p.find(ruleAttributeMissing, map[string]string{"attribute": "Use"})
	case use != "required" && use != "optional":
		p.find(ruleAttributeValue, map[string]string{"attribute": "Use"})
	default:
		c.Required = use == "required"
	}
	path, pos := p.s.Path(), p.s.Pos()
	p.sequence([]particle{
		{"Annotation", 0, false}, {"ShortName", 1, false}, {"LongName", 0, true},
		{"CanonicalUri", 0, false}, {"CanonicalVersionUri", 0, false}, {"Data", 1, false},
	}, func(i int) {
		switch i {
		case 0:
			c.kept.annotation = p.annotation(nil)
		case 1:
			c.ShortName, c.shortLang = p.shortName()
		case 2:
			c.LongNames = append(c.LongNames, p.longName())
		case 3:
			c.kept.hasURI, c.kept.uri = true, p.uri()
		case 4:
			c.kept.hasVersionURI, c.kept.versionURI = true, p.uri()
		case 5:
			p.data(&c)
		}
	})
	if c.kept.hasVersionURI && !c.kept.hasURI {
		p.findAt(ruleMissing, path, pos.Line, pos.Column, map[string]string{"element": "CanonicalUri"})
	}
	c.kind = kindOf(c.Type, c.DatatypeLibrary, p.list.kept.library)
	p.list.columns = append(p.list.columns, c)
}

func (p *reader) data(c *Column) {
	p.attributes("Type", "DatatypeLibrary", "Lang")
	c.Type, c.DatatypeLibrary = p.mandatory("Type"), p.library()
	c.Lang = p.language("", "Lang")
	p.sequence([]particle{{"Annotation", 0, false}, {"Parameter", 0, true}}, func(i int) {
		if i == 0 {
			c.kept.data = p.annotation(nil)
			return
		}
		p.attributes("ShortName", "LongName")
		long, hasLong := p.s.Attr("", "LongName")
		f := facet{short: p.mandatory("ShortName"), long: replaceSpace(string(long)), hasLong: hasLong}
		f.value = p.text()
		c.kept.facets = append(c.kept.facets, f)
	})
}

func (p *reader) readKey() {
	p.attributes("Id")
	k := Key{ID: p.id()}
	path, pos := p.s.Path(), p.s.Pos()
	p.sequence([]particle{
		{"Annotation", 0, false}, {"ShortName", 1, false}, {"LongName", 0, true},
		{"CanonicalUri", 0, false}, {"CanonicalVersionUri", 0, false}, {"ColumnRef", 1, true},
	}, func(i int) {
		switch i {
		case 0:
			k.kept.annotation = p.annotation(func(n xmlscan.Name, _, _ string) { k.Marked = k.Marked || isMarker(n) })
		case 1:
			k.ShortName, k.shortLang = p.shortName()
		case 2:
			k.LongNames = append(k.LongNames, p.longName())
		case 3:
			k.kept.hasURI, k.kept.uri = true, p.uri()
		case 4:
			k.kept.hasVersionURI, k.kept.versionURI = true, p.uri()
		case 5:
			p.keyColumn(&k)
		}
	})
	if k.kept.hasVersionURI && !k.kept.hasURI {
		p.findAt(ruleMissing, path, pos.Line, pos.Column, map[string]string{"element": "CanonicalUri"})
	}
	p.list.keys = append(p.list.keys, k)
}

func (p *reader) keyColumn(k *Key) {
	p.attributes("Ref")
	ref := p.mandatory("Ref")
	if len(k.Columns) == p.opts.MaxColumns {
		p.find(ruleLimit, limit(p.opts.MaxColumns))
		p.skip()
		return
	}
	pos := p.s.Pos()
	p.references = append(p.references, reference{ref, p.s.Path(), pos.Line, pos.Column})
	k.Columns = append(k.Columns, ref)
	k.kept.refs = append(k.kept.refs, annotation{})
	p.sequence([]particle{{"Annotation", 0, false}}, func(int) {
		k.kept.refs[len(k.kept.refs)-1] = p.annotation(nil)
	})
}

// chooseKey finds the key of a single column that is marked, else the first.
func (p *reader) chooseKey() {
	for i, k := range p.list.keys {
		if len(k.Columns) != 1 {
			continue
		}
		if p.list.key < 0 || k.Marked && !p.list.keys[p.list.key].Marked {
			p.list.key = i
		}
	}
}
