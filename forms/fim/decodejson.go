package fim

import (
	"io"
	"strconv"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/internal/decimal"
	"github.com/bausteine/egov/forms/fim/internal/strictjson"
)

const maxJSONDepth = 64

// DecodeJSON reads FIM data in JSON as strictly as [Decode] reads XML: no key
// twice, known keys only, every value of its type, arrays where there may be more
// than one and nowhere else; null is no value. An empty array of a group means
// that there are no entries. JSON that cannot be read gives a *finding.InvalidError,
// too. On an error the document is nil.
func DecodeJSON(r io.Reader, form *forms.Form, o *DecodeOptions) (*Document, error) {
	if o == nil {
		o = &DecodeOptions{}
	}
	root, err := treeOf(form, o.Schema, o.OhneVersion)
	if err != nil {
		return nil, err
	}
	scan, err := strictjson.Read(r, maxBytes(o), maxJSONDepth)
	if err != nil {
		return nil, err
	}
	d := &jsonDecoder{collector: newCollector(form), scan: scan}
	if scan.Next() {
		d.object(root, nil, "/"+root.name)
	}
	for scan.Next() { // the end of the document
	}
	if err := scan.Err(); err != nil {
		return nil, err
	}
	return d.document(Header{})
}

type jsonDecoder struct {
	collector
	scan *strictjson.Scanner
}

// object reads a group, whose value is at hand.
func (d *jsonDecoder) object(n *node, x indices, path string) {
	if d.scan.Kind() != strictjson.ObjectStart {
		d.wrong(path, "object")
		return
	}
	for d.scan.Next() && d.scan.Kind() == strictjson.Key {
		c := n.child(string(d.scan.Text()))
		line, column := d.scan.Pos()
		if !d.scan.Next() {
			return
		}
		switch {
		case c == nil:
			d.find(ruleUnknown, path, line, column, nil)
			d.scan.Skip()
		case c.many:
			d.array(c, x, path+"/"+c.name)
		case c.entries != "":
			d.entries(c, x, 1, line, column)
			d.value(c, x.with(c.entries, 0), path+"/"+c.name)
		default:
			d.value(c, x, path+"/"+c.name)
		}
	}
}

// wrong finds a value of another type and leaves it out.
func (d *jsonDecoder) wrong(path, want string) {
	line, column := d.scan.Pos()
	d.find(ruleJSONType, path, line, column, map[string]string{"type": want})
	d.scan.Skip()
}

// array reads what may occur more than once.
func (d *jsonDecoder) array(n *node, x indices, path string) {
	if d.scan.Kind() != strictjson.ArrayStart {
		d.wrong(path, "array")
		return
	}
	count := 0
	for d.scan.Next() && d.scan.Kind() != strictjson.ArrayEnd {
		count++
		at, inner := path, x
		if count > 1 {
			at += "[" + strconv.Itoa(count) + "]"
		}
		line, column := d.scan.Pos()
		switch {
		case n.entries != "":
			if !d.entries(n, x, count, line, column) {
				d.find(ruleEntries, at, line, column, map[string]string{"max": strconv.Itoa(n.max)})
				d.scan.Skip()
				continue
			}
			inner = x.with(n.entries, count-1)
		case count > 1 && (n.field == nil || n.field.Type != forms.TypeMulti):
			d.find(ruleRepeated, at, line, column, nil)
			d.scan.Skip()
			continue
		}
		d.value(n, inner, at)
	}
	if count == 0 && n.entries != "" {
		d.entries(n, x, 0, 0, 0)
	}
}

// value reads a field or group, whose value is at hand.
func (d *jsonDecoder) value(n *node, x indices, path string) {
	if n.field == nil {
		d.object(n, x, path)
		return
	}
	line, column := d.scan.Pos()
	text := string(d.scan.Text())
	kind := d.scan.Kind()
	want := map[string]strictjson.Kind{"boolean": strictjson.Bool, "integer": strictjson.Number, "number": strictjson.Number}[n.typ]
	if want == 0 {
		want = strictjson.String
	}
	switch {
	case kind != want:
		d.wrong(path, n.typ)
		return
	case kind == strictjson.Number:
		number, ok := decimal.ParseJSON(text)
		if !ok {
			d.find(ruleValue, path, line, column, map[string]string{"code": string(n.field.Type)})
			return
		}
		text = number.String()
	case len(text) > d.maxText(n.field):
		d.find(ruleLong, path, line, column, nil)
		return
	case !isXML(text):
		d.find(ruleChars, path, line, column, nil)
		return
	}
	d.put(n.field, x, text, path, line, column)
}
