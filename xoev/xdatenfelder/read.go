package xdatenfelder

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Options changes how [Read] reads. The zero value, and a nil *Options, mean the
// strict profile and the defaults named at the fields; a limit that is zero or
// negative means its default too.
type Options struct {
	// MaxBytes is the length of the document; default 64 MiB.
	MaxBytes int64
	// MaxElements is the number of Datenfelder, Datenfeldgruppen and Regeln,
	// repeated ones counted each time; default 100,000.
	MaxElements int
	// Quality adds the quality check: messages of the FIM list XDFM as warnings
	// in [Nachricht.Findings]. XDatenfelder 1 has none.
	Quality bool
	// Liste finds the code list of a reference, for the quality check; nil where
	// there is none. Without it, XDFM-1076 and 1122 are not given, and 1044, 1045
	// and 1093 for inline values only.
	Liste func(CodelisteReferenz) *codelist.List
	// AllowAnyCharacter makes characters outside of String.Latin 1.1.1 a warning
	// (XDF2-102, XDF3-102). Editors let „ and – through, the schema does not:
	// such a document fails wherever it is checked against the schema.
	AllowAnyCharacter bool
}

const (
	defaultMaxBytes    = 64 << 20
	defaultMaxElements = 100_000
	maxText            = 1 << 20 // bytes of one text
	maxErrors          = 100
	maxWarnings        = 1000
	nsXSI              = "http://www.w3.org/2001/XMLSchema-instance"
	namespacePrefix    = "urn:xoev-de:fim:standard:xdatenfelder_"
)

// Read reads a message of XDatenfelder 2.0 or 3.0.0 to the end of r; its version
// is that of its root's namespace. It checks what the schema demands, and that
// what occurs several times is the same each time.
//
// A document that cannot be read gives a *finding.InvalidError with all findings
// (at most 100, warnings not counted), each with path, line and column: codes
// XDF-…, XDF2-…, XDF3-…, XML-… if it is not well formed, GC-… in code lists. If r
// fails, so does Read with its error, wrapped; let r fail to cancel.
func Read(r io.Reader, o *Options) (*Nachricht, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	if opts.MaxBytes <= 0 {
		opts.MaxBytes = defaultMaxBytes
	}
	if opts.MaxElements <= 0 {
		opts.MaxElements = defaultMaxElements
	}
	p := &reader{
		s:       xmlscan.New(r, &xmlscan.Options{MaxBytes: opts.MaxBytes, CountSiblings: true}),
		opts:    opts,
		n:       &Nachricht{},
		strings: make(map[string]string, 512),
		gruppen: map[Identifikation]*Datenfeldgruppe{},
		felder:  map[Identifikation]*Datenfeld{},
		regeln:  map[Identifikation]*Regel{},
		json:    map[string]json2{},
	}
	p.document()
	if err := p.err(); err != nil {
		return nil, err
	}
	p.n.Findings = p.warnings
	return p.n, nil
}

// reader reads one document.
type reader struct {
	s        *xmlscan.Scanner
	opts     Options
	n        *Nachricht
	t        *tables
	ns       string // of the elements that are expected
	errors   []finding.Finding
	warnings []finding.Finding
	strings  map[string]string // texts, each kept once
	buf      []byte
	elements int
	open     []openElement // elements around, by id
	gruppen  map[Identifikation]*Datenfeldgruppe
	felder   map[Identifikation]*Datenfeld
	regeln   map[Identifikation]*Regel
	json     map[string]json2 // praezisierung of XDF2 by its text
	quality  quality
}

type openElement struct {
	kind string // local name
	id   Identifikation
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
		return &finding.InvalidError{Findings: append(p.errors, p.warnings...)}
	}
	return nil
}

// place is where an element begins.
type place struct {
	path string
	pos  xmlscan.Position
}

func (p *reader) here() place { return place{p.s.Path(), p.s.Pos()} }

// find notes an error at the current token.
func (p *reader) find(r *rule, params map[string]string) {
	if len(p.errors) < maxErrors {
		p.findAt(r, p.here(), params)
	}
}

func (p *reader) findAt(r *rule, at place, params map[string]string) {
	f := r.in(p.n.Version).At(at.path, at.pos.Line, at.pos.Column, params)
	switch {
	case f.Severity == finding.Warning:
		p.warn(f)
	case len(p.errors) < maxErrors:
		p.errors = append(p.errors, f)
	}
}

func (p *reader) warn(f finding.Finding) {
	if len(p.warnings) < maxWarnings {
		p.warnings = append(p.warnings, f)
	}
}

// document reads the root element and what it holds.
func (p *reader) document() {
	for p.s.Next() {
		if p.s.Kind() == xmlscan.StartElement {
			p.root()
			break
		}
	}
	for p.s.Next() { // the scanner checks the rest
	}
}

