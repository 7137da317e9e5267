package codelist

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// VersionKennung names one version of a code list or standard: the kennung
// that all versions share and the version's own string. XRepository writes both
// as one text, kennung + "_" + version
// ("urn:de:xoev:codeliste:erreichbarkeit_4.1").
type VersionKennung struct {
	// Kennung is the list's name without version, a URN in XRepository
	// ("urn:de:xoev:codeliste:erreichbarkeit").
	Kennung string `json:"kennung"`
	// Version is any text ("3", "1.0", "2022-08-01", "20240925-0"); versions
	// are names, not numbers.
	Version string `json:"version"`
}

// ParseVersionKennung splits a version's kennung at its last underscore. ok is
// false if there is none, if one of the parts would be empty, or if a part
// could not stand in a lock file. A version that itself holds an underscore
// cannot be told from a kennung that does; none is known.
func ParseVersionKennung(s string) (v VersionKennung, ok bool) {
	i := strings.LastIndexByte(s, '_')
	if i < 0 {
		return VersionKennung{}, false
	}
	v = VersionKennung{Kennung: s[:i], Version: s[i+1:]}
	if !plainText(v.Kennung, maxKennung) || !plainText(v.Version, maxVersion) {
		return VersionKennung{}, false
	}
	return v, true
}

// String joins kennung and version with an underscore.
func (v VersionKennung) String() string { return v.Kennung + "_" + v.Version }

// shown is String for error messages and reports: what could not stand in a lock
// file, such as an attribute of a message with line ends in it, is left out.
func (v VersionKennung) shown() string {
	if !plainText(v.Version, maxVersion) {
		return shownKennung(v.Kennung)
	}
	return shownKennung(v.Kennung) + "_" + v.Version
}

func shownKennung(kennung string) string {
	if !plainText(kennung, maxKennung) {
		return "(no kennung)"
	}
	return kennung
}

// plainText reports whether s can stand in one field of a lock file: 1 to max
// bytes of UTF-8 without control characters, line ends of Unicode, byte order
// marks and outer spaces.
func plainText(s string, max int) bool {
	if s == "" || len(s) > max || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// isFaulty reports whether a version's own name says that it must not be used:
// XRepository holds lists whose version is "fehlerhaft".
func isFaulty(version string) bool {
	return strings.Contains(strings.ToLower(version), "fehlerhaft")
}

// compareVersions orders the versions of one list: runs of digits compare as
// numbers, other characters by code point, digits come after other characters,
// and a version comes after its own beginning: "1" < "1.0" < "2" < "10",
// "2022-08-01" < "2024-01-31", "fehlerhaft" < "1". Versions that agree in all
// this ("1.0", "1.00") compare byte by byte, so 0 means the same string.
func compareVersions(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digitRun(x), digitRun(y)
		switch {
		case dx > 0 && dy > 0:
			if c := compareNumbers(x[:dx], y[:dy]); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
		case dx > 0:
			return 1
		case dy > 0:
			return -1
		case x[0] != y[0]:
			return int(x[0]) - int(y[0])
		default:
			x, y = x[1:], y[1:]
		}
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// compareNumbers compares two runs of digits of any length as numbers.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
