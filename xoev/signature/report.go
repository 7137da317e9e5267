package signature

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
	"github.com/bausteine/egov/xoev/xmlscan/tree"
)

// ErrNotAccepted says that a [Report] has no content, because its verdict is not
// Accepted.
var ErrNotAccepted = errors.New("signature: not accepted, no content")

// Report is the judgement on a signature. The zero value is undetermined and
// holds no content. A Report is not changed after it was returned; several
// goroutines may read it.
type Report struct {
	// Verdict is Accepted only if every rule was checked and none is broken.
	Verdict finding.Verdict `json:"verdict"`
	// Findings are the broken rules, with codes of [Rules]; about a hundred at
	// most.
	Findings []finding.Finding `json:"findings,omitempty"`
	// Algorithm, Digest and Canonicalization are the algorithm names of the
	// signature as URIs, for example [RSASHA256], [SHA256], [ExclusiveC14N];
	// empty where the policy does not know what the signature names.
	Algorithm        string `json:"algorithm,omitempty"`
	Digest           string `json:"digest,omitempty"`
	Canonicalization string `json:"canonicalization,omitempty"`
	// Grounds are the rules of the policy under which digests, signature
	// method, key and curve were found good enough.
	Grounds []Ground `json:"grounds,omitempty"`
	// References are what the signature covers, in the order of SignedInfo.
	References []Reference `json:"references,omitempty"`
	// KeyBits is the size of the signing key in bits.
	KeyBits int `json:"keyBits,omitempty"`
	// Certificate is the certificate that the signature was accepted with; nil
	// unless the verdict is Accepted.
	Certificate *x509.Certificate `json:"-"`

	element []byte // Signature as it stands in the input
	scope   []xmlscan.NSDecl
	content []byte
	stream  contents // instead of content, of a document that was not in memory
	value   []byte   // SignatureValue as it stands in the input
	above   []c14n.XMLAttr
}

// noteValue notes what [Report.SignatureValue] needs.
func (r *Report) noteValue(sig *reader) {
	var found []*element
	for _, e := range sig.root.children {
		if e.name.Is(NS, "SignatureValue") {
			found = append(found, e)
		}
	}
	if from := sig.root.start; len(found) == 1 {
		r.value, r.above = r.element[found[0].start-from:found[0].end-from], sig.inherited
	}
}

// SignatureValue returns the canonical form of the SignatureValue element, which is
// what a time stamp over a signature covers (ETSI EN 319 132-1, 5.3). It is nil if
// there is no signature with one SignatureValue. It is input, whatever the verdict.
// The error is [ErrCanonicalization] for methods that are not one of the six.
func (r *Report) SignatureValue(method string) ([]byte, error) {
	mode, known := canonicalMode(method)
	if !known {
		return nil, ErrCanonicalization
	}
	if r == nil || r.value == nil {
		return nil, nil
	}
	w := c14n.NewMode(nil, mode)
	w.Inherit(r.above)
	s := xmlscan.NewFragment(r.value, r.scope, nil)
	for s.Next() {
		if err := w.Token(s); err != nil {
			return nil, err
		}
	}
	return w.Bytes(), s.Err()
}

// ground notes why something is good enough, once.
func (r *Report) ground(grounds ...Ground) {
	for _, g := range grounds {
		if !slices.Contains(r.Grounds, g) {
			r.Grounds = append(r.Grounds, g)
		}
	}
}

// Content returns the signed content: the canonical form that the digest was
// made of, in UTF-8. It is nil unless the verdict is Accepted. Go on with these
// bytes and never with the input: comments, the signature itself and, where the
// signature names the root's ID, everything outside the root element are not
// signed. The bytes must not be changed. It is also nil if the document was not
// in memory; see [Report.ContentReader].
func (r *Report) Content() []byte {
	if r == nil || r.Verdict != finding.Accepted {
		return nil
	}
	return r.content
}

// Scanner returns a scanner over the signed content, or nil unless the verdict
// is Accepted. Nil options mean the defaults.
func (r *Report) Scanner(o *xmlscan.Options) *xmlscan.Scanner {
	if content := r.Content(); content != nil {
		return xmlscan.NewBytes(content, o)
	}
	content, err := r.ContentReader(context.Background())
	if err != nil {
		return nil
	}
	return xmlscan.New(content, o)
}

// Document parses the signed content into a tree, which belongs to the caller. It
// fails with [ErrNotAccepted] unless the verdict is Accepted. Nil options mean
// the limits of [tree.Document].
func (r *Report) Document(o *xmlscan.Options) (*etree.Document, error) {
	content, err := r.ContentReader(context.Background())
	if err != nil {
		return nil, err
	}
	return tree.Document(content, o)
}

// Signature returns the Signature element as it stands in the document that was
// given to [Verifier.Verify], and the namespace declarations in scope there (see
// xmlscan.NewFragment). It is nil if no signature was found. It is input, whatever
// the verdict: only what References cover is signed, and unsigned properties of
// XAdES, for example, are not. The bytes must not be changed.
func (r *Report) Signature() (element []byte, scope []xmlscan.NSDecl) { return r.element, r.scope }

// String gives verdict and codes on one line.
func (r *Report) String() string {
	if r == nil {
		return finding.Undetermined.String()
	}
	codes := r.codes()
	if len(codes) == 0 {
		return r.Verdict.String()
	}
	return r.Verdict.String() + " (" + strings.Join(codes, ", ") + ")"
}

func (r *Report) codes() []string {
	codes := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		codes[i] = f.Code
	}
	return codes
}

// LogValue gives verdict, codes, algorithm and key size; neither content nor
// certificate, which may name a person.
func (r *Report) LogValue() slog.Value {
	if r == nil {
		return slog.StringValue(finding.Undetermined.String())
	}
	return slog.GroupValue(
		slog.String("verdict", r.Verdict.String()),
		slog.String("codes", strings.Join(r.codes(), " ")),
		slog.String("algorithm", r.Algorithm),
		slog.String("keyBits", strconv.Itoa(r.KeyBits)),
	)
}
