// Package forms is the model of an online form: one description from which
// pages are rendered, posted values decoded, answers validated, shown, bound
// and sent. A form is made of a Go struct with tags ([New]), of data
// ([Compile]), or of a FIM data schema (package forms/fim, which makes the
// data). All three give the same model with one evaluation.
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
//	answers, err := form.Decode("person", request.PostForm, form.Initial())
//	errs := form.Validate(answers, "person")
//
// # Structure, paths and entries
//
// A form has steps (pages), a step has fields, groups and notes, a group has
// the same again, to a depth of 16. The names joined by dots are the definition
// path, "kinder.kind.name": rules, options and messages use it. A group can
// repeat, at any level; its entries are dense and numbered from 0 in instance
// paths, "kinder.kind[0].name", which answers, errors and HTML controls use.
// [Answers] keep the number of entries under the path of the group, zero
// included; while they have none it is the minimum. [Form.AddEntry] and
// [Form.RemoveEntry] change it, [Form.Page] shows a step with its entries. Those
// beyond the maximum (a draft of an older version may have some) are not shown;
// they are an error until as many are removed.
//
// # Types
//
//	text, multiline, email   text                    Go: string, types of package ids
//	number                   "-12"                   Go: int, int8, ... int64
//	decimal                  "12.5"                  Go: string with the tag type
//	money                    "12.34", euro           Go: Money (cents), string with the tag type
//	date                     "2026-04-03"            Go: Date
//	partialdate              "1980-05", "1980"       Go: ids.TeilbekanntesDatum, string with the tag type
//	time, datetime           "08:30", "2026-04-03T08:30"   Go: string with the tag type
//	bool                     "true", "false"         Go: bool
//	choice                   the option's value      Go: string with options
//	multi                    a list of them          Go: []string
//	file                     a File                  Go: File
//	hidden                   text that no page shows and nobody can post
//
// All but multi and file may be pointers too. A group is a struct, a repeated
// one a slice of structs, a note a field of type [Note]. [Form.Decode] reads
// what people type: "3. 4. 2026", "1.234,50 €", "12,-", "8.30 Uhr", "5.1980";
// in decimals a dot before three digits groups ("1.234" is 1234), any other dot
// is a decimal one. [Field.Input] writes an answer so that it is read again as
// the same, [Form.Display] as it is read on a summary.
//
// # Struct tags
//
// The fields of the struct are steps. Names in paths are the Go names in lower
// case; the tags step and name give others.
//
//	step          step            ID, URL-safe; default is the Go name in lower case
//	title, intro  step            heading (needed) and introduction
//	legend        group           legend of the fieldset (needed)
//	repeat        group           "min,max" of a slice; either may be left out
//	entry         group           what one entry is called: "Kind"
//	choice        group           "true": exactly one of its elements is to be used
//	label         field           question or name (needed)
//	help          group, field    hint between label and control
//	name          group, field    last part of the path
//	note, title   note            text (needed) and heading
//	show          all             condition: path=value|value, "!=" for any other answer, several joined by &
//	fim           all             FIM id with version "F05000059V1.0"; groups before it joined by "/"
//	validate      field           rules of validator/v10 and of [Register]
//	type          field           type of a string: decimal, money, partialdate, time, datetime, hidden, ...
//	min, max      field           limits of the value: a number, a day in ISO 8601, a time
//	decimals      field           digits after the point
//	pattern       field           RE2, matches the whole value
//	options       field           value=label|value=label
//	default       field           answer in a new form or entry, in its normal form
//	locked        field           "true": shown, but not to be changed
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
// Other rules for a struct ([Rules]: typed, computed values, checks) stand in
// Options.Rules by path, since they need more than a tag can hold.
//
// The rules of validate mean what validator/v10 says. The common ones (length,
// number, oneof, email, comparison with a field of the same struct, required_if
// and its kin, identifiers) are checked here, and a test compares; all others
// run in validator/v10, in entries as well, where a field of the same struct is
// one of the same entry. What is different, because a form knows presence:
// required asks for an answer, not for a value other than zero; a field left
// blank breaks no rule but those about presence, for which 0 is an answer; and
// an order such as gtfield is judged only if both fields are answered. Rules
// about a field named from the top (eqcsfield=A.Mail) find it there.
//
// # Presence
//
// Absent (never answered), empty (left blank) and zero ("0", "false") are
// three things, in [Answers] always and in the struct with pointer fields.
// What nobody can answer, a locked field or one of type hidden, has its default
// where it has no answer; so has every field in entries whose number is
// computed, since nothing else begins them.
//
// For a bool asked with one box, required means that the box is ticked, for
// one asked with radio buttons that one is chosen.
//
// # Rules
//
// Package forms/rule has the conditions and operands. An element can have
//
//	Visible       it is shown only while the condition holds
//	Required, RequiredIf   it must be answered (while the condition holds)
//	Forbidden     it must be left blank while the condition holds
//	Computed      its answer is computed; what is posted is ignored
//	Repeat.Count  how many entries it has is computed
//	Checks        conditions that must hold, with a code and a message
//
// What is hidden does not exist: [Form.Validate], [Form.Bind], [Form.Clean],
// [Form.Page] and the encoders leave it out, and for the rules of other
// elements it counts as not answered; so do entries beyond the number that a
// group has. What is in a hidden element is hidden. When something becomes
// visible again, it has the answer that it had before if the answers still
// hold it: [Form.Decode] keeps what it does not show, so that a citizen who
// goes back and forth loses nothing, and a draft may; what went through
// [Form.Clean] is gone for good. Only boxes need care, since a browser does not
// say that nothing is ticked: one that is not posted is not ticked, unless it is
// hidden before and after. Package forms/web says on each page which it shows. An application is always clean: keep nothing
// else for longer than the citizen is at it.
//
// A comparison with a missing operand is false. A check is judged only if none
// of the operands that it compares is missing. A computed value with a missing
// operand is absent. In an entry, a path inside its group means the same entry;
// from outside, Any, All, Count, CountIf and Sum say which. Everything is
// evaluated once, in an order that is found when the form is compiled; a rule
// that depends on its own result is a compile error that names the cycle.
//
// In a choice group exactly one element is to be used, that is answered in
// part; what the others require is not required.
//
// # Messages
//
// [FieldError] has a stable code, parameters and a message in the form's
// language: German, Leichte Sprache or English, by Options.Language for the
// form or [Form.In] for a call. A text can be replaced for the form
// (Options.Messages, Options.Translations) and for one field (msg-CODE,
// FieldDefinition.Messages, Options.FieldMessages); see [Catalogue]. Messages
// are made of labels and limits of rules. None holds an answer: neither of its
// own field nor, in a comparison, of another one. In an entry they name it,
// "Vorname (Kind 2)".
//
// # Errors
//
// [Compile] and [New] fail with a [*CompileError] that lists everything wrong,
// [Form.Decode] with a [*DecodeError] for requests that no citizen sends:
// among them numbers of entries beyond what a group allows, for which nothing
// is allocated. Mistakes of citizens are [FieldError] values. No error holds an
// answer; [Answers], [Value] and [Upload] redact themselves in logs.
//
// # Speed
//
// Validating a form of 20 fields, messages included, takes half the time of
// validator/v10 with the same tags, whether the answers are right or wrong:
//
//	go test -run '^$' -bench ValidateRatio ./forms
//
// # Concurrency
//
// A [Form] never changes and is safe for concurrent use, and so are [Answers].
package forms
