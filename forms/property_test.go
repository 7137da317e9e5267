package forms_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/rule"
)

// maker makes definitions at random. Rules read what was made before them, so
// that there are no cycles.
type maker struct {
	r      *rand.Rand
	n      int
	fields []madeField
	groups [][]string // repeated groups, each with those around it
}

type madeField struct {
	path   string
	typ    forms.Type
	within []string
}

var madeTypes = []forms.Type{
	forms.TypeText, forms.TypeMultiline, forms.TypeNumber, forms.TypeDecimal, forms.TypeMoney, forms.TypeDate, forms.TypePartialDate,
	forms.TypeTime, forms.TypeDateTime, forms.TypeBool, forms.TypeChoice, forms.TypeMulti, forms.TypeText, forms.TypeNumber, forms.TypeChoice,
}

func (m *maker) definition() forms.Definition {
	d := forms.Definition{ID: "S9", Version: "1"}
	for range 1 + m.r.IntN(3) {
		id := m.name("s")
		d.Steps = append(d.Steps, forms.StepDefinition{ID: id, Title: id, Visible: m.sometimes(nil), Elements: m.elements(id, nil, 0)})
	}
	return d
}

func (m *maker) name(prefix string) string {
	m.n++
	return prefix + fmt.Sprint(m.n)
}

func (m *maker) elements(path string, within []string, depth int) (list []forms.Element) {
	for range 2 + m.r.IntN(4) {
		if depth < 3 && m.r.IntN(4) == 0 {
			name := m.name("g")
			g := forms.GroupDefinition{Name: name, Legend: name, Visible: m.sometimes(within)}
			inner := within
			if m.r.IntN(2) == 0 {
				g.Repeat = &forms.Repeat{Min: m.r.IntN(2), Max: 2 + m.r.IntN(2)}
				if m.r.IntN(3) == 0 {
					g.Repeat.Count = m.number(within)
				}
				inner = append(slices.Clone(within), path+"."+name)
				m.groups = append(m.groups, inner)
			}
			g.Elements = m.elements(path+"."+name, inner, depth+1)
			g.Choice = m.r.IntN(5) == 0
			list = append(list, g)
			continue
		}
		f := forms.FieldDefinition{Name: m.name("f"), Type: madeTypes[m.r.IntN(len(madeTypes))], Visible: m.sometimes(within), Required: m.r.IntN(3) == 0}
		f.Label = f.Name
		if f.Type == forms.TypeChoice || f.Type == forms.TypeMulti {
			f.Options = zwei
		}
		if f.Type == forms.TypeBool && m.r.IntN(2) == 0 {
			f.Widget = forms.WidgetRadio
		}
		switch m.r.IntN(8) {
		case 0:
			f.RequiredIf = m.condition(within, 2)
		case 1:
			f.Forbidden = m.condition(within, 2)
		case 2:
			if f.Type == forms.TypeMoney || f.Type == forms.TypeDecimal {
				f.Computed = m.number(within)
			}
		}
		list = append(list, f)
		m.fields = append(m.fields, madeField{path + "." + f.Name, f.Type, within})
	}
	return list
}

func (m *maker) sometimes(within []string) rule.Condition {
	if m.r.IntN(3) > 0 {
		return nil
	}
	return m.condition(within, 2)
}

// seen are the fields of the types that have one answer seen from there.
func (m *maker) seen(within []string, types ...forms.Type) (paths []madeField) {
	for _, f := range m.fields {
		if slices.Contains(types, f.typ) && len(f.within) <= len(within) && slices.Equal(f.within, within[:len(f.within)]) {
			paths = append(paths, f)
		}
	}
	return paths
}

func (m *maker) condition(within []string, depth int) rule.Condition {
	any := m.seen(within, madeTypes...)
	if len(any) == 0 {
		return rule.Always()
	}
	f := any[m.r.IntN(len(any))]
	switch {
	case depth > 0 && m.r.IntN(3) == 0:
		a, b := m.condition(within, depth-1), m.condition(within, depth-1)
		return []rule.Condition{rule.And(a, b), rule.Or(a, b), rule.Not(a)}[m.r.IntN(3)]
	case len(m.groups) > 0 && m.r.IntN(4) == 0:
		g := m.groups[m.r.IntN(len(m.groups))]
		c := m.condition(g, 0)
		return []rule.Condition{rule.Any(g[len(g)-1], c), rule.All(g[len(g)-1], c), rule.Less(rule.Count(g[len(g)-1]), rule.Number("2"))}[m.r.IntN(3)]
	case f.typ == forms.TypeChoice, f.typ == forms.TypeMulti:
		return rule.In(rule.Field(f.path), "1")
	case f.typ == forms.TypeNumber, f.typ == forms.TypeMoney, f.typ == forms.TypeDecimal:
		return rule.Greater(rule.Field(f.path), m.number(within))
	case f.typ == forms.TypeDate:
		return rule.Less(rule.AddMonths(rule.Field(f.path), m.r.IntN(20)), rule.Today())
	case f.typ == forms.TypeBool:
		return rule.Equal(rule.Field(f.path), rule.Bool(true))
	}
	return rule.Answered(f.path)
}