func (p *reader) root() {
	name, pos := p.s.Name(), p.s.Pos()
	refuse := func(r finding.Rule) {
		p.errors = append(p.errors, r.At(p.s.Path(), pos.Line, pos.Column, nil))
		_ = p.s.Skip()
	}
	switch {
	case name.Space == NS1:
		p.n.Version, p.t, p.opts.Quality = XDF1, &tables1, false
	case name.Space == NS2:
		p.n.Version, p.t = XDF2, &tables2
	case name.Space == NS3:
		p.n.Version, p.t = XDF3, &tables3
	case strings.HasPrefix(name.Space, namespacePrefix) && digit(name.Space[len(namespacePrefix):]):
		refuse(ruleVersion)
		return
	default:
		refuse(ruleRoot)
		return
	}
	p.ns = name.Space
	object, read := p.message(name.Local)
	if read == nil {
		refuse(ruleMessage)
		return
	}
	p.attributes(nil)
	table := []slot{tableNachricht[0], {name: object, id: fObject, required: true}}
	p.sequence(table, func(f field) {
		if f == fHeader {
			p.header()
			return
		}
		read()
	})
}

func digit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// message returns the name of the object that a message holds and what reads it.
func (p *reader) message(root string) (object string, read func()) {
	if p.n.Version == XDF1 {
		return p.message1(root)
	}
	switch root {
	case rootSteckbrief:
		return p.t.steckbriefName, func() { p.n.Dokumentsteckbrief = p.steckbrief() }
	case rootSchema:
		return "stammdatenschema", func() { p.n.Stammdatenschema = p.schema() }
	case rootGruppe:
		return "datenfeldgruppe", func() { p.n.Datenfeldgruppe = p.gruppe() }
	case rootFeld:
		return "datenfeld", func() { p.n.Datenfeld = p.feld() }
	case rootListe:
		if p.n.Version == XDF3 {
			return "genericode", func() { p.n.Codeliste = &Codeliste{Listen: p.genericode()} }
		}
		return "codeliste", func() { p.n.Codeliste = p.codeliste() }
	}
	return "", nil
}

// sequence reads the children of an element, whose start tag the scanner is at,
// and leaves it at the end tag. fn reads a child from its start tag to its end
// tag. Every departure from the sequence is a finding.
func (p *reader) sequence(table []slot, fn func(field)) {
	pos := p.s.Pos()
	var seen uint64
	at, spoken := 0, false
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.EndElement:
			for i := range table {
				if table[i].required && seen&(1<<i) == 0 {
					p.findAt(ruleMissing, place{p.s.Path(), pos}, map[string]string{"element": table[i].name})
				}
			}
			return
		case xmlscan.Text:
			if !spoken && !blank(p.s.Text()) {
				spoken = true // chunks depend on how the reader delivers, so the place is the element's
				p.findAt(ruleText, place{p.s.Path(), pos}, nil)
			}
		case xmlscan.StartElement:
			at = p.child(table, at, &seen, fn)
		}
	}
}

// child reads one child and returns where in the table the next one may stand.
func (p *reader) child(table []slot, at int, seen *uint64, fn func(field)) int {
	name := p.s.Name()
	i := at
	for i < len(table) && (table[i].name != name.Local || !table[i].many && *seen&(1<<i) != 0) {
		i++
	}
	if i < len(table) && name.Space == p.ns {
		*seen |= 1 << i
		fn(table[i].id)
		return i
	}
	i = slotOf(table, name.Local)
	switch {
	case i < 0:
		p.find(ruleUnknown, nil)
	case name.Space != p.ns:
		p.find(ruleNamespace, nil)
		*seen |= 1 << i
	case *seen&(1<<i) != 0 && !table[i].many:
		p.find(ruleTwice, nil)
	default:
		p.find(ruleOrder, nil)
		if *seen&(1<<i) == 0 {
			*seen |= 1 << i
			fn(table[i].id)
			return at
		}
	}
	_ = p.s.Skip()
	return at
}

func slotOf(table []slot, name string) int {
	for i := range table {
		if table[i].name == name {
			return i
		}
	}
	return -1
}

// blank reports whether text that passed the scanner is all white space: of the
// characters up to the space, XML allows no others. Most text of a schema is
// indentation, so eight bytes are judged at a time.
func blank(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		if w == 0x2020202020202020 {
			continue
		}
		for _, c := range b[:8] {
			if c > ' ' {
				return false
			}
		}
	}
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}

// attributes notes every attribute that is not among the allowed ones, which
// stand in no namespace. xsi:schemaLocation may stand anywhere.
func (p *reader) attributes(allowed []string) {
	attrs := p.s.Attrs()
	for i := range attrs {
		p.checkAttribute(&attrs[i], allowed)
	}
}

