package codelist_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// withAnnotation makes of zonen a list whose annotation is another one; root is
// put into the start tag of the root.
func withAnnotation(annotation, root string) string {
	from, to := strings.Index(zonen, "<Annotation>"), strings.Index(zonen, "</Annotation>")+len("</Annotation>")
	return strings.Replace(zonen[:from]+annotation+zonen[to:], "<gc:CodeList ", "<gc:CodeList "+root+" ", 1)
}

func declarations(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` xmlns:p%d="urn:example:%s%d"`, i, strings.Repeat("x", 60), i)
	}
	return b.String()
}

// TestKeptElementsAreBounded reads elements that need a hundred declarations of
// an element around them: kept one by one, each takes 8 KB.
func TestKeptElementsAreBounded(t *testing.T) {
	children := "<Description>" + strings.Repeat("<p1:a/>", 20_000) + "</Description></Annotation>"
	o := &codelist.ReadOptions{MaxBytes: 1 << 20}

	found := findings(t, withAnnotation("<Annotation"+declarations(100)+">"+children, ""), o)
	require.True(t, finding.Has(found, "GC-020"))
	assert.Contains(t, found[0].Path, "/Annotation/Description/p1:a[")

	l := read(t, withAnnotation("<Annotation>"+children, declarations(100)), o)
	var b strings.Builder
	_, err := l.WriteTo(&b)
	require.NoError(t, err)
	assert.Less(t, b.Len(), 1<<20, "what the root declares is not repeated")

	assert.True(t, finding.Has(findings(t, withAnnotation("<Annotation/>", declarations(128)), nil), "XML-046"))
	read(t, withAnnotation("<Annotation/>", declarations(120)), nil)
}

// TestColumnRefsAreBounded reads a key that refers to columns more often than
// there may be columns.
func TestColumnRefsAreBounded(t *testing.T) {
	doc := strings.Replace(zonen, `<ColumnRef Ref="name"/>`, strings.Repeat(`<ColumnRef Ref="fehlt"/>`, 50), 1)
	counted := map[string]int{}
	for _, f := range findings(t, doc, &codelist.ReadOptions{MaxColumns: 8}) {
		counted[f.Code]++
	}
	assert.Equal(t, map[string]int{"GC-010": 8, "GC-020": 42}, counted, "what is too much is not looked up")
}

// TestWideList finds every value of a list with many columns of different
// values. An index that had a place for each value of the list would take 400
// times as much memory as one that has a place for each row.
func TestWideList(t *testing.T) {
	const columns, rows = 200, 300
	m := codelist.Metadata{ShortName: "w", Version: "1", CanonicalURI: "urn:example:w", CanonicalVersionURI: "urn:example:w_1"}
	var cols []codelist.Column
	for c := range columns {
		cols = append(cols, codelist.Column{ID: fmt.Sprint("c", c), ShortName: fmt.Sprint("c", c), Required: c == 0})
	}
	cells := make([][]codelist.Value, rows)
	for r := range cells {
		for c := range columns {
			v := codelist.Value{Text: fmt.Sprint(c, "-", r)}
			if c > 0 && r%10 == 9 {
				v = codelist.Value{Null: true}
			} else if r%10 == 8 && c > 0 {
				v.Text = fmt.Sprint(c, "-", r-1) // the value of the row before
			}
			cells[r] = append(cells[r], v)
		}
	}
	l, err := codelist.New(m, cols, []codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"c0"}}}, cells)
	require.NoError(t, err)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for c := range columns {
		l.Find(fmt.Sprint("c", c), "0-0")
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(columns*rows*40), "bytes for the indexes of all columns")

	for c := range columns {
		for r := range rows {
			id, want := fmt.Sprint("c", c), cells[r][c]
			var found []int
			for row := range l.FindAll(id, want.Text) {
				found = append(found, row.Index())
			}
			switch {
			case want.Null:
				assert.Empty(t, found)
			case c > 0 && r%10 == 8:
				require.Equal(t, []int{r - 1, r}, found)
			case c == 0 || r%10 != 7:
				require.Equal(t, []int{r}, found)
			}
		}
	}
	_, ok := l.Find("c3", "4-4")
	assert.False(t, ok, "a value of another column")
	assert.Zero(t, testing.AllocsPerRun(100, func() { l.Find("c3", "3-5") }))
}

// TestHostileDocumentsAreQuick reads documents made to cost more than their
// length. Each takes some milliseconds; the bound is for a slow machine.
func TestHostileDocumentsAreQuick(t *testing.T) {
	key := `<ColumnRef Ref="name"/>`
	for name, doc := range map[string]string{
		"references of a key":   strings.Replace(zonen, key, strings.Repeat(`<ColumnRef Ref="x"/>`, 100_000), 1),
		"rows without a value":  strings.Replace(zonen, "<Row>", strings.Repeat("<Row/>", 100_000)+"<Row>", 1),
		"elements of no list":   strings.Replace(zonen, "<Row>", strings.Repeat("<a><b/></a>", 100_000)+"<Row>", 1),
		"declarations, foreign": withAnnotation("<Annotation><Description>"+strings.Repeat("<p1:a/>", 400_000)+"</Description></Annotation>", declarations(100)),
		"declarations, nested":  withAnnotation("<Annotation"+declarations(100)+"><Description>"+strings.Repeat("<p1:a/>", 100_000)+"</Description></Annotation>", ""),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := codelist.Read(strings.NewReader(doc), &codelist.ReadOptions{MaxBytes: 8 << 20})
			t.Log(time.Since(start), err != nil)
			assert.Less(t, time.Since(start), 60*time.Second)
		})
	}
}

// TestListWithoutItsRows: a code cannot be missing from rows that are not there.
func TestListWithoutItsRows(t *testing.T) {
	doc := zonen[:strings.Index(zonen, "<SimpleCodeList>")] + zonen[strings.Index(zonen, "</gc:CodeList>"):]
	l := read(t, doc, nil)
	require.True(t, l.MetadataOnly())
	row, found := spec2.Resolve(codelist.Code{Code: "02"}, l)
	assert.Equal(t, codelist.Row{}, row)
	assert.Equal(t, []string{"COD-009"}, codes(found))
}
