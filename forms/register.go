package forms

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/bausteine/egov/forms/ids"
)

// identifierTypes are the types of package ids whose rule goes without tag.
var identifierTypes = map[reflect.Type]string{
	reflect.TypeFor[ids.SteuerID]():               "steuerid",
	reflect.TypeFor[ids.Steuernummer]():           "steuernummer",
	reflect.TypeFor[ids.UStID]():                  "ustid",
	reflect.TypeFor[ids.WirtschaftsID]():          "wirtschaftsid",
	reflect.TypeFor[ids.IBAN]():                   "iban",
	reflect.TypeFor[ids.BIC]():                    "bic",
	reflect.TypeFor[ids.GlaeubigerID]():           "glaeubigerid",
	reflect.TypeFor[ids.CreditorReference]():      "rfreferenz",
	reflect.TypeFor[ids.RVNR]():                   "rvnr",
	reflect.TypeFor[ids.KVNR]():                   "kvnr",
	reflect.TypeFor[ids.IK]():                     "ik",
	reflect.TypeFor[ids.Betriebsnummer]():         "betriebsnummer",
	reflect.TypeFor[ids.Ausweisnummer]():          "ausweisnummer",
	reflect.TypeFor[ids.Passnummer]():             "passnummer",
	reflect.TypeFor[ids.MRZ]():                    "mrz",
	reflect.TypeFor[ids.AGS]():                    "ags",
	reflect.TypeFor[ids.ARS]():                    "ars",
	reflect.TypeFor[ids.PLZ]():                    "plz",
	reflect.TypeFor[ids.KfzKennzeichen]():         "kfzkennzeichen",
	reflect.TypeFor[ids.Registernummer]():         "registernummer",
	reflect.TypeFor[ids.LeitwegID]():              "leitwegid",
	reflect.TypeFor[ids.EORI]():                   "eori",
	reflect.TypeFor[ids.LEI]():                    "lei",
	reflect.TypeFor[ids.GLN]():                    "gln",
	reflect.TypeFor[ids.VIN]():                    "vin",
	reflect.TypeFor[ids.Transponder]():            "transponder",
	reflect.TypeFor[ids.Flurstueckskennzeichen](): "flurstueck",
	reflect.TypeFor[ids.TeilbekanntesDatum]():     "teildatum",
	reflect.TypeFor[ids.Telefonnummer]():          "telefon",
}

// identifierOf returns the identifier tag of a field, "" if it has none, and
// its parameter.
func identifierOf(typ reflect.Type, validate string) (tag, param string) {
	typed := identifierTypes[typ]
	for part := range strings.SplitSeq(validate, ",") {
		name, param, _ := strings.Cut(part, "=")
		if _, ok := ids.KindOf(name); ok && (typed == "" || typed == name) {
			return name, param
		}
	}
	return typed, ""
}

// Register adds the tags of this package to a validator of the caller:
//
//	steuerid, iban, plz, kvnr, ...   the identifiers of package ids, by the tags of [ids.Kinds]
//	ustid=streng                     with what package ids only warns of as an error; goes with every kind
//	steuernummer=TH                  in the notation of a Land too
//	kfzkennzeichen=alle              plates of authorities too, which are refused otherwise
//	notfuture, notpast               dates, today included in both
//	minage=18, maxage=125            full years of life of a date of birth
//	latin, latin=A                   characters of DIN 91379, type C, or A to E
//
// Identifiers are accepted as people type them; the tag bic replaces that of
// validator/v10, which refuses spaces and small letters. The tags read text,
// or a [Date]. Call it before the validator is used.
func Register(v *validator.Validate) error { return registerTags(v, time.Now, false) }

