package xoev

import (
	"errors"
	"fmt"
	"io"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// ReadOptions limits what reading a header may cost. The zero value and nil
// mean the defaults.
type ReadOptions struct {
	// MaxHeaderBytes is how far from the start of the root element the header
	// may reach, in bytes; default 256 KiB. Comments before the root element may
	// be as long.
	MaxHeaderBytes int
	// MaxExtensions is how many elements beyond the Basisnachricht are kept;
	// default 64. A header with more is refused (ENV-016).
	MaxExtensions int
	// MaxExtensionBytes is how long they may be together; default 64 KiB.
	MaxExtensionBytes int
	// Scan are the limits of the XML scanner; nil = its defaults.
	Scan *xmlscan.Options
	// Standards is the table of known standards; nil = KnownStandards. It tells
	// families apart that the message does not, and the version of a header in
	// no namespace.
	Standards Standards
}

// ReadEnvelope reads the root element and the header of a message. It stops
// after the header: what follows is neither read (but for what the scanner's
// buffer took, and up to the next element where addresses may follow) nor
// judged, so a nil error does not mean that the message is well formed to its
// end. A second header after the first is content.
//
// Header elements count only in the namespace that their family asks for,
// whatever the prefixes are. Where ReadOptions.Standards knows the namespace of
// the root, only the header of that standard counts. A message with another
// kind of header gives an envelope of [FamilyUnknown] and a warning, not an
// error: look at Family before you use Nachricht, Leser or Autor.
//
// The error is, or wraps, a *finding.InvalidError with all findings if the
// header cannot be relied on or the XML before its end is broken; otherwise it
// is the error of r. The envelope is nil then. No error holds a value of the
// message.
func ReadEnvelope(r io.Reader, o *ReadOptions) (*Envelope, error) {
	c := NewCollector(o)
	s := xmlscan.New(r, c.o.Scan)
	for !c.Done() && s.Next() {
		c.token(s)
	}
	var broken *xmlscan.SyntaxError
	if err := s.Err(); err != nil && !c.Done() && !(c.complete() && errors.As(err, &broken)) {
		return nil, fmt.Errorf("xoev: reading the envelope: %w", err)
	}
	return c.Envelope()
}
