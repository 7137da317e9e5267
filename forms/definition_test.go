package forms_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/rule"
)

func text(name string) forms.FieldDefinition {
	return forms.FieldDefinition{Name: name, Label: "Feld " + name}
}

func typed(name string, typ forms.Type) forms.FieldDefinition {
	return forms.FieldDefinition{Name: name, Label: "Feld " + name, Type: typ}
}

var zwei = []forms.Option{{Value: "1", Label: "Eins"}, {Value: "2", Label: "Zwei"}}

// kitaDefinition has groups in groups, repeated at two levels, and rules of
// every sort.
func kitaDefinition() forms.Definition {
	return forms.Definition{
		ID: "S2", Version: "1.0", Title: "Kindertagesbetreuung",
		Steps: []forms.StepDefinition{{
			ID: "eltern", Title: "Eltern", Elements: []forms.Element{
				forms.FieldDefinition{Name: "name", Label: "Name", Required: true, MaxLength: 60, Identifier: "latin=A"},
				forms.FieldDefinition{Name: "einkommen", Label: "Einkommen", Type: forms.TypeMoney, Min: "0", Max: "100000"},
				forms.FieldDefinition{Name: "geburt", Label: "Geburtsdatum", Type: forms.TypeDate, Min: "1900-01-01", Max: "2026-11-23"},
				forms.FieldDefinition{Name: "art", Label: "Art", Type: forms.TypeChoice, Options: zwei},
				forms.FieldDefinition{Name: "warum", Label: "Warum?", Visible: rule.Equal(rule.Field("eltern.art"), rule.Text("2")),
					RequiredIf: rule.Greater(rule.Field("eltern.einkommen"), rule.Number("50000"))},
				forms.NoteDefinition{Name: "hinweis", Text: "Angaben zu Kindern folgen.", Visible: rule.Answered("eltern.name")},
			},
		}, {
			ID: "kinder", Title: "Kinder", Elements: []forms.Element{
				forms.GroupDefinition{
					Name: "kind", Legend: "Kinder", Repeat: &forms.Repeat{Min: 1, Max: 3, Entry: "Kind"},
					Elements: []forms.Element{
						forms.FieldDefinition{Name: "vorname", Label: "Vorname", Required: true},
						forms.FieldDefinition{Name: "geburt", Label: "Geburtsdatum", Type: forms.TypeDate, Required: true},
						forms.FieldDefinition{Name: "kosten", Label: "Kosten", Type: forms.TypeMoney},
						forms.FieldDefinition{Name: "schule", Label: "Schule",
							Visible: rule.GreaterOrEqual(rule.YearsBetween(rule.Field("kinder.kind.geburt"), rule.Today()), rule.Number("6"))},
						forms.GroupDefinition{Name: "allergien", Legend: "Allergien", Repeat: &forms.Repeat{Max: 2, Entry: "Allergie"},
							Elements: []forms.Element{forms.FieldDefinition{Name: "stoff", Label: "Stoff", Required: true}}},
						forms.GroupDefinition{Name: "betreuung", Legend: "Betreuung", Choice: true, Elements: []forms.Element{
							forms.GroupDefinition{Name: "kita", Legend: "Kita", Elements: []forms.Element{
								forms.FieldDefinition{Name: "name", Label: "Name der Kita", Required: true},
								forms.FieldDefinition{Name: "seit", Label: "Seit", Type: forms.TypePartialDate},
							}},
							forms.FieldDefinition{Name: "tagesmutter", Label: "Tagesmutter"},
						}},
					},
					Checks: []forms.Check{{Valid: rule.NotEqual(rule.Field("kinder.kind.vorname"), rule.Field("eltern.name")), Code: "KIND_NAME", Message: "Prüfen Sie „{label}“: Das Kind heißt wie Sie."}},
				},
				forms.FieldDefinition{Name: "summe", Label: "Kosten zusammen", Type: forms.TypeMoney, Computed: rule.Sum("kinder.kind.kosten")},
				forms.FieldDefinition{Name: "ermaessigung", Label: "Ermäßigung", Type: forms.TypeBool,
					Visible: rule.Or(rule.Greater(rule.Field("kinder.summe"), rule.Number("100")), rule.Any("kinder.kind", rule.Answered("kinder.kind.schule")))},
				forms.FieldDefinition{Name: "grund", Label: "Grund", Forbidden: rule.Less(rule.Count("kinder.kind"), rule.Number("2")),
					Checks: []forms.Check{{Valid: rule.NotEqual(rule.Field("kinder.grund"), rule.Text("nein"))}}},
			},
		}},
		Checks: []forms.Check{{Valid: rule.Less(rule.Field("kinder.summe"), rule.Number("1000")), Code: "ZU_TEUER", Message: "Das ist zu teuer."}},
	}
}

