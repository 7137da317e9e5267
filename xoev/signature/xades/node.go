package xades

import (
	"encoding/base64"
	"strings"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// node is an element that was read through xmlscan.
type node struct {
	name     xmlscan.Name
	attrs    []attribute
	children []*node
	text     []byte
	parent   *node
	bodyEnd  int64 // offset of the end tag
	emptyTag bool
}

type attribute struct {
	name  xmlscan.Name
	value string
}

// maxNodes bounds the elements of a signature that are kept.
const maxNodes = 20_000

// treeReader builds a tree of the tokens of one element. Where signature is set,
// that is a Signature, of whose Objects only QualifyingProperties is kept.
type treeReader struct {
	signature bool
	root      *node
	open      []*node
	skip      int
	count     int
	tooMany   bool
}

// Token takes part in the pass.
func (r *treeReader) Token(s *xmlscan.Scanner) error {
	switch s.Kind() {
	case xmlscan.StartElement:
		r.start(s)
	case xmlscan.EndElement:
		if r.skip > 0 {
			r.skip--
			return nil
		}
		last := len(r.open) - 1
		n := r.open[last]
		n.bodyEnd, n.emptyTag = s.Pos().Offset, s.IsEmptyTag()
		r.open = r.open[:last]
	case xmlscan.Text:
		if r.skip == 0 && len(r.open) > 0 {
			top := r.open[len(r.open)-1]
			if !r.signature || !top.name.Is(signature.NS, "Object") {
				top.text = append(top.text, s.Text()...)
			}
		}
	}
	return nil
}

func (r *treeReader) start(s *xmlscan.Scanner) {
	var top *node
	if len(r.open) > 0 {
		top = r.open[len(r.open)-1]
	}
	inObject := r.signature && len(r.open) == 2 && top.name.Is(signature.NS, "Object")
	if r.skip > 0 || r.count > maxNodes || inObject && !isQualifying(s.Name()) {
		r.skip++
		r.tooMany = r.tooMany || r.count > maxNodes
		return
	}
	r.count++
	n := &node{name: s.Name()}
	for _, a := range s.Attrs() {
		n.attrs = append(n.attrs, attribute{a.Name, string(a.Value)})
	}
	if top == nil {
		r.root = n
	} else {
		top.children, n.parent = append(top.children, n), top
	}
	r.open = append(r.open, n)
}

func isQualifying(n xmlscan.Name) bool {
	return strings.HasPrefix(n.Space, anyNS) && strings.HasPrefix(n.Local, "QualifyingProperties")
}

// readTree reads one element.
func readTree(element []byte, scope []xmlscan.NSDecl, isSignature bool, o *xmlscan.Options) (*treeReader, error) {
	r := &treeReader{signature: isSignature}
	return r, xmlscan.Run(xmlscan.NewFragment(element, scope, o), r)
}

// maxPath bounds the names in a path.
const maxPath = 16

// path names the element and those around it, as far as maxPath goes.
func (n *node) path() string {
	path := ""
	for i := 0; n != nil && i < maxPath; i++ {
		path = "/" + n.name.Local + path
		n = n.parent
	}
	return path
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.name.Space == "" && a.name.Local == name {
			return a.value
		}
	}
	return ""
}

// all returns the children with the name; n may be nil.
func (n *node) all(space, local string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, c := range n.children {
		if c.name.Is(space, local) {
			out = append(out, c)
		}
	}
	return out
}

// child returns the first child of XAdES 1.3.2 with the name, or nil.
func (n *node) child(local string) *node { return first(n.all(NS, local)) }

// ds returns the first child of XML Signature with the name, or nil.
func (n *node) ds(local string) *node { return first(n.all(signature.NS, local)) }

func first(list []*node) *node {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// value is the text without the white space around it; "" for nil.
func (n *node) value() string {
	if n == nil {
		return ""
	}
	return strings.Trim(string(n.text), " \t\r\n")
}

// base64 decodes the text, in which white space may stand.
func (n *node) base64() ([]byte, bool) {
	if n == nil || len(n.children) > 0 {
		return nil, false
	}
	text := make([]byte, 0, len(n.text))
	for _, b := range n.text {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			text = append(text, b)
		}
	}
	out, err := base64.StdEncoding.Strict().DecodeString(string(text))
	return out, err == nil && len(out) > 0
}
