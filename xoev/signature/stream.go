package signature

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// ErrTooManyIDs says that a document has more IDs than [Limits.MaxIDs], so that
// it could not be checked whether they are unique.
var ErrTooManyIDs = errors.New("signature: more IDs than the limit allows")

// recipe is what turns a document into the octets of the one Reference.
type recipe struct {
	mode     c14n.Mode
	hash     crypto.Hash
	enclosed bool // without the Signature child of the root
	rootOnly bool // only the root element
}

func (a recipe) same(b recipe) bool {
	return a.mode.Kind == b.mode.Kind && a.mode.Comments == b.mode.Comments && a.hash == b.hash &&
		a.enclosed == b.enclosed && a.rootOnly == b.rootOnly && slices.Equal(a.mode.Prefixes, b.mode.Prefixes)
}

// scanned is a document with the digest of its canonical form.
type scanned struct {
	*document
	digest []byte
}

// VerifyEnvelopedReader is [Verifier.VerifyEnveloped] for a document of any size
// that is not in memory: a file, or a [Spool] of a stream. Of size bytes of r
// none but a window of some 200 KB is held, and 32 bytes for each 64 KiB. Each
// of the six canonicalisations may be used.
//
// The signed content is not collected: [Report.ContentReader] makes it again
// from r, which must stay open until then. If somebody changes the document
// meanwhile, reading fails with [ErrChanged]; what it hands out is what was
// verified, always.
//
// Errors are those of VerifyEnveloped, of ctx, of r, [ErrChanged] and
// [ErrTooManyIDs].
func (v *Verifier) VerifyEnvelopedReader(ctx context.Context, r io.ReaderAt, size int64) (*Report, error) {
	c, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	src := newSource(r, size)
	guess, err := guessRecipe(src)
	if err != nil {
		return nil, err
	}
	d, err := c.stream(src.record(ctx), size, guess, false)
	if err != nil {
		return c.unscanned(err)
	}
	if !c.oneSignature(d.document) {
		return c.report, nil
	}
	sig := d.signatures[0]
	if sig.tooLong { // it is not even fetched
		c.judge.findings = append(c.judge.findings, sig.broken...)
		c.rejected()
		return c.report, nil
	}
	raw, err := src.slice(ctx, sig.root.start, sig.root.end)
	if err != nil {
		return nil, err
	}
	sig.root.move(-sig.root.start)
	p := c.read(sig, streamed(sig.root, EnvelopedSignature))
	if p == nil {
		return c.report, nil
	}
	ref := p.references[0]
	if ref.uri != "" && !d.hasRootID(ref.uri) {
		c.judge.add(ruleReferenceRoot, ref.element, nil)
	}
	want := c.recipe(ref, true)
	cert, err := c.signer(raw, sig, p)
	if err != nil {
		return nil, err
	}
	if c.rejected() {
		return c.report, nil
	}
	if d.overflow || !guess.same(want) {
		again, err := c.stream(src.replay(ctx, 0, size), size, want, true)
		if err != nil {
			return c.unscanned(err)
		}
		d = again
	}
	return c.finishStream(ref, d, cert, &verified{src: src, recipe: want, scan: c.judge.limits.Scan})
}

// VerifyDetachedReader is [Verifier.VerifyDetached] for a document of any size
// that is not in memory; see [Verifier.VerifyEnvelopedReader].
func (v *Verifier) VerifyDetachedReader(ctx context.Context, r io.ReaderAt, size int64, sigFile []byte, name string) (*Report, error) {
	uri, err := referenceURI(name)
	if err != nil {
		return nil, err
	}
	c, err := v.begin(ctx)
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
	p := c.read(sig, streamed(sig.root))
	if p == nil {
		return c.report, nil
	}
	ref := p.references[0]
	if ref.uri != uri {
		c.judge.add(ruleReferenceName, ref.element, nil)
	}
	want := c.recipe(ref, false)
	cert, err := c.signer(sigFile, sig, p)
	if err != nil {
		return nil, err
	}
	if c.rejected() {
		return c.report, nil
	}
	src := newSource(r, size)
	d, err := c.stream(src.record(ctx), size, want, true)
	if err != nil {
		return c.unscanned(fmt.Errorf("signed document: %w", err))
	}
	c.judge.findings = append(c.judge.findings, d.broken...)
	return c.finishStream(ref, d, cert, &verified{src: src, recipe: want, scan: c.judge.limits.Scan})
}

