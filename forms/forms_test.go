package forms_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/xoev/finding"
)

func TestAbsentEmptyAndZero(t *testing.T) {
	values := map[string]forms.Value{
		"absent": {}, "empty": forms.Text(""), "zero": forms.Text("0"), "false": forms.Text("false"),
		"no choice": forms.List(), "choice": forms.List(""), "no file": forms.FileValue(forms.File{}),
	}
	for a, v := range values {
		for b, w := range values {
			assert.Equal(t, a == b, v.Equal(w), "%s and %s", a, b)
		}
		b, err := json.Marshal(v)
		require.NoError(t, err)
		var back forms.Value
		require.NoError(t, json.Unmarshal(b, &back))
		assert.True(t, v.Equal(back), "%s: %s", a, b)
	}
	assert.True(t, values["absent"].Absent() && !values["absent"].Empty() && !values["absent"].Answered())
	assert.True(t, !values["empty"].Absent() && values["empty"].Empty() && !values["empty"].Answered())
	assert.True(t, !values["zero"].Absent() && !values["zero"].Empty() && values["zero"].Answered())
}

func TestAnswersJSON(t *testing.T) {
	a := forms.Answers{}.With("b.text", forms.Text("ä")).With("a.leer", forms.Text("")).With("c.liste", forms.List("1", "2")).
		With("d.datei", forms.FileValue(forms.NewFile("a.txt", []byte("x")))).With("e", forms.Value{})
	b, err := json.Marshal(a)
	require.NoError(t, err)
	assert.Equal(t, `{"a.leer":"","b.text":"ä","c.liste":["1","2"],"d.datei":{"name":"a.txt","mediaType":"text/plain","size":1,"sha256":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}}`, string(b))
	var back forms.Answers
	require.NoError(t, json.Unmarshal(b, &back))
	assert.True(t, a.Equal(back))
	assert.Equal(t, 4, back.Len())
	b, err = json.Marshal(forms.Answers{})
	require.NoError(t, err)
	assert.Equal(t, "{}", string(b))
	for _, s := range []string{`[]`, `{"a":1}`, `{"a":true}`, `{"a":[null]}`, `{"a":{"x":1}}`, `{"a":"geheim`, `{"a":["geheim",1]}`} {
		err := json.Unmarshal([]byte(s), &back)
		require.Error(t, err, s)
		assert.NotContains(t, err.Error(), "geheim")
	}
	require.NoError(t, json.Unmarshal([]byte(`{"a":null}`), &back))
	assert.False(t, back.Has("a"))
}

func FuzzAnswersJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":""}`, `{"a":["1"],"b":{"name":"x","mediaType":"y","size":1,"sha256":"z","blob":"w"}}`, `{"a":null}`, `[1]`,
		`{"a":"\ud800"}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a, again forms.Answers
		if err := json.Unmarshal(b, &a); err != nil {
			if a.Len() != 0 {
				t.Fatal("answers with an error")
			}
			return
		}
		out, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &again); err != nil || !a.Equal(again) {
			t.Fatalf("answers do not come back: %v", err)
		}
	})
}

func TestAnswersNeverChange(t *testing.T) {
	list := []string{"1"}
	a := forms.Answers{}.With("x", forms.List(list...))
	list[0] = "2"
	a.Get("x").List()[0] = "3"
	assert.Equal(t, []string{"1"}, a.Get("x").List())
	b := a.With("y", forms.Text("1")).Without("x")
	assert.True(t, a.Has("x") && !a.Has("y") && b.Has("y") && !b.Has("x"))
}

func TestNothingLeaksIntoLogs(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	f := forms.NewFile("Geheimnis.txt", []byte("Geheimnis"))
	v := forms.Text("Geheimnis")
	a := forms.Answers{}.With("x", v)
	log.Info("x", "answers", a, "value", v, "file", f, "upload", forms.Upload{Path: "x", File: f, Content: []byte("Geheimnis")})
	fmt.Fprintf(&b, "%v %+v %#v %s %v %+v %#v", a, a, a, a, v, v, v)
	assert.NotContains(t, b.String(), "Geheimnis")
	assert.Contains(t, b.String(), "1 answers")
}

// chain shows b if a is answered with ja, c if b is, and the step D if c is.
type chain struct {
	S struct {
		A string `label:"A" options:"ja=Ja|nein=Nein"`
		C string `label:"C" options:"ja=Ja|nein=Nein" show:"s.b=ja"`
		B string `label:"B" options:"ja=Ja|nein=Nein" show:"s.a=ja"`
		G struct {
			X string `label:"X" validate:"required"`
		} `legend:"G" show:"s.a!=ja"`
		M []string `label:"M" options:"1=Eins|2=Zwei"`
		N string   `label:"N" show:"s.m=2&s.a=ja|nein"`
	} `title:"S"`
	D struct {
		Y string `label:"Y" validate:"required"`
	} `title:"D" show:"s.c=ja"`
}

func TestConditions(t *testing.T) {
	form, err := forms.New("S1", "1.0", chain{}, nil)
	require.NoError(t, err)
	ja, nein := forms.Text("ja"), forms.Text("nein")
	for _, tt := range []struct {
		name    string
		answers map[string]forms.Value
		visible string
		steps   int
	}{
		{"nothing answered", nil, "a m", 1},
		{"another answer", map[string]forms.Value{"s.a": nein}, "a g.x m", 1},
		{"first of the chain", map[string]forms.Value{"s.a": ja}, "a b m", 1},
		{"whole chain", map[string]forms.Value{"s.a": ja, "s.b": ja, "s.c": ja}, "a c b m y", 2},
		{"broken at the start", map[string]forms.Value{"s.a": nein, "s.b": ja, "s.c": ja}, "a g.x m", 1},
		{"broken in the middle", map[string]forms.Value{"s.a": ja, "s.b": nein, "s.c": ja}, "a b m", 1},
		{"one of several, and another", map[string]forms.Value{"s.a": nein, "s.m": forms.List("1", "2")}, "a g.x m n", 1},
		{"both are needed", map[string]forms.Value{"s.m": forms.List("2")}, "a m", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := forms.Answers{}
			for path, v := range tt.answers {
				a = a.With(path, v)
			}
			got := ""
			for _, field := range form.VisibleFields(a) {
				got += " " + field.Path[2:]
				assert.True(t, form.Visible(field.Path, a))
			}
			assert.Equal(t, " "+tt.visible, got)
			assert.Len(t, form.VisibleSteps(a), tt.steps)
			assert.Equal(t, tt.steps == 2, form.Visible("d", a))
			assert.Equal(t, form.Visible("s.g.x", a), form.Visible("s.g", a))
			clean := form.Clean(a.With("gibtsnicht", ja))
			for path := range clean.All() {
				assert.True(t, form.Visible(path, a))
			}
			assert.True(t, clean.Equal(form.Clean(clean)), "cleaning twice changes nothing")
			for _, e := range form.Validate(a) {
				assert.True(t, form.Visible(e.Path, a))
			}
		})
	}
	assert.False(t, form.Visible("gibtsnicht", forms.Answers{}))
}

type everyType struct {
	S struct {
		Text  string      `label:"Text"`
		PText *string     `label:"PText"`
		Zahl  int8        `label:"Zahl"`
		PZahl *int64      `label:"PZahl"`
		Bool  bool        `label:"Bool"`
		PBool *bool       `label:"PBool"`
		Datum forms.Date  `label:"Datum"`
		PDat  *forms.Date `label:"PDat"`
		Liste []string    `label:"Liste" options:"1=Eins|2=Zwei"`
		Datei forms.File  `label:"Datei" accept:"text/plain"`
		Wahl  string      `label:"Wahl" options:"1=Eins|2=Zwei"`
		Dann  string      `label:"Dann" show:"s.wahl=1"`
		G     struct {
			X string `label:"X"`
		} `legend:"G"`
	} `title:"S"`
}

func ptr[T any](v T) *T { return &v }

func TestBind(t *testing.T) {
	form, err := forms.New("S1", "1.0", everyType{}, nil)
	require.NoError(t, err)
	var got everyType
	got.S.Text = "alt"
	require.NoError(t, form.Bind(forms.Answers{}, &got))
	assert.Equal(t, everyType{}, got, "what is absent overwrites too")

	a := forms.Answers{}
	for _, field := range form.Fields() {
		if field.Type != forms.TypeMulti && field.Type != forms.TypeFile {
			a = a.With(field.Path, forms.Text(""))
		}
	}
	a = a.With("s.liste", forms.List()).With("s.datei", forms.FileValue(forms.File{}))
	require.NoError(t, form.Bind(a, &got))
	want := everyType{}
	want.S.PText, want.S.Liste = ptr(""), []string{}
	assert.Equal(t, want, got, "what is empty")

	want.S.Text, want.S.PText, want.S.Zahl, want.S.PZahl = "a", ptr("b"), -7, ptr(int64(0))
	want.S.Bool, want.S.PBool = true, ptr(false)
	want.S.Datum = forms.Date{Year: 2026, Month: 4, Day: 3}
	want.S.PDat = &forms.Date{Year: 2026, Month: 4, Day: 4}
	want.S.Liste, want.S.Wahl, want.S.Dann, want.S.G.X = []string{"2", "1"}, "1", "c", "d"
	want.S.Datei = forms.NewFile("a.txt", []byte("x"))
	full, err := form.AnswersOf(want)
	require.NoError(t, err)
	require.NoError(t, form.Bind(full, &got))
	assert.Equal(t, want, got)

	require.NoError(t, form.Bind(full.With("s.wahl", forms.Text("2")), &got))
	assert.Empty(t, got.S.Dann, "hidden answers are not bound")

	assert.ErrorIs(t, form.Bind(full.With("s.zahl", forms.Text("128")), &got), forms.ErrBind)
	assert.ErrorIs(t, form.Bind(full, &struct{}{}), forms.ErrBind)
	assert.ErrorIs(t, form.Bind(full, nil), forms.ErrBind)
	_, err = form.AnswersOf(struct{}{})
	assert.ErrorIs(t, err, forms.ErrBind)
	fromPointer, err := form.AnswersOf(&want)
	require.NoError(t, err)
	assert.True(t, full.Equal(fromPointer))
}

// Answers made at random come back from the struct, from JSON, and from both.
func TestRoundTripProperty(t *testing.T) {
	form, err := forms.New("S1", "1.0", everyType{}, nil)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(3, 4))
	maybe := func() bool { return r.IntN(2) == 0 }
	for range 500 {
		var v everyType
		v.S.Text, v.S.Zahl, v.S.Bool, v.S.Wahl = fmt.Sprint(r.IntN(3)), int8(r.IntN(256)-128), maybe(), "1"
		if maybe() {
			v.S.PText = ptr([]string{"", "x"}[r.IntN(2)])
		}
		if maybe() {
			v.S.PZahl = ptr(r.Int64() - r.Int64())
		}
		if maybe() {
			v.S.PBool = ptr(maybe())
		}
		if maybe() {
			d := forms.DateOf(time.Unix(r.Int64N(4e9), 0))
			v.S.Datum, v.S.PDat = d, &d
		}
		if maybe() {
			v.S.Liste = []string{"1", "2"}[:r.IntN(3)]
		}
		if maybe() {
			v.S.Datei = forms.NewFile("a.txt", []byte(fmt.Sprint(r.IntN(9))))
		}
		a, err := form.AnswersOf(v)
		require.NoError(t, err)
		b, err := json.Marshal(a)
		require.NoError(t, err)
		var back forms.Answers
		require.NoError(t, json.Unmarshal(b, &back))
		require.True(t, a.Equal(back))
		var got everyType
		require.NoError(t, form.Bind(back, &got))
		require.Equal(t, v, got)
	}
}

// Many goroutines share a form; no answer of one shows up with another.
func TestConcurrentUse(t *testing.T) {
	form := everyRuleForm(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 200 {
				a := goodAnswers()
				want := 0
				if (i+worker)%2 == 0 {
					a, want = a.With("s.max", forms.Text("abcd")).With("s.iban", forms.Text("DE1")), 2
				}
				if got := form.Validate(a); len(got) != want {
					t.Errorf("%d errors, not %d", len(got), want)
				}
				var v everyRule
				if err := form.Bind(a, &v); err != nil || v.R.Text != "x" {
					t.Errorf("%v", err)
				}
			}
		})
	}
	wg.Wait()
}

func TestDisplay(t *testing.T) {
	type antrag struct {
		S struct {
			Text  string     `label:"Text"`
			Datum forms.Date `label:"Datum"`
			Ja    bool       `label:"Ja"`
			Mit   *bool      `label:"Mit" options:"true=Mit Hund|false=Ohne Hund"`
			Wahl  string     `label:"Wahl" options:"1=Eins|2=Zwei"`
			Liste []string   `label:"Liste" options:"1=Eins|2=Zwei"`
			IBAN  string     `label:"IBAN" validate:"iban"`
			ID    string     `label:"ID" validate:"steuerid"`
			PLZ   string     `label:"PLZ" validate:"plz"`
			Kfz   string     `label:"Kfz" validate:"kfzkennzeichen"`
			Datei forms.File `label:"Datei" accept:"text/plain"`
		} `title:"S"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, nil)
	require.NoError(t, err)
	for _, tt := range []struct {
		path string
		v    forms.Value
		want string
	}{
		{"s.text", forms.Text("a\nb"), "a\nb"},
		{"s.text", forms.Text(""), ""},
		{"s.text", forms.Value{}, ""},
		{"s.datum", forms.Text("2026-04-03"), "3.4.2026"},
		{"s.datum", forms.Text("31.2.2026"), "31.2.2026"},
		{"s.ja", forms.Text("true"), "Ja"},
		{"s.ja", forms.Text("false"), "Nein"},
		{"s.mit", forms.Text("false"), "Ohne Hund"},
		{"s.wahl", forms.Text("2"), "Zwei"},
		{"s.wahl", forms.Text("9"), "9"},
		{"s.liste", forms.List("2", "1"), "Zwei\nEins"},
		{"s.iban", forms.Text("DE89370400440532013000"), "DE89 3704 0044 0532 0130 00"},
		{"s.id", forms.Text("86095742719"), "86 095 742 719"},
		{"s.plz", forms.Text("D-07743"), "07743"},
		{"s.kfz", forms.Text("j en 1"), "J-EN 1"},
		{"s.datei", forms.FileValue(forms.File{Name: "a.txt", Size: 1536}), "a.txt (1,5 KB)"},
		{"s.datei", forms.FileValue(forms.File{Name: "a.txt", Size: 5 << 20}), "a.txt (5 MB)"},
		{"s.datei", forms.FileValue(forms.File{Name: "a.txt", Size: 12}), "a.txt (12 Byte)"},
		{"s.gibtsnicht", forms.Text("x"), ""},
	} {
		assert.Equal(t, tt.want, form.Display(tt.path, forms.Answers{}.With(tt.path, tt.v)), tt.path)
	}
}

