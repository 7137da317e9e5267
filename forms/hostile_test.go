package forms_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/rule"
)

// oneStep compiles a form of one step "s".
func oneStep(t testing.TB, o *forms.Options, elements ...forms.Element) *forms.Form {
	t.Helper()
	f, err := forms.Compile(forms.Definition{ID: "S1", Version: "1", Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: elements}}}, o)
	require.NoError(t, err)
	return f
}

func codesOf(errs []forms.FieldError) map[string]string {
	m := map[string]string{}
	for _, e := range errs {
		m[e.Path] = e.Code
	}
	return m
}

// A page that does not show a box says nothing about it.
func TestHiddenBoxesAreKept(t *testing.T) {
	shown := rule.Equal(rule.Field("s.mehr"), rule.Text("ja"))
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "mehr", Label: "Mehr", Type: forms.TypeChoice, Options: []forms.Option{{Value: "ja", Label: "Ja"}, {Value: "nein", Label: "Nein"}}},
		forms.FieldDefinition{Name: "wahr", Label: "Wahr", Type: forms.TypeBool, Visible: shown},
		forms.FieldDefinition{Name: "tage", Label: "Tage", Type: forms.TypeMulti, Options: []forms.Option{{Value: "1", Label: "1"}, {Value: "2", Label: "2"}}, Visible: shown},
	)
	nein := url.Values{"s.mehr": {"nein"}}
	a, err := f.Decode("s", nein, forms.Answers{})
	require.NoError(t, err)
	assert.True(t, a.Get("s.wahr").Absent(), "a box that nobody was asked about is not answered")
	assert.True(t, a.Get("s.tage").Absent())
	a, err = f.Decode("s", url.Values{"s.mehr": {"ja"}, "s.wahr": {"true"}, "s.tage": {"2"}}, a)
	require.NoError(t, err)
	a, err = f.Decode("s", url.Values{"s.mehr": {"nein"}, "s.wahr": {"true"}, "s.tage": {"2"}}, a)
	require.NoError(t, err)
	a, err = f.Decode("s", nein, a)
	require.NoError(t, err)
	assert.Equal(t, "true", a.Get("s.wahr").Text(), "it was hidden, so the page could not untick it")
	assert.Equal(t, []string{"2"}, a.Get("s.tage").List())
	assert.Equal(t, 1, f.Clean(a).Len())
	a, err = f.Decode("s", url.Values{"s.mehr": {"ja"}}, a)
	require.NoError(t, err)
	assert.Equal(t, "false", a.Get("s.wahr").Text(), "a page that may have shown the box unticks it")
	assert.True(t, a.Get("s.tage").Empty())
}

// Names that are those of the parts of a date are names like any other.
func TestFieldsNamedLikePartsCountEntries(t *testing.T) {
	f := oneStep(t, nil, forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 3}, Elements: []forms.Element{
		forms.FieldDefinition{Name: "tag", Label: "Tag"}, forms.FieldDefinition{Name: "entfernen", Label: "Entfernen"}}})
	a, err := f.Decode("s", url.Values{"s.g[0].tag": {"1"}, "s.g[1].entfernen": {"x"}}, forms.Answers{})
	require.NoError(t, err)
	assert.Equal(t, 2, f.Entries("s.g", a))
	assert.Equal(t, "x", a.Get("s.g[1].entfernen").Text())
	_, err = f.Decode("s", url.Values{"s.g[3].tag": {"1"}}, forms.Answers{})
	var broken *forms.DecodeError
	require.ErrorAs(t, err, &broken)
	assert.Equal(t, forms.DecodeIndex, broken.Code)
}

func TestBindIntoPointerToList(t *testing.T) {
	f := oneStep(t, nil, forms.FieldDefinition{Name: "tage", Label: "Tage", Type: forms.TypeMulti, Options: []forms.Option{{Value: "1", Label: "1"}}})
	for name, want := range map[string]*[]string{"absent": nil, "empty": {}, "one": {"1"}} {
		var dst struct{ S struct{ Tage *[]string } }
		a := forms.Answers{}
		if want != nil {
			a = a.With("s.tage", forms.List(*want...))
		}
		require.NoError(t, f.Bind(a, &dst), name)
		assert.Equal(t, want, dst.S.Tage, name)
		back, err := f.AnswersOf(dst)
		require.NoError(t, err)
		assert.True(t, a.Equal(back), name)
	}
}

