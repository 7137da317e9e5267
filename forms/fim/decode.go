package fim

import (
	"cmp"
	"encoding/base64"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const source = "FIM-XSLT, XDF3_2_XFall 1.01"

// The rules of Decode.
var (
	ruleRoot     = rule("FIM-001", "the root element is not the one of this schema and version")
	ruleSpace    = rule("FIM-002", "the element is not in the namespace of FIM data")
	ruleUnknown  = rule("FIM-003", "the schema has no such element here")
	ruleRepeated = rule("FIM-004", "the element may stand here once only")
	ruleText     = rule("FIM-005", "text stands where only elements may stand")
	ruleElement  = rule("FIM-006", "an element stands where only text may stand")
	ruleValue    = rule("FIM-007", "the value is not one of this field")
	ruleAttr     = rule("FIM-008", "the attribute is not one of FIM data")
	ruleHeader   = rule("FIM-009", "the point in time on the root element is not RFC 3339 in UTC")
	ruleBase64   = rule("FIM-010", "the content of the file is not Base64")
	ruleLong     = rule("FIM-011", "the value is longer than the field allows")
	ruleHidden   = rule("FIM-012", "the field must not be answered together with the other answers")
)

func rule(code, message string) finding.Rule {
	return finding.Rule{Code: code, Source: source, Message: message}
}

// Rules returns the catalogue of the findings of [Decode], beside those of
// xmlscan.
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleRoot, ruleSpace, ruleUnknown, ruleRepeated, ruleText, ruleElement, ruleValue, ruleAttr,
		ruleHeader, ruleBase64, ruleLong, ruleHidden,
	}
}

// DecodeOptions are the optional parts of [Decode].
type DecodeOptions struct {
	// Namespace is that of all elements; default [Namespace].
	Namespace string
	// Scan limits the XML; its MaxBytes is 64 MiB by default.
	Scan xmlscan.Options
}

// Document is FIM data that was read.
type Document struct {
	Header  Header
	Answers forms.Answers
	// Uploads are the contents of the files, in the order of the document.
	Uploads []forms.Upload
}

// Decode reads FIM data strictly: known elements only, each in its group and as
// often as the form has it (in any order), every value of its field's type, no
// answer to a field that the others hide. Whether the answers are complete and keep the
// rules of the form is for [forms.Form.Validate] to say. On an error the
// document is nil.
func Decode(r io.Reader, form *forms.Form, o *DecodeOptions) (*Document, error) {
	if o == nil {
		o = &DecodeOptions{}
	}
	root, err := treeOf(form)
	if err != nil {
		return nil, err
	}
	limits := o.Scan
	limits.MaxBytes = cmp.Or(limits.MaxBytes, 64<<20)
	d := &decoder{
		scan: xmlscan.New(r, &limits), form: form, space: cmp.Or(o.Namespace, Namespace),
		doc: &Document{}, lists: map[*forms.Field][]string{}, seen: map[*node]bool{},
	}
	d.run(root)
	if err := d.scan.Err(); err != nil {
		return nil, err
	}
	d.hidden()
	if len(d.findings) > 0 {
		return nil, &finding.InvalidError{Findings: d.findings}
	}
	return d.doc, nil
}

type decoder struct {
	scan     *xmlscan.Scanner
	form     *forms.Form
	space    string
	doc      *Document
	lists    map[*forms.Field][]string
	seen     map[*node]bool
	places   []place
	findings []finding.Finding
}

// place is where a field was found, for findings about the whole.
type place struct {
	field *forms.Field
	pos   xmlscan.Position
}

// maxFindings bounds what a hostile document can make us remember.
const maxFindings = 100

func (d *decoder) find(r finding.Rule, path string, pos xmlscan.Position, params map[string]string) {
	if len(d.findings) < maxFindings {
		d.findings = append(d.findings, r.At(path, pos.Line, pos.Column, params))
	}
}

// run reads the document; each node that is open is on the stack.
func (d *decoder) run(root *node) {
	var stack []*node
	path := ""
	for d.scan.Next() {
		switch d.scan.Kind() {
		case xmlscan.StartElement:
			n := d.start(root, stack, path)
			switch {
			case n == nil:
				if d.scan.Skip() != nil {
					return
				}
			case n.field != nil:
				d.value(n, path+"/"+n.name)
			default:
				stack = append(stack, n)
				path += "/" + n.name
			}
		case xmlscan.EndElement:
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			path = strings.TrimSuffix(path, "/"+n.name)
		case xmlscan.Text:
			if strings.Trim(string(d.scan.Text()), " \t\r\n") != "" {
				d.find(ruleText, path, d.scan.Pos(), nil)
			}
		}
	}
}

// start finds the node of an element; nil if it must be skipped.
func (d *decoder) start(root *node, stack []*node, path string) *node {
	name, pos := d.scan.Name(), d.scan.Pos()
	if name.Space != d.space {
		d.find(ruleSpace, path, pos, nil)
		return nil
	}
	if len(stack) == 0 {
		if name.Local != root.name {
			d.find(ruleRoot, "", pos, map[string]string{"expected": root.name})
			return nil
		}
		d.header(root)
		return root
	}
	n := stack[len(stack)-1].child(name.Local)
	if n == nil {
		d.find(ruleUnknown, path, pos, nil)
		return nil
	}
	path += "/" + n.name
	if len(d.scan.Attrs()) > 0 {
		d.find(ruleAttr, path, pos, nil)
	}
	if d.seen[n] && (n.field == nil || n.field.Type != forms.TypeMulti) {
		d.find(ruleRepeated, path, pos, nil)
		return nil
	}
	d.seen[n] = true
	return n
}

