// Package c14n writes Exclusive XML Canonicalization 1.0 without comments
// (W3C Recommendation of 18 July 2002) from the tokens of package xmlscan.
//
// A [Writer] sees the tokens of a whole document or of one element and writes
// their canonical form. What the caller does not pass on (the signature that
// an enveloped signature leaves out) is not in the output. Nothing is
// allocated per token once the buffers have grown.
//
// A Writer is used by one goroutine at a time.
package c14n

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	// NSXSI is the namespace of xsi:type, whose value is a qualified name.
	NSXSI = "http://www.w3.org/2001/XMLSchema-instance"
	// Default is how a PrefixList names the default namespace.
	Default = "#default"

	flushAt = 32 << 10
	// manyBindings is from where on a map finds bindings faster than a loop.
	manyBindings = 32
)

// Writer turns tokens into canonical form. The zero value is not usable; see
// [New].
type Writer struct {
	sink     io.Writer
	buf      []byte
	max      int
	prefixes []string
	listed   map[string]bool // prefixes as a set
	rendered []binding
	tops     map[string]int // index of a prefix in rendered, if that is long
	marks    []int
	need     []binding
	order    []int
	err      error
	rootDone bool
	loose    int
	looseAt  xmlscan.Position
}

type binding struct {
	prefix, uri string
	outer       int // index of the binding that this one hides, or -1
}

// ErrTooLarge says that the canonical form is longer than the limit.
var ErrTooLarge = errors.New("c14n: the canonical form is too large")

// New makes a writer. With sink nil the canonical form is kept and read with
// [Writer.Bytes]; otherwise it is written to sink as it grows and [Writer.Close]
// writes the rest. Prefixes is the PrefixList of InclusiveNamespaces; "#default"
// or "" stands for the default namespace.
func New(sink io.Writer, prefixes []string) *Writer {
	w := &Writer{sink: sink}
	for _, p := range prefixes {
		if p == Default {
			p = ""
		}
		if p != "xml" && p != "xmlns" && !w.listed[p] {
			if w.listed == nil {
				w.listed = make(map[string]bool, len(prefixes))
			}
			w.listed[p] = true
			w.prefixes = append(w.prefixes, p)
		}
	}
	return w
}

// Limit makes Token fail with [ErrTooLarge] when the buffer holds more than max
// bytes. Without it a small document can have a huge canonical form, because
// declarations may have to be repeated on every element.
func (w *Writer) Limit(max int) { w.max = max }

// Grow makes room for n bytes of output.
func (w *Writer) Grow(n int) { w.buf = slices.Grow(w.buf, n) }

// Len is the number of bytes in the buffer: without a sink, of all output.
func (w *Writer) Len() int { return len(w.buf) }

// Bytes is the canonical form so far, if there is no sink.
func (w *Writer) Bytes() []byte { return w.buf }

// Uncovered counts the xsi:type attributes whose qualified name means something
// else in the canonical form than in the input, because the declaration of its
// prefix is not part of the canonical form. It also gives the first place.
func (w *Writer) Uncovered() (int, xmlscan.Position) { return w.loose, w.looseAt }

// Close writes what is left to the sink and returns the first error of it.
func (w *Writer) Close() error {
	w.flush(0)
	return w.err
}

func (w *Writer) flush(limit int) {
	if w.sink == nil || len(w.buf) <= limit {
		return
	}
	if _, err := w.sink.Write(w.buf); err != nil && w.err == nil {
		w.err = err
	}
	w.buf = w.buf[:0]
}

// Token writes the current token of s.
func (w *Writer) Token(s *xmlscan.Scanner) error {
	switch s.Kind() {
	case xmlscan.StartElement:
		w.start(s)
	case xmlscan.EndElement:
		w.end(s.Name())
	case xmlscan.Text:
		if len(w.marks) > 0 {
			w.buf = appendText(w.buf, s.Text())
		}
	case xmlscan.ProcInst:
		w.procInst(s)
	}
	w.flush(flushAt)
	if w.max > 0 && len(w.buf) > w.max && w.err == nil {
		w.err = ErrTooLarge
	}
	return w.err
}