// A day is bound in its normal form, however it got into the answers.
func TestBindNormalises(t *testing.T) {
	f := oneStep(t, nil, forms.FieldDefinition{Name: "tag", Label: "Tag", Type: forms.TypeDate})
	var dst struct{ S struct{ Tag string } }
	require.NoError(t, f.Bind(forms.Answers{}.With("s.tag", forms.Text("3.4.2026")), &dst))
	assert.Equal(t, "2026-04-03", dst.S.Tag)
}

func TestPatternCannotLeaveItsBrackets(t *testing.T) {
	_, err := forms.Compile(forms.Definition{ID: "S1", Version: "1", Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: []forms.Element{
		forms.FieldDefinition{Name: "x", Label: "X", Pattern: "a)|(?:b"}}}}}, nil)
	var broken *forms.CompileError
	require.ErrorAs(t, err, &broken)
	f := oneStep(t, nil, forms.FieldDefinition{Name: "x", Label: "X", Pattern: "a|bc"})
	for s, ok := range map[string]bool{"a": true, "bc": true, "ac": false, "abc": false, "a\n": false} {
		assert.Equal(t, ok, len(f.Validate(forms.Answers{}.With("s.x", forms.Text(s)))) == 0, "%q", s)
	}
}

// Text that nobody can see is a blank field.
func TestInvisibleTextIsBlank(t *testing.T) {
	f := oneStep(t, nil, forms.FieldDefinition{Name: "x", Label: "X", Required: true})
	for _, s := range []string{" ", "\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\u115f", "\u1160", "\uffa0", "\u17b4", "\u180b", "\u180f", "\ufe0f", "\u2065", "\U000e0100", "\U000e0041", "\u2800", "\u3000\u200d"} {
		a, err := f.Decode("s", url.Values{"s.x": {s}}, forms.Answers{})
		require.NoError(t, err)
		assert.True(t, a.Get("s.x").Empty(), "%U", []rune(s))
		assert.Equal(t, map[string]string{"s.x": forms.CodeRequired}, codesOf(f.Validate(a)))
	}
}

// Options with odd values can be chosen.
func TestOptionsWithOddValues(t *testing.T) {
	odd := []string{"e\u0301", " x", "a\tb", "a\u00a0b", "\u200b"}
	var options []forms.Option
	for _, v := range odd {
		options = append(options, forms.Option{Value: v, Label: "L"})
	}
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "eins", Label: "Eins", Type: forms.TypeChoice, Options: options},
		forms.FieldDefinition{Name: "viele", Label: "Viele", Type: forms.TypeMulti, Options: options})
	for _, v := range odd {
		a, err := f.Decode("s", url.Values{"s.eins": {v}, "s.viele": {v}}, forms.Answers{})
		require.NoError(t, err)
		assert.Empty(t, f.Validate(a), "%q", v)
		assert.Equal(t, v, a.Get("s.eins").Text())
		assert.Equal(t, []string{v}, a.Get("s.viele").List())
	}
}

