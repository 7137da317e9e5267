package xdatenfelder

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
)

// WriteOptions changes how [Write] writes. The zero value, and a nil
// *WriteOptions, mean the strict profile and the defaults.
type WriteOptions struct {
	// MaxElements is the number of Datenfelder, Datenfeldgruppen and Regeln in the
	// document, each counted wherever it stands; default 100,000.
	MaxElements int
	// AllowAnyCharacter writes characters outside of String.Latin 1.1.1, too, as
	// [Options.AllowAnyCharacter] reads them: the document is not valid then.
	AllowAnyCharacter bool
}

// maxDepth is the number of elements open at once that the scanner reads.
const maxDepth = 256

// Write writes a message as a document of its version, XDatenfelder 2.0 or
// 3.0.0, in UTF-8. The same message gives the same bytes, which are valid by the
// published schema; reading them gives an equal message. What stands in the tree
// of the one object is written; the lists Datenfelder, Datenfeldgruppen, Regeln
// and Findings are not looked at.
//
// Everything is checked before the first byte: a value that the version cannot
// hold (XDF2-050, XDF3-050), that does not have its type, or that is missing is
// never dropped or mended. It gives a *finding.InvalidError with all findings (at
// most 100), whose paths name elements of the document that would have been
// written. An error of w is returned wrapped.
func Write(w io.Writer, n *Nachricht, o *WriteOptions) error {
	var opts WriteOptions
	if o != nil {
		opts = *o
	}
	if opts.MaxElements <= 0 {
		opts.MaxElements = defaultMaxElements
	}
	e := newChecker(opts)
	if err := e.message(n); err != nil {
		return err
	}
	e = &encoder{opts: opts, w: bufio.NewWriterSize(w, 1<<15)}
	if err := e.message(n); err != nil {
		return err
	}
	if err := e.w.Flush(); err != nil {
		return fmt.Errorf("xdatenfelder: write: %w", err)
	}
	return nil
}

// encoder goes through a message twice: checking, without output, and then
// writing, without checks. In the first pass each element is looked at once,
// however often it stands in the message.
type encoder struct {
	opts     WriteOptions
	checking bool
	w        *bufio.Writer
	n        *Nachricht
	t        *tables
	stack    []frame
	err      error // of a code list

	findings []finding.Finding
	elements int
	deepest  int
	tooDeep  bool
	tooMany  bool
	memo     map[any]*measured // by pointer
	open     []any             // elements around, by pointer
	felder   map[Identifikation]*Datenfeld
	gruppen  map[Identifikation]*Datenfeldgruppe
	regeln   map[Identifikation]*Regel
}

// frame is an open element; last and index count the latest of its children.
type frame struct {
	name  string
	index int
	last  string
	count int
	inner bool // has had an element
}

// measured is an element that has been checked.
type measured struct {
	elements, height int
	canonical        any // pointer that stands for all of the same id and version
}

func (e *encoder) message(n *Nachricht) error {
	e.n = n
	root, object, write := "", "", func() {}
	if n != nil {
		root, object, write = e.object()
	}
	switch {
	case n != nil && n.Version == XDF2:
		e.t = &tables2
	case n != nil && n.Version == XDF3:
		e.t = &tables3
	default:
		return &finding.InvalidError{Findings: []finding.Finding{ruleReadOnly.At("/", 0, 0, nil)}}
	}
	if root == "" {
		return &finding.InvalidError{Findings: []finding.Finding{ruleOneObject.At("/", 0, 0, nil)}}
	}
	if n.Version == XDF2 && n.Dokumentsteckbrief != nil {
		object = tables2.steckbriefName
	}
	_, _ = e.w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	e.start(root, attribute{"xmlns:xdf", namespaces[n.Version]})
	e.header()
	e.start(object)
	write()
	e.end()
	e.end()
	_ = e.w.WriteByte('\n')
	if len(e.findings) > 0 {
		return &finding.InvalidError{Findings: e.findings}
	}
	return e.err
}

var namespaces = map[Version]string{XDF1: NS1, XDF2: NS2, XDF3: NS3}

// object returns what writes the one object of a message, or an empty root if
// there is not exactly one.
func (e *encoder) object() (root, object string, write func()) {
	n, count := e.n, 0
	add := func(present bool, r, o string, w func()) {
		if present {
			count++
			root, object, write = r, o, w
		}
	}
	add(n.Dokumentsteckbrief != nil, rootSteckbrief, "dokumentsteckbrief", func() { e.steckbrief(n.Dokumentsteckbrief) })
	add(n.Stammdatenschema != nil, rootSchema, "stammdatenschema", func() { e.schema(n.Stammdatenschema) })
	add(n.Datenfeldgruppe != nil, rootGruppe, "datenfeldgruppe", func() { e.gruppe(n.Datenfeldgruppe) })
	add(n.Datenfeld != nil, rootFeld, "datenfeld", func() { e.feld(n.Datenfeld) })
	name := "codeliste"
	if n.Version == XDF3 {
		name = "genericode"
	}
	add(n.Codeliste != nil, rootListe, name, func() { e.codeliste(n.Codeliste) })
	if count != 1 {
		return "", "", nil
	}
	return root, object, write
}

