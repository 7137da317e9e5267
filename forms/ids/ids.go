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
	Country   = "COUNTRY"   // no such country in the IBAN registry
	Range     = "RANGE"     // outside the numbers that are given out
	Repeats   = "REPEATS"   // digits repeat in a way that is never given out
	TestOnly  = "TEST"      // a number kept for tests
	Ambiguous = "AMBIGUOUS" // a separator is missing that decides the meaning
	Season    = "SEASON"    // the months of a seasonal plate
)

// Error says why a text is not the identifier. It never holds the text.
type Error struct {
	ID   string // "IBAN", "Steuer-IdNr", "PLZ" or "Kfz-Kennzeichen"
	Code string
	// Pos is the byte offset in the text given to Parse where the problem
	// shows, or -1 if it concerns the text as a whole.
	Pos int
}

// Error names identifier, code and position.
func (e *Error) Error() string {
	if e.Pos < 0 {
		return "ids: " + e.ID + ": " + e.Code
	}
	return "ids: " + e.ID + ": " + e.Code + " at byte " + strconv.Itoa(e.Pos)
}

// problem is an error on its way out of a check, without allocation.
type problem struct {
	code string
	pos  int
}

func (p problem) err(id string) error { return &Error{ID: id, Code: p.code, Pos: p.pos} }

// gather copies the digits and letters of s to dst in upper case, skipping
// spaces and the separators. Only ASCII passes. It returns the number of
// bytes; at is the offset of each in s.
func gather(dst, at []byte, s, separators string) (int, problem) {
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || contains(separators, c):
			continue
		case c == 0xC2 && i+1 < len(s) && s[i+1] == 0xA0: // no-break space
			i++
			continue
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
		default:
			return n, problem{Charset, i}
		}
		if n == len(dst) || i > 255 {
			return n, problem{Length, i}
		}
		dst[n], at[n] = c, byte(i)
		n++
	}
	if n == 0 {
		return 0, problem{Empty, -1}
	}
	return n, problem{}
}

func contains(set string, c byte) bool {
	for i := 0; i < len(set); i++ {
		if set[i] == c {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
