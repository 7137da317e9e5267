package encryption

import (
	"bytes"
	"errors"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// DecryptDocument decrypts every EncryptedData of a document and puts what it stood
// for in its place; every other byte stays as it is. What is encrypted in that is
// decrypted too, as deep as [Limits.MaxNesting]; deeper is an error. Every
// EncryptedData needs a Type, [Element] or [Content]. EncryptedKey elements that
// stand beside EncryptedData stay.
//
// A document without EncryptedData is an error: who calls this expects one. If any
// of them must not be decrypted, or cannot be, none is. Errors are those of
// [Decrypter.Decrypt]; whatever cannot be read in what CBC encrypted is [ErrDecrypt].
func (d *Decrypter) DecryptDocument(doc []byte) (*Report, error) {
	w, err := d.begin(len(doc))
	if err != nil {
		return nil, err
	}
	content, err := w.replace(doc, nil, 1, false)
	if err != nil {
		return nil, err
	}
	if len(w.refused) > 0 {
		return &Report{Verdict: finding.Rejected, Findings: w.refused}, nil
	}
	s := xmlscan.NewBytes(content, w.limits.Scan)
	for s.Next() {
	}
	if s.Err() != nil {
		err := invalid(catalogue[ruleResult].At("", 0, 0, nil))
		for _, done := range w.done {
			if s, _ := suiteOf(done.Algorithm); s.mode == modeCBC {
				err = unproven(err)
			}
		}
		return nil, err
	}
	return &Report{Verdict: finding.Accepted, Decrypted: w.done, content: content, limits: w.limits}, nil
}

// replace decrypts all of a document, or of a fragment if scope is not nil. If
// something is refused it returns nothing. Wrapped says that an element was put around
// the content of one.
func (w *work) replace(doc []byte, scope []xmlscan.NSDecl, level int, wrapped bool) ([]byte, error) {
	p, err := w.parse(doc, scope, wrapped)
	if err != nil {
		return nil, err
	}
	if len(p.data) == 0 {
		if level > 1 {
			return doc, nil
		}
		return nil, invalid(catalogue[ruleNone].At("", 0, 0, nil))
	}
	if level > w.limits.MaxNesting {
		return nil, invalid(p.data[0].at(violation{ruleNesting, limit(w.limits.MaxNesting)}))
	}
	jobs, err := w.plan(p, p.data, AsStated, level)
	if err != nil || len(w.refused) > 0 {
		return nil, err
	}
	out := make([]byte, 0, len(doc))
	last := int64(0)
	for _, j := range jobs {
		content, err := w.run(j)
		if err == nil {
			if content, err = w.inner(j, content); j.suite.mode == modeCBC {
				err = unproven(err)
			}
		}
		if err != nil || len(w.refused) > 0 {
			return nil, err
		}
		out = append(append(out, doc[last:j.e.start]...), content...)
		last = j.e.end
	}
	return append(out, doc[last:]...), nil
}

// unproven gives the one error for what cannot be read in content that nothing
// proves: that must not be told apart from bad padding.
func unproven(err error) error {
	var broken *finding.InvalidError
	if errors.As(err, &broken) {
		return ErrDecrypt
	}
	return err
}

// inner decrypts what is encrypted in what was decrypted.
func (w *work) inner(j job, content []byte) ([]byte, error) {
	if !bytes.Contains(content, []byte("EncryptedData")) {
		return content, nil // a name cannot be written in another way
	}
	scope := j.e.scope
	if j.kind == Element {
		return w.replace(content, scope, j.level+1, false)
	}
	wrapped := append(append(append(make([]byte, 0, len(content)+8), wrapStart...), content...), wrapEnd...)
	out, err := w.replace(wrapped, scope, j.level+1, true)
	if err != nil || len(w.refused) > 0 {
		return nil, err
	}
	return out[len(wrapStart) : len(out)-len(wrapEnd)], nil
}
