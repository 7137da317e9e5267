// Package c14n writes canonical XML from the tokens of package xmlscan:
// Canonical XML 1.0 (W3C Recommendation of 15 March 2001), Canonical XML 1.1
// (2 May 2008) and Exclusive XML Canonicalization 1.0 (18 July 2002), each with
// and without comments.
//
// A [Writer] sees the tokens of a whole document or of one element and writes
// their canonical form. What the caller does not pass on (the signature that
// an enveloped signature leaves out) is not in the output. Of one element, the
// inclusive kinds also need the xml: attributes of its ancestors: [Ancestors]
// collects them. Nothing is allocated per token once the buffers have grown.
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
	// NSXML is the namespace of the prefix xml.
	NSXML = "http://www.w3.org/XML/1998/namespace"
	// Default is how a PrefixList names the default namespace.
	Default = "#default"

	// flushAt is how much output is collected for a sink: little enough to stay
	// near the processor.
	flushAt = 4 << 10
	// direct is how long a text is to go to the sink without a copy.
	direct = 1 << 10
	// manyBindings is from where on a map finds bindings faster than a loop.
	manyBindings = 32
)

// Kind is a canonicalisation without regard to comments.
type Kind uint8

const (
	// Exclusive is Exclusive XML Canonicalization 1.0.
	Exclusive Kind = iota
	// Inclusive is Canonical XML 1.0.
	Inclusive
	// Inclusive11 is Canonical XML 1.1.
	Inclusive11
)

// Mode says how a [Writer] writes. The zero value is Exclusive XML
// Canonicalization without comments.
type Mode struct {
	Kind     Kind
	Comments bool
	// Prefixes is the PrefixList of InclusiveNamespaces; "#default" or ""
	// stands for the default namespace. Only Exclusive looks at it.
	Prefixes []string
}

// Writer turns tokens into canonical form. The zero value is not usable; see
// [New].
type Writer struct {
	sink     io.Writer
	buf      []byte
	max      int
	written  int64 // bytes given to the sink
	mode     Mode
	prefixes []string
	listed   map[string]bool // prefixes as a set
	context  []XMLAttr
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

// New makes a writer of Exclusive XML Canonicalization without comments; see
// [NewMode].
func New(sink io.Writer, prefixes []string) *Writer {
	return NewMode(sink, Mode{Prefixes: prefixes})
}

// NewMode makes a writer. With sink nil the canonical form is kept and read
// with [Writer.Bytes]; otherwise it is written to sink as it grows and
// [Writer.Close] writes the rest.
func NewMode(sink io.Writer, m Mode) *Writer {
	w := &Writer{sink: sink, mode: m}
	if sink != nil {
		w.buf = make([]byte, 0, flushAt+2*direct)
	}
	if m.Kind != Exclusive {
		return w
	}
	for _, p := range m.Prefixes {
		if p == Default {
			p = ""
		}
		if p != "xml" && p != "xmlns" && !w.listed[p] {
			if w.listed == nil {
				w.listed = make(map[string]bool, len(m.Prefixes))
			}
			w.listed[p] = true
			w.prefixes = append(w.prefixes, p)
		}
	}
	return w
}

// Inherit gives the writer the xml: attributes of the ancestors of the element
// that it is about to see, as [Ancestors.Attrs] returns them. Without it the
// element is taken as the root of its document.
func (w *Writer) Inherit(attrs []XMLAttr) { w.context = attrs }

// Limit makes Token fail with [ErrTooLarge] when the canonical form has more
// than max bytes. Without it a small document can have a huge canonical form,
// because declarations may have to be repeated on every element.
func (w *Writer) Limit(max int) { w.max = max }

// Grow makes room for n bytes of output.
func (w *Writer) Grow(n int) { w.buf = slices.Grow(w.buf, n) }

// Len is the number of bytes of output so far.
func (w *Writer) Len() int { return int(w.written) + len(w.buf) }

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
	w.write(w.buf)
	w.buf = w.buf[:0]
}

func (w *Writer) write(b []byte) {
	if _, err := w.sink.Write(b); err != nil && w.err == nil {
		w.err = err
	}
	w.written += int64(len(b))
}

// Token writes the current token of s.
func (w *Writer) Token(s *xmlscan.Scanner) error {
	switch s.Kind() {
	case xmlscan.StartElement:
		w.start(s)
	case xmlscan.EndElement:
		w.end(s)
	case xmlscan.Text:
		if text := s.Text(); len(w.marks) == 0 {
			break
		} else if s.IsPlain() {
			w.plainText(text)
		} else {
			w.buf = appendText(w.buf, text)
		}
	case xmlscan.ProcInst:
		w.procInst(s)
	case xmlscan.Comment:
		if w.mode.Comments {
			w.comment(s.Text())
		}
	}
	if len(w.buf) > flushAt {
		w.flush(flushAt)
	}
	if w.max > 0 && w.Len() > w.max && w.err == nil {
		w.err = ErrTooLarge
	}
	return w.err
}

