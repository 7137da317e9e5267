package sepa

import (
	"time"

	"github.com/bausteine/egov/payment"
)

// BusinessDay reports whether payments settle on the day: neither Saturday nor
// Sunday nor one of the closing days of the TARGET system (1 January, Good
// Friday, Easter Monday, 1 May, 25 and 26 December). A bank may also rest on
// holidays of its Land.
func BusinessDay(d payment.Date) bool {
	t := noon(d)
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	switch {
	case d.Month == time.January && d.Day == 1, d.Month == time.May && d.Day == 1,
		d.Month == time.December && (d.Day == 25 || d.Day == 26):
		return false
	}
	easter := easterSunday(t.Year())
	days := int(t.Sub(easter) / (24 * time.Hour))
	return days != -2 && days != 1
}

// AddBusinessDays returns the n-th business day after the day; for n = 0 the
// day itself, or the next business day if it is none.
func AddBusinessDays(d payment.Date, n int) payment.Date {
	t := noon(d)
	for !BusinessDay(day(t)) {
		t = t.AddDate(0, 0, 1)
		if n > 0 && BusinessDay(day(t)) {
			n--
		}
	}
	for ; n > 0; n-- {
		t = t.AddDate(0, 0, 1)
		for !BusinessDay(day(t)) {
			t = t.AddDate(0, 0, 1)
		}
	}
	return day(t)
}

// EarliestCollection returns the first due date that a SEPA direct debit can
// have which reaches the creditor's bank on the day: one business day later
// (EPC016-06, EPC222-07, 4.3.2: a collection is presented to the debtor's bank
// on the business day before it is due at the latest, and 14 calendar days
// before at the earliest). Banks want it before an hour of their own.
func EarliestCollection(delivered payment.Date) payment.Date { return AddBusinessDays(delivered, 1) }

func noon(d payment.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

func day(t time.Time) payment.Date {
	return payment.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// easterSunday is the Gregorian computus in the form of Meeus, Jones and
// Butcher (Nature, 20 April 1876).
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month, dayOf := (h+l-7*m+114)/31, (h+l-7*m+114)%31+1
	return time.Date(year, time.Month(month), dayOf, 12, 0, 0, 0, time.UTC)
}
