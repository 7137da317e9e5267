package forms_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
)

type smoke struct {
	Person struct {
		Familienname string      `label:"Familienname" validate:"required,max=5" autocomplete:"family-name"`
		Geburtsdatum *forms.Date `label:"Geburtsdatum" validate:"required,notfuture"`
		Kinder       int         `label:"Kinder" validate:"min=1"`
		Ja           bool        `label:"Einwilligung" validate:"required"`
	} `step:"person" title:"Angaben"`
	Fahrzeug struct {
		Kennzeichen string `label:"Amtliches Kennzeichen" validate:"required,kfzkennzeichen"`
		Halter      string `label:"Halter?" options:"01=Ich selbst|02=Eine andere Person" validate:"required,oneof=01 02"`
	} `step:"fahrzeug" title:"Fahrzeug"`
	Halter struct {
		Name    string `label:"Name" validate:"required"`
		Adresse struct {
			PLZ string `label:"PLZ" validate:"required,plz"`
		} `legend:"Anschrift"`
	} `step:"halter" title:"Halter" show:"fahrzeug.halter=02"`
}

func TestSmoke(t *testing.T) {
	f, err := forms.New("S1", "1.0", smoke{}, nil)
	require.NoError(t, err)
	a, err := f.Decode("person", url.Values{
		"person.familienname": {" Müstermann "}, "person.geburtsdatum.tag": {"3"}, "person.geburtsdatum.monat": {"4"},
		"person.geburtsdatum.jahr": {"1980"}, "person.kinder": {"0"},
	}, forms.Answers{})
	require.NoError(t, err)
	for _, e := range f.Validate(a) {
		t.Log(e.Path, e.Code, e.Message)
	}
	require.Len(t, f.Validate(a), 5)
	a = a.With("fahrzeug.halter", forms.Text("02"))
	require.Len(t, f.Validate(a), 6)
	require.Len(t, f.VisibleSteps(a), 3)
	require.Equal(t, "3.4.1980", f.Display("person.geburtsdatum", a))
}
