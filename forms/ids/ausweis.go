package ids

// Ausweisnummer is the serial number of a German identity card
// (Seriennummer, § 5(8) PAuswG): nine characters, "L01X00T47", for cards issued
// before November 2010 nine digits. The check digit that the machine-readable
// zone puts behind it does not belong to it.
//
// Rules: digits and the letters C F G H J K L M N P R T V W X Y Z, the first a
// letter from C to K for passports (Bundesministerium des Innern, "Einführung
// alphanumerischer Seriennummern"; PassV, annex 11); check digit of ICAO Doc
// 9303-3, 4.9. Provisional documents keep numbers of a letter and seven digits.
// Which letter is in front, and a provisional number, is only a warning.
type Ausweisnummer string

const ausweisnummerName = "Seriennummer des Personalausweises"

// ParseAusweisnummer reads the serial number of an identity card. Spaces and
// hyphens are skipped. The check digit may follow, and the D that stands
// behind it on older cards; it is checked and left out. Codes: [Empty],
// [Charset] (also letters that serial numbers do not have, such as O), [Length],
// [Checksum].
func ParseAusweisnummer(s string) (Ausweisnummer, error) {
	b, p := checkSerial(s)
	return parsed[Ausweisnummer](ausweisnummerName, s, b, p)
}

// Valid reports whether [ParseAusweisnummer] accepts the text.
func (n Ausweisnummer) Valid() bool {
	_, p := checkSerial(string(n))
	return p.code == ""
}

// Warning returns an [*Error] with [Structure] for a number that begins like
// that of a passport, with C, F, G, H, J or K, and with [Length] for that of a
// provisional card.
func (n Ausweisnummer) Warning() error {
	b, p := checkSerial(string(n))
	if p.code == "" && b.n == 8 {
		return problem{Length, -1}.err(ausweisnummerName, string(n))
	}
	if p.code != "" || !likePass(b.d[0]) {
		return nil
	}
	return problem{Structure, int(b.at[0])}.err(ausweisnummerName, string(n))
}

// Pruefziffer returns the check digit that follows the number in the
// machine-readable zone, "" for what is no serial number.
func (n Ausweisnummer) Pruefziffer() string { return serialCheckDigit(string(n)) }

// Format returns the normal form. What is no serial number is returned as
// it is.
func (n Ausweisnummer) Format() string {
	b, p := checkSerial(string(n))
	return masked(string(n), b, p, "")
}

// Passnummer is the serial number of a German passport (§ 4(2) PassG): nine
// characters, "C01X00T47". Rules as for [Ausweisnummer].
type Passnummer string

const passnummerName = "Seriennummer des Reisepasses"

// ParsePassnummer reads the serial number of a passport, as
// [ParseAusweisnummer] does, with the same codes.
func ParsePassnummer(s string) (Passnummer, error) {
	b, p := checkSerial(s)
	return parsed[Passnummer](passnummerName, s, b, p)
}

// Valid reports whether [ParsePassnummer] accepts the text.
func (n Passnummer) Valid() bool {
	_, p := checkSerial(string(n))
	return p.code == ""
}

// Warning returns an [*Error] with [Structure] for a number that does not
// begin with C, F, G, H, J or K, as those of passports do, and with [Length]
// for that of a provisional or a child's passport.
func (n Passnummer) Warning() error {
	b, p := checkSerial(string(n))
	if p.code == "" && b.n == 8 {
		return problem{Length, -1}.err(passnummerName, string(n))
	}
	if p.code != "" || likePass(b.d[0]) {
		return nil
	}
	return problem{Structure, int(b.at[0])}.err(passnummerName, string(n))
}

// Pruefziffer returns the check digit that follows the number in the
// machine-readable zone, "" for what is no serial number.
func (n Passnummer) Pruefziffer() string { return serialCheckDigit(string(n)) }

// Format returns the normal form. What is no serial number is returned as
// it is.
func (n Passnummer) Format() string {
	b, p := checkSerial(string(n))
	return masked(string(n), b, p, "")
}

func likePass(c byte) bool { return contains("CFGHJK", c) }

func serialCheckDigit(s string) string {
	b, p := checkSerial(s)
	if p.code != "" {
		return ""
	}
	return string([]byte{icaoDigit(b.text())})
}

func checkSerial(s string) (b buf, p problem) {
	if b, p = gathered(s, "-"); p.code != "" {
		return b, p
	}
	if b.n == 11 && b.d[10] == 'D' {
		b.n = 10
	}
	if b.provisional() {
		return b, problem{}
	}
	for i := range b.n {
		if !isDigit(b.d[i]) && !contains("CFGHJKLMNPRTVWXYZ", b.d[i]) {
			return b, problem{Charset, int(b.at[i])}
		}
	}
	if b.n != 9 && b.n != 10 {
		return b, problem{Length, -1}
	}
	if b.n == 10 {
		if icaoDigit(b.d[:9]) != b.d[9] {
			return b, problem{Checksum, int(b.at[9])}
		}
		b.n = 9
	}
	return b, problem{}
}

// provisional reports whether it is the number of a provisional document or a
// child's passport: a letter and seven digits.
func (b *buf) provisional() bool {
	return b.n == 8 && isLetter(b.d[0]) && b.digits(1, 8).code == ""
}

// icaoDigit is the check digit of ICAO Doc 9303-3, 4.9: weights 7, 3, 1; a
// filler counts 0.
func icaoDigit(parts ...[]byte) byte {
	sum, i := 0, 0
	for _, part := range parts {
		for _, c := range part {
			if c != '<' {
				sum += value(c) * int("\x07\x03\x01"[i%3])
			}
			i++
		}
	}
	return byte('0' + sum%10)
}
