// Package regel reads the rules of FIM data schemas (XDatenfelder, Regel): prose
// of people for people, such as
//
//	Wenn bei F05001047 "02 Das Fahrzeug ist auf einen anderen Halter zugelassen."
//	angegeben wird, dann wird G05000499 zur Pflichtangabe.
//
// There is no language of rules: editors write what they like, and the script
// beside the text is empty or a stub. [Recognise] is therefore conservative. It
// knows a few shapes of sentences and reads a text only if it is one of them from
// the first word to the last, if each id is at exactly one place where the rule
// stands, each quoted name is the schema's name of that id, and each value is in
// the code list of its field. Everything else is open (ungeklärt), with the
// reason; nothing is guessed.
//
//	result := regel.Recognise(text, scope)
//	if result.Open != nil {
//		return result.Open.Code
//	}
//
// Package fim calls it for each rule of a schema and puts the effects into the
// form.
//
// # Shapes
//
// Where … stands, elements may be named by id, with an article, Feld or Gruppe
// before it and the quoted name behind it, or by id and name within quotation
// marks; several are joined with commas and "und" or "oder". Conditions compare a
// field with a value (=, <>, and <, > for numbers) or with several ("= 001, 002 oder
// 003"), or say "bejaht wurde", "nicht
// leer", "befüllt ist", "… angegeben wird"; several are joined all by "und" or all
// by "oder".
//
//	… ist nur dann zu befüllen, wenn …            asked only if
//	… darf nur befüllt werden, wenn …             asked only if
//	Wenn …, dann ist … nicht anzuzeigen           not asked if
//	Wenn …, dann darf … nicht befüllt werden      not asked if
//	Wenn …, dann muss … befüllt werden            mandatory if
//	Wenn …, dann wird … zur Pflichtangabe         mandatory if
//	Es muss entweder … oder … befüllt werden      exactly one
//	Es muss mindestens eines der Felder … befüllt werden
//	Es muss mindestens eines der Felder … den Wert "wahr" haben
//	Mindestens eines der Felder … muss den Wert "wahr" haben
//	Der Wert in … gibt an, wie oft … befüllt sein muss
//	Die Angabe in … bestimmt, wie oft … befüllt werden muss
//
// "Nur dann zu befüllen, wenn" is read as a limit: what it says of the case in
// which the condition holds, whether the element is mandatory then, is left to
// the multiplicity of the schema. Several sentences are read if each is of a known
// shape and none can contradict another.
//
// # What is not read
//
// "Ist nicht zu befüllen", which can mean that it must not and that it need not;
// that something appears ("erscheint", "ist anzuzeigen", "aktiviere"), because the
// text does not say whether it is hidden otherwise; "sonst"; und and oder
// together, or exchanged ("<> 001 oder <> 002" of one field holds always); "1.000",
// which may be a thousand; a free text beside an id, which may be its name; "<>" where the field may stay without answer; conditions on a field
// of a repeated group that decide about something outside of it.
//
// Nothing fails: the result of any text is effects or a reason. Readings and
// details hold texts of the schema, never answers. All functions may be called by
// several goroutines at once.
package regel
