package pattern

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

func (c *class) emit(b *strings.Builder, d dialect) {
	if d == dialectXSD {
		c.emitXSD(b)
		return
	}
	b.WriteByte('[')
	if same, ok := c.plain(); ok {
		if same.negated {
			b.WriteByte('^')
		}
		for _, it := range same.items {
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

// plain is the same class as the other dialects can write it item by item, if
// they can.
func (c *class) plain() (same class, ok bool) {
	same = *c
	if c.subtract != nil {
		return same, false
	}
	if it := c.items[0]; len(c.items) == 1 && (it.escape == 'S' || it.escape == 'W') {
		return class{items: []item{{escape: unicode.ToLower(it.escape)}}, negated: !c.negated}, true
	}
	return same, !slices.ContainsFunc(c.items, func(it item) bool { return it.escape == 'S' || it.escape == 'W' })
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
	case it.escape == 'D':
		b.WriteString(`\P{Nd}`)
	case it.escape == 'w':
		b.WriteString(`\p{L}\p{M}\p{N}\p{S}`)
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
