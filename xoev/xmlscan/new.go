package xmlscan

import "io"

// New returns a Scanner that reads from r in pieces; it reads ahead. Its
// memory depends on the limits, not on the input. If r fails, the scan ends
// with r's error, wrapped; to cancel a scan, let r fail.
func New(r io.Reader, o *Options) *Scanner {
	return newReader(r, o, firstSize(r))
}

// firstSize is how large the window over a reader is at first. One that knows its
// length has its bytes in memory, so that reading often costs little.
func firstSize(r io.Reader) int {
	if l, ok := r.(interface{ Len() int }); ok {
		return min(max(l.Len()+1, 512), 2<<10)
	}
	return 4 << 10
}

func newReader(r io.Reader, o *Options, size int) *Scanner {
	s := newScanner(o)
	s.rd = r
	s.buf = make([]byte, 0, size)
	return s
}

// Reset makes s ready to scan another document with the same options, as if it
// came from [New], and uses its memory again. All bytes that s returned before
// become invalid; strings stay valid.
func (s *Scanner) Reset(r io.Reader) {
	var window []byte
	if s.rd != nil && cap(s.buf) <= bufferSize {
		window = s.buf[:0]
	}
	s.reset()
	if s.rd, s.buf = r, window; window == nil {
		s.buf = make([]byte, 0, firstSize(r))
	}
}

// ResetBytes is [Scanner.Reset] for a document in memory, as from [NewBytes].
func (s *Scanner) ResetBytes(b []byte) {
	s.reset()
	s.setBytes(b)
}

// reset keeps nothing but options and memory of modest size.
func (s *Scanner) reset() {
	clear(s.attrs[:cap(s.attrs)])
	clear(s.decls[:cap(s.decls)])
	old := *s
	*s = Scanner{
		opt: old.opt, mark: mark{line: 1}, names: old.names,
		open: old.open[:0], attrs: old.attrs[:0], decls: old.decls[:0], late: old.late[:0],
		sib: siblings{old.sib.saved[:0]},
	}
	if cap(old.value) <= bufferSize {
		s.value = old.value[:0]
	}
	s.names.reset()
}

// NewBytes returns a Scanner of a document in memory. It never changes b; what
// it returns may point into b.
func NewBytes(b []byte, o *Options) *Scanner {
	s := newScanner(o)
	s.setBytes(b)
	return s
}

// NewFragment returns a Scanner of one element that was cut out of a document,
// such as a signed subtree or a decrypted assertion. scope holds the namespace
// declarations in scope where the element stood, as [Scanner.InScope] returns
// them; of two with the same prefix the later counts. Comments, processing
// instructions and white space may surround the element; a byte order mark and
// an XML declaration may not. If scope breaks the rules of namespace
// declarations the scan ends at once with a [*SyntaxError].
func NewFragment(b []byte, scope []NSDecl, o *Options) *Scanner {
	s := newScanner(o)
	s.setBytes(b)
	s.fragment = true
	for _, d := range scope {
		if d.Prefix == "xml" && d.URI == xmlSpace {
			continue
		}
		if s.err == nil {
			s.declareScope(d)
		}
	}
	return s
}

// first is the memory that a Scanner starts with, in one piece, since most
// messages are small.
type first struct {
	Scanner
	open  [12]element
	attrs [4]Attr
	decls [4]NSDecl
	late  [4]lateAttr
	slots [64]*name
	names [24]name
	binds [8]binding
	value [64]byte
}

func newScanner(o *Options) *Scanner {
	f := &first{Scanner: Scanner{opt: o.withDefaults(), mark: mark{line: 1}}}
	s := &f.Scanner
	s.open, s.attrs, s.decls, s.late = f.open[:0], f.attrs[:0], f.decls[:0], f.late[:0]
	s.names.slots, s.names.chunk, s.names.binds, s.value = f.slots[:], f.names[:], f.binds[:0], f.value[:0]
	s.names.init()
	return s
}

func (s *Scanner) setBytes(b []byte) {
	s.eof = true
	if int64(len(b)) > s.opt.MaxBytes {
		b, s.over = b[:s.opt.MaxBytes], true
	}
	s.buf = b[:len(b):len(b)]
}
