package pattern

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// escape reads what stands behind a backslash.
func (p *parser) escape() (item, error) {
	c := p.peek()
	p.pos++
	switch {
	case c < 0:
		return item{}, ErrUnsupported
	case c == 'n':
		return item{low: '\n', high: '\n'}, nil
	case c == 'r':
		return item{low: '\r', high: '\r'}, nil
	case c == 't':
		return item{low: '\t', high: '\t'}, nil
	case strings.ContainsRune(`\|.-^?*+{}()[]`, c):
		return item{low: c, high: c}, nil
	case strings.ContainsRune("sSdDwW", c): // i and c are other characters in each edition of XML
		return item{escape: c}, nil
	case c == 'p' || c == 'P':
		return p.category(c)
	case c == 'u':
		return p.number()
	case c >= ' ' && c < 0x7F && !unicode.IsLetter(c) && !unicode.IsDigit(c):
		p.mended = true
		return item{low: c, high: c}, nil
	}
	return item{}, ErrUnsupported
}

// category reads {L}. Blocks ({IsBasicLatin}) are not supported: neither
// ECMAScript nor RE2 knows them.
func (p *parser) category(escape rune) (item, error) {
	end := p.find('}')
	if p.peek() != '{' || end < 0 {
		return item{}, ErrUnsupported
	}
	name := string(p.in[p.pos+1 : end])
	if _, ok := unicode.Categories[name]; !ok || len(name) > 2 || name == "LC" || name == "Cn" || name == "Cs" {
		return item{}, ErrUnsupported
	}
	p.pos = end + 1
	return item{escape: escape, category: name}, nil
}

// number reads the four digits of a character that another dialect writes by its
// number. Halves of characters are none.
func (p *parser) number() (item, error) {
	end := p.pos + 4
	if end > len(p.in) {
		return item{}, ErrUnsupported
	}
	n, err := strconv.ParseUint(string(p.in[p.pos:end]), 16, 16)
	if err != nil || utf16.IsSurrogate(rune(n)) {
		return item{}, ErrUnsupported
	}
	p.pos, p.mended = end, true
	return item{low: rune(n), high: rune(n)}, nil
}
