// Package formstest walks and attacks online forms without a browser: it
// checks every page for what BITV 2.0 / WCAG 2.2 ask of its markup, follows
// links and submits forms as a browser without JavaScript does, and posts what
// no browser would.
//
//	b := formstest.New(t, "https://service.musterstadt.example", formstest.Transport(wizard))
//	page := b.Get("/parkausweis/").Submit("Antrag beginnen", nil)
//	page = page.Submit("Weiter", map[string]string{"person.familienname": "Mustermann"})
//	page.Attack()
//
// It is for tests only and imports testing. The checks find what can be told
// from markup alone; contrast, focus and reading order need a browser and a
// person. A [Browser] is not safe for concurrent use.
package formstest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Problem is one fault of a page.
type Problem struct {
	Code  string // see [Codes]
	Where string // the element, without its text
}

// String names code and place.
func (p Problem) String() string { return p.Code + " at " + p.Where }

// Codes of [CheckPage], each with what it asks for and the WCAG 2.2 criterion
// or rule behind it.
func Codes() map[string]string {
	return map[string]string{
		"DOCTYPE":         "the page begins with <!DOCTYPE html> (HTML, 13.1.1)",
		"LANG":            "<html> names its language, de (WCAG 3.1.1)",
		"TITLE":           "there is one <title>, not blank (WCAG 2.4.2)",
		"TITLE-ERROR":     "the title of a page with errors begins with \"Fehler: \" (GOV.UK pattern; WCAG 2.4.2)",
		"H1":              "there is exactly one <h1>, not blank (WCAG 1.3.1)",
		"HEADING-LEVEL":   "headings skip no level (WCAG 1.3.1)",
		"MAIN":            "there is exactly one <main> (WCAG 1.3.1, 2.4.1)",
		"SKIP-LINK":       "the first link leads to <main> (WCAG 2.4.1)",
		"ID":              "ids are unique, not blank and have no space (HTML, 3.2.6)",
		"LABEL":           "every control has a label that is not blank (WCAG 1.3.1, 4.1.2)",
		"LABEL-FOR":       "every <label> belongs to a control (WCAG 1.3.1)",
		"INPUT-TYPE":      "every <input> states its type (HTMLCS H98 judges autocomplete by it)",
		"AUTOCOMPLETE":    "autocomplete=street-address stands on a <textarea> only (HTML, 4.10.18.7; WCAG 1.3.5)",
		"ARIA-REF":        "aria-describedby, aria-labelledby and aria-controls name ids that exist (WCAG 1.3.1)",
		"FIELDSET-LEGEND": "the first thing in a <fieldset> is its <legend>, not blank (WCAG 1.3.1)",
		"ENTRY-LEGEND":    "each entry of a repeated group (controls named \"path[0]…\") has a <fieldset> of its own, whose legend no other entry of the group has (WCAG 1.3.1, 2.4.6)",
		"ENTRY-BUTTON":    "a button that removes an entry has the entry's legend in its name; no two buttons that add or remove entries are alike in name and the legends around them (WCAG 2.4.6, 4.1.2)",
		"GROUP":           "radio buttons and boxes of one name stand in a <fieldset> (WCAG 1.3.1)",
		"BUTTON-NAME":     "every button has a name (WCAG 4.1.2)",
		"LINK-NAME":       "every link has a name and a target (WCAG 2.4.4)",
		"FRAGMENT":        "links within the page hit an id (WCAG 2.4.1)",
		"ERROR-SUMMARY":   "a page with errors has a summary that can take the focus, with a link to each (WCAG 3.3.1)",
		"ERROR-DESCRIBES": "every control with an error is described by it (WCAG 3.3.1)",
		"NOVALIDATE":      "forms leave validation to the server (GOV.UK pattern)",
		"SCRIPT":          "there is no script and no event attribute (works without JavaScript, strict policy)",
		"STYLE":           "there is no inline style (strict policy)",
		"TABINDEX":        "tabindex is 0 or -1 (WCAG 2.4.3)",
		"VIEWPORT":        "the viewport fits the device and can be zoomed (WCAG 1.4.4)",
		"IMG-ALT":         "every image has an alt attribute (WCAG 1.1.1)",
		"REFRESH":         "the page does not reload itself (WCAG 2.2.1, 3.2.5)",
	}
}

// CheckPage parses a page and returns its faults in the order of [Codes]'
// checks. The error is the reader's.
func CheckPage(r io.Reader) ([]Problem, error) {
	doc, err := html.Parse(r)
	if err != nil {
		return nil, err
	}
	return check(doc), nil
}

// page is a parsed page with what the checks look up.
type checker struct {
	all      []*html.Node
	ids      map[string]*html.Node
	problems []Problem
}

