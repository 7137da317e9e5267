package pattern

import (
	"strconv"
	"strings"
)

type dialect uint8

const (
	dialectXSD dialect = iota
	dialectRE2         // and ECMAScript
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
