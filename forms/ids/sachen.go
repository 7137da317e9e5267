package ids

// VIN is a vehicle identification number (Fahrzeug-Identifizierungsnummer,
// FIN): seventeen characters without I, O and Q, "WVWZZZ1JZ3W386752".
//
// Rules: ISO 3779:2009 (length and characters). The ninth character is a check
// digit in North America only (49 CFR 565.15), so none is checked.
type VIN string

const vinName = "FIN"

// ParseVIN reads a vehicle identification number. Spaces and hyphens are
// skipped, small letters raised. Codes: [Empty], [Charset] (also I, O and Q),
// [Length].
func ParseVIN(s string) (VIN, error) {
	b, p := checkVIN(s)
	return parsed[VIN](vinName, s, b, p)
}

// Valid reports whether [ParseVIN] accepts the text.
func (v VIN) Valid() bool {
	_, p := checkVIN(string(v))
	return p.code == ""
}

// Format returns the normal form. What is no VIN is returned as it is.
func (v VIN) Format() string {
	b, p := checkVIN(string(v))
	return masked(string(v), b, p, "")
}

func checkVIN(s string) (b buf, p problem) {
	if b, p = gathered(s, "-"); p.code != "" {
		return b, p
	}
	for i := range b.n {
		if contains("IOQ", b.d[i]) {
			return b, problem{Charset, int(b.at[i])}
		}
	}
	if b.n != 17 {
		return b, problem{Length, -1}
	}
	return b, problem{}
}

// Transponder is the code in the chip of an animal (ISO 11784): fifteen
// digits, of which the first three are the country of ISO 3166-1 (276 for
// Germany) or from 900 on the maker, "276098100345727".
//
// Rules: ISO 11784:1996 with amendments; ICAR's register of the codes of
// makers is not checked, nor whether the country exists.
type Transponder string

const transponderName = "Transponder-Code"

// ParseTransponder reads a code. Spaces, hyphens, dots and slashes are
// skipped, and so is the 0 that some readers put in front of the fifteen
// digits. Codes: [Empty], [Charset], [Length], [Range] (000 in front; more
// than the 38 bits of the national part hold).
func ParseTransponder(s string) (Transponder, error) {
	b, p := checkTransponder(s)
	return parsed[Transponder](transponderName, s, b, p)
}

// Valid reports whether [ParseTransponder] accepts the text.
func (t Transponder) Valid() bool {
	_, p := checkTransponder(string(t))
	return p.code == ""
}

// Warning returns an [*Error] with [TestOnly] for codes that begin with 999:
// those are for tests and need not be unique.
func (t Transponder) Warning() error {
	b, p := checkTransponder(string(t))
	if p.code != "" || b.number(0, 3) != 999 {
		return nil
	}
	return problem{TestOnly, int(b.at[0])}.err(transponderName, string(t))
}

// Format separates the country or maker, "276 098100345727". What is no code
// is returned as it is.
func (t Transponder) Format() string {
	b, p := checkTransponder(string(t))
	return masked(string(t), b, p, "### ")
}

func checkTransponder(s string) (b buf, p problem) {
	if b, p = gatheredDigits(s, "-./", 15, 16); p.code != "" {
		return b, p
	}
	if b.n == 16 {
		if b.d[0] != '0' {
			return b, problem{Length, -1}
		}
		copy(b.d[:], b.d[1:16])
		copy(b.at[:], b.at[1:16])
		b.n = 15
	}
	if b.number(0, 3) == 0 {
		return b, problem{Range, int(b.at[0])}
	}
	if b.number(3, 15) >= 1<<38 {
		return b, problem{Range, int(b.at[3])}
	}
	return b, problem{}
}

// Flurstueckskennzeichen is the key of a parcel of land (Flurstück) in the
// cadastre: twenty characters for state, Gemarkung, Flur, numerator and
// denominator of the parcel's number, and Folge, right-aligned with zeros; an
// underscore stands where a parcel has no Flur, denominator or Folge:
// "152450008007460284__".
//
// Rules: AdV, GeoInfoDok 6.0 and later, AX_Flurstueck_Kerndaten,
// flurstueckskennzeichen.
type Flurstueckskennzeichen string

const flurstueckName = "Flurstückskennzeichen"

// ParseFlurstueckskennzeichen reads the key: in its twenty characters, in
// eighteen (without the Folge), or in parts as [Flurstueckskennzeichen.Format]
// writes them, with or without leading zeros ("152450-8-746/284"). Spaces are
// skipped. Codes: [Empty], [Charset], [Length], [Structure] (a part that is
// filled in half), [OtherLand], [Range] (a numerator or denominator of zeros).
func ParseFlurstueckskennzeichen(s string) (Flurstueckskennzeichen, error) {
	b, p := checkFlurstueck(s)
	return parsed[Flurstueckskennzeichen](flurstueckName, s, b, p)
}

