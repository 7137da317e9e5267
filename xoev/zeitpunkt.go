package xoev

import (
	"errors"
	"time"
)

// Zeitpunkt is a point in time as it stands in a message: an xs:dateTime
// ("2024-05-24T11:27:50.141+02:00") of the years 0001 to 9999. The text is kept, because senders leave
// out zone and milliseconds, and a guess would be a wrong time.
type Zeitpunkt string

// ErrZeitpunkt is returned for text that is no xs:dateTime.
var ErrZeitpunkt = errors.New("xoev: not an xs:dateTime")

// zeitpunktLayout is what the documentation of erstellungszeitpunkt asks for.
const zeitpunktLayout = "2006-01-02T15:04:05.000Z07:00"

// FormatZeitpunkt writes t with milliseconds and time zone, cutting off what
// is finer. Offsets that xs:dateTime cannot express (seconds, beyond 14 hours)
// become UTC. A year outside 1 to 9999 gives "".
func FormatZeitpunkt(t time.Time) Zeitpunkt {
	if _, offset := t.Zone(); offset%60 != 0 || offset > 14*3600 || offset < -14*3600 {
		t = t.UTC()
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return Zeitpunkt(t.Format(zeitpunktLayout))
}

// Time reads z. Without a time zone the result is the wall clock in UTC and
// zone is false: it is then not a point in time, and the caller decides which
// zone is meant. The error is [ErrZeitpunkt]. Digits finer than nanoseconds
// are cut off.
func (z Zeitpunkt) Time() (t time.Time, zone bool, err error) {
	p, ok := parseZeitpunkt(string(z))
	if !ok {
		return time.Time{}, false, ErrZeitpunkt
	}
	return p.time, p.zone, nil
}

// Exact reports whether z has milliseconds (or finer) and a time zone, as the
// Basisnachricht asks for. It is false for what is no xs:dateTime.
func (z Zeitpunkt) Exact() bool {
	p, ok := parseZeitpunkt(string(z))
	return ok && p.zone && p.digits >= 3
}

type parsedZeitpunkt struct {
	time   time.Time
	zone   bool
	digits int // after the decimal point
}

// parseZeitpunkt reads the lexical form of xs:dateTime (XML Schema 1.0 Part 2,
// 3.2.7.1) for years 1 to 9999.
func parseZeitpunkt(s string) (parsedZeitpunkt, bool) {
	var p parsedZeitpunkt
	var n [6]int
	for i, want := range [...]struct {
		digits int
		before byte
	}{{4, 0}, {2, '-'}, {2, '-'}, {2, 'T'}, {2, ':'}, {2, ':'}} {
		if want.before != 0 {
			if s == "" || s[0] != want.before {
				return p, false
			}
			s = s[1:]
		}
		var ok bool
		if n[i], s, ok = number(s, want.digits); !ok {
			return p, false
		}
	}
	nanos, finer := 0, false
	if s != "" && s[0] == '.' {
		s = s[1:]
		for s != "" && s[0] >= '0' && s[0] <= '9' {
			if p.digits < 9 {
				nanos = nanos*10 + int(s[0]-'0')
			} else {
				finer = finer || s[0] != '0'
			}
			p.digits++
			s = s[1:]
		}
		if p.digits == 0 {
			return p, false
		}
		for i := p.digits; i < 9; i++ {
			nanos *= 10
		}
	}
	loc, zone, ok := parseZone(s)
	if !ok || n[0] == 0 {
		return p, false
	}
	if n[3] == 24 && (n[4] != 0 || n[5] != 0 || nanos != 0 || finer) || n[3] > 24 || n[4] > 59 || n[5] > 59 {
		return p, false
	}
	p.zone = zone
	p.time = time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if p.time.Month() != time.Month(n[1]) || p.time.Day() != n[2] {
		return p, false
	}
	p.time = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], nanos, loc)
	return p, true
}

func parseZone(s string) (loc *time.Location, zone, ok bool) {
	switch {
	case s == "":
		return time.UTC, false, true
	case s == "Z":
		return time.UTC, true, true
	case len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':':
		return nil, false, false
	}
	hours, _, okHours := number(s[1:], 2)
	minutes, _, okMinutes := number(s[4:], 2)
	if !okHours || !okMinutes || minutes > 59 || hours*60+minutes > 14*60 {
		return nil, false, false
	}
	offset := (hours*60 + minutes) * 60
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone("", offset), true, true
}

// number reads exactly the given count of decimal digits.
func number(s string, digits int) (n int, rest string, ok bool) {
	if len(s) < digits {
		return 0, s, false
	}
	for i := 0; i < digits; i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, s, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s[digits:], true
}
