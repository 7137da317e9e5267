package forms_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/forms/rule"
)

// familie is the struct, familieDefinition the data, of one form.
type familie struct {
	Person struct {
		Hinweis forms.Note             `note:"Bitte ausfüllen."`
		Name    string                 `label:"Name" validate:"required,max=10,latin=A" phrase:"Ihren Namen" fim:"F60000000227V1.1.0"`
		IBAN    ids.IBAN               `label:"IBAN" validate:"required"`
		Art     string                 `label:"Art" options:"1=Eins|2=Zwei" default:"1"`
		Lohn    forms.Money            `label:"Lohn" min:"0" show:"person.art=2"`
		Quote   *string                `label:"Quote" type:"decimal" decimals:"2" max:"100"`
		Zeit    string                 `label:"Zeit" type:"time"`
		Termin  string                 `label:"Termin" type:"datetime"`
		Geburt  ids.TeilbekanntesDatum `label:"Geburt"`
		Kennung string                 `label:"Kennung" type:"hidden"`
		Adresse struct {
			Ort    string `label:"Ort" validate:"required_with=Zusatz"`
			Zusatz string `label:"Zusatz"`
		} `legend:"Adresse" fim:"G60000000088V1.0"`
	} `title:"Person" intro:"Zu Ihnen" fim:"G60000000001V1.0"`
	Kinder struct {
		Kind []struct {
			Name string      `label:"Name" validate:"required"`
			Von  *forms.Date `label:"Von"`
			Bis  *forms.Date `label:"Bis" validate:"omitempty,gtfield=Von"`
			Tage []struct {
				Tag string `label:"Tag" validate:"required,max=2"`
			} `legend:"Tage" repeat:"0,7" entry:"Tag"`
		} `legend:"Kinder" repeat:"1,4" entry:"Kind"`
		Summe int `label:"Summe"`
	} `title:"Kinder"`
}

var familieRules = map[string]forms.Rules{
	"kinder.summe":     {Computed: rule.Count("kinder.kind")},
	"person.zeit":      {Required: rule.Answered("person.termin"), Forbidden: rule.Equal(rule.Field("person.art"), rule.Text("1"))},
	"kinder.kind.tage": {Visible: rule.Answered("kinder.kind.von")},
	"":                 {Checks: []forms.Check{{Valid: rule.Less(rule.Field("kinder.summe"), rule.Number("4")), Code: "VIELE", Message: "Zu viele."}}},
}

func familieDefinition() forms.Definition {
	name, iban := text("name"), text("iban")
	name.Label, name.Required, name.MaxLength, name.Identifier, name.Phrase, name.FIM = "Name", true, 10, "latin=A", "Ihren Namen", "F60000000227V1.1.0"
	iban.Label, iban.Required, iban.Identifier = "IBAN", true, "iban"
	ort := forms.FieldDefinition{Name: "ort", Label: "Ort", RequiredIf: rule.Answered("person.adresse.zusatz")}
	bis := forms.FieldDefinition{Name: "bis", Label: "Bis", Type: forms.TypeDate, Checks: []forms.Check{{
		Valid: rule.Greater(rule.Field("kinder.kind.bis"), rule.Field("kinder.kind.von")), Code: forms.CodeAfterField, Message: "Geben Sie bei „{label}“ einen späteren Tag ein als bei „Von“."}}}
	return forms.Definition{ID: "S5", Version: "1", Steps: []forms.StepDefinition{
		{ID: "person", Title: "Person", Intro: "Zu Ihnen", FIM: "G60000000001V1.0", Elements: []forms.Element{
			forms.NoteDefinition{Name: "hinweis", Text: "Bitte ausfüllen."}, name, iban,
			forms.FieldDefinition{Name: "art", Label: "Art", Type: forms.TypeChoice, Options: zwei, Default: "1"},
			forms.FieldDefinition{Name: "lohn", Label: "Lohn", Type: forms.TypeMoney, Min: "0", Visible: rule.Equal(rule.Field("person.art"), rule.Text("2"))},
			forms.FieldDefinition{Name: "quote", Label: "Quote", Type: forms.TypeDecimal, Decimals: 2, Max: "100"},
			forms.FieldDefinition{Name: "zeit", Label: "Zeit", Type: forms.TypeTime}, forms.FieldDefinition{Name: "termin", Label: "Termin", Type: forms.TypeDateTime},
			forms.FieldDefinition{Name: "geburt", Label: "Geburt", Type: forms.TypePartialDate}, forms.FieldDefinition{Name: "kennung", Label: "Kennung", Type: forms.TypeHidden},
			forms.GroupDefinition{Name: "adresse", Legend: "Adresse", FIM: "G60000000088V1.0", Elements: []forms.Element{ort, forms.FieldDefinition{Name: "zusatz", Label: "Zusatz"}}},
		}},
		{ID: "kinder", Title: "Kinder", Elements: []forms.Element{
			forms.GroupDefinition{Name: "kind", Legend: "Kinder", Repeat: &forms.Repeat{Min: 1, Max: 4, Entry: "Kind"}, Elements: []forms.Element{
				forms.FieldDefinition{Name: "name", Label: "Name", Required: true}, forms.FieldDefinition{Name: "von", Label: "Von", Type: forms.TypeDate}, bis,
				forms.GroupDefinition{Name: "tage", Legend: "Tage", Repeat: &forms.Repeat{Max: 7, Entry: "Tag"}, Elements: []forms.Element{
					forms.FieldDefinition{Name: "tag", Label: "Tag", Required: true, MaxLength: 2}}},
			}},
			forms.FieldDefinition{Name: "summe", Label: "Summe", Type: forms.TypeNumber},
		}},
	}}
}

