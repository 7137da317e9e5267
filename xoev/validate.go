package xoev

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// validator collects what is wrong with an envelope that is to be written. As a
// visitor it judges the header.
type validator struct {
	env      *Envelope
	form     *form
	standard *Standard
	o        *WriteOptions
	path     []byte
	ends     []int // lengths of path outside the open elements
	findings []finding.Finding
}

func validate(env *Envelope, more []xmlscan.NSDecl, o *WriteOptions) []finding.Finding {
	v := &validator{env: env, o: o, path: make([]byte, 0, 128), ends: make([]int, 0, 8), form: formToWrite(env.Family, env.FamilyVersion),
		standard: o.Standards.find(env.Root.Space)}
	v.root(more)
	if v.form == nil || !v.standard.allows(env) {
		v.report(ruleWriteFamily, nil)
		if v.form == nil {
			return v.findings
		}
	}
	w := &walker{v: v, seen: make([]any, 0, 64)}
	w.walk(env, v.form)
	if number, code := env.Number(), env.Nachricht.Typ.Code; number != "" && code != "" && number != code && !o.AllowWarnings {
		v.reportAt(ruleWriteTyp, v.typPath(), nil)
	}
	v.kennung(&env.Leser, idLeser)
	v.kennung(&env.Autor, idAutor)
	v.unplaced(w.seen)
	return v.findings
}

// allows reports whether messages of the standard have the header of env.
func (s *Standard) allows(env *Envelope) bool {
	return s == nil || s.Family == FamilyUnknown ||
		s.Family == env.Family && (s.FamilyVersion == "" || s.FamilyVersion == env.FamilyVersion)
}

func (v *validator) allowEmpty() bool { return v.o.AllowEmpty || v.o.AllowWarnings }

func (v *validator) report(r finding.Rule, params map[string]string) { v.reportAt(r, "", params) }

// reportAt adds a finding below the element that is open.
func (v *validator) reportAt(r finding.Rule, path string, params map[string]string) {
	if len(v.findings) >= maxFindings {
		return
	}
	f := r.At("/"+v.env.Root.Local+string(v.path)+path, 0, 0, params)
	if rest, ok := strings.CutPrefix(r.Source, srcKopf); ok && v.form != nil {
		f.Source = v.form.source + rest
	}
	v.findings = append(v.findings, f)
}

// typPath is where the code of the message's type is.
func (v *validator) typPath() string {
	path := "/" + v.form.kopf.local
	for _, el := range v.form.kopf.children {
		switch {
		case el.id == idTyp:
			return path + "/" + el.local
		case el.part(idTyp) != nil:
			return path + "/" + el.local + "/" + el.part(idTyp).local
		}
	}
	return path
}

func (v *validator) root(more []xmlscan.NSDecl) {
	env := v.env
	if !isNCName(env.Root.Local) || env.Root.Space == "" || !legalXML(env.Root.Space) {
		v.report(ruleWriteRoot, nil)
	}
	v.namespaces(more)
	if v.standard.contradicts(env) && !v.o.AllowWarnings {
		v.report(ruleWriteStandard, map[string]string{"standard": v.standard.Name, "version": v.standard.Version})
	}
	if v.form != nil && v.form.root != rootG2G {
		if v.form.kopfVersion != "" {
			v.value(env.Version, true, "/"+v.form.kopf.local+"/@"+v.form.kopfVersion)
		}
		return
	}
	for _, local := range mandatoryAttributes {
		v.value(*env.rootField(xmlscan.Name{Local: local}), true, "/@"+local)
	}
	v.value(env.Produktversion, false, "/@produktversion")
	v.value(env.Test, false, "/@test")
	for _, a := range env.Attributes {
		if env.rootField(a.Name) != nil {
			v.report(ruleWriteName, map[string]string{"attribute": a.Name.Local})
		}
	}
}

