package ids

// BIC is a business identifier code (ISO 9362), which names a bank: eight or
// eleven characters, "GENODEF1JEV".
//
// Rules: ISO 9362:2022 (four letters or digits, the country of ISO 3166-1, two
// letters or digits, three more for a branch or none).
type BIC string

const bicName = "BIC"

// ParseBIC reads a BIC. Spaces and hyphens are skipped, small letters raised.
// Codes: [Empty], [Charset], [Length], [Structure] (no letters for the
// country), [Country].
func ParseBIC(s string) (BIC, error) {
	b, p := checkBIC(s)
	return parsed[BIC](bicName, s, b, p)
}

// Valid reports whether [ParseBIC] accepts the text.
func (c BIC) Valid() bool {
	_, p := checkBIC(string(c))
	return p.code == ""
}

// Warning returns an [*Error] with [TestOnly] for a code whose eighth
// character is 0: those are for tests and training.
func (c BIC) Warning() error {
	b, p := checkBIC(string(c))
	if p.code != "" || b.d[7] != '0' {
		return nil
	}
	return problem{TestOnly, int(b.at[7])}.err(bicName, string(c))
}

// Format returns the normal form. What is no BIC is returned as it is.
func (c BIC) Format() string {
	b, p := checkBIC(string(c))
	return masked(string(c), b, p, "")
}

// Country returns the country's ISO 3166-1 code, "" for what is no BIC.
func (c BIC) Country() string {
	b, p := checkBIC(string(c))
	if p.code != "" {
		return ""
	}
	return string(b.d[4:6])
}

func checkBIC(s string) (b buf, p problem) {
	if b, p = gathered(s, "-"); p.code != "" {
		return b, p
	}
	if b.n != 8 && b.n != 11 {
		return b, problem{Length, -1}
	}
	if p = b.structure(4, "2a"); p.code != "" {
		return b, p
	}
	if !isCountry(b.d[4], b.d[5]) {
		return b, problem{Country, int(b.at[4])}
	}
	return b, problem{}
}

// GlaeubigerID is a SEPA creditor identifier (Gläubiger-Identifikationsnummer)
// such as "DE98ZZZ09999999999": country, two check digits, a business code of
// three characters that the creditor chooses, the national identifier.
//
// Rules: European Payments Council, EPC262-08 (check digits of ISO/IEC 7064
// MOD 97-10 without the business code, at most 35 characters); Deutsche
// Bundesbank (German ones have eighteen characters, eleven digits of which the
// first is 0 at the end). National identifiers with characters other than
// letters and digits are not supported.
type GlaeubigerID string

const glaeubigerIDName = "Gläubiger-ID"

// ParseGlaeubigerID reads a creditor identifier. Spaces and hyphens are
// skipped, small letters raised. Codes: [Empty], [Charset], [Length],
// [Country], [Structure], [Checksum].
func ParseGlaeubigerID(s string) (GlaeubigerID, error) {
	b, p := checkGlaeubigerID(s)
	return parsed[GlaeubigerID](glaeubigerIDName, s, b, p)
}

// Valid reports whether [ParseGlaeubigerID] accepts the text.
func (g GlaeubigerID) Valid() bool {
	_, p := checkGlaeubigerID(string(g))
	return p.code == ""
}

// Warning returns an [*Error] with [TestOnly] for the German identifier
// 09999999999, which examples and tests use.
func (g GlaeubigerID) Warning() error {
	b, p := checkGlaeubigerID(string(g))
	if p.code != "" || b.d[0] != 'D' || b.d[1] != 'E' || string(b.d[7:18]) != "09999999999" {
		return nil
	}
	return problem{TestOnly, int(b.at[7])}.err(glaeubigerIDName, string(g))
}

// Format returns the normal form. What is no creditor identifier is returned
// as it is.
func (g GlaeubigerID) Format() string {
	b, p := checkGlaeubigerID(string(g))
	return masked(string(g), b, p, "")
}

// Geschaeftsbereich returns the business code, which does not count when two
// identifiers are compared ("ZZZ" if the creditor chose none); "" for what is
// no creditor identifier.
func (g GlaeubigerID) Geschaeftsbereich() string {
	b, p := checkGlaeubigerID(string(g))
	if p.code != "" {
		return ""
	}
	return string(b.d[4:7])
}

func checkGlaeubigerID(s string) (b buf, p problem) {
	b.n, p = gather(b.d[:35], b.at[:35], s, "-", "")
	if p.code != "" {
		return b, p
	}
	if b.n < 8 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "2a2n"); p.code != "" {
		return b, p
	}
	if !isCountry(b.d[0], b.d[1]) {
		return b, problem{Country, int(b.at[0])}
	}
	if b.d[0] == 'D' && b.d[1] == 'E' {
		if b.n != 18 {
			return b, problem{Length, -1}
		}
		if p = b.structure(7, "11n"); p.code != "" {
			return b, p
		}
		if b.d[7] != '0' {
			return b, problem{Structure, int(b.at[7])}
		}
	}
	if !mod97(b.text(), 7) {
		return b, problem{Checksum, int(b.at[2])}
	}
	return b, problem{}
}

// CreditorReference is a structured creditor reference (ISO 11649), which a
// payer copies from the invoice: "RF18539007547034".
//
// Rules: ISO 11649:2009 (RF, two check digits of ISO/IEC 7064 MOD 97-10, one
// to twenty-one letters and digits).
type CreditorReference string

const creditorReferenceName = "RF-Referenz"

// ParseCreditorReference reads a reference. Spaces and hyphens are skipped,
// small letters raised. Codes: [Empty], [Charset], [Length], [Structure] (no
// RF and two digits in front), [Checksum].
func ParseCreditorReference(s string) (CreditorReference, error) {
	b, p := checkCreditorReference(s)
	return parsed[CreditorReference](creditorReferenceName, s, b, p)
}

// Valid reports whether [ParseCreditorReference] accepts the text.
func (r CreditorReference) Valid() bool {
	_, p := checkCreditorReference(string(r))
	return p.code == ""
}

// Format groups the reference by four, "RF18 5390 0754 7034". What is no
// reference is returned as it is.
func (r CreditorReference) Format() string {
	b, p := checkCreditorReference(string(r))
	return byFours(string(r), b, p)
}

func checkCreditorReference(s string) (b buf, p problem) {
	b.n, p = gather(b.d[:25], b.at[:25], s, "-", "")
	if p.code != "" {
		return b, p
	}
	if b.n < 5 {
		return b, problem{Length, -1}
	}
	if p = b.structure(0, "RF2n"); p.code != "" {
		return b, p
	}
	if !mod97(b.text(), 4) {
		return b, problem{Checksum, int(b.at[2])}
	}
	return b, problem{}
}
