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
const Namespace = "urn:fim-de:xfall:datenschema:xdf3"

// Names of the attributes of [Header].
const (
	attrID        = "id"
	attrReference = "referenz"
	attrCreated   = "erstellungszeitpunkt"
)

// Header identifies the application on the root element. Empty parts are not
// written.
type Header struct {
	ID        string    // attribute id: the application's stable ID
	Reference string    // attribute referenz: what the citizen was told
	Created   time.Time // attribute erstellungszeitpunkt: RFC 3339, UTC, seconds
}

// HeaderAttributes are the names of the attributes of [Header], for
// datenschema.Options.RootAttributes.
func HeaderAttributes() []string { return []string{attrID, attrReference, attrCreated} }

// ErrForm is matched by errors about the form: its FIM references contradict
// each other, or it has none.
var ErrForm = errors.New("fim: the form does not fit")

// node is an element: the root, a group or a field.
type node struct {
	name     string
	field    *forms.Field
	children []*node
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// treeOf arranges the fields of the form by their FIM references.
func treeOf(form *forms.Form) (*node, error) {
	root := &node{name: form.ID() + "V" + form.Version()}
	if !isName(root.name) {
		return nil, fmt.Errorf("%w: ID and version make no element name", ErrForm)
	}
	for _, field := range form.Fields() {
		path := field.FIMPath()
		at := root
		for i, name := range path {
			next := at.child(name)
			last := i == len(path)-1
			switch {
			case next == nil:
				next = &node{name: name}
				if last {
					next.field = field
				}
				at.children = append(at.children, next)
			case last || next.field != nil:
				return nil, fmt.Errorf("%w: %s is a group and a field, or two fields: %s", ErrForm, name, field.Path)
			}
			at = next
		}
	}
	if len(root.children) == 0 {
		return nil, fmt.Errorf("%w: no field has a FIM reference", ErrForm)
	}
	return root, nil
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
	for _, c := range n.children {
		if i := place(c); i < 0 || parts[i].Group != (c.field == nil) {
			return fmt.Errorf("%w: the data schema has no such part: %s", ErrForm, strings.Join(append(path, c.name), "/"))
		}
		if c.field == nil {
			if err := c.arrange(s, append(path, c.name)...); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(n.children, func(a, b *node) int { return place(a) - place(b) })
	return nil
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
