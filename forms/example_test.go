package forms_test

import (
	"fmt"
	"net/url"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/rule"
)

// A form as data, with a repeated group and rules.
func ExampleCompile() {
	form, err := forms.Compile(forms.Definition{
		ID: "hortplatz", Version: "1.0", Title: "Hortplatz beantragen",
		Steps: []forms.StepDefinition{{
			ID: "kinder", Title: "Ihre Kinder", Elements: []forms.Element{
				forms.GroupDefinition{
					Name: "kind", Legend: "Kinder", Repeat: &forms.Repeat{Min: 1, Max: 10, Entry: "Kind"},
					Elements: []forms.Element{
						forms.FieldDefinition{Name: "vorname", Label: "Vorname", Required: true, MaxLength: 80},
						forms.FieldDefinition{Name: "kosten", Label: "Kosten im Monat", Type: forms.TypeMoney},
					},
				},
				forms.FieldDefinition{Name: "summe", Label: "Zusammen", Type: forms.TypeMoney, Computed: rule.Sum("kinder.kind.kosten")},
				forms.FieldDefinition{
					Name: "grund", Label: "Begründung", Type: forms.TypeMultiline,
					Visible: rule.Greater(rule.Field("kinder.summe"), rule.Number("500")), Required: true,
				},
			},
		}},
	}, nil)
	if err != nil {
		panic(err)
	}
	answers, err := form.Decode("kinder", url.Values{
		"kinder.kind[0].vorname": {"Max"}, "kinder.kind[0].kosten": {"250"},
		"kinder.kind[1].vorname": {""}, "kinder.kind[1].kosten": {"1.250,50 €"},
	}, form.Initial())
	if err != nil {
		panic(err)
	}
	for _, e := range form.Validate(answers) {
		fmt.Println(e.Path, e.Code, e.Message)
	}
	fmt.Println(form.Display("kinder.summe", form.Clean(answers)))
	// Output:
	// kinder.kind[1].vorname REQUIRED Füllen Sie das Feld „Vorname (Kind 2)“ aus.
	// kinder.grund REQUIRED Füllen Sie das Feld „Begründung“ aus.
	// 1.500,50 €
}

// A repeated group in a struct is a slice of structs.
func ExampleNew_repeated() {
	type antrag struct {
		Hunde struct {
			Hund []struct {
				Name    string      `label:"Name" validate:"required"`
				Seit    *forms.Date `label:"Seit wann haben Sie den Hund?" validate:"required,notfuture"`
				Gebuehr forms.Money `label:"Gebühr"`
			} `legend:"Ihre Hunde" repeat:"1,5" entry:"Hund"`
		} `title:"Hunde"`
	}
	form, err := forms.New("hundesteuer", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	a, _ := form.AddEntry("hunde.hund", form.Initial())
	a = a.With("hunde.hund[1].name", forms.Text("Bello")).With("hunde.hund[1].gebuehr", forms.Text("120.00"))
	var v antrag
	if err := form.Bind(a, &v); err != nil {
		panic(err)
	}
	fmt.Println(len(v.Hunde.Hund), v.Hunde.Hund[1].Name, v.Hunde.Hund[1].Gebuehr)
	// Output:
	// 2 Bello 120.00
}

func ExampleForm_In() {
	type antrag struct {
		Person struct {
			Email string `label:"E-Mail" validate:"required,email"`
		} `title:"Person"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	a := forms.Answers{}.With("person.email", forms.Text("erika"))
	for _, language := range []forms.Language{forms.German, forms.LeichteSprache, forms.English} {
		fmt.Println(form.In(language).Validate(a)[0].Message)
	}
	// Output:
	// Geben Sie bei „E-Mail“ eine vollständige E-Mail-Adresse ein, zum Beispiel name@example.org.
	// Die E-Mail-Adresse bei „E-Mail“ ist falsch. Eine E-Mail-Adresse sieht so aus: name@example.org.
	// Enter a complete e-mail address for “E-Mail”, for example name@example.org.
}

// Rules for a form made of a struct stand beside it.
func ExampleRules() {
	type antrag struct {
		Person struct {
			Geburt *forms.Date `label:"Geburtsdatum" validate:"required"`
			Eltern string      `label:"Name der Eltern"`
		} `title:"Person"`
	}
	minor := rule.Less(rule.YearsBetween(rule.Field("person.geburt"), rule.Date("2026-11-23")), rule.Number("18"))
	form, err := forms.New("S1", "1.0", antrag{}, &forms.Options{
		Rules: map[string]forms.Rules{"person.eltern": {Visible: minor, Required: minor}},
	})
	if err != nil {
		panic(err)
	}
	for _, birth := range []string{"1964-08-12", "2010-01-01"} {
		fmt.Println(len(form.Validate(forms.Answers{}.With("person.geburt", forms.Text(birth)))))
	}
	// Output:
	// 0
	// 1
}
