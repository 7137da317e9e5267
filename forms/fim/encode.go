package fim

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/finding"
)

// EncodeOptions are the optional parts of [Encode].
type EncodeOptions struct {
	// Namespace is that of all elements; default [Namespace].
	Namespace string
	// Header is written on the root element if it is not empty.
	Header Header
	// Schema is the data schema, if it is at hand: elements are written in its
	// order, and the document is checked against it. One that it does not accept
	// fails with a [*RejectedError]. If Header is used the schema must allow its
	// attributes ([HeaderAttributes]). Namespace is the schema's by default.
	Schema *datenschema.Schema
	// Content returns the content of an uploaded file. It is needed if the
	// answers hold one.
	Content func(path string, file forms.File) ([]byte, error)
}

// Codes of [EncodeError], beside those of [forms.Field.Check].
const (
	CodeChars   = "CHARS"   // a character that XML 1.0 does not allow, or not UTF-8
	CodeContent = "CONTENT" // the content of a file is missing or not the one described
)

// EncodeError says which answer cannot be written. It holds no answer.
type EncodeError struct {
	Path string // of the field; empty for the header
	Code string
	Err  error // cause, or nil
}

// Error names path and code.
func (e *EncodeError) Error() string {
	return "fim: cannot write " + cmp.Or(e.Path, "the header") + ": " + e.Code
}

// Unwrap returns the cause.
func (e *EncodeError) Unwrap() error { return e.Err }

// RejectedError says that what the answers make is not accepted by the data
// schema. It holds no answer. It matches a [*finding.InvalidError].
type RejectedError struct {
	Report *datenschema.Report
}

// Error names the first finding.
func (e *RejectedError) Error() string { return "fim: not by the data schema: " + e.Unwrap().Error() }

// Unwrap returns the findings.
func (e *RejectedError) Unwrap() error { return &finding.InvalidError{Findings: e.Report.Findings} }

// Encode writes the answers as FIM data. Hidden fields are left out. The bytes
// are the same for the same form, answers and options. The answers should be
// valid ([forms.Form.Validate]); one that cannot be a value of its field fails
// with an [*EncodeError]. Nothing is written to w unless all can be written.
func Encode(w io.Writer, form *forms.Form, answers forms.Answers, o *EncodeOptions) error {
	if o == nil {
		o = &EncodeOptions{}
	}
	root, err := treeOf(form)
	if err == nil && o.Schema != nil {
		err = root.arrange(o.Schema)
	}
	if err != nil {
		return err
	}
	e := &encoder{o: o, answers: form.Clean(answers)}
	e.buf.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root.name)
	if err := e.attributes(); err != nil {
		return err
	}
	if e.blank(root) {
		e.buf.WriteString("/>\n")
	} else {
		e.buf.WriteString(">\n")
		for _, child := range root.children {
			if err := e.node(child, 1); err != nil {
				return err
			}
		}
		e.buf.WriteString("</" + root.name + ">\n")
	}
	if o.Schema != nil {
		report, err := o.Schema.CheckXML(bytes.NewReader(e.buf.Bytes()), &datenschema.CheckOptions{MaxBytes: math.MaxInt64, MaxFile: math.MaxInt})
		if err != nil {
			return fmt.Errorf("fim: checking what was written: %w", err)
		}
		if report.Verdict != finding.Accepted {
			return &RejectedError{report}
		}
	}
	if _, err := w.Write(e.buf.Bytes()); err != nil {
		return fmt.Errorf("fim: writing: %w", err)
	}
	return nil
}

func (o *EncodeOptions) namespace() string {
	if o.Namespace == "" && o.Schema != nil {
		return o.Schema.Namespace()
	}
	return cmp.Or(o.Namespace, Namespace)
}

type encoder struct {
	o       *EncodeOptions
	answers forms.Answers
	buf     bytes.Buffer
}

func (e *encoder) attributes() error {
	created := ""
	if !e.o.Header.Created.IsZero() {
		created = e.o.Header.Created.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	for _, attr := range [][2]string{
		{"xmlns", e.o.namespace()},
		{attrID, e.o.Header.ID}, {attrReference, e.o.Header.Reference}, {attrCreated, created},
	} {
		if attr[1] == "" {
			continue
		}
		e.buf.WriteString(" " + attr[0] + `="`)
		if !escape(&e.buf, attr[1]) {
			return &EncodeError{Code: CodeChars}
		}
		e.buf.WriteByte('"')
	}
	return nil
}

// blank reports whether nothing below the node is answered.
func (e *encoder) blank(n *node) bool {
	if n.field != nil {
		return !e.answers.Get(n.field.Path).Answered()
	}
	for _, child := range n.children {
		if !e.blank(child) {
			return false
		}
	}
	return true
}

func (e *encoder) node(n *node, depth int) error {
	if e.blank(n) {
		return nil
	}
	if n.field != nil {
		return e.field(n, depth)
	}
	e.indent(depth)
	e.buf.WriteString("<" + n.name + ">\n")
	for _, child := range n.children {
		if err := e.node(child, depth+1); err != nil {
			return err
		}
	}
	e.indent(depth)
	e.buf.WriteString("</" + n.name + ">\n")
	return nil
}

func (e *encoder) indent(depth int) { e.buf.WriteString(strings.Repeat("  ", depth)) }

func (e *encoder) field(n *node, depth int) error {
	field := n.field
	v := e.answers.Get(field.Path)
	if code := field.Check(v); code != "" {
		return &EncodeError{Path: field.Path, Code: code}
	}
	values := []string{v.Text()}
	switch field.Type {
	case forms.TypeMulti:
		values = v.List()
	case forms.TypeFile:
		content, err := e.content(field, v)
		if err != nil {
			return err
		}
		values[0] = base64.StdEncoding.EncodeToString(content)
	case forms.TypeDate:
		d, err := forms.ParseDate(v.Text())
		if err != nil {
			return &EncodeError{Path: field.Path, Code: forms.CodeDate, Err: err}
		}
		values[0] = d.String()
	}
	for _, value := range values {
		e.indent(depth)
		e.buf.WriteString("<" + n.name + ">")
		if !escape(&e.buf, value) {
			return &EncodeError{Path: field.Path, Code: CodeChars}
		}
		e.buf.WriteString("</" + n.name + ">\n")
	}
	return nil
}

// content fetches a file and makes sure that it is the one in the answers.
func (e *encoder) content(field *forms.Field, v forms.Value) ([]byte, error) {
	file, _ := v.File()
	if e.o.Content == nil {
		return nil, &EncodeError{Path: field.Path, Code: CodeContent, Err: errors.New("EncodeOptions.Content is nil")}
	}
	content, err := e.o.Content(field.Path, file)
	if err != nil {
		return nil, &EncodeError{Path: field.Path, Code: CodeContent, Err: err}
	}
	if forms.NewFile(file.Name, content).SHA256 != file.SHA256 {
		return nil, &EncodeError{Path: field.Path, Code: CodeContent, Err: errors.New("the content has another SHA-256")}
	}
	return content, nil
}

// escape writes s so that a parser gives it back exactly, in an element or an
// attribute: line ends and tabs that a parser would change as references. It
// reports false for what XML 1.0 (section 2.2) does not allow.
func escape(b *bytes.Buffer, s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return false
		}
		i += size
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&quot;")
		case '\t':
			b.WriteString("&#9;")
		case '\n':
			b.WriteString("&#10;")
		case '\r':
			b.WriteString("&#13;")
		default:
			if r < ' ' || r == 0xFFFE || r == 0xFFFF {
				return false
			}
			b.WriteRune(r)
		}
	}
	return true
}
