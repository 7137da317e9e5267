package fim

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/internal/decimal"
	"github.com/bausteine/egov/xoev/finding"
)

// jsonType is the type that the values of a field have in JSON.
func jsonType(field *forms.Field) string {
	switch field.Type {
	case forms.TypeBool:
		return "boolean"
	case forms.TypeNumber:
		return "integer"
	case forms.TypeDecimal, forms.TypeMoney:
		return "number"
	}
	return "string"
}

// lexical writes an answer as FIM data has it, which is what [forms.Answers]
// holds but for the seconds of times. The answer is one of the field's type.
func lexical(field *forms.Field, text string) (string, error) {
	switch field.Type {
	case forms.TypeDate:
		d, err := forms.ParseDate(text)
		return d.String(), err
	case forms.TypeTime, forms.TypeDateTime:
		if strings.Count(text, ":") == 1 {
			text += ":00"
		}
	}
	return text, nil
}

// normal reads a value of FIM data into the form of [forms.Answers]. It reports
// false if the text is not written in the one form that FIM data has for it,
// which is narrower than what people may type; decimal numbers may have zeros
// at their end.
func normal(field *forms.Field, text string) (string, bool) {
	switch field.Type {
	case forms.TypeDate:
		d, err := forms.ParseDate(text)
		return text, err == nil && d.String() == text
	case forms.TypeNumber:
		n, err := strconv.ParseInt(text, 10, 64)
		return text, err == nil && strconv.FormatInt(n, 10) == text
	case forms.TypeDecimal, forms.TypeMoney:
		d, ok := decimal.Parse(text)
		plain := d.String()
		rest, trimmed := strings.CutPrefix(text, plain)
		if !ok || !trimmed || strings.Trim(rest, "0") != "" && strings.Trim(rest, "0") != "." || rest == "." || !strings.Contains(text, ".") && rest != "" {
			return text, false
		}
		if field.Type == forms.TypeMoney {
			return d.Fixed(2), d.Decimals() <= 2
		}
		return plain, true
	case forms.TypeTime, forms.TypeDateTime:
		if strings.Count(text, ":") != 2 {
			return text, false
		}
		return strings.TrimSuffix(text, ":00"), true
	case forms.TypeBool:
		switch text { // xs:boolean has two spellings
		case "1":
			text = "true"
		case "0":
			text = "false"
		}
		return text, text == "true" || text == "false"
	case forms.TypeChoice, forms.TypePartialDate:
		return text, text != ""
	}
	return text, true
}

// isXML reports whether XML 1.0 can hold the text (section 2.2).
func isXML(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	})
}

// collector gathers what is read from a document of either format.
type collector struct {
	form     *forms.Form
	values   map[string]forms.Value // by instance path
	lists    map[string][]string    // multiple choices, likewise
	chosen   map[choice]bool
	uploads  []forms.Upload
	places   []place
	findings []finding.Finding
}

// choice is one of those of a multiple choice.
type choice struct{ path, value string }

// place is where a field or an entry was found, for findings about the whole.
type place struct {
	field        *forms.Field // nil for an entry
	path         string       // of the field, or the group
	entry        int          // from 1
	line, column int
}

func newCollector(form *forms.Form) collector {
	return collector{form: form, values: map[string]forms.Value{}, lists: map[string][]string{}, chosen: map[choice]bool{}}
}

// maxFindings bounds what a hostile document can make us remember.
const maxFindings = 100

func (c *collector) find(r finding.Rule, path string, line, column int, params map[string]string) {
	if len(c.findings) < maxFindings {
		c.findings = append(c.findings, r.At(path, line, column, params))
	}
}

// put puts a value of a field into the answers.
func (c *collector) put(field *forms.Field, x indices, text, at string, line, column int) {
	path := x.path(field.Path)
	if field.Type == forms.TypeFile {
		c.file(field, path, text, at, line, column)
		return
	}
	s, ok := normal(field, text)
	v := forms.Text(s)
	if field.Type == forms.TypeMulti {
		v = forms.List(s)
	}
	code := field.Check(v)
	if code == "" && !ok {
		code = string(field.Type)
	}
	if code != "" {
		c.find(ruleValue, at, line, column, map[string]string{"code": code})
		return
	}
	switch one := (choice{path, s}); {
	case field.Type != forms.TypeMulti:
		c.values[path] = v
	case c.chosen[one]:
		c.find(ruleRepeated, at, line, column, nil)
		return
	default:
		c.chosen[one] = true
		c.lists[path] = append(c.lists[path], s)
	}
	c.places = append(c.places, place{field: field, path: path, line: line, column: column})
}

