package regel

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/rule"
)

// effects turns the sentences into typed rules.
func (b *binder) effects() []Effect {
	var out []Effect
	for _, s := range b.bound {
		switch s.what {
		case exactlyOne, atLeastOne:
			out = append(out, s.valid())
		case countOf:
			out = append(out, Effect{Kind: Count, Path: s.targets[0].Path, Times: rule.Field(s.number.Path)})
		default:
			for _, t := range s.targets {
				e := Effect{Kind: Show, Path: t.Path, Needs: s.wenn.needs()}
				switch s.what {
				case requireIf:
					e.Kind, e.If = Require, s.wenn.holds(t)
				case onlyIf:
					e.If = s.wenn.holds(t)
				case hideIf:
					e.If = s.wenn.fails(t)
				}
				out = append(out, e)
			}
		}
	}
	return out
}

// valid is the check that exactly one, or at least one, of the elements is
// filled in or has the value.
func (s *bound) valid() Effect {
	each := make([]rule.Condition, len(s.targets))
	labels := make([]string, len(s.targets))
	for i, t := range s.targets {
		labels[i] = "„" + t.Label + "“"
		if each[i] = rule.Answered(t.Path); s.value != nil {
			each[i] = rule.Equal(rule.Field(t.Path), s.value.operand)
		}
	}
	e := Effect{Kind: Valid, Path: common(s.targets), If: rule.Or(each...)}
	list := strings.Join(labels[:len(labels)-1], ", ") + " oder " + labels[len(labels)-1]
	switch {
	case s.what == exactlyOne:
		var pairs []rule.Condition
		for i := range each {
			for j := range i {
				pairs = append(pairs, rule.Not(rule.And(each[j], each[i])))
			}
		}
		e.If = rule.And(append([]rule.Condition{e.If}, pairs...)...)
		e.Message = "Machen Sie Angaben zu " + list + ", aber nur zu einem davon."
	case s.value != nil:
		e.Message = "Mindestens eine dieser Angaben muss " + s.value.words + " lauten: " + strings.Join(labels, ", ") + "."
	default:
		e.Message = "Machen Sie Angaben zu " + list + "."
	}
	return e
}

// common is the path of the innermost group that all elements lie in.
func common(list []Element) string {
	parts := strings.Split(list[0].Path, ".")
	parts = parts[:len(parts)-1]
	for _, e := range list[1:] {
		other := strings.Split(e.Path, ".")
		n := 0
		for n < len(parts) && n < len(other)-1 && parts[n] == other[n] {
			n++
		}
		parts = parts[:n]
	}
	return strings.Join(parts, ".")
}

// atoms are the comparisons of a condition.
func (c *boundCondition) atoms() []boundCondition {
	if len(c.subs) == 0 {
		return []boundCondition{*c}
	}
	return c.subs
}

// needs are the fields that must have an answer for the condition to say
// anything.
func (c *boundCondition) needs() []string {
	var out []string
	for _, atom := range c.atoms() {
		if atom.op == "<>" {
			out = append(out, atom.field.Path)
		}
	}
	return out
}

// holds is the condition as a typed rule at the target. A field without answer
// meets no comparison.
func (c *boundCondition) holds(target Element) rule.Condition {
	if len(c.subs) > 0 {
		list := make([]rule.Condition, len(c.subs))
		for i := range c.subs {
			list[i] = c.subs[i].holds(target)
		}
		if c.or {
			return rule.Or(list...)
		}
		return rule.And(list...)
	}
	switch c.how {
	case answered:
		return rule.Answered(c.field.Path)
	case empty:
		return rule.Empty(c.field.Path)
	}
	return c.compare(c.op, target)
}

// compare is a comparison of the field, which may lie in groups that are left
// out and that the target does not lie in.
func (c *boundCondition) compare(op string, target Element) rule.Condition {
	field, v := rule.Field(c.field.Path), c.value.operand
	out := map[string]func(a, b rule.Operand) rule.Condition{
		"=": rule.Equal, "<>": rule.NotEqual, "<": rule.Less, "<=": rule.LessOrEqual, ">": rule.Greater, ">=": rule.GreaterOrEqual,
	}[op](field, v)
	for _, r := range slices.Backward(c.field.beyond(target)) {
		out = rule.Any(r.Path, out)
	}
	return out
}

// fails is the opposite of the condition. What is hidden if a field has another
// value than one is hidden as well while it has none.
func (c *boundCondition) fails(target Element) rule.Condition {
	if len(c.subs) > 0 {
		list := make([]rule.Condition, len(c.subs))
		for i := range c.subs {
			list[i] = c.subs[i].fails(target)
		}
		if c.or {
			return rule.And(list...)
		}
		return rule.Or(list...)
	}
	if c.how == compare && c.op == "<>" {
		return c.compare("=", target)
	}
	return rule.Not(c.holds(target))
}

// key tells conditions apart.
func (c *boundCondition) key() string {
	if len(c.subs) > 0 {
		join := " & "
		if c.or {
			join = " | "
		}
		parts := make([]string, len(c.subs))
		for i := range c.subs {
			parts[i] = c.subs[i].key()
		}
		return strings.Join(parts, join)
	}
	return c.field.Path + " " + string('0'+rune(c.how)) + c.op + c.value.key
}
