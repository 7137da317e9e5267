package rule_test

import (
	"testing"

	"github.com/bausteine/egov/forms/rule"
)

// builder makes an expression of bytes.
type builder struct{ b []byte }

func (b *builder) next() byte {
	if len(b.b) == 0 {
		return 0
	}
	c := b.b[0]
	b.b = b.b[1:]
	return c
}

var fuzzPaths = []string{"text", "zahl", "tag", "ja", "zeit", "mehrere", "datei", "g", "g.x", "fehlt", "", "null"}

func (b *builder) path() string { return fuzzPaths[int(b.next())%len(fuzzPaths)] }

func (b *builder) operand(depth int) rule.Operand {
	n := b.next() % 16
	if depth == 0 {
		n %= 6
	}
	switch n {
	case 0, 1:
		return rule.Field(b.path())
	case 2:
		return rule.Number([]string{"0", "1.5", "-3", "x", "123456789012345678901234567890"}[b.next()%5])
	case 3:
		return rule.Text(string(b.next()))
	case 4:
		return []rule.Operand{rule.Today(), rule.Date("2024-02-29"), rule.Date("x"), rule.Bool(true), rule.Value{}, nil}[b.next()%6]
	case 5:
		return rule.Count(b.path())
	case 6:
		return rule.Sum(b.path())
	case 7:
		return rule.Add(b.operand(depth-1), b.operand(depth-1))
	case 8:
		return rule.Subtract(b.operand(depth-1), b.operand(depth-1))
	case 9:
		return rule.Multiply(b.operand(depth-1), b.operand(depth-1))
	case 10:
		return rule.AddDays(b.operand(depth-1), int(int8(b.next()))*1000)
	case 11:
		return rule.AddMonths(b.operand(depth-1), int(int8(b.next()))*100)
	case 12:
		return rule.AddYears(b.operand(depth-1), int(int8(b.next()))*100)
	case 13:
		return rule.YearsBetween(b.operand(depth-1), b.operand(depth-1))
	case 14:
		return rule.DaysBetween(b.operand(depth-1), b.operand(depth-1))
	}
	return rule.CountIf(b.path(), b.condition(depth-1))
}

func (b *builder) condition(depth int) rule.Condition {
	n := b.next() % 16
	if depth == 0 {
		n %= 4
	}
	switch n {
	case 0:
		return rule.Answered(b.path())
	case 1:
		return rule.Empty(b.path())
	case 2:
		return []rule.Condition{rule.Always(), rule.Never(), nil}[b.next()%3]
	case 3:
		return rule.In(b.operand(0), string(b.next()), "1")
	case 4:
		return rule.NotIn(b.operand(depth-1), string(b.next()))
	case 5:
		return rule.And(b.condition(depth-1), b.condition(depth-1))
	case 6:
		return rule.Or(b.condition(depth-1), b.condition(depth-1))
	case 7:
		return rule.Not(b.condition(depth - 1))
	case 8:
		return rule.Any(b.path(), b.condition(depth-1))
	case 9:
		return rule.All(b.path(), b.condition(depth-1))
	case 10:
		return rule.Less(b.operand(depth-1), b.operand(depth-1))
	case 11:
		return rule.LessOrEqual(b.operand(depth-1), b.operand(depth-1))
	case 12:
		return rule.Greater(b.operand(depth-1), b.operand(depth-1))
	case 13:
		return rule.GreaterOrEqual(b.operand(depth-1), b.operand(depth-1))
	case 14:
		return rule.NotEqual(b.operand(depth-1), b.operand(depth-1))
	}
	return rule.Equal(b.operand(depth-1), b.operand(depth-1))
}

// model is the form of the scope "here".
type model struct{}

var fuzzKinds = map[string]rule.Kind{
	"text": rule.KindText, "zahl": rule.KindNumber, "tag": rule.KindDate, "ja": rule.KindBool, "zeit": rule.KindTime, "mehrere": rule.KindList,
	"datei": rule.KindOther, "g": rule.KindMissing, "g.x": rule.KindNumber, "null": rule.KindNumber,
}

func (model) Kind(path string) (rule.Kind, bool) { k, ok := fuzzKinds[path]; return k, ok }
func (model) Knows(path, value string) bool      { return path != "mehrere" || value == "1" || value == "2" }
func (model) Repeated(path string) []string {
	if path == "g" || path == "g.x" {
		return []string{"g"}
	}
	return nil
}

// Whatever is built is evaluated, printed and checked without a panic; what is
// checked gives operands of the kind that was said, and an order is total.
func FuzzRules(f *testing.F) {
	f.Add([]byte{15, 0, 0, 3, 'a'})
	f.Add([]byte{5, 8, 7, 10, 0, 8, 2, 1, 9, 7, 0, 8})
	f.Add([]byte{10, 12, 0, 2, 5, 4, 0, 13, 13, 0, 2, 4, 1, 2, 1})
	f.Add([]byte{14, 9, 9, 2, 4, 2, 4, 9, 2, 4, 2, 4, 6, 8})
	f.Fuzz(func(t *testing.T, data []byte) {
		b := &builder{data}
		c, x, y := b.condition(5), b.operand(5), b.operand(5)
		_, found := rule.Check(c, model{}, nil)
		for _, p := range found {
			if p.Code == "" || p.Params["expression"] == "" {
				t.Fatalf("a finding without code or place: %v", p)
			}
		}
		if c != nil {
			_ = c.String()
		}
		rule.Paths(c)
		if rule.Holds(c, here) == rule.Holds(rule.Not(c), here) {
			t.Fatal("not is no negation")
		}
		rule.Present(c, here)
		kind, found := rule.Check(x, model{}, nil)
		v, w := rule.Evaluate(x, here), rule.Evaluate(y, here)
		if len(found) == 0 && !v.Missing() && v.Kind() != kind {
			t.Fatalf("%s is %s, not %s", x, v.Kind(), kind)
		}
		less, equal, greater := rule.Holds(rule.Less(x, y), here), rule.Holds(rule.Equal(x, y), here), rule.Holds(rule.Greater(x, y), here)
		if less && equal || less && greater || equal && greater {
			t.Fatal("two orders at once")
		}
		if v.Missing() || w.Missing() {
			if less || equal || greater || rule.Holds(rule.NotEqual(x, y), here) {
				t.Fatal("something missing compares")
			}
		} else if v.Kind() == rule.KindNumber && w.Kind() == rule.KindNumber && !less && !equal && !greater {
			t.Fatal("two numbers do not compare")
		}
	})
}
