package sammelnachricht

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	defaultRecordBytes = 16 << 20
	defaultRecords     = 10_000_000
	defaultFindings    = 100
)

// Options of a Reader. The zero value and nil are strict.
type Options struct {
	// Header limits the header; Header.Scan limits the message as a whole. The
	// scanner takes messages up to 1 GiB unless Header.Scan.MaxBytes says more.
	Header *xoev.ReadOptions
	// MaxRecordBytes is how long one record may be as it stands in the message;
	// default 16 MiB. A record with a large attachment needs more. It bounds
	// what [Record.Decode] and [Record.Raw] can cost.
	MaxRecordBytes int64
	// MaxRecords is how many records there may be; default 10,000,000.
	MaxRecords int64
	// MaxFindings is how many findings are kept for the message, and how many
	// for each record; default 100. More are counted.
	MaxFindings int
	// Size is the length of the message in bytes, for Progress; 0 = unknown.
	Size int64
	// Between takes the tokens behind the header that belong to no record:
	// other elements, text, the start and end tags around the records. nil =
	// elements and text are read over, with a warning each (SAM-003, SAM-004).
	Between xmlscan.Consumer
	// Consumers take part in the whole pass, from the root's start tag to its
	// end: a digest, a schema check. They see records that are skipped too.
	Consumers []xmlscan.Consumer
	// Latin asks for the check of characters; nil = none.
	Latin *Latin
	// AllowNone accepts a message without any record, which is SAM-005
	// otherwise. The damage: a Selector with a wrong name or namespace finds
	// nothing, and nobody notices.
	AllowNone bool
}

// Reader reads a collective message record by record. Its memory depends on
// the limits, not on the message. It is used by one goroutine; only Progress
// may be called by others at the same time.
type Reader struct {
	ctx  context.Context
	sel  Selector
	o    Options
	in   *input
	s    *xmlscan.Scanner
	env  *xoev.Envelope
	rec  Record
	dec  *xml.Decoder // decodes one record after the other
	toks tokens

	consumers []xmlscan.Consumer
	between   xmlscan.Consumer
	latin     *latinCheck
	pending   bool // the scanner's token has not been looked at
	stray     bool // the text between two tags was reported
	ended     bool // the message was read to its end
	from      int64
	count     int64 // records begun
	complete  atomic.Int64
	findings  findings
	err       error
}

// NewReader reads root and header of a message and stops there. Which elements
// are records says sel.
//
// A header that cannot be relied on gives the error of [xoev.ReadEnvelope]; a
// header of an unknown family is no error: look at Envelope().Family. Cancelling
// ctx ends reading, here and later, with the context's error.
func NewReader(ctx context.Context, r io.Reader, sel Selector, o *Options) (*Reader, error) {
	if err := sel.check(); err != nil {
		return nil, err
	}
	x := &Reader{ctx: ctx, sel: sel, in: &input{ctx: ctx, r: r}}
	if o != nil {
		x.o = *o
	}
	setDefault(&x.o.MaxRecordBytes, defaultRecordBytes)
	setDefault(&x.o.MaxRecords, defaultRecords)
	setDefault(&x.o.MaxFindings, defaultFindings)
	x.findings.max = x.o.MaxFindings
	x.consumers = append(x.consumers, x.o.Consumers...)
	x.between = x.o.Between
	x.latin = newLatinCheck(x.o.Latin)
	x.rec.r = x
	x.rec.findings.max = x.o.MaxFindings
	var header xoev.ReadOptions
	if x.o.Header != nil {
		header = *x.o.Header
	}
	x.s = xmlscan.New(x.in, header.Scan)
	if err := x.header(xoev.NewCollector(&header)); err != nil {
		return nil, err
	}
	return x, nil
}

// header reads up to the first token that is no longer header.
func (r *Reader) header(c *xoev.Collector) error {
	s, behind := r.s, false
	for !c.Done() && r.step() {
		if err := c.Token(s); err != nil && !errors.Is(err, xmlscan.ErrDone) {
			return err
		}
		switch {
		case s.Depth() == 2 && s.Kind() == xmlscan.EndElement:
			behind = true
		case s.Depth() == 1 && behind && s.Kind() != xmlscan.EndElement:
			r.outside() // text and comments: the header may be over, and it may not
		}
	}
	if r.err != nil {
		return r.err
	}
	env, err := c.Envelope()
	if err != nil {
		return fmt.Errorf("sammelnachricht: %w", err)
	}
	r.env = env
	// The tag that showed that there is no more of a header is content.
	r.pending = s.Kind() == xmlscan.StartElement && s.Depth() == 2 || s.Kind() == xmlscan.EndElement && s.Depth() == 1
	if r.ended && r.count == 0 {
		r.none()
	}
	return nil
}

