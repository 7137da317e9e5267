package latin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Transliterate writes the letters of the norm with the letters A to Z and a to
// z ("Łukasz Großmüller" becomes "Lukasz Grossmueller"), for peers that know no
// others:
//
//   - Latin letters as in the [SearchForm], but in upper and lower case;
//   - Cyrillic letters, which in the norm are those of Bulgarian, after ICAO Doc
//     9303, part 3, section 6 B, with its exception for Bulgarian ("Щ" is SHT);
//   - Greek letters after ISO 843:1997, type 2 (transcription), as in Greek
//     passports.
//
// Everything else stays as it is. The text is composed (NFC) first, and a mark
// that makes no listed sequence with its letter is dropped. A capital that
// becomes several letters is written as its neighbour is: "Ärger" becomes
// "Aerger", "ÄRGER" becomes "AERGER". Text that is not UTF-8 is returned as it is.
func Transliterate(text string) string {
	text, valid := composed(text)
	if !valid {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + len(text)/4)
	mapped := false
	for i := 0; i < len(text); {
		letters, size, ok := lettersAt(text, i)
		switch {
		case ok:
			out.WriteString(inCase(letters, text, i, size))
			mapped = true
		case mapped && isMark(text[i:i+size]):
		default:
			out.WriteString(text[i : i+size])
			mapped = false
		}
		i += size
	}
	return out.String()
}

// lettersAt returns the capital letters that stand for the letter at i, and the
// size of what they stand for. ok is false if no letter of the norm is there;
// the soft sign is one and has no letters.
func lettersAt(s string, i int) (letters string, size int, ok bool) {
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case unicode.Is(unicode.Cyrillic, r):
		letters, ok = cyrillic(r)
		return letters, size, ok
	case unicode.Is(unicode.Greek, r):
		return greekAt(s, i)
	}
	letters, size = formAt(s, i)
	return letters, size, letters != ""
}

// inCase gives the capital letters the case of the unit at i.
func inCase(letters, s string, i, size int) string {
	r, _ := utf8.DecodeRuneInString(s[i:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+size:])
	inCapitals := unicode.IsUpper(before) && !unicode.IsLower(after) || unicode.IsUpper(after)
	switch {
	case r == 'ß' && inCapitals && unicode.IsUpper(before):
		return letters // GROß: the small letter stands in for a capital one
	case !unicode.IsUpper(r):
		return strings.ToLower(letters)
	case len(letters) < 2 || inCapitals || r == 'Ĳ':
		return letters
	}
	return letters[:1] + strings.ToLower(letters[1:])
}

// Bulgarian letters in the order of Unicode from А (U+0410), small ones the
// same. Ы and Э are not in the norm. Source: ICAO Doc 9303, part 3, section 6 B;
// it has nothing for the soft sign, and Ѝ is an accented И.
var cyrillicLetters = [32]string{
	"A", "B", "V", "G", "D", "E", "ZH", "Z", "I", "I", "K", "L", "M", "N", "O", "P",
	"R", "S", "T", "U", "F", "KH", "TS", "CH", "SH", "SHT", "IE", "?", "", "?", "IU", "IA",
}

func cyrillic(r rune) (string, bool) {
	if lookup(r) == 0 {
		return "", false
	}
	switch {
	case r == 'Ѝ', r == 'ѝ':
		return "I", true
	case r >= 'а':
		return cyrillicLetters[r-'а'], true
	}
	return cyrillicLetters[r-'А'], true
}

// MRZ returns a name as it stands in the machine-readable zone of a passport
// (ICAO Doc 9303, part 3: the rules for names in that zone, and section 6):
// letters as by [Transliterate], all capital; a blank, hyphen or comma becomes
// the filler "<", several of them one; apostrophes and other punctuation are
// left out. ok is false if something has no form there, such as a digit or a
// letter of another script; what has one is still returned, of text that is not
// UTF-8 at least A to Z. Joining surname and given names, and cutting to length,
// is a matter of the document.
//
// "Ä", "Ö", "Ü" and "Å" become two letters (AE, OE, UE, AA), as in German
// documents; Doc 9303 leaves the choice to the issuing state. It has no table
// for Greek.
func MRZ(name string) (mrz string, ok bool) {
	ok = true
	var out strings.Builder
	filler := false
	for _, r := range Transliterate(name) {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		switch {
		case r >= 'A' && r <= 'Z':
			if filler && out.Len() > 0 {
				out.WriteByte('<')
			}
			filler = false
			out.WriteRune(r)
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), r == ',':
			filler = true
		case unicode.IsPunct(r), lookup(r)&A.bit() != 0 && !unicode.IsLetter(r):
			// ' . ` ~ and the other characters of names, U+02B9 for one
		case unicode.Is(unicode.Lm, r) && lookup(r)&A.bit() != 0:
			// modifier letters that act as apostrophes
		default:
			ok = false
		}
	}
	return out.String(), ok
}