func (m *maker) number(within []string) rule.Operand {
	fields := m.seen(within, forms.TypeNumber, forms.TypeMoney, forms.TypeDecimal)
	switch n := m.r.IntN(5); {
	case n == 0 && len(m.groups) > 0:
		g := m.groups[m.r.IntN(len(m.groups))]
		return rule.Count(g[len(g)-1])
	case n == 1 && len(fields) > 0:
		return rule.Add(rule.Field(fields[0].path), rule.Field(fields[m.r.IntN(len(fields))].path))
	case n == 2:
		for _, f := range m.fields {
			if len(f.within) > 0 && f.typ == forms.TypeMoney {
				return rule.Sum(f.path)
			}
		}
	case n == 3 && len(fields) > 0:
		return rule.Field(fields[m.r.IntN(len(fields))].path)
	}
	return rule.Number(fmt.Sprint(m.r.IntN(4)))
}

// answerTo is an answer in its normal form; now and then one that is none.
func (m *maker) answerTo(f *forms.Field) forms.Value {
	pick := func(list ...string) forms.Value { return forms.Text(list[m.r.IntN(len(list))]) }
	switch m.r.IntN(12) {
	case 0:
		return forms.Value{}
	case 1:
		return forms.Text("")
	case 2:
		return pick("quatsch", "12.34.56")
	}
	switch f.Type {
	case forms.TypeNumber:
		return pick("0", "1", "2", "-3", "123456789")
	case forms.TypeDecimal:
		return pick("0", "1.5", "-0.25", "1234.567", "3", "12.345")
	case forms.TypeMoney:
		return pick("0.00", "1.50", "-3.05", "1234567.89")
	case forms.TypeDate:
		return pick("2026-04-03", "1964-08-12", "2027-01-01")
	case forms.TypePartialDate:
		return pick("2026-04-03", "1964-08", "1980")
	case forms.TypeTime:
		return pick("08:30", "23:59:59")
	case forms.TypeDateTime:
		return pick("2026-04-03T08:30", "2026-04-03T08:30:15")
	case forms.TypeBool:
		return pick("true", "false")
	case forms.TypeChoice:
		return pick("1", "2")
	case forms.TypeMulti:
		return []forms.Value{forms.List(), forms.List("1"), forms.List("2", "1")}[m.r.IntN(3)]
	case forms.TypeMultiline:
		return pick("a\nb", "ä")
	}
	return pick("a", "Äpfel & Birnen", "1.5")
}

// fill answers a form at random, entry by entry.
func (m *maker) fill(form *forms.Form) forms.Answers {
	a := form.Initial()
	for range 3 {
		for _, step := range form.Steps() {
			a = m.fillNodes(form, form.Page(step.ID, a), a)
		}
	}
	// And some that nobody asked for.
	for _, f := range m.fields {
		if m.r.IntN(6) == 0 {
			a = a.With(strings.ReplaceAll(f.path, ".g", "[7].g"), forms.Text("x")).With(f.path, m.answerTo(form.Field(f.path)))
		}
	}
	return a
}

func (m *maker) fillNodes(form *forms.Form, nodes []forms.Node, a forms.Answers) forms.Answers {
	for _, n := range nodes {
		switch {
		case n.Field != nil:
			a = a.With(n.Path, m.answerTo(n.Field))
		case n.CanAdd && m.r.IntN(2) == 0:
			a, _ = form.AddEntry(n.Path, a)
		case n.CanRemove && m.r.IntN(4) == 0:
			a, _ = form.RemoveEntry(n.Entries[0].Path, a)
		}
		a = m.fillNodes(form, n.Nodes, a)
		for _, e := range n.Entries {
			a = m.fillNodes(form, e.Nodes, a)
		}
	}
	return a
}

// shuffled is the same definition with everything in another order.
func shuffled(r *rand.Rand, d forms.Definition) forms.Definition {
	d.Steps = slices.Clone(d.Steps)
	var mix func(list []forms.Element) []forms.Element
	mix = func(list []forms.Element) []forms.Element {
		list = slices.Clone(list)
		for i, e := range list {
			if g, ok := e.(forms.GroupDefinition); ok {
				g.Elements = mix(g.Elements)
				list[i] = g
			}
		}
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list
	}
	for i := range d.Steps {
		d.Steps[i].Elements = mix(d.Steps[i].Elements)
	}
	r.Shuffle(len(d.Steps), func(i, j int) { d.Steps[i], d.Steps[j] = d.Steps[j], d.Steps[i] })
	return d
}

