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
	sig         int  // depth of the Signature that is open; 0 for none
}

// streamable says that the signature can be checked piece by piece, and not that
// there is one.
func (s *shape) streamable() bool {
	return s.references == 0 || s.references == 1 && s.plain && s.canonical && s.certificate
}

// shapeOf scans a document to its end. The error is that of a document that
// cannot be read.
func shapeOf(r io.Reader) (*shape, error) {
	limits := scanLimits
	scanner := xmlscan.New(r, &limits)
	s := &shape{plain: true}
	return s, xmlscan.Run(scanner, s)
}

// Token takes part in the pass.
func (s *shape) Token(scan *xmlscan.Scanner) error {
	name, depth := scan.Name(), scan.Depth()
	switch scan.Kind() {
	case xmlscan.StartElement:
		if s.sig > 0 {
			s.inside(scan, name, depth-s.sig)
		} else if depth <= 2 && name.Is(signature.NS, "Signature") {
			s.sig = depth
			s.root = s.root || depth == 1
		}
	case xmlscan.EndElement:
		if depth <= s.sig && name.Is(signature.NS, "Signature") {
			s.sig = 0
		}
	}
	return nil
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
