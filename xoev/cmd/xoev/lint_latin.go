package main

import (
	"bytes"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	spaceXML = "http://www.w3.org/XML/1998/namespace"
	spaceXSI = "http://www.w3.org/2001/XMLSchema-instance"
)

// latinCheck judges the characters of all texts and attribute values, as they
// stream by. White space between elements is layout, not text.
type latinCheck struct {
	typ     latin.Type
	found   *gathered
	checker latin.Checker
	running bool
	blank   bool             // the text is white space so far
	length  int              // bytes of the text before this chunk
	taken   int              // problems that are in pending
	start   xmlscan.Position // of the chunk before
	end     xmlscan.Position // behind it
	written bool             // it stands in the message byte for byte
	pending []finding.Finding
}

// Token takes part in the pass.
func (l *latinCheck) Token(s *xmlscan.Scanner) error {
	switch s.Kind() {
	case xmlscan.Text:
		l.chunk(s)
	case xmlscan.StartElement:
		l.finish(func() string { return s.Path()[:strings.LastIndexByte(s.Path(), '/')] })
		l.attributes(s)
	case xmlscan.EndElement:
		l.finish(s.Path)
	}
	return nil
}

func (l *latinCheck) chunk(s *xmlscan.Scanner) {
	text := s.Text()
	if !l.running {
		l.checker.Limit = maxFindings
		l.checker.Reset(l.typ)
		l.running, l.blank, l.length, l.taken = true, true, 0, 0
		l.start, l.end, l.written = s.Pos(), s.Pos(), false
	}
	l.blank = l.blank && len(bytes.Trim(text, " \t\r\n")) == 0
	_, _ = l.checker.Write(text)
	start, written := s.Pos(), len(s.Raw()) == len(text)
	l.take(s.Path, func(offset int) xmlscan.Position {
		switch {
		case offset < l.length:
			return l.before(offset)
		case written:
			return s.Position(start.Offset + int64(offset-l.length))
		}
		return start
	})
	l.start, l.end, l.written = start, s.Position(s.End()), written
	l.length += len(text)
}

// before is the place of an offset in the chunks before: in the last of them, if
// it is on the line where that ends, else its start.
func (l *latinCheck) before(offset int) xmlscan.Position {
	back := l.length - offset
	if !l.written || back >= l.end.Column {
		return l.start
	}
	p := l.end
	p.Offset -= int64(back)
	p.Column -= back
	return p
}

// take makes findings of the problems that are new.
func (l *latinCheck) take(path func() string, place func(offset int) xmlscan.Position) {
	problems, _ := l.checker.Problems()
	for _, p := range problems[l.taken:] {
		pos := place(p.Offset)
		l.pending = append(l.pending, p.Finding(path(), pos.Line, pos.Column))
	}
	l.taken = len(problems)
}

// finish ends the text, if there is one.
func (l *latinCheck) finish(path func() string) {
	if !l.running {
		return
	}
	l.running = false
	_ = l.checker.Close()
	l.take(path, l.before)
	if !l.blank {
		for _, f := range l.pending {
			l.found.add(f)
		}
	}
	l.pending = l.pending[:0]
}

func (l *latinCheck) attributes(s *xmlscan.Scanner) {
	for _, a := range s.Attrs() {
		if a.Space == spaceXML || a.Space == spaceXSI || l.typ.Valid(a.Value) {
			continue
		}
		pos := s.Position(a.Offset)
		problems, _ := l.typ.CheckAll(string(a.Value), maxFindings)
		for _, p := range problems {
			l.found.add(p.Finding(s.Path()+"/@"+a.Local, pos.Line, pos.Column))
		}
	}
}
