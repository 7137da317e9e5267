package encryption

import (
	"crypto/x509"
	"log/slog"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Kind says what an EncryptedData stands for.
type Kind uint8

const (
	// AsStated means that the Type of the EncryptedData says it; a missing one
	// is refused.
	AsStated Kind = iota
	// Element is exactly one element, without anything around it.
	Element
	// Content is the content of an element: elements, text, comments.
	Content
	// Octets is anything, for example a file; it is not looked at. Nor are the
	// attributes MimeType and Encoding, which nobody protects.
	Octets
)

// String returns the name of the kind in lower case.
func (k Kind) String() string {
	return [...]string{"as stated", "element", "content", "octets"}[min(k, Octets)]
}

// MarshalText writes the kind as its [Kind.String], for JSON reports.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Decrypted says how one EncryptedData was decrypted.
type Decrypted struct {
	// Path, Line and Column are the place of the EncryptedData in the document
	// that it stood in: at Level 1 the one that the caller gave, at Level 2 one
	// that was encrypted itself.
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Level  int    `json:"level"`
	// Kind is what it stood for.
	Kind Kind `json:"kind"`
	// Algorithm is that of the content as a URI, for example [AES256GCM].
	Algorithm string `json:"algorithm"`
	// IVBytes is the length of the initialisation vector.
	IVBytes int `json:"ivBytes"`
	// KeyTransport, Digest and MGF are the algorithms of the key as URIs, for
	// example [RSAOAEP], [SHA256], [MGF1SHA256]; the last two are empty for
	// [RSA15].
	KeyTransport string `json:"keyTransport"`
	Digest       string `json:"digest,omitempty"`
	MGF          string `json:"mgf,omitempty"`
	// Recipient is the attribute of the EncryptedKey; may be empty.
	Recipient string `json:"recipient,omitempty"`
	// Key is the number of the own key in [Decrypter.Keys], from 0; KeyBits its
	// length.
	Key     int `json:"key"`
	KeyBits int `json:"keyBits"`
	// Certificate is that of the own key; may be nil.
	Certificate *x509.Certificate `json:"-"`
	// Grounds are the rules of the policy under which algorithms and key were
	// found good enough.
	Grounds []Ground `json:"grounds"`
}

// Report is what became of an encrypted document. The zero value is undetermined
// and holds no content. A Report is not changed after it was returned; several
// goroutines may read it.
type Report struct {
	// Verdict is Accepted if everything was decrypted, and Rejected if something
	// must not or cannot be: then nothing is handed out. What stands in the
	// document is judged before a key is used for it.
	Verdict finding.Verdict `json:"verdict"`
	// Findings are the broken rules, with the codes ENC-030 and above.
	Findings []finding.Finding `json:"findings,omitempty"`
	// Decrypted says how, in the order of the document.
	Decrypted []Decrypted `json:"decrypted,omitempty"`

	content  []byte
	scope    []xmlscan.NSDecl
	limits   Limits
	fragment bool
}

// Content returns what was decrypted: of [Decrypter.Decrypt] what the EncryptedData
// stood for, of [Decrypter.DecryptDocument] the whole document with everything in its
// place. It is nil unless the verdict is Accepted. The bytes are the caller's.
func (r *Report) Content() []byte {
	if r == nil || r.Verdict != finding.Accepted {
		return nil
	}
	return r.content
}

// Scope returns the namespace declarations that Content inherits from the place
// where the EncryptedData stood; nil if Content is a whole document.
func (r *Report) Scope() []xmlscan.NSDecl {
	if r.Content() == nil {
		return nil
	}
	return r.scope
}

// Scanner returns a scanner over Content with the inherited namespaces, and nil if
// there is none or it is not one element or document.
func (r *Report) Scanner() *xmlscan.Scanner {
	content := r.Content()
	switch {
	case content == nil:
		return nil
	case !r.fragment:
		return xmlscan.NewBytes(content, r.limits.Scan)
	case len(r.Decrypted) == 1 && r.Decrypted[0].Kind != Element:
		return nil
	}
	return xmlscan.NewFragment(content, r.scope, r.limits.Scan)
}

// LogValue gives verdict, codes and algorithms; neither content nor certificate nor
// recipient.
func (r *Report) LogValue() slog.Value {
	if r == nil {
		return slog.Value{}
	}
	attrs := []slog.Attr{slog.String("verdict", r.Verdict.String()), slog.Int("decrypted", len(r.Decrypted))}
	if len(r.Findings) > 0 {
		attrs = append(attrs, slog.String("codes", codes(r.Findings)))
	}
	if len(r.Decrypted) > 0 {
		d := r.Decrypted[0]
		attrs = append(attrs, slog.String("algorithm", d.Algorithm), slog.String("keyTransport", d.KeyTransport), slog.Int("key", d.Key))
	}
	return slog.GroupValue(attrs...)
}

// String gives verdict and codes on one line.
func (r *Report) String() string {
	if r == nil {
		return finding.Undetermined.String()
	}
	return strings.TrimSpace(r.Verdict.String() + " " + codes(r.Findings))
}

func codes(findings []finding.Finding) string {
	var b strings.Builder
	for i, f := range findings {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.Code)
	}
	return b.String()
}
