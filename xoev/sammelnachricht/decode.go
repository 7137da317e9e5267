package sammelnachricht

import (
	"encoding/xml"
	"errors"
	"io"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Decode decodes the element whose start tag the record is at, at first the
// record itself, into v as [xml.Unmarshal] does, and moves to its end tag.
// encoding/xml sees only what the scanner let pass, but is lax itself: see
// [xmlscan.Scanner.TokenReader]. Give every field its namespace: a field
// without one takes elements of any.
//
// What does not fit into v gives a *DecodeError; the record can then not be
// read on, but the next one can. Broken XML, a record that is too long and a
// failing reader give an *Error.
func (r *Record) Decode(v any) error {
	x := r.r
	if !r.open || x.err != nil || x.s.Kind() != xmlscan.StartElement {
		return r.noElement()
	}
	if x.dec == nil {
		x.dec = xml.NewTokenDecoder(&x.toks)
	}
	x.toks.begin(x)
	err := x.dec.Decode(v)
	if x.err != nil || err != nil {
		x.dec = nil // it may hold half an element
	}
	if x.err != nil {
		return x.err
	}
	if err != nil {
		pos := x.s.Pos()
		return &DecodeError{Finding: ruleDecode.At(x.path(), pos.Line, pos.Column, nil), Err: err}
	}
	return nil
}

// TokenReader returns the tokens of the element whose start tag the record is
// at, for [xml.NewTokenDecoder]: its start tag first, io.EOF behind its end tag.
// Names are resolved; bytes of a token are valid until the next one. The record
// must not be moved by other means until then.
func (r *Record) TokenReader() xml.TokenReader {
	t := &tokens{}
	if r.open && r.r.err == nil && r.r.s.Kind() == xmlscan.StartElement {
		t.begin(r.r)
	}
	return t
}

// tokens hands the tokens of one element to encoding/xml.
type tokens struct {
	r       *Reader
	depth   int
	current bool // the scanner's token has not been handed out
	ended   bool
}

func (t *tokens) begin(r *Reader) { *t = tokens{r: r, depth: r.s.Depth(), current: true} }

// Token returns the next token.
func (t *tokens) Token() (xml.Token, error) {
	if t.r == nil || t.ended {
		return nil, io.EOF
	}
	if !t.current && !t.r.step() {
		if t.r.err != nil {
			return nil, t.r.err
		}
		return nil, io.EOF
	}
	t.current = false
	s := t.r.s
	switch s.Kind() {
	case xmlscan.StartElement:
		return startToken(s), nil
	case xmlscan.EndElement:
		t.ended = s.Depth() == t.depth
		n := s.Name()
		return xml.EndElement{Name: xml.Name{Space: n.Space, Local: n.Local}}, nil
	case xmlscan.Comment:
		return xml.Comment(s.Text()), nil
	case xmlscan.ProcInst:
		return xml.ProcInst{Target: s.Name().Local, Inst: s.Text()}, nil
	default:
		return xml.CharData(s.Text()), nil
	}
}

func startToken(s *xmlscan.Scanner) xml.StartElement {
	n := s.Name()
	t := xml.StartElement{Name: xml.Name{Space: n.Space, Local: n.Local}}
	decls, attrs := s.Namespaces(), s.Attrs()
	if len(decls)+len(attrs) == 0 {
		return t
	}
	t.Attr = make([]xml.Attr, 0, len(decls)+len(attrs))
	for _, d := range decls {
		name := xml.Name{Space: "xmlns", Local: d.Prefix}
		if d.Prefix == "" {
			name = xml.Name{Local: "xmlns"}
		}
		t.Attr = append(t.Attr, xml.Attr{Name: name, Value: d.URI})
	}
	for i := range attrs {
		a := &attrs[i]
		t.Attr = append(t.Attr, xml.Attr{Name: xml.Name{Space: a.Space, Local: a.Local}, Value: string(a.Value)})
	}
	return t
}

var errCDATA = errors.New("sammelnachricht: the bytes between two tokens are no CDATA section")

const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

// Raw returns the element whose start tag the record is at, at first the record
// itself, byte for byte as it stands in the message, and moves to its end tag.
// scope holds the namespace declarations that are in scope there: with them
// [xmlscan.NewFragment] reads it again. Both are valid until the next record or
// the next call. It costs as much memory as the element is long; see
// Options.MaxRecordBytes. The errors are those of [Record.Text], without rules.
func (r *Record) Raw() (element []byte, scope []xmlscan.NSDecl, err error) {
	x := r.r
	if !r.open || x.err != nil || x.s.Kind() != xmlscan.StartElement {
		return nil, nil, r.noElement()
	}
	s := x.s
	r.scope = s.InScope(r.scope[:0])
	r.raw = append(r.raw[:0], s.Raw()...)
	depth, end, cdata := s.Depth(), s.End(), false
	for x.step() {
		if gap := s.Pos().Offset - end; gap > 0 {
			if r.raw, err = appendBrackets(r.raw, int(gap), cdata, s.IsCDATA()); err != nil {
				return nil, nil, err
			}
		}
		r.raw = append(r.raw, s.Raw()...)
		end, cdata = s.End(), s.IsCDATA()
		if s.Kind() == xmlscan.EndElement && s.Depth() == depth {
			return r.raw, r.scope, nil
		}
	}
	return nil, nil, r.noElement()
}

// appendBrackets writes the bytes that are no token: those around CDATA
// sections, and sections that are empty. Their number and what stands before
// and behind tell which.
func appendBrackets(dst []byte, gap int, from, to bool) ([]byte, error) {
	if from {
		dst = append(dst, cdataEnd...)
		gap -= len(cdataEnd)
	}
	if to {
		gap -= len(cdataStart)
	}
	const empty = cdataStart + cdataEnd
	if gap < 0 || gap%len(empty) != 0 {
		return nil, errCDATA
	}
	for range gap / len(empty) {
		dst = append(dst, empty...)
	}
	if to {
		dst = append(dst, cdataStart...)
	}
	return dst, nil
}
