package signature

import (
	"bytes"
	"errors"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// document is what one pass over a document finds out.
type document struct {
	root       xmlscan.Name
	rootIDs    []string
	rootEnd    int64 // offset of the root's end tag
	rootEmpty  bool  // the root is an empty-element tag, ending at rootEnd
	signatures []*reader
	broken     []finding.Finding // duplicate IDs

	canonical            *c14n.Writer
	rootStart, rootLimit int  // the root element within the canonical form
	overflow             bool // the canonical form was given up; see pass.soft
}

// pass drives one scan: it feeds the canonicaliser, sets the signatures aside
// and watches the IDs.
type pass struct {
	doc      *document
	scan     *xmlscan.Scanner
	enclosed bool // leave out Signature children of the root and read them
	limit    int64
	ids      idSet
	maxIDs   int // 0: as many as there are
	root     c14n.Ancestors
	reading  *reader
	names    *nameFinder // when signing
	// soft goes on without the canonical form where that gets too large, instead
	// of failing.
	soft bool
	// rootOnly leaves out what stands outside the root element.
	rootOnly bool
}

// run scans to the end. The error is the scanner's or the canonicaliser's sink's.
func (p *pass) run() error {
	for p.scan.Next() {
		if err := p.token(); err != nil {
			return err
		}
	}
	if err := p.scan.Err(); err != nil {
		return err
	}
	return p.doc.canonical.Close()
}

func (p *pass) token() error {
	s, d := p.scan, p.doc
	kind := s.Kind()
	if kind == xmlscan.StartElement {
		p.start()
		if p.maxIDs > 0 && p.ids.n > p.maxIDs {
			return ErrTooManyIDs
		}
	}
	if p.reading != nil {
		if p.reading.token(s) {
			p.reading = nil
		}
		return nil
	}
	if p.names != nil {
		p.names.token(s)
	}
	if d.overflow || p.rootOnly && s.Depth() == 0 {
		return nil
	}
	root := s.Depth() == 1
	if root && kind == xmlscan.StartElement {
		d.rootStart = d.canonical.Len()
	}
	if err := d.canonical.Token(s); err != nil {
		if !p.soft || !errors.Is(err, c14n.ErrTooLarge) {
			return err
		}
		d.overflow, d.canonical = true, c14n.New(nil, nil)
		return nil
	}
	if root && kind == xmlscan.EndElement {
		d.rootLimit = d.canonical.Len()
		d.rootEnd, d.rootEmpty = s.Pos().Offset, s.IsEmptyTag()
	}
	return nil
}

// start looks at a start tag before anybody else does.
func (p *pass) start() {
	s, d := p.scan, p.doc
	name, depth := s.Name(), s.Depth()
	if depth == 1 {
		d.root = name
		p.root.Token(s)
	}
	attrs := s.Attrs()
	for i := range attrs {
		if a := &attrs[i]; isID(a.Name) {
			p.id(a.Value, depth == 1)
		}
	}
	if p.enclosed && depth == 2 && name.Is(NS, "Signature") {
		p.reading = &reader{base: "/" + d.root.Local, limit: p.limit, inherited: p.root.Attrs()}
		if len(d.signatures) < 2 { // a second one is refused, the others are not kept
			d.signatures = append(d.signatures, p.reading)
		} else {
			p.reading.tooLong = true
		}
	}
}

// isID reports whether an attribute identifies its element: ID (SAML), Id (XML
// Signature, WS-Security), id and xml:id, with any prefix.
func isID(n xmlscan.Name) bool { return n.Local == "Id" || n.Local == "ID" || n.Local == "id" }

func (p *pass) id(value []byte, root bool) {
	if p.ids.add(value) && len(p.doc.broken) == 0 {
		pos := p.scan.Pos()
		p.doc.broken = append(p.doc.broken, catalogue[ruleDuplicateID].At("", pos.Line, pos.Column, nil))
	}
	if root {
		p.doc.rootIDs = append(p.doc.rootIDs, string(value))
	}
}

// hasRootID reports whether a same-document reference names the root element.
// An ID that could be read as something else in a URI reference names nothing.
func (d *document) hasRootID(uri string) bool {
	id, ok := strings.CutPrefix(uri, "#")
	if !ok || !plainID(id) {
		return false
	}
	for _, r := range d.rootIDs {
		if r == id {
			return true
		}
	}
	return false
}

func plainID(id string) bool {
	return id != "" && !strings.ContainsAny(id, "()#/%?&'\"<> \t\r\n:")
}

// guessPrefixes reads what is probably the PrefixList of the signature, so that
// one pass is enough. Nothing depends on it: the list that was read properly is
// compared with it, and if they differ there is a second pass.
func guessPrefixes(doc []byte) []string {
	const window = 64 << 10 // signatures stand at the end or at the start
	rest := doc[max(0, len(doc)-window):]
	from := bytes.LastIndex(rest, []byte(EnvelopedSignature))
	if from < 0 {
		rest = doc[:min(len(doc), window)]
		from = bytes.Index(rest, []byte(EnvelopedSignature))
	}
	if from < 0 {
		return nil
	}
	rest = rest[from:min(len(rest), from+8192)]
	if end := bytes.Index(rest, []byte("DigestMethod")); end >= 0 {
		rest = rest[:end]
	}
	_, rest, ok := bytes.Cut(rest, []byte("PrefixList="))
	if !ok || len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return nil
	}
	list, _, ok := bytes.Cut(rest[1:], rest[:1])
	if !ok {
		return nil
	}
	return strings.Fields(string(list))
}
