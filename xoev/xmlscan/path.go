package xmlscan

import (
	"strconv"
	"strings"
)

// siblings holds the counts of siblings that inner elements have displaced.
type siblings struct {
	saved []siblingCount
}

type siblingCount struct {
	name   *name
	parent uint64
	count  int32
}

// countSibling returns the number of children with that name that the
// innermost open element has so far, including the one about to be opened.
func (s *Scanner) countSibling(n *name) int32 {
	var parent uint64
	if len(s.open) > 0 {
		parent = s.open[len(s.open)-1].id
	}
	if n.parent != parent {
		s.sib.saved = append(s.sib.saved, siblingCount{n, n.parent, n.count})
		n.parent, n.count = parent, 0
	}
	n.count++
	return n.count
}

// restoreSiblings brings back what was counted outside the innermost element.
func (s *Scanner) restoreSiblings(length int) {
	for i := len(s.sib.saved) - 1; i >= length; i-- {
		c := &s.sib.saved[i]
		c.name.parent, c.name.count = c.parent, c.count
	}
	s.sib.saved = s.sib.saved[:length]
}

// Path returns where the scanner is, as names of the open elements with the
// document's prefixes: "/x:nachricht/kopf/leser[2]". With
// [Options.CountSiblings] a number stands behind every element that is not the
// first of its name among its siblings; else there are no numbers. Outside the
// root element the path is "/". Path costs nothing until it is called.
func (s *Scanner) Path() string {
	if len(s.open) == 0 {
		return "/"
	}
	var b strings.Builder
	for i := range s.open {
		b.WriteByte('/')
		b.WriteString(s.open[i].name.raw)
		if n := s.open[i].index; n > 1 {
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(int(n)))
			b.WriteByte(']')
		}
	}
	return b.String()
}
