package ids

// EORI is the number of an economic operator in customs matters (Economic
// Operators Registration and Identification): the country and at most fifteen
// letters or digits, "DE1234567".
//
// Rules: Implementing Regulation (EU) 2015/2447, annex 12-01; German numbers
// have seven digits, or fifteen (Generalzolldirektion). There is no check
// digit.
type EORI string

const eoriName = "EORI-Nummer"

// ParseEORI reads an EORI number. Spaces and hyphens are skipped, small
// letters raised. Codes: [Empty], [Charset], [Length], [Structure],
// [Country].
func ParseEORI(s string) (EORI, error) {
	b, p := checkEORI(s)
	return parsed[EORI](eoriName, s, b, p)
}

// Valid reports whether [ParseEORI] accepts the text.
func (e EORI) Valid() bool {
	_, p := checkEORI(string(e))
	return p.code == ""
}

// Warning returns an [*Error] with [Country] for the number of a country that
// is no member state of the European Union: only those, and Northern Ireland
// (XI), give out numbers that customs in the Union accept.
func (e EORI) Warning() error {
	b, p := checkEORI(string(e))
	if p.code != "" || vatForms(b.d[0], b.d[1]) != "" || string(b.d[:2]) == "GR" {
		return nil
	}
	return problem{Country, int(b.at[0])}.err(eoriName, string(e))
}

// Format returns the normal form. What is no EORI number is returned as it is.
func (e EORI) Format() string {
	b, p := checkEORI(string(e))
	return masked(string(e), b, p, "")
}

func checkEORI(s string) (b buf, p problem) {
	b.n, p = gather(b.d[:17], b.at[:17], s, "-", "")
	if p.code != "" {
		return b, p
	}
	if b.n < 3 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "2a"); p.code != "" {
		return b, p
	}
	if !isCountry(b.d[0], b.d[1]) && string(b.d[:2]) != "XI" {
		return b, problem{Country, int(b.at[0])}
	}
	if string(b.d[:2]) != "DE" {
		return b, problem{}
	}
	if b.n != 9 && b.n != 17 {
		return b, problem{Length, -1}
	}
	if b.n == 9 {
		return b, b.structure(2, "7n")
	}
	return b, b.structure(2, "15n")
}

// LEI is a legal entity identifier (ISO 17442): twenty characters,
// "529900T8BM49AURSDO55".
//
// Rules: ISO 17442-1:2020 (eighteen letters or digits, two check digits of
// ISO/IEC 7064 MOD 97-10).
type LEI string

const leiName = "LEI"

// ParseLEI reads a legal entity identifier. Spaces and hyphens are skipped,
// small letters raised. Codes: [Empty], [Charset], [Length], [Structure],
// [Checksum].
func ParseLEI(s string) (LEI, error) {
	b, p := checkLEI(s)
	return parsed[LEI](leiName, s, b, p)
}

// Valid reports whether [ParseLEI] accepts the text.
func (l LEI) Valid() bool {
	_, p := checkLEI(string(l))
	return p.code == ""
}

// Format returns the normal form. What is no LEI is returned as it is.
func (l LEI) Format() string {
	b, p := checkLEI(string(l))
	return masked(string(l), b, p, "")
}

func checkLEI(s string) (b buf, p problem) {
	if b, p = gathered(s, "-"); p.code != "" {
		return b, p
	}
	if b.n != 20 {
		return b, problem{Length, -1}
	}
	if p = b.structure(18, "2n"); p.code != "" {
		return b, p
	}
	if !givenOut97(b.d[18], b.d[19]) || remainder97(0, b.text()) != 1 {
		return b, problem{Checksum, int(b.at[18])}
	}
	return b, problem{}
}

// GLN is a global location number (GS1), which names a company or a place:
// thirteen digits, "4012345000009".
//
// Rules: GS1 General Specifications, 7.9.1 (check digit, weights 3 and 1 from
// the right).
type GLN string

const glnName = "GLN"

// ParseGLN reads a global location number. Spaces, hyphens, dots and slashes
// are skipped. Codes: [Empty], [Charset], [Length], [Checksum].
func ParseGLN(s string) (GLN, error) {
	b, p := checkGLN(s)
	return parsed[GLN](glnName, s, b, p)
}

// Valid reports whether [ParseGLN] accepts the text.
func (g GLN) Valid() bool {
	_, p := checkGLN(string(g))
	return p.code == ""
}

// Format returns the thirteen digits. What is no GLN is returned as it is.
func (g GLN) Format() string {
	b, p := checkGLN(string(g))
	return masked(string(g), b, p, "")
}

func checkGLN(s string) (b buf, p problem) {
	if b, p = gatheredDigits(s, "-./", 13, 13); p.code != "" {
		return b, p
	}
	sum := 0
	for i, c := range b.d[:13] {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	if sum%10 != 0 {
		return b, problem{Checksum, int(b.at[12])}
	}
	return b, problem{}
}
