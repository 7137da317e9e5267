package signature

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// ErrName says that the name of a document cannot stand in a detached
// signature: it must be the name of a file without folder, in UTF-8, without
// colon and control characters, of at most 255 bytes.
var ErrName = errors.New("signature: not the name of a file")

// Verifier checks signatures. Trust is required; everything else has a safe
// zero value. A Verifier is not changed by its methods; several goroutines may
// use it at once.
type Verifier struct {
	// Trust decides whose signatures count; see [Pinned], [Pool] and
	// [CertificateStore]. Without it every check fails with [ErrNoTrust].
	Trust Trust
	// Now is the clock that certificates are judged by; nil means time.Now.
	Now func() time.Time
	// Policy says which algorithms and keys are good enough; zero is strict.
	Policy Policy
	// Limits bound the work; zero means the defaults.
	Limits Limits
}

// check is one verification on its way.
type check struct {
	v      *Verifier
	judge  judge
	report *Report
	at     time.Time
}

// VerifyEnveloped checks a document that holds its own signature: exactly one
// Signature element as a child of the root element, over the whole document
// (URI="") or the root element by its ID, without the signature itself.
//
// The error is [ErrNoTrust] or one of the caller's Trust if the check could not
// be made, and matches [*finding.InvalidError] if the document cannot be read;
// the report is nil then. Otherwise the report holds the verdict. An unsigned
// document is rejected.
func (v *Verifier) VerifyEnveloped(doc []byte) (*Report, error) {
	c, err := v.begin()
	if err != nil {
		return nil, err
	}
	guess := guessPrefixes(doc)
	d, err := v.scan(doc, guess, true, false)
	if err != nil {
		return c.unscanned(err)
	}
	switch len(d.signatures) {
	case 1:
	case 0:
		c.judge.add(ruleUnsigned, nil, nil)
	default:
		second := d.signatures[1].root
		c.judge.paths = map[*element]string{second: second.path("/" + d.root.Local)}
		c.judge.add(ruleSeveral, second, limit(1))
	}
	c.judge.findings = append(c.judge.findings, d.broken...)
	if c.rejected() {
		return c.report, nil
	}
	sig := d.signatures[0]
	p := c.read(sig, []string{EnvelopedSignature, ExclusiveC14N})
	if p == nil {
		return c.report, nil
	}
	if p.uri != "" && !d.hasRootID(p.uri) {
		c.judge.add(ruleReferenceRoot, p.reference, nil)
	}
	cert, err := c.signer(doc, sig, p)
	if err != nil {
		return nil, err
	}
	if d.overflow || !samePrefixes(guess, p.prefixes) {
		if d, err = v.scan(doc, p.prefixes, true, c.proven()); err != nil {
			return c.unscanned(err)
		}
	}
	content := d.canonical.Bytes()
	if p.uri != "" && !d.overflow {
		content = content[d.rootStart:d.rootLimit:d.rootLimit]
	}
	return c.finish(p, d, cert, content)
}

// VerifyDetached checks a signature that stands in its own file: sigFile, whose
// root element is Signature, over the canonical form of doc. Name is the file
// name that doc goes by; the signature must name exactly it, so that a
// signature of another document of the same sender is refused. Errors are those
// of [Verifier.VerifyEnveloped], and [ErrName].
func (v *Verifier) VerifyDetached(doc, sigFile []byte, name string) (*Report, error) {
	uri, err := referenceURI(name)
	if err != nil {
		return nil, err
	}
	c, err := v.begin()
	if err != nil {
		return nil, err
	}
	sig, err := c.readFile(sigFile)
	if err != nil {
		return nil, fmt.Errorf("signature file: %w", err)
	}
	if c.rejected() {
		return c.report, nil
	}
	p := c.read(sig, []string{ExclusiveC14N})
	if p == nil {
		return c.report, nil
	}
	if p.uri != uri {
		c.judge.add(ruleReferenceName, p.reference, nil)
	}
	cert, err := c.signer(sigFile, sig, p)
	if err != nil {
		return nil, err
	}
	d, err := v.scan(doc, p.prefixes, false, c.proven())
	if err != nil {
		return c.unscanned(fmt.Errorf("signed document: %w", err))
	}
	c.judge.findings = append(c.judge.findings, d.broken...)
	return c.finish(p, d, cert, d.canonical.Bytes())
}