// plainText writes text in which only > can need an escape.
func (w *Writer) plainText(text []byte) {
	for {
		i := bytes.IndexByte(text, '>')
		run := text
		if i >= 0 {
			run = text[:i]
		}
		if len(run) >= direct && w.sink != nil {
			w.flush(0)
			w.write(run)
		} else {
			w.buf = append(w.buf, run...)
		}
		if i < 0 {
			return
		}
		w.buf = append(w.buf, "&gt;"...)
		text = text[i+1:]
	}
}

func (w *Writer) start(s *xmlscan.Scanner) {
	name, attrs := s.Name(), s.Attrs()
	first := len(w.marks) == 0
	w.marks = append(w.marks, len(w.rendered))
	if !first && s.IsPlain() && w.asWritten(name, attrs) {
		w.buf = append(w.buf, s.Raw()...)
		return
	}
	w.need = w.need[:0]
	if w.mode.Kind == Exclusive {
		w.utilized(s, name, attrs, first)
	} else {
		w.declared(s, first)
	}
	w.buf = AppendName(append(w.buf, '<'), name)
	w.declare()
	if first && len(w.context) > 0 && w.mode.Kind != Exclusive {
		attrs = w.inherit(attrs)
	}
	w.attributes(s, attrs)
	w.buf = append(w.buf, '>')
}

// asWritten reports whether the canonical form of a plain start tag is the tag
// itself: nothing has to be declared, and the attributes are in order.
func (w *Writer) asWritten(name xmlscan.Name, attrs []xmlscan.Attr) bool {
	if w.mode.Kind == Exclusive && w.binding(name.Prefix) != name.Space {
		return false
	}
	for i := range attrs {
		a := &attrs[i]
		if i > 0 && compare(&attrs[i-1].Name, &a.Name) > 0 || a.Local == "type" && a.Space == NSXSI {
			return false
		}
		if a.Prefix != "" && w.mode.Kind == Exclusive && a.Prefix != "xml" && w.binding(a.Prefix) != a.Space {
			return false
		}
	}
	return true
}

// utilized renders the namespaces that the names of the element and its
// attributes use, and those of the PrefixList.
func (w *Writer) utilized(s *xmlscan.Scanner, name xmlscan.Name, attrs []xmlscan.Attr, first bool) {
	w.use(name.Prefix, name.Space)
	for i := range attrs {
		if attrs[i].Prefix != "" {
			w.use(attrs[i].Prefix, attrs[i].Space)
		}
	}
	if len(w.prefixes) > 0 {
		w.include(s, first)
	}
}

// declared renders the namespaces in scope: at the first element all, later
// those that are declared.
func (w *Writer) declared(s *xmlscan.Scanner, first bool) {
	if !first {
		for _, d := range s.Namespaces() {
			w.use(d.Prefix, d.URI)
		}
		return
	}
	for _, d := range s.InScope(nil) {
		w.use(d.Prefix, d.URI)
	}
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

func (w *Writer) end(s *xmlscan.Scanner) {
	if len(w.marks) == 0 {
		return
	}
	if s.IsPlain() {
		w.buf = append(w.buf, s.Raw()...)
	} else {
		w.buf = append(AppendName(append(w.buf, "</"...), s.Name()), '>')
	}
	last := len(w.marks) - 1
	if n := w.marks[last]; n < len(w.rendered) {
		w.forget(n)
	}
	w.marks = w.marks[:last]
	w.rootDone = last == 0
}

// procInst writes a processing instruction; outside the root element it stands
// on a line of its own (Canonical XML 1.0, 2.3).
func (w *Writer) procInst(s *xmlscan.Scanner) {
	w.before()
	w.buf = append(append(w.buf, "<?"...), s.Name().Local...)
	if data := s.Text(); len(data) > 0 {
		w.buf = append(append(w.buf, ' '), data...)
	}
	w.buf = append(w.buf, "?>"...)
	w.behind()
}

func (w *Writer) comment(text []byte) {
	w.before()
	w.buf = append(append(append(w.buf, "<!--"...), text...), "-->"...)
	w.behind()
}

// before writes the line feed before what stands behind the root element.
func (w *Writer) before() {
	if len(w.marks) == 0 && w.rootDone {
		w.buf = append(w.buf, '\n')
	}
}

// behind writes the line feed behind what stands before the root element.
func (w *Writer) behind() {
	if len(w.marks) == 0 && !w.rootDone {
		w.buf = append(w.buf, '\n')
	}
}
