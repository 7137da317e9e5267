package fim

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/finding"
)

// EncodeOptions are the optional parts of [Encode] and [EncodeJSON].
type EncodeOptions struct {
	// Namespace is that of all elements; default that of Schema, or [Namespace].
	Namespace string
	// Header is written on the root element if it is not empty. JSON has none.
	Header Header
	// Schema is the data schema, if it is at hand: its order, its arrays, its
	// names and types are written, and the document is checked against it. One that
	// it does not accept fails with a [*RejectedError]. If Header is used the schema
	// must allow its attributes ([HeaderAttributes]).
	Schema *datenschema.Schema
	// OhneVersion names elements and keys by the FIM id alone. The root element
	// has its version always.
	OhneVersion bool
	// Content returns the content of an uploaded file. It is needed if the
	// answers hold one.
	Content func(path string, file forms.File) ([]byte, error)
}

// Codes of [EncodeError], beside those of [forms.Field.Check].
const (
	CodeChars   = "CHARS"   // a character that XML 1.0 does not allow, or not UTF-8
	CodeContent = "CONTENT" // the content of a file is missing or not the one described
	CodeHeader  = "HEADER"  // JSON has no header; in XML its year has four digits
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

// Encode writes the answers as FIM data in XML. Hidden fields are left out. The
// bytes are the same for the same form, answers and options. The answers should be
// valid ([forms.Form.Validate]); one that cannot be a value of its field, and more
// entries than a group can have, fail with an [*EncodeError]. Nothing is written
// to w unless all can be written.
func Encode(w io.Writer, form *forms.Form, answers forms.Answers, o *EncodeOptions) error {
	e, root, err := newEncoder(form, answers, o)
	if err != nil {
		return err
	}
	e.buf.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root.name)
	if err := e.attributes(); err != nil {
		return err
	}
	body := e.buf.Len()
	e.buf.WriteString(">\n")
	if err := e.children(root, nil, 1); err != nil {
		return err
	}
	if e.buf.Len() == body+2 {
		e.buf.Truncate(body)
		e.buf.WriteString("/>\n")
	} else {
		e.buf.WriteString("</" + root.name + ">\n")
	}
	return e.finish(w, (*datenschema.Schema).CheckXML)
}

func newEncoder(form *forms.Form, answers forms.Answers, o *EncodeOptions) (*encoder, *node, error) {
	if o == nil {
		o = &EncodeOptions{}
	}
	root, err := treeOf(form, o.Schema, o.OhneVersion)
	if err != nil {
		return nil, nil, err
	}
	return &encoder{o: o, given: answers, answers: form.Clean(answers)}, root, nil
}

// encoder writes either format.
type encoder struct {
	o       *EncodeOptions
	given   forms.Answers
	answers forms.Answers // those that count
	buf     bytes.Buffer
	surplus string // path of a group with more entries than it can have
}

