package rueckweisung

import (
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// content writes what stands behind the header.
type content struct {
	r *Rueckweisung
	k *kind
	e *xoev.Encoder
}

// bare is a name in no namespace.
func bare(local string) xmlscan.Name { return xmlscan.Name{Local: local} }

// own is a name in the namespace of the form.
func (c *content) own(local string) xmlscan.Name {
	return xmlscan.Name{Prefix: c.k.root.Prefix, Local: local, Space: c.k.root.Space}
}

// optional writes a text if there is one.
func (c *content) optional(name xmlscan.Name, text string) {
	if text != "" {
		c.e.Element(name, text)
	}
}

// rueckweisung writes the content of XInneres, whose elements are in no
// namespace, and of XWasser, whose elements are in its own. Sources:
// xinneres-rueckweisung.xsd 26.11, Rueckweisung.Template.Asynchron;
// xwasser-rueckweisung.xsd 1.0.0, RueckweisungType.
func (c *content) rueckweisung() {
	name := bare
	if c.r.Form == XWasser {
		name = c.own
	}
	c.e.Start(name(elementRueckweisung))
	c.stelle(name)
	for _, g := range c.r.Gruende {
		c.grund(g, name)
	}
	c.transport(name, "nachrichtenId", "ergaenzendeHinweise")
	if c.r.Form == XInneres {
		c.identifikation()
	}
	c.e.Base64(name("nachricht"), c.r.original())
	c.e.End()
}

func (c *content) stelle(name func(string) xmlscan.Name) {
	s := c.r.Stelle
	if s == nil {
		return
	}
	contact := "kommunikation"
	c.e.Start(name("rueckweisendeStelle"))
	c.e.Element(name("pruefinstanz"), s.Pruefinstanz)
	if c.r.Form == XInneres {
		contact = "erreichbarkeit"
		c.e.RawElement(bare("anschrift"), s.Anschrift)
	}
	for _, e := range s.Erreichbarkeit {
		c.e.Start(name(contact))
		c.e.Code(bare("kanal"), e.Kanal)
		c.e.Element(bare("kennung"), e.Kennung)
		c.optional(bare("zusatz"), e.Zusatz)
		c.e.End()
	}
	c.e.End()
}

func (c *content) grund(g Grund, name func(string) xmlscan.Name) {
	code, coarser := c.k.reason(g.Code)
	c.e.Start(name("rueckweisungsgrund"))
	c.e.Code(name("grund"), code)
	for i, text := range g.explanations() {
		c.e.Start(name("grundSpezifisch"))
		if coarser && i == 0 {
			c.e.Code(name("fehlercode"), xoev.Code{Code: string(g.Code), ListURI: listFehlercodes, ListVersionID: versionFehlercodes})
		}
		c.e.Element(name("fehlerbeschreibung"), text)
		c.e.End()
	}
	c.e.End()
}

func (c *content) transport(name func(string) xmlscan.Name, id, remarks string) {
	t := c.r.Transport
	if t == (Transport{}) {
		return
	}
	c.e.Start(name("transportinformationen"))
	c.optional(name(id), t.NachrichtenID)
	c.optional(name("betreff"), t.Betreff)
	c.optional(name("sendezeitpunkt"), string(t.Sendezeitpunkt))
	c.optional(name(remarks), t.Hinweise)
	c.e.End()
}

// identifikation names the rejected message, where its type says of which list
// and version it is, which the schema demands (Code.Nachrichtentyp.Typ4).
// Schemas that fix the list let the message leave it out.
func (c *content) identifikation() {
	if !identified(c.r.Envelope) {
		return
	}
	n := c.r.Envelope.Nachricht
	if c.r.Envelope.Root.Space == nsXMeld && n.Typ.ListURI == "" && n.Typ.ListVersionID == "" {
		n.Typ.ListURI, n.Typ.ListVersionID = listXMeldNachricht, versionXMeld
	}
	if n.Typ.ListURI == "" || n.Typ.ListVersionID == "" {
		return
	}
	c.nachricht(bare("idNachricht"), n, bare, bare)
}

// nachricht writes UUID, type and time of the rejected message.
func (c *content) nachricht(element xmlscan.Name, n xoev.Nachricht, name, code func(string) xmlscan.Name) {
	c.e.Start(element)
	c.e.Element(name("nachrichtenUUID"), n.UUID)
	c.e.Code(code("nachrichtentyp"), xoev.Code{Code: n.Typ.Code, ListURI: n.Typ.ListURI, ListVersionID: n.Typ.ListVersionID})
	c.e.Element(name("erstellungszeitpunkt"), string(n.Erstellungszeitpunkt))
	c.e.End()
}

// xbau writes the content of XBau-Kernmodul: elements in no namespace, but the
// identification in that of the Basisnachricht. Source:
// xbau-kernmodul-datentypen.xsd 1.3.0, Rueckweisung.
func (c *content) xbau() {
	g2g := func(local string) xmlscan.Name {
		return xmlscan.Name{Prefix: "bn-g2g", Local: local, Space: xoev.NSG2G11}
	}
	c.e.Start(bare("rueckweisungDaten"))
	for _, g := range c.r.Gruende {
		code, _ := c.k.reason(g.Code)
		c.e.Start(bare("rueckweisungsgrund"))
		c.e.Code(bare("grund"), code)
		c.e.Element(bare("fehlertext"), strings.Join(g.explanations(), " "))
		c.e.End()
	}
	c.nachricht(bare("idNachricht"), c.r.Envelope.Nachricht, g2g, g2g)
	c.e.Base64(bare("nachricht"), c.r.original())
	c.e.End()
}

// rtsSynchron writes the content of 0910. Source:
// xmeld-nachrichten-administration.xsd 26.11.
func (c *content) rtsSynchron() {
	c.e.Start(c.own("rts.container"))
	reason, remarks := c.k.single(c.r.Gruende)
	c.e.Start(c.own("begruendung"))
	c.e.Code(c.own("grund"), reason)
	for _, text := range remarks {
		c.e.Element(c.own("ergaenzende.hinweise"), text)
	}
	c.e.End()
	c.transport(c.own, "nachrichten.id", "ergaenzende.hinweise")
	c.e.End()
	n := c.r.Envelope.Nachricht
	n.Typ = xoev.Code{Code: n.Typ.Code}
	c.nachricht(c.own("ursprungsnachricht"), n, bare, bare)
}

// single makes one reason and remarks of all reasons.
func (k *kind) single(all []Grund) (reason xoev.Code, remarks []string) {
	reason, _ = k.reason(all[0].Code)
	for i, g := range all {
		code, coarser := k.reason(g.Code)
		if coarser {
			code.Code = string(g.Code)
		}
		for _, text := range g.explanations() {
			if i > 0 || coarser {
				text = code.Code + ", " + text
			}
			remarks = append(remarks, text)
		}
	}
	return reason, remarks
}
