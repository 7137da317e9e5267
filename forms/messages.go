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

// german is the catalogue in plain German. The codes of identifiers are the
// tag and the code of package ids.
var catalogues = map[Language]Catalogue{German: german}

var german = Catalogue{
	"REQUIRED":        "Füllen Sie das Feld „{label}“ aus.",
	"REQUIRED/phrase": "Geben Sie {phrase} ein.",
	"REQUIRED/date":   "Geben Sie bei „{label}“ ein Datum ein.",
	"REQUIRED/choice": "Wählen Sie bei „{label}“ eine Antwort aus.",
	"REQUIRED/multi":  "Wählen Sie bei „{label}“ mindestens eine Antwort aus.",
	"REQUIRED/bool":   "Bestätigen Sie „{label}“.",
	"REQUIRED/yesno":  "Wählen Sie bei „{label}“ eine Antwort aus.",
	"REQUIRED/file":   "Laden Sie bei „{label}“ eine Datei hoch.",
	"EXCLUDED":        "Lassen Sie das Feld „{label}“ leer. Es passt nicht zu Ihren anderen Angaben.",
	"MAX_LENGTH":      "Kürzen Sie „{label}“ auf höchstens {max} Zeichen.",
	"MIN_LENGTH":      "Geben Sie bei „{label}“ mindestens {min} Zeichen ein.",
	"LENGTH":          "Geben Sie bei „{label}“ genau {length} Zeichen ein.",
	"MAX":             "Geben Sie bei „{label}“ höchstens {max} ein.",
	"MIN":             "Geben Sie bei „{label}“ mindestens {min} ein.",
	"MORE_THAN":       "Geben Sie bei „{label}“ eine Zahl größer als {min} ein.",
	"LESS_THAN":       "Geben Sie bei „{label}“ eine Zahl kleiner als {max} ein.",
	"MAX_ITEMS":       "Wählen Sie bei „{label}“ höchstens {max} Antworten aus.",
	"MIN_ITEMS":       "Wählen Sie bei „{label}“ mindestens {min} Antworten aus.",
	"NUMBER":          "Geben Sie bei „{label}“ eine ganze Zahl in Ziffern ein.",
	"DATE":            "Geben Sie bei „{label}“ Tag, Monat und Jahr in Ziffern ein, zum Beispiel 3.4.2026.",
	"DATE_UNREAL":     "Prüfen Sie „{label}“. Dieses Datum gibt es nicht.",
	"DATE_FUTURE":     "Prüfen Sie „{label}“. Das Datum darf nicht in der Zukunft liegen.",
	"DATE_PAST":       "Prüfen Sie „{label}“. Das Datum darf nicht in der Vergangenheit liegen.",
	"MIN_AGE":         "Prüfen Sie „{label}“. Das Mindestalter ist {min} Jahre.",
	"MAX_AGE":         "Prüfen Sie „{label}“. Das Datum liegt mehr als {max} Jahre zurück.",
	"CHOICE":          "Wählen Sie bei „{label}“ eine der angebotenen Antworten aus.",
	"BOOL":            "Wählen Sie bei „{label}“ eine der angebotenen Antworten aus.",
	"EMAIL":           "Geben Sie bei „{label}“ eine vollständige E-Mail-Adresse ein, zum Beispiel name@example.org.",
	"URL":             "Geben Sie bei „{label}“ eine vollständige Internetadresse ein, zum Beispiel https://example.org.",
	"PHONE":           "Geben Sie bei „{label}“ die Telefonnummer mit Ländervorwahl ein, zum Beispiel +493023125123.",
	"DIGITS":          "Geben Sie bei „{label}“ nur Ziffern ein.",
	"LETTERS":         "Geben Sie bei „{label}“ keine Satz- oder Sonderzeichen ein.",
	"EQUAL_FIELD":     "Geben Sie bei „{label}“ dasselbe ein wie bei „{other}“.",
	"UNEQUAL_FIELD":   "Geben Sie bei „{label}“ etwas anderes ein als bei „{other}“.",
	"AFTER_FIELD":     "Geben Sie bei „{label}“ einen größeren Wert ein als bei „{other}“.",
	"NOT_BEFORE":      "Geben Sie bei „{label}“ keinen kleineren Wert ein als bei „{other}“.",
	"BEFORE_FIELD":    "Geben Sie bei „{label}“ einen kleineren Wert ein als bei „{other}“.",
	"NOT_AFTER":       "Geben Sie bei „{label}“ keinen größeren Wert ein als bei „{other}“.",

	"AFTER_FIELD/date":  "Geben Sie bei „{label}“ einen späteren Tag ein als bei „{other}“.",
	"NOT_BEFORE/date":   "Geben Sie bei „{label}“ keinen früheren Tag ein als bei „{other}“.",
	"BEFORE_FIELD/date": "Geben Sie bei „{label}“ einen früheren Tag ein als bei „{other}“.",
	"NOT_AFTER/date":    "Geben Sie bei „{label}“ keinen späteren Tag ein als bei „{other}“.",

	"FILE_EMPTY":     "Die Datei bei „{label}“ ist leer. Laden Sie eine andere Datei hoch.",
	"FILE_SIZE":      "Die Datei bei „{label}“ ist zu groß. Erlaubt sind höchstens {max}.",
	"FILE_TYPE":      "Die Datei bei „{label}“ hat nicht das richtige Format. Erlaubt sind: {types}.",
	"INVALID":        "Prüfen Sie Ihre Angabe bei „{label}“.",
	"DATE_MIN":       "Prüfen Sie „{label}“. Das Datum darf nicht vor dem {min} liegen.",
	"DATE_MAX":       "Prüfen Sie „{label}“. Das Datum darf nicht nach dem {max} liegen.",
	"MIN/time":       "Geben Sie bei „{label}“ eine Uhrzeit ab {min} Uhr ein.",
	"MAX/time":       "Geben Sie bei „{label}“ eine Uhrzeit bis {max} Uhr ein.",
	"DECIMAL":        "Geben Sie bei „{label}“ eine Zahl in Ziffern ein, zum Beispiel 12,5.",
	"DECIMALS":       "Geben Sie bei „{label}“ höchstens {max} Stellen nach dem Komma ein.",
	"MONEY":          "Geben Sie bei „{label}“ einen Betrag in Euro ein, zum Beispiel 12,50.",
	"TIME":           "Geben Sie bei „{label}“ eine Uhrzeit ein, zum Beispiel 8:30.",
	"DATETIME":       "Geben Sie bei „{label}“ Tag und Uhrzeit ein, zum Beispiel 3.4.2026 8:30.",
	"PATTERN":        "Prüfen Sie „{label}“. Die Angabe hat nicht die richtige Form.",
	"LATIN":          "Prüfen Sie „{label}“. Mindestens ein Zeichen kann die Verwaltung nicht verarbeiten. Geben Sie nur Buchstaben der lateinischen Schrift und übliche Zeichen ein.",
	"MIN_ENTRIES":    "Machen Sie bei „{label}“ mindestens {min} Angaben.",
	"MAX_ENTRIES":    "Machen Sie bei „{label}“ höchstens {max} Angaben.",
	"CHOICE_NONE":    "Füllen Sie bei „{label}“ eine der Möglichkeiten aus.",
	"CHOICE_SEVERAL": "Füllen Sie bei „{label}“ nur eine der Möglichkeiten aus. Lassen Sie die anderen leer.",
	"CHECK":          "Prüfen Sie Ihre Angabe bei „{label}“. Sie passt nicht zu Ihren anderen Angaben.",
	"KIND":           "Prüfen Sie Ihre Angabe bei „{label}“.",

	"IBAN":           "Prüfen Sie die IBAN bei „{label}“.",
	"IBAN_CHARSET":   "Geben Sie bei „{label}“ nur Buchstaben und Ziffern ein. Leerzeichen sind erlaubt.",
	"IBAN_LENGTH":    "Prüfen Sie „{label}“. Die IBAN ist zu kurz oder zu lang. Deutsche IBAN haben 22 Stellen.",
	"IBAN_COUNTRY":   "Prüfen Sie „{label}“. Am Anfang der IBAN steht kein gültiges Länderkürzel.",
	"IBAN_STRUCTURE": "Prüfen Sie „{label}“. Eine IBAN beginnt mit zwei Buchstaben und zwei Ziffern. Deutsche IBAN haben nach DE nur Ziffern.",
	"IBAN_CHECKSUM":  "Prüfen Sie „{label}“. In der IBAN ist mindestens eine Stelle falsch.",

	"STEUERID":          "Prüfen Sie die Steuer-Identifikationsnummer bei „{label}“.",
	"STEUERID_CHARSET":  "Geben Sie bei „{label}“ nur Ziffern ein. Leerzeichen sind erlaubt.",
	"STEUERID_LENGTH":   "Prüfen Sie „{label}“. Die Steuer-Identifikationsnummer hat 11 Ziffern.",
	"STEUERID_REPEATS":  "Prüfen Sie „{label}“. In der Steuer-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"STEUERID_CHECKSUM": "Prüfen Sie „{label}“. In der Steuer-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"STEUERID_TEST":     "Prüfen Sie „{label}“. Eine Steuer-Identifikationsnummer beginnt nicht mit 0.",

	"PLZ":         "Prüfen Sie die Postleitzahl bei „{label}“.",
	"PLZ_CHARSET": "Geben Sie bei „{label}“ nur Ziffern ein.",
	"PLZ_LENGTH":  "Geben Sie bei „{label}“ 5 Ziffern ein.",
	"PLZ_RANGE":   "Prüfen Sie „{label}“. Diese Postleitzahl gibt es nicht.",

	"KFZKENNZEICHEN":           "Prüfen Sie das Kennzeichen bei „{label}“.",
	"KFZKENNZEICHEN_CHARSET":   "Geben Sie bei „{label}“ nur Buchstaben, Ziffern, Leerzeichen und Bindestriche ein.",
	"KFZKENNZEICHEN_LENGTH":    "Prüfen Sie „{label}“. Das Kennzeichen ist zu lang.",
	"KFZKENNZEICHEN_STRUCTURE": "Geben Sie bei „{label}“ das Kennzeichen wie auf dem Schild ein, zum Beispiel MU-ST 123.",
	"KFZKENNZEICHEN_AMBIGUOUS": "Trennen Sie bei „{label}“ Ort und Buchstaben durch einen Bindestrich, zum Beispiel MU-ST 123.",
	"KFZKENNZEICHEN_SEASON":    "Prüfen Sie „{label}“. Geben Sie die Saison so ein: 04/10.",
	"KFZKENNZEICHEN_AUTHORITY": "Trennen Sie bei „{label}“ Ort und Buchstaben durch einen Bindestrich, zum Beispiel MU-ST 123.",

	"USTID":                   "Geben Sie bei „{label}“ die Umsatzsteuer-Identifikationsnummer mit Länderkürzel ein, zum Beispiel DE und 9 Ziffern.",
	"USTID_CHECKSUM":          "Prüfen Sie „{label}“. In der Umsatzsteuer-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"STEUERNUMMER":            "Prüfen Sie die Steuernummer bei „{label}“. Sie steht auf Ihrem Steuerbescheid.",
	"STEUERNUMMER_AMBIGUOUS":  "Geben Sie bei „{label}“ die Steuernummer mit 13 Ziffern ein, wie ELSTER sie zeigt.",
	"STEUERNUMMER_LAND":       "Prüfen Sie „{label}“. Zu dieser Steuernummer gibt es kein Finanzamt, oder es liegt in einem anderen Bundesland.",
	"STEUERNUMMER_CHECKSUM":   "Prüfen Sie „{label}“. In der Steuernummer ist mindestens eine Ziffer falsch.",
	"WIRTSCHAFTSID":           "Geben Sie bei „{label}“ die Wirtschafts-Identifikationsnummer ein: DE und 9 Ziffern, dahinter zum Beispiel -00001.",
	"WIRTSCHAFTSID_CHECKSUM":  "Prüfen Sie „{label}“. In der Wirtschafts-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"BIC":                     "Geben Sie bei „{label}“ den BIC mit 8 oder 11 Zeichen ein.",
	"GLAEUBIGERID":            "Geben Sie bei „{label}“ die Gläubiger-Identifikationsnummer ein. Deutsche haben 18 Zeichen und beginnen mit DE.",
	"GLAEUBIGERID_CHECKSUM":   "Prüfen Sie „{label}“. In der Gläubiger-Identifikationsnummer ist mindestens eine Stelle falsch.",
	"RFREFERENZ":              "Geben Sie bei „{label}“ die Referenz ein, wie sie auf der Rechnung steht. Sie beginnt mit RF.",
	"RFREFERENZ_CHECKSUM":     "Prüfen Sie „{label}“. In der Referenz ist mindestens eine Stelle falsch.",
	"RVNR":                    "Geben Sie bei „{label}“ die Rentenversicherungsnummer mit 12 Zeichen ein: 8 Ziffern, ein Buchstabe, 3 Ziffern.",
	"RVNR_CHECKSUM":           "Prüfen Sie „{label}“. In der Rentenversicherungsnummer ist mindestens eine Stelle falsch.",
	"KVNR":                    "Geben Sie bei „{label}“ die Krankenversichertennummer von der Gesundheitskarte ein: ein Buchstabe und 9 Ziffern.",
	"KVNR_CHECKSUM":           "Prüfen Sie „{label}“. In der Krankenversichertennummer ist mindestens eine Stelle falsch.",
	"IK":                      "Geben Sie bei „{label}“ das Institutionskennzeichen mit 9 Ziffern ein.",
	"IK_CHECKSUM":             "Prüfen Sie „{label}“. Im Institutionskennzeichen ist mindestens eine Ziffer falsch.",
	"BETRIEBSNUMMER":          "Geben Sie bei „{label}“ die Betriebsnummer mit 8 Ziffern ein.",
	"BETRIEBSNUMMER_CHECKSUM": "Prüfen Sie „{label}“. In der Betriebsnummer ist mindestens eine Ziffer falsch.",
	"AUSWEISNUMMER":           "Geben Sie bei „{label}“ die Seriennummer Ihres Personalausweises mit 9 Zeichen ein.",
	"AUSWEISNUMMER_CHARSET":   "Prüfen Sie „{label}“. Die Seriennummer hat Ziffern und Buchstaben, aber kein O, A, B, D, E, I, Q, S, U und keine Umlaute. Geben Sie statt O eine Null ein.",
	"AUSWEISNUMMER_CHECKSUM":  "Prüfen Sie „{label}“. In der Seriennummer ist mindestens eine Stelle falsch.",
	"PASSNUMMER":              "Geben Sie bei „{label}“ die Seriennummer Ihres Reisepasses mit 9 Zeichen ein.",
	"PASSNUMMER_CHARSET":      "Prüfen Sie „{label}“. Die Seriennummer hat Ziffern und Buchstaben, aber kein O, A, B, D, E, I, Q, S, U und keine Umlaute. Geben Sie statt O eine Null ein.",
	"PASSNUMMER_CHECKSUM":     "Prüfen Sie „{label}“. In der Seriennummer ist mindestens eine Stelle falsch.",
	"MRZ":                     "Geben Sie bei „{label}“ alle Zeilen mit den Zeichen < so ein, wie sie auf dem Dokument stehen.",
	"MRZ_CHECKSUM":            "Prüfen Sie „{label}“. In den Zeilen ist mindestens ein Zeichen falsch.",
	"AGS":                     "Geben Sie bei „{label}“ den Amtlichen Gemeindeschlüssel mit 8 Ziffern ein.",
	"ARS":                     "Geben Sie bei „{label}“ den Amtlichen Regionalschlüssel mit 12 Ziffern ein.",
	"REGISTERNUMMER":          "Geben Sie bei „{label}“ Register und Nummer ein, zum Beispiel HRB 12345.",
	"LEITWEGID":               "Geben Sie bei „{label}“ die Leitweg-ID mit den Bindestrichen ein.",
	"LEITWEGID_CHECKSUM":      "Prüfen Sie „{label}“. In der Leitweg-ID ist mindestens eine Stelle falsch.",
	"EORI":                    "Geben Sie bei „{label}“ die EORI-Nummer mit Länderkürzel ein, zum Beispiel DE und 7 oder 15 Ziffern.",
	"LEI":                     "Geben Sie bei „{label}“ den LEI mit 20 Zeichen ein.",
	"LEI_CHECKSUM":            "Prüfen Sie „{label}“. Im LEI ist mindestens eine Stelle falsch.",
	"GLN":                     "Geben Sie bei „{label}“ die GLN mit 13 Ziffern ein.",
	"GLN_CHECKSUM":            "Prüfen Sie „{label}“. In der GLN ist mindestens eine Ziffer falsch.",
	"VIN":                     "Geben Sie bei „{label}“ die Fahrzeug-Identifizierungsnummer mit 17 Zeichen ein. Sie steht im Feld E der Zulassungsbescheinigung.",
	"VIN_CHARSET":             "Prüfen Sie „{label}“. Die Fahrzeug-Identifizierungsnummer hat Ziffern und Buchstaben, aber kein I, O und Q.",
	"TRANSPONDER":             "Geben Sie bei „{label}“ die 15 Ziffern des Transponders (Chips) Ihres Tieres ein.",
	"FLURSTUECK":              "Geben Sie bei „{label}“ Gemarkungsschlüssel, Flur und Flurstück ein, zum Beispiel 152450-8-746/284.",
	"TEILDATUM":               "Geben Sie bei „{label}“ ein Datum ein, zum Beispiel 1.5.1980. Wenn Sie den Tag nicht kennen: 5.1980. Wenn Sie nur das Jahr kennen: 1980.",
	"TEILDATUM_DATE":          "Prüfen Sie „{label}“. Dieses Datum gibt es nicht.",
	"TELEFON":                 "Prüfen Sie „{label}“. Die Telefonnummer ist zu kurz oder zu lang.",
	"TELEFON_CHARSET":         "Geben Sie bei „{label}“ nur Ziffern ein, und wenn nötig die Zeichen + - / ( ).",
	"USTID_COUNTRY":           "Prüfen Sie „{label}“. Die Nummer beginnt nicht mit dem Länderkürzel eines Mitgliedstaats der Europäischen Union, zum Beispiel DE.",
	"USTID_RANGE":             "Prüfen Sie „{label}“. In der Umsatzsteuer-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"STEUERNUMMER_RANGE":      "Prüfen Sie „{label}“. In der Steuernummer ist mindestens eine Ziffer falsch.",
	"WIRTSCHAFTSID_RANGE":     "Prüfen Sie „{label}“. In der Wirtschafts-Identifikationsnummer ist mindestens eine Ziffer falsch.",
	"BIC_COUNTRY":             "Prüfen Sie „{label}“. An der 5. und 6. Stelle des BIC steht kein gültiges Länderkürzel.",
	"BIC_TEST":                "Prüfen Sie „{label}“. Dieser BIC ist nur für Tests bestimmt.",
	"GLAEUBIGERID_COUNTRY":    "Prüfen Sie „{label}“. Am Anfang der Gläubiger-Identifikationsnummer steht kein gültiges Länderkürzel.",
	"GLAEUBIGERID_TEST":       "Prüfen Sie „{label}“. Diese Gläubiger-Identifikationsnummer ist nur für Tests bestimmt.",
	"RVNR_RANGE":              "Prüfen Sie „{label}“. Mit diesen beiden Ziffern beginnt keine Rentenversicherungsnummer.",
	"RVNR_DATE":               "Prüfen Sie „{label}“. In der Rentenversicherungsnummer steht an der 3. bis 6. Stelle ein Tag, den es nicht gibt.",
	"BETRIEBSNUMMER_RANGE":    "Prüfen Sie „{label}“. Mit diesen drei Ziffern beginnt keine Betriebsnummer.",
	"AUSWEISNUMMER_STRUCTURE": "Prüfen Sie „{label}“. So beginnt die Seriennummer eines Reisepasses. Geben Sie die Seriennummer Ihres Personalausweises ein.",
	"PASSNUMMER_STRUCTURE":    "Prüfen Sie „{label}“. Die Seriennummer eines Reisepasses beginnt mit C, F, G, H, J oder K.",
	"MRZ_DATE":                "Prüfen Sie „{label}“. In der zweiten Zeile steht ein Datum, das es nicht gibt.",
	"AGS_LAND":                "Prüfen Sie „{label}“. Die ersten beiden Ziffern gehören zu keinem Bundesland.",
	"ARS_LAND":                "Prüfen Sie „{label}“. Die ersten beiden Ziffern gehören zu keinem Bundesland.",
	"LEITWEGID_LAND":          "Prüfen Sie „{label}“. Die ersten beiden Ziffern gehören weder zu einem Bundesland noch zum Bund.",
	"EORI_COUNTRY":            "Prüfen Sie „{label}“. Am Anfang der EORI-Nummer steht kein gültiges Länderkürzel.",
	"TRANSPONDER_RANGE":       "Prüfen Sie „{label}“. In der Nummer des Transponders ist mindestens eine Ziffer falsch.",
	"TRANSPONDER_TEST":        "Prüfen Sie „{label}“. Diese Nummer eines Transponders ist nur für Tests bestimmt.",
	"FLURSTUECK_LAND":         "Prüfen Sie „{label}“. Die ersten beiden Ziffern gehören zu keinem Bundesland.",
	"TELEFON_STRUCTURE":       "Geben Sie bei „{label}“ die Telefonnummer mit Vorwahl ein, zum Beispiel 030 1234567.",
}

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
