package rule

import (
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// Model says which fields and groups a form has, for [Check].
type Model interface {
	// Kind is the kind of the answers to a field, [KindMissing] for a group. It
	// reports false for a path that the form does not have.
	Kind(path string) (Kind, bool)
	// Repeated are the paths of the repeated groups that a field or group is
	// in, outermost first; a repeated group itself is the last one of its own.
	Repeated(path string) []string
	// Knows reports whether a field can have the value; for a choice, whether
	// it is an option.
	Knows(path, value string) bool
}

const source = "package forms/rule"

var (
	rulePath    = finding.Rule{Code: "RULE-001", Source: source, Message: "the rule names a field or group that the form does not have"}
	ruleKind    = finding.Rule{Code: "RULE-002", Source: source, Message: "the rule compares or calculates with values of kinds that do not go together"}
	ruleOption  = finding.Rule{Code: "RULE-003", Source: source, Message: "the rule names a value that the field cannot have"}
	ruleScope   = finding.Rule{Code: "RULE-004", Source: source, Message: "the field is in a repeated group: which entry is meant? Use Any, All, Count or Sum"}
	ruleGroup   = finding.Rule{Code: "RULE-005", Source: source, Message: "this needs the path of a repeated group"}
	ruleLiteral = finding.Rule{Code: "RULE-006", Source: source, Message: "the text is no number, no day in the form of ISO 8601, or nothing that it is compared with"}
	ruleNil     = finding.Rule{Code: "RULE-007", Source: source, Message: "a part of the rule is missing"}
	ruleValue   = finding.Rule{Code: "RULE-008", Source: source, Message: "the path is that of a group: a group has no value"}
)

// Rules returns the catalogue of what [Check] can find.
func Rules() []finding.Rule {
	return []finding.Rule{rulePath, ruleKind, ruleOption, ruleScope, ruleGroup, ruleLiteral, ruleNil, ruleValue}
}

// Check checks an expression against a form before it is ever evaluated. The
// rule stands at an element inside the repeated groups given by within,
// outermost first (see [Model.Repeated]). It returns the kind of an operand
// ([KindBool] for a condition) and what is wrong; the path of a finding is
// empty, its parameters name the path and the part of the rule. Of an expression
// with very many mistakes the first 20 are said.
func Check(e Expr, m Model, within []string) (Kind, []finding.Finding) {
	c := &checker{model: m, within: within}
	kind := c.expr(e)
	return kind, c.findings
}

type checker struct {
	model    Model
	within   []string
	findings []finding.Finding
}

// mostFindings and mostText bound what is said about one expression.
const mostFindings, mostText = 20, 2000

func (c *checker) find(r finding.Rule, e Expr, path string) {
	if len(c.findings) == mostFindings {
		return
	}
	expression := text(e)
	if len(expression) > mostText {
		expression = strings.ToValidUTF8(expression[:mostText], "") + " …"
	}
	params := map[string]string{"expression": expression}
	if path != "" {
		params["path"] = path
	}
	c.findings = append(c.findings, r.At("", 0, 0, params))
}

func (c *checker) expr(e Expr) Kind {
	if e == nil {
		c.find(ruleNil, nil, "")
		return KindMissing
	}
	return e.check(c)
}

// condition checks a part that must be a condition.
func (c *checker) condition(e Condition) {
	if e == nil {
		c.find(ruleNil, nil, "")
		return
	}
	e.check(c)
}

func (c *checker) operand(e Operand) Kind {
	if e == nil {
		c.find(ruleNil, nil, "")
		return KindMissing
	}
	return e.check(c)
}

func (v Value) check(c *checker) Kind {
	if v.bad {
		c.find(ruleLiteral, v, "")
	}
	return v.kind
}

func (f field) check(c *checker) Kind {
	kind, ok := c.known(f, f.path)
	if !ok {
		return KindMissing
	}
	if kind == KindMissing {
		c.find(ruleValue, f, f.path)
		return KindMissing
	}
	for _, group := range c.model.Repeated(f.path) {
		if !c.inside(group) {
			c.find(ruleScope, f, f.path)
			return KindMissing
		}
	}
	return kind
}

func (c *checker) known(e Expr, path string) (Kind, bool) {
	kind, ok := c.model.Kind(path)
	if !ok {
		c.find(rulePath, e, path)
	}
	return kind, ok
}

func (c *checker) inside(group string) bool {
	for _, g := range c.within {
		if g == group {
			return true
		}
	}
	return false
}

// enter checks a condition about the entries of a group.
func (c *checker) enter(e Expr, group string, cond Condition) {
	if _, ok := c.known(e, group); !ok {
		return
	}
	repeated := c.model.Repeated(group)
	if len(repeated) == 0 || repeated[len(repeated)-1] != group {
		c.find(ruleGroup, e, group)
		return
	}
	old := c.within
	c.within = repeated
	c.condition(cond)
	c.within = old
}

func (today) check(*checker) Kind    { return KindDate }
func (constant) check(*checker) Kind { return KindBool }

func (a answered) check(c *checker) Kind { c.known(a, a.path); return KindBool }
func (n not) check(c *checker) Kind      { c.condition(n.c); return KindBool }
func (c count) check(k *checker) Kind    { k.known(c, c.path); return KindNumber }
func (q quantified) check(c *checker) Kind {
	c.enter(q, q.group, q.c)
	return KindBool
}

func (c countIf) check(k *checker) Kind {
	k.enter(c, c.group, c.c)
	return KindNumber
}

func (j junction) check(c *checker) Kind {
	for _, part := range j.cs {
		c.condition(part)
	}
	return KindBool
}

func (u sum) check(c *checker) Kind {
	kind, ok := c.known(u, u.path)
	switch {
	case !ok:
	case kind != KindNumber:
		c.find(ruleKind, u, u.path)
	case len(c.model.Repeated(u.path)) == 0:
		c.find(ruleGroup, u, u.path)
	}
	return KindNumber
}

func (a arithmetic) check(c *checker) Kind {
	x, y := c.operand(a.a), c.operand(a.b)
	if x != KindMissing && x != KindNumber || y != KindMissing && y != KindNumber {
		c.find(ruleKind, a, "")
	}
	return KindNumber
}

func (h shift) check(c *checker) Kind {
	if k := c.operand(h.a); k != KindMissing && k != KindDate {
		c.find(ruleKind, h, "")
	}
	return KindDate
}

func (b between) check(c *checker) Kind {
	x, y := c.operand(b.a), c.operand(b.b)
	if x != KindMissing && x != KindDate || y != KindMissing && y != KindDate {
		c.find(ruleKind, b, "")
	}
	return KindNumber
}

func (c compare) check(k *checker) Kind {
	a, b := k.operand(c.a), k.operand(c.b)
	if a == KindMissing || b == KindMissing {
		return KindBool // said already
	}
	equality := c.op == "=" || c.op == "≠"
	ok := a == b && (a == KindNumber || a == KindDate || a == KindTime || equality && a != KindOther) ||
		a == KindTime && b == KindText || a == KindText && b == KindTime ||
		equality && (a == KindList && b == KindText || a == KindText && b == KindList)
	if !ok {
		k.find(ruleKind, c, "")
		return KindBool
	}
	if a == KindTime && b == KindText {
		k.literal(c, a, c.b)
	} else if a == KindText && b == KindTime {
		k.literal(c, b, c.a)
	}
	if equality {
		k.option(c, c.a, c.b)
		k.option(c, c.b, c.a)
	}
	return KindBool
}

// literal checks a text that stands for a value of the kind.
func (c *checker) literal(e Expr, kind Kind, o Operand) {
	if v, ok := o.(Value); ok && !fits(kind, v.text) {
		c.find(ruleLiteral, e, "")
	}
}

// option checks a literal that a field is compared with.
func (c *checker) option(e Expr, a, b Operand) {
	f, isField := a.(field)
	v, isLiteral := b.(Value)
	if isField && isLiteral && (v.kind == KindText || v.kind == KindBool) && !c.model.Knows(f.path, v.text) {
		c.find(ruleOption, e, f.path)
	}
}

func (c in) check(k *checker) Kind {
	kind := k.operand(c.a)
	if kind == KindOther {
		k.find(ruleKind, c, "")
	}
	f, isField := c.a.(field)
	for _, v := range c.values {
		switch {
		case isField && kind != KindMissing && !k.model.Knows(f.path, v):
			k.find(ruleOption, c, f.path)
			return KindBool
		case !fits(kind, v):
			k.find(ruleLiteral, c, "")
			return KindBool
		}
	}
	return KindBool
}
