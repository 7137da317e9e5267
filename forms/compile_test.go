package forms_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/finding"
)

// step makes the smallest form around the fields of one step.
type step[T any] struct {
	S T `title:"Schritt"`
}

type inner struct {
	X string `label:"X"`
}

type someInterface interface{ M() }

// compileVectors break one rule each at the named place; passing is a
// neighbour that breaks none.
var compileVectors = []struct {
	name, code, at   string
	failing, passing any
	failO, passO     *forms.Options
}{
	{"a text", "FORM-001", "", "x", step[inner]{}, nil, nil},
	{"nil", "FORM-001", "", nil, &step[inner]{}, nil, nil},
	{"a step that is a field", "FORM-001", "flat.X", flat{}, step[inner]{}, nil, nil},
	{"an empty step", "FORM-003", "step[struct {}].S", step[struct{}]{}, step[inner]{}, nil, nil},
	{"tag without quotes", "FORM-004", "X", badTag(`label:X`), step[inner]{}, nil, nil},
	{"tag twice", "FORM-004", "X", badTag(`label:"X" label:"Y"`), step[inner]{}, nil, nil},
	{"misspelt tag", "FORM-005", "X", step[struct {
		X string `label:"X" valdiate:"required"`
	}]{}, step[struct {
		X string `label:"X" json:"x" custom:"y"`
	}]{}, nil, nil},
	{"legend on a field", "FORM-006", "X", step[struct {
		X string `label:"X" legend:"X"`
	}]{}, step[inner]{}, nil, nil},
	{"options on a number", "FORM-006", "X", step[struct {
		X int `label:"X" options:"1=a"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a"`
	}]{}, nil, nil},
	{"accept on text", "FORM-006", "X", step[struct {
		X string `label:"X" accept:"image/png"`
	}]{}, step[struct {
		X forms.File `label:"X" accept:"image/png"`
	}]{}, nil, nil},
	{"rows without a textarea", "FORM-006", "X", step[struct {
		X string `label:"X" rows:"3"`
	}]{}, step[struct {
		X string `label:"X" rows:"3" widget:"textarea"`
	}]{}, nil, nil},
	{"capital letter in a name", "FORM-007", "X", step[struct {
		X string `label:"X" name:"Xx"`
	}]{}, step[struct {
		X string `label:"X" name:"x-1"`
	}]{}, nil, nil},
	{"same name twice", "FORM-008", "Y", step[struct {
		X string `label:"X"`
		Y string `label:"Y" name:"x"`
	}]{}, step[struct {
		X string `label:"X"`
		Y string `label:"Y"`
	}]{}, nil, nil},
	{"no label", "FORM-009", "X", step[struct {
		X string
	}]{}, step[inner]{}, nil, nil},
	{"group without legend", "FORM-009", "G", step[struct {
		G inner
	}]{}, step[struct {
		G inner `legend:"G"`
	}]{}, nil, nil},
	{"a float", "FORM-010", "X", step[struct {
		X float64 `label:"X"`
		Y string  `label:"Y"`
	}]{}, step[struct {
		X int64 `label:"X"`
	}]{}, nil, nil},
	{"an interface", "FORM-010", "X", step[struct {
		X someInterface `label:"X"`
		Y string        `label:"Y"`
	}]{}, step[inner]{}, nil, nil},
	{"a pointer to a file", "FORM-010", "X", step[struct {
		X *forms.File `label:"X" accept:"image/png"`
		Y string      `label:"Y"`
	}]{}, step[struct {
		X forms.File `label:"X" accept:"image/png"`
	}]{}, nil, nil},
	{"a pointer to a group", "FORM-011", "H", step[struct {
		X string `label:"X"`
		H *inner `legend:"H"`
	}]{}, step[struct {
		G struct {
			X string `label:"X"`
			H inner  `legend:"H"`
		} `legend:"G"`
	}]{}, nil, nil},
	{"a group that holds itself", "FORM-011", "S.Kinder", step[person]{}, step[struct {
		X string  `label:"X"`
		H []inner `legend:"H"`
	}]{}, nil, nil},
	{"a limit that is none", "FORM-033", "X", step[struct {
		X string `label:"X" type:"time" min:"8 Uhr"`
	}]{}, step[struct {
		X string `label:"X" type:"time" min:"08:00"`
	}]{}, nil, nil},
	{"decimals of an amount", "FORM-033", "X", step[struct {
		X forms.Money `label:"X" decimals:"2"`
	}]{}, step[struct {
		X string `label:"X" type:"decimal" decimals:"2"`
	}]{}, nil, nil},
	{"more at least than at most", "FORM-034", "H", step[struct {
		H []inner `legend:"H" repeat:"3,2"`
	}]{}, step[struct {
		H []inner `legend:"H" repeat:"2,3"`
	}]{}, nil, nil},
	{"more than the form may have", "FORM-034", "H", step[struct {
		H []inner `legend:"H" repeat:"0,1001"`
	}]{}, step[struct {
		H []inner `legend:"H" repeat:"1"`
	}]{}, nil, nil},
	{"a choice of one", "FORM-035", "H", step[struct {
		H inner `legend:"H" choice:"true"`
	}]{}, step[struct {
		H inner `legend:"H"`
		G struct {
			A inner `legend:"A"`
			B inner `legend:"B"`
		} `legend:"G" choice:"true"`
	}]{}, nil, nil},
	{"a default that is no option", "FORM-036", "X", step[struct {
		X string `label:"X" options:"1=a|2=b" default:"3"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=b" default:"2"`
	}]{}, nil, nil},
	{"text computed for a date", "FORM-037", "X", step[struct {
		X forms.Date `label:"X"`
	}]{}, step[struct {
		X forms.Date `label:"X"`
	}]{}, rules("s.x", forms.Rules{Computed: rule.Text("heute")}), rules("s.x", forms.Rules{Computed: rule.Today()})},
	{"a check without a condition", "FORM-038", "X", step[inner]{}, step[inner]{},
		rules("s.x", forms.Rules{Checks: []forms.Check{{Code: "X"}}}), rules("s.x", forms.Rules{Checks: []forms.Check{{Valid: rule.Always(), Code: "X"}}})},
	{"a note without text", "FORM-039", "N", step[struct {
		X string     `label:"X"`
		N forms.Note `title:"N"`
	}]{}, step[struct {
		X string     `label:"X"`
		N forms.Note `title:"N" note:"Text"`
	}]{}, nil, nil},
	{"no such language", "FORM-040", "step", step[inner]{}, step[inner]{}, &forms.Options{Language: "fr"}, &forms.Options{Language: forms.German}},
	{"no pattern", "FORM-042", "X", step[struct {
		X string `label:"X" pattern:"("`
	}]{}, step[struct {
		X string `label:"X" pattern:"a+"`
	}]{}, nil, nil},
	{"rules of nothing", "FORM-027", "step", step[inner]{}, step[inner]{},
		rules("s.y", forms.Rules{Visible: rule.Always()}), rules("s.x", forms.Rules{Visible: rule.Always()})},
	{"widget of another type", "FORM-013", "X", step[struct {
		X string `label:"X" widget:"checkbox"`
	}]{}, step[struct {
		X bool `label:"X" widget:"checkbox"`
	}]{}, nil, nil},
	{"option without label", "FORM-014", "X", step[struct {
		X string `label:"X" options:"1=a|2"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=b"`
	}]{}, nil, nil},
	{"option twice", "FORM-014", "X", step[struct {
		X string `label:"X" options:"1=a|1=b"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=a"`
	}]{}, nil, nil},
	{"bool with other options", "FORM-014", "X", step[struct {
		X bool `label:"X" options:"1=a|2=b"`
	}]{}, step[struct {
		X bool `label:"X" options:"true=Mit|false=Ohne"`
	}]{}, nil, nil},
	{"choice without options", "FORM-015", "X", step[struct {
		X string `label:"X" widget:"select"`
	}]{}, step[struct {
		X string `label:"X" widget:"select"`
	}]{}, nil, choices("s.x", "1")},
	{"condition without value", "FORM-016", "Y", step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"s.x"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"s.x=1"`
	}]{}, nil, nil},
	{"condition on nothing", "FORM-017", "Y", step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"x=1"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"s.x=1|2"`
	}]{}, nil, nil},
	{"condition on an unknown option", "FORM-018", "Y", step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"s.x=1|3"`
	}]{}, step[struct {
		X string `label:"X" options:"1=a|2=b"`
		Y string `label:"Y" show:"s.x!=2"`
	}]{}, nil, nil},
	{"condition on itself through another", "FORM-019", "X", step[struct {
		X string `label:"X" show:"s.y=a"`
		Y string `label:"Y" show:"s.x=a"`
	}]{}, step[struct {
		X string `label:"X" show:"s.y=a"`
		Y string `label:"Y"`
	}]{}, nil, nil},
	{"unknown rule", "FORM-020", "X", step[struct {
		X string `label:"X" validate:"required,steuernr"`
	}]{}, step[struct {
		X string `label:"X" validate:"required,steuerid"`
	}]{}, nil, nil},
	{"rule with a bad limit", "FORM-020", "X", step[struct {
		X string `label:"X" validate:"max=viele"`
	}]{}, step[struct {
		X string `label:"X" validate:"max=3"`
	}]{}, nil, nil},
	{"age that is no number", "FORM-020", "X", step[struct {
		X forms.Date `label:"X" validate:"minage=alt"`
	}]{}, step[struct {
		X forms.Date `label:"X" validate:"minage=18"`
	}]{}, nil, nil},
	{"dive into text", "FORM-020", "X", step[struct {
		X string `label:"X" validate:"dive,max=3"`
	}]{}, step[struct {
		X []string `label:"X" options:"1=a" validate:"dive,max=3"`
	}]{}, nil, nil},
	{"rule about a missing field", "FORM-021", "X", step[struct {
		X string `label:"X" validate:"eqfield=Y"`
	}]{}, step[struct {
		X string `label:"X" validate:"eqfield=Y"`
		Y string `label:"Y"`
	}]{}, nil, nil},
	{"required_if about a missing field", "FORM-021", "X", step[struct {
		X string `label:"X" validate:"required_if=Z 1"`
	}]{}, step[struct {
		X string `label:"X" validate:"required_if=Y 1"`
		Y string `label:"Y"`
	}]{}, nil, nil},
	{"required_if on a number", "FORM-022", "X", step[struct {
		X int    `label:"X" validate:"required_if=Y 1"`
		Y string `label:"Y"`
	}]{}, step[struct {
		X *int   `label:"X" validate:"required_if=Y 1"`
		Y string `label:"Y"`
	}]{}, nil, nil},
	{"no rows", "FORM-023", "X", step[struct {
		X string `label:"X" widget:"textarea" rows:"0"`
	}]{}, step[struct {
		X string `label:"X" widget:"textarea" rows:"1"`
	}]{}, nil, nil},
	{"size without number", "FORM-023", "X", step[struct {
		X forms.File `label:"X" accept:"image/png" maxsize:"groß"`
	}]{}, step[struct {
		X forms.File `label:"X" accept:"image/png" maxsize:"3 MB"`
	}]{}, nil, nil},
	{"file of any type", "FORM-024", "X", step[struct {
		X forms.File `label:"X"`
	}]{}, step[struct {
		X forms.File `label:"X" accept:"image/png, image/jpeg"`
	}]{}, nil, nil},
	{"FIM id without version", "FORM-025", "X", step[struct {
		X string `label:"X" fim:"F05000059"`
	}]{}, step[struct {
		X string `label:"X" fim:"G05000428V1.0/F05000059V1.0"`
	}]{}, nil, nil},
	{"FIM id twice", "FORM-026", "Y", step[struct {
		X string `label:"X" fim:"F05000059V1.0"`
		Y string `label:"Y" fim:"F05000059V1.0"`
	}]{}, step[struct {
		X string `label:"X" fim:"F05000059V1.0"`
		Y string `label:"Y" fim:"G05000428V1.0/F05000059V1.0"`
	}]{}, nil, nil},
	{"choices of nothing", "FORM-027", "step[github.com/bausteine/egov/forms_test.inner]", step[inner]{}, step[inner]{}, choices("s.y", "1"), nil},
	{"messages of nothing", "FORM-027", "step[github.com/bausteine/egov/forms_test.inner]", step[inner]{}, step[inner]{},
		&forms.Options{FieldMessages: map[string]forms.Catalogue{"s.y": {"REQUIRED": "x"}}},
		&forms.Options{FieldMessages: map[string]forms.Catalogue{"s.x": {"REQUIRED": "x"}}}},
	{"message for no code", "FORM-028", "X", step[struct {
		X string `label:"X" msg-requierd:"x"`
	}]{}, step[struct {
		X string `label:"X" msg-max-length:"x"`
	}]{}, nil, nil},
	{"Register fails", "FORM-029", "step[github.com/bausteine/egov/forms_test.inner]", step[inner]{}, step[inner]{},
		&forms.Options{Register: func(*validator.Validate) error { return errors.New("kaputt") }},
		&forms.Options{Register: func(*validator.Validate) error { return nil }}},
	{"no autocomplete token", "FORM-031", "X", step[struct {
		X string `label:"X" autocomplete:"familyname"`
	}]{}, step[struct {
		X string `label:"X" autocomplete:"section-a work family-name"`
	}]{}, nil, nil},
	{"no inputmode", "FORM-031", "X", step[struct {
		X string `label:"X" inputmode:"number"`
	}]{}, step[struct {
		X string `label:"X" inputmode:"numeric"`
	}]{}, nil, nil},
	{"alias with required", "FORM-032", "X", step[struct {
		X string `label:"X" validate:"kurz"`
	}]{}, step[struct {
		X string `label:"X" validate:"kurz"`
	}]{}, alias("required,max=3"), alias("max=3")},
	{"minimum above maximum", "FORM-030", "X", step[struct {
		X string `label:"X" validate:"min=5,max=3"`
	}]{}, step[struct {
		X string `label:"X" validate:"min=3,max=3"`
	}]{}, nil, nil},
}

type person struct {
	X      string   `label:"X"`
	Kinder []person `legend:"Kinder"`
}

func rules(path string, r forms.Rules) *forms.Options {
	return &forms.Options{Rules: map[string]forms.Rules{path: r}}
}

func alias(tags string) *forms.Options {
	return &forms.Options{Register: func(v *validator.Validate) error { v.RegisterAlias("kurz", tags); return nil }}
}

// badTag is a form with a tag that go vet would not let through.
func badTag(tag reflect.StructTag) any {
	fields := reflect.StructOf([]reflect.StructField{
		{Name: "X", Type: reflect.TypeFor[string](), Tag: tag},
		{Name: "Y", Type: reflect.TypeFor[string](), Tag: `label:"Y"`},
	})
	return reflect.New(reflect.StructOf([]reflect.StructField{{Name: "S", Type: fields, Tag: `title:"S"`}})).Interface()
}

type flat struct {
	X string `label:"X"`
}

type embedding struct {
	S struct {
		inner
		Y string `label:"Y"`
	} `title:"S"`
}

func choices(path string, values ...string) *forms.Options {
	var options []forms.Option
	for _, v := range values {
		options = append(options, forms.Option{Value: v, Label: "Nummer " + v})
	}
	return &forms.Options{Choices: map[string][]forms.Option{path: options}}
}

func TestCompileRules(t *testing.T) {
	covered := map[string]bool{"FORM-002": true, "FORM-012": true} // tested below
	for _, tt := range compileVectors {
		t.Run(tt.code+" "+tt.name, func(t *testing.T) {
			form, err := forms.New("S1", "1.0", tt.failing, tt.failO)
			require.Nil(t, form)
			var e *forms.CompileError
			require.True(t, errors.As(err, &e), "%v", err)
			require.Len(t, e.Problems, 1, "%v", err)
			assert.Equal(t, tt.code, e.Problems[0].Code)
			assert.Contains(t, e.Problems[0].Path, tt.at)
			assert.NotEmpty(t, e.Problems[0].Source)
			covered[tt.code] = true
			_, err = forms.New("S1", "1.0", tt.passing, tt.passO)
			require.NoError(t, err)
		})
	}
	_, err := forms.New("", "1.0", step[inner]{}, nil)
	require.ErrorContains(t, err, "FORM-002")
	_, err = forms.New("S1", "1.0", embedding{}, nil)
	require.ErrorContains(t, err, "FORM-012")
	for code := range compileDefinitions(t) {
		covered[code] = true
	}
	for _, r := range forms.CompileRules() {
		assert.True(t, covered[r.Code], "%s has no vector", r.Code)
	}
}

func TestCompileReportsEverything(t *testing.T) {
	type antrag struct {
		Person struct {
			Name  string `lable:"Name"`
			Art   string `label:"Art" options:"1"`
			Alter int    `label:"Alter" validate:"gibtsnicht"`
		} `step:"Person"`
	}
	_, err := forms.New("S1", "1.0", antrag{}, nil)
	var invalid *finding.InvalidError
	require.True(t, errors.As(err, &invalid))
	var got []string
	for _, p := range invalid.Findings {
		got = append(got, p.Code+" "+p.Path+" "+p.Params["tag"])
	}
	assert.ElementsMatch(t, []string{
		"FORM-007 antrag.Person step",
		"FORM-009 antrag.Person title",
		"FORM-005 antrag.Person.Name lable",
		"FORM-009 antrag.Person.Name label",
		"FORM-014 antrag.Person.Art options",
		"FORM-020 antrag.Person.Alter validate",
	}, got)
	for _, line := range got {
		assert.Contains(t, err.Error(), line[:8])
	}
}

func TestFieldsAreDescribed(t *testing.T) {
	type antrag struct {
		Person struct {
			EMail     string      `label:"E-Mail" validate:"omitempty,email,max=100" autocomplete:"email" prefill:"email"`
			Telefon   *string     `label:"Telefon" autocomplete:"tel"`
			Geburt    *forms.Date `label:"Geburtsdatum" validate:"required"`
			Beginn    forms.Date  `label:"Beginn" widget:"text"`
			Kinder    int         `label:"Kinder" validate:"required"`
			Anliegen  string      `label:"Anliegen" widget:"textarea" validate:"max=2000,min=10" sensitive:"true"`
			Land      string      `label:"Land"`
			Farbe     []string    `label:"Farben" options:"r=Rot|b=Blau"`
			Ja        bool        `label:"Einwilligung" validate:"required"`
			Hund      *bool       `label:"Haben Sie einen Hund?"`
			IBAN      ids.IBAN    `label:"IBAN" phrase:"Ihre IBAN"`
			SteuerID  string      `label:"Steuer-ID" validate:"steuerid"`
			Passfoto  forms.File  `label:"Passfoto" accept:"image/jpeg" maxsize:"500KB"`
			Anschrift struct {
				PLZ string `label:"PLZ" validate:"required_with=Ort,omitempty,plz"`
				Ort string `label:"Ort" help:"Ohne Ortsteil"`
			} `legend:"Anschrift" help:"Ihre Hauptwohnung" show:"person.hund=true" name:"adresse"`
		} `step:"person" title:"Person" intro:"Zu Ihnen"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, choices("person.land", "1", "2", "3", "4", "5", "6", "7", "8"))
	require.NoError(t, err)
	type row struct {
		typ                 forms.Type
		widget              forms.Widget
		input, mode         string
		required, optional  bool
		min, max            int
		identifier, complet string
	}
	want := map[string]row{
		"person.email":       {forms.TypeEmail, forms.WidgetText, "email", "email", false, true, 0, 100, "", "email"},
		"person.telefon":     {forms.TypeText, forms.WidgetText, "tel", "tel", false, true, 0, 0, "", "tel"},
		"person.geburt":      {forms.TypeDate, forms.WidgetDate, "text", "numeric", true, false, 0, 0, "", ""},
		"person.beginn":      {forms.TypeDate, forms.WidgetText, "text", "", false, true, 0, 0, "", ""},
		"person.kinder":      {forms.TypeNumber, forms.WidgetText, "text", "numeric", true, false, 0, 0, "", ""},
		"person.anliegen":    {forms.TypeMultiline, forms.WidgetTextarea, "text", "", false, true, 10, 2000, "", ""},
		"person.land":        {forms.TypeChoice, forms.WidgetSelect, "text", "", false, true, 0, 0, "", ""},
		"person.farbe":       {forms.TypeMulti, forms.WidgetCheckboxes, "text", "", false, true, 0, 0, "", ""},
		"person.ja":          {forms.TypeBool, forms.WidgetCheckbox, "text", "", true, false, 0, 0, "", ""},
		"person.hund":        {forms.TypeBool, forms.WidgetRadio, "text", "", false, true, 0, 0, "", ""},
		"person.iban":        {forms.TypeText, forms.WidgetText, "text", "", false, true, 0, 0, "iban", ""},
		"person.steuerid":    {forms.TypeText, forms.WidgetText, "text", "numeric", false, true, 0, 0, "steuerid", ""},
		"person.passfoto":    {forms.TypeFile, forms.WidgetFile, "file", "", false, true, 0, 0, "", ""},
		"person.adresse.plz": {forms.TypeText, forms.WidgetText, "text", "numeric", false, false, 0, 0, "plz", ""},
		"person.adresse.ort": {forms.TypeText, forms.WidgetText, "text", "", false, true, 0, 0, "", ""},
	}
	require.Len(t, form.Fields(), len(want))
	for _, f := range form.Fields() {
		got := row{f.Type, f.Widget, f.InputType, f.InputMode, f.Required, f.Optional, f.MinLength, f.MaxLength, f.Identifier, f.Autocomplete}
		assert.Equal(t, want[f.Path], got, f.Path)
		assert.Same(t, f, form.Field(f.Path))
		assert.Same(t, form.Step("person"), f.Step)
		assert.Equal(t, f.Group != nil, f.Conditional, f.Path)
	}
	assert.Equal(t, int64(500<<10), form.Field("person.passfoto").MaxSize)
	assert.Equal(t, []forms.Option{{Value: "true", Label: "Ja"}, {Value: "false", Label: "Nein"}}, form.Field("person.hund").Options)
	assert.True(t, form.Field("person.anliegen").Sensitive)
	assert.Equal(t, 5, form.Field("person.anliegen").Rows)
	step := form.Step("person")
	require.Len(t, step.Items, 14)
	group := step.Items[13].Group
	assert.Equal(t, "person.adresse", group.Path)
	assert.Len(t, group.Fields, 2)
	assert.Nil(t, form.Step("x"))
	assert.Nil(t, form.Field("x"))
	assert.Equal(t, "S1", form.ID())
	assert.Equal(t, "1.0", form.Version())
	assert.Equal(t, "S1", form.Title())
}
