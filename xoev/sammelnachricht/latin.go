package sammelnachricht

import (
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Latin asks for a check of the characters of records while they are read:
// texts and attribute values, whether they are decoded or read over. Findings
// are those of package latin, with path, line and column. Text is judged as it
// stands, between two tags as one text; white space between elements is not
// text, and attributes of the namespaces xml and XMLSchema-instance are not
// checked. Line and column are those of the character; where it was written as
// a reference or stands before a piece that was read apart, they can be those of
// the piece of text that holds it.
type Latin struct {
	// Type is the data type of all texts and values, usually latin.C, the type
	// that standards use where they give no other. The zero value is latin.A,
	// the strictest.
	Type latin.Type
	// Select gives the data type of an element's text, or of an attribute's
	// value (attribute is the zero Name for the text); false = not checked.
	// nil = Type for all. It is called for every text and attribute.
	Select func(element, attribute xmlscan.Name) (latin.Type, bool)
}

const (
	spaceXML = "http://www.w3.org/XML/1998/namespace"
	spaceXSI = "http://www.w3.org/2001/XMLSchema-instance"
)

// latinCheck judges one text after the other.
type latinCheck struct {
	o       Latin
	checker latin.Checker
	open    []xmlscan.Name // elements, the record first
	depth   int            // where the text stands

	running bool // a text is being judged
	skip    bool // the text that comes is not judged
	blank   bool // it is white space so far
	child   bool // it follows an element
	length  int  // bytes of it
	taken   int  // how many of its problems are in found
	// the chunk before: where it ends, if it is known byte for byte
	end   xmlscan.Position
	start xmlscan.Position
	plain bool
	found []finding.Finding
	total int64 // problems that were not kept
}

func newLatinCheck(o *Latin) *latinCheck {
	if o == nil {
		return nil
	}
	return &latinCheck{o: *o}
}

// typeOf asks for a data type.
func (l *latinCheck) typeOf(element, attribute xmlscan.Name) (latin.Type, bool) {
	if l.o.Select == nil {
		return l.o.Type, true
	}
	return l.o.Select(element, attribute)
}

// skipText leaves the text of the element that has just begun unjudged.
func (l *latinCheck) skipText() { l.skip = true }

// token takes the scanner's token.
func (l *latinCheck) token(r *Reader) {
	s := r.s
	switch s.Kind() {
	case xmlscan.Text:
		if !l.skip {
			l.chunk(r)
		}
	case xmlscan.StartElement:
		l.finish(r, true)
		l.attributes(r)
		if s.Depth() == r.rec.depth {
			l.open = l.open[:0]
		}
		l.open = append(l.open, s.Name())
		l.depth, l.child, l.skip = s.Depth(), false, false
	case xmlscan.EndElement:
		l.finish(r, l.child)
		l.child, l.skip = true, false
		l.open, l.depth = l.open[:len(l.open)-1], s.Depth()-1
	}
}

// chunk takes a piece of text.
func (l *latinCheck) chunk(r *Reader) {
	s := r.s
	text := s.Text()
	if !l.running {
		t, ok := l.typeOf(l.open[len(l.open)-1], xmlscan.Name{})
		if !ok {
			l.skip = true
			return
		}
		l.checker.Limit = r.o.MaxFindings
		l.checker.Reset(t)
		l.running, l.blank, l.length, l.taken = true, true, 0, 0
		l.found, l.total = l.found[:0], 0
	}
	l.blank = l.blank && blank(text)
	_, _ = l.checker.Write(text)
	start, plain := s.Pos(), len(s.Raw()) == len(text)
	l.take(r, func(offset int) xmlscan.Position {
		switch {
		case offset < l.length:
			return l.before(offset)
		case plain:
			return s.Position(start.Offset + int64(offset-l.length))
		}
		return start
	})
	l.start, l.plain = start, plain
	l.end = s.Position(s.End())
	l.length += len(text)
}

// before is the place of an offset in the chunks before this one: within the
// last of them if it is so far from its end.
func (l *latinCheck) before(offset int) xmlscan.Position {
	if back := l.length - offset; l.plain && back < l.end.Column {
		p := l.end
		p.Offset -= int64(back)
		p.Column -= back
		return p
	}
	return l.start
}

// take makes findings of the problems that are new.
func (l *latinCheck) take(r *Reader, place func(offset int) xmlscan.Position) {
	problems, _ := l.checker.Problems()
	for _, p := range problems[l.taken:] {
		pos := place(p.Offset)
		l.found = append(l.found, p.Finding(r.pathTo(l.depth), pos.Line, pos.Column))
	}
	l.taken = len(problems)
}

// finish ends the text, if there is one. between says that it stands beside
// elements, where white space is only layout.
func (l *latinCheck) finish(r *Reader, between bool) {
	if !l.running {
		return
	}
	l.running = false
	_ = l.checker.Close()
	l.take(r, l.before)
	if l.blank && between {
		return
	}
	_, total := l.checker.Problems()
	l.report(r, total)
}

// report hands over what was found in one text or value.
func (l *latinCheck) report(r *Reader, total int) {
	for _, f := range l.found {
		r.findings.add(f)
		r.rec.findings.add(f)
	}
	more := int64(total - len(l.found))
	r.findings.dropped += more
	r.rec.findings.dropped += more
}

// attributes judges the values of a start tag.
func (l *latinCheck) attributes(r *Reader) {
	s := r.s
	attrs := s.Attrs()
	for i := range attrs {
		a := &attrs[i]
		if a.Space == spaceXML || a.Space == spaceXSI {
			continue
		}
		t, ok := l.typeOf(s.Name(), a.Name)
		if !ok || t.Valid(a.Value) {
			continue
		}
		pos := s.Position(a.Offset)
		problems, total := t.CheckAll(string(a.Value), r.o.MaxFindings)
		l.found = l.found[:0]
		for _, p := range problems {
			path := r.path() + "/@" + a.Local
			l.found = append(l.found, p.Finding(path, pos.Line, pos.Column))
		}
		l.report(r, total)
	}
}
