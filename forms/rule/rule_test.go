package rule_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/rule"
)

// place is a scope over plain values: one repeated group "g" with field "x".
type place struct {
	values  map[string]rule.Value
	entries []map[string]rule.Value
}

func (p place) Value(path string) rule.Value { return p.values[path] }
func (p place) Answered(path string) bool    { return !p.values[path].Missing() }
func (p place) Today() string                { return "2026-11-23" }

func (p place) Entries(group string) []rule.Scope {
	var list []rule.Scope
	for _, e := range p.entries {
		values := map[string]rule.Value{}
		for path, v := range p.values {
			values[path] = v
		}
		for path, v := range e {
			values[path] = v
		}
		list = append(list, place{values: values})
	}
	return list
}

func (p place) Values(path string) []rule.Value {
	var list []rule.Value
	for _, e := range p.entries {
		list = append(list, e[path])
	}
	return list
}

func (p place) Count(path string) int { return len(p.entries) }

var here = place{
	values: map[string]rule.Value{
		"text": rule.Text("a"), "zahl": rule.Number("2.50"), "tag": rule.Date("2024-02-29"), "ja": rule.Bool(true), "zeit": rule.Time("08:30"),
		"mehrere": rule.List("1", "2"), "datei": rule.Other(), "null": rule.Number("0"), "leer": rule.Text(""),
	},
	entries: []map[string]rule.Value{{"g.x": rule.Number("1")}, {"g.x": rule.Number("2.5")}, {}},
}

func f(path string) rule.Operand { return rule.Field(path) }

func TestConditions(t *testing.T) {
	n := rule.Number
	missing := f("fehlt")
	for _, tt := range []struct {
		c       rule.Condition
		holds   bool
		present bool
		text    string
	}{
		{rule.Equal(f("text"), rule.Text("a")), true, true, `text = "a"`},
		{rule.Equal(f("text"), rule.Text("A")), false, true, `text = "A"`},
		{rule.NotEqual(f("text"), rule.Text("b")), true, true, `text ≠ "b"`},
		{rule.Equal(missing, rule.Text("a")), false, false, `fehlt = "a"`},
		{rule.NotEqual(missing, rule.Text("a")), false, false, `fehlt ≠ "a"`},
		{rule.Not(rule.Equal(missing, rule.Text("a"))), true, false, `nicht (fehlt = "a")`},
		{rule.Less(missing, n("1")), false, false, "fehlt < 1"},
		{rule.GreaterOrEqual(n("1"), missing), false, false, "1 ≥ fehlt"},
		{rule.Equal(f("zahl"), n("2.5")), true, true, "zahl = 2.5"},
		{rule.Less(f("zahl"), n("2.5000001")), true, true, "zahl < 2.5000001"},
		{rule.LessOrEqual(f("zahl"), n("2.5")), true, true, "zahl ≤ 2.5"},
		{rule.Greater(f("zahl"), n("-2.5")), true, true, "zahl > -2.5"},
		{rule.Equal(rule.Add(n("0.1"), n("0.2")), n("0.3")), true, true, "(0.1 + 0.2) = 0.3"},
		{rule.Less(f("tag"), rule.Today()), true, true, "tag < heute"},
		{rule.Greater(f("zeit"), rule.Text("08:29:59")), true, true, `zeit > "08:29:59"`},
		{rule.Equal(f("ja"), rule.Bool(true)), true, true, "ja = ja"},
		{rule.In(f("ja"), "false", "true"), true, true, `ja aus {"false", "true"}`},
		{rule.In(f("zahl"), "2.50"), true, true, `zahl aus {"2.50"}`},
		{rule.In(missing, ""), false, false, `fehlt aus {""}`},
		{rule.NotIn(missing, "a"), false, false, `fehlt nicht aus {"a"}`},
		{rule.NotIn(f("text"), "b"), true, true, `text nicht aus {"b"}`},
		{rule.Equal(f("mehrere"), rule.Text("2")), true, true, `mehrere = "2"`},
		{rule.NotEqual(f("mehrere"), rule.Text("2")), false, true, `mehrere ≠ "2"`},
		{rule.NotEqual(f("mehrere"), rule.Text("3")), true, true, `mehrere ≠ "3"`},
		{rule.Equal(f("mehrere"), f("mehrere")), true, true, "mehrere = mehrere"},
		{rule.In(f("mehrere"), "3", "1"), true, true, `mehrere aus {"3", "1"}`},
		{rule.NotIn(f("mehrere"), "3", "1"), false, true, `mehrere nicht aus {"3", "1"}`},
		{rule.Equal(f("leer"), rule.Text("")), true, true, `leer = ""`},
		{rule.Answered("text"), true, true, "text ist ausgefüllt"},
		{rule.Answered("fehlt"), false, true, "fehlt ist ausgefüllt"},
		{rule.Empty("fehlt"), true, true, "fehlt ist leer"},
		{rule.And(), true, true, "immer"},
		{rule.Or(), false, true, "nie"},
		{rule.And(rule.Answered("text"), rule.Or(rule.Never(), rule.Answered("ja"))), true, true, "text ist ausgefüllt und (nie oder ja ist ausgefüllt)"},
		{rule.Or(rule.Never(), rule.Equal(missing, n("1"))), false, false, "nie oder fehlt = 1"},
		{rule.Any("g", rule.Greater(f("g.x"), n("2"))), true, false, "ein g: (g.x > 2)"},
		{rule.All("g", rule.Greater(f("g.x"), n("0"))), false, false, "jedes g: (g.x > 0)"},
		{rule.Any("g", rule.Empty("g.x")), true, true, "ein g: (g.x ist leer)"},
		{rule.Less(rule.Count("g"), n("4")), true, true, "Anzahl(g) < 4"},
		{rule.Equal(rule.CountIf("g", rule.Answered("g.x")), n("2")), true, true, "Anzahl(g: g.x ist ausgefüllt) = 2"},
		{rule.Always(), true, true, "immer"},
		{nil, true, true, ""},
		{rule.Equal(rule.Number("keine"), rule.Number("keine")), false, false, `(kein Wert: "keine") = (kein Wert: "keine")`},
		{rule.Equal(f("datei"), f("datei")), false, true, "datei = datei"},
	} {
		if tt.c != nil {
			assert.Equal(t, tt.text, tt.c.String())
		}
		assert.Equal(t, tt.holds, rule.Holds(tt.c, here), tt.text)
		assert.Equal(t, tt.present, rule.Present(tt.c, here), tt.text)
	}
}