func kita(t testing.TB) *forms.Form {
	t.Helper()
	form, err := forms.Compile(kitaDefinition(), &forms.Options{Now: clock})
	require.NoError(t, err)
	return form
}

func with(a forms.Answers, pairs ...string) forms.Answers {
	for i := 0; i < len(pairs); i += 2 {
		a = a.With(pairs[i], forms.Text(pairs[i+1]))
	}
	return a
}

// goodKita has nothing wrong.
func goodKita() forms.Answers {
	return with(forms.Answers{}, "eltern.name", "Erika", "kinder.kind[0].vorname", "Max", "kinder.kind[0].geburt", "2024-01-01",
		"kinder.kind[0].betreuung.tagesmutter", "Frau Muster")
}

// definitionVectors go with codeVectors: on the left what breaks the rule.
var definitionVectors = []struct {
	code, path string
	fail, pass forms.Answers
}{
	{"MIN_ENTRIES", "kinder.kind", goodKita().With("kinder.kind", forms.Entries(0)), goodKita()},
	{"MAX_ENTRIES", "kinder.kind", goodKita().With("kinder.kind", forms.Entries(4)), goodKita()},
	{"CHOICE_NONE", "kinder.kind[0].betreuung", goodKita().Without("kinder.kind[0].betreuung.tagesmutter"), goodKita()},
	{"CHOICE_SEVERAL", "kinder.kind[0].betreuung", with(goodKita(), "kinder.kind[0].betreuung.kita.name", "Regenbogen"), goodKita()},
	{"REQUIRED", "kinder.kind[0].betreuung.kita.name", with(goodKita().Without("kinder.kind[0].betreuung.tagesmutter"), "kinder.kind[0].betreuung.kita.seit", "2024"),
		with(goodKita().Without("kinder.kind[0].betreuung.tagesmutter"), "kinder.kind[0].betreuung.kita.name", "Regenbogen")},
	{"REQUIRED", "kinder.kind[1].vorname", with(goodKita(), "kinder.kind[1].geburt", "2024-01-01", "kinder.kind[1].betreuung.tagesmutter", "x"),
		with(goodKita(), "kinder.kind[1].vorname", "x")},
	{"REQUIRED", "kinder.kind[0].allergien[1].stoff", goodKita().With("kinder.kind[0].allergien", forms.Entries(2)), goodKita()},
	{"REQUIRED", "eltern.warum", with(goodKita(), "eltern.art", "2", "eltern.einkommen", "50000.01"), with(goodKita(), "eltern.art", "2", "eltern.einkommen", "50000.00")},
	{"EXCLUDED", "kinder.grund", with(goodKita(), "kinder.grund", "x"), with(goodKita(), "kinder.grund", "x", "kinder.kind[1].vorname", "x")},
	{"LATIN", "eltern.name", with(goodKita(), "eltern.name", "Ирина"), with(goodKita(), "eltern.name", "Irína")},
	{"MONEY", "eltern.einkommen", with(goodKita(), "eltern.einkommen", "12.345"), with(goodKita(), "eltern.einkommen", "12.34")},
	{"MIN", "eltern.einkommen", with(goodKita(), "eltern.einkommen", "-0.01"), with(goodKita(), "eltern.einkommen", "0.00")},
	{"MAX", "eltern.einkommen", with(goodKita(), "eltern.einkommen", "100000.01"), with(goodKita(), "eltern.einkommen", "100000.00")},
	{"DATE_MIN", "eltern.geburt", with(goodKita(), "eltern.geburt", "1899-12-31"), with(goodKita(), "eltern.geburt", "1900-01-01")},
	{"DATE_MAX", "eltern.geburt", with(goodKita(), "eltern.geburt", "2026-11-24"), with(goodKita(), "eltern.geburt", "2026-11-23")},
	{"KIND_NAME", "kinder.kind[1]", with(goodKita(), "kinder.kind[1].vorname", "Erika", "kinder.kind[1].geburt", "2024-01-01", "kinder.kind[1].betreuung.tagesmutter", "x"), goodKita()},
	{"CHECK", "kinder.grund", with(goodKita(), "kinder.grund", "nein", "kinder.kind[1].vorname", "x"), with(goodKita(), "kinder.grund", "ja", "kinder.kind[1].vorname", "x")},
	{"ZU_TEUER", "", with(goodKita(), "kinder.kind[0].kosten", "1000.00"), with(goodKita(), "kinder.kind[0].kosten", "999.99")},
}

