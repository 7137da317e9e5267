package codelist

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// NSGenericode is the namespace of genericode 1.0. Only the root element stands
// in it.
const NSGenericode = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"

// Namespaces of XRepository's metadata, oldest first.
const (
	NSXOEVOldest = "http://www.xoev.de/schemata/xoev-gc-codelist-1_0"
	NSXOEV1      = "http://xoev.de/schemata/genericode/1_0"
	NSXOEV2      = "http://xoev.de/schemata/genericode/2"
	NSXOEV3      = "http://xoev.de/schemata/genericode/3"
	NSXOEV4      = "http://xoev.de/schemata/genericode/4"
)

// ReadOptions changes how [Read] reads. The zero value, and a nil
// *ReadOptions, mean the strict profile and the defaults named at the fields; a
// limit that is zero or negative means its default too.
type ReadOptions struct {
	// MaxBytes is the length of the document in bytes of UTF-8; default 64 MiB,
	// never more than 4 GiB less one byte. It bounds too what is kept of foreign
	// elements in annotations together with the declarations that they need.
	MaxBytes int64
	// MaxRows is the number of rows; default 1,000,000.
	MaxRows int
	// MaxColumns is the number of columns, and of keys; default 256.
	MaxColumns int
	// AllowFIM reads lists also in the form that FIM tools write beside
	// XDatenfelder 2: all elements stand in the namespace of genericode, columns
	// lack Use (they count as optional, in a key as required), short names are
	// empty. No schema validator accepts such a list, so another reader may
	// refuse it or find nothing in it. The list gets the warning GC-110. What
	// [List.WriteTo] makes of it follows the schema.
	AllowFIM bool
}

const (
	defaultMaxBytes   = 64 << 20
	defaultMaxRows    = 1_000_000
	defaultMaxColumns = 256
	maxText           = 1 << 20 // bytes of a name, URI or version
	maxFindings       = 100
	maxNamespaces     = 128 // declarations in scope at once
)

func (o *ReadOptions) withDefaults() ReadOptions {
	var v ReadOptions
	if o != nil {
		v = *o
	}
	if v.MaxBytes <= 0 {
		v.MaxBytes = defaultMaxBytes
	}
	v.MaxBytes = min(v.MaxBytes, math.MaxUint32) // positions of values have 32 bits
	if v.MaxRows <= 0 {
		v.MaxRows = defaultMaxRows
	}
	if v.MaxColumns <= 0 {
		v.MaxColumns = defaultMaxColumns
	}
	return v
}

// Read reads a code list in genericode 1.0 to the end of r. It checks what
// genericode's schema and its rules for documents demand, and the data types of
// the columns, so that every list that it returns can be written as a valid one.
// The document is in UTF-8 or, as old lists of XRepository are, in ISO-8859-1 with
// an XML declaration that says so; positions then count bytes after conversion.
//
// A list that cannot be read gives a *finding.InvalidError with all findings (at
// most 100), each with path, line and column: codes GC-001 to GC-099, and XML-… if
// the document is not well formed or has more than 128 namespaces declared at
// once (XML-046). If r fails, so does Read with its error,
// wrapped; let r fail to cancel. Comments, processing instructions and
// xsi:schemaLocation are not kept.
func Read(r io.Reader, o *ReadOptions) (*List, error) {
	opts := o.withDefaults()
	converted, err := fromLatin1(r)
	if err != nil {
		return nil, err
	}
	p := &reader{
		s:    xmlscan.New(converted, &xmlscan.Options{MaxBytes: opts.MaxBytes, MaxNamespaces: maxNamespaces, CountSiblings: true}),
		opts: opts,
		list: &List{key: -1},
		ids:  map[string]bool{},

		rootDeclares: map[xmlscan.NSDecl]bool{},
	}
	p.document()
	if err := p.err(); err != nil {
		return nil, err
	}
	p.lint()
	return p.list, nil
}

// reader reads one document.
type reader struct {
	s    *xmlscan.Scanner
	opts ReadOptions
	list *List

	space      string // namespace of the elements below the root
	decided    bool   // that namespace is known: the root's first child was seen
	qualified  bool   // it is the one of genericode
	root       string // path of the root element
	errors     []finding.Finding
	ids        map[string]bool
	buf        []byte
	values     *interner
	full       bool           // there are more rows than allowed, which was noted
	seen       []int          // for each column, 1 + the last row that has a value there
	references []reference    // to columns, judged when all columns are known
	fields     map[*Texts]int // which generation a field of the Description came from
	validFrom  int            // and these two
	handbook   int

	rootDeclares map[xmlscan.NSDecl]bool // kept.scope
	keptBytes    int64                   // of foreign elements
}

// reference is a key's reference to a column.
type reference struct {
	id           string
	path         string
	line, column int
}

// err draws the outcome: the reader's own failure, all findings, or nil.
func (p *reader) err() error {
	err := p.s.Err()
	var syntax *xmlscan.SyntaxError
	switch {
	case errors.As(err, &syntax):
		p.errors = append(p.errors, syntax.Finding)
	case err != nil:
		return err
	}
	if len(p.errors) > 0 {
		return &finding.InvalidError{Findings: p.errors}
	}
	return nil
}

// find notes an error at the element where the scanner is.
func (p *reader) find(r finding.Rule, params map[string]string) {
	pos := p.s.Pos()
	p.findAt(r, p.s.Path(), pos.Line, pos.Column, params)
}

func (p *reader) findAt(r finding.Rule, path string, line, column int, params map[string]string) {
	if len(p.errors) < maxFindings {
		p.errors = append(p.errors, r.At(path, line, column, params))
	}
}

