package codelist_test

import (
	"bytes"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
)

func TestLookup(t *testing.T) {
	l := read(t, zonen, nil)
	row, ok := l.Lookup("02")
	require.True(t, ok)
	assert.Equal(t, 1, row.Index())
	for name, code := range map[string]string{"unknown": "99", "no zero": "2", "a value of another column": "Bahnhof", "empty": "", "white space": " 02"} {
		t.Run(name, func(t *testing.T) {
			row, ok := l.Lookup(code)
			assert.False(t, ok)
			assert.Equal(t, codelist.Row{}, row)
		})
	}
	row, ok = l.Find("name", "Bahnhof")
	assert.True(t, ok)
	assert.Equal(t, "02", row.Code())
	row, ok = l.Find("Code", "03")
	assert.True(t, ok, "by the column's short name")
	assert.Equal(t, 2, row.Index())
	_, ok = l.Find("unbekannt", "03")
	assert.False(t, ok)

	rows := func(column, value string) []int {
		var found []int
		for r := range l.FindAll(column, value) {
			found = append(found, r.Index())
		}
		return found
	}
	assert.Equal(t, []int{0, 2}, rows("plaetze", "120"))
	assert.Empty(t, rows("plaetze", ""), "null is not the empty text")
	assert.Empty(t, rows("plaetze", "7"))
	assert.Empty(t, rows("unbekannt", "7"))
	for r := range l.FindAll("plaetze", "120") {
		assert.Zero(t, r.Index(), "a loop may end early")
		break
	}
	for r := range l.Rows() {
		assert.Zero(t, r.Index())
		break
	}
}

func TestZeroRow(t *testing.T) {
	var r codelist.Row
	assert.Empty(t, r.Code())
	_, ok := r.Value("code")
	assert.False(t, ok)
	_, ok = r.At(0)
	assert.False(t, ok)
	l := read(t, zonen, nil)
	_, ok = l.Row(0).At(99)
	assert.False(t, ok)
	assert.Panics(t, func() { l.Row(3) })
}

// TestCallersCannotChangeAList changes all that a list hands out.
func TestCallersCannotChangeAList(t *testing.T) {
	l, other := read(t, zonen, nil), read(t, zonen, nil)
	m := l.Metadata()
	m.LongNames[0].Value, m.LocationURIs[0], m.AlternateFormats[0].URI = "x", "x", "x"
	m.Agency.LongNames[0].Value, m.Agency.Identifiers[0].Value = "x", "x"
	m.Description.ShortName[0].Value = "x"
	l.Columns()[0].ID = "x"
	l.Columns()[0].LongNames[0].Value = "x"
	c, _ := l.Column("code")
	c.LongNames[0].Value = "x"
	k, _ := l.Key()
	k.Columns[0] = "x"
	l.Keys()[0].Columns[0] = "x"
	requireEqual(t, other, l)
}

func TestConcurrentLookups(t *testing.T) {
	l := readAGS(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := 0; i < l.Len(); i += 97 {
				r := l.Row(i)
				name, _ := r.Value("Bezeichnung")
				found, ok := l.Lookup(r.Code())
				assert.True(t, ok)
				assert.Equal(t, i, found.Index())
				_, ok = l.Find("Bezeichnung", name)
				assert.True(t, ok)
			}
		})
	}
	wg.Wait()
}

func TestEveryCodeIsFound(t *testing.T) {
	for name, doc := range dataLists(t) {
		l := read(t, string(doc), &codelist.ReadOptions{AllowFIM: true})
		for r := range l.Rows() {
			found, ok := l.Lookup(r.Code())
			if !ok || found != r {
				require.Fail(t, "a code is not found", "%s, row %d", name, r.Index())
			}
		}
		for _, c := range l.Columns() {
			for r := range l.Rows() {
				if v, ok := r.Value(c.ID); ok {
					first, found := l.Find(c.ID, v)
					if !found || first.Index() > r.Index() {
						require.Fail(t, "a value is not found", "%s, column %s, row %d", name, c.ID, r.Index())
					}
				}
			}
		}
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	l := readAGS(t)
	codes := make([]string, 0, 100)
	for i := range 100 {
		codes = append(codes, strings.Clone(l.Row(i*112).Code()))
	}
	use := func() {
		for _, code := range codes {
			row, ok := l.Lookup(code)
			name, _ := row.Value("Bezeichnung")
			again, _ := l.Find("Bezeichnung", name)
			if !ok || again.Code() == "" || l.Kennung().Version == "" {
				t.Error("not found")
			}
			_, _ = l.Lookup("99999999")
		}
		n := 0
		for r := range l.Rows() {
			n += r.Index()
		}
	}
	use()
	assert.Zero(t, testing.AllocsPerRun(10, use))
}

func TestTexts(t *testing.T) {
	texts := codelist.Texts{{Value: "de-DE", Lang: "de-DE"}, {Value: "en", Lang: "en"}, {Value: "none"}}
	for lang, want := range map[string]string{"de-de": "de-DE", "de": "de-DE", "de-AT": "de-DE", "EN-gb": "en", "fr": "none", "": "none", "d": "none"} {
		assert.Equal(t, want, texts.In(lang), lang)
	}
	assert.Equal(t, "de-DE", texts[:2].String(), "the first")
	assert.Empty(t, codelist.Texts(nil).String())
}

func TestDate(t *testing.T) {
	d := codelist.DateOf(time.Date(2026, 5, 1, 23, 0, 0, 0, time.UTC))
	assert.Equal(t, "2026-05-01", d.String())
	assert.Empty(t, codelist.Date{}.String())
	assert.True(t, codelist.Date{}.IsZero())
	for _, v := range []struct {
		other codelist.Date
		want  int
	}{{codelist.Date{2026, 5, 1}, 0}, {codelist.Date{2026, 5, 2}, -1}, {codelist.Date{2026, 4, 30}, 1}, {codelist.Date{2027, 1, 1}, -1}} {
		assert.Equal(t, v.want, d.Compare(v.other), v.other)
	}
}

// TestNoNetwork shows that what reads, writes and looks up cannot reach out: no
// package that it imports, however deep, is net or os/exec.
func TestNoNetwork(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	deps := strings.Fields(string(out))
	require.Contains(t, deps, "github.com/bausteine/egov/xoev/xmlscan")
	for _, d := range []string{"net", "net/http", "crypto/tls", "os/exec", "syscall/js"} {
		assert.False(t, slices.Contains(deps, d), d)
	}
}

// TestMemory weighs a list: the AGS document has 3,172,763 bytes.
func TestMemory(t *testing.T) {
	doc := agsDocument(t)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	l, err := codelist.Read(bytes.NewReader(doc), nil)
	require.NoError(t, err)
	_, ok := l.Lookup("16077001")
	size := int(heap() - before)
	t.Logf("AGS: %d bytes of heap with the index of its key, found %v, %d rows", size, ok, l.Len())
	assert.Less(t, size, len(doc)/2)
	runtime.KeepAlive(l)
	runtime.KeepAlive(doc)

	docs, all, bytesRead := dataLists(t), make([]*codelist.List, 0, 255), 0
	before = heap()
	for _, doc := range docs {
		l, err := codelist.Read(bytes.NewReader(doc), &codelist.ReadOptions{AllowFIM: true})
		require.NoError(t, err)
		all, bytesRead = append(all, l), bytesRead+len(doc)
	}
	size = int(heap() - before)
	t.Logf("all %d lists: %d bytes of heap for documents of %d bytes", len(all), size, bytesRead)
	assert.Less(t, size, bytesRead/2)
	runtime.KeepAlive(all)
	runtime.KeepAlive(docs)
}
