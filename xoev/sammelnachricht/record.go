package sammelnachricht

import (
	"io"
	"log/slog"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Record is a record of a collective message, read where it stands. It begins
// at its start tag; Decode, Raw, Next and the others read on from where it is.
// It is valid until the next record, and used by one goroutine.
//
// A record holds personal data; it shows itself to log/slog as number and place.
type Record struct {
	r       *Reader
	name    xmlscan.Name
	pos     xmlscan.Position
	depth   int
	end     int64
	open    bool // its end tag has not been reached
	skipped bool
	// findings of this record
	findings findings
	raw      []byte
	scope    []xmlscan.NSDecl
	text     []byte
}

// maxKept is how much memory is kept from one record for the next.
const maxKept = 1 << 20

// begin makes a record of the element whose start tag the scanner is at.
func (r *Record) begin(name xmlscan.Name) {
	s := r.r.s
	r.name, r.pos, r.depth = name, s.Pos(), s.Depth()
	r.open, r.skipped = true, r.r.count-1 < r.r.from
	r.findings = findings{max: r.findings.max, list: r.findings.list[:0]}
	if cap(r.raw) > maxKept {
		r.raw = nil
	}
	if cap(r.text) > maxKept {
		r.text = nil
	}
	r.token()
}

// token looks at every token of the record as the scanner passes it.
func (r *Record) token() {
	x := r.r
	if x.s.End()-r.pos.Offset > x.o.MaxRecordBytes && !r.skipped {
		x.fail(invalid(ruleRecordBytes, x.path(), x.s.Pos(), limit(x.o.MaxRecordBytes)))
		return
	}
	if x.latin != nil && !r.skipped {
		x.latin.token(x)
	}
	if x.s.Kind() == xmlscan.EndElement && x.s.Depth() == r.depth {
		r.open, r.end = false, x.s.End()
		x.complete.Add(1)
	}
}

// finish reads over what is left of the record.
func (r *Record) finish() {
	for r.open && r.r.step() {
	}
}

// Index is the number of the record in the message, counted from 0.
func (r *Record) Index() int64 { return r.r.count - 1 }

// Name is the name of the record's element.
func (r *Record) Name() xmlscan.Name { return r.name }

// Pos is where the record's start tag begins.
func (r *Record) Pos() xmlscan.Position { return r.pos }

// Size is the length of the record in bytes as it stands in the message; 0
// until it has been read to its end.
func (r *Record) Size() int64 {
	if r.open {
		return 0
	}
	return r.end - r.pos.Offset
}

// Path names the element that the record is read at, with the number of the
// record counted from 1: "/m:nachricht/m:satz[7]/name".
func (r *Record) Path() string { return r.r.path() }

// Scanner returns the scanner for looking at the current token: its name,
// attributes, text, place. It must not be moved: [Record.Next] does that.
func (r *Record) Scanner() *xmlscan.Scanner { return r.r.s }

// Next moves to the next token of the record. It returns false at the record's
// end tag and at the first error; [Record.Err] tells them apart.
func (r *Record) Next() bool { return r.open && r.r.step() && r.open }

// Err returns the error that ended reading, an *Error, or nil.
func (r *Record) Err() error { return r.r.err }

// Findings returns the findings of this record so far, as many as
// Options.MaxFindings; all of them once it has been read to its end. The slice
// is valid until the next record.
func (r *Record) Findings() []finding.Finding { return r.findings.list }

// Skip moves to the end tag of the element that the record is at: at a start
// tag, of that element, else of the one around.
func (r *Record) Skip() error {
	s := r.r.s
	if s.Kind() == xmlscan.EndElement {
		return r.r.err
	}
	for depth := s.Depth(); r.open && r.r.step(); {
		if s.Kind() == xmlscan.EndElement && s.Depth() == depth {
			return nil
		}
	}
	return r.r.err
}

// Text returns the text of the element whose start tag the record is at, at
// most max bytes, and moves to its end tag. A child element or more text gives
// a *finding.InvalidError (SAM-014, SAM-015), and the record is then inside the
// element; broken XML gives an *Error; another place [xmlscan.ErrNoElement].
func (r *Record) Text(max int) (string, error) {
	s := r.r.s
	if !r.open || s.Kind() != xmlscan.StartElement {
		return "", r.noElement()
	}
	r.text = r.text[:0]
	for depth := s.Depth(); r.open && r.r.step(); {
		switch s.Kind() {
		case xmlscan.Text:
			if len(s.Text()) > max-len(r.text) {
				return "", invalid(ruleLength, r.Path(), s.Pos(), limit(int64(max)))
			}
			r.text = append(r.text, s.Text()...)
		case xmlscan.StartElement:
			return "", invalid(ruleChild, r.Path(), s.Pos(), nil)
		case xmlscan.EndElement:
			if s.Depth() == depth {
				return string(r.text), nil
			}
		}
	}
	return "", r.noElement()
}

// Base64 returns a reader of the element whose start tag the record is at; see
// [NewBase64Reader]. Broken XML gives an *Error. Its text is not checked by
// Options.Latin. The record must not be moved until the reader has ended.
func (r *Record) Base64(max int64) io.Reader {
	x := r.r
	if x.err != nil || !r.open {
		return failing{r.noElement()}
	}
	if x.latin != nil {
		x.latin.skipText()
	}
	return newBase64(x.s, max, x.step, func() error { return x.err }, x.path)
}

type failing struct{ err error }

// Read fails.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

// noElement says why there is nothing to read.
func (r *Record) noElement() error {
	if r.r.err != nil {
		return r.r.err
	}
	return xmlscan.ErrNoElement
}

// LogValue shows number and place.
func (r *Record) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("index", r.Index()), slog.Int("line", r.pos.Line))
}

// String shows number and place, so that printing a record shows no content.
func (r *Record) String() string {
	return "record " + strconv.FormatInt(r.Index(), 10) + ", line " + strconv.Itoa(r.pos.Line)
}
