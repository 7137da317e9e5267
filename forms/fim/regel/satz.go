package regel

// ref is an element as a sentence names it. name is empty if it names none.
type ref struct{ id, name string }

// comparison says what a condition asks of a field.
type comparison uint8

const (
	compare  comparison = iota + 1 // with a value, by an operator
	answered                       // filled in, whatever with
	empty                          // not filled in
)

// value is what a field is compared with: a code, a name, or both.
type value struct{ code, name string }

// condition is a condition of a sentence: one comparison, or several joined
// all by "und" or all by "oder".
type condition struct {
	or   bool
	subs []condition // if joined

	field ref
	how   comparison
	op    string
	value value
	// beside is set if the value stands where the name of the field could stand.
	beside bool
}

// what is a consequence of a sentence.
type what uint8

const (
	onlyIf     what = iota + 1 // asked only if the condition holds
	hideIf                     // not asked if the condition holds
	requireIf                  // must be filled in if the condition holds
	exactlyOne                 // exactly one of several is filled in
	atLeastOne                 // at least one of several is filled in, or has the value
	countOf                    // a group occurs as often as a field says
)

// satz is a sentence that was read, before its ids are looked up.
type satz struct {
	what   what
	refs   []ref
	wenn   *condition // onlyIf, hideIf, requireIf
	value  *value     // atLeastOne with a value
	number ref        // countOf: the field
}
