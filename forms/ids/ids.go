// Package ids checks the identifiers that German online services ask for: the
// tax ID (Steuer-Identifikationsnummer, [SteuerID]), the bank account number
// ([IBAN], ISO 13616), the postcode (Postleitzahl, [PLZ]) and the vehicle
// registration number (Kfz-Kennzeichen, [KfzKennzeichen]).
//
//	iban, err := ids.ParseIBAN("de89 3704 0044 0532 0130 00")
//	iban.Format() // "DE89 3704 0044 0532 0130 00"
//
// Each type holds the identifier in its normal form. Its Parse function
// accepts what people type (spaces, hyphens, small letters), Format writes it
// as people expect to read it, and Valid reports, without allocating, whether
// Parse would accept the text.
//
// A valid identifier is well formed and, where the standard has a check digit,
// free of any single wrong digit. It says nothing about whether it was ever
// issued.
//
// Parse fails with an [*Error] that holds a code and a position and never the
// text. All functions are safe for concurrent use.
package ids

import "strconv"

// Codes of [Error].
const (
	Empty     = "EMPTY"     // nothing but separators
	Charset   = "CHARSET"   // a character that cannot occur there
	Length    = "LENGTH"    // too short or too long
	Structure = "STRUCTURE" // the parts do not stand in the right order
	Checksum  = "CHECKSUM"  // the check digits do not fit
	Country   = "COUNTRY"   // no such country, or none in the registry
	Range     = "RANGE"     // outside the numbers that are given out
	Repeats   = "REPEATS"   // digits repeat in a way that is never given out
	TestOnly  = "TEST"      // a number kept for tests
	Ambiguous = "AMBIGUOUS" // a separator is missing that decides the meaning
	Season    = "SEASON"    // the months of a seasonal plate
	NoDate    = "DATE"      // the calendar has no such day
	OtherLand = "LAND"      // belongs to no Land, or to another one than named
)

// Error says why a text is not the identifier. It never holds the text.
type Error struct {
	ID   string // [Kind.Name], such as "IBAN" or "Steuer-IdNr"
	Code string
	// Pos is the byte offset in the text given to Parse where the problem
	// shows, or -1 if it concerns the text as a whole; Rune is the same
	// place counted in characters.
	Pos, Rune int
}

// Error names identifier, code and position.
func (e *Error) Error() string {
	if e.Pos < 0 {
		return "ids: " + e.ID + ": " + e.Code
	}
	return "ids: " + e.ID + ": " + e.Code + " at byte " + strconv.Itoa(e.Pos)
}
