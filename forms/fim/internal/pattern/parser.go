package pattern

import (
	"errors"
	"strconv"
	"strings"
)

type parser struct {
	in      []rune
	pos     int
	mended  bool
	literal bool
	// computed counts the classes that cannot be written item by item.
	computed int
}

// peek is the next character, -1 at the end.
func (p *parser) peek() rune {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return -1
}

func (p *parser) has(prefix string) bool {
	return strings.HasPrefix(string(p.in[p.pos:min(len(p.in), p.pos+len(prefix))]), prefix)
}

// anchors says which ones of another dialect stand around a branch.
type anchors struct{ begin, end bool }

// alternatives reads up to the end or a closing parenthesis. Anchors are for all
// branches of the whole alike, or they do not mean the whole.
func (p *parser) alternatives(depth int) (expression, error) {
	if depth > maxDepth {
		return nil, ErrUnsupported
	}
	var list alternatives
	var all anchors
	for {
		s, a, err := p.branch(depth)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			all = a
		}
		if a != all || depth > 0 && a != (anchors{}) {
			return nil, ErrUnsupported
		}
		list = append(list, s)
		if p.peek() != '|' {
			break
		}
		p.pos++
		p.literal = false
	}
	p.mended = p.mended || all != anchors{}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// branch reads up to the end, a bar or a closing parenthesis.
func (p *parser) branch(depth int) (list sequence, a anchors, err error) {
	if a.begin = p.peek() == '^'; a.begin {
		if p.pos++; p.peek() == '^' {
			return nil, a, ErrUnsupported
		}
	}
	for c := p.peek(); c >= 0 && c != '|' && c != ')'; c = p.peek() {
		switch n := p.dollars(); {
		case n > 1:
			return nil, a, ErrUnsupported
		case n == 1:
			p.pos++
			a.end = true
			continue
		}
		e, err := p.atom(depth)
		if err != nil {
			return nil, a, err
		}
		if e, err = p.quantified(e); err != nil {
			return nil, a, err
		}
		list = append(list, e)
	}
	return list, a, nil
}

// dollars counts the dollars that end the branch here.
func (p *parser) dollars() (n int) {
	for i := p.pos; i < len(p.in); i, n = i+1, n+1 {
		switch p.in[i] {
		case '$':
		case '|', ')':
			return n
		default:
			return 0
		}
	}
	return n
}

func (p *parser) atom(depth int) (expression, error) {
	c := p.peek()
	p.pos++
	switch c {
	case '(':
		return p.group(depth)
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
		return nil, ErrUnsupported
	}
	return literal(c), nil
}

// group reads a group behind its opening parenthesis.
func (p *parser) group(depth int) (expression, error) {
	p.literal = false
	if p.peek() == '?' {
		if !p.has("?:") {
			return nil, ErrUnsupported
		}
		p.pos += 2
		p.mended = true
	}
	e, err := p.alternatives(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, ErrUnsupported
	}
	p.pos++
	return group{e}, nil
}

func (p *parser) counted(c *class) *class {
	if c == nil {
		return nil
	}
	if _, ok := c.plain(); !ok {
		p.computed++
	}
	return c
}

// quantified reads a quantifier behind an expression, if there is one.
func (p *parser) quantified(e expression) (expression, error) {
	r := repeated{what: e}
	switch p.peek() {
	case '?':
		r.max = 1
	case '*':
		r.max = -1
	case '+':
		r.min, r.max = 1, -1
	case '{':
		if !p.braces(&r) {
			return nil, ErrUnsupported
		}
	default:
		return e, nil
	}
	p.pos++
	p.literal = false
	if c := p.peek(); c >= 0 && strings.ContainsRune("?*+{", c) { // lazy, possessive, twice
		return nil, ErrUnsupported
	}
	return r, nil
}

// braces reads {2}, {2,} or {2,3} up to the closing brace.
func (p *parser) braces(r *repeated) bool {
	end := p.find('}')
	if end < 0 {
		return false
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
	p.pos = end
	return errors.Join(err1, err2) == nil && (r.max < 0 || r.max >= r.min)
}

// find is the place of the next c, -1 if there is none.
func (p *parser) find(c rune) int {
	for i := p.pos; i < len(p.in); i++ {
		if p.in[i] == c {
			return i
		}
	}
	return -1
}

func count(s string) (int, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, ErrUnsupported
	}
	return strconv.Atoi(s)
}
