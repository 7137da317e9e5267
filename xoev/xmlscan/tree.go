package xmlscan

import (
	"bytes"
	"io"

	"github.com/beevik/etree"
)

// defaultTreeBytes is the default of Options.MaxBytes for [Document]: a tree
// takes more than ten times the memory of the document.
const defaultTreeBytes = 16 << 20

// Document reads a document from r into a tree, which keeps prefixes, namespace
// declarations, attributes, comments, processing instructions, CDATA sections
// and all white space inside the root element. Written again, it has the same
// tokens. On error the tree is nil and the error is as that of
// [Scanner.Err].
func Document(r io.Reader, o *Options) (*etree.Document, error) {
	var tree Options
	if o != nil {
		tree = *o
	}
	if tree.MaxBytes <= 0 {
		tree.MaxBytes = defaultTreeBytes
	}
	return Tree(New(r, &tree))
}

// Tree builds the tree of what is left of s: of the whole document before the
// first call of Next; at a StartElement, of that element, up to whose EndElement
// it advances. The size of the tree is bounded by [Options.MaxBytes] only.
//
// The tree of an element holds no namespace declarations from around it; see
// [Scanner.InScope].
func Tree(s *Scanner) (*etree.Document, error) {
	b := treeBuilder{doc: etree.NewDocument()}
	// Without these, carriage returns and white space that were written as
	// references would be lost when the tree is written.
	b.doc.WriteSettings.CanonicalText = true
	b.doc.WriteSettings.CanonicalAttrVal = true
	b.at = &b.doc.Element
	depth := len(s.open)
	if s.kind == StartElement {
		b.add(s)
	} else {
		depth = 0
	}
	for s.Next() {
		b.add(s)
		if s.kind == EndElement && len(s.open) == depth {
			return b.doc, nil
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return b.doc, nil
}

type treeBuilder struct {
	doc   *etree.Document
	at    *etree.Element
	text  []byte // chunks of text not yet in the tree
	cdata bool
}

// add puts the current token into the tree.
func (b *treeBuilder) add(s *Scanner) {
	if s.kind == Text {
		if b.cdata != s.cdata {
			b.flush()
		}
		b.cdata = s.cdata
		b.text = append(b.text, s.text...)
		return
	}
	b.flush()
	switch s.kind {
	case StartElement:
		b.at = b.at.CreateElement(s.open[len(s.open)-1].name.raw)
		for _, d := range s.decls {
			if d.Prefix == "" {
				b.at.CreateAttr("xmlns", d.URI)
			} else {
				b.at.CreateAttr("xmlns:"+d.Prefix, d.URI)
			}
		}
		for i := range s.attrs {
			a := &s.attrs[i]
			key := a.Local
			if a.Prefix != "" {
				key = a.Prefix + ":" + a.Local
			}
			b.at.CreateAttr(key, string(a.Value))
		}
	case EndElement:
		if p := b.at.Parent(); p != nil {
			b.at = p
		}
	case Comment:
		b.at.CreateComment(string(s.text))
	case ProcInst:
		b.at.CreateProcInst(s.pi, string(s.text))
	}
}

// flush puts the collected text into the tree.
func (b *treeBuilder) flush() {
	switch {
	case len(b.text) == 0:
	case b.cdata && !bytes.Contains(b.text, []byte("]]>")):
		b.at.CreateCData(string(b.text))
	default:
		b.at.CreateText(string(b.text))
	}
	b.text = b.text[:0]
}
