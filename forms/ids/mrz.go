package ids

import "strings"

// MRZ is the machine-readable zone of a travel or identity document, its lines
// separated by a line feed: three of thirty characters (TD1, the German
// identity card), two of thirty-six (TD2, the provisional one) or two of
// forty-four (TD3, passports).
//
// Rules: ICAO Doc 9303, parts 3 (characters, check digits), 4 (TD3), 5 (TD1)
// and 6 (TD2). German cards since August 2021 name the version of their format
// in the optional data of the second line ("2108"), which the composite check
// digit covers; see [MRZ.Version]. Visas have no composite check digit and are
// not supported.
type MRZ string

const mrzName = "Maschinenlesbare Zone"

// ParseMRZ reads a machine-readable zone, the lines one below the other or run
// together. White space is skipped, small letters raised. Codes: [Empty],
// [Charset], [Length], [Structure] (letters where digits belong, or the
// reverse; no document of these kinds), [NoDate], [Checksum].
func ParseMRZ(s string) (MRZ, error) {
	m, p := checkMRZ(s)
	if p.code != "" {
		return "", p.err(mrzName, s)
	}
	return MRZ(m.String()), nil
}

// Valid reports whether [ParseMRZ] accepts the text.
func (m MRZ) Valid() bool {
	_, p := checkMRZ(string(m))
	return p.code == ""
}

// Format returns the normal form. What is no machine-readable zone is returned
// as it is.
func (m MRZ) Format() string {
	z, p := checkMRZ(string(m))
	if p.code != "" {
		return string(m)
	}
	return z.String()
}

// Size returns "TD1", "TD2" or "TD3". Like all methods that follow, it returns
// "" for what is no machine-readable zone.
func (m MRZ) Size() string { return m.field(func(z *mrz) string { return z.layout.name }) }

// DocumentCode returns the kind of document: "ID", "P".
func (m MRZ) DocumentCode() string { return m.text(0, 2) }

// IssuingState returns the state or organisation that issued the document: "D"
// for Germany, else a code of ICAO Doc 9303-3, such as "UTO".
func (m MRZ) IssuingState() string { return m.text(2, 5) }

// DocumentNumber returns the number of the document; a longer one than nine
// characters goes on in the optional data (ICAO Doc 9303-5, 4.2.2).
func (m MRZ) DocumentNumber() string {
	return m.field(func(z *mrz) string {
		number := fillersOff(z.d[z.layout.number : z.layout.number+9])
		if rest, long := z.longNumber(); long {
			return number + string(rest[:len(rest)-1])
		}
		return number
	})
}

// Nationality returns the state of which the holder is a national: "D".
func (m MRZ) Nationality() string {
	return m.field(func(z *mrz) string { return fillersOff(z.d[z.layout.nationality : z.layout.nationality+3]) })
}

// DateOfBirth returns year, month and day with two digits each; "<<" where a
// part is not known. The century is not in the zone.
func (m MRZ) DateOfBirth() string {
	return m.field(func(z *mrz) string { return string(z.d[z.layout.birth : z.layout.birth+6]) })
}

// DateOfExpiry returns year, month and day with two digits each.
func (m MRZ) DateOfExpiry() string {
	return m.field(func(z *mrz) string { return string(z.d[z.layout.expiry : z.layout.expiry+6]) })
}

// Sex returns "F", "M", or "" if the document does not say.
func (m MRZ) Sex() string {
	return m.field(func(z *mrz) string { return fillersOff(z.d[z.layout.sex : z.layout.sex+1]) })
}

// Version returns the four digits that German identity cards carry since
// August 2021 ("2108"), "" if there are none.
func (m MRZ) Version() string {
	return m.field(func(z *mrz) string {
		version := string(z.d[48:52])
		if z.layout.name != "TD1" || string(z.d[2:5]) != "D<<" || strings.Trim(version, "0123456789") != "" {
			return ""
		}
		return version
	})
}

// Names returns the names as far as the zone holds them, in capital letters
// with spaces, transliterated (MUELLER): first the primary identifier, which
// in Germany is the family name, then the secondary one.
func (m MRZ) Names() (primary, secondary string) {
	z, p := checkMRZ(string(m))
	if p.code != "" {
		return "", ""
	}
	primary, secondary, _ = strings.Cut(string(z.d[z.layout.names:z.layout.namesEnd]), "<<")
	return fillersOff([]byte(primary)), fillersOff([]byte(secondary))
}

func (m MRZ) text(from, to int) string {
	return m.field(func(z *mrz) string { return fillersOff(z.d[from:to]) })
}

func (m MRZ) field(get func(*mrz) string) string {
	z, p := checkMRZ(string(m))
	if p.code != "" {
		return ""
	}
	return get(&z)
}

func fillersOff(b []byte) string {
	return strings.TrimSpace(strings.ReplaceAll(string(b), "<", " "))
}

