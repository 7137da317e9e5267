package forms_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
)

// oneField is a form of one field with the tag.
func oneField(typ reflect.Type, tag string, more ...reflect.StructField) any {
	fields := append([]reflect.StructField{{Name: "X", Type: typ, Tag: reflect.StructTag(fmt.Sprintf(`label:"X" validate:%q`, tag))}}, more...)
	return reflect.New(reflect.StructOf([]reflect.StructField{{Name: "S", Type: reflect.StructOf(fields), Tag: `title:"S"`}})).Interface()
}

func newRaw(t testing.TB) *validator.Validate {
	raw := validator.New(validator.WithRequiredStructEnabled())
	require.NoError(t, forms.Register(raw))
	return raw
}

var oddTexts = strings.Split("a|ab|abc|äöü|ÄÖÜß|1|12|123|012|-1|+1|1.5|-1.5|.5|1.|1e3|a1|a b|frau|FRAU|frau herr|01|x@y.de|x@y|x@localhost|@y.de|x@|x@y..de|x@-y.de|x@y-.de|x@y.d|x@y.1|x@y.d1|x@1y.de|"+
	"x.y@z.de|.x@z.de|x.@z.de|x..y@z.de|\"x y\"@z.de|x+y@z.de|x y@z.de|x@z.de.|x@[1.2.3.4]|ü@ö.de|x@ö.de|x@y_z.de|Erika <x@y.de>|x@y.de,a@b.de|x!#$%&'*+/=?^_`{}~@y.de|日本|١٢|𝟙|\u0301", "|")

// The tags that are checked here give what validator/v10 gives.
func TestNativeTagsAgreeWithValidator(t *testing.T) {
	raw := newRaw(t)
	compared := 0
	for _, tag := range []string{
		"max=3", "min=3", "len=3", "gt=2", "gte=2", "lt=2", "lte=2", "eq=abc", "ne=abc", "oneof=frau herr 01", "email", "number", "numeric",
		"alpha", "alphanum", "latin", "latin=A", "plz", "iban", "max=0x3", "min=1,max=2,number", "omitempty,len=2,alpha",
		"oneof='frau herr' abc", "alpha|number", "hexcolor", "contains=a", "alphaunicode,max=2",
	} {
		form, err := forms.New("S1", "1", oneField(reflect.TypeFor[string](), tag), nil)
		require.NoError(t, err, tag)
		for _, s := range oddTexts {
			want := raw.Var(s, tag) == nil
			got := len(form.Validate(forms.Answers{}.With("s.x", forms.Text(s)))) == 0
			require.Equal(t, want, got, "%s of %q", tag, s)
			compared++
		}
	}
	for _, tag := range []string{"max=3", "min=3", "len=3", "gt=2", "gte=2", "lt=2", "lte=-2", "eq=3", "ne=3", "oneof=1 3", "min=-3,max=0x10"} {
		form, err := forms.New("S1", "1", oneField(reflect.TypeFor[int](), tag), nil)
		require.NoError(t, err, tag)
		for n := -5; n < 20; n++ {
			want := raw.Var(n, tag) == nil
			got := len(form.Validate(forms.Answers{}.With("s.x", forms.Text(fmt.Sprint(n))))) == 0
			require.Equal(t, want, got, "%s of %d", tag, n)
			compared++
		}
	}
	today := forms.Today(time.Now())
	for _, tag := range []string{"notfuture", "notpast", "minage=18", "maxage=18", "notfuture,maxage=1"} {
		form, err := forms.New("S1", "1", oneField(reflect.TypeFor[forms.Date](), tag), nil)
		require.NoError(t, err, tag)
		for _, years := range []int{0, -1, -17, -18, -19, 1} {
			for days := -2; days <= 2; days++ {
				d := forms.DateOf(today.Time(time.UTC).AddDate(years, 0, days))
				want := raw.Var(d, tag) == nil
				got := len(form.Validate(forms.Answers{}.With("s.x", forms.Text(d.String())))) == 0
				require.Equal(t, want, got, "%s of %s", tag, d)
				compared++
			}
		}
	}
	require.Greater(t, compared, 1500)
}