// kinds are the other new types in one form.
func kindsForm(t testing.TB) *forms.Form {
	decimal := typed("dezimal", forms.TypeDecimal)
	decimal.Decimals = 2
	pattern := text("muster")
	pattern.Pattern = "[A-Z]{2}|x"
	clockField := typed("zeit", forms.TypeTime)
	clockField.Min, clockField.Max = "08:00", "16:30"
	form, err := forms.Compile(forms.Definition{ID: "S3", Version: "1", Steps: []forms.StepDefinition{{ID: "k", Title: "K", Elements: []forms.Element{
		decimal, pattern, clockField, typed("wann", forms.TypeDateTime), typed("teil", forms.TypePartialDate), typed("geld", forms.TypeMoney),
		typed("versteckt", forms.TypeHidden),
	}}}}, nil)
	require.NoError(t, err)
	return form
}

var kindVectors = []struct{ code, path, fail, pass string }{
	{"DECIMAL", "k.dezimal", "12,x", "12.5"},
	{"DECIMALS", "k.dezimal", "1.234", "1.23"},
	{"PATTERN", "k.muster", "xAB", "AB"},
	{"PATTERN", "k.muster", "ABC", "x"},
	{"TIME", "k.zeit", "24:00", "12:00:30"},
	{"MIN", "k.zeit", "07:59", "08:00"},
	{"MAX", "k.zeit", "16:31", "16:30"},
	{"DATETIME", "k.wann", "2026-04-03 08:30", "2026-04-03T08:30"},
	{"TEILDATUM", "k.teil", "irgendwann", "1980"},
	{"TEILDATUM_DATE", "k.teil", "1980-02-30", "1980-02"},
}

// newCodes checks the vectors and returns the codes.
func newCodes(t *testing.T) map[string]bool {
	covered := map[string]bool{}
	one := func(t *testing.T, form *forms.Form, code, path string, fail, pass forms.Answers) {
		found := ""
		for _, e := range form.Validate(fail) {
			if e.Path == path {
				found = e.Code
				assert.NotEmpty(t, e.Message)
				assert.NotContains(t, e.Message, "{")
				assert.NotEmpty(t, e.Label)
			}
		}
		assert.Equal(t, code, found)
		for _, e := range form.Validate(pass) {
			assert.NotEqual(t, path, e.Path, e.Code)
		}
		covered[code] = true
	}
	form := kita(t)
	require.Empty(t, form.Validate(goodKita()))
	for _, tt := range definitionVectors {
		t.Run(tt.path+" "+tt.code, func(t *testing.T) { one(t, form, tt.code, tt.path, tt.fail, tt.pass) })
	}
	form = kindsForm(t)
	for _, tt := range kindVectors {
		t.Run(tt.path+" "+tt.code, func(t *testing.T) {
			one(t, form, tt.code, tt.path, with(forms.Answers{}, tt.path, tt.fail), with(forms.Answers{}, tt.path, tt.pass))
		})
	}
	delete(covered, "KIND_NAME")
	delete(covered, "ZU_TEUER")
	return covered
}

