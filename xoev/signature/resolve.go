package signature

import (
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// resolver finds what the references of a signature cover, in one pass over the
// document.
type resolver struct {
	request   *Request
	in        *opened
	judge     *judge
	at        int64 // offset of the signature in the document
	signature *reader
	parent    int64 // offset of the signature's parent, or -1
	refs      []*reference
	targets   []*target
	names     *nameFinder // when signing

	scan      *xmlscan.Scanner
	ancestors c14n.Ancestors
	open      []xmlscan.Name // elements of the signature that are open, from Signature on
	ownDepth  int            // depth of the signature, while it is open
	omitted   int            // depth of the outermost Signature, while one is open
	budget    int
}

// target is what one reference covers.
type target struct {
	ref     *reference
	id      string // without '#'; "" for the whole document
	local   bool   // in the document that holds the signature
	kind    Target
	depth   int  // of the element, while it is open
	found   int  // elements with the ID
	within  bool // the signature stands in it
	writer  *c14n.Writer
	text    []byte // for base64
	content []byte
	// Instead of content, of what is not in memory:
	hash   hash.Hash
	from   int64 // offset of the element
	stream contents
}

// digest is that of the content.
func (t *target) digest() []byte {
	if t.hash != nil {
		return t.hash.Sum(nil)
	}
	h := t.ref.hash.New()
	h.Write(t.content)
	return h.Sum(nil)
}

// covers reports whether the target is the document with its elements: what base64
// stands for says nothing about those.
func (t *target) covers() bool { return t.kind == TargetDocument && !t.ref.transforms.base64 }

// run fills the targets or adds findings. The error is the scanner's, of the
// document or of a file, or c14n.ErrTooLarge.
func (r *resolver) run() error {
	size := len(r.request.Document)
	for _, f := range r.request.Files {
		size += len(f)
	}
	r.budget = r.judge.limits.content(int64(size) + r.request.largeSize())
	local := false
	for _, ref := range r.refs {
		if r.budget <= 0 {
			return c14n.ErrTooLarge
		}
		t := &target{ref: ref}
		r.targets = append(r.targets, t)
		switch {
		case ref.uri == "" && r.request.Scope == nil && r.parent >= 0:
			t.local, t.kind = true, r.whole()
		case ref.uri == "":
			r.judge.add(ruleReferenceID, ref.element, nil)
		case ref.uri[0] == '#':
			if t.id = ref.uri[1:]; !plainID(t.id) {
				r.judge.add(ruleReferenceID, ref.element, nil)
				continue
			}
			t.local = true
		default:
			if err := r.file(t); err != nil {
				return err
			}
		}
		local = local || t.local
	}
	if local {
		if err := r.document(); err != nil {
			return err
		}
	}
	return nil
}

// whole is what a reference to the whole document covers.
func (r *resolver) whole() Target {
	if r.request.Form == Enveloped && r.request.ParentID != "" {
		return TargetElement // more than was asked for
	}
	return TargetDocument
}

// mode is the canonicalisation of a reference; without any it is Canonical XML
// 1.0 (XML Signature 1.1, 4.4.3.2). A node set of this document has no comments
// (4.4.3.3).
func (t *target) mode() c14n.Mode {
	method := t.ref.transforms.canonical
	if method == "" {
		method = InclusiveC14N
	}
	mode, _ := canonicalMode(method)
	mode.Prefixes = t.ref.transforms.prefixes
	if t.local {
		mode.Comments = false
	}
	return mode
}

// begin makes the target ready for tokens.
func (r *resolver) begin(t *target, inMemory bool) {
	if t.ref.transforms.base64 {
		return
	}
	var sink io.Writer
	if !inMemory {
		t.hash = t.ref.hash.New()
		sink = t.hash
	}
	t.writer = c14n.NewMode(sink, t.mode())
	t.writer.Limit(r.budget)
}

func (t *target) token(s *xmlscan.Scanner) error {
	if t.writer != nil {
		return t.writer.Token(s)
	}
	if s.Kind() == xmlscan.Text {
		t.text = append(t.text, s.Text()...)
	}
	return nil
}

// size is how much memory the target holds.
func (t *target) size() int {
	if t.writer != nil {
		return t.writer.Len()
	}
	return len(t.text)
}

// finish turns what was collected into octets.
func (r *resolver) finish(t *target, stream contents) {
	if t.writer == nil {
		if content, ok := decodeBase64(dropSpace(t.text)); ok {
			t.content = content
		} else {
			r.judge.add(ruleContentBase64, t.ref.element, nil)
		}
		return
	}
	if t.hash != nil {
		_ = t.writer.Close() // a hash takes everything
		t.stream = stream
	} else if t.content = t.writer.Bytes(); t.content == nil {
		t.content = []byte{}
	}
	if n, pos := t.writer.Uncovered(); n > 0 {
		r.judge.findings = append(r.judge.findings, catalogue[ruleQName].At("", pos.Line, pos.Column, nil))
	}
}

// file reads one that the caller has given.
func (r *resolver) file(t *target) error {
	data, ok := r.request.Files[t.ref.uri]
	large := r.request.LargeFiles[t.ref.uri]
	if !ok && large == nil {
		r.judge.add(ruleReferenceName, t.ref.element, nil)
		return nil
	}
	how := t.ref.transforms
	if how.omits() {
		r.judge.add(ruleContains, t.ref.element, nil)
		return nil
	}
	t.kind = TargetFile
	switch {
	case large != nil:
		return r.largeFile(t, newSource(large, large.Size()))
	case how.base64:
		t.text = data
		r.finish(t, nil)
		r.budget -= len(t.content)
	case how.canonical == "":
		t.content = data
		if data == nil {
			t.content = []byte{}
		}
	default:
		r.begin(t, true)
		s := xmlscan.NewBytes(data, r.judge.limits.Scan)
		if r.names != nil {
			err := xmlscan.Run(s, xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error { r.names.token(s); return t.token(s) }))
			if err != nil {
				return fmt.Errorf("signed file: %w", err)
			}
		} else if err := xmlscan.Run(s, xmlscan.ConsumerFunc(t.token)); err != nil {
			return fmt.Errorf("signed file: %w", err)
		}
		r.finish(t, nil)
		r.budget -= len(t.content)
	}
	return nil
}