func ExampleNew() {
	type antrag struct {
		Fahrzeug struct {
			Kennzeichen string `label:"Amtliches Kennzeichen" help:"Zum Beispiel J-EN 123" validate:"required,kfzkennzeichen"`
			Halter      string `label:"Wer ist Halterin oder Halter?" options:"01=Ich selbst|02=Eine andere Person" validate:"required"`
		} `step:"fahrzeug" title:"Angaben zum Fahrzeug"`
		Halter struct {
			Name string `label:"Name" validate:"required"`
		} `step:"halter" title:"Halterin oder Halter" show:"fahrzeug.halter=02"`
	}
	form, err := forms.New("parkausweis", "1.0", antrag{}, &forms.Options{Title: "Bewohnerparkausweis beantragen"})
	if err != nil {
		panic(err)
	}
	answers := forms.Answers{}.With("fahrzeug.kennzeichen", forms.Text("JEN 123"))
	for _, e := range form.Validate(answers) {
		fmt.Println(e.Path, e.Code, e.Message)
	}
	answers = answers.With("fahrzeug.halter", forms.Text("02"))
	for _, step := range form.VisibleSteps(answers) {
		fmt.Println(step.Title)
	}
	// Output:
	// fahrzeug.kennzeichen KFZKENNZEICHEN_AUTHORITY Trennen Sie bei „Amtliches Kennzeichen“ Ort und Buchstaben durch einen Bindestrich, zum Beispiel MU-ST 123.
	// fahrzeug.halter REQUIRED Wählen Sie bei „Wer ist Halterin oder Halter?“ eine Antwort aus.
	// Angaben zum Fahrzeug
	// Halterin oder Halter
}

