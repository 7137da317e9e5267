package xoev

import (
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

// rootAttributes judges the root once it is known to have this header.
func (c *Collector) rootAttributes() {
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
}

// push opens a declared header element.
func (c *Collector) push(el *element, s *xmlscan.Scanner, index int) {
	c.stack = append(c.stack, frame{el: el, pos: s.Pos(), index: index})
	c.text = c.text[:0]
	switch el.id {
	case idLeser:
		c.behoerde = &c.env.Leser
	case idAutor:
		c.behoerde = &c.env.Autor
	case idErreichbarkeit:
		c.behoerde.Erreichbarkeit = append(c.behoerde.Erreichbarkeit, Erreichbarkeit{})
	case idTyp:
		c.code = &c.env.Nachricht.Typ
	case idVerzeichnisdienst:
		c.code = &c.behoerde.Verzeichnisdienst
	case idKanal:
		c.code = &c.erreichbarkeit().Kanal
	}
	c.attributes(el, s)
}

// attributes takes the attributes of a code and warns of all that are unknown.
func (c *Collector) attributes(el *element, s *xmlscan.Scanner) {
	var version, uri bool
	attrs := s.Attrs()
	for i := range attrs {
		name := attrs[i].Name
		switch {
		case name.Space == nsXSI || name.Space == nsXML:
		case el.kind == kindCode && name.Space == "" && name.Local == "listURI":
			uri = true
			c.code.ListURI = collapse(string(attrs[i].Value))
		case el.kind == kindCode && name.Space == "" && name.Local == "listVersionID":
			version = true
			c.code.ListVersionID = replaceSpace(string(attrs[i].Value))
		default:
			c.report(ruleAttribute, s.Pos(), map[string]string{"element": el.local})
		}
	}
	if el.fixedList == "" {
		return
	}
	if uri && c.code.ListURI != el.fixedList {
		c.report(ruleListURI, s.Pos(), map[string]string{"listURI": el.fixedList})
	}
	switch {
	case !version:
		c.report(ruleListVersion, s.Pos(), map[string]string{"attribute": "listVersionID"})
	case blank(c.code.ListVersionID):
		c.report(ruleEmpty, s.Pos(), map[string]string{"attribute": "listVersionID"})
	}
}

// close ends the open header element.
func (c *Collector) close() {
	f := c.top()
	for i, el := range f.el.children {
		if f.counts[i] < el.min {
			c.report(ruleMissing, f.pos, map[string]string{"element": el.local})
		}
	}
	if f.el.kind == kindText {
		c.value(f)
	}
	c.stack = c.stack[:len(c.stack)-1]
	if len(c.stack) == 0 {
		c.finish()
	}
}

// value stores the text of an element and judges it.
func (c *Collector) value(f *frame) {
	text := string(c.text)
	if f.el.mandatory && blank(text) {
		c.report(ruleEmpty, f.pos, nil)
	}
	switch f.el.id {
	case idUUID:
		c.env.Nachricht.UUID = replaceSpace(text)
		if !isUUID(c.env.Nachricht.UUID) {
			c.report(ruleUUID, f.pos, nil)
		}
	case idZeitpunkt:
		c.timestamp(Zeitpunkt(collapse(text)), f)
	case idCode:
		c.code.Code = collapse(text)
	case idCodeName:
		c.code.Name = replaceSpace(text)
	case idKennung:
		c.behoerde.Kennung = text
	case idName:
		c.behoerde.Name = text
	case idKanalKennung:
		c.erreichbarkeit().Kennung = text
	case idZusatz:
		c.erreichbarkeit().Zusatz = text
	}
}

func (c *Collector) timestamp(z Zeitpunkt, f *frame) {
	c.env.Nachricht.Erstellungszeitpunkt = z
	if _, _, err := z.Time(); err != nil {
		c.report(ruleTime, f.pos, nil)
	} else if !z.Exact() {
		c.report(ruleTimeExact, f.pos, nil)
	}
}

// finish runs when the header has ended.
func (c *Collector) finish() {
	c.state = done
	number, code := c.env.Number(), c.env.Nachricht.Typ.Code
	if number != "" && code != "" && number != code && finding.Judge(c.findings) == finding.Accepted {
		c.report(ruleTyp, c.rootPos, nil)
	}
}
