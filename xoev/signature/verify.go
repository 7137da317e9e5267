package signature

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
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
	// Revocation is asked about the signer's certificate and its issuers; nil
	// asks nobody. If nothing is known about one of them, the verdict is
	// Undetermined.
	Revocation Revocation
	// Limits bound the work; zero means the defaults.
	Limits Limits
}

// check is one verification on its way.
type check struct {
	v          *Verifier
	ctx        context.Context // of one call
	judge      judge
	report     *Report
	at         time.Time
	method     method
	keyGrounds []Ground
	unknown    []finding.Finding // what keeps an otherwise good signature undetermined
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
	c, err := v.begin(context.Background())
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
	p := c.read(sig, strict(EnvelopedSignature, ExclusiveC14N))
	if p == nil {
		return c.report, nil
	}
	ref := p.references[0]
	if ref.uri != "" && !d.hasRootID(ref.uri) {
		c.judge.add(ruleReferenceRoot, ref.element, nil)
	}
	cert, err := c.signer(doc, sig, p)
	if err != nil {
		return nil, err
	}
	if d.overflow || !slices.Equal(guess, ref.transforms.prefixes) {
		if d, err = v.scan(doc, ref.transforms.prefixes, true, c.proven()); err != nil {
			return c.unscanned(err)
		}
	}
	content := d.canonical.Bytes()
	if ref.uri != "" && !d.overflow {
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
	c, err := v.begin(context.Background())
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
	p := c.read(sig, strict(ExclusiveC14N))
	if p == nil {
		return c.report, nil
	}
	ref := p.references[0]
	if ref.uri != uri {
		c.judge.add(ruleReferenceName, ref.element, nil)
	}
	cert, err := c.signer(sigFile, sig, p)
	if err != nil {
		return nil, err
	}
	d, err := v.scan(doc, ref.transforms.prefixes, false, c.proven())
	if err != nil {
		return c.unscanned(fmt.Errorf("signed document: %w", err))
	}
	c.judge.findings = append(c.judge.findings, d.broken...)
	return c.finish(p, d, cert, d.canonical.Bytes())
}

func (v *Verifier) begin(ctx context.Context) (*check, error) {
	if v == nil || v.Trust == nil {
		return nil, ErrNoTrust
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	return &check{v: v, ctx: ctx, judge: judge{limits: v.Limits.withDefaults()}, report: &Report{}, at: now()}, nil
}

// scan reads the document and canonicalises it on the way. Until the signer is
// proven it gives up a canonical form that gets much larger than the document,
// so that nobody else can fill the memory.
func (v *Verifier) scan(doc []byte, prefixes []string, enclosed, proven bool) (*document, error) {
	d := &document{canonical: c14n.New(nil, prefixes)}
	d.canonical.Grow(len(doc) + len(doc)/16)
	limits := v.Limits.withDefaults()
	if proven {
		d.canonical.Limit(limits.content(int64(len(doc))))
	} else {
		d.canonical.Limit(limits.unproven(int64(len(doc))))
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
func (c *check) read(sig *reader, g grammar) *parts {
	c.judge.findings = append(c.judge.findings, sig.broken...)
	if c.rejected() {
		return nil
	}
	p := c.judge.structure(sig.root, sig.base, g)
	if c.rejected() {
		return nil
	}
	c.algorithms(p, g)
	if c.rejected() {
		return nil
	}
	return p
}

// algorithms judges the names of algorithms; what the key has to do with it
// comes later.
func (c *check) algorithms(p *parts, g grammar) {
	method := p.canonical.attr("Algorithm")
	if _, known := canonicalMode(method); known && (g.general || g.anyC14N || method == ExclusiveC14N) {
		c.report.Canonicalization = method
	} else {
		c.judge.add(ruleCanonicalization, p.canonical, nil)
	}
	c.signatureMethod(p.method.attr("Algorithm"), p.pss, p.method)
	for _, ref := range p.references {
		c.digestMethod(ref)
	}
}

func (c *check) signatureMethod(uri string, pss crypto.Hash, at *element) {
	m, known := methodOf(uri)
	if uri == RSAPSS && pss != 0 {
		m, known = pssMethod(pss), true
	}
	switch {
	case neverAllowed(uri):
		c.judge.add(ruleNever, at, nil)
	case !known || !c.v.Policy.knows(m.ruled()) || m.hash != 0 && !c.v.Policy.knows(digestURI(m.hash)):
		c.judge.add(ruleMethod, at, nil)
	default:
		c.method, c.report.Algorithm = m, m.uri
	}
}

func (c *check) digestMethod(ref *reference) {
	uri := ref.digestMethod.attr("Algorithm")
	hash, known := digestOf(uri)
	if neverAllowed(uri) {
		c.judge.add(ruleNever, ref.digestMethod, nil)
		return
	}
	if !known {
		c.judge.add(ruleDigestMethod, ref.digestMethod, nil)
		return
	}
	ground, broken := c.v.Policy.judgeDigest(hash, c.at)
	for _, b := range broken {
		c.judge.add(b.rule, ref.digestMethod, b.params)
	}
	if len(broken) > 0 {
		return
	}
	c.report.ground(ground)
	ref.hash = hash
	if c.report.Digest == "" {
		c.report.Digest = uri
	}
	if len(ref.digest) != hash.Size() {
		c.judge.add(ruleDigestBase64, ref.digestValue, nil)
	}
}

// signer judges certificate and signature value. Input is where the signature
// stands. The certificate is nil if a finding was added.
func (c *check) signer(input []byte, sig *reader, p *parts) (*x509.Certificate, error) {
	candidates, err := c.candidates(p)
	if err != nil || len(candidates) == 0 {
		return nil, err
	}
	signed, err := c.signedInfo(input, sig, p)
	if err != nil {
		return nil, err
	}
	sum := c.method.sum(signed)
	before := len(c.judge.findings)
	for _, k := range candidates {
		c.judge.findings = c.judge.findings[:before]
		ok, err := c.certificate(c.method, k)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if !c.method.verify(k.cert.PublicKey, sum, p.signature) {
			c.judge.add(ruleSignatureValue, p.signatureValue, nil)
			continue
		}
		if err := c.revocation(k); err != nil {
			return nil, err
		}
		c.report.ground(c.keyGrounds...)
		return k.cert, nil
	}
	return nil, nil
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
	ref := p.references[0]
	h := ref.hash.New()
	h.Write(content)
	if !bytes.Equal(h.Sum(nil), ref.digest) {
		c.judge.add(ruleDigestValue, ref.digestValue, nil)
	}
	if n, pos := d.canonical.Uncovered(); n > 0 {
		c.judge.findings = append(c.judge.findings, catalogue[ruleQName].At("", pos.Line, pos.Column, nil))
	}
	if c.rejected() {
		return c.report, nil
	}
	c.report.References = []Reference{{URI: ref.uri, ID: ref.id, Digest: digestURI(ref.hash), Transforms: ref.transforms.uris, Target: TargetDocument, content: content}}
	return c.accept(cert, content)
}

// accept closes the report of a signature with which nothing is wrong.
func (c *check) accept(cert *x509.Certificate, content []byte) (*Report, error) {
	if cert == nil || len(c.judge.findings) > 0 {
		return nil, errors.New("signature: no certificate was judged")
	}
	if len(c.unknown) > 0 {
		c.report.Findings = c.unknown
		for i := range c.report.References { // what they cover is not handed out
			c.report.References[i].content, c.report.References[i].stream = nil, nil
		}
		c.report.stream = nil
		return c.report, nil
	}
	c.report.Certificate = cert
	c.report.content = content
	c.report.Verdict = finding.Accepted
	return c.report, nil
}

// signedInfo returns the canonical form of SignedInfo.
func (c *check) signedInfo(input []byte, sig *reader, p *parts) ([]byte, error) {
	return canonicalInfo(input, sig, p.signedInfo, c.report.Canonicalization, p.canonPrefixes, c.judge.limits.Scan)
}

// canonicalInfo canonicalises SignedInfo where it stands.
func canonicalInfo(input []byte, sig *reader, info *element, method string, prefixes []string, o *xmlscan.Options) ([]byte, error) {
	mode, _ := canonicalMode(method)
	mode.Prefixes = prefixes
	w := c14n.NewMode(nil, mode)
	w.Inherit(sig.inherited)
	w.Grow(int(info.end-info.start) + 256)
	s := xmlscan.NewFragment(input[info.start:info.end], sig.scope, o)
	for s.Next() {
		if err := w.Token(s); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(s.Err(), w.Close()); err != nil {
		return nil, fmt.Errorf("signature: reading SignedInfo: %w", err)
	}
	return w.Bytes(), nil
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
