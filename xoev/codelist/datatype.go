package codelist

import (
	"bytes"
	"strconv"
	"strings"
)

// valueKind is what is checked of the values of a column. Source: XML Schema 1.0
// Part 2, sections 3.2 and 3.3.
type valueKind uint8

const (
	kindText valueKind = iota // every text is valid
	kindUnknown
	kindBoolean
	kindDecimal
	kindInteger
	kindNonNegative
	kindPositive
	kindNonPositive
	kindNegative
	kindLong
	kindInt
	kindShort
	kindByte
	kindUnsignedLong
	kindUnsignedInt
	kindUnsignedShort
	kindUnsignedByte
	kindFloat
	kindDateTime
	kindDate
	kindTime
	kindYear
	kindURI
	kindLanguage
	kindNCName
)

var kindNames = [...]string{
	kindText: "string", kindUnknown: "unknown", kindBoolean: "boolean", kindDecimal: "decimal", kindInteger: "integer",
	kindNonNegative: "nonNegativeInteger", kindPositive: "positiveInteger", kindNonPositive: "nonPositiveInteger",
	kindNegative: "negativeInteger", kindLong: "long", kindInt: "int", kindShort: "short", kindByte: "byte",
	kindUnsignedLong: "unsignedLong", kindUnsignedInt: "unsignedInt", kindUnsignedShort: "unsignedShort",
	kindUnsignedByte: "unsignedByte", kindFloat: "double", kindDateTime: "dateTime", kindDate: "date", kindTime: "time",
	kindYear: "gYear", kindURI: "anyURI", kindLanguage: "language", kindNCName: "NCName",
}

// String returns the name of the data type.
func (k valueKind) String() string { return kindNames[k] }

const xsdDatatypes = "http://www.w3.org/2001/XMLSchema-datatypes"

// kindOf finds the kind of a column by the type's name and the library, its own
// or that of the column set.
func kindOf(name, own, common string) valueKind {
	library := own
	if library == "" {
		library = common
	}
	if library != "" && library != xsdDatatypes && library != "http://www.w3.org/2001/XMLSchema" {
		return kindUnknown
	}
	switch name {
	case "string", "normalizedString", "token":
		return kindText
	case "float":
		return kindFloat
	case "ID", "IDREF":
		return kindNCName
	case "unknown":
		return kindUnknown
	}
	for k, n := range kindNames {
		if n == name {
			return valueKind(k)
		}
	}
	return kindUnknown
}

// valid reports whether the value is in the lexical space of the type, white
// space around it left out.
func (k valueKind) valid(value []byte) bool {
	b := bytes.Trim(value, " \t\n\r")
	switch k {
	case kindText, kindUnknown:
		return true
	case kindBoolean:
		s := string(b)
		return s == "true" || s == "false" || s == "1" || s == "0"
	case kindDecimal:
		return isDecimal(string(b), true)
	case kindFloat:
		return isFloat(string(b))
	case kindDateTime:
		date, clock, ok := strings.Cut(string(b), "T")
		return ok && isDate(date, false) && isTime(clock)
	case kindDate:
		return isDate(string(b), true)
	case kindTime:
		return isTime(string(b))
	case kindYear:
		n := yearLength(string(b))
		return n > 0 && isZone(string(b[n:]))
	case kindURI:
		return isURI(string(b))
	case kindLanguage:
		return isLanguage(string(b))
	case kindNCName:
		return isNCName(string(b))
	}
	return isDecimal(string(b), false) && k.inRange(string(b))
}

// inRange judges an integer of any length.
func (k valueKind) inRange(s string) bool {
	digits := strings.TrimLeft(strings.TrimLeft(s, "+-"), "0")
	negative := s[0] == '-' && digits != ""
	switch k {
	case kindNonNegative:
		return !negative
	case kindPositive:
		return !negative && digits != ""
	case kindNonPositive:
		return negative || digits == ""
	case kindNegative:
		return negative
	}
	bits, unsigned := 0, false
	switch k {
	case kindLong:
		bits = 64
	case kindInt:
		bits = 32
	case kindShort:
		bits = 16
	case kindByte:
		bits = 8
	case kindUnsignedLong:
		bits, unsigned = 64, true
	case kindUnsignedInt:
		bits, unsigned = 32, true
	case kindUnsignedShort:
		bits, unsigned = 16, true
	case kindUnsignedByte:
		bits, unsigned = 8, true
	default:
		return true
	}
	if unsigned && (s[0] == '+' || s[0] == '-') {
		return false // no sign in XML Schema 1.0
	}
	if digits == "" {
		return true
	}
	var err error
	if unsigned {
		_, err = strconv.ParseUint(digits, 10, bits)
		return err == nil
	}
	if negative {
		digits = "-" + digits
	}
	_, err = strconv.ParseInt(digits, 10, bits)
	return err == nil
}

// isDecimal accepts a sign, digits and, if fraction, a point.
func isDecimal(s string, fraction bool) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	n := 0
	for _, c := range []byte(s) {
		switch {
		case '0' <= c && c <= '9':
			n++
		case c == '.' && fraction:
			fraction = false
		default:
			return false
		}
	}
	return n > 0
}

func isFloat(s string) bool {
	if s == "INF" || s == "-INF" || s == "NaN" {
		return true
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return isDecimal(s[:i], true) && isDecimal(s[i+1:], false)
	}
	return isDecimal(s, true)
}

// yearLength returns the length of the year at the beginning, 0 if there is
// none: at least four digits, more without leading zero, not 0000.
func yearLength(s string) int {
	i := 0
	if s != "" && s[0] == '-' {
		i = 1
	}
	from := i
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	if i-from < 4 || i-from > 4 && s[from] == '0' || s[from:i] == "0000" {
		return 0
	}
	return i
}

// isDate judges an xs:date, or with zone false the first half of an xs:dateTime.
func isDate(s string, zone bool) bool {
	n := yearLength(s)
	if n == 0 || len(s) < n+6 || s[n] != '-' || s[n+3] != '-' || !zone && len(s) != n+6 || !isZone(s[n+6:]) {
		return false
	}
	month, okM := number(s[n+1 : n+3])
	day, okD := number(s[n+4 : n+6])
	year, _ := number(s[n-4 : n]) // leap years repeat every 10,000
	return okM && okD && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

// isTime judges an xs:time.
func isTime(s string) bool {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return false
	}
	h, okH := number(s[:2])
	m, okM := number(s[3:5])
	sec, okS := number(s[6:8])
	rest := s[8:]
	whole := true
	if rest != "" && rest[0] == '.' {
		i := 1
		for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
			whole = whole && rest[i] == '0'
			i++
		}
		if i == 1 {
			return false
		}
		rest = rest[i:]
	}
	midnight := h == 24 && m == 0 && sec == 0 && whole
	return okH && okM && okS && (h < 24 || midnight) && m < 60 && sec < 60 && isZone(rest)
}