// A draft of a version that allowed more entries loses none of them unasked.
func TestMoreEntriesThanAllowed(t *testing.T) {
	f := oneStep(t, nil, forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 3}, Elements: []forms.Element{text("x")}})
	a := forms.Answers{}
	for i := range 5 {
		a = a.With(fmt.Sprintf("s.g[%d].x", i), forms.Text(fmt.Sprint(i)))
	}
	tooMany := map[string]string{"s.g": forms.CodeMaxEntries}
	assert.Equal(t, tooMany, codesOf(f.Validate(a)))
	a, err := f.Decode("s", url.Values{"s.g[0].x": {"0"}, "s.g[1].x": {"1"}, "s.g[2].x": {"2"}}, a)
	require.NoError(t, err)
	assert.Equal(t, tooMany, codesOf(f.Validate(a)), "saving the page does not drop what it did not show")
	a, ok := f.RemoveEntry("s.g[0]", a)
	require.True(t, ok)
	assert.Equal(t, "3", a.Get("s.g[2].x").Text())
	assert.Equal(t, tooMany, codesOf(f.Validate(a)))
	a, ok = f.RemoveEntry("s.g[1]", a)
	require.True(t, ok)
	assert.Empty(t, f.Validate(a))
	assert.Equal(t, 3, f.Entries("s.g", a))
	assert.Equal(t, "4", a.Get("s.g[2].x").Text())
}

// An answer that is not in its normal form is no answer: rules would not see it.
func TestNumbersOutsideTheNormalForm(t *testing.T) {
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber},
		forms.FieldDefinition{Name: "d", Label: "D", Type: forms.TypeDecimal},
		forms.FieldDefinition{Name: "m", Label: "M", Type: forms.TypeMoney})
	for _, s := range []string{"+5", "007", "-0", "--1", "", " 5", "5 ", "1e3", "0x1", "1_000", "٣", "５"} {
		got := codesOf(f.Validate(forms.Answers{}.With("s.n", forms.Text(s)).With("s.d", forms.Text(s)).With("s.m", forms.Text(s))))
		if s == "" {
			assert.Empty(t, got)
			continue
		}
		assert.Equal(t, map[string]string{"s.n": forms.CodeNumber, "s.d": forms.CodeDecimal, "s.m": forms.CodeMoney}, got, "%q", s)
	}
	for _, s := range []string{"0", "5", "-5", "10", "9223372036854775807", "-9223372036854775808"} {
		assert.Empty(t, f.Validate(forms.Answers{}.With("s.n", forms.Text(s)).With("s.d", forms.Text(s))), s)
	}
	for _, s := range []string{"0.5", "-0.5", "12.34", "12.3"} {
		assert.Empty(t, f.Validate(forms.Answers{}.With("s.d", forms.Text(s))), s)
	}
	for _, s := range []string{"12.340", "00.5", "-0.0", "1.", ".1", "0.0"} {
		assert.Equal(t, forms.CodeDecimal, codesOf(f.Validate(forms.Answers{}.With("s.d", forms.Text(s))))["s.d"], s)
	}
}

