package main

import (
	"io"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// shape is what a signature looks like. It only chooses the verifier, which then
// judges everything; so it need not be right about what is broken.
type shape struct {
	root        bool // the root element is Signature
	references  int
	certificate bool // KeyInfo holds one
	canonical   bool // a transform is a canonicalisation
	plain       bool // no Objects, no transforms beside canonicalisation
	xades       bool // it has properties of XAdES
	enveloped   bool // a Signature is a child of the element that is asked for
	sig         int  // depth of the Signature that is open; 0 for none

	element, id string // IDs of an element and of a Signature that are asked for
	parent      int    // depth of that element, while it is open
}

// streamable says that the signature can be checked piece by piece, and not that
// there is one.
func (s *shape) streamable() bool {
	return s.references == 0 || s.references == 1 && s.plain && s.canonical && s.certificate
}

// shapeOf scans a document to its end. Element and id are the IDs of what is signed
// and of the Signature, or empty. The error is that of a document that
// cannot be read.
func shapeOf(r io.Reader, element, id string) (*shape, error) {
	limits := scanLimits
	scanner := xmlscan.New(r, &limits)
	s := &shape{plain: true, element: element, id: id}
	return s, xmlscan.Run(scanner, s)
}

// Token takes part in the pass.
func (s *shape) Token(scan *xmlscan.Scanner) error {
	name, depth := scan.Name(), scan.Depth()
	switch scan.Kind() {
	case xmlscan.StartElement:
		if s.sig > 0 {
			s.inside(scan, name, depth-s.sig)
		} else if name.Is(signature.NS, "Signature") && s.wanted(scan, depth) {
			s.sig = depth
			s.root = s.root || depth == 1
			s.enveloped = s.enveloped || s.parent > 0 && depth == s.parent+1
		}
		if s.parent == 0 && s.element != "" && hasID(scan, s.element) {
			s.parent = depth
		}
	case xmlscan.EndElement:
		if depth == s.parent {
			s.parent = 0
		}
		if depth <= s.sig && name.Is(signature.NS, "Signature") {
			s.sig = 0
		}
	}
	return nil
}

// wanted reports whether it may be the Signature that is asked for.
func (s *shape) wanted(scan *xmlscan.Scanner, depth int) bool {
	if s.id != "" {
		id, ok := scan.Attr("", "Id")
		return ok && string(id) == s.id
	}
	return depth <= 2 || s.parent > 0 && depth == s.parent+1
}

// hasID reports whether the element has the ID.
func hasID(scan *xmlscan.Scanner, id string) bool {
	for _, a := range scan.Attrs() {
		if isID(a.Name) && string(a.Value) == id {
			return true
		}
	}
	return false
}

func isID(name xmlscan.Name) bool {
	const xml = "http://www.w3.org/XML/1998/namespace"
	return name.Space == "" && (name.Local == "ID" || name.Local == "Id" || name.Local == "id") || name.Is(xml, "id")
}

// inside looks at an element of a Signature.
func (s *shape) inside(scan *xmlscan.Scanner, name xmlscan.Name, depth int) {
	switch {
	case name.Space == xades.NS && name.Local == "QualifyingProperties" && depth == 2:
		s.xades = true
	case name.Space != signature.NS:
	case name.Local == "Object" && depth == 1:
		s.plain = false
	case name.Local == "Reference" && depth == 2:
		s.references++
	case name.Local == "X509Certificate" && depth == 3:
		s.certificate = true
	case name.Local == "Transform" && depth == 4:
		algorithm, _ := scan.Attr("", "Algorithm")
		canonical := isCanonical(string(algorithm))
		s.canonical = s.canonical || canonical
		s.plain = s.plain && (canonical || string(algorithm) == signature.EnvelopedSignature)
	}
}

func isCanonical(algorithm string) bool {
	for _, forms := range canonicalForms {
		if algorithm == forms[0] || algorithm == forms[1] {
			return true
		}
	}
	return false
}
