package signature

import (
	"errors"
	"io"
	"slices"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Canonicalisation methods, as they stand in a signature; [ExclusiveC14N] is
// one more.
const (
	// ExclusiveC14NWithComments is Exclusive XML Canonicalization 1.0 with
	// comments (W3C Recommendation of 18 July 2002).
	ExclusiveC14NWithComments = ExclusiveC14N + "WithComments"
	// InclusiveC14N is Canonical XML 1.0 without comments (W3C Recommendation
	// of 15 March 2001).
	InclusiveC14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	// InclusiveC14NWithComments is Canonical XML 1.0 with comments.
	InclusiveC14NWithComments = InclusiveC14N + "#WithComments"
	// InclusiveC14N11 is Canonical XML 1.1 without comments (W3C Recommendation
	// of 2 May 2008).
	InclusiveC14N11 = "http://www.w3.org/2006/12/xml-c14n11"
	// InclusiveC14N11WithComments is Canonical XML 1.1 with comments.
	InclusiveC14N11WithComments = InclusiveC14N11 + "#WithComments"
)

var (
	// ErrCanonicalization says that a canonicalisation method is not one of the
	// six that the package knows, or that it takes no PrefixList.
	ErrCanonicalization = errors.New("signature: unknown canonicalisation method")
	// ErrNoElement says that no element of the document has the ID, or that
	// several have it.
	ErrNoElement = errors.New("signature: not exactly one element has the ID")
)

// CanonicalOptions choose what [Canonicalize] writes. Nil means the zero value.
type CanonicalOptions struct {
	// PrefixList is that of InclusiveNamespaces, "#default" for the default
	// namespace; exclusive methods only.
	PrefixList []string
	// ID writes only the element with that ID attribute (ID, Id, id or xml:id),
	// with the namespaces and xml: attributes that the method lets it inherit.
	// Empty means the whole document.
	ID string
	// OmitSignature leaves out the Signature children of the root element, as
	// an enveloped signature does. Nothing is verified.
	OmitSignature bool
	// Scan bounds the document; nil means the defaults of xmlscan.
	Scan *xmlscan.Options
}

// Canonicalize reads a document from r and writes its canonical form to w, in
// one pass and with memory that does not depend on the size of the document.
// Method is one of [ExclusiveC14N], [InclusiveC14N], [InclusiveC14N11] and their
// kinds with comments.
//
// The canonical form may be much longer than the document, since namespace
// declarations are repeated. On an error w has got a part of it, which means
// nothing. The error is [ErrCanonicalization], [ErrNoElement], one of r or w, or
// matches [*finding.InvalidError] if the document or the PrefixList cannot be
// read.
func Canonicalize(w io.Writer, r io.Reader, method string, o *CanonicalOptions) error {
	if o == nil {
		o = &CanonicalOptions{}
	}
	mode, ok := canonicalMode(method)
	if !ok || mode.Kind != c14n.Exclusive && len(o.PrefixList) > 0 {
		return ErrCanonicalization
	}
	for _, p := range o.PrefixList {
		if p != defaultPrefix && !plainPrefix(p) {
			return &finding.InvalidError{Findings: []finding.Finding{catalogue[rulePrefixList].At("", 0, 0, nil)}}
		}
	}
	mode.Prefixes = slices.Clone(o.PrefixList)
	out, s := c14n.NewMode(w, mode), xmlscan.New(r, o.Scan)
	if o.ID != "" || o.OmitSignature {
		c := canonicalizer{out: out, id: o.ID, omit: o.OmitSignature}
		if err := xmlscan.Run(s, &c); err != nil {
			return err
		}
		if o.ID != "" && c.found != 1 {
			return ErrNoElement
		}
		return out.Close()
	}
	for s.Next() {
		if err := out.Token(s); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return err
	}
	return out.Close()
}

// canonicalMode looks up a method.
func canonicalMode(method string) (mode c14n.Mode, ok bool) {
	switch method {
	case ExclusiveC14N:
	case ExclusiveC14NWithComments:
		mode.Comments = true
	case InclusiveC14N:
		mode.Kind = c14n.Inclusive
	case InclusiveC14NWithComments:
		mode.Kind, mode.Comments = c14n.Inclusive, true
	case InclusiveC14N11:
		mode.Kind = c14n.Inclusive11
	case InclusiveC14N11WithComments:
		mode.Kind, mode.Comments = c14n.Inclusive11, true
	default:
		return mode, false
	}
	return mode, true
}

// canonicalizer hands on the tokens that belong to the subset.
type canonicalizer struct {
	out       *c14n.Writer
	ancestors c14n.Ancestors
	id        string
	found     int
	inside    int // depth of the element with the ID while it is open
	omit      bool
	omitted   int // depth of the Signature that is left out
}

// Token takes part in the pass.
func (c *canonicalizer) Token(s *xmlscan.Scanner) error {
	kind := s.Kind()
	if c.id != "" {
		c.locate(s, kind)
	}
	if c.omit && c.omitted == 0 && kind == xmlscan.StartElement && s.Depth() == 2 && s.Name().Is(NS, "Signature") {
		c.omitted = 2
	}
	var err error
	if c.omitted == 0 && (c.id == "" || c.inside > 0) {
		err = c.out.Token(s)
	}
	if kind == xmlscan.EndElement {
		if c.omitted == s.Depth() {
			c.omitted = 0
		}
		if c.inside == s.Depth() {
			c.inside = 0
		}
	}
	return err
}

// locate watches for the element with the ID.
func (c *canonicalizer) locate(s *xmlscan.Scanner, kind xmlscan.Kind) {
	if kind == xmlscan.StartElement && c.hasID(s) {
		if c.found++; c.found == 1 {
			c.inside = s.Depth()
			c.out.Inherit(c.ancestors.Attrs())
		}
	}
	if c.inside == 0 || kind == xmlscan.EndElement {
		c.ancestors.Token(s)
	}
}

func (c *canonicalizer) hasID(s *xmlscan.Scanner) bool {
	for _, a := range s.Attrs() {
		if isID(a.Name) && string(a.Value) == c.id {
			return true
		}
	}
	return false
}