func (p *reader) checkAttribute(a *xmlscan.Attr, allowed []string) {
	switch {
	case a.Space == "" && contains(allowed, a.Local):
	case a.Space == nsXSI && (a.Local == "schemaLocation" || a.Local == "noNamespaceSchemaLocation"):
	default:
		p.find(ruleAttribute, nil)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// raw reads the text of a simple element, whose attributes are checked already.
// The bytes are valid until the next text is read; ok is false if there is none.
func (p *reader) raw() (b []byte, ok bool) {
	depth, at := p.s.Depth(), p.s.Pos()
	b, err := p.s.AppendText(p.buf[:0], maxText)
	if err == nil {
		p.buf = b
		return b, true
	}
	var syntax *xmlscan.SyntaxError
	if p.s.Err() != nil || !errors.As(err, &syntax) {
		return nil, false
	}
	if syntax.Code() == "XML-050" {
		p.find(ruleChild, nil)
	} else {
		p.findAt(ruleLimit, place{p.s.Path(), at}, map[string]string{"max": strconv.Itoa(maxText)})
	}
	for p.s.Kind() != xmlscan.EndElement || p.s.Depth() != depth {
		if !p.s.Next() {
			break
		}
	}
	return nil, false
}

func (p *reader) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := p.strings[string(b)]; ok {
		return s
	}
	s := string(b)
	p.strings[s] = s
	return s
}

// latin reads an element of the type String.Latin.
func (p *reader) latin() string {
	p.attributes(nil)
	return p.latinText()
}

func (p *reader) latinText() string {
	pos := p.s.Pos()
	b, ok := p.raw()
	if !ok {
		return ""
	}
	if !latin.StringLatin11.Valid(b) {
		r := ruleLatin
		if p.opts.AllowAnyCharacter {
			r = ruleAnyCharacter
		}
		p.findAt(r, place{p.s.Path(), pos}, nil)
	}
	return p.intern(b)
}

// text reads an element of the type xs:string.
func (p *reader) text() string {
	p.attributes(nil)
	b, _ := p.raw()
	return p.intern(b)
}

// token reads an element of the type xs:token.
func (p *reader) token() string {
	p.attributes(nil)
	b, _ := p.raw()
	return p.intern(collapse(b))
}

// value reads an element whose collapsed text must satisfy a check.
func (p *reader) value(typ string, valid func([]byte) bool) string {
	pos := p.s.Pos()
	p.attributes(nil)
	b, ok := p.raw()
	if !ok {
		return ""
	}
	if b = collapse(b); !valid(b) {
		p.findAt(ruleValue, place{p.s.Path(), pos}, map[string]string{"type": typ})
		return ""
	}
	return p.intern(b)
}

func (p *reader) datum() Datum { return Datum(p.value("xs:date", validDate)) }

func (p *reader) zeitpunkt() Zeitpunkt { return Zeitpunkt(p.value("xs:dateTime", validDateTime)) }

// code reads a code of XÖV-Code 1.0 without the element name.
func (p *reader) code(spec *codeSpec) (c codelist.Code) {
	hasVersion := false
	attrs := p.s.Attrs()
	for i := range attrs {
		a := &attrs[i]
		switch {
		case a.Space == "" && a.Local == "listURI":
			if string(a.Value) != spec.uri && string(collapse(a.Value)) != spec.uri {
				p.find(ruleList, map[string]string{"listURI": spec.uri})
			}
		case a.Space == "" && a.Local == "listVersionID":
			hasVersion = true
			if spec.version == "" {
				c.ListVersionID = p.intern(a.Value)
			} else if string(a.Value) != spec.version {
				p.find(ruleList, map[string]string{"listVersionID": spec.version})
			}
		default:
			p.checkAttribute(a, nil)
		}
	}
	if !hasVersion && spec.version == "" {
		p.find(ruleAttributeMissing, map[string]string{"attribute": "listVersionID"})
	}
	c.ListURI = spec.uri
	if spec.version != "" {
		c.ListVersionID = spec.version
	}
	ns := p.ns
	p.ns = ""
	p.sequence(tableCode, func(field) {
		at := p.s.Pos()
		p.attributes(nil)
		b, ok := p.raw()
		if !ok {
			return
		}
		b = collapse(b)
		if spec.codes == nil {
			c.Code = p.intern(b)
			return
		}
		for _, code := range spec.codes {
			if string(b) == code {
				c.Code = code
				return
			}
		}
		p.findAt(ruleCode, place{p.s.Path(), at}, map[string]string{"codes": strings.Join(spec.codes, " ")})
	})
	p.ns = ns
	return c
}