func setDefault[T int | int64](limit *T, value T) {
	if *limit <= 0 {
		*limit = value
	}
}

// Envelope returns what the message says about itself, with the warnings of
// reading it.
func (r *Reader) Envelope() *xoev.Envelope { return r.env }

// SkipTo makes Records begin with the record of that index, counted from 0, to
// go on where an earlier run stopped. The records before are not delivered, but
// the message is read and checked from its beginning all the same: an offset in
// a message that nobody has read would prove nothing.
func (r *Reader) SkipTo(index int64) { r.from = index }

// Records returns the records in the order of the message. A record is valid
// until the next one; what was not read of it is read over.
//
// If reading fails, the last pair is (nil, *Error): all records before it were
// delivered, though the message as a whole is broken. Only when the sequence
// has ended without such a pair was the message read to its end and found well
// formed; [Reader.Report] then has the verdict. A loop that was left can be
// continued with a new call, behind the record that it was left in.
func (r *Reader) Records() iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for r.advance() {
			if !yield(&r.rec, nil) {
				return
			}
		}
		if r.err != nil {
			yield(nil, r.err)
		}
	}
}

// advance goes to the start tag of the next record.
func (r *Reader) advance() bool {
	r.rec.finish()
	for r.err == nil && !r.ended {
		if err := r.ctx.Err(); err != nil {
			r.fail(err)
			return false
		}
		if !r.pending && !r.step() {
			break
		}
		r.pending = false
		if !r.outside() {
			continue
		}
		if r.count-1 >= r.from {
			return true
		}
		r.rec.skipped = true
		r.rec.finish()
	}
	return false
}

// outside takes a token that belongs to no record yet. It reports whether a
// record begins.
func (r *Reader) outside() bool {
	s := r.s
	switch s.Kind() {
	case xmlscan.StartElement:
		r.stray = false
		name, level := s.Name(), s.Depth()-2
		switch {
		case level == len(r.sel.Under) && r.sel.record(name):
			return r.begin(name)
		case level < len(r.sel.Under) && name.Is(r.sel.Under[level].Space, r.sel.Under[level].Local):
			r.toBetween()
		default:
			r.beside(s.Depth())
		}
	case xmlscan.EndElement:
		r.stray = false
		r.toBetween()
	case xmlscan.Text:
		if r.between == nil && !r.stray && !blank(s.Text()) {
			r.stray = true
			r.report(ruleText)
		}
		r.toBetween()
	default:
		r.toBetween()
	}
	return false
}

// begin makes a record of the element whose start tag the scanner is at.
func (r *Reader) begin(name xmlscan.Name) bool {
	r.count++
	if r.count > r.o.MaxRecords {
		r.fail(invalid(ruleRecords, r.path(), r.s.Pos(), limit(r.o.MaxRecords)))
		return false
	}
	r.rec.begin(name)
	return true
}

// beside reads over an element that is no record.
func (r *Reader) beside(depth int) {
	if r.between == nil {
		r.report(ruleBeside)
	}
	r.toBetween()
	for r.step() {
		r.toBetween()
		if r.s.Kind() == xmlscan.EndElement && r.s.Depth() == depth {
			return
		}
	}
}

func (r *Reader) toBetween() {
	if r.between == nil || r.err != nil {
		return
	}
	switch err := r.between.Token(r.s); {
	case errors.Is(err, xmlscan.ErrDone):
		r.between = xmlscan.ConsumerFunc(func(*xmlscan.Scanner) error { return nil })
	case err != nil:
		r.fail(err)
	}
}

// step moves the scanner and shows the token to all who take part.
func (r *Reader) step() bool {
	if r.err != nil || r.ended {
		return false
	}
	if !r.s.Next() {
		r.stopped()
		return false
	}
	for i := 0; i < len(r.consumers); {
		switch err := r.consumers[i].Token(r.s); {
		case err == nil:
			i++
		case errors.Is(err, xmlscan.ErrDone):
			r.consumers = append(r.consumers[:i], r.consumers[i+1:]...)
		default:
			r.fail(err)
			return false
		}
	}
	if r.rec.open {
		r.rec.token()
	}
	return r.err == nil
}

