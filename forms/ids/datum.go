package ids

// TeilbekanntesDatum is a date of which the day, or the day and the month, may
// be unknown: "1980-05-01", "1980-05" or "1980".
//
// Rules: the XÖV core component for partly known dates, a choice of xs:date,
// xs:gYearMonth and xs:gYear without time zone; a day without a month is not a
// partly known date. Registers print an unknown day or month as 00, which is
// read too. A date of which nothing is known is no TeilbekanntesDatum. Dates
// before the Gregorian calendar are counted in it.
type TeilbekanntesDatum string

const datumName = "Teilbekanntes Datum"

// ParseTeilbekanntesDatum reads a date as German forms write it ("1.5.1980",
// "05.1980", "00.05.1980", "1980") or in the form of XML Schema. Codes:
// [Empty], [Charset], [Structure] (also a day without a month), [NoDate].
func ParseTeilbekanntesDatum(s string) (TeilbekanntesDatum, error) {
	d := readDatum(s)
	if d.problem.code != "" {
		return "", d.problem.err(datumName, s)
	}
	return TeilbekanntesDatum(d.iso()), nil
}

// Valid reports whether [ParseTeilbekanntesDatum] accepts the text.
func (t TeilbekanntesDatum) Valid() bool { return readDatum(string(t)).problem.code == "" }

// Parts returns year, month and day; 0 is unknown. All are 0 for what is no
// partly known date.
func (t TeilbekanntesDatum) Parts() (year, month, day int) {
	d := readDatum(string(t))
	if d.problem.code != "" {
		return 0, 0, 0
	}
	return d.year, d.month, d.day
}

// Format writes the known parts, "01.05.1980", "05.1980" or "1980". What is no
// partly known date is returned as it is.
func (t TeilbekanntesDatum) Format() string {
	d := readDatum(string(t))
	if d.problem.code != "" {
		return string(t)
	}
	out := make([]byte, 0, 10)
	for _, n := range [2]int{d.day, d.month} {
		if n > 0 {
			out = append(out, byte('0'+n/10), byte('0'+n%10), '.')
		}
	}
	return string(appendYear(out, d.year))
}

type datum struct {
	year, month, day int
	problem          problem
}

func (d datum) iso() string {
	out := appendYear(make([]byte, 0, 10), d.year)
	for _, n := range [2]int{d.month, d.day} {
		if n > 0 {
			out = append(out, '-', byte('0'+n/10), byte('0'+n%10))
		}
	}
	return string(out)
}

func appendYear(out []byte, year int) []byte {
	return append(out, byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10))
}

// readDatum splits the text at dots or hyphens into at most three numbers.
func readDatum(s string) datum {
	var number, length, start [3]int
	parts, separator := 0, byte(0)
	from, to := trim(s)
	if from == to {
		return datum{problem: problem{Empty, -1}}
	}
	start[0] = from
	for i, size := from, 0; i < to; i += size {
		var c byte
		c, size = plain(s, i)
		switch {
		case isDigit(c) && length[parts] < 4:
			number[parts] = number[parts]*10 + int(c-'0')
			length[parts]++
		case (c == '.' || c == '-') && (separator == 0 || c == separator) && parts < 2 && length[parts] > 0:
			separator = c
			parts++
			start[parts] = min(i+size, to-1)
		case c == ' ' && separator == '.' && length[parts] == 0: // "1. 5. 1980"
		case isDigit(c), c == '.', c == '-', c == ' ':
			return datum{problem: problem{Structure, i}}
		default:
			return datum{problem: problem{Charset, i}}
		}
	}
	year := parts
	if separator == '-' { // into the German order
		number[0], number[parts] = number[parts], number[0]
		length[0], length[parts] = length[parts], length[0]
		start[0], start[parts] = start[parts], start[0]
	}
	if length[year] != 4 {
		return datum{problem: problem{Structure, start[year]}}
	}
	d := datum{year: number[year]}
	for i := range parts {
		if length[i] > 2 || length[i] == 0 || separator == '-' && length[i] != 2 {
			return datum{problem: problem{Structure, start[i]}}
		}
	}
	switch parts {
	case 1:
		d.month = number[0]
	case 2:
		d.day, d.month = number[0], number[1]
	}
	switch {
	case d.month == 0 && d.day > 0:
		d.problem = problem{Structure, start[1]}
	case d.year == 0:
		d.problem = problem{NoDate, start[year]}
	case d.month > 12:
		d.problem = problem{NoDate, start[parts-1]}
	case d.day > daysIn(d.year, d.month):
		d.problem = problem{NoDate, start[0]}
	}
	return d
}

// trim returns where the text begins and ends without white space.
func trim(s string) (from, to int) {
	for from < len(s) {
		c, size := plain(s, from)
		if c != ' ' {
			break
		}
		from += size
	}
	for i := from; i < len(s); {
		c, size := plain(s, i)
		if i += size; c != ' ' {
			to = i
		}
	}
	return from, max(from, to)
}

// daysIn counts the days of a month; a month 0 has none.
func daysIn(year, month int) int {
	switch month {
	case 0:
		return 0
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
