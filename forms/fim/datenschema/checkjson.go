package datenschema

import (
	"io"
	"strings"

	"github.com/bausteine/egov/forms/fim/internal/decimal"
	"github.com/bausteine/egov/forms/fim/internal/strictjson"
)

// CheckJSON judges a document in JSON as its JSON Schema does
// ([Schema.WriteJSONSchema]), and names place and rule of all that is wrong with
// it; beyond it, it knows the limits of times and the patterns of numbers, and
// that a text must be one for XML, too. A document that cannot be read, or that
// has a key twice, gives a *finding.InvalidError (codes JSON-…); an error of r is
// returned, wrapped. The report is nil then.
func (s *Schema) CheckJSON(r io.Reader, o *CheckOptions) (*Report, error) {
	bytes, file := o.limits()
	scan, err := strictjson.Read(r, bytes, 2*maxDepth+8)
	if err != nil {
		return nil, err
	}
	c := &jsonChecker{scan: scan}
	c.maxFile = file
	if scan.Next() {
		c.object(s.top, "/"+s.root)
	}
	for scan.Next() { // the end of the document
	}
	if err := scan.Err(); err != nil {
		return nil, err
	}
	return c.report(), nil
}

type jsonChecker struct {
	checker
	scan *strictjson.Scanner
}

// object reads a group, whose value is at hand.
func (c *jsonChecker) object(n *node, path string) {
	line, column := c.scan.Pos()
	if c.scan.Kind() != strictjson.ObjectStart {
		c.wrong(path, "object")
		return
	}
	c.push(n, path, line, column)
	for c.scan.Next() && c.scan.Kind() == strictjson.Key {
		c.member()
	}
	c.pop()
}

// wrong finds a value of another type and leaves it out.
func (c *jsonChecker) wrong(path, want string) {
	line, column := c.scan.Pos()
	c.find(ruleJSONType, path, line, column, map[string]string{"type": want})
	c.scan.Skip()
}

func (c *jsonChecker) member() {
	name := string(c.scan.Text())
	line, column := c.scan.Pos()
	f := c.top()
	i := f.find(name)
	if !c.scan.Next() {
		return
	}
	switch {
	case i < 0:
		c.find(ruleUnknown, f.path, line, column, nil)
		c.scan.Skip()
	case !f.parts[i].many():
		if p, path := c.child(name, line, column, false); p.field != nil {
			c.value(p.field, path)
		} else {
			c.object(p.node, path)
		}
	case c.scan.Kind() != strictjson.ArrayStart:
		f.counts[i] = max(f.parts[i].min, 1) // it is there, and wrong
		c.wrong(f.path+"/"+name, "array")
	default:
		c.array(i, line, column)
	}
}

// array reads the entries of what may occur several times. An empty array that
// is optional is like none, but in a choice it is one.
func (c *jsonChecker) array(i, line, column int) {
	name := c.top().parts[i].name
	for c.scan.Next() && c.scan.Kind() != strictjson.ArrayEnd {
		entryLine, entryColumn := c.scan.Pos()
		if p, path := c.child(name, entryLine, entryColumn, false); p.field != nil {
			c.value(p.field, path)
		} else {
			c.object(p.node, path)
		}
	}
	if f := c.top(); f.choice && f.counts[i] == 0 {
		c.find(ruleMissing, f.path+"/"+name, line, column, limit("min", f.parts[i].min))
	}
}

// value reads a field, whose value is at hand.
func (c *jsonChecker) value(t *fieldType, path string) {
	line, column := c.scan.Pos()
	want := (&node{field: t}).jsonType()
	kind := strictjson.String
	switch t.kind {
	case kindBool:
		kind = strictjson.Bool
	case kindNumber, kindInteger:
		kind = strictjson.Number
	}
	if c.scan.Kind() != kind {
		c.wrong(path, want)
		return
	}
	s := string(c.scan.Text())
	switch {
	case len(s) > c.max(t):
		c.find(ruleLong, path, line, column, limit("max", c.max(t)))
		return
	case kind == strictjson.Number:
		d, ok := decimal.ParseJSON(s)
		if !ok || t.kind == kindInteger && !d.IsInteger() {
			c.find(ruleType, path, line, column, map[string]string{"type": t.kind.String()})
			return
		}
		s = d.String()
	case !isXML(s):
		c.find(ruleChars, path, line, column, nil)
		return
	}
	if rule, params, ok := t.value(s); !ok {
		c.find(rule, path, line, column, params)
	}
}

// isXML reports whether XML can hold the text (XML 1.0, section 2.2).
func isXML(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	})
}
