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
	reflect.TypeFor[ids.IBAN]():           "iban",
	reflect.TypeFor[ids.SteuerID]():       "steuerid",
	reflect.TypeFor[ids.PLZ]():            "plz",
	reflect.TypeFor[ids.KfzKennzeichen](): "kfzkennzeichen",
}

// identifierOf returns the identifier tag of a field, "" if it has none.
func identifierOf(typ reflect.Type, validate string) string {
	if tag, ok := identifierTypes[typ]; ok {
		return tag
	}
	for part := range strings.SplitSeq(validate, ",") {
		switch tag, _, _ := strings.Cut(part, "="); tag {
		case "iban", "steuerid", "plz", "kfzkennzeichen":
			return tag
		}
	}
	return ""
}

// Register adds the tags of this package to a validator of the caller:
//
//	iban, steuerid, plz, kfzkennzeichen   identifiers of package ids
//	kfzkennzeichen=alle                   plates of authorities too
//	notfuture, notpast                    dates, today included in both
//	minage=18, maxage=125                 full years of life of a date of birth
//
// Identifiers are accepted as people type them. The tags read text, or a
// [Date]. Call it before the validator is used.
func Register(v *validator.Validate) error { return registerTags(v, time.Now, false) }

func registerTags(v *validator.Validate, now func() time.Time, testIDs bool) error {
	steuerID := func(fl validator.FieldLevel) bool {
		_, err := parseSteuerID(fl.Field().String(), testIDs)
		return err == nil
	}
	if !testIDs {
		steuerID = func(fl validator.FieldLevel) bool { return ids.SteuerID(fl.Field().String()).Valid() }
	}
	today := func() Date { return Today(now()) }
	return errors.Join(
		v.RegisterValidation("iban", func(fl validator.FieldLevel) bool { return ids.IBAN(fl.Field().String()).Valid() }),
		v.RegisterValidation("steuerid", steuerID),
		v.RegisterValidation("plz", func(fl validator.FieldLevel) bool { return ids.PLZ(fl.Field().String()).Valid() }),
		v.RegisterValidation("kfzkennzeichen", func(fl validator.FieldLevel) bool {
			k := ids.KfzKennzeichen(fl.Field().String())
			return k.Valid() && (fl.Param() == "alle" || !k.Behoerde())
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

func parseSteuerID(s string, test bool) (ids.SteuerID, error) {
	if test {
		return ids.ParseTestSteuerID(s)
	}
	return ids.ParseSteuerID(s)
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
func (f *Form) normalise(tag, s string) string {
	var out string
	var err error
	switch tag {
	case "iban":
		out, err = normal(ids.ParseIBAN(s))
	case "steuerid":
		out, err = normal(parseSteuerID(s, f.allowTest))
	case "plz":
		out, err = normal(ids.ParsePLZ(s))
	case "kfzkennzeichen":
		out, err = normal(ids.ParseKfzKennzeichen(s))
	}
	if err != nil || out == "" {
		return s
	}
	return out
}

func normal[T ~string](v T, err error) (string, error) { return string(v), err }

// identifierCode finds what is wrong with an identifier that failed its tag:
// the code of package ids behind the name of the tag.
func (f *Form) identifierCode(tag, s string) string {
	var err error
	switch tag {
	case "iban":
		_, err = ids.ParseIBAN(s)
	case "steuerid":
		_, err = parseSteuerID(s, f.allowTest)
	case "plz":
		_, err = ids.ParsePLZ(s)
	case "kfzkennzeichen":
		if _, err = ids.ParseKfzKennzeichen(s); err == nil {
			return "KFZKENNZEICHEN_AUTHORITY"
		}
	}
	var e *ids.Error
	code := strings.ToUpper(tag)
	if errors.As(err, &e) && german[code+"_"+e.Code] != "" {
		return code + "_" + e.Code
	}
	return code
}
