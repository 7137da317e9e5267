package ids

import "strings"

// KfzKennzeichen is a German vehicle registration number in its normal form:
// "J-EN 123", "MÜR-A 1", "KA-EF 12H" (historic), "HH-XY 99E" (electric),
// "J-EN 123 04/10" (seasonal, from April to October), "KA 1234", "BD 16-123"
// (vehicles of authorities).
//
// Rules: FZV of 2023, § 9 (one to three letters for the district, then the
// Erkennungsnummer; at most six digits for authorities; plates that two
// vehicles take turns with), Anlage 1 (one or two letters except Ä, Ö and Ü, one
// to four digits without a leading zero), KBA glossary "Kennzeichen" (at most
// eight characters; H and E count), § 10 (a season has two to eleven months).
// The list of districts is not checked: it changes. Not supported are plates
// whose number begins with 0 (red, short-term and diplomatic ones) and export
// plates. Umlauts are expected as one character (Unicode NFC).
type KfzKennzeichen string

const kfzName = "Kfz-Kennzeichen"

// kfzParts are the parts of a plate; the letters of the district are a slice
// of bytes because of the umlauts.
type kfzParts struct {
	district, letters, digits [8]byte
	nDistrict, nRunes         int // bytes and characters of the district
	nLetters, nDigits, nSub   int // nSub: digits after an inner hyphen, authorities only
	suffix                    byte
	from, to                  int
}

// ParseKfzKennzeichen reads a registration number. Small letters are raised;
// district and letters are separated by a space or a hyphen, which cannot be
// left out: "JEN 123" could be J-EN 123 or JE-N 123. A season is written at
// the end ("04/10", "4/10" or "04-10"). Plates of authorities have no letters after
// the district ("KA 1234", "BD 16-123"); see [KfzKennzeichen.Behoerde]. Codes:
// [Empty], [Charset], [Length], [Structure], [Ambiguous], [Season].
func ParseKfzKennzeichen(s string) (KfzKennzeichen, error) {
	var k kfzParts
	if p := k.parse(s); p.code != "" {
		return "", p.err(kfzName, s)
	}
	return KfzKennzeichen(k.String()), nil
}

// Valid reports whether [ParseKfzKennzeichen] accepts the text.
func (k KfzKennzeichen) Valid() bool {
	var parts kfzParts
	return parts.parse(string(k)).code == ""
}

// Behoerde reports whether it is the plate of an authority, the armed forces
// or a diplomatic mission: digits follow the district at once.
func (k KfzKennzeichen) Behoerde() bool {
	var parts kfzParts
	return parts.parse(string(k)).code == "" && parts.nLetters == 0
}

// Wechselteile splits the number of a plate that two vehicles take turns with
// (Wechselkennzeichen, FZV § 9(2)): the part that both share and the last
// digit, which stays with the vehicle, "J-EN 12" and "3". Such a number looks
// like any other and is typed in full; both parts are "" for what cannot be
// one: a season, the plate of an authority, no registration number.
func (k KfzKennzeichen) Wechselteile() (gemeinsam, fahrzeug string) {
	var parts kfzParts
	if parts.parse(string(k)).code != "" || parts.nLetters == 0 || parts.from > 0 {
		return "", ""
	}
	last := parts.nDigits - 1
	fahrzeug = string(parts.digits[last : last+1])
	parts.nDigits, parts.suffix = last, 0
	return strings.TrimSpace(parts.String()), fahrzeug
}

// Format returns the normal form. What is no registration number is returned
// as it is.
func (k KfzKennzeichen) Format() string {
	var parts kfzParts
	if parts.parse(string(k)).code != "" {
		return string(k)
	}
	return parts.String()
}

// Unterscheidungszeichen returns the letters of the district ("J"), "" for
// what is no registration number.
func (k KfzKennzeichen) Unterscheidungszeichen() string {
	var parts kfzParts
	if parts.parse(string(k)).code != "" {
		return ""
	}
	return string(parts.district[:parts.nDistrict])
}

func (k *kfzParts) String() string {
	var b strings.Builder
	b.Write(k.district[:k.nDistrict])
	if k.nLetters > 0 {
		b.WriteByte('-')
		b.Write(k.letters[:k.nLetters])
	}
	b.WriteByte(' ')
	b.Write(k.digits[:k.nDigits-k.nSub])
	if k.nSub > 0 {
		b.WriteByte('-')
		b.Write(k.digits[k.nDigits-k.nSub : k.nDigits])
	}
	if k.suffix != 0 {
		b.WriteByte(k.suffix)
	}
	if k.from > 0 {
		for i, m := range [2]int{k.from, k.to} {
			b.WriteByte(" /"[i])
			b.WriteByte(byte('0' + m/10))
			b.WriteByte(byte('0' + m%10))
		}
	}
	return b.String()
}

// parse reads the parts one after the other.
func (k *kfzParts) parse(s string) problem {
	r := kfzReader{s: s}
	r.spaces()
	if r.pos == len(s) {
		return problem{Empty, -1}
	}
	for k.nRunes < 4 {
		n := r.letter(k.district[k.nDistrict:], true)
		if n == 0 {
			break
		}
		k.nDistrict += n
		k.nRunes++
	}
	switch {
	case k.nRunes == 0:
		if r.pos < len(s) && isDigit(s[r.pos]) {
			return problem{Structure, r.pos}
		}
		return r.unexpected()
	case k.nRunes > 3:
		return problem{Ambiguous, r.last}
	}
	separated := r.separator()
	for k.nLetters < 3 && separated {
		n := r.letter(k.letters[k.nLetters:], false)
		if n == 0 {
			break
		}
		k.nLetters += n
	}
	if k.nLetters > 2 {
		return problem{Structure, r.last}
	}
	if !separated {
		if r.pos < len(s) && isDigit(s[r.pos]) {
			return problem{Ambiguous, r.pos}
		}
		return r.unexpected()
	}
	if k.nLetters > 0 {
		r.separator()
	}
	return k.number(&r)
}

// number reads the digits and what may follow them.
func (k *kfzParts) number(r *kfzReader) problem {
	start := r.pos
	k.nDigits = r.digits(k.digits[:])
	if k.nDigits == 0 {
		return r.unexpected()
	}
	if k.digits[0] == '0' {
		return problem{Structure, start}
	}
	if k.nLetters == 0 {
		if p := k.authority(r); p.code != "" {
			return p
		}
	} else if k.nDigits > 4 {
		return problem{Length, start}
	}
	if k.nLetters > 0 && r.pos < len(r.s) {
		k.readSuffix(r)
	}
	length := k.nRunes + k.nLetters + k.nDigits
	if k.suffix != 0 {
		length++
	}
	if length > 8 {
		return problem{Length, -1}
	}
	if p := k.season(r); p.code != "" {
		return p
	}
	r.spaces()
	if r.pos < len(r.s) {
		return r.unexpected()
	}
	return problem{}
}

// readSuffix reads the H or E behind the digits, which some put after a space.
func (k *kfzParts) readSuffix(r *kfzReader) {
	at := blanks(r.s, r.pos, len(r.s))
	if at == len(r.s) {
		return
	}
	if c := r.s[at] &^ 0x20; c == 'H' || c == 'E' {
		k.suffix = c
		r.pos = at + 1
	}
}

// authority reads the second group of digits of a plate such as BD 16-123.
func (k *kfzParts) authority(r *kfzReader) problem {
	if at := r.pos; k.nDigits <= 3 && r.hyphen() {
		k.nSub = r.digits(k.digits[k.nDigits:])
		k.nDigits += k.nSub
		if k.nSub == 0 {
			r.pos = at
		}
	} else if at := blanks(r.s, r.pos, len(r.s)); k.nDigits == 3 && at > r.pos && at < len(r.s) && isDigit(r.s[at]) {
		r.pos = at // Y-123 456, as on the plate
		k.nDigits += r.digits(k.digits[k.nDigits:])
	}
	if k.nDigits > 6 {
		return problem{Length, -1}
	}
	return problem{}
}

// season reads "04/10", "4/10" or "04-10" after a space.
func (k *kfzParts) season(r *kfzReader) problem {
	if k.nLetters == 0 {
		return problem{}
	}
	at := r.pos
	r.spaces()
	if r.pos == at || r.pos == len(r.s) {
		return problem{}
	}
	start := r.pos
	var ok bool
	if k.from, ok = r.month(); !ok {
		return problem{Structure, start}
	}
	if r.pos < len(r.s) && r.s[r.pos] == '/' {
		r.pos++
	} else if !r.hyphen() {
		return problem{Structure, start}
	}
	if k.to, ok = r.month(); !ok {
		return problem{Season, start}
	}
	span := (k.to-k.from+12)%12 + 1
	if k.from < 1 || k.from > 12 || k.to < 1 || k.to > 12 || span < 2 || span > 11 {
		return problem{Season, start}
	}
	return problem{}
}

// kfzReader is a place in the text.
type kfzReader struct {
	s    string
	pos  int
	last int // where the last letter began
}

func (r *kfzReader) spaces() {
	r.pos = blanks(r.s, r.pos, len(r.s))
}

// separator reads spaces and at most one hyphen.
func (r *kfzReader) separator() bool {
	start := r.pos
	r.spaces()
	if r.hyphen() {
		r.spaces()
	}
	return r.pos > start
}

// hyphen reads a hyphen or another dash.
func (r *kfzReader) hyphen() bool {
	if r.pos == len(r.s) {
		return false
	}
	c, size := plain(r.s, r.pos)
	if c != '-' {
		return false
	}
	r.pos += size
	return true
}

// letter reads one letter to dst and returns its bytes, 0 if there is none.
func (r *kfzReader) letter(dst []byte, umlauts bool) int {
	if r.pos == len(r.s) || len(dst) < 2 {
		return 0
	}
	r.last = r.pos
	if c := r.s[r.pos] &^ 0x20; isLetter(c) {
		dst[0] = c
		r.pos++
		return 1
	}
	if umlauts && r.s[r.pos] == 0xC3 && r.pos+1 < len(r.s) {
		switch c := r.s[r.pos+1]; c {
		case 0x84, 0x96, 0x9C, 0xA4, 0xB6, 0xBC: // Ä Ö Ü ä ö ü
			dst[0], dst[1] = 0xC3, c&^0x20
			r.pos += 2
			return 2
		}
	}
	return 0
}

func (r *kfzReader) digits(dst []byte) int {
	n := 0
	for r.pos < len(r.s) && n < len(dst) && isDigit(r.s[r.pos]) {
		dst[n] = r.s[r.pos]
		n++
		r.pos++
	}
	return n
}

// month reads one or two digits.
func (r *kfzReader) month() (n int, ok bool) {
	var d [8]byte
	count := r.digits(d[:])
	for _, c := range d[:count] {
		n = n*10 + int(c-'0')
	}
	return n, count == 1 || count == 2
}

// unexpected says what is wrong with the next character.
func (r *kfzReader) unexpected() problem {
	if r.pos >= len(r.s) {
		return problem{Structure, -1}
	}
	c := r.s[r.pos]
	if isDigit(c) || isLetter(c&^0x20) || c == ' ' || c == '-' || c == '/' {
		return problem{Structure, r.pos}
	}
	return problem{Charset, r.pos}
}
