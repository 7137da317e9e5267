package forms

import (
	"cmp"
	"io"
	"maps"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

func (l Limits) withDefaults() Limits {
	l.Fields = cmp.Or(l.Fields, 500)
	l.ValueBytes = cmp.Or(l.ValueBytes, 64<<10)
	l.TotalBytes = cmp.Or(l.TotalBytes, 1<<20)
	l.FileBytes = cmp.Or(l.FileBytes, 10<<20)
	return l
}

// Limits returns the limits with their defaults, for a server to bound the
// request body with.
func (f *Form) Limits() Limits { return f.limits }

// Decode reads what was posted for a step and returns the previous answers
// with those of this step replaced. Posted fields that the step does not have
// (buttons, tokens, fields of other steps) are ignored, but count towards the
// limits. Of the step's own fields:
//
//   - text is cleaned: Unicode NFC, trimmed, line ends as LF, control and
//     invisible characters removed; blank becomes an empty answer;
//   - dates, numbers and identifiers that can be read are kept in their normal
//     form ("2026-04-03"), others as typed, so that the page can show them;
//   - a box that was not posted was not ticked ("false", or an empty list);
//   - any other field that was not posted keeps its previous answer.
//
// The error is a [*DecodeError]; it means a broken or hostile client, not a
// citizen's mistake, which [Form.Validate] finds.
func (f *Form) Decode(stepID string, posted url.Values, prev Answers) (Answers, error) {
	step := f.byStep[stepID]
	if step == nil {
		return Answers{}, decodeError(DecodeUnknownStep, "")
	}
	if err := f.bound(posted); err != nil {
		return Answers{}, err
	}
	m := maps.Clone(prev.m)
	if m == nil {
		m = map[string]Value{}
	}
	for _, field := range step.fields {
		v, err := f.decodeField(field, posted)
		if err != nil {
			return Answers{}, err
		}
		if !v.Absent() {
			m[field.Path] = v
		}
	}
	return Answers{m}, nil
}

// bound applies the limits and what holds for every value.
func (f *Form) bound(posted url.Values) *DecodeError {
	fields, total := 0, 0
	for name, values := range posted {
		fields += max(1, len(values))
		total += len(name)
		path := ""
		if f.byPath[name] != nil {
			path = name
		}
		if fields > f.limits.Fields {
			return decodeError(DecodeTooManyFields, "")
		}
		if !utf8.ValidString(name) {
			return decodeError(DecodeInvalidUTF8, "")
		}
		for _, v := range values {
			total += len(v)
			switch {
			case len(v) > f.limits.ValueBytes:
				return decodeError(DecodeValueTooLarge, path)
			case total > f.limits.TotalBytes:
				return decodeError(DecodeTooLarge, "")
			case !utf8.ValidString(v):
				return decodeError(DecodeInvalidUTF8, path)
			case strings.IndexByte(v, 0) >= 0:
				return decodeError(DecodeNUL, path)
			}
		}
		if total > f.limits.TotalBytes {
			return decodeError(DecodeTooLarge, "")
		}
	}
	return nil
}

// decodeField reads one field; an absent value leaves the answer as it was.
func (f *Form) decodeField(field *Field, posted url.Values) (Value, error) {
	values, ok := posted[field.Path]
	if field.Type == TypeMulti {
		list := make([]string, 0, len(values))
		for _, s := range values {
			if s = cleanText(s, false); s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return List(list...), nil
	}
	if len(values) > 1 {
		return Value{}, decodeError(DecodeRepeated, field.Path)
	}
	switch {
	case field.Type == TypeFile:
		if posted.Has(field.Path + RemovePart) {
			return FileValue(File{}), nil
		}
		return Value{}, nil
	case !ok && field.Type == TypeDate:
		return f.decodeDateParts(field, posted)
	case !ok && field.Type == TypeBool && field.Widget == WidgetCheckbox:
		return Text("false"), nil
	case !ok || len(values) == 0:
		return Value{}, nil
	}
	return f.Parse(field, values[0]), nil
}

// Parse makes an answer of text as if a citizen had typed it: cleaned, and in
// the normal form of the field's type if it can be read as one. It is meant
// for text from elsewhere, such as an account. For a multiple choice the text
// is one option; a file has no text, so the answer is absent.
func (f *Form) Parse(field *Field, text string) Value {
	s := cleanText(strings.ToValidUTF8(text, ""), field.Type == TypeMultiline)
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
	case TypeBool:
		s = normaliseBool(s)
	case TypeText:
		s = f.normalise(field, s)
	}
	return Text(s)
}

// decodeDateParts reads the three inputs of a date. What is no date is kept
// as "day.month.year", which [DateParts] takes apart again.
func (f *Form) decodeDateParts(field *Field, posted url.Values) (Value, error) {
	var parts [3]string
	found := false
	for i, suffix := range [3]string{DayPart, MonthPart, YearPart} {
		values, ok := posted[field.Path+suffix]
		if len(values) > 1 {
			return Value{}, decodeError(DecodeRepeated, field.Path)
		}
		found = found || ok
		if len(values) == 1 {
			// The dots go first: without them, the rest may need cleaning.
			parts[i] = cleanText(strings.ReplaceAll(values[0], ".", ""), false)
		}
	}
	switch {
	case !found:
		return Value{}, nil
	case parts == [3]string{}:
		return Text(""), nil
	}
	if d, err := dateOf(parts[0], parts[1], parts[2]); err == nil {
		return Text(d.String()), nil
	}
	return Text(strings.Join(parts[:], ".")), nil
}

// DateParts takes the answer to a date apart for its three inputs, valid or
// not.
func DateParts(v Value) (day, month, year string) {
	if d, ok := parseISODate(v.text); ok {
		day, rest, _ := strings.Cut(d.Format(), ".")
		month, year, _ := strings.Cut(rest, ".")
		return day, month, year
	}
	day, rest, _ := strings.Cut(v.text, ".")
	month, year, _ = strings.Cut(rest, ".")
	return day, month, year
}

// normaliseNumber takes off what people put into whole numbers: a plus sign,
// leading zeros, and dots or spaces between groups of three digits.
func normaliseNumber(s string) string {
	sign, digits := "", s
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, digits = "-", rest
	} else if rest, ok := strings.CutPrefix(s, "+"); ok {
		digits = rest
	}
	for _, sep := range []string{".", " "} {
		groups := strings.Split(digits, sep)
		if len(groups) < 2 || len(groups[0]) > 3 || groups[0] == "" {
			continue
		}
		if !slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) {
			digits = strings.Join(groups, "")
		}
	}
	if !onlyRunes(digits, "") {
		return s
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0"
	}
	return sign + digits
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

