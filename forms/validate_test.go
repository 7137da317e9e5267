package forms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
)

func clock() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// everyRule has a field for each code.
type everyRule struct {
	R struct {
		Text     string     `label:"Text" validate:"required"`
		Name     string     `label:"Name" validate:"required" phrase:"Ihren Namen"`
		Tag      forms.Date `label:"Tag" validate:"required"`
		Wahl     string     `label:"Wahl" options:"1=Eins|2=Zwei" validate:"required"`
		Mehrere  []string   `label:"Mehrere" options:"1=Eins|2=Zwei|3=Drei" validate:"required"`
		Ja       bool       `label:"Einwilligung" validate:"required"`
		Frage    *bool      `label:"Frage" validate:"required"`
		Nachweis forms.File `label:"Nachweis" validate:"required" accept:"application/pdf,image/jpeg" maxsize:"1KB"`
		Falls    *int       `label:"Falls" validate:"required_if=Text ja"`
		Oder     string     `label:"Oder" validate:"required_without=Text,max=5"`
		Nicht    string     `label:"Nicht" validate:"excluded_with=Weil"`
		Weil     string     `label:"Weil"`
	} `title:"Vorhanden"`
	S struct {
		Max       string     `label:"Max" validate:"max=3"`
		Min       string     `label:"Min" validate:"min=3"`
		Len       string     `label:"Len" validate:"len=3"`
		ZahlMax   int        `label:"ZahlMax" validate:"max=3"`
		ZahlMin   int        `label:"ZahlMin" validate:"min=3"`
		Gt        int        `label:"Gt" validate:"gt=3"`
		Lt        int        `label:"Lt" validate:"lt=3"`
		Viele     []string   `label:"Viele" options:"1=Eins|2=Zwei|3=Drei" validate:"max=2"`
		Wenige    []string   `label:"Wenige" options:"1=Eins|2=Zwei|3=Drei" validate:"min=2"`
		Klein     int8       `label:"Klein"`
		Datum     forms.Date `label:"Datum"`
		Frueher   forms.Date `label:"Früher" validate:"notfuture"`
		Spaeter   forms.Date `label:"Später" validate:"notpast"`
		Alt       forms.Date `label:"Alt" validate:"minage=18,maxage=125"`
		Auswahl   string     `label:"Auswahl" options:"1=Eins|2=Zwei"`
		Box       bool       `label:"Box"`
		EMail     string     `label:"E-Mail" validate:"email"`
		URL       string     `label:"Internet" validate:"http_url"`
		Telefon   string     `label:"Telefon" validate:"e164"`
		Ziffern   string     `label:"Ziffern" validate:"number"`
		Letters   string     `label:"Buchstaben" validate:"alphaunicode"`
		Farbe     string     `label:"Farbe" validate:"hexcolor"`
		Gleich    string     `label:"Gleich" validate:"eqfield=Max"`
		Ungleich  string     `label:"Ungleich" validate:"nefield=Max"`
		Von       forms.Date `label:"Von"`
		Nach      forms.Date `label:"Nach" validate:"gtfield=Von"`
		NichtVor  forms.Date `label:"NichtVor" validate:"gtefield=Von"`
		Vor       forms.Date `label:"Vor" validate:"ltfield=Von"`
		NichtNach forms.Date `label:"NichtNach" validate:"ltefield=Von"`
		Mehr      int        `label:"Mehr" validate:"gtfield=ZahlMax"`
		IBAN      ids.IBAN   `label:"IBAN"`
		SteuerID  string     `label:"Steuer-ID" validate:"steuerid"`
		PLZ       string     `label:"PLZ" validate:"plz"`
		Kfz       string     `label:"Kennzeichen" validate:"kfzkennzeichen"`
	} `title:"Inhalt"`
	I everyIdentifier `title:"Kennungen"`
}

func file(name, mediaType string, size int64) forms.Value {
	return forms.FileValue(forms.File{Name: name, MediaType: mediaType, Size: size, SHA256: "00"})
}

// codeVectors: the answer at path breaks the rule with the code, the
// neighbour does not.
var codeVectors = []struct {
	path, code   string
	fail, pass   forms.Value
	with         map[string]forms.Value
	params       map[string]string
	messageHolds string
}{
	{"r.text", "REQUIRED", forms.Value{}, forms.Text("0"), nil, nil, "Füllen Sie"},
	{"r.text", "REQUIRED", forms.Text(""), forms.Text("x"), nil, nil, "„Text“"},
	{"r.name", "REQUIRED", forms.Value{}, forms.Text("x"), nil, nil, "Geben Sie Ihren Namen ein."},
	{"r.tag", "REQUIRED", forms.Text(""), forms.Text("2026-01-01"), nil, nil, "ein Datum"},
	{"r.wahl", "REQUIRED", forms.Value{}, forms.Text("1"), nil, nil, "Wählen Sie"},
	{"r.mehrere", "REQUIRED", forms.List(), forms.List("1"), nil, nil, "mindestens eine"},
	{"r.ja", "REQUIRED", forms.Text("false"), forms.Text("true"), nil, nil, "Bestätigen Sie"},
	{"r.ja", "REQUIRED", forms.Value{}, forms.Text("true"), nil, nil, "Bestätigen Sie"},
	{"r.frage", "REQUIRED", forms.Value{}, forms.Text("false"), nil, nil, "Wählen Sie"},
	{"r.nachweis", "REQUIRED", forms.FileValue(forms.File{}), file("a.pdf", "application/pdf", 1), nil, nil, "Laden Sie"},
	{"r.falls", "REQUIRED", forms.Value{}, forms.Text("0"), map[string]forms.Value{"r.text": forms.Text("ja")}, nil, ""},
	{"r.oder", "REQUIRED", forms.Value{}, forms.Text("x"), map[string]forms.Value{"r.text": {}}, nil, ""},
	{"r.oder", "MAX_LENGTH", forms.Text("abcdef"), forms.Text("abcde"), nil, map[string]string{"max": "5"}, ""},
	{"r.nicht", "EXCLUDED", forms.Text("x"), forms.Text(""), map[string]forms.Value{"r.weil": forms.Text("y")}, nil, ""},
	{"s.max", "MAX_LENGTH", forms.Text("äöüß"), forms.Text("äöü"), nil, map[string]string{"max": "3"}, "höchstens 3"},
	{"s.min", "MIN_LENGTH", forms.Text("äö"), forms.Text("äöü"), nil, map[string]string{"min": "3"}, "mindestens 3"},
	{"s.len", "LENGTH", forms.Text("ab"), forms.Text("abc"), nil, map[string]string{"length": "3"}, "genau 3"},
	{"s.zahlmax", "MAX", forms.Text("4"), forms.Text("3"), nil, map[string]string{"max": "3"}, ""},
	{"s.zahlmin", "MIN", forms.Text("0"), forms.Text("3"), nil, map[string]string{"min": "3"}, ""},
	{"s.gt", "MORE_THAN", forms.Text("3"), forms.Text("4"), nil, map[string]string{"min": "3"}, ""},
	{"s.lt", "LESS_THAN", forms.Text("3"), forms.Text("-2"), nil, map[string]string{"max": "3"}, ""},
	{"s.viele", "MAX_ITEMS", forms.List("1", "2", "3"), forms.List("1", "2"), nil, map[string]string{"max": "2"}, ""},
	{"s.wenige", "MIN_ITEMS", forms.List("1"), forms.List("1", "2"), nil, map[string]string{"min": "2"}, ""},
	{"s.klein", "NUMBER", forms.Text("eins"), forms.Text("1"), nil, nil, ""},
	{"s.klein", "NUMBER", forms.Text("128"), forms.Text("127"), nil, nil, ""},
	{"s.klein", "NUMBER", forms.Text("1,5"), forms.Text("-128"), nil, nil, ""},
	{"s.datum", "DATE", forms.Text("3. April"), forms.Text("3.4.2026"), nil, nil, ""},
	{"s.datum", "DATE_UNREAL", forms.Text("31.4.2026"), forms.Text("30.4.2026"), nil, nil, ""},
	{"s.datum", "DATE_UNREAL", forms.Text("29.2.2026"), forms.Text("29.2.2024"), nil, nil, ""},
	{"s.frueher", "DATE_FUTURE", forms.Text("2026-11-24"), forms.Text("2026-11-23"), nil, nil, ""},
	{"s.spaeter", "DATE_PAST", forms.Text("2026-11-22"), forms.Text("2026-11-23"), nil, nil, ""},
	{"s.alt", "MIN_AGE", forms.Text("2008-11-24"), forms.Text("2008-11-23"), nil, map[string]string{"min": "18"}, ""},
	{"s.alt", "MAX_AGE", forms.Text("1900-11-23"), forms.Text("1900-11-24"), nil, map[string]string{"max": "125"}, ""},
	{"s.auswahl", "CHOICE", forms.Text("3"), forms.Text("2"), nil, nil, ""},
	{"s.viele", "CHOICE", forms.List("1", "9"), forms.List("1"), nil, nil, ""},
	{"s.box", "BOOL", forms.Text("vielleicht"), forms.Text("false"), nil, nil, ""},
	{"s.email", "EMAIL", forms.Text("erika@"), forms.Text("erika@example.org"), nil, nil, ""},
	{"s.url", "URL", forms.Text("example.org"), forms.Text("https://example.org"), nil, nil, ""},
	{"s.telefon", "PHONE", forms.Text("03641"), forms.Text("+493023125123"), nil, nil, ""},
	{"s.ziffern", "DIGITS", forms.Text("12a"), forms.Text("012"), nil, nil, ""},
	{"s.letters", "LETTERS", forms.Text("a-b"), forms.Text("äb"), nil, nil, ""},
	{"s.farbe", "INVALID", forms.Text("rot"), forms.Text("#ff0000"), nil, map[string]string{"rule": "hexcolor"}, ""},
	{"s.gleich", "EQUAL_FIELD", forms.Text("b"), forms.Text("a"), map[string]forms.Value{"s.max": forms.Text("a")}, map[string]string{"other": "Max"}, "„Max“"},
	{"s.ungleich", "UNEQUAL_FIELD", forms.Text("a"), forms.Text("b"), map[string]forms.Value{"s.max": forms.Text("a")}, map[string]string{"other": "Max"}, ""},
	{"s.nach", "AFTER_FIELD", forms.Text("2026-01-01"), forms.Text("2026-01-02"), von, map[string]string{"other": "Von"}, "späteren Tag"},
	{"s.nichtvor", "NOT_BEFORE", forms.Text("2025-12-31"), forms.Text("2026-01-01"), von, map[string]string{"other": "Von"}, "früheren Tag"},
	{"s.vor", "BEFORE_FIELD", forms.Text("2026-01-01"), forms.Text("2025-12-31"), von, map[string]string{"other": "Von"}, "früheren Tag"},
	{"s.nichtnach", "NOT_AFTER", forms.Text("2026-01-02"), forms.Text("2026-01-01"), von, map[string]string{"other": "Von"}, "späteren Tag"},
	{"s.mehr", "AFTER_FIELD", forms.Text("2"), forms.Text("3"), map[string]forms.Value{"s.zahlmax": forms.Text("2")}, map[string]string{"other": "ZahlMax"}, "größeren Wert"},
	{"r.nachweis", "FILE_EMPTY", file("a.pdf", "application/pdf", 0), file("a.pdf", "application/pdf", 1), nil, nil, ""},
	{"r.nachweis", "FILE_SIZE", file("a.pdf", "application/pdf", 1025), file("a.PDF", "application/pdf", 1024), nil, map[string]string{"max": "1 KB"}, "1 KB"},
	{"r.nachweis", "FILE_TYPE", file("a.exe", "application/octet-stream", 9), file("a.jpeg", "image/jpeg", 9), nil, map[string]string{"types": "PDF, JPG"}, "PDF, JPG"},
	{"r.nachweis", "FILE_TYPE", file("a.exe", "application/pdf", 9), file("a.pdf", "application/pdf", 9), nil, nil, ""},
	{"s.max", "KIND", forms.List("a"), forms.Text("a"), nil, nil, ""},
	{"s.viele", "KIND", forms.Text("1"), forms.List("1"), nil, nil, ""},
	{"r.nachweis", "KIND", forms.Text("a.pdf"), file("a.pdf", "application/pdf", 9), nil, nil, ""},
	{"s.iban", "IBAN", forms.Text("-"), forms.Text("DE89370400440532013000"), nil, nil, ""},
	{"s.iban", "IBAN_CHARSET", forms.Text("DE89?"), forms.Text("de89 3704 0044 0532 0130 00"), nil, nil, ""},
	{"s.iban", "IBAN_LENGTH", forms.Text("DE8937040044053201300"), forms.Text("NO9386011117947"), nil, nil, ""},
	{"s.iban", "IBAN_COUNTRY", forms.Text("XX89370400440532013000"), forms.Text("AT611904300234573201"), nil, nil, ""},
	{"s.iban", "IBAN_STRUCTURE", forms.Text("370400440532013000"), forms.Text("DE89370400440532013000"), nil, nil, ""},
	{"s.iban", "IBAN_CHECKSUM", forms.Text("DE89370400440532013001"), forms.Text("DE89370400440532013000"), nil, nil, ""},
	{"s.steuerid", "STEUERID", forms.Text("-"), forms.Text("86095742719"), nil, nil, ""},
	{"s.steuerid", "STEUERID_CHARSET", forms.Text("8609574271x"), forms.Text("86 095 742 719"), nil, nil, ""},
	{"s.steuerid", "STEUERID_LENGTH", forms.Text("8609574271"), forms.Text("86095742719"), nil, nil, ""},
	{"s.steuerid", "STEUERID_REPEATS", forms.Text("11112345678"), forms.Text("47036892816"), nil, nil, ""},
	{"s.steuerid", "STEUERID_CHECKSUM", forms.Text("86095742718"), forms.Text("65929970489"), nil, nil, ""},
	{"s.steuerid", "STEUERID_TEST", forms.Text("02476291358"), forms.Text("57549285017"), nil, nil, ""},
	{"s.plz", "PLZ", forms.Text("-"), forms.Text("07743"), nil, nil, ""},
	{"s.plz", "PLZ_CHARSET", forms.Text("O7743"), forms.Text("D-07743"), nil, nil, ""},
	{"s.plz", "PLZ_LENGTH", forms.Text("7743"), forms.Text("07743"), nil, nil, ""},
	{"s.plz", "PLZ_RANGE", forms.Text("00743"), forms.Text("07743"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_CHARSET", forms.Text("J-EN 1_3"), forms.Text("J-EN 123"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_LENGTH", forms.Text("J-EN 12345"), forms.Text("J-EN 1234"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_STRUCTURE", forms.Text("123"), forms.Text("J-EN 123E"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_AMBIGUOUS", forms.Text("JEN123"), forms.Text("J EN 123"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_SEASON", forms.Text("J-EN 123 04/04"), forms.Text("J-EN 123 04/05"), nil, nil, ""},
	{"s.kfz", "KFZKENNZEICHEN_AUTHORITY", forms.Text("JEN 123"), forms.Text("JE-N 123"), nil, nil, ""},
}

var von = map[string]forms.Value{"s.von": forms.Text("2026-01-01")}

// goodAnswers has nothing wrong.
func goodAnswers() forms.Answers {
	a := forms.Answers{}
	for path, v := range map[string]forms.Value{
		"r.text": forms.Text("x"), "r.name": forms.Text("x"), "r.tag": forms.Text("2026-01-01"), "r.wahl": forms.Text("1"),
		"r.mehrere": forms.List("1"), "r.ja": forms.Text("true"), "r.frage": forms.Text("false"),
		"r.nachweis": file("a.pdf", "application/pdf", 100),
	} {
		a = a.With(path, v)
	}
	return a
}

func everyRuleForm(t testing.TB) *forms.Form {
	t.Helper()
	form, err := forms.New("S1", "1.0", everyRule{}, &forms.Options{Now: clock})
	require.NoError(t, err)
	return form
}

func TestEveryCode(t *testing.T) {
	form := everyRuleForm(t)
	require.Empty(t, form.Validate(goodAnswers()))
	covered := map[string]bool{"KFZKENNZEICHEN": true} // the fallback for codes yet to come
	for _, tt := range append(codeVectors[:len(codeVectors):len(codeVectors)], identifierVectors...) {
		t.Run(tt.path+" "+tt.code, func(t *testing.T) {
			a := goodAnswers()
			for path, v := range tt.with {
				a = a.With(path, v)
			}
			bad := form.Validate(a.With(tt.path, tt.fail))
			var found *forms.FieldError
			for i := range bad {
				if bad[i].Path == tt.path {
					require.Nil(t, found, "one error for each field")
					found = &bad[i]
				}
			}
			require.NotNil(t, found, "%v", bad)
			assert.Equal(t, tt.code, found.Code)
			if tt.params != nil {
				assert.Equal(t, tt.params, found.Params)
			}
			assert.Equal(t, form.Field(tt.path).Label, found.Label)
			assert.Equal(t, strings.Split(tt.path, ".")[0], found.Step)
			assert.Contains(t, found.Message, tt.messageHolds)
			assert.NotContains(t, found.Message, "{")
			covered[tt.code] = true
			for _, e := range form.Validate(a.With(tt.path, tt.pass)) {
				assert.NotEqual(t, tt.path, e.Path, e.Code)
			}
		})
	}
	for code := range newCodes(t) {
		covered[code] = true
	}
	for _, code := range forms.Codes() {
		assert.True(t, covered[code], "%s has no vector", code)
	}
	for code := range covered {
		assert.NotEmpty(t, forms.German.Catalogue()[code], "%s has no German text", code)
	}
}

func TestGermanTexts(t *testing.T) {
	texts := forms.German.Catalogue()
	require.Greater(t, len(texts), 60)
	for key, text := range texts {
		assert.True(t, strings.HasSuffix(text, ".") || strings.HasSuffix(text, "{types}."), key)
		assert.True(t, strings.Contains(text, "{label}") || strings.Contains(text, "{phrase}"), key)
		code, _, _ := strings.Cut(key, "/")
		assert.Contains(t, texts, code, "%s has no general text", key)
	}
	texts["REQUIRED"] = "x"
	assert.NotEqual(t, "x", forms.German.Catalogue()["REQUIRED"], "the catalogue is a copy")
}

func TestErrorsStandInOrderOfThePages(t *testing.T) {
	form := everyRuleForm(t)
	a := forms.Answers{}.With("s.max", forms.Text("abcd")).With("s.email", forms.Text("x")).With("s.klein", forms.Text("x"))
	var paths []string
	for _, e := range form.Validate(a) {
		paths = append(paths, e.Path)
	}
	assert.Equal(t, []string{
		"r.text", "r.name", "r.tag", "r.wahl", "r.mehrere", "r.ja", "r.frage", "r.nachweis", "r.oder",
		"s.max", "s.klein", "s.email",
	}, paths)
	paths = nil
	for _, e := range form.Validate(a, "s") {
		paths = append(paths, e.Path)
	}
	assert.Equal(t, []string{"s.max", "s.klein", "s.email"}, paths)
	assert.Equal(t, form.Validate(a), form.Validate(a, "s", "gibtsnicht"), "a slip hides no error")
}

func TestNoMessageHoldsAnAnswer(t *testing.T) {
	form := everyRuleForm(t)
	a := forms.Answers{}
	for _, field := range form.Fields() {
		a = a.With(field.Path, forms.Text("Geheimnis"))
	}
	errs := form.Validate(a)
	require.NotEmpty(t, errs)
	for _, e := range errs {
		assert.NotContains(t, e.Message+e.Error(), "Geheimnis")
		for _, v := range e.Params {
			assert.NotContains(t, v, "Geheimnis")
		}
	}
}

func TestMessagesCanBeReplaced(t *testing.T) {
	type antrag struct {
		P struct {
			Name string `label:"Name" validate:"required,max=3" msg-required:"Wie heißen Sie?"`
			Ort  string `label:"Ort" validate:"required,max=3"`
			Tier string `label:"Tier" validate:"haustier"`
		} `title:"P"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, &forms.Options{
		Messages: forms.Catalogue{"REQUIRED": "Enter {label}.", "HAUSTIER": "Wählen Sie bei „{label}“ ein Haustier."},
		FieldMessages: map[string]forms.Catalogue{
			"p.ort": {"MAX_LENGTH": "Bitte kürzen."},
		},
		Register: func(v *validator.Validate) error {
			return v.RegisterValidation("haustier", func(fl validator.FieldLevel) bool { return fl.Field().String() == "Hund" })
		},
	})
	require.NoError(t, err)
	var got []string
	for _, a := range []forms.Answers{
		{},
		forms.Answers{}.With("p.name", forms.Text("abcd")).With("p.ort", forms.Text("abcd")).With("p.tier", forms.Text("Wal")),
	} {
		for _, e := range form.Validate(a) {
			got = append(got, e.Code+" "+e.Message)
		}
	}
	assert.Equal(t, []string{
		"REQUIRED Wie heißen Sie?", "REQUIRED Enter Ort.",
		"MAX_LENGTH Kürzen Sie „Name“ auf höchstens 3 Zeichen.", "MAX_LENGTH Bitte kürzen.",
		"HAUSTIER Wählen Sie bei „Tier“ ein Haustier.",
	}, got)
}

// A struct validation of the caller sees the bound struct and reports on
// fields.
func TestStructValidation(t *testing.T) {
	type zeitraum struct {
		Von forms.Date `label:"Von"`
		Bis forms.Date `label:"Bis"`
	}
	type antrag struct {
		P struct {
			Zeitraum zeitraum `legend:"Zeitraum"`
		} `title:"P"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, &forms.Options{
		Messages: forms.Catalogue{"ZEITRAUM": "Prüfen Sie „{label}“."},
		Register: func(v *validator.Validate) error {
			v.RegisterStructValidation(func(sl validator.StructLevel) {
				z := sl.Current().Interface().(zeitraum)
				if z.Bis.Before(z.Von) {
					sl.ReportError(z.Bis, "Bis", "Bis", "zeitraum", "")
				}
			}, zeitraum{})
			return nil
		},
	})
	require.NoError(t, err)
	a := forms.Answers{}.With("p.zeitraum.von", forms.Text("2026-01-02")).With("p.zeitraum.bis", forms.Text("2026-01-01"))
	errs := form.Validate(a)
	require.Len(t, errs, 1)
	assert.Equal(t, "p.zeitraum.bis", errs[0].Path)
	assert.Equal(t, "ZEITRAUM", errs[0].Code)
	assert.Equal(t, "Prüfen Sie „Bis“.", errs[0].Message)
}

func TestTestNumbersOnlyWhereAllowed(t *testing.T) {
	type antrag struct {
		P struct {
			ID ids.SteuerID `label:"ID"`
		} `title:"P"`
	}
	a := forms.Answers{}.With("p.id", forms.Text("02476291358"))
	form, err := forms.New("S1", "1.0", antrag{}, &forms.Options{AllowTestSteuerID: true})
	require.NoError(t, err)
	assert.Empty(t, form.Validate(a))
	form, err = forms.New("S1", "1.0", antrag{}, nil)
	require.NoError(t, err)
	assert.Len(t, form.Validate(a), 1)
}

func TestRegister(t *testing.T) {
	v := validator.New()
	require.NoError(t, forms.Register(v))
	type person struct {
		IBAN   string     `validate:"iban"`
		ID     string     `validate:"steuerid"`
		PLZ    string     `validate:"plz"`
		Kfz    string     `validate:"kfzkennzeichen"`
		Dienst string     `validate:"kfzkennzeichen=alle"`
		Geburt forms.Date `validate:"required,notfuture,minage=18,maxage=125"`
	}
	good := person{"DE89370400440532013000", "86095742719", "07743", "J-EN 123", "KA 1234", forms.Date{Year: 1964, Month: 8, Day: 12}}
	require.NoError(t, v.Struct(good))
	bad := person{"x", "x", "x", "KA 1234", "x", forms.Date{}}
	var errs validator.ValidationErrors
	require.ErrorAs(t, v.Struct(bad), &errs)
	assert.Len(t, errs, 6)
	assert.NoError(t, v.Var(forms.Today(time.Now()), "notfuture,notpast"))
}

func TestRulesAcrossStepsAndInLists(t *testing.T) {
	type antrag struct {
		A struct {
			Mail  string   `label:"E-Mail"`
			Liste []string `label:"Liste" options:"kurz=Kurz|sehrlang=Lang" validate:"dive,max=5"`
		} `title:"A"`
		B struct {
			Mail   string     `label:"E-Mail wiederholen" validate:"eqcsfield=A.Mail"`
			Geburt forms.Date `label:"Geburtsdatum" phrase:"Ihr Geburtsdatum" validate:"required"`
			Wahl   string     `label:"Wahl" phrase:"Ihre Wahl" options:"1=Eins|2=Zwei" validate:"required"`
		} `title:"B" show:"a.mail!=keine"`
	}
	form, err := forms.New("S1", "1.0", &antrag{}, nil)
	require.NoError(t, err)
	a := forms.Answers{}.With("a.mail", forms.Text("a")).With("b.mail", forms.Text("b")).With("a.liste", forms.List("kurz", "sehrlang"))
	var got []string
	for _, e := range form.Validate(a) {
		got = append(got, e.Path+" "+e.Code+" "+e.Params["other"]+e.Params["max"])
		assert.NotContains(t, e.Message, "{")
	}
	assert.Equal(t, []string{"a.liste CHOICE ", "b.mail EQUAL_FIELD E-Mail", "b.geburt REQUIRED ", "b.wahl REQUIRED "}, got)
	assert.Equal(t, "Geben Sie Ihr Geburtsdatum ein.", form.Validate(a)[2].Message)
	assert.Equal(t, "Wählen Sie bei „Wahl“ eine Antwort aus.", form.Validate(a)[3].Message)
	assert.Empty(t, form.Validate(forms.Answers{}.With("a.mail", forms.Text("keine"))), "the hidden step has no errors")
}

func TestCheck(t *testing.T) {
	form := everyRuleForm(t)
	for _, tt := range codeVectors {
		field := form.Field(tt.path)
		assert.Empty(t, field.Check(tt.pass), tt.path)
		if code := field.Check(tt.fail); code != "" {
			assert.Equal(t, tt.code, code, tt.path)
		}
	}
	assert.Equal(t, forms.CodeNumber, form.Field("s.klein").Check(forms.Text("x")))
	assert.Empty(t, form.Field("s.klein").Check(forms.Text("")))
}

func TestValidateField(t *testing.T) {
	type model struct {
		S struct {
			Art   string `label:"Art" options:"a=A|b=B" validate:"required"`
			Name  string `label:"Name" show:"s.art=b" validate:"required,max=3"`
			Email string `label:"E-Mail" validate:"required,email"`
		} `step:"s" title:"S"`
	}
	form, err := forms.New("S1", "1", model{}, nil)
	require.NoError(t, err)
	for _, tt := range []struct {
		name, path string
		v          forms.Value
		code       string
	}{
		{"good, though others are missing", "s.email", forms.Text("a@example.org"), ""},
		{"bad", "s.email", forms.Text("a"), "EMAIL"},
		{"hidden and good", "s.name", forms.Text("abc"), ""},
		{"hidden and bad", "s.name", forms.Text("abcd"), "MAX_LENGTH"},
		{"blank", "s.name", forms.Text(""), "REQUIRED"},
		{"no option", "s.art", forms.Text("c"), "CHOICE"},
		{"no such field", "s.x", forms.Text("c"), "INVALID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			problem, wrong := form.ValidateField(tt.path, tt.v)
			assert.Equal(t, tt.code != "", wrong)
			assert.Equal(t, tt.code, problem.Code)
			if wrong {
				assert.Equal(t, tt.path, problem.Path)
			}
		})
	}
	assert.Len(t, form.Validate(forms.Answers{}), 2, "the pooled target is as before")
}

func TestLabelsThatAreSentences(t *testing.T) {
	type model struct {
		S struct {
			Wahr  bool   `label:"Ich versichere, dass alles stimmt." validate:"required"`
			Frage *bool  `label:"Haben Sie ein Fahrzeug?" validate:"required"`
			Nr    string `label:"Haus-Nr." validate:"required"`
			Drei  string `label:"Ort und Nr." validate:"required"`
			Mehr  string `label:"Ich habe mehr ..." validate:"required"`
			Zu    bool   `label:"Ich stimme zu." validate:"required"`
		} `step:"s" title:"S"`
	}
	form, err := forms.New("S1", "1", model{}, nil)
	require.NoError(t, err)
	var texts, labels []string
	for _, e := range form.Validate(forms.Answers{}) {
		texts, labels = append(texts, e.Message), append(labels, e.Label)
	}
	assert.Equal(t, []string{
		"Bestätigen Sie „Ich versichere, dass alles stimmt“.",
		"Wählen Sie bei „Haben Sie ein Fahrzeug?“ eine Antwort aus.",
		"Füllen Sie das Feld „Haus-Nr.“ aus.",
		"Füllen Sie das Feld „Ort und Nr.“ aus.",
		"Füllen Sie das Feld „Ich habe mehr ...“ aus.",
		"Bestätigen Sie „Ich stimme zu“.",
	}, texts)
	assert.Equal(t, "Ich versichere, dass alles stimmt.", labels[0], "the label itself stays")
}
