package xmlscan

import (
	"io"
)

// Kind is the kind of a token. The zero Kind stands before the first token and
// after the last.
type Kind uint8

const (
	// StartElement is a start tag or the first half of an empty-element tag.
	StartElement Kind = iota + 1
	// EndElement is an end tag or the second half of an empty-element tag.
	EndElement
	// Text is a chunk of character data; see [Scanner.Text].
	Text
	// Comment is a whole comment.
	Comment
	// ProcInst is a whole processing instruction. The XML declaration is
	// checked but is not a token.
	ProcInst
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case StartElement:
		return "StartElement"
	case EndElement:
		return "EndElement"
	case Text:
		return "Text"
	case Comment:
		return "Comment"
	case ProcInst:
		return "ProcInst"
	}
	return "none"
}

// Name is a name with its namespace. Two elements or attributes have the same
// name if Space and Local agree; Prefix is how the document wrote it.
type Name struct {
	Prefix, Local, Space string
}

// Is reports whether the name has the namespace name and the local name.
func (n Name) Is(space, local string) bool { return n.Local == local && n.Space == space }

// Attr is an attribute that is not a namespace declaration.
type Attr struct {
	Name
	// Value is normalised: references are replaced, and literal white space
	// is spaces (XML 1.0, 3.3.3). It is valid until the next call of Next.
	Value []byte
	// Offset is where the attribute's name begins, in bytes from the start
	// of the input.
	Offset int64
}

// NSDecl is a namespace declaration. Prefix is empty for the default
// namespace; URI is empty only where the default namespace is undeclared.
type NSDecl struct {
	Prefix, URI string
}

// Scanner reads XML token by token. Make one with [New], [NewBytes] or
// [NewFragment]. A Scanner must not be used by several goroutines at once.
type Scanner struct {
	opt Options

	// The window: buf holds unread input and the current token, which is
	// buf[tok:pos]. buf[0] is at base of the input.
	buf      []byte
	tok, pos int
	base     int64
	rd       io.Reader // nil if buf holds all
	eof      bool      // no more input behind buf
	over     bool      // input was cut at MaxBytes
	ioErr    error
	mark     mark

	err      error
	state    state
	kind     Kind
	cdata    bool // the current Text is from a CDATA section
	emptyTag bool // the current element was written as an empty-element tag
	plain    bool // see IsPlain; of Text, whether it is buf[tok:pos]
	rootSeen bool
	fragment bool

	names names
	open  []element
	attrs []Attr
	late  []lateAttr // attributes whose prefix is still to be resolved
	decls []NSDecl
	text  []byte // of Comment, ProcInst and Text that is not plain

	expanded map[[2]string]struct{} // scratch of resolveAttrs
	tmp      [4]byte
	value    []byte // scratch: attribute values, comments with CR
	collect  []byte // scratch of ElementText
	pi       string // target
	tags     uint64 // serial number of start tags, never 0
	sib      siblings
}

// state says what may come next.
type state uint8

const (
	atStart    state = iota
	outside          // outside the root element
	inContent        // inside an element
	inCDATA          // inside a CDATA section
	atEmptyEnd       // the end of an empty-element tag
	stopped          // the end of the document, or an error
)

// element is an open element.
type element struct {
	name  *name
	binds int32 // length of names.binds outside the element
	sib   int32 // length of sib.saved outside the element
	index int32 // among siblings of the same name, if counted
	id    uint64
}

// Next advances to the next token. It returns false at the end of the document
// and at the first error; [Scanner.Err] tells them apart.
func (s *Scanner) Next() bool {
	if s.kind == EndElement {
		depth := len(s.open) - 1
		if e := &s.open[depth]; int(e.binds) < len(s.names.binds) || int(e.sib) < len(s.sib.saved) {
			s.leaveScope(e)
		}
		if s.open = s.open[:depth]; depth == 0 {
			s.state = outside
		}
	}
	b, i := s.buf, s.pos
	if s.state != inContent || i+1 >= len(b) {
		return s.scan()
	}
	s.tok = i
	if b[i] != '<' {
		if j := textRun(b, i); j < len(b) && b[j] == '<' {
			s.pos = j
			s.kind, s.cdata, s.plain = Text, false, true
			return true
		}
		return s.scanChunk()
	}
	switch b[i+1] {
	case '/':
		raw := s.open[len(s.open)-1].name.raw
		if end := i + 2 + len(raw); end < len(b) && b[end] == '>' && same(b[i+2:end], raw) && end-i < s.opt.MaxTokenBytes {
			s.pos = end + 1
			s.kind, s.emptyTag, s.plain = EndElement, false, true
			return true
		}
		return s.scanEnd()
	case '!', '?':
		if s.scanMarkup() {
			return true
		}
		return s.scan()
	}
	if st := s.parseStart(); st != done {
		return s.startAgain(st)
	}
	s.kind = StartElement
	return true
}

// scan finds the next token in every state.
func (s *Scanner) scan() bool {
	for {
		s.tok = s.pos
		switch s.state {
		case stopped:
			s.kind = 0
			return false
		case atStart:
			if s.state = outside; !s.prolog() {
				return false
			}
			continue
		case atEmptyEnd:
			s.kind, s.state, s.plain = EndElement, inContent, false
			return true
		case inCDATA:
			if s.scanChunk() {
				return true
			}
			continue
		}
		if s.pos == len(s.buf) {
			if !s.fill() {
				return s.finish()
			}
			continue
		}
		switch {
		case s.buf[s.pos] == '<':
			if s.scanMarkup() {
				return true
			}
		case s.state == inContent:
			return s.scanChunk()
		case !s.skipSpace():
			return false
		}
	}
}