// A struct and a definition that say the same give the same form.
func TestStructAndDefinitionGiveTheSameModel(t *testing.T) {
	o := &forms.Options{Rules: familieRules}
	a, err := forms.New("S5", "1", familie{}, o)
	require.NoError(t, err)
	b, err := forms.Compile(familieDefinition(), o)
	require.NoError(t, err)
	require.Len(t, b.Fields(), len(a.Fields()))
	describe := func(f *forms.Field) map[string]any {
		out := map[string]any{}
		v := reflect.ValueOf(*f)
		for i := range v.NumField() {
			if sf := v.Type().Field(i); sf.IsExported() && sf.Name != "Step" && sf.Name != "Group" && !sf.Anonymous {
				out[sf.Name] = v.Field(i).Interface()
			}
		}
		out["FIMPath"] = f.FIMPath()
		return out
	}
	for i, f := range a.Fields() {
		assert.Equal(t, describe(f), describe(b.Fields()[i]), f.Path)
	}
	assert.Equal(t, []string{"G60000000001V1.0", "F60000000227V1.1.0"}, a.Field("person.name").FIMPath())
	good := with(a.Initial(), "person.name", "Erika", "person.iban", "DE89370400440532013000", "kinder.kind[0].name", "Max")
	require.Empty(t, a.Validate(good))
	for name, answers := range map[string]forms.Answers{
		"nothing": {}, "defaults": a.Initial(), "good": good,
		"bad values": with(good, "person.name", "Ирина", "person.iban", "DE1", "person.quote", "100.01", "person.zeit", "8", "person.geburt", "x"),
		"too long":   with(good, "person.name", "Mustermannin", "person.quote", "1.234"),
		"rules":      with(good, "person.termin", "2026-04-03T08:30", "person.art", "2", "person.lohn", "-1.00", "person.adresse.zusatz", "x"),
		"forbidden":  with(good, "person.zeit", "08:00"),
		"entries":    with(good, "kinder.kind[1].von", "2026-04-03", "kinder.kind[1].bis", "2026-04-03", "kinder.kind[1].tage[0].tag", "lang"),
		"hidden":     with(good, "kinder.kind[1].tage[0].tag", "lang", "person.lohn", "x"),
		"four":       with(good, "kinder.kind[3].name", "x"),
		"five":       with(good, "kinder.kind[4].name", "x"),
	} {
		var got [2][]string
		for i, form := range []*forms.Form{a, b} {
			for _, e := range form.Validate(answers) {
				got[i] = append(got[i], e.Path+" "+e.Code+" "+e.Message)
			}
		}
		assert.Equal(t, got[0], got[1], name)
		assert.Equal(t, name == "good", len(got[0]) == 0, name)
		assert.True(t, a.Clean(answers).Equal(b.Clean(answers)), name)
		assert.Equal(t, fmt.Sprint(paths(a, answers)), fmt.Sprint(paths(b, answers)), name)
	}
}