// What people type, read once and read again from what the page shows.
func TestTypedNumbersDatesAndTimes(t *testing.T) {
	typed := map[forms.Type]map[string]string{
		forms.TypeNumber:      {"1.234": "1234", "1 234": "1234", "-0": "0", "007": "7", "+5": "5", "1.234.567": "1234567", "1.23": "!", "1,0": "!", "1e3": "!", "0x1": "!", "٣": "!", "１": "!", "99999999999999999999": "!"},
		forms.TypeDecimal:     {"1.234": "1234", "1,234": "1.234", "1.234,5": "1234.5", "1234.5": "1234.5", "0.123": "0.123", "1,": "!", ",5": "!", "1.2.3": "!", "1,2,3": "!", "1e3": "!", "-0,00": "0", "١": "!", strings.Repeat("9", 31): "!"},
		forms.TypeMoney:       {"1.234": "1234.00", "1,234": "!", "1.234,5": "1234.50", "12,-": "12.00", "-0,00": "0.00", "12,345": "!", "1e3": "!", "9999999999999999": "!", "€": "!", "€ 5 €": "!", "-12,5 €": "-12.50", "NaN": "!", "Inf": "!"},
		forms.TypeDate:        {"31.2.2026": "!", "29.02.2100": "!", "29.2.2024": "2024-02-29", "1.1.26": "!", "1.1.0999": "!", "1. 4. 2026": "2026-04-01", "2026-4-1": "2026-04-01", "٣.٤.2026": "!", "0.1.2026": "!", "1/4/2026": "2026-04-01", "1.4-2026": "!"},
		forms.TypeTime:        {"24:00": "!", "23:59": "23:59", "8 Uhr": "08:00", "8:60": "!", "8.30": "08:30", "٨:30": "!", "-1:00": "!", "8": "!", "8:30:60": "!"},
		forms.TypeDateTime:    {"3.4.2026 8:30": "2026-04-03T08:30", "3.4.2026, 8 Uhr": "2026-04-03T08:00", "3.4.2026 um 8:30 Uhr": "2026-04-03T08:30", "31.2.2026 8:30": "!", "3.4.2026": "!", "3.4.2026 24:00": "!"},
		forms.TypePartialDate: {"1980": "1980", "5.1980": "1980-05", "31.2.1980": "!", "00.00.1980": "1980", "13.1980": "!", "80": "!"},
	}
	for typ, cases := range typed {
		f := oneStep(t, nil, forms.FieldDefinition{Name: "x", Label: "X", Type: typ, Widget: map[bool]forms.Widget{true: forms.WidgetText}[typ == forms.TypeDate || typ == forms.TypePartialDate]})
		for in, want := range cases {
			a, err := f.Decode("s", url.Values{"s.x": {in}}, forms.Answers{})
			require.NoError(t, err)
			v := a.Get("s.x")
			if want == "!" {
				assert.Len(t, f.Validate(a), 1, "%s %q gave %q", typ, in, v.Text())
				continue
			}
			assert.Equal(t, want, v.Text(), "%s %q", typ, in)
			assert.Empty(t, f.Validate(a), "%s %q", typ, in)
			again, err := f.Decode("s", url.Values{"s.x": {f.Field("s.x").Input(v)}}, forms.Answers{})
			require.NoError(t, err)
			assert.Equal(t, want, again.Get("s.x").Text(), "%s %q again", typ, in)
		}
	}
}

// A group that shows nothing has no checks and no entries to ask for.
func TestChecksOfAGroupWithNothingShown(t *testing.T) {
	f := oneStep(t, nil, text("a"),
		forms.GroupDefinition{Name: "g", Legend: "G", Checks: []forms.Check{{Valid: rule.Equal(rule.Field("s.a"), rule.Text("x"))}}, Elements: []forms.Element{
			forms.FieldDefinition{Name: "b", Label: "B", Visible: rule.Equal(rule.Field("s.a"), rule.Text("b"))}}})
	a := forms.Answers{}.With("s.a", forms.Text("a"))
	assert.False(t, f.Visible("s.g", a))
	assert.Empty(t, f.Validate(a))
	assert.Equal(t, map[string]string{"s.g": forms.CodeCheck}, codesOf(f.Validate(a.With("s.a", forms.Text("b")))))
}

// No entry is added that would push the form over its limit.
func TestAddEntryWithEntriesInside(t *testing.T) {
	f := oneStep(t, &forms.Options{Limits: forms.Limits{TotalEntries: 5}}, forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 4}, Elements: []forms.Element{
		forms.GroupDefinition{Name: "h", Legend: "H", Repeat: &forms.Repeat{Min: 2, Max: 3}, Elements: []forms.Element{text("x")}}}})
	a, ok := f.AddEntry("s.g", forms.Answers{})
	require.True(t, ok)
	next, ok := f.AddEntry("s.g", a)
	assert.False(t, ok, "it would need three more, and there is room for two")
	assert.True(t, a.Equal(next))
	assert.Empty(t, f.Validate(a))
	assert.False(t, f.Page("s", a)[0].CanAdd)
}