func ExampleRegister() {
	v := validator.New()
	if err := forms.Register(v); err != nil {
		panic(err)
	}
	type account struct {
		IBAN string `validate:"required,iban"`
	}
	fmt.Println(v.Struct(account{"DE89 3704 0044 0532 0130 00"}))
	fmt.Println(v.Struct(account{"DE89 3704 0044 0532 0130 01"}) != nil)
	// Output:
	// <nil>
	// true
}

func ExampleCompileError() {
	type antrag struct {
		Person struct {
			Name string `lable:"Name" validate:"requierd"`
		} `step:"person" title:"Person"`
	}
	_, err := forms.New("S1", "1.0", antrag{}, nil)
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		for _, problem := range invalid.Findings {
			fmt.Println(problem.Code, problem.Path, problem.Params["tag"])
		}
	}
	// Output:
	// FORM-005 antrag.Person.Name lable
	// FORM-009 antrag.Person.Name label
	// FORM-020 antrag.Person.Name validate
}

func ExampleForm_Bind() {
	type antrag struct {
		Person struct {
			Kinder *int `label:"Kinder"`
		} `step:"person" title:"Person"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	var a antrag
	for _, answers := range []forms.Answers{{}, forms.Answers{}.With("person.kinder", forms.Text("0"))} {
		if err := form.Bind(answers, &a); err != nil {
			panic(err)
		}
		fmt.Println(a.Person.Kinder != nil)
	}
	// Output:
	// false
	// true
}