// skipSpace steps over white space outside the root element.
func (s *Scanner) skipSpace() bool {
	i := s.pos
	for i < len(s.buf) && isSpace(s.buf[i]) {
		i++
	}
	if i == s.pos {
		return s.fail(ruleOutsideRoot, i)
	}
	s.pos = i
	return true
}

// finish ends the scan where the input ends.
func (s *Scanner) finish() bool {
	s.kind = 0
	switch {
	case s.ioErr != nil || s.over || len(s.open) > 0:
		return s.failShort(ruleEnd)
	case !s.rootSeen:
		return s.failShort(ruleNoRoot)
	}
	s.state = stopped
	return false
}

// Err returns nil at the end of a well-formed document and while no error has
// occurred; else a [*SyntaxError], or the reader's error, wrapped.
func (s *Scanner) Err() error { return s.err }

// Kind returns the kind of the current token.
func (s *Scanner) Kind() Kind { return s.kind }

// Depth returns the number of open elements. A start tag and its end tag have
// the same depth; the root element's is 1; outside the root element it is 0.
func (s *Scanner) Depth() int { return len(s.open) }

// Name returns the name of the element at StartElement and EndElement, and the
// target as Local at ProcInst; else the zero Name. Its strings stay valid.
func (s *Scanner) Name() Name {
	switch s.kind {
	case StartElement, EndElement:
		n := s.open[len(s.open)-1].name
		return Name{n.pfx.raw, n.raw[n.local:], n.pfx.uri}
	case ProcInst:
		return Name{Local: s.pi}
	}
	return Name{}
}

// Attrs returns the attributes of a StartElement in document order, without
// the namespace declarations. They are valid until the next call of Next.
func (s *Scanner) Attrs() []Attr {
	if s.kind != StartElement {
		return nil
	}
	return s.attrs
}

// Attr returns the value of the attribute with that expanded name at a
// StartElement; space is empty for attributes without prefix. The value is
// valid until the next call of Next.
func (s *Scanner) Attr(space, local string) (value []byte, ok bool) {
	for i := range s.Attrs() {
		if a := &s.attrs[i]; a.Local == local && a.Space == space {
			return a.Value, true
		}
	}
	return nil, false
}

// Namespaces returns the namespace declarations that stand on a StartElement,
// in document order. The slice is valid until the next call of Next.
func (s *Scanner) Namespaces() []NSDecl {
	if s.kind != StartElement {
		return nil
	}
	return s.decls
}

// Text returns the current chunk of character data at Text, and the whole
// content at Comment and ProcInst. Line ends are line feeds, references are
// replaced. A chunk is never empty and never splits a character; how text is
// cut into chunks depends on references, carriage returns and on how the
// reader delivers. The bytes are valid until the next call of Next and must
// not be changed.
func (s *Scanner) Text() []byte {
	switch s.kind {
	case Text:
		if s.plain {
			return s.buf[s.tok:s.pos:s.pos]
		}
		return s.text
	case Comment, ProcInst:
		return s.text
	}
	return nil
}

// IsCDATA reports whether the current Text comes from a CDATA section.
func (s *Scanner) IsCDATA() bool { return s.kind == Text && s.cdata }

// IsEmptyTag reports whether the current StartElement or EndElement was written
// as an empty-element tag. The EndElement of such a tag has no bytes.
func (s *Scanner) IsEmptyTag() bool {
	return s.emptyTag && (s.kind == StartElement || s.kind == EndElement)
}

// IsPlain reports whether [Scanner.Raw] of the current token is also how
// canonical XML writes it, apart from what depends on other tokens. At a
// StartElement: one space stands before each attribute and none elsewhere, values
// stand in quotation marks and hold neither references nor white space but
// spaces, there are no namespace declarations, and it is not an empty-element
// tag; the attributes may be in any order. At an EndElement: it has bytes and no
// white space. At Text: it was written literally, not in a CDATA section; a > may
// occur. At other tokens IsPlain is false.
func (s *Scanner) IsPlain() bool {
	switch s.kind {
	case StartElement:
		return s.plain && len(s.decls) == 0
	case EndElement:
		return s.plain
	case Text:
		return s.plain && !s.cdata
	}
	return false
}

// Raw returns the bytes of the current token as written, tags whole, a chunk
// of text without the brackets of its CDATA section. They are valid until the
// next call of Next and must not be changed. Tokens do not cover the white space
// outside the root element and the XML declaration.
func (s *Scanner) Raw() []byte {
	if s.kind == 0 {
		return nil
	}
	return s.buf[s.tok:s.pos:s.pos]
}

// Lookup returns the namespace name bound to a prefix where the scanner is;
// the empty prefix asks for the default namespace. ok is false if the prefix is
// not bound, or there is no default namespace.
func (s *Scanner) Lookup(prefix string) (uri string, ok bool) {
	switch prefix {
	case "xml":
		return xmlSpace, true
	case "xmlns":
		return xmlnsSpace, true
	}
	p := &s.names.def
	if prefix != "" {
		if p, _ = s.names.find([]byte(prefix), false); p == nil {
			return "", false
		}
	}
	return p.uri, p.uri != ""
}

// InScope appends the namespace declarations in scope to dst, each prefix once,
// without the prefix xml, outermost first.
func (s *Scanner) InScope(dst []NSDecl) []NSDecl {
	for i := 1; i < len(s.names.binds); i++ {
		p := s.names.binds[i].pfx
		if int(p.bind) == i && p.uri != "" && p.raw != "xml" {
			dst = append(dst, NSDecl{p.raw, p.uri})
		}
	}
	return dst
}