// oneSignature judges what a pass found; false means that the report is closed.
func (c *check) oneSignature(d *document) bool {
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
	return !c.rejected()
}

// streamed is the grammar of a signature whose one Reference has the transforms
// before and then a canonicalisation, which is the last that it names.
func streamed(root *element, before ...string) grammar {
	method := ExclusiveC14N
	if last := lastTransform(root); last != nil {
		if _, known := canonicalMode(last.attr("Algorithm")); known {
			method = last.attr("Algorithm")
		}
	}
	return grammar{transforms: append(slices.Clone(before), method), anyC14N: true}
}

// lastTransform is the last Transform below an element.
func lastTransform(e *element) *element {
	if e.name.Is(NS, "Transform") {
		return e
	}
	for _, c := range slices.Backward(e.children) {
		if t := lastTransform(c); t != nil {
			return t
		}
	}
	return nil
}

// recipe is what the Reference asks for. The node-set of a same-document
// reference has no comments, whatever the method (XML Signature 1.1, 4.4.3.3).
func (c *check) recipe(ref *reference, enclosed bool) recipe {
	mode, _ := canonicalMode(ref.transforms.canonical)
	if mode.Kind != c14n.Exclusive && len(ref.transforms.prefixes) > 0 {
		c.judge.add(ruleTransforms, ref.element, nil)
	}
	mode.Comments = mode.Comments && !enclosed
	mode.Prefixes = ref.transforms.prefixes
	return recipe{mode: mode, hash: ref.hash, enclosed: enclosed, rootOnly: enclosed && ref.uri != ""}
}

// stream reads a document once. Until the signer is proven it gives up a
// canonical form that gets much larger than the document, since anybody can make
// us work with one.
func (c *check) stream(in io.Reader, size int64, r recipe, proven bool) (*scanned, error) {
	limits := c.judge.limits
	h := r.hash.New()
	d := &document{canonical: c14n.NewMode(h, r.mode)}
	if proven {
		d.canonical.Limit(limits.content(size))
	} else {
		d.canonical.Limit(limits.unproven(size))
	}
	p := &pass{
		doc: d, scan: xmlscan.New(in, limits.Scan), enclosed: r.enclosed, rootOnly: r.rootOnly,
		limit: int64(limits.MaxSignatureBytes), maxIDs: limits.MaxIDs, soft: !proven,
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	return &scanned{document: d, digest: h.Sum(nil)}, nil
}

// finishStream judges the digest and draws the verdict.
func (c *check) finishStream(ref *reference, d *scanned, cert *x509.Certificate, content *verified) (*Report, error) {
	if d.overflow {
		return nil, errors.New("signature: the document was not judged")
	}
	if !bytes.Equal(d.digest, ref.digest) {
		c.judge.add(ruleDigestValue, ref.digestValue, nil)
	}
	if n, pos := d.canonical.Uncovered(); n > 0 {
		c.judge.findings = append(c.judge.findings, catalogue[ruleQName].At("", pos.Line, pos.Column, nil))
	}
	if c.rejected() {
		return c.report, nil
	}
	content.digest = d.digest
	c.report.stream = content
	c.report.References = []Reference{{URI: ref.uri, ID: ref.id, Digest: digestURI(ref.hash), Transforms: ref.transforms.uris, Target: TargetDocument}}
	return c.accept(cert, nil)
}

// move shifts the offsets of an element and what is in it.
func (e *element) move(by int64) {
	e.start += by
	e.end += by
	for _, c := range e.children {
		c.move(by)
	}
}

// guessRecipe reads what is probably in the signature, so that one pass is
// enough. Nothing depends on it: if what was read properly is something else,
// there is a second pass.
func guessRecipe(src *source) (recipe, error) {
	r := recipe{hash: crypto.SHA256, enclosed: true}
	for _, at := range []int64{max(0, src.size-chunkSize), 0} {
		window := make([]byte, min(chunkSize, src.size))
		n, err := src.r.ReadAt(window, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return r, err
		}
		window = window[:n]
		i := bytes.LastIndex(window, []byte(EnvelopedSignature))
		if i < 0 {
			continue
		}
		if uri := bytes.LastIndex(window[:i], []byte("URI=")); uri >= 0 {
			_, value, ok := quoted(window[uri:i], "URI=")
			r.rootOnly = ok && value != ""
		}
		r.mode.Prefixes = guessPrefixes(window)
		rest, method, _ := quoted(window[i+len(EnvelopedSignature):], "Algorithm=")
		if mode, known := canonicalMode(method); known {
			r.mode.Kind = mode.Kind
		}
		if _, rest, ok := bytes.Cut(rest, []byte("DigestMethod")); ok {
			_, method, _ = quoted(rest, "Algorithm=")
			if hash, known := digestOf(method); known {
				r.hash = hash
			}
		}
		break
	}
	return r, nil
}

// quoted returns the value of the first attribute that is written as name, and
// what follows.
func quoted(b []byte, name string) (rest []byte, value string, ok bool) {
	_, rest, ok = bytes.Cut(b, []byte(name))
	if !ok || len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return b, "", false
	}
	v, rest, ok := bytes.Cut(rest[1:], rest[:1])
	return rest, string(v), ok
}

