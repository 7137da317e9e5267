package lint

import (
	"bytes"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Element says what an element of the content must hold. Header elements are
// known without it.
type Element struct {
	// Name is the element's namespace and local name; the prefix does not
	// matter. It counts wherever it stands below the root.
	Name xmlscan.Name
	// Mandatory refuses an element without text (XInneres S030).
	Mandatory bool
	// Code says what its code type fixes, if the element is a code; nil = it is
	// none. Findings have codes of package codelist (COD-…), or those of header
	// codes where an attribute is there and empty.
	Code *codelist.Spec
}

type expanded struct{ space, local string }

func bodyElements(elements []Element) map[expanded]Element {
	if len(elements) == 0 {
		return nil
	}
	m := make(map[expanded]Element, len(elements))
	for _, e := range elements {
		m[expanded{e.Name.Space, e.Name.Local}] = e
	}
	return m
}

// maxBodyText bounds the text of one code; what is longer is in no list.
const maxBodyText = 4 << 10

// body checks the elements of the content that the caller named.
type body struct {
	elements map[expanded]Element
	open     bool // inside element
	element  Element
	pos      xmlscan.Position
	depth    int
	filled   bool
	code     codelist.Code
	reading  bool         // inside code or name
	text     []byte       // of it
	empty    finding.Rule // an attribute is there and empty
	lists    func(codelist.VersionKennung) *codelist.List
}

func (b *body) token(s *xmlscan.Scanner, add func(finding.Finding)) {
	switch s.Kind() {
	case xmlscan.StartElement:
		b.start(s)
	case xmlscan.Text:
		b.chars(s.Text())
	case xmlscan.EndElement:
		b.end(s, add)
	}
}

func (b *body) start(s *xmlscan.Scanner) {
	name := s.Name()
	if b.open {
		b.reading = b.element.Code != nil && s.Depth() == b.depth+1 && name.Space == "" && (name.Local == "code" || name.Local == "name")
		b.text = b.text[:0]
		return
	}
	element, ok := b.elements[expanded{name.Space, name.Local}]
	if !ok || s.Depth() < 2 {
		return
	}
	*b = body{elements: b.elements, lists: b.lists, open: true, element: element, pos: s.Pos(), depth: s.Depth(), text: b.text[:0]}
	if value, ok := s.Attr("", "listURI"); ok {
		if b.code.ListURI = bounded(value); blank(value) {
			b.empty = ruleOtherList
		}
	}
	if value, ok := s.Attr("", "listVersionID"); ok {
		if b.code.ListVersionID = bounded(value); blank(value) {
			b.empty = ruleEmptyVersion
		}
	}
}

func blank(b []byte) bool { return len(bytes.Trim(b, " \t\r\n")) == 0 }

func bounded(b []byte) string { return string(b[:min(len(b), maxBodyText)]) }

func (b *body) chars(text []byte) {
	if !b.open {
		return
	}
	b.filled = b.filled || !blank(text)
	if b.reading && len(b.text) < maxBodyText {
		b.text = append(b.text, text[:min(len(text), maxBodyText)]...)
	}
}

func (b *body) end(s *xmlscan.Scanner, add func(finding.Finding)) {
	switch {
	case !b.open:
	case s.Depth() == b.depth:
		b.judge(s, add)
		b.open = false
	case s.Depth() == b.depth+1 && b.reading:
		if s.Name().Local == "code" {
			b.code.Code = string(b.text)
		} else {
			b.code.Name = string(b.text)
		}
		b.reading = false
	}
}

// judge runs at the end tag, where the scanner's path is the element's too.
func (b *body) judge(s *xmlscan.Scanner, add func(finding.Finding)) {
	if b.element.Mandatory && !b.filled {
		add(ruleEmpty.At(s.Path(), b.pos.Line, b.pos.Column, nil))
	}
	switch spec := b.element.Code; {
	case spec == nil:
	case b.empty.Code != "":
		add(b.empty.At(s.Path(), b.pos.Line, b.pos.Column, nil))
	default:
		for _, f := range b.checkCode(spec) {
			if f.Path != "" {
				f.Path = "/" + f.Path
			}
			f.Path, f.Line, f.Column = s.Path()+f.Path, b.pos.Line, b.pos.Column
			add(f)
		}
	}
}

// checkCode looks the code up where lists are given, and there is one for it to
// be in.
func (b *body) checkCode(spec *codelist.Spec) []finding.Finding {
	findings := spec.Check(b.code)
	if b.lists == nil || len(findings) > 0 {
		return findings
	}
	version, ok := spec.List(b.code)
	if !ok {
		return findings
	}
	_, findings = spec.Resolve(b.code, b.lists(version))
	return findings
}
