package forms

import (
	"cmp"
	"io"
	"maps"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/ids"
)

func (l Limits) withDefaults() Limits {
	l.Fields = cmp.Or(l.Fields, 500)
	l.ValueBytes = cmp.Or(l.ValueBytes, 64<<10)
	l.TotalBytes = cmp.Or(l.TotalBytes, 1<<20)
	l.FileBytes = cmp.Or(l.FileBytes, 10<<20)
	l.Entries = cmp.Or(l.Entries, 100)
	l.TotalEntries = cmp.Or(l.TotalEntries, 1000)
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
//   - dates, numbers, amounts and identifiers that can be read are kept in
//     their normal form ("2026-04-03", "1234.50"), others as typed, so that
//     the page can show them;
//   - a box that was not posted was not ticked ("false", or an empty list), if
//     it is shown with the previous answers or with the new ones;
//   - any other field that was not posted keeps its previous answer;
//   - a field that is computed, locked or hidden by its type keeps it always.
//
// Fields in a repeated group are posted under their instance path. A group has
// as many entries as it had before, and more, with their defaults, if a larger
// number was posted; a number that the group or the form does not allow fails
// before anything is allocated for it.
//
// The error is a [*DecodeError]; it means a broken or hostile client, not a
// citizen's mistake, which [Form.Validate] finds.
func (f *Form) Decode(stepID string, posted url.Values, prev Answers) (Answers, error) {
	d, err := f.decoder(stepID, posted, nil, prev)
	if err != nil {
		return Answers{}, err
	}
	if err := d.elements(d.step.element, "", ""); err != nil {
		return Answers{}, err
	}
	d.untick(prev)
	return Answers{d.m}, nil
}

// untick takes note of the boxes that were not posted, as far as the page can
// have shown them: with the previous answers or with those that came.
func (d *decoder) untick(prev Answers) {
	if len(d.boxes) == 0 {
		return
	}
	shown := map[string]bool{}
	for _, a := range []Answers{prev, {d.m}} {
		st := d.form.evaluate(a)
		st.root.each(d.step.element, func(in *instance, el *element) {
			if el.field != nil {
				shown[in.path(el)] = true
			}
		})
		st.done()
	}
	for _, b := range d.boxes {
		if shown[b.path] {
			d.m[b.path] = b.v
		}
	}
}

// bound applies the limits and what holds for every value.
func (f *Form) bound(posted url.Values) *DecodeError {
	fields, total := 0, 0
	for name, values := range posted {
		fields += max(1, len(values))
		total += len(name)
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
				return decodeError(DecodeValueTooLarge, f.known(name))
			case total > f.limits.TotalBytes:
				return decodeError(DecodeTooLarge, "")
			case !utf8.ValidString(v):
				return decodeError(DecodeInvalidUTF8, f.known(name))
			case strings.IndexByte(v, 0) >= 0:
				return decodeError(DecodeNUL, f.known(name))
			}
		}
		if total > f.limits.TotalBytes {
			return decodeError(DecodeTooLarge, "")
		}
	}
	return nil
}

// known returns the path if it is that of a field.
func (f *Form) known(path string) string {
	if el, _, _, ok := f.parsePath(path); ok && el.field != nil {
		return path
	}
	return ""
}

// decoder reads one request.
type decoder struct {
	form   *Form
	step   *Step
	posted url.Values
	files  map[string][]*multipart.FileHeader
	m      map[string]Value
	counts map[string]int // posted entries by instance path of the group
	budget int
	upload []Upload
	boxes  []box // that were not posted
}

// box is what a browser does not send if nothing in it is ticked.
type box struct {
	path string
	v    Value
}

