package fim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/datenschema"
)

// Namespace is the target namespace of the XML Schemas made for FIM schemas
// (XDatenfelder 3; used here for XDatenfelder 2 as well).
const Namespace = datenschema.Namespace

// Names of the attributes of [Header].
const (
	attrID        = "id"
	attrReference = "referenz"
	attrCreated   = "erstellungszeitpunkt"
)

// Header identifies the application on the root element of XML. Empty parts are
// not written. FIM JSON has no place for it.
type Header struct {
	ID        string    // attribute id: the application's stable ID
	Reference string    // attribute referenz: what the citizen was told
	Created   time.Time // attribute erstellungszeitpunkt: RFC 3339, UTC, seconds
}

// HeaderAttributes are the names of the attributes of [Header], for
// datenschema.Options.RootAttributes.
func HeaderAttributes() []string { return []string{attrID, attrReference, attrCreated} }

// ErrForm is matched by errors about the form: its FIM references contradict
// each other or the data schema, or it has none.
var ErrForm = errors.New("fim: the form does not fit")

// node is an element of the data: the root, a group or a field.
type node struct {
	name     string
	field    *forms.Field
	children []*node
	// entries is the definition path of the group of the form each entry of
	// which is one element of this name; empty if there is at most one.
	entries  string
	max      int  // of entries
	computed bool // the form says how many entries there are
	// many says that JSON has an array of them.
	many bool
	// typ is the type in JSON; text is a string whatever it looks like.
	typ string
	// empty says that the data schema wants the group even if nothing in it is
	// answered, and that it may be empty.
	empty bool
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// link is a step on the way from the form to one of its fields.
type link struct {
	fim      string
	entries  string // definition path of the group, if it has entries
	max      int    // how many it can have
	computed bool   // the form says how many it has
}

// treeOf arranges the fields of the form by their FIM references, and by the
// data schema if there is one.
func treeOf(form *forms.Form, schema *datenschema.Schema, ohneVersion bool) (*node, error) {
	root := &node{name: form.ID() + "V" + form.Version()}
	if schema != nil && form.ID() == schema.Root() {
		root.name = schema.Root() // a working copy has no version
	}
	if !isName(root.name) {
		return nil, fmt.Errorf("%w: ID and version make no element name", ErrForm)
	}
	for _, field := range form.Fields() {
		if field.FIM == "" {
			continue
		}
		if err := root.add(field, linksOf(field)); err != nil {
			return nil, err
		}
	}
	if len(root.children) == 0 {
		return nil, fmt.Errorf("%w: no field has a FIM reference", ErrForm)
	}
	if err := root.alone(map[string]*node{}); err != nil {
		return nil, err
	}
	if ohneVersion || schema != nil && schema.OhneVersion() {
		if err := root.shorten(); err != nil {
			return nil, err
		}
	}
	if schema != nil {
		return root, root.arrange(schema)
	}
	return root, nil
}

// add puts a field into the tree.
func (n *node) add(field *forms.Field, links []link) error {
	at, pending := n, link{}
	for i, l := range links {
		names := strings.FieldsFunc(l.fim, func(r rune) bool { return r == '/' })
		carried := pending.entries != ""
		if l.entries != "" {
			if carried {
				return fmt.Errorf("%w: groups with entries in each other need FIM references: %s", ErrForm, field.Path)
			}
			pending = l
		}
		for k, name := range names {
			next := &node{name: name}
			// The entries of a group are its own elements, the last of its
			// names; without a name they are what comes next.
			if pending.entries != "" && (carried && k == 0 || !carried && k == len(names)-1) {
				next.entries, next.max, next.many = pending.entries, pending.max, pending.max != 1
				next.computed = pending.computed
				pending = link{}
			}
			if !isName(name) {
				return fmt.Errorf("%w: %s has a FIM reference that is no element name", ErrForm, field.Path)
			}
			last := i == len(links)-1 && k == len(names)-1
			old := at.child(name)
			switch {
			case old == nil:
				if last {
					next.field, next.typ = field, jsonType(field)
					next.many = next.many || field.Type == forms.TypeMulti
				}
				at.children = append(at.children, next)
				at = next
				continue
			case last || old.field != nil:
				return fmt.Errorf("%w: %s is a group and a field, or two fields: %s", ErrForm, name, field.Path)
			case old.entries != next.entries:
				return fmt.Errorf("%w: %s has entries, and has none: %s", ErrForm, name, field.Path)
			}
			at = old
		}
	}
	return nil
}

// alone makes sure that the entries of a group are elements of one name: of
// two, nobody could tell which belong together.
func (n *node) alone(seen map[string]*node) error {
	if n.entries != "" {
		if seen[n.entries] != nil {
			return fmt.Errorf("%w: a group with entries and several fields needs a FIM reference: %s", ErrForm, n.entries)
		}
		seen[n.entries] = n
		if n.field != nil && n.field.Type == forms.TypeMulti {
			return fmt.Errorf("%w: the entries of a multiple choice need a FIM reference: %s", ErrForm, n.entries)
		}
	}
	for _, c := range n.children {
		if err := c.alone(seen); err != nil {
			return err
		}
	}
	return nil
}

// shorten drops the versions of all names below, which must stay apart.
func (n *node) shorten() error {
	for _, c := range n.children {
		if i := strings.LastIndexByte(c.name, 'V'); i > 0 {
			if n.child(c.name[:i]) != nil {
				return fmt.Errorf("%w: %s stands in two versions in the same group", ErrForm, c.name[:i])
			}
			c.name = c.name[:i]
		}
		if err := c.shorten(); err != nil {
			return err
		}
	}
	return nil
}

// arrange brings the tree into the order of the data schema, which must have
// all that the form has.
func (n *node) arrange(s *datenschema.Schema, path ...string) error {
	if len(path) == 0 && n.name != s.Root() {
		return fmt.Errorf("%w: its root is %s, that of the data schema %s", ErrForm, n.name, s.Root())
	}
	parts := s.Parts(path...)
	place := func(c *node) int {
		return slices.IndexFunc(parts, func(p datenschema.Part) bool { return p.Name == c.name })
	}
	for i, c := range n.children {
		at := place(c)
		if at < 0 || (parts[at].Type == "object") != (c.field == nil) || n.child(c.name) != n.children[i] {
			return fmt.Errorf("%w: the data schema has no such part, or only one: %s", ErrForm, strings.Join(append(slices.Clone(path), c.name), "/"))
		}
		c.many, c.typ = parts[at].Many, parts[at].Type
		if c.field != nil {
			continue
		}
		if err := c.arrange(s, append(slices.Clone(path), c.name)...); err != nil {
			return err
		}
		c.empty = parts[at].Required && canBeEmpty(s, append(slices.Clone(path), c.name)...)
	}
	slices.SortStableFunc(n.children, func(a, b *node) int { return place(a) - place(b) })
	return nil
}

// canBeEmpty reports whether a group need not hold any field.
func canBeEmpty(s *datenschema.Schema, path ...string) bool {
	for _, p := range s.Parts(path...) {
		if p.Required && (p.Type != "object" || !canBeEmpty(s, append(slices.Clone(path), p.Name)...)) {
			return false
		}
	}
	return true
}

// isName reports whether s can be an element name, of those that FIM uses.
func isName(s string) bool {
	for i, r := range s {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_'
		if !letter && (i == 0 || (r < '0' || r > '9') && r != '.' && r != '-') {
			return false
		}
	}
	return s != ""
}

// indices say which entries of groups are meant, outermost first.
type indices []index

type index struct {
	group string // definition path
	n     int
}

// path makes the instance path of a definition path: "kinder.kind[0].name".
func (x indices) path(definition string) string {
	if len(x) == 0 {
		return definition
	}
	var b strings.Builder
	from := 0
	for _, i := range x {
		if len(i.group) < from || !strings.HasPrefix(definition, i.group) || len(definition) > len(i.group) && definition[len(i.group)] != '.' {
			continue
		}
		if definition == i.group {
			break // the group itself
		}
		fmt.Fprintf(&b, "%s[%d]", definition[from:len(i.group)], i.n)
		from = len(i.group)
	}
	return b.String() + definition[from:]
}

func (x indices) with(group string, n int) indices {
	return append(slices.Clip(x), index{group, n})
}
