package ids

import "strings"

// UStID is a VAT identification number (Umsatzsteuer-Identifikationsnummer,
// § 27a UStG) of a member state of the European Union or of Northern Ireland,
// with its country in front: "DE136695976". Greece is EL.
//
// Rules: the European Commission's table of VAT number structures (VIES,
// frequently asked questions). The check digit of German numbers, ISO/IEC 7064
// MOD 11,10, was that of the repealed Zusammenfassende-Meldung-Verordnung; the
// Bundeszentralamt für Steuern no longer publishes it, so a number that does
// not fit is accepted, with a [UStID.Warning]. Other countries' check digits
// are not checked, and old Irish numbers with + or * are not accepted.
type UStID string

const ustIDName = "USt-IdNr"

// ParseUStID reads a VAT identification number. Spaces, hyphens, dots and
// slashes are skipped; GR becomes EL. Codes: [Empty], [Charset], [Length],
// [Country] (no member state in front), [Structure], [Range] (a German number
// with 0 in front).
func ParseUStID(s string) (UStID, error) {
	b, p := checkUStID(s)
	return parsed[UStID](ustIDName, s, b, p)
}

// Valid reports whether [ParseUStID] accepts the text.
func (u UStID) Valid() bool {
	_, p := checkUStID(string(u))
	return p.code == ""
}

// Warning returns an [*Error] with [Checksum] for a German number whose check
// digit does not fit, and nil for any other.
func (u UStID) Warning() error {
	b, p := checkUStID(string(u))
	if p.code != "" || b.d[0] != 'D' || b.d[1] != 'E' || mod1110(b.d[2:10]) == b.d[10]-'0' {
		return nil
	}
	return problem{Checksum, int(b.at[10])}.err(ustIDName, string(u))
}

// Format groups the digits of a German number by three, "DE 136 695 976", and
// separates the country of others. What is no VAT identification number is
// returned as it is.
func (u UStID) Format() string {
	b, p := checkUStID(string(u))
	if b.d[0] == 'D' && b.d[1] == 'E' {
		return masked(string(u), b, p, "## ### ### ###")
	}
	return masked(string(u), b, p, "## ")
}

// Country returns the first two letters ("DE", "EL" for Greece, "XI" for
// Northern Ireland), "" for what is no VAT identification number.
func (u UStID) Country() string {
	b, p := checkUStID(string(u))
	if p.code != "" {
		return ""
	}
	return string(b.d[:2])
}

func checkUStID(s string) (b buf, p problem) {
	if b, p = gathered(s, "-./"); p.code != "" {
		return b, p
	}
	if b.n < 2 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "2a"); p.code != "" {
		return b, p
	}
	if b.d[0] == 'G' && b.d[1] == 'R' {
		b.d[0], b.d[1] = 'E', 'L'
	}
	forms := vatForms(b.d[0], b.d[1])
	if forms == "" {
		return b, problem{Country, int(b.at[0])}
	}
	p = problem{Length, -1}
	for forms != "" && p.code != "" {
		var form string
		form, forms, _ = strings.Cut(forms, "|")
		if b.n == 2+patternLen(form) {
			p = b.structure(2, form)
		}
	}
	if p.code != "" {
		return b, p
	}
	if b.d[0] == 'D' && b.d[2] == '0' {
		return b, problem{Range, int(b.at[2])}
	}
	return b, problem{}
}

// vatForms are the structures behind the country.
func vatForms(a, b byte) string {
	switch string([]byte{a, b}) {
	case "AT":
		return "U8n"
	case "BE", "PL", "SK":
		return "10n"
	case "BG":
		return "9n|10n"
	case "CY":
		return "8n1a"
	case "CZ":
		return "8n|9n|10n"
	case "DE", "EE", "EL", "PT":
		return "9n"
	case "DK", "FI", "HU", "LU", "MT", "SI":
		return "8n"
	case "ES":
		return "1c7n1c"
	case "FR":
		return "2c9n"
	case "HR", "IT", "LV":
		return "11n"
	case "IE":
		return "1n1c5n1a|7n2a"
	case "LT":
		return "9n|12n"
	case "NL":
		return "9cB2c"
	case "RO":
		return "2n|3n|4n|5n|6n|7n|8n|9n|10n"
	case "SE":
		return "12n"
	case "XI":
		return "9n|12n|GD3n|HA3n"
	}
	return ""
}

// WirtschaftsID is a German business identification number
// (Wirtschafts-Identifikationsnummer, § 139c AO): the form of a German VAT
// identification number, and behind a hyphen five digits that tell the
// activities of one business apart (Unterscheidungsmerkmal), which may be
// missing: "DE123456788-00001".
type WirtschaftsID string

const wirtschaftsIDName = "W-IdNr"

// ParseWirtschaftsID reads a business identification number. Spaces, hyphens,
// dots and slashes are skipped. Codes: [Empty], [Charset], [Length],
// [Structure], [Range] (0 in front, or the distinguishing digits 00000),
// [Checksum] (ISO/IEC 7064 MOD 11,10).
func ParseWirtschaftsID(s string) (WirtschaftsID, error) {
	b, p := checkWirtschaftsID(s)
	return parsed[WirtschaftsID](wirtschaftsIDName, s, b, p)
}

// Valid reports whether [ParseWirtschaftsID] accepts the text.
func (w WirtschaftsID) Valid() bool {
	_, p := checkWirtschaftsID(string(w))
	return p.code == ""
}

// Warning returns an [*Error] with [Range] for distinguishing digits other
// than 00001, because the Bundeszentralamt für Steuern gives out no others
// before the last quarter of 2027.
func (w WirtschaftsID) Warning() error {
	b, p := checkWirtschaftsID(string(w))
	if p.code != "" || b.n == 11 || b.number(12, 17) == 1 {
		return nil
	}
	return problem{Range, int(b.at[12])}.err(wirtschaftsIDName, string(w))
}

// Format returns the normal form. What is no business identification number
// is returned as it is.
func (w WirtschaftsID) Format() string {
	b, p := checkWirtschaftsID(string(w))
	return masked(string(w), b, p, "")
}

func checkWirtschaftsID(s string) (b buf, p problem) {
	if b, p = gathered(s, "-./"); p.code != "" {
		return b, p
	}
	if b.n != 11 && b.n != 16 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "DE9n"); p.code != "" {
		return b, p
	}
	if p = b.digits(11, b.n); p.code != "" {
		return b, p
	}
	if b.d[2] == '0' {
		return b, problem{Range, int(b.at[2])}
	}
	if mod1110(b.d[2:10]) != b.d[10]-'0' {
		return b, problem{Checksum, int(b.at[10])}
	}
	if b.n == 16 {
		if b.number(11, 16) == 0 {
			return b, problem{Range, int(b.at[11])}
		}
		b.insert(11, '-')
	}
	return b, problem{}
}
