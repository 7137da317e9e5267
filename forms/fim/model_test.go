package fim_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/finding"
)

// familie is a form with every type, groups in groups with entries, a field
// that may occur several times, a choice, and what is hidden or computed.
func familie(t testing.TB) *forms.Form {
	t.Helper()
	field := func(name string, typ forms.Type, ref string) forms.FieldDefinition {
		return forms.FieldDefinition{Name: name, Type: typ, Label: name, FIM: ref}
	}
	art := field("art", forms.TypeChoice, "F2V1")
	art.Options = []forms.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	sprachen := field("sprachen", forms.TypeMulti, "F3V1")
	sprachen.Options = []forms.Option{{Value: "de", Label: "Deutsch"}, {Value: "en", Label: "Englisch"}}
	summe := field("summe", forms.TypeMoney, "F30V1")
	summe.Computed = rule.Sum("kinder.kind.betrag")
	anlage := field("anlage", forms.TypeFile, "F14V1")
	anlage.Accept, anlage.MaxSize = []string{"application/pdf"}, 100
	name := field("name", forms.TypeText, "F1V1")
	name.MaxLength = 20
	nur := field("nur-b", forms.TypeText, "F15V1")
	nur.Visible = rule.Equal(rule.Field("person.art"), rule.Text("b"))
	form, err := forms.Compile(forms.Definition{ID: "S99000000009", Version: "1.0.0", Title: "Familie", Steps: []forms.StepDefinition{
		{ID: "person", Title: "Person", FIM: "G1V1", Elements: []forms.Element{
			name, art, sprachen,
			field("ja", forms.TypeBool, "F4V1"), field("zahl", forms.TypeNumber, "F5V1"), field("messwert", forms.TypeDecimal, "F6V1"),
			field("geld", forms.TypeMoney, "F7V1"), field("tag", forms.TypeDate, "F8V1"), field("teils", forms.TypePartialDate, "F9V1"),
			field("uhr", forms.TypeTime, "F10V1"), field("wann", forms.TypeDateTime, "F11V1"), field("mail", forms.TypeEmail, "F12V1"),
			field("viel", forms.TypeMultiline, "F13V1"), anlage, nur,
		}},
		{ID: "kinder", Title: "Kinder", Elements: []forms.Element{
			forms.GroupDefinition{Name: "kind", Legend: "Kind", FIM: "G2V1", Repeat: &forms.Repeat{Max: 3}, Elements: []forms.Element{
				field("name", forms.TypeText, "F20V1"), field("betrag", forms.TypeMoney, "F21V1"),
				forms.GroupDefinition{Name: "rufname", Legend: "Rufname", Repeat: &forms.Repeat{Max: 5}, Elements: []forms.Element{
					field("wert", forms.TypeText, "F22V1")}},
				forms.GroupDefinition{Name: "schule", Legend: "Schule", FIM: "G3V1", Repeat: &forms.Repeat{Max: 1}, Elements: []forms.Element{
					field("ort", forms.TypeText, "G4V1/F23V1")}},
				forms.GroupDefinition{Name: "kontakt", Legend: "Kontakt", FIM: "G5V1", Choice: true, Elements: []forms.Element{
					field("telefon", forms.TypeText, "F24V1"), field("post", forms.TypeText, "F25V1")}},
			}}, summe,
		}},
	}}, nil)
	require.NoError(t, err)
	return form
}