func check(doc *html.Node) []Problem {
	c := &checker{ids: map[string]*html.Node{}}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			c.all = append(c.all, n)
		}
	}
	c.identifiers()
	c.document(doc)
	c.headings()
	c.controls()
	c.groups()
	c.entries()
	c.links()
	c.references()
	c.errors()
	c.forbidden()
	return c.problems
}

func (c *checker) add(code string, n *html.Node) {
	c.problems = append(c.problems, Problem{code, describe(n)})
}

// describe names an element by tag, id and name.
func describe(n *html.Node) string {
	if n == nil {
		return "page"
	}
	s := "<" + n.Data
	for _, key := range []string{"id", "name", "type", "for", "href", "class"} {
		if v, ok := attr(n, key); ok {
			s += fmt.Sprintf(" %s=%q", key, v)
		}
	}
	return s + ">"
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

func value(n *html.Node, key string) string {
	v, _ := attr(n, key)
	return v
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (c *checker) tags(tags ...atom.Atom) []*html.Node {
	var list []*html.Node
	for _, n := range c.all {
		if slices.Contains(tags, n.DataAtom) {
			list = append(list, n)
		}
	}
	return list
}

func parent(n *html.Node, tag atom.Atom) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == tag {
			return p
		}
	}
	return nil
}

func (c *checker) identifiers() {
	for _, n := range c.all {
		id, ok := attr(n, "id")
		if !ok {
			continue
		}
		if id == "" || strings.ContainsAny(id, " \t\n\r\f") || c.ids[id] != nil {
			c.add("ID", n)
		}
		c.ids[id] = n
	}
}

func (c *checker) document(doc *html.Node) {
	if d := doc.FirstChild; d == nil || d.Type != html.DoctypeNode || d.Data != "html" || len(d.Attr) > 0 {
		c.add("DOCTYPE", nil)
	}
	for _, n := range c.tags(atom.Html) {
		if value(n, "lang") != "de" {
			c.add("LANG", n)
		}
	}
	if titles := c.tags(atom.Title); len(titles) != 1 || text(titles[0]) == "" {
		c.add("TITLE", nil)
	}
	mains := c.tags(atom.Main)
	if len(mains) != 1 {
		c.add("MAIN", nil)
	}
	if links := c.tags(atom.A); len(links) > 0 && len(mains) == 1 {
		if id := value(mains[0], "id"); id == "" || value(links[0], "href") != "#"+id {
			c.add("SKIP-LINK", links[0])
		}
	}
	viewport := ""
	for _, n := range c.tags(atom.Meta) {
		switch strings.ToLower(value(n, "name")) {
		case "viewport":
			viewport = value(n, "content")
		}
		if strings.EqualFold(value(n, "http-equiv"), "refresh") {
			c.add("REFRESH", n)
		}
	}
	if !strings.Contains(viewport, "width=device-width") || strings.Contains(viewport, "user-scalable") || strings.Contains(viewport, "maximum-scale") {
		c.add("VIEWPORT", nil)
	}
}

func (c *checker) headings() {
	last, h1 := 0, 0
	for _, n := range c.tags(atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) {
		level := int(n.Data[1] - '0')
		if level == 1 {
			h1++
			if text(n) == "" {
				c.add("H1", n)
			}
		}
		if level > last+1 && last > 0 {
			c.add("HEADING-LEVEL", n)
		}
		last = level
	}
	if h1 != 1 {
		c.add("H1", nil)
	}
}

// isControl reports whether the element is one that a person fills in.
func isControl(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Select, atom.Textarea:
		return true
	case atom.Input:
		switch value(n, "type") {
		case "hidden", "submit", "button", "reset", "image":
			return false
		}
		return true
	}
	return false
}

func (c *checker) controls() {
	labels := map[string]string{}
	for _, n := range c.tags(atom.Label) {
		target, ok := attr(n, "for")
		if !ok {
			continue
		}
		labels[target] += text(n)
		if t := c.ids[target]; t == nil || !isControl(t) {
			c.add("LABEL-FOR", n)
		}
	}
	for _, n := range c.all {
		if n.DataAtom == atom.Input {
			if _, ok := attr(n, "type"); !ok {
				c.add("INPUT-TYPE", n)
			}
		}
		if !isControl(n) {
			continue
		}
		if value(n, "autocomplete") == "street-address" && n.DataAtom != atom.Textarea {
			c.add("AUTOCOMPLETE", n)
		}
		name := labels[value(n, "id")]
		if value(n, "id") == "" {
			name = ""
		}
		if wrapping := parent(n, atom.Label); wrapping != nil {
			name += text(wrapping)
		}
		name += strings.TrimSpace(value(n, "aria-label")) + c.referenced(value(n, "aria-labelledby"))
		if strings.TrimSpace(name) == "" {
			c.add("LABEL", n)
		}
		if form := parent(n, atom.Form); form != nil {
			if _, ok := attr(form, "novalidate"); !ok {
				c.add("NOVALIDATE", form)
			}
		}
	}
}

