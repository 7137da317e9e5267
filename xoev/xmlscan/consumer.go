package xmlscan

import "errors"

var (
	// ErrDone is returned by a [Consumer] that wants no more tokens.
	ErrDone = errors.New("xmlscan: the consumer is done")
	// ErrNoElement is returned by methods that need a StartElement.
	ErrNoElement = errors.New("xmlscan: not at the start of an element")
)

// Consumer takes part in a pass over a document: a digest, a schema check, a
// reader of the envelope. Token is called for each token, with the Scanner at
// it; it must not move the Scanner.
type Consumer interface {
	Token(s *Scanner) error
}

// ConsumerFunc makes a [Consumer] of a function.
type ConsumerFunc func(s *Scanner) error

// Token calls f.
func (f ConsumerFunc) Token(s *Scanner) error { return f(s) }

// Run reads the document to its end and hands each token to every consumer, in
// the order given. A consumer that returns [ErrDone] gets no further tokens
// while the others, and the check of the document, go on. Any other error ends
// the pass and is returned as it is; so is an error of the scan. A consumer
// must not act on the document as a whole before Run has returned nil: the end
// of the document may still be broken.
func Run(s *Scanner, consumers ...Consumer) error {
	left := make([]Consumer, len(consumers))
	copy(left, consumers)
	for s.Next() {
		for i := 0; i < len(left); {
			switch err := left[i].Token(s); {
			case err == nil:
				i++
			case errors.Is(err, ErrDone):
				left = append(left[:i], left[i+1:]...)
			default:
				return err
			}
		}
	}
	return s.Err()
}
