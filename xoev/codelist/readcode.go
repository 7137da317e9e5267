package codelist

import (
	"errors"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxCodeText is the length in bytes of a code's value and of its name.
const maxCodeText = 64 << 10

// ReadCode reads a code from a message: s must be at the code's start tag, and
// is left at its end tag. The element may have any name; its children code and
// name are in no namespace. With a Spec the code is checked as [Spec.Check] does,
// attributes that are there and empty included; spec may be nil. The findings
// have path, line and column. Of elements and attributes that do not belong
// there only the fact is noted; xsi:type and xsi:schemaLocation may stand there.
//
// The error is that of the scan, or [xmlscan.ErrNoElement]. The code is complete
// only if there are no findings.
func ReadCode(s *xmlscan.Scanner, spec *Spec) (Code, []finding.Finding, error) {
	if s.Kind() != xmlscan.StartElement {
		return Code{}, nil, xmlscan.ErrNoElement
	}
	r := codeReader{s: s, path: s.Path(), pos: s.Pos()}
	r.attributes()
	r.children()
	if err := s.Err(); err != nil {
		return Code{}, nil, err
	}
	if !r.hasCode {
		r.add(ruleCodeMissing, r.path, r.pos, nil)
	}
	r.code = r.code.Normalized()
	if spec != nil {
		for _, f := range spec.check(r.code, r.has) {
			if f.Code == ruleCodeEmpty.Code && (!r.hasCode || r.unread) {
				continue // said already why there is none
			}
			pos := r.pos
			switch f.Path {
			case "code":
				pos = r.codePos
			case "name":
				pos = r.namePos
			}
			if f.Path != "" {
				f.Path = "/" + f.Path
			}
			f.Path, f.Line, f.Column = r.path+f.Path, pos.Line, pos.Column
			r.findings = append(r.findings, f)
		}
	}
	return r.code, r.findings, nil
}

type codeReader struct {
	s                *xmlscan.Scanner
	code             Code
	path             string
	pos              xmlscan.Position
	codePos, namePos xmlscan.Position
	has              presence
	hasCode          bool
	unread           bool // the text of code could not be taken
	findings         []finding.Finding
}

func (r *codeReader) add(rule finding.Rule, path string, pos xmlscan.Position, params map[string]string) {
	if len(r.findings) < maxFindings {
		r.findings = append(r.findings, rule.At(path, pos.Line, pos.Column, params))
	}
}

func (r *codeReader) attributes() {
	for _, a := range r.s.Attrs() {
		switch {
		case a.Space == "" && a.Local == "listURI":
			r.code.ListURI, r.has.uri = string(a.Value), true
		case a.Space == "" && a.Local == "listVersionID":
			r.code.ListVersionID, r.has.version = string(a.Value), true
		case a.Space == nsXSI && a.Local != "nil":
		default:
			r.add(ruleCodeAttribute, r.path, r.pos, nil)
		}
	}
}

func (r *codeReader) children() {
	spoken := false
	for r.s.Next() {
		switch r.s.Kind() {
		case xmlscan.EndElement:
			return
		case xmlscan.Text:
			if !spoken && !blank(r.s.Text()) {
				spoken = true
				r.add(ruleCodeText, r.path, r.s.Pos(), nil)
			}
		case xmlscan.StartElement:
			r.child()
		}
	}
}

func (r *codeReader) child() {
	name, pos, path := r.s.Name(), r.s.Pos(), r.s.Path()
	switch {
	case name.Is("", "code") && !r.hasCode && !r.has.name:
		r.hasCode, r.codePos = true, pos
		r.code.Code, r.unread = r.text(path, pos)
	case name.Is("", "name") && r.hasCode && !r.has.name:
		r.has.name, r.namePos = true, pos
		r.code.Name, _ = r.text(path, pos)
	default:
		r.add(ruleCodeElement, path, pos, nil)
		_ = r.s.Skip() // ReadCode reports what stopped it
	}
}

// text returns the text of an element; unread says that a finding tells why there
// is none.
func (r *codeReader) text(path string, pos xmlscan.Position) (text string, unread bool) {
	for _, a := range r.s.Attrs() {
		if a.Space != nsXSI || a.Local == "nil" {
			r.add(ruleCodeAttribute, path, pos, nil)
		}
	}
	depth := r.s.Depth()
	text, err := r.s.ElementText(maxCodeText)
	var syntax *xmlscan.SyntaxError
	if r.s.Err() != nil || !errors.As(err, &syntax) {
		return text, false
	}
	if syntax.Code() == "XML-051" {
		r.add(ruleCodeLimit, path, pos, map[string]string{"max": strconv.Itoa(maxCodeText)})
	} else {
		r.add(ruleCodeElement, path, pos, nil)
	}
	// The scan goes on to the end tag of the element.
	for r.s.Kind() != xmlscan.EndElement || r.s.Depth() > depth {
		if !r.s.Next() {
			break
		}
	}
	return "", true
}
