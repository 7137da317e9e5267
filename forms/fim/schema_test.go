package fim_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readSchema(t testing.TB, path string) *xdatenfelder.Nachricht {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	n, err := xdatenfelder.Read(file, &xdatenfelder.Options{AllowAnyCharacter: true})
	require.NoError(t, err)
	return n
}

// sampleLists reads the code lists beside a sample. They break rules of genericode
// (namespaces, columns without use), so that they are taken apart here.
func sampleLists(t testing.TB, folder string) func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
	t.Helper()
	lists := map[string]*codelist.List{}
	files, err := filepath.Glob(filepath.Join(folder, "C*.xml"))
	require.NoError(t, err)
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		var doc struct {
			URI  string `xml:"Identification>CanonicalVersionUri"`
			Rows []struct {
				Values []struct {
					Column string `xml:"ColumnRef,attr"`
					Text   string `xml:"SimpleValue"`
				} `xml:"Value"`
			} `xml:"SimpleCodeList>Row"`
		}
		require.NoError(t, xml.Unmarshal(b, &doc))
		var rows [][]codelist.Value
		seen := map[string]bool{}
		for _, r := range doc.Rows {
			code, label := r.Values[0].Text, r.Values[1].Text
			for _, v := range r.Values {
				if v.Column == "staatenname-kurz" {
					label = v.Text
				}
			}
			if !seen[code] {
				seen[code] = true
				rows = append(rows, []codelist.Value{{Text: code}, {Text: label}})
			}
		}
		list, err := codelist.New(codelist.Metadata{ShortName: "Liste", Version: "1", CanonicalURI: "urn:liste", CanonicalVersionURI: "urn:liste_1"},
			[]codelist.Column{{ID: "code", ShortName: "Code", Required: true}, {ID: "name", ShortName: "Name"}},
			[]codelist.Key{{ID: "codeKey", ShortName: "CodeKey", Columns: []string{"code"}}}, rows)
		require.NoError(t, err, name)
		lists[doc.URI] = list
	}
	return func(ref *xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
		return lists[ref.CanonicalVersionURI], nil
	}
}

// TestSamples states the numbers of every real schema.
func TestSamples(t *testing.T) {
	type numbers struct{ steps, groups, fields, notes, read, implicit, open, hints int }
	for _, c := range []struct {
		name, path string
		want       numbers
		codes      []string // of open rules
	}{
		{"BlaueKarte", "ozg-xdf2-samples/BlaueKarte.xml", numbers{12, 22, 88, 0, 2, 0, 1, 4}, []string{regel.CodeName}},
		{"Waffenbesitzkarte (XDF1)", "ozg-xdf2-samples/WaBeKa.xml", numbers{6, 20, 33, 13, 0, 0, 0, 11}, nil},
		{"Gewerbeanmeldung", "xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml", numbers{6, 52, 127, 5, 0, 3, 0, 18}, nil},
		{"Bewohnerparkausweis", "xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml", numbers{5, 6, 33, 0, 2, 0, 0, 0}, nil},
		{"xmlstruct (XDF3)", "flxbe-xmlstruct/xdf3.xml", numbers{1, 0, 1, 0, 0, 0, 1, 3}, []string{regel.CodeEmpty}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), c.path)
			f, err := fim.FromSchema(readSchema(t, path), &fim.SchemaOptions{Codelisten: sampleLists(t, filepath.Dir(path))})
			require.NoError(t, err)
			_, err = f.Compile(nil)
			require.NoError(t, err)
			r := f.Report
			assert.Equal(t, c.want, numbers{r.Steps, r.Groups, r.Fields, r.Notes, r.Count(fim.RuleRead), r.Count(fim.RuleImplicit), r.Count(fim.RuleOpen), len(r.Hints)})
			var codes []string
			for _, open := range r.Open() {
				codes = append(codes, open.Code)
				assert.NotEmpty(t, open.Reason)
			}
			assert.Equal(t, c.codes, codes)
		})
	}
}

func hunde(t testing.TB) *xdatenfelder.Nachricht {
	return readSchema(t, "../../examples/fim/hunde.xml")
}

// find returns the definition of an element by its definition path.
func find(t testing.TB, d forms.Definition, path string) forms.Element {
	t.Helper()
	parts := strings.Split(path, ".")
	for _, s := range d.Steps {
		if s.ID != parts[0] {
			continue
		}
		elements := s.Elements
		for i, name := range parts[1:] {
			var found forms.Element
			for _, e := range elements {
				switch e := e.(type) {
				case forms.FieldDefinition:
					if e.Name == name {
						found = e
					}
				case forms.NoteDefinition:
					if e.Name == name {
						found = e
					}
				case forms.GroupDefinition:
					if e.Name == name {
						found, elements = e, e.Elements
					}
				}
			}
			if i == len(parts)-2 && found != nil {
				return found
			}
		}
	}
	require.Fail(t, "no element "+path)
	return nil
}

