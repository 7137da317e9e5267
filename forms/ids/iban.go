package ids

// IBAN is an international bank account number (ISO 13616-1) without spaces,
// in capital letters: country, two check digits, account.
//
// The check digits are those of ISO/IEC 7064 MOD 97-10; the structure of
// each country's account number is that of the IBAN registry, which SWIFT keeps
// for ISO 13616-2 (BBAN structure; see [IBAN.Country]).
type IBAN string

const ibanName = "IBAN"

// maxIBAN is the longest that ISO 13616 allows.
const maxIBAN = 34

// ParseIBAN reads an IBAN. Spaces and hyphens are skipped, small letters
// raised. Codes: [Empty], [Charset], [Length], [Country], [Structure] (no
// letters, then digits, in front; letters where the country has digits, or the
// reverse), [Checksum].
func ParseIBAN(s string) (IBAN, error) {
	b, p := checkIBAN(s)
	return parsed[IBAN](ibanName, s, b, p)
}

// Valid reports whether [ParseIBAN] accepts the text.
func (i IBAN) Valid() bool {
	_, p := checkIBAN(string(i))
	return p.code == ""
}

// Format groups the IBAN by four: "DE89 3704 0044 0532 0130 00". What is no
// IBAN is returned as it is.
func (i IBAN) Format() string {
	b, p := checkIBAN(string(i))
	return byFours(string(i), b, p)
}

// Country returns the country's ISO 3166-1 code ("DE"), "" for what is no
// IBAN.
func (i IBAN) Country() string { return i.part("", 0, 2) }

// BLZ returns the Bankleitzahl, the eight digits that name the bank in a
// German IBAN; "" for others.
func (i IBAN) BLZ() string { return i.part("DE", 4, 12) }

// Konto returns the ten digits of the account (Kontonummer) in a German IBAN;
// "" for others.
func (i IBAN) Konto() string { return i.part("DE", 12, 22) }

// part returns a part of an IBAN, of a country if one is named.
func (i IBAN) part(country string, from, to int) string {
	b, p := checkIBAN(string(i))
	if p.code != "" || country != "" && string(b.d[:2]) != country {
		return ""
	}
	return string(b.d[from:to])
}

func checkIBAN(s string) (b buf, p problem) {
	b.n, p = gather(b.d[:maxIBAN], b.at[:maxIBAN], s, "-", "")
	if p.code != "" {
		return b, p
	}
	if b.n < 4 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "2a2n"); p.code != "" {
		return b, p
	}
	structure := bban(b.d[0], b.d[1])
	if structure == "" {
		return b, problem{Country, int(b.at[0])}
	}
	if b.n != 4+patternLen(structure) {
		return b, problem{Length, -1}
	}
	if p = b.structure(4, structure); p.code != "" {
		return b, p
	}
	if !mod97(b.text(), 4) {
		return b, problem{Checksum, int(b.at[2])}
	}
	return b, problem{}
}

// mod97 reports whether the check digits at 2 and 3 fit, with the country and
// them put behind the text from a place on.
func mod97(d []byte, from int) bool {
	return givenOut97(d[2], d[3]) && remainder97(remainder97(0, d[from:]), d[:4]) == 1
}

// bban is the structure of the account number in the registry, "" for a
// country that it does not list.
func bban(a, b byte) string {
	switch string([]byte{a, b}) {
	case "NO":
		return "11n"
	case "BE":
		return "12n"
	case "DK", "FI", "FO", "GL", "SD":
		return "14n"
	case "SI":
		return "15n"
	case "AT", "BA", "EE", "LT", "MN", "XK":
		return "16n"
	case "HR":
		return "17n"
	case "CR", "DE", "ME", "RS", "VA":
		return "18n"
	case "AE", "IL", "SO", "TL":
		return "19n"
	case "CZ", "ES", "SE", "SK", "TN":
		return "20n"
	case "LY", "PT", "ST":
		return "21n"
	case "IS":
		return "22n"
	case "BI", "DJ", "MR":
		return "23n"
	case "HU", "PL":
		return "24n"
	case "EG":
		return "25n"
	}
	return mixedBBAN(a, b)
}

// mixedBBAN are the structures with letters.
func mixedBBAN(a, b byte) string {
	switch string([]byte{a, b}) {
	case "FR", "MC":
		return "10n11c2n"
	case "IT", "SM":
		return "1a10n12c"
	case "MD":
		return "20c"
	case "RU":
		return "14n15c"
	case "BR":
		return "23n1a1c"
	case "FK":
		return "2a12n"
	case "GE":
		return "2a16n"
	case "SA":
		return "2n18c"
	case "MK":
		return "3n10c2n"
	case "KZ", "LU":
		return "3n13c"
	case "OM":
		return "3n16c"
	case "NL":
		return "4a10n"
	case "LV":
		return "4a13c"
	case "BH":
		return "4a14c"
	case "GB", "IE":
		return "4a14n"
	case "GI":
		return "4a15c"
	case "IQ":
		return "4a15n"
	case "PK", "RO":
		return "4a16c"
	case "VG":
		return "4a16n"
	case "MU":
		return "4a19n3a"
	case "AZ":
		return "4a20c"
	case "HN", "NI", "SV":
		return "4a20n"
	case "SC":
		return "4a20n3a"
	case "PS", "QA":
		return "4a21c"
	case "KW":
		return "4a22c"
	case "LC":
		return "4a24c"
	case "JO", "YE":
		return "4a4n18c"
	case "MT":
		return "4a5n18c"
	case "BG":
		return "4a6n8c"
	case "BY":
		return "4c4n16c"
	case "DO":
		return "4c20n"
	case "GT":
		return "24c"
	case "LB":
		return "4n20c"
	case "CH", "LI":
		return "5n12c"
	case "TR":
		return "6n16c"
	case "UA":
		return "6n19c"
	case "AL", "CY":
		return "8n16c"
	case "GR":
		return "7n16c"
	case "AD":
		return "8n12c"
	}
	return ""
}