// namespaces refuses declarations that contradict each other. The default
// namespace is allowed only where no Encoder writes content, which would put
// elements of no namespace into it.
func (v *validator) namespaces(more []xmlscan.NSDecl) {
	root := xmlscan.NSDecl{Prefix: v.env.Root.Prefix, URI: v.env.Root.Space}
	var fixed []xmlscan.NSDecl
	if root.Prefix != "" {
		fixed = append(fixed, root)
	}
	for _, d := range headerDeclarations(v.env, more) {
		switch {
		case d.Prefix != root.Prefix:
			fixed = append(fixed, d)
		case d.URI != root.URI: // the root's prefix would hide the header's
			v.report(ruleWriteNamespace, nil)
		}
	}
	for i, d := range append(fixed, more...) {
		bad := !isNCName(d.Prefix) && !(d.Prefix == "" && v.o.noBody) || reservedPrefix(d.Prefix) || d.URI == "" || !legalXML(d.URI) ||
			d.URI == nsXML || d.URI == nsXMLNS
		for _, other := range fixed {
			bad = bad || other.Prefix == d.Prefix && other.URI != d.URI
		}
		if i >= len(fixed) {
			for _, other := range more[:i-len(fixed)] {
				bad = bad || other.Prefix == d.Prefix && other.URI != d.URI
			}
		}
		if bad {
			v.report(ruleWriteNamespace, nil)
		}
	}
}

// value checks a text.
func (v *validator) value(s string, mandatory bool, path string) {
	if !legalXML(s) {
		v.reportAt(ruleWriteChar, path, nil)
	}
	if mandatory {
		v.mandatory(s, path)
	}
}

func (v *validator) mandatory(s, path string) {
	if blank(s) && !v.allowEmpty() {
		v.reportAt(ruleWriteEmpty, path, nil)
	}
}

func (v *validator) open(el *element, index int) {
	v.ends = append(v.ends, len(v.path))
	v.path = append(v.path, '/')
	v.path = append(v.path, el.local...)
	if index > 0 {
		v.path = append(v.path, '[')
		v.path = strconv.AppendInt(v.path, int64(index), 10)
		v.path = append(v.path, ']')
	}
}

func (v *validator) close() {
	v.path = v.path[:v.ends[len(v.ends)-1]]
	v.ends = v.ends[:len(v.ends)-1]
}

func (v *validator) text(el *element, s string) {
	path := "/" + el.local
	switch {
	case el.id == idZeitpunkt:
		_, _, err := Zeitpunkt(s).Time()
		exact := !v.form.exact || v.o.AllowWarnings || Zeitpunkt(s).Exact()
		if err != nil || !exact || collapse(s) != s {
			v.reportAt(ruleWriteTime, path, nil)
		}
	case el.uuid:
		if !isUUID(s) {
			v.reportAt(ruleWriteUUID, path, nil)
		}
	default:
		v.value(s, el.mandatory, path)
		if el.facet != nil && !v.o.AllowWarnings {
			if limit := el.facet.in(v.env.FamilyVersion); !limit.fits(s) {
				v.reportAt(ruleWriteValue, path, map[string]string{"max": strconv.Itoa(limit.maxLength)})
			}
		}
		if token := el.id == idUUID || el.id == idReferenz || el.id == idProzess; token && collapse(s) != s {
			v.reportAt(ruleWriteChar, path, nil)
		}
	}
}

func (v *validator) code(el *element, c *Code) {
	path := "/" + el.local
	v.mandatory(c.Code, path+"/"+elCode.local)
	for _, s := range [...]string{c.Code, c.ListURI} {
		if !legalXML(s) || collapse(s) != s {
			v.reportAt(ruleWriteChar, path, nil)
		}
	}
	for _, s := range [...]string{c.Name, c.ListVersionID} {
		if !legalXML(s) || replaceSpace(s) != s {
			v.reportAt(ruleWriteChar, path, nil)
		}
	}
	fixed := el.code
	if fixed.typ == 4 {
		v.mandatory(c.ListURI, path+"/@listURI")
	}
	if fixed.typ >= 3 {
		v.mandatory(c.ListVersionID, path+"/@listVersionID")
	}
	if c.Code != "" && fixed.values != nil && !slices.Contains(fixed.values, c.Code) && !v.o.AllowWarnings {
		v.reportAt(ruleWriteValue, path+"/"+elCode.local, nil)
	}
	_, name := el.child(elCodeName.local)
	if c.Name != "" && name == nil || fixed.list != "" && c.ListURI != "" && c.ListURI != fixed.list ||
		fixed.version != "" && c.ListVersionID != "" && c.ListVersionID != fixed.version {
		v.reportAt(ruleWriteCode, path, fixedParams(fixed))
	}
}

