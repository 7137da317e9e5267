package ids

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Registernummer is an entry in a register kept by a court: its kind, its
// number, perhaps letters behind it that tell the former court, and perhaps
// the court in front, "HRB 12345", "Musterstadt HRA 11223 B".
//
// Rules: § 3 HRV (HRA: merchants, OHG, KG, EWIV; HRB: AG, SE, KGaA, GmbH,
// VVaG), § 10 GenG (GnR), § 4 PartGG (PR), § 55 BGB (VR), § 707 BGB (GsR); one to
// six digits and at most three letters. A number means nothing without its
// court, whose name is not checked here: the list of courts
// (urn:xoev-de:xunternehmen:codeliste:registergerichte) is the caller's.
type Registernummer string

const registerName = "Registernummer"

// ParseRegisternummer reads an entry. The court may stand in front or behind,
// there after a comma or the word "Amtsgericht"; "Amtsgericht", "AG" and "Registergericht" are left out.
// Codes: [Empty], [Charset], [Length], [Structure] (no kind of register, or no
// number behind it), [Range] (a number of zeros).
func ParseRegisternummer(s string) (Registernummer, error) {
	r, p := readRegister(s)
	if p.code != "" {
		return "", p.err(registerName, s)
	}
	return Registernummer(r.String()), nil
}

// Valid reports whether [ParseRegisternummer] accepts the text.
func (r Registernummer) Valid() bool {
	_, p := readRegister(string(r))
	return p.code == ""
}

// Format returns the normal form. What is no entry is returned as it is.
func (r Registernummer) Format() string {
	parts, p := readRegister(string(r))
	if p.code != "" {
		return string(r)
	}
	return parts.String()
}

// Gericht returns the court without "Amtsgericht", "" if none is named.
func (r Registernummer) Gericht() string {
	parts, p := readRegister(string(r))
	if p.code != "" {
		return ""
	}
	return parts.courtName()
}

// Art returns the kind of register: HRA, HRB, GnR, PR, VR or GsR; "" for what
// is no entry.
func (r Registernummer) Art() string {
	parts, p := readRegister(string(r))
	if p.code != "" {
		return ""
	}
	return parts.kind
}

// Nummer returns the digits, with the letters behind them if there are any
// ("12345 B"); "" for what is no entry.
func (r Registernummer) Nummer() string {
	parts, p := readRegister(string(r))
	if p.code != "" {
		return ""
	}
	return parts.number()
}

// Fits reports whether a company of the legal form, by its usual short name
// ("GmbH", "UG (haftungsbeschränkt)", "GmbH & Co. KG", "e.K."), is entered in
// this kind of register. For a legal form that it does not know, known is
// false.
func (r Registernummer) Fits(rechtsform string) (fits, known bool) {
	art := registerOf(rechtsform)
	return art != "" && art == r.Art(), art != ""
}

// registerOf knows the register of a legal form by its short name.
func registerOf(rechtsform string) string {
	form := strings.ReplaceAll(strings.ToLower(rechtsform), ".", "")
	if before, rest, ok := strings.Cut(form, "("); ok { // (haftungsbeschränkt)
		_, after, _ := strings.Cut(rest, ")")
		form = before + " " + after
	}
	form = strings.Join(strings.Fields(form), " ")
	switch form {
	case "ek", "e k", "ekfm", "ekfr", "ohg", "kg", "ewiv":
		return "HRA"
	case "gmbh", "ggmbh", "ug", "gug", "ag", "gag", "invag", "reit-ag", "se", "kgaa", "vvag":
		return "HRB"
	case "eg", "sce":
		return "GnR"
	case "partg", "partg mbb", "partgmbb":
		return "PR"
	case "ev", "e v":
		return "VR"
	case "egbr":
		return "GsR"
	}
	switch {
	case strings.HasSuffix(form, " & co kg"), strings.HasSuffix(form, " & co ohg"):
		return "HRA"
	case strings.HasSuffix(form, " & co kgaa"):
		return "HRB"
	}
	return ""
}

var registerKinds = [...]string{"HRA", "HRB", "GnR", "PR", "VR", "GsR"}

// registerParts are slices of the text, and the kind in its usual spelling.
type registerParts struct{ court, kind, digits, suffix string }

func (r *registerParts) number() string {
	if r.suffix == "" {
		return r.digits
	}
	return r.digits + " " + strings.ToUpper(r.suffix)
}

func (r *registerParts) String() string {
	court := r.courtName()
	if court != "" {
		court += " "
	}
	return court + r.kind + " " + r.number()
}

// courtName is the court with single spaces and plain hyphens.
func (r *registerParts) courtName() string {
	var name strings.Builder
	for i, size := 0, 0; i < len(r.court); i += size {
		var c byte
		c, size = plain(r.court, i)
		name.WriteByte(c)
	}
	return strings.Join(strings.Fields(name.String()), " ")
}