func (v *Verifier) begin() (*check, error) {
	if v == nil || v.Trust == nil {
		return nil, ErrNoTrust
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	return &check{v: v, judge: judge{limits: v.Limits.withDefaults()}, report: &Report{}, at: now()}, nil
}

// scan reads the document and canonicalises it on the way. Until the signer is
// proven it gives up a canonical form that gets much larger than the document,
// so that nobody else can fill the memory.
func (v *Verifier) scan(doc []byte, prefixes []string, enclosed, proven bool) (*document, error) {
	d := &document{canonical: c14n.New(nil, prefixes)}
	d.canonical.Grow(len(doc) + len(doc)/16)
	limits := v.Limits.withDefaults()
	if proven {
		d.canonical.Limit(limits.content(len(doc)))
	} else {
		d.canonical.Limit(limits.unproven(len(doc)))
	}
	p := &pass{
		doc: d, scan: xmlscan.NewBytes(doc, limits.Scan), enclosed: enclosed,
		limit: int64(limits.MaxSignatureBytes), soft: !proven,
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	return d, nil
}

// unscanned closes the report of a document that is too large in canonical
// form; other errors are the caller's.
func (c *check) unscanned(err error) (*Report, error) {
	if !errors.Is(err, c14n.ErrTooLarge) {
		return nil, err
	}
	c.judge.add(ruleContentSize, nil, nil)
	c.rejected()
	return c.report, nil
}

// readFile reads a signature file.
func (c *check) readFile(sigFile []byte) (*reader, error) {
	r := &reader{limit: int64(c.judge.limits.MaxSignatureBytes)}
	s := xmlscan.NewBytes(sigFile, c.judge.limits.Scan)
	ids := &pass{doc: &document{}, scan: s}
	for s.Next() {
		if s.Kind() == xmlscan.StartElement {
			ids.start()
		}
		r.token(s)
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	if !r.root.name.Is(NS, "Signature") {
		c.judge.paths = map[*element]string{r.root: r.root.path("")}
		c.judge.add(ruleNotSignature, r.root, nil)
		return r, nil
	}
	c.judge.findings = append(c.judge.findings, ids.doc.broken...)
	return r, nil
}

// rejected closes the report if anything is broken so far.
func (c *check) rejected() bool {
	if len(c.judge.findings) == 0 {
		return false
	}
	c.report.Findings = c.judge.findings
	c.report.Verdict = finding.Rejected
	return true
}

// read judges structure and algorithms; nil means that the report is closed.
func (c *check) read(sig *reader, transforms []string) *parts {
	c.judge.findings = append(c.judge.findings, sig.broken...)
	if c.rejected() {
		return nil
	}
	p := c.judge.structure(sig.root, sig.base, transforms)
	if c.rejected() {
		return nil
	}
	if p.canonical.attr("Algorithm") == ExclusiveC14N {
		c.report.Canonicalization = ExclusiveC14N
	} else {
		c.judge.add(ruleCanonicalization, p.canonical, nil)
	}
	if m, ok := c.v.Policy.method(p.method.attr("Algorithm")); ok {
		c.report.Algorithm = m.uri
	} else {
		c.judge.add(ruleMethod, p.method, nil)
	}
	if hash, ok := c.v.Policy.digest(p.digestMethod.attr("Algorithm")); !ok {
		c.judge.add(ruleDigestMethod, p.digestMethod, nil)
	} else if c.report.Digest = p.digestMethod.attr("Algorithm"); len(p.digest) != hash.Size() {
		c.judge.add(ruleDigestBase64, p.digestValue, nil)
	}
	if c.rejected() {
		return nil
	}
	return p
}

// signer judges certificate and signature value. Input is where the signature
// stands.
func (c *check) signer(input []byte, sig *reader, p *parts) (*x509.Certificate, error) {
	cert, err := c.certificate(p)
	if err != nil || cert == nil {
		return nil, err
	}
	return cert, c.signatureValue(input, sig, p, cert)
}

// proven reports whether SignedInfo is by a trusted signer and nothing was
// found to be wrong.
func (c *check) proven() bool { return len(c.judge.findings) == 0 }

// finish judges the digest and draws the verdict.
func (c *check) finish(p *parts, d *document, cert *x509.Certificate, content []byte) (*Report, error) {
	if d.overflow {
		if c.rejected() {
			return c.report, nil
		}
		return nil, errors.New("signature: the document was not judged")
	}
	hash, _ := c.v.Policy.digest(c.report.Digest)
	h := hash.New()
	h.Write(content)
	if !bytes.Equal(h.Sum(nil), p.digest) {
		c.judge.add(ruleDigestValue, p.digestValue, nil)
	}
	if n, pos := d.canonical.Uncovered(); n > 0 {
		c.judge.findings = append(c.judge.findings, catalogue[ruleQName].At("", pos.Line, pos.Column, nil))
	}
	if c.rejected() {
		return c.report, nil
	}
	if cert == nil {
		return nil, errors.New("signature: no certificate was judged")
	}
	c.report.Certificate = cert
	c.report.content = content
	c.report.Verdict = finding.Accepted
	return c.report, nil
}

// signatureValue checks the signature over the canonical form of SignedInfo.
func (c *check) signatureValue(input []byte, sig *reader, p *parts, cert *x509.Certificate) error {
	m, _ := c.v.Policy.method(c.report.Algorithm)
	h := m.hash.New()
	w := c14n.New(h, p.canonPrefixes)
	s := xmlscan.NewFragment(input[p.signedInfo.start:p.signedInfo.end], sig.scope, c.judge.limits.Scan)
	for s.Next() {
		if err := w.Token(s); err != nil {
			return err
		}
	}
	if err := errors.Join(s.Err(), w.Close()); err != nil {
		return fmt.Errorf("signature: reading SignedInfo: %w", err)
	}
	if !m.verify(cert.PublicKey, h.Sum(nil), p.signature) {
		c.judge.add(ruleSignatureValue, p.signatureValue, nil)
	}
	return nil
}

func samePrefixes(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// referenceURI writes the name of a file as a relative reference (RFC 3986,
// 4.2).
func referenceURI(name string) (string, error) {
	if name == "" || name == "." || name == ".." || len(name) > 255 || !utf8.ValidString(name) ||
		strings.ContainsAny(name, "/\\:") || strings.ContainsFunc(name, isControl) {
		return "", ErrName
	}
	return url.PathEscape(name), nil
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff }
