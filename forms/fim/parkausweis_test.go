package fim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
)

// bewohnerparkausweis asks what the FIM schema S05000058 version 1.0 (Antrag
// auf Erteilung / Verlängerung Bewohnerparkausweis) asks, in its order.
type bewohnerparkausweis struct {
	Einwilligung struct {
		Daten    []string `label:"Verarbeitung Ihrer Daten" options:"01=Ich stimme zu." fim:"F00-4cb0dd14-629c-4661-9435-4e9eadc43e07V1.0" validate:"required"`
		Abgleich []string `label:"Abgleich mit Melderegister und Fahrzeugregister" options:"01=Ich bestätige." fim:"F05001344V1.0" validate:"required"`
	} `step:"einwilligung" title:"Ihre Einwilligung"`
	Antragsteller struct {
		Familienname string      `label:"Familienname" fim:"F05000059V1.0" validate:"required,max=120" autocomplete:"family-name" prefill:"familienname" phrase:"Ihren Familiennamen"`
		Vornamen     string      `label:"Vornamen" fim:"F05000060V1.0" validate:"required,max=80" autocomplete:"given-name" phrase:"Ihre Vornamen"`
		Geburtsdatum *forms.Date `label:"Geburtsdatum" fim:"F05000351V1.0" validate:"required,notfuture,maxage=125" autocomplete:"bday"`
		EMail        string      `label:"E-Mail-Adresse" fim:"F05001354V1.0" validate:"required,email" autocomplete:"email"`
		Telefon      *string     `label:"Telefonnummer" fim:"F05000067V1.0" validate:"max=23" autocomplete:"tel"`
		Anschrift    struct {
			Strasse    string `label:"Straße" fim:"F00000053V1.1" validate:"required,max=55" autocomplete:"address-line1"`
			Hausnummer string `label:"Hausnummer" fim:"F00000016V1.2" validate:"required,max=9"`
			Zusatz     string `label:"Zusatz zur Hausnummer" fim:"F00000084V1.1" validate:"max=2"`
		} `legend:"Anschrift" fim:"G05000428V1.0"`
		Ort struct {
			PLZ ids.PLZ `label:"Postleitzahl" fim:"F00000054V1.2" validate:"required" autocomplete:"postal-code"`
			Ort string  `label:"Ort" fim:"F00000035V1.2" validate:"required,max=50" autocomplete:"address-level2"`
		} `legend:"Ort" fim:"G00000113V1.2"`
		Land string `label:"Land" fim:"F05000523V1.0" validate:"required" widget:"select"`
	} `step:"antragsteller" title:"Angaben zu Ihrer Person" fim:"G05000496V1.0"`
	Parkausweis struct {
		Dauer  string `label:"Wie lange soll der Ausweis gelten?" options:"1=12 Monate|2=24 Monate" fim:"F05001064V1.0" validate:"required"`
		Art    string `label:"Art des Antrags" options:"01=Neuer Ausweis|02=Verlängerung" fim:"F05001347V1.0" validate:"required"`
		Bisher struct {
			Nummer      *int        `label:"Nummer des Ausweises" fim:"F05001346V1.0" validate:"required,min=1"`
			Ausgestellt *forms.Date `label:"Ausgestellt am" fim:"F05001345V1.0" validate:"required,notfuture"`
		} `legend:"Bestehender Ausweis" fim:"G05000599V1.0" show:"parkausweis.art=02"`
		Beginn *forms.Date `label:"Ab wann soll der Ausweis gelten?" fim:"F05001348V1.0" validate:"notpast"`
	} `step:"parkausweis" title:"Ihr Parkausweis" fim:"G05000493V1.0"`
	Fahrzeug struct {
		Kennzeichen string `label:"Amtliches Kennzeichen" help:"Zum Beispiel J-EN 123" fim:"F05000627V1.0" validate:"required,kfzkennzeichen"`
		FIN         string `label:"Letzte 6 Stellen der Fahrzeug-Identifizierungsnummer" fim:"F05001062V1.0" validate:"required,len=6,number" inputmode:"numeric"`
		Halter      string `label:"Auf wen ist das Fahrzeug zugelassen?" options:"01=Auf mich|02=Auf eine andere Person" fim:"F05001047V1.0" validate:"required"`
	} `step:"fahrzeug" title:"Angaben zum Fahrzeug" fim:"G05000477V1.0"`
	Halter struct {
		Familienname string `label:"Familienname" fim:"F05001243V1.0" validate:"required,max=120"`
		Vornamen     string `label:"Vornamen" fim:"F05001244V1.0" validate:"required,max=80"`
		Strasse      string `label:"Straße" fim:"F05001245V1.0" validate:"required,max=55"`
		Hausnummer   string `label:"Hausnummer" fim:"F05001246V1.0" validate:"required,max=9"`
		// The schema wants the addition of every holder (1:1).
		Zusatz string `label:"Zusatz zur Hausnummer" fim:"F05001247V1.0" validate:"required,max=2"`
		Ort    struct {
			PLZ ids.PLZ `label:"Postleitzahl" fim:"F00000054V1.2" validate:"required"`
			Ort string  `label:"Ort" fim:"F00000035V1.2" validate:"required,max=50"`
		} `legend:"Ort" fim:"G05000554V1.0"`
		Land         string     `label:"Land" fim:"F05001249V1.0" validate:"required" widget:"select"`
		EMail        string     `label:"E-Mail-Adresse" fim:"F05001355V1.0" validate:"required,email"`
		Ueberlassung forms.File `label:"Erklärung zur Nutzung" fim:"F05001248V1.0" validate:"required" accept:"application/pdf,image/jpeg,image/png" maxsize:"2MB"`
		Schein       forms.File `label:"Fahrzeugschein" fim:"F05001045V1.0" validate:"required" accept:"application/pdf,image/jpeg,image/png" maxsize:"2MB"`
	} `step:"halter" title:"Halterin oder Halter" fim:"G05000499V1.0" show:"fahrzeug.halter=02"`
}

