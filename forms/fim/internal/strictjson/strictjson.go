// Package strictjson reads JSON (RFC 8259) token by token and strictly: UTF-8
// without byte order mark, no key twice in an object, no half of a surrogate
// pair, limits of size and depth, nothing behind the one value. Every token
// has its place. encoding/json lets all of these pass or repairs them silently.
//
// Reading ends with the first error, a [*finding.InvalidError] with one finding
// of [Rules], which holds nothing of the document. A Scanner is for one
// goroutine at a time.
package strictjson

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
)

// Kind is the kind of a token. The zero Kind stands before the first token.
type Kind uint8

// The kinds of tokens.
const (
	ObjectStart Kind = iota + 1
	ObjectEnd
	ArrayStart
	ArrayEnd
	Key
	String
	Number
	Bool
	Null
)

const source = "RFC 8259"

// The rules that a document can break.
var (
	ruleSyntax    = finding.Rule{Code: "JSON-001", Source: source + ", section 2", Message: "not JSON"}
	ruleUTF8      = finding.Rule{Code: "JSON-002", Source: source + ", section 8.1", Message: "not UTF-8, or a byte order mark"}
	ruleSurrogate = finding.Rule{Code: "JSON-003", Source: source + ", section 8.2", Message: "half of a surrogate pair"}
	ruleRepeated  = finding.Rule{Code: "JSON-004", Source: source + ", section 4", Message: "the object has this key already"}
	ruleControl   = finding.Rule{Code: "JSON-005", Source: source + ", section 7", Message: "a control character stands in a text as it is"}
	ruleTrailing  = finding.Rule{Code: "JSON-006", Source: source + ", section 2", Message: "something stands behind the value"}
	ruleDepth     = finding.Rule{Code: "JSON-007", Source: source + ", section 9", Message: "nested deeper than the limit"}
	ruleSize      = finding.Rule{Code: "JSON-008", Source: source + ", section 9", Message: "longer than the limit"}
)

// Rules returns the catalogue, ordered by code. The slice is the caller's.
func Rules() []finding.Rule {
	return []finding.Rule{ruleSyntax, ruleUTF8, ruleSurrogate, ruleRepeated, ruleControl, ruleTrailing, ruleDepth, ruleSize}
}

// Scanner reads one document in memory.
type Scanner struct {
	b     []byte
	pos   int // of the next byte
	start int // of the current token
	depth int
	kind  Kind
	text  []byte
	state state
	stack []frame
	err   error

	// line and column are counted up to seen, which never goes back.
	seen, line, lineStart int
}

type state uint8

const (
	wantValue      state = iota // a value must follow
	wantFirstKey                // behind {
	wantFirstValue              // behind [
	wantNext                    // behind a value: , or the end
	done
)

// frame is an open object or array.
type frame struct {
	object bool
	keys   map[string]struct{}
}

// Read returns a Scanner over what r holds, at most max bytes, nested at most
// depth deep. An error of r is returned, wrapped.
func Read(r io.Reader, max int64, depth int) (*Scanner, error) {
	max = min(max, math.MaxInt64-1)
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if int64(len(b)) > max {
		return nil, invalid(ruleSize, 0, 0, map[string]string{"max": fmt.Sprint(max)})
	}
	return New(b, depth), nil
}

// New returns a Scanner over b, which must not change while it is in use.
func New(b []byte, depth int) *Scanner {
	s := &Scanner{b: b, depth: depth, line: 1}
	if bad := badUTF8(b); bad >= 0 {
		s.start = bad
		s.fail(ruleUTF8)
	}
	return s
}

// badUTF8 returns where b stops being UTF-8, or -1.
func badUTF8(b []byte) int {
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		return 0
	}
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

func invalid(r finding.Rule, line, column int, params map[string]string) error {
	return &finding.InvalidError{Findings: []finding.Finding{r.At("", line, column, params)}}
}

func (s *Scanner) fail(r finding.Rule) bool {
	line, column := s.Pos()
	s.err, s.state = invalid(r, line, column, nil), done
	return false
}

// Kind returns the kind of the current token.
func (s *Scanner) Kind() Kind { return s.kind }

// Text returns the current Key or String with escapes resolved, or a Number or
// Bool as it is written. It is valid until the next call of Next.
func (s *Scanner) Text() []byte { return s.text }

// Err returns the error that ended the reading, or nil.
func (s *Scanner) Err() error { return s.err }

// Pos returns line and column (in bytes, from 1) where the current token begins.
func (s *Scanner) Pos() (line, column int) {
	for ; s.seen < s.start; s.seen++ {
		if s.b[s.seen] == '\n' {
			s.line++
			s.lineStart = s.seen + 1
		}
	}
	return s.line, s.start - s.lineStart + 1
}

