package submission

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Package is what arrives: a document, its signature, and what they came as.
// Nothing of it is trusted.
type Package struct {
	Tenant, ID string
	// Name is the document's file name.
	Name string
	// Document holds the bytes as they came.
	Document []byte
	// Signature is the detached signature; empty if the document holds its own.
	Signature []byte
	// Findings says what is wrong with the package before it is looked into
	// ([Directory.Packages]); such a package is rejected.
	Findings []finding.Finding

	// digest is that of the whole file where Document holds its beginning only.
	digest string
	// folder is where it was read from; nil if it came another way.
	folder fs.FileInfo
}

// files are the package's files by their names.
func (p Package) files() map[string][]byte {
	return packageFiles(Message{Name: p.Name, Document: p.Document, Signature: p.Signature})
}

// LogValue names the package and leaves its content out.
func (p Package) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", p.Tenant), slog.String("id", p.ID), slog.Int("size", len(p.Document)))
}

// String is for fmt what LogValue is for slog.
func (p Package) String() string {
	return fmt.Sprintf("package %q/%q (%d bytes)", p.Tenant, p.ID, len(p.Document))
}

// GoString keeps %#v from printing the content.
func (p Package) GoString() string { return p.String() }

// Kind is a kind of document that a [Receiver] accepts. Its root element
// decides which kind a document is.
type Kind struct {
	// Name is what the caller calls it, for [Submitted].Kind.
	Name string
	// Root is the name of the root element: Space and Local; Prefix counts for
	// nothing. For XÖV messages Local may be empty: then every message in the
	// namespace is of this kind.
	Root xmlscan.Name
	// Standard and Version make it an XÖV message, and are what its root element
	// must say ("XWasser", "1.0.0"). Its id is the nachrichtenUUID, so it needs a
	// header that package xoev reads. Both are empty for form data, and for
	// messages with other headers, which need an ID of their own and a Check that
	// refuses test messages.
	Standard, Version string
	// ID finds the id of form data in what was signed; see [IDAttribute] and
	// [IDFileName]. Needed for form data, not allowed for XÖV messages.
	ID Binding
	// Reference finds the reference number that the sender gave, for the receipt
	// of accepted content; [IDAttribute] can do this too. Where it is nil or finds
	// nothing that can be one, the receiver makes a number ([NewReference]).
	Reference Binding
	// Check looks at the signed content and returns what is wrong: schema, code
	// lists, the right reader. An error means that it could not check. May be
	// nil.
	Check func(ctx context.Context, s *Submitted) ([]finding.Finding, error)
	// Take hands accepted content on, before the receipt exists: what Take has
	// taken must be durable. An error means that nothing was received; the same
	// package may come again. Take must be idempotent by (Tenant, ID): after a
	// crash it is called again, and two nodes may call it at once. May be nil if
	// the caller of [Receiver.Receive] does this itself.
	Take func(ctx context.Context, s *Submitted) error
}

// Submitted is signed content whose signature was accepted. It is shared and
// must not be changed.
type Submitted struct {
	// Tenant and ID are those of the package; the nachrichtenUUID of an XÖV
	// message is in lower case, so that one message has one ID.
	Tenant, ID string
	// Kind is the [Kind]'s name.
	Kind string
	// Name is the document's file name, as it was sent.
	Name string
	// Root is the root element's name.
	Root xmlscan.Name
	// Content is the signed content in canonical form, in UTF-8, without the
	// signature.
	Content []byte
	// Envelope is the header of an XÖV message; nil for form data.
	Envelope *xoev.Envelope
	// Signer is the certificate that the signature was accepted with.
	Signer *x509.Certificate

	root place
}

// LogValue names the submission and leaves its content out.
func (s *Submitted) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", s.Tenant), slog.String("id", s.ID), slog.String("kind", s.Kind),
		slog.Int("size", len(s.Content)))
}

// String is for fmt what LogValue is for slog.
func (s *Submitted) String() string {
	return fmt.Sprintf("submission %s/%s (%d bytes)", s.Tenant, s.ID, len(s.Content))
}

// GoString keeps %#v from printing the content.
func (s *Submitted) GoString() string { return s.String() }

// Binding finds the id of form data in what was signed, so that nobody can give
// a submission another id (or, as [Kind].Reference, another reference number):
// content is the signed content, p what came. It returns "" if there is none.
type Binding func(content []byte, p Package) (id string)

// IDAttribute is the [Binding] by an attribute of the root element. The space
// is empty for an attribute without prefix.
func IDAttribute(space, local string) Binding {
	return func(content []byte, _ Package) string {
		s := xmlscan.NewBytes(content, nil)
		for s.Next() {
			if s.Kind() == xmlscan.StartElement {
				value, _ := s.Attr(space, local)
				return string(value)
			}
		}
		return ""
	}
}

// IDFileName is the [Binding] by the document's file name without its
// extension: "A-1.xml" has the id "A-1". A detached signature signs the file
// name with the content (it is the URI of the signed reference); an enveloped
// one does not, so such a document has no id. It serves formats that have no
// room for an id.
func IDFileName(_ []byte, p Package) string {
	if len(p.Signature) == 0 {
		return ""
	}
	if dot := strings.LastIndexByte(p.Name, '.'); dot > 0 {
		return p.Name[:dot]
	}
	return p.Name
}

// checkKinds finds programming mistakes in the list.
func checkKinds(kinds []Kind) error {
	seen := map[xmlscan.Name]bool{}
	for _, k := range kinds {
		xoevKind := k.Standard != "" || k.Version != ""
		key := xmlscan.Name{Space: k.Root.Space, Local: k.Root.Local}
		switch {
		case k.Name == "":
			return errors.New("submission: a kind has no name")
		case xoevKind && (k.Standard == "" || k.Version == "" || k.ID != nil || k.Root.Space == ""):
			return fmt.Errorf("submission: kind %s: an XÖV message needs Standard, Version and a namespace, and no ID", k.Name)
		case !xoevKind && (k.ID == nil || k.Root.Local == ""):
			return fmt.Errorf("submission: kind %s: form data need ID and the name of the root element", k.Name)
		case seen[key]:
			return fmt.Errorf("submission: kind %s: another kind has this root element", k.Name)
		}
		seen[key] = true
	}
	if len(kinds) == 0 {
		return errors.New("submission: a receiver needs the kinds that it accepts")
	}
	return nil
}

// kindOf chooses the kind by the root element; an exact name goes first.
func (r *Receiver) kindOf(root xmlscan.Name) *Kind {
	var found *Kind
	for i := range r.kinds {
		k := &r.kinds[i]
		if k.Root.Space != root.Space {
			continue
		}
		if k.Root.Local == root.Local {
			return k
		}
		if k.Root.Local == "" {
			found = k
		}
	}
	return found
}
