package ids

// IBAN is an international bank account number (ISO 13616-1) without spaces,
// in capital letters: country, two check digits, account.
//
// The check digits are those of ISO/IEC 7064 MOD 97-10; the lengths come from
// the IBAN registry kept by SWIFT for ISO 13616-2 (see [IBAN.Country]).
type IBAN string

const ibanName = "IBAN"

// maxIBAN is the longest that ISO 13616 allows.
const maxIBAN = 34

// ParseIBAN reads an IBAN. Spaces and hyphens are skipped, small letters
// raised. Codes: [Empty], [Charset], [Length], [Country], [Structure] (no
// letters, then digits, in front; letters in a German account), [Checksum].
func ParseIBAN(s string) (IBAN, error) {
	var d [maxIBAN]byte
	n, p := checkIBAN(&d, s)
	if p.code != "" {
		return "", p.err(ibanName)
	}
	return IBAN(d[:n]), nil
}

// Valid reports whether [ParseIBAN] accepts the text.
func (i IBAN) Valid() bool {
	var d [maxIBAN]byte
	_, p := checkIBAN(&d, string(i))
	return p.code == ""
}

// Format groups the IBAN by four: "DE89 3704 0044 0532 0130 00". What is no
// IBAN is returned as it is.
func (i IBAN) Format() string {
	var d [maxIBAN]byte
	n, p := checkIBAN(&d, string(i))
	if p.code != "" {
		return string(i)
	}
	out := make([]byte, 0, n+n/4)
	for k, c := range d[:n] {
		if k > 0 && k%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, c)
	}
	return string(out)
}

// Country returns the country's ISO 3166-1 code ("DE"), "" for what is no
// IBAN in its normal form.
func (i IBAN) Country() string {
	if len(i) < 4 || !i.Valid() {
		return ""
	}
	return string(i[:2])
}

// BLZ returns the Bankleitzahl, the eight digits that name the bank in a
// German IBAN; "" for others.
func (i IBAN) BLZ() string {
	if i.Country() != "DE" || len(i) != 22 {
		return ""
	}
	return string(i[4:12])
}

// Konto returns the ten digits of the account (Kontonummer) in a German IBAN;
// "" for others.
func (i IBAN) Konto() string {
	if i.Country() != "DE" || len(i) != 22 {
		return ""
	}
	return string(i[12:])
}

func checkIBAN(d *[maxIBAN]byte, s string) (int, problem) {
	var at [maxIBAN]byte
	n, p := gather(d[:], at[:], s, "-")
	if p.code != "" {
		return n, p
	}
	if n < 4 {
		return n, problem{Length, -1}
	}
	for i, ok := range [4]bool{isLetter(d[0]), isLetter(d[1]), isDigit(d[2]), isDigit(d[3])} {
		if !ok {
			return n, problem{Structure, int(at[i])}
		}
	}
	want := ibanLength(d[0], d[1])
	if want == 0 {
		return n, problem{Country, int(at[0])}
	}
	if n != want {
		return n, problem{Length, -1}
	}
	if d[0] == 'D' && d[1] == 'E' {
		for i := 4; i < n; i++ {
			if !isDigit(d[i]) {
				return n, problem{Structure, int(at[i])}
			}
		}
	}
	if !mod97(d[:n]) {
		return n, problem{Checksum, int(at[2])}
	}
	return n, problem{}
}

// mod97 reports whether the check digits fit. The pairs 00, 01 and 99 would
// give the same remainder as 97, 98 and 02 but are never given out.
func mod97(d []byte) bool {
	if check := (d[2]-'0')*10 + d[3] - '0'; check < 2 || check > 98 {
		return false
	}
	r := 0
	for i := range d {
		c := d[(i+4)%len(d)]
		if isDigit(c) {
			r = (r*10 + int(c-'0')) % 97
		} else {
			r = (r*100 + int(c-'A') + 10) % 97
		}
	}
	return r == 1
}

// ibanLengths lists country and length.
const ibanLengths = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28" +
	"EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20" +
	"LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29" +
	"RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30"

func ibanLength(a, b byte) int {
	for i := 0; i < len(ibanLengths); i += 4 {
		if ibanLengths[i] == a && ibanLengths[i+1] == b {
			return int(ibanLengths[i+2]-'0')*10 + int(ibanLengths[i+3]-'0')
		}
	}
	return 0
}