func readRegister(s string) (r registerParts, p problem) {
	from, to := trim(s)
	if from == to {
		return r, problem{Empty, -1}
	}
	if to-from > 120 {
		return r, problem{Length, -1}
	}
	start, end := r.findKind(s, from, to)
	if r.kind == "" {
		return r, problem{Structure, -1}
	}
	i := end
	for i < to {
		if c, size := plain(s, i); contains(" :.-", c) {
			i += size
		} else if i+3 <= to && strings.EqualFold(s[i:i+3], "Nr.") {
			i += 3
		} else {
			break
		}
	}
	digits := i
	for i < to && isDigit(s[i]) {
		i++
	}
	switch r.digits = s[digits:i]; {
	case r.digits == "":
		return r, problem{Structure, min(digits, len(s)-1)}
	case len(r.digits) > 6:
		return r, problem{Length, digits}
	case strings.Trim(r.digits, "0") == "":
		return r, problem{Range, digits}
	}
	behind := namesCourt(s[:to], blanks(s, i, to)) // "HRB 1 Amtsgericht X"
	if !behind {
		if i, p = r.readSuffix(s, i, to); p.code != "" {
			return r, p
		}
		behind = i < to && s[i] == ','
	}
	court, courtEnd := from, start
	if i < to { // ", Amtsgericht X"
		if start > from || !behind {
			return r, problem{Structure, i}
		}
		court, courtEnd = i, to
	}
	return r, r.readCourt(s, court, courtEnd)
}

// readSuffix reads the letters behind the number and returns the place behind
// them and white space.
func (r *registerParts) readSuffix(s string, i, to int) (int, problem) {
	i = blanks(s, i, to)
	suffix := i
	for i < to && isLetter(s[i]&^0x20) {
		i++
	}
	r.suffix = s[suffix:i]
	if len(r.suffix) > 3 {
		return i, problem{Length, suffix}
	}
	return blanks(s, i, to), problem{}
}

// namesCourt reports whether a court follows that cannot be letters of the
// number.
func namesCourt(s string, i int) bool {
	for _, word := range [...]string{"Amtsgericht", "Registergericht"} {
		if end := i + len(word); end < len(s) && strings.EqualFold(s[i:end], word) && endsWord(s[end:]) {
			return true
		}
	}
	return false
}

// endsWord reports whether white space or a colon comes first.
func endsWord(s string) bool {
	c, _ := plain(s, 0)
	return c == ' ' || c == ':'
}

// blanks returns the next place that is no white space.
func blanks(s string, i, to int) int {
	for i < to {
		c, size := plain(s, i)
		if c != ' ' {
			break
		}
		i += size
	}
	return i
}

// findKind looks for the first word that names a register and has more behind
// it.
func (r *registerParts) findKind(s string, from, to int) (start, end int) {
	begins := true
	for i, size := from, 0; i < to; i += size {
		var c byte
		c, size = plain(s, i)
		if begins && c != ' ' {
			if kind, stop := kindAt(s, i, to); kind != "" && stop < to {
				r.kind = kind
				return i, stop
			}
		}
		begins = contains(" ,:", c)
	}
	return 0, 0
}

// kindAt returns the kind of register that stands at a place as a word, and
// the place behind it.
func kindAt(s string, i, to int) (kind string, stop int) {
	for _, kind := range registerKinds {
		stop := i + len(kind)
		if kind[0] == 'H' && i+2 < to && strings.EqualFold(s[i:i+2], "HR") {
			stop = blanks(s, i+2, to) + 1 // "HR B"
			if stop > to || s[stop-1]&^0x20 != kind[2] {
				continue
			}
		} else if stop > to || !strings.EqualFold(s[i:stop], kind) {
			continue
		}
		if stop == to {
			return kind, stop
		}
		if c, _ := plain(s, stop); isDigit(c) || contains(" :.-", c) {
			return kind, stop
		}
	}
	return "", 0
}

// readCourt checks the characters of the court and leaves out what every
// court is called.
func (r *registerParts) readCourt(s string, from, to int) problem {
	letters := 0
	for i := from; i < to; {
		c, n := utf8.DecodeRuneInString(s[i:to])
		switch {
		case c == utf8.RuneError && n == 1:
			return problem{Charset, i}
		case unicode.IsLetter(c):
			letters++
		default:
			if b, _ := plain(s, i); !contains(" .-()/,:", b) {
				return problem{Charset, i}
			}
		}
		i += n
	}
	r.court = withoutTitle(s[from:to])
	if r.court != "" && (letters == 0 || namesRegister(r.court)) {
		return problem{Structure, from}
	}
	return problem{}
}

// withoutTitle leaves out what every court is called, however often.
func withoutTitle(court string) string {
	court = strings.TrimFunc(court, isAround)
	for titled := true; titled; {
		titled = false
		for _, word := range [...]string{"Registergericht", "Amtsgericht", "AG"} {
			if len(court) > len(word) && strings.EqualFold(court[:len(word)], word) && endsWord(court[len(word):]) {
				court, titled = strings.TrimFunc(court[len(word):], isAround), true
			}
		}
	}
	return court
}

func isAround(r rune) bool { return strings.ContainsRune(" \t,:", r) || isWideSpace(r) }

// namesRegister reports whether a word of the court names a register: in
// front of "HRB 1", "Jena VR" would read as a court with another register.
func namesRegister(court string) bool {
	begins := true
	for i, size := 0, 0; i < len(court); i += size {
		var c byte
		c, size = plain(court, i)
		if kind, _ := kindAt(court, i, len(court)); begins && kind != "" {
			return true
		}
		begins = contains(" ,:", c)
	}
	return false
}