func paths(f *forms.Form, a forms.Answers) (list []string) {
	for _, i := range f.Instances(a) {
		list = append(list, i.Path)
	}
	return list
}

// The answers come back into the struct, and into another one that has the
// same names.
func TestBindEntries(t *testing.T) {
	form, err := forms.New("S5", "1", familie{}, &forms.Options{Rules: familieRules})
	require.NoError(t, err)
	a := with(form.Initial(), "person.name", "Erika", "person.art", "2", "person.lohn", "12.34", "person.quote", "1.5", "person.geburt", "1980-05",
		"kinder.kind[0].name", "Max", "kinder.kind[1].name", "Mia", "kinder.kind[1].von", "2026-04-03", "kinder.kind[1].tage[1].tag", "Di", "kinder.summe", "99")
	var v familie
	require.NoError(t, form.Bind(a, &v))
	assert.Equal(t, forms.Money(1234), v.Person.Lohn)
	assert.Equal(t, "12.34", v.Person.Lohn.String())
	assert.Equal(t, "1.5", *v.Person.Quote)
	assert.Equal(t, ids.TeilbekanntesDatum("1980-05"), v.Person.Geburt)
	require.Len(t, v.Kinder.Kind, 2)
	assert.Equal(t, "Mia", v.Kinder.Kind[1].Name)
	require.Len(t, v.Kinder.Kind[1].Tage, 2)
	assert.Equal(t, "Di", v.Kinder.Kind[1].Tage[1].Tag)
	assert.Equal(t, 2, v.Kinder.Summe, "computed, whatever was posted")

	back, err := form.AnswersOf(v)
	require.NoError(t, err)
	again := familie{}
	require.NoError(t, form.Bind(back, &again))
	assert.Equal(t, v, again)

	type other struct {
		Kinder struct {
			Kind []struct {
				Vorname string `name:"name"`
				Von     string
			}
			Summe string
		}
		Mensch struct{ Quote string } `step:"person"`
	}
	definition, err := forms.Compile(familieDefinition(), &forms.Options{Rules: familieRules})
	require.NoError(t, err)
	var o other
	require.NoError(t, definition.Bind(a, &o))
	assert.Equal(t, "Mia", o.Kinder.Kind[1].Vorname)
	assert.Equal(t, "2026-04-03", o.Kinder.Kind[1].Von)
	assert.Equal(t, "2", o.Kinder.Summe)
	assert.Equal(t, "1.5", o.Mensch.Quote)

	for name, dst := range map[string]any{
		"a step that is none":  &struct{ Eltern struct{ Name string } }{},
		"a field that is none": &struct{ Person struct{ Vorname string } }{},
		"another type":         &struct{ Person struct{ Name int } }{},
		"a group as a field":   &struct{ Person struct{ Adresse string } }{},
		"entries as one": &struct {
			Kinder struct{ Kind struct{ Name string } }
		}{},
		"no steps":   &struct{}{},
		"no struct":  ptr(3),
		"no pointer": other{},
	} {
		assert.ErrorIs(t, definition.Bind(a, dst), forms.ErrBind, name)
	}
	err = definition.Bind(with(a, "person.quote", "12,x"), &o)
	require.ErrorIs(t, err, forms.ErrBind)
	assert.Contains(t, err.Error(), "person.quote")
	assert.NotContains(t, err.Error(), "12,x")
}

