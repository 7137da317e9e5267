package forms

import (
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/ids"
)

// Parse makes an answer of text as if a citizen had typed it: cleaned, and in
// the normal form of the field's type if it can be read as one. It is meant
// for text from elsewhere, such as an account. For a multiple choice the text
// is one option; a file has no text, so the answer is absent.
func (f *Form) Parse(field *Field, text string) Value {
	s := cleanText(strings.ToValidUTF8(text, ""), field.Type == TypeMultiline)
	if field.known[text] {
		s = text // an option, as the form writes it
	}
	switch field.Type {
	case TypeFile:
		return Value{}
	case TypeMulti:
		if s == "" {
			return List()
		}
		return List(s)
	case TypeDate:
		if d, err := ParseDate(s); err == nil {
			s = d.String()
		}
	case TypeNumber:
		s = normaliseNumber(s)
	case TypeDecimal:
		s = normaliseDecimal(s)
	case TypeMoney:
		s = normaliseMoney(s)
	case TypeTime:
		s = normaliseTime(s)
	case TypeDateTime:
		s = normaliseDateTime(s)
	case TypeBool:
		s = normaliseBool(s)
	case TypeText, TypePartialDate:
		s = f.normalise(field, s)
	}
	return Text(s)
}

// Input is the text of a control that holds the answer, written as people in
// Germany do but without grouping and units, so that [Form.Decode] reads the
// same answer again. What was typed and is not valid comes back as it is.
func (f *Field) Input(v Value) string {
	switch s := v.text; f.Type {
	case TypeDate:
		if d, ok := parseISODate(s); ok {
			return d.Format()
		}
	case TypePartialDate:
		return ids.TeilbekanntesDatum(s).Format()
	case TypeDecimal, TypeMoney:
		if f.Check(v) == "" {
			return strings.Replace(s, ".", ",", 1)
		}
	case TypeDateTime:
		if d, ok := parseDateTime(s); ok {
			return d.Format() + " " + s[len("2026-04-03T"):]
		}
	}
	return v.text
}

// ungroup takes a number apart that people typed: sign, digits before the
// comma without what they put between groups of three, and those behind it.
// It reports false for what is no number.
func ungroup(s string) (sign, whole, frac string, comma, ok bool) {
	s = strings.Replace(s, "\u2212", "-", 1)
	if rest, found := strings.CutPrefix(s, "-"); found {
		sign, s = "-", rest
	} else if rest, found := strings.CutPrefix(s, "+"); found {
		s = rest
	}
	whole, frac, comma = strings.Cut(strings.TrimPrefix(s, " "), ",")
	for _, sep := range []string{".", " ", "'", "’"} {
		groups := strings.Split(whole, sep)
		if len(groups) < 2 || len(groups[0]) > 3 || groups[0] == "" || groups[0][0] == '0' {
			continue
		}
		if !slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) {
			whole = strings.Join(groups, "")
		}
	}
	ok = onlyRunes(whole, "") && (!comma || onlyRunes(frac, ""))
	return sign, trimZeros(whole), frac, comma, ok
}

func trimZeros(digits string) string {
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0"
	}
	return digits
}

// normaliseNumber takes off what people put into whole numbers: a plus sign,
// leading zeros, and dots or spaces between groups of three digits.
func normaliseNumber(s string) string {
	sign, whole, _, comma, ok := ungroup(s)
	switch {
	case !ok || comma:
		return s
	case whole == "0":
		return "0"
	}
	return sign + whole
}

// normaliseDecimal reads "1.234,50", "1 234,5", "1234,5" and, since a dot that
// does not stand before three digits cannot group them, "1234.5".
func normaliseDecimal(s string) string {
	sign, whole, frac, ok := decimalParts(s)
	if !ok {
		return s
	}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		whole += "." + frac
	}
	if whole == "0" {
		return "0"
	}
	return sign + whole
}

func decimalParts(s string) (sign, whole, frac string, ok bool) {
	sign, whole, frac, comma, ok := ungroup(s)
	if !ok && !comma {
		if before, after, found := strings.Cut(s, "."); found && onlyRunes(after, "") {
			sign, whole, frac, _, ok = ungroup(before + "," + after)
		}
	}
	return sign, whole, frac, ok
}

// normaliseMoney reads amounts in euro: "12", "12,5", "12,50 €", "EUR 12.50",
// "1.234,50", "12,-".
func normaliseMoney(s string) string {
	number := s
	for _, unit := range []string{"€", "EUR", "Euro", "eur", "euro"} {
		rest, ok := strings.CutSuffix(number, unit)
		if !ok {
			rest, ok = strings.CutPrefix(number, unit)
		}
		if ok {
			number = strings.TrimSpace(rest)
			break
		}
	}
	for _, none := range []string{",--", ",-", ",–", ",—"} {
		if rest, ok := strings.CutSuffix(number, none); ok && !strings.Contains(rest, ",") {
			number = rest
			break
		}
	}
	sign, whole, frac, ok := decimalParts(number)
	if !ok || len(frac) > 2 || len(whole) > 15 {
		return s
	}
	out := whole + "." + (frac + "00")[:2]
	if out == "0.00" {
		return out
	}
	return sign + out
}

// normaliseTime reads "8:30", "08.30", "8:30:15", "8 Uhr", "8.30 Uhr".
func normaliseTime(s string) string {
	text, clock := strings.CutSuffix(s, "Uhr")
	text = strings.ReplaceAll(strings.TrimSpace(text), ".", ":")
	parts := strings.Split(text, ":")
	if len(parts) == 1 && clock {
		parts = append(parts, "00")
	}
	if len(parts[0]) == 1 {
		parts[0] = "0" + parts[0]
	}
	if out := strings.Join(parts, ":"); isTime(out) {
		return out
	}
	return s
}

// normaliseDateTime reads a day and a time with a space, a comma, "um" or a T
// between them.
func normaliseDateTime(s string) string {
	if _, ok := parseDateTime(s); ok {
		return s
	}
	for i, r := range s {
		if r != ' ' && r != ',' && r != 'T' {
			continue
		}
		d, err := ParseDate(s[:i])
		if err != nil {
			continue
		}
		at := strings.TrimPrefix(strings.TrimLeft(s[i:], " ,T"), "um ")
		if at = normaliseTime(at); isTime(at) {
			return d.String() + "T" + at
		}
	}
	return s
}

func normaliseBool(s string) string {
	switch strings.ToLower(s) {
	case "true", "on", "1", "ja":
		return "true"
	case "false", "off", "0", "nein":
		return "false"
	}
	return s
}