// stopped looks why there are no more tokens.
func (r *Reader) stopped() {
	if err := r.s.Err(); err != nil {
		r.fail(err)
		return
	}
	r.ended = true
	if r.count == 0 && r.env != nil && !r.o.AllowNone {
		r.none()
	}
}

func (r *Reader) none() { r.findings.add(ruleNone.At("/"+r.env.Root.Local, 0, 0, nil)) }

func (r *Reader) fail(err error) {
	if r.err != nil {
		return
	}
	pos := r.s.Pos()
	var syntax *xmlscan.SyntaxError
	if errors.As(err, &syntax) {
		pos = syntax.Pos
	}
	r.err = &Error{Records: r.complete.Load(), Pos: pos, Err: err}
}

// path is the scanner's path with the number of the record.
func (r *Reader) path() string { return r.pathTo(r.s.Depth()) }

// pathTo is the path down to the element that is open at a depth.
func (r *Reader) pathTo(depth int) string {
	path := cutPath(r.s.Path(), depth)
	if !r.rec.open {
		return path
	}
	record := cutPath(path, r.rec.depth)
	return record + "[" + strconv.FormatInt(r.count, 10) + "]" + path[len(record):]
}

// cutPath returns the first elements of a path.
func cutPath(path string, elements int) string {
	at := 0
	for range elements {
		next := strings.IndexByte(path[at+1:], '/')
		if next < 0 {
			return path
		}
		at += 1 + next
	}
	return path[:at]
}

// Progress is how far reading has come.
type Progress struct {
	// Bytes is how many bytes were read from the input, at most 64 KiB more
	// than were looked at.
	Bytes int64
	// Size is Options.Size.
	Size int64
	// Records is how many records were read to their end.
	Records int64
}

// Progress says how far reading has come. It may be called by any goroutine at
// any time.
func (r *Reader) Progress() Progress {
	return Progress{Bytes: r.in.n.Load(), Size: r.o.Size, Records: r.complete.Load()}
}

// Report is the judgement of a message.
type Report struct {
	// Verdict is Undetermined until the message has been read to its end, and
	// where reading itself failed. A message that is broken, or has a finding
	// of severity Error, is Rejected. Whether records could be decoded is not
	// part of it.
	Verdict finding.Verdict
	// Records is how many records there were, or were read to their end.
	Records int64
	// Findings are those of all records and of what stands between them, as
	// many as Options.MaxFindings; Dropped is how many there were beyond.
	Findings []finding.Finding
	Dropped  int64
}

// Report returns the judgement of what was read so far.
func (r *Reader) Report() Report {
	p := Report{Records: r.complete.Load(), Findings: r.findings.list, Dropped: r.findings.dropped}
	var broken *finding.InvalidError
	switch {
	case errors.As(r.err, &broken):
		p.Verdict = finding.Rejected
		p.Findings = append(p.Findings[:len(p.Findings):len(p.Findings)], broken.Findings...)
	case r.err != nil || !r.ended:
	case r.findings.errors:
		p.Verdict = finding.Rejected
	default:
		p.Verdict = finding.Accepted
	}
	return p
}

// findings is a list with a bound.
type findings struct {
	list    []finding.Finding
	max     int
	dropped int64
	errors  bool
}

func (f *findings) add(x finding.Finding) {
	f.errors = f.errors || x.Severity == finding.Error
	if len(f.list) >= f.max {
		f.dropped++
		return
	}
	f.list = append(f.list, x)
}

// report adds a finding at the scanner's place.
func (r *Reader) report(rule finding.Rule) {
	pos := r.s.Pos()
	r.findings.add(rule.At(r.path(), pos.Line, pos.Column, nil))
}

// input ends with its context and counts.
type input struct {
	ctx context.Context
	r   io.Reader
	n   atomic.Int64
}

// Read reads unless the context has ended.
func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.r.Read(p)
	in.n.Add(int64(max(0, n)))
	return n, err
}

func limit(n int64) map[string]string { return map[string]string{"max": strconv.FormatInt(n, 10)} }

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}
