package ids

import "strings"

// Telefonnummer is a telephone number in the international form of ITU-T
// E.164: a plus sign and at most fifteen digits, "+493012345678".
//
// Rules: ITU-T E.164 (length, country codes); DIN 5008 and ITU-T E.123 for how
// it is written. Whether the number exists is not checked; short numbers such
// as 115 have no international form and are not accepted.
type Telefonnummer string

const telefonName = "Telefonnummer"

// ParseTelefonnummer reads a telephone number as people write it:
// "+49 30 12345-67", "0049 30 1234567", "(0211) 1234567", "030/123 45 67",
// "+49 (0)30 1234567", "(+49) 030 1234567". A number with one leading zero is
// German; behind +49 the zero of the area code is left out. Codes: [Empty],
// [Charset], [Length], [Structure] (no plus sign or zero in front, that is
// without the area code; more zeros than numbers begin with).
func ParseTelefonnummer(s string) (Telefonnummer, error) {
	t := readTelefon(s)
	if t.problem.code != "" {
		return "", t.problem.err(telefonName, s)
	}
	return Telefonnummer(t.e164()), nil
}

// Valid reports whether [ParseTelefonnummer] accepts the text.
func (t Telefonnummer) Valid() bool { return readTelefon(string(t)).problem.code == "" }

// Country returns the country code without the plus sign ("49"), "" for what
// is no telephone number.
func (t Telefonnummer) Country() string {
	n := readTelefon(string(t))
	if n.problem.code != "" {
		return ""
	}
	return string(n.d[:n.country])
}

// Format separates the country code, and in Germany the code of the area or
// the mobile network where its length follows from its first digits:
// "+49 30 12345678", "+49 171 2345678", "+49 364112345". What is no telephone
// number is returned as it is. To keep the parts as they were typed, see
// [TelefonDIN5008].
func (t Telefonnummer) Format() string {
	n := readTelefon(string(t))
	if n.problem.code != "" {
		return string(t)
	}
	n.area, n.extension = 0, 0
	if n.country == 2 && n.d[0] == '4' && n.d[1] == '9' {
		n.area = germanArea(n.d[2:n.n])
	}
	return n.din5008()
}

// TelefonDIN5008 writes a telephone number that was typed in any form by DIN
// 5008, international, keeping where the area code ends and where the
// extension begins if the writer said so: "(0211) 12345-678" becomes
// "+49 211 12345-678". Errors as for [ParseTelefonnummer].
func TelefonDIN5008(s string) (string, error) {
	t := readTelefon(s)
	if t.problem.code != "" {
		return "", t.problem.err(telefonName, s)
	}
	if t.area == 0 && t.country == 2 && t.d[0] == '4' && t.d[1] == '9' {
		t.area = germanArea(t.d[2:t.n])
	}
	return t.din5008(), nil
}

// telefon is a number taken apart: digits with the country code, how many
// digits country and area have (area 0: not known), and how many digits the
// extension behind a hyphen has.
type telefon struct {
	d                        [15]byte
	n                        int
	country, area, extension int
	problem                  problem
}

// german reports whether the number begins with the country code of Germany.
func (t *telefon) german() bool { return t.country == 2 && t.d[0] == '4' && t.d[1] == '9' }

func (t *telefon) e164() string { return "+" + string(t.d[:t.n]) }

func (t *telefon) din5008() string {
	out := make([]byte, 0, t.n+4)
	out = append(append(append(out, '+'), t.d[:t.country]...), ' ')
	i := t.country
	if t.area > 0 && t.country+t.area < t.n-t.extension {
		out = append(append(out, t.d[i:i+t.area]...), ' ')
		i += t.area
	}
	if t.extension > 0 && i < t.n-t.extension {
		out = append(append(out, t.d[i:t.n-t.extension]...), '-')
		i = t.n - t.extension
	}
	return string(append(out, t.d[i:t.n]...))
}

