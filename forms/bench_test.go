package forms_test

import (
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
)

// benchModel has 20 fields as a form of a municipality has them.
type benchModel struct {
	Person struct {
		Familienname string     `label:"Familienname" validate:"required,max=120"`
		Vornamen     string     `label:"Vornamen" validate:"required,max=80"`
		Geburtsdatum forms.Date `label:"Geburtsdatum" validate:"required,notfuture"`
		EMail        string     `label:"E-Mail" validate:"required,email,max=254"`
		Telefon      string     `label:"Telefon" validate:"omitempty,min=5,max=23"`
		SteuerID     string     `label:"Steuer-ID" validate:"required,steuerid"`
		Anrede       string     `label:"Anrede" validate:"required,oneof=frau herr divers keine" options:"frau=Frau|herr=Herr|divers=Divers|keine=Keine Angabe"`
		Anschrift    struct {
			Strasse    string `label:"Straße" validate:"required,max=55"`
			Hausnummer string `label:"Hausnummer" validate:"required,max=9"`
			PLZ        string `label:"PLZ" validate:"required,plz"`
			Ort        string `label:"Ort" validate:"required,max=50"`
		} `legend:"Anschrift"`
	} `title:"Person"`
	Fahrzeug struct {
		Kennzeichen string     `label:"Kennzeichen" validate:"required,kfzkennzeichen"`
		FIN         string     `label:"FIN" validate:"required,len=6,number"`
		Halter      string     `label:"Halter" validate:"required,oneof=01 02" options:"01=Ich|02=Andere"`
		Plaetze     int        `label:"Plätze" validate:"required,min=1,max=9"`
		Von         forms.Date `label:"Von" validate:"required"`
		Bis         forms.Date `label:"Bis" validate:"required,gtfield=Von"`
	} `title:"Fahrzeug"`
	Konto struct {
		IBAN     string   `label:"IBAN" validate:"required,iban"`
		Inhaber  string   `label:"Inhaber" validate:"required,max=70"`
		Hinweise []string `label:"Hinweise" validate:"required,max=2,dive,max=20" options:"a=Anruf|b=Brief|c=Keine"`
	} `title:"Konto"`
}

func benchValues() (good, bad benchModel) {
	p := &good.Person
	p.Familienname, p.Vornamen, p.EMail, p.Telefon = "Mustermann", "Erika", "erika@example.org", "03641 123456"
	p.Geburtsdatum = forms.Date{Year: 1964, Month: 8, Day: 12}
	p.SteuerID, p.Anrede = "86095742719", "frau"
	p.Anschrift.Strasse, p.Anschrift.Hausnummer, p.Anschrift.PLZ, p.Anschrift.Ort = "Heidestraße", "17", "07743", "Musterstadt"
	f := &good.Fahrzeug
	f.Kennzeichen, f.FIN, f.Halter, f.Plaetze = "J-EN 123", "012345", "01", 5
	f.Von, f.Bis = forms.Date{Year: 2026, Month: 12, Day: 1}, forms.Date{Year: 2027, Month: 11, Day: 30}
	good.Konto.IBAN, good.Konto.Inhaber, good.Konto.Hinweise = "DE89370400440532013000", "Erika Mustermann", []string{"a", "b"}
	bad = good
	bad.Person.Familienname, bad.Person.EMail, bad.Person.Anschrift.PLZ = "", "erika@", "0774"
	bad.Fahrzeug.Plaetze, bad.Fahrzeug.Bis = 12, bad.Fahrzeug.Von
	bad.Konto.IBAN = "DE89370400440532013001"
	return good, bad
}

func benchForm(t testing.TB) (*forms.Form, *validator.Validate) {
	t.Helper()
	form, err := forms.New("S1", "1.0", benchModel{}, nil)
	require.NoError(t, err)
	require.Len(t, form.Fields(), 20)
	raw := validator.New(validator.WithRequiredStructEnabled())
	require.NoError(t, forms.Register(raw))
	return form, raw
}

// Form and validator find fault with the same fields.
func TestFormAgreesWithRawValidator(t *testing.T) {
	form, raw := benchForm(t)
	good, bad := benchValues()
	for name, v := range map[string]benchModel{"good": good, "bad": bad} {
		a, err := form.AnswersOf(v)
		require.NoError(t, err)
		n := 0
		var errs validator.ValidationErrors
		if err := raw.Struct(v); err != nil {
			require.ErrorAs(t, err, &errs)
			n = len(errs)
		}
		require.Len(t, form.Validate(a), n, name)
		require.Equal(t, name == "bad", n == 6)
	}
}

func BenchmarkValidate(b *testing.B) {
	form, raw := benchForm(b)
	good, bad := benchValues()
	for _, bb := range []struct {
		name string
		v    *benchModel
	}{{"success", &good}, {"failure", &bad}} {
		a, err := form.AnswersOf(bb.v)
		require.NoError(b, err)
		b.Run(bb.name+"/raw", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = raw.Struct(bb.v)
			}
		})
		b.Run(bb.name+"/form", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = form.Validate(a)
			}
		})
	}
}

// The two in turn, so that what else the machine does falls on both.
func BenchmarkValidateRatio(b *testing.B) {
	form, raw := benchForm(b)
	good, bad := benchValues()
	for name, v := range map[string]*benchModel{"success": &good, "failure": &bad} {
		a, err := form.AnswersOf(v)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			var rawTime, formTime time.Duration
			for b.Loop() {
				start := time.Now()
				for range 20 {
					_ = raw.Struct(v)
				}
				middle := time.Now()
				for range 20 {
					_ = form.Validate(a)
				}
				rawTime += middle.Sub(start)
				formTime += time.Since(middle)
			}
			b.ReportMetric(float64(formTime)/float64(rawTime), "form/raw")
			b.ReportMetric(float64(rawTime.Nanoseconds())/float64(20*b.N), "raw-ns")
			b.ReportMetric(float64(formTime.Nanoseconds())/float64(20*b.N), "form-ns")
		})
	}
}
