package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a day of the calendar, without time and zone. The zero Date is no
// date. Dates can be compared with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a day as people in Germany type it, "3.4.2026" or
// "03.04.2026" (spaces after the dots allowed, "-" and "/" instead of dots
// too), or as ISO 8601 writes it, "2026-04-03". The year has four digits,
// from 1000 to 9999. The error is [ErrDateFormat] or [ErrDateUnreal].
func ParseDate(s string) (Date, error) {
	if d, ok := parseISODate(s); ok {
		return d, nil
	}
	if len(s) > 16 {
		return Date{}, ErrDateFormat
	}
	var parts [3]string
	n, sep := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			parts[n] += string(c)
		case c == '.' || c == '-' || c == '/':
			if n == 2 || parts[n] == "" || sep != 0 && sep != c {
				return Date{}, ErrDateFormat
			}
			sep = c
			n++
		case c == ' ' && n > 0 && parts[n] == "" && s[i-1] == '.':
		default:
			return Date{}, ErrDateFormat
		}
	}
	day, month, year := parts[0], parts[1], parts[2]
	if sep == '-' && len(day) == 4 {
		day, year = year, day
	}
	return dateOf(day, month, year)
}

// dateOf makes a date of the digits in three inputs.
func dateOf(day, month, year string) (Date, error) {
	if len(day) < 1 || len(day) > 2 || len(month) < 1 || len(month) > 2 || len(year) != 4 {
		return Date{}, ErrDateFormat
	}
	d, err1 := strconv.ParseUint(day, 10, 8)
	m, err2 := strconv.ParseUint(month, 10, 8)
	y, err3 := strconv.ParseUint(year, 10, 16)
	if err1 != nil || err2 != nil || err3 != nil || y < 1000 {
		return Date{}, ErrDateFormat
	}
	date := Date{int(y), time.Month(m), int(d)}
	if !date.real() {
		return Date{}, ErrDateUnreal
	}
	return date, nil
}

// parseISODate reads YYYY-MM-DD without allocating.
func parseISODate(s string) (Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	var n [3]int
	for i, span := range [3][2]int{{0, 4}, {5, 7}, {8, 10}} {
		for _, c := range []byte(s[span[0]:span[1]]) {
			if c < '0' || c > '9' {
				return Date{}, false
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	d := Date{n[0], time.Month(n[1]), n[2]}
	return d, d.Year >= 1000 && d.real()
}

// DateOf returns the day of the time in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Today returns the day that it is in Germany at the time: the civil time of
// Europe/Berlin under the EU's summer time rule (Directive 2000/84/EC: last
// Sunday of March to last Sunday of October, 01:00 UTC). It needs no time
// zone database.
func Today(now time.Time) Date {
	t := now.UTC()
	offset := time.Hour
	if !t.Before(lastSunday(t.Year(), time.March)) && t.Before(lastSunday(t.Year(), time.October)) {
		offset = 2 * time.Hour
	}
	return DateOf(t.Add(offset))
}

// lastSunday returns 01:00 UTC on the last Sunday of a month with 31 days.
func lastSunday(year int, month time.Month) time.Time {
	t := time.Date(year, month, 31, 1, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, -int(t.Weekday()))
}

// real reports whether the calendar has the day.
func (d Date) real() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 {
		return false
	}
	return d.Day <= 28 || d.Day <= time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns the start of the day in the location.
func (d Date) Time(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.number() < e.number() }

// number is the date as YYYYMMDD, which sorts like the date.
func (d Date) number() int { return d.Year*10000 + int(d.Month)*100 + d.Day }

// String returns ISO 8601 ("2026-04-03"), "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Format returns the date as Germans write it: "3.4.2026".
func (d Date) Format() string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Day) + "." + strconv.Itoa(int(d.Month)) + "." + strconv.Itoa(d.Year)
}

// ValidatorValue lets validator/v10 compare dates: it sees the number
// YYYYMMDD, 0 for no date, so that required, gtfield and the like work.
func (d Date) ValidatorValue() any { return d.number() }

// MarshalText returns [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads ISO 8601, or "" as no date.
func (d *Date) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if s == "" {
		*d = Date{}
		return nil
	}
	date, ok := parseISODate(s)
	if !ok {
		return ErrDateFormat
	}
	*d = date
	return nil
}