// verified is the content of an accepted signature over a document that is not
// in memory.
type verified struct {
	src    *source
	recipe recipe
	scan   *xmlscan.Options
	digest []byte
}

// ContentReader returns the signed content as [Report.Content] does, for
// documents of any size. Of a document that is not in memory it is made again
// from what the caller gave, and every piece of that is compared with what was
// verified before anything is made of it: Read fails with [ErrChanged] if it is
// not the same, and with the error of ctx. Several readers may be open at once.
// The error is [ErrNotAccepted] unless the verdict is Accepted.
func (r *Report) ContentReader(ctx context.Context) (io.Reader, error) {
	if content := r.Content(); content != nil {
		return bytes.NewReader(content), nil
	}
	if r == nil || r.Verdict != finding.Accepted || r.stream == nil {
		return nil, ErrNotAccepted
	}
	return r.stream.open(ctx)
}

// contents is what was signed and is not in memory.
type contents interface {
	open(ctx context.Context) (io.Reader, error)
}

func (v *verified) open(ctx context.Context) (io.Reader, error) {
	c := &contentReader{want: v.digest, hash: v.recipe.hash.New()}
	c.scan = xmlscan.New(v.src.replay(ctx, 0, v.src.size), v.scan)
	c.canonical = c14n.NewMode(&c.out, v.recipe.mode)
	c.token = (&enclosed{recipe: v.recipe}).token
	return c, nil
}

// contentReader makes canonical form while it is read.
type contentReader struct {
	scan      *xmlscan.Scanner
	canonical *c14n.Writer
	token     func(*xmlscan.Scanner, *c14n.Writer) error // io.EOF ends it early
	out       bytes.Buffer
	hash      hash.Hash
	want      []byte
	err       error
}

// Read hands out canonical form.
func (c *contentReader) Read(p []byte) (int, error) {
	for c.out.Len() == 0 {
		if c.err != nil {
			return 0, c.err
		}
		c.err = c.step()
	}
	n, err := c.out.Read(p)
	c.hash.Write(p[:n])
	if c.err == io.EOF && c.out.Len() == 0 && !bytes.Equal(c.hash.Sum(nil), c.want) {
		c.err = ErrChanged
		return 0, c.err
	}
	return n, err
}

// step writes the next token.
func (c *contentReader) step() error {
	err := io.EOF
	if c.scan.Next() {
		err = c.token(c.scan, c.canonical)
	} else if failed := c.scan.Err(); failed != nil {
		err = failed
	}
	if err == io.EOF {
		if failed := c.canonical.Close(); failed != nil {
			return failed
		}
	}
	return err
}

// enclosed is a document without the Signature child of its root.
type enclosed struct {
	recipe  recipe
	omitted bool
}

func (e *enclosed) token(s *xmlscan.Scanner, w *c14n.Writer) error {
	depth := s.Depth()
	if e.recipe.enclosed && depth == 2 && s.Kind() == xmlscan.StartElement && s.Name().Is(NS, "Signature") {
		e.omitted = true
	}
	switch {
	case e.omitted:
		e.omitted = depth != 2 || s.Kind() != xmlscan.EndElement
	case depth > 0 || !e.recipe.rootOnly:
		return w.Token(s)
	}
	return nil
}