// DecodeMultipart is [Form.Decode] for a form with files. The content of each
// file that its field accepts is returned as an [Upload]; the answer holds
// its description. A file that is too large, of the wrong type or empty is an
// answer without Blob and no upload: [Form.Validate] tells the citizen why. A
// file field left blank keeps its previous answer.
func (f *Form) DecodeMultipart(stepID string, posted *multipart.Form, prev Answers) (Answers, []Upload, error) {
	if posted == nil {
		posted = &multipart.Form{}
	}
	a, err := f.Decode(stepID, posted.Value, prev)
	if err != nil {
		return Answers{}, nil, err
	}
	count := 0
	for _, files := range posted.File {
		count += len(files)
	}
	if count+len(posted.Value) > f.limits.Fields {
		return Answers{}, nil, decodeError(DecodeTooManyFields, "")
	}
	var uploads []Upload
	for _, field := range f.byStep[stepID].fields {
		headers := slices.DeleteFunc(slices.Clone(posted.File[field.Path]), func(h *multipart.FileHeader) bool {
			return h.Filename == "" && h.Size == 0
		})
		switch {
		case field.Type != TypeFile || len(headers) == 0:
			continue
		case len(headers) > 1:
			return Answers{}, nil, decodeError(DecodeRepeated, field.Path)
		}
		file, content, err := f.readFile(field, headers[0])
		if err != nil {
			return Answers{}, nil, err
		}
		if field.checkFile(file) == "" {
			file.Blob = file.SHA256
			uploads = append(uploads, Upload{field.Path, file, content})
		}
		a.m[field.Path] = FileValue(file)
	}
	return a, uploads, nil
}

// readFile reads an upload up to the field's limit. One that is larger is
// described by its size alone.
func (f *Form) readFile(field *Field, h *multipart.FileHeader) (File, []byte, error) {
	if h.Size > f.limits.FileBytes {
		return File{}, nil, decodeError(DecodeValueTooLarge, field.Path)
	}
	if h.Size > field.MaxSize {
		return File{Name: cleanFileName(h.Filename), Size: h.Size}, nil, nil
	}
	r, err := h.Open()
	if err != nil {
		return File{}, nil, unreadable(field, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, field.MaxSize+1))
	if err != nil {
		return File{}, nil, unreadable(field, err)
	}
	return NewFile(h.Filename, content), content, nil
}

func unreadable(field *Field, err error) error {
	e := decodeError(DecodeUnreadableFile, field.Path)
	e.Err = err
	return e
}
