package xmlscan

import (
	"encoding/xml"
	"io"
)

// TokenReader returns a reader of tokens for [xml.NewTokenDecoder], so that
// encoding/xml decodes only what passed this scanner. At a StartElement it
// reads that element: its start tag first, io.EOF behind its end tag. Before
// the first call of Next it reads the whole document. It moves the Scanner, so
// the two must not be used in turns.
//
// Names are resolved: Space is the namespace name. Namespace declarations come
// as attributes, as encoding/xml has them. Character data comes in chunks.
// encoding/xml itself is lax about what it decodes: a missing element is not
// an error, the last of repeated elements wins, unknown elements vanish; and
// with any token reader the tag ",innerxml" stays empty.
func (s *Scanner) TokenReader() xml.TokenReader {
	t := &tokenReader{s: s}
	if s.kind == StartElement {
		t.depth, t.current = len(s.open), true
	}
	return t
}

// Decode decodes the current StartElement into v as [xml.Unmarshal] does, and
// leaves the Scanner at its EndElement. At another place it returns
// [ErrNoElement]. Errors are those of the scan and of encoding/xml; after one,
// the Scanner is somewhere in the element. See [Scanner.TokenReader] for what encoding/xml does not
// check.
func (s *Scanner) Decode(v any) error {
	if s.kind != StartElement {
		return ErrNoElement
	}
	depth := len(s.open)
	if err := xml.NewTokenDecoder(s.TokenReader()).Decode(v); err != nil {
		return err
	}
	if s.kind == EndElement && len(s.open) == depth {
		return nil
	}
	for s.Next() {
		if s.kind == EndElement && len(s.open) == depth {
			return nil
		}
	}
	return s.Err()
}

type tokenReader struct {
	s       *Scanner
	depth   int  // of the element to read; 0 for the document
	current bool // the scanner's token has not been returned yet
	ended   bool
}

// Token returns the next token. Its bytes are copies.
func (t *tokenReader) Token() (xml.Token, error) {
	if t.ended {
		return nil, io.EOF
	}
	if !t.current && !t.s.Next() {
		t.ended = true
		if err := t.s.Err(); err != nil {
			t.ended = false
			return nil, err
		}
		return nil, io.EOF
	}
	t.current = false
	switch s := t.s; s.kind {
	case StartElement:
		return s.startToken(), nil
	case EndElement:
		t.ended = t.depth > 0 && len(s.open) == t.depth
		n := s.Name()
		return xml.EndElement{Name: xml.Name{Space: n.Space, Local: n.Local}}, nil
	case Comment:
		return xml.Comment(append([]byte(nil), s.text...)), nil
	case ProcInst:
		return xml.ProcInst{Target: s.pi, Inst: append([]byte(nil), s.text...)}, nil
	default:
		return xml.CharData(append([]byte(nil), s.Text()...)), nil
	}
}

// startToken makes the token of the current StartElement.
func (s *Scanner) startToken() xml.StartElement {
	n := s.Name()
	t := xml.StartElement{Name: xml.Name{Space: n.Space, Local: n.Local}}
	t.Attr = make([]xml.Attr, 0, len(s.decls)+len(s.attrs))
	for _, d := range s.decls {
		name := xml.Name{Space: "xmlns", Local: d.Prefix}
		if d.Prefix == "" {
			name = xml.Name{Local: "xmlns"}
		}
		t.Attr = append(t.Attr, xml.Attr{Name: name, Value: d.URI})
	}
	for i := range s.attrs {
		a := &s.attrs[i]
		t.Attr = append(t.Attr, xml.Attr{
			Name:  xml.Name{Space: a.Space, Local: a.Local},
			Value: string(a.Value),
		})
	}
	return t
}