// file puts a file into the answers and the uploads. FIM data has no name for
// it: it gets that of the field and an ending by its media type.
func (c *collector) file(field *forms.Field, path, text, at string, line, column int) {
	content, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		c.find(ruleBase64, at, line, column, nil)
		return
	}
	file := forms.NewFile(fileName(field), content)
	file.Name += ending(file.MediaType)
	file.Blob = file.SHA256
	v := forms.FileValue(file)
	if code := field.Check(v); code != "" {
		c.find(ruleValue, at, line, column, map[string]string{"code": code})
		return
	}
	c.uploads = append(c.uploads, forms.Upload{Path: path, File: file, Content: content})
	c.values[path] = v
	c.places = append(c.places, place{field: field, path: path, line: line, column: column})
}

// entries notes that a group has so many entries, and where the last one is. It
// reports false if those are more than it may have.
func (c *collector) entries(n *node, x indices, count, line, column int) bool {
	path := x.path(n.entries)
	c.values[path] = forms.Entries(min(count, n.max))
	if count > 0 && count <= n.max {
		c.places = append(c.places, place{path: path, entry: count, line: line, column: column})
	}
	return count <= n.max
}

// maxText is how many bytes a field's text may have.
func (c *collector) maxText(field *forms.Field) int {
	if field.Type == forms.TypeFile {
		return base64.StdEncoding.EncodedLen(int(min(field.MaxSize, math.MaxInt/2)))
	}
	return c.form.Limits().ValueBytes
}

// document makes the document of what was gathered. Answers and entries that
// other answers hide, and computed answers that are not what the form computes,
// are findings.
func (c *collector) document(h Header) (*Document, error) {
	for path, list := range c.lists {
		c.values[path] = forms.List(list...)
	}
	answers, err := answersOf(c.values)
	for err == nil && c.blanks(answers) {
		answers, err = answersOf(c.values)
	}
	if err != nil {
		return nil, err
	}
	clean := c.form.Clean(answers)
	for i, p := range c.places {
		switch v := clean.Get(p.path); {
		case p.field == nil:
			c.entry(clean, p, c.places[i+1:])
		case v.Absent() && !p.field.Computed:
			c.find(ruleHidden, p.path, p.line, p.column, nil)
		case !same(p.field, v, answers.Get(p.path)):
			c.find(ruleComputed, p.path, p.line, p.column, nil)
		}
	}
	if len(c.findings) > 0 {
		return nil, &finding.InvalidError{Findings: c.findings}
	}
	return &Document{Header: h, Answers: answers, Uploads: c.uploads}, nil
}

// blanks gives empty answers to the fields that the document does not have and
// whose defaults would stand in for them: what was blank when it was sent must not
// come back as its default. It reports whether there were any, since they may show
// others.
func (c *collector) blanks(answers forms.Answers) bool {
	preset := func(f *forms.Field) bool { return f.Default != "" && f.FIM != "" }
	if !slices.ContainsFunc(c.form.Fields(), preset) {
		return false
	}
	found := false
	clean := c.form.Clean(answers)
	for _, at := range c.form.Instances(answers) {
		if !preset(at.Field) || answers.Has(at.Path) || !clean.Has(at.Path) {
			continue
		}
		found = true
		c.values[at.Path] = forms.Text("")
		if at.Field.Type == forms.TypeMulti {
			c.values[at.Path] = forms.List()
		}
	}
	return found
}

// entry finds that the form does not have an entry, unless something was found
// in it that says so too.
func (c *collector) entry(clean forms.Answers, p place, next []place) {
	n, shown := clean.Entries(p.path)
	path := p.path + "[" + strconv.Itoa(p.entry-1) + "]"
	switch {
	case p.entry <= n, len(next) > 0 && strings.HasPrefix(next[0].path, path+"."):
	case shown:
		c.find(ruleEntries, path, p.line, p.column, map[string]string{"max": strconv.Itoa(n)})
	default:
		c.find(ruleHidden, path, p.line, p.column, nil)
	}
}

// same reports whether two answers to a field are written alike: a full minute
// may have its seconds or not.
func same(field *forms.Field, v, w forms.Value) bool {
	if field.Type == forms.TypeTime || field.Type == forms.TypeDateTime {
		a, _ := lexical(field, v.Text())
		b, _ := lexical(field, w.Text())
		return a == b
	}
	return v.Equal(w)
}

// fileName is the last part of the field's path.
func fileName(field *forms.Field) string {
	return field.Path[strings.LastIndexByte(field.Path, '.')+1:]
}

func ending(mediaType string) string {
	endings := map[string]string{
		"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
		"image/webp": ".webp", "text/plain": ".txt",
	}
	return endings[mediaType]
}
