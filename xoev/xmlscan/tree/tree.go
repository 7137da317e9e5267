// Package tree builds documents of package etree from the tokens of the strict
// scanner, package xmlscan: whatever the scanner refuses never becomes a tree.
// It is a package of its own because xmlscan is a leaf that everyone imports
// and not everyone wants a document model.
//
//	doc, err := tree.Document(r, nil)
//
// Errors are those of [xmlscan.Scanner.Err]. Functions may be called from
// several goroutines at once; a tree belongs to its caller.
package tree

import (
	"bytes"
	"io"

	"github.com/beevik/etree"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// DefaultMaxBytes is the limit on a document where none is given: 16 MiB, since
// a tree takes ten to thirty times the memory of the document, and most where
// elements are many and small.
const DefaultMaxBytes = 16 << 20

// Document reads a document from r into a tree, which keeps prefixes, namespace
// declarations, attributes, comments, processing instructions, CDATA sections
// and all white space inside the root element. Written again, it has the same
// tokens. On error the tree is nil. Options are the scanner's; a MaxBytes of 0
// means [DefaultMaxBytes].
func Document(r io.Reader, o *xmlscan.Options) (*etree.Document, error) {
	var limits xmlscan.Options
	if o != nil {
		limits = *o
	}
	if limits.MaxBytes <= 0 {
		limits.MaxBytes = DefaultMaxBytes
	}
	return Read(xmlscan.New(r, &limits))
}

// Read builds the tree of what is left of s: of the whole document before the
// first call of Next; at a StartElement, of that element, up to whose EndElement
// it advances. The size of the tree is bounded by [xmlscan.Options] only.
//
// The tree of an element holds no namespace declarations from around it; see
// [xmlscan.Scanner.InScope].
func Read(s *xmlscan.Scanner) (*etree.Document, error) {
	b := builder{doc: etree.NewDocument()}
	// Without these, carriage returns and white space that were written as
	// references would be lost when the tree is written.
	b.doc.WriteSettings.CanonicalText = true
	b.doc.WriteSettings.CanonicalAttrVal = true
	b.at = &b.doc.Element
	depth := 0 // of the element to stop behind; 0: none
	if s.Kind() == xmlscan.StartElement {
		depth = s.Depth()
		b.add(s)
	}
	for s.Next() {
		b.add(s)
		if s.Kind() == xmlscan.EndElement && s.Depth() == depth {
			return b.doc, nil
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return b.doc, nil
}

type builder struct {
	doc   *etree.Document
	at    *etree.Element
	text  []byte // chunks of text not yet in the tree
	cdata bool
}

// add puts the current token into the tree.
func (b *builder) add(s *xmlscan.Scanner) {
	if s.Kind() == xmlscan.Text {
		if b.cdata != s.IsCDATA() {
			b.flush()
		}
		b.cdata = s.IsCDATA()
		b.text = append(b.text, s.Text()...)
		return
	}
	b.flush()
	switch s.Kind() {
	case xmlscan.StartElement:
		b.start(s)
	case xmlscan.EndElement:
		if p := b.at.Parent(); p != nil {
			b.at = p
		}
	case xmlscan.Comment:
		b.at.CreateComment(string(s.Text()))
	case xmlscan.ProcInst:
		b.at.CreateProcInst(s.Name().Local, string(s.Text()))
	}
}

func (b *builder) start(s *xmlscan.Scanner) {
	b.at = b.at.CreateElement(written(s.Name()))
	for _, d := range s.Namespaces() {
		if d.Prefix == "" {
			b.at.CreateAttr("xmlns", d.URI)
		} else {
			b.at.CreateAttr("xmlns:"+d.Prefix, d.URI)
		}
	}
	for _, a := range s.Attrs() {
		b.at.CreateAttr(written(a.Name), string(a.Value))
	}
}

// written is the name as it stands in the document.
func written(n xmlscan.Name) string {
	if n.Prefix == "" {
		return n.Local
	}
	return n.Prefix + ":" + n.Local
}

// flush puts the collected text into the tree.
func (b *builder) flush() {
	switch {
	case len(b.text) == 0:
	case b.cdata && !bytes.Contains(b.text, []byte("]]>")):
		b.at.CreateCData(string(b.text))
	default:
		b.at.CreateText(string(b.text))
	}
	b.text = b.text[:0]
}
