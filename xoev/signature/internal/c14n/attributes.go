package c14n

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// attributes writes the attributes in their canonical order.
func (w *Writer) attributes(s *xmlscan.Scanner, attrs []xmlscan.Attr) {
	if len(attrs) == 0 {
		return
	}
	for _, i := range w.sort(attrs) {
		a := &attrs[i]
		if a.Local == "type" && a.Space == NSXSI {
			w.checkType(s, a.Value)
		}
		w.buf = AppendName(append(w.buf, ' '), a.Name)
		w.buf = append(w.buf, `="`...)
		w.buf = append(AppendAttr(w.buf, a.Value), '"')
	}
}

// sort returns the indexes of the attributes in their canonical order. A few are
// put in place one by one.
func (w *Writer) sort(attrs []xmlscan.Attr) []int {
	w.order = w.order[:0]
	if len(attrs) > 8 {
		for i := range attrs {
			w.order = append(w.order, i)
		}
		slices.SortFunc(w.order, func(a, b int) int { return compare(&attrs[a].Name, &attrs[b].Name) })
		return w.order
	}
	for i := range attrs {
		w.order = append(w.order, i)
		for j := i; j > 0 && compare(&attrs[w.order[j-1]].Name, &attrs[i].Name) > 0; j-- {
			w.order[j], w.order[j-1] = w.order[j-1], i
		}
	}
	return w.order
}

// compare orders attributes by namespace name, then by local name (Canonical
// XML 1.0, 2.2); those without a namespace come first.
func compare(a, b *xmlscan.Name) int {
	if a.Space != b.Space {
		return strings.Compare(a.Space, b.Space)
	}
	return strings.Compare(a.Local, b.Local)
}
