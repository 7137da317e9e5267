package codelist

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// table holds the cells of a list. A cell is the number of a distinct value,
// counted from 1 in the order of first occurrence; 0 is null. The values lie
// one behind the other in text.
type table struct {
	values
	columns, rows int
	cells         []uint32 // row after row
	index         []columnIndex
}

// columnIndex finds the rows of a value. It is built at the first lookup.
type columnIndex struct {
	sorted atomic.Pointer[sortedRows]
	build  sync.Mutex
}

// sortedRows holds the rows whose cell is not null, by value number and then by
// row. If ids is nil, those of value id are rows[start[id]:start[id+1]]. A column
// that has few of the list's values has them in ids, ordered, and the rows of
// ids[n] are rows[start[n]:start[n+1]]: else many columns of many values would
// take the square of their memory.
type sortedRows struct{ ids, start, rows []uint32 }

// sparseFrom is how many times more values than rows make an index sparse.
const sparseFrom = 8

func (t *table) at(row, column int) (string, bool) {
	id := t.cells[row*t.columns+column]
	if id == 0 {
		return "", false
	}
	return t.value(id), true
}

// find returns the rows that have the value in the column, in their order.
func (t *table) find(column int, value string) []uint32 {
	id := t.id(value)
	if id == 0 {
		return nil
	}
	s := t.sorted(column)
	if s.ids != nil {
		n, ok := slices.BinarySearch(s.ids, id)
		if !ok {
			return nil
		}
		id = uint32(n)
	}
	return s.rows[s.start[id]:s.start[id+1]]
}

func (t *table) sorted(column int) *sortedRows {
	x := &t.index[column]
	if s := x.sorted.Load(); s != nil {
		return s
	}
	x.build.Lock()
	defer x.build.Unlock()
	if s := x.sorted.Load(); s != nil {
		return s
	}
	var s *sortedRows
	if len(t.ends) > sparseFrom*t.rows {
		s = t.sortSparse(column)
	} else {
		s = t.sort(column)
	}
	x.sorted.Store(s)
	return s
}

// sort counts how often each value occurs, and puts the rows in their places.
func (t *table) sort(column int) *sortedRows {
	start := make([]uint32, len(t.ends)+1)
	for i := column; i < len(t.cells); i += t.columns {
		if id := t.cells[i]; id != 0 {
			start[id+1]++
		}
	}
	for id := 1; id < len(start); id++ {
		start[id] += start[id-1]
	}
	rows := make([]uint32, start[len(start)-1])
	next := slices.Clone(start)
	for row := range t.rows {
		if id := t.cells[row*t.columns+column]; id != 0 {
			rows[next[id]] = uint32(row)
			next[id]++
		}
	}
	return &sortedRows{start: start, rows: rows}
}

// sortSparse does the same in memory that depends on the rows only.
func (t *table) sortSparse(column int) *sortedRows {
	s := &sortedRows{ids: []uint32{}}
	for row := range t.rows {
		if t.cells[row*t.columns+column] != 0 {
			s.rows = append(s.rows, uint32(row))
		}
	}
	at := func(row uint32) uint32 { return t.cells[int(row)*t.columns+column] }
	slices.SortStableFunc(s.rows, func(a, b uint32) int { return cmp.Compare(at(a), at(b)) })
	for n, row := range s.rows {
		if id := at(row); n == 0 || id != s.ids[len(s.ids)-1] {
			s.ids, s.start = append(s.ids, id), append(s.start, uint32(n))
		}
	}
	s.start = append(s.start, uint32(len(s.rows)))
	return s
}

// repeated returns the first row whose value in the column an earlier row has
// too, or -1. It is for the time of building: it needs no index.
func (t *table) repeated(column int) int {
	seen := make([]uint64, len(t.ends)/64+1)
	for i := range t.rows {
		id := t.cells[i*t.columns+column]
		if id == 0 {
			continue
		}
		if seen[id/64]&(1<<(id%64)) != 0 {
			return i
		}
		seen[id/64] |= 1 << (id % 64)
	}
	return -1
}

// values numbers distinct strings.
type values struct {
	text  string
	ends  []uint32 // ends[id] is the end of value id in text; ends[0] is 0
	slots []uint32 // hash table of numbers, 0 is free; the length is a power of 2
	seed  maphash.Seed
}

func (v *values) value(id uint32) string { return v.text[v.ends[id-1]:v.ends[id]] }

// id returns the number of a value, 0 if there is no such value.
func (v *values) id(s string) uint32 {
	if len(v.slots) == 0 {
		return 0
	}
	mask := uint64(len(v.slots) - 1)
	for i := maphash.String(v.seed, s) & mask; ; i = (i + 1) & mask {
		id := v.slots[i]
		if id == 0 || v.value(id) == s {
			return id
		}
	}
}

// interner builds values.
type interner struct {
	values
	buf strings.Builder
}

const firstSlots = 64

func newInterner() *interner {
	return &interner{values: values{ends: []uint32{0}, slots: make([]uint32, firstSlots), seed: maphash.MakeSeed()}}
}

// add returns the number of a value and gives it one if it is new.
func (n *interner) add(s []byte) uint32 {
	mask := uint64(len(n.slots) - 1)
	i := maphash.Bytes(n.seed, s) & mask
	for ; n.slots[i] != 0; i = (i + 1) & mask {
		if id := n.slots[i]; n.value(id) == string(s) {
			return id
		}
	}
	id := uint32(len(n.ends))
	n.buf.Write(s)
	n.text = n.buf.String()
	n.ends = append(n.ends, uint32(n.buf.Len()))
	n.slots[i] = id
	if len(n.ends)*4 > len(n.slots)*3 {
		n.grow()
	}
	return id
}

func (n *interner) grow() {
	n.slots = make([]uint32, 2*len(n.slots))
	mask := uint64(len(n.slots) - 1)
	for id := uint32(1); int(id) < len(n.ends); id++ {
		i := maphash.String(n.seed, n.value(id)) & mask
		for n.slots[i] != 0 {
			i = (i + 1) & mask
		}
		n.slots[i] = id
	}
}

// finish gives back what was reserved and not needed.
func (n *interner) finish() values {
	v := n.values
	v.text = strings.Clone(v.text)
	v.ends = slices.Clip(slices.Clone(v.ends))
	return v
}