// Presence survives the way through JSON, and hidden answers do not get out.
func TestPresenceThroughEverything(t *testing.T) {
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber},
		forms.FieldDefinition{Name: "b", Label: "B", Type: forms.TypeBool, Widget: forms.WidgetRadio},
		forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 2}, Elements: []forms.Element{text("x")}})
	type out struct {
		S struct {
			N *int
			B *bool
			G []struct{ X *string }
		}
	}
	for name, a := range map[string]forms.Answers{
		"absent": {},
		"empty":  forms.Answers{}.With("s.n", forms.Text("")).With("s.b", forms.Text("")).With("s.g", forms.Entries(0)),
		"zero":   forms.Answers{}.With("s.n", forms.Text("0")).With("s.b", forms.Text("false")).With("s.g[0].x", forms.Text("")),
	} {
		b, err := json.Marshal(a)
		require.NoError(t, err)
		var back forms.Answers
		require.NoError(t, json.Unmarshal(b, &back))
		require.True(t, a.Equal(back), name)
		require.Empty(t, f.Validate(back), name)
		clean := f.Clean(back)
		for _, path := range []string{"s.n", "s.b", "s.g[0].x"} {
			assert.True(t, a.Get(path).Equal(clean.Get(path)), "%s %s", name, path)
		}
		var dst out
		require.NoError(t, f.Bind(clean, &dst))
		assert.Equal(t, name == "zero", dst.S.N != nil && *dst.S.N == 0 && dst.S.B != nil && !*dst.S.B && len(dst.S.G) == 1 && *dst.S.G[0].X == "", name)
	}
}

// Conditions may be listed in any order and the answers come out the same.
func TestCyclesOfEveryKind(t *testing.T) {
	number := func(name string) forms.FieldDefinition {
		return forms.FieldDefinition{Name: name, Label: name, Type: forms.TypeNumber}
	}
	group := func(name string, r *forms.Repeat, elements ...forms.Element) forms.GroupDefinition {
		return forms.GroupDefinition{Name: name, Legend: name, Repeat: r, Elements: elements}
	}
	computed := func(name string, o rule.Operand) forms.FieldDefinition {
		d := number(name)
		d.Computed = o
		return d
	}
	shown := func(name string, c rule.Condition) forms.FieldDefinition {
		d := number(name)
		d.Visible = c
		return d
	}
	for name, elements := range map[string][]forms.Element{
		"computed of itself":   {computed("a", rule.Add(rule.Field("s.a"), rule.Number("1")))},
		"shown by itself":      {shown("a", rule.Empty("s.a"))},
		"shown by its group":   {group("g", nil, shown("a", rule.Empty("s.g")), number("b"))},
		"count of own entries": {group("g", &forms.Repeat{Max: 3, Count: rule.Count("s.g")}, number("a"))},
		"count by sum inside":  {group("g", &forms.Repeat{Max: 3, Count: rule.Sum("s.g.a")}, number("a"))},
		"count by any inside":  {group("g", &forms.Repeat{Max: 3, Count: rule.CountIf("s.g", rule.Answered("s.g.a"))}, number("a"))},
		"shown by any of group": {func() forms.Element {
			g := group("g", &forms.Repeat{Max: 3}, number("a"))
			g.Visible = rule.Any("s.g", rule.Answered("s.g.a"))
			return g
		}()},
		"two computed":           {computed("a", rule.Field("s.b")), computed("b", rule.Field("s.a"))},
		"computed, shown, count": {group("g", &forms.Repeat{Max: 3, Count: rule.Field("s.a")}, number("x")), computed("a", rule.Field("s.b")), shown("b", rule.All("s.g", rule.Answered("s.g.x")))},
		"choice through the page": {func() forms.Element {
			g := group("g", nil, shown("a", rule.Answered("s.g.b")), shown("b", rule.Answered("s.g.a")))
			g.Choice = true
			return g
		}()},
	} {
		_, err := forms.Compile(forms.Definition{ID: "S1", Version: "1", Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: elements}}}, nil)
		var broken *forms.CompileError
		if assert.ErrorAs(t, err, &broken, name) {
			assert.Equal(t, "FORM-019", broken.Problems[0].Code, name)
		}
	}
}

