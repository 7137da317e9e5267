package xoev

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	// pieceSize is how much an Encoder collects before it hands it on.
	pieceSize = 64 << 10
	// defaultStreamBytes is as much as readers accept if not told otherwise
	// (xmlscan.Options.MaxBytes).
	defaultStreamBytes = 1 << 30
)

// errOpen is what the stand-in for a body returns, so that the root stays open
// behind the header.
var errOpen = errors.New("xoev: the root stays open")

// Writer writes a message of any size piece by piece: first the header, then
// whatever goes through its Encoder. Make one with [NewWriter]. It holds about
// 64 KiB, however long the message becomes, and is used by one goroutine.
//
// What has been written is no message until [Writer.Close] has returned nil: up
// to then the root element has no end tag, so that no XML parser accepts it. A
// Writer that is given up needs no Close and leaves nothing behind.
type Writer struct {
	e   Encoder
	err error // what Close said
}

// NewWriter checks the envelope as [Write] does, and writes XML declaration,
// root and header; the root stays open. BodyXML and Body of m, if there are
// any, are written next. The same calls of the Encoder give the same bytes as
// they do with Write. A default namespace in m.Namespaces is refused, as by
// Write with a Body: the Encoder may have to write elements in no namespace.
//
// Where Nachricht.UUID or Nachricht.Erstellungszeitpunkt of m is empty, a new
// value is stored there once the header is in order; the content may need it.
//
// WriteOptions.MaxBytes defaults to 1 GiB here: readers that use package
// xmlscan take no more unless they are told to.
//
// The error is that of Write; the Writer is nil then. An envelope that is not
// in order leaves w untouched.
func NewWriter(w io.Writer, m *Message, o *WriteOptions) (*Writer, error) {
	var opt WriteOptions
	if o != nil {
		opt = *o
	}
	setDefault(&opt.MaxBytes, defaultStreamBytes)
	env, err := complete(&m.Envelope, &opt)
	if err != nil {
		return nil, err
	}
	if findings := validate(env, m.Namespaces, &opt); len(findings) > 0 {
		return nil, &finding.InvalidError{Findings: findings}
	}
	x := &Writer{e: Encoder{limit: opt.MaxBytes, proof: newProof()}}
	if err := x.e.head(env, m.Namespaces, opt.Standards); err != nil {
		return nil, err
	}
	m.Nachricht.UUID = env.Nachricht.UUID
	m.Nachricht.Erstellungszeitpunkt = env.Nachricht.Erstellungszeitpunkt
	x.e.out = w
	x.e.check()
	x.e.Raw(m.BodyXML)
	if m.Body != nil {
		err = x.e.Within(m.Body)
	} else {
		err = x.e.err
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Encoder returns what writes the content. After Close it refuses everything.
func (w *Writer) Encoder() *Encoder { return &w.e }

// Written returns how many bytes the message has so far.
func (w *Writer) Written() int64 { return w.e.written + int64(w.e.buf.Len()) }

// Close ends the root element and writes what is left. Only if it returns nil
// is the message complete: else it is an error of the Encoder, also an earlier
// one, a *finding.InvalidError with ENV-112 if an element or base64 content is
// still open, or the error of the underlying writer. Without error it calls
// neither Close nor Sync of the underlying writer. A second call returns what
// the first one did.
func (w *Writer) Close() error {
	e := &w.e
	if e.closed {
		return w.err
	}
	if e.ready() && len(e.stack) != 1 {
		e.fail(ruleWriteNesting, nil)
	}
	if e.err == nil {
		e.end()
		e.flush()
	}
	e.closed, w.err = true, e.err
	return w.err
}

// head writes everything up to the content into memory and reads it back.
func (e *Encoder) head(env *Envelope, declare []xmlscan.NSDecl, known Standards) error {
	m := &Message{Envelope: *env, Namespaces: declare, Body: func(*Encoder) error { return errOpen }}
	if err := e.message(env, m); !errors.Is(err, errOpen) {
		return err
	}
	e.closeTag()
	end := &Encoder{stack: slices.Clone(e.stack)}
	end.end()
	return proofread(slices.Concat(e.buf.Bytes(), end.buf.Bytes()), known)
}

// Within runs write so that it cannot end what is open, and must end what it
// starts (ENV-112). What write returns becomes the Encoder's error: a part of
// a message that was begun cannot be taken back.
func (e *Encoder) Within(write func(*Encoder) error) error {
	if e.err != nil {
		return e.err
	}
	outer := e.base
	e.base = len(e.stack)
	err := write(e)
	ground := e.base
	e.base = outer
	switch {
	case e.err != nil:
	case err != nil:
		e.err = fmt.Errorf("xoev: writing the body: %w", err)
	case e.pending || len(e.stack) != ground:
		e.fail(ruleWriteNesting, nil)
	}
	return e.err
}

// flush hands on what is in the buffer.
func (e *Encoder) flush() {
	e.emit(e.buf.Bytes())
	e.buf.Reset()
}

// emit hands on a piece of the message.
func (e *Encoder) emit(b []byte) {
	if e.err != nil || len(b) == 0 {
		return
	}
	e.keepTail(b)
	n, err := e.out.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		e.err = fmt.Errorf("xoev: writing the message: %w", err)
	}
	e.written += int64(len(b))
}

// keepTail remembers the last two bytes that left the buffer.
func (e *Encoder) keepTail(b []byte) {
	if len(b) == 1 {
		e.tail[0] = e.tail[1]
	} else {
		e.tail[0] = b[len(b)-2]
	}
	e.tail[1] = b[len(b)-1]
}

// writeRaw writes XML that was judged.
func (e *Encoder) writeRaw(xml []byte) {
	e.closeTag()
	if e.proof != nil && e.textEnd(xml) {
		e.fail(ruleWriteXML, nil)
		return
	}
	if e.out == nil || len(xml) < pieceSize {
		e.buf.Write(xml)
		e.check()
		return
	}
	e.flush()
	e.emit(xml)
}

// textEnd reports whether xml would complete the characters ]]>, which must not
// stand in text, with those written before.
func (e *Encoder) textEnd(xml []byte) bool {
	last := e.tail[:]
	if b := e.buf.Bytes(); len(b) > 1 {
		last = b[len(b)-2:]
	} else if len(b) == 1 {
		last = []byte{e.tail[1], b[0]}
	}
	joined := append(append(make([]byte, 0, 4), last...), xml[:min(2, len(xml))]...)
	return bytes.Contains(joined, []byte("]]>"))
}
