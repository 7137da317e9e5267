package pattern

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

// class reads a class behind its opening bracket. What it subtracts subtracts
// nothing itself: libxml2 takes that for something else.
func (p *parser) class(depth int) (*class, error) {
	if depth > 1 {
		return nil, ErrUnsupported
	}
	c := &class{}
	if p.peek() == '^' {
		p.pos++
		c.negated = true
	}
	for first := true; ; first = false {
		switch {
		case p.peek() < 0, p.peek() == '[':
			return nil, ErrUnsupported
		case p.peek() == ']':
			if first {
				return nil, ErrUnsupported
			}
			p.pos++
			return c, nil
		case !first && p.has("-["):
			p.pos += 2
			sub, err := p.class(depth + 1)
			if err != nil || p.peek() != ']' {
				return nil, ErrUnsupported
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
		if !it.single() {
			c.items = p.hyphen(c.items)
		}
	}
}

// classItem reads a character, a range or an escape. A hyphen is itself only
// at the beginning and the end.
func (p *parser) classItem(first bool) (item, error) {
	it, err := p.classChar(first)
	if err != nil || !it.single() || !p.has("-") || p.has("-]") || p.has("-[") {
		return it, err
	}
	p.pos++
	high, err := p.classChar(false)
	if err != nil || !high.single() || high.low < it.low {
		return item{}, ErrUnsupported
	}
	it.high = high.low
	return it, nil
}

// hyphen mends one behind a range or a set that is neither the last in the class
// nor subtracts. Two of them are a difference of sets in another dialect.
func (p *parser) hyphen(items []item) []item {
	if !p.has("-") || p.has("-]") || p.has("-[") || p.has("--") {
		return items
	}
	p.pos++
	p.mended = true
	return append(items, item{low: '-', high: '-'})
}

func (p *parser) classChar(first bool) (item, error) {
	c := p.peek()
	p.pos++
	switch c {
	case -1, '[', ']':
		return item{}, ErrUnsupported
	case '\\':
		return p.escape()
	case '-':
		if !first && p.peek() != ']' {
			return item{}, ErrUnsupported
		}
	}
	return item{low: c, high: c}, nil
}