func (p *reader) warn(r finding.Rule, path string, params map[string]string) {
	if len(p.list.findings) < maxFindings {
		p.list.findings = append(p.list.findings, r.At(path, 0, 0, params))
	}
}

func limit(n int) map[string]string { return map[string]string{"max": strconv.Itoa(n)} }

// child advances to the next child of the open element and reports whether
// there is one; if not, the scanner stands at the element's end, or has ended.
// The caller must read every child to its end.
func (p *reader) child() bool {
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.StartElement:
			return true
		case xmlscan.EndElement:
			return false
		case xmlscan.Text:
			if !blank(p.s.Text()) {
				p.find(ruleText, nil)
			}
		}
	}
	return false
}

// blank reports whether text that passed the scanner is all white space: of the
// characters up to the space, XML allows no others. Most text of a list is
// indentation, so eight bytes are judged at a time.
func blank(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		if x&0xC0C0C0C0C0C0C0C0 != 0 || (x+0x1F1F1F1F1F1F1F1F)&0x4040404040404040 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}

// local returns the local name of the start tag if it stands in the right
// namespace, else an empty string.
func (p *reader) local() string {
	n := p.s.Name()
	if !p.decided {
		p.decided = true
		if p.opts.AllowFIM && n.Space == NSGenericode {
			p.space, p.qualified = NSGenericode, true
		}
	}
	if n.Space != p.space {
		return ""
	}
	return n.Local
}

func (p *reader) skip() { _ = p.s.Skip() } // p.err reports what stopped it

// refuse notes and skips a child that has no place here.
func (p *reader) refuse() {
	switch p.local() {
	case "":
		p.find(ruleNamespace, nil)
	case "ColumnSetRef", "ColumnRef", "KeyRef", "ComplexValue":
		p.find(ruleUnsupported, nil)
	default:
		p.find(ruleUnexpected, nil)
	}
	p.skip()
}

// particle is an element of a sequence.
type particle struct {
	name       string
	min        int
	repeatable bool
}

// sequence reads the children of the open element, which must come in the order
// of the particles, and hands each to handle with its place in the list.
func (p *reader) sequence(model []particle, handle func(i int)) {
	path, pos := p.s.Path(), p.s.Pos()
	at, count := 0, 0
	missing := func(to int) {
		for ; at < to; at, count = at+1, 0 {
			if count < model[at].min {
				p.findAt(ruleMissing, path, pos.Line, pos.Column, map[string]string{"element": model[at].name})
			}
		}
	}
	for p.child() {
		name, i := p.local(), at
		for i < len(model) && model[i].name != name {
			i++
		}
		if i == len(model) || i == at && count > 0 && !model[i].repeatable {
			p.refuse()
			continue
		}
		missing(i)
		count++
		handle(i)
	}
	if p.s.Err() == nil {
		missing(len(model))
	}
}

// attributes checks that the element has no attributes but these ("xml:lang"
// and "xml:base" stand for the two of the XML namespace).
func (p *reader) attributes(allowed ...string) {
	for _, a := range p.s.Attrs() {
		switch a.Space {
		case "", nsXML:
			if !isAllowed(a.Space, a.Local, allowed) {
				p.find(ruleAttribute, map[string]string{"attribute": "unknown"})
			}
		case nsXSI:
			if a.Local != "schemaLocation" && a.Local != "noNamespaceSchemaLocation" {
				p.find(ruleAttribute, map[string]string{"attribute": "xsi"})
			}
		default:
			p.find(ruleAttribute, map[string]string{"attribute": "unknown"})
		}
	}
}

const (
	nsXML = "http://www.w3.org/XML/1998/namespace"
	nsXSI = "http://www.w3.org/2001/XMLSchema-instance"
)

func isAllowed(space, local string, allowed []string) bool {
	for _, name := range allowed {
		if space == "" && name == local || space != "" && len(name) > 4 && name[:4] == "xml:" && name[4:] == local {
			return true
		}
	}
	return false
}

// attribute returns an attribute, white space collapsed.
func (p *reader) attribute(name string) (string, bool) {
	v, ok := p.s.Attr("", name)
	return collapse(string(v)), ok
}

func (p *reader) mandatory(name string) string {
	v, ok := p.attribute(name)
	if !ok {
		p.find(ruleAttributeMissing, map[string]string{"attribute": name})
	}
	return v
}

// language returns xml:lang, or the attribute Lang, and checks it.
func (p *reader) language(space, name string) string {
	v, ok := p.s.Attr(space, name)
	if !ok {
		return ""
	}
	lang := collapse(string(v))
	if !isLanguage(lang) && (lang != "" || space == "") {
		p.find(ruleAttributeValue, map[string]string{"attribute": name})
	}
	return lang
}

// text reads the text of the open element to its end.
func (p *reader) text() string {
	p.buf = p.buf[:0]
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.StartElement:
			p.refuse()
		case xmlscan.EndElement:
			if len(p.buf) > maxText {
				p.find(ruleLimit, limit(maxText))
				return ""
			}
			return string(p.buf)
		case xmlscan.Text:
			if len(p.buf) <= maxText {
				p.buf = append(p.buf, p.s.Text()...)
			}
		}
	}
	return ""
}

// uri reads an element of the type xs:anyURI.
func (p *reader) uri() string {
	pos, path := p.s.Pos(), p.s.Path()
	p.attributes()
	v := collapse(p.text())
	if !isURI(v) {
		p.findAt(ruleURI, path, pos.Line, pos.Column, nil)
	}
	return v
}