func TestRulesOfADefinition(t *testing.T) {
	form := kita(t)
	a := with(goodKita(), "kinder.kind[0].kosten", "60.50", "kinder.kind[1].kosten", "40.00", "kinder.kind[1].geburt", "2020-11-23")
	clean := form.Clean(a)
	assert.Equal(t, "100.50", clean.Get("kinder.summe").Text())
	assert.True(t, form.Visible("kinder.ermaessigung", a))
	assert.True(t, form.Visible("kinder.kind[1].schule", a), "six years old today")
	assert.False(t, form.Visible("kinder.kind[0].schule", a))
	assert.False(t, form.Visible("kinder.kind[2]", a))
	assert.False(t, form.Visible("kinder.kind.schule", a), "which entry?")
	assert.False(t, form.Visible("eltern.name[0]", a))
	assert.Equal(t, 2, form.Entries("kinder.kind", a))
	assert.Equal(t, 1, form.Entries("kinder.kind", forms.Answers{}))
	assert.Equal(t, 0, form.Entries("kinder.kind[1].allergien", a))

	// What comes later moves down; the entry's own groups go with it.
	a = with(a, "kinder.kind[1].allergien[0].stoff", "Nüsse")
	b, ok := form.RemoveEntry("kinder.kind[0]", a)
	require.True(t, ok)
	assert.Equal(t, "Nüsse", b.Get("kinder.kind[0].allergien[0].stoff").Text())
	assert.Equal(t, 1, form.Entries("kinder.kind", b))
	_, ok = form.RemoveEntry("kinder.kind[0]", b)
	assert.False(t, ok, "the minimum")
	_, ok = form.RemoveEntry("kinder.kind[7]", a)
	assert.False(t, ok)
	b, ok = form.AddEntry("kinder.kind", a)
	require.True(t, ok)
	_, ok = form.AddEntry("kinder.kind", b)
	assert.False(t, ok, "the maximum")
	_, ok = form.AddEntry("kinder.kind[0]", a)
	assert.False(t, ok)
}

func TestDecodeEntries(t *testing.T) {
	form := kita(t)
	a, err := form.Decode("kinder", url.Values{
		"kinder.kind[1].vorname": {" Max "}, "kinder.kind[0].geburt.tag": {"1"}, "kinder.kind[0].geburt.monat": {"2"}, "kinder.kind[0].geburt.jahr": {"2020"},
		"kinder.kind[1].allergien[1].stoff": {"Nüsse"}, "kinder.kind[0].kosten": {"1.234,5 €"}, "kinder.summe": {"1,00"},
		"kinder.kind[0].betreuung.kita.seit.monat": {"5"}, "kinder.kind[0].betreuung.kita.seit.jahr": {"2024"},
		"kinder.kind[9].unbekannt": {"x"}, "eltern.name": {"x"},
	}, forms.Answers{})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"kinder.kind[1].vorname": "Max", "kinder.kind[0].geburt": "2020-02-01", "kinder.kind[1].allergien[1].stoff": "Nüsse",
		"kinder.kind[0].kosten": "1234.50", "kinder.kind[0].betreuung.kita.seit": "2024-05", "kinder.summe": "", "eltern.name": "",
	} {
		assert.Equal(t, want, a.Get(path).Text(), path)
	}
	assert.Equal(t, 2, form.Entries("kinder.kind", a))
	assert.Equal(t, 2, form.Entries("kinder.kind[1].allergien", a))
	for name, code := range map[string]string{
		"kinder.kind[3].vorname":                  forms.DecodeIndex,
		"kinder.kind[999999999999].vorname":       forms.DecodeIndex,
		"kinder.kind[-1].vorname":                 forms.DecodeIndex,
		"kinder.kind[01].vorname":                 forms.DecodeIndex,
		"kinder.kind[].vorname":                   forms.DecodeIndex,
		"kinder.kind[0][0].vorname":               forms.DecodeIndex,
		"kinder.kind[0].allergien[2].stoff":       forms.DecodeIndex,
		"kinder.kind[0].geburt[0].tag":            forms.DecodeIndex,
		"kinder.kind[2].allergien.stoff[0]":       forms.DecodeIndex,
		"kinder.summe[0]":                         forms.DecodeIndex,
		"kinder.kind[0].betreuung[0].tagesmutter": forms.DecodeIndex,
	} {
		b, err := form.Decode("kinder", url.Values{name: {"x"}}, forms.Answers{})
		var e *forms.DecodeError
		require.True(t, errors.As(err, &e), name)
		assert.Equal(t, code, e.Code, name)
		assert.Zero(t, b.Len())
	}
}

