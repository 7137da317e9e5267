package xmlscan

import "slices"

// status is the outcome of parsing a piece of the window.
type status uint8

const (
	done   status = iota
	short         // the window ends too early
	failed        // the scan has failed
)

// lateAttr is an attribute whose prefix is resolved at the end of the tag.
type lateAttr struct {
	name  *name
	index int // in attrs
}

// scanMarkup scans what begins with the < at tok.
func (s *Scanner) scanMarkup() bool {
	if !s.need(2) {
		return s.failShort(ruleEnd)
	}
	switch s.buf[s.tok+1] {
	case '/':
		return s.scanEnd()
	case '!':
		return s.scanBang()
	case '?':
		return s.scanProcInst()
	}
	return s.scanStart()
}

// scanStart scans a start tag or empty-element tag.
func (s *Scanner) scanStart() bool {
	if len(s.open) == 0 && s.rootSeen {
		return s.fail(ruleSecondRoot, s.tok)
	}
	if st := s.parseStart(); st != done {
		return s.startAgain(st)
	}
	s.kind = StartElement
	s.rootSeen = true
	return true
}

// startAgain reads more of a start tag that ended with the window, or fails.
func (s *Scanner) startAgain(st status) bool {
	if st == short {
		s.loadTag()
		st = s.parseStart()
	}
	switch st {
	case short:
		if len(s.buf)-s.tok > s.opt.MaxTokenBytes {
			return s.fail(ruleMaxTokenBytes, s.tok)
		}
		return s.failShort(ruleEnd)
	case failed:
		return false
	}
	s.kind = StartElement
	s.rootSeen = true
	return true
}

// parseStart parses the start tag at tok and opens its element. If the window
// is too short it undoes what it did.
func (s *Scanner) parseStart() status {
	b := s.buf[s.tok:]
	if len(b) > s.opt.MaxTokenBytes { // no tag may be longer
		b = b[:s.opt.MaxTokenBytes]
	}
	el := s.names.last.next
	i := 1 + len(el.raw)
	if !guess(b, 1, el) {
		var st status
		if el, i, st = s.readName(b, 1); st != done {
			return st
		}
	}
	s.tags++
	s.attrs, s.decls = s.attrs[:0], s.decls[:0]
	outer := len(s.names.binds)
	s.emptyTag, s.plain = false, true
	if b[i] == '/' && i+1 < len(b) && b[i+1] == '>' {
		i++
		s.emptyTag, s.plain = true, false
	} else if b[i] != '>' {
		var st status
		if i, st = s.parseAttrs(b, i, el); st != done {
			s.names.popTo(outer)
			return st
		}
		if len(s.late) > 0 && el.pfx.bound(&s.names) && !s.resolveAttrs() {
			return failed
		}
	}
	if !el.pfx.bound(&s.names) {
		r := rulePrefixUnbound
		if el.pfx.raw == "xmlns" {
			r = ruleXmlnsReserved
		}
		s.fail(r, s.tok+1)
		return failed
	}
	if len(s.open) >= s.opt.MaxDepth {
		s.fail(ruleMaxDepth, s.tok)
		return failed
	}
	s.pos = s.tok + i + 1
	if s.names.last.next != el {
		s.names.last.next = el
	}
	s.names.last = el
	s.openElement(el, outer)
	return done
}

// bound reports whether a prefix may stand before an element's name.
func (p *name) bound(n *names) bool { return p.uri != "" || p == &n.def }

// openElement enters an element; outer is the number of namespace declarations
// outside it.
func (s *Scanner) openElement(n *name, outer int) {
	var index int32
	if s.opt.CountSiblings {
		index = s.countSibling(n)
	}
	depth := len(s.open)
	if depth == cap(s.open) {
		s.open = slices.Grow(s.open, depth)
	}
	s.open = s.open[:depth+1]
	e := &s.open[depth]
	e.name, e.id = n, s.tags
	e.binds, e.sib, e.index = int32(outer), int32(len(s.sib.saved)), index
	s.state = inContent
	if s.emptyTag {
		s.state = atEmptyEnd
	}
}

