package sammelnachricht

import (
	"io"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Base64Reader reads the content of an element whose text is xs:base64Binary,
// decoding as it goes: memory does not depend on the length. XML white space
// between the characters is ignored; everything else is strict: alphabet, groups
// of four, padding, and unused bits that are zero (XML Schema 1.0 Part 2,
// section 3.2.16). Character references and CDATA sections count as what they
// stand for, comments as nothing.
//
// Make one with [NewBase64Reader] or [Record.Base64]. It is used by one
// goroutine, and nothing else may move its scanner until it has ended.
type Base64Reader struct {
	s     *xmlscan.Scanner
	next  func() bool
	fault func() error
	path  func() string
	depth int
	left  int64 // how many bytes are still allowed
	max   int64

	text  []byte // rest of the chunk
	chunk int    // its length
	group [4]byte
	n     int // of group
	pad   int // padding characters so far
	out   [3]byte
	outN  int
	err   error
}

// NewBase64Reader reads the element whose start tag the scanner is at. max is
// how many decoded bytes are allowed; 0 and less mean 16 MiB.
//
// Read returns io.EOF once the whole content was in order; the scanner is then
// at the end tag. Content that is not base64, has a child element or is longer
// than max gives a *finding.InvalidError with the place (SAM-010 to SAM-015),
// and bytes that came before are not to be trusted; broken XML gives the
// scanner's error. Where the scanner is at no start tag, the error is
// [xmlscan.ErrNoElement].
func NewBase64Reader(s *xmlscan.Scanner, max int64) *Base64Reader {
	return newBase64(s, max, s.Next, s.Err, s.Path)
}

const defaultContentBytes = 16 << 20

func newBase64(s *xmlscan.Scanner, max int64, next func() bool, fault func() error, path func() string) *Base64Reader {
	if max <= 0 {
		max = defaultContentBytes
	}
	b := &Base64Reader{s: s, next: next, fault: fault, path: path, depth: s.Depth(), left: max, max: max}
	if s.Kind() != xmlscan.StartElement {
		b.err = xmlscan.ErrNoElement
	}
	return b
}

// Read decodes up to len(p) bytes.
func (b *Base64Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		switch {
		case b.outN > 0:
			k := copy(p[n:], b.out[:b.outN])
			b.outN = copy(b.out[:], b.out[k:b.outN])
			n += k
		case b.err != nil:
			return n, b.err
		case len(b.text) == 0:
			b.advance()
		default:
			n += b.decode(p[n:])
		}
	}
	return n, nil
}

// decode decodes from the chunk into p, at least one character of it.
func (b *Base64Reader) decode(p []byte) int {
	n := 0
	if b.n == 0 && b.pad == 0 {
		room := int(min(int64(len(p)), b.left))
		n = b.fast(p[:room])
		b.left -= int64(n)
	}
	if len(b.text) > 0 {
		b.one()
	}
	return n
}

// fast decodes whole groups without white space or padding.
func (b *Base64Reader) fast(p []byte) int {
	t, n := b.text, 0
	for len(t) >= 4 && len(p)-n >= 3 {
		v0, v1, v2, v3 := values[t[0]], values[t[1]], values[t[2]], values[t[3]]
		if (v0|v1|v2|v3)&0xC0 != 0 {
			break
		}
		p[n] = v0<<2 | v1>>4
		p[n+1] = v1<<4 | v2>>2
		p[n+2] = v2<<6 | v3
		n += 3
		t = t[4:]
	}
	b.text = t
	return n
}

// one takes one character.
func (b *Base64Reader) one() {
	v := values[b.text[0]]
	switch {
	case v == space:
	case v == padding:
		b.padding()
	case v == foreign:
		b.fail(ruleAlphabet, nil)
	case b.pad > 0:
		b.fail(ruleAfterPadding, nil)
	default:
		b.group[b.n] = v
		if b.n++; b.n == 4 {
			b.emit(3)
		}
	}
	b.text = b.text[1:]
}

// padding takes the character "=".
func (b *Base64Reader) padding() {
	b.pad++
	switch {
	case b.pad > 2 || b.pad == 2 && b.n == 0:
		b.fail(ruleAfterPadding, nil)
	case b.n < 2:
		b.fail(rulePadding, nil)
	case b.n+b.pad < 4:
	case b.n == 2 && b.group[1]&0x0F != 0, b.n == 3 && b.group[2]&0x03 != 0:
		b.fail(ruleTrailingBits, nil)
	default:
		b.emit(b.n - 1)
	}
}

// emit hands out n bytes of the group.
func (b *Base64Reader) emit(n int) {
	if b.left < int64(n) {
		b.fail(ruleLength, map[string]string{"max": strconv.FormatInt(b.max, 10)})
		return
	}
	g := &b.group
	b.out = [3]byte{g[0]<<2 | g[1]>>4, g[1]<<4 | g[2]>>2, g[2]<<6 | g[3]}
	b.group = [4]byte{}
	b.outN, b.n = n, 0
	b.left -= int64(n)
}

// advance goes to the next chunk of text.
func (b *Base64Reader) advance() {
	for b.next() {
		switch b.s.Kind() {
		case xmlscan.Text:
			b.text = b.s.Text()
			b.chunk = len(b.text)
			return
		case xmlscan.StartElement:
			b.fail(ruleChild, nil)
			return
		case xmlscan.EndElement:
			if b.n > 0 {
				b.fail(rulePadding, nil)
			} else {
				b.err = io.EOF
			}
			return
		}
	}
	if b.err = b.fault(); b.err == nil {
		b.err = io.ErrUnexpectedEOF // the scanner was moved by someone else
	}
}

// fail ends reading with a rule that the next character of the chunk breaks.
func (b *Base64Reader) fail(r finding.Rule, params map[string]string) {
	pos := b.s.Pos()
	if len(b.text) > 0 && len(b.s.Raw()) == b.chunk { // no references: byte for byte
		pos = b.s.Position(pos.Offset + int64(b.chunk-len(b.text)))
	}
	b.err = invalid(r, b.path(), pos, params)
	b.outN = 0
}

const (
	foreign = 0xFF - iota
	space
	padding
)

// values are the values of the characters: 0 to 63, or one of the above.
var values = func() (t [256]byte) {
	for i := range t {
		t[i] = foreign
	}
	for i := range byte(26) {
		t['A'+i], t['a'+i] = i, 26+i
	}
	for i := range byte(10) {
		t['0'+i] = 52 + i
	}
	t['+'], t['/'], t['='] = 62, 63, padding
	t[' '], t['\t'], t['\n'], t['\r'] = space, space, space, space
	return t
}()