func field(t testing.TB, f *fim.SchemaForm, id string) forms.FieldDefinition {
	t.Helper()
	paths := f.Paths(id)
	require.Len(t, paths, 1, id)
	return find(t, f.Definition, paths[0]).(forms.FieldDefinition)
}

func group(t testing.TB, f *fim.SchemaForm, id string) forms.GroupDefinition {
	t.Helper()
	paths := f.Paths(id)
	require.Len(t, paths, 1, id)
	return find(t, f.Definition, paths[0]).(forms.GroupDefinition)
}

func TestFromSchema(t *testing.T) {
	f, err := fim.FromSchema(hunde(t), nil)
	require.NoError(t, err)
	_, err = f.Compile(nil)
	require.NoError(t, err)
	assert.Equal(t, "S99000000001", f.Definition.ID)
	assert.Equal(t, "1.0.0", f.Definition.Version)
	assert.Equal(t, "Anmeldung von Hunden", f.Definition.Title)
	var steps []string
	for _, s := range f.Definition.Steps {
		steps = append(steps, s.ID+": "+s.Title)
	}
	assert.Equal(t, []string{"g99000000001: Angaben zur Person", "angaben: Weitere Angaben", "seite-g99000000003: Hund",
		"g99000000004: Ermäßigung", "seite-g99000000005: Lastschrift", "angaben-2: Weitere Angaben (2)"}, steps)
	assert.Equal(t, "G99000000001V1.0.0", f.Definition.Steps[0].FIM)

	name := field(t, f, "F60000000227")
	assert.Equal(t, forms.FieldDefinition{Name: "f60000000227", Type: forms.TypeText, Label: "Familienname", Autocomplete: "family-name",
		Required: true, MinLength: 1, MaxLength: 120, Identifier: "latin", Prefill: "familienname", FIM: "F60000000227V1.0.0"}, name)
	assert.Equal(t, "plz", field(t, f, "F60000000246").Identifier)
	assert.Equal(t, forms.TypeEmail, field(t, f, "F60000000242").Type)
	assert.Equal(t, "iban", field(t, f, "F00000000106").Identifier)
	assert.Equal(t, forms.TypeTime, field(t, f, "F99000000006").Type)
	money := field(t, f, "F99000000041")
	assert.Equal(t, []any{forms.TypeMoney, "0", "500", false}, []any{money.Type, money.Min, money.Max, money.Required})

	assert.True(t, group(t, f, "G99000000002").Choice)
	assert.Nil(t, group(t, f, "G60000000086").Repeat, "a part of a choice is chosen, not added")
	dogs := group(t, f, "G99000000003")
	assert.Equal(t, []any{1, 5, "Hund", "angaben.f99000000011"}, []any{dogs.Repeat.Min, dogs.Repeat.Max, dogs.Repeat.Entry, dogs.Repeat.Count.String()})
	assert.Equal(t, &forms.Repeat{Max: 1, Entry: "Lastschrift"}, group(t, f, "G99000000005").Repeat)

	chip := field(t, f, "F99000000024")
	assert.Equal(t, "seite-g99000000003.g99000000003.f99000000023 = ja", chip.Visible.String())
	assert.True(t, chip.Required, "it is shown only while it is mandatory")
	assert.Equal(t, "[0-9]{15}", chip.Pattern)
	colours := field(t, f, "F99000000025")
	assert.Equal(t, []any{forms.TypeMulti, 1, 0, 4}, []any{colours.Type, colours.MinLength, colours.MaxLength, len(colours.Options)})
	assert.Equal(t, forms.Option{Value: "s", Label: "schwarz"}, colours.Options[0])

	proof := field(t, f, "F99000000031")
	assert.Equal(t, []any{forms.TypeFile, []string{"application/pdf", "image/jpeg"}, int64(2 << 20)}, []any{proof.Type, proof.Accept, proof.MaxSize})
	assert.Equal(t, `g99000000004.f99000000030 = "002"`, proof.Visible.String())
	reason := field(t, f, "F99000000032")
	assert.Equal(t, forms.TypeMultiline, reason.Type)
	assert.Equal(t, `g99000000004.f99000000030 = "003"`, reason.RequiredIf.String())

	month := field(t, f, "F60000000232")
	assert.Equal(t, "g99000000001.g60000000083.f60000000231 ist ausgefüllt", month.RequiredIf.String())
	assert.Equal(t, []string{"1", "12"}, []string{month.Min, month.Max})

	locked := field(t, f, "F99000000050")
	assert.True(t, locked.Locked)
	assert.Equal(t, "Stadt Musterstadt, Steueramt", locked.Default)
	hidden := field(t, f, "F99000000051")
	assert.Equal(t, []any{forms.TypeHidden, "2026-1", false}, []any{hidden.Type, hidden.Default, hidden.Required})
	note := find(t, f.Definition, "angaben.f99000000010").(forms.NoteDefinition)
	assert.Equal(t, "Hinweis zur Anzahl", note.Title)
	assert.Equal(t, forms.WidgetRadio, field(t, f, "F99000000052").Widget)

	assert.Equal(t, []any{4, 1, 1, 0}, []any{f.Report.Count(fim.RuleRead), f.Report.Count(fim.RuleImplicit), f.Report.Count(fim.RuleOpen), len(f.Report.Hints)})
}

