package signature

import (
	"context"
	"io"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// SignEnvelopedReader is [Signer.SignEnveloped] for a document of any size that
// is not in memory: size bytes of r are read two or three times and written to w
// with the signature inside. The first byte is written once the signature is
// made; what is written is what was signed, or w gets a part of it and the error
// is [ErrChanged]. Other errors are those of SignEnveloped, of ctx, r and w.
func (s *Signer) SignEnvelopedReader(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, o *SignOptions) error {
	if o == nil {
		o = &SignOptions{}
	}
	src := newSource(r, size)
	d, sig, err := s.enveloped(src.passes(ctx, o.Scan), o)
	if err != nil {
		return err
	}
	at, insert := d.rootEnd, sig
	if d.rootEmpty {
		at -= int64(len("/>"))
		insert = append([]byte(">"), sig...)
		insert = append(c14n.AppendName(append(insert, "</"...), d.root), '>')
	}
	if _, err := io.Copy(w, src.replay(ctx, 0, at)); err != nil {
		return err
	}
	if _, err := w.Write(insert); err != nil {
		return err
	}
	_, err = io.Copy(w, src.replay(ctx, d.rootEnd, size))
	return err
}

// SignDetachedReader is [Signer.SignDetached] for a document of any size that is
// not in memory: size bytes of r are read once or twice. Errors are those of
// SignDetached, of ctx and r, and [ErrChanged].
func (s *Signer) SignDetachedReader(ctx context.Context, r io.ReaderAt, size int64, name string, o *SignOptions) ([]byte, error) {
	if o == nil {
		o = &SignOptions{}
	}
	src := newSource(r, size)
	return s.detached(src.passes(ctx, o.Scan), name, o)
}

// passes returns a function that starts the passes over the document: the first
// notes what it holds, later ones compare.
func (s *source) passes(ctx context.Context, o *xmlscan.Options) func() *xmlscan.Scanner {
	first := true
	return func() *xmlscan.Scanner {
		if first {
			first = false
			return xmlscan.New(s.record(ctx), o)
		}
		return xmlscan.New(s.replay(ctx, 0, s.size), o)
	}
}
