package xoev

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// base64Piece is how many bytes are encoded at a time, a multiple of 3.
const base64Piece = 24 << 10

// Base64 writes an element whose content is what r delivers, as xs:base64Binary
// in its canonical form: padded, without line breaks (XML Schema 1.0 Part 2,
// section 3.2.16). Memory does not depend on the length. It returns how many
// bytes r delivered. An error of r becomes the Encoder's error, since what is
// half-written cannot be taken back.
func (e *Encoder) Base64(name xmlscan.Name, r io.Reader, attrs ...Attribute) int64 {
	e.Start(name, attrs...)
	w := e.Base64Writer(0)
	n, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, base64Piece))
	if err == nil {
		err = w.Close()
	}
	if err != nil && e.err == nil {
		e.err = fmt.Errorf("xoev: reading base64 content: %w", err)
	}
	e.ending()
	return n
}

// Base64Writer returns a writer of base64 text inside the element that is
// open. lineLength is after how many characters a line feed is written, rounded
// down to a multiple of 4; 0 and less than 4 = never, which is the canonical
// form. Until the writer is closed, the Encoder refuses everything else, also
// to end the message: the last bytes are written by Close.
func (e *Encoder) Base64Writer(lineLength int) io.WriteCloser {
	w := &base64Writer{e: e, line: lineLength / 4 * 3}
	if e.ready() {
		if len(e.stack) <= e.base {
			e.fail(ruleWriteNesting, nil) // no element of its own
		}
		e.pending = e.err == nil
	}
	return w
}

type base64Writer struct {
	e      *Encoder
	line   int // bytes in a line; 0 = one line
	column int // bytes in this line so far
	rest   [3]byte
	n      int // of rest
	closed bool
}

var errBase64Closed = errors.New("xoev: base64 content has been closed")

func (w *base64Writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, errBase64Closed
	}
	total := len(p)
	for w.n > 0 && w.n < 3 && len(p) > 0 {
		w.rest[w.n] = p[0]
		w.n++
		p = p[1:]
	}
	if w.n == 3 {
		w.n = 0
		w.encode(w.rest[:])
	}
	for len(p) >= 3 && w.e.err == nil {
		n := min(len(p)/3*3, base64Piece)
		w.encode(p[:n])
		p = p[n:]
	}
	if w.e.err != nil {
		return total - len(p), w.e.err
	}
	w.n += copy(w.rest[w.n:], p)
	return total, nil
}

// encode writes whole lines, or what there is.
func (w *base64Writer) encode(p []byte) {
	e := w.e
	if e.err == nil {
		e.closeTag()
	}
	for len(p) > 0 && e.err == nil {
		n := len(p)
		if w.line > 0 {
			if w.column == w.line {
				e.buf.WriteByte('\n')
				w.column = 0
			}
			n = min(n, w.line-w.column)
			w.column += n
		}
		e.buf.Grow(base64.StdEncoding.EncodedLen(n))
		e.buf.Write(base64.StdEncoding.AppendEncode(e.buf.AvailableBuffer(), p[:n]))
		e.check()
		p = p[n:]
	}
}

// Close writes the last bytes with their padding.
func (w *base64Writer) Close() error {
	if w.closed {
		return w.e.err
	}
	w.closed = true
	if w.n > 0 {
		w.encode(w.rest[:w.n])
	}
	if w.e.err == nil {
		w.e.pending = false
	}
	return w.e.err
}
