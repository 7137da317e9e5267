package signature

import (
	"bytes"
	"context"
	"io"
	"log/slog"
)

// Target says what kind of thing a [Reference] covers.
type Target uint8

const (
	// TargetUnknown is the zero value: not resolved.
	TargetUnknown Target = iota
	// TargetDocument is the document that holds the signature, or the element
	// that the signature is a child of, without the signature; or, of a
	// detached signature, the one document that was given.
	TargetDocument
	// TargetElement is another element of the document, by its ID.
	TargetElement
	// TargetFile is a file that the caller has given.
	TargetFile
	// TargetObject is an Object of the signature, or a child of one.
	TargetObject
	// TargetManifest is a Manifest in an Object of the signature. What it lists
	// is data: nothing of it was fetched or checked.
	TargetManifest
	// TargetSignedProperties is the SignedProperties of XAdES in an Object of
	// the signature.
	TargetSignedProperties
	// TargetKeyInfo is the KeyInfo of the signature.
	TargetKeyInfo
	// TargetSignatureValue is the SignatureValue of another signature, which
	// this one countersigns.
	TargetSignatureValue
)

// String returns a name such as "document" or "file".
func (t Target) String() string {
	names := [...]string{"unknown", "document", "element", "file", "object", "manifest", "signedProperties", "keyInfo", "signatureValue"}
	if int(t) < len(names) {
		return names[t]
	}
	return names[0]
}

// MarshalText writes the target as its [Target.String], for JSON reports.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// data reports whether the target is what somebody wanted to sign, and not what
// belongs to the signature.
func (t Target) data() bool {
	switch t {
	case TargetDocument, TargetElement, TargetFile, TargetObject, TargetManifest:
		return true
	}
	return false
}

// Reference is what one Reference of a signature covers with which nothing is
// wrong: one that is accepted, or undetermined because of its certificate.
type Reference struct {
	// URI, Type and ID are the attributes as they stand in the signature.
	URI  string `json:"uri"`
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	// Digest is the digest method, Transforms are the transforms, as URIs.
	Digest     string   `json:"digest"`
	Transforms []string `json:"transforms,omitempty"`
	// Target says what is covered.
	Target Target `json:"target"`

	content []byte
	stream  contents // instead of content
}

// ContentReader returns what [Reference.Content] does, also of documents and files
// that are not in memory; see [Reference.ContentReader].
func (r Reference) ContentReader(ctx context.Context) (io.Reader, error) {
	switch {
	case r.content != nil:
		return bytes.NewReader(r.content), nil
	case r.stream != nil:
		return r.stream.open(ctx)
	}
	return nil, ErrNotAccepted
}

// Content returns the octets that the digest was made of: a canonical form, the
// bytes of a file, or what base64 stood for. They must not be changed. It is nil
// unless the verdict of the report is Accepted, and where the document was not in
// memory; see [Report.ContentReader].
func (r Reference) Content() []byte { return r.content }

// LogValue gives what is covered, but neither content nor the name of a file.
func (r Reference) LogValue() slog.Value {
	return slog.GroupValue(slog.String("target", r.Target.String()), slog.String("digest", r.Digest))
}