// What is hidden is gone, everywhere, and comes back as it was.
func TestHiddenMeansRemoved(t *testing.T) {
	form := kita(t)
	a := with(goodKita(), "eltern.art", "2", "eltern.warum", "Darum", "kinder.kind[0].kosten", "60.00", "kinder.kind[1].kosten", "60.00", "kinder.ermaessigung", "true")
	require.Equal(t, "Darum", form.Clean(a).Get("eltern.warum").Text())
	hidden := with(a, "eltern.art", "1").With("kinder.kind", forms.Entries(1))
	clean := form.Clean(hidden)
	for _, path := range []string{"eltern.warum", "kinder.ermaessigung", "kinder.kind[1].kosten"} {
		assert.True(t, clean.Get(path).Absent(), path)
		assert.False(t, form.Visible(path, hidden), path)
		assert.False(t, hidden.Get(path).Absent(), path)
	}
	assert.Equal(t, "60.00", clean.Get("kinder.summe").Text())
	var v struct {
		Eltern struct{ Warum string }
		Kinder struct{ Ermaessigung bool }
	}
	require.NoError(t, form.Bind(hidden, &v))
	assert.Zero(t, v)
	assert.Equal(t, "Darum", form.Clean(with(hidden, "eltern.art", "2")).Get("eltern.warum").Text(), "what was kept comes back")
	assert.True(t, form.Clean(with(clean, "eltern.art", "2")).Get("eltern.warum").Absent(), "what was cleaned does not")
}

func TestPage(t *testing.T) {
	form := kita(t)
	a := with(goodKita(), "kinder.kind[1].geburt", "2020-01-01", "kinder.kind[1].allergien[0].stoff", "Nüsse", "kinder.kind[1].kosten", "1.00")
	nodes := form.Page("kinder", a)
	var names []string
	for _, n := range nodes {
		names = append(names, n.Path)
	}
	assert.Equal(t, []string{"kinder.kind", "kinder.summe", "kinder.grund"}, names)
	assert.Equal(t, "1.00", nodes[1].Value.Text())
	kinder := nodes[0]
	assert.True(t, kinder.CanAdd && kinder.CanRemove)
	require.Len(t, kinder.Entries, 2)
	assert.Equal(t, "Kind 2", kinder.Entries[1].Title)
	assert.Equal(t, "kinder.kind[1]", kinder.Entries[1].Path)
	names = nil
	for _, n := range kinder.Entries[1].Nodes {
		names = append(names, strings.TrimPrefix(n.Path, "kinder.kind[1].")+fmt.Sprint(n.Required))
	}
	assert.Equal(t, []string{"vornametrue", "geburttrue", "kostenfalse", "schulefalse", "allergienfalse", "betreuungfalse"}, names)
	betreuung := kinder.Entries[0].Nodes[4]
	require.Equal(t, "kinder.kind[0].betreuung", betreuung.Path)
	assert.False(t, betreuung.Nodes[0].Nodes[0].Required, "another one is used")
	assert.Nil(t, form.Page("x", a))
	require.Len(t, form.Page("eltern", a), 5)
	assert.Equal(t, "hinweis", form.Page("eltern", a)[4].Note.Path[7:])
	assert.Len(t, kindsForm(t).Page("k", a), 6, "the hidden field is on no page")
}

func TestMessagesNameTheEntry(t *testing.T) {
	form := kita(t)
	errs := form.Validate(goodKita().With("kinder.kind[0].allergien", forms.Entries(2)))
	require.Len(t, errs, 2)
	assert.Equal(t, "kinder.kind[0].allergien[1].stoff", errs[1].Path)
	assert.Equal(t, "Füllen Sie das Feld „Stoff (Kind 1, Allergie 2)“ aus.", errs[1].Message)
	assert.Equal(t, "Stoff", errs[1].Label)
	assert.Equal(t, "kinder", errs[1].Step)
}

