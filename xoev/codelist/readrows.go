package codelist

import (
	"strconv"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxCells bounds the memory of a list with many columns and nearly empty rows.
const maxCells = 1 << 24

func (p *reader) simpleCodeList() {
	p.attributes()
	p.values = newInterner()
	p.seen = make([]int, len(p.list.columns))
	first := true
	for p.child() {
		switch name := p.local(); {
		case name == "Row":
			p.row()
		case name == "Annotation" && first:
			p.list.kept.listAnnotation = p.annotation(nil)
		default:
			p.refuse()
		}
		first = false
	}
	if len(p.list.keys) == 0 {
		p.findAt(ruleNoKey, p.root, 0, 0, nil)
	}
	p.finishRows()
}

func (p *reader) finishRows() {
	t := &p.list.table
	t.columns = len(p.list.columns)
	t.index = make([]columnIndex, t.columns)
	if p.values != nil {
		t.values = p.values.finish()
		t.cells = append(make([]uint32, 0, len(t.cells)), t.cells...)
	}
}

func (p *reader) row() {
	t, columns := &p.list.table, p.list.columns
	p.attributes()
	if t.rows == p.opts.MaxRows || len(t.cells)+len(columns) > maxCells {
		if !p.full {
			p.full = true
			p.find(ruleLimit, limit(t.rows))
		}
		p.skip()
		return
	}
	pos, base := p.s.Pos(), len(t.cells)
	for range columns {
		t.cells = append(t.cells, 0)
	}
	t.rows++
	column, values, annotated := -1, 0, false
	for p.child() {
		switch name := p.s.Name(); {
		case name.Local == "Value" && name.Space == p.space:
			column = p.value(column, base)
			values++
		case name.Is(p.space, "Annotation") && values == 0 && !annotated:
			annotated = true
			keep(&p.list.kept.rows, t.rows-1, p.annotation(nil))
		default:
			p.refuse()
		}
	}
	if p.s.Err() != nil {
		return
	}
	if values == 0 {
		p.findAt(ruleMissing, p.s.Path(), pos.Line, pos.Column, map[string]string{"element": "Value"})
		return
	}
	for i := range columns {
		if columns[i].Required && t.cells[base+i] == 0 {
			p.findAt(ruleRequired, p.s.Path(), pos.Line, pos.Column, map[string]string{"column": strconv.Itoa(i + 1)})
		}
	}
}

// value reads a Value into its cell and returns its column. Without ColumnRef
// that is the one behind the value before.
func (p *reader) value(before, base int) int {
	t := &p.list.table
	p.attributes("ColumnRef")
	column := p.columnOf(before)
	if column < 0 {
		p.skip()
		return before
	}
	if p.seen[column] == t.rows {
		p.find(ruleValueTwice, map[string]string{"column": strconv.Itoa(column + 1)})
	}
	p.seen[column] = t.rows
	valued, annotated := false, false
	for p.child() {
		switch name := p.s.Name(); {
		case name.Local == "SimpleValue" && name.Space == p.space && !valued:
			valued = true
			t.cells[base+column] = p.simpleValue(column)
		case name.Is(p.space, "Annotation") && !valued && !annotated:
			annotated = true
			keep(&p.list.kept.cells, base+column, p.annotation(nil))
		default:
			p.refuse()
		}
	}
	return column
}

// columnOf returns the column of a Value, -1 if it has none.
func (p *reader) columnOf(before int) int {
	columns := p.list.columns
	ref, ok := p.s.Attr("", "ColumnRef")
	next := before + 1
	if !ok {
		if next >= len(columns) {
			p.find(ruleNoColumn, limit(len(columns)))
			return -1
		}
		return next
	}
	if next < len(columns) && columns[next].ID == string(ref) {
		return next
	}
	for i := range columns {
		if columns[i].ID == string(ref) {
			return i
		}
	}
	if id := collapse(string(ref)); id != string(ref) {
		for i := range columns {
			if columns[i].ID == id {
				return i
			}
		}
	}
	p.find(ruleReference, nil)
	return -1
}

// simpleValue reads the text and returns its number.
func (p *reader) simpleValue(column int) uint32 {
	p.attributes()
	kind := p.list.columns[column].kind
	var pos xmlscan.Position
	if kind != kindText {
		pos = p.s.Pos()
	}
	p.buf = p.buf[:0]
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.StartElement:
			p.refuse()
		case xmlscan.EndElement:
			if kind != kindText && !kind.valid(p.buf) {
				p.findAt(ruleType, p.s.Path(), pos.Line, pos.Column, map[string]string{"column": strconv.Itoa(column + 1), "type": kind.String()})
			}
			return p.values.add(p.buf)
		case xmlscan.Text:
			p.buf = append(p.buf, p.s.Text()...)
		}
	}
	return 0
}

func keep(m *map[int]annotation, i int, a annotation) {
	if *m == nil {
		*m = map[int]annotation{}
	}
	(*m)[i] = a
}

// ordinal is how a path counts an element among its siblings.
func ordinal(i int) string {
	if i == 0 {
		return ""
	}
	return "[" + strconv.Itoa(i+1) + "]"
}
