package datenschema

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const nsXSI = "http://www.w3.org/2001/XMLSchema-instance"

// CheckXML judges a document in XML as its XML Schema does ([Schema.WriteXSD]),
// and names place and rule of all that is wrong with it. A document that cannot
// be read gives an *xmlscan.SyntaxError, which matches *finding.InvalidError; an
// error of r is returned, wrapped. The report is nil then.
//
// It is stricter than XML Schema in two things: of the attributes xsi:… only
// schemaLocation and noNamespaceSchemaLocation may be there, and values are
// bounded (DAT-011, and numbers of 1,000 digits).
func (s *Schema) CheckXML(r io.Reader, o *CheckOptions) (*Report, error) {
	bytes, file := o.limits()
	c := &xmlChecker{s: s, scan: xmlscan.New(r, &xmlscan.Options{MaxBytes: bytes})}
	c.maxFile = file
	for c.scan.Next() {
		c.token()
	}
	if err := c.scan.Err(); err != nil {
		return nil, err
	}
	return c.report(), nil
}

type xmlChecker struct {
	checker
	s    *Schema
	scan *xmlscan.Scanner
	buf  []byte
}

func (c *xmlChecker) token() {
	pos := c.scan.Pos()
	switch c.scan.Kind() {
	case xmlscan.StartElement:
		c.start(pos)
	case xmlscan.EndElement:
		c.pop()
	case xmlscan.Text:
		if strings.Trim(string(c.scan.Text()), " \t\r\n") != "" {
			c.find(ruleText, c.top().path, pos.Line, pos.Column, nil)
		}
	}
}

func (c *xmlChecker) start(pos xmlscan.Position) {
	name := c.scan.Name()
	if len(c.stack) == 0 {
		path := "/" + c.s.root
		if !name.Is(c.s.namespace, c.s.root) {
			c.find(ruleRoot, "", pos.Line, pos.Column, map[string]string{"expected": c.s.root})
			c.skip()
			return
		}
		c.attributes(c.s.attributes, path, pos)
		c.push(c.s.top, path, pos.Line, pos.Column)
		return
	}
	if name.Space != c.s.namespace {
		c.find(ruleUnknown, c.top().path, pos.Line, pos.Column, nil)
		c.skip()
		return
	}
	p, path := c.child(name.Local, pos.Line, pos.Column, true)
	if p == nil {
		c.skip()
		return
	}
	c.attributes(nil, path, pos)
	if p.field == nil {
		c.push(p.node, path, pos.Line, pos.Column)
		return
	}
	c.value(p.field, path, pos)
}

// skip leaves an element out; an error of the scan ends the loop of CheckXML.
func (c *xmlChecker) skip() { _ = c.scan.Skip() }

func (c *xmlChecker) attributes(allowed []string, path string, pos xmlscan.Position) {
	for _, a := range c.scan.Attrs() {
		location := a.Space == nsXSI && (a.Local == "schemaLocation" || a.Local == "noNamespaceSchemaLocation")
		if !location && (a.Space != "" || !slices.Contains(allowed, a.Local)) {
			c.find(ruleAttribute, path, pos.Line, pos.Column, nil)
		}
	}
}

func (c *xmlChecker) value(t *fieldType, path string, pos xmlscan.Position) {
	depth := c.scan.Depth()
	text, err := c.scan.AppendText(c.buf[:0], c.max(t))
	c.buf = text[:0]
	if err != nil {
		if hasCode(err, "XML-050") {
			c.find(ruleElement, path, pos.Line, pos.Column, nil)
		} else if c.scan.Err() == nil {
			c.find(ruleLong, path, pos.Line, pos.Column, limit("max", c.max(t)))
		}
		for c.scan.Depth() > depth || c.scan.Kind() != xmlscan.EndElement {
			if !c.scan.Next() {
				return
			}
		}
		return
	}
	s := string(text)
	if t.kind != kindText && t.kind != kindFile {
		s = strings.Trim(s, " \t\r\n") // xs:whiteSpace collapse; none may stand inside
	}
	if rule, params, ok := t.value(s); !ok {
		c.find(rule, path, pos.Line, pos.Column, params)
	}
}

func hasCode(err error, code string) bool {
	var invalid *finding.InvalidError
	return errors.As(err, &invalid) && invalid.Has(code)
}
