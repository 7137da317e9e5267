package ids

// Land is a German state (Land) by its code of ISO 3166-2:DE without "DE-",
// such as "TH" for Thüringen.
type Land string

// Laender returns the sixteen states in the order of the Amtlicher
// Gemeindeschlüssel, from 01 (Schleswig-Holstein) to 16 (Thüringen).
func Laender() []Land {
	out := make([]Land, len(laender))
	for i := range laender {
		out[i] = laender[i].code
	}
	return out
}

// Valid reports whether it is one of the sixteen.
func (l Land) Valid() bool { return l.index() >= 0 }

// Name returns the official name ("Thüringen"), "" for what is no state.
func (l Land) Name() string {
	if i := l.index(); i >= 0 {
		return laender[i].name
	}
	return ""
}

// Schluessel returns the two digits with which the Gemeindeschlüssel of its
// municipalities begin ("16"), "" for what is no state.
func (l Land) Schluessel() string {
	i := l.index() + 1
	if i == 0 {
		return ""
	}
	return string([]byte{byte('0' + i/10), byte('0' + i%10)})
}

func (l Land) index() int {
	for i := range laender {
		if laender[i].code == l {
			return i
		}
	}
	return -1
}

// landOfSchluessel returns the state of the two digits, "" if there is none.
func landOfSchluessel(a, b byte) Land {
	if n := int(a-'0')*10 + int(b-'0'); n >= 1 && n <= len(laender) {
		return laender[n-1].code
	}
	return ""
}

// laender lists the states in the order of the Gemeindeschlüssel, with what
// their Steuernummer begins with in the Bundesschema, how the office writes it
// (F Finanzamt, B Bezirk, U Unterscheidungsnummer, P check digit; # any of
// them) and the way its check digit is computed.
var laender = [16]struct {
	code   Land
	name   string
	prefix string
	mask   string
	check  steuerCheck
}{
	{"SH", "Schleswig-Holstein", "21", "##/###/#####", check2er},
	{"HH", "Hamburg", "22", "##/###/#####", checkHBHH},
	{"NI", "Niedersachsen", "23", "##/###/#####", checkNI},
	{"HB", "Bremen", "24", "## ### #####", checkHBHH},
	{"NW", "Nordrhein-Westfalen", "5", "###/####/####", checkNW},
	{"HE", "Hessen", "26", "### ### #####", check2er},
	{"RP", "Rheinland-Pfalz", "27", "##/###/#####", checkRP},
	{"BW", "Baden-Württemberg", "28", "#####/#####", check2er},
	{"BY", "Bayern", "9", "###/###/#####", check11er},
	{"SL", "Saarland", "10", "###/###/#####", check11er},
	{"BE", "Berlin", "11", "##/###/#####", checkBE},
	{"BB", "Brandenburg", "30", "###/###/#####", check11er},
	{"MV", "Mecklenburg-Vorpommern", "40", "###/###/#####", check11er},
	{"SN", "Sachsen", "32", "###/###/#####", check11er},
	{"ST", "Sachsen-Anhalt", "31", "###/###/#####", check11er},
	{"TH", "Thüringen", "41", "###/###/#####", check11er},
}