func (w *Writer) start(s *xmlscan.Scanner) {
	name, attrs := s.Name(), s.Attrs()
	first := len(w.marks) == 0
	w.marks = append(w.marks, len(w.rendered))
	w.need = w.need[:0]
	w.use(name.Prefix, name.Space)
	for i := range attrs {
		if attrs[i].Prefix != "" {
			w.use(attrs[i].Prefix, attrs[i].Space)
		}
	}
	if len(w.prefixes) > 0 {
		w.include(s, first)
	}
	w.buf = AppendName(append(w.buf, '<'), name)
	w.declare()
	w.attributes(s, attrs)
	w.buf = append(w.buf, '>')
}

// include renders the prefixes of the list: all at the first element, later
// where they are declared again.
func (w *Writer) include(s *xmlscan.Scanner, first bool) {
	if !first {
		for _, d := range s.Namespaces() {
			if w.listed[d.Prefix] {
				w.use(d.Prefix, d.URI)
			}
		}
		return
	}
	for _, p := range w.prefixes {
		if uri, ok := s.Lookup(p); ok {
			w.use(p, uri)
		}
	}
}

// use notes that the element needs prefix bound to uri, unless an ancestor in
// the output has said so already.
func (w *Writer) use(prefix, uri string) {
	if prefix == "xml" || w.binding(prefix) == uri {
		return
	}
	b := binding{prefix, uri, -1}
	w.need = append(w.need, b)
	if w.tops == nil && len(w.rendered) == manyBindings {
		w.index()
	}
	if w.tops != nil {
		if i, ok := w.tops[prefix]; ok {
			b.outer = i
		}
		w.tops[prefix] = len(w.rendered)
	}
	w.rendered = append(w.rendered, b)
}

// index turns to finding bindings by a map.
func (w *Writer) index() {
	w.tops = make(map[string]int, 2*manyBindings)
	for i := range w.rendered {
		b := &w.rendered[i]
		b.outer = -1
		if outer, ok := w.tops[b.prefix]; ok {
			b.outer = outer
		}
		w.tops[b.prefix] = i
	}
}

// forget takes bindings out of scope until n are left.
func (w *Writer) forget(n int) {
	for i := len(w.rendered) - 1; w.tops != nil && i >= n; i-- {
		if b := &w.rendered[i]; b.outer >= 0 {
			w.tops[b.prefix] = b.outer
		} else {
			delete(w.tops, b.prefix)
		}
	}
	w.rendered = w.rendered[:n]
}

// binding is what prefix means in the output; "" is "not bound".
func (w *Writer) binding(prefix string) string {
	if w.tops != nil {
		if i, ok := w.tops[prefix]; ok {
			return w.rendered[i].uri
		}
		return ""
	}
	for i := len(w.rendered) - 1; i >= 0; i-- {
		if w.rendered[i].prefix == prefix {
			return w.rendered[i].uri
		}
	}
	return ""
}