// familieAnswers answers everything.
func familieAnswers() forms.Answers {
	a := forms.Answers{}
	for path, s := range map[string]string{
		"person.name": "Erika <Mustermann>", "person.art": "b", "person.ja": "false", "person.zahl": "-12", "person.messwert": "0.125",
		"person.geld": "1234.50", "person.tag": "1964-08-12", "person.teils": "1980-05", "person.uhr": "08:30", "person.wann": "2026-04-03T08:30:15",
		"person.mail": "erika@example.org", "person.viel": "Zeile 1\nZeile 2", "person.nur-b": "x",
		"kinder.kind[0].name": "Max", "kinder.kind[0].betrag": "10.00", "kinder.kind[0].rufname[0].wert": "Mäxchen", "kinder.kind[0].rufname[1].wert": "M",
		"kinder.kind[0].schule[0].ort": "Musterstadt", "kinder.kind[0].kontakt.post": "hier",
		"kinder.kind[2].name": "Moritz", "kinder.kind[2].betrag": "0.55", "kinder.kind[2].kontakt.telefon": "030 23125123",
	} {
		a = a.With(path, forms.Text(s))
	}
	return a.With("person.sprachen", forms.List("de", "en")).With("person.anlage", fileOf("anlage.pdf", pdf[:9]))
}

func familieContent(string, forms.File) ([]byte, error) { return pdf[:9], nil }

