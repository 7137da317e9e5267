package formstest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxGroups bounds how many repeated groups of a form are attacked, and maxGrowth
// by how many bytes an answer may be longer than twice the page.
const (
	maxGroups = 8
	maxGrowth = 64 << 10
)

// repeated is a repeated group as its page shows it.
type repeated struct {
	path  string // instance path: "familie.kinder", "familie.kinder[0].zeiten"
	count int
	field string // what follows the entry in the name of a control: ".name"
}

// repeatedGroups finds the groups by the names of controls and by buttons.
func repeatedGroups(form *html.Node) []repeated {
	var list []repeated
	get := func(path string) *repeated {
		i := slices.IndexFunc(list, func(g repeated) bool { return g.path == path })
		if i < 0 {
			i = len(list)
			list = append(list, repeated{path: path, field: ".x"})
		}
		return &list[i]
	}
	for n := range form.Descendants() {
		path, ok := pathOf(n)
		if !ok {
			continue
		}
		for _, entry := range entriesOf(path) {
			g := get(groupOf(entry))
			if index, err := strconv.Atoi(entry[len(g.path)+1 : len(entry)-1]); err == nil && index < 1<<20 {
				g.count = max(g.count, index+1)
			}
			if g.field == ".x" && isControl(n) && len(path) > len(entry) {
				g.field = path[len(entry):]
			}
		}
		if group, add := strings.CutPrefix(value(n, "value"), addAction); add && !isControl(n) {
			get(group)
		}
	}
	return list[:min(len(list), maxGroups)]
}

// badIndexes are numbers of entries that the group has not, or not so.
func (g repeated) badIndexes() []string {
	return []string{strconv.Itoa(g.count), strconv.Itoa(g.count + 2), "999999", "2147483648", "99999999999999999999999",
		"-1", "-0", "+0", "00", "007", "", " 0", "0 ", "0x0", "1e3", "0][0", "0].[0", "٠"}
}

// entryCase is one hostile post about a repeated group: what it changes of the
// form's own values.
type entryCase struct {
	name   string
	change func(url.Values)
}

func (g repeated) cases() []entryCase {
	var list []entryCase
	set := func(name, key, value string) {
		list = append(list, entryCase{name + " " + key, func(v url.Values) { v.Set(key, value) }})
	}
	action := func(value string) {
		list = append(list, entryCase{"action " + value, func(v url.Values) { v.Set(actionName, value) }})
	}
	for _, index := range g.badIndexes() {
		entry := g.path + "[" + index + "]"
		set("answer", entry+g.field, "x")
		set("entry", entry, "x")
		action(removeAction + entry)
		action(addAction + entry)
		action(addAction + entry + g.field)
	}
	for _, path := range []string{"", ".", "[", "]", g.path + "[", g.path + "[0", g.path + "]", g.path + "." + g.path, g.path + g.field,
		"/" + g.path, g.path + "\x00", g.path + "#", strings.ToUpper(g.path), strings.Repeat(g.path+"[0].", 500) + "x", "_token"} {
		action(addAction + path)
		action(removeAction + path)
	}
	action(strings.ToUpper(addAction) + g.path)
	action("aendern:" + g.path)
	action(removeAction + g.path)
	return append(list, g.manyCases()...)
}

// manyCases are posts with several names for one answer, or very many.
func (g repeated) manyCases() []entryCase {
	first := g.path + "[0]" + g.field
	return []entryCase{
		{"duplicate index " + g.path, func(v url.Values) { v.Add(first, "x"); v.Add(first, "y") }},
		{"index with and without leading zero " + g.path, func(v url.Values) { v.Set(g.path+"[00]"+g.field, "x") }},
		{"two actions " + g.path, func(v url.Values) { v[actionName] = []string{addAction + g.path, addAction + g.path} }},
		{"adding and removing " + g.path, func(v url.Values) { v[actionName] = []string{addAction + g.path, removeAction + g.path + "[0]"} }},
		{"very many entries " + g.path, func(v url.Values) {
			for i := range 2000 {
				v.Set(fmt.Sprintf("%s[%d]%s", g.path, g.count+i, g.field), "x")
			}
		}},
		{"entries far apart " + g.path, func(v url.Values) {
			for i := 1; i < 1<<30; i *= 2 {
				v.Set(fmt.Sprintf("%s[%d]%s", g.path, g.count+i, g.field), "x")
			}
		}},
	}
}

// attackEntries posts to the repeated groups of a form. Neither may an entry
// come or go, nor may an answer grow with the numbers in the request.
func (p *Page) attackEntries(form *html.Node, action *url.URL, with func(func(url.Values)) string) int {
	p.b.t.Helper()
	groups := repeatedGroups(form)
	if len(groups) == 0 {
		return 0
	}
	before := p.b.Get(p.URL.String()).entryPaths()
	limit := 2*len(p.HTML) + maxGrowth
	n := 0
	for _, g := range groups {
		for _, c := range g.cases() {
			n++
			what := fmt.Sprintf("attack %q on %s", c.name, action.Path)
			r, err := http.NewRequest(http.MethodPost, action.String(), strings.NewReader(with(c.change)))
			if err != nil {
				p.b.t.Fatal(err)
			}
			r.Header.Set("Content-Type", urlencoded)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			resp, body := p.b.send(r)
			switch {
			case resp.StatusCode >= 500:
				p.b.t.Errorf("formstest: %s is answered with %d", what, resp.StatusCode)
			case len(body) > limit:
				p.b.t.Errorf("formstest: %s is answered with %d bytes", what, len(body))
			case resp.StatusCode < 300 || resp.StatusCode >= 400:
				if p.b.show(r, resp, body).Heading() == "" {
					p.b.t.Errorf("formstest: %s is not answered with a page", what)
				}
			}
			after := p.b.Get(p.URL.String())
			if len(after.HTML) > limit {
				p.b.t.Errorf("formstest: after %s the page has %d bytes", what, len(after.HTML))
			}
			if now := after.entryPaths(); !slices.Equal(before, now) {
				p.b.t.Errorf("formstest: after %s there are %d entries, not %d", what, len(now), len(before))
				before = now
			}
		}
	}
	return n
}

// entryPaths are the entries that a page shows, sorted.
func (p *Page) entryPaths() []string {
	var list []string
	for n := range p.doc.Descendants() {
		if path, ok := pathOf(n); ok {
			list = append(list, entriesOf(path)...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
