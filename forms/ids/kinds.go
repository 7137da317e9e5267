package ids

// Kind is one kind of identifier, for code that handles all of them alike,
// such as a form that reads the kind from a tag. Kinds do not change and may
// be used by several goroutines at once.
type Kind struct {
	// Tag is the kind's stable name in struct tags: "steuerid".
	Tag string
	// Name is the identifier's usual name, as in [Error.ID].
	Name string
	// Source names the rules.
	Source string
	// Example is a fictional or published identifier in its normal form.
	Example string

	parse, parseTest func(string) (string, error)
	valid            func(string) bool
	format           func(string) string
	warning          func(string) error
}

// Parse reads a text and returns the normal form, or an [*Error].
func (k Kind) Parse(s string) (string, error) { return k.parse(s) }

// ParseTest is [Kind.Parse] for test systems: it accepts the numbers kept for
// tests too, where an authority publishes some (Steuer-IdNr).
func (k Kind) ParseTest(s string) (string, error) { return k.parseTest(s) }

// ParseStrict is [Kind.Parse], but what is only a [Kind.Warning] is an error.
func (k Kind) ParseStrict(s string) (string, error) {
	out, err := k.parse(s)
	if err != nil {
		return "", err
	}
	if err := k.Warning(s); err != nil {
		return "", err
	}
	return out, nil
}

// Valid reports whether [Kind.Parse] accepts the text. It does not allocate.
func (k Kind) Valid(s string) bool { return k.valid(s) }

// Format writes a valid identifier as people expect to read it, so that
// [Kind.Parse] reads it again, and a test number in the same way for
// [Kind.ParseTest]. It returns anything else as it is.
func (k Kind) Format(s string) string { return k.format(s) }

// Warning returns an [*Error] if a valid identifier is unusual in a way that
// is no reason to refuse it: a check digit that is no longer published, a code
// kept for tests. It is nil for what [Kind.Parse] refuses.
func (k Kind) Warning(s string) error {
	if k.warning == nil {
		return nil
	}
	return k.warning(s)
}

// Kinds returns all kinds of identifiers, in the order of the table in the
// package comment. File numbers are not among them, because each authority has
// its own; see [AktenzeichenMuster].
func Kinds() []Kind {
	out := make([]Kind, len(kinds))
	copy(out, kinds[:])
	return out
}

// KindOf returns the kind with the tag.
func KindOf(tag string) (Kind, bool) {
	for i := range kinds {
		if kinds[i].Tag == tag {
			return kinds[i], true
		}
	}
	return Kind{}, false
}

type identifier interface {
	~string
	Valid() bool
	Format() string
}

func kind[T identifier](tag, name, example, source string, parse func(string) (T, error)) Kind {
	plain := func(s string) (string, error) {
		v, err := parse(s)
		return string(v), err
	}
	return Kind{
		Tag: tag, Name: name, Source: source, Example: example, parse: plain, parseTest: plain,
		valid:  func(s string) bool { return T(s).Valid() },
		format: func(s string) string { return T(s).Format() },
	}
}

// doubted is a kind that has warnings.
func doubted[T interface {
	identifier
	Warning() error
}](tag, name, example, source string, parse func(string) (T, error)) Kind {
	k := kind(tag, name, example, source, parse)
	k.warning = func(s string) error { return T(s).Warning() }
	return k
}