// TestModel writes the form in both formats and reads it back.
func TestModel(t *testing.T) {
	form, a := familie(t), familieAnswers()
	o := &fim.EncodeOptions{Content: familieContent}
	xml, err := fim.Marshal(form, a, o)
	require.NoError(t, err)
	json, err := fim.MarshalJSON(form, a, o)
	require.NoError(t, err)
	for name, got := range map[string][]byte{"familie.xml": xml, "familie.json": json} {
		golden := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(golden, got, 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
	fromXML, err := fim.Decode(bytes.NewReader(xml), form, nil)
	require.NoError(t, err)
	fromJSON, err := fim.DecodeJSON(bytes.NewReader(json), form, nil)
	require.NoError(t, err)
	for _, doc := range []*fim.Document{fromXML, fromJSON} {
		assert.Equal(t, sent(form, a), sent(form, doc.Answers))
		require.Len(t, doc.Uploads, 1)
		assert.Equal(t, "person.anlage", doc.Uploads[0].Path)
		n, known := doc.Answers.Entries("kinder.kind")
		assert.Equal(t, []any{3, true}, []any{n, known}, "an entry in which nothing is answered is one")
	}
	t.Run("no entries", func(t *testing.T) {
		none := a.With("kinder.kind", forms.Entries(0))
		xml, err := fim.Marshal(form, none, o)
		require.NoError(t, err)
		assert.NotContains(t, string(xml), "G2V1")
		doc, err := fim.DecodeJSON(strings.NewReader(`{"G2V1":[]}`), form, nil)
		require.NoError(t, err)
		n, known := doc.Answers.Entries("kinder.kind")
		assert.Equal(t, []any{0, true}, []any{n, known})
		doc, err = fim.DecodeJSON(strings.NewReader(`{}`), form, nil)
		require.NoError(t, err)
		_, known = doc.Answers.Entries("kinder.kind")
		assert.False(t, known)
	})
	t.Run("without versions", func(t *testing.T) {
		short := &fim.EncodeOptions{Content: familieContent, OhneVersion: true}
		json, err := fim.MarshalJSON(form, a, short)
		require.NoError(t, err)
		assert.Contains(t, string(json), `"F1": "Erika <Mustermann>"`)
		_, err = fim.DecodeJSON(bytes.NewReader(json), form, nil)
		assert.Error(t, err)
		doc, err := fim.DecodeJSON(bytes.NewReader(json), form, &fim.DecodeOptions{OhneVersion: true})
		require.NoError(t, err)
		assert.Equal(t, sent(form, a), sent(form, doc.Answers))
	})
	t.Run("header", func(t *testing.T) {
		_, err := fim.MarshalJSON(form, a, &fim.EncodeOptions{Content: familieContent, Header: header})
		var e *fim.EncodeError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, fim.CodeHeader, e.Code)
	})
}

// TestModelProperty: any part of the answers comes back.
func TestModelProperty(t *testing.T) {
	form := familie(t)
	r := rand.New(rand.NewPCG(9, 9))
	for range 200 {
		a := familieAnswers()
		for path := range a.All() {
			if r.IntN(3) == 0 {
				a = a.Without(path)
			}
		}
		o := &fim.EncodeOptions{Content: familieContent}
		xml, err := fim.Marshal(form, a, o)
		require.NoError(t, err)
		doc, err := fim.Decode(bytes.NewReader(xml), form, nil)
		require.NoError(t, err)
		want := sent(form, a)
		delete(want, "kinder.kind[0].rufname") // entries without name or answer are not sent
		got := func(doc *fim.Document) map[string]string {
			list := sent(form, doc.Answers)
			delete(list, "kinder.kind[0].rufname")
			return list
		}
		if n := form.Entries("kinder.kind", a); n > 0 && !a.Has("kinder.kind[0].rufname[0].wert") && a.Has("kinder.kind[0].rufname[1].wert") {
			continue // the next takes the place of one that is not sent
		}
		require.Equal(t, want, got(doc), "%s", xml)
		json, err := fim.MarshalJSON(form, a, o)
		require.NoError(t, err)
		doc, err = fim.DecodeJSON(bytes.NewReader(json), form, nil)
		require.NoError(t, err)
		require.Equal(t, want, got(doc), "%s", json)
	}
}

// jsonVectors break one rule each; passing is a neighbour that breaks none.
var jsonVectors = []struct{ name, code, path, failing, passing string }{
	{"unknown key", "FIM-003", "/S99000000009V1.0.0/G1V1", `{"G1V1":{"F99V1":[{"x":1}]}}`, `{"G1V1":{"F1V1":"x"}}`},
	{"a version missing", "FIM-003", "/S99000000009V1.0.0/G1V1", `{"G1V1":{"F1":"x"}}`, `{"G1V1":{}}`},
	{"too many of one", "FIM-004", "/S99000000009V1.0.0/G1V1/F3V1[2]", `{"G1V1":{"F3V1":["de","de"]}}`, `{"G1V1":{"F3V1":["de","en"]}}`},
	{"choice", "FIM-007", "/S99000000009V1.0.0/G1V1/F2V1", `{"G1V1":{"F2V1":"c"}}`, `{"G1V1":{"F2V1":"a"}}`},
	{"date", "FIM-007", "/S99000000009V1.0.0/G1V1/F8V1", `{"G1V1":{"F8V1":"12.8.1964"}}`, `{"G1V1":{"F8V1":"1964-08-12"}}`},
	{"no such day", "FIM-007", "/S99000000009V1.0.0/G1V1/F8V1", `{"G1V1":{"F8V1":"2023-02-29"}}`, `{"G1V1":{"F8V1":"2024-02-29"}}`},
	{"no whole number", "FIM-007", "/S99000000009V1.0.0/G1V1/F5V1", `{"G1V1":{"F5V1":1.5}}`, `{"G1V1":{"F5V1":150e-1}}`},
	{"cents", "FIM-007", "/S99000000009V1.0.0/G1V1/F7V1", `{"G1V1":{"F7V1":1.005}}`, `{"G1V1":{"F7V1":1.5}}`},
	{"huge", "FIM-007", "/S99000000009V1.0.0/G1V1/F6V1", `{"G1V1":{"F6V1":1e9999}}`, `{"G1V1":{"F6V1":1e2}}`},
	{"time without seconds", "FIM-007", "/S99000000009V1.0.0/G1V1/F10V1", `{"G1V1":{"F10V1":"08:30"}}`, `{"G1V1":{"F10V1":"08:30:00"}}`},
	{"time zone", "FIM-007", "/S99000000009V1.0.0/G1V1/F11V1", `{"G1V1":{"F11V1":"2026-04-03T08:30:00Z"}}`, `{"G1V1":{"F11V1":"2026-04-03T08:30:00"}}`},
	{"Base64", "FIM-010", "/S99000000009V1.0.0/G1V1/F14V1", `{"G1V1":{"F14V1":"?"}}`, `{"G1V1":{"F14V1":"JVBERi0xLjcK"}}`},
	{"file type", "FIM-007", "/S99000000009V1.0.0/G1V1/F14V1", `{"G1V1":{"F14V1":"AAAA"}}`, `{"G1V1":{}}`},
	{"file size", "FIM-011", "/S99000000009V1.0.0/G1V1/F14V1", `{"G1V1":{"F14V1":"` + strings.Repeat("A", 140) + `"}}`, `{}`},
	{"hidden", "FIM-012", "person.nur-b", `{"G1V1":{"F2V1":"a","F15V1":"x"}}`, `{"G1V1":{"F2V1":"b","F15V1":"x"}}`},
	{"too many entries", "FIM-013", "/S99000000009V1.0.0/G2V1[4]", `{"G2V1":[{},{},{},{}]}`, `{"G2V1":[{},{},{}]}`},
	{"too many values", "FIM-013", "/S99000000009V1.0.0/G2V1/F22V1[6]", `{"G2V1":[{"F22V1":["1","2","3","4","5","6"]}]}`, `{"G2V1":[{"F22V1":["1","2","3","4","5"]}]}`},
	{"computed", "FIM-014", "kinder.summe", `{"G2V1":[{"F21V1":1}],"F30V1":2}`, `{"G2V1":[{"F21V1":1}],"F30V1":1}`},
	{"a number as text", "FIM-015", "/S99000000009V1.0.0/G1V1/F5V1", `{"G1V1":{"F5V1":"1"}}`, `{"G1V1":{"F5V1":1}}`},
	{"a text as number", "FIM-015", "/S99000000009V1.0.0/G1V1/F1V1", `{"G1V1":{"F1V1":1}}`, `{"G1V1":{"F1V1":"1"}}`},
	{"a bool as text", "FIM-015", "/S99000000009V1.0.0/G1V1/F4V1", `{"G1V1":{"F4V1":"true"}}`, `{"G1V1":{"F4V1":true}}`},
	{"null", "FIM-015", "/S99000000009V1.0.0/G1V1", `{"G1V1":null}`, `{}`},
	{"one as many", "FIM-015", "/S99000000009V1.0.0/G2V1", `{"G2V1":{}}`, `{"G2V1":[{}]}`},
	{"many as one", "FIM-015", "/S99000000009V1.0.0/G2V1/G3V1", `{"G2V1":[{"G3V1":[{}]}]}`, `{"G2V1":[{"G3V1":{"G4V1":{"F23V1":"x"}}}]}`},
	{"a list at the top", "FIM-015", "/S99000000009V1.0.0", `[{}]`, `{}`},
	{"a character", "FIM-016", "/S99000000009V1.0.0/G1V1/F1V1", `{"G1V1":{"F1V1":"\u0001"}}`, `{"G1V1":{"F1V1":"\t"}}`},
	{"a key twice", "JSON-004", "", `{"G1V1":{"F1V1":"x","F1V1":"x"}}`, `{"G1V1":{"F1V1":"x"}}`},
	{"no JSON", "JSON-001", "", `{"G1V1":{"F1V1":"x"}`, `{"G1V1":{"F1V1":"x"}}`},
}

func TestDecodeJSONRules(t *testing.T) {
	form := familie(t)
	for _, tt := range jsonVectors {
		t.Run(tt.name, func(t *testing.T) {
			document, err := fim.DecodeJSON(strings.NewReader(tt.failing), form, nil)
			assert.Nil(t, document)
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			require.Len(t, invalid.Findings, 1)
			assert.Equal(t, []string{tt.code, tt.path}, []string{invalid.Findings[0].Code, invalid.Findings[0].Path})
			assert.Positive(t, invalid.Findings[0].Line)
			_, err = fim.DecodeJSON(strings.NewReader(tt.passing), form, nil)
			require.NoError(t, err)
		})
	}
}

// TestFormsOfDefinitionsThatDoNotFit: what the data could not say is refused.
func TestFormsOfDefinitionsThatDoNotFit(t *testing.T) {
	text := func(name, ref string) forms.FieldDefinition {
		return forms.FieldDefinition{Name: name, Label: name, FIM: ref}
	}
	group := func(name, ref string, elements ...forms.Element) forms.GroupDefinition {
		return forms.GroupDefinition{Name: name, Legend: name, FIM: ref, Repeat: &forms.Repeat{}, Elements: elements}
	}
	once := group("b", "G1V1", text("y", "F2V1"))
	once.Repeat = nil
	multi := text("m", "F1V1")
	multi.Type, multi.Options = forms.TypeMulti, []forms.Option{{Value: "a", Label: "A"}}
	for name, elements := range map[string][]forms.Element{
		"two fields without a group":    {group("a", "", text("x", "F1V1"), text("y", "F2V1"))},
		"entries in entries":            {group("a", "", group("b", "", text("x", "F1V1")))},
		"a group with and without":      {group("a", "G1V1", text("x", "F1V1")), once},
		"entries of a multiple choice":  {group("a", "", multi)},
		"two groups of the same name":   {group("a", "G1V1", text("x", "F1V1")), group("b", "G1V1", text("y", "F2V1"))},
		"a group and a field, one name": {text("x", "F1V1"), text("y", "F1V1/F2V1")},
	} {
		t.Run(name, func(t *testing.T) {
			form, err := forms.Compile(forms.Definition{ID: "S1", Version: "1.0", Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: elements}}}, nil)
			require.NoError(t, err)
			_, err = fim.Marshal(form, forms.Answers{}, nil)
			assert.ErrorIs(t, err, fim.ErrForm)
		})
	}
}

