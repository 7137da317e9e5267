package xmlscan

import "unicode/utf8"

func appendRune(b []byte, r rune) []byte { return utf8.AppendRune(b, r) }

// scanChunk scans a chunk of text or of a CDATA section that begins at tok. It
// returns false without an error where the section ends.
func (s *Scanner) scanChunk() bool {
	s.kind, s.cdata = Text, s.state == inCDATA
	for {
		if s.tok == len(s.buf) {
			if !s.fill() {
				return s.failShort(ruleEnd)
			}
		}
		start := s.tok
		switch s.buf[start] {
		case '&':
			if !s.cdata {
				return s.scanReference()
			}
		case '\r':
			if !s.need(2) || s.buf[s.tok+1] != '\n' {
				s.tmp[0] = '\n'
				s.text, s.plain = s.tmp[:1], false
				s.pos = s.tok + 1
				return true
			}
			start = s.tok + 1
		}
		i, r := s.textEnd(start)
		if i > start {
			s.text, s.plain = s.buf[start:i:i], start == s.tok
			s.pos = i
			return true
		}
		switch {
		case r == ruleTextEnd && s.cdata:
			s.pos = i + 3
			s.kind, s.state = 0, inContent
			return false
		case r != ruleEnd:
			return s.fail(r, i)
		}
		n := i - s.tok
		if s.fill() {
			continue
		}
		// The input ends: a bracket is just a bracket, but a character that
		// is cut is an error.
		switch i = s.tok + n; {
		case i == len(s.buf):
			return s.failShort(ruleEnd)
		case s.buf[i] != ']':
			return s.failShort(ruleUTF8)
		}
	}
}

// textEnd returns the index, from i on, of the first byte that is not part of
// a chunk of text, and why: ruleNoRoot for < & and carriage returns, ruleTextEnd
// for ]]>, ruleEnd where more input is needed to say.
func (s *Scanner) textEnd(i int) (int, rule) {
	b := s.buf
	for {
		i = textRun(b, i)
		if i == len(b) {
			return i, ruleEnd
		}
		switch c := b[i]; {
		case c == '<' || c == '&':
			if !s.cdata {
				return i, 0
			}
			i++
		case c == '\r':
			return i, 0
		case c == ']':
			switch {
			case i+1 < len(b) && b[i+1] != ']':
			case i+2 < len(b):
				if b[i+1] == ']' && b[i+2] == '>' {
					return i, ruleTextEnd
				}
			case !s.eof:
				return i, ruleEnd
			}
			i++
		case c >= 0x80:
			for i < len(b) && b[i] >= 0x80 {
				n, r := nonASCII(b, i)
				if n == 0 {
					return i, r
				}
				i += n
			}
		default:
			return i, ruleChar
		}
	}
}

// scanReference scans a reference in text.
func (s *Scanner) scanReference() bool {
	for {
		c, n, r := s.reference(s.buf[s.tok:])
		if n > 0 {
			s.text, s.plain = appendRune(s.tmp[:0], c), false
			s.pos = s.tok + n
			return true
		}
		if r != ruleEnd {
			return s.fail(r, s.tok)
		}
		if !s.fill() {
			return s.failShort(ruleEnd)
		}
	}
}

// reference parses the reference at b[0]. It returns the character and the
// reference's length; or a length of 0 and the broken rule, ruleEnd if b ends
// inside the reference.
func (s *Scanner) reference(b []byte) (rune, int, rule) {
	if len(b) > s.opt.MaxNameLen {
		b = b[:s.opt.MaxNameLen]
	}
	c, n, r := parseReference(b)
	if r == ruleEnd && n == 0 && len(b) == s.opt.MaxNameLen {
		r = ruleMaxNameLen
	}
	return c, n, r
}

func parseReference(b []byte) (rune, int, rule) {
	if len(b) < 2 {
		return 0, 0, ruleEnd
	}
	if b[1] == '#' {
		return parseCharReference(b)
	}
	i := 1
	for i < len(b) && class[b[i]]&cName != 0 {
		i++
	}
	switch {
	case i == len(b):
		return 0, 0, ruleEnd
	case i == 1 || b[i] != ';':
		return 0, 0, ruleReference
	}
	switch string(b[1:i]) {
	case "amp":
		return '&', i + 1, 0
	case "lt":
		return '<', i + 1, 0
	case "gt":
		return '>', i + 1, 0
	case "quot":
		return '"', i + 1, 0
	case "apos":
		return '\'', i + 1, 0
	}
	return 0, 0, ruleEntity
}

func parseCharReference(b []byte) (rune, int, rule) {
	i, radix := 2, rune(10)
	if len(b) > 2 && b[2] == 'x' {
		i, radix = 3, 16
	}
	first, r := i, rune(0)
	for ; i < len(b); i++ {
		digit := rune(-1)
		switch c := b[i]; {
		case c >= '0' && c <= '9':
			digit = rune(c - '0')
		case radix == 16 && isHex(c):
			digit = rune(c|0x20-'a') + 10
		}
		if digit < 0 {
			break
		}
		r = min(r*radix+digit, 0x110000)
	}
	switch {
	case i == len(b):
		return 0, 0, ruleEnd
	case i == first || b[i] != ';':
		return 0, 0, ruleReference
	case !isChar(r):
		return 0, 0, ruleCharReference
	}
	return r, i + 1, 0
}
