package signature

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// SignRequest says what [Signer.Sign] has to make.
type SignRequest struct {
	Form Form
	// Document is the XML document that the signature is put into; for
	// Enveloping and Detached it is empty.
	Document []byte
	// Offset is where in Document the Signature is put, in bytes: between
	// children of the root element. 0 means before the root's end tag.
	Offset int64
	// References are what is signed, in order. At least one must be what the
	// form asks for.
	References []SignReference
	// Objects become Object elements of the signature.
	Objects []Object
	// Files are the files that references name, by URI; see [Request].
	Files map[string][]byte
	// ID, SignatureValueID and KeyInfoID become Id attributes; empty ones are
	// left out.
	ID, SignatureValueID, KeyInfoID string
	// Canonicalization is that of SignedInfo; empty means [ExclusiveC14N].
	Canonicalization string
	// Scan bounds the document; nil means the defaults of xmlscan.
	Scan *xmlscan.Options
}

// LogValue gives the form and sizes, no content and no names.
func (r SignRequest) LogValue() slog.Value {
	return slog.GroupValue(slog.String("form", r.Form.String()), slog.Int("bytes", len(r.Document)),
		slog.Int("objects", len(r.Objects)), slog.Int("files", len(r.Files)))
}

// SignReference is one Reference to be made.
type SignReference struct {
	// URI is "" for the whole document, "#" and an ID for an element of the
	// document or of the signature, or the URI of a file. References that
	// cover the signature leave it out.
	URI string
	// ID and Type become attributes; empty ones are left out.
	ID, Type string
	// Digest is the digest method; empty means the signer's.
	Digest string
	// Canonicalization is the canonicalisation method. Empty means
	// [ExclusiveC14N] for what stands in the document or the signature, and the
	// octets as they are for files.
	Canonicalization string
	// PrefixList is as in [SignOptions].
	PrefixList []string
	// Base64 signs what the base64 text of an element or file stands for.
	Base64 bool
}

// Object is one Object element of a signature.
type Object struct {
	// ID, MimeType and Encoding become attributes; empty ones are left out.
	ID, MimeType, Encoding string
	// Content is XML content in UTF-8, written as it is: elements, text with
	// references. Prefixes must be declared in it; ds means XML Signature.
	Content []byte
}

// Sign makes a signature of any [Form]. For Enveloped and SameDocument it returns
// the document with the signature, every other byte as it was; else the
// signature file.
//
// Errors match [*finding.InvalidError], with the codes of [Rules], if document,
// file or object cannot be read, IDs are not unique, a reference is not bound to
// exactly one thing or the form is not met; [ErrAlreadySigned], [ErrKey],
// [ErrCanonicalization], or are the key's own.
func (s *Signer) Sign(r SignRequest) ([]byte, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	b := &builder{signer: s, request: &r, canonical: r.Canonicalization}
	if b.canonical == "" {
		b.canonical = ExclusiveC14N
	}
	if _, ok := canonicalMode(b.canonical); !ok {
		return nil, ErrCanonicalization
	}
	if err := b.prepare(); err != nil {
		return nil, err
	}
	if err := b.digest(); err != nil {
		return nil, err
	}
	return b.sign()
}

// builder makes one signature.
type builder struct {
	signer    *Signer
	request   *SignRequest
	canonical string
	at        int64 // where Signature goes
	empty     string
	rootIDs   []string
	refs      []*reference
	value     string
	valueAt   int // offset of the value in what text returns
}

func invalid(rule ruleID) error {
	return &finding.InvalidError{Findings: []finding.Finding{catalogue[rule].At("", 0, 0, nil)}}
}

// prepare reads document and objects and plans the references.
func (b *builder) prepare() error {
	r := b.request
	for _, id := range []string{r.ID, r.SignatureValueID, r.KeyInfoID} {
		if id != "" && !plainID(id) {
			return ErrNoID
		}
	}
	for _, o := range r.Objects {
		if err := o.check(r.Scan); err != nil {
			return err
		}
	}
	finder := &nameFinder{}
	if err := b.readDocument(finder); err != nil {
		return err
	}
	for _, f := range r.References {
		ref, err := b.plan(f, finder)
		if err != nil {
			return err
		}
		b.refs = append(b.refs, ref)
	}
	return nil
}