// One form serves many requests in several languages.
func TestOneFormManyGoroutines(t *testing.T) {
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber, Required: true},
		forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 5}, Elements: []forms.Element{
			forms.FieldDefinition{Name: "x", Label: "X", Required: true, MaxLength: 3}}})
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			in := f.In([]forms.Language{forms.German, forms.LeichteSprache, forms.English}[i%3])
			for n := range 50 {
				a := forms.Answers{}.With("s.g", forms.Entries(n%6))
				errs := in.Validate(a)
				assert.Len(t, errs, 1+n%6)
				for _, e := range errs {
					assert.NotEmpty(t, e.Message)
				}
				var dst struct {
					S struct {
						N *int
						G []struct{ X string }
					}
				}
				assert.NoError(t, in.Bind(a, &dst))
				assert.Len(t, dst.S.G, n%6)
			}
		})
	}
	wait.Wait()
}

// A large form with many entries costs as much as it has answers.
func TestLargeFormsAreLinear(t *testing.T) {
	check := func(fields, entries int) func() time.Duration {
		var list, inner []forms.Element
		for i := range fields {
			d := text(fmt.Sprintf("f%d", i))
			if i > 0 {
				d.Visible = rule.Answered(fmt.Sprintf("s.f%d", i-1))
			}
			list = append(list, d)
		}
		for i := range 5 {
			inner = append(inner, forms.FieldDefinition{Name: fmt.Sprintf("x%d", i), Label: "X", Required: true})
		}
		list = append(list, forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: entries}, Elements: inner},
			forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber, Computed: rule.CountIf("s.g", rule.Answered("s.g.x0"))})
		f := oneStep(t, &forms.Options{Limits: forms.Limits{TotalEntries: entries, Entries: entries}}, list...)
		m := map[string]string{}
		for i := range fields {
			m[fmt.Sprintf("s.f%d", i)] = "x"
		}
		b, err := json.Marshal(m)
		require.NoError(t, err)
		var a forms.Answers
		require.NoError(t, json.Unmarshal(b, &a))
		a = a.With("s.g", forms.Entries(entries))
		return func() time.Duration {
			start := time.Now()
			require.Len(t, f.Validate(a), 5*entries)
			return time.Since(start)
		}
	}
	few, many := check(500, 250), check(2000, 1000)
	small, large := time.Hour, time.Hour
	// By turns, and oftener on a busy machine, which slows some of them.
	for turn := 0; turn < 5 || turn < 50 && large >= 16*small+50*time.Millisecond; turn++ {
		small, large = min(small, few()), min(large, many())
	}
	t.Logf("500 fields, 250 entries: %v; 2000 fields, 1000 entries: %v", small, large)
	assert.Less(t, large, 16*small+50*time.Millisecond, "four times as much is not the square of it")
}

// An entry has its defaults, however it came into being.
func TestDefaultsOfEntries(t *testing.T) {
	inner := []forms.Element{
		forms.FieldDefinition{Name: "fest", Label: "Fest", Locked: true, Default: "A"},
		forms.FieldDefinition{Name: "still", Label: "Still", Type: forms.TypeHidden, Default: "B"},
		text("x"),
	}
	f := oneStep(t, nil,
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber},
		forms.GroupDefinition{Name: "g", Legend: "G", Repeat: &forms.Repeat{Max: 3}, Elements: inner},
		forms.GroupDefinition{Name: "h", Legend: "H", Repeat: &forms.Repeat{Max: 3, Count: rule.Field("s.n")}, Elements: inner})
	a, err := f.Decode("s", url.Values{"s.n": {"2"}, "s.g[1].x": {"x"}, "s.g[1].fest": {"Z"}, "s.h[0].fest": {"Z"}, "s.h[1].x": {""}}, f.Initial())
	require.NoError(t, err)
	clean := f.Clean(a)
	for _, path := range []string{"s.g[0]", "s.g[1]", "s.h[0]", "s.h[1]"} {
		assert.Equal(t, "A", clean.Get(path+".fest").Text(), path)
		assert.Equal(t, "B", clean.Get(path+".still").Text(), path)
	}
	assert.Equal(t, "A", f.Page("s", a)[2].Entries[1].Nodes[0].Value.Text())
	assert.Equal(t, 13, clean.Len())
}