// one is a definition with one step of these elements.
func one(elements ...forms.Element) forms.Definition {
	return forms.Definition{ID: "S4", Version: "1", Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: elements}}}
}

func field(change func(*forms.FieldDefinition)) forms.FieldDefinition {
	f := text("x")
	change(&f)
	return f
}

func visible(name string, c rule.Condition) forms.FieldDefinition {
	f := text(name)
	f.Visible = c
	return f
}

func group(name string, repeat *forms.Repeat, elements ...forms.Element) forms.GroupDefinition {
	return forms.GroupDefinition{Name: name, Legend: "Gruppe " + name, Repeat: repeat, Elements: elements}
}

var some = &forms.Repeat{}

// definitionProblems are definitions with one mistake each.
var definitionProblems = []struct {
	name, code, at string
	d              forms.Definition
}{
	{"no steps", "FORM-003", "S4", forms.Definition{ID: "S4", Version: "1"}},
	{"no elements", "FORM-003", "s", one()},
	{"nil", "FORM-039", "s.elements[1]", one(text("x"), nil)},
	{"no name", "FORM-007", "s.", one(text(""))},
	{"no such type", "FORM-010", "s.x", one(typed("x", "zahl"))},
	{"no such identifier", "FORM-041", "s.x", one(field(func(f *forms.FieldDefinition) { f.Identifier = "ibam" }))},
	{"no such parameter", "FORM-041", "s.x", one(field(func(f *forms.FieldDefinition) { f.Identifier = "iban=XX" }))},
	{"no such type of DIN 91379", "FORM-041", "s.x", one(field(func(f *forms.FieldDefinition) { f.Identifier = "latin=Z" }))},
	{"identifier in a number", "FORM-041", "s.x", one(field(func(f *forms.FieldDefinition) { f.Type, f.Identifier = forms.TypeNumber, "iban" }))},
	{"length of a number", "FORM-033", "s.x", one(field(func(f *forms.FieldDefinition) { f.Type, f.MaxLength = forms.TypeNumber, 3 }))},
	{"minimum of a text", "FORM-033", "s.x", one(field(func(f *forms.FieldDefinition) { f.Min = "3" }))},
	{"minimum above maximum", "FORM-030", "s.x", one(field(func(f *forms.FieldDefinition) { f.Type, f.Min, f.Max = forms.TypeDecimal, "3.1", "3.01" }))},
	{"pattern of a number", "FORM-042", "s.x", one(field(func(f *forms.FieldDefinition) { f.Type, f.Pattern = forms.TypeNumber, "3" }))},
	{"computed and with a default", "FORM-036", "s.x", one(field(func(f *forms.FieldDefinition) { f.Computed, f.Default = rule.Text("a"), "b" }))},
	{"message for no code", "FORM-028", "s.x", one(field(func(f *forms.FieldDefinition) { f.Messages = map[string]string{"NICHTS": "x"} }))},
	{"too deep", "FORM-011", "s.g.g.g.g.g.g.g.g.g.g.g.g.g.g.g.g.g", one(func() forms.Element {
		var e forms.Element = text("x")
		for range 17 {
			e = group("g", nil, e)
		}
		return e
	}())},
	{"unknown path", "RULE-001", "s.x", one(visible("x", rule.Answered("s.y")))},
	{"numbers with text", "RULE-002", "s.x", one(visible("x", rule.Equal(rule.Field("s.y"), rule.Number("3"))), text("y"))},
	{"unknown option", "RULE-003", "s.x", one(visible("x", rule.Equal(rule.Field("s.y"), rule.Text("3"))), forms.FieldDefinition{Name: "y", Label: "Y", Type: forms.TypeChoice, Options: zwei})},
	{"which entry", "RULE-004", "s.x", one(visible("x", rule.Equal(rule.Field("s.g.y"), rule.Text("3"))), group("g", some, text("y")))},
	{"not repeated", "RULE-005", "s.x", one(visible("x", rule.Any("s.g", rule.Always())), group("g", nil, text("y")))},
	{"no number", "RULE-006", "s.x", one(visible("x", rule.Less(rule.Number("1,5"), rule.Number("2"))))},
	{"nothing", "RULE-007", "s.x", one(visible("x", rule.And(nil)))},
	{"value of a group", "RULE-008", "s.x", one(visible("x", rule.Equal(rule.Field("s.g"), rule.Text("3"))), group("g", nil, text("y")))},
	{"number computed for text with options", "FORM-037", "s.x", one(field(func(f *forms.FieldDefinition) {
		f.Type, f.Options, f.Computed = forms.TypeChoice, zwei, rule.Number("1")
	}))},
	{"count that is a text", "FORM-037", "s.g", one(group("g", &forms.Repeat{Count: rule.Text("2")}, text("y")))},
	{"computed from itself", "FORM-019", "s.x", one(field(func(f *forms.FieldDefinition) {
		f.Type, f.Computed = forms.TypeNumber, rule.Add(rule.Field("s.x"), rule.Number("1"))
	}))},
	{"shown by what is in it", "FORM-019", "s.g", one(forms.GroupDefinition{Name: "g", Legend: "G", Visible: rule.Answered("s.g.y"), Elements: []forms.Element{text("y")}})},
	{"counted by its entries", "FORM-019", "s.g", one(group("g", &forms.Repeat{Count: rule.Add(rule.Count("s.g"), rule.Number("1"))}, text("y")))},
}