// Every answer holds a secret; no message, parameter or label holds one.
func TestNoErrorHoldsAnAnswer(t *testing.T) {
	everything := everyRuleForm(t)
	cross, err := forms.New("S1", "1", pairsForm{}, nil)
	require.NoError(t, err)
	family, err := forms.New("S5", "1", familie{}, &forms.Options{Rules: familieRules})
	require.NoError(t, err)
	found := map[string]bool{}
	for name, form := range map[string]*forms.Form{"everything": everything, "cross": cross, "family": family, "kita": kita(t), "kinds": kindsForm(t)} {
		for round := range 3 {
			a := with(forms.Answers{}, "s.l[1].a", "x", "kinder.kind[1].vorname", "x", "kinder.kind[1].tage[1].tag", "x")
			for i, f := range form.Instances(a) {
				secret := fmt.Sprintf("4711%04d", i)
				switch {
				case round == 1 && f.Field.Type == forms.TypeDate:
					secret = fmt.Sprintf("47%02d-01-01", i%100)
				case round == 1 && f.Field.Type == forms.TypeMoney:
					secret += ".00"
				case round == 2:
					secret = "geheim " + secret + "@x"
				}
				a = a.With(f.Path, forms.Text(secret))
			}
			for _, l := range forms.Languages() {
				for _, e := range form.In(l).Validate(a) {
					found[e.Code] = true
					assert.NotContains(t, fmt.Sprint(e.Message, e.Params, e.Label, e.Error()), "47", "%s %s %s", name, e.Path, e.Code)
					assert.NotContains(t, e.Message, "geheim")
				}
			}
		}
	}
	require.Greater(t, len(found), 25)
}

func TestValidateFieldInAnEntry(t *testing.T) {
	form := kita(t)
	for path, tt := range map[string]struct{ v, code string }{
		"kinder.kind[2].geburt":             {"gestern", "DATE"},
		"kinder.kind.geburt":                {"2024-01-01", ""},
		"kinder.kind[0].allergien[1].stoff": {"", "REQUIRED"},
		"eltern.name":                       {"Ирина", "LATIN"},
	} {
		e, wrong := form.ValidateField(path, forms.Text(tt.v))
		assert.Equal(t, tt.code != "", wrong, path)
		assert.Equal(t, tt.code, e.Code, path)
		if wrong {
			assert.Equal(t, path, e.Path)
		}
	}
}