// decoder checks the request as a whole and counts the entries.
func (f *Form) decoder(stepID string, posted url.Values, files map[string][]*multipart.FileHeader, prev Answers) (*decoder, error) {
	step := f.byStep[stepID]
	if step == nil {
		return nil, decodeError(DecodeUnknownStep, "")
	}
	if err := f.bound(posted); err != nil {
		return nil, err
	}
	d := &decoder{form: f, step: step, posted: posted, files: files, m: maps.Clone(prev.m), counts: map[string]int{}, budget: f.limits.TotalEntries}
	if d.m == nil {
		d.m = map[string]Value{}
	}
	for name := range posted {
		if err := d.count(name); err != nil {
			return nil, err
		}
	}
	for name := range files {
		if err := d.count(name); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// parts are what controls append to a path.
var parts = []string{DayPart, MonthPart, YearPart, RemovePart}

// count notes the entries that a posted name needs. Names that are no path of
// the step are ignored.
func (d *decoder) count(name string) error {
	if strings.IndexByte(name, '[') < 0 {
		return nil
	}
	if !utf8.ValidString(name) || len(name) > d.form.limits.ValueBytes {
		return decodeError(DecodeInvalidUTF8, "")
	}
	el := d.form.elements[withoutIndexes(name)]
	for i := 0; i < len(parts) && (el == nil || el.field == nil); i++ {
		if rest, ok := strings.CutSuffix(name, parts[i]); ok {
			name, el = rest, d.form.elements[withoutIndexes(rest)]
		}
	}
	if el == nil || el.field == nil || el.field.Step != d.step {
		return nil
	}
	_, indexes, _, ok := d.form.parsePath(name)
	if !ok {
		return decodeError(DecodeIndex, "")
	}
	def := el.scope
	for i := len(indexes) - 1; i >= 0; i-- {
		if indexes[i] >= def.group.group.Repeat.Max {
			return decodeError(DecodeIndex, def.group.path)
		}
		def = def.parent
	}
	at := 0
	for _, index := range indexes {
		at += strings.IndexByte(name[at:], '[')
		d.counts[name[:at]] = max(d.counts[name[:at]], index+1)
		at++
	}
	return nil
}

// withoutIndexes takes what stands in brackets out of a path.
func withoutIndexes(path string) string {
	var b strings.Builder
	for path != "" {
		before, rest, ok := strings.Cut(path, "[")
		b.WriteString(before)
		if !ok {
			break
		}
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}

// elements reads the children of an element. The instance path of what they
// are in is prefix, its definition path group.
func (d *decoder) elements(el *element, group, prefix string) error {
	for _, c := range el.children {
		path := prefix + c.path[len(group):]
		switch {
		case c.field != nil:
			if err := d.field(c.field, path); err != nil {
				return err
			}
		case c.inner != nil:
			n := d.entries(c, path)
			if d.budget -= n; d.budget < 0 {
				return decodeError(DecodeTooManyEntries, c.path)
			}
			for i := range n {
				if err := d.elements(c, c.path, path+"["+strconv.Itoa(i)+"]"); err != nil {
					return err
				}
			}
		case c.group != nil:
			if err := d.elements(c, group, prefix); err != nil {
				return err
			}
		}
	}
	return nil
}

// entries is how many entries of a repeated group are read.
func (d *decoder) entries(el *element, path string) int {
	r := el.group.Repeat
	n, ok := d.m[path].entries()
	if !ok {
		n = r.Min
	}
	more := max(n, d.counts[path])
	if more > n {
		if el.count == nil {
			d.begin(el, path, n, more)
		}
		d.m[path] = Entries(more)
	}
	return min(more, r.Max) // what is too many stays, for Validate to object to
}

// begin makes new entries what [Form.AddEntry] makes them: with the defaults of
// their fields, and nothing of an entry that was there once.
func (d *decoder) begin(el *element, path string, from, to int) {
	for old := range d.m {
		if i, ok := indexIn(old, path); ok && i >= from {
			delete(d.m, old)
		}
	}
	budget := d.budget
	for i := from; i < to; i++ {
		d.form.presets(el, el.path, entryPath(path, i), d.m, &budget)
	}
}

// field reads one field.
func (d *decoder) field(field *Field, path string) error {
	if field.Computed || field.Locked || field.Type == TypeHidden {
		return nil
	}
	v, err := d.value(field, path)
	if err != nil {
		return err
	}
	_, posted := d.posted[path]
	switch {
	case v.Absent():
	case posted || field.Type == TypeFile || field.Type == TypeDate || field.Type == TypePartialDate:
		d.m[path] = v
	default:
		d.boxes = append(d.boxes, box{path, v})
	}
	if field.Type == TypeFile {
		return d.file(field, path)
	}
	return nil
}

// value reads one field; an absent value leaves the answer as it was.
func (d *decoder) value(field *Field, path string) (Value, error) {
	values, ok := d.posted[path]
	if field.Type == TypeMulti {
		list := make([]string, 0, len(values))
		for _, s := range values {
			if !field.known[s] {
				s = cleanText(s, false)
			}
			if s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return List(list...), nil
	}
	if len(values) > 1 {
		return Value{}, decodeError(DecodeRepeated, path)
	}
	switch {
	case field.Type == TypeFile:
		if d.posted.Has(path + RemovePart) {
			return FileValue(File{}), nil
		}
		return Value{}, nil
	case !ok && (field.Type == TypeDate || field.Type == TypePartialDate):
		return d.dateParts(field, path)
	case !ok && field.Type == TypeBool && field.Widget == WidgetCheckbox:
		return Text("false"), nil
	case !ok || len(values) == 0:
		return Value{}, nil
	}
	return d.form.Parse(field, values[0]), nil
}

// dateParts reads the three inputs of a date. What is no date is kept as
// "day.month.year", which [DateParts] takes apart again.
func (d *decoder) dateParts(field *Field, path string) (Value, error) {
	var parts [3]string
	found := false
	for i, suffix := range [3]string{DayPart, MonthPart, YearPart} {
		values, ok := d.posted[path+suffix]
		if len(values) > 1 {
			return Value{}, decodeError(DecodeRepeated, path)
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
	typed := strings.Join(parts[:], ".")
	if field.Type == TypePartialDate {
		date, err := ids.ParseTeilbekanntesDatum(strings.TrimLeft(typed, "."))
		if err != nil || strings.Contains(strings.TrimLeft(typed, "."), "..") {
			return Text(typed), nil
		}
		return Text(string(date)), nil
	}
	if date, err := dateOf(parts[0], parts[1], parts[2]); err == nil {
		return Text(date.String()), nil
	}
	return Text(typed), nil
}

// DateParts takes the answer to a date, partly known or not, apart for its
// three inputs, valid or not.
func DateParts(v Value) (day, month, year string) {
	text := v.text
	if y, m, d := ids.TeilbekanntesDatum(text).Parts(); y > 0 && strings.IndexByte(text, '.') < 0 {
		if d > 0 {
			day = strconv.Itoa(d)
		}
		if m > 0 {
			month = strconv.Itoa(m)
		}
		return day, month, text[:4]
	}
	day, rest, _ := strings.Cut(text, ".")
	month, year, _ = strings.Cut(rest, ".")
	return day, month, year
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
	count := 0
	for _, files := range posted.File {
		count += len(files)
	}
	if count+len(posted.Value) > f.limits.Fields {
		return Answers{}, nil, decodeError(DecodeTooManyFields, "")
	}
	d, err := f.decoder(stepID, posted.Value, posted.File, prev)
	if err != nil {
		return Answers{}, nil, err
	}
	if err := d.elements(d.step.element, "", ""); err != nil {
		return Answers{}, nil, err
	}
	d.untick(prev)
	return Answers{d.m}, d.upload, nil
}

// file takes the upload for a file field, if there is one.
func (d *decoder) file(field *Field, path string) error {
	headers := slices.DeleteFunc(slices.Clone(d.files[path]), func(h *multipart.FileHeader) bool {
		return h.Filename == "" && h.Size == 0
	})
	switch {
	case len(headers) == 0:
		return nil
	case len(headers) > 1:
		return decodeError(DecodeRepeated, path)
	}
	file, content, err := d.form.readFile(field, path, headers[0])
	if err != nil {
		return err
	}
	if field.checkFile(file) == "" {
		file.Blob = file.SHA256
		d.upload = append(d.upload, Upload{path, file, content})
	}
	d.m[path] = FileValue(file)
	return nil
}

// readFile reads an upload up to the field's limit. One that is larger is
// described by its size alone.
func (f *Form) readFile(field *Field, path string, h *multipart.FileHeader) (File, []byte, error) {
	if h.Size > f.limits.FileBytes {
		return File{}, nil, decodeError(DecodeValueTooLarge, path)
	}
	if h.Size > field.MaxSize {
		return File{Name: cleanFileName(h.Filename), Size: h.Size}, nil, nil
	}
	r, err := h.Open()
	if err != nil {
		return File{}, nil, unreadable(path, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, field.MaxSize+1))
	if err != nil {
		return File{}, nil, unreadable(path, err)
	}
	return NewFile(h.Filename, content), content, nil
}

func unreadable(path string, err error) error {
	e := decodeError(DecodeUnreadableFile, path)
	e.Err = err
	return e
}