func FuzzDecodeJSON(f *testing.F) {
	form := familie(f)
	o := &fim.EncodeOptions{Content: familieContent}
	whole, err := fim.MarshalJSON(form, familieAnswers(), o)
	require.NoError(f, err)
	f.Add(string(whole))
	for _, v := range jsonVectors {
		f.Add(v.failing)
		f.Add(v.passing)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := fim.DecodeJSON(strings.NewReader(s), form, nil)
		if err != nil {
			var invalid *finding.InvalidError
			require.Nil(t, doc)
			require.ErrorAs(t, err, &invalid)
			return
		}
		again(t, form, doc, fim.EncodeJSON, fim.DecodeJSON)
		again(t, form, doc, fim.Encode, fim.Decode)
	})
}

// FuzzDecodeModel is FuzzDecode for the form with everything.
func FuzzDecodeModel(f *testing.F) {
	form := familie(f)
	whole, err := fim.Marshal(form, familieAnswers(), &fim.EncodeOptions{Content: familieContent})
	require.NoError(f, err)
	f.Add(string(whole))
	for _, inner := range []string{`<G1V1><F7V1>1.5</F7V1><F10V1>08:30:00</F10V1></G1V1>`, `<G2V1><F22V1>a</F22V1><F22V1>b</F22V1><G3V1/></G2V1><G2V1/>`,
		`<G2V1><F21V1>1.00</F21V1></G2V1><F30V1>1.00</F30V1>`} {
		f.Add(`<S99000000009V1.0.0 xmlns="` + fim.Namespace + `">` + inner + `</S99000000009V1.0.0>`)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := fim.Decode(strings.NewReader(s), form, nil)
		if err != nil {
			var invalid *finding.InvalidError
			require.Nil(t, doc)
			require.ErrorAs(t, err, &invalid)
			return
		}
		again(t, form, doc, fim.Encode, fim.Decode)
		again(t, form, doc, fim.EncodeJSON, fim.DecodeJSON)
	})
}