func TestOperands(t *testing.T) {
	n, d := rule.Number, rule.Date
	for _, tt := range []struct {
		o    rule.Operand
		want string
		text string
	}{
		{f("zahl"), "2.5", "zahl"},
		{n("-007.500"), "-7.5", "-7.5"},
		{n("-0"), "0", "0"},
		{n("0.000"), "0", "0"},
		{rule.Subtract(n("1"), n("1.05")), "-0.05", "(1 - 1.05)"},
		{rule.Multiply(f("zahl"), n("0.4")), "1", "(zahl · 0.4)"},
		{rule.Multiply(n("99999999999999999999"), n("99999999999999999999")), "9999999999999999999800000000000000000001", "(99999999999999999999 · 99999999999999999999)"},
		{rule.Add(n("1"), f("fehlt")), "", "(1 + fehlt)"},
		{rule.Add(n("1"), f("text")), "", "(1 + text)"},
		{rule.Sum("g.x"), "3.5", "Summe(g.x)"},
		{rule.Count("g"), "3", "Anzahl(g)"},
		{rule.Today(), "2026-11-23", "heute"},
		{rule.AddDays(f("tag"), 1), "2024-03-01", "(tag + 1 Tage)"},
		{rule.AddDays(f("tag"), -60), "2023-12-31", "(tag - 60 Tage)"},
		{rule.AddMonths(d("2026-01-31"), 1), "2026-02-28", "(2026-01-31 + 1 Monate)"},
		{rule.AddMonths(d("2024-01-31"), 1), "2024-02-29", "(2024-01-31 + 1 Monate)"},
		{rule.AddMonths(d("2026-03-31"), -1), "2026-02-28", "(2026-03-31 - 1 Monate)"},
		{rule.AddYears(f("tag"), 1), "2025-02-28", "(tag + 1 Jahre)"},
		{rule.AddYears(f("tag"), 4), "2028-02-29", "(tag + 4 Jahre)"},
		{rule.AddYears(f("tag"), 9000), "", "(tag + 9000 Jahre)"},
		{rule.AddDays(f("text"), 1), "", "(text + 1 Tage)"},
		{rule.YearsBetween(d("2008-11-23"), rule.Today()), "18", "Jahre(2008-11-23 bis heute)"},
		{rule.YearsBetween(d("2008-11-24"), rule.Today()), "17", "Jahre(2008-11-24 bis heute)"},
		{rule.YearsBetween(d("2008-02-29"), d("2026-02-28")), "17", "Jahre(2008-02-29 bis 2026-02-28)"},
		{rule.YearsBetween(d("2008-02-29"), d("2026-03-01")), "18", "Jahre(2008-02-29 bis 2026-03-01)"},
		{rule.YearsBetween(rule.Today(), d("2008-11-23")), "-18", "Jahre(heute bis 2008-11-23)"},
		{rule.DaysBetween(d("2024-02-28"), d("2024-03-01")), "2", "Tage(2024-02-28 bis 2024-03-01)"},
		{rule.DaysBetween(d("2026-03-28"), d("2026-03-30")), "2", "Tage(2026-03-28 bis 2026-03-30)"}, // summer time began
		{rule.DaysBetween(d("1900-01-01"), d("1899-12-31")), "-1", "Tage(1900-01-01 bis 1899-12-31)"},
		{d("2026-02-30"), "", `(kein Wert: "2026-02-30")`},
		{d("2026-2-3"), "", `(kein Wert: "2026-2-3")`},
		{n("1,5"), "", `(kein Wert: "1,5")`},
		{n("1e3"), "", `(kein Wert: "1e3")`},
		{n("."), "", `(kein Wert: ".")`},
		{rule.Value{}, "", "(nichts)"},
	} {
		assert.Equal(t, tt.text, tt.o.String())
		assert.Equal(t, tt.want, rule.Evaluate(tt.o, here).Answer(), tt.text)
	}
	assert.True(t, rule.Evaluate(nil, here).Missing())
	for in, want := range map[string]bool{"3": true, "3.0": true, "3.5": false, "99999999999999999999": false, "x": false} {
		_, ok := n(in).Whole()
		assert.Equal(t, want, ok, in)
	}
}

