package xmlscan

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// watch counts bytes read and looks at the heap now and then.
type watch struct {
	io.Reader
	read, looked int64
	heap         uint64
}

func (w *watch) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.read += int64(n); w.read-w.looked >= 8<<20 {
		w.looked = w.read
		w.heap = max(w.heap, heapInUse())
	}
	return n, err
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestMemoryDoesNotGrowWithTheDocument(t *testing.T) {
	for _, kind := range []string{"lines", "blob"} {
		t.Run(kind, func(t *testing.T) {
			before := heapInUse()
			w := &watch{Reader: &generator{kind: kind, size: 64 << 20}}
			s := New(w, nil)
			tokens := 0
			for s.Next() {
				s.Pos()
				consume(s)
				tokens++
			}
			require.NoError(t, s.Err())
			require.Greater(t, w.read, int64(60<<20))
			require.Greater(t, tokens, 900)
			require.NotZero(t, w.heap)
			require.Less(t, int64(w.heap)-int64(before), int64(1<<20))
			require.LessOrEqual(t, cap(s.buf), bufferSize)
		})
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	doc := string(generate("lines", 4<<20)) + "<!-- \r\n -->"
	for _, tt := range []struct {
		name string
		s    *Scanner
	}{
		{"bytes", NewBytes([]byte(doc), nil)},
		{"reader", New(strings.NewReader(doc), nil)},
		{"counting siblings", New(strings.NewReader(doc), &Options{CountSiblings: true})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tokens := 0
			step := func() {
				for range 1000 {
					if tt.s.Next() {
						consume(tt.s)
						tt.s.Pos()
						tokens++
					}
				}
			}
			for range 20 {
				step() // names and scratch memory
			}
			require.Zero(t, testing.AllocsPerRun(100, step))
			require.Equal(t, 121_000, tokens)
		})
	}
}

func TestMemoryOfHostileDocuments(t *testing.T) {
	for _, tt := range []struct{ name, start, repeat, code string }{
		{"endless attribute", "<a b='", "x", "XML-043"},
		{"endless comment", "<!-- ", "x", "XML-043"},
		{"endless instruction", "<?a ", "x", "XML-043"},
		{"endless white space in a tag", "<a", " ", "XML-043"},
		{"endless name", "<", "x", "XML-043"},
		{"endless end tag", "<a></a", " ", "XML-043"},
		{"endless reference", "<a>&#", "0", "XML-045"},
		{"endless entity", "<a>&", "x", "XML-045"},
		{"endless depth", "", "<a>", "XML-041"},
		{"endless white space", "", " ", "XML-040"},
		{"endless text", "<a>", "x", "XML-040"},
		{"endless brackets", "<a>", "]", "XML-040"},
		{"endless section", "<a><![CDATA[", "]", "XML-040"},
		{"endless references", "<a>", "&#13;", "XML-040"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &watch{Reader: io.MultiReader(strings.NewReader(tt.start), &repeater{of: tt.repeat})}
			s := New(w, &Options{MaxBytes: 32 << 20})
			for s.Next() {
			}
			var syntax *SyntaxError
			require.ErrorAs(t, s.Err(), &syntax)
			require.Equal(t, tt.code, syntax.Code())
			require.LessOrEqual(t, cap(s.buf), 4<<20)
		})
	}
}

// repeater repeats a string without end.
type repeater struct {
	of string
	at int
}

func (r *repeater) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.of[r.at]
		r.at = (r.at + 1) % len(r.of)
	}
	return len(p), nil
}