func TestPropertiesOfRandomForms(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(150) {
		m := &maker{r: rand.New(rand.NewPCG(seed, 1))}
		d := m.definition()
		form, err := forms.Compile(d, &forms.Options{Now: clock})
		require.NoError(t, err, "seed %d", seed)
		other, err := forms.Compile(shuffled(m.r, d), &forms.Options{Now: clock})
		require.NoError(t, err, "seed %d", seed)
		for range 5 {
			a := m.fill(form)
			clean := form.Clean(a)
			require.True(t, clean.Equal(form.Clean(clean)), "seed %d: cleaning twice changes something", seed)
			require.True(t, clean.Equal(other.Clean(a)), "seed %d: order matters", seed)

			b, err := json.Marshal(a)
			require.NoError(t, err)
			var back forms.Answers
			require.NoError(t, json.Unmarshal(b, &back))
			require.True(t, a.Equal(back), "seed %d", seed)

			errs := form.Validate(a)
			require.Equal(t, errs, form.Validate(clean), "seed %d: what is removed matters", seed)
			codes := map[string]string{}
			for _, e := range errs {
				seen[e.Code]++
				require.Empty(t, codes[e.Path], "seed %d: two errors at %s", seed, e.Path)
				codes[e.Path] = e.Code
				require.True(t, form.Visible(e.Path, a), "seed %d: an error at %s, which is hidden", seed, e.Path)
				require.NotContains(t, e.Message, "{")
			}
			for _, e := range other.Validate(a) {
				require.Equal(t, codes[e.Path], e.Code, "seed %d", seed)
			}
			checkInstances(t, form, a, clean, seen)
		}
	}
	for _, what := range []string{"REQUIRED", "EXCLUDED", "NUMBER", "CHOICE_NONE", "CHOICE_SEVERAL", "hidden", "computed", "entry", "posted"} {
		require.Greater(t, seen[what], 20, what)
	}
}

// checkInstances checks what holds for each field that is shown.
func checkInstances(t *testing.T, form *forms.Form, a, clean forms.Answers, seen map[string]int) {
	posted := map[string]url.Values{}
	shown := 0
	for _, i := range form.Instances(a) {
		shown++
		v := clean.Get(i.Path)
		if strings.Contains(i.Path, "[") {
			seen["entry"]++
		}
		if i.Field.Computed {
			seen["computed"]++
			continue
		}
		require.True(t, v.Equal(a.Get(i.Path)))
		values := posted[i.Field.Step.ID]
		if values == nil {
			values = url.Values{}
			posted[i.Field.Step.ID] = values
		}
		if i.Field.Type == forms.TypeMulti {
			values[i.Path] = v.List()
			continue
		}
		if !v.Absent() {
			values[i.Path] = []string{i.Field.Input(v)}
		}
		if v.Answered() && i.Field.Check(v) == "" {
			require.True(t, v.Equal(form.Parse(i.Field, i.Field.Input(v))), "%s: %s", i.Field.Type, i.Field.Input(v))
			if i.Field.Type != forms.TypeChoice && i.Field.Type != forms.TypeMultiline {
				require.True(t, v.Equal(form.Parse(i.Field, form.Display(i.Path, a))), "%s: %s", i.Field.Type, form.Display(i.Path, a))
			}
		}
	}
	if len(clean.String()) > 0 && shown < a.Len() {
		seen["hidden"]++
	}
	// What a page shows, posted again, changes nothing.
	for step, values := range posted {
		again, err := form.Decode(step, values, clean)
		require.NoError(t, err)
		for _, i := range form.Instances(again) {
			before, after := clean.Get(i.Path), again.Get(i.Path)
			if i.Field.Step.ID == step && before.Answered() && !i.Field.Computed && i.Field.Check(before) == "" {
				require.True(t, before.Equal(after), "%s: %q %q", i.Path, before.Text(), after.Text())
				seen["posted"]++
			}
		}
	}
}

// A total of entries beyond the limit is an error, whatever the answers say,
// and costs no more than the limit.
func TestEntriesAreBounded(t *testing.T) {
	inner := group("c", some, text("x"))
	d := one(group("a", some, group("b", some, inner)), group("z", &forms.Repeat{Count: rule.Field("s.n")}, text("x")),
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber})
	form, err := forms.Compile(d, &forms.Options{Limits: forms.Limits{Entries: 50, TotalEntries: 60}})
	require.NoError(t, err)
	a := forms.Answers{}.With("s.a", forms.Entries(50))
	for i := range 50 {
		a = a.With(fmt.Sprintf("s.a[%d].b", i), forms.Entries(50))
		for j := range 50 {
			a = a.With(fmt.Sprintf("s.a[%d].b[%d].c", i, j), forms.Entries(50))
		}
	}
	start := time.Now()
	errs := form.Validate(a)
	require.Less(t, time.Since(start), time.Second)
	require.Equal(t, "MAX_ENTRIES", errs[0].Code)
	require.Less(t, form.Clean(a).Len(), 200)

	_, err = form.Decode("s", url.Values{"s.n": {"1"}}, a)
	var e *forms.DecodeError
	require.ErrorAs(t, err, &e)
	require.Equal(t, forms.DecodeTooManyEntries, e.Code)
	_, ok := form.AddEntry("s.a[0].b[0].c", forms.Answers{}.With("s.a[0].b[0].c[49].x", forms.Text("x")))
	require.False(t, ok)

	for n, want := range map[string]int{"": 0, "x": 0, "-5": 0, "3": 3, "50": 50, "99999999": 50} {
		require.Equal(t, want, form.Entries("s.z", with(forms.Answers{}, "s.n", n)), n)
	}
}
