package fim

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// part is an element at one place of the schema's tree, or a page of loose
// fields, or the root.
type part struct {
	parent   *part
	children []*part
	id       string // FIM id without version; empty for the root and pages of loose fields
	name     string // part of the path
	path     string
	anzahl   xdatenfelder.Anzahl
	field    *xdatenfelder.Datenfeld
	group    *xdatenfelder.Datenfeldgruppe
	schema   *xdatenfelder.Stammdatenschema
	kind     nodeKind
	// inline is set for a group that may be left out and is asked without
	// entries, because a rule makes it mandatory.
	inline bool
	// multi is set for a choice that may be made several times.
	multi bool
	// choice is set for a group of which one of several parts is used.
	choice bool
}

type nodeKind uint8

const (
	nodeRoot  nodeKind = iota
	nodePage           // loose fields gathered
	nodeStep           // a group that is a page itself
	nodeGroup          // a group on a page
	nodeField
)

// tree makes the nodes of a message, with pages as the children of the root.
func (b *schemaBuilder) tree(n *xdatenfelder.Nachricht) (*part, error) {
	root := &part{}
	var parts []xdatenfelder.Struktur
	switch {
	case n == nil:
		return nil, fmt.Errorf("%w: no message", ErrSchema)
	case n.Stammdatenschema != nil:
		root.schema, parts = n.Stammdatenschema, n.Stammdatenschema.Struktur
		b.head(n, &n.Stammdatenschema.AllgemeineAngaben)
	case n.Datenfeldgruppe != nil:
		parts = []xdatenfelder.Struktur{{Anzahl: xdatenfelder.Anzahl{Min: 1, Max: 1}, Datenfeldgruppe: n.Datenfeldgruppe}}
		b.head(n, &n.Datenfeldgruppe.AllgemeineAngaben)
	default:
		return nil, fmt.Errorf("%w: the message holds neither a Stammdatenschema nor a Datenfeldgruppe", ErrSchema)
	}
	if err := b.pages(root, parts); err != nil {
		return nil, err
	}
	if len(root.children) == 0 {
		return nil, fmt.Errorf("%w: it asks nothing", ErrSchema)
	}
	root.number("")
	return root, nil
}

// pages puts groups and runs of loose fields on pages. Texts alone make no page:
// they go to the top of the next one, or to the end of the last.
func (b *schemaBuilder) pages(root *part, parts []xdatenfelder.Struktur) error {
	var loose []*part
	flush := func(next *part) {
		asks := false
		for _, n := range loose {
			asks = asks || n.asks()
		}
		switch {
		case len(loose) == 0:
			return
		case asks:
			next = &part{kind: nodePage}
			root.children = append(root.children, next)
			fallthrough
		case next != nil:
			next.children = append(append([]*part{}, loose...), next.children...)
		case len(root.children) > 0:
			next = root.children[len(root.children)-1]
			next.children = append(next.children, loose...)
		}
		loose = nil
	}
	var all []*part
	for _, s := range parts {
		n, err := b.node(&s, nil)
		if err != nil {
			return err
		}
		if n == nil || b.doubled(n, all) {
			continue
		}
		all = append(all, n)
		if n.kind == nodeField {
			loose = append(loose, n)
			continue
		}
		page := n
		if n.kind = nodeStep; n.anzahl != (xdatenfelder.Anzahl{Min: 1, Max: 1}) || n.group.Auswahlgruppe {
			n.kind = nodeGroup
			page = &part{kind: nodePage, children: []*part{n}}
		}
		if !n.asksAny() { // a group of texts only
			loose = append(loose, n)
			n.kind = nodeGroup
			continue
		}
		flush(page)
		root.children = append(root.children, page)
	}
	flush(nil)
	return nil
}

// node makes the node of an element and what is in it; nil if it may never occur.
// around are the groups that it is in.
func (b *schemaBuilder) node(s *xdatenfelder.Struktur, around []*xdatenfelder.Datenfeldgruppe) (*part, error) {
	n := &part{anzahl: s.Anzahl, field: s.Datenfeld, group: s.Datenfeldgruppe}
	a := &xdatenfelder.AllgemeineAngaben{}
	switch {
	case n.field != nil:
		n.kind, a = nodeField, &n.field.AllgemeineAngaben
	case n.group != nil:
		n.kind, a = nodeGroup, &n.group.AllgemeineAngaben
	default:
		return nil, nil
	}
	n.id = a.Identifikation.ID
	if s.Anzahl.Max == 0 || s.Anzahl.Max > 0 && s.Anzahl.Min > s.Anzahl.Max {
		b.hint(HintAnzahl, n, s.Anzahl.String())
		if s.Anzahl.Max == 0 {
			return nil, nil
		}
		n.anzahl.Min = n.anzahl.Max
	}
	if n.group == nil {
		return n, nil
	}
	inside := append(slices.Clip(around), n.group)
	if slices.Contains(around, n.group) {
		return nil, fmt.Errorf("%w: a group is in itself: %s", ErrSchema, names(inside))
	}
	for i := range n.group.Struktur {
		child, err := b.node(&n.group.Struktur[i], inside)
		if err != nil {
			return nil, err
		}
		if child != nil && !b.doubled(child, n.children) {
			n.children = append(n.children, child)
		}
	}
	if len(n.children) == 0 {
		b.hint(HintAnzahl, n, "leer")
		return nil, nil
	}
	return n, nil
}

