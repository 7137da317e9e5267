package datenschema

import (
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/fim/internal/pattern"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// limits takes over what the Praezisierung says, as far as it fits the type.
func (c *compiler) limits(t *fieldType, p *xdatenfelder.Praezisierung, path string) {
	if strings.TrimSpace(p.Text) != "" && p.MinLength == 0 && p.MaxLength == 0 && p.MinValue == "" && p.MaxValue == "" && p.Pattern == "" {
		c.find(noteText, path, nil)
	}
	switch {
	case p.MinLength == 0 && p.MaxLength == 0:
	case t.kind != kindText || p.MaxLength > 0 && p.MinLength > p.MaxLength:
		c.find(noteLength, path, nil)
	default:
		t.minLength = p.MinLength
		if p.MaxLength > 0 {
			t.maxLength = p.MaxLength
		}
	}
	c.valueRange(t, p, path)
	c.pattern(t, p.Pattern, path)
}

// tooLong reports whether a limit is a number of more than 24 digits: libxml2
// reads none, and refuses the whole XML Schema then.
func tooLong(k kind, s string) bool {
	return (k == kindNumber || k == kindInteger) && len(s) > 24
}

func (c *compiler) valueRange(t *fieldType, p *xdatenfelder.Praezisierung, path string) {
	low, high := strings.TrimSpace(p.MinValue), strings.TrimSpace(p.MaxValue)
	if low == "" && high == "" {
		return
	}
	if t.kind == kindText || t.kind == kindFile || t.kind == kindBool {
		c.find(noteRange, path, nil)
		return
	}
	var ok1, ok2 bool
	if t.minBound, ok1 = parseBound(t.kind, low); ok1 && tooLong(t.kind, low) {
		ok1 = false
	}
	if ok1 {
		t.minValue = low
	}
	if t.maxBound, ok2 = parseBound(t.kind, high); ok2 && tooLong(t.kind, high) {
		ok2 = false
	}
	if ok2 {
		t.maxValue = high
	}
	switch {
	case !ok1 && low != "", !ok2 && high != "":
		c.find(noteRange, path, nil)
	case ok1 && ok2 && !notBefore(t.kind, t.maxBound, t.minBound):
		c.find(noteRange, path, nil)
		t.minValue, t.maxValue = "", ""
		ok1, ok2 = false, false
	}
	if t.kind == kindNumber || t.kind == kindInteger {
		if ok1 {
			t.minValue = t.minBound.number.String()
		}
		if ok2 {
			t.maxValue = t.maxBound.number.String()
		}
	} else if t.kind != kindDate && (t.minValue != "" || t.maxValue != "") {
		c.find(noteJSONRange, path, nil)
	}
}

func (c *compiler) pattern(t *fieldType, s, path string) {
	if s == "" {
		return
	}
	p, err := pattern.Parse(s)
	switch {
	case err != nil || !isXML(p.XSD) || t.kind == kindFile || t.kind == kindBool:
		c.find(notePattern, path, nil)
		return
	case p.Literal:
		c.find(noteProse, path, nil)
		return
	case p.Mended:
		c.find(noteMended, path, nil)
	}
	if t.kind == kindNumber || t.kind == kindInteger {
		c.find(noteJSONNumber, path, nil)
	}
	t.pattern = p
}

// codes takes over the choices of a field: those that stand in it, else those
// of the list that it refers to. Of a code that stands there twice the first counts.
func (c *compiler) codes(t *fieldType, f *xdatenfelder.Datenfeld, path string) error {
	if len(f.Werte) > 0 {
		t.known = map[string]struct{}{}
		for _, w := range f.Werte {
			t.add(w.Code, w.Name)
		}
		c.filled(t, path)
		return nil
	}
	var list *codelist.List
	if f.CodelisteReferenz != nil && c.o.Codelisten != nil {
		var err error
		if list, err = c.o.Codelisten(f.CodelisteReferenz); err != nil {
			return err
		}
	}
	if list == nil || list.MetadataOnly() {
		params := map[string]string{}
		if f.CodelisteReferenz != nil {
			params["list"] = f.CodelisteReferenz.CanonicalVersionURI
		}
		c.find(noteNoList, path, params)
		return nil
	}
	t.known = map[string]struct{}{}
	codes, names := columns(list, f)
	for row := range list.Rows() {
		value, ok := row.Value(codes)
		if !ok {
			continue
		}
		name, _ := row.Value(names)
		t.add(value, name)
	}
	c.filled(t, path)
	return nil
}

// filled gives up a list without codes.
func (c *compiler) filled(t *fieldType, path string) {
	if len(t.codes) == 0 {
		t.known = nil
		c.find(noteEmpty, path, nil)
	}
}

func (t *fieldType) add(value, name string) {
	if _, ok := t.known[value]; ok || value == "" || !isXML(value) || !utf8.ValidString(value) {
		return
	}
	t.known[value] = struct{}{}
	t.codes = append(t.codes, code{value, strings.Join(strings.Fields(name), " ")})
}

// columns names the columns of codes and names: those that the field names,
// else the key's, and the first that is another.
func columns(list *codelist.List, f *xdatenfelder.Datenfeld) (codes, names string) {
	codes, names = f.CodeKey, f.NameKey
	if codes == "" {
		if key, ok := list.Key(); ok {
			codes = key.Columns[0]
		} else if all := list.Columns(); len(all) > 0 {
			codes = all[0].ID
		}
	}
	if column, ok := list.Column(codes); ok {
		codes = column.ID
	}
	for _, column := range list.Columns() {
		if names == "" && column.ID != codes {
			names = column.ID
		}
	}
	return codes, names
}
