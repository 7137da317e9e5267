package ids

// Steuernummer is the number under which a tax office (Finanzamt) keeps a
// taxpayer, in the thirteen digits that ELSTER takes (Bundesschema):
// "4198081508152". Its first four digits name the office, the fifth is 0, the
// last is the check digit.
//
// Rules: ELSTER, "Prüfung der Steuer- und Steueridentifikationsnummer",
// chapters 4 to 7: prefixes and notations of the sixteen Länder, the districts
// (Bezirke) that are not given out, and a check digit that is computed in
// seven ways. It catches any single wrong digit behind the office, but for the
// district in Berlin, which decides the way there. Whether the office exists is not checked: the list changes with
// every version of ERiC.
type Steuernummer string

const steuernummerName = "Steuernummer"

// ParseSteuernummer reads a Steuernummer: in the thirteen digits of the
// Bundesschema, in its older form of twelve (without the 0), or as the Land
// writes it ("198/815/08152"), which has ten or eleven digits and says only
// together with the Land which office is meant. With a Land, a number of
// another one is refused; with "", the notation of a Land is [Ambiguous].
// Spaces, slashes, hyphens and dots are skipped. Other codes: [Empty],
// [Charset], [Length], [Structure], [OtherLand] (also for a Land that does not
// exist), [Range] (a district that is not given out), [Checksum].
func ParseSteuernummer(s string, land Land) (Steuernummer, error) {
	b, p := checkSteuernummer(s, land)
	return parsed[Steuernummer](steuernummerName, s, b, p)
}

// Valid reports whether [ParseSteuernummer] accepts the text without a Land.
func (n Steuernummer) Valid() bool {
	_, p := checkSteuernummer(string(n), "")
	return p.code == ""
}

// ValidIn reports whether [ParseSteuernummer] accepts the text for the Land.
func (n Steuernummer) ValidIn(land Land) bool {
	_, p := checkSteuernummer(string(n), land)
	return p.code == ""
}

// Land returns the state whose tax office gave out the number, "" for what is
// no Steuernummer.
func (n Steuernummer) Land() Land {
	b, p := checkSteuernummer(string(n), "")
	if p.code != "" {
		return ""
	}
	return laender[landOfSteuernummer(&b)].code
}

// Bufa returns the four digits of the tax office (Bundesfinanzamtsnummer), ""
// for what is no Steuernummer.
func (n Steuernummer) Bufa() string {
	b, p := checkSteuernummer(string(n), "")
	if p.code != "" {
		return ""
	}
	return string(b.d[:4])
}

// Format writes the number as its Land does, "198/815/08152", which can be
// read again together with [Steuernummer.Land]. What is no Steuernummer is
// returned as it is.
func (n Steuernummer) Format() string {
	b, p := checkSteuernummer(string(n), "")
	if p.code != "" {
		return string(n)
	}
	land := &laender[landOfSteuernummer(&b)]
	digits := b // the notation: without the prefix and the 0
	digits.n = 0
	from := len(land.prefix)
	switch land.code {
	case "BY", "NW":
	case "HE":
		digits.d[0], digits.n = '0', 1
	default:
		if len(land.mask) == len("###/###/#####") {
			from = 1
		}
	}
	for i := from; i < b.n; i++ {
		if i != 4 {
			digits.d[digits.n] = b.d[i]
			digits.n++
		}
	}
	return masked("", digits, problem{}, land.mask)
}

func checkSteuernummer(s string, land Land) (b buf, p problem) {
	if b, p = gathered(s, "-./"); p.code != "" {
		return b, p
	}
	if p = b.digits(0, b.n); p.code != "" {
		return b, p
	}
	if land != "" && !land.Valid() {
		return b, problem{OtherLand, -1}
	}
	switch b.n {
	case 10, 11:
		if land == "" {
			return b, problem{Ambiguous, -1}
		}
		if p = b.toBundesschema(land); p.code != "" {
			return b, p
		}
	case 12:
		b.insert(4, '0')
	case 13:
	default:
		return b, problem{Length, -1}
	}
	if b.d[4] != '0' {
		return b, problem{Structure, int(b.at[4])}
	}
	i := landOfSteuernummer(&b)
	if i < 0 || land != "" && laender[i].code != land {
		return b, problem{OtherLand, int(b.at[0])}
	}
	if p = b.checkBezirk(laender[i].code); p.code != "" {
		return b, p
	}
	if check := laender[i].check.digit(&b); check != int(b.d[12]-'0') {
		return b, problem{Checksum, int(b.at[12])}
	}
	return b, problem{}
}

// toBundesschema turns the notation of a Land into thirteen digits.
func (b *buf) toBundesschema(land Land) problem {
	l := &laender[land.index()]
	digits := 0
	for i := range len(l.mask) {
		if l.mask[i] == '#' {
			digits++
		}
	}
	if b.n != digits {
		return problem{Length, -1}
	}
	prefix := l.prefix
	switch {
	case land == "HE":
		if b.d[0] != '0' {
			return problem{Structure, int(b.at[0])}
		}
		copy(b.d[:], b.d[1:b.n])
		copy(b.at[:], b.at[1:b.n])
		b.n--
	case digits == 11:
		prefix = prefix[:1]
	}
	for i := len(prefix) - 1; i >= 0; i-- {
		b.insert(0, prefix[i])
	}
	b.insert(4, '0')
	return problem{}
}

