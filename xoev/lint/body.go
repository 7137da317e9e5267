package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Element says what an element of the content must hold. Header elements are
// known without it.
type Element struct {
	// Name is the element's namespace and local name; the prefix does not
	// matter. It counts wherever it stands below the root,
	// also inside another one.
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

// checkSpecs refuses code types that no code could keep to: that is a mistake of
// the caller, no fault of the message.
func checkSpecs(elements []Element) error {
	for _, e := range elements {
		if e.Code != nil && slices.ContainsFunc(e.Code.Check(codelist.Code{}), func(f finding.Finding) bool { return f.Code == "COD-008" }) {
			return fmt.Errorf("the code type of element %s is not complete", e.Name.Local)
		}
	}
	return nil
}

// maxBodyText bounds a code, its name and its attributes; what is longer is in
// no list.
const maxBodyText = 4 << 10

// body checks the elements of the content that the caller named. They may stand
// in each other.
type body struct {
	elements map[expanded]Element
	lists    func(codelist.VersionKennung) *codelist.List
	open     []bodyElement
}

// bodyElement is one of them that has begun.
type bodyElement struct {
	Element
	pos      xmlscan.Position
	depth    int
	filled   bool
	code     codelist.Code
	parts    [2]bool      // code and name have been there
	reading  bool         // inside one of them
	text     []byte       // of it
	long     bool         // a part of the code is too long
	repeated bool         // a part of the code is there twice
	empty    finding.Rule // an attribute is there and empty
}

func (b *body) token(s *xmlscan.Scanner, add func(finding.Finding)) {
	switch s.Kind() {
	case xmlscan.StartElement:
		b.start(s)
	case xmlscan.Text:
		for i := range b.open {
			b.open[i].chars(s.Text())
		}
	case xmlscan.EndElement:
		for i := range b.open {
			b.open[i].endPart(s)
		}
		if last := len(b.open) - 1; last >= 0 && b.open[last].depth == s.Depth() {
			b.judge(&b.open[last], s, add)
			b.open = b.open[:last]
		}
	}
}

func (b *body) start(s *xmlscan.Scanner) {
	for i := range b.open {
		b.open[i].startPart(s)
	}
	name := s.Name()
	element, ok := b.elements[expanded{name.Space, name.Local}]
	if !ok || s.Depth() < 2 {
		return
	}
	e := bodyElement{Element: element, pos: s.Pos(), depth: s.Depth()}
	e.attribute(s, "listURI", &e.code.ListURI, ruleOtherList)
	e.attribute(s, "listVersionID", &e.code.ListVersionID, ruleEmptyVersion)
	b.open = append(b.open, e)
}

func (e *bodyElement) attribute(s *xmlscan.Scanner, local string, dst *string, empty finding.Rule) {
	value, ok := s.Attr("", local)
	switch {
	case !ok || e.Code == nil:
	case len(value) > maxBodyText:
		e.long = true
	case blank(value):
		e.empty = empty
	default:
		*dst = string(value)
	}
}

func blank(b []byte) bool { return len(bytes.Trim(b, " \t\r\n")) == 0 }

// startPart begins to read code or name; an element inside ends it: that is no
// text.
func (e *bodyElement) startPart(s *xmlscan.Scanner) {
	e.reading = false
	name, part := s.Name(), -1
	switch {
	case e.Code == nil || s.Depth() != e.depth+1:
	case name.Is("", "code"):
		part = 0
	case name.Is("", "name"):
		part = 1
	}
	if part >= 0 {
		e.repeated = e.repeated || e.parts[part]
		e.parts[part], e.reading, e.text = true, true, e.text[:0]
	}
}

func (e *bodyElement) chars(text []byte) {
	e.filled = e.filled || !blank(text)
	if e.reading {
		if len(text) > maxBodyText-len(e.text) {
			e.long, text = true, nil
		}
		e.text = append(e.text, text...)
	}
}

func (e *bodyElement) endPart(s *xmlscan.Scanner) {
	if !e.reading || s.Depth() != e.depth+1 {
		return
	}
	e.reading = false
	if s.Name().Local == "code" {
		e.code.Code = string(e.text)
	} else {
		e.code.Name = string(e.text)
	}
}

// judge runs at the end tag, where the scanner's path is the element's too.
func (b *body) judge(e *bodyElement, s *xmlscan.Scanner, add func(finding.Finding)) {
	if e.Mandatory && !e.filled {
		add(ruleEmpty.At(s.Path(), e.pos.Line, e.pos.Column, nil))
	}
	if e.Code == nil {
		return
	}
	for _, f := range b.checkCode(e) {
		if f.Path != "" {
			f.Path = "/" + f.Path
		}
		f.Path, f.Line, f.Column = s.Path()+f.Path, e.pos.Line, e.pos.Column
		add(f)
	}
}

// checkCode judges a code by its type, and looks it up where lists are given,
// and there is one for it to be in.
func (b *body) checkCode(e *bodyElement) []finding.Finding {
	switch {
	case e.empty.Code != "":
		return []finding.Finding{e.empty.At("", 0, 0, nil)}
	case e.repeated:
		return []finding.Finding{codeRule("COD-014").At("", 0, 0, nil)}
	case e.long:
		return []finding.Finding{codeRule("COD-018").At("", 0, 0, map[string]string{"max": strconv.Itoa(maxBodyText)})}
	}
	findings := e.Code.Check(e.code)
	if b.lists == nil || len(findings) > 0 {
		return findings
	}
	version, ok := e.Code.List(e.code)
	if !ok {
		return findings
	}
	_, findings = e.Code.Resolve(e.code, b.lists(version))
	return findings
}

// codeRule is a rule of package codelist.
func codeRule(code string) finding.Rule {
	rules := codelist.Rules()
	return rules[slices.IndexFunc(rules, func(r finding.Rule) bool { return r.Code == code })]
}