// finish checks the document and hands it out.
func (e *encoder) finish(w io.Writer, check func(*datenschema.Schema, io.Reader, *datenschema.CheckOptions) (*datenschema.Report, error)) error {
	if e.surplus != "" {
		return &EncodeError{Path: e.surplus, Code: forms.CodeMaxEntries}
	}
	if e.o.Schema != nil {
		report, err := check(e.o.Schema, bytes.NewReader(e.buf.Bytes()), &datenschema.CheckOptions{MaxBytes: int64(e.buf.Len()), MaxFile: math.MaxInt})
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

func (e *encoder) attributes() error {
	created, namespace := "", e.o.Namespace
	if t := e.o.Header.Created.UTC().Truncate(time.Second); !t.IsZero() {
		if t.Year() < 0 || t.Year() > 9999 {
			return &EncodeError{Code: CodeHeader}
		}
		created = t.Format(time.RFC3339)
	}
	if namespace == "" && e.o.Schema != nil {
		namespace = e.o.Schema.Namespace()
	}
	for _, attr := range [][2]string{
		{"xmlns", cmp.Or(namespace, Namespace)},
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

// occurrences are the places of a node within one of its parent: one for each
// entry that the form has, and of other nodes one if something in it is
// answered or the data schema wants it.
func (e *encoder) occurrences(n *node, x indices) []indices {
	if n.entries == "" {
		if n.empty || !e.blank(n, x) {
			return []indices{x}
		}
		return nil
	}
	var list []indices
	path := x.path(n.entries)
	count, shown := e.answers.Entries(path)
	if given, _ := e.given.Entries(path); shown && given > count && !n.computed {
		e.surplus = path
	}
	for i := range count {
		if entry := x.with(n.entries, i); n.field == nil || !e.blank(n, entry) {
			list = append(list, entry)
		}
	}
	return list
}

// blank reports whether nothing at the place of a node is answered.
func (e *encoder) blank(n *node, x indices) bool {
	if n.field != nil {
		return !e.answers.Get(x.path(n.field.Path)).Answered()
	}
	for _, c := range n.children {
		if c.entries == "" && !e.blank(c, x) || c.entries != "" && len(e.occurrences(c, x)) > 0 {
			return false
		}
	}
	return true
}

// values are those of a field at its place, as FIM data has them.
func (e *encoder) values(field *forms.Field, path string) ([]string, error) {
	v := e.answers.Get(path)
	if code := field.Check(v); code != "" {
		return nil, &EncodeError{Path: path, Code: code}
	}
	var values []string
	switch field.Type {
	case forms.TypeMulti:
		values = v.List()
		if len(slices.Compact(slices.Sorted(slices.Values(values)))) < len(values) {
			return nil, &EncodeError{Path: path, Code: forms.CodeChoice}
		}
	case forms.TypeFile:
		content, err := e.content(path, v)
		if err != nil {
			return nil, err
		}
		return []string{base64.StdEncoding.EncodeToString(content)}, nil
	default:
		s, err := lexical(field, v.Text())
		if err != nil {
			return nil, &EncodeError{Path: path, Code: forms.CodeDate, Err: err}
		}
		values = []string{s}
	}
	for _, s := range values {
		if !isXML(s) {
			return nil, &EncodeError{Path: path, Code: CodeChars}
		}
	}
	return values, nil
}

func (e *encoder) children(n *node, x indices, depth int) error {
	for _, c := range n.children {
		for _, place := range e.occurrences(c, x) {
			if err := e.element(c, place, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *encoder) element(n *node, x indices, depth int) error {
	if n.field == nil {
		e.indent(depth)
		e.buf.WriteString("<" + n.name + ">\n")
		if err := e.children(n, x, depth+1); err != nil {
			return err
		}
		e.indent(depth)
		e.buf.WriteString("</" + n.name + ">\n")
		return nil
	}
	values, err := e.values(n.field, x.path(n.field.Path))
	if err != nil {
		return err
	}
	for _, value := range values {
		e.indent(depth)
		e.buf.WriteString("<" + n.name + ">")
		escape(&e.buf, value)
		e.buf.WriteString("</" + n.name + ">\n")
	}
	return nil
}

func (e *encoder) indent(depth int) { e.buf.WriteString(strings.Repeat("  ", depth)) }

// content fetches a file and makes sure that it is the one in the answers.
func (e *encoder) content(path string, v forms.Value) ([]byte, error) {
	file, _ := v.File()
	if e.o.Content == nil {
		return nil, &EncodeError{Path: path, Code: CodeContent, Err: errors.New("EncodeOptions.Content is nil")}
	}
	content, err := e.o.Content(path, file)
	if err != nil {
		return nil, &EncodeError{Path: path, Code: CodeContent, Err: err}
	}
	if forms.NewFile(file.Name, content).SHA256 != file.SHA256 {
		return nil, &EncodeError{Path: path, Code: CodeContent, Err: errors.New("the content has another SHA-256")}
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
