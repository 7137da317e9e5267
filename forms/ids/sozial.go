package ids

// RVNR is the number of a person in the German pension insurance
// (Versicherungsnummer, also Sozialversicherungsnummer): "15070649C103". It
// holds the date of birth, the first letter of the name at birth and a serial
// number.
//
// Rules: § 147 SGB VI and § 2 VKVV (area number, day, month and year, letter,
// serial number, check digit). The date may be irregular: where the date of
// birth is not proven or the serial numbers of a day are used up, the insurers
// agree on other digits (§ 2(3), (5) VKVV), so it is only a warning. Do not
// derive the sex or the exact date of birth from it.
type RVNR string

const rvnrName = "Rentenversicherungsnummer"

// ParseRVNR reads a pension insurance number. Spaces, hyphens, dots and
// slashes are skipped. Codes: [Empty], [Charset], [Length], [Structure],
// [Range] (no such area number), [Checksum].
func ParseRVNR(s string) (RVNR, error) {
	b, p := checkRVNR(s)
	return parsed[RVNR](rvnrName, s, b, p)
}

// Valid reports whether [ParseRVNR] accepts the text.
func (n RVNR) Valid() bool {
	_, p := checkRVNR(string(n))
	return p.code == ""
}

// Warning returns an [*Error] with [NoDate] if day and month are none of any
// year.
func (n RVNR) Warning() error {
	b, p := checkRVNR(string(n))
	if p.code != "" {
		return nil
	}
	day, month := b.number(2, 4), b.number(4, 6)
	if month >= 1 && month <= 12 && day >= 1 && day <= daysIn(2000, month) {
		return nil
	}
	return problem{NoDate, int(b.at[2])}.err(rvnrName, string(n))
}

// Format groups the number as on the proof of insurance: "15 070649 C 103".
// What is no pension insurance number is returned as it is.
func (n RVNR) Format() string {
	b, p := checkRVNR(string(n))
	return masked(string(n), b, p, "## ###### # ###")
}

func checkRVNR(s string) (b buf, p problem) {
	if b, p = gathered(s, "-./"); p.code != "" {
		return b, p
	}
	if b.n != 12 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "8n1a3n"); p.code != "" {
		return b, p
	}
	if !isBereichsnummer(b.number(0, 2)) {
		return b, problem{Range, int(b.at[0])}
	}
	letter := int(b.d[8]-'A') + 1
	digits := [12]byte{8: byte('0' + letter/10), 9: byte('0' + letter%10), 10: b.d[9], 11: b.d[10]}
	copy(digits[:8], b.d[:8])
	sum := 0
	for i, w := range [12]int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1} {
		sum += digitSum(int(digits[i]-'0') * w)
	}
	if sum%10 != int(b.d[11]-'0') {
		return b, problem{Checksum, int(b.at[11])}
	}
	return b, problem{}
}

// isBereichsnummer knows the area numbers of the annex of the VKVV: those of
// the regional insurers, the same with 40 added, and those of the others.
func isBereichsnummer(n int) bool {
	switch {
	case n == 40, n >= 80 && n <= 82, n == 89:
		return true
	case n > 40 && n < 80:
		n -= 40
	}
	switch {
	case n >= 2 && n <= 4, n >= 8 && n <= 21, n >= 23 && n <= 26, n == 28, n == 29, n == 38, n == 39:
		return true
	}
	return false
}

// KVNR is a health insurance number (Krankenversichertennummer, § 290 SGB V):
// the ten characters that a person keeps for life, as printed on the card
// ("A123456780"), or with the fund behind them (twenty), or with the fund and
// the number of the member through whom the person is insured (thirty).
//
// Rules: § 290 SGB V and its annex 1, method of the check digit; the forms of
// twenty and thirty, whose last digit is a check digit over all before it, by
// the Vertrauensstelle Krankenversichertennummer. Its method is taken to be
// the same, and what does not fit is only a warning.
type KVNR string

const kvnrName = "Krankenversichertennummer"

// ParseKVNR reads a health insurance number of ten, twenty or thirty
// characters. Spaces, hyphens, dots and slashes are skipped. Codes: [Empty],
// [Charset], [Length], [Structure], [Checksum].
func ParseKVNR(s string) (KVNR, error) {
	b, p := checkKVNR(s)
	return parsed[KVNR](kvnrName, s, b, p)
}

// Valid reports whether [ParseKVNR] accepts the text.
func (n KVNR) Valid() bool {
	_, p := checkKVNR(string(n))
	return p.code == ""
}

// Warning returns an [*Error] with [Checksum] if the last digit of the long
// forms does not fit.
func (n KVNR) Warning() error {
	b, p := checkKVNR(string(n))
	if p.code != "" || b.n == 10 || kvnrFits(b.text()) {
		return nil
	}
	return problem{Checksum, int(b.at[b.n-1])}.err(kvnrName, string(n))
}

// Format separates the parts of the long forms. What is no health insurance
// number is returned as it is.
func (n KVNR) Format() string {
	b, p := checkKVNR(string(n))
	if b.n == 20 {
		return masked(string(n), b, p, "########## ######### #")
	}
	return masked(string(n), b, p, "########## ######### ########## #")
}