// Valid reports whether [ParseFlurstueckskennzeichen] accepts the text.
func (f Flurstueckskennzeichen) Valid() bool {
	_, p := checkFlurstueck(string(f))
	return p.code == ""
}

// Gemarkung returns the six digits of state and Gemarkung
// (Gemarkungsschlüssel). Like all methods that follow, it returns "" for what
// is no key.
func (f Flurstueckskennzeichen) Gemarkung() string { return f.part(0, 6, false) }

// Flur returns the number of the Flur without leading zeros, "" if the parcel
// has none.
func (f Flurstueckskennzeichen) Flur() string { return f.part(6, 9, true) }

// Zaehler returns the numerator of the parcel's number, which is the number
// itself where there is no denominator.
func (f Flurstueckskennzeichen) Zaehler() string { return f.part(9, 14, true) }

// Nenner returns the denominator of the parcel's number, "" if it has none.
func (f Flurstueckskennzeichen) Nenner() string { return f.part(14, 18, true) }

// Folge returns the Flurstücksfolge, "" if the parcel has none.
func (f Flurstueckskennzeichen) Folge() string { return f.part(18, 20, true) }

// Format writes the parts without leading zeros: Gemarkungsschlüssel, Flur
// and number, "152450-8-746/284", with a dot and the Folge behind it if there
// is one. A Flur that is missing leaves its place empty. What is no key is
// returned as it is.
func (f Flurstueckskennzeichen) Format() string {
	if !f.Valid() {
		return string(f)
	}
	out := f.Gemarkung() + "-" + f.Flur() + "-" + f.Zaehler()
	if n := f.Nenner(); n != "" {
		out += "/" + n
	}
	if n := f.Folge(); n != "" {
		out += "." + n
	}
	return out
}

func (f Flurstueckskennzeichen) part(from, to int, short bool) string {
	b, p := checkFlurstueck(string(f))
	if p.code != "" || b.d[from] == '_' {
		return ""
	}
	for short && from < to-1 && b.d[from] == '0' {
		from++
	}
	return string(b.d[from:to])
}

// flurstueckParts are where the parts begin, and the end.
var flurstueckParts = [6]int{0, 6, 9, 14, 18, 20}

func checkFlurstueck(s string) (b buf, p problem) {
	if b.n, p = gather(b.d[:], b.at[:], s, "", "_-/."); p.code != "" {
		return b, p
	}
	for i := range b.n {
		if isLetter(b.d[i]) {
			return b, problem{Charset, int(b.at[i])}
		}
	}
	if b.contains('-') {
		if p = b.joinFlurstueck(); p.code != "" {
			return b, p
		}
	}
	if b.n == 18 {
		b.d[18], b.d[19], b.n = '_', '_', 20
	}
	if b.n != 20 {
		return b, problem{Length, -1}
	}
	if landOfSchluessel(b.d[0], b.d[1]) == "" {
		return b, problem{OtherLand, int(b.at[0])}
	}
	for part := range 5 {
		from, to := flurstueckParts[part], flurstueckParts[part+1]
		missing := b.d[from] == '_' && part != 0 && part != 2
		zeros := true
		for i := from; i < to; i++ {
			if (b.d[i] == '_') != missing || !isDigit(b.d[i]) && b.d[i] != '_' {
				return b, problem{Structure, int(b.at[i])}
			}
			zeros = zeros && b.d[i] == '0'
		}
		if zeros && (part == 2 || part == 3) {
			return b, problem{Range, int(b.at[from])}
		}
	}
	return b, problem{}
}

func (b *buf) contains(c byte) bool {
	for i := range b.n {
		if b.d[i] == c {
			return true
		}
	}
	return false
}

// joinFlurstueck turns the parts into twenty characters.
func (b *buf) joinFlurstueck() problem {
	var out buf
	out.n = 20
	i := 0
	for part := range 5 {
		from, to := flurstueckParts[part], flurstueckParts[part+1]
		start := i
		for i < b.n && isDigit(b.d[i]) {
			i++
		}
		n := i - start
		if n > to-from || n != 6 && part == 0 || n == 0 && (part == 2 || part > 2 && start > 0 && start <= b.n && contains("/.", b.d[start-1])) {
			return problem{Structure, int(b.at[min(start, b.n-1)])}
		}
		for k := from; k < to; k++ {
			out.d[k], out.at[k] = '0', b.at[min(start, b.n-1)]
			if n == 0 {
				out.d[k] = '_'
			}
		}
		copy(out.d[to-n:to], b.d[start:i])
		copy(out.at[to-n:to], b.at[start:i])
		// What follows the part: - - / . and the end; the last two may be missing.
		if part < 4 && i < b.n && b.d[i] == "--/."[part] {
			i++
		} else if part < 2 {
			return problem{Structure, int(b.at[min(i, b.n-1)])}
		}
	}
	if i < b.n {
		return problem{Structure, int(b.at[i])}
	}
	*b = out
	return problem{}
}