// What people type, and what is kept of it.
func TestWhatPeopleType(t *testing.T) {
	form := kindsForm(t)
	for _, tt := range []struct{ path, typed, kept, shown string }{
		{"k.dezimal", "1.234,50", "1234.5", "1234,5"},
		{"k.dezimal", "1 234,5", "1234.5", "1234,5"},
		{"k.dezimal", "1234.5", "1234.5", "1234,5"},
		{"k.dezimal", "1.234", "1234", "1234"},
		{"k.dezimal", "0.123", "0.123", "0.123"}, // more digits than allowed: shown as typed
		{"k.dezimal", "-0,50", "-0.5", "-0,5"},
		{"k.dezimal", "−3", "-3", "-3"},
		{"k.dezimal", "+3,00", "3", "3"},
		{"k.dezimal", "-0", "0", "0"},
		{"k.dezimal", "1,2,3", "1,2,3", "1,2,3"},
		{"k.dezimal", "1.2.3", "1.2.3", "1.2.3"},
		{"k.dezimal", ",5", ",5", ",5"},
		{"k.geld", "12", "12.00", "12,00 €"},
		{"k.geld", "12,5", "12.50", "12,50 €"},
		{"k.geld", "12.50", "12.50", "12,50 €"},
		{"k.geld", "1.234,50 €", "1234.50", "1.234,50 €"},
		{"k.geld", "EUR 1234567,5", "1234567.50", "1.234.567,50 €"},
		{"k.geld", "12,- Euro", "12.00", "12,00 €"},
		{"k.geld", "12,--", "12.00", "12,00 €"},
		{"k.geld", "12,345", "12,345", "12,345"},
		{"k.geld", "-1000", "-1000.00", "-1.000,00 €"},
		{"k.geld", "viel", "viel", "viel"},
		{"k.zeit", "8:30", "08:30", "08:30 Uhr"},
		{"k.zeit", "8.30 Uhr", "08:30", "08:30 Uhr"},
		{"k.zeit", "8 Uhr", "08:00", "08:00 Uhr"},
		{"k.zeit", "08:30:15", "08:30:15", "08:30:15 Uhr"},
		{"k.zeit", "8", "8", "8"},
		{"k.zeit", "25:00", "25:00", "25:00"},
		{"k.wann", "3.4.2026 8:30", "2026-04-03T08:30", "3.4.2026, 08:30 Uhr"},
		{"k.wann", "3. 4. 2026, 8.30 Uhr", "2026-04-03T08:30", "3.4.2026, 08:30 Uhr"},
		{"k.wann", "3.4.2026 um 8 Uhr", "2026-04-03T08:00", "3.4.2026, 08:00 Uhr"},
		{"k.wann", "2026-04-03T08:30", "2026-04-03T08:30", "3.4.2026, 08:30 Uhr"},
		{"k.wann", "31.2.2026 8:30", "31.2.2026 8:30", "31.2.2026 8:30"},
		{"k.teil", "5.1980", "1980-05", "05.1980"},
		{"k.teil", "00.05.1980", "1980-05", "05.1980"},
		{"k.teil", "1980", "1980", "1980"},
		{"k.muster", "A\u0308\u200b", "Ä", "Ä"},
	} {
		a, err := form.Decode("k", url.Values{tt.path: {tt.typed}}, forms.Answers{})
		require.NoError(t, err)
		assert.Equal(t, tt.kept, a.Get(tt.path).Text(), tt.typed)
		assert.Equal(t, tt.shown, form.Display(tt.path, a), tt.typed)
		again, err := form.Decode("k", url.Values{tt.path: {form.Field(tt.path).Input(a.Get(tt.path))}}, a)
		require.NoError(t, err)
		assert.Equal(t, tt.kept, again.Get(tt.path).Text(), tt.typed)
	}
	a, err := form.Decode("k", url.Values{"k.versteckt": {"x"}}, forms.Answers{})
	require.NoError(t, err)
	assert.False(t, a.Has("k.versteckt"), "nobody can send a hidden field")
	for parts, want := range map[[3]string]string{
		{"", "5", "1980"}: "1980-05", {"", "", "1980"}: "1980", {"1", "5", "1980"}: "1980-05-01", {"1", "", "1980"}: "1..1980", {"", "13", "1980"}: ".13.1980", {"", "", ""}: "",
	} {
		a, err := form.Decode("k", url.Values{"k.teil.tag": {parts[0]}, "k.teil.monat": {parts[1]}, "k.teil.jahr": {parts[2]}}, forms.Answers{})
		require.NoError(t, err)
		assert.Equal(t, want, a.Get("k.teil").Text(), parts)
		day, month, year := forms.DateParts(a.Get("k.teil"))
		assert.Equal(t, parts, [3]string{day, month, year})
	}
}

// Names and values made of bytes are decoded without a panic, within the
// limits, and what came out decodes to itself.
func FuzzDecodeEntries(f *testing.F) {
	form := kita(f)
	f.Add("kinder", "kinder.kind[1].vorname=Max&kinder.kind[0].geburt.tag=1&kinder.kind[0].geburt.monat=2&kinder.kind[0].geburt.jahr=2020")
	f.Add("kinder", "kinder.kind[999999].vorname=x")
	f.Add("kinder", "kinder.kind[2].allergien[1].stoff=N&kinder.kind[0].kosten=1.234,5+%E2%82%AC&kinder.kind[0].betreuung.kita.seit=5.2020")
	f.Add("eltern", "eltern.name=%C3%A4&eltern.einkommen=12,-&eltern.geburt=1.1.2000&eltern.art=2&kinder.kind[0].vorname=x")
	f.Add("kinder", "kinder.kind[0[.vorname=x&kinder.kind]0].vorname=y&kinder.kind[0].=z")
	f.Fuzz(func(t *testing.T, step, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := form.Decode(step, values, goodKita())
		if err != nil {
			if e, ok := err.(*forms.DecodeError); a.Len() != 0 || !ok || e.Status < 400 {
				t.Fatalf("%v with %d answers", err, a.Len())
			}
			return
		}
		if n, _ := a.Entries("kinder.kind"); n > 3 {
			t.Fatalf("%d entries", n)
		}
		again := url.Values{}
		for _, i := range form.Instances(a) {
			v := a.Get(i.Path)
			for _, s := range append(v.List(), v.Text()) {
				if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) || strings.ContainsAny(s, "\x00\r\u200b") {
					t.Fatalf("%s is not clean: %q", i.Path, s)
				}
			}
			if i.Field.Step.ID == step && !v.Absent() {
				again[i.Path] = []string{i.Field.Input(v)}
			}
			_ = form.Display(i.Path, a)
		}
		for _, e := range form.Validate(a) {
			if e.Code == "" || e.Message == "" {
				t.Fatalf("an error without code or message at %q", e.Path)
			}
		}
		b, err := form.Decode(step, again, a)
		if err != nil {
			t.Fatal(err)
		}
		clean := form.Clean(a)
		if !clean.Equal(form.Clean(b)) || !clean.Equal(form.Clean(clean)) {
			t.Fatalf("decoding again gives other answers")
		}
	})
}