// document goes over the document once for all targets in it.
func (r *resolver) document() error {
	r.scan = r.in.again()
	for _, t := range r.targets {
		if t.local && t.id == "" {
			t.found, t.within, t.depth, t.from = 1, true, -1, -1
			r.begin(t, r.in.large == nil)
		}
	}
	for r.scan.Next() {
		if err := r.token(); err != nil {
			return err
		}
	}
	if err := r.scan.Err(); err != nil {
		return err
	}
	for _, t := range r.targets {
		if t.local {
			r.judgeTarget(t)
		}
	}
	return nil
}

func (r *resolver) token() error {
	s := r.scan
	kind := s.Kind()
	if kind == xmlscan.StartElement && s.Pos().Offset == r.at {
		r.ownDepth = s.Depth()
	}
	own := r.ownDepth > 0
	if kind == xmlscan.StartElement {
		if own {
			r.open = append(r.open, s.Name())
		}
		r.start(own)
		if r.omitted == 0 && s.Name().Is(NS, "Signature") {
			r.omitted = s.Depth()
		}
	}
	if r.names != nil && !own {
		r.names.token(s)
	}
	total := 0
	for _, t := range r.targets {
		if !t.local {
			continue
		}
		if t.depth != 0 && !(t.ref.transforms.enveloped && own) && !(t.ref.transforms.subtract && r.omitted > 0) {
			if err := t.token(s); err != nil {
				return err
			}
		}
		total += t.size()
	}
	if total > r.budget || r.in.large != nil && r.inMemory() > maxLargeSignature {
		return c14n.ErrTooLarge
	}
	r.ancestors.Token(s)
	if kind == xmlscan.EndElement {
		r.end(s.Depth())
	}
	return nil
}

