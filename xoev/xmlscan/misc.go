package xmlscan

import (
	"bytes"
	"strings"
)

// hasPrefix reports whether the input at tok begins with lit, reading no more
// than it must. If the input ends inside lit, the scan has failed.
func (s *Scanner) hasPrefix(lit string) bool {
	for i := range len(lit) {
		if !s.need(i + 1) {
			return s.failShort(ruleEnd)
		}
		if s.buf[s.tok+i] != lit[i] {
			return false
		}
	}
	return true
}

// scanBang scans a comment, or the start of a CDATA section.
func (s *Scanner) scanBang() bool {
	switch {
	case s.hasPrefix("<!--"):
		return s.scanComment()
	case s.err != nil:
	case s.hasPrefix("<![CDATA["):
		if len(s.open) == 0 {
			return s.fail(ruleOutsideRoot, s.tok)
		}
		s.pos = s.tok + len("<![CDATA[")
		s.state = inCDATA
	case s.err != nil:
	case s.hasPrefix("<!DOCTYPE"):
		s.fail(ruleDoctype, s.tok)
	case s.err == nil:
		s.fail(ruleMarkup, s.tok)
	}
	return false
}

// scanComment scans a comment.
func (s *Scanner) scanComment() bool {
	n := s.find(4, "--")
	switch {
	case n < 0:
		return false
	case !s.need(n + 3):
		return s.failShort(ruleEnd)
	case !s.setData(4, n):
		return false
	case s.buf[s.tok+n+2] != '>':
		return s.fail(ruleCommentDashes, s.tok+n)
	case n+3 > s.opt.MaxTokenBytes:
		return s.fail(ruleMaxTokenBytes, s.tok)
	}
	s.pos = s.tok + n + 3
	s.kind = Comment
	return true
}

// scanProcInst scans a processing instruction.
func (s *Scanner) scanProcInst() bool {
	n := s.find(2, "?>")
	if n < 0 {
		return false
	}
	b := s.buf[s.tok : s.tok+n]
	i := 2
	for i < len(b) && class[b[i]]&cName != 0 {
		i++
	}
	if i < len(b) && !isSpace(b[i]) {
		return s.fail(ruleProcInst, s.tok+i)
	}
	target := b[2:i]
	if colon := bytes.IndexByte(target, ':'); colon >= 0 {
		return s.fail(ruleTargetColon, s.tok+2+colon)
	}
	if strings.EqualFold(string(target), "xml") {
		return s.fail(ruleTargetXML, s.tok)
	}
	name := s.name(target, s.tok+2)
	if name == nil {
		return false
	}
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if !s.setData(i, n) {
		return false
	}
	s.pi = name.raw
	s.pos = s.tok + n + 2
	s.kind = ProcInst
	return true
}

// setData checks the characters between two indexes relative to tok and sets
// text to them, with line ends normalised.
func (s *Scanner) setData(from, to int) bool {
	b := s.buf[s.tok+from : s.tok+to]
	cr := false
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case class[c]&cComment == 0:
			i++
		case c == '\r':
			cr = true
			i++
		case c < 0x80:
			return s.fail(ruleChar, s.tok+from+i)
		default:
			n, r := nonASCII(b, i)
			if r == ruleEnd && n == 0 {
				r = ruleUTF8 // the markup that ends b cuts the character
			}
			if n == 0 {
				return s.fail(r, s.tok+from+i)
			}
			i += n
		}
	}
	if cr {
		b = s.normalise(b)
	}
	s.text = b[:len(b):len(b)]
	return true
}

// normalise returns b with CR LF and CR turned into LF, in scratch memory.
func (s *Scanner) normalise(b []byte) []byte {
	s.value = s.value[:0]
	for i, c := range b {
		if c != '\r' {
			s.value = append(s.value, c)
		} else if i+1 == len(b) || b[i+1] != '\n' {
			s.value = append(s.value, '\n')
		}
	}
	return s.value
}

// prolog steps over the byte order mark and checks the XML declaration.
func (s *Scanner) prolog() bool {
	if s.fragment {
		return true
	}
	if s.need(2) && (s.buf[0] == 0xfe && s.buf[1] == 0xff || s.buf[0] == 0xff && s.buf[1] == 0xfe) {
		return s.fail(ruleEncoding, 0)
	}
	if s.need(3) && string(s.buf[:3]) == "\xef\xbb\xbf" {
		s.pos = 3
	}
	s.tok = s.pos
	if !s.need(6) || string(s.buf[s.tok:s.tok+5]) != "<?xml" || !isSpace(s.buf[s.tok+5]) {
		return true
	}
	n := s.find(5, "?>")
	if n < 0 {
		return false
	}
	r, ok := checkDeclaration(s.buf[s.tok+5 : s.tok+n])
	if !ok {
		return s.fail(r, s.tok)
	}
	s.pos = s.tok + n + 2
	return true
}

// checkDeclaration checks what stands between <?xml and ?>.
func checkDeclaration(b []byte) (rule, bool) {
	version, b := pseudoAttr(b, "version")
	if version == nil {
		return ruleDeclaration, false
	}
	if string(version) != "1.0" {
		return ruleVersion, false
	}
	if encoding, rest := pseudoAttr(b, "encoding"); encoding != nil {
		if !strings.EqualFold(string(encoding), "UTF-8") {
			return ruleEncoding, false
		}
		b = rest
	}
	if standalone, rest := pseudoAttr(b, "standalone"); standalone != nil {
		if v := string(standalone); v != "yes" && v != "no" {
			return ruleDeclaration, false
		}
		b = rest
	}
	return ruleDeclaration, len(trimSpace(b)) == 0
}

// pseudoAttr parses white space and name="value" at the start of b. It returns
// the value and what follows; or nil and b.
func pseudoAttr(b []byte, name string) (value, rest []byte) {
	t := trimSpace(b)
	if len(t) == len(b) || !bytes.HasPrefix(t, []byte(name)) {
		return nil, b
	}
	t = trimSpace(t[len(name):])
	if len(t) == 0 || t[0] != '=' {
		return nil, b
	}
	t = trimSpace(t[1:])
	if len(t) == 0 || t[0] != '"' && t[0] != '\'' {
		return nil, b
	}
	end := bytes.IndexByte(t[1:], t[0])
	if end < 0 {
		return nil, b
	}
	return t[1 : end+1], t[end+2:]
}

// trimSpace cuts white space from the start of b.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}
