// Package forms makes an online form of a Go struct: one description from
// which pages are rendered, posted values decoded, answers validated, shown
// and sent.
//
//	type Antrag struct {
//		Person struct {
//			Familienname string      `label:"Familienname" validate:"required,max=120" autocomplete:"family-name"`
//			Geburtsdatum *forms.Date `label:"Geburtsdatum" validate:"required,notfuture"`
//		} `step:"person" title:"Angaben zu Ihrer Person"`
//		Fahrzeug struct {
//			Kennzeichen string `label:"Amtliches Kennzeichen" help:"Zum Beispiel MU-ST 123" validate:"required,kfzkennzeichen"`
//			Halter      string `label:"Wer ist Halterin oder Halter?" options:"01=Ich selbst|02=Eine andere Person" validate:"required"`
//		} `step:"fahrzeug" title:"Angaben zum Fahrzeug"`
//		Halter struct {
//			Name string `label:"Name" validate:"required"`
//		} `step:"halter" title:"Halterin oder Halter" show:"fahrzeug.halter=02"`
//	}
//
//	form, err := forms.New("S05000058", "1.0", Antrag{}, &forms.Options{Title: "Bewohnerparkausweis"})
//	answers, err := form.Decode("person", request.PostForm, answers)
//	errs := form.Validate(answers, "person")
//
// # Structure and tags
//
// The fields of the struct are steps (pages). The fields of a step are fields
// or groups (struct values, shown as a fieldset); the fields of a group are
// fields. Their paths are made of the step's ID and the Go names in lower
// case, "fahrzeug.kennzeichen"; the tag name gives another last part.
//
//	step          step            ID, URL-safe; default is the Go name in lower case
//	title, intro  step            heading (needed) and introduction
//	legend        group           legend of the fieldset (needed)
//	label         field           question or name (needed)
//	help          group, field    hint between label and control
//	name          group, field    last part of the path
//	show          all             condition: path=value|value, "!=" for any other answer, several joined by &
//	fim           all             FIM id with version "F05000059V1.0"; groups before it joined by "/"
//	validate      field           rules of validator/v10 and of [Register]
//	options       field           value=label|value=label
//	widget        field           see [Widget]
//	phrase        field           the label in the accusative for messages: "Ihren Familiennamen"
//	msg-CODE      field           message instead of the catalogue's: msg-required, msg-max-length
//	autocomplete  field           token for WCAG 1.3.5: family-name, bday, tel
//	inputmode     field           HTML inputmode
//	prefill       field           name of the account attribute that may fill the field
//	rows          field           lines of a textarea
//	accept        file field      media types, joined by commas (needed)
//	maxsize       file field      bytes, or "500KB", "5MB" (1024-based); default 5MB
//	sensitive     field           "true" for what must not show in lists
//
// A field is a string, a whole number, a bool, a [Date], a pointer to one of
// these, a []string (multiple choice), a [File], or a type of package ids,
// whose rule then goes without a tag. Money, decimals and repeated groups are
// not supported.
//
// # Presence
//
// Absent (never answered), empty (left blank) and zero ("0", "false") are
// three things, in [Answers] always and in the struct with pointer fields.
// The rule required asks for an answer, not for a value other than zero: 0 is
// an answer. For a bool asked with one box it means that the box is ticked,
// for one asked with radio buttons that one is chosen. The other rules see
// answers only; a field left blank breaks none of them but those about
// presence (required_if, excluded_with, ...).
//
// # Conditions
//
// What is hidden does not exist: [Form.Validate], [Form.Bind], [Form.Clean]
// and the encoders leave it out, and for the conditions and rules of other
// fields it counts as not answered. Conditions are compiled into one order in
// which a single pass decides all of them; a condition that depends on itself
// is a compile error.
//
// # Errors
//
// [New] fails with a [*CompileError] that lists everything wrong with the
// struct, [Form.Decode] with a [*DecodeError] for requests that no citizen
// sends. Mistakes of citizens are [FieldError] values with a stable code and
// a German message. No error holds an answer; [Answers], [Value] and [Upload]
// redact themselves in logs.
//
// A [Form] is safe for concurrent use, and so are [Answers].
package forms
