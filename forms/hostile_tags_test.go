package forms_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
)

// oddPairs mixes pointers, numbers, yes and no, amounts, lists and length in
// runes with rules about presence.
type oddPairs struct {
	T   string       `label:"T" validate:"omitempty,min=2,max=3"`
	P   *string      `label:"P" validate:"omitempty,min=2,max=3"`
	Q   *string      `label:"Q" validate:"omitnil,len=2"`
	N   *int         `label:"N" validate:"omitnil,min=-1,max=2"`
	B   *bool        `label:"B"`
	M   *forms.Money `label:"M" validate:"omitempty,gt=1,lt=300"`
	L   []string     `label:"L" options:"x=X|äöü=Ä|lang=L" validate:"omitempty,min=1,max=2,dive,max=3"`
	IfN string       `label:"IfN" validate:"required_if=N 1"`
	IfB string       `label:"IfB" validate:"required_if=B true"`
	If2 *int         `label:"If2" validate:"required_if=N 1 T ab"`
	Un2 string       `label:"Un2" validate:"required_unless=N 1 T ab"`
	ExN *string      `label:"ExN" validate:"excluded_if=N 2"`
	ExB *int         `label:"ExB" validate:"excluded_unless=B true"`
	Wi  *string      `label:"Wi" validate:"required_with=N L"`
	WiA *bool        `label:"WiA" validate:"required_with_all=N P"`
	Wo  *int         `label:"Wo" validate:"required_without=N"`
	WoA string       `label:"WoA" validate:"required_without_all=N P B"`
	ExW *string      `label:"ExW" validate:"excluded_with=N P"`
	ExA string       `label:"ExA" validate:"excluded_with_all=N P"`
	ExO *string      `label:"ExO" validate:"excluded_without=N"`
	ExL *int         `label:"ExL" validate:"excluded_without_all=N B"`
	EqP *string      `label:"EqP" validate:"omitempty,eqfield=P"`
	NeN *int         `label:"NeN" validate:"omitempty,nefield=N"`
}

func TestOddTagsAgreeWithValidator(t *testing.T) {
	raw := newRaw(t)
	form, err := forms.New("S1", "1", struct {
		S oddPairs `title:"S"`
	}{}, nil)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(7, 8))
	texts := []string{"ab", "a", "äöü", "äöüß", "abcd", "e\u0301"}
	codes := map[string]int{}
	for range 4000 {
		var p oddPairs
		v := reflect.ValueOf(&p).Elem()
		for i := range v.NumField() {
			if r.IntN(2) == 0 {
				continue
			}
			switch f := v.Field(i); f.Interface().(type) {
			case string:
				f.SetString(texts[r.IntN(len(texts))])
			case *string:
				f.Set(reflect.ValueOf(ptr(texts[r.IntN(len(texts))])))
			case *int:
				f.Set(reflect.ValueOf(ptr(r.IntN(6) - 2)))
			case *bool:
				f.Set(reflect.ValueOf(ptr(r.IntN(2) == 0)))
			case *forms.Money:
				f.Set(reflect.ValueOf(ptr(forms.Money(r.IntN(5) * 100))))
			case []string:
				f.Set(reflect.ValueOf([]string{"x", "äöü", "lang"}[r.IntN(2) : 2+r.IntN(2)]))
			}
		}
		want := map[string]bool{}
		var broken validator.ValidationErrors
		errors.As(raw.Struct(p), &broken)
		for _, fe := range broken {
			name, _, _ := strings.Cut(strings.ToLower(fe.StructField()), "[")
			want["s."+name] = true
		}
		a, err := form.AnswersOf(struct{ S oddPairs }{p})
		require.NoError(t, err)
		for path, value := range a.All() {
			if value.Equal(forms.Text("")) {
				a = a.Without(path)
			}
		}
		got := map[string]bool{}
		for _, e := range form.Validate(a) {
			got[e.Path] = true
			codes[e.Code]++
		}
		require.Equal(t, want, got, "%+v", p)
	}
	require.Greater(t, len(codes), 8, codes)
}

type Eingebettet struct {
	X string `label:"X"`
}

// Types that cannot be answers are refused where they stand.
func TestOddTypesAreRefused(t *testing.T) {
	type step struct {
		Eingebettet
		Leer    struct{}              `legend:"L"`
		Karte   map[string]string     `label:"K"`
		Beliebt any                   `label:"B"`
		Zwei    [][]string            `label:"Z"`
		Feld    [2]string             `label:"F"`
		Zahl    uint                  `label:"Z"`
		Komma   float64               `label:"K"`
		Zeiger  **string              `label:"Z"`
		Liste   *[]string             `label:"L" options:"a=A"`
		Gruppe  *struct{ X string }   `legend:"G"`
		Zeiger2 []*struct{ X string } `legend:"G"`
		Kanal   chan int              `label:"K"`
		Tun     func()                `label:"T"`
		geheim  string
	}
	_, err := forms.New("S1", "1", struct {
		S step `title:"S"`
	}{S: step{geheim: ""}}, nil)
	var broken *forms.CompileError
	require.ErrorAs(t, err, &broken)
	places := map[string]bool{}
	for _, p := range broken.Problems {
		_, name, _ := strings.Cut(p.Path, "S.")
		places[name] = true
	}
	for _, name := range []string{"Eingebettet", "Leer", "Karte", "Beliebt", "Zwei", "Feld", "Zahl", "Komma", "Zeiger", "Liste", "Gruppe", "Zeiger2", "Kanal", "Tun"} {
		require.True(t, places[name], "%s: %v", name, places)
	}
}