// parseAttrs parses from behind the name of the element, b[i], to the > that
// ends the tag, and returns the index of that.
func (s *Scanner) parseAttrs(b []byte, i int, el *name) (int, status) {
	s.late, s.value = s.late[:0], s.value[:0]
	prev := el
	for {
		// What was here the last time, written as usual.
		if n := prev.attr; b[i] == ' ' && n.decl == notDecl && n.lastTag != s.tags {
			eq := i + 1 + len(n.raw)
			if eq+1 < len(b) && b[eq] == '=' && b[eq+1] == '"' && same(b[i+1:eq], n.raw) && s.room() {
				end := attrRun(b, eq+2)
				var value []byte
				if end < len(b) && b[end] == '"' {
					value = b[eq+2 : end : end]
				} else {
					var st status
					if value, end, st = s.parseValue(b, eq+2, end, '"'); st != done {
						return end, st
					}
				}
				n.lastTag = s.tags
				s.appendAttr(n, value, s.tok+i+1)
				prev, i = n, end+1
				if i == len(b) {
					return i, short
				}
				switch {
				case b[i] == '>':
					return i, done
				case b[i] == '/' && i+1 < len(b) && b[i+1] == '>':
					s.emptyTag, s.plain = true, false
					return i + 1, done
				}
				continue
			}
		}
		n, next, st := s.parseAny(b, i, prev, prev == el)
		if n == nil || st != done {
			return next, st
		}
		prev, i = n, next
		if i == len(b) {
			return i, short
		}
	}
}

// parseAny parses white space and then an attribute, whose name it returns, or
// the end of the tag, of which it returns the index of the >. Prev is the name
// before; first says that it is the element's.
func (s *Scanner) parseAny(b []byte, i int, prev *name, first bool) (*name, int, status) {
	gap := i
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return nil, i, short
	}
	switch b[i] {
	case '>':
		s.plain = s.plain && i == gap
		return nil, i, done
	case '/':
		if i+1 == len(b) {
			return nil, i, short
		}
		if b[i+1] != '>' {
			s.fail(ruleStartTagForm, s.tok+i+1)
			return nil, i, failed
		}
		s.emptyTag, s.plain = true, false
		return nil, i + 1, done
	}
	if gap == i {
		r := ruleAttrSpace
		if first {
			r = ruleName
		}
		s.fail(r, s.tok+i)
		return nil, i, failed
	}
	s.plain = s.plain && i == gap+1 && b[gap] == ' '
	n, start := prev.attr, i
	if guess(b, i, n) {
		i += len(n.raw)
	} else {
		var st status
		if n, i, st = s.readName(b, i); st != done {
			return nil, i, st
		}
		prev.attr = n
	}
	i, st := s.parseAttr(b, i, start, n)
	return n, i, st
}

// parseAttr parses the attribute whose name n begins at b[start] and ends at
// b[i], and returns the index behind it.
func (s *Scanner) parseAttr(b []byte, i, start int, n *name) (int, status) {
	if i+1 < len(b) && b[i] == '=' && (b[i+1] == '"' || b[i+1] == '\'') {
		i++
	} else {
		var st status
		if i, st = s.parseEquals(b, i); st != done {
			return i, st
		}
		s.plain = false
	}
	quote := b[i]
	s.plain = s.plain && quote == '"'
	i++
	from := i
	i = attrRun(b, i)
	var value []byte
	if i < len(b) && b[i] == quote {
		value = b[from:i:i]
	} else {
		var st status
		if value, i, st = s.parseValue(b, from, i, quote); st != done {
			return i, st
		}
	}
	if !s.addAttr(n, value, s.tok+start) {
		return i, failed
	}
	return i + 1, done
}

// parseEquals parses the equals sign with white space around it and returns
// the index of the quote.
func (s *Scanner) parseEquals(b []byte, i int) (int, status) {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return i, short
	}
	if b[i] != '=' {
		r := ruleAttrEquals
		if !isSpace(b[i-1]) && b[i] != '>' && b[i] != '/' {
			r = ruleName
		}
		s.fail(r, s.tok+i)
		return i, failed
	}
	i++
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i == len(b) {
		return i, short
	}
	if b[i] != '"' && b[i] != '\'' {
		s.fail(ruleAttrQuote, s.tok+i)
		return i, failed
	}
	return i, done
}

// parseValue parses an attribute value that begins at b[start] and is ordinary
// up to b[i]. It returns the normalised value and the index of the end quote.
func (s *Scanner) parseValue(b []byte, start, i int, quote byte) ([]byte, int, status) {
	from, run := len(s.value), start
	for {
		i = attrRun(b, i)
		if i == len(b) {
			return nil, i, short
		}
		switch c := b[i]; {
		case c == quote:
			if run == start && len(s.value) == from {
				return b[start:i:i], i, done
			}
			s.value = append(s.value, b[run:i]...)
			return s.value[from:len(s.value):len(s.value)], i, done
		case c == '"', c == '\'':
			i++
			continue
		case c >= 0x80:
			n, r := nonASCII(b, i)
			if n == 0 {
				return nil, i, s.stop(r, i)
			}
			i += n
			continue
		}
		s.plain = false
		s.value = append(s.value, b[run:i]...)
		n, r := s.special(b, i)
		if n == 0 {
			return nil, i, s.stop(r, i)
		}
		i += n
		run = i
	}
}

