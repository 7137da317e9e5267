package datenschema

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/fim/internal/decimal"
	"github.com/bausteine/egov/forms/fim/internal/pattern"
	"github.com/bausteine/egov/xoev/finding"
)

// kind is the type of a field's values.
type kind uint8

const (
	kindText kind = iota
	kindDate
	kindTime
	kindDateTime
	kindBool
	kindNumber
	kindInteger
	kindFile // a file or an object: any text
)

// The forms of dates and times are narrower than those of XML Schema, which
// also has years before Christ, time zones on dates, and 24 o'clock.
const (
	formYear     = `([0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})`
	formDate     = formYear + `-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	formTime     = `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?`
	formDateTime = formDate + `T` + formTime + `(Z|[\-+](0[0-9]|1[0-3]):[0-5][0-9]|[\-+]14:00)?`
)

// fieldType is what a field's values must be.
type fieldType struct {
	kind               kind
	selectField        bool // Feldart select
	minLength          int
	maxLength          int    // -1: no limit
	minValue, maxValue string // as the schemas write them; empty: no limit
	minBound, maxBound bound
	pattern            *pattern.Pattern
	codes              []code
	known              map[string]struct{} // of codes; nil: any
}

// code is an entry of a code list.
type code struct{ value, name string }

// bound is a limit of values: a number, or a date or time.
type bound struct {
	number decimal.Number
	from   time.Time // the earliest and the latest that it can be: without a time
	to     time.Time // zone they are 28 hours apart (XML Schema Part 2, 3.2.7.4)
}

// value checks the text of a field, in the form of XML: white space around
// anything but text has been removed.
func (t *fieldType) value(s string) (r finding.Rule, params map[string]string, ok bool) {
	switch {
	case t.known != nil:
		_, ok = t.known[s]
		return ruleCode, nil, ok
	case t.kind == kindText:
		n := utf8.RuneCountInString(s)
		switch {
		case n < t.minLength:
			return ruleMinLength, limit("min", t.minLength), false
		case t.maxLength >= 0 && n > t.maxLength:
			return ruleMaxLength, limit("max", t.maxLength), false
		}
	case t.kind != kindFile:
		b, ok := parseBound(t.kind, s)
		switch {
		case !ok:
			return ruleType, map[string]string{"type": t.kind.String()}, false
		case t.minValue != "" && !notBefore(t.kind, b, t.minBound):
			return ruleMinValue, map[string]string{"min": t.minValue}, false
		case t.maxValue != "" && !notBefore(t.kind, t.maxBound, b):
			return ruleMaxValue, map[string]string{"max": t.maxValue}, false
		}
	}
	if t.pattern != nil && !t.pattern.Match(s) {
		return rulePattern, map[string]string{"pattern": t.pattern.XSD}, false
	}
	return finding.Rule{}, nil, true
}

// String names the type as XML Schema does.
func (k kind) String() string {
	return [...]string{"xs:string", "xs:date", "xs:time", "xs:dateTime", "xs:boolean", "xs:decimal", "xs:integer", "xs:string"}[k]
}

// parseBound reads a value of any kind but text; a bool is a bound without
// meaning.
func parseBound(k kind, s string) (b bound, ok bool) {
	switch k {
	case kindBool:
		return b, s == "true" || s == "false" || s == "1" || s == "0"
	case kindNumber, kindInteger:
		b.number, ok = decimal.Parse(s)
		if k == kindInteger && strings.Contains(s, ".") {
			ok = false
		}
		return b, ok
	case kindDate:
		return parseTime("2006-01-02", s, isDate(s))
	case kindTime:
		return parseTime("15:04:05.999999999", s, isTime(s))
	}
	local, zone := cutZone(s)
	if b, ok = parseTime("2006-01-02T15:04:05.999999999", local, len(local) > 11 && isDate(local[:10]) && isTime(local[11:])); !ok {
		return b, false
	}
	if zone == "" {
		b.from, b.to = b.from.Add(-14*time.Hour), b.to.Add(14*time.Hour)
		return b, true
	}
	offset, ok := parseZone(zone)
	b.from = b.from.Add(-offset)
	b.to = b.from
	return b, ok
}

func parseTime(layout, s string, form bool) (bound, bool) {
	if !form {
		return bound{}, false
	}
	t, err := time.Parse(layout, s)
	return bound{from: t, to: t}, err == nil
}

// isDate and isTime look at the form only; what they let through is parsed.
func isDate(s string) bool { return shaped(s, "0000-00-00") && s[:4] != "0000" }

func isTime(s string) bool {
	if len(s) > len("00:00:00.000000000") || !shaped(s[:min(len(s), 8)], "00:00:00") {
		return false
	}
	return len(s) == 8 || s[8] == '.' && len(s) > 9 && digits(s[9:])
}

// shaped compares with a template in which 0 stands for any digit.
func shaped(s, template string) bool {
	if len(s) != len(template) {
		return false
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit != (template[i] == '0') || !digit && s[i] != template[i] {
			return false
		}
	}
	return true
}

func cutZone(s string) (local, zone string) {
	if strings.HasSuffix(s, "Z") {
		return s[:len(s)-1], "Z"
	}
	if i := len(s) - 6; i >= 0 && (s[i] == '+' || s[i] == '-') {
		return s[:i], s[i:]
	}
	return s, ""
}

// parseZone reads Z or an offset of at most 14 hours.
func parseZone(s string) (time.Duration, bool) {
	if s == "Z" {
		return 0, true
	}
	if !shaped(s[1:], "00:00") {
		return 0, false
	}
	hours, minutes := int(s[1]-'0')*10+int(s[2]-'0'), int(s[4]-'0')*10+int(s[5]-'0')
	d := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		return -d, minutes < 60 && d <= 14*time.Hour
	}
	return d, minutes < 60 && d <= 14*time.Hour
}

// notBefore reports whether a certainly is not before b. Two points in time
// without time zone are as far apart as they look.
func notBefore(k kind, a, b bound) bool {
	switch {
	case k == kindNumber || k == kindInteger:
		return a.number.Compare(b.number) >= 0
	case a.to.Sub(a.from) == b.to.Sub(b.from):
		return !a.from.Before(b.from)
	}
	return !a.from.Before(b.to)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