const (
	rootSteckbrief = "xdatenfelder.dokumentsteckbrief.0101"
	rootSchema     = "xdatenfelder.stammdatenschema.0102"
	rootGruppe     = "xdatenfelder.datenfeldgruppe.0103"
	rootFeld       = "xdatenfelder.datenfeld.0104"
	rootListe      = "xdatenfelder.codeliste.0105"
)

type attribute struct{ name, value string }

// push opens an element in the path.
func (e *encoder) push(name string) {
	index := 1
	if len(e.stack) > 0 {
		f := &e.stack[len(e.stack)-1]
		if f.last != name {
			f.last, f.count = name, 0
		}
		f.count++
		f.inner = true
		index = f.count
	}
	e.stack = append(e.stack, frame{name: name, index: index})
	e.deepest = max(e.deepest, len(e.stack))
}

// start writes a start tag on a line of its own.
func (e *encoder) start(name string, attrs ...attribute) {
	e.push(name)
	if e.checking {
		for _, a := range attrs {
			e.checkAttribute(a)
		}
		return
	}
	_ = e.w.WriteByte('\n')
	for range len(e.stack) - 1 {
		_, _ = e.w.WriteString("  ")
	}
	_, _ = e.w.WriteString("<xdf:")
	_, _ = e.w.WriteString(name)
	for _, a := range attrs {
		_ = e.w.WriteByte(' ')
		_, _ = e.w.WriteString(a.name)
		_, _ = e.w.WriteString(`="`)
		e.escape(a.value, true)
		_ = e.w.WriteByte('"')
	}
	_ = e.w.WriteByte('>')
}

// end writes the end tag of the innermost element: on a line of its own if there
// are elements in it.
func (e *encoder) end() {
	f := e.stack[len(e.stack)-1]
	e.stack = e.stack[:len(e.stack)-1]
	if e.checking {
		return
	}
	if f.inner {
		_ = e.w.WriteByte('\n')
		for range len(e.stack) {
			_, _ = e.w.WriteString("  ")
		}
	}
	_, _ = e.w.WriteString("</xdf:")
	_, _ = e.w.WriteString(f.name)
	_ = e.w.WriteByte('>')
}

// simple writes an element with text, which has been checked.
func (e *encoder) simple(name, text string, attrs ...attribute) {
	e.start(name, attrs...)
	if !e.checking {
		e.escape(text, false)
	}
	e.end()
}

var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")
)

func (e *encoder) escape(s string, inAttribute bool) {
	if inAttribute {
		_, _ = attributeEscapes.WriteString(e.w, s)
		return
	}
	_, _ = textEscapes.WriteString(e.w, s)
}

// path names the innermost element.
func (e *encoder) path() string {
	var b strings.Builder
	for _, f := range e.stack {
		b.WriteString("/xdf:")
		b.WriteString(f.name)
		if f.index > 1 {
			b.WriteString("[" + strconv.Itoa(f.index) + "]")
		}
	}
	return b.String()
}

// refuse notes a finding at the innermost element, or at a child of it.
func (e *encoder) refuse(r *rule, child string, params map[string]string) {
	if len(e.findings) >= maxErrors {
		return
	}
	path := e.path()
	if child != "" {
		path += "/xdf:" + child
	}
	e.findings = append(e.findings, r.in(e.n.Version).At(path, 0, 0, params))
}

// checkText refuses what XML, the type, or this package's reader does not take.
// It is called within the element.
func (e *encoder) checkText(s string, isLatin bool) {
	switch {
	case len(s) > maxText:
		e.refuse(ruleLimit, "", map[string]string{"max": strconv.Itoa(maxText)})
	case !validXML(s):
		e.refuse(ruleValue, "", map[string]string{"type": "xs:string"})
	case isLatin && !e.opts.AllowAnyCharacter && !latin.StringLatin11.ValidString(s):
		e.refuse(ruleLatin, "", nil)
	}
}

// maxAttribute is the length in bytes of an attribute's value; a start tag has
// at most five of them, and the scanner's limit is 1 MiB as written.
const maxAttribute = 32 << 10

func (e *encoder) checkAttribute(a attribute) {
	switch {
	case len(a.value) > maxAttribute:
		e.refuse(ruleLimit, "", map[string]string{"attribute": a.name, "max": strconv.Itoa(maxAttribute)})
	case !validXML(a.value):
		e.refuse(ruleValue, "", map[string]string{"attribute": a.name, "type": "xs:string"})
	}
}

// validXML reports whether a text holds nothing but characters of XML 1.0.
func validXML(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
		i += n
	}
	return true
}
