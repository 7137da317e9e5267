package forms

import "strings"

// Catalogue holds the texts of errors by code. A text may hold {label} (the
// field's label), {phrase} (the tag phrase, "Ihren Familiennamen") and the
// parameters of the code, such as {max}. A key "CODE/type" is the text for
// fields of one [Type] ("yesno" for a bool with radio buttons), "CODE/phrase"
// the text for fields with a phrase that are typed into.
type Catalogue map[string]string

// Codes of [FieldError]. They are stable. Rules of validator/v10 that have no
// code of their own give [CodeInvalid] with the parameter "rule"; so do tags
// from Options.Register, unless Options.Messages has a text under the name of
// the tag in upper case, which is the code then.
const (
	CodeRequired      = "REQUIRED"
	CodeExcluded      = "EXCLUDED"    // must stay blank because of other answers
	CodeMaxLength     = "MAX_LENGTH"  // max: runes
	CodeMinLength     = "MIN_LENGTH"  // min: runes
	CodeLength        = "LENGTH"      // length: runes
	CodeMax           = "MAX"         // max
	CodeMin           = "MIN"         // min
	CodeMoreThan      = "MORE_THAN"   // min, exclusive
	CodeLessThan      = "LESS_THAN"   // max, exclusive
	CodeMaxItems      = "MAX_ITEMS"   // max
	CodeMinItems      = "MIN_ITEMS"   // min
	CodeNumber        = "NUMBER"      // not a whole number, or one too large
	CodeDate          = "DATE"        // not a date
	CodeDateUnreal    = "DATE_UNREAL" // no such day
	CodeDateFuture    = "DATE_FUTURE" // after today
	CodeDatePast      = "DATE_PAST"   // before today
	CodeMinAge        = "MIN_AGE"     // min: years
	CodeMaxAge        = "MAX_AGE"     // max: years
	CodeChoice        = "CHOICE"      // not one of the options
	CodeBool          = "BOOL"        // neither true nor false
	CodeEmail         = "EMAIL"
	CodeURL           = "URL"
	CodePhone         = "PHONE"         // E.164
	CodeDigits        = "DIGITS"        // digits only
	CodeLetters       = "LETTERS"       // letters, or letters and digits, only
	CodeEqualField    = "EQUAL_FIELD"   // other: label
	CodeUnequalField  = "UNEQUAL_FIELD" // other: label
	CodeAfterField    = "AFTER_FIELD"   // other: label; later, more
	CodeNotBefore     = "NOT_BEFORE"    // other: label; not earlier, not less
	CodeBeforeField   = "BEFORE_FIELD"  // other: label; earlier, less
	CodeNotAfter      = "NOT_AFTER"     // other: label; not later, not more
	CodeFileEmpty     = "FILE_EMPTY"
	CodeFileSize      = "FILE_SIZE"      // max: such as "5 MB"
	CodeFileType      = "FILE_TYPE"      // types: such as "PDF, JPG"
	CodeDateMin       = "DATE_MIN"       // min: a day
	CodeDateMax       = "DATE_MAX"       // max: a day
	CodeDecimal       = "DECIMAL"        // not a decimal number
	CodeDecimals      = "DECIMALS"       // max: digits after the point
	CodeMoney         = "MONEY"          // not an amount
	CodeTime          = "TIME"           // not a time of the day
	CodeDateTime      = "DATETIME"       // not a day with a time
	CodePattern       = "PATTERN"        // does not match the pattern
	CodeMinEntries    = "MIN_ENTRIES"    // min: entries of a repeated group
	CodeMaxEntries    = "MAX_ENTRIES"    // max: entries of a repeated group
	CodeChoiceNone    = "CHOICE_NONE"    // nothing in a choice group is used
	CodeChoiceSeveral = "CHOICE_SEVERAL" // more than one element of a choice group is used
	CodeInvalid       = "INVALID"        // rule: the tag
	CodeCheck         = "CHECK"          // a [Check] without a code of its own
	CodeKind          = "KIND"           // several values where one is asked for, or the reverse
)

// catalogues are the texts by language. All have the same keys.
var catalogues = map[Language]Catalogue{German: german, LeichteSprache: leicht, English: english}

// codeOf maps a tag of validator/v10 to our code and the name of its
// parameter.
func codeOf(field *Field, tag string) (code, param string) {
	if tag, _, or := strings.Cut(tag, "|"); or || tag == "" {
		return CodeInvalid, ""
	}
	if m, ok := sized[tag]; ok {
		switch {
		case isTextual(field.Type):
			return m[0], m[3]
		case field.Type == TypeMulti:
			return m[1], m[3]
		case field.Type == TypeNumber:
			return m[2], m[3]
		case field.Type == TypeHidden:
			return m[0], m[3]
		}
		return CodeInvalid, ""
	}
	if m, ok := codes[tag]; ok {
		return m[0], m[1]
	}
	switch {
	case strings.HasPrefix(tag, "required"):
		return CodeRequired, ""
	case strings.HasPrefix(tag, "excluded"):
		return CodeExcluded, ""
	}
	return CodeInvalid, ""
}

// sized are tags that mean length, count or value: codes for text, lists and
// numbers, then the name of the parameter.
var sized = map[string][4]string{
	"max": {CodeMaxLength, CodeMaxItems, CodeMax, "max"},
	"lte": {CodeMaxLength, CodeMaxItems, CodeMax, "max"},
	"min": {CodeMinLength, CodeMinItems, CodeMin, "min"},
	"gte": {CodeMinLength, CodeMinItems, CodeMin, "min"},
	"len": {CodeLength, CodeInvalid, CodeInvalid, "length"},
	"gt":  {CodeInvalid, CodeInvalid, CodeMoreThan, "min"},
	"lt":  {CodeInvalid, CodeInvalid, CodeLessThan, "max"},
}

var codes = map[string][2]string{
	"oneof": {CodeChoice}, "oneofci": {CodeChoice},
	"email": {CodeEmail}, "url": {CodeURL}, "http_url": {CodeURL}, "https_url": {CodeURL}, "uri": {CodeURL},
	"e164": {CodePhone}, "numeric": {CodeDigits}, "number": {CodeDigits},
	"alpha": {CodeLetters}, "alphanum": {CodeLetters}, "alphaunicode": {CodeLetters}, "alphanumunicode": {CodeLetters},
	"eqfield": {CodeEqualField}, "eqcsfield": {CodeEqualField},
	"nefield": {CodeUnequalField}, "necsfield": {CodeUnequalField},
	"gtfield": {CodeAfterField}, "gtcsfield": {CodeAfterField},
	"gtefield": {CodeNotBefore}, "gtecsfield": {CodeNotBefore},
	"ltfield": {CodeBeforeField}, "ltcsfield": {CodeBeforeField},
	"ltefield": {CodeNotAfter}, "ltecsfield": {CodeNotAfter},
	"notfuture": {CodeDateFuture}, "notpast": {CodeDatePast},
	"minage": {CodeMinAge, "min"}, "maxage": {CodeMaxAge, "max"}, "latin": {"LATIN"},
	"iban": {"IBAN"}, "steuerid": {"STEUERID"}, "plz": {"PLZ"}, "kfzkennzeichen": {"KFZKENNZEICHEN"},
}