// special appends to value what the white space or reference at b[i] stands
// for, and returns its length; or 0 and the broken rule.
func (s *Scanner) special(b []byte, i int) (int, rule) {
	switch b[i] {
	case '\t', '\n':
		s.value = append(s.value, ' ')
		return 1, 0
	case '\r':
		if i+1 == len(b) {
			return 0, ruleEnd
		}
		s.value = append(s.value, ' ')
		if b[i+1] == '\n' {
			return 2, 0
		}
		return 1, 0
	case '&':
		c, n, r := s.reference(b[i:])
		if n > 0 {
			s.value = appendRune(s.value, c)
		}
		return n, r
	case '<':
		return 0, ruleAttrLess
	}
	return 0, ruleChar
}

// stop turns a rule broken at b[i] of a tag into a status.
func (s *Scanner) stop(r rule, i int) status {
	if r == ruleEnd {
		return short
	}
	s.fail(r, s.tok+i)
	return failed
}

// addAttr records an attribute, or declares the namespace it declares.
func (s *Scanner) addAttr(n *name, value []byte, at int) bool {
	if n.lastTag == s.tags {
		return s.fail(ruleAttrTwice, at)
	}
	n.lastTag = s.tags
	if !s.room() {
		return s.fail(ruleMaxAttrs, at)
	}
	switch n.decl {
	case defaultDecl:
		return s.declare(nil, value, at)
	case prefixDecl:
		return s.declare([]byte(n.raw[n.local:]), value, at)
	}
	s.appendAttr(n, value, at)
	return true
}

// room reports whether the tag may have one more attribute.
func (s *Scanner) room() bool { return len(s.attrs)+len(s.decls) < s.opt.MaxAttrs }

// appendAttr records an attribute that is not a declaration.
func (s *Scanner) appendAttr(n *name, value []byte, at int) {
	i := len(s.attrs)
	if n.pfx != &s.names.def {
		s.late = append(s.late, lateAttr{n, i})
	}
	if i == cap(s.attrs) {
		s.attrs = slices.Grow(s.attrs, i+4)
	}
	s.attrs = s.attrs[:i+1]
	a := &s.attrs[i]
	a.Prefix, a.Local, a.Space = n.pfx.raw, n.raw[n.local:], ""
	a.Value, a.Offset = value, s.base+int64(at)
}

// resolveAttrs sets the namespace names of attributes with a prefix, and checks
// that no two attributes have the same expanded name.
func (s *Scanner) resolveAttrs() bool {
	prefixes, alias := 0, false // whether two prefixes mean the same namespace
	for i, l := range s.late {
		a, p := &s.attrs[l.index], l.name.pfx
		a.Space = p.uri
		if a.Space == "" {
			return s.fail(rulePrefixUnbound, int(a.Offset-s.base))
		}
		if p.usedTag == s.tags {
			continue
		}
		p.usedTag = s.tags
		if prefixes++; prefixes > 8 {
			alias = true // too many to compare with each other
			continue
		}
		for _, before := range s.late[:i] {
			alias = alias || s.attrs[before.index].Space == a.Space
		}
	}
	if !alias {
		return true
	}
	if s.expanded == nil {
		s.expanded = make(map[[2]string]struct{}, len(s.late))
	}
	clear(s.expanded)
	for _, l := range s.late {
		a := &s.attrs[l.index]
		key := [2]string{a.Space, a.Local}
		if _, twice := s.expanded[key]; twice {
			return s.fail(ruleExpandedTwice, int(a.Offset-s.base))
		}
		s.expanded[key] = struct{}{}
	}
	return true
}

// scanEnd scans an end tag.
func (s *Scanner) scanEnd() bool {
	if len(s.open) == 0 {
		return s.fail(ruleEndTagMatch, s.tok)
	}
	raw := s.open[len(s.open)-1].name.raw
	b, n := s.buf[s.tok:], 2+len(raw)
	if n < len(b) && b[n] == '>' && string(b[2:n]) == raw && n < s.opt.MaxTokenBytes {
		s.pos = s.tok + n + 1
		s.kind, s.emptyTag, s.plain = EndElement, false, true
		return true
	}
	gt := s.find(2, ">")
	if gt < 0 {
		return false
	}
	b = s.buf[s.tok : s.tok+gt]
	if len(b) < n || string(b[2:n]) != raw || n < len(b) && class[b[n]]&cName != 0 {
		return s.fail(ruleEndTagMatch, s.tok)
	}
	for i := n; i < len(b); i++ {
		if !isSpace(b[i]) {
			return s.fail(ruleEndTagForm, s.tok+i)
		}
	}
	s.pos = s.tok + gt + 1
	s.kind, s.emptyTag, s.plain = EndElement, false, gt == n
	return true
}

// leaveScope undoes what the declarations of an element and the counting of its
// children have displaced.
func (s *Scanner) leaveScope(e *element) {
	s.names.popTo(int(e.binds))
	s.restoreSiblings(int(e.sib))
}
