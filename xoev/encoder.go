package xoev

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Encoder writes XML that is exact about namespaces: every element and
// attribute is written in the namespace of its name and in no other. In
// particular an element in no namespace stays in none; encoding/xml puts it
// into the parent's default namespace, which makes XÖV messages invalid.
//
// A namespace is written with the prefix that is in scope for it. If there is
// none, the element declares it, with the name's Prefix if that is free, else
// as ns1, ns2 and so on. The default namespace is never used.
//
// The first error sticks: later calls do nothing, and [Encoder.Err] returns
// it. [Write] passes an Encoder to the body of a message, [Writer.Encoder]
// gives one whose output leaves in pieces; the zero value is not usable. It is
// used by one goroutine.
type Encoder struct {
	buf   bytes.Buffer
	limit int
	scope []xmlscan.NSDecl // what is declared, innermost last
	stack []encFrame
	base  int // elements that the body must not end
	open  bool
	err   error

	out     io.Writer // where full pieces of buf go; nil = nowhere
	written int64     // bytes that have left buf
	tail    [2]byte   // the last of them
	proof   *proof    // judges what is written; nil = the finished message is proofread
	pending bool      // a writer of base64 has not been closed
	closed  bool      // the root has been ended
	names   []xmlscan.Name
	visible []xmlscan.NSDecl
	wrapped bytes.Buffer // XML that was handed over, for the judge
	judge   *xmlscan.Scanner
}

type encFrame struct {
	prefix, local string
	scope         int // length of the scope outside
}

// Err returns the first error. A *finding.InvalidError names the element.
func (e *Encoder) Err() error { return e.err }

// Start writes a start tag with attributes. An attribute's order is kept.
func (e *Encoder) Start(name xmlscan.Name, attrs ...Attribute) { e.start(name, nil, attrs) }

func (e *Encoder) start(name xmlscan.Name, declare []xmlscan.NSDecl, attrs []Attribute) {
	if !e.ready() {
		return
	}
	f := encFrame{local: name.Local, scope: len(e.scope)}
	e.stack = append(e.stack, f)
	if !isNCName(name.Local) || !legalXML(name.Space) {
		e.fail(ruleWriteName, nil)
		return
	}
	e.closeTag()
	e.scope = append(e.scope, declare...)
	f.prefix = e.prefix(name)
	e.stack[len(e.stack)-1].prefix = f.prefix
	names := e.attributeNames(attrs)
	if e.proof != nil && e.err == nil {
		e.proof.tag(e, names, attrs)
	}
	if e.err != nil {
		return
	}
	e.buf.WriteByte('<')
	writeName(&e.buf, xmlscan.Name{Prefix: f.prefix, Local: name.Local})
	for _, d := range e.scope[f.scope:] {
		writeDecl(&e.buf, d)
	}
	for i, a := range attrs {
		writeAttr(&e.buf, names[i], a.Value)
	}
	e.open = true
	e.check()
}

// attributeNames chooses prefixes, and refuses bad and repeated attributes.
func (e *Encoder) attributeNames(attrs []Attribute) []xmlscan.Name {
	e.names = e.names[:0]
	for i, a := range attrs {
		switch {
		case !isNCName(a.Name.Local), a.Name.Space == "" && a.Name.Local == "xmlns", !legalXML(a.Name.Space):
			e.fail(ruleWriteName, nil)
		case !legalXML(a.Value):
			e.fail(ruleWriteChar, map[string]string{"attribute": a.Name.Local})
		case slices.ContainsFunc(attrs[:i], func(b Attribute) bool {
			return b.Name.Local == a.Name.Local && b.Name.Space == a.Name.Space
		}):
			e.fail(ruleWriteName, nil)
		}
		if e.err != nil {
			return nil
		}
		e.names = append(e.names, xmlscan.Name{Prefix: e.prefix(a.Name), Local: a.Name.Local})
	}
	return e.names
}

// prefix finds the prefix of a name, or declares one on the start tag that is
// being written.
func (e *Encoder) prefix(name xmlscan.Name) string {
	switch name.Space {
	case "":
		return ""
	case nsXML:
		return "xml"
	case nsXMLNS:
		e.fail(ruleWriteNamespace, nil)
		return ""
	}
	if name.Prefix != "" && e.lookup(name.Prefix) == name.Space {
		return name.Prefix
	}
	for i := len(e.scope) - 1; i >= 0; i-- {
		if d := e.scope[i]; d.URI == name.Space && e.lookup(d.Prefix) == d.URI {
			return d.Prefix
		}
	}
	d := xmlscan.NSDecl{Prefix: name.Prefix, URI: name.Space}
	for n := 1; !e.free(d.Prefix); n++ {
		d.Prefix = "ns" + strconv.Itoa(n)
	}
	e.scope = append(e.scope, d)
	return d.Prefix
}

// free reports whether a prefix may be declared: it is a name, not reserved,
// and not bound already (rebinding would hide what a value may refer to).
func (e *Encoder) free(prefix string) bool {
	return isNCName(prefix) && !reservedPrefix(prefix) && e.lookup(prefix) == ""
}

func reservedPrefix(prefix string) bool {
	return len(prefix) >= 3 && strings.EqualFold(prefix[:3], "xml")
}