// pairs hold cross-field rules of every kind that is checked here, and the
// entries of a repeated group the same.
type pairs struct {
	A         string      `label:"A" validate:"omitempty,oneof=x y z"`
	Gleich    string      `label:"Gleich" validate:"omitempty,eqfield=A"`
	Nicht     string      `label:"Nicht" validate:"omitempty,nefield=A"`
	N         *int        `label:"N"`
	Mehr      *int        `label:"Mehr" validate:"omitempty,gtfield=N"`
	Nichtmehr *int        `label:"Nichtmehr" validate:"omitempty,ltefield=N"`
	Von       *forms.Date `label:"Von"`
	Bis       *forms.Date `label:"Bis" validate:"omitempty,gtefield=Von"`
	Vor       *forms.Date `label:"Vor" validate:"omitempty,ltfield=Von"`
	Wenn      string      `label:"Wenn" validate:"required_if=A x"`
	Ausser    string      `label:"Ausser" validate:"required_unless=A x"`
	Mit       string      `label:"Mit" validate:"required_with=A Nicht"`
	MitAll    *int        `label:"MitAll" validate:"required_with_all=A Nicht"`
	Ohne      string      `label:"Ohne" validate:"required_without=A Nicht"`
	OhneAll   *forms.Date `label:"OhneAll" validate:"required_without_all=A Nicht"`
	Kein      string      `label:"Kein" validate:"excluded_if=A x"`
	KeinA     string      `label:"KeinA" validate:"excluded_unless=A x"`
	KeinM     string      `label:"KeinM" validate:"excluded_with=A"`
	KeinO     *int        `label:"KeinO" validate:"excluded_without=A"`
	Laenger   string      `label:"Laenger" validate:"omitempty,gtfield=A"` // left to validator/v10
}

type pairsForm struct {
	S struct {
		P pairs   `legend:"P"`
		L []pairs `legend:"L" repeat:"0,3" entry:"L"`
	} `title:"S"`
}

func TestCrossFieldTagsAgreeWithValidator(t *testing.T) {
	raw := newRaw(t)
	form, err := forms.New("S1", "1", pairsForm{}, nil)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	random := func() (p pairs) {
		v := reflect.ValueOf(&p).Elem()
		for i := range v.NumField() {
			if r.IntN(3) == 0 {
				continue
			}
			switch f := v.Field(i); f.Interface().(type) {
			case string:
				f.SetString([]string{"x", "y", "z", "yy"}[r.IntN(4)])
			case *int:
				f.Set(reflect.ValueOf(ptr(r.IntN(3))))
			case *forms.Date:
				f.Set(reflect.ValueOf(&forms.Date{Year: 2026, Month: time.Month(1 + r.IntN(3)), Day: 1}))
			}
		}
		return p
	}
	failures := func(p pairs, prefix string) (list []string) {
		var broken validator.ValidationErrors
		errors.As(raw.Struct(p), &broken)
		for _, fe := range broken {
			// An order is judged here only if there are two answers.
			blank := map[string]bool{"Mehr": p.N == nil, "Nichtmehr": p.N == nil, "Bis": p.Von == nil, "Vor": p.Von == nil}[fe.StructField()]
			if !blank {
				list = append(list, prefix+strings.ToLower(fe.StructField()))
			}
		}
		return list
	}
	different := map[string]bool{}
	for range 3000 {
		var v pairsForm
		v.S.P = random()
		for range r.IntN(3) {
			v.S.L = append(v.S.L, random())
		}
		want := failures(v.S.P, "s.p.")
		for i, p := range v.S.L {
			want = append(want, failures(p, fmt.Sprintf("s.l[%d].", i))...)
		}
		a, err := form.AnswersOf(v)
		require.NoError(t, err)
		for path, value := range a.All() {
			if value.Equal(forms.Text("")) {
				a = a.Without(path)
			}
		}
		var got []string
		for _, e := range form.Validate(a) {
			got = append(got, e.Path)
			different[e.Code] = true
		}
		require.Equal(t, want, got, "%+v", v)
	}
	require.Greater(t, len(different), 7)
}
