// Package randxml makes XML documents at random, for the tests of package
// signature and its canonicalisation.
package randxml

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Generate makes a well-formed document at random, with everything that
// canonicalisation has to deal with: moved, repeated and undone namespace
// declarations, attributes in any order, those of the prefix xml, escapes, carriage
// returns, rare characters, CDATA, comments and processing instructions. Namespace names hold no ampersand: libxml2 forgets to escape it
// in canonical form.
func Generate(r *rand.Rand) []byte {
	g := &generator{r: r}
	if r.IntN(2) == 0 {
		g.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	}
	g.outside()
	g.element(0, map[string]string{})
	g.outside()
	return []byte(g.String())
}

type generator struct {
	strings.Builder
	r  *rand.Rand
	id int
}

func (g *generator) pick(list ...string) string { return list[g.r.IntN(len(list))] }

func (g *generator) outside() {
	for range g.r.IntN(3) {
		g.WriteString(g.pick("<?pi?>", "<?pi some <data> & more?>", "<!-- comment -->", "<!-- \r\n -->", "\n", "\r\n", "  "))
	}
}

func (g *generator) element(depth int, outer map[string]string) {
	scope := make(map[string]string, len(outer)+3)
	for p, uri := range outer {
		scope[p] = uri
	}
	var parts []string
	declared := map[string]bool{}
	for range g.r.IntN(4) {
		prefix, uri := g.pick("", "p", "q", "r", "äö"), g.pick("urn:1", "urn:2", "http://example.org/?a;b", "")
		if declared[prefix] || prefix != "" && uri == "" {
			continue
		}
		declared[prefix] = true
		scope[prefix] = uri
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		parts = append(parts, name+`="`+uri+`"`)
	}
	parts = append(parts, g.attributes(scope)...)
	g.r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	name := g.name(scope, true)
	g.WriteString("<" + name)
	for _, p := range parts {
		g.WriteString(g.pick(" ", "\n", " \t ") + p)
	}
	if g.r.IntN(5) == 0 {
		g.WriteString(g.pick("/>", " />"))
		return
	}
	g.WriteString(">")
	for range g.r.IntN(5) {
		if depth < 6 && g.r.IntN(2) == 0 {
			g.element(depth+1, scope)
		} else {
			g.text()
		}
	}
	g.WriteString("</" + name + g.pick(">", " >", "\n>"))
}

// name is a name whose prefix is bound; that of an attribute may have none.
func (g *generator) name(scope map[string]string, element bool) string {
	prefix := g.pick("", "p", "q", "r", "äö")
	local := g.pick("a", "b", "c", "Straße", "_x", "n-1.2")
	if _, bound := scope[prefix]; prefix == "" || !bound {
		return local
	}
	if !element && prefix == "" {
		return local
	}
	return prefix + ":" + local
}

func (g *generator) attributes(scope map[string]string) []string {
	var parts []string
	seen := map[string]bool{}
	for range g.r.IntN(5) {
		name := g.name(scope, false)
		prefix, local, qualified := strings.Cut(name, ":")
		key := name
		if qualified {
			key = scope[prefix] + " " + local
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		parts = append(parts, name+g.pick("=", " = ")+g.value())
	}
	if g.r.IntN(6) == 0 {
		parts = append(parts, `xml:lang="`+g.pick("de", "de-x-ls", "")+`"`)
	}
	if g.r.IntN(8) == 0 {
		parts = append(parts, `xml:space="`+g.pick("preserve", "default")+`"`)
	}
	if g.r.IntN(5) == 0 {
		parts = append(parts, `xml:base="`+g.pick("http://a.example/b/c?d", "e/f/", "g", "../h", "/i/j", "?k")+`"`)
	}
	if g.r.IntN(4) == 0 {
		g.id++
		parts = append(parts, fmt.Sprintf(`xml:id="x%d"`, g.id))
	}
	if g.r.IntN(6) == 0 {
		g.id++
		parts = append(parts, fmt.Sprintf(`Id="id%d"`, g.id))
	}
	return parts
}

func (g *generator) value() string {
	var b strings.Builder
	for range g.r.IntN(5) {
		b.WriteString(g.pick("x", " ", "\n", "\t", "\r\n", "&#9;", "&#xA;", "&#13;", "&lt;", "&amp;", ">", "&quot;", "&apos;", "ü", "𝒳", "p:a", "\u0085", "\u2028", "\ufffd", "&#x10FFFF;"))
	}
	if g.r.IntN(2) == 0 {
		return `"` + b.String() + `'"`
	}
	return "'" + b.String() + `"'`
}

func (g *generator) text() {
	for range g.r.IntN(4) {
		g.WriteString(g.pick("text", " ", "\n", "\r\n", "\r", "&#13;", "&lt;", "&amp;", "&gt;", ">", "]] ", "\"'", "ü𝒳", "q:b", "\u007f\u0085\u2028", "\ue000\ufffd\U0010ffff", "&#x85;",
			"<![CDATA[]]>", "<![CDATA[<&>]]>", "<!-- x -->", "<!---->", "<!-- \r\n\r < & -->", "<?x\ty\r\nz?>", "<?x?>", "<?x y z ?>"))
	}
}