func readTelefon(s string) (t telefon) {
	from, to := trim(s)
	if from == to {
		return telefon{problem: problem{Empty, -1}}
	}
	i := t.begin(s, from)
	g := groups{trunk: t.german()} // the zero is what told that it is German
	for size := 0; i < to && t.problem.code == ""; i += size {
		var c byte
		c, size = plain(s, i)
		switch {
		case c == '0' && t.n == 2 && t.german(): // +49 (0)30, +49 (030), +49 030
			if g.trunk {
				t.problem = problem{Structure, i}
			}
			g.trunk = true
		case isDigit(c):
			t.digit(&g, c, i)
		case c == '(' && i+2 < to && s[i+1] == '0' && s[i+2] == ')' && t.n == t.country && t.country > 0:
			size = 3
		case contains("-/ .()", c):
			if t.country == 0 && t.n > 0 {
				t.problem = problem{Structure, i}
			}
			if g.inside && c == '-' && g.n > 1 {
				g.hyphen = t.n
			} else if c != '-' && g.inside {
				g.hyphen = 0
			}
			g.inside = false
		case c == '+':
			t.problem = problem{Structure, i}
		default:
			t.problem = problem{Charset, i}
		}
	}
	switch {
	case t.problem.code != "":
		return telefon{problem: t.problem}
	case t.country == 0 || t.n-t.country < 4:
		return telefon{problem: problem{Length, -1}}
	}
	if g.n > 1 && g.firstEnd < t.n {
		t.area = g.firstEnd - t.country
	}
	if g.hyphen > t.country+t.area && g.hyphen < t.n {
		t.extension = t.n - g.hyphen
	}
	return t
}

// groups are the groups of digits behind the country code: how many, whether
// the reader is in one, how many digits came before the first one's end and
// before a hyphen that only one group follows.
type groups struct {
	n                int
	inside, trunk    bool // trunk: the zero that only goes in front of an area was read
	firstEnd, hyphen int
}

func (t *telefon) digit(g *groups, c byte, at int) {
	switch {
	case t.n == len(t.d):
		t.problem = problem{Length, at}
		return
	case t.n == 0 && c == '0':
		t.problem = problem{Structure, at}
		return
	}
	t.d[t.n] = c
	t.n++
	if t.country == 0 {
		t.country = countryCode(t.d[:t.n])
		return
	}
	if !g.inside {
		g.inside = true
		g.n++
	}
	if g.n == 1 {
		g.firstEnd = t.n
	}
}

// begin reads what is in front of the digits, a plus sign or zeros, and
// returns the place behind it.
func (t *telefon) begin(s string, i int) (next int) {
	for i < len(s) && (s[i] == '(' || s[i] == ' ') {
		i++
	}
	switch {
	case i == len(s):
	case s[i] == '+':
		return i + 1
	case strings.HasPrefix(s[i:], "00"):
		return i + 2
	}
	if i == len(s) || s[i] != '0' {
		code := Structure
		if i < len(s) && !isDigit(s[i]) && !contains("-/.)", s[i]) {
			code = Charset
		}
		t.problem = problem{code, min(i, len(s)-1)}
		return i
	}
	t.d[0], t.d[1], t.n, t.country = '4', '9', 2, 2
	return i + 1
}

// countryCode returns how many of the digits are the country code of ITU-T
// E.164, 0 if more are needed to tell.
func countryCode(d []byte) int {
	switch {
	case d[0] == '1', d[0] == '7':
		return 1
	case len(d) == 3:
		return 3
	case len(d) < 2:
		return 0
	}
	switch d[0] {
	case '2':
		if d[1] == '0' || d[1] == '7' {
			return 2
		}
	case '3':
		if d[1] != '5' && d[1] != '7' && d[1] != '8' {
			return 2
		}
	case '4':
		if d[1] != '2' {
			return 2
		}
	case '5':
		if d[1] >= '1' && d[1] <= '8' {
			return 2
		}
	case '6':
		if d[1] <= '6' {
			return 2
		}
	case '8':
		if d[1] == '1' || d[1] == '2' || d[1] == '4' || d[1] == '6' {
			return 2
		}
	case '9':
		if d[1] <= '5' || d[1] == '8' {
			return 2
		}
	}
	return 0
}

// germanArea returns the length of the code in front of a German number where
// its first digits tell it (Bundesnetzagentur, Nummernpläne): the four cities
// with two digits, mobile networks, services; 0 for others.
func germanArea(d []byte) int {
	switch string(d[:2]) {
	case "30", "40", "69", "89", "32":
		return 2
	case "15":
		return 4
	case "16", "17":
		return 3
	}
	switch string(d[:3]) {
	case "800", "900", "700", "180", "137":
		return 3
	}
	return 0
}