var kinds = [...]Kind{
	withTest(kind("steuerid", steuerIDName, "86095742719", "§ 139b AO; ELSTER, Prüfung der Steuer- und Steueridentifikationsnummer", ParseSteuerID)),
	steuernummerKind(),
	doubted("ustid", ustIDName, "DE136695976", "§ 27a UStG; VIES, VAT number structures", ParseUStID),
	doubted("wirtschaftsid", wirtschaftsIDName, "DE123456788-00001", "§ 139c AO", ParseWirtschaftsID),
	kind("iban", ibanName, "DE89370400440532013000", "ISO 13616; IBAN registry", ParseIBAN),
	doubted("bic", bicName, "GENODEF1JEV", "ISO 9362:2022", ParseBIC),
	doubted("glaeubigerid", glaeubigerIDName, "DE98ZZZ09999999999", "EPC262-08; Deutsche Bundesbank", ParseGlaeubigerID),
	kind("rfreferenz", creditorReferenceName, "RF18539007547034", "ISO 11649:2009", ParseCreditorReference),
	doubted("rvnr", rvnrName, "15070649C103", "§ 147 SGB VI; § 2 VKVV", ParseRVNR),
	doubted("kvnr", kvnrName, "A123456780", "§ 290 SGB V", ParseKVNR),
	kind("ik", ikName, "260326822", "§ 293 SGB V; circular of the ARGE IK", ParseIK),
	kind("betriebsnummer", betriebsnummerName, "09912342", "§ 18i SGB IV; Bundesagentur für Arbeit", ParseBetriebsnummer),
	doubted("ausweisnummer", ausweisnummerName, "L01X00T47", "§ 5 PAuswG; ICAO Doc 9303-3", ParseAusweisnummer),
	doubted("passnummer", passnummerName, "C01X00T47", "§ 4 PassG; ICAO Doc 9303-3", ParsePassnummer),
	kind("mrz", mrzName, specimenMRZ, "ICAO Doc 9303, parts 3 to 6", ParseMRZ),
	kind("ags", agsName, "05315000", "Statistisches Bundesamt, Gemeindeverzeichnis", ParseAGS),
	kind("ars", arsName, "053150000000", "Statistisches Bundesamt, Gemeindeverzeichnis", ParseARS),
	kind("plz", plzName, "07743", "Deutsche Post; the range is heuristic", ParsePLZ),
	kind("kfzkennzeichen", kfzName, "J-EN 123", "FZV §§ 9, 10, Anlage 1", ParseKfzKennzeichen),
	kind("registernummer", registerName, "Musterstadt HRB 12345", "§ 3 HRV; GenG, PartGG, BGB", ParseRegisternummer),
	kind("leitwegid", leitwegIDName, "04011000-1234512345-06", "KoSIT, Formatspezifikation Leitweg-ID 2.0", ParseLeitwegID),
	doubted("eori", eoriName, "DE1234567", "Implementing Regulation (EU) 2015/2447, annex 12-01", ParseEORI),
	kind("lei", leiName, "529900T8BM49AURSDO55", "ISO 17442-1:2020", ParseLEI),
	kind("gln", glnName, "4012345000009", "GS1 General Specifications, 7.9.1", ParseGLN),
	kind("vin", vinName, "WVWZZZ1JZ3W386752", "ISO 3779:2009", ParseVIN),
	doubted("transponder", transponderName, "276098100345727", "ISO 11784", ParseTransponder),
	kind("flurstueck", flurstueckName, "152450008007460284__", "AdV, GeoInfoDok, AX_Flurstueck_Kerndaten", ParseFlurstueckskennzeichen),
	kind("teildatum", datumName, "1980-05", "XÖV core components; XML Schema part 2", ParseTeilbekanntesDatum),
	kind("telefon", telefonName, "+493012345678", "ITU-T E.164; DIN 5008", ParseTelefonnummer),
}

// specimenMRZ is that of the specimen of the identity card of 2021.
const specimenMRZ = "IDD<<L01X00T471<<<<<<<<<<<<<<<\n8308126<3108011D<<2108<<<<<<<7\nMUSTERMANN<<ERIKA<<<<<<<<<<<<<"

func withTest(k Kind) Kind {
	k.parseTest = func(s string) (string, error) {
		v, err := ParseTestSteuerID(s)
		return string(v), err
	}
	return k
}

// steuernummerKind reads and writes the Bundesschema, which needs no Land.
func steuernummerKind() Kind {
	k := kind("steuernummer", steuernummerName, "4198081508152", "ELSTER, Prüfung der Steuer- und Steueridentifikationsnummer",
		func(s string) (Steuernummer, error) { return ParseSteuernummer(s, "") })
	k.format = func(s string) string {
		b, p := checkSteuernummer(s, "")
		return masked(s, b, p, "")
	}
	return k
}
