package signature

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var (
	// ErrKey says that a key or certificate cannot sign: too short, of a kind
	// that the package does not know, not belonging together, expired, or
	// without the key usage.
	ErrKey = errors.New("signature: key or certificate cannot sign")
	// ErrAlreadySigned says that the root element already has a Signature.
	ErrAlreadySigned = errors.New("signature: the document is already signed")
	// ErrNoID says that [SignOptions.ByID] is set and the root element has no
	// ID attribute that a reference can name.
	ErrNoID = errors.New("signature: the root element has no usable ID")
)

// Signer makes signatures with one key; [NewSigner] makes one. Several goroutines may use it at once
// if the key allows it, as those of the standard library do.
type Signer struct {
	// Now is the clock that the certificate is judged by before signing; nil
	// means time.Now. Set it before the first use.
	Now func() time.Time

	key    crypto.Signer
	chain  []*x509.Certificate
	method method
	digest crypto.Hash
	policy Policy
}

// SignOptions adapt one signature. Nil means the zero value.
type SignOptions struct {
	// PrefixList names further prefixes whose declarations the signature must
	// cover and the verifier must keep, "#default" for the default namespace.
	// Prefixes in xsi:type, and all that stand before a colon in attribute
	// values and text, are found without it.
	PrefixList []string
	// ByID signs the root element by its ID attribute (ID, Id, id or xml:id)
	// and not the whole document; enveloped signatures only. Processing
	// instructions outside the root element are not signed then.
	ByID bool
	// Scan bounds the document; nil means the defaults of xmlscan.
	Scan *xmlscan.Options
}

// SignEnveloped returns doc with a Signature as the last child of the root
// element; every other byte stays as it is. The signature covers the canonical
// form of the whole document (URI=""), or of the root element ([SignOptions]).
//
// Errors match [*finding.InvalidError] if doc cannot be read or its IDs are not
// unique, [ErrAlreadySigned], [ErrNoID], [ErrKey] if the certificate is not
// valid now, or are the key's own.
func (s *Signer) SignEnveloped(doc []byte, o *SignOptions) ([]byte, error) {
	if o == nil {
		o = &SignOptions{}
	}
	d, sig, err := s.enveloped(func() *xmlscan.Scanner { return xmlscan.NewBytes(doc, o.Scan) }, o)
	if err != nil {
		return nil, err
	}
	at := int(d.rootEnd)
	out := make([]byte, 0, len(doc)+len(sig)+2*len(d.root.Local)+16)
	if !d.rootEmpty {
		out = append(out, doc[:at]...)
		out = append(out, sig...)
		return append(out, doc[at:]...), nil
	}
	out = append(out, doc[:at-len("/>")]...)
	out = append(append(out, '>'), sig...)
	out = append(c14n.AppendName(append(out, "</"...), d.root), '>')
	return append(out, doc[at:]...), nil
}

// SignDetached returns a signature file over the canonical form of doc. Name is
// the file name that the receiver finds doc under, without folder; it is signed
// too. Errors are those of [Signer.SignEnveloped], and [ErrName].
func (s *Signer) SignDetached(doc []byte, name string, o *SignOptions) ([]byte, error) {
	if o == nil {
		o = &SignOptions{}
	}
	return s.detached(func() *xmlscan.Scanner { return xmlscan.NewBytes(doc, o.Scan) }, name, o)
}

// enveloped makes the signature that goes into a document. Open starts a pass
// over it; all passes must see the same bytes.
func (s *Signer) enveloped(open func() *xmlscan.Scanner, o *SignOptions) (*document, []byte, error) {
	if err := s.ready(); err != nil {
		return nil, nil, err
	}
	d, digest, prefixes, err := s.digestOf(open, o, true)
	if err != nil {
		return nil, nil, err
	}
	if len(d.signatures) > 0 || d.root.Is(NS, "Signature") {
		return nil, nil, ErrAlreadySigned
	}
	uri := ""
	if o.ByID {
		if uri = d.idURI(); uri == "" {
			return nil, nil, ErrNoID
		}
	}
	sig, err := s.signature(uri, []string{EnvelopedSignature, ExclusiveC14N}, prefixes, digest)
	return d, sig, err
}

// detached makes a signature file; see enveloped.
func (s *Signer) detached(open func() *xmlscan.Scanner, name string, o *SignOptions) ([]byte, error) {
	uri, err := referenceURI(name)
	if err != nil {
		return nil, err
	}
	if err := s.ready(); err != nil {
		return nil, err
	}
	if o.ByID {
		return nil, fmt.Errorf("signature: ByID is for enveloped signatures: %w", ErrNoID)
	}
	_, digest, prefixes, err := s.digestOf(open, o, false)
	if err != nil {
		return nil, err
	}
	sig, err := s.signature(uri, []string{ExclusiveC14N}, prefixes, digest)
	if err != nil {
		return nil, err
	}
	out := append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), sig...)
	return append(out, '\n'), nil
}

