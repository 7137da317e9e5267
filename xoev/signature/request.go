package signature

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"strings"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Form says how a signature and what it signs lie to each other. The verifier
// never guesses it.
type Form uint8

const (
	// Enveloped: Signature is a child of the root element, or of the element
	// that the request names, and covers that element without itself.
	Enveloped Form = iota
	// Enveloping: the document is the Signature, and what is signed stands in
	// its Object elements.
	Enveloping
	// Detached: the document is the Signature, and what is signed are files of
	// any kind.
	Detached
	// SameDocument: Signature stands anywhere in the document and covers other
	// elements of the document, or its own Objects, by their IDs. A
	// counter-signature is one of these.
	SameDocument
)

// String returns the name of the form in lower case.
func (f Form) String() string {
	names := [...]string{"enveloped", "enveloping", "detached", "same document"}
	if int(f) < len(names) {
		return names[f]
	}
	return "unknown"
}

// Request says what [Verifier.Verify] has to check.
type Request struct {
	// Form is what the caller expects; a signature of another form is refused.
	Form Form
	// Document is the XML document that holds the signature; for Enveloping
	// and Detached it is the signature file.
	Document []byte
	// Scope, if not nil, says that Document is an element that was cut out of
	// another, such as a decrypted SAML assertion, and holds the namespace
	// declarations in scope there (see xmlscan.NewFragment). References to the
	// whole document are refused then.
	Scope []xmlscan.NSDecl
	// ParentID, for Enveloped, is the ID of the element that is signed; empty
	// means the root element.
	ParentID string
	// SignatureID is the Id of the Signature, where there are several. For
	// SameDocument it may stand anywhere; without it, it is the one that is a
	// child of the root element.
	SignatureID string
	// Files are the files that the signature covers, by the URI that the
	// Reference has, character by character; [FileURI] makes one of the name of
	// a file. Every file must be signed. Nothing else is ever fetched.
	Files map[string][]byte
	// Large is the document where it is not in memory, instead of Document (and
	// without Scope); LargeFiles are such files. They are read in pieces, more
	// than once, and must stay open until the content was read; see
	// [Report.ContentReader] and [Reference.ContentReader]. In memory are held
	// the Signature element of at most 32 MiB, what stands in it, and what base64
	// stands for.
	Large      *io.SectionReader
	LargeFiles map[string]*io.SectionReader
}

// LogValue gives the form and sizes, no content and no names.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("form", r.Form.String()), slog.Int("bytes", len(r.Document)), slog.Int("files", len(r.Files)))
}

// FileURI writes the name of a file, without folder, as the relative reference
// that stands in a signature. It fails with [ErrName].
func FileURI(name string) (string, error) { return referenceURI(name) }

// Verify checks a signature of any [Form] with all of its references. It follows
// the six canonicalisations, base64, enveloped-signature, and XPath-Filter-2 where
// that subtracts signatures; a Manifest is data.
//
// Every reference must be bound to exactly one thing and fit its digest.
// [Report.References] says what each covers. [Report.Content] is, for Enveloped,
// the element that the signature is a child of; else what is signed, if that is
// one thing beside parts of the signature itself, and nil otherwise.
//
// Errors are those of [Verifier.VerifyEnveloped], [ErrName], the context's and
// those of Trust and Revocation.
func (v *Verifier) Verify(ctx context.Context, r Request) (*Report, error) {
	c, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in, err := r.open(ctx, c.judge.limits.Scan)
	if err != nil {
		return nil, err
	}
	l := &locator{request: &r, limits: c.judge.limits, scan: in.first(), large: in.large != nil}
	if err := l.run(); err != nil {
		return nil, err
	}
	sig := c.located(l)
	if sig == nil {
		return c.report, nil
	}
	at := sig.root.start
	doc, err := c.element(in, sig)
	if doc == nil || err != nil {
		return c.report, err
	}
	c.report.noteValue(sig)
	p := c.read(sig, grammar{general: true})
	if p == nil {
		return c.report, nil
	}
	cert, err := c.signer(doc, sig, p)
	if err != nil {
		return nil, err
	}
	if c.rejected() { // what nobody trusted has signed is not looked at
		return c.report, nil
	}
	res := &resolver{request: &r, in: in, judge: &c.judge, at: at, signature: sig, parent: l.parent, refs: p.references}
	if err := res.run(); err != nil {
		if errors.Is(err, c14n.ErrTooLarge) {
			c.judge.add(ruleContentSize, nil, nil)
			c.rejected()
			return c.report, nil
		}
		return nil, err
	}
	return c.conclude(&r, res, cert)
}

func (r *Request) scanner(o *xmlscan.Options) *xmlscan.Scanner {
	if r.Scope != nil {
		return xmlscan.NewFragment(r.Document, r.Scope, o)
	}
	return xmlscan.NewBytes(r.Document, o)
}

// locator finds the signature and watches the IDs.
type locator struct {
	request   *Request
	limits    Limits
	scan      *xmlscan.Scanner
	ancestors c14n.Ancestors
	ids       pass // for duplicate IDs
	found     []*reader
	reading   []*reader
	parents   []int64 // offsets of the open elements
	inParent  int     // depth of the element with ParentID, while it is open
	parent    int64   // offset of the parent of the signature that was found; -1 if it has none
	root      xmlscan.Name
	large     bool // the IDs are bounded
}

func (l *locator) run() error {
	l.ids = pass{doc: &document{}, scan: l.scan}
	for l.scan.Next() {
		l.token()
		if l.large && l.ids.ids.n > l.limits.MaxIDs {
			return ErrTooManyIDs
		}
	}
	return l.scan.Err()
}