func registerTags(v *validator.Validate, now func() time.Time, testIDs bool) error {
	for _, kind := range ids.Kinds() {
		if err := v.RegisterValidation(kind.Tag, identifierRule(kind, testIDs)); err != nil {
			return err
		}
	}
	today := func() Date { return Today(now()) }
	return errors.Join(
		v.RegisterValidation(latinTag, func(fl validator.FieldLevel) bool {
			ok := latinCheck(fl.Param())
			if ok == nil {
				panic("forms: DIN 91379 has no such type")
			}
			return ok(nil, &slot{v: Text(fl.Field().String())})
		}),
		v.RegisterValidation("notfuture", func(fl validator.FieldLevel) bool {
			return int(fl.Field().Int()) <= today().number()
		}),
		v.RegisterValidation("notpast", func(fl validator.FieldLevel) bool {
			return int(fl.Field().Int()) >= today().number()
		}),
		v.RegisterValidation("minage", func(fl validator.FieldLevel) bool {
			return age(int(fl.Field().Int()), today()) >= years(fl.Param())
		}),
		v.RegisterValidation("maxage", func(fl validator.FieldLevel) bool {
			return age(int(fl.Field().Int()), today()) <= years(fl.Param())
		}),
	)
}

// Parameters of identifier tags; that of steuernummer may also be a Land.
const (
	paramStrict = "streng"
	paramAll    = "alle"
)

// identifierRule is the function of an identifier's tag. Like validator/v10
// itself it panics on a parameter that has no meaning, which New turns into a
// compile error.
func identifierRule(kind ids.Kind, testIDs bool) validator.Func {
	return func(fl validator.FieldLevel) bool {
		return acceptsIdentifier(kind, fl.Param(), fl.Field().String(), testIDs)
	}
}

// acceptsIdentifier is what the tag of the kind accepts.
func acceptsIdentifier(kind ids.Kind, param, s string, testIDs bool) bool {
	switch {
	case kind.Tag == "kfzkennzeichen" && (param == "" || param == paramStrict):
		k := ids.KfzKennzeichen(s)
		return k.Valid() && !k.Behoerde()
	case param == "" && !testIDs:
		return kind.Valid(s)
	case kind.Tag == "steuernummer" && ids.Land(param).Valid():
		return ids.Steuernummer(s).ValidIn(ids.Land(param))
	}
	_, err := parseIdentifier(kind, param, s, testIDs)
	return err == nil
}

// parseIdentifier reads an identifier as its tag with the parameter wants it.
func parseIdentifier(kind ids.Kind, param, s string, test bool) (string, error) {
	switch {
	case param == paramStrict:
		if err := kind.Warning(s); err != nil {
			return "", err
		}
	case param == "", param == paramAll && kind.Tag == "kfzkennzeichen":
	case kind.Tag == "steuernummer" && ids.Land(param).Valid():
		n, err := ids.ParseSteuernummer(s, ids.Land(param))
		return string(n), err
	default:
		panic("forms: the parameter of the identifier has no meaning")
	}
	if test {
		return kind.ParseTest(s)
	}
	return kind.Parse(s)
}

// years reads the parameter of an age tag; like validator/v10 itself it
// panics on a bad one, which New turns into a compile error.
func years(param string) int {
	n, err := strconv.ParseUint(param, 10, 8)
	if err != nil {
		panic("forms: the age is not a number of years")
	}
	return int(n)
}

// age is the number of birthdays passed: a person born on 29 February is a
// year older on 1 March of other years (BGB §§ 187(2), 188(2): the year of
// life ends with the day before the birthday).
func age(birth int, today Date) int { return (today.number() - birth) / 10000 }

// normalise brings a valid identifier into its normal form and leaves
// anything else as typed.
func (f *Form) normalise(field *Field, s string) string {
	kind, ok := ids.KindOf(field.Identifier)
	if !ok {
		return s
	}
	out, err := parseIdentifier(kind, field.identifierParam, s, f.allowTest)
	if err != nil {
		return s
	}
	return out
}

// identifierCode finds what is wrong with an identifier that failed its tag:
// the code of package ids behind the name of the tag.
func (f *Form) identifierCode(tag, param, s string) string {
	code := strings.ToUpper(tag)
	kind, ok := ids.KindOf(tag)
	if !ok {
		return code
	}
	_, err := parseIdentifier(kind, param, s, f.allowTest)
	if err == nil && tag == "kfzkennzeichen" {
		return "KFZKENNZEICHEN_AUTHORITY"
	}
	var e *ids.Error
	if errors.As(err, &e) && f.knowsCode(code+"_"+e.Code) {
		return code + "_" + e.Code
	}
	return code
}