func (d *decoder) header(root *node) {
	h := &d.doc.Header
	for _, attr := range d.scan.Attrs() {
		value := string(attr.Value)
		switch {
		case attr.Name.Space != "":
			d.find(ruleAttr, "/"+root.name, d.scan.Pos(), nil)
		case attr.Name.Local == attrID:
			h.ID = value
		case attr.Name.Local == attrReference:
			h.Reference = value
		case attr.Name.Local == attrCreated:
			const layout = "2006-01-02T15:04:05Z"
			t, err := time.Parse(layout, value)
			if err != nil || t.Format(layout) != value { // Parse accepts fractions too
				d.find(ruleHeader, "/"+root.name, d.scan.Pos(), nil)
				continue
			}
			h.Created = t
		default:
			d.find(ruleAttr, "/"+root.name, d.scan.Pos(), nil)
		}
	}
}

// value reads the text of a field's element up to its end.
func (d *decoder) value(n *node, path string) {
	pos, field := d.scan.Pos(), n.field
	limit := d.form.Limits().ValueBytes
	if field.Type == forms.TypeFile {
		limit = base64.StdEncoding.EncodedLen(int(field.MaxSize))
	}
	var text []byte
	long := false
	for d.scan.Next() && d.scan.Kind() != xmlscan.EndElement {
		switch d.scan.Kind() {
		case xmlscan.StartElement:
			d.find(ruleElement, path, d.scan.Pos(), nil)
			if d.scan.Skip() != nil {
				return
			}
		case xmlscan.Text:
			if long = long || len(text)+len(d.scan.Text()) > limit; !long {
				text = append(text, d.scan.Text()...)
			}
		}
	}
	if d.scan.Err() != nil {
		return
	}
	if long {
		d.find(ruleLong, path, pos, nil)
		return
	}
	d.store(field, text, path, pos)
	d.places = append(d.places, place{field, pos})
}

// store puts a value into the answers.
func (d *decoder) store(field *forms.Field, text []byte, path string, pos xmlscan.Position) {
	v := forms.Text(string(text))
	switch field.Type {
	case forms.TypeBool:
		if s := string(text); s == "1" || s == "0" { // the other spelling of xs:boolean
			v = forms.Text(strconv.FormatBool(s == "1"))
		}
	case forms.TypeMulti:
		if v = forms.List(string(text)); field.Check(v) == "" {
			if slices.Contains(d.lists[field], string(text)) {
				d.find(ruleRepeated, path, pos, nil)
				return
			}
			d.lists[field] = append(d.lists[field], string(text))
			v = forms.List(d.lists[field]...)
		}
	case forms.TypeFile:
		content, err := base64.StdEncoding.Strict().DecodeString(string(text))
		if err != nil || strings.ContainsAny(string(text), "\r\n") {
			d.find(ruleBase64, path, pos, nil)
			return
		}
		file := forms.NewFile(fileName(field), content)
		file.Name += ending(file.MediaType)
		file.Blob = file.SHA256
		v = forms.FileValue(file)
		d.doc.Uploads = append(d.doc.Uploads, forms.Upload{Path: field.Path, File: file, Content: content})
	}
	code := field.Check(v)
	if code == "" && !canonical(field, v) {
		code = string(field.Type)
	}
	if code != "" {
		d.find(ruleValue, path, pos, map[string]string{"code": code})
		return
	}
	d.doc.Answers = d.doc.Answers.With(field.Path, v)
}

// canonical reports whether the text is written in the one form that FIM data
// has for it, which is narrower than what people may type.
func canonical(field *forms.Field, v forms.Value) bool {
	s := v.Text()
	switch field.Type {
	case forms.TypeDate:
		d, err := forms.ParseDate(s)
		return err == nil && d.String() == s
	case forms.TypeNumber:
		n, err := strconv.ParseInt(s, 10, 64)
		return err == nil && strconv.FormatInt(n, 10) == s
	case forms.TypeBool, forms.TypeChoice:
		return s != ""
	}
	return true
}

// fileName is the last part of the field's path.
func fileName(field *forms.Field) string {
	return field.Path[strings.LastIndexByte(field.Path, '.')+1:]
}

func ending(mediaType string) string {
	endings := map[string]string{
		"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
		"image/webp": ".webp", "text/plain": ".txt",
	}
	return endings[mediaType]
}

// hidden finds answers to fields that the other answers hide.
func (d *decoder) hidden() {
	clean := d.form.Clean(d.doc.Answers)
	for _, p := range d.places {
		if d.doc.Answers.Has(p.field.Path) && !clean.Has(p.field.Path) {
			d.find(ruleHidden, p.field.Path, p.pos, nil)
		}
	}
}
