package ids

// AGS is a municipality key (Amtlicher Gemeindeschlüssel): eight digits for
// state, administrative district (Regierungsbezirk), county (Kreis) and
// municipality, "05315000".
//
// Rules: Statistisches Bundesamt, Gemeindeverzeichnis, structure of the key.
// It has no check digit; that the municipality exists is not checked.
type AGS string

const agsName = "AGS"

// ParseAGS reads a municipality key. Spaces, hyphens, dots and slashes are
// skipped. Codes: [Empty], [Charset], [Length] (also for a leading zero that a
// spreadsheet took away), [OtherLand].
func ParseAGS(s string) (AGS, error) {
	b, p := checkAGS(s, 8)
	return parsed[AGS](agsName, s, b, p)
}

// Valid reports whether [ParseAGS] accepts the text.
func (a AGS) Valid() bool {
	_, p := checkAGS(string(a), 8)
	return p.code == ""
}

// Format groups the digits by level, "05 3 15 000". What is no municipality
// key is returned as it is.
func (a AGS) Format() string {
	b, p := checkAGS(string(a), 8)
	return masked(string(a), b, p, "## # ## ###")
}

// Land returns the state, "" for what is no municipality key.
func (a AGS) Land() Land {
	b, p := checkAGS(string(a), 8)
	if p.code != "" {
		return ""
	}
	return landOfSchluessel(b.d[0], b.d[1])
}

// Kreis returns the five digits of the county (Kreisschlüssel), "" for what is
// no municipality key.
func (a AGS) Kreis() string {
	b, p := checkAGS(string(a), 8)
	if p.code != "" {
		return ""
	}
	return string(b.d[:5])
}

// ARS is a regional key (Amtlicher Regionalschlüssel): twelve digits, an [AGS]
// with the four digits of the association of municipalities
// (Gemeindeverband) in front of the municipality, "053150000000".
//
// Rules: Statistisches Bundesamt, Gemeindeverzeichnis, structure of the key.
// The association cannot be told from the municipality key.
type ARS string

const arsName = "ARS"

// ParseARS reads a regional key, as [ParseAGS] does, with the same codes.
func ParseARS(s string) (ARS, error) {
	b, p := checkAGS(s, 12)
	return parsed[ARS](arsName, s, b, p)
}

// Valid reports whether [ParseARS] accepts the text.
func (a ARS) Valid() bool {
	_, p := checkAGS(string(a), 12)
	return p.code == ""
}

// Format groups the digits by level, "05 3 15 0000 000". What is no regional
// key is returned as it is.
func (a ARS) Format() string {
	b, p := checkAGS(string(a), 12)
	return masked(string(a), b, p, "## # ## #### ###")
}

// AGS returns the municipality key, which leaves the association out; "" for
// what is no regional key.
func (a ARS) AGS() AGS {
	b, p := checkAGS(string(a), 12)
	if p.code != "" {
		return ""
	}
	return AGS(string(b.d[:5]) + string(b.d[9:12]))
}

// Verband returns the nine digits of the association of municipalities, ""
// for what is no regional key.
func (a ARS) Verband() string {
	b, p := checkAGS(string(a), 12)
	if p.code != "" {
		return ""
	}
	return string(b.d[:9])
}

func checkAGS(s string, length int) (b buf, p problem) {
	if b, p = gatheredDigits(s, "-./", length, length); p.code != "" {
		return b, p
	}
	if landOfSchluessel(b.d[0], b.d[1]) == "" {
		return b, problem{OtherLand, int(b.at[0])}
	}
	return b, problem{}
}

// LeitwegID is the address of a public body that receives electronic invoices
// (Leitweg-ID): digits for the body (Grobadressierung), perhaps letters and
// digits for the office (Feinadressierung), two check digits,
// "04011000-1234512345-06".
//
// Rules: KoSIT, Formatspezifikation Leitweg-ID 2.0 (length 5 to 46; a
// Grobadressierung of 2, 3, 5, 8, 9 or 12 digits that begins with 01 to 16 or
// 99; check digits of ISO/IEC 7064 MOD 97-10).
type LeitwegID string

const leitwegIDName = "Leitweg-ID"

// ParseLeitwegID reads a Leitweg-ID. Spaces are skipped, small letters raised;
// the hyphens cannot be left out. Codes: [Empty], [Charset], [Length],
// [Structure], [OtherLand], [Checksum].
func ParseLeitwegID(s string) (LeitwegID, error) {
	b, p := checkLeitwegID(s)
	return parsed[LeitwegID](leitwegIDName, s, b, p)
}

// Valid reports whether [ParseLeitwegID] accepts the text.
func (l LeitwegID) Valid() bool {
	_, p := checkLeitwegID(string(l))
	return p.code == ""
}

// Format returns the normal form. What is no Leitweg-ID is returned as it is.
func (l LeitwegID) Format() string {
	b, p := checkLeitwegID(string(l))
	return masked(string(l), b, p, "")
}

func checkLeitwegID(s string) (b buf, p problem) {
	b.n, p = gather(b.d[:46], b.at[:46], s, "", "-")
	if p.code != "" {
		return b, p
	}
	if b.n < 5 {
		return b, problem{Length, -1}
	}
	first, last := 0, b.n-3
	for first < b.n && b.d[first] != '-' {
		if !isDigit(b.d[first]) {
			return b, problem{Structure, int(b.at[first])}
		}
		first++
	}
	switch first {
	case b.n:
		return b, problem{Structure, -1}
	case 2, 3, 5, 8, 9, 12:
	default:
		return b, problem{Structure, int(b.at[first])}
	}
	if b.d[last] != '-' || !isDigit(b.d[last+1]) || !isDigit(b.d[last+2]) {
		return b, problem{Structure, int(b.at[last])}
	}
	if fine := last - first - 1; last != first && (fine < 1 || fine > 30) {
		return b, problem{Length, int(b.at[first])}
	}
	for i := first + 1; i < last; i++ {
		if b.d[i] == '-' {
			return b, problem{Structure, int(b.at[i])}
		}
	}
	if land := b.d[:2]; string(land) != "99" && landOfSchluessel(land[0], land[1]) == "" {
		return b, problem{OtherLand, int(b.at[0])}
	}
	r := remainder97(0, b.d[:first])
	if last > first {
		r = remainder97(r, b.d[first+1:last])
	}
	if !givenOut97(b.d[last+1], b.d[last+2]) || remainder97(r, b.d[last+1:b.n]) != 1 {
		return b, problem{Checksum, int(b.at[last+1])}
	}
	return b, problem{}
}
