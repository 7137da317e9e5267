package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bausteine/egov/forms/rule"
)

// Compare says which is larger, nothing about by how much.
func TestCompareIsASign(t *testing.T) {
	for _, p := range [][2]rule.Value{
		{rule.Date("2024-01-01"), rule.Date("2026-01-01")},
		{rule.Number("-5"), rule.Number("100")},
		{rule.Time("08:30"), rule.Time("17:00")},
		{rule.Time("08:30"), rule.Time("08:30:01")},
		{rule.Time("2026-04-03T08:30"), rule.Time("2026-04-03T08:30:01")},
	} {
		n, ok := p[0].Compare(p[1])
		assert.True(t, ok)
		assert.Equal(t, -1, n)
		n, _ = p[1].Compare(p[0])
		assert.Equal(t, 1, n)
	}
}

// A time without seconds is that with none.
func TestTimesWithSeconds(t *testing.T) {
	h := func(c rule.Condition) bool { return rule.Holds(c, here) }
	for _, pair := range [][2]string{{"08:30", "08:30:00"}, {"2026-04-03T08:30", "2026-04-03T08:30:00"}} {
		short, long := rule.Time(pair[0]), rule.Time(pair[1])
		assert.True(t, h(rule.Equal(short, long)))
		assert.False(t, h(rule.NotEqual(long, short)))
		assert.False(t, h(rule.Less(short, long)))
		assert.True(t, h(rule.In(long, pair[0])))
		assert.True(t, h(rule.Equal(rule.Text(pair[0]), long)))
	}
}

// Literals that can never be equal to what they are compared with are found.
func TestLiteralsOfAnotherKind(t *testing.T) {
	for name, c := range map[string]rule.Condition{
		"hour of one digit": rule.Greater(f("zeit"), rule.Text("9:00")),
		"no time":           rule.Equal(rule.Text("abends"), f("zeit")),
		"in, no number":     rule.In(f("zahl"), "1", "1,5"),
		"in, German day":    rule.In(f("tag"), "3.4.2026"),
		"in, no yes":        rule.In(f("ja"), "ja"),
		"in, no time":       rule.NotIn(f("zeit"), "8:30"),
	} {
		_, found := rule.Check(c, model{}, nil)
		if assert.Len(t, found, 1, name) {
			assert.Equal(t, "RULE-006", found[0].Code, name)
		}
	}
	for _, c := range []rule.Condition{rule.Greater(f("zeit"), rule.Text("09:00")), rule.In(f("zahl"), "1.50"), rule.In(f("tag"), "2026-04-03"), rule.In(f("ja"), "true", "false"), rule.In(f("zeit"), "08:30:00")} {
		_, found := rule.Check(c, model{}, nil)
		assert.Empty(t, found, c.String())
	}
}

// A tree of any depth is checked, printed and evaluated.
func TestDeepTrees(t *testing.T) {
	c, o := rule.Equal(f("zahl"), rule.Number("2.5")), rule.Operand(rule.Number("0.1"))
	for range 10000 {
		c = rule.Not(c)
		o = rule.Add(o, rule.Number("0.1"))
	}
	start := time.Now()
	_, found := rule.Check(c, model{}, nil)
	assert.Empty(t, found)
	assert.True(t, rule.Holds(c, here))
	assert.True(t, rule.Present(c, here))
	assert.Equal(t, "1000.1", rule.Evaluate(o, here).Answer())
	assert.Len(t, rule.Paths(c), 1)
	assert.Less(t, time.Since(start), 5*time.Second)
	bad := rule.Operand(rule.Text("x"))
	for range 3000 {
		bad = rule.Add(bad, rule.Text("x"))
	}
	_, found = rule.Check(bad, model{}, nil)
	size := 0
	for _, p := range found {
		size += len(p.Params["expression"])
	}
	assert.NotEmpty(t, found)
	assert.Less(t, size, 1<<20, "the report of a bad rule is bounded")
}

// An expression used twice in itself, again and again, cannot make numbers grow
// without end.
func TestNumbersAreBounded(t *testing.T) {
	o := rule.Operand(rule.Number("9999999999999999999999999999999999999999"))
	for range 12 {
		o = rule.Multiply(o, o)
	}
	assert.True(t, rule.Evaluate(o, here).Missing())
}
