package codelist

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// kept is what a document holds beside the fields of List, so that it can be
// written again.
type kept struct {
	prefix         string             // of the root element
	scope          []xmlscan.NSDecl   // other prefixes that the root declares
	base           string             // xml:base
	annotation     annotation         // of the list
	columnSetBase  string             // xml:base
	library        string             // DatatypeLibrary of the ColumnSet
	listAnnotation annotation         // of the rows as a whole
	metadataOnly   bool               // there is no SimpleCodeList
	rows           map[int]annotation // by row
	cells          map[int]annotation // by number of the cell
}

type keptColumn struct {
	annotation            annotation
	hasURI, hasVersionURI bool
	uri, versionURI       string
	data                  annotation // of a column's data type
	facets                []facet
	refs                  []annotation // of a key's columns
}

type facet struct {
	short, long, value string
	hasLong            bool
}

// annotation holds foreign elements as they were written.
type annotation struct {
	present      bool
	descriptions []description
	hasAppInfo   bool
	appInfo      []string
}

type description struct {
	lang     string
	elements []string
}

// annotation reads an Annotation. observe, which may be nil, learns of each
// foreign element with the language that applies to it and all its text.
func (p *reader) annotation(observe func(name xmlscan.Name, lang, text string)) annotation {
	a := annotation{present: true}
	p.attributes()
	p.sequence([]particle{{"Description", 0, true}, {"AppInfo", 0, false}}, func(i int) {
		if i == 1 {
			p.attributes()
			a.hasAppInfo = true
			a.appInfo = p.foreign("", observe)
			return
		}
		p.attributes("xml:lang")
		d := description{lang: p.language(nsXML, "lang")}
		d.elements = p.foreign(d.lang, observe)
		a.descriptions = append(a.descriptions, d)
	})
	return a
}

// foreign reads the children of a Description or AppInfo, which stand in other
// namespaces than genericode's.
func (p *reader) foreign(lang string, observe func(name xmlscan.Name, lang, text string)) []string {
	var elements []string
	outer := p.outerDeclarations()
	for p.child() {
		name := p.s.Name()
		if name.Space == "" || name.Space == NSGenericode {
			p.find(ruleForeign, nil)
			p.skip()
			continue
		}
		own := lang
		if v, ok := p.s.Attr(nsXML, "lang"); ok {
			own = collapse(string(v))
		}
		if p.keptBytes >= p.opts.MaxBytes {
			p.find(ruleLimit, limit(int(p.opts.MaxBytes)))
			p.skip()
			continue
		}
		raw, text := p.capture(outer)
		p.keptBytes += int64(len(raw))
		elements = append(elements, raw)
		if observe != nil && p.s.Err() == nil {
			observe(name, own, text)
		}
	}
	return elements
}

// capture reads an element as it was written, with those of the declarations
// outside that it does not make itself, and all its text.
func (p *reader) capture(outer []xmlscan.NSDecl) (raw, text string) {
	var b, t strings.Builder
	name := p.s.Name()
	tag := len("<") + len(name.Local)
	if name.Prefix != "" {
		tag += len(name.Prefix) + len(":")
	}
	start := p.s.Raw()
	b.Write(start[:tag])
	own := p.s.Namespaces()
	for _, d := range outer {
		if !slices.ContainsFunc(own, func(o xmlscan.NSDecl) bool { return o.Prefix == d.Prefix }) {
			writeDeclaration(&b, d)
		}
	}
	b.Write(start[tag:])
	for depth := p.s.Depth(); p.s.Next(); {
		switch k := p.s.Kind(); {
		case k == xmlscan.Text && p.s.IsCDATA():
			escapeText(&b, string(p.s.Text()))
		default:
			b.Write(p.s.Raw())
		}
		if p.s.Kind() == xmlscan.Text {
			t.Write(p.s.Text())
		}
		if p.s.Kind() == xmlscan.EndElement && p.s.Depth() == depth {
			break
		}
	}
	return b.String(), t.String()
}

// outerDeclarations returns what is in scope at the start tag of a Description
// or AppInfo, and not declared by the root element that will be written.
func (p *reader) outerDeclarations() []xmlscan.NSDecl {
	return slices.DeleteFunc(p.s.InScope(nil), func(d xmlscan.NSDecl) bool {
		return p.rootDeclares[d] || d.Prefix != "" && d == (xmlscan.NSDecl{Prefix: p.list.kept.prefix, URI: NSGenericode})
	})
}

// isMarker reports whether an element in a key's AppInfo recommends the key for
// codes.
func isMarker(n xmlscan.Name) bool {
	switch n.Space {
	case NSXOEVOldest, NSXOEV1, NSXOEV2:
		return n.Local == "xoev-code"
	case NSXOEV3:
		return n.Local == "empfohleneCodeSpalte"
	case NSXOEV4:
		return n.Local == "recommendedKeyColumn"
	}
	return false
}

// generation counts the namespaces of XRepository's metadata from 1; 0 is
// another namespace.
func generation(space string) int {
	return 1 + slices.Index([]string{NSXOEVOldest, NSXOEV1, NSXOEV2, NSXOEV3, NSXOEV4}, space)
}

// describe takes XRepository's metadata from an element of the list's
// Description. An element of a newer generation replaces those of older ones.
func (p *reader) describe(name xmlscan.Name, lang, text string) {
	g := generation(name.Space)
	if g == 0 {
		return
	}
	d := &p.list.meta.Description
	if g > generation(d.Generation) {
		d.Generation = name.Space
	}
	local := name.Local
	switch texts := d.field(g, local); {
	case texts != nil:
		if p.fieldIsNewer(texts, g) {
			*texts = nil
		} else if p.fields[texts] > g {
			return
		}
		*texts = append(*texts, Text{Value: replaceSpace(text), Lang: lang})
	case g <= 2 && local == "datumgueltigkeitab", g > 2 && g < 5 && local == "datumGueltigkeitAb", g == 5 && local == "validFrom":
		if g < p.validFrom {
			return
		}
		date, ok := parseDate(collapse(text))
		if !ok {
			p.warn(ruleDate, p.s.Path(), nil)
			return
		}
		d.ValidFrom, p.validFrom = date, g
	case g == 3 && local == "versionXOEVHandbuch", g == 4 && local == "versionCodelistenHandbuch", g == 5 && local == "versionHandbook":
		if g >= p.handbook {
			d.Handbook, p.handbook = collapse(text), g
		}
	}
}

// fieldIsNewer reports whether g is the first generation, or a newer one than
// before, that has the field; and remembers it.
func (p *reader) fieldIsNewer(texts *Texts, g int) bool {
	if p.fields[texts] >= g {
		return false
	}
	if p.fields == nil {
		p.fields = map[*Texts]int{}
	}
	p.fields[texts] = g
	return true
}

// field returns where an element's text belongs, nil if it is none of the texts.
func (d *Description) field(generation int, local string) *Texts {
	switch {
	case generation <= 2 && local == "beschreibung":
		return &d.Codelist
	case generation <= 2:
		return nil
	}
	names := [...]string{"nameKurz", "beschreibung-codeliste", "herausgebernameKurz", "beschreibung-versionCodeliste", "aenderungZurVorversion"}
	if generation == 5 {
		names = [...]string{"shortName", "codelistDescription", "agencyShortName", "versionDescription", "changes"}
	}
	switch local {
	case names[0]:
		return &d.ShortName
	case names[1]:
		return &d.Codelist
	case names[2]:
		return &d.AgencyShortName
	case names[3]:
		return &d.Version
	case names[4]:
		return &d.Changes
	}
	return nil
}
