package signature

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxLargeSignature bounds what is held in memory of a document that is not: the
// Signature element, and what base64 stands for.
const maxLargeSignature = 32 << 20

// opened is the document of a request, in memory or not.
type opened struct {
	request *Request
	ctx     context.Context // of one call
	scan    *xmlscan.Options
	large   *source
}

// open judges whether the request can be read at all.
func (r *Request) open(ctx context.Context, o *xmlscan.Options) (*opened, error) {
	seen := map[string]bool{}
	for uri := range r.names() {
		if uri == "" || uri[0] == '#' || seen[uri] {
			return nil, fmt.Errorf("%w: %s", ErrName, "a file needs a URI of its own")
		}
		seen[uri] = true
	}
	in := &opened{request: r, ctx: ctx, scan: o}
	if r.Large != nil {
		if r.Document != nil || r.Scope != nil {
			return nil, errors.New("signature: Large takes the place of Document and Scope")
		}
		in.large = newSource(r.Large, r.Large.Size())
	}
	return in, nil
}

// names are the URIs of all files.
func (r *Request) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for uri := range r.Files {
			if !yield(uri) {
				return
			}
		}
		for uri, f := range r.LargeFiles {
			if f == nil {
				uri = "" // refused
			}
			if !yield(uri) {
				return
			}
		}
	}
}

// largeSize is the length of what is not in memory.
func (r *Request) largeSize() (n int64) {
	if r.Large != nil {
		n = r.Large.Size()
	}
	for _, f := range r.LargeFiles {
		n += f.Size()
	}
	return n
}

// first starts the first pass over the document, again the later ones, which see
// what the first has seen.
func (in *opened) first() *xmlscan.Scanner {
	if in.large == nil {
		return in.request.scanner(in.scan)
	}
	return xmlscan.New(in.large.record(in.ctx), in.scan)
}

func (in *opened) again() *xmlscan.Scanner {
	if in.large == nil {
		return in.request.scanner(in.scan)
	}
	return xmlscan.New(in.large.replay(in.ctx, 0, in.large.size), in.scan)
}

// element fetches the signature. What it returns is what the signature's offsets
// count in; nil means that the report is closed.
func (c *check) element(in *opened, sig *reader) ([]byte, error) {
	root := sig.root
	doc := in.request.Document
	if in.large != nil {
		if root.end-root.start > maxLargeSignature || sig.tooLong {
			c.judge.findings = append(c.judge.findings, sig.broken...)
			if len(c.judge.findings) == 0 {
				c.judge.add(ruleSignatureSize, root, limit(maxLargeSignature))
			}
			c.rejected()
			return nil, nil
		}
		var err error
		if doc, err = in.large.slice(in.ctx, root.start, root.end); err != nil {
			c.report = nil
			return nil, err
		}
		root.move(-root.start)
	}
	c.report.element, c.report.scope = doc[root.start:root.end], sig.scope
	return doc, nil
}

// largeFile digests a file that is not in memory.
func (r *resolver) largeFile(t *target, src *source) error {
	how := t.ref.transforms
	switch {
	case how.base64:
		if src.size > maxLargeSignature {
			return c14n.ErrTooLarge
		}
		t.text = make([]byte, src.size)
		if _, err := io.ReadFull(src.record(r.in.ctx), t.text); err != nil {
			return fmt.Errorf("signed file: %w", err)
		}
		r.finish(t, nil)
	case how.canonical == "":
		t.hash = t.ref.hash.New()
		if _, err := io.Copy(t.hash, src.record(r.in.ctx)); err != nil {
			return fmt.Errorf("signed file: %w", err)
		}
		t.stream = &part{src: src}
	default:
		r.begin(t, false)
		s := xmlscan.New(src.record(r.in.ctx), r.judge.limits.Scan)
		if err := xmlscan.Run(s, xmlscan.ConsumerFunc(t.token)); err != nil {
			return fmt.Errorf("signed file: %w", err)
		}
		r.finish(t, &part{src: src, ref: t.ref, mode: t.mode(), scan: r.judge.limits.Scan, from: -1, own: -1})
		r.budget -= t.writer.Len()
	}
	return nil
}

// inMemory is how many bytes of a document that is not in memory are.
func (r *resolver) inMemory() (n int) {
	for _, t := range r.targets {
		if t.local && t.hash == nil {
			n += t.size()
		}
	}
	return n
}

// part is what a reference covers of a source.
type part struct {
	src  *source
	ref  *reference // nil for the bytes as they are
	mode c14n.Mode
	scan *xmlscan.Options
	from int64 // offset of the element; -1 for everything
	own  int64 // offset of the Signature that is left out; -1 for none
}

// part is what a target covers of the document; nil if that is in memory.
func (in *opened) part(t *target, at int64) contents {
	if in.large == nil {
		return nil
	}
	p := &part{src: in.large, ref: t.ref, mode: t.mode(), scan: in.scan, from: t.from, own: -1}
	if t.ref.transforms.enveloped {
		p.own = at
	}
	return p
}

func (p *part) open(ctx context.Context) (io.Reader, error) {
	in := p.src.replay(ctx, 0, p.src.size)
	if p.ref == nil {
		return in, nil
	}
	c := &contentReader{want: p.ref.digest, hash: p.ref.hash.New(), scan: xmlscan.New(in, p.scan)}
	c.canonical = c14n.NewMode(&c.out, p.mode)
	c.token = (&partReader{part: p}).token
	return c, nil
}

// partReader finds the part again.
type partReader struct {
	*part
	ancestors c14n.Ancestors
	depth     int // of the element, while it is open
	omitted   int // depth of the Signature that is left out, while it is open
}

func (p *partReader) token(s *xmlscan.Scanner, w *c14n.Writer) error {
	kind, depth := s.Kind(), s.Depth()
	if p.from >= 0 && p.depth == 0 {
		if kind != xmlscan.StartElement || s.Pos().Offset != p.from {
			p.ancestors.Token(s)
			return nil
		}
		p.depth = depth
		w.Inherit(p.ancestors.Attrs())
	}
	if kind == xmlscan.StartElement && p.omitted == 0 &&
		(s.Pos().Offset == p.own || p.ref.transforms.subtract && s.Name().Is(NS, "Signature")) {
		p.omitted = depth
	}
	end := kind == xmlscan.EndElement
	switch {
	case p.omitted == 0:
		if err := w.Token(s); err != nil {
			return err
		}
	case end && depth == p.omitted:
		p.omitted = 0
	}
	if end && depth == p.depth {
		return io.EOF
	}
	return nil
}
