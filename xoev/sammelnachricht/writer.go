package sammelnachricht

import (
	"fmt"
	"io"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Writer writes a collective message record by record. It holds about 64 KiB,
// however many records there are, besides one record that is handed over as
// XML. It is used by one goroutine.
//
// Like that of a [xoev.Writer], its output is no XML before Close has returned
// nil. The first error sticks: a record that was begun cannot be taken back, so
// check what may be wrong with a record before it is written.
type Writer struct {
	w      *xoev.Writer
	sel    Selector
	inside bool // a record is being written
	closed bool
	count  int64
}

// NewWriter writes XML declaration, root and header of m, which are checked as
// by [xoev.Write], and the start tags of records.Under. See [xoev.NewWriter].
func NewWriter(w io.Writer, m *xoev.Message, records Selector, o *xoev.WriteOptions) (*Writer, error) {
	if err := records.check(); err != nil {
		return nil, err
	}
	x, err := xoev.NewWriter(w, m, o)
	if err != nil {
		return nil, err
	}
	e := x.Encoder()
	for _, name := range records.Under {
		e.Start(name)
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return &Writer{w: x, sel: records}, nil
}

// Record writes a record: start tag with attributes, what write writes (nil =
// nothing), end tag. name is one that the selector names. write uses the Encoder
// only until it returns. The error is that of write or of the Encoder;
// [ErrSelector] for another name and [ErrInside] for a call from within write
// write nothing.
func (w *Writer) Record(name xmlscan.Name, write func(*xoev.Encoder) error, attrs ...xoev.Attribute) error {
	if err := w.check(name); err != nil {
		return err
	}
	w.inside = true // if write panics, it stays so: half a record was written
	e := w.w.Encoder()
	e.Start(name, attrs...)
	if write != nil {
		_ = e.Within(write) // the error sticks
	}
	e.End()
	w.inside = false
	return w.counted(e)
}

// RecordXML writes a record that is XML already, one element of that name. It
// may use prefixes that are declared on the root (Message.Namespaces). It is
// checked to be well formed in itself, and written byte for byte. A record from
// another message must bring along a default namespace that it was in there.
//
// Beware of xml.Marshal: it puts children that are in no namespace into the
// default namespace of their parent, which makes XÖV messages invalid.
func (w *Writer) RecordXML(name xmlscan.Name, record []byte) error {
	if err := w.check(name); err != nil {
		return err
	}
	e := w.w.Encoder()
	e.RawElement(name, record)
	return w.counted(e)
}

func (w *Writer) check(name xmlscan.Name) error {
	switch {
	case !w.sel.record(name):
		return ErrSelector
	case w.inside:
		return ErrInside
	}
	return nil
}

func (w *Writer) counted(e *xoev.Encoder) error {
	if err := e.Err(); err != nil {
		return fmt.Errorf("sammelnachricht: record %d: %w", w.count, err)
	}
	w.count++
	return nil
}

// Progress says how many records and bytes the message has so far. It is not
// for other goroutines.
func (w *Writer) Progress() Progress {
	return Progress{Bytes: w.w.Written(), Records: w.count}
}

// Close writes the end tags. Only if it returns nil is the message complete; see
// [xoev.Writer.Close].
func (w *Writer) Close() error {
	if w.closed {
		return w.w.Close()
	}
	w.closed = true
	for range w.sel.Under {
		w.w.Encoder().End()
	}
	return w.w.Close()
}