// mrzLayout says where the fields are, counted through all lines.
type mrzLayout struct {
	name                                          string
	line, number, nationality, birth, sex, expiry int
	names, namesEnd, optional, optionalEnd        int
	composite                                     int
}

var mrzLayouts = [3]mrzLayout{
	{"TD1", 30, 5, 45, 30, 37, 38, 60, 90, 15, 30, 59},
	{"TD2", 36, 36, 46, 49, 56, 57, 5, 36, 64, 71, 71},
	{"TD3", 44, 44, 54, 57, 64, 65, 5, 44, 72, 86, 87},
}

type mrz struct {
	d, at  [90]byte
	n      int
	layout mrzLayout
}

func (z *mrz) String() string {
	out := make([]byte, 0, len(z.d)+2)
	for i := 0; i < z.n; i += z.layout.line {
		if i > 0 {
			out = append(out, '\n')
		}
		out = append(out, z.d[i:i+z.layout.line]...)
	}
	return string(out)
}

func checkMRZ(s string) (z mrz, p problem) {
	if z.n, p = gather(z.d[:], z.at[:], s, "\r\n", "<"); p.code != "" {
		return z, p
	}
	switch z.n {
	case 90:
		z.layout = mrzLayouts[0]
	case 72:
		z.layout = mrzLayouts[1]
	case 88:
		z.layout = mrzLayouts[2]
	default:
		return z, problem{Length, -1}
	}
	if p = z.structure(); p.code != "" {
		return z, p
	}
	return z, z.checkDigits()
}

func (z *mrz) structure() problem {
	l := &z.layout
	first := "ACI"
	if l.name == "TD3" {
		first = "P"
	}
	if !contains(first, z.d[0]) {
		return problem{Structure, int(z.at[0])}
	}
	for _, field := range [4][3]int{
		{2, 5}, {l.nationality, l.nationality + 3}, {l.names, l.namesEnd}, {l.names, l.names + 1, 1},
	} {
		for i := field[0]; i < field[1]; i++ {
			if isDigit(z.d[i]) || field[2] == 1 && z.d[i] == '<' {
				return problem{Structure, int(z.at[i])}
			}
		}
	}
	if !contains("FMX<", z.d[l.sex]) {
		return problem{Structure, int(z.at[l.sex])}
	}
	for _, from := range [2]int{l.birth, l.expiry} {
		for i := from; i < from+6; i++ {
			if isLetter(z.d[i]) {
				return problem{Structure, int(z.at[i])}
			}
		}
		if month := z.d[from+2 : from+4]; isDigit(month[0]) && isDigit(month[1]) && (month[0] > '1' || month[0] == '1' && month[1] > '2') {
			return problem{NoDate, int(z.at[from+2])}
		}
		if day := z.d[from+4 : from+6]; day[0] == '3' && day[1] > '1' || day[0] > '3' {
			return problem{NoDate, int(z.at[from+4])}
		}
	}
	return problem{}
}

func (z *mrz) checkDigits() problem {
	l := &z.layout
	number, d := l.number, &z.d
	if rest, long := z.longNumber(); long {
		last := len(rest) - 1
		if icaoDigit(d[number:number+9], rest[:last]) != rest[last] {
			return problem{Checksum, int(z.at[l.optional+last])}
		}
	} else if icaoDigit(d[number:number+9]) != d[number+9] {
		return problem{Checksum, int(z.at[number+9])}
	}
	for _, from := range [2]int{l.birth, l.expiry} {
		if icaoDigit(d[from:from+6]) != d[from+6] {
			return problem{Checksum, int(z.at[from+6])}
		}
	}
	var composite byte
	switch l.name {
	case "TD1":
		composite = icaoDigit(d[5:30], d[30:37], d[38:45], d[48:59])
	case "TD2":
		composite = icaoDigit(d[36:46], d[49:56], d[57:71])
	default:
		personal := icaoDigit(d[l.optional:l.optionalEnd])
		if c := d[l.optionalEnd]; c != personal && (c != '<' || personal != '0') {
			return problem{Checksum, int(z.at[l.optionalEnd])}
		}
		composite = icaoDigit(d[44:54], d[57:64], d[65:87])
	}
	if composite != d[l.composite] {
		return problem{Checksum, int(z.at[l.composite])}
	}
	return problem{}
}

// longNumber returns the rest of a document number of more than nine
// characters with its check digit: the check digit's place holds a filler then,
// and the optional data begins with the rest.
func (z *mrz) longNumber() ([]byte, bool) {
	l := &z.layout
	if l.name == "TD3" || z.d[l.number+9] != '<' {
		return nil, false
	}
	end := l.optional
	for end < l.optionalEnd && z.d[end] != '<' {
		end++
	}
	return z.d[l.optional:end], end-l.optional >= 2
}
