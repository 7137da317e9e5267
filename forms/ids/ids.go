// Package ids checks the identifiers that German online services ask for: tax
// and social insurance numbers, bank accounts, identity documents, keys of
// municipalities and parcels of land, registers, vehicles, partly known dates
// and telephone numbers.
//
//	iban, err := ids.ParseIBAN("de89 3704 0044 0532 0130 00")
//	iban.Format() // "DE89 3704 0044 0532 0130 00"
//
// Each type holds the identifier in its normal form. Its Parse function
// accepts what people type and paste (spaces and dashes of any kind, marks
// without width, small letters; no line breaks but in an MRZ), Format writes it
// as people expect to read it, and Valid reports, without allocating, whether
// Parse would accept the text. What is unusual but no reason to refuse an
// identifier, such as a check digit that is no longer published, is the error
// of its Warning method. [Kinds] lists all types with their tags for code that
// handles them alike.
//
// A valid identifier is well formed and, where the standard has a check digit,
// free of the slips that the check digit catches. It says nothing about
// whether it was ever issued.
//
//	tag             type                    source                        check digits, and what they catch
//	steuerid        SteuerID                § 139b AO; ELSTER             MOD 11,10: any single digit
//	steuernummer    Steuernummer            ELSTER, ch. 4 to 7            seven ways: any single digit behind the office, see there
//	ustid           UStID                   § 27a UStG; VIES              MOD 11,10 for DE, a warning only
//	wirtschaftsid   WirtschaftsID           § 139c AO                     MOD 11,10: any single digit of the first nine
//	iban            IBAN                    ISO 13616; IBAN registry      MOD 97-10: any single digit, neighbours swapped
//	bic             BIC                     ISO 9362                      none
//	glaeubigerid    GlaeubigerID            EPC262-08; Bundesbank         MOD 97-10, without the business code
//	rfreferenz      CreditorReference       ISO 11649                     MOD 97-10
//	rvnr            RVNR                    § 2 VKVV                      digit sums: single digits but some of the fifth
//	kvnr            KVNR                    § 290 SGB V                   digit sums: any single digit
//	ik              IK                      § 293 SGB V; ARGE IK          digit sums: any single digit behind the second
//	betriebsnummer  Betriebsnummer          § 18i SGB IV; BA              digit sums, two values possible: most slips
//	ausweisnummer   Ausweisnummer           § 5 PAuswG; ICAO Doc 9303     7-3-1, if the digit is typed too
//	passnummer      Passnummer              § 4 PassG; ICAO Doc 9303      7-3-1, if the digit is typed too
//	mrz             MRZ                     ICAO Doc 9303                 7-3-1 by field and over all: any single digit
//	ags, ars        AGS, ARS                Destatis                      none
//	plz             PLZ                     Deutsche Post                 none
//	kfzkennzeichen  KfzKennzeichen          FZV §§ 9, 10, Anlage 1        none
//	registernummer  Registernummer          § 3 HRV, BGB, GenG, PartGG    none
//	leitwegid       LeitwegID               KoSIT, Leitweg-ID 2.0         MOD 97-10
//	eori            EORI                    (EU) 2015/2447                none
//	lei             LEI                     ISO 17442                     MOD 97-10
//	gln             GLN                     GS1                           MOD 10: any single digit
//	vin             VIN                     ISO 3779                      none outside North America
//	transponder     Transponder             ISO 11784                     none
//	flurstueck      Flurstueckskennzeichen  AdV, GeoInfoDok               none
//	teildatum       TeilbekanntesDatum      XÖV core components           none
//	telefon         Telefonnummer           ITU-T E.164; DIN 5008         none
//
// File numbers (Aktenzeichen) have no national rule; [CompileAktenzeichen]
// makes a check of an authority's pattern. Not supported are lists that change
// (tax offices, banks, courts, municipalities, districts of vehicles, makers of
// transponders): whoever has the list compares with the part that a method
// returns. Names and other texts of DIN 91379 are checked by xoev/latin.
//
// Parse fails with an [*Error] that holds a code and a position and never the
// text. Types that belong to a person hide their value in log/slog. All
// functions are safe for concurrent use.
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