func TestPaths(t *testing.T) {
	c := rule.And(rule.Any("g", rule.Equal(f("g.x"), f("a"))), rule.Less(rule.Sum("g.x"), rule.Add(rule.Count("g"), f("b"))), rule.Not(rule.Answered("a")),
		rule.In(rule.AddDays(f("d"), 1), "x"), rule.Less(rule.CountIf("h", rule.Always()), rule.YearsBetween(f("e"), rule.Today())))
	assert.Equal(t, []string{"g", "g.x", "a", "b", "d", "h", "e"}, rule.Paths(c))
	assert.Nil(t, rule.Paths(nil))
	assert.Equal(t, []rule.Reference{{Path: "g", Entries: true}}, rule.References(rule.Count("g")))
	assert.Equal(t, []rule.Reference{{Path: "g"}}, rule.References(rule.Answered("g")))
}

func TestRulesNeverChange(t *testing.T) {
	values := []string{"a"}
	cs := []rule.Condition{rule.In(f("text"), values...)}
	c := rule.And(cs...)
	values[0], cs[0] = "b", rule.Never()
	require.True(t, rule.Holds(c, here))
}

// An answer does not get into a log through a value.
func TestValuesRedact(t *testing.T) {
	assert.Equal(t, "text", rule.Text("Geheimnis").LogValue().String())
	assert.Equal(t, slog.KindString, rule.Value{}.LogValue().Kind())
	assert.Equal(t, "other", rule.Kind(200).String())
}

func Example() {
	minor := rule.Less(rule.YearsBetween(rule.Field("person.geburt"), rule.Today()), rule.Number("18"))
	fmt.Println(minor)
	fmt.Println(rule.Paths(minor))
	// Output:
	// Jahre(person.geburt bis heute) < 18
	// [person.geburt]
}
