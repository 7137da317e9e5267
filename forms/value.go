package forms

import (
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/forms/rule"
)

// read takes an answer apart that is neither absent nor empty; the code says
// why it is none of the field's type.
func (s *slot) read(f *Field) (code string) {
	v := &s.v
	switch f.Type {
	case TypeMulti:
		if v.state != stateList {
			return CodeKind
		}
		for _, o := range v.list {
			if !f.known[o] {
				return CodeChoice
			}
		}
		return ""
	case TypeFile:
		if v.state != stateFile {
			return CodeKind
		}
		return f.checkFile(*v.file)
	}
	if v.state != stateText {
		return CodeKind
	}
	return s.readText(f)
}

func (s *slot) readText(f *Field) (code string) {
	text := s.v.text
	ok := true
	switch f.Type {
	case TypeDate:
		d, iso := parseISODate(text)
		if !iso {
			var err error
			if d, err = ParseDate(text); err != nil {
				return dateCode(err)
			}
		}
		s.num = int64(d.number())
	case TypeNumber:
		n, err := strconv.ParseInt(text, 10, f.bits)
		if err != nil || !isNormal(text) {
			return CodeNumber
		}
		s.num = n
	case TypeDecimal:
		return decimalCode(text, f.Decimals)
	case TypeMoney:
		if s.num, ok = parseCents(text); !ok {
			return CodeMoney
		}
	case TypePartialDate:
		if !ids.TeilbekanntesDatum(text).Valid() {
			return "TEILDATUM"
		}
	case TypeTime:
		if !isTime(text) {
			return CodeTime
		}
	case TypeDateTime:
		if _, ok = parseDateTime(text); !ok {
			return CodeDateTime
		}
	case TypeBool:
		if text != "true" && text != "false" {
			return CodeBool
		}
		if text == "true" {
			s.num = 1
		}
	case TypeChoice:
		if !f.known[text] {
			return CodeChoice
		}
	}
	return ""
}

func dateCode(err error) string {
	if err == ErrDateUnreal {
		return CodeDateUnreal
	}
	return CodeDate
}

// checkFile judges the description of a file.
func (f *Field) checkFile(file File) string {
	switch {
	case file.Size <= 0:
		return CodeFileEmpty
	case file.Size > f.MaxSize:
		return CodeFileSize
	case !f.fits(file):
		return CodeFileType
	}
	return ""
}

// ruleKinds are the kinds of values that answers are for rules. A partly known
// date is a date if it is known wholly, and missing otherwise.
var ruleKinds = map[Type]rule.Kind{
	TypeText: rule.KindText, TypeMultiline: rule.KindText, TypeEmail: rule.KindText, TypeChoice: rule.KindText,
	TypeHidden: rule.KindText, TypeNumber: rule.KindNumber, TypeDecimal: rule.KindNumber, TypeMoney: rule.KindNumber,
	TypeDate: rule.KindDate, TypePartialDate: rule.KindDate, TypeTime: rule.KindTime, TypeDateTime: rule.KindTime,
	TypeBool: rule.KindBool, TypeMulti: rule.KindList, TypeFile: rule.KindOther,
}

// operand is a valid answer as rules see it.
func (f *Field) operand(s *slot) rule.Value {
	switch f.kind {
	case rule.KindNumber:
		return rule.Number(s.v.text)
	case rule.KindDate:
		if f.Type == TypePartialDate {
			y, m, d := ids.TeilbekanntesDatum(s.v.text).Parts()
			if d == 0 {
				return rule.Value{}
			}
			return rule.Date(Date{y, time.Month(m), d}.String())
		}
		return rule.Date(dateOfNumber(int(s.num)).String())
	case rule.KindTime:
		return rule.Time(s.v.text)
	case rule.KindBool:
		return rule.Bool(s.num == 1)
	case rule.KindList:
		return rule.List(s.v.list...)
	case rule.KindOther:
		return rule.Other()
	}
	return rule.Text(s.v.text)
}

// answerOf is a computed value as the answer to the field: absent if it is
// missing, or no value that the field can have. Money is rounded to cents,
// half a cent away from zero.
func (f *Field) answerOf(v rule.Value) Value {
	text := v.Answer()
	if text == "" {
		return Value{}
	}
	if f.Type == TypeMoney {
		cents, ok := roundCents(text)
		if !ok {
			return Value{}
		}
		text = formatCents(cents)
	}
	out := Text(text)
	if f.Check(out) != "" {
		return Value{}
	}
	return out
}

func dateOfNumber(n int) Date { return Date{n / 10000, time.Month(n / 100 % 100), n % 100} }

// parseCents reads an amount in its normal form, "12.34".
func parseCents(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	euro, cents, ok := strings.Cut(digits, ".")
	if !ok || len(cents) != 2 || !onlyRunes(euro, "") || !onlyRunes(cents, "") || len(euro) > 15 || len(euro) > 1 && euro[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(euro+cents, 10, 64)
	if err != nil || n == 0 && digits != s {
		return 0, false
	}
	if digits != s {
		n = -n
	}
	return n, true
}

func formatCents(n int64) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	cents := strconv.FormatUint(u%100, 10)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + strconv.FormatUint(u/100, 10) + "." + cents
}

// roundCents brings a decimal number to cents, half a cent away from zero.
func roundCents(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	euro, frac, _ := strings.Cut(digits, ".")
	if len(euro) > 15 {
		return 0, false
	}
	frac += "000"
	n, err := strconv.ParseInt(euro+frac[:2], 10, 64)
	if err != nil {
		return 0, false
	}
	if frac[2] >= '5' {
		n++
	}
	if digits != s {
		n = -n
	}
	return n, true
}

// maxDigits bounds decimal numbers.
const maxDigits = 30

// decimalCode judges a decimal number in its normal form.
func decimalCode(s string, decimals int) string {
	digits := strings.TrimPrefix(s, "-")
	whole, frac, point := strings.Cut(digits, ".")
	switch {
	case !onlyRunes(whole, ""), point && !onlyRunes(frac, ""), len(whole)+len(frac) > maxDigits, !isNormal(s), strings.HasSuffix(frac, "0"):
		return CodeDecimal
	case decimals > 0 && len(frac) > decimals:
		return CodeDecimals
	}
	return ""
}

// isNormal reports whether a number has no plus sign, no leading zero and no
// minus before a zero.
func isNormal(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	switch {
	case digits == "" || digits[0] == '+':
		return false
	case digits[0] == '0':
		return len(digits) == 1 && digits == s || len(digits) > 1 && digits[1] == '.'
	}
	return true
}

// parseTime reads a time of the day in its normal form, "08:30" or
// "08:30:15".
func parseTime(s string) (seconds int, ok bool) {
	if len(s) != 5 && len(s) != 8 || s[2] != ':' || len(s) == 8 && s[5] != ':' {
		return 0, false
	}
	var parts [3]int
	for i := 0; 3*i < len(s); i++ {
		if !isDigit(s[3*i]) || !isDigit(s[3*i+1]) {
			return 0, false
		}
		parts[i] = int(s[3*i]-'0')*10 + int(s[3*i+1]-'0')
	}
	return parts[0]*3600 + parts[1]*60 + parts[2], parts[0] < 24 && parts[1] < 60 && parts[2] < 60
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isTime(s string) bool {
	_, ok := parseTime(s)
	return ok
}

// parseDateTime reads a day and a time in their normal form.
func parseDateTime(s string) (Date, bool) {
	day, at, ok := strings.Cut(s, "T")
	d, isDay := parseISODate(day)
	return d, ok && isDay && isTime(at)
}
