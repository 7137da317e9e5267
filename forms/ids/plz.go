package ids

// PLZ is a German postcode (Postleitzahl): five digits.
//
// Deutsche Post gives out numbers between 01067 (Dresden) and 99998
// (Weinbergen); what lies outside cannot be a postcode. Not every number
// inside is in use.
type PLZ string

const plzName = "PLZ"

// ParsePLZ reads a postcode. Spaces are skipped, and so is the country in
// front that some people still write ("D-07743", "DE-07743"). Codes: [Empty],
// [Charset], [Length], [Range].
func ParsePLZ(s string) (PLZ, error) {
	var d [5]byte
	if p := checkPLZ(&d, s); p.code != "" {
		return "", p.err(plzName, s)
	}
	return PLZ(d[:]), nil
}

// Valid reports whether [ParsePLZ] accepts the text.
func (p PLZ) Valid() bool {
	var d [5]byte
	return checkPLZ(&d, string(p)).code == ""
}

// Format returns the five digits. What is no postcode is returned as it is.
func (p PLZ) Format() string {
	var d [5]byte
	if checkPLZ(&d, string(p)).code != "" {
		return string(p)
	}
	return string(d[:])
}

func checkPLZ(d *[5]byte, s string) problem {
	var buf, at [7]byte
	n, p := gather(buf[:], at[:], s, "-", "")
	if p.code != "" {
		return p
	}
	start := 0
	if buf[0] == 'D' {
		start = 1
		if n > 1 && buf[1] == 'E' {
			start = 2
		}
	}
	for i := start; i < n; i++ {
		if !isDigit(buf[i]) {
			return problem{Charset, int(at[i])}
		}
	}
	if n-start != len(d) {
		return problem{Length, -1}
	}
	copy(d[:], buf[start:n])
	number := 0
	for _, c := range d {
		number = number*10 + int(c-'0')
	}
	if number < 1067 || number > 99998 {
		return problem{Range, -1}
	}
	return problem{}
}