// TestMandatoryGroup: a group that a rule makes mandatory has no entries; what it
// demands is demanded once it is begun.
func TestMandatoryGroup(t *testing.T) {
	path := testenv.Data(t, "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml")
	f, err := fim.FromSchema(readSchema(t, path), &fim.SchemaOptions{Codelisten: sampleLists(t, filepath.Dir(path))})
	require.NoError(t, err)
	assert.Nil(t, group(t, f, "G05000499").Repeat)
	assert.Equal(t, `seite-g05000499.g05000499 ist ausgefüllt oder g05000477.f05001047 = "02"`, field(t, f, "F05001243").RequiredIf.String())
	country := field(t, f, "F05001249")
	assert.Equal(t, forms.WidgetSelect, country.Widget)
	assert.Len(t, country.Options, 197)
	assert.Equal(t, &forms.Repeat{Min: 1, Entry: "Vorname"}, group(t, f, "F05000060").Repeat)
	assert.Equal(t, "wert", group(t, f, "F05000060").Elements[0].(forms.FieldDefinition).Name)
}

func TestOptions(t *testing.T) {
	f, err := fim.FromSchema(hunde(t), &fim.SchemaOptions{
		Person: []string{"G99000000001"},
		Order:  []string{"seite-g99000000003", "angaben"},
		Elements: map[string]fim.SchemaElement{
			"G99000000004": {Label: "Weniger bezahlen"}, "F99000000020": {Label: "Wie heißt der Hund?", Help: "Rufname"},
			"F99000000006": {Hide: true}, "F99000000052": {Hide: true}, "angaben": {Label: "Wie viele?"},
			"F99000000024": {Sensitive: true, Phrase: "die Chipnummer"},
		},
		Rules: map[string]fim.SchemaRule{
			"R99000000004": {Elsewhere: "entscheidet das Steueramt"},
			"R99000000002": {Effects: func(path func(string) string) []regel.Effect {
				return []regel.Effect{{Kind: regel.Show, Path: path("F99000000031"), If: rule.In(rule.Field(path("F99000000030")), "002", "003")}}
			}},
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []any{"seite-g99000000003", "angaben", "g99000000001"}, []any{f.Definition.Steps[0].ID, f.Definition.Steps[1].ID, f.Definition.Steps[2].ID})
	assert.Equal(t, "Wie viele?", f.Definition.Steps[1].Title)
	assert.Equal(t, "Weniger bezahlen", f.Definition.Steps[3].Title)
	dog := field(t, f, "F99000000020")
	assert.Equal(t, []string{"Wie heißt der Hund?", "Rufname"}, []string{dog.Label, dog.Help})
	assert.Equal(t, "bday-year", field(t, f, "F60000000233").Autocomplete)
	assert.True(t, field(t, f, "F99000000024").Sensitive)
	assert.Equal(t, `g99000000004.f99000000030 aus {"002", "003"}`, field(t, f, "F99000000031").Visible.String())
	assert.Equal(t, []int{3, 1, 1, 1, 0}, []int{f.Report.Count(fim.RuleRead), f.Report.Count(fim.RuleSupplied), f.Report.Count(fim.RuleElsewhere),
		f.Report.Count(fim.RuleImplicit), f.Report.Count(fim.RuleOpen)})
	require.Len(t, f.Report.Hints, 1)
	assert.Equal(t, []string{fim.HintHidden, "angaben-2.f99000000052"}, []string{f.Report.Hints[0].Code, f.Report.Hints[0].Path})
	for _, s := range f.Definition.Steps {
		for _, e := range s.Elements {
			if e, ok := e.(forms.FieldDefinition); ok {
				assert.NotContains(t, []string{"f99000000006", "f99000000052"}, e.Name)
			}
		}
	}
}

// TestLeftOut: rules about what the caller leaves out are open.
func TestLeftOut(t *testing.T) {
	f, err := fim.FromSchema(hunde(t), &fim.SchemaOptions{Elements: map[string]fim.SchemaElement{
		"F99000000011": {Hide: true}, "F60000000231": {Hide: true}, "G60000000087": {Hide: true}, "seite-g99000000005": {Hide: true}}})
	require.NoError(t, err)
	_, err = f.Compile(nil)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 0, 2}, []int{f.Report.Count(fim.RuleRead), f.Report.Count(fim.RuleImplicit), f.Report.Count(fim.RuleOpen)})
	assert.Equal(t, regel.CodeUnknown, f.Report.Open()[0].Code)
	assert.Nil(t, group(t, f, "G99000000003").Repeat.Count)
	assert.False(t, group(t, f, "G99000000002").Choice, "one part is left")
	assert.Nil(t, group(t, f, "G60000000086").Repeat, "and is mandatory")
	assert.Len(t, f.Definition.Steps, 5)
}

