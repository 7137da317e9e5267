package strictjson

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads the text at s.pos, which is at its quotation mark. What has no
// escapes is a part of the document.
func (s *Scanner) str() bool {
	s.pos++
	from := s.pos
	for s.pos < len(s.b) {
		switch c := s.b[s.pos]; {
		case c == '"':
			s.text = s.b[from:s.pos]
			s.pos++
			return true
		case c == '\\':
			return s.escaped(append([]byte(nil), s.b[from:s.pos]...))
		case c < ' ':
			s.start = s.pos
			return s.fail(ruleControl)
		}
		s.pos++
	}
	s.start = s.pos
	return s.fail(ruleSyntax)
}

// escaped reads on at the first escape; out holds what stands before it.
func (s *Scanner) escaped(out []byte) bool {
	for s.pos < len(s.b) {
		switch c := s.b[s.pos]; {
		case c == '"':
			s.text = out
			s.pos++
			return true
		case c < ' ':
			s.start = s.pos
			return s.fail(ruleControl)
		case c != '\\':
			out = append(out, c)
			s.pos++
		default:
			r, ok := s.escape()
			if !ok {
				return false
			}
			out = utf8.AppendRune(out, r)
		}
	}
	s.start = s.pos
	return s.fail(ruleSyntax)
}

// escape reads one escape, or two that make a surrogate pair.
func (s *Scanner) escape() (rune, bool) {
	at := s.pos
	s.pos++
	c := s.peek()
	s.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		r, ok := s.hex()
		if ok && utf16.IsSurrogate(r) {
			low := rune(-1)
			if s.peek() == '\\' && s.pos+1 < len(s.b) && s.b[s.pos+1] == 'u' {
				s.pos += 2
				low, ok = s.hex()
			}
			if r = utf16.DecodeRune(r, low); ok && r == utf8.RuneError {
				s.start = at
				return 0, s.fail(ruleSurrogate)
			}
		}
		if ok {
			return r, true
		}
	}
	s.start = at
	return 0, s.fail(ruleSyntax)
}

func (s *Scanner) hex() (rune, bool) {
	if s.pos+4 > len(s.b) {
		return 0, false
	}
	for _, c := range s.b[s.pos : s.pos+4] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(s.b[s.pos:s.pos+4]), 16, 16)
	s.pos += 4
	return rune(n), err == nil
}