// digestOf canonicalises and hashes the document, in one pass or, if qualified
// names were found in its values, in two.
func (s *Signer) digestOf(open func() *xmlscan.Scanner, o *SignOptions, enclosed bool) (*document, []byte, []string, error) {
	prefixes, err := mergePrefixes(o.PrefixList)
	if err != nil {
		return nil, nil, nil, err
	}
	finder := &nameFinder{}
	d, digest, err := s.pass(open(), o, prefixes, enclosed, finder)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(d.broken) > 0 {
		return nil, nil, nil, &finding.InvalidError{Findings: d.broken}
	}
	if slices.ContainsFunc(finder.found, func(p string) bool { return !slices.Contains(prefixes, p) }) {
		if prefixes, err = mergePrefixes(prefixes, finder.found...); err != nil {
			return nil, nil, nil, err
		}
		if d, digest, err = s.pass(open(), o, prefixes, enclosed, nil); err != nil {
			return nil, nil, nil, err
		}
	}
	return d, digest, prefixes, nil
}

func (s *Signer) pass(scan *xmlscan.Scanner, o *SignOptions, prefixes []string, enclosed bool, f *nameFinder) (*document, []byte, error) {
	h := s.digest.New()
	d := &document{canonical: c14n.New(h, prefixes)}
	limits := Limits{}.withDefaults()
	p := &pass{
		doc: d, scan: scan, enclosed: enclosed, rootOnly: o.ByID,
		limit: int64(limits.MaxSignatureBytes), names: f,
	}
	if err := p.run(); err != nil {
		return nil, nil, err
	}
	return d, h.Sum(nil), nil
}

func (d *document) idURI() string {
	for _, id := range d.rootIDs {
		if plainID(id) {
			return "#" + id
		}
	}
	return ""
}

func mergePrefixes(list []string, more ...string) ([]string, error) {
	all := append(slices.Clone(list), more...)
	slices.Sort(all)
	all = slices.Compact(all)
	for _, p := range all {
		if p != defaultPrefix && !plainPrefix(p) {
			return nil, &finding.InvalidError{Findings: []finding.Finding{catalogue[rulePrefixList].At("", 0, 0, nil)}}
		}
	}
	if most := (Limits{}).withDefaults().MaxPrefixes; len(all) > most {
		return nil, &finding.InvalidError{Findings: []finding.Finding{catalogue[rulePrefixes].At("", 0, 0, limit(most))}}
	}
	return all, nil
}

// signature writes the Signature element. SignedInfo is written in canonical
// form, but for the declaration of ds, which stands on Signature.
func (s *Signer) signature(uri string, transforms, prefixes []string, digest []byte) ([]byte, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	info := s.signedInfo(uri, transforms, prefixes, digest) + `</ds:SignedInfo>`
	value, err := s.value([]byte(`<ds:SignedInfo xmlns:ds="` + NS + `">` + info))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString(`<ds:Signature xmlns:ds="` + NS + `"><ds:SignedInfo>` + info + `<ds:SignatureValue>`)
	b.WriteString(base64.StdEncoding.EncodeToString(value))
	b.WriteString(`</ds:SignatureValue>`)
	b.WriteString(s.keyInfo(""))
	b.WriteString(`</ds:Signature>`)
	return []byte(b.String()), nil
}

// signedInfo writes the content of SignedInfo.
func (s *Signer) signedInfo(uri string, transforms, prefixes []string, digest []byte) string {
	var b strings.Builder
	b.WriteString(`<ds:CanonicalizationMethod Algorithm="` + ExclusiveC14N + `"></ds:CanonicalizationMethod>`)
	b.WriteString(s.method.element())
	b.WriteString(`<ds:Reference URI="`)
	b.Write(c14n.AppendAttr(nil, uri))
	b.WriteString(`"><ds:Transforms>`)
	for _, t := range transforms {
		b.WriteString(`<ds:Transform Algorithm="` + t + `">`)
		if t == ExclusiveC14N && len(prefixes) > 0 {
			b.WriteString(`<ec:InclusiveNamespaces xmlns:ec="` + ExclusiveC14N + `" PrefixList="`)
			b.Write(c14n.AppendAttr(nil, strings.Join(prefixes, " ")))
			b.WriteString(`"></ec:InclusiveNamespaces>`)
		}
		b.WriteString(`</ds:Transform>`)
	}
	b.WriteString(`</ds:Transforms><ds:DigestMethod Algorithm="` + digestURI(s.digest) + `"></ds:DigestMethod><ds:DigestValue>`)
	b.WriteString(base64.StdEncoding.EncodeToString(digest))
	b.WriteString(`</ds:DigestValue></ds:Reference>`)
	return b.String()
}