var staaten = []forms.Option{{Value: "000", Label: "Deutschland"}, {Value: "129", Label: "Frankreich"}}

func parkausweis(t testing.TB) *forms.Form {
	t.Helper()
	form, err := forms.New("S05000058", "1.0", bewohnerparkausweis{}, &forms.Options{
		Title:   "Bewohnerparkausweis beantragen",
		Choices: map[string][]forms.Option{"antragsteller.land": staaten, "halter.land": staaten},
	})
	require.NoError(t, err)
	return form
}

var pdf = []byte("%PDF-1.7\nNutzungsüberlassung\n")

// fullAnswers answers every field.
func fullAnswers() forms.Answers {
	a := forms.Answers{}
	for path, v := range map[string]forms.Value{
		"einwilligung.daten":                 forms.List("01"),
		"einwilligung.abgleich":              forms.List("01"),
		"antragsteller.familienname":         forms.Text("Mustermann & <Söhne>"),
		"antragsteller.vornamen":             forms.Text("Erika"),
		"antragsteller.geburtsdatum":         forms.Text("1964-08-12"),
		"antragsteller.email":                forms.Text("erika@example.org"),
		"antragsteller.telefon":              forms.Text("+49 30 23125123"),
		"antragsteller.anschrift.strasse":    forms.Text("Heidestraße"),
		"antragsteller.anschrift.hausnummer": forms.Text("17"),
		"antragsteller.anschrift.zusatz":     forms.Text("a"),
		"antragsteller.ort.plz":              forms.Text("07743"),
		"antragsteller.ort.ort":              forms.Text("Musterstadt"),
		"antragsteller.land":                 forms.Text("000"),
		"parkausweis.dauer":                  forms.Text("1"),
		"parkausweis.art":                    forms.Text("02"),
		"parkausweis.bisher.nummer":          forms.Text("4711"),
		"parkausweis.bisher.ausgestellt":     forms.Text("2025-11-30"),
		"parkausweis.beginn":                 forms.Text("2199-01-01"),
		"fahrzeug.kennzeichen":               forms.Text("J-EN 123"),
		"fahrzeug.fin":                       forms.Text("012345"),
		"fahrzeug.halter":                    forms.Text("02"),
		"halter.familienname":                forms.Text("Mustermann"),
		"halter.vornamen":                    forms.Text("Max"),
		"halter.strasse":                     forms.Text("Heidestraße"),
		"halter.hausnummer":                  forms.Text("17"),
		"halter.zusatz":                      forms.Text("b"),
		"halter.land":                        forms.Text("000"),
		"halter.ort.plz":                     forms.Text("07743"),
		"halter.ort.ort":                     forms.Text("Musterstadt"),
		"halter.email":                       forms.Text("max@example.org"),
		"halter.ueberlassung":                fileOf("ueberlassung.pdf", pdf),
		"halter.schein":                      fileOf("schein.pdf", pdf),
	} {
		a = a.With(path, v)
	}
	return a
}

func fileOf(name string, content []byte) forms.Value {
	file := forms.NewFile(name, content)
	file.Blob = file.SHA256
	return forms.FileValue(file)
}