func fixedParams(c codeType) map[string]string {
	params := map[string]string{"listURI": c.list}
	if c.version != "" {
		params["listVersionID"] = c.version
	}
	return params
}

func (v *validator) raw(Extension) {} // the encoder judges it

func (v *validator) missing(el *element) {
	v.reportAt(ruleWriteEmpty, "/"+el.local, nil)
}

// kennung judges an identifier that is written as a pair of codes.
func (v *validator) kennung(b *Behoerde, i id) {
	part := v.form.kopf.part(i)
	if part == nil || !part.has(idBehoerdenkennung) && !part.has(idPartnerCode) {
		return
	}
	if b.Kennung != "" && b.Behoerdenkennung.joined() != b.Kennung {
		v.reportAt(ruleWriteKennung, "/"+v.form.kopf.local+"/"+part.local, nil)
	}
}

// unplaced refuses what the header has no place for: a message must not leave
// with less than its author has said.
func (v *validator) unplaced(seen []any) {
	p := &places{seen: seen}
	env, n := v.env, &v.env.Nachricht
	p.text("Nachricht.UUID", &n.UUID)
	p.text("Nachricht.Referenz", &n.Referenz)
	p.text("Nachricht.ProzessID", &n.ProzessID)
	p.code("Nachricht.Typ", &n.Typ)
	p.list("Nachricht.Extensions", len(n.Extensions), &n.Extensions)
	p.code("Datenqualitaet", &env.Datenqualitaet)
	if v.form.root != rootG2G {
		p.text("Produkt", &env.Produkt)
		p.text("Produkthersteller", &env.Produkthersteller)
		p.text("Produktversion", &env.Produktversion)
		if env.TestPresent || env.Test != "" {
			p.lost = append(p.lost, "Test")
		}
	}
	p.party("Leser.", &env.Leser)
	p.party("Autor.", &env.Autor)
	if len(p.lost) > 0 {
		v.report(ruleWritePlace, map[string]string{"fields": strings.Join(p.lost, " ")})
	}
}

// places finds the fields that are set and were not among those seen.
type places struct {
	seen []any
	lost []string
}

func (p *places) has(field any) bool { return slices.Contains(p.seen, field) }

func (p *places) text(name string, s *string) {
	if *s != "" && !p.has(s) {
		p.lost = append(p.lost, name)
	}
}

func (p *places) code(name string, c *Code) {
	if *c != (Code{}) && !p.has(c) {
		p.lost = append(p.lost, name)
	}
}

func (p *places) list(name string, n int, field any) {
	if n > 0 && !p.has(field) {
		p.lost = append(p.lost, name)
	}
}

func (p *places) party(name string, b *Behoerde) {
	p.text(name+"Art", &b.Art)
	p.code(name+"Verzeichnisdienst", &b.Verzeichnisdienst)
	if k := &b.Behoerdenkennung; !p.has(&k.Praefix) && !p.has(&k.Kennung) {
		p.text(name+"Kennung", &b.Kennung)
	}
	p.code(name+"Behoerdenkennung.Praefix", &b.Behoerdenkennung.Praefix)
	p.code(name+"Behoerdenkennung.Kennung", &b.Behoerdenkennung.Kennung)
	p.text(name+"Name", &b.Name)
	p.text(name+"Kurzname", &b.Kurzname)
	p.list(name+"Erreichbarkeit", len(b.Erreichbarkeit), &b.Erreichbarkeit)
	p.list(name+"Aktenzeichen", len(b.Aktenzeichen), &b.Aktenzeichen)
	p.list(name+"Extensions", len(b.Extensions), &b.Extensions)
	a := &b.Anschrift
	p.text(name+"Anschrift.Strasse", &a.Strasse)
	p.text(name+"Anschrift.Hausnummer", &a.Hausnummer)
	p.text(name+"Anschrift.HausnummerZusatz", &a.HausnummerZusatz)
	p.text(name+"Anschrift.Postleitzahl", &a.Postleitzahl)
	p.text(name+"Anschrift.Ort", &a.Ort)
	p.text(name+"Anschrift.Postfach", &a.Postfach)
	p.text(name+"Anschrift.Zusatz", &a.Zusatz)
	p.list(name+"Anschrift.Extensions", len(a.Extensions), &a.Extensions)
}