// names are those of groups from the outside in.
func names(groups []*xdatenfelder.Datenfeldgruppe) string {
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = g.Identifikation.String()
	}
	return strings.Join(list, "/")
}

// doubled reports whether an element stands beside itself already: nothing could
// tell the answers apart.
func (b *schemaBuilder) doubled(n *part, beside []*part) bool {
	for _, other := range beside {
		if other.id == n.id && other.general().Identifikation == n.general().Identifikation {
			b.hint(HintAnzahl, n, "doppelt")
			return true
		}
	}
	return false
}

// number gives the nodes below their parents, names and paths.
func (n *part) number(prefix string) {
	names := map[string]int{}
	for _, c := range n.children {
		c.parent = n
		base := slug(c.id)
		if c.kind == nodePage {
			base = "angaben"
			if g := c.only(); g != nil {
				base = "seite-" + slug(g.id)
			}
		}
		names[base]++
		c.name = base
		if names[base] > 1 {
			c.name += "-" + strconv.Itoa(names[base])
		}
		c.path = c.name
		if prefix != "" {
			c.path = prefix + "." + c.name
		}
		c.number(c.path)
	}
}

// only is the group of a page that has nothing else but texts.
func (n *part) only() *part {
	var out *part
	for _, c := range n.children {
		switch {
		case !c.asksAny():
		case out != nil || c.kind != nodeGroup:
			return nil
		default:
			out = c
		}
	}
	return out
}

// slug makes a name of an id: lower-case letters, digits and hyphens, a letter
// first.
func slug(id string) string {
	var s strings.Builder
	for _, r := range strings.ToLower(id) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' && s.Len() > 0 {
			s.WriteRune(r)
		}
	}
	if out := s.String(); out != "" && (out[0] < '0' || out[0] > '9') {
		return out
	}
	return "x" + s.String()
}

// all walks the nodes below, parents first.
func (n *part) all() iter.Seq[*part] {
	return func(yield func(*part) bool) { n.walk(yield) }
}

func (n *part) walk(yield func(*part) bool) bool {
	for _, c := range n.children {
		if !yield(c) || !c.walk(yield) {
			return false
		}
	}
	return true
}

// find returns the nodes below with a FIM id.
func (n *part) find(id string) []*part {
	var out []*part
	for c := range n.all() {
		if c.id != "" && c.id == id {
			out = append(out, c)
		}
	}
	return out
}

// holders are the nodes that can have rules, the root included.
func (n *part) holders() []*part {
	out := []*part{n}
	for c := range n.all() {
		out = append(out, c)
	}
	return out
}

func (n *part) rules() []*xdatenfelder.Regel {
	switch {
	case n.field != nil:
		return n.field.Regeln
	case n.group != nil:
		return n.group.Regeln
	case n.schema != nil:
		return n.schema.Regeln
	}
	return nil
}

// asks reports whether a field is more than a text.
func (n *part) asks() bool { return n.field != nil && n.field.Feldart != xdatenfelder.FeldartLabel }

func (n *part) asksAny() bool {
	if n.asks() {
		return true
	}
	for c := range n.all() {
		if c.asks() {
			return true
		}
	}
	return false
}

// chosen reports whether the node is one of the parts of a choice group.
func (n *part) chosen() bool {
	return n.parent != nil && n.parent.choice
}

// markChoices finds the groups of which one part is used. A single part that asks
// anything is no choice, but mandatory.
func (b *schemaBuilder) markChoices() {
	for n := range b.root.all() {
		if n.group == nil || !n.group.Auswahlgruppe {
			continue
		}
		var parts []*part
		for _, c := range n.children {
			if c.asksAny() && !b.override(c).Hide {
				parts = append(parts, c)
			}
		}
		if n.choice = len(parts) > 1; !n.choice {
			b.hint(HintAnzahl, n, "Auswahlgruppe mit einem Teil")
		}
		if len(parts) == 1 {
			parts[0].anzahl.Min = max(parts[0].anzahl.Min, 1)
		}
	}
}

// several reports whether the node may occur more than once.
func (n *part) several() bool { return n.anzahl.Max != 1 }

// entries reports whether the node is a group with entries: it may occur several
// times or, if a group, be left out.
func (n *part) entries() bool {
	switch n.kind {
	case nodeGroup:
		return n.several() || n.anzahl.Min == 0 && !n.inline && !n.chosen()
	case nodeField:
		return n.several() && n.field.Feldart != xdatenfelder.FeldartLabel && !n.multi
	}
	return false
}

// title is what people call the node.
func (n *part) title() string {
	a := n.general()
	if a == nil {
		return ""
	}
	if s := collapse(a.BezeichnungEingabe); s != "" {
		return s
	}
	if s := collapse(a.Name); s != "" {
		return s
	}
	return n.id
}

func (n *part) general() *xdatenfelder.AllgemeineAngaben {
	switch {
	case n.field != nil:
		return &n.field.AllgemeineAngaben
	case n.group != nil:
		return &n.group.AllgemeineAngaben
	case n.schema != nil:
		return &n.schema.AllgemeineAngaben
	}
	return nil
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
