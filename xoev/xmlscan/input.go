package xmlscan

import (
	"bytes"
	"fmt"
	"io"
)

// bufferSize is the size of the window over a reader, except for tokens that
// are longer.
const bufferSize = 64 << 10

// mark is a place whose line is known: the newest one counted up to.
type mark struct {
	offset int64
	line   int
	start  int64 // offset of the line's first byte
}

// advance counts lines up to offset; b holds the bytes between.
func (m *mark) advance(b []byte, offset int64) {
	if n := bytes.Count(b, newline); n > 0 {
		m.line += n
		m.start = offset - int64(len(b)-1-bytes.LastIndexByte(b, '\n'))
	}
	m.offset = offset
}

var newline = []byte{'\n'}

// Pos returns where the current token begins.
func (s *Scanner) Pos() Position {
	at := s.base + int64(s.tok)
	if at > s.mark.offset {
		s.mark.advance(s.buf[s.mark.offset-s.base:s.tok], at)
	}
	return s.positionAt(s.tok)
}

// End returns the offset of the first byte behind the current token.
func (s *Scanner) End() int64 { return s.base + int64(s.pos) }

// Position returns the line and column of an offset within the current token
// or at its end, such as that of an [Attr]. For other offsets only Offset is
// set.
func (s *Scanner) Position(offset int64) Position {
	if offset < s.base+int64(s.tok) || offset > s.End() {
		return Position{Offset: offset}
	}
	return s.positionAt(int(offset - s.base))
}

// positionAt returns the position of an index of the window that is not
// before the mark.
func (s *Scanner) positionAt(i int) Position {
	m, at := s.mark, s.base+int64(i)
	if at > m.offset {
		m.advance(s.buf[m.offset-s.base:i], at)
	}
	return Position{Offset: at, Line: m.line, Column: int(at-m.start) + 1}
}

// fill reads more input behind the window, keeping everything from tok on. It
// reports whether there is more. It may move the window: indexes relative to
// tok stay right.
func (s *Scanner) fill() bool {
	if s.eof {
		return false
	}
	if free := cap(s.buf) - len(s.buf); free == 0 || free < cap(s.buf)/2 && s.tok > 0 {
		s.makeRoom()
	}
	for range 100 {
		n, err := s.rd.Read(s.buf[len(s.buf):cap(s.buf)])
		if n < 0 || n > cap(s.buf)-len(s.buf) {
			n, err = 0, errBadRead
		}
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.eof = true
			if err != io.EOF {
				s.ioErr = fmt.Errorf("xmlscan: reading: %w", err)
			}
		}
		if over := s.base + int64(len(s.buf)) - s.opt.MaxBytes; over > 0 {
			s.buf = s.buf[:len(s.buf)-int(over)]
			s.eof, s.over, s.ioErr = true, true, nil
			return n > int(over)
		}
		if n > 0 || s.eof {
			return n > 0
		}
	}
	s.eof = true
	s.ioErr = fmt.Errorf("xmlscan: reading: %w", io.ErrNoProgress)
	return false
}

var errBadRead = fmt.Errorf("the reader returned an impossible count")

// makeRoom drops what lies before tok. It enlarges the window if that is little,
// or if the document turns out to be long.
func (s *Scanner) makeRoom() {
	keep := s.buf[s.tok:]
	if at := s.base + int64(s.tok); at > s.mark.offset {
		s.mark.advance(s.buf[s.mark.offset-s.base:s.tok], at)
	}
	size := cap(s.buf)
	switch {
	case len(keep) > size/2:
		size *= 2
	case size < bufferSize && s.base >= int64(3*size):
		size = min(4*size, bufferSize)
	}
	to := s.buf[:cap(s.buf)]
	if size > len(to) {
		to = make([]byte, size)
	}
	s.buf = to[:copy(to, keep)]
	s.base += int64(s.tok)
	s.pos -= s.tok
	s.tok = 0
}

// loadTag makes sure that the tag at tok is in the window as far as there is
// input and its length is allowed.
func (s *Scanner) loadTag() {
	var quote byte
	for n := 1; ; {
		for b := s.buf[s.tok:]; n < len(b); n++ {
			switch c := b[n]; {
			case c == '<':
				return
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return
			case c == '"', c == '\'':
				quote = c
			}
		}
		if n > s.opt.MaxTokenBytes || !s.fill() {
			return
		}
	}
}

// need makes sure that n bytes from tok on are in the window. It reports
// whether they are.
func (s *Scanner) need(n int) bool {
	for len(s.buf)-s.tok < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// find looks for end in the token at tok, from n bytes behind tok on, reading
// more as needed. It returns the index of end relative to tok, or -1 if the
// input ends or the token gets too long, in which case the scan has failed.
func (s *Scanner) find(n int, end string) int {
	for {
		b := s.buf[s.tok:]
		limited := len(b) > s.opt.MaxTokenBytes
		if limited {
			b = b[:s.opt.MaxTokenBytes]
		}
		if n < len(b) {
			if i := bytes.Index(b[n:], []byte(end)); i >= 0 {
				return n + i
			}
			n = max(n, len(b)-len(end)+1)
		}
		if limited {
			s.fail(ruleMaxTokenBytes, s.tok)
			return -1
		}
		if !s.fill() {
			s.failShort(ruleEnd)
			return -1
		}
	}
}