// compileDefinitions checks them and returns the codes.
func compileDefinitions(t *testing.T) map[string]bool {
	covered := map[string]bool{}
	for _, tt := range definitionProblems {
		t.Run(tt.code+" "+tt.name, func(t *testing.T) {
			form, err := forms.Compile(tt.d, nil)
			require.Nil(t, form)
			var e *forms.CompileError
			require.ErrorAs(t, err, &e)
			require.Len(t, e.Problems, 1, "%v", err)
			assert.Equal(t, tt.code, e.Problems[0].Code, "%v", err)
			assert.Equal(t, tt.at, e.Problems[0].Path)
			covered[tt.code] = true
		})
	}
	for _, r := range rule.Rules() {
		assert.True(t, covered[r.Code], "%s has no vector", r.Code)
	}
	return covered
}

func TestACycleIsNamed(t *testing.T) {
	_, err := forms.Compile(one(
		visible("a", rule.Answered("s.b")), visible("b", rule.Any("s.g", rule.Answered("s.g.c"))),
		group("g", &forms.Repeat{Count: rule.Field("s.n")}, text("c")),
		forms.FieldDefinition{Name: "n", Label: "N", Type: forms.TypeNumber, Computed: rule.Count("s.a")},
	), nil)
	var e *forms.CompileError
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Problems, 1)
	assert.Equal(t, "FORM-019", e.Problems[0].Code)
	assert.Equal(t, "s.a → s.b → s.g → s.n → s.a", e.Problems[0].Params["cycle"])
}
