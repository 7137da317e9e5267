package fim

import (
	"fmt"
	"strings"

	"github.com/bausteine/egov/forms"
	logic "github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// loadLists finds the choices of all fields, each field once, and decides which
// of them become multiple choices.
func (b *schemaBuilder) loadLists(root *part) error {
	for n := range root.all() {
		d := n.field
		if d == nil || !isSelect(d) {
			continue
		}
		options, known := b.lists[d]
		if !known {
			var err error
			if options, err = b.options(n); err != nil {
				return err
			}
			b.lists[d] = options
		}
		n.multi = n.several() && len(options) > 0 && len(options) <= multiUpTo && n.anzahl.Min <= len(options)
	}
	return nil
}

// options are the choices of a field; none if its list is not known.
func (b *schemaBuilder) options(n *part) ([]forms.Option, error) {
	d := n.field
	c := choices{seen: map[string]bool{}}
	for _, w := range d.Werte {
		c.add(w.Code, w.Name)
	}
	if len(d.Werte) == 0 {
		list, err := b.list(d)
		if err != nil {
			return nil, fmt.Errorf("fim: code list of %s: %w", n.id, err)
		}
		if code, name, ok := b.columns(n, list); ok {
			for row := range list.Rows() {
				value, _ := row.Value(code)
				label, _ := row.Value(name)
				c.add(value, label)
			}
		}
	}
	switch {
	case len(c.list) == 0:
		b.hint(HintList, n, listName(d))
	case len(c.list) > b.MaxChoices:
		b.hint(HintListLength, n, listName(d))
		b.long[d] = c.list
		return nil, nil
	}
	return c.list, nil
}

// listed is the check of a field that asks for a code of a list which is too long to
// choose from.
func (b *schemaBuilder) listed(n *part) []forms.Check {
	list := b.long[n.field]
	if len(list) == 0 {
		return nil
	}
	codes := make([]string, len(list))
	for i, o := range list {
		codes[i] = o.Value
	}
	path := n.path
	if n.entries() {
		path += "." + entryName
	}
	return []forms.Check{{Valid: logic.In(logic.Field(path), codes...), Code: forms.CodeChoice,
		Message: "Geben Sie einen Schlüssel an, den es gibt."}}
}

// list is the code list that a field refers to, nil if it is not at hand.
func (b *schemaBuilder) list(d *xdatenfelder.Datenfeld) (*codelist.List, error) {
	if d.CodelisteReferenz == nil || b.Codelisten == nil {
		return nil, nil
	}
	return b.Codelisten(d.CodelisteReferenz)
}

// choices gathers options; of entries with the same code the first counts.
type choices struct {
	list []forms.Option
	seen map[string]bool
}

func (c *choices) add(code, name string) {
	code, name = strings.TrimSpace(code), collapse(name)
	if code == "" || c.seen[code] {
		return
	}
	if name == "" {
		name = code
	}
	c.seen[code] = true
	c.list = append(c.list, forms.Option{Value: code, Label: name})
}

// columns are the columns of a list with codes and names: those that the schema
// names, or the list marks, or whose names say so.
func (b *schemaBuilder) columns(n *part, list *codelist.List) (code, name string, ok bool) {
	if list == nil || list.Len() == 0 {
		return "", "", false
	}
	code = n.field.CodeKey
	if _, has := list.Column(code); !has {
		key, has := list.Key()
		if !has {
			return "", "", false
		}
		code = key.Columns[0]
	}
	name = n.field.NameKey
	if _, has := list.Column(name); has {
		return code, name, true
	}
	columns := list.Columns()
	for _, part := range []string{"name", "bezeichnung", "beschreibung", "wert", "text"} {
		for _, c := range columns {
			if id := strings.ToLower(c.ID + " " + c.ShortName); c.ID != code && strings.Contains(id, part) {
				if !strings.EqualFold(c.ID, part) && !strings.EqualFold(c.ShortName, part) {
					b.hint(HintListColumn, n, c.ID)
				}
				return code, c.ID, true
			}
		}
	}
	for _, c := range columns {
		if c.ID != code {
			b.hint(HintListColumn, n, c.ID)
			return code, c.ID, true
		}
	}
	return code, code, true
}

func listName(d *xdatenfelder.Datenfeld) string {
	ref := d.CodelisteReferenz
	switch {
	case ref == nil:
		return "ohne Codeliste"
	case ref.CanonicalVersionURI != "":
		return ref.CanonicalVersionURI
	case ref.CanonicalIdentification != "":
		return ref.CanonicalIdentification
	}
	return ref.Identifikation.String()
}