// TestGroupMessage: a Datenfeldgruppe becomes a form of one page.
func TestGroupMessage(t *testing.T) {
	g := hunde(t).Stammdatenschema.Struktur[0].Datenfeldgruppe
	f, err := fim.FromSchema(&xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Datenfeldgruppe: g}, nil)
	require.NoError(t, err)
	_, err = f.Compile(nil)
	require.NoError(t, err)
	require.Len(t, f.Definition.Steps, 1)
	assert.Equal(t, []string{"G99000000001", "Angaben zur Person", "G99000000001V1.0.0"}, []string{f.Definition.ID, f.Definition.Title, f.Definition.Steps[0].FIM})
}

func TestOptionsRefused(t *testing.T) {
	effects := func(list ...regel.Effect) func(func(string) string) []regel.Effect {
		return func(func(string) string) []regel.Effect { return list }
	}
	for name, o := range map[string]*fim.SchemaOptions{
		"unknown element":            {Elements: map[string]fim.SchemaElement{"F99000009999": {}}},
		"unknown person":             {Person: []string{"G99000009999"}},
		"unknown page":               {Order: []string{"G99000000004"}},
		"unknown rule":               {Rules: map[string]fim.SchemaRule{"R99000009999": {Elsewhere: "im Fachverfahren"}}},
		"empty rule":                 {Rules: map[string]fim.SchemaRule{"R99000000004": {}}},
		"two ways":                   {Rules: map[string]fim.SchemaRule{"R99000000004": {Elsewhere: "x", Effects: effects()}}},
		"effect elsewhere":           {Rules: map[string]fim.SchemaRule{"R99000000004": {Effects: effects(regel.Effect{Kind: regel.Show, Path: "x", If: rule.Always()})}}},
		"effect without a condition": {Rules: map[string]fim.SchemaRule{"R99000000004": {Effects: effects(regel.Effect{Kind: regel.Valid})}}},
		"id that is not there":       {Rules: map[string]fim.SchemaRule{"R99000000004": {Effects: func(path func(string) string) []regel.Effect { path("F99000009999"); return nil }}}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := fim.FromSchema(hunde(t), o)
			require.ErrorIs(t, err, fim.ErrSchema)
			assert.Nil(t, f)
		})
	}
	_, err := fim.FromSchema(&xdatenfelder.Nachricht{}, nil)
	require.ErrorIs(t, err, fim.ErrSchema)
	_, err = fim.FromSchema(nil, nil)
	require.ErrorIs(t, err, fim.ErrSchema)

	failed := errors.New("no store")
	path := testenv.Data(t, "xoev/xdatenfelder/ozg-xdf2-samples/BlaueKarte.xml")
	_, err = fim.FromSchema(readSchema(t, path), &fim.SchemaOptions{Codelisten: func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) { return nil, failed }})
	require.ErrorIs(t, err, failed)
}

func TestReport(t *testing.T) {
	f, err := fim.FromSchema(hunde(t), nil)
	require.NoError(t, err)
	var text bytes.Buffer
	n, err := f.Report.WriteTo(&text)
	require.NoError(t, err)
	assert.Equal(t, int64(text.Len()), n)
	for _, part := range []string{"S99000000001 1.0.0 „Anmeldung von Hunden“ (XDatenfelder 3.0.0)",
		"Regeln: 6, davon 4 erkannt, 0 vorgegeben, 0 anderswo, 1 implizit, 1 ungeklärt",
		"[ungeklärt] R99000000004 Erlass bei g99000000004", "Text:   Bei Rettungshunden kann die Steuer auch ganz erlassen werden.", "Grund:  SATZFORM: "} {
		assert.Contains(t, text.String(), part)
	}
	b, err := json.Marshal(f.Report)
	require.NoError(t, err)
	var back fim.Report
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, *f.Report, back)
}