// start looks for targets that begin here.
func (r *resolver) start(own bool) {
	s := r.scan
	for _, a := range s.Attrs() {
		if !isID(a.Name) {
			continue
		}
		for _, t := range r.targets {
			if !t.local || t.id == "" || t.id != string(a.Value) {
				continue
			}
			if t.found++; t.found > 1 {
				continue
			}
			t.depth, t.from = s.Depth(), s.Pos().Offset
			t.kind = r.kind(own)
			r.begin(t, own || r.in.large == nil)
			if t.writer != nil {
				t.writer.Inherit(r.ancestors.Attrs())
			}
		}
	}
	if s.Pos().Offset == r.at {
		for _, t := range r.targets {
			t.within = t.within || t.local && t.depth > 0 && t.depth < s.Depth()
		}
	}
}

func (r *resolver) end(depth int) {
	if r.ownDepth > 0 {
		r.open = r.open[:len(r.open)-1]
	}
	if depth == r.ownDepth {
		r.ownDepth = 0
	}
	if depth == r.omitted {
		r.omitted = 0
	}
	for _, t := range r.targets {
		if t.depth == depth {
			t.depth = 0
		}
	}
}

// xadesNamespaces are those of XAdES (ETSI TS 101 903 and EN 319 132-1).
var xadesNamespaces = [...]string{
	"http://uri.etsi.org/01903/v1.3.2#", "http://uri.etsi.org/01903/v1.2.2#", "http://uri.etsi.org/01903/v1.1.1#",
}

func xadesName(n xmlscan.Name, local string) bool {
	return n.Local == local && slices.Contains(xadesNamespaces[:], n.Space)
}

// kind says what the element is at which the scanner stands: within the
// signature only by its exact place, so that signed parts cannot be moved to
// where nobody looks for them.
func (r *resolver) kind(own bool) Target {
	name := r.scan.Name()
	if !own {
		switch {
		case r.scan.Pos().Offset == r.parent:
			return TargetDocument
		case name.Is(NS, "SignatureValue"):
			return TargetSignatureValue
		case name.Space == NS && name.Local != "Signature" || xadesName(name, "SignedProperties"):
			return TargetUnknown
		}
		return TargetElement
	}
	place := r.open[1:] // below Signature
	switch {
	case len(place) == 1 && name.Is(NS, "KeyInfo"):
		return TargetKeyInfo
	case len(place) == 0 || !place[0].Is(NS, "Object"):
		return TargetUnknown
	case len(place) == 1:
		return TargetObject
	case len(place) == 2 && name.Is(NS, "Manifest"):
		return TargetManifest
	case len(place) == 2 && name.Is(NS, "SignatureProperties"):
		return TargetObject
	case len(place) == 2 && name.Space != NS && !xadesName(name, "SignedProperties"):
		return TargetObject
	case len(place) == 3 && xadesName(place[1], "QualifyingProperties") && xadesName(name, "SignedProperties"):
		return TargetSignedProperties
	}
	return TargetUnknown
}

// Types of references whose target has a place of its own.
const (
	typeObject   = NS + "Object"
	typeManifest = NS + "Manifest"
	// SignedPropertiesType is the Type of the reference to the SignedProperties
	// of XAdES (ETSI EN 319 132-1, 4.4.2).
	SignedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
)

// judgeTarget judges what was found for a reference to this document.
func (r *resolver) judgeTarget(t *target) {
	how, before := t.ref.transforms, len(r.judge.findings)
	switch {
	case t.found != 1:
		r.judge.add(ruleReferenceID, t.ref.element, nil)
	case t.kind == TargetUnknown || !t.kind.fits(t.ref.typ):
		r.judge.add(ruleTarget, t.ref.element, nil)
	case t.within != how.omits():
		r.judge.add(ruleContains, t.ref.element, nil)
	default:
		r.finish(t, r.in.part(t, r.at))
	}
	if len(r.judge.findings) > before {
		t.kind = TargetUnknown
	}
}

// fits reports whether the target is of the kind that the Type says. Types that
// mean nothing here fit everything.
func (t Target) fits(typ string) bool {
	switch typ {
	case typeObject:
		return t == TargetObject
	case typeManifest:
		return t == TargetManifest
	case SignedPropertiesType:
		return t == TargetSignedProperties
	}
	return true
}
