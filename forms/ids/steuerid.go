package ids

// SteuerID is a Steuer-Identifikationsnummer (§ 139b AO), the personal tax ID:
// eleven digits without separators.
//
// Rules: ELSTER, "Prüfung der Steuer- und Steueridentifikationsnummer": of the
// first ten digits exactly one digit value occurs twice or three times, three
// times never in a row; the eleventh is the check digit of ISO/IEC 7064
// MOD 11,10; a leading zero marks a number for tests.
type SteuerID string

const steuerIDName = "Steuer-IdNr"

// ParseSteuerID reads a tax ID. Spaces, hyphens, dots and slashes between the
// digits are skipped. Test numbers (leading zero) are refused with the code
// [TestOnly]. Other codes: [Empty], [Charset], [Length], [Repeats],
// [Checksum].
func ParseSteuerID(s string) (SteuerID, error) { return parseSteuerID(s, false) }

// ParseTestSteuerID is [ParseSteuerID] for test systems: it accepts test
// numbers too.
func ParseTestSteuerID(s string) (SteuerID, error) { return parseSteuerID(s, true) }

func parseSteuerID(s string, test bool) (SteuerID, error) {
	var d [11]byte
	if p := checkSteuerID(&d, s, test); p.code != "" {
		return "", p.err(steuerIDName, s)
	}
	return SteuerID(d[:]), nil
}

// Valid reports whether [ParseSteuerID] accepts the text.
func (id SteuerID) Valid() bool {
	var d [11]byte
	return checkSteuerID(&d, string(id), false).code == ""
}

// IsTest reports whether it is a well-formed number of those kept for tests.
func (id SteuerID) IsTest() bool {
	var d [11]byte
	return checkSteuerID(&d, string(id), true).code == "" && d[0] == '0'
}

// Format groups the digits as on the letter of the tax office: "86 095 742
// 719". What is no tax ID is returned as it is.
func (id SteuerID) Format() string {
	var d [11]byte
	if checkSteuerID(&d, string(id), true).code != "" {
		return string(id)
	}
	return string(d[:2]) + " " + string(d[2:5]) + " " + string(d[5:8]) + " " + string(d[8:])
}

func checkSteuerID(d *[11]byte, s string, test bool) problem {
	var at [11]byte
	n, p := gather(d[:], at[:], s, "-./", "")
	if p.code != "" {
		return p
	}
	for i := range n {
		if !isDigit(d[i]) {
			return problem{Charset, int(at[i])}
		}
	}
	if n != len(d) {
		return problem{Length, -1}
	}
	if p := checkRepeats(d); p.code != "" {
		return p
	}
	if mod1110(d[:10]) != d[10]-'0' {
		return problem{Checksum, int(at[10])}
	}
	if d[0] == '0' && !test {
		return problem{TestOnly, int(at[0])}
	}
	return problem{}
}

// checkRepeats looks at the first ten digits.
func checkRepeats(d *[11]byte) problem {
	var count [10]int
	for i, c := range d[:10] {
		count[c-'0']++
		if i >= 2 && c == d[i-1] && c == d[i-2] {
			return problem{Repeats, -1}
		}
	}
	repeated := 0
	for _, n := range count {
		if n > 3 {
			return problem{Repeats, -1}
		}
		if n > 1 {
			repeated++
		}
	}
	if repeated != 1 {
		return problem{Repeats, -1}
	}
	return problem{}
}

// mod1110 is the check digit of ISO/IEC 7064 MOD 11,10.
func mod1110(digits []byte) byte {
	p := 10
	for _, c := range digits {
		s := (int(c-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = 2 * s % 11
	}
	return byte((11 - p) % 10)
}