// referenced is the text of the elements with the ids.
func (c *checker) referenced(ids string) string {
	s := ""
	for id := range strings.FieldsSeq(ids) {
		if n := c.ids[id]; n != nil {
			s += text(n)
		}
	}
	return s
}

func (c *checker) groups() {
	for _, n := range c.tags(atom.Fieldset) {
		first := n.FirstChild
		for first != nil && first.Type != html.ElementNode {
			first = first.NextSibling
		}
		if first == nil || first.DataAtom != atom.Legend || text(first) == "" {
			c.add("FIELDSET-LEGEND", n)
		}
	}
	named := map[string]int{}
	for _, n := range c.tags(atom.Input) {
		named[value(n, "type")+" "+value(n, "name")]++
	}
	for _, n := range c.tags(atom.Input) {
		t := value(n, "type")
		if (t == "radio" || t == "checkbox" && named[t+" "+value(n, "name")] > 1) && parent(n, atom.Fieldset) == nil {
			c.add("GROUP", n)
		}
	}
	for _, n := range c.tags(atom.Button) {
		if text(n) == "" && value(n, "aria-label") == "" {
			c.add("BUTTON-NAME", n)
		}
	}
	for _, n := range c.tags(atom.Img) {
		if _, ok := attr(n, "alt"); !ok {
			c.add("IMG-ALT", n)
		}
	}
}

func (c *checker) links() {
	for _, n := range c.tags(atom.A) {
		href, ok := attr(n, "href")
		if !ok || href == "" || text(n) == "" && value(n, "aria-label") == "" {
			c.add("LINK-NAME", n)
		}
		if id, local := strings.CutPrefix(href, "#"); local && c.ids[id] == nil {
			c.add("FRAGMENT", n)
		}
	}
}

func (c *checker) references() {
	for _, n := range c.all {
		for _, key := range []string{"aria-describedby", "aria-labelledby", "aria-controls"} {
			refs, ok := attr(n, key)
			if ok && strings.TrimSpace(refs) == "" {
				c.add("ARIA-REF", n)
			}
			for id := range strings.FieldsSeq(refs) {
				if c.ids[id] == nil {
					c.add("ARIA-REF", n)
				}
			}
		}
	}
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(value(n, "class")), class)
}

// errors looks at a page on which something was entered wrongly: one with an
// element of class kern-error or with aria-invalid.
func (c *checker) errors() {
	var messages, invalid []*html.Node
	for _, n := range c.all {
		if hasClass(n, "kern-error") {
			messages = append(messages, n)
		}
		if value(n, "aria-invalid") == "true" {
			invalid = append(invalid, n)
		}
	}
	title := ""
	if titles := c.tags(atom.Title); len(titles) > 0 {
		title = text(titles[0])
	}
	if (len(messages)+len(invalid) > 0) != strings.HasPrefix(title, "Fehler: ") {
		c.add("TITLE-ERROR", nil)
	}
	for _, n := range invalid {
		if c.referenced(value(n, "aria-describedby")) == "" {
			c.add("ERROR-DESCRIBES", n)
		}
	}
	described := map[string]bool{}
	for _, n := range c.all {
		for id := range strings.FieldsSeq(value(n, "aria-describedby")) {
			described[id] = true
		}
	}
	for _, n := range messages {
		if !described[value(n, "id")] {
			c.add("ERROR-DESCRIBES", n)
		}
	}
	if len(messages)+len(invalid) == 0 {
		return
	}
	summary := c.ids["fehler"]
	if summary == nil || value(summary, "role") != "alert" || value(summary, "tabindex") != "-1" {
		c.add("ERROR-SUMMARY", summary)
		return
	}
	links := 0
	for n := range summary.Descendants() {
		if n.DataAtom == atom.A {
			links++
		}
	}
	if links < len(messages) {
		c.add("ERROR-SUMMARY", summary)
	}
}

func (c *checker) forbidden() {
	for _, n := range c.all {
		if n.DataAtom == atom.Script || n.DataAtom == atom.Iframe || n.DataAtom == atom.Object || n.DataAtom == atom.Embed {
			c.add("SCRIPT", n)
		}
		if n.DataAtom == atom.Style {
			c.add("STYLE", n)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
				c.add("SCRIPT", n)
			case a.Key == "style":
				c.add("STYLE", n)
			case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
				c.add("TABINDEX", n)
			}
		}
	}
}
