package xoev

import (
	"math"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// headerPrefixes are the prefixes that the Basisnachricht's schemas use.
var headerPrefixes = [roles]string{"", "bn-g2g", "bn-beh", "bn-kom", ""}

// declarations are the namespaces declared on the root; validate has made sure
// that they do not contradict each other.
func declarations(env *Envelope, more []xmlscan.NSDecl) []xmlscan.NSDecl {
	var all []xmlscan.NSDecl
	add := func(d xmlscan.NSDecl) {
		for _, have := range all {
			if have.Prefix == d.Prefix {
				return
			}
		}
		all = append(all, d)
	}
	if env.Root.Prefix != "" {
		add(xmlscan.NSDecl{Prefix: env.Root.Prefix, URI: env.Root.Space})
	}
	for _, d := range headerDeclarations(env, more) {
		add(d)
	}
	for _, d := range more {
		add(d)
	}
	return all
}

// headerDeclarations are the namespaces of the header besides that of the root,
// but for those that the caller has a prefix for.
func headerDeclarations(env *Envelope, more []xmlscan.NSDecl) []xmlscan.NSDecl {
	f := formToWrite(env.Family, env.FamilyVersion)
	if f == nil || f.family != FamilyQualified {
		return nil
	}
	spaces := f.spaces(env.Root.Space)
	all := make([]xmlscan.NSDecl, 0, roles)
	for r := roleG2G; r <= roleKommunikation; r++ {
		if !slices.ContainsFunc(more, func(d xmlscan.NSDecl) bool { return d.URI == spaces[r] }) {
			all = append(all, xmlscan.NSDecl{Prefix: headerPrefixes[r], URI: spaces[r]})
		}
	}
	return all
}

func rootAttributes(env *Envelope) []Attribute {
	local := func(name string) xmlscan.Name { return xmlscan.Name{Local: name} }
	if f := formToWrite(env.Family, env.FamilyVersion); f == nil || f.root != rootG2G {
		return env.Attributes
	}
	attrs := []Attribute{{local("produkt"), env.Produkt}, {local("produkthersteller"), env.Produkthersteller}}
	if env.Produktversion != "" {
		attrs = append(attrs, Attribute{local("produktversion"), env.Produktversion})
	}
	attrs = append(attrs, Attribute{local("standard"), env.Standard})
	if env.TestPresent || env.Test != "" {
		attrs = append(attrs, Attribute{local("test"), env.Test})
	}
	attrs = append(attrs, Attribute{local("version"), env.Version})
	return append(attrs, env.Attributes...)
}

// header writes the header of env in form f and what follows it.
func (e *Encoder) header(env *Envelope, f *form) {
	w := &headerWriter{e: e, f: f, env: env, spaces: f.spaces(env.Root.Space)}
	(&walker{v: w}).walk(env, f)
}

// headerWriter writes what a walker hands to it.
type headerWriter struct {
	e      *Encoder
	f      *form
	env    *Envelope
	spaces headerSpaces
}

func (w *headerWriter) name(el *element) xmlscan.Name {
	prefix := headerPrefixes[el.role]
	if w.f.family != FamilyQualified || el.role == roleRoot {
		prefix = w.env.Root.Prefix
	}
	return xmlscan.Name{Prefix: prefix, Local: el.local, Space: w.spaces[el.role]}
}

// start writes a start tag. An element in no namespace undeclares the default
// namespace, if the root has one.
func (w *headerWriter) start(name xmlscan.Name, attrs ...Attribute) {
	var declare []xmlscan.NSDecl
	if name.Space == "" && w.e.lookup("") != "" {
		declare = []xmlscan.NSDecl{{}}
	}
	w.e.start(name, declare, attrs)
}

func (w *headerWriter) element(name xmlscan.Name, text string) {
	w.start(name)
	w.e.Text(text)
	w.e.ending()
}

func (w *headerWriter) open(el *element, _ int) {
	if el == w.f.kopf && w.f.kopfVersion != "" {
		w.start(w.name(el), Attribute{xmlscan.Name{Local: w.f.kopfVersion}, w.env.Version})
		return
	}
	w.start(w.name(el))
}

func (w *headerWriter) close() { w.e.ending() }

func (w *headerWriter) text(el *element, value string) { w.element(w.name(el), value) }

func (w *headerWriter) code(el *element, c *Code) {
	var attrs []Attribute
	if c.ListURI != "" || el.code.typ == 4 {
		attrs = append(attrs, Attribute{xmlscan.Name{Local: "listURI"}, c.ListURI})
	}
	if c.ListVersionID != "" || el.code.typ >= 3 {
		attrs = append(attrs, Attribute{xmlscan.Name{Local: "listVersionID"}, c.ListVersionID})
	}
	w.start(w.name(el), attrs...)
	w.element(xmlscan.Name{Local: elCode.local}, c.Code)
	if c.Name != "" {
		w.element(xmlscan.Name{Local: elCodeName.local}, c.Name)
	}
	w.e.ending()
}

// raw writes a kept element, which brings its prefixes along, but not that it
// has no default namespace.
func (w *headerWriter) raw(x Extension) {
	xml := []byte(x.XML)
	if w.e.lookup("") != "" {
		xml = undeclared(xml, w.e.inScope())
	}
	switch {
	case x.XML == "":
		w.element(x.Name, x.Text)
	case x.Name.Local == "":
		w.e.Raw(xml)
	default:
		w.e.RawElement(x.Name, xml)
	}
}

// undeclared writes an element anew so that the default namespace around it
// does not reach it. What is not one element stays as it is, for the encoder to
// judge.
func undeclared(xml []byte, scope []xmlscan.NSDecl) []byte {
	around := slices.DeleteFunc(slices.Clone(scope), func(d xmlscan.NSDecl) bool { return d.Prefix == "" })
	s := xmlscan.NewFragment(xml, around, nil)
	var x extensionWriter
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.StartElement && x.depth == 0:
			x.begin(s, math.MaxInt)
		case s.Kind() == xmlscan.StartElement:
			x.start(s)
		case s.Kind() == xmlscan.EndElement:
			x.end(s)
		case s.Kind() == xmlscan.Text && x.depth > 0:
			x.chars(s)
		}
	}
	if s.Err() != nil || x.depth != 0 || x.name.Local == "" {
		return xml
	}
	var name strings.Builder
	writeName(&name, x.name)
	tag := "<" + name.String()
	out := x.finish().XML
	if !strings.HasPrefix(out, tag+` xmlns="`) {
		out = tag + ` xmlns=""` + out[len(tag):]
	}
	return []byte(out)
}

func (w *headerWriter) missing(*element) {} // validate has refused it
