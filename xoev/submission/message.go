package submission

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SignatureSuffix is what the file name of a detached signature adds to the
// file name of its document: antrag.xml is signed by antrag.xml.sig.xml.
const SignatureSuffix = ".sig.xml"

// DefaultMaxBytes is the limit on a document where no other is given: 50 MiB.
const DefaultMaxBytes = 50 << 20

// Errors that callers test for with errors.Is.
var (
	// ErrConflict means that the id is taken by other bytes.
	ErrConflict = errors.New("submission: the id is taken by other content")
	// ErrNotFound means that there is no entry with this tenant and id.
	ErrNotFound = errors.New("submission: no such entry")
	// ErrInvalidMessage means that a message cannot be stored or sent: a name is
	// missing or has characters that are not allowed, or the document is empty
	// or too big.
	ErrInvalidMessage = errors.New("submission: invalid message")
	// ErrDamaged means that stored bytes no longer have their digest.
	ErrDamaged = errors.New("submission: the stored bytes are damaged")
)

// Message is a submission in its final bytes, ready to be sent.
//
// Tenant, ID and Name become names of folders and files, here or at the
// receiver, on Linux and on Windows. They have 1 to 100 characters, all of them
// A–Z, a–z, 0–9, ".", "_" or "-", begin with a letter or digit, do not end in
// ".", and are no device name of Windows (con, nul, com1 ...). Do not use two
// tenants, or two ids of a tenant, that differ in upper and lower case only: on
// Windows they are the same folder.
type Message struct {
	// Tenant is the municipality or authority on whose behalf the message is
	// sent.
	Tenant string
	// ID names the submission within the tenant, the same in every repetition.
	ID string
	// Kind says what the message is, in the caller's words, at most 200
	// characters; may be empty. It is not sent.
	Kind string
	// Name is the document's file name, for example "antrag.xml". It does not
	// end in [SignatureSuffix].
	Name string
	// Reference is the number that people use for the submission, at most 100
	// characters; may be empty. [NewReference] makes one.
	Reference string
	// Document holds the bytes to be sent.
	Document []byte
	// Signature holds the detached signature over Document; empty if there is
	// none or the document holds it.
	Signature []byte
}

// LogValue names the message and leaves its content out.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", m.Tenant), slog.String("id", m.ID),
		slog.String("kind", m.Kind), slog.String("reference", m.Reference), slog.Int("size", len(m.Document)))
}

// String is for fmt what LogValue is for slog.
func (m Message) String() string {
	return fmt.Sprintf("message %s/%s (%d bytes)", m.Tenant, m.ID, len(m.Document))
}

// GoString keeps %#v from printing the content.
func (m Message) GoString() string { return m.String() }

func (m Message) check(maxBytes int64) error {
	bad := func(field, why string) error { return fmt.Errorf("%w: %s %s", ErrInvalidMessage, field, why) }
	switch {
	case !plainName(m.Tenant):
		return bad("Tenant", "is no plain name")
	case !plainName(m.ID):
		return bad("ID", "is no plain name")
	case !documentName(m.Name):
		return bad("Name", "is no plain file name")
	case !shortText(m.Kind, 200):
		return bad("Kind", "is too long or has control characters")
	case !shortText(m.Reference, 100):
		return bad("Reference", "is too long or has control characters")
	case len(m.Document) == 0:
		return bad("Document", "is empty")
	case int64(len(m.Document)) > maxBytes:
		return bad("Document", "is too big")
	case int64(len(m.Signature)) > maxBytes:
		return bad("Signature", "is too big")
	}
	return nil
}

// equal reports whether a repetition says the same as what is stored.
func (m Message) equal(o Message) bool {
	return m.Tenant == o.Tenant && m.ID == o.ID && m.Kind == o.Kind && m.Name == o.Name && m.Reference == o.Reference &&
		bytes.Equal(m.Document, o.Document) && bytes.Equal(m.Signature, o.Signature)
}

// plainName reports whether s may be the name of a folder or file everywhere.
func plainName(s string) bool {
	if len(s) == 0 || len(s) > 100 || !alphanumeric(s[0]) || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	stem, _, _ := strings.Cut(strings.ToLower(s), ".")
	switch stem {
	case "con", "prn", "aux", "nul":
		return false
	}
	device := len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt"))
	return !device || stem[3] < '0' || stem[3] > '9'
}

func documentName(s string) bool {
	return plainName(s) && !strings.HasSuffix(strings.ToLower(s), SignatureSuffix)
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func shortText(s string, limit int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF })
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