// readDocument finds the place of the signature.
func (b *builder) readDocument(finder *nameFinder) error {
	r := b.request
	inDocument := r.Form == Enveloped || r.Form == SameDocument
	if inDocument != (len(r.Document) > 0) {
		return invalid(ruleForm)
	}
	if !inDocument {
		return nil
	}
	d := &document{canonical: c14n.New(discard{}, nil)}
	p := &pass{doc: d, scan: xmlscan.NewBytes(r.Document, r.Scan), enclosed: true, limit: 1, names: finder}
	if err := p.run(); err != nil {
		return err
	}
	if len(d.broken) > 0 {
		return &finding.InvalidError{Findings: d.broken}
	}
	if d.root.Is(NS, "Signature") || len(d.signatures) > 0 && (r.Form == Enveloped || r.ID == "") {
		return ErrAlreadySigned
	}
	b.at, b.rootIDs = d.rootEnd, d.rootIDs
	if d.rootEmpty {
		b.at -= int64(len("/>"))
		b.empty = "</" + string(c14n.AppendName(nil, d.root)) + ">"
	} else if r.Offset > 0 && r.Offset <= int64(len(r.Document)) {
		b.at = r.Offset
	}
	return nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// LogValue gives the size, no content.
func (o Object) LogValue() slog.Value { return slog.IntValue(len(o.Content)) }

func (o Object) check(scan *xmlscan.Options) error {
	if o.ID != "" && !plainID(o.ID) {
		return ErrNoID
	}
	s := xmlscan.NewFragment([]byte(o.text()), []xmlscan.NSDecl{{Prefix: "ds", URI: NS}}, scan)
	for s.Next() {
	}
	return s.Err()
}

func (o Object) text() string {
	return `<ds:Object` + attr("Id", o.ID) + attr("MimeType", o.MimeType) + attr("Encoding", o.Encoding) + `>` +
		string(o.Content) + `</ds:Object>`
}

// attr writes an attribute, unless it is empty.
func attr(name, value string) string {
	if value == "" {
		return ""
	}
	return ` ` + name + `="` + string(c14n.AppendAttr(nil, value)) + `"`
}

// plan makes a reference without digest.
func (b *builder) plan(f SignReference, finder *nameFinder) (*reference, error) {
	local := f.URI == "" || f.URI[0] == '#'
	ref := &reference{element: &element{}, uri: f.URI, id: f.ID, typ: f.Type, hash: b.signer.digest}
	if f.ID != "" && !plainID(f.ID) {
		return nil, ErrNoID
	}
	if f.Digest != "" {
		hash, ok := digestOf(f.Digest)
		if _, broken := b.signer.policy.judgeDigest(hash, clockOf(b.signer.Now)()); !ok || len(broken) > 0 {
			return nil, invalid(ruleDigestMethod)
		}
		ref.hash = hash
	}
	t := &ref.transforms
	t.base64, t.canonical = f.Base64, f.Canonicalization
	if local && !f.Base64 && t.canonical == "" {
		t.canonical = ExclusiveC14N
	}
	if f.Base64 && t.canonical != "" {
		return nil, invalid(ruleTransforms)
	}
	t.enveloped = f.URI == "" || local && slices.Contains(b.rootIDs, f.URI[1:])
	return ref, b.prefixes(ref, f, finder, local)
}

// prefixes sets the PrefixList.
func (b *builder) prefixes(ref *reference, f SignReference, finder *nameFinder, local bool) error {
	t := &ref.transforms
	if t.canonical == "" {
		return nil
	}
	mode, ok := canonicalMode(t.canonical)
	if !ok {
		return ErrCanonicalization
	}
	if mode.Kind != c14n.Exclusive {
		return nil
	}
	found := finder.found
	if !local {
		own := &nameFinder{}
		s := xmlscan.NewBytes(b.request.Files[f.URI], b.request.Scan)
		for s.Next() {
			own.token(s)
		}
		if err := s.Err(); err != nil {
			return fmt.Errorf("signed file: %w", err)
		}
		found = own.found
	}
	list, err := mergePrefixes(f.PrefixList, found...)
	t.prefixes = list
	return err
}

// text writes Signature with what is known so far.
func (b *builder) text() string {
	r := b.request
	var w strings.Builder
	w.WriteString(`<ds:Signature xmlns:ds="` + NS + `"` + attr("Id", r.ID) + `><ds:SignedInfo>`)
	w.WriteString(`<ds:CanonicalizationMethod Algorithm="` + b.canonical + `"></ds:CanonicalizationMethod>`)
	w.WriteString(b.signer.method.element())
	for _, ref := range b.refs {
		w.WriteString(ref.text())
	}
	w.WriteString(`</ds:SignedInfo><ds:SignatureValue` + attr("Id", r.SignatureValueID) + `>`)
	b.valueAt = w.Len()
	w.WriteString(b.value + `</ds:SignatureValue>` + b.signer.keyInfo(r.KeyInfoID))
	for _, o := range r.Objects {
		w.WriteString(o.text())
	}
	w.WriteString(`</ds:Signature>`)
	return w.String()
}

func (ref *reference) text() string {
	uri := ` URI="` + string(c14n.AppendAttr(nil, ref.uri)) + `"`
	out := `<ds:Reference` + attr("Id", ref.id) + attr("Type", ref.typ) + uri + `>`
	t := ref.transforms
	list := ""
	if t.enveloped {
		list += transformText(EnvelopedSignature, nil)
	}
	if t.base64 {
		list += transformText(Base64Transform, nil)
	}
	if t.canonical != "" {
		list += transformText(t.canonical, t.prefixes)
	}
	if list != "" {
		out += `<ds:Transforms>` + list + `</ds:Transforms>`
	}
	return out + `<ds:DigestMethod Algorithm="` + digestURI(ref.hash) + `"></ds:DigestMethod><ds:DigestValue>` +
		base64.StdEncoding.EncodeToString(ref.digest) + `</ds:DigestValue></ds:Reference>`
}

func transformText(uri string, prefixes []string) string {
	list := ""
	if len(prefixes) > 0 {
		list = `<ec:InclusiveNamespaces xmlns:ec="` + ExclusiveC14N + `" PrefixList="` +
			string(c14n.AppendAttr(nil, strings.Join(prefixes, " "))) + `"></ec:InclusiveNamespaces>`
	}
	return `<ds:Transform Algorithm="` + uri + `">` + list + `</ds:Transform>`
}

// whole puts Signature into the document, or makes a file of it. The offset is
// that of Signature.
func (b *builder) whole(sig string) (doc []byte, offset int) {
	r := b.request
	if r.Form == Enveloping || r.Form == Detached {
		const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
		return []byte(head + sig + "\n"), len(head)
	}
	doc = slices.Grow(doc, len(r.Document)+len(sig)+len(b.empty)+1)
	doc = append(doc, r.Document[:b.at]...)
	if b.empty != "" {
		doc = append(doc, '>')
	}
	offset = len(doc)
	doc = append(append(doc, sig...), b.empty...)
	rest := r.Document[b.at:]
	if b.empty != "" {
		rest = rest[len("/>"):]
	}
	return append(doc, rest...), offset
}

// locate finds the Signature in the document that was made of it.
func (b *builder) locate(doc []byte, offset int) (*locator, error) {
	r := b.request
	request := &Request{Form: r.Form, Document: doc, SignatureID: r.ID, Files: r.Files}
	limits := Limits{Scan: r.Scan}.withDefaults()
	l := &locator{request: request, limits: limits, scan: request.scanner(r.Scan)}
	if err := l.run(); err != nil {
		return nil, err
	}
	if len(l.ids.doc.broken) > 0 {
		return nil, &finding.InvalidError{Findings: l.ids.doc.broken}
	}
	if len(l.found) != 1 || l.found[0].root.start != int64(offset) {
		return nil, invalid(ruleSelection)
	}
	if l.found[0].tooLong {
		return nil, &finding.InvalidError{Findings: l.found[0].broken}
	}
	return l, nil
}

// digest fills the digests of the references.
func (b *builder) digest() error {
	doc, offset := b.whole(b.text())
	l, err := b.locate(doc, offset)
	if err != nil {
		return err
	}
	if len(b.refs) > l.limits.MaxReferences {
		return invalid(ruleReferenceCount)
	}
	j := &judge{limits: l.limits}
	res := &resolver{request: l.request, in: &opened{request: l.request, scan: l.limits.Scan}, judge: j, at: l.found[0].root.start, signature: l.found[0], parent: l.parent, refs: b.refs}
	if err := res.run(); err != nil {
		return err
	}
	c := &check{judge: *j}
	main, files := -1, map[string]bool{}
	for i, t := range res.targets {
		if t.covers() {
			main = i
		}
		if t.kind == TargetFile {
			files[t.ref.uri] = true
		}
	}
	if len(j.findings) == 0 && (len(files) != len(b.request.Files) || !c.hasForm(l.request, res, main, len(files))) {
		return invalid(ruleForm)
	}
	if len(j.findings) > 0 {
		return &finding.InvalidError{Findings: j.findings}
	}
	for _, t := range res.targets {
		h := t.ref.hash.New()
		h.Write(t.content)
		t.ref.digest = h.Sum(nil)
	}
	return nil
}

// sign makes the value over SignedInfo as it stands in the document.
func (b *builder) sign() ([]byte, error) {
	doc, offset := b.whole(b.text())
	l, err := b.locate(doc, offset)
	if err != nil {
		return nil, err
	}
	sig := l.found[0]
	octets, err := canonicalInfo(doc, sig, sig.root.children[0], b.canonical, nil, b.request.Scan)
	if err != nil {
		return nil, err
	}
	value, err := b.signer.value(octets)
	if err != nil {
		return nil, err
	}
	at := offset + b.valueAt
	return slices.Insert(doc, at, []byte(base64.StdEncoding.EncodeToString(value))...), nil
}
