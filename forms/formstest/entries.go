package formstest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What the buttons of repeated groups send under the name "_aktion", before
// the path.
const (
	actionName   = "_aktion"
	addAction    = "hinzufuegen:"
	removeAction = "entfernen:"
)

// entriesOf returns the entries that a path is in, outermost first:
// "a.b[0].c[12].d" is in "a.b[0]" and in "a.b[0].c[12]".
func entriesOf(path string) []string {
	var list []string
	for i := 0; i < len(path); i++ {
		if path[i] != '[' || i == 0 {
			continue
		}
		end := i + 1
		for end < len(path) && '0' <= path[end] && path[end] <= '9' {
			end++
		}
		if end > i+1 && end < len(path) && path[end] == ']' && (end+1 == len(path) || path[end+1] == '.') {
			list = append(list, path[:end+1])
			i = end
		}
	}
	return list
}

// groupOf is the path of an entry without its number.
func groupOf(entry string) string { return entry[:strings.LastIndexByte(entry, '[')] }

// pathOf is the path that a control or a button of a repeated group is about.
func pathOf(n *html.Node) (path string, ok bool) {
	if isControl(n) {
		path = value(n, "name")
		return path, path != ""
	}
	if n.DataAtom != atom.Button || value(n, "name") != actionName {
		return "", false
	}
	for _, action := range []string{addAction, removeAction} {
		if path, ok = strings.CutPrefix(value(n, "value"), action); ok {
			return path, true
		}
	}
	return "", false
}

// entryChecker knows the entries of a page.
type entryChecker struct {
	*checker
	common map[*html.Node][]string // fieldset: the entries that all in it belongs to
}

// entries looks at the entries of repeated groups.
func (c *checker) entries() {
	e := &entryChecker{checker: c, common: map[*html.Node][]string{}}
	for _, n := range c.all {
		path, ok := pathOf(n)
		if !ok {
			continue
		}
		in := entriesOf(path)
		for f := parent(n, atom.Fieldset); f != nil; f = parent(f, atom.Fieldset) {
			if before, seen := e.common[f]; seen {
				e.common[f] = slices.DeleteFunc(slices.Clone(before), func(s string) bool { return !slices.Contains(in, s) })
			} else {
				e.common[f] = in
			}
		}
	}
	e.legends()
	e.buttons()
}

// fieldsets are those around an element that hold nothing but one entry,
// innermost first.
func (c *entryChecker) fieldsets(n *html.Node, entry string) []*html.Node {
	var list []*html.Node
	for f := parent(n, atom.Fieldset); f != nil; f = parent(f, atom.Fieldset) {
		if slices.Contains(c.common[f], entry) {
			list = append(list, f)
		}
	}
	return list
}

// legends wants one fieldset around each entry, with a legend that no other
// entry of the group has.
func (c *entryChecker) legends() {
	fieldset := map[string]*html.Node{}
	owner := map[string]string{} // group and legend
	for _, n := range c.all {
		path, ok := pathOf(n)
		if !ok {
			continue
		}
		for _, entry := range entriesOf(path) {
			around := c.fieldsets(n, entry)
			if len(around) == 0 {
				c.add("ENTRY-LEGEND", n)
				continue
			}
			outermost := around[len(around)-1]
			if known := fieldset[entry]; known != nil {
				if known != outermost {
					c.add("ENTRY-LEGEND", n)
				}
				continue
			}
			fieldset[entry] = outermost
			key := groupOf(entry) + " " + legend(outermost)
			if other, taken := owner[key]; taken && other != entry {
				c.add("ENTRY-LEGEND", outermost)
			}
			owner[key] = entry
		}
	}
}

// legend is the text of a fieldset's first legend.
func legend(fieldset *html.Node) string {
	for n := range fieldset.ChildNodes() {
		if n.DataAtom == atom.Legend {
			return text(n)
		}
	}
	return ""
}

// buttons wants the name of a button that removes an entry to hold the entry's
// legend, and no two buttons to be alike in name and surroundings.
func (c *entryChecker) buttons() {
	seen := map[string]string{}
	for _, n := range c.tags(atom.Button) {
		path, ok := pathOf(n)
		if !ok {
			continue
		}
		name := c.buttonName(n)
		if strings.HasPrefix(value(n, "value"), removeAction) {
			tells := func(f *html.Node) bool { l := legend(f); return l != "" && strings.Contains(name, l) }
			if !slices.ContainsFunc(c.fieldsets(n, path), tells) {
				c.add("ENTRY-BUTTON", n)
			}
		}
		for f := parent(n, atom.Fieldset); f != nil; f = parent(f, atom.Fieldset) {
			name = legend(f) + "\x00" + name
		}
		if other, taken := seen[name]; taken && other != value(n, "value") {
			c.add("ENTRY-BUTTON", n)
		}
		seen[name] = value(n, "value")
	}
}

func (c *checker) buttonName(n *html.Node) string {
	if s := c.referenced(value(n, "aria-labelledby")); s != "" {
		return s
	}
	if s := strings.TrimSpace(value(n, "aria-label")); s != "" {
		return s
	}
	return text(n)
}
