package forms_test

import (
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
)

// tiere has rules that are left to validator/v10, in entries too.
type tiere struct {
	T struct {
		Farbe string `label:"Farbe" validate:"hexcolor"`
		Tier  []struct {
			Name  string `label:"Name" validate:"required,max=5"`
			Farbe string `label:"Farbe" validate:"required,hexcolor,max=4"`
			Laut  string `label:"Laut" validate:"omitempty,haustier"`
			Von   *int   `label:"Von"`
			Bis   *int   `label:"Bis" validate:"omitempty,gtefield=Von"`
			Bein  []struct {
				Farbe string `label:"Farbe" validate:"hexcolor|eq=keine"`
				Wie   string `label:"Wie" validate:"eqcsfield=T.Farbe"`
			} `legend:"Beine" entry:"Bein"`
		} `legend:"Tiere" entry:"Tier"`
	} `title:"T"`
}

func haustier(v *validator.Validate) error {
	return v.RegisterValidation("haustier", func(fl validator.FieldLevel) bool {
		// The entry is the struct around the field.
		return fl.Field().String() == "wuff" && fl.Parent().FieldByName("Name").String() == "Hund"
	})
}

func TestValidatorInEntries(t *testing.T) {
	form, err := forms.New("S1", "1", tiere{}, &forms.Options{Register: haustier, Messages: forms.Catalogue{"HAUSTIER": "Nur Hunde."}})
	require.NoError(t, err)
	a := with(forms.Answers{}, "t.farbe", "#fff",
		"t.tier[0].name", "Hund", "t.tier[0].farbe", "#fff", "t.tier[0].laut", "wuff", "t.tier[0].bein[1].farbe", "keine", "t.tier[0].bein[1].wie", "#fff",
		"t.tier[1].name", "Katze", "t.tier[1].farbe", "rot", "t.tier[1].laut", "wuff", "t.tier[1].bis", "3", "t.tier[1].bein[0].farbe", "rot", "t.tier[1].bein[0].wie", "#000",
		"t.tier[2].name", "Elefant", "t.tier[2].farbe", "#fffffff")
	var got []string
	for _, e := range form.Validate(a) {
		got = append(got, e.Path+" "+e.Code)
		assert.NotContains(t, e.Message, "{")
	}
	want := []string{
		"t.tier[1].farbe INVALID", "t.tier[1].laut HAUSTIER", "t.tier[1].bein[0].farbe INVALID", "t.tier[1].bein[0].wie EQUAL_FIELD",
		"t.tier[2].name MAX_LENGTH", "t.tier[2].farbe INVALID",
	}
	assert.Equal(t, want, got)

	// Without Register only what is not known goes to validator/v10: the same.
	type same struct {
		T struct {
			Farbe string `label:"Farbe" validate:"hexcolor"`
			Tier  []struct {
				Name  string `label:"Name" validate:"required,max=5"`
				Farbe string `label:"Farbe" validate:"required,hexcolor,max=4"`
				Bein  []struct {
					Farbe string `label:"Farbe" validate:"hexcolor|eq=keine"`
					Wie   string `label:"Wie" validate:"eqcsfield=T.Farbe"`
				} `legend:"Beine" entry:"Bein"`
			} `legend:"Tiere" entry:"Tier"`
		} `title:"T"`
	}
	form, err = forms.New("S1", "1", same{}, nil)
	require.NoError(t, err)
	got = nil
	for _, e := range form.Validate(a) {
		got = append(got, e.Path+" "+e.Code)
	}
	want[5] = "t.tier[2].farbe MAX_LENGTH" // what is known is checked first
	assert.Equal(t, append(want[:1:1], want[2:]...), got)

	for path, code := range map[string]string{"t.tier[4].farbe": "INVALID", "t.tier.bein.wie": "EQUAL_FIELD", "t.farbe": "INVALID"} {
		e, wrong := form.ValidateField(path, forms.Text("rot"))
		assert.True(t, wrong)
		assert.Equal(t, code, e.Code, path)
	}
}
