package datenschema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// class is a set of characters: [a-z\d-[xyz]], \p{L} or the point.
type class struct {
	items    []item
	negated  bool
	subtract *class
	dot      bool
}

// item is a range, or an escape that stands for many characters: one of
// s S d D w W, or p P with the name of a category.
type item struct {
	low, high rune
	escape    rune
	category  string
}

func (it item) single() bool { return it.escape == 0 && it.low == it.high }

// escape reads what stands behind a backslash.
func (p *patternParser) escape() (item, error) {
	c := p.peek()
	p.pos++
	switch {
	case c < 0:
		return item{}, errPattern
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
	case c > ' ' && c < 0x7F && !unicode.IsLetter(c) && !unicode.IsDigit(c):
		p.mended = true
		return item{low: c, high: c}, nil
	}
	return item{}, errPattern
}

// category reads {L}. Blocks ({IsBasicLatin}) are not supported: neither
// ECMAScript nor RE2 knows them.
func (p *patternParser) category(escape rune) (item, error) {
	end := p.pos
	for end < len(p.in) && p.in[end] != '}' {
		end++
	}
	if p.peek() != '{' || end == len(p.in) {
		return item{}, errPattern
	}
	name := string(p.in[p.pos+1 : end])
	if _, ok := unicode.Categories[name]; !ok || len(name) > 2 || name == "LC" || name == "Cn" || name == "Cs" {
		return item{}, errPattern
	}
	p.pos = end + 1
	return item{escape: escape, category: name}, nil
}

// class reads a class behind its opening bracket. What it subtracts subtracts
// nothing itself: libxml2 takes that for something else.
func (p *patternParser) class(depth int) (*class, error) {
	if depth > 1 {
		return nil, errPattern
	}
	c := &class{}
	if p.peek() == '^' {
		p.pos++
		c.negated = true
	}
	for first := true; ; first = false {
		switch {
		case p.peek() < 0, p.peek() == '[':
			return nil, errPattern
		case p.peek() == ']':
			if first {
				return nil, errPattern
			}
			p.pos++
			return c, nil
		case !first && p.has("-["):
			p.pos += 2
			sub, err := p.class(depth + 1)
			if err != nil || p.peek() != ']' {
				return nil, errPattern
			}
			p.pos++
			c.subtract = sub
			return c, nil
		}
		it, err := p.classItem(first)
		if err != nil {
			return nil, err
		}
		c.items = append(c.items, it)
	}
}

// classItem reads a character, a range or an escape. A hyphen is itself only
// at the beginning and the end.
func (p *patternParser) classItem(first bool) (item, error) {
	it, err := p.classChar(first)
	if err != nil || !it.single() || !p.has("-") || p.has("-]") || p.has("-[") {
		return it, err
	}
	p.pos++
	high, err := p.classChar(false)
	if err != nil || !high.single() || high.low < it.low {
		return item{}, errPattern
	}
	it.high = high.low
	return it, nil
}

func (p *patternParser) classChar(first bool) (item, error) {
	c := p.peek()
	p.pos++
	switch c {
	case -1, '[', ']':
		return item{}, errPattern
	case '\\':
		return p.escape()
	case '-':
		if !first && p.peek() != ']' {
			return item{}, errPattern
		}
	}
	return item{low: c, high: c}, nil
}

func (c *class) emit(b *strings.Builder, d dialect) {
	if d == dialectXSD {
		c.emitXSD(b)
		return
	}
	b.WriteByte('[')
	if c.plain() {
		if c.negated {
			b.WriteByte('^')
		}
		for _, it := range c.items {
			it.emit(b)
		}
	} else {
		for _, r := range c.set() {
			it := item{low: outside(r[0], 0xE000), high: outside(r[1], 0xD7FF)}
			if it.low <= it.high {
				it.emit(b)
			}
		}
	}
	b.WriteByte(']')
}

// outside replaces a surrogate, which is no character.
func outside(r, other rune) rune {
	if utf16.IsSurrogate(r) {
		return other
	}
	return r
}

func (c *class) emitXSD(b *strings.Builder) {
	if c.dot {
		b.WriteByte('.')
		return
	}
	b.WriteByte('[')
	if c.negated {
		b.WriteByte('^')
	}
	for _, it := range c.items {
		it.emitXSD(b)
	}
	if c.subtract != nil {
		b.WriteByte('-')
		c.subtract.emitXSD(b)
	}
	b.WriteByte(']')
}

// plain reports whether the other dialects can write the class item by item.
func (c *class) plain() bool {
	if c.subtract != nil {
		return false
	}
	for _, it := range c.items {
		if it.escape != 0 && it.escape != 's' && it.escape != 'd' && it.escape != 'p' && it.escape != 'P' {
			return false
		}
	}
	return true
}

func (it item) emitXSD(b *strings.Builder) {
	switch {
	case it.category != "":
		b.WriteString(`\` + string(it.escape) + "{" + it.category + "}")
	case it.escape != 0:
		b.WriteString(`\` + string(it.escape))
	default:
		for i, r := range []rune{it.low, it.high} {
			if i == 1 {
				if it.single() {
					return
				}
				b.WriteByte('-')
			}
			if strings.ContainsRune(`\-[]^`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	}
}

func (it item) emit(b *strings.Builder) {
	switch {
	case it.category != "":
		b.WriteString(`\` + string(it.escape) + "{" + it.category + "}")
	case it.escape == 's':
		b.WriteString(` \t\n\r`)
	case it.escape == 'd':
		b.WriteString(`\p{Nd}`)
	default:
		char(b, it.low)
		if !it.single() {
			b.WriteByte('-')
			char(b, it.high)
		}
	}
}

// char writes one character of a class in a form that has one meaning in all
// dialects.
func char(b *strings.Builder, r rune) {
	switch {
	case strings.ContainsRune(`\-[]^`, r):
		b.WriteString(`\` + string(r))
	case r <= ' ' || r >= 0x7F && r <= 0xA0 || strings.ContainsRune("&~|", r):
		fmt.Fprintf(b, `\x%02X`, r)
	default:
		b.WriteRune(r)
	}
}

// runes are ranges of characters, ordered and apart from each other.
type runes [][2]rune

// set computes the characters of the class.
func (c *class) set() runes {
	var all runes
	for _, it := range c.items {
		all = append(all, it.set()...)
	}
	all = all.normal()
	if c.negated {
		all = all.complement()
	}
	if c.subtract != nil {
		all = append(all.complement(), c.subtract.set()...).normal().complement()
	}
	return all
}

func (it item) set() runes {
	switch it.escape {
	case 0:
		return runes{{it.low, it.high}}
	case 's':
		return runes{{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}
	case 'd':
		return category("Nd")
	case 'w':
		return slices.Concat(category("L"), category("M"), category("N"), category("S")).normal()
	case 'p':
		return category(it.category)
	case 'P':
		return category(it.category).complement()
	}
	return item{escape: unicode.ToLower(it.escape)}.set().complement()
}

func category(name string) runes {
	t := unicode.Categories[name]
	var list runes
	add := func(low, high, stride rune) {
		if stride == 1 {
			list = append(list, [2]rune{low, high})
			return
		}
		for r := low; r <= high; r += stride {
			list = append(list, [2]rune{r, r})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return list.normal()
}

func (list runes) normal() runes {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	var out runes
	for _, r := range list {
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}

func (list runes) complement() runes {
	var out runes
	next := rune(0)
	for _, r := range list {
		if r[0] > next {
			out = append(out, [2]rune{next, r[0] - 1})
		}
		next = r[1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, [2]rune{next, unicode.MaxRune})
	}
	return out
}
