package xoev

import (
	"slices"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// mandatoryAttributes are those that every root with this header must have.
var mandatoryAttributes = [...]string{"produkt", "produkthersteller", "standard", "version"}

// rootField returns the field of a root attribute, or nil.
func (e *Envelope) rootField(name xmlscan.Name) *string {
	if name.Space != "" {
		return nil
	}
	switch name.Local {
	case "produkt":
		return &e.Produkt
	case "produkthersteller":
		return &e.Produkthersteller
	case "produktversion":
		return &e.Produktversion
	case "standard":
		return &e.Standard
	case "test":
		return &e.Test
	case "version":
		return &e.Version
	}
	return nil
}

// root takes name and attributes of the root element.
func (c *Collector) root(s *xmlscan.Scanner) {
	c.state = beforeHeader
	c.rootPos = s.Pos()
	c.env.Root = s.Name()
	attrs := s.Attrs()
	missing := missingAttributes(attrs)
	c.uniform = len(missing) == 0
	for i := range attrs {
		name, value := attrs[i].Name, string(attrs[i].Value)
		if dst := c.env.rootField(name); dst != nil && c.uniform {
			*dst = value
			c.env.TestPresent = c.env.TestPresent || name.Local == "test"
			continue
		}
		c.env.Attributes = append(c.env.Attributes, Attribute{name, value})
	}
	c.missing = missing
}

func missingAttributes(attrs []xmlscan.Attr) []string {
	var missing []string
next:
	for _, local := range mandatoryAttributes {
		for i := range attrs {
			if attrs[i].Name.Local == local && attrs[i].Name.Space == "" {
				continue next
			}
		}
		missing = append(missing, local)
	}
	return missing
}

// rootAttributes judges the root once its header is known.
func (c *Collector) rootAttributes() {
	switch c.form.root {
	case rootPlain:
		c.plainRoot()
	case rootXZuFi:
		c.plainRoot()
		c.xzufiRoot()
	case rootG2G:
		for _, local := range c.missing {
			c.report(ruleRootAttribute, c.rootPos, map[string]string{"attribute": local})
		}
		if !c.uniform {
			return
		}
		for _, local := range mandatoryAttributes {
			if blank(*c.env.rootField(xmlscan.Name{Local: local})) {
				c.report(ruleEmpty, c.rootPos, map[string]string{"attribute": local})
			}
		}
		if c.standard.contradicts(c.env) {
			c.report(ruleStandard, c.rootPos, map[string]string{"standard": c.standard.Name, "version": c.standard.Version})
		}
	}
}

// contradicts reports whether an envelope states another standard or version
// than the table.
func (s *Standard) contradicts(env *Envelope) bool {
	return s != nil && !s.Varies && (s.Name != "" && s.Name != env.Standard || s.Version != "" && s.Version != env.Version)
}

// plainRoot takes the attributes of the root for what they are: this family
// gives them no meaning.
func (c *Collector) plainRoot() {
	env := c.env
	if c.uniform {
		for _, local := range [...]string{"produkt", "produkthersteller", "produktversion", "standard", "test", "version"} {
			name := xmlscan.Name{Local: local}
			value := env.rootField(name)
			if *value != "" || slices.Contains(mandatoryAttributes[:], local) || local == "test" && env.TestPresent {
				env.Attributes = append(env.Attributes, Attribute{name, *value})
			}
			*value = ""
		}
		env.TestPresent = false
	}
	env.Standard, env.Version = c.standard.Name, c.standard.Version
}

// xzufiRoot finds the product among the attributes.
func (c *Collector) xzufiRoot() {
	env := c.env
	env.Attributes = slices.DeleteFunc(env.Attributes, func(a Attribute) bool {
		field := env.xzufiField(a.Name)
		if field != nil {
			*field = a.Value
		}
		return field != nil
	})
}

// xzufiField returns the field of a root attribute of XZuFi, or nil.
func (e *Envelope) xzufiField(name xmlscan.Name) *string {
	if name.Space != "" {
		return nil
	}
	switch name.Local {
	case "produktbezeichnung":
		return &e.Produkt
	case "produkthersteller":
		return &e.Produkthersteller
	case "produktversion":
		return &e.Produktversion
	case "xzufiVersion":
		return &e.Version
	}
	return nil
}

// push opens a declared header element.
func (c *Collector) push(el *element, s *xmlscan.Scanner, index int) {
	c.stack = append(c.stack, frame{el: el, pos: s.Pos(), index: index})
	c.text = c.text[:0]
	if el.id == idErreichbarkeit {
		b := c.at.behoerde
		b.Erreichbarkeit = append(b.Erreichbarkeit, Erreichbarkeit{})
		c.at.erreichbarkeit = &b.Erreichbarkeit[len(b.Erreichbarkeit)-1]
	}
	c.at.enter(el.id)
	c.attributes(el, s)
}

// attributes takes the attributes of a code and of the header, and warns of all
// that are unknown.
func (c *Collector) attributes(el *element, s *xmlscan.Scanner) {
	var version, uri, standard bool
	attrs := s.Attrs()
	for i := range attrs {
		name, value := attrs[i].Name, attrs[i].Value
		switch {
		case el.kind == kindCode && name.Space == "" && name.Local == "listURI":
			uri = true
			c.at.code.ListURI = collapse(string(value))
		case el.kind == kindCode && name.Space == "" && name.Local == "listVersionID":
			version = true
			c.at.code.ListVersionID = replaceSpace(string(value))
		case el == c.form.kopf && c.form.kopfVersion != "" && name.Space == "" && name.Local == c.form.kopfVersion:
			standard = true
			c.env.Version = string(value)
		default:
			c.report(ruleAttribute, s.Pos(), map[string]string{"element": el.local})
		}
	}
	if el == c.form.kopf && c.form.kopfVersion != "" && !standard {
		c.report(ruleKopfAttribute, s.Pos(), map[string]string{"attribute": c.form.kopfVersion})
	}
	if el.kind == kindCode {
		c.codeAttributes(el, s.Pos(), uri, version)
	}
}

// codeAttributes judges the attributes of a code by its type.
func (c *Collector) codeAttributes(el *element, pos xmlscan.Position, uri, version bool) {
	fixed := el.code
	switch {
	case fixed.list != "" && uri && c.at.code.ListURI != fixed.list:
		c.report(ruleListURI, pos, map[string]string{"listURI": fixed.list})
	case fixed.typ == 4 && !uri:
		c.report(ruleKopfAttribute, pos, map[string]string{"attribute": "listURI"})
	}
	switch {
	case fixed.version != "" && version && c.at.code.ListVersionID != fixed.version:
		c.report(ruleListURI, pos, map[string]string{"listVersionID": fixed.version})
	case fixed.typ >= 3 && !version:
		c.report(ruleListVersion, pos, map[string]string{"attribute": "listVersionID"})
	case fixed.typ >= 3 && blank(c.at.code.ListVersionID):
		c.report(ruleEmpty, pos, map[string]string{"attribute": "listVersionID"})
	case fixed.typ == 4 && uri && c.at.code.ListURI == "":
		c.report(ruleEmpty, pos, map[string]string{"attribute": "listURI"})
	}
}

// close ends the open header element.
func (c *Collector) close(s *xmlscan.Scanner) {
	f := c.top()
	for i, el := range f.el.children {
		if f.el.kind != kindChoice && int(f.counts[i]) < el.min {
			c.report(ruleMissing, f.pos, map[string]string{"element": el.local})
		}
	}
	switch {
	case f.el.kind == kindText:
		c.value(f)
	case f.el.id == idDatenqualitaet && c.at.code.Code != "" && !slices.Contains(f.el.code.values, c.at.code.Code):
		c.report(ruleValue, f.pos, nil) // channels are judged by package lint
	case f.el.kind == kindChoice && f.children == 0:
		c.report(ruleMissing, f.pos, map[string]string{"element": f.el.children[0].local})
	}
	b := c.at.behoerde
	switch f.el.id {
	case idBehoerdenkennung:
		b.Kennung = b.Behoerdenkennung.joined()
	case idPartnerCode:
		b.Kennung, b.Art = b.Behoerdenkennung.Kennung.Code, art(f.el.local)
	case idPartner:
		b.Art = art(f.el.local)
	}
	c.stack = c.stack[:len(c.stack)-1]
	if len(c.stack) > 0 {
		return
	}
	c.contentAt = s.End()
	switch {
	case c.form.after != nil, c.form == formUnqualified && c.standard.mayBe(FamilyXInneresG2G):
		c.state = behindHeader
	default:
		c.finish()
	}
}

// mayBe reports whether the table leaves open that a message is of a family.
func (s *Standard) mayBe(f Family) bool {
	return s == nil || s.Family == FamilyUnknown || s.Family == f
}

// value stores the text of an element and judges it.
func (c *Collector) value(f *frame) {
	text := string(c.text)
	if f.el.mandatory && blank(text) {
		c.report(ruleEmpty, f.pos, nil)
	}
	if f.el.facet != nil {
		if limit := f.el.facet.in(c.env.FamilyVersion); !limit.fits(text) {
			c.report(ruleValue, f.pos, map[string]string{"max": strconv.Itoa(limit.maxLength)})
		}
	}
	switch f.el.id {
	case idAktenzeichen, idAktenzeichenAutor, idAktenzeichenLeser:
		list := c.at.aktenzeichen(f.el.id)
		*list = append(*list, text)
		return
	case idZeitpunkt:
		c.timestamp(Zeitpunkt(collapse(text)), f)
		return
	case idCode:
		text = collapse(text)
	case idCodeName:
		text = replaceSpace(text)
	case idUUID, idReferenz, idProzess:
		if !f.el.uuid {
			text = collapse(text)
			break
		}
		if text = replaceSpace(text); !isUUID(text) {
			c.report(ruleUUID, f.pos, nil)
		}
	}
	*c.at.text(f.el.id) = text
}

func (c *Collector) timestamp(z Zeitpunkt, f *frame) {
	c.env.Nachricht.Erstellungszeitpunkt = z
	if _, _, err := z.Time(); err != nil {
		c.report(ruleTime, f.pos, nil)
	} else if c.form.exact && !z.Exact() {
		c.report(ruleTimeExact, f.pos, nil)
	}
}

// finish runs when the header has ended.
func (c *Collector) finish() {
	c.state = done
	if c.form.after != nil {
		c.skipped(c.form.after[c.behind:])
	}
	number, code := c.env.Number(), c.env.Nachricht.Typ.Code
	if number != "" && code != "" && number != code && finding.Judge(c.findings) == finding.Accepted {
		c.report(ruleTyp, c.rootPos, nil)
	}
}