func (e *Encoder) lookup(prefix string) string {
	for i := len(e.scope) - 1; i >= 0; i-- {
		if e.scope[i].Prefix == prefix {
			return e.scope[i].URI
		}
	}
	return ""
}

// Text writes character data.
func (e *Encoder) Text(s string) {
	switch {
	case s == "" || !e.ready():
	case !legalXML(s):
		e.fail(ruleWriteChar, nil)
	default:
		e.closeTag()
		for ; len(s) > pieceSize && e.err == nil; s = s[pieceSize:] {
			escape(&e.buf, s[:pieceSize], false)
			e.check()
		}
		if e.err == nil {
			escape(&e.buf, s, false)
			e.check()
		}
	}
}

// End writes the end tag of the element that is open.
func (e *Encoder) End() {
	switch {
	case !e.ready():
	case len(e.stack) <= e.base:
		e.fail(ruleWriteNesting, nil)
	default:
		e.end()
	}
}

func (e *Encoder) end() {
	f := e.stack[len(e.stack)-1]
	if e.open {
		e.buf.WriteString("/>")
		e.open = false
	} else {
		e.buf.WriteString("</")
		writeName(&e.buf, xmlscan.Name{Prefix: f.prefix, Local: f.local})
		e.buf.WriteByte('>')
	}
	e.stack = e.stack[:len(e.stack)-1]
	e.scope = e.scope[:f.scope]
	e.check()
}

// Element writes an element that holds only text.
func (e *Encoder) Element(name xmlscan.Name, text string, attrs ...Attribute) {
	e.Start(name, attrs...)
	e.Text(text)
	e.ending()
}

// Code writes a code: name, attributes listURI and listVersionID where they
// are not empty, and the children code and (where not empty) name, which are
// in no namespace. Source: xoev-code.xsd 1.0, Code.
func (e *Encoder) Code(name xmlscan.Name, c Code) { e.code(name, c, false) }

func (e *Encoder) code(name xmlscan.Name, c Code, alwaysVersion bool) {
	var attrs []Attribute
	if c.ListURI != "" {
		attrs = append(attrs, Attribute{xmlscan.Name{Local: "listURI"}, c.ListURI})
	}
	if c.ListVersionID != "" || alwaysVersion {
		attrs = append(attrs, Attribute{xmlscan.Name{Local: "listVersionID"}, c.ListVersionID})
	}
	e.Start(name, attrs...)
	e.Element(xmlscan.Name{Local: elCode.local}, c.Code)
	if c.Name != "" {
		e.Element(xmlscan.Name{Local: elCodeName.local}, c.Name)
	}
	e.ending()
}

// ending ends an element that this package has started.
func (e *Encoder) ending() {
	if e.err == nil {
		e.end()
	}
}

// Raw writes XML that is there already: any number of complete elements, text
// and comments. It may use the prefixes that are in scope. It is checked to be
// well formed and complete, and then written byte for byte.
func (e *Encoder) Raw(xml []byte) {
	if len(xml) == 0 || !e.ready() || !e.fits(len(xml)) {
		return
	}
	if e.scanRaw(xml, nil) {
		e.writeRaw(xml)
	}
}

// RawElement writes one complete element of the given name that is there
// already as XML; only comments, processing instructions and white space may
// stand around it. Otherwise it is as [Encoder.Raw].
func (e *Encoder) RawElement(name xmlscan.Name, xml []byte) {
	if e.ready() && e.fits(len(xml)) && e.scanRaw(xml, &name) {
		e.writeRaw(xml)
	}
}

func (e *Encoder) inScope() []xmlscan.NSDecl {
	e.visible = e.visible[:0]
	for i, d := range e.scope {
		hidden := slices.ContainsFunc(e.scope[i+1:], func(x xmlscan.NSDecl) bool { return x.Prefix == d.Prefix })
		if !hidden {
			e.visible = append(e.visible, d)
		}
	}
	return e.visible
}

func (e *Encoder) closeTag() {
	if e.open {
		e.buf.WriteByte('>')
		e.open = false
	}
}

func (e *Encoder) check() {
	if e.fits(0) && e.out != nil && e.buf.Len() >= pieceSize {
		e.flush()
	}
}

// fits reports whether n more bytes are allowed; if not, the encoder fails.
func (e *Encoder) fits(n int) bool {
	if e.written+int64(e.buf.Len())+int64(n) > int64(e.limit) {
		e.fail(ruleWriteLimit, map[string]string{"max": strconv.Itoa(e.limit)})
	}
	return e.err == nil
}

// ready reports whether more may be written; where it may not, that is an error.
func (e *Encoder) ready() bool {
	if e.pending || e.closed {
		e.fail(ruleWriteNesting, nil)
	}
	return e.err == nil
}

func (e *Encoder) fail(r finding.Rule, params map[string]string) {
	if e.err != nil {
		return
	}
	var path strings.Builder
	for _, f := range e.stack {
		path.WriteByte('/')
		path.WriteString(strings.ToValidUTF8(f.local, "\uFFFD"))
	}
	e.err = &finding.InvalidError{Findings: []finding.Finding{r.At(path.String(), 0, 0, params)}}
}