func (l *locator) token() {
	kind := l.scan.Kind()
	if kind == xmlscan.StartElement {
		l.ids.start()
		l.start()
	}
	open := l.reading[:0]
	for _, r := range l.reading {
		if !r.token(l.scan) {
			open = append(open, r)
		}
	}
	l.reading = open
	l.ancestors.Token(l.scan)
	if kind == xmlscan.EndElement {
		if l.scan.Depth() == l.inParent {
			l.inParent = 0
		}
		l.parents = l.parents[:len(l.parents)-1]
	}
}

func (l *locator) start() {
	s := l.scan
	if s.Depth() == 1 {
		l.root = s.Name()
	}
	if s.Name().Is(NS, "Signature") && l.wanted() {
		if len(l.found) < 2 {
			r := &reader{base: parentPath(s), limit: int64(l.limits.MaxSignatureBytes), general: true, inherited: l.ancestors.Attrs()}
			if l.found = append(l.found, r); len(l.found) == 1 {
				if l.parent = -1; len(l.parents) > 0 {
					l.parent = l.parents[len(l.parents)-1]
				}
			}
			l.reading = append(l.reading, r)
		}
	}
	l.parents = append(l.parents, s.Pos().Offset)
	if id := l.request.ParentID; id != "" && l.inParent == 0 && hasID(s, id) {
		l.inParent = s.Depth()
	}
}

func parentPath(s *xmlscan.Scanner) string {
	path := s.Path()
	return strings.TrimSuffix(path[:max(0, strings.LastIndexByte(path, '/'))], "/")
}

// wanted reports whether the Signature at hand is at the place, and has the Id,
// that the request asks for.
func (l *locator) wanted() bool {
	r, depth := l.request, l.scan.Depth()
	if r.SignatureID != "" {
		if id, ok := l.scan.Attr("", "Id"); !ok || string(id) != r.SignatureID {
			return false
		}
	}
	switch r.Form {
	case Enveloped:
		if r.ParentID != "" {
			return l.inParent > 0 && depth == l.inParent+1
		}
		return depth == 2
	case Enveloping, Detached:
		return depth == 1
	case SameDocument:
		return r.SignatureID != "" || depth == 2
	}
	return false
}

func hasID(s *xmlscan.Scanner, id string) bool {
	for _, a := range s.Attrs() {
		if isID(a.Name) && string(a.Value) == id {
			return true
		}
	}
	return false
}

// located judges what the locator has found; nil means that the report is
// closed.
func (c *check) located(l *locator) *reader {
	c.judge.findings = append(c.judge.findings, l.ids.doc.broken...)
	switch {
	case len(l.found) == 1:
	case len(l.found) > 1:
		second := l.found[1]
		c.judge.paths = map[*element]string{second.root: second.root.path(second.base)}
		rule := ruleSeveral
		if l.request.SignatureID != "" {
			rule = ruleSelection
		}
		c.judge.add(rule, second.root, limit(1))
	case l.request.SignatureID != "" || l.request.ParentID != "":
		c.judge.add(ruleSelection, nil, nil)
	case l.request.Form == Enveloping || l.request.Form == Detached:
		c.judge.add(ruleNotSignature, nil, nil)
	default:
		c.judge.add(ruleUnsigned, nil, nil)
	}
	if c.rejected() {
		return nil
	}
	return l.found[0]
}

// conclude judges the digests and whether the signature has the form asked for.
func (c *check) conclude(r *Request, res *resolver, cert *x509.Certificate) (*Report, error) {
	var data []int
	files := map[string]bool{}
	main := -1
	for i, t := range res.targets {
		ref := t.ref
		if t.kind == TargetUnknown {
			continue // a finding says why
		}
		if !bytes.Equal(t.digest(), ref.digest) {
			c.judge.add(ruleDigestValue, ref.digestValue, nil)
		}
		if t.kind == TargetFile {
			files[ref.uri] = true
		}
		if t.covers() && main < 0 {
			main = i
		}
		if t.kind.data() || t.kind == TargetSignatureValue {
			data = append(data, i)
		}
	}
	if c.rejected() {
		return c.report, nil
	}
	for uri := range r.names() {
		if !files[uri] {
			c.judge.add(ruleReferenceName, nil, nil)
		}
	}
	if c.proven() && !c.hasForm(r, res, main, len(files)) {
		c.judge.add(ruleForm, res.signature.root, nil)
	}
	if c.rejected() {
		return c.report, nil
	}
	var content []byte
	switch {
	case r.Form == Enveloped:
		content, c.report.stream = res.targets[main].content, res.targets[main].stream
	case len(data) == 1:
		content, c.report.stream = res.targets[data[0]].content, res.targets[data[0]].stream
	}
	for _, t := range res.targets {
		c.report.References = append(c.report.References, Reference{
			URI: t.ref.uri, Type: t.ref.typ, ID: t.ref.id, Digest: digestURI(t.ref.hash),
			Transforms: t.ref.transforms.uris, Target: t.kind, content: t.content, stream: t.stream,
		})
	}
	return c.accept(cert, content)
}

// hasForm reports whether what a signature of the form must cover is covered.
func (c *check) hasForm(r *Request, res *resolver, main, files int) bool {
	has := func(kinds ...Target) bool {
		for _, t := range res.targets {
			for _, k := range kinds {
				if t.kind == k {
					return true
				}
			}
		}
		return false
	}
	switch r.Form {
	case Enveloped:
		return main >= 0
	case Enveloping:
		return has(TargetObject, TargetManifest)
	case Detached:
		return files > 0
	case SameDocument:
		return has(TargetElement, TargetDocument, TargetSignatureValue, TargetObject, TargetManifest)
	}
	return false
}
