package forms

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/ids"
)

// Display returns the answer as a citizen reads it on a summary page: dates
// as 3.4.2026, amounts as 1.234,50 €, the labels of options, "Ja" and "Nein",
// identifiers in groups, files by name and size. Several values are joined by
// line breaks. It is "" for an absent, empty or unknown field, and what was
// typed for an answer that is not valid. The path is an instance path. It does
// not look at conditions and computes nothing: give it the answers of
// [Form.Clean].
func (f *Form) Display(path string, a Answers) string {
	el, _, _, ok := f.parsePath(path)
	if !ok || el.field == nil {
		return ""
	}
	return el.field.Display(a.m[path])
}

// Display is [Form.Display] for one answer.
func (f *Field) Display(v Value) string {
	if !v.Answered() {
		return ""
	}
	if file, ok := v.File(); ok {
		return file.Name + " (" + formatSize(file.Size) + ")"
	}
	switch f.Type {
	case TypeMulti:
		labels := make([]string, len(v.list))
		for i, s := range v.list {
			labels[i] = f.labelOf(s)
		}
		return strings.Join(labels, "\n")
	case TypeChoice, TypeBool:
		return f.labelOf(v.text)
	case TypeDate:
		if d, err := ParseDate(v.text); err == nil {
			return d.Format()
		}
	case TypeNumber, TypeDecimal, TypeMoney:
		return f.displayNumber(v)
	case TypeDateTime:
		if d, ok := parseDateTime(v.text); ok {
			return d.Format() + ", " + v.text[len("2026-04-03T"):] + " Uhr"
		}
	case TypeTime:
		if isTime(v.text) {
			return v.text + " Uhr"
		}
	case TypePartialDate:
		return ids.TeilbekanntesDatum(v.text).Format()
	case TypeText, TypeMultiline, TypeHidden:
		return displayIdentifier(f.Identifier, v.text)
	}
	return v.Text()
}

// displayNumber writes decimals and amounts with a comma, and amounts in
// groups of three. Whole numbers may be years or codes: they stay.
func (f *Field) displayNumber(v Value) string {
	if f.Type == TypeNumber || f.Check(v) != "" {
		return v.Text()
	}
	if f.Type == TypeDecimal {
		return f.Input(v)
	}
	sign, digits := "", v.text
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	whole, cents, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	return sign + whole + "," + cents + " €"
}

func (f *Field) labelOf(value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func displayIdentifier(tag, s string) string {
	if kind, ok := ids.KindOf(tag); ok {
		return kind.Format(s)
	}
	return s
}

// formatSize writes bytes with a decimal comma: "1,5 MB".
func formatSize(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 20, " MB"}, {1 << 10, " KB"}} {
		if n >= unit.size {
			tenths := (n*10 + unit.size/2) / unit.size
			s := strconv.FormatInt(tenths/10, 10)
			if tenths%10 != 0 {
				s += "," + strconv.FormatInt(tenths%10, 10)
			}
			return s + unit.name
		}
	}
	return strconv.FormatInt(n, 10) + " Byte"
}

// formatTypes names media types by their usual file name ending.
func formatTypes(mediaTypes []string) string {
	names := make([]string, len(mediaTypes))
	for i, t := range mediaTypes {
		names[i] = t
		if endings := extensions[t]; endings != nil {
			names[i] = strings.ToUpper(endings[0])
		}
	}
	return strings.Join(names, ", ")
}
