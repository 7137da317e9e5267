package xdatenfelder

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"
)

// Datum is a date as the document has it (xs:date, "2022-08-01", perhaps with a
// time zone), or empty.
type Datum string

// Time returns the start of the day, in UTC where no time zone is given.
func (d Datum) Time() (time.Time, error) {
	if !validDate([]byte(d)) {
		return time.Time{}, fmt.Errorf("xdatenfelder: not a date")
	}
	return parseTime(string(d), "2006-01-02", time.UTC)
}

// Zeitpunkt is a point in time as the document has it (xs:dateTime,
// "2022-08-01T12:00:00.000Z", perhaps without a time zone), or empty.
type Zeitpunkt string

// Time returns the time; where the document names no time zone, in loc.
func (z Zeitpunkt) Time(loc *time.Location) (time.Time, error) {
	if !validDateTime([]byte(z)) {
		return time.Time{}, fmt.Errorf("xdatenfelder: not a point in time")
	}
	s, late := string(z), 0
	if i := strings.IndexByte(s, 'T'); strings.HasPrefix(s[i:], "T24") { // the start of the next day
		s, late = s[:i]+"T00"+s[i+3:], 1
	}
	t, err := parseTime(s, "2006-01-02T15:04:05", loc)
	return t.AddDate(0, 0, late), err
}

// parseTime parses what a check has accepted; years of other than four digits
// are the one thing that package time does not know.
func parseTime(s, layout string, loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(layout, s, loc)
	if err != nil {
		t, err = time.Parse(layout+"Z07:00", s)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("xdatenfelder: a year outside of 0001 to 9999")
	}
	return t, nil
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// collapse collapses white space as XML Schema does; it does not change b.
func collapse(b []byte) []byte {
	b = trim(b)
	clean := true
	for i, c := range b {
		if isSpace(c) && (c != ' ' || b[i-1] == ' ') {
			clean = false
			break
		}
	}
	if clean {
		return b
	}
	return bytes.Join(bytes.FieldsFunc(b, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }), []byte(" "))
}

func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// digits cuts n digits off b, or as many as there are if n is 0.
func digits(b []byte, n int) (value int, rest []byte, ok bool) {
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' && (n == 0 || i < n) {
		value = min(value*10+int(b[i]-'0'), math.MaxInt32)
		i++
	}
	return value, b[i:], i > 0 && (n == 0 || i == n)
}

// validDate checks the lexical form of xs:date (XML Schema 1.0 Part 2, 3.2.9).
func validDate(b []byte) bool {
	rest, ok := cutDate(b)
	return ok && validZone(rest)
}

// validDateTime checks the lexical form of xs:dateTime (3.2.7).
func validDateTime(b []byte) bool {
	rest, ok := cutDate(b)
	if !ok || len(rest) == 0 || rest[0] != 'T' {
		return false
	}
	rest, ok = cutTime(rest[1:])
	return ok && validZone(rest)
}

func cutDate(b []byte) (rest []byte, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	start := len(b)
	first := len(b) > 0 && b[0] == '0'
	year, b, ok := digits(b, 0)
	if length := start - len(b); !ok || length < 4 || length > 4 && first || year == 0 || len(b) == 0 || b[0] != '-' {
		return nil, false
	}
	if start-len(b) > 9 {
		return nil, false // more than any calendar of ours, and more than libxml2 takes
	}
	month, b, ok := digits(b[1:], 2)
	if !ok || month < 1 || month > 12 || len(b) == 0 || b[0] != '-' {
		return nil, false
	}
	day, b, ok := digits(b[1:], 2)
	return b, ok && day >= 1 && day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func cutTime(b []byte) (rest []byte, ok bool) {
	hour, b, ok := digits(b, 2)
	if !ok || len(b) == 0 || b[0] != ':' {
		return nil, false
	}
	minute, b, ok := digits(b[1:], 2)
	if !ok || len(b) == 0 || b[0] != ':' {
		return nil, false
	}
	second, b, ok := digits(b[1:], 2)
	if !ok {
		return nil, false
	}
	fraction := 0
	if len(b) > 0 && b[0] == '.' {
		if fraction, b, ok = digits(b[1:], 0); !ok {
			return nil, false
		}
	}
	if hour == 24 {
		return b, minute == 0 && second == 0 && fraction == 0
	}
	return b, hour <= 23 && minute <= 59 && second <= 59
}

func validZone(b []byte) bool {
	if len(b) == 0 || string(b) == "Z" {
		return true
	}
	if b[0] != '+' && b[0] != '-' {
		return false
	}
	hour, b, ok := digits(b[1:], 2)
	if !ok || len(b) == 0 || b[0] != ':' {
		return false
	}
	minute, b, ok := digits(b[1:], 2)
	return ok && len(b) == 0 && minute <= 59 && (hour < 14 || hour == 14 && minute == 0)
}

func validBoolean(b []byte) bool {
	switch string(b) {
	case "true", "false", "1", "0":
		return true
	}
	return false
}

// parseAnzahl reads a multiplicity. small is false if a number is beyond 32 bits.
func parseAnzahl(b []byte) (a Anzahl, small, ok bool) {
	lower, rest, ok := digits(b, 0)
	if !ok || len(rest) < 2 || rest[0] != ':' {
		return Anzahl{}, false, false
	}
	if string(rest[1:]) == "*" {
		return Anzahl{lower, Unbegrenzt}, lower < math.MaxInt32, true
	}
	upper, rest, ok := digits(rest[1:], 0)
	if !ok || len(rest) > 0 {
		return Anzahl{}, false, false
	}
	return Anzahl{lower, upper}, lower < math.MaxInt32 && upper < math.MaxInt32, true
}

// validVersion checks a VersionString of so many numbers.
func validVersion(b []byte, parts int) bool {
	for i := range parts {
		_, rest, ok := digits(b, 0)
		if !ok {
			return false
		}
		if b = rest; i+1 == parts {
			return len(b) == 0
		}
		if len(b) == 0 || b[0] != '.' {
			return false
		}
		b = b[1:]
	}
	return false
}

// parseInteger reads an xs:integer of at least lower. small is false if it is
// beyond 32 bits; a minus before 0 is part of the type.
func parseInteger(b []byte, lower int) (n int, small, ok bool) {
	s := string(b)
	if rest, plus := strings.CutPrefix(s, "+"); plus {
		s = rest
	}
	sign := 1
	if rest, minus := strings.CutPrefix(s, "-"); minus && len(s) == len(b) {
		s, sign = rest, -1
	}
	n, rest, ok := digits([]byte(s), 0)
	if !ok || len(rest) > 0 {
		return 0, false, false
	}
	return sign * n, n < math.MaxInt32, sign*n >= lower
}