// Next advances to the next token. It returns false at the end of the document
// and at the first error.
func (s *Scanner) Next() bool {
	s.kind, s.text = 0, nil
	s.space()
	switch s.state {
	case done:
		return false
	case wantNext:
		return s.next()
	case wantFirstKey:
		if s.peek() == '}' {
			return s.end(ObjectEnd)
		}
		return s.key()
	case wantFirstValue:
		if s.peek() == ']' {
			return s.end(ArrayEnd)
		}
	}
	return s.value()
}

// Skip advances to the end of the current value: at ObjectStart and ArrayStart
// to the matching end. Elsewhere it does nothing. It reports whether the value
// is well formed.
func (s *Scanner) Skip() bool {
	if s.kind != ObjectStart && s.kind != ArrayStart {
		return s.err == nil
	}
	for depth := len(s.stack); s.Next(); {
		if len(s.stack) < depth {
			return true
		}
	}
	return false
}

func (s *Scanner) space() {
	for s.pos < len(s.b) {
		switch s.b[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
			continue
		}
		break
	}
	s.start = s.pos
}

// peek returns the next byte, 0 at the end.
func (s *Scanner) peek() byte {
	if s.pos < len(s.b) {
		return s.b[s.pos]
	}
	return 0
}

// next reads what may stand behind a value.
func (s *Scanner) next() bool {
	if len(s.stack) == 0 {
		if s.pos < len(s.b) {
			return s.fail(ruleTrailing)
		}
		s.state = done
		return false
	}
	object := s.stack[len(s.stack)-1].object
	switch c := s.peek(); {
	case c == ',':
		s.pos++
		s.space()
		if object {
			return s.key()
		}
		return s.value()
	case c == '}' && object:
		return s.end(ObjectEnd)
	case c == ']' && !object:
		return s.end(ArrayEnd)
	}
	return s.fail(ruleSyntax)
}

func (s *Scanner) end(k Kind) bool {
	s.pos++
	s.kind, s.state = k, wantNext
	s.stack = s.stack[:len(s.stack)-1]
	return true
}

func (s *Scanner) open(k Kind, st state) bool {
	if len(s.stack) >= s.depth {
		return s.fail(ruleDepth)
	}
	s.pos++
	s.stack = append(s.stack, frame{object: k == ObjectStart})
	s.kind, s.state = k, st
	return true
}

// key reads a key and the colon behind it.
func (s *Scanner) key() bool {
	if s.peek() != '"' {
		return s.fail(ruleSyntax)
	}
	if !s.str() {
		return false
	}
	f := &s.stack[len(s.stack)-1]
	if f.keys == nil {
		f.keys = map[string]struct{}{}
	}
	if _, ok := f.keys[string(s.text)]; ok {
		return s.fail(ruleRepeated)
	}
	f.keys[string(s.text)] = struct{}{}
	start := s.start
	s.space()
	if s.peek() != ':' {
		return s.fail(ruleSyntax)
	}
	s.pos++
	s.start, s.kind, s.state = start, Key, wantValue
	return true
}

func (s *Scanner) value() bool {
	s.state = wantNext
	switch c := s.peek(); {
	case c == '{':
		return s.open(ObjectStart, wantFirstKey)
	case c == '[':
		return s.open(ArrayStart, wantFirstValue)
	case c == '"':
		s.kind = String
		return s.str()
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return s.literal("true", Bool)
	case c == 'f':
		return s.literal("false", Bool)
	case c == 'n':
		return s.literal("null", Null)
	}
	return s.fail(ruleSyntax)
}

func (s *Scanner) literal(word string, k Kind) bool {
	if !bytes.HasPrefix(s.b[s.pos:], []byte(word)) {
		return s.fail(ruleSyntax)
	}
	s.kind, s.text = k, s.b[s.pos:s.pos+len(word)]
	s.pos += len(word)
	return true
}

func (s *Scanner) digits() bool {
	from := s.pos
	for s.pos < len(s.b) && s.b[s.pos] >= '0' && s.b[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > from
}

func (s *Scanner) number() bool {
	from := s.pos
	if s.peek() == '-' {
		s.pos++
	}
	zero := s.peek() == '0'
	first := s.pos
	if !s.digits() || zero && s.pos > first+1 {
		return s.fail(ruleSyntax)
	}
	if s.peek() == '.' {
		s.pos++
		if !s.digits() {
			return s.fail(ruleSyntax)
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return s.fail(ruleSyntax)
		}
	}
	s.kind, s.text = Number, s.b[from:s.pos]
	return true
}