// What rules see of each type, from outside and inside of an entry.
func TestWhatRulesSee(t *testing.T) {
	datei := typed("datei", forms.TypeFile)
	datei.Accept = []string{"application/pdf"}
	mehrere := typed("mehrere", forms.TypeMulti)
	mehrere.Options = zwei
	box := typed("box", forms.TypeBool)
	d := one(typed("zeit", forms.TypeTime), typed("wann", forms.TypeDateTime), typed("teil", forms.TypePartialDate), typed("geld", forms.TypeMoney),
		mehrere, datei, box, text("name"), group("g", nil, text("a"), text("b"), group("h", some, text("c"), box)))
	f, n := rule.Field, rule.Number
	a := with(forms.Answers{}, "s.zeit", "08:30", "s.wann", "2026-04-03T08:30", "s.teil", "2026-04-03", "s.geld", "12.50", "s.box", "false", "s.name", "x",
		"s.g.a", "x", "s.g.b", "", "s.g.h[0].c", "x", "s.g.h[1].c", "", "s.g.h[1].box", "true", "s.g.h[2].box", "false").
		With("s.mehrere", forms.List("1", "2")).With("s.datei", file("a.pdf", "application/pdf", 1))
	holds := func(path string, c rule.Condition) bool {
		form, err := forms.Compile(d, &forms.Options{Rules: map[string]forms.Rules{path: {Visible: c}}})
		require.NoError(t, err, "%s", c)
		if path == "s.g.h.c" {
			return form.Visible("s.g.h[0].c", a)
		}
		return form.Visible(path, a)
	}
	for i, c := range []rule.Condition{
		rule.Less(f("s.zeit"), rule.Text("08:31")), rule.Greater(f("s.wann"), rule.Time("2026-04-03T08:29:59")),
		rule.Equal(f("s.teil"), rule.Date("2026-04-03")), rule.Equal(f("s.geld"), n("12.5")), rule.In(f("s.mehrere"), "2"),
		rule.Answered("s.datei"), rule.Empty("s.box"), rule.Equal(f("s.box"), rule.Bool(false)), rule.Answered("s.g"), rule.Answered("s.g.h"),
		rule.Equal(rule.Count("s.mehrere"), n("2")), rule.Equal(rule.Count("s.datei"), n("1")), rule.Equal(rule.Count("s.box"), n("0")),
		rule.Equal(rule.Count("s.g"), n("3")), rule.Equal(rule.Count("s.g.h"), n("3")), rule.Equal(rule.Count("s.g.h.c"), n("1")),
		rule.Any("s.g.h", rule.And(rule.Answered("s.g.h.box"), rule.Equal(rule.Count("s.g.h.c"), n("0")))),
	} {
		assert.True(t, holds("s.name", c), "%d: %s", i, c)
	}
	assert.True(t, holds("s.g.h.c", rule.Equal(rule.Count("s.g.h.box"), n("0"))), "in the same entry")
	assert.True(t, holds("s.g.h.c", rule.Equal(rule.Count("s.g.h"), n("3"))), "all entries")
	a = with(a, "s.teil", "2026-04")
	assert.False(t, holds("s.name", rule.NotEqual(f("s.teil"), rule.Date("2026-04-03"))), "known in part only: missing")
}
