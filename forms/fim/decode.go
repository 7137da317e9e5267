package fim

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// DecodeOptions are the optional parts of [Decode] and [DecodeJSON].
type DecodeOptions struct {
	// Namespace is that of all elements; default that of Schema, or [Namespace].
	Namespace string
	// Schema is the data schema, if it is at hand: names, types and arrays are
	// its. Whether the document keeps to it is for [datenschema.Schema.CheckXML]
	// and CheckJSON to say.
	Schema *datenschema.Schema
	// OhneVersion reads names of elements and keys by the FIM id alone.
	OhneVersion bool
	// Scan limits the XML; its MaxBytes is 64 MiB by default, for JSON too.
	Scan xmlscan.Options
}

const defaultMaxBytes = 64 << 20

func maxBytes(o *DecodeOptions) int64 {
	if o.Scan.MaxBytes > 0 {
		return o.Scan.MaxBytes
	}
	return defaultMaxBytes
}

// Document is FIM data that was read.
type Document struct {
	Header  Header
	Answers forms.Answers
	// Uploads are the contents of the files, in the order of the document.
	Uploads []forms.Upload
}

// Decode reads FIM data in XML strictly: known elements only, each in its group
// and as often as the form has it (in any order), every value of its field's type,
// no answer to a field and no entry of a group that the other answers hide. A
// field that the document lacks has an empty answer if its default would stand in
// for it. Whether the answers are complete and keep the rules of the form is for
// [forms.Form.Validate] to say. On an error the document is nil.
func Decode(r io.Reader, form *forms.Form, o *DecodeOptions) (*Document, error) {
	if o == nil {
		o = &DecodeOptions{}
	}
	root, err := treeOf(form, o.Schema, o.OhneVersion)
	if err != nil {
		return nil, err
	}
	limits := o.Scan
	limits.MaxBytes = maxBytes(o)
	d := &decoder{collector: newCollector(form), scan: xmlscan.New(r, &limits), space: o.Namespace}
	if d.space == "" && o.Schema != nil {
		d.space = o.Schema.Namespace()
	}
	d.space = cmp.Or(d.space, Namespace)
	d.run(root)
	if err := d.scan.Err(); err != nil {
		return nil, err
	}
	return d.document(d.header)
}

type decoder struct {
	collector
	scan   *xmlscan.Scanner
	space  string
	header Header
	stack  []frame
}

// frame is a group that is open.
type frame struct {
	node   *node
	x      indices
	path   string
	counts map[*node]int
}

// run reads the document; each group that is open is on the stack.
func (d *decoder) run(root *node) {
	for d.scan.Next() {
		switch d.scan.Kind() {
		case xmlscan.StartElement:
			if !d.start(root) && d.scan.Skip() != nil {
				return
			}
		case xmlscan.EndElement:
			d.stack = d.stack[:len(d.stack)-1]
		case xmlscan.Text:
			if strings.Trim(string(d.scan.Text()), " \t\r\n") != "" {
				pos := d.scan.Pos()
				d.find(ruleText, d.stack[len(d.stack)-1].path, pos.Line, pos.Column, nil)
			}
		}
	}
}

// start reads a field, or opens a group; it reports false if the element must
// be skipped.
func (d *decoder) start(root *node) bool {
	name, pos := d.scan.Name(), d.scan.Pos()
	if len(d.stack) == 0 {
		switch {
		case name.Space != d.space:
			d.find(ruleSpace, "", pos.Line, pos.Column, nil)
		case name.Local != root.name:
			d.find(ruleRoot, "", pos.Line, pos.Column, map[string]string{"expected": root.name})
		default:
			d.attributes("/" + root.name)
			d.stack = append(d.stack, frame{root, nil, "/" + root.name, map[*node]int{}})
			return true
		}
		return false
	}
	top := &d.stack[len(d.stack)-1]
	n := top.node.child(name.Local)
	switch {
	case name.Space != d.space:
		d.find(ruleSpace, top.path, pos.Line, pos.Column, nil)
		return false
	case n == nil:
		d.find(ruleUnknown, top.path, pos.Line, pos.Column, nil)
		return false
	}
	top.counts[n]++
	count := top.counts[n]
	path := top.path + "/" + n.name
	if count > 1 {
		path += "[" + strconv.Itoa(count) + "]"
	}
	for _, attr := range d.scan.Attrs() {
		if !isLocation(attr.Name) {
			d.find(ruleAttr, path, pos.Line, pos.Column, nil)
		}
	}
	x := top.x
	switch {
	case n.entries != "":
		if !d.entries(n, x, count, pos.Line, pos.Column) {
			d.find(ruleEntries, path, pos.Line, pos.Column, map[string]string{"max": strconv.Itoa(n.max)})
			return false
		}
		x = x.with(n.entries, count-1)
	case count > 1 && (n.field == nil || n.field.Type != forms.TypeMulti):
		d.find(ruleRepeated, path, pos.Line, pos.Column, nil)
		return false
	}
	if n.field != nil {
		d.value(n.field, x, path)
		return true
	}
	d.stack = append(d.stack, frame{n, x, path, map[*node]int{}})
	return true
}

// attributes reads those of the root element.
func (d *decoder) attributes(path string) {
	pos := d.scan.Pos()
	for _, attr := range d.scan.Attrs() {
		value := string(attr.Value)
		switch {
		case isLocation(attr.Name):
		case attr.Name.Space != "":
			d.find(ruleAttr, path, pos.Line, pos.Column, nil)
		case attr.Name.Local == attrID:
			d.header.ID = value
		case attr.Name.Local == attrReference:
			d.header.Reference = value
		case attr.Name.Local == attrCreated:
			const layout = "2006-01-02T15:04:05Z"
			t, err := time.Parse(layout, value)
			if err != nil || t.Format(layout) != value || t.IsZero() { // Parse accepts fractions too
				d.find(ruleHeader, path, pos.Line, pos.Column, nil)
				continue
			}
			d.header.Created = t
		default:
			d.find(ruleAttr, path, pos.Line, pos.Column, nil)
		}
	}
}

// isLocation reports whether an attribute only says where a schema may be found,
// as each element of a valid document may do. Nothing is fetched.
func isLocation(name xmlscan.Name) bool {
	return name.Space == "http://www.w3.org/2001/XMLSchema-instance" &&
		(name.Local == "schemaLocation" || name.Local == "noNamespaceSchemaLocation")
}

// value reads the text of a field's element up to its end.
func (d *decoder) value(field *forms.Field, x indices, path string) {
	pos := d.scan.Pos()
	limit := d.maxText(field)
	var text []byte
	long := false
	for d.scan.Next() && d.scan.Kind() != xmlscan.EndElement {
		switch d.scan.Kind() {
		case xmlscan.StartElement:
			inner := d.scan.Pos()
			d.find(ruleElement, path, inner.Line, inner.Column, nil)
			if d.scan.Skip() != nil {
				return
			}
		case xmlscan.Text:
			if long = long || len(text)+len(d.scan.Text()) > limit; !long {
				text = append(text, d.scan.Text()...)
			}
		}
	}
	switch {
	case d.scan.Err() != nil:
	case long:
		d.find(ruleLong, path, pos.Line, pos.Column, nil)
	default:
		d.put(field, x, string(text), path, pos.Line, pos.Column)
	}
}