func (w *Writer) declare() {
	if len(w.need) > 1 {
		slices.SortFunc(w.need, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	}
	for _, n := range w.need {
		w.buf = append(w.buf, " xmlns"...)
		if n.prefix != "" {
			w.buf = append(append(w.buf, ':'), n.prefix...)
		}
		w.buf = append(w.buf, `="`...)
		w.buf = append(AppendAttr(w.buf, n.uri), '"')
	}
}

func (w *Writer) attributes(s *xmlscan.Scanner, attrs []xmlscan.Attr) {
	if len(attrs) == 0 {
		return
	}
	w.order = w.order[:0]
	sorted := true
	for i := range attrs {
		w.order = append(w.order, i)
		sorted = sorted && (i == 0 || compare(attrs[i-1].Name, attrs[i].Name) < 0)
	}
	if !sorted {
		slices.SortFunc(w.order, func(a, b int) int { return compare(attrs[a].Name, attrs[b].Name) })
	}
	for _, i := range w.order {
		a := &attrs[i]
		if a.Local == "type" && a.Space == NSXSI {
			w.checkType(s, a.Value)
		}
		w.buf = AppendName(append(w.buf, ' '), a.Name)
		w.buf = append(w.buf, `="`...)
		w.buf = append(AppendAttr(w.buf, a.Value), '"')
	}
}

// compare orders attributes by namespace name, then by local name (Canonical
// XML 1.0, 2.2); those without a namespace come first.
func compare(a, b xmlscan.Name) int {
	if a.Space != b.Space {
		return strings.Compare(a.Space, b.Space)
	}
	return strings.Compare(a.Local, b.Local)
}

func (w *Writer) checkType(s *xmlscan.Scanner, value []byte) {
	prefix := TypePrefix(string(value))
	if prefix == "xml" {
		return
	}
	uri, ok := s.Lookup(prefix)
	if !ok {
		uri = ""
	}
	if w.binding(prefix) == uri {
		return
	}
	if w.loose == 0 {
		w.looseAt = s.Pos()
	}
	w.loose++
}

// TypePrefix is the prefix of a qualified name in an xsi:type attribute, ""
// where it has none.
func TypePrefix(value string) string {
	prefix, _, found := strings.Cut(strings.Trim(value, " \t\r\n"), ":")
	if !found {
		return ""
	}
	return prefix
}

func (w *Writer) end(name xmlscan.Name) {
	if len(w.marks) == 0 {
		return
	}
	w.buf = append(AppendName(append(w.buf, "</"...), name), '>')
	last := len(w.marks) - 1
	w.forget(w.marks[last])
	w.marks = w.marks[:last]
	w.rootDone = last == 0
}

// procInst writes a processing instruction; outside the root element it stands
// on a line of its own (Canonical XML 1.0, 2.3).
func (w *Writer) procInst(s *xmlscan.Scanner) {
	outside := len(w.marks) == 0
	if outside && w.rootDone {
		w.buf = append(w.buf, '\n')
	}
	w.buf = append(append(w.buf, "<?"...), s.Name().Local...)
	if data := s.Text(); len(data) > 0 {
		w.buf = append(w.buf, ' ')
		w.buf = appendPI(w.buf, data)
	}
	w.buf = append(w.buf, "?>"...)
	if outside && !w.rootDone {
		w.buf = append(w.buf, '\n')
	}
}

// AppendName appends a qualified name as it was written.
func AppendName(dst []byte, n xmlscan.Name) []byte {
	if n.Prefix != "" {
		dst = append(append(dst, n.Prefix...), ':')
	}
	return append(dst, n.Local...)
}

func appendText(dst, text []byte) []byte {
	if len(text) >= 64 && bytes.IndexByte(text, '&') < 0 && bytes.IndexByte(text, '<') < 0 &&
		bytes.IndexByte(text, '>') < 0 && bytes.IndexByte(text, '\r') < 0 {
		return append(dst, text...)
	}
	from := 0
	for i, b := range text {
		if b > '>' {
			continue
		}
		var esc string
		switch b {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '\r':
			esc = "&#xD;"
		default:
			continue
		}
		dst = append(append(dst, text[from:i]...), esc...)
		from = i + 1
	}
	return append(dst, text[from:]...)
}

// AppendAttr appends an attribute value with the escapes of Canonical XML 1.0, 2.3.
func AppendAttr[T string | []byte](dst []byte, value T) []byte {
	from := 0
	for i := 0; i < len(value); i++ {
		b := value[i]
		if b > '<' {
			continue
		}
		var esc string
		switch b {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '"':
			esc = "&quot;"
		case '\t':
			esc = "&#x9;"
		case '\n':
			esc = "&#xA;"
		case '\r':
			esc = "&#xD;"
		default:
			continue
		}
		dst = append(append(dst, value[from:i]...), esc...)
		from = i + 1
	}
	return append(dst, value[from:]...)
}

func appendPI(dst, data []byte) []byte {
	for _, b := range data {
		if b == '\r' {
			dst = append(dst, "&#xD;"...)
			continue
		}
		dst = append(dst, b)
	}
	return dst
}