// insert puts a character in front of the one at i, and gives it its place.
func (b *buf) insert(i int, c byte) {
	copy(b.d[i+1:], b.d[i:b.n])
	copy(b.at[i+1:], b.at[i:b.n])
	b.d[i] = c
	b.n++
}

// landOfSteuernummer finds the Land by the first digits, -1 if there is none.
func landOfSteuernummer(b *buf) int {
	for i := range laender {
		prefix := laender[i].prefix
		if b.d[0] == prefix[0] && (len(prefix) == 1 || b.d[1] == prefix[1]) {
			return i
		}
	}
	return -1
}

// checkBezirk refuses the districts that are not given out.
func (b *buf) checkBezirk(land Land) problem {
	at := problem{Range, int(b.at[5])}
	if land == "NW" {
		bezirk := b.number(5, 9)
		if bezirk == 0 || bezirk == 998 || bezirk == 999 {
			return at
		}
		if b.number(9, 13) <= 9 {
			return problem{Range, int(b.at[9])}
		}
		return problem{}
	}
	bezirk := b.number(5, 8)
	if bezirk == 0 || bezirk == 998 || bezirk == 999 {
		return at
	}
	switch land {
	case "BY", "BB", "MV", "SL", "SN", "ST", "TH":
		if bezirk < 100 {
			return at
		}
	}
	return problem{}
}

// steuerCheck is one of the ways to compute the check digit.
type steuerCheck uint8

const (
	check11er steuerCheck = iota
	checkHBHH
	checkNI
	checkBE
	checkNW
	checkRP
	check2er
)

// The weights of the first twelve digits, by way.
var (
	weights11er    = [12]int{0, 5, 4, 3, 0, 2, 7, 6, 5, 4, 3, 2}
	weightsHBHH    = [12]int{0, 0, 4, 3, 0, 2, 7, 6, 5, 4, 3, 2}
	weightsNI      = [12]int{0, 0, 2, 9, 0, 8, 7, 6, 5, 4, 3, 2} // and Berlin B
	weightsBerlinA = [12]int{0, 0, 0, 0, 0, 7, 6, 5, 8, 4, 3, 2}
	weightsNW      = [12]int{0, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1}
	weightsRP      = [12]int{0, 0, 1, 2, 0, 1, 2, 1, 2, 1, 2, 1}
	summands2er    = [12]int{0, 0, 9, 8, 0, 7, 6, 5, 4, 3, 2, 1}
	factors2er     = [12]int{0, 0, 512, 256, 0, 128, 64, 32, 16, 8, 4, 2}
)

// digit computes the check digit; 10 for a number that is not given out.
func (c steuerCheck) digit(b *buf) int {
	switch c {
	case checkHBHH:
		return elevens(b, &weightsHBHH)
	case checkNI:
		return elevens(b, &weightsNI)
	case checkBE:
		if berlinB(b.number(0, 4), b.number(5, 8)) {
			return elevens(b, &weightsNI)
		}
		return elevens(b, &weightsBerlinA)
	case checkNW:
		return weighted(b, &weightsNW) % 11
	case checkRP:
		sum := 0
		for i, w := range weightsRP {
			product := int(b.d[i]-'0') * w
			if product > 9 {
				product = product%10 + 1
			}
			sum += product
		}
		return (10 - sum%10) % 10
	case check2er:
		sum := 0
		for i := range factors2er {
			product := (int(b.d[i]-'0') + summands2er[i]) % 10 * factors2er[i]
			for product > 9 {
				product = product/1000 + product/100%10 + product/10%10 + product%10
			}
			sum += product
		}
		return (10 - sum%10) % 10
	default:
		return elevens(b, &weights11er)
	}
}

func weighted(b *buf, weights *[12]int) int {
	sum := 0
	for i, w := range weights {
		sum += int(b.d[i]-'0') * w
	}
	return sum
}

func elevens(b *buf, weights *[12]int) int { return (11 - weighted(b, weights)%11) % 11 }

// berlinB reports which of the two ways Berlin takes for a number.
func berlinB(bufa, bezirk int) bool {
	within := func(from, to int) bool { return bezirk >= from && bezirk <= to }
	switch {
	case bufa == 1115, bufa == 1118, bufa >= 1131 && bufa <= 1138, bufa >= 1194 && bufa <= 1198:
		return true
	case bufa == 1113, bufa == 1114, bufa == 1117, bufa == 1120, bufa == 1121, bufa >= 1123 && bufa <= 1125:
		return within(201, 693)
	case bufa == 1116:
		return within(1, 29) || within(201, 693) || within(875, 899)
	case bufa == 1119:
		return within(201, 639) || within(680, 684)
	}
	return false
}
