package datenschema

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A pattern of a Präzisierung is a regular expression of XML Schema (Part 2,
// appendix F): it matches the whole value, ^ and $ are ordinary characters, a
// class can subtract another, \d is any decimal digit of Unicode. JSON Schema
// has the dialect of ECMAScript (with the flag u), Go has RE2. A pattern is
// parsed and written for XML Schema, and once for the others in what they have
// in common.

// pattern is a compiled pattern. xsd and json are what the schemas say; re,
// which is json, is what this package checks with.
type pattern struct {
	xsd, json string
	re        *regexp.Regexp
	mended    bool // it was written for another dialect
	literal   bool // it has nothing but ordinary characters
}

var errPattern = errors.New("not a pattern that all dialects have")

// Limits of a pattern. Classes that must be computed are long when written out.
const (
	maxPattern  = 1000 // bytes
	maxComputed = 10   // classes
)

// parsePattern reads a pattern of XML Schema. What people write by habit from
// other dialects and what can mean one thing only is mended: anchors around the
// whole, (?: ), and a backslash before punctuation that needs none.
func parsePattern(s string) (*pattern, error) {
	if len(s) > maxPattern || !utf8.ValidString(s) {
		return nil, errPattern
	}
	p := &patternParser{in: []rune(s), literal: true}
	tree, err := p.alternatives(0)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.in) || p.computed > maxComputed {
		return nil, errPattern
	}
	out := &pattern{xsd: s, mended: p.mended, literal: p.literal}
	if p.mended {
		out.xsd = emit(tree, dialectXSD)
	}
	out.json = "^(?:" + emit(tree, dialectJSON) + ")$"
	if out.re, err = regexp.Compile(out.json); err != nil {
		return nil, errPattern
	}
	return out, nil
}

type dialect uint8

const (
	dialectXSD dialect = iota
	dialectJSON
)

// expression is a node of the tree.
type expression interface {
	emit(b *strings.Builder, d dialect)
}

func emit(e expression, d dialect) string {
	var b strings.Builder
	e.emit(&b, d)
	return b.String()
}

type (
	alternatives []expression
	sequence     []expression
	literal      rune
	group        struct{ expression }
	repeated     struct {
		what     expression
		min, max int // max -1: no limit
	}
)

func (a alternatives) emit(b *strings.Builder, d dialect) {
	for i, e := range a {
		if i > 0 {
			b.WriteByte('|')
		}
		e.emit(b, d)
	}
}

func (s sequence) emit(b *strings.Builder, d dialect) {
	for _, e := range s {
		e.emit(b, d)
	}
}

func (l literal) emit(b *strings.Builder, d dialect) {
	switch {
	case d == dialectXSD && l == '$': // has no escape there
		b.WriteString("[$]")
		return
	case strings.ContainsRune(`.\?*+()|[]{}^$`, rune(l)):
		b.WriteByte('\\')
	}
	b.WriteRune(rune(l))
}

func (g group) emit(b *strings.Builder, d dialect) {
	b.WriteByte('(')
	if d != dialectXSD {
		b.WriteString("?:")
	}
	g.expression.emit(b, d)
	b.WriteByte(')')
}

func (r repeated) emit(b *strings.Builder, d dialect) {
	r.what.emit(b, d)
	switch {
	case r.min == 0 && r.max == 1:
		b.WriteByte('?')
	case r.min == 0 && r.max < 0:
		b.WriteByte('*')
	case r.min == 1 && r.max < 0:
		b.WriteByte('+')
	case r.min == r.max:
		b.WriteString("{" + strconv.Itoa(r.min) + "}")
	case r.max < 0:
		b.WriteString("{" + strconv.Itoa(r.min) + ",}")
	default:
		b.WriteString("{" + strconv.Itoa(r.min) + "," + strconv.Itoa(r.max) + "}")
	}
}

type patternParser struct {
	in      []rune
	pos     int
	mended  bool
	literal bool
	// computed counts the classes that cannot be written item by item.
	computed int
}

func (p *patternParser) peek() rune {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return -1
}

func (p *patternParser) has(prefix string) bool {
	return strings.HasPrefix(string(p.in[p.pos:min(len(p.in), p.pos+len(prefix))]), prefix)
}

const maxPatternDepth = 50

func (p *patternParser) alternatives(depth int) (expression, error) {
	if depth > maxPatternDepth {
		return nil, errPattern
	}
	var list alternatives
	for {
		s, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
		if p.peek() != '|' {
			break
		}
		p.pos++
		p.literal = false
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

func (p *patternParser) sequence(depth int) (expression, error) {
	var list sequence
	if depth == 0 && p.peek() == '^' {
		p.pos++
		p.mended = true
	}
	for p.pos < len(p.in) {
		switch c := p.peek(); {
		case c == '|' || c == ')':
			return list, nil
		case c == '$' && depth == 0 && (p.pos+1 == len(p.in) || p.in[p.pos+1] == '|'):
			p.pos++
			p.mended = true
			continue
		}
		e, err := p.atom(depth)
		if err != nil {
			return nil, err
		}
		if e, err = p.quantified(e); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func (p *patternParser) quantified(e expression) (expression, error) {
	r := repeated{what: e}
	switch p.peek() {
	case '?':
		r.max = 1
	case '*':
		r.max = -1
	case '+':
		r.min, r.max = 1, -1
	case '{':
		end := p.pos
		for end < len(p.in) && p.in[end] != '}' {
			end++
		}
		if end == len(p.in) {
			return nil, errPattern
		}
		low, high, both := strings.Cut(string(p.in[p.pos+1:end]), ",")
		var err1, err2 error
		r.min, err1 = count(low)
		switch r.max = r.min; {
		case both && high == "":
			r.max = -1
		case both:
			r.max, err2 = count(high)
		}
		if err := errors.Join(err1, err2); err != nil || r.max >= 0 && r.max < r.min {
			return nil, errPattern
		}
		p.pos = end
	default:
		return e, nil
	}
	p.pos++
	p.literal = false
	if c := p.peek(); c >= 0 && strings.ContainsRune("?*+{", c) { // lazy, possessive, twice
		return nil, errPattern
	}
	return r, nil
}

func (p *patternParser) counted(c *class) *class {
	if c != nil && !c.plain() {
		p.computed++
	}
	return c
}

func count(s string) (int, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, errPattern
	}
	return strconv.Atoi(s)
}

func (p *patternParser) atom(depth int) (expression, error) {
	c := p.peek()
	p.pos++
	switch c {
	case '(':
		p.literal = false
		if p.peek() == '?' {
			if !p.has("?:") {
				return nil, errPattern
			}
			p.pos += 2
			p.mended = true
		}
		e, err := p.alternatives(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.peek() != ')' {
			return nil, errPattern
		}
		p.pos++
		return group{e}, nil
	case '[':
		p.literal = false
		c, err := p.class(0)
		return p.counted(c), err
	case '.':
		p.literal = false
		return &class{items: []item{{low: '\n', high: '\n'}, {low: '\r', high: '\r'}}, negated: true, dot: true}, nil
	case '\\':
		p.literal = false
		it, err := p.escape()
		if err != nil {
			return nil, err
		}
		if it.single() {
			return literal(it.low), nil
		}
		return p.counted(&class{items: []item{it}}), nil
	case '?', '*', '+', ']', '{', '}', ')':
		return nil, errPattern
	}
	return literal(c), nil
}