// Person returns the ten characters of the person, "" for what is no health
// insurance number.
func (n KVNR) Person() KVNR { return KVNR(n.part(10, 0, 10)) }

// Kasse returns the Institutionskennzeichen of the health insurance fund, ""
// if the number does not hold it.
func (n KVNR) Kasse() IK { return IK(n.part(20, 10, 19)) }

// Mitglied returns the ten characters of the member through whom the person
// is insured, "" if the number does not hold them.
func (n KVNR) Mitglied() KVNR { return KVNR(n.part(30, 19, 29)) }

func (n KVNR) part(length, from, to int) string {
	b, p := checkKVNR(string(n))
	if p.code != "" || b.n < length {
		return ""
	}
	return string(b.d[from:to])
}

func checkKVNR(s string) (b buf, p problem) {
	if b, p = gathered(s, "-./"); p.code != "" {
		return b, p
	}
	if b.n != 10 && b.n != 20 && b.n != 30 {
		return b, problem{Length, -1}
	}
	structure := "1a9n"
	switch b.n {
	case 20:
		structure = "1a19n"
	case 30:
		structure = "1a18n1a10n"
	}
	if p = b.structure(0, structure); p.code != "" {
		return b, p
	}
	if !kvnrFits(b.d[:10]) {
		return b, problem{Checksum, int(b.at[9])}
	}
	if b.n == 30 && !kvnrFits(b.d[19:29]) {
		return b, problem{Checksum, int(b.at[28])}
	}
	return b, problem{}
}

// kvnrFits compares the last digit with the sum of the digit sums of those
// before, weighted 1, 2, 1, ...; a letter is the two digits of its place in
// the alphabet.
func kvnrFits(text []byte) bool {
	var digits [2 * bufLen]byte
	n := 0
	for _, c := range text[:len(text)-1] {
		if isLetter(c) {
			place := c - 'A' + 1
			digits[n], c = '0'+place/10, '0'+place%10
			n++
		}
		digits[n] = c
		n++
	}
	return alternating(digits[:n], 1, 2)%10 == int(text[len(text)-1]-'0')
}

// IK is an Institutionskennzeichen (§ 293 SGB V), the nine digits under which
// health insurance funds, pharmacies, care services and others settle
// accounts: "260326822".
//
// Rules: common circular of the social insurers on Institutionskennzeichen
// (Gemeinsames Rundschreiben, ARGE IK), 1.2.1 and 1.2.5: the ninth digit is a
// check digit over the third to the eighth.
type IK string

const ikName = "Institutionskennzeichen"

// ParseIK reads an Institutionskennzeichen. Spaces, hyphens, dots and slashes
// are skipped. Codes: [Empty], [Charset], [Length], [Checksum].
func ParseIK(s string) (IK, error) {
	b, p := checkIK(s)
	return parsed[IK](ikName, s, b, p)
}

// Valid reports whether [ParseIK] accepts the text.
func (k IK) Valid() bool {
	_, p := checkIK(string(k))
	return p.code == ""
}

// Format groups the digits by three. What is no Institutionskennzeichen is
// returned as it is.
func (k IK) Format() string {
	b, p := checkIK(string(k))
	return masked(string(k), b, p, "### ### ###")
}

func checkIK(s string) (b buf, p problem) {
	if b, p = gatheredDigits(s, "-./", 9, 9); p.code != "" {
		return b, p
	}
	if alternating(b.d[2:8], 2, 1)%10 != int(b.d[8]-'0') {
		return b, problem{Checksum, int(b.at[8])}
	}
	return b, problem{}
}

// Betriebsnummer is the number of an employer's establishment in the social
// insurance (§ 18i SGB IV), given out by the Bundesagentur für Arbeit:
// "09912342".
//
// Rules: eight digits, the first three from 010 to 099 or from 110 on; the
// last is a check digit, which may also be the computed one plus five (modulo
// ten), so not every single wrong digit is caught.
type Betriebsnummer string

const betriebsnummerName = "Betriebsnummer"

// ParseBetriebsnummer reads a Betriebsnummer. Spaces, hyphens, dots and
// slashes are skipped. Codes: [Empty], [Charset], [Length], [Range],
// [Checksum].
func ParseBetriebsnummer(s string) (Betriebsnummer, error) {
	b, p := checkBetriebsnummer(s)
	return parsed[Betriebsnummer](betriebsnummerName, s, b, p)
}

// Valid reports whether [ParseBetriebsnummer] accepts the text.
func (n Betriebsnummer) Valid() bool {
	_, p := checkBetriebsnummer(string(n))
	return p.code == ""
}

// Format returns the eight digits. What is no Betriebsnummer is returned as it
// is.
func (n Betriebsnummer) Format() string {
	b, p := checkBetriebsnummer(string(n))
	return masked(string(n), b, p, "")
}

func checkBetriebsnummer(s string) (b buf, p problem) {
	if b, p = gatheredDigits(s, "-./", 8, 8); p.code != "" {
		return b, p
	}
	if area := b.number(0, 3); area < 10 || area > 99 && area < 110 {
		return b, problem{Range, int(b.at[0])}
	}
	c := alternating(b.d[:7], 1, 2) % 10
	if last := int(b.d[7] - '0'); last != c && last != (c+5)%10 {
		return b, problem{Checksum, int(b.at[7])}
	}
	return b, problem{}
}
